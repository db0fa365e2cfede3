"""The course of the proceedings: procedure, filing and hearing days, default, joined hearing, what was claimed."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from cases.documents.amounts import acceptance_fee, amounts, plain
from cases.documents.days import Mention, days
from cases.documents.paper import HIGH, LOW, MIDDLE, UNDATED, Extraction, Sureness, Value
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
    r"(?:以)?(?:后)?(?:依法|予以|决定|正式|登记|审查|收到|对(?:本案|此案)|已|才|即)*(?:立案|受理|收案)(?!前|之前|侦查|调查|监督)"
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
_AND = re.compile(r"^(?:、|和|与|及|,|，)(?=$)")
_DEFAULT = re.compile(
    r"缺席(?:审理|判决|开庭|裁判|审判)|(?:经(?:本院)?[^。；\n]{0,30}(?:传唤|公告|通知|送达)[^。"
    r"；\n]{0,30}|[^。；\n]{0,20})(?:拒不到庭|未到庭|拒不出庭|未出庭|不到庭|拒绝到庭|未到本?院|"
    r"拒到庭|未按[^。，]{0,14}到庭)"
)
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
        match = _HEARD.search(after)
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
        if match[0].startswith("缺席") or (_ABSENT_PARTY.search(sentence) and not re.search(r"可以|应当|如|视为|原告[^，。]{0,40}未到庭", sentence)):
            extraction.put("default", "是", sentence[-60:], HIGH if match[0].startswith("缺席") else MIDDLE)
            return


_ITEM = re.compile(
    r"(?:(?<=[。；;：:，,、\n）（])|^)\s*(?:[（(]?[1-9一二三四五六七八九][0-9]?[)）]?[.、．:：,，]|第[一二三四五六七八九]项?[，、:])(?!\d)"
)
_NO_UNIT = re.compile(r"(?:利息|违约金|赔偿金?|货款|本金|借款)(?:为|共计|计)?\d{3,}(?:\.\d+)?(?=[（，；。])")
_NOT_CLAIMED = re.compile(r"诉讼费|受理费|保全费|保全申请费|案件费用")
_CLAIM_VERB = re.compile("返还|退还|偿还|支付|赔偿|归还|给付")
_TOTAL = re.compile(r"(?:合计|共计|总计|总共|共|以上|上述|总额|累计)[^，。；0-9]{0,10}$")
_GRAND = re.compile(r"(?:以上|上述|各项|总计|[\d.、]+项)[^，。；0-9]{0,8}(?:合计|共计|总计|总额|金额)?[^，。；0-9]{0,6}$")
_BASIS = re.compile(r"(?:按照?|以|每[日天月年张袋件户]|单价|其中|包括|基数|日[罚违]|标准|低于|不足|少于|借款本金为?|剩余)[^，。；、（）]{0,16}$")
_RATE = re.compile(r"^(?:[/／]|每|为基数|为本金|为标准|的标准|计算基数|起算|作为基数|计算(?!至)|为计算|一?(?:天|日|月|年|次|户|平方米)(?!内))")
_ALTERED = re.compile(
    r"(?:变更|增加|放弃|撤回|撤销|减少|调整|减缩)(?:了)?(?:其|原|上述|本案|部分)?(?:的)?(?:第?[一二三四五六七八九\d、]{1,6}项"
    r")?(?:诉讼请求|诉请|请求)|"
    r"(?:诉讼请求|诉请)(?:第?[一二三四五六七八九\d、]{0,6}项?)?(?:变更|调整)为|将[^。；\n]{0,30}(?:变更|"
    r"调整)为|(?:放弃|撤回)(?:了)?(?:其)?第[一二三四五六七八九\d、]{1,6}项"
)
_JOINT = re.compile(
    r"(?:承担|负)[^，。；]{0,8}(?:连带|补充|共同)|(?:上述|前述|上列|第[一二1-9]项)[^，。；]{0,16}(?:连带|"
    r"清偿|责任)|优先受偿|折价|在[^，。]{0,20}范围内"
)
_BRACKET = re.compile(r"（[^（）]*）")
_SUM_INSIDE = re.compile(r"（[^（）]{0,6}(?:共计|合计|总计)|（(?:暂[计算]|截[至止])[^（）]*(?:利息|违约金|损失)[^（）]*?元")
_FEE = re.compile(r"(?:案件)?受理费(?:人民币)?(?:共计?|为|计|减半收取(?:计|为|后为)?)?(?P<fee>[^，。；、（）\n]{1,14}?元)")


def read_claims(sections: Sections, extraction: Extraction) -> None:
    """Read the sum claimed; nothing where it cannot be told, or where it was altered without a new total."""
    if not sections.claims:
        return
    flat = sections.flat
    claims = flat[sections.claims : sections.claims_end]
    per_case = "每案" in claims or "各案" in claims
    total = _sum_of(claims)
    if total is None or (("附表" in claims or "附页" in claims or "详见" in claims) and per_case):
        return
    sure: Sureness = MIDDLE
    tail = flat[sections.claims_end : sections.claims_end + 700]
    altered = _ALTERED.search(claims) or _ALTERED.search(tail[: tail.find("本院认为") if "本院认为" in tail else 700])
    if altered and "（变更后）" not in flat[sections.claims - 12 : sections.claims + 8]:
        total = _altered_total(flat[sections.claims : sections.claims_end + 700], altered[0], total)
        if total is None:
            extraction.notes.append(f"诉讼请求有变更,标的额没有读取:“{altered[0][:40]}”")
            return
    fee = _FEE.search(flat, sections.result or sections.claims_end)
    paid = next((a.yuan for a in amounts(fee["fee"])), None) if fee else None
    if paid is not None and len(extraction.numbers) <= 1:
        due = acceptance_fee(total)
        sure = HIGH if abs(paid - due) <= 1 or abs(paid * 2 - due) <= 1 else MIDDLE
    extraction.put("amount", plain(total), claims.strip("\n:， ")[:300], sure)


def _altered_total(text: str, altered: str, total: Decimal) -> Decimal | None:
    """The total after an alteration of the claims: a new one that is stated, or the old one where only interest is altered."""
    at = text.find(altered)
    sentence = re.split(r"[。\n]", text[at : at + 240])[0]
    stated = re.search(r"(?:共计|合计|总计)[^，。；0-9]{0,6}(?P<sum>[^，。；]{1,20}元)", sentence)
    found = list(amounts(stated["sum"])) if stated else []
    if found:
        return found[0].yuan
    if "利息" in sentence or "利率" in sentence:
        new = _sum_of(sentence)
        return total if new is None or new == total else None
    return None


def _sum_of(claims: str) -> Decimal | None:
    """The sum that numbered claims come to; None where there is none, or a stated total does not fit what it adds up."""
    whole = Decimal(0)
    claims = _NO_UNIT.sub(lambda m: m[0] + "元", claims)
    for item in _items(claims):
        costs = _NOT_CLAIMED.search(item)
        if costs and not _CLAIM_VERB.search(item, 0, costs.start()):
            continue
        if whole and _JOINT.search(item):
            continue
        part, is_grand = _item_sum(item, whole)
        if part is None:
            return None
        whole = part if is_grand else whole + part
    return whole or None


def _items(claims: str) -> list[str]:
    cuts = [m.start() for m in _ITEM.finditer(claims)]
    return [claims[a:b] for a, b in zip([0, *cuts], [*cuts, len(claims)], strict=True) if claims[a:b].strip()]


def _item_sum(item: str, before: Decimal) -> tuple[Decimal | None, bool]:
    """The sum of one claim, and whether it is the total of all claims so far."""
    bare = _blank_brackets(item)
    added, seen, total = Decimal(0), set[Decimal](), None
    for amount in amounts(bare):
        left, right = bare[max(0, amount.start - 24) : amount.start], bare[amount.end : amount.end + 10]
        if _NOT_CLAIMED.search(left[-10:]):
            continue
        if _TOTAL.search(left) and (added or before):
            total = (amount.yuan, _GRAND.search(left) is not None)
            continue
        if (
            (_BASIS.search(left) and not re.search(r"(?:偿还|归还|返还|支付|给付|退还|清偿)[^，。；]{0,10}$", left))
            or _RATE.match(right)
            or "（大写" in left[-4:]
        ):
            continue
        if amount.yuan in seen and re.match(r"[自从][^，。；]{0,24}(?:起|至|计算)", right + bare[amount.end + 10 : amount.end + 30]):
            continue
        if amount.yuan in seen and re.search(r"（?(?:即|大写|小写|人民币)?$", left[-3:]) and left.endswith(("（", "即", "大写", "￥", "¥")):
            continue
        seen.add(amount.yuan)
        added += amount.yuan
    if total is None:
        return added, False
    stated, grand = total
    if stated == before + added and before:
        return stated, True
    if stated == added:
        return stated, False
    if grand and not before:
        return stated, True
    return (stated, True) if grand and stated > added else (None, False)


def _blank_brackets(text: str) -> str:
    """The text with what stands in round brackets blanked out, unless it is the amount itself in figures."""
    return _BRACKET.sub(lambda m: m[0] if _SUM_INSIDE.match(m[0]) else "＃" * len(m[0]), text)


def case_year(extraction: Extraction) -> int | None:
    """The year of the paper's case number."""
    year = extraction.get("year")
    return int(year) if year else None


def as_day(text: str) -> dt.date | None:
    """The day of an ISO value; None for 日期不详 and blank."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


__all__ = ["LOW", "as_day", "case_year", "read_claims", "read_course", "read_default"]
