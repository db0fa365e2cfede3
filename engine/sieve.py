"""Large sets of related rows: sifted, where small ones are walked row by row for every row that they hang on.

One party may have thousands of penalties, one case thousands of suspects, and a filter that is asked of each of them for each of them
never ends. What a filter asks of the related rows alone is asked once. Rows that must equal something of the owner's are found by it. For
what is compared with the owner's, rows lie in blocks of which the least and the greatest are known: a block is left out or taken as a
whole, and only where neither is certain are its rows asked one by one, by the filter itself. What comes out is what walking gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from heapq import merge
from itertools import islice
from math import isqrt
from typing import Any

from engine.blocks import (
    ALWAYS,
    NEVER,
    Ask,
    Compared,
    Evaluator,
    Make,
    OfRow,
    Several,
    asking,
    frames_of,
    notes_spans,
    of_owner,
    part,
    sides,
    verdict_of,
)
from engine.env import Env, Row, either, row_at, truth_of
from rules import terms as t

LARGE = 64
"""Fewer rows are walked."""
BLOCK = 16
"""The fewest rows of a block that are not all there are."""


class Group(list[Row]):
    """The rows at the end of a relation, which several owners may share, with what was made of them once."""

    __slots__ = ("made",)

    def __init__(self, rows: Sequence[Row] = ()):
        super().__init__(rows)
        self.made: dict[Any, Any] = {}

    def part(self, columns: tuple[str, ...], values: tuple[Any, ...]) -> Group:
        """Those that hold some values in some columns."""
        if not columns:
            return self
        if columns not in self.made:
            parts: dict[tuple[Any, ...], Group] = {}
            for row in self:
                parts.setdefault(tuple(row[c] for c in columns), Group()).append(row)
            self.made[columns] = parts
        found: Group = self.made[columns].get(values, NOBODY)
        return found


NOBODY = Group()


@dataclass(slots=True, eq=False)
class Block:
    """Some rows of a group, with their places in it, in the group's order."""

    places: list[int]
    rows: list[Row]
    zone: Any
    made: dict[Any, Any] = field(default_factory=dict)


class Selection:
    """The rows of a large group that a filter does not rule out for an owner: whole blocks for which it holds, and single rows."""

    def __init__(self, home: dict[int, Block], whole: list[Block], single: list[tuple[int, Row, Any]]):
        self._home, self._whole, self._single = home, whole, single

    @cached_property
    def pairs(self) -> list[tuple[Row, Any]]:
        """The rows with the truth of the filter, in the group's order."""
        found = [(place, row, True) for block in self._whole for place, row in zip(block.places, block.rows, strict=True)] + self._single
        found.sort(key=lambda one: one[0])
        return [(row, truth) for _, row, truth in found]

    @cached_property
    def certain(self) -> int:
        """For how many rows the filter certainly holds."""
        return sum(len(block.rows) for block in self._whole) + sum(truth is True for _, _, truth in self._single)

    def __len__(self) -> int:
        return sum(len(block.rows) for block in self._whole) + len(self._single)

    def first(self, most: int) -> list[tuple[Row, Any]]:
        """So many of the rows, those for which the filter certainly holds first, in the group's order."""
        single = sorted(self._single, key=lambda one: one[0])
        sure = [(place, row) for place, row, truth in single if truth is True]
        blocks = (zip(block.places, block.rows, strict=True) for block in self._whole)
        chosen = [(row, True) for _, row in islice(merge(sure, *blocks, key=lambda one: one[0]), most)]
        return chosen + [(row, truth) for _, row, truth in single if truth is not True][: most - len(chosen)]

    def told(self, key: object, tell: Callable[[list[Row]], Any]) -> list[Any]:
        """What is told of the rows for which the filter certainly holds: block by block, each told once, and the single rows."""
        for block in self._whole:
            if key not in block.made:
                block.made[key] = tell(block.rows)
        return [*(block.made[key] for block in self._whole), tell([row for _, row, truth in self._single if truth is True])]

    @cached_property
    def sign(self) -> tuple[Any, ...]:
        """Equal for selections of the same rows by the same filter."""
        return id(self._home), tuple(map(id, self._whole)), tuple(id(row) for _, row, _ in self._single)

    @cached_property
    def _blocks(self) -> set[int]:
        return set(map(id, self._whole))

    @cached_property
    def _alone(self) -> set[int]:
        return {id(row) for _, row, _ in self._single}

    def __contains__(self, row: object) -> bool:
        """Whether the row with this identity is among them."""
        return row in self._alone or id(self._home.get(row)) in self._blocks  # type: ignore[call-overload]

    def __iter__(self) -> Iterator[int]:
        """The identities of the rows."""
        yield from self._alone
        for block in self._whole:
            yield from map(id, block.rows)


