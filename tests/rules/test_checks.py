"""`rules check` finds each kind of problem, on its line, and leaves good rules alone."""

from datetime import date
from pathlib import Path

import pytest

from rules.checks import check_rules
from rules.law import load_law

TODAY = date(2026, 11, 22).toordinal()

LIMIT = """\
id: local.limit
title: 本地:羁押期限
mechanism: 羁押期限监督
line: 刑事检察
severity: low
grade: statutory
subject: coercive_measure
let: {start: started_on}
when: [measure = 逮捕, case.filed_on is given]
unless: [case.ended]
limit:
  from: start
  within: $limit
  ends: fix
  done_by: [ended_on]
in_force: 2019-01-01
severities:
  - {if: started_on < 2020-01-01, severity: medium}
law: [jl.hold_2m]
parameters:
  limit:
    - {from: 2018-01-01, value: 2 months, cite: 刑事诉讼法第一百五十六条, checked: 2026-11-22}
agency: case.agency
says: "{until}结束"
rebuttals: [已延长而未录入]
do: 核对
cases:
  - {name: 届满当日, as_of: 2026-03-10, given: {measure: 逮捕, started_on: 2026-01-10}, expect: none}
  - {name: 届满次日, as_of: 2026-03-11, given: {measure: 逮捕, started_on: 2026-01-10}, expect: {overdue: 2026-03-10}}
"""

CONDITION = """\
id: local.condition
title: 本地:罚款
mechanism: 行政执法监督
line: 行政检察
severity: low
grade: policy
subject: penalty
when: [fine > $least]
breach: [performed_on is blank]
condition: {day: decided_on}
law: [policy]
parameters:
  least: [{from: 2000-01-01, value: 1000, cite: 本地口径}]
agency: agency
says: "{agency}"
rebuttals: [已履行]
do: 核对
cases:
  - {name: 是, as_of: 2026-03-10, given: {fine: 1001, decided_on: 2026-01-10}, expect: {pattern: 2026-01-10}}
  - {name: 否, as_of: 2026-03-10, given: {fine: 1000, decided_on: 2026-01-10}, expect: none}
"""

WINDOW = """\
id: local.window
title: 本地:聚集
mechanism: 虚假诉讼
line: 民事检察
severity: low
grade: policy
subject: actor
window:
  rows: civil_party
  actor: party
  where: [role = 原告]
  item: case_no
  at: case.filed_on
  within: $span
  at_least: $cases
law: [policy]
parameters:
  span: [{from: 2000-01-01, value: 30 days, cite: 本地口径}]
  cases: [{from: 2000-01-01, value: 2, cite: 本地口径}]
agency: case.court
says: "{actor}"
rebuttals: [批量清收]
do: 核对
cases:
  - {name: 是, as_of: 2026-03-10, given: {}, rows: {civil_party: [{case_no: 一}]}, expect: {pattern: 2026-01-10}}
  - {name: 否, as_of: 2026-03-10, given: {}, rows: {civil_party: [{case_no: 一}]}, expect: none}
"""


