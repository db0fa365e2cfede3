"""The types of a cell: what a sheet writes, turned into what the store keeps, and back into text.

  date    ordinal; 0 = done, day unknown          money   fen             number  millionths, rounded down
  bool    0 / 1       code   text without spaces (compared by `normal`)   text    as written; blank is None
Each parser takes a cell (str, or what an Excel cell holds) and gives the value, None for blank; ValueError carries the
reason in Chinese. Money and number are Decimals on the way, never floats.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import partial
from typing import Any

from cases.blanks import BLANKS, MARKS, MASKED, NOBODY
from cases.catalogue import Column
from cases.dates import EXCEL_ZERO, LAST_SERIAL, parse_date, show_date

__all__ = ["Parser", "normal", "parse_bool", "parse_code", "parse_date", "parse_money", "parse_number", "parse_text", "parser", "show"]

Parser = Callable[[Any], Any]

CODE_LENGTH = 120
NAME_LENGTH = 200
TEXT_LENGTH = 100_000
LARGEST = {"金额": Decimal(10) ** 15, "数字": Decimal(10) ** 12}
"""Larger ones are mistakes, and in fen or millionths would not fit a whole number of 64 bits."""

_NO_WIDTH = "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_ZERO = re.compile(f"[\0{_NO_WIDTH}]")
_BRACKETS = str.maketrans(dict.fromkeys("〔[【﹝", "(") | dict.fromkeys("〕]】﹞", ")") | dict.fromkeys(_NO_WIDTH))
_ODD = re.compile(f"[〔〕\\[\\]【】﹝﹞{_NO_WIDTH}]")
_UNSEEN = _NO_WIDTH + "\0\x1a \t\r\n\v\f\x85\xa0\u2028\u2029\u3000"
"""What stands around a cell unseen: white space, characters of no width, the end-of-file mark of old systems."""

_EXCEL_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
NOT_COMPUTED = "#公式"
"""Stands in a cell whose formula was never computed."""
# As Excel shows a long number, and as programs write one that they read as a float: 3.30E+17, 3.3032419900101E17.
_CUT = re.compile(r"^(?:\d\.\d+[eE]\+?\d{1,3}|\d[eE]\+\d{2,3}|\d{16,}\.0+)$", re.MULTILINE)
# A number that a program read as a float, with all of its digits.
_FLOAT = re.compile(r"^\d{1,15}\.0$", re.MULTILINE)
_DITTO = frozenset(("同上", "同前", "〃", "″", '"', "''"))
_LOST = re.compile("\ufffd|锟斤拷")
_EXAMPLE = re.compile(r"[(\uff08\u3010]?(?:填[写表报])?(?:[示样范]?例|例如)(?:[)\uff09\u3011:\uff1a\u3001]|$)")
_YUAN = "(?:人民币|RMB|CNY|¥)?"
_AMOUNT = re.compile(rf"{_YUAN}([-−负(]?){_YUAN}(\d{{1,3}}(?:,\d{{3}})+|\d+)?(\.\d+)?\)?(千|万|十万|百万|千万|亿)?([元圆]?)[整正]?", re.IGNORECASE)
_FOREIGN = re.compile(
    "[A-Z]{0,3}[$€£₩₽฿₫₹]|[千万亿]{0,2}(?:[美欧港日澳加韩]元|美金|[港日韩台]币|英镑|卢布|法郎|USD|EUR|GBP|HKD|JPY|AUD|CAD|KRW|TWD|MOP)|外币",
    re.IGNORECASE,
)
_TIMES = {"千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_PLAIN = re.compile(r"(\d{1,12})\.(\d\d?)", re.ASCII)
# What most codes and names are written in: `normal` is upper case and brackets there, nothing else.
_SIMPLE = re.compile("[0-9A-Za-z()\uff08\uff09〔〕./:·、〇\u4e00-\u9fff\n-]*")
_WIDE = str.maketrans("\uff08\uff09〔〕", "()()")
_MICRO, _CENT = Decimal("0.000001"), Decimal("0.01")


def normal(text: str) -> str:
    """The form in which codes and actors' names are compared: one width, one kind of bracket, upper case, no white space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if _ODD.search(text):
        text = text.translate(_BRACKETS)
    form = "".join(text.upper().split())
    # Capitals that come out in pieces, and accents that stood on a space, are put together: the form of a form is itself.
    return form if unicodedata.is_normalized("NFKC", form) else unicodedata.normalize("NFKC", form)


