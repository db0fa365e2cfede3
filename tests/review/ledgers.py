"""Ledgers with invented clues, for tests of what people do with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select

from cases.store import Store

RUN = {"run_id": 1, "begun_at": "2026-11-01T02:00:00", "as_of": 739921, "state": "完成"}


_NARROW = str.maketrans("\uff0c\uff1a\uff1b\uff1f\uff01\uff08\uff09", ",:;?!()")


def narrow(text: str) -> str:
    """A text with the punctuation that tests are typed with."""
    return text.translate(_NARROW)


def clue_id(number: int) -> str:
    return f"{number:016x}"


def add_clues(store: Store, *numbers: int, run: int = 1, **columns: Any) -> list[str]:
    """Add open clues of a rule, first seen in `run`; gives their ids."""
    ids = [clue_id(n) for n in numbers]
    runs = store.register["runs"]
    with store.engine.begin() as connection:
        if connection.execute(select(runs.c.run_id).where(runs.c.run_id == run)).first() is None:
            connection.execute(insert(runs), {**RUN, "run_id": run})
        for one in ids:
            connection.execute(insert(store.register["clues"]), _row(one, run, columns))
    return ids


def _row(clue: str, run: int, columns: Mapping[str, Any]) -> dict[str, Any]:
    row = {
        "clue_id": clue, "rule": "enforcement.not-applied", "mechanism": "行政非诉执行", "severity": "high", "state": "overdue", "agency": "某市监局",
        "sort_key": clue, "arose_on": 739900, "facts": f"facts of {clue}"[:32], "present": 1, "first_run": run, "last_run": run, "status": "待审",
        **columns,
    }  # fmt: skip
    subject = {"record": "penalty", "key": [f"某罚〔2025〕{int(clue, 16)}号"]}
    payload = {
        "id": clue, **{k: row[k] for k in ("rule", "mechanism", "severity", "state", "agency")}, "title": "行政机关逾期未申请法院强制执行",
        "subject": subject, "due_on": "2026-10-15", "arose_on": "2026-10-16", "days": None, "basis": [], "grade": "statutory",
        "summary": f"某市监局的处罚决定({subject['key'][0]})未申请法院强制执行", "action": "调阅案卷", "evidence": [],
        "rebuttals": [], "derivation": [],
    }  # fmt: skip
    return {"payload": json.dumps(payload, ensure_ascii=False), **row}


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    """The rows of a ledger table in the order of their first column."""
    t = store.register[table]
    with store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(t).order_by(*t.primary_key.columns)).mappings()]
