"""What can be wrong with overlays: everything at once, each with its file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches

from cases.catalogue import Catalogue
from cases.yamlfile import Problem
from rules.casechecks import field_problems
from rules.language import ExpressionError, nearest
from rules.law import LawBook, LawError
from rules.offences import load_offences, local_thresholds, split
from rules.overlay import Change, Dated, Localised, LocalSeverity, LocalThreshold, LocalValue, Overlay, Placed, PlacedThreshold
from rules.periods import PeriodError, number_of
from rules.resolve import Resolved, Where, parameter_value
from rules.schema import Case, Grading, Rule

_SPELT = re.compile(r"([一二两三四五六七八九十百]+|\d+)\s*(万元|元|个?工作日|个?月|日|天|年|件|名|次|人)")


def keys() -> list[str]:
    """Every key that an overlay may have."""
    models = (Overlay, Change, LocalValue, LocalSeverity, LocalThreshold, Case, Grading)
    return sorted({known.alias or name for model in models for name, known in model.model_fields.items()})


def change_problems(rule: Rule, changes: Sequence[Placed]) -> Iterator[Problem]:
    """What in the changes does not fit the rule, or one another."""
    for placed in changes:
        for name, versions in placed.change.parameters.items():
            where: Where = ("parameters", name)
            if name not in rule.parameters:
                yield placed.problem(where, f"规则 {placed.rule} 没有参数 {name}{nearest(name, rule.parameters)}")
                continue
            for i, version in enumerate(versions):
                if said := _misfit(rule, rule.parameters[name][-1].value, version.value):
                    yield placed.problem((*where, i, "value"), said)
            yield from _spelt_out(rule, placed, name, changes)
    yield from _overlaps(changes)


def case_problems(rule: Rule, changes: Sequence[Placed], catalogue: Catalogue) -> Iterator[Problem]:
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
    except (ExpressionError, PeriodError) as e:
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
                    if _meet(dated, other):
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
    n = number_of(number)
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


# -- thresholds --------------------------------------------------------------------------------------------------------
def threshold_problems(thresholds: Sequence[PlacedThreshold]) -> Iterator[Problem]:
    """What is wrong with the thresholds themselves: numbers and units, names, two for the same time."""
    known = {split(k)[0] for _, k in load_offences().keywords} | {name for name, _ in load_offences().thresholds}
    for i, placed in enumerate(thresholds):
        of = placed.threshold
        try:
            local_thresholds([of.model_dump(by_alias=True)])
        except ValueError as e:
            yield placed.problem(("reached",), str(e))
        name = split(of.offence)[0]
        if name not in known and (near := get_close_matches(name, known, 1, 0.7)):
            yield placed.problem(("offence",), f"罪名写作“{of.offence}”,是不是 {near[0]}?")
        for other in thresholds[:i]:
            if _same(of, other.threshold) and _meet(of, other.threshold):
                line = other.file.line(("thresholds", other.number))
                yield placed.problem((), f"与 {other.file.path}:{line} 的起止日重叠:请写上 until,或改 from")


def _same(a: LocalThreshold, b: LocalThreshold) -> bool:
    return (split(a.offence), a.crime_class) == (split(b.offence), b.crime_class)


def _meet(a: Dated, b: Dated) -> bool:
    """Whether two changes count on one day."""
    return a.since <= (b.until or date.max) and b.since <= (a.until or date.max)


def law_problems(rules: Sequence[Resolved], book: LawBook) -> Iterator[Problem]:
    """Thresholds whose article is not in the law."""
    for placed in {id(p): p for rule in rules if isinstance(rule, Localised) for p in rule.thresholds}.values():
        try:
            book.get(placed.threshold.law)
        except LawError as e:
            yield placed.problem(("law",), str(e))
