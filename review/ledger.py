"""The ledger: every scan run, the clues as they last stood, what was insufficient. Written in one transaction per run.

A clue keeps its row for life. After a run the clues of the rules that were scanned are `present` where the run saw them, and no
longer where it did not (the body has acted, or the data was corrected). A run that fails leaves no trace but its absence.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from cases.errors import CluesError
from cases.store import Store
from engine.scan import Batch, Scanner

OPEN = "待审"
AT_ONCE = 400


class Busy(CluesError):
    """另一次扫描正在使用这个案件库,请等它结束后再试。"""

    exit_code = 75


class NoSuchClue(CluesError):
    """没有这条线索。"""


@dataclass
class Run:
    """What a run did."""

    run_id: int
    as_of: int
    rules: int
    records: int = 0
    judged: int = 0
    clues: int = 0
    insufficient: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    seconds: float = 0.0
    worst: set[str] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        day = dt.date.fromordinal(self.as_of).isoformat()
        return {
            "as_of": day,
            "rules": self.rules,
            "records": self.records,
            "seconds": round(self.seconds, 2),
            "incremental": False,
            "run": self.run_id,
        }

    def line(self, errors: int = 0) -> str:
        """The line for the log."""
        now = dt.datetime.now().strftime("%Y-%m-%d %H:%M")
        return (
            f"{now} run={self.run_id} as_of={dt.date.fromordinal(self.as_of)} records={self.records} judged={self.judged} new={self.new} "
            f"changed={self.changed} gone={self.gone} insufficient={self.insufficient} errors={errors} seconds={self.seconds:.0f}"
        )


@contextlib.contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Hold the store for one scan. Raises Busy where another scan has it."""
    if store.is_sqlite:
        path = store.engine.url.database
        if not path or path == ":memory:":
            yield
            return
        with _locked(Path(path + ".scan")):
            yield
        return
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "postgresql":
            if not connection.execute(select(func.pg_try_advisory_lock(7_302_001))).scalar():
                raise Busy("另一次扫描正在使用这个案件库,请等它结束后再试")
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(7_302_001)))
            return
        yield


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    if sys.platform == "win32":  # pragma: no cover - the supported machines have flock
        yield
        return
    import fcntl

    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("另一次扫描正在使用这个案件库,请等它结束后再试") from None
        yield


def record(store: Store, scanner: Scanner, as_of: int, batches: Iterable[Batch]) -> Run:
    """Write a scan into the ledger as it comes; all of it is committed together at the end."""
    began = time.monotonic()
    tables, names = store.register, [r.rule.id for r in scanner.rules]
    with store.engine.begin() as connection:
        run_id = (connection.execute(select(func.max(tables["runs"].c.run_id))).scalar() or 0) + 1
        run = Run(run_id, as_of, len(names), records=_records(store, connection))
        connection.execute(insert(tables["runs"]), {"run_id": run_id, "begun_at": _now(), "as_of": as_of, "digest": _digest(scanner)})
        for part in _sliced(names):
            connection.execute(delete(tables["gaps"]).where(tables["gaps"].c.rule.in_(part)))
        for batch in batches:
            run.judged += batch.judged
            _clues(store, connection, run, batch.clues)
            _gaps(store, connection, run, batch.insufficient)
        run.gone = _gone(store, connection, run_id, names)
        run.seconds = time.monotonic() - began
        counts = {k: getattr(run, k) for k in ("rules", "records", "judged", "clues", "insufficient", "new", "changed", "gone")}
        done = {"ended_at": _now(), "counts": json.dumps({**counts, "seconds": round(run.seconds, 2)})}
        connection.execute(update(tables["runs"]).where(tables["runs"].c.run_id == run_id).values(**done))
    return run


def _records(store: Store, connection: Connection) -> int:
    return sum(connection.execute(select(func.count()).select_from(t)).scalar() or 0 for t in store.tables.values())


def _digest(scanner: Scanner) -> str:
    texts = [r.rule.model_dump_json() for r in scanner.rules]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _now() -> str:
    return dt.datetime.now().isoformat(timespec="seconds")


def _sliced(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(items), AT_ONCE):
        yield items[at : at + AT_ONCE]


def _sort_key(subject: dict[str, Any]) -> str:
    return "\x1f".join(subject["key"])


def _facts_of(payload: str) -> dict[str, Any]:
    """What makes a clue another one when it changes: not the days over, not the sentence with today's date."""
    clue: dict[str, Any] = orjson.loads(payload)
    return {k: clue[k] for k in ("state", "severity", "due_on", "arose_on", "evidence")}


def _clues(store: Store, connection: Connection, run: Run, clues: list[dict[str, Any]]) -> None:
    table = store.register["clues"]
    for part in _sliced(clues):
        wanted = [c["id"] for c in part]
        old = dict(connection.execute(select(table.c.clue_id, table.c.payload).where(table.c.clue_id.in_(wanted))).tuples().all())
        fresh, known = [], []
        for clue in part:
            row = _row(clue, run.run_id)
            run.clues += 1
            run.worst.add(clue["severity"])
            if clue["id"] in old:
                run.changed += _facts_of(old[clue["id"]]) != _facts_of(row["payload"])
                known.append(row)
            else:
                fresh.append({**row, "status": OPEN, "first_run": run.run_id})
        if fresh:
            connection.execute(insert(table), fresh)
            run.new += len(fresh)
        if known:
            values: dict[str, Any] = {name: bindparam(name) for name in known[0] if name != "clue_id"}
            changed = update(table).where(table.c.clue_id == bindparam("known_id")).values(values)
            connection.execute(changed, [{**row, "known_id": row.pop("clue_id")} for row in known])


