"""What the list shows: a view of the ledger (its filters, order and page), and the counts beside it. The address is the view.

Filtering, ordering, counting and paging are the database's work; of the clues only those of one page are read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, or_, select

from cases.store import Store
from cases.values import normal
from review.decisions import ASIDE, CLOSED, SNOOZED, STATUSES
from review.masking import mask_body
from review.reports.contents import CHANGES, GONE_BEFORE, NEW, SAME
from review.reports.figures import AGES, SEVERE
from review.reports.words import BODY_UNKNOWN
from review.runs.run import DONE
from review.runs.settle import BACK, CHANGED, DUE, GONE, RESTARTED

SIZE = 50
"""Clues on a page."""
ALL = "全部"
"""Chosen for a facet that hides something unless asked."""
NOBODY, UNDATED = "(未指定)", "(没有日期)"
FACETS = {
    "change": "本次扫描", "severity": "程度", "status": "审查状态", "assignee": "承办人", "mechanism": "监督机制", "age": "存在多久",
    "rule": "规则", "agency": "被监督单位",
}  # fmt: skip
"""What clues are filtered and counted by, as readers call it."""
HIDDEN = {"status": ASIDE, "change": (GONE, GONE_BEFORE)}
"""What a facet leaves out where nothing of it is chosen."""
ORDERS = {"": "轻重缓急", "early": "发生早的在前", "late": "发生晚的在前", "agency": "被监督单位", "rule": "规则", "decided": "最近处理的在前"}
Near = tuple[str, int]
"""A clue near another in a view: its id, and its place (from 0)."""
_FIXED: dict[str, Sequence[str]] = {"change": CHANGES, "severity": SEVERE, "status": STATUSES, "age": [name for _, name in AGES]}


@dataclass(frozen=True)
class View:
    """One way of looking at the ledger: words to look for, the chosen value of each facet, the order, the page (from 1)."""

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: str | Mapping[str, str]) -> View:
        """A view from an address's query; what is not known is as if it were not there."""
        given = {name: value.replace("\0", "") for name, value in (parse_qsl(query) if isinstance(query, str) else query.items())}
        page, order = given.get("page", ""), given.get("order", "")
        chosen = {name: value for name in FACETS if (value := given.get(name, ""))}
        number = int(page) if re.fullmatch("[1-9][0-9]{0,5}", page) else 1
        return cls(given.get("q", "").strip()[:200], chosen, order if order in ORDERS else "", number)

    @property
    def query(self) -> str:
        """The view as an address's query."""
        given = {"q": self.words, **self.chosen, "order": self.order, "page": str(self.page) if self.page > 1 else ""}
        return urlencode({name: value for name, value in given.items() if value})

    def with_facet(self, name: str, value: str) -> View:
        """The first page of this view with another value of a facet; blank takes it away."""
        chosen = {n: v for n, v in {**self.chosen, name: value}.items() if v}
        return replace(self, chosen=chosen, page=1)

    def without_words(self) -> View:
        return replace(self, words="", page=1)

    def at(self, page: int) -> View:
        return replace(self, page=page)

    def keeps(self, name: str, value: str) -> bool:
        """Whether clues with this value of a facet are in the view, as far as this facet goes."""
        wanted = self.chosen.get(name, "")
        return value == wanted if wanted and wanted != ALL else wanted == ALL or value not in HIDDEN.get(name, ())


