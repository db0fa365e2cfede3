"""How sites and exports write a paper, and turning each way into a `Document`.

A record is told by its keys: the official site's fields (s1…s51, qwContent), its older form (Title, PubDate, Html), OpenLaw
exports (header fields and text parts), plain rows with a full-text column under many names, and ready rows of lists
(closings without execution, restrictions, dishonest debtors, penalties) that are no papers but say the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from cases.documents.courts import COURT
from cases.documents.paper import Document
from cases.documents.texts import clean, from_html

Record = Mapping[str, object]

TEXT_NAMES = (
    "全文", "正文", "文书全文", "文书内容", "文书正文", "判决书全文", "裁判文书全文", "判决全文", "裁判文书", "正文内容", "案件全文", "内容",
    "fulltext", "full_text", "plaintext", "content", "text", "html", "qwcontent", "doccontent",
)  # fmt: skip
_DECLARED = {
    "案号": ("案号", "案件编号", "文书案号", "案件号", "caseno", "case_no", "case_number", "casenumber", "ah"),
    "法院": ("法院", "法院名称", "审理法院", "裁判法院", "执行法院", "court", "courtname", "court_name", "fy"),
    "案由": ("案由", "案件案由", "cause", "case_reason", "casereason", "ay"),
    "标题": ("标题", "案件名称", "文书标题", "文书名称", "名称", "title", "casename", "case_name"),
    "裁判日期": ("裁判日期", "判决日期", "裁判时间", "审结日期", "文书日期", "judgedate", "judge_date", "judgementdate", "judgment_date"),
    "文书类型": ("文书类型", "文书种类", "doctype", "doc_type"),
    "案件类型": ("案件类型", "casetype", "case_type"),
    "程序": ("庭审程序", "审理程序", "审判程序", "程序", "trialprocedure", "trial_procedure", "trialround"),
    "立案日期": ("立案日期", "立案时间", "filingdate", "filing_date"),
    "当事人": ("当事人", "当事人信息", "诉讼参与人", "parties", "litigants"),
}  # fmt: skip
_ALIASES = {alias: name for name, aliases in _DECLARED.items() for alias in aliases}

_OPENLAW_PARTS = ("头部", "当事人", "庭审程序说明", "庭审过程", "法院意见", "判决结果", "庭后告知", "结尾", "附录")
_OPENLAW_CUT = re.compile(r"(?<=[。；;:：，,])、|、(?=(?:原告|被告|上诉人|被上诉人|再审申请人|被申请人|第三人|申请人|申请执行人|被执行人)[:：（])")
_OPENLAW_LINES = re.compile(r"(?<!\d)、|、(?!\d)")
_SITE_PARTS = ("s22", "s23", "s25", "s26", "s27", "s28", "s51")
_OLD_SITE_PARTS = (
    "文本首部段落原文", "诉讼参与人信息部分原文", "诉讼记录段原文", "案件基本情况段原文", "裁判要旨段原文", "理由原文", "判决结果段原文",
    "文本尾部原文",
)  # fmt: skip
_SITE_KINDS = {"01": "判决书", "02": "裁定书", "03": "调解书", "04": "决定书", "05": "通知书", "09": "令"}

READY = ("终本", "失信", "限高", "处罚")


def _text(value: object) -> str:
    """A declared value as text; lists are joined."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "、".join(_text(v) for v in value if v is not None)
    if isinstance(value, Mapping):
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def looks_like_header(cells: Sequence[str]) -> bool:
    """Whether the first row of a text file is the header of a table of papers, or of a list that can be read as rows."""
    names = {c.strip().strip("\ufeff\"'").lower() for c in cells}
    if len(names) < 2:
        return False
    return (bool(names & set(TEXT_NAMES)) and bool(names & _ALIASES.keys())) or _ready_kind(names) != ""


def paper_of_record(path: str, index: int, record: Record) -> Document:
    """The paper that one record of a file holds; with a `problem` and a `sample` where its layout is not known."""
    record = _unpacked(record)
    if "s22" in record or ("s7" in record and "s2" in record):
        return _of_site(path, index, record)
    if "Html" in record or "DocContent" in record or "诉讼记录段原文" in record:
        return _of_old_site(path, index, record)
    if "头部" in record or "庭审程序说明" in record:
        return _of_openlaw(path, index, record)
    by_name = {str(k).strip().lower(): v for k, v in record.items()}
    kind = _ready_kind(by_name.keys())
    if kind:
        return Document(path, index, kind, declared={str(k): _text(v) for k, v in record.items()})
    return _of_row(path, index, record, by_name)


def _unpacked(record: Record) -> Record:
    """The record inside a crawler's wrapping: JSON in `source`, or in a script that sets jsonHtmlData."""
    inner = record.get("source")
    if not isinstance(inner, str):
        return record
    script = re.search(r'jsonHtmlData\s*=\s*("(?:[^"\\]|\\.)*")', inner)
    try:
        unpacked = orjson.loads(orjson.loads(script[1]) if script else inner)
    except orjson.JSONDecodeError:
        return record
    return unpacked if isinstance(unpacked, dict) else record


