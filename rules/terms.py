"""The terms of the expression language after names are resolved: what the engine evaluates and turns into SQL.

A term is typed: date, period, money (fen), number (millionths), count, bool, text, actor. Frames number the rows that are in
scope: 0 is the subject of the rule (or the row a definition belongs to), each set filter opens the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from rules.periods import Period


@dataclass(frozen=True)
class Term:
    """Base of all terms; `type` is the type of its value."""

    type: str

    def children(self) -> Iterator[Term]:
        for f in fields(self):
            value = getattr(self, f.name)
            for item in value if isinstance(value, tuple) else (value,):
                if isinstance(item, Term):
                    yield item

    def walk(self) -> Iterator[Term]:
        """This term and everything below it."""
        yield self
        for child in self.children():
            yield from child.walk()


def gives_many(term: Term) -> bool:
    """Whether a term gives one value for each of several rows, not one value."""
    if isinstance(term, Defined | Named):
        return gives_many(term.body)
    if isinstance(term, Call) and term.function in ("first", "case"):
        return any(gives_many(argument) for argument in term.arguments)
    return isinstance(term, Values | Rows) or (isinstance(term, Call) and term.function == "each")


@dataclass(frozen=True)
class Literal(Term):
    value: int | str | Period


@dataclass(frozen=True)
class Place:
    """A row: that of a frame, or one reached from it over single relations (`hops`)."""

    frame: int
    hops: tuple[str, ...]
    record: str


@dataclass(frozen=True)
class Field(Term):
    place: Place
    name: str


@dataclass(frozen=True)
class Actor(Term):
    """Who plays a role in a row: the certificate number, else (unless `certificate_only`) the name, which counts only `within` a
    district and not where it is `hidden`."""

    place: Place
    role: str
    id: str
    name: str
    certificate_only: bool = False
    within: str = ""
    hidden: str = ""

    @property
    def known_by(self) -> tuple[str, ...]:
        """The columns that say who it is, the number first."""
        return (self.id,) if self.certificate_only or not self.name else (self.id, self.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is read from."""
        return tuple(c for c in (self.id, self.name, self.within, self.hidden) if c)


@dataclass(frozen=True)
class Defined(Term):
    """A definition of the vocabulary, evaluated with its row as frame 0."""

    place: Place
    name: str
    body: Term


@dataclass(frozen=True)
class Named(Term):
    """A value the rule names under `let`."""

    name: str
    body: Term


@dataclass(frozen=True)
class Special(Term):
    """as_of, and what the limit works out: due_on, last_day (before rolling), done_on, start_on."""

    name: str


@dataclass(frozen=True)
class Rows(Term):
    """The rows of a relation that meet a filter (evaluated with the row as frame `frame`)."""

    place: Place
    relation: str
    record: str
    frame: int
    filter: Term | None


@dataclass(frozen=True)
class Values(Term):
    """One value of each row of a set."""

    rows: Rows
    value: Term


@dataclass(frozen=True)
class Missing(Term):
    """Whether the row at the end of a single relation does not exist."""

    place: Place


@dataclass(frozen=True)
class Compare(Term):
    operator: str
    left: Term
    right: Term


@dataclass(frozen=True)
class OneOf(Term):
    left: Term
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Contains(Term):
    left: Term
    words: tuple[str, ...]
    at_end: bool = False


@dataclass(frozen=True)
class Given(Term):
    left: Term


@dataclass(frozen=True)
class Undated(Term):
    left: Term


@dataclass(frozen=True)
class Not(Term):
    left: Term


@dataclass(frozen=True)
class All(Term):
    parts: tuple[Term, ...]


@dataclass(frozen=True)
class AnyOf(Term):
    parts: tuple[Term, ...]


@dataclass(frozen=True)
class Sum(Term):
    sign: int
    left: Term
    right: Term


@dataclass(frozen=True)
class Call(Term):
    function: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True)
class Parameter(Term):
    """A dated parameter of the rule: the version in force on the day that matters, times `scale` (yuan to fen)."""

    name: str
    scale: int = 1
