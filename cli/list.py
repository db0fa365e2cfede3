"""`clues list`: the recorded clues."""

from __future__ import annotations

from pathlib import Path

import click

from cli.command import command, format_option, store_argument
from cli.scan import SEVERITIES, _masked, _target, day_of, write_json, write_rows


@command("list")
@store_argument
@click.option("--status", help="审查状态,如 待审")
@click.option("--rule", metavar="规则", help="规则编号,可用 * 通配")
@click.option("--mechanism", help="监督机制,如 行政非诉执行")
@click.option("--severity", type=click.Choice(SEVERITIES), help="严重程度")
@click.option("--agency", help="被监督单位名称的一部分")
@click.option("--since", metavar="日期", help="在这一天或之后发生的")
@click.option("--gone", is_flag=True, help="连同已经消失的线索")
@click.option("--mask", is_flag=True, help="JSON、CSV 中也遮盖姓名和证件号(表格总是遮盖)")
@click.option("--output", type=click.Path(path_type=Path), metavar="文件", help="结果写入文件")
@format_option("table", "json", "csv")
def list_(
    store: str, status: str | None, rule: str | None, mechanism: str | None, severity: str | None, agency: str | None, since: str | None,
    gone: bool, mask: bool, output: Path | None, form: str,
) -> int:  # fmt: skip
    """列出台账中的线索。

    \b
    例:clues list cases.db --mechanism 行政非诉执行 --severity high
        clues list cases.db --rule 'civil.*' --format csv --output 线索.csv
    """
    from cli.settings import opened
    from review import ledger

    with opened(store) as case_store, _target(output) as out:
        clues = ledger.recorded(
            case_store, status=status or "", rule=rule or "", mechanism=mechanism or "", severity=severity or "", agency=agency or "",
            since=day_of(since) if since else 0, gone=gone,
        )  # fmt: skip
        clues = _masked(case_store, clues, mask or form == "table")
        if form == "json":
            write_json({}, clues, None, out)
        else:
            write_rows(clues, form, out)
    return 0
