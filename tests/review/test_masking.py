"""Masking: no certificate number and no natural person's full name of a clue is left, and nothing else changes."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.catalogue import load_catalogue
from review.masking import mask_clue, mask_name, mask_number, mask_title

CATALOGUE = load_catalogue()
NUMBERS = st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True) | st.from_regex(r"[A-Z][0-9]{8}", fullmatch=True)
NAMES = st.builds("".join, st.tuples(st.sampled_from("张王李刘欧"), st.sampled_from(["伟某", "新村", "会", "建社", "晓棠", "棠"])))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张晓棠", "张某"),
        ("刘新村", "刘某"),
        ("欧阳建社", "欧某"),
        ("张晓棠、李棠", "张某、李某"),
        ("张晓棠等3人", "张某等3人"),
        ("张晓棠(个体工商户)", "张某"),
        ("张晓棠(个体户)", "张某"),
        ("张晓棠个体户", "张某个体户"),
        ("张晓棠(棠溪化工有限公司职工)", "张某"),
        ("棠溪(上海)有限公司", "棠溪(上海)有限公司"),
        ("张棠(上海)有限公司", "张棠(上海)有限公司"),
        ("城关镇棠溪商行(张晓棠)", "城关镇棠溪商行(张某)"),
        ("城关镇棠溪商行\uff08经营者\uff1a张晓棠\uff09", "城关镇棠溪商行\uff08经营者\uff1a张某\uff09"),
        ("棠溪集团(上海)", "棠溪集团(上海)"),
        ("个体工商户张晓棠", "个体工商户张某"),
        ("棠溪公司(张晓棠、李棠)", "棠溪公司(张某、李某)"),
        # Brackets, commas and semicolons as Chinese sheets have them.
        ("张晓棠\uff08个体工商户\uff09", "张某"),
        ("张晓棠\uff0c李棠\uff1b欧阳建社", "张某\uff0c李某\uff1b欧某"),
        ("某依古丽·某买提", "某某"),
        ("John Roe", "J某"),
        ("ROE JOHN", "R某"),
        ("IBM", "IBM"),
        ("Tang Stream Co., Ltd", "Tang Stream Co., Ltd"),
        ("买买提艾力", "买某"),
        ("阿卜杜热合曼", "阿某"),
        ("张 棠", "张某"),
        ("张晓棠 李棠", "张某 李某"),
        ("棠溪化工有限公司", "棠溪化工有限公司"),
        ("永兴砖厂", "永兴砖厂"),
        ("某局", "某局"),
        ("城关镇人民政府", "城关镇人民政府"),
        ("甲银行·城关支行", "甲银行·城关支行"),
    ],
)
def test_persons_are_masked_and_bodies_are_not(name: str, masked: str) -> None:
    assert mask_name(name) == masked
    assert mask_name(masked) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [("110101199002301234", "110101********1234"), ("12345678901", "123456*8901"), ("1234567890", "12********"), ("G1", "G1")],
)
def test_numbers_keep_their_ends(text: str, masked: str) -> None:
    assert mask_number(text) == masked


def test_names_in_a_case_title_are_masked_and_the_crime_is_not() -> None:
    assert mask_title("张晓棠、李棠合同诈骗案") == "张某、李某合同诈骗案"
    assert mask_title("棠溪化工有限公司污染环境案") == "棠溪化工有限公司污染环境案"


@pytest.mark.parametrize("title", ["张晓棠脱逃案", "欧阳晓棠妨碍公务案", "张晓棠脱逃"])
def test_names_before_a_crime_that_is_not_known_are_masked_too(title: str) -> None:
    assert mask_title(title)[1] == "某"
    assert "晓棠" not in mask_title(title)


def clue(name: str, number: str) -> dict[str, Any]:
    """A clue in which a person stands at every place where one can."""
    return {
        "id": "0123456789abcdef", "rule": "enforcement.not-applied", "title": "行政机关逾期未申请法院强制执行", "state": "overdue",
        "subject": {"record": "civil_party", "key": ["(2025)某01民初1号", name, "被告"]},
        "agency": "某市监局", "due_on": "2026-10-15", "arose_on": "2026-10-16",
        "summary": f"某市监局对{name}的处罚决定(某罚〔2025〕1号)罚款500元未履行,至2026年11月22日仍未申请法院强制执行,"
        "已超过2026年10月15日届满的申请期限", "action": "调阅案卷",
        "basis": [{"id": "nl.apply3m", "law": "行政强制法", "article": "第五十三条", "edition": "2011"}],
        "evidence": [
            {"record": "civil_party", "key": ["(2025)某01民初1号", name, "被告"], "field": "name", "value": name},
            {"record": "penalty", "key": ["某罚〔2025〕1号"], "field": "party_id", "value": number},
            {"record": "criminal_case", "key": ["A1"], "field": "title", "value": f"{name}盗窃案"},
            {"record": "penalty", "key": ["某罚〔2025〕1号"], "field": "served_on", "value": "2025-01-05"},
        ],
        "derivation": [{"day": "2025-01-05", "text": f"送达{name}({number})"}], "rebuttals": ["分期缴纳"],
    }  # fmt: skip


@settings(deadline=None)
@given(NAMES, NUMBERS)
def test_no_name_and_no_number_is_left_anywhere(name: str, number: str) -> None:
    original = clue(name, number)
    before = copy.deepcopy(original)
    masked = mask_clue(original, CATALOGUE)
    text = json.dumps(masked, ensure_ascii=False)
    assert name not in text
    assert number not in text
    assert original == before
    assert {k: masked[k] for k in ("id", "agency", "basis", "due_on", "rebuttals")} == {
        k: before[k] for k in ("id", "agency", "basis", "due_on", "rebuttals")
    }
    assert masked["evidence"][3] == before["evidence"][3]


@settings(deadline=None)
@given(NAMES, NUMBERS)
def test_an_actor_is_masked_by_number_or_by_name(name: str, number: str) -> None:
    for key in (name, number):
        one = {**clue(name, number), "subject": {"record": "actor", "key": [key]}, "evidence": []}
        assert key not in json.dumps(mask_clue(one, CATALOGUE), ensure_ascii=False).replace(name if key == number else number, "")


def test_a_name_is_found_in_its_normal_form_too() -> None:
    one = clue("张 晓棠", "110101199002301234")
    one["summary"] = "对张晓棠的处罚决定"
    assert mask_clue(one, CATALOGUE)["summary"] == "对张某的处罚决定"


def test_a_latin_name_is_found_in_its_normal_form_too() -> None:
    one = clue("Roe Jonathan", "110101199002301234")
    one["summary"] = "对ROEJONATHAN的处罚决定"
    assert mask_clue(one, CATALOGUE)["summary"] == "对R某的处罚决定"


def test_a_body_stays_what_it_is() -> None:
    one = clue("棠溪化工有限公司", "110101199002301234")
    assert mask_clue(one, CATALOGUE)["summary"] == one["summary"]


def test_what_is_insufficient_is_masked_by_its_key() -> None:
    key_fields = CATALOGUE.records["civil_party"].key_fields
    key = ["张晓棠" if f == "name" else "某" for f in key_fields]
    gap = {"rule": "civil.agent-both-sides", "subject": {"record": "civil_party", "key": key}, "missing": ["person_id"]}
    masked = mask_clue(gap, CATALOGUE)
    assert masked["subject"]["key"] == ["张某" if f == "name" else "某" for f in key_fields]
    assert masked["missing"] == ["person_id"]
