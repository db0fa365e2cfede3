"""The README's table of mechanisms is that of the rule files."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.catalogue import load_catalogue
from rules.law import load_law
from rules.load import load_rules
from rules.table import BEGIN, END, table, with_table

README = Path(__file__).parents[2] / "README.md"


def test_readme_is_up_to_date() -> None:
    catalogue = load_catalogue()
    made = table(catalogue, load_law())
    text = README.read_text(encoding="utf-8")
    assert text == with_table(text, made), "请运行 python -m rules.table README.md"
    assert all(f"`{r.rule.id}`" in made for r in load_rules((), catalogue))


def test_first_commands_are_demo_and_test() -> None:
    assert README.read_text(encoding="utf-8").split("```")[1].split() == ["make", "demo", "make", "test"]


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="没有找到标记"):
        with_table(f"只有 {BEGIN}", "表")
    assert with_table(f"前{BEGIN}旧{END}后", "新") == f"前{BEGIN}\n\n新\n\n{END}后"
