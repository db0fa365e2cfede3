"""Reviewing as users do it: deciding, looking back, figures, the audit log, retention."""

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.periods import subtract_months
from tests.acceptance.test_import import one_sentence, run
from tests.cases.sheets import asked, changed, everything, write_csv
from tests.conftest import NewStore

COLUMNS = ("决定书文号", "行政机关", "当事人", "当事人证件号", "违法行为", "处罚决定日期", "送达日期", "罚款金额", "履行完毕日期")
NAME, NUMBER = "张晓棠", "110101199002301234"
DAY = ("--as-of", "2026-11-22", "--only", "enforcement.not-applied", "--quiet")


class Office:
    """A store with three open clues of one rule."""

    def __init__(self, folder: Path, store: str, made: bool = False):
        self.folder, self.store = folder, store
        if not made:
            self.deliver()
            self.scan()
        self.first, self.second, self.third = (clue for (clue,) in asked(store, "SELECT clue_id FROM clues ORDER BY sort_key"))

    def deliver(self, fine: str = "5000", paid: str = "") -> None:
        rows = [
            (f"某罚〔2025〕{n}号", "某市监局" if n < 3 else "某林草局", NAME, NUMBER, "无证经营", "2025-01-10", "2025-01-15", fine, paid)
            for n in (1, 2, 3)
        ]
        write_csv(self.folder / "行政处罚.csv", COLUMNS, *rows)
        assert run("import", self.store, self.folder / "行政处罚.csv", "--quiet").returncode == 0

    def scan(self) -> None:
        assert run("scan", self.store, *DAY).returncode == 0

    def clues(self, *more: object) -> list[dict[str, Any]]:
        done = run("list", self.store, "--format", "json", *more)
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["clues"]
        return found

    def review(self, *more: object, code: int = 0) -> str:
        done = run("review", self.store, *more)
        assert done.returncode == code, done.stderr
        return done.stderr if code == 0 else one_sentence(done)

    def age(self) -> None:
        """What was done so far was done long ago."""
        changed(
            self.store,
            "UPDATE clues SET decided_at = '2020-01-05T09:00:00' WHERE decided_at IS NOT NULL",
            "UPDATE runs SET begun_at = '2020-01-05T09:00:00'",
            "UPDATE imports SET begun_at = '2020-01-05 09:00:00'",
        )

    def acts(self, *more: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(run("audit", "list", self.store, "--format", "json", *more).stdout)["entries"]
        return found


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Office:
    """For tests that change nothing."""
    return Office(tmp_path_factory.mktemp("office"), new_store())


@pytest.fixture
def office(untouched: Office, tmp_path: Path, duplicate: Callable[[str], str]) -> Office:
    """A copy of it for one test."""
    return Office(tmp_path, duplicate(untouched.store), made=True)


def test_a_dismissed_clue_is_out_of_the_list_and_its_history_tells_why(office: Office) -> None:
    said = office.review(office.first[:8], "--status", "误报", "--reason", "数据滞后", "--note", "已于10月申请", "--as", "李审")
    assert f"{office.first}:误报(数据滞后),李审" in said
    left = run("list", office.store)
    assert office.first not in left.stdout
    assert "另有 1 条已办结或暂缓的没有列出" in left.stderr
    (closed,) = office.clues("--status", "误报")
    assert [closed[k] for k in ("id", "status", "reason", "note", "account", "version")] == [
        office.first,
        "误报",
        "数据滞后",
        "已于10月申请",
        "李审",
        1,
    ]
    assert len(office.clues("--all")) == 3
    shown = run("show", office.store, office.first).stdout
    assert "审查状态 误报" in shown
    assert "处理 李审  改为误报(数据滞后):已于10月申请" in shown
    assert "共 3 条,已办结 1 条,成案 0 条(0%),误报、不予监督的理由:数据滞后 1" in shown


def test_it_comes_back_when_its_facts_change_and_stays_closed_otherwise(office: Office) -> None:
    office.review(office.first, office.second, "--status", "误报", "--reason", "重复")
    office.deliver()
    office.scan()
    assert [c["id"] for c in office.clues()] == [office.third]
    office.deliver(fine="6000")
    office.scan()
    assert {c["status"] for c in office.clues()} == {"待审"}
    shown = run("show", office.store, office.first).stdout
    assert "依据的事实与处理时不同,重新列为待审(原处理:误报、重复)" in re.sub(r"\s", "", shown)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["{first}"], 2, "没有写要怎样处理"),
        (["{first}", "--status", "误报"], 2, "误报要写理由"),
        (["{first}", "--status", "误报", "--reason", "其他"], 2, "必须另写说明"),
        (["{first}", "--status", "核查中", "--as", "某" * 61], 2, "不超过 60 字"),
        (["{first}", "--status", "错报"], 2, "--status 只能是 待审、核查中"),
        (["{first}", "--status", "暂缓", "--until", "2020-01-01"], 2, "不在今天"),
        (["{first}", "--status", "暂缓", "--until", "2026-02-30"], 2, "这一天不存在"),
        (["{first}", "--status", "并案", "--into", "{first}"], 1, "不能并入它自己"),
        (["{first}", "--status", "并案", "--into", "ffff"], 1, "没有编号为 ffff 的线索"),
        (["--status", "核查中"], 2, "没有写处理哪些线索"),
        (["{first}", "--rule", "*", "--status", "核查中"], 2, "只写一种"),
        (["--agency", "没有这个局", "--status", "核查中"], 0, "名称含“没有这个局”的单位现在没有线索:有线索的是"),
        (["--mechanism", "挂案清理", "--status", "核查中", "--yes"], 0, "监督机制“挂案清理”现在没有线索"),
        (["--mechanism", "挂案", "--status", "核查中", "--yes"], 2, "没有叫“挂案”的监督机制:有挂案清理、"),
        (["--rule", "enforcment.*", "--status", "核查中", "--yes"], 2, "没有编号为“enforcment.*”的规则"),
        (["--rule", "*", "--status", "核查中"], 2, "再加 --yes 执行"),
        (["{first}", "--to-case"], 2, "只有以规则过宽、法定例外办结的才写成反例"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(untouched: Office, arguments: list[str], code: int, said: str) -> None:
    before = everything(untouched.store)
    assert said in untouched.review(*(a.format(first=untouched.first) for a in arguments), code=code)
    assert everything(untouched.store) == before


def test_many_are_decided_by_filter_after_a_preview(office: Office) -> None:
    wanted = ("--agency", "某市监局", "--status", "核查中", "--assignee", "王审")
    dry = run("review", office.store, *wanted, "--dry-run")
    assert office.first in dry.stdout
    assert "共 2 条:会改动 2 条" in dry.stderr
    assert NAME not in dry.stdout
    assert {c["status"] for c in office.clues()} == {"待审"}
    assert "已处理 2 条" in office.review(*wanted, "--yes")
    assert sorted((c["agency"], c["status"], c["assignee"]) for c in office.clues()) == [
        ("某市监局", "核查中", "王审"), ("某市监局", "核查中", "王审"), ("某林草局", "待审", ""),
    ]  # fmt: skip
    assert "已是这样 2 条" in office.review(*wanted, "--yes")
    office.review(office.first, "--assignee", "-")
    assert sum(c["assignee"] == "王审" for c in office.clues()) == 1


def test_what_cannot_be_changed_is_left_out_and_named(office: Office) -> None:
    office.review(office.first, "--status", "成案")
    said = office.review(office.first, office.second, "--status", "误报", "--reason", "重复", "--note", "见一号", code=3)
    assert f"{office.first}:已经是成案:要改为误报,先改回核查中" in said
    assert {c["id"]: c["status"] for c in office.clues("--all")} == {office.first: "成案", office.second: "误报", office.third: "待审"}


def test_who_acts_is_the_name_given_else_the_setting_else_the_account(office: Office) -> None:
    office.review(office.first, "--status", "核查中", "--as", "李审")
    assert run("review", office.store, office.second, "--status", "核查中", CLUES_REVIEWER="王审").returncode == 0
    assert run("review", office.store, office.third, "--status", "核查中", LOGNAME="值班账户").returncode == 0
    assert [a["account"] for a in office.acts("--act", "处理")] == ["李审", "王审", "值班账户"]


def test_every_act_is_logged_and_a_change_to_the_log_is_named(office: Office) -> None:
    office.review(office.first, "--status", "成案")
    assert NAME in run("show", office.store, office.first, "--unmask").stdout
    run("list", office.store, "--format", "csv", "--output", office.folder / "线索.csv")
    assert [a["act"] for a in office.acts()] == ["导入", "导入", "扫描", "处理", "查看原文", "导出"]
    assert NAME not in json.dumps(office.acts(), ensure_ascii=False)
    assert "原为 待审,改为 成案" in run("audit", "list", office.store).stdout
    assert "没有符合条件的审计记录" in run("audit", "list", office.store, "--account", "没有这个人").stderr
    sound = run("audit", "verify", office.store, "--quiet")
    assert re.fullmatch(r"6 [0-9a-f]{64}\n", sound.stdout)
    assert run("audit", "verify", office.store, "--known", sound.stdout.split()[1]).returncode == 0
    typo = run("audit", "verify", office.store, "--known", sound.stdout.split()[1][:-1])
    assert (typo.returncode, "不是摘要" in one_sentence(typo)) == (2, True)
    changed(office.store, "UPDATE audit SET account = '王审' WHERE act = '查看原文'")
    broken = run("audit", "verify", office.store)
    assert broken.returncode == 1
    assert "第 5 条审计记录" in one_sentence(broken)


SEALED = {
    False: ["CREATE TRIGGER sealed BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END"],
    True: [
        "CREATE FUNCTION sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'permission denied'; END $$",
        "CREATE TRIGGER sealed BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION sealed()",
    ],
}


def test_what_cannot_be_logged_is_not_shown(office: Office) -> None:
    changed(office.store, *SEALED["://" in office.store])
    done = run("show", office.store, office.first, "--unmask")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "审计记录写不进去" in one_sentence(done)
    assert run("show", office.store, office.first).returncode == 0


def test_figures_tell_what_became_of_the_clues(office: Office) -> None:
    office.review(office.first, "--status", "成案")
    office.review(office.second, "--status", "误报", "--reason", "规则过宽")
    told = json.loads(run("stats", office.store, "--format", "json").stdout)
    (rule,) = told["rules"]
    assert [rule[k] for k in ("rule", "clues", "decided", "taken", "share", "against_rule", "against_source")] == [
        "enforcement.not-applied", 3, 2, 1, 0.5, 1, 0,
    ]  # fmt: skip
    assert 0 < rule["low"] < 0.5 < rule["high"] < 1
    assert [a["agency"] for a in told["agencies"]] == ["某市监局", "某林草局"]
    assert "enforcement.ruling-late" in told["never"]
    table = run("stats", office.store, "--rule", "enforcement.not-applied").stdout
    assert "规则过宽 1" in table
    assert re.search("enforcement.ruling-late +法院受理后逾期未裁定", run("stats", office.store, "--rule", "enforcement.*").stdout)
    assert run("stats", office.store, "--format", "csv").stdout.startswith("\ufeff规则,名称,被监督单位,线索,已办结")


def test_a_dismissal_for_the_rules_sake_becomes_a_case_that_the_rule_fails(office: Office) -> None:
    case = office.folder / "反例.yaml"
    office.review(office.first, "--status", "误报", "--reason", "规则过宽", "--to-case", "--output", case)
    text = case.read_text(encoding="utf-8")
    assert NAME not in text
    assert NUMBER not in text
    assert "某罚" not in text
    tested = run("rules", "test", "enforcement.not-applied", "--rules", case)
    assert tested.returncode == 1
    assert f"用例“规则过宽 {office.first}”不符" in tested.stdout + tested.stderr
    assert run("rules", "check", "--rules", case).returncode == 0


def test_old_clues_and_what_nobody_needs_any_more_are_deleted(office: Office) -> None:
    office.review(office.first, "--status", "误报", "--reason", "重复")
    office.deliver(paid="2026-01-05")
    office.scan()
    dry = run("purge", office.store, "--before", "2026-11-22", "--records", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "删除线索 0 条,记录 0 条" in dry.stderr
    office.age()
    refused = run("purge", office.store, "--older-than", "3年", "--records")
    assert refused.returncode == 2
    assert "--yes" in one_sentence(refused)
    dry = run("purge", office.store, "--older-than", "3年", "--records", "--dry-run", "--quiet")
    assert office.first in dry.stdout
    assert re.findall("^行政处罚  (某.+)$", dry.stdout, re.MULTILINE) == [f"某罚〔2025〕{n}号" for n in (1, 2, 3)]
    done = run("purge", office.store, "--older-than", "3年", "--records", "--yes", "--as", "李审")
    assert done.returncode == 0, done.stderr
    assert "已删除 线索 3 条,行政处罚 3 条" in done.stderr
    today = dt.date.today()
    old = dt.date.fromordinal(subtract_months(today.toordinal(), 36))
    assert office.clues("--all", "--gone") == []
    assert NUMBER not in str(everything(office.store))
    file = Path(office.store)
    assert not file.exists() or NUMBER.encode() not in file.read_bytes()
    assert [(a["account"], a["about"]) for a in office.acts("--act", "清除")] == [("李审", f"{old} 以前")]
    nightly = run("purge", office.store, "--older-than", "3年", "--records", "--yes", "--quiet")
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d purged before={old} clues=0 records=0 seconds=\d+\n", nightly.stderr)
    assert nightly.stdout == ""
    assert run("audit", "verify", office.store).returncode == 0
    office.scan()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "请写 --older-than 时长 或 --before 日期"),
        (["--older-than", "很久"], "看不懂"),
        (["--older-than", "9999年"], "太长"),
        (["--before", "2099-01-01"], "在今天之后"),
    ],
)
def test_a_purge_must_say_until_when(untouched: Office, arguments: list[str], said: str) -> None:
    done = run("purge", untouched.store, *arguments, "--yes")
    assert done.returncode == 2
    assert said in one_sentence(done)
