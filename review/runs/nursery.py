"""Where worker processes come from: a server that has loaded the program forks them, so that none has to load it again.

The server, and not the scan itself, as that has threads and open connections which must not be copied. This module loads nothing, so
that the server can begin while the scan's own process still loads.
"""

from __future__ import annotations

import multiprocessing
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

_SERVED = "forkserver" in multiprocessing.get_all_start_methods()


def context() -> ForkServerContext | SpawnContext:
    """What starts worker processes: a fresh interpreter each where there is no such server (Windows)."""
    if not _SERVED:  # pragma: no cover - the supported machines have one
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["review.runs.workers"])
    return found


def open_early() -> None:
    """See that the server begins to load. To be called from the main thread."""
    context()
    if _SERVED:
        from multiprocessing.forkserver import ensure_running

        # An interrupt is for the scan, which ends its workers. What is ignored now the server ignores from its first instruction.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            ensure_running()
        finally:
            signal.signal(signal.SIGINT, before)
