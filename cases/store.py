"""The case store: a database that holds every record, and knows which form it has.

`open_store` takes a path (SQLite) or an SQLAlchemy URL, creates the store where asked, upgrades an older one, refuses a
newer one, and adds what a wider catalogue brings.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Engine, MetaData, Table, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from cases import shape
from cases.catalogue import Catalogue, load_catalogue
from cases.errors import StoreError
from cases.tables import build_tables, register_tables

__all__ = ["Store", "StoreError", "open_store"]

# Read-ahead by memory map is left off: mapped pages count as memory of the process, and gained nothing measurable.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -32000",
    "PRAGMA temp_store = FILE",
    "PRAGMA wal_autocheckpoint = 8000",
)
BUSY_SECONDS = 60


class Store:
    """An open case store: `engine`, `catalogue`, `tables` (by record), `register` (store, imports, files…), `metadata`."""

    def __init__(self, engine: Engine, catalogue: Catalogue, name: str):
        self.engine = engine
        self.catalogue = catalogue
        self.name = name
        self.metadata = MetaData()
        self.tables: dict[str, Table] = build_tables(catalogue, self.metadata)
        self.register: dict[str, Table] = register_tables(self.metadata)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _url(target: str | Path) -> URL:
    text = str(target)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        return make_url(text)
    except ArgumentError as e:
        raise StoreError(f"案件库地址 {text} 写法不对:应是文件路径,或 postgresql+psycopg://用户@主机/库名 这样的地址") from e


def _check_file(path: Path, create: bool) -> None:
    """Refuse what is plainly no SQLite store before SQLite touches it."""
    if path.is_dir():
        raise StoreError(f"{path} 是文件夹,不是案件库:请写案件库文件的路径,如 cases.db")
    if not path.exists():
        if not create:
            raise StoreError(f"没有案件库 {path}:请核对路径,或先用 clues import {path} 表格文件 建立")
        if not path.parent.is_dir():
            raise StoreError(f"文件夹 {path.parent} 不存在,不能在其中建立案件库:请先建文件夹")
        return
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as e:
        raise StoreError(f"案件库 {path} 打不开:{e.strerror},请检查文件权限") from e
    if head and head != b"SQLite format 3\0":
        raise StoreError(f"{path} 不是案件库:请核对路径,案件库是 clues import 建立的文件")
    if not head and not create:
        raise StoreError(f"{path} 是空文件,不是案件库:请先用 clues import {path} 表格文件 建立")


def _on_connect(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(url)
        except (NoSuchModuleError, ModuleNotFoundError) as e:
            raise StoreError(f"缺少连接 {url.drivername} 的驱动程序:请安装后重试(PostgreSQL:pip install 'clues[postgresql]')") from e
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    return engine


def open_store(target: str | Path, *, create: bool = False, catalogue: Catalogue | None = None) -> Store:
    """Open the case store at a path or SQLAlchemy URL; `create` makes it where there is none.

    Raises StoreError, one sentence: no such store, no store at all, not writable, made by a newer program.
    """
    url = _url(target)
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    if is_file:
        _check_file(Path(str(url.database)), create)
    name = str(url.database) if is_file else url.render_as_string(hide_password=True)
    store = Store(_engine(url), catalogue or load_catalogue(), name)
    try:
        _bring_up(store, create)
    except BaseException as e:
        store.close()
        if isinstance(e, (SQLAlchemyError, sqlite3.Error)):
            raise failure(e, name) from e
        raise
    return store


def _bring_up(store: Store, create: bool) -> None:
    """See that the store has the shape this program needs."""
    with store.engine.connect() as connection:
        version = shape.version_of(connection)
        if version == shape.HEAD and shape.is_complete(connection, store.metadata):
            return
    if version is None and not create:
        raise StoreError(f"{store.name} 是空数据库,不是案件库:请先用 clues import 建立")
    if version is not None and version > shape.HEAD:
        raise StoreError(f"案件库 {store.name} 由更新的 clues 建立(库版本 {version},本程序到 {shape.HEAD}):请先升级 clues")
    with store.engine.begin() as connection:
        if version is None:
            shape.create(connection, store.metadata)
            return
        if version < shape.HEAD:
            shape.upgrade(connection, store.metadata)
        shape.widen(connection, store.metadata)


def failure(error: Exception, name: str) -> StoreError:
    """The StoreError for what the database said."""
    return StoreError(_reason(error, name))


def _reason(error: Exception, name: str) -> str:
    said = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
    low = said.lower()
    if "not a database" in low or "malformed" in low or "disk image" in low:
        return f"{name} 不是案件库,或文件已损坏({said}):请核对路径,或从备份恢复"
    if "readonly" in low or "read-only" in low or "unable to open" in low:
        return f"案件库 {name} 写不进去({said}):请检查文件和所在文件夹的写权限"
    if "locked" in low:
        return f"案件库 {name} 正被别的程序占用:请等它结束后重试"
    if "full" in low:
        return f"磁盘已满,案件库 {name} 写不进去:请腾出空间后重试"
    return f"案件库 {name} 用不了:{said}"
