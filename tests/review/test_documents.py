"""The report and the letter as documents: their layout, what they say, what they leave open."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Pt
from sqlalchemy import update

from cases.store import Store, open_store
from engine.clues import BY_NAME_NOTE, POLICY_NOTE
from review.decisions import Decision, decide
from review.reports import docx as documents
from review.reports.words import chinese, composed, full_width
from tests.review.ledgers import add_clues, clue_id, narrow
from tests.review.reporting import NOW, dressed, full, page, told, words


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        yield opened


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
    assert documents.write_report(told(store, but=("误报",)), tmp_path / "a.docx") == 3
    text = words(tmp_path / "a.docx")
    assert "共有待核查的线索3条" in text
    assert "以下说明前2条" in text
    assert composed("(二)行政") in text
    assert composed("(三)行政") not in text


@pytest.mark.parametrize("options", [{}, {"but": ("误报",), "filters": {"gone": True}}])
def test_what_may_be_closed_or_gone_is_not_said_to_wait_for_a_check(store: Store, tmp_path: Path, options: dict[str, Any]) -> None:
    add_clues(store, 1, 2)
    documents.write_report(told(store, **options), tmp_path / "a.docx")
    assert "共有线索2条" in words(tmp_path / "a.docx")


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


def test_a_letter_tells_the_whole_count_but_not_for_how_long_the_clue_has_stood(store: Store, tmp_path: Path) -> None:
    one = full(store)
    days = {"2026-10-20": "倒推自:2026-10-20", None: "往前:5日", "2026-10-15": "最后合法日:2026-10-15", "2026-11-01": "截至2026-11-01"}
    dressed(store, one, derivation=[{"day": day, "text": text} for day, text in days.items()])
    documents.write_letter(told(store, ids=[one]), tmp_path / "a.docx")
    text = words(tmp_path / "a.docx")
    assert composed("倒推自:2026-10-20") in text
    assert composed("截至2026-11-01") not in text


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