def _row(clue: dict[str, Any], run_id: int) -> dict[str, Any]:
    arose = dt.date.fromisoformat(clue["arose_on"]).toordinal() if clue["arose_on"] else None
    return {
        "clue_id": clue["id"], "rule": clue["rule"], "mechanism": clue["mechanism"], "severity": clue["severity"], "state": clue["state"],
        "agency": clue["agency"], "sort_key": _sort_key(clue["subject"]), "arose_on": arose, "present": 1, "last_run": run_id,
        "payload": orjson.dumps(clue).decode(),
    }  # fmt: skip


def _gaps(store: Store, connection: Connection, run: Run, gaps: list[dict[str, Any]]) -> None:
    run.insufficient += len(gaps)
    rows = [
        {"run_id": run.run_id, "rule": g["rule"], "sort_key": _sort_key(g["subject"]), "payload": orjson.dumps(_public(g)).decode()} for g in gaps
    ]
    if rows:
        connection.execute(insert(store.register["gaps"]), rows)


def _public(gap: dict[str, Any]) -> dict[str, Any]:
    return {k: gap[k] for k in ("rule", "subject", "missing")}


def _gone(store: Store, connection: Connection, run_id: int, names: list[str]) -> int:
    table, gone = store.register["clues"], 0
    for part in _sliced(names):
        result = connection.execute(update(table).where(table.c.rule.in_(part), table.c.present == 1, table.c.last_run != run_id).values(present=0))
        gone += result.rowcount
    return gone


# -- reading ---------------------------------------------------------------------------------------------------------------
def found_in(store: Store, run_id: int) -> Iterator[dict[str, Any]]:
    """The clues of a run, ordered by rule, then subject key, as bytes order them on every database."""
    table = store.register["clues"]
    with store.engine.connect() as connection:
        order = sorted(connection.execute(select(table.c.rule, table.c.sort_key, table.c.clue_id).where(table.c.last_run == run_id)).tuples())
        yield from _payloads(connection, table, table.c.clue_id, [clue_id for _, _, clue_id in order])


def gaps_of(store: Store, rules: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """What is insufficient, by the last scan of each rule, in order."""
    table = store.register["gaps"]
    with store.engine.connect() as connection:
        rows = connection.execute(select(table.c.rule, table.c.sort_key, table.c.gap_id)).tuples()
        order = sorted(r for r in rows if rules is None or r[0] in rules)
        yield from _payloads(connection, table, table.c.gap_id, [gap_id for _, _, gap_id in order])


def _payloads(connection: Connection, table: Any, column: Any, ids: list[Any]) -> Iterator[dict[str, Any]]:
    for part in _sliced(ids):
        found: dict[Any, str] = dict(connection.execute(select(column, table.c.payload).where(column.in_(part))).tuples().all())
        for one in part:
            yield orjson.loads(found[one])


def recorded(
    store: Store, *, status: str = "", rule: str = "", mechanism: str = "", severity: str = "", agency: str = "", since: int = 0, gone: bool = False
) -> Iterator[dict[str, Any]]:
    """The recorded clues that still stand (with `gone` the others too), filtered; each with status, first_run, last_run, present.

    `rule` is a glob, `agency` a part of a name, `since` a day (ordinal): the clue arose on or after it.
    """
    from fnmatch import fnmatchcase

    c = store.register["clues"].c
    equal = [column == value for column, value in ((c.status, status), (c.mechanism, mechanism), (c.severity, severity)) if value]
    if not gone:
        equal.append(c.present == 1)
    if agency:
        equal.append(c.agency.contains(agency))
    if since:
        equal.append(c.arose_on >= since)
    with store.engine.connect() as connection:
        head = connection.execute(select(c.rule, c.sort_key, c.clue_id, c.status, c.first_run, c.last_run, c.present).where(*equal)).tuples()
        order = sorted(row for row in head if not rule or fnmatchcase(row[0], rule))
        payloads = _payloads(connection, store.register["clues"], c.clue_id, [row[2] for row in order])
        for row, clue in zip(order, payloads, strict=True):
            yield {**clue, "status": row[3], "first_run": row[4], "last_run": row[5], "present": bool(row[6])}


def find(store: Store, clue_id: str) -> dict[str, Any]:
    """One recorded clue by its id or an unambiguous beginning of it. Raises NoSuchClue."""
    c = store.register["clues"].c
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(c.clue_id, c.payload, c.status, c.first_run, c.last_run, c.present).where(c.clue_id.startswith(clue_id, autoescape=True)).limit(2)
        ).all()
    if not clue_id or not rows:
        raise NoSuchClue(f"没有编号为 {clue_id} 的线索:用 clues list 查看编号")
    if len(rows) > 1:
        raise NoSuchClue(f"有不止一条线索的编号以 {clue_id} 开头:请多写几位")
    row = rows[0]
    return {**orjson.loads(row.payload), "status": row.status, "first_run": row.first_run, "last_run": row.last_run, "present": bool(row.present)}
