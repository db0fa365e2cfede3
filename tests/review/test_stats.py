"""Quality figures, against what one counts by hand."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.store import Store, open_store
from review.decisions import Decision, decide
from review.stats import Figures, by_agency, by_rule, figures, never, too_much, wilson
from tests.review.ledgers import add_clues, clue_id

NIGHT = dt.datetime(2026, 11, 1, 2)


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        add_clues(opened, *range(1, 7))
        add_clues(opened, 7, rule="civil.agent-ring", agency=None, run=2)
        closed = [("成案", ""), ("误报", "规则过宽"), ("不予监督", "法定例外"), ("误报", "数据滞后"), ("并案", "")]
        for number, (status, reason) in enumerate(closed, 1):
            into = clue_id(7) if status == "并案" else ""
            decide(opened, [Decision(clue_id(number), status, reason, into=into)], "李审", now=NIGHT + dt.timedelta(days=number))
        yield opened


def test_what_became_of_the_clues_of_a_rule(store: Store) -> None:
    ring, applied = figures(store)
    assert (ring.rule, ring.agency, ring.clues, ring.decided, ring.share, ring.interval) == ("civil.agent-ring", "", 1, 0, None, None)
    assert applied.statuses == Counter({"误报": 2, "成案": 1, "不予监督": 1, "并案": 1, "待审": 1})
    assert (applied.decided, applied.weighed, applied.taken, applied.share) == (5, 4, 1, 0.25)
    assert applied.reasons == Counter({"规则过宽": 1, "法定例外": 1, "数据滞后": 1})
    assert (applied.against_rule, applied.against_source, applied.median_days) == (2, 1, 3.0)
    assert applied.as_json()["low"] < 0.25 < applied.as_json()["high"]


def test_the_filters_and_the_sums(store: Store) -> None:
    assert [f.rule for f in figures(store, rule="civil.*")] == ["civil.agent-ring"]
    assert [f.rule for f in figures(store, agency="市监")] == ["enforcement.not-applied"]
    assert figures(store, since=dt.date(2026, 11, 2)) == []
    assert [f.clues for f in by_rule(figures(store))] == [1, 6]
    assert [(f.agency, f.clues) for f in by_agency(figures(store))] == [("", 1), ("某市监局", 6)]
    assert never(["a.b", "civil.agent-ring"], figures(store)) == ["a.b"]


def test_rules_that_fire_too_much_or_yield_too_little() -> None:
    some = [Figures("a.a", statuses=Counter({"待审": 4}))] * 3 + [
        Figures("b.b", statuses=Counter({"待审": 80})),
        Figures("c.c", statuses=Counter({"误报": 30, "成案": 1})),
        Figures("d.d", statuses=Counter({"误报": 3})),
    ]
    told = too_much(some)
    assert list(told) == ["b.b", "c.c"]
    assert "是各规则中位数(4 条)的 20 倍" in told["b.b"]
    assert too_much([]) == {}


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (15, 148, 0.0624, 0.1605), (81, 263, 0.2553, 0.3662)]
)
def test_the_interval_is_that_of_the_tables(hits: int, cases: int, low: float, high: float) -> None:
    """The last two are those of R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3."""
    assert wilson(hits, cases) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(pair: tuple[int, int]) -> None:
    found = wilson(*pair)
    assert found is not None
    assert 0 <= found[0] <= pair[0] / pair[1] <= found[1] + 1e-9 <= 1 + 1e-9
