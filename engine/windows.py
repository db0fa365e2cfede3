"""The window shape: one actor gathers records within a span of days. Pure functions over the records of one actor.

`at` is the day that places a record in a window, `known` the day from which it counts (a settlement, say, after the filing). A
window qualifies when its records, different items and, where asked, different actors or a summed threshold are enough. The
pattern arises on the first day on which some window qualifies by what was known on that day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Member:
    """One record of an actor: its item (a case counts once), its day, when it was known, whom it involves, what it adds."""

    item: Hashable
    at: int
    known: int
    others: frozenset[str] = frozenset()
    metrics: dict[str, int] = field(default_factory=dict, hash=False, compare=False)
    row: Any = field(default=None, hash=False, compare=False)


@dataclass(frozen=True)
class Demand:
    """What a window must hold. `single` are least sums, any of which suffices alone."""

    span: int
    items: int
    others: int = 0
    single: tuple[tuple[str, int], ...] = ()

    def met(self, items: int, others: int, sums: dict[str, int]) -> bool:
        if items < self.items or others < self.others:
            return False
        return not self.single or any(sums.get(metric, 0) >= least for metric, least in self.single)


@dataclass
class Outcome:
    """The first day, all members of qualifying windows, the most items and other actors seen in one of them."""

    arose: int
    members: list[Member]
    most: int
    others: int


class _Sliding:
    """Counts over a window whose members come and go."""

    def __init__(self, demand: Demand):
        self.demand = demand
        self.items: Counter[Hashable] = Counter()
        self.others: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()

    def add(self, member: Member, sign: int = 1) -> None:
        pairs: list[tuple[Counter[Any], Iterable[Any]]] = [(self.items, [member.item]), (self.others, member.others)]
        for counter, keys in pairs:
            for key in keys:
                counter[key] += sign
                if not counter[key]:
                    del counter[key]
        for metric, value in member.metrics.items():
            self.sums[metric] += sign * value

    @property
    def met(self) -> bool:
        return self.demand.met(len(self.items), len(self.others), self.sums)


def _qualifying(members: Sequence[Member], demand: Demand, accepts: Callable[[int], bool]) -> tuple[list[tuple[int, int]], int, int]:
    """The widest qualifying window ending at each member (places first..last), the most items and others seen."""
    found, most, others, first = [], 0, 0, 0
    sliding = _Sliding(demand)
    for last, member in enumerate(members):
        sliding.add(member)
        while members[first].at < member.at - demand.span:
            sliding.add(members[first], -1)
            first += 1
        if sliding.met and accepts(member.at):
            found.append((first, last))
            most, others = max(most, len(sliding.items)), max(others, len(sliding.others))
    return found, most, others


def sweep(members: Iterable[Member], demand: Demand, accepts: Callable[[int], bool] = lambda last: True) -> Outcome | None:
    """Hold one actor's records against a demand. `accepts` may refuse windows by the day of their last record."""
    ordered = sorted(members, key=lambda m: (m.at, str(m.item)))
    windows, most, others = _qualifying(ordered, demand, accepts)
    if not windows:
        return None
    taking_part, reached = [], 0
    for first, last in windows:
        taking_part += ordered[max(first, reached) : last + 1]
        reached = max(reached, last + 1)
    return Outcome(_first_day(ordered, windows, demand, accepts), taking_part, most, others)


def _first_day(ordered: list[Member], windows: list[tuple[int, int]], demand: Demand, accepts: Callable[[int], bool]) -> int:
    """The first day on which a window qualifies by what was known then."""
    if all(m.known <= m.at for m in ordered):
        return ordered[windows[0][1]].at
    by_known = sorted(range(len(ordered)), key=lambda i: (ordered[i].known, i))

    def qualifies(number: int) -> bool:
        return bool(_qualifying([ordered[i] for i in sorted(by_known[: number + 1])], demand, accepts)[0])

    # More records never make a window fail: the first number of them that will do is looked for by halves.
    return ordered[by_known[bisect_left(range(len(ordered)), True, key=qualifies)]].known


Anchor = tuple[int, int, int]


def around(members: Sequence[Member], anchors: Iterable[Anchor], items: int) -> tuple[int, list[Member], int, set[Anchor]] | None:
    """Windows given from outside: anchors (the day from which it is known, first, last). The first day on which `items` records lie in
    one of them and its anchor is known; all records that take part; the most records in one; the anchors of those that qualify."""
    best: int | None = None
    taking_part, most, taken, met = list[Member](), 0, 0, set[Anchor]()
    ordered = sorted(members, key=lambda m: (m.at, str(m.item)))
    days, prompt = [m.at for m in ordered], all(m.known <= m.at for m in ordered)
    sliding, start, end = _Sliding(Demand(0, items)), 0, 0
    for first, last, day in sorted({(first, last, day) for day, first, last in anchors}):
        low, high = bisect_left(days, first), bisect_right(days, last)
        for i in (*range(end, high), *range(low, start)):
            sliding.add(ordered[i])
        for i in (*range(high, end), *range(start, low)):
            sliding.add(ordered[i], -1)
        start, end = low, high
        if not sliding.met:
            continue
        most = max(most, len(sliding.items))
        met.add((day, first, last))
        if best is None or day < best:
            reached = max(day, _enough_known((ordered[i] for i in range(low, high)), items, prompt))
            best = reached if best is None else min(best, reached)
        taking_part += ordered[max(low, taken) : high]
        taken = max(taken, high)
    return None if best is None else (best, taking_part, most, met)


def _enough_known(inside: Iterable[Member], items: int, prompt: bool) -> int:
    """The day on which so many different ones of some members (by day) were known; `prompt` where each was known on its day."""
    known: dict[Hashable, int] = {}
    for m in inside:
        known[m.item] = min(known.get(m.item, m.known), m.known)
        if prompt and len(known) == items:
            break
    return sorted(known.values())[items - 1]
