"""Terms in SQL: values, the edges of days, the lengths of periods, and conditions that hold at least or at most where they should.

`Filter.sql(term, want, over)` turns a condition into SQL. With `over` the SQL holds wherever the condition may come out as `want`
(or unknown); without it, only where it certainly does. None means that SQL cannot tell: no restriction, or no certainty. Dates
moved by periods become ranges, by the bounds of the period.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, case, exists, func, literal, not_, null, or_, select
from sqlalchemy.sql import operators, visitors

from cases.blanks import HIDING
from engine.env import WITHIN
from engine.frames import Frame, Source
from engine.heaps import Heaps
from engine.views import AS_OF, View, Views
from rules import terms as t
from rules.offences import words_of
from rules.periods import Period, bounds
from rules.resolve import ParameterVersions

Sql = ColumnElement[Any]
_FLIPPED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Filter:
    """Translates terms for rows in scope (`frames`). With `dated` no day is taken to be undated: whoever asks sees to those himself."""

    def __init__(self, views: Views, frames: list[Frame], parameters: dict[str, ParameterVersions], dated: bool = False, heaps: Heaps | None = None):
        self.views, self.frames, self.parameters, self.dated = views, frames, parameters, dated
        self.heaps = heaps or Heaps(views.heaped or frozenset())

    def at(self, place: t.Place) -> Frame:
        frame = self.frames[place.frame]
        for hop in place.hops:
            frame = frame.source.hop(frame, hop)
        return frame

    def over(self, frames: list[Frame], dated: bool = False) -> Filter:
        return Filter(self.views, frames, self.parameters, dated or self.dated, self.heaps)

    def inside(self, frame: Frame) -> Filter:
        return self.over([frame])

    # -- values --------------------------------------------------------------------------------------------------------
    def column(self, term: t.Term) -> Sql | None:
        """The exact value of a term, where SQL can say it."""
        if isinstance(term, t.Field):
            return self.at(term.place).view.column(term.name)
        if isinstance(term, t.Actor):
            view = self.at(term.place).view
            number = view.table.c[term.id]
            return number if term.certificate_only or not term.name else func.coalesce(number, self._name(view, term))
        if isinstance(term, t.Literal) and not isinstance(term.value, Period):
            return literal(term.value)
        if isinstance(term, t.Parameter) and len(self.parameters[term.name].versions) == 1:
            value = self.parameters[term.name].versions[0][1]
            return None if isinstance(value, Period) else literal(value * term.scale if isinstance(value, int) else value)
        if isinstance(term, t.Special) and term.name == "as_of":
            return AS_OF
        if isinstance(term, t.Defined):
            return self.inside(self.at(term.place)).column(term.body)
        if isinstance(term, t.Named):
            return self.over(self.frames[:1]).column(term.body)
        if isinstance(term, t.Call) and term.function == "first" and term.type != "bool":
            parts = [self.column(a) for a in term.arguments]
            return None if any(p is None for p in parts) else func.coalesce(*parts)
        if isinstance(term, t.Call) and term.function in ("latest", "earliest", "count"):
            return self._of_rows(term, self.dated)
        return None

    def _of_rows(self, term: t.Call, dated: bool, top: bool = True) -> Sql | None:
        """The number of rows of a set, or the latest or earliest day (with `dated`: its edge) of them; None where SQL cannot tell which rows
        those are."""
        of = term.arguments[0]
        rows = of.rows if isinstance(of, t.Values) else of
        if not isinstance(rows, t.Rows) or len(term.arguments) > 1:
            return None
        owner = self.at(rows.place)
        spec = owner.view.sheet.relations[rows.relation]
        if not isinstance(spec.by, dict) or spec.wide:
            return None
        source = Source(self.views, self.views.of(rows.record, alias=True))
        inner = self.over([*self.frames[: rows.frame], source.frame()], dated)
        kept = inner.settled(rows.filter) if rows.filter is not None else literal(True)
        value = inner._best(of.value, term.function == "latest", top) if isinstance(of, t.Values) else func.count()
        if kept is None or value is None:
            return None
        return self._related(owner, rows.relation, source, value).where(source.view.visible, kept).scalar_subquery()

    def _best(self, day_of: t.Term, latest: bool, top: bool) -> Sql | None:
        """The latest or earliest day of the rows of a query (where no day is taken to be undated: its edge)."""
        day = self.edge(day_of, top) if self.dated else self.column(day_of)
        if day is None:
            return None
        best: Sql = func.max(day) if latest else func.min(day)
        if self.dated:
            return best
        return case((func.min(day) == 0, 0), else_=best) if latest else func.coalesce(func.min(func.nullif(day, 0)), best)

    def _related(self, owner: Frame, relation: str, source: Source, value: Any) -> Select[Any]:
        """The query of a value of the rows that hang on a row. All joins of `source` must have been asked for."""
        by = owner.view.sheet.relations[relation].by
        assert isinstance(by, dict)
        self.heaps.note(owner, relation, by, source)
        equal = [owner.view.table.c[a] == source.view.table.c[b] for a, b in by.items()]
        # All other tables are those of queries around this one, however far out; by itself SQLAlchemy looks out by one only.
        return select(value).select_from(source.from_clause()).where(*equal).correlate_except(source.view.table)

    def settled(self, condition: t.Term) -> Sql | None:
        """SQL that holds exactly where a condition does; None where SQL cannot tell."""
        may, must = self.sql(condition, True, True), self.sql(condition, True, False)
        return may if may is not None and must is not None and may.compare(must) else None

    def _name(self, view: View, term: t.Actor) -> Sql:
        """The name by which an actor is known, as `engine.env.who` has it."""
        name: Sql = view.table.c[term.name]
        is_whole = and_(*(~name.contains(sign) for sign in sorted(HIDING)))
        if term.hidden:
            is_whole = and_(func.coalesce(view.column(term.hidden), 0) == 0, is_whole)
        if term.within:
            name = func.coalesce(name + WITHIN + view.column(term.within), name)
        return case((is_whole, name))

    def edge(self, term: t.Term, top: bool) -> Sql | None:
        """The least (or, with `top`, the greatest) day a date term can be."""
        if isinstance(term, t.Sum) and term.type == "date":
            base = self.edge(term.left, top)
            span = self.span(term.right, top == (term.sign > 0))
            return None if base is None or span is None else base + span if term.sign > 0 else base - span
        if isinstance(term, t.Defined):
            return self.inside(self.at(term.place)).edge(term.body, top)
        if isinstance(term, t.Named):
            return self.over(self.frames[:1]).edge(term.body, top)
        if isinstance(term, t.Call):
            return self._call_edge(term, top)
        return self.column(term)

    def _call_edge(self, term: t.Call, top: bool) -> Sql | None:
        if term.function == "roll":
            base = self.edge(term.arguments[0], top)
            return base if base is None or not top else base + bounds(Period())[1]
        if term.function == "back":
            base, span = self.edge(term.arguments[0], top), self.span(term.arguments[1], not top)
            return None if base is None or span is None else base - span
        if term.function == "first":
            parts = [self.edge(a, top) for a in term.arguments]
            return None if any(p is None for p in parts) else func.coalesce(*parts)
        if term.function in ("latest", "earliest"):
            return self._of_rows(term, True, top)
        return self._case(term, [self.edge(v, top) for v in _values(term)]) if term.function == "case" else None

    def _case(self, term: t.Call, values: list[Any]) -> Sql | None:
        """A case whose conditions SQL can tell, with these values in place of its own."""
        dated = self.over(self.frames, True)
        conditions = [dated.settled(c) for c in term.arguments[0 : len(term.arguments) - 1 : 2]]
        if any(x is None for x in (*conditions, *values)):
            return None
        pairs = [(c, v) for c, v in zip(conditions, values, strict=False) if c is not None]
        return case(*pairs, else_=values[-1] if len(values) > len(pairs) else None)

    def span(self, term: t.Term, top: bool) -> Any:
        """The least or greatest length of a period in natural days (a number or SQL), None where it has no bound."""
        if isinstance(term, t.Literal) and isinstance(term.value, Period):
            return bounds(term.value)[int(top)]
        if isinstance(term, t.Parameter):
            found = [bounds(v)[int(top)] for _, v in self.parameters[term.name].versions if isinstance(v, Period)]
            return (max if top else min)(found) if found else None
        if isinstance(term, t.Sum):
            both = [self.span(term.left, top), self.span(term.right, top)]
            return None if any(b is None for b in both) or term.sign < 0 else both[0] + both[1]
        if isinstance(term, t.Defined):
            return self.inside(self.at(term.place)).span(term.body, top)
        if isinstance(term, t.Named):
            return self.span(term.body, top)
        if isinstance(term, t.Call) and term.function in ("days", "days_between"):
            return None if top else 0
        if isinstance(term, t.Call) and term.function == "case":
            return self._case_span(term, top)
        return None

    def _case_span(self, term: t.Call, top: bool) -> Any:
        spans = [self.span(v, top) for v in _values(term)]
        if (known := self._case(term, spans)) is not None:
            return known
        plain = [s for s in spans if isinstance(s, int)]
        return (max if top else min)(plain) if len(plain) == len(spans) else None

    def undated(self, *terms: t.Term) -> list[Sql]:
        """For every date column below the terms: that it is undated."""
        found: dict[Any, Sql] = {}
        for term in terms:
            self._undated(term, found)
        return list(found.values())

    def _undated(self, term: t.Term, found: dict[Any, Sql]) -> None:
        if isinstance(term, t.Field):
            view = self.at(term.place).view
            if term.type == "date":
                found.setdefault((id(view), term.name), view.column(term.name) == 0)
        elif isinstance(term, t.Defined):
            self.inside(self.at(term.place))._undated(term.body, found)
        elif isinstance(term, t.Named):
            self.over(self.frames[:1])._undated(term.body, found)
        elif isinstance(term, t.Rows | t.Values):
            found[id(term)] = self._some_undated(term)
        else:
            for child in term.children():
                self._undated(child, found)

    def _some_undated(self, term: t.Rows | t.Values) -> Sql:
        """Whether some row of a set holds an undated day that decides."""
        rows = term.rows if isinstance(term, t.Values) else term
        owner = self.at(rows.place)
        spec = owner.view.sheet.relations[rows.relation]
        if not isinstance(spec.by, dict):
            return literal(True)
        source = Source(self.views, self.views.of(rows.record, alias=True))
        inner = self.over([*self.frames[: rows.frame], source.frame()])
        read = [x for x in (rows.filter, term.value if isinstance(term, t.Values) else None) if x is not None]
        days = inner.undated(*read)
        return exists(self._related(owner, rows.relation, source, 1).where(or_(*days))) if days else literal(False)

    # -- conditions ----------------------------------------------------------------------------------------------------
    def sql(self, term: t.Term, want: bool, over: bool) -> Sql | None:
        """SQL for a condition; see the module's first lines."""
        if isinstance(term, t.Not):
            return self.sql(term.left, not want, over)
        if isinstance(term, t.All | t.AnyOf):
            together = isinstance(term, t.All) == want
            parts = [self.sql(p, want, over) for p in term.parts]
            known = [p for p in parts if p is not None]
            if len(known) < len(parts) and together != over:
                return None
            return (and_ if together else or_)(*known) if known else None
        if isinstance(term, t.Compare):
            return self._compare_days(term, want, over) if term.left.type == "date" else self._compare(term, want)
        if isinstance(term, t.Defined):
            return self._defined(term, want, over)
        if isinstance(term, t.Named):
            return self.over(self.frames[:1]).sql(term.body, want, over)
        if isinstance(term, t.Call):
            return self._call(term, want, over)
        if isinstance(term, t.OneOf) and want and over and (crime := self._may_be_crime(term.left, term.values)) is not None:
            return crime
        return self._leaf(term, want)

    def _leaf(self, term: t.Term, want: bool) -> Sql | None:
        if isinstance(term, t.Missing):
            view = self.at(term.place).view
            key = view.table.c[view.sheet.key_fields[0]]
            return key.is_(None) if want else key.is_not(None)
        if isinstance(term, t.Field):
            flag = self.column(term)
            assert flag is not None
            return flag == 1 if want else or_(flag == 0, flag.is_(None))
        left: t.Term | None = getattr(term, "left", None)
        column = self.column(left) if left is not None else None
        if column is None:
            return None
        if isinstance(term, t.Given):
            return column.is_not(None) if want else column.is_(None)
        if isinstance(term, t.Undated):
            return column == 0 if want else or_(column != 0, column.is_(None))
        if isinstance(term, t.OneOf):
            return column.in_(term.values) if want else or_(column.not_in(term.values), column.is_(None))
        if isinstance(term, t.Contains) and not any(c.isascii() for w in term.words for c in w):
            test = column.endswith if term.at_end else column.contains
            found = or_(*(test(w) for w in term.words))
            return found if want else or_(not_(found), column.is_(None))
        return None

    def _may_be_crime(self, of: t.Term, crimes: tuple[Any, ...]) -> Sql | None:
        """That the offence of a penalty may be one of some: it is named, or words that point to one of them are there."""
        if isinstance(of, t.Defined):
            return self.inside(self.at(of.place))._may_be_crime(of.body, crimes)
        if not isinstance(of, t.Call) or of.function != "crime_of":
            return None
        offence, violation = (self.column(a) for a in of.arguments)
        return None if offence is None or violation is None else or_(offence.is_not(None), *map(violation.contains, words_of(crimes)))

    def _compare(self, term: t.Compare, want: bool) -> Sql | None:
        a, b = self.column(term.left), self.column(term.right)
        if a is None or b is None:
            return None
        blank = or_(a.is_(None), b.is_(None))
        if isinstance(a, Column) and isinstance(b, Column):
            # An index may serve the join of a relation and nothing else: one firm stands in thousands of suits, a suit has few parties.
            a, b = func.coalesce(a, null()), func.coalesce(b, null())
        if term.operator in ("=", "!="):
            if (term.operator == "=") == want:
                return a == b if want else or_(a == b, and_(a.is_(None), b.is_(None)))
            # Two that are both blank do not differ; what is not "equal" may be both.
            return or_(a != b, and_(a.is_(None), b.is_not(None)), and_(a.is_not(None), b.is_(None))) if want else or_(a != b, blank)
        return _compared(a, term.operator, b) if want else or_(_compared(a, _FLIPPED[term.operator], b), blank)

    def _compare_days(self, term: t.Compare, want: bool, over: bool) -> Sql | None:
        if term.operator == "!=" or (term.operator == "=" and not (want and over)):
            return None
        low, high = [self.edge(x, False) for x in (term.left, term.right)], [self.edge(x, True) for x in (term.left, term.right)]
        if any(e is None for e in (*low, *high)):
            return None
        undated = or_(*self.undated(term.left, term.right), literal(False))
        if term.operator == "=":
            return or_(and_(low[0] <= high[1], high[0] >= low[1]), *([] if self.dated else [undated]))  # type: ignore[operator]
        operator = term.operator if want else _FLIPPED[term.operator]
        smaller = operator in ("<", "<=")
        left, right = (low[0], high[1]) if smaller == over else (high[0], low[1])
        test = _compared(left, operator, right)
        if not self.dated:
            test = or_(test, undated) if over else and_(test, not_(undated))
        return test if want else or_(test, low[0].is_(None), low[1].is_(None))  # type: ignore[union-attr]

    def _defined(self, term: t.Defined, want: bool, over: bool) -> Sql | None:
        frame = self.at(term.place)
        found = self.inside(frame).sql(term.body, want, over)
        if found is None or not term.place.hops:
            return found
        gone = frame.view.table.c[frame.view.sheet.key_fields[0]].is_(None)  # of a missing row nothing holds
        if not want:
            return or_(gone, found)
        return found if over else and_(not_(gone), found)

    def _call(self, term: t.Call, want: bool, over: bool) -> Sql | None:
        if term.function == "first" and term.type == "bool":
            return self._first(term, want, over)
        if term.function not in ("any", "none") or not isinstance(rows := term.arguments[0], t.Rows):
            return None
        wanted = want == (term.function == "any")
        found = self._exists(rows, over if wanted else not over)
        return None if found is None else found if wanted else not_(found)

    def _first(self, term: t.Call, want: bool, over: bool) -> Sql | None:
        """A flag that is given, else a judgment: first(own_power, …)."""
        flag = self.column(term.arguments[0])
        rest = [self.sql(a, want, over) for a in term.arguments[1:]]
        if flag is None or len(rest) != 1:
            return None
        given = flag == (1 if want else 0)
        if rest[0] is None:
            return or_(given, flag.is_(None)) if over else given
        return or_(given, and_(flag.is_(None), rest[0]))

    def _exists(self, rows: t.Rows, over: bool) -> Sql | None:
        owner = self.at(rows.place)
        spec = owner.view.sheet.relations[rows.relation]
        if not isinstance(spec.by, dict):
            return None
        source = Source(self.views, self.views.of(rows.record, alias=True))
        inner = self.over([*self.frames[: rows.frame], source.frame()])
        kept = inner.sql(rows.filter, True, over) if rows.filter is not None else literal(True)
        if kept is None and not over:
            return None
        if spec.wide:  # asked once for all, not for every row
            ((own, theirs),) = spec.by.items()
            several = select(source.view.table.c[theirs]).select_from(source.from_clause()).where(source.view.visible)
            return owner.view.table.c[own].in_(several.where(kept) if kept is not None else several)
        found = self._related(owner, rows.relation, source, 1).where(source.view.visible)
        return exists(found.where(kept) if kept is not None else found)


def cheapest_first(conditions: Iterable[Sql]) -> list[Sql]:
    """Conditions in the order in which a database should look at them: those that search texts last."""
    searches = (operators.contains_op, operators.endswith_op)
    return sorted(conditions, key=lambda c: sum(getattr(part, "operator", None) in searches for part in visitors.iterate(c)))


def _values(term: t.Call) -> tuple[t.Term, ...]:
    """What a case may give, the rest (if any) last."""
    parts = term.arguments
    return (*parts[1::2], *(parts[-1:] if len(parts) % 2 else ()))


def _compared(a: Any, operator: str, b: Any) -> Any:
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]
