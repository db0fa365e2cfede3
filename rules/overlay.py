"""Overlays: what one place changes in rules that others wrote, each change with its citation and dates, without copying the rule.

An overlay is a YAML file among the rules whose first key is `overlay:` (the name of the place). It changes parameters, severities,
titles and sentences, or switches rules off. A parameter's version binds by the day that matters to the case, as the rule's own do,
and after its `until` the rule's own value returns; severities and switches count by the as-of day. Ids of clues stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator

from cases.catalogue import Catalogue
from rules.casechecks import field_problems
from rules.language import _nearest
from rules.load import Problem, RuleFile, message
from rules.periods import PeriodError, _number
from rules.resolve import Resolved, Unresolved, Where, load_vocabulary, parameter_value, resolve_rule
from rules.schema import Case, Exclusion, Grading, Rule, Severity, Strict, Version

LAST_DAY = date.max.toordinal()
_SPELT = re.compile(r"([一二两三四五六七八九十百]+|\d+)\s*(万元|元|个?工作日|个?月|日|天|年|件|名|次|人)")


class Dated(Strict):
    """From when (until when, both included) a change counts, and where that is written."""

    since: date = Field(alias="from")
    until: date | None = None
    cite: str = Field(min_length=2)
    checked: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Dated:
        if self.until and self.until < self.since:
            raise ValueError("until 不能早于 from")
        return self

    def binds(self, day: int) -> bool:
        """Whether the change counts on a day."""
        return self.since.toordinal() <= day <= (self.until or date.max).toordinal()


class LocalValue(Dated):
    value: int | str | date


class LocalSeverity(Dated):
    """Another severity; `severities` takes the place of the rule's own conditional ones, where it is given."""

    value: Severity
    severities: list[Grading] | None = None


class Stopped(Dated):
    """The rule is not used."""


