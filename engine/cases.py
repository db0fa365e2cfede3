"""Running the cases that rule files carry: each case's rows go into a store of their own, the rule is scanned as of the case's day.

`CaseRunner()` keeps one empty store in memory for many rules. What a case leaves out is filled in: numbers that join
records are the same in every row (例1), required texts are harmless (某机关); dates never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from cases.catalogue import Catalogue, Column, Sheet, load_catalogue
from cases.errors import CluesError
from cases.store import open_store
from cases.tables import WRITTEN
from cases.values import formed, parser
from engine.evidence import key_of
from engine.scan import Scanner
from rules.casechecks import EXPECTED, expectation
from rules.law import LawBook, load_law
from rules.overlay import Localised, on
from rules.resolve import Resolved
from rules.schema import Case

STATES = {"overdue": "due_on", "late": "due_on", "pattern": "arose_on"}
CODE = "例1"
TEXTS = {
    "agency": "某机关", "from_agency": "某机关", "court": "某法院", "procuratorate": "某检察院", "recipient": "某单位", "employer": "某单位",
    "party": "某人", "name": "某人", "violation": "某行为", "offence": "故意伤害罪", "cause": "某纠纷",
}  # fmt: skip

Given = dict[str, Any]
Rows = dict[str, list[Given]]


class CaseProblem(CluesError):
    """A case cannot be run as it is written; the sentence says which row and why."""


@dataclass(frozen=True)
class CaseResult:
    """What came out of a case; `expected` and `found` are in the words of `expect`. `passed` = they agree."""

    rule: str
    name: str
    passed: bool
    expected: str
    found: str


class CaseRunner:
    """Runs the cases of many rules over one store in memory."""

    def __init__(self, law: LawBook | None = None, catalogue: Catalogue | None = None):
        self.law, self.catalogue = law or load_law(), catalogue or load_catalogue()
        self.store = open_store("sqlite://", create=True, catalogue=self.catalogue)

    def close(self) -> None:
        self.store.close()

    def __enter__(self) -> CaseRunner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def run(self, rule: Resolved) -> list[CaseResult]:
        """The results of one rule's cases, in their order; a case that cannot be run has failed, and `found` says why.

        Of a rule that overlays change: its own cases as its file has it, then theirs as it is changed.
        """
        if isinstance(rule, Localised) and rule.base:
            changed = ((on(rule, case.as_of.toordinal(), self.catalogue), case) for case in rule.rule.cases)
            return [*self.run(rule.base), *(result for there, case in changed for result in self.results(there, [case]))]
        return list(self.results(rule))

    def results(self, rule: Resolved, cases: Sequence[Case] | None = None) -> Iterator[CaseResult]:
        """The same one by one, for who wants to stop early; `cases` in place of the rule's own."""
        cases = rule.rule.cases if cases is None else cases
        if cases:
            scanner = Scanner(self.store, [rule], self.law, check=True)
            yield from (self._run(scanner, rule, case) for case in cases)

    def _run(self, scanner: Scanner, rule: Resolved, case: Case) -> CaseResult:
        expected = expectation(case.expect)
        try:
            subject = self._put(rule.base_record, case)
            found = self._scan(scanner, case, None if rule.window else subject)
            passed = _agrees(case.expect, found)
            text = _worded(found)
        except CluesError as e:
            passed, text = False, str(e)
        finally:
            self._clear()
        return CaseResult(rule.rule.id, case.name, passed, expected, text)

    # -- rows ----------------------------------------------------------------------------------------------------------
    def _put(self, record: str, case: Case) -> list[str] | None:
        """Insert the rows of a case; gives the key of its subject, None where `given` does not single one out."""
        rows = filled(self.catalogue, record, case)
        first: dict[str, Any] | None = None
        with self.store.engine.begin() as connection:
            for name, some in rows.items():
                sheet = self.catalogue.records[name]
                for number, given in enumerate(some):
                    values = stored(sheet, given)
                    if name == record and number == 0:
                        first = values
                    place = {"import_id": 1, "file_id": 1, "line_no": number + 2}
                    try:
                        connection.execute(insert(self.store.tables[name]).values({**values, **place}))
                    except IntegrityError as e:
                        raise CaseProblem(f"{name} 的第 {number + 1} 行与别的行同键,或缺少键:{_keys(sheet)}") from e
        if first is None or not isinstance(case.given, dict) or not case.given:
            return None
        return list(key_of(first, self.catalogue.records[record]))

    def _clear(self) -> None:
        with self.store.engine.begin() as connection:
            for table in self.store.tables.values():
                connection.execute(delete(table))

    def _scan(self, scanner: Scanner, case: Case, subject: list[str] | None) -> list[dict[str, Any]]:
        """The clues, and what is insufficient, about the subject."""
        found: list[dict[str, Any]] = []
        for batch in scanner.scan(case.as_of.toordinal()):
            found += [*batch.clues, *batch.insufficient]
        return [f for f in found if subject is None or f["subject"]["key"] == subject]


def _keys(sheet: Sheet) -> str:
    return "、".join(sheet.key_fields)


