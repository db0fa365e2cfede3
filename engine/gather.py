"""Window rules: the records of one actor at a time, streamed in the order of actors, held against the rule's window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from cases.tables import WRITTEN
from engine.clues import TODAY, ClueMaker
from engine.dossier import Loader, companion_need, starts_of, subject_need
from engine.env import UNDATED, WITHIN, Env, Row, local_thresholds_of, truth_of, who
from engine.evaluate import evaluator
from engine.evidence import MOST, Evidence
from engine.filter import Filter, Sql, cheapest_first
from engine.frames import Source
from engine.judge import Atom, Judge, Pattern
from engine.spelling import spelled
from engine.views import Narrow, Views
from engine.windows import Demand, Member, Outcome, around, sweep
from rules import terms as t
from rules.calendar import LAST_DAY
from rules.offences import metrics, threshold_of
from rules.periods import Period, add, subtract
from rules.resolve import Resolved, ResolvedCompanion, ResolvedWindow

ROWS_AT_ONCE = 1000


@dataclass
class Gathering:
    """What was found for one actor: the fact to be judged, and what a clue is made of."""

    fact: dict[str, Any]
    outcome: Outcome
    rows: list[Row]
    actor: str
    companions: list[Row]

    @property
    def known_as(self) -> str:
        """The actor's certificate number or name, without the district within which the name says who it is."""
        return self.actor.partition(WITHIN)[0]


@dataclass(frozen=True)
class Beside:
    """A row of the other sheet that stands beside an actor's records: its day, from when it was known, the row."""

    day: int
    known: int
    row: Row


