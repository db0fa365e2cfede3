"""Invented fines and applications for their enforcement, and old disputes (section 5)."""

from __future__ import annotations

from datetime import date

from .days import UNDATED, Day, days, months, roll, working, years
from .enforcement import SIX_MONTHS_FROM, end_of_suing
from .invent import Cell, Limit, Store
from .invent_penalties import penalty
from .view import Row

POWERFUL = ["虚拟县公安局", "国家税务总局虚拟县税务局", "虚拟海关", "虚拟县人民政府", "虚拟市国家安全局"]
SUE: list[str | None] = [None, None, "六个月", "三个月", "十五日", "一年"]


def suing_end(within: str | None, served: date) -> date:
    return end_of_suing(Row("penalty", [], (), {"sue_within": within}), served)


def outside(st: Store, today: date) -> dict[str, Cell]:
    """Reasons for which the rules that need E leave a penalty alone, or nearly so."""
    ways: list[dict[str, Cell]] = [{"行政机关": name} for name in POWERFUL]
    ways += [{"有强制执行权": True}, {"申请复议日期": today}, {"提起诉讼日期": days(today, -3)}, {"申请复议日期": UNDATED}]
    return st.deal("outside", ways)


def inside(st: Store, today: date) -> dict[str, Cell]:
    """What looks like such a reason and is none."""
    said_not: dict[str, Cell] = {"行政机关": st.deal("powerful", POWERFUL), "有强制执行权": False}
    return st.deal("inside", [{}, {}, {}, {}, said_not, {"提起诉讼日期": days(today, 1)}])


def fined(st: Store) -> tuple[Limit, dict[str, Cell]]:
    """A fine whose three months to apply for enforcement end on a boundary, by service or by the end of instalments."""
    spoil, within = st.spoil("fined", ("fine", "performed", "outside", "served")), st.deal("sue within", SUE)
    deferred = st.chance("deferred", 5)
    if deferred:
        limit = st.limit("deferred", lambda day: roll(months(day, 3)), date(2012, 1, 1))
        base = limit.start if isinstance(limit.start, date) else limit.due
        served: Cell = spoil.pick("served", [days(base, -60), days(base, -400)], [None])
    else:
        limit = st.limit(f"fined {within}", lambda day: roll(months(suing_end(within, day), 3)), date(2012, 1, 1))
        if within is None and st.chance("six months", 4):
            start = st.deal("six months from", [SIX_MONTHS_FROM, days(SIX_MONTHS_FROM, -1)])
            end = roll(months(suing_end(None, start), 3))
            limit = Limit(start, st.deal("six months act", [None, end, days(end, 1)]), end, limit.today)
        served = spoil.pick("served", [limit.start], [None])
    performed: Day = spoil.pick("performed", [None, None, None, days(limit.today, 1)], [limit.today, UNDATED])
    decided = days(served if isinstance(served, date) else days(limit.due, -270), -3)
    fine: Cell = spoil.pick("fine", [5000, 5000, 1], [0, None])
    about = outside(st, limit.today) if spoil.spoilt == "outside" else inside(st, limit.today)
    return limit, {
        "罚款金额": fine, "处罚决定日期": decided, "送达日期": served, "起诉期限": within,
        "分期延期届满日期": limit.start if deferred else None, "履行完毕日期": performed, **about,
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
        agency: str | None = st.deal("applying agency", [None, None, *POWERFUL])  # own power is judged from the penalty's agency alone
        st.add("非诉执行", {"决定书文号": st.spelled(number), "行政机关": agency, "法院": "虚拟县人民法院", **row})


def granted_late(st: Store) -> None:
    """An application on either side of the end of its three months, and what the court ruled."""
    within, today = st.deal("granted within", SUE), st.day("granted late")
    base: Day = st.deal("instalments", [None, None, days(today, -200), days(today, -110)])
    served = st.deal("granted served", [days(today, -700), days(today, -500), date(2019, 7, 5), SIX_MONTHS_FROM, days(SIX_MONTHS_FROM, -1)])
    end = roll(months(base if isinstance(base, date) else suing_end(within, served), 3))
    applied: Day = st.deal("granted applied", [end, days(end, 1), days(end, 1), days(end, -1), days(end, 40), UNDATED])
    after = applied if isinstance(applied, date) else end
    ruled: Day = days(after, 3) if applied == UNDATED else st.deal("granted ruled", [days(after, 9), days(after, 5), today, days(today, 1), UNDATED])
    cells: dict[str, Cell] = {"送达日期": served, "起诉期限": within, "分期延期届满日期": base, "罚款金额": 600, "处罚决定日期": days(served, -1)}
    number = penalty(st, {**cells, **(outside(st, today) if st.chance("granted outside", 6) else inside(st, today))})
    row: dict[str, Cell] = {"申请日期": applied, "受理日期": days(after, 2), "裁定日期": ruled, "催告送达日期": days(after, -50)}
    ruling = st.deal("granted ruling", ["准予执行", "准予执行", "准予执行", "不准予执行"])
    st.add("非诉执行", {"决定书文号": st.spelled(number), **row, "裁定结果": ruling})


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
    number = (
        penalty(st, {**cells, **(outside(st, today) if st.chance("early outside", 6) else inside(st, today))})
        if not st.chance("no penalty", 8)
        else st.number("罚")
    )
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
        if st.chance("ruled at once", 6):
            row |= {"受理日期": None, "裁定日期": st.near("ruled at once", limit.due, [0, 1, -1]), "裁定结果": "准予执行"}
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
        today, spoil = st.day("closed"), st.spoil("closed", ("closed", "filed", "from"))
        on: Day = spoil.pick("closed", [today, days(today, -30), date(2012, 1, 1)], [days(today, 1), UNDATED])
        base = on if isinstance(on, date) else today
        if spoil.spoilt == "from":
            on = base = date(2011, 12, 31)
        early: list[Day] = [days(months(base, -3), 1), days(base, -20)]
        filed: Day = spoil.pick("filed", early, [months(base, -3), days(months(base, -3), -1), UNDATED, None])
        row |= {"执行立案日期": filed, "执行结案日期": on, "结案方式": "终结本次执行"}
    else:
        limit = st.limit("closed unperformed", lambda day: days(day, 30), date(2012, 1, 1))
        row |= {"执行立案日期": days(limit.due, -60), "执行结案日期": limit.start, "结案方式": "执行完毕"}
        if not st.chance("closed no penalty", 4):
            row["决定书文号"] = penalty(st, {"处罚决定日期": days(limit.due, -800), "履行完毕日期": limit.act})


def disputed(st: Store) -> None:
    length = st.deal("dispute years", [5, 5, 10, 15])
    limit = st.limit(f"dispute {length}", lambda day: years(day, length), date(2012, 1, 1))
    arose, resolved = limit.start, limit.act
    if length > 5:  # severity moves on the day after
        arose, resolved = days(years(st.day("dispute"), -length), st.deal("dispute offset", [0, -1, 1])), None
    st.add("行政争议", {"案号": st.number("行"), "行政机关": "虚拟县人民政府", "争议发生日期": arose, "化解日期": resolved})


MAKERS = [(unapplied, 5), (granted_late, 2), (applied_early, 4), (demanded, 2), (in_court, 10), (disputed, 4)]
