"""Section 5 of the specification: administrative non-litigation enforcement (行政非诉执行)."""

from __future__ import annotations

from datetime import date

from .days import UNDATED, Day, days, given, months, roll, working, years
from .findings import Findings
from .view import Row, View

SECTION = date(2012, 1, 1)
SIX_MONTHS_FROM = date(2015, 5, 1)
SUE_MONTHS = {"六个月": 6, "三个月": 3, "一年": 12}
POWERFUL = ("公安", "税务", "海关", "国家安全", "人民政府")


def has_own_power(penalty: Row) -> bool:
    said = penalty.flag("own_power")
    return any(word in penalty.text("agency") for word in POWERFUL) if said is None else said


def is_outside(penalty: Row) -> bool:
    """Whether the rules that need E or the base leave this penalty alone: own power, or 复议 or 诉讼 begun."""
    return has_own_power(penalty) or given(penalty.day("reconsideration_on"), penalty.day("sued_on"))


def end_of_suing(penalty: Row, served: date) -> date:
    """E: the last day on which the party could sue."""
    within = penalty.text("sue_within")
    if within == "十五日":
        return roll(days(served, 15))
    return roll(months(served, SUE_MONTHS[within] if within else 3 if served < SIX_MONTHS_FROM else 6))


def base_of(penalty: Row) -> tuple[Day, str]:
    """The day from which the three months run, and the field it comes from."""
    if penalty.day("deferred_until") is not None:
        return penalty.day("deferred_until"), "deferred_until"
    served = penalty.day("served_on")
    return (end_of_suing(penalty, served), "served_on") if isinstance(served, date) else (served, "served_on")


def is_performed(penalty: Row | None) -> bool:
    return penalty is not None and penalty.day("performed_on") is not None


def penalty_of(view: View, application: Row) -> Row | None:
    return view.one("penalty", "decision_no", application.code("decision_no"))


def not_applied(view: View, out: Findings) -> None:
    rule = "enforcement.not-applied"
    for penalty in view.rows["penalty"]:
        if not (penalty.number("fine") or 0) > 0 or is_performed(penalty) or is_outside(penalty):
            continue
        application = view.one("enforcement_application", "decision_no", penalty.code("decision_no"))
        base, field = base_of(penalty)
        if penalty.day("served_on") is None:
            out.insufficient(rule, penalty, ["served_on"], SECTION)
        elif not isinstance(base, date):
            out.insufficient(rule, penalty, [field], SECTION)
        elif application is not None and not isinstance(application.day("applied_on"), date):
            out.insufficient(rule, penalty, ["applied_on"], SECTION)
        else:
            acts = {"applied_on": application.day("applied_on") if application else None}
            out.limit(rule, penalty, "high", roll(months(base, 3)), acts, SECTION)


def premature(view: View, out: Findings) -> None:
    rule = "enforcement.premature"
    for application in view.rows["enforcement_application"]:
        penalty = penalty_of(view, application)
        applied, accepted = application.day("applied_on"), application.day("accepted_on")
        if penalty is None or is_outside(penalty) or applied is None or accepted is None:
            continue
        served = penalty.day("served_on")
        if served == UNDATED:
            out.insufficient(rule, application, ["accepted_on" if accepted == UNDATED else "served_on"], SECTION, accepted)
        elif isinstance(served, date):
            demolition = penalty.flag("demolition") and not penalty.text("sue_within")
            end = roll(days(served, 15)) if demolition else end_of_suing(penalty, served)
            if isinstance(applied, date) and applied > end:
                continue
            if accepted == UNDATED:
                out.insufficient(rule, application, ["accepted_on"], SECTION)
            elif applied == UNDATED:
                out.insufficient(rule, application, ["applied_on"], SECTION, accepted)
            elif isinstance(accepted, date):
                out.pattern(rule, application, "medium", accepted, SECTION)


def demand_skipped(view: View, out: Findings) -> None:
    rule = "enforcement.demand-skipped"
    for application in view.rows["enforcement_application"]:
        applied, demanded = application.day("applied_on"), application.day("demanded_on")
        if applied is None:
            continue
        if isinstance(applied, date) and isinstance(demanded, date):
            if applied <= working(demanded, 10):
                out.pattern(rule, application, "medium", max(applied, demanded), SECTION)
        else:
            missing = {"applied_on": applied, "demanded_on": demanded}
            out.insufficient(rule, application, [field for field, day in missing.items() if not isinstance(day, date)], SECTION)


