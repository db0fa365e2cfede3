"""Reading rule files: what scanning skips of them, and the lines that problems name."""

from pathlib import Path

import pytest

from rules.load import RuleProblems, load_rules, read_file

HEAD = """\
id: local.x
when: [fine > 0]
"""
CASES = """\
cases:
- {name: 甲, as_of: 2026-01-01}

# between
- {name: 乙}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "local.x.yaml"


def test_without_cases_the_rest_is_read_with_its_lines(path: Path) -> None:
    path.write_text(HEAD + CASES + "agency: agency\n", encoding="utf-8")
    whole, bare = read_file(path), read_file(path, cases=False)
    assert [c["name"] for c in whole.data["cases"]] == ["甲", "乙"]
    assert bare.data == {k: v for k, v in whole.data.items() if k != "cases"}
    assert bare.line(["agency"]) == whole.line(["agency"]) == 8


def test_cases_at_the_end_without_a_last_newline_are_skipped_too(path: Path) -> None:
    path.write_text((HEAD + CASES).rstrip("\n"), encoding="utf-8")
    assert set(read_file(path, cases=False).data) == {"id", "when"}


def test_a_case_that_cannot_be_read_stops_no_scan(path: Path) -> None:
    path.write_text(HEAD + "cases:\n  - {name: 甲\n", encoding="utf-8")
    assert read_file(path, cases=False).data["id"] == "local.x"
    with pytest.raises(RuleProblems) as raised:
        read_file(path)
    assert raised.value.problems[0].line == 5


def test_a_day_that_there_is_not_is_a_problem_of_the_file(path: Path) -> None:
    path.write_text(HEAD + "in_force: 2026-02-30\n", encoding="utf-8")
    with pytest.raises(RuleProblems) as raised:
        load_rules([path], shipped=False)
    assert [p.path for p in raised.value.problems] == [path]
