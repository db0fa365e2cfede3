"""Explaining: the verdict is the scan's for every record and rule, and the reason says in Chinese what failed and by how much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.catalogue import load_catalogue
from cases.importing import import_paths
from cases.store import Store, open_store
from engine.evidence import key_of
from engine.explain import Explainer, keys_of, stored_key
from engine.explanation import Explanation
from engine.scan import Scanner
from rules.law import load_law
from rules.load import load_rules
from rules.resolve import ParameterVersions, Resolved
from tests.cases.sheets import write_csv
from tests.conftest import NewStore
from tests.reference.stores import as_of_days, store, write

SEED = 5
FIELD = re.compile(r"[a-z]+_[a-z]+|\$[a-z]")
TODAY = date(2026, 11, 22).toordinal()

RULES = {r.rule.id: r for r in load_rules(catalogue=load_catalogue())}

Subject = tuple[str, str, tuple[str, ...]]  # rule, record, key


# -- the same verdicts as a scan -------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("sheets")
    write(store(SEED, 1), folder)
    with open_store(new_store(), create=True) as found:
        import_paths(found, [folder])
        yield found


def scanned(opened: Store, rules: list[Any], day: int) -> tuple[set[Subject], set[Subject]]:
    """Which records are hit (for windows: which take part in a clue), and which are insufficient, by a scan."""
    items = {r.rule.id: (r.base_record, r.window.item.name) for r in rules if r.window}  # the cell that is read of every member
    hits: set[Subject] = set()
    gaps: set[Subject] = set()
    for batch in Scanner(opened, rules, load_law()).scan(day):
        for clue in batch.clues:
            places = [(clue["subject"]["record"], clue["subject"]["key"])]
            if clue["rule"] in items:
                places = [(c["record"], c["key"]) for c in clue["evidence"] if (c["record"], c["field"]) == items[clue["rule"]]]
            hits |= {(clue["rule"], record, tuple(key)) for record, key in places}
        gaps |= {(gap["rule"], gap["subject"]["record"], tuple(gap["subject"]["key"])) for gap in batch.insufficient}
    return hits, gaps


DAYS = as_of_days(SEED)


@pytest.mark.parametrize(("day", "step"), [(DAYS[3], 8), *(pytest.param(day, 1, marks=pytest.mark.slow) for day in DAYS)])
def test_every_verdict_is_that_of_the_scan(invented: Store, day: date, step: int) -> None:
    rules = list(RULES.values())[::step]
    hits, gaps = scanned(invented, rules, day.toordinal())
    assert hits
    assert gaps
    told: dict[str, set[Subject]] = {"hit": set(), "insufficient": set()}
    for record, sheet in invented.catalogue.records.items():
        explainer = Explainer(invented, sheet, rules, load_law())
        for row in keys_of(invented, sheet, {}, limit=100_000):
            for found in explainer.explain({name: row[name] for name in sheet.key_fields}, day.toordinal()):
                assert found.reason
                assert found.outcome == "hit" or not FIELD.search(found.reason), found.reason
                if found.outcome in told:
                    told[found.outcome].add((found.rule.rule.id, record, key_of(row, sheet)))
    assert told == {"hit": hits, "insufficient": gaps}


# -- the reasons -----------------------------------------------------------------------------------------------------------
@dataclass
class Desk:
    """A folder of sheets, the store that they go into, and the question asked of them."""

    folder: Path
    store: str

    def put(self, sheet: str, *rows: dict[str, str]) -> None:
        columns = tuple(dict.fromkeys(name for row in rows for name in row))
        write_csv(self.folder / f"{sheet}.csv", columns, *([row.get(c, "") for c in columns] for row in rows))

    def ask(self, rule: str | Resolved, sheet: str, *key: str, day: int = TODAY) -> Explanation:
        with open_store(self.store, create=True) as opened:
            import_paths(opened, [self.folder])
            page = opened.catalogue.sheets[sheet]
            asked = RULES[rule] if isinstance(rule, str) else rule
            (found,) = Explainer(opened, page, [asked], load_law()).explain(stored_key(page, key), day)
            return found


@pytest.fixture
def desk(tmp_path: Path, target: str) -> Desk:
    return Desk(tmp_path, target)


def said(found: Explanation) -> tuple[str, str, tuple[int | str, str] | None]:
    return found.outcome, found.reason, (found.gap.amount, found.gap.unit) if found.gap else None


PENALTY = {"决定书文号": "罚1号", "行政机关": "某局", "当事人": "甲", "违法行为": "无证经营", "处罚决定日期": "2026-05-30", "罚款金额": "600"}
FAKES = {**PENALTY, "违法行为": "生产伪劣产品", "涉案金额": "4万元"}


SURCHARGE, EARLY, APPLIED = "penalty.surcharge-over-fine", "penalty.paid-before-decided", "enforcement.not-applied"
ON = "「履行完毕日期」{},要求早于「处罚决定日期」2026-05-30"


@pytest.mark.parametrize(
    ("rule", "row", "outcome", "reason", "gap"),
    [
        (APPLIED, {"送达日期": "2026-06-04"}, "miss", "期限2027-03-04届满,还差102天", (102, "天")),
        (APPLIED, {}, "insufficient", "「送达日期」空白,判断不了", None),
        (APPLIED, {"罚款金额": ""}, "miss", "「罚款金额」空白,要求超过0元", None),
        (APPLIED, {"提起诉讼日期": "2026-06-30"}, "miss", "「提起诉讼日期」2026-06-30,要求空白", None),
        (APPLIED, {"行政机关": "某市公安局"}, "miss", "「行政机关」“某市公安局”,要求不含有“公安”", None),
        (SURCHARGE, {"加处罚款金额": "599.99"}, "miss", "「加处罚款金额」599.99元,要求超过「罚款金额」600元,差0.01元", ("0.01", "元")),
        (SURCHARGE, {"处罚决定日期": "2027-01-05"}, "miss", "截至2026-11-22,这条记录还不存在(「处罚决定日期」在这一天之后)", None),
        (EARLY, {"履行完毕日期": "2026-06-02"}, "miss", ON.format("2026-06-02") + ",晚了3天", (3, "天")),
        (EARLY, {"履行完毕日期": "2026-05-30"}, "miss", ON.format("2026-05-30") + ",正是同一天", None),
        (
            EARLY,
            {"处罚决定日期": "2000-01-05", "履行完毕日期": "2000-01-04"},
            "not_in_force",
            "这条规则自2001-07-09起适用,情形出现在2000-01-05",
            None,
        ),
        ("referral.platform-late", FAKES, "miss", "「行政机关」相同的记录中,没有「行政处罚」记录符合“「录入平台日期」已填”", None),
    ],
)
def test_reasons_for_one_penalty(desk: Desk, rule: str, row: dict[str, str], outcome: str, reason: str, gap: Any) -> None:
    desk.put("行政处罚", {**PENALTY, **row})
    assert said(desk.ask(rule, "行政处罚", "罚1号")) == (outcome, reason, gap)


def test_a_threshold_is_told_with_what_is_missing(desk: Desk) -> None:
    desk.put("行政处罚", FAKES)
    outcome, reason, gap = said(desk.ask("referral.threshold-not-transferred", "行政处罚", "罚1号"))
    assert outcome == "miss"
    assert "未达到“生产、销售伪劣产品”的追诉标准:「涉案金额」4万元,差1万元才到5万元" in reason
    assert gap == ("10000.00", "元")


def test_a_quantity_is_told_in_the_unit_of_the_sheet(desk: Desk) -> None:
    desk.put("行政处罚", {**PENALTY, "违法行为": "占用永久基本农田", "涉案数量": "2000", "数量单位": "平方米"})
    found = desk.ask("referral.threshold-not-transferred", "行政处罚", "罚1号")
    assert "「涉案数量」2000平方米,差1333.333334平方米才到3333.333334平方米" in found.reason


def test_a_quantity_without_a_unit_is_not_called_blank(desk: Desk) -> None:
    desk.put("行政处罚", {**PENALTY, "违法行为": "拒不支付劳动报酬", "涉案金额": "2万元", "涉案数量": "12"})
    found = desk.ask("referral.threshold-not-transferred", "行政处罚", "罚1号")
    assert "「涉案金额」2万元,差1万元才到3万元,且「涉案数量」的单位空白或者不合,无法换算" in found.reason


EXECUTION = {"案号": "执1号", "法院": "某法院", "立案日期": "2026-01-05"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"有可供执行财产": "否"}, ("excluded", "无可供执行财产:「有可供执行财产」为否", None)),
        ({"结案日期": "2026-07-01"}, ("miss", "「结案日期」2026-07-01,期限2026-07-06届满,提前5天办理", (5, "天"))),
        ({"结案日期": "2026-07-06"}, ("miss", "「结案日期」2026-07-06,期限2026-07-06届满,当日办理", None)),
        ({"立案日期": "2026-05-22"}, ("miss", "期限2026-11-23届满,还差1天", (1, "天"))),
        ({"结案日期": "日期不详"}, ("insufficient", "「结案日期」日期不详,判断不了", None)),
        ({"中止日期": "2026-03-01"}, ("miss", "「中止日期」2026-03-01,要求空白;或者「恢复日期」空白,要求已填", None)),
    ],
)
def test_reasons_for_one_execution(desk: Desk, row: dict[str, str], expected: tuple[Any, ...]) -> None:
    desk.put("执行案件", {**EXECUTION, **row})
    assert said(desk.ask("execution.overdue", "执行案件", "执1号")) == expected


def test_the_day_itself_is_not_over(desk: Desk) -> None:
    desk.put("执行案件", EXECUTION)
    found = desk.ask("execution.overdue", "执行案件", "执1号", day=date(2026, 7, 6).toordinal())
    assert said(found) == ("miss", "期限2026-07-06届满,就在今天,明天起才算逾期", None)


def test_a_hit_is_the_clue_of_the_scan(desk: Desk) -> None:
    desk.put("执行案件", EXECUTION)
    found = desk.ask("execution.overdue", "执行案件", "执1号")
    assert found.outcome == "hit"
    assert found.clue is not None
    assert (found.clue["due_on"], found.clue["days"]) == ("2026-07-06", 139)
    assert "2026年11月22日" in found.reason


def test_only_related_row_is_explained_in_its_turn(desk: Desk) -> None:
    desk.put("刑事案件", {"案件编号": "A1", "罪名": "合同诈骗罪", "办案单位": "某局", "立案日期": "2020-01-05"})
    desk.put("强制措施", {"案件编号": "A1", "嫌疑人编号": "1", "措施": "取保候审", "开始日期": "2020-02-05"})
    found = desk.ask("criminal.lingering-compensable", "刑事案件", "A1")
    assert found.reason == "关联的「强制措施」记录只有(A1 1 取保候审 2020-02-05):「措施」“取保候审”,要求是“拘留”、“逮捕”之一"
    assert {(cell["record"], cell["field"]) for cell in found.evidence} >= {("coercive_measure", "measure")}
    none = desk.ask("criminal.lingering-no-measure", "刑事案件", "A1")
    assert none.reason.startswith("有「强制措施」记录(A1 1 取保候审 2020-02-05)符合")


# -- windows ---------------------------------------------------------------------------------------------------------------
def suits(desk: Desk, days: list[str], defendants: list[str], cause: str = "民间借贷纠纷") -> None:
    """One plaintiff with a suit on each of the days, against the defendants in turn."""
    numbers = [f"民{i}" for i in range(1, len(days) + 1)]
    desk.put("民事案件", *({"案号": n, "法院": "某法院", "案由": cause, "立案日期": day} for n, day in zip(numbers, days, strict=True)))
    party = {"诉讼地位": "原告", "姓名名称": "甲", "证件号": "XN1"}
    other = {"诉讼地位": "被告"}
    rows = [{"案号": n, **party} for n in numbers]
    rows += [{"案号": n, **other, "姓名名称": d, "证件号": f"XN-{d}"} for n, d in zip(numbers, defendants, strict=True)]
    desk.put("民事当事人", *rows)


@pytest.mark.parametrize(
    ("days", "defendants", "reason", "gap"),
    [
        (["2026-03-01"], ["乙"], "同一主体30日内最多1件,还差2件才到3件", (2, "件")),
        (["2026-03-01", "2026-03-09", "2026-04-30"], ["乙", "丙", "丁"], "同一主体30日内最多2件,还差1件才到3件", (1, "件")),
        (["2026-03-01", "2026-03-09", "2026-03-30"], ["乙", "丙", "丙"], "同一主体30日内有3件,只涉及2人,还差1人才到3人", (1, "人")),
    ],
)
def test_what_a_window_lacks(desk: Desk, days: list[str], defendants: list[str], reason: str, gap: tuple[int, str]) -> None:
    suits(desk, days, defendants)
    assert said(desk.ask("civil.filing-burst", "民事当事人", "民1", "原告", "甲")) == ("miss", reason, gap)


def test_a_record_of_a_window_that_is_a_clue(desk: Desk) -> None:
    suits(desk, ["2026-03-01", "2026-03-09", "2026-03-30", "2026-10-01"], ["乙", "丙", "丁", "乙"])
    inside = desk.ask("civil.filing-burst", "民事当事人", "民2", "原告", "甲")
    assert inside.outcome == "hit"
    assert inside.subject == {"record": "actor", "key": ["XN1"]}
    outside = desk.ask("civil.filing-burst", "民事当事人", "民4", "原告", "甲")
    assert outside.outcome == "miss"
    assert outside.reason.startswith("同一主体的另外3条记录符合,这条记录不在那一段时间")
    assert inside.clue is not None
    assert inside.clue["id"] in outside.reason


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (("民1", "被告", "乙"), "这条记录不计入:「诉讼地位」“被告”,要求是“原告”"),
        (("民1", "原告", "甲"), "这条记录不计入:「民事案件·案由」“买卖合同纠纷”,要求含有“民间借贷”"),
    ],
)
def test_why_a_record_is_not_counted(desk: Desk, key: tuple[str, ...], reason: str) -> None:
    suits(desk, ["2026-03-01"], ["乙"], cause="买卖合同纠纷")
    found = desk.ask("civil.filing-burst", "民事当事人", *key)
    assert (found.outcome, found.reason) == ("miss", reason)


def test_a_window_without_its_companion(desk: Desk) -> None:
    suits(desk, ["2026-03-01"] * 10, ["乙"] * 10, cause="追索劳动报酬纠纷")
    found = desk.ask("civil.wage-batch", "民事当事人", "民3", "被告", "乙")
    assert found.reason == "同一主体30日内有10件,但此前没有「执行案件」记录符合“「结案日期」空白”"
    lender = desk.ask("civil.lender-suspected", "民事当事人", "民3", "原告", "甲")
    assert lender.reason.startswith("这条记录不计入:「民事案件·案由」")


def test_a_lender_whom_nobody_suspects(desk: Desk) -> None:
    suits(desk, ["2026-03-01", "2026-03-02", "2026-03-03"], ["乙"] * 3)
    found = desk.ask("civil.lender-suspected", "民事当事人", "民3", "原告", "甲")
    assert found.reason.startswith("同一主体在这些记录前后没有「嫌疑人」记录符合")


def test_sums_that_do_not_reach_the_threshold(desk: Desk) -> None:
    rows = [{**FAKES, "决定书文号": f"罚{i}号", "当事人证件号": "XN1", "涉案金额": "2万元", "处罚决定日期": f"2026-05-1{i}"} for i in (1, 2)]
    desk.put("行政处罚", *rows)
    found = desk.ask("referral.split-penalties", "行政处罚", "罚1号")
    assert said(found) == ("miss", "同一主体60日内合计未达到“生产、销售伪劣产品”的追诉标准:「涉案金额」4万元,差1万元才到5万元", ("10000.00", "元"))


def test_a_demand_that_is_lowered_from_a_day_on(desk: Desk) -> None:
    """As an overlay does it: the number asked for is that of the as-of day, not the first there was."""
    suits(desk, ["2026-03-01", "2026-03-05"], ["乙", "丙"])
    rule = RULES["civil.repeat-filer"]
    first, later = rule.parameters["cases"].versions[0], (date(2026, 4, 1).toordinal(), 2)
    lowered = replace(rule, parameters={**rule.parameters, "cases": ParameterVersions((first, later))})
    assert desk.ask(lowered, "民事当事人", "民1", "原告", "甲", day=later[0]).outcome == "hit"
    before = desk.ask(lowered, "民事当事人", "民1", "原告", "甲", day=later[0] - 1)
    assert said(before) == ("miss", "同一主体365日内最多2件,还差3件才到5件", (3, "件"))


def test_a_window_without_a_span_has_no_end(desk: Desk) -> None:
    suits(desk, ["2016-03-01", "2019-03-05", "2026-03-09"], ["乙", "丙", "丁"])
    rule = RULES["civil.filing-burst"]
    assert rule.window is not None
    endless = replace(rule, window=replace(rule.window, within=None))
    assert desk.ask(endless, "民事当事人", "民1", "原告", "甲").outcome == "hit"
    assert desk.ask(endless, "民事当事人", "民1", "原告", "甲", day=date(2026, 3, 8).toordinal()).reason == "同一主体最多2件,还差1件才到3件"
