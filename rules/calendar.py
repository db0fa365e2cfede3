"""Which days are off: the State Council's yearly calendar with its make-up working days, and a table of corrections.

Days are ints (`date.toordinal()`). The arrangement comes from the package `chinesecalendar`; for years it lacks, Saturdays
and Sundays are off and nothing else. `calendar.yaml` beside this file (and local files of its form) overrides single days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cases.errors import UsageProblem

SHIPPED = Path(__file__).with_name("calendar.yaml")
FIRST_DAY, LAST_DAY = 1, date.max.toordinal()
WEEKDAYS = "一二三四五六日"

# The package's names are English; these are the words a reader expects.
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利七十周年纪念日",
}


class CalendarError(UsageProblem, ValueError):
    """日历更正表有误:请按提示的文件和行号改正后重试。"""


@dataclass(frozen=True)
class Mark:
    """One day that is not as its weekday says: off or worked, why, and where that is written ("" = the yearly notice)."""

    off: bool
    why: str
    source: str = ""


def weekday(day: int) -> str:
    """周一 … 周日."""
    return "周" + WEEKDAYS[(day - 1) % 7]


class Calendar:
    """Days off and working days. `marks` are the days that differ from their weekday, `years` those fully known."""

    def __init__(self, marks: Mapping[int, Mark], years: Iterable[int]):
        self.marks = dict(marks)
        self.years = frozenset(years)
        self._off = {day: mark.off for day, mark in self.marks.items()}

    def is_off(self, day: int) -> bool:
        """Whether the day is a weekend day or public holiday that is not worked."""
        # Ordinal 1 is a Monday, so 6 and 0 (mod 7) are Saturday and Sunday.
        return self._off.get(day, day % 7 in (0, 6))

    def note(self, day: int) -> str:
        """Why the day is off, or worked though it is a weekend day, in Chinese; "" for an ordinary working day."""
        mark = self.marks.get(day)
        if mark is not None:
            return mark.why
        return weekday(day) if self.is_off(day) else ""

    def source(self, day: int) -> str:
        """Where a corrected day is written; "" for every other day."""
        mark = self.marks.get(day)
        return mark.source if mark else ""

    def known_year(self, year: int) -> bool:
        """Whether the year's holidays are known; else only Saturdays and Sundays are off."""
        return year in self.years

    def span(self) -> tuple[int, int]:
        """First and last day that differ from their weekday; outside of them weeks repeat. An empty span is (1, 1)."""
        return (min(self.marks), max(self.marks)) if self.marks else (FIRST_DAY, FIRST_DAY)


def _packaged() -> tuple[dict[int, Mark], set[int]]:
    # Its tables are read, not its functions: those raise outside their years.
    from chinese_calendar.constants import holidays, workdays

    marks = {day.toordinal(): Mark(True, _NAMES.get(str(name), str(name))) for day, name in holidays.items()}
    marks |= {day.toordinal(): Mark(False, "调休上班") for day in workdays if day.weekday() >= 5}
    return marks, {day.year for day in holidays}


def _row(row: Any) -> tuple[int, Mark]:
    if not isinstance(row, dict) or not isinstance(row.get("day"), date):
        raise ValueError("day 应为日期,如 2027-01-01")
    unknown = sorted(set(map(str, row)) - {"day", "mark", "why", "source"})
    if unknown:
        raise ValueError(f"不认识的字段 {'、'.join(unknown)}")
    if row.get("mark") not in ("休", "班"):
        raise ValueError("mark 应为 休 或 班")
    if not row.get("source"):
        raise ValueError("缺少 source(放假通知的名称或文号)")
    off = row["mark"] == "休"
    return row["day"].toordinal(), Mark(off, str(row.get("why") or ("放假" if off else "调休上班")), str(row["source"]))


def _corrections(path: Path) -> tuple[dict[int, Mark], set[int]]:
    try:
        text = path.read_text(encoding="utf-8")
        root, data = yaml.compose(text, Loader=yaml.CSafeLoader), yaml.load(text, Loader=yaml.CSafeLoader) or {}
    except (OSError, UnicodeDecodeError) as e:
        raise CalendarError(f"{path}:读不出日历更正表({e});请检查文件是否存在、是否为 UTF-8 文本") from e
    except (yaml.YAMLError, ValueError) as e:
        raise CalendarError(f"{path}:不是有效的 YAML({' '.join(str(e).split())});请检查日期、缩进和引号") from e
    if not isinstance(data, dict) or set(data) - {"complete", "days"}:
        raise CalendarError(f"{path}:1 日历更正表只应有 complete 和 days 两项")
    years, rows = data.get("complete") or [], data.get("days") or []
    if not isinstance(years, list) or not all(type(y) is int for y in years):
        raise CalendarError(f"{path}:complete 应为年份列表,如 [2027]")
    if not isinstance(rows, list):
        raise CalendarError(f"{path}:days 应为列表,每行一天")
    nodes: list[yaml.Node] = next((value.value for key, value in root.value if key.value == "days"), []) if root else []
    marks: dict[int, Mark] = {}
    problems = []
    for node, row in zip(nodes, rows, strict=True):
        try:
            day, mark = _row(row)
            if day in marks:
                raise ValueError(f"{row['day']} 出现两次")
            marks[day] = mark
        except ValueError as e:
            problems.append(f"{path}:{node.start_mark.line + 1} {e}")
    if problems:
        raise CalendarError("\n".join(problems))
    return marks, set(years)


_local: tuple[Path, ...] = ()


def use(extra: tuple[Path, ...]) -> None:
    """Count by these local corrections from now on, wherever no calendar is named; to be called before anything is counted.

    Raises CalendarError as `load_calendar` does.
    """
    global _local
    load_calendar(extra)
    _local = extra


def load_calendar(extra: tuple[Path, ...] | None = None) -> Calendar:
    """The shipped calendar with the corrections of `calendar.yaml` and of the given (or `use`d) files, later files winning.

    Raises CalendarError (every wrong row, with file and line) when a table of corrections cannot be used.
    """
    return _loaded(_local if extra is None else extra)


@lru_cache(maxsize=8)
def _loaded(extra: tuple[Path, ...]) -> Calendar:
    marks, years = _packaged()
    for path in (SHIPPED, *extra):
        more, complete = _corrections(path)
        marks |= more
        years |= complete
    return Calendar(marks, years)
