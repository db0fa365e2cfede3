"""`clues explain`: why a record is a clue under a rule, or why not."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from cli.command import as_of_option, command, completing, fold, format_option, law_option, line_width, quiet_option, rules_option, store_argument
from cli.output import print_json, say

if TYPE_CHECKING:
    from cases.catalogue import Catalogue, Sheet
    from cases.store import Store
    from rules.resolve import Resolved

OUTCOMES = {"hit": "是线索", "insufficient": "判断不了", "miss": "不成立", "excluded": "属于除外情形", "not_in_force": "规则当时还没有施行"}


@command("explain")
@store_argument
@click.argument("record", metavar="表名", shell_complete=completing("sheets"))
@click.argument("key", metavar="键…", nargs=-1, required=True)
@click.option(
    "--rule",
    "pattern",
    default="*",
    metavar="规则",
    help="只看这些规则:编号(可用 * 通配)、监督机制或条线",
    shell_complete=completing("rule_patterns"),
)
@as_of_option
@rules_option
@law_option
@click.option("--unmask", is_flag=True, help="显示自然人全名和完整证件号(默认遮盖;记入审计记录)")
@quiet_option
@format_option("text", "json")
def explain(store: str, record: str, key: tuple[str, ...], pattern: str, day: int, unmask: bool, quiet: bool, form: str) -> None:
    """逐条说明各规则怎样看一条记录:是线索;判断不了,缺什么;不成立,第一个不符合的条件是哪个、差多少。

    表名写中文表名或者英文名;键是确定这条记录的那几列(文号、案号等),括号、全角半角随便写,只写前几列也可以,只要认得出是哪一条。
    聚集规则(同一主体的若干条记录)说明这条记录算不算在内,同一主体还差几件。

    \b
    例:clues explain cases.db 行政处罚 '某市监罚〔2025〕12号'
        clues explain cases.db 强制措施 A330100 1 逮捕 2026-03-02 --rule 'criminal.custody-*'
        clues explain cases.db 民事当事人 '(2026)浙0101民初1号' 原告 某人 --as-of 2026-06-30
    """
    from cli.settings import current, opened
    from engine.evidence import key_of
    from engine.explain import Explainer
    from rules.law import load_law

    with opened(store) as case_store:
        sheet = _sheet(case_store.catalogue, record)
        rules = _rules(case_store, sheet, pattern, day)
        row = _row(case_store, sheet, key)
        subject = {"record": sheet.record, "key": list(key_of(row, sheet))}
        stored = {name: row[name] for name in sheet.key_fields}
        found = [e.as_json() for e in Explainer(case_store, sheet, rules, load_law(current().law)).explain(stored, day)]
        whole = {"record": sheet.record, "sheet": sheet.name, "key": subject["key"], "as_of": dt.date.fromordinal(day).isoformat(), "rules": found}
        told = _shown(case_store, whole, unmask, quiet)
    if form == "json":
        print_json(told)
    else:
        click.echo("\n".join(_told(told)), color=False if os.environ.get("NO_COLOR") else None)


def _sheet(catalogue: Catalogue, name: str) -> Sheet:
    from cases.errors import UsageProblem

    known = catalogue.records | catalogue.sheets
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f":是不是 {near[0]}?" if near else f":可写 {'、'.join(catalogue.sheets)}"
    raise UsageProblem(f"交换目录里没有“{name}”这种表{hint}")


def _rules(store: Store, sheet: Sheet, pattern: str, day: int) -> list[Resolved]:
    """The rules asked for that look at a sheet. Raises UsageProblem where there is none."""
    from cases.errors import UsageProblem
    from cli.choosing import chosen
    from cli.settings import current

    rules, stubs = chosen(store, current().rules, (pattern,), (), day)
    if stubs and not rules:
        raise UsageProblem("\n".join(stubs))
    for what in stubs:
        say(what)
    looking = [r for r in rules if r.base_record == sheet.record]
    if not looking and pattern == "*":
        raise UsageProblem(f"没有规则以“{sheet.name}”的记录为对象:它们只作为其他记录的关联记录被查看")
    if not looking:
        names = "、".join(sorted({f"“{store.catalogue.records[r.base_record].name}”" for r in rules}))
        raise UsageProblem(f"规则 {pattern} 不看“{sheet.name}”,看的是{names}")
    return looking


def _row(store: Store, sheet: Sheet, texts: Sequence[str]) -> dict[str, Any]:
    """The key columns of the record meant. Raises CluesError where there is none, or more than one."""
    from cases.errors import CluesError
    from engine.evidence import key_of
    from engine.explain import keys_of, stored_key
    from review.masking import mask_clue

    def named(row: dict[str, Any]) -> str:
        subject = {"record": sheet.record, "key": list(key_of(row, sheet))}
        return " ".join(mask_clue({"rule": "", "subject": subject}, store.catalogue)["subject"]["key"])

    key = stored_key(sheet, texts)
    found = keys_of(store, sheet, key)
    if len(found) == 1:
        return found[0]
    columns = "、".join(sheet.key)
    if found:
        some = ";".join(map(named, found[:5])) + ("……" if len(found) > 5 else "")
        raise CluesError(f"“{sheet.name}”里有不止一条这样的记录:{some};请再写几列({columns})")
    first = {name: key[name] for name in sheet.key_fields[:1]}
    near = keys_of(store, sheet, first) or keys_of(store, sheet, first, near=True)
    hint = f":是不是 {';'.join(map(named, near[:5]))}?" if near else f":请核对{columns}"
    raise CluesError(f"“{sheet.name}”里没有 {' '.join(texts)} 这条记录{hint}")


def _shown(store: Store, whole: dict[str, Any], unmask: bool, quiet: bool) -> dict[str, Any]:
    """The answer as it may be shown: masked, or whole and logged."""
    from cli.settings import reviewer
    from review.audit import logged
    from review.masking import mask_clue

    head = mask_clue({"rule": "", "subject": {"record": whole["record"], "key": whole["key"]}}, store.catalogue)["subject"]
    if unmask:  # written before anything is shown
        logged(store, "查看原文", whole["record"], {"key": head["key"]}, reviewer())
        return whole
    masked = {**whole, "key": head["key"], "rules": [mask_clue(e, store.catalogue) for e in whole["rules"]]}
    if masked != whole:
        say("自然人姓名和证件号已遮盖;要看全文请加 --unmask", quiet=quiet)
    return masked


def _told(whole: dict[str, Any]) -> list[str]:
    """The answer for a terminal: the rules by what came out, those that matter most first."""
    by_outcome = {name: [e for e in whole["rules"] if e["outcome"] == name] for name in OUTCOMES}
    counts = ",".join(f"{OUTCOMES[name]} {len(found)} 条" for name, found in by_outcome.items() if found)
    lines = [
        click.style(f"{whole['sheet']} {' '.join(whole['key'])}", bold=True),
        f"以 {whole['as_of']} 为准,{len(whole['rules'])} 条规则:{counts}",
    ]
    for name, found in by_outcome.items():
        if found:
            lines += ["", click.style(OUTCOMES[name], bold=True)]
        for entry in sorted(found, key=lambda e: bool(e["condition"])):  # what time alone will change stands first
            lines += [f"  {entry['title']}({entry['rule']})", *(f"    {line}" for line in fold(entry["reason"], line_width() - 4))]
            if entry["clue"]:
                lines.append(f"    线索编号 {entry['clue']['id']},扫描后可用 clues show 查看")
            elif entry["condition"]:
                lines += [f"    {line}" for line in fold(f"规则里写作:{entry['condition']}", line_width() - 4)]
    return [*lines, "", "线索是向有关单位提出的疑问,不是结论。"]