class Rest(Set[int]):
    """The rows of a selection (their identities) but for some."""

    def __init__(self, of: Selection, but: frozenset[int]):
        self.of, self.but = of, but

    def __contains__(self, row: object) -> bool:
        return row in self.of and row not in self.but

    def __len__(self) -> int:
        return len(self.of) - len(self.but)

    def __iter__(self) -> Iterator[int]:
        return (row for row in self.of if row not in self.but)


class Sieve:
    """How the rows of one set are sifted, whatever group they are of."""

    def __init__(self, term: t.Rows, make: Make):
        self.place, self.relation, self.frame = term.place, term.relation, term.frame
        self.key = _key(term.filter, term.frame)
        parts = term.filter.parts if isinstance(term.filter, t.All) else () if term.filter is None else (term.filter,)
        self.test = make(term.filter) if term.filter is not None else None
        # Of a span that is unknown the subject is told by every row that is asked, whatever comes out: there all of them are.
        self.walks = term.filter is not None and notes_spans(term.filter)
        found = [(p, sides(p, term.frame)) for p in parts]
        equal = [(p, of_row, owners) for p, (of_row, operator, owners) in _given(found) if operator == "=" and of_row.type != "date"]
        self.keys = [(make(of_row), of_owner(make(owners), 1)) for _, of_row, owners in equal]
        self.tree = Several([part(p, term.frame, make) for p in parts if p not in [e for e, _, _ in equal]], True)
        leaves = list(self.tree.leaves())
        self.alone = [leaf.test for leaf in self.tree.parts if isinstance(leaf, OfRow)]
        self.patterns = [leaf.test for leaf in leaves if isinstance(leaf, OfRow)]
        self.order = next((leaf.of_row for leaf in leaves if isinstance(leaf, Compared)), None)

    def __call__(self, env: Env) -> Sifted | None:
        """The group that hangs on the row in scope, sifted; None where it is small, or must be walked."""
        owner = row_at(env, self.place)
        group = owner.get(self.relation) if owner is not None else None
        if not isinstance(group, Group) or len(group) < LARGE or self.walks:
            return None
        found: Sifted | None = group.made.get(self.key)
        if found is None:
            found = group.made[self.key] = Sifted(self, group, env)
        return found


def _given(found: list[tuple[t.Term, Any]]) -> list[tuple[t.Term, Any]]:
    return [(p, sides_) for p, sides_ in found if sides_ is not None]


@lru_cache(maxsize=1 << 12)
def _key(filter_: t.Term | None, frame: int) -> object:
    """The same for equal filters."""
    return object()


