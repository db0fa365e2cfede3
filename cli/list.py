"""`clues list`: the recorded clues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.command import clue_filters, command, format_option, output_option, store_argument
from cli.output import hint
from cli.writing import masked, write_json, write_rows, written_to

if TYPE_CHECKING:
    from cases.store import Store


@command("list")
@store_argument
@click.option("--status", default="", metavar="状态", help="审查状态,如 待审;办结的、暂缓的只有这样(或 --all)才列出")
@clue_filters
@click.option("--all", "everything", is_flag=True, help="连同已办结(成案、误报、不予监督、并案)和暂缓的")
@click.option("--gone", is_flag=True, help="连同已经消失的线索")
@click.option("--mask", is_flag=True, help="JSON、CSV 中也遮盖姓名和证件号(表格总是遮盖)")
@output_option
@format_option("table", "json", "csv")
def list_(store: str, status: str, everything: bool, gone: bool, mask: bool, output: Path | None, form: str, **filters: Any) -> int:
    """列出台账中的线索。

    已办结的(成案、误报、不予监督、并案)和暂缓的不列出,除非加 --all,或用 --status 指明。表格先列程度高的,再按天数,最多五十条;
    JSON、CSV 列出全部。导出记入审计记录。

    \b
    例:clues list cases.db --mechanism 行政非诉执行 --severity high
        clues list cases.db --rule 'civil.*' --format csv --output 线索.csv
        clues list cases.db --status 误报
    """
    from cli.choosing import known, why_none
    from cli.settings import opened, reviewer
    from review.audit import logged
    from review.decisions import ASIDE, STATUSES, reviewed
    from review.masking import mask_body

    if status and status not in STATUSES:
        from cases.errors import UsageProblem

        raise UsageProblem(f"没有“{status}”这个状态:可写 {'、'.join(STATUSES)}")
    hidden: list[str] = []
    with opened(store) as case_store:
        known(case_store, filters)
        if output or form != "table":
            given = {"status": status, **filters, "agency": mask_body(filters["agency"]), "all": everything, "gone": gone}
            told = {"format": form, "masked": mask or form == "table", **{k: str(v) for k, v in given.items() if v}}
            logged(case_store, "导出", "list", told, reviewer())
        # Where it cannot be written, what is still being read is closed before the store is.
        with closing(picked(case_store, status, () if status or everything else ASIDE, hidden, gone=gone, **filters)) as found:
            first = list(islice(found, 1))
            with written_to(output) as out:
                clues = reviewed(case_store, chain(first, found))
                if form == "json":
                    write_json({}, masked(case_store, clues, mask), None, out)
                else:
                    write_rows(case_store, clues, form, mask, out, reviewed=True)
        if not (first or hidden):
            hint(why_none(case_store, filters, gone=gone))
    if hidden:
        hint(f"另有 {len(hidden)} 条已办结或暂缓的没有列出;加 --all 列出")
    return 0


def picked(
    store: Store, status: str, but: Sequence[str], hidden: list[str], *, rule: str, mechanism: str, severity: str | None, agency: str,
    since: dt.date | None, gone: bool = False,
) -> Generator[dict[str, Any], None, None]:  # fmt: skip
    """The recorded clues of a status (blank: of all `but` these, whose ids go into `hidden`) that the filters let through."""
    from review import ledger

    wanted = {"status": status, "rule": rule, "mechanism": mechanism, "severity": severity or "", "agency": agency}
    for clue in ledger.recorded(store, **wanted, since=since.toordinal() if since else 0, gone=gone):
        if clue["status"] in but:
            hidden.append(clue["id"])
        else:
            yield clue
