"""A scan run as it is told: what was asked, what it found."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from cases.store import Store
from engine.changes import Look

GOING, DONE, FAILED, WITHHELD, LOOKING_BACK = "进行中", "完成", "失败", "已扣留", "回看"
COUNTS = ("rules", "records", "judged", "clues", "insufficient", "new", "changed", "gone", "back", "seconds", "incremental")
_PLAN = ("rules", "records", "incremental", "looks_back")


@dataclass
class Run:
    """One run. `look` is what it sees of the store; `left_out` names what had to be left out; `worst` the severities of its clues.

    One that `looks_back` is as of a day before today and before that as of which its rules were scanned: it tells what it finds and
    changes no clue.
    """

    run_id: int
    look: Look
    rules: list[str]
    state: str = GOING
    records: int = 0
    judged: int = 0
    clues: int = 0
    insufficient: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    back: int = 0
    seconds: float = 0.0
    incremental: bool = False
    looks_back: bool = False
    left_out: list[str] = field(default_factory=list)
    worst: set[str] = field(default_factory=set)

    @property
    def as_of(self) -> int:
        return self.look.as_of

    def counts(self) -> dict[str, Any]:
        """The figures, as the register keeps them."""
        found = {name: getattr(self, name) for name in COUNTS if name != "rules"}
        return {"rules": len(self.rules), **found, "seconds": round(self.seconds, 2)}

    def as_json(self) -> dict[str, Any]:
        """The head of the document that `scan --format json` prints."""
        return {
            "as_of": dt.date.fromordinal(self.as_of).isoformat(),
            "rules": len(self.rules),
            "records": self.records,
            "seconds": round(self.seconds, 2),
            "incremental": self.incremental,
            "run": self.run_id,
        }

    def line(self) -> str:
        """The line for the log."""
        now = dt.datetime.now().strftime("%Y-%m-%d %H:%M")
        return (
            f"{now} run={self.run_id} as_of={dt.date.fromordinal(self.as_of)} records={self.records} judged={self.judged} new={self.new} "
            f"changed={self.changed} gone={self.gone} insufficient={self.insufficient} errors={len(self.left_out)} seconds={self.seconds:.0f}"
        )


def now() -> str:
    """The moment, as the register writes it."""
    return dt.datetime.now().isoformat(" ", "seconds")


def enter(store: Store, connection: Connection, look: Look, rules: list[str], digest: str) -> Run:
    """Enter a new run into the register."""
    runs = store.register["runs"]
    run = Run((connection.execute(select(func.max(runs.c.run_id))).scalar() or 0) + 1, look, rules)
    row = {"run_id": run.run_id, "begun_at": now(), "as_of": look.as_of, "digest": digest, "state": GOING}
    connection.execute(insert(runs), row)
    return run


def keep_plan(store: Store, connection: Connection, run: Run) -> None:
    """Note with the run what `unfinished` needs to go on with it."""
    plan = {"import_id": run.look.import_id, "open_imports": run.look.open_imports, **{name: getattr(run, name) for name in _PLAN}}
    runs = store.register["runs"]
    connection.execute(update(runs).where(runs.c.run_id == run.run_id).values(remark=json.dumps(plan)))


def unfinished(store: Store, connection: Connection) -> tuple[Run, str] | None:
    """The last run, with its digest, where it was planned and has not ended."""
    runs = store.register["runs"]
    row = connection.execute(select(runs).order_by(runs.c.run_id.desc()).limit(1)).first()
    if row is None or row.state != GOING or not row.remark:
        return None
    plan = json.loads(row.remark)
    look = Look(row.as_of, plan["import_id"], tuple(plan["open_imports"]))
    return Run(row.run_id, look, **{name: plan[name] for name in _PLAN}), row.digest


def leave(store: Store, connection: Connection, run: Run, state: str, remark: str = "") -> None:
    """Write the end of a run."""
    run.state = state
    runs = store.register["runs"]
    done = {"ended_at": now(), "counts": json.dumps(run.counts()), "state": state, "remark": remark or None}
    connection.execute(update(runs).where(runs.c.run_id == run.run_id).values(done))
