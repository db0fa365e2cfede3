"""`clues stats`: what became of the clues, by rule and agency."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from cli.command import DAY, command, completing, format_option, rules_option, store_argument
from cli.output import hint, print_csv, print_json, print_table
from review.reports.words import BODY_UNKNOWN

if TYPE_CHECKING:
    from review.stats import Figures

FIGURES = ("线索", "已办结", "成案", "成案率", "95%区间", "不成立的理由", "归因规则", "归因数据", "办结中位天数")
SPARE = ("办结中位天数", "归因数据", "归因规则", "95%区间", "不成立的理由")
"""What a narrow terminal does without, the first first."""
NOTE = "成案率 = 成案 ÷ 已办结(并案不计);只有规则过宽、法定例外归因于规则,数据错误、数据滞后归因于数据来源"


@command("stats")
@store_argument
@click.option("--rule", default="", metavar="规则", help="规则编号,可用 * 通配", shell_complete=completing("rule_ids"))
@click.option("--agency", default="", metavar="单位", help="被监督单位名称的一部分")
@click.option("--since", type=DAY, metavar="日期", help="只算这一天起首次发现的线索")
@rules_option
@format_option("table", "json", "csv")
def stats(store: str, rule: str, agency: str, since: dt.date | None, form: str) -> None:
    """线索的质量:各规则、各单位的线索数、办结数、成案率及其区间、不成立的理由、办结用了多少天。

    另列从未发现过线索的规则,以及线索过多、成案过少的规则。CSV 按规则和单位逐行。

    \b
    例:clues stats cases.db
        clues stats cases.db --rule 'enforcement.*' --since 2026-01-01 --format csv
    """
    from cli.choosing import known, why_none
    from cli.settings import current, opened
    from review.stats import by_agency, by_rule, figures, never, too_much
    from rules.load import load_rules

    with opened(store) as case_store:
        known(case_store, {"rule": rule})
        some = figures(case_store, rule=rule, agency=agency, since=since)
        names = {r.rule.id: r.rule.title for r in load_rules(current().rules, case_store.catalogue)}
        none = "" if some else why_none(case_store, {"rule": rule, "agency": agency}, gone=True)
    rules, idle = by_rule(some), never((r for r in names if fnmatchcase(r, rule or "*")), some)
    much = too_much(rules)
    if none:
        hint(none)
    if form == "json":
        told = [{**one.as_json(), "title": names.get(one.rule, "")} for one in rules]
        pairs, agencies = [one.as_json() for one in some], [one.as_json() for one in by_agency(some)]
        print_json({"rules": told, "agencies": agencies, "pairs": pairs, "never": idle, "too_much": much})
    elif form == "csv":
        print_csv(("规则", "名称", "被监督单位", *FIGURES), [(one.rule, names.get(one.rule, ""), one.agency, *_row(one)) for one in some])
    else:
        lines = [(one.rule, names.get(one.rule, "(现在没有这条规则)"), *_row(one)) for one in rules]
        print_table(("规则", "名称", *FIGURES), lines, right=(2, 3, 4, 5, 8, 9, 10), spare=SPARE)
        bodies = [(one.agency or BODY_UNKNOWN, *_row(one)) for one in by_agency(some)]
        if bodies:
            click.echo()
        print_table(("被监督单位", *FIGURES), bodies, right=(1, 2, 3, 4, 7, 8, 9), spare=SPARE)
        _remarks(much, {rule: names[rule] for rule in idle})


def _row(one: Figures) -> tuple[object, ...]:
    share = "" if one.share is None else f"{one.share:.0%}"
    span = "" if one.interval is None else f"{one.interval[0]:.0%}–{one.interval[1]:.0%}"
    reasons = "、".join(f"{reason} {count}" for reason, count in one.reasons.most_common())
    return one.clues, one.decided, one.taken, share, span, reasons, one.against_rule, one.against_source, one.median_days


def _remarks(much: dict[str, str], idle: dict[str, str]) -> None:
    if much:
        click.echo("\n线索过多或成案过少,值得看看规则是否过宽:")
        click.echo("\n".join(f"  {rule}:{why}" for rule, why in much.items()))
    if idle:
        click.echo(f"\n从未发现过线索的规则 {len(idle)} 条(没有这类数据,或条件过严):")
        click.echo("\n".join(f"  {rule:<{max(map(len, idle))}}  {title}" for rule, title in idle.items()))
    hint(NOTE)
