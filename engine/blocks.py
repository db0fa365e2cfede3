"""What a filter on related rows can say of a whole block of them at once, for one row that they hang on.

A filter is a tree of parts. Of each block a part keeps what it needs to know (`zone`), of each owner it reads what it compares (`owner`),
and holds the two together (`verdict`). A part of which nothing is known leaves it open, and the rows are asked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from engine import functions
from engine.env import UNDATED, Env, Row, Unknown, row_at, truth_of
from rules import terms as t

NEVER, MAYBE, ALWAYS = range(3)
_ELSEWHERE = 1 << 20  # the frame of what no frame tells: a side effect

Evaluator = Callable[[Env], Any]
Stack = tuple[Row, ...]
"""A related row, and of the rows that hang on it one after the other."""
Ask = Callable[[Evaluator, Stack], Any]
Make = Callable[[t.Term], Evaluator]


# -- what a filter reads -----------------------------------------------------------------------------------------------------
def frames_of(term: t.Term) -> set[int]:
    """The frames that a term reads, those left out that it opens itself. What depends on the rule's day depends on its subject: 0."""
    if isinstance(term, t.Field | t.Actor | t.Defined | t.Missing):
        return {term.place.frame} | ({_ELSEWHERE} if isinstance(term, t.Defined) and notes_spans(term) else set())
    if isinstance(term, t.Named | t.Parameter):
        return {0, _ELSEWHERE} if notes_spans(term) else {0}
    if isinstance(term, t.Special):
        return set() if term.name == "as_of" else {0}
    if isinstance(term, t.Rows):
        return {term.place.frame} | (frames_of(term.filter) - {term.frame} if term.filter is not None else set())
    if isinstance(term, t.Values):
        return frames_of(term.rows) | (frames_of(term.value) - {term.rows.frame})
    found = set().union(*(frames_of(child) for child in term.children()))
    if isinstance(term, t.Call) and term.function in functions.LOCAL:
        found.add(0)
    return found | {_ELSEWHERE} if isinstance(term, t.Call) and term.function == "days_between" else found


def notes_spans(term: t.Term) -> bool:
    """Whether the subject is told of spans that are unknown (days_between) when the term is read."""
    return any(isinstance(x, t.Call) and x.function == "days_between" for x in term.walk())


# -- conditions, block by block ----------------------------------------------------------------------------------------------
class Part:
    """A part of a filter: whether it holds for none, all or maybe some rows of a block. Asked for what is `certain`, an unknown truth does
    not hold."""

    shared = False
    """Whether the verdict is the same for all owners."""

    def zone(self, stacks: Sequence[Stack], ask: Ask) -> Any:
        return None

    def owner(self, env: Env) -> Any:
        return None

    def verdict(self, zone: Any, owner: Any, certain: bool) -> int:
        """By itself nothing is known of a part."""
        return MAYBE


def verdict_of(truth: Any) -> int:
    """What a truth value is a verdict of."""
    return MAYBE if isinstance(truth, Unknown) else ALWAYS if truth else NEVER


class OfRow(Part):
    """Reads the related row alone. Rows of a block are `alike` in this: if it is unknown for one, it is for all."""

    shared = True

    def __init__(self, test: Evaluator, alike: bool):
        self.test, self.alike = test, alike

    def zone(self, stacks: Sequence[Stack], ask: Ask) -> int:
        found = {verdict_of(truth_of(ask(self.test, stack))) for stack in stacks}
        return found.pop() if len(found) == 1 else MAYBE

    def verdict(self, zone: int, owner: Any, certain: bool) -> int:
        return NEVER if certain and self.alike and zone == MAYBE else zone


class _OfOwner(Part):
    """Reads the owner alone."""

    def __init__(self, test: Evaluator):
        self.test = test

    def owner(self, env: Env) -> int:
        return verdict_of(truth_of(self.test(env)))

    def verdict(self, zone: Any, owner: int, certain: bool) -> int:
        return owner


_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


