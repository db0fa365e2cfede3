"""Why a condition did not come out as wanted, in Chinese: the part of it that decided, what the cell says, and by how much it falls short.

Nothing is judged here: each term is asked by the evaluator that the scan uses, and its answer is put into words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cases.catalogue import Catalogue
from cases.values import show
from engine.env import Unknown, local_thresholds_of, row_at, truth_of
from engine.evaluate import chosen, evaluator
from engine.evidence import key_of
from engine.wording import Here, Wording, containing, listed, operator, worded
from rules import terms as t
from rules.offences import BELOW, REACHED, SILENT, Threshold, crime_of, crime_with_class, load_offences, metrics, threshold_of


@dataclass(frozen=True)
class Gap:
    """By how much something falls short (or is too much): a positive amount and its unit."""

    amount: int | str
    unit: str


@dataclass(frozen=True)
class Shortfall:
    """One sentence on why a condition failed; `gap` where one number says by how much."""

    text: str
    gap: Gap | None = None


class Shortfalls:
    """Explains terms by a catalogue."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue, self.wording = catalogue, Wording(catalogue)

    def of(self, term: t.Term, here: Here, want: bool = True) -> Shortfall:
        """Why `term` is not `want` here. It must really not be: it is asked part by part which one decided."""
        if isinstance(term, t.Not):
            return self.of(term.left, here, not want)
        if isinstance(term, t.All | t.AnyOf):
            return self._parts(term, here, want)
        if isinstance(term, t.Defined):
            row = row_at(here.env, term.place)
            if row is None:
                return Shortfall(f"没有对应的{self.wording.sheet(term.place.record)}记录")
            return self.of(term.body, Here(here.env.beside(row), here.home), want)
        if isinstance(term, t.Named):
            return self.of(term.body, replace(here, env=here.env.of_subject(), depth=0), want)
        if isinstance(term, t.Compare):
            return self._threshold(term, here, want) or self._compare(term, here, want)
        if isinstance(term, t.Call):
            return self._call(term, here, want)
        return self._leaf(term, here, want)

    def _parts(self, term: t.All | t.AnyOf, here: Here, want: bool) -> Shortfall:
        """The first part that decided alone, or all of them where any would have done."""
        if isinstance(term, t.All) == want:
            return self.of(next(p for p in term.parts if _truth(p, here) is not want and not isinstance(_truth(p, here), Unknown)), here, want)
        found = [self.of(p, here, want) for p in term.parts]
        texts = dict.fromkeys(f.text for f in found)
        return Shortfall(";或者".join(texts), next((f.gap for f in found if f.gap), None))

    # -- comparisons ---------------------------------------------------------------------------------------------------
    def _compare(self, term: t.Compare, here: Here, want: bool) -> Shortfall:
        left, right = evaluator(term.left)(here.env), evaluator(term.right)(here.env)
        words, upward = self.wording, (term.operator in (">=", ">")) == want
        if (gone := self._gone(term, here)) is not None and None in (left, right):
            return Shortfall(f"没有对应的{words.sheet(gone)}记录")
        if right is None and left is not None:
            return Shortfall(f"{words.noun(term.right, here)}空白,无法与{words.valued(term.left, here)}相比")
        if isinstance(term.left, t.Call) and term.left.function == "count" and upward:
            wanted = right + (term.operator in (">", "<="))
            text = f"{words.noun(term.left.arguments[0], here)}有{left}条,还差{wanted - left}条才到{wanted}条"
            return Shortfall(text, Gap(wanted - left, "条"))
        own = f"参数{term.left.name}是" if isinstance(term.left, t.Parameter) else ""
        text = f"{own}{words.valued(term.left, here)},要求{operator(term, want)}{words.valued(term.right, here)}"
        if left is None or term.operator in ("=", "!="):
            return Shortfall(text)
        return self._measured(text, term.left.type, left, right, upward)

    def _gone(self, term: t.Term, here: Here) -> str | None:
        """The record of a single related row that a term reads and that is not there."""
        if isinstance(term, t.Field | t.Actor | t.Defined) and here.holds(term) and row_at(here.env, term.place) is None:
            return term.place.record
        if isinstance(term, t.Named | t.Sum | t.Compare | t.Call | t.Given | t.OneOf | t.Contains | t.Undated):
            return next((gone for child in term.children() if (gone := self._gone(child, here)) is not None), None)
        return None

    def _measured(self, text: str, kind: str, left: int, right: int, upward: bool) -> Shortfall:
        """The sentence with the distance between two values; `upward` where the left one should have been greater."""
        distance = abs(left - right)
        if not distance:
            return Shortfall(text + (",正是同一天" if kind == "date" else ",正好相等"))
        if kind == "date":
            return Shortfall(f"{text},{'早' if upward else '晚'}了{distance}天", Gap(distance, "天"))
        unit = {"money": "元", "count": "条"}.get(kind, "")
        amount = distance if kind == "count" else show(distance, kind)
        return Shortfall(f"{text},{'差' if upward else '多'}{worded(distance, kind)}", Gap(amount, unit))

    def _leaf(self, term: t.Term, here: Here, want: bool) -> Shortfall:
        words = self.wording
        if isinstance(term, t.Missing):
            return Shortfall(f"{'已有' if want else '没有'}{words.sheet(term.place.record)}记录")
        if (gone := self._gone(term, here)) is not None:
            return Shortfall(f"没有对应的{words.sheet(gone)}记录")
        left: t.Term = getattr(term, "left", term)
        said = words.valued(left, here)
        if isinstance(term, t.OneOf):
            return Shortfall(f"{said},要求{'' if want else '不'}是{listed(term.values)}")
        if isinstance(term, t.Contains):
            return Shortfall(f"{said},要求{self._with_words(term, here, want)}")
        if isinstance(term, t.Given):
            return Shortfall(f"{said},要求{'已填' if want else '空白'}")
        if isinstance(term, t.Undated):
            return Shortfall(f"{said},要求{'' if want else '不是'}日期不详")
        return Shortfall(f"{said},要求{'' if want else '不'}为是")

    def _with_words(self, term: t.Contains, here: Here, want: bool) -> str:
        text = evaluator(term.left)(here.env) or ""
        found = tuple(w for w in term.words if (text.endswith(w) if term.at_end else w in text))
        return containing(term, term.words if want else found, want)

    # -- sets of rows --------------------------------------------------------------------------------------------------
    def _call(self, term: t.Call, here: Here, want: bool) -> Shortfall:
        if term.function in ("any", "none"):
            rows = term.arguments[0]
            assert isinstance(rows, t.Rows)
            return self._none_fits(rows, here) if (term.function == "any") == want else self._one_fits(rows, here)
        if term.function in ("first", "case") and (branch := chosen(term, here.env)) is not None:
            return self.of(branch, here, want)
        return self._leaf(term, here, want)

    def _none_fits(self, rows: t.Rows, here: Here) -> Shortfall:
        """Why no row of the set is there, although one should be."""
        sheet, related = self.wording.sheet(rows.record), self._related(rows, here)
        if not related:
            return Shortfall(f"没有关联的{sheet}记录")
        assert rows.filter is not None
        if len(related) > 1:
            return Shortfall(f"关联的{sheet}记录有{len(related)}条,没有一条符合“{self.wording.text(rows.filter, _within(rows, here))}”")
        here.env.frames.append(related[0])
        inner = self.of(rows.filter, _within(rows, here))
        here.env.frames.pop()
        return Shortfall(f"关联的{sheet}记录只有{self._named(rows.record, related[0])}:{inner.text}", inner.gap)

    def _one_fits(self, rows: t.Rows, here: Here) -> Shortfall:
        """Which row of the set is there, although none should be."""
        found = [row for row, truth in evaluator(rows)(here.env) if truth is True]
        more = f"等{len(found)}条" if len(found) > 1 else ""
        fits = f"符合“{self.wording.text(rows.filter, _within(rows, here))}”" if rows.filter is not None else ""
        return Shortfall(f"有{self.wording.sheet(rows.record)}记录{self._named(rows.record, found[0])}{more}{fits}")

    def _related(self, rows: t.Rows, here: Here) -> list[dict[str, Any]]:
        owner = row_at(here.env, rows.place)
        found = owner.get(rows.relation) if owner is not None else None
        return [found] if isinstance(found, dict) else found or []

    def _named(self, record: str, row: dict[str, Any]) -> str:
        """Which row: its key, which is quoted with the reason."""
        self.wording.quoted.add(row, record, self.catalogue.records[record].key_fields[-1])
        return f"({' '.join(key_of(row, self.catalogue.records[record]))})"

    # -- thresholds ----------------------------------------------------------------------------------------------------
    def _threshold(self, term: t.Compare, here: Here, want: bool) -> Shortfall | None:
        """Where a threshold for prosecution is asked for: which of its numbers is missed. None for every other comparison."""
        call, here = term.left, here
        if isinstance(call, t.Defined) and (row := row_at(here.env, call.place)) is not None:
            call, here = call.body, Here(here.env.beside(row), here.home)
        if not (isinstance(call, t.Call) and call.function == "threshold" and want and term.right == t.Literal("text", REACHED)):
            return None
        values = [evaluator(a)(here.env) for a in call.arguments]
        offence, violation, numbers = values[0], values[1], values[3:]
        answer, name = evaluator(call)(here.env), crime_with_class(offence, violation)
        of = threshold_of(name, local_thresholds_of(here.env), values[2] or here.env.as_of)
        if answer == SILENT:
            known = crime_of(offence, violation)
            return Shortfall(f"“{name or known}”没有适用的追诉标准" if known else "判断不出罪名,没有适用的追诉标准")
        if answer != BELOW or of is None:
            return None
        columns = dict(zip(("amount", "illegal_gain", "quantity", "", "ratio"), call.arguments[3:], strict=True))
        nouns = {metric: self.wording.noun(column, here) for metric, column in columns.items() if metric}
        return _below(of, str(name), numbers, nouns)


