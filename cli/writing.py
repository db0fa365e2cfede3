"""Clues written as JSON for machines, CSV for Excel, or a table for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from heapq import nsmallest
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from cli.output import fitted, hint, replaced
from rules.words import SEVERITIES, STATES

if TYPE_CHECKING:
    from cases.store import Store

SHOWN = 50


@contextmanager
def written_to(output: Path | None) -> Iterator[BinaryIO]:
    """Where output goes: a file that is replaced as a whole, and named in the end, or stdout."""
    if output is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with replaced(output) as draft, draft.open("wb") as file:
        yield file
    hint(f"已写入 {output}")


def masked(store: Store, clues: Iterator[dict[str, Any]], mask: bool) -> Iterator[dict[str, Any]]:
    """The clues as they are, or masked."""
    if not mask:
        return clues
    from review.masking import mask_clue

    return (mask_clue(clue, store.catalogue) for clue in clues)


def write_json(head: dict[str, Any], clues: Iterator[dict[str, Any]], gaps: Iterator[dict[str, Any]] | None, out: BinaryIO) -> None:
    """One JSON document, written as it comes."""
    import orjson

    out.write(b"{\n")
    for name, value in head.items():
        out.write(orjson.dumps(name) + b": " + orjson.dumps(value) + b",\n")
    write_list(b'"clues"', clues, out)
    if gaps is not None:
        out.write(b",\n")
        write_list(b'"insufficient"', gaps, out)
    out.write(b"\n}\n")


def write_list(name: bytes, items: Iterator[dict[str, Any]], out: BinaryIO) -> None:
    """One list of such a document."""
    import orjson

    out.write(name + b": [")
    for i, item in enumerate(items):
        out.write((b",\n" if i else b"\n") + orjson.dumps(item))
    out.write(b"]")


HEADERS = ("编号", "规则", "程度", "状态", "对象", "被监督单位", "期限届满", "发生", "天数", "摘要")


def row_of(clue: dict[str, Any], reviewed: bool = False) -> list[str]:
    """A clue as a line of a list; of the ledger's (`reviewed`) with its review."""
    review = (clue["status"], clue["reason"], clue["assignee"]) if reviewed else ()
    return [
        clue["id"], clue["rule"], SEVERITIES[clue["severity"]], STATES[clue["state"]], " ".join(clue["subject"]["key"]), clue["agency"] or "",
        clue["due_on"] or "", clue["arose_on"] or "", "" if clue["days"] is None else str(clue["days"]), clue["summary"], *review,
    ]  # fmt: skip


def write_rows(store: Store, clues: Iterator[dict[str, Any]], form: str, mask: bool, out: BinaryIO, reviewed: bool = False) -> None:
    """CSV for Excel, masked if asked, or a table, which always is. `reviewed`: with the status of the review."""
    if form == "csv":
        from review.csvs import write_csv

        rows = (row_of(clue, reviewed) for clue in masked(store, clues, mask))
        write_csv((*HEADERS, *(("审查状态", "理由", "承办人") if reviewed else ())), rows, out)
        return
    import io

    from rich.console import Console

    file = sys.stdout if out is sys.stdout.buffer else None
    width = None if file is not None and sys.stdout.isatty() else 240
    headers = ("编号", *(("审查",) if reviewed else ()), "程度", "状态", "天数", "线索(待核查)")
    first, total = foremost(clues)
    lines = []
    for clue in masked(store, iter(first), True):
        days, review = "" if clue["days"] is None else str(clue["days"]), (clue["status"],) if reviewed else ()
        lines.append((clue["id"], *review, SEVERITIES[clue["severity"]], STATES[clue["state"]], days, clue["summary"]))
    drawn = io.StringIO()
    if lines:
        console = Console(file=drawn, width=width or Console().width, highlight=False, no_color=True)
        console.print(fitted(headers, lines, (headers.index("天数"),), ("状态", "天数", "程度", "审查"), console.width))
    if total > SHOWN:
        drawn.write(f"……共 {total} 条,以上是按程度和天数排在前面的 {SHOWN} 条;加筛选条件,或者用 --format csv 列出全部\n")
    out.write(drawn.getvalue().encode())


def foremost(clues: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The first clues that a person looks at, the severe and of those the longest first, and of how many."""
    total, order = 0, tuple(SEVERITIES)

    def ranked() -> Iterator[tuple[int, int, int, dict[str, Any]]]:
        nonlocal total
        for total, clue in enumerate(clues, 1):
            yield order.index(clue["severity"]), -(clue["days"] or 0), total, clue

    return [clue for *_, clue in nsmallest(SHOWN, ranked())], total
