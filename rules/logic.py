"""Whether conditions can hold together: simple reasoning over typed terms, for the checks of rule files.

`possible(conditions)` asks whether some values make every condition come out as wanted. It knows blank and undated values, bounds,
choices of a column, lists, the order of two values, and rows that do not exist; everything else (functions, definitions, text
searches) is a value it knows nothing of. It says no only where that is certain: what it cannot follow counts as possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from cases.catalogue import Catalogue, Column
from rules import terms as t
from rules.resolve import ParameterVersions

TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
HOLDS = frozenset({TRUE})
FAILS = frozenset({FALSE})
NOT_TRUE = frozenset({FALSE, UNKNOWN})
"""A condition that compares an undated day is unknown: it is neither true nor false."""

BLANK, UNDATED, VALUED = "blank", "undated", "valued"
ENOUGH = 2000  # ways beyond which a condition is not followed any more
PATIENCE = 3000  # and steps beyond which several are not held together any more
ORDERS = {"<": "<", "<=": "<=", "=": "=", ">=": ">=", ">": ">", "!=": "<>"}
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}

Truths = frozenset[str]
Wanted = tuple[t.Term, Truths]


@dataclass(frozen=True)
class Domain:
    """What a value may be: its states, and where it is valued its bounds (both included) or its words."""

    states: frozenset[str]
    low: int | None = None
    high: int | None = None
    allowed: frozenset[Any] | None = None
    denied: frozenset[Any] = frozenset()

    def within(self, other: Domain) -> Domain:
        """What both allow; `states` is empty where nothing is left."""
        lows, highs = [x for x in (self.low, other.low) if x is not None], [x for x in (self.high, other.high) if x is not None]
        sets = [x for x in (self.allowed, other.allowed) if x is not None]
        low, high, denied = max(lows, default=None), min(highs, default=None), self.denied | other.denied
        allowed = frozenset.intersection(*sets) if sets else None
        both = Domain(self.states & other.states, low, high, allowed, denied)
        return both if both._has_value() else replace(both, states=both.states - {VALUED})

    def _has_value(self) -> bool:
        if self.allowed is not None and not self.allowed - self.denied:
            return False
        if self.low is None or self.high is None:
            return True
        # A short range can be denied day by day.
        return self.high - self.low >= len(self.denied) or any(x not in self.denied for x in range(self.low, self.high + 1))


def _only(*states: str) -> Domain:
    return Domain(frozenset(states))


@dataclass(frozen=True)
class Valued:
    """A value lies in a domain."""

    term: t.Term
    domain: Domain


@dataclass(frozen=True)
class Ordered:
    """Two values, both given, stand in one of some orders: a text of <, =, >."""

    left: t.Term
    right: t.Term
    orders: str


@dataclass(frozen=True)
class Exists:
    """The row at a place exists or not."""

    place: t.Place
    is_there: bool


Fact = Valued | Ordered | Exists
Way = tuple[Fact, ...]


class TooMany(Exception):
    """Conditions have more ways to come out than are looked at."""


class Reasoner:
    """Reasons over the conditions of one rule: its catalogue knows the choices, its parameters the numbers."""

    def __init__(self, catalogue: Catalogue, parameters: dict[str, ParameterVersions]):
        self.catalogue, self.parameters = catalogue, parameters
        self.steps = 0
        # The days on which some parameter changes: between them every parameter has one value.
        self.days = sorted({since for versions in parameters.values() for since, _ in versions.versions}) or [0]

    def possible(self, wanted: Sequence[Wanted], given: Iterable[t.Term] = ()) -> bool:
        """Whether all conditions can come out as wanted at once, with the values of `given` given and dated."""
        start: Way = tuple(Valued(term, _only(VALUED)) for term in given)
        self.steps = 0
        try:
            return any(self._search(self._parts(wanted, start, day), {}, [], []) for day in self.days)
        except TooMany:
            return True

    def _parts(self, wanted: Sequence[Wanted], start: Way, day: int) -> list[list[Way]]:
        """The ways of each condition, those with the fewest first: what contradicts is met early."""
        return sorted([[start], *(self.ways(term, truths, day) for term, truths in wanted)], key=len)

    def _search(self, parts: Sequence[Sequence[Way]], known: dict[t.Term, Domain], orders: list[Ordered], gone: list[t.Place]) -> bool:
        if not parts:
            return self._fits(known, orders, gone)
        for way in parts[0]:
            self.steps += 1
            if self.steps > PATIENCE:
                raise TooMany
            more, pairs, lost = dict(known), list(orders), list(gone)
            if self._take(way, more, pairs, lost) and self._search(parts[1:], more, pairs, lost):
                return True
        return False

    def _take(self, way: Way, known: dict[t.Term, Domain], orders: list[Ordered], gone: list[t.Place]) -> bool:
        for fact in way:
            if isinstance(fact, Ordered):
                orders.append(fact)
                continue
            term, domain = (fact.term, fact.domain) if isinstance(fact, Valued) else self._row(fact, gone)
            known[term] = known.get(term, self._domain(term)).within(domain)
            if not known[term].states:
                return False
        return True

    def _row(self, fact: Exists, gone: list[t.Place]) -> tuple[t.Term, Domain]:
        if not fact.is_there:
            gone.append(fact.place)
        return t.Missing("bool", fact.place), Domain(frozenset({VALUED}), *((0, 0) if fact.is_there else (1, 1)))

    def _fits(self, known: dict[t.Term, Domain], orders: list[Ordered], gone: list[t.Place]) -> bool:
        for term, domain in known.items():
            if BLANK not in domain.states and any(_hangs_on(term, place) for place in gone):
                return False
        seen: dict[tuple[t.Term, t.Term], set[str]] = {}
        for o in orders:
            left, right = (known.get(x, self._domain(x)) for x in (o.left, o.right))
            possible = set(o.orders) & _orders(left, right) & ({"="} if o.left == o.right else set("<=>"))
            mirrored = {FLIPPED[x] for x in seen.get((o.right, o.left), "<=>")}
            seen[o.left, o.right] = seen.get((o.left, o.right), set("<=>")) & possible & mirrored
            if not seen[o.left, o.right]:
                return False
        return True

    def _domain(self, term: t.Term) -> Domain:
        """What a value may be before anything is said of it."""
        if isinstance(term, t.Call) and term.function == "count":
            return Domain(frozenset({VALUED}), low=0)
        if isinstance(term, (t.Parameter, t.Literal)):
            return _only(VALUED)
        states = frozenset({BLANK, UNDATED, VALUED}) if term.type in ("date", "bool") else frozenset({BLANK, VALUED})
        if isinstance(term, t.Field) and not term.place.hops and self._column(term).required:
            states -= {BLANK}
        if term.type == "bool":
            return Domain(states - {UNDATED} if isinstance(term, t.Field) else states, 0, 1)
        choices = self.choices(term)
        return Domain(states, allowed=frozenset(choices) if choices else None)

    def choices(self, term: t.Term) -> dict[str, list[str]]:
        """The values a column may hold and their synonyms; empty where it may hold any."""
        if not isinstance(term, t.Field):
            return {}
        return self._column(term).choices

    def _column(self, term: t.Field) -> Column:
        return self.catalogue.records[term.place.record].by_field[term.name]

    # -- the ways in which a condition comes out -----------------------------------------------------------------------
    def ways(self, term: t.Term, wanted: Truths, day: int) -> list[Way]:
        """Every way in which a condition comes out as wanted, with the parameters of a day. Raises TooMany."""
        if isinstance(term, t.Named):
            return self.ways(term.body, wanted, day)
        if isinstance(term, t.Not):
            return self.ways(term.left, frozenset({TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[x] for x in wanted), day)
        if isinstance(term, t.Call) and term.function == "none":
            return self.ways(t.Not("bool", t.Call("bool", "any", term.arguments)), wanted, day)
        if isinstance(term, (t.All, t.AnyOf)):
            parts = [self.ways(part, wanted, day) for part in term.parts]
            return _joined(parts) if isinstance(term, t.All) == (TRUE in wanted) else [way for part in parts for way in part]
        return [(fact,) if not isinstance(fact, tuple) else fact for fact in self._atom(term, wanted, day)]

    def _atom(self, term: t.Term, wanted: Truths, day: int) -> Iterator[Fact | Way]:
        if isinstance(term, t.Compare) and (held := self._constant(term, day)) is not None:
            yield from _against(*held, wanted)
        elif isinstance(term, t.Compare):
            yield from _pair(term, wanted)
        elif isinstance(term, t.OneOf):
            inside, outside = Domain(frozenset({VALUED}), allowed=frozenset(term.values)), frozenset(term.values)
            if TRUE in wanted:
                yield Valued(term.left, inside)
            else:
                yield Valued(term.left, _only(BLANK, UNDATED))
                yield Valued(term.left, Domain(frozenset({VALUED}), denied=outside))
        elif isinstance(term, t.Given):
            yield Valued(term.left, _only(UNDATED, VALUED) if TRUE in wanted else _only(BLANK))
        elif isinstance(term, t.Undated):
            yield Valued(term.left, _only(UNDATED) if TRUE in wanted else _only(BLANK, VALUED))
        elif isinstance(term, t.Missing):
            yield Exists(term.place, TRUE not in wanted)
        else:
            yield from _switch(term, wanted)

    def _constant(self, term: t.Compare, day: int) -> tuple[t.Term, str, Any] | None:
        """The value, the operator and the constant (or parameter) it is held against; None where it is not held against one."""
        for left, operator, right in ((term.left, term.operator, term.right), (term.right, FLIPPED[term.operator], term.left)):
            if isinstance(right, t.Literal) and isinstance(right.value, (int, str)):
                return left, operator, right.value
            if isinstance(right, t.Parameter) and right.type in ("count", "money", "number", "date"):
                return left, operator, self.parameters[right.name](day) * right.scale
        return None


def _against(left: t.Term, operator: str, value: Any, wanted: Truths) -> Iterator[Fact]:
    """A value held against a constant."""
    holds, unequal = TRUE in wanted, operator == "!="
    lost = {BLANK} if unequal == holds else set()
    if left.type == "bool" and operator in ("=", "!="):
        # A condition that is not true is false; so is what is compared with it.
        one = ((value == 1) != unequal) == holds
        yield Valued(left, Domain(frozenset({VALUED}), *((1, 1) if one else (0, 0))))
    else:
        yield Valued(left, _fitting(operator if holds else OPPOSITES[operator], value))
    if UNKNOWN in wanted and left.type in ("date", "bool"):
        lost.add(UNDATED)
    if lost:
        yield Valued(left, _only(*lost))


OPPOSITES = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": "!=", "!=": "="}


def _fitting(operator: str, value: Any) -> Domain:
    """The given values that stand so to a constant."""
    valued = frozenset({VALUED})
    if operator == "!=":
        return Domain(valued, denied=frozenset({value}))
    if isinstance(value, str):
        return Domain(valued, allowed=frozenset({value}))
    low = {"=": value, ">=": value, ">": value + 1}.get(operator)
    high = {"=": value, "<=": value, "<": value - 1}.get(operator)
    return Domain(valued, low, high)


def _switch(term: t.Term, wanted: Truths) -> Iterator[Fact]:
    """A condition that is a value itself: a yes-no column, or something nothing is known of."""
    unknown = {UNDATED} if UNKNOWN in wanted else set()
    if TRUE in wanted:
        yield Valued(term, Domain(frozenset({VALUED}), 1, 1))
        if unknown:
            yield Valued(term, _only(*unknown))
    else:
        yield Valued(term, _only(BLANK, *unknown))
        yield Valued(term, Domain(frozenset({VALUED}), 0, 0))


def _pair(term: t.Compare, wanted: Truths) -> Iterator[Fact | Way]:
    """Two values held against each other."""
    left, right, unequal, holds = term.left, term.right, term.operator == "!=", TRUE in wanted
    orders = ORDERS[term.operator] if holds else "".join(x for x in "<=>" if x not in ORDERS[term.operator])
    valued, blank, given = _only(VALUED), _only(BLANK), _only(UNDATED, VALUED)
    yield (Valued(left, valued), Valued(right, valued), Ordered(left, right, orders))
    if unequal and holds:
        yield (Valued(left, blank), Valued(right, given))
        yield (Valued(left, given), Valued(right, blank))
    elif unequal:
        yield (Valued(left, blank), Valued(right, blank))
    elif not holds:
        yield Valued(left, blank)
        yield Valued(right, blank)
    if left.type == "date" and UNKNOWN in wanted:
        yield Valued(left, _only(UNDATED))
        yield Valued(right, _only(UNDATED))


def _joined(parts: list[list[Way]]) -> list[Way]:
    total = 1
    for part in parts:
        total *= len(part)
    if total > ENOUGH:
        raise TooMany
    return [tuple(fact for way in chosen for fact in way) for chosen in product(*parts)]


def _orders(left: Domain, right: Domain) -> set[str]:
    """In which orders two values can stand by their bounds."""
    possible = set("<=>")
    if left.low is not None and right.high is not None:
        possible -= {"<"} if left.low >= right.high else set()
        possible -= {"="} if left.low > right.high else set()
    if left.high is not None and right.low is not None:
        possible -= {">"} if left.high <= right.low else set()
        possible -= {"="} if left.high < right.low else set()
    return possible


def _hangs_on(term: t.Term, place: t.Place) -> bool:
    """Whether a value is read from a row, or over it."""
    if not isinstance(term, (t.Field, t.Actor)):
        return False
    return term.place.frame == place.frame and term.place.hops[: len(place.hops)] == place.hops


def compared(term: t.Term) -> set[t.Term]:
    """The values that a condition compares and asks nothing else of: not whether they are given, and no conditions themselves."""
    held: set[t.Term] = set()
    asked: set[t.Term] = set()
    for part in _conditions(term):
        if isinstance(part, t.Compare):
            held |= {x for x in (part.left, part.right) if not isinstance(x, (t.Literal, t.Parameter))}
        elif isinstance(part, t.OneOf):
            held.add(part.left)
        elif isinstance(part, (t.Given, t.Undated)):
            asked.add(part.left)
    return held - asked


def _conditions(term: t.Term) -> Iterator[t.Term]:
    if isinstance(term, (t.All, t.AnyOf)):
        for part in term.parts:
            yield from _conditions(part)
    elif isinstance(term, t.Not):
        yield from _conditions(term.left)
    elif isinstance(term, t.Named):
        yield from _conditions(term.body)
    else:
        yield term
