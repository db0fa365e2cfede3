"""From a finding to a clue: what other programs and readers get (the JSON of `clues list --format json`, and the derivation beside it).

A clue is made timeless, so that it need not be made again every night: `dressed` fills in what depends on the day of looking.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from cases.catalogue import Catalogue
from cases.values import show
from engine.env import Env, truth_of
from engine.evaluate import evaluator
from engine.evidence import MOST, Evidence, Noter, derivation, key_of, noter, start_label, steps_as_json
from engine.facts import Finding
from engine.spelling import spelled
from rules import terms as t
from rules.law import LawBook
from rules.overlay import Localised
from rules.periods import Period, Step, derive, show_day
from rules.resolve import Resolved

POLICY_NOTE = "(工程口径,非法定)"
TODAY = "\ue000"
"""Stands in a timeless clue's sentence for the as-of day; a character of the private use area, which no sheet holds."""
BY_NAME_NOTE = "(证件号缺失,仅按姓名或名称{within}匹配)"


def clue_id(rule: str, record: str, key: tuple[str, ...]) -> str:
    """The stable id of a clue: the same rule and subject have the same id in every scan and store. `key` in normal form."""
    text = "\x1f".join((rule, record, *key))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@lru_cache(maxsize=1 << 12)
def basis(law: LawBook, name: str, day: int) -> dict[str, Any]:
    """An article as a clue names it: with the edition that was in force on a day."""
    found = law.on(name, day)
    return {"id": found.id, "law": found.law, "article": found.article, "edition": found.edition}


def iso(day: int | None) -> str | None:
    return date.fromordinal(day).isoformat() if day else None


def in_words(day: int) -> str:
    """2026年8月25日."""
    d = date.fromordinal(day)
    return f"{d.year}年{d.month}月{d.day}日"


def dressed(clue: dict[str, Any], as_of: int) -> dict[str, Any]:
    """A timeless clue as it stands on a day: with its days so far, the day in its sentence, the end of its derivation."""
    whole = {**clue, "summary": clue["summary"].replace(TODAY, in_words(as_of))}
    if clue["state"] == "overdue":
        days = as_of - date.fromisoformat(clue["arose_on"]).toordinal() + 1
        last = Step(as_of, f"截至 {show_day(as_of)} 尚未办理,线索已存在 {days} 日")
        whole |= {"days": days, "derivation": [*clue["derivation"], *steps_as_json([last])]}
    return whole


def _listed(evidence: Evidence) -> dict[str, Any]:
    """The evidence as a clue carries it, and how many rows were left out of it, if any."""
    return {"evidence": evidence.listed()} | ({"evidence_more": evidence.more} if evidence.more else {})


def _filled(parts: list[tuple[str, str | None]], texts: dict[str, str]) -> str:
    """A rule's message with its {…} filled from ready texts."""
    return "".join(text if name is None else text + texts[name] for text, name in parts)


