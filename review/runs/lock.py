"""One scan at a time on a store."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from cases.errors import CluesError
from cases.store import Store

POSTGRES_LOCK = 7_302_001


class Busy(CluesError):
    """案件库正被另一次扫描、复制或清除占用:请等它结束后再试。"""

    exit_code = 75

    def __init__(self) -> None:
        super().__init__("案件库正被另一次扫描、复制或清除占用:请等它结束后再试")


@contextlib.contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Hold the store for one scan. Raises Busy where another scan has it."""
    if not store.is_sqlite:
        with store.engine.connect() as connection:
            if store.engine.dialect.name != "postgresql":
                yield
                return
            if not connection.execute(select(func.pg_try_advisory_lock(POSTGRES_LOCK))).scalar():
                raise Busy
            # The lock belongs to the session: that is closed at the end, not pooled. An open transaction would hold back the vacuum.
            connection.detach()
            connection.commit()
            try:
                yield
            finally:
                with contextlib.suppress(SQLAlchemyError):  # a server that is gone has let go of it
                    connection.execute(select(func.pg_advisory_unlock(POSTGRES_LOCK)))  # a busy one sees the end of a session late
        return
    path = store.engine.url.database
    if not path or path == ":memory:":
        yield
        return
    with _locked(Path(path + ".scan")):
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
            raise Busy from None
        yield
