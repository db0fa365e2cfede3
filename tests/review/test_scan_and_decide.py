"""Scans and decisions, or two decisions, at the same time: neither loses what the other wrote."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest

from cases.store import Store, open_store
from engine.scan import Scanner
from review import audit, ledger
from review.decisions import Decision, Outcome, decide, standings
from review.runs import settle
from review.runs.scanning import Order, scan
from rules.law import load_law
from rules.load import load_rules
from tests.cases.sheets import load, write_csv
from tests.review.ledgers import add_clues

COLUMNS = ("决定书文号", "行政机关", "当事人", "违法行为", "处罚决定日期", "送达日期", "罚款金额")
NOW = dt.datetime(2026, 11, 22, 9, 30)


def scanned(store: Store) -> None:
    rules = [r for r in load_rules() if r.rule.id == "enforcement.not-applied"]
    scan(store, Scanner(store, rules, load_law()), Order(dt.date(2026, 11, 22).toordinal(), account="定时任务"))


def delivered(folder: Path, target: str, fine: str) -> None:
    row = ("某罚〔2025〕1号", "某市监局", "棠溪商行", "无证经营", "2025-01-10", "2025-01-15", fine)
    load(target, write_csv(folder / "行政处罚.csv", COLUMNS, row))


def test_a_decision_taken_while_a_scan_is_settled_is_not_lost(target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered(tmp_path, target, "5000")
    with open_store(target) as store:
        scanned(store)
        (clue,) = ledger.recorded(store)
        reader = threading.Thread(target=lambda: decide(store, [Decision(clue["id"], "成案")], "李审", now=NOW))
        status = settle._Settlement._status

        def meanwhile(self: Any, row: Any) -> str:
            reader.start()
            reader.join(1)  # it waits for the scan, or else it is through by now
            return status(self, row)

        monkeypatch.setattr(settle._Settlement, "_status", meanwhile)
        delivered(tmp_path, target, "6000")
        scanned(store)
        reader.join()
        assert ledger.find(store, clue["id"])["status"] == "成案"
        assert [entry.account for entry in audit.entries(store)] == ["定时任务", "定时任务", "李审"]
        assert audit.verify(store).broken == ""


def test_of_two_who_saw_the_same_one_decides_and_the_other_is_told(target: str) -> None:
    with open_store(target, create=True) as store:
        ids = add_clues(store, *range(20))
        seen = standings(store, ids)
        outcomes: dict[str, Outcome] = {}
        both = threading.Barrier(2)

        def review(name: str, status: str) -> None:
            wanted = [Decision(clue, status, "重复", stamp=seen[clue].stamp) for clue in ids]
            both.wait()
            outcomes[name] = decide(store, wanted, name, now=NOW)

        threads = [threading.Thread(target=review, args=one) for one in (("李审", "误报"), ("王审", "不予监督"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first, second = sorted(outcomes.items(), key=lambda item: -len(item[1].done))
        assert (len(first[1].done), len(second[1].done), len(second[1].conflicts)) == (20, 0, 20)
        assert {now.account for now in standings(store, ids).values()} == {first[0]}
        assert audit.verify(store).entries == 20
