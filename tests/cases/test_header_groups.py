"""Headers of several rows: what a group says of the columns below it, and whose number a number is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cases.errors import SheetError
from tests.cases.sheets import PENALTIES, counts, load, rows_of, write_book, write_csv
from tests.cases.test_headers import PENALTY, UPPER

PARTY = ("decision_no", "party", "party_id", "extras")


def _both_ways(folder: Path, sheet: str, *rows: Sequence[str], merged: Sequence[str] = ()) -> list[Path]:
    """The same rows as CSV, and below a title in a workbook, where cells are merged."""

    def merge(book: Any) -> None:
        for cells in merged:
            book[sheet].merge_cells(cells)

    filled: list[list[Any]] = [["某县台账"], *([cell or None for cell in row] for row in rows)]
    return [write_csv(folder / f"{sheet}.csv", *rows), write_book(folder / "台账.xlsx", {sheet: filled}, merge)]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (UPPER, ("", "", "名称", "证件号", "", "", "")),
        (UPPER, ("决定书文号", "行政机关", "名称", "证件号", "违法行为", "处罚决定日期", "罚款金额")),
        (("", "", "当事人", "", "", "", ""), ("决定书文号", "行政机关", "姓名/名称", "身份证号码", "违法行为", "处罚决定日期", "罚款金额")),
        (
            ("决定书文号", "行政机关", "被处罚人基本情况", "", "违法行为", "处罚决定日期", "罚款金额"),
            ("", "", "姓名（名称）", "身份证号/统一社会信用代码", "", "", ""),
        ),
        (("1.决定书文号", "行政机关【全称】", "行政相对人", "行政相对人", *UPPER[4:]), ("", "", "名称", "统一社会信用代码", "", "", "")),
    ],
)
def test_a_group_over_name_and_number(tmp_path: Path, upper: tuple[str, ...], lower: tuple[str, ...], target: str) -> None:
    merged = ["A2:A3", "B2:B3", "E2:E3", "F2:F3", "G2:G3"] if not lower[0] else []
    for path in _both_ways(tmp_path, "行政处罚", upper, lower, PENALTY, merged=merged):
        assert counts(load(target, path))[0][3] == 0
        assert rows_of(target, "penalty", *PARTY) == [("罚1", "甲公司", "91A", None)]


def test_two_groups_with_the_same_names_below(tmp_path: Path, target: str) -> None:
    upper = ("案号", "法院", "申请执行人", "", "被执行人", "", "立案日期")
    lower = ("", "", "名称", "证件号", "名称", "证件号", "")
    row = ("(2025)浙01执1号", "某院", "甲", "91A", "乙", "33X", "2025-01-02")
    for path in _both_ways(tmp_path, "执行案件", upper, lower, row, merged=["A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3"]):
        load(target, path)
        assert rows_of(target, "execution_case", "creditor", "creditor_id", "debtor", "debtor_id", "extras") == [("甲", "91A", "乙", "33X", None)]


@pytest.mark.parametrize("name", ["名称", "当事人"])
def test_the_number_of_somebody_else_is_not_the_partys(tmp_path: Path, name: str, target: str) -> None:
    upper = ("决定书文号", "行政机关", "被处罚人", "", "法定代表人", "", "违法行为", "处罚决定日期")
    lower = ("", "", name, "地址", "姓名", "身份证号", "", "")
    row = ("罚1", "某局", "甲公司", "某路", "乙", "33X", "无证经营", "2025-01-02")
    for path in _both_ways(tmp_path, "行政处罚", upper, lower, row, merged=["A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3", "H2:H3"]):
        load(target, path)
        extras = '{"地址":"某路","法定代表人姓名":"乙","法定代表人身份证号":"33X"}'
        assert rows_of(target, "penalty", *PARTY) == [("罚1", "甲公司", None, extras)]


def test_a_persons_name_above_the_table_is_no_group(tmp_path: Path, target: str) -> None:
    title, header = ("填报单位", "某局", "", "", "填报人", "张某"), (*UPPER[:2], "当事人", "违法行为", "身份证号", "处罚决定日期")
    load(target, write_csv(tmp_path / "行政处罚.csv", title, header, ("罚1", "某局", "甲", "无证经营", "33X", "2025-01-02")))
    assert rows_of(target, "penalty", *PARTY) == [("罚1", "甲", "33X", None)]


def test_a_second_person_beside_the_one_meant(tmp_path: Path, target: str) -> None:
    upper, lower = ("案号", "诉讼地位", "当事人", "", "代理人", ""), ("", "", "姓名", "证件号", "姓名", "证件号")
    row = ("(2025)浙01民初1号", "原告", "甲", "33X", "乙", "33Y")
    for path in _both_ways(tmp_path, "民事当事人", upper, lower, row, merged=["A2:A3", "B2:B3", "C2:D2", "E2:F2"]):
        load(target, path)
        assert rows_of(target, "civil_party", "name", "person_id", "extras") == [("甲", "33X", '{"代理人姓名":"乙","代理人证件号":"33Y"}')]


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        (
            [
                ("案号", "法院", "当事人", "", "", "", "立案日期"),
                ("", "", "申请执行人", "", "被执行人", "", ""),
                ("", "", "名称", "证件号", "名称", "证件号", ""),
            ],
            ["A2:A4", "B2:B4", "C2:F2", "C3:D3", "E3:F3", "G2:G4"],
        ),
        (
            [
                ("案号", "法院", "申请执行人", "", "被执行人", "", "时间"),
                ("", "", "基本情况", "", "自然人", "", ""),
                ("", "", "名称", "证件号", "姓名", "身份证号", "立案日期"),
            ],
            ["A2:A4", "B2:B4", "C2:D2", "E2:F2", "C3:D3", "E3:F3", "G2:G3"],
        ),
    ],
)
def test_groups_within_groups(tmp_path: Path, rows: list[tuple[str, ...]], merged: list[str], target: str) -> None:
    row = ("(2025)浙01执1号", "某院", "甲", "91A", "乙", "33X", "2025-01-02")
    for path in _both_ways(tmp_path, "执行案件", *rows, row, merged=merged):
        assert counts(load(target, path))[0][3] == 0
        assert rows_of(target, "execution_case", "creditor", "creditor_id", "debtor", "debtor_id", "extras") == [("甲", "91A", "乙", "33X", None)]


def test_a_group_of_somebody_else_within_the_partys(tmp_path: Path, target: str) -> None:
    upper = ("决定书文号", "行政机关", "当事人情况", "", "", "违法行为", "处罚决定日期")
    rows = [upper, ("", "", "单位", "法定代表人", "", "", ""), ("", "", "名称", "姓名", "身份证号", "", "")]
    row = ("罚1", "某局", "甲公司", "乙", "33X", "无证经营", "2025-01-02")
    for path in _both_ways(tmp_path, "行政处罚", *rows, row, merged=["A2:A4", "B2:B4", "C2:E2", "D3:E3", "F2:F4", "G2:G4"]):
        load(target, path)
        extras = '{"法定代表人姓名":"乙","法定代表人身份证号":"33X"}'
        assert rows_of(target, "penalty", *PARTY) == [("罚1", "甲公司", None, extras)]


def test_the_unit_of_a_group_is_that_of_its_amounts_alone(tmp_path: Path, target: str) -> None:
    upper = ("决定书文号", "行政机关", "当事人", "违法行为", "处罚决定日期", "涉案金额", "罚没款（万元）", "")
    lower, row = ("", "", "", "", "", "", "罚款金额", "违法所得"), ("罚1", "某局", "甲", "无证经营", "2025-01-02", "9", "3.5", "2")
    for path in _both_ways(tmp_path, "行政处罚", upper, lower, row, merged=[f"{c}2:{c}3" for c in "ABCDEF"] + ["G2:H2"]):
        load(target, path)
        assert rows_of(target, "penalty", "amount", "fine", "illegal_gain") == [(900, 3_500_000, 2_000_000)]


def test_what_stands_beside_the_group_of_a_unit_is_said_of_all(tmp_path: Path, target: str) -> None:
    rows = [("", "行政机关", "某局", "", "", "单位：万元"), PENALTIES]
    load(target, write_csv(tmp_path / "行政处罚.csv", *rows, ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5")))
    assert rows_of(target, "penalty", "fine") == [3_500_000]


def test_a_group_with_a_unit_that_ends_nowhere_is_asked_about(tmp_path: Path, target: str) -> None:
    rows = [("", "", "", "", "", "罚没款（万元）"), (*PENALTIES, "违法所得", "涉案金额"), ("罚1", "某局", "甲", "无证", "2025-01-02", "3", "2", "9")]
    with pytest.raises(SheetError, match=r"“罚没款\(万元\)”,看不出管到哪几列:请把金额单位写进每一列的表头"):
        load(target, write_csv(tmp_path / "行政处罚.csv", *rows))


def test_units_below_a_header_of_two_rows(tmp_path: Path, target: str) -> None:
    rows = [UPPER, ("", "", "名称", "证件号", "", "", ""), ("", "", "", "", "", "", "万元"), PENALTY]
    for path in _both_ways(tmp_path, "行政处罚", *rows, merged=["A2:A3", "B2:B3", "E2:E3", "F2:F3", "G2:G3"]):
        assert counts(load(target, path))[0][3] == 0
        assert rows_of(target, "penalty", "party", "fine") == [("甲公司", 3_500_000)]


PERSON = "33032419900101999X"


@pytest.mark.parametrize(
    ("header", "cells", "number"),
    [
        (("统一社会信用代码", "法定代表人", "身份证号"), ("", "乙", PERSON), None),
        (("统一社会信用代码", "法定代表人", "身份证号"), ("91A", "乙", PERSON), "91A"),
        (("法定代表人（负责人）", "身份证号(必填)", "住所"), ("乙", PERSON, "某路"), None),
        (("企业法人姓名", "联系电话", "身份证号"), ("乙", "", PERSON), None),
        (("经营者", "证件类型", "身份证号"), ("乙", "身份证", PERSON), None),
        (("负责人", "身份证号(统一社会信用代码)", "住所"), ("乙", "91A", "某路"), "91A"),
        (("法定代表人", "职务", "统一社会信用代码"), ("乙", "经理", "91A"), "91A"),
        (("法定代表人", "住所", "身份证号"), ("", "某路", PERSON), PERSON),
        (("法定代表人", "当事人证件号", "住所"), ("乙", "91A", "某路"), "91A"),
        (("是否单位负责人", "身份证号", "住所"), ("否", PERSON, "某路"), PERSON),
    ],
)
def test_a_number_behind_somebody_else_is_his(
    tmp_path: Path, header: tuple[str, ...], cells: tuple[str, ...], number: str | None, target: str
) -> None:
    rows = [("决定书文号", "行政机关", "当事人", *header, "违法行为", "处罚决定日期"), ("罚1", "某局", "甲公司", *cells, "无证经营", "2025-01-02")]
    for path in _both_ways(tmp_path, "行政处罚", *rows):
        remarks = load(target, path).remarks
        assert rows_of(target, "penalty", "party_id") == [number]
        assert any("当作他的号码" in remark for remark in remarks) == (PERSON in cells and number != PERSON)


def test_a_number_behind_somebody_else_in_the_partys_group_is_his(tmp_path: Path, target: str) -> None:
    upper = ("决定书文号", "行政机关", "被处罚人", "", "", "", "违法行为", "处罚决定日期")
    rows = [upper, ("", "", "名称", "统一社会信用代码", "法定代表人", "身份证号", "", "")]
    row = ("罚1", "某局", "甲公司", "", "乙", PERSON, "无证经营", "2025-01-02")
    for path in _both_ways(tmp_path, "行政处罚", *rows, row, merged=["A2:A3", "B2:B3", "C2:F2", "G2:G3", "H2:H3"]):
        report = load(target, path)
        extras = f'{{"法定代表人":"乙","法定代表人身份证号":"{PERSON}"}}'
        assert rows_of(target, "penalty", *PARTY) == [("罚1", "甲公司", None, extras)]
        assert "“身份证号”跟在“法定代表人”后面" in report.remarks[0]


def test_a_group_that_begins_behind_somebody_else_keeps_its_number(tmp_path: Path, target: str) -> None:
    upper, lower = ("案号", "法院", "代理人", "被执行人", "", "立案日期"), ("", "", "", "证件号", "名称", "")
    row = ("(2025)浙01执1号", "某院", "乙", "91A", "甲公司", "2025-01-02")
    for path in _both_ways(tmp_path, "执行案件", upper, lower, row, merged=["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"]):
        load(target, path)
        assert rows_of(target, "execution_case", "debtor", "debtor_id") == [("甲公司", "91A")]


@pytest.mark.parametrize("unit", ["万元", "（万元）", "单位：人民币万元"])
def test_units_in_a_row_of_their_own(tmp_path: Path, unit: str, target: str) -> None:
    header = ("案号", "法院", "案由", "立案日期", "扣除天数", "标的额")
    row = ("(2023)浙01民初1号", "某院", "借款", "2023-01-05", "3", "3.5")
    for path in _both_ways(tmp_path, "民事案件", header, ("", "", "", "", "天", unit), row, merged=["A2:A3", "B2:B3"]):
        assert counts(load(target, path))[0][3] == 0
        assert rows_of(target, "civil_case", "excluded_days", "amount") == [(3_000_000, 3_500_000)]


def test_a_sheet_about_one_person_a_row_may_call_its_columns_by_any_of_their_names(tmp_path: Path, target: str) -> None:
    rows = [("案件编号", "嫌疑人编号", "嫌疑人", ""), ("", "", "姓名", "身份证号码"), ("A1", "1", "甲某", "33X")]
    for path in [*_both_ways(tmp_path, "嫌疑人", *rows, merged=["A2:A3", "B2:B3", "C2:D2"])]:
        load(target, path)
        assert rows_of(target, "suspect", "name", "person_id", "extras") == [("甲某", "33X", None)]
