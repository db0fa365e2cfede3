"""The rows of some actors: of those whom a change concerns, or of those who have many.

Where few actors have many rows, a rule that asks for many begins with them instead of reading every row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Select, Table, and_, func, select, union_all

from engine.views import Narrow, Views
from rules import terms as t

MANY = 3
"""Fewer rows than this are nothing that tells an actor from others."""
FEW = 10_000
"""More rows than this of actors with many are not held: all rows are read instead."""


Names = Callable[[ColumnElement[Any], ColumnElement[bool]], Select[Any]]
"""Names or numbers to look for, given the column they stand in and the condition under which it says who an actor is."""


def of_actors(table: Table, actor: t.Actor, names: Names) -> Narrow:
    """The condition that a row is one of certain actors'."""
    rows = _rows(table, actor, names)
    return lambda view: view.table.c.rid.in_(select(rows.c.rid))


def _rows(table: Table, actor: t.Actor, names: Names) -> CTE:
    # Each column by an index of its own. Who has a number is known by it alone: a name in common would bring in some of another
    # actor's rows, and not all.
    c = table.alias().c
    number, *others = (c[name] for name in actor.known_by)
    ways = [(number, number.is_not(None)), *((name, and_(number.is_(None), name.is_not(None))) for name in others)]
    parts = [select(c.rid).where(holds, column.in_(names(column, holds))) for column, holds in ways]
    return union_all(*parts).cte("of_actors")


class Crowds:
    """The rows of those who have many, by record, as long as these are few; each looked for once."""

    def __init__(self, views: Views):
        self.views = views
        self._found: dict[tuple[str, tuple[str, ...]], list[int]] = {}

    def narrow(self, connection: Connection, record: str, actor: t.Actor, least: int) -> Narrow | None:
        """The condition that an actor of a record has many rows of any kind, if many are asked for; None where it would not help."""
        if least < MANY:
            return None
        key = (record, actor.known_by)
        if key not in self._found:
            rows = _rows(self.views.tables[record], actor, _often)
            self._found[key] = list(connection.execute(select(rows.c.rid).limit(FEW + 1)).scalars())
        found = self._found[key]
        return (lambda view: view.table.c.rid.in_(found)) if len(found) <= FEW else None


def _often(column: ColumnElement[Any], holds: ColumnElement[bool]) -> Select[Any]:
    """Whoever stands there many times: an index alone tells."""
    return select(column).where(holds).group_by(column).having(func.count() >= MANY)
