"""Evidence: what a clue rests on is listed; of very many rows so many as a person reads, and how many more there are."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner

from cases.importing import import_paths
from cases.store import open_store
from cli.main import clues
from engine.evidence import MOST
from engine.scan import Scanner
from review.runs.scanning import Order, scan
from rules.law import load_law
from rules.load import load_rules
from tests.cases.sheets import PENALTIES, write_csv
from tests.conftest import NewStore

RULE = "referral.repeat-not-transferred"
AS_OF = date(2026, 11, 22)


def test_of_very_many_earlier_penalties_some_are_listed_and_the_others_counted(tmp_path: Path, new_store: NewStore) -> None:
    days = [AS_OF - timedelta(MOST + 10 - n) for n in range(MOST + 5)]
    rows = [(f"虚罚{n:03}号", "虚拟生态环境局", "排污公司", "污染环境", day.isoformat(), "1000") for n, day in enumerate(days)]
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, *rows)
    with open_store(target := new_store(), create=True) as store:
        import_paths(store, [tmp_path])
        scanner = Scanner(store, [r for r in load_rules((), store.catalogue) if r.rule.id == RULE], load_law())
        found = [clue for batch in scanner.scan(AS_OF.toordinal()) for clue in batch.clues]
        scan(store, scanner, Order(AS_OF.toordinal()))
    found.sort(key=lambda clue: clue["subject"]["key"])
    last, few = found[-1], found[0]
    listed = {tuple(cell["key"]) for cell in last["evidence"]}
    # Its own row, and all but four of the 54 before it.
    assert (len(listed), last["evidence_more"]) == (1 + MOST, 4)
    assert "evidence_more" not in few
    shown = CliRunner().invoke(clues, ["show", target, last["id"]])
    assert "另有 4 条记录没有列出" in shown.output
