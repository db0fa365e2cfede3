"""Invented criminal cases: lingering, property, measures, review, notices (section 3)."""

from __future__ import annotations

from datetime import date

from .days import UNDATED, Day, days, is_working, months, roll, years
from .invent import Cell, Limit, Period, Store, start_for

OFFENCES = [
    ("合同诈骗罪", None), ("非法经营罪（烟草）", None), ("职务侵占", None), ("诈骗罪", None), ("盗窃罪", True), ("合同诈骗罪", False),
    ("虚开增值税专用发票罪", None), ("合同诈骗罪未遂", None), ("生产、 销售伪劣产品罪", None), ("故意伤害罪", None), ("非法经营(烟草)罪", None),
]  # fmt: skip
NO_OFFICE = "虚拟县公安局"


def two_years(day: date) -> date:
    return roll(years(day, 2))


def a_year(day: date) -> date:
    return roll(months(day, 12))


def case(st: Store, cells: dict[str, Cell]) -> str:
    """Add a criminal case; return its number."""
    number = st.number("刑")
    offence, economic = st.deal("offence", OFFENCES)
    enterprise: dict[str, Cell] = st.deal(
        "enterprise",
        [{}, {}, {"企业名称": "虚拟某公司"}, {"统一社会信用代码": st.certificate()}, {"企业名称": "虚拟厂", "是否涉企": False}, {"是否涉企": True}],
    )  # fmt: skip
    st.add("刑事案件", {"案件编号": number, "罪名": offence, "是否经济犯罪": economic, "办案单位": NO_OFFICE, **enterprise, **cells})
    return number


def measure(st: Store, number: str, kind: str, start: Day, end: Day = None, suspect: str = "S1", extended: bool | None = None) -> None:
    st.add(
        "强制措施",
        {"案件编号": st.spelled(number), "嫌疑人编号": suspect, "措施": kind, "开始日期": start, "解除日期": end, "拘留延长至三十日": extended},
    )  # fmt: skip


def suspect(st: Store, number: str, cells: dict[str, Cell] | None = None, suspect_no: str = "S1") -> None:
    base: dict[str, Cell] = {"案件编号": st.spelled(number), "嫌疑人编号": suspect_no, "姓名名称": "虚某", "证件号": st.certificate()}
    st.add("嫌疑人", {**base, **(cells or {})})


def change(st: Store, number: str, kind: str, day: Day, by: str | None = None, suspect_no: str = "S1") -> None:
    st.add("期限变更", {"案件编号": st.spelled(number), "嫌疑人编号": suspect_no, "类型": kind, "决定日期": day, "批准机关": by})


def end_of_case(st: Store, today: date) -> dict[str, Cell]:
    """Mostly no end; else each kind of end, by the as-of day, after it, or undated."""
    field = st.deal("end field", ["移送审查起诉日期", "撤销案件日期", "终止侦查日期", "移送管辖日期"])
    when: Day = st.deal("end", [None] * 9 + [today, days(today, 1), UNDATED])
    cells: dict[str, Cell] = {field: when}
    if st.chance("continued", 7):
        continued: Day = st.deal("continued on", [days(today, -9), today, days(today, 1), UNDATED])
        cells["批准继续侦查日期"] = continued
    return cells


def items(st: Store, number: str, today: date) -> None:
    """Seized things of a case, some released, sent, or with a term."""
    for _ in range(st.deal("items", [0, 1, 1, 2])):
        when: Day = st.deal("released", [None, None, None, None, today, days(today, 1), UNDATED])
        cells: dict[str, Cell] = {st.deal("release field", ["解除返还日期", "移送日期"]): when}
        taken: Day = st.deal("taken", [days(today, -900), days(today, -900), days(today, -5), today, days(today, 1), UNDATED])
        term: Day = st.deal("term", [None, None, days(today, 300), days(today, -1)])
        st.add("涉案财物", {"案件编号": st.spelled(number), "财物编号": f"W{st.next()}", "措施日期": taken, "期限届满日期": term, **cells})