class ClueMaker:
    """Makes the clues of one rule."""

    def __init__(self, rule: Resolved, catalogue: Catalogue, law: LawBook):
        self.rule, self.catalogue, self.law = rule, catalogue, law
        self._agency = evaluator(rule.agency) if rule.agency is not None else None
        self._law_by = evaluator(rule.law_by) if rule.law_by is not None else None
        self._says = {name: (spelled(term), term.type) for name, term in rule.says.items()}
        self._message = [(text, name) for text, name, _, _ in string.Formatter().parse(rule.rule.says)]
        within = rule.within.walk() if rule.within is not None and isinstance(rule, Localised) else ()
        self._local = [x.name for x in within if isinstance(x, t.Parameter)]
        self._severities = [(evaluator(condition), severity) for condition, severity in rule.severities]
        self._notes = list(self._noters())

    def clue(self, found: Finding, state: str) -> dict[str, Any]:
        """The timeless clue of a finding that was judged overdue, late or a pattern."""
        rule, env = self.rule.rule, found.env
        sheet = self.catalogue.records[rule.subject]
        evidence = self._evidence(found)
        clue = self._head(state, found.arose, env)
        clue["subject"] = {"record": rule.subject, "key": list(key_of(found.row, sheet))}
        clue["id"] = clue_id(rule.id, rule.subject, normal_key(found.row, sheet.key_fields))
        clue["agency"] = self.agency(env)
        clue["due_on"] = iso(found.due) if state != "pattern" else None
        if state == "late":
            clue["days"] = (found.done or 0) - (found.due or 0)
        clue["summary"] = self.summary(env, state, found.done, rule.grade == "policy")
        clue |= _listed(evidence)
        clue["derivation"] = steps_as_json(self.steps(found, state))
        return clue

    def _head(self, state: str, arose: int | None, env: Env) -> dict[str, Any]:
        rule = self.rule.rule
        day = arose or env.as_of
        return {
            "id": "", "rule": rule.id, "title": rule.title, "mechanism": rule.mechanism, "severity": self.severity(env), "state": state,
            "subject": {}, "agency": None, "due_on": None, "arose_on": iso(arose), "days": None,
            "basis": [dict(basis(self.law, name, day)) for name in self.laws(env)], "grade": rule.grade, "summary": "",
            "action": rule.do, "evidence": [], "rebuttals": list(rule.rebuttals), "derivation": [],
        }  # fmt: skip

    def pattern_clue(self, env: Env, arose: int, actor: dict[str, Any], evidence: Evidence, texts: dict[str, str]) -> dict[str, Any]:
        """The clue of a window: its subject is an actor. `actor` has key (as written), normal, by_name, within (district), agency."""
        rule = self.rule.rule
        clue = self._head("pattern", arose, env)
        clue["subject"] = {"record": "actor", "key": [actor["key"]]}
        clue["id"] = clue_id(rule.id, "actor", (actor["normal"],))
        clue["agency"] = actor["agency"]
        within = f"在{actor['within']}辖区内" if actor["within"] else ""
        note = (POLICY_NOTE if rule.grade == "policy" else "") + (BY_NAME_NOTE.format(within=within) if actor["by_name"] else "")
        clue["summary"] = _filled(self._message, {**self._texts(env), **texts}) + note
        clue |= _listed(evidence)
        return clue

    def laws(self, env: Env) -> list[str]:
        """The articles a clue rests on: those of the rule, and the one that the case itself points to."""
        own = self._law_by(env) if self._law_by else None
        return [*([own] if own else []), *self.rule.rule.law]

    def agency(self, env: Env) -> str | None:
        """The body that is supervised."""
        value = self._agency(env) if self._agency else None
        return value if value is None else str(value)

    def severity(self, env: Env) -> str:
        for condition, severity in self._severities:
            if truth_of(condition(env)) is True:
                return severity
        return self.rule.rule.severity

    def _texts(self, env: Env) -> dict[str, str]:
        texts = {}
        for name, (read, kind) in self._says.items():
            value = read(env)
            texts[name] = _worded(value, kind)
        return texts

    def summary(self, env: Env, state: str, done: int | None, policy: bool) -> str:
        """The rule's sentence with the case's words in it."""
        until = f"迟至{in_words(done)}才" if state == "late" and done else f"至{TODAY}仍未"
        texts = {**self._texts(env), "until": until, "as_of": TODAY}
        return _filled(self._message, texts) + (POLICY_NOTE if policy else "")

    def _noters(self) -> Iterator[Noter]:
        """What notes the evidence, in reading order."""
        rule = self.rule
        yield from (noter(term) for term in (rule.start, rule.within, rule.fixed_day, rule.on) if term is not None)
        yield from (noter(act.term, True) for act in rule.acts)
        # What the sentence quotes is evidence too, and is masked as such.
        yield from (noter(term) for term in (*rule.when, *rule.breach, *rule.says.values()))

    def _evidence(self, found: Finding) -> Evidence:
        evidence = Evidence(self.catalogue)
        for note in self._notes:
            note(evidence, found.env)
        return evidence

    def _set_by(self, name: str, period: Period, env: Env) -> str:
        """On what local ground the limit is as long as it is, if a parameter of this length was set by a place."""
        assert isinstance(self.rule, Localised)
        return self.rule.set_by(name, env.day) if self.rule.parameters[name](env.day) == period else ""

    def steps(self, found: Finding, state: str) -> list[Step]:
        """How the limit was counted, down to the day on which the act was done too late; `dressed` ends that of an open one."""
        rule, env = self.rule, found.env
        if state == "pattern":
            return [Step(found.arose, f"情形出现:{show_day(found.arose)}")] if found.arose else []
        steps: list[Step] = []
        if found.start and rule.start is not None and rule.within is not None:
            steps += derivation(rule.start, env, self.catalogue)
            period = evaluator(rule.within)(env)
            assert isinstance(period, Period)
            rolls = found.due != env.specials.get("last_day") or not (rule.rule.limit and rule.rule.limit.ends == "fix")
            label = "(即上面数得的这一日)" if steps else start_label(rule.start, env, found.start, rule.rule.subject, self.catalogue)
            begun, length, *rest = derive(found.start, period, rolls, label)
            local = [Step(None, f"这一期限出自本地规定:{said}") for name in self._local if (said := self._set_by(name, period, env))]
            steps += [begun, length, *local, *rest]
        elif found.due and rule.fixed_day is not None:
            steps += derivation(rule.fixed_day, env, self.catalogue)
            steps.append(Step(found.due, f"期限届满日({'即上面数得的这一日' if steps else '文书载明'},不顺延):{show_day(found.due)}"))
        if state == "late" and found.done and found.due:
            steps.append(Step(found.done, f"办理日:{show_day(found.done)},超过最后合法日 {found.done - found.due} 日"))
        return steps


def _worded(value: Any, kind: str) -> str:
    if value is None:
        return "(空白)"
    if isinstance(value, list):  # no more than is evidence, for what is none is not masked
        more = f"等 {len(value)} 项" if len(value) > MOST else ""
        return "、".join(_worded(v, kind) for v in value[:MOST] if v is not None) + more or "(空白)"
    if isinstance(value, Period):
        return str(value)
    if kind == "date":
        return in_words(value) if value else "日期不详"
    return value if isinstance(value, str) else show(value, kind).removesuffix(".00")


def normal_key(row: dict[str, Any], fields: tuple[str, ...]) -> tuple[str, ...]:
    """The key in the form in which keys are compared, for ids and ordering."""
    return tuple(str(row[f]) for f in fields)
