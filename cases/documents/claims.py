"""The sum claimed in a civil suit: what the numbered claims come to, held against stated totals and the court's fee.

Where a stated total does not fit the sums it should add up, more than one reading stays open; the acceptance fee, which the
law fixes by the sum claimed, may settle it. What stays open is not read.
"""

from __future__ import annotations

import re
from decimal import Decimal

from cases.documents.amounts import Amount, acceptance_fee, amounts, plain
from cases.documents.paper import HIGH, MIDDLE, Extraction
from cases.documents.sections import Sections

_ITEM = re.compile(
    r"(?:(?<=[。；;：:，,、\n）（])|^)\s*(?:[（(]?[1-9一二三四五六七八九][0-9]?[)）]?[.、．:：,，]|第[一二三四五六七八九]项?[，、:])(?!\d)"
)
_NO_UNIT = re.compile(r"(?:利息|违约金|赔偿金?|货款|本金|借款)(?:为|共计|计)?\d{3,}(?:\.\d+)?(?=[（；。]|，(?!\d{3}))")
_MASKED = re.compile(r"[\u4e00-\u9fa5]{1,6}[xX×*＊]{1,8}(?:[十百千]?万)?元")
_COSTS = re.compile(r"诉讼费|受理费|保全费|保全申请费|案件费用")
_PAY = re.compile("返还|退还|偿还|支付|赔偿|归还|给付|退回|赔付|清偿")
_TOTAL = re.compile(
    r"(?:合计|共计|总计|总共|共(?!同)(?=[^，。；0-9]{0,8}$)|(?:以上|上述)[^，。；0-9]{0,6}|总(?:金额|额|价款)(?![^，。；]*[赔倍])|累计)[^，。；0-9]{0,10}$"
)
_MAKES = re.compile(r"计(?:人民币)?$")
_LIST_OF_COSTS = re.compile(r"[费失款][^，。；0-9]{0,6}(?:共计|合计|总计|共)[^，。；0-9]{0,6}$")
_BASIS = re.compile(r"(?:按照?|以|每[日天月年张袋件户]|单价|其中|包括|基数|日[罚违]|低于|不足|少于)(?P<between>[^，。；、（）]{0,16})$")
_RATE = re.compile(r"^(?:[/／]|每|为基数|为本金|为标准|的标准|计算基数|起算|作为基数|计算(?!至)|为计算|一?(?:天|日|月|年|次|户|平方米)(?!内))")
_TIMES = re.compile(r"^(?:之|的)?[一二三四五六七八九十\d]{1,2}倍")
_TIMES_UNSAID = re.compile(r"倍(?![^，。；]{0,20}元)")
_RUNNING = re.compile(r"[自从][^，。；]{0,24}(?:起|至|计算)")
_ALTERED = re.compile(
    r"(?:变更|明确|增加|放弃|撤回|撤销|减少|调整|减缩)(?:了)?(?:其|原|上述|本案|部分)?(?:的)?(?P<item>第[一二三四五六七八九\d]项)?"
    r"(?:[及和、]第?[一二三四五六七八九\d]项)?(?:诉讼请求|诉请|请求)(?:中?的?(?P<fourth>第[一二三四五六七八九\d]项))?"
    r"(?P<one>[1-9一二三四五](?=[为:、]))?|(?P<second>第[一二三四五六七八九\d]项)?(?:诉讼请求|诉请)(?P<two>[1-9])?(?:第[一二三"
    r"四五六七八九\d]项)?(?:变更|调整)为|"
    r"将(?P<fifth>第[一二三四五六七八九\d]项)?[^。；，\n]{0,24}(?:赔偿|请求|金额|货款|款项)[^。；，\n]{0,10}(?:变更|调整)为|"
    r"(?:放弃|撤回)(?:了)?(?:其)?(?P<third>第[一二三四五六七八九\d]项)"
)
_ALTERS = ("变更", "明确", "增加", "放弃", "撤回", "撤销", "减少", "调整", "减缩")
_AFTER = re.compile("变更后(?:的诉讼请求)?[为是]")
_NEW = re.compile(r"为[:：]?|[:：]")
_DROPPED = re.compile("放弃|撤回|撤销")
_SAME_REST = re.compile(r"(?:其余|其他|其它|第[一二三四五六七八九\d、]+项)(?:诉讼请求|诉请)?(?:内容)?不变")
_INTEREST_ONLY = re.compile("利息|利率")
_JOINT = re.compile(
    r"(?:承担|负)[^，。；]{0,8}(?:连带|补充|共同)|(?:上述|前述|上列|第[一二1-9]项)[^，。；]{0,16}(?:连带|清偿|责任)|"
    r"优先受偿|折价|在[^，。]{0,20}范围内"
)
_BRACKET = re.compile(r"（[^（）]*）")
_SUM_INSIDE = re.compile(
    r"（[^（）]{0,6}(?:共计|合计|总计)|（(?:暂[计算]|截[至止])[^（）]*(?:利息|违约金|损失)[^（）]*?元|（[^（）]{0,60}暂计至[^（）]{0,30}?[\d,.]+[百千]?万?元"
)
_FEE = re.compile(r"(?:案件)?受理费(?:人民币)?(?:共计?|为|计|减半收取(?:计|为|后为)?)?(?P<fee>[^，。；、（）\n]{1,14}?元)")
_ORDER_ENDS = re.compile(r"申请费|受理费|诉讼费|提出书面异议|如有异议|逾期")
MOST_READINGS = 6
REASONS = 5000


