"""Workers in processes of their own: what each needs to begin, and what it does.

A worker opens the store, compiles the rules, and does tasks until none is waiting. It is told nothing on the way and tells nothing
but its end: the ledger knows what is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from cases.catalogue import load_catalogue
from cases.errors import CluesError
from cases.store import Store, open_store
from engine.renewal import digests
from engine.scan import Scanner
from review.runs.plan import digest_of
from review.runs.work import work_off
from rules import calendar
from rules.law import load_law
from rules.load import load_rules


@dataclass(frozen=True)
class Recipe:
    """What a scanner is made of, as it can be sent to another process or machine. `url` holds the password, if there is one."""

    url: str
    names: tuple[str, ...]
    as_of: int
    rules: tuple[Path, ...] = ()
    catalogue: tuple[Path, ...] = ()
    law: tuple[Path, ...] = ()
    calendar: tuple[Path, ...] = ()
    check: bool = False

    def open(self) -> tuple[Store, Scanner]:
        """The store and the scanner; the caller closes the store."""
        calendar.use(self.calendar)
        store = open_store(self.url, catalogue=load_catalogue(self.catalogue))
        wanted = set(self.names)
        rules = [r for r in load_rules(self.rules, store.catalogue, day=self.as_of) if r.rule.id in wanted]
        return store, Scanner(store, rules, load_law(self.law), check=self.check)


class OtherRules(CluesError):
    """这台机器上的程序或规则与发起扫描的不同。"""


def work(recipe: Recipe, run_id: int, name: str) -> None:
    """Do tasks of a run until none is waiting. Raises OtherRules, and what `work_off` raises."""
    with ready(recipe) as do:
        do(run_id, name)


@contextmanager
def ready(recipe: Recipe) -> Iterator[Callable[[int, str], None]]:
    """A worker that has made itself ready: gives a function that does the tasks of a run under a name, as `work` says."""
    store, scanner = recipe.open()
    with store:
        mine = digest_of(digests(scanner.rules, store.catalogue, scanner.law))

        def do(run_id: int, name: str) -> None:
            runs = store.register["runs"].c
            with store.engine.connect() as connection:
                wanted, as_of = connection.execute(select(runs.digest, runs.as_of).where(runs.run_id == run_id)).one()
            if wanted != mine:
                raise OtherRules(f"工作进程 {name} 的程序、规则或目录与发起扫描的不同:请在每台机器上装同一个版本、放同样的规则文件")
            work_off(store, scanner, run_id, as_of, name)  # one that is resumed is as of its own day

        yield do
