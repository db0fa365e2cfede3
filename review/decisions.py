"""Decisions: what reviewers make of clues. Which status may follow which, what a decision must say, and writing it safely.

A decision carries the `stamp` of the clue as its reviewer saw it: how often it had been decided, and on what facts it rested. Where
that has changed meanwhile, the decision is a conflict: both sides are told, nothing is overwritten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, insert, select, update

from cases.slices import AT_ONCE, sliced
from cases.store import Store
from review import audit

OPEN, EXAMINED, TAKEN, FALSE, DROPPED, WANTING, SNOOZED, MERGED = "待审", "核查中", "成案", "误报", "不予监督", "待补证", "暂缓", "并案"
STATUSES = (OPEN, EXAMINED, TAKEN, FALSE, DROPPED, WANTING, SNOOZED, MERGED)
CLOSED = (TAKEN, FALSE, DROPPED, MERGED)
"""The end of a review; a closed clue can only be reopened, and that needs a note."""
DISMISSED = (FALSE, DROPPED)
"""Closed with a reason; what comes back when its facts change."""
ASIDE = (*CLOSED, SNOOZED)
"""What `clues list` leaves out unless asked."""

OTHER = "其他"
AGAINST_RULE = ("规则过宽", "法定例外")
AGAINST_SOURCE = ("数据错误", "数据滞后")
REASONS = (*AGAINST_SOURCE, *AGAINST_RULE, "已被其他程序处理", "证据不足", "不属管辖", "重复", OTHER)
NOBODY = "-"
"""Written for an assignee, it takes the assignee away."""
DECIDED = "处理"
"""The kind of a decision's event (table `events`)."""


@dataclass(frozen=True)
class Decision:
    """What a reviewer wants of one clue (its full id). A blank status leaves the status as it is, and only notes or assigns.

    `assignee`: None leaves it, blank takes it away. `until` belongs to 暂缓, `into` (a clue's id) to 并案. `stamp`: the clue as the
    reviewer saw it (Standing.stamp); blank: whatever it is now.
    """

    clue_id: str
    status: str = ""
    reason: str = ""
    note: str = ""
    assignee: str | None = None
    until: dt.date | None = None
    into: str = ""
    stamp: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a clue stands: the last decision on it, and what it rests on now. `account` and `note` are of the last decision."""

    clue_id: str
    status: str
    reason: str = ""
    note: str = ""
    assignee: str = ""
    until: dt.date | None = None
    into: str = ""
    account: str = ""
    decided_at: str = ""
    version: int = 0
    facts: str = ""

    @property
    def stamp(self) -> str:
        """What a list carries along for a reviewer, so that a change meanwhile is noticed."""
        return f"{self.version}.{self.facts[:8]}"

    def told(self) -> str:
        """The decision in a few words, for a person: 误报(规则过宽),张某,2026-11-22 10:00."""
        more = "、".join(filter(None, (self.reason, f"至 {self.until}" if self.until else "", f"并入 {self.into}" if self.into else "")))
        who = ",".join(filter(None, (f"承办 {self.assignee}" if self.assignee else "", self.account, self.decided_at[:16].replace("T", " "))))
        return self.status + (f"({more})" if more else "") + (f",{who}" if who else "") + (f":{self.note}" if self.note else "")


@dataclass(frozen=True)
class Conflict:
    """A decision on a clue that has changed since its reviewer saw it. `now` is what stands, and keeps standing."""

    decision: Decision
    now: Standing

    @property
    def why(self) -> str:
        """What has changed, in a few words."""
        seen, facts = self.decision.stamp.partition(".")[::2]
        return "案情已变化" if seen == str(self.now.version) and facts != self.now.facts[:8] else "已有别的处理"

    @property
    def wanted(self) -> str:
        """What was to become of the clue, as Standing.told says it."""
        return _wanted(self.decision)

    def told(self) -> str:
        """Both values in one sentence."""
        return f"{self.decision.clue_id}:{self.why},现为“{self.now.told()}”,这次要改为“{self.wanted}”,没有改动:请看过后再定"


def assigned(text: str) -> str | None:
    """What is written for an assignee, as a Decision has it: blank leaves whoever has the clue, `-` takes the clue from them."""
    return "" if text == NOBODY else text or None


@dataclass
class Outcome:
    """What became of decisions: `done` (as the clues stand now), `unchanged` (ids that stood so already), conflicts, and refused
    decisions, each with a sentence that says why."""

    done: list[Standing] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[tuple[Decision, str]] = field(default_factory=list)


def standings(store: Store, ids: Sequence[str]) -> dict[str, Standing]:
    """Where the clues of these full ids stand; unknown ids are left out."""
    with store.engine.connect() as connection:
        return _standings(store, connection, ids)


def reviewed(store: Store, clues: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The clues as review.ledger gives them, each with its Standing: reason, note, assignee, until (ISO or None), into, account,
    decided_at, version, stamp."""
    some = iter(clues)
    while part := list(islice(some, AT_ONCE)):
        known = standings(store, [clue["id"] for clue in part])
        for clue in part:
            now = known[clue["id"]]
            yield {
                **clue, "reason": now.reason, "note": now.note, "assignee": now.assignee, "until": now.until.isoformat() if now.until else None,
                "into": now.into, "account": now.account, "decided_at": now.decided_at, "version": now.version, "stamp": now.stamp,
            }  # fmt: skip


