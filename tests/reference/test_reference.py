"""The reference itself: worked examples, stores that leave no rule silent, and a comparison that sees every kind of difference."""

from __future__ import annotations

import copy
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from . import compare
from .days import months, roll, working
from .enforcement import end_of_suing
from .invent import start_for
from .oracle import RULES, expected
from .stores import as_of_days, counts, store, write
from .view import Row, normal

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def scanned() -> tuple[dict[str, Any], dict[str, Any]]:
    """The oracle's answer on a small store, twice, for one of them to be spoilt."""
    answer = expected(store(3, 2), DAY)
    return answer, copy.deepcopy(answer)


def served(day: date, within: str | None = None) -> date:
    return end_of_suing(Row("penalty", [], (), {"sue_within": within}), day)


def test_worked_examples_of_counting() -> None:
    assert served(date(2026, 1, 15)) == date(2026, 7, 15)
    assert roll(months(served(date(2026, 1, 15)), 3)) == date(2026, 10, 15)
    assert working(date(2026, 8, 3), 10) == date(2026, 8, 17)
    assert working(date(2026, 8, 18), 5) == date(2026, 8, 25)
    assert working(date(2026, 8, 25), 7) == date(2026, 9, 3)
    assert months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert months(date(2024, 2, 29), -24) == date(2022, 2, 28)
    assert roll(date(2020, 1, 24)) == date(2020, 2, 3)  # Spring Festival 2020, prolonged
    assert roll(date(2021, 2, 20)) == date(2021, 2, 20)  # a Saturday that was worked
    assert roll(date(2028, 10, 2)) == date(2028, 10, 2)  # no notice for that year: weekends only


def test_start_for_hits_the_due_day_or_the_next_that_can_be() -> None:
    def half_year(day: date) -> date:
        return roll(months(day, 6))

    assert half_year(start_for(half_year, date(2024, 2, 29))) == date(2024, 2, 29)
    assert half_year(start_for(half_year, date(2024, 2, 10))) == date(2024, 2, 18)  # the first working day after the festival


def test_numbers_are_compared_without_width_case_brackets_and_spaces() -> None:
    assert normal("（２０２３）浙0324 执ａ1号") == normal("〔2023〕浙0324执A1号") == "(2023)浙0324执A1号"


def test_a_store_is_the_same_for_the_same_seed() -> None:
    assert store(5, 1) == store(5, 1)
    assert store(5, 1) != store(6, 1)
    assert as_of_days(5) == as_of_days(5)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_rule_is_silent_on_a_store_of_the_default_size(seed: int) -> None:
    found = counts(store(seed), as_of_days(seed))
    assert len({rule for rule, state in found if state != "insufficient"}) == len(RULES) == 80


def test_later_row_replaces_the_earlier_whole_even_if_it_starts_after_the_day() -> None:
    def petition(number: str, day: str) -> dict[str, str | None]:
        return {"信访编号": number, "受理单位": "虚拟院", "收到日期": day}

    rows = [petition("X(1)", "2026-01-05"), petition("x（1）", "2026-12-01")]
    assert expected({"信访": rows[:1]}, DAY)["clues"]
    assert not expected({"信访": rows}, DAY)["clues"]


def test_a_suit_takes_part_from_its_filing_even_where_its_closing_is_dated_earlier() -> None:
    filed = ("2026-03-02", "2026-03-03", "2026-03-10")
    suits: list[dict[str, str | None]] = [
        {"案号": f"X({n})", "法院": "虚拟院", "案由": "民间借贷纠纷", "立案日期": day, "结案日期": "2026-03-04", "结案方式": "调解"}
        for n, day in enumerate(filed)
    ]
    parties: list[dict[str, str | None]] = [
        {"案号": f"X({n})", "诉讼地位": role, "姓名名称": name, "证件号": name}
        for n in range(3)
        for role, name in (("原告", f"甲{n}"), ("被告", "乙"))
    ]
    found = {clue["rule"]: clue["arose_on"] for clue in expected({"民事案件": suits, "民事当事人": parties}, DAY)["clues"]}
    assert found["civil.mediated-creditors"] == "2026-03-10"


@pytest.mark.parametrize(("day", "asked"), [(date(2001, 7, 8), False), (date(2001, 7, 9), True)])
@pytest.mark.parametrize("offence", ["盗伐林木罪", "非法占用农用地罪", "非法采矿罪"])
def test_an_undated_penalty_is_asked_for_from_the_day_on_which_the_section_is_in_force(day: date, asked: bool, offence: str) -> None:
    shared = {"行政机关": "虚拟局", "当事人": "甲", "违法行为": "其他", "涉嫌罪名": offence, "涉案金额": "20000", "处罚决定日期": "日期不详"}
    found = expected({"行政处罚": [{"决定书文号": f"X({n})", **shared} for n in range(3)]}, day)
    assert bool(found["insufficient"]) is asked


def test_equal_answers_do_not_differ(scanned: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert compare.differences(*scanned) == []


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("missing clue", lambda answer: answer["clues"].pop(5)),
        ("extra clue", lambda answer: answer["clues"][5].update(rule="x.y")),
        ("clue listed twice", lambda answer: answer["clues"].append(answer["clues"][5])),
        ("state", lambda answer: answer["clues"][5].update(state="x")),
        ("due_on", lambda answer: answer["clues"][5].update(due_on="2001-01-01")),
        ("arose_on", lambda answer: answer["clues"][5].update(arose_on="2001-01-01")),
        ("days", lambda answer: answer["clues"][5].update(days=-1)),
        ("severity", lambda answer: answer["clues"][5].update(severity="x")),
        ("missing insufficient", lambda answer: answer["insufficient"].pop(5)),
        ("extra insufficient", lambda answer: answer["insufficient"][5].update(rule="x.y")),
        ("missing", lambda answer: answer["insufficient"][5].update(missing=["x"])),
    ],
)
def test_every_kind_of_difference_is_seen(kind: str, spoil: Any, scanned: tuple[dict[str, Any], dict[str, Any]]) -> None:
    reference, found = scanned[0], copy.deepcopy(scanned[1])
    spoil(found)
    assert kind in {difference.kind for difference in compare.differences(reference, found)}


def test_comparison_runs_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A stand-in command that answers with the oracle's own JSON, once whole and once with a clue left out."""
    day, sheets = as_of_days(4)[0], store(4, 1)
    for left_out, code in ((0, 0), (1, 1)):
        answer = expected(sheets, day)
        answer["clues"] = answer["clues"][left_out:]
        printed = {"import": {"sheets": []}, "scan": answer}
        (tmp_path / "answers.json").write_text(json.dumps(printed), encoding="utf-8")
        source = "import json, sys; print(json.dumps(json.load(open(sys.argv[1], encoding='utf-8'))[sys.argv[2]]))"
        command = [sys.executable, "-c", source, str(tmp_path / "answers.json")]
        assert compare.main(["--seed", "4", "--size", "1", "--as-of", day.isoformat(), "--", *command]) == code
        last = capsys.readouterr().out.splitlines()[-1]
        assert f"differences={left_out} " in last
        assert "refused=0" in last


def test_every_row_is_written(tmp_path: Path) -> None:
    sheets = store(4, 1)
    assert write(sheets, tmp_path) == sum(map(len, sheets.values()))
    assert {path.stem for path in tmp_path.iterdir()} == {name for name, rows in sheets.items() if rows}
