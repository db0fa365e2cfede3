"""Rows of cells into rows of values, a batch at a time and column by column.

What fails rejects its row only. Blank rows, totals, footers and repeated headers are left out before anything is counted. A header of
other columns further down, or another unit of amounts, ends the reading: what follows, or stood before, would be read wrongly unseen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson

from cases.blanks import HIDING, UNKNOWN
from cases.catalogue import Column
from cases.documents.names import is_hidden
from cases.errors import SheetError
from cases.reading.header import Layout, said_unit, worth
from cases.reading.names import Names, plain
from cases.reading.source import Cell, Row, Source
from cases.tables import WRITTEN
from cases.values import TEXT_LENGTH, Parser, formed, is_blank, pairs, parse_text, parser, shorten

MEMO = 8192
"""How many spellings a column remembers: enough for the days of twenty years, little enough to stay small."""

_ASIDE_BEGIN = frozenset("合总小共累本全以示样例填(\uff08")
"""How totals and examples begin in the column of running numbers."""
_COUNT = re.compile(r"\d+[件起条人户宗笔个份项]?")
_TOTALS = re.compile(
    r"(?:本页|本月|本季|本年|全年|全部|以上)?(?:合计|总计|小计|共计|累计|总数)(?:[:(].*|\d.*)?|共\d+[件起条人户宗笔个份项].*|\(?第?\d+页[,/]?(?:共\d+页)?\)?"
)
_FOOTER = re.compile(
    r"(?:填表|制表|审核|填报|统计|报送|报表|单位负责|负责|联系|备注|说明|注|附注|数据来源|打印|导出|录入|经办|复核|校对|截至)(?:[^:]{0,6}:.*|(?:时间|日期)[\d年月日./-]*)"
)
_EXAMPLE = re.compile(r"\(?(?:填写|填表|填报)?(?:[示样范]?例|例如)\)?:?")
_WANTED = frozenset(("必填", "选填", "非必填", "必录", "选录", "文本", "文字", "字符", "日期", "数字", "数值", "金额", "是/否", "代码", "字典"))
"""What a template writes below its header."""
_THOUSANDS = re.compile(r"\s*\d{1,3},\d{3}(?:\.\d+)?\s*")
_BODIES = re.compile("(?:机关|单位|法院|检察院|企业|机构|部门)(?:名称)?$|场所名称$")
"""How columns of text that name a body are called."""
_DRAWN = "有一格里夹着换行和别的行:多半是前面的引号没有成对,请核对原表后把这些行一并改正"


@dataclass(frozen=True)
class Reject:
    """Why a row was left out: its line, the column (Chinese name), the cell's content and the reason."""

    line: int
    column: str
    value: str
    reason: str


class OtherTable(SheetError):
    """Another table begins at a line of the source."""

    def __init__(self, text: str, line: int):
        super().__init__(text)
        self.line = line


class Memo(dict[Any, Any]):
    """A parser that remembers what it has read; a lookup of a known spelling costs no call."""

    def __init__(self, parse: Parser):
        super().__init__()
        self.parse = parse

    def __missing__(self, raw: object) -> Any:
        value = self.parse(raw)
        if len(self) >= MEMO:
            self.clear()
        self[raw] = value
        return value


@dataclass(frozen=True)
class Batch:
    """What became of a batch: `rows` are (line, *values) in the order of `RowParser.columns`; `rejected` whole source rows."""

    read: int
    rows: list[tuple[Any, ...]]
    rejected: list[tuple[Row, list[Reject]]]


