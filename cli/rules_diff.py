"""`clues rules diff`: what a change of rules changes among the clues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from cases.dates import show_date
from cli.command import as_of_option, command, format_option, law_option, store_argument
from cli.output import hint, print_json, print_table, progress, say
from cli.settings import current, opened, reviewer
from rules.words import SEVERITIES, STATES

if TYPE_CHECKING:
    from cases.store import Store
    from engine.diff import Difference
    from rules.resolve import Resolved

KINDS = {"gained": "新增", "lost": "消失", "changed": "变化"}
COUNTS = ("gained", "lost", "changed", "unchanged")


@command("diff")
@click.argument("old", metavar="旧规则")
@click.argument("new", metavar="新规则")
@store_argument
@as_of_option
@click.option("--mask", is_flag=True, help="JSON 中也遮盖姓名和证件号(表格总是遮盖)")
@law_option
@format_option("table", "json")
def diff(old: str, new: str, store: str, day: int, mask: bool, form: str) -> int:
    """同一个案件库,用新旧两版规则各看一遍,逐条列出多了、少了、变了哪些线索。不记入台账。

    旧规则、新规则各写一个规则文件或者文件夹,或者写 shipped(随程序提供的规则);也可以是覆盖文件。两边编号相同的规则才比较。

    \b
    例:clues rules diff shipped 本地规则/ cases.db
        clues rules diff 规则2025/ 规则2026/ cases.db --as-of 2026-06-30 --format json
    """
    from cases.errors import UsageProblem
    from review.audit import logged
    from rules.versions import load_version

    with opened(store) as case_store:
        before, after = (load_version(name, case_store.catalogue, day) for name in (old, new))
        both = sorted(before.keys() & after.keys())
        if not both:
            raise UsageProblem(f"{old} 和 {new} 没有编号相同的规则,没有可以比较的:新写的规则用 clues scan 案件库 --rules 文件夹 --only 编号 试看")
        if form == "json":
            logged(case_store, "导出", "rules diff", {"format": form, "masked": mask}, reviewer())
        found = list(_compared(case_store, [(before[name], after[name]) for name in both], day, mask or form == "table"))
    only = {"only_old": sorted(before.keys() - after.keys()), "only_new": sorted(after.keys() - before.keys())}
    if form == "json":
        print_json({"as_of": show_date(day), "old": old, "new": new, **only, **_json(found)})
    else:
        _print(found, old, new, only, show_date(day))
    return 0


def _compared(store: Store, pairs: list[tuple[Resolved, Resolved]], day: int, mask: bool) -> Iterator[Difference]:
    from engine.diff import compare
    from review.masking import mask_clue
    from rules.law import load_law

    def shown(clue: dict[str, Any]) -> dict[str, Any]:
        return mask_clue(clue, store.catalogue) if mask else clue

    law = load_law(current().law)
    with progress("比较") as told:
        for number, (old, new) in enumerate(pairs, 1):
            told(new.rule.id, number)
            yield compare(store, old, new, law, day, shown)


def _json(found: list[Difference]) -> dict[str, Any]:
    rules = [{"rule": d.rule.rule.id, "title": d.rule.rule.title, **{k: d.counts[k] for k in COUNTS}, **_gaps(d)} for d in found]
    clues = [{"change": kind, **clue, "changed": what} for d in found for kind, clue, what in d.clues]
    return {"rules": rules, "clues": clues, "insufficient": [{"change": kind, **gap} for d in found for kind, gap in d.insufficient]}


def _gaps(d: Difference) -> dict[str, int]:
    kinds = Counter(kind for kind, _ in d.insufficient)
    return {"insufficient_gained": kinds["gained"], "insufficient_lost": kinds["lost"]}


def _print(found: list[Difference], old: str, new: str, only: dict[str, list[str]], day: str) -> None:
    if rows := [_row(kind, clue, what) for d in found for kind, clue, what in d.clues]:
        print_table(("变化", "规则", "编号", "程度", "状态", "期限届满", "线索(待核查)"), rows, spare=("期限届满", "状态", "程度"))
    gaps = [
        (KINDS[kind], gap["rule"], " ".join(map(str, gap["subject"]["key"])), "、".join(gap["missing"]))
        for d in found
        for kind, gap in d.insufficient
    ]
    if gaps:
        click.echo("\n数据不足:" if rows else "数据不足:")
        print_table(("变化", "规则", "对象", "缺少"), gaps)
    for name, place in (("only_old", old), ("only_new", new)):
        if ids := only[name]:
            hint(f"只在 {place} 里的规则没有比较,{len(ids)} 条:{'、'.join(ids[:5])}{' 等' if len(ids) > 5 else ''}")
    total = sum((d.counts for d in found), Counter[str]())
    short = Counter(kind for d in found for kind, _ in d.insufficient)
    told = ",".join(f"{word} {total[kind]}" for kind, word in {**KINDS, "unchanged": "不变"}.items())
    say(f"比较了 {len(found)} 条规则,截至 {day}:线索{told};数据不足新增 {short['gained']},消失 {short['lost']}")


def _row(kind: str, clue: dict[str, Any], what: dict[str, list[Any]]) -> tuple[str, ...]:
    def cell(name: str, words: dict[str, str]) -> str:
        values = what.get(name, [clue[name]])
        return "→".join(words.get(v, v) if v else "无" for v in values) if any(values) else ""

    return (KINDS[kind], clue["rule"], clue["id"], cell("severity", SEVERITIES), cell("state", STATES), cell("due_on", {}), clue["summary"])
