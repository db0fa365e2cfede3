"""`clues law`: the articles that rules cite, in which edition, and whether anybody has checked them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.command import Group, as_of_option, command, completing, format_option, law_option
from cli.output import hint, print_json, print_table
from cli.settings import current

if TYPE_CHECKING:
    from rules.law import Article, LawBook


@click.group("law", cls=Group)
def law() -> None:
    """法律依据:规则引用的条文、各版本的起止日、计算办法和核对情况。

    \b
    例:clues law show nl.apply3m
        clues law list --stale
    """


@command("show")
@click.argument("ids", metavar="编号…", nargs=-1, required=True, shell_complete=completing("law_ids"))
@law_option
@format_option("text", "json")
def show(ids: tuple[str, ...], form: str) -> None:
    """显示一条或几条法律依据:内容、各版本的条号和起止日、期间怎么算、是否核对过。编号可用 * 代替任意文字。

    \b
    例:clues law show nl.apply3m
        clues law show 't.34*' --format json
    """
    from rules.law import load_law

    book = load_law(current().law)
    found = list({a.id: a for pattern in ids for a in book.match(pattern)}.values())
    if form == "json":
        print_json([_json(a) for a in found])
        return
    click.echo("\n\n".join(_text(a, book, date.today().toordinal()) for a in found))


@command("list")
@click.argument("word", metavar="[编号或词]", required=False, default="")
@click.option("--stale", is_flag=True, help="只列该重新核对的:已失效、一年没有核对、从未核对")
@click.option("--status", type=click.Choice(("verified", "reported", "unverified", "default")), help="只列这种核对状态的")
@as_of_option
@law_option
@format_option("table", "json")
def list_(word: str, stale: bool, status: str | None, day: int, form: str) -> None:
    """列出法律依据;可按编号(如 't.*')或规范名称、内容里的词查找。

    核对状态:verified 已核对条文,reported 仅见转述,unverified 未核对(不作依据),default 工程口径(非法定)。

    \b
    例:clues law list 羁押
        clues law list --stale --as-of 2027-11-22
    """
    from rules.law import load_law

    book = load_law(current().law)
    reasons = {s.article.id: s.reason for s in book.stale(day)}
    found = [a for a in book.articles.values() if _asked(a, word) and (status is None or a.status == status) and (not stale or a.id in reasons)]
    if form == "json":
        print_json([_json(a) | ({"stale": reasons[a.id]} if a.id in reasons else {}) for a in found])
        return
    if not found:
        hint("没有符合条件的法律依据")
        return
    last = "为何要核对" if stale else "内容"
    rows = [(a.id, *_cited(a, book, day), _state(a, day), reasons[a.id] if stale else a.what) for a in found]
    print_table(("编号", "规范", "条文", "版本", "状态", last), rows)
    hint(f"共 {len(found)} 条")


def _asked(article: Article, word: str) -> bool:
    from fnmatch import fnmatchcase

    texts = (article.law, article.what, article.note, *article.also, *article.alias)
    return not word or fnmatchcase(article.id, word) or article.id.startswith(word) or any(word in text for text in texts)


def _cited(article: Article, book: LawBook, day: int) -> tuple[str, str, str]:
    basis = book.on(article.id, day)
    return basis.law, basis.article, basis.edition


def _state(article: Article, day: int) -> str:
    from rules.law import STATUSES

    status = STATUSES[article.status]
    if article.kind == "policy":
        return f"非法定,{status}" if article.status != "default" else status
    if article.ended(day):
        return f"已失效,{status}"
    return status if any(e.binds(day) for e in article.editions) else f"未施行,{status}"


def _shown(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()


def _json(article: Article) -> dict[str, Any]:
    editions = [
        {"edition": e.edition, "law": e.law, "article": e.article, "from": _shown(e.since), "until": _shown(e.until), "note": e.note}
        for e in article.editions
    ]
    return {
        "id": article.id, "alias": list(article.alias), "kind": article.kind, "law": article.law, "editions": editions, "also": list(article.also),
        "what": article.what, "code": list(article.code), "status": article.status, "source": article.source,
        "checked": _shown(article.checked), "note": article.note, "file": article.where,
    }  # fmt: skip


def _text(article: Article, book: LawBook, day: int) -> str:
    """The entry as a block of labelled lines."""
    from rules.description import article_lines

    head = f"{article.id}  {article.law}" + (f"(又写作 {'、'.join(article.alias)})" if article.alias else "")
    rows = [*article_lines(article, book, day), ("出处", article.where)]
    return "\n".join([head, *(f"  {label}  {text}" for label, text in rows)])


law.add_command(show)
law.add_command(list_)
