"""Overlays: what one place changes in rules, by day, and everything that is wrong with a file at once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cases.catalogue import load_catalogue
from engine.cases import CaseRunner
from engine.scan import Scanner
from rules.checks import check_rules, read_rules
from rules.editor import overlay_schema, rule_schema
from rules.law import load_law
from rules.load import RuleProblems, load_rules
from rules.offences import BELOW, LOCAL, REACHED, threshold
from rules.origins import values
from rules.overlay import Localised
from rules.resolve import Resolved
from rules.versions import load_version

EXAMPLES = Path("docs/examples/overlays")
TODAY = date(2026, 11, 22).toordinal()


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def loaded(tmp_path: Path, text: str, as_of: str = "2026-11-22", **more: str) -> dict[str, Resolved]:
    for name, body in {"本地": text, **more}.items():
        (tmp_path / f"{name}.yaml").write_text(body, encoding="utf-8")
    return {r.rule.id: r for r in load_rules([tmp_path], day=day(as_of))}


def problems(tmp_path: Path, text: str, **more: str) -> list[str]:
    with pytest.raises(RuleProblems) as caught:
        loaded(tmp_path, text, **more)
    return [f"{p.path.name}:{p.line} {p.text}" for p in caught.value.problems]


LIMIT = """\
overlay: 某省
rules:
  execution.filing-late:
    says: "{court}{until}立案"
    parameters:
      limit:
        - {from: 2020-01-01, until: 2020-12-31, value: 5 days, cite: 某省文件甲}
        - {from: 2022-01-01, value: 10 days, cite: 某省文件乙, checked: 2026-01-01}
"""


def test_a_version_binds_from_its_first_to_its_last_day_and_the_rules_own_returns(tmp_path: Path) -> None:
    (shipped,) = (r for r in load_rules() if r.rule.id == "execution.filing-late")
    rule = loaded(tmp_path, LIMIT)["execution.filing-late"]
    own = shipped.parameters["limit"]
    for text, days in (("2019-12-31", 7), ("2020-01-01", 5), ("2020-12-31", 5), ("2021-01-01", 7), ("2021-12-31", 7), ("2022-01-01", 10)):
        assert rule.parameters["limit"](day(text)).days == days, text
        assert own(day(text)).days == 7
    assert rule.rule.model_dump_json() != shipped.rule.model_dump_json()


def test_before_the_first_version_of_all_the_rules_own_value_holds(tmp_path: Path) -> None:
    early = LIMIT.replace("2020-01-01, until: 2020-12-31", "1950-01-01, until: 1950-12-31")
    rule = loaded(tmp_path, early)["execution.filing-late"]
    assert [rule.parameters["limit"](day(text)).days for text in ("1949-12-31", "1950-01-01", "1951-01-01")] == [7, 5, 7]


def test_who_set_a_value_is_told_with_citation_file_and_line(tmp_path: Path) -> None:
    rule = loaded(tmp_path, LIMIT)["execution.filing-late"]
    assert isinstance(rule, Localised)
    assert rule.sources[("limit", date(2022, 1, 1))] == f"某省({tmp_path / '本地.yaml'}:8)"
    assert [v.cite for v in rule.rule.parameters["limit"]][1:] == ["某省文件甲", rule.base.rule.parameters["limit"][0].cite, "某省文件乙"]  # type: ignore[union-attr]
    assert [(t["what"], t["from"], t["line"]) for t in rule.told()] == [
        ("limit", "2020-01-01", 7),
        ("limit", "2022-01-01", 8),
        ("提示", "", 4),
    ]


SEVERITY = """\
overlay: 某市
rules:
  trial.overdue:
    severity: {from: 2026-01-01, until: 2026-06-30, value: high, severities: [], cite: 某市专项行动方案}
