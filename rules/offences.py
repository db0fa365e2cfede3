"""Offences: their plain names, what a penalty's words point to, and the thresholds for referral (vocabulary/offences.yaml).

Amounts come in fen, numbers in millionths, as the store keeps them; all comparisons are exact integers. A place may set thresholds
of its own (rules/overlay.py): functions that take `local` use those where they bind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).with_name("vocabulary") / "offences.yaml"
_CLASSED = re.compile(r"^(.*?)罪?\((.*)\)$")

LOCAL = "@thresholds"
"""The name under which the parameters of a rule hold the thresholds of its place."""

# What `threshold` answers.
REACHED, BELOW, CLASS_UNKNOWN, UNIT_UNKNOWN, SILENT = "达到", "未达", "类别不明", "单位不明", "不适用"


@dataclass(frozen=True)
class Threshold:
    """One threshold: reached when any of `ways` is. A way maps metric → least value in the metric's own unit."""

    offence: str
    crime_class: str
    start: int
    law: str
    ways: tuple[dict[str, int], ...]
    kind: str  # the kind of unit its quantity is counted in; "" where it has none
    end: int = date.max.toordinal()


Local = Mapping[tuple[str, str], tuple[Threshold, ...]]
"""The thresholds that a place sets, by offence and class; a later version ends the one before it."""
NATIONAL: Local = {}


@dataclass(frozen=True)
class Offences:
    keywords: tuple[tuple[tuple[str, ...], str], ...]
    classes: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    units: dict[str, dict[str, int]]
    thresholds: dict[tuple[str, str], Threshold]


