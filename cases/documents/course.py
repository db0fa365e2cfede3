"""The course of the proceedings: procedure, filing and hearing days, default, joined hearing, what was claimed."""

from __future__ import annotations

import datetime as dt
import re

from cases.documents.casenumbers import first_number
from cases.documents.days import Mention, days
from cases.documents.paper import HIGH, MIDDLE, UNDATED, Extraction, Sureness, Value
from cases.documents.parties import RESPONDENTS
from cases.documents.sections import COURSE, Sections

_PROCEDURES = (
    (
        "小额诉讼",
        re.compile(
            r"适用[^。；\n]{0,12}小额(?:诉讼)?(?:的)?[^。；\n]{0,6}程序|适用[^。；\n]{0,8}程序（小额(?:诉讼)?）|"
            r"小额(?:诉讼)?程序(?:进行了?|公开|独任|审理)"
        ),
    ),
    ("简易程序", re.compile(r"适用[^。；，\n]{0,6}简易(?:诉讼)?程序")),
    ("普通程序", re.compile(r"适用[^。；，\n]{0,8}普通(?:诉讼)?程序|组成合议庭|参加的合议庭")),
)
_CHANGED = re.compile(r"(?:转为|转换为|转入|变更为|裁定(?:本案)?转为?)(?:适用)?(普通|简易)(?:诉讼)?程序")
_FILED_AFTER = re.compile(
    r"(?:(?:以|适用)[^，。；]{2,8}程序)?(?:以)?(?:后)?(?:依法|予以|决定|正式|登记|审查|收到|对(?:本案|"
    r"此案)|已|才|即)*(?:立案|受理|收案)(?!前|之前|侦查|调查|监督)"
)
_FILED_BEFORE = re.compile(r"(?:立案受理|立案|受理)(?:（受理）)?(?:日期|时间|之日)(?:为|是|:)?$")
_OTHER_COURT = re.compile(
    r"(?:一审|原审|中级|高级|上级)法院|(?<!本)院(?!本)[^本]{0,12}$|人民法院(?:于)?[^本]{0,16}$|仲裁委|公安|检察院|管理局|监督局"
)
_HEARD = re.compile(
    r"^(?:(?:[上下]午)?(?:[\d:时分点]{1,8})?)?[^。；，\n]{0,14}?(?:公开|不公开)?(?:开庭|听证|庭审|"
    r"庭询|召开庭前|组织(?:双方)?(?:当事人)?(?:进行)?(?:证据交换|质证|询问))|^(?:，)?(?:本院)?(?:依法)?(?:适用[^，。"
    r"]{0,10}程序)?(?:公开|不公开)(?:开庭)?(?:进行了?)?审理|^[^。；，\n]{0,8}(?:公开|不公开)(?:开庭)?(?:进行)?审理|"
    r"^，(?:本院)?(?:依法)?(?:公开|不公开)?开庭"
)
_HEARD_ON = re.compile(r"开庭(?:时间|日期)[为是:]$")
_AND = re.compile(r"^(?:、|和|与|及|,|，)(?=$)")
_DEFAULT = re.compile(r"缺席(?:审理|判决|开庭|裁判|审判)|(?:拒不|拒绝|未|不|拒)(?:按[^。，]{0,14})?(?:到庭|出庭|到本?院)")
_ABSENT_PARTY = re.compile(r"被告|被上诉人|被申请人|被执行人")
_JOINED = re.compile(r"合并审理|并案审理|一并审理|合并开庭")
_SUED = re.compile(
    r"^(?:日)?[^。；，\n]{0,6}(?:诉至本院|向本院(?:提起|递交|提出)?(?:诉讼|行政诉讼|起诉|民事诉讼|"
    r"行政起诉|提起诉讼)|向我院(?:提起)?(?:诉讼|起诉)|(?:具状|起)?诉(?:至|来)(?:本院|我院)|提起诉讼|"
    r"起诉至本院)"
)


def read_course(sections: Sections, extraction: Extraction) -> None:
    """Read procedure, days, default and joined hearing from the account of the proceedings."""
    flat, start, end = sections.flat, sections.course, sections.course_end
    _procedure(sections, extraction)
    mentions = list(days(flat, start, end))
    _filed(flat, start, mentions, extraction)
    _heard(flat, mentions, extraction)
    joined = _JOINED.search(flat, start, end)
    if joined or len(extraction.numbers) > 1:
        extraction.put("joined", "是", joined[0] if joined else "案号为多件")


def _procedure(sections: Sections, extraction: Extraction) -> None:
    kind = extraction.get("type")
    if extraction.matter not in ("民事", "行政", "赔偿"):
        return
    if "终" in kind:
        extraction.put("procedure", "二审", kind, HIGH)
    elif kind.endswith(("再", "提", "申", "监", "抗", "再终", "再初")) or kind.startswith(("民再", "行再", "民申", "行申", "民监", "民抗")):
        extraction.put("procedure", "再审", kind, HIGH)
    elif "特" in kind:
        extraction.put("procedure", "特别程序", kind, HIGH)
    elif "督" in kind or "催" in kind:
        return
    else:
        _first_instance(sections, extraction)


