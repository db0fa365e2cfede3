"""Copying a store: everything arrives as it was, from either database to either, or nothing does."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, insert, select

from cases import copying
from cases.catalogue import load_catalogue
from cases.copying import copy_store
from cases.store import StoreError, open_store
from tests.cases.sheets import CASES, everything, load, rows_of, write_csv
from tests.cases.test_store import LOCAL
from tests.conftest import NewStore, Server


@pytest.fixture
def filled(tmp_path: Path, target: str) -> str:
    """A store with 12 cases, one of them with everything that is hard to carry over, and an entry in the ledger."""
    odd = ("A\N{CJK UNIFIED IDEOGRAPH-20000}ß", "盗窃\\N\t'\"%s\nNULL", "某局", "有")
    load(target, write_csv(tmp_path / "刑事案件.csv", CASES, odd, *((f"a{i}", "盗窃", "某局", "2023-01-05") for i in range(11))))
    with open_store(target) as store, store.engine.begin() as connection:
        connection.execute(insert(store.register["runs"]), {"run_id": 7, "begun_at": "2026-11-22", "as_of": 739_942, "state": "完成"})
        for rule in ("b-a.x", "b.a-x", "Ba.x", "ba.x"):
            values = {"rule": rule, "digest": "0", "as_of": 1, "import_id": 1, "open_imports": "", "run_id": 7}
            connection.execute(insert(store.register["scanned"]), values)
    return target


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_arrives_and_new_rows_go_on_numbering(
    tmp_path: Path, filled: str, kind: str, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 5)
    where = postgresql.new() if kind == "postgresql" else str(tmp_path / "copy.db")
    with open_store(filled) as source, open_store(where, create=True) as copy:
        told: list[tuple[str, int]] = []
        done = {c.table: c for c in copy_store(source, copy, lambda table, rows: told.append((table, rows)))}
        assert everything(copy) == everything(source)
        assert set(done) == set(source.metadata.tables)
        assert (done["criminal_case"].rows, done["scanned"].rows, done["penalty"].rows) == (12, 4, 0)
        assert ("复制 criminal_case", 12) in told
        assert ("核对 criminal_case", 10) in told
    report = load(where, write_csv(tmp_path / "刑事案件.csv", CASES, ("B9", "抢夺", "某局", ""), ("a1", "诈骗", "某局", "")))
    assert (report.import_id, report.sheets[0].inserted, report.sheets[0].updated) == (2, 1, 1)
    assert rows_of(where, "criminal_case", "case_no")[-2:] == ["A\N{CJK UNIFIED IDEOGRAPH-20000}SS", "B9"]


def test_equal_stores_have_equal_digests_whatever_the_database(tmp_path: Path, filled: str, new_store: NewStore) -> None:
    with open_store(filled) as source:
        with open_store(tmp_path / "1.db", create=True) as first:
            there = copy_store(source, first)
        with open_store(tmp_path / "1.db") as first, open_store(new_store(), create=True) as second:
            assert copy_store(first, second) == there


def test_a_store_with_anything_in_it_is_no_target(tmp_path: Path, filled: str) -> None:
    with open_store(tmp_path / "new.db", create=True) as empty, open_store(filled) as full:
        for source in (empty, full):
            with pytest.raises(StoreError, match="已有内容"):
                copy_store(source, full)


def test_a_row_that_does_not_arrive_as_it_was_undoes_all(tmp_path: Path, filled: str, new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = copying.insert_many

    def spoil(connection: Any, table: Any, columns: Any, rows: Any) -> int:
        if table.name == "criminal_case":
            at = columns.index("offence")
            rows = [*rows[:-1], (*rows[-1][:at], "诈骗", *rows[-1][at + 1 :])]
        return honest(connection, table, columns, rows)

    monkeypatch.setattr(copying, "insert_many", spoil)
    with open_store(filled) as source, open_store(new_store(), create=True) as copy:
        with pytest.raises(StoreError, match="表 criminal_case 按编号排第 12 的行"):
            copy_store(source, copy)
        with copy.engine.connect() as connection:
            tables = copy.metadata.sorted_tables
            assert sum(connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables if t.name != "store") == 0
        monkeypatch.undo()
        copy_store(source, copy)


def test_what_only_a_local_catalogue_knows_is_not_lost(tmp_path: Path, target: str, new_store: NewStore) -> None:
    (tmp_path / "local.yaml").write_text(yaml.safe_dump(LOCAL, allow_unicode=True), encoding="utf-8")
    local = load_catalogue((tmp_path / "local.yaml",))
    with open_store(target, create=True, catalogue=local) as source:
        with source.engine.begin() as connection:
            connection.execute(insert(source.tables["hearing"]), {"import_id": 1, "file_id": 1, "line_no": 2, "hearing_no": "H1"})
        with open_store(new_store(), create=True, catalogue=local) as copy:
            copy_store(source, copy)
            assert rows_of(copy, "hearing", "hearing_no") == ["H1"]
    with (
        open_store(target) as source,
        open_store(new_store(), create=True) as copy,
        pytest.raises(StoreError, match=r"criminal_case\.watch_level不在交换目录中.*--catalogue"),
    ):
        copy_store(source, copy)
