"""Moving a store from one database to another: every table, in batches, in one transaction, then checked row by row.

`copy_store(source, target)` takes two open stores; the target must be empty. What the source holds that its catalogue does not know
would be lost without a word, so it is refused.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, String, Table, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from cases.errors import StoreError
from cases.store import Store, failure
from cases.upsert import insert_many, refresh_statistics, restart_numbers

AT_ONCE = 1000

Progress = Callable[[str, int], None]
"""Told the table's name and how many of its rows are done."""


@dataclass(frozen=True)
class Copied:
    """What became of a table: its rows, and the digest that its rows have on both sides."""

    table: str
    rows: int
    digest: str


def copy_store(source: Store, target: Store, progress: Progress | None = None) -> list[Copied]:
    """Copy all tables; all of them arrive, or none. Gives what was copied and found equal, table by table.

    Raises StoreError: the target is not empty, the source holds what its catalogue does not know, a row did not arrive as it was,
    or a database fails.
    """
    told = progress or (lambda table, rows: None)
    name = target.name
    try:
        with _snapshot(source) as old, target.engine.begin() as new:
            _check_known(source, old)
            _check_empty(target, new)
            for table in source.metadata.sorted_tables:
                _copy(old, new, table, told)
            refresh_statistics(new, target.metadata.sorted_tables)
            return [_compared(old, new, table, name, told) for table in source.metadata.sorted_tables]
    except SQLAlchemyError as e:
        raise failure(e, name) from e


@contextlib.contextmanager
def _snapshot(store: Store) -> Iterator[Connection]:
    """A connection that sees the store as it stands now, whatever others write meanwhile."""
    with store.engine.connect() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("BEGIN")
        elif connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _check_known(store: Store, connection: Connection) -> None:
    """Refuse sheets and columns that a local catalogue once brought and this one lacks."""
    there, tables = inspect(connection), store.metadata.tables
    for name in there.get_table_names():
        columns = {c["name"] for c in there.get_columns(name)}
        if name not in tables and not {"rid", "import_id", "file_id", "line_no"} <= columns:
            continue
        if name not in tables or (lost := sorted(columns - {c.name for c in tables[name].columns})):
            what = f"列 {name}.{lost[0]}" if name in tables else f"表 {name}"
            raise StoreError(f"案件库 {store.name} 的{what}不在交换目录中,复制会丢掉它:请加上 --catalogue,指明当初用的本地目录")


def _check_empty(store: Store, connection: Connection) -> None:
    for table in store.metadata.sorted_tables:
        if table.name != "store" and connection.execute(select(table).limit(1)).first() is not None:
            raise StoreError(f"案件库 {store.name} 里已有内容(表 {table.name}):请复制到新的文件或空的数据库")


def _parts(connection: Connection, table: Table) -> Generator[list[tuple[Any, ...]]]:
    """All rows of a table in batches, in the order of its key, which is the same on every database."""
    keys: list[ColumnElement[Any]] = [
        column.collate("C") if isinstance(column.type, String) and connection.dialect.name == "postgresql" else column for column in table.primary_key
    ]
    with connection.execute(select(table).order_by(*keys), execution_options={"yield_per": AT_ONCE}) as result:
        for part in result.partitions():
            yield [tuple(row) for row in part]


def _copy(old: Connection, new: Connection, table: Table, told: Progress) -> None:
    new.execute(table.delete())  # the mark that a new store has from the start
    names, done = [c.key for c in table.columns], 0
    for part in _parts(old, table):
        insert_many(new, table, names, part)
        done += len(part)
        told(f"复制 {table.name}", done)
    restart_numbers(new, table)


def _compared(old: Connection, new: Connection, table: Table, name: str, told: Progress) -> Copied:
    digest, rows = hashlib.sha256(), 0
    with contextlib.closing(_parts(old, table)) as theirs, contextlib.closing(_parts(new, table)) as ours:
        for wanted, found in zip_longest(chain.from_iterable(theirs), chain.from_iterable(ours)):
            if wanted != found:
                raise StoreError(f"复制后核对不符:表 {table.name} 按编号排第 {rows + 1} 的行在 {name} 中不一样,没有复制任何内容,请报告此问题")
            digest.update(orjson.dumps(found))
            rows += 1
            if not rows % AT_ONCE:
                told(f"核对 {table.name}", rows)
    return Copied(table.name, rows, digest.hexdigest()[:16])
