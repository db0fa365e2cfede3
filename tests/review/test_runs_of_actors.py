"""Runs of rules about actors: whoever is known by number or by name from night to night, and what cannot be judged of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.importing import import_paths
from cases.store import Store, open_store
from engine.gather import WindowPlan
from engine.scan import Scanner
from review import ledger
from review.casefile import case_of
from review.runs.run import Run
from review.runs.scanning import Order, scan
from rules.law import load_law
from rules.load import load_rules
from rules.resolve import Resolved, load_vocabulary, resolve_rule
from rules.schema import Grading
from tests.properties.test_incremental import judged_anew, standing
from tests.review.test_runs import DAY, rule

RULE = "civil.repeat-filer"
OTHERS = range(40, 60)


def suits(numbers: range, cause: str = "民间借贷纠纷") -> str:
    head = "案号,法院,案由,程序,立案日期\n"
    return head + "".join(f"虚民{n}号,某县法院,{cause},普通程序,2023-0{n % 9 + 1}-02\n" for n in numbers)


def parties(numbers: range, name: str = "原某", person: str = "", district: str = "甲市乙区", hidden: str = "") -> str:
    head = "案号,诉讼地位,姓名名称,证件号,法院辖区,姓名隐去\n"
    return head + "".join(f"虚民{n}号,原告,{name},{person},{district},{hidden}\n" for n in numbers)


class Court:
    """A store with one rule about actors: 原某 has brought five suits, 他某 many."""

    def __init__(self, store: Store, folder: Path):
        self.store, self.folder = store, folder
        self.use(rule(RULE))

    def use(self, rule: Resolved) -> None:
        self.scanner = Scanner(self.store, [rule], load_law())

    def begin(self, **how: str) -> None:
        self.deliver("民事案件", suits(range(60)))
        self.deliver("民事当事人", parties(OTHERS, "他某"))
        self.deliver("民事当事人", parties(range(5), **how))
        assert self.scan(DAY).clues == 2

    def deliver(self, sheet: str, text: str) -> None:
        file = self.folder / f"{sheet}.csv"
        file.write_text(text, encoding="utf-8")
        assert not import_paths(self.store, [file]).rejected

    def scan(self, day: int, **how: Any) -> Run:
        """A run, after which stands what a full judging finds."""
        run = scan(self.store, self.scanner, Order(day, **how))
        assert standing(self.store, run) == judged_anew(self.scanner, date.fromordinal(day))
        return run


@pytest.fixture
def court(target: str, tmp_path: Path) -> Iterator[Court]:
    with open_store(target, create=True) as store:
        yield Court(store, tmp_path)


def test_a_full_scan_finds_who_has_become_busy_since_the_last_one(court: Court) -> None:
    court.begin()
    court.deliver("民事当事人", parties(range(5, 10), "新某"))
    assert court.scan(DAY, full=True).clues == 3


def test_who_is_known_by_name_in_a_district_goes_and_comes_back(court: Court) -> None:
    court.begin()
    court.deliver("民事当事人", parties(range(1), district="丙市丁区"))
    run = court.scan(DAY + 1)
    assert (run.incremental, run.gone, run.clues) == (True, 1, 1)
    court.deliver("民事当事人", parties(range(1)))
    assert court.scan(DAY + 2).back == 1
    court.deliver("民事当事人", parties(range(1), hidden="是"))
    assert court.scan(DAY + 3).gone == 1


def test_who_was_known_by_name_gets_a_number(court: Court) -> None:
    court.begin()
    court.deliver("民事当事人", parties(range(1), person="P1"))
    assert court.scan(DAY + 1).gone == 1
    court.deliver("民事当事人", parties(range(1, 5), person="P1"))
    assert court.scan(DAY + 2).new == 1
    court.deliver("民事当事人", parties(range(1, 2), person="P2"))
    assert court.scan(DAY + 3).gone == 1


def test_a_case_changes_and_with_it_who_stands_in_it(court: Court) -> None:
    court.begin()
    court.deliver("民事案件", suits(range(1), "买卖合同纠纷"))
    run = court.scan(DAY + 1)
    assert (run.incremental, run.gone) == (True, 1)


def test_a_case_is_made_of_who_is_known_by_name_in_a_district(court: Court) -> None:
    court.begin()
    (clue,) = (c for c in ledger.recorded(court.store) if c["subject"]["key"] == ["原某"])
    case = case_of(court.store, clue, court.scanner.rules[0], load_law())
    assert len(case.given) == 5


def bad_for(patch: pytest.MonkeyPatch, fails: Callable[[str], bool]) -> None:
    whole = WindowPlan._gather

    def gather(self: WindowPlan, actor: str, *more: Any) -> Any:
        if fails(actor):
            raise ArithmeticError("too large")
        return whole(self, actor, *more)

    patch.setattr(WindowPlan, "_gather", gather)


@pytest.mark.parametrize("full", [True, False])
def test_nothing_is_said_of_an_actor_who_cannot_be_judged(court: Court, monkeypatch: pytest.MonkeyPatch, full: bool) -> None:
    court.begin()
    court.deliver("民事案件", suits(range(1)).replace("某县", "某市"))
    with monkeypatch.context() as patch:
        bad_for(patch, lambda actor: actor.startswith("原某"))
        run = scan(court.store, court.scanner, Order(DAY + 1, full=full))
    assert (len(run.left_out), run.gone, run.clues) == (1, 0, 2)
    court.scan(DAY + 2)


def test_who_has_gone_is_seen_though_another_cannot_be_judged(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    court.begin()
    court.deliver("民事案件", suits(OTHERS, "买卖合同纠纷"))
    with monkeypatch.context() as patch:
        bad_for(patch, lambda actor: actor.startswith("原某"))
        run = scan(court.store, court.scanner, Order(DAY + 1, full=True))
    assert (len(run.left_out), run.gone, run.clues) == (1, 1, 1)
    court.scan(DAY + 2)


def test_a_whole_judging_that_was_split_sees_who_has_gone(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    court.begin(person="P1")
    court.deliver("民事当事人", parties(range(5), person="P2"))
    failed = list[str]()

    def twice(actor: str) -> bool:
        failed.extend([actor] if actor == "P2" else [])
        return actor == "P2" and len(failed) <= 2

    bad_for(monkeypatch, twice)
    run = scan(court.store, court.scanner, Order(DAY + 1, full=True))
    assert (run.left_out, run.new, run.gone, run.clues) == ([], 1, 1, 2)
    assert {c["subject"]["key"][0] for c in ledger.found_in(court.store, run)} == {"P2", "他某"}


def test_a_severity_that_grows_with_the_days(court: Court) -> None:
    old = rule(RULE)
    graver = Grading.model_validate({"if": f"as_of > {date.fromordinal(DAY)}", "severity": "high"})
    court.use(resolve_rule(old.rule.model_copy(update={"severities": [graver]}), court.store.catalogue, load_vocabulary(), old.source))
    court.begin()
    assert court.scan(DAY + 1).changed == 2


def test_a_threshold_of_a_place_begins(court: Court, tmp_path: Path) -> None:
    """Two fines that together reach the threshold of all the country reach that of the place no more from its first day on."""
    overlay = f"""\
overlay: 某省
thresholds:
  - {{offence: 集资诈骗, from: {date.fromordinal(DAY + 2)}, cite: 某省文件, law: t.192, reached: [{{amount: 200000}}]}}
"""
    (tmp_path / "本地.yaml").write_text(overlay, encoding="utf-8")
    court.use(next(r for r in load_rules([tmp_path / "本地.yaml"], day=DAY) if r.rule.id == "referral.split-penalties"))
    fines = [f"虚罚{n}号,某局,某厂,集资诈骗,集资诈骗罪,2023-1{n}-02,60000\n" for n in range(2)]
    court.deliver("行政处罚", "决定书文号,处罚机关,当事人,违法行为,涉嫌罪名,决定日期,涉案金额\n" + "".join(fines))
    assert [court.scan(day).clues for day in (DAY, DAY + 1, DAY + 2)] == [1, 1, 0]
