"""`clues audit`: who did what when, and whether that record is whole."""

from __future__ import annotations

import datetime as dt
import re

import click

from cli.command import DAY, Group, command, format_option, quiet_option, store_argument
from cli.output import hint, print_csv, print_json, print_table, say
from review.audit import ACTS, Entry, entries
from review.audit import verify as verified


@click.group("audit", cls=Group)
def audit() -> None:
    """查看审计记录:谁在什么时候导入、扫描、查看原文、导出、处理、清除;核对记录有没有被改动。

    \b
    例:clues audit verify cases.db
        clues audit list cases.db --act 处理 --since 2026-11-01
    """


@command("verify")
@store_argument
@click.option("--known", default="", metavar="摘要", help="以前记下的末条摘要:它必须还在记录中")
@quiet_option
def verify(store: str, known: str, quiet: bool) -> int:
    """核对审计记录:每一条都由摘要与前一条相连,改动、插入、删去任何一条都会指出是哪一条(退出码 1)。

    只有删去末尾几条、或者连摘要整个重写的,从记录本身看不出来:把末条的摘要记在案件库以外,以后用 --known 核对。

    \b
    例:clues audit verify cases.db
        clues audit verify cases.db --known 3b1f…(上次记下的摘要)
    """
    from cases.errors import UsageProblem
    from cli.settings import opened

    noted = known.strip().lower()
    if noted and not re.fullmatch("[0-9a-f]{64}", noted):
        raise UsageProblem(f"“{known}”不是摘要:请把以前 clues audit verify 给出的末条摘要(64 个字符)全部抄上")
    with opened(store) as case_store:
        chain = verified(case_store, noted)
    if chain.broken:
        say(f"错误:{chain.broken};它之前的 {chain.entries} 条完好。请保留案件库原样,与备份核对")
        return 1
    click.echo(f"{chain.entries} {chain.digest}" if quiet else f"审计记录 {chain.entries} 条,前后相连,没有改动;末条摘要 {chain.digest}")
    return 0


@command("list")
@store_argument
@click.option("--act", type=click.Choice(ACTS), metavar="行为", help=f"只列这一种:{'、'.join(ACTS)}")
@click.option("--account", default="", metavar="姓名", help="只列这个人的")
@click.option("--about", default="", metavar="对象", help="只列关于这一条线索(编号的开头)或对象的")
@click.option("--since", type=DAY, metavar="日期", help="从哪一天起")
@format_option("table", "json", "csv")
def list_(store: str, act: str | None, account: str, about: str, since: dt.date | None, form: str) -> None:
    """列出审计记录,先后有序。

    \b
    例:clues audit list cases.db --act 查看原文
        clues audit list cases.db --about 3f2a91 --format json
    """
    from cli.settings import opened

    with opened(store) as case_store:
        found = list(entries(case_store, act=act or "", account=account, about=about, since=since.isoformat() if since else ""))
    if form == "json":
        print_json({"entries": [entry.as_json() for entry in found]})
    elif form == "csv":
        print_csv(HEADERS, [_row(entry) for entry in found])
    else:
        print_table(HEADERS, [_row(entry) for entry in found], right=(0,))
        if not found:
            hint("没有符合条件的审计记录")


HEADERS = ("序号", "时间", "人", "行为", "对象", "详情")


WORDS = {
    "阶段": "阶段", "未能读入的文件": "未能读入的文件",
    "from": "原为", "to": "改为", "reason": "理由", "until": "暂缓至", "into": "并入", "assignee": "承办", "format": "格式", "masked": "遮盖",
    "rule": "规则", "mechanism": "监督机制", "severity": "程度", "agency": "单位", "since": "自", "status": "状态", "all": "全部",
    "rules": "规则", "records": "记录", "judged": "判断", "clues": "线索", "insufficient": "数据不足",
    "incremental": "增量", "new": "新增", "changed": "变化", "back": "再现", "gone": "消失",
    "seconds": "秒", "errors": "略过",
}  # fmt: skip
"""What is logged in English, for readers, in the order in which it is told; what is logged in Chinese stands here for its place alone."""


def _row(entry: Entry) -> tuple[str, ...]:
    told = ",".join(f"{WORDS.get(name, name)} {_word(value)}" for name, value in sorted(entry.detail.items(), key=_place) if value not in ("", None))
    return str(entry.seq), entry.happened_at.replace("T", " "), entry.account, entry.act, entry.about, told


def _word(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return "是" if value is True or value == "True" else "否" if value is False else str(value)


def _place(item: tuple[str, object]) -> int:
    """Where a detail is told: in the order of WORDS, whatever has no word of its own last."""
    return list(WORDS).index(item[0]) if item[0] in WORDS else len(WORDS)


for _one in (verify, list_):
    audit.add_command(_one)
