"""Section 3 of the specification, second part: arrest, review for prosecution, the procuratorate's notices, disputes turned criminal."""

from __future__ import annotations

from datetime import date

from .criminal import custody_covers, has_end, is_enterprise_case, measures_of, suspect_of
from .days import UNDATED, dated, days, given, months, roll
from .findings import Findings
from .offences import is_economic
from .view import Row, View

RESTART, RETURNED, RESENT, LONGER_REVIEW = "重新计算侦查羁押期限", "退回补充侦查", "补充侦查重新移送", "延长审查起诉期限"
EXTENSIONS = {"第一次延长侦查羁押期限": 1, "第二次延长侦查羁押期限": 2, "第三次延长侦查羁押期限": 2}  # months
PROVINCE_ENDINGS = ("省人民检察院", "自治区人民检察院")
PROVINCE_LEVEL = {f"{name}人民检察院" for name in ("北京市", "天津市", "上海市", "重庆市", "新疆生产建设兵团", "最高")}
NOTICES = {"通知立案": "filed_on", "通知撤销案件": "withdrawn_on"}


def changes_of(view: View, row: Row, kind: str) -> list[Row]:
    """The period changes of one kind of the suspect that `row` belongs to."""
    rows = view.find("period_change", "case_no", row.code("case_no"))
    return [change for change in rows if change.code("suspect_no") == row.code("suspect_no") and change.text("kind") == kind]


def change_days(view: View, row: Row, kind: str) -> tuple[list[date], bool]:
    """The known days of those changes, and whether there is one whose day is not known."""
    values = [change.day("decided_on") for change in changes_of(view, row, kind)]
    return dated(*values), UNDATED in values


def decided_since(view: View, row: Row, kind: str, base: date) -> bool:
    """Whether such a change was decided on or after `base`; an undated one counts."""
    known, undated = change_days(view, row, kind)
    return undated or any(day >= base for day in known)


def custody_overdue(view: View, out: Findings) -> None:
    rule = "criminal.custody-overdue"
    for measure in view.rows["coercive_measure"]:
        start = measure.day("started_on")
        if measure.text("measure") != "逮捕" or start is None:
            continue
        restarts, undated_restart = change_days(view, measure, RESTART)
        if start == UNDATED:
            out.insufficient(rule, measure, ["started_on"])
        elif undated_restart:
            out.insufficient(rule, measure, ["decided_on"])
        else:
            base = max([start, *(day for day in restarts if day >= start)])
            limit = 2 + sum(length for kind, length in EXTENSIONS.items() if decided_since(view, measure, kind, base))
            suspect, case = suspect_of(view, measure), view.one("criminal_case", "case_no", measure.code("case_no"))
            acts = {
                "ended_on": measure.day("ended_on"),
                "prosecution_received_on": suspect.day("prosecution_received_on") if suspect else None,
                "sent_for_prosecution_on": case.day("sent_for_prosecution_on") if case else None,
            }
            out.limit(rule, measure, "high", months(base, limit), acts)


def is_province_level(name: str) -> bool:
    return name.endswith(PROVINCE_ENDINGS) or name in PROVINCE_LEVEL


def extension_wrong_authority(view: View, out: Findings) -> None:
    rule = "criminal.extension-wrong-authority"
    for change in view.rows["period_change"]:
        if change.text("kind") not in ("第二次延长侦查羁押期限", "第三次延长侦查羁押期限"):
            continue
        authority, day = change.text("approved_by"), change.day("decided_on")
        if authority and is_province_level(authority):
            continue
        if day == UNDATED:
            out.insufficient(rule, change, ["decided_on"])
        elif not authority:
            out.insufficient(rule, change, ["approved_by"])
        elif isinstance(day, date):
            out.pattern(rule, change, "high", day)


