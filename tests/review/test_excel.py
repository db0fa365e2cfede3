"""The list goes out as a workbook, is filled in, sorted, torn about, and comes back as the same decisions."""

import datetime as dt
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from cases.errors import SheetError
from cases.store import Store, open_store
from review.decisions import REASONS, Decision, decide, standings
from review.excel import ANSWERS, ASSIGNEE, ID, INTO, NOTE, REASON, SHEET, STAMP, STATUS, UNTIL, Taken, take_back
from review.reports.contents import Report
from review.reports.xlsx import write_list
from rules.law import load_law
from tests.review.ledgers import add_clues, clue_id, rows

NOW = dt.datetime(2026, 11, 22, 9, 30)
COUNT = 6
Answers = dict[int, dict[str, Any]]
"""What is filled in: by the clue's number, by column."""


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        add_clues(opened, *range(1, COUNT + 1))
        yield opened


def written(store: Store, path: Path) -> Path:
    write_list(Report(store, load_law()), path)
    return path


def table(path: Path) -> list[list[Any]]:
    """The list as it stands in the file, header first."""
    book = openpyxl.load_workbook(path)
    cells = [[cell.value for cell in row] for row in book[SHEET].iter_rows()]
    book.close()
    return cells


def filled(path: Path, answers: Answers, change: Callable[[list[list[Any]]], list[list[Any]]] = lambda cells: cells) -> Path:
    """Fill in the list, and let `change` do to its cells what reviewers do."""
    cells = table(path)
    at = {name: i for i, name in enumerate(cells[0])}
    for row in cells[1:]:
        for name, value in answers.get(int(row[at[ID]], 16), {}).items():
            row[at[name]] = value
    book = openpyxl.Workbook()
    sheet = book.active
    for row in change(cells):
        sheet.append(row)
    book.save(path)
    book.close()
    return path


def back(store: Store, path: Path, account: str = "王审") -> Taken:
    return take_back(store, path, account, now=NOW)


def stands(store: Store) -> dict[int, tuple[str, str, str, str, dt.date | None, str]]:
    found = standings(store, [clue_id(n) for n in range(1, COUNT + 1)])
    return {int(one.clue_id, 16): (one.status, one.reason, one.assignee, one.note, one.until, one.into) for one in found.values()}


NOTES = st.sampled_from(["", "已核", "-见卷", "  两行\n的话"])
NAMES = st.sampled_from(["", "王审"])
DAYS = st.sampled_from(["2026-12-31", "2027年1月5日", dt.datetime(2026, 12, 1), 46388])
ANSWER: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({STATUS: st.sampled_from(["核查中", "成案", "待补证"]), NOTE: NOTES, ASSIGNEE: NAMES}),
    st.fixed_dictionaries({STATUS: st.sampled_from(["误报", "不予监督"]), REASON: st.sampled_from(REASONS), NOTE: st.just("见卷")}),
    st.fixed_dictionaries({STATUS: st.just("暂缓"), UNTIL: DAYS}),
    st.fixed_dictionaries({ASSIGNEE: st.just("李审")}),
)


@settings(deadline=None, max_examples=12)
@given(st.fixed_dictionaries(dict.fromkeys(range(1, COUNT + 1), ANSWER)), st.randoms(use_true_random=False))
def test_shuffled_rows_and_columns_come_back_as_the_same_decisions(answers: Answers, dice: random.Random) -> None:
    def shuffled(cells: list[list[Any]]) -> list[list[Any]]:
        order = list(range(len(cells[0])))
        dice.shuffle(order)
        body = cells[1:]
        dice.shuffle(body)
        rest = [*([["我自己的表头"]] if dice.random() < 0.5 else []), cells[0], *body]
        return [["", *(row[i] if i < len(row) else None for i in order), "我的列"] if len(row) > 1 else row for row in rest]

    with tempfile.TemporaryDirectory() as folder:
        results = []
        for change in (lambda cells: cells, shuffled):
            with open_store(Path(folder) / f"{len(results)}.db", create=True) as store:
                add_clues(store, *range(1, COUNT + 1))
                taken = back(store, filled(written(store, Path(folder) / "list.xlsx"), answers, change))
                assert taken.problems() == []
                results.append((stands(store), taken.blank))
    assert results[0] == results[1]
    wanted = {n: tuple(answers[n].get(k, "").strip() for k in (REASON, ASSIGNEE, NOTE)) for n in answers}
    assert {n: (reason, assignee, note) for n, (_, reason, assignee, note, _, _) in results[0][0].items()} == wanted
    assert {n: s[0] for n, s in results[0][0].items()} == {n: answers[n].get(STATUS, "待审") for n in answers}


def test_a_list_that_nobody_filled_in_changes_nothing(store: Store, tmp_path: Path) -> None:
    before = rows(store, "clues")
    taken = back(store, written(store, tmp_path / "list.xlsx"))
    assert (taken.blank, taken.outcome.done, taken.problems()) == (COUNT, [], [])
    assert rows(store, "clues") == before
    assert rows(store, "events") == []


