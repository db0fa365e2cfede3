"""Rules about actors begin with those who have many rows, where these are few: nobody is overlooked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cases.importing import import_paths
from cases.store import Store, open_store
from engine.actors import MANY
from engine.scan import Scanner
from rules.law import load_law
from rules.load import PACKS, load_rules
from tests.cases.sheets import write_csv
from tests.conftest import NewStore

AS_OF = date(2026, 11, 22).toordinal()
RULE = "civil.repeat-filer"


def _store(target: str, folder: Path, others: int) -> Store:
    """Five suits of one with a number, five of one known by name alone, and many plaintiffs with a suit each."""
    busy = [("甲某", "330300199001010000")] * 5 + [("乙某", "")] * 5
    who = [*busy, *((f"丙{n}某", f"3303001990010{n:05d}") for n in range(others))]
    suits = [[f"(2026)虚民初{n}号", "民间借贷纠纷", "虚拟法院", f"2026-0{1 + n % 5}-15"] for n in range(len(who))]
    parties = [[suit[0], "原告", name, number] for suit, (name, number) in zip(suits, who, strict=True)]
    write_csv(folder / "民事案件.csv", ["案号", "案由", "法院", "立案日期"], *suits)
    write_csv(folder / "民事当事人.csv", ["案号", "诉讼地位", "姓名名称", "证件号"], *parties)
    store = open_store(target, create=True)
    report = import_paths(store, [folder])
    assert not any(sheet.rejected for sheet in report.sheets)
    return store


@pytest.mark.parametrize("few", [10, 9])
def test_those_who_file_often_are_found_whether_they_are_few_or_not(
    tmp_path: Path, new_store: NewStore, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("engine.actors.FEW", few)
    with _store(new_store(), tmp_path, 100) as store:
        scanner = Scanner(store, [r for r in load_rules((), store.catalogue) if r.rule.id == RULE], load_law())
        actor = scanner.rules[0].window.actor  # type: ignore[union-attr]
        with store.engine.connect() as connection:
            assert (scanner.crowds.narrow(connection, "civil_party", actor, MANY) is not None) is (few == 10)
            assert scanner.crowds.narrow(connection, "civil_party", actor, MANY - 1) is None
        found = [[c["subject"]["key"] for batch in scanner.scan(AS_OF, everything=all_) for c in batch.clues] for all_ in (False, True)]
    assert found[0] == found[1]
    assert sorted(found[0]) == [["330300199001010000"], ["乙某"]]


def test_the_others_are_named_as_the_sheet_has_them(tmp_path: Path, new_store: NewStore) -> None:
    shipped = (PACKS / "civil" / "civil.filing-burst.yaml").read_text(encoding="utf-8")
    text = shipped.replace("id: civil.filing-burst", "id: local.burst").replace("涉及{count}件", "{case.court}受理,被告是{others}")
    (tmp_path / "本地.yaml").write_text(text, encoding="utf-8")
    suits = [[f"(2026)虚民初{n}号", "民间借贷纠纷", "虚拟法院", "2026-01-15"] for n in range(3)]
    known = [("乙某", "33x", "甲市"), ("丙（某）", "", "甲市"), ("丁某", "", "")]
    parties = [[suit[0], *party] for suit, one in zip(suits, known, strict=True) for party in (("原告", "甲某", "330", ""), ("被告", *one))]
    write_csv(tmp_path / "民事案件.csv", ["案号", "案由", "法院", "立案日期"], *suits)
    write_csv(tmp_path / "民事当事人.csv", ["案号", "诉讼地位", "姓名名称", "证件号", "法院辖区"], *parties)
    with open_store(new_store(), create=True) as store:
        import_paths(store, sorted(tmp_path.glob("*.csv")))
        scanner = Scanner(store, [r for r in load_rules([tmp_path / "本地.yaml"]) if r.rule.id == "local.burst"], load_law())
        ((clue,),) = [batch.clues for batch in scanner.scan(AS_OF)]
    assert "虚拟法院受理,被告是33x、丙（某）、丁某,待核查" in clue["summary"]
    # What a sentence quotes is evidence, or it would not be masked.
    assert "虚拟法院" in [cell["value"] for cell in clue["evidence"]]


def test_who_is_hidden_in_part_is_nobody_in_particular(tmp_path: Path, new_store: NewStore) -> None:
    mask = "330300**********0011"
    who = [
        *[("张**", "")] * 5,
        *[("李*四", mask)] * 5,
        *((f"王{n}某", mask) for n in range(5)),
        *[("丁某", mask)] * 5,
        *[("赵**", "330300199001010022")] * 5,
    ]
    suits = [[f"(2026)虚民初{n}号", "民间借贷纠纷", "虚拟法院", f"2026-0{1 + n % 5}-15"] for n in range(len(who))]
    write_csv(tmp_path / "民事案件.csv", ["案号", "案由", "法院", "立案日期"], *suits)
    parties = [[suit[0], "原告", *one] for suit, one in zip(suits, who, strict=True)]
    write_csv(tmp_path / "民事当事人.csv", ["案号", "诉讼地位", "姓名名称", "证件号"], *parties)
    with open_store(new_store(), create=True) as store:
        import_paths(store, [tmp_path])
        scanner = Scanner(store, [r for r in load_rules((), store.catalogue) if r.rule.id == RULE], load_law())
        found = [[c["subject"]["key"] for batch in scanner.scan(AS_OF, everything=all_) for c in batch.clues] for all_ in (False, True)]
    # A name alone says who it is as it always did; a whole number does whatever the name.
    assert found[0] == found[1]
    assert sorted(found[0]) == [["330300199001010022"], ["丁某"]]
