"""Finding the header of a sheet, and which column of the file feeds which field.

The header may stand below title rows, may span two or three rows (groups over columns: 被处罚人 over 名称 and 证件号), and may write
its names with spaces, line breaks, in full width, with a number before or the unit behind: 3.涉案金额(万元).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from cases.catalogue import Sheet
from cases.errors import SheetError
from cases.reading.names import CERTIFICATE, NAME, ROUND, Names, plain
from cases.reading.source import Row, Source

DEPTH = 40
"""The header must stand within this many rows."""
_LEVELS = 3
"""Of so many rows a header may be; one with units below them comes on top."""

REJECT_COLUMNS = ("拒收行号", "拒收列", "拒收内容", "拒收原因")
"""What a rejects file adds to the columns of its source; left aside when it is imported again."""

_SAID_UNITS = re.compile(
    r"(?:(?:金额)?单位(?:为|是)?:?|金额(?:为|是)?:)\(?([^\s():;\u3002]{1,20})|\(([^()]{1,12})\)(?!\S)|以([千百十万亿]{0,2}元)(?:为单位|计)"
)
_MONEY_UNIT = re.compile(r"(?:.*(?:单位|金额)(?:为|是)?:?)?(?:人民币|RMB)?([千百十]*[万亿]元?|[千百]?元|千)(?:人民币|RMB)?", re.IGNORECASE)
_WORTH = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_THOUSANDS = re.compile("[万亿]|百(?!分)|千(?![克米瓦升])")
_MAY_BE_UNIT = re.compile("[千万亿元圆]|币$|^[wk]$", re.IGNORECASE)
# A running number says nothing of its row, and would make every row of a renumbered list look changed.
_RUNNING_NUMBER = "序号"

_OR = re.compile("[/、或()]")
_UNIT = re.compile(r"\(?(?:单位:)?((?:人民币)?[千万百亿]*元|[天日件个人户份吨%])\)?")
_SOMEBODY = ("人", "者", "员")
_KINDS = frozenset(("自然人", "个人"))
"""Groups that say of which kind the person of the group above is, and not another one."""
_ABOUT = re.compile(r"(?:基本)?(?:情况|信息)$")
_SOMEBODY_ELSE = re.compile(
    r"(?!是否).*(?:代表人?|负责人|经营者|业主|投资人|合伙人|控制人|股东|联系人|经办人|承办人|代理人|委托人|受托人|监护人)(?:姓名|名称)?|(?:企业|单位)?法人(?:姓名)?"
)
"""Who may stand in a column beside the party."""
_HIS_NUMBER = re.compile("(?:公民|居民)?(?:身份证?件?|证件)号码?")
_BETWEEN = re.compile("性别|年龄|民族|出生日期|职务|职业|(?:联系)?(?:电话|手机)号?码?|联系方式|证件(?:类型|种类|名称)")
"""What may stand between a person and his number."""
_LETTERS = ("甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJ")


@dataclass(frozen=True)
class Layout:
    """How the columns of a source feed a sheet.

    `fields`: field → the positions that feed it, the first that is not blank counts. `extras`: position → name of a column the
    catalogue does not know. `names`: the header as written. `times`: field → what a bare amount is worth (10000 under 万元).
    `above`: the rows down to the header as they stand, in plain form. `remarks`: what users should know of it.
    """

    sheet: Sheet
    line: int
    start: int
    names: tuple[str, ...]
    fields: dict[str, tuple[int, ...]]
    extras: dict[int, str]
    times: dict[str, int]
    above: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields without a column; rows of such a source can only update."""
        return tuple(c.field for c in self.sheet.columns if c.required and c.field not in self.fields)

    def name_with_unit(self, at: int) -> str:
        """The name of a column; with the unit that was written above the table, for where that is not there."""
        times = next((times for field, times in self.times.items() if at in self.fields[field]), 1)
        unit = next(unit for unit, amount in _WORTH.items() if amount == times)
        return f"{self.names[at]}({unit}元)" if unit and unit not in self.names[at] else self.names[at]


