"""Completion in the shell: commands, options, and what they take."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def completed(folder: Path, *words: str) -> list[str]:
    """What the shell is offered for the last word, without the kind of each."""
    asked = {"_CLUES_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(("clues", *words)), "COMP_CWORD": str(len(words))}
    done = subprocess.run(
        [sys.executable, "-m", "cli"], capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder, env={**os.environ, **asked}
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [line.partition(",")[2] for line in done.stdout.split()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("sc",), ["scan"]),
        (("scan", "cases.db", "--on"), ["--only"]),
        (("scan", "cases.db", "--only", "trial."), ["trial.overdue"]),
        (("scan", "cases.db", "--skip", "虚假"), ["虚假诉讼"]),
        (("scan", "cases.db", "--only", "民事检"), ["民事检察"]),
        (("rules", "show", "petition.unan"), ["petition.unanswered"]),
        (("list", "cases.db", "--rule", "trial."), ["trial.overdue"]),
        (("list", "cases.db", "--mechanism", "恶意"), ["恶意注销"]),
        (("law", "show", "nl.apply"), ["nl.apply3m"]),
        (("explain", "cases.db", "行政处"), ["行政处罚"]),
        (("show", "案件/ca"), ["案件/ca"]),
    ],
)
def test_a_word_is_completed(tmp_path: Path, words: tuple[str, ...], offered: list[str]) -> None:
    assert completed(tmp_path, *words) == offered


def test_local_rules_are_known_and_broken_ones_pass_in_silence(tmp_path: Path) -> None:
    (tmp_path / "好.yaml").write_text("id: local.mine\n", encoding="utf-8")
    (tmp_path / "坏.yaml").write_text("id: [\n", encoding="utf-8")
    assert completed(tmp_path, "scan", "cases.db", "--rules", str(tmp_path), "--only", "local") == ["local.mine"]
    assert completed(tmp_path, "explain", "cases.db", "--catalogue", "没有.yaml", "行") == []
