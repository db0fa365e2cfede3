"""What papers a path holds: folders, archives (zip, tar), and files, each told by its content and not by its name."""

from __future__ import annotations

import csv
import io
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from cases.documents import texts
from cases.documents.jsons import json_records
from cases.documents.layouts import looks_like_header, paper_of_record, papers_of_text
from cases.documents.paper import Document
from cases.errors import SheetError, why
from cases.reading.source import LEFTOVERS

LARGEST_PAPER = 64 * 1024 * 1024
"""A single paper is not longer than this many bytes; lines of JSON and rows of CSV are read one by one."""

DEEPEST = 3
_PAPER = re.compile(
    r"法院[\s\S]{0,60}(?:书|令)\s*\n|(?:原告|被告|申请执行人|上诉人)[^,\n]{0,30}[:：，、。（]|[（(〔]\d{4}[）)〕][\u4e00-\u9fa5"
    r"]\d{0,4}[\u4e00-\u9fa5]{1,6}\d+号"
)
_SKIP = (".", "~$", "Thumbs.db", "__MACOSX")
_SHEETS = re.compile(r"\.(?:(csv|tsv)|xlsx?|xlsm|et|ods)$", re.IGNORECASE)
_UNREADABLE = {
    b"\xd0\xcf\x11\xe0": "旧版 Word(.doc)或 WPS 文件:请另存为 DOCX",
    b"Rar!": "RAR 压缩包:请解开,或改用 ZIP",
    b"7z\xbc\xaf": "7Z 压缩包:请解开,或改用 ZIP",
    b"\x89PNG": "图片:请先做文字识别",
    b"\xff\xd8\xff": "图片:请先做文字识别",
}


def read_path(path: Path | str, leave_out: Callable[[Path], bool] = lambda file: False) -> Iterator[Document]:
    """Yield every paper under a path, in the order of names; what cannot be read is a Document with a `problem`.

    `leave_out` tells the files of a folder that are not to be read. Raises SheetError where the path does not exist.
    """
    root = Path(path)
    if not root.exists():
        raise SheetError(f"没有文件或文件夹 {root}:请核对路径")
    if root.is_dir():
        for file in sorted(p for p in root.rglob("*") if p.is_file()):
            if not any(is_hidden(Path(part)) for part in file.relative_to(root).parts) and not leave_out(file):
                yield from _read_file(file, str(file.relative_to(root)))
    else:
        yield from _read_file(root, root.name)


def is_hidden(file: Path) -> bool:
    """Whether a file is none of the user's: hidden, a lock file, a case store, or what an import left beside its input."""
    return file.name.startswith(_SKIP) or file.name.endswith(LEFTOVERS)


def holds_papers(file: Path) -> bool:
    """Whether a text file (CSV, TXT) holds papers and not a sheet: a table with full texts, a known list, or a paper's words."""
    try:
        with file.open("rb") as stream:
            head = texts.decode(_complete(stream.read(4096))).lstrip()
    except (OSError, SheetError):
        return False
    if head.startswith(("{", "[")) or _has_text_column(head):
        return True
    return _PAPER.search(head) is not None and _first_line(head).count(",") < 3


def _has_text_column(head: str) -> bool:
    """Whether a text begins with the header of a table of papers."""
    return any(looks_like_header(next(csv.reader([_first_line(head)], delimiter=d), [])) for d in ",\t;")


def _holds_texts(head: bytes) -> bool:
    try:
        return _has_text_column(texts.decode(_complete(head)).lstrip())
    except SheetError:
        return False


def _first_line(head: str) -> str:
    """The first line; old systems end lines with CR alone."""
    return re.split("[\r\n]", head, maxsplit=1)[0]


def _read_file(file: Path, name: str) -> Iterator[Document]:
    try:
        with file.open("rb") as stream:
            yield from _read_stream(stream, name, 0)
    except OSError as e:
        yield Document(name, 0, "", problem=f"打不开:{why(e)}")


def _read_stream(stream: IO[bytes], name: str, depth: int) -> Iterator[Document]:
    """Yield the papers of an open file that can seek."""
    head = stream.read(4096)
    stream.seek(0)
    try:
        if not head.strip():
            yield Document(name, 0, "", problem="空文件")
        elif depth and (sheet := _SHEETS.search(name)) and not (sheet[1] and _holds_texts(head)):
            yield Document(name, 0, "", problem="压缩包里的表格:请解开压缩包,再导入表格")
        elif (reason := next((r for mark, r in _UNREADABLE.items() if head.startswith(mark)), "")) or depth > DEEPEST:
            yield Document(name, 0, "", problem=reason or "压缩包套得太深:请解开后导入")
        elif head.startswith(b"PK\x03\x04"):
            yield from _read_zip(stream, name, depth)
        elif head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or head[257:262] == b"ustar":
            yield from _read_tar(stream, name, depth)
        elif head.startswith(b"%PDF"):
            yield from papers_of_text(name, "PDF", texts.from_pdf(_whole(stream)))
        else:
            yield from _read_text(stream, head, name)
    except (SheetError, zipfile.BadZipFile, tarfile.TarError, csv.Error, EOFError, RuntimeError, OSError) as e:
        reason = str(e) if isinstance(e, SheetError) else f"读到一半读不下去({type(e).__name__}):文件可能不完整或已加密"
        yield Document(name, 0, "", problem=reason)