def late_application_granted(view: View, out: Findings) -> None:
    rule = "enforcement.late-application-granted"
    for application in view.rows["enforcement_application"]:
        penalty = penalty_of(view, application)
        applied, ruled = application.day("applied_on"), application.day("ruled_on")
        if penalty is None or is_outside(penalty) or application.text("ruling") != "准予执行" or applied is None:
            continue
        base, field = base_of(penalty)
        if base == UNDATED:
            out.insufficient(rule, application, ["ruled_on" if ruled == UNDATED else field], SECTION, ruled)
        elif isinstance(base, date) and not (isinstance(applied, date) and applied <= roll(months(base, 3))):
            if ruled == UNDATED:
                out.insufficient(rule, application, ["ruled_on"], SECTION)
            elif applied == UNDATED:
                out.insufficient(rule, application, ["applied_on"], SECTION, ruled)
            elif isinstance(ruled, date):
                out.pattern(rule, application, "high", ruled, SECTION)


def acceptance_late(view: View, out: Findings) -> None:
    rule = "enforcement.acceptance-late"
    for application in view.rows["enforcement_application"]:
        applied, accepted, ruled = (application.day(field) for field in ("applied_on", "accepted_on", "ruled_on"))
        if isinstance(applied, date) and accepted is None and isinstance(ruled, date) and ruled > working(applied, 5):
            out.insufficient(rule, application, ["accepted_on"], SECTION, ruled)
        else:
            acts = {"accepted_on": accepted, "ruled_on": ruled}
            out.wait(rule, application, "medium", "applied_on", lambda day: working(day, 5), acts, SECTION)


def refusal_unchallenged(view: View, out: Findings) -> None:
    for application in view.rows["enforcement_application"]:
        if application.text("ruling") in ("不予受理", "不准予执行"):
            acts = {"reconsideration_on": application.day("reconsideration_on")}
            out.wait("enforcement.refusal-unchallenged", application, "low", "ruled_on", lambda day: roll(days(day, 15)), acts, SECTION)


def ruling_late(view: View, out: Findings) -> None:
    for application in view.rows["enforcement_application"]:
        if application.text("ruling") == "准许撤回":
            continue
        heard = application.flag("heard")

        def period(day: date, heard: bool | None = heard) -> date:
            return roll(days(day, 30)) if heard else working(day, 7)

        out.wait("enforcement.ruling-late", application, "medium", "accepted_on", period, {"ruled_on": application.day("ruled_on")}, SECTION)


def granted_not_started(view: View, out: Findings) -> None:
    rule = "enforcement.granted-not-started"
    for application in view.rows["enforcement_application"]:
        if application.text("ruling") == "准予执行" and not is_performed(penalty_of(view, application)):
            acts = {"execution_filed_on": application.day("execution_filed_on")}
            out.wait(rule, application, "medium", "ruled_on", lambda day: roll(months(day, 6)), acts, SECTION, open_only=True)


def execution_late(view: View, out: Findings) -> None:
    for application in view.rows["enforcement_application"]:
        acts = {"execution_closed_on": application.day("execution_closed_on")}
        out.wait("enforcement.execution-late", application, "medium", "execution_filed_on", lambda day: roll(months(day, 3)), acts, SECTION)


def terminated_early(view: View, out: Findings) -> None:
    rule = "enforcement.terminated-early"
    for application in view.rows["enforcement_application"]:
        filed, closed = application.day("execution_filed_on"), application.day("execution_closed_on")
        if application.text("closing") != "终结本次执行" or filed is None:
            continue
        if closed == UNDATED:
            out.insufficient(rule, application, ["execution_closed_on"], SECTION)
        elif filed == UNDATED:
            out.insufficient(rule, application, ["execution_filed_on"], SECTION, closed)
        elif isinstance(filed, date) and isinstance(closed, date) and closed < months(filed, 3):
            out.pattern(rule, application, "medium", closed, SECTION)


def closed_unperformed(view: View, out: Findings) -> None:
    rule = "enforcement.closed-unperformed"
    for application in view.rows["enforcement_application"]:
        if application.text("closing") == "执行完毕" and not is_performed(penalty_of(view, application)):
            out.wait(rule, application, "high", "execution_closed_on", lambda day: days(day, 30), {}, SECTION, open_only=True)


def dispute_aged(view: View, out: Findings) -> None:
    for dispute in view.rows["administrative_dispute"]:
        arose, severity = dispute.day("arose_on"), "low"
        if isinstance(arose, date):
            severity = "high" if view.as_of > years(arose, 15) else "medium" if view.as_of > years(arose, 10) else "low"
        acts = {"resolved_on": dispute.day("resolved_on")}
        out.wait("dispute.aged", dispute, severity, "arose_on", lambda day: years(day, 5), acts, SECTION, open_only=True)


RULES = [
    not_applied, premature, demand_skipped, late_application_granted, acceptance_late, refusal_unchallenged, ruling_late,
    granted_not_started, execution_late, terminated_early, closed_unperformed, dispute_aged,
]  # fmt: skip
