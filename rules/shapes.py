"""Checks of what the shape of a rule leaves no use for, or asks for: words that say nothing yet where they stand, keys that do not go together.

They are made whenever rules are read, not by `rules check` alone: such a rule would find nothing, or break off a scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cases.catalogue import Catalogue
from rules import terms as t
from rules.conditions import placed
from rules.offences import METRICS
from rules.resolve import Resolved, Where
from rules.schema import Companion, Window

Found = tuple[Where, str]
ARTICLE = re.compile(r"[a-z0-9][a-z0-9._-]*")
"""What ids of articles look like where a rule quotes them."""
ORDER = ("as_of", "start_on", "last_day", "due_on", "done_on")
"""The words of a limit, in the order in which they are worked out."""
READY: dict[Where, int] = {
    ("limit", "fixed_day"): 1,
    ("limit", "from"): 1,
    ("limit", "within"): 2,
    ("limit", "fix_if"): 3,
    ("in_force",): 4,
    ("limit", "done_by"): 4,
}
"""How many of them are known where something else of the limit is worked out."""


def shape_problems(resolved: Resolved, catalogue: Catalogue) -> Iterator[Found]:
    """What is wrong with a rule as one of its shape, each with its place in the file."""
    for where, term in placed(resolved):
        if where[0] != "let":  # what has a name counts where the name stands
            known = _known(resolved, where)
            for name in sorted({x.name for x in term.walk() if isinstance(x, t.Special)} - set(known)):
                yield where, f"这里还不知道 {name}:能用的是 {'、'.join(known)}"
    if resolved.law_by is not None and not all(map(_is_article, _outcomes(resolved.law_by))):
        yield ("law_by",), "这里只能得出写定的编号,加单引号,如 case(条件, 'civ.pres'),或者 threshold_law(…)"
    if resolved.window is not None:
        yield from _window(resolved, resolved.window.spec, catalogue)


def _outcomes(term: t.Term) -> Iterator[t.Term]:
    """The terms that may give a term its value."""
    if isinstance(term, t.Named | t.Defined):
        yield from _outcomes(term.body)
    elif isinstance(term, t.Call) and term.function in ("first", "case"):
        parts = term.arguments
        values = parts if term.function == "first" else (*parts[1::2], *(parts[-1:] if len(parts) % 2 else ()))
        for value in values:
            yield from _outcomes(value)
    else:
        yield term


def _is_article(term: t.Term) -> bool:
    """Whether a term gives the id of an article that `rules check` can look up, or that stands beside a threshold."""
    if isinstance(term, t.Call):
        return term.function == "threshold_law"
    return isinstance(term, t.Literal) and isinstance(term.value, str) and bool(ARTICLE.fullmatch(term.value))


def _known(resolved: Resolved, where: Where) -> tuple[str, ...]:
    """The words of the limit, or of the window, that say something at a place."""
    if resolved.window is not None:
        return ("as_of", "records") if where[0] in ("says", "severities", "law_by") else ("as_of",)
    if resolved.on is not None:
        return ORDER[:1] if where[-1] == "day" else ORDER[:2]
    return ORDER[: READY.get(where[:2], len(ORDER))]


def _window(resolved: Resolved, w: Window, catalogue: Catalogue) -> Iterator[Found]:
    window = resolved.window
    assert window is not None
    for key in ("when", "unless", "breach", "insufficient"):
        if getattr(resolved.rule, key):
            yield (key,), f"聚集规则不看 {key}:条件写在 window 的 where 里"
    fixed = {("at_least",): window.at_least, ("within",): window.within, ("different", "at_least"): window.different_least}
    for where, term in fixed.items():
        if term is not None and not isinstance(term, t.Literal | t.Parameter):
            yield ("window", *where), "这里只能写固定的值,或者一个参数"
    if resolved.in_force is not None and any(isinstance(x, t.Field | t.Actor | t.Defined | t.Rows | t.Missing) for x in resolved.in_force.walk()):
        yield ("in_force",), "聚集规则从哪一天起适用,不能由记录决定:请写一个日期"
    if w.total and not (w.with_same and set(METRICS) <= catalogue.records[w.rows].by_field.keys()):
        yield ("window", "total"), f"金额累加要写 with_same(罪名),并且 {w.rows} 要有 {'、'.join(METRICS)} 各列"
    yield from _companions(w, catalogue)


def _companions(w: Window, catalogue: Catalogue) -> Iterator[Found]:
    if w.beside and w.around:
        yield ("window", "around"), "beside 和 around 只能写一个"
    for name, companion in (("beside", w.beside), ("around", w.around)):
        if companion is None:
            continue
        if companion.role not in catalogue.records[companion.rows].actors:
            roles = "、".join(catalogue.records[companion.rows].actors) or "(无)"
            yield ("window", name, "role"), f"{companion.rows} 没有角色 {companion.role}:现有 {roles}"
        if told := _reach(name, companion):
            yield ("window", name), told
    if w.around:
        for key in ("within", "different", "total"):
            if getattr(w, key):
                yield ("window", key), f"写了 around 的,不看 {key}:请删去"


def _reach(name: str, companion: Companion) -> str:
    """What is wrong with how far the other records may lie; empty where nothing is."""
    if name == "beside":
        return "" if companion.before == "last" and not companion.after else "beside 只能写 before: last(早于最后一件),不写 after"
    return (
        "around 要写 before 或者 after 有多长,如 before: 30 days"
        if "last" in (companion.before, companion.after) or not (companion.before or companion.after)
        else ""
    )
