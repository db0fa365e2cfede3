"""Which rules and clues a command is about: by the patterns and names that its options take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cases.store import Store
    from rules.resolve import Resolved


def chosen(store: Store, packs: tuple[Path, ...], only: tuple[str, ...], skip: tuple[str, ...], day: int) -> tuple[list[Resolved], list[str]]:
    """The rules to be used, as overlays have them on the as-of day, and a sentence on each stub among them that is still to be filled in.
    Raises UsageProblem where a pattern fits none.
    """
    from cli.packs import chosen as matching
    from rules.checks import TO_FILL
    from rules.load import load_rules

    rules = load_rules(packs, store.catalogue, day=day)
    kept = matching(rules, only) if only else rules
    dropped = {r.rule.id for r in matching(rules, skip)}
    wanted = [r for r in kept if r.rule.id not in dropped]
    stubs = {r.rule.id: r.source for r in wanted if TO_FILL in r.rule.model_dump_json()}
    told = [f"{source}:底稿 {name} 还没有填完,这次没有用它:还缺什么,用 clues rules check 查看" for name, source in stubs.items()]
    return [r for r in wanted if r.rule.id not in stubs], told


SHOWN = 8
"""So many names are said where one was not found, the nearest first."""


def known(store: Store, filters: Mapping[str, Any]) -> None:
    """Check the names by which clues are picked (cli/command.py, `clue_filters`). Raises UsageProblem where neither a rule nor a recorded
    clue has one.
    """
    from cases.errors import UsageProblem
    from cli.packs import no_rule
    from cli.settings import current
    from review.stats import names
    from rules.load import load_rules

    rule, mechanism = filters["rule"], filters.get("mechanism", "")
    if not (rule or mechanism):
        return
    seen = names(store, gone=True)
    if _fits(rule, seen["rule"]) and (not mechanism or mechanism in seen["mechanism"]):
        return
    rules = [r.rule for r in load_rules(current().rules, store.catalogue)]
    if not _fits(rule, ids := {r.id for r in rules} | seen["rule"]):
        raise no_rule(rule, sorted(ids))
    if mechanism and mechanism not in (every := {r.mechanism for r in rules} | seen["mechanism"]):
        raise UsageProblem(f"没有叫“{mechanism}”的监督机制:有{_nearest(mechanism, every)}")


def why_none(store: Store, filters: Mapping[str, Any], *, gone: bool = False) -> str:
    """Why no clue was picked, in a sentence."""
    from review.masking import mask_body
    from review.stats import names

    standing, rule, mechanism, agency = names(store, gone=gone), filters["rule"], filters.get("mechanism", ""), filters["agency"]
    if not standing["rule"]:
        return "台账里没有线索;还没有扫描过的,请先运行 clues scan"
    now = "" if gone else "现在"
    if mechanism and mechanism not in standing["mechanism"]:
        return f"监督机制“{mechanism}”{now}没有线索:有线索的是{_nearest(mechanism, standing['mechanism'])}"
    if not _fits(rule, standing["rule"]):
        return f"规则“{rule}”{now}没有线索:有线索的是 {_nearest(rule, standing['rule'])}"
    if agency and standing["agency"] and not any(agency in name for name in standing["agency"]):
        return f"名称含“{agency}”的单位{now}没有线索:有线索的是{_nearest(agency, set(map(mask_body, standing['agency'])))}"
    return "没有符合条件的线索"


def _fits(pattern: str, ids: Iterable[str]) -> bool:
    return not pattern or any(fnmatchcase(one, pattern) for one in ids)


def _nearest(name: str, known: Iterable[str]) -> str:
    """The names there are, those most like `name` first."""
    from difflib import SequenceMatcher

    ordered = sorted(known, key=lambda one: (-SequenceMatcher(None, name, one).ratio(), one))
    return "、".join(ordered[:SHOWN]) + (f"等 {len(ordered)} 个" if len(ordered) > SHOWN else "")
