"""The tables of the case store, built from the catalogue: one per sheet, plus the register of imports and files.

How values are kept (the same on every database, and the form in which rules compute with them):
  date    Integer, the day's ordinal (date.toordinal()); 0 = done, day unknown; NULL = blank
  money   BigInteger, fen        number  BigInteger, millionths        bool  SmallInteger 0/1
  code, and names that actors are known by: String, the normal form (cases.values.normal); the spelling of the sheet
  stands in FIELD_w where it differs        text  String as written; blank text is NULL
Every row also has rid, import_id (the import that last changed it), file_id and line (where it was read), extras.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, String, Table, Text
from sqlalchemy.types import TypeEngine

from cases.catalogue import Catalogue, Sheet
from cases.catalogue import Column as SheetColumn
from cases.ledger_tables import ledger_tables

# Words that some supported database reserves; the column gets a trailing underscore there, its key stays the field.
RESERVED = frozenset(("procedure", "value", "field", "measure", "result", "grade", "kind", "name", "line", "file", "key", "level"))

WRITTEN = "_w"


def db_name(field: str) -> str:
    """The column name in the database for a field."""
    return field + "_" if field in RESERVED else field


def _string(length: int) -> String:
    """A short text that is compared and sorted by its bytes, as SQLite does, whatever language the server speaks."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _type(column: SheetColumn) -> TypeEngine[Any]:
    kinds: dict[str, TypeEngine[Any]] = {
        "date": Integer(), "money": BigInteger(), "number": BigInteger(), "bool": SmallInteger(), "code": _string(120), "text": Text(),
    }  # fmt: skip
    return kinds[column.type]


def _columns(sheet: Sheet) -> list[Column[Any]]:
    columns: list[Column[Any]] = [
        Column("rid", Integer, primary_key=True),
        Column("import_id", Integer, nullable=False, index=True),
        Column("file_id", Integer, nullable=False),
        Column("line_no", Integer, nullable=False),
        Column("extras", Text),
    ]
    for c in sheet.columns:
        indexed_text = _string(200) if c.type == "text" and c.field in sheet.normalised else _type(c)
        columns.append(Column(db_name(c.field), indexed_text, key=c.field, nullable=c.field not in sheet.key_fields))
        if c.field in sheet.normalised:
            columns.append(Column(c.field + WRITTEN, String(200), key=c.field + WRITTEN))
    return columns


def _indexes(catalogue: Catalogue) -> dict[str, set[tuple[str, ...]]]:
    """Which column lists the joins of the catalogue look rows up by, by record; those the key serves are left out."""
    wanted: dict[str, set[tuple[str, ...]]] = {r: set() for r in catalogue.records}
    for sheet in catalogue.sheets.values():
        for relation in sheet.relations.values():
            if isinstance(relation.by, dict):
                wanted[relation.rows].add(tuple(relation.by.values()))
        for actor in sheet.actors.values():
            wanted[sheet.record] |= {(c,) for c in (actor.id, actor.name) if c}
    for record, lists in wanted.items():
        key = catalogue.records[record].key_fields
        wanted[record] = {fields for fields in lists if fields != key[: len(fields)]}
    return wanted


def build_tables(catalogue: Catalogue, metadata: MetaData) -> dict[str, Table]:
    """Return the table of each record, attached to `metadata`, with its unique key and its join indexes."""
    tables = {}
    for record, sheet in catalogue.records.items():
        table = Table(record, metadata, *_columns(sheet))
        Index(f"{record}_key", *(table.c[f] for f in sheet.key_fields), unique=True)
        tables[record] = table
    for record, lists in _indexes(catalogue).items():
        for fields in sorted(lists):
            Index(f"{record}_{'_'.join(fields)}"[:60], *(tables[record].c[f] for f in fields))
    return tables


def register_tables(metadata: MetaData) -> dict[str, Table]:
    """The register: store (schema version), imports, files."""
    return {
        "store": Table("store", metadata, Column("name", String(40), primary_key=True), Column("content", Text)),
        "imports": Table(
            "imports", metadata,
            Column("import_id", Integer, primary_key=True), Column("begun_at", String(32), nullable=False),
            Column("ended_at", String(32)), Column("account", String(100)), Column("counts", Text),
        ),
        # `rejects`: the SHA-256 of the rejects file that was left beside it, by which a later import knows it for its own.
        "files": Table(
            "files", metadata,
            Column("file_id", Integer, primary_key=True), Column("import_id", Integer, nullable=False, index=True),
            Column("path", Text, nullable=False), Column("sheet", String(60), nullable=False), Column("digest", String(64)),
            Column("counts", Text), Column("rejects", String(64)),
        ),
        # Where a row stood before the running import changed it, so that a row that ends as it began is not marked as changed;
        # `touched` counts the changes by each file.
        "earlier": Table(
            "earlier", metadata,
            Column("record", String(40), primary_key=True), Column("rid", Integer, primary_key=True, autoincrement=False),
            Column("file_id", Integer, primary_key=True, autoincrement=False),
            Column("import_id", Integer, nullable=False), Column("old_import", Integer, nullable=False),
            Column("old_file", Integer, nullable=False), Column("old_line", Integer, nullable=False),
            Column("digest", String(32), nullable=False), Column("touched", Integer, nullable=False),
        ),
        # The old value of a join column that an import changed: rows that hung on it must be judged again. Field `rid`: the row with that
        # number, which an import changed and put back.
        "moves": Table(
            "moves", metadata,
            Column("move_id", Integer, primary_key=True), Column("import_id", Integer, nullable=False, index=True),
            Column("record", String(40), nullable=False), Column("field", String(40), nullable=False), Column("content", Text, nullable=False),
        ),
        # Which columns (`fields`) of which rows (`rids`) an import changed, and which import had changed these rows before: only rules that
        # read one of the columns look at the rows again. A row without a revision is new.
        "revisions": Table(
            "revisions", metadata,
            Column("revision_id", Integer, primary_key=True), Column("import_id", Integer, nullable=False, index=True),
            Column("record", String(40), nullable=False), Column("old_import", Integer, nullable=False),
            Column("fields", Text, nullable=False), Column("rids", Text, nullable=False),
        ),
        **ledger_tables(metadata),
    }  # fmt: skip
