"""What became different in a clue between two scans: kept with the event, told to the reader.

Kept is nothing that could name a person: days, amounts, numbers and choices as they were and are, of other cells only that they differ.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from cases.catalogue import Catalogue, Column
from rules.words import SEVERITIES, STATES

MOST = 5
"""So many cells are told; the others are counted."""
_HEADS = {"severity": "程度", "state": "状态", "due_on": "期限届满日", "arose_on": "情形出现日"}


def differences(old: dict[str, Any], new: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Two readings of one clue (its stored JSON) compared: by the names of _HEADS what was and is; `cells` that differ, each as record,
    field and, where that may be told, what was and is; `added` and `removed` rows of evidence by record. What is the same is left out.
    """
    was, now = _cells(old), _cells(new)
    rows_was, rows_now = {place[0] for place in was}, {place[0] for place in now}
    heads = {name: [old.get(name), new.get(name)] for name in _HEADS if old.get(name) != new.get(name)}
    if "due_on" in heads:  # it arose on the day after
        heads.pop("arose_on", None)
    cells = [
        [row[0], field, *([was[row, field], value] if _open(catalogue, row[0], field) else [])]
        for (row, field), value in now.items() if (row, field) in was and was[row, field] != value
    ]  # fmt: skip
    rows = {"added": Counter(row[0] for row in rows_now - rows_was), "removed": Counter(row[0] for row in rows_was - rows_now)}
    return {**heads, **({"cells": cells} if cells else {}), **{name: dict(sorted(count.items())) for name, count in rows.items() if count}}


def _cells(clue: dict[str, Any]) -> dict[tuple[tuple[str, ...], str], Any]:
    """The evidence by its row (record and key) and field."""
    return {((cell["record"], *cell["key"]), cell["field"]): cell["value"] for cell in clue["evidence"]}


def _column(catalogue: Catalogue, record: str, field: str) -> Column | None:
    sheet = catalogue.records.get(record)
    return sheet.by_field.get(field) if sheet else None


def _open(catalogue: Catalogue, record: str, field: str) -> bool:
    """Whether a cell can hold nothing that names a person."""
    column = _column(catalogue, record, field)
    if column is None or column.person or column.certificate:
        return False
    return column.type in ("date", "money", "number", "bool") or bool(column.choices)


def told(kept: dict[str, Any], catalogue: Catalogue) -> str:
    """What `differences` kept, in words; blank for what says nothing."""
    words = {"severity": SEVERITIES, "state": STATES}
    cells, names = kept.get("cells", []), {sheet.record: sheet.name for sheet in catalogue.records.values()}
    parts = [_cell(names.get(cell[0], cell[0]), _column(catalogue, *cell[:2]), cell) for cell in cells[:MOST]]
    parts += [f"另有 {len(cells) - MOST} 处改动"] if len(cells) > MOST else []
    parts += [f"{what} {count} 行{names.get(record, record)}" for way, what in (("added", "多了"), ("removed", "少了"))
              for record, count in kept.get(way, {}).items()]  # fmt: skip
    for name, head in _HEADS.items():
        if name in kept:
            was, now = (words.get(name, {}).get(value, value) for value in kept[name])
            parts.append(_turned(head, was, now))
    return ";".join(parts)


def _cell(sheet: str, column: Column | None, cell: list[Any]) -> str:
    name = f"{sheet}的{column.name if column else cell[1]}"
    return _turned(name, *(value and value.removesuffix(".00") for value in cell[2:])) if len(cell) == 4 else f"{name}有改动"


def _turned(name: str, was: Any, now: Any) -> str:
    return f"{name}由{was or '空白'}改为{now or '空白'}"
