"""Writing a rule and trying it on a store, as its author does: new, check, test, diff."""

import json
import re
from pathlib import Path

import pytest

from rules.load import PACKS
from tests.acceptance.test_import import one_sentence, run
from tests.cases.sheets import everything, write_csv

NOT_APPLIED = PACKS / "administrative" / "enforcement.not-applied.yaml"
HEADER = ("决定书文号", "行政机关", "当事人", "当事人证件号", "违法行为", "罚款金额", "处罚决定日期", "送达日期")


def penalty(number: int, served: str, fine: str = "1000", party: str = "王小棠") -> tuple[str, ...]:
    return (f"虚罚{number}号", "虚拟局", party, "33010119900101123X", "占道经营", fine, "2026-01-05", served)


@pytest.fixture
def store(tmp_path: Path, target: str) -> str:
    """Penalties whose time to apply for enforcement ended on 2026-10-15, in October, and never; one whose day of service is missing."""
    sheet = tmp_path / "行政处罚.csv"
    write_csv(
        sheet, HEADER, penalty(1, "2026-01-15"), penalty(2, "2025-12-01"), penalty(3, "2025-06-02"), penalty(4, ""), penalty(5, "2025-06-02", "0")
    )
    assert run("import", target, sheet, "--quiet").returncode == 0
    return target


def version(folder: Path, **changes: str) -> Path:
    """A pack with a version of the shipped rule."""
    folder.mkdir()
    text = NOT_APPLIED.read_text(encoding="utf-8")
    for old, new in changes.values():  # type: ignore[misc]
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return folder