def lingering_without_measure(st: Store) -> None:
    limit = st.limit("no measure", two_years, date(2018, 1, 1))
    filed: Cell = limit.start
    if st.chance("filed blank", 12):
        filed = None
    number = case(st, {"受案日期": filed, "立案日期": filed, **end_of_case(st, limit.today)})
    if st.chance("has measure", 3):
        start: Day = st.deal("measure start", [limit.due, days(limit.due, 1), days(limit.due, -300), UNDATED])
        end: Day = st.deal("measure end", [None, days(limit.due, 5), UNDATED])
        kind = st.deal("measure kind", ["取保候审", "监视居住", "拘留", "逮捕"])
        suspect(st, number)
        measure(st, number, kind, start, end)
    items(st, number, limit.today)


def lingering_after_measures(st: Store) -> None:
    limit = st.limit("after release", a_year, date(2018, 1, 1))
    over = limit.due if limit.start == UNDATED else limit.start
    assert isinstance(over, date)
    filed: Cell = st.deal("filed", [days(over, -400)] * 6 + [days(over, -800), days(over, -1000), UNDATED, None])
    number = case(st, {"受案日期": filed, "立案日期": filed, **end_of_case(st, limit.today)})
    suspect(st, number)
    end: Day = limit.start if limit.act is None else None if limit.act == UNDATED else limit.start
    first = st.deal("first", ["取保候审", "拘留", "逮捕", "监视居住"])
    measure(st, number, first, days(over, -200) if first != "监视居住" else days(over, -100), end)
    if st.chance("second measure", 2):
        suspect(st, number, suspect_no="S2")
        kind = st.deal("second", ["取保候审", "监视居住", "拘留", "逮捕"])
        ended: Day = st.deal("second end", [over, days(over, -30), days(over, 1), None, UNDATED])
        measure(st, number, kind, days(over, -60), ended, "S2")
    items(st, number, limit.today)


def lingering_past_maximum(st: Store) -> None:
    """A 取保候审 or 监视居住 that was never lifted: its legal maximum, then twelve months."""
    kind, length = st.deal("maximum", [("取保候审", 12), ("监视居住", 6)])
    limit = st.limit("maximum", lambda day: roll(months(months(day, length), 12)), date(2016, 1, 1))
    start = limit.start
    begun = start if isinstance(start, date) else limit.due
    filed: Cell = st.deal("filed max", [days(begun, -30), days(begun, -30), None, UNDATED])
    number = case(st, {"受案日期": filed, "立案日期": filed, **end_of_case(st, limit.today)})
    suspect(st, number)
    if not st.chance("no custody", 6):
        measure(st, number, "拘留", days(begun, -20), st.deal("detained until", [begun, begun, begun, UNDATED]))
    measure(st, number, kind, start, None if st.chance("not lifted", 1) else begun)
    items(st, number, limit.today)


def started_at_two_years(st: Store) -> None:
    """A measure that began on the very last day of the two years, or the day after."""
    today = st.day("two years")
    filed = years(today, -4)
    while st.chance("rolled", 1) and two_years(filed) == years(filed, 2):
        filed = days(filed, -1)  # the two years end on a day that is no working day
    number = case(st, {"受案日期": filed, "立案日期": filed})
    suspect(st, number)
    start = st.near("two years", two_years(filed), [-1, 0, 1, 2])
    measure(st, number, "取保候审", start, st.deal("two years end", [days(start, 30), None, today]))


def received(st: Store) -> None:
    economic = st.deal("economic", [True, False])
    limit = st.limit("received", lambda day: roll(days(day, 60 if economic else 30)), date(2018, 1, 1) if economic else date(2016, 1, 1))
    field = st.deal("decision", ["立案日期", "不立案日期", "移送管辖日期"])
    case(st, {"是否经济犯罪": economic, "受案日期": limit.start, field: limit.act})


def frozen(st: Store) -> None:
    limit = st.limit("freeze", lambda day: day)
    number = case(st, {"受案日期": days(limit.due, -40), "立案日期": days(limit.due, -40)})
    first, second = st.deal("freeze fields", [("解除返还日期", "移送日期"), ("移送日期", "解除返还日期")])
    cells: dict[str, Cell] = {first: limit.act, second: st.deal("freeze other", [None, None, None, UNDATED])}
    st.add(
        "涉案财物", {"案件编号": number, "财物编号": "W1", "措施": "冻结", "措施日期": days(limit.due, -180), "期限届满日期": limit.start, **cells}
    )


def released_late(st: Store) -> None:
    kind, length = st.deal("noncustodial", [("取保候审", 12), ("监视居住", 6)])
    limit = st.limit(kind, lambda day: roll(months(day, length)))
    number = case(st, {})
    measure(st, number, kind, limit.start, limit.act)


