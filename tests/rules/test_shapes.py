"""Rules whose words do not fit where they stand are refused with one sentence: they would find nothing, find wrong things, or break off a scan."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.test_checks import CONDITION, LIMIT, WINDOW, spoilt

BREACH = "breach: [performed_on is blank]"
DAY = "condition: {day: decided_on}"


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("breach: [same_party.decided_on > 2026-01-01]", "有多个值,这里只能是一个:取一个日期用 earliest"),
        ("breach: [same_party.party = 某人]", "有多个值,这里只能是一个:问有没有用 any"),
        ("breach: [same_party.demolition]", "有多个值"),
        ("breach: [same_party is given]", "有多个值"),
        ('breach: ["each(demolition, decided_on) is given"]', "有多个值"),
        ("breach: [fine is undated]", "fine 是金额,只有日期可以问 is undated"),
        ('breach: ["days_between(decided_on, performed_on) > 30 days"]', "期限不能比长短:请比较日期"),
        ('breach: ["first(performed_on, fine) is blank"]', "first(…) 里的 fine 应是日期,实际是金额"),
        ('breach: ["case(fine, decided_on) is blank"]', "case(…) 里的 fine 应是条件,实际是金额"),
        ('breach: ["case(demolition, decided_on, party) is blank"]', "应是日期,实际是文字"),
        ('breach: ["earliest(decided_on, party) is blank"]', "earliest(…) 里的 party 应是日期"),
        ('breach: ["back(decided_on, 3) is blank"]', "back(…) 里的 3 应是期限,实际是整数"),
        ('breach: ["roll(same_party.decided_on) is blank"]', "有多个值"),
        ('breach: ["nth(same_party.decided_on, decided_on) is blank"]', "nth(…) 里的 decided_on 应是整数"),
        ('breach: ["decided_on + days(fine) is blank"]', "days(…) 里的 fine 应是数,实际是金额"),
        ('breach: ["nth(same_party.decided_on, 0) is blank"]', "要写 1 以上的数"),
        ("breach: [fine > 1000000000000]", "1000000000000 太大:数要小于一万亿"),
        ("breach: [decided_on < due_on]", "这里还不知道 due_on:能用的是 as_of、start_on"),
    ],
)
def test_an_expression_of_the_wrong_kind_is_named(tmp_path: Path, new: str, told: str) -> None:
    spoilt(tmp_path, CONDITION, BREACH, new, told)


@pytest.mark.parametrize(
    ("text", "old", "new", "told"),
    [
        (CONDITION, DAY, "condition: {day: same_party.decided_on}", "有多个值"),
        (CONDITION, "law: [policy]", "law_by: agency\nlaw: [policy]", "这里只能得出写定的编号,加单引号"),
        (CONDITION, "law: [policy]", "law_by: case(demolition, 'policy', '本省')\nlaw: [policy]", "这里只能得出写定的编号,加单引号"),
        (CONDITION, DAY, "condition: {day: start_on}", "这里还不知道 start_on:能用的是 as_of"),
        (LIMIT, "  within: $limit", "  within: case(done_on is given, $limit, 3 days)", "这里还不知道 done_on:能用的是 as_of、start_on"),
        (LIMIT, "  done_by: [ended_on]", "  done_by: [{act: ended_on, if: done_on is given}]", "这里还不知道 done_on"),
        (CONDITION, "least: [{from: 2000-01-01, value: 1000,", "least: [{from: 2000-01-01, value: 1000000000000,", "参数值 1000000000000 太大"),
        (CONDITION, 'says: "{agency}"', 'says: "{agency"', "花括号没有成对"),
        (CONDITION, 'says: "{agency}"', 'says: "{}"', "花括号里只写字段名"),
        (CONDITION, 'says: "{agency}"', 'says: "{actor}{agency}"', "没有“actor”"),
        (CONDITION, 'says: "{agency}"', 'says: "{same_party}"', "“same_party”是一组记录,要写出它们的字段"),
        (WINDOW, 'says: "{actor}"', 'says: "{actor}{until}"', "没有“until”"),
        (WINDOW, "  item: case_no", "  item: case.parties.case_no", "有多个值"),
        (WINDOW, "  actor: party", "  actor: first(party, firm_party)", "要是 civil_party 自己的角色"),
        (WINDOW, "  at_least: $cases", "  at_least: case(as_of > 2026-01-01, $cases, 3)", "这里只能写固定的值,或者一个参数"),
        (WINDOW, "  within: $span", "  within: $span + 3 days", "这里只能写固定的值,或者一个参数"),
        (WINDOW, "law: [policy]", "when: [role = 原告]\nlaw: [policy]", "聚集规则不看 when:条件写在 window 的 where 里"),
        (WINDOW, "law: [policy]", "in_force: case.filed_on\nlaw: [policy]", "不能由记录决定"),
        (WINDOW, "  item: case_no", "  total: thresholds\n  item: case_no", "金额累加要写 with_same"),
        (
            WINDOW,
            "  item: case_no",
            "  beside: {rows: suspect, role: party, day: case.filed_on, before: last}\n  item: case_no",
            "没有角色 party:现有 suspect_party",
        ),
        (
            WINDOW,
            "  item: case_no",
            "  beside: {rows: suspect, role: suspect_party, day: case.filed_on, before: 30 days}\n  item: case_no",
            "before: last",
        ),
    ],
)
def test_what_has_no_use_in_a_shape_is_named(tmp_path: Path, text: str, old: str, new: str, told: str) -> None:
    spoilt(tmp_path, text, old, new, told)


def test_a_condition_of_a_window_is_named_by_its_own_line(tmp_path: Path) -> None:
    text = WINDOW.replace("where: [role = 原告]", "where:\n    - role = 原告\n    - case.lending")
    spoilt(tmp_path, text, "    - case.lending", "    - case.lends", "lends")


AROUND = "  around: {rows: suspect, role: suspect_party, day: case.filed_on, before: 30 days}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (", before: 30 days}", "}", "around 要写 before 或者 after 有多长"),
        (", before: 30 days}", ", before: last}", "around 要写 before 或者 after 有多长"),
        ("  at_least: $cases", "  different: {of: firm, at_least: 2}\n  at_least: $cases", "写了 around 的,不看 different"),
        ("  at_least: $cases", "  within: 30 days\n  at_least: $cases", "写了 around 的,不看 within"),
    ],
)
def test_what_lies_around_a_day_is_asked_of_that_day_alone(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = WINDOW.replace("  within: $span", AROUND).replace("  span: [{from: 2000-01-01, value: 30 days, cite: 本地口径}]\n", "")
    spoilt(tmp_path, text, old, new, told)