def _first_instance(sections: Sections, extraction: Extraction) -> None:
    flat, start = sections.flat, sections.course
    if changes := list(_CHANGED.finditer(flat, start, sections.course_end)):
        changed = changes[-1]
        extraction.put("procedure", changed[1] + "程序", changed[0], MIDDLE)
        return
    for stop in (sections.course_end, min(start + COURSE, sections.result or len(flat))):
        for name, pattern in _PROCEDURES:
            match = pattern.search(flat, start, stop)
            if match:
                extraction.put("procedure", name, match[0], HIGH if "程序" in match[0] else MIDDLE)
                return


def _filed(flat: str, start: int, mentions: list[Mention], extraction: Extraction) -> None:
    found: list[tuple[Mention, str]] = []
    for mention in mentions:
        after = flat[mention.end : mention.end + 24]
        clause = flat[max(start, mention.start - 60) : mention.start]
        clause = clause[max(clause.rfind("。"), clause.rfind("\n"), clause.rfind("；")) + 1 :]
        match = _FILED_AFTER.match(after)
        named = _FILED_BEFORE.search(clause)
        if not (match or named) or ("本院" not in clause and "我院" not in clause and _OTHER_COURT.search(clause)):
            sued = _SUED.match(after)
            if sued and mention.day and "sued_on" not in extraction.values:
                extraction.put("sued_on", mention.day.isoformat(), mention.words + sued[0], mention.sure)
            continue
        if _of_earlier_suit(flat, mention, extraction):
            continue
        at = max(clause.rfind("本院"), clause.rfind("我院"), 0)
        found.append((mention, clause[at:] + mention.words + (match[0] if match else "")))
    if not found:
        return
    mention, words = _of_this_suit(found, extraction)
    if mention.day is None:
        extraction.put("filed_on", UNDATED, words, MIDDLE)
        return
    sure: Sureness = mention.sure if len({m.day for m, _ in found}) == 1 else MIDDLE
    extraction.put("filed_on", mention.day.isoformat(), words, sure)


def _of_earlier_suit(flat: str, filing: Mention, extraction: Extraction) -> bool:
    """Whether a filing is that of an earlier suit of the same court, whose judgment or ruling is named behind it."""
    number = first_number(flat, filing.end, filing.end + 220)
    if number is None or set(number.suits) & set(extraction.numbers) or "初" not in number.type:
        return False
    between = flat[filing.end : number.start]
    return re.search(r"作出(?:了)?$", between) is not None and "法院" not in between and between.count("立案") < 2


def _of_this_suit(found: list[tuple[Mention, str]], extraction: Extraction) -> tuple[Mention, str]:
    """Of several filings (an earlier suit, a transfer) the last one of the year in the case number, else the last one."""
    year = extraction.get("year")
    same = [f for f in found if f[0].day is not None and str(f[0].day.year) == year]
    return (same or found)[-1]


def _heard(flat: str, mentions: list[Mention], extraction: Extraction) -> None:
    pending: list[Mention] = []
    for mention in mentions:
        after = flat[mention.end : mention.end + 40]
        if _AND.match(flat[mention.end : mention.end + 1]) and any(m.start == mention.end + 1 for m in mentions):
            pending.append(mention)
            continue
        match = None if after.startswith("、") else _HEARD.search(after) or _HEARD_ON.search(flat[max(0, mention.start - 8) : mention.start])
        clause = flat[max(0, mention.start - 40) : mention.start].rpartition("。")[2]
        if (
            match
            and "法院" not in after[: match.end()]
            and not ("本院" not in clause and re.search(r"法院|一审|原审|二审", clause))
            and not re.search(r"作出|裁定|判决", after[: match.end()])
        ):
            for heard in [*pending, mention]:
                if heard.day is not None:
                    value = Value(heard.day.isoformat(), heard.words + match[0], heard.sure)
                    if all(h.value != value.value for h in extraction.hearings):
                        extraction.hearings.append(value)
                elif heard.words:
                    extraction.put("heard_masked", UNDATED, heard.words)
        pending = []


def read_default(sections: Sections, extraction: Extraction) -> None:
    """Whether a defendant stayed away and the case was heard without it."""
    flat = sections.flat
    stop = sections.result or len(flat)
    for match in _DEFAULT.finditer(flat, sections.course, stop):
        sentence = flat[max(flat.rfind("。", 0, match.start()), flat.rfind("\n", 0, match.start())) + 1 : match.end()]
        absent = _ABSENT_PARTY.search(sentence) or any(p.name in sentence for p in extraction.parties if p.role in RESPONDENTS)
        if match[0].startswith("缺席") or (absent and not re.search(r"可以|应当|如|视为|原告[^，。]{0,40}未到庭", sentence)):
            extraction.put("default", "是", sentence[-60:], HIGH if match[0].startswith("缺席") else MIDDLE)
            return


def as_day(text: str) -> dt.date | None:
    """The day of an ISO value; None for 日期不详 and blank."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