def filled(catalogue: Catalogue, record: str, case: Case) -> Rows:
    """The rows of a case by record, the subject's first, with what they leave out filled in. Raises CaseProblem."""
    subjects = [case.given] if isinstance(case.given, dict) else list(case.given)
    rows: Rows = {record: [g for g in subjects if g]}
    for name, some in case.rows.items():
        if name not in catalogue.records:
            raise CaseProblem(f"rows 里没有名为 {name} 的记录:请核对交换目录")
        rows.setdefault(name, []).extend(some)
    done: Rows = {}
    for name, some in rows.items():
        sheet, taken = catalogue.records[name], set[tuple[str, ...]]()
        joined = _joined(catalogue, record, name, done.get(record, []))
        for row in some:
            whole = {**_defaults(catalogue, sheet), **(joined if name != record else {}), **row}
            done.setdefault(name, []).append(_numbered(sheet, whole, row, taken))
    return done


def _defaults(catalogue: Catalogue, sheet: Sheet) -> Given:
    joins = _join_fields(catalogue, sheet.record)
    return {c.field: _default(c) for c in sheet.columns if _is_default(c, sheet, joins)}


def _is_default(column: Column, sheet: Sheet, joins: set[str]) -> bool:
    if column.choices or column.type not in ("code", "text"):
        return False
    if column.field in sheet.key_fields or column.required:
        return True
    # Who somebody is stays open, or all parties of a case would be one person.
    return column.type == "code" and column.field in joins and not column.certificate


def _default(column: Column) -> str:
    return CODE if column.type == "code" else TEXTS.get(column.field, f"某{column.name}")


def _join_fields(catalogue: Catalogue, record: str) -> set[str]:
    """The columns of a record by which relations join it to others."""
    found: set[str] = set()
    for sheet in catalogue.records.values():
        for relation in sheet.relations.values():
            if isinstance(relation.by, dict):
                found |= set(relation.by) if sheet.record == record else set()
                found |= set(relation.by.values()) if relation.rows == record else set()
    return found


def _joined(catalogue: Catalogue, subject: str, record: str, given: list[Given]) -> Given:
    """What rows that hang on the subject by its key take over from it."""
    sheet, found = catalogue.records[subject], dict[str, Any]()
    for relation in sheet.relations.values():
        if given and relation.rows == record and isinstance(relation.by, dict) and set(relation.by) <= set(sheet.key_fields):
            found |= {theirs: given[0][own] for own, theirs in relation.by.items()}
    return found


def _numbered(sheet: Sheet, whole: Given, row: Given, taken: set[tuple[str, ...]]) -> Given:
    """The row; where its key is taken and its last part was filled in, that part is numbered (例2, 例3 …)."""
    last = sheet.key_fields[-1]
    key, number = _key(sheet, whole), 1
    while key in taken and last not in row and sheet.by_field[last].type in ("code", "text"):
        number += 1
        stem = str(_default(sheet.by_field[last]))
        whole = {**whole, last: f"{stem.removesuffix('1')}{number}"}
        key = _key(sheet, whole)
    taken.add(key)
    return whole


def _key(sheet: Sheet, row: Given) -> tuple[str, ...]:
    return tuple(str(row.get(f)) for f in sheet.key_fields)


def stored(sheet: Sheet, row: Given) -> dict[str, Any]:
    """The values of a row as the store keeps them. Raises CaseProblem on an unknown field, a bad value or a key left out."""
    values: dict[str, Any] = {c.field: None for c in sheet.columns} | {f + WRITTEN: None for f in sheet.normalised}
    for name, raw in row.items():
        column = sheet.by_field.get(name)
        if column is None:
            raise CaseProblem(f"{sheet.record} 没有字段 {name}:请核对交换目录")
        if raw is None:
            continue
        cell = raw.isoformat() if isinstance(raw, date) else raw
        try:
            if name in sheet.normalised:
                values[name], values[name + WRITTEN] = formed(parser(column), column)(cell)
            else:
                values[name] = parser(column)(cell)
        except ValueError as e:
            raise CaseProblem(f"{sheet.record}.{name}:{e}") from e
    if missing := [f for f in sheet.key_fields if values[f] is None]:
        raise CaseProblem(f"{sheet.record} 的行缺少键 {'、'.join(missing)}:请写出来")
    return values


# -- expected and found ------------------------------------------------------------------------------------------------
def _worded(found: Iterable[dict[str, Any]]) -> str:
    return "; ".join(expectation(_as_expect(f)) for f in found) or "none"


def _as_expect(found: dict[str, Any]) -> dict[str, Any]:
    """A clue, or what is insufficient, in the keys of `expect`."""
    subject = found["subject"]["key"]
    if "missing" in found:
        return {"insufficient": found["missing"], "subject": subject}
    state = found["state"]
    return {state: found[STATES[state]], "severity": found["severity"], "arose": found["arose_on"], "subject": subject}


def _agrees(expect: str | dict[str, Any], found: list[dict[str, Any]]) -> bool:
    """Whether exactly what is expected was found. Raises CaseProblem on an unknown word in `expect`."""
    if isinstance(expect, str):
        if expect != "none":
            raise CaseProblem(f"expect 写作 {expect}:应是 none,或 {'、'.join(EXPECTED)} 中的各项")
        return not found
    if unknown := [k for k in expect if k not in EXPECTED]:
        raise CaseProblem(f"expect 里没有 {'、'.join(unknown)} 这一项:可写 {'、'.join(EXPECTED)}")
    wanted = {k: sorted(map(expectation, v)) if k == "insufficient" else expectation(v) for k, v in expect.items()}
    seen = [{k: sorted(v) if k == "insufficient" else expectation(v) for k, v in _as_expect(f).items()} for f in found]
    if "subject" in wanted:
        seen = [s for s in seen if s["subject"] == wanted["subject"]]
    return len(seen) == 1 and all(seen[0].get(k) == v for k, v in wanted.items())
