"""The reference of all rules and articles as plain pages: what `clues rules show` and `clues law show` say, to be browsed.

`write_reference(folder, rules, book, catalogue, day)` writes index pages, a page a rule, a page an article. The pages refer to each
other only, fetch nothing, and can be read from a disk or a stick.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import jinja2

from cases.catalogue import Catalogue, Sheet
from cases.errors import UsageProblem
from rules import terms as t
from rules.conditions import placed
from rules.description import article_lines, asks, counts, edition_line, kind, shape
from rules.law import STATUSES, LawBook
from rules.offences import load_offences
from rules.origins import author, cases, changes, origin, values
from rules.resolve import Resolved, load_vocabulary
from rules.schema import Case
from rules.words import GRADES, SEVERITIES, SHAPES

EXPECTED = {
    "overdue": "至今未办,届满日", "late": "办迟了,届满日", "pattern": "情形出现", "insufficient": "判断不了,缺", "severity": "紧急程度",
    "arose": "发生", "subject": "对象",
}  # fmt: skip
MARK = '<meta name="generator" content="clues rules docs">'
PARTS = ("rules", "law")


@dataclass(frozen=True)
class Cell:
    """A column that a rule reads: as rules write it, its sheet and its Chinese name."""

    name: str
    sheet: str
    column: str


def write_reference(folder: Path, rules: Sequence[Resolved], book: LawBook, catalogue: Catalogue, day: int) -> int:
    """Write the pages as of a day (ordinal) into a folder that is new, empty or holds earlier pages; gives their number.

    Pages of rules and articles that are no more are removed. Raises UsageProblem where the folder holds something else.
    """
    _own(folder)
    pages = dict(_pages(rules, book, catalogue, day))
    for part in PARTS:
        (folder / part).mkdir(parents=True, exist_ok=True)
        for old in (folder / part).glob("*.html"):
            if f"{part}/{old.name}" not in pages:
                old.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(pages)


def _own(folder: Path) -> None:
    index = folder / "index.html"
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"{folder} 不是文件夹:请换一个名字")
    if folder.is_dir() and any(folder.iterdir()) and not (index.is_file() and MARK in index.read_text(encoding="utf-8", errors="replace")):
        raise UsageProblem(f"文件夹 {folder} 里有别的文件,没有写入:请换一个空的或者新的文件夹")


def _pages(rules: Sequence[Resolved], book: LawBook, catalogue: Catalogue, day: int) -> Iterator[tuple[str, str]]:
    """Every page: its path within the folder, and its text."""
    loader = jinja2.PackageLoader("rules", "templates")
    pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.globals |= {"SEVERITIES": SEVERITIES, "GRADES": GRADES, "SHAPES": SHAPES, "STATUSES": STATUSES, "shape": shape, "origin": origin}
    pages.globals |= {"day": date.fromordinal(day).isoformat(), "mark": MARK}
    resting: dict[str, list[tuple[Resolved, bool]]] = {}
    for resolved in rules:
        for name, by_case in laws_of(resolved, book).items():
            resting.setdefault(name, []).append((resolved, by_case))
    ordered = sorted(rules, key=lambda r: (r.rule.line, r.rule.mechanism, r.rule.id))
    for name in ("index", "severity"):
        yield f"{name}.html", pages.get_template(f"{name}.html.j2").render(root="", rules=ordered)
    articles = sorted(book.articles.values(), key=lambda a: (a.law, a.id))
    yield "laws.html", pages.get_template("laws.html.j2").render(root="", articles=articles, on=lambda a: book.on(a.id, day), resting=resting)
    for resolved in rules:
        yield f"rules/{resolved.rule.id}.html", pages.get_template("rule.html.j2").render(root="../", **_rule(resolved, book, catalogue, day))
    for article in articles:
        context = {"article": article, "lines_": article_lines(article, book, day), "resting": resting.get(article.id, [])}
        yield f"law/{article.id}.html", pages.get_template("article.html.j2").render(root="../", **context)


def _rule(resolved: Resolved, book: LawBook, catalogue: Catalogue, day: int) -> dict[str, Any]:
    """What the page of a rule shows."""
    law = [(book.get(name), by_case) for name, by_case in laws_of(resolved, book).items()]
    return {
        "resolved": resolved, "rule": resolved.rule, "kind": kind(resolved.rule), "asks": asks(resolved, catalogue), "counts": counts(resolved.rule),
        "cells": list(cells(resolved, catalogue)), "values": values(resolved), "author": author(resolved), "changes": changes(resolved),
        "law": [(a, by_case, [edition_line(e, day) for e in reversed(a.editions)]) for a, by_case in law],
        "cases": [(case, list(_given(case, resolved, catalogue)), _expected(case.expect)) for case in cases(resolved)],
    }  # fmt: skip


def laws_of(resolved: Resolved, book: LawBook) -> dict[str, bool]:
    """The articles that a rule rests on, by id; whether only the case says that it does."""
    found = {book.get(name).id: False for name in resolved.rule.law}
    for part in resolved.law_by.walk() if resolved.law_by else ():
        names: list[str] = []
        if isinstance(part, t.Literal) and isinstance(part.value, str) and part.value in book.articles:
            names = [part.value]
        elif isinstance(part, t.Call) and part.function == "threshold_law":
            names = [of.law for of in load_offences().thresholds.values()]
        for name in names:
            found.setdefault(book.get(name).id, True)
    return found


def cells(resolved: Resolved, catalogue: Catalogue) -> Iterator[Cell]:
    """The columns that the expressions of a rule name, and shared definitions with what they say; each once."""
    seen: dict[tuple[str, str], Cell] = {}
    for _, term in placed(resolved):
        for part in _named(term):
            sheet = catalogue.records[part.place.record]
            if isinstance(part, t.Field):
                told = sheet.by_field[part.name].name
            elif isinstance(part, t.Actor):
                told = "、".join(sheet.by_field[f].name for f in (part.id, part.name) if f)
            else:
                told = f"规则共用的定义:{load_vocabulary().definitions[sheet.record][part.name]}"
            name = part.role if isinstance(part, t.Actor) else part.name
            seen[sheet.record, name] = Cell(name, f"{sheet.name}({sheet.record})", told)
    yield from (seen[key] for key in sorted(seen))


def _named(term: t.Term) -> Iterator[t.Field | t.Actor | t.Defined]:
    if isinstance(term, (t.Field, t.Actor, t.Defined)):
        yield term
    else:
        for child in term.children():
            yield from _named(child)


def _given(case: Case, resolved: Resolved, catalogue: Catalogue) -> Iterator[str]:
    """The rows of a case in the words of the sheets, the subject's first."""
    own = [case.given] if isinstance(case.given, dict) else case.given
    yield from (_row(catalogue.records.get(resolved.base_record), resolved.base_record, row) for row in own if row)
    for record, rows in case.rows.items():
        yield from (_row(catalogue.records.get(record), record, row) for row in rows)


def _row(sheet: Sheet | None, record: str, row: Mapping[str, Any]) -> str:
    names = {c.field: c.name for c in sheet.columns} if sheet else {}
    cells = "、".join(f"{names.get(name, name)} {'空白' if value is None else value}" for name, value in row.items())
    return f"{sheet.name if sheet else record}:{cells}"


def _expected(expect: str | dict[str, Any]) -> str:
    """What a case expects, in Chinese."""
    if isinstance(expect, str):
        return "不是线索"
    words = {k: SEVERITIES[v] if k == "severity" else "、".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in expect.items()}
    return ";".join(f"{EXPECTED[name]} {text}" for name, text in words.items())