class Compared(Part):
    """Compares the related row with the owner."""

    def __init__(self, of_row: Evaluator, operator: str, of_owner: Evaluator, dated: bool):
        self.of_row, self.operator, self.of_owner, self.dated = of_row, operator, of_owner, dated

    def zone(self, stacks: Sequence[Stack], ask: Ask) -> tuple[Any, Any, bool, bool]:
        """The least and the greatest, whether every row has one, and whether a day is undated."""
        given = [value for stack in stacks if (value := ask(self.of_row, stack)) is not None]
        known = [value for value in given if value != UNDATED] if self.dated else given
        least, greatest = (min(known), max(known)) if known else (None, None)
        return least, greatest, len(known) == len(stacks), len(known) < len(given)

    def owner(self, env: Env) -> Any:
        return self.of_owner(env)

    def verdict(self, zone: tuple[Any, Any, bool, bool], owner: Any, certain: bool) -> int:
        least, greatest, whole, undated = zone
        if owner is None:
            return NEVER
        if self.dated and owner == UNDATED:
            return MAYBE if not certain and (undated or least is not None) else NEVER
        some, every = (False, False) if least is None else self._between(least, greatest, owner)
        if not some:
            return MAYBE if undated and not certain else NEVER
        return ALWAYS if every and whole else MAYBE

    def _between(self, least: Any, greatest: Any, owner: Any) -> tuple[bool, bool]:
        """Whether some, and whether every value from the least to the greatest compares so."""
        match self.operator:
            case "<":
                return least < owner, greatest < owner
            case "<=":
                return least <= owner, greatest <= owner
            case ">":
                return greatest > owner, least > owner
            case ">=":
                return greatest >= owner, least >= owner
        return least <= owner <= greatest, least == owner == greatest


class _Equal(Part):
    """Asks whether the related row has something that the owner has too; no day."""

    def __init__(self, of_row: Evaluator, of_owner: Evaluator):
        self.of_row, self.of_owner = of_row, of_owner

    def zone(self, stacks: Sequence[Stack], ask: Ask) -> frozenset[Any]:
        return frozenset(ask(self.of_row, stack) for stack in stacks)

    def owner(self, env: Env) -> Any:
        return self.of_owner(env)

    def verdict(self, zone: frozenset[Any], owner: Any, certain: bool) -> int:
        return NEVER if owner is None or owner not in zone else ALWAYS if len(zone) == 1 else MAYBE


class Several(Part):
    """All of some parts, or any of them."""

    def __init__(self, parts: list[Part], together: bool):
        self.parts, self.together = parts, together
        self.shared = all(part.shared for part in parts)

    def zone(self, stacks: Sequence[Stack], ask: Ask) -> list[Any]:
        return [part.zone(stacks, ask) for part in self.parts]

    def owner(self, env: Env) -> list[Any]:
        return [part.owner(env) for part in self.parts]

    def verdict(self, zone: list[Any], owner: list[Any], certain: bool) -> int:
        decisive, found = (NEVER, ALWAYS) if self.together else (ALWAYS, NEVER)
        for at, one in enumerate(self.parts):
            verdict = one.verdict(zone[at], owner[at], certain)
            if verdict == decisive:
                return decisive
            if verdict == MAYBE:
                found = MAYBE
        return found

    def leaves(self) -> Iterator[Part]:
        for part in self.parts:
            yield from part.leaves() if isinstance(part, Several) else (part,)


class _Beyond(Part):
    """Asks for any row, or none, that hangs on the related one: known only where no such row of the whole block will do."""

    def __init__(self, rows: t.Rows, inner: Part, wanted: bool):
        self.place, self.relation, self.inner, self.wanted = rows.place, rows.relation, inner, wanted

    def zone(self, stacks: Sequence[Stack], ask: Ask) -> tuple[Any, ...]:
        """What the condition on further rows needs to know of them; nothing where there are none."""
        further = [(*stack, row) for stack in stacks for row in ask(self._related, stack)]
        return (self.inner.zone(further, ask),) if further else ()

    def _related(self, env: Env) -> list[Row]:
        return related(env, self.place, self.relation)

    def owner(self, env: Env) -> Any:
        return self.inner.owner(env)

    def verdict(self, zone: tuple[Any, ...], owner: Any, certain: bool) -> int:
        if any(self.inner.verdict(one, owner, False) != NEVER for one in zone):
            return MAYBE
        return NEVER if self.wanted else ALWAYS


