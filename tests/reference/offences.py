"""Offences: names, keywords, classes, thresholds and units (sections 3 and 9 and reading 2 of the specification)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from .view import Row, normal

Offence = tuple[str, str]  # the name without 罪, and its class in brackets ("" = none named)

ECONOMIC_NAMES = """
生产、销售伪劣产品
生产、销售、提供假药
生产、销售假药
生产、销售、提供劣药
生产、销售劣药
妨害药品管理
生产、销售不符合安全标准的食品
生产、销售有毒、有害食品
生产、销售不符合标准的医用器材
生产、销售不符合安全标准的产品
生产、销售伪劣农药、兽药、化肥、种子
生产、销售不符合卫生标准的化妆品
走私武器、弹药
走私核材料
走私假币
走私文物
走私贵重金属
走私珍贵动物、珍贵动物制品
走私国家禁止进出口的货物、物品
走私淫秽物品
走私废物
走私普通货物、物品
走私普通货物
虚报注册资本
虚假出资、抽逃出资
虚假出资
抽逃出资
欺诈发行证券
欺诈发行股票、债券
违规披露、不披露重要信息
妨害清算
隐匿、故意销毁会计凭证、会计账簿、财务会计报告
虚假破产
非国家工作人员受贿
对非国家工作人员行贿
对外国公职人员、国际公共组织官员行贿
非法经营同类营业
为亲友非法牟利
签订、履行合同失职被骗
国有公司、企业、事业单位人员失职
国有公司、企业、事业单位人员滥用职权
徇私舞弊低价折股、出售公司、企业资产
徇私舞弊低价折股、出售国有资产
背信损害上市公司利益
伪造货币
出售、购买、运输假币
金融工作人员购买假币、以假币换取货币
持有、使用假币
变造货币
擅自设立金融机构
伪造、变造、转让金融机构经营许可证、批准文件
高利转贷
骗取贷款、票据承兑、金融票证
骗取贷款
非法吸收公众存款
伪造、变造金融票证
妨害信用卡管理
窃取、收买、非法提供信用卡信息
伪造、变造国家有价证券
伪造、变造股票、公司、企业债券
擅自发行股票、公司、企业债券
内幕交易、泄露内幕信息
内幕交易
泄露内幕信息
利用未公开信息交易
编造并传播证券、期货交易虚假信息
诱骗投资者买卖证券、期货合约
操纵证券、期货市场
操纵证券市场
背信运用受托财产
违法运用资金
违法发放贷款
吸收客户资金不入账
违规出具金融票证
对违法票据承兑、付款、保证
逃汇
骗购外汇
洗钱
集资诈骗
贷款诈骗
票据诈骗
金融凭证诈骗
信用证诈骗
信用卡诈骗
有价证券诈骗
保险诈骗
逃税
偷税
抗税
逃避追缴欠税
骗取出口退税
虚开增值税专用发票、用于骗取出口退税、抵扣税款发票
虚开增值税专用发票
虚开发票
伪造、出售伪造的增值税专用发票
非法出售增值税专用发票
非法购买增值税专用发票、购买伪造的增值税专用发票
非法购买增值税专用发票
非法制造、出售非法制造的用于骗取出口退税、抵扣税款发票
非法制造、出售非法制造的发票
非法出售用于骗取出口退税、抵扣税款发票
非法出售发票
持有伪造的发票
假冒注册商标
销售假冒注册商标的商品
非法制造、销售非法制造的注册商标标识
假冒专利
侵犯著作权
销售侵权复制品
侵犯商业秘密
为境外窃取、刺探、收买、非法提供商业秘密
损害商业信誉、商品声誉
虚假广告
串通投标
合同诈骗
组织、领导传销活动
非法经营
强迫交易
伪造、倒卖伪造的有价票证
倒卖车票、船票
非法转让、倒卖土地使用权
提供虚假证明文件
出具证明文件重大失实
逃避商检
职务侵占
挪用资金
"""
ECONOMIC = frozenset(ECONOMIC_NAMES.split())

# where 涉嫌罪名 is blank, the first of these words that 违法行为 contains
KEYWORDS: list[tuple[str, Offence]] = [
    ("销售假冒注册商标", ("销售假冒注册商标的商品", "")),
    ("假冒注册商标", ("假冒注册商标", "")),
    ("侵犯著作权", ("侵犯著作权", "")),
    ("虚开增值税专用发票", ("虚开增值税专用发票", "")),
    ("虚开发票", ("虚开发票", "")),
    ("骗取出口退税", ("骗取出口退税", "")),
    ("逃税", ("逃税", "")),
    ("烟草", ("非法经营", "烟草")),
    ("卷烟", ("非法经营", "烟草")),
    ("有毒有害食品", ("生产、销售有毒、有害食品", "")),
    ("有毒、有害食品", ("生产、销售有毒、有害食品", "")),
    ("假药", ("生产、销售假药", "")),
    ("伪劣产品", ("生产、销售伪劣产品", "")),
    *((word, ("非法占用农用地", "")) for word in ("非法占用农用地", "占用永久基本农田", "占用耕地", "占用公益林", "占用商品林", "黑土")),
    ("盗伐", ("盗伐林木", "")),
    ("滥伐", ("滥伐林木", "")),
    ("非法捕捞", ("非法捕捞水产品", "")),
    ("危险废物", ("污染环境", "")),
    ("污染环境", ("污染环境", "")),
    ("非法采矿", ("非法采矿", "")),
    ("拒不支付劳动报酬", ("拒不支付劳动报酬", "")),
    ("非法吸收公众存款", ("非法吸收公众存款", "")),
    ("集资诈骗", ("集资诈骗", "")),
    ("侵犯公民个人信息", ("侵犯公民个人信息", "")),
]

# offences that have classes: the words of 违法行为 that must all be there, and the class they mean; the first that fits
CLASSES: dict[str, list[tuple[tuple[str, ...], str]]] = {
    "非法占用农用地": [
        (("黑土", "永久基本农田"), "黑土永久基本农田"),
        (("黑土", "耕地"), "黑土耕地"),
        (("永久基本农田",), "永久基本农田"),
        (("耕地",), "耕地"),
        (("公益林",), "公益林地"),
        (("商品林",), "商品林地"),
    ],
    "污染环境": [(("危险废物",), "危险废物")],
    "非法经营": [(("烟草",), "烟草"), (("卷烟",), "烟草")],
    "非法捕捞水产品": [(("内陆",), "内陆")],
}

AREA = {"亩": Fraction(1), "公顷": Fraction(15), "平方米": Fraction(15, 10000)}  # in 亩
MASS = {"公斤": Fraction(1), "吨": Fraction(1000), "斤": Fraction(1, 2), "克": Fraction(1, 1000)}  # in 公斤
CIGARETTES = {"支": Fraction(1), "万支": Fraction(10000), "条": Fraction(200)}  # in 支
COPIES = {"份": Fraction(1), "册": Fraction(1), "张": Fraction(1)}
CUBIC, PERSONS, ENTRIES = {"立方米": Fraction(1)}, {"人": Fraction(1)}, {"条": Fraction(1)}


@dataclass(frozen=True)
class Threshold:
    """When an offence is reached: any of `ways`, each a set of metrics that must all be reached; binding from `begins`."""

    begins: date
    ways: list[dict[str, int]]
    units: dict[str, Fraction] = field(default_factory=dict)  # of the quantity, in terms of the threshold's own unit

    def quantity(self, penalty: Row) -> Fraction | None:
        """The penalty's quantity in the threshold's unit; None where it is blank or its unit is missing or does not fit."""
        amount, factor = penalty.number("quantity"), self.units.get(penalty.text("quantity_unit"))
        return None if amount is None or factor is None else amount * factor

    def metric(self, penalty: Row, name: str) -> Fraction | None:
        return self.quantity(penalty) if name == "quantity" else penalty.number(name)

    def has(self, penalty: Row, name: str, least: int) -> bool:
        value = self.metric(penalty, name)
        return value is not None and value >= least

    def reached(self, penalty: Row) -> bool:
        return any(all(self.has(penalty, name, least) for name, least in way.items()) for way in self.ways)

    def unit_decides(self, penalty: Row) -> bool:
        """A quantity is given whose unit is missing or unfit, and with a fitting unit some way could be reached."""
        if penalty.number("quantity") is None or self.quantity(penalty) is not None:
            return False
        others = [{name: least for name, least in way.items() if name != "quantity"} for way in self.ways if "quantity" in way]
        return any(all(self.has(penalty, name, least) for name, least in way.items()) for way in others)


THRESHOLDS: dict[Offence, Threshold] = {
    ("生产、销售伪劣产品", ""): Threshold(date(2001, 4, 10), [{"amount": 50_000}]),
    ("假冒注册商标", ""): Threshold(date(2025, 4, 26), [{"amount": 50_000}, {"illegal_gain": 30_000}]),
    ("销售假冒注册商标的商品", ""): Threshold(date(2025, 4, 26), [{"amount": 50_000}, {"illegal_gain": 30_000}]),
    ("侵犯著作权", ""): Threshold(date(2025, 4, 26), [{"amount": 50_000}, {"illegal_gain": 30_000}, {"quantity": 500}], COPIES),
    ("逃税", ""): Threshold(date(2024, 3, 20), [{"amount": 100_000, "ratio": 10}]),
    ("虚开增值税专用发票", ""): Threshold(date(2024, 3, 20), [{"amount": 100_000}]),
    ("虚开发票", ""): Threshold(date(2024, 3, 20), [{"amount": 500_000}]),
    ("骗取出口退税", ""): Threshold(date(2024, 3, 20), [{"amount": 100_000}]),
    ("非法经营", "烟草"): Threshold(date(2010, 3, 26), [{"amount": 50_000}, {"illegal_gain": 20_000}, {"quantity": 200_000}], CIGARETTES),
    ("非法占用农用地", "永久基本农田"): Threshold(date(2000, 6, 22), [{"quantity": 5}], AREA),
    ("非法占用农用地", "耕地"): Threshold(date(2000, 6, 22), [{"quantity": 10}], AREA),
    ("非法占用农用地", "黑土永久基本农田"): Threshold(date(2025, 5, 6), [{"quantity": 3}], AREA),
    ("非法占用农用地", "黑土耕地"): Threshold(date(2025, 5, 6), [{"quantity": 6}], AREA),
    ("非法占用农用地", "公益林地"): Threshold(date(2023, 8, 15), [{"quantity": 5}], AREA),
    ("非法占用农用地", "商品林地"): Threshold(date(2023, 8, 15), [{"quantity": 10}], AREA),
    ("盗伐林木", ""): Threshold(date(2023, 8, 15), [{"quantity": 5}, {"amount": 20_000}], CUBIC),
    ("滥伐林木", ""): Threshold(date(2023, 8, 15), [{"quantity": 20}, {"amount": 50_000}], CUBIC),
    ("非法捕捞水产品", "内陆"): Threshold(date(2022, 4, 9), [{"quantity": 500}, {"amount": 10_000}], MASS),
    ("污染环境", "危险废物"): Threshold(date(2023, 8, 15), [{"quantity": 3000}, {"illegal_gain": 300_000}], MASS),
    ("拒不支付劳动报酬", ""): Threshold(date(2013, 1, 23), [{"amount": 30_000, "quantity": 10}], PERSONS),
    ("非法吸收公众存款", ""): Threshold(date(2022, 3, 1), [{"amount": 1_000_000}, {"quantity": 150}], PERSONS),
    ("集资诈骗", ""): Threshold(date(2022, 3, 1), [{"amount": 100_000}]),
    ("侵犯公民个人信息", ""): Threshold(date(2017, 6, 1), [{"illegal_gain": 5_000}, {"quantity": 5_000}], ENTRIES),
}


def named(text: str) -> Offence:
    """The offence that a 罪名 names: without spaces, 罪 and brackets; its class apart."""
    name = normal(text).removesuffix("罪")
    found = re.fullmatch(r"([^()]*)\(([^()]*)\)", name)
    return (found[1].removesuffix("罪"), found[2]) if found else (name, "")


def is_economic(case: Row) -> bool:
    """是否经济犯罪 where given, else whether the 罪名 stands in the list of economic offences."""
    said = case.flag("is_economic")
    return named(case.text("offence"))[0] in ECONOMIC if said is None else said


def offence_of(penalty: Row) -> Offence | None:
    """The offence of a penalty, with its class where it has classes ("" = unknown); None where no offence is known."""
    violation = penalty.text("violation")
    offence = named(penalty.text("offence")) if penalty.text("offence") else None
    if offence is None:
        offence = next((found for word, found in KEYWORDS if word in violation), None)
    if offence is None or offence[1] or offence[0] not in CLASSES:
        return offence
    fits = (kind for words, kind in CLASSES[offence[0]] if all(word in violation for word in words))
    return offence[0], next(fits, "")
