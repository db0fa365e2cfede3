"""Checks of the cases that a rule file carries: hits and none on both sides of the last day, fields and keys that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from cases.catalogue import Catalogue, Column
from cases.values import Parser, parser
from rules.language import nearest
from rules.resolve import Where
from rules.schema import Case, Rule

HITS = ("overdue", "late", "pattern")
EXPECTED = (*HITS, "insufficient", "severity", "arose", "subject")


def case_problems(rule: Rule) -> Iterator[tuple[Where, str]]:
    """What is wrong with the cases of a rule, whether its expressions can be read or not."""
    for i, case in enumerate(rule.cases):
        yield from _expect(case, ("cases", i, "expect"))
    if not any(isinstance(c.expect, dict) and any(k in c.expect for k in HITS) for c in rule.cases):
        yield ("cases",), "没有命中的用例:请至少写一例 expect 为 overdue、late 或 pattern 的用例"
    if not any(c.expect == "none" for c in rule.cases):
        yield ("cases",), "没有不命中的用例:请至少写一例 expect: none 的用例,最好是届满当日"
    if rule.limit and (missing := _boundary(rule.cases)):
        yield ("cases",), f"期限的边界没有写全:请加一例{',请加一例'.join(missing)}"
    names = [c.name for c in rule.cases]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ("cases", i, "name"), f"用例“{name}”写了两次:请改名"


def _boundary(cases: Sequence[Case]) -> list[str]:
    """Which side of the last day has no case: none on the day itself, overdue on the next."""
    dues = [(c, _day(c.expect[k])) for c in cases if isinstance(c.expect, dict) for k in ("overdue", "late") if k in c.expect]
    on_the_day = any(c.expect == "none" and c.as_of == due for c in cases for _, due in dues)
    next_day = any("overdue" in c.expect and due and c.as_of == due + timedelta(days=1) for c, due in dues)
    return [text for text, is_there in (("届满当日(expect: none)", on_the_day), ("届满次日(expect: {overdue: 届满日})", next_day)) if not is_there]


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def field_problems(rule: Rule, catalogue: Catalogue) -> Iterator[tuple[Where, str]]:
    """Records and fields of the cases that the catalogue does not have, and values that their column cannot hold."""
    parsers: dict[int, Parser] = {}
    for i, case in enumerate(rule.cases):
        given = case.given if isinstance(case.given, list) else [case.given]
        base = rule.window.rows if rule.window else rule.subject
        rows: list[tuple[Where, str, dict[str, Any]]] = [(("cases", i, "given"), base, row) for row in given if row]
        for name, some in case.rows.items():
            rows += [(("cases", i, "rows", name, j), name, row) for j, row in enumerate(some)]
        for where, record, row in rows:
            sheet = catalogue.records.get(record)
            if sheet is None:
                yield where, f"rows 里没有名为 {record} 的记录{nearest(record, catalogue.records)}"
                continue
            for name, value in row.items():
                if name not in sheet.by_field:
                    yield (*where, name), f"{sheet.name}({record})没有“{name}”{nearest(name, sheet.by_field)}"
                elif value is not None and (wrong := _unread(sheet.by_field[name], value, parsers)):
                    yield (*where, name), f"{sheet.name}的{sheet.by_field[name].name}({name}):{wrong}"


def _unread(column: Column, value: Any, parsers: dict[int, Parser]) -> str:
    """Why a column cannot hold a value; empty where it can. `parsers` keeps those that have been made."""
    parse = parsers.get(id(column)) or parsers.setdefault(id(column), parser(column))
    try:
        parse(value.isoformat() if isinstance(value, date) else value)
    except ValueError as e:
        return str(e)
    return ""


def _expect(case: Case, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(case.expect, dict):
        for unknown in sorted(set(case.expect) - set(EXPECTED)):
            yield (*where, unknown), f"expect 里没有“{unknown}”这一项{nearest(unknown, EXPECTED)}"
    elif case.expect != "none":
        yield where, f"expect 写作“{case.expect}”:应是 none,或 {'、'.join(EXPECTED)} 中的各项"


def expectation(expect: Any) -> str:
    """What a case expects, as one line in the words of the file."""
    if isinstance(expect, dict):
        return ", ".join(f"{k}: {expectation(v)}" for k, v in expect.items())
    if isinstance(expect, list):
        return "[" + ", ".join(map(expectation, expect)) + "]"
    return str(expect)
