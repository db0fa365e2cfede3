"""Counting of periods, straight from the specification: the starting day is not counted, months end on the same-numbered day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

import chinese_calendar

UNDATED: Final = "undated"  # done, day unknown
Day = date | Literal["undated"] | None

YEARS_WITH_NOTICE = frozenset(day.year for day in chinese_calendar.constants.holidays)


@cache
def is_working(day: date) -> bool:
    """Whether `day` is a working day: by the yearly notices, and Monday to Friday in years that have none."""
    if day.year in YEARS_WITH_NOTICE:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def roll(day: date) -> date:
    """The day itself, or the next working day where it is none."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def days(start: date, count: int) -> date:
    """The natural day `count` days on."""
    return start + timedelta(days=count)


def working(start: date, count: int) -> date:
    """The `count`-th working day after `start`."""
    day = start
    for _ in range(count):
        day = roll(day + timedelta(days=1))
    return day


def months(start: date, count: int) -> date:
    """The same-numbered day `count` months on (or back), or that month's last day where there is none."""
    index = start.year * 12 + start.month - 1 + count
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def years(start: date, count: int) -> date:
    """The same day `count` years on (or back); 29 February becomes the 28th."""
    return months(start, 12 * count)


def dated(*values: Day) -> list[date]:
    """Those of `values` that are known days."""
    return [value for value in values if isinstance(value, date)]


def given(*values: Day) -> bool:
    """Whether any of `values` is there, dated or not."""
    return any(value is not None for value in values)
