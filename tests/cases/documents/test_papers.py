"""Whole papers, one of each kind: what is read of them."""

import pytest

from cases.documents.rows import Row, rows, why_none
from tests.cases.documents import papers
from tests.cases.documents.papers import agents, people, read


def values(text: str, *names: str) -> list[str]:
    extraction = read(text)
    return [extraction.get(name) for name in names]


def cells(found: list[Row], sheet: str) -> list[dict[str, str]]:
    return [row.cells for row in found if row.sheet == sheet]


def test_a_first_judgment() -> None:
    paper = read(papers.LOAN)
    assert (paper.matter, paper.numbers) == ("民事", ["（2019）川0107民初20481号"])
    assert {name: paper.get(name) for name in ("court", "cause", "kind", "judged_on", "filed_on", "procedure", "default", "closing", "amount")} == {
        "court": "成都市武侯区人民法院",
        "cause": "民间借贷纠纷",
        "kind": "民事判决书",
        "judged_on": "2019-11-25",
        "filed_on": "2019-10-08",
        "procedure": "简易程序",
        "default": "是",
        "closing": "判决",
        "amount": "345000.5",
    }
    assert people(paper) == [
        ("原告", "关长庚", "自然人"),
        ("被告", "成都市川味多餐饮管理有限公司", "法人"),
        ("被告", "巫立夏", "自然人"),
    ]
    assert [p.number for p in paper.parties] == ["510107197001020000", "91510107MA6C000000", ""]
    assert agents(paper) == [("原告", "闻人杰", "四川蜀江春律师事务所")]
    assert (paper.judges, [h.value for h in paper.hearings], paper.notes) == (["鲁小寒"], ["2019-11-06"], [])
    assert (paper.get("principal"), paper.get("cash"), paper.get("no_dispute")) == ("300000", "是", "")


def test_every_value_knows_its_words_and_how_sure_it_is() -> None:
    paper = read(papers.LOAN)
    flat = papers.LOAN.replace("：", ":").replace("\u3000", "").replace("民 事 判 决 书", "民事判决书")
    for name, value in paper.values.items():
        assert value.words, name
        assert value.sure in ("高", "中"), name
        assert value.words.split("\n")[0] in flat, name
    assert paper.values["filed_on"].words == "本院于2019年10月8日立案"


def test_a_mediation_with_old_number_and_days_that_lean_on_others() -> None:
    paper = read(papers.MEDIATION)
    assert paper.numbers == ["（2014）庆城民初字第833号"]
    assert [h.value for h in paper.hearings] == ["2014-06-03"]
    assert values(papers.MEDIATION, "kind", "filed_on", "closing", "amount", "no_dispute") == ["民事调解书", "2014-05-22", "调解", "3360000", "是"]
    assert paper.judges == ["贺芒种"]


def test_a_judgment_on_appeal_takes_first_instance_roles() -> None:
    paper = read(papers.APPEAL)
    assert values(papers.APPEAL, "procedure", "court", "judged_on", "filed_on") == ["二审", "北京知识产权法院", "2021-12-30", "2021-11-03"]
    roles = [(c["诉讼地位"], c["姓名名称"], c.get("律所", "")) for c in cells(rows(paper), "民事当事人")]
    assert roles == [
        ("被告", "北京飞鸢云图科技有限公司", ""),
        ("原告", "天音阁音像著作权管理协会", ""),
        ("被告代理人", "殷霜降", "北京市衡山下律师事务所"),
        ("被告代理人", "罗秋分", "北京市衡山下律师事务所"),
        ("原告代理人", "毕小雪", "北京天目湖律师事务所"),
    ]
    assert paper.get("amount") == ""  # what was claimed in the first instance is not this paper's to say


def test_a_withdrawal_before_a_maritime_court() -> None:
    paper = read(papers.WITHDRAWN)
    assert values(papers.WITHDRAWN, "court", "cause", "closing", "judged_on") == ["大连海事法院", "海上货物运输合同纠纷", "撤诉", "2019-11-05"]
    assert people(paper) == [("原告", "海丰远财产保险股份有限公司大连市分公司", "金融机构"), ("被告", "远洋东轮船（香港）有限公司", "法人")]


