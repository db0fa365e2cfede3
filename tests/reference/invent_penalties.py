"""Invented penalties and referrals (section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .days import UNDATED, Day, days, months, roll, working, years
from .invent import Cell, Store
from .offences import KEYWORDS, THRESHOLDS, Offence, Threshold
from .referral import PLATFORM, SECTION

AGENCIES = ["虚拟县市场监督管理局", "虚拟县自然资源局", "虚拟县生态环境局", "虚拟县林业局"]
# words that lead to an offence and its class where the sheet names none
WORDS: dict[Offence, list[str]] = {
    ("生产、销售伪劣产品", ""): ["销售伪劣产品案"],
    ("假冒注册商标", ""): ["生产假冒注册商标的酒"],
    ("销售假冒注册商标的商品", ""): ["销售假冒注册商标的烟草制品"],
    ("非法经营", "烟草"): ["无证经营烟草制品", "无证运输卷烟"],
    ("非法占用农用地", "永久基本农田"): ["未经批准占用永久基本农田建房"],
    ("非法占用农用地", "耕地"): ["未经批准占用耕地建房"],
    ("非法占用农用地", "黑土永久基本农田"): ["占用黑土区永久基本农田"],
    ("非法占用农用地", "黑土耕地"): ["占用黑土地(一般耕地)建厂"],
    ("非法占用农用地", "公益林地"): ["擅自占用公益林修路"],
    ("非法占用农用地", "商品林地"): ["擅自占用商品林修路"],
    ("盗伐林木", ""): ["盗伐集体林木"],
    ("滥伐林木", ""): ["滥伐自有林木"],
    ("非法捕捞水产品", "内陆"): ["在内陆水域非法捕捞"],
    ("污染环境", "危险废物"): ["非法倾倒危险废物"],
}
UNKNOWN_CLASS = [
    ("非法占用农用地罪", "占用土地修路"), (None, "占用黑土修路"), ("污染环境罪", "偷排废水"), (None, "污染环境"),
    ("非法捕捞水产品罪", "禁渔期捕鱼"), ("非法经营罪", "无证经营"), ("非法经营罪(食盐)", "贩卖食盐"),
    ("非法占用农用地罪(草原)", "占用耕地"), ("诈骗罪", "假冒注册商标"), (None, "占道经营"),
]  # fmt: skip
METRICS = {"amount": "涉案金额", "illegal_gain": "违法所得", "quantity": "涉案数量", "ratio": "占应纳税额比例"}


def penalty(st: Store, cells: dict[str, Cell], party: tuple[str, str | None] | None = None) -> str:
    """Add a penalty; return its number."""
    number = st.number("罚")
    name, certificate = party or (f"虚拟当事人{st.next()}", st.certificate())
    base: dict[str, Cell] = {
        "决定书文号": number, "行政机关": st.deal("agency", AGENCIES),
        "当事人": name, "当事人证件号": st.spelled(certificate) if certificate else None,
        "违法行为": "占道经营", "处罚决定日期": days(st.day("decided"), -700),
    }  # fmt: skip
    st.add("行政处罚", {**base, **cells})
    return number


def naming(st: Store, offence: Offence) -> dict[str, Cell]:
    """The cells that say which offence: a 罪名 with or without its class, or only words."""
    name, kind = offence
    keywords = [f"涉嫌{word}一案" for word, found in KEYWORDS if found == offence]
    words = st.deal(f"words {offence}", [*WORDS.get(offence, []), *keywords] or [f"涉嫌{name}"])
    way = st.deal("naming", ["whole", "words", "class in words"])
    if way == "words" and (offence in WORDS or keywords):
        return {"违法行为": words}
    if kind and (way == "whole" or offence not in WORDS):
        left, right = st.deal("class brackets", [("(", ")"), ("（", "）")])
        return {"涉嫌罪名": f"{name}罪{left}{kind}{right}", "违法行为": "其他违法行为"}
    return {"涉嫌罪名": st.deal("with 罪", [f"{name}罪", name]), "违法行为": words}


@dataclass(frozen=True)
class Probe:
    """One point on the edge of a threshold: which way, by which unit, which metric just missed, decided on which day of its force."""

    offence: Offence
    way: int
    unit: str | None
    missed: str
    decided: str  # "day before", "first day" or "later"

    @property
    def threshold(self) -> Threshold:
        return THRESHOLDS[self.offence]

    def cells(self) -> dict[str, Cell]:
        """The metrics, each on its edge: reached to the fen, or one step less."""
        cells: dict[str, Cell] = {}
        for metric, least in self.threshold.ways[self.way].items():
            step = Fraction(1, 10**4) if metric == "quantity" else Fraction(1, 100)
            exact = Fraction(least) / self.threshold.units.get(self.unit or "", Fraction(1)) if metric == "quantity" else Fraction(least)
            cells[METRICS[metric]] = -(-exact // step) * step - (step if metric == self.missed else 0)
            if metric == "quantity":
                cells["数量单位"] = self.unit
        return cells


def probes() -> list[Probe]:
    """Both sides of every edge of every threshold."""
    found = []
    for offence, threshold in THRESHOLDS.items():
        for index, way in enumerate(threshold.ways):
            units = [*threshold.units, "个", None] if "quantity" in way else [None]
            found += [Probe(offence, index, unit, missed, "later") for unit in units for missed in ("", *way)]
        unit = next(iter(threshold.units), None)
        found += [Probe(offence, 0, unit, "", day) for day in ("day before", "first day")]
    return found


def transfer(st: Store, number: str, party_id: str, offence: str, today: date) -> None:
    """Each way in which a case counts as transferred, or nearly so."""
    way = st.deal(
        "transfer", ["no", "no", "no", "sent", "received", "decided", "after", "undated", "empty", "suspect", "enterprise", "other", "unfiled"]
    )
    row: dict[str, Cell] = {"决定书文号": st.spelled(number), "移送机关": "虚拟县某局"}
    dated: dict[str, dict[str, Cell]] = {
        "sent": {"移送日期": today}, "received": {"公安接受日期": today}, "decided": {"公安决定日期": days(today, -1), "公安决定": "立案"},
        "after": {"移送日期": days(today, 1)}, "undated": {"移送日期": UNDATED}, "empty": {"批准移送日期": days(today, -9)},
    }  # fmt: skip
    if way in dated:
        st.add("案件移送", {**row, **dated[way]})
    elif way != "no":
        crime = st.number("刑")
        name = {"other": "诈骗罪"}.get(way, st.deal("crime", [f"{offence}罪", f"{offence}罪(某)", offence]))
        cells: dict[str, Cell] = {"统一社会信用代码": st.spelled(party_id)} if way == "enterprise" else {}
        filed: Day = None if way == "unfiled" else st.deal("crime filed", [today, days(today, 1), UNDATED, days(today, -50)])
        st.add("刑事案件", {"案件编号": crime, "罪名": name, "办案单位": "虚拟县公安局", "立案日期": filed, "不立案日期": None, **cells})
        if way != "enterprise":
            st.add("嫌疑人", {"案件编号": crime, "嫌疑人编号": "S1", "证件号": st.spelled(party_id)})


def reaching(st: Store) -> None:
    probe = st.deal("probe", probes())
    today, certificate, begins = st.day("reaching"), st.certificate(), max(probe.threshold.begins, SECTION)
    decided: Day = {"day before": days(begins, -1), "first day": begins}.get(probe.decided)
    if decided is None:
        day = st.deal("decided on", [today, days(today, 1), days(today, -1), days(today, -90), days(begins, 200), None])
        decided = UNDATED if day is None else max(day, begins)
    cells = probe.cells()
    if st.chance("other metric", 4):
        cells = {st.deal("small metric", ["涉案金额", "违法所得"]): st.deal("small", [1, 9]), **cells}
    number = penalty(st, {**naming(st, probe.offence), **cells, "处罚决定日期": decided}, ("虚拟某", certificate))
    if probe.decided == "later" and st.chance("transferred", 3):
        transfer(st, number, certificate, probe.offence[0], today)


def of_unknown_class(st: Store) -> None:
    offence, violation = st.deal("unknown class", UNKNOWN_CLASS)
    decided = st.deal(
        "unknown decided", [date(2000, 7, 1), date(2001, 7, 8), date(2010, 3, 26), date(2022, 4, 8), date(2022, 4, 9), date(2025, 9, 9)]
    )
    cells: dict[str, Cell] = {
        "涉嫌罪名": offence,
        "违法行为": violation,
        "涉案数量": 900,
        "数量单位": st.deal("any unit", ["亩", "吨", "公斤", None]),
    }
    penalty(st, {**cells, "涉案金额": 90000, "处罚决定日期": decided})


def repeated(st: Store) -> None:
    """Two earlier penalties for the same offence, two years back to the day."""
    today, spoil = st.day("repeated"), st.spoil("repeated", ("last", "first", "second", "words", "transferred"))
    last: Day = spoil.pick("last", [today, days(today, -40), date(2024, 2, 29), date(2021, 1, 5)], [days(today, 1), UNDATED])
    base = last if isinstance(last, date) else today
    name, certificate = f"虚拟再犯{st.next()}", st.deal("repeat id", [st.certificate(), st.certificate(), None])
    words, other = spoil.pick("words", [("非法采矿", "非法采矿"), ("污染环境", "污染环境")], [("非法采矿", "污染环境"), ("盗伐林木", "盗伐林木")])
    first = spoil.pick("first", [years(base, -2), days(base, -300), days(years(base, -2), 1)], [days(years(base, -2), -1)])
    second: Day = spoil.pick("second", [days(base, -1), days(base, -200)], [base, UNDATED])
    for day in (first, second):
        penalty(st, {"违法行为": f"{words}一案", "处罚决定日期": day}, (name, certificate))
    number = penalty(st, {"违法行为": "x", "涉嫌罪名": f"{other}罪", "处罚决定日期": last}, (name, certificate))
    if certificate and spoil.spoilt == "transferred":
        transfer(st, number, certificate, other, today)


def without_amount(st: Store) -> None:
    today, certificate = st.day("conduct"), st.certificate()
    cells: dict[str, Cell] = st.deal(
        "conduct",
        [{"违法行为": "销售假药"}, {"违法行为": "销售有毒有害食品"}, {"违法行为": "x", "涉嫌罪名": "生产、销售、提供假药罪"},
         {"违法行为": "x", "涉嫌罪名": "生产、销售有毒、有害食品"}, {"违法行为": "x", "涉嫌罪名": "生产、销售假药罪(疫苗)"},
         {"违法行为": "x", "涉嫌罪名": "生产、销售劣药罪"}],
    )  # fmt: skip
    on: Day = st.deal("conduct on", [today, days(today, 1), days(today, -60), date(2001, 7, 8), date(2001, 7, 9), UNDATED])
    number = penalty(st, {**cells, "处罚决定日期": on}, ("虚拟药店", certificate))
    offence = "生产、销售有毒、有害食品" if "有毒" in str(cells) else "生产、销售、提供假药" if "提供" in str(cells) else "生产、销售假药"
    transfer(st, number, certificate, offence, today)


def split(st: Store) -> None:
    """Penalties of one actor that reach a threshold only together, 60 or 61 days apart."""
    offence, threshold = st.deal("split", list(THRESHOLDS.items()))
    metric, least = next(iter(st.deal(f"split {offence}", threshold.ways).items()))
    today = st.day("split")
    last = st.deal("split last", [today, days(today, 1), days(today, -20), threshold.begins, days(threshold.begins, 59), days(threshold.begins, 400)])
    first = days(last, -st.deal("split span", [60, 61, 0, 30, 60]))
    name, certificate = f"虚拟拆分{st.next()}", st.deal("split id", [st.certificate(), st.certificate(), None])
    halves = [Fraction(least, 2), Fraction(least, 2) + st.deal("split offset", [Fraction(0), Fraction(0), Fraction(-1, 100), Fraction(least, 2)])]
    for day, half in zip((first, last), halves, strict=True):
        cells: dict[str, Cell] = {METRICS[metric]: half}
        if metric == "quantity":
            unit = st.deal(f"split unit {offence}", [unit for unit in threshold.units if unit != "平方米"])
            cells = {METRICS[metric]: half / threshold.units[unit], "数量单位": unit}
        number = penalty(st, {**naming(st, offence), **cells, "处罚决定日期": day}, (name, certificate))
    if certificate and st.chance("split transferred", 4):
        transfer(st, number, certificate, offence[0], today)
    if st.chance("split third", 4):
        penalty(st, {**naming(st, offence), METRICS[metric]: Fraction(least, 4), "处罚决定日期": days(last, 31)}, (name, certificate))


def referred(st: Store) -> None:
    """The steps of a referral, one of them on its boundary."""
    step = st.deal("step", ["proposed", "approved", "received", "refused"])
    row: dict[str, Cell] = {"决定书文号": st.number("罚"), "移送机关": "虚拟县某局"}
    if step == "proposed":
        limit = st.limit("proposed", lambda day: roll(days(day, 3)), date(2001, 7, 9))
        row |= {"报告移送日期": limit.start, "批准移送日期": limit.act}
    elif step == "approved":
        limit = st.limit("approved", lambda day: working(day, 1))
        row |= {"批准移送日期": limit.start, "移送日期": limit.act}
    elif step == "received":
        length = st.deal("police", [0, 0, 30, 60])  # severity moves with 30 and 60 days
        limit = st.limit("police 3", lambda day: working(day, 3)) if not length else st.limit(f"police {length}", lambda day: days(day, length))
        row |= {"公安接受日期": limit.start, "公安决定日期": limit.act, "公安决定": "立案" if limit.act is not None else None}
    else:
        limit = st.limit("refused", lambda day: roll(days(day, 3)))
        row |= {"公安决定": st.deal("police decision", ["不予立案"] * 5 + ["立案"]), "公安决定日期": limit.start}
        row[st.deal("challenge", ["提请复议日期", "建议立案监督日期"])] = limit.act
    st.add("案件移送", row)


def posted(st: Store) -> None:
    limit = st.limit("posted", lambda day: working(day, 7), date(2021, 10, 1))
    agency = st.deal("posting agency", ["虚拟区平台局", "虚拟区平台局", "虚拟区平台局", f"虚拟镇{st.next()}所"])
    words = st.deal("posting", ["滥伐林木", "滥伐林木", "非法采矿", "占道经营"])
    start: Day = st.deal("platform begins", [limit.start] * 6 + [PLATFORM, days(PLATFORM, -1)])
    penalty(st, {"行政机关": agency, "违法行为": words, "处罚决定日期": start, "录入平台日期": limit.act})


def opinion(st: Store) -> None:
    given = st.chance("reply by", 3)
    limit = st.limit("opinion by" if given else "opinion", (lambda day: day) if given else (lambda day: roll(months(day, 2))))
    served: Day = days(limit.due, -25) if given else limit.start
    cells: dict[str, Cell] = {"指定回复日期": limit.start if given else None, "送达日期": served, "回复日期": limit.act}
    st.add("检察文书", {"文书号": st.number("意"), "类型": "检察意见", "被监督单位": "虚拟县某局", **cells})


def sums(st: Store) -> None:
    """Surcharges over the fine, and payment before the decision."""
    today = st.day("sums")
    decided: Day = st.deal("sums on", [today, days(today, 1), days(today, -50), date(2001, 7, 8), date(2001, 7, 9), UNDATED])
    base = decided if isinstance(decided, date) else today
    fine: Cell = st.deal("fine", [1000, 1000, Fraction(99999, 100), None])
    paid: Day = st.deal("paid", [None, None, days(base, -1), base, days(base, 1), UNDATED])
    surcharge: Cell = st.deal("surcharge", [None, 1000, Fraction(100001, 100), Fraction(99999, 100)])
    penalty(st, {"处罚决定日期": decided, "罚款金额": fine, "加处罚款金额": surcharge, "履行完毕日期": paid, "有强制执行权": True})


MAKERS = [
    (reaching, 18), (of_unknown_class, 2), (repeated, 2), (without_amount, 2), (split, 4), (referred, 6), (posted, 7), (opinion, 2), (sums, 2),
]  # fmt: skip
