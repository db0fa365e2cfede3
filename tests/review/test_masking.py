"""Masking: no certificate number and no natural person's full name of a clue is left, and nothing else changes."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.catalogue import load_catalogue
from review.masking import mask_actor, mask_body, mask_certificate, mask_clue, mask_name, mask_number, mask_text, mask_title

CATALOGUE = load_catalogue()
NUMBERS = st.from_regex(r"[1-6][0-9]{16}[0-9X]", fullmatch=True) | st.from_regex(r"[A-Z][0-9]{8}", fullmatch=True)
NAMES = st.builds("".join, st.tuples(st.sampled_from("张王李刘欧"), st.sampled_from(["伟某", "新村", "会", "建社", "晓棠", "棠"])))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三,满族,蒙古族", "张某,满族,蒙古族"),
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
        # A sole trader's shop, with and without who keeps it; who else is told in the cell.
        ("张晓棠水果店", "张某水果店"),
        ("张晓棠水果店\uff08经营者\uff1a张晓棠\uff09", "张某水果店\uff08经营者\uff1a张某\uff09"),
        ("棠溪公司(法定代表人:张晓棠)", "棠溪公司(法定代表人:张某)"),
        ("棠溪公司张晓棠", "棠溪公司张某"),
        ("张晓棠(曾用名李棠)", "张某"),
        ("张晓棠\uff0c化名李棠", "张某\uff0c化名李某"),
        ("张晓棠和李棠", "张某和李某"),
        ("张 棠、李 棠", "张某、李某"),
        ("欧阳 晓 棠", "欧某"),
        ("张晓棠\n李棠", "张某\n李某"),
        ("法定代表人张晓棠", "法定代表人张某"),
        ("被告人张晓棠、李棠", "被告人张某、李某"),
        ("1.张晓棠 2.李棠", "张某 李某"),
        ("张晓棠110101199002301234", "张某"),
        ("张晓棠系棠溪公司员工", "张某"),
        # Names that are no three Chinese characters: foreign ones, long ones, rare characters.
        ("阿卜杜棠\uff0e买棠提\uff0e艾山", "阿某"),
        ("\U00020bb7棠太郎", "\U00020bb7某"),
        ("逯晓棠", "逯某"),
        ("爱新觉罗棠", "爱某"),
        ("Тангов Иван", "Т某"),
        ("ROETANG, JOHN", "R某,J某"),
        ("北京棠溪超市有限公司甜水园", "北京棠溪超市有限公司甜水园"),
        ("民航棠溪(北京)国际会议中心", "民航棠溪(北京)国际会议中心"),
        ("某市丁百货店", "某市丁百货店"),
        ("棠溪商厦(安徽)", "棠溪商厦(安徽)"),
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


@pytest.mark.parametrize(
    ("title", "masked"),
    [
        ("张晓棠、李棠等五人诈骗案", "张某、李某等五人诈骗案"),
        ("张晓棠\uff0c李棠诈骗案", "张某\uff0c李某诈骗案"),
        ("张晓棠伙同李棠盗窃案", "张某伙同李某盗窃案"),
        ("张晓棠(曾用名李棠)诈骗案", "张某(曾用名李某)诈骗案"),
        ("关于张晓棠涉嫌诈骗一案", "关于张某涉嫌诈骗一案"),
        ("犯罪嫌疑人张晓棠诈骗案", "犯罪嫌疑人张某诈骗案"),
        ("城关镇张晓棠被盗案", "城关镇张某被盗案"),
        ("阿卜杜棠·买棠提·艾山盗窃案", "阿某盗窃案"),
        ("棠溪公司(法定代表人张晓棠)虚开发票案", "棠溪公司(法定代表人张某)虚开发票案"),
        ("张晓棠水果店销售伪劣产品案", "张某水果店销售伪劣产品案"),
        # The crime stays readable, however many words it has.
        ("张晓棠生产、销售有毒、有害食品案", "张某生产、销售有毒、有害食品案"),
        ("棠溪店擅自配制化妆品\uff0c经营变质、超过使用期限的化妆品案", "棠溪店擅自配制化妆品\uff0c经营变质、超过使用期限的化妆品案"),
        ("生产、销售伪劣产品案", "生产、销售伪劣产品案"),
        ("5.20电信网络诈骗案", "5.20电信网络诈骗案"),
    ],
)
def test_a_title_names_the_crime_and_nobody(title: str, masked: str) -> None:
    assert mask_title(title) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("销售假药(法定代表人张晓棠\uff0c身份证110101199002301234)", "销售假药(法定代表人张某\uff0c身份证110101********1234)"),
        ("张晓棠名下房产\uff0c账号6222021234567890123", "张某名下房产\uff0c账号622202*********0123"),
        ("2023年5月1日张晓棠驾驶货车\uff0c电话13812345678", "2023年5月1日张某驾驶货车\uff0c电话138****5678"),
        ("张晓棠\uff08男\uff0c1990年生\uff09贩卖毒品", "张某\uff08男\uff0c1990年生\uff09贩卖毒品"),
        ("由证人李晓棠在场\uff0c护照E12345678", "由证人李某在场\uff0c护照E1*******"),
        ("110101-19900230-123x、110101 19900230 1234", "110101**********123x、110101**********1234"),
        ("张晓棠与李棠民间借贷纠纷一审民事判决书.txt", "张某与李某民间借贷纠纷一审民事判决书.txt"),
        ("未在当地烟草专卖批发企业进货", "未在当地烟草专卖批发企业进货"),
        ("沈阳市和平区人民法院", "沈阳市和平区人民法院"),
        ("车辆未经检验", "车辆未经检验"),
        ("被告向原告退还货款", "被告向原告退还货款"),
        ("某监罚〔2025〕12号", "某监罚〔2025〕12号"),
    ],
)
def test_free_text_hides_whom_its_words_show_and_nothing_else(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("棠溪学校(经营者张晓棠)", "棠溪学校(经营者张某)"),
        ("张晓棠", "张某"),
        ("某市公安局甲区分局", "某市公安局甲区分局"),
        ("2023-02-30", "2023-02-30"),
    ],
)
def test_a_body_is_told_without_the_persons_beside_it(name: str, masked: str) -> None:
    assert mask_body(name) == masked


@pytest.mark.parametrize(
    ("cell", "masked"),
    [
        ("张晓棠110101199002301234", "张某110101********1234"),
        ("身份证:110101199002301234(张晓棠)", "身份证:110101********1234(张某)"),
        ("110101 19900230 1234", "110101**********1234"),
        ("军字第1234567号", "军字第12*****号"),
    ],
)
def test_a_cell_of_numbers_may_hold_names_and_words(cell: str, masked: str) -> None:
    assert mask_certificate(cell) == mask_actor(cell) == masked


def test_numbers_and_persons_in_columns_that_are_not_for_them_are_masked() -> None:
    number = "110101197902301234"
    one = clue("棠溪化工有限公司", "91110101MA00000A10")
    one["evidence"] += [
        {"record": "suspect", "key": ["A1", number], "field": "suspect_no", "value": number},
        {"record": "penalty", "key": ["某罚〔2025〕1号"], "field": "violation", "value": "李晓棠擅自经营"},
        {"record": "vetting", "key": ["棠溪学校(经营者欧阳棠)", "1"], "field": "employer", "value": "棠溪学校(经营者欧阳棠)"},
    ]
    one["summary"] += f"嫌疑人{number},李晓棠,欧阳棠"
    one["agency"] = "棠溪学校(经营者欧阳棠)"
    one["history"] = [{"kind": "处理", "note": "电话13812345678", "text": "改为误报:电话13812345678"}]
    text = json.dumps(mask_clue(one, CATALOGUE), ensure_ascii=False)
    assert not [s for s in (number, "李晓棠", "欧阳棠", "13812345678", "91110101MA00000A10") if s in text]
    assert "棠溪学校(经营者欧某)" in text


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
