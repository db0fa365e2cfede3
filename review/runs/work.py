"""Working off a run's tasks: one is leased, judged, its results written, and marked as done. Any number of workers may do so.

A result counts only if its task is done, and a task that is given back gets a new number: what a dead or late worker wrote for the
old one is ignored. A task that fails twice is split, until the one row or actor that cannot be judged is named and passed over.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import logging
import time
from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Connection, and_, delete, func, insert, literal, select, update

from cases.errors import CluesError
from cases.memory import no_collecting
from cases.store import Store
from cases.upsert import insert_many
from engine.actors import of_actors
from engine.evidence import key_of
from engine.scan import Judged, Scanner
from engine.views import Narrow
from review.runs.plan import LEASED, PASSED_OVER, READY, WAITING
from rules.resolve import Resolved

_log = logging.getLogger(__name__)
ENOUGH = 500  # results held before they are written
MOST_BAD = 20
"""More records than this that cannot be judged are the program's fault, or the rule's."""
Told = Callable[[str, int], None]
"""Told the rule and how many facts of the run this worker has judged."""

FOUND = (
    "run_id", "task_id", "clue_id", "rule", "mechanism", "severity", "state", "agency", "sort_key", "arose_on", "rid", "actor", "facts",
    "payload",
)  # fmt: skip


STILLBORN = 5
"""So many workers in a run that ended before they had a task show that more would not help."""


class NobodyWorks(CluesError):
    """工作进程还没有拿到任务就结束了,扫描停下。"""


class TooManyBad(CluesError):
    """判断不了的记录太多,扫描停下。"""


def work_off(store: Store, scanner: Scanner, run_id: int, as_of: int, worker: str, told: Told | None = None) -> None:
    """Do tasks of a run until none is waiting. Raises what concerns the store or the judge as a whole; a bad record is no such thing."""
    scanner.begin()
    one = _Worker(store, scanner, run_id, as_of, worker)
    with no_collecting():
        while (task := one.lease()) is not None:
            try:
                one.perform(task)
            except (CluesError, MemoryError):
                raise
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, AssertionError) as e:
                give_back(store, scanner, task, f"{type(e).__name__}:{' '.join(str(e).split())[:200]}")
            gc.collect(1)
            if told is not None:
                told(task.rule, one.judged)


class _Worker:
    def __init__(self, store: Store, scanner: Scanner, run_id: int, as_of: int, name: str):
        self.store, self.scanner, self.run_id, self.as_of, self.name = store, scanner, run_id, as_of, name
        self.numbers = {r.rule.id: n for n, r in enumerate(scanner.rules)}
        self.judged = 0

    def lease(self) -> Any:
        """The next waiting task, which is now this worker's; None where there is none."""
        tasks = self.store.register["tasks"]
        mine = {"state": LEASED, "worker": self.name}
        while True:
            with self.store.engine.begin() as connection:
                waiting = select(func.min(tasks.c.task_id)).where(tasks.c.run_id == self.run_id, tasks.c.state == WAITING)
                first = connection.execute(waiting).scalar()
                if first is None:
                    return None
                taken = update(tasks).where(tasks.c.task_id == first, tasks.c.state == WAITING).values(mine)
                if connection.execute(taken).rowcount:
                    return connection.execute(select(tasks).where(tasks.c.task_id == first)).one()

    def perform(self, task: Any) -> None:
        """Judge a task and write its results."""
        number, judged, waiting, began = self.numbers[task.rule], 0, list[Judged](), time.monotonic()
        rule = self.scanner.rules[number]
        narrow, partly = narrow_of(self.store, rule, task), task.sets is not None
        with self.store.engine.connect() as reader:
            for found in self.scanner.judge_rule(reader, number, self.as_of, narrow, early=partly):
                judged += found.judged
                waiting.append(found)
                if sum(len(w.clues) + len(w.gaps) for w in waiting) >= ENOUGH:
                    with self.store.engine.begin() as writer:
                        self._write(writer, task, waiting)
                    waiting = []
        with self.store.engine.begin() as writer:
            self._write(writer, task, waiting)
            if not partly:  # few rows are judged, all of them cost less in SQL
                self._sleep(writer, number, narrow)
            tasks = self.store.register["tasks"]
            mine = and_(tasks.c.task_id == task.task_id, tasks.c.state == LEASED, tasks.c.worker == self.name)
            if not writer.execute(update(tasks).where(mine).values(state=READY, judged=judged)).rowcount:
                writer.rollback()  # somebody else was given this task meanwhile: the results are theirs
                return
        self.judged += judged
        _log.info("%s:判断了 %d 个对象,用了 %.2f 秒", task.rule, judged, time.monotonic() - began)

    def _write(self, writer: Connection, task: Any, waiting: list[Judged]) -> None:
        mark = (self.run_id, task.task_id)
        rows = [(*mark, *_clue_row(subject, clue)) for part in waiting for subject, clue in part.clues]
        rows += [(*mark, *_gap_row(rid, gap)) for part in waiting for rid, gap in part.gaps]
        insert_many(writer, self.store.register["found"], FOUND, rows)
        wakes = [(self.run_id, task.rule, rid, day) for part in waiting for rid, day in part.wakes]
        insert_many(writer, self.store.register["wakes"], ["run_id", "rule", "rid", "day"], wakes)

    def _sleep(self, writer: Connection, number: int, narrow: Narrow | None) -> None:
        """Note when rows that are no candidates yet may become some."""
        statement = self.scanner.sleepers(number, narrow)
        if statement is None:
            return
        rule = literal(self.scanner.rules[number].rule.id)
        rid, day = statement.selected_columns
        whole = statement.with_only_columns(literal(self.run_id), rule, rid, day).params(as_of=self.as_of)
        writer.execute(insert(self.store.register["wakes"]).from_select(["run_id", "rule", "rid", "day"], whole))


