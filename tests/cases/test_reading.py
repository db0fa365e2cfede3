"""What offices send: encodings, layouts, workbooks, folders, and files that cannot be read."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.catalogue import load_catalogue
from cases.errors import CluesError, SheetError, UsageProblem
from cases.parsing import RowParser, merge_extras
from cases.reading.csvs import csv_source
from cases.reading.header import find_header
from tests.cases.sheets import CASES, PENALTIES, asked, counts, load, read_csv, rows_of, text_of, write_book, write_csv

ROW = ("A1", "盗窃", "某局", "2023-01-05")
DAY = dt.date(2023, 1, 5).toordinal()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, delimiter: str, target: str) -> None:
    rows = [CASES, ("A1", "盗窃,诈骗;\n抢夺", "某局", "2023-01-05"), *(("A" + str(i), "盗窃", "某局", "") for i in range(2, 6))]
    write_csv(tmp_path / "刑事案件.csv", *rows, encoding=encoding, delimiter=delimiter)
    load(target, tmp_path / "刑事案件.csv")
    assert rows_of(target, "criminal_case", "case_no", "offence", "agency", "filed_on")[0] == ("A1", "盗窃,诈骗;\n抢夺", "某局", DAY)


def test_spaces_before_quotes(tmp_path: Path, target: str) -> None:
    path = tmp_path / "刑事案件.csv"
    path.write_text('"案件编号", "罪名", "办案单位", "立案日期"\n"A1", "盗窃,诈骗", "某局", "2023-01-05"\n', encoding="utf-8")
    load(target, path)
    assert rows_of(target, "criminal_case", "case_no", "offence", "agency", "filed_on") == [("A1", "盗窃,诈骗", "某局", DAY)]


def test_columns_without_a_name_are_kept_and_not_talked_of(tmp_path: Path, target: str) -> None:
    report = load(target, write_csv(tmp_path / "刑事案件.csv", (*CASES, "", "备注", ""), (*ROW, "甲", "乙", "")))
    assert rows_of(target, "criminal_case", "extras") == ['{"备注":"乙","第5列":"甲"}']
    assert ["列:备注;" in remark for remark in report.remarks] == [True]


def test_separators_in_cells_are_not_taken_for_the_files_own(tmp_path: Path, target: str) -> None:
    rows = [(f"A{i}", "盗窃;诈骗;抢夺;抢劫;贩毒", "某局", "2023-01-05") for i in range(3)]
    load(target, write_csv(tmp_path / "刑事案件.csv", ("台账;一;二;三;四",), ("a;b;c;d;e",), CASES, *rows))
    assert rows_of(target, "criminal_case", "offence") == ["盗窃;诈骗;抢夺;抢劫;贩毒"] * 3


def test_gb18030_is_known_however_late_the_first_chinese_word(tmp_path: Path, target: str) -> None:
    rows = [("a" * 1000,) * 4] * 600 + [CASES, ROW]
    path = write_csv(
        tmp_path / "刑事案件.csv", *rows[600:], *[("B" + str(i), "x" * 500, "y" * 500, "") for i in range(3000)], ("Z", "盗窃", "某局", "")
    )
    path.write_bytes(path.read_bytes().decode().encode("gb18030"))
    assert counts(load(target, path)) == [(3002, 0, 0, 0)]


def test_the_header_is_found_below_titles_in_any_order_with_aliases_and_odd_writing(tmp_path: Path, target: str) -> None:
    header = ("序号", "办 案\n单位", "涉嫌罪名", "*立案日期（年月日）", "案件编号", "备注", "")
    write_csv(
        tmp_path / "刑事案件.csv",
        ("某县公安局2023年立案台账",),
        ("填报单位:某局", "", "2023年"),
        (),
        header,
        (1, "某局", "盗窃", "2023年1月5日", "Ａ１", "看", "旁注"),
    )
    load(target, tmp_path / "刑事案件.csv")
    wanted = ("case_no", "case_no_w", "offence", "agency", "filed_on", "extras")
    assert rows_of(target, "criminal_case", *wanted) == [("A1", "Ａ１", "盗窃", "某局", DAY, '{"备注":"看","第7列":"旁注"}')]


def test_totals_footers_blank_rows_and_repeated_headers_are_no_records(tmp_path: Path, target: str) -> None:
    rows = [CASES, ROW, (), ("", " ", "", ""), ("小计", "1", "", ""), CASES, ("A2", "合计诈骗", "某局", ""), ("合  计:2件",), ("", "总计", "2", ""),
            ("填表人:甲", "", "审核人:乙", ""), ("合计案1", "盗窃", "某局", "")]  # fmt: skip
    report = load(target, write_csv(tmp_path / "刑事案件.csv", *rows))
    assert report.sheets[0].read == 3
    assert rows_of(target, "criminal_case", "case_no") == ["A1", "A2", "合计案1"]


@pytest.mark.parametrize(
    "row",
    [
        ("合计", "1件"),
        ("总计", "2", "", ""),
        ("本页合计", "2件", "", ""),
        ("累计", "2件", "", ""),
        ("共 2 件",),
        ("第1页 共2页",),
        ("(第 1 页)",),
        ("数据来源:某系统",),
        ("打印时间 2023-01-05",),
        ("\x1a",),
        ("\u200b",),
    ],
)
def test_lines_below_a_list_are_no_records(tmp_path: Path, row: tuple[str, ...], target: str) -> None:
    path = write_csv(tmp_path / "刑事案件.csv", ("序号", *CASES), ("1", *ROW), row, ("总数3", "A2", *ROW[1:]))
    assert counts(load(target, path)) == [(2, 0, 0, 0)]


def test_columns_that_mean_the_same_fill_each_other(tmp_path: Path, target: str) -> None:
    header = (*PENALTIES, "统一社会信用代码", "身份证号")
    rows = [
        (f"罚{i}", "某局", "甲", "无证经营", "2025-01-02", "1", *ids) for i, ids in enumerate([("91A", "长" * 200_000), ("/", "33X"), ("无", "—")], 1)
    ]
    load(target, write_csv(tmp_path / "行政处罚.csv", header, *rows))
    assert rows_of(target, "penalty", "party_id") == ["91A", "33X", None]


@pytest.mark.parametrize(
    ("title", "header", "fen"),
    [("", "罚款金额(万元)", 35_000_00), ("单位:万元", "罚款金额", 35_000_00), ("单位：万元", "罚款金额(元)", 350), ("", "罚款金额(必填)", 350)],
)
def test_the_unit_may_stand_in_the_header_or_above_it(tmp_path: Path, title: str, header: str, fen: int, target: str) -> None:
    rows = [
        (title,),
        (*PENALTIES[:-1], header),
        ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5"),
        ("罚2", "某局", "甲", "无证经营", "2025-01-02", "3.5元"),
    ]
    load(target, write_csv(tmp_path / "行政处罚.csv", *rows))
    assert rows_of(target, "penalty", "fine") == [fen, 350]


def test_an_unknown_unit_is_refused(tmp_path: Path, target: str) -> None:
    path = write_csv(tmp_path / "行政处罚.csv", (*PENALTIES[:-1], "罚款金额(美元)"), ("罚1", "某局", "甲", "无证经营", "2025-01-02", "3.5"))
    with pytest.raises(SheetError, match="美元"):
        load(target, path)


def test_a_workbook_with_all_that_offices_do_to_it(tmp_path: Path, target: str) -> None:
    def merge(book: Any) -> None:
        sheet = book["行政处罚"]
        for cells in ("A1:I1", "C2:D2", "A2:A3", "B4:B5"):
            sheet.merge_cells(cells)
        sheet["H4"].number_format = "0.00%"

    rows: list[list[Any]] = [
        ["某市行政处罚台账"],
        ["决定书文号", "行政机关", "当事人情况", None, "违法行为", "处罚决定日期", "货值金额（万元）", "占应纳税额比例", "责令限期拆除"],
        [None, None, "当事人", "当事人证件号", None, None, None, None, None],
        ["罚1", "某局", True, "91330324MA2X", "无证经营", dt.datetime(2023, 1, 5, 9), 3.5, 0.125, True],
        ["罚2", None, "乙公司", 20250001, "无证经营", 44931, "12万", 12.5, "否"],
        [],
        ["合计", None, None, None, None, None, 15.5],
    ]
    path = write_book(tmp_path / "台账.xlsx", {"行政处罚": rows, "Sheet2": []}, merge)
    assert counts(load(target, path)) == [(2, 0, 0, 0)]
    wanted = ("decision_no", "agency", "party", "party_id", "decided_on", "amount", "ratio", "demolition", "line_no")
    assert rows_of(target, "penalty", *wanted) == [
        ("罚1", "某局", "是", "91330324MA2X", DAY, 3_500_000, 12_500_000, 1, 4),
        ("罚2", "某局", "乙公司", "20250001", DAY, 12_000_000, 12_500_000, 0, 5),
    ]


def test_an_old_workbook(tmp_path: Path, target: str) -> None:
    load(target, Path(__file__).with_name("data") / "ledger.xls")
    wanted = ("decision_no_w", "agency", "party_id", "decided_on", "ratio", "fine", "demolition")
    assert rows_of(target, "penalty", *wanted) == [
        ("某罚〔2025〕1号", "某局", "91330324MA2X", dt.date(2025, 3, 5).toordinal(), 12_500_000, 3_500_000, 1),
        ("某罚〔2025〕2号", "某局", "20250001", dt.date(2025, 3, 5).toordinal(), None, 20_000, 0),
    ]


def test_each_worksheet_is_the_sheet_that_its_name_says(tmp_path: Path, target: str) -> None:
    suspects = [("案件编号", "嫌疑人编号", "姓名名称"), ("A1", "1", "甲某")]
    path = write_book(
        tmp_path / "数据.xlsx", {"刑事案件": [CASES, ROW], "嫌疑人(2023年)": suspects, "说明": [["请认真填写"]], "刑事安件": [CASES, ROW]}
    )
    report = load(target, path)
    assert [s.sheet for s in report.sheets] == ["刑事案件", "嫌疑人"]
    assert [str(e) for _, e in report.problems] == [
        f"{path} 的工作表“刑事安件”:名称“刑事安件”不是目录中的表,是不是“刑事案件”?请改名,或用 --sheet 指定"
    ]
    assert any("说明" in r for r in report.remarks)


def test_a_lone_worksheet_may_leave_its_name_to_the_file(tmp_path: Path, target: str) -> None:
    report = load(target, write_book(tmp_path / "刑事案件2023.xlsx", {"Sheet1": [CASES, ROW], "Sheet2": []}))
    assert [s.sheet for s in report.sheets] == ["刑事案件"]


@pytest.mark.parametrize(
    "name",
    [
        "附件1：刑事案件",
        "一、刑事案件",
        "刑事案件台账",
        "2023年度刑事案件统计表",
        "某县_刑事案件_2023年1-6月",
        "【刑事案件】",
        "刑事案件v2",
        "刑事案件-某局",
    ],
)
def test_what_stands_around_a_sheets_name(tmp_path: Path, name: str, target: str) -> None:
    assert counts(load(target, write_csv(tmp_path / f"{name}.csv", CASES, ROW))) == [(1, 0, 0, 0)]


@pytest.mark.parametrize("name", ["刑事案件和嫌疑人", "刑事案件-嫌疑人", "非刑事案件"])
def test_a_name_that_may_mean_something_else_is_asked_about(tmp_path: Path, name: str, target: str) -> None:
    with pytest.raises(SheetError, match="不是目录中的表"):
        load(target, write_csv(tmp_path / f"{name}.csv", CASES, ROW))


def test_sheet_overrides_names_but_not_a_worksheet_of_that_name(tmp_path: Path, target: str) -> None:
    assert counts(load(target, write_csv(tmp_path / "导出.csv", CASES, ROW), sheet="刑事案件")) == [(1, 0, 0, 0)]
    book = write_book(tmp_path / "导出.xlsx", {"信访": [("信访编号",), ("X",)], "刑事案件": [CASES, ROW]})
    assert counts(load(target, book, sheet="刑事案件")) == [(0, 0, 1, 0)]
    with pytest.raises(UsageProblem, match="是不是“刑事案件”"):
        load(target, book, sheet="刑事安件")


def test_a_folder_is_read_without_what_is_no_table(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "数据"
    (folder / "旧").mkdir(parents=True)
    write_csv(folder / "刑事案件.csv", CASES, ROW)
    write_csv(folder / "刑事案件.rejected.csv", CASES, ("A9", "", "", ""))
    for name in ("~$刑事案件.xlsx", ".DS_Store", ".刑事案件.csv", "Thumbs.db"):
        (folder / name).write_bytes(b"\0")
    (folder / "函.pdf").write_bytes(b"%PDF")
    report = load(target, folder)
    assert counts(report) == [(1, 0, 0, 0)]
    assert {r.split(" ")[0] for r in report.remarks} == {"子文件夹", str(folder / "函.pdf"), "刑事案件.csv"}
    assert "旁边的 刑事案件.rejected.csv" in report.remarks[-1]


def _truncated(path: Path) -> None:
    write_book(path, {"刑事案件": [CASES, *[ROW] * 500]})
    path.write_bytes(path.read_bytes()[:3000])


def _broken_inside(path: Path) -> None:
    write_book(path, {"刑事案件": [CASES, ROW]})
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("刑事案件.csv", b"", "空文件"),
        ("刑事案件.csv", b"\xff\xfe\x00\xd8\x00\xd8", "编码"),
        ("刑事案件.csv", b"\xe6\x97\x0a" + b"\x80\xff\x81" * 5, "编码"),
        ("刑事案件.csv", text_of([CASES, ROW, ("A2", "盗窃", "某局", "无")]).encode()[:-3], "没有传完"),
        ("刑事案件.csv", "甲,乙\n1,2\n".encode(), "找不到“刑事案件”的表头"),
        ("刑事案件.csv", b"\n\n\n", "没有内容"),
        ("刑事案件.csv", "罪名,办案单位\n盗窃,某局\n".encode(), "缺少“案件编号”列"),
        ("刑事案件.csv", "案件编号,罪名,案件编号\nA1,盗窃,A1\n".encode(), "两个“案件编号”列"),
        ("行政处罚.csv", "文号,罚款金额(元),罚款金额(元)\nA1,1,2\n".encode(), "两个“罚款金额"),
        ("刑事案件.csv", b"PK\x03\x04rest", "扩展名"),
        ("刑事案件.xlsx", b"", "空文件"),
        ("刑事案件.xlsx", "这不是工作簿".encode(), "不是工作簿"),
        ("刑事案件.xls", b"<html><table>", "网页"),
        ("刑事案件.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "密码"),
        ("刑事案件.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
        ("刑事案件.xlsx", b"PK\x03\x04" + b"\0" * 600, "损坏"),
        ("刑事案件.xlsx", _truncated, "损坏"),
        ("刑事案件.xlsx", _broken_inside, "损坏"),
        ("刑事案.csv", text_of([CASES, ROW]).encode(), "是不是“刑事案件”"),
        ("完全不同.csv", text_of([CASES, ROW]).encode(), "可用的表名有"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_end_in_one_sentence(tmp_path: Path, name: str, content: Any, said: str, target: str) -> None:
    path = tmp_path / name
    content(path) if callable(content) else path.write_bytes(content)
    with pytest.raises(CluesError, match=said) as caught:
        load(target, path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_paths_that_are_not_there(tmp_path: Path, target: str) -> None:
    with pytest.raises(SheetError, match="没有文件"):
        load(target, tmp_path / "刑事案件.csv")
    with pytest.raises(SheetError, match="打不开"):
        load(target, tmp_path / ("长" * 300))
    (tmp_path / "空").mkdir()
    with pytest.raises(SheetError, match="没有可导入的表格或文书"):
        load(target, tmp_path / "空")


def test_one_bad_file_does_not_keep_the_others_out(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "数据"
    folder.mkdir()
    write_csv(folder / "刑事案件.csv", CASES, ROW)
    (folder / "嫌疑人.csv").write_bytes(b"")
    (folder / "信访.xlsx").write_bytes(b"nonsense")
    report = load(target, folder)
    assert counts(report) == [(1, 0, 0, 0)]
    assert sorted(p.name for p, _ in report.problems) == ["信访.xlsx", "嫌疑人.csv"]


def test_the_sheets_are_listed_once_for_all_names_that_say_none(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "数据"
    folder.mkdir()
    for name in ("刑事案件", "无关一", "无关二", "无关三", "刑事安件"):
        write_csv(folder / f"{name}.csv", CASES, ROW)
    said = {path.stem: str(error).partition("不是目录中的表,")[2] for path, error in load(target, folder).problems}
    assert said["无关一"].startswith("可用的表名有:刑事案件、")
    assert said["无关二"] == said["无关三"] == "请改成前面列出的表名,或用 --sheet 指定"
    assert said["刑事安件"] == "是不是“刑事案件”?请改名,或用 --sheet 指定"


def test_a_quote_that_is_never_closed_does_not_swallow_rows_unseen(tmp_path: Path, target: str) -> None:
    path = tmp_path / "刑事案件.csv"
    path.write_text('案件编号,罪名,办案单位\nA1,盗窃,某局\nA2,"盗窃,某局\nA3,盗窃,某局\n', encoding="utf-8")
    report = load(target, path)
    assert counts(report) == [(1, 0, 0, 0)]
    assert "第 3 行的引号没有成对" in str(report.problems[0][1])


@pytest.mark.parametrize(
    ("lines", "drawn"),
    [
        (['A2,"盗窃,某局,2023-01-05', "A3,诈骗,某局,2023-01-05", 'A4,"抢劫",某局,'], "A4"),
        (['A2,"盗窃,某局,2023-01-05', 'A3,诈骗,某局",2023-01-05'], "A3"),
        (['A2,盗窃,某局,"2023-01-05', 'A3,"诈骗",某局,'], "A3"),
    ],
)
def test_a_quote_that_is_closed_rows_later_is_told(tmp_path: Path, lines: list[str], drawn: str, target: str) -> None:
    path = tmp_path / "刑事案件.csv"
    path.write_text("\n".join(["案件编号,罪名,办案单位,立案日期", "A1,盗窃,某局,", *lines, "A5,抢夺,某局,"]), encoding="utf-8")
    report = load(target, path)
    assert rows_of(target, "criminal_case", "case_no") == ["A1", "A5"]
    assert {r.line for r in report.sheets[0].rejects} == {3}
    assert any("引号没有成对" in r.reason for r in report.sheets[0].rejects)
    assert drawn in (tmp_path / "刑事案件.rejected.csv").read_text(encoding="utf-8-sig")


def test_line_breaks_and_quotes_that_belong_to_a_cell(tmp_path: Path, target: str) -> None:
    rows = [("A1", '盗窃,"大案"\n二人,三次', "某局", ""), ("A2", '5"屏,\n一,台', "某\n局", ""), ("A3", "盗窃\n诈骗,抢夺", "某局")]
    assert counts(load(target, write_csv(tmp_path / "刑事案件.csv", CASES, *rows))) == [(3, 0, 0, 0)]


@pytest.mark.parametrize(
    ("written", "agency", "party"),
    [
        ("某县\n公安局", "某县公安局", "某县\n公安局"),
        ("某县市场监督\n 管理局\r\n", "某县市场监督管理局", "某县市场监督管理局"),
        ("Acme\nTrading\u2028有限公司", "Acme Trading有限公司", "Acme Trading有限公司"),
        ("张三\n李四", "张三李四", "张三\n李四"),
    ],
)
def test_a_line_break_in_the_name_of_a_body_is_none(tmp_path: Path, written: str, agency: str, party: str, target: str) -> None:
    row = ("罚1", written, written, "无证\n经营", "2025-01-02", "1", "见\n附件")
    load(target, write_csv(tmp_path / "行政处罚.csv", (*PENALTIES, "备注"), row))
    wanted = "agency", "coalesce(party_w, party)", "violation", "extras"
    assert asked(target, f"SELECT {', '.join(wanted)} FROM penalty") == [(agency, party, "无证\n经营", '{"备注":"见\\n附件"}')]


def test_a_text_that_is_a_key_is_compared_as_it_stands(tmp_path: Path, target: str) -> None:
    rows = [("某县\n小学", "1", "2025-01-02"), ("某县小学", "1", "2025-01-02")]
    load(target, write_csv(tmp_path / "入职查询.csv", ("单位", "人员编号", "入职日期"), *rows))
    assert set(rows_of(target, "vetting", "employer")) == {"某县\n小学", "某县小学"}


@given(st.lists(st.text("甲a1,;\t\"\n\r '=#", max_size=12), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_whatever_is_quoted_well_is_read(tmp_path_factory: pytest.TempPathFactory, cells: list[str], delimiter: str) -> None:
    path = tmp_path_factory.getbasetemp() / "刑事案件.csv"
    write_csv(path, (*CASES, "备注"), *((f"A{i}", "盗窃", "某局", "", cell) for i, cell in enumerate(cells)), delimiter=delimiter)
    source = csv_source(path, CASES)
    sheet = load_catalogue().sheets["刑事案件"]
    layout = find_header(source, sheet, list(source.rows()))
    batch = RowParser(layout, source).parse(list(source.rows())[layout.start :])
    assert [row[1] for row in batch.rows] == [f"A{i}" for i in range(len(cells))]


def test_an_unknown_column_is_no_error_whatever_stands_in_it(tmp_path: Path, target: str) -> None:
    load(target, write_book(tmp_path / "刑事案件.xlsx", {"刑事案件": [(*CASES, "备注", "序数", "次数"), (*ROW, "#N/A", "=ROW()", 0)]}))
    assert rows_of(target, "criminal_case", "case_no", "extras") == [("A1", '{"备注":"#N/A","序数":"#公式","次数":"0"}')]


def test_two_units_of_one_amount(tmp_path: Path, target: str) -> None:
    header = (*PENALTIES[:-1], "涉案金额(元)", "货值金额(万元)")
    with pytest.raises(SheetError, match="“涉案金额\\(元\\)”和“货值金额\\(万元\\)”是同一项金额"):
        load(target, write_csv(tmp_path / "行政处罚.csv", header, ("罚1", "某局", "甲", "无证经营", "2025-01-02", "", "3")))


def test_an_enormous_cell_rejects_its_row_only(tmp_path: Path, target: str) -> None:
    path = write_csv(tmp_path / "刑事案件.csv", CASES, ROW, ("A2", "盗" * 1_000_000, "某局", ""), ("A3", "盗窃", "某局", ""))
    report = load(target, path)
    assert counts(report) == [(2, 0, 0, 1)]
    reject = report.sheets[0].rejects[0]
    assert (reject.line, reject.column) == (3, "罪名")
    assert "太长" in reject.reason
    assert len(reject.value) < 100


def test_a_row_with_more_cells_than_the_header_is_not_shifted_in(tmp_path: Path, target: str) -> None:
    path = write_csv(tmp_path / "刑事案件.csv", CASES, ("A1", "盗窃", "诈骗", "某局", "2023-01-05"), (*ROW, "", ""))
    report = load(target, path)
    assert counts(report) == [(1, 0, 0, 1)]
    assert "多 1 格" in report.sheets[0].rejects[0].reason
    assert read_csv(tmp_path / "刑事案件.rejected.csv")[0]["案件编号"] == "A1"


def test_extras_merge_by_column() -> None:
    assert merge_extras('{"a":"1","b":"2"}', '{"a":"3"}', {"a", "c"}) == '{"a":"3","b":"2"}'
    assert merge_extras('{"a":"1"}', None, {"a"}) is None
    assert merge_extras(None, '{"a":"1"}', {"a"}) == '{"a":"1"}'
