"""What terms are evaluated in and to: rows, the environment, the three truth values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from cases.blanks import HIDING
from cases.catalogue import Actor
from rules import terms as t
from rules.offences import LOCAL, NATIONAL, Local

Row = dict[str, Any]
UNDATED = 0
P = ParamSpec("P")
T = TypeVar("T")
WITHIN = "\x1f"
"""Between a name and the district in which it says who somebody is."""


class Unknown:
    """The third truth value: which undated fields keep a condition from being decided."""

    __slots__ = ("fields",)

    def __init__(self, fields: frozenset[str]):
        self.fields = fields

    def __bool__(self) -> bool:
        raise TypeError("Unknown is neither true nor false")


class Env:
    """What a term is evaluated in: the rows in scope, the as-of day, the limit's own days, the rule's parameters."""

    __slots__ = ("as_of", "cache", "day", "frames", "parameters", "specials", "unknown_spans")

    def __init__(self, frames: list[Row], as_of: int, parameters: Mapping[str, Any] | None = None):
        self.frames = frames
        self.as_of = as_of
        self.day = as_of
        self.parameters = parameters or {}
        self.specials: dict[str, int | None] = {"as_of": as_of}
        self.cache: dict[str, Any] = {}
        self.unknown_spans: set[str] = set()

    def of_subject(self) -> Env:
        """The environment of what a rule names: the subject alone, however deep in sets the name stands; all else is the same."""
        env = Env(self.frames[:1], self.as_of, self.parameters)
        env.day, env.specials, env.cache, env.unknown_spans = self.day, self.specials, self.cache, self.unknown_spans
        return env

    def beside(self, row: Row) -> Env:
        """The environment of a definition: the row alone, the same day."""
        env = Env([row], self.as_of, self.parameters)
        env.unknown_spans = self.unknown_spans
        return env


def row_at(env: Env, place: t.Place) -> Row | None:
    row: Row | None = env.frames[place.frame]
    for hop in place.hops:
        if row is None:
            return None
        row = row.get(hop)
    return row


def who(row: Row, actor: t.Actor | Actor) -> str | None:
    """The actor of a row: its certificate number, else its name, with the district within which the name says who it is. A name of which
    a part is hidden says nothing: 张** are many."""
    if number := row[actor.id]:
        return str(number)
    if not actor.name or not row[actor.name] or (actor.hidden and row[actor.hidden]) or not HIDING.isdisjoint(row[actor.name]):
        return None
    district = row[actor.within] if actor.within else None
    return f"{row[actor.name]}{WITHIN}{district}" if district else str(row[actor.name])


def truth_of(value: Any) -> Any:
    """The truth value of a boolean field: blank is False."""
    return value if value is False or value is True or isinstance(value, Unknown) else bool(value)


def either(truths: Any) -> Any:
    """Three-valued "or"."""
    unknown: frozenset[str] = frozenset()
    for truth in map(truth_of, truths):
        if truth is True:
            return True
        if isinstance(truth, Unknown):
            unknown |= truth.fields
    return Unknown(unknown) if unknown else False


def local_thresholds_of(env: Env) -> Local:
    """The thresholds that the place of a rule has set."""
    versions = env.parameters.get(LOCAL)
    return versions(env.day) if versions else NATIONAL


def once_a_term(make: Callable[Concatenate[t.Term, P], T]) -> Callable[Concatenate[t.Term, P], T]:
    """Keep what was made of a term with the term itself: to find it by its value would be to walk all of it, again and again."""

    @wraps(make)
    def made(term: t.Term, /, *more: P.args, **named: P.kwargs) -> T:
        kept: dict[Any, T] = vars(term).setdefault("_made", {})
        key = (make, *more, *named.values())
        if key not in kept:
            kept[key] = make(term, *more, **named)
        return kept[key]

    return made