def decide(store: Store, decisions: Iterable[Decision], account: str, *, now: dt.datetime, dry_run: bool = False) -> Outcome:
    """Write decisions in one transaction: the clues, their history, the audit log. Each is judged by itself, in the order given.

    `account` is who decided. `now` is the time of the decision. `dry_run` says what would become of them and writes nothing.
    """
    outcome, written = Outcome(), list[tuple[Decision, Standing, Standing]]()
    with store.engine.begin() as connection:
        if not dry_run:
            audit.hold(store, connection)
        wanted = list(decisions)
        known = _standings(store, connection, [c for d in wanted for c in (d.clue_id, d.into) if c])
        for decision in wanted:
            before = known.get(decision.clue_id)
            if before is None:
                outcome.refused.append((decision, f"没有编号为 {decision.clue_id} 的线索"))
            elif _same(decision, before):
                outcome.unchanged.append(decision.clue_id)
            elif why := lacking(decision, now):
                outcome.refused.append((decision, why))
            elif decision.stamp and decision.stamp != before.stamp:
                outcome.conflicts.append(Conflict(decision, before))
            elif why := _refused_target(decision, known.get(decision.into)) or _refused_step(decision, before):
                outcome.refused.append((decision, why))
            else:
                known[decision.clue_id] = after = _after(decision, before, account, now)
                written.append((decision, before, after))
        if not dry_run:
            _write(store, connection, written, account, now)
    outcome.done = [after for _, _, after in written]
    return outcome


def lacking(decision: Decision, now: dt.datetime) -> str:
    """What a decision lacks, whatever it is taken on; blank where nothing."""
    if decision.status and decision.status not in STATUSES:
        return f"没有“{decision.status}”这个状态:可写 {'、'.join(STATUSES)}"
    if decision.reason and decision.reason not in REASONS:
        return f"没有“{decision.reason}”这个理由:可写 {'、'.join(REASONS)}"
    if decision.status in DISMISSED and not decision.reason:
        return f"{decision.status}要写理由:{'、'.join(REASONS)}"
    if decision.reason and not decision.status:
        return "写了理由而没有写状态:理由要和状态一起写"
    if decision.reason == OTHER and not decision.note:
        return "理由是“其他”时必须另写说明"
    if len(decision.assignee or "") > audit.NAME:
        return f"承办人“{decision.assignee}”太长:不超过 {audit.NAME} 字"
    if (decision.status == MERGED) != bool(decision.into):
        return f"只有{MERGED}才写并入哪一条线索" if decision.into else "并案要写并入哪一条线索"
    if (decision.status == SNOOZED) != (decision.until is not None):
        return "暂缓要写到哪一天" if decision.until is None else f"只有{SNOOZED}才写到哪一天"
    return f"暂缓的日期 {decision.until} 不在今天({now.date()})之后" if decision.until and decision.until <= now.date() else ""


def _refused_target(decision: Decision, target: Standing | None) -> str:
    if decision.into and decision.into == decision.clue_id:
        return "线索不能并入它自己"
    if decision.into and target is None:
        return f"要并入的线索 {decision.into} 不存在"
    if target is not None and target.status == MERGED:
        return f"线索 {target.clue_id} 已并入 {target.into}:请直接并入 {target.into}"
    return ""


def _refused_step(decision: Decision, before: Standing) -> str:
    if not decision.status or before.status not in CLOSED:
        return ""
    if decision.status not in (OPEN, EXAMINED, before.status):
        return f"已经是{before.status}:要改为{decision.status},先改回{EXAMINED}并说明原因"
    return "" if decision.note else f"已经是{before.status}:再改动要写说明"


