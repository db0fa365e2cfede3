"""Ten of the rules as somebody would write them by hand in SQL, for one SQLite store: what the engine is measured against.

    python -m benchmarks.plain_sql STORE

Prints {rule: [[subject, last lawful day or null], …]} as JSON. The SQL knows what the benchmark's sheets hold and nothing more: no day is
undated, nothing is dated after the as-of day, and it gives neither evidence nor derivation. Days off stand in a table, months are SQLite's.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from datetime import date

from benchmarks.sheets import AS_OF
from rules.calendar import load_calendar
from rules.resolve import load_vocabulary

TODAY = date.fromisoformat(AS_OF).toordinal()
_JULIAN = 1721424.5  # ordinal + this is SQLite's day number

Answers = dict[str, set[tuple[str, int | None]]]


def _later(day: str, months: str) -> str:
    """The same-numbered day some months later, the month's last where there is none."""
    at = f"{day} + {_JULIAN}"
    same, last = f"date({at}, '+' || {months} || ' months')", f"date({at}, 'start of month', '+' || ({months} + 1) || ' months', '-1 day')"
    return f"CAST(julianday(min({same}, {last})) - {_JULIAN} AS INTEGER)"


def _rolled(day: str) -> str:
    return f"(SELECT min(w.day) FROM worked w WHERE w.day >= {day})"


def _limit(table: str, key: str, start: str, months: str, done: str, where: str = "1", added: str = "0") -> str:
    """A limit of months that was not kept: not done and over, or done after its last day."""
    due = _rolled(f"{_later(start, months)} + {added}")
    inner = f"SELECT {key} AS subject, {due} AS due, {done} AS done FROM {table} WHERE {where}"
    return f"SELECT subject, due FROM ({inner}) WHERE (done IS NULL AND due < {TODAY}) OR done > due"


_ADDED = "coalesce(resumed_on - stayed_on, 0) + coalesce(excluded_days / 1000000, 0)"
_NOT_SUSPENDED = "NOT (stayed_on IS NOT NULL AND resumed_on IS NULL)"
_TRIAL_MONTHS = """CASE procedure_ || coalesce(extended, 0) WHEN '普通程序1' THEN 12 WHEN '普通程序0' THEN 6 WHEN '简易程序1' THEN 4
    WHEN '简易程序0' THEN 3 WHEN '小额诉讼1' THEN 3 WHEN '小额诉讼0' THEN 2 WHEN '二审1' THEN 6 WHEN '二审0' THEN 3 ELSE 0 END"""
_SPECIAL = "CASE procedure_ || coalesce(extended, 0) WHEN '特别程序1' THEN 60 WHEN '特别程序0' THEN 30 ELSE 0 END"
_SUE_MONTHS = f"""CASE sue_within WHEN '六个月' THEN 6 WHEN '三个月' THEN 3 WHEN '一年' THEN 12 WHEN '十五日' THEN 0 ELSE
    CASE WHEN served_on < {date(2015, 5, 1).toordinal()} THEN 3 ELSE 6 END END"""
_APPLY_FROM = (
    f"coalesce(deferred_until, {_rolled(_later('served_on', _SUE_MONTHS) + ' + CASE sue_within WHEN ' + repr('十五日') + ' THEN 15 ELSE 0 END')})"
)
_ENFORCES = " OR ".join(f"p.agency LIKE '%{word}%'" for word in load_vocabulary().tables["enforcing_agencies"])

