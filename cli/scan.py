"""`clues scan`: hold the store against the rules and record the clues."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from cli.command import command, format_option, quiet_option, rules_option, store_argument
from cli.output import progress, replaced, say

if TYPE_CHECKING:
    from cases.store import Store
    from review.runs.run import Run
    from review.runs.scanning import Order, Work
    from rules.resolve import Resolved

SEVERITIES = ("high", "medium", "low")
SHOWN = 50
_WORDS = {"high": "高", "medium": "中", "low": "低", "overdue": "逾期未办", "late": "逾期已办", "pattern": "情形"}


@command("scan")
@store_argument
@click.option("--as-of", "as_of", metavar="日期", help="以哪一天的眼光看(默认今天),如 2026-11-22")
@rules_option
@click.option("--only", multiple=True, metavar="规则", help="只用这些规则(可用 * 通配),可多次")
@click.option("--skip", multiple=True, metavar="规则", help="不用这些规则(可用 * 通配),可多次")
@click.option("--full", is_flag=True, help="全部重新判断(平时只判断有变动、到了日子的记录,结果相同)")
@click.option("--force", is_flag=True, help="数据或线索数与以往相差太大时也不扣留结果")
@click.option("--resume", is_flag=True, help="接着做上次中断的扫描")
@click.option(
    "--executor", type=click.Choice(("serial", "processes", "dask")), default="serial", help="怎样做:逐条、本机多进程、Dask 集群(默认 serial)"
)
@click.option("--workers", type=click.IntRange(1), metavar="个数", help="processes 用几个进程(默认与处理器数相同)")
@click.option("--scheduler", metavar="地址", help="dask 的调度程序,如 tcp://10.0.0.5:8786")
@click.option("--check-engine", is_flag=True, help="每个判断都与逐条比对的结果核对,不一致即停止")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="有这一严重程度或更高的线索时退出码为 5")
@click.option("--mask", is_flag=True, help="输出中遮盖姓名和证件号(表格总是遮盖)")
@click.option("--output", type=click.Path(path_type=Path), metavar="文件", help="结果写入文件")
@format_option("table", "json", "csv")
@quiet_option
def scan(
    store: str, as_of: str | None, only: tuple[str, ...], skip: tuple[str, ...], full: bool, force: bool, resume: bool,
    executor: str, workers: int | None, scheduler: str | None, check_engine: bool, fail_on: str | None, mask: bool,
    output: Path | None, form: str, quiet: bool,
) -> int:  # fmt: skip
    """按规则扫描案件库,列出待核查的线索并记入台账。

    线索是向有关单位提出的问题,不是对任何人的认定。缺少关键日期的记录另列为“数据不足”。

    \b
    例:clues scan cases.db
        clues scan cases.db --as-of 2026-11-22 --only 'enforcement.*' --format json
    """
    from cli.settings import current, opened, reviewer
    from review.audit import logged
    from review.runs.lock import only_one
    from review.runs.scanning import Order

    settings = current()
    order = Order(day_of(as_of), full, force, resume, reviewer(), settings.gate, settings.flood)
    with opened(store) as case_store, only_one(case_store):
        rules = chosen(case_store, settings.rules, only, skip, order.as_of)
        work = _work(case_store, rules, order.as_of, executor, workers, scheduler, check_engine)
        run = scanned(case_store, rules, order, work, check=check_engine, quiet=quiet)
        if quiet:
            say(run.line())
        if form != "table" or output:
            logged(case_store, "导出", f"第 {run.run_id} 次扫描", {"format": form, "masked": mask or form == "table"}, order.account)
        if form != "table" or output or not quiet:
            with _target(output) as out:
                written(case_store, run, form, mask, out)
        if not quiet:
            say(_told(run))
    for what in run.left_out:
        say(what)
    if run.left_out:
        return 3
    worst = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on else ()
    return 5 if run.worst & set(worst) else 0


def day_of(text: str | None) -> int:
    """The as-of day that was asked for, today by default."""
    from cases.errors import UsageProblem
    from cases.values import parse_date

    if not text:
        return dt.date.today().toordinal()
    try:
        day = parse_date(text)
    except ValueError as e:
        raise UsageProblem(f"--as-of 的日期 {text} 不对:{e}") from None
    if not day:
        raise UsageProblem(f"--as-of 的日期 {text} 不对:请写成 2026-11-22")
    return day


def chosen(store: Store, packs: tuple[Path, ...], only: tuple[str, ...], skip: tuple[str, ...], day: int) -> list[Resolved]:
    """The rules to be used, as overlays have them on the as-of day. Raises UsageProblem where a pattern fits none."""
    from cases.errors import UsageProblem
    from rules.load import load_rules

    rules = load_rules(packs, store.catalogue, day=day)
    for pattern in (*only, *skip):
        if not any(fnmatchcase(r.rule.id, pattern) for r in rules):
            raise UsageProblem(f"没有规则符合 {pattern}:用 clues rules list 查看规则编号")
    kept = [r for r in rules if not only or any(fnmatchcase(r.rule.id, p) for p in only)]
    return [r for r in kept if not any(fnmatchcase(r.rule.id, p) for p in skip)]


def scanned(store: Store, rules: list[Resolved], order: Order, work: Work | None = None, *, check: bool = False, quiet: bool = True) -> Run:
    """Scan and record; without `work` here, one task after the other."""
    from cli.settings import current
    from engine.scan import Scanner
    from review.runs.scanning import scan as run_scan
    from review.runs.scanning import serially
    from rules.law import load_law

    scanner = Scanner(store, rules, load_law(current().law), check=check)
    with progress("扫描", quiet=quiet) as told:
        return run_scan(store, scanner, order, work or serially, told)


def _work(
    store: Store, rules: list[Resolved], day: int, executor: str, workers: int | None, scheduler: str | None, check: bool
) -> Work | None:  # fmt: skip
    """The way in which tasks are done. Raises UsageProblem where an option is missing or has no meaning."""
    from cases.errors import UsageProblem
    from cli.settings import current
    from review.runs.workers import Recipe

    if workers is not None and executor != "processes":
        raise UsageProblem("--workers 只用于 --executor processes:请一并写上,或去掉 --workers")
    if (scheduler is None) == (executor == "dask"):
        raise UsageProblem("--executor dask 和 --scheduler 地址 要一起写:如 --executor dask --scheduler tcp://10.0.0.5:8786")
    if executor == "serial":
        return None
    s = current()
    url = store.engine.url.render_as_string(hide_password=False)
    recipe = Recipe(url, tuple(r.rule.id for r in rules), day, s.rules, s.catalogue, s.law, s.calendar, check)
    if scheduler is not None:
        from review.runs.on_dask import on_dask

        return on_dask(recipe, scheduler)
    import os

    from review.runs.processes import in_processes

    return in_processes(recipe, workers or os.cpu_count() or 1)


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with replaced(output) as draft, draft.open("wb") as file:
        yield file


def written(store: Store, run: Run, form: str, mask: bool, out: BinaryIO) -> None:
    """Write the clues that stand after a run: JSON for machines, CSV for Excel, a table for people."""
    from review import ledger

    if form == "json":
        gaps = _masked(store, ledger.gaps_in(store, run), mask)
        write_json({"scan": run.as_json()}, _masked(store, ledger.found_in(store, run), mask), gaps, out)
        return
    clues = _masked(store, ledger.found_in(store, run), True if form == "table" else mask)
    write_rows(clues, form, out)


def _told(run: Run) -> str:
    """The last line for people."""
    if run.looks_back:
        return f"第 {run.run_id} 次扫描(回看,不改动台账):{run.clues} 条线索,数据不足 {run.insufficient} 条,用时 {run.seconds:.1f} 秒"
    changes = f"新增 {run.new},变化 {run.changed},消失 {run.gone},再现 {run.back}"
    how = ",只判断了有变动和到期的记录" if run.incremental else ""
    return f"第 {run.run_id} 次扫描:{run.clues} 条线索({changes}),数据不足 {run.insufficient} 条,用时 {run.seconds:.1f} 秒{how}"


def _masked(store: Store, clues: Iterator[dict[str, Any]], mask: bool) -> Iterator[dict[str, Any]]:
    if not mask:
        return clues
    from review.masking import mask_clue

    return (mask_clue(clue, store.catalogue) for clue in clues)


def write_json(head: dict[str, Any], clues: Iterator[dict[str, Any]], gaps: Iterator[dict[str, Any]] | None, out: BinaryIO) -> None:
    """One JSON document, written as it comes."""
    import orjson

    out.write(b"{\n")
    for name, value in head.items():
        out.write(orjson.dumps(name) + b": " + orjson.dumps(value) + b",\n")
    _write_list(b'"clues"', clues, out)
    if gaps is not None:
        out.write(b",\n")
        _write_list(b'"insufficient"', gaps, out)
    out.write(b"\n}\n")


def _write_list(name: bytes, items: Iterator[dict[str, Any]], out: BinaryIO) -> None:
    import orjson

    out.write(name + b": [")
    for i, item in enumerate(items):
        out.write((b",\n" if i else b"\n") + orjson.dumps(item))
    out.write(b"]")


HEADERS = ("编号", "规则", "程度", "状态", "对象", "被监督单位", "期限届满", "发生", "天数", "摘要")


def row_of(clue: dict[str, Any], reviewed: bool = False) -> list[str]:
    """A clue as a line of a list; of the ledger's (`reviewed`) with its review."""
    review = (clue["status"], clue["reason"], clue["assignee"]) if reviewed else ()
    return [
        clue["id"], clue["rule"], _WORDS[clue["severity"]], _WORDS[clue["state"]], " ".join(clue["subject"]["key"]), clue["agency"] or "",
        clue["due_on"] or "", clue["arose_on"] or "", "" if clue["days"] is None else str(clue["days"]), clue["summary"], *review,
    ]  # fmt: skip


