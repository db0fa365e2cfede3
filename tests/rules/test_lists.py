"""Named lists of a place's own: rules read them, their words count as the columns keep them, and all that is wrong is told at once."""

from datetime import date
from pathlib import Path

import pytest

from cases.catalogue import load_catalogue
from engine.cases import CaseRunner
from engine.renewal import digests
from rules.checks import check_rules
from rules.description import asks
from rules.law import load_law
from rules.lists import lists_of
from rules.load import RuleProblems, load_rules
from rules.resolve import Resolved

TODAY = date(2026, 11, 22).toordinal()
RULE = """\
id: local.park
title: 本地:园区企业受罚
mechanism: 行政执法监督
line: 行政检察
severity: low
grade: policy
subject: penalty
when: [party in @park]
condition: {day: decided_on}
law: [policy]
agency: agency
says: "{agency}"
rebuttals: [无]
do: 查
cases:
  - {name: 在, as_of: 2026-04-01, given: {party: 某甲(集团)公司, decided_on: 2026-03-02}, expect: {pattern: 2026-03-02}}
  - {name: 全角括号, as_of: 2026-04-01, given: {party: 某乙\uff08中国\uff09公司, decided_on: 2026-03-02}, expect: {pattern: 2026-03-02}}
  - {name: 不在, as_of: 2026-04-01, given: {party: 某丙公司, decided_on: 2026-03-02}, expect: none}
"""
LISTS = "lists:\n  park: [某甲\uff08集团\uff09公司, 某乙(中国)公司]\n"


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def rule(folder: Path, lists: str = LISTS, **more: str) -> Resolved:
    return next(r for r in load_rules([written(folder, a=RULE, 清单=lists, **more)]) if r.rule.id == "local.park")


def problems(folder: Path, **files: str) -> list[str]:
    _, found = check_rules([written(folder, **files)], load_law(), TODAY, shipped=False)
    return [f"{p.path.name}:{p.line} {p.text}" for p in found]


def test_a_rule_reads_the_list_however_its_brackets_are_written(tmp_path: Path) -> None:
    written(tmp_path, a=RULE, 清单=LISTS)
    found, wrong = check_rules([tmp_path], load_law(), TODAY, shipped=False)
    assert wrong == []
    with CaseRunner(load_law(), load_catalogue()) as runner:
        assert [result.found for result in runner.run(found[0]) if not result.passed] == []


def test_a_rule_tells_the_lists_it_reads_and_where_they_are_written(tmp_path: Path) -> None:
    read = rule(tmp_path)
    assert lists_of(read) == {"park": ("某甲\uff08集团\uff09公司", "某乙(中国)公司")}
    told = [text for label, text in asks(read, load_catalogue()) if label == "清单"]
    assert told == [f"@park = 某甲\uff08集团\uff09公司、某乙(中国)公司({tmp_path / '清单.yaml'}:2)"]
    many = rule(tmp_path, "lists:\n  park:\n" + "".join(f"    - 某{n}公司\n" for n in range(30)))
    assert any(text.startswith("@park = 某0公司、") and "某9公司 等 30 个词(" in text for _, text in asks(many, load_catalogue()))
    shipped = next(r for r in load_rules() if r.rule.id == "civil.lender-suspected")
    assert any(label == "清单" and text.endswith("(随程序)") for label, text in asks(shipped, load_catalogue()))


def test_a_changed_list_has_its_readers_judged_again_and_no_others(tmp_path: Path) -> None:
    versions = (LISTS, LISTS, LISTS.replace("中国", "亚洲"))
    found = [digests(load_rules([written(tmp_path, a=RULE, 清单=lists)]), load_catalogue(), load_law()) for lists in versions]
    assert found[0] == found[1]
    assert [name for name in found[0] if found[0][name] != found[2][name]] == ["local.park"]