def test_deleted_rows_and_columns_do_no_harm(store: Store, tmp_path: Path) -> None:
    kept = (ID, STAMP, STATUS, REASON)

    def torn(cells: list[list[Any]]) -> list[list[Any]]:
        return [[cell for cell, name in zip(row, cells[0], strict=True) if name in kept] for row in (cells[0], cells[2], cells[5])]

    taken = back(store, filled(written(store, tmp_path / "list.xlsx"), {2: {STATUS: "误报", REASON: "重复"}, 3: {STATUS: "成案"}}, torn))
    assert [s.clue_id for s in taken.outcome.done] == [clue_id(2)]
    assert taken.blank == 1


def test_two_reviewers_are_told_of_each_other_and_the_first_stands(store: Store, tmp_path: Path) -> None:
    first = filled(written(store, tmp_path / "a.xlsx"), {1: {STATUS: "误报", REASON: "规则过宽"}, 2: {STATUS: "成案"}})
    second = filled(written(store, tmp_path / "b.xlsx"), {1: {STATUS: "成案", NOTE: "卷在我处"}, 2: {STATUS: "成案"}, 3: {STATUS: "核查中"}})
    assert len(back(store, first).outcome.done) == 2
    taken = back(store, second, "李审")
    ((line, why),) = taken.problems()
    assert line == 2
    for both in ("误报(规则过宽),王审", "成案:卷在我处", "没有改动"):
        assert both in why
    assert taken.outcome.unchanged == [clue_id(2)]
    assert [s.clue_id for s in taken.outcome.done] == [clue_id(3)]
    assert stands(store)[1][:2] == ("误报", "规则过宽")


def test_the_same_list_twice_is_as_once(store: Store, tmp_path: Path) -> None:
    path = filled(written(store, tmp_path / "a.xlsx"), {1: {STATUS: "暂缓", UNTIL: "2026-12-31"}, 2: {ASSIGNEE: "李审"}, 3: {NOTE: "先等"}})
    back(store, path)
    before = rows(store, "clues"), rows(store, "events"), rows(store, "audit")
    again = back(store, path)
    assert (again.outcome.done, again.problems(), len(again.outcome.unchanged)) == ([], [], 3)
    assert (rows(store, "clues"), rows(store, "events"), rows(store, "audit")) == before


def test_a_dash_takes_the_assignee_away_and_a_blank_does_not(store: Store, tmp_path: Path) -> None:
    back(store, filled(written(store, tmp_path / "a.xlsx"), {1: {ASSIGNEE: "李审"}, 2: {ASSIGNEE: "李审"}}))
    back(store, filled(written(store, tmp_path / "b.xlsx"), {1: {ASSIGNEE: "-"}, 2: {NOTE: "先等"}}))
    assert [stands(store)[n][2] for n in (1, 2)] == ["", "李审"]


def test_facts_that_changed_meanwhile_are_a_conflict(store: Store, tmp_path: Path) -> None:
    path = filled(written(store, tmp_path / "a.xlsx"), {1: {STATUS: "误报", REASON: "规则过宽"}})
    clues = store.register["clues"]
    with store.engine.begin() as connection:
        connection.execute(update(clues).where(clues.c.clue_id == clue_id(1)).values(facts="others"))
    ((_, why),) = back(store, path).problems()
    assert "案情已变化" in why
    assert stands(store)[1][0] == "待审"


def test_without_its_stamp_an_answer_never_overwrites_a_decision(store: Store, tmp_path: Path) -> None:
    def unstamped(cells: list[list[Any]]) -> list[list[Any]]:
        return [[cell for cell, name in zip(row, cells[0], strict=True) if name != STAMP] for row in cells]

    path = filled(written(store, tmp_path / "a.xlsx"), {1: {STATUS: "成案"}, 2: {STATUS: "成案"}}, unstamped)
    decide(store, [Decision(clue_id(1), "核查中")], "李审", now=NOW)
    taken = back(store, path)
    assert [s.clue_id for s in taken.outcome.done] == [clue_id(2)]
    assert stands(store)[1][0] == "核查中"
    assert len(taken.problems()) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({STATUS: "通过"}, "“处理结果”一栏的“通过”不是可选的答案"),
        ({STATUS: "误报", REASON: "规则太宽"}, "“理由”一栏的“规则太宽”不是可选的答案"),
        ({STATUS: "误报"}, "误报要写理由"),
        ({STATUS: "误报", REASON: "其他"}, "必须另写说明"),
        ({REASON: "重复"}, "理由要和状态一起写"),
        ({STATUS: "暂缓"}, "暂缓要写到哪一天"),
        ({STATUS: "暂缓", UNTIL: "明年"}, "“暂缓至”一栏的“明年”不是日期"),
        ({STATUS: "暂缓", UNTIL: "日期不详"}, "“暂缓至”一栏要写哪一天"),
        ({STATUS: "暂缓", UNTIL: "2020-01-01"}, "不在今天"),
        ({STATUS: "并案"}, "并案要写并入哪一条线索"),
        ({STATUS: "并案", INTO: "abcdef"}, "没有编号为 abcdef 的线索"),
        ({ID: "", STATUS: "成案"}, "填了处理而没有“线索编号”"),
        ({ID: "ffffffffffffffff", STATUS: "成案"}, "没有编号为 ffffffffffffffff 的线索"),
    ],
)  # fmt: skip
def test_a_bad_answer_is_told_by_its_row_and_the_others_go_in(store: Store, tmp_path: Path, answer: dict[str, Any], said: str) -> None:
    taken = back(store, filled(written(store, tmp_path / "a.xlsx"), {3: answer, 4: {STATUS: "成案"}}))
    ((line, why),) = taken.problems()
    assert line == 4
    assert said in why
    assert [s.clue_id for s in taken.outcome.done] == [clue_id(4)]
    assert stands(store)[3][0] == "待审"


