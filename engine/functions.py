"""The functions of the expression language that need no rows: dates out of several, offences, thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rules import offences
from rules.periods import Period, subtract

MILLION = 1_000_000


def _flat(values: tuple[Any, ...]) -> Iterable[int]:
    for value in values:
        if isinstance(value, list):
            yield from (v for v in value if v is not None)
        elif value is not None:
            yield value


def earliest(*days: Any) -> int | None:
    """The earliest dated day; undated (0) only where none is dated; None where nothing is given."""
    found = list(_flat(days))
    dated = [d for d in found if d]
    return min(dated) if dated else (0 if found else None)


def latest(*days: Any) -> int | None:
    """The latest day; undated (0) as soon as one of them is, for it may be the latest."""
    found = list(_flat(days))
    if not found:
        return None
    return 0 if 0 in found else max(found)


def nth(days: list[int | None], n: int | None) -> int | None:
    """The n-th day in order; undated (0) where there are n of them only by counting undated ones. None where `n` was counted as none."""
    if not n or n < 1:
        return None
    found = [d for d in days if d is not None]
    dated = sorted(d for d in found if d)
    if len(dated) >= n:
        return dated[n - 1]
    return 0 if len(found) >= n else None


def days(number: int | None) -> Period:
    """A number column (millionths) as whole natural days; blank is none."""
    return Period(days=(number or 0) // MILLION)


def back(day: int | None, period: Period | None) -> int | None:
    """The day a period earlier: the same-numbered day of an earlier month, natural days before that, working days by the calendar."""
    if not day:
        return day
    return None if period is None else subtract(day, period)


PLAIN: dict[str, Callable[..., Any]] = {
    "earliest": earliest, "latest": latest, "nth": nth, "days": days, "back": back,
    "crime": offences.crime, "crime_of": offences.crime_of, "crime_with_class": offences.crime_with_class, "threshold": offences.threshold,
    "threshold_law": offences.threshold_law,
}  # fmt: skip

LOCAL = frozenset(("threshold", "threshold_law"))
"""The functions that want to know what a place has set: the rule's parameter `offences.LOCAL`, where it has one."""
