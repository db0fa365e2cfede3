"""The evidence beside the rows it was read from: each row once, with all that it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cases.catalogue import Column
from cases.store import Store
from cases.values import show
from review.masking import mask_clue
from review.story import Source, sources, stored_key


@dataclass(frozen=True)
class SourceRow:
    """A row of a sheet: where it was read (`path` None: it is no longer in the store), the cells that are evidence, and the others,
    each as (column, text). `withheld` counts filled columns of free text that only a reader of the unmasked clue sees."""

    sheet: str
    key: str
    source: Source
    evidence: list[tuple[str, str]]
    others: list[tuple[str, str]]
    withheld: int


def source_rows(store: Store, clue: dict[str, Any], *, unmask: bool) -> list[SourceRow]:
    """The rows of a clue's evidence in its order. `clue` is the unmasked one; what comes out is masked unless `unmask`."""
    places: dict[tuple[str, ...], tuple[Source, dict[str, str]]] = {}
    for cell, place in zip(clue["evidence"], sources(store, clue, unmask=unmask), strict=True):
        _, said = places.setdefault((cell["record"], *cell["key"]), (place, {}))
        sheet = store.catalogue.records.get(cell["record"])
        if sheet is None or cell["field"] not in sheet.key_fields:  # the key is told with the row
            said.setdefault(cell["field"], cell["value"] or "(空白)")
    return [_row(store, clue, row[0], list(row[1:]), place, said, unmask) for row, (place, said) in places.items()]


def _row(store: Store, clue: dict[str, Any], record: str, key: list[str], place: Source, said: dict[str, str], unmask: bool) -> SourceRow:
    sheet = store.catalogue.records.get(record)
    columns = {c.field: c for c in sheet.columns} if sheet else {}
    full = _read(store, record, key) if place.path else {}
    others = {name: text for name, text in full.items() if name not in said and not (sheet and name in sheet.key_fields)}
    withheld = [] if unmask else [name for name in others if _is_free(columns[name])]
    # The mask knows names and numbers by the columns they stand in, so every column of the row goes through it as evidence does.
    cells = [{"record": record, "key": key, "field": name, "value": text} for name, text in {"": "", **full, **said}.items()]
    whole = {"subject": clue["subject"], "evidence": [*cells, *clue["evidence"]]}
    masked = whole if unmask else mask_clue(whole, store.catalogue)
    shown = {cell["field"]: cell["value"] for cell in masked["evidence"][: len(cells)]}
    name_of = {name: columns[name].name if name in columns else name for name in shown}
    return SourceRow(
        place.sheet, " ".join(masked["evidence"][0]["key"]), place, [(name_of[n], shown[n]) for n in said],
        [(name_of[n], shown[n]) for n in others if n not in withheld], len(withheld),
    )  # fmt: skip


def _is_free(column: Column) -> bool:
    """Whether a column may hold anything, names that no other column knows included."""
    return column.type == "text" and not (column.person or column.certificate or column.choices)


def _read(store: Store, record: str, key: list[str]) -> dict[str, str]:
    """The filled cells of a row as text, by field, in the order of the sheet; codes and names as they were written."""
    sheet, table = store.catalogue.records[record], store.tables[record]
    query = select(table).where(*(table.c[f] == v for f, v in stored_key(sheet, key).items()))
    with store.engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        return {}
    found = {c.field: show(row.get(f"{c.field}_w") or row[c.field], c.type) for c in sheet.columns}
    return {name: text for name, text in found.items() if text}
