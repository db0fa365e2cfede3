"""What the makers of invented sheets share: a seeded store, decks that deal every option in turn, and days on the boundary."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

import chinese_calendar

from .columns import SHEETS
from .days import UNDATED, Day, days

T = TypeVar("T")
Period = Callable[[date], date]
Cell = date | str | int | Fraction | bool | None

# the days to scan on: on and around days from which rules bind, leap days, holidays, make-up working days, years without a notice
AS_OF = [
    [date(2018, 1, 1), date(2017, 12, 31), date(2016, 2, 29), date(2019, 2, 28), date(2018, 3, 2)],
    [date(2020, 1, 31), date(2021, 2, 20), date(2022, 10, 8), date(2020, 9, 27), date(2021, 6, 1)],
    [date(2024, 2, 29), date(2023, 10, 7), date(2025, 10, 11), date(2025, 1, 26), date(2024, 4, 7)],
    [date(2026, 11, 22)],
    [date(2028, 2, 29), date(2027, 2, 28), date(2029, 10, 7), date(2030, 8, 31)],
]
TRICKY_STARTS = [
    date(2015, 8, 31), date(2019, 8, 31), date(2020, 2, 29), date(2024, 2, 29), date(2016, 2, 29), date(2022, 11, 30), date(2023, 11, 30),
    date(2021, 1, 31), date(2020, 1, 17), date(2017, 9, 29), date(2003, 9, 30), date(2003, 12, 31), date(2000, 2, 29), date(1999, 8, 31),
    date(2025, 1, 22), date(2026, 9, 30), date(2018, 12, 31), date(2012, 5, 31), date(2019, 12, 31),
]  # fmt: skip
OFFICIAL_DAYS = sorted({*chinese_calendar.constants.holidays, *chinese_calendar.constants.workdays})  # holidays and make-up days

# how a limit is met or missed: where the due day lies, and when the act was done
SHAPES: list[tuple[str, int, str]] = [
    ("today", 0, ""), ("today", -1, ""), ("today", 1, ""), ("today", -2, ""), ("today", -45, ""), ("today", -400, ""), ("today", 20, ""),
    ("today", -1, "today"), ("today", 0, "today"), ("today", -40, "due"), ("today", -40, "due+1"), ("today", -40, "due-1"),
    ("today", -40, "tomorrow"), ("today", -40, "today"), ("today", -500, "due+200"), ("today", -40, "undated"), ("today", 9, "undated"),
    ("today", -3, "start"), ("undated", 0, ""), ("undated", 0, "today"), ("undated", 0, "undated"), ("tricky", 0, ""), ("tricky", 0, "due"),
    ("tricky", 0, "due+1"), ("official", 0, ""), ("official", 0, "due+1"), ("official", 0, "due"),
]  # fmt: skip
SHAPES_FROM: list[tuple[str, int, str]] = [
    ("begins", -30, ""), ("begins", -1, ""), ("begins", 0, ""), ("begins", -30, "begins-1"), ("begins", -30, "begins"),
    ("begins", -30, "begins+1"), ("begins", -1, "due+1"),
]  # fmt: skip


def start_for(period: Period, due: date) -> date:
    """The starting day whose limit ends on `due`, or on the next day that a limit can end on."""
    start = days(due, -(period(due) - due).days)
    while period(start) >= due:
        start = days(start, -1)
    while period(start) < due:
        start = days(start, 1)
    return start


@dataclass
class Limit:
    """One invented limit: its start, its act, and the days that both turn on (`due` for an undated start: a day near by)."""

    start: Day
    act: Day
    due: date
    today: date


class Store:
    """Sheets in the making. Everything random comes from one seeded generator."""

    def __init__(self, seed: int, size: int):
        self.rng = random.Random(seed)
        self.size = size
        self.today = [self.rng.choice(group) for group in AS_OF]
        self.sheets: dict[str, list[dict[str, str | None]]] = {name: [] for name in SHEETS}
        self._decks: dict[tuple[str, int], list[int]] = {}
        self._count = 0

    def deal(self, label: str, options: Sequence[T]) -> T:
        """The next of `options`: their places are shuffled, and each comes once before any comes again."""
        deck = self._decks.setdefault((label, len(options)), [])
        if not deck:
            deck.extend(self.rng.sample(range(len(options)), len(options)))
        return options[deck.pop()]

    def chance(self, label: str, one_in: int) -> bool:
        return self.deal(f"chance {label} {one_in}", range(one_in)) == 0

    def spoil(self, label: str, conditions: Sequence[str]) -> Spoiler:
        """Settle which one condition of the next subject fails, if any: none in two of five."""
        return Spoiler(self, label, self.deal(f"spoil {label}", [*list(conditions) * 3, *[""] * (2 * len(conditions))]))

    def day(self, label: str = "today") -> date:
        """One of the days on which the store will be scanned."""
        return self.deal(f"day {label}", self.today)

    def next(self) -> int:
        self._count += 1
        return self._count

    def number(self, word: str) -> str:
        """A new document or case number, brackets of any kind."""
        left, right = self.deal("brackets", [("〔", "〕"), ("(", ")"), ("（", "）"), ("[", "]"), ("【", "】")])
        return f"虚{word}{left}{self.rng.randint(2015, 2026)}{right}{self.next()}号"

    def certificate(self) -> str:
        """A new certificate number, of no real form."""
        return f"XN{self.next():06d}{self.rng.choice('abcxyz')}"

    def spelled(self, code: str) -> str:
        """The same number in another spelling: width, case, brackets, spaces within are no difference."""
        ways: list[Callable[[str], str]] = [
            str, str, str.upper, lambda text: text.translate(dict(zip(map(ord, "(（〔[【)）〕]】"), "〔[（【(〕]）】)", strict=True))),
            lambda text: "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text),
        ]  # fmt: skip
        return self.deal("spelling", ways)(code)

    def add(self, sheet: str, cells: dict[str, Cell]) -> None:
        """Append a row; now and then after an older row with the same key, which it replaces whole."""
        columns = {column.name: column for column in SHEETS[sheet].columns}
        row = {name: as_text(cells.get(name)) for name in columns}
        assert not set(cells) - set(columns), (sheet, set(cells) - set(columns))
        for name, column in columns.items():
            if row[name] == "日期不详" and not column.key:
                row[name] = self.deal("undated word", ["日期不详", "已办", "有"])
        if self.chance("stale", 60):
            stale = dict(row)
            for name, column in columns.items():
                if column.type == "date" and not column.key and row[name]:
                    stale[name] = self.rng.choice(["2001-02-03", "2031-05-06", "日期不详"])
            self.sheets[sheet].append(stale)
        self.sheets[sheet].append(row)

    def limit(self, label: str, period: Period, begins: date | None = None) -> Limit:
        """A limit on one of its boundaries, and an act on one of its own."""
        where, offset, when = self.deal(f"limit {label}", SHAPES + (SHAPES_FROM if begins else []))
        today = self.day(label)
        if where == "tricky":
            start = self.deal(f"tricky {label}", TRICKY_STARTS)
        elif where == "official":
            start = start_for(period, self.rng.choice(OFFICIAL_DAYS))
        else:
            start = start_for(period, days(begins if where == "begins" and begins else today, offset))
        due = period(start)
        act = self.moment(when, start, due, today, begins or due)
        return Limit(UNDATED if where == "undated" else start, act, due, today)

    def moment(self, when: str, start: date, due: date, today: date, begins: date) -> Day:
        """The day that a word of SHAPES means."""
        if when in ("", "undated"):
            return UNDATED if when else None
        word, sign, offset = when.partition("-") if "-" in when else when.partition("+")
        base = {"today": today, "due": due, "start": start, "begins": begins, "tomorrow": days(today, 1)}[word]
        return days(base, int(sign + offset or 0))

    def near(self, label: str, day: date, offsets: Sequence[int]) -> date:
        """`day` moved by one of the offsets, in turn."""
        return days(day, self.deal(f"near {label}", offsets))


@dataclass
class Spoiler:
    """Deals the parts of a subject of which exactly one condition, or none, is to fail."""

    store: Store
    label: str
    spoilt: str

    def pick(self, condition: str, good: Sequence[T], bad: Sequence[T]) -> T:
        """One of `good`, or one of `bad` where this condition is the one that fails."""
        is_bad = condition == self.spoilt
        return self.store.deal(f"{self.label} {condition} {is_bad}", bad if is_bad else good)


def as_text(value: Cell) -> str | None:
    """The canonical text of a cell."""
    if value is None or isinstance(value, bool):
        return None if value is None else "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{float(value):.6f}".rstrip("0").rstrip(".")
    return "日期不详" if value == UNDATED else str(value)
