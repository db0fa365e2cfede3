"""Rules and articles in Chinese words: what a rule asks and how it counts, in which editions an article binds.

`clues rules show`, `clues law show` and the reference pages (rules/reference.py) say the same, because they say it with these.
"""

from __future__ import annotations

from datetime import date

from cases.catalogue import Catalogue
from rules.law import STATUSES, Article, Edition, LawBook
from rules.lists import lists_of
from rules.resolve import Resolved
from rules.schema import Rule
from rules.words import GRADES, SEVERITIES, SHAPES

Line = tuple[str, str]
"""A label and what it says."""
SHOWN = 10
"""So many words of a named list are told."""


def shape(rule: Rule) -> str:
    """Which of SHAPES a rule is written in."""
    return next(s for s in SHAPES if getattr(rule, s) is not None)


def kind(rule: Rule) -> str:
    """The mechanism, the default severity, the grade and the shape of a rule, in one line."""
    return f"{rule.mechanism}({rule.line});默认紧急程度{SEVERITIES[rule.severity]};{GRADES[rule.grade]};{SHAPES[shape(rule)]}规则"


def asks(resolved: Resolved, catalogue: Catalogue) -> list[Line]:
    """Which records a rule looks at, whom it asks, and its conditions."""
    rule = resolved.rule
    sheet = catalogue.records[resolved.base_record]
    rows = [("记录", f"{sheet.name}({sheet.record})"), ("被监督单位", rule.agency)]
    rows += [("名字", f"{name} = {text}") for name, text in rule.let.items()]
    rows += [("适用", text) for text in rule.when]
    rows += [("除外", f"{u.condition}" + (f"({u.because})" if u.because else "")) for u in rule.unless]
    rows += [("违法情形", text) for text in rule.breach]
    rows += [("清单", _words(name, words, resolved.vocabulary.places.get(name, ""))) for name, words in lists_of(resolved).items()]
    return rows + ([("适用自", rule.in_force)] if rule.in_force else [])


def _words(name: str, words: tuple[str, ...], place: str) -> str:
    """A named list as a rule reads it: its first words, how many there are, and where it is written."""
    more = f" 等 {len(words)} 个词" if len(words) > SHOWN else ""
    return f"@{name} = {'、'.join(words[:SHOWN])}{more}({place or '随程序'})"


def counts(rule: Rule) -> list[Line]:
    """How the limit is counted, when a pattern arises, or what a window gathers."""
    if limit := rule.limit:
        days_off = "遇休息日顺延" if limit.ends == "roll" else "不因休息日顺延"
        rows = [("期限", f"从 {limit.start} 起 {limit.within} 内,{days_off}")] if limit.start else []
        rows += [("期限", f"文书载明的届满日 {limit.fixed_day}")] if limit.fixed_day else []
        rows += [("期限", f"{limit.fix_if} 时不顺延")] if limit.fix_if else []
        for act in limit.done_by:
            since = f"(不早于 {act.since} 的才算)" if act.since else ""
            rows.append(("应办", act.act + (f"({act.condition} 时才算)" if act.condition else "") + since))
        return [*rows, ("逾期", "只列至今未办的" if limit.open_only else "至今未办的、迟办的都列")]
    if pattern := rule.pattern:
        return [("出现日", pattern.day)]
    w = rule.window
    assert w is not None
    rows = [("聚集", f"同一 {w.actor} 在 {w.within or '任何时间'} 内有 {w.at_least} 个以上不同的 {w.item}(按 {w.at})")]
    rows += [("其中", text) for text in w.where]
    rows += [("且", f"不同的 {w.different.of} 至少 {w.different.at_least} 个")] if w.different else []
    rows += [("且", f"同一 {w.with_same}")] if w.with_same else []
    beside = [c for c in (w.beside, w.around) if c]
    return rows + [("并且", f"同一主体在 {c.rows} 中({c.role},按 {c.day})" + "".join(f";{x}" for x in c.where)) for c in beside]


def edition_line(edition: Edition, day: int) -> str:
    """An edition of an article: its year, how it is cited, from when to when it binds, and whether it does on a day."""
    since, until = (date.fromordinal(x).isoformat() if x else None for x in (edition.since, edition.until))
    name = f"{edition.edition}年版" if edition.edition.isdigit() else edition.edition
    span = f"{since}起施行" + (f",至{until}止" if until else "") if since else "施行日未核对"
    state = "现行" if edition.binds(day) else "已失效" if edition.until and edition.until < day else "未施行"
    cited = f"{edition.law} {edition.article}".strip()
    return f"{name} {cited}({span};{state})" + (f" {edition.note}" if edition.note else "")


def article_lines(article: Article, book: LawBook, day: int) -> list[Line]:
    """What an article says, its editions as of a day, how its period is counted, and whether anybody has checked it."""
    lines = [("内容", article.what)]
    lines += [("版本", edition_line(e, day)) for e in reversed(article.editions)]
    lines += [("另见", cited) for cited in article.also]
    lines += [("期间", f"{code}:{book.codes[code].counts}") for code in article.code]
    checked = f",{date.fromordinal(article.checked)}" if article.checked else ""
    told = f"{STATUSES[article.status]}({article.source}){checked}" if article.status != "default" else "工程口径,没有条文可核对"
    lines += [("核对", told)]
    lines += [("性质", "非法定,只作提示口径")] if article.kind == "policy" else []
    return lines + ([("备注", article.note)] if article.note else [])
