"""Invented documents, sentences, petitions, accidents, minors and enterprises (sections 7 and 8)."""

from __future__ import annotations

from datetime import date

from .days import UNDATED, Day, days, months, roll
from .invent import Cell, Store

SUGGESTIONS = [
    ("社会治理检察建议", 2, date(2019, 2, 26)), ("行政违法行为监督检察建议", 2, date(2019, 2, 26)), ("再审检察建议", 3, date(2015, 2, 4)),
    ("执行监督检察建议", 3, date(2017, 1, 1)), ("纠正违法通知书", 2, date(2019, 1, 1)),
]  # fmt: skip


def document(st: Store, kind: str, cells: dict[str, Cell]) -> None:
    st.add("检察文书", {"文书号": st.number("检"), "类型": kind, "被监督单位": "虚拟县某单位", **cells})


def suggested(st: Store) -> None:
    kind, length, begins = st.deal("suggestion", SUGGESTIONS)
    longer: bool | None = st.deal("longer", [True, False, None])
    length += kind == "执行监督检察建议" and longer is True
    if st.chance("reply given", 3):
        limit = st.limit("reply by", lambda day: day)
        document(st, kind, {"送达日期": days(limit.due, -30), "指定回复日期": limit.start, "回复日期": limit.act, "院长批准延长": longer})
    else:
        limit = st.limit(f"suggestion {kind}", lambda day: roll(months(day, length)), begins)
        document(st, kind, {"送达日期": limit.start, "回复日期": limit.act, "院长批准延长": longer})


def public_interest(st: Store) -> None:
    urgent: bool | None = st.deal("urgent", [True, False, None])
    begins = date(2018, 3, 2)

    def answer(day: date) -> date:
        return roll(days(day, 15)) if urgent else roll(months(day, 2))

    base: dict[str, Cell] = {"是否紧急": urgent}
    if st.chance("unremedied", 2):
        limit = st.limit("unremedied", lambda day: roll(months(answer(day), 1)), begins)
        base |= {st.deal("remedy", ["整改完成日期", "提起诉讼日期"]): limit.act, "回复日期": st.deal("remedy reply", [None, days(limit.due, -45)])}
    else:
        limit = st.limit("public interest", answer, begins)
        base |= {"回复日期": limit.act, "指定回复日期": st.deal("ignored", [None, days(limit.due, -9), days(limit.due, 99)])}
    document(st, "公益诉讼检察建议", {**base, "送达日期": limit.start})


def sentenced(st: Store) -> None:
    step = st.deal("sentence", ["documents", "documents", "prison", "prison", "prison", "report", "report", "report", "fine"])
    row: dict[str, Cell] = {"判决案号": st.number("刑初"), "罪犯编号": f"O{st.next()}", "法院": "虚拟县人民法院"}
    if step == "documents":
        limit = st.limit("documents", lambda day: days(day, 10))
        row |= {
            "主刑": st.deal("main", ["实刑", "拘役", "缓刑", "管制", "免予刑事处罚", None]),
            "生效日期": limit.start,
            "执行文书送达日期": limit.act,
        }
        row |= {"剩余刑期月数": 3, "社区矫正报到日期": limit.start}
    elif step == "prison":
        from_documents = st.chance("from documents", 2)
        limit = st.limit("documents month" if from_documents else "prison", lambda day: months(day if from_documents else days(day, 10), 1))
        effective: Day = days(limit.due, -45) if from_documents else limit.start
        row |= {"主刑": "实刑", "生效日期": effective, "执行文书送达日期": limit.start if from_documents else None}
        row |= {"剩余刑期月数": st.deal("remaining", [None, 3, 4, "3.5", 12, 24]), "羁押状态": st.deal("custody", [True, False, None])}
        row[st.deal("prison act", ["收监日期", "暂予监外执行日期"])] = limit.act
    elif step == "report":
        limit = st.limit("report", lambda day: roll(days(day, 10)), date(2020, 7, 1))
        over: Day = st.deal("correction over", [None] * 5 + [limit.today, days(limit.today, 1), UNDATED])
        row |= {"主刑": st.deal("correction", ["缓刑", "管制"]), "生效日期": limit.start, "社区矫正报到日期": limit.act}
        row |= {st.deal("over", ["撤销缓刑日期", "解除矫正日期"]): over, "执行文书送达日期": limit.start}
    else:
        limit = st.limit("recovered", lambda day: roll(months(day, 6)))
        fine: Cell = st.deal("sentence fine", [2000, 2000, "2000.01", None])
        row |= {"主刑": "免予刑事处罚", "生效日期": limit.start, "财产刑金额": fine}
        row["财产刑到位金额"] = st.deal("recovered", [None, 0, "1999.99", 2000, 2000])
    st.add("刑罚执行", row)


