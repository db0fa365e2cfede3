"""`clues rules` as its users run it, on a folder of rules of their own."""

import json
from pathlib import Path

import pytest

from tests.acceptance.test_import import one_sentence, run

RULE = """\
id: local.acceptance-slow
title: 本地:受理超过十日
mechanism: 行政非诉执行
line: 行政检察
severity: low
grade: policy
subject: enforcement_application
limit: {from: applied_on, within: $limit, ends: roll, done_by: [accepted_on]}
law: [nl.accept5]
parameters:
  limit: [{from: 2012-01-01, value: 10 days, cite: 本地口径}]
agency: court
says: "{court}收到申请后{until}受理"
rebuttals: [补正期间未录入]
do: 调取收案登记
cases:
  - {name: 届满当日, as_of: 2026-08-20, given: {applied_on: 2026-08-10}, expect: none}
  - {name: 届满次日, as_of: 2026-08-21, given: {applied_on: 2026-08-10}, expect: {overdue: 2026-08-20, severity: low}}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    pack = tmp_path / "本地规则"
    pack.mkdir()
    (pack / "local.acceptance-slow.yaml").write_text(RULE, encoding="utf-8")
    return pack


def spoil(pack: Path, old: str, new: str, name: str = "local.acceptance-slow") -> None:
    text = (pack / "local.acceptance-slow.yaml").read_text(encoding="utf-8")
    assert old in text
    (pack / f"{name}.yaml").write_text(text.replace(old, new), encoding="utf-8")


def test_the_list_is_narrowed_by_word_and_option(pack: Path) -> None:
    done = run("rules", "list", "--rules", pack, "--mechanism", "行政非诉执行", "--severity", "low", "--format", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert "local.acceptance-slow" in [r["id"] for r in found]
    assert {(r["mechanism"], r["severity"]) for r in found} == {("行政非诉执行", "low")}
    table = run("rules", "list", "local.*", "--rules", pack)
    assert "本地:受理超过十日" in table.stdout
    assert "共 1 条" in table.stderr


def test_a_rule_is_shown_with_what_it_counts_by_and_why(pack: Path) -> None:
    done = run("rules", "show", "local.acceptance-slow", "--rules", pack)
    assert done.returncode == 0
    for text in ("非诉执行(enforcement_application)", "$limit = 10 days(自2012-01-01起;本地口径,未核对)", "第五十六条", "补正期间未录入", "届满次日"):
        assert text in done.stdout
    [shown] = json.loads(run("rules", "show", "local.acceptance-slow", "--rules", pack, "--format", "json").stdout)
    assert shown["shape"] == "limit"
    assert shown["law"][0]["id"] == "nl.accept5"
    assert shown["cases"][1]["expect"] == {"overdue": "2026-08-20", "severity": "low"}


def test_an_unknown_rule_is_answered_with_the_nearest(pack: Path) -> None:
    done = run("rules", "show", "local.aceptance-slow", "--rules", pack)
    assert done.returncode == 2
    assert "local.acceptance-slow" in one_sentence(done)


def test_cases_that_come_out_are_counted(pack: Path) -> None:
    done = run("rules", "test", "local.*", "--rules", pack)
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 条规则,2 个用例,0 个不符" in done.stderr


def test_a_case_that_does_not_come_out_says_what_was_expected_and_found(pack: Path) -> None:
    spoil(pack, "{overdue: 2026-08-20, severity: low}", "{overdue: 2026-08-19}")
    done = run("rules", "test", "local.*", "--rules", pack)
    assert done.returncode == 1
    assert "local.acceptance-slow 用例“届满次日”不符" in done.stdout
    assert "应得 overdue: 2026-08-19" in done.stdout
    assert "实得 overdue: 2026-08-20" in done.stdout


def test_a_case_with_an_unknown_field_fails_and_the_others_still_run(pack: Path) -> None:
    spoil(pack, "届满次日, as_of: 2026-08-21, given: {applied_on", "届满次日, as_of: 2026-08-21, given: {aplied_on")
    done = run("rules", "test", "local.*", "--rules", pack)
    assert done.returncode == 1
    assert "enforcement_application 没有字段 aplied_on" in done.stdout
    assert "2 个用例,1 个不符" in done.stderr


def test_every_problem_is_told_at_once_with_file_and_line(pack: Path) -> None:
    spoil(pack, "done_by: [accepted_on]", "done_by: [acepted_on]", "b")
    spoil(pack, "law: [nl.accept5]", "law: [nl.acept5]")
    (pack / "c.yaml").write_text("id: [\n", encoding="utf-8")
    done = run("rules", "check", "--rules", pack)
    assert done.returncode == 2
    told = [line.split("本地规则/")[1] for line in done.stdout.splitlines() if "本地规则" in line]
    assert any(t.startswith("b.yaml:8 ") and "accepted_on" in t for t in told)
    assert any(t.startswith("c.yaml:2 ") for t in told)
    assert any(t.startswith("local.acceptance-slow.yaml:9 ") and "nl.accept5" in t for t in told)


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("expect: none", "expect: {late: 2026-08-20}", 17, "没有不命中的用例"),
        ("expect: {overdue: 2026-08-20, severity: low}", "expect: none", 17, "没有命中的用例"),
        ("届满次日, as_of: 2026-08-21, given: {applied_on", "届满次日, as_of: 2026-08-21, given: {aplied_on", 18, "applied_on"),
        ("{overdue: 2026-08-20, severity", "{overdue: 2026-08-20, severty", 18, "是不是 severity"),
        ("届满当日, as_of: 2026-08-20", "届满前, as_of: 2026-08-19", 17, "请加一例届满当日"),
        ("届满次日, as_of: 2026-08-21", "届满后, as_of: 2026-08-22", 17, "请加一例届满次日"),
        ("within: $limit", "within: $limt", 8, "$limt"),
        ("severity: low", "severty: low", 5, "severity"),
    ],
)
def test_a_problem_is_found_on_its_line(pack: Path, old: str, new: str, line: int, told: str) -> None:
    spoil(pack, old, new)
    done = run("rules", "check", "--rules", pack)
    assert done.returncode == 2
    assert any(f"local.acceptance-slow.yaml:{line} " in x and told in x for x in done.stdout.splitlines()), done.stdout


def test_what_was_checked_is_told_a_line_a_file(pack: Path) -> None:
    stops = "  minors.vetting-skipped:\n    stopped: {from: 2026-06-01, cite: 某通知}\n"
    graver = "  trial.overdue:\n    severity: {from: 2026-01-01, until: 2026-12-31, value: high, cite: 某方案}\n    title: 民事案件超审限(某市)\n"
    (pack / "省.yml").write_text(f"overlay: 某省\nrules:\n{stops}{graver}", encoding="utf-8")
    (pack / "清单.yaml").write_text("lists: {courts: [某法院, 某县法院]}\n", encoding="utf-8")
    spoil(pack, "subject: enforcement_application", "subject: enforcement_application\nwhen: [court in @courts]")
    (pack / "空").mkdir()
    done = run("rules", "check", "--rules", pack, "--rules", pack / "空")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        f"{pack}/local.acceptance-slow.yaml:规则 local.acceptance-slow 本地:受理超过十日(2 个用例)",
        f"{pack}/省.yml:某省的覆盖文件,改动 trial.overdue:紧急程度(自2026-01-01起至2026-12-31止)、名称;minors.vetting-skipped:停用(自2026-06-01起)",
        f"{pack}/清单.yaml:清单 @courts(2 个词)",
        f"{pack}/空 里没有规则、覆盖文件或者清单(.yaml)",
        "92 条规则没有发现问题",
    ]
    assert len(run("rules", "check", "--rules", pack, "--quiet").stderr.splitlines()) == 1


def test_an_id_given_twice_is_a_problem_where_it_stands(pack: Path) -> None:
    spoil(pack, "届满次日", "次日", "z")
    done = run("rules", "check", "--rules", pack)
    assert done.returncode == 2
    assert any("z.yaml:1 规则 local.acceptance-slow 已在" in line for line in done.stdout.splitlines())


def test_a_file_that_cannot_be_read_costs_only_its_own_rule(pack: Path) -> None:
    (pack / "c.yaml").write_text("id: [\n", encoding="utf-8")
    done = run("rules", "list", "local.*", "--rules", pack, "--format", "json")
    assert done.returncode == 3
    assert [r["id"] for r in json.loads(done.stdout)] == ["local.acceptance-slow"]
    assert "c.yaml:2" in done.stderr


def test_the_schema_takes_the_short_forms_and_names_every_key() -> None:
    schema = json.loads(run("rules", "schema").stdout)
    assert all(part.get("description") for part in schema["properties"].values())
    assert {"type": "string"} in schema["$defs"]["Limit"]["properties"]["done_by"]["items"]["anyOf"]
    assert "from" in schema["$defs"]["Limit"]["properties"]
    lists = json.loads(run("rules", "schema", "--lists").stdout)
    assert lists["properties"]["lists"]["description"] == "名字: [词, …];规则里写作 @名字"
    assert lists["additionalProperties"] is False


def test_the_worked_example_of_the_documentation_runs(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    example = next(part.partition("```")[0] for part in text.split("```yaml\n") if part.startswith("id: local.fine-not-sent"))
    (tmp_path / "local.fine-not-sent.yaml").write_text(example, encoding="utf-8")
    lists, reader = (
        next(part.partition("```")[0] for part in text.split("```yaml\n") if part.startswith(start)) for start in ("lists:", "id: local.park")
    )
    (tmp_path / "清单.yaml").write_text(lists, encoding="utf-8")
    (tmp_path / "local.park-penalty.yaml").write_text(reader, encoding="utf-8")
    checked = run("rules", "check", "--rules", tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "1 条规则,3 个用例,0 个不符" in run("rules", "test", "local.park-penalty", "--rules", tmp_path).stderr
    [shown] = json.loads(run("rules", "show", "local.park-penalty", "--rules", tmp_path, "--format", "json").stdout)
    assert shown["lists"]["park_agencies"] == ["某县市场监督管理局", "某县应急管理局"]
    done = run("rules", "test", "local.fine-not-sent", "--rules", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 条规则,9 个用例,0 个不符" in done.stderr
