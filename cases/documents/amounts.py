"""Amounts of money as court papers write them: 1,234.50元, 3.5万元, 人民币贰拾万元整, 四百七十六元, 10，000.00元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_DIGITS = {c: i for i, row in enumerate(("零〇○", "壹一", "贰二两貳弍", "叁三參叄", "肆四", "伍五", "陆六陸", "柒七", "捌八", "玖九")) for c in row}
_UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_TIMES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}

_CHARS = "零〇○壹一贰二两貳弍叁三參叄肆四伍五陆六陸柒七捌八玖九拾十佰百仟千万萬亿億"
AMOUNT = re.compile(
    r"(?<![\d.])(?P<digits>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<times>[十百千]?万|[百千亿])?(?:多|余)?(?:人民币)?[元圆](?![/／每])"
    rf"|(?P<words>[{_CHARS}]{{1,20}})[元圆](?P<jiao>[壹一贰二叁三肆四伍五陆六柒七捌八玖九]角)?(?P<fen>零?[壹一贰二叁三肆四伍五陆六柒七捌八玖九]分)?"
)  # fmt: skip


class Amount(NamedTuple):
    """An amount in yuan and where it stands."""

    start: int
    end: int
    yuan: Decimal


def capitals(text: str) -> Decimal | None:
    """The whole number that Chinese numerals say, formal or not; None where they say none: 贰拾万叁仟, 四百七十六."""
    total, section, digit = 0, 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            total = (total + section + digit) * _LARGE[char] if char in "亿億" else total + (section + digit) * _LARGE[char]
            section = digit = 0
    value = total + section + digit
    return Decimal(value) if value else None


def amounts(text: str, start: int = 0, end: int | None = None) -> Iterator[Amount]:
    """Yield the amounts of money between two offsets of a text, in order."""
    for match in AMOUNT.finditer(text, start, len(text) if end is None else end):
        value = value_of(match)
        if value is not None:
            yield Amount(match.start(), match.end(), value)


def value_of(match: re.Match[str]) -> Decimal | None:
    """The yuan of a match of AMOUNT."""
    if match["digits"]:
        return Decimal(match["digits"].replace(",", "").replace("，", "")) * _TIMES[match["times"] or ""]
    value = capitals(match["words"])
    if value is None:
        return None
    for part, worth in (("jiao", Decimal("0.1")), ("fen", Decimal("0.01"))):
        if match[part]:
            value += _DIGITS[match[part].strip("零角分")] * worth
    return value


def plain(value: Decimal) -> str:
    """Yuan as a cell writes them: without exponent and trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def acceptance_fee(claim: Decimal) -> Decimal:
    """The acceptance fee of a suit over property for a claim, in yuan (诉讼费用交纳办法, art. 13, in force since 2007-04-01)."""
    steps = ((10_000, "0.025", -200), (100_000, "0.02", 300), (200_000, "0.015", 1300), (500_000, "0.01", 3800), (1_000_000, "0.009", 4800),
             (2_000_000, "0.008", 6800), (5_000_000, "0.007", 11800), (10_000_000, "0.006", 21800), (20_000_000, "0.005", 41800))  # fmt: skip
    fee = Decimal(50)
    for above, rate, plus in steps:
        if claim > above:
            fee = claim * Decimal(rate) + plus
    return fee
