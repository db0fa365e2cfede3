"""The words of court papers behind a clue's evidence: what the readers noted of each value, for a reader to check."""

from __future__ import annotations

import re
from typing import Any

import orjson
from sqlalchemy import select

from cases.store import Store
from review.masking import mask_name, mask_number, mask_text
from review.persons import named
from review.story import stored_key

QUOTES = "文书摘录"
PEOPLE = ("被执行人", "全部被执行人", "全部申请执行人", "审判人员")
_QUOTE = re.compile(r"(?:^|;)(?P<column>[^;:“”]{2,12}):“(?P<words>.*?)”(?P<doubt>\(读取把握低\))?(?=;|$)")
_LONG = re.compile(r"\d[\dXx]{10,}")


def quotes(store: Store, clue: dict[str, Any], *, unmask: bool = False) -> list[str]:
    """The words that each piece of evidence was read from, in the order of the evidence; "" for what was read of no paper.

    `clue` is the unmasked one, as its keys name rows. Without `unmask`, what was read of a column that holds personal data is left out, and the
    names of the parties and long numbers are masked in the rest.
    """
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    names: dict[tuple[str, ...], list[str]] = {}
    found = []
    for cell in clue["evidence"]:
        sheet = store.catalogue.records.get(cell["record"])
        column = sheet.by_field.get(cell["field"]) if sheet else None
        if sheet is None or column is None:
            found.append("")
            continue
        row = (cell["record"], *cell["key"])
        if row not in rows:
            rows[row] = _read(store, *row)
        personal = column.person or column.certificate or "name" in sheet.key_fields
        words = "" if personal and not unmask else rows[row].get(column.name, "")
        if words and not unmask:
            if row not in names:
                names[row] = _people(store, *row)
            for name in names[row]:
                words = words.replace(name, mask_name(name))
            # Who is no party is known by the words alone: a witness, somebody's other name.
            words = _LONG.sub(lambda m: mask_number(m[0]), mask_text(words))
        found.append(words)
    return found


def _extras(store: Store, record: str, *key: str) -> dict[str, str]:
    """What was kept with a row beside its columns, and its columns that name persons."""
    sheet, table = store.catalogue.records[record], store.tables[record]
    persons = [c.field for c in sheet.columns if c.person]
    where = [table.c[f] == v for f, v in stored_key(sheet, list(key)).items()]
    with store.engine.connect() as connection:
        row = connection.execute(select(table.c.extras, *(table.c[f] for f in persons)).where(*where)).first()
    if row is None:
        return {}
    kept: dict[str, str] = orjson.loads(row[0]) if row[0] else {}
    return kept | {"": "、".join(name for name in row[1:] if name)}


def _read(store: Store, *row: str) -> dict[str, str]:
    """The words behind the columns of a row."""
    return {m["column"]: m["words"] + (m["doubt"] or "") for m in _QUOTE.finditer(_extras(store, *row).get(QUOTES, ""))}


def _people(store: Store, *row: str) -> list[str]:
    """The names of those who stand in a row's paper, the longest first: its parties, their agents, the judges."""
    kept = _extras(store, *row)
    listed = "、".join(kept.get(name, "") for name in ("", *PEOPLE))
    table = store.tables["civil_party"]
    key = stored_key(store.catalogue.records["civil_party"], [row[1]])["case_no"]
    query = select(table.c.name, table.c.name_w).where(table.c.case_no == key)
    with store.engine.connect() as connection:
        names = {name for found in connection.execute(query) for name in found if name}
    names |= {name for name in listed.split("、") if len(name) > 1}
    names |= {single for name in names for single in named(name)}
    return sorted(names, key=lambda name: (-len(name), name))