def write_rows(clues: Iterator[dict[str, Any]], form: str, out: BinaryIO, reviewed: bool = False) -> None:
    """CSV with a BOM (Excel shows Chinese; what looks like a formula is text), or a table. `reviewed`: with the status of the review."""
    if form == "csv":
        import csv
        import io

        text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow((*HEADERS, *(("审查状态", "理由", "承办人") if reviewed else ())))
        writer.writerows([("'" + c if c.startswith(("=", "+", "-", "@")) else c) for c in row_of(clue, reviewed)] for clue in clues)
        text.detach()
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    file = sys.stdout if out is sys.stdout.buffer else None
    width = None if file is not None and sys.stdout.isatty() else 240
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("编号", *(("审查",) if reviewed else ()), "程度", "状态", "天数", "线索(待核查)"):
        table.add_column(name, justify="right" if name == "天数" else "left", overflow="fold")
    total = 0
    for clue in clues:
        total += 1
        if total <= SHOWN:
            days = "" if clue["days"] is None else str(clue["days"])
            review = (clue["status"],) if reviewed else ()
            table.add_row(*map(escape, (clue["id"], *review, _WORDS[clue["severity"]], _WORDS[clue["state"]], days, clue["summary"])))
    import io

    drawn = io.StringIO()
    Console(file=drawn, width=width or Console().width, highlight=False, no_color=True).print(table)
    if total > SHOWN:
        drawn.write(f"……共 {total} 条,以上为前 {SHOWN} 条;全部用 --format csv 或 clues list 查看\n")
    out.write(drawn.getvalue().encode())