class _Looked(Part):
    """Looks for something that the related row holds among rows that hang on the owner: for any that holds it, or none. Known only where
    nothing that the block holds is there."""

    def __init__(self, rows: t.Rows, tests: list[Evaluator], of_row: Evaluator, held: Evaluator, between: int, wanted: bool):
        self.place, self.relation, self.tests, self.of_row, self.held = rows.place, rows.relation, tests, of_row, held
        self.between: Stack = ({},) * between  # the rows in scope that none of the tests reads
        self.wanted = wanted

    def zone(self, stacks: Sequence[Stack], ask: Ask) -> frozenset[Any]:
        return frozenset(ask(self.of_row, stack) for stack in stacks) - {None}

    def owner(self, env: Env) -> frozenset[Any]:
        stacks, ask = [(*self.between, row) for row in related(env, self.place, self.relation)], asking(env)
        return frozenset(ask(self.held, s) for s in stacks if not any(truth_of(ask(test, s)) is False for test in self.tests))

    def verdict(self, zone: frozenset[Any], owner: frozenset[Any], certain: bool) -> int:
        if not zone.isdisjoint(owner):
            return MAYBE
        return NEVER if self.wanted else ALWAYS


def related(env: Env, place: t.Place, relation: str) -> list[Row]:
    """The rows that hang on the row at a place."""
    owner = row_at(env, place)
    found = owner.get(relation) if owner is not None else None
    return [] if not found else [found] if isinstance(found, dict) else found


def asking(env: Env) -> Ask:
    """What evaluates a term with some rows in scope beside those of `env`."""
    frames = env.frames

    def ask(read: Evaluator, stack: Stack) -> Any:
        frames.extend(stack)
        try:
            return read(env)
        finally:
            del frames[len(frames) - len(stack) :]

    return ask


def of_owner(read: Evaluator, between: int) -> Evaluator:
    """What reads the owner alone: so many rows stand between that are in scope in the rule, and that it does not read. A set that it opens
    comes after them."""
    nobody: Stack = ({},) * between
    return lambda env: asking(env)(read, nobody)


# -- from a filter to its parts ----------------------------------------------------------------------------------------------
def sides(term: t.Term, frame: int) -> tuple[t.Term, str, t.Term] | None:
    """A comparison of the related row (first) with its owner; None where a condition is something else."""
    if not isinstance(term, t.Compare) or term.operator not in _FLIPPED:
        return None
    left, right = frames_of(term.left), frames_of(term.right)
    if left and right and _within(left, frame) and max(right) < frame:
        return term.left, term.operator, term.right
    if left and right and _within(right, frame) and max(left) < frame:
        return term.right, _FLIPPED[term.operator], term.left
    return None


def _within(frames: set[int], first: int, end: int = _ELSEWHERE) -> bool:
    return all(first <= frame < end for frame in frames)


def part(term: t.Term, frame: int, make: Make, beyond: int = 0) -> Part:
    """A condition on related rows, which stand in `frame`, or `beyond` so many of them; `make` gives evaluators."""
    read = frames_of(term)
    if _within(read, frame):
        return OfRow(make(term), not beyond)
    if max(read) < frame:
        return _OfOwner(of_owner(make(term), beyond + 1))
    if isinstance(term, t.All | t.AnyOf):
        return Several([part(p, frame, make, beyond) for p in term.parts], isinstance(term, t.All))
    if found := sides(term, frame):
        of_row, operator, owners = found
        if operator == "=" and of_row.type != "date":
            return _Equal(make(of_row), of_owner(make(owners), beyond + 1))
        return Compared(make(of_row), operator, of_owner(make(owners), beyond + 1), of_row.type == "date")
    if isinstance(term, t.Call) and term.function in ("any", "none") and isinstance(rows := term.arguments[0], t.Rows) and rows.filter is not None:
        if rows.place.frame >= frame:
            return _Beyond(rows, part(rows.filter, frame, make, beyond + 1), term.function == "any")
        return _looked(rows, frame, make, term.function == "any") or Part()
    return Part()


def _looked(rows: t.Rows, frame: int, make: Make, wanted: bool) -> Part | None:
    """Rows of the owner's that hold something that the related row holds, and otherwise do not look at it; None where it is not that."""
    parts = rows.filter.parts if isinstance(rows.filter, t.All) else (rows.filter,)
    own: list[t.Term] = []
    equal: list[tuple[t.Term, t.Term]] = []
    for p in filter(None, parts):
        if not frames_of(p) & set(range(frame, rows.frame)) and _ELSEWHERE not in frames_of(p):
            own.append(p)
        elif (found := sides(p, rows.frame)) and found[1] == "=" and found[0].type != "date" and _within(frames_of(found[2]), frame):
            equal.append((found[2], found[0]))
    if len(equal) != 1 or len(own) + 1 != len(parts):
        return None
    ((of_row, held),) = equal
    return _Looked(rows, [make(p) for p in own], of_owner(make(of_row), 1), make(held), rows.frame - frame, wanted)
