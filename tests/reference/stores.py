"""Invented sheets full of boundary days: `python tests/reference/stores.py SEED [SIZE]` counts what the oracle finds in them."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.reference import invent_civil, invent_criminal, invent_enforcement, invent_penalties, invent_rest
from tests.reference.columns import SHEETS
from tests.reference.invent import Store
from tests.reference.oracle import expected

Sheets = dict[str, list[dict[str, str | None]]]
DEFAULT_SIZE = 9


def as_of_days(seed: int) -> list[date]:
    """The days on which the store of that seed is to be scanned; its boundaries lie around them."""
    return sorted(Store(seed, 0).today)


def store(seed: int, size: int = DEFAULT_SIZE) -> Sheets:
    """Return sheets by Chinese name, the same for the same seed and size; about 650 rows for each unit of size."""
    invented = Store(seed, size)
    for module in (invent_criminal, invent_penalties, invent_enforcement, invent_civil, invent_rest):
        for make, weight in module.MAKERS:
            for _ in range(weight * size):
                make(invented)
    return invented.sheets


def write(sheets: Mapping[str, Sequence[Mapping[str, str | None]]], folder: Path) -> int:
    """Write one UTF-8 CSV file for each sheet that has rows; return the number of rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        if rows:
            columns = [column.name for column in SHEETS[name].columns]
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                out.writerow(columns)
                out.writerows([row.get(column) or "" for column in columns] for row in rows)
    return sum(len(rows) for rows in sheets.values())


def counts(sheets: Sheets, as_of: Sequence[date]) -> Counter[tuple[str, str]]:
    """How many entries there are by rule and state (or "insufficient"), over all the days."""
    found: Counter[tuple[str, str]] = Counter()
    for day in as_of:
        result = expected(sheets, day)
        found.update((clue["rule"], clue["state"]) for clue in result["clues"])
        found.update((entry["rule"], "insufficient") for entry in result["insufficient"])
    return found


def main(seed: int, size: int) -> int:
    """Print the counts; return 1 where a rule is silent."""
    sheets, days = store(seed, size), as_of_days(seed)
    found = counts(sheets, days)
    rules = sorted({rule for rule, _ in found})
    states = ("overdue", "late", "pattern", "insufficient")
    for rule in rules:
        print(f"{rule:42}" + "".join(f"{state}={found[rule, state]:<6}" for state in states if found[rule, state]))
    print(f"FIGURE rows={sum(map(len, sheets.values()))} days={','.join(map(str, days))} rules={len(rules)}")
    return 0 if len(rules) == 80 else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else DEFAULT_SIZE))
