"""The overview, the workbook and the figures in them: what they say, that they stand alone, that the same scan gives the same bytes."""

import datetime as dt
import json
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from sqlalchemy import insert, update

from cases.importing import import_paths
from cases.store import Store, open_store
from review.decisions import Decision, decide
from review.reports import docx as documents
from review.reports import html, xlsx
from review.reports.figures import Line, aged, grouped, lacking
from review.reports.words import full_width
from tests.cases.sheets import write_csv
from tests.review.ledgers import RUN, add_clues, clue_id, narrow
from tests.review.reporting import NOW, RULES, dressed, full, page, told


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        yield opened


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
