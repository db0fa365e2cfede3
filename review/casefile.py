"""A dismissed clue as a test case for its rule: the rows that the rule read, without persons and numbers, and `expect: none`.

The case stands in a file of the form of an overlay, so that `clues rules test --rules FILE` runs it; it fails until the rule is mended.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from sqlalchemy import Connection, and_

from cases.catalogue import Catalogue, Column, Sheet
from cases.errors import CluesError
from cases.store import Store
from cases.values import normal, show
from engine.cases import TEXTS, CaseRunner
from engine.clues import clue_id
from engine.dossier import Loader, Need
from engine.facts import Plan
from engine.gather import WindowPlan
from engine.prefilter import candidates
from engine.scan import Scanner
from review.masking import mask_name, mask_text, mask_title
from review.story import history, stored_key
from rules.law import LawBook
from rules.resolve import Resolved
from rules.schema import Case

BODIES = ("agency", "from_agency", "court", "procuratorate", "recipient", "employer", "enterprise_name")
"""Fields that name a body: in the first try these become 某机关 and the like."""
PERSONS = "甲乙丙丁戊己庚辛壬癸"
_LONG = re.compile(r"[0-9A-Za-z]{6,}")

Rows = dict[str, list[dict[str, Any]]]


class NoCase(CluesError):
    """No case can be made of this clue."""


def case_of(store: Store, clue: dict[str, Any], rule: Resolved, law: LawBook) -> Case:
    """The negative case of a clue (as review.ledger gives it), which the rule as it is fails: it still finds it.

    First every name, number and body is invented; where the rule then no longer finds it, bodies and the words within document
    numbers stay. Raises NoCase where the record is no longer there, or the rule does not find the case.
    """
    as_of = dt.date.fromisoformat(history(store, clue)[-1]["as_of"])
    with store.engine.connect() as connection:
        rows = _rows(store, connection, clue, rule, law, as_of.toordinal())
    with CaseRunner(law, store.catalogue) as runner:
        for invent in (_Inventor(store.catalogue, True), _Inventor(store.catalogue, False)):
            case = _case(clue, rule, as_of, invent.rows(rows))
            (result,) = runner.results(rule, [case])
            if not result.passed and result.found != "none" and "insufficient" not in result.found:
                return case
    why = "数据或规则已经变化,或者规则还要看同类的全部记录"
    raise NoCase(f"由线索 {clue['id']} 写成的用例,规则 {rule.rule.id} 并不列出({why}):请核对,需要时手写用例")


def _case(clue: dict[str, Any], rule: Resolved, as_of: dt.date, rows: Rows) -> Case:
    own = rows.pop(rule.base_record)
    given: Any = own if rule.window else own.pop(0)
    if own and not rule.window:
        rows = {rule.base_record: own, **rows}
    return Case.model_validate({"name": f"规则过宽 {clue['id']}", "as_of": as_of, "given": given, "rows": rows, "expect": "none"})


def written(rule: str, case: Case) -> str:
    """A file with the case, which `--rules` takes."""
    head = (
        f"# 由误报的线索做成的反例:规则 {rule} 现在仍会列出这种情形,所以这个用例现在不通过。\n"
        "# 人名、证件号、文号都是虚构的,日期是原来的;提交前请再看一遍文字栏。\n"
        "# 试运行:clues rules test " + rule + " --rules 这个文件。改好规则后把用例移进规则文件的 cases。\n"
    )
    told = {"name": case.name, "as_of": case.as_of, "given": case.given, **({"rows": case.rows} if case.rows else {}), "expect": case.expect}
    file = {"overlay": "误报反例", "rules": {rule: {"cases": [told]}}}
    return head + yaml.safe_dump(file, allow_unicode=True, sort_keys=False, width=140, default_flow_style=None)


# -- the rows ----------------------------------------------------------------------------------------------------------
def _rows(store: Store, connection: Connection, clue: dict[str, Any], rule: Resolved, law: LawBook, as_of: int) -> Rows:
    """What the rule reads of the clue's subject and of the rows that hang on it, by record, the subject's rows first."""
    scanner = Scanner(store, [rule], law)
    plan, loader = scanner.plans[0], Loader(scanner.views, as_of)
    found = _Found(store.catalogue)
    if isinstance(plan, WindowPlan):
        # By the id: a name that counts within a district has one for each.
        found_again = (g for _, some in plan.gatherings(connection, loader) for g in some if clue_id(rule.rule.id, "actor", (g.actor,)) == clue["id"])
        gathering = next(found_again, None)
        for row in gathering.rows if gathering else ():
            found.add(plan.need, row)
        for row in gathering.companions if gathering else ():
            found.add(plan.companion_need, row)
    else:
        for row in _subject(store, connection, clue, rule, plan, loader):
            found.add(plan.need, row)
    if not found.rows.get(rule.base_record):
        raise NoCase(f"线索 {clue['id']} 的记录已不在案件库中:不能写成用例")
    return {record: list(rows.values()) for record, rows in found.rows.items()}


def _subject(store: Store, connection: Connection, clue: dict[str, Any], rule: Resolved, plan: Plan, loader: Loader) -> list[dict[str, Any]]:
    """The subject's row with all that hangs on it."""
    sheet = store.catalogue.records[rule.base_record]
    key, columns = stored_key(sheet, clue["subject"]["key"]), sorted(plan.need.fields)
    statement = candidates(rule, loader.views, columns, lambda view: and_(*(view.table.c[f] == v for f, v in key.items())), True)
    rows = [dict(zip(columns, row, strict=True)) for row in connection.execute(statement, {"as_of": loader.as_of})]
    loader.attach(connection, rows, plan.need)
    return rows