def narrow_of(store: Store, rule: Resolved, task: Any) -> Narrow | None:
    """The restriction of a task to its sets and its range of rows; None for all."""
    if task.sets is None and task.low_rid is None:
        return None
    parts: list[Narrow] = []
    if task.sets is not None:
        members = store.register["touched"].c
        chosen = members.set_id.in_([int(s) for s in task.sets.split(",")])
        if rule.window is None:
            parts.append(lambda view: view.table.c.rid.in_(select(members.rid).where(chosen)))
        else:
            parts.append(of_actors(store.tables[rule.base_record], rule.window.actor, lambda column, holds: select(members.actor).where(chosen)))
    if task.low_rid is not None:
        parts.append(lambda view: view.table.c.rid.between(task.low_rid, task.high_rid))
    return lambda view: and_(*(part(view) for part in parts))


def _clue_row(subject: int | str, clue: dict[str, Any]) -> tuple[Any, ...]:
    row = subject if isinstance(subject, int) else None
    return (
        clue["id"], clue["rule"], clue["mechanism"], clue["severity"], clue["state"], clue["agency"], sort_key(clue["subject"]),
        _ordinal(clue["arose_on"]), row, None if row is not None else subject, facts_of(clue), orjson.dumps(clue).decode(),
    )  # fmt: skip


def _gap_row(rid: int, gap: dict[str, Any]) -> tuple[Any, ...]:
    public = {k: gap[k] for k in ("rule", "subject", "missing")}
    return (None, gap["rule"], None, None, None, None, sort_key(gap["subject"]), None, rid, None, None, orjson.dumps(public).decode())


def sort_key(subject: dict[str, Any]) -> str:
    """What clues of a rule are ordered by."""
    return "\x1f".join(subject["key"])


def facts_of(clue: dict[str, Any]) -> str:
    """A digest of what a clue rests on: a decision on it holds while this stays the same. Not its severity, which days alone raise."""
    rests_on = [clue["state"], clue["due_on"], clue["arose_on"], clue["evidence"], *([clue["evidence_more"]] if "evidence_more" in clue else [])]
    return hashlib.blake2b(orjson.dumps(rests_on), digest_size=16).hexdigest()


def _ordinal(day: str | None) -> int | None:
    return dt.date.fromisoformat(day).toordinal() if day else None


# -- tasks that failed -------------------------------------------------------------------------------------------------------
def give_back(store: Store, scanner: Scanner, task: Any, reason: str) -> None:
    """A task has failed: it is tried once more, then split, and at last its one row or actor is passed over."""
    t = store.register
    rule = next(r for r in scanner.rules if r.rule.id == task.rule)
    with store.engine.begin() as connection:
        tasks = t["tasks"].c
        over = select(func.count()).where(tasks.run_id == task.run_id, tasks.state == PASSED_OVER)
        if (connection.execute(over).scalar() or 0) >= MOST_BAD:
            raise TooManyBad(f"已有 {MOST_BAD} 条记录判断不了,不再继续:{reason}。这不像是个别记录的问题,请把这句话交给维护人员")
        mine = and_(tasks.task_id == task.task_id, tasks.state == LEASED)
        if not connection.execute(update(t["tasks"]).where(mine).values(worker=None)).rowcount:
            return
        connection.execute(delete(t["found"]).where(t["found"].c.task_id == task.task_id))
        connection.execute(insert(t["tasks"]), _instead(store, connection, scanner, rule, task, reason))
        # Only now, or SQLite would give its number to a new one, and what a late worker still writes would count.
        connection.execute(delete(t["tasks"]).where(tasks.task_id == task.task_id))