class WindowPlan:
    """How the records of one window rule are fetched, grouped and turned into facts."""

    def __init__(self, rule: Resolved, views: Views):
        assert rule.window is not None
        self.rule, self.views, self.window = rule, views, rule.window
        self.need = subject_need(rule, views)
        self.companion = self.window.beside or self.window.around
        if self.companion is not None:
            spec = self.companion.spec
            self.companion_need = companion_need(self.companion, views)
            self.companion_starts = starts_of(self.companion.day, views)
            self.companion_actor = views.catalogue.records[spec.rows].actors[spec.role]
        w = self.window
        self._where = [evaluator(c) for c in w.where]
        self._actor, self._item, self._at = evaluator(w.actor), evaluator(w.item), evaluator(w.at)
        self._known = evaluator(w.known_on) if w.known_on is not None else None
        self._starts = starts_of(w.at, views)
        self._began = _first_given(self._starts)
        self._others = evaluator(w.different_of) if w.different_of is not None else None
        self._with_same = evaluator(w.with_same) if w.with_same is not None else None
        atoms: list[Atom] = [("records", ">=", self.least), ("since", ">", 0)]
        if w.different_least is not None:
            atoms.append(("others", ">=", self._least(w.different_least)))
        self.patterns = [Pattern("pattern", tuple(atoms))]

    @property
    def least(self) -> int:
        """The least number of records that any window of the rule asks for."""
        return self._least(self.window.at_least)

    def _number(self, term: t.Term, day: int) -> int:
        env = Env([], day, self.rule.parameters)
        return int(evaluator(term)(env))

    def _least(self, term: t.Term) -> int:
        """The least number that any version of a parameter asks for; what counts on the day is asked of the gathering (`_demand`)."""
        if isinstance(term, t.Parameter):
            return min(int(value) for _, value in self.rule.parameters[term.name].versions) * term.scale
        return self._number(term, 0)

    # -- the query -----------------------------------------------------------------------------------------------------
    def query(self, columns: list[str], narrow: Narrow | None, everything: bool) -> Select[Any]:
        """Rows that may take part, of actors who have enough of them, in the order of actors."""
        source, conditions, actor = self._rows(everything=True)
        rid = source.view.table.c.rid
        if not everything:
            conditions = [rid.in_(self._enough(narrow))]
        elif narrow is not None:
            conditions.append(narrow(source.view))
        return select(*source.view.columns(columns)).select_from(source.from_clause()).where(*conditions).order_by(actor, rid)

    def _enough(self, narrow: Narrow | None) -> Select[Any]:
        """The rows (rid) that may take part, of actors who have enough of them: counted in one pass, and only what is counted is sorted."""
        source, conditions, actor = self._rows(everything=False, alias=True)
        if narrow is not None:
            conditions.append(narrow(source.view))
        number = func.count().over(partition_by=actor).label("number")
        counted = select(source.view.table.c.rid, number).select_from(source.from_clause()).where(*conditions).subquery()
        return select(counted.c.rid).where(counted.c.number >= self.least)

    def _rows(self, everything: bool, alias: bool = False) -> tuple[Source, list[Sql], Sql]:
        source = Source(self.views, self.views.of(self.rule.base_record, alias=alias))
        filter_ = Filter(self.views, [source.frame()], self.rule.parameters)
        actor = filter_.column(self.window.actor)
        assert actor is not None
        # A bare column would lead SQLite to walk its index and fetch row by row what it must read as a whole anyway.
        actor = func.nullif(actor, "")
        conditions: list[Sql] = [source.view.visible, actor.is_not(None)]
        if not everything:
            asked = [c for term in self.window.where if (c := filter_.sql(term, True, True)) is not None]
            conditions += filter_.heaps.spared(source, asked)
        return source, cheapest_first(conditions), actor

    # -- the actors ----------------------------------------------------------------------------------------------------
    def gatherings(
        self, connection: Connection, loader: Loader, narrow: Narrow | None = None, everything: bool = False
    ) -> Iterator[tuple[int, list[Gathering]]]:
        """Facts in batches, with the number of rows looked at; one gathering for an actor that may qualify."""
        columns = sorted(self.need.fields)
        statement, day = self.query(columns, narrow, everything), {"as_of": loader.as_of}
        batch: list[Row] = []
        with connection.execute(statement, day, execution_options={"yield_per": ROWS_AT_ONCE}) as result:
            rows = (dict(zip(columns, found, strict=True)) for found in result)
            for _, group in groupby(rows, key=lambda row: self._actor(Env([row], loader.as_of))):
                batch += group
                if len(batch) >= ROWS_AT_ONCE:
                    yield len(batch), self._batch(connection, loader, batch)
                    batch = []
        if batch:
            yield len(batch), self._batch(connection, loader, batch)

    def _batch(self, connection: Connection, loader: Loader, rows: list[Row]) -> list[Gathering]:
        loader.attach(connection, rows, self.need)
        kept: dict[str, list[tuple[Row, Env]]] = {}
        for row in rows:
            env = Env([row], loader.as_of, self.rule.parameters)
            if self._has_come(env) and all(truth_of(test(env)) is True for test in self._where):
                kept.setdefault(self._actor(env), []).append((row, env))
        companions = self._companions(connection, loader, kept)
        found = (self._gather(actor, group, companions.get(actor, []), loader.as_of) for actor, group in kept.items())
        return [g for g in found if g is not None]

    def _has_come(self, env: Env) -> bool:
        """A record whose needed day is undated, or lies ahead, takes part in no window."""
        at, known = self._at(env), self._known(env) if self._known is not None else None
        return bool(at) and known != 0 and max(at, known or at) <= env.as_of

    def _members(self, group: list[tuple[Row, Env]]) -> dict[str, list[Member]]:
        """The members of one actor, apart for each value of `with_same`."""
        parts: dict[str, list[Member]] = {}
        for row, env in group:
            at, known = self._at(env), self._known(env) if self._known else None
            others = frozenset(self._different(env))
            same = set(_many(self._with_same(env))) if self._with_same else {""}
            for value in sorted(v for v in same if v is not None):
                sums = self._metrics(row, value, env) if self.window.spec.total else {}
                parts.setdefault(value, []).append(Member(self._item(env), at, max(at, known or at, self._began(env)), others, sums, row))
        return parts

    def _different(self, env: Env) -> list[str]:
        """What a record adds to the different ones that the window asks for."""
        return [x for x in _many(self._others(env)) if x] if self._others else []

    def _metrics(self, row: Row, crime: str, env: Env) -> dict[str, int]:
        of = threshold_of(crime, local_thresholds_of(env), self._at(env))
        have = metrics(of, row["amount"], row["illegal_gain"], row["quantity"], row["quantity_unit"], row["ratio"]) if of else {}
        return {name: value for name, value in have.items() if value}

    def _demand(self, value: str, as_of: int) -> Demand:
        w = self.window
        single: tuple[tuple[str, int], ...] = ()
        if w.spec.total:
            of = threshold_of(value, local_thresholds_of(Env([], as_of, self.rule.parameters)), as_of)
            single = tuple(next(iter(way.items())) for way in of.ways if len(way) == 1) if of else ()
            single = single or (("", 1),)  # an offence without a metric that suffices alone cannot be summed up
        span = evaluator(w.within)(Env([], as_of, self.rule.parameters)).days if w.within is not None else LAST_DAY
        others = self._number(w.different_least, as_of) if w.different_least is not None else 0
        return Demand(span, self._number(w.at_least, as_of), others, single)

    def _gather(self, actor: str, group: list[tuple[Row, Env]], companions: list[Beside], as_of: int) -> Gathering | None:
        best: Gathering | None = None
        for value, members in self._members(group).items():
            outcome, beside = self._outcome(members, self._demand(value, as_of), companions)
            if outcome is None:
                continue
            if best is None:
                fact = {"records": outcome.most, "others": outcome.others}
                best = Gathering(fact, outcome, [m.row for m in outcome.members], actor, beside)
            else:
                best.outcome.arose = min(best.outcome.arose, outcome.arose)
                best.rows += [m.row for m in outcome.members]
                best.companions += beside
                best.fact["records"] = max(best.fact["records"], outcome.most)
                best.fact["others"] = max(best.fact["others"], outcome.others)
        if best is not None:
            begun = evaluator(self.rule.in_force)(Env([], as_of, self.rule.parameters)) if self.rule.in_force is not None else None
            best.fact["since"] = best.outcome.arose - begun + 1 if begun else 1
        return best

    def _outcome(self, members: list[Member], demand: Demand, companions: list[Beside]) -> tuple[Outcome | None, list[Row]]:
        w = self.window
        if w.around is not None:
            anchors = [(c.known, *self._reach(w.around, c.day)) for c in companions]
            found = around(members, anchors, demand.items)
            if found is None:
                return None, []
            arose, taking_part, most, met = found
            return Outcome(arose, taking_part, most, 0), [c.row for c, anchor in zip(companions, anchors, strict=True) if anchor in met]
        if w.beside is not None:
            outcome = _sweep_beside(members, demand, companions)
            latest = max((m.at for m in outcome.members), default=0) if outcome else 0
            return outcome, [c.row for c in companions if c.day < latest]
        return sweep(members, demand), []

    def _reach(self, anchor: ResolvedCompanion, day: int) -> tuple[int, int]:
        return subtract(day, anchor.before or Period()), add(day, anchor.after or Period())

    def _companions(self, connection: Connection, loader: Loader, kept: dict[str, Any]) -> dict[str, list[Beside]]:
        """The dated rows in which the same actors stand, of the other sheet."""
        if self.companion is None or not kept:
            return {}
        c, role = self.companion, self.companion_actor
        view, names = self.views.of(c.spec.rows), sorted(self.companion_need.fields)
        table, found = view.table, dict[str, list[Beside]]()
        where, day_of, began = [evaluator(x) for x in c.where], evaluator(c.day), _first_given(self.companion_starts)
        only_number = self.window.spec.by_certificate or not role.name
        actors = sorted(kept)
        for at in range(0, len(actors), 500):
            some = actors[at : at + 500]
            match: Sql = table.c[role.id].in_(some)
            if not only_number:
                names_alone = {actor.partition(WITHIN)[0] for actor in some}
                match = or_(match, and_(table.c[role.id].is_(None), table.c[role.name].in_(names_alone)))
            result = connection.execute(select(*view.columns(names)).where(match, view.visible), {"as_of": loader.as_of})
            rows = [dict(zip(names, r, strict=True)) for r in result]
            loader.attach(connection, rows, self.companion_need)
            for row in sorted(rows, key=lambda r: [str(r[k]) for k in view.sheet.key_fields]):
                env = Env([row], loader.as_of, self.rule.parameters)
                day = day_of(env) or UNDATED
                if UNDATED < day <= loader.as_of and all(truth_of(test(env)) is True for test in where) and (actor := who(row, role)):
                    found.setdefault(actor, []).append(Beside(day, max(day, began(env)), row))
        return found

    # -- clues ---------------------------------------------------------------------------------------------------------
    def clue(self, gathering: Gathering, maker: ClueMaker, as_of: int) -> dict[str, Any]:
        """The clue of an actor that was judged a pattern."""
        w = self.window
        # A record stands there once for each value that it has in common with others.
        by_row = {id(row): Env([row], as_of, self.rule.parameters) for row in gathering.rows}
        envs, bodies = list(by_row.values()), {row: maker.agency(env) for row, env in by_row.items()}
        evidence = self._evidence(gathering, envs, as_of)
        env = envs[0]
        env.specials["records"] = gathering.fact["records"]
        actor = self._who(gathering, w, as_of, [bodies[id(row)] for row in gathering.rows])
        texts = {"actor": actor["name"], "count": str(len({self._item(e) for e in envs})), "as_of": TODAY}
        told = spelled(w.different_of) if w.different_of is not None else None
        texts["others"] = "、".join(dict.fromkeys(x for e in envs for x in _many(told(e))[:MOST] if x)) if told else ""
        return maker.pattern_clue(env, gathering.outcome.arose, actor, evidence, texts)

    def _evidence(self, gathering: Gathering, envs: list[Env], as_of: int) -> Evidence:
        """What the records that count hold, those of the other sheet beside them, and what the sentence quotes."""
        w, evidence = self.window, Evidence(self.views.catalogue)
        for env in envs:
            for term in (w.item, w.at, w.known_on, w.actor, *w.where, w.different_of, w.with_same):
                if term is not None:
                    evidence.read(term, env)
            _read_late_start(evidence, env, w.at, self._starts)
        if self.companion is not None:
            # As the records, a row stands there once for each group that it is beside.
            for row in {id(row): row for row in gathering.companions}.values():
                env = Env([row], as_of, self.rule.parameters)
                for name in (self.companion_actor.id, self.companion_actor.name):
                    if name:
                        evidence.add(row, self.companion.spec.rows, name)
                for term in (self.companion.day, *self.companion.where):
                    evidence.read(term, env)
                _read_late_start(evidence, env, self.companion.day, self.companion_starts)
        for term in self.rule.says.values():
            evidence.read(term, envs[0])
        return evidence

    def _who(self, gathering: Gathering, w: ResolvedWindow, as_of: int, agencies: list[str | None]) -> dict[str, Any]:
        """The actor as written (the first spelling in order, so that import order does not matter), and the body concerned."""
        term = w.actor
        rows = gathering.rows
        number = min((r.get(term.id + WRITTEN) or r[term.id] for r in rows if r[term.id]), default=None)
        name = min((r.get(term.name + WRITTEN) or r[term.name] for r in rows if term.name and r[term.name]), default="")
        bodies = Counter(a for a in agencies if a)
        agency = min(bodies, key=lambda a: (-bodies[a], a)) if bodies else None
        district = gathering.actor.partition(WITHIN)[2] if number is None else ""
        found = {"key": number or name, "normal": gathering.actor, "by_name": number is None, "within": district}
        return {**found, "name": name or number, "agency": agency}


