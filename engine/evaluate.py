"""Evaluating terms on one subject with its related rows: plain Python, three-valued.

A condition is True, False or Unknown: it compares a day that was reported as done but not dated. Unknown carries the fields
whose day decides. Unknown is not False (it is listed as insufficient) and not True (it is no clue).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from engine import functions
from engine.blocks import notes_spans
from engine.env import UNDATED, Env, Row, Unknown, either, local_thresholds_of, once_a_term, row_at, truth_of, who
from engine.sieve import Sieve, block_by_block, once_a_group
from rules import terms as t
from rules.periods import Period, add, roll

Evaluator = Callable[[Env], Any]


def _reader(place: t.Place) -> Evaluator:
    frame, hops = place.frame, place.hops
    if not hops:
        return lambda env: env.frames[frame]
    return lambda env: row_at(env, place)


@once_a_term
def evaluator(term: t.Term) -> Evaluator:
    """The function that evaluates `term` in an Env."""
    build: Callable[[Any], Evaluator] = _BUILDERS[type(term)]
    return build(term)


def _literal(term: t.Literal) -> Evaluator:
    value = term.value
    return lambda env: value


def _field(term: t.Field) -> Evaluator:
    name, frame = term.name, term.place.frame
    if not term.place.hops:
        return lambda env: env.frames[frame][name]
    place = term.place
    return lambda env: None if (row := row_at(env, place)) is None else row[name]


def _actor(term: t.Actor) -> Evaluator:
    read = _reader(term.place)
    if term.certificate_only:
        return lambda env: None if (row := read(env)) is None else row[term.id]
    return lambda env: None if (row := read(env)) is None else who(row, term)


def _defined(term: t.Defined) -> Evaluator:
    read, body = _reader(term.place), evaluator(term.body)
    key, kept = "·" + term.name, not notes_spans(term)

    def defined(env: Env) -> Any:
        row = read(env)
        if row is None:
            return False if term.type == "bool" else None
        if key in row:
            return row[key]
        value = body(env.beside(row))
        if kept:  # a definition reads its row and what hangs on it, nothing else
            row[key] = value
        return value

    return defined


def _named(term: t.Named) -> Evaluator:
    name, body = term.name, evaluator(term.body)

    def named(env: Env) -> Any:
        if name not in env.cache:
            env.cache[name] = body(env.of_subject())
        return env.cache[name]

    return named


def _special(term: t.Special) -> Evaluator:
    name = term.name
    return lambda env: env.specials.get(name)


def _parameter(term: t.Parameter) -> Evaluator:
    name, scale = term.name, term.scale
    if scale == 1:
        return lambda env: env.parameters[name](env.day)
    return lambda env: env.parameters[name](env.day) * scale


@once_a_term
def sieve(term: t.Term) -> Sieve:
    """How the rows of a set are sifted where there are many."""
    assert isinstance(term, t.Rows)
    return Sieve(term, evaluator)


def _rows(term: t.Rows) -> Evaluator:
    """All rows of the set with the truth value of the filter, False ones left out."""
    read, relation = _reader(term.place), term.relation
    test, sift = evaluator(term.filter) if term.filter is not None else None, sieve(term)

    def rows(env: Env) -> list[tuple[Row, Any]]:
        if (large := sift(env)) is not None:
            return large.select(env).pairs
        owner = read(env)
        found = owner.get(relation) if owner is not None else None
        if not found:
            return []
        related = [found] if isinstance(found, dict) else found
        if test is None:
            return [(row, True) for row in related]
        kept = []
        for row in related:
            env.frames.append(row)
            truth = truth_of(test(env))
            env.frames.pop()
            if truth is not False:
                kept.append((row, truth))
        return kept

    return rows


def _values(term: t.Values) -> Evaluator:
    return once_a_group(term, of_each(term.rows, evaluator(term.value)))


def of_each(rows: t.Rows, value: Evaluator) -> Evaluator:
    """A value of every row of a set that certainly belongs to it."""
    walk, sift = evaluator(rows), sieve(rows)

    def values(env: Env) -> list[Any]:
        found = []
        for row, truth in walk(env) if (large := sift(env)) is None else large.select(env, certain=True).pairs:
            if truth is True:
                env.frames.append(row)
                found.append(value(env))
                env.frames.pop()
        return found

    return values


def _missing(term: t.Missing) -> Evaluator:
    place = term.place
    return lambda env: row_at(env, place) is None


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _compare(term: t.Compare) -> Evaluator:
    left, right, test = evaluator(term.left), evaluator(term.right), _OPERATORS[term.operator]
    unequal = term.operator == "!="
    if term.left.type != "date":

        def compare(env: Env) -> bool:
            a, b = left(env), right(env)
            if a is None or b is None:
                return unequal and a is not b
            return test(a, b)

        return compare

    def compare_days(env: Env) -> bool | Unknown:
        a, b = left(env), right(env)
        if a is None or b is None:
            return unequal and a is not b
        if a == UNDATED or b == UNDATED:
            return Unknown(undated_fields(term.left, env) | undated_fields(term.right, env))
        return test(a, b)

    return compare_days


def _one_of(term: t.OneOf) -> Evaluator:
    left, values = evaluator(term.left), frozenset(term.values)
    return lambda env: left(env) in values


def _contains(term: t.Contains) -> Evaluator:
    left, words = evaluator(term.left), term.words
    if term.at_end:
        return lambda env: bool(text := left(env)) and text.endswith(words)
    return lambda env: bool(text := left(env)) and any(w in text for w in words)


def _given(term: t.Given) -> Evaluator:
    left = evaluator(term.left)
    return lambda env: left(env) is not None


def _undated(term: t.Undated) -> Evaluator:
    left = evaluator(term.left)
    return lambda env: left(env) == UNDATED and left(env) is not None


def _not(term: t.Not) -> Evaluator:
    left = evaluator(term.left)

    def negated(env: Env) -> Any:
        truth = truth_of(left(env))
        return truth if isinstance(truth, Unknown) else not truth

    return negated


def _all(term: t.All) -> Evaluator:
    parts = [evaluator(p) for p in term.parts]

    def every(env: Env) -> Any:
        unknown: frozenset[str] = frozenset()
        for part in parts:
            truth = truth_of(part(env))
            if truth is False:
                return False
            if isinstance(truth, Unknown):
                unknown |= truth.fields
        return Unknown(unknown) if unknown else True

    return every


def _any_of(term: t.AnyOf) -> Evaluator:
    parts = [evaluator(p) for p in term.parts]
    return lambda env: either(part(env) for part in parts)


def _sum(term: t.Sum) -> Evaluator:
    left, right, sign = evaluator(term.left), evaluator(term.right), term.sign

    def total(env: Env) -> Any:
        a = left(env)
        if a is None or (a == UNDATED and term.type == "date"):
            return a
        b = right(env)
        if isinstance(b, Period):
            return add(a, b) if term.type == "date" else a + b
        return None if b is None else a + sign * b

    return total


def _call(term: t.Call) -> Evaluator:
    special = _SPECIAL_CALLS.get(term.function)
    if special is not None:
        return special(term)
    arguments = [evaluator(a) for a in term.arguments]
    function = functions.PLAIN[term.function]
    if term.function in functions.LOCAL:
        return lambda env: function(*(a(env) for a in arguments), local=local_thresholds_of(env))
    plain: Evaluator = lambda env: function(*(a(env) for a in arguments))  # noqa: E731
    if term.function in ("latest", "earliest") and len(arguments) == 1 and isinstance(of := term.arguments[0], t.Values):
        return block_by_block(of, sieve(of.rows), evaluator(of.value), function, plain)
    return plain


def _call_any(term: t.Call) -> Evaluator:
    rows, sift = evaluator(term.arguments[0]), sieve(term.arguments[0])
    return lambda env: either(truth for _, truth in rows(env)) if (large := sift(env)) is None else large.any(env)


def _call_none(term: t.Call) -> Evaluator:
    return _not(t.Not("bool", t.Call("bool", "any", term.arguments)))


def _call_count(term: t.Call) -> Evaluator:
    rows, sift = evaluator(term.arguments[0]), sieve(term.arguments[0])
    return lambda env: sum(truth is True for _, truth in rows(env)) if (large := sift(env)) is None else large.select(env, certain=True).certain


def _call_case(term: t.Call) -> Evaluator:
    parts = [evaluator(a) for a in term.arguments]
    pairs = list(zip(parts[0::2], parts[1::2], strict=False))
    default = parts[-1] if len(parts) % 2 else (lambda env: None)

    def case(env: Env) -> Any:
        for condition, value in pairs:
            if truth_of(condition(env)) is True:
                return value(env)
        return default(env)

    return case


def _call_each(term: t.Call) -> Evaluator:
    """The values whose condition holds, in order."""
    parts = [evaluator(a) for a in term.arguments]
    pairs = list(zip(parts[0::2], parts[1::2], strict=True))
    return lambda env: [value(env) for condition, value in pairs if truth_of(condition(env)) is True]


def _call_first(term: t.Call) -> Evaluator:
    parts = [evaluator(a) for a in term.arguments]

    def first(env: Env) -> Any:
        for part in parts:
            if (value := part(env)) is not None:
                return value
        return None

    return first


def _call_roll(term: t.Call) -> Evaluator:
    day = evaluator(term.arguments[0])

    def rolled(env: Env) -> Any:
        value = day(env)
        return roll(value) if value else value

    return rolled


def _call_between(term: t.Call) -> Evaluator:
    """Days from one date to another as a period; where one is undated it counts as none, and the field is noted."""
    first, last = (evaluator(a) for a in term.arguments)

    def between(env: Env) -> Period:
        a, b = first(env), last(env)
        if a is None or b is None:
            return Period()
        if a == UNDATED or b == UNDATED:
            env.unknown_spans |= undated_fields(term, env)
            return Period()
        return Period(days=max(0, b - a))

    return between


_SPECIAL_CALLS: dict[str, Callable[[t.Call], Evaluator]] = {
    "any": _call_any, "none": _call_none, "count": _call_count, "case": _call_case, "each": _call_each, "first": _call_first,
    "roll": _call_roll, "days_between": _call_between,
}  # fmt: skip

_BUILDERS: dict[type[t.Term], Callable[[Any], Evaluator]] = {
    t.Literal: _literal, t.Field: _field, t.Actor: _actor, t.Defined: _defined, t.Named: _named, t.Special: _special,
    t.Parameter: _parameter, t.Rows: _rows, t.Values: _values, t.Missing: _missing, t.Compare: _compare, t.OneOf: _one_of,
    t.Contains: _contains, t.Given: _given, t.Undated: _undated, t.Not: _not, t.All: _all, t.AnyOf: _any_of, t.Sum: _sum, t.Call: _call,
}  # fmt: skip


def undated_fields(term: t.Term, env: Env) -> frozenset[str]:
    """The date fields below `term` that are undated in this environment (those of sets: of the rows that count)."""
    found: set[str] = set()
    _collect_undated(term, env, found)
    return frozenset(found)


def chosen(term: t.Call, env: Env) -> t.Term | None:
    """The argument that gives first(…) or case(…) its value; None where none does."""
    parts = term.arguments
    if term.function == "first":
        return next((p for p in parts if evaluator(p)(env) is not None), None)
    pairs = zip(parts[0::2], parts[1::2], strict=False)
    return next((value for condition, value in pairs if truth_of(evaluator(condition)(env)) is True), parts[-1] if len(parts) % 2 else None)


def _collect_undated(term: t.Term, env: Env, found: set[str]) -> None:
    if isinstance(term, t.Field):
        if term.type == "date" and evaluator(term)(env) == UNDATED:
            found.add(term.name)
    elif isinstance(term, t.Defined):
        row = row_at(env, term.place)
        if row is not None:
            _collect_undated(term.body, env.beside(row), found)
    elif isinstance(term, t.Values):
        for row, _ in evaluator(term.rows)(env):
            env.frames.append(row)
            _collect_undated(term.value, env, found)
            env.frames.pop()
    elif isinstance(term, t.Rows):
        found.update(*(truth.fields for _, truth in evaluator(term)(env) if isinstance(truth, Unknown)))
    elif isinstance(term, t.Named):
        _collect_undated(term.body, env.of_subject(), found)
    elif isinstance(term, t.Call) and term.function == "each":
        for condition, value in zip(term.arguments[0::2], term.arguments[1::2], strict=True):
            if truth_of(evaluator(condition)(env)) is True:
                _collect_undated(value, env, found)
    elif isinstance(term, t.Call) and term.function in ("first", "case"):
        branch = chosen(term, env)
        if branch is not None:
            _collect_undated(branch, env, found)
    elif not isinstance(term, t.Given | t.Undated):
        for child in term.children():
            _collect_undated(child, env, found)
