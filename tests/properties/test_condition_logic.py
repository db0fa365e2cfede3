"""What rules/logic.py calls impossible never happens: held against the evaluator on every row of a small world."""

from datetime import date
from functools import cache
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.catalogue import load_catalogue
from engine.env import Env, Unknown, truth_of
from engine.evaluate import evaluator
from rules import terms as t
from rules.language import Scope
from rules.logic import FAILS, FALSE, HOLDS, NOT_TRUE, TRUE, UNKNOWN, Reasoner, compared
from rules.resolve import ParameterVersions, load_vocabulary

CATALOGUE = load_catalogue()
PARAMETERS = {"least": ParameterVersions(((1, 1000), (date(2020, 1, 1).toordinal(), 2000)))}
SCOPE = Scope(CATALOGUE, load_vocabulary(), "penalty", parameters={"least": "count"})
REASONER = Reasoner(CATALOGUE, PARAMETERS)
D1, D2, D3 = (date(2026, 1, day).toordinal() for day in (5, 6, 7))

ATOMS = [
    "served_on is given", "served_on is blank", "served_on is undated", "served_on = 2026-01-06", "served_on != 2026-01-06", "served_on < 2026-01-06",
    "served_on > 2026-01-05", "served_on >= 2026-01-07", "2026-01-06 <= served_on", "served_on < decided_on", "decided_on < served_on",
    "served_on = decided_on", "served_on != decided_on", "decided_on <= served_on", "served_on = served_on", "decided_on is given",
    "decided_on > 2026-01-06",
    "fine > 1000", "fine <= 1000", "fine = 2000", "fine != 2000", "fine >= $least", "fine < $least", "fine is given", "demolition", "demolition = 否",
    "demolition != 否", "demolition is blank", "sue_within = 三个月", "sue_within != 三个月", "sue_within in [三个月, 一年]", 
    "sue_within not in [三个月, 六个月]",
    "sue_within in [六个月, 三个月, 十五日, 一年]", "application is missing", "application.applied_on is given", "application.applied_on is blank",
    "application.applied_on <= served_on", "any(same_party[fine > 0])", "none(same_party[fine > 0])", "count(same_party[fine > 0]) >= 0",
    "first(fine, surcharge) > 1000",
]  # fmt: skip


def _join(parts: list[str], word: str) -> str:
    return "(" + f" {word} ".join(parts) + ")"


EXPRESSIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda x: _join(x, "and")),
        st.lists(inner, min_size=2, max_size=3).map(lambda x: _join(x, "or")),
        inner.map(lambda x: f"not {x}"),
    ),
    max_leaves=5,
)
CONDITIONS = st.lists(EXPRESSIONS, min_size=1, max_size=3)
WANTED = st.sampled_from([HOLDS, FAILS, NOT_TRUE])


def _world() -> list[Env]:
    envs = []
    dates, money = (None, 0, D1, D2, D3), (None, 100_000, 100_001, 200_000)
    applications: tuple[dict[str, Any] | None, ...] = (None, {"applied_on": None}, {"applied_on": 0}, {"applied_on": D2})
    for served, decided, fine, demolition, within, application, others in product(
        dates, (0, D1, D3), money, (None, 0, 1), (None, "三个月", "六个月", "一年"), applications, ([], [{"fine": 100}])
    ):
        row = {"served_on": served, "decided_on": decided, "fine": fine, "surcharge": None, "demolition": demolition, "sue_within": within}
        envs.append(Env([{**row, "application": application, "same_party": others}], D3, PARAMETERS))
    return envs


WORLD = _world()


@cache
def term(text: str) -> t.Term:
    return SCOPE.condition(text)


@cache
def truths(text: str) -> tuple[str, ...]:
    """How a condition comes out in every row of the world."""
    evaluate = evaluator(term(text))
    found = (truth_of(evaluate(env)) for env in WORLD)
    return tuple(UNKNOWN if isinstance(x, Unknown) else TRUE if x else FALSE for x in found)


@given(CONDITIONS, st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_impossible_never_happens(texts: list[str], data: st.DataObject) -> None:
    wanted = [(text, data.draw(WANTED)) for text in texts]
    if not REASONER.possible([(term(text), truth) for text, truth in wanted]):
        assert not any(all(truths(text)[i] in truth for text, truth in wanted) for i in range(len(WORLD))), wanted


@given(EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_what_always_holds_once_given_does(text: str) -> None:
    values = compared(term(text))
    if values and not REASONER.possible([(term(text), NOT_TRUE)], values):
        readers = [evaluator(value) for value in values]
        for env, truth in zip(WORLD, truths(text), strict=True):
            if all(read(env) not in (None, 0) for read in readers):
                assert truth == TRUE, (text, env.frames)


def test_plain_contradictions_are_seen() -> None:
    for first, second in (
        ("served_on is given", "served_on is blank"), ("served_on < decided_on", "decided_on < served_on"), ("fine >= $least", "fine < 1000"),
        ("application is missing", "application.applied_on <= served_on"), ("demolition", "demolition != 是"),
        ("sue_within in [六个月, 三个月, 十五日, 一年]", "sue_within is blank"),
    ):  # fmt: skip
        assert not REASONER.possible([(term(first), HOLDS), (term(second), HOLDS)]), (first, second)
        assert REASONER.possible([(term(first), HOLDS)]) and REASONER.possible([(term(second), HOLDS)])
