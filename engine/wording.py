"""How a term reads in Chinese: columns by their headers, values as written, conditions as a sentence.

A term is worded where it stands (`Here`): which rows are in scope, and whose columns need no sheet before their name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cases.catalogue import Catalogue
from cases.tables import WRITTEN
from cases.values import shorten, show
from engine.env import Env, row_at
from engine.evaluate import chosen, evaluator
from engine.evidence import Evidence
from rules import terms as t
from rules.periods import Period

LISTED = 6  # a list with more words is named by the first three
WAN = 1_000_000  # ten thousand yuan in fen
SPECIALS = {"as_of": "截止日", "due_on": "届满日", "last_day": "顺延以前的届满日", "done_on": "办理日", "start_on": "起算日", "records": "件数"}
OPERATORS = {
    "date": {">=": "不早于", ">": "晚于", "<": "早于", "<=": "不晚于", "=": "是", "!=": "不是"},
    "number": {">=": "达到", ">": "超过", "<": "低于", "<=": "不超过", "=": "等于", "!=": "不等于"},
    "text": {"=": "是", "!=": "不是"},
    "bool": {"=": "为", "!=": "不为"},
}
FLIPPED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def worded(value: Any, kind: str) -> str:
    """A value for a reader: 空白, 2026-01-15, 3.5万元, “买卖合同纠纷”. Several are listed."""
    if value is None:
        return "空白"
    if isinstance(value, list):
        return "、".join(worded(v, kind) for v in value) or "空白"
    if isinstance(value, str):
        return f"“{shorten(value)}”"
    if isinstance(value, Period):
        return str(value)
    if kind == "date":
        return date.fromordinal(value).isoformat() if value else "日期不详"
    if kind == "money":
        if value >= WAN and value % (WAN // 100) == 0:
            return f"{value // WAN}.{value % WAN * 100 // WAN:02d}".rstrip("0").rstrip(".") + "万元"
        return show(value, "money").removesuffix(".00") + "元"
    return show(value, "bool" if value is True or value is False else kind)


def operator(term: t.Compare, want: bool = True) -> str:
    """The word for a comparison; with `want` False for its contrary."""
    words = OPERATORS.get(term.left.type, OPERATORS["text" if term.left.type == "actor" else "number"])
    return words[term.operator if want else FLIPPED[term.operator]]


def listed(values: tuple[Any, ...]) -> str:
    """One of a list of words: “判决”、“调解”之一; a long list is cut short."""
    some = "、".join(f"“{v}”" for v in (values if len(values) <= LISTED else values[:3]))
    return f"{some}等{len(values)}项之一" if len(values) > LISTED else f"{some}之一" if len(values) > 1 else some


@dataclass(frozen=True)
class Here:
    """Where a term stands: its environment, the record whose columns are named without their sheet, the frame of the innermost row.

    Rows may be in scope by name only (a set's filter read as such): those of frames that `env` does not hold.
    """

    env: Env
    home: str
    depth: int = 0

    def holds(self, term: t.Term) -> bool:
        """Whether the term can be evaluated here."""
        if isinstance(term, t.Field | t.Actor | t.Defined | t.Missing | t.Rows):
            return term.place.frame < len(self.env.frames)
        return isinstance(term, t.Named) or all(self.holds(child) for child in term.children())


class Wording:
    """Words terms by a catalogue; `quoted` are the cells whose values it has told."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self.quoted = Evidence(catalogue)

    def sheet(self, record: str) -> str:
        return f"「{self.catalogue.records[record].name}」"

    def column(self, record: str, name: str, home: str = "") -> str:
        """A column by its header, with its sheet's name where that is not `home`."""
        sheet = self.catalogue.records[record]
        header = sheet.by_field[name].name
        return f"「{header}」" if record == home else f"「{sheet.name}·{header}」"

    # -- values --------------------------------------------------------------------------------------------------------
    def valued(self, term: t.Term, here: Here) -> str:
        """A term with its value: 「送达日期」2026-01-15."""
        noun = self.noun(term, here)
        if isinstance(term, t.Literal | t.Parameter) or not here.holds(term):
            return noun
        self.quoted.read(term, here.env)
        if isinstance(term, t.Field) and self.catalogue.records[term.place.record].by_field[term.name].type in ("text", "code"):
            return noun + self._spelt(term, here)
        value = worded(evaluator(term)(here.env), term.type)
        if isinstance(term, t.Call) and term.function in ("first", "case") and (branch := chosen(term, here.env)) is not None:
            return value if isinstance(branch, t.Literal | t.Parameter) else self.valued(branch, here)
        return f"{noun}({value})" if isinstance(term, t.Sum | t.Call) else noun + value

    def _spelt(self, term: t.Field, here: Here) -> str:
        """A text as the sheet has it; names are never cut, so that they can be masked."""
        row = row_at(here.env, term.place) or {}
        text = row.get(term.name + WRITTEN) or row.get(term.name)
        person = self.catalogue.records[term.place.record].by_field[term.name].person
        return f"“{text}”" if person and text else worded(text, "text")

    def noun(self, term: t.Term, here: Here) -> str:
        """What a term is, without its value."""
        if isinstance(term, t.Literal | t.Parameter):
            return worded(evaluator(term)(here.env), term.type)
        if isinstance(term, t.Field):
            return self._mine(term.place, here) + self.column(term.place.record, term.name, here.home)
        if isinstance(term, t.Actor):
            return self._mine(term.place, here) + self.column(term.place.record, term.name or term.id, here.home)
        if isinstance(term, t.Defined):
            return self._mine(term.place, here) + self.noun(term.body, self.inside(term, here))
        if isinstance(term, t.Named):
            return self.noun(term.body, replace(here, depth=0))
        if isinstance(term, t.Special):
            return SPECIALS[term.name]
        if isinstance(term, t.Values):
            return self.noun(term.value, Here(here.env, here.home, term.rows.frame))
        if isinstance(term, t.Sum):
            return f"{self.noun(term.left, here)}{'加' if term.sign > 0 else '减'}{self._added(term.right, here)}"
        if isinstance(term, t.Call):
            return self._call(term, here)
        return self.text(term, here)

    def _mine(self, place: t.Place, here: Here) -> str:
        """What sets a column of the rule's own record apart from that of an inner row of the same record."""
        outer = place.frame < here.depth and not place.hops and place.record == here.home
        return "" if not outer else "该行的" if place.frame else "本记录的"

    def inside(self, term: t.Defined, here: Here) -> Here:
        """Where the body of a definition stands; its row may be there by name only."""
        if not here.holds(term):
            return Here(Env([], here.env.as_of), here.home)
        row = row_at(here.env, term.place)
        return Here(here.env.beside(row) if row is not None else Env([], here.env.as_of), here.home)

    def _added(self, term: t.Term, here: Here) -> str:
        if here.holds(term):
            return worded(evaluator(term)(here.env), term.type)
        return self.noun(term, here)

    def _call(self, term: t.Call, here: Here) -> str:
        name, parts = term.function, term.arguments
        if name in ("first", "case"):
            return self._choice(term, here)
        if name == "each":
            return "、".join(dict.fromkeys(self.noun(value, here) for value in parts[1::2]))
        nouns = [self.noun(p, here) for p in parts]
        patterns = {
            "earliest": "最早的{0}", "latest": "最晚的{0}", "nth": "第{1}个{0}", "roll": "{0}(遇休息日顺延)", "back": "{0}往前{1}",
            "days": "{0}", "days_between": "{0}至{1}的天数", "count": "{0}的条数", "crime": "{0}", "crime_of": "罪名(按{0}、{1}判断)",
            "crime_with_class": "罪名(按{0}、{1}判断)", "threshold": "立案追诉标准", "threshold_law": "立案追诉标准的依据",
        }  # fmt: skip
        if name in ("earliest", "latest"):
            nouns = ["、".join(nouns)]
        return patterns[name].format(*nouns) if name in patterns else self.text(term, here)

    def _choice(self, term: t.Call, here: Here) -> str:
        """first(…) and case(…): the branch that counts, where that is known."""
        if here.holds(term):
            return self.noun(chosen(term, here.env) or term.arguments[0], here)
        if term.function == "first":
            return f"({',空白的看'.join(self.noun(p, here) for p in term.arguments)})"
        return f"({'或'.join(dict.fromkeys(self.noun(p, here) for p in term.arguments[1::2]))})"

    # -- conditions ----------------------------------------------------------------------------------------------------
    def text(self, term: t.Term, here: Here, want: bool = True) -> str:
        """A condition as a sentence; with `want` False its contrary."""
        if isinstance(term, t.Not):
            return self.text(term.left, here, not want)
        if isinstance(term, t.All | t.AnyOf):
            both = isinstance(term, t.All) == want
            parts = [self.text(p, here, want) for p in term.parts]
            return "且".join(parts) if both else f"({',或者'.join(parts)})"
        if isinstance(term, t.Defined):
            return self._mine(term.place, here) + self.text(term.body, self.inside(term, here), want)
        if isinstance(term, t.Named):
            return self.text(term.body, replace(here, depth=0), want)
        if isinstance(term, t.Compare):
            right = self.valued(term.right, here)
            return f"{self.noun(term.left, here)}{operator(term, want)}{right}"
        if isinstance(term, t.Missing):
            return f"{'没有' if want else '有'}{self.sheet(term.place.record)}记录"
        if isinstance(term, t.Rows):
            return self.sheet(term.record) + self._filter(term, here)
        if isinstance(term, t.Call) and term.function in ("any", "none"):
            there = (term.function == "any") == want
            return f"{'有' if there else '没有'}{self.text(term.arguments[0], here)}"
        if isinstance(term, t.Call) and term.function == "first":
            return f"{self.noun(term.arguments[0], here)}{'' if want else '不'}为是(空白的,看是否{self.text(term.arguments[1], here)})"
        return self._leaf(term, here, want)

    def _leaf(self, term: t.Term, here: Here, want: bool) -> str:
        no = "" if want else "不"
        if isinstance(term, t.OneOf):
            return f"{self.noun(term.left, here)}{no}是{listed(term.values)}"
        if isinstance(term, t.Contains):
            return f"{self.noun(term.left, here)}{containing(term, term.words, want)}"
        if isinstance(term, t.Given):
            return f"{self.noun(term.left, here)}{'已填' if want else '空白'}"
        if isinstance(term, t.Undated):
            return f"{self.noun(term.left, here)}{'' if want else '不是'}日期不详"
        return f"{self.noun(term, here)}{no}为是"

    def _filter(self, term: t.Rows, here: Here) -> str:
        if term.filter is None:
            return "记录"
        return f"记录符合“{self.text(term.filter, Here(here.env, term.record, term.frame))}”"


def containing(term: t.Contains, words: tuple[str, ...], want: bool) -> str:
    """含有“民间借贷”, 不以“人民检察院”结尾."""
    no = "" if want else "不"
    return f"{no}以{listed(words)}结尾" if term.at_end else f"{no}含有{listed(words)}"
