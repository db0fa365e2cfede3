"""Retention: old closed clues with their history, and old records that hang together with nothing that is still needed, are deleted.

A closed clue that its rule still finds stays as long as its records do, or the next scan would list it as new. Records go only as a whole
group (all that is joined by number, certificate or name), as a rule would otherwise miss an act that was done and list its lack. The
audit log is never purged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, or_, select, update

from cases.slices import sliced
from cases.store import Store
from engine.evidence import key_of
from engine.views import Views
from review import audit
from review.decisions import CLOSED, OPEN
from review.masking import mask_clue
from review.story import stored_key

Row = tuple[str, int]
"""A record and the rid of one of its rows."""


@dataclass
class Purge:
    """What is to go, or has gone: clues (id, rule, status, day of the decision or of the last sight), rows by record; `held` counts old
    closed clues that stay because their rules still find them."""

    clues: list[tuple[str, str, str, str]] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    held: int = 0

    def counts(self, store: Store) -> dict[str, int]:
        """How many rows of each sheet, by its Chinese name, and how many clues."""
        sheets = {store.catalogue.records[record].name: len(rids) for record, rids in self.rows.items() if rids}
        return {"线索": len(self.clues), **sheets}

    def records(self, store: Store) -> Iterator[tuple[str, str]]:
        """Each record: its sheet's Chinese name, and its key, masked."""
        views = Views(store.catalogue, store.tables)
        with store.engine.connect() as connection:
            for record, rids in self.rows.items():
                sheet, c = store.catalogue.records[record], store.tables[record].c
                names = views.key_columns(record)
                for part in sliced(sorted(rids)):
                    for row in connection.execute(select(*(c[name] for name in names)).where(c.rid.in_(part)).order_by(c.rid)):
                        subject = {"record": record, "key": list(key_of(dict(zip(names, row, strict=True)), sheet))}
                        masked = mask_clue({"rule": "", "subject": subject}, store.catalogue)
                        yield sheet.name, " ".join(masked["subject"]["key"])


def planned(store: Store, before: dt.date, homes: Mapping[str, str] | None = None) -> Purge:
    """What a purge of all before a day would delete; records too where `homes` (rule → record of its subjects) is given."""
    with store.engine.connect() as connection:
        return _planned(store, connection, before, homes)


def purge(store: Store, before: dt.date, account: str, homes: Mapping[str, str] | None = None) -> Purge:
    """Delete it, in one transaction with the entry in the audit log; on SQLite the file is then made small, so that nothing is left in it."""
    with store.engine.begin() as connection:
        audit.hold(store, connection)
        found = _planned(store, connection, before, homes)
        _delete(store, connection, found)
        audit.record(store, connection, "清除", f"{before} 以前", found.counts(store), account)
    if store.is_sqlite:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


def _planned(store: Store, connection: Connection, before: dt.date, homes: Mapping[str, str] | None) -> Purge:
    found = Purge()
    old, standing = _old_clues(store, connection, before)
    kept = _kept(store, connection, {one[0] for one in old} | {one[0] for one in standing})
    old, standing = ([one for one in some if one[0] not in kept] for some in (old, standing))
    if homes is not None:
        leaving, waiting = {one[0] for one in (*old, *standing)}, {one[0] for one in standing}
        groups = _Groups(store, connection)
        kept_clues = _payloads(store, connection, lambda clue: clue not in leaving)
        found.rows = groups.free([*groups.named(kept_clues), *_awake(store, connection, homes)], _recent(store, connection, before))
        gone = {(record, rid) for record, rids in found.rows.items() for rid in rids}
        named = ((clue["id"], groups.rows_of(clue)) for clue in _payloads(store, connection, waiting.__contains__))
        free = {clue for clue, rows in named if rows and rows <= gone}
        old += [one for one in standing if one[0] in free]
        standing = [one for one in standing if one[0] not in free]
    found.clues, found.held = sorted(old), len(standing)
    return found


def _old_clues(store: Store, connection: Connection, before: dt.date) -> tuple[list[Any], list[Any]]:
    """Old closed clues, and clues long gone that nobody touched; and old closed ones that their rules still find."""
    clues, runs, day = store.register["clues"], store.register["runs"], before.isoformat()
    c, seen = clues.c, runs.c.begun_at
    closed = c.status.in_(CLOSED) & (c.decided_at < day)
    untouched = (c.status == OPEN) & c.version.is_(None) & (c.present == 0) & (seen < day)
    wanted = select(c.clue_id, c.rule, c.status, func.coalesce(c.decided_at, seen), c.present).outerjoin_from(
        clues, runs, runs.c.run_id == c.last_run
    )
    rows = connection.execute(wanted.where(or_(closed, untouched))).tuples().all()
    return [row[:4] for row in rows if not row[4]], [row[:4] for row in rows if row[4]]


def _kept(store: Store, connection: Connection, old: set[str]) -> set[str]:
    """The old clues into which a clue that stays was merged."""
    c = store.register["clues"].c
    merged = connection.execute(select(c.clue_id, c.merged_into).where(c.merged_into.is_not(None))).tuples().all()
    kept: set[str] = set()
    while more := {into for clue, into in merged if into in old - kept and (clue not in old or clue in kept)}:
        kept |= more
    return kept


