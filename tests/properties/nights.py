"""Nights in an office, invented: what is delivered, corrected, taken back; to be scanned night after night."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from cases.catalogue import load_catalogue
from tests.reference.stores import Sheets, as_of_days, store, write

Row = dict[str, str | None]
SHEETS = load_catalogue().sheets


class Nights:
    """A store's sheets, delivered bit by bit. `deliver` makes the files of one night; what they say is random, by the seed."""

    def __init__(self, seed: int, size: int):
        self.random = random.Random(seed)
        self.sheets: Sheets = store(seed, size)
        self.waiting = {name: list(rows) for name, rows in self.sheets.items()}
        self.known: dict[str, list[Row]] = {name: [] for name in self.sheets}
        self.day = as_of_days(seed)[0]

    def deliver(self, folder: Path, share: float) -> None:
        """Write the night's files: some new rows, some corrections of known ones."""
        files: dict[str, list[Row]] = {}
        for name, rows in self.waiting.items():
            self.random.shuffle(rows)
            number = round(len(rows) * share)
            new, self.waiting[name] = rows[:number], rows[number:]
            corrected = [self.corrected(name, row) for row in self.known[name] if self.random.random() < 0.02]
            files[name] = [*new, *corrected]
            self.known[name] += new
        write(files, folder)

    def corrected(self, name: str, row: Row) -> Row:
        """A known row with one cell that is no key taken back, moved to another day (or one to come, or not known), or filled as in some
        other row; what says who stands in it more often than its share."""
        sheet = SHEETS[name]
        free = [c for c in sheet.columns if c.name not in sheet.key]
        joins = [c for c in free if c.field in {f for actor in sheet.actors.values() for f in actor.columns}]
        column = self.random.choice(joins if joins and self.random.random() < 0.3 else free)
        old = row.get(column.name)
        if column.type == "date" and self.random.random() < 0.2:
            row[column.name] = self.random.choice(["日期不详", (self.day + timedelta(self.random.randint(0, 30))).isoformat()])
        elif self.random.random() < 0.4 and not column.required:  # the act is taken back
            row[column.name] = None
        elif column.type == "date" and old and old[:2] == "20":
            row[column.name] = (date.fromisoformat(old) + timedelta(self.random.randint(-40, 40))).isoformat()
        else:
            row[column.name] = self.random.choice(self.known[name]).get(column.name)
        return row

    def next_day(self) -> date:
        """The next night's as-of day: mostly the next, at times the same, at times after nights that were missed."""
        self.day += timedelta(self.random.choice((0, 1, 1, 1, 2, 9, 40)))
        return self.day
