"""The backtest says of every day what a scan as of that day says, and of every clue when it stood."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cases.importing import import_paths
from cases.store import open_store
from engine.backtest import as_of_days, backtest
from engine.scan import Scanner
from rules.law import load_law
from rules.load import load_rules
from tests.cases.sheets import write_csv
from tests.reference.stores import store, write


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("first", "last", "every", "days"),
    [
        ("2026-01-31", "2026-04-01", "month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-01"]),
        ("2025-11-30", "2026-05-31", "quarter", ["2025-11-30", "2026-02-28", "2026-05-30", "2026-05-31"]),
        ("2026-01-01", "2026-01-15", "week", ["2026-01-01", "2026-01-08", "2026-01-15"]),
        ("2026-01-01", "2026-01-03", "day", ["2026-01-01", "2026-01-02", "2026-01-03"]),
        ("2026-01-01", "2026-01-01", "month", ["2026-01-01"]),
    ],
)
def test_days_are_a_step_apart_and_end_on_the_last(first: str, last: str, every: str, days: list[str]) -> None:
    assert as_of_days(ordinal(first), ordinal(last), every) == [ordinal(day) for day in days]


def test_every_day_is_as_a_scan_of_that_day(tmp_path: Path, target: str) -> None:
    write(store(11, 1), tmp_path)
    days = as_of_days(ordinal("2020-06-30"), ordinal("2026-11-22"), "quarter")[::8]
    with open_store(target, create=True) as opened:
        import_paths(opened, [tmp_path])
        rules = load_rules(catalogue=opened.catalogue)
        scanner = Scanner(opened, rules, load_law())
        scanned = {day: {c["id"]: c["rule"] for batch in scanner.scan(day) for c in batch.clues} for day in days}
        histories = list(backtest(opened, rules, load_law(), days))
    assert any(scanned.values())
    for number, day in enumerate(days):
        standing = {c.id: h.rule.rule.id for h in histories for c in h.clues if any(a <= day <= b for a, b in c.spans)}
        assert standing == scanned[day]
        assert {h.rule.rule.id: h.standing[number] for h in histories} == {
            r.rule.id: sum(rule == r.rule.id for rule in scanned[day].values()) for r in rules
        }


def test_a_clue_that_goes_and_comes_back_has_two_spans(tmp_path: Path, target: str) -> None:
    columns = ("案号", "法院", "案由", "程序", "立案日期", "结案日期", "中止日期", "恢复日期")
    write_csv(tmp_path / "民事案件.csv", columns, ("1号", "某法院", "借款", "简易程序", "2026-01-05", "", "2026-05-10", "2026-06-10"))
    days = [ordinal(f"2026-0{month}-20") for month in (3, 4, 5, 6, 7, 8)]
    with open_store(target, create=True) as opened:
        import_paths(opened, [tmp_path])
        rules = [r for r in load_rules(catalogue=opened.catalogue) if r.rule.id == "trial.overdue"]
        (history,) = backtest(opened, rules, load_law(), days)
    (clue,) = history.clues
    assert clue.spans == [[days[1], days[1]], [days[3], days[5]]]
    assert clue.arose_on == "2026-04-08"
    assert (history.standing, history.new, history.gone) == ([0, 1, 0, 1, 1, 1], [0, 1, 0, 1, 0, 0], [0, 0, 1, 0, 0, 0])
