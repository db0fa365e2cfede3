"""The review page through its own client: views, decisions, conflicts, undoing, and what is refused."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, update
from werkzeug.test import TestResponse

from cases.store import Store, open_store
from review import audit
from review.decisions import Decision, decide, standings
from review.page.app import create_app
from review.page.guard import Guard
from review.page.listing import SIZE, Listing, View
from rules.law import load_law
from rules.load import load_rules
from tests.cases.sheets import load, write_csv
from tests.review.ledgers import RUN, add_clues, clue_id, narrow, rows

NOW = dt.datetime(2026, 11, 22, 9, 30)
ONE, TWO, THREE = clue_id(1), clue_id(2), clue_id(3)
LAW = load_law()
RULES = load_rules()


@pytest.fixture
def store() -> Iterator[Store]:
    yield from filled("sqlite://")


@pytest.fixture
def anywhere(target: str) -> Iterator[Store]:
    """The same on SQLite and on PostgreSQL, for what the database is asked."""
    yield from filled(target)


def filled(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        add_clues(opened, 1, 2)
        add_clues(opened, 3, rule="criminal.bail-overdue", mechanism="侦查活动监督", severity="low", agency="某区公安局", arose_on=739000)
        add_clues(opened, 4, status="误报", reason="重复", decided_at="2026-11-20T08:00:00", version=1)
        add_clues(opened, 5, present=0, first_run=0)
        yield opened


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return visitor(store)


def visitor(store: Store, guard: Guard | None = None) -> FlaskClient:
    return create_app(store, LAW, RULES, guard or Guard("李审"), now=lambda: NOW).test_client()


def words(answer: TestResponse) -> str:
    """What a reader sees."""
    return narrow(" ".join(unescape(re.sub("<[^>]+>", " ", answer.text.split("<main>")[1])).split()))


def token(client: FlaskClient, **headers: str) -> str:
    found = re.search('name="token" value="([0-9a-f]{64})"', client.get("/", headers=headers).text)
    assert found is not None
    return found[1]


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """The clues on a page of the list, in order."""
    answer = client.get(f"/?{query}")
    assert answer.status_code == 200
    return re.findall('name="clue" value="([0-9a-f]{16}):', answer.text)


def stamped(client: FlaskClient, *ids: str) -> list[str]:
    """What the list carries for these clues."""
    text = client.get("/?status=全部&change=全部").text
    return [f"{one}:{re.findall(f'{one}:([^&]*?)' + chr(34), text)[0]}" for one in ids]


def send(client: FlaskClient, path: str, *ids: str, **fields: str) -> TestResponse:
    """A form as the list or a clue's page sends it; ids with a stamp go as they are."""
    chosen = [one if ":" in one else stamped(client, one)[0] for one in ids]
    return client.post(path, data={"token": token(client), "clue": chosen, **fields})


def stands(store: Store, clue: str = ONE) -> str:
    return standings(store, [clue])[clue].status


# -- the list ------------------------------------------------------------------------------------------------------------
def test_what_is_closed_or_gone_is_left_out_unless_asked_for(anywhere: Store) -> None:
    client = visitor(anywhere)
    assert listed(client) == [ONE, TWO, THREE]
    assert listed(client, "status=误报") == [clue_id(4)]
    assert listed(client, "status=全部") == [ONE, TWO, clue_id(4), THREE]
    assert listed(client, "change=早已消失") == [clue_id(5)]
    assert listed(client, "change=全部") == [ONE, TWO, THREE, clue_id(5)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("severity=low", [3]), ("mechanism=侦查活动监督", [3]), ("rule=enforcement.not-applied", [1, 2]), ("agency=某区公安局", [3]),
        ("age=2年以上", [3]), ("change=新增", [1, 2, 3]), ("severity=low&agency=某市监局", []), ("assignee=(未指定)", [1, 2, 3]),
        ("q=某罚〔2025〕2号", [2]), ("q=区公安", [3]), ("q=未申请法院 1号", [1]), ("q=criminal", [3]), ("q=severity", []), ("q=%25", []),
        (f"q={TWO[:16]}", [2]), ('q="', []), ("order=early", [3, 1, 2]), ("order=agency", [3, 1, 2]), ("page=99", [1, 2, 3]),
        ("page=x&order=y&colour=red", [1, 2, 3]), ("q=%00&rule=%00", [1, 2, 3]),
    ],
)  # fmt: skip
def test_a_view_is_its_address(anywhere: Store, query: str, found: list[int]) -> None:
    client = visitor(anywhere)
    assert sorted(listed(client, query)) == [clue_id(n) for n in sorted(found)]
    if "order" in query and "page" not in query:
        assert listed(client, query)[0] == clue_id(found[0])