"""


def test_a_severity_counts_by_the_day_of_the_scan(tmp_path: Path) -> None:
    base = {r.rule.id: r for r in load_rules()}["trial.overdue"].rule
    for as_of, severity, graded in (("2025-12-31", base.severity, True), ("2026-01-01", "high", False), ("2026-06-30", "high", False)):
        rule = loaded(tmp_path, SEVERITY, as_of)["trial.overdue"].rule
        assert (rule.severity, bool(rule.severities)) == (severity, graded and bool(base.severities))
    assert loaded(tmp_path, SEVERITY, "2026-07-01")["trial.overdue"].rule.severity == base.severity


@pytest.mark.parametrize("name", ["execution.filing-late", "civil.repeat-filer", "referral.threshold-not-transferred"])
def test_a_rule_that_is_switched_off_finds_nothing(tmp_path: Path, name: str) -> None:
    text = f"overlay: 某市\nrules: {{{name}: {{stopped: {{from: 2020-01-01, cite: 某市通知}}}}}}\n"
    (tmp_path / "停用.yaml").write_text(text, encoding="utf-8")
    read, _ = read_rules([tmp_path])
    rule = next(r for _, r in read if r.rule.id == name)
    assert isinstance(rule, Localised) and rule.base
    hit = next(c for c in rule.base.rule.cases if isinstance(c.expect, dict) and {"overdue", "pattern"} & set(c.expect))
    with CaseRunner() as runner:
        (found,) = runner.results(rule, [hit])
        assert found.found == "none"
        assert all(result.passed for result in runner.run(rule))
    early = {r.rule.id: r for r in load_rules([tmp_path], day=day("2019-12-31"))}[name]
    assert isinstance(early, Localised) and not early.stopped


def test_a_number_that_is_too_great_is_told(tmp_path: Path) -> None:
    value = "{from: 2020-01-01, value: 1000000000000, cite: 某文件}"
    text = f"overlay: 某省\nrules: {{civil.repeat-filer: {{parameters: {{cases: [{value}]}}}}}}\n"
    assert problems(tmp_path, text) == ["本地.yaml:2 参数值 1000000000000 太大:数要小于一万亿"]


WRONG = """\
overlay: 某省
rules:
  referral.platform-lat: {stopped: {from: 2020-01-01, cite: 某文件}}
  referral.platform-late:
    parameters:
      limt: [{from: 2020-01-01, value: 5 days, cite: 某文件}]
      limit:
        - {from: 2020-01-01, value: 5, cite: 某文件}
  petition.unacknowledged:
    severity: {from: 2020-01-01, value: high, severities: [{if: agncy is given, severity: low}], cite: 某文件}
  civil.repeat-filer:
    title: 三年内多次
    says: 三年内多次
    parameters: {span: [{from: 2020-01-01, value: 3 years, cite: 某文件}]}
"""


def test_all_that_does_not_fit_the_rules_is_told_at_once(tmp_path: Path) -> None:
    assert problems(tmp_path, WRONG) == [
        "本地.yaml:3 没有编号为 referral.platform-lat 的规则,是不是 referral.platform-late?",
        "本地.yaml:6 规则 referral.platform-late 没有参数 limt,是不是 limit?",
        "本地.yaml:8 值写作“5”:这个参数应是期限(如 5 working days、3 months)",
        "本地.yaml:8 规则的 says 里写着“七个工作日”,改了 limit 就不符了:请在这里也写上 says,那里写作 {$limit}",
        "本地.yaml:10 信访(petition)没有“agncy”",
        "本地.yaml:14 值写作“3 years”:聚集规则的一段时间要用自然日,如 1095 days",
    ]


def test_all_that_does_not_fit_the_form_is_told_at_once(tmp_path: Path) -> None:
    text = """\
overlay: 某省
rules:
  trial.overdue:
    sevrity: high
    stopped: {from: 2020-01-01, until: 2019-01-01, cite: 某文件}
  petition.unanswered:
    parameters: {limit: [{from: 2021-01-01, value: 5 days, cite: 某文件, 另见附件}]}
  petition.unacknowledged:
    stopped: {from: 2020-01-01}
"""
    found = problems(tmp_path, text)
    assert [line.partition(" ")[0] for line in found] == ["本地.yaml:5", "本地.yaml:4", "本地.yaml:7", "本地.yaml:9"]
    assert "until 不能早于 from" in found[0]
    assert "是不是 severity?" in found[1]
    assert "请给那段文字加上引号" in found[2]
    assert "cite:缺少这一项" in found[3]


def test_two_overlays_may_not_set_the_same_value_at_the_same_time(tmp_path: Path) -> None:
    other = """\