def _same(decision: Decision, before: Standing) -> bool:
    """Whether the clue stands so already; a list that is taken back twice changes nothing the second time."""
    wanted = (decision.status, decision.reason, decision.until, decision.into)
    return (
        wanted in (("", "", None, ""), (before.status, before.reason, before.until, before.into))
        and decision.assignee in (None, before.assignee)
        and decision.note in ("", before.note)
    )  # fmt: skip


def _after(decision: Decision, before: Standing, account: str, now: dt.datetime) -> Standing:
    assignee = before.assignee if decision.assignee is None else decision.assignee
    after = replace(before, assignee=assignee, version=before.version + 1)
    if decision.status:
        return replace(
            after, status=decision.status, reason=decision.reason, until=decision.until, into=decision.into, note=decision.note, account=account,
            decided_at=now.isoformat(timespec="seconds"),
        )  # fmt: skip
    return replace(after, note=decision.note, account=account) if decision.note else after


def _wanted(decision: Decision) -> str:
    status = decision.status or "(状态不变)"
    return Standing("", status, decision.reason, decision.note, decision.assignee or "", decision.until, decision.into).told()


def _standings(store: Store, connection: Connection, ids: Sequence[str]) -> dict[str, Standing]:
    c, e = store.register["clues"].c, store.register["events"].c
    columns = (c.status, c.reason, c.assignee, c.snoozed_until, c.merged_into, c.decided_at, c.version, c.facts)
    # Who noted what last: a mere assignment says neither.
    last = select(func.max(e.event_id)).where(e.kind == DECIDED, (e.status.is_not(None) | e.note.is_not(None))).group_by(e.clue_id)
    found: dict[str, Standing] = {}
    for part in sliced(list(dict.fromkeys(ids))):
        notes = select(e.clue_id, e.account, e.note).where(e.event_id.in_(last.where(e.clue_id.in_(part))))
        said = {clue: (account, note) for clue, account, note in connection.execute(notes)}
        rows = connection.execute(select(c.clue_id, *columns).where(c.clue_id.in_(part)))
        for clue, status, reason, assignee, until, into, when, version, facts in rows:
            account, note = said.get(clue, ("", ""))
            reason = "" if status == OPEN else reason  # a run that reopens a clue leaves the old one in its place
            found[clue] = Standing(
                clue, status, reason or "", note or "", assignee or "", dt.date.fromordinal(until) if until else None, into or "", account or "",
                when or "", version or 0, facts or "",
            )  # fmt: skip
    return found


def _write(
    store: Store, connection: Connection, done: list[tuple[Decision, Standing, Standing]], account: str, now: dt.datetime
) -> None:  # fmt: skip
    """Write decisions, each with the clue's standing before and after it."""
    if not done:
        return
    clues, events, when = store.register["clues"], store.register["events"], now.isoformat(timespec="seconds")
    change = update(clues).where(clues.c.clue_id == bindparam("known_id")).values(
        {name: bindparam(name) for name in ("status", "reason", "assignee", "snoozed_until", "merged_into", "decided_at", "version")}
    )  # fmt: skip
    connection.execute(change, [_columns(after) for _, _, after in done])
    settled = update(clues).where(clues.c.clue_id == bindparam("known_id")).values(decided_facts=clues.c.facts)
    if decided := [{"known_id": d.clue_id} for d, _, _ in done if d.status]:
        connection.execute(settled, decided)
    connection.execute(insert(events), [
        {
            "clue_id": d.clue_id, "happened_at": when, "account": account, "kind": DECIDED, "status": d.status or None, "reason": d.reason or None,
            "note": d.note or None, "detail": orjson.dumps(_detail(d, before)).decode(),
        }
        for d, before, _ in done
    ])  # fmt: skip
    acts = [(d.clue_id, {**_detail(d, before), "to": d.status, "reason": d.reason}) for d, before, _ in done]
    audit.record_all(store, connection, "处理", acts, account, at=now)


def _columns(after: Standing) -> dict[str, Any]:
    return {
        "known_id": after.clue_id, "status": after.status, "reason": after.reason or None, "assignee": after.assignee or None,
        "snoozed_until": after.until.toordinal() if after.until else None, "merged_into": after.into or None,
        "decided_at": after.decided_at or None, "version": after.version,
    }  # fmt: skip


def _detail(decision: Decision, before: Standing) -> dict[str, str]:
    """What a decision changed, besides status, reason and note: kept with the event and in the audit log."""
    said = {"from": before.status, "until": decision.until.isoformat() if decision.until else "", "into": decision.into}
    return {k: v for k, v in said.items() if v} | ({} if decision.assignee is None else {"assignee": decision.assignee})
