"""A blank document in the layout of official documents (GB/T 9704), marked as a draft, and how to write on it.

A4, margins 37/35/28/26 mm; the title 二号 小标宋 centred; the body 三号 仿宋 in lines of 28 points, indented by two characters; first
headings 黑体, second 楷体; the page number in 四号 between dashes, outside. Fonts are named, with others to take where they are
missing; none is shipped.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from review.reports.words import composed

TITLE, BODY, BLACK, BRUSH, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
INSTEAD = {TITLE: "宋体", BODY: "仿宋", BRUSH: "楷体", BLACK: "SimHei", SONG: "SimSun"}
"""Which font to take where one is missing."""
LATIN = "Times New Roman"
ERHAO, SANHAO, SIHAO, SMALL = 22.0, 16.0, 14.0, 10.5
LINE = 28.0
WIDTH = 156.0
"""Between the margins, in millimetres."""
SLIVER = 3.0
"""So narrow may a part of a strip be, in millimetres."""
WHOLE = 8
"""A table of so many rows is kept on one page; a longer one would leave half a page blank before it."""
DRAFT = "草稿"
_VML = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
)


class Paper:
    """A document to write on, from the top. `subject` stands in the file's properties."""

    def __init__(self, subject: str):
        self.document = docx.Document()
        self.document.core_properties.title = subject
        self.document.core_properties.author = self.document.core_properties.comments = ""
        self._styles()
        self._page()
        self._name_fonts()

    # -- writing ----------------------------------------------------------------------------------------------------------
    def title(self, text: str) -> None:
        self._runs(self.document.add_paragraph(style="Title"), text)

    def first(self, text: str, *, new_page: bool = False) -> None:
        """A heading 一、."""
        self.document.add_paragraph(composed(text), style="Heading 1").paragraph_format.page_break_before = new_page

    def second(self, text: str) -> None:
        """A heading (一)."""
        self.document.add_paragraph(composed(text), style="Heading 2")

    def text(self, text: str, *, lead: str = "", indent: bool = True, align: str = "", keep: bool = False) -> None:
        """A paragraph; `lead` is set before it in bold. What stands in 〔待填…〕 is to be filled in, and coloured. With `keep` it stays
        on the page of the next one.
        """
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = keep
        if not indent:
            paragraph.paragraph_format.first_line_indent = Pt(0)
        if align:
            paragraph.alignment = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}[align]
        if lead:
            paragraph.add_run(composed(lead)).bold = True
        self._runs(paragraph, text)

    def _runs(self, paragraph: Paragraph, text: str) -> None:
        text, at = composed(text), 0
        while (start := text.find("〔待填", at)) >= 0 and (end := text.find("〕", start)) >= 0:
            paragraph.add_run(text[at:start])
            paragraph.add_run(text[start : end + 1]).font.highlight_color = WD_COLOR_INDEX.YELLOW
            at = end + 1
        paragraph.add_run(text[at:])

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """A table; `widths` in millimetres, WIDTH in all. Its header is repeated on every page, no row is broken."""
        self._gap(keep=True)  # a heading stays with its table
        table = self.document.add_table(rows=0, cols=len(headers), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for i, row in enumerate([headers, *rows]):
            cells = table.add_row().cells
            for cell, text, width in zip(cells, row, widths, strict=True):
                cell.width = Mm(width)
                cell.paragraphs[0].style = self.document.styles["表头" if not i else "表格"]
                cell.paragraphs[0].add_run(text)
                cell.paragraphs[0].paragraph_format.keep_with_next = i < len(rows) <= WHOLE
            properties = table.rows[i]._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if not i:
                properties.append(OxmlElement("w:tblHeader"))
        self._gap()

    def band(self, lawful: str, over: str, share: float) -> None:
        """A strip across the page, the lawful window as long as its `share` (0 to 1) of the whole, and what lies past it hatched; below it
        what either is.
        """
        self._gap(keep=True)
        left = min(max(WIDTH * share, SLIVER), WIDTH - SLIVER)
        parts = ((left, "clear", "auto", "9DC3E6", lawful), (WIDTH - left, "diagStripe", "FFFFFF", "C00000", over))
        strip = self.document.add_table(rows=1, cols=2, style="Table Grid")
        strip.alignment, strip.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        strip.rows[0].height_rule, strip.rows[0].height = WD_ROW_HEIGHT_RULE.EXACTLY, Mm(6)
        words = self.document.add_paragraph(style="表头")
        words.paragraph_format.keep_with_next = True
        for cell, column, (width, *pattern, text) in zip(strip.rows[0].cells, strip.columns, parts, strict=True):
            column.width = cell.width = Mm(width)
            cell._tc.get_or_add_tcPr().append(_shade(pattern))
            cell.paragraphs[0].style = self.document.styles["表头"]
            cell.paragraphs[0].paragraph_format.keep_with_next = True
            key = words.add_run("\u3000")  # a square of the same pattern
            key._r.get_or_add_rPr().append(_shade(pattern))
            words.add_run(f" {composed(text)}" + ("\u3000" if text is lawful else ""))

    def _gap(self, *, keep: bool = False) -> None:
        """A little room before and after a table."""
        form = self.document.add_paragraph().paragraph_format
        form.keep_with_next = keep
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(8)

    def save(self, path: Path, made: dt.datetime) -> None:
        """Write the file. `made` is the time that it bears, in its properties and in the archive, for which the library asks the clock."""
        properties, loose = self.document.core_properties, io.BytesIO()
        properties.created = properties.modified = made
        # Quotation marks are in Latin fonts too, where they are set narrow: Word is to take the Chinese one.
        for run in self.document.element.body.iter(qn("w:r")):
            run.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        self.document.save(loose)
        with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(path, "w") as file:
            for part in parts.namelist():
                file.writestr(zipfile.ZipInfo(part, made.timetuple()[:6]), parts.read(part), zipfile.ZIP_DEFLATED)

    # -- layout -----------------------------------------------------------------------------------------------------------
    def _styles(self) -> None:
        styles = self.document.styles
        body = styles["Normal"]
        _font(body, BODY, SANHAO)
        _spacing(body, LINE)
        body.paragraph_format.first_line_indent = Pt(2 * SANHAO)
        body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        for name, font, size in (("Title", TITLE, ERHAO), ("Heading 1", BLACK, SANHAO), ("Heading 2", BRUSH, SANHAO)):
            _font(styles[name], font, size)
            _spacing(styles[name], 32.0 if name == "Title" else LINE)
            styles[name].paragraph_format.keep_with_next = True
        title = styles["Title"]
        title.paragraph_format.alignment, title.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Pt(0)
        title.paragraph_format.space_after = Pt(LINE / 2)
        if (line := title.element.pPr.find(qn("w:pBdr"))) is not None:  # the template underlines it
            title.element.pPr.remove(line)
        for name, font in (("表头", BLACK), ("表格", BODY)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            _font(style, font, SMALL)
            _spacing(style, 15.0)
            style.paragraph_format.first_line_indent = Pt(0)
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER if font == BLACK else WD_ALIGN_PARAGRAPH.LEFT

    def _page(self) -> None:
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(20), Mm(28 - SIHAO * 0.3528)
        self.document.settings.odd_and_even_pages_header_footer = True
        for number, header in enumerate((section.header, section.even_page_header), 1):
            paragraph = header.paragraphs[0]
            _plain(paragraph, WD_ALIGN_PARAGRAPH.RIGHT)
            run = paragraph.add_run(composed(f"{DRAFT}:内容待核查,不得作为结论使用"))
            _run_font(run, BLACK, SMALL)
            paragraph._p.append(_watermark(number))
        for footer, align in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
            _plain(footer.paragraphs[0], align)
            _page_number(footer.paragraphs[0])

    def _name_fonts(self) -> None:
        """Say in the table of fonts which to take where one is missing."""
        entries = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>' for name, other in INSTEAD.items())
        latin = f'<w:font w:name="{LATIN}"><w:charset w:val="00"/></w:font>'
        for part in self.document.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                part._blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{entries}{latin}</w:fonts>'.encode()


def _shade(pattern: Sequence[str]) -> Any:
    """A shading: its pattern, the colour of that, the colour behind."""
    made = OxmlElement("w:shd")
    for name, value in zip(("val", "color", "fill"), pattern, strict=True):
        made.set(qn(f"w:{name}"), value)
    return made


def _font(style: Any, name: str, size: float) -> None:
    style.font.size, style.font.bold, style.font.italic, style.font.color.rgb = Pt(size), False, False, None
    properties = style.element.get_or_add_rPr()
    for tag in ("w:color", "w:spacing", "w:kern"):  # the template's headings are blue and spaced
        if (found := properties.find(qn(tag))) is not None:
            properties.remove(found)
    _name(properties.get_or_add_rFonts(), name)


def _name(fonts: Any, name: str) -> None:
    fonts.attrib.clear()
    for which, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{which}"), font)


def _run_font(run: Any, name: str, size: float) -> None:
    run.font.size = Pt(size)
    _name(run._r.get_or_add_rPr().get_or_add_rFonts(), name)


def _spacing(style: Any, line: float) -> None:
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    form.space_before = form.space_after = Pt(0)
    form.widow_control = True


def _plain(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    """A paragraph of header or footer."""
    paragraph.alignment = align
    form = paragraph.paragraph_format
    form.first_line_indent = Pt(0)
    form.left_indent = form.right_indent = Pt(SIHAO) if align in (WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT) else Pt(0)


def _page_number(paragraph: Paragraph) -> None:
    """— 1 —, the number as a field."""
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        _run_font(run, SONG, SIHAO)
        if text is None:
            for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
                element = OxmlElement("w:fldChar" if kind else "w:instrText")
                if kind:
                    element.set(qn("w:fldCharType"), kind)
                else:
                    element.text = code
                run._r.append(element)


def _watermark(number: int) -> Any:
    """草稿 across the page, as Word itself writes a watermark."""
    shape = (
        "position:absolute;margin-left:0;margin-top:0;width:300pt;height:150pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return parse_xml(
        f"<w:r {_VML}><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
        '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
        '</v:formulas><v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" style="{shape}" '
        f'o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".4"/>'
        f'<v:textpath style="font-family:&quot;{SONG}&quot;;font-size:1pt" string="{escape(DRAFT)}"/></v:shape></w:pict></w:r>'
    )