def _first_given(days: list[t.Term]) -> Callable[[Env], int]:
    """What reads the first of some days that is given (0: none is, or it is not known)."""
    read = [evaluator(day) for day in days]
    return lambda env: next((day for one in read if (day := one(env)) is not None), UNDATED)


def _read_late_start(evidence: Evidence, env: Env, day: t.Term, starts: list[t.Term]) -> None:
    """Note from when a row was known that began after the day by which it is placed: the pattern did not arise before."""
    if _first_given(starts)(env) > evaluator(day)(env):
        for start in starts:
            evidence.read(start, env)


def _sweep_beside(members: list[Member], demand: Demand, companions: list[Beside]) -> Outcome | None:
    """Windows that end after the day of a row beside them; what is known later tells more only where its day is earlier."""
    outcome, earliest, arose = None, LAST_DAY, LAST_DAY
    for c in sorted(companions, key=lambda c: (c.known, c.day)):
        if c.day >= earliest:
            continue
        earliest = c.day
        outcome = sweep(members, demand, c.day.__lt__)
        arose = min(arose, max(c.known, outcome.arose)) if outcome else arose
    return replace(outcome, arose=arose) if outcome else None


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def judged(judge: Judge, number: int, gatherings: list[Gathering]) -> list[Gathering]:
    """Those that the judge calls a pattern."""
    outcomes = judge.judge(number, [g.fact for g in gatherings])
    return [g for g, outcome in zip(gatherings, outcomes, strict=True) if "pattern" in outcome]
