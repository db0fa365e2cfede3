"""The types of values in the expression language: how they are called, which may stand against each other, what functions take and give."""

from __future__ import annotations

from decimal import Decimal

from rules import terms as t

SCALES = {"money": 100, "number": 1_000_000}
KINDS = {
    "date": "日期", "period": "期限", "money": "金额", "number": "数", "count": "整数", "bool": "条件", "text": "文字", "actor": "人或者单位",
    "rows": "一组记录",
}  # fmt: skip
# function → (result type, least and most arguments, their types); "=1" takes the type of the first argument, "=2" of the second.
# The last type holds for all further arguments; "" is any type, the same for all; where no types are given, they are looked at apart.
FUNCTIONS: dict[str, tuple[str, int, int, tuple[str, ...]]] = {
    "first": ("=1", 2, 9, ("",)), "earliest": ("date", 1, 9, ("date",)), "latest": ("date", 1, 9, ("date",)),
    "nth": ("date", 2, 2, ("date", "count")), "roll": ("date", 1, 1, ("date",)), "back": ("date", 2, 2, ("date", "period")),
    "case": ("=2", 2, 41, ()), "each": ("=2", 2, 40, ()), "any": ("bool", 1, 1, ()), "none": ("bool", 1, 1, ()), "count": ("count", 1, 1, ()),
    "days": ("period", 1, 1, ("number",)), "days_between": ("period", 2, 2, ("date",)), "crime": ("text", 1, 1, ("text",)),
    "crime_of": ("text", 2, 2, ("text",)), "crime_with_class": ("text", 2, 2, ("text",)), "threshold_law": ("text", 2, 2, ("text",)),
    "threshold": ("text", 8, 8, ("text", "text", "date", "money", "money", "number", "text", "number")),
}  # fmt: skip
GREATEST = 10**12
"""Numbers in rules stay below this: in fen or millionths they still fit into a database and the judge."""
MANY = ("first", "case", "each", "earliest", "latest", "nth")
"""The functions that take the values of several rows."""


def comparable(a: str, b: str) -> bool:
    """Whether values of two types may stand against each other; what is called a text may be somebody's name."""
    texts = {"text", "actor"}
    return a == b or (a in texts and b in texts)


def exact(text: str) -> int:
    """A number with decimals as it is kept, in millionths."""
    return int(Decimal(text) * SCALES["number"])


def scaled(term: t.Term, other: t.Term) -> t.Term:
    """A plain number takes the unit of what it stands against: yuan become fen, numbers become millionths."""
    if isinstance(term, t.Parameter) and term.type == "count" and other.type in SCALES:
        return t.Parameter(other.type, term.name, SCALES[other.type])
    if isinstance(term, t.Literal) and term.type in ("count", "number") and other.type in SCALES and isinstance(term.value, int):
        if term.type == "count":
            return t.Literal(other.type, term.value * SCALES[other.type])
        return t.Literal(other.type, term.value * SCALES[other.type] // SCALES["number"])
    return term
