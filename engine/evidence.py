"""Evidence and derivation: which cells a finding rests on, and how its limit was counted, for a reader to follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from cases.catalogue import Catalogue, Sheet
from cases.dates import show_date
from cases.tables import WRITTEN
from cases.values import show
from engine.env import UNDATED, Env, Row, once_a_term, row_at, truth_of
from engine.evaluate import chosen, evaluator, sieve
from engine.sieve import Rest, once_a_group
from rules import terms as t
from rules.periods import Period, Step, derive, derive_back, derive_roll

MOST = 50
"""So many rows of a set are evidence; of the others it is told how many there are. A party may have thousands."""


class Cell(NamedTuple):
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
        self._keys: dict[int, tuple[str, ...]] = {}
        self._left: dict[Any, Collection[int]] = {}

    @property
    def more(self) -> int:
        """How many rows were left out."""
        if len(self._left) == 1:  # there may be very many: they are counted, not gone through
            (rows,) = self._left.values()
            return len(rows) - sum(row in rows for row in self._keys)
        return len(set[int]().union(*self._left.values()) - self._keys.keys())

    def leave(self, rows: Collection[int], sign: Any) -> None:
        """Leave rows (their identities) out, unless something else reads them; the same `sign` stands for the same rows."""
        self._left[sign] = rows

    def add(self, row: Row | None, record: str, name: str, blank: bool = False) -> None:
        if row is None or (row[name] is None and not blank):
            return
        # The rows stand in the finding that the evidence is collected for: none of them goes while it is.
        key = self._keys.get(id(row))
        if key is None:
            key = self._keys[id(row)] = key_of(row, self.catalogue.records[record])
        self.cells[Cell(record, key, name, row.get(name + WRITTEN) or row[name])] = None

    def read(self, term: t.Term, env: Env, blank: bool = False) -> None:
        """Note what a term reads. With `blank` an empty cell is noted as well."""
        noter(term, blank)(self, env)

    def listed(self) -> list[dict[str, Any]]:
        """The cells as a clue carries them."""
        found = []
        for record, key, field, value in self.cells:
            if value is not None and not isinstance(value, str):
                value = show(value, self.catalogue.records[record].by_field[field].type)
            found.append({"record": record, "key": list(key), "field": field, "value": value})
        return found


Noter = Callable[[Evidence, Env], None]


@once_a_term
def noter(term: t.Term, blank: bool = False) -> Noter:
    """The function that notes what `term` reads."""
    if isinstance(term, t.Field):
        return _note_cell(term.place, (term.name,), blank)
    if isinstance(term, t.Actor):
        return _note_cell(term.place, tuple(filter(None, (term.id, term.name))), False)
    if isinstance(term, t.Defined):
        return _note_defined(term)
    if isinstance(term, t.Named):
        body = noter(term.body)
        return lambda evidence, env: body(evidence, env.of_subject())
    if isinstance(term, t.Rows | t.Values):
        return _note_rows(term)
    if isinstance(term, t.AnyOf):
        return _note_any_of(term)
    if isinstance(term, t.Call) and term.function in ("first", "case"):
        return _note_first(term) if term.function == "first" else _note_case(term)
    return _note_all([noter(child) for child in term.children()])


def _note_all(parts: Sequence[Noter]) -> Noter:
    parts = [part for part in parts if part is not _nothing]
    if len(parts) < 2:
        return parts[0] if parts else _nothing

    def note(evidence: Evidence, env: Env) -> None:
        for part in parts:
            part(evidence, env)

    return note


def _nothing(evidence: Evidence, env: Env) -> None:
    """What a term notes that reads no cell."""


def _note_cell(place: t.Place, names: tuple[str, ...], blank: bool) -> Noter:
    def note(evidence: Evidence, env: Env) -> None:
        row = row_at(env, place)
        for name in names:
            evidence.add(row, place.record, name, blank)

    return note


def _note_defined(term: t.Defined) -> Noter:
    place, body = term.place, noter(term.body)

    def note(evidence: Evidence, env: Env) -> None:
        if (row := row_at(env, place)) is not None:
            body(evidence, env.beside(row))

    return note


def _note_rows(term: t.Rows | t.Values) -> Noter:
    rows = term.rows if isinstance(term, t.Values) else term
    found, sift = evaluator(rows), sieve(rows)
    inner = [noter(part) for part in (rows.filter, term.value if isinstance(term, t.Values) else None) if part is not None]

    def note(evidence: Evidence, env: Env) -> None:
        if (large := sift(env)) is not None and len(some := large.select(env)) > MOST:
            members = some.first(MOST)
            evidence.leave(Rest(some, frozenset(id(row) for row, _ in members)), some.sign)
        elif len(members := found(env)) > MOST:  # those that certainly belong to it first
            members = sorted(members, key=lambda member: member[1] is not True)
            left = frozenset(id(row) for row, _ in members[MOST:])
            evidence.leave(left, left)
        for row, _ in members[:MOST]:
            env.frames.append(row)
            for part in inner:
                part(evidence, env)
            if not inner:
                evidence.add(row, rows.record, evidence.catalogue.records[rows.record].key_fields[-1])
            env.frames.pop()

    return note


def _note_any_of(term: t.AnyOf) -> Noter:
    """The alternatives that hold; all of them where none does."""
    parts = [(noter(part), evaluator(part)) for part in term.parts]

    def note(evidence: Evidence, env: Env) -> None:
        for read in [read for read, value in parts if truth_of(value(env)) is True] or [read for read, _ in parts]:
            read(evidence, env)

    return note


def _note_first(term: t.Call) -> Noter:
    """The arguments up to the first that is given."""
    parts = [(noter(argument), evaluator(argument)) for argument in term.arguments]

    def note(evidence: Evidence, env: Env) -> None:
        for read, value in parts:
            read(evidence, env)
            if value(env) is not None:
                return

    return note


def _note_case(term: t.Call) -> Noter:
    """The conditions up to the first that holds, and its value."""
    pairs = list(zip(term.arguments[0::2], term.arguments[1::2], strict=False))
    parts = [(noter(condition), evaluator(condition), noter(value)) for condition, value in pairs]
    otherwise = noter(term.arguments[-1]) if len(term.arguments) % 2 else _nothing

    def note(evidence: Evidence, env: Env) -> None:
        for read, holds, value in parts:
            read(evidence, env)
            if truth_of(holds(env)) is True:
                value(evidence, env)
                return
        otherwise(evidence, env)

    return note


def derivation(term: t.Term, env: Env, catalogue: Catalogue) -> list[Step]:
    """The steps behind a date that was counted out of other dates (an earlier limit, a legal maximum)."""
    if isinstance(term, t.Defined):
        row = row_at(env, term.place)
        return derivation(term.body, env.beside(row), catalogue) if row is not None else []
    if isinstance(term, t.Named):
        return derivation(term.body, env.of_subject(), catalogue)
    if isinstance(term, t.Call) and term.function == "roll":
        inner = term.arguments[0]
        day = evaluator(inner)(env)
        return _counted(inner, env, catalogue, True) or derivation(inner, env, catalogue) + (derive_roll(day) if day else [])
    if isinstance(term, t.Call) and term.function == "back":
        return _counted_back(term, env, catalogue)
    if isinstance(term, t.Call) and term.function in ("first", "case"):
        branch = chosen(term, env)
        return derivation(branch, env, catalogue) if branch is not None else []
    if isinstance(term, t.Call) and term.function == "latest" and isinstance(term.arguments[0], t.Values):
        return _latest(term, catalogue)(env)
    if isinstance(term, t.Sum):
        return _counted(term, env, catalogue, False)
    return []


@once_a_term
def _latest(term: t.Term, catalogue: Catalogue) -> Callable[[Env], list[Step]]:
    """The steps of the row that gives the latest day; that of any of them where several do."""
    assert isinstance(term, t.Call)
    (values,) = term.arguments
    assert isinstance(values, t.Values)
    latest, rows, day = evaluator(term), evaluator(values.rows), evaluator(values.value)

    def steps(env: Env) -> list[Step]:
        found, last = list[Step](), latest(env)
        for row, _ in rows(env):
            env.frames.append(row)
            found = derivation(values.value, env, catalogue) if day(env) == last else []
            env.frames.pop()
            if found:
                break
        return found

    return once_a_group(values, steps)


def _counted(term: t.Term, env: Env, catalogue: Catalogue, rolls: bool) -> list[Step]:
    if not isinstance(term, t.Sum) or term.type != "date":
        return []
    start, period = evaluator(term.left)(env), evaluator(term.right)(env)
    if not start or start == UNDATED or not isinstance(period, Period):
        return []
    return [*derivation(term.left, env, catalogue), *derive(start, period, rolls, label_of(term.left, catalogue))]


def _counted_back(term: t.Call, env: Env, catalogue: Catalogue) -> list[Step]:
    end, period = (evaluator(part)(env) for part in term.arguments)
    before = derivation(term.arguments[0], env, catalogue)
    told = end and isinstance(period, Period)
    return [*before, *derive_back(end, period, "" if before else label_of(term.arguments[0], catalogue))] if told else []


def start_label(term: t.Term, env: Env, day: int, subject: str, catalogue: Catalogue) -> str:
    """What a starting day is: of the cells that the term reads, those that hold that day; where it was counted, all that it may be."""
    read = Evidence(catalogue)
    read.read(term, env)
    sheets = catalogue.records
    names = dict.fromkeys(
        sheets[c.record].by_field[c.field].name if c.record == subject else f"{sheets[c.record].name}·{sheets[c.record].by_field[c.field].name}"
        for c in read.cells
        if c.value == day
    )
    return f"({'、'.join(names)})" if names else label_of(term, catalogue)


@once_a_term
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
    return [{"day": show_date(s.day) if s.day else None, "text": s.text} for s in steps]
