"""Retention: what is old and needed no more goes, with all that tells of it; no scan afterwards finds anything that it did not find before."""

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from cases.store import Store, open_store
from engine.scan import Scanner
from review import audit, ledger
from review.decisions import Decision, decide
from review.purging import planned, purge
from review.runs.scanning import Order, scan
from rules.law import load_law
from rules.load import load_rules
from rules.resolve import Resolved
from tests.cases.sheets import load
from tests.reference import stores
from tests.review.ledgers import add_clues, clue_id, rows
from tests.review.test_casefile import SOME

SEED = 3
LONG_AGO, TODAY = dt.datetime(2020, 1, 5, 9), dt.datetime(2026, 11, 22, 9)
LIMIT, TOMORROW = dt.date(2023, 1, 1), dt.date.today() + dt.timedelta(1)


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        yield opened


def left(store: Store) -> list[str]:
    return [row["clue_id"] for row in rows(store, "clues")]


def test_old_closed_clues_that_are_gone_go_with_their_history(store: Store) -> None:
    add_clues(store, 1, 2, 3, present=0)
    decide(store, [Decision(clue_id(1), "误报", "重复", "见卷"), Decision(clue_id(2), "核查中")], "李审", now=LONG_AGO)
    decide(store, [Decision(clue_id(3), "成案")], "李审", now=TODAY)
    found = purge(store, LIMIT, "李审")
    assert [clue[:3] for clue in found.clues] == [(clue_id(1), "enforcement.not-applied", "误报")]
    assert left(store) == [clue_id(2), clue_id(3)]
    assert {event["clue_id"] for event in rows(store, "events")} == {clue_id(2), clue_id(3)}
    last = list(audit.entries(store))[-1]
    assert (last.act, last.about, last.detail) == ("清除", "2023-01-01 以前", {"线索": 1})
    assert audit.verify(store) == audit.Chain(4, last.digest)


def test_a_closed_clue_that_is_still_found_stays(store: Store) -> None:
    add_clues(store, 1)
    decide(store, [Decision(clue_id(1), "误报", "重复")], "李审", now=LONG_AGO)
    assert purge(store, LIMIT, "李审").held == 1
    assert left(store) == [clue_id(1)]


def test_what_is_gone_and_was_never_touched_goes_after_its_last_sight(store: Store) -> None:
    add_clues(store, 1, present=0)
    add_clues(store, 2)
    assert purge(store, dt.date(2026, 11, 1), "李审").clues == []
    assert [clue[0] for clue in purge(store, dt.date(2026, 11, 2), "李审").clues] == [clue_id(1)]
    assert left(store) == [clue_id(2)]


def test_that_into_which_a_clue_was_merged_stays_as_long_as_that_clue(store: Store) -> None:
    add_clues(store, 1, 2, 3, 4, present=0)
    decide(store, [Decision(clue_id(2), "成案"), Decision(clue_id(3), "并案", into=clue_id(2)), Decision(clue_id(4), "成案")], "李审", now=LONG_AGO)
    decide(store, [Decision(clue_id(1), "并案", into=clue_id(2))], "李审", now=TODAY)
    purge(store, LIMIT, "李审")
    assert left(store) == [clue_id(1), clue_id(2)]


@pytest.fixture(scope="module")
def rules() -> list[Resolved]:
    return [r for r in load_rules() if r.rule.id in SOME]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, rules: list[Resolved]) -> Path:
    """A store of invented sheets that has been scanned."""
    folder = tmp_path_factory.mktemp("purge")
    stores.write(stores.store(SEED, 1), folder / "sheets")
    load(folder / "cases.db", folder / "sheets")
    with open_store(folder / "cases.db") as opened:
        judge(opened, rules)
    return folder / "cases.db"


def judge(store: Store, rules: list[Resolved]) -> dict[str, int]:
    run = scan(store, Scanner(store, rules, load_law()), Order(stores.as_of_days(SEED)[3].toordinal(), full=True))
    return {"new": run.new, "changed": run.changed, "gone": run.gone, "back": run.back}


def size(store: Store) -> int:
    with store.engine.connect() as connection:
        return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in store.tables.values())


@pytest.mark.parametrize(("seed", "closed"), [(1, 0.5), (2, 0.8), (3, 1.0)])
def test_a_scan_after_a_purge_finds_just_what_was_left(scanned: Path, tmp_path: Path, rules: list[Resolved], seed: int, closed: float) -> None:
    shutil.copy(scanned, tmp_path / "cases.db")
    homes, chance = {r.rule.id: r.base_record for r in rules}, random.Random(seed)
    with open_store(tmp_path / "cases.db") as store:
        clues = [clue["id"] for clue in ledger.recorded(store)]
        some = [clue for clue in clues if chance.random() < closed]
        decide(store, [Decision(clue, "误报", "重复") for clue in some], "李审", now=TODAY)
        before = size(store)
        assert planned(store, LIMIT, homes).counts(store) == {"线索": 0}
        plan = planned(store, TOMORROW, homes)
        assert purge(store, TOMORROW, "李审", homes) == plan
        assert 0 < len(plan.clues) <= len(some)
        assert len(plan.clues) + plan.held == len(some)
        assert size(store) == before - sum(map(len, plan.rows.values())) < before
        standing = [clue["id"] for clue in ledger.recorded(store)]
        assert sorted(standing) == sorted(set(clues) - {clue[0] for clue in plan.clues})
        assert judge(store, rules) == {"new": 0, "changed": 0, "gone": 0, "back": 0}


def test_records_go_only_with_all_that_hangs_on_them(scanned: Path, tmp_path: Path, rules: list[Resolved]) -> None:
    """Rows that a day to come will have judged again stay, and so does their whole group."""
    shutil.copy(scanned, tmp_path / "cases.db")
    homes = {r.rule.id: r.base_record for r in rules}
    with open_store(tmp_path / "cases.db") as store:
        decide(store, [Decision(clue["id"], "成案") for clue in ledger.recorded(store)], "李审", now=TODAY)
        rid = planned(store, TOMORROW, homes).rows["penalty"][0]
        wake = {"run_id": 1, "rule": "enforcement.not-applied", "rid": rid, "day": TODAY.toordinal() + 900}
        with store.engine.begin() as connection:
            connection.execute(insert(store.register["wakes"]), wake)
        assert rid not in planned(store, TOMORROW, homes).rows["penalty"]


def test_records_go_from_every_database(target: str, tmp_path: Path, rules: list[Resolved]) -> None:
    stores.write(stores.store(SEED, 1), tmp_path / "sheets")
    load(target, tmp_path / "sheets")
    with open_store(target) as store:
        judge(store, rules)
        decide(store, [Decision(clue["id"], "成案") for clue in ledger.recorded(store)], "李审", now=TODAY)
        before = size(store)
        gone = purge(store, TOMORROW, "李审", {r.rule.id: r.base_record for r in rules}).rows
        assert 0 < size(store) == before - sum(map(len, gone.values())) < before
        assert judge(store, rules)["new"] == 0
