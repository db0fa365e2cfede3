"""Causes of action: the list, and finding the cause in the words before 一案.

`causes.csv` holds the names of civil and administrative causes (案由, 类别) of the official lists of 2011 to 2021 with later
additions. A cause that is not listed is read where it ends in 纠纷 or stands after the last party.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib import resources

_LONGEST = 30
_LOOSE = re.compile(r"[^，。、；：:,“”（）()的诉与和因]{2,24}(?:纠纷|争议)$")
_JOINED = re.compile(r"(?:一|二|两|三|四|五|六|七|八|九|十|[十百零一二三四五六七八九\d]{1,4}|系列)(?:宗|件)?案|(?<=纠纷)案(?=[，。])")


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every listed cause."""
    with resources.files(__package__).joinpath("causes.csv").open(encoding="utf-8") as file:
        return frozenset(name for name, _ in list(csv.reader(file))[1:])


def cause_before(text: str, end: int) -> tuple[str, bool]:
    """The cause that ends at an offset, and whether it is listed; ("", False) where none can be read."""
    listed = known()
    for length in range(min(_LONGEST, end), 2, -1):
        if (words := text[end - length : end]) in listed:
            return words, True
    loose = _LOOSE.search(text, max(0, end - _LONGEST), end)
    return (loose[0], False) if loose else ("", False)


def case_word(text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
    """The first 一案 (or 三案, 27案, 系列案) between two offsets."""
    return _JOINED.search(text, start, len(text) if end is None else end)