@lru_cache(maxsize=1)
def load_offences() -> Offences:
    """The shipped tables."""
    data = yaml.load(SHIPPED.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    units = data["units"]
    thresholds = [_threshold(entry, units) for entry in data["thresholds"]]
    return Offences(
        tuple((tuple(k["words"]), k["offence"]) for k in data["keywords"]),
        {name: tuple((tuple(c["words"]), c["class"]) for c in found) for name, found in data["classes"].items()},
        units,
        {(x.offence, x.crime_class): x for x in thresholds},
    )


def _threshold(entry: dict[str, Any], units: dict[str, dict[str, int]]) -> Threshold:
    kind, ways = "", []
    for way in entry["reached"]:
        least = {}
        for metric, value in way.items():
            if metric == "quantity":
                number, unit = value.split()
                kind = next(k for k, known in units.items() if unit in known and (unit != "条" or k == "records"))
                least[metric] = int(number) * units[kind][unit] * 1_000_000
            else:
                least[metric] = int(value) * (1_000_000 if metric == "ratio" else 100)
        ways.append(least)
    start: date = entry["from"]
    end = entry.get("until") or date.max
    return Threshold(entry["offence"], entry.get("class", ""), start.toordinal(), entry["law"], tuple(ways), kind, end.toordinal())


def local_thresholds(entries: Iterable[dict[str, Any]]) -> Local:
    """Thresholds of a place from entries as the shipped table has them, with `until`. Raises ValueError that says what is wrong."""
    found: dict[tuple[str, str], tuple[Threshold, ...]] = {}
    for entry in entries:
        for way in entry["reached"]:
            _check_way(way)
        name, crime_class = split(entry["offence"])
        one = _threshold({**entry, "offence": name, "class": entry.get("class") or crime_class}, load_offences().units)
        found[one.offence, one.crime_class] = (*found.get((one.offence, one.crime_class), ()), one)
    return found


def _check_way(way: dict[str, Any]) -> None:
    for metric, value in way.items():
        if metric == "quantity":
            number, _, unit = str(value).partition(" ")
            if not number.isdigit() or not any(unit in known for known in load_offences().units.values()):
                units = "、".join(unit for known in load_offences().units.values() for unit in known)
                raise ValueError(f"quantity 写作“{value}”:应是整数、空格和单位,如 10 人;单位可写 {units}")
        elif metric not in ("amount", "illegal_gain", "ratio"):
            raise ValueError(f"reached 里没有“{metric}”:可写 amount、illegal_gain(元)、ratio(百分比)、quantity")
        elif type(value) is not int:
            raise ValueError(f"{metric} 写作“{value}”:应是整数")


def _binding(key: tuple[str, str], day: int, local: Local) -> Threshold | None:
    """The threshold in force on a day: the place's, else the shipped one."""
    own = next((x for x in reversed(local.get(key, ())) if x.start <= day <= x.end), None)
    of = own or load_offences().thresholds.get(key)
    return of if of is not None and of.start <= day else None


@lru_cache(maxsize=4096)
def split(name: str) -> tuple[str, str]:
    """An offence's plain name (without 罪, spaces and bracket widths) and its class in brackets, "" where there is none."""
    plain = "".join(unicodedata.normalize("NFKC", name).split()).replace("〔", "(").replace("〕", ")")
    plain = plain.removesuffix("罪")
    if match := _CLASSED.match(plain):
        return match[1], match[2]
    return plain, ""


def crime(name: str | None) -> str | None:
    """The plain name of an offence, its class aside."""
    return split(name)[0] if name else None


@lru_cache(maxsize=8192)
def _from_words(violation: str) -> tuple[str, str]:
    for words, offence in load_offences().keywords:
        if any(w in violation for w in words):
            return split(offence)
    return "", ""


def words_of(crimes: Iterable[str]) -> Iterator[str]:
    """The words of 违法行为 that may point to one of some offences (plain names)."""
    yield from (word for words, offence in load_offences().keywords if split(offence)[0] in crimes for word in words)


def _named(offence: str | None, violation: str | None) -> tuple[str, str]:
    return split(offence) if offence else _from_words(violation or "")


def crime_of(offence: str | None, violation: str | None) -> str | None:
    """The offence of a penalty, class aside: 涉嫌罪名, else judged from the words of 违法行为; None where nothing is found."""
    return _named(offence, violation)[0] or None


def _class(name: str, given: str, violation: str | None) -> str | None:
    """The class of an offence; "" where it has none, None where it has classes and none is known."""
    if given:
        return given
    choices = load_offences().classes.get(name)
    if choices is None:
        return ""
    return next((found for words, found in choices if all(w in (violation or "") for w in words)), None)


def crime_with_class(offence: str | None, violation: str | None) -> str | None:
    """Offence and class as one text, e.g. 非法占用农用地(耕地); None where the offence or its class is unknown."""
    name, given = _named(offence, violation)
    found = _class(name, given, violation) if name else None
    return None if found is None else f"{name}({found})" if found else name


def threshold_of(crime_name: str | None, local: Local = NATIONAL, day: int = date.max.toordinal()) -> Threshold | None:
    """The threshold for an offence with its class, as `crime_with_class` writes it; the place's where one binds on the day."""
    if not crime_name:
        return None
    key = split(crime_name)
    return _binding(key, day, local) or load_offences().thresholds.get(key)


def threshold_law(offence: str | None, violation: str | None, *, local: Local = NATIONAL) -> str | None:
    """The id of the article that sets the threshold for a penalty's offence and class."""
    key = split(crime_with_class(offence, violation) or "")
    of = local[key][-1] if key in local else load_offences().thresholds.get(key)
    return of.law if of else None


METRICS = ("amount", "illegal_gain", "quantity", "quantity_unit", "ratio")
"""The columns of a penalty that `metrics` takes, in its order."""


def metrics(
    of: Threshold, amount: int | None, illegal_gain: int | None, quantity: int | None, unit: str | None, ratio: int | None
) -> dict[str, int | None]:
    """The metrics of one penalty in the threshold's units. An absent metric is missing; a quantity whose unit is blank or does
    not fit the threshold's kind is None."""
    found: dict[str, int | None] = {
        name: value for name, value in (("amount", amount), ("illegal_gain", illegal_gain), ("ratio", ratio)) if value is not None
    }  # fmt: skip
    if quantity is not None and of.kind:
        size = load_offences().units[of.kind].get("".join(unicodedata.normalize("NFKC", unit or "").split()))
        found["quantity"] = None if size is None else quantity * size
    return found


def _in_force(name: str, day: int, local: Local) -> bool:
    """Whether some class of the offence has a threshold in force on the day."""
    keys = (*load_offences().thresholds, *local)
    return any(_binding(key, day, local) for key in keys if key[0] == name)


def threshold(
    offence: str | None, violation: str | None, decided_on: int | None, amount: int | None, illegal_gain: int | None,
    quantity: int | None, unit: str | None, ratio: int | None, *, local: Local = NATIONAL,
) -> str:  # fmt: skip
    """Whether a penalty reaches a threshold in force on the day of its decision (310号令第三条): 达到, 未达, 类别不明, 单位不明, 不适用.

    An undated decision is held against every threshold: the day is asked for by the rule.
    """
    name, given = _named(offence, violation)
    found_class = _class(name, given, violation)
    day = decided_on or date.max.toordinal()
    if found_class is None:
        return CLASS_UNKNOWN if _in_force(name, day, local) else SILENT
    of = _binding((name, found_class), day, local)
    if of is None:
        return SILENT
    have = metrics(of, amount, illegal_gain, quantity, unit, ratio)
    answers = [_reached(way, have) for way in of.ways]
    if True in answers:
        return REACHED
    return UNIT_UNKNOWN if None in answers else BELOW


def _reached(way: dict[str, int], have: dict[str, int | None]) -> bool | None:
    """Whether one way is reached; None where only the unit of its quantity keeps it open."""
    open_unit = False
    for metric, least in way.items():
        if metric not in have:
            return False
        value = have[metric]
        if value is None:
            open_unit = True
        elif value < least:
            return False
    return None if open_unit else True
