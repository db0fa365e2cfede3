from pathlib import Path

import pytest
import yaml
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from cases import shape
from cases.catalogue import load_catalogue
from cases.store import StoreError, open_store
from tests.cases.sheets import changed
from tests.conftest import NewStore, Server

LOCAL = {
    "sheets": [
        {"name": "刑事案件", "columns": [{"name": "督办级别", "field": "watch_level", "type": "text"}]},
        {
            "name": "听证",
            "record": "hearing",
            "key": ["听证编号"],
            "columns": [{"name": "听证编号", "field": "hearing_no", "type": "code", "required": True}],
        },
    ]
}


@pytest.fixture
def empty(tmp_path: Path, new_store: NewStore, request: pytest.FixtureRequest) -> str:
    """A place where no store is yet: the path of no file, or the URL of a database with no tables."""
    if "://" not in new_store():
        return str(tmp_path / "cases.db")
    return str(request.getfixturevalue("postgresql").empty())


def _make(target: Path | str) -> None:
    open_store(target, create=True).close()


def test_a_new_store_has_every_sheet_and_the_newest_version(empty: str) -> None:
    with open_store(empty, create=True) as store:
        names = set(inspect(store.engine).get_table_names())
        assert set(load_catalogue().records) | {"store", "imports", "files", "alembic_version"} <= names
        with store.engine.connect() as connection:
            assert shape.version_of(connection) == shape.HEAD


def test_sqlite_writes_ahead_and_postgresql_plans_for_whole_results(target: str) -> None:
    asks = {"sqlite": ("PRAGMA journal_mode", "wal"), "postgresql": ("SHOW cursor_tuple_fraction", "1")}
    with open_store(target, create=True) as store, store.engine.connect() as connection:
        question, answer = asks[store.engine.dialect.name]
        assert connection.exec_driver_sql(question).scalar_one() == answer


def test_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(shape.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == shape.HEAD


def test_names_suit_every_database() -> None:
    with open_store("sqlite://", create=True) as store:
        for table in store.metadata.tables.values():
            assert len(table.name) <= 30
            assert all(len(c.name) <= 30 for c in table.columns)
            assert all(len(str(i.name)) <= 60 for i in table.indexes)


def test_a_store_opens_by_path_text_and_url(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    _make(path)
    for target in (path, str(path), f"sqlite:///{path}"):
        with open_store(target) as store:
            assert store.tables["penalty"].c.decision_no_w is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xe5\xa7\x93\xe5\x90\x8d,\n" * 100, "不是案件库"),
        (b"", "空文件"),
        (b"SQLite format 3\0" + b"\7" * 4096, "不是案件库"),
        (None, "没有案件库"),
    ],
)
def test_what_is_no_store_is_refused_and_left_alone(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "cases.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=said):
        open_store(path)
    assert path.read_bytes() == content if content is not None else not path.exists()


def test_another_database_is_refused_even_for_creating(empty: str) -> None:
    engine = create_engine(empty if "://" in empty else f"sqlite:///{empty}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE guests (name TEXT)")
    engine.dispose()
    with pytest.raises(StoreError, match="guests"):
        open_store(empty, create=True)


def test_folders_and_missing_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="是文件夹"):
        open_store(tmp_path, create=True)
    with pytest.raises(StoreError, match="不存在"):
        open_store(tmp_path / "no" / "cases.db", create=True)


@pytest.mark.parametrize("url", ["nosuch://host/db", "postgresql+nodriver://host/db", "sqlite:///a://b\0"])
def test_urls_that_lead_nowhere(url: str) -> None:
    with pytest.raises(StoreError):
        open_store(url)


def test_a_newer_store_is_refused_with_one_sentence(target: str) -> None:
    _make(target)
    changed(target, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="更新的 clues") as caught:
        open_store(target)
    assert "\n" not in str(caught.value)


def test_an_older_store_is_upgraded_on_opening_and_keeps_its_rows(target: str) -> None:
    _make(target)
    changed(
        target,
        "INSERT INTO enterprise (import_id, file_id, line_no, enterprise_id, name_) VALUES (1, 1, 2, 'A1', '甲公司')",
        "DROP TABLE petition",
        "DELETE FROM alembic_version",
        "DELETE FROM store",
    )
    with open_store(target) as store, store.engine.connect() as db:
        assert shape.version_of(db) == shape.HEAD
        assert db.exec_driver_sql("SELECT name_ FROM enterprise").scalar_one() == "甲公司"
        assert db.exec_driver_sql("SELECT count(*) FROM petition").scalar_one() == 0


def test_local_columns_and_sheets_are_added_to_a_store_that_is_there(tmp_path: Path, target: str) -> None:
    local = tmp_path / "local.yaml"
    local.write_text(yaml.safe_dump(LOCAL, allow_unicode=True), encoding="utf-8")
    _make(target)
    with open_store(target, catalogue=load_catalogue((local,))) as store, store.engine.begin() as db:
        db.exec_driver_sql("INSERT INTO hearing (import_id, file_id, line_no, hearing_no) VALUES (1, 1, 1, 'H1')")
        assert "watch_level" in {c["name"] for c in inspect(db).get_columns("criminal_case")}
    # Opened without the local file, nothing of it is lost.
    _make(target)
    with open_store(target, catalogue=load_catalogue((local,))) as store, store.engine.connect() as db:
        assert db.exec_driver_sql("SELECT hearing_no FROM hearing").scalar_one() == "H1"


def test_what_a_database_says_on_the_way_is_one_sentence(target: str) -> None:
    _make(target)
    with pytest.raises(StoreError, match=r"用不了:.*no_such_table"), open_store(target) as store, store.engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")


def test_a_lost_connection_is_told_and_the_next_one_is_made_anew(postgresql: Server) -> None:
    url = postgresql.new()
    with pytest.raises(StoreError, match="连接断了"), open_store(url) as store, store.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        postgresql.disconnect(url)
        connection.exec_driver_sql("SELECT 1")
    with open_store(url) as store:
        postgresql.disconnect(url)
        with store.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM imports").scalar() == 0