def detained(st: Store) -> None:
    extended: bool | None = st.deal("extended", [True, False, None])
    which = st.deal("detained", ["request", "release"])
    length = {"request": (30 if extended else 7), "release": (37 if extended else 14)}[which]
    limit = st.limit(which, lambda day: days(day, length))
    number = case(st, {"受案日期": None})
    requested: Day = limit.act if which == "request" else st.deal("requested", [None, UNDATED, days(limit.due, -10)])
    ended: Day = st.deal("request end", [None, None, None, limit.act, UNDATED]) if which == "request" else limit.act
    if st.chance("no suspect", 4):
        ended = st.deal("alone until", [limit.due, days(limit.due, 1), None])
    else:
        suspect(st, number, {"提请批捕日期": requested})
    measure(st, number, "拘留", limit.start, ended, extended=extended)


def arrested(st: Store) -> None:
    """Arrest with extensions and restarts; the extensions lie around the base."""
    kinds = st.deal("extensions", [(), (1,), (1, 2), (1, 2, 3), (2,), (1, 3)])
    length = 2 + sum({1: 1, 2: 2, 3: 2}[kind] for kind in kinds)
    restart = st.chance("restart", 3)
    limit = st.limit("arrest", lambda day: months(day, length))
    base = limit.start if isinstance(limit.start, date) else limit.due
    number = case(st, {"移送审查起诉日期": st.deal("sent", [None, None, None, None, limit.act])})
    field = st.deal("arrest act", ["end", "end", "received"])
    suspect(st, number, {"受理审查起诉日期": limit.act if field == "received" else None})
    measure(st, number, "逮捕", days(base, -45) if restart else limit.start, limit.act if field == "end" else None)
    if restart:
        change(st, number, "重新计算侦查羁押期限", limit.start)
        change(st, number, "重新计算侦查羁押期限", days(base, -60))
        change(st, number, "第一次延长侦查羁押期限", days(base, -1))
    for kind in kinds:
        day: Day = st.deal("extended on", [base, days(base, 20), days(base, 50)] * 3 + [UNDATED])
        change(st, number, f"第{'一二三'[kind - 1]}次延长侦查羁押期限", day, "虚拟省人民检察院")


def extended_by(st: Store) -> None:
    by = st.deal(
        "authority",
        ["虚拟省人民检察院", "虚拟自治区人民检察院", "北京市人民检察院", "重庆市人民检察院", "新疆生产建设兵团人民检察院", "最高人民检察院", None,
         "虚拟市人民检察院", "北京市人民检察院第一分院", "虚拟省人民检察院某分院", "深圳市人民检察院", "虚拟省某市人民检察院"],
    )  # fmt: skip
    day: Day = st.deal("authority day", [st.day("authority"), days(st.day("authority"), 1), days(st.day("authority"), -100), UNDATED])
    kind = st.deal("authority kind", ["第二次延长侦查羁押期限", "第三次延长侦查羁押期限", "第一次延长侦查羁押期限"])
    change(st, st.number("刑"), kind, day, by)


def returned_thrice(st: Store) -> None:
    number, today = case(st, {}), st.day("returned")
    suspect(st, number)
    third: Day = st.deal("third", [today, days(today, -1), days(today, 1), UNDATED, None])
    for offset in (-200, -100):
        change(st, number, "退回补充侦查", days(today, offset))
        change(st, number, "补充侦查重新移送", days(today, offset + 29))
    if third is not None:
        change(st, number, "退回补充侦查", third)
    if st.chance("fourth", 4):
        change(st, number, "退回补充侦查", days(today, -300))


def on_rest_day(st: Store, today: date, period: Period) -> Limit:
    """A limit whose last day is no working day: whether it rolls decides, as the act comes on the working day after it."""
    start = start_for(period, days(today, -st.rng.randint(20, 60)))
    while is_working(period(start)):
        start = days(start, -1)
    return Limit(start, st.deal("rest act", [roll(period(start)), roll(period(start)), None]), period(start), today)


