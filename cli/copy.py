"""`clues copy`: a store into another database."""

from __future__ import annotations

import datetime as dt

import click

from cli.command import command, format_option, quiet_option, store_argument
from cli.output import print_json, print_table, progress, say


@command("copy")
@store_argument
@click.argument("target", metavar="新案件库")
@format_option("table", "json")
@quiet_option
def copy(store: str, target: str, form: str, quiet: bool) -> int:
    """把案件库整个复制到另一个数据库,如从 SQLite 文件搬到 PostgreSQL,或者搬回来。

    记录、台账、导入登记、审查记录全部复制,然后逐行核对,列出每张表的行数和校验值。新案件库必须是空的;要么全部复制成功,
    要么什么都不写。原来的案件库不动,只在审计记录中记下一笔。

    \b
    例:clues copy cases.db postgresql+psycopg://clues@dbhost/clues
        clues copy postgresql+psycopg://clues@dbhost/clues 备份.db

    密码放在环境变量 PGPASSWORD 或文件 ~/.pgpass 中,不要写在地址里。PostgreSQL 的准备见 docs/postgresql.md。
    """
    from cases.copying import copy_store
    from cli.settings import opened, reviewer
    from review.audit import logged
    from review.runs.lock import only_one

    began = dt.datetime.now()
    with opened(store) as source, only_one(source), opened(target, create=True) as destination, progress("复制", quiet=quiet) as told:
        logged(source, "导出", "copy", {"to": destination.name}, reviewer())
        copied = copy_store(source, destination, told)
        names = {record: sheet.name for record, sheet in source.catalogue.records.items()}
    rows = sum(c.rows for c in copied)
    if form == "json":
        print_json({"rows": rows, "tables": [{"table": c.table, "rows": c.rows, "digest": c.digest} for c in copied]})
    elif not quiet:
        print_table(("表", "行数", "校验值"), [(names.get(c.table, f"台账 {c.table}"), c.rows, c.digest) for c in copied if c.rows], right=(1,))
    seconds = (dt.datetime.now() - began).total_seconds()
    line = f"{began:%Y-%m-%d %H:%M} copied tables={len(copied)} rows={rows} seconds={seconds:.0f}"
    say(line if quiet else f"已复制 {len(copied)} 张表,共 {rows} 行,逐行核对一致")
    return 0
