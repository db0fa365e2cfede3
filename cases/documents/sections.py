"""Where a court paper's parts stand: head, parties, course of the proceedings, claims, result, foot.

A paper is written in a fixed order, so every value is looked for in its own part only, and never in quoted matter elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cases.documents.casenumbers import CaseNumber, read_numbers
from cases.documents.causes import case_word
from cases.documents.texts import flatten

_PROCEEDS = re.compile(
    r"诉称|(?<!变更)(?<!放弃)(?<!承认)(?<!增加)诉讼请求|向本院(?:提出|提起|申请|起诉)|本院[^。\n]{0,40}(?:受理|立案|审理|审查|组成)|"
    r"不服[^。\n]{0,60}(?:判决|裁定|决定|调解|处罚)|现已审(?:理|查)|提起公诉|"
    r"申请(?:本院)?强制执行|指控|一案|裁定如下|判决如下|决定如下|(?<=[。\n])(?:依照|根据|依据)[《最]|"
    r"本院认为|辩称|起诉(?=[，,。至到来])|(?<=[。\n])\d{4}年\d{1,2}月\d{1,2}日，本院|作出[^。\n]{0,30}(?:决定|"
    r"处罚)|经审(?:理|查)|案由:|关于[^。\n]{2,40}纠纷"
)
_CLAIMS = re.compile(
    r"(?:的)?(?:如下|以下|下列)?诉讼请求(?:为|是|如下|事项)?[:，,]?(?:要求)?|诉称[:，,]?(?=[1一][、.．:])|"
    r"(?:起诉|诉至|诉诸|诉来|告诉来院|来院告诉|告诉至)[^。\n]{0,24}?(?:请求|要求|判令)(?:(?:人民)?(?:法院|"
    r"本院|贵院))?(?:依法)?(?:判令|判决|支持)?[:，]?|"
    r"(?<![\u4e00-\u9fa5]求)请求(?:人民)?(?:法院|本院|贵院)?(?:依法)?(?:判令|判决|判处|责令|裁决|"
    r"确认|支持)(?:被告)?[:，]?|诉请[:，]?|要求判令(?:（变更后）)?[:，]?|诉求[:，]"
)
_FACTS = re.compile(
    r"[。；\n](?:本?案件?(?:相关)?(?:事实|情况)|相关事实|裁判理由|[一二三四]、案件|案由:|(?:原告)?(?:因|"
    r"于\d|在\d)|(?:[一二三四]、)?(?:其|原告)?[^。；\n]{0,8}?(?:事实(?:和|"
    r"与|及|、)?(?:主要)?(?:理由|原由|缘由|依据)|理由)[是为如下:，])|[。\n](?:[^。\n]{0,40}?)(?:辩称|答辩称|答辩状|答辩意见|未(?:作|"
    r"提交|提供|予|进行)?(?:书面)?答辩|未到庭|经审理|审理查明|经本院审理|庭审中|诉讼中|审理中|向本院(?:提交|"
    r"提供)|"
    r"围绕(?:其)?诉讼请求|[^。\n]{0,12}提供的?证据|为(?:支持|证明)|没有(?:提供|提交)?答辩|承认|"
    r"对[^。\n]{0,20}(?:没有|无)异议|本院认为|本院(?:经)?(?:审理|审查)?(?:查明|认定))"
)
_HAS_SUM = re.compile(r"[\d万仟佰拾]元")
_TELLS = re.compile(r"诉称|起诉称|诉请")
_ANSWERS = re.compile(r"辩称|答辩|未到庭|经审理查明|审理查明|向(?:本院|法庭)(?:提交|提供)|为(?:支持|证明)|经合法传唤|经本院")
_ASKS = re.compile(
    r"(?<=[。，；])(?:现|故|特|为此|综上|因此|遂|[^。，；]{0,8}(?:现|故|特))?[^。，；]{0,12}?(?:请求|"
    r"要求|请依法判决)[:，]?(?=[^。]{0,80}(?:被告|\d))"
)
_RESULT = re.compile(
    r"(?:判决|裁定|决定|调解|裁决|协议|支付令|内容|结果)(?:内容)?如下[:;，。]?\n?|如下协议[:;，]?|如下支付令[:;，]?|判决主文[:]?|裁定主文[:]?"
)
_FOOT_ROLE = r"(?:院长|庭长|审判长|执行长|审判员|代理审判员|助理审判员|代审判员|执行员|人民陪审员|独任审判员|独任法官|审判人员|陪审员|法官)"
_FOOT = re.compile(
    rf"(?:(?<=\n)|(?<=[。；;、]))(?:（?此页无正文[^\n]{{0,8}}\n)?{_FOOT_ROLE}[:、]?[\u4e00-\u9fa5A-Za-z·×XＸ*某]{{1,12}}(?=[\n"
    rf"、，。 ]|$|{_FOOT_ROLE}|二|书记)"
)
_FOOT_LOOSE = re.compile(
    rf"{_FOOT_ROLE}[:]?[\u4e00-\u9fa5·×*某]{{2,4}}(?:{_FOOT_ROLE}[:]?[\u4e00-\u9fa5·×*某]{{2,4}})*[、\s]?[二一][〇○零O0Ｏ九][〇"
    rf"○零O0Ｏ一二三四五六七八九]{{2}}年"
)
_ROLE_WORD = re.compile("原告|被告|上诉人|申请|执行人|起诉|本院")
HEAD = 700
COURSE = 1800


@dataclass(slots=True)
class Sections:
    """Offsets into a paper's text; `flat` is the text with one width of digits, letters and colons, character by character.

    head: [0, block); parties: [block, course); course: [course, course_end); claims: [claims, claims_end), empty where none;
    result: [result, foot), foot: [foot, end). `number` is the paper's own case number as printed in its head.
    """

    text: str
    flat: str
    number: CaseNumber | None
    block: int
    course: int
    course_end: int
    claims: int
    claims_end: int
    result: int
    foot: int


def divide(text: str) -> Sections:
    """Divide a cleaned text into its parts."""
    flat = flatten(text)
    number = _own_number(flat)
    block = _block_start(flat, number) if number else 0
    course = _course_start(flat, block)
    result, foot = _result(flat, course)
    course_end = min(len(flat), course + COURSE, result or len(flat))
    claims, claims_end = _claims(flat, course, result or len(flat))
    if claims and course < claims < course_end:
        course_end = max(claims, min(course_end, flat.find("\n", claims) if "\n" in flat[claims:course_end] else claims))
    return Sections(text, flat, number, block, course, course_end, claims, claims_end, result, foot)


def _own_number(flat: str) -> CaseNumber | None:
    """The case number in the head: the first one, before the parties and before any 一案."""
    limit = min(HEAD, len(flat))
    for number in read_numbers(flat, 0, limit):
        before = flat[: number.start]
        line = before.rpartition("\n")[2]
        if re.search(r"不服|一案|本院于|作出的|依据|根据|诉讼请求|诉称", before) or (len(line) > 60 and "书" not in line[-12:]):
            return None
        return number
    return None


def _block_start(flat: str, number: CaseNumber) -> int:
    """Where the parties begin: behind the number, or behind its last repetition where the head is printed twice."""
    at = number.end
    for again in read_numbers(flat, at, at + 120):
        if again.suits == number.suits and not _ROLE_WORD.search(flat, at, again.start):
            at = again.end
    return _line_end(flat, at)


def _line_end(flat: str, at: int) -> int:
    """Where the text after a number begins: past closing marks and the end of the line, if the line ends there."""
    while at < len(flat) and flat[at] in "）)] \n号":
        at += 1
    return at


def _sentence_start(flat: str, at: int, floor: int) -> int:
    """The start of the sentence or line that holds an offset."""
    cut = max(flat.rfind("。", floor, at), flat.rfind("\n", floor, at))
    return cut + 1 if cut >= 0 else floor


def _course_start(flat: str, block: int) -> int:
    """Where the account of the proceedings begins: the sentence of 一案, or of the first word that only it holds."""
    found = [m.start() for m in (case_word(flat, block, block + 6000), _PROCEEDS.search(flat, block, block + 6000)) if m]
    return _sentence_start(flat, min(found), block) if found else min(len(flat), block + 1500)


def _claims(flat: str, course: int, stop: int) -> tuple[int, int]:
    """Where the claims stand: behind the words that open them; else behind the last request of the plaintiff's account."""
    match = _CLAIMS.search(flat, course, stop)
    if match is None or not _HAS_SUM.search(flat, match.end(), min(stop, match.end() + 120)):
        told = _TELLS.search(flat, course, stop)
        until = _ANSWERS.search(flat, told.end(), min(stop, told.end() + 1500)) if told else None
        loose = list(_ASKS.finditer(flat, told.end(), until.start())) if told and until else []
        if loose:
            match = loose[-1]
    if match is None:
        return 0, 0
    end = _FACTS.search(flat, match.end(), min(stop, match.end() + 1500))
    return match.end(), end.start() + 1 if end else min(stop, match.end() + 600)


def _result(flat: str, course: int) -> tuple[int, int]:
    """Where the ruling begins (0: not found) and where the foot begins (the text's end: not found)."""
    result = 0
    for match in _RESULT.finditer(flat, course):
        if flat[match.start() - 2 : match.start()] not in ("原审", "一审"):
            result = match.end()
            foot = _FOOT.search(flat, result)
            if foot and foot.start() - result < 6000:
                later = _RESULT.search(flat, result, foot.start())
                if later is None:
                    return result, foot.start()
    foot = _FOOT.search(flat, max(result, course)) or _FOOT_LOOSE.search(flat, max(result, course))
    return result, foot.start() if foot else len(flat)
