"""How sharp the cases of the rules are: `python -m benchmarks.mutate_rules [ID-GLOB…] [--least 0.95]`.

Every shipped rule is changed in one place at a time (a limit, its unit, rolling, a stop, a threshold, a condition, a comparison, a
severity) and its cases are run. A change that no case notices is printed. Exit 1 where fewer than `--least` are noticed.
"""

from __future__ import annotations

import copy
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

import click
from pydantic import ValidationError

from cases.catalogue import load_catalogue
from cases.errors import CluesError
from engine.cases import CaseRunner
from rules.checks import read_rules
from rules.resolve import Resolved, Unresolved, load_vocabulary, resolve_rule
from rules.schema import Rule

Data = dict[str, Any]
Mutant = tuple[str, str, Data]  # kind, what was changed, the changed file
PERIOD = re.compile(r"(\d+) (working day|day|month|year)s?")
UNITS = {"working day": (1, "day"), "day": (1, "working day"), "month": (30, "day"), "year": (365, "day")}
OPERATORS = {">=": ">", "<=": "<", ">": ">=", "<": "<="}
LISTS = (("when",), ("unless",), ("breach",), ("window", "where"), ("limit", "done_by"), ("severities",), ("insufficient",))
KINDS = {"done_by": "停止", "severities": "紧急程度", "insufficient": "缺项"}


def mutants(data: Data) -> Iterator[Mutant]:
    """Every single change of a rule file."""
    yield from _parameters(data)
    yield from _limit(data)
    yield from _dropped(data)
    yield from _compared(data)


def _changed(data: Data, where: Sequence[Any], value: Any) -> Data:
    changed = copy.deepcopy(data)
    place = changed
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    return changed


def _parameters(data: Data) -> Iterator[Mutant]:
    for name, versions in data.get("parameters", {}).items():
        for i, version in enumerate(versions):
            where = ("parameters", name, i)
            for kind, value in _values(version["value"]):
                yield kind, f"${name} {version['value']} → {value}", _changed(data, (*where, "value"), value)
            for step in (-1, 1) if i else ():
                day = version["from"] + timedelta(days=step)
                yield "版本", f"${name} 自 {version['from']} → {day}", _changed(data, (*where, "from"), day)


def _values(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, int):
        yield from (("门槛", value + step) for step in (-1, 1) if value + step >= 0)
    elif isinstance(value, date):
        yield from (("门槛", value + timedelta(days=step)) for step in (-1, 1))
    elif isinstance(value, str):
        for found in PERIOD.finditer(value):
            number, unit = int(found[1]), found[2]
            head, tail = value[: found.start()], value[found.end() :]
            yield from (("期限", f"{head}{number + step} {unit}s{tail}") for step in (-1, 1) if number + step >= 0)
            times, other = UNITS[unit]
            yield "单位", f"{head}{number * times} {other}s{tail}"


def _limit(data: Data) -> Iterator[Mutant]:
    limit = data.get("limit")
    if not limit:
        return
    used = set(re.findall(r"\$(\w+)", limit.get("within", "")))
    periods = [str(v["value"]) for name, versions in data.get("parameters", {}).items() if name in used for v in versions]
    # A period of working days ends on one: it never rolls.
    if limit.get("from") and not all("working" in p for p in periods):
        other = "fix" if limit.get("ends", "roll") == "roll" else "roll"
        yield "顺延", f"ends → {other}", _changed(data, ("limit", "ends"), other)
    if limit.get("done_by"):
        yield "停止", "open_only 取反", _changed(data, ("limit", "open_only"), not limit.get("open_only", False))


def _at(data: Data, where: Sequence[Any]) -> Any:
    for step in where:
        data = data.get(step) if isinstance(data, dict) else None  # type: ignore[assignment]
    return data


def _dropped(data: Data) -> Iterator[Mutant]:
    for where in LISTS:
        items = _at(data, where) or []
        for i, item in enumerate(items):
            rest = [*items[:i], *items[i + 1 :]]
            yield KINDS.get(where[-1], "条件"), f"去掉 {'.'.join(where)}:{item}", _changed(data, where, rest)


def _compared(data: Data) -> Iterator[Mutant]:
    for where, text in _expressions(data, ()):
        for found in re.finditer(r"(?<![<>!=])(>=|<=|>|<)(?!=)", text):
            changed = text[: found.start()] + OPERATORS[found[1]] + text[found.end() :]
            yield "比较", f"{'.'.join(map(str, where))}:{changed}", _changed(data, where, changed)


def _expressions(data: Any, where: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """The texts of a rule that are expressions: all below the keys that hold some."""
    if isinstance(data, str):
        yield where, data
    elif isinstance(data, dict):
        for key, value in data.items():
            if where or key in ("let", "when", "unless", "breach", "limit", "condition", "link", "window", "insufficient", "severities"):
                yield from _expressions(value, (*where, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _expressions(value, (*where, i))


def resolved(data: Data) -> Resolved | None:
    """The changed rule, None where the change leaves no rule."""
    try:
        return resolve_rule(Rule.model_validate(data), load_catalogue(), load_vocabulary())
    except (ValidationError, Unresolved):
        return None


def noticed(runner: CaseRunner, rule: Resolved) -> bool:
    """Whether some case of the rule fails."""
    try:
        return any(not result.passed for result in runner.results(rule))
    except CluesError:
        return True


@click.command()
@click.argument("ids", nargs=-1)
@click.option("--least", type=float, default=0.95, help="what share must be noticed")
def main(ids: tuple[str, ...], least: float) -> None:
    made: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    read, problems = read_rules(())
    for problem in problems:
        click.echo(str(problem), err=True)
    with CaseRunner() as runner:
        for file, whole in read:
            if ids and not any(fnmatchcase(whole.rule.id, pattern) for pattern in ids):
                continue
            for kind, what, data in mutants(file.data):
                if (rule := resolved(data)) is None:
                    continue
                made[kind] += 1
                if noticed(runner, rule):
                    caught[kind] += 1
                else:
                    click.echo(f"{whole.rule.id} [{kind}] {what}")
    for kind, number in sorted(made.items()):
        click.echo(f"{kind} {caught[kind]}/{number}")
    total, found = made.total(), caught.total()
    click.echo(f"共 {total} 处改动,用例发现 {found} 处({found / max(total, 1):.1%})")
    sys.exit(0 if found >= least * total and not problems else 1)


if __name__ == "__main__":
    main()
