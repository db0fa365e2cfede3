"""`clues review`: decide on clues, one by one or many by filter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.command import DAY, clue_filters, command, law_option, quiet_option, rules_option, store_argument
from cli.output import ask, print_table, replaced, say
from review.decisions import AGAINST_RULE, ASIDE, DISMISSED, REASONS, STATUSES, Decision, Outcome, assigned, decide, lacking, standings

if TYPE_CHECKING:
    from cases.store import Store


@command("review")
@store_argument
@click.argument("clue_ids", metavar="[线索编号…]", nargs=-1)
@click.option("--status", type=click.Choice(STATUSES), metavar="状态", help=f"改为:{'、'.join(STATUSES)}")
@click.option("--reason", type=click.Choice(REASONS), metavar="理由", help=f"理由,误报、不予监督必写:{'、'.join(REASONS)}")
@click.option("--note", default="", metavar="说明", help="说明;理由是“其他”、重新打开已办结的线索时必写")
@click.option("--assignee", metavar="姓名", help="承办人;写 - 取消")
@click.option("--until", type=DAY, metavar="日期", help="暂缓到哪一天")
@click.option("--into", default="", metavar="线索编号", help="并入哪一条线索")
@click.option("--as", "name", default="", metavar="姓名", help="以谁的名义(不写就用设置中的 reviewer,再没有就用系统账户)")
@click.option("--status-now", type=click.Choice(STATUSES), metavar="状态", help="筛选:现在的状态(默认:所有未办结、未暂缓的)")
@clue_filters
@click.option("--from", "filled", type=click.Path(path_type=Path), metavar="名单.xlsx", help="收回填好的名单(clues report 导出的 .xlsx)")
@click.option("--to-case", is_flag=True, help="把以规则过宽、法定例外办结的一条线索写成规则的反例(虚构姓名、证件号)")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="文件", help="反例写入文件(默认写到屏幕)")
@rules_option
@law_option
@click.option("--dry-run", is_flag=True, help="只列出会改动哪些线索,不改动")
@click.option("--yes", is_flag=True, help="按筛选成批处理时不再询问")
@quiet_option
def review(
    store: str, clue_ids: tuple[str, ...], status: str | None, reason: str | None, note: str, assignee: str | None, until: dt.date | None, into: str,
    name: str, status_now: str | None, filled: Path | None, to_case: bool, output: Path | None, dry_run: bool, yes: bool, quiet: bool,
    **filters: Any,
) -> int:  # fmt: skip
    """处理线索:写明状态、理由和说明,记入线索的历史和审计记录。

    写线索编号(开头几位即可,可写几条),或用筛选条件成批处理:先列出清单,确认后再改。处理期间别人改过的线索不会被覆盖,会列出两边的处理。

    误报、不予监督的线索以后不再列出,直到它依据的事实变化。

    --from 收回填好的名单:按线索编号逐行处理,空着的不处理;别人已经处理过的不覆盖,填错的逐行说明,其余的照常记入。

    \b
    例:clues review cases.db 3f2a91 --status 核查中 --assignee 王某
        clues review cases.db 3f2a91 --status 误报 --reason 数据滞后 --note 已于10月申请
        clues review cases.db 3f2a91 77b0c2 --status 并案 --into 5d01aa
        clues review cases.db --rule 'enforcement.*' --agency 某市监局 --status 暂缓 --until 2026-12-31 --dry-run
        clues review cases.db --from 名单.xlsx
        clues review cases.db 3f2a91 --to-case --output 反例.yaml
    """
    from cases.errors import UsageProblem
    from cli.settings import opened, reviewer
    from review.ledger import find

    if filled is not None:
        if clue_ids or status or reason or note or assignee is not None or until or into or status_now or any(filters.values()):
            raise UsageProblem("--from 收回名单里的处理,不能再写线索编号、处理或筛选条件:请分两次运行")
        return _taken_back(store, filled, reviewer(name), dry_run)
    if (to_case and len(clue_ids) != 1) or (output and not to_case):
        raise UsageProblem("--to-case 把一条线索写成反例:请写一个线索编号;--output 只和它一起用")
    if to_case and not (status or note or assignee is not None):
        return _negative_case(store, clue_ids[0], output, reviewer(name))
    if not (status or note or assignee is not None):
        raise UsageProblem("没有写要怎样处理:请写 --status、--note 或 --assignee")
    now, who = dt.datetime.now(), reviewer(name)
    with opened(store) as case_store:
        target = find(case_store, into.strip().lower())["id"] if into else ""
        named = None if assignee is None else assigned(assignee.strip()) or ""
        wanted = Decision("", status or "", reason or "", note.strip(), named, until, target)
        if why := lacking(wanted, now):
            raise UsageProblem(why)
        found = _chosen(case_store, clue_ids, status_now or "", filters)
        if not found:
            return 0
        decisions = _stamped(case_store, wanted, list(found))
        if dry_run or not (clue_ids or (quiet and yes)):
            _preview(case_store, decide(case_store, decisions, who, now=now, dry_run=True), decisions, found)
        if dry_run:
            return 0
        if not clue_ids and not yes:
            ask(f"处理以上 {len(decisions)} 条线索?", f"要一次处理 {len(decisions)} 条线索:请核对上面的清单,再加 --yes 执行")
        code = _told(decide(case_store, decisions, who, now=now), quiet)
    return code or (_negative_case(store, clue_ids[0], output, who) if to_case else 0)


def _negative_case(store: str, clue_id: str, output: Path | None, who: str) -> int:
    """Write a dismissed clue as a case of its rule. Raises UsageProblem where it was not dismissed for the rule's sake."""
    from cases.errors import UsageProblem
    from cli.settings import current, opened
    from review.audit import logged
    from review.casefile import case_of, written
    from review.ledger import find
    from rules.law import load_law
    from rules.load import load_rules

    with opened(store) as case_store:
        clue = find(case_store, clue_id.strip().lower())
        now = standings(case_store, [clue["id"]])[clue["id"]]
        if now.status not in DISMISSED or now.reason not in AGAINST_RULE:
            raise UsageProblem(f"线索 {clue['id']} 现为“{now.told()}”:只有以{'、'.join(AGAINST_RULE)}办结的才写成反例")
        rules = {r.rule.id: r for r in load_rules(current().rules, case_store.catalogue)}
        if clue["rule"] not in rules:
            raise UsageProblem(f"现在没有规则 {clue['rule']}:本地的规则请用 --rules 加上")
        text = written(clue["rule"], case_of(case_store, clue, rules[clue["rule"]], load_law(current().law)))
        logged(case_store, "导出", clue["id"], {"format": "反例", "masked": True}, who)
    if output is None:
        click.echo(text, nl=False)
        return 0
    with replaced(output) as draft:
        draft.write_text(text, encoding="utf-8")
    say(f"反例写入 {output};试运行:clues rules test {clue['rule']} --rules {output}")
    return 0


