"""The invented sheets of `clues demo`: bodies, persons and numbers are made up, certificate numbers fail their checksum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Rows = list[list[str]]
Day = Callable[[int], str]

_BUREAU, _SQUAD = "某市市场监督管理局", "某市公安局经侦支队"
_COURT = "某市甲区人民法院"
_LENDER = ("赵甲", "110101198001010019")
_BORROWERS = [
    ("钱乙", "110101198102020027"),
    ("孙丙", "110101198203030034"),
    ("李丁", "110101198304040041"),
    ("周戊", "110101198405050058"),
    ("吴己", "110101198506060065"),
]
_COMPANY = ("某市甲贸易有限公司", "91110101MA00000A10")


def sheets(as_of: int) -> dict[str, Rows]:
    """Sheet name → header and rows. All dates stand back from `as_of` (an ordinal); the same day gives the same sheets."""

    def ago(days: int) -> str:
        return dt.date.fromordinal(as_of - days).isoformat()

    return {**_criminal(ago), **_administrative(ago), **_civil(ago)}


def _criminal(ago: Day) -> dict[str, Rows]:
    """Three cases that linger, one that was ended in time."""
    a, b, c, d = (f"A44010000{ago(days)[:4]}000{n}" for n, days in enumerate((1100, 900, 635, 290), 1))
    return {
        "刑事案件": [
            ["案件编号", "案件名称", "罪名", "企业名称", "统一社会信用代码", "办案单位", "受案日期", "立案日期", "移送审查起诉日期"],
            [a, "某市甲贸易有限公司涉嫌合同诈骗案", "合同诈骗罪", *_COMPANY, _SQUAD, ago(1110), ago(1100), ""],
            [b, "郑庚涉嫌职务侵占案", "职务侵占罪", "", "", _SQUAD, ago(910), ago(900), ""],
            [c, "王辛涉嫌盗窃案", "盗窃罪", "", "", "某市公安局甲区分局", ago(640), ago(635), ""],
            [d, "冯壬涉嫌挪用资金案", "挪用资金罪", "", "", _SQUAD, ago(300), ago(290), ago(200)],
        ],
        "嫌疑人": [
            ["案件编号", "嫌疑人编号", "姓名名称", "证件号"],
            [b, "1", "郑庚", "110101197907070072"],
            [c, "1", "王辛", "110101197808080089"],
            [d, "1", "冯壬", "110101197709090096"],
        ],
        "强制措施": [
            ["案件编号", "嫌疑人编号", "措施", "开始日期", "解除日期"],
            [b, "1", "取保候审", ago(895), ago(535)],
            [c, "1", "取保候审", ago(630), ""],
            [d, "1", "取保候审", ago(285), ago(190)],
        ],
        "涉案财物": [
            ["案件编号", "财物编号", "财物名称", "价值", "措施", "措施日期", "期限届满日期"],
            [a, "1", "银行账户存款", "860000", "冻结", ago(1090), ago(910)],
            [b, "1", "小型客车一辆", "120000", "扣押", ago(890), ""],
        ],
    }


def _administrative(ago: Day) -> dict[str, Rows]:
    """Penalties that were neither paid nor enforced, some that look like crimes, and lawful ones beside them."""
    decided = [420, 380, 200, 150, 140, 90, 400, 60]
    n = [f"某市{'烟' if i == 6 else '监'}罚〔{ago(days)[:4]}〕{i + 1}号" for i, days in enumerate(decided)]
    return {
        "行政处罚": [
            [
                "决定书文号",
                "行政机关",
                "领域",
                "当事人",
                "当事人证件号",
                "违法行为",
                "涉案金额",
                "罚款金额",
                "处罚决定日期",
                "送达日期",
                "履行完毕日期",
            ],
            [n[0], _BUREAU, "市场监管", "某市乙商行", "91110101MA00000B20", "超出登记的经营范围经营", "", "50000", ago(420), ago(415), ""],
            [n[1], _BUREAU, "市场监管", "某市丙食品店", "91110101MA00000C30", "经营标签不符合规定的食品", "", "20000", ago(380), ago(378), ""],
            [
                n[2],
                _BUREAU,
                "市场监管",
                "某市丁百货店",
                "91110101MA00000D40",
                "销售假冒注册商标的商品",
                "180000",
                "60000",
                ago(200),
                ago(198),
                ago(180),
            ],
            [
                n[3],
                _BUREAU,
                "市场监管",
                "某市戊建材店",
                "91110101MA00000E50",
                "销售不合格产品,涉嫌生产、销售伪劣产品",
                "260000",
                "90000",
                ago(150),
                ago(148),
                ago(140),
            ],
            [
                n[4],
                _BUREAU,
                "市场监管",
                "某市己酒业经营部",
                "91110101MA00000F60",
                "销售假冒注册商标的商品",
                "320000",
                "100000",
                ago(140),
                ago(138),
                ago(130),
            ],
            [n[5], _BUREAU, "市场监管", "某市庚副食店", "91110101MA00000G70", "经营标签不符合规定的食品", "", "3000", ago(90), ago(88), ago(80)],
            [n[6], "某市烟草专卖局", "烟草", "陈癸", "110101197606060107", "未在当地烟草专卖批发企业进货", "12000", "1200", ago(400), ago(398), ""],
            [n[7], _BUREAU, "市场监管", "某市辛五金店", "91110101MA00000H80", "未按规定公示企业信息", "", "10000", ago(60), "", ""],
        ],
        "案件移送": [
            ["决定书文号", "移送机关", "报告移送日期", "批准移送日期", "移送日期", "接收公安机关", "公安接受日期", "公安决定", "公安决定日期"],
            [n[4], _BUREAU, ago(145), ago(143), ago(120), _SQUAD, ago(119), "", ""],
        ],
        "非诉执行": [
            ["决定书文号", "案号", "行政机关", "法院", "催告送达日期", "申请日期", "受理日期", "裁定结果", "裁定日期", "执行立案日期"],
            [n[1], f"({ago(157)[:4]})某0101行审11号", _BUREAU, _COURT, ago(190), ago(160), ago(157), "准予执行", ago(110), ""],
            [n[6], f"({ago(178)[:4]})某0101行审12号", "某市烟草专卖局", _COURT, ago(210), ago(180), ago(178), "准予执行", ago(172), ago(165)],
        ],
    }


def _civil(ago: Day) -> dict[str, Rows]:
    """One plaintiff with many loans, a large one settled within days, a debtor sued again; and a bank, on which the rules stay silent."""
    filed = [300, 298, 296, 240, 150, 90, 80]
    numbers = [f"({ago(days)[:4]})某0101民初{101 + i}号" for i, days in enumerate(filed)]
    cases: Rows = [["案号", "法院", "案由", "程序", "立案日期", "结案日期", "结案方式", "标的额", "缺席审理", "承办人"]]
    parties: Rows = [["案号", "诉讼地位", "姓名名称", "证件号", "类型"]]
    for i, (number, days) in enumerate(zip(numbers, filed, strict=True)):
        quick = i in (3, 4)
        closing = [ago(days - 4), "调解", "1500000"] if quick else [ago(days - 45), "判决", "90000"]
        cause = "民间借贷纠纷" if i < 6 else "金融借款合同纠纷"
        cases.append([number, _COURT, cause, "简易程序", ago(days), *closing, "否", "褚法官"])
        plaintiff = [*_LENDER, "自然人"] if i < 6 else ["某银行某市分行", "91110101MA00000K90", "金融机构"]
        borrower = _BORROWERS[0 if i < 3 else i - 2]
        parties.append([number, "原告", *plaintiff])
        parties.append([number, "被告", *borrower, "自然人"] if i < 6 else [number, "被告", *_BORROWERS[4], "自然人"])
    return {
        "民事案件": cases,
        "民事当事人": parties,
        "执行案件": [
            [
                "案号",
                "法院",
                "依据案号",
                "依据类型",
                "申请执行人",
                "申请执行人证件号",
                "被执行人",
                "被执行人证件号",
                "申请日期",
                "立案日期",
                "结案日期",
                "结案方式",
                "标的额",
                "到位金额",
                "有可供执行财产",
            ],
            [
                f"({ago(225)[:4]})某0101执201号",
                _COURT,
                numbers[0],
                "判决",
                *_LENDER,
                *_BORROWERS[0],
                ago(230),
                ago(225),
                ago(150),
                "终结本次执行",
                "90000",
                "0",
                "是",
            ],
            [
                f"({ago(216)[:4]})某0101执202号",
                _COURT,
                numbers[3],
                "调解书",
                *_LENDER,
                *_BORROWERS[1],
                ago(220),
                ago(216),
                "",
                "",
                "1500000",
                "0",
                "",
            ],
        ],
    }
