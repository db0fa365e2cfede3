"""What workbooks do to values: numbers behind formats, days counted from 1904, formulas without a result, hidden worksheets."""

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cases.errors import SheetError
from cases.reading.formats import teller
from tests.cases.sheets import CASES, PENALTIES, counts, load, rows_of, write_book

CASE = ("A1", "盗窃", "某局", "2023-01-05")
DAY = dt.date(2025, 1, 2)
MONTH = dt.datetime(2017, 6, 1)
SERIAL = 45659


def _penalty(number: Any = "罚1", day: Any = "2025-01-02", fine: Any = 1) -> tuple[Any, ...]:
    return number, "某局", "甲", "无证经营", day, fine


def test_days_counted_from_1904(tmp_path: Path, target: str) -> None:
    def old(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    days = (DAY, SERIAL - 1462, "2025-01-02", 20250102)
    path = write_book(tmp_path / "台账.xlsx", {"行政处罚": [PENALTIES, *(_penalty(f"罚{i}", day) for i, day in enumerate(days))]}, old)
    load(target, path)
    assert rows_of(target, "penalty", "decided_on") == [DAY.toordinal()] * 4


def test_a_formula_without_a_result_is_not_blank(tmp_path: Path, target: str) -> None:
    rows = [_penalty(), *(_penalty(f"罚{i}", fine=f"=1+{i}") for i in range(2, 5)), _penalty("罚5"), _penalty("罚6", "=DATE(2025,1,2)")]
    report = load(target, write_book(tmp_path / "台账.xlsx", {"行政处罚": [PENALTIES, *rows]}))
    assert counts(report) == [(2, 0, 0, 4)]
    assert [(r.line, r.column) for r in report.sheets[0].rejects] == [(3, "罚款金额"), (4, "罚款金额"), (5, "罚款金额"), (7, "处罚决定日期")]
    assert all("公式" in r.reason and "保存" in r.reason for r in report.sheets[0].rejects)


def test_a_number_whose_format_fills_it_up_with_zeros(tmp_path: Path, target: str) -> None:
    def form(book: Any) -> None:
        book["行政处罚"]["A2"].number_format = "00000"

    load(target, write_book(tmp_path / "台账.xlsx", {"行政处罚": [PENALTIES, _penalty(123), _penalty(124)]}, form))
    assert rows_of(target, "penalty", "decision_no") == ["00123", "124"]


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ('yyyy"年"m"月"', MONTH, "2017年6月"), ("mmm-yy", MONTH, "2017年6月"), ("[$-804]yyyy/m;@", MONTH, "2017年6月"),
        ('yyyy"年"m"月"', MONTH.replace(day=15), MONTH.replace(day=15)), ('yyyy"年"m"月"d"日"', MONTH, MONTH),
        ('0.0"万元"', 3.5, "3.5万元"), ("#,##0.00万", 3.5, "3.5万"), ('0!.0,"万"', 35_000, 35_000), ('0\\.0000"万元"', 35_000, 35_000),
        ('0.0,"千元"', 3500, 3500), ('0"千克"', 5, 5), ('"¥"#,##0.00', 5, 5), ('"¥"0', 5, 5), ('0.00"元"', 5.5, 5.5),
        ("0.0%", 0.125, 12.5), ('0.0"%"', 12.5, 12.5), ("0.0\\%", 12.5, 12.5),
        ("00000", 12, "00012"), ("00000", 12.5, 12.5), ('[>9999]0"万元";0"元"', 12, 12), ('"共"0"元"', 12, 12),
        ('"某罚〔2025〕"0"号"', 12, "某罚〔2025〕12号"), ('"某罚"000', 7, "某罚007"), ('0"号"', 7, "7号"),
        ('"某罚〔2025〕"@"号"', "12", "某罚〔2025〕12号"), ("@", "12", "12"), ("General", 12, 12), ('_ * #,##0.00_ ;_ * "-"??_ ;_ @_ ', 5.5, 5.5),
        ('"€"#,##0.00', 3.5, "3.5€"), ("[$$-409]#,##0.00", 3.5, "3.5$"), ("[$HK$-C04]#,##0.00", 3.5, "3.5HK$"), ('[Red]0"万美元"', 3.5, "3.5万美元"),
        ("[$¥-411]#,##0", 3.5, "3.5日元"), ('[>100]"$"0;0', 3.5, "3.5$"), ("[$¥-804]#,##0", 3.5, 3.5), ("#,##0.00 _€", 3.5, 3.5),
        ("[$-x-sysdate]dddd, mmmm dd, yyyy", MONTH, MONTH),
    ],
)  # fmt: skip
def test_a_cell_is_what_its_format_shows(form: str, value: Any, shown: Any) -> None:
    tell = teller(form)
    assert (tell(value) if tell else value) == shown


