"""Reading one document: `extract(document)` gives every value that can be read, its words, and how sure it is."""

from __future__ import annotations

import re

from cases.documents import causes, courts
from cases.documents.casenumbers import CaseNumber, first_number, with_province
from cases.documents.checks import check
from cases.documents.claims import read_claims
from cases.documents.course import read_course, read_default
from cases.documents.decision import read_decision
from cases.documents.execution import read_execution
from cases.documents.outcome import read_closing, read_day, read_judges, read_kind
from cases.documents.paper import HIGH, LOW, MIDDLE, Document, Extraction
from cases.documents.parties import CLAIMANTS, RESPONDENTS, read_parties
from cases.documents.ready import read_ready
from cases.documents.sections import Sections, divide
from cases.documents.sides import agents_from_course, from_course, settle_sides
from cases.documents.signs import read_signs

_PAPER = re.compile(r"原告|被告|上诉人|申请执行人|被执行人|申请人|本院|人民法院|审判员|公诉机关|起诉人")
_HEAD_COURT = re.compile(r"(?:^|\n)\s*(?:中华人民共和国)?(?P<court>[\u4e00-\u9fa5（）]{2,28}法院)")
_NON_CASE = re.compile("行审|行非|非诉|非审|行执")
UNLIKE = "内容不像裁判文书(没有原告、被告、本院等字样)"


def extract(document: Document) -> Extraction:
    """Read a document. What cannot be read is absent; what contradicts itself is kept as printed and noted.

    A document with a `problem`, or one that is no court paper, gives an extraction without values.
    """
    extraction = Extraction(document)
    if document.problem:
        return extraction
    if document.layout in ("终本", "失信", "限高", "处罚"):
        read_ready(extraction)
        return extraction
    if not document.text and not document.declared.get("案号"):
        document.problem = "没有正文"
        return extraction
    if document.text and not _PAPER.search(document.text, 0, 3000) and not document.declared.get("案号"):
        document.problem, document.sample = UNLIKE, document.text[:80]
        return extraction
    sections = divide(document.text)
    _read_number(sections, extraction)
    _read_court(sections, extraction)
    extraction.matter = _matter(extraction)
    read_kind(sections, extraction)
    if not extraction.matter:
        extraction.matter = next((m for m in ("民事", "行政", "执行", "刑事") if m in extraction.get("kind")), "")
    read_day(sections, extraction)
    read_judges(sections, extraction)
    _read_people(sections, extraction)
    _read_cause(sections, extraction)
    if not extraction.matter and not extraction.numbers and extraction.get("cause").endswith("纠纷"):
        extraction.matter = "民事"
    read_course(sections, extraction)
    if extraction.matter == "非诉":
        read_decision(sections, extraction)
    elif extraction.matter == "执行":
        read_execution(sections, extraction)
    else:
        read_default(sections, extraction)
        if not extraction.get("type") or "初" in extraction.get("type") or extraction.get("type").endswith(("督", "特")):
            read_claims(sections, extraction)
        read_closing(sections, extraction)
        read_signs(sections, extraction)
    check(extraction)
    return extraction


def _read_number(sections: Sections, extraction: Extraction) -> None:
    """The paper's case numbers: as printed in its head; the declared one stands in, and is compared."""
    document = extraction.document
    declared = first_number(document.declared.get("案号", ""))
    printed = sections.number
    number = printed or declared or first_number(document.title)
    if number is None:
        number = first_number(document.path.rpartition("/")[2]) if not document.index else None
        if number is None:
            return
        extraction.notes.append("案号取自文件名,正文开头没有案号")
    if (printed and printed.court[:1].isdigit()) or number.court[:1].isdigit():
        name = document.declared.get("法院", "") or _printed_court(sections)
        number = with_province(number, courts.province(name))
    extraction.numbers = number.suits
    sure = HIGH if printed else MIDDLE
    extraction.put("number", "、".join(number.suits), number.written, LOW if number.odd else sure)
    for name, value in (("year", str(number.year)), ("code", number.court), ("type", number.type), ("sub", number.sub)):
        extraction.put(name, value, number.written, sure)
    extraction.notes += number.odd
    if printed and declared and set(printed.suits) != set(declared.suits) and not _same_but_damaged(printed, declared):
        extraction.notes.append(f"正文案号 {printed.written} 与来源所列案号 {declared.written} 不一致")
    if printed and declared and len(declared.suits) > len(printed.suits):
        extraction.numbers = declared.suits


