"""Records of a JSON file, one by one: a line each, or the members of one array, however large."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO, TextIO

import orjson

_CHUNK = 1 << 20

Record = dict[str, object]


def json_records(stream: IO[bytes]) -> Iterator[Record | str]:
    """Yield the objects of a JSON file, or a sentence in Chinese for a record that is none. The stream must be able to seek."""
    start = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    stream.seek(0)
    yield from _members(stream) if start == b"[" else _lines(stream)


def _lines(stream: IO[bytes]) -> Iterator[Record | str]:
    """JSON lines; a file that is one object over many lines is one record."""
    for number, line in enumerate(stream, 1):
        line = line.removeprefix(b"\xef\xbb\xbf").strip().rstrip(b",")
        if not line:
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            if number == 1:
                yield _one(stream)
                return
            yield f"第 {number} 行不是完整的 JSON"
            continue
        yield record if isinstance(record, dict) else f"第 {number} 行不是一条记录"


def _one(stream: IO[bytes]) -> Record | str:
    stream.seek(0)
    try:
        whole = orjson.loads(stream.read().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return "不是完整的 JSON:请核对文件是否完整"
    return whole if isinstance(whole, dict) else "不是一条记录"


def _members(stream: IO[bytes]) -> Iterator[Record | str]:
    """The members of an array, decoded piece by piece."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace")
    try:
        yield from _decoded(text)
    finally:
        text.detach()  # the stream is the caller's to close


def _decoded(text: TextIO) -> Iterator[Record | str]:
    decoder = json.JSONDecoder()
    buffer, at = text.read(_CHUNK), 0
    at = buffer.index("[") + 1
    while True:
        while at < len(buffer) and buffer[at] in " \t\r\n,":
            at += 1
        if buffer.startswith("]", at):
            return
        try:
            member, at = decoder.raw_decode(buffer, at)
        except json.JSONDecodeError:
            more = text.read(_CHUNK)
            if not more:
                if at < len(buffer):
                    yield "数组在中途断了:文件可能不完整"
                return
            buffer, at = buffer[at:] + more, 0
            continue
        yield member if isinstance(member, dict) else "数组里有一项不是记录"
