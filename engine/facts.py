"""Facts: one flat dictionary per subject with what a rule's conditions read, the limit worked out, and what is unknown.

`Plan(rule, views)` fixes, once per rule, which columns and related rows are read, how a fact is made (`Plan.fact`), and the
patterns under which it is a clue or insufficient. The judging of the fact is left to engine/judge.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.dossier import Need, need
from engine.env import UNDATED, Env, Row, Unknown, row_at, truth_of
from engine.evaluate import Evaluator, evaluator, undated_fields
from engine.functions import earliest
from engine.judge import Atom, Pattern
from engine.prefilter import is_settled
from engine.views import Views
from rules import terms as t
from rules.periods import deadline
from rules.resolve import Resolved

FALSE, TRUE, UNKNOWN = 0, 1, 2


@dataclass
class Finding:
    """What was worked out for one subject beside the flat fact: the days of its limit, the next act that lies ahead, what is missing."""

    row: Row
    env: Env
    start: int | None = None
    due: int | None = None
    done: int | None = None
    arose: int | None = None
    missing: set[str] = field(default_factory=set)
    begun: int | None = None
    before_law: bool = False
    coming: int | None = None

    @property
    def wake(self) -> int | None:
        """The next day on which time alone may change the verdict: the law binds, the limit is over, the situation arises, an act is done."""
        arises = self.arose if self.done is None else None
        return min((day for day in (self.begun, arises, self.coming) if day is not None and day > self.env.as_of), default=None)


@dataclass
class _Feature:
    """One condition as the fact carries it: a value compared by the judge, or a truth value (0, 1, 2 = unknown)."""

    name: str
    read: Evaluator
    plain: bool


class Plan:
    """How one rule's subjects become facts."""

    def __init__(self, rule: Resolved, views: Views):
        self.rule = rule
        judged = [term for term in rule.when if not is_settled(term, views)]
        self.need: Need = need([x for x in rule.terms() if x in judged or x not in rule.when], rule.base_record, views)
        self._features: dict[str, _Feature] = {}
        when = [a for term in judged for a in self._atoms(term)]
        breach = [a for term in rule.breach for a in self._atoms(term)]
        self.patterns = self._patterns(when, breach)
        self._start, self._within = _maybe(rule.start), _maybe(rule.within)
        self._fix_if, self._fixed_day = _maybe(rule.fix_if), _maybe(rule.fixed_day)
        self._on, self._in_force = _maybe(rule.on), _maybe(rule.in_force)
        self._acts = [(evaluator(a.term), _maybe(a.condition), _maybe(a.since), a.term) for a in rule.acts]
        self._insufficient = [(evaluator(c), name) for c, name in rule.insufficient]
        self._turning = {name for name, parameter in rule.parameters.items() if len(parameter.versions) > 1}
        first = (x for term in (rule.start, rule.on) if term is not None for x in term.walk())
        self._begins_by_version = any(isinstance(x, t.Parameter) and x.name in self._turning for x in first)

    # -- patterns ------------------------------------------------------------------------------------------------------
    def _atoms(self, term: t.Term) -> list[tuple[Atom, Atom]]:
        """The conditions of a term: as they must hold for a clue, and for a gap (where unknown will do)."""
        if isinstance(term, t.All):
            return [a for part in term.parts for a in self._atoms(part)]
        if isinstance(term, t.Compare) and isinstance(term.left, t.Field) and isinstance(term.right, t.Literal):
            plain = term.left.type != "date" and term.operator != "!="
            if plain:
                name = "_".join(("f", *term.left.place.hops, term.left.name))
                self._features.setdefault(name, _Feature(name, evaluator(term.left), True))
                atom = (name, term.operator, term.right.value)
                return [(atom, atom)]
        name = f"c{len(self._features)}"
        self._features[name] = _Feature(name, evaluator(term), False)
        return [((name, "=", TRUE), (name, ">=", TRUE))]

    def _patterns(self, when: list[tuple[Atom, Atom]], breach: list[tuple[Atom, Atom]]) -> list[Pattern]:
        clue = [hit for hit, _ in (*when, *breach)]
        sure: list[Atom] = [("declared", "nex", None)] if self.rule.insufficient else []
        gap = [soft for _, soft in (*when, *breach)]
        patterns = [Pattern("gap", (*gap, ("gap", ">", 0)))]
        if self.rule.insufficient:
            patterns.append(Pattern("gap", (*(soft for _, soft in when), ("declared", ">", 0))))
        if self.rule.rule.pattern:
            return [Pattern("pattern", (*clue, *sure, ("since", ">", 0))), *patterns]
        patterns.insert(0, Pattern("overdue", (*clue, *sure, ("done", "nex", None), ("over", ">", 0))))
        if self.rule.rule.limit and not self.rule.rule.limit.open_only:
            patterns.insert(1, Pattern("late", (*clue, *sure, ("late", ">", 0))))
        return patterns

    # -- facts ---------------------------------------------------------------------------------------------------------
    def fact(self, row: Row, as_of: int) -> tuple[dict[str, Any], Finding]:
        """The fact of one subject on a day, and the finding it stands for."""
        env = Env([row], as_of, self.rule.parameters)
        found = Finding(row, env)
        fact: dict[str, Any] = {}
        if self.rule.rule.pattern:
            self._work_out_pattern(found, fact)
        else:
            self._work_out_limit(found, fact)
        unknown: set[str] = set()
        for feature in self._features.values():
            value = feature.read(env)
            if feature.plain:
                fact[feature.name] = value
                continue
            truth = truth_of(value)
            if isinstance(truth, Unknown):
                unknown |= truth.fields
                fact[feature.name] = UNKNOWN
            else:
                fact[feature.name] = TRUE if truth else FALSE
        self._gaps(found, fact, unknown)
        return fact, found

    def _work_out_pattern(self, found: Finding, fact: dict[str, Any]) -> None:
        env = found.env
        assert self._on is not None and self.rule.on is not None
        found.arose = self._day(self._on, env)
        env.specials["start_on"] = found.arose
        found.begun = begun = self._in_force(env) if self._in_force else None
        found.before_law = bool(begun) and (env.as_of < begun or (bool(found.arose) and found.arose < begun))  # type: ignore[operator]
        if found.before_law:
            fact["since"] = 0
        elif found.arose == UNDATED and found.arose is not None:
            found.missing = set(undated_fields(self.rule.on, env))
            fact["gap"] = 1
        elif found.arose is not None and found.arose <= env.as_of:
            fact["since"] = found.arose - begun + 1 if begun else 1

    def _work_out_limit(self, found: Finding, fact: dict[str, Any]) -> None:
        env = found.env
        fixed = self._fixed_day(env) if self._fixed_day else None
        if fixed:
            found.due = fixed
            env.specials["due_on"] = env.specials["last_day"] = fixed
        elif fixed == UNDATED and fixed is not None:
            found.missing = set(undated_fields(self.rule.fixed_day, env))  # type: ignore[arg-type]
        elif self._start is not None:
            self._count(found)
        found.begun = begun = self._in_force(env) if self._in_force else None
        found.before_law = bool(begun) and env.as_of < begun  # type: ignore[operator]
        acts = self._acts_done(found)
        done = earliest(*(day for day, _ in acts))
        found.done = done
        env.specials["done_on"] = done or None
        open_only = self.rule.rule.limit is not None and self.rule.rule.limit.open_only
        fact["done"] = done
        starts_unknown = bool(found.missing)
        if found.due is not None:
            found.arose = max(found.due + 1, begun or 0)
            fact["over"] = env.as_of - found.arose + 1
            found.before_law = found.before_law or (bool(begun) and bool(done) and done < begun)  # type: ignore[operator]
            undated = [term for day, term in acts if day == UNDATED]
            acquitted = bool(done) and done <= found.due  # type: ignore[operator]
            if undated and not acquitted and not open_only:
                found.missing = {name for term in undated for name in undated_fields(term, env)}
                fact["done"] = UNDATED
            elif done and not acquitted and not found.before_law:
                fact["late"] = done - found.due
            if not acquitted and not starts_unknown and env.unknown_spans:
                found.missing = set(env.unknown_spans)
                fact.pop("over")
                fact.pop("late", None)
            if acquitted or (open_only and acts):
                found.missing = set()
        elif open_only and acts:
            found.missing = set()
        if found.before_law:
            found.missing = set()
        if found.missing:
            fact["gap"] = 1
            fact["starts_unknown"] = int(starts_unknown)

    def _count(self, found: Finding) -> None:
        env, rule = found.env, self.rule
        assert self._start is not None and self._within is not None
        found.start = start = self._day(self._start, env)
        env.specials["start_on"] = start
        if start is None:
            return
        if start == UNDATED:
            found.missing = set(undated_fields(rule.start, env))  # type: ignore[arg-type]
            return
        period = self._within(env)
        if period is None:
            return
        last = deadline(start, period, False)
        env.specials["last_day"] = last
        fixes = rule.rule.limit is not None and rule.rule.limit.ends == "fix"
        if self._fix_if is not None and truth_of(self._fix_if(env)) is True:
            fixes = True
        found.due = last if fixes else deadline(start, period, True)
        env.specials["due_on"] = found.due

    def _day(self, read: Evaluator, env: Env) -> int | None:
        """The day by which the versions of parameters count. Where it is itself counted by one that has several, that is the version of
        the day to which the first leads, so that a limit does not begin on another day when a new version comes."""
        if self._begins_by_version:
            env.day = 0
            env.day = read(env) or env.as_of
            env.cache.clear()
        day: int | None = read(env)
        env.day = day or env.as_of
        if self._turning:  # what was read so far may be read otherwise by the versions of that day
            env.cache.clear()
        return day

    def _acts_done(self, found: Finding) -> list[tuple[int, t.Term]]:
        """The acts that were done: their days (0 where undated), conditions and earliest days observed. A day ahead (a term, a day that
        was counted) is none yet."""
        done: list[tuple[int, t.Term]] = []
        as_of = found.env.as_of
        for act, condition, since, term in self._acts:
            days = act(found.env)
            first = since(found.env) if since else None
            if condition is not None and truth_of(condition(found.env)) is False:
                continue
            given = [d for d in (days if isinstance(days, list) else [days]) if d is not None]
            # Whether a dated act followed an undated day is unknown: it does not count.
            done += [(d, term) for d in given if first is None or d == UNDATED or (first != UNDATED and d >= first)]
        found.coming = min((d for d, _ in done if d > as_of), default=None)
        return [(d, term) for d, term in done if d <= as_of]

    def _gaps(self, found: Finding, fact: dict[str, Any], unknown: set[str]) -> None:
        """Note what is missing: an undated start alone, else whatever else decides."""
        pattern_undated = self.rule.rule.pattern is not None and "gap" in fact
        alone = bool(fact.pop("starts_unknown", pattern_undated))
        if found.before_law:
            return
        declared = {name for condition, name in self._insufficient if truth_of(condition(found.env)) is True}
        if declared:
            fact["declared"] = 1
        if alone:
            return
        found.missing |= declared
        if unknown and not self._decided(found, fact):
            found.missing |= unknown
            fact["gap"] = 1

    def _decided(self, found: Finding, fact: dict[str, Any]) -> bool:
        """Whether the limit is kept, still runs or cannot begin, or a pattern is to come, whatever is unknown."""
        if found.done is None and found.arose is not None and found.arose > found.env.as_of:
            return True
        if self.rule.on is not None:
            return found.arose is None and not _stays_open(self.rule.on, found.env)
        if found.due is None:
            return True
        if found.done and found.done <= found.due:
            return True
        limit = self.rule.rule.limit
        return limit is not None and limit.open_only and found.done is not None


def _stays_open(term: t.Term, env: Env) -> bool:
    """Whether a day that is not there may still come out of rows of which it is unknown whether they count."""
    if isinstance(term, t.Defined):
        return (row := row_at(env, term.place)) is not None and _stays_open(term.body, env.beside(row))
    if isinstance(term, t.Named):
        return _stays_open(term.body, env.of_subject())
    if isinstance(term, t.Values | t.Rows):
        rows = term.rows if isinstance(term, t.Values) else term
        return any(isinstance(truth, Unknown) for _, truth in evaluator(rows)(env))
    return any(_stays_open(child, env) for child in term.children())


def _maybe(term: t.Term | None) -> Evaluator | None:
    return evaluator(term) if term is not None else None