def supplemented(st: Store) -> None:
    in_custody = st.chance("supplement custody", 2)
    limit = st.limit("supplement", lambda day: months(day, 1) if in_custody else roll(months(day, 1)))
    if in_custody and st.chance("supplement at rest", 2):
        limit = on_rest_day(st, limit.today, lambda day: months(day, 1))
    base = limit.start if isinstance(limit.start, date) else limit.due
    act = st.deal("supplement act", ["resent", "resent", "撤销案件日期", "终止侦查日期"])
    number = case(st, {} if act == "resent" else {act: limit.act})
    suspect(st, number)
    change(st, number, "退回补充侦查", limit.start)
    if act == "resent" and limit.act is not None:
        change(st, number, "补充侦查重新移送", limit.act)
    if st.chance("earlier", 3):
        change(st, number, "补充侦查重新移送", days(base, -1))
    if st.chance("also undated", 6):
        change(st, number, "补充侦查重新移送", UNDATED)
    if st.chance("other suspect", 5):
        change(st, number, "补充侦查重新移送", days(base, 2), suspect_no="S2")
    if in_custody:
        due = months(base, 1)
        covers: list[tuple[int, Day]] = [(-30, None), (-30, due), (-30, days(due, -1)), (-30, UNDATED), (0, None), (1, None)]
        begun, end = st.deal("covers", covers)
        start = days(base, begun) if begun < 0 else days(due, begun)
        measure(st, number, st.deal("covering", ["拘留", "逮捕", "逮捕", "取保候审"]), start, end)


def reviewed(st: Store) -> None:
    """Review for prosecution: longer review, returned and sent again, in custody or not."""
    longer, custody, resent = st.chance("longer", 3), st.chance("review custody", 3), st.chance("resent", 3)

    def period(day: date) -> date:
        due = days(months(day, 1), 15) if longer else months(day, 1)
        return due if custody else roll(due)

    limit = st.limit("review", period)
    if custody and st.chance("review at rest", 2):
        limit = on_rest_day(st, limit.today, period)
    base = limit.start if isinstance(limit.start, date) else limit.due
    number = case(st, {})
    cells: dict[str, Cell] = {"受理审查起诉日期": days(base, -70) if resent else limit.start, "审查起诉结论日期": limit.act}
    suspect(st, number, {**cells, "审查起诉结论": "起诉" if limit.act is not None else None})
    if longer:
        change(
            st,
            number,
            "延长审查起诉期限",
            st.deal("longer on", [base, days(base, 20), days(base, -1)]),
            suspect_no=st.deal("longer of", ["S1", "S1", "S2"]),
        )
    if resent:
        change(st, number, "退回补充侦查", days(base, -30))
        change(st, number, "补充侦查重新移送", limit.start)
    if st.chance("returned again", 4):
        change(st, number, "退回补充侦查", st.deal("again", [base, days(base, 10), days(base, 40), days(base, -10)]))
    if custody:
        covers: list[tuple[date, Day]] = [(days(base, -60), end) for end in (None, limit.due, days(limit.due, -1), UNDATED)]
        begun, end = st.deal("review covers", [*covers, (limit.due, None), (days(limit.due, 1), None)])
        measure(st, number, st.deal("review measure", ["逮捕", "拘留", "取保候审"]), begun, end)


def declined(st: Store) -> None:
    reason: str | None = st.deal("reason", ["不构成犯罪不捕", "存疑不捕", None])
    limit = st.limit("declined", lambda day: roll(months(day, 3 if reason == "不构成犯罪不捕" else 12)))
    base = limit.start if isinstance(limit.start, date) else limit.due
    act = st.deal("declined act", ["none", "none", "end", "arrest"])
    number = case(st, {st.deal("declined end", ["移送审查起诉日期", "移送管辖日期"]): limit.act} if act == "end" else {})
    decision = st.deal("decision made", ["不批准逮捕"] * 5 + ["批准逮捕"])
    day: Cell = None if st.chance("decision undated", 15) else limit.start
    suspect(st, number, {"审查逮捕决定": decision, "审查逮捕决定日期": day, "不捕理由": reason})
    if act == "arrest":
        measure(st, number, "逮捕", st.deal("later arrest", [base, days(base, 1), days(limit.today, 1), UNDATED]))


def unreviewed(st: Store) -> None:
    limit = st.limit("unreviewed", lambda day: months(day, 3))
    base = limit.start if isinstance(limit.start, date) else limit.due
    field = st.deal("unreviewed act", ["end", "review", "before", "first day"])
    number = case(st, {})
    if not st.chance("unreviewed no suspect", 8):
        review: Day = {"review": limit.act, "before": days(base, -1), "first day": base}.get(field)
        suspect(st, number, {"羁押必要性审查日期": review})
    measure(st, number, "逮捕", limit.start, limit.act if field == "end" else None)


