"""Workbooks: XLSX by openpyxl, streamed; XLS (and WPS .et) by xlrd. One source per worksheet that holds anything.

Cells merged downwards repeat their value in each row; a cell is read as its format shows it (formats.py); a formula that was never
computed is an error, for it would look blank. Hidden worksheets are marked, the import leaves them out.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from cases.dates import EXCEL_ZERO
from cases.errors import SheetError, why
from cases.reading.formats import FAR_EAST_DAYS, Teller, teller
from cases.reading.source import Cell, Row, Source
from cases.values import NOT_COMPUTED

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Names what a new workbook with a password holds, whatever the ending of its name."""
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_CELL = rb'<(?:\w+:)?c r="([A-Z]+)(\d+)"((?: [^>]*)?)>'
_NO_VALUE = re.compile(_CELL + rb"<(?:\w+:)?f(?:[^>]*/|[^>]*>[^<]*</(?:\w+:)?f)>(?:<(?:\w+:)?v */>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>")
_ESCAPED = re.compile("_x(?![dD][89a-fA-F])([0-9A-Fa-f]{4})_")
_BLOCK = 1 << 20
_LONGEST_FORMULA = 10_000
_EPOCH_1904 = dt.date(1904, 1, 1).toordinal()

Range = tuple[int, int, int, str]
"""Cells of one column (from 0) that share a value: first row, last row, column, and the value, blank where it stands in the first row."""