overlay: 某市
rules:
  execution.filing-late:
    parameters:
      limit: [{from: 2020-12-31, until: 2021-06-30, value: 6 days, cite: 某市文件}]
"""
    assert problems(tmp_path, LIMIT, 某市=other) == [f"某市.yaml:5 与 {tmp_path / '本地.yaml'}:7 的起止日重叠:请写上 until,或改 from"]
    rule = loaded(tmp_path, LIMIT, 某市=other.replace("2020-12-31", "2021-01-01"))["execution.filing-late"]
    assert [rule.parameters["limit"](day(text)).days for text in ("2020-12-31", "2021-01-01", "2021-07-01")] == [5, 6, 7]


def test_a_rule_that_cannot_be_read_is_not_told_twice(tmp_path: Path) -> None:
    text = "overlay: 某市\nrules: {local.broken: {stopped: {from: 2020-01-01, cite: 某市通知}}}\n"
    found = problems(tmp_path, text, **{"local.broken": "id: local.broken\ntitle: 缺项\n"})
    assert found and all(line.startswith("local.broken.yaml") for line in found)


def test_the_cases_of_an_overlay_are_checked_too(tmp_path: Path) -> None:
    text = LIMIT + "    cases:\n      - {name: 写错了列, as_of: 2026-01-01, given: {appled_on: 2026-01-01}, expect: none}\n"
    assert problems(tmp_path, text) == ["本地.yaml:10 执行案件(execution_case)没有“appled_on”,是不是 applied_on?"]


THRESHOLDS = """\
overlay: 某省
thresholds:
  - {offence: 非法采矿, from: 2016-12-01, cite: 某省文件, law: t.343, reached: [{amount: 200000}]}
"""


def test_a_threshold_of_a_place_reaches_every_rule_that_asks_for_one_and_no_other(tmp_path: Path) -> None:
    changed = {name: r for name, r in loaded(tmp_path, THRESHOLDS).items() if isinstance(r, Localised)}
    assert set(changed) == {"referral.threshold-not-transferred", "referral.split-penalties"}
    for name, rule in changed.items():
        assert rule.rule.model_dump_json() != rule.base.rule.model_dump_json(), name  # type: ignore[union-attr]
        (value,) = (v for v in values(rule) if v.name == "非法采矿的追诉标准")
        assert (value.value, value.since, value.source) == ("amount 200000", "2016-12-01", f"某省({tmp_path / '本地.yaml'}:3)")


def test_a_threshold_binds_between_its_days(tmp_path: Path) -> None:
    text = THRESHOLDS.replace("2016-12-01,", "2020-01-01, until: 2020-12-31,").replace("非法采矿", "拒不支付劳动报酬罪").replace("200000", "60000")
    table = loaded(tmp_path, text)["referral.threshold-not-transferred"].parameters[LOCAL](1)

    def answer(decided: str, yuan: int, people: int) -> str:
        return threshold("拒不支付劳动报酬罪", None, day(decided), yuan * 100, None, people * 1_000_000, "人", None, local=table)

    assert answer("2020-01-01", 60000, 1) == REACHED
    assert answer("2020-12-31", 59999, 10) == BELOW
    assert [answer(text, 30000, 10) for text in ("2019-12-31", "2020-06-01", "2021-01-01")] == [REACHED, BELOW, REACHED]


def test_what_is_wrong_with_thresholds_is_told_at_once(tmp_path: Path) -> None:
    text = """\
overlay: 某省
thresholds:
  - {offence: 非法彩矿, from: 2016-12-01, cite: 某省文件, law: t.343, reached: [{amount: 200000}]}
  - {offence: 非法采矿, from: 2016-12-01, cite: 某省文件, law: t.343, reached: [{amount: 二十万, tons: 3}]}
  - {offence: 盗伐林木罪, from: 2016-12-01, cite: 某省文件, law: t.345a, reached: [{quantity: 5 立方}]}
  - {offence: 非法采矿, from: 2020-01-01, cite: 某省文件, law: t.343, reached: [{amount: 300000}]}