def _joined(rows: Sequence[Sequence[str]], known: Names) -> list[str]:
    """One row of names out of a header of several: what a group says together with the name below it, the nearest group that makes a
    column known; else the lower name, else what stands alone."""
    names: list[str] = []
    groups = [""] * len(rows)
    for labels in zip_longest(*rows, fillvalue=""):
        last = max((level for level, label in enumerate(labels) if label), default=-1)
        for level, label in enumerate(labels):
            if label or level > last:
                groups[level:] = [label] + [""] * (len(rows) - level - 1)
        low = labels[last] if last >= 0 else ""
        above = [(groups[level], bool(labels[level])) for level in reversed(range(last)) if groups[level] not in ("", low)]
        name = _under(above, low, known)
        names.append(above[0][0] + low if above and name in names else name)
    return names


def _under(groups: Sequence[tuple[str, bool]], low: str, known: Names) -> str:
    """The name of a column under its groups, the nearest first; with each whether its own cell stands above the column."""
    name = ""
    for group, begins in groups:
        said = _in_group(group, low, begins, known)
        name = name or said
        if known.field(said):
            name = said
            break
        if _ABOUT.sub("", group).endswith(_SOMEBODY) and group not in _KINDS:
            break  # somebody else's: what stands further up is not about him
    name = name or low
    units = (unit for group, _ in groups if (unit := _unit_behind(group)))
    return f"{name}({unit})" if _is_amount(name, known) and (unit := next(units, "")) else name


def _is_amount(name: str, known: Names) -> bool:
    field = known.field(name)
    return bool(field) and known.sheet.by_field[field].type == "money"


def _unit_behind(group: str) -> str:
    """The unit of amounts that is said behind the name of a group: 罚没款(万元)."""
    name, _, behind = group.translate(ROUND).rpartition("(")
    return said_unit(f"({behind}") if name.strip("(:") and behind.endswith(")") else ""


def _in_group(group: str, low: str, begins: bool, known: Names) -> str:
    """The name of a column under a group; `begins` where the group's own cell stands above it."""
    both, role = group + low, _ABOUT.sub("", group)
    if both in known.exact:
        return both
    if known.field(group) and (unit := _UNIT.fullmatch(low)):
        return f"{group}({unit[1]})"
    if role in known.exact and _says(low, NAME):
        return role
    person = known.sheet.by_field[known.exact[role][0]].name if role in known.exact else role
    if person + "证件号" in known.exact and _says(low, CERTIFICATE):
        return person + "证件号"
    if role.endswith(_SOMEBODY) and role not in known.sheet.name and _says(low, NAME | CERTIFICATE):
        return both  # somebody else's: a representative's number is not the party's
    return low if known.field(low) or not begins else both


def _says(low: str, words: frozenset[str]) -> bool:
    """Whether a name is one of some words, or several of them: 身份证号/统一社会信用代码."""
    parts = [part for part in _OR.split(low) if part]
    return bool(parts) and words.issuperset(parts)


def _with_persons(upper: Sequence[str], lower: Sequence[str], known: Names) -> list[str]:
    """A header that stands alone, but for the 姓名 and 证件号 under a person of the row above whose cell spans several columns."""
    groups, group = [], ""
    for i in range(len(lower)):
        high, after = (upper[at] if at < len(upper) else "" for at in (i, i + 1))
        if high and high != group:
            group = high if after in ("", high) else ""
        groups.append(group)
    # Who stands above the number of the record too, and has no column, is the table's title: 犯罪嫌疑人, 填报人:
    titles = {group for group, low in zip(groups, lower, strict=True) if known.field(low) == known.sheet.key_fields[0]}
    return [
        _in_group(group, low, True, known)
        if group.endswith(_SOMEBODY) and _says(low, NAME | CERTIFICATE) and (group in known.exact or group not in titles)
        else low
        for group, low in zip(groups, lower, strict=True)
    ]