def _whole(stream: IO[bytes]) -> bytes:
    data = stream.read(LARGEST_PAPER + 1)
    if len(data) > LARGEST_PAPER:
        raise SheetError(f"文件超过 {LARGEST_PAPER // 1024 // 1024} 兆,不像一份文书:请核对")
    return data


def _read_zip(stream: IO[bytes], name: str, depth: int) -> Iterator[Document]:
    with zipfile.ZipFile(stream) as archive:
        names = set(archive.namelist())
        if "word/document.xml" in names:
            stream.seek(0)
            yield from papers_of_text(name, "DOCX", texts.from_docx(_whole(stream)))
            return
        if "xl/workbook.xml" in names:
            yield Document(name, 0, "", problem="表格(XLSX):请按交换目录的表导入,不按文书读")
            return
        for info in sorted(archive.infolist(), key=_zip_name):
            inner = _zip_name(info)
            if info.is_dir() or any(part.startswith(_SKIP) for part in inner.split("/")):
                continue
            with archive.open(info) as member:
                yield from _read_stream(_seekable(member, info.file_size), f"{name}/{inner}", depth + 1)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; Chinese tools write GB18030 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _seekable(member: IO[bytes], size: int) -> IO[bytes]:
    return member if size > LARGEST_PAPER and member.seekable() else io.BytesIO(member.read())


def _read_tar(stream: IO[bytes], name: str, depth: int) -> Iterator[Document]:
    with tarfile.open(fileobj=stream, mode="r:*") as archive:
        for info in archive:
            member = archive.extractfile(info) if info.isfile() else None
            if member is not None and not any(part.startswith(_SKIP) for part in info.name.split("/")):
                yield from _read_stream(_seekable(member, info.size), f"{name}/{info.name}", depth + 1)


def _read_text(stream: IO[bytes], head: bytes, name: str) -> Iterator[Document]:
    """Yield the papers of a text file: JSON, CSV, HTML, or plain text."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        yield from _of_records(json_records(stream), name, "JSON")
        return
    first = texts.decode(_complete(head)).lstrip()
    for delimiter in ",\t;":
        header = next(csv.reader([_first_line(first)], delimiter=delimiter), [])
        if looks_like_header(header):
            yield from _of_records(_csv_records(stream, delimiter), name, "CSV")
            return
    text = texts.decode(_whole(stream))
    if "<" in first and ("</" in text or "<div" in first or "<html" in first.lower()):
        yield from papers_of_text(name, "HTML", texts.from_html(text))
    else:
        yield from papers_of_text(name, "TXT", texts.unwrap(text))


def _complete(head: bytes) -> bytes:
    """The head of a file without the character that was cut off at its end."""
    if len(head) < 4096:
        return head
    cut = max(head.rfind(b"\n"), 0)
    return head[:cut] if cut else head[: len(head) - 4] if head.isascii() else _cut_utf8(head)


def _cut_utf8(head: bytes) -> bytes:
    for back in range(4):
        try:
            head[: len(head) - back].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return head[: len(head) - back]
    for back in range(4):
        try:
            head[: len(head) - back].decode("gb18030")
        except UnicodeDecodeError:
            continue
        return head[: len(head) - back]
    return head


def _csv_records(stream: IO[bytes], delimiter: str) -> Iterator[dict[str, object] | str]:
    csv.field_size_limit(LARGEST_PAPER)
    text = io.TextIOWrapper(stream, encoding=_csv_encoding(stream), errors="replace", newline="")
    reader = csv.DictReader(text, delimiter=delimiter)
    try:
        for row in reader:
            yield {str(k).strip(): v for k, v in row.items() if k is not None}
    except csv.Error as e:
        yield f"第 {reader.line_num} 行读不下去({e}):多半是引号没有成对"
    finally:
        text.detach()  # the stream is the caller's to close


def _csv_encoding(stream: IO[bytes]) -> str:
    """UTF-8 where the first megabyte is, else GB18030."""
    sample = stream.read(1 << 20)
    stream.seek(0)
    try:
        sample.rpartition(b"\n")[0].decode("utf-8")
    except UnicodeDecodeError:
        return "utf-16" if sample.startswith((b"\xff\xfe", b"\xfe\xff")) else "gb18030"
    return "utf-8-sig"


def _of_records(records: Iterable[dict[str, object] | str], name: str, kind: str) -> Iterator[Document]:
    for index, record in enumerate(records, 1):
        if isinstance(record, str):
            yield Document(name, index, kind, problem=record)
        else:
            yield paper_of_record(name, index, record)
