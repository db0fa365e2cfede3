"""The overview, the documents and their drawings: what they say, that they stand alone, that nothing covers anything."""

import datetime as dt
import json
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx
import openpyxl
import pytest
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from cases.importing import import_paths
from cases.store import Store, open_store
from engine.clues import BY_NAME_NOTE, POLICY_NOTE
from review.decisions import Decision, decide
from review.reports import docx as documents
from review.reports import html, svg, xlsx
from review.reports.contents import Report
from review.reports.figures import Line, aged, grouped, lacking
from review.reports.words import chinese, composed, full_width
from review.story import Event, overrun
from rules.law import load_law
from rules.load import load_rules
from tests.cases.sheets import write_csv
from tests.review.ledgers import RUN, add_clues, clue_id, narrow

NOW = dt.datetime(2026, 11, 22, 9, 30)
DUE = dt.date(2026, 10, 15)
RULES = {r.rule.id: r for r in load_rules()}
CLUE = {"id": "a1", "grade": "statutory", "state": "overdue", "due_on": "2026-10-15", "arose_on": "2026-10-16", "days": 38}


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        yield opened


def told(store: Store, **options: Any) -> Report:
    return Report(store, load_law(), **options)


def page(store: Store, tmp_path: Path, **options: Any) -> str:
    html.write_overview(told(store, **options), tmp_path / "o.html", RULES)
    return narrow((tmp_path / "o.html").read_text(encoding="utf-8"))


