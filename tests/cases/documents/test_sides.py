"""Parties of papers without a list of them, and what a site or a file's name says beside the text."""

import pytest

from cases.documents.extract import extract
from cases.documents.layouts import paper_of_record, papers_of_text
from cases.documents.names import is_hidden, is_plain_organisation, is_plain_person, kind_of, leading_organisation, trade_of
from tests.cases.documents import papers
from tests.cases.documents.papers import read

HEAD = "四川省成都市武侯区人民法院\n民事判决书\n（2019）川0107民初20481号\n"
REVIEW = "山东省聊城市东昌府区人民法院\n行政裁定书\n（2023）鲁1502行审45号\n"
SUIT = "四川省成都市武侯区人民法院\n行政裁定书\n（2019）川0107行初48号\n"


def roles(text: str) -> list[tuple[str, str]]:
    return [(p.role, p.name) for p in read(text).parties]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("原告关长庚诉被告巫立夏民间借贷纠纷一案", [("原告", "关长庚"), ("被告", "巫立夏")]),
        ("原告关长庚与被告巫立夏、毛小满民间借贷纠纷一案", [("原告", "关长庚"), ("被告", "巫立夏"), ("被告", "毛小满")]),
        (
            "原告海棠商业银行股份有限公司成都分行与被告成都川味多餐饮管理有限公司（以下简称川味多公司）、巫立夏金融借款合同纠纷一案",
            [("原告", "海棠商业银行股份有限公司成都分行"), ("被告", "成都川味多餐饮管理有限公司"), ("被告", "巫立夏")],
        ),
        ("原告关长庚与成都川味多餐饮管理有限公司买卖合同纠纷一案", [("原告", "关长庚"), ("被告", "成都川味多餐饮管理有限公司")]),
        ("原告关某1诉被告巫某甲、毛某某离婚后财产纠纷一案", [("原告", "关某1"), ("被告", "巫某甲"), ("被告", "毛某某")]),
        ("原告关长庚因与被告欧阳立夏追偿权纠纷一案", [("原告", "关长庚"), ("被告", "欧阳立夏")]),
        ("原告诉被告民间借贷纠纷一案", []),
        ("原告先后通过银行向被告转账，被告承诺按银行利率支付利息，原、被告民间借贷纠纷一案", []),
    ],
)
def test_civil_parties_from_the_sentence(sentence: str, found: list[tuple[str, str]]) -> None:
    assert roles(f"{HEAD}{sentence}，本院于2019年10月8日立案后，依法进行了审理。\n判决如下：\n驳回。") == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "原告关长庚诉被告武侯区住房和城乡建设局、成都市人民政府房屋行政征收一案",
            [("原告", "关长庚"), ("被告", "武侯区住房和城乡建设局"), ("被告", "成都市人民政府")],
        ),
        ("原告关长庚不服被告成都市社会保险管理局社保基金行政决定一案", [("原告", "关长庚"), ("被告", "成都市社会保险管理局")]),
        ("原告关长庚因诉成都市武侯区规划管理局请求确认违法一案", [("原告", "关长庚"), ("被告", "成都市武侯区规划管理局")]),
    ],
)
def test_agencies_are_told_from_what_they_did(sentence: str, found: list[tuple[str, str]]) -> None:
    assert roles(f"{SUIT}{sentence}，本院受理后，依法组成合议庭进行了审理。\n裁定如下：\n驳回起诉。") == found


def test_a_debtor_named_only_in_the_reasons() -> None:
    text = (
        f"{REVIEW}申请执行人聊城市生态环境局于2023年3月1日向本院申请强制执行聊环罚〔2022〕88号行政处罚决定。本院依法进行了审查。\n"
        "经审查，被执行人聊城鲁西小河化工有限公司擅自开工，申请执行人作出处罚决定。被执行人仍未自觉履行。\n裁定如下：\n准予强制执行。"
    )
    assert roles(text) == [("申请执行人", "聊城市生态环境局"), ("被执行人", "聊城鲁西小河化工有限公司")]


def test_short_forms_of_agencies_are_left() -> None:
    assert roles(f"{REVIEW}申请执行人区市监局于2023年3月1日向本院申请强制执行。本院依法进行了审查。\n裁定如下：\n准予强制执行。") == []


def test_names_that_the_source_lists() -> None:
    record = {
        "s1": "关长庚、巫立夏与成都市武侯区民政局婚姻登记一审行政判决书",
        "s2": "成都市武侯区人民法院",
        "s7": "（2019）川0107行初48号",
        "s17": ["关长庚", "成都市武侯区民政局", "毛小满"],
        "s23": "原告关长庚、巫立夏诉被告成都市武侯区民政局、第三人毛小满婚姻登记一案，本院受理后进行了审理。",
        "s27": "驳回原告的诉讼请求。",
    }
    extraction = extract(paper_of_record("a.jsonl", 1, record))
    assert [(p.role, p.name) for p in extraction.parties] == [
        ("原告", "关长庚"),
        ("被告", "成都市武侯区民政局"),
        ("第三人", "毛小满"),
        ("原告", "巫立夏"),  # the source lists not all
    ]
    unknown = extract(paper_of_record("a.jsonl", 1, record | {"s17": ["关长庚", "花谷雨"]}))
    assert unknown.notes == ["来源列出的当事人“花谷雨”在正文里看不出诉讼地位"]