def _told_apart(source: Source, line: int, rows: Sequence[Sequence[str]], names: Sequence[str], known: Names) -> tuple[list[str], tuple[str, ...]]:
    """The names with those of columns that are called like the number of a party, but stand behind somebody else, say its representative,
    made his; and a remark on each.

    A number that only bodies have (统一社会信用代码) is no person's. Where a group begins between the two, the number is the group's.
    """
    parties = {actor.id: actor.name for actor in known.sheet.actors.values() if actor.name}
    told, remarks = list(names), []
    who, before = "", [""] * len(rows)
    for i, (name, *labels) in enumerate(zip_longest(names, *(row[: len(names)] for row in rows), fillvalue="")):
        low = next((label for label in reversed(labels) if label), "")
        if any(label not in ("", low, old) for label, old in zip(labels, before, strict=True)):
            who = ""
        before = [label or old for label, old in zip(labels, before, strict=True)]
        field, bare = known.field(name), known.bare(low)
        if _SOMEBODY_ELSE.fullmatch(re.split("[(/、]", low)[0]) and field not in parties.values():
            who = low
        elif who and field in parties and "信用代码" not in low and all(_HIS_NUMBER.fullmatch(word) for word in _OR.split(bare) if word):
            told[i], meant = who + bare, known.sheet.by_field[field].name
            said = f"{source.where} 第 {line} 行的“{bare}”跟在“{who}”后面,当作他的号码,没有用作“{meant}”"
            remarks.append(f"{said}:本是“{meant}”的,请把列名改成“{meant}”再导入一次")
        elif not _BETWEEN.fullmatch(low):
            who = ""
    return told, tuple(remarks)


def _is_upper(upper: Sequence[str], lower: Sequence[str], known: Names) -> bool:
    """Whether a row belongs to the header below it, which makes all columns known by itself: cells merged downwards repeat a name in both,
    or a group says the unit of the amounts below it."""
    return any(
        (high == low and known.field(low)) or (_unit_behind(high) and _is_amount(low, known)) for high, low in zip(upper, lower, strict=False) if high
    )


def _check_unit(source: Source, line: int, upper: Sequence[str], names: Sequence[str], known: Names) -> None:
    """Raise SheetError where a group says a unit and it cannot be seen which amounts are under it: blank cells beside it may go on with it,
    or be as blank as those over the keys."""
    if any(high and known.is_key(name) for high, name in zip(upper, names, strict=False)):
        return
    group = ""
    for high, name in zip_longest(upper, names, fillvalue=""):
        group = high or group
        if not high and _unit_behind(group) and _is_amount(name, known):
            said = f"第 {line} 行的表头上方写着“{group}”,看不出管到哪几列"
            raise SheetError(f"{source.where} {said}:请把金额单位写进每一列的表头")


def _is_lower(upper: Sequence[str], lower: Sequence[str], known: Names) -> bool:
    """Whether a row belongs to the header above it though it makes no more columns known: it leaves the keys' cells blank, repeats them
    where they are merged, and says 名称 or the like of a group, or units."""
    keys = {i for i, name in enumerate(upper) if known.is_key(name)}
    named = [low for i, low in enumerate(lower) if low and i not in keys]
    return (
        not any(lower[i : i + 1] not in ([], [""], [upper[i]]) for i in keys)
        and any(_says(low, NAME | CERTIFICATE) or _UNIT.fullmatch(low) for low in named)
        and known.score(_joined((upper, lower), known)) == known.score(upper)
    )


def _is_record(names: Sequence[str], rows: Sequence[Sequence[str]], known: Names) -> bool:
    """Whether one of the rows that make up `names` is a record, whatever its other cells are called like: below the name of a key column
    it says something else than the name, or a part of it."""
    for name, *labels in zip_longest(names, *(row[: len(names)] for row in rows), fillvalue=""):
        if known.is_key(name) and any(
            low not in ("", high) and low not in known.bare(name) and not known.field(low) for high, low in pairwise(labels)
        ):
            return True
    return False


