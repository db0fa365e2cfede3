"""Where a rule and each of its values come from: shipped with the program, a local rule file, or an overlay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rules.load import PACKS
from rules.overlay import Localised, PlacedThreshold
from rules.resolve import Resolved
from rules.schema import Case

SHIPPED, LOCAL = "随程序", "本地规则"


@dataclass(frozen=True)
class Value:
    """One version of a parameter. `source` is who set it: the program, a local rule, or an overlay with file and line."""

    rule: str
    name: str
    since: str
    value: str
    cite: str
    checked: str
    source: str

    def as_json(self) -> dict[str, Any]:
        return {("from" if key == "since" else key): value for key, value in asdict(self).items()}


def author(rule: Resolved) -> str:
    """Who wrote the rule itself."""
    return SHIPPED if Path(rule.source).is_relative_to(PACKS) else LOCAL


def origin(rule: Resolved) -> str:
    """Who wrote the rule, and which places change what in it, in one line."""
    if not isinstance(rule, Localised):
        return author(rule)
    places: dict[str, list[str]] = {}
    for told in changes(rule):
        places.setdefault(told["place"], []).append(str(told["what"]))
    changed = [f"{place}改 {'、'.join(dict.fromkeys(what))}" for place, what in places.items()]
    return ";".join([author(rule), *changed, *(["现已停用"] if rule.stopped else [])])


def changes(rule: Resolved) -> list[dict[str, Any]]:
    """What overlays change in the rule: place, what, from, until, citation, file and line."""
    return rule.told() if isinstance(rule, Localised) else []


def span(change: dict[str, Any]) -> str:
    """From when until when a change counts; "" for what has no dates."""
    until = f"至{change['until']}止" if change["until"] else ""
    return f"自{change['from']}起{until}" if change["from"] else ""


def local_files(rules: Sequence[Resolved]) -> Iterator[str]:
    """What stands in the files of a place's own, a line a file: its rules, what its overlays change and from when, its lists."""
    yield from (f"{r.source}:规则 {r.rule.id} {r.rule.title}({len(cases(r))} 个用例)" for r in rules if author(r) == LOCAL)
    overlays: dict[str, dict[str, list[str]]] = {}
    for rule in rules:
        told: dict[str, list[str]] = {}
        for change in changes(rule):
            dates = f"({span(change)})" if change["from"] else ""
            told.setdefault(f"{change['file']}:{change['place']}的覆盖文件", []).append(f"{change['what']}{dates}")
        for file, what in told.items():
            overlays.setdefault(file, {}).setdefault("、".join(what), []).append(rule.rule.id)
    for file, changed in overlays.items():
        yield f"{file},改动 " + ";".join(f"{'、'.join(ids)}:{what}" for what, ids in changed.items())
    lists: dict[str, list[str]] = {}
    for name, where, words in ((n, place, r.vocabulary.tables[n]) for r in rules[:1] for n, place in r.vocabulary.places.items()):
        lists.setdefault(where.rpartition(":")[0], []).append(f"@{name}({len(words)} 个词)")
    yield from (f"{file}:清单 {'、'.join(names)}" for file, names in lists.items())


def cases(rule: Resolved) -> list[Case]:
    """The rule's own cases, then those of the overlays that change it."""
    return [*(rule.base.rule.cases if isinstance(rule, Localised) and rule.base else ()), *rule.rule.cases]


def values(rule: Resolved) -> list[Value]:
    """Every version of every parameter, with who set it, and the thresholds that overlays set."""
    sources = rule.sources if isinstance(rule, Localised) else {}
    own = [
        Value(
            rule.rule.id,
            name,
            str(v.since),
            str(v.value),
            v.cite,
            str(v.checked or ""),
            sources.get((name, v.since), author(rule)),
        )
        for name, versions in rule.rule.parameters.items()
        for v in versions
    ]
    return own + [_of_threshold(rule.rule.id, placed) for placed in (rule.thresholds if isinstance(rule, Localised) else ())]


def _of_threshold(rule: str, placed: PlacedThreshold) -> Value:
    of = placed.threshold
    ways = ";或者 ".join("、".join(f"{metric} {least}" for metric, least in way.items()) for way in of.reached)
    return Value(rule, placed.name, str(of.since), ways, of.cite, str(of.checked or ""), placed.by())
