"""Decisions: which may follow which, what they must say, conflicts, and that clue, history and log are written together."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from cases.store import Store, open_store
from review import audit
from review.decisions import CLOSED, REASONS, STATUSES, Decision, Standing, decide, standings
from tests.review.ledgers import add_clues, clue_id, rows

NOW = dt.datetime(2026, 11, 22, 9, 30)
ONE = clue_id(1)


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        add_clues(opened, 1, 2, 3)
        yield opened


def stands(store: Store, clue: str = ONE) -> Standing:
    return standings(store, [clue])[clue]


def refused(store: Store, decision: Decision) -> str:
    """Why a decision is refused; nothing has changed by it."""
    before = rows(store, "clues")
    ((one, why),) = decide(store, [decision], "李审", now=NOW).refused
    assert one == decision
    assert rows(store, "clues") == before
    return why


def test_a_dismissal_stands_in_the_ledger_the_history_and_the_log(store: Store) -> None:
    outcome = decide(store, [Decision(ONE, "误报", "数据滞后", "已于10月申请", assignee="王审")], "李审", now=NOW)
    assert outcome.done == [stands(store)]
    clue = rows(store, "clues")[0]
    assert [clue[k] for k in ("status", "reason", "assignee", "decided_at", "version")] == ["误报", "数据滞后", "王审", "2026-11-22T09:30:00", 1]
    assert clue["decided_facts"] == clue["facts"]
    (event,) = rows(store, "events")
    assert [event[k] for k in ("kind", "status", "reason", "note", "account")] == ["处理", "误报", "数据滞后", "已于10月申请", "李审"]
    (entry,) = audit.entries(store)
    assert (entry.act, entry.about, entry.account) == ("处理", ONE, "李审")
    assert entry.detail == {"from": "待审", "to": "误报", "reason": "数据滞后", "assignee": "王审"}
    assert audit.verify(store).broken == ""
    assert stands(store).told() == "误报(数据滞后),承办 王审,李审,2026-11-22 09:30:已于10月申请"


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (Decision("f" * 16, "核查中"), "没有编号为 ffffffffffffffff 的线索"),
        (Decision(ONE, "通过"), "没有“通过”这个状态"),
        (Decision(ONE, "误报"), "误报要写理由:数据错误、"),
        (Decision(ONE, "不予监督"), "不予监督要写理由"),
        (Decision(ONE, "误报", "不合适"), "没有“不合适”这个理由"),
        (Decision(ONE, "误报", "其他"), "必须另写说明"),
        (Decision(ONE, "", "数据错误"), "理由要和状态一起写"),
        (Decision(ONE, "核查中", assignee="某" * 61), "太长:不超过 60 字"),
        (Decision(ONE, "暂缓"), "要写到哪一天"),
        (Decision(ONE, "暂缓", until=NOW.date()), "不在今天(2026-11-22)之后"),
        (Decision(ONE, "核查中", until=dt.date(2027, 1, 1)), "只有暂缓才写到哪一天"),
        (Decision(ONE, "并案"), "要写并入哪一条"),
        (Decision(ONE, "核查中", into=clue_id(2)), "只有并案才写"),
        (Decision(ONE, "并案", into=ONE), "不能并入它自己"),
        (Decision(ONE, "并案", into="e" * 16), "要并入的线索 eeeeeeeeeeeeeeee 不存在"),
    ],
)
def test_what_a_decision_must_say(store: Store, decision: Decision, why: str) -> None:
    assert why in refused(store, decision)


def test_snoozed_and_merged_say_until_when_and_into_what(store: Store) -> None:
    day = dt.date(2026, 12, 1)
    decide(store, [Decision(ONE, "暂缓", until=day), Decision(clue_id(2), "并案", into=clue_id(3))], "李审", now=NOW)
    assert (stands(store).until, stands(store, clue_id(2)).into) == (day, clue_id(3))
    decide(store, [Decision(ONE, "核查中")], "李审", now=NOW)
    assert stands(store).until is None
    assert f"已并入 {clue_id(3)}" in refused(store, Decision(ONE, "并案", into=clue_id(2)))
    assert "不能并入它自己" in refused(store, Decision(clue_id(3), "并案", into=clue_id(3)))


@pytest.mark.parametrize("status", [s for s in STATUSES if s in CLOSED])
def test_a_closed_clue_is_only_reopened_and_with_a_note(store: Store, status: str) -> None:
    closing = Decision(ONE, status, "重复", into=clue_id(2) if status == "并案" else "")
    assert decide(store, [closing], "李审", now=NOW).done
    other = "误报" if status != "误报" else "不予监督"
    assert "先改回核查中" in refused(store, Decision(ONE, other, "重复", "改"))
    assert "要写说明" in refused(store, Decision(ONE, "核查中"))
    assert decide(store, [Decision(ONE, "核查中", note="有新材料")], "王审", now=NOW).done
    assert stands(store) == Standing(
        ONE, "核查中", note="有新材料", account="王审", decided_at="2026-11-22T09:30:00", version=2, facts=stands(store).facts
    )


def test_another_reviewer_is_not_overwritten(store: Store) -> None:
    seen = stands(store).stamp
    decide(store, [Decision(ONE, "成案", stamp=seen)], "李审", now=NOW)
    outcome = decide(
        store, [Decision(ONE, "误报", "重复", stamp=seen), Decision(clue_id(2), "核查中", stamp=stands(store, clue_id(2)).stamp)], "王审", now=NOW
    )
    (conflict,) = outcome.conflicts
    assert [s.clue_id for s in outcome.done] == [clue_id(2)]
    assert stands(store).status == "成案"
    assert "已有别的处理,现为“成案,李审,2026-11-22 09:30”,这次要改为“误报(重复)”" in conflict.told()


def test_a_clue_whose_facts_changed_meanwhile_is_not_closed_on_the_old_ones(store: Store) -> None:
    seen = stands(store).stamp
    clues = store.register["clues"]
    with store.engine.begin() as connection:
        connection.execute(update(clues).where(clues.c.clue_id == ONE).values(facts="changed"))
    (conflict,) = decide(store, [Decision(ONE, "误报", "重复", stamp=seen)], "王审", now=NOW).conflicts
    assert "案情已变化" in conflict.told()
    assert stands(store).status == "待审"


def test_the_same_decision_again_is_neither_a_conflict_nor_a_change(store: Store) -> None:
    decision = Decision(ONE, "误报", "重复", "见2号", assignee="王审", stamp=stands(store).stamp)
    decide(store, [decision], "李审", now=NOW)
    before = rows(store, "events")
    assert decide(store, [decision, replace(decision, note="")], "王审", now=NOW).unchanged == [ONE, ONE]
    assert rows(store, "events") == before


def test_a_note_and_an_assignee_leave_the_status(store: Store) -> None:
    decide(store, [Decision(ONE, "核查中", note="先问")], "李审", now=NOW)
    decide(store, [Decision(ONE, assignee="王审")], "赵审", now=NOW + dt.timedelta(days=1))
    assert stands(store).told() == "核查中,承办 王审,李审,2026-11-22 09:30:先问"
    decide(store, [Decision(ONE, note="再问", assignee="")], "赵审", now=NOW)
    assert stands(store).told() == "核查中,赵审,2026-11-22 09:30:再问"
    assert [e["status"] for e in rows(store, "events")] == ["核查中", None, None]


def test_a_dry_run_says_the_same_and_writes_nothing(store: Store) -> None:
    wanted = [Decision(ONE, "误报", "重复"), Decision(clue_id(2), "误报"), Decision(clue_id(3), "待审")]
    before = rows(store, "clues")
    dry = decide(store, wanted, "李审", now=NOW, dry_run=True)
    assert (rows(store, "clues"), rows(store, "events"), list(audit.entries(store))) == (before, [], [])
    assert decide(store, wanted, "李审", now=NOW) == dry
    assert (len(dry.done), len(dry.refused), dry.unchanged) == (1, 1, [clue_id(3)])


DECISIONS = st.builds(
    Decision,
    st.sampled_from([clue_id(n) for n in (1, 2, 3, 4)]), st.sampled_from(("", *STATUSES)), st.sampled_from(("", *REASONS)),
    st.sampled_from(("", "说明")), st.sampled_from((None, "", "王审")), st.sampled_from((None, dt.date(2026, 12, 1))),
    st.sampled_from(("", clue_id(1), clue_id(2))), st.sampled_from(("", "0.facts of", "1.facts of")),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(DECISIONS, max_size=12))
def test_every_decision_ends_in_one_of_four_ways_and_the_ledger_agrees_with_its_history(decisions: list[Decision]) -> None:
    with open_store("sqlite://", create=True) as store:
        add_clues(store, 1, 2, 3)
        outcome = decide(store, decisions, "李审", now=NOW)
        assert len(outcome.done) + len(outcome.unchanged) + len(outcome.conflicts) + len(outcome.refused) == len(decisions)
        events = rows(store, "events")
        assert len(events) == len(outcome.done) == len(list(audit.entries(store)))
        for clue in rows(store, "clues"):
            said = [e["status"] for e in events if e["clue_id"] == clue["clue_id"]]
            assert clue["version"] in (len(said), None)
            assert clue["status"] == next((s for s in reversed(said) if s), "待审")
            assert (clue["reason"] is not None) or clue["status"] not in ("误报", "不予监督")
            assert (clue["snoozed_until"] is not None) == (clue["status"] == "暂缓")
            assert (clue["merged_into"] is not None) == (clue["status"] == "并案")
