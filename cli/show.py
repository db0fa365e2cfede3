"""`clues show`: one clue in full, for a person in a terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from cli.command import command, fold, format_option, line_width, quiet_option, store_argument
from cli.output import print_json, say
from review.reports.words import BODY_UNKNOWN, GRADES, file_name, subject
from rules.words import SEVERITIES, STATES

if TYPE_CHECKING:
    import datetime as dt

    from review.reports.contents import Row
    from review.stats import Figures
    from review.story import Event, Source

MARKS = {"event": "●", "last": "┻", "breach": "✗", "done": "○", "today": "◇"}
BAR = 44
QUOTED = 12


@command("show")
@store_argument
@click.argument("clue_id", metavar="线索编号")
@click.option("--unmask", is_flag=True, help="显示自然人全名和完整证件号(默认遮盖;记入审计记录)")
@quiet_option
@format_option("text", "json")
def show(store: str, clue_id: str, unmask: bool, quiet: bool, form: str) -> None:
    """把一条线索讲清楚:经过、期限怎么算、法律依据、证据出自哪个文件哪一行、先核查什么、何时发现。

    编号用 clues list 查看,写开头几位即可。

    \b
    例:clues show cases.db 3f2a91
        clues show cases.db 3f2a91 --format json
    """
    from cli.settings import current, opened, reviewer
    from review.audit import logged
    from review.decisions import reviewed
    from review.ledger import find
    from review.masking import mask_clue
    from review.quotes import quotes
    from review.reports.contents import by_row
    from review.stats import by_rule, figures
    from review.story import acts, articles, history, sources, timeline, window
    from rules.law import load_law

    with opened(store) as case_store:
        (full,) = reviewed(case_store, [find(case_store, clue_id.strip().lower())])
        full["history"] = acts(case_store, full)
        (similar,) = by_rule(figures(case_store, rule=full["rule"]))
        if unmask:  # written before anything is shown
            logged(case_store, "查看原文", full["id"], {}, reviewer())
        clue = full if unmask else mask_clue(full, case_store.catalogue)
        places, runs, words = sources(case_store, full, unmask=unmask), history(case_store, full), quotes(case_store, full, unmask=unmask)
        rows = by_row(case_store.catalogue, full["evidence"], clue["evidence"], places)
        events, laws = timeline(clue, case_store.catalogue), articles(clue, load_law(current().law))
    if clue != full:
        say("自然人姓名和证件号已遮盖;要看全文请加 --unmask", quiet=quiet)
    if form == "json":
        evidence = [{**cell, **place.as_json(), "words": said or None} for cell, place, said in zip(clue["evidence"], places, words, strict=True)]
        print_json(
            {**clue, "basis": laws, "evidence": evidence, "timeline": [e.as_json() for e in events], "runs": runs, "similar": similar.as_json()}
        )
        return
    parts = (
        _head(clue),
        _section("经过", [*_bar(clue, window(clue)), *_timeline(events, window(clue))]),
        _section("期限怎么算", [step["text"] for step in clue.get("derivation", ())]),
        _section("证据", _evidence(rows, places, clue.get("evidence_more", 0))),
        _section("文书原文", _words(clue, places, words)),
        _section("法律依据", _laws(laws)),
        _section("先核查这些,可能说明并无问题", [f"· {text}" for text in clue["rebuttals"]]),
        _section("下一步通常怎么做", [clue["action"]]),
        _section("记录", _history(clue, runs)),
        _section("同一规则的线索", [_similar(similar)]),
        ["", "线索是向有关单位提出的疑问,不是结论。"],
    )
    # click knows terminals, but not NO_COLOR.
    click.echo("\n".join(line for part in parts for line in part), color=False if os.environ.get("NO_COLOR") else None)


def _section(title: str, lines: list[str]) -> list[str]:
    """A titled part; nothing where there is nothing to say."""
    folded = [part for line in lines for part in _folded(line)]
    return ["", click.style(title, bold=True), *folded] if folded else []


def _folded(line: str) -> list[str]:
    inner = len(line) - len(line.lstrip())
    lines = fold(line.strip(), line_width() - 4 - inner)
    return [(" " * (2 + inner + (2 if i and inner else 0)) + part).rstrip() for i, part in enumerate(lines)]


def _head(clue: dict[str, Any]) -> list[str]:
    facts = [f"编号 {clue['id']}", f"规则 {clue['rule']}", f"程度 {SEVERITIES[clue['severity']]}", STATES[clue["state"]], GRADES[clue["grade"]]]
    who = [f"被监督单位 {clue['agency'] or BODY_UNKNOWN}", f"监督机制 {clue['mechanism']}", f"对象 {subject(clue)}"]
    return [click.style(clue["title"], bold=True), *_folded("  ".join(facts)), *_folded("  ".join(who)), "", *_folded(clue["summary"])]


def _bar(clue: dict[str, Any], span: tuple[dt.date, dt.date] | None) -> list[str]:
    """The window up to the limit and the days past it as one band, to scale; nothing where the one does not follow on the other."""
    from review.story import overrun, span_words

    past = overrun(clue)
    if span is None or past is None or past[0] != span[1]:
        return []
    (start, due), last, words = span, past[1], span_words(clue)
    lawful = min(max(round(BAR * (due - start).days / (last - start).days), 1), BAR - 1)
    band = "━" * lawful + "┫" + click.style("✗" * (BAR - lawful), fg="red")
    return [f"{start} {band} {last}", f"{' ' * 11}{words.within} {(due - start).days} 日(至 {due}),其后{words.over} {(last - due).days} 日", ""]


def _timeline(events: list[Event], span: tuple[dt.date, dt.date] | None) -> list[str]:
    """The events in the order of days; ┃ beside those in the lawful window, ✗ beside those after it."""
    lines = []
    for event in events:
        band = " " if span is None or event.day < span[0] else "┃" if event.day <= span[1] else "✗"
        text = f"{event.day} {band} {MARKS[event.kind]} {event.text}"
        lines.append(click.style(text, fg="red") if event.kind == "breach" else text)
    return lines


def _evidence(rows: list[Row], places: list[Source], more: int) -> list[str]:
    """Each row with where it was read, and what it says; `more` were left out."""
    lines = []
    for row in rows:
        where = f"{file_name(row.path)} 第 {row.line} 行" if row.path else "该行已不在案件库中"
        lines.append(f"{row.sheet} {row.key}  {where}")
        lines += [f"  {'  '.join(f'{column} {value}' for column, value in row.cells)}"] if row.cells else []
    lines += [f"另有 {more} 条记录没有列出"] if more else []
    files = sorted({(place.import_id or 0, place.path) for place in places if place.path})
    return [*lines, *(f"文件 {path}(第 {number} 次导入)" for number, path in files)]


def _words(clue: dict[str, Any], places: list[Source], words: list[str]) -> list[str]:
    """What the papers say, where the evidence was read from papers."""
    lines = [f"{cell['key'][0]} {place.column}:“{said}”" for cell, place, said in zip(clue["evidence"], places, words, strict=True) if said]
    more = [f"……共 {len(lines)} 处,其余的见 --format json"] if len(lines) > QUOTED else []
    return lines[:QUOTED] + more


def _laws(laws: list[dict[str, str]]) -> list[str]:
    lines = []
    for law in laws:
        edition = f"({law['edition']}年版)" if law["edition"].isdigit() else f"({law['edition']})" if law["edition"] else ""
        name = f"{law['law']} {law['article']}".strip() + edition
        lines += ["  ".join(filter(None, (name, law["status"], law["doubt"], law["id"]))), f"  {law['what']}"]
    return [line for line in lines if line.strip()]


def _history(clue: dict[str, Any], runs: list[dict[str, Any]]) -> list[str]:
    gone = "" if clue["present"] else ";最近一次扫描已不再出现(已办理、数据已更正,或者规则已改)"
    lines = [f"审查状态 {clue['status']}" + (f",承办 {clue['assignee']}" if clue["assignee"] else "") + gone]
    for act in clue["history"]:
        who = act["account"] or _run(act)
        lines.append("  ".join(filter(None, (act["when"][:16].replace("T", " "), f"{act['kind']} {who}", act["text"]))))
    return lines if clue["last_run"] == clue["first_run"] else [*lines, f"最近出现 {_run(runs[-1])}"]


def _run(run: dict[str, Any]) -> str:
    return f"第 {run['run']} 次扫描" + (f",以 {run['as_of']} 为准" if run["as_of"] else "")


def _similar(figures: Figures) -> str:
    """What became of the clues of the same rule."""
    told = f"共 {figures.clues} 条,已办结 {figures.decided} 条"
    if figures.weighed:
        reasons = "、".join(f"{reason} {count}" for reason, count in figures.reasons.most_common())
        told += f",成案 {figures.taken} 条({figures.share:.0%})" + (f",误报、不予监督的理由:{reasons}" if reasons else "")
    return told