def pairs(cells: Sequence[Any], column: Column) -> tuple[Sequence[str | None], Sequence[str | None]] | None:
    """The normal forms of the cells of a code or name column, and their spellings where those differ; None where one of them is not as
    simple as most are. One look at a whole column costs a tenth of parsing its cells one by one, to the same effect.
    """
    try:
        text = "\n".join(cells)
    except TypeError:
        return None
    if column.choices or text.count("\n") != len(cells) - 1 or not _SIMPLE.fullmatch(text) or max(map(len, cells)) > _longest(column):
        return None
    form = text.upper().translate(_WIDE)
    forms: Sequence[str | None] = cells if form == text else form.split("\n")
    if not BLANKS[column.type].isdisjoint(forms) or not _DITTO.isdisjoint(forms) or _LOST.search(form):
        return None
    if column.type == "code" and "." in form and (_CUT.search(form) or _FLOAT.search(form)):
        return None
    if (_is_number(column) and (NOBODY.search(form) or MASKED.search(form))) or (column.type == "code" and "例" in form):
        return None
    written = [None] * len(cells) if form == text else [None if a == b else b for a, b in zip(forms, cells, strict=True)]
    return [f or None for f in forms] if "" in cells else forms, written


def _is_number(column: Column) -> bool:
    """Whether a column holds certificate numbers (and not what is masked like them: the addresses that papers print)."""
    return column.certificate and not column.papers


def _longest(column: Column) -> int:
    return CODE_LENGTH if column.type == "code" else NAME_LENGTH


def shorten(raw: object, limit: int = 40) -> str:
    """A value for a message: on one line, not longer than `limit` characters."""
    text = " ".join(str(raw)[: limit * 4].replace("\0", "").split())
    return text if len(text) <= limit else text[:limit] + "…"


def parse_text(raw: object) -> str | None:
    """Text as written, trimmed; without the ="…" or the ' before it by which programs say that Excel shall take it as text. Raises
    ValueError for what refers to another cell, and where characters were lost.
    """
    text = (raw if isinstance(raw, str) else _as_text(raw)).strip()
    if not text.isprintable():
        text = _ZERO.sub("", text).strip(_UNSEEN)
    if text[:2] == '="' and text[2:].endswith('"'):
        text = text[2:-1].strip()
    if text[:1] == "'" and ("'" not in text[1:] or text[1] in "=+-@"):
        text = text[1:].strip()
    if not text:
        return None
    if text[0] == "#":
        _check_error(text)
    if text in _DITTO:
        raise ValueError(f"“{text}”说不清指的是什么(排序、筛选以后会指向别的行):请照写全")
    if not text.isascii() and _LOST.search(text):
        raise ValueError(f"“{shorten(text)}”里有乱码,原来的字已经丢了:请重新导出,或按原件填写")
    if len(text) > TEXT_LENGTH:
        raise ValueError(f"内容太长:{len(text)} 字,最多 {TEXT_LENGTH} 字")
    return text


def _check_error(text: str) -> None:
    if text in _EXCEL_ERRORS:
        raise ValueError(f"单元格是 Excel 的错误值 {text}:请改正公式或填写内容")
    if text == NOT_COMPUTED:
        raise ValueError("单元格是公式,还没有算出结果:请用 Excel 或 WPS 打开工作簿,保存后重新导入")


def _as_text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float):
        return str(int(raw)) if raw == int(raw) and abs(raw) < 1e15 else repr(raw)
    if hasattr(raw, "isoformat"):
        return str(raw.isoformat(" ") if hasattr(raw, "hour") and hasattr(raw, "year") else raw.isoformat()).removesuffix(" 00:00:00")
    return str(raw)


def parse_code(raw: object) -> str | None:
    """A number of a case, document or person as written, without white space; a numeric Excel cell only where no digit is lost."""
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _code_of_number(raw)
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        raise ValueError(f"编号被 Excel 改写成了日期或时间 {_as_text(raw)}:请把该列设为文本格式,按原件重新填写")
    text = parse_text(raw)
    if text is None:
        return None
    if "例" in text and _EXAMPLE.match(text):
        raise ValueError(f"“{shorten(text)}”是填表的示例,不是记录:请删去这一行")
    if not text.isalnum():
        text = "".join((text.strip("'‘’") if text[0] in "'‘’" else text).split())
        if _FLOAT.fullmatch(text):
            return text.removesuffix(".0")
        if _CUT.fullmatch(text):
            raise ValueError(f"“{text}”已被 Excel 等程序当作数改写过,后面的数字丢了:请把该列设为文本格式,按原件重新填写")
    return text or None


