"""What workbooks do to values: numbers behind formats, days counted from 1904, formulas without a result, hidden worksheets."""

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from cases.errors import SheetError
from tests.cases.sheets import CASES, PENALTIES, counts, load, rows_of, write_book

CASE = ("A1", "盗窃", "某局", "2023-01-05")
DAY = dt.date(2025, 1, 2)
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
