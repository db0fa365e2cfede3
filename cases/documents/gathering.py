"""Rows of many papers, gathered on disk before they are imported: the papers of one suit become one row.

Two papers of a suit may each say what the other does not; where both say it differently, the surer reading stays and the other
is noted. Rows with different columns become different sources, so that a column a row lacks stays as it is in the store.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

import orjson

from cases.catalogue import Catalogue
from cases.documents.rows import Row
from cases.reading.source import NOTE, Cell, Source
from cases.reading.source import Row as SheetRow
from cases.values import normal

QUOTES = "文书摘录"
REMARKS = "读取说明"
BATCH = 5000
KEYS_A_QUERY = 400
_BETWEEN = "\x1f"
_RANK = {"高": 3, "": 2, "中": 2, "低": 1}

Cells = dict[str, list[str]]
"""Column → value, the words it was read from, how sure it is."""


class Gathering:
    """A heap of rows in a temporary file; use it as a context, its sources live as long as it does."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self._names = {name: [c.name for c in sheet.columns] for name, sheet in catalogue.sheets.items()}
        self._known = {name: frozenset(names) for name, names in self._names.items()}
        self._keys = {name: sheet.key for name, sheet in catalogue.sheets.items()}
        self._folder = tempfile.TemporaryDirectory(prefix="clues-")
        self._heap = sqlite3.connect(Path(self._folder.name) / "rows.db", isolation_level=None)
        self._heap.execute("PRAGMA journal_mode = OFF")
        self._heap.execute("PRAGMA synchronous = OFF")
        self._heap.execute("CREATE TABLE heap (key TEXT UNIQUE, sheet TEXT, columns TEXT, cells BLOB, place TEXT, line INTEGER, notes TEXT)")
        self._fresh: dict[str, tuple[Cells, str, int, list[str]]] = {}
        self._extras: dict[tuple[str, str], set[str]] = {}
        self.merged = 0

    def __enter__(self) -> Gathering:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Throw the heap away."""
        self._heap.close()
        self._folder.cleanup()

    def add(self, rows: Sequence[Row]) -> None:
        """Put the rows of one paper on the heap."""
        for row in rows:
            key = self._key(row)
            cells = {name: [value, *row.quotes.get(name, ("", ""))] for name, value in row.cells.items()}
            place = f"{row.where} 第 {row.line} 条" if row.line else row.where
            if key in self._fresh:
                self._fresh[key] = self._merge(self._fresh[key], (cells, place, row.line, list(row.notes)))
            else:
                self._fresh[key] = (cells, place, row.line, list(row.notes))
        if len(self._fresh) >= BATCH:
            self._flush()

    def _key(self, row: Row) -> str:
        return _BETWEEN.join((row.sheet, *(normal(row.cells[column]) for column in self._keys[row.sheet])))

    def _merge(self, old: tuple[Cells, str, int, list[str]], new: tuple[Cells, str, int, list[str]]) -> tuple[Cells, str, int, list[str]]:
        """One row of two: what only one says, and of what both say the surer."""
        cells, place, line, notes = old
        self.merged += 1
        for name, reading in new[0].items():
            known = cells.get(name)
            if known is None or known[0] in ("日期不详", "未载明"):
                cells[name] = reading
            elif normal(known[0]) != normal(reading[0]) and reading[0] not in ("日期不详", "未载明"):
                if _RANK[reading[2]] > _RANK[known[2]]:
                    cells[name] = reading
                    notes.append(f"{name}:另一份文书({_file(place)})读作 {known[0]}")
                else:
                    notes.append(f"{name}:另一份文书({_file(new[1])})读作 {reading[0]}")
        return cells, place, line, [*notes, *(n for n in new[3] if n not in notes)]

    def _flush(self) -> None:
        """Write the fresh rows, merged with those of the same key that were written before."""
        keys = list(self._fresh)
        for at in range(0, len(keys), KEYS_A_QUERY):
            some = keys[at : at + KEYS_A_QUERY]
            query = f"SELECT key, cells, place, line, notes FROM heap WHERE key IN ({','.join('?' * len(some))})"
            for key, cells, place, line, notes in self._heap.execute(query, some):
                old = (orjson.loads(cells), place, line, orjson.loads(notes))
                self._fresh[key] = self._merge(old, self._fresh[key])
        self._heap.execute("BEGIN")
        self._heap.executemany("INSERT OR REPLACE INTO heap VALUES (?,?,?,?,?,?,?)", self._records())
        self._heap.execute("COMMIT")
        self._fresh.clear()

    def _records(self) -> Iterator[tuple[object, ...]]:
        for key, (cells, place, line, notes) in self._fresh.items():
            sheet = key.partition(_BETWEEN)[0]
            columns = self._columns(sheet, cells)
            self._extras.setdefault((sheet, columns), set()).update(cells.keys() - self._known[sheet])
            yield key, sheet, columns, orjson.dumps(cells), place, line, orjson.dumps(notes)

    def _columns(self, sheet: str, cells: Cells) -> str:
        """The columns of the catalogue that a row fills, as one text."""
        return "\t".join(name for name in self._names[sheet] if name in cells)

    def sources(self, path: Path) -> list[Source]:
        """The gathered rows as sources for the import, by sheet in catalogue order; `path` is what was read."""
        self._flush()
        self._heap.execute("CREATE INDEX IF NOT EXISTS heap_groups ON heap (sheet, columns)")
        groups = self._heap.execute("SELECT DISTINCT sheet, columns FROM heap").fetchall()
        order = list(self.catalogue.sheets)
        return [self._source(path, sheet, columns) for sheet, columns in sorted(groups, key=lambda g: (order.index(g[0]), g[1]))]

    def _source(self, path: Path, sheet: str, columns: str) -> Source:
        names = columns.split("\t")

        def read() -> Iterator[SheetRow]:
            found = self._heap.execute("SELECT cells, place, line, notes FROM heap WHERE sheet = ? AND columns = ? ORDER BY rowid", (sheet, columns))
            extras = sorted(self._extras[sheet, columns])
            yield 0, (*names, *extras, QUOTES, REMARKS, NOTE)
            for blob, place, line, notes in found:
                cells: Cells = orjson.loads(blob)
                remarks = ";".join(orjson.loads(notes))
                taken: list[Cell] = [cells[n][0] if n in cells else None for n in (*names, *extras)]
                yield line, (*taken, _quotes(cells), remarks or None, place)

        return Source(path=path, title=sheet, sheet=sheet, rows=read)


def _file(place: str) -> str:
    """A place without its folders: the same papers elsewhere say the same."""
    return place.rpartition("/")[2]


def _quotes(cells: Cells) -> str | None:
    """The words behind the values, for evidence: 立案日期:“本院于2019年4月15日受理”. Words that are the value are left out."""
    told = [
        f"{name}:“{words}”" + ("(读取把握低)" if sure == "低" else "") for name, (value, words, sure) in cells.items() if words and words != value
    ]
    return ";".join(told).replace("\n", " ") or None
