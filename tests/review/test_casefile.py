"""Negative cases from dismissed clues: the rule still finds them, and nobody is named in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from cases.store import Store, open_store
from engine.cases import CaseRunner
from engine.scan import Scanner
from review import ledger
from review.casefile import NoCase, case_of, written
from review.runs.scanning import Order, scan
from rules.law import load_law
from rules.load import load_rules
from rules.resolve import Resolved
from tests.cases.sheets import load
from tests.reference import stores
from tests.review.people import peopled

SEED = 3
SOME = (
    "enforcement.not-applied", "enforcement.demand-skipped", "criminal.bail-overdue", "criminal.custody-overdue", "criminal.lingering-no-measure",
    "referral.threshold-not-transferred", "civil.agent-both-sides", "civil.award-batch-debtor", "civil.repeat-filer", "civil.lender-suspected",
    "enterprise.evasive-deregistration", "minors.record-employed", "dispute.aged", "trial.overdue", "sentence.not-committed",
)  # fmt: skip
"""Rules of every shape; some read rows that hang on their subject, and rows of the same actor."""


@pytest.fixture(scope="module")
def rules() -> dict[str, Resolved]:
    return {r.rule.id: r for r in load_rules() if r.rule.id in SOME}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    folder = tmp_path_factory.mktemp("people")
    sheets, secrets = peopled(stores.store(SEED, 1))
    stores.write(sheets, folder / "sheets")
    load(folder / "cases.db", folder / "sheets")
    return folder / "cases.db", secrets


@pytest.fixture(scope="module")
def store(secrets: tuple[Path, set[str]], rules: dict[str, Resolved]) -> Iterator[Store]:
    with open_store(secrets[0]) as opened:
        scan(opened, Scanner(opened, list(rules.values()), load_law()), Order(stores.as_of_days(SEED)[3].toordinal()))
        yield opened


@pytest.fixture(scope="module")
def runner() -> Iterator[CaseRunner]:
    with CaseRunner() as opened:
        yield opened


def test_the_rule_still_finds_the_case_and_nobody_is_named(
    store: Store, rules: dict[str, Resolved], secrets: tuple[Path, set[str]], runner: CaseRunner, tmp_path: Path
) -> None:  # fmt: skip
    clues = {clue["rule"]: clue for clue in ledger.recorded(store)}
    assert len(clues) >= 10
    for name, clue in clues.items():
        text = written(name, case_of(store, clue, rules[name], load_law()))
        assert not [secret for secret in secrets[1] if secret in text], name
        file = tmp_path / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        (rule,) = [r for r in load_rules([file]) if r.rule.id == name]
        (result,) = [r for r in runner.run(rule) if r.name == f"规则过宽 {clue['id']}"]
        assert (result.passed, result.expected) == (False, "none"), name
        assert clue["state"] in result.found


def test_a_record_that_is_gone_makes_no_case(store: Store, rules: dict[str, Resolved]) -> None:
    clue = next(ledger.recorded(store, rule="enforcement.not-applied"))
    with pytest.raises(NoCase, match="记录已不在案件库中"):
        case_of(store, {**clue, "subject": {"record": "penalty", "key": ["没有这一号"]}}, rules[clue["rule"]], load_law())


def test_what_the_rule_finds_no_longer_makes_no_case(store: Store, rules: dict[str, Resolved]) -> None:
    clue = next(ledger.recorded(store, rule="enforcement.not-applied"))
    table = store.tables["penalty"]
    with store.engine.begin() as connection:
        connection.execute(update(table).values(fine=0))
    with pytest.raises(NoCase, match="并不列出"):
        case_of(store, clue, rules[clue["rule"]], load_law())
