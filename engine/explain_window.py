"""Why a record is, or is not, part of a window: its own conditions first, then what its actor's records still lack together.

What they lack is found by asking the same plan with a smaller demand: one record is enough, any others will do, no sum, no companion.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from engine.clues import dressed
from engine.dossier import Loader
from engine.env import Env, Row, Unknown, local_thresholds_of, truth_of
from engine.evaluate import evaluator
from engine.explanation import Asked, Explanation
from engine.filter import Filter
from engine.frames import Source
from engine.gather import Gathering, WindowPlan
from engine.scan import Scanner
from engine.shortfall import Gap, Shortfall, way_said
from engine.views import Narrow, View
from engine.wording import Here, worded
from rules import terms as t
from rules.calendar import LAST_DAY
from rules.offences import METRICS, metrics, threshold_of
from rules.resolve import Resolved, ResolvedCompanion, ResolvedWindow

ONE = t.Literal("count", 1)


def explain_window(scanner: Scanner, number: int, connection: Connection, asked: Asked) -> Explanation:
    """What a window rule makes of one record of its rows."""
    rule, as_of, w = asked.rule, asked.env.as_of, _window(asked.rule)
    told = _left_out(asked, w)
    actor = evaluator(w.actor)(asked.env)
    if actor is None:
        return told or asked.says("miss", f"{_who(w, asked)}空白或者不足以辨认,无法归拢", [w.actor])
    narrow = _of_actor(scanner, rule, actor)
    gathering = _gathered(scanner, rule, connection, as_of, narrow)
    own = gathering is not None and any(_same(row, asked.row, scanner, rule) for row in gathering.rows)
    judged = list(scanner.judge_rule(connection, number, as_of, narrow, everything=True))
    clue = next((clue for batch in judged for _, clue in batch.clues), None)
    if clue is not None and own:
        clue = dressed(clue, as_of)
        return Explanation(rule, "hit", clue["summary"], clue["subject"], evidence=clue["evidence"], clue=clue)
    if told is None and gathering is not None and rule.in_force is not None and gathering.fact["since"] <= 0:
        begun, arose = evaluator(rule.in_force)(asked.env), gathering.outcome.arose
        return asked.says("not_in_force", f"这条规则自{worded(begun, 'date')}起适用,情形出现在{worded(arose, 'date')}")
    if told is None and gathering is not None and not own:
        told = asked.says("miss", f"同一主体的另外{len(gathering.rows)}条记录符合,这条记录不在那一段时间或者那一组之内", [w.at])
    if told is None:
        told = asked.says("miss", _lacking(scanner, asked, connection, narrow), [w.actor, w.item, w.at])
    elif clue is not None:
        told.reason += f"(同一主体凭其他记录已是线索{clue['id']})"
    return told


def _window(rule: Resolved) -> ResolvedWindow:
    assert rule.window is not None
    return rule.window


def _left_out(asked: Asked, w: ResolvedWindow) -> Explanation | None:
    """Why the record itself is not counted; None where it is."""
    for term, text in zip(w.where, w.spec.where, strict=True):
        truth = truth_of(evaluator(term)(asked.env))
        if isinstance(truth, Unknown):
            return asked.says("miss", f"这条记录不计入:日期不详,不能确定是否{asked.words.text(term, asked.here)}", [term], text)
        if truth is False:
            lack = asked.shortfalls.of(term, asked.here)
            return asked.says("miss", Shortfall(f"这条记录不计入:{lack.text}", lack.gap), [term], text)
    at, known = (evaluator(term)(asked.env) if term is not None else None for term in (w.at, w.known_on))
    if not at:
        return asked.says("miss", f"这条记录不计入:{asked.words.valued(w.at, asked.here)}", [w.at])
    if w.known_on is not None and known == 0:
        return asked.says("miss", f"这条记录不计入:{asked.words.valued(w.known_on, asked.here)}", [w.known_on])
    if (ahead := w.at if at > asked.env.as_of else w.known_on) is not None and max(at, known or at) > asked.env.as_of:
        return asked.says("miss", f"这条记录不计入:{asked.words.valued(ahead, asked.here)},这一天还没有到", [ahead])
    if w.with_same is not None and not [v for v in _many(evaluator(w.with_same)(asked.env)) if v is not None]:
        of = w.with_same.rows if isinstance(w.with_same, t.Values) else w.with_same
        return asked.says("miss", f"这条记录不计入:没有{asked.words.noun(of, asked.here)}", [w.with_same])
    return None


def _who(w: ResolvedWindow, asked: Asked) -> str:
    names = (w.actor.id,) if w.actor.certificate_only or not w.actor.name else (w.actor.id, w.actor.name)
    return "、".join(asked.words.column(w.actor.place.record, n, asked.rule.base_record) for n in names)


def _of_actor(scanner: Scanner, rule: Resolved, actor: str) -> Narrow:
    def narrow(view: View) -> Any:
        column = Filter(scanner.views, [Source(scanner.views, view).frame()], rule.parameters).column(_window(rule).actor)
        assert column is not None
        return column == actor

    return narrow


def _gathered(scanner: Scanner, rule: Resolved, connection: Connection, as_of: int, narrow: Narrow) -> Gathering | None:
    """What the actor's records come to under a rule, or under one with a smaller demand."""
    plan = WindowPlan(rule, scanner.views)
    found = list(plan.gatherings(connection, Loader(scanner.views, as_of), narrow, everything=True))
    return next((g for _, gatherings in found for g in gatherings), None)


