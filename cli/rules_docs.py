"""`clues rules docs`: the reference of all rules and articles, as pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.command import command
from cli.output import say
from cli.packs import LEFT_OUT, loaded, packs_option
from cli.settings import catalogue, current

if TYPE_CHECKING:
    from rules.law import LawBook
    from rules.resolve import Resolved


@command("docs")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@packs_option
def docs(folder: Path, packs: tuple[Path, ...]) -> int:
    """把全部规则和法律依据写成网页,一条一页,互相链接,可以打印;不联网,用浏览器打开 index.html 就能看。

    \b
    例:clues rules docs 规则手册/
        clues rules docs 规则手册/ --rules 本地规则/
    """
    from cases.errors import CluesError, why
    from rules.law import load_law
    from rules.reference import write_reference

    every, is_whole = loaded(packs)
    book = load_law(current().law)
    rules = [resolved for resolved in every if _is_founded(resolved, book)]
    try:
        number = write_reference(folder, rules, book, catalogue(), date.today().toordinal())
    except OSError as e:
        raise CluesError(f"{folder} 写不了:{why(e)},请检查路径和权限") from e
    say(f"已写出 {number} 页({len(rules)} 条规则,{len(book.articles)} 条法律依据):用浏览器打开 {folder / 'index.html'}")
    return 0 if is_whole and len(rules) == len(every) else LEFT_OUT


def _is_founded(resolved: Resolved, book: LawBook) -> bool:
    """Whether there are the articles that a rule cites; what is wrong is said, and costs only its own page."""
    from rules.law import LawError
    from rules.reference import laws_of

    try:
        laws_of(resolved, book)
    except LawError as e:
        say(f"{resolved.source} {e}:这条规则没有写进手册")
        return False
    return True