def test_the_name_of_a_file_is_a_title() -> None:
    text = papers.LOAN.replace("民 事 判 决 书\n", "")
    (document,) = papers_of_text("卷一/关长庚与巫立夏民间借贷纠纷一审民事判决书.txt", "TXT", text)
    assert extract(document).get("kind") == "民事判决书"
    (document,) = papers_of_text("1.txt", "TXT", text)
    assert (document.title, extract(document).get("kind")) == ("", "民事判决书")  # 判决如下 says it


def test_narrow_marks_are_read_as_wide_ones() -> None:
    narrow = papers.LOAN.translate(str.maketrans("，；：（）", ",;:()"))
    wide, read_narrow = read(papers.LOAN), read(narrow)
    assert {n: v.value for n, v in read_narrow.values.items()} == {n: v.value for n, v in wide.values.items()}
    assert [(p.role, p.name) for p in read_narrow.parties] == [(p.role, p.name) for p in wide.parties]
    assert [h.value for h in read_narrow.hearings] == ["2019-11-06"]


def test_a_head_that_is_printed_twice() -> None:
    doubled = HEAD.replace("\n", "") + papers.LOAN.replace("\n", "")
    assert [p.name for p in read(doubled).parties] == ["关长庚", "成都市川味多餐饮管理有限公司", "巫立夏"]


@pytest.mark.parametrize("name", ["关长庚", "欧阳立夏", "关某", "关某某", "关某1", "关某甲", "闻人杰", "阿依古丽·买买提"])
def test_plain_persons(name: str) -> None:
    assert is_plain_person(name)


@pytest.mark.parametrize("words", ["依法", "催告", "请求赔偿", "的起", "双方", "作为", "送达了起", "单位", "关于", "关某归还", "查明", "张三人"])
def test_no_persons(words: str) -> None:
    assert not is_plain_person(words)


def test_where_an_organisation_ends() -> None:
    assert leading_organisation("康平县规划和国土资源局建设工程规划许可证") == "康平县规划和国土资源局"
    assert leading_organisation("乌有市人民政府要求撤销乌有市人民政府的公告") == "乌有市人民政府"
    assert leading_organisation("川味多公司支付货款") == ""  # a short form
    assert leading_organisation("擅自开工") == ""
    assert not is_plain_organisation("民法院强制执行局")
    assert not is_plain_organisation("区应急管理局")


def test_kinds_and_trades() -> None:
    kinds = {name: kind_of(name) for name in ("关长庚", "成都川味多餐饮管理有限公司", "海棠商业银行股份有限公司", "银行业监督管理局")}
    assert list(kinds.values()) == ["自然人", "法人", "金融机构", "法人"]
    assert [trade_of(n) for n in ("安居乐物业管理有限公司", "乌有市自来水公司", "川味多餐饮管理有限公司")] == ["物业", "供水供电供气供热", ""]
    assert trade_of("天音阁音像著作权管理协会") == "著作权集体管理"
    assert [is_hidden(n) for n in ("关某1", "关长庚", "某某餐饮有限公司")] == [True, False, False]


def ruling(names: list[str], title: str) -> dict[str, object]:
    text = "申请执行人乌有市国土资源局向本院申请强制执行乌国土罚［2017］21号行政处罚决定。"
    return {"s1": title, "s2": "乌有市人民法院", "s7": "（2018）川0107行审48号", "s17": names, "s23": text, "s27": "准予强制执行。"}


def test_a_name_that_only_the_title_has_replaces_one_that_the_paper_lacks() -> None:
    record = ruling(["乌有市国土资源局", "乌有市村民委员会"], "乌有市国土资源局与乌有市子虚镇前村村民委员会非诉执行审查裁定书")
    extraction = extract(paper_of_record("a.jsonl", 1, record))
    assert [p.name for p in extraction.parties] == ["乌有市国土资源局", "乌有市子虚镇前村村民委员会"]
    assert extraction.notes == ["来源列出的当事人“乌有市村民委员会”与标题中的“乌有市子虚镇前村村民委员会”不同,取标题"]


def test_a_name_that_the_source_cuts_at_its_bracket() -> None:
    record = {
        "s1": "关长庚、乌有市子虚开发区行政裁定书",
        "s2": "四川省高级人民法院",
        "s7": "（2019）川行申48号",
        "s17": ["关长庚", "乌有市子虚开发区"],
        "s23": "再审申请人关长庚因诉乌有市子虚开发区（乌有市新区）前村乡人民政府行政协议一案，向本院申请再审。",
        "s27": "驳回申请。",
    }
    assert [p.name for p in extract(paper_of_record("a.jsonl", 1, record)).parties] == ["关长庚", "乌有市子虚开发区（乌有市新区）前村乡人民政府"]


def test_who_appeals_where_only_the_first_instance_names_roles() -> None:
    record = {
        "s1": "关长庚、乌有市人民政府二审行政判决书",
        "s2": "四川省高级人民法院",
        "s7": "（2019）川行终48号",
        "s17": ["关长庚", "乌有市人民政府"],
        "s23": "关长庚因诉乌有市人民政府强制清除一案，不服一审判决，向本院提起上诉。",
        "s25": "经查，原告关长庚承包的土地在征收范围内，被告乌有市人民政府清除了地上物。",
        "s27": "驳回上诉。",
    }
    parties = extract(paper_of_record("a.jsonl", 1, record)).parties
    assert [(p.role, p.name, p.former) for p in parties] == [("上诉人", "关长庚", "原告"), ("被上诉人", "乌有市人民政府", "被告")]
