"""Rows of public lists that say what court papers say: closings without execution, dishonest debtors, restrictions, penalties."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from cases.documents import courts
from cases.documents.amounts import plain
from cases.documents.casenumbers import first_number
from cases.documents.days import days
from cases.documents.names import is_organisation, kind_of
from cases.documents.paper import HIGH, MIDDLE, Extraction, Party, Value

_DEBTOR = ("被执行人", "失信被执行人", "限制高消费企业名称", "终本公司名称", "失信被执行公司名称")
_CREDITOR = ("申请执行人", "疑似申请执行人", "申请人")
_PENALTY = {
    "决定书文号": ("案号", "xzcfws_code", "决定书文号", "处罚决定书文号"),
    "行政机关": ("处罚单位", "orgnode", "处罚机关"),
    "当事人": ("行政处罚公司名称", "bxzcf_name", "被处罚人", "当事人"),
    "违法行为": ("违法行为类型", "违法行为", "事实", "xzcfws_name"),
    "处罚决定日期": ("处罚日期", "xzcf_date", "处罚决定日期"),
    "罚款金额": ("处罚金额（元）", "处罚金额(元)", "罚款金额"),
}


def _cell(declared: dict[str, str], names: tuple[str, ...]) -> str:
    value = next((declared[n] for n in names if declared.get(n)), "")
    return "" if value.strip("-— ") in ("", "无", "None") else value


def _day(text: str) -> str:
    found = next((m.day for m in days(text)), None) if text else None
    return found.isoformat() if found else ""


def _money(text: str) -> str:
    try:
        return plain(Decimal(text.replace(",", ""))) if text else ""
    except InvalidOperation:
        return ""


def read_ready(extraction: Extraction) -> None:
    """Read a row of a list into an extraction: an execution case, or a penalty."""
    declared = dict(extraction.document.declared)
    if extraction.document.layout == "处罚":
        _penalty(declared, extraction)
    else:
        _execution(declared, extraction)


def _execution(declared: dict[str, str], extraction: Extraction) -> None:
    extraction.matter = "执行"
    number = first_number(declared.get("案号", ""))
    if number is None:
        extraction.notes.append(f"案号“{declared.get('案号', '')}”读不出来")
        return
    extraction.numbers = number.suits
    extraction.put("number", number.suits[0], number.written)
    extraction.put("type", number.type, number.written)
    court = declared.get("执行法院", "")
    extraction.put("court", courts.canonical(court) if court else "", court)
    for role, names in (("申请执行人", _CREDITOR), ("被执行人", _DEBTOR)):
        name = _cell(declared, names)
        if name:
            extraction.parties.append(Party(role, name, kind_of(name) or "自然人", words=name, sure=MIDDLE if "疑似" in names[1] else HIGH))
    extraction.put("filed_on", _day(declared.get("立案日期", "")), declared.get("立案日期", ""))
    total = _money(_cell(declared, ("执行标的（元）", "执行标的(元)", "涉案金额（元）", "涉案金额(元)")))
    extraction.put("amount", total, total)
    if extraction.document.layout == "终本":
        extraction.put("closed_on", _day(declared.get("终本日期", "")), declared.get("终本日期", ""))
        extraction.put("closing", "终结本次执行", "终本日期")
        open_ = _money(_cell(declared, ("未履行金额（元）", "未履行金额(元)")))
        if open_ and total and abs(Decimal(total) - Decimal(open_)) >= 1:
            extraction.put("recovered", plain(max(Decimal(total) - Decimal(open_), Decimal(0))), f"执行标的{total},未履行{open_}", MIDDLE)


def _penalty(declared: dict[str, str], extraction: Extraction) -> None:
    extraction.matter = "处罚"
    cells = {column: _cell(declared, names) for column, names in _PENALTY.items()}
    if cells["决定书文号"]:
        extraction.decisions = [Value(cells["决定书文号"], cells["决定书文号"])]
    extraction.put("agency", cells["行政机关"], cells["行政机关"])
    if cells["当事人"]:
        extraction.parties.append(Party("当事人", cells["当事人"], kind_of(cells["当事人"]) or "自然人", words=cells["当事人"]))
    act = cells["违法行为"].strip()
    if (act.startswith(cells["当事人"]) and is_organisation(cells["当事人"])) or act.startswith(cells["当事人"]):
        act = act[len(cells["当事人"]) :] or act
    extraction.put("violation", re.sub(r"(?:一)?案$", "", " ".join(act.split()))[:500], act[:200])
    extraction.put("decided_on", _day(cells["处罚决定日期"]), cells["处罚决定日期"])
    extraction.put("fine", _money(cells["罚款金额"]), cells["罚款金额"])
