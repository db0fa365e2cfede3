"""CSV files: UTF-8 and UTF-16 with and without BOM, GB18030; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import contextlib
import csv
import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from cases.errors import SheetError, why
from cases.reading.names import plain
from cases.reading.source import Row, Source

LONGEST_CELL = 64 * 1024 * 1024
"""Beyond this many characters a cell is an unclosed quote."""

_BLOCK = 1 << 20
_PEEK = 40
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def csv_source(path: Path, names: Collection[str] = ()) -> Source:
    """Return the source of a CSV file; its encoding is settled by reading it once, its separator by the `names` that columns may have.

    Raises SheetError where it is empty, unreadable, or text in no known encoding.
    """
    encoding, digest = _survey(path)
    delimiter = _delimiter(path, encoding, frozenset(names))
    broken: set[int] = set()
    return Source(path, path.stem, lambda: _rows(path, encoding, delimiter, broken), digest=digest, delimiter=delimiter, broken=broken)


def _survey(path: Path) -> tuple[str, str]:
    """The encoding in which the whole file can be read, and its SHA-256."""
    digest = hashlib.sha256()
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    encoding, seen, failed_at = "", 0, 0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if not seen:
                    encoding = next((name for bom, name in _BOMS.items() if block.startswith(bom)), "") or _wide(block)
                    if encoding:
                        decoders = {encoding: codecs.getincrementaldecoder(encoding)()}
                digest.update(block)
                for name, decoder in list(decoders.items()):
                    try:
                        decoder.decode(block)
                    except UnicodeDecodeError as e:
                        failed_at = max(failed_at, seen + e.start)
                        del decoders[name]
                seen += len(block)
    except OSError as e:
        raise SheetError(f"{path} 打不开:{why(e)}") from e
    if not seen:
        raise SheetError(f"{path} 是空文件,没有可导入的内容:请核对后重新导出")
    for name, decoder in decoders.items():
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as e:
            # Sound but for its end: nothing else is tried, for cut UTF-8 can be read as GB18030, as nonsense.
            raise SheetError(f"{path} 的最后一个字只有一半,多半没有传完:请重新传送或重新导出") from e
        return name, digest.hexdigest()
    raise SheetError(f"{path} 的文字编码读不出来(第 {failed_at} 字节附近既不是 UTF-8 也不是 GB18030):请另存为 UTF-8 编码的 CSV")


def _wide(block: bytes) -> str:
    """UTF-16 that does not say so: line ends and separators have a zero byte beside them, always on the same side."""
    before, behind = block[::2].count(0), block[1::2].count(0)
    if behind > 1 and not before and b"\n\0" in block:
        return "utf-16-le"
    return "utf-16-be" if before > 1 and not behind and b"\0\n" in block else ""


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")


def _delimiter(path: Path, encoding: str, names: frozenset[str]) -> str:
    """The separator that brings out most names of columns, else the one that cuts most of the first lines into equally many cells; a
    comma where none does."""
    with _open(path, encoding) as file:
        lines = [line[:10_000] for line in islice(file, _PEEK)]
    scores = {",": (0, 0, 1)}
    for candidate in ",;\t":
        with contextlib.suppress(csv.Error):
            rows = [row for row in csv.reader(lines, delimiter=candidate, skipinitialspace=True) if len(row) > 1]
            if rows:
                width, number = Counter(map(len, rows)).most_common(1)[0]
                scores[candidate] = (max(len(names.intersection(map(plain, row))) for row in rows), number, width)
    return max(scores, key=lambda c: scores[c])


def _rows(path: Path, encoding: str, delimiter: str, broken: set[int]) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    lines: list[str] = []
    with _open(path, encoding) as file:
        reader = csv.reader(_noting(file, lines), delimiter=delimiter, skipinitialspace=True)
        before = 0
        try:
            for row in reader:
                if len(lines) > 1:
                    _check_quotes(path, before + 1, lines, delimiter, broken)
                yield before + 1, row
                before = reader.line_num
                lines.clear()
        except csv.Error as e:
            raise SheetError(f"{path} 第 {before + 1} 行起读不下去({e}):多半是引号没有成对,请改正后重新导入") from e
        except OSError as e:
            raise SheetError(f"{path} 第 {before + 1} 行起读不出来:{why(e)}") from e


def _noting(file: TextIO, lines: list[str]) -> Iterator[str]:
    """The lines of a file, each noted before it is handed on."""
    for line in file:
        lines.append(line)
        yield line


def _check_quotes(path: Path, line: int, lines: list[str], delimiter: str, broken: set[int]) -> None:
    """Look at a row of several lines as the strict reader does: a quote that is never closed has swallowed the rest of the file, one
    that was closed by the next quoted cell the rows up to there."""
    try:
        for _ in csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True):
            pass
    except csv.Error as e:
        if "end of data" in str(e):
            raise SheetError(f"{path} 第 {line} 行的引号没有成对,后面的行都被读进了一格:前面的行已处理,请改正这一行后重新导入") from e
        broken.add(line)
