"""Counting of periods: months, natural days, working days, rolling over days off, and the derivation a reader can follow.

Days are ints (`date.toordinal()`). The starting day is never counted. Months come first and end on the same-numbered day
(the month's last where there is none: 民法典 202), then natural days, then working days. A last day that is off moves to the
next working day where the period rolls (刑诉法 105, 民诉法 85), and stays where it does not (persons in custody).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rules.calendar import FIRST_DAY, LAST_DAY, Calendar, load_calendar, weekday

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {
    "year": (12, 0, 0), "month": (1, 0, 0), "day": (0, 1, 0), "working day": (0, 0, 1),
    "年": (12, 0, 0), "个月": (1, 0, 0), "月": (1, 0, 0), "日": (0, 1, 0), "天": (0, 1, 0), "个工作日": (0, 0, 1), "工作日": (0, 0, 1),
}  # fmt: skip
_TERM = r"(\d+|[零〇一二两三四五六七八九十百]+)\s*(working day|year|month|day|个工作日|工作日|个月|年|月|日|天)s?"
LONGEST = 99_999
"""More years, months or days than this are a slip of the pen; no database could reckon with a few digits more."""
_PERIOD = re.compile(rf"{_TERM}(?:\s*(?:\+|,|and|加|又|零)?\s*{_TERM})*")


class PeriodError(ValueError):
    """期限写法有误:请写成如 3 months、15 days、10 working days、2 years,或 3个月、15日、10个工作日、2年。"""


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: months (a year is twelve), natural days, working days. `days` may be negative, to shorten a limit."""

    months: int = 0
    days: int = 0
    working: int = 0

    def __post_init__(self) -> None:
        if self.months < 0 or self.working < 0:
            raise PeriodError("期限的月数、工作日数不能为负")

    def __add__(self, other: Period) -> Period:
        return Period(self.months + other.months, self.days + other.days, self.working + other.working)

    def __bool__(self) -> bool:
        return bool(self.months or self.days or self.working)

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that a text names: "3 months", "1 month + 15 days", "10 working days", "三个月", "1个月加15日".

        Raises PeriodError where the text is none.
        """
        plain = " ".join(str(text).lower().split())
        if not _PERIOD.fullmatch(plain):
            raise PeriodError(f"“{text}”不是期限:请写成如 3 months、15 days、10 working days、2 years,或 3个月、15日、10个工作日、2年")
        total = cls()
        for number, unit in re.findall(_TERM, plain):
            if (n := number_of(number)) > LONGEST:
                raise PeriodError(f"期限“{text}”太长:里面的数最大可以写 {LONGEST}")
            total += cls(*(per * n for per in _UNITS[unit]))
        return total

    def __str__(self) -> str:
        years = self.months >= 24 and self.months % 12 == 0
        parts = [f"{self.months // 12}年" if years else f"{self.months}个月"] if self.months else []
        parts += [f"{self.days}日"] if self.days else []
        parts += [f"{self.working}个工作日"] if self.working else []
        return "加".join(parts) or "0日"

    @property
    def written(self) -> str:
        """The period as rule files write it; `parse` reads it back."""
        years = self.months >= 24 and self.months % 12 == 0
        amounts = [(self.months // 12, "year")] if years else [(self.months, "month")]
        amounts += [(self.days, "day"), (self.working, "working day")]
        return " + ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in amounts if n) or "0 days"


def number_of(text: str) -> int:
    """A number in digits or in Chinese up to 999: 15, 十五, 一百二十."""
    if text.isdigit():
        return int(text)
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total, digit = total + (digit or 1) * (10 if c == "十" else 100), 0
        else:
            digit = _DIGITS[c]
    return total + digit


def _clamp(day: int) -> int:
    # 9999-12-31 is how some registers write "for ever"; a limit from there must not break a scan.
    return max(FIRST_DAY, min(LAST_DAY, day))


@lru_cache(maxsize=1 << 13)
def add_months(day: int, months: int) -> int:
    """The same-numbered day `months` later (earlier if negative), the month's last where there is none."""
    if not months:
        return day
    d = date.fromordinal(_clamp(day))
    year, month0 = divmod(d.year * 12 + d.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return FIRST_DAY if year < 1 else LAST_DAY
    return date(year, month0 + 1, min(d.day, monthrange(year, month0 + 1)[1])).toordinal()


def subtract_months(day: int, months: int) -> int:
    """The same-numbered day `months` earlier, the month's last where there is none."""
    return add_months(day, -months)


def add(start: int, period: Period, calendar: Calendar | None = None) -> int:
    """The last day of the period, before any rolling: months first, then natural days, then working days."""
    return _count_working(add_months(start, period.months) + period.days, period.working, 1, calendar)


def subtract(end: int, period: Period) -> int:
    """The day a period before `end`, which is not counted: months first, then natural days, then working days, each backwards."""
    return _count_working(subtract_months(end, period.months) - period.days, period.working, -1, None)


def _count_working(day: int, left: int, step: int, calendar: Calendar | None) -> int:
    is_off = (calendar or load_calendar()).is_off
    while left:
        day += step
        left -= not is_off(day)
    return _clamp(day)


def roll(day: int, calendar: Calendar | None = None) -> int:
    """The day itself, or the next working day where it is off."""
    is_off = (calendar or load_calendar()).is_off
    while is_off(day):
        day += 1
    return _clamp(day)


@lru_cache(maxsize=1 << 13)
def deadline(start: int, period: Period, rolls: bool, calendar: Calendar | None = None) -> int:
    """The last lawful day of a period from `start`, rolled over days off where `rolls`."""
    day = add(start, period, calendar)
    return roll(day, calendar) if rolls else day


@lru_cache(maxsize=4096)
def bounds(period: Period, calendar: Calendar | None = None) -> tuple[int, int]:
    """The least and the most natural days between any starting day and its deadline, rolling allowed for in the most.

    They bound `subtract` as well: to count back from a day is to count on from another. Holds for every starting day whose deadline lies
    before the year 9999: made for filters that must lose nothing.
    """
    known = calendar or load_calendar()
    months, working = _month_bounds(period.months), _working_bounds(period.working, known)
    return months[0] + period.days + working[0], months[1] + period.days + working[1] + (0 if period.working else _longest_rest(known))


@lru_cache(maxsize=1)
def _month_lengths() -> list[int]:
    """Those of eight hundred years: Gregorian months repeat after 400."""
    return [monthrange(2000 + i // 12, i % 12 + 1)[1] for i in range(4800)] * 2


@lru_cache(maxsize=256)
def _month_bounds(months: int) -> tuple[int, int]:
    # Days 1 to 28 never meet a month's end; from a month's last day the span is shortest.
    full, rest = divmod(months, 4800)
    doubled = _month_lengths()
    span = sum(doubled[:rest])
    low = high = span - max(0, doubled[0] - doubled[rest])
    for i in range(4800):
        low = min(low, span - max(0, doubled[i] - doubled[i + rest]))
        high = max(high, span)
        span += doubled[i + rest] - doubled[i]
    cycle = 146097 * full
    return low + cycle, high + cycle


@lru_cache(maxsize=256)
def _working_bounds(working: int, calendar: Calendar) -> tuple[int, int]:
    if not working:
        return 0, 0
    # Outside the span of special days weeks repeat, so a margin on both sides shows every case there is.
    first, last = calendar.span()
    margin = 2 * working + 21
    days = [d for d in range(first - margin, last + margin) if not calendar.is_off(d)]
    pairs = range(1, len(days) - working)
    # A start on the working day before is the longest way to the n-th working day, the day before the first the shortest.
    low = min(days[i + working - 1] - days[i] + 1 for i in pairs)
    high = max(days[i + working - 1] - days[i - 1] for i in pairs)
    return low, high


@lru_cache(maxsize=16)
def _longest_rest(calendar: Calendar) -> int:
    first, last = calendar.span()
    longest = run = 0
    for d in range(first - 14, last + 15):
        run = run + 1 if calendar.is_off(d) else 0
        longest = max(longest, run)
    return longest


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a derivation: the day it is about, if any, and what a reader is told."""

    day: int | None
    text: str


def show_day(day: int) -> str:
    """2026-08-25(周二)."""
    return f"{date.fromordinal(day).isoformat()}({weekday(day)})"


@lru_cache(maxsize=1 << 11)
def derive(start: int, period: Period, rolls: bool, label: str = "", calendar: Calendar | None = None) -> list[Step]:
    """How the deadline follows from the starting day, in Chinese, line by line; the last step is the last lawful day. Not to be changed.

    `label` says what the starting day is (收到申请, 送达).
    """
    known = calendar or load_calendar()
    natural = add(start, Period(period.months, period.days))
    original = add(start, period, known)
    due = roll(original, known) if rolls else original
    steps = [Step(start, f"起算日:{show_day(start)}{label},当日不计入"), Step(None, f"期限:{period}")]
    if period.months and (period.days or period.working):
        middle = add_months(start, period.months)
        steps.append(Step(middle, f"先计{Period(period.months)},至{show_day(middle)}"))
    if period.working:
        steps += _left_out(natural, original, known)
    steps.append(Step(original, f"期限届满原日:{show_day(original)}"))
    steps += _end(original, due, rolls, known)
    if rolls or period.working:
        steps += _unknown_years(natural, due, known)
    return [*steps, Step(due, f"最后合法日:{show_day(due)}")]


def derive_back(end: int, period: Period, label: str) -> list[Step]:
    """How a day follows from a later one by counting back, in Chinese, line by line; the last step is that day. `label` says what `end` is."""
    known, natural, day = load_calendar(), subtract(end, Period(period.months, period.days)), subtract(end, period)
    steps = [Step(end, f"倒推自:{show_day(end)}{label},当日不计入"), Step(None, f"往前:{period}")]
    if period.working:
        steps += [*_left_out(day - 1, natural - 1, known), *_unknown_years(day, natural, known)]
    return [*steps, Step(day, f"往前数到:{show_day(day)}")]


def derive_roll(day: int) -> list[Step]:
    """Why a day moves to the next working day; nothing where it stays."""
    known = load_calendar()
    due = roll(day, known)
    return _end(day, due, True, known) if due != day else []


def _unknown_years(first: int, last: int, calendar: Calendar) -> list[Step]:
    unknown = [y for y in range(_year(first), _year(last) + 1) if not calendar.known_year(y)]
    return [Step(None, f"{y}年:该年度无节假日安排数据,仅按周末计算") for y in unknown]


def _year(day: int) -> int:
    return date.fromordinal(day).year


def _noted(day: int, calendar: Calendar) -> str:
    source = calendar.source(day)
    return calendar.note(day) + (f",据{source}" if source else "")


def _runs(first: int, last: int, calendar: Calendar) -> list[list[int]]:
    """Days off between two days (both included), joined while they follow one another for the same reason."""
    runs: list[list[int]] = []
    for day in range(first, last + 1):
        if not calendar.is_off(day):
            continue
        if runs and runs[-1][-1] == day - 1 and _kind(runs[-1][0], calendar) == _kind(day, calendar):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _kind(day: int, calendar: Calendar) -> str:
    note = _noted(day, calendar)
    return "周末" if note in ("周六", "周日") else note


def _left_out(after: int, last: int, calendar: Calendar) -> list[Step]:
    """What is not counted among the days after `after` up to `last`, and which weekend days are counted as worked."""
    steps = []
    for run in _runs(after + 1, last, calendar):
        why = _kind(run[0], calendar)
        days = show_day(run[0]) if len(run) == 1 else f"{show_day(run[0])}至{show_day(run[-1])}"
        steps.append(Step(run[0], f"不计:{days},{why}{f',共{len(run)}日' if len(run) > 1 else ''}"))
    worked = [d for d in range(after + 1, last + 1) if not calendar.is_off(d) and calendar.note(d)]
    steps += [Step(d, f"计入:{show_day(d)},{_noted(d, calendar)},按工作日计算") for d in worked]
    return sorted(steps, key=lambda s: s.day or 0)


def _end(original: int, due: int, rolls: bool, calendar: Calendar) -> list[Step]:
    """What becomes of the last day: rolled, kept though off, or kept because it is worked."""
    if due != original:
        reasons = "、".join(dict.fromkeys(_kind(run[0], calendar) for run in _runs(original, due - 1, calendar)))
        rest = show_day(original) if due == original + 1 else f"{show_day(original)}至{show_day(due - 1)}"
        steps = [Step(original, f"届满原日为休息日:{rest},{reasons};顺延至其后第一个工作日")]
        return [*steps, Step(due, f"顺延后:{show_day(due)}" + (f",{_noted(due, calendar)}" if calendar.note(due) else ""))]
    if calendar.is_off(original):
        return [Step(original, f"届满原日为{_noted(original, calendar)},依规定不因节假日顺延")]
    if rolls and calendar.note(original):
        return [Step(original, f"届满原日为{weekday(original)},但为{_noted(original, calendar)}日,按工作日计算,不顺延")]
    return []
