"""What has to be judged again: rows of which an import changed, or a day brought, what a rule reads, and what hangs together with them.

`Changes(...)` knows the difference between two looks at a store; `rows(need)` gives the subjects whose verdict may differ, `actors(…)`
the actors of a window rule. Both may name too many, never too few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from cases.catalogue import Relation
from cases.slices import sliced
from engine.dossier import Need
from engine.views import Views

_ALL = frozenset[str]()


@dataclass(frozen=True)
class Look:
    """An earlier look at the store: as of which day, up to which import; `open_imports` had not ended then."""

    as_of: int
    import_id: int
    open_imports: tuple[int, ...] = ()

    def later(self, column: Any) -> ColumnElement[bool]:
        """Whether an import came after this look, or was still going on."""
        after: ColumnElement[bool] = column > self.import_id
        return or_(after, column.in_(self.open_imports)) if self.open_imports else after

    def has_seen(self, import_id: int) -> bool:
        """Whether an import was over by this look."""
        return import_id <= self.import_id and import_id not in self.open_imports


class Changes:
    """The difference between an earlier look and now."""

    def __init__(self, connection: Connection, views: Views, register: Mapping[str, Table], since: Look, as_of: int):
        self.connection, self.views, self.since, self.as_of = connection, views, since, as_of
        self.moves, self.revisions = register["moves"], register["revisions"]
        self._altered: dict[str, dict[frozenset[str], set[int]]] = {}
        self._changed: dict[tuple[str, frozenset[str]], frozenset[int]] = {}
        self._above: dict[tuple[str, str, frozenset[int]], frozenset[int]] = {}
        self._read: dict[tuple[str, str, frozenset[int]], frozenset[str]] = {}
        self._moved: dict[tuple[str, str], frozenset[str]] = {}

    def changed(self, record: str, names: Collection[str]) -> frozenset[int]:
        """The rows of a record in which an import changed some columns, or what can be seen of them, or a day has brought it."""
        fields = self.views.of(record).behind(names)
        if (record, fields) not in self._changed:
            parts = (rows for columns, rows in self._alterations(record).items() if not columns or columns & fields)
            self._changed[record, fields] = frozenset(rid for rows in parts for rid in rows)
        return self._changed[record, fields]

    def _alterations(self, record: str) -> dict[frozenset[str], set[int]]:
        """The rows of a record that have changed, by the columns that did; by none for those that are new or were put back."""
        if record not in self._altered:
            columns = self._revised(record)
            table, found = self.views.tables[record], dict[frozenset[str], set[int]]()
            for rid in self.connection.execute(select(table.c.rid).where(self.since.later(table.c.import_id))).scalars():
                found.setdefault(columns.get(rid, _ALL), set()).add(rid)
            found.setdefault(_ALL, set()).update(map(int, self._left(record, "rid")))
            for day, rows in self._come(record).items():
                found.setdefault(frozenset((day,)), set()).update(rows)
            self._altered[record] = found
        return self._altered[record]

    def _revised(self, record: str) -> dict[int, frozenset[str]]:
        """Which columns of rows that were there at the earlier look have changed since."""
        notes, there = self.revisions.c, set[int]()
        found: dict[int, frozenset[str]] = {}
        query = select(notes.old_import, notes.fields, notes.rids).where(self.since.later(notes.import_id), notes.record == record)
        for old_import, fields, rids in self.connection.execute(query).tuples():
            columns, rows = frozenset(fields.split()), [int(rid) for rid in rids.split()]
            for rid in rows:
                found[rid] = found.get(rid, columns) | columns
            if self.since.has_seen(old_import):
                there.update(rows)
        return {rid: columns for rid, columns in found.items() if rid in there}

    def _come(self, record: str) -> dict[str, list[int]]:
        """The rows of which a date has come, by its column. A term too may be what a row begins with, or a value counts from."""
        days = self.views.catalogue.records[record].dates if self.as_of > self.since.as_of else ()
        if not days:
            return {}
        c, found = self.views.tables[record].c, {day: list[int]() for day in days}
        some = or_(*(and_(c[day] > self.since.as_of, c[day] <= self.as_of) for day in days))
        for rid, *at in self.connection.execute(select(c.rid, *(c[day] for day in days)).where(some)):
            for day, value in zip(days, at, strict=True):
                if value is not None and self.since.as_of < value <= self.as_of:
                    found[day].append(rid)
        return found

    def rows(self, need: Need) -> frozenset[int]:
        """The rows of a record whose dossier, as far as `need` reads it, may differ."""
        found = self.changed(need.record, need.fields)
        for name, below in sorted(need.relations.items()):
            found |= self._holders(need.record, name, self.rows(below))
        return found

    def actors(self, record: str, rows: frozenset[int], columns: Iterable[str]) -> frozenset[str]:
        """Who stands in some rows of a record now, and who stood in the columns of changed rows before."""
        found: set[str] = set()
        for column in columns:
            found |= self._values(record, column, rows) | self._left(record, column)
        return frozenset(found)

    def _holders(self, record: str, name: str, rows: frozenset[int]) -> frozenset[int]:
        """The rows of a record to which some rows belong, or belonged before, over a relation."""
        key = (record, name, rows)
        if key not in self._above:
            spec = self.views.catalogue.records[record].relations[name]
            own, theirs = self._columns(record, spec)
            values = self.actors(spec.rows, rows, theirs)
            table = self.views.tables[record]
            found: set[int] = set()
            for part in sliced(sorted(values)):
                for column in own:
                    found |= set(self.connection.execute(select(table.c.rid).where(table.c[column].in_(part))).scalars())
            self._above[key] = frozenset(found)
        return self._above[key]

    def _columns(self, record: str, spec: Relation) -> tuple[list[str], list[str]]:
        """The columns by which rows hang together; of several pairs the first is enough for a superset."""
        if isinstance(spec.by, dict):
            own, theirs = next(iter(spec.by.items()))
            return [own], [theirs]
        role = spec.by.removeprefix("actor:")
        sides = [self.views.catalogue.records[r].actors[role] for r in (record, spec.rows)]
        return [c for c in (sides[0].id, sides[0].name) if c], [c for c in (sides[1].id, sides[1].name) if c]

    def _values(self, record: str, column: str, rows: frozenset[int]) -> frozenset[str]:
        """What stands in a column of some rows; many rules ask for the same."""
        key = (record, column, rows)
        if key not in self._read:
            table, found = self.views.tables[record], set[str]()
            for part in sliced(sorted(rows)):
                values = self.connection.execute(select(table.c[column]).where(table.c.rid.in_(part), table.c[column].is_not(None)))
                found |= set(values.scalars())
            self._read[key] = frozenset(found)
        return self._read[key]

    def _left(self, record: str, column: str) -> frozenset[str]:
        """What stood in a join column before imports changed it (`rid`: rows that an import has put back as they were)."""
        key = (record, column)
        if key not in self._moved:
            moves = self.moves.c
            found = select(moves.content).where(self.since.later(moves.import_id), moves.record == record, moves.field == column)
            self._moved[key] = frozenset(self.connection.execute(found).scalars())
        return self._moved[key]


def look_now(connection: Connection, imports: Table, as_of: int, oldest_open: str) -> Look:
    """The look that starts now. Imports that began before `oldest_open` (ISO time) and never ended are taken for dead.

    A number that is missing among the later ones belongs to an import that nobody can see yet (a strict one on PostgreSQL), or never will.
    """
    past = connection.execute(select(func.max(imports.c.import_id)).where(imports.c.begun_at < oldest_open)).scalar() or 0
    recent = select(imports.c.import_id, imports.c.ended_at).where(or_(imports.c.import_id > past, imports.c.begun_at >= oldest_open))
    ended = dict(connection.execute(recent).tuples().all())
    last = max(past, *ended) if ended else past
    going = {i for i, at in ended.items() if at is None} | (set(range(past + 1, last)) - ended.keys())
    return Look(as_of, last, tuple(sorted(going)))
