"""What became of a clue, told in order and in words."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, update

from cases.catalogue import load_catalogue
from cases.store import Store, open_store
from review.decisions import Decision, decide
from review.ledger import find
from review.story import acts, articles, timeline
from rules.law import Article, Edition, LawBook
from tests.review.ledgers import add_clues, clue_id

ONE = clue_id(1)
NOW = dt.datetime(2026, 11, 22, 9, 30)


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        add_clues(opened, 1, 2)
        yield opened


def told(store: Store) -> list[tuple[str, str]]:
    return [(act["kind"], act["text"]) for act in acts(store, find(store, ONE))]


def by_run(store: Store, kind: str, run: int, **detail: object) -> None:
    """An event as a run writes it; one that opens the clue again does that too."""
    event = {"clue_id": ONE, "run_id": run, "happened_at": "2026-11-23T02:00:00", "kind": kind, "detail": json.dumps(detail) if detail else None}
    clues, status = store.register["clues"], "待审" if kind in ("重启", "到期") else None
    with store.engine.begin() as connection:
        connection.execute(insert(store.register["events"]), {**event, "status": status})
        if status:
            connection.execute(update(clues).where(clues.c.clue_id == ONE).values(status=status))


def test_a_clue_that_nobody_has_touched_has_only_been_seen(store: Store) -> None:
    (first,) = acts(store, find(store, ONE))
    assert (first["kind"], first["when"], first["run"]) == ("首次发现", "2026-11-01T02:00:00", 1)


def test_a_timeline_calls_a_working_threshold_no_lawful_limit_and_repeats_no_day_of_a_key() -> None:
    clue = {
        "state": "overdue", "grade": "statutory", "due_on": "2026-07-08", "arose_on": "2026-07-09", "days": 3,
        "evidence": [{"record": "coercive_measure", "key": ["A1", "1", "拘留", "2026-06-24"], "field": "started_on", "value": "2026-06-24"}],
    }  # fmt: skip
    texts = [event.text for event in timeline(clue, load_catalogue())]
    assert texts == ["强制措施 A1、1、拘留 开始日期", "最后合法日", "逾期开始", "截至此日尚未办理,逾期 3 日"]
    texts = [event.text for event in timeline({**clue, "grade": "policy"}, load_catalogue())]
    assert texts[1:] == ["提示期限届满", "提示期限已过", "截至此日尚未办理,超过 3 日"]


@pytest.mark.parametrize(
    ("arose", "doubt"),
    [
        ("2026-02-01", ""),
        ("2017-12-31", "这一版自2018-01-01起施行,情形出现在此以前,引用当时的条文"),
        ("2026-03-01", "这一版到2026-02-28为止,情形出现在此以后,引用后来的条文"),
        (None, ""),
    ],
)
def test_an_article_says_where_its_edition_was_not_in_force(arose: str | None, doubt: str) -> None:
    basis = {"id": "t.one", "law": "某法", "article": "第一条", "edition": "2017"}
    edition = Edition("2017", "第一条", "某法", dt.date(2018, 1, 1).toordinal(), dt.date(2026, 2, 28).toordinal())
    entry = Article("t.one", (), "statute", "某法", (edition,), (), "某事", (), "verified", "条文", None, "", "")
    (told,) = articles({"basis": [basis], "arose_on": arose}, LawBook([entry], {}, {}))
    assert (told["what"], told["status"], told["doubt"]) == ("某事", "已核对条文", doubt)


def test_people_and_runs_are_told_in_order(store: Store) -> None:
    decide(store, [Decision(ONE, "核查中", assignee="王审")], "李审", now=NOW)
    decide(store, [Decision(ONE, "误报", "规则过宽", "约定了分期")], "王审", now=NOW)
    by_run(store, "变化", 2)
    by_run(store, "重启", 2, status="误报", reason="规则过宽")
    decide(store, [Decision(ONE, "暂缓", until=dt.date(2026, 12, 1))], "王审", now=NOW)
    by_run(store, "到期", 3)
    decide(store, [Decision(ONE, note="先等", assignee="")], "王审", now=NOW)
    decide(store, [Decision(ONE, "并案", into=clue_id(2))], "王审", now=NOW)
    by_run(store, "消失", 4)
    by_run(store, "再现", 5)
    assert told(store) == [
        ("首次发现", ""),
        ("处理", "改为核查中,交 王审 承办"),
        ("处理", "改为误报(规则过宽):约定了分期"),
        ("变化", "依据的事实有变化"),
        ("重启", "依据的事实与处理时不同,重新列为待审(原处理:误报、规则过宽)"),
        ("处理", "改为暂缓(至 2026-12-01)"),
        ("到期", "暂缓到期,重新列为待审"),
        ("处理", "不再指定承办人:先等"),
        ("处理", f"改为并案(并入 {clue_id(2)})"),
        ("消失", "不再出现(已办理、数据已更正,或者规则已改)"),
        ("再现", "再次出现"),
    ]


def test_what_a_run_did_says_as_of_which_day_that_was(store: Store) -> None:
    by_run(store, "变化", 1)
    days = [act["as_of"] for act in acts(store, find(store, ONE))]
    assert days[0] and days == [days[0]] * 2


def test_a_decision_says_who_when_and_why(store: Store) -> None:
    decide(store, [Decision(ONE, "误报", "其他", "见卷")], "李审", now=NOW)
    assert acts(store, find(store, ONE))[1] == {
        "when": "2026-11-22T09:30:00", "kind": "处理", "run": None, "as_of": None, "account": "李审",
        "status": "误报", "reason": "其他", "note": "见卷",
        "text": "改为误报(其他):见卷",
    }  # fmt: skip
