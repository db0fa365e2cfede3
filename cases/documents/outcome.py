"""How a paper ends: its kind, its day, its judges, and what became of the case."""

from __future__ import annotations

import datetime as dt
import re

from cases.documents.days import days
from cases.documents.paper import HIGH, LOW, MIDDLE, UNDATED, Extraction, Sureness
from cases.documents.sections import Sections

_KIND = re.compile(
    r"(?P<of>民事|刑事附带民事|刑事|行政赔偿|行政|执行|国家赔偿|赔偿|海事|司法救助|强制清算与破产|"
    r"破产)?(?P<kind>判决书|裁定书|调解书|决定书|支付令|结案通知书|通知书|公告|告知书|限制消费令|搜查令|赔偿决定书|"
    r"制裁决定书|令)"
)
_KIND_LINE = re.compile(rf"^(?:中华人民共和国)?(?:[\u4e00-\u9fa5]{{2,30}}法院)?[^\n]{{0,3}}?(?P<all>{_KIND.pattern})(?:\s*[（(〔].*)?$", re.MULTILINE)
_KIND_HEAD = re.compile(rf"法院(?P<all>{_KIND.pattern})")
_RESULT_KIND = re.compile("(判决|裁定|决定)(?:内容|结果)?如下")
_ROLES = r"院长|庭长|审判长|执行长|代理审判员|助理审判员|代审判员|审判员|执行员|人民陪审员|独任审判员|独任法官|陪审员|法官(?!助理)"
_NOT_JUDGE = r"法官助理|书记员|代书记员|代理书记员|速录员|执行助理|附|本件|二[〇○零0O]|一九|\d{4}年"
_JUDGE = re.compile(rf"(?:{_ROLES})[:、]?(?P<name>[\u4e00-\u9fa5·×*某XＸ]{{2,8}}?)(?=[\n、，。；： （(]|$|{_ROLES}|{_NOT_JUDGE})")
_CLOSINGS = (
    (
        "撤诉",
        re.compile(
            r"(?:准许|准予|同意)[^。；\n]{0,60}(?:撤诉|撤回(?:对[^。；\n]{0,60})?(?:的)?(?:起诉|上诉|申请|"
            r"诉讼))|按[^。；\n]{0,30}(?:撤诉|撤回(?:起诉|上诉))处理|(?:按|作)撤诉处理"
        ),
    ),
    ("驳回", re.compile(r"驳回[^。；，\n]{0,60}(?:的)?起诉")),
    (
        "其他",
        re.compile(r"终结(?:诉讼|本案诉讼|督促程序|审查|公示催告)|(?:本案)?移送[^。；\n]{0,30}法院"),
    ),
)
_APPEAL_ENDS = re.compile(r"驳回[^。；\n]{0,30}上诉|撤销[^。；\n]{0,60}裁定|发回[^。；\n]{0,40}重审|指令[^。；\n]{0,40}审理")
_STAYED = re.compile(r"中止(?:诉讼|审理|本案)")
_SUIT_GOES_ON = re.compile(
    r"管辖权?异议|财产保全|查封|冻结|先予执行|转为普通程序|转为简易程序|转换程序|补正|更正|延长审理?期限|"
    r"诉讼保全|解除(?:查封|冻结|保全)|指令[^。]{0,20}审理|发回"
)


def read_kind(sections: Sections, extraction: Extraction) -> None:
    """Read the kind of paper from its head, else from its title, else from what the source declares."""
    document = extraction.document
    head = sections.flat[: max(sections.block, 1)] if sections.number else sections.flat[:200]
    match = _KIND_LINE.search(head) or _KIND_HEAD.search(head)
    if match:
        extraction.put("kind", _full_kind(match["of"] or "", match["kind"], extraction), match["all"])
        return
    declared = document.declared.get("文书类型", "")
    ends = list(_RESULT_KIND.finditer(sections.flat, sections.course, sections.result or sections.foot))
    if titles := list(_KIND.finditer(document.title)):
        titled = titles[-1]
        extraction.put("kind", _full_kind(titled["of"] or "", titled["kind"], extraction), document.title, MIDDLE)
    elif declared:
        extraction.put("kind", declared if declared.startswith(("民", "刑", "行", "执")) else _full_kind("", declared, extraction), declared, MIDDLE)
    elif sections.result and ends:
        extraction.put("kind", _full_kind("", ends[-1][1] + "书", extraction), ends[-1][0], MIDDLE)


