"""The candidate query of a rule: SQL that lets every possibly breaching subject through, and few lawful ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from engine.filter import Filter, Sql, cheapest_first
from engine.frames import Source
from engine.views import AS_OF, Narrow, Views
from rules import terms as t
from rules.resolve import Resolved


def _all(filter_: Filter, terms: tuple[t.Term, ...]) -> list[Sql]:
    return [found for term in terms if (found := filter_.sql(term, True, True)) is not None]


def is_settled(term: t.Term, views: Views) -> bool:
    """Whether a condition is left to the query alone: it asks for any row of a wide relation."""
    if not isinstance(term, t.Call) or term.function != "any" or not isinstance(rows := term.arguments[0], t.Rows):
        return False
    return views.catalogue.records[rows.place.record].relations[rows.relation].wide


@dataclass
class _Limit:
    """A limit as SQL sees it: the earliest possible last day, where it is unknown, the acts, and whether those are all."""

    last: Any
    undated: list[Sql]
    acts: list[Sql]
    is_whole: bool


def _limit_of(filter_: Filter, rule: Resolved) -> _Limit | None:
    """The limit of a rule; None where it has none, or SQL cannot tell its last day."""
    start = filter_.edge(rule.start, False) if rule.start is not None else None
    bound = filter_.span(rule.within, False) if rule.within is not None else None
    span = bound if bound is not None else 0
    if rule.fixed_day is not None:
        fixed = filter_.edge(rule.fixed_day, False)
        if fixed is None or (rule.start is not None and start is None):
            return None
        last = fixed if start is None else func.coalesce(fixed, start + span)
    elif start is None:
        return None
    else:
        last = start + span
    undated = filter_.undated(*(term for term in (rule.fixed_day, rule.start, rule.within) if term is not None))
    plain = [filter_.column(act.term) for act in rule.acts if act.condition is None and act.since is None]
    acts = [done for done in plain if done is not None]
    return _Limit(last, undated, acts, len(acts) == len(rule.acts))


def _overdue(limit: _Limit, open_only: bool, early: bool) -> list[Sql]:
    """What time says: no act in time so far, and the earliest possible last day is over (or not, if `early`), or a day is undated."""
    if open_only:
        conditions: list[Sql] = [or_(done.is_(None), done > AS_OF) for done in limit.acts]
        days_open: list[Sql] = []
    else:
        conditions = [or_(done.is_(None), done == 0, done > limit.last, *limit.undated) for done in limit.acts]
        days_open = [done == 0 for done in limit.acts]
    if limit.is_whole and not early:
        conditions.append(or_(limit.last < AS_OF, *limit.undated, *days_open))
    return conditions


def sleepers(rule: Resolved, views: Views, narrow: Narrow | None = None) -> Select[Any] | None:
    """The rows (rid, day) that time alone may make candidates of a limit rule, each on the day at the earliest; None where every row
    that it may concern is a candidate already."""
    source = Source(views, views.of(rule.base_record))
    filter_ = Filter(views, [source.frame()], rule.parameters)
    limit = _limit_of(filter_, rule) if rule.rule.limit is not None else None
    if limit is None or not limit.is_whole:
        return None
    conditions: list[Sql] = [source.view.visible, *_all(filter_, (*rule.when, *rule.breach))]
    conditions += [limit.last >= AS_OF, *(or_(done.is_(None), done > limit.last) for done in limit.acts)]
    conditions = filter_.heaps.spared(source, conditions)
    if narrow is not None:
        conditions.append(narrow(source.view))
    day = filter_.heaps.sooner(source, limit.last + 1, AS_OF + 1).label("day")
    return select(source.view.table.c.rid, day).select_from(source.from_clause()).where(*conditions)


def candidates(
    rule: Resolved, views: Views, columns: list[str], narrow: Narrow | None = None, everything: bool = False, early: bool = False
) -> Select[Any]:  # fmt: skip
    """The candidate query of a rule (not of the window shape): `columns` of every subject that may be in breach or insufficient.

    `narrow` restricts it to some subjects; with `everything` the superset filter is left out (the slow path it is tested against);
    with `early` those are among them that time alone will bring into breach.
    """
    source = Source(views, views.of(rule.base_record))
    conditions: list[Sql] = [source.view.visible]
    filter_ = Filter(views, [source.frame()], rule.parameters)
    conditions += _all(filter_, tuple(term for term in rule.when if is_settled(term, views)))
    if not everything:
        conditions += filter_.heaps.spared(source, _all(filter_, rule.when))
        limit = _limit_of(filter_, rule) if rule.rule.limit is not None else None
        breach = _all(filter_, rule.breach)
        if limit is not None:
            breach += _overdue(limit, rule.rule.limit is not None and rule.rule.limit.open_only, early)
        if rule.on is not None and (day := filter_.column(rule.on)) is not None:
            breach.append(day.is_not(None))
        gaps = [filter_.sql(condition, True, True) for condition, _ in rule.insufficient]
        if breach and all(g is not None for g in gaps):
            found = [g for g in gaps if g is not None]
            ways = [and_(*filter_.heaps.spared(source, way)) for way in (breach, [or_(*found)] if found else []) if way]
            conditions.append(or_(*ways))
    if narrow is not None:
        conditions.append(narrow(source.view))
    return select(*source.view.columns(columns)).select_from(source.from_clause()).where(*cheapest_first(conditions))
