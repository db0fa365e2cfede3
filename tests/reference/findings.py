"""What a scan says: clues and insufficient entries, as section 1 of the specification defines their states and days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from .days import UNDATED, Day, days, given
from .view import Row

Subject = tuple[str, tuple[str, ...], list[str]]  # record, key in normal form, key as written


def of_row(row: Row) -> Subject:
    return row.record, row.normal_key, row.key


def of_actor(name: str) -> Subject:
    return "actor", (name,), [name]


class Findings:
    """Collects what the rules find as of one day. Each (rule, subject) ends in at most one of the two lists."""

    def __init__(self, as_of: date):
        self.as_of = as_of
        self.clues: dict[tuple[str, str, tuple[str, ...]], dict[str, Any]] = {}
        self.lacking: dict[tuple[str, str, tuple[str, ...]], dict[str, Any]] = {}

    def _clue(self, rule: str, subject: Subject, severity: str, state: str, due: date | None, arose: date, over: int | None) -> None:
        record, compared, written = subject
        self.clues[rule, record, compared] = {
            "rule": rule, "subject": {"record": record, "key": written}, "state": state, "due_on": due.isoformat() if due else None,
            "arose_on": arose.isoformat(), "days": over, "severity": severity,
        }  # fmt: skip

    def insufficient(self, rule: str, subject: Row | Subject, missing: list[str], begins: date | None = None, arose: Day = None) -> None:
        """Say that `missing` decides and is not there; not before the provision is in force, nor of a pattern whose day lies before that."""
        if begins and (self.as_of < begins or (isinstance(arose, date) and arose < begins)):
            return
        record, compared, written = of_row(subject) if isinstance(subject, Row) else subject
        entry = {"rule": rule, "subject": {"record": record, "key": written}, "missing": sorted(set(missing))}
        self.lacking.setdefault((rule, record, compared), entry)

    def pattern(self, rule: str, subject: Row | Subject, severity: str, arose: date, begins: date | None = None) -> None:
        """A condition that held from `arose` on; nothing where that was before the provision was in force."""
        if arose <= self.as_of and not (begins and arose < begins):
            self._clue(rule, of_row(subject) if isinstance(subject, Row) else subject, severity, "pattern", None, arose, None)

    def limit(
        self, rule: str, row: Row, severity: str, due: date, acts: Mapping[str, Day], begins: date | None = None, open_only: bool = False
    ) -> None:
        """Judge a time limit whose last lawful day is `due`, waiting for any one of `acts` (field to day)."""
        known = [day for day in acts.values() if isinstance(day, date)]
        if any(day <= due for day in known) or (open_only and given(*acts.values())):
            return
        before = begins is not None and any(day < begins for day in known)  # over before the provision, whenever an undated act was
        unknown = [field for field, day in acts.items() if day == UNDATED]
        if unknown and not before:
            self.insufficient(rule, row, unknown, begins)
            return
        arose = max(days(due, 1), begins or date.min)
        if self.as_of < arose:
            return
        if not known:
            self._clue(rule, of_row(row), severity, "overdue", due, arose, (self.as_of - arose).days + 1)
        elif not before:
            self._clue(rule, of_row(row), severity, "late", due, arose, (min(known) - due).days)

    def wait(
        self, rule: str, row: Row, severity: str, start: str, period: Callable[[date], date], acts: Mapping[str, Day],
        begins: date | None = None, open_only: bool = False,
    ) -> None:  # fmt: skip
        """Judge a time limit that runs from the row's day `start`: silent where that is blank, insufficient where it is undated."""
        day = row.day(start)
        if day is None or (open_only and given(*acts.values())):
            return
        if day == UNDATED:
            self.insufficient(rule, row, [start], begins)
        else:
            self.limit(rule, row, severity, period(day), acts, begins, open_only)

    def result(self) -> dict[str, list[dict[str, Any]]]:
        """Both lists, ordered by rule and key; a subject with a clue is not listed as insufficient for the same rule."""
        return {
            "clues": [self.clues[k] for k in sorted(self.clues)],
            "insufficient": [self.lacking[k] for k in sorted(self.lacking) if k not in self.clues],
        }
