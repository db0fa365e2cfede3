"""The days on which an agency enforced its decision: decided, served, demanded, applied for enforcement, accepted by the court.

Each is told by the verb behind a day and by the paper that the verb is about: a decision, a demand, or another paper.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from cases.documents.days import Mention, days
from cases.documents.paper import LOW, MIDDLE, UNDATED, Extraction, Sureness
from cases.documents.sections import Sections

_DECIDED = re.compile(r"作出|制作|决定(?:对|给予|责令|处)")
_SERVED = re.compile(r"送达|收到|签收|领取|收悉")
_DEMANDED = re.compile(r"催告|催缴|催促")
_APPLIED = re.compile(
    r"(?:向(?:本院|我院|法院|[\u4e00-\u9fa5]{2,12}法院)(?:提出|递交|提交|依法)?[^。；，\n]{0,10}(?:申请|"
    r"请求))|申请(?:本院|人民法院|法院)(?:依法)?(?:强制)?执行|提出(?:强制执行)?申请|申请强制执行|"
    r"申请执行(?!人)"
)
_ACCEPTED = re.compile(r"(?:受理|立案)(?!调查|查处|侦查)")
_DOCUMENT = re.compile(
    r"(?P<demand>履行[^，。；]{0,14}催告|催告|催缴)|(?P<other>告知书|告知|听证|违法行为通知|复议|"
    r"检查|笔录|勘验|裁定书)|(?P<decision>处罚决定|征收[^，。；]{0,10}决定|决定书|处理决定|强制执行决定|"
    r"限期改正通知|责令[^，。；]{0,10}通知|该决定|上述决定|处罚书)"
)
_PUBLIC_NOTICE = re.compile(r"公告|登报|张贴")
_POSTED = re.compile(r"^[^。；，\n]{0,20}邮寄")
_CHINESE = {"decided_on": "决定日期", "served_on": "送达日期", "demanded_on": "催告日期", "applied_on": "申请日期", "accepted_on": "受理日期"}
_RELATIVE = ("同日", "当日", "当天", "次日", "翌日")
_OFFENCE = re.compile(r"(?:擅自|非法|违法)(?:于|自|从|在)$")
_REASON = re.compile(r"^以[^。；]{2,120}?为由，")
_LEGAL = re.compile(r"^(?:依据|根据|依照|按照)《[^。；]{2,160}?规定，?(?=作出|对|决定)")
_RECEIVED = re.compile(r"^，?(?:本院|我院)(?:收到|收悉|接到)[^，。；]{0,40}申请")
_FAR = 8000

Seen = dict[str, list[tuple[Mention, str]]]


def read_acts(sections: Sections, extraction: Extraction) -> None:
    """Read the days of the five acts into an extraction. Service by public notice has no day: it is noted."""
    flat, start, stop = sections.flat, sections.course, sections.foot
    # 擅自于某日占用: the day of the offence, within the sentence of another day.
    mentions = [m for m in days(flat, start, min(stop, start + _FAR)) if not _OFFENCE.search(flat, max(start, m.start - 8), m.start)]
    numbers = [v.value.rstrip("号") for v in extraction.decisions]
    found: Seen = {}
    for i, mention in enumerate(mentions):
        limit = mentions[i + 1].start if i + 1 < len(mentions) else stop
        sentence_end = min((p for p in (flat.find("。", mention.end), flat.find("\n", mention.end)) if p >= 0), default=stop)
        clause = _LEGAL.sub("", _REASON.sub("", flat[mention.end : min(limit, sentence_end, mention.end + 320)]))[:160].partition("；")[0]
        before = flat[max(flat.rfind("。", start, mention.start), flat.rfind("\n", start, mention.start), start) : mention.start]
        for name, words in _acts(before, clause, numbers):
            found.setdefault(name, []).append((mention, before[-24:] + mention.words + words))
    _accepted_after_application(found)
    if "decided_exactly" in found:
        found["decided_on"] = found.pop("decided_exactly")
    for name, seen in found.items():
        _keep(name, seen, extraction)


def _acts(before: str, clause: str, numbers: list[str]) -> Iterator[tuple[str, str]]:
    """Which acts the clause behind a day says were done, with its words."""
    first = clause.partition("，")[0]
    if _POSTED.match(clause):
        return
    if received := _RECEIVED.match(clause):
        yield "applied_on", received[0]
        return
    applied = _APPLIED.search(first) or (None if re.search(r"作出|送达|催告|受理|立案", clause[:20]) else _APPLIED.search(clause[:60]))
    if applied and not re.search(r"被(?:申请)?执行人[^，]{0,6}$|复议", first[: applied.start()]) and first[:1] != "起":
        yield "applied_on", clause[: applied.end()]
        return
    accepted = _ACCEPTED.search(first)
    if accepted and accepted.start() <= 14 and "本院" in before[-60:] + first and not re.search(r"调查|查处", first):
        yield "accepted_on", first[: accepted.end()]
        return
    served, decided, demanded = _SERVED.search(clause), _DECIDED.search(clause), _DEMANDED.search(clause)
    if decided and decided.start() <= 40 and (not served or decided.start() < served.start()):
        yield from _decided(before, clause, decided, numbers)
    elif served and served.start() <= 40:
        yield from _served(before, clause, served, numbers)
    elif demanded and demanded.start() <= 30:
        yield _public("demand", clause[: demanded.end()]), clause[: demanded.end() + 8]


def _decided(before: str, clause: str, decided: re.Match[str], numbers: list[str]) -> Iterator[tuple[str, str]]:
    thing = clause[decided.end() : decided.end() + 60]
    which = _document(thing)
    words = clause[: decided.end() + 20]
    if any(n in thing for n in numbers):
        yield "decided_exactly", words
    elif which == "decision" or (not which and len(thing) < 12 and _document(before[-60:], last=True) == "decision"):
        yield "decided_on", words


def _served(before: str, clause: str, served: re.Match[str], numbers: list[str]) -> Iterator[tuple[str, str]]:
    behind, ahead = clause[served.end() : served.end() + 40].partition("，")[0], clause[: served.start()]
    which = _document(behind) or _document(ahead, last=True) or _document(before, last=True)
    words = clause[: served.end() + 12]
    if which == "demand":
        yield _public("demand", clause[: served.end()]), words
    elif which == "decision" or any(n in clause for n in numbers):
        yield _public("service", clause[: served.end()]), words


def _public(act: str, words: str) -> str:
    """The field of an act of service; by public notice it has no day of its own."""
    if _PUBLIC_NOTICE.search(words):
        return f"{act}_noticed"
    return "demanded_on" if act == "demand" else "served_on"


def _accepted_after_application(found: Seen) -> None:
    """本院于同日受理 speaks of the day of the application, whatever day is named between."""
    applied = next((m.day for m, _ in found.get("applied_on", []) if m.day), None)
    for i, (mention, words) in enumerate(found.get("accepted_on", [])):
        if applied and mention.words in _RELATIVE:
            day = applied + dt.timedelta(days=mention.words in ("次日", "翌日"))
            found["accepted_on"][i] = (mention._replace(day=day), words)


def _document(words: str, *, last: bool = False) -> str:
    """Which paper is named first (or last) in some words: demand, decision, other, or ""."""
    found = ""
    for match in _DOCUMENT.finditer(words):
        found = match.lastgroup or ""
        if not last:
            break
    return found


def _keep(name: str, seen: list[tuple[Mention, str]], extraction: Extraction) -> None:
    if name in ("service_noticed", "demand_noticed"):
        paper = "决定" if name == "service_noticed" else "催告"
        extraction.notes.append(f"{paper}以公告送达,公告日不是送达日:“{seen[0][1][-40:]}”")
        return
    known = [(m, w) for m, w in seen if m.day is not None]
    if not known:
        extraction.put(name, UNDATED, seen[0][1], MIDDLE)
        return
    found = {m.day for m, _ in known}
    mention, words = known[0]
    sure: Sureness = mention.sure
    if len(found) > 1:
        sure = LOW
        extraction.notes.append(f"{_CHINESE[name]}有 {len(found)} 个说法:{'、'.join(sorted(str(d) for d in found))},取先出现的")
    extraction.put(name, str(mention.day), words, sure)
