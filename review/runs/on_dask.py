"""The tasks of a run done by the workers of a Dask cluster. What is done, the ledger knows: scheduler and workers may die."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, Any

from cases.errors import CluesError
from cases.store import Store
from engine.scan import Scanner
from review.runs.run import Run
from review.runs.scanning import Work
from review.runs.work import Told
from review.runs.workers import Recipe, work

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 20
MEND = "已做完的部分都已保留,恢复后用 clues scan 案件库 --resume 接着做"


class ClusterFailed(CluesError):
    """与 Dask 集群的连接断了,或集群中没有工作进程。"""


def on_dask(recipe: Recipe, scheduler: str) -> Work:
    """Work on the cluster whose scheduler has this address (tcp://… or tls://…)."""

    def working(store: Store, scanner: Scanner, run: Run, told: Told) -> None:
        with _client(scheduler) as client:
            _spread(client, recipe, run, told)

    return working


def _client(scheduler: str) -> Client:
    try:
        from distributed import Client
    except ModuleNotFoundError as e:
        raise ClusterFailed("没有安装 Dask:请运行 pip install distributed(各台机器同一版本)") from e
    # What goes wrong, we say in one sentence. The client sets a level of its own, its parent's does not count.
    for insides in ("distributed", "distributed.client", "asyncio"):
        logging.getLogger(insides).setLevel(logging.CRITICAL)
    try:
        asyncio.run(_answered(scheduler))
        return Client(scheduler, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as e:
        raise ClusterFailed(f"连不上 Dask 调度程序 {scheduler}:请核对地址和端口(不是网页的端口),并确认 dask scheduler 正在运行") from e
    except (RuntimeError, TypeError) as e:  # what Dask raises where its settings and the address disagree on encryption
        raise ClusterFailed(f"{scheduler} 与这台机器的 Dask 加密设置不符:用 tls:// 要有 ~/.config/dask/tls.yaml,见 docs/machines.md") from e


async def _answered(scheduler: str) -> None:
    """Raise TimeoutError where what listens there is no scheduler (its web page, say): Client would wait for ever."""
    from distributed.comm.core import connect
    from distributed.security import Security

    security = Security().get_connection_args("client")  # type: ignore[no-untyped-call]
    comm = await asyncio.wait_for(connect(scheduler, **security), CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    await comm.close()


def _spread(client: Client, recipe: Recipe, run: Run, told: Told) -> None:
    """One long job for each worker: to do tasks until none is waiting."""
    from concurrent.futures import CancelledError

    from distributed import as_completed
    from distributed.comm.core import CommClosedError
    from distributed.scheduler import KilledWorker

    workers = list(client.scheduler_info()["workers"])
    if not workers:
        raise ClusterFailed("Dask 集群里没有工作进程:请先在各台机器上运行 dask worker 调度程序地址 --nthreads 1")
    jobs = []
    for number, address in enumerate(workers, 1):
        name = f"dask {run.run_id}.{number}.{uuid.uuid4().hex[:8]}"
        where: dict[str, Any] = {"workers": [address], "allow_other_workers": True, "pure": False}
        jobs.append(client.submit(work, recipe, run.run_id, name, key=name, **where))
    try:
        ended = as_completed(jobs)  # type: ignore[no-untyped-call]
        for number, job in enumerate(ended, 1):
            job.result()
            told(f"{number}/{len(jobs)} 个工作进程做完", 0)
    except KilledWorker:
        return  # what it had is given back, and split where it killed again
    except (CancelledError, CommClosedError, OSError) as e:
        raise ClusterFailed(f"与 Dask 调度程序的连接断了:{MEND}") from e
