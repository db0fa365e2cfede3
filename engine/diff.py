"""What two versions of a rule find in the same store: clues gained, lost and changed, and what is insufficient in one of them only.

Of what both versions find only ids and digests are held; what is lost is found once more with the old version. Nothing is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.scan import CaseStore, Scanner
from rules.law import LawBook
from rules.resolve import Resolved

Kind = Literal["gained", "lost", "changed"]
ASPECTS = ("state", "due_on", "severity")
"""What makes a clue of the same subject a changed one."""
SHOWN = ("id", "rule", "severity", "state", "subject", "agency", "due_on", "arose_on", "days", "summary")

Found = dict[str, Any]


@dataclass
class Difference:
    """One rule in two versions. `clues` are (kind, clue as the new version has it, or the old one where it is lost; what changed:
    {aspect: [before, after]}), `insufficient` (gained or lost, entry). `counts` has the clues of each kind, and the unchanged."""

    rule: Resolved
    clues: list[tuple[Kind, Found, dict[str, list[Any]]]] = field(default_factory=list)
    insufficient: list[tuple[Kind, Found]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def keep(self, kind: Kind, found: Found, what: dict[str, list[Any]]) -> None:
        if "missing" in found:
            self.insufficient.append((kind, {name: found[name] for name in ("rule", "subject", "missing")}))
        else:
            self.counts[kind] += 1
            self.clues.append((kind, {name: found[name] for name in SHOWN}, what))

    def sort(self) -> None:
        """By subject, so that the same versions and store give the same list."""
        self.clues.sort(key=lambda entry: (entry[1]["subject"]["key"], entry[1]["id"]))
        self.insufficient.sort(key=lambda entry: (entry[1]["subject"]["key"], entry[1]["missing"]))


def compare(store: CaseStore, old: Resolved, new: Resolved, law: LawBook, as_of: int, shown: Callable[[Found], Found]) -> Difference:
    """The difference between two versions of a rule as of a day (ordinal). `shown` may mask what is kept."""
    difference, before = Difference(new), Scanner(store, [old], law)
    digests = {_name(found): _digest(found) for found in _all(before, as_of)}
    for found in _all(Scanner(store, [new], law), as_of):
        was, now = digests.pop(_name(found), None), _digest(found)
        if was == now:
            difference.counts["unchanged"] += "missing" not in found
        else:
            what = {} if was is None else {name: [a, b] for name, a, b in zip(ASPECTS, was, now, strict=True) if a != b}
            difference.keep("gained" if was is None else "changed", shown(found), what)
    if digests:
        for found in _all(before, as_of):
            if _name(found) in digests:
                difference.keep("lost", shown(found), {})
    difference.sort()
    return difference


def _all(scanner: Scanner, as_of: int) -> Iterator[Found]:
    """The clues and what is insufficient, one by one."""
    for batch in scanner.scan(as_of):
        yield from batch.clues
        yield from batch.insufficient


def _name(found: Found) -> str:
    return str((found["subject"], found["missing"])) if "missing" in found else str(found["id"])


def _digest(found: Found) -> tuple[Any, ...]:
    return tuple(found.get(name) for name in ASPECTS)