def compared(*arguments: object) -> dict:  # type: ignore[type-arg]
    done = run("rules", "diff", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict = json.loads(done.stdout)  # type: ignore[type-arg]
    return found


def test_a_stub_is_written_filled_in_checked_and_tried(tmp_path: Path) -> None:
    pack = tmp_path / "本地 规则"
    done = run("rules", "new", "local.slow-service", "--record", "行政处罚", "--output", pack)
    assert (done.returncode, done.stdout) == (0, "")
    assert all(f"clues {x}" in done.stderr for x in ("rules check", "rules test local.slow-service", "scan cases.db"))
    path = pack / "local.slow-service.yaml"
    checked = run("rules", "check", "--rules", pack)
    assert checked.returncode == 2
    told = checked.stdout.splitlines()
    assert all(f"{path}:" in line and "还没有填写" in line for line in told)
    assert any("规则名称" in line for line in told)
    path.write_text(re.sub(r"'【填写:[^】]*】'", "本地要求", path.read_text(encoding="utf-8")), encoding="utf-8")
    assert run("rules", "check", "--rules", pack).returncode == 0
    tested = run("rules", "test", "local.slow-service", "--rules", pack)
    assert (tested.returncode, tested.stdout) == (0, "")
    assert "1 条规则,4 个用例,0 个不符" in tested.stderr


def test_a_stub_lies_where_the_settings_look_for_rules(tmp_path: Path) -> None:
    done = run("rules", "new", "local.x", CLUES_RULES=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["local.x.yaml"]
    assert "--rules" not in done.stderr


def test_a_stub_that_is_not_filled_in_finds_nothing_and_is_told(tmp_path: Path, store: str) -> None:
    assert run("rules", "new", "local.stub", "--record", "penalty", "--output", tmp_path / "规则").returncode == 0
    rules = ("--rules", tmp_path / "规则")
    told = f"{tmp_path / '规则' / 'local.stub.yaml'}:底稿 local.stub 还没有填完,这次没有用它:还缺什么,用 clues rules check 查看"
    done = run("scan", store, *rules, "--only", "local.*", "--as-of", "2030-01-01", "--format", "json")
    assert (done.returncode, json.loads(done.stdout)["clues"]) == (3, [])
    assert told in done.stderr.splitlines()
    assert told in run("backtest", store, "--from", "2029-12-01", "--to", "2030-01-01", *rules).stderr.splitlines()
    key = ("行政处罚", "某市监罚［2026］1号")
    assert told in one_sentence(run("explain", store, *key, *rules, "--rule", "local.*"))
    assert told in run("explain", store, *key, *rules).stderr.splitlines()


def test_a_stub_takes_nothing_that_is_there(tmp_path: Path) -> None:
    assert run("rules", "new", "local.x", "--output", tmp_path).returncode == 0
    before = (tmp_path / "local.x.yaml").read_bytes()
    again = run("rules", "new", "local.x", "--output", tmp_path)
    assert again.returncode == 2
    assert "已经存在" in one_sentence(again)
    assert (tmp_path / "local.x.yaml").read_bytes() == before
    assert "已在" in one_sentence(run("rules", "new", "trial.overdue", "--output", tmp_path))
    assert "写法不对" in one_sentence(run("rules", "new", "我的规则", "--output", tmp_path))
    assert "是不是 penalty" in one_sentence(run("rules", "new", "local.y", "--record", "penalti", "--output", tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["local.x.yaml"]


def test_what_a_longer_limit_loses_and_changes_is_listed(tmp_path: Path, store: str) -> None:
    longer = version(tmp_path / "新", limit=("value: 3 months", "value: 4 months"), severity=("severity: high", "severity: low"))
    before = everything(store)
    before.pop("audit")
    found = compared("shipped", longer, store, "--as-of", "2026-10-16")
    assert [(r["rule"], r["gained"], r["lost"], r["changed"], r["unchanged"]) for r in found["rules"]] == [("enforcement.not-applied", 0, 1, 2, 0)]
    assert [(c["change"], c["subject"]["key"], c["changed"]) for c in found["clues"]] == [
        ("lost", ["虚罚1号"], {}),
        ("changed", ["虚罚2号"], {"due_on": ["2026-09-01", "2026-10-08"], "severity": ["high", "low"]}),
        ("changed", ["虚罚3号"], {"due_on": ["2026-03-02", "2026-04-02"], "severity": ["high", "low"]}),
    ]
    assert found["insufficient"] == []
    assert "enforcement.premature" in found["only_old"] and found["only_new"] == []
    # It is a trial: nothing is recorded but that unmasked data left the store.
    after = everything(store)
    assert [(entry[3], entry[4]) for entry in after.pop("audit")].count(("导出", "rules diff")) == 1
    assert after == before


def test_what_the_other_way_round_is_gained_and_insufficient(tmp_path: Path, store: str) -> None:
    longer = version(tmp_path / "旧", limit=("value: 3 months", "value: 4 months"), gap=("  - {if: served_on is blank, missing: served_on}\n", ""))
    found = compared(longer, "shipped", store, "--as-of", "2026-10-16")
    assert [(c["change"], c["subject"]["key"], c["due_on"]) for c in found["clues"] if c["change"] == "gained"] == [
        ("gained", ["虚罚1号"], "2026-10-15")
    ]
    assert found["insufficient"] == [
        {"change": "gained", "rule": "enforcement.not-applied", "subject": {"record": "penalty", "key": ["虚罚4号"]}, "missing": ["served_on"]}
    ]
    assert (found["rules"][0]["insufficient_gained"], found["rules"][0]["insufficient_lost"]) == (1, 0)


def test_two_equal_versions_differ_in_nothing(tmp_path: Path, store: str) -> None:
    found = compared("shipped", version(tmp_path / "同"), store, "--as-of", "2026-10-16")
    assert (found["clues"], found["insufficient"], found["rules"][0]["unchanged"]) == ([], [], 3)


def test_an_overlay_is_held_against_the_shipped_rules_it_changes(tmp_path: Path, store: str) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "overlay: 某省\nrules:\n  enforcement.not-applied:\n    stopped: {from: 2026-10-01, cite: 某省规定}\n",
        encoding="utf-8",
    )
    found = compared("shipped", overlay, store, "--as-of", "2026-10-16")
    assert [r["lost"] for r in found["rules"]] == [3]
    assert compared("shipped", overlay, store, "--as-of", "2026-09-30")["clues"] == []


def test_the_table_masks_names_and_counts_in_the_end(tmp_path: Path, store: str) -> None:
    longer = version(tmp_path / "新", limit=("value: 3 months", "value: 4 months"))
    done = run("rules", "diff", "shipped", longer, store, "--as-of", "2026-10-16")
    assert done.returncode == 0
    assert "王小棠" not in done.stdout and "王某" in done.stdout
    assert "2026-09-01→2026-10-08" in done.stdout
    assert "线索新增 0,消失 1,变化 2,不变 0;数据不足新增 0,消失 0" in done.stderr
    assert "王小棠" in run("rules", "diff", "shipped", longer, store, "--as-of", "2026-10-16", "--format", "json").stdout
    assert "王小棠" not in run("rules", "diff", "shipped", longer, store, "--as-of", "2026-10-16", "--format", "json", "--mask").stdout


def test_versions_that_cannot_be_compared_are_wrong_usage(tmp_path: Path, store: str) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    other = version(tmp_path / "别", id=("id: enforcement.not-applied", "id: local.other"))
    broken = version(tmp_path / "坏", limit=("within: $limit", "within: $limt"))
    for new, told in ((empty, "里没有规则文件"), (tmp_path / "无", "没有 "), (other, "没有编号相同的规则"), (broken, "规则文件有误")):
        done = run("rules", "diff", "shipped", new, store)
        assert done.returncode == 2
        assert told in one_sentence(done)


def test_the_reference_is_written_with_local_rules(tmp_path: Path) -> None:
    pack = version(tmp_path / "本地", id=("id: enforcement.not-applied", "id: local.mine"))
    done = run("rules", "docs", tmp_path / "手册", "--rules", pack)
    assert (done.returncode, done.stdout) == (0, "")
    assert str(tmp_path / "手册" / "index.html") in done.stderr
    assert (tmp_path / "手册" / "rules" / "local.mine.html").is_file()
    text = (pack / "a.yaml").read_text(encoding="utf-8")
    (pack / "b.yaml").write_text("id: [\n", encoding="utf-8")
    (pack / "c.yaml").write_text(text.replace("local.mine", "local.c").replace("[nl.apply3m]", "[nl.apply9]"), encoding="utf-8")
    again = run("rules", "docs", tmp_path / "手册", "--rules", pack)
    assert again.returncode == 3
    assert "b.yaml:2" in again.stderr and "c.yaml 没有编号为“nl.apply9”的法律依据" in again.stderr
    assert (tmp_path / "手册" / "rules" / "local.mine.html").is_file() and not (tmp_path / "手册" / "rules" / "local.c.html").exists()
    assert "有别的文件" in one_sentence(run("rules", "docs", pack))
