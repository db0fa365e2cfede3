"""The audit log: every change to it is noticed, two writers make one chain, what cannot be logged is not done."""

import datetime as dt
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy import delete, insert, update

from cases.store import Store, open_store
from review import audit

NOW = dt.datetime(2026, 11, 22, 9, 30)


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        yield opened


def written(store: Store, number: int) -> list[audit.Entry]:
    """The log after `number` entries."""
    with store.engine.begin() as connection:
        for i in range(number):
            audit.record(store, connection, "扫描", f"第 {i + 1} 次扫描", {"线索": i, "a": None}, "李审", at=NOW)
    return list(audit.entries(store))


def test_entries_are_numbered_dated_and_chained(store: Store) -> None:
    first, second = written(store, 2)
    assert (first.seq, second.seq, second.happened_at, second.account, second.detail) == (1, 2, "2026-11-22T09:30:00", "李审", {"线索": 1, "a": None})
    assert audit.verify(store) == audit.Chain(2, second.digest)


def test_an_empty_log_is_sound(store: Store) -> None:
    assert audit.verify(store) == audit.Chain(0, audit.FIRST)


@pytest.mark.parametrize(
    "change", [{"happened_at": "2026-11-22T09:30:01"}, {"account": "王审"}, {"act": "导出"}, {"about": ""}, {"detail": "{}"}, {"digest": "0" * 64}]
)
def test_a_changed_entry_is_named(store: Store, change: dict[str, str]) -> None:
    written(store, 3)
    table = store.register["audit"]
    with store.engine.begin() as connection:
        connection.execute(update(table).where(table.c.seq == 2).values(change))
    chain = audit.verify(store)
    assert chain.entries == 1
    assert "第 2 条审计记录" in chain.broken
    assert "与它的摘要不符" in chain.broken
    assert len(list(audit.entries(store))) == 3


@pytest.mark.parametrize(("gone", "named"), [(1, "第 1 条"), (2, "第 2 条")])
def test_a_missing_entry_is_named(store: Store, gone: int, named: str) -> None:
    written(store, 3)
    table = store.register["audit"]
    with store.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.seq == gone))
    assert audit.verify(store).broken.startswith(f"{named}审计记录不见了")


def test_a_forged_entry_is_named(store: Store) -> None:
    entry = written(store, 1)[0]
    with store.engine.begin() as connection:
        connection.execute(insert(store.register["audit"]), {**entry.as_json(), "seq": 2, "detail": "{}"})
    assert "第 2 条" in audit.verify(store).broken


def test_a_cut_end_is_noticed_by_who_noted_the_last_digest(store: Store) -> None:
    known = written(store, 3)[-1].digest
    table = store.register["audit"]
    assert audit.verify(store, known).broken == ""
    with store.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.seq == 3))
    assert audit.verify(store).broken == ""
    assert known in audit.verify(store, known).broken


def test_entries_are_found_by_what_they_tell(store: Store) -> None:
    written(store, 2)
    audit.logged(store, "导出", "list", {}, "王审")
    assert [e.seq for e in audit.entries(store, act="扫描")] == [1, 2]
    assert [e.seq for e in audit.entries(store, account="王审")] == [3]
    assert [e.seq for e in audit.entries(store, about="第 2")] == [2]
    assert [e.seq for e in audit.entries(store, since="2026-11-23", act="扫描")] == []


def test_what_fails_leaves_no_entry(store: Store) -> None:
    with pytest.raises(RuntimeError), store.engine.begin() as connection:
        audit.record(store, connection, "处理", "x", {}, "李审")
        raise RuntimeError
    assert audit.verify(store).entries == 0


def test_a_store_that_cannot_be_written_refuses_the_act(store: Store) -> None:
    if not store.is_sqlite:
        pytest.skip("a mode of SQLite's")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # the pool hands this connection out again
    with pytest.raises(audit.AuditRefused, match="审计记录写不进去,查看原文没有完成"):
        audit.logged(store, "查看原文", "x", {}, "李审")


def _write(target: str, name: str) -> None:
    with open_store(target) as store:
        for _ in range(40):
            audit.logged(store, "查看原文", "x", {"n": 1}, name)


def test_two_processes_make_one_chain(store: Store, target: str) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_write, [target] * 2, ["李审", "王审"]))
    chain = audit.verify(store)
    assert (chain.entries, chain.broken) == (80, "")
    assert {e.account for e in audit.entries(store)} == {"李审", "王审"}