class Shelf:
    """Keeps the workbook that was opened last, so that its worksheets are read without opening it for each."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._book: Any = None
        self._file: BinaryIO | None = None

    def xlsx(self, path: Path) -> Any:
        """The open workbook. Raises SheetError where the file is none."""
        if self._path != path:
            self.close()
            self._file = path.open("rb")
            self._book, self._path = _load(path, self._file), path
        return self._book

    def close(self) -> None:
        if self._book is not None:
            with contextlib.suppress(Exception):
                self._book.close()
        if self._file is not None:
            self._file.close()
        self._book = self._path = self._file = None


def book_sources(path: Path, shelf: Shelf) -> list[Source]:
    """Return a source for each worksheet that is not blank.

    Raises SheetError where the file is no workbook, is damaged, locked by a password, blank, or hidden as a whole.
    """
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as e:
        raise SheetError(f"{path} 打不开:{why(e)}") from e
    if not head:
        raise SheetError(f"{path} 是空文件,没有可导入的内容:请核对后重新导出")
    if head.startswith(_OLE):
        sources = _xls_sources(path)
    elif head.startswith(_ZIP):
        sources = _xlsx_sources(path, shelf)
    elif re.search(rb"<html|<table|<\?xml", head.lower()):
        raise SheetError(f"{path} 的内容是网页或 XML,不是工作簿:请用 Excel 或 WPS 打开后另存为 .xlsx")
    else:
        mend = "应是 .xlsx 文件" if path.suffix.lower() == ".csv" else "如果是文本表格,请把扩展名改为 .csv"
        raise SheetError(f"{path} 不是工作簿:请核对文件;{mend}")
    if not sources:
        raise SheetError(f"{path} 的工作表都是空的,没有可导入的内容:请核对后重新导出")
    if all(source.is_hidden for source in sources):
        raise SheetError(f"{path} 有内容的工作表都是隐藏的,没有读取:请在工作簿里取消隐藏后重新导入")
    return sources


def _broken(path: Path, error: Exception) -> SheetError:
    said = " ".join(str(error).split())[:80] or type(error).__name__
    return SheetError(f"工作簿 {path} 已损坏或不完整({said}):请重新导出或重新传送")


def _load(path: Path, file: BinaryIO) -> Any:
    import openpyxl

    # What it says in English of styles and odd cells is of no use to users; odd cells are told row by row.
    warnings.filterwarnings("ignore", module="openpyxl")
    try:
        # Of an open file the name does not matter: many systems write XLSX under the name .xls.
        book: Any = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as e:  # damaged files make openpyxl and the XML parser raise almost anything
        raise _broken(path, e) from e
    # openpyxl knows the built-in formats of English Excel alone.
    book._date_formats |= {at for at, style in enumerate(book._cell_styles) if style.numFmtId in FAR_EAST_DAYS}
    return book


def _xlsx_sources(path: Path, shelf: Shelf) -> list[Source]:
    sources = []
    book = shelf.xlsx(path)
    first_day = _EPOCH_1904 if book.epoch.year == 1904 else EXCEL_ZERO
    for sheet in book.worksheets:
        title = sheet.title

        def rows(title: str = title) -> Iterator[Row]:
            return _xlsx_rows(path, title, shelf)

        if any(any(c is not None for c in cells) for _, cells in islice(rows(), 200)):
            is_hidden = sheet.sheet_state != "visible"
            sources.append(Source(path=path, title=title, rows=rows, worksheet=title, is_hidden=is_hidden, first_day=first_day))
    if not sources and _is_strict(path):
        raise SheetError(f"{path} 是“Strict Open XML”格式的工作簿,读不了:请用 Excel 或 WPS 另存为普通的 .xlsx 后重新导入")
    return sources


def _is_strict(path: Path) -> bool:
    """Whether a workbook is written in the strict form of the standard, in which openpyxl sees nothing."""
    with zipfile.ZipFile(path) as archive:
        return any(b"purl.oclc.org/ooxml" in archive.read(name)[:_BLOCK] for name in archive.namelist() if name.endswith("workbook.xml"))


def _xlsx_rows(path: Path, title: str, shelf: Shelf) -> Iterator[Row]:
    book = shelf.xlsx(path)
    sheet = book[title]
    tellers = _tellers(book)
    line = 0
    try:
        merges = _Merges(_ranges(path, getattr(sheet, "_worksheet_path", "")))
        # Many programs write a wrong size of the sheet; rows are taken as they come.
        sheet.reset_dimensions()
        for line, row in enumerate(sheet.iter_rows(), 1):
            cells = [_plain(c, tellers) if c.value is not None else None for c in row]
            yield line, merges.fill(line, cells) if merges.ranges else cells
    except SheetError:
        raise
    except Exception as e:
        raise SheetError(f"工作簿 {path} 的工作表“{title}”第 {line + 1} 行起已损坏({type(e).__name__}):请重新导出或重新传送") from e


def _tellers(book: Any) -> dict[int, Teller]:
    """By style, what tells how its cells show themselves, where that is not their value."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    own = dict(enumerate(book._number_formats, BUILTIN_FORMATS_MAX_SIZE))
    numbers = ((at, style.numFmtId) for at, style in enumerate(book._cell_styles))
    tellers = ((at, teller(own.get(number) or BUILTIN_FORMATS.get(number, ""), number)) for at, number in numbers)
    return {at: tell for at, tell in tellers if tell}


def _plain(cell: Any, tellers: dict[int, Teller]) -> Cell:
    """What a cell that is not blank shows."""
    value: Cell = cell.value
    if isinstance(value, str) and "_x" in value:
        value = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    elif isinstance(value, bool):
        return "是" if value else "否"
    tell = tellers.get(cell._style_id)
    return tell(value) if tell else value


def _ranges(path: Path, member: str) -> list[Range]:
    """The cells merged downwards, which stand behind the rows in the file, and the formulas that were never computed."""
    merged: set[Range] = set()
    formulas: dict[int, list[list[int]]] = {}
    with zipfile.ZipFile(path) as archive, archive.open(member.lstrip("/")) as file:
        rest = b""
        while block := file.read(_BLOCK):
            block = rest + block
            if b"mergeCell " in block:
                found = ((int(m[2]), int(m[4]), _column(m[1]), "") for m in _MERGE.finditer(block))
                merged |= {r for r in found if r[1] > r[0]}
            for match in _NO_VALUE.finditer(block) if b"<f" in block or b":f" in block else ():
                if b't="str"' not in match[3]:  # that is a text, and computed to be blank
                    _note(formulas.setdefault(_column(match[1]), []), int(match[2]))
            rest = block[-_LONGEST_FORMULA:]
    unknown = [(first, last, column, NOT_COMPUTED) for column, runs in formulas.items() for first, last in runs]
    return sorted([*merged, *unknown], key=lambda r: (r[0], not r[3]))


