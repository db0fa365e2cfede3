"""Finding the header of a sheet, and which column of the file feeds which field.

The header may stand below title rows, may span two rows (a group over its columns), and may write its names with spaces,
line breaks, in full width, or with the unit behind: 涉案金额(万元).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cases.catalogue import Sheet
from cases.errors import SheetError
from cases.reading.source import Cell, Row, Source

DEPTH = 40
"""The header must stand within this many rows."""

REJECT_COLUMNS = ("拒收行号", "拒收列", "拒收内容", "拒收原因")
"""What a rejects file adds to the columns of its source; left aside when it is imported again."""

_UNIT = re.compile(r"\((?:单位[::]?)?(万元|元|人民币|人民币元|万)\)$")
_SHEET_UNIT = re.compile(r"单位[::]\(?(?:人民币)?(万元|万)")
_SERIAL_NUMBER = frozenset(("序号", "行号", "编号顺序"))


def plain(name: Cell) -> str:
    """A header name in the form in which it is compared."""
    return "".join(unicodedata.normalize("NFKC", str(name)).split()).strip("*:'\ufeff") if name is not None else ""


@dataclass(frozen=True)
class Layout:
    """How the columns of a source feed a sheet.

    `fields`: field → the positions that feed it, the first that is not blank counts. `extras`: position → name of a column the
    catalogue does not know. `names`: the header as written. `times`: field → what a bare amount is worth (10000 under 万元).
    """

    sheet: Sheet
    line: int
    start: int
    names: tuple[str, ...]
    fields: dict[str, tuple[int, ...]]
    extras: dict[int, str]
    times: dict[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields without a column; rows of such a source can only update."""
        return tuple(c.field for c in self.sheet.columns if c.required and c.field not in self.fields)


def _known_names(sheet: Sheet) -> dict[str, tuple[str, int]]:
    """Header name → (field, rank); the column's own name ranks before its aliases."""
    known: dict[str, tuple[str, int]] = {}
    for column in sheet.columns:
        for rank, name in enumerate(column.aliases, 1):
            known.setdefault(plain(name), (column.field, rank))
    for column in sheet.columns:
        known[plain(column.name)] = (column.field, 0)
    return known


def _without_unit(name: str) -> str:
    return _UNIT.sub("", name)


def _score(names: Sequence[str], known: dict[str, tuple[str, int]]) -> int:
    return len({known[n][0] for name in names if (n := name if name in known else _without_unit(name)) in known})


def _joined(upper: Sequence[str], lower: Sequence[str], known: dict[str, tuple[str, int]]) -> list[str]:
    """One row of names out of a header of two: the lower name, else group and name together, else what stands alone."""
    width = max(len(upper), len(lower))
    names, group = [], ""
    for i in range(width):
        high = upper[i] if i < len(upper) else ""
        low = lower[i] if i < len(lower) else ""
        group = high or (group if low else "")
        both = group + low
        names.append(both if both in known else low if low in known or (low and not high) else both if low else high)
    return names


def find_header(source: Source, sheet: Sheet, head: Sequence[Row]) -> Layout:
    """Find the header of a sheet among the first rows of a source.

    Raises SheetError: no header, a key column missing, two columns of one name.
    """
    known = _known_names(sheet)
    rows = [[plain(c) for c in cells] for _, cells in head[:DEPTH]]
    best, at, names, depth = 0, 0, list[str](), 1
    for i, row in enumerate(rows):
        for span, candidate in ((1, row), (2, _joined(row, rows[i + 1], known) if i + 1 < len(rows) else [])):
            if (score := _score(candidate, known)) > best:
                best, at, names, depth = score, i, candidate, span
    if not best:
        if not any(any(row) for row in rows):
            raise SheetError(f"{source.where} 里没有内容:请核对后重新导出")
        raise SheetError(f"{source.where} 里找不到“{sheet.name}”的表头:前 {len(rows)} 行中没有“{sheet.columns[0].name}”等列名,请核对表名和列名")
    line = head[at][0]
    wide = bool(_SHEET_UNIT.search("".join("".join(row) for row in rows[:at])))
    layout = _layout(source, sheet, line, at + depth, names, known, wide)
    if absent := [c.name for c in sheet.columns if c.field in sheet.key_fields and c.field not in layout.fields]:
        raise SheetError(f"{source.where} 第 {line} 行的表头缺少“{'”、“'.join(absent)}”列,分不清是哪一条记录:请补上这一列")
    return layout


def _layout(source: Source, sheet: Sheet, line: int, start: int, names: list[str], known: dict[str, tuple[str, int]], wide: bool) -> Layout:
    twice = sorted({n for n in names if n and names.count(n) > 1})
    if twice:
        raise SheetError(f"{source.where} 第 {line} 行的表头有两个“{twice[0]}”列,不知道以哪一列为准:请改名或删去一列")
    found: dict[str, list[tuple[int, int]]] = {}
    extras: dict[int, str] = {}
    times: dict[str, int] = {}
    for i, name in enumerate(names):
        base = name if name in known else _without_unit(name)
        if base in known:
            field, rank = known[base]
            found.setdefault(field, []).append((rank, i))
            unit = _UNIT.search(name) if base != name else None
            if sheet.by_field[field].type == "money" and ((unit and unit[1].startswith("万")) or (wide and not unit)):
                times[field] = 10_000
        elif name not in REJECT_COLUMNS and name not in _SERIAL_NUMBER:
            extras[i] = name or f"第{i + 1}列"
    fields = {c.field: tuple(i for _, i in sorted(found[c.field])) for c in sheet.columns if c.field in found}
    return Layout(sheet, line, start, tuple(names), fields, extras, times)
