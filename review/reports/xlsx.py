"""The list that reviewers fill in, as a workbook; review/excel.py takes it back.

Written by XlsxWriter, row by row, so that 50,000 clues need no more memory than one. The sheet is protected against slips and can
still be sorted: Excel sorts locked cells only where they lie in a range that may be edited, so the whole list is such a range, and
a rule of validation refuses what is typed into the columns that are not the reviewer's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from review.decisions import OPEN, REASONS, STATUSES
from review.excel import ASSIGNEE, ID, INTO, NOTE, REASON, SHEET, STAMP, STATUS, UNTIL
from review.reports.contents import Report
from review.reports.words import NOTICE, cited, display_width, full_width, subject
from rules.words import SEVERITIES

GIVEN = "此列由程序填写,请不要改动;审查意见写在黄色的列里。"
FREE = ("sort", "autofilter", "format_cells", "format_columns", "format_rows", "insert_columns", "delete_columns", "insert_hyperlinks")
"""What may be done on the protected sheet."""


@dataclass(frozen=True)
class Column:
    """A column that the program fills: its header, its width in characters, what stands in it."""

    name: str
    width: float
    text: Callable[[dict[str, Any]], Any]


GIVEN_COLUMNS = (
    Column(ID, 10, lambda c: c["id"]),
    Column(STAMP, 10, lambda c: c["stamp"]),
    Column("本次扫描", 5, lambda c: c["change"]),
    Column("程度", 5, lambda c: SEVERITIES[c["severity"]]),
    Column("规则", 14, lambda c: c["title"]),
    Column("对象", 14, subject),
    Column("被监督单位", 13, lambda c: c["agency"]),
    Column("届满日", 10, lambda c: c["due_on"]),
    Column("发生日", 10, lambda c: c["arose_on"]),
    Column("逾期天数", 6, lambda c: c["days"]),
    Column("线索(待核查)", 36, lambda c: c["summary"]),
    Column("法律依据", 21, lambda c: "\n".join(cited(b) for b in c["basis"])),
    Column("先核对:可能的合理解释", 25, lambda c: "\n".join(c["rebuttals"])),
    Column("目前状态", 10, lambda c: c["standing"]),
)
ANSWER_WIDTHS = {STATUS: 9, REASON: 10, ASSIGNEE: 8, UNTIL: 10, INTO: 9, NOTE: 17}
HIDDEN = (STAMP,)
TOLD = ("规则", "线索(待核查)", "法律依据", "先核对:可能的合理解释")
"""What the program says, and no sheet."""
NARROW = ("本次扫描", "程度", "届满日", "发生日", "逾期天数")
FONT = {"font_name": "宋体", "font_size": 9}
NARROWER = 1.15
"""So many characters of this size stand where the width counts one of the usual size."""
LINE = 13.0
"""The height of a line in points."""


def write_list(report: Report, path: Path) -> int:
    """Write the list; gives how many clues are in it. Raises OSError where the file cannot be written."""
    try:
        return _written(report, path)
    except FileCreateError as e:  # the library's own, around the OSError
        raise e.args[0] from e


def _written(report: Report, path: Path) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "线索审查名单", "comments": NOTICE, "created": report.made})
        sheet = book.add_worksheet(SHEET)
        _columns(book, sheet)
        count = _rows(book, sheet, report)
        _page(sheet, report, count)
        _guard(sheet, count)
        _explain(book, report, count)
    return count


def _columns(book: Any, sheet: Any) -> None:
    """Widths and the header; the reviewer's columns in their own colour."""
    common = {**FONT, "bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1, "border_color": "#9aa5b1"}
    given = book.add_format({**common, "bg_color": "#1f4e79", "font_color": "#ffffff"})
    answer = book.add_format({**common, "bg_color": "#ffc000"})
    sheet.set_row(0, 40)
    for i, column in enumerate(GIVEN_COLUMNS):
        sheet.set_column(i, i, column.width, None, {"hidden": column.name in HIDDEN})
        sheet.write_string(0, i, full_width(column.name), given)
    for i, (name, width) in enumerate(ANSWER_WIDTHS.items(), len(GIVEN_COLUMNS)):
        sheet.set_column(i, i, width)
        sheet.write_string(0, i, name, answer)


def _rows(book: Any, sheet: Any, report: Report) -> int:
    """The clues, every text as text; gives how many."""
    common = {**FONT, "valign": "top", "border": 1, "border_color": "#d0d7de"}
    text = book.add_format({**common, "num_format": "@", "text_wrap": True})
    middle = book.add_format({**common, "num_format": "@", "align": "center"})
    number = book.add_format({**common, "num_format": "0", "align": "center"})
    free = {**common, "locked": False, "bg_color": "#fff8e1"}
    answer = book.add_format({**free, "num_format": "@", "text_wrap": True})
    day = book.add_format({**free, "num_format": "yyyy-mm-dd", "align": "center"})
    row = 0
    for row, clue in enumerate(report.ordered(), 1):
        whole = {**clue, "change": report.change(clue), "standing": _standing(clue)}
        values = [column.text(whole) for column in GIVEN_COLUMNS]
        sheet.set_row(row, _height(values))
        for i, (column, value) in enumerate(zip(GIVEN_COLUMNS, values, strict=True)):
            if isinstance(value, int):
                sheet.write_number(row, i, value, number)
            else:
                said = full_width(value or "") if column.name in TOLD else value or ""
                sheet.write_string(row, i, said, middle if column.name in NARROW else text)
        for i, name in enumerate(ANSWER_WIDTHS, len(GIVEN_COLUMNS)):
            sheet.write_blank(row, i, None, day if name == UNTIL else answer)
    return row


def _height(values: list[Any]) -> float:
    """A row's height, as not every program works it out when it opens the file."""
    lines = 1
    for column, value in zip(GIVEN_COLUMNS, values, strict=True):
        if isinstance(value, str) and column.name not in HIDDEN:
            lines = max(lines, sum(-(-display_width(part) // int(column.width * NARROWER)) or 1 for part in value.split("\n")))
    return min(lines * LINE + 4, 400.0)


def _standing(clue: dict[str, Any]) -> str:
    """How the clue stands, with who has it."""
    more = (clue["reason"], f"至 {clue['until']}" if clue["until"] else "", f"承办 {clue['assignee']}" if clue["assignee"] else "")
    return "\n".join(filter(None, (clue["status"], *more)))


def _page(sheet: Any, report: Report, count: int) -> None:
    """How the list looks on screen and on paper."""
    last = len(GIVEN_COLUMNS) + len(ANSWER_WIDTHS) - 1
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(count, 1), last)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    as_of = f"截至 {report.night.as_of}" if report.night else ""
    sheet.set_header(full_width(f"&L线索审查名单(待核查)&R{as_of}"))
    sheet.set_footer(full_width("&L线索是疑问,不是结论&R第 &P 页,共 &N 页"))


def _guard(sheet: Any, count: int) -> None:
    """Protection, the drop-downs, and what may be typed where."""
    last, first = max(count, 1), len(GIVEN_COLUMNS)
    at = {name: i for i, name in enumerate(ANSWER_WIDTHS, first)}
    sheet.protect("", dict.fromkeys(FREE, True))
    sheet.unprotect_range(f"A1:{xlsxwriter.utility.xl_col_to_name(first + len(at) - 1)}{last + 1}", "名单")
    sheet.data_validation(
        1, 0, last, first - 1, {"validate": "custom", "value": "=FALSE", "error_title": "不用填写", "error_message": full_width(GIVEN)}
    )  # fmt: skip
    choices = {STATUS: [s for s in STATUSES if s != OPEN], REASON: list(REASONS)}
    for name, allowed in choices.items():
        said = {"error_title": name, "error_message": full_width("请从下拉框里选;其他的话写在备注里。")}
        sheet.data_validation(1, at[name], last, at[name], {"validate": "list", "source": allowed, **said})
    said = {"error_title": UNTIL, "error_message": full_width("请写今天以后的一天,如 2026-12-31。")}
    sheet.data_validation(1, at[UNTIL], last, at[UNTIL], {"validate": "date", "criteria": ">", "value": "=TODAY()", **said})


def _explain(book: Any, report: Report, count: int) -> None:
    """The sheet that says how to fill in the list."""
    sheet = book.add_worksheet("说明")
    head = book.add_format({"font_name": "宋体", "bold": True, "font_size": 14})
    text = book.add_format({"font_name": "宋体", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"font_name": "宋体", "text_wrap": True, "valign": "top", "bold": True})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 92)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, "怎样填写这份名单", head)
    for row, (name, what) in enumerate(_explained(report, count), 2):
        sheet.set_row(row, 16.0 * (1 + display_width(what) // 92))
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, full_width(what), text)


def _explained(report: Report, count: int) -> list[tuple[str, str]]:
    night, scope = report.night, report.scope and f"只列:{report.scope}。"
    order = "" if report.ids else "先是新增、再现和变化的,再按程度和逾期天数排列。"
    seen = f",截至 {night.as_of}(第 {night.run_id} 次扫描,{night.begun:%Y-%m-%d %H:%M})" if night else ""
    return [
        ("这份名单", f"{count} 条{report.called}{seen}。{scope}{order}"),
        ("性质", NOTICE),
        ("填在哪里", "只填黄色表头的列。其余的列由程序填写,保护着以免误改;没有密码,确有需要可以撤销保护。"),
        (STATUS, "从下拉框里选:核查中(已经在查)、成案、误报、不予监督、待补证、暂缓、并案。不填就是这次不作处理。"),
        (REASON, f"误报、不予监督必须选理由:{'、'.join(REASONS)}。选“其他”的要在备注里说明。"),
        (ASSIGNEE, "交给谁办,写姓名;写 - 就是取消原来的。可以只填这一列。"),
        (UNTIL, "处理结果选“暂缓”的,写到哪一天为止,如 2026-12-31;到期的线索会自动回到名单里。"),
        (INTO, "处理结果选“并案”的,写并入哪一条线索的编号。"),
        (NOTE, "想说的话;可以只填这一列。已经办结的线索要改,先改回“核查中”并在这里说明原因。"),
        ("可以做什么", "可以排序、筛选、调整列宽、涂颜色、加自己的列、删去不要的列和行。线索编号和隐藏的“版本”列请留着,收回时靠它们认出线索。"),
        ("几个人一起填", "可以各填各的,先后收回。别人已经处理过、或者案情已经变化的线索不会被覆盖,收回时会把双方的意见都列出来。"),
        ("怎样收回", "clues review 案件库 --from 这个文件.xlsx;加 --dry-run 先看看会改动什么。"),
        ("个人信息", "姓名和证件号未遮盖,请按保密规定保管。" if report.unmask else "自然人姓名和证件号已遮盖。"),
    ]
