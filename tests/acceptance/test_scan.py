"""`clues scan` and `clues list` as users run them."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest

from cases.store import open_store
from cli.command import width_of
from cli.main import clues as program
from cli.packs import chosen
from rules.load import load_rules

CASE = "案件编号,罪名,是否涉企,办案单位,立案日期,移送审查起诉日期\n虚刑1号,合同诈骗罪,是,某市公安局,2021-04-01,{sent}\n"


def clues(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cli", *arguments], capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def store(tmp_path: Path, target: str) -> str:
    sheet = tmp_path / "刑事案件.csv"
    sheet.write_text(CASE.format(sent=""), encoding="utf-8")
    assert clues("import", target, str(sheet), "--quiet").returncode == 0
    return target


def scanned(store: str, *more: str) -> dict[str, list[dict[str, object]]]:
    done = clues("scan", store, "--as-of", "2023-04-04", "--format", "json", *more)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return found


def test_one_clue_twice_the_same(store: str) -> None:
    first, second = scanned(store, "--check-engine"), scanned(store)
    (clue,) = first["clues"]
    assert (clue["rule"], clue["state"], clue["due_on"], clue["arose_on"], clue["days"], clue["severity"]) == (
        "criminal.lingering-no-measure", "overdue", "2023-04-03", "2023-04-04", 1, "high",
    )  # fmt: skip
    assert clue["subject"] == {"record": "criminal_case", "key": ["虚刑1号"]}
    assert first["clues"] == second["clues"] and first["insufficient"] == second["insufficient"]


def test_rules_are_picked_by_mechanism_and_line_too(store: str, tmp_path: Path) -> None:
    target = tmp_path / "结果.json"
    done = clues("scan", store, "--as-of", "2023-04-04", "--only", "刑事检察", "--skip", "羁押期限监督", "--format", "json", "-o", str(target))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    found = json.loads(target.read_text(encoding="utf-8"))
    assert [clue["rule"] for clue in found["clues"]] == ["criminal.lingering-no-measure"]
    every = load_rules()
    assert found["scan"]["rules"] == sum(r.rule.line == "刑事检察" and r.rule.mechanism != "羁押期限监督" for r in every)
    assert len(chosen(every, ("挂案清理", "trial.*"))) == sum(r.rule.mechanism == "挂案清理" for r in every) + 1


def test_each_step_is_told_to_who_asks_and_nobodys_name_with_the_statements(tmp_path: Path) -> None:
    sheet, store = tmp_path / "嫌疑人.csv", str(tmp_path / "cases.db")
    sheet.write_text("案件编号,嫌疑人编号,姓名名称,证件号\n虚刑1号,1,贾虚构,110101199001011234\n", encoding="utf-8")
    read = clues("import", store, str(sheet), "-v")
    assert f"读 {sheet}:作为“嫌疑人”,表头在第 1 行,列 案件编号、嫌疑人编号、姓名名称、证件号" in read.stderr
    first, again = clues("scan", store, "--quiet", "-v"), clues("-vv", "scan", store, "--quiet")
    assert "trial.overdue:第一次用,全部判断" in first.stderr and "trial.overdue:判断了 0 个对象" in first.stderr
    assert "trial.overdue:没有变动的,也没有到日子的,不必判断" in again.stderr and "SELECT" in again.stderr
    unheard = clues("import", store, str(sheet), "-vv").stderr
    assert "INSERT INTO" in unheard and not [secret for secret in ("贾虚构", "110101199001011234") if secret in unheard]


def test_a_clue_goes_when_the_body_has_acted(store: str, tmp_path: Path) -> None:
    scanned(store)
    sheet = tmp_path / "刑事案件.csv"
    sheet.write_text(CASE.format(sent="2023-04-03"), encoding="utf-8")
    assert clues("import", store, str(sheet), "--quiet").returncode == 0
    assert scanned(store)["clues"] == []
    assert json.loads(clues("list", store, "--format", "json").stdout)["clues"] == []
    (gone,) = json.loads(clues("list", store, "--format", "json", "--gone").stdout)["clues"]
    assert gone["present"] is False


def test_exit_codes(store: str) -> None:
    day = ["--as-of", "2023-04-04", "--quiet"]
    assert clues("scan", store, *day, "--fail-on", "high").returncode == 5
    assert clues("scan", store, *day, "--only", "no.such").returncode == 2
    assert clues("scan", store, "--as-of", "2023-02-30").returncode == 2
    assert clues("scan", store + ".none", *day).returncode == 1


def test_one_scan_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "cases.db")
    open_store(path, create=True).close()
    with open(path + ".scan", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        busy = clues("scan", path, "--quiet")
    assert busy.returncode == 75 and "另一次扫描" in busy.stderr


def test_a_number_out_of_range_is_told_in_chinese(store: str) -> None:
    done = clues("scan", store, "--workers", "0")
    assert (done.returncode, done.stderr) == (2, "错误:参数 --workers 的值不对:应是不小于 1 的整数;用法见 clues scan --help\n")
    assert "应是 0 到 65535 的整数" in clues("serve", store, "--port", "70000").stderr
    assert "这是文件夹" in clues("report", store, "--output", "/").stderr


def commands_of(group: click.Group) -> Iterator[click.Command]:
    for name in group.list_commands(context := click.Context(group)):
        command = group.get_command(context, name)
        yield from commands_of(command) if isinstance(command, click.Group) else [command] if command else []


def test_every_command_shows_an_example_and_takes_quiet(store: str) -> None:
    assert isinstance(program, click.Group)
    for command in commands_of(program):
        assert "例:" in (command.help or ""), command.name
        assert "quiet" in [param.name for param in command.params], command.name
    assert clues("stats", store).stderr != ""
    assert clues("stats", store, "--quiet").stderr == ""


def test_help_is_set_as_chinese_is_and_groups_tell_their_commands_in_short() -> None:
    assert isinstance(program, click.Group)
    for group in (name for name in program.list_commands(click.Context(program)) if name in ("rules", "audit", "law")):
        listed = clues(group, "--help").stdout.partition("命令:\n")[2]
        assert listed and "。" not in listed
    for command in commands_of(program):
        text = command.get_help(command.context_class(command, info_name="clues", terminal_width=78))
        assert "\n\n\n" not in text, command.name
        assert not [line for line in text.splitlines() if line.lstrip()[:1] in set(",;:)\uff0c\u3002\uff1b\uff1a\u3001\uff09")], command.name


def test_what_the_system_says_is_told_in_chinese(store: str, tmp_path: Path) -> None:
    done = clues("scan", store, "--output", str(tmp_path / "没有" / "线索.csv"))
    assert done.returncode == 1
    assert done.stderr.startswith("错误:") and done.stderr.endswith("线索.csv 写不了:没有这个文件或文件夹,请检查路径和权限\n")


def on_a_screen(columns: int, *arguments: str) -> tuple[list[str], str]:
    """The lines that a command prints on a terminal of so many columns, without their bold print, and what it says beside them."""
    screen, terminal = os.openpty()
    environment = {**os.environ, "COLUMNS": str(columns)}
    done = subprocess.run([sys.executable, "-m", "cli", *arguments], stdout=terminal, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(terminal)
    shown = os.read(screen, 65536).decode()
    os.close(screen)
    assert done.returncode == 0
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()], done.stderr.decode()


def test_an_id_stays_whole_on_a_narrow_terminal(store: str) -> None:
    clues("scan", store, "--as-of", "2026-11-22", "--quiet")
    found = json.loads(clues("list", store, "--format", "json").stdout)["clues"][0]
    lines, _ = on_a_screen(60, "list", store)
    assert lines[1].startswith(f"{found['id']} ")
    assert len(lines) > 3
    folded = [line.rpartition("  ")[2] for line in lines[1:]]
    assert "".join(folded) == found["summary"]
    assert not [pair for pair in pairwise(folded) if pair[1][0] in ",)" or pair[0][-1] == "(" or (pair[0][-1] + pair[1][0]).isdigit()]


def test_a_narrow_terminal_does_without_some_columns_and_says_so() -> None:
    lines, said = on_a_screen(80, "rules", "list", "referral.*")
    assert lines[0].split() == ["编号", "名称", "监督机制", "紧急"]
    assert "referral.conduct-offence-not-transferred" in [line.split("  ")[0] for line in lines]
    assert max(map(width_of, lines)) <= 80
    assert said.splitlines()[0] == "窗口不够宽,没有列出:用例、形态、条线、出自、依据;加宽窗口,或者用 --format json"
    piped = clues("rules", "list", "referral.*")
    assert "用例" in piped.stdout and "窗口" not in piped.stderr
    assert on_a_screen(160, "rules", "list", "referral.*")[0][0].split()[-1] == "出自"