def test_facets_count_what_choosing_them_would_show(anywhere: Store) -> None:
    client = visitor(anywhere)
    for chosen in ("", "severity=high", "mechanism=侦查活动监督&status=全部", "q=市监局"):
        view = View.read(chosen)
        for name, values in Listing(anywhere).page(view).counts.items():
            for value, count in values:
                assert Listing(anywhere).page(view.with_facet(name, value)).total == count, (chosen, name, value)
    assert "行政机关逾期未申请法院强制执行</a> <span>" in client.get("/").text


def test_a_view_and_its_address_are_the_same() -> None:
    view = View.read("q=甲 乙&status=全部&rule=a.b&order=late&page=3&junk=1")
    assert View.read(view.query) == view
    assert View.read(view.with_facet("status", "").query).chosen == {"rule": "a.b"}
    assert view.with_facet("status", "").page == 1


def test_pages_are_cut_by_the_database_and_lead_on(anywhere: Store) -> None:
    client = visitor(anywhere)
    add_clues(anywhere, *range(100, 100 + SIZE))
    first, second = listed(client, "order=rule"), listed(client, "order=rule&page=2")
    assert (len(first), len(second)) == (SIZE, 3)
    assert sorted(first + second) == sorted([ONE, TWO, THREE, *(clue_id(n) for n in range(100, 100 + SIZE))])
    assert 'href="/?order=rule&amp;page=2"' in client.get("/?order=rule").text


def test_what_the_last_run_did_is_told_as_reports_tell_it(anywhere: Store) -> None:
    client = visitor(anywhere)
    with anywhere.engine.begin() as connection:
        connection.execute(insert(anywhere.register["runs"]), {**RUN, "run_id": 2})
        events = [(ONE, "变化"), (TWO, "再现"), (clue_id(5), "消失")]
        for one, kind in events:
            connection.execute(insert(anywhere.register["events"]), {"clue_id": one, "run_id": 2, "happened_at": "2026-11-22", "kind": kind})
    assert [listed(client, f"change={c}") for c in ("变化", "再现", "延续", "新增", "消失")] == [[ONE], [TWO], [THREE], [], [clue_id(5)]]
    assert "本次变化" in words(client.get(f"/clue/{ONE}"))


# -- one clue ------------------------------------------------------------------------------------------------------------
def test_a_clue_tells_its_neighbours_in_the_view_and_what_became_of_others(client: FlaskClient) -> None:
    page = client.get(f"/clue/{TWO}?order=rule&at=2").text
    assert f'rel="prev" href="/clue/{ONE}?order=rule&amp;at=1"' in page
    assert 'rel="next"' not in page
    assert "误报 (重复)" in words(client.get(f"/clue/{TWO}"))
    assert 'rel="prev"' not in client.get(f"/clue/{TWO}").text


def test_evidence_stands_beside_its_row_and_the_rest_of_the_row_is_masked(tmp_path: Path) -> None:
    columns = ("决定书文号", "行政机关", "当事人", "当事人证件号", "违法行为", "罚款金额", "处罚决定日期", "送达日期")
    row = ("某罚〔2025〕1号", "某市监局", "张棠琮", "110101196001011111", "张棠琮与刘瑄昳无证经营", "35000", "2025-01-02", "2025-01-05")
    path, evidence = tmp_path / "cases.db", []
    load(path, write_csv(tmp_path / "行政处罚.csv", columns, row))
    for name, value in (("served_on", "2025-01-05"), ("performed_on", None), ("decision_no", row[0])):
        evidence.append({"record": "penalty", "key": [row[0]], "field": name, "value": value})
    with open_store(path) as store:
        add_clues(store, 1)
        (clue,) = rows(store, "clues")
        payload = {**json.loads(clue["payload"]), "evidence": evidence}
        with store.engine.begin() as connection:
            connection.execute(update(store.register["clues"]).values(payload=json.dumps(payload, ensure_ascii=False)))
        client = visitor(store)
        page = words(client.get(f"/clue/{ONE}"))
        assert "行政处罚 某罚〔2025〕1号 行政处罚.csv 第 2 行(第 1 次导入)" in page
        assert "送达日期 2025-01-05 履行完毕日期 (空白) 这一行的其他内容(6 栏)" in page
        assert "当事人 张某 当事人证件号 110101********1111 罚款金额 35000.00 处罚决定日期 2025-01-02 另有 2 栏文字" in page
        for secret in ("张棠琮", "刘瑄昳", "110101196001011111"):
            assert secret not in page
            assert secret in words(send(client, f"/clue/{ONE}/unmasked"))
        with store.engine.begin() as connection:
            connection.execute(delete(store.tables["penalty"]))
        assert "某罚〔2025〕1号 该行已不在案件库中 送达日期 2025-01-05" in words(client.get(f"/clue/{ONE}"))