"""
    found = problems(tmp_path, text)
    assert found[0] == "本地.yaml:3 罪名写作“非法彩矿”,是不是 非法采矿?"
    assert found[1] == "本地.yaml:4 amount 写作“二十万”:应是整数"
    assert found[2].startswith("本地.yaml:5 quantity 写作“5 立方”:应是整数、空格和单位")
    assert found[3] == f"本地.yaml:6 与 {tmp_path / '本地.yaml'}:4 的起止日重叠:请写上 until,或改 from"
    (tmp_path / "本地.yaml").write_text(THRESHOLDS.replace("t.343", "t.344x"), encoding="utf-8")
    _, wrong = check_rules([tmp_path], load_law(), TODAY)
    assert [str(p) for p in wrong if "t.344x" in str(p)] == [
        f"{tmp_path / '本地.yaml'}:3 没有编号为“t.344x”的法律依据,是否为 t.344?(clues law list 列出全部编号)"
    ]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_each_example_loads_and_changes_the_verdict_of_a_case(path: Path) -> None:
    found, wrong = check_rules([path], load_law(), TODAY)
    assert wrong == []
    changed = [r for r in found if isinstance(r, Localised)]
    assert changed
    with CaseRunner() as runner:
        for rule in changed:
            assert rule.base is not None
            results = runner.run(rule)
            assert [r for r in results if not r.passed] == []
            if rule.rule.cases:
                as_shipped = list(runner.results(rule.base, rule.rule.cases))
                assert not all(r.passed for r in as_shipped), f"{rule.rule.id}:用例没有显出本地的值"
        assert any(rule.rule.cases for rule in changed)


def test_a_clue_says_on_what_local_ground_its_limit_is_as_long_as_it_is() -> None:
    read, _ = read_rules([EXAMPLES / "petitions.yaml"])
    rule = next(r for _, r in read if r.rule.id == "petition.unacknowledged")
    early, late = (next(c for c in rule.rule.cases if c.name.startswith(name)) for name in ("本省要求以前", "第八个"))
    with CaseRunner() as runner:
        assert [r.passed for r in runner.results(rule, [early, late])] == [True, True]
        for case, told in ((late, True), (early, False)):
            runner._put(rule.base_record, case)
            (clue,) = (c for batch in Scanner(runner.store, [rule], runner.law).scan(case.as_of.toordinal()) for c in batch.clues)
            texts = [step["text"] for step in clue["derivation"]]
            assert ("这一期限出自本地规定:某省(某省人民检察院群众来信办理办法(示例))" in texts) is told
            runner._clear()


def test_a_version_to_be_compared_holds_the_rules_that_thresholds_change(tmp_path: Path) -> None:
    (tmp_path / "本地.yaml").write_text(THRESHOLDS, encoding="utf-8")
    version = load_version(str(tmp_path / "本地.yaml"), load_catalogue(), TODAY)
    assert {name for name, rule in version.items() if isinstance(rule, Localised)} == {
        "referral.threshold-not-transferred",
        "referral.split-penalties",
    }


def test_the_schema_for_editors_takes_one_dated_entry_or_several_and_names_every_key() -> None:
    schema = overlay_schema()
    change = schema["$defs"]["Change"]["properties"]
    assert all(part.get("description") for part in (*schema["properties"].values(), *change.values()))
    for name in ("severity", "stopped"):
        one, many = change[name]["anyOf"]
        assert many["items"] == one
    assert {"from", "until", "cite", "checked", "value"} == set(schema["$defs"]["LocalValue"]["properties"])


@pytest.mark.parametrize("schema", [rule_schema(), overlay_schema()])
def test_what_an_editor_shows_of_a_key_is_chinese(schema: dict[str, Any]) -> None:
    parts = [schema, *schema["$defs"].values()]
    values = [value for part in parts for value in part["properties"].values()]
    shown = [part.get(key, "") for part in (*parts, *values) for key in ("title", "description")]
    assert [text for text in shown if text and text.isascii()] == []


def test_every_key_of_a_rule_is_described_to_the_editor() -> None:
    schema = rule_schema()
    parts = {"": schema, **schema["$defs"]}
    assert [(model, name) for model, part in parts.items() for name, value in part["properties"].items() if not value.get("description")] == []