class Sifted:
    """One large group, laid out in blocks for one filter."""

    def __init__(self, sieve: Sieve, group: Group, env: Env):
        self.sieve = sieve
        self.blocks: dict[tuple[Any, ...], list[Block]] = {}
        self.home: dict[int, Block] = {}
        self._shared: dict[bool, Selection] = {}
        ask = asking(env)
        alike: dict[tuple[Any, ...], list[tuple[int, Row]]] = {}
        for place, row in enumerate(group):
            if any(truth_of(ask(test, (row,))) is False for test in sieve.alone):
                continue
            key = tuple(ask(of_row, (row,)) for of_row, _ in sieve.keys)
            if None not in key:
                alike.setdefault((key, *(verdict_of(truth_of(ask(test, (row,)))) for test in sieve.patterns)), []).append((place, row))
        for (key, *_), rows in alike.items():
            self.blocks.setdefault(key, []).extend(self._laid_out(rows, ask))

    def _laid_out(self, rows: list[tuple[int, Row]], ask: Ask) -> Iterator[Block]:
        """Blocks of rows that are near each other, in the order of the first thing that is compared."""
        at_once = len(rows) if self.sieve.tree.shared else max(isqrt(len(rows)), BLOCK)
        if (order := self.sieve.order) is not None:
            rows = sorted(rows, key=lambda one: ((value := ask(order, (one[1],))) is not None, value))
        for at in range(0, len(rows), at_once):
            some = sorted(rows[at : at + at_once], key=lambda one: one[0])
            members = [row for _, row in some]
            block = Block([place for place, _ in some], members, self.sieve.tree.zone([(row,) for row in members], ask))
            self.home |= dict.fromkeys(map(id, members), block)
            yield block

    def _judged(self, env: Env, certain: bool) -> tuple[list[Block], list[Block]]:
        """The blocks all of whose rows are let through, and those whose rows must be asked."""
        sieve = self.sieve
        blocks = self.blocks.get(tuple(read(env) for _, read in sieve.keys))
        if not blocks:
            return [], []
        owner, whole, open_ = sieve.tree.owner(env), list[Block](), list[Block]()
        for block in blocks:
            verdict = sieve.tree.verdict(block.zone, owner, certain)
            if verdict != NEVER:
                (whole if verdict == ALWAYS else open_).append(block)
        return whole, open_

    def _asked(self, env: Env, blocks: list[Block]) -> Iterator[tuple[int, Row, Any]]:
        """The rows of some blocks, each with the truth of the filter, those left out for which it is False."""
        test, ask = self.sieve.test, asking(env)
        if test is not None:
            for block in blocks:
                for place, row in zip(block.places, block.rows, strict=True):
                    if (truth := truth_of(ask(test, (row,)))) is not False:
                        yield place, row, truth

    def any(self, env: Env) -> Any:
        """Whether the filter holds for any row."""
        whole, open_ = self._judged(env, False)
        return True if whole else either(truth for _, _, truth in self._asked(env, open_))

    def select(self, env: Env, certain: bool = False) -> Selection:
        """The rows for which the filter does not come out as False; with `certain` those for which it is unknown may be left out too."""
        shared = self.sieve.tree.shared and not self.sieve.keys
        if shared and certain in self._shared:
            return self._shared[certain]
        whole, open_ = self._judged(env, certain)
        found = Selection(self.home, whole, list(self._asked(env, open_)))
        if shared:
            self._shared[certain] = found
        return found


def once_a_group(term: t.Values, read: Evaluator) -> Evaluator:
    """What reads only the rows of one set (all their days), read once for all owners where there are many."""
    if not _reads(term.rows.filter, term) or not _reads(term.value, term):
        return read
    place, relation, key = term.rows.place, term.rows.relation, object()

    def once(env: Env) -> Any:
        owner = row_at(env, place)
        group = owner.get(relation) if owner is not None else None
        if not isinstance(group, Group) or len(group) < LARGE:
            return read(env)
        if key not in group.made:
            group.made[key] = read(env)
        return group.made[key]

    return once


def block_by_block(term: t.Values, sift: Sieve, value: Evaluator, function: Callable[[list[Any]], Any], read: Evaluator) -> Evaluator:
    """The latest or earliest of many values is that of the blocks' latest or earliest."""
    if not _reads(term.value, term):
        return read
    key = object()

    def found(env: Env) -> Any:
        if (large := sift(env)) is None:
            return read(env)
        ask = asking(env)
        return function(large.select(env, certain=True).told(key, lambda rows: function([ask(value, (row,)) for row in rows])))

    return found


def _reads(part: t.Term | None, term: t.Values) -> bool:
    """Whether a part of a set's values reads only a row of it."""
    return part is None or frames_of(part) <= {term.rows.frame}
