"""What the benchmark measures, each in a process of its own: `python -m benchmarks.tasks NAME ARGUMENT…`.

plain-import STORE FOLDER       csv and executemany into plain tables with a key, every cell as text
judged STORE MODE               every rule's verdicts without recording; MODE is one of MODES
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.sheets import AS_OF

KEYS = {"民事当事人": 3, "嫌疑人": 2, "强制措施": 4, "期限变更": 4, "涉案财物": 2, "刑罚执行": 2, "入职查询": 2}
MODES = ("candidates", "candidates-plainly", "everything", "everything-plainly")


def plain_import(store: str, folder: str) -> None:
    """The rows of every CSV file into a table of its own."""
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    for path in sorted(Path(folder).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows)
            columns, key = ", ".join(f'"{name}" TEXT' for name in header), ", ".join(f'"{name}"' for name in header[: KEYS.get(path.stem, 1)])
            connection.execute(f'CREATE TABLE "{path.stem}" ({columns}, PRIMARY KEY ({key}))')
            connection.executemany(f'INSERT INTO "{path.stem}" VALUES ({", ".join("?" * len(header))})', rows)
    connection.commit()
    connection.close()


class _Plainly:
    """A judge without durable_rules: the plain evaluator, fact by fact."""

    def __init__(self, rules: Sequence[Any]):
        self.rules = rules

    def judge(self, rule: int, facts: Sequence[dict[str, Any]]) -> list[set[str]]:
        from engine.judge import judge_plainly

        return [judge_plainly(self.rules[rule], fact) for fact in facts]


def judged(store: str, mode: str) -> None:
    """Print how many facts were judged, and how many clues there are."""
    from cases.store import open_store
    from engine.scan import Scanner
    from rules.law import load_law
    from rules.load import load_rules

    with open_store(store) as opened:
        scanner = Scanner(opened, load_rules((), opened.catalogue), load_law())
        if mode.endswith("-plainly"):
            scanner.judge = _Plainly([plan.patterns for plan in scanner.plans])  # type: ignore[assignment]
        facts = clues = 0
        for batch in scanner.scan(date.fromisoformat(AS_OF).toordinal(), everything=mode.startswith("everything")):
            facts += batch.judged
            clues += len(batch.clues)
    print(facts, clues)


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    {"plain-import": plain_import, "judged": judged}[name](*arguments)
