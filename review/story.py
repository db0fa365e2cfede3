"""One clue as a story: what happened when, where each cell was read, what the articles say, what runs and reviewers made of it.

Everything is for a reader and goes beside the clue's own JSON; nothing here judges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy import select

from cases.catalogue import Catalogue, Sheet
from cases.store import Store
from cases.values import normal, parser
from engine.clues import iso
from review import differences
from review.masking import mask_text
from rules.law import STATUSES, Article, LawBook, LawError

Kind = Literal["event", "last", "breach", "done", "today"]


@dataclass(frozen=True)
class Event:
    """A day of the timeline. `kind`: event, last (lawful day), breach (the day it arose), done (too late), today (the as-of day)."""

    day: dt.date
    kind: Kind
    text: str

    def as_json(self) -> dict[str, str]:
        return {"day": self.day.isoformat(), "kind": self.kind, "text": self.text}


def _day(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def last_day(clue: Mapping[str, Any]) -> dt.date | None:
    """The day up to which the clue was judged: the as-of day, or the day on which the act was done too late."""
    arose, due = _day(clue["arose_on"]), _day(clue["due_on"])
    if clue["state"] == "overdue" and arose and clue["days"]:
        return arose + dt.timedelta(clue["days"] - 1)
    if clue["state"] == "late" and due and clue["days"]:
        return due + dt.timedelta(clue["days"])
    return None


class Span(NamedTuple):
    """How the days up to a limit are called, those past it, the last day within, the first one past it, and being past it."""

    within: str
    past: str
    last: str
    first: str
    over: str


_LAWFUL = Span("合法期间", "超期", "最后合法日", "逾期开始", "逾期")
_WORKING = Span("提示期限内", "超过期限", "提示期限届满", "提示期限已过", "超过")
"""A working threshold makes nothing unlawful."""


def span_words(clue: Mapping[str, Any]) -> Span:
    """The words for a clue's limit, by what its threshold rests on."""
    return _WORKING if clue["grade"] == "policy" else _LAWFUL


def overrun(clue: Mapping[str, Any]) -> tuple[dt.date, dt.date] | None:
    """The days past the limit, as many as the clue counts: the last day before them and the last of them; None where there is none.

    A limit that ended before its rule applied is counted from the day on which the rule did.
    """
    due, arose, last = _day(clue["due_on"]), _day(clue["arose_on"]), last_day(clue)
    if due is None or last is None:
        return None
    start = arose - dt.timedelta(1) if clue["state"] == "overdue" and arose and not _straight(due, arose) else due
    return (start, last) if start < last else None


def _straight(due: dt.date, arose: dt.date) -> bool:
    """Whether a clue arose on the day after its limit."""
    return arose <= due + dt.timedelta(1)


def window(clue: dict[str, Any]) -> tuple[dt.date, dt.date] | None:
    """The lawful window: the day from which the limit was counted, and the last lawful day; None where there is no limit."""
    due = _day(clue["due_on"])
    if due is None:
        return None
    days = [day for step in clue.get("derivation", ()) if (day := _day(step["day"])) and day <= due]
    return (min(days), due) if days and min(days) < due else None