def words(path: Path) -> str:
    """All that a person reads in a document."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", n)]
    return "".join(re.sub(r"<[^>]+>", "", part) for part in parts)


def dressed(store: Store, clue: str, **changes: Any) -> None:
    """Put more into a clue than add_clues does."""
    table = store.register["clues"]
    with store.engine.begin() as connection:
        payload = json.loads(connection.execute(table.select().where(table.c.clue_id == clue)).mappings().one()["payload"])
        connection.execute(update(table).where(table.c.clue_id == clue).values(payload=json.dumps({**payload, **changes}, ensure_ascii=False)))


def full(store: Store, number: int = 1) -> str:
    """A clue with all that a clue has."""
    (one,) = add_clues(store, number)
    days = {"2026-07-15": "起算日:2026-07-15", None: "期限:3个月", "2026-10-15": "最后合法日:2026-10-15"}
    dressed(
        store, one, rebuttals=["经批准分期缴纳", "已履行而未录入"], derivation=[{"day": day, "text": text} for day, text in days.items()],
        basis=[{"id": "nl.apply3m", "law": "行政强制法", "article": "第五十三条", "edition": "2011"}],
        evidence=[{"record": "penalty", "key": ["某罚〔2025〕1号"], "field": "served_on", "value": "2026-07-15"}],
    )  # fmt: skip
    return one


# -- the drawings --------------------------------------------------------------------------------------------------------------
def boxes(drawing: str) -> list[tuple[float, float, float, str]]:
    """Where the texts above the axis stand: left, right, baseline, the text."""
    found = [e for e in ET.fromstring(drawing).iter() if e.tag.endswith("text") and re.match(r"\d{4}-\d\d-\d\d ", e.text or "")]
    return [(float(e.get("x", "")), float(e.get("x", "")) + svg._wide(e.text or ""), float(e.get("y", "")), e.text or "") for e in found]


@settings(deadline=None)
@given(st.lists(st.dates(dt.date(2019, 1, 1), dt.date(2026, 9, 1)), min_size=1, max_size=14), st.integers(1, 900))
def test_no_label_of_a_timeline_covers_another_or_leaves_the_picture(days: list[dt.date], over: int) -> None:
    events = [Event(day, "event", f"行政处罚 某罚〔2025〕1号 送达日期{i}") for i, day in enumerate(sorted(days))]
    events += [Event(DUE, "last", "最后合法日"), Event(DUE + dt.timedelta(1), "breach", "逾期开始")]
    events += [Event(DUE + dt.timedelta(over), "today", f"截至此日尚未办理,逾期 {over} 日")]
    drawing = svg.timeline_svg({**CLUE, "days": over}, events, (min(days), DUE))
    placed = boxes(drawing)
    # Of many close days some are left to the table; never those that matter.
    assert len(placed) >= min(len({e.day for e in events}), svg.HIGH)
    assert all(any(text.startswith(e.day.isoformat()) for _, _, _, text in placed) for e in events[-3:])
    for i, (left, right, y, text) in enumerate(placed):
        assert left >= 0, text
        assert right <= svg.WIDTH, text
        assert y > 0, text
        for other_left, other_right, other_y, other in placed[:i]:
            assert y != other_y or right <= other_left or other_right <= left, (text, other)


def test_a_timeline_shows_the_lawful_window_and_hatches_what_lies_past_it() -> None:
    events = [
        Event(dt.date(2026, 7, 15), "event", "行政处罚 甲 送达日期"),
        Event(DUE, "last", "最后合法日"),
        Event(dt.date(2026, 11, 22), "today", "截至此日"),
    ]
    root = ET.fromstring(svg.timeline_svg(CLUE, events, (dt.date(2026, 7, 15), DUE)))
    lawful, past = [e for e in root if e.tag.endswith("rect") and e.get("height") == str(svg.BAND)]
    assert (lawful.get("fill"), past.get("fill")) == (svg.LAWFUL, "url(#hatch-a1)")
    assert float(past.get("x", "")) == pytest.approx(float(lawful.get("x", "")) + float(lawful.get("width", "")), abs=0.2)
    title = root.get("aria-label") or ""
    assert "合法期间 2026-07-15 至 2026-10-15" in title
    assert "行政处罚 甲 送达日期" in title


def test_of_very_many_days_those_that_matter_have_their_labels_and_every_day_its_dot() -> None:
    days = [dt.date(2025, 12, 1) + dt.timedelta(8 * n) for n in range(45)]
    events = [Event(day, "event", f"民事案件 {n} 立案日期") for n, day in enumerate(days)] + [Event(days[4], "breach", "情形出现")]
    drawing = svg.timeline_svg({**CLUE, "state": "pattern", "due_on": None}, sorted(events, key=lambda e: e.day), None)
    texts = [text for _, _, _, text in boxes(drawing)]
    assert len(texts) == svg.HIGH
    assert f"{days[4]} 立案日期、情形出现" in texts
    assert {days[0].isoformat(), days[-1].isoformat()} <= {text[:10] for text in texts}
    assert drawing.count("<circle") == 45


def test_the_days_past_a_limit_that_ended_before_its_rule_applied_are_those_that_count(store: Store, tmp_path: Path) -> None:
    one = full(store)
    dressed(store, one, due_on="2026-10-15", arose_on="2026-10-25")
    detail = told(store).detail(one)
    assert detail.clue["days"] == 8
    assert overrun(detail.clue) == (dt.date(2026, 10, 24), dt.date(2026, 11, 1))
    assert "逾期开始(规则自这一天起适用)" in [event.text for event in detail.events]
    root = ET.fromstring(svg.timeline_svg(detail.clue, detail.events, detail.window))
    lawful, past = [e for e in root if e.tag.endswith("rect") and e.get("height") == str(svg.BAND)]
    assert float(past.get("x", "")) > float(lawful.get("x", "")) + float(lawful.get("width", "")) + 5
    # A strip of two parts would tell days that are none of the clue's.
    documents.write_report(told(store, ids=[one]), tmp_path / "a.docx")
    assert "超期" not in words(tmp_path / "a.docx")


def test_a_pattern_of_one_day_is_drawn_and_nothing_is_drawn_of_nothing() -> None:
    assert ET.fromstring(svg.timeline_svg(CLUE, [Event(DUE, "breach", "情形出现")], None)) is not None
    assert svg.timeline_svg(CLUE, [], None) == ""


# -- the figures ---------------------------------------------------------------------------------------------------------------
def line(**changes: Any) -> Line:
    values = dict.fromkeys(Line.__dataclass_fields__, "") | {"severity": "high", "days": 3, "weight": (), "status": "待审", "change": "延续"}
    return Line(**{**values, **changes})


def test_groups_count_by_severity_the_largest_first() -> None:
    lines = [line(rule="a", title="甲"), line(rule="b", title="乙", severity="low", days=None), line(rule="b", title="乙", days=9, change="新增")]
    first, second = grouped(lines, "rule", "title")
    assert (first.title, first.total, first.new, first.longest, first.parts()) == ("乙", 2, 1, 9, {"high": 1, "medium": 0, "low": 1})
    assert second.title == "甲"


def test_ages_count_what_is_open() -> None:
    days = {"2026-11-22": 0, "2026-10-24": 0, "2026-10-23": 1, "2025-11-23": 3, "2025-11-22": 4, "2020-01-01": 5}
    lines = [line(arose_on=day) for day in days] + [line(arose_on="2026-11-22", status="成案"), line(arose_on="")]
    counts = [sum(parts.values()) for _, parts in aged(lines, NOW.date())]
    assert counts == [sum(1 for at in days.values() if at == i) for i in range(6)]


def test_what_is_lacking_is_counted_by_field_and_file(store: Store, tmp_path: Path) -> None:
    header = ("决定书文号", "行政机关", "当事人", "违法行为", "处罚决定日期", "罚款金额")
    rows = [(f"某罚〔2025〕{n}号", "某局", "某公司", "无证经营", "2025-01-10", "1") for n in (1, 2)]
    import_paths(store, [write_csv(tmp_path / "行政处罚.csv", header, *rows)])
    gaps = store.register["gaps"]
    with store.engine.begin() as connection:
        for rid, rule in ((1, "r.one"), (1, "r.two"), (2, "r.one")):
            gap = {"rule": rule, "subject": {"record": "penalty", "key": [str(rid)]}, "missing": ["served_on"]}
            connection.execute(insert(gaps), {"run_id": 1, "rule": rule, "rid": rid, "sort_key": str(rid), "payload": json.dumps(gap)})
    (lack,) = lacking(store, {})
    assert (lack.sheet, lack.column, lack.file, lack.rows, lack.rules) == ("行政处罚", "送达日期", "行政处罚.csv", 2, {"r.one", "r.two"})


@pytest.mark.parametrize(
    ("rule", "record", "field", "said"),
    [
        ("enforcement.late-application-granted", "enforcement_application", "reconsideration_on", ("行政处罚", "申请复议日期")),
        ("local.of-another-folder", "actor", "served_on", ("行政处罚或检察文书", "送达日期")),
        ("civil.filing-burst", "actor", "filed_on", ("民事案件", "立案日期")),
        ("civil.sued-under-execution", "civil_case", "filed_on", ("民事案件或执行案件", "立案日期")),
    ],
)
def test_what_is_lacking_in_another_sheet_is_told_with_that_sheet(store: Store, rule: str, record: str, field: str, said: tuple[str, str]) -> None:
    gap = {"rule": rule, "subject": {"record": record, "key": ["1"]}, "missing": [field]}
    with store.engine.begin() as connection:
        connection.execute(insert(store.register["gaps"]), {"run_id": 1, "rule": rule, "sort_key": "1", "payload": json.dumps(gap)})
    (lack,) = lacking(store, RULES)
    assert (lack.sheet, lack.column, lack.file) == (*said, "")


# -- the overview --------------------------------------------------------------------------------------------------------------
def second_night(store: Store) -> None:
    """Clue 1 goes on, 2 changed, 3 came back for its facts, 4 is gone since tonight, 5 since earlier, 6 is new."""
    add_clues(store, 1, 2, 3)
    add_clues(store, 4, 5, present=0)
    add_clues(store, 6, run=2)
    kinds = [(2, "变化"), (3, "变化"), (3, "重启"), (4, "消失")]
    with store.engine.begin() as connection:
        connection.execute(update(store.register["runs"]).values(ended_at="2026-11-01T02:10:00", counts=json.dumps({"records": 12345, "rules": 80})))
        connection.execute(insert(store.register["runs"]), {**RUN, "run_id": 3, "state": "已扣留", "begun_at": "2026-11-03T02:00:00"})
        events = [{"clue_id": clue_id(n), "run_id": 2, "happened_at": "2026-11-02T02:00:00", "kind": kind} for n, kind in kinds]
        connection.execute(insert(store.register["events"]), events)


def test_the_overview_opens_with_what_the_last_complete_run_changed(store: Store, tmp_path: Path) -> None:
    second_night(store)
    text = page(store, tmp_path)
    assert re.findall(r'<div class="card"><b>(\d+)</b><span>(\w+)</span>', text) == [
        ("1", "新增"), ("1", "再现"), ("1", "变化"), ("1", "消失"), ("1", "延续"),
    ]  # fmt: skip
    assert "第 2 次扫描" in text
    assert "现有 <b>4</b> 条待核查线索" in text
    assert clue_id(4) in text
    assert clue_id(5) not in text
    assert "核对记录 12,345 条" in text


def test_the_overview_stands_alone(store: Store, tmp_path: Path) -> None:
    full(store)
    text = page(store, tmp_path)
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\((?!#)", text)
    assert {address[0] for address in re.findall(r'(?:href|src)="([^"]+)"', text)} == {"#"}
    assert set(re.findall(r'https?://[^"< ]+', text)) == {"http://www.w3.org/2000/svg"}
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets <= set(re.findall(r'id="([^"]+)"', text))


def test_a_clue_in_the_overview_says_what_happened_on_what_law_and_what_to_check(store: Store, tmp_path: Path) -> None:
    one = full(store)
    decide(store, [Decision(one, "核查中", note="已调卷", assignee="王审")], "李审", now=NOW)
    article = page(store, tmp_path).partition(f'<article id="c-{one}">')[2].partition("</article>")[0]
    for said in (
        "未申请法院强制执行", "<svg", "hatch-", "最后合法日:2026-10-15", "行政强制法第五十三条(2011年版)", "已核对条文", "经批准分期缴纳",
        "调阅案卷", "首次发现", "改为核查中,交 王审 承办:已调卷", "法定期限或条件",
    ):  # fmt: skip
        assert said in article, said


def test_evidence_is_told_by_row_without_repeating_the_key(store: Store) -> None:
    one = full(store)
    # A cell that happens to say what the key says is told.
    cells = {"item_no": "1", "name": "1", "taken_on": "2026-07-15", "released_on": None}
    key = ["A4401000020250001", "1"]
    dressed(store, one, evidence=[{"record": "seized_property", "key": key, "field": field, "value": value} for field, value in cells.items()])
    (row,) = told(store).detail(one).evidence
    assert (row.sheet, row.key, row.path) == ("涉案财物", "A4401000020250001 1", None)
    assert row.cells == [("财物名称", "1"), ("措施日期", "2026-07-15"), ("解除返还日期", "(空白)")]


def test_two_persons_who_are_shown_alike_stay_two_rows(store: Store) -> None:
    one = full(store)
    people = {"张甲乙": "甲律师事务所", "张丙丁": "乙律师事务所"}
    keys = {name: ["某0101民初1号", "被告", name] for name in people}
    dressed(store, one, evidence=[{"record": "civil_party", "key": keys[n], "field": "firm", "value": text} for n, text in people.items()])
    rows = told(store).detail(one).evidence
    assert [(row.key, [value for _, value in row.cells]) for row in rows] == [("某0101民初1号 被告 张某", [text]) for text in people.values()]


def test_the_overview_has_chinese_punctuation_and_evidence_as_the_sheet_has_it(store: Store, tmp_path: Path) -> None:
    one, said = full(store), "无证,经营(二次)"
    dressed(
        store, one, summary=f"违法行为“{said}”,待核查",
        evidence=[{"record": "penalty", "key": ["某罚〔2025〕1号"], "field": "violation", "value": said}],
    )  # fmt: skip
    page(store, tmp_path)
    text = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert f"<small>违法行为</small> {said}<" in text
    assert full_width(f"违法行为“{said}”,待核查") in text
    assert re.search("截至 <b>[-0-9]+</b>\uff0c第 1 次扫描\uff08", text)


def test_what_sheets_say_is_no_markup(store: Store, tmp_path: Path) -> None:
    add_clues(store, 1, agency="<script>alert(1)</script>")
    assert "<script" not in page(store, tmp_path)


def test_a_long_list_is_told_short_and_says_so(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "DETAILED", 2)
    monkeypatch.setattr(html, "LISTED", 3)
    monkeypatch.setattr(html, "TOLD", 1)
    add_clues(store, 1, 2, 3, 4)
    text = page(store, tmp_path)
    assert text.count("<article") == 2
    assert "下面列出前 3 条" in text
    assert "这里详细说明清单中的前 2 条" in text
    assert "其余 3 条见线索清单" in text


def test_the_overview_gives_the_share_of_a_rule_with_its_interval(store: Store, tmp_path: Path) -> None:
    add_clues(store, 1, 2, 3)
    decide(store, [Decision(clue_id(1), "成案"), Decision(clue_id(2), "误报", "规则过宽")], "王审", now=NOW)
    text = page(store, tmp_path, but=("成案", "误报"))
    assert re.search(r"<td>行政机关逾期未申请法院强制执行</td>.*?<b>50%</b>.*?9% 至 91%", text)
    assert "现有 <b>1</b> 条待核查线索(另有 2 条已办结或暂缓" in text
    assert "现有 <b>3</b> 条线索,其中 2 条已办结或暂缓" in page(store, tmp_path)


def test_a_page_on_some_clues_says_which(store: Store, tmp_path: Path) -> None:
    add_clues(store, 1, 2)
    filters = {"mechanism": "行政非诉执行", "severity": "high", "since": 739000}
    assert "本页只列:监督机制为行政非诉执行、程度为高、2024-04-24 以来发生的。" in page(store, tmp_path, filters=filters)
    assert "本页只列:指定的 1 条。" in page(store, tmp_path, ids=[clue_id(2)])
    assert "本页只列" not in page(store, tmp_path)


def test_the_overview_says_what_changed_in_a_clue_and_why_one_is_back(store: Store, tmp_path: Path) -> None:
    second_night(store)
    kept = {2: {"severity": ["medium", "high"]}, 3: {"due_on": ["2026-10-14", "2026-10-15"]}}
    events = store.register["events"].c
    with store.engine.begin() as connection:
        for number, detail in kept.items():
            changed = update(store.register["events"]).where(events.clue_id == clue_id(number), events.kind == "变化")
            connection.execute(changed.values(detail=json.dumps(detail)))
    opening = page(store, tmp_path).partition('id="changes"')[2].partition("</section>")[0]
    assert "依据的事实有变化:程度由中改为高</small>" in opening
    assert "依据的事实有变化:期限届满日由2026-10-14改为2026-10-15;依据的事实与处理时不同" in opening


def test_what_is_gone_is_counted_apart_in_the_list(store: Store, tmp_path: Path) -> None:
    second_night(store)
    assert "5 条(其中 1 条已消失):先是新增" in page(store, tmp_path)


def test_a_night_without_changes_says_so(store: Store, tmp_path: Path) -> None:
    add_clues(store, 1)
    assert "这次扫描没有" not in page(store, tmp_path)
    with store.engine.begin() as connection:
        connection.execute(insert(store.register["runs"]), {**RUN, "run_id": 2})
    assert "这次扫描没有新增、再现、变化和消失的线索" in page(store, tmp_path)


def test_a_page_without_clues_has_no_empty_tables_and_links_to_no_section_that_is_not_there(store: Store, tmp_path: Path) -> None:
    add_clues(store, 1, present=0)
    with store.engine.begin() as connection:
        connection.execute(insert(store.register["runs"]), {**RUN, "run_id": 2})
    text = page(store, tmp_path)
    assert "现有 <b>0</b> 条" in text
    assert "<table" not in text
    assert "<svg" not in text
    assert "还没有办结的线索,看不出哪条规则准不准" in text
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))


def test_a_store_without_a_scan_gives_a_page_that_claims_nothing(store: Store, tmp_path: Path) -> None:
    text = page(store, tmp_path)
    assert "还没有完成过扫描" in text
    assert "没有因数据不足" not in text
    assert "<section" not in text


# -- the files -----------------------------------------------------------------------------------------------------------------
def test_two_reports_on_the_same_scan_are_the_same_bytes(store: Store, tmp_path: Path) -> None:
    overview = partial(html.write_overview, rules=RULES)
    writers = {"a.docx": documents.write_report, "b.docx": documents.write_letter, "c.xlsx": xlsx.write_list, "d.html": overview}
    one = full(store)

    def written(folder: Path) -> dict[str, bytes]:
        folder.mkdir()
        for name, write in writers.items():
            write(told(store, ids=[one]), folder / name)
        return {name: (folder / name).read_bytes() for name in writers}

    assert written(tmp_path / "first") == written(tmp_path / "second")


def test_files_bear_the_time_of_the_scan(store: Store, tmp_path: Path) -> None:
    ids = [full(store)]
    documents.write_report(told(store, ids=ids), tmp_path / "a.docx")
    xlsx.write_list(told(store, ids=ids), tmp_path / "a.xlsx")
    begun = dt.datetime(2026, 11, 1, 2)
    properties = docx.Document(str(tmp_path / "a.docx")).core_properties
    assert [t.replace(tzinfo=None) for t in (properties.created, properties.modified) if t] == [begun, begun]
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert {part.date_time for part in archive.infolist()} == {(2026, 11, 1, 2, 0, 0)}
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert (book.properties.created, book.properties.modified) == (begun, begun)
    assert "第 1 次扫描,2026-11-01 02:00" in narrow(book["说明"]["B3"].value)
    book.close()


# -- the workbook --------------------------------------------------------------------------------------------------------------
def test_the_workbook_says_when_a_clue_without_a_limit_arose_and_is_read_with_chinese_punctuation(store: Store, tmp_path: Path) -> None:
    (one,) = add_clues(store, 1)
    dressed(store, one, due_on=None, arose_on="2026-06-25", state="pattern")
    xlsx.write_list(told(store), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["线索名单"]
    row = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert (row["届满日"] or "", row["发生日"]) == ("", "2026-06-25")
    assert full_width("先核对:可能的合理解释") in row
    assert full_width("线索是疑问,不是结论") in (sheet.oddFooter.left.text or "")
    said = [narrow(book["说明"]["B3"].value).partition(",")[0]]
    book.close()
    xlsx.write_list(told(store, but=("成案",)), tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    said.append(narrow(book["说明"]["B3"].value).partition(",")[0])
    book.close()
    # Where nothing was left out, some may have been decided.
    assert said == ["1 条线索", "1 条待核查的线索"]


# -- the documents -------------------------------------------------------------------------------------------------------------
def test_a_document_has_the_layout_of_official_documents(store: Store, tmp_path: Path) -> None:
    documents.write_report(told(store, ids=[full(store)]), tmp_path / "a.docx")
    document = docx.Document(str(tmp_path / "a.docx"))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes if size is not None] == [210, 297, 37, 35, 28, 26]
    fonts = {}
    for name in ("Title", "Normal", "Heading 1", "Heading 2"):
        style: Any = document.styles[name]
        fonts[name] = (style.element.rPr.rFonts.get(qn("w:eastAsia")), style.font.size)
        assert style.element.rPr.rFonts.get(qn("w:eastAsiaTheme")) is None
    assert fonts == {
        "Title": ("方正小标宋简体", Pt(22)), "Normal": ("仿宋_GB2312", Pt(16)), "Heading 1": ("黑体", Pt(16)), "Heading 2": ("楷体_GB2312", Pt(16)),
    }  # fmt: skip
    body: Any = document.styles["Normal"].paragraph_format  # type: ignore[attr-defined]
    assert (body.line_spacing, body.line_spacing_rule, body.first_line_indent) == (Pt(28), WD_LINE_SPACING.EXACTLY, Pt(32))
    for part in (section.header, section.even_page_header):
        assert "草稿" in part.paragraphs[0].text
        assert 'string="草稿"' in part.paragraphs[0]._p.xml
    assert all("PAGE" in part.paragraphs[0]._p.xml for part in (section.footer, section.even_page_footer))
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in archive.read("word/fontTable.xml").decode()


def test_the_report_on_one_clue_tells_all_of_it(store: Store, tmp_path: Path) -> None:
    one = full(store)
    decide(store, [Decision(one, "待补证", note="等法院回函")], "李审", now=NOW)
    assert documents.write_report(told(store, ids=[one]), tmp_path / "a.docx") == 1
    text = words(tmp_path / "a.docx")
    for said in (
        "未申请法院强制执行", "二、事情经过", "合法期间92日(至2026年10月15日)", "超期17日(至2026年11月1日)",
        "2026年7月15日", "三、期限的算法", "3.最后合法日:2026-10-15", "四、法律依据",
        "《行政强制法》第五十三条(2011年版)", "五、需要先行核对的情况", "1.经批准分期缴纳。", "六、下一步工作建议", "调阅案卷", "七、证据出处",
        "该行已不在案件库中", "改为待补证:等法院回函", "承办人",
    ):  # fmt: skip
        assert composed(said) in text, said


def test_the_strip_shows_the_lawful_days_and_those_past_them_to_scale(store: Store, tmp_path: Path) -> None:
    documents.write_report(told(store, ids=[full(store)]), tmp_path / "a.docx")
    strips = [table for table in docx.Document(str(tmp_path / "a.docx")).tables if len(table.rows) == 1]
    (widths,) = [[cell.width.mm for cell in strip.rows[0].cells if cell.width] for strip in strips]
    assert widths == pytest.approx([156 * 92 / 109, 156 * 17 / 109], abs=0.1)


def test_the_report_on_a_list_lists_all_and_tells_the_first(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "DETAILED", 2)
    add_clues(store, 1, 2, 3)
    assert documents.write_report(told(store), tmp_path / "a.docx") == 3
    text = words(tmp_path / "a.docx")
    assert "共有待核查线索3条" in text
    assert "以下说明前2条" in text
    assert composed("(二)行政") in text
    assert composed("(三)行政") not in text


def test_many_days_are_told_in_the_report_on_one_clue_and_not_in_that_on_many(store: Store, tmp_path: Path) -> None:
    one, _ = full(store), add_clues(store, 2)
    cells = [{"record": "civil_case", "key": [f"某民初{n}号"], "field": "filed_on", "value": f"2026-01-{n:02}"} for n in range(1, documents.DAYS + 3)]
    dressed(store, one, evidence=cells)
    documents.write_report(told(store, ids=[one]), tmp_path / "a.docx")
    assert "2026年1月14日" in words(tmp_path / "a.docx")
    documents.write_report(told(store), tmp_path / "b.docx")
    assert "2026年1月12日" in words(tmp_path / "b.docx")
    assert "2026年1月13日" not in words(tmp_path / "b.docx")
    assert "另有2个日期没有列出" in words(tmp_path / "b.docx")
    assert "最后合法日" in words(tmp_path / "b.docx")


def test_a_report_on_nothing_says_so_and_claims_no_scan_that_was_not(store: Store, tmp_path: Path) -> None:
    assert documents.write_report(told(store), tmp_path / "a.docx") == 0
    assert composed("还没有完成过扫描,没有核对过数据") in words(tmp_path / "a.docx")
    assert "没有符合条件的线索" not in words(tmp_path / "a.docx")
    add_clues(store, 1, present=0)
    assert documents.write_report(told(store), tmp_path / "a.docx") == 0
    assert "没有符合条件的线索" in words(tmp_path / "a.docx")


def test_the_table_of_a_list_says_what_each_clue_is_about(store: Store, tmp_path: Path) -> None:
    add_clues(store, 1, 2)
    documents.write_report(told(store), tmp_path / "a.docx")
    table = docx.Document(str(tmp_path / "a.docx")).tables[0]
    assert [[cell.text for cell in row.cells][:5] for row in table.rows[1:]] == [
        [str(n), clue_id(n)[:8], "行政机关逾期未申请法院强制执行", f"某罚〔2025〕{n}号", "某市监局"] for n in (1, 2)
    ]


def test_chinese_quotation_marks_are_set_in_the_chinese_font(store: Store, tmp_path: Path) -> None:
    documents.write_letter(told(store, ids=[full(store)]), tmp_path / "a.docx")
    runs = [run for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs for run in paragraph.runs if "“" in run.text]
    assert runs
    assert all(run._r.rPr.rFonts.get(qn("w:hint")) == "eastAsia" for run in runs)


def test_a_letter_tells_a_body_no_limit_that_is_only_ours(store: Store, tmp_path: Path) -> None:
    one = full(store)
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    assert "期限的算法" in words(tmp_path / "a.docx")
    assert "最后合法日" in words(tmp_path / "a.docx")
    dressed(store, one, grade="policy")
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    for said in ("期限的算法", "最后合法日", "提示期限"):
        assert said not in words(tmp_path / "a.docx")
    documents.write_report(told(store, ids=[one]), tmp_path / "b.docx")
    assert composed("提示期限内92日") in words(tmp_path / "b.docx")
    assert "合法期间" not in words(tmp_path / "b.docx")


def test_an_article_that_was_not_in_force_then_is_to_be_replaced_before_it_is_quoted(store: Store, tmp_path: Path) -> None:
    one = full(store)
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    assert "起施行" not in words(tmp_path / "a.docx")
    dressed(store, one, arose_on="2011-10-16")
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    assert composed("〔待填:这一版自2012-01-01起施行,情形出现在此以前,引用当时的条文〕") in words(tmp_path / "a.docx")
    assert "这一版自2012-01-01起施行,情形出现在此以前" in page(store, tmp_path)


def test_the_letter_is_a_draft_that_leaves_open_what_a_prosecutor_must_say(store: Store, tmp_path: Path) -> None:
    one = full(store)
    law = {"id": "nl.apply3m", "law": "行政强制法", "article": "第五十三条", "edition": "2011"}
    dressed(store, one, grade="policy", basis=[law, {"id": "policy", "law": "工程口径(非法定)", "article": "", "edition": ""}])
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    document = docx.Document(str(tmp_path / "a.docx"))
    text = words(tmp_path / "a.docx")
    for said in (
        "检察建议书", "某市监局:", "须经调查核实后才能采用", "疑似存在", "《行政强制法》第五十三条", "〔待填:门槛的法律依据〕",
        "〔待填:建议的具体内容〕", "第十九条", "发出以前请核对", "已履行而未录入",
    ):  # fmt: skip
        assert composed(said) in text, said
    assert composed("工程口径(非法定)") not in text
    assert composed("已核对条文") not in text
    open_runs = [run for paragraph in document.paragraphs for run in paragraph.runs if "〔待填" in run.text]
    assert len(open_runs) >= 8
    assert all(run.font.highlight_color is not None for run in open_runs)


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("某市甲区人民法院", True), ("某市公安局(经侦支队)", True), ("某镇人民政府", True), ("某县公安局城关派出所", True),
        ("某化工有限公司", False), ("某市第一小学", False), ("某市人民检察院", False), ("", False),
    ],
)  # fmt: skip
def test_a_letter_goes_to_an_authority_and_is_left_open_where_another_must_act(store: Store, tmp_path: Path, body: str, known: bool) -> None:
    one = full(store)
    dressed(store, one, agency=body)
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    (line,) = [p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs if narrow(p.text).endswith(":") and len(p.text) > 1][:1]
    assert narrow(line) == f"{body}:" if known else line.startswith("〔待填") and body in line


def test_a_letter_on_what_is_gone_or_closed_says_so_before_it_is_sent(store: Store, tmp_path: Path) -> None:
    one = full(store)
    decide(store, [Decision(one, "误报", "数据滞后")], "李审", now=NOW)
    clues = store.register["clues"]
    with store.engine.begin() as connection:
        connection.execute(update(clues).where(clues.c.clue_id == one).values(present=0))
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    sent, kept = words(tmp_path / "a.docx").split("发出以前请核对")
    assert composed("误报,数据滞后,最近一次扫描已不再出现") in kept
    assert "误报" not in sent


def test_what_the_program_remarks_stands_on_the_page_that_is_not_sent(store: Store, tmp_path: Path) -> None:
    one = full(store)
    remarks = POLICY_NOTE + BY_NAME_NOTE.format(within="在某市辖区内")
    dressed(store, one, grade="policy", summary=f"某人一年之内起诉(某号)6件,待核查{remarks}", action="核对款项交付凭证")
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    sent, kept = words(tmp_path / "a.docx").split("发出以前请核对")
    assert composed("某人一年之内起诉(某号)6件,待核查。") in sent
    for remark in ("工程口径", "证件号缺失", "核对款项交付凭证", "截至此日", "逾期开始"):
        assert remark not in sent
    for remark in ("工程口径,非法定", "证件号缺失,仅按姓名或者名称匹配", "核对款项交付凭证", "条文原文"):
        assert composed(remark) in kept


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("届满日:2026-10-15(周四),当日不计;", "届满日{:}2026-10-15{(}周四{)}{,}当日不计{;}"),
        ("07:05 8,500 (a)", "07:05 8,500 (a)"),
        ("对执行案件((2026)某0101执201号)作出", "对执行案件{(}{(}2026{)}某0101执201号{)}作出"),
        ("(草稿):50.00元", "{(}草稿{)}{:}50.00元"),
        (")无左括号(", ")无左括号("),
    ],
)
def test_documents_have_chinese_punctuation(text: str, full: str) -> None:
    # In escapes, as an editor that narrows what is typed would make the test say nothing.
    wide = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "(": "\uff08", ")": "\uff09"}
    assert full_width(text) == re.sub(r"\{(.)\}", lambda mark: wide[mark[1]], full)


def test_documents_write_days_in_words_and_no_blanks_beside_chinese() -> None:
    assert composed("截至 2026-01-05 逾期 142 日") == "截至2026年1月5日逾期142日"
    assert composed("Roe Ltd 2026-13-45") == "Roe Ltd 2026-13-45"


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_numbers_in_headings_are_chinese(number: int, text: str) -> None:
    assert chinese(number) == text
