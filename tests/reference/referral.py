"""Section 4 of the specification: administrative penalties and criminal referral (两法衔接)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from .days import UNDATED, dated, days, given, months, roll, working, years
from .findings import Findings, of_actor
from .offences import CLASSES, THRESHOLDS, Offence, Threshold, named, offence_of
from .view import Row, View, actor

SECTION = date(2001, 7, 9)
PLATFORM = date(2021, 10, 1)
REPEATED = ("污染环境", "非法采矿")
WITHOUT_AMOUNT = ("生产、销售有毒、有害食品", "生产、销售假药", "生产、销售、提供假药")


def is_transferred(view: View, penalty: Row, offence: str) -> bool:
    """Whether the case went to the police, or the party is a suspect or the enterprise of a filed case of that offence."""
    referral = view.one("referral", "decision_no", penalty.code("decision_no"))
    if referral and given(referral.day("sent_on"), referral.day("received_on"), referral.day("police_decided_on")):
        return True
    party = penalty.code("party_id")
    numbers = [suspect.code("case_no") for suspect in view.find("suspect", "person_id", party)]
    cases = view.find("criminal_case", "enterprise_id", party)
    cases = cases + [case for number in numbers for case in view.find("criminal_case", "case_no", number)]
    return any(named(case.text("offence"))[0] == offence and case.day("filed_on") is not None for case in cases)


def binding(threshold: Threshold, decided: date) -> bool:
    return decided >= max(threshold.begins, SECTION)


def threshold_not_transferred(view: View, out: Findings) -> None:
    rule = "referral.threshold-not-transferred"
    for penalty in view.rows["penalty"]:
        offence, decided = offence_of(penalty), penalty.day("decided_on")
        if offence is None or decided is None or is_transferred(view, penalty, offence[0]):
            continue
        threshold = THRESHOLDS.get(offence)
        if threshold is not None:
            _judge_threshold(out, rule, penalty, threshold)
        elif offence[0] in CLASSES and not offence[1]:
            kinds = [threshold for (name, _), threshold in THRESHOLDS.items() if name == offence[0]]
            if decided == UNDATED:
                out.insufficient(rule, penalty, ["decided_on"], SECTION)
            elif any(binding(threshold, decided) for threshold in kinds):
                out.insufficient(rule, penalty, ["violation"])


def _judge_threshold(out: Findings, rule: str, penalty: Row, threshold: Threshold) -> None:
    decided, reached = penalty.day("decided_on"), threshold.reached(penalty)
    if decided == UNDATED:
        if reached or threshold.unit_decides(penalty):
            out.insufficient(rule, penalty, ["decided_on"], SECTION)
    elif isinstance(decided, date) and binding(threshold, decided):
        if reached:
            out.pattern(rule, penalty, "high", decided)
        elif threshold.unit_decides(penalty):
            out.insufficient(rule, penalty, ["quantity_unit"])


def by_party(view: View) -> dict[str, list[Row]]:
    """All penalties by who was punished."""
    found: dict[str, list[Row]] = {}
    for penalty in view.rows["penalty"]:
        found.setdefault(actor(penalty, "party_id", "party"), []).append(penalty)
    return found


def repeat_not_transferred(view: View, out: Findings) -> None:
    rule = "referral.repeat-not-transferred"
    for penalties in by_party(view).values():
        for penalty in penalties:
            offence, decided = offence_of(penalty), penalty.day("decided_on")
            if offence is None or offence[0] not in REPEATED or is_transferred(view, penalty, offence[0]):
                continue
            same = [other for other in penalties if other is not penalty and (offence_of(other) or ("", ""))[0] == offence[0]]
            if decided == UNDATED and len(same) >= 2:
                out.insufficient(rule, penalty, ["decided_on"], SECTION)
            elif isinstance(decided, date):
                earlier = [day for day in dated(*(other.day("decided_on") for other in same)) if years(decided, -2) <= day < decided]
                if len(earlier) >= 2:
                    out.pattern(rule, penalty, "high", decided, SECTION)


def conduct_offence_not_transferred(view: View, out: Findings) -> None:
    rule = "referral.conduct-offence-not-transferred"
    for penalty in view.rows["penalty"]:
        offence, decided = offence_of(penalty), penalty.day("decided_on")
        if offence is None or offence[0] not in WITHOUT_AMOUNT or is_transferred(view, penalty, offence[0]):
            continue
        if decided == UNDATED:
            out.insufficient(rule, penalty, ["decided_on"], SECTION)
        elif isinstance(decided, date):
            out.pattern(rule, penalty, "high", decided, SECTION)


def split_penalties(view: View, out: Findings) -> None:
    """One clue per actor: penalties within 60 days that reach a threshold only together."""
    for name, penalties in by_party(view).items():
        sets: dict[Offence, list[tuple[date, Row]]] = {}
        for penalty in penalties:
            offence, decided = offence_of(penalty), penalty.day("decided_on")
            threshold = THRESHOLDS.get(offence) if offence else None
            if offence is None or threshold is None or not isinstance(decided, date) or not binding(threshold, decided):
                continue
            if not threshold.reached(penalty) and not is_transferred(view, penalty, offence[0]):
                sets.setdefault(offence, []).append((decided, penalty))
        found = [day for offence, parts in sets.items() if (day := _first_sum(THRESHOLDS[offence], parts))]
        if found:
            out.pattern("referral.split-penalties", of_actor(name), "medium", min(found))


def _first_sum(threshold: Threshold, parts: list[tuple[date, Row]]) -> date | None:
    """The first day on which penalties of the 60 days up to it together reach one metric that suffices alone."""
    alone = [next(iter(way.items())) for way in threshold.ways if len(way) == 1]
    for last in sorted(day for day, _ in parts):
        window = [penalty for day, penalty in parts if days(last, -60) <= day <= last]
        for metric, least in alone:
            total = sum((threshold.metric(penalty, metric) or Fraction(0) for penalty in window), Fraction(0))
            if len(window) >= 2 and total >= least:
                return last
    return None


def decision_late(view: View, out: Findings) -> None:
    for referral in view.rows["referral"]:
        acts = {"approved_on": referral.day("approved_on")}
        out.wait("referral.decision-late", referral, "low", "proposed_on", lambda day: roll(days(day, 3)), acts, SECTION)


def transfer_late(view: View, out: Findings) -> None:
    for referral in view.rows["referral"]:
        acts = {"sent_on": referral.day("sent_on")}
        out.wait("referral.transfer-late", referral, "medium", "approved_on", lambda day: working(day, 1), acts, SECTION)


def police_decision_late(view: View, out: Findings) -> None:
    for referral in view.rows["referral"]:
        received, decided = referral.day("received_on"), referral.day("police_decided_on")
        severity = "low"
        if isinstance(received, date):
            looked = decided if isinstance(decided, date) else view.as_of
            severity = "high" if looked > days(received, 60) else "medium" if looked > days(received, 30) else "low"
        acts = {"police_decided_on": decided}
        out.wait("referral.police-decision-late", referral, severity, "received_on", lambda day: working(day, 3), acts, SECTION)


def refusal_unchallenged(view: View, out: Findings) -> None:
    for referral in view.rows["referral"]:
        if referral.text("police_decision") == "不予立案":
            acts = {field: referral.day(field) for field in ("reconsideration_on", "supervision_asked_on")}
            out.wait("referral.refusal-unchallenged", referral, "low", "police_decided_on", lambda day: roll(days(day, 3)), acts, SECTION)


def platform_late(view: View, out: Findings) -> None:
    using = {penalty.text("agency") for penalty in view.rows["penalty"] if penalty.day("posted_on") is not None}
    for penalty in view.rows["penalty"]:
        decided = penalty.day("decided_on")
        if offence_of(penalty) is None or penalty.text("agency") not in using or (isinstance(decided, date) and decided < PLATFORM):
            continue
        acts = {"posted_on": penalty.day("posted_on")}
        out.wait("referral.platform-late", penalty, "low", "decided_on", lambda day: working(day, 7), acts, PLATFORM)


def opinion_unanswered(view: View, out: Findings) -> None:
    rule = "referral.opinion-unanswered"
    for document in view.rows["procuratorial_document"]:
        if document.text("kind") != "检察意见":
            continue
        acts = {"replied_on": document.day("replied_on")}
        if document.day("reply_by") is not None:
            out.wait(rule, document, "medium", "reply_by", lambda day: day, acts, SECTION)
        else:
            out.wait(rule, document, "medium", "served_on", lambda day: roll(months(day, 2)), acts, SECTION)


def paid_before_decided(view: View, out: Findings) -> None:
    for penalty in view.rows["penalty"]:
        performed, decided = penalty.day("performed_on"), penalty.day("decided_on")
        if isinstance(performed, date) and isinstance(decided, date) and performed < decided:
            out.pattern("penalty.paid-before-decided", penalty, "low", decided, SECTION)


def surcharge_over_fine(view: View, out: Findings) -> None:
    for penalty in view.rows["penalty"]:
        surcharge, fine, decided = penalty.number("surcharge"), penalty.number("fine"), penalty.day("decided_on")
        if surcharge is None or fine is None or surcharge <= fine:
            continue
        if decided == UNDATED:
            out.insufficient("penalty.surcharge-over-fine", penalty, ["decided_on"], SECTION)
        elif isinstance(decided, date):
            out.pattern("penalty.surcharge-over-fine", penalty, "medium", decided, SECTION)


RULES = [
    threshold_not_transferred, repeat_not_transferred, conduct_offence_not_transferred, split_penalties, decision_late, transfer_late,
    police_decision_late, refusal_unchallenged, platform_late, opinion_unanswered, paid_before_decided, surcharge_over_fine,
]  # fmt: skip
