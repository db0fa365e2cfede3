"""`clues rules docs`: the reference of all rules and articles, as pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cli.command import command, law_option
from cli.output import say
from cli.packs import LEFT_OUT, loaded, packs_option
from cli.settings import catalogue, current


@command("docs")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@packs_option
@law_option
def docs(folder: Path, packs: tuple[Path, ...]) -> int:
    """把全部规则和法律依据写成网页,一条一页,互相链接,可以打印;不联网,用浏览器打开 index.html 就能看。

    \b
    例:clues rules docs 规则手册/
        clues rules docs 规则手册/ --rules 本地规则/
    """
    from cases.errors import CluesError
    from rules.law import load_law
    from rules.reference import write_reference

    rules, is_whole = loaded(packs)
    book = load_law(current().law)
    try:
        number = write_reference(folder, rules, book, catalogue(), date.today().toordinal())
    except OSError as e:
        raise CluesError(f"{folder} 写不了:{e.strerror},请检查路径和权限") from e
    say(f"已写出 {number} 页({len(rules)} 条规则,{len(book.articles)} 条法律依据):用浏览器打开 {folder / 'index.html'}")
    return 0 if is_whole else LEFT_OUT
