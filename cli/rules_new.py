"""`clues rules new`: the stub of a rule, to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from cli.command import catalogue_option, command, rules_option
from cli.output import hint, replaced, say
from cli.settings import catalogue, current


@command("new")
@click.argument("name", metavar="编号")
@click.option("--shape", type=click.Choice(("limit", "condition", "window")), default="limit", help="limit 期限(默认),condition 情形,window 聚集")
@click.option("--record", metavar="记录", default="", help="看哪种记录,写表名或者交换目录里的英文名,如 行政处罚、penalty;写了就列出它的字段")
@click.option("--output", type=click.Path(path_type=Path), metavar="文件夹", help="写到哪个文件夹(默认是设置里的规则文件夹,没有就是当前文件夹)")
@rules_option
@catalogue_option
def new(name: str, shape: str, record: str, output: Path | None) -> None:
    """写一条规则的底稿:带说明和用例,要填的地方写着【填写:…】。已有的文件不会被改写。

    \b
    例:clues rules new local.preservation-late --record 民事案件 --output 本地规则/
        clues rules new local.many-suits --shape window --record civil_party
    """
    from rules.stub import stub

    known = [place for place in current().rules if place.is_dir()]
    folder = output or next(iter(known), Path())
    path = folder / f"{name}.yaml"
    _free(name, path)
    text = stub(name, shape, catalogue(), record)
    folder.mkdir(parents=True, exist_ok=True)
    with replaced(path) as draft:
        draft.write_text(text, encoding="utf-8")
    # A folder of the settings is read anyway.
    given = "" if folder.resolve() in {place.resolve() for place in known} else f" --rules {folder}"
    say(f"已写出 {path}")
    hint("接下来:")
    hint(f"  1. 打开它,填写各处【填写:…】;检查还缺什么、哪里不对:clues rules check{given}")
    hint(f"  2. 运行用例:clues rules test {name}{given}")
    hint(f"  3. 在案件库上试扫:clues scan cases.db{given} --only {name}")


def _free(name: str, path: Path) -> None:
    """Raises UsageProblem where the id is not written like one, or is taken."""
    import re

    from cases.errors import UsageProblem
    from rules.load import PACKS, rule_paths
    from rules.schema import RULE_ID

    if not re.fullmatch(RULE_ID, name):
        raise UsageProblem(f"规则编号“{name}”的写法不对:小写英文、数字和连字符,中间一个点,如 local.preservation-late")
    if path.exists():
        raise UsageProblem(f"{path} 已经存在,没有改写:请换一个编号,或者先移走它")
    taken = next((p for p in rule_paths([PACKS, *current().rules]) if p.stem == name), None)
    if taken:
        raise UsageProblem(f"规则编号 {name} 已在 {taken} 使用:请换一个编号")
