"""Overlays: what one place changes in rules that others wrote, each change with its citation and dates, without copying the rule.

An overlay is a YAML file among the rules whose first key is `overlay:` (the name of the place). It changes parameters, severities,
titles and sentences, switches rules off, and sets thresholds for prosecution, which all rules that ask for them then use. A value binds
by the day that matters to the case, as the rule's own do, and after its `until` the rule's own returns; severities and switches count
by the as-of day. Ids of clues stay. What can be wrong with a file is told by rules/overlaychecks.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator

from cases.catalogue import Catalogue
from cases.yamlfile import Problem, YamlFile, message
from rules.language import nearest
from rules.offences import LOCAL, local_thresholds
from rules.resolve import ParameterVersions, Resolved, Unresolved, Where, resolve_rule
from rules.schema import Case, Exclusion, Grading, Rule, Severity, Strict, Version

LAST_DAY = date.max.toordinal()


WORDS = {"severity": "紧急程度", "stopped": "停用", "title": "名称", "says": "提示"}
"""What is changed, as people are told it; a parameter goes by its name."""


class Dated(Strict):
    """From when (until when, both included) a change counts, and where that is written."""

    since: date = Field(alias="from")
    until: date | None = None
    cite: str = Field(min_length=1)
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
        return value if isinstance(value, list) else [value]

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


class LocalThreshold(Dated):
    """A threshold for prosecution, as vocabulary/offences.yaml writes them; `law` is the article that leaves it to the place."""

    offence: str
    crime_class: str = Field("", alias="class")
    law: str
    reached: list[dict[str, int | str]] = Field(min_length=1)


class Overlay(Strict):
    """An overlay file."""

    overlay: str = Field(min_length=1)
    rules: dict[str, Change] = Field(default_factory=dict)
    thresholds: list[LocalThreshold] = Field(default_factory=list)

    @model_validator(mode="after")
    def _not_empty(self) -> Overlay:
        if not self.rules and not self.thresholds:
            raise ValueError("覆盖文件要写 rules 或者 thresholds")
        return self


class LocalRule(Rule):
    """A rule with the thresholds that overlays set."""

    thresholds: list[LocalThreshold] = Field(default_factory=list)


@dataclass(frozen=True)
class Placed:
    """A change of one rule, and where it is written."""

    file: YamlFile
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
        return {
            "place": self.place,
            "what": WORDS.get(str(what), what),
            "file": str(self.file.path),
            "line": self.file.line(("rules", self.rule, *where)),
        }

    def by(self, where: Where) -> str:
        """Who set a value, and where that is written."""
        return f"{self.place}({self.file.path}:{self.file.line(('rules', self.rule, *where))})"


@dataclass(frozen=True)
class PlacedThreshold:
    """A threshold, and where it is written."""

    file: YamlFile
    place: str
    number: int
    threshold: LocalThreshold

    def problem(self, where: Where, text: str) -> Problem:
        return Problem(self.file.path, self.file.line(("thresholds", self.number, *where)), text)

    def told(self) -> dict[str, Any]:
        """The threshold in the form of `Placed.told`."""
        of, line = self.threshold, self.file.line(("thresholds", self.number))
        dates = {"from": str(of.since), "until": str(of.until or ""), "cite": of.cite}
        return {"place": self.place, "what": self.name, "file": str(self.file.path), "line": line, **dates}

    @property
    def name(self) -> str:
        """What is set, in Chinese."""
        of = self.threshold
        return f"{of.offence}{f'({of.crime_class})' if of.crime_class else ''}的追诉标准"

    def by(self) -> str:
        """Who set it, and where that is written."""
        return f"{self.place}({self.file.path}:{self.file.line(('thresholds', self.number))})"


@dataclass
class Localised(Resolved):
    """A rule as changed by overlays; `base` is the rule as its own file has it. `sources` says who set which version of a parameter,
    by name and first day; `stopped` who switched the rule off ("" = it is in use)."""

    base: Resolved | None = None
    sources: dict[tuple[str, date], str] = field(default_factory=dict)
    stopped: str = ""
    changes: tuple[Placed, ...] = ()
    thresholds: tuple[PlacedThreshold, ...] = ()

    def set_by(self, name: str, day: int) -> str:
        """On what local ground a parameter has its value on a day, e.g. 某省(某办法第八条); "" where the value is the rule's own."""
        version = next((v for v in reversed(self.rule.parameters[name]) if v.since.toordinal() <= day), self.rule.parameters[name][0])
        source = self.sources.get((name, version.since), "")
        return f"{source.partition('(')[0]}({version.cite})" if source else ""

    def told(self) -> list[dict[str, Any]]:
        """Every change, for people and programs: place, what is changed, from, until, citation, file and line."""
        return [*(entry for placed in self.changes for entry in placed.told()), *(placed.told() for placed in self.thresholds)]


