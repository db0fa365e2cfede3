"""The rejects file beside an input: the rows that were left out, with the reason, ready to be mended and imported again."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, Table, select

from cases.dates import EXCEL_ZERO, LAST_SERIAL
from cases.errors import why
from cases.parsing import Reject
from cases.reading.header import REJECT_COLUMNS, Layout
from cases.reading.source import Cell, Row, Source

_FORMULA = re.compile(r'[+@]|-[^\d.,\s-]|=(?!"[^"]*"$)')
_LONGEST_SAFE = 15
"""Excel cuts longer numbers; a tab behind them makes it take them as text, and import takes it off again."""


def rejects_path(source: Source, taken: set[Path]) -> Path:
    """Where the rejects of a source go: NAME.rejected.csv; BOOK.SHEET.rejected.csv where only the worksheet says the sheet."""
    name = source.path.stem
    if not source.delimiter and source.sheet not in name:
        name = f"{name}.{source.sheet}"
    path = source.path.with_name(f"{name}.rejected.csv")
    number = 2
    while path in taken:
        path = source.path.with_name(f"{name}({number}).rejected.csv")
        number += 1
    taken.add(path)
    return path


def is_own(connection: Connection, files: Table, source: Source, path: Path) -> bool | None:
    """Whether the rejects file at a path is as an import of this source (wherever its folder was then) left it; None: none is there."""
    try:
        digest = _digest(path)
    except OSError:
        return None
    found = connection.execute(select(files.c.path).where(files.c.rejects == digest, files.c.sheet == source.sheet)).scalars()
    return any(Path(name).name == source.path.name for name in found)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class RejectsFile:
    """Writes a rejects file; it appears under its name, whole, when closed, and has a `digest`. `problem` says why it could not be written,
    `moved` which file it would have replaced that may hold somebody's work.
    """

    def __init__(self, path: Path, layout: Layout, first_day: int = EXCEL_ZERO):
        self.path = path
        self.problem = self.digest = ""
        self.moved: Path | None = None
        self._keep = [i for i, n in enumerate(layout.names) if n not in REJECT_COLUMNS]
        self._names = [layout.name_with_unit(i) or f"第{i + 1}列" for i in self._keep]
        # A text file counts days as most workbooks do.
        self._days = first_day - EXCEL_ZERO
        self._dates = {at for field in layout.sheet.dates for at in layout.fields.get(field, ())} if self._days else set()
        self._draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._file: TextIO | None = None
        self._csv: Any = None

    def write(self, rejected: Sequence[tuple[Row, list[Reject]]]) -> None:
        """Add rejected rows; a file that cannot be written is noted once, and the import goes on."""
        if not rejected or self.problem:
            return
        try:
            if self._file is None:
                self._begin()
            for (line, cells), reasons in rejected:
                self._csv.writerow([*map(_as_text, self._original(cells)), line, *map(_as_text, _told(reasons))])
        except OSError as e:
            self._fail(e)

    def _begin(self) -> None:
        self._file = self._draft.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow([*self._names, *REJECT_COLUMNS])

    def _original(self, cells: Sequence[Cell]) -> list[str]:
        return [_as_written(self._counted(i, cells[i])) if i < len(cells) else "" for i in self._keep]

    def _counted(self, at: int, cell: Cell) -> Cell:
        return cell + self._days if at in self._dates and isinstance(cell, (int, float)) and cell < LAST_SERIAL else cell

    def _fail(self, error: OSError) -> None:
        self.problem = f"拒收的行写不进 {self.path}({why(error)}):好的行照常导入,请检查文件夹的写权限,改正后重新导入"
        self.discard()

    def close(self, *, replaces: bool) -> bool:
        """Put the file in its place, where another one is replaced or moved aside. Returns whether there is one."""
        if self._file is None or self.problem:
            return False
        try:
            self._file.close()
            self.digest = _digest(self._draft)
            if not replaces and self.path.is_file() and _digest(self.path) != self.digest:
                spare = (self.path.with_name(f"{self.path.name}.{number}.bak") for number in count(1))
                self.moved = next(path for path in spare if not path.exists())
                os.replace(self.path, self.moved)
            os.replace(self._draft, self.path)
        except OSError as e:
            self._fail(e)
            return False
        return True

    def discard(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            if self._file is not None:
                self._file.close()
            self._draft.unlink(missing_ok=True)


def _told(reasons: Sequence[Reject]) -> tuple[str, str, str]:
    return "、".join(r.column for r in reasons), "、".join(r.value for r in reasons), ";".join(r.reason for r in reasons)


def _as_text(text: str) -> str:
    """A text that Excel would compute, with the mark before it that makes it a text, and that import takes off again."""
    return f"'{text}" if _FORMULA.match(text) else text


def _as_written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell + "\t" if len(cell) > _LONGEST_SAFE and cell.isdecimal() else cell
    if isinstance(cell, float) and cell.is_integer():
        # Digits that Excel has lost are not made up: the file is refused again until they are filled in.
        return str(int(cell)) if abs(cell) < 10**_LONGEST_SAFE else f"{cell:.14E}"
    return str(cell).removesuffix(" 00:00:00")
