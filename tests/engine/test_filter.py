"""What SQL says of a condition: whatever is judged to be a clue must be among the candidates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cases.importing import import_paths
from cases.store import Store, open_store
from engine.functions import back
from engine.scan import Scanner
from rules.law import load_law
from rules.load import load_rules
from rules.periods import Period
from rules.resolve import load_vocabulary, resolve_rule
from tests.cases.sheets import write_csv

PARTIES = ("案号", "诉讼地位", "姓名名称", "律所")
BLANK, ONE, BOTH = "虚民1号", "虚民2号", "虚民3号"
"""Suits in which neither party has a firm, one has, and both have the same."""


@pytest.mark.parametrize(
    ("breach", "wanted"),
    [
        ("any(parties[role = 原告 and none(parties[role = 被告 and firm != outer.firm])])", [BLANK, BOTH]),
        ("count(parties[firm != this.judge]) = 0", [BLANK]),
        ("count(parties[firm != this.judge]) = 1", [ONE]),
        ("any(parties[firm != this.judge])", [ONE, BOTH]),
        ("any(parties[not (firm != this.judge)])", [BLANK, ONE]),
        ("count(parties[not (firm = this.judge)]) = 2", [BLANK, ONE, BOTH]),
        ("any(parties[firm = this.judge])", []),
    ],
)
def test_two_blank_cells_do_not_differ_nor_are_they_equal(tmp_path: Path, target: str, breach: str, wanted: list[str]) -> None:
    cases = [(case, "虚拟法院", "虚拟纠纷", "2026-01-05") for case in (BLANK, ONE, BOTH)]
    write_csv(tmp_path / "民事案件.csv", ("案号", "法院", "案由", "立案日期"), *cases)
    firms = {BLANK: ("", ""), ONE: ("虚律所", ""), BOTH: ("虚律所", "虚律所")}
    parties = [(case, role, f"{role}某", firm) for case, some in firms.items() for role, firm in zip(("原告", "被告"), some, strict=True)]
    write_csv(tmp_path / "民事当事人.csv", PARTIES, *parties)
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        assert found(store, breach) == [wanted, wanted]


def found(store: Store, breach: str) -> list[list[str]]:
    """The suits that a rule finds with such a breach: judged one by one, and as the query lets them through."""
    (shipped,) = [r for r in load_rules(catalogue=store.catalogue) if r.rule.id == "civil.agent-both-sides"]
    rule = resolve_rule(shipped.rule.model_copy(update={"breach": [breach]}), store.catalogue, load_vocabulary())
    scanner, day = Scanner(store, [rule], load_law()), date(2026, 2, 2).toordinal()
    batches = [list(scanner.scan(day, everything=everything)) for everything in (True, False)]
    return [sorted(clue["subject"]["key"][0] for batch in some for clue in batch.clues) for some in batches]


@pytest.mark.parametrize(
    "breach",
    [
        "any(parties[count(this.parties) = 2])",
        "none(parties[count(this.parties) > 2])",
        "any(parties[role = 原告 and any(parties[role = 被告 and count(this.parties[case_no = outer.case_no]) = 2])])",
        "latest(parties.case.filed_on) = 2026-01-06",
        "any(parties[earliest(this.parties.case.filed_on) > 2026-01-05])",
    ],
)
def test_a_query_deep_in_others_asks_for_the_rows_of_its_own_subject(tmp_path: Path, target: str, breach: str) -> None:
    suits = {"虚民1号": ("2026-01-05", ("原告", "被告", "第三人")), "虚民2号": ("2026-01-06", ("原告", "被告"))}
    cases = [(case, "虚拟法院", "虚拟纠纷", day) for case, (day, _) in suits.items()]
    write_csv(tmp_path / "民事案件.csv", ("案号", "法院", "案由", "立案日期"), *cases)
    write_csv(tmp_path / "民事当事人.csv", PARTIES, *[(case, role, f"{role}某", "") for case, (_, roles) in suits.items() for role in roles])
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        assert found(store, breach) == [["虚民2号"]] * 2


@pytest.mark.parametrize(
    ("period", "wanted"),
    [("1 month", (2026, 2, 28)), ("10 days", (2026, 3, 21)), ("400 days", (2025, 2, 24)), ("27 working days", (2026, 2, 14))],
)
def test_back_counts_days_as_it_does_months(period: str, wanted: tuple[int, int, int]) -> None:
    assert back(date(2026, 3, 31).toordinal(), Period.parse(period)) == date(*wanted).toordinal()
