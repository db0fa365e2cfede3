"""Section 6 of the specification: signals of false litigation (虚假诉讼). One clue per actor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from .days import UNDATED, Day, dated, days, given, months
from .findings import Findings, of_actor
from .offences import named
from .view import Row, View, actor
from .windows import Suit, Taken, at_least, first_day, suits

WAGES = ("劳动报酬", "劳务", "劳动争议")
INTELLECTUAL = ("著作权", "商标", "专利", "不正当竞争")
LENDER_OFFENCES = {"催收非法债务", "寻衅滋事", "敲诈勒索", "诈骗", "非法拘禁", "虚假诉讼", "高利转贷", "非法经营"}

Chooser = Callable[[Suit], dict[str, Taken]]  # the actors for whom a case counts, and how
Pairs = Callable[[Suit], set[tuple[str, str]]]  # who meets whom in a case


def gather(view: View, choose: Chooser) -> dict[str, list[Taken]]:
    """By actor, the cases that count for the actor."""
    found: dict[str, list[Taken]] = {}
    for suit in suits(view):
        for name, taken in choose(suit).items():
            found.setdefault(name, []).append(taken)
    return found


def same(suit: Suit, actors: set[str], others: set[str], known: date | None = None) -> dict[str, Taken]:
    """The case counts alike for each of `actors`."""
    return {name: Taken(suit.filed, known or suit.filed, others) for name in actors}


def _seen_from(row: Row, begins: str, filed: date) -> date:
    """The day from which a filing could be seen: not before the row exists (R1)."""
    return max(dated(row.day(begins), filed))


def repeat_filer(view: View, out: Findings) -> None:
    def choose(suit: Suit) -> dict[str, Taken]:
        return same(suit, suit.actors("原告", non_financial=True), set()) if suit.is_lending else {}

    for name, cases in gather(view, choose).items():
        if arose := first_day(cases, 365, at_least(5)):
            severity = "high" if first_day(cases, 365, at_least(10)) else "medium"
            out.pattern("civil.repeat-filer", of_actor(name), severity, arose)


def filing_burst(view: View, out: Findings) -> None:
    def choose(suit: Suit) -> dict[str, Taken]:
        return same(suit, suit.actors("原告", non_financial=True), suit.actors("被告")) if suit.is_lending else {}

    for name, cases in gather(view, choose).items():
        if arose := first_day(cases, 30, at_least(3, others=3)):
            out.pattern("civil.filing-burst", of_actor(name), "medium", arose)


def mediated_creditors(view: View, out: Findings) -> None:
    def choose(suit: Suit) -> dict[str, Taken]:
        closed, plaintiffs = suit.closed_by("调解", 30), suit.actors("原告", non_financial=True)
        fits = (suit.is_lending or suit.cause_has("劳动报酬", "劳务")) and closed and plaintiffs
        return same(suit, suit.actors("被告"), plaintiffs, closed) if fits else {}

    for name, cases in gather(view, choose).items():
        if arose := first_day(cases, 90, at_least(3, others=3)):
            out.pattern("civil.mediated-creditors", of_actor(name), "high", arose)


def instant_mediation(view: View, out: Findings) -> None:
    rule = "civil.instant-mediation"
    for case in view.rows["civil_case"]:
        suit = Suit(case, date.min, view.find("civil_party", "case_no", case.code("case_no")))
        filed, closed = case.day("filed_on"), case.day("closed_on")
        if not suit.is_lending or (case.number("amount") or 0) < 1_000_000 or case.text("closing") != "调解" or suit.has_financial_party:
            continue
        if closed == UNDATED:
            out.insufficient(rule, case, ["closed_on"])
        elif filed == UNDATED:
            out.insufficient(rule, case, ["filed_on"])
        elif isinstance(filed, date) and isinstance(closed, date) and closed <= days(filed, 7):
            out.pattern(rule, case, "low", closed)


def agent_both_sides(view: View, out: Findings) -> None:
    rule = "civil.agent-both-sides"
    for case in view.rows["civil_case"]:
        suit = Suit(case, date.min, view.find("civil_party", "case_no", case.code("case_no")))
        filed = case.day("filed_on")
        if suit.actors("原告代理人") & suit.actors("被告代理人"):
            if filed == UNDATED:
                out.insufficient(rule, case, ["filed_on"])
            elif isinstance(filed, date):
                out.pattern(rule, case, "high", filed)


def agent_ring(view: View, out: Findings) -> None:
    def choose(suit: Suit) -> dict[str, Taken]:
        plaintiffs = suit.actors("原告", non_financial=True)
        return same(suit, suit.actors("原告代理人"), plaintiffs) if suit.is_lending and plaintiffs else {}

    for name, cases in gather(view, choose).items():
        if arose := first_day(cases, 180, at_least(5, others=3)):
            out.pattern("civil.agent-ring", of_actor(name), "low", arose)


def wage_batch(view: View, out: Findings) -> None:
    def choose(suit: Suit) -> dict[str, Taken]:
        return same(suit, suit.actors("被告"), set()) if suit.cause_has(*WAGES) else {}

    debts: dict[str, list[tuple[date, date]]] = {}
    for debt in view.rows["execution_case"]:
        owed = debt.day("filed_on")
        if isinstance(owed, date) and not given(debt.day("closed_on")):
            debts.setdefault(actor(debt, "debtor_id", "debtor"), []).append((owed, _seen_from(debt, "applied_on", owed)))
    for name, cases in gather(view, choose).items():
        filings = sorted(taken.filed for taken in cases)
        ends = [last for last in filings if sum(days(last, -30) <= filed <= last for filed in filings) >= 10]
        arose = [max(last, seen) for last in ends for owed, seen in debts.get(name, []) if owed < last]
        if arose:
            out.pattern("civil.wage-batch", of_actor(name), "medium", min(arose))


def lender_suspected(view: View, out: Findings) -> None:
    def choose(suit: Suit) -> dict[str, Taken]:
        plaintiffs = {row.code("person_id") for row in suit.parties if row.text("role") == "原告"} - {""}
        return same(suit, plaintiffs, set()) if suit.is_lending else {}

    for number, cases in gather(view, choose).items():
        found = []
        for suspect in view.find("suspect", "person_id", number):
            crime = view.one("criminal_case", "case_no", suspect.code("case_no"))
            filed: Day = crime.day("filed_on") if crime and named(crime.text("offence"))[0] in LENDER_OFFENCES else None
            if isinstance(filed, date):
                near = sorted(taken.filed for taken in cases if months(filed, -36) <= taken.filed <= months(filed, 36))
                found += [max(_seen_from(crime, "received_on", filed), near[2])] if crime and len(near) >= 3 else []
        if found:
            out.pattern("civil.lender-suspected", of_actor(number), "high", min(found))


def _pairs(view: View, out: Findings, rule: str, severity: str, pairs_of: Pairs, known: Callable[[Suit], Day]) -> None:
    """One actor and one and the same other in three cases filed within 7 days."""
    found: dict[str, dict[str, list[Taken]]] = {}
    for suit in suits(view):
        day = known(suit)
        if isinstance(day, date):
            for name, other in pairs_of(suit):
                found.setdefault(name, {}).setdefault(other, []).append(Taken(suit.filed, day, {other}))
    for name, others in found.items():
        days_found = dated(*(first_day(cases, 7, at_least(3)) for cases in others.values()))
        if days_found:
            out.pattern(rule, of_actor(name), severity, min(days_found))


def split_claims(view: View, out: Findings) -> None:
    def pairs_of(suit: Suit) -> set[tuple[str, str]]:
        return {(name, other) for name in suit.actors("原告", non_financial=True) for other in suit.actors("被告")}

    _pairs(view, out, "civil.split-claims", "medium", pairs_of, lambda suit: suit.filed)


def paired_agents(view: View, out: Findings) -> None:
    def pairs_of(suit: Suit) -> set[tuple[str, str]]:
        return {(name, other) for name in suit.actors("原告代理人") for other in suit.actors("被告代理人") if name != other}

    _pairs(view, out, "civil.paired-agents", "high", pairs_of, lambda suit: suit.closed_by("调解", 10**5))


def _owed(view: View, suit: Suit, on: date | None) -> bool:
    """Whether a 被告 was, on that day (None = on any), debtor of an open execution case whose creditor is none of the 原告."""
    plaintiffs = {row.code("person_id") for row in suit.parties if row.text("role") == "原告"} - {""}
    defendants = {row.code("person_id") for row in suit.parties if row.text("role") == "被告"} - {""}

    def is_open(debt: Row) -> bool:
        filed, closed = debt.day("filed_on"), debt.day("closed_on")
        if not isinstance(filed, date) or closed == UNDATED:
            return False
        return on is None or (filed < on and not (isinstance(closed, date) and closed <= on))

    debts = [debt for number in defendants for debt in view.find("execution_case", "debtor_id", number) if is_open(debt)]
    return bool(plaintiffs) and any(debt.code("creditor_id") and debt.code("creditor_id") not in plaintiffs for debt in debts)


def sued_under_execution(view: View, out: Findings) -> None:
    rule = "civil.sued-under-execution"
    for case in view.rows["civil_case"]:
        filed, closed = case.day("filed_on"), case.day("closed_on")
        suit = Suit(case, filed if isinstance(filed, date) else date.min, view.find("civil_party", "case_no", case.code("case_no")))
        if not suit.is_lending or case.text("closing") not in ("判决", "调解") or suit.has_financial_party:
            continue
        if not _owed(view, suit, filed if isinstance(filed, date) else None):
            continue
        if closed == UNDATED:
            out.insufficient(rule, case, ["closed_on"])
        elif filed == UNDATED:
            out.insufficient(rule, case, ["filed_on"])
        elif isinstance(filed, date) and isinstance(closed, date) and closed <= days(filed, 60):
            out.pattern(rule, case, "low", closed)


def _awards(view: View, kinds: tuple[str, ...], who: str, other: str) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = {}
    for case in view.rows["execution_case"]:
        filed, name, against = case.day("filed_on"), case.code(who), case.code(other)
        if case.text("basis_kind") in kinds and isinstance(filed, date) and name:
            found.setdefault(name, []).append(Taken(filed, _seen_from(case, "applied_on", filed), {against} - {""}))
    return found


def award_batch_debtor(view: View, out: Findings) -> None:
    for number, cases in _awards(view, ("仲裁裁决", "公证债权文书", "支付令"), "debtor_id", "creditor_id").items():
        known = [taken for taken in cases if taken.others]
        if arose := first_day(known, 90, at_least(3, others=3)):
            out.pattern("civil.award-batch-debtor", of_actor(number), "high", arose)


def award_batch(view: View, out: Findings) -> None:
    for number, cases in _awards(view, ("仲裁裁决", "公证债权文书"), "creditor_id", "debtor_id").items():
        if arose := first_day(cases, 365, at_least(3)):
            out.pattern("civil.award-batch", of_actor(number), "medium", arose)


def ip_withdrawals(view: View, out: Findings) -> None:
    def choose(suit: Suit) -> dict[str, Taken]:
        closed = suit.closed_by("撤诉", 60)
        return same(suit, suit.actors("原告"), set(), closed) if suit.cause_has(*INTELLECTUAL) and closed else {}

    for name, cases in gather(view, choose).items():
        if arose := first_day(cases, 180, at_least(5)):
            out.pattern("civil.ip-withdrawals", of_actor(name), "low", arose)


RULES = [
    repeat_filer, filing_burst, mediated_creditors, instant_mediation, agent_both_sides, agent_ring, wage_batch, lender_suspected,
    split_claims, paired_agents, sued_under_execution, award_batch_debtor, award_batch, ip_withdrawals,
]  # fmt: skip
