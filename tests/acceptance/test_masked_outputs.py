"""No certificate number and no natural person's full name stands in any masked output: all of them are searched for all of the names."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import clues
from tests.acceptance.test_import import run
from tests.conftest import NewStore
from tests.reference import stores
from tests.review.people import peopled

SEED = 3
LOCAL = """
id: local.defendants
title: 本地:案件的当事人
mechanism: 虚假诉讼
line: 民事检察
severity: low
grade: policy
subject: civil_case
let: {sued: "parties[role = 被告].name", numbers: "parties[role = 原告].person_id"}
when: [filed_on is given]
condition: {day: filed_on}
in_force: 2000-01-01
law: [policy]
agency: court
says: "{court}立案的{case_no},被告{sued},原告证件号{numbers},承办人{judge}"
rebuttals: [无]
do: 核对
"""


class Seen:
    """A store with people in it that has been scanned, also by a local rule that quotes rows beside its subject."""

    def __init__(self, folder: Path, store: str):
        self.folder, self.store = folder, store
        sheets, self.secrets = peopled(stores.store(SEED, 1))
        stores.write(sheets, folder / "数据")
        (folder / "本地").mkdir()
        (folder / "本地" / "local.defendants.yaml").write_text(LOCAL, encoding="utf-8")
        assert run("import", self.store, folder / "数据", "--quiet").returncode == 0
        assert self.scan("--quiet").returncode == 0
        found = json.loads(run("list", self.store, "--format", "json", "--mask").stdout)["clues"]
        self.ids = {clue["rule"]: clue["id"] for clue in found}

    def scan(self, *more: object):  # type: ignore[no-untyped-def]
        return run("scan", self.store, "--as-of", stores.as_of_days(SEED)[3], "--rules", self.folder / "本地", *more)

    def leaked(self, text: str) -> list[str]:
        return sorted(secret for secret in self.secrets if secret in text)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Seen:
    return Seen(tmp_path_factory.mktemp("masked"), new_store())


def test_the_search_finds_what_is_not_masked(seen: Seen) -> None:
    text = run("list", seen.store, "--format", "json").stdout
    assert len(seen.leaked(text)) > 40
    assert "local.defendants" in text


@pytest.mark.parametrize(
    "command",
    [
        "list", "list --format csv --mask", "list --format json --mask", "list --all --gone", "scan", "scan --format csv --mask",
        "scan --full --format json --mask", "stats", "stats --format csv", "stats --format json", "audit", "audit --format csv",
        "audit --format json", "review --rule * --status 核查中 --dry-run", "doctor",
    ],
)  # fmt: skip
def test_nobody_is_named(seen: Seen, command: str) -> None:
    name, *more = command.split()
    if name == "scan":
        done = seen.scan(*more)
    elif name == "audit":
        run("show", seen.store, seen.ids["local.defendants"], "--unmask")
        done = run("audit", "list", seen.store, *more)
    else:
        done = run(name, seen.store, *more)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 100
    assert seen.leaked(done.stdout + done.stderr) == []


def test_no_clue_shown_names_anybody(seen: Seen) -> None:
    """One clue of each rule; in this process, as there are many."""
    for clue_id in seen.ids.values():
        shown = CliRunner().invoke(clues, ["show", seen.store, clue_id])
        assert shown.exit_code == 0
        assert seen.leaked(shown.output) == [], clue_id


@pytest.mark.parametrize("name", ["list.xlsx", "report.docx", "overview.html"])
def test_no_report_names_anybody(seen: Seen, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    done = run("report", seen.store, "--output", path, "--rule", "local.*")
    assert done.returncode == 0, done.stderr
    if path.suffix == ".html":
        texts = [path.read_text(encoding="utf-8")]
    else:
        with zipfile.ZipFile(path) as packed:
            texts = [packed.read(member).decode() for member in packed.namelist() if member.endswith(".xml")]
    assert "待核查" in "".join(texts)
    assert seen.leaked("".join(texts)) == []
