"""Number formats of workbooks: what a cell shows beyond the value that the file keeps.

A per cent; digits filled up with zeros; 3.5 shown as 3.5万元 or $3.5; 12 shown as 某罚〔2025〕12号; a month, which is kept as its first day.
Such a cell is read as it shows itself, for that is what the one who filled it in meant.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

from cases.reading.source import Cell
from cases.values import foreign_currency

Teller = Callable[[Cell], Cell]

FAR_EAST_DAYS = frozenset((*range(27, 32), 36, *range(50, 55), 57, 58))
"""The built-in formats of Chinese Excel that show days or months; a file names them by their number alone."""
_FAR_EAST_MONTHS = frozenset((27, 36, 50, 52, 57))

_PASSING = re.compile(r"\[[^\]]*\]|[_*].")  # colours, languages, conditions; what only fills space
_CONDITION = re.compile(r"\[[<>=]")
_QUOTED = re.compile(r'"([^"]*)"|[\\!](.)')
_AROUND = r'((?:"[^"]*"|[\\!].|[^"\\!0#?@.,%])*)'
_PARTS = re.compile(rf"{_AROUND}([0#?][0#?,.]*|General|G/通用格式|@){_AROUND}", re.DOTALL)
_CURRENCY = frozenset(("", "人民币", "RMB", "CNY", "CN", "US", "HK"))
_LOCAL = re.compile(r"\[\$([^\]-]*)-?([^\]]*)\]")  # a currency and its country: [$€-407]; the country alone of a date
_JAPAN = "411"
_FIRST_OWN = 164
"""Formats with lower numbers are built in: they show the currency of the country in which the workbook is opened."""
_TIMES = re.compile("[十百千]?万|亿|[百千]元")


def teller(form: str, number: int = 0) -> Teller | None:
    """What turns a value of a cell into what the cell shows, by its format (and the number of that); None where that is the value."""
    if number not in range(1, _FIRST_OWN) and (sign := _foreign(form)):
        return partial(_in_currency, sign=sign)
    if _CONDITION.search(form):
        return None  # which section a value is shown by hangs on the value
    section = _PASSING.sub("", form.split(";")[0])
    bare = _QUOTED.sub("", section)
    if number in _FAR_EAST_MONTHS or _is_month(bare.lower()):
        return _month
    if "%" in bare:
        return _per_cent
    match = _PARTS.fullmatch(section)
    if not match:
        return None
    before, digits, after = _literal(match[1]), match[2], _literal(match[3])
    if digits == "@":
        return partial(_text, before=before, after=after) if before or after else None
    if _TIMES.match(after):
        # A comma behind the digits divides what is shown by a thousand: then value and unit may well agree, and the value counts.
        return None if digits.endswith(",") else partial(_amount, after=after)
    named = ("".join(c for c in before if c.isalpha()).upper() not in _CURRENCY and "元" not in after) or "号" in after
    if "." not in digits and (named or (len(digits) > 1 and not digits.strip("0") and not before and not after)):
        return partial(_numbered, before=before, width=digits.count("0"), after=after)
    return None


def _foreign(form: str) -> str:
    """The currency in which a format shows amounts, where it is not the yuan; empty where it is, or none is shown."""
    countries = _LOCAL.findall(form)
    shown = re.sub("[_*].", "", _LOCAL.sub(r"\1", form))
    if any("¥" in sign and country.upper().endswith(_JAPAN) for sign, country in countries):
        return "日元"
    return foreign_currency(_QUOTED.sub(lambda match: match[1] or match[2] or "", shown))


def _is_month(bare: str) -> bool:
    return "y" in bare and not {"d", "h", "0", "#"} & set(bare) and "general" not in bare


def _literal(part: str) -> str:
    """The text of a part of a format, without the marks that make it one."""
    return _QUOTED.sub(lambda match: match[1] or match[2] or "", part).strip()


def _is_number(value: Cell) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _month(value: Cell) -> Cell:
    """A day that is shown as a month: the first is what Excel makes of a month that was typed; another one was typed as a day."""
    return f"{value.year}年{value.month}月" if isinstance(value, dt.date) and value.day == 1 else value


def _per_cent(value: Cell) -> Cell:
    return float(f"{value * 100:.15g}") if _is_number(value) else value  # type: ignore[operator]


def _text(value: Cell, before: str, after: str) -> Cell:
    return f"{before}{value}{after}" if isinstance(value, str) else value


def _amount(value: Cell, after: str) -> Cell:
    return f"{value:.15g}{after}" if _is_number(value) else value


def _in_currency(value: Cell, sign: str) -> Cell:
    return f"{value:.15g}{sign}" if _is_number(value) else value


def _numbered(value: Cell, before: str, width: int, after: str) -> Cell:
    return f"{before}{str(int(value)).zfill(width)}{after}" if _is_number(value) and value == value // 1 >= 0 else value  # type: ignore[operator,arg-type]
