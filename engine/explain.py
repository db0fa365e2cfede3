"""Why, or why not: what every rule that looks at one record makes of it.

The verdict is the scan's own (`Scanner.judge_rule` on that record alone); the reason is found by asking the rule's terms one by one, in
the order of the rule file, with the evaluator that the scan uses. Windows are explained in engine/explain_window.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, select

from cases.catalogue import Sheet
from cases.errors import UsageProblem
from cases.values import formed, parser
from engine.clues import dressed
from engine.dossier import Loader
from engine.env import Env, Row, Unknown, truth_of
from engine.evaluate import chosen, evaluator
from engine.evidence import key_of
from engine.explain_window import explain_window
from engine.explanation import Asked, Explanation
from engine.facts import Finding, Plan
from engine.gather import WindowPlan
from engine.prefilter import is_settled
from engine.scan import CaseStore, Scanner
from engine.shortfall import Gap, Shortfall, Shortfalls
from engine.views import Narrow, View, Views
from engine.wording import worded
from rules import terms as t
from rules.law import LawBook
from rules.resolve import Resolved


class Explainer:
    """Explains records of one sheet under the rules that look at it."""

    def __init__(self, store: CaseStore, sheet: Sheet, rules: Sequence[Resolved], law: LawBook):
        self.store, self.sheet = store, sheet
        self.scanner = Scanner(store, [r for r in rules if r.base_record == sheet.record], law)

    def explain(self, key: dict[str, Any], as_of: int) -> Iterator[Explanation]:
        """What each rule makes of the record with this key (in the store's form) as of a day, in the order of rules."""
        narrow = the_row(key)
        with self.store.engine.connect() as connection:
            subject = {"record": self.sheet.record, "key": list(self._key(connection, narrow))}
            for number, rule in enumerate(self.scanner.rules):
                plan = self.scanner.plans[number]
                row = self._row(connection, plan, as_of, narrow)
                if row is None:
                    asked = Asked(rule, {}, Env([], as_of, rule.parameters), Shortfalls(self.store.catalogue), subject)
                    yield asked.says("miss", self._unseen(as_of))
                    continue
                asked = Asked(rule, row, Env([row], as_of, rule.parameters), Shortfalls(self.store.catalogue), subject)
                if isinstance(plan, WindowPlan):
                    yield explain_window(self.scanner, number, connection, asked)
                else:
                    yield self._explain(connection, number, plan, asked, narrow)

    def _key(self, connection: Connection, narrow: Narrow) -> tuple[str, ...]:
        view, names = self.scanner.views.of(self.sheet.record), self.scanner.views.key_columns(self.sheet.record)
        found = connection.execute(select(*(view.table.c[n] for n in names)).where(narrow(view))).one()
        return key_of(dict(zip(names, found, strict=True)), self.sheet)

    def _row(self, connection: Connection, plan: Plan | WindowPlan, as_of: int, narrow: Narrow) -> Row | None:
        """The record with what hangs on it, as the rule sees it; None where it does not exist yet on the day."""
        view, names = self.scanner.views.of(self.sheet.record), sorted(plan.need.fields)
        found = connection.execute(select(*view.columns(names)).where(narrow(view), view.visible), {"as_of": as_of}).one_or_none()
        if found is None:
            return None
        row = dict(zip(names, found, strict=True))
        Loader(self.scanner.views, as_of).attach(connection, [row], plan.need)
        return row

    def _unseen(self, as_of: int) -> str:
        starts = [self.sheet.by_field[n].name for n in self.sheet.start if n != "earliest"] or ["最早的日期"]
        return f"截至{date.fromordinal(as_of)},这条记录还不存在(「{'」、「'.join(starts)}」在这一天之后)"

    # -- limits, conditions, links -------------------------------------------------------------------------------------
    def _explain(self, connection: Connection, number: int, plan: Plan, asked: Asked, narrow: Narrow) -> Explanation:
        rule, as_of = asked.rule, asked.env.as_of
        _, found = plan.fact(asked.row, as_of)
        asked.env = found.env
        judged = list(self.scanner.judge_rule(connection, number, as_of, narrow, everything=True))
        for timeless in (clue for batch in judged for _, clue in batch.clues):
            clue = dressed(timeless, as_of)
            return Explanation(rule, "hit", clue["summary"], clue["subject"], evidence=clue["evidence"], clue=clue)
        for gap in (gap for batch in judged for _, gap in batch.gaps):
            return self._insufficient(asked, gap["missing"])
        return self._missed(asked, found, any(batch.judged for batch in judged))

    def _insufficient(self, asked: Asked, missing: list[str]) -> Explanation:
        columns = {x.name: x for term in asked.rule.terms() for x in term.walk() if isinstance(x, t.Field)}
        said, read = [], []
        for name in missing:
            term = columns.get(name)
            if term is None:
                said.append(f"缺少「{self.sheet.by_field[name].name if name in self.sheet.by_field else name}」")
            elif term.place.frame == 0 and term.place.record == self.sheet.record and not term.place.hops:
                valued = asked.words.valued(term, asked.here)
                said.append(f"从{valued}看不出" if evaluator(term)(asked.env) else valued)
                read.append(term)
            else:
                said.append(f"缺少{asked.words.column(term.place.record, name)}")
        told = asked.says("insufficient", "、".join(said) + ",判断不了", read)
        told.missing = missing
        return told

    def _missed(self, asked: Asked, found: Finding, judged: bool) -> Explanation:
        """Why there is no clue: the first condition that fails, then the law's own day, then what the limit or the day says.

        A condition that is left to the query has failed where the query gave nothing to be judged.
        """
        rule = asked.rule
        for term in rule.when:
            if is_settled(term, self.scanner.views):
                if not judged:
                    return self._left_to_query(asked, term)
            elif truth_of(evaluator(term)(asked.env)) is False:
                return self._failed(asked, term)
        if found.before_law:
            return self._not_in_force(asked, found)
        for term in rule.breach:
            if truth_of(evaluator(term)(asked.env)) is False:
                return self._failed(asked, term)
        return self._no_day(asked, found) if rule.on is not None else self._limit(asked, found)

    def _left_to_query(self, asked: Asked, term: t.Term) -> Explanation:
        assert isinstance(term, t.Call)
        rows = term.arguments[0]
        assert isinstance(rows, t.Rows)
        by = self.store.catalogue.records[rows.place.record].relations[rows.relation].by
        same = "、".join(asked.words.column(rows.place.record, own, self.sheet.record) for own in by)
        return asked.says("miss", f"{same}相同的记录中,{asked.words.text(term, asked.here, False)}", condition=_written(asked.rule, term))

    def _failed(self, asked: Asked, term: t.Term) -> Explanation:
        rule, written = asked.rule.rule, _written(asked.rule, term)
        place = asked.rule.when.index(term) if term in asked.rule.when else -1
        if place < len(rule.when):
            return asked.says("miss", asked.shortfalls.of(term, asked.here), [term], written)
        because = rule.unless[place - len(rule.when)].because
        assert isinstance(term, t.Not)
        holds = asked.words.text(term.left, asked.here)
        return asked.says("excluded", f"{because}:{holds}" if because else f"属于除外情形:{holds}", [term], written)

    def _not_in_force(self, asked: Asked, found: Finding) -> Explanation:
        rule = asked.rule
        assert rule.in_force is not None
        begun = worded(evaluator(rule.in_force)(asked.env), "date")
        if rule.on is not None and found.arose and worded(found.arose, "date") < begun:
            return asked.says("not_in_force", f"这条规则自{begun}起适用,情形出现在{worded(found.arose, 'date')}", [rule.on])
        if found.done and worded(found.done, "date") < begun:
            return asked.says("not_in_force", f"这条规则自{begun}起适用,{worded(found.done, 'date')}已经办理")
        return asked.says("not_in_force", f"这条规则自{begun}起适用")

    def _no_day(self, asked: Asked, found: Finding) -> Explanation:
        on = asked.rule.on
        assert on is not None
        if found.arose:
            return asked.says("miss", f"{asked.words.valued(on, asked.here)},这一天还没有到", [on])
        return asked.says("miss", f"{_no_choice(asked, on) or f'没有{asked.words.noun(on, asked.here)}'},情形没有出现", [on])

    # -- limits --------------------------------------------------------------------------------------------------------
    def _limit(self, asked: Asked, found: Finding) -> Explanation:
        rule, limit, as_of = asked.rule, asked.rule.rule.limit, asked.env.as_of
        assert limit is not None
        done = next((act.term for act in rule.acts if found.done is not None and found.done in _days(act.term, asked.env)), None)
        acted = f"{asked.words.noun(done, asked.here)}{worded(found.done, 'date')}" if done is not None else ""
        if done is not None and limit.open_only:
            return asked.says("miss", f"{acted},已经办理(这条规则只列至今未办的)", [done])
        if found.due is None:
            return self._no_limit(asked)
        due = worded(found.due, "date")
        read = [x for x in (rule.start, rule.fixed_day, done) if x is not None]
        if done is not None and found.done:
            early = found.due - found.done
            return asked.says(
                "miss", Shortfall(f"{acted},期限{due}届满,{f'提前{early}天' if early else '当日'}办理", Gap(early, "天") if early else None), read
            )
        left = found.due - as_of
        when = f"还差{left}天" if left else "就在今天,明天起才算逾期"
        return asked.says("miss", Shortfall(f"期限{due}届满,{when}", Gap(left, "天") if left else None), read)

    def _no_limit(self, asked: Asked) -> Explanation:
        """Why no limit runs: its day, or its length, is not given."""
        rule = asked.rule
        starts = [x for x in (rule.fixed_day, rule.start) if x is not None]
        if rule.start is not None and evaluator(rule.start)(asked.env) is not None and rule.within is not None:
            return asked.says("miss", "没有适用的期限长度", [rule.start, rule.within], rule.rule.limit.within if rule.rule.limit else "")
        told = dict.fromkeys(_no_choice(asked, x) or f"{asked.words.noun(x, asked.here)}空白" for x in starts)
        return asked.says("miss", f"{','.join(told)},期限没有开始计算", starts)


def _no_choice(asked: Asked, term: t.Term) -> str:
    """Why case(…) leads to no value: its last condition does not hold either; empty for what leads to one, or is none."""
    while isinstance(term, t.Named):
        term = term.body
    if not isinstance(term, t.Call) or term.function != "case" or chosen(term, asked.env) is not None:
        return ""
    last = term.arguments[-2]
    if isinstance(truth_of(evaluator(last)(asked.env)), Unknown):
        return f"日期不详,不能确定是否{asked.words.text(last, asked.here)},当作不成立"
    return asked.shortfalls.of(last, asked.here).text


def the_row(key: dict[str, Any]) -> Narrow:
    """Restricts a query to the row with this key."""

    def narrow(view: View) -> Any:
        return and_(*(view.table.c[name] == value for name, value in key.items()))

    return narrow


def _days(term: t.Term, env: Env) -> list[Any]:
    days = evaluator(term)(env)
    return days if isinstance(days, list) else [days]


def _written(rule: Resolved, term: t.Term) -> str:
    """A condition as the rule file has it."""
    texts = [*rule.rule.when, *(u.condition for u in rule.rule.unless)]
    places = dict(zip(map(id, (*rule.when, *rule.breach)), (*texts, *rule.rule.breach), strict=True))
    return places[id(term)]


# -- finding the record ----------------------------------------------------------------------------------------------------
def stored_key(sheet: Sheet, texts: Sequence[str]) -> dict[str, Any]:
    """The first columns of a key, written in any way, in the form in which the store keeps them. Raises UsageProblem."""
    names = [sheet.by_field[f].name for f in sheet.key_fields]
    if len(texts) > len(names):
        raise UsageProblem(f"“{sheet.name}”由{len(names)}列确定一条记录({'、'.join(names)}),写了{len(texts)}个值:有空格的值请加引号")
    key: dict[str, Any] = {}
    for name, text in zip(sheet.key_fields, texts, strict=False):
        column = sheet.by_field[name]
        try:
            key[name] = formed(parser(column), column)(text)[0] if name in sheet.normalised else parser(column)(text)
        except ValueError as e:
            raise UsageProblem(f"“{column.name}”的值不对:{e}") from None
        if key[name] is None:
            raise UsageProblem(f"“{column.name}”的值是空的:请写出来")
    return key


def keys_of(store: CaseStore, sheet: Sheet, key: dict[str, Any], *, near: bool = False, limit: int = 6) -> list[Row]:
    """Rows, with their key columns alone, in which the columns of `key` are as given; with `near` the first need only contain the text."""
    views = Views(store.catalogue, store.tables)
    table, names = store.tables[sheet.record], views.key_columns(sheet.record)
    first = sheet.key_fields[0]
    matches = [table.c[first].contains(key[first], autoescape=True)] if near else [table.c[name] == value for name, value in key.items()]
    statement = select(*(table.c[n] for n in names)).where(*matches).order_by(*(table.c[f] for f in sheet.key_fields)).limit(limit)
    with store.engine.connect() as connection:
        return [dict(zip(names, found, strict=True)) for found in connection.execute(statement)]