def asked_for_reasons(st: Store) -> None:
    limit = st.limit("reasons", lambda day: roll(days(day, 7)))
    related: str | None = st.deal("related", [st.number("刑"), st.number("刑"), None])
    kind = st.deal("reasons", ["要求说明不立案理由", "要求说明立案理由"])
    st.add(
        "检察文书",
        {"文书号": st.number("说"), "类型": kind, "被监督单位": NO_OFFICE, "关联编号": related, "送达日期": limit.start, "回复日期": limit.act},
    )
    if st.chance("noticed", 2) and isinstance(limit.start, date):
        served: Day = st.deal("noticed on", [limit.start, days(limit.start, 12), days(limit.start, -1), days(limit.today, 1), UNDATED])
        notice(st, Limit(served, None, limit.due, limit.today), st.spelled(related) if related else None)


def notice(st: Store, limit: Limit, related: str | None) -> None:
    kind = st.deal("notice", ["通知立案", "通知撤销案件"])
    replied: Day = limit.act if st.chance("replied", 3) else None
    st.add(
        "检察文书",
        {"文书号": st.number("通"), "类型": kind, "被监督单位": NO_OFFICE, "关联编号": related, "送达日期": limit.start, "回复日期": replied},
    )


def notified(st: Store) -> None:
    limit = st.limit("notice", lambda day: roll(days(day, 15)))
    base = limit.start if isinstance(limit.start, date) else limit.due
    act: Cell = limit.act if not st.chance("act before", 4) else st.deal("before", [days(base, -1), base])
    number = case(st, {st.deal("notice act", ["立案日期", "撤销案件日期"]): act})
    notice(st, limit, None if st.chance("unrelated", 8) else st.spelled(number))


def dispute_turned_criminal(st: Store) -> None:
    """A civil suit between the complainant and a suspect or the enterprise, 24 months before the criminal filing."""
    today, spoil = st.day("dispute"), st.spoil("dispute", ("filed", "suit", "roles", "number", "economic"))
    filed: Day = spoil.pick("filed", [today, days(today, -1), days(today, -300), date(2024, 2, 29)], [days(today, 1), UNDATED, None])
    base = filed if isinstance(filed, date) else today
    complainant, accused, enterprise = st.certificate(), st.certificate(), st.certificate()
    cells: dict[str, Cell] = {"控告人": "虚甲", "控告人证件号": complainant, "统一社会信用代码": enterprise}
    cells["是否经济犯罪"] = spoil.pick("economic", [True], [False])
    number = case(st, {"受案日期": filed, "立案日期": filed, **cells})
    suspect(st, number, {"姓名名称": "虚乙", "证件号": accused})
    on = spoil.pick("suit", [base, months(base, -24), days(base, -90)], [days(base, 1), days(months(base, -24), -1)])
    name = st.number("民初")
    st.add("民事案件", {"案号": name, "法院": "虚拟县人民法院", "案由": "买卖合同纠纷", "程序": "普通程序", "立案日期": on, "结案日期": days(on, 60)})
    roles = spoil.pick("roles", [("原告", "被告"), ("被告", "原告")], [("原告", "第三人"), ("原告", "原告"), ("第三人", "被告")])
    other = spoil.pick("number", [accused, enterprise], [None, st.certificate()])
    for role, who, certificate in ((roles[0], "虚甲", complainant), (roles[1], "虚乙", other)):
        written = st.spelled(certificate) if certificate else None
        st.add("民事当事人", {"案号": st.spelled(name), "诉讼地位": role, "姓名名称": who, "证件号": written})


MAKERS = [
    (lingering_without_measure, 2), (lingering_after_measures, 2), (lingering_past_maximum, 2), (started_at_two_years, 1), (received, 2), (frozen, 1),
    (released_late, 2), (detained, 3), (arrested, 2), (extended_by, 4), (returned_thrice, 1), (supplemented, 2), (reviewed, 4), (declined, 2),
    (unreviewed, 2), (asked_for_reasons, 3), (notified, 2), (dispute_turned_criminal, 3),
]  # fmt: skip
