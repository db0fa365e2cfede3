"""Case numbers of courts, in every spelling that papers and sites use.

New style, from 2016: （2019）京0491民初2138号, year + court code + type + number. Old style: （2014）沈中行终字第442号. The year
stands in any brackets, in one, or in none; zeros may be letters; the province may be missing; joined suits are written as
lists and ranges; 号之一 and -1号 count the papers of one suit. `read_numbers` gives the suits, each in one spelling:
（year）code type number 号, zeros of the number as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cases.documents.texts import flatten

PROVINCES = "京津冀晋蒙内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕甘青宁新兵军"
MOST_JOINED = 300
"""More suits than this in one number are a misprint, not a series."""

_ZERO = str.maketrans(dict.fromkeys("OoΟОＯｏ〇○◯零", "0") | dict.fromkeys("lI｜", "1") | dict(zip("一二三四五六七八九", "123456789", strict=True)))
_OPEN, _CLOSE = r"[（(〔\[［﹝【{｛〈<＜]", r"[）)〕\]］﹞】}｝〉>＞]"
_YEAR = r"(?:[12一二][0-9OoΟОＯｏ〇○◯零lI一二三四五六七八九]{3})"
_DASH = r"(?:[-－—–―~～﹣至到]|──|--)"
_HEAD = rf"{_OPEN}?\s*(?P<year>{_YEAR})\s*年?(?:{_CLOSE}|(?<={_OPEN}....))?"
# The type of a new-style number ends in one of these; what stands before is the court.
_NEW = (
    rf"(?P<court>最高法(?:知)?|[{PROVINCES}]\d{{0,4}}|\d{{2,4}}(?=[刑民行执赔破清司认财证委强]))"
    r"(?P<type>(?:刑|民|行|执|赔|法赔|委赔|司救|司惩|认|协外|财保|证保|破|清|强清|区|请|协|引|诉前)(?:(?![字第])[\u4e00-\u9fa5]){0,4}"
    r"|(?<=\d\d)初|商初|知初)"
)
_OLD = r"(?P<body>[\u4e00-\u9fa5（）()〔〕X×*]{1,18}?字)第?"
_DIGITS = rf"\d{{1,9}}(?:\s*(?:{_DASH}|[、,，和及]第?|号[、,，和及]第?)\s*\d{{1,9}})*"
_TAIL = r"(?:号|�|(?=\s|$))(?P<sub>之[一二三四五六七八九十\d]{1,3})?"
NUMBER = re.compile(rf"{_HEAD}\s*(?:{_NEW}\s*(?:字?第)?|{_OLD})\s*(?P<digits>{_DIGITS}){_TAIL}")
_PIECE = re.compile(rf"(?P<from>\d+)(?:\s*{_DASH}\s*(?P<to>\d+))?")
_BRACKET = re.compile("[（）()〔〕]")


@dataclass(slots=True)
class CaseNumber:
    """A case number as printed: the suits it names, and what is odd in it.

    `suits`: each suit in one spelling; `court`: the court part (京0491; 沈中 in the old style); `type`: 民初, 行终…; `year`;
    `sub`: 之一 or -1, where the paper is one of several of the suit; `odd`: remarks in Chinese.
    """

    start: int
    end: int
    written: str
    year: int
    court: str
    type: str
    suits: list[str]
    sub: str = ""
    old: bool = False
    odd: list[str] = field(default_factory=list)


def read_numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[CaseNumber]:
    """Yield the case numbers between two offsets of a text, in order. Numbers of agencies' documents are not among them."""
    flat = flatten(text[start:end])
    for match in NUMBER.finditer(flat):
        found = _understand(match, start)
        if found:
            yield found


def first_number(text: str, start: int = 0, end: int | None = None) -> CaseNumber | None:
    """The first case number between two offsets, or None."""
    return next(read_numbers(text, start, end), None)


_OLD_TYPE = re.compile(r"(?P<type>(?:刑|民|行|执|商|知|经|破|法赔|委赔|赔|立|审监|督|催|非诉|司惩|司救|保)[\u4e00-\u9fa5]{0,6})字$")
_COURT_WORDS = re.compile(r"初|终|再|审|执|申|抗|监|提|督|催|特|破|清|保|辖|赔|复|恢|异|裁|仲|强|认|更|他|请|令|清算|刑|民|行|商|知")

_AGENCY_WORDS = re.compile("[罚征处决催告]")


def _understand(match: re.Match[str], offset: int) -> CaseNumber | None:
    odd: list[str] = []
    year_text = match["year"]
    year = int(year_text.translate(_ZERO))
    if not 1949 <= year <= 2100:
        return None
    if not year_text.isdecimal():
        odd.append(f"案号中的年份写作“{year_text}”")
    if match["court"] and not (match["court"][-1].isalpha() and "字" in match[0]):
        court, kind, old = match["court"], match["type"], False
        if court[0].isdigit():
            odd.append("案号缺省份简称")
        if kind == "初":
            kind = "民初"
            odd.append("案号缺案件类型")
        prefix = f"（{year}）{court}{kind}"
    else:
        body = match["body"] or f"{match['court']}{match['type']}字"
        bare = _BRACKET.sub("", body)
        typed = _OLD_TYPE.search(bare)
        if typed is None or _AGENCY_WORDS.search(typed["type"]) or (not _COURT_WORDS.search(typed["type"], 1) and typed["type"] != "执"):
            return None
        court, kind, old = bare[: typed.start()], typed["type"], True
        prefix = f"（{year}）{body}第"
    suits, sub = _suits(prefix, match["digits"], odd)
    if not suits:
        return None
    return CaseNumber(offset + match.start(), offset + match.end(), match[0].strip(), year, court, kind, suits, match["sub"] or sub, old, odd)


def _suits(prefix: str, digits: str, odd: list[str]) -> tuple[list[str], str]:
    """The suits that the digits of a number name, in order, and the count of the paper (-1)."""
    found: list[str] = []
    sub = ""
    for piece in _PIECE.finditer(digits):
        first, last = piece["from"], piece["to"]
        if last and len(last) < len(first):
            whole = first[: len(first) - len(last)] + last
            if len(last) == 1 or int(whole) <= int(first):
                sub, last = f"-{last}", None  # 345-1号: the first further paper of suit 345
            else:
                last = whole
        elif last and int(last) <= int(first):
            sub, last = f"-{last}", None
        if last and int(last) - int(first) >= MOST_JOINED:
            odd.append(f"案号“{digits}”的起止相差过大,只取第一件")
            last = None
        if last and len(first) <= 2 and len(last) == len(first) and int(last) - int(first) <= 9:
            odd.append(f"案号“{digits}”是连号还是同案的另一文书,看不出来,按连号读")
        width = len(first)
        for n in range(int(first), int(last or first) + 1):
            suit = f"{prefix}{n:0{width}d}号"
            if suit not in found:
                found.append(suit)
    return found[:MOST_JOINED], sub


def with_province(number: CaseNumber, province: str) -> CaseNumber:
    """The number with the missing first character of its court code put in."""
    if not province or not number.court or not number.court[0].isdigit():
        return number
    number.suits = [s.replace("）", f"）{province}", 1) for s in number.suits]
    number.court = province + number.court
    return number
