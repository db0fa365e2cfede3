"""`clues rules`: what the rules ask and how they count, whether their files are right, and whether their cases come out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.command import Group, command, completing, format_option
from cli.output import hint, print_json, print_table, say
from cli.packs import LEFT_OUT, chosen, loaded, packs_option
from cli.rules_diff import diff
from cli.rules_docs import docs
from cli.rules_new import new
from cli.settings import catalogue, current
from rules.words import GRADES, SEVERITIES, SHAPES

if TYPE_CHECKING:
    from rules.law import LawBook
    from rules.origins import Value
    from rules.resolve import Resolved
    from rules.schema import Case, Rule


@click.group("rules", cls=Group)
def rules() -> None:
    """规则:查看、检查、试跑;写法见 docs/rules.md。

    \b
    例:clues rules list --mechanism 行政非诉执行
        clues rules show enforcement.not-applied
        clues rules new local.my-rule --record penalty --output 本地规则/
        clues rules check --rules 本地规则/
        clues rules test 'local.*' --rules 本地规则/
    """


@command("list")
@click.argument("patterns", metavar="[编号或词]…", nargs=-1)
@click.option("--mechanism", metavar="机制", help="只列这种监督机制的")
@click.option("--line", metavar="条线", help="只列这条业务线的,如 民事检察")
@click.option("--severity", type=click.Choice(tuple(SEVERITIES)), help="只列默认为这种紧急程度的")
@click.option("--grade", type=click.Choice(tuple(GRADES)), help="statutory 法定,policy 工程口径")
@click.option("--shape", type=click.Choice(tuple(SHAPES)), help="limit 期限,condition 情形,link 关联,window 聚集")
@click.option("--values", "by_value", is_flag=True, help="逐个列出参数的值:自何时起、依据、由谁定(随程序、本地规则、哪个覆盖文件)")
@packs_option
@format_option("table", "json")
def list_(packs: tuple[Path, ...], patterns: tuple[str, ...], by_value: bool, form: str, **wanted: str | None) -> int:
    """列出规则和各自的出处;可按编号(可用 *)或名称里的词查找,各选项同时成立。

    \b
    例:clues rules list 羁押
        clues rules list 'referral.*' --severity high
        clues rules list 'referral.*' --values
    """
    from rules.origins import values

    every, is_whole = loaded(packs)
    asked = [r for r in every if _asked(r.rule, patterns) and all(v in (None, _row(r)[k]) for k, v in wanted.items())]
    if by_value:
        return _by_value([value for r in asked for value in values(r)], form) or (0 if is_whole else LEFT_OUT)
    found = [_row(r) for r in asked]
    if form == "json":
        print_json(found)
        return 0 if is_whole else LEFT_OUT
    if not found:
        hint("没有符合条件的规则")
        return 0 if is_whole else LEFT_OUT
    cells = [
        (r["id"], r["title"], r["mechanism"], r["line"], SEVERITIES[r["severity"]], GRADES[r["grade"]], SHAPES[r["shape"]], r["cases"], r["origin"])
        for r in found
    ]
    headers = ("编号", "名称", "监督机制", "条线", "紧急", "依据", "形态", "用例", "出自")
    print_table(headers, cells, right=(7,), spare=("用例", "形态", "条线", "出自", "依据", "监督机制"))
    hint(f"共 {len(found)} 条")
    return 0 if is_whole else LEFT_OUT


def _by_value(found: list[Value], form: str) -> int:
    if form == "json":
        print_json([value.as_json() for value in found])
        return 0
    headers = ("规则", "参数", "值", "自何时起", "依据", "核对", "由谁定")
    print_table(headers, [(v.rule, v.name, v.value, v.since, v.cite, v.checked or "未核对", v.source) for v in found], spare=("核对", "自何时起"))
    hint(f"共 {len(found)} 个值")
    return 0


@command("show")
@click.argument("ids", metavar="编号…", nargs=-1, required=True, shell_complete=completing("rule_patterns"))
@packs_option
@format_option("text", "json")
def show(ids: tuple[str, ...], packs: tuple[Path, ...], form: str) -> int:
    """显示规则:问什么、期限怎么算、参数的出处和起止、法律依据、可能的合理解释、用例。编号可用 * 代替任意文字。

    \b
    例:clues rules show enforcement.not-applied
        clues rules show 'criminal.*' --format json
    """
    from rules.law import load_law

    book, today = load_law(current().law), date.today().toordinal()
    every, is_whole = loaded(packs)
    found = chosen(every, ids)
    if form == "json":
        print_json([_json(r, book, today) for r in found])
    else:
        click.echo("\n\n".join(_text(r, book, today) for r in found))
    return 0 if is_whole else LEFT_OUT


@command("check")
@packs_option
def check(packs: tuple[Path, ...]) -> int:
    """检查规则文件:写法、字段、表达式、法律依据、用例是否齐全,一次列出全部问题,写明文件和行号。

    \b
    例:clues rules check
        clues rules check --rules 本地规则/
    """
    from rules.checks import check_rules
    from rules.law import load_law
    from rules.load import rule_paths
    from rules.origins import local_files

    found, problems = check_rules(packs, load_law(current().law), date.today().toordinal(), catalogue())
    for problem in problems:
        click.echo(str(problem))
    if problems:
        say(f"发现 {len(problems)} 处问题:请按文件和行号改正后再检查")
        return 2
    for line in local_files(found):
        hint(line)
    for path in packs:
        if not rule_paths([path]):
            hint(f"{path} 里没有规则、覆盖文件或者清单(.yaml)")
    say(f"{len(found)} 条规则没有发现问题")
    return 0


@command("test")
@click.argument("ids", metavar="[编号]…", nargs=-1, shell_complete=completing("rule_patterns"))
@packs_option
@format_option("text", "json")
def test(ids: tuple[str, ...], packs: tuple[Path, ...], form: str) -> int:
    """运行规则文件里的用例,列出每个不符的用例:应得什么、实得什么;有不符的退出码为 1,有文件读不出的为 2。编号可用 * 代替任意文字。

    \b
    例:clues rules test
        clues rules test 'local.*' --rules 本地规则/
    """
    from engine.cases import CaseRunner
    from rules.law import load_law

    every, is_whole = loaded(packs)
    asked = chosen(every, ids) if ids else every
    with CaseRunner(load_law(current().law), catalogue()) as runner:
        results = [result for r in asked for result in runner.run(r)]
    failed = [r for r in results if not r.passed]
    if form == "json":
        print_json([{"rule": r.rule, "case": r.name, "passed": r.passed, "expected": r.expected, "found": r.found} for r in results])
    else:
        for r in failed:
            click.echo(f"{r.rule} 用例“{r.name}”不符\n  应得 {r.expected}\n  实得 {r.found}")
    tested = {result.rule for result in results}
    bare = [r.rule.id for r in asked if r.rule.id not in tested]
    if bare:
        say(f"{len(bare)} 条规则没有用例:{'、'.join(bare[:5])}{' 等' if len(bare) > 5 else ''}")
    say(f"{len(asked)} 条规则,{len(results)} 个用例,{len(failed)} 个不符")
    return 1 if failed else 0 if is_whole else 2


@command("schema")
@click.option("--overlay", "of", flag_value="overlay", help="覆盖文件的,而不是规则文件的")
@click.option("--lists", "of", flag_value="lists", help="清单文件的")
def schema(of: str | None) -> None:
    """输出规则文件(或者覆盖文件、清单文件)的 JSON Schema,编辑器据此补全和标出错误(VS Code 的设置见 docs/rules.md)。

    \b
    例:clues rules schema > rule.schema.json
        clues rules schema --overlay > overlay.schema.json
        clues rules schema --lists > lists.schema.json
    """
    from rules.editor import lists_schema, overlay_schema, rule_schema

    print_json({"overlay": overlay_schema, "lists": lists_schema}.get(of or "", rule_schema)())


# -- lists -------------------------------------------------------------------------------------------------------------
def _asked(rule: Rule, patterns: tuple[str, ...]) -> bool:
    from fnmatch import fnmatchcase

    return not patterns or any(fnmatchcase(rule.id, p) or p in rule.title or p in rule.id or p in rule.mechanism for p in patterns)


def _row(resolved: Resolved) -> dict[str, Any]:
    from rules.description import shape
    from rules.origins import cases, changes, origin

    rule = resolved.rule
    return {
        "id": rule.id, "title": rule.title, "mechanism": rule.mechanism, "line": rule.line, "severity": rule.severity, "grade": rule.grade,
        "shape": shape(rule), "subject": rule.subject, "cases": len(cases(resolved)), "file": resolved.source, "origin": origin(resolved),
        "changes": changes(resolved),
    }  # fmt: skip


# -- one rule ----------------------------------------------------------------------------------------------------------
def _json(resolved: Resolved, book: LawBook, today: int) -> dict[str, Any]:
    from rules.description import shape
    from rules.lists import lists_of
    from rules.origins import changes

    rule = resolved.rule
    whole = rule.model_dump(mode="json", by_alias=True, exclude_none=True)
    cited = [book.on(name, today) for name in rule.law]
    law = [{**b.as_json(), "what": book.get(b.id).what, "status": b.status, "in_force": b.in_force} for b in cited]
    return {**whole, "shape": shape(rule), "lists": lists_of(resolved), "file": resolved.source, "changes": changes(resolved), "law": law}


def _text(resolved: Resolved, book: LawBook, today: int) -> str:
    """The rule as a block of labelled lines."""
    from rules.description import asks, counts, kind
    from rules.origins import cases, changes

    rule = resolved.rule
    head = f"{rule.id}  {rule.title}"
    rows = [("性质", kind(rule)), ("提示", rule.says), *asks(resolved, catalogue()), *counts(rule), *_parameters(resolved)]
    rows += [("紧急程度", f"{g.condition} 时为{SEVERITIES[g.severity]}") for g in rule.severities]
    rows += [("缺项", f"{m.condition} 时判断不了,缺 {m.missing}") for m in rule.insufficient]
    rows += [("依据", _cited(name, book, today)) for name in rule.law]
    rows += [("依据", f"由案情决定:{rule.law_by}")] if rule.law_by else []
    rows += [("合理解释", text) for text in rule.rebuttals] + [("误报", text) for text in rule.false_positives]
    rows += [("核查", rule.do), *(("用例", _case(c)) for c in cases(resolved)), ("出处", resolved.source)]
    rows += [("本地更改", _change(c)) for c in changes(resolved)]
    return "\n".join([head, *(f"  {label}  {text}" for label, text in rows)])


def _parameters(resolved: Resolved) -> list[tuple[str, str]]:
    from rules.origins import author, values

    own = author(resolved)
    rows = []
    for v in values(resolved):
        checked = f",{v.checked}核对" if v.checked else ",未核对"
        by = "" if v.source == own else f";由{v.source} 改"
        rows.append(("参数", f"${v.name} = {v.value}(自{v.since}起;{v.cite}{checked}{by})"))
    return rows


def _change(change: dict[str, Any]) -> str:
    from rules.origins import span

    dates = f"({span(change)};{change['cite']})" if change["from"] else ""
    return f"{change['place']}改 {change['what']}{dates} {change['file']}:{change['line']}"


def _cited(name: str, book: LawBook, today: int) -> str:
    from rules.law import STATUSES

    b = book.on(name, today)
    state = "" if b.in_force else ",现不作依据"
    return f"{name} {b.law}{b.article}({STATUSES[b.status]}{state}):{book.get(name).what}"


def _case(case: Case) -> str:
    from rules.casechecks import expectation

    return f"{case.name}:{case.as_of} 应得 {expectation(case.expect)}"


for _command in (list_, show, new, check, test, diff, docs, schema):
    rules.add_command(_command)
