"""Quality figures: what became of the clues of each rule and agency, and what that says of the rule and of the data.

Only 规则过宽 and 法定例外 count against a rule, 数据错误 and 数据滞后 against the source; a clue merged into another shares its fate, and
counts neither way.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import sqrt
from statistics import median
from typing import Any

from sqlalchemy import select

from cases.store import Store
from review.decisions import AGAINST_RULE, AGAINST_SOURCE, CLOSED, DISMISSED, MERGED, TAKEN
from review.masking import mask_body

MANY, TIMES = 50, 10
"""A rule fires too much where it has at least so many clues, and so many times the median of the rules that fire."""
POOR = 0.2
"""A rule yields too little where even the upper end of the interval of its share is below this."""


def wilson(hits: int, cases: int) -> tuple[float, float] | None:
    """The 95 % score interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, p. 209); None where there are no cases."""
    if not cases:
        return None
    z2 = 1.959964**2
    middle, spread = hits + z2 / 2, sqrt(z2 * (hits * (cases - hits) / cases + z2 / 4))
    return max((middle - spread) / (cases + z2), 0.0), min((middle + spread) / (cases + z2), 1.0)


@dataclass
class Figures:
    """The figures of some clues. `statuses`: how many stand how; `reasons`: why they were dismissed; `days`: from first seen to closed."""

    rule: str = ""
    agency: str = ""
    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    days: list[float] = field(default_factory=list)

    @property
    def clues(self) -> int:
        return self.statuses.total()

    @property
    def decided(self) -> int:
        return sum(self.statuses[s] for s in CLOSED)

    @property
    def taken(self) -> int:
        return self.statuses[TAKEN]

    @property
    def weighed(self) -> int:
        """Of how many the share is taken: what was closed and not merged."""
        return self.decided - self.statuses[MERGED]

    @property
    def share(self) -> float | None:
        return self.taken / self.weighed if self.weighed else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.taken, self.weighed)

    @property
    def against_rule(self) -> int:
        return sum(self.reasons[r] for r in AGAINST_RULE)

    @property
    def against_source(self) -> int:
        return sum(self.reasons[r] for r in AGAINST_SOURCE)

    @property
    def median_days(self) -> float | None:
        return round(median(self.days), 1) if self.days else None

    def as_json(self) -> dict[str, Any]:
        low, high = self.interval or (None, None)
        names = {"rule": self.rule, "agency": self.agency}
        return {
            **{k: v for k, v in names.items() if v}, "clues": self.clues, "statuses": dict(sorted(self.statuses.items())), "decided": self.decided,
            "taken": self.taken, "share": _rounded(self.share), "low": _rounded(low), "high": _rounded(high),
            "reasons": dict(sorted(self.reasons.items())), "against_rule": self.against_rule, "against_source": self.against_source,
            "median_days": self.median_days,
        }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def figures(store: Store, *, rule: str = "", agency: str = "", since: dt.date | None = None) -> list[Figures]:
    """The figures by rule and agency (masked), in order. `rule` is a glob, `agency` a part of a name, `since` the day of the first sight."""
    clues, runs = store.register["clues"], store.register["runs"]
    c = clues.c
    wanted = select(c.rule, c.agency, c.status, c.reason, c.decided_at, runs.c.begun_at).outerjoin_from(clues, runs, c.first_run == runs.c.run_id)
    if rule and not set(rule) & set("*?["):
        wanted = wanted.where(c.rule == rule)
    if agency:
        wanted = wanted.where(c.agency.contains(agency, autoescape=True))
    if since:
        wanted = wanted.where(runs.c.begun_at >= since.isoformat())
    found: dict[tuple[str, str], Figures] = {}
    with store.engine.connect() as connection, connection.execute(wanted, execution_options={"yield_per": 5000}) as rows:
        for name, body, status, reason, decided, begun in rows:
            if rule and not fnmatchcase(name, rule):
                continue
            shown = mask_body(body or "")
            one = found.setdefault((name, shown), Figures(name, shown))
            one.statuses[status] += 1
            if status in DISMISSED and reason:
                one.reasons[reason] += 1
            if status in CLOSED and decided and begun:
                one.days.append(_days(begun, decided))
    return [found[key] for key in sorted(found)]


def _days(begun: str, ended: str) -> float:
    return max((dt.datetime.fromisoformat(ended) - dt.datetime.fromisoformat(begun)).total_seconds() / 86400, 0.0)


def names(store: Store, *, gone: bool = False) -> dict[str, set[str]]:
    """The rules, mechanisms and agencies of the clues that stand (`gone`: that ever stood), under `rule`, `mechanism`, `agency`."""
    c = store.register["clues"].c
    wanted = select(c.rule, c.mechanism, c.agency).where(*() if gone else (c.present == 1,)).distinct()
    with store.engine.connect() as connection:
        rows = connection.execute(wanted).tuples().all()
    return {name: {row[i] for row in rows if row[i]} for i, name in enumerate(("rule", "mechanism", "agency"))}


def by_rule(some: Iterable[Figures]) -> list[Figures]:
    """The figures of each rule, over all agencies."""
    return _joined(some, lambda one: Figures(rule=one.rule))


def by_agency(some: Iterable[Figures]) -> list[Figures]:
    """The figures of each agency, over all rules."""
    return _joined(some, lambda one: Figures(agency=one.agency))


def _joined(some: Iterable[Figures], empty: Callable[[Figures], Figures]) -> list[Figures]:
    found: dict[tuple[str, str], Figures] = {}
    for one in some:
        new = empty(one)
        whole = found.setdefault((new.rule, new.agency), new)
        whole.statuses += one.statuses
        whole.reasons += one.reasons
        whole.days += one.days
    return [found[key] for key in sorted(found)]


def never(rules: Iterable[str], some: Iterable[Figures]) -> list[str]:
    """The rules that have never found anything."""
    fired = {one.rule for one in some}
    return sorted(rule for rule in rules if rule not in fired)


def too_much(rules: list[Figures]) -> dict[str, str]:
    """The rules that ask too much of who reviews: id → why, in Chinese. `rules` are the figures by rule."""
    usual = median(one.clues for one in rules) if rules else 0
    found = {}
    for one in rules:
        if one.clues >= MANY and one.clues >= TIMES * usual:
            found[one.rule] = f"{one.clues} 条线索,是各规则中位数({usual:g} 条)的 {one.clues / usual:.0f} 倍"
        elif one.interval and one.interval[1] < POOR:
            found[one.rule] = f"办结 {one.weighed} 条,成案 {one.taken} 条,成案率至多 {one.interval[1]:.0%}"
    return found
