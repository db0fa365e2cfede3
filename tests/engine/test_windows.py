"""Windows over the records of one actor give what looking at every window gives, and look at each record few times."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.importing import import_paths
from cases.store import open_store
from engine.clues import ClueMaker
from engine.scan import Scanner
from engine.windows import Demand, Member, around, sweep
from rules.law import load_law
from rules.load import load_rules
from tests.cases.sheets import write_csv
from tests.conftest import NewStore

members = st.lists(
    st.builds(
        lambda item, at, later, others: Member(item, at, at + later, frozenset(others)),
        st.sampled_from("甲乙丙丁"), st.integers(1, 12), st.sampled_from([0, 0, 1, 9]), st.sets(st.sampled_from("子丑寅")),
    ),
    min_size=1, max_size=9,
)  # fmt: skip
demands = st.builds(Demand, st.integers(0, 6), st.integers(1, 3), st.integers(0, 2))
anchors = st.lists(st.tuples(st.integers(1, 12), st.integers(-3, 12), st.integers(0, 8)).map(lambda a: (a[0], a[1], a[1] + a[2])), max_size=5)


def _first_day(known: list[Member], demand: Demand) -> int | None:
    """The first day on which what was known then holds a window that is enough, by trying them all."""
    for day in sorted({m.known for m in known}):
        for last in {m.at for m in known}:
            inside = [m for m in known if m.known <= day and last - demand.span <= m.at <= last]
            if inside and demand.met(len({m.item for m in inside}), len(frozenset().union(*(m.others for m in inside))), {}):
                return day
    return None


def _around(known: list[Member], given: list[tuple[int, int, int]], items: int) -> Any:
    """The first day, who takes part, the most in one window, the windows that qualify, by trying them all."""
    best, part, most, met = list[int](), set[int](), 0, set[tuple[int, int, int]]()
    for day, first, last in given:
        inside = [m for m in known if first <= m.at <= last]
        different = {m.item for m in inside}
        if len(different) >= items:
            best.append(max(day, sorted(min(m.known for m in inside if m.item == item) for item in different)[items - 1]))
            part |= {id(m) for m in inside}
            most = max(most, len(different))
            met.add((day, first, last))
    return (min(best), part, most, met) if best else None


@given(members, demands)
@settings(max_examples=300, deadline=None)
def test_the_first_day_is_that_of_trying_all(known: list[Member], demand: Demand) -> None:
    found = sweep(known, demand)
    assert (found.arose if found else None) == _first_day(known, demand)


@given(members, anchors, st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_windows_from_outside_are_those_of_trying_all(known: list[Member], given_: list[tuple[int, int, int]], items: int) -> None:
    found = around(known, given_, items)
    assert (found and (found[0], {id(m) for m in found[1]}, *found[2:])) == _around(known, given_, items)
    assert found is None or len(found[1]) == len({id(m) for m in found[1]})


class Counted(Member):
    """A member that counts how often its item is looked at."""

    looked = 0

    def __getattribute__(self, name: str) -> Any:
        if name == "item":
            Counted.looked += 1
        return super().__getattribute__(name)


def _looks(count: int, kind: str) -> int:
    """How often so many records of one actor are looked at, who was known to be enough only by the last of them."""
    many = [Counted(f"案{n}", n % 90, 200 + n, frozenset(["甲" if n < count - 2 else f"乙{n}"])) for n in range(count)]
    Counted.looked = 0
    if kind == "sweep":
        found = sweep(many, Demand(90, 3, 3))
        assert found is not None and found.arose == 200 + count - 1
    else:
        assert around(many, [(n, n - 40, n + 40) for n in range(count)], 3) is not None
    return Counted.looked


@pytest.mark.parametrize("kind", ["sweep", "around"])
def test_work_does_not_grow_with_the_square(kind: str) -> None:
    assert _looks(2000, kind) < 6 * _looks(500, kind)  # the square would be sixteen times as many


def test_a_record_that_is_like_others_in_many_ways_is_told_of_once(tmp_path: Path, new_store: NewStore) -> None:
    """One plaintiff and the same thirty defendants in three suits: ninety windows hold three records."""
    suits = [(f"虚民初{n}号", "虚拟法院", "合同纠纷", f"2026-03-0{n}") for n in (2, 3, 4)]
    write_csv(tmp_path / "民事案件.csv", ("案号", "法院", "案由", "立案日期"), *suits)
    parties = [(suit, "被告", f"被告{n}") for suit, *_ in suits for n in range(30)] + [(suit, "原告", "原告甲") for suit, *_ in suits]
    write_csv(tmp_path / "民事当事人.csv", ("案号", "诉讼地位", "姓名名称"), *parties)
    told = list[object]()
    with open_store(new_store(), create=True) as store, pytest.MonkeyPatch.context() as patch:
        import_paths(store, [tmp_path])
        rules = [r for r in load_rules(catalogue=store.catalogue) if r.rule.id == "civil.split-claims"]
        patch.setattr(ClueMaker, "agency", lambda maker, env: told.append(env) or "虚拟法院")
        clues = [clue for batch in Scanner(store, rules, load_law()).scan(date(2026, 11, 22).toordinal()) for clue in batch.clues]
    assert [(clue["subject"]["key"], clue["agency"]) for clue in clues] == [(["原告甲"], "虚拟法院")]
    assert len(told) == 3


def _scanned(store_url: str, folder: Path, rule: str) -> list[dict[str, Any]]:
    with open_store(store_url, create=True) as store:
        import_paths(store, [folder])
        rules = [r for r in load_rules(catalogue=store.catalogue) if r.rule.id == rule]
        return [clue for batch in Scanner(store, rules, load_law()).scan(date(2026, 11, 22).toordinal()) for clue in batch.clues]


def test_what_a_pattern_waited_for_is_evidence(tmp_path: Path, new_store: NewStore) -> None:
    """The third filing is placed by its 立案日期; that its 申请日期 lies later says why the clue arose only then."""
    columns = ("案号", "法院", "依据类型", "申请执行人", "申请执行人证件号", "申请日期", "立案日期")
    filings = [("虚执1号", "", "2026-01-05"), ("虚执2号", "2026-02-01", "2026-02-05"), ("虚执3号", "2026-03-20", "2026-03-05")]
    rows = [(number, "虚拟法院", "仲裁裁决", "虚权公司", "91330000MA00000X01", applied, filed) for number, applied, filed in filings]
    write_csv(tmp_path / "执行案件.csv", columns, *rows)
    (clue,) = _scanned(new_store(), tmp_path, "civil.award-batch")
    assert clue["arose_on"] == "2026-03-20"
    assert [(e["key"], e["value"]) for e in clue["evidence"] if e["field"] == "applied_on"] == [(["虚执3号"], "2026-03-20")]


def test_only_crimes_around_which_enough_lies_are_evidence(tmp_path: Path, new_store: NewStore) -> None:
    suits = [(f"虚民初{n}号", "虚拟法院", "民间借贷纠纷", day) for n, day in enumerate(("2020-06-30", "2020-07-01", "2023-07-02"))]
    write_csv(tmp_path / "民事案件.csv", ("案号", "法院", "案由", "立案日期"), *suits)
    parties = [(number, "原告", "虚贷", "330300199001010000") for number, *_ in suits]
    write_csv(tmp_path / "民事当事人.csv", ("案号", "诉讼地位", "姓名名称", "证件号"), *parties)
    crimes = [("虚刑1号", "寻衅滋事罪", "虚拟公安局", "2020-07-01"), ("虚刑2号", "诈骗罪", "虚拟公安局", "2021-01-17")]
    write_csv(tmp_path / "刑事案件.csv", ("案件编号", "罪名", "办案单位", "立案日期"), *crimes)
    write_csv(tmp_path / "嫌疑人.csv", ("案件编号", "嫌疑人编号", "证件号"), *((number, "1", "330300199001010000") for number, *_ in crimes))
    (clue,) = _scanned(new_store(), tmp_path, "civil.lender-suspected")
    assert {e["key"][0] for e in clue["evidence"] if e["record"] == "criminal_case"} == {"虚刑2号"}
