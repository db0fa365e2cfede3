"""The ledger's tables: scan runs and how far each rule has been scanned, clues, what became of them, and the audit log.

A run writes what it finds into `found`; when it is complete, one transaction carries that over into `clues`, `gaps` and `wakes`
and marks the run as done. `payload` is a clue as JSON text, timeless: what depends on the day of looking is filled in when it is read.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, SmallInteger, String, Table, Text


def ledger_tables(metadata: MetaData) -> dict[str, Table]:
    """The ledger's tables by name, attached to `metadata`."""
    return {**_run_tables(metadata), **_clue_tables(metadata), **_people_tables(metadata)}


def _run_tables(metadata: MetaData) -> dict[str, Table]:
    return {
        # state: 进行中, 完成, 失败, 已扣留 (gate or flood stop), 回看 (as of an earlier day: changes no clue)
        "runs": Table(
            "runs", metadata,
            Column("run_id", Integer, primary_key=True), Column("begun_at", String(32), nullable=False), Column("ended_at", String(32)),
            Column("as_of", Integer, nullable=False), Column("digest", String(64)), Column("counts", Text), Column("state", String(10)),
            Column("remark", Text),
        ),
        # How far each rule has been scanned: with which content, as of which day, up to which import (`open_imports`: those that had
        # not ended then).
        "scanned": Table(
            "scanned", metadata,
            Column("rule", String(80), primary_key=True), Column("digest", String(64), nullable=False), Column("as_of", Integer, nullable=False),
            Column("import_id", Integer, nullable=False), Column("open_imports", Text, nullable=False), Column("run_id", Integer, nullable=False),
        ),
        # The day on which a row must be judged again by a rule because time has passed.
        "wakes": Table(
            "wakes", metadata,
            Column("wake_id", Integer, primary_key=True), Column("run_id", Integer, nullable=False),
            Column("rule", String(80), nullable=False), Column("rid", Integer, nullable=False), Column("day", Integer, nullable=False),
            Index("wakes_day", "day"), Index("wakes_rule_rid", "rule", "rid"),
        ),
        # What the running scan looks at again: rows (rid) or actors of a set; several rules may share a set.
        "touched": Table(
            "touched", metadata,
            Column("touched_id", Integer, primary_key=True), Column("set_id", Integer, nullable=False, index=True),
            Column("rid", Integer), Column("actor", String(200)),
        ),
        # The work of the running scan: one rule, for all of its rows or those of some sets (1,7) or in a range. state: 待办, 在办, 已办,
        # 略过 (one row or actor that cannot be judged).
        "tasks": Table(
            "tasks", metadata,
            Column("task_id", Integer, primary_key=True), Column("run_id", Integer, nullable=False, index=True),
            Column("rule", String(80), nullable=False), Column("sets", String(60)), Column("low_rid", Integer), Column("high_rid", Integer),
            Column("state", String(10), nullable=False), Column("worker", String(120)),
            Column("tries", Integer, nullable=False), Column("judged", Integer), Column("remark", Text),
        ),
        # How full each sheet was at a run: what the data gate compares with.
        "deliveries": Table(
            "deliveries", metadata,
            Column("delivery_id", Integer, primary_key=True), Column("run_id", Integer, nullable=False, index=True),
            Column("record", String(40), nullable=False), Column("counts", Text, nullable=False),
        ),
    }  # fmt: skip


def _clue_columns() -> list[Column[object]]:
    """What a clue is listed and compared by. `rid` or `actor` is its subject, `facts` a digest of what it rests on."""
    return [
        Column("rule", String(80), nullable=False), Column("mechanism", Text), Column("severity", String(10)), Column("state", String(10)),
        Column("agency", Text), Column("sort_key", Text, nullable=False), Column("arose_on", Integer),
        Column("rid", Integer), Column("actor", String(200)), Column("facts", String(32)), Column("payload", Text, nullable=False),
    ]  # fmt: skip


def _clue_tables(metadata: MetaData) -> dict[str, Table]:
    return {
        # present: seen when its rule was last scanned. status: 待审, 核查中, 成案, 误报, 不予监督, 待补证, 暂缓 (to `snoozed_until`),
        # 并案 (into `merged_into`).
        # decided_facts: `facts` when the status was last set; a closed clue comes back when they differ.
        "clues": Table(
            "clues", metadata, Column("clue_id", String(16), primary_key=True), *_clue_columns(),
            Column("present", SmallInteger, nullable=False), Column("first_run", Integer, nullable=False),
            Column("last_run", Integer, nullable=False, index=True), Column("status", String(20), nullable=False, index=True),
            Column("decided_facts", String(32)), Column("decided_at", String(32)), Column("reason", String(20)), Column("assignee", Text),
            Column("snoozed_until", Integer), Column("merged_into", String(16)), Column("version", Integer),
            Index("clues_rule_rid", "rule", "rid"), Index("clues_rule_actor", "rule", "actor"),
        ),
        # The history of a clue. kind: 变化, 消失, 再现 (by a run); 处理 (a decision), 重启 (a closed one came back), 到期 (暂缓 has run out).
        "events": Table(
            "events", metadata,
            Column("event_id", Integer, primary_key=True), Column("clue_id", String(16), nullable=False, index=True),
            Column("run_id", Integer, index=True), Column("happened_at", String(32), nullable=False), Column("account", Text),
            Column("kind", String(10), nullable=False), Column("status", String(20)), Column("reason", String(20)), Column("note", Text),
            Column("detail", Text),
        ),
        "gaps": Table(
            "gaps", metadata,
            Column("gap_id", Integer, primary_key=True), Column("run_id", Integer, nullable=False), Column("rule", String(80), nullable=False),
            Column("rid", Integer), Column("sort_key", Text, nullable=False), Column("payload", Text, nullable=False),
            Index("gaps_rule_rid", "rule", "rid"),
        ),
        # What a run found, clues and gaps (`clue_id` blank), until it is complete.
        "found": Table(
            "found", metadata,
            Column("found_id", Integer, primary_key=True), Column("run_id", Integer, nullable=False),
            Column("task_id", Integer, index=True), Column("clue_id", String(16), index=True), *_clue_columns(),
            Index("found_rule_clue", "rule", "clue_id"),  # a run looks up each rule's clues and gaps when it is settled
        ),
    }  # fmt: skip


def _people_tables(metadata: MetaData) -> dict[str, Table]:
    return {
        # Append-only; `digest` covers the entry and the digest before it.
        "audit": Table(
            "audit", metadata,
            Column("seq", Integer, primary_key=True), Column("happened_at", String(32), nullable=False), Column("account", Text),
            Column("act", String(20), nullable=False), Column("about", Text), Column("detail", Text), Column("digest", String(64), nullable=False),
        ),
    }  # fmt: skip
