"""Days as court papers write them: 2019年4月15日, 二〇一九年元月十日, 同日, 次日, 同年, 当月16日, 5月3日 after a year was named.

`days(text)` gives every mention in order, each resolved against those before it. A masked day (二〇一八年×月×日) is a mention
without a day; a day that cannot exist is one too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from cases.documents.paper import HIGH, MIDDLE, Sureness

_DIGIT = {c: i for i, row in enumerate(("〇零○◯ОΟO0oＯ０", "一1", "二2", "三3", "四4", "五5", "六6", "七7", "八8", "九9")) for c in row}
_ZERO = "〇零○◯ОΟOoＯ"
_MASK = "×xXＸ*＊某Ⅹ"

_YEAR = rf"(?:[12][0-9{_ZERO}]{{3}}|[一二][一二三四五六七八九0-9{_ZERO}]{{3}})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[元正一二三四五六七八九])"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九])"
_MENTION = re.compile(
    rf"(?P<year>{_YEAR})年(?P<month>{_MONTH})月(?P<day>{_DAY})[日号]?"
    rf"|(?P<sameyear>[同当本]年)(?P<smonth>{_MONTH})月(?P<sday>{_DAY})[日号]"
    rf"|(?P<samemonth>[同当本]月)(?P<mday>{_DAY})[日号]"
    rf"|(?<![\d年])(?P<bmonth>{_MONTH})月(?P<bday>{_DAY})[日号]"
    r"|(?P<dyear>[12][09]\d\d)[-./](?P<dmonth>1[0-2]|0?[1-9])[-./](?P<dday>3[01]|[12]\d|0?[1-9])(?!\d)"
    r"|(?P<next>次日|翌日|第二[天日])|(?P<same>[同当][日天])(?!起|内|后)"

        rf"|(?P<masked>(?:[12一二][0-9一二三四五六七八九{_ZERO}{_MASK}]{{1,3}}|[{_MASK}]{{2,4}})年(?:{_MONTH}|"
        rf"[{_MASK}]{{1,4}})月(?:{_DAY}|[{_MASK}]{{1,4}})日)"
    
)  # fmt: skip


class Mention(NamedTuple):
    """A day in a text: where it stands, the day (None: masked or impossible), and how sure its reading is."""

    start: int
    end: int
    day: dt.date | None
    sure: Sureness
    words: str


def number(text: str) -> int:
    """The number below a hundred, or the year, that digits or Chinese numerals say: 12, 十二, 廿一, 元, 二〇一九."""
    if text in ("元", "正"):
        return 1
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGIT[tens] if tens else 1) * 10 + (_DIGIT[ones] if ones else 0)
    value = 0
    for char in text:
        value = value * 10 + _DIGIT[char]
    return value


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def days(text: str, start: int = 0, end: int | None = None) -> Iterator[Mention]:
    """Yield the days mentioned between two offsets of a text."""
    last: dt.date | None = None
    for match in _MENTION.finditer(text, start, len(text) if end is None else end):
        groups = match.groupdict()
        day, sure = _resolve(groups, last)
        if day is not None and sure == MIDDLE and last is not None and day < last and groups["bmonth"]:
            day = None  # 12月30日…1月3日: the year has turned, and it is not said.
        yield Mention(match.start(), match.end(), day, sure, match[0])
        if day is not None or groups["masked"]:
            last = day


def _resolve(groups: dict[str, str | None], last: dt.date | None) -> tuple[dt.date | None, Sureness]:
    if groups["year"]:
        return _date(number(groups["year"]), number(groups["month"] or ""), number(groups["day"] or "")), HIGH
    if groups["dyear"]:
        return _date(int(groups["dyear"]), int(groups["dmonth"] or 0), int(groups["dday"] or 0)), HIGH
    if groups["masked"] or last is None:
        return None, MIDDLE
    if groups["sameyear"]:
        return _date(last.year, number(groups["smonth"] or ""), number(groups["sday"] or "")), HIGH
    if groups["samemonth"]:
        return _date(last.year, last.month, number(groups["mday"] or "")), HIGH
    if groups["bmonth"]:
        return _date(last.year, number(groups["bmonth"]), number(groups["bday"] or "")), MIDDLE
    return (last + dt.timedelta(days=1) if groups["next"] else last), MIDDLE
