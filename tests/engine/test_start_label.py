"""A derivation names the cell from which the limit was counted, not every cell from which it might have been."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cases.catalogue import load_catalogue
from cases.importing import import_paths
from cases.store import open_store
from engine.scan import Scanner
from rules.law import load_law
from rules.load import load_rules
from tests.cases.sheets import write_csv

RULES = {r.rule.id: r for r in load_rules(catalogue=load_catalogue())}
MEASURE = ("案件编号", "嫌疑人编号", "措施", "开始日期")
CHANGE = ("案件编号", "嫌疑人编号", "类型", "决定日期")


@pytest.mark.parametrize(
    ("kind", "begun"),
    [
        ("第一次延长侦查羁押期限", "起算日:2026-01-05(周一)(开始日期),当日不计入"),
        ("重新计算侦查羁押期限", "起算日:2026-02-02(周一)(期限变更·决定日期),当日不计入"),
    ],
)
def test_only_the_cell_that_holds_the_starting_day_is_named(tmp_path: Path, kind: str, begun: str) -> None:
    write_csv(tmp_path / "强制措施.csv", MEASURE, ("甲1", "1", "逮捕", "2026-01-05"))
    write_csv(tmp_path / "期限变更.csv", CHANGE, ("甲1", "1", kind, "2026-02-02"))
    with open_store(str(tmp_path / "store.db"), create=True) as store:
        import_paths(store, [tmp_path / "强制措施.csv", tmp_path / "期限变更.csv"])
        (batch,) = Scanner(store, [RULES["criminal.custody-overdue"]], load_law()).scan(date(2026, 11, 22).toordinal())
    (clue,) = batch.clues
    assert clue["derivation"][0]["text"] == begun


def test_a_starting_day_that_was_counted_itself_is_told_step_by_step(tmp_path: Path) -> None:
    write_csv(tmp_path / "刑事案件.csv", ("案件编号", "罪名", "办案单位", "立案日期"), ("甲1", "盗窃罪", "某局", "2024-01-02"))
    write_csv(
        tmp_path / "强制措施.csv",
        (*MEASURE, "解除日期"),
        ("甲1", "1", "拘留", "2024-01-03", "2024-01-08"),
        ("甲1", "1", "取保候审", "2024-01-08", ""),
    )
    with open_store(str(tmp_path / "store.db"), create=True) as store:
        import_paths(store, [tmp_path / "刑事案件.csv", tmp_path / "强制措施.csv"])
        (batch,) = Scanner(store, [RULES["criminal.lingering-compensable"]], load_law()).scan(date(2026, 11, 22).toordinal())
    (clue,) = batch.clues
    assert [step["text"] for step in clue["derivation"]][:6] == [
        "起算日:2024-01-08(周一)(开始日期),当日不计入",
        "期限:12个月",
        "期限届满原日:2025-01-08(周三)",
        "最后合法日:2025-01-08(周三)",
        "起算日:2025-01-08(周三)(即上面数得的这一日),当日不计入",
        "期限:12个月",
    ]
