"""Night after night: the scan that judges only what changed or fell due finds what a full one finds, to the byte."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

import engine
from cases.catalogue import load_catalogue
from cases.importing import import_paths
from cases.store import Store, open_store
from engine import renewal
from engine.changes import Changes, Look
from engine.renewal import digests
from engine.scan import Scanner
from engine.views import Views
from review import ledger
from review.runs.run import Run
from review.runs.scanning import Order, scan
from review.runs.work import work_off
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


def changes_since(store: Store, views: Views, connection: Connection, look: Look) -> frozenset[int]:
    """The rows of the local sheet that a day has changed since a look."""
    return Changes(connection, views, store.register, look, look.as_of + 1).changed("loan", ("back_by",))


def known(store: Store, scanner: Scanner) -> dict[str, tuple[str, str, int]]:
    """What the ledger knows of the clues of a scanner's rules: facts, severity, whether they stand."""
    c, rules = store.register["clues"].c, {r.rule.id for r in scanner.rules}
    with store.engine.connect() as connection:
        rows = connection.execute(select(c.rule, c.clue_id, c.facts, c.severity, c.present)).tuples()
        return {clue: told for rule, clue, *told in rows if rule in rules}


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[int, int, int, int]:
    """How many clues are new, changed, gone and back."""
    both = [(before[clue], after[clue]) for clue in before]
    changed = sum(old != new and old[2] == new[2] == 1 for old, new in both)
    gone, back = (sum((old[2], new[2]) == way for old, new in both) for way in ((1, 0), (0, 1)))
    return len(after) - len(before), changed, gone, back


def told(run: Run) -> tuple[int, int, int, int]:
    return run.new, run.changed, run.gone, run.back


def stopped(store: Store, scanner: Scanner, day: date, chance: random.Random) -> bool:
    """Now and then a scan that stops after some of its tasks; whether there is one to go on with."""

    def stop(rule: str, judged: int) -> None:
        if chance.random() < 0.1:
            raise InterruptedError

    if chance.random() < 0.8:
        return False
    with suppress(InterruptedError):
        planned_only = lambda store, scanner, run, told: work_off(store, scanner, run.run_id, run.as_of, "stops", stop)  # noqa: E731
        scan(store, scanner, Order(day.toordinal(), force=True), planned_only)
        return False
    return True


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
            day, some = office.next_day(), scanner
            if office.random.random() < 0.2:  # --only: rules are scanned up to different days
                some = Scanner(store, office.random.sample(rules, len(rules) // 2), load_law())
            resume = stopped(store, some, day, office.random)  # one that was not stopped has been counted
            before = known(store, some)
            run = scan(store, some, Order(day.toordinal(), force=True, resume=resume))
            incremental += run.incremental
            assert standing(store, run) == judged_anew(some, day), f"night {night}, {day}, {run}"
            assert run.looks_back or told(run) == differences(before, known(store, some)), f"night {night}, {day}, {run}"
            if office.random.random() < 0.1:
                run = scan(store, scanner, Order(day.toordinal(), force=True))
                earlier = date.fromordinal(day.toordinal() - office.random.randint(1, 200))
                looked = scan(store, scanner, Order(earlier.toordinal()))
                assert looked.looks_back
                assert standing(store, looked) == judged_anew(scanner, earlier)
                assert standing(store, replace(run, looks_back=False)) == judged_anew(scanner, day)
    return incremental


@settings(max_examples=2, deadline=None, suppress_health_check=SLOW)
@given(st.integers(0, 10_000))
def test_incremental_is_full(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore, seed: int) -> None:
    live(seed, 4, 1, new_store(), tmp_path_factory.mktemp("nights"))


def test_a_row_that_begins_with_a_term_is_looked_at_on_that_day(tmp_path: Path, target: str) -> None:
    local, sheet, day = tmp_path / "本地.yaml", tmp_path / "借用.csv", date(2024, 1, 8)
    columns = "[{name: 编号, field: loan_no, type: code, required: true}, {name: 归还期限, field: back_by, type: date, term: true}]"
    local.write_text(f"sheets:\n  - {{name: 借用, record: loan, key: [编号], start: [earliest], columns: {columns}}}\n", encoding="utf-8")
    sheet.write_text(f"编号,归还期限\n虚1,{day}\n虚2,{day + timedelta(1)}\n", encoding="utf-8")
    with open_store(target, create=True, catalogue=load_catalogue((local,))) as store, store.engine.connect() as connection:
        import_paths(store, [sheet])
        views, looks = Views(store.catalogue, store.tables), [Look(day.toordinal() + n, 1) for n in (-1, 0)]
        seen = [changes_since(store, views, connection, look) for look in looks]
    assert [len(rows) for rows in seen] == [1, 1]


def test_a_place_that_is_called_otherwise_is_another_rule(tmp_path: Path) -> None:
    name, value, found = "civil.repeat-filer", "{from: 2020-01-01, value: 6, cite: 某省文件}", []
    for place in ("某省", "某省", "某市"):
        text = f"overlay: {place}\nrules:\n  {name}:\n    parameters:\n      cases: [{value}]\n"
        (tmp_path / "本地.yaml").write_text(text, encoding="utf-8")
        found.append(digests(load_rules([tmp_path]), load_catalogue(), load_law()))
    assert found[0] == found[1]
    assert {n for n in found[0] if found[0][n] != found[2][n]} == {name}


def test_another_program_is_noticed_wherever_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, found = tmp_path / "documents" / "engine" / "judge.py", []
    file.parent.mkdir(parents=True)
    for number in range(2):
        file.write_text(f"NUMBER = {number}\n", encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(engine, "__file__", str(file.with_name("__init__.py")))
            renewal._program.cache_clear()
            found.append(digests(load_rules(), load_catalogue(), load_law()))
    renewal._program.cache_clear()
    assert not set(found[0].values()) & set(found[1].values())


@pytest.mark.slow
def test_thirty_nights(tmp_path: Path, target: str) -> None:
    assert live(11, 30, 3, target, tmp_path) > 20