@dataclass
class _Found:
    """The rows of a dossier, flat: by record and key, each with the fields that were read of it."""

    catalogue: Catalogue
    rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)

    def add(self, need: Need, row: dict[str, Any]) -> None:
        sheet = self.catalogue.records[need.record]
        own = {c.field: row[c.field] for c in sheet.columns if c.field in need.fields}
        self.rows.setdefault(need.record, {}).setdefault(tuple(row[f] for f in sheet.key_fields), {}).update(own)
        for name, below in need.relations.items():
            hanging = row.get(name)
            for one in hanging if isinstance(hanging, list) else [hanging] if hanging else []:
                self.add(below, one)


# -- what is invented --------------------------------------------------------------------------------------------------
class _Inventor:
    """Writes rows as a case gives them, with invented persons, numbers and (where `bodies`) bodies; the same for the same."""

    def __init__(self, catalogue: Catalogue, bodies: bool):
        self.catalogue, self.bodies = catalogue, bodies
        self.known: dict[tuple[str, str], str] = {}
        self.names: dict[str, str] = {}

    def rows(self, rows: Rows) -> Rows:
        # Persons first, as other cells may name them.
        for sheet, row in self._all(rows):
            for c in sheet.columns:
                if c.person and c.field != "title" and row.get(c.field):
                    self._person(str(row[c.field]))
        return {record: [self._row(self.catalogue.records[record], row) for row in some] for record, some in rows.items()}

    def _all(self, rows: Rows) -> Iterator[tuple[Sheet, dict[str, Any]]]:
        return ((self.catalogue.records[record], row) for record, some in rows.items() for row in some)

    def _row(self, sheet: Sheet, row: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for c in sheet.columns:
            if c.field not in row:
                continue
            value = row[c.field]
            if value is not None:
                given[c.field] = self._text(c, value) if isinstance(value, str) else _plain(value, c.type)
                if c.dated_by and (day := row.get(c.dated_by, 0)) is not None:
                    given.setdefault(c.dated_by, _plain(day, "date"))
            elif c.type == "code":
                given[c.field] = None  # or it would be filled in, the same in every row
        return given

    def _text(self, c: Column, value: str) -> str:
        if c.certificate:
            return self._new("证", value, lambda n: f"证{n}")
        if c.person:
            return mask_title(value) if c.field == "title" else self._person(value)
        if c.choices:
            return value
        if c.type == "code":
            return self._new("例", value, lambda n: f"例{n}" + ("" if self.bodies else "".join(re.findall("[一-龥]", value)[1:])))
        if c.field in BODIES:
            stem = TEXTS.get(c.field, "某单位")
            return self._new(c.field, value, lambda n: stem if n == 1 else f"{stem}{n}") if self.bodies else value
        for name, invented in self.names.items():
            value = value.replace(name, invented)
        return _LONG.sub("…", mask_text(value))

    def _person(self, name: str) -> str:
        if mask_name(name) == name:
            return self._new("公司", name, lambda n: f"某公司{n}") if self.bodies else name
        self.names[name] = self._new("人", name, lambda n: f"某{PERSONS[(n - 1) % 10]}" + (str(n // 10) if n > 10 else ""))
        return self.names[name]

    def _new(self, kind: str, value: str, make: Callable[[int], str]) -> str:
        key = (kind, normal(value))
        if key not in self.known:
            self.known[key] = make(1 + sum(1 for k, _ in self.known if k == kind))
        return self.known[key]


def _plain(value: int, kind: str) -> Any:
    """A stored value as one writes it in a case."""
    text = show(value, kind)
    if kind == "date":
        return dt.date.fromordinal(value) if value else text
    if kind in ("money", "number"):
        return float(text) if float(text) % 1 else int(float(text))
    return text
