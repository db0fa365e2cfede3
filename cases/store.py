"""The case store: a database that holds every record, and knows which form it has.

`open_store` takes a path (SQLite) or an SQLAlchemy URL, creates the store where asked, upgrades an older one, refuses a
newer one, and adds what a wider catalogue brings.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from cases import shape
from cases.catalogue import Catalogue, load_catalogue
from cases.errors import StoreError, why
from cases.tables import build_tables, register_tables

__all__ = ["Store", "StoreError", "open_store"]

# Read-ahead by memory map is left off: mapped pages count as memory of the process, and gained nothing measurable.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -8000",
    "PRAGMA temp_store = FILE",
    "PRAGMA wal_autocheckpoint = 8000",
)
BUSY_SECONDS = 60

# A scan reads its queries to the end, so the plan that is best for the first rows is not wanted, nor is compiling short queries.
POSTGRESQL_SETTINGS = ("SET cursor_tuple_fraction = 1", "SET jit = off")
CONNECT_SECONDS = 5

SENTENCES = (
    ("not a database|malformed|disk image", "{name} 不是案件库,或文件已损坏({said}):请核对路径,或从备份恢复"),
    ("read-only transaction", "数据库 {name} 只能读({said}):请改用主库的地址,备用库不能写"),
    ("readonly|read-only|unable to open", "案件库 {name} 写不进去({said}):请检查文件和所在文件夹的写权限"),
    ("locked", "案件库 {name} 正被别的程序占用:请等它结束后重试"),
    ("deadlock", "案件库 {name} 同时有两个导入在改同样的行,这一个没有做完:请等另一个结束后重试"),
    ("disk is full|no space left", "磁盘已满,案件库 {name} 写不进去:请腾出空间后重试"),
    ("password authentication failed|no password supplied|认证失败",
     "数据库 {name} 不接受这个用户名或密码:请核对地址中的用户名;密码放在环境变量 PGPASSWORD 或文件 ~/.pgpass 中"),
    ("database .* does not exist|数据库.*不存在", "没有数据库 {name}:请核对库名,或先在服务器上建立(createdb 库名)"),
    ("role .* does not exist|角色.*不存在", "数据库服务器上没有这个用户({said}):请核对地址 {name} 中的用户名"),
    ("does not support ssl|ssl error|certificate", "与数据库 {name} 建立不了加密连接({said}):请核对地址中的 sslmode、sslrootcert 和服务器的证书"),
    ("pg_hba", "服务器不许从这台机器以这个用户连接 {name}:请管理员在 pg_hba.conf 中放行"),
    ("permission denied|权限不够", "在数据库 {name} 里没有权限({said}):请管理员授权,最简单的是由这个用户拥有该数据库"),
    ("refused|timeout|timed out|resolve|translate host|name or service|unreachable|no route|is the server running|no such file",
     "连不上数据库 {name}({said}):请核对主机和端口,并确认服务器已启动、防火墙已放行"),
    ("too many clients|connection slots", "数据库 {name} 的连接已满:请等别的程序结束后重试,或请管理员调大 max_connections"),
    ("closed the connection|terminating connection|connection is (lost|closed|bad)|server closed",
     "与数据库 {name} 的连接断了:已提交的内容都在,请确认服务器正常后重试"),
)  # fmt: skip
"""What databases say (a regular expression) and what the user is told."""


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
        """Close the store; what the database said is turned into a StoreError."""
        self.close()
        if isinstance(error, (SQLAlchemyError, sqlite3.Error)):
            raise failure(error, self.name) from error


def _url(target: str | Path) -> URL:
    text = str(target)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or "@" in (url.host or ""):
        # What exactly went wrong is not passed on: it may hold the password.
        shown, hint = re.sub("//.*@", "//***@", text), "用户名、密码中的 @ 写成 %40,/ 写成 %2F"
        raise StoreError(f"案件库地址 {shown} 写法不对:应是文件路径,或 postgresql+psycopg://用户@主机/库名 这样的地址,{hint}") from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _shown(url: URL) -> str:
    """A URL without its password, wherever that stands."""
    return url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)


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
        raise StoreError(f"案件库 {path} 打不开:{why(e)},请检查文件权限") from e
    if head and head != b"SQLite format 3\0":
        raise StoreError(f"{path} 不是案件库:请核对路径,案件库是 clues import 建立的文件")
    if not head and not create:
        raise StoreError(f"{path} 是空文件,不是案件库:请先用 clues import {path} 表格文件 建立")


def _engine(url: URL) -> Engine:
    # The parameters are people's names and numbers: they go into no log and no message of an error.
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _set_up(create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True), PRAGMAS)
    # Without the encoding, the answers of a server in SQL_ASCII would be bytes, before it could be refused.
    asked = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"} if backend == "postgresql" else {}
    options = {name: value for name, value in asked.items() if name not in url.query}
    try:
        # A page that is served for weeks outlives a server's restart: a connection is asked whether it stands before it is used.
        engine = create_engine(url, connect_args=options, pool_pre_ping=True, hide_parameters=True)
    except (NoSuchModuleError, ImportError) as e:
        raise StoreError(f"缺少连接 {url.drivername} 的驱动程序:请安装后重试(PostgreSQL:pip install 'psycopg[binary]')") from e
    return _set_up(engine, POSTGRESQL_SETTINGS) if backend == "postgresql" else engine


def _set_up(engine: Engine, statements: Sequence[str]) -> Engine:
    """See that every new connection begins with some statements."""

    def begin(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", begin)
    return engine


def open_store(target: str | Path, *, create: bool = False, catalogue: Catalogue | None = None) -> Store:
    """Open the case store at a path or SQLAlchemy URL; `create` makes it where there is none.

    Raises StoreError, one sentence: no such store, no store at all, not writable, made by a newer program.
    """
    url = _url(target)
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    if is_file:
        _check_file(Path(str(url.database)), create)
    name = str(url.database) if is_file else _shown(url)
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
            _check_encoding(connection, store.name)
            shape.create(connection, store.metadata)
            return
        if version < shape.HEAD:
            shape.upgrade(connection, store.metadata)
        shape.widen(connection, store.metadata)


def _check_encoding(connection: Connection, name: str) -> None:
    """Refuse a database that cannot hold every character of a name."""
    if connection.dialect.name == "postgresql" and (encoding := connection.exec_driver_sql("SHOW server_encoding").scalar()) != "UTF8":
        raise StoreError(f"数据库 {name} 的编码是 {encoding},存不下生僻字:请建立编码为 UTF8 的数据库(createdb -E UTF8 -T template0 库名)")


def failure(error: Exception, name: str) -> StoreError:
    """The StoreError for what the database said."""
    return StoreError(_reason(error, name))


def _reason(error: Exception, name: str) -> str:
    lines = str(error.orig if isinstance(error, DBAPIError) else error).splitlines() or [type(error).__name__]
    said = lines[0].removeprefix("connection failed: ")
    sentence = next((sentence for words, sentence in SENTENCES if re.search(words, said, re.IGNORECASE)), "案件库 {name} 用不了:{said}")
    return sentence.format(name=name, said=said)
