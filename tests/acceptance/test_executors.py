"""One scan done in three ways: the same bytes, whoever dies on the way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cases.store import open_store
from review.runs.plan import READY
from tests.conftest import NewStore
from tests.reference.stores import as_of_days, store, write

DAY = as_of_days(7)[-1].isoformat()
CLUES = [sys.executable, "-m", "cli"]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> str:
    """A store with records of every kind."""
    folder, made = tmp_path_factory.mktemp("executors"), new_store()
    write(store(7, 1), folder / "sheets")
    subprocess.run([*CLUES, "import", made, folder / "sheets", "--quiet"], check=True)
    return made


@pytest.fixture
def path(template: str, duplicate: Callable[[str], str]) -> str:
    return duplicate(template)


def arguments(path: str, *more: str) -> list[str]:
    return [*CLUES, "scan", path, "--as-of", DAY, "--format", "json", *more]


def found(path: str, *more: str) -> Any:
    done = subprocess.run(arguments(path, *more), capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    return document["clues"], document["insufficient"]


@pytest.fixture(scope="module")
def serial(template: str, duplicate: Callable[[str], str]) -> Any:
    return found(duplicate(template))


def when_a_task_is_done(path: str, scan: subprocess.Popen[bytes]) -> None:
    """Wait for the first task of a scan, or for its end."""
    with open_store(path) as opened:
        tasks = opened.register["tasks"].c
        while scan.poll() is None:
            with opened.engine.connect() as connection:
                if connection.execute(select(tasks.task_id).where(tasks.state == READY).limit(1)).first():
                    return


def test_processes(path: str, serial: Any) -> None:
    assert found(path, "--executor", "processes", "--workers", "2") == serial


def test_a_scan_that_was_killed_is_resumed(path: str, serial: Any) -> None:
    scan = subprocess.Popen(arguments(path), stdout=subprocess.DEVNULL)
    when_a_task_is_done(path, scan)
    scan.kill()
    assert scan.wait() == -signal.SIGKILL
    assert found(path, "--resume") == serial


class Cluster:
    """A Dask scheduler and two workers over loopback."""

    def __init__(self, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address, self.folder = f"tcp://127.0.0.1:{self.port}", folder
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--dashboard-address", "127.0.0.1:0")
        self.workers = [self._start("worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny") for _ in range(2)]

    def _start(self, *what: str) -> subprocess.Popen[bytes]:
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self.folder}
        return subprocess.Popen([sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_" + what[0], *what[1:]], **quiet, env=dict(os.environ))

    def ready(self) -> str:
        """The address, once both workers are there."""
        from distributed import Client

        with Client(self.address, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        return self.address

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    yield found
    found.close()


@pytest.mark.filterwarnings("ignore")  # what Dask remarks on its own insides
def test_dask_whoever_dies(path: str, serial: Any, cluster: Cluster) -> None:
    address = cluster.ready()
    dask = ["--executor", "dask", "--scheduler", address]
    assert found(path, *dask, "--full") == serial
    scan = subprocess.Popen(arguments(path, *dask, "--full"), stdout=subprocess.DEVNULL)
    when_a_task_is_done(path, scan)
    cluster.workers[0].kill()
    assert scan.wait() == 0
    assert found(path) == serial
    scan = subprocess.Popen(arguments(path, *dask, "--full"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    when_a_task_is_done(path, scan)
    cluster.scheduler.kill()
    _, said = scan.communicate()
    if scan.returncode:  # the workers may have been done before
        assert scan.returncode == 1 and "--resume" in said.decode() and "Traceback" not in said.decode()
        assert found(path, "--resume") == serial


@pytest.mark.filterwarnings("ignore")
def test_what_answers_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    from review.runs import on_dask

    monkeypatch.setattr(on_dask, "CONNECT_SECONDS", 0.5)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        with pytest.raises(on_dask.ClusterFailed, match="不是网页的端口"):
            on_dask._client(f"tcp://127.0.0.1:{page.server_port}")
        page.shutdown()


def test_encryption_without_certificates_is_told() -> None:
    from review.runs import on_dask

    with pytest.raises(on_dask.ClusterFailed, match="加密设置不符"):
        on_dask._client("tls://127.0.0.1:1")


def test_what_does_not_fit_together(path: str) -> None:
    for wrong in (["--workers", "2"], ["--executor", "dask"], ["--scheduler", "tcp://127.0.0.1:1"]):
        done = subprocess.run(arguments(path, *wrong), capture_output=True, text=True, check=False)
        assert done.returncode == 2 and done.stderr.startswith("错误:")


LOADED_EARLY = """
import signal
from review.runs import nursery
nursery.open_early()
worker = nursery.context().Process(target=exec, args=("import signal; print(signal.getsignal(signal.SIGINT).name)",))
worker.start()
worker.join()
print(signal.getsignal(signal.SIGINT).__name__)
"""


def test_an_interrupt_while_the_workers_load_is_for_the_scan_alone() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED_EARLY], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("SIG_IGN\ndefault_int_handler\n", "")