def test_an_overlay_may_read_a_list_in_its_conditions(tmp_path: Path) -> None:
    graver = "{from: 2020-01-01, value: low, severities: [{if: agency in @close, severity: high}], cite: 某文件}"
    overlay = f"overlay: 某省\nrules:\n  local.park:\n    severity: {graver}\n"
    files = {"a": RULE, "清单": LISTS + "  close: [某局]\n", "省": overlay}
    assert problems(tmp_path, **files) == []
    assert lists_of(rule(tmp_path, files["清单"]))["close"] == ("某局",)


def test_all_that_is_wrong_with_lists_is_told_at_once(tmp_path: Path) -> None:
    wrong = (
        "lists:\n  park: [甲]\n  economic_offences: [盗窃]\n  none: []\n  园区: [甲]\n  numbers: [110, 甲]\n  blank: [甲, '', ]\n  one: 甲\n"
        "  twice: [甲]\n  twice: [乙]\nlist: 1\n"
    )
    reading = RULE.replace("party in @park", 'party in @park", "party in @parc", "party in @none", "party in @zzzz').replace("[party", '["party')
    found = problems(tmp_path, a=reading.replace("zzzz]", 'zzzz"]'), z=wrong, 一="lists: {park: [乙]}\n", 二="lists: [甲]\n")
    assert found == [
        "a.yaml:8 没有名为 @parc 的清单,是不是 park?",
        f"a.yaml:8 清单 @none 有误,见 {tmp_path / 'z.yaml'}:4",
        "a.yaml:8 没有名为 @zzzz 的清单:自己的清单写在规则文件夹里(docs/rules.md),不多的词直接写成 [甲, 乙]",
        "z.yaml:3 清单 economic_offences 与随程序的清单同名:请换一个名字",
        "z.yaml:4 lists.none:至少要写一项",
        "z.yaml:5 lists.园区:写法不对:应是小写英文字母、数字、下划线,以字母开头",
        "z.yaml:6 lists.numbers.0:应是文字(写数字、日期的要加引号)",
        "z.yaml:7 lists.blank.1:不能空着",
        "z.yaml:8 lists.one:应是一列,每行以 - 开头",
        "z.yaml:10 twice 写了两次(前一处在第 9 行),只有后一个算:请删去一个",
        "z.yaml:11 list:没有这一项,是不是 lists?",
        f"一.yaml:1 清单 park 已在 {tmp_path / 'z.yaml'}:2 定义:请换一个名字,或者并成一张",
        "二.yaml:1 lists:应是“名称: 内容”的各项",
    ]
    with pytest.raises(RuleProblems, match="至少要写一项"):
        load_rules([tmp_path])


def test_a_list_that_no_rule_reads_is_told_unless_some_file_cannot_be_read(tmp_path: Path) -> None:
    lists = LISTS + "  idle: [甲]\n"
    assert problems(tmp_path, a=RULE, 清单=lists) == ["清单.yaml:3 清单 idle 没有规则用到:在规则里写作 @idle 用它,或者删去"]
    assert not any("没有规则用到" in told for told in problems(tmp_path, b="id: [\n"))
    (tmp_path / "b.yaml").unlink()
    assert rule(tmp_path, lists)  # it stops no scan


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("penalised_party in @park", "penalised_party 是人或者单位,不能与写定的词比较:请写它的姓名或者证件号的字段"),
        ("served_on in @park", "served_on(日期)不会是清单里的文字"),
        ("fine in [1, 甲]", "fine(金额)不会是清单里的文字"),
    ],
)
def test_what_can_never_be_on_a_list_is_refused(tmp_path: Path, when: str, told: str) -> None:
    assert f"a.yaml:8 {told}" in problems(tmp_path, a=RULE.replace("[party in @park]", f"['{when}']"), 清单=LISTS)


def test_a_key_that_is_written_twice_is_told_in_rules_too(tmp_path: Path) -> None:
    twice = RULE.replace("severity: low", "severity: low\nseverity: high")
    assert problems(tmp_path, a=twice, 清单=LISTS) == ["a.yaml:6 severity 写了两次(前一处在第 5 行),只有后一个算:请删去一个"]
