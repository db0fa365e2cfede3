"""The tasks of a run done by processes on this machine, which are watched: one that dies costs only the task it had."""

from __future__ import annotations

import itertools
import multiprocessing
import signal
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from sqlalchemy import func, select

from cases.errors import CluesError
from cases.store import Store
from engine.scan import Scanner
from review.runs.plan import READY
from review.runs.run import Run
from review.runs.scanning import Work
from review.runs.work import STILLBORN, NobodyWorks, Told, release
from review.runs.workers import Recipe, work

LOOK_SECONDS = 0.5


class WorkerFailed(CluesError):
    """工作进程报告的错误。"""


def in_processes(recipe: Recipe, number: int) -> Work:
    """Work in `number` processes."""

    def working(store: Store, scanner: Scanner, run: Run, told: Told) -> None:
        _Supervisor(recipe, store, scanner, run, told).watch(number)

    return working


class _Supervisor:
    def __init__(self, recipe: Recipe, store: Store, scanner: Scanner, run: Run, told: Told):
        self.recipe, self.store, self.scanner, self.run, self.told = recipe, store, scanner, run, told
        # A fresh interpreter each: the parent has threads and open connections that must not be copied.
        self.context = multiprocessing.get_context("spawn")
        self.names = (f"process {self.run.run_id}.{i}" for i in itertools.count(1))
        self.going: dict[int, tuple[SpawnProcess, Connection, str]] = {}
        self.stillborn = 0

    def watch(self, number: int) -> None:
        """Keep so many workers going until no task is waiting. Raises WorkerFailed with what a worker could not go on for."""
        try:
            for _ in range(number):
                self._start()
            while self.going:
                ended = wait(list(self.going), LOOK_SECONDS)
                for sentinel in ended:
                    self._ended(sentinel)
                self.told("", self._judged())
        finally:
            for process, _, _ in self.going.values():
                process.terminate()
            for process, _, _ in self.going.values():
                process.join()

    def _start(self) -> None:
        mine, theirs = self.context.Pipe(duplex=False)
        name = next(self.names)
        process = self.context.Process(target=_child, args=(self.recipe, self.run.run_id, name, theirs), daemon=True)
        process.start()
        theirs.close()
        self.going[process.sentinel] = (process, mine, name)

    def _ended(self, sentinel: Any) -> None:
        process, pipe, name = self.going.pop(sentinel)
        process.join()
        try:
            said = pipe.recv() if pipe.poll() else None
        except EOFError:
            said = None
        if said is not None:
            raise WorkerFailed(said)
        if process.exitcode:
            ended = f"工作进程意外结束(代码 {process.exitcode})"
            self.stillborn += not release(self.store, self.scanner, self.run.run_id, ended, name)
            if self.stillborn >= STILLBORN:
                raise NobodyWorks(f"{ended},还没有拿到任务,已有 {STILLBORN} 次:请看内存是否足够,或者改用 --executor serial")
            self._start()

    def _judged(self) -> int:
        tasks = self.store.register["tasks"].c
        query = select(func.coalesce(func.sum(tasks.judged), 0)).where(tasks.run_id == self.run.run_id, tasks.state == READY)
        with self.store.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())


def _child(recipe: Recipe, run_id: int, name: str, pipe: Connection) -> None:
    """What a process does: its tasks, or one sentence on why it could not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent, which ends its workers
    try:
        work(recipe, run_id, name)
    except CluesError as e:
        pipe.send(str(e))
    except Exception as e:
        pipe.send(f"工作进程出错({type(e).__name__}:{' '.join(str(e).split())[:200]})")
