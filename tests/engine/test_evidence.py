"""Evidence: what a clue rests on is listed; of very many rows so many as a person reads, and how many more there are."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner

from cases.importing import import_paths
from cases.store import open_store
from cli.main import clues
from engine.env import Env
from engine.evidence import MOST
from engine.scan import Scanner
from engine.spelling import spelled
from review.runs.scanning import Order, scan
from rules import terms as t
from rules.law import load_law
from rules.load import PACKS, load_rules
from tests.cases.sheets import PENALTIES, write_csv
from tests.conftest import NewStore

RULE = "referral.repeat-not-transferred"
AS_OF = date(2026, 11, 22)


def _repeated(folder: Path, count: int) -> None:
    """A sheet of penalties on one party, day after day."""
    days = [AS_OF - timedelta(count + 5 - n) for n in range(count)]
    rows = [(f"虚罚〔2026〕{n:03}号", "虚拟生态环境局", "排污公司", "污染环境", day.isoformat(), "1000") for n, day in enumerate(days)]
    write_csv(folder / "行政处罚.csv", PENALTIES, *rows)


def test_of_very_many_earlier_penalties_some_are_listed_and_the_others_counted(tmp_path: Path, new_store: NewStore) -> None:
    _repeated(tmp_path, MOST + 5)
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


def test_a_sentence_lists_no_more_than_the_evidence_in_the_spelling_of_the_sheet(tmp_path: Path, new_store: NewStore) -> None:
    text = (PACKS / "administrative" / f"{RULE}.yaml").read_text(encoding="utf-8").replace(f"id: {RULE}", "id: local.repeat")
    text = text.replace("let:\n", "let:\n  all: same_party[crime = this.crime].decision_no\n").replace('says: "', 'says: "{all}:')
    (tmp_path / "本地.yaml").write_text(text, encoding="utf-8")
    _repeated(tmp_path, MOST + 5)
    with open_store(new_store(), create=True) as store:
        import_paths(store, [tmp_path / "行政处罚.csv"])
        scanner = Scanner(store, [r for r in load_rules([tmp_path / "本地.yaml"]) if r.rule.id == "local.repeat"], load_law())
        (said, *_) = [clue["summary"] for batch in scanner.scan(AS_OF.toordinal()) for clue in batch.clues]
    told = said.partition(":")[0]
    assert told.startswith("虚罚〔2026〕000号、虚罚〔2026〕001号、")
    assert told.endswith(f"虚罚〔2026〕{MOST - 1:03}号等 {MOST + 5} 项")


def test_what_cannot_be_seen_yet_is_not_spelled_out() -> None:
    term = t.Field("text", t.Place(0, (), "penalty"), "party")
    spelt = {"party": None, "party_w": "张 三"}
    assert spelled(term)(Env([spelt], AS_OF.toordinal())) is None
    assert spelled(term)(Env([{**spelt, "party": "张三"}], AS_OF.toordinal())) == "张 三"
