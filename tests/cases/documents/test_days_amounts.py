"""Days and amounts as papers write them; what claims come to."""

from decimal import Decimal

import pytest

from cases.documents.amounts import acceptance_fee, amounts, plain
from cases.documents.claims import sums_of
from cases.documents.days import days
from cases.documents.paper import Extraction
from cases.documents.texts import flatten
from tests.cases.documents import papers
from tests.cases.documents.papers import read


def iso(text: str) -> list[str]:
    return [m.day.isoformat() if m.day else "" for m in days(flatten(text))]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2019年4月15日", "2019-04-15"),
        ("２０１９年４月１５日", "2019-04-15"),
        ("二〇一九年四月十五日", "2019-04-15"),
        ("二○一九年十二月三十一日", "2019-12-31"),
        ("二O一九年元月十日", "2019-01-10"),
        ("二０一九年十月廿一日", "2019-10-21"),
        ("一九九八年正月初五日", ""),
        ("2019-04-15", "2019-04-15"),
        ("2019.4.15", "2019-04-15"),
        ("2019/04/15", "2019-04-15"),
        ("2019年2月30日", ""),
        ("二〇一九年×月×日", ""),
        ("20××年4月15日", ""),
    ],
)
def test_a_day(written: str, found: str) -> None:
    assert (iso(written) or [""])[0] == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2019年4月15日受理，同日立案", ["2019-04-15", "2019-04-15"]),
        ("2019年4月30日受理，次日立案", ["2019-04-30", "2019-05-01"]),
        ("2019年4月15日受理，于同年5月6日开庭", ["2019-04-15", "2019-05-06"]),
        ("2019年4月15日受理，当月16日送达", ["2019-04-15", "2019-04-16"]),
        ("2019年4月15日受理，5月6日开庭", ["2019-04-15", "2019-05-06"]),
        ("2019年12月30日受理，1月3日开庭", ["2019-12-30", ""]),
        ("于5月6日开庭", [""]),
    ],
)
def test_days_that_lean_on_others(written: str, found: list[str]) -> None:
    assert iso(written) == found


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("1,234.50元", "1234.5"),
        ("10，000.00元", "10000"),
        ("3.5万元", "35000"),
        ("30余万元", ""),
        ("人民币贰拾万叁仟元整", "203000"),
        ("壹拾万零伍佰元伍角陆分", "100500.56"),
        ("四百七十六元", "476"),
        ("一千二百万元", "12000000"),
        ("2亿元", "200000000"),
        ("5元/袋", ""),
    ],
)
def test_an_amount(written: str, yuan: str) -> None:
    assert [plain(a.yuan) for a in amounts(written)] == ([yuan] if yuan else [])


@pytest.mark.parametrize(
    ("claims", "sums"),
    [
        ("1.判令被告归还借款本金300000元；2.支付利息45,000.50元；3.诉讼费由被告承担。", ["345000.5"]),
        ("1.退还货款25.5元并十倍赔偿1000元，共计1025.5元；2.诉讼费由被告承担。", ["1025.5"]),
        ("判令被告归还借款10万元，利息按每月2000元计算至付清之日。", ["100000"]),
        ("1.判令甲公司支付货款50000元；2.判令乙公司对上述50000元承担连带责任。", ["50000"]),
        ("1.判令被告停止侵权；2.赔礼道歉。", []),
        ("1.归还借款80000元；2.以80000元为基数支付自2019年1月1日起的利息。", ["80000"]),
        ("1.归还借款700000元；2.按年利率6%支付借款70万元自2016年10月31日起至付清之日的利息。", ["700000"]),
        ("1.偿还本金20万元及利息（从2017年9月16日计算至付清之日，暂计至起诉时止为5000元）。", ["205000"]),
        ("1.偿还200万元并支付利息（暂计至2016年8月18日止为人民币123万元，之后按月息2%计）。", ["3230000"]),
        ("1.归还借款本金；2.担保人承担归还借款本金200，000元的责任。", ["200000"]),
        ("1.退还货款305元；2.依订单总价款赔偿十倍赔偿金42500元。", ["42805"]),
        ("1.支付货款60000元（大写：陆万元整）。", ["60000"]),
    ],
)
def test_what_claims_come_to(claims: str, sums: list[str]) -> None:
    assert [plain(s) for s in sums_of(claims)] == sums


def amended(claims: str, tail: str = "", fee: str = "") -> Extraction:
    """The loan paper with other claims, something said behind them, and another fee."""
    start, end = papers.LOAN.index("1.判令二被告"), papers.LOAN.index("事实和理由")
    text = papers.LOAN[:start] + claims + papers.LOAN[end:]
    text = text.replace("巫立夏未作答辩。", "巫立夏未作答辩。" + tail)
    return read(text.replace("案件受理费6475元，减半收取3237.5元", fee or "案件受理费免收"))


def test_the_fee_settles_which_reading_is_right() -> None:
    claims = "1.判令被告返还货款50000元；2.支付违约金60000元；3.支付律师费等各项，合计130000元。"
    assert amended(claims).get("amount") == ""
    assert amended(claims).notes == ["诉讼请求的合计与分项对不上,标的额没有读取"]
    assert acceptance_fee(Decimal(130000)) == 2900
    settled = amended(claims, fee="案件受理费2900元，减半收取1450元")
    assert (settled.get("amount"), settled.values["amount"].sure, settled.notes) == ("130000", "高", [])


def test_altered_claims() -> None:
    claims = "1.判令被告归还借款300000元；2.支付利息45000元。"
    assert amended(claims, "审理中，原告变更第二项诉讼请求为：支付利息5000元。").get("amount") == "305000"
    behind = amended(claims, "审理中，原告变更诉讼请求第一项内容，原为归还借款300000元，变更后为归还借款280000元。")
    assert behind.get("amount") == "325000"
    moved = amended(claims, "庭审后，原告将第2项诉讼请求变更为支付利息3924元。")
    assert moved.get("amount") == "303924"
    plainly = amended("1.判令被告归还借款300000元。", "诉讼过程中，原告明确第一项诉讼请求为：归还借款300000元，由乙公司承担连带清偿责任。")
    assert plainly.get("amount") == "300000"
    dropped = amended(claims, "审理中，原告撤回第二项诉讼请求。")
    assert dropped.get("amount") == "300000"
    unclear = amended(claims, "审理中，原告变更诉讼请求。")
    assert unclear.get("amount") == ""
    assert unclear.notes == ["诉讼请求有变更,标的额没有读取:“变更诉讼请求”"]


def test_a_masked_sum_leaves_the_claim_unread() -> None:
    hidden = amended("1.偿还借款x元；2.支付利息1800元。")
    assert (hidden.get("amount"), hidden.notes) == ("", ["诉讼请求中有隐去的数额,标的额没有读取:“偿还借款x元”"])