def test_an_order_for_payment() -> None:
    paper = read(papers.ORDER)
    assert values(papers.ORDER, "kind", "filed_on", "amount") == ["支付令", "2021-07-05", "3410.5"]
    (case,) = cells(rows(paper), "民事案件")
    assert (case["案由"], case["结案方式"]) == ("未载明", "其他")
    assert [(c["诉讼地位"], c["文书中地位"]) for c in cells(rows(paper), "民事当事人")] == [("原告", "申请人"), ("被告", "被申请人")]


def test_a_ruling_on_enforcement_gives_the_decision_and_the_penalty() -> None:
    found = rows(read(papers.REVIEW))
    assert cells(found, "非诉执行") == [
        {
            "决定书文号": "聊环罚〔2022〕88号",
            "案号": "（2023）鲁1502行审45号",
            "行政机关": "聊城市生态环境局",
            "法院": "聊城市东昌府区人民法院",
            "催告送达日期": "2022-12-20",
            "申请日期": "2023-03-01",
            "受理日期": "2023-03-03",
            "裁定日期": "2023-03-08",
            "裁定结果": "准予执行",
            "裁定主文": "准予执行",
            "被执行人": "聊城鲁西小河化工有限公司",
            "法院辖区": "聊城市",
        }
    ]
    (penalty,) = cells(found, "行政处罚")
    assert (penalty["当事人"], penalty["当事人证件号"]) == ("聊城鲁西小河化工有限公司", "913715000000000000")
    assert (penalty["处罚决定日期"], penalty["送达日期"], penalty["罚款金额"], penalty["加处罚款金额"]) == (
        "2022-06-01",
        "2022-06-01",
        "150000",
        "150000",
    )


def test_an_enforcement_paper() -> None:
    (case,) = rows(read(papers.CLOSED))
    assert case.sheet == "执行案件"
    assert case.cells == {
        "案号": "（2023）粤0304执12345号",
        "法院": "深圳市福田区人民法院",
        "依据案号": "（2022）粤0304民初54321号",
        "依据类型": "判决",
        "立案日期": "2023-03-14",
        "结案日期": "2023-07-15",
        "结案方式": "终结本次执行",
        "标的额": "52345.67",
        "有可供执行财产": "否",
        "申请执行人": "海棠商业银行股份有限公司深圳分行",
        "申请执行人证件号": "91440300MA5D000000",
        "被执行人": "穆小雪",
        "被执行人证件号": "440301198808080000",
        "文书种类": "执行裁定书",
        "法院辖区": "深圳市",
    }


def test_papers_that_give_no_row_say_why() -> None:
    assert why_none(read(papers.APPEAL.replace("京73民终", "京73民申"))) == "“民申”案件不是一件诉讼的审理,不入民事案件表"
    assert why_none(read(papers.LOAN.replace("（2019）川0107民初20481号\n", ""))) == "没有案号,不能入表"
    assert why_none(read(papers.REVIEW.replace("行审45号", "行初45号").replace("行政裁定书", "行政判决书"))) == "行政文书,目录中没有对应的表"
    assert why_none(read("今天天气不错。" * 20)).startswith("内容不像裁判文书")


def test_masked_days_are_undated() -> None:
    text = papers.LOAN.replace("二〇一九年十一月二十五日", "二〇一九年十一月×日").replace("于2019年10月8日立案", "于2019年×月×日立案")
    assert values(text, "judged_on", "filed_on") == ["日期不详", "日期不详"]


def test_what_is_not_printed_is_absent() -> None:
    text = (
        papers.LOAN.replace("本院于2019年10月8日立案后，依法适用简易程序，", "")
        .replace("本院依法缺席审理。", "")
        .replace("二被告经传票传唤无正当理由拒不到庭，", "")
    )
    assert values(text, "filed_on", "procedure", "default") == ["", "", ""]
    (case,) = cells(rows(read(text)), "民事案件")
    assert case["立案日期"] == "日期不详"
    assert not {"程序", "缺席审理"} & case.keys()


