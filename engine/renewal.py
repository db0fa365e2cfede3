"""How much of a rule must be judged again: all of it, or only the rows and actors that a change or the passing of time may concern."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel

import cases
import engine
import rules
from cases.catalogue import Catalogue
from engine.changes import Changes, Look
from engine.dossier import companion_need, subject_need
from engine.views import Views
from rules import terms as t
from rules.calendar import load_calendar
from rules.law import LawBook
from rules.lists import lists_of
from rules.offences import LOCAL, load_offences
from rules.overlay import Localised
from rules.resolve import Resolved, ResolvedWindow

MOST = 0.3
"""Where more than this share of a record's rows is concerned, the rule is judged as a whole."""


@dataclass(frozen=True)
class Touched:
    """What must be judged again: rows of the rule's record, or actors of a window rule."""

    rows: frozenset[int] = frozenset()
    actors: frozenset[str] = frozenset()


def must_start_over(rule: Resolved, past: Look, as_of: int) -> bool:
    """Whether a rule that was scanned as of an earlier day must be judged as a whole, though nothing in it has changed."""
    if as_of < past.as_of:
        return True
    if as_of == past.as_of:
        return False
    # A clue of an actor has no row by which it could be told anew.
    asking = _judging(rule) if rule.window is None else (*_judging(rule), *_telling(rule))
    if any(_asks_the_day(term) for term in asking) or any(past.as_of < day <= as_of for day in _turns(rule)):
        return True
    return rule.window is not None and any(_may_lie_ahead(term) for term in _placing(rule.window))


def grows_graver(rule: Resolved) -> bool:
    """Whether clues of the rule change with the day they are looked at, in other words than their count of days."""
    return any(_asks_the_day(term) for term in _telling(rule))


def touched(rule: Resolved, changes: Changes, views: Views, sizes: Mapping[str, int]) -> Touched | None:
    """What the changes concern; None where that is so much, of `sizes` (rows by record), or so hard to tell apart that all must be judged."""
    wanted = subject_need(rule, views)
    companions = [(c, companion_need(c, views)) for c in ((rule.window.beside, rule.window.around) if rule.window else ()) if c is not None]
    read = (below for one in (wanted, *(need for _, need in companions)) for below in one.walk())
    if any(len(changes.changed(one.record, one.fields)) > MOST * sizes[one.record] for one in read):
        return None
    rows = changes.rows(wanted)
    if rule.window is None:
        return Touched(rows) if len(rows) <= MOST * sizes[rule.base_record] else None
    actors = changes.actors(rule.base_record, rows, rule.window.actor.known_by)
    for companion, need in companions:
        role = views.catalogue.records[companion.spec.rows].actors[companion.spec.role]
        named = [c for c in (role.id, role.name) if c]
        actors |= changes.actors(companion.spec.rows, changes.rows(need), named)
    return Touched(actors=actors)


def digests(rules_: Iterable[Resolved], catalogue: Catalogue, law: LawBook) -> dict[str, str]:
    """What each rule's clues depend on beside the records, by rule: its own text, and all that rules share."""
    shared = hashlib.sha256(_program())
    shared.update(repr(sorted(load_calendar().marks.items())).encode())
    for part in (*catalogue.sheets.values(), *law.articles.values()):
        shared.update(part.model_dump_json().encode() if isinstance(part, BaseModel) else repr(part).encode())
    texts = {rule.rule.id: rule.rule.model_dump_json(exclude={"cases"}) + _places(rule) + _lists(rule) for rule in rules_}
    return {name: hashlib.sha256(shared.digest() + text.encode()).hexdigest() for name, text in texts.items()}


@lru_cache(maxsize=1)
def _program() -> bytes:
    """A digest of the program and of the words and tables that rules share: a clue may change where these do."""
    found = hashlib.sha256()
    for room in (cases, rules, engine):
        folder = Path(str(room.__file__)).parent
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".yaml", ".lark") and not {"packs", "documents", "law"} & set(path.relative_to(folder).parts):
                found.update(path.read_bytes())
    return found.digest()


def _lists(rule: Resolved) -> str:
    """The lists of a place's own that the rule reads; those of the program are in its digest."""
    return "".join(repr((name, words)) for name, words in lists_of(rule).items() if name in rule.vocabulary.places)


def _places(rule: Resolved) -> str:
    """The places that set parameters: a clue names them."""
    if not isinstance(rule, Localised):
        return ""
    return repr(sorted((name, since, rule.set_by(name, since.toordinal())) for name, since in rule.sources))


def _telling(rule: Resolved) -> Iterator[t.Term]:
    """The terms that only say how grave a clue is and what is told of it."""
    yield from (condition for condition, _ in rule.severities)
    yield from rule.says.values()
    yield from (term for term in (rule.agency, rule.law_by) if term is not None)


def _judging(rule: Resolved) -> Iterator[t.Term]:
    """The terms that decide whether there is a clue."""
    telling = set(map(id, _telling(rule)))
    yield from (term for term in rule.terms() if id(term) not in telling)
    for companion in (rule.window.beside, rule.window.around) if rule.window else ():
        if companion is not None:
            yield from (*companion.where, companion.day)


def _asks_the_day(term: t.Term) -> bool:
    return any(isinstance(x, t.Special) and x.name == "as_of" for x in term.walk())


def _placing(window: ResolvedWindow) -> Iterator[t.Term]:
    """The days from which records count, of actors who have no row that could be woken on one."""
    yield window.at
    if window.known_on is not None:
        yield window.known_on
    yield from (companion.day for companion in (window.beside, window.around) if companion is not None)


def _may_lie_ahead(term: t.Term) -> bool:
    """Whether a day is none that a column holds (when that comes, its row has changed): one that was counted, or written in the rule."""
    return any(isinstance(x, t.Sum | t.Literal | t.Parameter) or (isinstance(x, t.Call) and x.function in ("roll", "back")) for x in term.walk())


def _turns(rule: Resolved) -> Iterable[int]:
    """The days on which another version of a parameter or threshold, or the rule itself, comes into force."""
    for parameter in rule.parameters.values():
        yield from (since for since, _ in parameter.versions)
    if rule.in_force is not None:
        yield from (x.value for x in rule.in_force.walk() if isinstance(x, t.Literal) and x.type == "date" and isinstance(x.value, int))
    if rule.window is not None and rule.window.spec.total:  # records are summed up to the threshold of the as-of day
        local = rule.parameters[LOCAL](0) if LOCAL in rule.parameters else {}
        for threshold in (*load_offences().thresholds.values(), *(x for some in local.values() for x in some)):
            yield from (threshold.start, threshold.end + 1)
