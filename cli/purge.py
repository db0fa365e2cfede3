"""`clues purge`: delete what is no longer needed."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import click

from cli.command import DAY, command, quiet_option, rules_option, store_argument
from cli.output import ask, print_table, say

if TYPE_CHECKING:
    from cases.store import Store
    from review.purging import Purge

LENGTH = re.compile(r"(\d{1,4})\s*(年|个月|月|日|天)")


@command("purge")
@store_argument
@click.option("--older-than", "older", default="", metavar="时长", help="多久以前的,如 3年、18个月、90日")
@click.option("--before", type=DAY, metavar="日期", help="哪一天以前的(与 --older-than 写一个)")
@click.option("--records", is_flag=True, help="连同不再需要的记录(案件、处罚、当事人……)一起删除")
@rules_option
@click.option("--dry-run", is_flag=True, help="逐条列出会删除什么,不删除")
@click.option("--yes", is_flag=True, help="不再询问")
@click.option("--as", "name", default="", metavar="姓名", help="以谁的名义(不写就用设置中的 reviewer,再没有就用系统账户)")
@quiet_option
def purge(store: str, older: str, before: dt.date | None, records: bool, dry_run: bool, yes: bool, name: str, quiet: bool) -> int:
    """按保管期限删除:早已办结的线索连同历史,早已消失而从未处理的线索;加 --records 连同不再需要的记录。删除后不能恢复,请先备份。

    办结了而规则仍会列出的线索,只在它的记录一起删除时才删,否则下次扫描又会当成新的。记录只整组删除(同一案号、文号、证件号、
    姓名连着的都算一组):一组里有未办结的线索、将来还要判断的期限、或期限以后才改动过的记录,就整组保留。
    审计记录永不删除。单位再次报来同样的记录,会重新进库。

    \b
    例:clues purge cases.db --older-than 3年 --dry-run
        clues purge cases.db --before 2023-01-01 --records --yes
    """
    from cases.errors import UsageProblem
    from cli.settings import current, opened, reviewer
    from review.purging import planned
    from review.purging import purge as purged
    from review.runs.lock import only_one
    from rules.load import load_rules

    if bool(older) == bool(before):
        raise UsageProblem("请写 --older-than 时长 或 --before 日期 中的一个")
    day, began = before or _back(older), dt.datetime.now()
    if day > dt.date.today():
        raise UsageProblem(f"--before 的日期 {day} 在今天之后:只能删除以前的")
    with opened(store) as case_store, only_one(case_store):
        homes = {r.rule.id: r.base_record for r in load_rules(current().rules, case_store.catalogue)} if records else None
        plan = planned(case_store, day, homes)
        if dry_run or not (quiet and yes):
            _listed(case_store, plan, day, one_by_one=dry_run)
        if dry_run:
            return 0
        is_any = bool(plan.clues or any(plan.rows.values()))
        if is_any and not yes:
            ask("删除后不能恢复。已经备份,现在删除?", "删除后不能恢复:请核对上面的清单并备份案件库,再加 --yes 执行")
        counts = purged(case_store, day, reviewer(name), homes).counts(case_store) if is_any else {"线索": 0}
    if quiet:
        clues, seconds = counts.pop("线索"), (dt.datetime.now() - began).total_seconds()
        say(f"{began:%Y-%m-%d %H:%M} purged before={day} clues={clues} records={sum(counts.values())} seconds={seconds:.0f}")
    else:
        say("已删除 " + ",".join(f"{what} {number} 条" for what, number in counts.items()) if is_any else "没有要删除的")
    return 0


def _back(older: str) -> dt.date:
    """The day so long ago. Raises UsageProblem."""
    from cases.errors import UsageProblem
    from rules.periods import subtract_months

    found, today = LENGTH.fullmatch(older.strip()), dt.date.today()
    if found is None:
        raise UsageProblem(f"--older-than 的时长“{older}”看不懂:请写成 3年、18个月、90日")
    number, unit = int(found[1]), found[2]
    if unit in "日天":
        return today - dt.timedelta(number)
    months = number * 12 if unit == "年" else number
    if months >= today.year * 12:
        raise UsageProblem(f"--older-than 的时长“{older}”太长")
    return dt.date.fromordinal(subtract_months(today.toordinal(), months))


def _listed(store: Store, plan: Purge, day: dt.date, *, one_by_one: bool) -> None:
    """What would go: every clue, and how many records of which sheet, or which."""
    if plan.clues:
        print_table(("编号", "规则", "状态", "处理或最近出现"), [(*clue[:3], clue[3][:10]) for clue in plan.clues])
    counts = {what: number for what, number in plan.counts(store).items() if what != "线索"}
    if counts:
        click.echo()
        for sheet, key in plan.records(store) if one_by_one else ():
            click.echo(f"{sheet}  {key}")
        print_table(("表", "删除的记录"), list(counts.items()), right=(1,))
    say(f"{day} 以前:删除线索 {len(plan.clues)} 条,记录 {sum(counts.values())} 条;审计记录不动")
    if plan.held:
        say(f"另有 {plan.held} 条早已办结而规则仍会列出的线索,随记录保留")
