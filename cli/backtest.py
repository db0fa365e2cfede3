"""`clues backtest`: what the rules would have found on earlier days, and when."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cases.dates import show_date
from cli.choosing import chosen
from cli.command import DAY, choosing_options, command, format_option, law_option, output_option, quiet_option, rules_option, store_argument
from cli.output import print_table, progress, say
from cli.writing import masked, write_list, written_to

if TYPE_CHECKING:
    from cases.store import Store
    from engine.backtest import History, Standing

ACROSS = 12  # days in one table, side by side
HEADERS = ("规则", "名称", "线索编号", "对象", "被监督单位", "发生日", "首次出现", "末次出现", "最后一天是否仍在")
NOTE = "回测看的是案件库现在的数据:截止日之后的日期视为尚未发生;当时还没有录入、后来改过的,看不出来"


@command("backtest")
@store_argument
@click.option("--from", "first", type=DAY, required=True, metavar="日期", help="第一个截止日")
@click.option("--to", "last", type=DAY, required=True, metavar="日期", help="最后一个截止日;总会扫描这一天")
@click.option("--every", type=click.Choice(("month", "week", "day", "quarter")), default="month", help="隔多久一次:每月(默认)、每周、每日、每季")
@rules_option
@law_option
@choosing_options
@click.option("--mask", is_flag=True, help="JSON、CSV 中遮盖姓名和证件号")
@output_option
@format_option("table", "json", "csv")
@quiet_option
def backtest(
    store: str, first: dt.date, last: dt.date, every: str, only: tuple[str, ...], skip: tuple[str, ...],
    mask: bool, output: Path | None, form: str, quiet: bool,
) -> int:  # fmt: skip
    """回测:假如从前每隔一段时间扫描一次,各条规则会发现什么、何时发现。

    只读,不记入台账。看的是案件库现在的数据:截止日之后的日期视为尚未发生;当时还没有录入、后来改过的,看不出来。
    规则、参数和覆盖文件按最后一个截止日的。表格是各规则在每个截止日的线索数;JSON 和 CSV 逐条列出线索:何时发生、首次出现、到哪一天还在。

    \b
    例:clues backtest cases.db --from 2026-01-01 --to 2026-11-22 --every month --only 'enforcement.*'
        clues backtest cases.db --from 2025-01-01 --to 2026-11-22 --every quarter --rules 本地规则/ --format csv --output 回测.csv
    """
    from cli.settings import current, opened, reviewer
    from engine.backtest import as_of_days
    from engine.backtest import backtest as run
    from review.audit import logged
    from rules.law import load_law

    if first > last:
        from cases.errors import UsageProblem

        raise UsageProblem(f"--from {first} 晚于 --to {last}:请把两个日期对调")
    days = as_of_days(first.toordinal(), last.toordinal(), every)
    with opened(store) as case_store, progress("回测", quiet=quiet) as told:
        rules, stubs = chosen(case_store, current().rules, only, skip, last.toordinal())
        for what in stubs:
            say(what)
        histories = run(case_store, rules, load_law(current().law), days, told)
        write = {"json": _write_json, "csv": _write_csv, "table": _write_table}[form]
        if form != "table":
            logged(case_store, "导出", "backtest", {"format": form, "masked": mask}, reviewer())
        with written_to(output) as out:
            write(case_store, histories, days, mask, out)
    say(NOTE, quiet=quiet)
    return 0


def _counts(history: History) -> dict[str, Any]:
    """What is kept of a rule after its clues are written."""
    rule = history.rule.rule
    numbers = {"standing": history.standing, "new": history.new, "gone": history.gone}
    return {"rule": rule.id, "title": rule.title, **numbers, "clues": len(history.clues)}


def _clues(histories: Iterator[History], counted: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The clues of all rules, one rule at a time; the counts of each rule are put into `counted`."""
    for history in histories:
        counted.append(_counts(history))
        for clue in history.clues:
            yield _as_json(clue, history)


def _as_json(clue: Standing, history: History) -> dict[str, Any]:
    stood = [{"from": show_date(a), "to": show_date(b)} for a, b in clue.spans]
    return {
        "id": clue.id, "rule": history.rule.rule.id, "title": history.rule.rule.title, "subject": clue.subject, "agency": clue.agency,
        "arose_on": clue.arose_on, "first_seen": stood[0]["from"], "last_seen": stood[-1]["to"], "stood": stood,
        "standing": clue.spans[-1][1] == history.days[-1],
    }  # fmt: skip


def _write_json(store: Store, histories: Iterator[History], days: list[int], mask: bool, out: BinaryIO) -> None:
    """One document; the counts come last, as they are known last."""
    import orjson

    counted: list[dict[str, Any]] = []
    out.write(b'{\n"backtest": ' + orjson.dumps({"as_of": [show_date(day) for day in days], "note": NOTE}) + b",\n")
    write_list(b'"clues"', masked(store, _clues(histories, counted), mask), out)
    out.write(b",\n")
    write_list(b'"rules"', iter(counted), out)
    out.write(b"\n}\n")


def _write_csv(store: Store, histories: Iterator[History], days: list[int], mask: bool, out: BinaryIO) -> None:
    """A line for each clue."""
    from review.csvs import write_csv

    rows = (
        (clue["rule"], clue["title"], clue["id"], " ".join(clue["subject"]["key"]), clue["agency"] or "", clue["arose_on"] or "",
         clue["first_seen"], clue["last_seen"], "是" if clue["standing"] else "否")
        for clue in masked(store, _clues(histories, []), mask)
    )  # fmt: skip
    write_csv(HEADERS, rows, out)


def _write_table(store: Store, histories: Iterator[History], days: list[int], mask: bool, out: BinaryIO) -> None:
    """How many clues stood, a line for each rule that had any, a column for each day; many days in several tables."""
    counted = [counts for counts in map(_counts, histories) if counts["clues"]]
    total = {"rule": "合计", "standing": [sum(column) for column in zip(*(c["standing"] for c in counted), strict=True)]}
    across = ACROSS
    if out is sys.stdout.buffer and sys.stdout.isatty():
        # Beside the rules and the sum each day takes seven columns.
        taken = max((len(c["rule"]) for c in counted), default=0) + 8
        across = min(ACROSS, max((shutil.get_terminal_size().columns - taken) // 7, 1))
    drawn = io.StringIO()
    with contextlib.redirect_stdout(drawn):
        for at in range(0, len(days) if counted else 0, across):
            part = slice(at, at + across)
            rows = [[c["rule"], *c["standing"][part], c.get("clues", sum(x["clues"] for x in counted))] for c in (*counted, total)]
            heads = [show_date(day).replace("-", "\n", 1) for day in days[part]]
            print_table(("规则", *heads, "先后共"), rows, right=range(1, len(heads) + 2))
            click.echo()
    out.write((drawn.getvalue() or "这些截止日都没有线索\n").encode())
