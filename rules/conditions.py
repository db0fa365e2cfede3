"""Checks of the conditions of a rule: those that never or always hold, contradict or repeat others, or name a value that a column
cannot hold. Each problem comes with its place in the rule file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from cases.catalogue import Catalogue
from rules import terms as t
from rules.logic import HOLDS, NOT_TRUE, Reasoner, Wanted, compared
from rules.resolve import Resolved, ResolvedCompanion, Where
from rules.schema import Rule

Placed = tuple[Where, t.Term]
Found = tuple[Where, str]


def placed(resolved: Resolved) -> Iterator[Placed]:
    """Every term of a rule with its place in the file."""
    rule, r = resolved.rule, resolved
    yield from ((("let", name), term) for name, term in r.named.items())
    yield from _chain(resolved)
    single = {
        ("limit", "from"): r.start, ("limit", "within"): r.within, ("limit", "fix_if"): r.fix_if, ("limit", "fixed_day"): r.fixed_day,
        ("condition" if rule.condition else "link", "day"): r.on, ("in_force",): r.in_force, ("agency",): r.agency, ("law_by",): r.law_by,
    }  # fmt: skip
    yield from ((where, term) for where, term in single.items() if term is not None)
    for i, act in enumerate(r.acts):
        yield from ((("limit", "done_by", i), term) for term in (act.term, act.condition, act.since) if term is not None)
    for key, pairs in (("insufficient", r.insufficient), ("severities", r.severities)):
        yield from (((key, i), condition) for i, (condition, _) in enumerate(pairs))
    yield from ((("says",), term) for term in r.says.values())
    if w := r.window:
        own = {"actor": w.actor, "item": w.item, "at": w.at, "known_on": w.known_on, "within": w.within, "at_least": w.at_least}
        more = {"different": w.different_of, "with_same": w.with_same}
        yield from ((("window", key), term) for key, term in (own | more).items() if term is not None)
        if w.different_least is not None:
            yield ("window", "different", "at_least"), w.different_least
        for name, c in _companions(resolved):
            yield from ((("window", name, "where", i), term) for i, term in enumerate(c.where))
            yield ("window", name, "day"), c.day


def _companions(resolved: Resolved) -> list[tuple[str, ResolvedCompanion]]:
    w = resolved.window
    return [(name, c) for name, c in (("beside", w.beside), ("around", w.around)) if c is not None] if w else []


def _chain(resolved: Resolved) -> list[Placed]:
    """The conditions that must all hold for a hit, in the order of the file."""
    rule, kept = resolved.rule, len(resolved.rule.when)
    chain: list[Placed] = [(("when", i), term) for i, term in enumerate(resolved.when[:kept])]
    chain += [(("unless", i), term) for i, term in enumerate(resolved.when[kept:])]
    chain += [(("breach", i), term) for i, term in enumerate(resolved.breach)]
    if resolved.window:
        chain += [(("window", "where", i), term) for i, term in enumerate(resolved.window.where)]
    assert len(resolved.when) == kept + len(rule.unless)
    return chain


def condition_problems(resolved: Resolved, catalogue: Catalogue) -> Iterator[Found]:
    """What is wrong with the conditions of a rule, by simple reasoning (rules/logic.py)."""
    reasoner = Reasoner(catalogue, resolved.parameters)
    unknown = [found for where, term in placed(resolved) for found in _choices(reasoner, where, term)]
    yield from unknown
    # A condition with a value that its column cannot hold never holds: that has been said.
    said = {where for where, _ in unknown}
    yield from ((where, f"“{_text(resolved.rule, where)}”:{text}") for where, text in _whole(reasoner, resolved, said))
    for where, term in placed(resolved):
        if where not in said:
            yield from _inside(reasoner, where, term)


def _text(rule: Rule, where: Where) -> str:
    """A condition as its author wrote it."""
    value: Any = rule
    for step in where:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value if isinstance(value, str) else str(value.condition)


def _whole(reasoner: Reasoner, resolved: Resolved, said: set[Where]) -> Iterator[Found]:
    """What is wrong with whole conditions, alone and together; those in `said` are left out."""
    chain = [(where, term) for where, term in _chain(resolved) if where not in said]
    never = list(_of_chain(reasoner, chain))
    yield from never
    for name, c in _companions(resolved):
        rest: list[Placed] = [(("window", name, "where", i), term) for i, term in enumerate(c.where)]
        yield from _of_chain(reasoner, [(where, term) for where, term in rest if where not in said])
    acts = [(("limit", "done_by", i), act.condition) for i, act in enumerate(resolved.acts)]
    gaps = [(("insufficient", i), condition) for i, (condition, _) in enumerate(resolved.insufficient)]
    for where, term in [*acts, *gaps]:
        if term is not None and where not in said:
            yield from _alone(reasoner, where, term)
    grades: list[Placed] = [(("severities", i), condition) for i, (condition, _) in enumerate(resolved.severities)]
    hits: list[Wanted] = [] if never else [(term, HOLDS) for _, term in chain]
    yield from _of_choice(reasoner, [g for g in grades if g[0] not in said], hits, "前面的紧急程度已经管到这种情形,这一条永远轮不到")


def _of_chain(reasoner: Reasoner, chain: Sequence[Placed]) -> Iterator[Found]:
    """Conditions that must hold together: each alone, then each with those before it."""
    before: list[Wanted] = []
    for where, term in chain:
        found = list(_alone(reasoner, where, term))
        yield from found
        if found:
            continue
        if not reasoner.possible([*before, (term, HOLDS)]):
            yield where, _together(where)
            continue
        if before and not reasoner.possible([*before, (term, NOT_TRUE)]):
            yield where, "前面的条件已经包含了这一条,写与不写结果一样,请删去或者改正"
        before.append((term, HOLDS))


def _together(where: Where) -> str:
    if where[0] == "unless":
        return "只要前面的条件成立,这种除外情形就成立,规则永远不会命中,请改正其中一条"
    return "与前面的条件矛盾,规则永远不会命中,请改正其中一条"


def _alone(reasoner: Reasoner, where: Where, term: t.Term) -> Iterator[Found]:
    """A condition that never or always holds by itself. What stands under `unless` is kept negated."""
    excluded = where[0] == "unless"
    asked = term.left if excluded and isinstance(term, t.Not) else term
    if not reasoner.possible([(asked, HOLDS)]):
        yield where, "这个条件永远不成立,请核对各项的写法"
    elif not reasoner.possible([(asked, NOT_TRUE)]):
        effect = "规则永远不会命中" if excluded else "写与不写结果一样"
        yield where, f"这个条件总是成立,{effect},请核对各项的写法"
    elif (values := compared(asked)) and not reasoner.possible([(asked, NOT_TRUE)], values):
        yield where, "只要比较的各项填了,这个条件就总是成立,请核对;确实只问填没填的,写作 is given"


def _of_choice(reasoner: Reasoner, items: Sequence[Placed], chain: Sequence[Wanted], unreached: str) -> Iterator[Found]:
    """Conditions of which the first that holds counts, where the chain holds."""
    before = list(chain)
    for where, term in items:
        if not reasoner.possible([(term, HOLDS)]):
            yield where, "这个条件永远不成立,请核对各项的写法"
        elif not reasoner.possible([*before, (term, HOLDS)]):
            contradicts = not reasoner.possible([*chain, (term, HOLDS)])
            yield where, "与适用条件矛盾,这一条永远轮不到,请改正其中一条" if contradicts else unreached
        before.append((term, NOT_TRUE))


def _inside(reasoner: Reasoner, where: Where, term: t.Term) -> Iterator[Found]:
    """Filters of related rows, and the branches of case(…)."""
    for part in _written(term):
        if isinstance(part, t.Rows) and part.filter is not None:
            items = part.filter.parts if isinstance(part.filter, t.All) else (part.filter,)
            yield from ((where, f"{part.relation}[…]:{text}") for _, text in _of_chain(reasoner, [(where, item) for item in items]))
        elif isinstance(part, t.Call) and part.function == "case":
            conditions = [(where, c) for c, _ in zip(part.arguments[::2], part.arguments[1::2], strict=False)]
            unreached = "前面的条件已经管到这种情形,这一个值永远轮不到"
            yield from ((where, f"case(…):{text}") for _, text in _of_choice(reasoner, conditions, [], unreached))


def _choices(reasoner: Reasoner, where: Where, term: t.Term) -> Iterator[Found]:
    """Comparisons with a value that the column cannot hold."""
    for part in _written(term):
        if isinstance(part, t.Compare):
            for left, right in ((part.left, part.right), (part.right, part.left)):
                if isinstance(right, t.Literal) and (choices := reasoner.choices(left)):
                    yield from _choice(where, left, right.value, choices)
        elif isinstance(part, t.OneOf) and (choices := reasoner.choices(part.left)):
            for value in part.values:
                yield from _choice(where, part.left, value, choices)


def _written(term: t.Term) -> Iterator[t.Term]:
    """The term and what is written below it; what shared definitions and the rule's own names say stands elsewhere."""
    yield term
    if not isinstance(term, (t.Defined, t.Named)):
        for child in term.children():
            yield from _written(child)


def _choice(where: Where, left: t.Term, value: object, choices: dict[str, list[str]]) -> Iterator[Found]:
    if value in choices:
        return
    assert isinstance(left, t.Field)
    same = next((name for name, synonyms in choices.items() if value in synonyms), None)
    near = same or next(iter(get_close_matches(str(value), choices, 1, 0.5)), None)
    told = f"应写作“{same}”" if same else f"是不是“{near}”?" if near else f"可写 {'、'.join(choices)}"
    yield where, f"{left.name} 没有“{value}”这个取值,{told}"