def _payloads(store: Store, connection: Connection, wanted: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    """The clues whose ids are wanted."""
    c = store.register["clues"].c
    with connection.execute(select(c.clue_id, c.payload), execution_options={"yield_per": 1000}) as rows:
        for clue_id, payload in rows:
            if wanted(clue_id):
                yield orjson.loads(payload)


def _awake(store: Store, connection: Connection, homes: Mapping[str, str]) -> Iterator[Row]:
    """Rows that a rule will look at again on a day to come; of a rule that is not known now, any row with that number."""
    wakes = store.register["wakes"].c
    for rule, rid in connection.execute(select(wakes.rule, wakes.rid).distinct()).tuples():
        for record in (homes[rule],) if rule in homes else store.tables:
            yield record, rid


def _recent(store: Store, connection: Connection, before: dt.date) -> set[int]:
    """The imports that began on that day or later."""
    imports = store.register["imports"].c
    return set(connection.execute(select(imports.import_id).where(imports.begun_at >= before.isoformat())).scalars())


class _Groups:
    """Which rows hang together: by the numbers that join sheets, and by who stands in them."""

    def __init__(self, store: Store, connection: Connection):
        self.store = store
        self.parent: dict[Hashable, Hashable] = {}
        self.imports: dict[Row, int] = {}
        self.keys: dict[tuple[Any, ...], Row] = {}
        links = _links(store)
        for record, sheet in store.catalogue.records.items():
            table, fields = store.tables[record], sorted({*sheet.key_fields, *(f for _, some in links[record] for f in some)})
            statement = select(table.c.rid, table.c.import_id, *(table.c[f] for f in fields))
            with connection.execute(statement, execution_options={"yield_per": 5000}) as rows:
                for rid, import_id, *values in rows:
                    self._add((record, rid), import_id, dict(zip(fields, values, strict=True)), sheet.key_fields, links[record])

    def _add(self, row: Row, import_id: int, values: dict[str, Any], key: Sequence[str], links: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self.imports[row] = import_id
        self.keys[row[0], *(values[f] for f in key)] = row
        for name, fields in links:
            if all(values[f] not in (None, "") for f in fields):
                self._join(row, (name, *(values[f] for f in fields)))

    def _top(self, node: Hashable) -> Hashable:
        while (above := self.parent.setdefault(node, node)) != node:
            self.parent[node] = self.parent[above]
            node = above
        return node

    def _join(self, one: Hashable, other: Hashable) -> None:
        self.parent[self._top(one)] = self._top(other)

    def rows_of(self, clue: dict[str, Any]) -> set[Row]:
        """The rows that a clue names and that are there."""
        found = set()
        for place in (clue["subject"], *clue["evidence"]):
            if (sheet := self.store.catalogue.records.get(place["record"])) is not None:
                values = stored_key(sheet, place["key"])
                row = self.keys.get((place["record"], *(values.get(f) for f in sheet.key_fields)))
                found |= {row} if row else set()
        return found

    def named(self, clues: Iterable[dict[str, Any]]) -> Iterator[Row]:
        for clue in clues:
            yield from self.rows_of(clue)

    def free(self, needed: Iterable[Row], recent: set[int]) -> dict[str, list[int]]:
        """The rows of the groups that have no needed row and none that a recent import changed, by record."""
        bound = {self._top(row) for row in needed} | {self._top(row) for row, import_id in self.imports.items() if import_id in recent}
        found: dict[str, list[int]] = {}
        for row in self.imports:
            if self._top(row) not in bound:
                found.setdefault(row[0], []).append(row[1])
        return found


def _links(store: Store) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """By record the columns whose values join its rows with others, each with the name under which they meet."""
    records = store.catalogue.records
    found: dict[str, set[tuple[str, tuple[str, ...]]]] = {record: set() for record in records}
    for record, sheet in records.items():
        for actor in sheet.actors.values():
            found[record] |= {("actor", (column,)) for column in (actor.id, actor.name) if column}
        for relation in sheet.relations.values():
            if isinstance(relation.by, dict) and not relation.wide:
                theirs = tuple(relation.by.values())
                name = f"{relation.rows} {' '.join(theirs)}"
                found[record].add((name, tuple(relation.by)))
                found[relation.rows].add((name, theirs))
    return {record: sorted(links) for record, links in found.items()}


def _delete(store: Store, connection: Connection, found: Purge) -> None:
    t, ids = store.register, [one[0] for one in found.clues]
    for part in sliced(ids):
        connection.execute(delete(t["events"]).where(t["events"].c.clue_id.in_(part)))
        connection.execute(delete(t["clues"]).where(t["clues"].c.clue_id.in_(part)))
    _delete_gaps(store, connection, found)
    if any(found.rows.values()):  # what asks for any row of an agency may have rested on one: every rule is judged as a whole again
        connection.execute(update(t["scanned"]).values(digest=""))
    for record, rids in found.rows.items():
        table = store.tables[record]
        for rows in sliced(rids):
            connection.execute(delete(table).where(table.c.rid.in_(rows)))
        # The gate is to compare with what is there now.
        connection.execute(delete(t["deliveries"]).where(t["deliveries"].c.record == record))


def _delete_gaps(store: Store, connection: Connection, found: Purge) -> None:
    """What was insufficient about rows that go."""
    gaps, gone = store.register["gaps"], {record: set(rids) for record, rids in found.rows.items()}
    if gone:
        rows = connection.execute(select(gaps.c.gap_id, gaps.c.rid, gaps.c.payload).where(gaps.c.rid.is_not(None))).tuples()
        old = [gap for gap, rid, payload in rows if rid in gone.get(orjson.loads(payload)["subject"]["record"], ())]
        for part in sliced(old):
            connection.execute(delete(gaps).where(gaps.c.gap_id.in_(part)))