def read_claims(sections: Sections, extraction: Extraction) -> None:
    """Read the sum claimed into `amount` (of an order for payment, the sum ordered).

    Nothing where it cannot be told, or where it was altered without a new total.
    """
    flat = sections.flat
    if extraction.get("kind") == "支付令" or extraction.get("type").endswith("督"):
        ordered = _ORDER_ENDS.split(flat[sections.result : sections.foot])[0] if sections.result else ""
        if len(sums := sums_of(ordered)) == 1:
            extraction.put("amount", plain(sums[0]), ordered.strip("\n:， ")[:300], MIDDLE)
        return
    if not sections.claims:
        return
    claims = flat[sections.claims : sections.claims_end]
    if ("附表" in claims or "附页" in claims or "详见" in claims) and ("每案" in claims or "各案" in claims):
        return
    if masked := _MASKED.search(claims):
        extraction.notes.append(f"诉讼请求中有隐去的数额,标的额没有读取:“{masked[0]}”")
        return
    readings = sums_of(claims)
    if not readings:
        return
    tail = flat[sections.claims_end : min(sections.claims_end + REASONS, sections.foot)].partition("本院认为")[0]
    if not flat[: sections.claims].endswith(("（变更后）", "（变更后）:")):
        readings, words = _as_altered(claims, tail, readings)
        if words and not readings:
            extraction.notes.append(f"诉讼请求有变更,标的额没有读取:“{words[:40]}”")
            return
    paid = _fee(sections) if len(extraction.numbers) <= 1 else None
    fitting = [r for r in readings if paid is not None and _fits(paid, r)]
    words = claims.strip("\n:， ")[:300]
    if len(fitting) == 1:
        extraction.put("amount", plain(fitting[0]), words, HIGH)
    elif len(readings) == 1:
        extraction.put("amount", plain(readings[0]), words, MIDDLE)
    else:
        extraction.notes.append("诉讼请求的合计与分项对不上,标的额没有读取")


def _fee(sections: Sections) -> Decimal | None:
    """The acceptance fee that the paper charges."""
    match = _FEE.search(sections.flat, sections.result or sections.claims_end)
    return next((a.yuan for a in amounts(match["fee"])), None) if match else None


def _fits(paid: Decimal, claim: Decimal) -> bool:
    """Whether a fee, whole or halved, is that of a claim. The least fee says nothing."""
    due = acceptance_fee(claim)
    return due > 50 and (abs(paid - due) <= 1 or abs(paid * 2 - due) <= 1)


def _as_altered(claims: str, tail: str, readings: list[Decimal]) -> tuple[list[Decimal], str]:
    """What the claims come to after alterations that are said in or behind them; the words of the alteration, "" for none.

    An item that is put anew or dropped is replaced; a new total counts; what cannot be worked in leaves no reading.
    """
    whole = claims + tail
    found = list(_ALTERED.finditer(whole)) if any(word in whole for word in _ALTERS) else []
    if not found:
        return readings, ""
    items = _items(claims[: found[0].start()] if found[0].start() < len(claims) else claims)
    for match in found:
        sentence = re.split(r"[。\n]", whole[match.start() : match.start() + 260])[0]
        if not list(amounts(sentence)) and _INTEREST_ONLY.search(sentence):
            continue
        stated = re.search(r"(?:共计|合计|总计|总金额)[^，。；0-9]{0,6}(?P<sum>[^，。；]{1,20}元)", sentence)
        if stated and (sums := list(amounts(stated["sum"]))):
            return [sums[0].yuan], match[0]
        changed = _work_in(items, match, sentence)
        if changed is None:
            return [], match[0]
        items = changed
    return sums_of("".join(items)), found[0][0]


