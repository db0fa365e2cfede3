"""Heaps: rows on which very many others hang, which SQL would walk again and again for every condition that asks for one of them.

A candidate query need only lose nothing. Where a case has thousands of measures, none of its rows is asked in SQL what its measures are
like: all that fulfils the plain conditions is let through, and the engine sifts the measures once (engine/sieve.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.sql import visitors

if TYPE_CHECKING:
    from engine.filter import Frame, Source

HEAP = 500
"""So many rows on one key are a heap."""


class Heaps:
    """Where the rows of a query may hang on heaps: noted while its conditions are made."""

    def __init__(self) -> None:
        self._noted: dict[tuple[Any, ...], tuple[Source, ColumnElement[bool]]] = {}

    def note(self, owner: Frame, relation: str, by: dict[str, str], among: Source) -> None:
        """Rows of `among` are looked for by what they have in common with an owner: it may be a heap, and so may what hangs on them. What
        hangs on a whole key has one owner, and is walked once."""
        table = among.view.table.alias()
        theirs = [table.c[b] for b in by.values()]
        place = (id(owner.source), owner.path, relation)
        if not set(owner.view.sheet.key_fields) <= set(by):
            self._hangs(place, owner, by, select(*theirs).group_by(*theirs).having(func.count() >= HEAP))
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
