"""Windows of section 6: an actor gathers cases within a span, counted on their filing days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from .days import days
from .view import Row, View, actor

Condition = Callable[[list["Taken"]], bool]


@dataclass
class Suit:
    """One civil case that has a known filing day, with its parties."""

    case: Row
    filed: date
    parties: list[Row]

    def actors(self, role: str, non_financial: bool = False) -> set[str]:
        """Who stands in `role`; only by rows that are not 金融机构 where `non_financial`."""
        rows = [row for row in self.parties if row.text("role") == role and not (non_financial and row.text("kind") == "金融机构")]
        return {actor(row, "person_id", "name") for row in rows}

    def cause_has(self, *words: str) -> bool:
        return any(word in self.case.text("cause") for word in words)

    @property
    def is_lending(self) -> bool:
        return self.cause_has("民间借贷")

    @property
    def has_financial_party(self) -> bool:
        return any(row.text("kind") == "金融机构" for row in self.parties)

    def closed_by(self, way: str, within: int) -> date | None:
        """The day from which it was closed, not before it was filed, where that was by `way` and within so many days of its filing."""
        closed = self.case.day("closed_on")
        fits = isinstance(closed, date) and self.case.text("closing") == way and closed <= days(self.filed, within)
        return max(closed, self.filed) if fits and isinstance(closed, date) else None


@dataclass
class Taken:
    """A case that may take part in a window: when filed, from which day it is known to count, and whom it was with."""

    filed: date
    known: date
    others: set[str]


def suits(view: View) -> Iterator[Suit]:
    """The civil cases that have a known filing day."""
    for case in view.rows["civil_case"]:
        filed = case.day("filed_on")
        if isinstance(filed, date):
            yield Suit(case, filed, view.find("civil_party", "case_no", case.code("case_no")))


def at_least(count: int, others: int = 0) -> Condition:
    """So many cases, with so many different others in all of them together."""
    return lambda window: len(window) >= count and len(set().union(*(taken.others for taken in window))) >= others


def first_day(cases: list[Taken], span: int, condition: Condition) -> date | None:
    """The first day on which the cases known by then have a window of `span` days that meets `condition`; None if never."""
    if not condition(cases):  # more cases never spoil a window, so that all together must do
        return None
    for today in sorted({taken.known for taken in cases}):
        seen = [taken for taken in cases if taken.known <= today]
        if any(condition([taken for taken in seen if days(last.filed, -span) <= taken.filed <= last.filed]) for last in seen):
            return today
    return None
