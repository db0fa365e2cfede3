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

_BEHIND = re.compile(r"\(([^()]*)\)$")
_SHEET_UNIT = re.compile(r"单位[::]\(?((?:人民币)?[千万百亿]*元)")
_WORTH = {"元": 1, "千元": 1000, "万元": 10**4, "万": 10**4, "百万元": 10**6, "亿元": 10**8, "亿": 10**8}
# A running number says nothing of its row, and would make every row of a renumbered list look changed.
_RUNNING_NUMBER = "序号"


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


def _bare(name: str, known: dict[str, tuple[str, int]]) -> str:
    """A header name without what stands in brackets behind it (a unit, 必填), where that makes it a known one."""
    bare = _BEHIND.sub("", name)
    return name if name in known or bare not in known else bare


def _score(names: Sequence[str], known: dict[str, tuple[str, int]]) -> int:
    return len({known[bare][0] for name in names if (bare := _bare(name, known)) in known})


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
    candidates = [(i, 1, row) for i, row in enumerate(rows)]
    # A header of two rows only where it says more than one row alone; else a title would be taken for its upper row.
    candidates += [(i, 2, _joined(rows[i], rows[i + 1], known)) for i in range(len(rows) - 1)]
    best = max((_score(names, known) for _, _, names in candidates), default=0)
    if not best:
        if not any(any(row) for row in rows):
            raise SheetError(f"{source.where} 里没有内容:请核对后重新导出")
        raise SheetError(f"{source.where} 里找不到“{sheet.name}”的表头:前 {len(rows)} 行中没有“{sheet.columns[0].name}”等列名,请核对表名和列名")
    at, depth, names = next(c for c in candidates if _score(c[2], known) == best)
    line = head[at + depth - 1][0]
    unit = _SHEET_UNIT.search(" ".join(" ".join(row) for row in rows[:at]))
    layout = _layout(source, sheet, line, at + depth, names, known, unit[1] if unit else "元")
    if absent := [c.name for c in sheet.columns if c.field in sheet.key_fields and c.field not in layout.fields]:
        raise SheetError(f"{source.where} 第 {line} 行的表头缺少“{'”、“'.join(absent)}”列,分不清是哪一条记录:请补上这一列")
    return layout


def _layout(source: Source, sheet: Sheet, line: int, start: int, names: list[str], known: dict[str, tuple[str, int]], unit: str) -> Layout:
    twice = sorted({n for n in names if n and names.count(n) > 1})
    if twice:
        raise SheetError(f"{source.where} 第 {line} 行的表头有两个“{twice[0]}”列,不知道以哪一列为准:请改名或删去一列")
    found: dict[str, list[tuple[int, int]]] = {}
    extras: dict[int, str] = {}
    times: dict[str, int] = {}
    for i, name in enumerate(names):
        bare = _bare(name, known)
        if bare in known:
            field, rank = known[bare]
            found.setdefault(field, []).append((rank, i))
            if sheet.by_field[field].type == "money" and (worth := _worth(source, line, name, bare, unit)) != 1:
                times[field] = worth
        elif name not in REJECT_COLUMNS and name != _RUNNING_NUMBER:
            extras[i] = name or f"第{i + 1}列"
    fields = {c.field: tuple(i for _, i in sorted(found[c.field])) for c in sheet.columns if c.field in found}
    return Layout(sheet, line, start, tuple(names), fields, extras, times)


def _worth(source: Source, line: int, name: str, bare: str, unit: str) -> int:
    """What a bare amount under a header is worth: by the unit behind its name, else by the unit above the table."""
    behind = _BEHIND.search(name) if bare != name else None
    for said in (behind[1] if behind else "", unit):
        said = said.replace("单位", "").strip(":").replace("人民币", "")
        if said in _WORTH:
            return _WORTH[said]
        if said.endswith(("元", "币", "圆")):
            raise SheetError(f"{source.where} 第 {line} 行“{name}”的单位“{said}”不认识:请换算成元或万元")
    return 1
