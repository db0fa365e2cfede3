"""Case numbers in the spellings that papers and sites use."""

import pytest

from cases.documents.casenumbers import first_number, read_numbers, with_province


def suits(text: str) -> list[str]:
    found = first_number(text)
    return found.suits if found else []


@pytest.mark.parametrize(
    "written",
    [
        "（2019）京0491民初2138号",
        "(2019)京0491民初2138号",
        "〔2019〕京0491民初2138号",
        "[2019]京0491民初2138号",
        "［2019］京0491民初2138号",
        "﹝2019﹞京0491民初2138号",
        "【2019】京0491民初2138号",
        "（2019京0491民初2138号",
        "2019）京0491民初2138号",
        "2019京0491民初2138号",
        "2019年京0491民初2138号",
        "（２０１９）京０４９１民初２１３８号",
        "（2O19）京0491民初2138号",
        "（二〇一九）京0491民初2138号",
        "（2019）京0491民初第2138号",
        "（2019）京0491民初字第2138号",
        "（2019） 京0491民初 2138号",
        "案号：（2019）京0491民初2138号之一",
    ],
)
def test_one_suit_in_every_spelling(written: str) -> None:
    assert suits(written) == ["（2019）京0491民初2138号"]


@pytest.mark.parametrize(
    ("written", "court", "kind"),
    [
        ("（2014）沈中行终字第442号", "沈中", "行终"),
        ("（2015）粤高法民一提字第52号", "粤高法", "民一提"),
        ("（2012）敦民初字第1200号", "敦", "民初"),
        ("（2014）淮法行初字第0048号", "淮法", "行初"),
        ("（2013）浦民六（商）初字第12号", "浦", "民六商初"),
        ("（2017）最高法行申7702号", "最高法", "行申"),
        ("（2019）最高法知民终3号", "最高法知", "民终"),
        ("（2020）兵0103民初12号", "兵0103", "民初"),
        ("（2022）宁0402执恢12号", "宁0402", "执恢"),
        ("（2020）沪7101行审9号", "沪7101", "行审"),
        ("（2021）豫0305民督77号", "豫0305", "民督"),
        ("（2015）沈法执字第77号", "沈法", "执"),
        ("（2020）苏行赔终12号", "苏", "行赔终"),
    ],
)
def test_court_and_type(written: str, court: str, kind: str) -> None:
    found = first_number(f"某某一案，{written}，本院")
    assert found is not None
    assert (found.court, found.type, found.suits) == (court, kind, [written])


def test_old_numbers_keep_their_zeros() -> None:
    assert suits("（2014）淮法行初字第0048号") == ["（2014）淮法行初字第0048号"]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("（2019）粤0304民初12-15号", [12, 13, 14, 15]),
        ("（2019）粤0304民初1201至1203号", [1201, 1202, 1203]),
        ("（2019）粤0304民初1201—03号", [1201, 1202, 1203]),
        ("（2019）粤0304民初1201、1203号", [1201, 1203]),
        ("（2019）粤0304民初1201号、1203号", [1201, 1203]),
        ("（2019）粤0304民初1201、1205-1206号", [1201, 1205, 1206]),
    ],
)
def test_joined_suits(written: str, numbers: list[int]) -> None:
    assert suits(written) == [f"（2019）粤0304民初{n}号" for n in numbers]


@pytest.mark.parametrize(("written", "sub"), [("执345-1号", "-1"), ("执345号之二", "之二"), ("执345—3号", "-3")])
def test_further_papers_of_a_suit(written: str, sub: str) -> None:
    found = first_number(f"（2019）粤0304{written}")
    assert found is not None
    assert (found.suits, found.sub) == (["（2019）粤0304执345号"], sub)


def test_a_range_that_cannot_be_is_said() -> None:
    found = first_number("（2019）粤0304民初1201-8999号")
    assert found is not None
    assert found.suits == ["（2019）粤0304民初1201号"]
    assert found.odd == ["案号“1201-8999”的起止相差过大,只取第一件"]


def test_a_missing_province_is_put_in_and_said() -> None:
    found = first_number("（2019）0304民初1201号")
    assert found is not None
    assert found.odd == ["案号缺省份简称"]
    assert with_province(found, "粤").suits == ["（2019）粤0304民初1201号"]
    assert with_province(found, "粤").court == "粤0304"


@pytest.mark.parametrize(
    "other",
    ["聊环罚〔2022〕88号", "京公（海）行罚决字〔2019〕第50号", "法释〔2020〕17号", "粤府函〔2019〕3号", "（2019）第12号", "（1812）京01民初5号"],
)
def test_what_is_no_case_number(other: str) -> None:
    assert suits(other) == []


def test_all_numbers_of_a_text_in_order() -> None:
    text = "不服某某区人民法院（2019）粤0304民初1号民事判决，本院（2019）粤03民终2号"
    assert [(n.written, text[n.start : n.end]) for n in read_numbers(text)] == [(w, w) for w in ("（2019）粤0304民初1号", "（2019）粤03民终2号")]