RULES: dict[str, str] = {
    "enforcement.not-applied": f"""
        SELECT subject, due FROM (
            SELECT subject, done, has_application, {_rolled(_later("apply_from", "3"))} AS due FROM (
                SELECT p.decision_no AS subject, {_APPLY_FROM} AS apply_from, a.applied_on AS done, a.rid AS has_application
                FROM penalty p LEFT JOIN enforcement_application a ON a.decision_no = p.decision_no
                WHERE p.fine > 0 AND p.performed_on IS NULL AND NOT coalesce(p.own_power, {_ENFORCES}) AND p.reconsideration_on IS NULL
                    AND p.sued_on IS NULL AND p.served_on IS NOT NULL))
        WHERE (has_application IS NULL AND due < {TODAY}) OR done > due""",
    "trial.overdue": _limit(
        "civil_case", "case_no", "filed_on", _TRIAL_MONTHS, "closed_on", f"{_NOT_SUSPENDED} AND procedure_ IS NOT NULL", f"{_ADDED} + {_SPECIAL}"
    ),
    "execution.overdue": _limit(
        "execution_case", "case_no", "filed_on", "6", "closed_on", f"{_NOT_SUSPENDED} AND has_assets IS NOT 0", _ADDED
    ),
    "criminal.bail-overdue": _limit(
        "coercive_measure", f"case_no || ' ' || suspect_no || ' ' || measure_ || ' ' || date(started_on + {_JULIAN})", "started_on", "12", "ended_on",
        "measure_ = '取保候审'",
    ),
    "criminal.lingering-after-release": f"""
        SELECT subject, due FROM (
            SELECT c.case_no AS subject, {_rolled(_later("max(m.ended_on)", "12"))} AS due
            FROM criminal_case c JOIN coercive_measure m ON m.case_no = c.case_no
            WHERE coalesce(c.is_economic, replace(c.offence, '罪', '') IN (SELECT name FROM economic)) AND c.filed_on IS NOT NULL
                AND c.sent_for_prosecution_on IS NULL AND c.withdrawn_on IS NULL AND c.terminated_on IS NULL AND c.transferred_out_on IS NULL
            GROUP BY c.case_no
            HAVING count(*) = count(m.ended_on) AND min(m.started_on) <= {_rolled(_later("c.filed_on", "24"))})
        WHERE due < {TODAY}""",
    "petition.unanswered": _limit("petition", "petition_no", "received_on", "3", "answered_on"),
    "enforcement.acceptance-late": f"""
        SELECT subject, due FROM (
            SELECT decision_no AS subject, accepted_on, ruled_on, min(coalesce(accepted_on, ruled_on), coalesce(ruled_on, accepted_on)) AS done,
                (SELECT later.day FROM worked later WHERE later.number =
                    5 + (SELECT w.number FROM worked w WHERE w.day <= applied_on ORDER BY w.day DESC LIMIT 1)) AS due
            FROM enforcement_application WHERE applied_on IS NOT NULL)
        WHERE (done IS NULL AND due < {TODAY}) OR (done > due AND NOT (accepted_on IS NULL AND ruled_on > due))""",
    "penalty.surcharge-over-fine": "SELECT decision_no, NULL FROM penalty WHERE surcharge > fine",
    "enterprise.evasive-deregistration": """
        SELECT e.enterprise_id, NULL FROM enterprise e WHERE e.deregistered_on IS NOT NULL AND (
            EXISTS (SELECT 1 FROM penalty p WHERE p.party_id = e.enterprise_id AND p.fine > 0 AND p.decided_on < e.deregistered_on
                AND (p.performed_on IS NULL OR p.performed_on > e.deregistered_on))
            OR EXISTS (SELECT 1 FROM execution_case x WHERE x.debtor_id = e.enterprise_id AND x.filed_on <= e.deregistered_on
                AND (x.closed_on IS NULL OR x.closed_on > e.deregistered_on)))""",
    "civil.filing-burst": """
        WITH suit AS (
            SELECT coalesce(p.person_id, p.name_) AS who, c.case_no, c.filed_on FROM civil_case c JOIN civil_party p ON p.case_no = c.case_no
            WHERE p.role = '原告' AND p.kind_ IS NOT '金融机构' AND c.cause LIKE '%民间借贷%'),
        busy AS (SELECT who FROM suit GROUP BY who HAVING count(DISTINCT case_no) >= 3)
        SELECT DISTINCT a.who, NULL FROM suit a JOIN suit b ON b.who = a.who AND b.filed_on BETWEEN a.filed_on - 30 AND a.filed_on
            JOIN civil_party d ON d.case_no = b.case_no AND d.role = '被告'
        WHERE a.who IN (SELECT who FROM busy) GROUP BY a.who, a.case_no
        HAVING count(DISTINCT b.case_no) >= 3 AND count(DISTINCT coalesce(d.person_id, d.name_)) >= 3""",
}  # fmt: skip


def _worked_days() -> Iterator[tuple[int, int]]:
    is_off = load_calendar().is_off
    days = (day for day in range(date(2000, 1, 1).toordinal(), date(2040, 1, 1).toordinal()) if not is_off(day))
    return ((day, number) for number, day in enumerate(days))


def answers(store: str) -> Answers:
    """The subjects that each of the ten queries finds in a store, with the last lawful day."""
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA cache_size = -32000")
    connection.execute("CREATE TEMP TABLE worked (day INTEGER PRIMARY KEY, number INTEGER UNIQUE)")
    connection.executemany("INSERT INTO worked VALUES (?, ?)", _worked_days())
    connection.execute("CREATE TEMP TABLE economic (name TEXT PRIMARY KEY)")
    connection.executemany("INSERT INTO economic VALUES (?)", ((name,) for name in set(load_vocabulary().tables["economic_offences"])))
    found = {rule: set(connection.execute(query)) for rule, query in RULES.items()}
    connection.close()
    return found


if __name__ == "__main__":
    json.dump({rule: sorted(map(list, rows), key=str) for rule, rows in answers(sys.argv[1]).items()}, sys.stdout, ensure_ascii=False)
