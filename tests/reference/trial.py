"""Section 7 of the specification: trials, enforcement, and the procuratorate's documents."""

from __future__ import annotations

from datetime import date

from .days import UNDATED, days, months, roll
from .findings import Findings
from .view import Row, View

PROCEDURES = {  # normal and extended length, in months or days
    "普通程序": ("months", 6, 12), "简易程序": ("months", 3, 4), "小额诉讼": ("months", 2, 3), "二审": ("months", 3, 6), "特别程序": ("days", 30, 60),
}  # fmt: skip
FROM_2016_12 = date(2016, 12, 1)
PUBLIC_INTEREST = date(2018, 3, 2)
SUGGESTIONS = {  # months to answer, and the day from which that binds
    "社会治理检察建议": (2, date(2019, 2, 26)),
    "行政违法行为监督检察建议": (2, date(2019, 2, 26)),
    "再审检察建议": (3, date(2015, 2, 4)),
    "执行监督检察建议": (3, date(2017, 1, 1)),
}


def _close_in_time(out: Findings, rule: str, severity: str, case: Row, unit: str, length: int) -> None:
    """Judge a limit to close a case that runs from its filing, longer by stays and days left out."""
    filed, stayed, resumed = (case.day(field) for field in ("filed_on", "stayed_on", "resumed_on"))
    if stayed is not None and resumed is None:
        return  # suspended
    if filed == UNDATED:
        out.insufficient(rule, case, ["filed_on"])
    elif isinstance(filed, date):
        end = days(months(filed, length) if unit == "months" else days(filed, length), int(case.number("excluded_days") or 0))
        closed = case.day("closed_on")
        if isinstance(stayed, date) and isinstance(resumed, date):
            end = days(end, max(0, (resumed - stayed).days))
        elif stayed is not None and not (isinstance(closed, date) and closed <= roll(end)):
            fields = {"stayed_on": stayed, "resumed_on": resumed}
            out.insufficient(rule, case, [field for field, day in fields.items() if day == UNDATED])
            return
        out.limit(rule, case, severity, roll(end), {"closed_on": closed})


def overdue(view: View, out: Findings) -> None:
    for case in view.rows["civil_case"]:
        if not case.text("procedure"):
            out.insufficient("trial.overdue", case, ["filed_on"] if case.day("filed_on") == UNDATED else ["procedure"])
            continue
        unit, normal, extended = PROCEDURES[case.text("procedure")]
        _close_in_time(out, "trial.overdue", "low", case, unit, extended if case.flag("extended") else normal)


def filing_late(view: View, out: Findings) -> None:
    for case in view.rows["execution_case"]:
        acts = {"filed_on": case.day("filed_on")}
        out.wait("execution.filing-late", case, "medium", "applied_on", lambda day: roll(days(day, 7)), acts)


def execution_overdue(view: View, out: Findings) -> None:
    for case in view.rows["execution_case"]:
        if case.flag("has_assets") is not False:
            _close_in_time(out, "execution.overdue", "medium", case, "months", 6)


def terminated_early(view: View, out: Findings) -> None:
    rule = "execution.terminated-early"
    for case in view.rows["execution_case"]:
        filed, closed = case.day("filed_on"), case.day("closed_on")
        if case.text("closing") != "终结本次执行" or filed is None:
            continue
        if closed == UNDATED:
            out.insufficient(rule, case, ["closed_on"], FROM_2016_12)
        elif filed == UNDATED:
            out.insufficient(rule, case, ["filed_on"], FROM_2016_12, closed)
        elif isinstance(filed, date) and isinstance(closed, date) and closed < months(filed, 3):
            out.pattern(rule, case, "medium", closed, FROM_2016_12)


def terminated_with_assets(view: View, out: Findings) -> None:
    for case in view.rows["execution_case"]:
        closed = case.day("closed_on")
        if case.text("closing") != "终结本次执行" or not case.flag("has_assets"):
            continue
        if closed == UNDATED:
            out.insufficient("execution.terminated-with-assets", case, ["closed_on"])
        elif isinstance(closed, date):
            out.pattern("execution.terminated-with-assets", case, "high", closed)


def suggestion_unanswered(view: View, out: Findings) -> None:
    rule = "document.suggestion-unanswered"
    for document in view.rows["procuratorial_document"]:
        kind, acts = document.text("kind"), {"replied_on": document.day("replied_on")}
        if kind not in SUGGESTIONS and kind != "纠正违法通知书":
            continue
        if document.day("reply_by") is not None:
            out.wait(rule, document, "medium", "reply_by", lambda day: day, acts)
        elif kind == "纠正违法通知书":
            out.insufficient(rule, document, ["reply_by"])
        else:
            length, begins = SUGGESTIONS[kind]
            length += kind == "执行监督检察建议" and document.flag("extended") is True

            def period(day: date, length: int = length) -> date:
                return roll(months(day, length))

            out.wait(rule, document, "medium", "served_on", period, acts, begins)


def answer_due(document: Row, served: date) -> date:
    """When a 公益诉讼检察建议 must be answered."""
    return roll(days(served, 15)) if document.flag("urgent") else roll(months(served, 2))


def public_interest_unanswered(view: View, out: Findings) -> None:
    for document in view.rows["procuratorial_document"]:
        if document.text("kind") == "公益诉讼检察建议":
            acts = {"replied_on": document.day("replied_on")}

            def period(day: date, document: Row = document) -> date:
                return answer_due(document, day)

            out.wait("public-interest.unanswered", document, "high", "served_on", period, acts, PUBLIC_INTEREST)


def public_interest_unremedied(view: View, out: Findings) -> None:
    rule = "public-interest.unremedied"
    for document in view.rows["procuratorial_document"]:
        if document.text("kind") == "公益诉讼检察建议":
            acts = {field: document.day(field) for field in ("rectified_on", "sued_on")}

            def period(day: date, document: Row = document) -> date:
                return roll(months(answer_due(document, day), 1))

            out.wait(rule, document, "high", "served_on", period, acts, PUBLIC_INTEREST, open_only=True)


RULES = [
    overdue, filing_late, execution_overdue, terminated_early, terminated_with_assets, suggestion_unanswered,
    public_interest_unanswered, public_interest_unremedied,
]  # fmt: skip
