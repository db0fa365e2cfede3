"""What reviewers send from the page: decisions as a form gives them, and the way back from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import orjson
from werkzeug.datastructures import MultiDict

from cases.errors import UsageProblem
from cases.store import Store
from cases.values import parse_date
from review.decisions import CLOSED, EXAMINED, OPEN, Decision, Outcome, Standing, assigned, decide, standings
from review.ledger import find

MOST = 500
"""So many clues may be decided at once."""
NAME = 60
"""So many characters an assignee may have."""
FIELDS = ("status", "reason", "until", "into", "assignee", "note")


@dataclass(frozen=True)
class Act:
    """Decisions that were sent and what became of them. `before`: how the clues stood; `back`: the decisions that undo what was done."""

    decisions: Sequence[Decision]
    before: dict[str, Standing]
    outcome: Outcome
    back: Sequence[Decision]

    @property
    def stamps(self) -> dict[str, str]:
        """What a form carries for each clue, so that the next decision is on the clue as it stood before this one."""
        return {one: f"{one}:{standing.stamp}" for one, standing in self.before.items()}


def read(store: Store, form: MultiDict[str, str]) -> list[Decision]:
    """The decisions of a form: its fields, on every chosen clue (`clue`, each an id with its stamp, `id:stamp`).

    Raises UsageProblem, one sentence; NoSuchClue where the clue to merge into is not there.
    """
    chosen = list(dict.fromkeys(form.getlist("clue")))
    if not chosen:
        raise UsageProblem("没有选中线索:请先在名单里勾选,再提交")
    if len(chosen) > MOST:
        raise UsageProblem(f"一次最多处理 {MOST} 条,现在选了 {len(chosen)} 条:请分几次处理")
    given = {name: form.get(name, "").replace("\0", "").replace("\r\n", "\n").strip() for name in FIELDS}
    if not any(given[name] for name in ("status", "note", "assignee")):
        raise UsageProblem("没有写要怎样处理:请选处理结果,或者写承办人、说明")
    if len(given["assignee"]) > NAME:
        raise UsageProblem(f"“承办人”写得太长:最多 {NAME} 个字")
    into = find(store, given["into"].lower())["id"] if given["into"] else ""
    wanted = Decision("", given["status"], given["reason"], given["note"], assigned(given["assignee"]), _day(given["until"]), into)
    return [replace(wanted, clue_id=clue, stamp=stamp) for clue, _, stamp in (one.partition(":") for one in chosen)]


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text) if text else None
    except ValueError as e:
        raise UsageProblem(f"“暂缓至”写的“{text}”不是日期:请写成 2026-12-31 的样子") from e
    if day == 0:
        raise UsageProblem("“暂缓至”要写哪一天,如 2026-12-31")
    return dt.date.fromordinal(day) if day else None


def take(store: Store, decisions: Sequence[Decision], account: str, now: dt.datetime, *, dry_run: bool = False) -> Act:
    """Write decisions (or, with `dry_run`, see what would become of them)."""
    before = standings(store, [d.clue_id for d in decisions])
    outcome = decide(store, decisions, account, now=now, dry_run=dry_run)
    return Act(decisions, before, outcome, [_undoing(before[after.clue_id], after) for after in outcome.done])


def _undoing(before: Standing, after: Standing) -> Decision:
    """The decision that brings a clue back to where it stood. What was closed is reopened, and says why."""
    note = f"撤销“{after.status}”" if after.status != before.status else "撤销上一次改动"
    assignee = before.assignee if before.assignee != after.assignee else None
    back = Decision(after.clue_id, note=note, assignee=assignee, stamp=after.stamp)
    if (after.status, after.reason, after.until, after.into) == (before.status, before.reason, before.until, before.into):
        return back
    if after.status in CLOSED and before.status not in (OPEN, EXAMINED, after.status):
        return replace(back, status=EXAMINED)  # the only way out of a closed status
    return replace(back, status=before.status, reason=before.reason, until=before.until, into=before.into)


def packed(decisions: Iterable[Decision]) -> str:
    """Decisions as text, to be sent back by a form."""
    return orjson.dumps([[d.clue_id, d.status, d.reason, d.note, d.assignee, d.until, d.into, d.stamp] for d in decisions]).decode()


def unpacked(text: str) -> list[Decision]:
    """The decisions of a text that `packed` made. Raises UsageProblem where it is something else."""
    try:
        found = []
        for clue, status, reason, note, assignee, until, into, stamp in orjson.loads(text):
            texts = (clue, status, reason, note, into, stamp, assignee or "", until or "")
            if not all(isinstance(one, str) for one in texts):
                raise ValueError(text)
            found.append(Decision(clue, status, reason, note, assignee, dt.date.fromisoformat(until) if until else None, into, stamp))
    except (ValueError, TypeError) as e:
        raise UsageProblem("撤销的内容不完整:请回到线索页面重新处理") from e
    if len(found) > MOST:
        raise UsageProblem(f"一次最多处理 {MOST} 条:请分几次处理")
    return found