def reoffended(st: Store) -> None:
    spoil = st.spoil("reoffended", ("filed", "effective", "ends", "revoked", "main"))
    today, offender = st.day("reoffended"), st.certificate()
    filed: Day = spoil.pick("filed", [today, days(today, -1), days(today, -50)], [days(today, 1), UNDATED, None])
    base = filed if isinstance(filed, date) else today
    effective: Day = spoil.pick("effective", [days(base, -1), days(base, -300)], [base, days(base, 1), UNDATED])
    ends: Day = spoil.pick("ends", [None, base, days(base, 300), days(base, 1)], [days(base, -1), UNDATED])
    revoked: Day = spoil.pick("revoked", [None, None, days(today, 1)], [today, UNDATED])
    main = spoil.pick("main", ["缓刑", "管制"], ["实刑", "拘役"])
    row: dict[str, Cell] = {"判决案号": st.number("刑初"), "罪犯编号": "O1", "罪犯证件号": st.spelled(offender), "法院": "虚拟县人民法院"}
    row |= {"生效日期": effective, "主刑": main, "剩余刑期月数": 2, "缓刑考验期满日期": ends, "撤销缓刑日期": revoked}
    st.add("刑罚执行", {**row, "社区矫正报到日期": effective, "执行文书送达日期": effective})
    filings: list[Day] = [filed, days(base, 5)] if st.chance("twice", 4) else [filed]
    for day in filings:
        number = st.number("刑")
        cells: dict[str, Cell] = {"案件编号": number, "罪名": "盗窃罪", "办案单位": "虚拟县公安局", "立案日期": day, "移送审查起诉日期": UNDATED}
        st.add("刑事案件", cells)
        st.add("嫌疑人", {"案件编号": st.spelled(number), "嫌疑人编号": "S1", "证件号": st.spelled(offender)})


def petitioned(st: Store) -> None:
    begins = date(2019, 3, 1)
    row: dict[str, Cell] = {"信访编号": st.number("访"), "受理单位": "虚拟县人民检察院"}
    if st.chance("acknowledge", 2):
        limit = st.limit("acknowledge", lambda day: roll(days(day, 7)), begins)
        row |= {"收到日期": limit.start, "程序性回复日期": limit.act, "过程或结果答复日期": limit.act}
    else:
        limit = st.limit("answer", lambda day: roll(months(day, 3)), begins)
        row |= {"收到日期": limit.start, "程序性回复日期": limit.start, "过程或结果答复日期": limit.act}
    st.add("信访", row)


def accident(st: Store) -> None:
    joined = st.chance("joined", 2)
    limit = st.limit("joined", lambda day: days(day, 30)) if joined else st.limit("deaths", lambda day: roll(days(day, 60)))
    grade: str | None = st.deal("grade", ["重大", "特别重大", "重大", "较大", "一般", None]) if joined else "一般"
    row: dict[str, Cell] = {"事故编号": st.number("事"), "发生日期": limit.start, "事故等级": grade}
    row |= {"死亡人数": st.deal("deaths", [1, 3, 1, 0, None]) if not joined else None, "检察提前介入日期" if joined else "移送公安日期": limit.act}
    st.add("事故调查", row)


def harmed(st: Store) -> None:
    limit = st.limit("harmed", lambda day: days(day, 1), date(2021, 6, 1))
    row: dict[str, Cell] = {"案件编号": st.number("治"), "办案单位": "虚拟派出所", "发生日期": limit.start, "强制报告日期": limit.act}
    st.add("治安案件", {**row, "侵害未成年人": st.deal("harm", [True] * 6 + [False, None])})


def hired(st: Store) -> None:
    limit = st.limit("hired", lambda day: day, date(2021, 6, 1))
    result = st.deal("result", ["无记录", "有记录", None])
    row: dict[str, Cell] = {"单位": st.deal("school", ["虚拟小学", "虚拟中学"]), "人员编号": f"R{st.next()}"}
    st.add("入职查询", {**row, "入职日期": limit.start, "查询日期": limit.act, "查询结果": result})


def deregistered(st: Store) -> None:
    """An enterprise struck off with a fine or a debt open on that day."""
    today, number = st.day("deregistered"), st.certificate()
    gone: Day = st.deal("gone", [today, days(today, 1), days(today, -1), days(today, -200), UNDATED])
    base = gone if isinstance(gone, date) else today
    row: dict[str, Cell] = {
        "统一社会信用代码": number,
        "企业名称": "虚拟某公司",
        "注销日期": gone,
        "注销方式": st.deal("way", ["普通注销", "简易注销", None]),
    }
    st.add("市场主体", {**row, "成立日期": st.deal("established", [None, days(base, -900), UNDATED])})
    if st.chance("by fine", 2):
        decided: Day = st.deal("fined on", [days(base, -1), base, days(base, -100)])
        performed: Day = st.deal("paid on", [None, base, days(base, 1), days(base, -1), UNDATED])
        fine: Cell = st.deal("fine of", [500, 1, 0, None])
        cells: dict[str, Cell] = {"当事人": "虚拟某公司", "当事人证件号": st.spelled(number), "违法行为": "占道经营", "有强制执行权": True}
        cells |= {"处罚决定日期": decided, "履行完毕日期": performed, "罚款金额": fine, "行政机关": "虚拟县城管局"}
        st.add("行政处罚", {"决定书文号": st.number("罚"), **cells})
    else:
        filed: Day = st.deal("owed on", [base, days(base, 1), days(base, -100), days(base, -1)])
        closed: Day = st.deal("owed until", [None, base, days(base, 1), days(base, -1), UNDATED])
        debt: dict[str, Cell] = {"被执行人": "虚拟某公司", "被执行人证件号": st.spelled(number), "立案日期": filed, "结案日期": closed}
        st.add("执行案件", {"案号": st.number("执"), "法院": "虚拟县人民法院", "有可供执行财产": False, **debt})


MAKERS = [
    (suggested, 4), (public_interest, 3), (sentenced, 7), (reoffended, 2), (petitioned, 4), (accident, 4), (harmed, 2), (hired, 3), (deregistered, 4),
]  # fmt: skip
