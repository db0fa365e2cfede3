"""`expected`: what a scan of these sheets as of a day must find, by the specification alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from . import civil, criminal, custody, enforcement, referral, supervision, trial
from .findings import Findings
from .view import Cells, View

RULES = [rule for module in (criminal, custody, referral, enforcement, civil, trial, supervision) for rule in module.RULES]


def expected(sheets: Mapping[str, Sequence[Cells]], as_of: date) -> dict[str, list[dict[str, Any]]]:
    """Return {"clues": […], "insufficient": […]} as of `as_of`.

    sheets: rows by Chinese sheet name, each a mapping of Chinese column to canonical cell text (ISO days or 日期不详, plain
    numbers, 是/否) or None. A clue has rule, subject {record, key}, state, due_on, arose_on (ISO text or None), days and
    severity; an insufficient entry has rule, subject and missing. Raises ValueError or KeyError on a cell of another form.
    """
    view, out = View(sheets, as_of), Findings(as_of)
    for rule in RULES:
        rule(view, out)
    return out.result()