def _note(runs: list[list[int]], row: int) -> None:
    """Add a row to runs of rows; rows come in order, and some twice."""
    if runs and row <= runs[-1][1] + 1:
        runs[-1][1] = max(runs[-1][1], row)
    else:
        runs.append([row, row])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


class _Merges:
    """Fills the rows of cells that share a value, row after row."""

    def __init__(self, ranges: Sequence[Range]):
        self.ranges = list(ranges)
        self._next = 0
        self._open: dict[int, tuple[int, Cell]] = {}

    def fill(self, line: int, cells: list[Cell]) -> list[Cell]:
        for column, (last, value) in list(self._open.items()):
            if line > last:
                del self._open[column]
            elif any(c is not None for c in cells):
                _put(cells, column, value)
        while self._next < len(self.ranges) and self.ranges[self._next][0] <= line:
            _, last, column, value = self.ranges[self._next]
            self._next += 1
            if value:
                _put(cells, column, value)
            if column < len(cells) and cells[column] is not None:
                self._open[column] = (last, cells[column])
        return cells


def _put(cells: list[Cell], column: int, value: Cell) -> None:
    """Fill a blank cell."""
    cells += [None] * (column + 1 - len(cells))
    cells[column] = value if cells[column] is None else cells[column]


def _xls_sources(path: Path) -> list[Source]:
    import xlrd

    try:
        book = xlrd.open_workbook(str(path), formatting_info=True, on_demand=True, logfile=io.StringIO())
    except Exception as e:
        if path.suffix.lower() in (".xlsx", ".xlsm") or "encrypted" in str(e) or _ENCRYPTED in path.read_bytes():
            raise SheetError(f"工作簿 {path} 打不开:多半设了打开密码,请去掉密码另存后重新导入") from e
        raise _broken(path, e) from e
    sources = []
    for name in book.sheet_names():
        sheet = book.sheet_by_name(name)
        if sheet.nrows:
            first_day = _EPOCH_1904 if book.datemode else EXCEL_ZERO
            rows, is_hidden = _xls_reader(book, name), sheet.visibility != 0
            sources.append(Source(path=path, title=name, rows=rows, worksheet=name, is_hidden=is_hidden, first_day=first_day))
    return sources


def _xls_reader(book: Any, name: str) -> Any:
    def rows() -> Iterator[Row]:
        sheet = book.sheet_by_name(name)
        forms = ((at, book.format_map.get(xf.format_key)) for at, xf in enumerate(book.xf_list))
        tellers = {at: tell for at, form in forms if form and (tell := teller(form.format_str or "", form.format_key))}
        merges = _Merges(sorted((top + 1, bottom, left, "") for top, bottom, left, _ in sheet.merged_cells if bottom - top > 1))
        for index in range(sheet.nrows):
            cells = [_xls_cell(book, sheet.cell(index, c), tellers) for c in range(sheet.row_len(index))]
            yield index + 1, merges.fill(index + 1, cells)

    return rows


def _xls_cell(book: Any, cell: Any, tellers: dict[int, Teller]) -> Cell:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "是" if cell.value else "否"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    value: Cell = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        with contextlib.suppress(ValueError, OverflowError):
            value = xlrd.xldate_as_datetime(cell.value, book.datemode)
    tell = tellers.get(cell.xf_index)
    return tell(value) if tell else value
