"""The sheets as they could be seen on one day: section 1 and readings 1 and 15 of the specification."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .columns import SHEETS, Column, Sheet
from .days import UNDATED, Day, dated

Cells = Mapping[str, str | None]
Value = date | str | Fraction | bool | None

UNDATED_WORDS = {"已办", "有", "日期不详"}
OPEN_BRACKETS, CLOSE_BRACKETS = "〔【［〈《「『｛{[（〖", "〕】］〉》」』｝}]）〗"
WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
WIDTH |= dict.fromkeys(map(ord, OPEN_BRACKETS), ord("(")) | dict.fromkeys(map(ord, CLOSE_BRACKETS), ord(")"))


def normal(text: str) -> str:
    """The form in which numbers and certificates are compared: half width, one kind of bracket, upper case, no spaces."""
    return re.sub(r"\s", "", text.translate(WIDTH)).upper()


def value_of(cell: str | None, kind: str) -> Value:
    """The value of one canonical cell; None where it is blank, UNDATED for a day that is not known."""
    text = (cell or "").strip()
    if not text:
        return None
    if kind == "date":
        return UNDATED if text in UNDATED_WORDS else date.fromisoformat(text)
    if kind == "number":
        return Fraction(text)
    if kind == "bool":
        return {"是": True, "否": False}[text]
    return text


@dataclass
class Row:
    """One row: its record, its key as written and in normal form, and its values by field."""

    record: str
    key: list[str]
    normal_key: tuple[str, ...]
    values: dict[str, Value]

    def day(self, field: str) -> Day:
        value = self.values[field]
        assert value is None or value == UNDATED or isinstance(value, date)
        return value  # type: ignore[return-value]

    def text(self, field: str) -> str:
        """The text, "" where blank."""
        return str(self.values[field] or "")

    def code(self, field: str) -> str:
        """The normal form of a number or certificate, "" where blank."""
        return normal(self.text(field))

    def number(self, field: str) -> Fraction | None:
        value = self.values[field]
        assert value is None or isinstance(value, Fraction)
        return value

    def flag(self, field: str) -> bool | None:
        value = self.values[field]
        assert value is None or isinstance(value, bool)
        return value


def actor(row: Row, number: str, name: str) -> str:
    """Who a row means: the certificate number where given (normal form), else the name; "" where neither is."""
    return row.code(number) or row.text(name)


def _parse(sheet: Sheet, cells: Cells) -> Row:
    keys = [column for column in sheet.columns if column.key]
    written = [str(cells.get(column.name) or "").strip() for column in keys]
    compared = tuple(normal(text) if column.type == "code" else text for column, text in zip(keys, written, strict=True))
    return Row(sheet.record, written, compared, {column.field: value_of(cells.get(column.name), column.type) for column in sheet.columns})


def _start(sheet: Sheet, row: Row) -> Day:
    """The day from which the row exists; None and UNDATED exist on every day."""
    for field in sheet.start:
        if field == "earliest":
            return min(dated(*(row.day(column.field) for column in sheet.columns if column.type == "date")), default=None)
        if row.day(field) is not None:
            return row.day(field)
    return None


def _hidden(column: Column, row: Row, as_of: date) -> bool:
    value = row.values[column.field]
    return column.type == "date" and not column.term and isinstance(value, date) and value > as_of


def _seen(sheet: Sheet, row: Row, as_of: date) -> Row | None:
    start = _start(sheet, row)
    if isinstance(start, date) and start > as_of:
        return None
    values = {column.field: None if _hidden(column, row, as_of) else row.values[column.field] for column in sheet.columns}
    for column in sheet.columns:
        if column.dated_by and values[column.dated_by] is None:
            values[column.field] = None
    return Row(row.record, row.key, row.normal_key, values)


class View:
    """All rows that exist on `as_of`, with what was known of them that day."""

    def __init__(self, sheets: Mapping[str, Sequence[Cells]], as_of: date):
        self.as_of = as_of
        self.rows: dict[str, list[Row]] = {}
        self._index: dict[tuple[str, str], dict[str, list[Row]]] = {}
        for sheet in SHEETS.values():
            last: dict[tuple[str, ...], Row] = {}
            for cells in sheets.get(sheet.name, []):
                row = _parse(sheet, cells)
                last[row.normal_key] = row  # the later row replaces the earlier whole
            seen = (_seen(sheet, row, as_of) for row in last.values())
            self.rows[sheet.record] = [row for row in seen if row is not None]

    def find(self, record: str, field: str, code: str) -> list[Row]:
        """The rows of `record` whose `field` has the normal form `code`; none where `code` is blank."""
        index = self._index.get((record, field))
        if index is None:
            index = {}
            for row in self.rows[record]:
                index.setdefault(row.code(field), []).append(row)
            self._index[record, field] = index
        return index.get(code, []) if code else []

    def one(self, record: str, field: str, code: str) -> Row | None:
        """The row of `record` that `code` names, if there is one."""
        return next(iter(self.find(record, field, code)), None)
