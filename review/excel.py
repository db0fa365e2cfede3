"""The list that reviewers fill in, taken back: its columns, and reading what was decided.

A row is known by the clue's id, a column by its header: sorting, filtering, moved, deleted and added columns change nothing. The
hidden stamp says how the clue stood when the list was made; where it stands otherwise now, the answer is a conflict and not written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cases.dates import parse_date
from cases.errors import SheetError
from cases.reading.books import Shelf, book_sources
from cases.reading.names import plain
from cases.reading.source import Cell, Row, Source
from cases.store import Store
from cases.values import parse_text, shorten
from review.decisions import REASONS, SNOOZED, STATUSES, Decision, Outcome, assigned, decide, standings
from review.ledger import NoSuchClue, find

SHEET = "线索名单"
ID, STAMP = "线索编号", "版本"
STATUS, REASON, ASSIGNEE, UNTIL, INTO, NOTE = "处理结果", "理由", "承办人", "暂缓至", "并入线索", "备注"
ANSWERS = (STATUS, REASON, ASSIGNEE, UNTIL, INTO, NOTE)
DEPTH = 20
"""The header must stand within this many rows."""


@dataclass
class Taken:
    """A list that was taken back: what became of its decisions, rows whose answer could not be read, and rows without one."""

    outcome: Outcome = field(default_factory=Outcome)
    wrong: list[tuple[int, str]] = field(default_factory=list)
    blank: int = 0
    lines: dict[Decision, int] = field(default_factory=dict)

    def problems(self) -> list[tuple[int, str]]:
        """What was not written, by row, each with a sentence that says why and how to mend it."""
        conflicts = [(self.lines[c.decision], c.told()) for c in self.outcome.conflicts]
        refused = [(self.lines[d], f"{d.clue_id}:{why}") for d, why in self.outcome.refused]
        return sorted([*self.wrong, *conflicts, *refused])


def take_back(store: Store, path: Path, account: str, *, now: dt.datetime, dry_run: bool = False) -> Taken:
    """Write the decisions of a filled list; rows that cannot be taken are told one by one, the others go in.

    Raises SheetError where the file is no workbook, or no list of ours.
    """
    taken = Taken()
    read = dict(_decisions(path, taken))
    known = standings(store, [d.clue_id for d in read.values()])
    wanted: list[Decision] = []
    for line, decision in read.items():
        standing = known.get(decision.clue_id)
        try:
            whole = replace(decision, into=find(store, decision.into.lower())["id"]) if decision.into else decision
        except NoSuchClue as e:
            taken.wrong.append((line, f"{decision.clue_id}:“{INTO}”一栏,{e}"))
            continue
        if not whole.stamp and standing is not None:
            # Without its stamp an answer counts only for a clue on which nobody has decided yet.
            whole = replace(whole, stamp=f"0.{standing.facts[:8]}")
        taken.lines[whole] = line
        wanted.append(whole)
    taken.outcome = decide(store, wanted, account, now=now, dry_run=dry_run)
    return taken


def _decisions(path: Path, taken: Taken) -> Iterator[tuple[int, Decision]]:
    """The answers of a list by row. What is wrong with a row, and two rows that contradict each other, go to `taken`."""
    found: dict[str, tuple[int, Decision]] = {}
    clashes: set[str] = set()
    with closing(Shelf()) as shelf:
        for line, cells in _rows(path, shelf):
            try:
                decision = _decision(cells)
            except ValueError as e:
                taken.wrong.append((line, str(e)))
                continue
            if decision is None:
                taken.blank += 1
                continue
            first, other = found.setdefault(decision.clue_id, (line, decision))
            if other != decision:
                taken.wrong.append((line, f"{decision.clue_id}:与第 {first} 行是同一条线索而答案不同,两行都没有采用:请只留一行"))
                clashes.add(decision.clue_id)
    yield from (answer for clue_id, answer in found.items() if clue_id not in clashes)


def _rows(path: Path, shelf: Shelf) -> Iterator[tuple[int, dict[str, Cell]]]:
    """The rows of the list below its header, each as {header: cell}, with its line."""
    if not path.is_file():
        raise SheetError(f"没有文件 {path}:请核对路径")
    for source in book_sources(path, shelf):
        if not source.is_hidden and (header := _header(source)) is not None:
            start, names = header
            for line, cells in source.rows():
                if line > start:
                    yield line, {name: cells[i] for name, i in names.items() if i < len(cells)}
            return
    raise SheetError(f"{path} 里没有线索名单:表头要有“{ID}”和“{STATUS}”两列,请用 clues report 导出的名单填写")


def _header(source: Source) -> tuple[int, dict[str, int]] | None:
    """The line of the header, and which column is where; the first of two columns of one name counts."""
    known = (ID, STAMP, *ANSWERS)
    for line, cells in _head(source.rows()):
        names: dict[str, int] = {}
        for i, cell in enumerate(cells):
            if (name := plain(cell)) in known:
                names.setdefault(name, i)
        if ID in names and STATUS in names:
            return line, names
    return None


def _head(rows: Iterator[Row]) -> Iterator[Row]:
    for line, cells in rows:
        if line > DEPTH:
            return
        yield line, cells


def _decision(cells: dict[str, Cell]) -> Decision | None:
    """The answer of a row, None where it is blank. Raises ValueError, one sentence."""
    said: dict[str, Any] = {name: parse_text(cells.get(name)) or "" for name in ANSWERS if name != UNTIL}
    until = cells.get(UNTIL)
    if not any(said.values()) and until in (None, ""):
        return None
    clue_id = (parse_text(cells.get(ID)) or "").lower()
    if not clue_id:
        raise ValueError(f"填了处理而没有“{ID}”:请从原名单把编号抄回来")
    for name, allowed in ((STATUS, STATUSES), (REASON, REASONS)):
        if said[name] and said[name] not in allowed:
            raise ValueError(f"{clue_id}:“{name}”一栏的“{shorten(said[name])}”不是可选的答案:请从下拉框里选 {'、'.join(allowed)}")
    return Decision(
        clue_id, said[STATUS], said[REASON], said[NOTE], assigned(said[ASSIGNEE]), _day(clue_id, until), said[INTO],
        parse_text(cells.get(STAMP)) or "",
    )  # fmt: skip


def _day(clue_id: str, cell: Cell) -> dt.date | None:
    try:
        day = parse_date(cell)
    except ValueError as e:
        raise ValueError(f"{clue_id}:“{UNTIL}”一栏的“{shorten(cell)}”不是日期:请写成 2026-12-31 的样子") from e
    if day == 0:
        raise ValueError(f"{clue_id}:“{UNTIL}”一栏要写哪一天,如 2026-12-31;{SNOOZED}不能没有期限")
    return dt.date.fromordinal(day) if day else None
