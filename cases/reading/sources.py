"""Which sources a call names: files, workbooks, the files of a folder; and which sheet of the catalogue each one holds."""

from __future__ import annotations

import difflib
import re
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cases.catalogue import Catalogue
from cases.errors import CluesError, SheetError, UsageProblem, why
from cases.reading.books import Shelf, book_sources
from cases.reading.csvs import csv_source
from cases.reading.header import DEPTH, Layout, find_header
from cases.reading.names import plain
from cases.reading.source import LEFTOVERS, Row, Source
from cases.values import normal

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
BOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et")
OTHER_SUFFIXES = (".xlsb", ".ods", ".numbers", ".dbf")
"""Tables too, but in forms that are not read."""
_DECORATION = re.compile(r"\(.*?\)|\d+[年月日季度]*|[\s\-_.+、,]|副本|汇总表?$")
_PIECE = re.compile(r"[^\u4e00-\u9fff]+")
_AROUND = re.compile(
    r"^(?:年度?|[上下]半年|月份?|季度|附件|附表|表)+|(?:数据|信息|情况)?(?:明细|统计|汇总|登记|一览|信息)?(?:表|台账|清单|数据|信息)?$"
)


@dataclass
class Found:
    """What a call names: the sources with their headers, files that failed as a whole, and remarks.

    `shelf` holds an open workbook; close it when done. `lists_sheets`: one of the problems lists the sheets of the catalogue.
    """

    sources: list[tuple[Source, Layout]] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)
    problems: list[tuple[Path, CluesError]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    lists_sheets: bool = False

    def add(self, sources: Iterable[Source], catalogue: Catalogue) -> None:
        """Find the headers of sources whose sheet is known; what fails goes to the problems."""
        for source in sources:
            try:
                layout = find_header(source, catalogue.sheets[source.sheet], _head(source))
            except SheetError as e:
                self.problems.append((source.path, e))
                continue
            self.sources.append((source, layout))
            self.remarks += layout.remarks

    def add_wrong_name(self, source: Source, catalogue: Catalogue) -> None:
        """Add the problem of a name that says no sheet; the sheets are listed once for all of them."""
        if close := nearest(source.title, catalogue):
            hint = f"是不是“{close}”?请改名"
        elif self.lists_sheets:
            hint = "请改成前面列出的表名"
        else:
            hint, self.lists_sheets = f"可用的表名有:{'、'.join(catalogue.sheets)};请改名", True
        self.problems.append((source.path, SheetError(f"{source.where}:名称“{source.title}”不是目录中的表,{hint},或用 --sheet 指定")))


def _natural(path: Path) -> tuple[list[tuple[int, int | str]], str]:
    """Sort key by which 2.csv comes before 10.csv."""
    parts = re.split(r"(\d+)", path.stem)
    return [(0, int(p)) if p.isdecimal() else (1, p) for p in parts if p], str(path)


def list_files(paths: Iterable[Path], remarks: list[str]) -> list[Path]:
    """The files to read, in the order in which they are imported: by name, digits by their number.

    Raises SheetError for a path that is not there, or a folder without tables.
    """
    files: dict[Path, None] = {}
    for path in paths:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except FileNotFoundError:
            raise SheetError(f"没有文件或文件夹 {path}:请核对路径") from None
        except (OSError, ValueError) as e:
            raise SheetError(f"{path} 打不开:{why(e)},请核对路径和权限") from e
        if is_folder:
            found = _of_folder(path, remarks)
            if not found:
                raise SheetError(f"文件夹 {path} 里没有可导入的表格或文书:请放入 CSV、XLSX 或裁判文书")
            files.update(dict.fromkeys(found))
        else:
            files[path] = None
    return sorted(files, key=_natural)


def _of_folder(folder: Path, remarks: list[str]) -> list[Path]:
    found = []
    try:
        entries = sorted(folder.iterdir())
    except OSError as e:
        raise SheetError(f"文件夹 {folder} 读不了:{why(e)},请检查权限") from e
    for path in entries:
        name = path.name.lower()
        if name.startswith((".", "~$")) or name.endswith(LEFTOVERS) or name == "thumbs.db":
            continue
        if path.is_dir():
            remarks.append(f"子文件夹 {path} 没有读取:要导入请单独写出")
        elif path.suffix.lower() in (*TEXT_SUFFIXES, *BOOK_SUFFIXES, *OTHER_SUFFIXES):
            found.append(path)
        else:
            remarks.append(f"{path} 不是表格,没有读取")
    return found


def sheet_of(title: str, catalogue: Catalogue) -> str | None:
    """The sheet that a file's or worksheet's name says; dates, numbers, brackets, 附件1 before or 台账 behind it do not matter."""
    names = {normal(name): name for name in catalogue.sheets}
    text = normal(title)
    while text.endswith(".REJECTED"):
        text = text.removesuffix(".REJECTED")
    for candidate in (text, text.rpartition(".")[2], _DECORATION.sub("", text)):
        if candidate in names:
            return names[candidate]
    said = {names[bare] for piece in _PIECE.split(text) if (bare := _AROUND.sub("", piece)) in names}
    return said.pop() if len(said) == 1 else None


def nearest(title: str, catalogue: Catalogue) -> str:
    """The known sheet that looks most like a name; empty where none does."""
    bare = _DECORATION.sub("", title)
    inside = [name for name in catalogue.sheets if name in bare]
    close = difflib.get_close_matches(bare, catalogue.sheets, n=1, cutoff=0.5)
    return (inside or close or [""])[0]


def find_sources(paths: Iterable[Path], catalogue: Catalogue, sheet: str | None = None) -> Found:
    """Open what the paths name, settle the sheet of each source and find its header; `sheet` overrides the names.

    Raises UsageProblem for an unknown `sheet`, SheetError for a path that is not there. What is wrong with a single file goes
    to `problems`.
    """
    if sheet is not None and sheet_of(sheet, catalogue) is None:
        close = nearest(sheet, catalogue)
        raise UsageProblem(f"--sheet “{sheet}”不是目录中的表" + (f",是不是“{close}”?" if close else f",可用的有:{'、'.join(catalogue.sheets)}"))
    found = Found()
    names = {plain(name) for s in catalogue.sheets.values() for c in s.columns for name in (c.name, *c.aliases)}
    for path in list_files(paths, found.remarks):
        try:
            sources = _open(path, found.shelf, names)
        except CluesError as e:
            found.problems.append((path, e))
            continue
        found.add(_named(path, sources, catalogue, sheet and sheet_of(sheet, catalogue), found), catalogue)
    return found


def _head(source: Source) -> list[Row]:
    """The first rows; where the source breaks off among them, those before, for the import will come upon the break itself."""
    rows: list[Row] = []
    try:
        for row in islice(source.rows(), DEPTH):
            rows.append(row)  # noqa: PERF402 - what came before an error must be kept
    except SheetError:
        if not rows:
            raise
    return rows


def _open(path: Path, shelf: Shelf, names: Collection[str]) -> list[Source]:
    if path.suffix.lower() in BOOK_SUFFIXES:
        return book_sources(path, shelf)
    if path.suffix.lower() in OTHER_SUFFIXES:
        raise SheetError(f"{path} 是 {path.suffix} 格式的表格,读不了:请用 Excel 或 WPS 另存为 .xlsx 后重新导入")
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as e:
        raise SheetError(f"{path} 打不开:{why(e)}") from e
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SheetError(f"{path} 的内容是工作簿,不是 CSV:请把扩展名改为 .xlsx 或 .xls 后重新导入")
    return [csv_source(path, names)]


def _named(path: Path, sources: list[Source], catalogue: Catalogue, sheet: str | None, found: Found) -> list[Source]:
    """Settle the sheet of each source of one file; returns those that hold one and are not hidden."""
    own = {source.worksheet: sheet_of(source.title, catalogue) for source in sources}
    if sheet and sheet in own.values():
        # The sheet that was asked for is there by name: the others of the workbook are not meant.
        sources = [s for s in sources if own[s.worksheet] == sheet]
    for source in sources:
        source.sheet = sheet or source.sheet or own[source.worksheet] or ""
    hidden = [f"{s.where}是隐藏的,没有读取:要导入请先在工作簿里取消隐藏" for s in sources if s.is_hidden and s.sheet]
    sources = [s for s in sources if not s.is_hidden]
    if len(sources) == 1 and not sources[0].sheet and sources[0].worksheet:
        # A lone worksheet is often left as Sheet1, and the file is named instead.
        sources[0].sheet = sheet_of(sources[0].path.stem, catalogue) or ""
    named = [s for s in sources if s.sheet]
    if named:
        found.remarks += hidden
    else:
        found.problems += [(path, SheetError(said)) for said in hidden]
    for source in sources:
        if source.sheet:
            continue
        if named and not nearest(source.title, catalogue):
            found.remarks.append(f"{source.where} 不是目录中的表,没有读取")
        else:
            found.add_wrong_name(source, catalogue)
    return named
