"""Checking rule files: everything that is wrong with them, at once, each with its file and line.

`check_rules(paths, book, day)` reads like `load_rules` and looks further: does the law that a rule cites exist and bind, does the
rule carry cases for a hit and for none on both sides of its last day, do the cases speak of fields that there are.
`rule_schema()` is the JSON Schema for editors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cases.catalogue import Catalogue, load_catalogue
from rules.language import _nearest
from rules.law import LawBook, LawError
from rules.load import PACKS, Problem, RuleFile, RuleProblems, in_bulk, read_file, resolve_file, rule_paths
from rules.resolve import Resolved, Where
from rules.schema import Case, Rule

HITS = ("overdue", "late", "pattern")
EXPECTED = (*HITS, "insufficient", "severity", "arose", "subject")
_QUOTED_ID = re.compile(r"'([a-z0-9][a-z0-9._-]*)'")


def check_rules(
    extra: Sequence[Path], book: LawBook, day: int, catalogue: Catalogue | None = None, *, shipped: bool = True
) -> tuple[list[Resolved], list[Problem]]:
    """The rules that could be read, and all problems of all files, by file and line. `day` (ordinal) says which law has ended."""
    catalogue = catalogue or load_catalogue()
    read, problems = read_rules(extra, catalogue, shipped=shipped)
    for file, resolved in read:
        problems += _problems(file, resolved, book, day, catalogue)
    return [resolved for _, resolved in read], sorted(problems, key=lambda p: (str(p.path), p.line))


def read_rules(
    extra: Sequence[Path], catalogue: Catalogue | None = None, *, shipped: bool = True
) -> tuple[list[tuple[RuleFile, Resolved]], list[Problem]]:
    """The rules that can be read, by id, each with its file, and the problems of the others. An id counts the first time."""
    catalogue = catalogue or load_catalogue()
    read: dict[str, tuple[RuleFile, Resolved]] = {}
    problems: list[Problem] = []
    with in_bulk():
        for path in rule_paths([*([PACKS] if shipped else []), *extra]):
            try:
                file = read_file(path)
                resolved = resolve_file(file, catalogue)
            except RuleProblems as e:
                problems += e.problems
                continue
            name = resolved.rule.id
            if name in read:
                problems.append(Problem(path, file.line(["id"]), f"规则 {name} 已在 {read[name][0].path} 定义:请换一个 id"))
            read.setdefault(name, (file, resolved))
    return [read[name] for name in sorted(read)], problems


def _problems(file: RuleFile, resolved: Resolved, book: LawBook, day: int, catalogue: Catalogue) -> list[Problem]:
    found = [*_law(resolved.rule, book, day), *_cases(resolved.rule), *_case_fields(resolved, catalogue)]
    return [Problem(file.path, file.line(where), text) for where, text in found]


def _law(rule: Rule, book: LawBook, day: int) -> Iterator[tuple[Where, str]]:
    binding = 0
    cited: list[tuple[Where, str]] = [(("law", i), name) for i, name in enumerate(rule.law)]
    cited += [(("law_by",), name) for name in _QUOTED_ID.findall(rule.law_by)]
    for where, name in cited:
        try:
            article = book.get(name)
        except LawError as e:
            yield where, str(e)
            continue
        binding += article.status != "unverified" and not article.ended(day)
    if not binding:
        yield ("law",), "引用的法律依据全部已失效或者未核对,规则没有依据:请改引现行、已核对的条文"


def _cases(rule: Rule) -> Iterator[tuple[Where, str]]:
    if not any(isinstance(c.expect, dict) and any(k in c.expect for k in HITS) for c in rule.cases):
        yield ("cases",), "没有命中的用例:请至少写一例 expect 为 overdue、late 或 pattern 的用例"
    if not any(c.expect == "none" for c in rule.cases):
        yield ("cases",), "没有不命中的用例:请至少写一例 expect: none 的用例,最好是届满当日"
    if rule.limit and (missing := _boundary(rule.cases)):
        yield ("cases",), f"期限的边界没有写全:请加一例{'、一例'.join(missing)}"
    names = [c.name for c in rule.cases]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ("cases", i, "name"), f"用例“{name}”写了两次:请改名"


def _boundary(cases: Sequence[Case]) -> list[str]:
    """Which side of the last day has no case: none on the day itself, overdue on the next."""
    dues = [(c, _day(c.expect[k])) for c in cases if isinstance(c.expect, dict) for k in ("overdue", "late") if k in c.expect]
    on_the_day = any(c.expect == "none" and c.as_of == due for c in cases for _, due in dues)
    next_day = any("overdue" in c.expect and due and c.as_of == due + timedelta(days=1) for c, due in dues)
    return [text for text, is_there in (("届满当日、expect: none", on_the_day), ("届满次日、expect: {overdue: 届满日}", next_day)) if not is_there]


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _case_fields(resolved: Resolved, catalogue: Catalogue) -> Iterator[tuple[Where, str]]:
    for i, case in enumerate(resolved.rule.cases):
        yield from _expect(case, ("cases", i, "expect"))
        given = case.given if isinstance(case.given, list) else [case.given]
        rows: list[tuple[Where, str, dict[str, Any]]] = [(("cases", i, "given"), resolved.base_record, row) for row in given]
        for name, some in case.rows.items():
            rows += [(("cases", i, "rows", name, j), name, row) for j, row in enumerate(some)]
        for where, record, row in rows:
            sheet = catalogue.records.get(record)
            if sheet is None:
                yield where, f"rows 里没有名为 {record} 的记录{_nearest(record, catalogue.records)}"
                continue
            for unknown in sorted(set(row) - set(sheet.by_field)):
                yield (*where, unknown), f"{sheet.name}({record})没有“{unknown}”{_nearest(unknown, sheet.by_field)}"


def _expect(case: Case, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(case.expect, dict):
        for unknown in sorted(set(case.expect) - set(EXPECTED)):
            yield (*where, unknown), f"expect 里没有“{unknown}”这一项{_nearest(unknown, EXPECTED)}"
    elif case.expect != "none":
        yield where, f"expect 写作“{case.expect}”:应是 none,或 {'、'.join(EXPECTED)} 中的各项"


def expectation(expect: Any) -> str:
    """What a case expects, as one line in the words of the file."""
    if isinstance(expect, dict):
        return ", ".join(f"{k}: {expectation(v)}" for k, v in expect.items())
    if isinstance(expect, list):
        return "[" + ", ".join(map(expectation, expect)) + "]"
    return str(expect)


KEYS = {
    "id": "规则编号,如 local.preservation-late:小写英文、数字和连字符,中间一个点",
    "title": "规则名称", "mechanism": "监督机制", "line": "业务条线,如 民事检察", "severity": "默认的紧急程度",
    "grade": "statutory 有法律规定的期限或要件;policy 工程口径,提示中注明非法定", "subject": "规则看哪种记录(交换目录中的英文名);window 写 actor",
    "let": "规则自用的名字: 表达式", "when": "适用条件,全部成立才看", "unless": "但书,任何一条成立就不看", "breach": "违法情形,全部成立才算",
    "limit": "期限规则:从哪一天起、多长时间内、要做什么", "condition": "情形规则:何日出现", "link": "关联规则:何日出现",
    "window": "聚集规则:同一主体在一段时间内的若干记录", "in_force": "规则从哪一天起适用", "insufficient": "缺哪一项就判断不了",
    "severities": "按情形改变紧急程度,第一条成立的算", "law": "法律依据编号(clues law list)", "law_by": "由案情决定的法律依据编号",
    "parameters": "参数的各版本:自何日起、值、出处、核对日", "agency": "被监督单位(字段)", "says": "线索的一句话,{字段} 换成案情",
    "rebuttals": "可能的合理解释", "do": "建议怎么核查", "false_positives": "已知的误报情形", "cases": "用例:给什么、哪一天、应得什么",
}  # fmt: skip


def rule_schema() -> dict[str, Any]:
    """The JSON Schema of a rule file, with the short forms that are read too (a plain text for an act or an exclusion)."""
    schema = Rule.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"], schema["description"] = "规则", "一个文件一条规则;写法见 docs/rules.md"
    for name, text in KEYS.items():
        schema["properties"][name]["description"] = text
    for holder, name in ((schema["$defs"]["Limit"], "done_by"), (schema, "unless")):
        part = holder["properties"][name]
        part["items"] = {"anyOf": [{"type": "string"}, part["items"]]}
    return schema
