"""One scan from its beginning to its end: gate, plan, work, flood stop, settlement."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from cases.errors import CluesError
from cases.settings import Flood, Gate
from cases.store import Store
from engine.renewal import digests
from engine.scan import Scanner
from review import audit
from review.runs import gate as gates
from review.runs.plan import LEASED, WAITING, clear, digest_of, pasts, planned
from review.runs.run import WITHHELD, Run, keep_plan, leave, unfinished
from review.runs.settle import settle
from review.runs.work import STILLBORN, NobodyWorks, Told, release, work_off

Work = Callable[[Store, Scanner, Run, Told], None]
"""How the tasks of a run are done: returns when none is waiting."""


class NothingToResume(CluesError):
    """没有可以接着做的扫描。"""


@dataclass(frozen=True)
class Order:
    """What is asked of a scan. With `force` gate and flood stop are passed; `resume` goes on with the run that did not end; `account`
    is who asks. Only a scan as of a day before `today` can be a look back."""

    as_of: int
    full: bool = False
    force: bool = False
    resume: bool = False
    account: str = ""
    gate: Gate = field(default_factory=Gate)
    flood: Flood = field(default_factory=Flood)
    today: int = date.max.toordinal()


def serially(store: Store, scanner: Scanner, run: Run, told: Told) -> None:
    """Do the tasks here, one after the other."""
    work_off(store, scanner, run.run_id, run.as_of, "serial", told)


def scan(store: Store, scanner: Scanner, order: Order, work: Work = serially, told: Told = lambda rule, judged: None) -> Run:
    """Scan a store and record the run.

    Raises Withheld where the data or the clues look wrong (nothing is changed then), NothingToResume, and what the work raises.
    """
    began = time.monotonic()
    known = digests(scanner.rules, store.catalogue, scanner.law)
    run = _resumed(store, scanner, known) if order.resume else planned(store, scanner, known, order.as_of, order.today, full=order.full)
    if not order.resume:
        _pass_gate(store, run, order)
    stillborn = 0
    while True:
        work(store, scanner, run, told)
        if not _left(store):
            break
        stillborn += not release(store, scanner, run.run_id, "做这一份的进程中断了")
        if stillborn >= STILLBORN:
            raise NobodyWorks(f"工作进程还没有拿到任务就都结束了,已有 {STILLBORN} 次:请看各台机器的记录,或者改用 --executor serial")
    with store.engine.begin() as connection:
        # Decisions wait: one that came between reading a clue's status and writing it back would be lost.
        audit.hold(store, connection)
        before, past = gates.standing(store, connection), pasts(store.register, connection)
        run.seconds = time.monotonic() - began
        settle(store, connection, run, known)
        audit.record(store, connection, "扫描", f"第 {run.run_id} 次扫描", run.counts(), order.account)
        flooding = [] if order.force or run.looks_back else gates.flooding(store, connection, run, before, past, order.flood)
        if flooding:
            connection.rollback()
    if flooding:
        _withhold(store, run, flooding, "请核对数据和规则")
    return run


def _pass_gate(store: Store, run: Run, order: Order) -> None:
    with store.engine.begin() as connection:
        past = pasts(store.register, connection)
        reasons = gates.closed(store, connection, run, past, order.gate) if not run.looks_back else []
        if order.force or not reasons:
            keep_plan(store, connection, run)  # one that died before cannot be gone on with: the gate would be passed by
    if reasons and not order.force:
        _withhold(store, run, reasons, "请核对报送的数据,补报或更正后重新导入")


def _withhold(store: Store, run: Run, reasons: list[str], mend: str) -> None:
    said = ";".join(reasons)
    with store.engine.begin() as connection:
        clear(store, connection)  # first: it is known by its state what a run has left
        leave(store, connection, run, WITHHELD, said)
    raise gates.Withheld(f"结果已扣留,台账没有变动:{said}。{mend};确认无误时用 --force 放行")


def _resumed(store: Store, scanner: Scanner, known: dict[str, str]) -> Run:
    """The run that did not end, its lost tasks given back."""
    with store.engine.begin() as connection:
        found = unfinished(store, connection)
    if found is None:
        raise NothingToResume("没有中断的扫描可以接着做:请去掉 --resume 重新扫描")
    run, digest = found
    if digest != digest_of(known):
        raise NothingToResume("中断的那次扫描用的规则与现在的不同,不能接着做:请去掉 --resume 重新扫描")
    release(store, scanner, run.run_id, "做这一份的进程中断了")
    return run


def _left(store: Store) -> bool:
    """Whether tasks are still to be done."""
    tasks = store.register["tasks"].c
    with store.engine.connect() as connection:
        return connection.execute(select(tasks.task_id).where(tasks.state.in_((WAITING, LEASED))).limit(1)).first() is not None
