"""Invented civil and execution cases: clusters around the windows of section 6, and the trial limits of section 7."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .days import UNDATED, Day, days, months, roll
from .invent import Cell, Store

COURT = "虚拟县人民法院"
LENDING = "民间借贷纠纷"
Who = tuple[str, str, str | None, str | None]  # role, name, certificate, kind


def suit(st: Store, filed: Day, parties: Sequence[Who], cause: str = LENDING, cells: dict[str, Cell] | None = None) -> str:
    """Add a civil case with its parties; return its number."""
    number = st.number("民初")
    base: dict[str, Cell] = {"案号": number, "法院": COURT, "案由": cause, "程序": "普通程序", "立案日期": filed}
    st.add("民事案件", {**base, **(cells or {})})
    for role, name, certificate, kind in parties:
        written = st.spelled(certificate) if certificate else None
        st.add("民事当事人", {"案号": st.spelled(number), "诉讼地位": role, "姓名名称": name, "证件号": written, "类型": kind})
    return number


def person(st: Store, named_only: bool = False) -> tuple[str, str | None]:
    """A new actor: mostly one of few names with a certificate of its own, now and then known by a new name alone."""
    if named_only or st.chance("named only", 6):
        return f"虚名{st.next()}", None
    return st.deal("name", ["虚甲", "虚乙", "虚丙", "虚某公司"]), st.certificate()


def any_kind(st: Store) -> str | None:
    """The kind of a party for whom it does not matter: now and then 金融机构."""
    return st.deal("any kind", ["自然人", "法人", None, "金融机构"])


def debt(st: Store, debtor: tuple[str, str | None], filed: Day, cells: dict[str, Cell] | None = None) -> None:
    """Add an execution case against `debtor`."""
    written = st.spelled(debtor[1]) if debtor[1] else None
    base: dict[str, Cell] = {"案号": st.number("执"), "法院": COURT, "被执行人": debtor[0], "被执行人证件号": written, "立案日期": filed}
    st.add("执行案件", {**base, **(cells or {})})


def span_days(st: Store, label: str, count: int, width: int) -> list[Day]:
    """Filing days of `count` cases: the last on a boundary of the as-of day, the first `width` or one more day before it."""
    today = st.day(label)
    last = st.near(f"{label} last", today, [0, -1, 1, -30, -200])
    first = days(last, -st.deal(f"{label} width", [width, width, width + 1, width // 2, width]))
    between: list[Day] = [days(first, st.rng.randint(0, (last - first).days)) for _ in range(max(count - 2, 0))]
    if between and st.chance(f"{label} undated", 8):
        between[0] = UNDATED
    found: list[Day] = [first, *between, last]
    st.rng.shuffle(found)
    return found


def mediated(st: Store, filed: Day, longest: int, way: str = "调解") -> dict[str, Cell]:
    """A closing at the end of its span, a day after it, soon, never, on an unknown day, or in another way."""
    base = filed if isinstance(filed, date) else st.day("mediated")
    how = st.deal(f"mediated {longest}", ["soon"] * 30 + ["last", "last", "after", "never", "undated", "other"])
    on: Day = {
        "soon": days(base, min(3, longest)),
        "last": days(base, longest),
        "after": days(base, longest + 1),
        "never": None,
        "undated": UNDATED,
    }.get(how, days(base, 2))
    return {
        "结案日期": on,
        "结案方式": None if how == "never" else st.deal("other way", ["判决", "驳回", "撤诉"]) if how == "other" and way == "调解" else way,
    }


def lender(st: Store) -> None:
    """A 原告 with many lending cases: repeat-filer, filing-burst, split-claims."""
    width, count = st.deal("lender", [(365, 5), (365, 4), (365, 6), (30, 3), (30, 4), (7, 3), (7, 3), (7, 4), (365, 10), (365, 11), (30, 2)])
    name, certificate = person(st)
    one = width == 7 or st.deal("one defendant", [False, False, False, True])
    same = person(st)
    for filed in span_days(st, f"lender {width}", count, width):
        other = same if one else person(st)
        cause = LENDING if not st.chance("other cause", 25) else "买卖合同纠纷"
        kind = st.deal("lender kind", ["自然人"] * 20 + [None, "金融机构"])
        parties: list[Who] = [("原告", name, certificate, kind), ("被告", *other, any_kind(st))]
        if st.chance("more defendants", 6):
            parties.append(("被告", *person(st), None))
        if st.chance("co-plaintiff", 9):
            parties.append(("原告", *person(st), None))
        suit(st, filed, parties, cause, mediated(st, filed, 200) if st.chance("lender closed", 2) else None)


def one_case_many_defendants(st: Store) -> None:
    """Three defendants in one case are one case."""
    lead = person(st)
    parties: list[Who] = [("原告", *lead, None), *(("被告", f"虚被{index}", st.certificate(), None) for index in range(3))]
    for _ in range(st.deal("many defendants", [1, 2, 3])):
        suit(st, st.day("many"), parties)


def creditors_mediated(st: Store) -> None:
    debtor = person(st)
    for filed in span_days(st, "mediated", st.deal("mediated count", [3, 3, 4]), 90):
        cause = st.deal(
            "mediated cause", [LENDING, LENDING, "追索劳动报酬纠纷", "劳务合同纠纷", "买卖合同纠纷"] if st.chance("mixed", 4) else [LENDING]
        )
        kind = st.deal("creditor kind", ["自然人"] * 12 + ["金融机构"])
        suit(st, filed, [("原告", *person(st), kind), ("被告", *debtor, any_kind(st))], cause, mediated(st, filed, 30))


def settled_at_once(st: Store) -> None:
    today, spoil = st.day("instant"), st.spoil("instant", ("filed", "closed", "amount", "way", "cause", "kind", "third"))
    filed: Day = spoil.pick("filed", [days(today, -7), days(today, -6), days(today, -60)], [UNDATED])
    base = filed if isinstance(filed, date) else days(today, -7)
    on: Day = spoil.pick("closed", [days(base, 7), days(base, 7), base], [days(base, 8), UNDATED, None])
    amount: Cell = spoil.pick("amount", [1_000_000, 1_000_000, 5_000_000], ["999999.99", None])
    way = spoil.pick("way", ["调解"], ["判决", "撤诉"]) if on else None
    parties: list[Who] = [("原告", *person(st), spoil.pick("kind", ["自然人", None], ["金融机构"])), ("被告", *person(st), None)]
    parties += spoil.pick("third", [[]], [[("第三人", "虚拟银行", st.certificate(), "金融机构")], [("第三人", "虚拟公司", st.certificate(), "法人")]])
    cause = spoil.pick("cause", [LENDING], ["买卖合同纠纷"])
    suit(st, filed, parties, cause, {"结案日期": on, "结案方式": way, "标的额": amount})


def both_sides(st: Store) -> None:
    today = st.day("both")
    filed: Day = st.deal("both filed", [today, days(today, 1), days(today, -30), UNDATED])
    agent, other = person(st), person(st)
    second = st.deal("both agent", [agent, agent, other, (agent[0], st.certificate())])
    parties: list[Who] = [("原告", *person(st), None), ("被告", *person(st), None), ("原告代理人", *agent, None), ("被告代理人", *second, None)]
    suit(st, filed, parties, st.deal("both cause", [LENDING, "买卖合同纠纷"]))


def ring(st: Store) -> None:
    agent, few = person(st), [person(st), person(st)]
    only_two = st.chance("two plaintiffs", 4)
    for index, filed in enumerate(span_days(st, "ring", st.deal("ring count", [5, 5, 4, 6]), 180)):
        plaintiff = few[index % 2] if only_two else person(st)
        kind = st.deal("ring kind", [None] * 15 + ["金融机构"])
        cause = st.deal("ring cause", [LENDING] * 15 + ["买卖合同纠纷"])
        suit(st, filed, [("原告", *plaintiff, kind), ("被告", *person(st), None), ("原告代理人", *agent, any_kind(st))], cause)


def wages(st: Store) -> None:
    employer, spoil = person(st), st.spoil("wages", ("count", "since", "until"))
    filings = span_days(st, "wages", spoil.pick("count", [10, 10, 11], [9]), 30)
    for filed in filings:
        cause = st.deal("wage cause", ["追索劳动报酬纠纷", "劳务合同纠纷", "劳动争议"])
        suit(st, filed, [("原告", *person(st), "自然人"), ("被告", *employer, any_kind(st))], cause)
    last = max(day for day in filings if isinstance(day, date))
    on: Day = spoil.pick("since", [days(last, -1), days(last, -400), days(last, -20)], [last, UNDATED])
    today = st.day("wage debt closed")
    closed: Day = spoil.pick("until", [None, None, days(max(today, last), 1)], [UNDATED, max(today, last)])
    applied = st.deal("wage debt applied", [None, None, None, days(last, 5)])
    debt(st, employer, on, {"申请日期": applied, "结案日期": closed, "结案方式": "终结执行" if closed else None})


def lender_accused(st: Store) -> None:
    today = st.day("accused")
    crime_day: Day = st.deal("accused filed", [today, days(today, -100), days(today, 1), date(2024, 2, 29), UNDATED])
    base = crime_day if isinstance(crime_day, date) else today
    name, certificate = "虚贷", st.certificate()
    for filed in st.deal(
        "accused suits",
        [(months(base, -36), days(base, -5), base), (days(months(base, -36), -1), days(base, -5), base), (base, base, months(base, 36)),
         (days(base, -9), days(base, -8), days(months(base, 36), 1)), (days(base, -90), days(base, -80), days(base, -70), days(base, 4))],
    ):  # fmt: skip
        suit(st, filed, [("原告", name, None if st.chance("accused no id", 15) else certificate, None), ("被告", *person(st), None)])
    offence = st.deal(
        "accused of",
        ["催收非法债务罪", "诈骗罪", "敲诈勒索罪", "非法拘禁罪", "非法经营罪(烟草)", "虚假诉讼", "合同诈骗罪", "寻衅滋事罪", "盗窃罪", "高利转贷罪"],
    )
    number, received = st.number("刑"), st.deal("accused received", [None, None, None, days(base, -2), days(base, 10)])
    st.add(
        "刑事案件",
        {"案件编号": number, "罪名": offence, "办案单位": "虚拟县公安局", "受案日期": received, "立案日期": crime_day, "移送审查起诉日期": UNDATED},
    )
    st.add("嫌疑人", {"案件编号": number, "嫌疑人编号": "S1", "姓名名称": name, "证件号": st.spelled(certificate)})


def agents_paired(st: Store) -> None:
    one, two = person(st), person(st)
    for filed in span_days(st, "paired", st.deal("paired count", [3, 3, 4, 2]), 7):
        parties: list[Who] = [
            ("原告", *person(st), None),
            ("被告", *person(st), None),
            ("原告代理人", *one, any_kind(st)),
            ("被告代理人", *two, None),
        ]
        suit(st, filed, parties, "确认合同效力纠纷", mediated(st, filed, 90))


def sued_while_owing(st: Store) -> None:
    spoil = st.spoil("owing", ("filed", "closed", "plaintiff", "kind", "way", "cause", "since", "until", "creditor"))
    today, plaintiff, defendant = st.day("owing"), ("虚原", st.certificate()), ("虚欠", st.certificate())
    filed: Day = spoil.pick("filed", [days(today, -60), days(today, -61), days(today, -200), days(today, -59)], [UNDATED])
    base = filed if isinstance(filed, date) else days(today, -60)
    closed: Day = spoil.pick("closed", [days(base, 60), days(base, 60), days(base, 20)], [days(base, 61), UNDATED, None])
    way = spoil.pick("way", ["判决", "调解"], ["撤诉", "驳回"]) if closed else None
    number = spoil.pick("plaintiff", [plaintiff[1]], [None])
    parties: list[Who] = [("原告", plaintiff[0], number, None), ("被告", *defendant, spoil.pick("kind", [None], ["金融机构"]))]
    suit(st, filed, parties, spoil.pick("cause", [LENDING], ["买卖合同纠纷"]), {"结案日期": closed, "结案方式": way})
    on: Day = spoil.pick("since", [days(base, -1), days(base, -100), days(base, -300)], [base, days(base, 1), UNDATED])
    over: Day = spoil.pick("until", [None, None, days(base, 1)], [base, days(base, -1), UNDATED])
    creditor = spoil.pick("creditor", [st.certificate()], [plaintiff[1], None])
    debt(st, defendant, on, {"结案日期": over, "结案方式": "终结执行" if over else None, "申请执行人": "虚债", "申请执行人证件号": creditor})


def awards(st: Store) -> None:
    """Execution cases on awards: many creditors of one debtor, or many debtors of one creditor."""
    by_debtor = st.deal("awards", [True, False])
    centre = ("虚某公司", None if st.chance("centre without number", 8) else st.certificate())
    width = 90 if by_debtor else 365
    one = st.certificate()
    for filed in span_days(st, f"awards {width}", st.deal("awards count", [3, 3, 4, 2]), width):
        kind = st.deal("award kind", ["仲裁裁决", "公证债权文书"] * 5 + ["支付令", "判决"])
        other = one if st.chance("same other", 15) else None if st.chance("other without id", 20) else st.certificate()
        debtor = centre if by_debtor else ("虚债", other)
        creditor = ("虚权", other) if by_debtor else centre
        written = st.spelled(creditor[1]) if creditor[1] else None
        applied = days(filed, st.deal("award applied", [-3, 4])) if isinstance(filed, date) and st.chance("award applied", 5) else None
        cells: dict[str, Cell] = {"依据类型": kind, "申请日期": applied, "申请执行人": creditor[0], "申请执行人证件号": written}
        debt(st, debtor, filed, {**cells, "有可供执行财产": False})


def withdrawn(st: Store) -> None:
    holder = person(st)
    for filed in span_days(st, "withdrawn", st.deal("withdrawn count", [5, 5, 4, 6]), 180):
        cause = st.deal("ip cause", ["侵害著作权纠纷", "侵害商标权纠纷", "侵害专利权纠纷", "不正当竞争纠纷"] * 5 + ["合同纠纷"])
        suit(st, filed, [("原告", *holder, any_kind(st)), ("被告", *person(st), None)], cause, mediated(st, filed, 60, "撤诉"))


def stays(st: Store, due: date, today: date) -> tuple[dict[str, Cell], int]:
    """A stay and days left out, and by how many days they lengthen the limit."""
    way = st.deal("stay", ["no", "no", "no", "over", "lasting", "excluded", "both", "resumed later", "undated", "stay undated"])
    start = days(due, -50)
    cells: dict[str, dict[str, Cell]] = {
        "no": {}, "over": {"中止日期": start, "恢复日期": days(start, 20)}, "lasting": {"中止日期": start}, "excluded": {"扣除天数": 15},
        "both": {"中止日期": start, "恢复日期": days(start, 20), "扣除天数": 15}, "resumed later": {"中止日期": start, "恢复日期": days(today, 1)},
        "undated": {"中止日期": start, "恢复日期": UNDATED}, "stay undated": {"中止日期": UNDATED, "恢复日期": days(start, 20)},
    }  # fmt: skip
    return cells[way], {"over": 20, "excluded": 15, "both": 35}.get(way, 0)


def tried(st: Store) -> None:
    """A trial whose limit, stays included, ends on a boundary."""
    procedure, unit, normal, longer = st.deal(
        "procedure",
        [("普通程序", "M", 6, 12), ("简易程序", "M", 3, 4), ("小额诉讼", "M", 2, 3), ("二审", "M", 3, 6), ("特别程序", "D", 30, 60)],
    )  # fmt: skip
    extended: bool | None = st.deal("extended trial", [True, False, None])
    length = longer if extended else normal
    cells, more = stays(st, st.day("stay"), st.day("stay"))
    limit = st.limit("tried", lambda day: roll(days(months(day, length) if unit == "M" else days(day, length), more)))
    if isinstance(cells.get("中止日期"), date):  # the stay lies within this case, not on the day it was dealt for
        begun = days(limit.due, -50)
        gap = 20 if isinstance(cells.get("恢复日期"), date) and more else 0
        cells |= {"中止日期": begun, "恢复日期": days(begun, gap) if gap else cells.get("恢复日期")}
    way: Cell = "判决" if limit.act is not None else None
    base: dict[str, Cell] = {"程序": procedure, "延长审限": extended, "结案日期": limit.act, "结案方式": way, **cells}
    if st.chance("no procedure", 12) and limit.start != UNDATED and "中止日期" not in cells:
        base["程序"] = None
    suit(st, limit.start, [("原告", *person(st), None), ("被告", *person(st), None)], "买卖合同纠纷", base)


def executed(st: Store) -> None:
    which = st.deal("executed", ["filing", "closing", "closing", "early", "assets"])
    debtor, row = ("虚债", st.certificate()), dict[str, Cell]()
    if which == "filing":
        limit = st.limit("execution filing", lambda day: roll(days(day, 7)))
        filed: Day = limit.act if limit.act is not None else days(limit.today, 30)
        debt(st, debtor, filed, {"申请日期": limit.start, "有可供执行财产": False})
    elif which == "closing":
        cells, more = stays(st, st.day("stay"), st.day("stay"))
        limit = st.limit("execution closing", lambda day: roll(days(months(day, 6), more)))
        if isinstance(cells.get("中止日期"), date):
            begun = days(limit.due, -80)
            gap = 20 if isinstance(cells.get("恢复日期"), date) and more else 0
            cells |= {"中止日期": begun, "恢复日期": days(begun, gap) if gap else cells.get("恢复日期")}
        row = {"结案日期": limit.act, "结案方式": "终结执行" if limit.act is not None else None, **cells}
        debt(st, debtor, limit.start, {**row, "有可供执行财产": st.deal("assets", [None, None, True, False])})
    else:
        today, spoil = st.day("terminated"), st.spoil("terminated", ("closed", "filed", "way"))
        on: Day = spoil.pick("closed", [today, days(today, -30), date(2016, 12, 1)], [days(today, 1), date(2016, 11, 30), UNDATED])
        base = on if isinstance(on, date) else today
        early = [days(months(base, -3), 1), days(base, -10)]
        begun_on: Day = spoil.pick("filed", early, [months(base, -3), days(months(base, -3), -1), UNDATED])
        way = spoil.pick("way", ["终结本次执行"], ["和解"])
        has = True if which == "assets" else st.deal("terminated assets", [None, False])
        debt(st, debtor, begun_on, {"结案日期": on, "结案方式": way, "有可供执行财产": has})


MAKERS = [
    (lender, 4), (one_case_many_defendants, 1), (creditors_mediated, 3), (settled_at_once, 4), (both_sides, 2), (ring, 2), (wages, 2),
    (lender_accused, 3), (agents_paired, 2), (sued_while_owing, 4), (awards, 4), (withdrawn, 2), (tried, 5), (executed, 5),
]  # fmt: skip