D = TypeVar("D", bound=Dated)


def is_overlay(file: YamlFile) -> bool:
    """Whether a file among the rules is an overlay."""
    return "overlay" in file.data


def lay_over(
    files: Iterable[YamlFile], rules: dict[str, Resolved], catalogue: Catalogue, day: int = LAST_DAY, broken: Iterable[str] = ()
) -> list[Problem]:
    """Change the rules (by id) as the overlays say, in force on the as-of `day`; gives every problem of the files.

    `broken` are ids of rules that could not be read: a change of one of them is no further problem.
    """
    from rules.overlaychecks import case_problems, change_problems, keys, threshold_problems  # it stands on this module

    problems: list[Problem] = []
    changes: dict[str, list[Placed]] = {}
    thresholds: list[PlacedThreshold] = []
    for file in files:
        try:
            overlay = Overlay.model_validate(file.data)
        except ValidationError as e:
            problems += [Problem(file.path, file.line(err["loc"]), message(err, keys())) for err in e.errors()]
            continue
        thresholds += [PlacedThreshold(file, overlay.overlay, i, one) for i, one in enumerate(overlay.thresholds)]
        for name, change in overlay.rules.items():
            placed = Placed(file, overlay.overlay, name, change)
            if name in rules:
                changes.setdefault(name, []).append(placed)
            elif name not in broken:
                problems.append(placed.problem((), f"没有编号为 {name} 的规则{nearest(name, rules)}"))
    wrong = list(threshold_problems(thresholds))
    problems += wrong
    asking = {name for name, rule in rules.items() if thresholds and not wrong and _asks_thresholds(rule.rule)}
    for name in (*changes, *sorted(asking - changes.keys())):
        some = changes.get(name, [])
        found = list(change_problems(rules[name].rule, some))
        if not found:
            try:
                rules[name] = localised(rules[name], some, catalogue, day, thresholds if name in asking else ())
                found = list(case_problems(rules[name].rule, some, catalogue))
            except Unresolved as e:
                found = [some[-1].problem((), text) for _, text in e.problems]
        problems += found
    return problems


def _asks_thresholds(rule: Rule) -> bool:
    return "threshold" in rule.model_dump_json(exclude={"id", "title", "cases"})


def localised(base: Resolved, changes: Sequence[Placed], catalogue: Catalogue, day: int, thresholds: Sequence[PlacedThreshold] = ()) -> Localised:
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
    whole = _switched_off(whole, stopped) if stopped else whole
    if thresholds:
        whole = LocalRule(**dict(whole), thresholds=[placed.threshold for placed in thresholds])
    resolved = resolve_rule(whole, catalogue, base.vocabulary, base.source)
    if thresholds:
        table = local_thresholds(placed.threshold.model_dump(by_alias=True) for placed in thresholds)
        resolved.parameters[LOCAL] = ParameterVersions(((1, table),))
    return Localised(**vars(resolved), base=base, sources=sources, stopped=stopped, changes=tuple(changes), thresholds=tuple(thresholds))


def _switched_off(rule: Rule, why: str) -> Rule:
    """The rule with a condition that no record meets, so that what it found before is gone after the next scan."""
    if rule.window:
        return rule.model_copy(update={"window": rule.window.model_copy(update={"where": [*rule.window.where, "as_of is blank"]})})
    return rule.model_copy(update={"unless": [*rule.unless, Exclusion(**{"if": "as_of is given", "because": f"已停用({why})"})]})


def on(rule: Localised, day: int, catalogue: Catalogue) -> Localised:
    """The same rule with the changes that are in force on another as-of day."""
    assert rule.base is not None
    return localised(rule.base, rule.changes, catalogue, day, rule.thresholds)


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
