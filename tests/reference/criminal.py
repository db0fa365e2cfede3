"""Section 3 of the specification, first part: lingering cases, property, coercive measures."""

from __future__ import annotations

from datetime import date
from functools import partial

from .days import UNDATED, Day, dated, days, given, months, roll, years
from .findings import Findings
from .offences import is_economic
from .view import Row, View

FROM_2016, FROM_2018 = date(2016, 1, 1), date(2018, 1, 1)
CUSTODY = ("拘留", "逮捕")
MAXIMUM_MONTHS = {"取保候审": 12, "监视居住": 6}
ENDS = ("sent_for_prosecution_on", "withdrawn_on", "terminated_on", "transferred_out_on")


def has_end(case: Row) -> bool:
    return given(*(case.day(field) for field in ENDS))


def is_enterprise_case(case: Row) -> bool:
    said = case.flag("involves_enterprise")
    return bool(case.text("enterprise_name") or case.text("enterprise_id")) if said is None else said


def measures_of(view: View, case_no: str, suspect_no: str = "") -> list[Row]:
    """The measures of a case, or of one suspect of it."""
    rows = view.find("coercive_measure", "case_no", case_no)
    return [row for row in rows if not suspect_no or row.code("suspect_no") == suspect_no]


def started_by(measure: Row, day: date) -> bool:
    """Whether the measure had started by `day`; an undated start counts on every day."""
    start = measure.day("started_on")
    return not isinstance(start, date) or start <= day


def custody_covers(view: View, case_no: str, suspect_no: str, day: date) -> bool:
    """Whether a 拘留 or 逮捕 of the suspect covers `day`, its first and last day included (reading 4)."""
    for measure in measures_of(view, case_no, suspect_no):
        end = measure.day("ended_on")
        ended_before = end == UNDATED or (isinstance(end, date) and end < day)
        if measure.text("measure") in CUSTODY and started_by(measure, day) and not ended_before:
            return True
    return False


def over_on(measure: Row, as_of: date) -> tuple[bool, Day, str]:
    """Whether a measure is ended or past its legal maximum, on which day, and the field that day comes from (reading 3)."""
    if measure.day("ended_on") is not None:
        return True, measure.day("ended_on"), "ended_on"
    length = MAXIMUM_MONTHS.get(measure.text("measure"))
    if length is None:
        return False, None, ""
    start = measure.day("started_on")
    if not isinstance(start, date):
        return True, UNDATED, "started_on"
    return months(start, length) < as_of, months(start, length), "started_on"


def latest_over(measures: list[Row], as_of: date) -> tuple[date | None, list[str]] | None:
    """The latest day on which the measures were over, or the fields that are undated; None while one of them lasts."""
    over = [over_on(measure, as_of) for measure in measures]
    if not all(is_over for is_over, _, _ in over):
        return None
    unknown = [field for _, day, field in over if day == UNDATED]
    return (None, unknown) if unknown else (max(dated(*(day for _, day, _ in over))), [])


def lingering_severity(case: Row) -> str:
    if case.day("continued_on") is not None:
        return "low"
    return "high" if is_enterprise_case(case) else "medium"


def _filing_missing(case: Row, measures: list[Row]) -> bool:
    return case.day("filed_on") is None and bool(measures) and not has_end(case)


def _no_measure(view: View, out: Findings, rule: str, economic: bool) -> None:
    for case in view.rows["criminal_case"]:
        measures = measures_of(view, case.code("case_no"))
        filed = case.day("filed_on")
        if is_economic(case) != economic or has_end(case):
            continue
        if _filing_missing(case, measures) or filed == UNDATED:
            out.insufficient(rule, case, ["filed_on"], FROM_2018)
        elif isinstance(filed, date):
            due = roll(years(filed, 2))
            if not any(started_by(measure, due) for measure in measures):
                out.limit(rule, case, lingering_severity(case) if economic else "low", due, {}, FROM_2018)


def lingering_no_measure(view: View, out: Findings) -> None:
    _no_measure(view, out, "criminal.lingering-no-measure", economic=True)


def lingering_other(view: View, out: Findings) -> None:
    _no_measure(view, out, "criminal.lingering-other", economic=False)


def lingering_after_release(view: View, out: Findings) -> None:
    rule = "criminal.lingering-after-release"
    for case in view.rows["criminal_case"]:
        measures = measures_of(view, case.code("case_no"))
        if not is_economic(case) or has_end(case) or not measures:
            continue
        filed, ended = case.day("filed_on"), [measure.day("ended_on") for measure in measures]
        if _filing_missing(case, measures) or (filed == UNDATED and None not in ended):
            out.insufficient(rule, case, ["filed_on"], FROM_2018)
        elif isinstance(filed, date) and None not in ended:
            due = roll(years(filed, 2))
            if not any(started_by(measure, due) for measure in measures):
                continue
            if UNDATED in ended:
                out.insufficient(rule, case, ["ended_on"], FROM_2018)
            else:
                out.limit(rule, case, lingering_severity(case), roll(months(max(dated(*ended)), 12)), {}, FROM_2018)