def test_contradictions_are_noted_and_kept() -> None:
    paper = read(papers.LOAN.replace("于2019年11月6日公开开庭", "于2019年12月6日公开开庭").replace("于2019年10月8日立案", "于2019年11月28日立案"))
    assert paper.notes == ["立案日期 2019-11-28 晚于裁判日期 2019-11-25", "开庭日期 2019-12-06 晚于裁判日期 2019-11-25"]
    assert (paper.get("filed_on"), paper.values["filed_on"].sure, paper.values["judged_on"].sure) == ("2019-11-28", "低", "低")
    other = read(papers.LOAN.replace("川0107民初", "粤0304民初"))
    assert other.notes == ["案号代字 粤0304 通常属于深圳市福田区人民法院,文书法院为成都市武侯区人民法院"]


def test_a_paper_on_one_line() -> None:
    paper = read("".join(papers.LOAN.split("\n")))
    assert (paper.numbers, paper.get("court"), paper.get("judged_on")) == (["（2019）川0107民初20481号"], "成都市武侯区人民法院", "2019-11-25")
    assert people(paper) == people(read(papers.LOAN))
    assert paper.get("amount") == "345000.5"


def test_courts_of_the_corps() -> None:
    text = papers.LOAN.replace("四川省成都市武侯区人民法院\n", "新疆生产建设兵团阿拉尔垦区人民法院\n").replace("川0107民初", "兵0103民初")
    paper = read(text)
    assert paper.get("court") == "新疆生产建设兵团阿拉尔垦区人民法院"
    assert paper.numbers == ["（2019）兵0103民初20481号"]


def test_joined_numbers_become_several_suits() -> None:
    found = rows(read(papers.LOAN.replace("民初20481号", "民初20481、20483-20484号")))
    assert [c["案号"] for c in cells(found, "民事案件")] == [f"（2019）川0107民初{n}号" for n in (20481, 20483, 20484)]
    assert len(cells(found, "民事当事人")) == 12
    assert {c["合并审理"] for c in cells(found, "民事案件")} == {"是"}


def test_agreement_that_is_none_is_no_sign() -> None:
    for words in (
        "不同意原告的全部诉讼请求",
        "对原告提交的证据无异议",
        "对原告所述借款无异议，但利息过高",
        "承认原告的部分诉讼请求",
    ):
        assert (
            read(papers.LOAN.replace("被告成都市川味多餐饮管理有限公司、巫立夏未作答辩。", f"被告巫立夏辩称：{words}。")).get("no_dispute") == ""
        ), words


NOTICE = """河北省唐山市路北区人民法院
结 案 通 知 书
（2020）冀0203执788号
申请执行人鲁小寒与被执行人花谷雨劳动争议一案，唐山市路北区劳动人事争议仲裁委员会作出的北劳人仲案〔2019〕第123号仲裁裁决书已发生法律效力，本院于2020年5月6日立案执行。现被执行人已履行完毕，执行到位案款23000元。本案执行完毕，予以结案。
特此通知。
二〇二〇年七月一日"""


def test_a_notice_that_nobody_signs() -> None:
    (case,) = rows(read(NOTICE))
    assert case.cells == {
        "案号": "（2020）冀0203执788号",
        "法院": "唐山市路北区人民法院",
        "依据案号": "北劳人仲案〔2019〕第123号",
        "依据类型": "仲裁裁决",
        "立案日期": "2020-05-06",
        "结案日期": "2020-07-01",
        "结案方式": "执行完毕",
        "到位金额": "23000",
        "申请执行人": "鲁小寒",
        "被执行人": "花谷雨",
        "文书种类": "结案通知书",
        "法院辖区": "唐山市",
    }


@pytest.mark.parametrize(
    ("words", "has"),
    [
        ("查封被执行人名下房产一套", "是"),
        ("查封被执行人名下房产一套（轮候）", ""),
        ("冻结被执行人存款3200.5元", ""),
        ("未发现被执行人有可供执行的财产", "否"),
        ("申请执行人发现被执行人有可供执行财产的，可以再次申请执行", ""),
        ("申请执行人未能提供被执行人可供执行的财产线索", ""),
    ],
)
def test_assets(words: str, has: str) -> None:
    text = papers.CLOSED.replace("本院采取了查询措施，未发现被执行人有可供执行的财产。", f"{words}。")
    assert read(text).get("has_assets") == has


