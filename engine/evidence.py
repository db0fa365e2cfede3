"""Evidence and derivation: which cells a finding rests on, and how its limit was counted, for a reader to follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cases.catalogue import Catalogue, Sheet
from cases.tables import WRITTEN
from cases.values import show
from engine.evaluate import UNDATED, Env, Row, evaluator, row_at, truth_of
from rules import terms as t
from rules.periods import Period, Step, derive, show_day


@dataclass(frozen=True)
class Cell:
    """One cell: the record, its key as written, the field, the raw value."""

    record: str
    key: tuple[str, ...]
    field: str
    value: Any


def key_of(row: Row, sheet: Sheet) -> tuple[str, ...]:
    """A row's key as it was written; dates as ISO text."""
    return tuple(_written(row, sheet, f) for f in sheet.key_fields)


def _written(row: Row, sheet: Sheet, name: str) -> str:
    return row.get(name + WRITTEN) or show(row[name], sheet.by_field[name].type)


class Evidence:
    """Collects the cells that terms read in an environment, in reading order, each once."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self.cells: dict[Cell, None] = {}

    def add(self, row: Row | None, record: str, name: str, blank: bool = False) -> None:
        if row is None or (row[name] is None and not blank):
            return
        sheet = self.catalogue.records[record]
        value = row.get(name + WRITTEN) or row[name]
        self.cells[Cell(record, key_of(row, sheet), name, value)] = None

    def read(self, term: t.Term, env: Env, records: tuple[str, ...], blank: bool = False) -> None:
        """Note what a term reads; `records` are those of the frames. With `blank` an empty cell is noted as well."""
        if isinstance(term, t.Field):
            self.add(row_at(env, term.place), term.place.record, term.name, blank)
        elif isinstance(term, t.Actor):
            for name in filter(None, (term.id, term.name)):
                self.add(row_at(env, term.place), term.place.record, name)
        elif isinstance(term, t.Defined):
            if (row := row_at(env, term.place)) is not None:
                self.read(term.body, env.beside(row), (term.place.record,))
        elif isinstance(term, t.Named):
            self.read(term.body, Env(env.frames[:1], env.as_of, env.parameters), records[:1])
        elif isinstance(term, t.Rows | t.Values):
            self._read_rows(term, env, records)
        elif isinstance(term, t.Call) and term.function in ("first", "case"):
            self._read_choice(term, env, records)
        else:
            for child in term.children():
                self.read(child, env, records)

    def _read_rows(self, term: t.Rows | t.Values, env: Env, records: tuple[str, ...]) -> None:
        rows = term.rows if isinstance(term, t.Values) else term
        for row, _ in evaluator(rows)(env):
            env.frames.append(row)
            inner = (*records[: rows.frame], rows.record)
            if rows.filter is not None:
                self.read(rows.filter, env, inner)
            if isinstance(term, t.Values):
                self.read(term.value, env, inner)
            elif rows.filter is None:
                sheet = self.catalogue.records[rows.record]
                self.add(row, rows.record, sheet.key_fields[-1])
            env.frames.pop()

    def _read_choice(self, term: t.Call, env: Env, records: tuple[str, ...]) -> None:
        if term.function == "first":
            for argument in term.arguments:
                self.read(argument, env, records)
                if evaluator(argument)(env) is not None:
                    return
            return
        parts = term.arguments
        for condition, value in zip(parts[0::2], parts[1::2], strict=False):
            self.read(condition, env, records)
            if truth_of(evaluator(condition)(env)) is True:
                self.read(value, env, records)
                return
        if len(parts) % 2:
            self.read(parts[-1], env, records)

    def listed(self) -> list[dict[str, Any]]:
        """The cells as a clue carries them."""
        found = []
        for cell in self.cells:
            kind = self.catalogue.records[cell.record].by_field[cell.field].type
            value = cell.value if isinstance(cell.value, str) else show(cell.value, kind) if cell.value is not None else None
            found.append({"record": cell.record, "key": list(cell.key), "field": cell.field, "value": value})
        return found


def derivation(term: t.Term, env: Env, catalogue: Catalogue) -> list[Step]:
    """The steps behind a date that was counted out of other dates (an earlier limit, a legal maximum)."""
    if isinstance(term, t.Defined):
        row = row_at(env, term.place)
        return derivation(term.body, env.beside(row), catalogue) if row is not None else []
    if isinstance(term, t.Named):
        return derivation(term.body, Env(env.frames[:1], env.as_of, env.parameters), catalogue)
    if isinstance(term, t.Call) and term.function == "roll":
        inner = term.arguments[0]
        return _counted(inner, env, catalogue, True) or derivation(inner, env, catalogue)
    if isinstance(term, t.Call) and term.function == "first":
        chosen = next((a for a in term.arguments if evaluator(a)(env) is not None), None)
        return derivation(chosen, env, catalogue) if chosen is not None else []
    if isinstance(term, t.Sum):
        return _counted(term, env, catalogue, False)
    return []


def _counted(term: t.Term, env: Env, catalogue: Catalogue, rolls: bool) -> list[Step]:
    if not isinstance(term, t.Sum) or term.type != "date":
        return []
    start, period = evaluator(term.left)(env), evaluator(term.right)(env)
    if not start or start == UNDATED or not isinstance(period, Period):
        return []
    return [*derivation(term.left, env, catalogue), *derive(start, period, rolls, label_of(term.left, catalogue))]


def label_of(term: t.Term, catalogue: Catalogue) -> str:
    """What a starting day is, in the words of the sheet, e.g. (送达日期)."""
    names = dict.fromkeys(_names(term, catalogue))
    return f"({'、'.join(names)})" if names else ""


def _names(term: t.Term, catalogue: Catalogue) -> Iterator[str]:
    if isinstance(term, t.Field) and term.type == "date":
        sheet = catalogue.records[term.place.record]
        yield f"{sheet.name}·{sheet.by_field[term.name].name}" if term.place.hops else sheet.by_field[term.name].name
    elif isinstance(term, t.Values):
        yield from _names(term.value, catalogue)
    elif isinstance(term, t.Call | t.Sum | t.Defined | t.Named):
        for child in term.children():
            yield from _names(child, catalogue)


def steps_as_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [{"day": show_day(s.day)[:10] if s.day else None, "text": s.text} for s in steps]
