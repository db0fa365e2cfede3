"""Writing rows into a table of the store: new keys are inserted, known keys updated where their content differs.

The one module that picks a dialect's way (placeholders, ON CONFLICT, COPY, statistics); all else is portable SQLAlchemy.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, tuple_, update
from sqlalchemy.exc import DBAPIError

from cases.catalogue import Sheet
from cases.parsing import merge_extras, without_extra
from cases.reading.source import NOTE
from cases.tables import WRITTEN

BOOKKEEPING = ("rid", "import_id", "file_id", "line_no")
_MARKS = {"qmark": "?", "format": "%s", "pyformat": "%s"}
_KEYS_A_QUERY = 400
_WORTH_COPYING = 50

Values = tuple[Any, ...]


def insert_many(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Values], *, ignore: bool = False) -> int:
    """Insert tuples of values for `columns` (keys of the table); with `ignore`, rows whose key is there are passed over.

    Returns how many went in. `ignore` needs `can_ignore(connection)`.
    """
    if not rows:
        return 0
    dialect = connection.dialect
    mark = _MARKS.get(dialect.paramstyle)
    if mark is None:
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
        return len(rows)
    quote = dialect.identifier_preparer
    names = ", ".join(quote.format_column(table.c[c]) for c in columns)
    if dialect.driver == "psycopg" and len(rows) >= _WORTH_COPYING and _copied_in(connection, f"{quote.format_table(table)} ({names})", rows, ignore):
        return len(rows)
    text = f"INSERT INTO {quote.format_table(table)} ({names}) VALUES ({', '.join([mark] * len(columns))})"
    result = connection.exec_driver_sql(text + " ON CONFLICT DO NOTHING" * ignore, list(rows))
    return result.rowcount


def _copied_in(connection: Connection, where: str, rows: Sequence[Values], ignore: bool) -> bool:
    """Insert rows by PostgreSQL's COPY, in less than half the time; False, and nothing is there, where `ignore` is and a key was there."""
    driver: Any = connection.connection.dbapi_connection
    errors = connection.dialect.loaded_dbapi
    savepoint = connection.begin_nested()
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {where} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except errors.Error as e:
        savepoint.rollback()
        if ignore and isinstance(e, errors.IntegrityError):
            return False
        raise DBAPIError.instance("COPY", None, e, errors.Error, dialect=connection.dialect) from e
    savepoint.commit()
    return True


def can_ignore(connection: Connection) -> bool:
    """Whether this database passes over rows whose key is there, and says how many it did."""
    return connection.dialect.name in ("sqlite", "postgresql") and connection.dialect.paramstyle in _MARKS


def update_many(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Values]) -> None:
    """Update rows by rid: each tuple holds values for `columns`, then the rid."""
    if not rows:
        return
    dialect = connection.dialect
    mark = _MARKS.get(dialect.paramstyle)
    if mark is None:
        for row in rows:
            connection.execute(update(table).where(table.c.rid == row[-1]).values(dict(zip(columns, row[:-1], strict=True))))
        return
    quote = dialect.identifier_preparer
    sets = ", ".join(f"{quote.format_column(table.c[c])} = {mark}" for c in columns)
    connection.exec_driver_sql(f"UPDATE {quote.format_table(table)} SET {sets} WHERE rid = {mark}", list(rows))


def refresh_statistics(connection: Connection, tables: Iterable[Table]) -> None:
    """Let the database look at tables that have changed, where its plans for the next scan hang on that (PostgreSQL)."""
    if connection.dialect.name == "postgresql" and (names := [connection.dialect.identifier_preparer.format_table(t) for t in tables]):
        connection.exec_driver_sql(f"ANALYZE {', '.join(names)}")


