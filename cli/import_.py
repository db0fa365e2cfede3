"""`clues import`: sheets into the store."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.command import command, format_option, paths_argument, quiet_option, store_argument
from cli.output import print_json, print_table, progress, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from cases.documents.survey import Survey
    from cases.importing import ImportReport, Log
    from cases.store import Store

SHOWN = 20


@command("import")
@store_argument
@paths_argument
@click.option("--sheet", metavar="表名", help="不看文件名和工作表名,都当作这张表")
@click.option("--strict", is_flag=True, help="有一行不合格就全部不导入(退出码 1)")
@format_option("table", "json")
@quiet_option
def import_(store: str, paths: tuple[Path, ...], sheet: str | None, strict: bool, form: str, quiet: bool) -> int:
    """把各单位交来的表格和裁判文书读进案件库。

    表格:CSV(文件名是表名)、工作簿(工作表名是表名),或装着它们的文件夹。文书:TXT、DOCX、HTML、带文字的 PDF、JSON
    行、带全文列的 CSV,装着它们的文件夹、ZIP 或 TAR 压缩包;是什么由内容认出,不必说明。文书读出的内容进入民事案件、
    民事当事人、执行案件、非诉执行等表,各项读出的比例随后列出,没有读出的不猜。

    表头上方的标题、两三层的表头、合计行、空行不必删去;写着“—”“/”“无”“N/A”的格等于空着。隐藏的工作表不读。
    工作簿的格按显示的样子读(3.5万元、2017年6月);一张表的下面又有别的表,从那里起不读,并且说明。

    打了星号的证件号和姓名认不出是谁,不用来比对,导入时提示是哪几行;金额写成外币的、写“同上”的行拒收。

    不合格的行逐行拒收,写在输入文件旁边的“表名.rejected.csv”中,改正后可直接再导入;其余的行照常导入。
    原表改好再导入,没有拒收的行了,就把它删去;有人改过的不动,改名保留。同一条记录再次导入就是更新。

    \b
    例:clues import cases.db 刑事案件.csv
        clues import cases.db 数据文件夹 --strict
        clues import cases.db 导出.csv --sheet 行政处罚
        clues import cases.db 裁判文书/
    """
    from cases.documents.importing import Sorted, by_sheet, gathered, sort_paths
    from cases.errors import SheetError, UsageProblem
    from cases.importing import import_paths
    from cases.reading.sources import list_files
    from cli.settings import catalogue, opened, reviewer

    # A path that is wrong is told before a store is made; a store made for nothing is taken away again.
    chosen = Sorted(sheets=list(paths)) if sheet else sort_paths(paths, catalogue())
    list_files(chosen.sheets, [])
    began, who = dt.datetime.now(), reviewer()
    fresh = "://" not in store and not Path(store).exists()
    try:
        with (
            opened(store, create=True) as case_store,
            progress("导入", quiet=quiet) as told,
            gathered(chosen.papers, case_store.catalogue, strict=strict, progress=told, sheets_too=bool(chosen.sheets)) as papers,
        ):
            report = import_paths(
                case_store, chosen.sheets, sheet=sheet, strict=strict, progress=told, at=began, more=papers.sources, log=audit_log(case_store, who)
            )
            report.sheets = by_sheet(report.sheets, papers.sources)
    except (SheetError, UsageProblem):
        if fresh:
            Path(store).unlink(missing_ok=True)
        raise
    if form == "json":
        print_json(report.as_json() | ({"documents": papers.survey.as_json()} if chosen.papers else {}))
    elif not quiet:
        _table(report)
    _talk(report, quiet)
    if chosen.papers:
        _talk_of_papers(papers.survey, quiet)
    if quiet:
        say(_line(report, began))
    if report.refused:
        return 1
    return 3 if report.problems or papers.survey.failed() else 0


def _table(report: ImportReport) -> None:
    rows = [(s.sheet, s.path.name, s.read, s.inserted, s.updated, s.unchanged, s.rejected) for s in report.sheets]
    print_table(("表", "文件", "读入", "新增", "更新", "未变", "拒收"), rows, right=(2, 3, 4, 5, 6))


def _talk(report: ImportReport, quiet: bool) -> None:
    """Rejects, remarks and files that failed; the latter even with --quiet."""
    from review.masking import mask_body, mask_text

    for sheet in report.sheets:
        where = sheet.path.name if sheet.sheet in sheet.path.name else f"{sheet.path.name} 的《{sheet.sheet}》"
        for reject in sheet.rejects[:SHOWN]:
            column = f"“{reject.column}”" if reject.column else ""
            # The line is found by its number; what it holds stays out of logs as far as it names somebody.
            why = mask_text(reject.reason.replace(reject.value, mask_body(reject.value)) if reject.value else reject.reason)
            say(f"拒收 {where} 第 {reject.line} 行{column}:{why}", quiet=quiet)
        if len(sheet.rejects) > SHOWN:
            say(f"{where} 共拒收 {sheet.rejected} 行,其余的见拒收文件", quiet=quiet)
        if sheet.rejects_file:
            say(f"拒收的行在 {sheet.rejects_file},改正后可直接再导入", quiet=quiet)
    for remark in report.remarks:
        say(f"提示:{remark}", quiet=quiet)
    for _, problem in report.problems:
        say(f"错误:{problem}")
    if report.refused:
        say("错误:--strict 之下有不合格的行或文件,这次什么都没有导入:请按上面的说明改正后重试")


def _talk_of_papers(survey: Survey, quiet: bool) -> None:
    """What was read of the papers, and what was not; the latter even with --quiet."""
    from review.masking import mask_text

    for line in survey.lines():
        say(mask_text(line), quiet=quiet)
    for unread in survey.failed():
        say(mask_text(f"错误:没有读懂 {unread.told()}"))


def audit_log(store: Store, account: str) -> Log:
    """What enters an import in the audit log: its begin and its end, with the rows that changed, by sheet. Names of files may name
    persons, and stay out.
    """
    from review.audit import record

    def log(connection: Connection, report: ImportReport, is_end: bool) -> None:
        changed: dict[str, int] = {}
        for sheet in report.sheets:
            changed[sheet.sheet] = changed.get(sheet.sheet, 0) + sheet.inserted + sheet.updated
        told = {"阶段": "结束", **changed} if is_end else {"阶段": "开始", "表格": len(report.sheets)}
        record(store, connection, "导入", f"第 {report.import_id} 次导入", {**told, "未能读入的文件": len(report.problems)}, account)

    return log


def _line(report: ImportReport, began: dt.datetime) -> str:
    counts = {name: sum(s.counts()[name] for s in report.sheets) for name in ("read", "inserted", "updated", "unchanged", "rejected")}
    seconds = (dt.datetime.now() - began).total_seconds()
    told = " ".join(f"{name}={count}" for name, count in counts.items())
    return f"{began:%Y-%m-%d %H:%M} import={report.import_id} {told} problems={len(report.problems)} seconds={seconds:.0f}"
