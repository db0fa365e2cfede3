"""Runs: what becomes of clues from night to night, what withholds a result, what a bad record and a dead worker cost."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from cases import importing
from cases.importing import import_paths
from cases.settings import Gate
from cases.store import Store, open_store
from engine.facts import Plan
from engine.scan import Scanner
from review import ledger
from review.purging import purge
from review.runs import gate, processes
from review.runs.gate import Withheld
from review.runs.lock import Busy, only_one
from review.runs.processes import in_processes
from review.runs.run import Run, now
from review.runs.scanning import NothingToResume, Order, scan, serially
from review.runs.work import NobodyWorks, Told, _Worker, release
from review.runs.workers import Recipe
from review.story import acts
from rules.law import load_law
from rules.load import PACKS, load_rules
from rules.resolve import Resolved

RULE = "criminal.lingering-no-measure"
DAY = date(2024, 1, 8).toordinal()
HEAD = "案件编号,罪名,是否涉企,办案单位,立案日期,移送审查起诉日期\n"


def cases(numbers: range, filed: str = "2021-04-01", sent: str = "") -> str:
    return HEAD + "".join(f"虚刑{n}号,合同诈骗罪,是,某市公安局,{filed},{sent}\n" for n in numbers)


@cache
def rule(name: str) -> Resolved:
    return next(r for r in load_rules() if r.rule.id == name)


class Office:
    """A store with one rule, to which sheets are delivered."""

    def __init__(self, store: Store, folder: Path):
        self.store, self.folder = store, folder
        self.scanner = Scanner(store, [rule(RULE)], load_law())

    def deliver(self, text: str) -> None:
        (self.folder / "刑事案件.csv").write_text(text, encoding="utf-8")
        import_paths(self.store, [self.folder])

    def scan(self, day: int = DAY, **how: Any) -> Run:
        work = how.pop("work", serially)
        return scan(self.store, self.scanner, Order(day, **how), work)

    def clues(self, run: Run) -> list[str]:
        return [c["subject"]["key"][0] for c in ledger.found_in(self.store, run)]

    def events(self, number: int) -> list[str]:
        (clue,) = [c for c in ledger.recorded(self.store, gone=True) if c["subject"]["key"] == [f"虚刑{number}号"]]
        events = self.store.register["events"].c
        query = select(events.kind).where(events.clue_id == clue["id"]).order_by(events.event_id)
        with self.store.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def rows(self) -> dict[str, list[Any]]:
        """All that the ledger holds, but for the list of runs and how full the sheets were."""
        tables = {name: table for name, table in self.store.register.items() if name not in ("runs", "deliveries")}
        with self.store.engine.connect() as connection:
            return {name: sorted(map(repr, connection.execute(select(table)))) for name, table in tables.items()}

    def decide(self, number: int, status: str, **more: Any) -> None:
        clues = self.store.register["clues"]
        (clue,) = [c for c in ledger.recorded(self.store) if c["subject"]["key"] == [f"虚刑{number}号"]]
        with self.store.engine.begin() as connection:
            facts = connection.execute(select(clues.c.facts).where(clues.c.clue_id == clue["id"])).scalar()
            values = {"status": status, "decided_facts": facts, **more}
            connection.execute(update(clues).where(clues.c.clue_id == clue["id"]).values(values))

    def status(self, number: int) -> str:
        (clue,) = [c for c in ledger.recorded(self.store) if c["subject"]["key"] == [f"虚刑{number}号"]]
        return str(clue["status"])


@pytest.fixture
def office(target: str, tmp_path: Path) -> Iterator[Office]:
    with open_store(target, create=True) as store:
        yield Office(store, tmp_path)


def test_a_clue_goes_on_changes_goes_and_comes_back(office: Office) -> None:
    office.deliver(cases(range(10)))
    assert (office.scan().new, office.scan().new) == (10, 0)
    office.deliver(cases(range(1), filed="2021-05-01"))
    run = office.scan(DAY + 1)
    assert (run.incremental, run.judged, run.changed, run.gone) == (True, 1, 1, 0)
    office.deliver(cases(range(1), filed="2021-05-01", sent="2023-02-01"))
    assert (run := office.scan(DAY + 2)).gone == 1 and run.clues == 9
    office.deliver(cases(range(1), filed="2021-05-01"))
    assert office.scan(DAY + 3).back == 1
    assert office.events(0) == ["变化", "消失", "再现"] and office.events(1) == []


def test_what_is_not_judged_again_is_told_as_of_the_day(office: Office) -> None:
    office.deliver(cases(range(1)))
    office.scan()
    (clue,) = ledger.found_in(office.store, office.scan(DAY + 30))
    due = date.fromisoformat(clue["due_on"]).toordinal()
    assert clue["days"] == DAY + 30 - due and "至2024年2月7日仍未" in clue["summary"]
    assert clue["derivation"][-1]["day"] == "2024-02-07"
    (listed,) = ledger.recorded(office.store)
    assert listed["days"] == clue["days"] and listed["last_run"] == 2


def test_time_alone_makes_a_clue(office: Office) -> None:
    office.deliver(cases(range(2), filed="2022-01-10"))
    assert office.scan(date(2024, 1, 10).toordinal()).clues == 0
    run = office.scan(date(2024, 1, 11).toordinal())
    assert (run.incremental, run.judged, run.new) == (True, 2, 2)


def test_a_provision_that_binds_each_record_from_a_day_of_its_own(office: Office, tmp_path: Path) -> None:
    shipped, local = "criminal.filing-decision-overdue", "local.filing"
    text = (PACKS / "criminal" / f"{shipped}.yaml").read_text(encoding="utf-8").replace(f"id: {shipped}", f"id: {local}")
    text = re.sub("^in_force: .*$", "in_force: received_on + 36 months", text, flags=re.MULTILINE)
    (tmp_path / "本地.yaml").write_text(text, encoding="utf-8")
    office.scanner = Scanner(office.store, [r for r in load_rules([tmp_path / "本地.yaml"]) if r.rule.id == local], load_law())
    office.deliver("案件编号,罪名,办案单位,受案日期,立案日期\n虚刑1号,盗窃罪,某市公安局,2021-01-11,日期不详\n")
    assert office.scan(date(2024, 1, 10).toordinal()).insufficient == 0
    run = office.scan(date(2024, 1, 11).toordinal())
    assert (run.incremental, run.insufficient) == (True, 1)


def test_looking_back_changes_nothing(office: Office) -> None:
    office.deliver(cases(range(1)) + cases(range(1, 2), filed="2022-01-01").removeprefix(HEAD))
    office.scan(DAY)
    earlier = office.scan(date(2023, 6, 1).toordinal())
    assert office.clues(earlier) == ["虚刑0号"] and earlier.looks_back
    assert len(list(ledger.recorded(office.store))) == 2 and office.events(1) == []
    assert office.scan(DAY + 1).incremental


def test_a_scan_as_of_a_day_to_come_is_put_right_by_todays(office: Office) -> None:
    today = date(2024, 1, 8)
    office.deliver(cases(range(1)) + cases(range(1, 2), filed=f"{today}").removeprefix(HEAD))
    assert office.scan(today.toordinal() + 5000).clues == 2
    run = office.scan(today.toordinal(), today=today.toordinal())
    assert (run.looks_back, run.incremental, run.gone, office.clues(run)) == (False, False, 1, ["虚刑0号"])
    assert office.scan(today.toordinal() + 5000).back == 1


def test_a_closed_clue_comes_back_only_when_its_facts_change(office: Office) -> None:
    office.deliver(cases(range(2)))
    office.scan()
    for number in range(2):
        office.decide(number, "误报", reason="数据错误")
    office.scan(DAY + 10, full=True)
    assert office.status(0) == "误报"
    office.deliver(cases(range(1), filed="2021-03-01"))
    office.scan(DAY + 11)
    assert (office.status(0), office.status(1)) == ("待审", "误报")
    assert office.events(0) == ["变化", "重启"]
    (clue,) = [c for c in ledger.recorded(office.store) if c["subject"]["key"] == ["虚刑0号"]]
    assert [act["text"] for act in acts(office.store, clue)][1:] == [
        "依据的事实有变化:刑事案件的立案日期由2021-04-01改为2021-03-01;期限届满日由2023-04-03改为2023-03-01",
        "依据的事实与处理时不同,重新列为待审(原处理:误报、数据错误)",
    ]


def test_a_snoozed_clue_is_open_again_on_its_day(office: Office) -> None:
    office.deliver(cases(range(1)))
    office.scan()
    office.decide(0, "暂缓", snoozed_until=DAY + 5)
    office.scan(DAY + 4)
    assert office.status(0) == "暂缓"
    office.scan(DAY + 5)
    assert office.status(0) == "待审" and office.events(0) == ["到期"]


def test_rules_that_are_gone_leave_their_clues_as_they_are(office: Office) -> None:
    office.deliver(cases(range(1)))
    office.scan()
    scan(office.store, Scanner(office.store, [rule("trial.overdue")], load_law()), Order(DAY + 9))
    (clue,) = ledger.recorded(office.store)
    assert clue["present"] and clue["last_run"] == 1


def test_a_delivery_that_collapsed_is_held_back(office: Office) -> None:
    office.deliver(cases(range(100), sent="2022-04-01"))
    office.scan()
    office.deliver(cases(range(100)))  # the column came empty: a hundred acts have vanished
    with pytest.raises(Withheld, match=r"“移送审查起诉日期”填写率从 100% 降到 0%.*--force"):
        office.scan(DAY + 1)
    assert list(ledger.recorded(office.store)) == []
    assert office.scan(DAY + 1, force=True).new == 100
    assert office.scan(DAY + 2).clues == 100  # what was let through is the measure from now on


def test_a_delivery_of_which_most_is_missing_is_held_back_though_no_row_of_it_is_new(office: Office) -> None:
    for _ in range(3):
        office.deliver(cases(range(250)))
        office.scan()
    office.deliver(cases(range(9)))
    with pytest.raises(Withheld, match="只报来 9 行,前 3 次最少 250 行"):
        office.scan()
    assert office.scan(force=True).gone == 0


def test_a_run_that_died_before_the_gate_cannot_be_gone_on_with(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.deliver(cases(range(100), sent="2022-04-01"))
    office.scan()
    office.deliver(cases(range(100)))
    with monkeypatch.context() as patch:
        patch.setattr(gate, "closed", interrupted)
        with pytest.raises(Stopped):
            office.scan(DAY + 1)
    with pytest.raises(NothingToResume):
        office.scan(DAY + 1, resume=True)
    with pytest.raises(Withheld):
        office.scan(DAY + 1)


def test_a_rule_that_floods_is_held_back(office: Office) -> None:
    office.deliver(cases(range(150), sent="2022-04-01"))
    for day in (DAY - 2, DAY - 1):
        assert office.scan(day).clues == 0
    office.deliver(cases(range(70)))
    with pytest.raises(Withheld, match=f"规则 {RULE} 由 0 条线索骤增到 70 条"):
        office.scan(DAY + 1, gate=Gate(fill_drop=1))
    assert list(ledger.recorded(office.store)) == []
    assert office.scan(DAY + 1, force=True).new == 70


def test_what_time_alone_brings_is_no_flood(office: Office) -> None:
    office.deliver(cases(range(150), filed="2022-01-08"))
    for day in (DAY - 2, DAY - 1):
        assert office.scan(day).clues == 0
    assert office.scan(DAY + 1).new == 150


def test_a_sheet_that_grows_may_have_emptier_cells(office: Office) -> None:
    office.deliver(cases(range(100), sent="2022-04-01"))
    office.scan()
    office.deliver(cases(range(100, 400)))
    assert office.scan(DAY + 1).new == 300


def test_a_withheld_run_leaves_nothing_behind(office: Office) -> None:
    office.deliver(cases(range(150), sent="2022-04-01") + cases(range(200, 210), filed="2023-01-08").removeprefix(HEAD))
    for day in (DAY - 2, DAY - 1):
        office.scan(day)
    office.deliver(cases(range(70)))
    before = office.rows()
    for full in (False, True):
        with pytest.raises(Withheld):
            office.scan(DAY + 1, full=full, gate=Gate(fill_drop=1))
        assert office.rows() == before


class Stopped(Exception):
    """The run was interrupted."""


def interrupted(*of: Any) -> None:
    raise Stopped


def test_resume_goes_on_with_an_interrupted_run(office: Office) -> None:
    office.deliver(cases(range(3)))
    with pytest.raises(NothingToResume):
        office.scan(resume=True)
    with pytest.raises(Stopped):
        office.scan(work=interrupted)
    run = office.scan(resume=True)
    assert (run.run_id, run.clues) == (1, 3)
    with pytest.raises(Stopped):
        office.scan(DAY + 1, work=interrupted, full=True)
    assert office.scan(DAY + 1).run_id == 3  # without it, the next run begins anew


def test_a_bad_record_is_named_and_left_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.deliver(cases(range(9)))
    office.scan()
    whole = Plan.fact

    def fact(self: Plan, row: dict[str, Any], as_of: int) -> Any:
        if row["case_no"] == "虚刑5号":
            raise ArithmeticError("too large")
        return whole(self, row, as_of)

    monkeypatch.setattr(Plan, "fact", fact)
    run = office.scan(DAY + 1, full=True)
    assert (run.clues, run.gone) == (9, 0)  # nothing is said about what could not be judged
    (said,) = run.left_out
    assert RULE in said and "虚刑5号" in said and "too large" in said
    days = {c["id"]: c["days"] for c in ledger.found_in(office.store, run)}
    assert {c["id"]: c["days"] for c in ledger.recorded(office.store)} == days  # told as of the same day wherever they are told
    monkeypatch.undo()
    assert office.scan(DAY + 1).left_out == []


def recipe(office: Office) -> Recipe:
    return Recipe(office.store.engine.url.render_as_string(hide_password=False), (RULE,), DAY)


def test_processes_find_the_same(office: Office) -> None:
    office.deliver(cases(range(5)))
    run = office.scan(work=in_processes(recipe(office), 2))
    found = office.clues(run)
    assert len(found) == 5 and found == office.clues(office.scan(full=True))


def test_a_killed_process_costs_only_its_task(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.deliver(cases(range(5)))
    start, killed = processes._Supervisor._start, list[int]()

    def kill_the_first(self: Any) -> Any:
        pipe = start(self)
        if not killed:
            (process, _, _) = next(iter(self.going.values()))
            os.kill(process.pid, signal.SIGKILL)
            killed.append(process.pid)
        return pipe

    monkeypatch.setattr(processes._Supervisor, "_start", kill_the_first)
    run = office.scan(work=in_processes(recipe(office), 1))
    assert killed and (run.clues, run.left_out) == (5, [])


def test_what_is_resumed_on_another_day_is_as_of_its_own(office: Office) -> None:
    office.deliver(cases(range(1)) + cases(range(1, 2), filed="2022-01-08").removeprefix(HEAD))
    with pytest.raises(Stopped):
        office.scan(DAY, work=interrupted)
    later = replace(recipe(office), as_of=DAY + 30)
    run = office.scan(DAY + 30, resume=True, work=in_processes(later, 1))
    assert (run.as_of, office.clues(run)) == (DAY, ["虚刑0号"])


def stillborn(*of: Any) -> None:
    os._exit(9)


def test_processes_that_cannot_begin_are_not_started_for_ever(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.deliver(cases(range(2)))
    monkeypatch.setattr(processes, "_child", stillborn)
    with pytest.raises(NobodyWorks, match="代码 9"):
        office.scan(work=in_processes(recipe(office), 2))
    with pytest.raises(NobodyWorks):
        office.scan(work=lambda *of: None)
    assert office.scan(resume=True).clues == 2


def test_only_one_scan_at_a_time(office: Office) -> None:
    with only_one(office.store), pytest.raises(Busy), only_one(office.store):
        pass
    with only_one(office.store):
        pass


def test_after_a_purge_all_is_judged_again(office: Office) -> None:
    office.deliver(cases(range(9)) + cases(range(20, 30), sent="2022-04-01").removeprefix(HEAD))
    office.scan()
    gone = purge(office.store, date.today() + timedelta(1), "李审", {RULE: "criminal_case"})
    assert len(gone.rows["criminal_case"]) == 10
    assert {c["last_run"] for c in ledger.recorded(office.store)} == {1}
    run = office.scan(DAY + 1)
    assert (run.incremental, run.clues, run.gone) == (False, 9, 0)


def test_what_a_running_import_takes_back_is_judged_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.deliver(cases(range(40)))
    office.scan()
    files = {1: cases(range(1), filed="2023-12-01"), 2: cases(range(1))}  # the second puts back what the first changed
    for number, text in files.items():
        (office.folder / f"刑事案件{number}.csv").write_text(text, encoding="utf-8")
    whole, seen = importing._Run._import, list[int]()

    def with_a_scan_between(self: importing._Run, job: importing._Job) -> None:
        if job.source.path.name == "刑事案件2.csv":
            seen.append(office.scan(DAY + 1).clues)
        whole(self, job)

    monkeypatch.setattr(importing._Run, "_import", with_a_scan_between)
    import_paths(office.store, [office.folder / f"刑事案件{number}.csv" for number in files])
    run = office.scan(DAY + 2)
    assert (seen, run.incremental, run.clues) == ([39], True, 40)


def test_an_import_that_nobody_saw_is_looked_at_when_it_is_there(office: Office) -> None:
    imports, table = office.store.register["imports"], office.store.tables["criminal_case"]
    office.deliver(cases(range(40)))
    when = {"begun_at": now(), "ended_at": now()}
    with office.store.engine.begin() as connection:
        connection.execute(insert(imports), {"import_id": 3, **when})
    office.scan()
    # A strict import had the number 2 already and ends now, in its one transaction.
    with office.store.engine.begin() as connection:
        connection.execute(insert(imports), {"import_id": 2, **when})
        filed = date(2023, 12, 1).toordinal()
        connection.execute(update(table).where(table.c.case_no == "虚刑0号").values(import_id=2, filed_on=filed))
    run = office.scan(DAY + 1)
    assert (run.incremental, run.gone) == (True, 1)


def test_a_task_that_is_given_back_gets_a_new_number(office: Office) -> None:
    office.deliver(cases(range(3)))

    def taken_for_dead(store: Store, scanner: Scanner, run: Run, told: Told) -> None:
        workers = [_Worker(store, scanner, run.run_id, DAY, name) for name in ("late", "other")]
        first = workers[0].lease()
        release(store, scanner, run.run_id, "died", "late")
        again = workers[1].lease()
        assert again.task_id != first.task_id
        workers[0].perform(first)  # it lives after all: what it finds is nobody's
        workers[1].perform(again)

    assert office.scan(work=taken_for_dead).clues == 3