def test_formats_of_a_workbook(tmp_path: Path, target: str) -> None:
    forms = {"A3": '"某罚〔2025〕"0"号"', "A4": '"某罚〔2025〕"@"号"', "E5": 'yyyy"年"m"月"', "F2": '0.0"万元"', "F3": '0!.0,"万"'}

    def form(book: Any) -> None:
        for place, one in forms.items():
            book["行政处罚"][place].number_format = one

    days = [_penalty("罚1", DAY, 3.5), _penalty(12, DAY, 35_000), _penalty("13", DAY, 5), _penalty("罚4", MONTH, 5)]
    report = load(target, write_book(tmp_path / "台账.xlsx", {"行政处罚": [PENALTIES, *days]}, form))
    assert rows_of(target, "penalty", "decision_no_w", "fine") == [
        ("某罚〔2025〕12号", 3_500_000), ("某罚〔2025〕13号", 500), (None, 3_500_000),
    ]  # fmt: skip
    assert [(r.line, r.value) for r in report.sheets[0].rejects] == [(5, "2017年6月")]


def test_amounts_in_other_currencies_are_not_taken_for_yuan(tmp_path: Path, target: str) -> None:
    forms = {"F2": "[$€-407] #,##0.00", "F3": "[$HK$-C04]#,##0.00", "F4": "[$¥-804]#,##0.00", "F5": BUILTIN_FORMATS[44]}

    def form(book: Any) -> None:
        for place, one in forms.items():
            book["行政处罚"][place].number_format = one

    rows = [_penalty(f"罚{i}", DAY, 3.5) for i in range(4)]
    report = load(target, write_book(tmp_path / "台账.xlsx", {"行政处罚": [PENALTIES, *rows]}, form))
    # The built-in format shows the currency of the country in which the workbook is opened.
    assert rows_of(target, "penalty", "decision_no", "fine") == [("罚2", 350), ("罚3", 350)]
    assert [(r.line, r.value, "折算成人民币" in r.reason) for r in report.sheets[0].rejects] == [(2, "3.5€", True), (3, "3.5HK$", True)]


def test_an_old_workbook_shows_its_amounts_and_groups_its_columns_like_a_new_one(tmp_path: Path, target: str) -> None:
    path = tmp_path / "台账.xls"
    path.write_bytes((Path(__file__).with_name("data") / "formats.xls").read_bytes())
    report = load(target, path)
    assert rows_of(target, "penalty", "decision_no", "fine") == [("罚3", 350), ("罚4", 3_500_000)]
    assert [(r.line, r.value, "折算成人民币" in r.reason) for r in report.sheets[0].rejects] == [(2, "3.5€", True), (3, "3.5HK$", True)]
    assert rows_of(target, "execution_case", "creditor", "creditor_id", "debtor", "debtor_id", "extras") == [("甲", "91A", "乙", "33X", None)]


def test_dates_in_the_formats_of_chinese_excel(tmp_path: Path, target: str) -> None:
    rows = [_penalty("罚1", MONTH), _penalty("罚2", MONTH), _penalty("罚3", MONTH)]
    book = write_book(tmp_path / "台账.xlsx", {"行政处罚": [(*PENALTIES, "备注"), *((*row, DAY) for row in rows)]})
    numbered = _rewritten(book, (rb'<xf numFmtId="16\d"', b'<xf numFmtId="57"'))
    assert [r.value for r in load(target, numbered).sheets[0].rejects] == ["2017年6月"] * 3
    numbered = _rewritten(book, (b'<xf numFmtId="57"', b'<xf numFmtId="31"'))
    load(target, numbered)
    assert rows_of(target, "penalty", "decided_on", "extras") == [(MONTH.toordinal(), '{"备注":"2025-01-02"}')] * 3


