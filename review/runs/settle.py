"""Settling a run: what it found goes into the ledger, in one transaction with the run's own end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, literal, not_, or_, select, update

from cases.slices import AT_ONCE, sliced
from cases.store import Store
from review.differences import differences
from review.runs.plan import PASSED_OVER, READY, pasts
from review.runs.run import DONE, LOOKING_BACK, Run, leave, now

OPEN, SNOOZED = "待审", "暂缓"
REOPENED = ("误报", "不予监督", "待补证")
"""Statuses that end when what the clue rests on changes."""
CHANGED, GONE, BACK, RESTARTED, DUE = "变化", "消失", "再现", "重启", "到期"
CARRIED = ("rule", "mechanism", "severity", "state", "agency", "sort_key", "arose_on", "rid", "actor", "facts", "payload")


def settle(store: Store, connection: Connection, run: Run, digests: dict[str, str]) -> None:
    """Carry a complete run over into the ledger and write its end; the caller commits."""
    one = _Settlement(store, connection, run)
    one.count()
    if run.looks_back:
        one.forget_wakes()
        one.stand()
        leave(store, connection, run, LOOKING_BACK)
        return
    one.clues()
    for scope, rules in one.scopes().items():
        for some in sliced(rules):
            one.gone(some, scope)
            one.gaps(some, scope)
            one.wakes(some, scope)
    one.snoozed()
    one.remember(digests)
    one.tidy()
    one.stand()
    leave(store, connection, run, DONE)


class _Settlement:
    def __init__(self, store: Store, connection: Connection, run: Run):
        self.t, self.connection, self.run, self.catalogue = store.register, connection, run, store.catalogue
        found, tasks = self.t["found"].c, self.t["tasks"].c
        done = select(tasks.task_id).where(tasks.state == READY)
        self.valid = and_(found.run_id == run.run_id, found.task_id.in_(done))
        self.past = pasts(store.register, connection)
        self.at = now()
        self.events: list[dict[str, Any]] = []
        over = select(tasks.rule, tasks.low_rid, tasks.sets).where(tasks.state == PASSED_OVER)
        self.over = connection.execute(over).tuples().all()

    def count(self) -> None:
        """What was judged, and what had to be left out."""
        tasks, run = self.t["tasks"].c, self.run
        run.judged = self.connection.execute(select(func.coalesce(func.sum(tasks.judged), 0))).scalar() or 0
        for row in self.connection.execute(select(tasks.rule, tasks.remark).where(tasks.state == PASSED_OVER).order_by(tasks.task_id)):
            run.left_out.append(f"规则 {row.rule} 略过 {row.remark}")

    def clues(self) -> None:
        """New clues are entered, known ones rewritten where something in them differs."""
        found, clues = self.t["found"], self.t["clues"]
        mine = and_(self.valid, found.c.clue_id.is_not(None))
        self._rewrite(select(found).join(clues, clues.c.clue_id == found.c.clue_id).where(mine))
        names = ["clue_id", *CARRIED, "present", "first_run", "last_run", "status"]
        marks = [literal(1), literal(self.run.run_id), literal(self.run.run_id), literal(OPEN)]
        new = select(found.c.clue_id, *(found.c[n] for n in CARRIED), *marks).where(mine, found.c.clue_id.not_in(select(clues.c.clue_id)))
        entered = insert(clues).from_select(names, new).execution_options(preserve_rowcount=True)  # PostgreSQL counts on request
        self.run.new += self.connection.execute(entered).rowcount

    def _rewrite(self, mine: Select[Any]) -> None:
        found, clues = self.t["found"], self.t["clues"]
        differs = or_(clues.c.payload != found.c.payload, clues.c.present == 0, clues.c.facts.is_(None))
        old = [clues.c[n].label(f"old_{n}") for n in ("facts", "severity", "payload", "present", "status", "decided_facts", "reason")]
        query = mine.add_columns(*old).where(differs).order_by(found.c.found_id).limit(AT_ONCE)
        last = 0
        while rows := self.connection.execute(query.where(found.c.found_id > last)).all():
            known = [{**{n: getattr(row, n) for n in CARRIED}, "status": self._status(row), "known_id": row.clue_id} for row in rows]
            values: dict[str, Any] = {name: bindparam(name) for name in known[0] if name != "known_id"} | {"present": 1, "last_run": self.run.run_id}
            self.connection.execute(update(clues).where(clues.c.clue_id == bindparam("known_id")).values(values), known)
            last = rows[-1].found_id

    def _status(self, row: Any) -> str:
        """The status of a known clue from now on; what became of it is noted."""
        changed = row.old_facts is not None and (row.facts, row.severity) != (row.old_facts, row.old_severity)
        if not row.old_present:
            self._event(row.clue_id, BACK)
            self.run.back += 1
        elif changed:
            self._event(row.clue_id, CHANGED, detail=differences(json.loads(row.old_payload), json.loads(row.payload), self.catalogue))
            self.run.changed += 1
        if row.old_status in REOPENED and row.old_decided_facts and row.old_decided_facts != row.facts:
            self._event(row.clue_id, RESTARTED, status=OPEN, detail={"status": row.old_status, "reason": row.old_reason})
            return OPEN
        return str(row.old_status)

    def _event(self, clue_id: str, kind: str, status: str | None = None, detail: dict[str, Any] | None = None) -> None:
        told = json.dumps(detail, ensure_ascii=False) if detail else None
        self.events.append({"clue_id": clue_id, "run_id": self.run.run_id, "happened_at": self.at, "kind": kind, "status": status, "detail": told})

    def scopes(self) -> dict[str | None, list[str]]:
        """The rules that had something to judge, by the sets they were judged for; by None those that were for all their rows."""
        tasks, found = self.t["tasks"].c, dict[str, set[str] | None]()
        for rule, sets in self.connection.execute(select(tasks.rule, tasks.sets).order_by(tasks.task_id)).tuples():
            if sets is None:
                found[rule] = None
            elif found.setdefault(rule, set()) is not None:
                found[rule] |= set(sets.split(","))  # type: ignore[operator]
        scopes: dict[str | None, list[str]] = {}
        for rule, members in found.items():
            scopes.setdefault(None if members is None else ",".join(sorted(members)), []).append(rule)
        return scopes

    def _within(self, table: Any, rules: Sequence[str], scope: str | None) -> Any:
        """The condition that a row of the ledger belongs to what was judged."""
        condition = table.c.rule.in_(rules)
        if scope is None:
            return condition
        members = self.t["touched"].c
        chosen = members.set_id.in_([int(s) for s in scope.split(",")])
        whom = [name for name in ("rid", "actor") if name in table.c]
        ways = [table.c[n].in_(select(members[n]).where(chosen, members[n].is_not(None))) for n in whom]
        return and_(condition, or_(*ways))

    def _judged(self, table: Any, rules: Sequence[str], scope: str | None) -> Any:
        """The condition that a row of the ledger belongs to what was judged: not what had to be passed over."""
        judged = [self._within(table, rules, scope)]
        for rule, low, sets in self.over:
            if rule in rules and low is not None:
                judged.append(or_(table.c.rule != rule, table.c.rid.is_(None), table.c.rid != low))
            elif rule in rules:
                judged.append(not_(self._within(table, [rule], sets)))
        return and_(*judged)

    def gone(self, rules: Sequence[str], scope: str | None) -> None:
        """Clues that were judged and not found again: the body has acted, or the data were corrected."""
        clues, found = self.t["clues"], self.t["found"]
        seen = select(found.c.clue_id).where(self.valid, found.c.rule.in_(rules), found.c.clue_id.is_not(None))
        query = select(clues.c.rule, clues.c.clue_id).where(self._judged(clues, rules, scope), clues.c.present == 1, clues.c.clue_id.not_in(seen))
        gone: dict[str, list[str]] = {}
        for rule, clue_id in self.connection.execute(query).tuples():
            gone.setdefault(rule, []).append(clue_id)
            self._event(clue_id, GONE)
        for rule, ids in gone.items():
            self.run.gone += len(ids)
            values = {"present": 0} | ({"last_run": self.past[rule].run_id} if rule in self.past else {})
            for part in sliced(ids):
                self.connection.execute(update(clues).where(clues.c.clue_id.in_(part)).values(values))

    def gaps(self, rules: Sequence[str], scope: str | None) -> None:
        """What is insufficient is replaced for all that was judged."""
        gaps, found = self.t["gaps"], self.t["found"]
        self.connection.execute(delete(gaps).where(self._judged(gaps, rules, scope)))
        names = ["run_id", "rule", "rid", "sort_key", "payload"]
        fresh = select(*(found.c[n] for n in names)).where(self.valid, found.c.rule.in_(rules), found.c.clue_id.is_(None))
        self.connection.execute(insert(gaps).from_select(names, fresh))

    def wakes(self, rules: Sequence[str], scope: str | None) -> None:
        """The days on which rows must be judged again are those that this run noted, for all that it judged."""
        wakes = self.t["wakes"]
        self.connection.execute(delete(wakes).where(self._within(wakes, rules, scope), wakes.c.run_id != self.run.run_id))

    def forget_wakes(self) -> None:
        self.connection.execute(delete(self.t["wakes"]).where(self.t["wakes"].c.run_id == self.run.run_id))

    def snoozed(self) -> None:
        """Clues that were put off until a day that has come are open again."""
        clues = self.t["clues"]
        due = select(clues.c.clue_id).where(clues.c.status == SNOOZED, clues.c.snoozed_until <= self.run.as_of)
        for clue_id in list(self.connection.execute(due).scalars()):
            self.connection.execute(update(clues).where(clues.c.clue_id == clue_id).values(status=OPEN, snoozed_until=None))
            self._event(clue_id, DUE, status=OPEN)

    def remember(self, digests: dict[str, str]) -> None:
        """How far the run's rules have been scanned now; one that had to leave something out is judged as a whole again, as no rule has
        a blank digest."""
        scanned, look = self.t["scanned"], self.run.look
        for part in sliced(self.run.rules):
            self.connection.execute(delete(scanned).where(scanned.c.rule.in_(part)))
        short = {rule for rule, *_ in self.over}
        common = {"as_of": look.as_of, "import_id": look.import_id, "open_imports": ",".join(map(str, look.open_imports)), "run_id": self.run.run_id}
        rows = [{"rule": rule, "digest": "" if rule in short else digests[rule], **common} for rule in self.run.rules]
        if rows:
            self.connection.execute(insert(scanned), rows)

    def tidy(self) -> None:
        """Write the events; drop what only the run needed, and the notes on changes that every rule has taken account of."""
        if self.events:
            self.connection.execute(insert(self.t["events"]), self.events)
        for name in ("found", "touched", "tasks"):
            self.connection.execute(delete(self.t[name]))
        looks = [past.look for past in pasts(self.t, self.connection).values()]
        if looks:
            going, seen = {i for look in looks for i in look.open_imports}, min(look.import_id for look in looks)
            for notes in (self.t["moves"], self.t["revisions"]):
                self.connection.execute(delete(notes).where(notes.c.import_id <= seen, notes.c.import_id.not_in(going)))

    def stand(self) -> None:
        """How many clues the run's rules have now, and how much is insufficient."""
        run = self.run
        if run.looks_back:
            found = self.t["found"].c
            for has, number in self.connection.execute(
                select(found.clue_id.is_not(None), func.count()).where(self.valid).group_by(found.clue_id.is_not(None))
            ).tuples():
                if has:
                    run.clues = number
                else:
                    run.insufficient = number
            severities = select(found.severity).where(self.valid, found.clue_id.is_not(None)).distinct()
            run.worst = set(self.connection.execute(severities).scalars())
            return
        clues, gaps = self.t["clues"].c, self.t["gaps"].c
        for part in sliced(run.rules):
            standing = select(clues.severity, func.count()).where(clues.rule.in_(part), clues.present == 1).group_by(clues.severity)
            for severity, number in self.connection.execute(standing).tuples():
                run.worst.add(severity)
                run.clues += number
            run.insufficient += self.connection.execute(select(func.count()).where(gaps.rule.in_(part))).scalar() or 0
