"""Actors with many rows: where they are few, a rule that asks for many begins with them instead of reading every row."""

from __future__ import annotations

from sqlalchemy import CTE, Connection, Select, func, select, union_all

from engine.views import Narrow, Views
from rules import terms as t

MANY = 3
"""Fewer rows than this are nothing that tells an actor from others."""
FEW = 0.3
"""Where more than this share of a record's rows is of actors with many, reading all of them costs less."""


class Crowds:
    """Who has many rows, by record; whether those are few is asked once."""

    def __init__(self, views: Views):
        self.views = views
        self._few: dict[tuple[str, tuple[str, ...]], bool] = {}

    def narrow(self, connection: Connection, record: str, actor: t.Term, least: int) -> Narrow | None:
        """The condition that an actor of a record has at least so many rows of any kind; None where it would not help."""
        if least < MANY or not isinstance(actor, t.Actor) or actor.place.hops or not self._are_few(connection, record, actor):
            return None
        crowd = self._crowd(record, actor, least)
        return lambda view: view.table.c.rid.in_(select(crowd.c.rid))

    def _are_few(self, connection: Connection, record: str, actor: t.Actor) -> bool:
        key = (record, actor.known_by)
        if key not in self._few:
            all_rows = connection.execute(select(func.count()).select_from(self.views.tables[record])).scalar_one()
            crowd = connection.execute(select(func.count()).select_from(self._crowd(record, actor, MANY))).scalar_one()
            self._few[key] = crowd <= FEW * all_rows
        return self._few[key]

    def _crowd(self, record: str, actor: t.Actor, least: int) -> CTE:
        """The rows (rid) of those who have at least so many: indexes alone tell."""
        number, *names = actor.known_by
        rows = self.views.tables[record].alias().c

        def of(column: str, *which: object) -> Select[tuple[int]]:
            often = select(rows[column]).where(*which).group_by(rows[column]).having(func.count() >= least)  # type: ignore[arg-type]
            return select(rows.rid).where(*which, rows[column].in_(often))  # type: ignore[arg-type]

        parts = [of(number, rows[number].is_not(None)), *(of(name, rows[number].is_(None)) for name in names)]
        return union_all(*parts).cte("crowd")