def test_a_clue_that_is_not_there_is_said_in_a_sentence(client: FlaskClient) -> None:
    for path in ("/clue/ffff", "/nowhere"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert words(answer).startswith("没有做成 没有")


def test_a_shown_original_is_in_the_audit_log_before_it_is_shown(client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(client, f"/clue/{ONE}/unmasked").status_code == 200
    assert [(e.act, e.about, e.account) for e in audit.entries(store)] == [("查看原文", ONE, "李审")]
    assert client.get(f"/clue/{ONE}/unmasked").status_code == 405

    def refused(*_: object) -> None:
        raise audit.AuditRefused("审计记录写不进去")

    monkeypatch.setattr("review.page.views.logged", refused)
    assert words(send(client, f"/clue/{ONE}/unmasked")).startswith("没有做成 审计记录写不进去")


# -- deciding ------------------------------------------------------------------------------------------------------------
def test_a_decision_is_recorded_with_who_and_leads_to_the_next_clue(client: FlaskClient, store: Store) -> None:
    answer = send(client, "/decide", ONE, status="误报", reason="数据滞后", note="已于10月申请", assignee="王审", view="order=rule", at="1")
    assert answer.status_code == 200
    now = standings(store, [ONE])[ONE]
    assert now.told() == "误报(数据滞后),承办 王审,李审,2026-11-22 09:30:已于10月申请"
    assert [(e.act, e.about, e.account) for e in audit.entries(store)] == [("处理", ONE, "李审")]
    # It has left the view, so the next one stands in its place.
    assert f'href="/clue/{TWO}?order=rule&amp;at=1"' in answer.text
    assert "已于10月申请" in words(client.get(f"/clue/{ONE}"))
    assert ONE not in listed(client)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "误报", "note": "看着像"}, "误报要写理由"),
        ({"status": "暂缓", "until": "2026-11-01"}, "不在今天"),
        ({"status": "暂缓", "until": "月底"}, "不是日期"),
        ({"status": "并案"}, "并案要写并入哪一条"),
        ({"status": "并案", "into": "ffff"}, "没有编号为 ffff 的线索"),
        ({"status": "通过"}, "没有“通过”这个状态"),
        ({"reason": "重复"}, "没有写要怎样处理"),
        ({"assignee": "王" * 61}, "最多 60 个字"),
        ({}, "没有写要怎样处理"),
    ],
)
def test_what_is_lacking_is_said_and_nothing_written(client: FlaskClient, store: Store, fields: dict[str, str], why: str) -> None:
    answer = send(client, "/decide", ONE, **fields)
    assert answer.status_code in (400, 404, 422)
    assert why in words(answer)
    assert stands(store) == "待审"
    # What was written is there to be mended.
    assert answer.status_code != 422 or fields.get("note", "") in answer.text


def test_snoozing_merging_and_assigning(client: FlaskClient, store: Store) -> None:
    send(client, "/decide", ONE, status="暂缓", until="2026年12月31日")
    send(client, "/decide", TWO, status="并案", into=THREE)
    send(client, "/decide", THREE, assignee="赵审")
    assert [standings(store, [one])[one].told().split(",李审")[0] for one in (ONE, TWO, THREE)] == [
        "暂缓(至 2026-12-31)", f"并案(并入 {THREE})", "待审,承办 赵审",
    ]  # fmt: skip
    assert listed(client, "assignee=赵审") == [THREE]
    send(client, "/decide", THREE, assignee="-")
    assert standings(store, [THREE])[THREE].assignee == ""


def test_two_people_do_not_overwrite_each_other_unseen(anywhere: Store) -> None:
    client, store = visitor(anywhere), anywhere
    (seen,) = stamped(client, ONE)
    send(visitor(store, Guard("王审")), "/decide", ONE, status="成案", note="已发检察建议")
    answer = send(client, "/decide", seen, status="误报", reason="重复", note="看着像重复")
    assert answer.status_code == 409
    both = words(answer)
    assert "成案,王审,2026-11-22 09:30:已发检察建议" in both
    assert "误报(重复):看着像重复" in both
    assert stands(store) == "成案"
    # Whoever has seen both may still decide: the form comes again, filled in, on the clue as it stands now.
    (again,) = re.findall(f'name="clue" value="({ONE}:[^"]*)"', answer.text)
    assert again != seen
    assert send(client, "/decide", again, status="核查中", note="再看一次").status_code == 200
    assert stands(store) == "核查中"


def test_facts_that_changed_meanwhile_are_a_conflict_too(client: FlaskClient, store: Store) -> None:
    (seen,) = stamped(client, ONE)
    with store.engine.begin() as connection:
        clues = store.register["clues"]
        connection.execute(update(clues).where(clues.c.clue_id == ONE).values(facts="other facts"))
    answer = send(client, "/decide", seen, status="误报", reason="重复")
    assert (answer.status_code, stands(store)) == (409, "待审")
    assert "案情已变化" in words(answer)


