"""Dossiers: a subject's row with the related rows that a rule reads, fetched for many subjects at once.

`need(terms, record, views)` collects what the terms read; `attach(connection, rows, need, views, as_of)` puts the related rows into the
rows (plain dictionaries) under the relation's name: a list, or one row (None where there is none).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select

from cases.catalogue import Relation
from cases.slices import sliced
from cases.tables import WRITTEN
from engine.env import Row
from engine.sieve import NOBODY, Group
from engine.views import Views
from rules import terms as t
from rules.offences import METRICS
from rules.resolve import Resolved, ResolvedCompanion


@dataclass
class Need:
    """What is read of one record: its fields, and what is read of the rows related to it."""

    record: str
    fields: set[str] = field(default_factory=set)
    relations: dict[str, Need] = field(default_factory=dict)

    def walk(self) -> Iterator[Need]:
        """This and all below."""
        yield self
        for below in self.relations.values():
            yield from below.walk()


class _Collector:
    def __init__(self, views: Views):
        self.views = views

    def child(self, need: Need, relation: str) -> Need:
        """The need behind a relation, with the columns that join it."""
        spec = self.views.catalogue.records[need.record].relations[relation]
        if relation not in need.relations:
            need.relations[relation] = Need(spec.rows, set(self.views.key_columns(spec.rows)))
        below = need.relations[relation]
        own, theirs = self.joins(need.record, spec)
        need.fields |= own
        below.fields |= theirs
        return below

    def joins(self, record: str, spec: Relation) -> tuple[set[str], set[str]]:
        if isinstance(spec.by, dict):
            return set(spec.by), set(spec.by.values())
        role = spec.by.removeprefix("actor:")
        sides = (self.views.catalogue.records[r].actors[role] for r in (record, spec.rows))
        own, theirs = ({x for x in (a.id, a.name) if x} for a in sides)
        return own, theirs

    def at(self, place: t.Place, frames: list[Need]) -> Need:
        need = frames[place.frame]
        for hop in place.hops:
            need = self.child(need, hop)
        return need

    def _as_written(self, need: Need, *names: str) -> None:
        """Columns, and how they are spelled where another form is kept to compare."""
        spelled = self.views.catalogue.records[need.record].normalised
        need.fields |= {*names, *(name + WRITTEN for name in names if name in spelled)}

    def collect(self, term: t.Term, frames: list[Need]) -> None:
        if isinstance(term, t.Field):
            self._as_written(self.at(term.place, frames), term.name)
        elif isinstance(term, t.Actor):
            need = self.at(term.place, frames)
            need.fields |= set(term.columns)
            self._as_written(need, *filter(None, (term.id, term.name)))
        elif isinstance(term, t.Defined):
            self.collect(term.body, [self.at(term.place, frames)])
        elif isinstance(term, t.Named):
            self.collect(term.body, frames[:1])
        elif isinstance(term, t.Rows):
            below = self.child(self.at(term.place, frames), term.relation)
            if term.filter is not None:
                self.collect(term.filter, [*frames[: term.frame], below])
        elif isinstance(term, t.Values):
            self.collect(term.rows, frames)
            below = self.at(term.rows.place, frames).relations[term.rows.relation]
            self.collect(term.value, [*frames[: term.rows.frame], below])
        elif isinstance(term, t.Missing):
            self.at(term.place, frames)
        else:
            for child in term.children():
                self.collect(child, frames)


def need(terms: Iterable[t.Term], record: str, views: Views) -> Need:
    """What a list of terms reads of a subject of `record`."""
    root, collector = Need(record, set(views.key_columns(record))), _Collector(views)
    for term in terms:
        collector.collect(term, [root])
    return root


def subject_need(rule: Resolved, views: Views) -> Need:
    """All that a rule reads of its subjects."""
    begun = starts_of(rule.window.at, views) if rule.window is not None else []
    found = need([*rule.terms(), *begun], rule.base_record, views)
    if rule.window is not None and rule.window.spec.total:
        found.fields |= set(METRICS)
    return found


def companion_need(companion: ResolvedCompanion, views: Views) -> Need:
    """All that a window rule reads of the rows that stand beside its subjects."""
    role = views.catalogue.records[companion.spec.rows].actors[companion.spec.role]
    found = need([*companion.where, companion.day, *starts_of(companion.day, views)], companion.spec.rows, views)
    found.fields |= set(role.columns)
    return found


def starts_of(day: t.Term, views: Views) -> list[t.Term]:
    """The starting days of the row of which a window reads its day: nobody knew of the row before the first that is given."""
    return [replace(day, name=name) for name in views.starts(day.place.record)] if isinstance(day, t.Field) else []


class Loader:
    """Fetches related rows; statements are built once per relation and kept."""

    def __init__(self, views: Views, as_of: int):
        self.views, self.as_of = views, as_of
        self._statements: dict[tuple[str, str, frozenset[str]], tuple[Select[Any], list[str]]] = {}
        self._held: dict[tuple[int, str], dict[Any, Group]] = {}

    def attach(self, connection: Connection, rows: list[Row], wanted: Need) -> None:
        """Put the related rows of `wanted` into `rows`, however deep."""
        if not rows:
            return
        for name, below in sorted(wanted.relations.items()):
            spec = self.views.catalogue.records[wanted.record].relations[name]
            if isinstance(spec.by, dict):
                related = self._join_columns(connection, rows, name, spec.by, below, self.views.catalogue.is_single(spec))
            else:
                related = self._join_actors(connection, rows, name, wanted.record, spec, below)
            self.attach(connection, related, below)

    def _statement(self, column: str, below: Need, also: str = "") -> tuple[Select[Any], list[str]]:
        key = (below.record, column + "|" + also, frozenset(below.fields))
        if key not in self._statements:
            view, names = self.views.of(below.record), sorted(below.fields)
            match: ColumnElement[bool] = view.table.c[column].in_(bindparam("wanted", expanding=True))
            if also:  # an actor known by name alone has no certificate number in the row
                match = match & view.table.c[also].is_(None)
            self._statements[key] = (select(*view.columns(names)).where(match, view.visible), names)
        return self._statements[key]

    def _fetch(self, connection: Connection, column: str, values: set[Any], below: Need, also: str = "") -> Iterator[Row]:
        statement, names = self._statement(column, below, also)
        for part in sliced(sorted(values)):
            for found in connection.execute(statement, {"wanted": list(part), "as_of": self.as_of}):
                yield dict(zip(names, found, strict=True))

    def _join_columns(self, connection: Connection, rows: list[Row], name: str, by: dict[str, str], below: Need, single: bool) -> list[Row]:
        (own, theirs), *more = by.items()
        held, fresh = self._holding(connection, theirs, {row[own] for row in rows}, below)
        for row in rows:
            group = held.get(row[own], NOBODY).part(tuple(c for _, c in more), tuple(row[c] for c, _ in more))
            row[name] = (group[0] if group else None) if single else group
        return fresh

    def _join_actors(self, connection: Connection, rows: list[Row], name: str, record: str, spec: Relation, below: Need) -> list[Row]:
        role = str(spec.by).removeprefix("actor:")
        own, theirs = (self.views.catalogue.records[r].actors[role] for r in (record, spec.rows))
        numbers = {row[own.id] for row in rows}
        names = {row[own.name] for row in rows if row[own.id] is None}
        numbered, some = self._holding(connection, theirs.id, numbers, below)
        named, others = self._holding(connection, theirs.name, names, below, also=theirs.id)
        for row in rows:
            row[name] = numbered.get(row[own.id], NOBODY) if row[own.id] is not None else named.get(row[own.name], NOBODY)
        return some + others

    def _holding(self, connection: Connection, column: str, values: set[Any], below: Need, also: str = "") -> tuple[dict[Any, Group], list[Row]]:
        """The rows that hold each of some values in a column, in the order of their keys, and those among them that are new: what was
        fetched for the rows before these is not fetched again, for thousands that all hang on the same would fetch it time after time."""
        last = self._held.pop((id(below), column), {})
        held = {value: last.get(value) or Group() for value in values if value is not None}
        fresh = {value for value in held if value not in last}
        del last
        for found in self._fetch(connection, column, fresh, below, also):
            if (group := held.get(found[column])) is not None:
                group.append(found)
        keys = self.views.catalogue.records[below.record].key_fields
        for value in fresh:
            if len(held[value]) > 1:
                held[value].sort(key=lambda row: tuple(str(row[k]) for k in keys))
        self._held[id(below), column] = held
        return held, [row for value in fresh for row in held[value]]