def _same(row: Row, other: Row, scanner: Scanner, rule: Resolved) -> bool:
    return all(row[name] == other[name] for name in scanner.views.catalogue.records[rule.base_record].key_fields)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# -- what is lacking -------------------------------------------------------------------------------------------------------
def _lacking(scanner: Scanner, asked: Asked, connection: Connection, narrow: Narrow) -> Shortfall:
    """The first demand that the records of the actor do not meet, and by how much."""
    rule, as_of, w = asked.rule, asked.env.as_of, _window(asked.rule)

    def under(**demand: Any) -> Gathering | None:
        lighter = replace(w, spec=w.spec.model_copy(update={"total": ""}), different_least=None, beside=None, **demand)
        return _gathered(scanner, replace(rule, window=lighter), connection, as_of, narrow)

    least = evaluator(w.at_least)(asked.env)
    span = f"{evaluator(w.within)(asked.env)}内" if w.within is not None else ""
    single = under(at_least=ONE)
    if single is None:
        assert w.around is not None, "without an anchor a record that is counted is one"
        return Shortfall(f"同一主体在这些记录前后没有{_companion(asked, w.around)}")
    if (most := single.fact["records"]) < least:
        return Shortfall(f"同一主体{span}最多{most}件,还差{least - most}件才到{least}件", Gap(least - most, "件"))
    enough = under()
    assert enough is not None
    others = evaluator(w.different_least)(asked.env) if w.different_least is not None else 0
    if (seen := enough.fact["others"]) < others:
        return Shortfall(f"同一主体{span}有{most}件,只涉及{seen}人,还差{others - seen}人才到{others}人", Gap(others - seen, "人"))
    if w.spec.total:
        return _total(asked, enough, span)
    companion = f"此前没有{_companion(asked, w.beside)}" if w.beside is not None else "合在一起仍不符合"
    return Shortfall(f"同一主体{span}有{most}件,但{companion}")


def _companion(asked: Asked, companion: ResolvedCompanion) -> str:
    there = Here(Env([], asked.env.as_of, asked.rule.parameters), companion.spec.rows)
    conditions = "且".join(asked.words.text(x, there) for x in companion.where)
    return f"{asked.words.sheet(companion.spec.rows)}记录" + (f"符合“{conditions}”" if conditions else "")


def _total(asked: Asked, gathering: Gathering, span: str) -> Shortfall:
    """How far the records of the same kind are, summed up, from a threshold that one number alone can reach."""
    w, env = _window(asked.rule), asked.env
    assert w.with_same is not None, "what is summed up is summed up by offence"
    kind, days = evaluator(w.with_same)(env), evaluator(w.within)(env).days if w.within is not None else LAST_DAY
    of = threshold_of(kind, local_thresholds_of(env), env.as_of)
    ways = [(metric, least) for way in of.ways if len(way) == 1 for metric, least in way.items()] if of else []
    if of is None or not ways:
        return Shortfall(f"“{kind}”没有可以累加的追诉标准")
    envs = [Env([row], env.as_of, asked.rule.parameters) for row in gathering.rows]
    dated = [(evaluator(w.at)(e), metrics(of, *(e.frames[0][m] for m in METRICS))) for e in envs if evaluator(w.with_same)(e) == kind]
    said, gaps = [], []
    for metric, least in ways:
        summed = max(sum(have.get(metric) or 0 for at, have in dated if last - days <= at <= last) for last, _ in dated)
        text, gap = way_said(of, metric, summed, least, asked.words.column(asked.rule.base_record, metric, asked.rule.base_record))
        said.append(text)
        gaps.append(gap)
    return Shortfall(f"同一主体{span}合计未达到“{kind}”的追诉标准:" + ";".join(said), gaps[0])
