"""Parsing expressions of rule files and resolving their names into typed terms (rules/terms.py).

`Scope(record, …).resolve(text)` returns a Term, or raises ExpressionError with the nearest known word. What a name means is
looked up in this order: field, relation or definition of the innermost row; then (in a set filter) the rule's own names;
`this.` reaches the subject of the rule, `outer.` the next row outward.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from cases.catalogue import Catalogue
from cases.values import normal
from rules import terms as t
from rules.kinds import FUNCTIONS, GREATEST, KINDS, MANY, SCALES, comparable, exact, scaled
from rules.periods import Period

SPECIALS = {"as_of": "date", "due_on": "date", "last_day": "date", "done_on": "date", "start_on": "date", "records": "count"}


class ExpressionError(ValueError):
    """表达式有误;说明里有位置和最接近的已知词。"""


class Consequence(ExpressionError):
    """用了规则自己的一个名字,而那个名字的表达式有误:已经另外说明。"""


@lru_cache(maxsize=1)
def _parser() -> Lark:
    grammar = Path(__file__).with_name("language.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


@lru_cache(maxsize=20_000)
def parse(text: str) -> Tree[Token]:
    """Parse one expression; raises ExpressionError with the column."""
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as e:
        at = max(getattr(e, "column", 1) - 1, 0)
        raise ExpressionError(f"“{text}”第 {at + 1} 字处看不懂:“{text[at : at + 12]}”") from None
    return tree if isinstance(tree, Tree) else Tree("bare", [tree])


@dataclass(frozen=True)
class Vocabulary:
    """What rules share: definitions by record and named lists; of lists of a place's own, `places` has file and line."""

    definitions: Mapping[str, Mapping[str, str]]
    tables: Mapping[str, tuple[str, ...]]
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Scope:
    """Where an expression stands: its catalogue, vocabulary, the rows in scope and the rule's own names."""

    catalogue: Catalogue
    vocabulary: Vocabulary
    record: str
    named: dict[str, t.Term] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Names of the rule whose own expression is wrong."""
    parameters: Mapping[str, str] = field(default_factory=dict)  # name → type
    specials: frozenset[str] = frozenset(SPECIALS)
    frames: tuple[str, ...] = ()
    busy: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        self.frames = self.frames or (self.record,)

    def resolve(self, text: str, want: str = "", many: bool = False) -> t.Term:
        """The term of `text`; `want` (a type) is checked where given, and that it gives one value unless `many`."""
        tree = parse(str(text))
        term = self._term(tree) if many else self._one(tree)
        if want and term.type != want and not (want == "text" and term.type in ("text", "actor")):
            raise ExpressionError(f"“{text}”应是{KINDS[want]},实际是{KINDS[term.type]}")
        return term

    def condition(self, text: str) -> t.Term:
        return self.resolve(text, "bool")

    # -- terms ---------------------------------------------------------------------------------------------------------
    def _term(self, tree: Any) -> t.Term:
        handler = getattr(self, f"_do_{tree.data}", None)
        if handler is None:  # pragma: no cover - the grammar has no other node
            raise ExpressionError(f"看不懂的写法 {tree.data}")
        result: t.Term = handler(tree.children)
        return result

    def _bool(self, tree: Any) -> t.Term:
        term = self._one(tree)
        if term.type != "bool":
            raise ExpressionError(f"“{_source(tree)}”不是条件,不能用 and、or、not 连接")
        return term

    def _do_disjunction(self, c: list[Any]) -> t.Term:
        return t.AnyOf("bool", tuple(self._bool(x) for x in c))

    def _do_conjunction(self, c: list[Any]) -> t.Term:
        return t.All("bool", tuple(self._bool(x) for x in c))

    def _do_negate(self, c: list[Any]) -> t.Term:
        return t.Not("bool", self._bool(c[0]))

    def _do_compare(self, c: list[Any]) -> t.Term:
        left, operator, right = self._one(c[0]), str(c[1]), self._one(c[2])
        left, right = self._as_kept(scaled(left, right), right), self._as_kept(scaled(right, left), left)
        if not comparable(left.type, right.type):
            raise ExpressionError(f"{_source(c[0])}({KINDS[left.type]})与 {_source(c[2])}({KINDS[right.type]})不能比较")
        if left.type == "period" and operator not in ("=", "!="):
            raise ExpressionError(f"{_source(c[0])} 是期限，期限不能比长短:请比较日期，如 a + 30 days < b")
        if left.type in ("text", "actor", "bool") and operator not in ("=", "!="):
            raise ExpressionError(f"{_source(c[0])} 是{KINDS[left.type]},只能用 = 或 != 比较")
        return t.Compare("bool", operator, left, right)

    def _do_one_of(self, c: list[Any]) -> t.Term:
        left = self._one(c[0])
        values = [scaled(v, left) for v in self._list(c[1])]
        if left.type == "actor":
            raise ExpressionError(f"{_source(c[0])} 是人或者单位,不能与写定的词比较:请写它的姓名或者证件号的字段")
        if wrong := next((v for v in values if not comparable(left.type, v.type)), None):
            raise ExpressionError(f"{_source(c[0])}({KINDS[left.type]})不会是清单里的{KINDS[wrong.type]}")
        return t.OneOf("bool", left, tuple(self._as_kept(v, left).value for v in values))  # type: ignore[attr-defined]

    def _do_none_of(self, c: list[Any]) -> t.Term:
        return t.Not("bool", self._do_one_of(c))

    def _words(self, c: list[Any]) -> tuple[t.Term, tuple[str, ...]]:
        left = self._one(c[0])
        if left.type != "text":
            raise ExpressionError(f"{_source(c[0])} 不是文字,不能用 contains 或 ends with")
        return left, tuple(str(self._as_kept(v, left).value) for v in self._list(c[1]))  # type: ignore[attr-defined]

    def _as_kept(self, term: t.Term, other: t.Term) -> t.Term:
        """A word in the form in which the column that it stands against keeps numbers and the names of actors."""
        kept = isinstance(other, t.Field) and other.name in self.catalogue.records[other.place.record].normalised
        if kept and isinstance(term, t.Literal) and isinstance(term.value, str):
            return t.Literal("text", normal(term.value))
        return term

    def _do_contains(self, c: list[Any]) -> t.Term:
        return t.Contains("bool", *self._words(c))

    def _do_ends_with(self, c: list[Any]) -> t.Term:
        return t.Contains("bool", *self._words(c), at_end=True)

    def _do_given(self, c: list[Any]) -> t.Term:
        return t.Given("bool", self._one(c[0]))

    def _do_blank(self, c: list[Any]) -> t.Term:
        return t.Not("bool", self._do_given(c))

    def _do_undated(self, c: list[Any]) -> t.Term:
        left = self._one(c[0])
        if left.type != "date":
            raise ExpressionError(f"{_source(c[0])} 是{KINDS[left.type]},只有日期可以问 is undated")
        return t.Undated("bool", left)

    def _do_missing(self, c: list[Any]) -> t.Term:
        if c[0].data != "path":
            raise ExpressionError(f"{_source(c[0])} is missing:missing 只能问关联的记录是否存在")
        return t.Missing("bool", self._place(c[0].children))

    def _do_plus(self, c: list[Any]) -> t.Term:
        return self._sum(1, c)

    def _do_minus(self, c: list[Any]) -> t.Term:
        return self._sum(-1, c)

    def _sum(self, sign: int, c: list[Any]) -> t.Term:
        left, right = self._one(c[0]), self._one(c[1])
        left, right = scaled(left, right), scaled(right, left)
        kinds = (left.type, right.type)
        if sign < 0 and right.type == "period":
            raise ExpressionError(f"{_source(c[1])} 是期限，期限只能加不能减:比较时加到另一边(a + 30 days < b)，往前推用 back(日期, 期限)")
        if kinds not in (("date", "period"), ("period", "period")) and (kinds[0] != kinds[1] or kinds[0] not in (*SCALES, "count")):
            raise ExpressionError(f"{_source(c[0])}({KINDS[left.type]})与 {_source(c[1])}({KINDS[right.type]})不能相加减")
        return t.Sum(left.type, sign, left, right)

    # -- literals ------------------------------------------------------------------------------------------------------
    def _list(self, tree: Any) -> list[t.Literal]:
        if tree.data == "list":
            return [x for item in tree.children for x in self._list(item)]
        if tree.data == "table":
            name = str(tree.children[0])[1:]
            if name not in self.vocabulary.tables:
                if name in self.vocabulary.places:
                    raise ExpressionError(f"清单 @{name} 有误,见 {self.vocabulary.places[name]}")
                near = nearest(name, self.vocabulary.tables) or ":自己的清单写在规则文件夹里(docs/rules.md),不多的词直接写成 [甲, 乙]"
                raise ExpressionError(f"没有名为 @{name} 的清单{near}")
            return [t.Literal("text", v) for v in self.vocabulary.tables[name]]
        term = self._term(tree)
        if not isinstance(term, t.Literal):
            raise ExpressionError("清单里只能写固定的值")
        return [term]

    def _do_date(self, c: list[Any]) -> t.Term:
        from datetime import date

        try:
            return t.Literal("date", date.fromisoformat(c[0]).toordinal())
        except ValueError:
            raise ExpressionError(f"没有 {c[0]} 这一天") from None

    def _do_period(self, c: list[Any]) -> t.Term:
        return t.Literal("period", Period.parse(str(c[0])))

    def _do_number(self, c: list[Any]) -> t.Term:
        if float(c[0]) >= GREATEST:
            raise ExpressionError(f"{c[0]} 太大:数要小于一万亿")
        if "." in c[0]:
            return t.Literal("number", exact(str(c[0])))
        return t.Literal("count", int(c[0]))

    def _do_word(self, c: list[Any]) -> t.Term:
        text = str(c[0])
        return t.Literal("bool", int(text == "是")) if text in ("是", "否") else t.Literal("text", text)

    def _do_quoted(self, c: list[Any]) -> t.Term:
        return t.Literal("text", str(c[0])[1:-1])

    def _do_parameter(self, c: list[Any]) -> t.Term:
        name = str(c[0])[1:]
        if name not in self.parameters:
            raise ExpressionError(f"没有名为 ${name} 的参数{nearest(name, self.parameters)}")
        return t.Parameter(self.parameters[name], name)

    def _do_literal(self, c: list[Any]) -> t.Term:
        return self._term(c[0])

    # -- names ---------------------------------------------------------------------------------------------------------
    def _do_path(self, steps: list[Any]) -> t.Term:
        name = str(steps[0].children[0])
        if len(steps) == 1 and len(steps[0].children) == 1 and not self._known_here(name):
            if name in self.broken:
                raise Consequence(name)
            if name in self.named:
                return t.Named(self.named[name].type, name, self.named[name])
            if name in self.specials:
                return t.Special(SPECIALS[name], name)
        return self._follow(steps)

    def _known_here(self, name: str) -> bool:
        sheet = self.catalogue.records[self.frames[-1]]
        return name in sheet.by_field or name in sheet.relations or name in sheet.actors or name in self._definitions(self.frames[-1])

    def _definitions(self, record: str) -> Mapping[str, str]:
        return self.vocabulary.definitions.get(record, {})

    def _start(self, steps: list[Any]) -> tuple[t.Place, list[Any]]:
        last = len(self.frames) - 1
        name = str(steps[0].children[0])
        if name == "this":
            return t.Place(0, (), self.frames[0]), steps[1:]
        if name == "outer" and last > 0:
            return t.Place(last - 1, (), self.frames[last - 1]), steps[1:]
        return t.Place(last, (), self.frames[last]), steps

    def _hop(self, place: t.Place, step: Any) -> tuple[t.Place, bool] | None:
        relation = self.catalogue.records[place.record].relations.get(str(step.children[0]))
        if relation is None:
            return None
        return t.Place(place.frame, (*place.hops, str(step.children[0])), relation.rows), self.catalogue.is_single(relation)

    def _place(self, steps: list[Any]) -> t.Place:
        """The row a path of single relations leads to."""
        place, rest = self._start(steps)
        for step in rest:
            hop = self._hop(place, step)
            if hop is None or not hop[1]:
                raise ExpressionError(f"“{step.children[0]}”不是 {place.record} 的单条关联记录{self._near(place.record, str(step.children[0]))}")
            place = hop[0]
        return place

    def _follow(self, steps: list[Any]) -> t.Term:
        place, rest = self._start(steps)
        for i, step in enumerate(rest):
            name = str(step.children[0])
            hop = self._hop(place, step)
            if hop is None:
                if len(rest) > i + 1 or len(step.children) > 1:
                    raise ExpressionError(f"“{name}”不是 {place.record} 的关联记录{self._near(place.record, name)}")
                return self._leaf(place, name)
            if hop[1] and len(step.children) == 1:
                place = hop[0]
                continue
            return self._rows(place, name, hop[0].record, step, rest[i + 1 :])
        raise ExpressionError(f"“{_path_text(steps)}”是一条记录,要写出它的字段,或用 is missing 问它是否存在")

    def _rows(self, place: t.Place, name: str, record: str, step: Any, rest: list[Any]) -> t.Term:
        inner = replace(self, frames=(*self.frames, record))
        condition = inner._bool(step.children[1]) if len(step.children) > 1 else None
        rows = t.Rows("rows", place, name, record, len(self.frames), condition)
        return t.Values((value := inner._follow(rest)).type, rows, value) if rest else rows

    def _leaf(self, place: t.Place, name: str) -> t.Term:
        sheet = self.catalogue.records[place.record]
        if name in sheet.by_field:
            kind = sheet.by_field[name].type
            return t.Field("text" if kind == "code" else kind, place, name)
        if name.removesuffix("_certificate") in sheet.actors:
            actor = sheet.actors[name.removesuffix("_certificate")]
            return t.Actor("actor", place, name, actor.id, actor.name, name.endswith("_certificate"), actor.within, actor.hidden)
        definitions = self._definitions(place.record)
        if name not in definitions:
            raise ExpressionError(f"{sheet.name}({place.record})没有“{name}”{self._near(place.record, name)}")
        if (place.record, name) in self.busy:
            raise ExpressionError(f"定义 {place.record}.{name} 绕回了自己")
        inner = Scope(self.catalogue, self.vocabulary, place.record, specials=frozenset({"as_of"}), busy=self.busy | {(place.record, name)})
        body = inner.resolve(definitions[name])
        return t.Defined(body.type, place, name, body)

    def _near(self, record: str, name: str) -> str:
        sheet = self.catalogue.records[record]
        return nearest(name, [*sheet.by_field, *sheet.relations, *sheet.actors, *self._definitions(record), *self.named, *SPECIALS])

    # -- functions -----------------------------------------------------------------------------------------------------
    def _do_call(self, c: list[Any]) -> t.Term:
        name, given = str(c[0]), c[1:]
        if name not in FUNCTIONS:
            raise ExpressionError(f"没有函数 {name}{nearest(name, FUNCTIONS)}")
        kind, least, most, wanted = FUNCTIONS[name]
        if not least <= len(given) <= most:
            raise ExpressionError(f"{name}(…) 的参数个数不对:有 {len(given)} 个")
        if name == "each" and len(given) % 2:
            raise ExpressionError("each(…) 里条件和值要成对")
        arguments = tuple(self._term(x) for x in given)
        if name in ("any", "none", "count") and not isinstance(arguments[0], t.Rows):
            raise ExpressionError(f"{name}(…) 里要写一组关联记录,如 measures[measure = 逮捕]")
        if name not in ("any", "none", "count") and any(isinstance(a, t.Rows) for a in arguments):
            raise ExpressionError(f"{name}(…) 里要写这组记录的字段,如 measures.ended_on")
        if kind.startswith("="):
            kind = arguments[int(kind[1]) - 1].type
        if name in ("case", "each"):
            last = len(given) - len(given) % 2
            wanted = tuple("bool" if i % 2 == 0 and i < last else kind for i in range(len(given)))
        if wanted:
            kinds = [wanted[min(i, len(wanted) - 1)] or kind for i in range(len(given))]
            arguments = tuple(self._fits(*each, name) for each in zip(given, arguments, kinds, strict=True))
        return t.Call(kind, name, arguments)

    def _fits(self, tree: Any, term: t.Term, kind: str, function: str) -> t.Term:
        """An argument, in the unit that the function takes."""
        term = scaled(term, t.Term(kind))
        if not comparable(term.type, kind):
            raise ExpressionError(f"{function}(…) 里的 {_source(tree)} 应是{KINDS[kind]},实际是{KINDS[term.type]}")
        return term if function in MANY and kind not in ("bool", "count") else self._single(tree, term)

    def _single(self, tree: Any, term: t.Term) -> t.Term:
        """A term that gives one value."""
        if t.gives_many(term):
            told = "取一个日期用 earliest(…)、latest(…)、nth(…)," if term.type == "date" else ""
            raise ExpressionError(f"“{_source(tree)}”有多个值,这里只能是一个:{told}问有没有用 any(一组[条件]),问有几条用 count(一组[条件])")
        return term

    def _one(self, tree: Any) -> t.Term:
        return self._single(tree, self._term(tree))


def _source(tree: Any) -> str:
    if isinstance(tree, Token):
        return str(tree)
    return " ".join(_source(x) for x in tree.children)


def _path_text(steps: list[Any]) -> str:
    return ".".join(str(s.children[0]) for s in steps)


def nearest(word: str, known: Any) -> str:
    """The end of a message about an unknown word: ,是不是 …?, or nothing where no known one is like it."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f",是不是 {close[0]}?" if close else ""
