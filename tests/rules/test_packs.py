"""The shipped rules: every file can be read, and every case that a rule carries comes out as it says."""

from collections.abc import Iterator
from datetime import date

import pytest

from engine.cases import CaseRunner
from rules.checks import check_rules, read_rules
from rules.law import load_law
from rules.resolve import Resolved

READ, PROBLEMS = read_rules(())
TODAY = date(2026, 11, 22).toordinal()


@pytest.fixture(scope="module")
def runner() -> Iterator[CaseRunner]:
    with CaseRunner() as runner:
        yield runner


def test_every_shipped_rule_can_be_read() -> None:
    assert [str(p) for p in PROBLEMS] == []
    specified = [resolved for _, resolved in READ if not resolved.rule.id.startswith("text.")]
    assert len(specified) == 80


def test_signs_in_the_text_of_papers_rank_and_say_what_they_leave_out() -> None:
    signs = [resolved.rule for _, resolved in READ if resolved.rule.id.startswith("text.")]
    assert len(signs) == 11
    for rule in signs:
        assert rule.grade == "policy"
        assert rule.severity == ("medium" if rule.id.endswith("-combined") else "low")
        assert not rule.severities
        assert any(text.startswith("不看的:") for text in rule.false_positives)


def test_every_shipped_rule_rests_on_law_that_binds_and_carries_cases() -> None:
    _, problems = check_rules((), load_law(), TODAY)
    assert [str(p) for p in problems] == []


@pytest.mark.parametrize("rule", [pytest.param(resolved, id=resolved.rule.id) for _, resolved in READ])
def test_the_cases_of_a_rule_come_out(runner: CaseRunner, rule: Resolved) -> None:
    failed = [f"{r.name}: {r.expected} != {r.found}" for r in runner.run(rule) if not r.passed]
    assert failed == []
