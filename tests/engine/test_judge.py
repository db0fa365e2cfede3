"""The judge: what durable_rules says of a fact is what plain Python says of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.judge import CHUNK, EngineFault, Judge, Pattern, judge_plainly, self_test

NAMES = ["a", "b", "s"]
atoms = st.one_of(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["=", "<", "<=", ">", ">="]), st.integers(-3, 3)),
    st.tuples(st.just("s"), st.just("="), st.sampled_from(["甲", "", "it's", '"乙"', "a\\b"])),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["ex", "nex"]), st.none()),
)
patterns = st.lists(st.builds(Pattern, st.sampled_from(["clue", "gap"]), st.lists(atoms, max_size=4).map(tuple)), min_size=1, max_size=4)
facts = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "a": st.integers(-4, 4),
            "b": st.integers(-(2**63) + 1, 2**63 - 1),
            "s": st.sampled_from(["甲", "乙", "", "it's", '"乙"', "a\\b"]),
        },
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(rules=st.lists(patterns, min_size=1, max_size=3), facts=facts)
def test_engine_equals_plain_python(rules: list[list[Pattern]], facts: list[dict[str, object]]) -> None:
    judge = Judge(rules)
    for number, rule in enumerate(rules):
        assert judge.judge(number, facts) == [judge_plainly(rule, fact) for fact in facts]


def test_chunks_do_not_mix() -> None:
    judge = Judge([[Pattern("clue", (("a", ">", 0),))]])
    many = [{"a": i % 3} for i in range(2 * CHUNK + 7)]
    assert judge.judge(0, many) == [{"clue"} if f["a"] else set() for f in many]


@pytest.mark.parametrize("value", [1.5, True, 2**70, [1]])
def test_untyped_values_are_refused(value: object) -> None:
    with pytest.raises(EngineFault):
        Judge([[Pattern("clue", (("a", ">", 0),))]]).judge(0, [{"a": value}])


def test_self_test_passes() -> None:
    self_test()
