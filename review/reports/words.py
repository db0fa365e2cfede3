"""The words reports use for what the ledger keeps in codes."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from rules.words import STATES

GRADES = {"statutory": "法定期限或条件", "policy": "工程口径,非法定"}
NOTICE = "线索是向有关单位提出的疑问,不是结论;先核对可能的合理解释,再决定怎样办理。"
_DIGITS = "〇一二三四五六七八九"
BODY_UNKNOWN = "(数据中未写)"


def cited(law: dict[str, str]) -> str:
    """A basis as it is cited: 行政强制法第五十三条(2011年版)."""
    edition = law["edition"]
    mark = f"({edition}年版)" if edition.isdigit() else f"({edition})" if edition else ""
    return law["law"] + law["article"] + mark


def in_words(day: dt.date) -> str:
    """A day as 2026年8月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese: 二十一."""
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def file_name(path: str) -> str:
    """The last part of a path, of whatever system it was written on."""
    return re.split(r"[/\\]", path)[-1]


def subject(clue: dict[str, Any]) -> str:
    """What the clue is about, by its key."""
    return " ".join(clue["subject"]["key"])


def term(clue: dict[str, Any]) -> str:
    """How long, in few words: 逾期 120 日; for what has no limit since when: 2026-06-25 出现."""
    if clue["days"] is not None:
        return f"逾期 {clue['days']} 日" + ("才办" if clue["state"] == "late" else "")
    return f"{clue['arose_on']} 出现" if clue["arose_on"] else STATES[clue["state"]]


def display_width(text: str) -> int:
    """How wide a text is set, in Latin characters: a Chinese one takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


_FULL = str.maketrans(",:;?!()", "\uff0c\uff1a\uff1b\uff1f\uff01\uff08\uff09")
_MARK = re.compile("[,:;?!()]")
_DAY = re.compile(r"(?<!\d)(\d{4})-(0[1-9]|1[0-2])-([0-2]\d|3[01])(?!\d)")


def composed(text: str) -> str:
    """A text as official documents set it: days in words, no blanks beside Chinese characters, punctuation of full width."""
    text = _DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", text)
    return full_width("".join(char for i, char in enumerate(text) if char != " " or not _beside(text, i)))


def full_width(text: str) -> str:
    """A text with the punctuation of Chinese documents: full width beside Chinese characters, brackets in pairs; 07:05 stays."""
    done, opened = list(text), list[int]()
    marks = [found.start() for found in _MARK.finditer(text)]
    for i in marks:
        if text[i] == "(":
            opened.append(i)
        elif text[i] == ")" and opened:
            start = opened.pop()
            if _beside(done, start) or _beside(done, i):
                done[start], done[i] = "(".translate(_FULL), ")".translate(_FULL)
    for i in marks:
        if text[i] not in "()" and _beside(done, i):
            done[i] = text[i].translate(_FULL)
    return "".join(done)


def _beside(chars: Sequence[str], i: int) -> bool:
    """Whether a place is beside a wide character."""
    return any(unicodedata.east_asian_width(char) in "WF" for char in (*chars[max(i - 1, 0) : i], *chars[i + 1 : i + 2]))