def _taken_back(store: str, filled: Path, who: str, dry_run: bool) -> int:
    """Take back a filled list; say row by row what was left out. The exit code is that of `_told`."""
    from cli.settings import opened
    from review.excel import take_back

    with opened(store) as case_store:
        taken = take_back(case_store, filled, who, now=dt.datetime.now(), dry_run=dry_run)
    for line, why in taken.problems():
        say(f"错误:第 {line} 行:{why}")
    if dry_run:
        print_table(("编号", "改为"), [(now.clue_id, now.told()) for now in taken.outcome.done])
    done, same, left = len(taken.outcome.done), len(taken.outcome.unchanged), len(taken.problems())
    word = "会处理" if dry_run else "已处理"
    say(f"{word} {done} 条,已是这样 {same} 条,没有填写 {taken.blank} 条,没有采用 {left} 行" + ("" if not left else ",见上面的说明"))
    return 0 if not left else 3 if done or same else 1


def _chosen(store: Store, clue_ids: tuple[str, ...], status: str, filters: dict[str, Any]) -> dict[str, str]:
    """The clues that are meant, id → sentence (masked); that there are none is said. Raises UsageProblem where nothing or everything is
    meant, or a name that nothing has; NoSuchClue.
    """
    from cases.errors import UsageProblem
    from cli.choosing import known, why_none
    from cli.list import picked
    from review.ledger import find
    from review.masking import mask_clue

    filtered = bool(status or any(filters.values()))
    if bool(clue_ids) == filtered:
        raise UsageProblem("线索编号和筛选条件只写一种" if filtered else "没有写处理哪些线索:请写线索编号,或用 --rule、--agency 等筛选")
    known(store, filters)
    hidden: list[str] = []
    named = (find(store, one.strip().lower()) for one in clue_ids)
    clues = named if clue_ids else picked(store, status, () if status else ASIDE, hidden, **filters)
    found = {clue["id"]: mask_clue(clue, store.catalogue)["summary"] for clue in clues}
    if not found:
        why = f"符合条件的 {len(hidden)} 条都已办结或暂缓:要改的请用 --status-now 指明" if hidden else why_none(store, filters)
        say(f"没有改动:{why}")
    return found


def _stamped(store: Store, wanted: Decision, ids: list[str]) -> list[Decision]:
    """The decision on each clue as it stands at this moment."""
    known = standings(store, ids)
    return [replace(wanted, clue_id=one, stamp=known[one].stamp) for one in ids]


def _preview(store: Store, outcome: Outcome, decisions: list[Decision], sentences: dict[str, str]) -> None:
    """Every clue that was chosen: how it stands, and what would become of it."""
    before = standings(store, [d.clue_id for d in decisions])
    become = {s.clue_id: s.told() for s in outcome.done} | dict.fromkeys(outcome.unchanged, "(已是这样)")
    become |= {d.clue_id: f"不能改:{why}" for d, why in outcome.refused}
    become |= {c.decision.clue_id: f"不能改:刚才{c.why}" for c in outcome.conflicts}
    rows = [(d.clue_id, before[d.clue_id].told(), become[d.clue_id], sentences[d.clue_id]) for d in decisions]
    print_table(("编号", "现在", "改为", "线索(待核查)"), rows)
    say(f"共 {len(decisions)} 条:会改动 {len(outcome.done)} 条,已是这样 {len(outcome.unchanged)} 条,不能改 {len(outcome.refused)} 条")


def _told(outcome: Outcome, quiet: bool) -> int:
    """Say what became of the decisions; the exit code: 3 where some were left out, 1 where all were."""
    for conflict in outcome.conflicts:
        say(f"错误:{conflict.told()}")
    for decision, why in outcome.refused:
        say(f"错误:{decision.clue_id}:{why}")
    for now in outcome.done[:1]:
        say(f"{now.clue_id}:{now.told()}", quiet=quiet or len(outcome.done) > 1)
    left = len(outcome.conflicts) + len(outcome.refused)
    say(f"已处理 {len(outcome.done)} 条,已是这样 {len(outcome.unchanged)} 条,没有改动 {left} 条")
    return 0 if not left else 3 if outcome.done else 1
