"""Scanning: every rule's candidates, facts, verdicts and clues, in order, as a stream.

`Scanner(store, rules, law)` compiles the rules once; `scan(as_of)` yields, rule by rule, batches of clues and of what is insufficient.
`judge_rule` does one rule, or a part of its rows, and says when they must be judged again. No today, no output, no recording here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select, Table

from cases.catalogue import Catalogue
from engine.actors import Crowds
from engine.clues import ClueMaker, dressed, normal_key
from engine.dossier import Loader
from engine.evidence import key_of
from engine.facts import Finding, Plan
from engine.gather import WindowPlan, judged
from engine.heaps import heaped
from engine.judge import EngineFault, Judge, Pattern, judge_plainly
from engine.prefilter import candidates, sleepers
from engine.views import Narrow, Views
from rules.law import LawBook
from rules.resolve import Resolved

ROWS_AT_ONCE = 500
STATES = ("overdue", "late", "pattern")


class CaseStore(Protocol):
    """What scanning needs of a store."""

    engine: Engine
    catalogue: Catalogue
    tables: dict[str, Table]


@dataclass
class Batch:
    """Some results of one rule as they stand on the day of the scan; `judged` counts the facts looked at."""

    rule: str
    clues: list[dict[str, Any]] = field(default_factory=list)
    insufficient: list[dict[str, Any]] = field(default_factory=list)
    judged: int = 0


@dataclass
class Judged:
    """Some results of one rule, timeless: clues with their subject (row or actor), gaps with their row, and (row, day) for rows that
    must be judged again on a day because time will have passed."""

    rule: str
    clues: list[tuple[int | str, dict[str, Any]]] = field(default_factory=list)
    gaps: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    wakes: list[tuple[int, int]] = field(default_factory=list)
    judged: int = 0


class Scanner:
    """The compiled rules over one store. With `check` every verdict is held against the plain evaluator."""

    def __init__(self, store: CaseStore, rules: Sequence[Resolved], law: LawBook, *, check: bool = False):
        self.store, self.rules, self.law, self.check = store, list(rules), law, check
        self.views = Views(store.catalogue, store.tables)
        self.plans = [WindowPlan(r, self.views) if r.window else Plan(r, self.views) for r in self.rules]
        self.makers = [ClueMaker(r, store.catalogue, law) for r in self.rules]
        self.judge = Judge([plan.patterns for plan in self.plans])
        self.begin()

    def begin(self) -> None:
        """Begin another scan: rows may have come since the last one."""
        self.crowds = Crowds(self.views)
        self.views.heaped = None

    def scan(self, as_of: int, *, everything: bool = False) -> Iterator[Batch]:
        """All batches of all rules as of a day. With `everything` no candidate filter is used (slow; for tests)."""
        self.begin()
        with self.store.engine.connect() as connection:
            for number in range(len(self.rules)):
                for found in self.judge_rule(connection, number, as_of, everything=everything):
                    clues = [dressed(clue, as_of) for _, clue in found.clues]
                    yield Batch(found.rule, clues, [gap for _, gap in found.gaps], found.judged)

    def judge_rule(
        self, connection: Connection, number: int, as_of: int, narrow: Narrow | None = None, everything: bool = False, early: bool = False
    ) -> Iterator[Judged]:
        """The results of one rule; `narrow` restricts it to some of its subjects' rows. With `early` every row that time alone will make
        a candidate is among the wakes, otherwise only those that are candidates already."""
        plan, loader = self.plans[number], Loader(self.views, as_of)
        if narrow is None and not everything and self.views.heaped is None:  # to look for heaps would cost more than to judge a few rows
            self.views.heaped = heaped(connection, self.views)
        if isinstance(plan, WindowPlan):
            yield from self._windows(connection, loader, number, plan, narrow, everything)
            return
        columns = sorted({*plan.need.fields, "rid"})
        statement = candidates(self.rules[number], self.views, columns, narrow, everything, early)
        with connection.execute(statement, {"as_of": as_of}, execution_options={"yield_per": ROWS_AT_ONCE}) as result:
            for part in result.partitions():
                rows = [dict(zip(columns, found, strict=True)) for found in part]
                loader.attach(connection, rows, plan.need)
                yield self._judged(number, plan, rows, as_of)

    def sleepers(self, number: int, narrow: Narrow | None = None) -> Select[Any] | None:
        """The rows (rid, day) of a rule that are no candidates as of the bound day `as_of` and may become some on `day` at the earliest."""
        return sleepers(self.rules[number], self.views, narrow)

    def _judged(self, number: int, plan: Plan, rows: list[dict[str, Any]], as_of: int) -> Judged:
        rule, maker = self.rules[number].rule, self.makers[number]
        made = [plan.fact(row, as_of) for row in rows]
        facts = [fact for fact, _ in made]
        batch = Judged(rule.id, judged=len(facts))
        outcomes = self.judge.judge(number, facts)
        if self.check:
            self._compare(rule.id, plan.patterns, facts, outcomes)
        for (_, found), outcome in zip(made, outcomes, strict=True):
            rid = found.row["rid"]
            if state := next((s for s in STATES if s in outcome), None):
                batch.clues.append((rid, maker.clue(found, state)))
            elif "gap" in outcome:
                batch.gaps.append((rid, self._gap(rule.id, rule.subject, found)))
            if (day := found.wake) is not None:
                batch.wakes.append((rid, day))
        return batch

    def _compare(self, rule: str, patterns: Sequence[Pattern], facts: list[dict[str, Any]], outcomes: list[set[str]]) -> None:
        for fact, outcome in zip(facts, outcomes, strict=True):
            if (plain := judge_plainly(patterns, fact)) != outcome:
                raise EngineFault(f"规则 {rule} 的判断与逐条比对不一致:{sorted(outcome)} / {sorted(plain)},事实 {fact}。请报告此问题")

    def _gap(self, rule: str, record: str, found: Finding) -> dict[str, Any]:
        sheet = self.store.catalogue.records[record]
        subject = {"record": record, "key": list(key_of(found.row, sheet))}
        return {"rule": rule, "subject": subject, "missing": sorted(found.missing), "order": normal_key(found.row, sheet.key_fields)}

    def _windows(
        self, connection: Connection, loader: Loader, number: int, plan: WindowPlan, narrow: Narrow | None, everything: bool
    ) -> Iterator[Judged]:
        if narrow is None and not everything:
            narrow = self.crowds.narrow(connection, plan.rule.base_record, plan.window.actor, plan.least)
        for looked_at, gatherings in plan.gatherings(connection, loader, narrow, everything):
            hits = judged(self.judge, number, gatherings)
            if self.check:
                facts = [g.fact for g in gatherings]
                self._compare(self.rules[number].rule.id, plan.patterns, facts, self.judge.judge(number, facts))
            clues: list[tuple[int | str, dict[str, Any]]] = [(g.known_as, plan.clue(g, self.makers[number], loader.as_of)) for g in hits]
            yield Judged(self.rules[number].rule.id, clues, judged=looked_at)
