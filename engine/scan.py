"""Scanning: every rule's candidates, facts, verdicts and clues, in order, as a stream.

`Scanner(store, rules, law)` compiles the rules once; `scan(as_of)` yields, rule by rule, batches of clues and of what is insufficient.
No today, no output, no recording here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Table

from cases.catalogue import Catalogue
from engine.clues import ClueMaker, normal_key
from engine.dossier import Loader
from engine.evidence import key_of
from engine.facts import Finding, Plan
from engine.gather import WindowPlan, judged
from engine.judge import EngineFault, Judge, Pattern, judge_plainly
from engine.prefilter import Sql, candidates
from engine.views import View, Views
from rules.law import LawBook
from rules.resolve import Resolved

ROWS_AT_ONCE = 1000
STATES = ("overdue", "late", "pattern")


class CaseStore(Protocol):
    """What scanning needs of a store."""

    engine: Engine
    catalogue: Catalogue
    tables: dict[str, Table]


@dataclass
class Batch:
    """Some results of one rule; `judged` counts the facts looked at."""

    rule: str
    clues: list[dict[str, Any]] = field(default_factory=list)
    insufficient: list[dict[str, Any]] = field(default_factory=list)
    judged: int = 0


class Scanner:
    """The compiled rules over one store. With `check` every verdict is held against the plain evaluator."""

    def __init__(self, store: CaseStore, rules: Sequence[Resolved], law: LawBook, *, check: bool = False):
        self.store, self.rules, self.check = store, list(rules), check
        self.views = Views(store.catalogue, store.tables)
        self.plans = [WindowPlan(r, self.views) if r.window else Plan(r, self.views) for r in self.rules]
        self.makers = [ClueMaker(r, store.catalogue, law) for r in self.rules]
        self.judge = Judge([plan.patterns for plan in self.plans])

    def scan(self, as_of: int, *, everything: bool = False) -> Iterator[Batch]:
        """All batches of all rules as of a day. With `everything` no candidate filter is used (slow; for tests)."""
        with self.store.engine.connect() as connection:
            loader = Loader(self.views, as_of)
            for number in range(len(self.rules)):
                yield from self.scan_rule(connection, loader, number, None, everything)

    def scan_rule(
        self, connection: Connection, loader: Loader, number: int, narrow: Callable[[View], Sql] | None = None, everything: bool = False
    ) -> Iterator[Batch]:
        """The batches of one rule; `narrow` restricts it to some of its subjects' rows."""
        plan = self.plans[number]
        if isinstance(plan, WindowPlan):
            yield from self._windows(connection, loader, number, plan, narrow, everything)
            return
        columns = sorted(plan.need.fields)
        statement = candidates(self.rules[number], self.views, columns, narrow, everything)
        result = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(statement, {"as_of": loader.as_of})
        for part in result.partitions():
            rows = [dict(zip(columns, found, strict=True)) for found in part]
            loader.attach(connection, rows, plan.need)
            yield self._judged(number, plan, rows, loader.as_of)

    def _judged(self, number: int, plan: Plan, rows: list[dict[str, Any]], as_of: int) -> Batch:
        rule, maker = self.rules[number].rule, self.makers[number]
        made = [plan.fact(row, as_of) for row in rows]
        facts = [fact for fact, _ in made]
        batch = Batch(rule.id, judged=len(facts))
        outcomes = self.judge.judge(number, facts)
        if self.check:
            self._compare(rule.id, plan.patterns, facts, outcomes)
        for (_, found), outcome in zip(made, outcomes, strict=True):
            if state := next((s for s in STATES if s in outcome), None):
                batch.clues.append(maker.clue(found, state))
            elif "gap" in outcome:
                batch.insufficient.append(self._gap(rule.id, rule.subject, found))
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
        self, connection: Connection, loader: Loader, number: int, plan: WindowPlan, narrow: Callable[[View], Sql] | None, everything: bool
    ) -> Iterator[Batch]:
        for looked_at, gatherings in plan.gatherings(connection, loader, narrow, everything):
            hits = judged(self.judge, number, gatherings)
            if self.check:
                facts = [g.fact for g in gatherings]
                self._compare(self.rules[number].rule.id, plan.patterns, facts, self.judge.judge(number, facts))
            clues = [plan.clue(g, self.makers[number], loader.as_of) for g in hits]
            yield Batch(self.rules[number].rule.id, clues, judged=looked_at)