def test_one_clue_in_two_rows_with_two_answers_is_refused(store: Store, tmp_path: Path) -> None:
    def doubled(cells: list[list[Any]]) -> list[list[Any]]:
        other = [*cells[1]]
        other[cells[0].index(STATUS)] = "待补证"
        return [*cells, other, [*cells[2]]]

    taken = back(store, filled(written(store, tmp_path / "a.xlsx"), {1: {STATUS: "成案"}, 2: {STATUS: "成案"}}, doubled))
    ((line, why),) = taken.problems()
    assert (line, "第 2 行是同一条线索而答案不同" in why) == (COUNT + 2, True)
    assert [s.clue_id for s in taken.outcome.done] == [clue_id(2)]


def test_a_merger_names_its_clue_by_the_beginning_of_its_id(store: Store, tmp_path: Path) -> None:
    back(store, filled(written(store, tmp_path / "a.xlsx"), {1: {STATUS: "并案", INTO: clue_id(2)}}))
    assert stands(store)[1][5] == clue_id(2)


def test_a_dry_run_says_what_would_be_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    path = filled(written(store, tmp_path / "a.xlsx"), {1: {STATUS: "成案"}})
    taken = take_back(store, path, "王审", now=NOW, dry_run=True)
    assert [s.status for s in taken.outcome.done] == ["成案"]
    assert rows(store, "events") == []


@pytest.mark.parametrize("make", ["none", "text", "other"])
def test_what_is_no_list_is_one_sentence(store: Store, tmp_path: Path, make: str) -> None:
    path = tmp_path / "a.xlsx"
    if make == "text":
        path.write_text("线索编号,处理结果")
    elif make == "other":
        book = openpyxl.Workbook()
        book.active.append(["编号", "意见"])
        book.save(path)
    with pytest.raises(SheetError) as said:
        back(store, path)
    assert str(path) in str(said.value)
    assert {"none": "核对路径", "text": "不是工作簿", "other": "clues report"}[make] in str(said.value)


def test_the_sheet_guides_who_fills_it_in(store: Store, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(store, tmp_path / "a.xlsx"))
    sheet = book[SHEET]
    header = [cell.value for cell in sheet[1]]
    assert sheet.protection.sheet
    assert not sheet.protection.sort
    assert not sheet.protection.autoFilter
    for name, cell in zip(header, sheet[2], strict=True):
        assert cell.protection.locked == (name not in ANSWERS), name
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{cell.column_letter}{COUNT + 1}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows) == ("landscape", 9, "$1:$1")
    assert sheet.column_dimensions[sheet[1][header.index(STAMP)].column_letter].hidden
    lists = {str(v.sqref).rstrip("0123456789"): v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"}
    assert any("误报" in text and "待审" not in text for text in lists.values())
    assert any("规则过宽" in text for text in lists.values())
    assert "清单" not in book.sheetnames
    assert any("怎样收回" in str(cell.value) for cell in book["说明"]["A"])
    book.close()


def test_texts_that_look_like_formulas_and_long_numbers_stay_texts(target: str, tmp_path: Path) -> None:
    with open_store(target, create=True) as store:
        for number, agency in enumerate(("=1+1", "+86", "-局", "@某局", "110101199002301234"), 1):
            add_clues(store, number, agency=agency)
        path = tmp_path / "a.xlsx"
        write_list(Report(store, load_law(), unmask=True), path)
    book = openpyxl.load_workbook(path)
    column = [cell.value for cell in book[SHEET][1]].index("被监督单位") + 1
    cells = [book[SHEET].cell(row, column) for row in range(2, 7)]
    assert [(c.value, c.data_type, c.number_format) for c in cells] == [(v, "s", "@") for v in ("=1+1", "+86", "-局", "@某局", "110101199002301234")]
    book.close()
