"""Stubs: what is to be filled in is told line by line; once it is, they are rules whose cases come out."""

import re
from datetime import date
from pathlib import Path

import pytest

from cases.catalogue import load_catalogue
from cases.errors import UsageProblem
from engine.cases import CaseRunner
from rules.checks import check_rules
from rules.law import load_law
from rules.stub import SHAPES, stub

TODAY = date(2026, 11, 22).toordinal()
RECORDS = load_catalogue().records


def checked(path: Path, text: str) -> tuple[list, list]:  # type: ignore[type-arg]
    path.write_text(text, encoding="utf-8")
    return check_rules([path], load_law(), TODAY, shipped=False)


def filled(text: str) -> str:
    """The stub as its author fills it in, where words are asked for and no names of columns."""
    return re.sub(r"'【填写:(规则名称|监督机制|业务条线|出处|一句话|可能的合理解释|怎么核查)[^】]*】'", "'说明'", text)


@pytest.fixture(scope="module")
def runner():  # type: ignore[no-untyped-def]
    with CaseRunner() as runner:
        yield runner


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_stub_once_filled_in_is_a_rule_whose_cases_come_out(tmp_path: Path, runner: CaseRunner, record: str, shape: str) -> None:
    if shape == "window" and not RECORDS[record].actors:
        with pytest.raises(UsageProblem, match="不能写聚集规则"):
            stub("local.x", shape, load_catalogue(), record)
        return
    text = filled(stub("local.x", shape, load_catalogue(), record))
    found, problems = checked(tmp_path / "a.yaml", text)
    if "【填写:" in text.partition("\nid:")[2]:
        # No column could be guessed: that is told, and nothing else.
        assert problems and all("还没有填写" in p.text for p in problems)
        return
    assert [str(p) for p in problems] == []
    assert [(r.name, r.found) for r in runner.run(found[0]) if not r.passed] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_fresh_stub_says_all_that_is_to_be_filled_in_and_nothing_else(tmp_path: Path, shape: str) -> None:
    text = stub("local.x", shape, load_catalogue())
    _, problems = checked(tmp_path / "a.yaml", text)
    lines = {i for i, line in enumerate(text.splitlines(), 1) if "【填写:" in line and not line.startswith("#")}
    assert {p.line for p in problems} == lines
    assert all(p.text.startswith("还没有填写:【填写:") for p in problems)


def test_an_unknown_record_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageProblem, match="是不是 penalty"):
        stub("local.x", "limit", load_catalogue(), "penalti")
