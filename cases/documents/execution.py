"""Enforcement papers: whose claim against whom, on what title, filed and closed when and how, with what assets."""

from __future__ import annotations

import re

from cases.documents.amounts import amounts, plain
from cases.documents.casenumbers import read_numbers
from cases.documents.days import days
from cases.documents.paper import HIGH, LOW, MIDDLE, UNDATED, Extraction
from cases.documents.sections import Sections

_BASIS = re.compile(
    r"(?P<kind>民事判决书?|民事调解书?|行政判决书?|刑事判决书?|刑事裁定书?|民事裁定书?|仲裁裁决书?|"
    r"裁决书?|仲裁调解书?|公证债权文书|执行证书|公证书|支付令|调解书|判决书|行政裁定书?|调解协议)"
)
_KINDS = (
    ("支付令", "支付令"),
    ("公证", "公证债权文书"),
    ("执行证书", "公证债权文书"),
    ("仲裁", "仲裁裁决"),
    ("裁决", "仲裁裁决"),
    ("刑事", "刑事财产刑"),
    ("调解", "调解书"),
    ("判决", "判决"),
)
_ARBITRATION = re.compile(r"[\u4e00-\u9fa5]{1,12}(?:仲|裁)[\u4e00-\u9fa5]{0,8}[（〔\[［]\d{4}[）〕\]］](?:[\u4e00-\u9fa5]{0,6})?第?\d{1,8}号")
_CLOSINGS = (
    ("终结本次执行", re.compile(r"终结[^。；\n]{0,50}(?:本次执行|的?本次执行程序)|终结本次")),
    ("不予执行", re.compile(r"(?<!裁定)不予执行[^。；\n]{0,40}(?:裁决|公证|决定|书|一案|申请)|(?:^|\n|。)[^。\n]{0,60}不予执行")),
    ("终结执行", re.compile(r"终结[^。；\n]{0,60}执行")),
    ("执行完毕", re.compile(r"执行完毕|全部执行到位|已全部履行|履行完毕")),
)
_SUM = re.compile(r"(?:执行标的(?:额|金额)?|申请执行(?:标的)?(?:金额|数额)?|请求(?:依法)?(?:强制)?执行|执行案款|申请标的)(?:共计|为|共|计|:|人民币)*")
_RECOVERED = re.compile(r"(?:已执行到位|执行到位(?:金额)?|实际到位|已执行|扣划(?:到位)?|已受偿)(?:案款|款项|金额|人民币|标的|共计|为|:)*")
_NO_ASSETS = re.compile(
    r"(?:未发现|没有|无|未查(?:到|询到)|未能查(?:到|询到))[^。；，\n]{0,20}(?:其他)?(?:可供|可)执行(?:的)?财产|"
    r"(?:无|没有)财产可供执行|名下(?:均)?无[^。；\n]{0,30}财产"
)
_ASSETS = re.compile(
    r"(?<![无未没])有(?:其他)?可供执行的?财产(?!的|线索)|(?:查封|扣押)了?(?:被执行人)?(?![^。；\n]{0,60}(?:轮候|抵押|无益|不具备|暂不|未能|未实际|下落不明))"
    r"[^。；，\n]{0,40}(?:房产|房屋|不动产|车辆|土地使用权|设备)"
)
_APPLIED = re.compile(
    r"^[^。；，\n]{0,12}(?:向(?:本院|我院)(?:依法)?(?:提出|递交)?[^。；，\n]{0,6}申请(?:强制)?(?:立案)?执行(?!人)|"
    r"申请(?:强制)?执行(?!人)|申请(?:本院)?强制执行(?!人))"
)
_FILED = re.compile(r"^(?:日)?(?:依法|予以|决定|已|登记)*(?:立案|受理)(?:执行)?")


def read_execution(sections: Sections, extraction: Extraction) -> None:
    """Read an enforcement paper into an extraction."""
    flat = sections.flat
    _basis(flat, sections, extraction)
    for mention in days(flat, sections.course, min(sections.course + 3000, sections.foot)):
        after = flat[mention.end : mention.end + 40]
        for name, pattern in (("applied_on", _APPLIED), ("filed_on", _FILED)):
            match = pattern.match(after)
            if match and name not in extraction.values:
                extraction.put(name, mention.day.isoformat() if mention.day else UNDATED, mention.words + match[0], mention.sure)
    _closing(sections, extraction)
    _sums(flat[sections.course : sections.foot], extraction)
    none = _NO_ASSETS.search(flat, sections.course, sections.foot)
    some = _ASSETS.search(flat, sections.course, sections.result or sections.foot)
    if none:
        extraction.put("has_assets", "否", none[0], LOW if some else HIGH)
    elif some:
        extraction.put("has_assets", "是", some[0], MIDDLE)


def _basis(flat: str, sections: Sections, extraction: Extraction) -> None:
    """The title that is enforced: the first other number behind which a judgment, award or deed is named."""
    own = set(extraction.numbers)
    for number in read_numbers(flat, sections.course, min(sections.foot, sections.course + 2500)):
        kind = _BASIS.match(flat, _past(flat, number.end))
        if kind and number.suits[0] not in own:
            name = next((k for word, k in _KINDS if word in kind["kind"]), "")
            extraction.put("basis_no", number.suits[0], flat[number.start : kind.end()])
            extraction.put("basis_kind", name, kind[0])
            return
    award = _ARBITRATION.search(flat, sections.course, min(sections.foot, sections.course + 2500))
    kind = _BASIS.search(flat, sections.course, min(sections.foot, sections.course + 2500))
    if award:
        number_words = re.split(r"(?:作出的?|依据|根据|关于|的)", award[0])[-1]
        extraction.put("basis_no", number_words, award[0], MIDDLE)
        extraction.put("basis_kind", "仲裁裁决", award[0], MIDDLE)
    elif kind:
        extraction.put("basis_kind", next((k for word, k in _KINDS if word in kind["kind"]), ""), kind[0], LOW)


def _past(flat: str, at: int) -> int:
    while at < len(flat) and flat[at] in "》《”“的":
        at += 1
    return at


def _closing(sections: Sections, extraction: Extraction) -> None:
    """How the case was closed; only a ruling or a notice of closing closes it."""
    result = sections.flat[sections.result : sections.foot] if sections.result else ""
    text = result or sections.flat[sections.course : sections.foot] if extraction.get("kind").endswith(("裁定书", "通知书", "告知书")) else ""
    for name, pattern in _CLOSINGS:
        match = pattern.search(text)
        if match and (result or name == "执行完毕"):
            extraction.put("closing", name, match[0])
            extraction.put("closed_on", extraction.get("judged_on"), "落款日期")
            return


def _sums(text: str, extraction: Extraction) -> None:
    for name, pattern in (("amount", _SUM), ("recovered", _RECOVERED)):
        for match in pattern.finditer(text):
            amount = next(amounts(text, match.end(), match.end() + 24), None)
            if amount is not None and amount.start <= match.end() + 4:
                extraction.put(name, plain(amount.yuan), text[match.start() : amount.end], MIDDLE)
                break