def supplement_excess(view: View, out: Findings) -> None:
    for suspect in view.rows["suspect"]:
        known, undated = change_days(view, suspect, RETURNED)
        if len(known) >= 3:
            out.pattern("criminal.supplement-excess", suspect, "high", sorted(known)[2])
        elif len(known) + undated >= 3:
            out.insufficient("criminal.supplement-excess", suspect, ["decided_on"])


def supplement_overdue(view: View, out: Findings) -> None:
    rule = "criminal.supplement-overdue"
    for change in view.rows["period_change"]:
        returned = change.day("decided_on")
        if change.text("kind") != RETURNED or returned is None:
            continue
        if returned == UNDATED:
            out.insufficient(rule, change, ["decided_on"])
            continue
        case_no, suspect_no = change.code("case_no"), change.code("suspect_no")
        due = months(returned, 1)
        if not custody_covers(view, case_no, suspect_no, due):
            due = roll(due)
        known, undated = change_days(view, change, RESENT)
        case = view.one("criminal_case", "case_no", case_no)
        acts = {
            "decided_on": min((day for day in known if day >= returned), default=UNDATED if undated else None),
            "withdrawn_on": case.day("withdrawn_on") if case else None,
            "terminated_on": case.day("terminated_on") if case else None,
        }
        if undated and not any(day <= due for day in dated(*acts.values())):
            acts["decided_on"] = UNDATED  # the undated one may be the act in time
        out.limit(rule, change, "medium", due, acts)


def review_base(view: View, suspect: Row) -> tuple[date | None, str]:
    """The day from which the review for prosecution runs, or the field that is undated."""
    resent, undated_resent = change_days(view, suspect, RESENT)
    if undated_resent:
        return None, "decided_on"
    received = suspect.day("prosecution_received_on")
    if resent:
        return max(resent), ""
    return (received, "") if isinstance(received, date) else (None, "prosecution_received_on")


def is_returned(view: View, suspect: Row, base: date) -> bool:
    """Whether a 退回补充侦查 on or after the base is open: no 补充侦查重新移送 lies on or after it (reading 5)."""
    returned, undated_return = change_days(view, suspect, RETURNED)
    resent, undated_resent = change_days(view, suspect, RESENT)
    answered = resent or undated_resent
    return (undated_return and not answered) or any(day >= base and not any(back >= day for back in resent) for day in returned)


def prosecution_review_overdue(view: View, out: Findings) -> None:
    rule = "criminal.prosecution-review-overdue"
    for suspect in view.rows["suspect"]:
        if suspect.day("prosecution_received_on") is None:
            continue
        base, unknown = review_base(view, suspect)
        if unknown != "decided_on" and is_returned(view, suspect, base or date.min):
            continue
        if base is None:
            out.insufficient(rule, suspect, [unknown])
            continue
        due = months(base, 1)
        if decided_since(view, suspect, LONGER_REVIEW, base):
            due = days(due, 15)
        if not custody_covers(view, suspect.code("case_no"), suspect.code("suspect_no"), due):
            due = roll(due)
        out.limit(rule, suspect, "medium", due, {"prosecution_decided_on": suspect.day("prosecution_decided_on")})


def arrest_declined_unresolved(view: View, out: Findings) -> None:
    rule = "criminal.arrest-declined-unresolved"
    for suspect in view.rows["suspect"]:
        case = view.one("criminal_case", "case_no", suspect.code("case_no"))
        declined = suspect.day("arrest_decided_on")
        if suspect.text("arrest_decision") != "不批准逮捕" or (case is not None and has_end(case)):
            continue
        own = measures_of(view, suspect.code("case_no"), suspect.code("suspect_no"))
        arrests = [measure.day("started_on") for measure in own if measure.text("measure") == "逮捕"]
        if UNDATED in arrests:
            continue
        if declined == UNDATED:
            out.insufficient(rule, suspect, ["arrest_decided_on"])
        elif isinstance(declined, date) and not any(isinstance(day, date) and day > declined for day in arrests):
            length = 3 if suspect.text("arrest_decline_reason") == "不构成犯罪不捕" else 12
            out.limit(rule, suspect, "medium", roll(months(declined, length)), {})


