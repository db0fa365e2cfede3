"""Rulings on the enforcement of administrative decisions (行审): the decision, its days, the fine, the ruling.

The days of such a ruling tell how an agency enforced: decided, served, demanded, applied, accepted, ruled. Each is read from
the verb that follows a day, and from the paper (decision, demand, notice) that the verb is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cases.documents.acts import read_acts
from cases.documents.amounts import amounts, plain
from cases.documents.names import is_organisation
from cases.documents.paper import HIGH, LOW, MIDDLE, Extraction, Sureness, Value
from cases.documents.sections import Sections

_PREFIX = r"(?:[\u4e00-\u9fa5]|（[\u4e00-\u9fa5]{1,6}）){1,18}"
_CHAIN = r"(?:、(?:第)?[A-Z]{0,3}\d[0-9A-Za-z-]{0,11}号?)*"
NUMBER = re.compile(

        rf"(?P<agency>{_PREFIX})?[（〔\[［﹝【](?P<year>\d{{4}})[）〕\]］﹞】](?P<mid>(?:[\u4e00-\u9fa5（）]{{1,12}}字?)?)第?(?P<n"
        rf"o>[A-Z]{{0,3}}\d[0-9A-Za-z]{{0,11}}(?:-[0-9A-Za-z-]{{1,10}})?)(?P<more>{_CHAIN})号?号?"
    
    r"|(?P<bare>(?:NO|No|no|编号)[.:为是]*(?:为)?(?P<list>[A-Z]?[\d×*-]{5,30}号?(?:、[A-Z]?[\d×*-]{5,30}号?)*))"
    r"|(?P<masked>(?<![\d×*])\d{2,8}[×*]{4,20}\d{0,4}号?)"
)  # fmt: skip
_BOUNDARY = re.compile(
    r"作出(?:了|的)?|(?:被)?申请(?:执行)?人|准予|准许|强制执行|申请执行|执行(?!处|罚|局|法|综)其?|送达(?:了)?|下发|依据|"
    r"依照|根据|收到|履行|关于|编号|生效的?|本院对|对(?=[\u4e00-\u9fa5]{1,8}(?:罚|处|征))|以(?=[\u4e00-\u9fa5（]{2,8}(?:罚|"
    r"处|征))|"
    r"并(?=[\u4e00-\u9fa5]{2,8}(?:罚|处|征))|[的了该《“”，。；:、年月日为将其书第]"
)
_IS_DECISION = re.compile(
    r"^号?[》”]?(?:的)?《?(?!催告|履行|告知|听证|违法行为通知|责令改正通知书送|行政裁定|行政判决|"
    r"复议)[^。；，\n《]{0,24}?(?:决定|征收|处罚|处理|限期改正|改正通知|缴纳|拆除|征缴|通知书)"
)
_OTHER_PAPER = re.compile(r"^号?[》”]?[^。；，\n]{0,14}?(?:催告|告知|听证|违法行为通知|裁定|判决|复议|催缴|裁决)")
_COURT_TYPE = re.compile(r"行审|行初|行终|行执|非诉|民初|非审|行赔|行申|执恢|执异")

_RULINGS = (
    ("不准予执行", re.compile(r"不准(?:予|许)?[^。；\n]{0,12}执行|不予(?:强制)?执行|不予准许[^。；\n]{0,10}执行")),
    ("准许撤回", re.compile(r"(?:准许|准予|同意)[^。；\n]{0,60}撤回")),
    ("不予受理", re.compile(r"不予(?:受理|立案)")),
    (
        "准予执行",
        re.compile(
            r"(?:准予|准许|予以|依法)(?:依法)?(?:立案)?(?:强制)?执行|准予[^。；\n]{0,80}执行|准许[^。；"
            r"\n]{0,80}执行|强制执行[^。；\n]{0,60}(?:决定|通知)"
        ),
    ),
    ("驳回申请", re.compile(r"驳回[^。；\n]{0,80}申请")),
)
_FINE = re.compile(
    r"(?<!加处)(?<!逾期)罚款(?:人民币|金额|数额|计|共计|合计|为|共)*(?:（[^（）]{0,6}）)?(?=[\d壹贰叁肆伍陆柒捌玖拾一二三四五"
    r"六七八九十两])|罚款，计(?:人民币)?|(?:缴纳|应缴|缴清)罚款"
)
_FINE_BEFORE = re.compile(r"^(?:（[^（）]{1,20}）)?的?(?:整)?(?:的)?罚款")
_SURCHARGE = re.compile(
    r"加处(?:的)?罚款(?:项)?(?:（加处金额(?:为|:)|人民币|金额|数额|为|计|共计|共)*(?=[\d壹贰叁肆伍陆柒捌玖拾一二三四五六七八九"
    r"十两])|加处[^，。；]{0,12}罚款(?:人民币)?(?=\d)|（加处金额为"
)
_VIOLATION = re.compile(
    r"(?:当事人|被处罚人|被(?:申请)?(?:执行)?人[^，。；]{0,20}?|因|以|认定|认为|查明|存在|实施了|"
    r"，|。|“)(?P<act>(?:在[^，。；]{2,40}，)?(?:未|擅自|非法|违法|违反|没有|不按|无|超|生育|占用|"
    r"销售|使用|生产|经营|从事|拒不|将|逾期|安全|伪造|拖欠|欠缴|污染|偷|私自|故意|机动车|驾驶)[^。"
    r"；“”]{3,60}?)(?:的(?:违法)?行为|，?(?:其|该|上述)?行为|，?违反了?|一案|”|，?(?:遂|故|据此)?决定[:，]?(?:对|给予|处|如下|责令|\d|（))"
)


def read_decision(sections: Sections, extraction: Extraction) -> None:
    """Read a ruling on the enforcement of an administrative decision into an extraction."""
    flat = sections.flat
    _numbers(sections, extraction)
    read_acts(sections, extraction)
    result = flat[sections.result : sections.foot] if sections.result else ""
    _ruling(result or flat, bool(result), extraction)
    _money(flat[sections.course : sections.foot], extraction)
    if re.search(r"听取(?:了)?[^。；，\n]{0,20}意见|召开听证|听证会|组织听证", flat[sections.course : sections.foot]):
        extraction.put("heard_parties", "是", "听证或听取意见", MIDDLE)
    agency = next((p.name for p in extraction.parties if p.role in ("申请执行人", "申请人", "再审申请人", "异议人") and is_organisation(p.name)), "")
    extraction.put("agency", agency, agency)
    extraction.put("ruled_on", extraction.get("judged_on"), "落款日期")
    act = _VIOLATION.search(flat, sections.course, sections.result or sections.foot)
    if act and 4 <= len(act["act"]) <= 60:
        extraction.put("violation", act["act"].strip("，"), act[0], MIDDLE)


def _numbers(sections: Sections, extraction: Extraction) -> None:
    """The decision that is to be enforced: the number in the ruling itself, else in the account of the application.

    A ruling may be about a paper that is no decision (a notice); it is taken where no decision is named.
    """
    flat = sections.flat
    places = ((sections.result, sections.foot), (sections.course, sections.course_end), (sections.course, sections.foot))
    for strict in (True, False):
        for start, stop in places:
            if not start and stop == sections.foot:
                continue
            found = _decision_numbers(flat, start, stop, strict, [p.name for p in extraction.parties if len(p.name) > 4])
            if found:
                same = [f for f in found if f[2] == found[0][2]]
                extraction.decisions = list({n: Value(n, words, sure) for n, words, sure in same}.values())
                return


def _decision_numbers(flat: str, start: int, stop: int, strict: bool, names: Sequence[str]) -> list[tuple[str, str, Sureness]]:
    found: list[tuple[str, str, Sureness]] = []
    for match in NUMBER.finditer(flat, start, stop):
        behind = flat[match.end() : match.end() + 40]
        before = flat[max(0, match.start() - 30) : match.start()]
        if match["masked"] or match["bare"]:
            if not (_IS_DECISION.match(behind) or re.search(r"(?:决定书|处罚书)》?（?$", before)) or _OTHER_PAPER.match(behind):
                continue
            for number in re.split("、", match["list"] or match["masked"]):
                sure: Sureness = LOW if re.search(r"[×*]", number) else HIGH
                written = number if not match["bare"] or not match["bare"].upper().startswith("NO") else f"NO:{number}"
                found.append((written, match[0], sure))
            continue
        prefix = _cut_prefix(match["agency"] or "", names).removeprefix("对" if match["agency"] == "对" else "")
        mid = match["mid"] or ""
        if (not prefix and not mid) or _COURT_TYPE.search(mid) or _COURT_TYPE.search(prefix):
            continue
        named = re.search(r"(?:决定书|决定|通知书)》?（$", before + (match["agency"] or "")[: -len(prefix) or None])
        if not strict:
            if re.match(r"号?[》”]?[^。；，\n]{0,14}(?:催告|裁定|判决|复议)", behind) or "通知" not in behind[:16]:
                continue
        elif _OTHER_PAPER.match(behind) or not (_IS_DECISION.match(behind) or named or re.search(r"[罚处征]", prefix + mid)):
            continue
        written = flat[match.start() + len(match["agency"] or "") - len(prefix) : match.end()]
        found += [(n, written, HIGH if strict else MIDDLE) for n in _several(written, match["more"] or "")]
    return found


def _several(written: str, more: str) -> list[str]:
    """河区费征字［2016］A019、A020号 is two numbers."""
    while written.endswith("号号"):
        written = written[:-1]
    if not more:
        return [written if written.endswith("号") else written + "号"]
    first = written[: written.index(more)]
    head = re.match(r".*?[）〕\]］﹞】](?:[\u4e00-\u9fa5（）]{1,12}字?)?第?", first)
    stem = head[0] if head else ""
    rest = [p.strip("第号") for p in more.split("、") if p.strip("第号")]
    return [first.rstrip("号") + "号", *(f"{stem}{p}号" for p in rest)]


def _cut_prefix(written: str, names: Sequence[str]) -> str:
    """The agency's part of a number without the words of the sentence before it, the names of the parties among them."""
    cut = written[max((m.end() for m in _BOUNDARY.finditer(written)), default=0) :]
    for name in names:
        cut = cut.removeprefix(name) or cut
    opened = re.match(r"[\u4e00-\u9fa5]*）", cut)
    return cut if not opened or "（" in cut[: opened.end()] else written[written.rfind("（") :] if "（" in written else cut[opened.end() :]