def problems(folder: Path, **files: str) -> list[str]:
    """What is wrong with some files, as `name:line text`."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [f"{p.path.stem}:{p.line} {p.text}" for p in check_rules([folder], load_law(), TODAY, shipped=False)[1]]


def line_of(text: str, part: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if part in line)


def spoilt(folder: Path, text: str, old: str, new: str, told: str) -> None:
    """Exactly one problem is found in the text where `old` is written as `new`: on that line, and it says `told`."""
    assert text.count(old) == 1
    line = line_of(text, old)
    found = problems(folder, bad=text.replace(old, new))
    assert len(found) == 1, found
    assert found[0].startswith(f"bad:{line} ")
    assert told in found[0]


@pytest.mark.parametrize("text", [LIMIT, CONDITION, WINDOW])
def test_a_good_rule_has_no_problems(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, good=text) == []


WHEN = "when: [measure = 逮捕, case.filed_on is given]"
PLAIN = LIMIT.replace("  - {if: started_on < 2020-01-01, severity: medium}", "  []")


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("[measure = 逮捕, measure = 拘留]", "与前面的条件矛盾"),
        ("['measure in [拘留, 逮捕]', 'measure = 取保候审']", "与前面的条件矛盾"),
        ("[ended_on is given and ended_on is blank]", "永远不成立"),
        ("[ended_on is blank, ended_on > started_on]", "与前面的条件矛盾"),
        ("[started_on > 2025-01-01 and started_on < 2024-01-01]", "永远不成立"),
        ("[started_on > 2025-01-01 and started_on < 2025-01-02]", "永远不成立"),
        ("[started_on > started_on]", "永远不成立"),
        ("[started_on = started_on]", "总是成立"),
        ("[started_on < ended_on, ended_on < started_on]", "与前面的条件矛盾"),
        ("[case is missing, case.filed_on is given]", "与前面的条件矛盾"),
        ("[case.is_economic, case.is_economic = 否]", "与前面的条件矛盾"),
        ("[not case.is_economic, case.is_economic = 是]", "与前面的条件矛盾"),
        ("['any(case.suspects[name is given])', 'none(case.suspects[name is given])']", "与前面的条件矛盾"),
        ("[count(case.suspects) < 0]", "永远不成立"),
        ("[count(case.suspects) >= 0]", "总是成立"),
        ("[ended_on is given or ended_on is blank]", "总是成立"),
        ("[started_on > 2020-01-01 or started_on < 2021-01-01]", "填了,这个条件就总是成立"),
        ("[measure != 逮捕 or measure != 拘留]", "总是成立"),
        ("[case.filed_on > 2020-01-01, case.filed_on is given]", "前面的条件已经包含"),
        ("[started_on is given]", "总是成立"),
        ("[started_on is blank]", "永远不成立"),
        ("[measure = 逮捕, measure != 拘留]", "前面的条件已经包含"),
        ("[measure = 刑拘]", "没有“刑拘”这个取值,应写作“拘留”"),
        ("[measure = 拘传]", "没有“拘传”这个取值"),
        ("['measure in [逮捕, 监居]']", "是不是“监视居住”"),
        ("['any(case.measures[measure = 逮捕 and measure = 拘留])']", "measures[…]:与前面的条件矛盾"),
        ("[case.ended]", "这种除外情形就成立,规则永远不会命中"),
        ("[not case.ended]", "前面的条件已经包含"),
    ],
)
def test_conditions_are_reasoned_over(tmp_path: Path, when: str, told: str) -> None:
    text = PLAIN.replace(WHEN, f"when: {when}")
    found = problems(tmp_path, bad=text)
    assert len(found) == 1, found
    assert told in found[0]
    assert found[0].startswith(f"bad:{line_of(text, 'unless' if 'case.ended' in when else 'when')} ")


@pytest.mark.parametrize(
    "when",
    [
        "[measure = 逮捕, ended_on is blank or ended_on > started_on]",
        "[started_on >= 2020-01-01, started_on <= 2020-01-01]",
        "[measure != 逮捕, measure != 拘留]",
        "[ended_on is given, not (ended_on is undated)]",
        "[started_on is undated or started_on > 2020-01-01]",
        "[not case.is_economic, case.filed_on is blank]",
        "[case is missing or measure = 逮捕, case.filed_on is blank]",
        "[count(case.suspects) > 0, any(case.suspects)]",
        "[started_on <= ended_on, ended_on <= started_on]",
    ],
)
def test_conditions_that_can_hold_and_fail_are_left_alone(tmp_path: Path, when: str) -> None:
    assert problems(tmp_path, good=PLAIN.replace(WHEN, f"when: {when}")) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("jl.hold_2m", "jl.hold_2n", "是否为 jl.hold_2m"),
        ("law: [jl.hold_2m]", "law: [jl.hold_2m, gua.campaign]", "没有核对过,不能作法定规则的依据"),
        ("ends: fix", "ends: roll", "到期即止"),
        ("value: 2 months", "value: 0 days", "期限的长度是零"),
        ("from: 2018-01-01", "from: 2019-01-02", "其间没有可用的值"),
        ("checked: 2026-11-22", "checked: 2026-11-23", "还没有到"),
        ("cite: 刑事诉讼法第一百五十六条", "cite: ' '", "没有写出处"),
        ("let: {start: started_on}", "let: {start: started_on, other: ended_on}", "名字 other 没有用到"),
        ("let: {start: started_on}", "let: {start: startd_on}", "没有“startd_on”,是不是 started_on?"),
        ("within: $limit", "within: $limt", "是不是 limit"),
        ("done_by: [ended_on]", "done_by: [ended_no]", "是不是 ended_on"),
        ("届满次日", "届满当日", "写了两次"),
        (
            "given: {measure: 逮捕, started_on: 2026-01-10}, expect: none",
            "given: {measure: 拘传, started_on: 2026-01-10}, expect: none",
            "强制措施的措施(measure)",
        ),
        ("{if: started_on < 2020-01-01,", "{if: case.filed_on is blank,", "与适用条件矛盾"),
    ],
)
def test_what_is_wrong_with_a_limit_is_found_on_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    spoilt(tmp_path, LIMIT, old, new, told)


def test_a_side_of_the_last_day_without_a_case_is_told_where_the_cases_begin(tmp_path: Path) -> None:
    found = problems(tmp_path, bad=LIMIT.replace("as_of: 2026-03-11", "as_of: 2026-03-12"))
    assert [x.partition(":请加一例届满次日")[0] for x in found] == [f"bad:{line_of(LIMIT, 'cases:') + 1} 期限的边界没有写全"]


def test_reasoning_gives_up_before_it_takes_for_ever(tmp_path: Path) -> None:
    neither = "(fine < 1 or fine is blank) and (surcharge < 1 or surcharge is blank)"

    def found(number: int) -> list[str]:
        either = [f"fine > {i} or surcharge > {i}" for i in range(number, 0, -1)]
        return problems(tmp_path, rule=CONDITION.replace("when: [fine > $least]", f"when: {[*either, neither]}").replace("fine > $least", "fine > 0"))

    assert any("矛盾" in x for x in found(3))
    assert not any("矛盾" in x for x in found(24))


def test_an_exclusion_that_always_holds_leaves_nothing(tmp_path: Path) -> None:
    text = LIMIT.replace("unless: [case.ended]", "unless: [case_no is given]")
    assert problems(tmp_path, bad=text) == [f"bad:{line_of(text, 'unless')} “case_no is given”:这个条件总是成立,规则永远不会命中,请核对各项的写法"]


def test_a_severity_that_an_earlier_one_covers_is_never_reached(tmp_path: Path) -> None:
    first = "  - {if: started_on < 2020-01-01, severity: medium}\n"
    text = LIMIT.replace(first, first + "  - {if: started_on < 2019-06-01, severity: high}\n")
    assert problems(tmp_path, bad=text) == [
        f"bad:{line_of(text, '2019-06-01')} “started_on < 2019-06-01”:前面的紧急程度已经管到这种情形,这一条永远轮不到"
    ]


def test_versions_of_a_parameter_bind_one_at_a_time(tmp_path: Path) -> None:
    two = "[{from: 2000-01-01, value: 1000, cite: 本地口径}, {from: 2020-01-01, value: 2000, cite: 本地口径}]"
    text = CONDITION.replace("[{from: 2000-01-01, value: 1000, cite: 本地口径}]", two)
    assert problems(tmp_path, good=text.replace("fine > $least]", "fine > $least, fine <= 1500]")) == []
    found = problems(tmp_path, good=text.replace("fine > $least]", "fine > $least, fine <= $least]"))
    assert len(found) == 1 and "矛盾" in found[0]


def test_a_branch_that_an_earlier_one_covers_is_never_reached(tmp_path: Path) -> None:
    text = LIMIT.replace("{start: started_on}", "{start: 'case(started_on > 2020-01-01, started_on, started_on > 2021-01-01, ended_on, started_on)'}")
    assert [x.partition(" ")[2] for x in problems(tmp_path, bad=text)] == ["case(…):前面的条件已经管到这种情形,这一个值永远轮不到"]


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ("2018-01-01 2 months, 2018-01-01 3 months", "有两个版本都从 2018-01-01 起"),
        ("2018-06-01 2 months, 2018-01-01 3 months", "从早到晚"),
        ("2018-01-01 2 months, 2018-06-01 2 months", "完全一样"),
        ("2018-01-01 2 months, 2018-06-01 60", "类型不同"),
    ],
)
def test_versions_that_contradict_each_other_are_found(tmp_path: Path, versions: str, told: str) -> None:
    head, _, tail = LIMIT.partition("    - {from: 2018-01-01")
    rows = [v.split(" ", 1) for v in versions.split(", ")]
    text = head + "".join(f"    - {{from: {day}, value: {value}, cite: 本地口径}}\n" for day, value in rows) + tail.partition("\n")[2]
    found = problems(tmp_path, bad=text)
    assert len(found) == 1, found
    assert told in found[0]
    assert line_of(text, "limit:") < int(found[0].split()[0].removeprefix("bad:")) < line_of(text, "agency")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fine > $least", "fine > 1000", "参数 least 没有用到"),
        ("when: [fine > $least]", "when: [fine > $least, fine > 5 and fine < 3]", "永远不成立"),
        ("when: [fine > $least]", "when: [fine > $least, fine < 1000]", "矛盾"),
        ("when: [fine > $least]", "when: [fine > $least, fine > 500]", "前面的条件已经包含"),
        ("value: 1000", "value: 十万元", "fine(金额)与 $least(文字)不能比较"),
        ("when: [fine > $least]", "when: [fine > $least, decided_on - 30 days < served_on]", "期限只能加不能减"),
        ("law: [policy]", "law: [gua.campaign]", "没有依据"),
    ],
)
def test_what_is_wrong_with_a_condition_is_found(tmp_path: Path, old: str, new: str, told: str) -> None:
    found = problems(tmp_path, bad=CONDITION.replace(old, new))
    assert len(found) == 1, found
    assert told in found[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value: 30 days", "value: 1 month", "要用自然日"),
        ("value: 30 days", "value: 5 working days", "要用自然日"),
        ("value: 2,", "value: 0,", "总是成立"),
        ("where: [role = 原告]", "where: [role = 原告, role = 被告]", "矛盾"),
        ("where: [role = 原告]", "where: [role = 原告人]", "这个取值"),
    ],
)
def test_what_is_wrong_with_a_window_is_found(tmp_path: Path, old: str, new: str, told: str) -> None:
    spoilt(tmp_path, WINDOW, old, new, told)


def test_law_must_have_been_in_force_while_the_rule_is(tmp_path: Path) -> None:
    law = tmp_path / "law"
    law.mkdir()
    (law / "a.yaml").write_text(
        """\
