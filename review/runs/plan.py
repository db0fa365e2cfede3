"""Planning a run: which rules are judged as a whole, and which only for rows and actors that a change or time may concern."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from cases.store import Store
from cases.upsert import insert_many
from engine.changes import Changes, Look, look_now
from engine.renewal import grows_graver, must_start_over, touched
from engine.scan import Scanner
from review.runs.run import FAILED, GOING, Run, enter
from rules.resolve import Resolved

_log = logging.getLogger(__name__)

OPEN_FOR = dt.timedelta(days=2)
"""An import that began longer ago and never ended was killed."""
WAITING, LEASED, READY, PASSED_OVER = "待办", "在办", "已办", "略过"


@dataclass(frozen=True)
class Past:
    """How far a rule was scanned, and by which run."""

    digest: str
    look: Look
    run_id: int


def pasts(register: dict[str, Table], connection: Connection) -> dict[str, Past]:
    """How far each rule was scanned, by rule."""
    rows = connection.execute(select(register["scanned"]))
    return {r.rule: Past(r.digest, Look(r.as_of, r.import_id, _numbers(r.open_imports)), r.run_id) for r in rows}


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part)


def clear(store: Store, connection: Connection) -> None:
    """Clear away what runs that died have left."""
    t = store.register
    for table in (t["found"], t["touched"], t["tasks"]):
        connection.execute(delete(table))
    dead = list(connection.execute(select(t["runs"].c.run_id).where(t["runs"].c.state == GOING)).scalars())
    connection.execute(delete(t["wakes"]).where(t["wakes"].c.run_id.in_(dead)))
    connection.execute(update(t["runs"]).where(t["runs"].c.run_id.in_(dead)).values(state=FAILED))


def planned(store: Store, scanner: Scanner, known: dict[str, str], as_of: int, today: int, *, full: bool = False) -> Run:
    """Enter a run with its tasks; `known` are the digests of its rules. With `full` every rule is judged as a whole."""
    with store.engine.begin() as connection:
        clear(store, connection)
        oldest = (dt.datetime.now() - OPEN_FOR).isoformat(" ", "seconds")
        look = look_now(connection, store.register["imports"], as_of, oldest)
        names = [r.rule.id for r in scanner.rules]
        run = enter(store, connection, look, names, digest_of(known))
        past = pasts(store.register, connection)
        # A scan as of a day to come, by mistake or to try, is no ground to change nothing until then: today's puts the ledger right.
        run.looks_back = as_of < today and any(past[n].look.as_of > as_of for n in names if n in past)
        planner = _Planner(store, scanner, connection, run)
        planner.plan(past, known, full or run.looks_back)
    return run


def digest_of(known: dict[str, str]) -> str:
    """One digest for the rules of a run."""
    return hashlib.sha256("\n".join(f"{name} {known[name]}" for name in sorted(known)).encode()).hexdigest()


class _Planner:
    def __init__(self, store: Store, scanner: Scanner, connection: Connection, run: Run):
        self.store, self.scanner, self.connection, self.run = store, scanner, connection, run
        self.sizes = {name: connection.execute(select(func.count()).select_from(table)).scalar() or 0 for name, table in store.tables.items()}
        run.records = sum(self.sizes.values())
        # Each set of rows or actors is written once, however many rules share it.
        self.sets: dict[frozenset[Any], int] = {}
        self._changes: dict[Look, Changes] = {}
        self._due: dict[str, set[int]] = {}

    def plan(self, past: dict[str, Past], known: dict[str, str], full: bool) -> None:
        tasks: list[tuple[str, str | None]] = []
        if not full:
            self._due = self._awake()
        for rule in self.scanner.rules:
            name = rule.rule.id
            why, sets = ("全部判断", None) if full else self._share(rule, past.get(name), known[name])
            _log.info("%s:%s", name, why)
            if sets != "":
                tasks.append((name, sets))
        self.run.incremental = any(sets is not None for _, sets in tasks) or len(tasks) < len(self.scanner.rules)
        self._write(tasks)

    def _share(self, rule: Resolved, before: Past | None, digest: str) -> tuple[str, str | None]:
        """What of a rule is judged, in words, and as the sets of a task: None for all its rows, "" where there is nothing to judge."""
        if before is None:
            return "第一次用,全部判断", None
        if before.digest != digest:
            return "规则、依据、节假日或程序变了,全部判断", None
        if must_start_over(rule, before.look, self.run.as_of):
            return "换了一天看,全部判断", None
        sets = self._part(rule, before.look)
        if sets is None:
            return "变动太多,全部判断", None
        return "只判断变动了的和到了日子的" if sets else "没有变动的,也没有到日子的,不必判断", sets

    def _awake(self) -> dict[str, set[int]]:
        """The rows that must be judged again because their day has come, by rule."""
        wakes, found = self.store.register["wakes"].c, dict[str, set[int]]()
        for rule, rid in self.connection.execute(select(wakes.rule, wakes.rid).where(wakes.day <= self.run.as_of)).tuples():
            found.setdefault(rule, set()).add(rid)
        return found

    def _part(self, rule: Resolved, since: Look) -> str | None:
        """The sets that the rule is judged for; None for all its rows, "" where there is nothing to judge."""
        changes = self._changes.get(since)
        if changes is None:
            changes = Changes(self.connection, self.scanner.views, self.store.register, since, self.run.as_of)
            self._changes[since] = changes
        part = touched(rule, changes, self.scanner.views, self.sizes)
        if part is None:
            return None
        members: list[frozenset[Any]] = [part.rows, part.actors, frozenset(self._due.get(rule.rule.id, ())), self._graver(rule, since)]
        return ",".join(str(self.sets.setdefault(m, len(self.sets) + 1)) for m in members if m)

    def _graver(self, rule: Resolved, since: Look) -> frozenset[int]:
        """The rows with clues that are told otherwise on another day."""
        if since.as_of == self.run.as_of or not grows_graver(rule):
            return frozenset()
        clues = self.store.register["clues"].c
        rows = select(clues.rid).where(clues.rule == rule.rule.id, clues.present == 1, clues.rid.is_not(None))
        return frozenset(self.connection.execute(rows).scalars())

    def _write(self, tasks: Sequence[tuple[str, str | None]]) -> None:
        t = self.store.register
        for members, number in self.sets.items():
            actors = isinstance(next(iter(members)), str)
            rows = [(number, None, m) if actors else (number, m, None) for m in sorted(members)]
            insert_many(self.connection, t["touched"], ["set_id", "rid", "actor"], rows)
        todo = [(self.run.run_id, rule, sets, WAITING, 0) for rule, sets in tasks]
        insert_many(self.connection, t["tasks"], ["run_id", "rule", "sets", "state", "tries"], todo)
