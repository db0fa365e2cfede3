"""Checks of the parameters of a rule: versions that contradict each other or the rule, units that do not fit, names without a use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rules import terms as t
from rules.conditions import placed
from rules.law import LawBook, LawError
from rules.periods import Period
from rules.resolve import Resolved, Where
from rules.schema import Rule

Found = tuple[Where, str]


def version_problems(rule: Rule, book: LawBook, day: int) -> Iterator[Found]:
    """What is wrong with the versions of parameters and with the unit of the limit, whether expressions can be read or not."""
    for name, versions in rule.parameters.items():
        for i, version in enumerate(versions):
            where: Where = ("parameters", name, i)
            if not version.cite.strip():
                yield (*where, "cite"), f"参数 {name} 没有写出处(cite):请写依据的文件和条文"
            if version.checked and version.checked.toordinal() > day:
                yield (*where, "checked"), f"参数 {name} 的核对日期 {version.checked} 还没有到"
        for i, (earlier, later) in enumerate(pairwise(versions), 1):
            if (earlier.value, earlier.cite) == (later.value, later.cite):
                yield ("parameters", name, i), f"参数 {name} 自 {later.since} 起的版本与前一个版本完全一样:请删去,或者改正"
    yield from _rolling(rule, book)


def _rolling(rule: Rule, book: LawBook) -> Iterator[Found]:
    """Whether the last day moves off days off, held against how the cited articles are counted, where they agree on it."""
    if rule.limit is None or not rule.limit.start or rule.limit.fix_if:
        return
    try:
        articles = [book.get(name) for name in rule.law]
    except LawError:
        return  # said where it is cited
    codes = {code: book.codes[code] for a in articles for code in a.code if book.codes[code].unit in ("natural", "working")}
    rolls = {code.rolls for code in codes.values()}
    if any(a.kind == "policy" for a in articles) or len(rolls) != 1 or rolls == {rule.limit.ends == "roll"}:
        return
    names = "、".join(codes)
    if rolls == {True}:
        yield ("limit", "ends"), f"ends 写作 fix(不顺延),而所引条文按计算码 {names} 届满日遇休息日顺延:请改为 roll,或者改引条文"
    else:
        yield ("limit", "ends"), f"ends 写作 roll(顺延),而所引条文按计算码 {names} 到期即止:请改为 fix,或者改引条文"


def parameter_problems(resolved: Resolved) -> Iterator[Found]:
    """Parameters and names that nothing uses, and values that their use cannot take."""
    terms = list(placed(resolved))
    named = {part.name for where, term in terms for part in term.walk() if isinstance(part, t.Named) and where != ("let", part.name)}
    used = {part.name for _, term in terms for part in term.walk() if isinstance(part, t.Parameter)}
    for name in resolved.rule.parameters:
        if name not in used:
            yield ("parameters", name), f"参数 {name} 没有用到:写作 ${name} 用它,或者删去"
    for name in resolved.rule.let:
        if name not in named:
            yield ("let", name), f"let 里的名字 {name} 没有用到:请删去,或者改正"
    yield from _begins_late(resolved)
    yield from _lengths(resolved)
    yield from _counts(resolved)


def _begins_late(resolved: Resolved) -> Iterator[Found]:
    """A length whose first version begins after the rule does: until then its value would be used before its time."""
    in_force = resolved.in_force
    lengths = [resolved.within, resolved.window.within if resolved.window else None]
    for name in {term.name for term in lengths if isinstance(term, t.Parameter)}:
        first = resolved.rule.parameters[name][0].since
        if isinstance(in_force, t.Literal) and isinstance(in_force.value, int) and first.toordinal() > in_force.value:
            told = f"参数 {name} 的第一个版本从 {first} 起,而规则自 {resolved.rule.in_force} 起就适用"
            yield ("parameters", name, 0, "from"), f"{told}:其间没有可用的值,请补上更早的版本,或者推迟 in_force"


def _values(resolved: Resolved, term: t.Term | None) -> Iterator[tuple[Where, object]]:
    """The values that a term may have, each with the place of the parameter's version; none where it is worked out."""
    if isinstance(term, t.Parameter):
        for i, (_, value) in enumerate(resolved.parameters[term.name].versions):
            yield ("parameters", term.name, i, "value"), value
    elif isinstance(term, t.Literal):
        yield (), term.value


def _lengths(resolved: Resolved) -> Iterator[Found]:
    for where, value in _values(resolved, resolved.within):
        if isinstance(value, Period) and not value:
            yield where or ("limit", "within"), "期限的长度是零:请写成如 15 days、3 months"
    if not resolved.window or resolved.window.within is None:
        return
    for where, value in _values(resolved, resolved.window.within):
        if isinstance(value, Period) and (value.months or value.working or value.days < 0):
            yield where or ("window", "within"), f"聚集的一段时间要用自然日,如 30 days;“{value.written}”用不上"


def _counts(resolved: Resolved) -> Iterator[Found]:
    for where, whole in placed(resolved):
        for part in whole.walk():
            if isinstance(part, t.Call) and part.function == "nth" and where[0] != "let":
                for inside, value in _values(resolved, part.arguments[1]):
                    if isinstance(value, int) and value < 1:
                        yield inside or where, f"nth(…) 的第 {value} 个是没有的:要写 1 以上的数"
    if not (w := resolved.window):
        return
    for key, term in ((("window", "at_least"), w.at_least), (("window", "different", "at_least"), w.different_least)):
        for where, value in _values(resolved, term):
            if isinstance(value, int) and value < 1:
                yield where or key, f"至少 {value} 件(个)总是成立:请写 1 以上的数"