class Change(Strict):
    """What an overlay changes in one rule, and cases of the rule as changed."""

    title: str = ""
    says: str = ""
    parameters: dict[str, list[LocalValue]] = Field(default_factory=dict)
    severity: list[LocalSeverity] = Field(default_factory=list)
    stopped: list[Stopped] = Field(default_factory=list)
    cases: list[Case] = Field(default_factory=list)

    @field_validator("severity", "stopped", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _in_order(self) -> Change:
        for name, some in self.dated().items():
            days = [dated.since for dated in some]
            if not some or days != sorted(set(days)):
                raise ValueError(f"{'.'.join(map(str, name))} 的各版本要按 from 从早到晚、不重复")
        return self

    def dated(self) -> dict[Where, Sequence[Dated]]:
        """What has dates, by its place; a later version ends the one before it."""
        lists: dict[Where, Sequence[Dated]] = {("parameters", name): versions for name, versions in self.parameters.items()}
        return lists | {(key,): some for key in ("severity", "stopped") if (some := getattr(self, key))}


class Overlay(Strict):
    """An overlay file."""

    overlay: str = Field(min_length=1)
    rules: dict[str, Change] = Field(min_length=1)


@dataclass(frozen=True)
class Placed:
    """A change of one rule, and where it is written."""

    file: RuleFile
    place: str
    rule: str
    change: Change

    def problem(self, where: Where, text: str) -> Problem:
        return Problem(self.file.path, self.file.line(("rules", self.rule, *where)), text)

    def told(self) -> Iterator[dict[str, Any]]:
        """What is changed, entry by entry; a title or sentence has no dates and no citation of its own."""
        for where, some in self.change.dated().items():
            for i, dated in enumerate(some):
                yield {**self._at(where[-1], (*where, i)), "from": str(dated.since), "until": str(dated.until or ""), "cite": dated.cite}
        for key in ("title", "says"):
            if getattr(self.change, key):
                yield {**self._at(key, (key,)), "from": "", "until": "", "cite": ""}

    def _at(self, what: str | int, where: Where) -> dict[str, Any]:
        return {"place": self.place, "what": what, "file": str(self.file.path), "line": self.file.line(("rules", self.rule, *where))}

    def by(self, where: Where) -> str:
        """Who set a value, and where that is written."""
        return f"{self.place}({self.file.path}:{self.file.line(('rules', self.rule, *where))})"


@dataclass
class Localised(Resolved):
    """A rule as changed by overlays; `base` is the rule as its own file has it. `sources` says who set which version of a parameter,
    by name and first day; `stopped` who switched the rule off ("" = it is in use)."""

    base: Resolved | None = None
    sources: dict[tuple[str, date], str] = field(default_factory=dict)
    stopped: str = ""
    changes: tuple[Placed, ...] = ()

    def told(self) -> list[dict[str, Any]]:
        """Every change, for people and programs: place, what is changed, from, until, citation, file and line."""
        return [entry for placed in self.changes for entry in placed.told()]


D = TypeVar("D", bound=Dated)


def is_overlay(file: RuleFile) -> bool:
    """Whether a file among the rules is an overlay."""
    return "overlay" in file.data


def lay_over(
    files: Iterable[RuleFile], rules: dict[str, Resolved], catalogue: Catalogue, day: int = LAST_DAY, broken: Iterable[str] = ()
) -> list[Problem]:
    """Change the rules (by id) as the overlays say, in force on the as-of `day`; gives every problem of the files.

    `broken` are ids of rules that could not be read: a change of one of them is no further problem.
    """
    problems: list[Problem] = []
    changes: dict[str, list[Placed]] = {}
    for file in files:
        try:
            overlay = Overlay.model_validate(file.data)
        except ValidationError as e:
            problems += [Problem(file.path, file.line(err["loc"]), message(err, _keys())) for err in e.errors()]
            continue
        for name, change in overlay.rules.items():
            placed = Placed(file, overlay.overlay, name, change)
            if name in rules:
                changes.setdefault(name, []).append(placed)
            elif name not in broken:
                problems.append(placed.problem((), f"没有编号为 {name} 的规则{_nearest(name, rules)}"))
    for name, some in changes.items():
        found = list(_problems(rules[name].rule, some))
        if not found:
            try:
                rules[name] = localised(rules[name], some, catalogue, day)
            except Unresolved as e:
                found = [some[-1].problem((), text) for _, text in e.problems]
            else:
                found = list(_case_problems(rules[name].rule, some, catalogue))
        problems += found
    return problems


def localised(base: Resolved, changes: Sequence[Placed], catalogue: Catalogue, day: int) -> Localised:
    """The rule as changed on an as-of day. Raises Unresolved where a condition or sentence of a change is not understood."""
    rule, sources = base.rule, dict[tuple[str, date], str]()
    new: dict[str, Any] = {"cases": [case for placed in changes for case in placed.change.cases]}
    parameters = dict(rule.parameters)
    for name in parameters:
        local = [(v, placed.by(("parameters", name, i))) for placed in changes for i, v in enumerate(placed.change.parameters.get(name, []))]
        if local:
            merged = list(_merged(parameters[name], local))
            parameters[name] = [version for version, _ in merged]
            sources |= {(name, version.since): said for version, said in merged if said}
    for placed in changes:
        new |= {key: text for key in ("title", "says") if (text := getattr(placed.change, key))}
        if severity := _binding(placed.change.severity, day):
            _, at = severity
            new["severity"] = at.value
            new |= {"severities": at.severities} if at.severities is not None else {}
    stopped = next((placed.by(("stopped", found[0])) for placed in changes if (found := _binding(placed.change.stopped, day))), "")
    whole = rule.model_copy(update={**new, "parameters": parameters})
    resolved = resolve_rule(_switched_off(whole, stopped) if stopped else whole, catalogue, load_vocabulary(), base.source)
    return Localised(**vars(resolved), base=base, sources=sources, stopped=stopped, changes=tuple(changes))


def _switched_off(rule: Rule, why: str) -> Rule:
    """The rule with a condition that no record meets, so that what it found before is gone after the next scan."""
    if rule.window:
        return rule.model_copy(update={"window": rule.window.model_copy(update={"where": [*rule.window.where, "as_of is blank"]})})
    return rule.model_copy(update={"unless": [*rule.unless, Exclusion(**{"if": "as_of is given", "because": f"已停用({why})"})]})


def on(rule: Localised, day: int, catalogue: Catalogue) -> Localised:
    """The same rule with the changes that are in force on another as-of day."""
    assert rule.base is not None
    return localised(rule.base, rule.changes, catalogue, day)


def _binding(some: Sequence[D], day: int) -> tuple[int, D] | None:
    """The change that counts on a day, with its number."""
    return next(((i, some[i]) for i in reversed(range(len(some))) if some[i].binds(day)), None)


def _merged(own: Sequence[Version], local: Sequence[tuple[LocalValue, str]]) -> Iterator[tuple[Version, str]]:
    """The versions of a parameter, local ones where they bind and its own elsewhere, each with who set it ("" = the rule)."""
    starts = {v.since for v in own} | {v.since for v, _ in local}
    starts |= {v.until + timedelta(days=1) for v, _ in local if v.until and v.until < date.max}
    if min(starts) < own[0].since:
        # Before its first version a parameter has that version's value.
        starts.add(date.min)
    last: object = None
    for day in sorted(starts):
        bound = next(((v, said) for v, said in reversed(local) if v.binds(day.toordinal())), None)
        version = bound[0] if bound else next((v for v in reversed(own) if v.since <= day), own[0])
        if version is not last:
            fields = {"from": day, "value": version.value, "cite": version.cite, "checked": version.checked}
            yield Version.model_validate(fields), bound[1] if bound else ""
        last = version


# -- what can be wrong -------------------------------------------------------------------------------------------------
def _keys() -> list[str]:
    models = (Overlay, Change, LocalValue, LocalSeverity, Case, Grading)
    return sorted({known.alias or name for model in models for name, known in model.model_fields.items()})


def _problems(rule: Rule, changes: Sequence[Placed]) -> Iterator[Problem]:
    for placed in changes:
        for name, versions in placed.change.parameters.items():
            where: Where = ("parameters", name)
            if name not in rule.parameters:
                yield placed.problem(where, f"规则 {placed.rule} 没有参数 {name}{_nearest(name, rule.parameters)}")
                continue
            for i, version in enumerate(versions):
                if said := _misfit(rule, rule.parameters[name][-1].value, version.value):
                    yield placed.problem((*where, i, "value"), said)
            yield from _spelt_out(rule, placed, name, changes)
    yield from _overlaps(changes)


def _case_problems(rule: Rule, changes: Sequence[Placed], catalogue: Catalogue) -> Iterator[Problem]:
    """What is wrong with the cases that the overlays give, which the changed rule has in their order."""
    places = [(placed, i) for placed in changes for i in range(len(placed.change.cases))]
    for where, text in field_problems(rule, catalogue):
        placed, number = places[int(where[1])]
        yield placed.problem(("cases", number, *where[2:]), text)


def _misfit(rule: Rule, own: int | str | date, local: int | str | date) -> str:
    """Why a value cannot stand for the rule's own; "" where it can."""
    kinds = {"date": "日期", "period": "期限(如 5 working days、3 months)", "count": "整数", "text": "文字"}
    try:
        wanted, (given, value) = parameter_value(own)[0], parameter_value(local)
    except PeriodError as e:
        return str(e)
    if wanted != given:
        return f"值写作“{local}”:这个参数应是{kinds[wanted]}"
    if rule.window and given == "period" and (value.months or value.working):
        return f"值写作“{local}”:聚集规则的一段时间要用自然日,如 1095 days"
    return ""


def _overlaps(changes: Sequence[Placed]) -> Iterator[Problem]:
    """Two overlays that change the same thing at the same time: nobody could say which counts."""
    for placed, earlier in ((p, e) for i, p in enumerate(changes) for e in changes[:i]):
        others = earlier.change.dated()
        for where, versions in placed.change.dated().items():
            for i, dated in enumerate(versions):
                for j, other in enumerate(others.get(where, ())):
                    if dated.since <= (other.until or date.max) and other.since <= (dated.until or date.max):
                        line = earlier.file.line(("rules", placed.rule, *where, j))
                        yield placed.problem((*where, i), f"与 {earlier.file.path}:{line} 的起止日重叠:请写上 until,或改 from")
    for key in ("title", "says"):
        given = [placed for placed in changes if getattr(placed.change, key)]
        for placed in given[1:]:
            yield placed.problem((key,), f"{given[0].file.path} 也改了 {key}:请只留一处")


def _spelt_out(rule: Rule, placed: Placed, name: str, changes: Sequence[Placed]) -> Iterator[Problem]:
    """A title or sentence that spells out the value that is changed would be untrue from then on."""
    numbers = {n for version in rule.parameters[name] for n in _amounts(version.value)}
    for key in ("title", "says"):
        words = re.sub(r"\{[^}]*\}", "", getattr(rule, key))
        found = next((m for m in _SPELT.finditer(words) if _amount(m[1], m[2]) in numbers), None)
        if found and not any(getattr(p.change, key) for p in changes):
            mend = f"请在这里也写上 {key}" + (f",那里写作 {{${name}}}" if key == "says" else ",不写数")
            yield placed.problem(("parameters", name), f"规则的 {key} 里写着“{found[0]}”,改了 {name} 就不符了:{mend}")


def _amount(number: str, unit: str) -> tuple[int, str]:
    n = _number(number)
    if unit in ("年", "月", "个月"):
        return (n * 12 if unit == "年" else n), "months"
    if unit in ("日", "天") or unit.endswith("工作日"):
        return n, "days"
    return (n * 10_000 if unit == "万元" else n), "count"


def _amounts(value: int | str | date) -> Iterator[tuple[int, str]]:
    """A value as a sentence may name it; a year of 365 days is a year."""
    kind, read = parameter_value(value)
    if kind == "count":
        yield read, "count"
    elif kind == "period":
        days = read.days or read.working
        yield read.months + (days // 365 * 12 if days % 365 == 0 else 0), "months"
        yield days, "days"