def lingering_compensable(view: View, out: Findings) -> None:
    rule = "criminal.lingering-compensable"
    for case in view.rows["criminal_case"]:
        measures = measures_of(view, case.code("case_no"))
        if _filing_missing(case, measures):
            out.insufficient(rule, case, ["filed_on"], FROM_2016)
            continue
        if has_end(case) or not any(measure.text("measure") in CUSTODY for measure in measures):
            continue
        over = latest_over(measures, view.as_of)
        all_lifted = all(measure.day("ended_on") is not None for measure in measures)
        if over is None or (is_economic(case) and all_lifted):
            continue
        latest, unknown = over
        if latest is None:
            out.insufficient(rule, case, unknown, FROM_2016)
        else:
            out.limit(rule, case, "medium", roll(months(latest, 12)), {}, FROM_2016)


def filing_decision_overdue(view: View, out: Findings) -> None:
    for case in view.rows["criminal_case"]:
        length, begins = (60, FROM_2018) if is_economic(case) else (30, FROM_2016)
        acts = {field: case.day(field) for field in ("filed_on", "declined_on", "transferred_out_on")}

        def period(day: date, length: int = length) -> date:
            return roll(days(day, length))

        out.wait("criminal.filing-decision-overdue", case, "medium", "received_on", period, acts, begins)


def property_overheld(view: View, out: Findings) -> None:
    rule = "criminal.property-overheld"
    for item in view.rows["seized_property"]:
        case = view.one("criminal_case", "case_no", item.code("case_no"))
        if case is None or has_end(case) or given(item.day("released_on"), item.day("sent_on")):
            continue
        severity = "high" if is_enterprise_case(case) else "medium"
        measures, filed = measures_of(view, case.code("case_no")), case.day("filed_on")
        if _filing_missing(case, measures):
            out.insufficient(rule, item, ["filed_on"], FROM_2016)
        elif measures:
            over = latest_over(measures, view.as_of)
            if over is None:
                continue
            latest, unknown = over
            if latest is None:
                out.insufficient(rule, item, unknown, FROM_2016)
            else:
                out.limit(rule, item, severity, roll(months(latest, 12)), {}, FROM_2016)
        elif filed == UNDATED:
            out.insufficient(rule, item, ["filed_on"], FROM_2016)
        elif isinstance(filed, date):
            out.limit(rule, item, severity, roll(years(filed, 2)), {}, FROM_2016)


def property_freeze_lapsed(view: View, out: Findings) -> None:
    for item in view.rows["seized_property"]:
        acts = {field: item.day(field) for field in ("released_on", "sent_on")}
        out.wait("criminal.property-freeze-lapsed", item, "medium", "expires_on", lambda day: day, acts)


def bail_overdue(view: View, out: Findings) -> None:
    for measure in view.rows["coercive_measure"]:
        if measure.text("measure") == "取保候审":
            acts = {"ended_on": measure.day("ended_on")}
            out.wait("criminal.bail-overdue", measure, "medium", "started_on", lambda day: roll(months(day, 12)), acts)


def residential_surveillance_overdue(view: View, out: Findings) -> None:
    for measure in view.rows["coercive_measure"]:
        if measure.text("measure") == "监视居住":
            acts = {"ended_on": measure.day("ended_on")}
            out.wait("criminal.residential-surveillance-overdue", measure, "medium", "started_on", lambda day: roll(months(day, 6)), acts)


def suspect_of(view: View, row: Row) -> Row | None:
    """The 嫌疑人 row of a measure or period change."""
    suspects = view.find("suspect", "case_no", row.code("case_no"))
    return next((suspect for suspect in suspects if suspect.code("suspect_no") == row.code("suspect_no")), None)


def detention_request_overdue(view: View, out: Findings) -> None:
    rule = "criminal.detention-request-overdue"
    for measure in view.rows["coercive_measure"]:
        if measure.text("measure") != "拘留":
            continue
        length = 30 if measure.flag("extended_30_days") else 7
        suspect, start, ended = suspect_of(view, measure), measure.day("started_on"), measure.day("ended_on")
        if suspect is None and isinstance(start, date):
            if not (isinstance(ended, date) and ended <= days(start, length)):
                out.insufficient(rule, measure, ["arrest_requested_on"] + (["ended_on"] if ended == UNDATED else []))
            continue
        acts = {"ended_on": ended, "arrest_requested_on": suspect.day("arrest_requested_on") if suspect else None}
        out.wait(rule, measure, "medium", "started_on", partial(days, count=length), acts)


def detention_overdue(view: View, out: Findings) -> None:
    for measure in view.rows["coercive_measure"]:
        if measure.text("measure") == "拘留":
            length = 37 if measure.flag("extended_30_days") else 14
            acts = {"ended_on": measure.day("ended_on")}
            out.wait("criminal.detention-overdue", measure, "high", "started_on", partial(days, count=length), acts)


RULES = [
    lingering_no_measure, lingering_after_release, lingering_compensable, lingering_other, filing_decision_overdue, property_overheld,
    property_freeze_lapsed, bail_overdue, residential_surveillance_overdue, detention_request_overdue, detention_overdue,
]  # fmt: skip