def timeline(clue: dict[str, Any], catalogue: Catalogue) -> list[Event]:
    """The dates of the evidence, the last lawful day, the breach and the day of judging, in the order of days."""
    found: dict[tuple[dt.date, str], Event] = {}
    for cell in clue["evidence"]:
        sheet = catalogue.records.get(cell["record"])
        column = sheet.by_field.get(cell["field"]) if sheet else None
        if sheet is None or column is None or column.type != "date" or (day := _day(cell["value"])) is None:
            continue
        # Where a day is part of a row's key it only disturbs beside the day of the event.
        key = [text for name, text in zip(sheet.key_fields, cell["key"], strict=False) if sheet.by_field[name].type != "date"]
        text = f"{sheet.name} {'、'.join(key)} {column.name}"
        found[day, text] = Event(day, "event", text)
    due, arose, last, words = _day(clue["due_on"]), _day(clue["arose_on"]), last_day(clue), span_words(clue)
    events = [*found.values()]
    if due:
        events.append(Event(due, "last", words.last))
    if arose:
        since = "(规则自这一天起适用)" if due and not _straight(due, arose) else ""
        events.append(Event(arose, "breach", f"{words.first}{since}" if due else "情形出现"))
    if last:
        over = f"{words.over} {clue['days']} 日"
        late = clue["state"] == "late"
        events.append(Event(last, "done" if late else "today", f"此日才办理,{over}" if late else f"截至此日尚未办理,{over}"))
    order = ("event", "last", "breach", "done", "today")
    return sorted(events, key=lambda e: (e.day, order.index(e.kind), e.text))


@dataclass(frozen=True)
class Source:
    """Where a cell was read; `path` is None where the row is no longer in the store. `line` counts from 1, the header included."""

    sheet: str
    column: str
    path: str | None
    line: int | None
    import_id: int | None

    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "column": self.column, "file": self.path, "line": self.line, "import": self.import_id}


def sources(store: Store, clue: dict[str, Any], *, unmask: bool = False) -> list[Source]:
    """Where each piece of evidence was read, in the order of the evidence. `clue` is the unmasked one, as its keys name rows. Without
    `unmask` the persons that a file is named after are masked.
    """
    places: dict[tuple[str, ...], tuple[str | None, int | None, int | None]] = {}
    found = []
    with store.engine.connect() as connection:
        for cell in clue["evidence"]:
            sheet = store.catalogue.records.get(cell["record"])
            if sheet is None:
                found.append(Source(cell["record"], cell["field"], None, None, None))
                continue
            row = (cell["record"], *cell["key"])
            if row not in places:
                table, files = store.tables[sheet.record], store.register["files"]
                where = [table.c[f] == v for f, v in stored_key(sheet, cell["key"]).items()]
                place = connection.execute(
                    select(files.c.path, table.c.line_no, table.c.import_id)
                    .outerjoin_from(table, files, table.c.file_id == files.c.file_id)
                    .where(*where)
                ).first()
                path, line, number = place or (None, None, None)
                places[row] = (path if unmask or path is None else mask_text(path), line, number)
            column = sheet.by_field.get(cell["field"])
            found.append(Source(sheet.name, column.name if column else cell["field"], *places[row]))
    return found


def stored_key(sheet: Sheet, key: list[str]) -> dict[str, Any]:
    """A key as a clue carries it, in the form in which the store keeps it."""
    stored: dict[str, Any] = {}
    for name, text in zip(sheet.key_fields, key, strict=False):
        column = sheet.by_field[name]
        stored[name] = normal(text) if name in sheet.normalised else parser(column)(text)
    return stored


def articles(clue: dict[str, Any], law: LawBook) -> list[dict[str, str]]:
    """The clue's basis, each with what the article says (`what`), whether somebody has checked it (`status`, in Chinese), and why it may
    not be the one to cite (`doubt`; blank where the edition was in force when the clue arose)."""
    found = []
    for basis in clue["basis"]:
        try:
            entry = law.get(basis["id"])
            more = {"what": entry.what, "status": STATUSES[entry.status], "doubt": _doubt(entry, basis, _day(clue["arose_on"]))}
        except LawError:  # recorded under a local law file that is not given now
            more = {"what": "", "status": "本机的法律依据表中没有这一条", "doubt": ""}
        found.append({**basis, **more})
    return found


