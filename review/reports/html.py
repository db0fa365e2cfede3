"""The overview of a night as one HTML file: nothing is fetched, it prints, and every picture is told in a table as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from review.decisions import ASIDE
from review.reports import svg
from review.reports.contents import GONE_BEFORE, NEW, SAME, Report
from review.reports.figures import SEVERE, Line, aged, grouped, lacking
from review.reports.typeset import typeset
from review.reports.words import BODY_UNKNOWN, GRADES, NOTICE
from review.runs.settle import BACK, CHANGED, GONE
from review.stats import Figures, by_rule, figures
from review.story import span_words
from rules.resolve import Resolved
from rules.words import SEVERITIES

LISTED = 5000
"""So many clues stand in the table."""
DETAILED = 100
"""So many are told in full."""
TOLD = 20
"""So many are named under each kind of change."""
MEANINGS = {
    NEW: "第一次发现",
    BACK: "消失后又出现,或者办结后案情有了变化、暂缓到期",
    CHANGED: "仍在,但期限、程度或者证据有了变化",
    GONE: "不再出现:有关单位已办理,或者数据已更正",
    SAME: "和上次一样",
}


def write_overview(report: Report, path: Path, rules: Mapping[str, Resolved]) -> int:
    """Write the page; gives how many clues it counts. `rules`, by id, name those of which no clue is listed."""
    lines = sorted((_line(report, clue) for clue in report.clues(just_gone=True)), key=lambda line: line.weight)
    standing = [line for line in lines if line.change not in (GONE, GONE_BEFORE)]
    environment = jinja2.Environment(loader=jinja2.PackageLoader("review.reports"), autoescape=True)
    typeset(environment)
    names = {"SEVERITIES": SEVERITIES, "SEVERE": SEVERE, "GRADES": GRADES, "UNKNOWN": BODY_UNKNOWN}
    environment.globals |= {"svg": svg, "span_words": span_words, **names}
    page = environment.get_template("overview.html.j2").stream(
        notice=NOTICE, report=report, night=report.night, **_figures(report, lines, standing, rules),
        lines=lines[:LISTED], details=(report.detail(line.id) for line in lines[:DETAILED]), detailed=[line.id for line in lines[:DETAILED]],
    )  # fmt: skip
    with path.open("wb") as file:
        page.enable_buffering(100)
        page.dump(file, encoding="utf-8")
    return len(standing)


def _line(report: Report, clue: dict[str, Any]) -> Line:
    return Line(
        clue["id"], clue["rule"], clue["title"], clue["severity"], clue["agency"] or BODY_UNKNOWN, clue["due_on"] or "",
        clue["arose_on"] or "", clue["state"], clue["days"], clue["summary"], clue["status"], report.change(clue), report.weight(clue),
    )  # fmt: skip


def _figures(report: Report, lines: list[Line], standing: list[Line], known: Mapping[str, Resolved]) -> dict[str, Any]:
    """What the page counts."""
    as_of = report.night.as_of if report.night else dt.date.min
    rules = {line.rule for line in lines}
    precision = [one for one in _precision(report) if one.rule in rules or not report.scope]
    titles = {name: resolved.rule.title for name, resolved in known.items()} | {line.rule: line.title for line in lines}
    changes = [(name, what, [line for line in lines if line.change == name]) for name, what in MEANINGS.items()]
    return {
        "standing": standing, "aside": sum(line.status in ASIDE for line in standing), "count": len(lines), "gone": len(lines) - len(standing),
        "changes": changes, "told": TOLD, "moved": any(found for name, _, found in changes if name != SAME), "happened": _happened(report, changes),
        "by_rule": grouped(standing, "rule", "title"), "by_agency": grouped(standing, "agency", "agency"),
        "by_status": grouped(standing, "status", "status"),
        "precision": precision, "titles": titles, "ages": aged(standing, as_of), "lacks": lacking(report.store, known),
    }  # fmt: skip


def _happened(report: Report, changes: Sequence[tuple[str, str, list[Line]]]) -> dict[str, str]:
    """What the last run noted on the clues that are named as changed or back, by their ids."""
    named = [line.id for name, _, found in changes if name in (CHANGED, BACK) for line in found[:TOLD]]
    run = report.night.run_id if report.night else None
    return {one: ";".join(act["text"] for act in report.detail(one).acts if act["run"] == run and act["text"]) for one in named}


def _precision(report: Report) -> list[Figures]:
    """The figures of the rules on which something was decided, most decided first."""
    rule, agency = report.filters.get("rule", ""), report.filters.get("agency", "")
    found = by_rule(figures(report.store, rule=rule, agency=agency))
    return sorted((one for one in found if one.weighed), key=lambda one: (-one.weighed, one.rule))