def test_an_old_ruling_on_enforcement() -> None:
    text = papers.REVIEW.replace("（2023）鲁1502行审45号", "（2013）聊东行非执字第12号")
    text = text.replace("违反了《中华人民共和国环境影响评价法》第二十二条的规定，决定处罚款", "决定处罚款")
    text = text.replace("准予强制执行聊城市生态环境局作出的聊环罚〔2022〕88号《行政处罚决定书》中", "对聊环罚〔2022〕88号行政处罚决定书准予强制执行:")
    paper = read(text)
    assert (paper.matter, paper.get("ruling"), paper.get("violation")) == ("非诉", "准予执行", "未经环评审批擅自开工建设")


def test_parties_whose_list_is_elsewhere() -> None:
    text = papers.LOAN.replace("被告：巫立夏，女，1981年3月4日出生，汉族，住成都市武侯区。", "被告：巫立夏、毛小满等5人（名单附后）。")
    assert [p.name for p in read(text).parties] == ["关长庚", "成都市川味多餐饮管理有限公司", "巫立夏", "毛小满"]


def test_a_list_that_has_lost_a_character_or_breaks_the_name_of_a_firm() -> None:
    text = papers.LOAN.replace("被告：成都市川味多餐饮管理有限公司，", "被告：成都市川味多餐饮管理有限公，")
    text = text.replace("四川蜀江春律师事务所", "蜀江律师（成都）事务所")
    extraction = read(text)
    assert [p.name for p in extraction.parties][1] == "成都市川味多餐饮管理有限公司"
    assert papers.agents(extraction) == [("原告", "闻人杰", "蜀江律师（成都）事务所")]


def test_where_a_party_lives_is_read_to_the_house_or_not_at_all() -> None:
    assert [p.address for p in read(papers.LOAN).parties] == ["", "成都市武侯区一环路99号", ""]
    hidden = papers.LOAN.replace("一环路99号", "一环路X号")
    assert [p.address for p in read(hidden).parties] == ["", "", ""]


def test_a_defendant_named_without_its_role_stays_away() -> None:
    text = papers.LOAN.replace("二被告经传票传唤无正当理由拒不到庭，本院依法缺席审理。", "").replace("巫立夏未作答辩", "巫立夏经传票传唤拒到庭")
    assert read(text).get("default") == "是"


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        ("闻人杰，四川蜀江春律师事务所律师", "律师"),
        ("闻人杰，律师", "律师"),
        ("闻人杰，武侯区法律服务所法律工作者", "法律工作者"),
        ("闻人杰，男，1970年1月2日出生，住成都市", "公民"),
        ("闻人杰（关长庚之夫），成都市某公司职员", "公民"),
    ],
)
def test_whether_an_agent_is_a_lawyer(words: str, standing: str) -> None:
    extraction = read(papers.LOAN.replace("闻人杰，四川蜀江春律师事务所律师", words))
    assert [(a.name, a.standing) for a in extraction.agents] == [("闻人杰", standing)]


ENFORCE = """陕西省乌有县人民法院
行政裁定书
（2017）陕0125行审3号
申请人：乌有县国土资源局。
被申请人：乌有一宇路桥有限公司。
{course}
裁定如下：
准予强制执行。
审判长 鲁小寒
二〇一七年十月二十六日"""


def test_the_number_of_a_decision_begins_behind_the_names_of_the_parties() -> None:
    course = "申请人乌有县国土资源局申请强制执行一案，准予强制执行申请人乌有县国土资源局乌国土罚字〔2016〕第126号土地行政处罚决定书。"
    assert [v.value for v in read(ENFORCE.format(course=course)).decisions] == ["乌国土罚字〔2016〕第126号"]


def test_the_day_of_an_offence_is_not_that_of_the_decision() -> None:
    course = (
        "申请人于2017年1月13日以被申请人未经批准，擅自于2016年5月15日占用前村一般耕地兴建作坊为由，依据《中华人民共和国土地管理法》第七十六条之规定"
        "作出乌国土罚字（2017）第3号行政处罚决定书。"
    )
    assert read(ENFORCE.format(course=course)).get("decided_on") == "2017-01-13"


def test_the_day_on_which_the_court_received_the_application() -> None:
    course = "2017年4月25日，本院收到乌有县国土资源局的强制执行申请书，要求强制执行乌国土罚决字（2014）35号《行政处罚决定书》。"
    extraction = read(ENFORCE.format(course=course))
    assert (extraction.get("applied_on"), extraction.get("served_on")) == ("2017-04-25", "")
