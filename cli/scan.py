"""`clues scan`: hold the store against the rules and record the clues."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from cli.choosing import chosen
from cli.command import as_of_option, choosing_options, command, format_option, law_option, output_option, quiet_option, rules_option, store_argument
from cli.output import progress, say
from cli.writing import masked, write_json, write_rows, written_to

if TYPE_CHECKING:
    from cases.store import Store
    from review.runs.run import Run
    from review.runs.scanning import Order, Work
    from rules.resolve import Resolved

SEVERITIES = ("high", "medium", "low")


@command("scan")
@store_argument
@as_of_option
@rules_option
@law_option
@choosing_options
@click.option("--full", is_flag=True, help="全部重新判断(平时只判断有变动、到了日子的记录,结果相同)")
@click.option("--force", is_flag=True, help="数据或线索数与以往相差太大时也不扣留结果")
@click.option("--resume", is_flag=True, help="接着做上次中断的扫描")
@click.option(
    "--executor",
    type=click.Choice(("serial", "processes", "dask")),
    default="serial",
    help="谁来做:serial 一个进程(默认),processes 本机几个进程,dask 几台机器",
)
@click.option("--workers", type=click.IntRange(1), metavar="个数", help="processes 用几个进程(默认与处理器数相同)")
@click.option("--scheduler", metavar="地址", help="Dask 调度程序的地址,如 tcp://10.0.0.5:8786")
@click.option("--check-engine", is_flag=True, help="每个判断都与逐条比对的结果核对,不一致即停止")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="有这一紧急程度或更高的线索时退出码为 5")
@click.option("--mask", is_flag=True, help="输出中遮盖姓名和证件号(表格总是遮盖)")
@output_option
@format_option("table", "json", "csv")
@quiet_option
def scan(
    store: str, day: int, only: tuple[str, ...], skip: tuple[str, ...], full: bool, force: bool, resume: bool,
    executor: str, workers: int | None, scheduler: str | None, check_engine: bool, fail_on: str | None, mask: bool,
    output: Path | None, form: str, quiet: bool,
) -> int:  # fmt: skip
    """按规则扫描案件库,列出待核查的线索并记入台账。

    线索是向有关单位提出的问题,不是对任何人的认定。缺少关键日期的记录不作判断,计为“数据不足”,缺什么列在 JSON 和总览网页里。

    \b
    例:clues scan cases.db
        clues scan cases.db --as-of 2026-11-22 --only 'enforcement.*' --format json
    """
    if executor == "processes":
        from review.runs.nursery import open_early

        open_early()  # it loads while this process does
    from cases.memory import no_collecting
    from cli.settings import current, opened, reviewer
    from review.audit import logged
    from review.runs.lock import only_one
    from review.runs.scanning import Order

    settings = current()
    order = Order(day, full, force, resume, reviewer(), settings.gate, settings.flood, dt.date.today().toordinal())
    with no_collecting(to_the_end=True), opened(store) as case_store, only_one(case_store):
        rules, stubs = chosen(case_store, settings.rules, only, skip, day)
        work = _work(case_store, rules, day, executor, workers, scheduler, check_engine)
        run = scanned(case_store, rules, order, work, check=check_engine, quiet=quiet)
        if quiet:
            say(run.line())
        if form != "table" or output:
            logged(case_store, "导出", f"第 {run.run_id} 次扫描", {"format": form, "masked": mask or form == "table"}, order.account)
        if form != "table" or output or not quiet:
            with written_to(output) as out:
                written(case_store, run, form, mask, out)
        if not quiet:
            say(_told(run))
    for what in (*stubs, *run.left_out):
        say(what)
    if stubs or run.left_out:
        return 3
    worst = SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on else ()
    return 5 if run.worst & set(worst) else 0


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


def written(store: Store, run: Run, form: str, mask: bool, out: BinaryIO) -> None:
    """Write the clues that stand after a run: JSON for machines, CSV for Excel, a table for people."""
    from review import ledger

    if form == "json":
        gaps = masked(store, ledger.gaps_in(store, run), mask)
        write_json({"scan": run.as_json()}, masked(store, ledger.found_in(store, run), mask), gaps, out)
        return
    write_rows(store, ledger.found_in(store, run), form, mask, out)


def _told(run: Run) -> str:
    """The last line for people."""
    short = f"数据不足 {run.insufficient} 条" + ("(缺什么,见 clues report 写的总览网页)" if run.insufficient else "")
    if run.looks_back:
        return f"第 {run.run_id} 次扫描(回看,不改动台账):{run.clues} 条线索,{short},用时 {run.seconds:.1f} 秒"
    changes = f"新增 {run.new},变化 {run.changed},消失 {run.gone},再现 {run.back}"
    how = ",只判断了有变动和到期的记录" if run.incremental else ""
    return f"第 {run.run_id} 次扫描:{run.clues} 条线索({changes}),{short},用时 {run.seconds:.1f} 秒{how}"
