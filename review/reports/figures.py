"""The figures of the overview: clues counted by what the last run did, by rule, by agency, by age; what is insufficient, and where."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, select

from cases.catalogue import Catalogue
from cases.slices import sliced
from cases.store import Store
from review.decisions import CLOSED
from review.masking import mask_text
from review.reports.contents import NEW
from review.reports.words import file_name
from rules import terms as t
from rules.resolve import Resolved

SEVERE = ("high", "medium", "low")
AGES = ((30, "30日内"), (90, "31至90日"), (180, "91至180日"), (365, "181日至1年"), (730, "1至2年"), (10**6, "2年以上"))
"""Up to how many days, and what that is called."""


@dataclass(frozen=True)
class Line:
    """What the overview keeps of every clue."""

    id: str
    rule: str
    title: str
    severity: str
    agency: str
    due_on: str
    arose_on: str
    state: str
    days: int | None
    summary: str
    status: str
    change: str
    weight: tuple[Any, ...]


@dataclass
class Group:
    """Clues that have a rule or an agency in common."""

    name: str
    title: str
    severities: Counter[str] = field(default_factory=Counter)
    new: int = 0
    longest: int = 0

    @property
    def total(self) -> int:
        return self.severities.total()

    def parts(self) -> dict[str, int]:
        """How many of each severity, the severe first."""
        return {severity: self.severities[severity] for severity in SEVERE}


def grouped(lines: Iterable[Line], by: str, title: str) -> list[Group]:
    """The clues by one of their fields, the largest group first; `title` is the field that names the group."""
    groups: dict[str, Group] = {}
    for line in lines:
        group = groups.setdefault(getattr(line, by), Group(getattr(line, by), getattr(line, title)))
        group.severities[line.severity] += 1
        group.new += line.change == NEW
        group.longest = max(group.longest, line.days or 0)
    return sorted(groups.values(), key=lambda g: (-g.total, g.name))


def aged(lines: Iterable[Line], as_of: dt.date) -> list[tuple[str, dict[str, int]]]:
    """The open clues by how long ago they arose."""
    found = {name: Counter[str]() for _, name in AGES}
    for line in lines:
        if line.status not in CLOSED and line.arose_on:
            age = (as_of - dt.date.fromisoformat(line.arose_on)).days + 1
            found[next(name for most, name in AGES if age <= most)][line.severity] += 1
    return [(name, {severity: counts[severity] for severity in SEVERE}) for name, counts in found.items()]


@dataclass
class Lack:
    """A column that was not filled: how many subjects could not be judged for that, by which rules, and in which file they stand; blank
    where the column is one of a related sheet."""

    sheet: str
    column: str
    file: str
    subjects: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)

    @property
    def rows(self) -> int:
        return len(self.subjects)


def lacking(store: Store, rules: Mapping[str, Resolved]) -> list[Lack]:
    """What was insufficient at the last scan, by missing column and source, the most frequent first. `rules` by id say which sheet's
    column a field is."""
    gaps, place_of = store.register["gaps"].c, cache(lambda rule, record, name: _place(store.catalogue, rules.get(rule), record, name))
    found: dict[tuple[str, str, str], Lack] = {}
    with store.engine.connect() as connection:
        for record, rows in _by_record(connection.execute(select(gaps.rule, gaps.rid, gaps.sort_key, gaps.payload)).tuples()).items():
            sheet, files = store.catalogue.records.get(record), _files(store, connection, record, [rid for _, rid, _, _ in rows if rid])
            for rule, rid, subject, missing in rows:
                for name in missing:
                    where, column = place_of(rule, record, name)
                    place = (where, column, files.get(rid, "") if sheet and where == sheet.name else "")
                    lack = found.setdefault(place, Lack(*place))
                    lack.subjects.add(subject)
                    lack.rules.add(rule)
    return sorted(found.values(), key=lambda lack: (-lack.rows, lack.sheet, lack.column, lack.file))


def _place(catalogue: Catalogue, rule: Resolved | None, record: str, name: str) -> tuple[str, str]:
    """The sheet and the column that a rule about `record` reads as the field `name`; all that it may be where that is not certain."""
    fields = (x for term in (rule.terms() if rule else ()) for x in term.walk() if isinstance(x, t.Field) and x.name == name)
    records = sorted({x.place.record for x in fields}) or [record]
    having = {sheet.record: sheet for sheet in catalogue.sheets.values() if name in sheet.by_field}
    # A rule that is not known now may read it anywhere.
    sheets = [having[one] for one in records if one in having] or list(having.values())
    return "或".join(s.name for s in sheets) or record, "或".join(dict.fromkeys(s.by_field[name].name for s in sheets)) or name


Gap = tuple[str, int | None, str, list[str]]
"""The rule, the row, its key, the fields that are missing."""


def _by_record(rows: Iterable[tuple[str, int | None, str, str]]) -> dict[str, list[Gap]]:
    """The gaps by the record they are about."""
    found: dict[str, list[Gap]] = defaultdict(list)
    for rule, rid, key, payload in rows:
        gap = orjson.loads(payload)
        found[gap["subject"]["record"]].append((rule, rid, key, gap["missing"]))
    return found


def _files(store: Store, connection: Connection, record: str, rids: Sequence[int]) -> dict[int | None, str]:
    """In which file each of these rows was read."""
    found: dict[int | None, str] = {}
    if record in store.tables:
        table, files = store.tables[record].c, store.register["files"].c
        for part in sliced(rids):
            query = select(table.rid, files.path).where(table.file_id == files.file_id, table.rid.in_(part))
            found |= {rid: mask_text(file_name(path)) for rid, path in connection.execute(query).tuples()}
    return found
