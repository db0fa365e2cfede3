"""`clues demo`: an invented data set, imported and scanned, so that one sees what the program does."""

from __future__ import annotations

import csv
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from cli.command import as_of_option, command, quiet_option
from cli.output import print_table, say
from cli.writing import foremost
from rules.words import SEVERITIES

FAMILIES = {
    "挂案和刑事期限": ("criminal.",),
    "行政非诉执行": ("enforcement.", "penalty."),
    "两法衔接": ("referral.",),
    "虚假诉讼和执行": ("civil.", "execution."),
}
"""The four families under which the clues are shown → how the ids of their rules begin."""

_NOTE = "说明.txt"


@command("demo")
@click.argument("folder", metavar="[文件夹]", required=False, default=Path("clues-demo"), type=click.Path(path_type=Path))
@as_of_option
@quiet_option
def demo(folder: Path, day: int, quiet: bool) -> int:
    """用一套虚构的数据走一遍:写出各单位的表格,导入,扫描,列出四类线索。

    数据写在“文件夹”(默认 clues-demo)里;人名、单位、证件号都是虚构的,日期由 --as-of 推算。再次运行就重新做一遍。

    \b
    例:clues demo
        clues demo /tmp/演示 --as-of 2026-11-22
    """
    from cases.importing import import_paths
    from cases.store import open_store
    from cli.choosing import chosen
    from cli.import_ import audit_log
    from cli.scan import scanned
    from review import audit, ledger
    from review.runs.lock import only_one
    from review.runs.scanning import Order

    store, tables = _prepared(folder, day)
    with open_store(str(store), create=True) as opened, only_one(opened):
        report = import_paths(opened, [tables], log=audit_log(opened, audit.account()))
        run = scanned(opened, chosen(opened, (), (), (), day)[0], Order(day, account=audit.account()), quiet=quiet)
        clues = [_masked(opened, clue) for clue in foremost(ledger.found_in(opened, run))[0]]
    if quiet:
        say(run.line())
        return 0
    say(f"已把 {len(report.sheets)} 张虚构的表写在 {tables},导入 {store},扫描得到 {run.clues} 条待核查线索,数据不足 {run.insufficient} 条\n")
    for family, rules in FAMILIES.items():
        found = [c for c in clues if c["rule"].startswith(rules)]
        click.echo(f"【{family}】{len(found)} 条")
        print_table(("编号", "程度", "线索(待核查)"), [(c["id"], SEVERITIES[c["severity"]], c["summary"]) for c in found])
        click.echo("")
    say(_next(store, tables, clues))
    return 0


def _prepared(folder: Path, day: int) -> tuple[Path, Path]:
    """Write the sheets; gives the store's path, where nothing is, and the folder of the sheets.

    Raises CluesError where the folder cannot be written, or holds a store that is no demo's.
    """
    from cases.errors import CluesError, why
    from cli.demo_data import sheets

    store, tables, note = folder / "cases.db", folder / "数据表", folder / _NOTE
    if store.exists() and not note.exists():
        raise CluesError(f"{store} 不是演示建立的,没有动它:请换一个文件夹,如 clues demo {folder}-2")
    try:
        tables.mkdir(parents=True, exist_ok=True)
        note.write_text("这里的人名、单位、文号、证件号都是虚构的,由 clues demo 写出;再次运行就重新写。\n", encoding="utf-8")
        for path in (store, *folder.glob("cases.db-*")):
            path.unlink(missing_ok=True)
        for name, rows in sheets(day).items():
            # With a mark at the beginning, so that Excel and WPS show Chinese.
            with (tables / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(rows)
    except OSError as e:
        raise CluesError(f"{folder} 写不了:{why(e)},请换一个可写的文件夹,如 clues demo /tmp/演示") from e
    return store, tables


def _masked(store: Any, clue: dict[str, Any]) -> dict[str, Any]:
    from review.masking import mask_clue

    return mask_clue(clue, store.catalogue)


def _next(store: Path, tables: Path, clues: list[dict[str, Any]]) -> str:
    one = clues[0]["id"] if clues else "线索编号"
    program, given = _program(), shlex.quote(str(store))
    return "\n".join(
        (
            "线索是要去核查的问题,不是认定。接下来可以试:",
            f"  {program} show {given} {one}    这条线索的经过、期限怎么算、依据和证据出处",
            f"  {program} list {given} --mechanism 行政非诉执行    只看一类",
            f"  {program} report {given} --output 名单.xlsx    导出审查名单,用 Excel 或 WPS 打开;写成 总览.html 就是总览网页",
            f"  {program} serve {given}    打开审查页,在浏览器里看名单、处理线索",
            f"  打开 {tables} 里的表,照样子换成自己的数据,再运行 {program} import 我的.db 文件夹 和 {program} scan 我的.db",
        )
    )


def _program() -> str:
    """How `clues` is called from here: after `make demo` the environment is not yet on the path."""
    beside = Path(sys.executable).with_name("clues")
    if shutil.which("clues") or not beside.exists():
        return "clues"
    return str(beside.relative_to(Path.cwd()) if beside.is_relative_to(Path.cwd()) else beside)
