"""What the columns of a sheet may be called in a header."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from cases.catalogue import Sheet
from cases.reading.source import Cell

_BEHIND = re.compile(r"\([^()]*\)$|[:/,_-]?(?:单位:?)?(?:人民币)?[千万百亿]*元$")
_BEFORE = re.compile(r"^(?:\(\d{1,3}\)|\d{1,3}[.、)_-]|[一二三四五六七八九十]{1,3}[、.])")
_UNSEEN = str.maketrans(dict.fromkeys("\0\x1a\u200b\u200c\u200d\u2060\ufeff"))
ROUND = str.maketrans(dict.fromkeys("【〔[{《<", "(") | dict.fromkeys("】〕]}》>", ")"))

# How a group of a header calls the name and the certificate of whom it is about.
NAME = frozenset(("名称", "姓名", "姓名名称", "单位名称"))
CERTIFICATE = frozenset(("证件号", "证件号码", "身份证号", "身份证号码", "身份证件号", "身份证件号码", "统一社会信用代码", "证照号码"))
_PLAIN = {"姓名名称": NAME, "证件号": CERTIFICATE}
"""Where a sheet is about one person a row, these columns are meant by any of their names."""


def plain(name: Cell) -> str:
    """A header name in the form in which it is compared."""
    return "".join(unicodedata.normalize("NFKC", str(name)).translate(_UNSEEN).split()).strip("*:'\"=") if name is not None else ""


def _known_names(sheet: Sheet) -> dict[str, tuple[str, int]]:
    """Header name → (field, rank); the column's own name ranks before its aliases."""
    known: dict[str, tuple[str, int]] = {}
    for column in sheet.columns:
        for rank, name in enumerate(column.aliases, 1):
            known.setdefault(plain(name), (column.field, rank))
    for column in sheet.columns:
        known[plain(column.name)] = (column.field, 0)
        for word in _PLAIN.get(column.name, ()):
            known.setdefault(word, (column.field, len(column.aliases) + 1))
        for name in (column.name, *column.aliases):
            known.setdefault(sheet.name + plain(name), (column.field, len(column.aliases) + 1))
    # What a header of two rows says with a group, one of one row says in a word: 被处罚人名称, 被处罚人身份证号.
    for actor in sheet.actors.values():
        person = sheet.by_field.get(actor.name)
        for name in (person.name, *person.aliases) if person else ():
            for field, words in ((actor.name, NAME), (actor.id, CERTIFICATE)):
                for word in words:
                    known.setdefault(plain(name) + word, (field, len(sheet.by_field[field].aliases) + 1))
    return known


class Names:
    """The names of a sheet's columns; `exact`: name in plain form → (field, rank)."""

    def __init__(self, sheet: Sheet):
        self.sheet = sheet
        self.exact = _known_names(sheet)
        # A header is looked for among forty rows in many ways: each cell is asked about dozens of times.
        self.bare = lru_cache(maxsize=4096)(self._bare)

    def _bare(self, name: str) -> str:
        """A header name without its number and without what stands behind it (a unit, 必填), where that makes it a known one."""
        bare = name if name in self.exact else name.translate(ROUND)
        while bare not in self.exact:
            shorter = _BEHIND.sub("", bare) if _BEHIND.search(bare) else _BEFORE.sub("", bare)
            if shorter == bare:
                return name
            bare = shorter
        return bare

    def field(self, name: str) -> str:
        """The field whose column a text in plain form names; empty where it names none."""
        return self.exact.get(self.bare(name), ("", 0))[0]

    def is_key(self, name: str) -> bool:
        return self.field(name) in self.sheet.key_fields

    def score(self, names: Sequence[str]) -> int:
        """How many of the sheet's columns some names make known."""
        return len({field for name in names if (field := self.field(name))})
