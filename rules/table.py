"""The table of mechanisms in the README, made from the rule files: `python -m rules.table README.md` writes it anew."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from cases.catalogue import Catalogue, load_catalogue
from rules.law import LawBook, load_law
from rules.load import load_rules
from rules.schema import Rule

BEGIN, END = "<!-- 机制表:由 python -m rules.table README.md 生成,不要手改 -->", "<!-- 机制表完 -->"

_UNITS = {"working day": "个工作日", "day": "日", "month": "个月", "year": "年", "week": "周"}
_SPAN = re.compile(r"(\d+) (working day|day|month|year|week)s?")


def table(catalogue: Catalogue, book: LawBook) -> str:
    """The shipped rules as a Markdown table, grouped by line and mechanism."""
    rules = sorted((r.rule for r in load_rules((), catalogue)), key=lambda r: (r.line, r.mechanism, r.id))
    head = "| 条线 | 监督机制 | 规则 | 问什么 | 期间 | 依据 |\n|---|---|---|---|---|---|"
    return "\n".join((head, *(_line(rule, book) for rule in rules)))


def _line(rule: Rule, book: LawBook) -> str:
    cells = (rule.line, rule.mechanism, f"`{rule.id}`", rule.title, _spans(rule), _bases(rule, book))
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _spans(rule: Rule) -> str:
    """The lengths of time among the parameters, in the edition that is in force last."""
    found = (_SPAN.fullmatch(str(versions[-1].value)) for versions in rule.parameters.values())
    return "、".join(dict.fromkeys(m[1] + _UNITS[m[2]] for m in found if m))


def _bases(rule: Rule, book: LawBook) -> str:
    articles = [a for a in map(book.get, rule.law) if a.kind != "policy"]
    names = [f"{a.law}{a.editions[-1].article}" for a in articles]
    return "、".join(dict.fromkeys(names if rule.grade == "statutory" else [*names, "工程口径,非法定"]))


def with_table(text: str, made: str) -> str:
    """A page with the table between its marks replaced. Raises ValueError where the marks are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"没有找到标记 {BEGIN} 和 {END}:请把它们写在要放机制表的地方")
    return f"{before}{begin}\n\n{made}\n\n{end}{after}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_table(page.read_text(encoding="utf-8"), table(load_catalogue(), load_law())), encoding="utf-8")