def _code_of_number(raw: float) -> str:
    text = str(int(raw)) if math.isfinite(raw) and raw == int(raw) else repr(raw)
    if len(text) > 15 and (isinstance(raw, float) or set(text[15:]) == {"0"}):
        raise ValueError(f"数字 {text[:15]}… 超过 15 位,Excel 已丢掉后面的数字:请把该列设为文本格式,按原件重新填写")
    return text


def _decimal(raw: object, kind: str) -> Decimal | None:
    """The amount a cell says, in the unit 1; `kind` names what is wanted in messages (金额, 数字)."""
    if isinstance(raw, bool):
        raise ValueError(f"“{raw}”不是{kind}")
    if isinstance(raw, (int, float)):
        if not math.isfinite(raw):
            raise ValueError(f"“{raw}”不是{kind}")
        # Excel shows 15 digits: what lies behind them is noise of the binary form.
        amount = Decimal(raw) if isinstance(raw, int) else Decimal(f"{raw:.15g}")
        return _checked(amount, amount < 0, raw, kind)
    text = parse_text(raw)
    if text is None:
        return None
    compact = "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'‘’")
    # A raised or circled digit is no digit of the number: 10² is not 102.
    match = _AMOUNT.fullmatch(compact) if text.isascii() or not any(c.isdigit() and not c.isdecimal() for c in text) else None
    if not match or not (match[2] or match[3]) or (match[5] and kind != "金额"):
        if _CUT.fullmatch(compact):
            raise ValueError(f"“{compact}”是科学计数,数字可能已不全:请写出完整的{kind}")
        if kind == "金额" and foreign_currency(compact):
            raise ValueError(f"“{shorten(text)}”是外币:请折算成人民币,写成元或万元")
        wanted = "如 1234.50、3.5万元" if kind == "金额" else "只写数,单位另填一列"
        raise ValueError(f"“{shorten(text)}”读不成{kind}:{wanted}")
    amount = Decimal((match[2] or "0").replace(",", "") + (match[3] or "")) * _TIMES.get(match[4] or "", 1)
    return _checked(amount, bool(match[1]), shorten(text), kind)


def foreign_currency(text: str) -> str:
    """The first sign or name of a currency other than the yuan in a text; empty where there is none."""
    match = _FOREIGN.search(text)
    return match[0] if match else ""


def _checked(amount: Decimal, negative: bool, raw: object, kind: str) -> Decimal:
    if negative and amount:
        raise ValueError(f"{kind}“{raw}”是负数:{kind}不能为负,请核对")
    if not abs(amount) <= LARGEST[kind]:
        raise ValueError(f"{kind}“{raw}”太大,请核对单位")
    return abs(amount)


def parse_money(raw: object) -> int | None:
    """Fen. Parts of a fen are dropped, so that no threshold is reached by rounding."""
    if type(raw) is str:
        if raw.isdecimal() and len(raw) < 13:
            return int(raw) * 100
        if match := _PLAIN.fullmatch(raw):
            return int(match[1]) * 100 + int(match[2].ljust(2, "0"))
    return fen(_decimal(raw, "金额"))


def fen(amount: Decimal | None) -> int | None:
    """Fen of an amount in yuan, rounded down after the noise of binary numbers behind the sixth decimal is taken off."""
    if amount is None:
        return None
    return int(amount.quantize(_MICRO, ROUND_HALF_EVEN).quantize(_CENT, ROUND_DOWN) * 100)


def parse_number(raw: object) -> int | None:
    """Millionths, rounded down. A per cent sign is taken as written: 12.5% is 12.5."""
    if type(raw) is str:
        if raw.isdecimal() and len(raw) < 13:
            return int(raw) * 1_000_000
        raw = raw.strip()
        raw = raw[:-1] if raw[-1:] in ("%", "％") and len(raw) > 1 else raw
    amount = _decimal(raw, "数字")
    return None if amount is None else int(amount.quantize(_MICRO, ROUND_DOWN) * 1_000_000)


_YES = frozenset(("是", "1", "TRUE", "Y", "YES", "√", "✓", "✔", "1.0"))
_NO = frozenset(("否", "0", "FALSE", "N", "NO", "×", "✗", "✘", "0.0"))


def parse_bool(raw: object) -> int | None:
    """1 for 是, 0 for 否."""
    if isinstance(raw, bool):
        return int(raw)
    text = parse_text(raw)
    if text is None:
        return None
    form = normal(text)
    if form in _YES:
        return 1
    if form in _NO:
        return 0
    raise ValueError(f"“{shorten(text)}”不是“是”或“否”:请填是或否,不清楚的空着")


