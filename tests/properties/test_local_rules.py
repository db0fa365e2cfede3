"""Rules that an office writes itself, night after night: what was judged a bit at a time is what judging everything gives, on every day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from cases.importing import import_paths
from cases.store import Store, open_store
from engine.explain import Explainer
from engine.scan import Scanner
from review.runs.scanning import Order, scan
from rules.law import load_law
from rules.resolve import load_vocabulary, resolve_rule
from rules.schema import Rule
from tests.cases.sheets import write_csv
from tests.properties.test_incremental import judged_anew, standing

PENALTIES = ("决定书文号", "行政机关", "违法行为", "当事人", "处罚决定日期", "送达日期", "履行期限届满日期", "罚款金额")
ROW = ("虚罚1号", "某局", "占道", "某公司", "2026-01-05", "2026-01-06", "2026-02-20", "1000")
NIGHTS = [date(2026, 1, 10), date(2026, 1, 17), date(2026, 2, 19), date(2026, 2, 20), date(2026, 2, 21)]
BASE: dict[str, Any] = {
    "title": "本地", "mechanism": "行政执法监督", "line": "行政检察", "severity": "low", "grade": "policy", "subject": "penalty",
    "law": ["policy"], "agency": "agency", "says": "{agency}", "rebuttals": ["已办"], "do": "核对",
}  # fmt: skip


def scanner_of(store: Store, parts: list[dict[str, Any]]) -> Scanner:
    """Over some rules, called local.r0, local.r1 …"""
    read = [Rule.model_validate(BASE | {"id": f"local.r{number}"} | some) for number, some in enumerate(parts)]
    return Scanner(store, [resolve_rule(rule, store.catalogue, load_vocabulary()) for rule in read], load_law())


def lived(target: str, folder: Path, parts: list[dict[str, Any]], *rows: tuple[str, ...]) -> list[str]:
    """What stands of each of some rules night after night (o, l, p for the states of clues, - for none), each night having been held
    against what judging everything gives."""
    write_csv(folder / "行政处罚.csv", PENALTIES, *rows)
    found = {f"local.r{number}": "" for number in range(len(parts))}
    with open_store(target, create=True) as store:
        assert not any(sheet.rejected for sheet in import_paths(store, [folder]).sheets)
        scanner = scanner_of(store, parts)
        for day in NIGHTS:
            run = scan(store, scanner, Order(day.toordinal(), force=True))
            assert standing(store, run) == judged_anew(scanner, day), day
            states = dict.fromkeys(found, "-")
            every = list(scanner.scan(day.toordinal(), everything=True))
            assert [gap for batch in every for gap in batch.insufficient] == [gap for b in scanner.scan(day.toordinal()) for gap in b.insufficient]
            for clue in (clue for batch in every for clue in batch.clues):
                assert clue["arose_on"] <= day.isoformat()
                states[clue["rule"]] = clue["state"][0]
            found = {name: told + states[name] for name, told in found.items()}
    return list(found.values())


def test_an_act_that_lies_ahead_is_not_done_before_its_day(tmp_path: Path, target: str) -> None:
    limits: list[tuple[dict[str, Any], str]] = [
        ({"done_by": ["2026-02-20"]}, "-ooll"),
        ({"done_by": ["perform_by"]}, "-ooll"),
        ({"done_by": ["decided_on + 46 days"]}, "-ooll"),
        ({"done_by": ["latest(perform_by, served_on)", "decided_on + 1 year"]}, "-ooll"),
        ({"done_by": [{"act": "perform_by", "if": "fine > 1"}]}, "-ooll"),
        ({"done_by": ["decided_on + 46 days"], "open_only": True}, "-oo--"),
        ({"done_by": ["decided_on + 1 day"]}, "-----"),
        ({"from": "decided_on + 40 days", "within": "1 day"}, "--ooo"),
    ]
    parts = [{"limit": {"from": "served_on", "within": "10 days", "ends": "fix", **limit}} for limit, _ in limits]
    assert lived(target, tmp_path, parts, ROW) == [wanted for _, wanted in limits]


def test_a_situation_arises_and_a_record_counts_from_its_day(tmp_path: Path, target: str) -> None:
    days = ("2026-02-20", "perform_by", "decided_on + 46 days", "back(perform_by + 10 days, 10 days)")
    window = {"rows": "penalty", "actor": "penalised_party", "item": "decision_no", "at_least": 2}
    parts: list[dict[str, Any]] = [{"condition": {"day": day}} for day in days]
    parts += [{"subject": "actor", "window": {**window, "at": day}} for day in days]
    parts += [{"subject": "actor", "window": {**window, "at": "served_on", "known_on": day}} for day in days]
    earlier = "back(perform_by, days_between(decided_on, served_on))"
    parts.append({"subject": "actor", "window": {**window, "at": earlier}})
    assert lived(target, tmp_path, parts, ROW, ("虚罚2号", *ROW[1:])) == [*["---pp"] * (len(parts) - 1), "--ppp"]


def test_the_day_from_which_a_rule_on_actors_applies_may_be_a_parameter(tmp_path: Path, target: str) -> None:
    window = {"rows": "penalty", "actor": "penalised_party", "item": "decision_no", "at": "decided_on", "at_least": 2}
    days = {"since": [{"from": "2000-01-01", "value": date(2026, 1, 6), "cite": "某文"}]}
    parts = [{"subject": "actor", "window": window, "in_force": day, "parameters": days} for day in ("$since", "2026-01-05")]
    assert lived(target, tmp_path, parts, ROW, ("虚罚2号", *ROW[1:])) == ["-----", "ppppp"]


def test_what_is_unknown_is_asked_for_when_the_limit_is_over_or_the_day_has_come(tmp_path: Path, target: str) -> None:
    limit = {"from": "served_on", "within": "15 days", "done_by": ["perform_by"]}
    parts = [{"when": ["decided_on < 2026-02-01"], **some} for some in ({"limit": limit}, {"condition": {"day": "latest(as_enterprise.filed_on)"}})]
    assert lived(target, tmp_path, parts, (*ROW[:4], "日期不详", *ROW[5:])) == ["-----"] * 2


def test_a_sentence_tells_the_days_of_several_rows_and_the_day_of_looking(tmp_path: Path, target: str) -> None:
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, ROW, ("虚罚2号", *ROW[1:5], "日期不详", *ROW[6:]))
    window = {"rows": "penalty", "actor": "penalised_party", "item": "decision_no", "at": "decided_on", "at_least": 2}
    parts = [
        {"condition": {"day": "decided_on"}, "says": "{same_party.served_on}"},
        {"subject": "actor", "window": window, "says": "{actor}至{as_of}{count}件"},
    ]
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        clues = [clue for batch in scanner_of(store, parts).scan(NIGHTS[0].toordinal()) for clue in batch.clues]
    assert [clue["summary"].partition("(")[0] for clue in clues] == ["2026年1月6日、日期不详"] * 2 + ["某公司至2026年1月10日2件"]


def test_what_stands_beside_any_of_the_groups_is_evidence(tmp_path: Path, target: str) -> None:
    """Two groups of one kind each, and a record of a third kind that only the later group has before it."""
    rows = (("甲", "2026-01-02"), ("甲", "2026-01-03"), ("丙", "2026-01-04"), ("乙", "2026-01-05"), ("乙", "2026-01-06"))
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, *((f"虚罚{n}号", "某局", kind, "某公司", day, *ROW[5:]) for n, (kind, day) in enumerate(rows)))
    beside = {"rows": "penalty", "role": "penalised_party", "day": "decided_on", "before": "last"}
    window = {"rows": "penalty", "actor": "penalised_party", "item": "decision_no", "at": "decided_on", "at_least": 2}
    parts = [{"subject": "actor", "window": {**window, "with_same": "violation", "beside": beside}}]
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        (clue,) = (clue for batch in scanner_of(store, parts).scan(NIGHTS[0].toordinal()) for clue in batch.clues)
    assert {cell["key"][0] for cell in clue["evidence"]} == {f"虚罚{n}号" for n in range(len(rows))}


def test_a_limit_begins_on_the_same_day_when_a_parameter_changes(tmp_path: Path, target: str) -> None:
    """The version counts that was in force where the limit begins, and the derivation counts with it."""
    versions = [{"from": "2020-01-01", "value": "2 days", "cite": "某文"}, {"from": "2026-02-01", "value": "20 days", "cite": "某文"}]
    parts = {
        "let": {"begun": "served_on + $serve"},
        "limit": {"from": "begun", "within": "3 days", "ends": "fix", "done_by": ["performed_on"]},
        "parameters": {"serve": versions},
    }
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, ROW)
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        scanner = scanner_of(store, [parts])
        clues = [clue for day in NIGHTS[1:] for batch in scanner.scan(day.toordinal()) for clue in batch.clues]
    assert {clue["due_on"] for clue in clues} == {"2026-01-11"}
    assert all("起算日:2026-01-08(周四)(即上面数得的这一日),当日不计入" in [step["text"] for step in clue["derivation"]] for clue in clues)


def test_a_fixed_day_that_was_counted_is_not_said_to_stand_in_a_document(tmp_path: Path, target: str) -> None:
    days = ("perform_by", "back(perform_by, 3 working days)")
    parts = [{"limit": {"fixed_day": day, "ends": "fix", "done_by": ["performed_on"]}} for day in days]
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, (*ROW[:6], "2026-01-08", ROW[7]))
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        clues = [clue for batch in scanner_of(store, parts).scan(NIGHTS[1].toordinal()) for clue in batch.clues]
    plain, counted = ([step["text"] for step in clue["derivation"]] for clue in clues)
    assert "期限届满日(文书载明,不顺延):2026-01-08(周四)" in plain
    assert counted[:2] == ["倒推自:2026-01-08(周四)(履行期限届满日期),当日不计入", "往前:3个工作日"]
    assert "期限届满日(即上面数得的这一日,不顺延):2026-01-05(周一)" in counted


def test_an_act_among_several_is_explained(tmp_path: Path, target: str) -> None:
    act = "each(fine > 1, served_on, fine > 100, perform_by)"
    parts = {"limit": {"from": "decided_on", "within": "10 days", "ends": "fix", "done_by": [act]}}
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, ROW)
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        sheet, rules = store.catalogue.records["penalty"], scanner_of(store, [parts]).rules
        (told,) = Explainer(store, sheet, rules, load_law()).explain({"decision_no": ROW[0]}, NIGHTS[0].toordinal())
    assert told.reason == "「送达日期」、「履行期限届满日期」2026-01-06,期限2026-01-15届满,提前9天办理"


def test_a_day_to_which_no_condition_leads_is_explained_by_the_condition(tmp_path: Path, target: str) -> None:
    day = "case(served_on > perform_by, decided_on)"
    parts = [{"condition": {"day": day}}, {"limit": {"from": day, "within": "10 days", "ends": "fix", "done_by": ["performed_on"]}}]
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, ROW, ("虚罚2号", *ROW[1:5], "日期不详", *ROW[6:]))
    with open_store(target, create=True) as store:
        import_paths(store, [tmp_path])
        sheet, rules = store.catalogue.records["penalty"], scanner_of(store, parts).rules
        explainer = Explainer(store, sheet, rules, load_law())
        told = [[e.reason for e in explainer.explain({"decision_no": number}, NIGHTS[0].toordinal())] for number in ("虚罚1号", "虚罚2号")]
    known = "「送达日期」2026-01-06,要求晚于「履行期限届满日期」2026-02-20,早了45天"
    unknown = "日期不详,不能确定是否「送达日期」晚于「履行期限届满日期」2026-02-20,当作不成立"
    assert told == [[f"{why},情形没有出现", f"{why},期限没有开始计算"] for why in (known, unknown)]
