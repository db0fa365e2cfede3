"""Leaving Python's garbage collector aside where millions of plain values pass through."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def no_collecting(*, to_the_end: bool = False) -> Iterator[None]:
    """Leave the collector off: rows and clues are plain values that nothing goes round in, and it would look through all of them, and through
    the rules, again and again. Whoever works on for long calls `gc.collect(1)` now and then. With `to_the_end` (of the process) it
    will not look through what there is then, either."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if to_the_end:
            gc.freeze()
        if was_on:
            gc.enable()
