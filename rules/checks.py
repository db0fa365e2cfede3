"""Checking rule files: everything that is wrong with them, at once, each with its file and line.

`check_rules(paths, book, day)` reads like `load_rules` and looks further: is anything left to fill in, does the law that a rule cites
exist and bind while the rule does, do its conditions and parameters make sense (rules/conditions.py, rules/parameters.py), does it
carry cases on both sides of its last day (rules/casechecks.py). What is wrong in one part hides nothing of the others.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cases.catalogue import Catalogue, load_catalogue
from cases.memory import no_collecting
from cases.yamlfile import Problem, YamlFile, repeated
from rules.casechecks import case_problems, field_problems
from rules.conditions import condition_problems
from rules.language import Vocabulary
from rules.law import Article, LawBook, LawError
from rules.lists import unused
from rules.load import RuleProblems, parse_rule, read_files, resolve_file, resolve_parsed
from rules.overlay import LAST_DAY, lay_over
from rules.overlaychecks import law_problems
from rules.parameters import parameter_problems, version_problems
from rules.resolve import Resolved, Where
from rules.schema import Rule
from rules.shapes import ARTICLE

TO_FILL = "【填写"
"""How a stub (rules/stub.py) marks what its author must still write."""
HARMLESS: dict[Any, Any] = {
    "title": "", "mechanism": "", "line": "", "severity": "low", "grade": "policy", "law": ["policy"], "agency": "", "says": "", "do": "",
    "rebuttals": [""],
}  # fmt: skip
_QUOTED_ID = re.compile(f"'({ARTICLE.pattern})'")


def check_rules(
    extra: Sequence[Path], book: LawBook, day: int, catalogue: Catalogue | None = None, *, shipped: bool = True
) -> tuple[list[Resolved], list[Problem]]:
    """The rules that could be read, and all problems of all files, by file and line. `day` (ordinal) says which law has ended."""
    catalogue = catalogue or load_catalogue()
    found: dict[str, Resolved] = {}
    ids: dict[str, Path] = {}
    with no_collecting():
        files = read_files(extra, shipped=shipped)
        # Who reads a list may stand in a file that cannot be read.
        problems = files.problems or list(unused(files.lists, [*files.rules, *files.overlays]))
        problems += chain.from_iterable(map(repeated, (*files.rules, *files.overlays, *files.lists)))
        for file in files.rules:
            problems += _twice(file, ids)
            try:
                resolved, wrong = _checked(file, book, day, catalogue, files.vocabulary)
            except RuleProblems as e:
                problems += e.problems
                continue
            problems += wrong
            found |= {resolved.rule.id: resolved} if resolved else {}
    problems += lay_over(files.overlays, found, catalogue, day, ids.keys() - found.keys())
    problems += law_problems(list(found.values()), book)
    return list(found.values()), sorted(problems, key=lambda p: (str(p.path), p.line))


def _twice(file: YamlFile, ids: dict[str, Path]) -> list[Problem]:
    name = str(file.data.get("id"))
    if name in ids:
        return [Problem(file.path, file.line(["id"]), f"规则 {name} 已在 {ids[name]} 定义:请换一个 id")]
    ids[name] = file.path
    return []


def _checked(file: YamlFile, book: LawBook, day: int, catalogue: Catalogue, vocabulary: Vocabulary) -> tuple[Resolved | None, list[Problem]]:
    """The rule of a file where it can be read, and what is wrong with it. Raises RuleProblems where it has no form of a rule."""
    if unfilled := [Problem(file.path, file.line(where), f"还没有填写:{text}") for where, text in _unfilled(file.data, ())]:
        return None, list(dict.fromkeys(unfilled))  # a case names the same field in several rows of one line
    problems: list[Problem] = []
    resolved = None
    try:
        rule = parse_rule(file)
    except RuleProblems as e:
        problems += e.problems
        rule = _mended(file, e)
    found = chain(_law(rule, book, day), case_problems(rule), field_problems(rule, catalogue), version_problems(rule, book, day))
    try:
        resolved = resolve_parsed(file, rule, catalogue, vocabulary)
        found = chain(found, condition_problems(resolved, catalogue), parameter_problems(resolved))
    except RuleProblems as e:
        problems += e.problems
    return (None if problems else resolved), problems + [Problem(file.path, file.line(where), text) for where, text in found]


def _mended(file: YamlFile, problems: RuleProblems) -> Rule:
    """The rule without its unknown keys and with something harmless for missing ones, so that the rest can be checked at once.

    Raises the problems where that does not make it a rule.
    """
    data = copy.deepcopy(file.data)
    try:
        return Rule.model_validate(data)
    except ValidationError as e:
        for error in e.errors():
            *way, last = error["loc"]
            holder: Any = data
            try:
                for step in way:
                    holder = holder[step]
                if error["type"] == "extra_forbidden":
                    del holder[last]
                elif error["type"] == "missing" and not way:
                    holder[last] = HARMLESS[last]
            except (KeyError, IndexError, TypeError):
                raise problems from None
    try:
        return Rule.model_validate(data)
    except ValidationError:
        raise problems from None


def _unfilled(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, dict):
        for key, below in value.items():
            if TO_FILL in str(key):
                yield (*where, key), str(key)
            yield from _unfilled(below, (*where, key))
    elif isinstance(value, list):
        for i, below in enumerate(value):
            yield from _unfilled(below, (*where, i))
    elif isinstance(value, str) and TO_FILL in value:
        yield where, value


def read_rules(
    extra: Sequence[Path], catalogue: Catalogue | None = None, *, shipped: bool = True, day: int = LAST_DAY
) -> tuple[list[tuple[YamlFile, Resolved]], list[Problem]]:
    """The rules that can be read, by id, each with its file, and the problems of the others. An id counts the first time.

    Rules are as overlays change them on the as-of `day` (rules/load.py).
    """
    catalogue = catalogue or load_catalogue()
    read: dict[str, tuple[YamlFile, Resolved]] = {}
    with no_collecting():
        files = read_files(extra, shipped=shipped)
        problems = files.problems
        for file in files.rules:
            try:
                resolved = resolve_file(file, catalogue, files.vocabulary)
            except RuleProblems as e:
                problems += e.problems
                continue
            name = resolved.rule.id
            if name in read:
                problems.append(Problem(file.path, file.line(["id"]), f"规则 {name} 已在 {read[name][0].path} 定义:请换一个 id"))
            read.setdefault(name, (file, resolved))
    rules = {name: read[name][1] for name in sorted(read)}
    problems += lay_over(files.overlays, rules, catalogue, day, {p.path.stem for p in problems})
    return [(read[name][0], rule) for name, rule in rules.items()], problems


def _law(rule: Rule, book: LawBook, day: int) -> Iterator[tuple[Where, str]]:
    """The law that a rule cites: it exists, it has been looked up where the rule says it is statutory, and it binds while the rule does."""
    binding = known = 0
    cited: list[tuple[Where, str]] = [(("law", i), name) for i, name in enumerate(rule.law)]
    cited += [(("law_by",), name) for name in _QUOTED_ID.findall(rule.law_by)]
    for where, name in cited:
        try:
            article = book.get(name)
        except LawError as e:
            yield where, str(e)
            continue
        known += 1
        if rule.grade == "statutory" and article.status == "unverified":
            yield where, f"{name}({article.law})没有核对过,不能作法定规则的依据:请先核对条文,或者改引别的条文"
        elif text := _never_together(rule, article, day):
            yield where, text
        binding += article.status != "unverified" and not article.ended(day)
    if known and not binding:
        yield ("law",), "引用的法律依据全部已失效或者未核对,规则没有依据:请改引现行、已核对的条文"


def _never_together(rule: Rule, article: Article, day: int) -> str:
    """Why no edition of an article is in force while the rule is; empty where one is, or where the article is no statute."""
    since = in_force_day(rule)
    first = max(day, since or 0)
    if article.kind == "policy" or any(
        e.since is not None and e.since <= first and (not e.until or not since or e.until >= since) for e in article.editions
    ):
        return ""
    starts = [e.since for e in article.editions if e.since is not None]
    if not starts:
        return f"{article.id}({article.law})的施行日没有核对,不知道是否有效:请先核对条文" if article.status != "unverified" else ""
    if min(starts) > first:
        return f"{article.id}({article.law})自 {date.fromordinal(min(starts))} 起才施行:请改引规则适用时有效的条文"
    last = max(e.until or 0 for e in article.editions)
    return f"{article.id}({article.law})已于 {date.fromordinal(last)} 失效,规则自 {rule.in_force} 起才适用:请改引规则适用时有效的条文"


def in_force_day(rule: Rule) -> int | None:
    """The day (ordinal) from which a rule is in force, None where it is always, or where the case decides."""
    try:
        return date.fromisoformat(rule.in_force).toordinal()
    except ValueError:
        return None
