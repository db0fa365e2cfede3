"""Dates as sheets write them, turned into ordinals.

`parse_date` reads every spelling of the exchange catalogue. A fast path takes ISO dates; all else goes the careful way.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache

DONE = 0
"""A date cell that says only that it was done: 已办, 有, 日期不详."""

WORDS = frozenset(("已办", "有", "日期不详"))
FIRST_YEAR, LAST_YEAR = 1900, 2100
EXCEL_ZERO = dt.date(1899, 12, 30).toordinal()
# Shorter numbers are years or months far more often than days before 1927.
FIRST_SERIAL, LAST_SERIAL = 10_000, dt.date(LAST_YEAR, 12, 31).toordinal() - EXCEL_ZERO

_DIGITS = {c: i for i, row in enumerate(("〇零○◯O", "一壹", "二贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")) for c in row}
_TENS = {"十": 10, "拾": 10, "廿": 20, "卅": 30}
_SAME = str.maketrans({**dict.fromkeys("—–―‐‑−﹣", "-"), **dict.fromkeys("\0\u200b\ufeff"), "。": ".", "号": "日", "o": "O", "Ο": "O", "О": "O"})

_TIME = re.compile(r"(?:(?<=日)\s*|[T\s]\s*)(?:[上下]午|AM|PM)?\s*\d{1,2}\s*[:时点][\d:.时分秒\s]*(?:AM|PM|\+08:?00)?$", re.IGNORECASE)
_HALF_DAY = re.compile(r"[上下]午$")
_WEEKDAY = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?$")
_BETWEEN = re.compile(r"(?<=\d)\s+(?=\d)")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_WORDED = re.compile(r"(.{1,4})年(.{1,3})月(.{1,3})日?")
_MONTH_ONLY = re.compile(r"\d{4}[-/.年]\d{1,2}月?|\d{6}|\d{4}年?|.{4}年(?:.{1,3}月)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_UNORDERED = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?")


def parse_date(raw: object) -> int | None:
    """Return the ordinal of a date cell; 0 for "done, day unknown"; None for blank.

    Raises ValueError with the reason (Chinese) where no single day can be read.
    """
    if type(raw) is str:
        if len(raw) == 10 and raw[4] == raw[7] == "-":
            try:
                return _in_range(dt.date.fromisoformat(raw).toordinal())
            except ValueError:
                pass
        return _from_text(raw)
    if raw is None:
        return None
    if isinstance(raw, dt.datetime):
        return _in_range(raw.date().toordinal())
    if isinstance(raw, dt.date):
        return _in_range(raw.toordinal())
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _from_number(raw)
    raise ValueError(f"“{raw}”不是日期:请写成 2023-01-05 的样子")


_LOWEST, _HIGHEST = dt.date(FIRST_YEAR, 1, 1).toordinal(), dt.date(LAST_YEAR, 12, 31).toordinal()


def _in_range(ordinal: int) -> int:
    if _LOWEST <= ordinal <= _HIGHEST:
        return ordinal
    raise ValueError(f"年份 {dt.date.fromordinal(ordinal).year} 不合理:应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")


def _from_number(raw: float) -> int:
    """A bare number of an Excel cell: a serial (its fraction is the time), or the eight digits of a day."""
    if FIRST_SERIAL <= raw < LAST_SERIAL + 1:
        return EXCEL_ZERO + int(raw)
    whole = f"{raw:.0f}"
    if whole.isdecimal() and raw == int(raw) and len(whole) in (4, 6, 8):
        value = _from_text(whole)
        if value:
            return value
    raise ValueError(f"数字 {raw} 读不成日期:请写成 2023-01-05 的样子")


def _day(year: int, month: int, day: int, text: str) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"年份 {year} 不合理:应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")
    try:
        return dt.date(year, month, day).toordinal()
    except ValueError:
        raise ValueError(f"“{text}”这一天不存在:请核对年月日") from None


def _piece(text: str) -> int | None:
    """The number that digits or Chinese numerals say: 2023, 二〇二三, 十二, 二十, 卅一, 元 (the first month)."""
    if text.isdecimal():
        return int(text)
    if text == "元":
        return 1
    for ten, worth in _TENS.items():
        if ten in text:
            before, _, after = text.partition(ten)
            if (before and (worth != 10 or before not in _DIGITS)) or (after and after not in _DIGITS):
                return None
            return worth * (_DIGITS[before] if before else 1) + (_DIGITS[after] if after else 0)
    number = 0
    for char in text:
        digit = int(char) if char.isdecimal() else _DIGITS.get(char)
        if digit is None:
            return None
        number = number * 10 + digit
    return number


def _from_text(raw: str) -> int | None:
    text = unicodedata.normalize("NFKC", raw).translate(_SAME).strip(" \t\r\n'‘’")
    if text.startswith('="'):  # so wrapped by programs that want Excel to take it as text
        text = text[2:].removesuffix('"').strip()
    if not text:
        return None
    if text in WORDS:
        return DONE
    shown = " ".join(raw[:100].split())
    shown = shown if len(shown) <= 40 else shown[:40] + "…"
    text = _HALF_DAY.sub("", _WEEKDAY.sub("", _TIME.sub("", text)))
    # Digits on both sides of a space are two numbers: 2023-1-1 2 is not the twelfth.
    text = "".join(_BETWEEN.sub("-", text).split())
    if match := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), shown)
    if (match := _WORDED.fullmatch(text)) and len(match[1]) == 4:
        year, month, day = (_piece(p.removesuffix("日")) for p in match.groups())
        if year is not None and month is not None and day is not None:
            return _day(year, month, day, shown)
    if _SERIAL.fullmatch(text) and FIRST_SERIAL <= float(text) < LAST_SERIAL + 1:
        return EXCEL_ZERO + int(float(text))
    if _MONTH_ONLY.fullmatch(text):
        raise ValueError(f"“{shown}”没有写到日:请写明是哪一天,确实不清楚的写“日期不详”")
    if _UNORDERED.fullmatch(text):
        raise ValueError(f"“{shown}”分不清年月日:请按年、月、日的次序写,年份写四位,如 2023-01-05")
    raise ValueError(f"“{shown}”读不成日期:请写成 2023-01-05 的样子,已办而日期不清的写“日期不详”,没有的空着")


@lru_cache(maxsize=1 << 13)
def show_date(value: int | None) -> str:
    """ISO date, 日期不详 for "done, day unknown", empty for blank."""
    if value is None:
        return ""
    return "日期不详" if value == DONE else dt.date.fromordinal(value).isoformat()