def _work_in(items: list[str], match: re.Match[str], sentence: str) -> list[str] | None:
    """The items of the claims after one alteration; None where it cannot be worked in."""
    which = next((match[name] for name in ("item", "second", "third", "fourth", "fifth", "one", "two") if match[name]), "")
    place = _numeral(which)
    numbered = [i for i, item in enumerate(items) if _ITEM.match(item)]
    if _DROPPED.match(match[0]):
        if 0 <= place < len(numbered):
            return [item for i, item in enumerate(items) if i != numbered[place]]
        return None
    new = _AFTER.search(sentence) or _NEW.search(sentence, max(0, match.end() - match.start() - 1))
    if new is None or "增加" in match[0]:
        return None
    text = _SAME_REST.split(sentence[new.end() :])[0]
    if not sums_of(text) or _TIMES_UNSAID.search(text):
        return None
    anew = {_place(m): piece for piece in _items(text) if (m := _ITEM.match(piece))}
    if anew and "第" in match[0]:
        return [anew.get(_place(_ITEM.match(item)), item) for item in items]
    if 0 <= place < len(numbered):
        return [text if i == numbered[place] else item for i, item in enumerate(items)]
    return [text] if len(_items(text)) > 1 or len(items) == 1 else None


_NUMERALS = "一二三四五六七八九123456789"


def _numeral(words: str) -> int:
    """The place (0 is the first) that the first numeral in some words says; -1 for none."""
    return next((_NUMERALS.index(c) % 9 for c in words if c in _NUMERALS), -1)


def _place(item: re.Match[str] | None) -> int:
    return _numeral(item[0]) if item else -1


def sums_of(claims: str) -> list[Decimal]:
    """What numbered claims come to; several readings where a stated total does not fit, none where no sum is claimed."""
    readings = [Decimal(0)]
    claims = _NO_UNIT.sub(lambda m: m[0] + "元", claims)
    for item in _items(claims):
        readings = list(dict.fromkeys(r for before in readings for r in _with_item(item, before)))[:MOST_READINGS]
    return [r for r in readings if r]


def _items(claims: str) -> list[str]:
    cuts = [m.start() for m in _ITEM.finditer(claims)]
    return [claims[a:b] for a, b in zip([0, *cuts], [*cuts, len(claims)], strict=True) if claims[a:b].strip()]


def _with_item(item: str, before: Decimal) -> list[Decimal]:
    """The readings of the sum after one more claim."""
    text = _BRACKET.sub(lambda m: m[0] if _SUM_INSIDE.match(m[0]) else "＃" * len(m[0]), item)
    added, seen = Decimal(0), set[Decimal]()
    for amount in amounts(text):
        left, right = text[max(0, amount.start - 30) : amount.start], text[amount.end : amount.end + 30]
        if _JOINT.search(_clause(text, amount)) and (added or before):
            continue
        is_total = _TOTAL.search(left) or (_MAKES.search(left) and amount.yuan in (added, before + added))
        if is_total and (added or before):
            return _with_total(before, added, amount.yuan, left, _with_rest(text, amount))
        if _no_claim(left, right, amount.yuan in seen or amount.yuan == before):
            continue
        seen.add(amount.yuan)
        added += amount.yuan
    return [before + added]


def _clause(text: str, amount: Amount) -> str:
    """The clause that an amount stands in."""
    start = max(text.rfind(mark, 0, amount.start) for mark in "，；。\n") + 1
    return text[start : amount.end] + re.split(r"[，；。\n]", text[amount.end :], maxsplit=1)[0]


def _with_rest(text: str, amount: Amount) -> Decimal:
    """What a claim adds behind a total within it."""
    rest = re.split(r"[。\n]", text[amount.end :], maxsplit=1)[0]
    return sum((a.yuan for a in amounts(rest) if not _no_claim(rest[max(0, a.start - 30) : a.start], rest[a.end : a.end + 30], False)), Decimal(0))


def _with_total(before: Decimal, added: Decimal, stated: Decimal, left: str, rest: Decimal) -> list[Decimal]:
    """The readings where a total is stated: of all claims so far, of this claim, or of a list of costs within it."""
    if abs(stated - before - added) < 1:
        return [before + added + rest]
    if added and abs(stated - added) < 1:
        return [before + added + rest]
    if _LIST_OF_COSTS.search(left) or (not before and not added):
        return [before + added + stated + rest]
    if not added:
        if stated in (before * 10, before * 3):
            return [before + stated + rest]
        return [stated + rest] if stated in (before * 11, before * 4) else [stated + rest, before + stated + rest]
    return [before + added + rest, before + stated + rest, stated + rest]


def _no_claim(left: str, right: str, again: bool) -> bool:
    """Whether an amount is no claim of its own: a rate, a base of interest, a sum said twice."""
    if _COSTS.search(left[-10:]) or _RATE.match(right) or _TIMES.match(right) or "（大写" in left[-4:]:
        return True
    basis = _BASIS.search(left)
    if basis and not _PAY.search(basis["between"]):
        return True
    return again and (_RUNNING.match(right) is not None or left.endswith(("（", "即", "大写", "￥", "¥")))