def _is_numbering(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: 1 2 3, (1) (2) (3), 甲 乙 1 2."""
    marks = [c.strip("()第栏列") for c in row if c]
    if len(marks) < 3 or any(name and not mark for name, mark in zip_longest(names, row)):
        return False
    lettered = max(sum(mark == letter for mark, letter in zip(marks, letters, strict=False)) for letters in _LETTERS)
    return marks[lettered:] == [str(n) for n in range(1, len(marks) - lettered + 1)] != []


def _chosen(rows: Sequence[Sequence[str]], known: Names) -> tuple[int, int, Sequence[str]] | None:
    """The row of names that makes most columns known, with where it begins and of how many rows it is; None where none does."""
    candidates: list[tuple[int, int, Sequence[str]]] = [(i, 1, row) for i, row in enumerate(rows)]
    least = max(map(known.score, rows), default=0)
    # A header of more rows only where it says more than one of fewer; else a title would be taken for its upper row.
    for depth in range(2, _LEVELS + 1):
        for i in range(len(rows) - depth + 1):
            if sum(map(any, zip_longest(*rows[i : i + depth]))) <= least:
                continue  # it has too few columns to say more
            names = _joined(rows[i : i + depth], known)
            if not _is_record(names, rows[i : i + depth], known):
                candidates.append((i, depth, names))
    scores = [known.score(names) for _, _, names in candidates]
    best = max(scores, default=0)
    if not best:
        return None
    chosen = candidates[scores.index(best)]
    # The header of another table, with records above it under a header of their own: the first one counts, or they would be lost.
    for i, row in enumerate(rows[: max(0, chosen[0] - 1)]):
        keys = [at for at, name in enumerate(row) if known.is_key(name)]
        if (
            len(keys) >= len(known.sheet.key_fields)
            and known.score(row) > 1
            and any(all(len(under) > at and under[at] and not known.field(under[at]) for at in keys) for under in rows[i + 1 : chosen[0]])
        ):
            return _chosen(rows[: i + 1], known)
    return chosen


def find_header(source: Source, sheet: Sheet, head: Sequence[Row]) -> Layout:
    """Find the header of a sheet among the first rows of a source.

    Raises SheetError: no header, a key column missing, two columns of one name.
    """
    known = Names(sheet)
    rows = [[plain(c) for c in cells] for _, cells in head[:DEPTH]]
    chosen = _chosen(rows, known)
    if not chosen:
        if not any(any(row) for row in rows):
            raise SheetError(f"{source.where} 的前 {len(rows)} 行里没有内容:请核对后重新导出")
        raise SheetError(f"{source.where} 里找不到“{sheet.name}”的表头:前 {len(rows)} 行中没有“{sheet.columns[0].name}”等列名,请核对表名和列名")
    at, depth, names = chosen
    over = at
    while at and depth < _LEVELS and _is_upper(rows[at - 1], rows[at], known):
        at, depth = at - 1, depth + 1
        names = _joined(rows[at : at + depth], known)
    if depth == 1 and at:
        names = _with_persons(rows[at - 1], names, known)
    while depth <= _LEVELS and at + depth < len(rows) and _is_lower(names, rows[at + depth], known):
        depth, names = depth + 1, _joined((names, rows[at + depth]), known)
    line = head[at + depth - 1][0]
    names, remarks = _told_apart(source, line, rows[at : at + depth], names, known)
    if not source.delimiter:
        # What stands to the right of the table without a name is kept too; in text files it is a comma that was not quoted.
        names = [*names, *[""] * (max((i for row in rows[at + depth :] for i, text in enumerate(row, 1) if text), default=0) - len(names))]
    for row in rows[at : at + depth - 1]:
        _check_unit(source, line, row, names, known)
    # A unit behind the name of a group is that of its columns; what else stands in its row is said of all.
    said = (text for i, row in enumerate(rows[:over]) for text in row if i < at or not _unit_behind(text))
    unit = said_unit(" ".join(text for text in said if not known.field(text)))
    start = at + depth
    if start < len(rows) and _is_numbering(rows[start], names):
        start += 1
    layout = replace(_layout(source, line, start, list(names), known, unit or "元"), above=tuple(map(tuple, rows[:start])), remarks=remarks)
    if absent := [c.name for c in sheet.columns if c.field in sheet.key_fields and c.field not in layout.fields]:
        raise SheetError(f"{source.where} 第 {line} 行的表头缺少“{'”、“'.join(absent)}”列,分不清是哪一条记录:请补上这一列")
    return layout


def said_unit(text: str) -> str:
    """The unit of amounts that a text around a table says, in plain form: 单位:万元, (万元), 单位:件、万元; several with / between."""
    parts = [part for match in _SAID_UNITS.finditer(text) for part in re.split("[、,/和或]", match[1] or match[2] or match[3])]
    return "/".join(dict.fromkeys(match[1] for part in parts if (match := _MONEY_UNIT.fullmatch(part))))


def _layout(source: Source, line: int, start: int, names: list[str], known: Names, unit: str) -> Layout:
    sheet = known.sheet
    twice = sorted({n for n in names if n and names.count(n) > 1 and known.field(n)})
    if twice:
        raise SheetError(f"{source.where} 第 {line} 行的表头有两个“{twice[0]}”列,不知道以哪一列为准:请改名或删去一列")
    found: dict[str, list[tuple[int, int]]] = {}
    extras: dict[int, str] = {}
    times: dict[str, int] = {}
    for i, name in enumerate(names):
        bare = known.bare(name)
        if bare in known.exact:
            field, rank = known.exact[bare]
            found.setdefault(field, []).append((rank, i))
            if sheet.by_field[field].type == "number" and _THOUSANDS.search(name.translate(ROUND).rpartition(bare)[2]):
                raise SheetError(f"{source.where} 第 {line} 行“{name}”不是按一个一个数的:请换算成单个的数,再把表头的单位改过来")
            if sheet.by_field[field].type == "money":
                worth = _worth(source, line, name, bare, unit)
                if times.setdefault(field, worth) != worth:
                    both = "”和“".join(names[at] for _, at in found[field])
                    raise SheetError(f"{source.where} 第 {line} 行的“{both}”是同一项金额,单位却不同:请换算成一种单位,或删去一列")
        elif name not in REJECT_COLUMNS and name != _RUNNING_NUMBER:
            again = names[:i].count(name)
            extras[i] = f"第{i + 1}列" if not name else f"{name}({again + 1})" if again else name
    fields = {c.field: tuple(i for _, i in sorted(found[c.field])) for c in sheet.columns if c.field in found}
    return Layout(sheet, line, start, tuple(names), fields, extras, times)


def worth(unit: str) -> int | None:
    """What one of a unit of money is worth in yuan; None for what is none."""
    return _WORTH.get(unit.removesuffix("元"))


def _worth(source: Source, line: int, name: str, bare: str, unit: str) -> int:
    """What a bare amount under a header is worth: by the unit behind its name, else by the unit above the table."""
    behind = name.translate(ROUND).rpartition(bare)[2]
    for said in (*re.findall(r"\(([^()]*)\)", behind), re.sub(r"\([^()]*\)", "", behind), unit):
        if not _MAY_BE_UNIT.search(said.replace("人民币", "")):
            continue
        units = {worth(match[1]) for part in re.split("[、,/:;_和或-]", said) if (match := _MONEY_UNIT.fullmatch(part))}
        if len(units) != 1 or None in units:
            raise SheetError(f"{source.where} 第 {line} 行“{name}”的单位“{said}”不认识:请换算成元或万元")
        return units.pop() or 1
    return 1
