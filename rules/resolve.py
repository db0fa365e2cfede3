"""From a rule's texts to terms: every expression resolved against catalogue and vocabulary, every problem with its place.

`resolve_rule(rule, catalogue, vocabulary)` returns the Resolved rule, or raises Unresolved with all problems found, each with the
path inside the rule file.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cases.catalogue import Catalogue
from rules import terms as t
from rules.kinds import GREATEST
from rules.language import Consequence, ExpressionError, Scope, Vocabulary
from rules.offences import load_offences
from rules.periods import Period, PeriodError
from rules.schema import Companion, Rule, Version, Window

FOLDER = Path(__file__).with_name("vocabulary")
Where = tuple[str | int, ...]


class Unresolved(ValueError):
    """规则里有看不懂的词;逐条见 problems。"""

    def __init__(self, problems: list[tuple[Where, str]]):
        super().__init__(";".join(message for _, message in problems))
        self.problems = problems


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The shipped definitions and named lists."""
    lists = {name: tuple(words) for name, words in _read("lists.yaml").items()}
    lists["offence_words"] = tuple(w for words, _ in load_offences().keywords for w in words)
    return Vocabulary(_read("definitions.yaml"), lists)


def _read(name: str) -> Any:
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@dataclass(frozen=True)
class ParameterVersions:
    """The versions of a parameter: (day from which it binds, value), in order."""

    versions: tuple[tuple[int, Any], ...]

    def __call__(self, day: int) -> Any:
        """The value in force on a day; before the first version, the first."""
        value = self.versions[0][1]
        for since, later in self.versions[1:]:
            if since <= day:
                value = later
        return value


@dataclass(frozen=True)
class ResolvedAct:
    term: t.Term
    condition: t.Term | None
    since: t.Term | None


@dataclass(frozen=True)
class ResolvedCompanion:
    spec: Companion
    where: tuple[t.Term, ...]
    day: t.Term
    before: Period | None
    after: Period | None


@dataclass(frozen=True)
class ResolvedWindow:
    spec: Window
    actor: t.Actor
    where: tuple[t.Term, ...]
    item: t.Term
    at: t.Term
    known_on: t.Term | None
    within: t.Term | None
    at_least: t.Term
    different_of: t.Term | None
    different_least: t.Term | None
    with_same: t.Term | None
    beside: ResolvedCompanion | None
    around: ResolvedCompanion | None


@dataclass
class Resolved:
    """A rule whose expressions are terms. `base_record` is the record its candidates are read from."""

    rule: Rule
    source: str
    base_record: str
    vocabulary: Vocabulary
    when: tuple[t.Term, ...] = ()
    breach: tuple[t.Term, ...] = ()
    start: t.Term | None = None
    within: t.Term | None = None
    fix_if: t.Term | None = None
    fixed_day: t.Term | None = None
    acts: tuple[ResolvedAct, ...] = ()
    on: t.Term | None = None
    in_force: t.Term | None = None
    insufficient: tuple[tuple[t.Term, str], ...] = ()
    severities: tuple[tuple[t.Term, str], ...] = ()
    agency: t.Term | None = None
    law_by: t.Term | None = None
    window: ResolvedWindow | None = None
    named: dict[str, t.Term] = field(default_factory=dict)
    parameters: dict[str, ParameterVersions] = field(default_factory=dict)
    says: dict[str, t.Term] = field(default_factory=dict)

    def terms(self) -> list[t.Term]:
        """Every term that is evaluated on the subject's row."""
        found = [*self.when, *self.breach, self.start, self.within, self.fix_if, self.fixed_day, self.on, self.in_force, self.agency, self.law_by]
        found += [x for act in self.acts for x in (act.term, act.condition, act.since)]
        found += [c for c, _ in (*self.insufficient, *self.severities)]
        found += [*self.says.values()]
        if self.window:
            w = self.window
            found += [w.actor, *w.where, w.item, w.at, w.known_on, w.different_of, w.with_same]
        return [x for x in found if x is not None]


def parameter_value(value: int | str | date) -> tuple[str, Any]:
    """Type and value of a parameter as a rule file writes it: a day, a period, a whole number or a text."""
    if isinstance(value, date):
        return "date", value.toordinal()
    if isinstance(value, int):
        if abs(value) >= GREATEST:
            raise ExpressionError(f"参数值 {value} 太大:数要小于一万亿")
        return "count", value
    if isinstance(value, str):
        try:
            return "period", Period.parse(value)
        except PeriodError:
            return "text", value
    raise ExpressionError(f"参数值 {value} 应为日期、期限、整数或文字")