def restart_numbers(connection: Connection, table: Table) -> None:
    """Let the database number new rows after those that were written with their numbers (PostgreSQL; others do by themselves)."""
    column = table.autoincrement_column
    if connection.dialect.name == "postgresql" and column is not None:
        name, quoted = connection.dialect.identifier_preparer.format_table(table), connection.dialect.identifier_preparer.format_column(column)
        counter = f"pg_get_serial_sequence('{name}', '{column.name}')"
        connection.exec_driver_sql(f"SELECT setval({counter}, coalesce(max({quoted}), 1), max({quoted}) IS NOT NULL) FROM {name}")


class Writer:
    """Writes the rows of one source. `inserted`, `updated`, `unchanged` count them.

    `columns` are the table columns that the rows fill (after the line number), `extra_names` the source's unknown columns,
    `missing` the required fields that it lacks: its rows can then only update. `taken_back(file_id, n)` is told when n rows that
    an earlier file of this run had changed turn out as they were before the run. What stood in a column of `joins` goes to `moves`,
    which columns of which rows have changed to `revisions`. `replaced` are the lines that a later line of the same source replaced with
    something else.
    """

    def __init__(
        self, connection: Connection, table: Table, prior: Table, sheet: Sheet, columns: Sequence[str], import_id: int, file_id: int,
        *, moves: Table, revisions: Table, joins: Iterable[str], extra_names: Iterable[str] = (), missing: Sequence[str] = (),
        taken_back: Callable[[int, int], None] | None = None,
    ):  # fmt: skip
        self.connection, self.table, self.prior, self.sheet = connection, table, prior, sheet
        self.columns = list(columns)
        self.import_id, self.file_id = import_id, file_id
        self.extra_names, self.missing = frozenset(extra_names), missing
        self.taken_back = taken_back or (lambda file_id, n: None)
        self.moves, self.revisions = moves, revisions
        self.inserted = self.updated = self.unchanged = 0
        self.replaced: list[int] = []
        self.weight: Counter[Values] = Counter()
        self.data = [c.key for c in table.columns if c.key not in BOOKKEEPING]
        self.at = [self.data.index(c) for c in self.columns]
        self.joins = [(field, self.data.index(field)) for field in sorted(joins)]
        self.pick = _picker(self.at)
        # What a row says, however it spells it.
        self.told = _picker([i for i, name in enumerate(self.columns) if not name.endswith(WRITTEN)])
        self.key_of = _picker([1 + self.columns.index(f) for f in sheet.key_fields])
        self.stored_key = _picker([self.data.index(f) for f in sheet.key_fields])
        # In an empty table nearly every key is new: then rows are inserted first, and only a key that is there costs a query.
        empty = connection.execute(select(table.c.rid).limit(1)).first() is None
        self.ignores = can_ignore(connection)
        self.hopeful = empty and self.ignores and not missing

    def write(self, rows: Sequence[Values]) -> list[Values]:
        """Write a batch of (line, *values). Returns the rows that cannot go in: new keys without the `missing` fields."""
        last = {self.key_of(row): row for row in rows}
        final = rows if len(last) == len(rows) else list(last.values())
        if final is not rows:
            self._note_replaced(rows)
        # How many rows stand for each row that is written: within a batch, too, a later row replaces an earlier one.
        self.weight = Counter(map(self.key_of, rows)) if final is not rows else Counter()
        stored = {} if self.hopeful else self._stored(list(last))
        self._change([(stored[k], row) for row in final if (k := self.key_of(row)) in stored])
        new = [row for row in final if self.key_of(row) not in stored]
        if self.missing:
            return [row for row in rows if self.key_of(row) not in stored]
        if self._insert(new) == len(new):
            self._count_new(map(self.key_of, new))
            return []
        # Some keys were there after all: an earlier batch had them, or another import put them in just now.
        self.hopeful = False
        stored = self._stored(list(map(self.key_of, new)))
        mine = {k for k, s in stored.items() if s[1:4] == (self.import_id, self.file_id, last[k][0])}
        self._count_new(mine)
        self._change([(stored[k], row) for row in new if (k := self.key_of(row)) not in mine])
        return []

    def _note_replaced(self, rows: Sequence[Values]) -> None:
        """Note the rows of a batch that a later one with their key replaces with something else."""
        seen: dict[Values, Values] = {}
        for row in rows:
            if (before := seen.get(key := self.key_of(row))) and self.told(before[1:]) != self.told(row[1:]):
                self.replaced.append(before[0])
            seen[key] = row

    def _count_new(self, keys: Iterable[Values]) -> None:
        for key in keys:
            self.inserted += 1
            self.updated += self._many(key) - 1

    def _many(self, key: Values) -> int:
        return self.weight.get(key, 1)

    def _insert(self, rows: Sequence[Values]) -> int:
        """Insert new rows; where the database can, those whose key is there are passed over. Returns how many went in."""
        mark = (self.import_id, self.file_id)
        columns = ["import_id", "file_id", "line_no", *self.columns]
        return insert_many(self.connection, self.table, columns, [(*mark, *row) for row in rows], ignore=self.ignores)

    def _stored(self, keys: Sequence[Values]) -> dict[Values, Values]:
        """The rows that are there, by key: rid, import, file, line, then all data columns."""
        table, found = self.table, {}
        columns = [table.c[c] for c in (*BOOKKEEPING, *self.data)]
        fields = [table.c[f] for f in self.sheet.key_fields]
        for start in range(0, len(keys), _KEYS_A_QUERY):
            part = keys[start : start + _KEYS_A_QUERY]
            where = fields[0].in_([k[0] for k in part]) if len(fields) == 1 else tuple_(*fields).in_(part)
            for row in self.connection.execute(select(*columns).where(where)):
                found[self.stored_key(row[4:])] = tuple(row)
        return found

    def _change(self, pairs: Sequence[tuple[Values, Values]]) -> None:
        """Update the rows whose content differs; one that returns to what it was before the run gets its old marks back."""
        changed = []
        for stored, row in pairs:
            content = stored[4:]
            if self.pick(content) == row[1:] or self._is_same(content, new := self._merged(content, row)):
                self.unchanged += self._many(self.stored_key(content))
            else:
                changed.append((stored, row, new))
        priors = self._priors([s[0] for s, _, _ in changed if s[1] == self.import_id])
        own = ((stored, row) for stored, row, _ in changed if stored[1:3] == (self.import_id, self.file_id))
        self.replaced += [stored[3] for stored, row in own if self.told(self.pick(stored[4:])) != self.told(row[1:])]
        updates, notes, returned = [], [], []
        for stored, row, new in changed:
            rid, many, old = stored[0], self._many(self.stored_key(stored[4:])), priors.get(stored[0], [])
            if old and old[0].digest == _digest(new):
                updates.append((old[0].old_import, old[0].old_file, old[0].old_line, *new, rid))
                self._give_back(rid, old)
                returned.append(rid)
                self.unchanged += many
                continue
            updates.append((self.import_id, self.file_id, row[0], *new, rid))
            self.updated += many
            if stored[1] != self.import_id:
                notes.append((rid, *stored[1:4], _digest(stored[4:]), many))
            elif old:
                notes += self._touch(rid, old, many)
        self._note(notes)
        self._note_moves(changed, returned)
        self._note_revisions(changed)
        update_many(self.connection, self.table, ["import_id", "file_id", "line_no", *self.data], updates)

    def _note_moves(self, changed: Sequence[tuple[Values, Values, Values]], returned: Sequence[int]) -> None:
        """Keep what stood in join columns: the rows that this row hung together with are looked at again. A row that has its old
        marks back is named by its rid: a scan may have seen it in between."""
        mark = (self.import_id, self.sheet.record)
        old = {(field, stored[4 + at]) for stored, _, new in changed for field, at in self.joins if stored[4 + at] != new[at]}
        left = [(*mark, field, value) for field, value in sorted((f, v) for f, v in old if v is not None)]
        left += [(*mark, "rid", str(rid)) for rid in returned]
        insert_many(self.connection, self.moves, ["import_id", "record", "field", "content"], left)

    def _note_revisions(self, changed: Sequence[tuple[Values, Values, Values]]) -> None:
        """Keep which columns have changed, in one note for the rows that have the same ones and were changed by the same import before."""
        rids: dict[tuple[int, str], list[str]] = {}
        for stored, _, new in changed:
            fields = " ".join(name for name, old, now in zip(self.data, stored[4:], new, strict=True) if old != now)
            rids.setdefault((stored[1], fields), []).append(str(stored[0]))
        notes = [(self.import_id, self.sheet.record, *of, " ".join(some)) for of, some in rids.items()]
        insert_many(self.connection, self.revisions, ["import_id", "record", "old_import", "fields", "rids"], notes)

    def _is_same(self, old: Values, new: Values) -> bool:
        """Whether two contents are one, wherever the reader of a folder found it (the same papers in another folder)."""
        if old == new:
            return True
        if NOTE not in self.extra_names:
            return False
        at = self.data.index("extras")
        return (*old[:at], without_extra(old[at], NOTE), *old[at + 1 :]) == (*new[:at], without_extra(new[at], NOTE), *new[at + 1 :])

    def _merged(self, content: Values, row: Values) -> Values:
        """The whole new content: the columns that the file has replace, the others stay."""
        new = list(content)
        for at, value in zip(self.at, row[1:], strict=True):
            new[at] = value
        if self.extra_names:
            at = self.data.index("extras")
            new[at] = merge_extras(content[at], new[at], self.extra_names)
        return tuple(new)

    def _priors(self, rids: Sequence[int]) -> dict[int, list[Any]]:
        """How rows stood before this run changed them first, one note per file that did; rows that this run inserted have none."""
        prior = self.prior
        found: dict[int, list[Any]] = {}
        for start in range(0, len(rids), _KEYS_A_QUERY):
            part = rids[start : start + _KEYS_A_QUERY]
            query = select(prior).where(prior.c.record == self.sheet.record, prior.c.import_id == self.import_id, prior.c.rid.in_(part))
            for row in self.connection.execute(query):
                found.setdefault(row.rid, []).append(row)
        return found

    def _note(self, notes: Sequence[Values]) -> None:
        """Keep (rid, import, file and line before the run, digest of the content, changes) of rows that this file changes first."""
        mark = (self.sheet.record, self.import_id, self.file_id)
        columns = ["record", "import_id", "file_id", "rid", "old_import", "old_file", "old_line", "digest", "touched"]
        insert_many(self.connection, self.prior, columns, [(*mark, *note) for note in notes])

    def _touch(self, rid: int, old: Sequence[Any], many: int) -> list[Values]:
        """Count further changes to a row that has notes; returns the note to keep where this file has none yet."""
        own = next((o for o in old if o.file_id == self.file_id), None)
        if own is None:
            first = old[0]
            return [(rid, first.old_import, first.old_file, first.old_line, first.digest, many)]
        where = and_(self.prior.c.record == self.sheet.record, self.prior.c.rid == rid, self.prior.c.file_id == self.file_id)
        self.connection.execute(update(self.prior).where(where).values(touched=own.touched + many))
        return []

    def _give_back(self, rid: int, old: Sequence[Any]) -> None:
        """A row is again as before the run: it was not updated after all, by none of the files that changed it."""
        self.connection.execute(delete(self.prior).where(self.prior.c.record == self.sheet.record, self.prior.c.rid == rid))
        for note in old:
            if note.file_id == self.file_id:
                self.updated -= note.touched
                self.unchanged += note.touched
            else:
                self.taken_back(note.file_id, note.touched)


def forget_priors(connection: Connection, prior: Table, import_id: int) -> None:
    """Drop the notes of this run and of older runs that did not end."""
    connection.execute(delete(prior).where(prior.c.import_id <= import_id))


def _picker(at: Sequence[int]) -> Callable[[Sequence[Any]], Values]:
    if len(at) == 1:
        only = at[0]
        return lambda row: (row[only],)
    return itemgetter(*at)


def _digest(content: Values) -> str:
    return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()