@dataclass(frozen=True)
class Listed:
    """A page of a view. `ids`: the clues on it, each with what the last run did to it. `counts`: by facet, its values and how many
    clues each has in the view if chosen. `as_of`: the day of the last complete run."""

    ids: dict[str, str]
    total: int
    counts: dict[str, list[tuple[str, int]]]
    as_of: dt.date | None

    @property
    def pages(self) -> int:
        return max(-(-self.total // SIZE), 1)


class Listing:
    """The ledger as it is listed at this moment."""

    def __init__(self, store: Store):
        self.store = store
        runs = store.register["runs"].c
        last = select(runs.run_id, runs.as_of).where(runs.state == DONE).order_by(runs.run_id.desc()).limit(1)
        with store.engine.connect() as connection:
            row = connection.execute(last).first()
        self.run: int = row.run_id if row else 0
        self.day: int = row.as_of if row else 0

    def page(self, view: View) -> Listed:
        """A page of a view; a page past the end is the last one."""
        rows = self._rows(view.words)
        cells = select(*(rows.c[name] for name in FACETS), func.count()).group_by(*(rows.c[name] for name in FACETS))
        with self.store.engine.connect() as connection:
            total, counts = _counted(view, connection.execute(cells))
        page = min(view.page, max(-(-total // SIZE), 1))
        ids = self._ids(rows, view, SIZE, (page - 1) * SIZE)
        return Listed(ids, total, counts, dt.date.fromordinal(self.day) if self.day else None)

    def ids(self, view: View, limit: int | None = None) -> list[str]:
        """The clues of a whole view in its order, or the first of them."""
        return list(self._ids(self._rows(view.words), view, limit, 0))

    def around(self, view: View, clue_id: str, place: int) -> tuple[Near | None, Near | None]:
        """The clues before and after one that stood at a place (from 0) of the view, None where there is none. After one that has left
        the view since comes the clue that took its place."""
        first = max(place - 1, 0)
        near = [(one, first + i) for i, one in enumerate(self._ids(self._rows(view.words), view, 3, first))]
        here = next((at for one, at in near if one == clue_id), None)
        before = [n for n in near if n[1] < (place if here is None else here)]
        after = [n for n in near if n[1] > (place - 1 if here is None else here)]
        return before[-1] if before else None, after[0] if after else None

    def _ids(self, rows: Subquery, view: View, limit: int | None, offset: int) -> dict[str, str]:
        chosen = [_chosen(rows.c[name], view.chosen.get(name, ""), HIDDEN.get(name, ())) for name in FACETS]
        query = select(rows.c.clue_id, rows.c.change).where(*(c for c in chosen if c is not None)).order_by(*_order(rows, view.order))
        with self.store.engine.connect() as connection:
            return dict(connection.execute(query.limit(limit).offset(offset)).tuples().all())

    def _rows(self, words: str) -> Subquery:
        """Every clue in which the words stand, with the columns that views are made of."""
        clues = self.store.register["clues"].c
        query: Select[Any] = select(
            clues.clue_id, clues.severity, clues.status, clues.mechanism, clues.rule, clues.arose_on, clues.decided_at, clues.sort_key,
            func.coalesce(self._agency(), BODY_UNKNOWN).label("agency"), func.coalesce(clues.assignee, NOBODY).label("assignee"),
            self._change().label("change"), self._age().label("age"),
        )  # fmt: skip
        return query.where(*(_holds(clues, word) for word in words.split())).subquery()

    def _change(self) -> ColumnElement[str]:
        """What the last run did to a clue, as Report.change says it."""
        clues, events = self.store.register["clues"].c, self.store.register["events"].c

        def met(*kinds: str) -> ColumnElement[bool]:
            return clues.clue_id.in_(select(events.clue_id).where(events.run_id == self.run, events.kind.in_(kinds)))

        return case(
            (clues.first_run == self.run, NEW), (met(BACK, RESTARTED, DUE), BACK), (met(GONE), GONE), (met(CHANGED), CHANGED),
            (clues.present == 1, SAME), else_=literal(GONE_BEFORE),
        )  # fmt: skip

    def _agency(self) -> ColumnElement[Any]:
        """The supervised body as it may be shown: what stands beside a facet stands in its address too."""
        agency = self.store.register["clues"].c.agency
        with self.store.engine.connect() as connection:
            bodies = connection.execute(select(agency).where(agency.is_not(None)).distinct()).scalars()
            masked = {body: shown for body in bodies if (shown := mask_body(body)) != body}
        return case(masked, value=agency, else_=agency) if masked else agency

    def _age(self) -> ColumnElement[str]:
        """How long ago a clue arose."""
        arose = self.store.register["clues"].c.arose_on
        return case((arose.is_(None), UNDATED), *((arose > self.day - most, name) for most, name in AGES), else_=literal(AGES[-1][1]))


def _holds(clues: Any, word: str) -> ColumnElement[bool]:
    """Whether a word stands in a clue: in its id, rule, subject, agency, or anywhere in what is told of it."""
    forms = dict.fromkeys((word, normal(word)))
    found = [clues.clue_id.startswith(word.lower(), autoescape=True), clues.rule.contains(word, autoescape=True)]
    found += [column.contains(form, autoescape=True) for column in (clues.sort_key, clues.agency) for form in forms]
    # The payload is JSON: its own words are Latin letters, and would be found in every clue.
    if not re.fullmatch("[A-Za-z_]+", word):
        found += [clues.payload.contains(orjson.dumps(form).decode()[1:-1], autoescape=True) for form in forms]
    return or_(*found)


def _chosen(column: Any, wanted: str, hidden: Sequence[str]) -> ColumnElement[bool] | None:
    """The condition that View.keeps states for one value."""
    if wanted == ALL:
        return None
    return column == wanted if wanted else column.not_in(hidden) if hidden else None


def _order(rows: Subquery, order: str) -> list[Any]:
    c = rows.c
    rank = case({name: i for i, name in enumerate(SEVERE)}, value=c.severity, else_=len(SEVERE))
    dated = case((c.arose_on.is_(None), 1), else_=0)
    first: dict[str, list[Any]] = {
        "": [case((c.change.in_((NEW, CHANGED, BACK)), 0), else_=1), rank, dated, c.arose_on],
        "early": [dated, c.arose_on], "late": [dated, c.arose_on.desc()], "agency": [c.agency], "rule": [c.rule],
        "decided": [case((c.decided_at.is_(None), 1), else_=0), c.decided_at.desc()],
    }  # fmt: skip
    return [*first[order], c.rule, c.sort_key, c.clue_id]


def _counted(view: View, cells: Iterable[Any]) -> tuple[int, dict[str, list[tuple[str, int]]]]:
    """How many clues are in a view, and by facet how many each value has among those that the other facets let through. A cell is a
    value of each facet and the number of clues that have them all."""
    found: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    total = 0
    for *values, count in cells:
        against = [name for name, value in zip(FACETS, values, strict=True) if not view.keeps(name, value)]
        total += 0 if against else count
        if len(against) < 2:
            for name, value in zip(FACETS, values, strict=True):
                if not against or name in against:
                    found[name][value] += count
    for name, wanted in view.chosen.items():
        if wanted != ALL:
            found[name].setdefault(wanted, 0)  # what is chosen stays in sight
    return total, {name: _ordered(counts, _FIXED.get(name, ())) for name, counts in found.items()}


def _ordered(counts: Counter[str], fixed: Sequence[str]) -> list[tuple[str, int]]:
    """The values that have an order of their own in that order, others by how many they have."""
    return sorted(counts.items(), key=lambda item: (fixed.index(item[0]) if item[0] in fixed else len(fixed), -item[1], item[0]))


def decided_alike(store: Store, clue: Mapping[str, Any], most: int = 5) -> list[str]:
    """The clues of the same rule that were closed or put off last, those of the same agency first; their ids."""
    c = store.register["clues"].c
    same = case((c.agency == clue["agency"], 0), else_=1)
    alike = select(c.clue_id).where(c.rule == clue["rule"], c.status.in_((*CLOSED, SNOOZED)), c.clue_id != clue["id"])
    with store.engine.connect() as connection:
        return list(connection.execute(alike.order_by(same, c.decided_at.desc(), c.clue_id).limit(most)).scalars())
