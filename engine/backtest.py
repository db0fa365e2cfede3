"""Would it have worked? The rules held against the store as of many days: how many clues stood on each, and from when until when each stood.

Nothing is written. The rows are those that the store holds now: as of an old day it shows them without what is dated later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.scan import CaseStore, Scanner
from rules.law import LawBook
from rules.periods import add_months
from rules.resolve import Resolved

MONTHS = {"month": 1, "quarter": 3}
DAYS = {"day": 1, "week": 7}


def as_of_days(first: int, last: int, every: str) -> list[int]:
    """The days from `first` to `last`, a day, week, month or quarter apart. `last` is always one of them; months count from `first`."""
    days: list[int] = []
    while (day := add_months(first, MONTHS[every] * len(days)) if every in MONTHS else first + DAYS[every] * len(days)) < last:
        days.append(day)
    return [*days, last]


@dataclass
class Standing:
    """One clue over the days. `spans` are the first and last as-of day of each time it stood without a break."""

    id: str
    subject: dict[str, Any]
    agency: str | None
    arose_on: str | None
    spans: list[list[int]] = field(default_factory=list)


@dataclass
class History:
    """One rule over the days: how many clues stood, were new and had gone on each, and every clue in the order of subjects."""

    rule: Resolved
    days: Sequence[int]
    clues: list[Standing]

    @property
    def standing(self) -> list[int]:
        gone = self.gone
        total, counts = 0, []
        for new, left in zip(self.new, gone, strict=True):
            total += new - left
            counts.append(total)
        return counts

    @property
    def new(self) -> list[int]:
        """How many stood that had not stood on the day before; on the first day all that stood."""
        return self._counted([span[0] for clue in self.clues for span in clue.spans])

    @property
    def gone(self) -> list[int]:
        """How many stood on the day before and no longer did."""
        after = dict(zip(self.days, self.days[1:], strict=False))
        return self._counted([after[span[1]] for clue in self.clues for span in clue.spans if span[1] in after])

    def _counted(self, found: list[int]) -> list[int]:
        counts = dict.fromkeys(self.days, 0)
        for day in found:
            counts[day] += 1
        return list(counts.values())


def backtest(
    store: CaseStore, rules: Sequence[Resolved], law: LawBook, days: Sequence[int], told: Callable[[str, int], None] = lambda what, done: None
) -> Iterator[History]:
    """The history of each rule in turn. `told` hears what is being done and how many facts have been judged so far."""
    judged = 0
    for rule in rules:
        scanner, seen = Scanner(store, [rule], law), dict[str, Standing]()
        before: int | None = None
        for day in days:
            for batch in scanner.scan(day):
                judged += batch.judged
                told(f"{rule.rule.id} {date.fromordinal(day)}", judged)
                for clue in batch.clues:
                    _note(seen, clue, day, before)
            before = day
        yield History(rule, days, sorted(seen.values(), key=lambda c: c.subject["key"]))


def _note(seen: dict[str, Standing], clue: dict[str, Any], day: int, before: int | None) -> None:
    """Note that a clue stood on a day; `before` is the as-of day before it."""
    known = seen.get(clue["id"])
    if known is None:
        known = seen[clue["id"]] = Standing(clue["id"], clue["subject"], clue["agency"], clue["arose_on"])
    if known.spans and known.spans[-1][1] == before:
        known.spans[-1][1] = day
    else:
        known.spans.append([day, day])
