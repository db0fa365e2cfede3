"""The shape of a store in its database: creating it, upgrading an older one, and adding what a wider catalogue brings."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, inspect, select
from sqlalchemy.schema import CreateColumn

from cases.errors import StoreError

HEAD = "0001"
"""The schema version this program writes: the newest Alembic revision in cases/migrations."""

MIGRATIONS = Path(__file__).with_name("migrations")


def version_of(connection: Connection) -> str | None:
    """The schema version of the store behind the connection; None where there are no tables at all.

    Raises StoreError where there are tables, but not those of a store.
    """
    names = set(inspect(connection).get_table_names())
    if {"alembic_version", "store", "imports"} <= names:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none() or "0000"
    if names:
        raise StoreError(f"这个数据库不是案件库(里面有表 {sorted(names)[0]},没有案件库的登记表):请换一个路径,或用 clues import 新建")
    return None


def create(connection: Connection, metadata: MetaData) -> None:
    """Create the whole store in an empty database and stamp it with HEAD; a process that dies meanwhile leaves nothing."""
    _begin(connection)
    if inspect(connection).has_table("alembic_version"):
        return  # another process has made it meanwhile
    metadata.create_all(connection)
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql(f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')")
    _remember(connection, metadata)


def upgrade(connection: Connection, metadata: MetaData) -> None:
    """Run the Alembic revisions that an older store lacks."""
    from alembic import command
    from alembic.config import Config

    _begin(connection)
    config = Config(attributes={"connection": connection, "metadata": metadata})
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, "head")


def _begin(connection: Connection) -> None:
    """Begin a transaction that holds the making of tables too: SQLite's driver begins one for data only."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def fingerprint(metadata: MetaData) -> str:
    """A digest of all tables, columns and indexes of the metadata."""
    lines = [f"{t.name}.{c.name} {c.type!r}" for t in metadata.sorted_tables for c in t.columns]
    lines += [f"{t.name} {i.name}" for t in metadata.sorted_tables for i in sorted(t.indexes, key=lambda i: str(i.name))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def is_complete(connection: Connection, metadata: MetaData) -> bool:
    """Whether the store was last brought into exactly this shape."""
    table = metadata.tables["store"]
    return connection.execute(select(table.c.content).where(table.c.name == "shape")).scalar_one_or_none() == fingerprint(metadata)


def widen(connection: Connection, metadata: MetaData) -> None:
    """Add the tables, columns and indexes that the store lacks; nothing is ever taken away."""
    there = inspect(connection)
    known = set(there.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in known:
            table.create(connection)
            continue
        columns = {c["name"] for c in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                if not column.nullable and column.server_default is None:
                    raise StoreError(f"案件库的表 {table.name} 缺少必填的列 {column.name},不能自动补上:请重新导入到新的案件库")
                quoted = connection.dialect.identifier_preparer.format_table(table)
                connection.exec_driver_sql(f"ALTER TABLE {quoted} ADD COLUMN {CreateColumn(column).compile(dialect=connection.dialect)}")
        indexes = {i["name"] for i in there.get_indexes(table.name)}
        for index in table.indexes:
            if index.name not in indexes:
                index.create(connection)
    _remember(connection, metadata)


def _remember(connection: Connection, metadata: MetaData) -> None:
    table: Table = metadata.tables["store"]
    connection.execute(table.delete().where(table.c.name == "shape"))
    connection.execute(table.insert(), {"name": "shape", "content": fingerprint(metadata)})