class RowParser:
    """Parses the rows of one source. `columns` names the table columns that its value tuples fill; `unlike` counts the rows in which
    two columns that feed one (its name, the first's, which counts, and the other's) say different things. `masked` has, by column, the
    lines of certificate numbers of which a part is hidden; `nameless` those of actors without a number whose name says nothing of who it is.
    """

    def __init__(self, layout: Layout, source: Source):
        self.layout = layout
        self.delimiter = source.delimiter
        self.broken = source.broken
        self.first_day = source.first_day
        self.width = len(layout.names)
        self.key_at = layout.fields[layout.sheet.key_fields[0]][0]
        self.header = {plain(n) for n in layout.names}
        self.known = self.header | {plain(name) for c in layout.sheet.columns for name in (c.name, *c.aliases)}
        self.above = {tuple((i, name) for i, name in enumerate(row) if name) for row in (layout.names, *layout.above)}
        self.field_of = Names(layout.sheet).field
        self.field_at = {at: field for field, places in layout.fields.items() for at in places}
        begin = {row[self.key_at][:2] for row in layout.above if len(row) > self.key_at} | {n[:2] for n in self.known}
        self.heads = {"", "(第", "（第", "(单", "（单", "(金", "（金", "金额", "序号", *begin, *(text[:2] for text in _WANTED)} | set(
            "合总小共本累全以填制审统报单负联备说注附数打导录经复校截第\0\x1a\ufeff\u200b"
        )
        self.where = source.where
        self.first_line = 0
        self.unlike: Counter[tuple[str, str, str]] = Counter()
        self.masked: dict[str, list[int]] = {}
        self.nameless: dict[str, list[int]] = {}
        self.actors = [a for a in layout.sheet.actors.values() if a.name in layout.fields and a.hidden not in layout.fields]
        self.fields = [layout.sheet.by_field[f] for f in layout.fields]
        self.memos = {c.field: self._memo(c) for c in self.fields}
        self.columns = [n for c in self.fields for n in ([c.field, c.field + WRITTEN] if self._is_normal(c) else [c.field])]
        if layout.extras:
            self.columns.append("extras")

    def _is_normal(self, column: Column) -> bool:
        return column.field in self.layout.sheet.normalised

    def _memo(self, column: Column) -> Memo:
        is_normal = self._is_normal(column)
        parse = parser(column, times=self.layout.times.get(column.field, 1), first_day=self.first_day)
        # As part of a key a text is compared as it stands: records that are there would not be known again.
        is_compared = column.field in self.layout.sheet.key_fields and not is_normal
        if column.type == "text" and (column.person or _BODIES.search(column.name)) and not is_compared:
            parse = _on_one_line(parse, column.person)
        return Memo(formed(parse, column) if is_normal else parse)

    def parse(self, rows: Sequence[Row]) -> Batch:
        """Parse a batch of rows."""
        bad: dict[int, list[Reject]] = {}
        self.first_line = self.first_line or next((line for line, _ in rows), 0)
        kept = self._kept(rows)
        if not kept:
            return Batch(0, [], [])
        grid: list[Sequence[Cell]] = [cells for _, cells in kept]
        if set(map(len, grid)) != {self.width}:
            usual = Counter(map(len, grid)).most_common(1)[0][0]
            grid = [self._fitted(i, row, usual, bad) for i, row in enumerate(kept)]
        lines = [line for line, _ in kept]
        if self.broken:
            self._note_broken(grid, lines, bad)
        cells = list(zip(*grid, strict=True))
        values: list[Sequence[Any]] = [lines]
        for column in self.fields:
            values += self._column(column, self._cells(column, cells), lines, bad)
        if self.layout.extras:
            values.append(self._extras(cells, lines, bad))
        self._note_nobodies(dict(zip(("", *self.columns), values, strict=True)), lines, bad)
        good = zip(*values, strict=True)
        if not bad:
            return Batch(len(kept), list(good), [])
        return Batch(len(kept), [r for i, r in enumerate(good) if i not in bad], [(kept[i], bad[i]) for i in sorted(bad)])

    def _kept(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows without blank ones, totals, footers and repeated headers."""
        at, heads = self.key_at, self.heads
        left_out = {
            i
            for i, (line, cells) in enumerate(rows)
            if (
                len(cells) <= at
                or not cells[at]
                or (text := str(cells[at]).strip())[:2] in heads
                or text[:1] in heads
                or (at and str(cells[0])[:1] in _ASIDE_BEGIN)
            )
            and self._is_no_record(line, cells)
        }
        return [r for i, r in enumerate(rows) if i not in left_out] if left_out else rows

    def _is_no_record(self, line: int, cells: Sequence[Cell]) -> bool:
        filled = [(i, text) for i, c in enumerate(cells) if c is not None and (text := plain(c))]
        has_values = any(text[0].isdecimal() for _, text in filled)
        if not filled or tuple(filled) in self.above or self._is_header(line, filled, has_values):
            return True
        at, first = filled[0]
        key = dict(filled).get(self.key_at, "")
        may_be_unit = len(filled) <= 3 and not has_values and (not key or said_unit(key) or _FOOTER.fullmatch(key))
        if may_be_unit and self._is_unit(line, " ".join(text for _, text in filled)):
            return True
        is_number = at not in self.field_at and at not in self.layout.extras
        if (is_number and _EXAMPLE.fullmatch(first)) or all(text.removesuffix("型") in _WANTED for _, text in filled):
            return True
        if key and at != self.key_at and (not _COUNT.fullmatch(key) or self._is_whole(filled)):
            return False
        return bool(_TOTALS.fullmatch(first)) or (len(filled) <= 3 and bool(_FOOTER.fullmatch(first)))

    def _is_whole(self, filled: Sequence[tuple[int, str]]) -> bool:
        """Whether a row fills what a record must fill, and besides its key and first cell something that no total counts or sums up."""
        texts = dict(filled)
        places = {c.field: texts.keys() & set(self.layout.fields[c.field]) for c in self.fields}
        if not all(places[c.field] for c in self.fields if c.required):
            return False
        keys = self.layout.sheet.key_fields
        telling = (c for c in self.fields if c.type == "date" or c.choices or (c.required and c.field not in keys))
        return any(not _COUNT.fullmatch(texts[at]) for c in telling for at in places[c.field] - {filled[0][0]})

    def _is_header(self, line: int, filled: Sequence[tuple[int, str]], has_values: bool) -> bool:
        """Whether a row is the header once more. Raises OtherTable where it is that of another table."""
        if not any(text in self.known for _, text in filled):
            return False
        named = {i: field for i, text in filled if (field := self.field_of(text))}
        is_key = named.get(self.key_at) == self.layout.sheet.key_fields[0] and not has_values
        if not is_key and (len(named) < 2 or 2 * len(named) < len(filled)):
            return False
        texts = dict(filled)
        key = texts.get(self.key_at, "")
        if not is_key and not self.field_of(key) and any(c.isdigit() for c in key):
            return False
        if line == self.first_line and len(named) < 2 and [bool(name) for name in self.layout.names] == [i in texts for i in range(self.width)]:
            return True  # what a template says of each column below its header; no record stands between them
        for i in sorted(texts):
            if i >= self.width or (named.get(i) != self.field_at.get(i) and texts[i] != self.layout.names[i]):
                said = f"第 {line} 行是另一个表头,“{texts[i]}”在第 {self.layout.line} 行的表头里不是这一列"
                raise OtherTable(f"{self.where} {said}:这一行起没有读入,请把下面的另存为一个文件,或改成同样的列", line)
        return True

    def _is_unit(self, line: int, text: str) -> bool:
        """Whether a row says the unit of amounts. Raises SheetError where that is not the one in which they are read."""
        unit = said_unit(text)
        for column in self.fields:
            has_own = any(c in self.layout.names[at] for at in self.layout.fields[column.field] for c in "元万")
            if unit and column.type == "money" and not has_own and self.layout.times[column.field] != worth(unit):
                said = f"第 {line} 行写着金额单位是{unit},“{column.name}”的表头和它的上方却没有这样写"
                raise SheetError(f"{self.where} {said}:请把单位写进表头,删去这一行,再导入一次")
        return bool(unit)

    def _fitted(self, index: int, row: Row, usual: int, bad: dict[int, list[Reject]]) -> Sequence[Cell]:
        """The cells of a row, exactly as many as the header has names; most rows have `usual` ones."""
        line, cells = row
        over = len(cells) - self.width
        if over < 0 and self.delimiter and any("\n" in str(c) and str(c).count(self.delimiter) + 1 >= self.width for c in cells):
            # A whole row stands in a cell of this one, which lacks others: the quote before it was closed too late.
            bad.setdefault(index, []).append(Reject(line, "", shorten(max(map(str, cells), key=len), 80), _DRAWN))
        if over <= 0:
            return [*cells, *[None] * -over]
        is_cut = len(cells) > usual and any(
            self._is_money(i) and _THOUSANDS.fullmatch(f"{one},{other}") for i, (one, other) in enumerate(pairwise(map(str, cells)))
        )
        if self.delimiter and (is_cut or any(c is not None and str(c).strip() for c in cells[self.width :])):
            reason = f"这一行比表头多 {over} 格:多半是内容里的逗号没有加引号,请核对"
            bad.setdefault(index, []).append(Reject(line, "", shorten(cells[-1], 80), reason))
        return cells[: self.width]

    def _is_money(self, at: int) -> bool:
        return at in self.field_at and self.layout.sheet.by_field[self.field_at[at]].type == "money"

    def _note_broken(self, grid: Sequence[Sequence[Cell]], lines: list[int], bad: dict[int, list[Reject]]) -> None:
        """Reject the rows in which an unclosed quote has drawn the rows behind it, up to the next quote, into one cell."""
        for i, line in enumerate(lines):
            if line in self.broken:
                drawn = next((c for c in grid[i] if "\n" in str(c)), "")
                bad.setdefault(i, []).append(Reject(line, "", shorten(drawn, 80), _DRAWN))

    def _note_nobodies(self, values: dict[str, Sequence[Any]], lines: list[int], bad: dict[int, list[Reject]]) -> None:
        """Note the rows whose numbers or names do not say who somebody is."""
        for column in self.fields:
            if column.certificate and not column.papers and self._is_normal(column) and None in (forms := values[column.field]):
                spellings = zip(forms, values[column.field + WRITTEN], strict=True)
                found = [lines[i] for i, (form, written) in enumerate(spellings) if form is None and written and i not in bad]
                self.masked.setdefault(column.name, []).extend(found)
        for actor in self.actors:
            numbers = values.get(actor.id) or [None] * len(lines)
            alone = (i for i, form in enumerate(numbers) if form is None and i not in bad)
            found = [lines[i] for i in alone if (name := values[actor.name][i]) and _says_nobody(name)]
            self.nameless.setdefault(self.layout.sheet.by_field[actor.name].name, []).extend(found)

    def _cells(self, column: Column, cells: Sequence[Sequence[Cell]]) -> Sequence[Cell]:
        """The raw column of a field; of several columns that feed it, the first that is not blank."""
        first, *others = self.layout.fields[column.field]
        raw = cells[first]
        for other in others:
            both = list(zip(raw, cells[other], strict=True))
            raw = tuple(b if is_blank(a, column) and (not a or not is_blank(b, column)) else a for a, b in both)
            unlike = sum(not is_blank(b, column) and self._is_other(column, a, b) for a, (_, b) in zip(raw, both, strict=True))
            self.unlike[column.name, self.layout.names[first], self.layout.names[other]] += unlike
        return raw

    def _is_other(self, column: Column, one: Cell, other: Cell) -> bool:
        """Whether two cells say different things; what cannot be read says no other thing, for it is told where it counts."""
        memo = self.memos[column.field]
        try:
            return bool((memo[one][0] != memo[other][0]) if self._is_normal(column) else (memo[one] != memo[other]))
        except ValueError:
            return False

    def _column(self, column: Column, raw: Sequence[Cell], lines: list[int], bad: dict[int, list[Reject]]) -> list[Sequence[Any]]:
        """The values of a column, and where it is compared by a normal form, the spellings too."""
        if self._is_normal(column) and (simple := pairs(raw, column)):
            self._note_blank(column, simple[0], raw, lines, bad)
            return list(simple)
        memo = self.memos[column.field]
        try:
            values = list(map(memo.__getitem__, raw))
        except ValueError:
            values = [self._one(column, memo, cell, i, lines[i], bad) for i, cell in enumerate(raw)]
        forms: Sequence[Any] = values
        if self._is_normal(column):
            forms, written = zip(*values, strict=True)
        self._note_blank(column, forms, raw, lines, bad)
        return [forms, written] if self._is_normal(column) else [forms]

    def _note_blank(self, column: Column, forms: Sequence[Any], raw: Sequence[Cell], lines: list[int], bad: dict[int, list[Reject]]) -> None:
        """Reject rows without a required value."""
        if column.required and None in forms:
            for i, value in enumerate(forms):
                if value is None and not any(r.column == column.name for r in bad.get(i, ())):
                    said = shorten(raw[i], 80) if raw[i] is not None else ""
                    reason = f"“{column.name}”是必填列,“{said}”等于空着:请填写内容" if plain(said) else f"“{column.name}”是必填列,不能空着"
                    bad.setdefault(i, []).append(Reject(lines[i], column.name, said, reason))

    def _one(self, column: Column, memo: Memo, cell: Cell, index: int, line: int, bad: dict[int, list[Reject]]) -> Any:
        try:
            return memo[cell]
        except ValueError as e:
            bad.setdefault(index, []).append(Reject(line, column.name, shorten(cell, 80), str(e)))
            return (None, None) if self._is_normal(column) else None

    def _extras(self, cells: Sequence[Sequence[Cell]], lines: list[int], bad: dict[int, list[Reject]]) -> list[str | None]:
        """The unknown columns of each row, as the text of a JSON object; None where all are blank."""
        found: list[dict[str, str]] = [{} for _ in lines]
        for at, name in self.layout.extras.items():
            for i, cell in enumerate(cells[at]):
                if not cell and cell != 0:
                    continue
                try:
                    if (text := parse_text(cell)) is not None:
                        found[i][name] = text
                except ValueError as e:
                    # An unknown column is no error, whatever stands in it; only what is too long for any is.
                    if len(text := str(cell)) > TEXT_LENGTH:
                        bad.setdefault(i, []).append(Reject(lines[i], name, shorten(cell, 80), str(e)))
                    else:
                        found[i][name] = text
        return [dump_extras(e) for e in found]


def _on_one_line(parse: Parser, is_person: bool) -> Parser:
    """A parser of names for which a line break, that the width of a cell made, is nothing, and between Latin words a space. Where persons
    are named, lines of two to four characters may be several of them, and stay.
    """

    def read(raw: object) -> Any:
        lines = [line for part in raw.splitlines() if (line := part.strip())] if isinstance(raw, str) and not raw.isprintable() else []
        if len(lines) < 2 or (is_person and all(2 <= len(line) <= 4 for line in lines)):
            return parse(raw)
        ends = [" " * (one[-1] + other[0]).isascii() for one, other in pairwise(lines)]
        return parse("".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)))

    return read


def _says_nobody(name: str) -> bool:
    """Whether a name does not say who somebody is: 张某, 张**, 不详."""
    return name in UNKNOWN or not HIDING.isdisjoint(name) or (("某" in name or "X" in name) and is_hidden(name))


def dump_extras(extras: dict[str, str]) -> str | None:
    """The extras of a row as they are stored."""
    return orjson.dumps(extras, option=orjson.OPT_SORT_KEYS).decode() if extras else None


def without_extra(stored: str | None, name: str) -> str | None:
    """Extras without one of them."""
    extras = {k: v for k, v in orjson.loads(stored).items() if k != name} if stored else {}
    return dump_extras(extras)


def merge_extras(stored: str | None, new: str | None, names: Iterable[str]) -> str | None:
    """Extras after a file with the extra columns `names` was read: those replace, others stay."""
    if not stored:
        return new
    extras = {k: v for k, v in orjson.loads(stored).items() if k not in names}
    return dump_extras({**extras, **(orjson.loads(new) if new else {})})
