"""What every reader hands on: a source, that is one grid of cells with line numbers, not yet understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Cell = str | int | float | dt.datetime | dt.date | dt.time | None
Row = tuple[int, Sequence[Cell]]
"""Line number in the file (1 is the first), and the cells."""

NOTE = "来源说明"
"""The extra column in which a reader may say where in the file a row was found."""


@dataclass
class Source:
    """One CSV file, or one worksheet.

    `title` is the name that should say the sheet (the file's stem, the worksheet's name); `sheet` is that sheet's name once
    known. `rows()` reads from the start each time it is called and may raise SheetError at any row.
    """

    path: Path
    title: str
    rows: Callable[[], Iterator[Row]]
    sheet: str = ""
    worksheet: str = ""
    digest: str = ""
    is_text: bool = False

    @property
    def where(self) -> str:
        """The source as named in messages."""
        return f"{self.path} 的工作表“{self.worksheet}”" if self.worksheet else str(self.path)


def record_sources(path: Path, records: Iterable[tuple[str, Mapping[str, Cell], int, str]]) -> list[Source]:
    """Make sources of ready rows: (sheet, {Chinese column: cell}, line, where in the file it was found).

    For readers whose files are no tables (court papers); their rows fit in memory. Rows with different columns go into different
    sources, so that a column which a row lacks stays as it is in the store.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for sheet, cells, line, note in records:
        names = tuple(sorted(cells))
        groups.setdefault((sheet, names), []).append((line, [*(cells[n] for n in names), note]))

    def source(sheet: str, names: tuple[str, ...], rows: list[Row]) -> Source:
        return Source(path=path, title=sheet, sheet=sheet, rows=lambda: iter([(0, (*names, NOTE)), *rows]))

    return [source(sheet, names, rows) for (sheet, names), rows in groups.items()]