def _instead(store: Store, connection: Connection, scanner: Scanner, rule: Resolved, task: Any, reason: str) -> list[dict[str, Any]]:
    """The tasks that take the place of one that failed."""
    again = {"run_id": task.run_id, "rule": task.rule, "sets": task.sets, "low_rid": task.low_rid, "high_rid": task.high_rid}
    if task.tries == 0:
        return [{**again, "state": WAITING, "tries": 1}]
    parts = _actors_split(store, connection, rule, task) if rule.window is not None else _rows_split(store, connection, scanner, rule, task)
    if len(parts) == 1:
        remark = f"{_named(store, connection, rule, parts[0])}:{reason}"
        return [{**again, **parts[0], "state": PASSED_OVER, "tries": 2, "remark": remark}]
    return [{**again, **part, "state": WAITING, "tries": 1} for part in parts]


def _rows_split(store: Store, connection: Connection, scanner: Scanner, rule: Resolved, task: Any) -> list[dict[str, Any]]:
    """The range of a task's rows in two halves; in one where it is a single row."""
    table = store.tables[rule.base_record]
    narrow = narrow_of(store, rule, task)
    query = select(func.min(table.c.rid), func.max(table.c.rid))
    low, high = connection.execute(query.where(narrow(scanner.views.of(rule.base_record))) if narrow is not None else query).one()
    if low is None or low == high:
        return [{"low_rid": low, "high_rid": high}]
    middle = (low + high) // 2
    return [{"low_rid": low, "high_rid": middle}, {"low_rid": middle + 1, "high_rid": high}]


def _actors_split(store: Store, connection: Connection, rule: Resolved, task: Any) -> list[dict[str, Any]]:
    """A task's actors in two new sets; in one where it is a single actor."""
    members = store.register["touched"]
    if task.sets is not None:
        chosen = members.c.set_id.in_([int(s) for s in task.sets.split(",")])
        actors = sorted(set(connection.execute(select(members.c.actor).where(chosen)).scalars()))
    else:
        actors = _all_actors(store, connection, rule)
    if len(actors) <= 1:
        return [{"sets": task.sets}]
    last = connection.execute(select(func.max(members.c.set_id))).scalar() or 0
    half = len(actors) // 2
    for number, some in ((last + 1, actors[:half]), (last + 2, actors[half:])):
        insert_many(connection, members, ["set_id", "rid", "actor"], [(number, None, actor) for actor in some])
    return [{"sets": str(last + 1)}, {"sets": str(last + 2)}]


def _named(store: Store, connection: Connection, rule: Resolved, part: dict[str, Any]) -> str:
    """The one row, by its key, that a task was about; of an actor only that it is one, as its name is personal."""
    sheet, table = store.catalogue.records[rule.base_record], store.tables[rule.base_record]
    if part.get("low_rid") is None:
        return "全部记录" if part.get("sets") is None else "一个当事人"
    row = connection.execute(select(table).where(table.c.rid == part["low_rid"])).one()
    return f"{sheet.name} {' '.join(key_of(dict(zip(table.c.keys(), row, strict=True)), sheet))}"


def _all_actors(store: Store, connection: Connection, rule: Resolved) -> list[str]:
    """Everybody in a rule's record, and who stands there no more but has a clue: it is gone."""
    assert rule.window is not None
    table, clues = store.tables[rule.base_record], store.register["clues"].c
    names = (rule.window.actor.id, rule.window.actor.name)
    wanted = [select(table.c[name]) for name in names if name] + [select(clues.actor).where(clues.rule == rule.rule.id, clues.present == 1)]
    return sorted({actor for query in wanted for actor in connection.execute(query.distinct()).scalars() if actor})


def release(store: Store, scanner: Scanner, run_id: int, reason: str, worker: str = "") -> int:
    """Give back what a dead worker had leased; without `worker` what anybody had, when none is at work any more. Returns how much it was."""
    tasks = store.register["tasks"]
    lost = select(tasks).where(tasks.c.run_id == run_id, tasks.c.state == LEASED)
    with store.engine.connect() as connection:
        rows = connection.execute(lost.where(tasks.c.worker == worker) if worker else lost).all()
    for task in rows:
        give_back(store, scanner, task, reason)
    return len(rows)
