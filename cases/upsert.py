"""Writing rows into a table of the store: new keys are inserted, known keys updated where their content differs.

The one module that picks a dialect's way (placeholders, ON CONFLICT); all else is portable SQLAlchemy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, or_, select, tuple_, update

from cases.catalogue import Sheet
from cases.parsing import merge_extras

BOOKKEEPING = ("rid", "import_id", "file_id", "line_no")
_MARKS = {"qmark": "?", "format": "%s", "pyformat": "%s"}
_KEYS_A_QUERY = 400

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
    text = f"INSERT INTO {quote.format_table(table)} ({names}) VALUES ({', '.join([mark] * len(columns))})"
    result = connection.exec_driver_sql(text + " ON CONFLICT DO NOTHING" * ignore, list(rows))
    return result.rowcount


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


class Writer:
    """Writes the rows of one source. `inserted`, `updated`, `unchanged` count them.

    `columns` are the table columns that the rows fill (after the line number), `extra_names` the source's unknown columns,
    `missing` the required fields that it lacks: its rows can then only update. `taken_back(file_id, n)` is told when n rows that
    an earlier file of this run had changed turn out as they were before the run.
    """

    def __init__(
        self, connection: Connection, table: Table, prior: Table, sheet: Sheet, columns: Sequence[str], import_id: int, file_id: int,
        *, extra_names: Iterable[str] = (), missing: Sequence[str] = (), taken_back: Callable[[int, int], None] | None = None,
    ):  # fmt: skip
        self.connection, self.table, self.prior, self.sheet = connection, table, prior, sheet
        self.columns = list(columns)
        self.import_id, self.file_id = import_id, file_id
        self.extra_names, self.missing = frozenset(extra_names), missing
        self.taken_back = taken_back or (lambda file_id, n: None)
        self.inserted = self.updated = self.unchanged = 0
        self.data = [c.key for c in table.columns if c.key not in BOOKKEEPING]
        self.at = [self.data.index(c) for c in self.columns]
        self.pick = _picker(self.at)
        self.key_of = _picker([1 + self.columns.index(f) for f in sheet.key_fields])
        self.stored_key = _picker([self.data.index(f) for f in sheet.key_fields])
        # In an empty table nearly every key is new: then rows are inserted first, and only a key that is there costs a query.
        empty = connection.execute(select(table.c.rid).limit(1)).first() is None
        self.hopeful = empty and can_ignore(connection) and not missing

    def write(self, rows: Sequence[Values]) -> list[Values]:
        """Write a batch of (line, *values). Returns the rows that cannot go in: new keys without the `missing` fields."""
        last = {self.key_of(row): row for row in rows}
        final = rows if len(last) == len(rows) else list(last.values())
        superseded = [] if final is rows else [row for row in rows if last[self.key_of(row)] is not row]
        if self.hopeful and self._insert(final, ignore=True) == len(final):
            self.inserted += len(final)
            self.updated += len(superseded)
            return []
        again, self.hopeful = self.hopeful, False
        stored = self._stored(list(last))
        if again:
            mine = [k for k, s in stored.items() if s[1:4] == (self.import_id, self.file_id, last[k][0])]
            self.inserted += len(mine)
            final = [row for row in final if self.key_of(row) not in set(mine)]
        new = [row for row in final if self.key_of(row) not in stored]
        if not self.missing:
            self.inserted += self._insert(new)
        same = self._change([(stored[k], row) for row in final if (k := self.key_of(row)) in stored])
        for row in superseded:
            if self.key_of(row) in same:
                self.unchanged += 1
            else:
                self.updated += 1
        return new if self.missing else []

    def _insert(self, rows: Sequence[Values], *, ignore: bool = False) -> int:
        mark = (self.import_id, self.file_id)
        return insert_many(
            self.connection, self.table, ["import_id", "file_id", "line_no", *self.columns], [(*mark, *row) for row in rows], ignore=ignore
        )

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

    def _change(self, pairs: Sequence[tuple[Values, Values]]) -> set[Values]:
        """Update the rows whose content differs; returns the keys of those that stay, or return to, what they were."""
        same, changed = set(), []
        for stored, row in pairs:
            content = stored[4:]
            if self.pick(content) == row[1:] or (new := self._merged(content, row)) == content:
                same.add(self.stored_key(content))
            else:
                changed.append((stored, row, new))
        self.unchanged += len(same)
        priors = self._priors([s[0] for s, _, _ in changed if s[1] == self.import_id])
        updates, restored = [], []
        for stored, row, new in changed:
            old = priors.get(stored[0])
            if old and old.digest == _digest(new):
                restored.append((stored[0], stored[2], old.touched))
                same.add(self.stored_key(stored[4:]))
                updates.append((old.old_import, old.old_file, old.old_line, *new, stored[0]))
            else:
                updates.append((self.import_id, self.file_id, row[0], *new, stored[0]))
        self.updated += len(changed) - len(restored)
        self._remember([s for s, _, _ in changed if s[1] != self.import_id], priors, {r for r, _, _ in restored})
        update_many(self.connection, self.table, ["import_id", "file_id", "line_no", *self.data], updates)
        self._give_back(restored)
        return same

    def _merged(self, content: Values, row: Values) -> Values:
        """The whole new content: the columns that the file has replace, the others stay."""
        new = list(content)
        for at, value in zip(self.at, row[1:], strict=True):
            new[at] = value
        if self.extra_names:
            at = self.data.index("extras")
            new[at] = merge_extras(content[at], new[at], self.extra_names)
        return tuple(new)

    def _priors(self, rids: Sequence[int]) -> dict[int, Any]:
        """How rows stood before this run changed them first; those that this run inserted have none."""
        prior, found = self.prior, {}
        for start in range(0, len(rids), _KEYS_A_QUERY):
            part = rids[start : start + _KEYS_A_QUERY]
            query = select(prior).where(prior.c.record == self.sheet.record, prior.c.import_id == self.import_id, prior.c.rid.in_(part))
            found.update({row.rid: row for row in self.connection.execute(query)})
        return found

    def _remember(self, first: Sequence[Values], priors: dict[int, Any], restored: set[int]) -> None:
        """Note how rows stood that are changed for the first time in this run; count further changes of the others."""
        record = self.sheet.record
        insert_many(
            self.connection, self.prior, ["record", "rid", "import_id", "old_import", "old_file", "old_line", "digest", "touched"],
            [(record, s[0], self.import_id, s[1], s[2], s[3], _digest(s[4:]), 1) for s in first],
        )  # fmt: skip
        for rid, old in priors.items():
            if rid not in restored:
                where = and_(self.prior.c.record == record, self.prior.c.rid == rid)
                self.connection.execute(update(self.prior).where(where).values(touched=old.touched + 1))

    def _give_back(self, restored: Sequence[tuple[int, int, int]]) -> None:
        """Rows that are again as before the run: nothing was updated after all, not by the earlier files either."""
        for rid, file_id, touched in restored:
            self.connection.execute(delete(self.prior).where(self.prior.c.record == self.sheet.record, self.prior.c.rid == rid))
            self.unchanged += 1
            if file_id == self.file_id:
                self.updated -= touched
                self.unchanged += touched
            else:
                self.taken_back(file_id, touched)


def forget_priors(connection: Connection, prior: Table, import_id: int) -> None:
    """Drop the notes of this run and of older runs that did not end."""
    connection.execute(delete(prior).where(or_(prior.c.import_id <= import_id)))


def _picker(at: Sequence[int]) -> Callable[[Sequence[Any]], Values]:
    if len(at) == 1:
        only = at[0]
        return lambda row: (row[only],)
    return itemgetter(*at)


def _digest(content: Values) -> str:
    return hashlib.blake2b(repr(content).encode(), digest_size=16).hexdigest()