def _below(of: Threshold, name: str, numbers: list[Any], nouns: dict[str, str]) -> Shortfall:
    """How far a penalty is from each way in which a threshold can be reached. `numbers`: amount, illegal_gain, quantity, unit, ratio."""
    have, ways = metrics(of, *numbers), []
    gaps: list[Gap | None] = []
    for way in of.ways:
        said = []
        for metric, least in way.items():
            value = have.get(metric)
            if metric in have and value is None:
                said.append(f"{nouns[metric]}的单位空白或者不合,无法换算")
                gaps.append(None)
            elif value is None or value < least:
                text, gap = way_said(of, metric, value, least, nouns[metric], numbers[3])
                said.append(text)
                gaps.append(gap)
        ways.append(",且".join(said))
    return Shortfall(f"未达到“{name}”的追诉标准:" + ";".join(ways), gaps[0])


def way_said(of: Threshold, metric: str, value: int | None, least: int, noun: str, unit: str | None = None) -> tuple[str, Gap | None]:
    """How far one number (in the threshold's own unit) is from what it must reach; quantities are told in `unit`."""
    known = load_offences().units.get(of.kind, {}) if metric == "quantity" else {}
    per, kind = 1, "number" if metric in ("quantity", "ratio") else "money"
    after = "%" if metric == "ratio" else ""
    if known:
        named = next((u for u in known if u == "".join((unit or "").split())), None)
        after = named or next(u for u, size in reversed(known.items()) if least >= size * 1_000_000)
        per = known[after]
    wanted = worded(-(-least // per), kind) + after
    if value is None:
        return f"{noun}空白,要求达到{wanted}", None
    if value >= least:
        return f"{noun}{worded(value // per, kind)}{after}已达到{wanted}", None
    short = -(-(least - value) // per)
    text = f"{noun}{worded(value // per, kind)}{after},差{worded(short, kind)}{after}才到{wanted}"
    return text, Gap(show(short, kind), after or "元")


def _truth(term: t.Term, here: Here) -> Any:
    return truth_of(evaluator(term)(here.env))


def _within(rows: t.Rows, here: Here) -> Here:
    return Here(here.env, rows.record, rows.frame)
