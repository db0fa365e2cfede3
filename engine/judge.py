"""Judging facts with durable_rules: which outcomes of a rule match one flat fact.

The C module is called directly and only in the shape in which it is exact: single patterns, a positive discriminator first,
one flat `$and` of comparisons with constants, int64 or string values, chunk-local ids, an end marker that must come back, and
every matched fact retracted. Any other answer stops the judging of that chunk with EngineFault; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import durable_rules_engine as durable
import orjson

from cases.errors import CluesError

MARK = "t_"
PATTERNS_PER_RULESET = 56  # below the 64 conditions that the engine can hold true at once, the marker included
CHUNK = 500
LONGEST = 2000  # longer texts cannot equal a constant of a rule and are judged as this marker
TOO_LONG = "\u2026"
LIMIT = 2**63 - 1

# (field, operator, constant): = < <= > >= compare, ex and nex ask whether the field is there.
Atom = tuple[str, str, Any]
_OPERATORS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


class EngineFault(CluesError):
    """规则引擎自检未通过:判断结果不可信,本批未输出。请运行 clues doctor。"""


@dataclass(frozen=True)
class Pattern:
    """One outcome of a rule and the atoms that must all hold."""

    outcome: str
    atoms: tuple[Atom, ...]


def holds(atom: Atom, fact: dict[str, Any]) -> bool:
    """The plain evaluator of one atom: the oracle beside the engine. An absent field meets nothing but nex."""
    name, operator, constant = atom
    value = fact.get(name)
    if operator == "nex":
        return value is None
    if value is None:
        return False
    if operator == "ex":
        return True
    if operator == "=":
        return bool(value == constant)
    if operator == "<":
        return bool(value < constant)
    if operator == "<=":
        return bool(value <= constant)
    return bool(value > constant if operator == ">" else value >= constant)


def judge_plainly(patterns: Sequence[Pattern], fact: dict[str, Any]) -> set[str]:
    """The outcomes of one fact, by plain Python."""
    return {p.outcome for p in patterns if all(holds(a, fact) for a in p.atoms)}


def _condition(atom: Atom) -> dict[str, Any]:
    name, operator, constant = atom
    if operator in ("ex", "nex"):
        return {f"${operator}": {name: 1}}
    if operator == "=":
        return {name: constant}
    return {_OPERATORS[operator]: {name: constant}}


class Judge:
    """Rulesets for a list of rules, compiled once: `judge(rule, facts)` gives the outcomes of each fact.

    `rules` are the pattern lists of the rules in order; a rule is named by its place in that list.
    """

    def __init__(self, rules: Sequence[Sequence[Pattern]]):
        self._rules = [list(r) for r in rules]
        self._ruleset: dict[int, int] = {}
        self._outcomes: dict[str, str] = {}
        shard: dict[str, Any] = {}
        members: list[int] = []
        for number, patterns in enumerate(self._rules):
            if len(shard) + len(patterns) > PATTERNS_PER_RULESET:
                self._close(shard, members)
                shard, members = {}, []
            members.append(number)
            for i, pattern in enumerate(patterns):
                name = f"r{number}_{i}"
                self._outcomes[name] = pattern.outcome
                conditions = [{MARK: number + 1}, *map(_condition, pattern.atoms)]
                shard[name] = {"all": [{"m": {"$and": conditions} if len(conditions) > 1 else conditions[0]}]}
        self._close(shard, members)

    _made = 0

    def _close(self, shard: dict[str, Any], members: list[int]) -> None:
        if not members:
            return
        shard = {**shard, "end": {"all": [{"m": {MARK: -1}}]}}
        Judge._made += 1
        try:
            handle = durable.create_ruleset(f"clues{Judge._made}", orjson.dumps(shard).decode())
        except Exception as e:
            raise EngineFault(f"规则引擎不接受规则:{e}。请运行 clues rules check") from e
        for number in members:
            self._ruleset[number] = handle

    def judge(self, rule: int, facts: Sequence[dict[str, Any]]) -> list[set[str]]:
        """The outcomes of each fact under one rule. Raises EngineFault where the engine's answer cannot be trusted."""
        found: list[set[str]] = []
        for at in range(0, len(facts), CHUNK):
            found += self._chunk(rule, facts[at : at + CHUNK])
        return found

    def _chunk(self, rule: int, facts: Sequence[dict[str, Any]]) -> list[set[str]]:
        handle, end = self._ruleset[rule], len(facts)
        batch = [{**_encoded(fact), MARK: rule + 1, "id": i} for i, fact in enumerate(facts)]
        batch.append({MARK: -1, "id": end})
        found: list[set[str]] = [set() for _ in facts]
        seen: set[int] = set()
        try:
            _, offset = durable.assert_facts(handle, orjson.dumps(batch).decode())
            while started := durable.start_action_for_state(handle, offset):
                matched = started[1]
                while matched:
                    ((name, rows),) = orjson.loads(matched).items()
                    for row in rows.values():
                        seen.add(row["id"])
                        if name != "end":
                            found[row["id"]].add(self._outcomes[name])
                    matched = durable.complete_and_start_action(handle, offset)
            for matched_id in sorted(seen):
                durable.retract_facts(handle, orjson.dumps([{"id": matched_id, MARK: 0}]).decode())
        except EngineFault:
            raise
        except Exception as e:
            raise EngineFault(f"规则引擎在判断时出错:{e}。请运行 clues doctor") from e
        if end not in seen:
            raise EngineFault("规则引擎没有走完这一批记录(结束标记未返回)。请运行 clues doctor")
        return found


def _encoded(fact: dict[str, Any]) -> dict[str, Any]:
    """The fact as the engine may have it: no blanks, int64 or short text."""
    encoded: dict[str, Any] = {}
    for name, value in fact.items():
        if value is None:
            continue
        if isinstance(value, str):
            encoded[name] = value if len(value) <= LONGEST else TOO_LONG
        elif isinstance(value, int) and not isinstance(value, bool) and -LIMIT <= value <= LIMIT:
            encoded[name] = value
        else:
            raise EngineFault(f"事实字段 {name} 的值 {value!r} 不是 64 位整数或文字。请报告这条记录")
    return encoded


def self_test(rules: Iterable[Sequence[Pattern]] = ()) -> None:
    """One real match: raises EngineFault where durable_rules is there but does not judge rightly."""
    patterns = [Pattern("hit", (("a", "=", 5), ("b", ">", 0))), Pattern("none", (("c", "nex", None),))]
    answers = Judge([patterns, *rules]).judge(0, [{"a": 5, "b": 1}, {"a": 5, "b": 0, "c": 2}, {"a": 4, "b": 9}])
    if answers != [{"hit", "none"}, set(), {"none"}]:
        raise EngineFault("规则引擎自检得到了错误的结果。请按锁定的版本重新安装 durable-rules")