def _doubt(entry: Article, basis: dict[str, str], arose: dt.date | None) -> str:
    """Where no edition that is known was in force on the day, the nearest is cited: that must be seen before it is quoted to anybody."""
    edition = next((e for e in entry.editions if e.edition == basis["edition"]), None)
    if arose is None or edition is None or edition.since is None or edition.binds(arose.toordinal()):
        return ""
    if edition.since > arose.toordinal():
        return f"这一版自{iso(edition.since)}起施行,情形出现在此以前,引用当时的条文"
    return f"这一版到{iso(edition.until)}为止,情形出现在此以后,引用后来的条文"


def history(store: Store, clue: dict[str, Any]) -> list[dict[str, Any]]:
    """The runs that saw the clue first and last: run, when (local time, ISO), as_of. `clue` as review.ledger gives it."""
    runs = store.register["runs"]
    wanted = dict.fromkeys((clue["first_run"], clue["last_run"]))
    with store.engine.connect() as connection:
        rows = connection.execute(select(runs.c.run_id, runs.c.begun_at, runs.c.as_of).where(runs.c.run_id.in_(wanted)).order_by(runs.c.run_id))
        return [{"run": run, "when": when, "as_of": dt.date.fromordinal(as_of).isoformat()} for run, when, as_of in rows.tuples()]


def acts(store: Store, clue: dict[str, Any]) -> list[dict[str, Any]]:
    """What became of the clue since it was first seen, in order, by runs and by people: when (local time, ISO), kind (首次发现, 变化, 消失,
    再现, 重启, 到期, 处理), run and its as_of (ISO; None for people), account, status, reason, note, and all that in words (text)."""
    e, r = store.register["events"].c, store.register["runs"].c
    with store.engine.connect() as connection:
        begun = connection.execute(select(r.begun_at, r.as_of).where(r.run_id == clue["first_run"])).one_or_none()
        joined = store.register["events"].outerjoin(store.register["runs"], r.run_id == e.run_id)
        rows = connection.execute(select(*e, r.as_of).select_from(joined).where(e.clue_id == clue["id"]).order_by(e.event_id)).mappings().all()
    first = {"when": begun.begun_at if begun else "", "kind": "首次发现", "run": clue["first_run"], "as_of": iso(begun.as_of if begun else None)}
    found = [{**first, "account": "", "status": "", "reason": "", "note": "", "text": ""}]
    for row in rows:
        told = {"when": row["happened_at"], "kind": row["kind"], "run": row["run_id"], "as_of": iso(row["as_of"]), "account": row["account"] or ""}
        said = {name: row[name] or "" for name in ("status", "reason", "note")}
        found.append({**told, **said, "text": _act({**told, **said}, orjson.loads(row["detail"] or "{}"), store.catalogue)})
    return found


_BY_RUN = {"变化": "依据的事实有变化", "消失": "不再出现(已办理、数据已更正,或者规则已改)", "再现": "再次出现", "到期": "暂缓到期,重新列为待审"}


def _act(act: dict[str, Any], detail: dict[str, Any], catalogue: Catalogue) -> str:
    if act["kind"] == "处理":
        to = f"改为{act['status']}" if act["status"] and act["status"] != detail.get("from") else f"{act['status']}"
        why = "、".join(filter(None, (act["reason"], _until(detail), f"并入 {detail['into']}" if "into" in detail else "")))
        given = f"交 {detail['assignee']} 承办" if detail.get("assignee") else "不再指定承办人" if "assignee" in detail else ""
        what = ",".join(filter(None, (to + (f"({why})" if why else ""), given)))
        return ":".join(filter(None, (what, act["note"])))
    if act["kind"] == "重启":
        old = "、".join(filter(None, (detail.get("status"), detail.get("reason"))))
        return f"依据的事实与处理时不同,重新列为{act['status']}" + (f"(原处理:{old})" if old else "")
    what = differences.told(detail, catalogue) if act["kind"] == "变化" else ""
    return ":".join(filter(None, (_BY_RUN.get(str(act["kind"]), ""), what)))


def _until(detail: dict[str, Any]) -> str:
    return f"至 {detail['until']}" if "until" in detail else ""
