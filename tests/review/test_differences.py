"""What became different in a clue: told with days and amounts, and never with a text that could name a person."""

import copy
import json
from typing import Any

from cases.catalogue import load_catalogue
from review.differences import MOST, differences, told

CATALOGUE = load_catalogue()
CLUE: dict[str, Any] = {
    "severity": "medium", "state": "overdue", "due_on": "2026-07-03", "arose_on": "2026-07-04",
    "evidence": [
        {"record": "penalty", "key": ["某罚〔2025〕1号"], "field": field, "value": value}
        for field, value in {"served_on": "2025-10-03", "fine": "50000", "performed_on": None, "violation": "无证经营", "party": "张棠"}.items()
    ],
}  # fmt: skip


def changed(*cells: tuple[str, Any], **heads: Any) -> str:
    new = {**copy.deepcopy(CLUE), **heads}
    for field, value in cells:
        next(cell for cell in new["evidence"] if cell["field"] == field)["value"] = value
    return told(differences(CLUE, new, CATALOGUE), CATALOGUE)


def test_days_amounts_and_the_limit_are_told_as_they_were_and_are() -> None:
    said = changed(("served_on", "2025-10-09"), ("fine", "60000.00"), ("performed_on", "2026-11-20"), due_on="2026-07-09", arose_on="2026-07-10")
    assert said == (
        "行政处罚的送达日期由2025-10-03改为2025-10-09;行政处罚的罚款金额由50000改为60000;行政处罚的履行完毕日期由空白改为2026-11-20;"
        "期限届满日由2026-07-03改为2026-07-09"
    )
    assert changed(severity="high", state="late") == "程度由中改为高;状态由逾期未办改为逾期已办"
    assert changed(due_on=None, arose_on="2026-07-04") == "期限届满日由2026-07-03改为空白"


def test_what_may_name_a_person_is_neither_kept_nor_told() -> None:
    new = copy.deepcopy(CLUE)
    for cell in new["evidence"]:
        cell["value"] = "李棠" if cell["field"] in ("violation", "party") else cell["value"]
    kept = differences(CLUE, new, CATALOGUE)
    assert not [name for name in ("张棠", "李棠", "无证") if name in json.dumps(kept, ensure_ascii=False)]
    assert told(kept, CATALOGUE) == "行政处罚的违法行为有改动;行政处罚的当事人有改动"


def test_rows_that_came_or_went_are_counted() -> None:
    row = {"record": "civil_case", "key": ["某民初1号"], "field": "filed_on", "value": "2026-01-01"}
    assert told(differences({**CLUE, "evidence": []}, {**CLUE, "evidence": [row]}, CATALOGUE), CATALOGUE) == "多了 1 行民事案件"
    assert told(differences({**CLUE, "evidence": [row]}, {**CLUE, "evidence": []}, CATALOGUE), CATALOGUE) == "少了 1 行民事案件"


def test_many_changes_are_told_short_and_none_not_at_all() -> None:
    def rows(day: str) -> dict[str, Any]:
        cells = [{"record": "civil_case", "key": [str(n)], "field": "filed_on", "value": day} for n in range(MOST + 2)]
        return {**CLUE, "evidence": cells}

    said = told(differences(rows("2026-01-01"), rows("2026-01-02"), CATALOGUE), CATALOGUE)
    assert said.count("立案日期") == MOST
    assert said.endswith("另有 2 处改动")
    assert changed() == ""
    # A catalogue of another office knows a sheet that this one does not.
    assert told({"cells": [["elsewhere", "some_on"]], "added": {"elsewhere": 1}}, CATALOGUE) == "elsewhere的some_on有改动;多了 1 行elsewhere"