def test_characters_that_are_written_as_escapes(tmp_path: Path, target: str) -> None:
    load(target, write_book(tmp_path / "台账.xlsx", {"刑事案件": [("案件编号_x000D_", *CASES[1:]), ("A_x000D_1", "盗窃_x000D_", *CASE[2:])]}))
    assert rows_of(target, "criminal_case", "case_no", "offence") == [("A1", "盗窃")]


def test_a_new_workbook_under_the_name_of_an_old_one(tmp_path: Path, target: str) -> None:
    path = write_book(tmp_path / "台账.xlsx", {"刑事案件": [CASES, CASE]}).rename(tmp_path / "台账.xls")
    assert counts(load(target, path)) == [(1, 0, 0, 0)]


def _rewritten(path: Path, *changes: tuple[bytes, bytes]) -> Path:
    """A workbook with other bytes in its members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            for pattern, new in changes:
                content = re.sub(pattern, new, content)
            archive.writestr(name, content)
    return path


def test_a_workbook_in_the_strict_form_is_told(tmp_path: Path, target: str) -> None:
    path = write_book(tmp_path / "台账.xlsx", {"刑事案件": [CASES, CASE]})
    main = (rb"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    relations = (rb"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")
    with pytest.raises(SheetError, match="Strict Open XML”格式的工作簿"):
        load(target, _rewritten(path, main, relations))


@pytest.mark.parametrize("suffix", ["ods", "xlsb"])
def test_tables_in_other_forms_are_told(tmp_path: Path, suffix: str, target: str) -> None:
    write_book(tmp_path / "台账.xlsx", {"刑事案件": [CASES, CASE]})
    (tmp_path / f"嫌疑人.{suffix}").write_bytes(b"PK\x03\x04")
    report = load(target, tmp_path)
    assert counts(report) == [(1, 0, 0, 0)]
    assert f"是 .{suffix} 格式的表格" in str(report.problems[0][1])


def test_what_a_library_says_of_odd_workbooks_is_not_shown(tmp_path: Path, target: str, recwarn: pytest.WarningsRecorder) -> None:
    def odd(book: Any) -> None:
        book["刑事案件"]["D3"].number_format = "yyyy-mm-dd"

    path = write_book(tmp_path / "台账.xlsx", {"刑事案件": [CASES, CASE, (*CASE[:3], 99_999_999)]}, odd)
    report = load(target, _rewritten(path, (rb"<cellStyles.*?</cellStyles>", b"")))
    assert [(r.line, r.column) for r in report.sheets[0].rejects] == [(3, "立案日期")]
    assert not recwarn.list


def _hide(book: Any) -> None:
    book["刑事案件"].sheet_state = "veryHidden"


def test_a_hidden_worksheet_is_left_out_and_told(tmp_path: Path, target: str) -> None:
    suspects = [("案件编号", "嫌疑人编号"), ("A1", "1")]
    report = load(target, write_book(tmp_path / "台账.xlsx", {"刑事案件": [CASES, CASE], "嫌疑人": suspects}, _hide))
    assert [s.sheet for s in report.sheets] == ["嫌疑人"]
    assert [r for r in report.remarks if "“刑事案件”是隐藏的" in r]


@pytest.mark.parametrize("others", [{}, {"封面": [["台账"]]}])
def test_where_nothing_else_is_there_that_is_the_reason(tmp_path: Path, others: dict[str, list[list[str]]], target: str) -> None:
    path = write_book(tmp_path / "台账.xlsx", {"刑事案件": [CASES, CASE], "空": [], **others}, _hide)
    with pytest.raises(SheetError, match="隐藏"):
        load(target, path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
        ("台账.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了打开密码"),
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "已损坏"),
        ("台账.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "请用 Excel 或 WPS 打开后另存为 .xlsx"),
    ],
)
def test_what_keeps_a_workbook_from_being_read_is_told(tmp_path: Path, name: str, content: bytes, said: str, target: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SheetError, match=said):
        load(target, tmp_path / name)