def _ruling(result: str, is_result: bool, extraction: Extraction) -> None:
    for name, pattern in _RULINGS:
        match = pattern.search(result[:600] if is_result else result)
        if match and (is_result or name in ("准予执行", "不准予执行")):
            extraction.put("ruling", name, match[0], HIGH if is_result else LOW)
            return


def _money(text: str, extraction: Extraction) -> None:
    """The fine and the surcharge; nothing where two different sums are called the fine."""
    fines, surcharges = list[tuple[Decimal, str]](), list[tuple[Decimal, str]]()
    for amount in amounts(text):
        before, after = text[max(0, amount.start - 24) : amount.start], text[amount.end : amount.end + 24]
        if re.search(r"每[\u4e00-\u9fa5]{1,4}[^，。；]{0,4}$", before):
            continue
        if (match := _ends(_SURCHARGE, before)) or re.match(r"(?:的)?加处罚款", after):
            surcharges.append((amount.yuan, (match or "") + text[amount.start : amount.end]))
        elif (match := _ends(_FINE, before)) or _FINE_BEFORE.match(after):
            fines.append((amount.yuan, (match or "") + text[amount.start : amount.end]))
    for name, found in (("fine", fines), ("surcharge", surcharges)):
        sums = {value for value, _ in found}
        if len(sums) == 1:
            extraction.put(name, plain(found[0][0]), found[0][1], HIGH)
        elif sums:
            extraction.notes.append(f"{'罚款' if name == 'fine' else '加处罚款'}有不同数额:{'、'.join(plain(s) for s in sorted(sums))}元,没有读取")


def _ends(pattern: re.Pattern[str], before: str) -> str:
    """The match of a pattern that reaches to the end of some words, "" for none."""
    for match in pattern.finditer(before + "0"):
        if match.end() >= len(before):
            return match[0]
    return ""