laws:
  旧规: {kind: 规章, editions: {"1990": {from: 1990-01-01, until: 2018-12-31}}}
  新规: {kind: 规章, editions: {"2027": {from: 2027-01-01}}}
articles:
  - {id: old.1, law: 旧规, editions: {"1990": 第一条}, what: 旧的一条, status: verified, source: 条文文本, checked: 2026-11-22}
  - {id: new.1, law: 新规, editions: {"2027": 第一条}, what: 新的一条, status: verified, source: 条文文本, checked: 2026-11-22}
""",
        encoding="utf-8",
    )
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "a.yaml").write_text(LIMIT.replace("[jl.hold_2m]", "[jl.hold_2m, old.1, new.1]"), encoding="utf-8")
    found = check_rules([rules], load_law((law,)), TODAY, shipped=False)[1]
    assert [(p.line, p.text.partition(":")[0]) for p in found] == [
        (19, "old.1(旧规)已于 2018-12-31 失效,规则自 2019-01-01 起才适用"),
        (19, "new.1(新规)自 2027-01-01 起才施行"),
    ]


def test_one_id_in_two_folders_is_a_problem_even_where_the_rule_cannot_be_read(tmp_path: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text(CONDITION.replace("decided_on}", "decided_no}", 1), encoding="utf-8")
    found = check_rules([tmp_path / "甲", tmp_path / "乙"], load_law(), TODAY, shipped=False)[1]
    assert [p.text for p in found if p.path.parent.name == "乙" and "已在" in p.text] == [
        f"规则 local.condition 已在 {tmp_path / '甲' / 'a.yaml'} 定义:请换一个 id"
    ]


def test_a_file_that_is_named_beside_its_folder_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(LIMIT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found, wrong = check_rules([tmp_path, Path("a.yaml")], load_law(), TODAY, shipped=False)
    assert ([Path(r.source) for r in found], wrong) == ([tmp_path / "a.yaml"], [])


def test_a_missing_and_an_unknown_key_hide_nothing_of_the_rest(tmp_path: Path) -> None:
    text = LIMIT.replace("severity: low", "severty: low").replace("do: 核对\n", "").replace("done_by: [ended_on]", "done_by: [ended_no]")
    told = [x.partition(" ")[2] for x in problems(tmp_path, bad=text.replace("checked: 2026-11-22", "checked: 2027-01-01"))]
    for text in ("severity:缺少这一项", "do:缺少这一项", "severty:没有这一项,是不是 severity?", "是不是 ended_on", "还没有到"):
        assert sum(text in x for x in told) == 1, (text, told)
    assert len(told) == 5


def test_everything_that_is_wrong_with_a_rule_is_told_at_once(tmp_path: Path) -> None:
    text = LIMIT.replace("jl.hold_2m", "jl.hold_9").replace("done_by: [ended_on]", "done_by: [ended_no]").replace("届满次日", "届满当日")
    text = text.replace("checked: 2026-11-22", "checked: 2027-01-01")
    told = "\n".join(problems(tmp_path, bad=text))
    assert all(x in told for x in ("jl.hold_9", "ended_on", "写了两次", "还没有到"))