def _disorder(versions: list[Version]) -> str:
    """Why nobody could say which version of a parameter counts; empty where everybody can."""
    days = [v.since for v in versions]
    if not versions:
        return "参数至少要写一个版本"
    if twice := next((day for day in days if days.count(day) > 1), None):
        return f"有两个版本都从 {twice} 起:不知道用哪一个,请改正 from 或者删去一个"
    return "" if days == sorted(days) else "各版本要按 from 从早到晚写:后一个版本从它的 from 起代替前一个"


class _Resolver:
    def __init__(self, rule: Rule, catalogue: Catalogue, vocabulary: Vocabulary):
        self.rule, self.catalogue, self.problems = rule, catalogue, list[tuple[Where, str]]()
        self.vocabulary = vocabulary
        base = rule.window.rows if rule.window else rule.subject
        if base not in catalogue.records:
            from rules.language import nearest

            raise Unresolved([(("subject",), f"没有名为 {base} 的记录{nearest(base, catalogue.records)}")])
        self.parameters: dict[str, ParameterVersions] = {}
        kinds: dict[str, str] = {}
        for name, versions in rule.parameters.items():
            if disorder := _disorder(versions):
                self.problems.append((("parameters", name), disorder))
            if not versions:
                continue
            read = [self.attempt(("parameters", name), parameter_value, v.value) for v in versions]
            values = [found or ("count" if isinstance(v.value, int) else "text", v.value) for found, v in zip(read, versions, strict=True)]
            kinds[name] = values[0][0]
            if len({k for k, _ in values}) > 1:
                self.problems.append((("parameters", name), f"参数 {name} 的各版本类型不同"))
            days = [v.since.toordinal() for v in versions]
            self.parameters[name] = ParameterVersions(tuple(zip(days, (v for _, v in values), strict=True)))
        self.scope = Scope(catalogue, vocabulary, base, parameters=kinds)

    def attempt(self, where: Where, function: Callable[..., Any], *args: Any) -> Any:
        """The result, or None with the problem noted under `where`."""
        try:
            return function(*args)
        except Consequence:
            return None
        except (ExpressionError, PeriodError) as e:
            self.problems.append((where, str(e)))
            return None

    def one(self, where: Where, text: str | int, want: str, many: bool = False) -> t.Term | None:
        return self.attempt(where, self.scope.resolve, str(text), want, many) if text != "" else None

    def any_kind(self, where: Where, text: str) -> t.Term | None:
        """A term of any type that gives one value or several."""
        term: t.Term | None = self.attempt(where, self.scope.resolve, text, "", True)
        if isinstance(term, t.Rows):
            self.problems.append((where, f"“{text}”是一组记录,要写出它们的字段,如 measures.ended_on"))
        return term

    def many(self, where: Where, texts: list[str]) -> tuple[t.Term, ...]:
        found = [self.one((*where, i), text, "bool") for i, text in enumerate(texts)]
        return tuple(f for f in found if f is not None)

    def resolve(self, source: str) -> Resolved:
        rule, r = self.rule, Resolved(self.rule, source, self.scope.record, self.vocabulary)
        r.parameters = self.parameters
        for name, text in rule.let.items():
            if term := self.any_kind(("let", name), text):
                self.scope.named[name] = term
            else:
                self.scope.broken.add(name)
        r.named = dict(self.scope.named)
        r.when = self.many(("when",), rule.when) + tuple(
            t.Not("bool", c) for i, u in enumerate(rule.unless) if (c := self.one(("unless", i), u.condition, "bool"))
        )
        r.breach = self.many(("breach",), rule.breach)
        r.in_force = self.one(("in_force",), rule.in_force, "date")
        r.insufficient = self.pairs("insufficient", [(m.condition, m.missing) for m in rule.insufficient])
        r.severities = self.pairs("severities", [(g.condition, g.severity) for g in rule.severities])
        r.agency = self.one(("agency",), rule.agency, "text") if rule.agency else None
        r.law_by = self.one(("law_by",), rule.law_by, "text")
        if rule.limit:
            self.limit(r)
        if rule.pattern:
            r.on = self.one(("condition" if rule.condition else "link", "day"), rule.pattern.day, "date")
        if rule.window:
            r.window = self.window(rule.window)
        r.says = self.placeholders(rule.says)
        if self.problems:
            raise Unresolved(self.problems)
        return r

    def pairs(self, key: str, items: list[tuple[str, str]]) -> tuple[tuple[t.Term, str], ...]:
        found = [(self.one((key, i), condition, "bool"), outcome) for i, (condition, outcome) in enumerate(items)]
        return tuple((c, o) for c, o in found if c is not None)

    def limit(self, r: Resolved) -> None:
        limit = self.rule.limit
        assert limit is not None
        r.start = self.one(("limit", "from"), limit.start, "date")
        r.within = self.one(("limit", "within"), limit.within, "period")
        r.fix_if = self.one(("limit", "fix_if"), limit.fix_if, "bool")
        r.fixed_day = self.one(("limit", "fixed_day"), limit.fixed_day, "date")
        acts = []
        for i, a in enumerate(limit.done_by):
            where: Where = ("limit", "done_by", i)
            if term := self.one(where, a.act, "date", True):
                acts.append(ResolvedAct(term, self.one(where, a.condition, "bool"), self.one(where, a.since, "date")))
        r.acts = tuple(acts)

    def window(self, w: Window) -> ResolvedWindow:
        actor = self.one(("window", "actor"), w.actor + ("_certificate" if w.by_certificate else ""), "actor")
        if actor is not None and not (isinstance(actor, t.Actor) and not actor.place.hops):
            self.problems.append((("window", "actor"), f"“{w.actor}”要是 {w.rows} 自己的角色:不能是关联记录的,也不能是算出来的"))
        at_least = self.one(("window", "at_least"), w.at_least, "count")
        item, at = self.one(("window", "item"), w.item, "text"), self.one(("window", "at"), w.at, "date")
        different = w.different
        return ResolvedWindow(
            w, actor, self.many(("window", "where"), w.where), item, at,  # type: ignore[arg-type]
            self.one(("window", "known_on"), w.known_on, "date"),
            self.one(("window", "within"), w.within, "period") if w.within else None,
            at_least,  # type: ignore[arg-type]
            self.one(("window", "different"), different.of, "text", True) if different else None,
            self.one(("window", "different"), different.at_least, "count") if different else None,
            self.one(("window", "with_same"), w.with_same, "text", True),
            self.companion("beside", w.beside), self.companion("around", w.around),
        )  # fmt: skip

    def companion(self, key: str, c: Companion | None) -> ResolvedCompanion | None:
        if c is None:
            return None
        if c.rows not in self.catalogue.records:
            self.problems.append((("window", key, "rows"), f"没有名为 {c.rows} 的记录"))
            return None
        outer, self.scope = self.scope, Scope(self.catalogue, self.vocabulary, c.rows, parameters=self.scope.parameters)
        where = self.many(("window", key, "where"), c.where)
        day = self.one(("window", key, "day"), c.day, "date")
        span = [self.attempt(("window", key), Period.parse, x) if x and x != "last" else None for x in (c.before, c.after)]
        self.scope = outer
        return ResolvedCompanion(c, where, day, *span)  # type: ignore[arg-type]

    def placeholders(self, template: str) -> dict[str, t.Term]:
        """The terms of {…} in the message; those the clue itself provides are left to it."""
        own = {"as_of", "actor", "count", "others"} if self.rule.window else {"as_of", "until"}
        try:
            parts = list(string.Formatter().parse(template))
        except ValueError:
            self.problems.append((("says",), "花括号没有成对:{字段} 换成案情,要写花括号本身就写两个 {{"))
            return {}
        found = {}
        for _, name, form, turned in parts:
            if name == "" or form or turned:
                self.problems.append((("says",), "花括号里只写字段名,如 {court}"))
            elif name and name not in own and (term := self.any_kind(("says",), name)):
                found[name] = term
        return found


def resolve_rule(rule: Rule, catalogue: Catalogue, vocabulary: Vocabulary, source: str = "") -> Resolved:
    """Resolve every expression of a rule. Raises Unresolved with all problems."""
    return _Resolver(rule, catalogue, vocabulary).resolve(source)
