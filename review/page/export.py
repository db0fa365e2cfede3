"""A view as a file: the workbook that reviewers fill in, or CSV with the same columns."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path

from flask import Response

from review.csvs import write_csv
from review.reports.contents import Report
from review.reports.xlsx import GIVEN_COLUMNS, HIDDEN, write_list

FORMATS = ("xlsx", "csv")
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


def exported(report: Report, form: str, now: dt.datetime) -> Response:
    """The clues of a report as a download, named by the time."""
    with tempfile.TemporaryDirectory(prefix="clues-") as folder:
        path = Path(folder) / f"list.{form}"
        if form == "xlsx":
            write_list(report, path)
        else:
            path.write_bytes(_csv(report))
        content = path.read_bytes()
    named = {"Content-Disposition": f'attachment; filename="clues-{now:%Y%m%d-%H%M}.{form}"'}
    return Response(content, headers={"Content-Type": TYPES[form], **named})


def _csv(report: Report) -> bytes:
    out, columns = io.BytesIO(), [column for column in GIVEN_COLUMNS if column.name not in HIDDEN]
    wholes = ({**clue, "change": report.change(clue), "standing": clue["status"]} for clue in report.clues())
    write_csv([column.name for column in columns], ([column.text(whole) for column in columns] for whole in wholes), out)
    return out.getvalue()
