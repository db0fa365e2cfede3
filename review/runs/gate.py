"""What withholds a result: a delivery that has collapsed (the gate, before judging), a rule that suddenly floods (before the end)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, func, insert, select

from cases.catalogue import Sheet
from cases.errors import CluesError
from cases.settings import Flood, Gate
from cases.store import Store
from review.runs.plan import Past
from review.runs.run import DONE, Run

ROWS = 50
"""A sheet with fewer rows than this before is not held against anything."""
DELIVERED, DELIVERIES = 200, 3
"""So many rows a delivery had, so many times, before one with fewer rows is strange."""
RUNS, USUAL, SHARE = 2, 10, 1000
"""So many runs there were before a rule can flood; a rule with fewer clues than 10, or than one for every 1000 records, counts as
having so many."""
NEAR_DAYS = 10
"""A run is held against one that was so many days before, not longer."""
GROWN = 1.5
"""A sheet that has grown more than so many times may well have emptier cells."""


class Withheld(CluesError):
    """结果已扣留:数据或线索数与以往相差太大。"""

    exit_code = 4


def closed(store: Store, connection: Connection, run: Run, past: dict[str, Past], gate: Gate) -> list[str]:
    """Why the delivered data are held back, a sentence each; how full the sheets are is noted with the run."""
    since = min((p.look.import_id for p in past.values()), default=0)
    reasons: list[str] = []
    deliveries = store.register["deliveries"]
    for record, sheet in store.catalogue.records.items():
        table = store.tables[record]
        changed = connection.execute(select(func.count()).where(table.c.import_id > since)).scalar() or 0
        rows = connection.execute(select(func.count()).select_from(table)).scalar() or 0
        before = _before(store, connection, record)
        if not rows and before is None:
            continue
        # Where all of its rows were known, those that are missing may be what would have changed.
        reasons += _delivered(store, connection, sheet, since, gate) if before is not None else []
        # Fewer changed rows than this cannot bring the share of filled cells down so far.
        if before is not None and rows >= before["rows"] and changed < gate.fill_drop * rows:
            continue
        now = _measured(connection, table, sheet, run.as_of, rows)
        connection.execute(insert(deliveries), {"run_id": run.run_id, "record": record, "counts": json.dumps(now)})
        if before is not None and before["rows"] >= ROWS:
            reasons += _compared(sheet, before, now, gate)
    return reasons


def _before(store: Store, connection: Connection, record: str) -> dict[str, Any] | None:
    """How full a sheet was when it was last measured by a run whose result counts."""
    d, runs = store.register["deliveries"].c, store.register["runs"].c
    query = select(d.counts).join(store.register["runs"], runs.run_id == d.run_id).where(d.record == record, runs.state == DONE)
    text = connection.execute(query.order_by(d.run_id.desc()).limit(1)).scalar()
    return json.loads(text) if text else None


def _measured(connection: Connection, table: Any, sheet: Sheet, as_of: int, rows: int) -> dict[str, Any]:
    days = [c.field for c in sheet.columns if c.type == "date" and not c.term and not c.papers]
    columns = [func.count(table.c[f]) for f in days]
    newest = [func.max(case((table.c[f] <= as_of, table.c[f]))) for f in days]
    found = connection.execute(select(*columns, *newest)).one() if days else ()
    filled = dict(zip(days, found[: len(days)], strict=True))
    return {"rows": rows, "filled": filled, "newest": max((n for n in found[len(days) :] if n), default=0)}


def _compared(sheet: Sheet, before: dict[str, Any], now: dict[str, Any], gate: Gate) -> Iterator[str]:
    if now["rows"] < before["rows"] * (1 - gate.rows_drop):
        yield f"表“{sheet.name}”只剩 {now['rows']} 行,上次有 {before['rows']} 行"
    for field, number in before["filled"].items():
        if field not in now["filled"]:
            continue
        was, is_now = number / before["rows"], now["filled"][field] / max(now["rows"], 1)
        comparable = now["rows"] <= GROWN * before["rows"]
        vanished = number >= ROWS and now["filled"][field] <= number * (1 - gate.fill_drop)
        if (comparable and was - is_now >= gate.fill_drop) or vanished:
            yield f"表“{sheet.name}”的“{sheet.by_field[field].name}”填写率从 {was:.0%} 降到 {is_now:.0%}"
    if now["newest"] and now["newest"] < before["newest"] - gate.stale_days:
        days = [date.fromordinal(d).isoformat() for d in (before["newest"], now["newest"])]
        yield f"表“{sheet.name}”最近的日期从 {days[0]} 退到 {days[1]}"


def _delivered(store: Store, connection: Connection, sheet: Sheet, since: int, gate: Gate) -> Iterator[str]:
    """Whether the last delivery of a sheet is much smaller than all of the last ones, which were large."""
    files = store.register["files"].c
    query = select(files.import_id, files.counts).where(files.sheet == sheet.name, files.counts.is_not(None)).order_by(files.import_id.desc())
    read: dict[int, int] = {}
    for import_id, counts in connection.execute(query.limit(50)).tuples():
        read[import_id] = read.get(import_id, 0) + json.loads(counts)["read"]
    sizes = list(read.values())
    last, earlier = sizes[0] if sizes and next(iter(read)) > since else None, sizes[1 : 1 + DELIVERIES]
    if last is None or len(earlier) < DELIVERIES or min(earlier) < DELIVERED:
        return
    if last < min(earlier) * (1 - gate.rows_drop):
        yield f"表“{sheet.name}”这次只报来 {last} 行,前 {DELIVERIES} 次最少 {min(earlier)} 行"


def standing(store: Store, connection: Connection) -> dict[str, int]:
    """How many clues stand, by rule."""
    clues = store.register["clues"].c
    return dict(connection.execute(select(clues.rule, func.count()).where(clues.present == 1).group_by(clues.rule)).tuples().all())


def flooding(store: Store, connection: Connection, run: Run, before: dict[str, int], past: dict[str, Past], flood: Flood) -> list[str]:
    """Why a result is held back: rules with many times the clues that they had, measured by the records that there are."""
    runs = store.register["runs"].c
    query = select(runs.as_of, runs.counts).where(runs.state == DONE, runs.run_id < run.run_id).order_by(runs.run_id.desc()).limit(RUNS)
    earlier = connection.execute(query).all()
    # What time alone brings, and what many missed nights bring together, is no flood.
    delivered = any(run.look.import_id > p.look.import_id for p in past.values())
    if len(earlier) < RUNS or not delivered or run.as_of - earlier[0].as_of > NEAR_DAYS:
        return []
    growth = max(1.0, run.records / max(json.loads(earlier[0].counts or "{}").get("records", 0), 1))
    reasons = []
    for rule, number in sorted(standing(store, connection).items()):
        usual = before.get(rule, 0)
        if rule in past and number - usual >= flood.least and number > flood.times * max(usual, USUAL, run.records // SHARE) * growth:
            reasons.append(f"规则 {rule} 由 {usual} 条线索骤增到 {number} 条")
    return reasons
