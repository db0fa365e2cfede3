"""Section 8 of the specification: sentences, petitions, safety, minors, enterprises."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from .days import UNDATED, Day, dated, days, given, months, roll
from .findings import Findings
from .view import Row, View

CORRECTION, PETITIONS, MINORS = date(2020, 7, 1), date(2019, 3, 1), date(2021, 6, 1)


def documents_late(view: View, out: Findings) -> None:
    for sentence in view.rows["sentence"]:
        if sentence.text("penalty") in ("实刑", "拘役", "缓刑", "管制"):
            acts = {"documents_served_on": sentence.day("documents_served_on")}
            out.wait("sentence.documents-late", sentence, "medium", "effective_on", lambda day: days(day, 10), acts)


def not_committed(view: View, out: Findings) -> None:
    rule = "sentence.not-committed"
    for sentence in view.rows["sentence"]:
        remaining = sentence.number("remaining_months")
        if sentence.text("penalty") != "实刑" or (remaining is not None and remaining <= 3):
            continue
        severity = "medium" if sentence.flag("in_custody") else "high"
        acts = {field: sentence.day(field) for field in ("committed_on", "outside_prison_on")}
        if sentence.day("documents_served_on") is not None:
            out.wait(rule, sentence, severity, "documents_served_on", lambda day: months(day, 1), acts)
        else:
            out.wait(rule, sentence, severity, "effective_on", lambda day: months(days(day, 10), 1), acts)


def correction_unreported(view: View, out: Findings) -> None:
    for sentence in view.rows["sentence"]:
        reported = sentence.day("reported_on")
        over = reported is None and given(sentence.day("revoked_on"), sentence.day("released_on"))
        if sentence.text("penalty") in ("缓刑", "管制") and not over:
            acts = {"reported_on": reported}
            out.wait("sentence.correction-unreported", sentence, "high", "effective_on", lambda day: roll(days(day, 10)), acts, CORRECTION)


def reoffended_not_revoked(view: View, out: Findings) -> None:
    rule = "sentence.reoffended-not-revoked"
    for sentence in view.rows["sentence"]:
        if sentence.text("penalty") not in ("缓刑", "管制") or given(sentence.day("revoked_on")):
            continue
        effective, ends = sentence.day("effective_on"), sentence.day("probation_ends_on")
        numbers = [suspect.code("case_no") for suspect in view.find("suspect", "person_id", sentence.code("offender_id"))]
        filings = [case.day("filed_on") for number in numbers for case in view.find("criminal_case", "case_no", number)]
        known = [day for day in dated(*filings) if not (isinstance(ends, date) and day > ends)]
        if effective == UNDATED:
            if known or UNDATED in filings:
                out.insufficient(rule, sentence, ["effective_on"])
            continue
        after = [day for day in known if isinstance(effective, date) and day > effective]
        if after and ends == UNDATED:
            out.insufficient(rule, sentence, ["probation_ends_on"])
        elif after:
            out.pattern(rule, sentence, "high", min(after))
        elif UNDATED in filings:
            out.insufficient(rule, sentence, ["filed_on"])


def fine_unrecovered(view: View, out: Findings) -> None:
    for sentence in view.rows["sentence"]:
        if (sentence.number("fine") or Fraction(0)) > (sentence.number("fine_recovered") or Fraction(0)):
            out.wait("sentence.fine-unrecovered", sentence, "medium", "effective_on", lambda day: roll(months(day, 6)), {}, open_only=True)


def petition_unacknowledged(view: View, out: Findings) -> None:
    for petition in view.rows["petition"]:
        acts = {"acknowledged_on": petition.day("acknowledged_on")}
        out.wait("petition.unacknowledged", petition, "medium", "received_on", lambda day: roll(days(day, 7)), acts, PETITIONS)


def petition_unanswered(view: View, out: Findings) -> None:
    for petition in view.rows["petition"]:
        acts = {"answered_on": petition.day("answered_on")}
        out.wait("petition.unanswered", petition, "high", "received_on", lambda day: roll(months(day, 3)), acts, PETITIONS)


def no_early_intervention(view: View, out: Findings) -> None:
    for accident in view.rows["accident"]:
        if accident.text("grade") in ("重大", "特别重大"):
            acts = {"procuratorate_joined_on": accident.day("procuratorate_joined_on")}
            out.wait("safety.no-early-intervention", accident, "low", "occurred_on", lambda day: days(day, 30), acts)


def accident_not_transferred(view: View, out: Findings) -> None:
    for accident in view.rows["accident"]:
        if (accident.number("deaths") or 0) >= 1:
            acts = {"sent_to_police_on": accident.day("sent_to_police_on")}
            out.wait("safety.not-transferred", accident, "medium", "occurred_on", lambda day: roll(days(day, 60)), acts)


def harm_unreported(view: View, out: Findings) -> None:
    for case in view.rows["public_security_case"]:
        if case.flag("minor_harmed"):
            acts = {"reported_on": case.day("reported_on")}
            out.wait("minors.harm-unreported", case, "high", "occurred_on", lambda day: days(day, 1), acts, MINORS)


def vetting_skipped(view: View, out: Findings) -> None:
    for vetting in view.rows["vetting"]:
        acts = {"checked_on": vetting.day("checked_on")}
        out.wait("minors.vetting-skipped", vetting, "medium", "hired_on", lambda day: day, acts, MINORS)


def record_employed(view: View, out: Findings) -> None:
    rule = "minors.record-employed"
    for vetting in view.rows["vetting"]:
        hired, checked = vetting.day("hired_on"), vetting.day("checked_on")
        if vetting.text("result") != "有记录" or hired is None:
            continue
        if isinstance(hired, date) and isinstance(checked, date):
            out.pattern(rule, vetting, "high", max(hired, checked))
        else:
            both = {"hired_on": hired, "checked_on": checked}
            out.insufficient(rule, vetting, [field for field, day in both.items() if day == UNDATED])


def _open_by(value: Day, on: date | None) -> bool:
    """Whether an end that may have a day had not come by `on` (None = by any day): an undated one had."""
    return value is None or (isinstance(value, date) and (on is None or value > on))


def owes(view: View, enterprise: Row, on: date | None) -> bool:
    """Whether the enterprise had, on that day (None = on any), an unperformed fine or an open execution case against it."""
    number = enterprise.code("enterprise_id")
    for penalty in view.find("penalty", "party_id", number):
        decided = penalty.day("decided_on")
        if (
            (penalty.number("fine") or 0) > 0
            and isinstance(decided, date)
            and (on is None or decided < on)
            and _open_by(penalty.day("performed_on"), on)
        ):
            return True
    for debt in view.find("execution_case", "debtor_id", number):
        filed = debt.day("filed_on")
        if isinstance(filed, date) and (on is None or filed <= on) and _open_by(debt.day("closed_on"), on):
            return True
    return False


def evasive_deregistration(view: View, out: Findings) -> None:
    rule = "enterprise.evasive-deregistration"
    for enterprise in view.rows["enterprise"]:
        gone = enterprise.day("deregistered_on")
        if gone == UNDATED and owes(view, enterprise, None):
            out.insufficient(rule, enterprise, ["deregistered_on"])
        elif isinstance(gone, date) and owes(view, enterprise, gone):
            out.pattern(rule, enterprise, "high" if enterprise.text("deregistration") == "简易注销" else "medium", gone)


RULES = [
    documents_late, not_committed, correction_unreported, reoffended_not_revoked, fine_unrecovered, petition_unacknowledged,
    petition_unanswered, no_early_intervention, accident_not_transferred, harm_unreported, vetting_skipped, record_employed,
    evasive_deregistration,
]  # fmt: skip
