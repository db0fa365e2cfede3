"""What every reader hands on: a source, that is one grid of cells with line numbers, not yet understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cases.dates import EXCEL_ZERO

Cell = str | int | float | dt.datetime | dt.date | dt.time | None
Row = tuple[int, Sequence[Cell]]
"""Line number in the file (1 is the first), and the cells."""

LEFTOVERS = (".rejected.csv", ".tmp", ".bak", ".db", ".scan", "-wal", "-shm", "-journal")
"""How the names end of what an import leaves beside its input, and of a case store with the files of its transactions and scans."""

NOTE = "来源说明"
"""The extra column in which a reader may say where in the file a row was found."""


@dataclass
class Source:
    """One CSV file, or one worksheet.

    `title` is the name that should say the sheet (the file's stem, the worksheet's name); `sheet` is that sheet's name once
    known. `rows()` reads from the start each time it is called and may raise SheetError at any row. Of a text file,
    `delimiter` stands between its cells, and `broken` are the lines of the rows read so far whose quotes are wrong; of a workbook,
    `first_day` is the ordinal of the day from which bare numbers count days.
    """

    path: Path
    title: str
    rows: Callable[[], Iterator[Row]]
    sheet: str = ""
    worksheet: str = ""
    digest: str = ""
    delimiter: str = ""
    broken: set[int] = field(default_factory=set)
    is_hidden: bool = False
    first_day: int = EXCEL_ZERO

    @property
    def where(self) -> str:
        """The source as named in messages."""
        return f"{self.path} 的工作表“{self.worksheet}”" if self.worksheet else str(self.path)