def _same_but_damaged(one: CaseNumber, other: CaseNumber) -> bool:
    """Whether two numbers differ only in a province or type that one of them lacks."""
    return (
        one.year == other.year
        and [s[-6:] for s in one.suits] == [s[-6:] for s in other.suits]
        and one.court.endswith(other.court.lstrip("0123456789") or other.court)
    )


def _printed_court(sections: Sections) -> str:
    stop = sections.number.start if sections.number else min(120, len(sections.flat))
    found = _HEAD_COURT.search(sections.flat, 0, max(stop, 1))
    if found is None:
        return ""
    name = found["court"]
    for word in ("判决书", "裁定书", "调解书"):
        name = name.rpartition(word)[2] or name
    return name


def _read_court(sections: Sections, extraction: Extraction) -> None:
    """The court: as printed in the head; declared; or by the code of the case number. Listed spelling."""
    printed, declared = _printed_court(sections), extraction.document.declared.get("法院", "")
    by_code = courts.by_code(extraction.get("code"))
    name = printed or declared
    if not name:
        if by_code is not None and not extraction.document.declared:
            extraction.put("court", by_code.name, f"案号中的法院代字 {extraction.get('code')}", MIDDLE)
        return
    extraction.put("court", courts.canonical(name), name, HIGH if courts.listed(name) else MIDDLE)
    if printed and declared and courts.key(printed) != courts.key(declared):
        extraction.notes.append(f"正文法院“{printed}”与来源所列法院“{declared}”不一致")
        if courts.listed(declared) and not courts.listed(printed):
            extraction.put("court", courts.canonical(declared), declared, MIDDLE)


def _matter(extraction: Extraction) -> str:
    """Which kind of case the number is of: 民事, 行政, 非诉, 执行, 刑事, 赔偿, 其他; "" without a number."""
    kind, declared = extraction.get("type"), extraction.document.declared
    if "非诉" in declared.get("程序", "") or (_NON_CASE.search(kind) and "行" in kind) or kind == "非诉":
        return "非诉"
    for word, matter in (("刑", "刑事"), ("赔", "赔偿"), ("民", "民事"), ("商", "民事"), ("知", "民事"), ("执", "执行"), ("行", "行政")):
        if word in kind:
            return matter
    return "其他" if kind else ""


def _read_cause(sections: Sections, extraction: Extraction) -> None:
    """The cause: declared, else in the sentence of 一案, else in the title."""
    document, flat = extraction.document, sections.flat
    declared = (
        document.declared.get("案由", "").split("、")[0] if document.declared.get("案由", "").count("纠纷") > 1 else document.declared.get("案由", "")
    )
    word = causes.case_word(flat, sections.course, sections.course_end)
    printed, listed = causes.cause_before(flat, word.start(), [p.name for p in extraction.parties]) if word else ("", False)
    if not printed and (named := re.search(r"案由:(?P<cause>[^。；，\n]{2,30})", flat[sections.block : sections.course_end])):
        printed, listed = _first_listed(named["cause"]), True
    words = flat[max(0, word.start() - 30) : word.end()] if word and printed else ""
    if declared:
        extraction.put("cause", declared, words or "来源所列案由", HIGH)
        if printed and listed and extraction.matter == "民事" and printed != declared:
            extraction.notes.append(f"正文案由“{printed}”与来源所列案由“{declared}”不一致")
    elif printed:
        extraction.put("cause", printed, words, HIGH if listed else MIDDLE)
    elif cause := _cause_in_title(document.title):
        extraction.put("cause", cause, document.title, MIDDLE)


def _first_listed(words: str) -> str:
    """The cause at the start of what stands behind 案由: , which may run on behind a 、."""
    pieces = words.split("、")
    return next((c for n in range(len(pieces), 0, -1) if (c := "、".join(pieces[:n])) in causes.known()), pieces[0])


def _cause_in_title(title: str) -> str:
    for match in re.finditer(r"一审|二审|再审|申请|审判监督|特别程序|民事|执行|行政|刑事|一案|督促", title):
        cause, _ = causes.cause_before(title, match.start())
        if cause:
            return cause
    return ""


def _read_people(sections: Sections, extraction: Extraction) -> None:
    """The parties and agents: from their list; what the list lacks, from the account of the proceedings."""
    if sections.course > sections.block:
        read_parties(sections, extraction)
    claimants = any(p.role in CLAIMANTS for p in extraction.parties)
    if not extraction.parties or (claimants and not any(p.role in RESPONDENTS for p in extraction.parties)):
        from_course(sections, extraction.document.names, extraction.document.title, extraction)
    if not extraction.agents:
        agents_from_course(sections, extraction)
    settle_sides(sections, extraction)
