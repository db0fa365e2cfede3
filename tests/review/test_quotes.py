"""The words behind evidence that was read from court papers."""

from __future__ import annotations

from pathlib import Path

from cases.store import open_store
from review.quotes import quotes
from tests.cases.documents import papers

NUMBER = "（2019）川0107民初20481号"
RULING = "乌应急罚〔2022〕9号"


def cell(record: str, key: list[str], field: str) -> dict[str, object]:
    return {"record": record, "key": key, "field": field, "value": "x"}


def test_the_words_are_quoted_without_names(tmp_path: Path) -> None:
    folder = tmp_path / "文书"
    folder.mkdir()
    claim = papers.LOAN.replace("原告以现金方式交付", "关长庚以现金方式交付巫立夏51010719810304")
    (folder / "LOAN.txt").write_text(claim, encoding="utf-8")
    clue = {
        "evidence": [
            cell("civil_case", [NUMBER], "filed_on"),
            cell("civil_case", [NUMBER], "cash"),
            cell("civil_party", [NUMBER, "原告", "关长庚"], "role"),
            cell("civil_case", [NUMBER], "stayed_on"),
            cell("civil_case", ["没有的案号"], "filed_on"),
            cell("gone", ["1"], "filed_on"),
        ]
    }
    with open_store(tmp_path / "cases.db", create=True) as store:
        papers.imported(store, folder)
        filed, cash, role, stayed, *gone = quotes(store, clue)
        whole = quotes(store, clue, unmask=True)
    assert filed == "本院于2019年10月8日立案"
    assert "关某以现金方式交付巫某510107" in cash
    assert not any(text in cash for text in ("关长庚", "巫立夏", "1981"))
    assert (role, stayed, gone) == ("", "", ["", ""])
    assert "关长庚以现金方式交付巫立夏51010719810304" in whole[1]
    assert whole[2].startswith("原告：关长庚")


def test_debtors_of_rulings_are_masked_too(tmp_path: Path) -> None:
    folder = tmp_path / "文书"
    folder.mkdir()
    ruling = papers.ENFORCE_ON_A_PERSON
    (folder / "REVIEW.txt").write_text(ruling, encoding="utf-8")
    with open_store(tmp_path / "cases.db", create=True) as store:
        papers.imported(store, folder)
        clue = {"evidence": [cell("enforcement_application", [RULING], name) for name in ("applied_on", "case_no")]}
        masked, whole = quotes(store, clue), quotes(store, clue, unmask=True)
    assert "巫立夏" in whole[0]
    assert "巫立夏" not in masked[0]
    assert "巫某" in masked[0]
