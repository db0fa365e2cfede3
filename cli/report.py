"""`clues report`: the clues as a list to fill in (XLSX), a document (DOCX) or an overview (HTML)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.command import clue_filters, command, law_option, quiet_option, rules_option, store_argument
from cli.output import replaced, say

if TYPE_CHECKING:
    from review.reports.contents import Report

ENDINGS = (".xlsx", ".docx", ".html")


@command("report")
@store_argument
@click.argument("clue_ids", metavar="[线索编号…]", nargs=-1)
@click.option(
    "--output", "-o", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="文件", help="写到哪个文件:.xlsx、.docx 或 .html"
)
@click.option("--letter", is_flag=True, help="写检察建议书草稿(只用于一条线索和 .docx)")
@click.option("--status", default="", metavar="状态", help="审查状态,如 待审;办结的、暂缓的只有这样(或 --all)才写")
@clue_filters
@click.option("--all", "everything", is_flag=True, help="连同已办结(成案、误报、不予监督、并案)和暂缓的")
@click.option("--gone", is_flag=True, help="连同已经消失的线索")
@click.option("--unmask", is_flag=True, help="写出自然人全名和完整证件号(默认遮盖;记入审计)")
@rules_option
@law_option
@quiet_option
def report(
    store: str, clue_ids: tuple[str, ...], output: Path, letter: bool, status: str, everything: bool, gone: bool, unmask: bool, quiet: bool,
    **filters: Any,
) -> int:  # fmt: skip
    """把线索写成文件:审查人填写的名单(.xlsx)、公文格式的线索核查报告(.docx)、总览网页(.html)。

    不写线索编号就是全部未办结、未消失的线索,可以筛选。名单填好后用 clues review 案件库 --from 名单.xlsx 收回。

    \b
    例:clues report cases.db --output 名单.xlsx --mechanism 行政非诉执行
        clues report cases.db 3f2a91 --output 核查报告.docx
        clues report cases.db 3f2a91 --output 建议书.docx --letter
        clues report cases.db --output 总览.html
    """
    from cases.errors import UsageProblem
    from cli.choosing import known, why_none
    from cli.settings import current, opened, reviewer
    from review.audit import logged
    from review.decisions import ASIDE, STATUSES
    from review.masking import mask_body
    from review.reports.contents import Report
    from rules.law import load_law

    if (ending := output.suffix.lower()) not in ENDINGS:
        raise UsageProblem(f"不知道怎样写“{output.name}”:--output 的文件名要以 {'、'.join(ENDINGS)} 之一结尾")
    if letter and (ending != ".docx" or len(set(clue_ids)) != 1):
        raise UsageProblem("--letter 写一条线索的检察建议书草稿:请写一个线索编号,--output 用 .docx 文件")
    if status and status not in STATUSES:
        raise UsageProblem(f"没有“{status}”这个状态:可写 {'、'.join(STATUSES)}")
    given = {k: v for k, v in {"status": status, **filters, "all": everything, "gone": gone}.items() if v}
    if clue_ids and given:
        raise UsageProblem("线索编号和筛选条件不能一起用:请只写编号,或者只写筛选条件")
    since = filters["since"]
    wanted = {"status": status, **filters, "severity": filters["severity"] or "", "since": since.toordinal() if since else 0, "gone": gone}
    began = dt.datetime.now()
    with opened(store) as case_store:
        known(case_store, filters)
        told = Report(
            case_store, load_law(current().law), ids=[one.strip().lower() for one in clue_ids], filters=wanted,
            but=() if status or everything else ASIDE, unmask=unmask,
        )  # fmt: skip
        # Before anything is written: what cannot be accounted for is not done.
        given |= {"agency": mask_body(filters["agency"])} if filters["agency"] else {}
        said = {"format": ending[1:], "masked": not unmask, **{k: str(v) for k, v in given.items()}, **({"clues": told.ids} if told.ids else {})}
        logged(case_store, "导出", mask_body(output.name), said, reviewer())
        with replaced(output) as draft:
            count = _written(told, draft, ending, letter)
        none = "" if count or told.left_out else why_none(case_store, filters, gone=gone)
    if quiet:
        seconds = (dt.datetime.now() - began).total_seconds()
        masked = "no" if unmask else "yes"
        say(f"{began:%Y-%m-%d %H:%M} reported clues={count} aside={told.left_out} masked={masked} seconds={seconds:.0f} file={output}")
        return 0
    say(f"{count} 条线索已写入 {output}" + (",姓名和证件号未遮盖,请妥善保管" if unmask else ",姓名和证件号已遮盖"))
    if none:
        say(none)
    if told.left_out:
        say(f"另有 {told.left_out} 条已办结或暂缓的没有写;加 --all 写上")
    return 0


def _written(told: Report, path: Path, ending: str, letter: bool) -> int:
    """Write the file; gives how many clues it tells of."""
    if ending == ".xlsx":
        from review.reports.xlsx import write_list

        return write_list(told, path)
    if ending == ".html":
        from cli.settings import current
        from review.reports.html import write_overview
        from rules.load import load_rules

        return write_overview(told, path, {r.rule.id: r for r in load_rules(current().rules, told.store.catalogue)})
    from review.reports.docx import write_letter, write_report

    return write_letter(told, path) if letter else write_report(told, path)
