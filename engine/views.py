"""The as-of view of the store in SQL: what could have been seen of each record on the as-of day.

A date after the as-of day counts as not there yet, a value with a date of its own counts only from that date, a record whose
starting date lies after it does not exist yet. Terms are known as soon as their record is. Undated (0) is before every day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, and_, bindparam, case, or_, true

from cases.catalogue import Catalogue, Sheet
from cases.tables import WRITTEN

AS_OF = bindparam("as_of", type_=Integer)


class View:
    """One record's table (or an alias of it) seen as of the bound day `as_of`."""

    def __init__(self, sheet: Sheet, table: FromClause):
        self.sheet, self.table = sheet, table

    def column(self, name: str) -> ColumnElement[Any]:
        """A field as it could be seen on the as-of day."""
        column = self.table.c[name]
        spec = self.sheet.by_field.get(name)
        if spec is None:
            return column
        if spec.type == "date" and not spec.term and name not in self.sheet.key_fields:
            return case((column <= AS_OF, column))
        if spec.dated_by:
            return case((self.table.c[spec.dated_by] <= AS_OF, column))
        return column

    @property
    def visible(self) -> ColumnElement[bool]:
        """Whether the row exists on the as-of day, by its starting date."""
        condition: ColumnElement[bool] = true()
        named = [name for name in self.sheet.start if name != "earliest"]
        if "earliest" in self.sheet.start:
            others = [self.table.c[d] for d in self.sheet.dates if d not in named]
            # An unknown day cannot be the earliest: it decides only where no other day is given.
            condition = or_(*(and_(c > 0, c <= AS_OF) for c in others), and_(*(or_(c.is_(None), c == 0) for c in others)))
        for name in reversed(named):
            column = self.table.c[name]
            after = condition if condition is not true() else None
            given = column <= AS_OF
            condition = or_(given, and_(column.is_(None), after) if after is not None else column.is_(None))
        return condition

    def behind(self, names: Collection[str]) -> frozenset[str]:
        """The columns on which hangs what can be seen of some columns: they, the days that they count from, the days that a row begins with."""
        specs = (self.sheet.by_field.get(name) for name in names)
        begins = self.sheet.dates if "earliest" in self.sheet.start else self.sheet.start
        return frozenset((*names, *begins, *(spec.dated_by for spec in specs if spec is not None and spec.dated_by)))

    def columns(self, names: Sequence[str]) -> list[ColumnElement[Any]]:
        return [self.column(n).label(n) for n in names]


Narrow = Callable[[View], ColumnElement[Any]]
"""The condition that restricts a view to some of its rows."""


Place = tuple[str, tuple[str, ...]]
"""A record and columns of it by which its rows are looked up."""


class Views:
    """The views of a store's records; `heaped` are the places that queries spare (engine/heaps.py), None as long as nobody looked for them."""

    def __init__(self, catalogue: Catalogue, tables: dict[str, Any]):
        self.catalogue, self.tables = catalogue, tables
        self.heaped: frozenset[Place] | None = None

    def of(self, record: str, *, alias: bool = False) -> View:
        table = self.tables[record]
        return View(self.catalogue.records[record], table.alias() if alias else table)

    def starts(self, record: str) -> list[str]:
        """The columns that a row begins with, the first that is given; none where it begins with whichever day is the earliest."""
        start = self.catalogue.records[record].start
        return [] if "earliest" in start else list(start)

    def key_columns(self, record: str) -> list[str]:
        """The key fields, and their spelling as written where a normal form is kept."""
        sheet = self.catalogue.records[record]
        return [*sheet.key_fields, *(f + WRITTEN for f in sheet.key_fields if f in sheet.normalised)]
