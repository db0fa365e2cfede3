"""Ledgers of which reports are made, and what stands in these."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import update

from cases.store import Store
from review.reports import html
from review.reports.contents import Report
from rules.law import load_law
from rules.load import load_rules
from tests.review.ledgers import add_clues, narrow

NOW = dt.datetime(2026, 11, 22, 9, 30)
RULES = {r.rule.id: r for r in load_rules()}


def told(store: Store, **options: Any) -> Report:
    return Report(store, load_law(), **options)


def page(store: Store, tmp_path: Path, **options: Any) -> str:
    html.write_overview(told(store, **options), tmp_path / "o.html", RULES)
    return narrow((tmp_path / "o.html").read_text(encoding="utf-8"))


def words(path: Path) -> str:
    """All that a person reads in a document."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist() if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", n)]
    return "".join(re.sub(r"<[^>]+>", "", part) for part in parts)


def dressed(store: Store, clue: str, **changes: Any) -> None:
    """Put more into a clue than add_clues does."""
    table = store.register["clues"]
    with store.engine.begin() as connection:
        payload = json.loads(connection.execute(table.select().where(table.c.clue_id == clue)).mappings().one()["payload"])
        connection.execute(update(table).where(table.c.clue_id == clue).values(payload=json.dumps({**payload, **changes}, ensure_ascii=False)))


def full(store: Store, number: int = 1) -> str:
    """A clue with all that a clue has."""
    (one,) = add_clues(store, number)
    days = {"2026-07-15": "起算日:2026-07-15", None: "期限:3个月", "2026-10-15": "最后合法日:2026-10-15"}
    dressed(
        store, one, rebuttals=["经批准分期缴纳", "已履行而未录入"], derivation=[{"day": day, "text": text} for day, text in days.items()],
        basis=[{"id": "nl.apply3m", "law": "行政强制法", "article": "第五十三条", "edition": "2011"}],
        evidence=[{"record": "penalty", "key": ["某罚〔2025〕1号"], "field": "served_on", "value": "2026-07-15"}],
    )  # fmt: skip
    return one