def _choice(column: Column) -> Parser:
    """The parser of a column with choices: gives the allowed value that the cell or its synonym means."""
    known = {normal(spelling): allowed for allowed, also in column.choices.items() for spelling in (allowed, *also)}
    if column.type == "bool":
        known = dict.fromkeys(_YES, "是") | dict.fromkeys(_NO, "否") | known

    def parse(raw: object) -> str | int | None:
        text = parse_text(raw)
        if text is None:
            return None
        value = known.get(normal(text))
        if value is None and normal(text) in MARKS:
            return None
        if value is None:
            raise ValueError(f"“{shorten(text)}”不在可填的值中:{'、'.join(column.choices)}")
        return int(value == "是") if column.type == "bool" else value

    return parse


PARSERS: dict[str, Parser] = {
    "text": parse_text,
    "date": parse_date,
    "money": parse_money,
    "number": parse_number,
    "bool": parse_bool,
    "code": parse_code,
}


def parser(column: Column, *, times: int = 1, first_day: int = EXCEL_ZERO) -> Parser:
    """Return the parser of a column. `times` is what a bare amount is worth: 10000 where the header says 万元. `first_day` is the
    ordinal from which bare numbers of the workbook count days.
    """
    if column.choices:
        return _choice(column)
    parse = PARSERS[column.type]
    if column.type == "money" and times != 1:
        parse = partial(_scaled, times=times)
    elif column.type == "date" and first_day != EXCEL_ZERO:
        parse = partial(_shifted, days=first_day - EXCEL_ZERO)
    return _or_blank(parse, BLANKS[column.type])


def is_blank(raw: object, column: Column) -> bool:
    """Whether nothing is written in a cell, or what stands for nothing."""
    text = raw.strip(_UNSEEN) if isinstance(raw, str) else raw
    if not isinstance(text, str) or len(text) > CODE_LENGTH:
        return text is None
    form = normal(text)
    return not form or form in BLANKS[column.type] or bool(_is_number(column) and (NOBODY.match(form) or MASKED.search(form)))


def _or_blank(parse: Parser, blanks: frozenset[str]) -> Parser:
    """A parser that takes what stands for blank as blank."""

    def read(raw: object) -> Any:
        if type(raw) is str and len(raw) < 9 and not raw[:1].isdecimal():
            if (form := normal(raw)) in blanks:
                return None
            if form[:1] == "#":
                _check_error(form)
        return parse(raw)

    return read


def formed(parse: Parser, column: Column) -> Parser:
    """Turn the parser of a code, or of a name that actors are known by, into one that gives (normal form, spelling).

    The spelling is None where it is the normal form itself. A certificate number of which a part is hidden has a spelling, but no normal
    form: it says nothing of who it is. Raises ValueError also where the form does not fit its column.
    """
    longest, is_free, is_number = _longest(column), not column.choices, _is_number(column)

    def pair(raw: object) -> tuple[str | None, str | None]:
        if is_free and type(raw) is str and raw.isalnum() and raw.isascii() and len(raw) <= longest:
            upper = raw.upper()
            if upper not in MARKS and not (is_number and (NOBODY.match(upper) or ("XXXX" in upper and MASKED.search(upper)))):
                return upper, None if upper == raw else raw
        written = parse(raw)
        if written is None:
            return None, None
        form = normal(written)
        if max(len(form), len(written)) > longest:
            raise ValueError(f"内容太长:{len(written)} 字,最多 {longest} 字")
        if not form or (is_number and NOBODY.match(form)):
            return None, None
        if is_number and MASKED.search(form):
            return None, written
        return form, None if form == written else written

    return pair


def _scaled(raw: object, times: int) -> int | None:
    """Money under a header that names the unit; a cell that names its own keeps it."""
    amount = _decimal(raw, "金额")
    own_unit = isinstance(raw, str) and any(u in raw for u in "千万亿元圆")
    return fen(amount if own_unit or amount is None else _checked(amount * times, False, raw, "金额"))


def _shifted(raw: object, days: int) -> int | None:
    """A day of a workbook that counts its days from another one."""
    is_serial = isinstance(raw, (int, float)) and not isinstance(raw, bool) and raw < LAST_SERIAL
    return parse_date(raw + days if is_serial else raw)  # type: ignore[operator]


def show(value: int | str | None, kind: str) -> str:
    """The text of a stored value of a column type: ISO date or 日期不详, yuan with two decimals, 是/否; empty for blank."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if kind == "date":
        return show_date(value)
    sign, size = "-" * (value < 0), abs(value)
    if kind == "money":
        return f"{sign}{size // 100}.{size % 100:02d}"
    if kind == "number":
        return sign + f"{size // 1_000_000}.{size % 1_000_000:06d}".rstrip("0").rstrip(".")
    if kind == "bool":
        return "是" if value else "否"
    return str(value)
