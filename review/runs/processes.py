"""The tasks of a run done by processes on this machine, which are watched: one that dies costs only the task it had."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import func, select

from cases.errors import CluesError
from cases.store import Store
from engine.scan import Scanner
from review.runs import nursery
from review.runs.plan import READY
from review.runs.run import Run
from review.runs.scanning import Work
from review.runs.work import STILLBORN, NobodyWorks, Told, release
from review.runs.workers import Recipe, ready

LOOK_SECONDS = 0.5


class WorkerFailed(CluesError):
    """工作进程报告的错误。"""


def in_processes(recipe: Recipe, number: int) -> Work:
    """Work in `number` processes. They make themselves ready from now on, while the run is planned."""
    return _Supervisor(recipe, number).work


class _Supervisor:
    def __init__(self, recipe: Recipe, number: int):
        self.recipe, self.number = recipe, number
        self.context = nursery.context()
        self.names = (f"process {os.getpid()}.{i}" for i in itertools.count(1))
        self.going: dict[int, tuple[BaseProcess, Connection, str]] = {}
        self.stillborn = 0
        self._fill_up()

    def work(self, store: Store, scanner: Scanner, run: Run, told: Told) -> None:
        """Keep the workers going until no task is waiting. Raises WorkerFailed with what a worker could not go on for."""
        try:
            self._fill_up()
            for _, pipe, _ in self.going.values():
                _tell(pipe, run)
            while self.going:
                for sentinel in wait(list(self.going), LOOK_SECONDS):
                    self._ended(sentinel, store, scanner, run)
                told("", _judged(store, run))
        finally:
            for process, _, _ in self.going.values():
                process.terminate()
            for process, _, _ in self.going.values():
                process.join()
            self.going.clear()

    def _fill_up(self) -> None:
        while len(self.going) < self.number:
            self._start()

    def _start(self) -> Connection:
        mine, theirs = self.context.Pipe()
        name = next(self.names)
        process = self.context.Process(target=_child, args=(self.recipe, name, theirs), daemon=True)
        process.start()
        theirs.close()
        self.going[process.sentinel] = (process, mine, name)
        return mine

    def _ended(self, sentinel: Any, store: Store, scanner: Scanner, run: Run) -> None:
        process, pipe, name = self.going.pop(sentinel)
        process.join()
        try:
            said = pipe.recv() if pipe.poll() else None
        except (EOFError, OSError):
            said = None
        if said is not None:
            raise WorkerFailed(said)
        if process.exitcode:
            ended = f"工作进程意外结束(代码 {process.exitcode})"
            self.stillborn += not release(store, scanner, run.run_id, ended, name)
            if self.stillborn >= STILLBORN:
                raise NobodyWorks(f"{ended},还没有拿到任务,已有 {STILLBORN} 次:请看内存是否足够,或者改用 --executor serial")
            _tell(self._start(), run)


def _tell(pipe: Connection, run: Run) -> None:
    """Tell a worker what it is wanted for; one that has died meanwhile is seen to end."""
    with contextlib.suppress(OSError):
        pipe.send(run.run_id)


def _judged(store: Store, run: Run) -> int:
    tasks = store.register["tasks"].c
    query = select(func.coalesce(func.sum(tasks.judged), 0)).where(tasks.run_id == run.run_id, tasks.state == READY)
    with store.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def _child(recipe: Recipe, name: str, pipe: Connection) -> None:
    """What a process does: its tasks, or one sentence on why it could not. It ends where the parent has gone before there were any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent, which ends its workers
    try:
        with ready(recipe) as do:
            do(pipe.recv(), name)
    except EOFError:
        return
    except CluesError as e:
        pipe.send(str(e))
    except Exception as e:
        pipe.send(f"工作进程出错({type(e).__name__}:{' '.join(str(e).split())[:200]})")