def _full_kind(of: str, kind: str, extraction: Extraction) -> str:
    """判决书 with what it is of: 民事判决书; told by the matter where the paper leaves it out."""
    if of or kind in ("支付令", "限制消费令", "公告", "告知书", "令", "结案通知书"):
        return of + kind
    matter = {"民事": "民事", "行政": "行政", "非诉": "行政", "执行": "执行", "刑事": "刑事", "赔偿": "国家赔偿"}.get(extraction.matter, "")
    if not matter:
        declared = extraction.document.declared.get("案件类型", "")
        matter = next((m for m in ("民事", "行政", "执行", "刑事") if m in declared), "")
    return matter + kind


def read_day(sections: Sections, extraction: Extraction) -> None:
    """Read the day of the paper from its foot; the declared day stands in where the foot has none, and is compared."""
    foot = sections.flat[sections.foot :] or _last_line(sections.flat)
    stop = re.search(r"\n附|本件与原本|\n附录|附:|本案适用", foot)
    mention = next((m for m in days(foot, 0, min(stop.start() if stop else 1500, 1500)) if m.end - m.start > 5), None)
    declared = _declared_day(extraction.document.declared.get("裁判日期", ""))
    if mention is not None and mention.day is not None:
        printed = mention.day
        sure: Sureness = HIGH
        if declared and declared != printed:
            extraction.notes.append(f"落款日期 {printed.isoformat()} 与来源所列裁判日期 {declared.isoformat()} 不一致")
            sure = LOW
        extraction.put("judged_on", printed.isoformat(), mention.words, sure)
    elif mention is not None and declared is None:
        extraction.put("judged_on", UNDATED, mention.words, MIDDLE)
    elif declared:
        extraction.put("judged_on", declared.isoformat(), "来源所列裁判日期", MIDDLE)


def _last_line(flat: str) -> str:
    """The last line, where it is nothing but a day: notices are not signed."""
    line = flat.rpartition("\n")[2]
    mention = next(days(line), None)
    return line if mention and mention.start == 0 and mention.end == len(line) else ""


def _declared_day(text: str) -> dt.date | None:
    return next((m.day for m in days(text.split("T")[0])), None) if text else None


def read_judges(sections: Sections, extraction: Extraction) -> None:
    """Read the judges who signed, the presiding one first; hidden names are left out."""
    for match in _JUDGE.finditer(sections.flat, sections.foot, min(len(sections.flat), sections.foot + 400)):
        name = match["name"].strip("·")
        if 2 <= len(name) <= 8 and not re.search(r"[×*XＸ]", name) and name not in extraction.judges:
            extraction.judges.append(name)


def read_closing(sections: Sections, extraction: Extraction) -> None:
    """What the paper does to a civil or administrative suit: 判决, 调解, 撤诉, 驳回, 其他; a stay is kept apart."""
    kind = extraction.get("kind")
    result = sections.flat[sections.result : sections.foot] if sections.result else ""
    first = result[:400]
    if kind.endswith("判决书"):
        extraction.put("closing", "判决", kind)
    elif kind.endswith("调解书"):
        extraction.put("closing", "调解", kind)
    elif kind.endswith("裁定书"):
        for name, pattern in _CLOSINGS:
            match = pattern.search(first)
            if match and not (name == "其他" and _SUIT_GOES_ON.search(first)):
                extraction.put("closing", name, match[0], HIGH)
                return
        if extraction.matter == "民事" and "终" in extraction.get("type") and (match := _APPEAL_ENDS.search(first)):
            extraction.put("closing", "其他", match[0], MIDDLE)
            return
        if "民特" in extraction.get("type") and result:
            extraction.put("closing", "其他", kind, MIDDLE)
        elif match := _STAYED.search(first):
            extraction.put("stayed", "是", match[0])
    elif kind == "支付令":
        extraction.put("closing", "其他", kind, MIDDLE)
