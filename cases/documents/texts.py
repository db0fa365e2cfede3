"""From bytes to the text of a paper: encodings, HTML, DOCX, PDF, and cleaning what printing leaves behind."""

from __future__ import annotations

import html
import io
import logging
import re
from itertools import pairwise

from cases.errors import SheetError

_BREAK = re.compile(r"(?i)</?(?:div|p|br|tr|li|ul|ol|h[1-6]|table|title|center|hr|section|article)\b[^>]*>")
_HIDDEN = re.compile(r"(?is)<(script|style|head)\b[^>]*>.*?</\1>|<!--.*?-->")
_TAG = re.compile(r"(?s)</?[a-zA-Z][^<>]*>")
_SPACE = re.compile(r"[ \t]+")
_LATIN = re.compile("[A-Za-z]")
_ODD = {"\u3000": " ", "\xa0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\u2028": "\n"}
_ODD |= dict.fromkeys("\0\u200b\u200c\u200d\u2060\ufeff\xad", "")
_ODD_MARK = re.compile("[" + "".join(_ODD) + "]")
_PRIVATE = re.compile("[\ue000-\uf8ff]+\\?*")  # marks that some sites put at the ends of lines
_SENTENCE_END = tuple("。；：;:！？”")
_LAYOUT_LINE = re.compile(r"(?:审\s*判|书\s*记|执\s*行|代理审|人民陪审|法官助理|二[〇○0零]|[（(〔]\d{4}|.{0,30}法院$|[\u4e00-\u9fa5 ]{2,10}书$)")
_ASCII = {0xFF10: 10, 0xFF21: 26, 0xFF41: 26}  # full-width digits, capitals, small letters
_WIDTH = {chr(first + i): chr(first + i - 0xFEE0) for first, many in _ASCII.items() for i in range(many)} | {
    "：": ":", "﹕": ":", "∶": ":", "．": ".", "％": "%", "(": "（", ")": "）", "＊": "*", "●": "×", "﹙": "（", "﹚": "）",
    ";": "；",
}  # fmt: skip
_WIDE = re.compile("[" + "".join(re.escape(c) for c in _WIDTH) + "]")
_COMMA = re.compile(r"(?<!\d),|,(?!\d{3}(?!\d))")


def decode(data: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16 with or without mark, or GB18030.

    Raises SheetError where it is none of these.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    for name in ("utf-8", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise SheetError("文字编码读不出来(既不是 UTF-8 也不是 GB18030):请另存为 UTF-8 编码")


def from_html(source: str) -> str:
    """The visible text of HTML, one line per block."""
    if _BREAK.search(source):  # else the line breaks of the source are those of the text
        source = _BREAK.sub("\n", _HIDDEN.sub("", source.replace("\n", " ")))
    text = _TAG.sub("", source)
    return html.unescape(text) if "&" in text else text


def from_docx(data: bytes) -> str:
    """The paragraphs and table rows of a DOCX file, in order. Raises SheetError where it is damaged."""
    from docx import Document as open_docx
    from docx.table import Table

    try:
        content = open_docx(io.BytesIO(data))
        lines: list[str] = []
        for block in content.iter_inner_content():
            if isinstance(block, Table):
                lines += ["，".join(dict.fromkeys(c.text.replace("\n", "") for c in row.cells if c.text.strip())) for row in block.rows]
            else:
                lines.append(block.text)
    except Exception as e:  # the library raises whatever its XML and zip layers raise
        raise SheetError(f"DOCX 读不出来({type(e).__name__}):文件可能已损坏,请用 Word 或 WPS 打开后另存") from e
    return "\n".join(lines)


def from_pdf(data: bytes) -> str:
    """The text layer of a PDF, wrapped lines joined. Raises SheetError where it is damaged, locked, or only pictures."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it grumbles about in English is told below where it matters
    try:
        pages = [page.extract_text() or "" for page in PdfReader(io.BytesIO(data)).pages]
    except Exception as e:  # pypdf raises many kinds of error on damaged or locked files
        raise SheetError(f"PDF 读不出来({type(e).__name__}):文件可能已损坏或加密,请另存后重新导入") from e
    text = "\n".join(pages)
    if len(text.strip()) < 20:
        raise SheetError("PDF 没有文字层(多半是扫描件):请先做文字识别,或改用 DOCX、TXT")
    return unwrap(text)


def flatten(text: str) -> str:
    """The text with one width of digits, letters and marks; every character keeps its place. Commas within numbers stay."""
    if "," in text:
        text = _COMMA.sub("，", text)
    return _WIDE.sub(lambda match: _WIDTH[match[0]], text)  # quicker than str.translate on Chinese text


def unwrap(text: str) -> str:
    """Join lines that were cut at the width of a page; lines that end a sentence or belong to head and foot stay."""
    lines = [line.rstrip() for line in _plain(text).split("\n")]
    long = sorted(len(line.strip()) for line in lines if line.strip())
    if len(long) < 8:
        return text
    width = long[int(len(long) * 0.9)]
    full = [line for line in lines if len(line.strip()) >= width - 3]
    if width < 15 or sum(not line.endswith(_SENTENCE_END) for line in full) < max(3, len(long) // 5):
        return text
    joined = lines[0]
    for before, line in pairwise(lines):
        runs_on = len(before.strip()) >= width - 4 and not before.endswith(_SENTENCE_END) and not _LAYOUT_LINE.match(line.strip())
        joined += line.lstrip() if runs_on else "\n" + line
    return joined


def _plain(text: str) -> str:
    return _ODD_MARK.sub(lambda match: _ODD[match[0]], text)


def clean(text: str) -> str:
    """Text with one line per printed line, without the spaces that printing puts between characters, without odd marks."""
    if "\\n" in text and text.count("\n") < text.count("\\n"):  # line breaks that were written out twice
        text = text.replace("\\r", "").replace("\\n", "\n").replace("\\t", " ").replace('\\"', '"')
    text = _PRIVATE.sub("\n", _plain(text))
    if "&" in text:
        text = _plain(html.unescape(text))
    if " " in text or "\t" in text:
        text = _SPACE.sub(_space, text)
    return "\n".join(line for line in text.split("\n") if line)


def _space(match: re.Match[str]) -> str:
    """The space between two Latin words; nothing elsewhere."""
    text, start, end = match.string, match.start(), match.end()
    return match[0] if start and _LATIN.match(text, start - 1) and _LATIN.match(text, end) else ""
