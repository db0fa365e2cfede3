"""The worked example of docs/local.md, file by file and command by command as it stands there; settings and their origin."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cases.catalogue import load_catalogue
from cases.settings import Settings, read_settings
from rules.calendar import load_calendar
from rules.law import load_law
from rules.load import load_rules
from tests.acceptance.test_import import CLUES, one_sentence

PAGE = (Path(__file__).parents[2] / "docs" / "local.md").read_text(encoding="utf-8")
SAVED = re.compile(r"存为 `([^`]+)`[^\n]*\n*\Z")


def run(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The installed command in a folder, with no settings but those of the test."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CLUES_")}
    environment = {**clean, "XDG_CONFIG_HOME": str(folder / "用户设置"), **variables}
    return subprocess.run([CLUES, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def blocks(section: str = "") -> Iterator[tuple[str, str, str]]:
    """(what stands before it, language, text) of each block of the page, or of one section."""
    text = PAGE.partition(f"## {section}")[2].partition("\n## ")[0] if section else PAGE
    for found in re.finditer(r"```(\w+)\n(.*?)```", text, re.DOTALL):
        yield text[: found.start()], found[1], found[2]


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def words(text: str) -> str:
    """A text with its runs of spaces as one."""
    return re.sub(r"[ \t]+", " ", text)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str, str]]]:
    """The folder of the example after all its steps, and what each command was to print and printed."""
    folder, told = tmp_path_factory.mktemp("本院"), []
    assert "`数据` 和 `本地规则` 两个文件夹" in PAGE
    (folder / "本地规则").mkdir()
    for before, language, text in blocks("从头写一条"):
        if saved := SAVED.search(before):
            path = folder / saved[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if language != "console":
            assert saved, text
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            program, *arguments = [word.strip("'") for word in command.split()]
            assert program == "clues"
            done = run(folder, *arguments)
            assert done.returncode == 0, (command, done.stderr)
            told.append((command, expected, done.stdout + done.stderr))
    return folder, told


def test_every_command_prints_what_the_page_says(worked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    _, told = worked
    assert len(told) == 7
    for command, expected, printed in told:
        for line in expected.splitlines():
            assert words(line) in words(printed), command


def test_the_next_scan_has_the_clues_and_says_how_they_were_counted(worked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    folder, _ = worked
    scanned = run(folder, "scan", "cases.db", "--as-of", "2026-03-21", "--format", "json")
    clues = [c for c in json.loads(scanned.stdout)["clues"] if c["rule"] == "local.preservation-late"]
    assert [(c["subject"]["key"], c["state"], c["due_on"]) for c in clues] == [
        (["(2026)某0101民初2号"], "late", "2026-03-09"),
        (["(2026)某0101民初3号"], "overdue", "2026-03-09"),
        (["(2026)某0101民初4号"], "late", "2026-03-06"),
    ]
    shown = run(folder, "show", "cases.db", clues[0]["id"])
    for text in ("保全申请日期", "民事案件.csv 第 3 行", "民事诉讼法 第一百零三条", "最后合法日:2026-03-09"):
        assert text in shown.stdout


def test_the_stub_for_the_rule_lists_the_columns_that_were_taught(worked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    folder, _ = worked
    done = run(folder, "rules", "new", "local.other", "--record", "民事案件", "--output", "底稿")
    assert done.returncode == 0
    assert "preservation_ruled_on  保全裁定日期(日期)" in (folder / "底稿" / "local.other.yaml").read_text(encoding="utf-8")


def test_the_list_can_still_be_read_where_the_settings_are_not(worked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    folder, _ = worked
    elsewhere = folder / "别处"
    elsewhere.mkdir()
    (elsewhere / "clues.toml").write_text("", encoding="utf-8")
    (clue, *_) = json.loads(run(elsewhere, "list", "../cases.db", "--format", "json").stdout)["clues"]
    shown = run(elsewhere, "show", "../cases.db", clue["id"])
    assert shown.returncode == 0, shown.stderr


def test_the_settings_of_the_page_are_all_there_are_and_the_limits_are_the_defaults(tmp_path: Path) -> None:
    (text,) = (text for before, language, text in blocks("设置") if language == "toml")
    for name in ("本地规则", "本地目录.yaml", "本地依据.yaml", "放假更正.yaml"):
        (tmp_path / name).mkdir()
    (tmp_path / "clues.toml").write_text(text, encoding="utf-8")
    settings = read_settings(tmp_path / "clues.toml")
    assert settings.values(given=True).keys() == Settings().values().keys()
    assert (settings.gate, settings.flood) == (Settings().gate, Settings().flood)


def test_names_of_a_sheet_of_ones_own_stay_masked_where_its_catalogue_is_not(tmp_path: Path) -> None:
    (tmp_path / "目录.yaml").write_text(
        "sheets:\n"
        "  - name: 保全登记\n    record: preservation\n    key: [案号]\n    columns:\n"
        "      - {name: 案号, field: case_no, type: code, required: true}\n"
        "      - {name: 申请日期, field: applied_on, type: date}\n"
        "      - {name: 申请人, field: applicant, type: text, person: true}\n",
        encoding="utf-8",
    )
    rule = (
        "{id: local.slow, title: 迟, mechanism: 某机制, line: 民事检察, severity: low, grade: policy, subject: preservation, law: [policy],\n"
        " limit: {from: applied_on, within: 5 days}, agency: applicant, says: '收到{applicant}的申请', rebuttals: [无], do: 查}\n"
    )
    (tmp_path / "迟.yaml").write_text(rule, encoding="utf-8")
    (tmp_path / "保全登记.csv").write_text("案号,申请日期,申请人\n甲1,2026-03-04,张晓棠\n", encoding="utf-8")
    assert run(tmp_path, "import", "cases.db", "保全登记.csv", "--catalogue", "目录.yaml").returncode == 0
    scan = ("scan", "cases.db", "--rules", "迟.yaml", "--only", "local.slow", "--as-of", "2026-04-01")
    assert "收到张某的申请" in run(tmp_path, *scan, "--catalogue", "目录.yaml").stdout
    listed = run(tmp_path, "list", "cases.db")
    assert "收到〔目录中没有的列,不显示〕的申请" in listed.stdout
    assert "晓棠" not in listed.stdout + listed.stderr


def test_a_rule_cites_the_law_of_its_place(tmp_path: Path) -> None:
    (law,) = (text for _, _, text in blocks("法律依据和日历") if text.startswith("laws"))
    (tmp_path / "依据.yaml").write_text(law, encoding="utf-8")
    (rule,) = (text for _, language, text in blocks("从头写一条") if language == "yaml" and text.startswith("id:"))
    mended = rule.replace("civ.pres", "local.platform5").replace("preservation_applied_on", "filed_on").replace("preservation_ruled_on", "closed_on")
    mended = mended.replace("case(preservation_urgent, $urgent, $limit)", "$limit").partition("cases:")[0]
    (tmp_path / "local.preservation-late.yaml").write_text(mended, encoding="utf-8")
    asked = ("rules", "show", "local.preservation-late", "--rules", "local.preservation-late.yaml")
    assert "没有编号为“local.platform5”的法律依据" in one_sentence(run(tmp_path, *asked))
    assert "某省行政执法与刑事司法衔接工作办法第八条(已核对条文)" in run(tmp_path, *asked, "--law", "依据.yaml").stdout


def test_the_other_files_of_the_page_can_be_read(tmp_path: Path) -> None:
    paths: dict[str, list[Path]] = {}
    for number, (before, language, text) in enumerate(blocks()):
        if language == "yaml" and not SAVED.search(before):
            path = tmp_path / f"{number}.yaml"
            path.write_text(text, encoding="utf-8")
            paths.setdefault(text.partition(":")[0], []).append(path)
    catalogue = load_catalogue(tuple(paths["sheets"]))
    assert catalogue.records["preservation"].relations["case"].rows == "civil_case"
    assert "本省衔接办法" in load_law(tuple(paths["laws"])).laws
    assert load_calendar(tuple(paths["days"])).note(day("2026-12-31")) == "调休上班"
    changed = {r.rule.id: r for r in load_rules(paths["overlay"], day=day("2026-06-01"))}
    assert changed["trial.overdue"].rule.severity == "high"
    assert getattr(changed["minors.vetting-skipped"], "stopped", "")
    assert getattr(changed["referral.threshold-not-transferred"], "thresholds", ())


def test_a_day_off_of_ones_own_moves_the_last_day(worked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    folder, _ = worked
    (folder / "放假.yaml").write_text("days:\n  - {day: 2026-03-09, mark: 休, why: 地方放假, source: 某通知}\n", encoding="utf-8")
    scan = ("scan", "cases.db", "--as-of", "2026-03-11", "--only", "local.*", "--full", "--format", "json")
    plain, moved = (json.loads(run(folder, *scan, **more).stdout)["clues"] for more in ({}, {"CLUES_CALENDAR": "放假.yaml"}))
    assert [c["due_on"] for c in plain if c["state"] == "overdue"] == ["2026-03-09"]
    assert [c["due_on"] for c in moved if c["state"] == "overdue"] == ["2026-03-10"]


def test_every_setting_has_its_place(tmp_path: Path) -> None:
    below = tmp_path / "案件" / "本月"
    below.mkdir(parents=True)
    (tmp_path / "用户设置" / "clues").mkdir(parents=True)
    (tmp_path / "用户设置" / "clues" / "clues.toml").write_text('reviewer = "甲某"\n[gate]\nrows_drop = 0.9\nstale_days = 60\n', encoding="utf-8")
    (tmp_path / "clues.toml").write_text('rules = "规则"\n[gate]\nrows_drop = 0.8\n[flood]\nleast = 7\n', encoding="utf-8")
    for name in ("规则", "另外"):
        (tmp_path / name).mkdir()
    variables = {"XDG_CONFIG_HOME": str(tmp_path / "用户设置"), "CLUES_FLOOD_LEAST": "9", "CLUES_REVIEWR": "乙某"}
    done = run(below, "doctor", "--rules", "../../另外", "--format", "json", **variables)
    found = {f["text"].partition("(")[2].partition(")")[0]: f["text"] for f in json.loads(done.stdout)["findings"] if f["part"] == "设置"}
    user, near = tmp_path / "用户设置" / "clues" / "clues.toml", tmp_path / "clues.toml"
    assert found["rules"].endswith(f":{tmp_path / '规则'}、../../另外,来自 {near} 和 --rules")
    assert found["reviewer"].endswith(f":甲某,来自 {user}")
    assert found["gate.rows_drop"].endswith(f":0.8,来自 {near}")
    assert found["gate.stale_days"].endswith(f":60,来自 {user}")
    assert found["flood.least"].endswith(":9,来自 环境变量 CLUES_FLOOD_LEAST")
    assert found["flood.times"].endswith("来自 默认")
    assert any("CLUES_REVIEWR 不是设置" in text for text in found.values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule = []", "没有 rule 这一项,是不是 rules?"),
        ("[gate]\nrows_dop = 0.5", "没有 gate.rows_dop 这一项,是不是 rows_drop?"),
        ('[gate]\nrows_drop = "一半"', "gate.rows_drop 应为0 到 1 之间的数,如 0.5,现为 '一半'"),
        ("[flood]\nleast = true", "flood.least 应为条数,不小于 0 的整数,如 50,现为 True"),
        ("reviewer = 3", "reviewer 应为姓名"),
        ("gate = 3", "gate 应为一节设置"),
        ("rules = [3]", "rules 应为路径的清单"),
        ('rules = ["没有"]', "的 rules 写的“"),
        ("rules = 本地", "第 1 行不是正确的 TOML"),
        ("rules = [“本地”]", "文字都要加英文引号"),
    ],
)
def test_a_setting_that_is_wrong_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "clues.toml").write_text(text + "\n", encoding="utf-8")
    done = run(tmp_path, "rules", "list", "超审限")
    assert done.returncode == 2
    assert said in one_sentence(done)
    assert str(tmp_path / "clues.toml") in one_sentence(done)


def test_settings_saved_by_other_editors_are_read_or_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "clues.toml").write_bytes('reviewer = "王某"\r\n'.encode("utf-8-sig"))
    assert "王某" in run(tmp_path, "doctor").stdout
    (tmp_path / "clues.toml").write_bytes('reviewer = "王某"\r\n'.encode("gb18030"))
    assert "不是 UTF-8 文本:请在编辑器里另存为 UTF-8 编码" in one_sentence(run(tmp_path, "law", "list"))


def test_a_variable_and_a_flag_that_are_wrong_are_named(tmp_path: Path) -> None:
    done = run(tmp_path, "rules", "list", CLUES_GATE_ROWS_DROP="很多")
    assert done.returncode == 2
    assert "环境变量 CLUES_GATE_ROWS_DROP 有误" in one_sentence(done)
    assert "--rules 写的“" in one_sentence(run(tmp_path, "rules", "list", "--rules", "没有"))


def test_doctor_names_local_files_that_do_not_load(tmp_path: Path) -> None:
    (tmp_path / "规则").mkdir()
    (tmp_path / "规则" / "坏.yaml").write_text("id: local.bad\n", encoding="utf-8")
    (tmp_path / "规则" / "某省.yaml").write_text(
        "overlay: 某省\nrules: {trial.overdu: {stopped: {from: 2026-01-01, cite: 某文件}}}\n", encoding="utf-8"
    )
    (tmp_path / "目录.yaml").write_text("sheets: [{name: 民事案件, columns: [{name: 新列, field: 新}]}]\n", encoding="utf-8")
    (tmp_path / "依据.yaml").write_text("articles: [{id: x}]\n", encoding="utf-8")
    (tmp_path / "放假.yaml").write_text("days: [{day: 2026-03-09, mark: 假, source: 某通知}]\n", encoding="utf-8")
    settings = 'rules = "规则"\ncatalogue = "目录.yaml"\nlaw = "依据.yaml"\ncalendar = "放假.yaml"\n'
    (tmp_path / "clues.toml").write_text(settings, encoding="utf-8")
    done = run(tmp_path, "doctor", "--format", "json")
    assert done.returncode == 1
    wrong = [f["text"] for f in json.loads(done.stdout)["findings"] if f["part"] == "本地文件" and f["level"] == "wrong"]
    for name in (
        "坏.yaml:1 title",
        "某省.yaml:2 没有编号为 trial.overdu 的规则,是不是 trial.overdue?",
        "目录.yaml:1",
        "依据.yaml:1",
        "放假.yaml:1 mark",
    ):
        assert any(name in text for text in wrong), (name, wrong)


def test_a_rule_that_a_place_stops_loses_its_clues_and_has_them_again(worked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    folder, _ = worked
    overlay = folder / "停用.yaml"
    overlay.write_text(
        "overlay: 某市\nrules: {local.preservation-late: {stopped: {from: 2026-05-01, until: 2026-05-31, cite: 某市通知}}}\n", encoding="utf-8"
    )
    run(folder, "scan", "cases.db", "--as-of", "2026-04-30", "--rules", "停用.yaml", "--quiet")
    for as_of, state in (("2026-05-01", "0 条线索(新增 0,变化 0,消失 3"), ("2026-06-01", "3 条线索(新增 0,变化 0,消失 0,再现 3")):
        done = run(folder, "scan", "cases.db", "--as-of", as_of, "--rules", "停用.yaml")
        assert state in done.stderr, done.stderr
    listed = run(folder, "rules", "list", "local.*", "--rules", "停用.yaml", "--format", "json")
    assert [(r["origin"], r["changes"][0]["cite"]) for r in json.loads(listed.stdout)] == [("本地规则;某市改 停用", "某市通知")]
    tested = run(folder, "rules", "test", "local.preservation-late", "--rules", "停用.yaml")
    assert tested.stderr == "1 条规则,12 个用例,0 个不符\n"
