"""Making sheets and looking into stores, for the tests of the import."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select

from cases.importing import ImportReport, import_paths
from cases.store import Store, open_store

CASES = ("案件编号", "罪名", "办案单位", "立案日期")
PENALTIES = ("决定书文号", "行政机关", "当事人", "违法行为", "处罚决定日期", "罚款金额")


def text_of(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """Rows as CSV text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def write_csv(path: Path, *rows: Sequence[object], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.write_bytes(text_of(rows, delimiter).encode(encoding))
    return path


def write_book(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], change: Callable[[Any], None] | None = None) -> Path:
    """A workbook of worksheets; `change` may alter it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    book.save(path)
    book.close()
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load(store: Path | str, *paths: Path, **options: Any) -> ImportReport:
    with open_store(store, create=True) as opened:
        return import_paths(opened, paths, **options)


def asked(store: Path | str, query: str) -> list[Any]:
    """What a query finds in a store."""
    with open_store(store) as opened, opened.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def changed(store: Path | str, *statements: str) -> None:
    """Run statements on a store, as somebody does who goes behind the program's back."""
    with open_store(store) as opened, opened.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def everything(store: Path | str | Store) -> dict[str, set[Any]]:
    """All rows of all tables."""
    with store if isinstance(store, Store) else open_store(store) as opened, opened.engine.connect() as connection:
        return {name: set(map(tuple, connection.execute(select(table)))) for name, table in opened.metadata.tables.items()}


def rows_of(store: Path | str | Store, record: str, *columns: str) -> list[Any]:
    """The rows of a table in the order of their keys: bare values for one column, tuples for more, all data columns for none."""
    with store if isinstance(store, Store) else open_store(store) as opened:
        table, sheet = opened.tables[record], opened.catalogue.records[record]
        wanted = columns or [c.key for c in table.columns if c.key not in ("rid", "import_id", "file_id", "line_no")]
        with opened.engine.connect() as connection:
            query = select(*(table.c[c] for c in wanted)).order_by(*(table.c[f] for f in sheet.key_fields))
            found = [tuple(row) for row in connection.execute(query)]
    return [row[0] for row in found] if len(columns) == 1 else found


def counts(report: ImportReport) -> list[tuple[int, int, int, int]]:
    """Inserted, updated, unchanged, rejected of each source."""
    return [(s.inserted, s.updated, s.unchanged, s.rejected) for s in report.sheets]
