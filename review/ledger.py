"""Reading the ledger: the clues of a run or all that are recorded, and what is insufficient, each as it stands on the day of its last scan.

Written is the ledger by review/runs (scans) and review/decisions.py (people).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

import orjson
from sqlalchemy import Connection, select

from cases.errors import CluesError
from cases.slices import sliced
from cases.store import Store
from engine.clues import dressed
from review.runs.plan import READY
from review.runs.run import Run


class NoSuchClue(CluesError):
    """没有这条线索。"""


def found_in(store: Store, run: Run) -> Iterator[dict[str, Any]]:
    """The clues that stand after a run of its rules, as of its day, ordered by rule, then subject key, as bytes order them anywhere."""
    table, within = _found_by(store, run, clues=True)
    with store.engine.connect() as connection:
        rows = connection.execute(select(table.c.rule, table.c.sort_key, table.c.clue_id).where(*within)).tuples()
        names = set(run.rules)
        ids = [clue_id for _, _, clue_id in sorted(row for row in rows if row[0] in names)]
        for clue in _payloads(connection, table, table.c.clue_id, ids):
            yield dressed(clue, run.as_of)


def gaps_in(store: Store, run: Run) -> Iterator[dict[str, Any]]:
    """What is insufficient after a run of its rules, in the same order."""
    table, within = _found_by(store, run, clues=False)
    own = table.c.found_id if run.looks_back else table.c.gap_id
    with store.engine.connect() as connection:
        rows = connection.execute(select(table.c.rule, table.c.sort_key, own).where(*within)).tuples()
        names = set(run.rules)
        yield from _payloads(connection, table, own, [key for _, _, key in sorted(row for row in rows if row[0] in names)])


def _found_by(store: Store, run: Run, clues: bool) -> tuple[Any, list[Any]]:
    """Where the results of a run stand. One that looked back has left its own in `found`; they are there until the next run."""
    if not run.looks_back:
        table = store.register["clues" if clues else "gaps"]
        return table, [table.c.present == 1] if clues else []
    table, tasks = store.register["found"], store.register["tasks"].c
    has_clue = table.c.clue_id.is_not(None) if clues else table.c.clue_id.is_(None)
    done = select(tasks.task_id).where(tasks.run_id == run.run_id, tasks.state == READY)
    return table, [table.c.run_id == run.run_id, table.c.task_id.in_(done), has_clue]


def _payloads(connection: Connection, table: Any, column: Any, ids: list[Any]) -> Iterator[dict[str, Any]]:
    for part in sliced(ids):
        found: dict[Any, str] = dict(connection.execute(select(column, table.c.payload).where(column.in_(part))).tuples().all())
        for one in part:
            yield orjson.loads(found[one])


def recorded(
    store: Store, *, status: str = "", rule: str = "", mechanism: str = "", severity: str = "", agency: str = "", since: int = 0, gone: bool = False
) -> Iterator[dict[str, Any]]:
    """The recorded clues that still stand (with `gone` the others too), filtered; each with status, first_run, last_run, present.

    `rule` is a glob, `agency` a part of a name, `since` a day (ordinal): the clue arose on or after it.
    """
    c = store.register["clues"].c
    equal = [column == value for column, value in ((c.status, status), (c.mechanism, mechanism), (c.severity, severity)) if value]
    if not gone:
        equal.append(c.present == 1)
    if agency:
        equal.append(c.agency.contains(agency))
    if since:
        equal.append(c.arose_on >= since)
    with store.engine.connect() as connection:
        head = connection.execute(select(c.rule, c.sort_key, c.clue_id, *(c[n] for n in _STANDING)).where(*equal)).all()
        order = sorted((row for row in head if not rule or fnmatchcase(row.rule, rule)), key=lambda row: row[:3])
        seen = _Seen(store, connection)
        payloads = _payloads(connection, store.register["clues"], c.clue_id, [row.clue_id for row in order])
        for row, clue in zip(order, payloads, strict=True):
            yield seen.told(row, clue)


_STANDING = ("status", "first_run", "last_run", "present")


class _Seen:
    """In which run each clue was last seen, and as of which day: that of its rule's last scan while it stands."""

    def __init__(self, store: Store, connection: Connection):
        scanned, runs = store.register["scanned"].c, store.register["runs"].c
        self.scanned = dict(connection.execute(select(scanned.rule, scanned.run_id)).tuples().all())
        self.days = dict(connection.execute(select(runs.run_id, runs.as_of)).tuples().all())

    def told(self, row: Any, clue: dict[str, Any]) -> dict[str, Any]:
        last = self.scanned.get(clue["rule"], row.last_run) if row.present else row.last_run
        standing = {"status": row.status, "first_run": row.first_run, "last_run": last, "present": bool(row.present)}
        return {**dressed(clue, self.days[last]), **standing}


def those(store: Store, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The recorded clues with these full ids, as `recorded` gives them, in the order given; ids that are not there are left out."""
    c = store.register["clues"].c
    with store.engine.connect() as connection:
        seen = _Seen(store, connection)
        for part in sliced(ids):
            rows = connection.execute(select(c.clue_id, c.payload, *(c[n] for n in _STANDING)).where(c.clue_id.in_(part)))
            found = {row.clue_id: row for row in rows}
            yield from (seen.told(found[one], orjson.loads(found[one].payload)) for one in part if one in found)


def find(store: Store, clue_id: str) -> dict[str, Any]:
    """One recorded clue by its id or an unambiguous beginning of it. Raises NoSuchClue."""
    c = store.register["clues"].c
    with store.engine.connect() as connection:
        wanted = c.clue_id.startswith(clue_id, autoescape=True)
        rows = connection.execute(select(c.clue_id, c.payload, *(c[n] for n in _STANDING)).where(wanted).limit(2)).all()
        if not clue_id or not rows:
            raise NoSuchClue(f"没有编号为 {clue_id} 的线索:用 clues list 查看编号")
        if len(rows) > 1:
            raise NoSuchClue(f"有不止一条线索的编号以 {clue_id} 开头:请多写几位")
        return _Seen(store, connection).told(rows[0], orjson.loads(rows[0].payload))
