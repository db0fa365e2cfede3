"""Laws of scanning, on invented stores full of boundary days: the reference agrees, the fast path loses nothing, the judge is right."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from cases.catalogue import load_catalogue
from cases.importing import import_paths
from cases.store import Store, open_store
from engine.scan import Scanner
from rules.law import load_law
from rules.load import load_rules
from tests.conftest import NewStore
from tests.reference.compare import differences
from tests.reference.oracle import expected
from tests.reference.stores import as_of_days, store, write

SEED, SIZE = 7, 2


@pytest.fixture(scope="module")
def sheets() -> Any:
    return store(SEED, SIZE)


@pytest.fixture(scope="module")
def opened(sheets: Any, new_store: NewStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("sheets")
    write(sheets, folder)
    with open_store(new_store(), create=True) as found:
        import_paths(found, [folder])
        yield found


def results(scanner: Scanner, day: date, **how: Any) -> dict[str, Any]:
    clues: list[dict[str, Any]] = []
    gaps: list[dict[str, Any]] = []
    for batch in scanner.scan(day.toordinal(), **how):
        clues += batch.clues
        gaps += [{k: g[k] for k in ("rule", "subject", "missing")} for g in batch.insufficient]
    order = lambda c: (c["rule"], c["subject"]["key"])  # noqa: E731
    return {"clues": sorted(clues, key=order), "insufficient": sorted(gaps, key=order)}


@pytest.fixture(scope="module")
def scanner(opened: Store) -> Scanner:
    return Scanner(opened, load_rules(catalogue=opened.catalogue), load_law(), check=True)


@pytest.mark.parametrize("day", as_of_days(SEED))
def test_reference_agrees(scanner: Scanner, sheets: Any, day: date) -> None:
    found = differences(expected(sheets, day), results(scanner, day))
    assert not found, [str(d) for d in found[:5]]


@pytest.mark.parametrize("day", as_of_days(SEED)[1::2])
def test_candidates_lose_nothing(scanner: Scanner, day: date) -> None:
    assert results(scanner, day) == results(scanner, day, everything=True)


def test_a_day_later_is_a_day_more_at_most(scanner: Scanner) -> None:
    day = as_of_days(SEED)[1]
    today, tomorrow = (
        {(c["rule"], *c["subject"]["key"]): c for c in results(scanner, date.fromordinal(n))["clues"]} for n in (day.toordinal(), day.toordinal() + 1)
    )
    both = [(clue, tomorrow[subject]) for subject, clue in today.items() if subject in tomorrow]
    assert {before["state"] for before, _ in both} == {"overdue", "late", "pattern"}
    for before, after in both:
        assert after["arose_on"] == before["arose_on"], before
        if (before["state"], after["state"]) == ("overdue", "overdue"):
            assert after["days"] == before["days"] + 1, before
        elif before["state"] == after["state"]:
            assert after["days"] == before["days"], before


def test_who_has_nothing_to_do_with_the_others_changes_nothing_for_them(scanner: Scanner, sheets: Any, target: str, tmp_path: Path) -> None:
    day = as_of_days(SEED)[-1]
    write(sheets, tmp_path / "1")
    write({name: [apart(name, row) for row in rows] for name, rows in store(SEED + 1, 1).items()}, tmp_path / "2")
    with open_store(target, create=True) as other:
        import_paths(other, [tmp_path / "1", tmp_path / "2"])
        together = results(Scanner(other, load_rules(catalogue=other.catalogue), load_law()), day)
    alone = results(scanner, day)
    for kind, found in together.items():
        theirs = [one for one in found if any(part.startswith(APART) for part in one["subject"]["key"])]
        assert theirs and [one for one in found if one not in theirs] == alone[kind], kind


def test_what_is_missing_is_what_was_missing(scanner: Scanner, opened: Store) -> None:
    """With the days that gaps of a rule name filled in, none of these rows lacks them any more."""
    day, filled = as_of_days(SEED)[2].toordinal(), 0
    with opened.engine.connect() as connection:
        for number, rule in enumerate(scanner.rules):
            table, sheet = opened.tables[rule.base_record], opened.catalogue.records[rule.base_record]
            dates = {c.field for c in sheet.columns if c.type == "date"}
            gaps = {rid: set(gap["missing"]) for part in scanner.judge_rule(connection, number, day) for rid, gap in part.gaps}
            known = {rid: names for rid, names in gaps.items() if names <= dates}
            for rid, names in known.items():
                connection.execute(update(table).where(table.c.rid == rid).values(dict.fromkeys(names, day)))
            left = {rid: set(gap["missing"]) for part in scanner.judge_rule(connection, number, day) for rid, gap in part.gaps}
            assert not {rid: names for rid, names in known.items() if names & left.get(rid, set())}, rule.rule.id
            connection.rollback()
            filled += len(known)
    assert filled > 100


APART = "另有"


def apart(name: str, row: dict[str, str | None]) -> dict[str, str | None]:
    """A row that no other row of another store has a number, a name or a certificate number in common with."""
    sheet = load_catalogue().sheets[name]
    who = {field for actor in sheet.actors.values() for field in actor.columns}
    named = {c.name for c in sheet.columns if c.type == "code" or c.field in who}
    return {column: f"{APART}{value}" if value and column in named else value for column, value in row.items()}


def test_order_of_import_does_not_matter(scanner: Scanner, sheets: Any, target: str, tmp_path: Path) -> None:
    day = as_of_days(SEED)[-2]
    write(sheets, tmp_path)
    files = sorted(tmp_path.glob("*.csv"))
    random.Random(3).shuffle(files)
    with open_store(target, create=True) as other:
        for file in files:
            import_paths(other, [file])
        again = results(Scanner(other, load_rules(catalogue=other.catalogue), load_law()), day)
    assert again == results(scanner, day)