def custody_unreviewed(view: View, out: Findings) -> None:
    for measure in view.rows["coercive_measure"]:
        if measure.text("measure") != "逮捕":
            continue
        suspect, start = suspect_of(view, measure), measure.day("started_on")
        reviewed = suspect.day("custody_reviewed_on") if suspect else None
        if isinstance(reviewed, date) and not (isinstance(start, date) and reviewed >= start):
            reviewed = None
        acts = {"ended_on": measure.day("ended_on"), "custody_reviewed_on": reviewed}
        out.wait("criminal.custody-unreviewed", measure, "low", "started_on", lambda day: months(day, 3), acts, open_only=True)


def reasons_unanswered(view: View, out: Findings) -> None:
    rule = "criminal.reasons-unanswered"
    for document in view.rows["procuratorial_document"]:
        served = document.day("served_on")
        if document.text("kind") not in ("要求说明不立案理由", "要求说明立案理由"):
            continue
        same = view.find("procuratorial_document", "related_no", document.code("related_no"))
        notices = [other.day("served_on") for other in same if other.text("kind") in NOTICES]
        noticed = isinstance(served, date) and any(day == UNDATED or (isinstance(day, date) and day >= served) for day in notices)
        if noticed and document.day("replied_on") is None:
            out.insufficient(rule, document, ["replied_on"])
        else:
            acts = {"replied_on": document.day("replied_on")}
            out.wait(rule, document, "high", "served_on", lambda day: roll(days(day, 7)), acts)


def notice_unexecuted(view: View, out: Findings) -> None:
    for document in view.rows["procuratorial_document"]:
        field = NOTICES.get(document.text("kind"))
        if field is None:
            continue
        case, served = view.one("criminal_case", "case_no", document.code("related_no")), document.day("served_on")
        act = case.day(field) if case else None
        if isinstance(act, date) and isinstance(served, date) and act < served:
            act = None
        acts = {"replied_on": document.day("replied_on"), field: act}
        out.wait("criminal.notice-unexecuted", document, "high", "served_on", lambda day: roll(days(day, 15)), acts)


def opposed_suits(view: View, case: Row) -> list[Row]:
    """The civil cases in which the complainant stands against a suspect or the enterprise of the case, by certificate number."""
    others = {suspect.code("person_id") for suspect in view.find("suspect", "case_no", case.code("case_no"))} | {case.code("enterprise_id")}
    others -= {""}
    suits = []
    for party in view.find("civil_party", "person_id", case.code("complainant_id")):
        against = {"原告": "被告", "被告": "原告"}.get(party.text("role"), "")
        parties = view.find("civil_party", "case_no", party.code("case_no"))
        suit = view.one("civil_case", "case_no", party.code("case_no"))
        if suit and any(other.text("role") == against and other.code("person_id") in others for other in parties):
            suits.append(suit)
    return suits


def civil_dispute_criminalised(view: View, out: Findings) -> None:
    rule = "criminal.civil-dispute-criminalised"
    for case in view.rows["criminal_case"]:
        filed = case.day("filed_on")
        suits = opposed_suits(view, case) if is_economic(case) and given(filed) else []
        if filed == UNDATED and suits:
            out.insufficient(rule, case, ["filed_on"])
        elif isinstance(filed, date) and any(months(filed, -24) <= day <= filed for day in dated(*(suit.day("filed_on") for suit in suits))):
            out.pattern(rule, case, "high" if is_enterprise_case(case) else "medium", filed)


RULES = [
    custody_overdue, extension_wrong_authority, supplement_excess, supplement_overdue, prosecution_review_overdue, arrest_declined_unresolved,
    custody_unreviewed, reasons_unanswered, notice_unexecuted, civil_dispute_criminalised,
]  # fmt: skip
