"""Invented penalties, referrals and applications for enforcement (sections 4 and 5)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from .days import UNDATED, Day, days, months, roll, working, years
from .enforcement import end_of_suing
from .invent import Cell, Limit, Store
from .offences import THRESHOLDS, Offence, Threshold
from .view import Row

AGENCIES = ["虚拟县市场监督管理局", "虚拟县自然资源局", "虚拟县生态环境局", "虚拟县林业局"]
POWERFUL = ["虚拟县公安局", "国家税务总局虚拟县税务局", "虚拟海关", "虚拟县人民政府", "虚拟市国家安全局"]
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
SUE: list[str | None] = [None, None, "六个月", "三个月", "十五日", "一年"]


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
    words = st.deal(f"words {offence}", WORDS.get(offence, [f"涉嫌{name}"]))
    way = st.deal("naming", ["whole", "words", "class in words"])
    if way == "words" and (offence in WORDS or not kind):
        return {"违法行为": words}
    if kind and (way == "whole" or offence not in WORDS):
        left, right = st.deal("class brackets", [("(", ")"), ("（", "）")])
        return {"涉嫌罪名": f"{name}罪{left}{kind}{right}", "违法行为": "其他违法行为"}
    return {"涉嫌罪名": st.deal("with 罪", [f"{name}罪", name]), "违法行为": words}


def metrics(st: Store, threshold: Threshold) -> dict[str, Cell]:
    """One way of the threshold, reached to the fen, missed by one, or with a unit that does not fit; the rest below."""
    cells: dict[str, Cell] = {}
    way = st.deal(f"way {id(threshold)}", threshold.ways)
    for metric, least in way.items():
        if metric == "quantity":
            unit = st.deal(f"unit {id(threshold)}", [*threshold.units, None, "个", *threshold.units])
            factor = threshold.units.get(unit or "", Fraction(1))
            exact = Fraction(least) / factor
            value = Fraction(int(exact * 100), 100)
            value += st.deal("quantity offset", [Fraction(0), Fraction(1, 100), Fraction(-1, 100), Fraction(50)])
            cells |= {"涉案数量": value, "数量单位": unit}
        else:
            offset: Fraction = st.deal("metric offset", [Fraction(0), Fraction(-1, 100), Fraction(0), Fraction(1000)])
            cells[METRICS[metric]] = least + offset
    for metric, column in METRICS.items():
        if column not in cells and metric != "quantity" and st.chance("other metric", 3):
            cells[column] = st.deal("small", [Fraction(1), Fraction(99, 100), Fraction(9)])
    return cells


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
    offence, threshold = st.deal("threshold", list(THRESHOLDS.items()))
    today, certificate = st.day("reaching"), st.certificate()
    decided: Day = st.deal(
        "decided on",
        [today, days(today, 1), days(today, -1), days(today, -90), threshold.begins, days(threshold.begins, -1), days(threshold.begins, 1), UNDATED,
         days(threshold.begins, 200), max(days(today, -30), threshold.begins)],
    )  # fmt: skip
    number = penalty(st, {**naming(st, offence), **metrics(st, threshold), "处罚决定日期": decided}, ("虚拟某", certificate))
    if decided != UNDATED or st.chance("undated transferred", 3):
        transfer(st, number, certificate, offence[0], today)


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
    today = st.day("repeated")
    last: Day = st.deal("repeated on", [today, days(today, 1), days(today, -40), date(2024, 2, 29), date(2021, 1, 5), UNDATED])
    base = last if isinstance(last, date) else today
    name, certificate = f"虚拟再犯{st.next()}", st.deal("repeat id", [st.certificate(), st.certificate(), None])
    words = st.deal("repeat words", ["非法采矿", "污染环境"])
    first = st.deal("first on", [years(base, -2), days(years(base, -2), -1), days(base, -300), days(years(base, -2), 1)])
    second: Day = st.deal("second on", [days(base, -1), base, days(base, -200), UNDATED])
    for day in (first, second):
        penalty(st, {"违法行为": f"{words}一案", "处罚决定日期": day}, (name, certificate))
    number = penalty(st, {"违法行为": "x", "涉嫌罪名": f"{words}罪", "处罚决定日期": last}, (name, certificate))
    if certificate and st.chance("repeat transferred", 3):
        transfer(st, number, certificate, words, today)


def without_amount(st: Store) -> None:
    today, certificate = st.day("conduct"), st.certificate()
    cells: dict[str, Cell] = st.deal(
        "conduct",
        [{"违法行为": "销售假药"}, {"违法行为": "销售有毒有害食品"}, {"违法行为": "x", "涉嫌罪名": "生产、销售、提供假药罪"},
         {"违法行为": "x", "涉嫌罪名": "生产、销售有毒、有害食品"}, {"违法行为": "x", "涉嫌罪名": "生产、销售劣药罪"}],
    )  # fmt: skip
    on: Day = st.deal("conduct on", [today, days(today, 1), days(today, -60), date(2001, 7, 8), date(2001, 7, 9), UNDATED])
    number = penalty(st, {**cells, "处罚决定日期": on}, ("虚拟药店", certificate))
    offence = "生产、销售有毒、有害食品" if "有毒" in str(cells) else "生产、销售、提供假药" if "提供" in str(cells) else "生产、销售假药"
    transfer(st, number, certificate, offence, today)


def split(st: Store) -> None:
    """Penalties of one actor that reach a threshold only together, 60 or 61 days apart."""
    offence, threshold = st.deal("split", list(THRESHOLDS.items()))
    metric, least = next(iter(st.deal(f"split {id(threshold)}", threshold.ways).items()))
    today = st.day("split")
    last = st.deal("split last", [today, days(today, 1), days(today, -20), threshold.begins, days(threshold.begins, 59), days(threshold.begins, 400)])
    first = days(last, -st.deal("split span", [60, 61, 0, 30, 60]))
    name, certificate = f"虚拟拆分{st.next()}", st.deal("split id", [st.certificate(), st.certificate(), None])
    halves = [Fraction(least, 2), Fraction(least, 2) + st.deal("split offset", [Fraction(0), Fraction(0), Fraction(-1, 100), Fraction(least, 2)])]
    for day, half in zip((first, last), halves, strict=True):
        cells: dict[str, Cell] = {METRICS[metric]: half}
        if metric == "quantity":
            unit = st.deal(f"split unit {id(threshold)}", [unit for unit in threshold.units if unit != "平方米"])
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
    penalty(st, {"行政机关": agency, "违法行为": words, "处罚决定日期": limit.start, "录入平台日期": limit.act})


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


def suing_end(within: str | None, served: date) -> date:
    return end_of_suing(Row("penalty", [], (), {"sue_within": within}), served)


def outside(st: Store, today: date) -> dict[str, Cell]:
    """Reasons for which the rules that need E leave a penalty alone, or nearly so."""
    way = st.deal("outside", ["no"] * 6 + ["power", "name", "name but said not", "复议", "诉讼", "later", "undated"])
    return {
        "no": {},
        "power": {"有强制执行权": True},
        "name": {"行政机关": st.deal("powerful", POWERFUL)},
        "name but said not": {"行政机关": st.deal("powerful", POWERFUL), "有强制执行权": False},
        "复议": {"申请复议日期": today},
        "诉讼": {"提起诉讼日期": days(today, -3)},
        "later": {"提起诉讼日期": days(today, 1)},
        "undated": {"申请复议日期": UNDATED},
    }[way]  # type: ignore[return-value]


def fined(st: Store) -> tuple[Limit, dict[str, Cell]]:
    """A fine whose three months to apply for enforcement end on a boundary, by service or by the end of instalments."""
    within, deferred = st.deal("sue within", SUE), st.chance("deferred", 4)
    if deferred:
        limit = st.limit("deferred", lambda day: roll(months(day, 3)), date(2012, 1, 1))
        base = limit.start if isinstance(limit.start, date) else limit.due
        served: Cell = st.deal("served deferred", [days(base, -60), days(base, -400), None])
    else:
        limit = st.limit(f"fined {within}", lambda day: roll(months(suing_end(within, day), 3)), date(2012, 1, 1))
        served = None if st.chance("unserved", 20) else limit.start
    performed: Day = st.deal("performed", [None] * 9 + [limit.today, days(limit.today, 1), UNDATED])
    base = served if isinstance(served, date) else days(limit.due, -270)
    return limit, {
        "罚款金额": st.deal("fined", [5000, 5000, 5000, 5000, 0, None]), "处罚决定日期": days(base, -3), "送达日期": served, "起诉期限": within,
        "分期延期届满日期": limit.start if deferred else None, "履行完毕日期": performed, **outside(st, limit.today),
    }  # fmt: skip


def unapplied(st: Store) -> None:
    limit, cells = fined(st)
    number = penalty(st, cells)
    if limit.act is not None:
        row: dict[str, Cell] = {"申请日期": limit.act, "催告送达日期": days(limit.due, -60)}
        if limit.act == UNDATED and st.chance("application blank", 2):
            row = {"申请日期": None, "受理日期": days(limit.today, -1)}
        if isinstance(limit.act, date) and limit.act > limit.due and st.chance("late granted", 2):
            ruled: Day = st.deal("late ruled", [days(limit.act, 9), limit.today, days(limit.today, 1), UNDATED])
            row |= {"裁定结果": st.deal("late ruling", ["准予执行", "准予执行", "不准予执行"]), "裁定日期": ruled, "受理日期": days(limit.act, 2)}
        st.add("非诉执行", {"决定书文号": st.spelled(number), "法院": "虚拟县人民法院", **row})


def applied_early(st: Store) -> None:
    """Applications around E, or fifteen days after service where buildings are to be torn down."""
    today, within, demolition = st.day("early"), st.deal("early within", SUE), st.chance("demolition", 2)
    served = st.deal("early served", [days(today, -300), days(today, -90), date(2015, 4, 30), date(2015, 5, 1), date(2019, 8, 31)])
    end = roll(days(served, 15)) if demolition and not within else suing_end(within, served)
    applied: Day = st.deal("early applied", [end, days(end, 1), days(end, -1), days(end, -60), UNDATED])
    base = applied if isinstance(applied, date) else end
    accepted: Day = st.deal("early accepted", [days(base, 3), days(base, 3), days(base, 3), None, UNDATED])
    if applied == UNDATED:
        accepted = days(base, 3)
    cells: dict[str, Cell] = {"送达日期": served, "起诉期限": within, "责令限期拆除": demolition, "罚款金额": 800, "处罚决定日期": days(served, -2)}
    number = penalty(st, {**cells, **outside(st, today)}) if not st.chance("no penalty", 8) else st.number("罚")
    row: dict[str, Cell] = {"申请日期": applied, "受理日期": accepted, "催告送达日期": days(base, -40)}
    st.add("非诉执行", {"决定书文号": st.spelled(number), **row})


def demanded(st: Store) -> None:
    today = st.day("demanded")
    applied: Day = st.deal(
        "demand applied", [today, days(today, 1), days(today, -50), days(today, -1), date(2020, 2, 20), date(2024, 10, 16), UNDATED]
    )
    base = applied if isinstance(applied, date) else today
    tenth = days(base, -9)
    while working(tenth, 10) > base:
        tenth = days(tenth, -1)
    when: Day = st.deal("demand", [tenth, days(tenth, 1), days(tenth, -1), days(base, 3), None, UNDATED, days(tenth, 2)])
    if applied == UNDATED:
        when = days(base, -5)
    st.add("非诉执行", {"决定书文号": st.number("罚"), "申请日期": applied, "催告送达日期": when, "受理日期": None})


def in_court(st: Store) -> None:
    """An application on its way through the court, one step on its boundary."""
    step = st.deal("court", ["accepting", "accepting", "ruling", "ruling", "refusing", "granted", "granted", "executing", "closing", "closing"])
    row: dict[str, Cell] = {"决定书文号": st.number("罚")}
    section = date(2012, 1, 1)
    if step == "accepting":
        limit = st.limit("accepting", lambda day: working(day, 5), section)
        row |= {"申请日期": limit.start, st.deal("accept", ["受理日期", "受理日期", "裁定日期"]): limit.act, "催告送达日期": days(limit.due, -70)}
    elif step == "ruling":
        heard = st.chance("heard", 2)
        limit = st.limit(f"ruling {heard}", lambda day: roll(days(day, 30)) if heard else working(day, 7), section)
        ruling = st.deal("ruling", ["准予执行", "不准予执行", "准许撤回", None]) if limit.act is not None else None
        row |= {
            "受理日期": limit.start,
            "裁定日期": limit.act,
            "裁定结果": ruling,
            "听取意见": heard if heard else st.deal("heard no", [False, None]),
        }
    elif step == "refusing":
        limit = st.limit("refusing", lambda day: roll(days(day, 15)), section)
        row |= {"裁定结果": st.deal("refusal", ["不予受理", "不准予执行"]), "裁定日期": limit.start, "申请复议日期": limit.act}
    elif step == "granted":
        limit = st.limit("granted", lambda day: roll(months(day, 6)), section)
        row |= {"裁定结果": "准予执行", "裁定日期": limit.start, "执行立案日期": limit.act}
        if st.chance("granted penalty", 2):
            performed: Day = st.deal("granted performed", [None, limit.today, days(limit.today, 1), UNDATED])
            row["决定书文号"] = penalty(st, {"处罚决定日期": days(limit.due, -700), "履行完毕日期": performed})
    elif step == "executing":
        limit = st.limit("executing", lambda day: roll(months(day, 3)), section)
        closing = st.deal("execution closing", ["终结执行", "终结本次执行", None]) if limit.act is not None else None
        row |= {"执行立案日期": limit.start, "执行结案日期": limit.act, "结案方式": closing}
    else:
        closed(st, row)
    st.add("非诉执行", row)


def closed(st: Store, row: dict[str, Cell]) -> None:
    """Executions closed before three months, or as performed though the penalty is not."""
    if st.chance("early end", 2):
        today = st.day("closed")
        on: Day = st.deal("closed on", [today, days(today, 1), days(today, -30), UNDATED, date(2011, 12, 31), date(2012, 1, 2)])
        base = on if isinstance(on, date) else today
        filed: Day = st.deal(
            "closed filed", [months(base, -3), days(months(base, -3), 1), days(base, -20), UNDATED, None, days(months(base, -3), -1)]
        )
        row |= {"执行立案日期": filed, "执行结案日期": on, "结案方式": "终结本次执行"}
    else:
        limit = st.limit("closed unperformed", lambda day: days(day, 30), date(2012, 1, 1))
        row |= {"执行立案日期": days(limit.due, -60), "执行结案日期": limit.start, "结案方式": "执行完毕"}
        if not st.chance("closed no penalty", 4):
            row["决定书文号"] = penalty(st, {"处罚决定日期": days(limit.due, -800), "履行完毕日期": limit.act})


def disputed(st: Store) -> None:
    length = st.deal("dispute years", [5, 5, 10, 15])
    limit = st.limit(f"dispute {length}", lambda day: years(day, length), date(2012, 1, 1))
    st.add("行政争议", {"案号": st.number("行"), "行政机关": "虚拟县人民政府", "争议发生日期": limit.start, "化解日期": limit.act})


MAKERS = [
    (reaching, 6), (of_unknown_class, 1), (repeated, 2), (without_amount, 2), (split, 3), (referred, 5), (posted, 5), (opinion, 1), (sums, 2),
    (unapplied, 5), (applied_early, 2), (demanded, 1), (in_court, 10), (disputed, 2),
]  # fmt: skip