def _ready_kind(names: Iterable[str]) -> str:
    """Which ready list the columns are of, "" for none."""
    have = set(names)
    if "终本日期" in have and "案号" in have:
        return "终本"
    if "案号" in have and ({"限高发布日期", "限制高消费企业名称"} & have):
        return "限高"
    if "案号" in have and ({"失信被执行人", "失信被执行公司名称"} & have):
        return "失信"
    if {"处罚单位", "处罚日期"} <= have or {"xzcfws_code", "orgnode"} <= have:
        return "处罚"
    return ""


def _of_site(path: str, index: int, record: Record) -> Document:
    content = _text(record.get("qwContent"))
    text = clean(from_html(content) if content else "\n".join(part for key in _SITE_PARTS if (part := _text(record.get(key)))))
    cause = record.get("s11")
    declared = {
        "案号": _text(record.get("s7")),
        "法院": _text(record.get("s2")),
        "案由": _text(cause[0] if isinstance(cause, list) and cause else cause),
        "裁判日期": _text(record.get("s31")),
        "案件类型": _text(record.get("s8")),
        "程序": _text(record.get("s9")),
        "文书类型": _SITE_KINDS.get(_text(record.get("s6")), ""),
    }
    names = record.get("s17")
    people = tuple(dict.fromkeys(_text(n) for n in names)) if isinstance(names, list) else ()
    return Document(path, index, "裁判文书网(新)", text, _text(record.get("s1")), declared, tuple(n for n in people if n))


def _of_old_site(path: str, index: int, record: Record) -> Document:
    """The older forms of the official site: HTML or plain content, or the paragraphs apart, with Chinese names beside them."""
    content = _text(record.get("Html") or record.get("DocContent")) or "\n".join(_text(record.get(k)) for k in _OLD_SITE_PARTS if record.get(k))
    text = clean(from_html(content) if "<" in content else content)
    declared = {}
    for key, value in record.items():
        known = _ALIASES.get(str(key).strip().lower())
        if known and known not in declared and (words := _text(value)):
            declared[known] = words
    title = _text(record.get("Title")) or declared.pop("标题", "")
    return Document(path, index, "裁判文书网(旧)", text, title, declared)


def _of_openlaw(path: str, index: int, record: Record) -> Document:
    parts = []
    for name in _OPENLAW_PARTS:
        part = _text(record.get(name))
        parts.append((_OPENLAW_LINES if name in ("头部", "结尾") else _OPENLAW_CUT).sub("\n", part))
    declared = {
        "案号": _text(record.get("案号")),
        "法院": _text(record.get("法院")),
        "案由": _text(record.get("案由")),
        "裁判日期": _text(record.get("判决日期")),
        "案件类型": _text(record.get("案件类型")),
        "程序": _text(record.get("庭审程序")),
        "文书类型": _text(record.get("文书类型")),
    }
    return Document(path, index, "OpenLaw", clean("\n".join(p for p in parts if p)), _text(record.get("标题")), declared)


def _of_row(path: str, index: int, record: Record, by_name: Mapping[str, object]) -> Document:
    """A plain row: a full text under one of many names, and what stands beside it."""
    name = next((n for n in TEXT_NAMES if isinstance(by_name.get(n), str) and str(by_name[n]).strip()), "")
    declared: dict[str, str] = {}
    for key, value in by_name.items():
        known = _ALIASES.get(key)
        if known and known not in declared and (text := _text(value)):
            declared[known] = text
    if not name:
        if declared.get("案号") and any(n in by_name for n in TEXT_NAMES):
            return Document(path, index, "全文行", "", declared.pop("标题", ""), declared)
        sample = "、".join(str(k) for k in list(record)[:8])
        return Document(path, index, "", problem="不认识的记录样式(没有全文列)", sample=f"列:{sample}")
    source = str(by_name[name])
    text = clean(from_html(source) if "</" in source or "<br" in source.lower() else source)
    people = tuple(n for n in re.split(r"[、,，;；\s]+", declared.get("当事人", "")) if 1 < len(n) <= 40)
    return Document(path, index, "全文行", text, declared.pop("标题", ""), declared, people)


_KIND_LINE = re.compile(r"(?:[\u4e00-\u9fa5]{0,12})(?:判决书|裁定书|调解书|决定书|支付令|通知书)$")
_FOOT_LINE = re.compile(r"(?:书记员|审判员|审判长|执行员)")


def _title_in(path: str) -> str:
    """The title that a file's name is, "" where it is none: 甲与乙买卖合同纠纷一审民事判决书.docx."""
    name = path.rpartition("/")[2].rpartition(".")[0] or path.rpartition("/")[2]
    return name if _KIND_LINE.search(name) or "一案" in name else ""


def papers_of_text(path: str, layout: str, text: str) -> Iterator[Document]:
    """The papers of a text: one, or several where each begins with its own court and kind after the foot of the one before."""
    whole = clean(text)
    lines = whole.split("\n")
    starts = [0]
    for i in range(1, len(lines) - 1):
        if COURT.fullmatch(lines[i].removeprefix("中华人民共和国")) and any(_KIND_LINE.fullmatch(line) for line in lines[i + 1 : i + 3]):
            before = lines[starts[-1] : i]
            if any(_FOOT_LINE.match(line) for line in before[-12:]):
                starts.append(i)
    if len(starts) == 1:
        yield Document(path, 0, layout, whole, _title_in(path))
        return
    for index, (first, last) in enumerate(zip(starts, [*starts[1:], len(lines)], strict=True), 1):
        yield Document(path, index, layout, "\n".join(lines[first:last]))
