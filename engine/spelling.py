"""What terms give in the spelling of the sheets, for sentences that people read."""

from __future__ import annotations

from cases.tables import WRITTEN
from engine.env import once_a_term, row_at
from engine.evaluate import Evaluator, chosen, evaluator, of_each
from engine.sieve import once_a_group
from rules import terms as t


@once_a_term
def spelled(term: t.Term) -> Evaluator:
    """What a term gives, as its sheet spells it: in the form in which codes and names are compared 〔2025〕 is (2025)."""
    if isinstance(term, t.Field):
        name, place = term.name, term.place
        # What the cell holds on the as-of day decides: its spelling is there from the first.
        return lambda env: None if (row := row_at(env, place)) is None else row[name] and (row.get(name + WRITTEN) or row[name])
    if isinstance(term, t.Actor):
        place, names = term.place, term.known_by
        return lambda env: None if (row := row_at(env, place)) is None else next((row.get(n + WRITTEN) or row[n] for n in names if row[n]), None)
    if isinstance(term, t.Defined):
        body, owner = spelled(term.body), term.place
        return lambda env: None if (row := row_at(env, owner)) is None else body(env.beside(row))
    if isinstance(term, t.Named):
        whole = spelled(term.body)
        return lambda env: whole(env.of_subject())
    if isinstance(term, t.Values):
        return once_a_group(term, of_each(term.rows, spelled(term.value)))
    if isinstance(term, t.Call) and term.function in ("first", "case"):
        return lambda env: None if (branch := chosen(term, env)) is None else spelled(branch)(env)
    return evaluator(term)
