"""Night after night: the scan that judges only what changed or fell due finds what a full one finds, to the byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.importing import import_paths
from cases.store import Store, open_store
from engine.scan import Scanner
from review import ledger
from review.runs.run import Run
from review.runs.scanning import Order, scan
from rules.law import load_law
from rules.load import load_rules
from rules.resolve import Resolved, load_vocabulary, resolve_rule
from tests.conftest import NewStore
from tests.properties.nights import Nights

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def standing(store: Store, run: Run) -> list[bytes]:
    """What stands after a run."""
    return [orjson.dumps(x) for x in (*ledger.found_in(store, run), *ledger.gaps_in(store, run))]


def judged_anew(scanner: Scanner, day: date) -> list[bytes]:
    """What a full judging finds, in the same order; nothing is recorded."""
    clues: list[dict[str, Any]] = []
    gaps: list[dict[str, Any]] = []
    for batch in scanner.scan(day.toordinal()):
        clues += batch.clues
        gaps += batch.insufficient
    order = lambda x: (x["rule"], "\x1f".join(x["subject"]["key"]), x.get("id", ""))  # noqa: E731
    kept = ("rule", "subject", "missing")
    return [orjson.dumps(x) for x in (*sorted(clues, key=order), *({k: g[k] for k in kept} for g in sorted(gaps, key=order)))]


def changed_rule(rules: Sequence[Resolved], number: int, store: Store) -> list[Resolved]:
    """The rules, one of them with another severity."""
    old = rules[number % len(rules)]
    rule = old.rule.model_copy(update={"severity": "low" if old.rule.severity == "high" else "high"})
    new = resolve_rule(rule, store.catalogue, load_vocabulary(), old.source)
    return [new if r is old else r for r in rules]


def live(seed: int, nights: int, size: int, target: str, folder: Path) -> int:
    """Some nights of an office; returns how many scans were incremental."""
    office, incremental = Nights(seed, size), 0
    with open_store(target, create=True) as store:
        rules = load_rules(catalogue=store.catalogue)
        scanner = Scanner(store, rules, load_law())
        for night in range(nights):
            if office.random.random() < 0.8 or not night:
                office.deliver(folder / str(night), 0.6 if not night else 0.04)
                import_paths(store, [folder / str(night)])
            if office.random.random() < 0.1:
                rules = changed_rule(rules, office.random.randrange(len(rules)), store)
                scanner = Scanner(store, rules, load_law())
            day = office.next_day()
            run = scan(store, scanner, Order(day.toordinal(), force=True))
            incremental += run.incremental
            assert standing(store, run) == judged_anew(scanner, day), f"night {night}, {day}, {run}"
            if office.random.random() < 0.1:
                earlier = date.fromordinal(day.toordinal() - office.random.randint(1, 200))
                looked = scan(store, scanner, Order(earlier.toordinal()))
                assert looked.looks_back
                assert standing(store, looked) == judged_anew(scanner, earlier)
                assert standing(store, replace(run, looks_back=False)) == judged_anew(scanner, day)
    return incremental


@settings(max_examples=3, deadline=None, suppress_health_check=SLOW)
@given(st.integers(0, 10_000))
def test_incremental_is_full(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore, seed: int) -> None:
    live(seed, 6, 1, new_store(), tmp_path_factory.mktemp("nights"))


@pytest.mark.slow
def test_thirty_nights(tmp_path: Path, target: str) -> None:
    assert live(11, 30, 3, target, tmp_path) > 20
