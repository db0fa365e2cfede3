"""Long lists of values for queries, a slice at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 400
"""Values in one IN list: far below what any database takes in one statement, and enough that the round trip does not count."""


def sliced(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in order, at most AT_ONCE at a time."""
    for at in range(0, len(values), AT_ONCE):
        yield values[at : at + AT_ONCE]
