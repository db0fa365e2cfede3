"""What is told of one rule and one record, and what is needed to tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.env import Env, Row
from engine.shortfall import Gap, Shortfall, Shortfalls
from engine.wording import Here, Wording
from rules import terms as t
from rules.resolve import Resolved

Outcome = Literal["hit", "insufficient", "miss", "excluded", "not_in_force"]


@dataclass
class Explanation:
    """What one rule makes of the record. `reason` is the Chinese sentence, `condition` the failed condition as the rule file has it,
    `gap` by how much it failed; `clue` is the clue of a hit, `missing` the fields of what is insufficient."""

    rule: Resolved
    outcome: Outcome
    reason: str
    subject: dict[str, Any]
    condition: str = ""
    gap: Gap | None = None
    missing: list[str] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    clue: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        clue = {k: self.clue[k] for k in ("id", "state", "severity", "due_on", "arose_on", "days")} if self.clue else None
        return {
            "rule": self.rule.rule.id, "title": self.rule.rule.title, "outcome": self.outcome, "subject": self.subject, "reason": self.reason,
            "condition": self.condition, "gap": vars(self.gap) if self.gap else None, "missing": self.missing, "clue": clue,
            "evidence": self.evidence,
        }  # fmt: skip


@dataclass
class Asked:
    """One rule asked about one record: what is needed to find the reason."""

    rule: Resolved
    row: Row
    env: Env
    shortfalls: Shortfalls
    subject: dict[str, Any]

    @property
    def words(self) -> Wording:
        return self.shortfalls.wording

    @property
    def here(self) -> Here:
        return Here(self.env, self.rule.base_record)

    def says(self, outcome: Outcome, reason: str | Shortfall, terms: Sequence[t.Term] = (), condition: str = "") -> Explanation:
        """An explanation; `terms` are those it rests on, beside the cells that the reason quotes."""
        evidence = self.words.quoted
        for term in terms:
            evidence.read(term, self.env, blank=True)
        said = Shortfall(reason) if isinstance(reason, str) else reason
        return Explanation(self.rule, outcome, said.text, self.subject, condition, said.gap, evidence=evidence.listed())