def test_many_are_previewed_decided_and_brought_back(anywhere: Store) -> None:
    client, store = visitor(anywhere), anywhere
    send(client, "/decide", TWO, status="核查中", assignee="王审")
    before = rows(store, "events")
    preview = send(client, "/preview", ONE, TWO, clue_id(4), status="不予监督", reason="不属管辖", note="移送别区", assignee="赵审")
    assert (rows(store, "events"), stands(store)) == (before, "待审")
    assert "会改动 2 条" in words(preview)
    assert "已经是误报" in words(preview)
    chosen = re.findall('name="clue" value="([^"]+)"', preview.text)
    fields = dict(re.findall('name="(status|reason|note|assignee)" value="([^"]*)"', preview.text))
    done = send(client, "/decide", *chosen, **fields)
    assert [stands(store, one) for one in (ONE, TWO, clue_id(4))] == ["不予监督", "不予监督", "误报"]
    back = re.search('name="back" value="([^"]+)"', done.text)
    assert back is not None
    undone = client.post("/undo", data={"token": token(client), "back": unescape(back[1])})
    assert "已撤销 2 条" in words(undone)
    assert [standings(store, [one])[one].told().split(",李审")[0] for one in (ONE, TWO)] == ["待审", "核查中,承办 王审"]
    assert [e["note"] for e in rows(store, "events")][-2:] == ["撤销“不予监督”"] * 2
    again = client.post("/undo", data={"token": token(client), "back": unescape(back[1])})
    assert again.status_code in (200, 409)
    assert stands(store) == "待审"


def test_the_whole_view_is_previewed_where_it_is_not_too_large(client: FlaskClient, store: Store) -> None:
    preview = send(client, "/preview", ONE, whole="1", view="mechanism=行政非诉执行&status=全部", status="核查中", note="一并核查")
    assert re.findall('name="clue" value="([0-9a-f]{16}):', preview.text) == [ONE, TWO, clue_id(4)]
    add_clues(store, *range(100, 601))
    assert "一次最多处理 500 条" in words(send(client, "/preview", whole="1", view="", status="核查中"))
    assert rows(store, "events") == []


@pytest.mark.parametrize("back", ["", "[", "[1]", '[["a"]]', "[[1,2,3,4,5,6,7,8]]", '[["a","","","","","x","",""]]', "{}1"])
def test_a_way_back_that_was_tampered_with_does_nothing(client: FlaskClient, store: Store, back: str) -> None:
    answer = client.post("/undo", data={"token": token(client), "back": back})
    assert answer.status_code == 400
    assert rows(store, "events") == []


def test_none_and_too_many_are_refused(client: FlaskClient) -> None:
    assert "没有选中线索" in words(send(client, "/preview", status="核查中"))
    assert "一次最多处理 500 条" in words(send(client, "/preview", *(f"{clue_id(n)}:" for n in range(501)), status="核查中"))


# -- taking along --------------------------------------------------------------------------------------------------------
def test_a_view_is_exported_as_it_is_seen_and_logged(client: FlaskClient, store: Store) -> None:
    decide(store, [Decision(TWO, "核查中", note="=1+1")], "李审", now=NOW)
    answer = client.post("/export", data={"token": token(client), "format": "csv", "view": "q=某罚&order=rule"})
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [line["线索编号"] for line in lines] == [THREE, ONE, TWO]
    book = client.post("/export", data={"token": token(client), "format": "xlsx", "view": "severity=low"})
    with ZipFile(io.BytesIO(book.data)) as packed:
        assert b'ref="A1:' in packed.read("xl/worksheets/sheet1.xml")
    log = [e.detail for e in audit.entries(store, act="导出")]
    assert log == [
        {"format": "csv", "masked": True, "q": "有", "clues": 3},
        {"format": "xlsx", "masked": True, "severity": "low", "clues": 1},
    ]


def test_an_empty_view_or_an_unknown_format_is_not_exported(client: FlaskClient, store: Store) -> None:
    for fields in ({"format": "csv", "view": "q=无此案"}, {"format": "pdf", "view": ""}):
        assert client.post("/export", data={"token": token(client), **fields}).status_code == 400
    assert list(audit.entries(store)) == []


def test_what_cannot_be_judged_has_a_page(client: FlaskClient, store: Store) -> None:
    assert "没有因数据不足" in words(client.get("/lacking"))
    gap = {"rule": "enforcement.not-applied", "subject": {"record": "penalty", "key": ["某罚1号"]}, "missing": ["served_on"]}
    with store.engine.begin() as connection:
        row = {"run_id": 1, "rule": gap["rule"], "sort_key": "某罚1号", "payload": json.dumps(gap, ensure_ascii=False)}
        connection.execute(insert(store.register["gaps"]), row)
    assert "送达日期" in words(client.get("/lacking"))
