"""Headers as offices write them: numbers before and units behind names, brackets of every kind, rows that number
the columns."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cases.errors import SheetError
from cases.reading.header import said_unit
from cases.reading.names import plain
from tests.cases.sheets import CASES, PENALTIES, asked, counts, load, rows_of, write_book, write_csv

ROW = ("A1", "盗窃", "某局", "2023-01-05")
PENALTY = ("罚1", "某局", "甲公司", "91A", "无证经营", "2025-01-02", "3.5")
UPPER = ("决定书文号", "行政机关", "被处罚人", "", "违法行为", "处罚决定日期", "罚款金额")


@pytest.mark.parametrize(
    "header",
    [
        ("案件编号（必填）（唯一）", "涉嫌罪名【必填】", "办案单位[全称]", "立案日期(年月日)"),
        ("1.案件编号", "2、罪名", "(3)办案单位", "四、立案日期"),
        ("案件\n编号\0", " 罪　名*", "办案单位：", "\u200b立案日期"),
        ('="案件编号"', '="罪名"', '="办案单位"', "'立案日期'"),
    ],
)
def test_what_stands_around_a_name(tmp_path: Path, header: tuple[str, ...], target: str) -> None:
    load(target, write_csv(tmp_path / "刑事案件.csv", header, ROW))
    assert rows_of(target, "criminal_case", "case_no", "offence", "agency", "extras") == [("A1", "盗窃", "某局", None)]


@pytest.mark.parametrize("name", ["罚款金额万元", "罚款金额/万元", "罚款金额(万元)(必填)", "5.罚款金额【万元】", "罚款金额(单位:人民币万元)"])
def test_the_unit_behind_a_name(tmp_path: Path, name: str, target: str) -> None:
    load(target, write_csv(tmp_path / "行政处罚.csv", (*UPPER[:3], "当事人证件号", *UPPER[4:6], name), PENALTY))
    assert rows_of(target, "penalty", "fine") == [3_500_000]


@pytest.mark.parametrize(
    "row", [("1", "2", "3", "4"), ("(1)", "(2)", "(3)", "(4)"), ("甲", "乙", "1", "2"), ("A", "B", "1", "2"), ("第1栏", "2", "3", "4")]
)
def test_a_row_that_numbers_the_columns_is_no_record(tmp_path: Path, row: tuple[str, ...], target: str) -> None:
    assert counts(load(target, write_csv(tmp_path / "刑事案件.csv", CASES, row, ROW))) == [(1, 0, 0, 0)]


@pytest.mark.parametrize("row", [("1", "2", "3", ""), ("甲", "乙", "丙", "已办"), ("2", "3", "4", "日期不详")])
def test_but_a_record_that_looks_a_little_like_it_is_one(tmp_path: Path, row: tuple[str, ...], target: str) -> None:
    assert counts(load(target, write_csv(tmp_path / "刑事案件.csv", CASES, row, ROW))) == [(2, 0, 0, 0)]


def test_a_header_below_many_blank_rows_is_told(tmp_path: Path, target: str) -> None:
    path = write_book(tmp_path / "台账.xlsx", {"刑事案件": [[None]] * 60 + [list(CASES), list(ROW)]})
    with pytest.raises(SheetError, match="前 40 行里没有内容"):
        load(target, path)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("（单位万元）", "万元"), ("行政处罚明细表（万元）", "万元"), ("金额单位：人民币万元", "万元"), ("(金额单位：万元人民币)", "万元"),
        ("计量单位 万元", "万元"), ("以万元为单位", "万元"), ("单位：万", "万"), ("单位：件、万元", "万元"), ("单位：元/万元", "元/万元"),
        ("单位（盖章）：某局（单位：千元）", "千元"), ("单位：人民币元", "元"), ("填报单位：万州区某局", ""), ("填报单位：元氏县某局", ""),
        ("罚款10万元以上行政处罚明细表", ""), ("涉案金额5万元以上", ""), ("金额万元以上案件", ""), ("单位名称：某公司", ""), ("（2023年）", ""),
        ("涉案金额十万元、百万元以上案件", ""), ("注：“涉案金额（万元）”按查实数填", ""),
    ],
)  # fmt: skip
def test_what_a_title_says_of_the_unit(text: str, unit: str) -> None:
    assert said_unit(plain(text)) == unit


@pytest.mark.parametrize("note", ["单位：万元", "注：金额单位为万元", "（金额单位：万元）"])
def test_a_unit_below_the_table_is_not_passed_over(tmp_path: Path, note: str, target: str) -> None:
    rows = [PENALTIES, ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5"), (note,)]
    with pytest.raises(SheetError, match=r"第 3 行写着金额单位是万元.*请把单位写进表头,删去这一行"):
        load(target, write_csv(tmp_path / "行政处罚.csv", *rows))
    rows[0] = (*PENALTIES[:-1], "罚款金额(万元)")
    assert counts(load(target, write_csv(tmp_path / "行政处罚.csv", *rows))) == [(1, 0, 0, 0)]
    assert asked(target, "SELECT fine FROM penalty") == [(3_500_000,)]
    update = write_csv(tmp_path / "行政处罚.csv", ("决定书文号", "罚款金额"), ("行政处罚1号", "3.5（万元）"), ("罚1", "4"))
    assert counts(load(target, update)) == [(0, 1, 0, 1)]


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (("案件编号", "办案单位", "罪名", "立案日期"), "办案单位"),
        (("罪名", "案件编号", "办案单位", "立案日期"), "罪名"),
        (("序号", "案件编号", "罪名", "办案单位"), "序号"),
        (("案件编号", "嫌疑人编号", "姓名名称"), "嫌疑人编号"),
        ((*CASES, "受案日期"), "受案日期"),
    ],
)
def test_another_table_below_is_not_read_by_the_header_above(tmp_path: Path, header: Sequence[str], named: str, target: str) -> None:
    rows = [CASES, ROW, ("A2", *ROW[1:]), header, *(("A1", "诈骗", "张某", "2023-01-06") for _ in range(3))]
    report = load(target, write_book(tmp_path / "台账.xlsx", {"刑事案件": rows}))
    assert counts(report) == [(2, 0, 0, 0)]
    assert f"第 4 行是另一个表头,“{named}”" in str(report.problems[0][1])
    assert rows_of(target, "criminal_case", "case_no", "offence") == [("A1", "盗窃"), ("A2", "盗窃")]


def test_titles_and_headers_of_each_page_are_no_records(tmp_path: Path, target: str) -> None:
    page = [("某县行政处罚明细表",), ("填报单位：某局", "", "", "", "", "单位：万元"), UPPER, ("", "", "名称", "证件号", "", "", "")]
    page.append(tuple("1234567"))
    rows = [*page, PENALTY, *page, ("罚2", *PENALTY[1:]), ("文号", *UPPER[1:2], "", "", "违法事实")]
    assert counts(load(target, write_csv(tmp_path / "行政处罚.csv", *rows))) == [(2, 0, 0, 0)]
    assert asked(target, "SELECT fine FROM penalty") == [(3_500_000,)] * 2


def test_columns_that_mean_the_same_and_say_different_things_are_told(tmp_path: Path, target: str) -> None:
    header = (*PENALTIES[:-1], "货值金额", "销售金额", "决定日期")
    rows = [("100", "2万", "2025/1/2"), ("1万元", "10000", ""), ("", "5", "2025年1月2日"), ("/", "7", "—"), ("3", "4", "2025-01-03")]
    path = write_csv(tmp_path / "行政处罚.csv", header, *((f"罚{i}", "某局", "甲", "无证经营", "2025-01-02", *row) for i, row in enumerate(rows)))
    assert [remark.partition(":")[0] for remark in load(target, path).remarks] == [
        "行政处罚.csv 有 2 行的“货值金额”和“销售金额”不同,两列都是“涉案金额”",
        "行政处罚.csv 有 1 行的“处罚决定日期”和“决定日期”不同,两列都是“处罚决定日期”",
    ]  # fmt: skip
    assert rows_of(target, "penalty", "amount") == [10_000, 1_000_000, 500, 700, 300]


def test_a_certificate_number_that_is_nobodys_is_blank(tmp_path: Path, target: str) -> None:
    header = (*PENALTIES, "统一社会信用代码", "身份证号")
    nobody = ["0", "000000", "000000000000000000", "***", "**** ****", "一", "……", "?"]
    rows = [(f"罚{i}", "某局", "甲", "无证经营", "2025-01-02", "1", number, "") for i, number in enumerate(nobody)]
    rows += [(f"罚8{i}", "某局", "甲", "无证经营", "2025-01-02", "1", *ids) for i, ids in enumerate([("0", "33X"), ("33*********4", ""), ("1", "")])]
    rows.append(("罚9", "某局", "甲", "无证经营", "2025-01-02", "1", "330324199001010000.0", ""))
    report = load(target, write_csv(tmp_path / "行政处罚.csv", header, *rows))
    assert rows_of(target, "penalty", "party_id") == [None] * 8 + ["33X", None, "1"]
    assert [(r.line, r.value) for r in report.sheets[0].rejects] == [(len(rows) + 1, "330324199001010000.0")]
    # Columns of plain cells are read at once, to the same effect.
    plain_cells = [row for row in rows if row[6].isalnum()]
    load(target, write_csv(tmp_path / "行政处罚.csv", header, *plain_cells))
    assert rows_of(target, "penalty", "party_id") == [None] * 8 + ["33X", None, "1"]


def test_zero_bytes_behind_the_last_row_are_no_record(tmp_path: Path, target: str) -> None:
    path = write_csv(tmp_path / "刑事案件.csv", CASES, ROW)
    path.write_bytes(path.read_bytes() + b"\0" * 5000)
    assert counts(load(target, path)) == [(1, 0, 0, 0)]


def test_examples_and_hints_of_a_template_are_no_records(tmp_path: Path, target: str) -> None:
    header = ("序号", *CASES[:3])
    hints = [("", "必填", "必填", "必填"), ("", "文本型", "文本型", "文本型"), ("示例", "A9", "盗窃", "某局"), ("（例）", "A9", "盗窃", "某局")]
    examples = [("1", "例：A9", "盗窃", "某局"), ("2", "（示例）A9", "盗窃", "某局"), ("3", "【样例】A9", "盗窃", "某局")]
    report = load(target, write_csv(tmp_path / "刑事案件.csv", header, *hints, *examples, ("4", "例检A1", "盗窃", "某局")))
    assert counts(report) == [(1, 0, 0, 3)]
    assert {r.reason.partition("是")[2] for r in report.sheets[0].rejects} == {"填表的示例,不是记录:请删去这一行"}
    assert rows_of(target, "criminal_case", "case_no") == ["例检A1"]


def test_what_stands_beside_a_table_without_a_name_is_kept(tmp_path: Path, target: str) -> None:
    rows = [("某县台账", *[None] * 9, "密"), CASES, (*ROW, "核对过"), ("A2", *ROW[1:], None, 7), ("A3", *ROW[1:])]
    load(target, write_book(tmp_path / "台账.xlsx", {"刑事案件": rows}))
    assert rows_of(target, "criminal_case", "extras") == ['{"第5列":"核对过"}', '{"第6列":"7"}', None]


@pytest.mark.parametrize(
    "header",
    [
        "罚款金额 单位：万元", "罚款金额_万元", "罚款金额(人民币/万元)", "罚款金额（含没收，万元）", "罚款金额（万元，含没收）", "罚款金额(万元RMB)",
        "罚款金额（百元、必填）",
    ],
)  # fmt: skip
def test_the_unit_behind_a_name_in_many_ways(tmp_path: Path, header: str, target: str) -> None:
    load(target, write_csv(tmp_path / "行政处罚.csv", (*PENALTIES[:-1], header), ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5")))
    assert rows_of(target, "penalty", "fine") == [350 * (100 if "百" in header else 10_000)]


@pytest.mark.parametrize("header", ["罚款金额(元、万元)", "罚款金额(w)", "罚款金额(港币)", "罚款金额(万美元)", "涉案数量(万支)", "涉案数量(千箱)"])
def test_a_unit_that_is_not_understood_is_asked_about(tmp_path: Path, header: str, target: str) -> None:
    rows = [(*PENALTIES[:-1], header), ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5")]
    with pytest.raises(SheetError, match=r"第 1 行“.*请换算成"):
        load(target, write_csv(tmp_path / "行政处罚.csv", *rows))


def test_records_that_are_called_like_columns_are_records(tmp_path: Path, target: str) -> None:
    rows = [("单位", "人员编号", "入职日期"), ("单位幼儿园", "1", "2023-01-05"), ("单位", "2", "2023-01-05"), ("入职日期", "3", "2023-01-05")]
    assert counts(load(target, write_csv(tmp_path / "入职查询.csv", *rows))) == [(3, 0, 0, 0)]


def test_what_explains_a_column_above_the_table_is_not_its_header(tmp_path: Path, target: str) -> None:
    rows = [("案件编号", "按全国统一编号"), ("A类", "刑事"), ("罪名", "写主罪名"), CASES, ROW]
    assert counts(load(target, write_csv(tmp_path / "刑事案件.csv", *rows))) == [(1, 0, 0, 0)]


def test_an_amount_that_is_cut_at_its_comma_is_told(tmp_path: Path, target: str) -> None:
    row, path = "罚{},某局,甲,无证经营,2025-01-02,{},\n", tmp_path / "行政处罚.csv"
    path.write_text(",".join((*PENALTIES, "备注\n")) + row.format(1, 900) + row.format(2, "1,500") + row.format(3, "800"), encoding="utf-8")
    report = load(target, path)
    assert [(r.line, "逗号没有加引号" in r.reason) for r in report.sheets[0].rejects] == [(3, True)]
    assert rows_of(target, "penalty", "fine") == [90_000, 80_000]


@pytest.mark.parametrize("above", [("涉案金额十万元、百万元以上案件",), ("注：“涉案金额（万元）”按查实数填",), ("件数", "涉案金额（万元）")])
def test_what_is_said_of_one_amount_above_the_table_is_no_unit_of_all(tmp_path: Path, above: Sequence[str], target: str) -> None:
    rows = [above, PENALTIES, ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5")]
    load(target, write_csv(tmp_path / "行政处罚.csv", *rows))
    assert rows_of(target, "penalty", "fine") == [350]


def test_a_header_that_names_its_unit_is_not_contradicted_below_the_table(tmp_path: Path, target: str) -> None:
    rows = [(*PENALTIES, "涉案金额（万元）"), ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5", "2"), ("单位：元",)]
    assert counts(load(target, write_csv(tmp_path / "行政处罚.csv", *rows))) == [(1, 0, 0, 0)]
    assert rows_of(target, "penalty", "fine", "amount") == [(350, 2_000_000)]


@pytest.mark.parametrize("name", ["占应纳税额比例（百分比）", "占应纳税额比例(百分数)", "占应纳税额比例(%)"])
def test_a_per_cent_is_a_number(tmp_path: Path, name: str, target: str) -> None:
    load(target, write_csv(tmp_path / "行政处罚.csv", (*PENALTIES, name), ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5", "12.5")))
    assert rows_of(target, "penalty", "ratio") == [12_500_000]


@pytest.mark.parametrize("title", ["犯罪嫌疑人", "填报人："])
def test_a_title_that_ends_like_a_person_is_no_group_of_columns(tmp_path: Path, title: str, target: str) -> None:
    rows = [(title,), ("案件编号", "嫌疑人编号", "姓名名称", "证件号"), ("A1", "1", "张某", "33X")]
    load(target, write_csv(tmp_path / "嫌疑人.csv", *rows))
    assert rows_of(target, "suspect", "person_id", "extras") == [("33X", None)]


def test_a_first_record_that_says_the_name_of_a_column_is_a_record(tmp_path: Path, target: str) -> None:
    path = write_csv(tmp_path / "刑事案件.csv", (*CASES, "备注"), (*ROW, "受案日期"), ("A2", *ROW[1:], ""))
    assert counts(load(target, path)) == [(2, 0, 0, 0)]
    assert rows_of(target, "criminal_case", "received_on", "extras") == [(None, '{"备注":"受案日期"}'), (None, None)]


@pytest.mark.parametrize("word", ["示例", "例如", "合计", "小计(3件)", "第3页", "说明：略"])
def test_a_record_in_whose_first_column_an_odd_word_stands_is_a_record(tmp_path: Path, word: str, target: str) -> None:
    rows = [("罪名", "案件编号", "办案单位", "立案日期"), (word, "12", "某局", "2023-01-05")]
    assert counts(load(target, write_csv(tmp_path / "刑事案件.csv", *rows))) == [(1, 0, 0, 0)]


@pytest.mark.parametrize("word", ["合计", "小计(3件)"])
def test_a_total_that_counts_the_records_is_none(tmp_path: Path, word: str, target: str) -> None:
    rows = [("备注", *CASES), ("", *ROW), (word, "12", "", "", "")]
    assert counts(load(target, write_csv(tmp_path / "刑事案件.csv", *rows))) == [(1, 0, 0, 0)]


def test_an_example_instead_of_a_number_is_rejected(tmp_path: Path, target: str) -> None:
    report = load(target, write_csv(tmp_path / "刑事案件.csv", CASES, ("示例", *ROW[1:]), ("例如", *ROW[1:]), ROW))
    assert counts(report) == [(1, 0, 0, 2)]
    assert {r.reason.partition("是")[2] for r in report.sheets[0].rejects} == {"填表的示例,不是记录:请删去这一行"}


def test_a_template_that_explains_its_columns_is_read_to_its_end(tmp_path: Path, target: str) -> None:
    rows = [CASES, ("案件编号", "写主罪名", "写全称", "年-月-日"), ROW]
    assert counts(load(target, write_csv(tmp_path / "刑事案件.csv", *rows))) == [(1, 0, 0, 0)]


def test_unknown_columns_of_one_name_are_kept_both(tmp_path: Path, target: str) -> None:
    load(target, write_csv(tmp_path / "刑事案件.csv", (*CASES, "备注", "备注"), (*ROW, "甲", "乙")))
    assert rows_of(target, "criminal_case", "extras") == ['{"备注":"甲","备注(2)":"乙"}']


def test_names_of_columns_in_a_word(tmp_path: Path, target: str) -> None:
    header = ("行政处罚决定书文号", "处罚机关", "行政相对人名称", "行政相对人身份证号", "法定代表人姓名", "违法行为", "行政处罚决定日期")
    load(target, write_csv(tmp_path / "行政处罚.csv", header, ("罚1", "某局", "甲", "33X", "乙", "无证经营", "2025-01-02")))
    assert rows_of(target, "penalty", "decision_no", "party", "party_id", "extras") == [("罚1", "甲", "33X", '{"法定代表人姓名":"乙"}')]
