"""What a report tells: the clues that were chosen, how each stands, what the last run changed, and one clue in full."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from cases.catalogue import Catalogue
from cases.store import Store
from review import ledger, story
from review.decisions import reviewed
from review.masking import mask_clue
from review.runs.run import DONE
from review.runs.settle import BACK, CHANGED, DUE, GONE, RESTARTED
from rules.law import LawBook
from rules.words import SEVERITIES

NEW, SAME = "新增", "延续"
GONE_BEFORE = "早已消失"
CHANGES = (NEW, CHANGED, BACK, GONE, SAME, GONE_BEFORE)
"""What a run did to a clue. 再现 is also a closed clue whose facts have changed, and one whose time of rest has run out."""
_KINDS = {BACK: BACK, RESTARTED: BACK, DUE: BACK, GONE: GONE}
_SCOPES = {
    "status": "审查状态为{}", "rule": "规则为 {}", "mechanism": "监督机制为{}", "severity": "程度为{}", "agency": "单位名称含“{}”",
    "since": "{} 以来发生的",
}  # fmt: skip
EARLIEST = dt.datetime(1980, 1, 1)
"""The first day that an archive knows: the time of a report on a store where nothing was scanned."""
_WEIGHT = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True)
class Night:
    """The last complete run. `changes`: what it did to a clue, by id; a clue that is not there goes on as it was."""

    run_id: int
    as_of: dt.date
    begun: dt.datetime
    counts: dict[str, Any]
    changes: dict[str, str]


@dataclass(frozen=True)
class Row:
    """A row of a sheet that a clue rests on: its cells as (column, value), and the file and line where it was read (None: no more)."""

    sheet: str
    key: str
    cells: list[tuple[str, str]]
    path: str | None
    line: int | None


@dataclass(frozen=True)
class Detail:
    """One clue in full; `acts` is what became of it (review.story.acts), the earliest first."""

    clue: dict[str, Any]
    change: str
    events: list[story.Event]
    window: tuple[dt.date, dt.date] | None
    evidence: list[Row]
    articles: list[dict[str, str]]
    acts: list[dict[str, Any]]


class Report:
    """The contents of a report on a store: the clues with these ids (or unambiguous beginnings), else those that pass the filters.

    `filters` are the keywords of `review.ledger.recorded`; clues with a status in `but` are left out, and counted in `left_out`
    when the clues are read.
    """

    def __init__(
        self, store: Store, law: LawBook, *, ids: Sequence[str] = (), filters: dict[str, Any] | None = None, but: Sequence[str] = (),
        unmask: bool = False,
    ):  # fmt: skip
        self.store, self.law, self.unmask = store, law, unmask
        self.filters, self.but, self.left_out = filters or {}, but, 0
        # An id that names nothing is said before anything is written.
        self.ids = tuple(dict.fromkeys(ledger.find(store, one)["id"] for one in ids))

    @property
    def made(self) -> dt.datetime:
        """The time that files bear: that of the last run and not of the clock, so that two reports on the same are the same bytes."""
        return self.night.begun if self.night else EARLIEST

    @property
    def scope(self) -> str:
        """Which clues were asked for, in words; blank for all, whether or not those that are gone stand with them."""
        said = {**self.filters, "severity": SEVERITIES.get(self.filters.get("severity", ""), "")}
        if since := self.filters.get("since"):
            said["since"] = dt.date.fromordinal(since).isoformat()
        parts = [name.format(said[key]) for key, name in _SCOPES.items() if said.get(key)]
        return "、".join([f"指定的 {len(self.ids)} 条", *parts] if self.ids else parts)

    @property
    def called(self) -> str:
        """What its clues are called: closed ones and those that are gone wait for no check."""
        return "待核查的线索" if self.but and not self.ids and not self.filters.get("gone") else "线索"

    def clues(self, *, just_gone: bool = False) -> Iterator[dict[str, Any]]:
        """The clues as `review.decisions.reviewed` gives them, masked unless `unmask`; with `just_gone` also those that the last
        run no longer found.
        """
        return self._shown(ledger.those(self.store, self.ids) if self.ids else self._picked(just_gone))

    def ordered(self) -> Iterator[dict[str, Any]]:
        """The clues as `clues` gives them: those that were asked for by id in that order, others by their weight."""
        if self.ids:
            return self.clues()
        ranked = sorted((self.weight(clue), clue["id"]) for clue in self._picked(just_gone=False))
        return self._shown(ledger.those(self.store, [clue_id for _, clue_id in ranked]))

    def _picked(self, just_gone: bool) -> Iterator[dict[str, Any]]:
        gone, self.left_out = self.filters.get("gone", False), 0
        for clue in ledger.recorded(self.store, **{**self.filters, "gone": gone or just_gone}):
            if not (clue["present"] or gone or self.change(clue) == GONE):
                continue
            if clue["status"] in self.but:
                self.left_out += 1
            else:
                yield clue

    def _shown(self, clues: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The clues with their standing, masked; the stamp is no text of people's and stays as it is."""
        for clue in reviewed(self.store, clues):
            yield clue if self.unmask else {**mask_clue(clue, self.store.catalogue), "stamp": clue["stamp"]}

    @cached_property
    def night(self) -> Night | None:
        """The last complete run, None where there is none yet."""
        runs, clues, events = (self.store.register[name].c for name in ("runs", "clues", "events"))
        last = select(runs.run_id, runs.as_of, runs.begun_at, runs.counts).where(runs.state == DONE).order_by(runs.run_id.desc()).limit(1)
        with self.store.engine.connect() as connection:
            row = connection.execute(last).first()
            if row is None:
                return None
            found = connection.execute(select(events.clue_id, events.kind).where(events.run_id == row[0])).tuples().all()
            # A clue whose facts changed and which came back for that has come back.
            changes = {clue_id: CHANGED for clue_id, kind in found if kind == CHANGED}
            changes |= {clue_id: _KINDS[kind] for clue_id, kind in found if kind in _KINDS}
            changes |= dict.fromkeys(connection.execute(select(clues.clue_id).where(clues.first_run == row[0])).scalars(), NEW)
        return Night(row[0], dt.date.fromordinal(row[1]), dt.datetime.fromisoformat(row[2]), json.loads(row[3] or "{}"), changes)

    def change(self, clue: dict[str, Any]) -> str:
        """What the last run did to a clue."""
        changed = self.night.changes.get(clue["id"]) if self.night else None
        return changed or (SAME if clue["present"] else GONE_BEFORE)

    def weight(self, clue: dict[str, Any]) -> tuple[Any, ...]:
        """By which clues are told first: what is new or came back, then the severe, then those that have lasted longest."""
        return (CHANGES.index(self.change(clue)) > 2, _WEIGHT[clue["severity"]], -(clue["days"] or 0), clue["rule"], clue["id"])

    def detail(self, clue_id: str) -> Detail:
        """One clue in full."""
        full = ledger.find(self.store, clue_id)
        # What people noted goes through the mask with the rest.
        (clue,) = self._shown([{**full, "acts": story.acts(self.store, full)}])
        places = story.sources(self.store, full, unmask=self.unmask)
        evidence = by_row(self.store.catalogue, full["evidence"], clue["evidence"], places)
        return Detail(
            clue, self.change(full), story.timeline(clue, self.store.catalogue), story.window(clue), evidence,
            story.articles(clue, self.law), clue["acts"],
        )  # fmt: skip


def by_row(catalogue: Catalogue, cells: Sequence[dict[str, Any]], shown: Sequence[dict[str, Any]], sources: Sequence[story.Source]) -> list[Row]:
    """The evidence by the rows it stands in, told as it is `shown`; what is part of a row's key is not said again."""
    found: dict[tuple[str, ...], Row] = {}
    for cell, told, source in zip(cells, shown, sources, strict=True):
        # By the key that is not masked: two persons may both be shown as 张某.
        row = found.setdefault((cell["record"], *cell["key"]), Row(source.sheet, " ".join(told["key"]), [], source.path, source.line))
        sheet = catalogue.records.get(cell["record"])
        if sheet is None or cell["field"] not in sheet.key_fields:
            row.cells.append((source.column, told["value"] or "(空白)"))
    return list(found.values())
