"""Heaps: rows on which very many others hang, which SQL would walk again and again for every condition that asks for one of them.

A candidate query need only lose nothing. Where a case has thousands of measures, none of its rows is asked in SQL what its measures are
like: all that fulfils the plain conditions is let through, and the engine sifts the measures once (engine/sieve.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, ScalarSelect, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.sql import visitors

from engine.frames import Frame, Source
from engine.views import Place, Views

HEAP = 500
"""So many rows on one key are a heap."""


def heaped(connection: Connection, views: Views) -> frozenset[Place]:
    """The places in a store where there are heaps; mostly there are none, and no query need ask."""
    sheets = views.catalogue.records
    places = {
        (spec.rows, tuple(spec.by.values()))
        for sheet in sheets.values()
        for spec in sheet.relations.values()
        # What hangs on a whole key has one owner, and is walked once.
        if isinstance(spec.by, dict) and not spec.wide and not set(sheet.key_fields) <= set(spec.by)
    }
    open_ = [(record, columns) for record, columns in sorted(places) if not set(sheets[record].key_fields) <= set(columns)]
    return frozenset(place for place in open_ if connection.execute(_keys(views.tables[place[0]], place[1]).limit(1)).first() is not None)


def _keys(table: FromClause, columns: Iterable[str]) -> Select[Any]:
    """The values of columns on which heaps hang."""
    key = [table.c[c] for c in columns]
    return select(*key).where(*(c.is_not(None) for c in key)).group_by(*key).having(func.count() >= HEAP)


class Heaps:
    """Where the rows of a query may hang on heaps: noted while its conditions are made."""

    def __init__(self, places: frozenset[Place]) -> None:
        self.places = places
        self._noted: dict[tuple[Any, ...], tuple[Source, ColumnElement[bool]]] = {}

    def note(self, owner: Frame, relation: str, by: dict[str, str], among: Source) -> None:
        """Rows of `among` are looked for by what they have in common with an owner: it may be a heap, and so may what hangs on them."""
        place = (id(owner.source), owner.path, relation)
        if (among.view.sheet.record, tuple(by.values())) in self.places and not set(owner.view.sheet.key_fields) <= set(by):
            self._hangs(place, owner, by, _keys(among.view.table.alias(), by.values()))
        for deeper, (source, heap) in list(self._noted.items()):
            if source is among:
                inner = select(*(among.view.table.c[b] for b in by.values())).select_from(among.from_clause()).where(heap)
                self._hangs((*place, *deeper[1:]), owner, by, inner.correlate(None))

    def _hangs(self, place: tuple[Any, ...], owner: Frame, by: dict[str, str], heaps: Select[Any]) -> None:
        own = [owner.view.table.c[a] for a in by]
        self._noted.setdefault(place, (owner.source, own[0].in_(heaps) if len(own) == 1 else tuple_(*own).in_(heaps)))

    def spared(self, source: Source, conditions: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """The conditions on the rows of `source`; those that ask for other rows are spared whatever hangs on a heap."""
        plain: list[ColumnElement[Any]] = []
        asking: list[ColumnElement[Any]] = []
        for condition in conditions:
            (asking if asks(condition) else plain).append(condition)
        return [*plain, or_(*self._of(source), and_(*asking))] if asking else plain

    def sooner(self, source: Source, day: ColumnElement[Any], first: ColumnElement[Any]) -> ColumnElement[Any]:
        """A day on the rows of `source`; for whatever hangs on a heap the first that it can be, where other rows would have to be asked."""
        heaps = self._of(source)
        return case((or_(*heaps), first), else_=day) if heaps and asks(day) else day

    def _of(self, source: Source) -> list[ColumnElement[bool]]:
        return [heap for home, heap in self._noted.values() if home is source]


def asks(condition: ColumnElement[Any]) -> bool:
    """Whether a condition asks for other rows."""
    return any(isinstance(part, Select | ScalarSelect) for part in visitors.iterate(condition))
