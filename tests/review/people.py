"""Invented sheets with invented people in every column that may hold one: names of many forms, numbers that fail their checksum."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from cases.catalogue import Column, load_catalogue
from cases.values import normal
from tests.reference.stores import Sheets

GIVEN = "棠琮瑄昳翀玥瑭璟"
SURNAMES = ("张", "刘", "欧阳", "温", "行", "司马", "单")
NAMES = [
    *("阿卜杜热·某买提", "买买提艾力", "卓玛央金", "某依古丽•阿不都", "Roe Jonathan"),
    *(s + a + b for s, (a, b) in itertools.product(SURNAMES, itertools.permutations(GIVEN, 2))),
    *(s + a for s, a in itertools.product(SURNAMES[:2], GIVEN)),
]
BODIES = ("公司", "药店", "商行", "厂")
FORMS = (
    "{}",
    "{}",
    "{}水果店\uff08经营者\uff1a{}\uff09",
    "法定代表人{}",
    "{}",
    "{}等3人",
    "{}1",
    "某棠商行(经营者{})",
    "{}\uff08个体工商户\uff09",
    "{}(在逃)",
)
"""How offices write a name into its cell."""
SUMMONED = 7
"""Every seventh blank cell of a person's column is filled."""


class People:
    """Names and numbers by what they replace, the same person for the same text."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self._given = self._new_names()
        self._blanks = itertools.count()
        self._forms = itertools.cycle(FORMS)
        self._written: dict[str, str] = {}

    def _new_names(self) -> Iterator[str]:
        yield from NAMES
        yield from ("、".join(pair) for pair in itertools.combinations(NAMES, 2))

    def cell(self, column: Column, text: str | None) -> str | None:
        """What stands in a cell of a column now."""
        if column.certificate:
            return self._number(normal(text)) if text else text
        if not column.person or (text and any(word in text for word in BODIES)):
            return text
        if text is None:
            if column.required or next(self._blanks) % SUMMONED:
                return None
            text = f"blank {next(self._blanks)}"
        name = self.names.setdefault(text, "") or next(self._given)
        self.names[text] = name
        written = self._written.setdefault(text, next(self._forms).format(name, name))
        return f"{name}涉嫌合同诈骗案" if column.field == "title" else written

    def _number(self, text: str) -> str:
        # An 18-digit number of region 110101; the last digit is wrong by the checksum's rule for all of them.
        body = f"110101{1960 + len(self.numbers) % 40}0{1 + len(self.numbers) % 9}1{len(self.numbers) % 9}{len(self.numbers) % 1000:03d}"
        return self.numbers.setdefault(text, body + wrong_digit(body))

    def secrets(self) -> set[str]:
        """Every full name of a person and every number."""
        single = {part for name in self.names.values() for part in name.split("、")}
        return single | set(self.numbers.values())


def wrong_digit(body: str) -> str:
    """A last character that the first 17 digits do not have."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    right = "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    return "1" if right != "1" else "2"


def peopled(sheets: Sheets) -> tuple[Sheets, set[str]]:
    """The sheets with people in them, and all that must stand in no masked output."""
    catalogue, people = load_catalogue(), People()
    done: Sheets = {}
    for name, rows in sheets.items():
        columns = {c.name: c for c in catalogue.sheets[name].columns}
        done[name] = [{key: people.cell(columns[key], text) for key, text in row.items()} for row in rows]
    return done, people.secrets()
