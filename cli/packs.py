"""Which rules a command is about: the option --rules, reading them all, choosing some by id."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.command import catalogue_option, law_option, rules_option
from cli.output import say
from cli.settings import catalogue, current

if TYPE_CHECKING:
    from cases.errors import UsageProblem
    from rules.resolve import Resolved


LEFT_OUT = 3  # the exit code of what was done but for some rule


def packs_option(function: Any) -> Any:
    """The options --rules, --catalogue and --law; the function gets `packs`, the further rules of the settings and the option."""

    @wraps(function)
    def with_packs(*args: Any, **given: Any) -> Any:
        return function(*args, packs=current().rules, **given)

    return rules_option(catalogue_option(law_option(with_packs)))


def loaded(packs: tuple[Path, ...]) -> tuple[list[Resolved], bool]:
    """The rules that can be read, as overlays have them today, and whether all could; what is wrong with the others is said."""
    from rules.checks import read_rules

    read, problems = read_rules(packs, catalogue(), day=date.today().toordinal())
    for problem in problems:
        say(str(problem))
    if problems:
        say("以上规则文件有误,没有计入:请改正(clues rules check 列出全部问题)")
    return [resolved for _, resolved in read], not problems


def chosen(rules: list[Resolved], patterns: tuple[str, ...]) -> list[Resolved]:
    """The rules that the patterns name: by id, which may have *, by mechanism or by line. Raises UsageProblem that says what is nearest."""
    from fnmatch import fnmatchcase

    def fits(one: Resolved, pattern: str) -> bool:
        return fnmatchcase(one.rule.id, pattern) or pattern in (one.rule.mechanism, one.rule.line)

    for pattern in patterns:
        if not any(fits(r, pattern) for r in rules):
            raise no_rule(pattern, [word for r in rules for word in (r.rule.id, r.rule.mechanism, r.rule.line)])
    return [r for r in rules if any(fits(r, p) for p in patterns)]


def no_rule(pattern: str, known: Collection[str]) -> UsageProblem:
    """What to raise where a pattern fits none of the ids that are known."""
    from difflib import get_close_matches

    from cases.errors import UsageProblem

    near = get_close_matches(pattern, known, 1, 0.5)
    return UsageProblem(f"没有编号为“{pattern}”的规则{f',是不是 {near[0]}?' if near else ''}(clues rules list 列出全部编号)")
