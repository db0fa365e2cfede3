"""Papers in every wrapping: what a file is, is found out from its content."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from pypdf import PdfWriter

from cases.documents.extract import extract
from cases.documents.files import holds_papers, read_path
from cases.errors import SheetError
from tests.cases.documents import papers

NUMBER = "（2019）川0107民初20481号"
LINES = papers.LOAN.split("\n")


def docx_bytes(text: str) -> bytes:
    content = docx.Document()
    for line in text.split("\n"):
        content.add_paragraph(line)
    out = io.BytesIO()
    content.save(out)
    return out.getvalue()


def pdf_bytes(lines: list[str]) -> bytes:
    """A PDF whose text layer says some lines, in a font that is named and not embedded."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -16 Td " for line in lines)
    stream = f"BT /F1 10 Tf 40 800 Td {shown}ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900]"
        b" /ItalicAngle 0 /Ascent 859 /Descent -140 /CapHeight 683 /StemV 58 >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    return (
        data + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(data))
    )


def html(text: str) -> str:
    body = "".join(f"<div style='TEXT-ALIGN: left'>{line.replace(' ', '&nbsp;')}</div>" for line in text.split("\n"))
    return f"<html><head><title>不读</title><style>p {{}}</style></head><body>{body}<script>var 原告 = 1;</script></body></html>"


def csv_bytes(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gb18030")


def packed(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def taped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


SITE = {
    "s1": "关长庚与成都市川味多餐饮管理有限公司、巫立夏民间借贷纠纷一审民事判决书",
    "s2": "成都市武侯区人民法院",
    "s6": "01",
    "s7": NUMBER,
    "s8": "民事案件",
    "s9": "民事一审",
    "s11": ["民间借贷纠纷"],
    "s17": ["关长庚", "成都市川味多餐饮管理有限公司", "巫立夏"],
    "s22": "\n".join(LINES[:3]),
    "s23": LINES[8],
    "s25": "\n".join(LINES[9:11]),
    "s26": LINES[11],
    "s27": "\n".join(LINES[12:15]),
    "s28": "\n".join(LINES[16:]),
    "s31": "2019-11-25",
}
OLD_SITE = {"Title": SITE["s1"], "案号": NUMBER, "法院名称": "成都市武侯区人民法院", "裁判日期": "2019-11-25", "Html": html(papers.LOAN)}
OPENLAW = {
    "标题": SITE["s1"], "案号": NUMBER, "法院": "成都市武侯区人民法院", "案由": "民间借贷纠纷", "判决日期": "2019-11-25", "文书类型": "判决书",
    "案件类型": "民事案件", "庭审程序": "一审", "头部": "、".join(LINES[:3]), "当事人": "、".join(LINES[3:8]), "庭审程序说明": LINES[8],
    "庭审过程": "、".join(LINES[9:11]), "法院意见": LINES[11], "判决结果": "、".join(LINES[12:15]), "结尾": "、".join(LINES[16:]),
}  # fmt: skip
PLAIN = {"案号": NUMBER, "法院": "成都市武侯区人民法院", "案由": "民间借贷纠纷", "全文": papers.LOAN}
HEADER = ("案号", "案件名称", "法院", "案由", "裁判日期", "当事人", "全文")
ROW = (NUMBER, str(SITE["s1"]), "成都市武侯区人民法院", "民间借贷纠纷", "2019/11/25", "关长庚、巫立夏", papers.LOAN)


def lines(*records: Mapping[str, object]) -> bytes:
    return "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode()


WRAPPED = {
    "txt": ("TXT", papers.LOAN.encode()),
    "txt in GB18030": ("TXT", papers.LOAN.encode("gb18030")),
    "txt in UTF-16": ("TXT", papers.LOAN.encode("utf-16")),
    "docx": ("DOCX", docx_bytes(papers.LOAN)),
    "pdf": ("PDF", pdf_bytes(LINES)),
    "html": ("HTML", html(papers.LOAN).encode()),
    "new site": ("裁判文书网(新)", lines(SITE)),
    "new site, whole content": ("裁判文书网(新)", lines({"s7": NUMBER, "s2": "成都市武侯区人民法院", "qwContent": html(papers.LOAN)})),
    "old site": ("裁判文书网(旧)", lines(OLD_SITE)),
    "OpenLaw": ("OpenLaw", lines(OPENLAW)),
    "plain rows": ("全文行", lines(PLAIN)),
    "a JSON array": ("全文行", json.dumps([PLAIN], ensure_ascii=False, indent=1).encode()),
    "one JSON object": ("全文行", json.dumps(PLAIN, ensure_ascii=False, indent=1).encode("utf-8-sig")),
    "CSV": ("全文行", csv_bytes(HEADER, ROW)),
    "zip": ("TXT", packed(("一/二.txt", papers.LOAN.encode("gb18030")))),
    "zip in zip": ("DOCX", packed(("内.zip", packed(("判决.docx", docx_bytes(papers.LOAN)))))),
    "tar": ("TXT", taped("判决.txt", papers.LOAN.encode())),
}


@pytest.mark.parametrize(("layout", "data"), WRAPPED.values(), ids=WRAPPED)
def test_the_same_paper_in_every_wrapping(tmp_path: Path, layout: str, data: bytes) -> None:
    (tmp_path / "没有扩展名").write_bytes(data)
    (document,) = read_path(tmp_path)
    assert (document.layout, document.problem) == (layout, "")
    paper = extract(document)
    assert paper.numbers == [NUMBER]
    assert {(p.role, p.name) for p in paper.parties} == {("原告", "关长庚"), ("被告", "成都市川味多餐饮管理有限公司"), ("被告", "巫立夏")}
    read = [paper.get(n) for n in ("court", "cause", "kind", "judged_on", "filed_on", "procedure", "amount", "closing", "default")]
    assert read == ["成都市武侯区人民法院", "民间借贷纠纷", "民事判决书", "2019-11-25", "2019-10-08", "简易程序", "345000.5", "判决", "是"]
    assert [a.name for a in paper.agents] == ["闻人杰"]
    assert paper.judges == ["鲁小寒"]
    assert paper.notes == []


def test_names_of_chinese_archives(tmp_path: Path) -> None:
    # Tools in Chinese write names in GB18030 and leave the mark for UTF-8 out.
    data = packed(("X" * 10, papers.LOAN.encode()))
    (tmp_path / "包.zip").write_bytes(data.replace(b"X" * 10, "判决书".encode("gb18030") + b".txt"))
    assert [d.path for d in read_path(tmp_path)] == ["包.zip/判决书.txt"]


def test_sheets_in_an_archive_are_told(tmp_path: Path) -> None:
    texts = f'案号,全文\n(2023)某0101民初1号,"{papers.LOAN}"\n'.encode()
    inside = [
        ("刑事案件.csv", "案件编号,罪名\nA1,盗窃\n".encode("gb18030")),
        ("台账.xls", b"\xd0\xcf\x11\xe0"),
        ("台账.xlsx", b"PK\x03\x04"),
        ("文书.csv", texts),
    ]
    (tmp_path / "包.zip").write_bytes(packed(*inside))
    found = {d.path.removeprefix("包.zip/"): d.problem for d in read_path(tmp_path)}
    assert [found[name] for name, _ in inside] == ["压缩包里的表格:请解开压缩包,再导入表格"] * 3 + [""]


def test_several_papers_in_one_text(tmp_path: Path) -> None:
    path = tmp_path / "合订.txt"
    path.write_text(papers.LOAN + "\n" + papers.MEDIATION, encoding="utf-8")
    assert [(d.index, extract(d).numbers) for d in read_path(path)] == [(1, [NUMBER]), (2, ["（2014）庆城民初字第833号"])]


def test_lines_cut_at_the_width_of_a_page(tmp_path: Path) -> None:
    path = tmp_path / "折行.txt"
    path.write_text("\n".join(line[i : i + 30] for line in LINES for i in range(0, len(line), 30)), encoding="utf-8")
    (document,) = read_path(path)
    paper = extract(document)
    assert (paper.numbers, paper.get("filed_on"), paper.get("amount")) == ([NUMBER], "2019-10-08", "345000.5")
    assert [p.name for p in paper.parties] == ["关长庚", "成都市川味多餐饮管理有限公司", "巫立夏"]


def problems(folder: Path) -> dict[str, str]:
    return {d.path: d.problem for d in read_path(folder) if d.problem}


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_cannot_be_read_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    whole = docx_bytes(papers.LOAN)
    for name, data in {
        "a 空.txt": b"\n\n",
        "b 旧.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "c 断.zip": packed(("一.txt", papers.LOAN.encode()))[:-40],
        "d 坏.docx": packed(("word/document.xml", b"<w:document")),
        "e 锁.pdf": locked_pdf(),
        "f 扫描.pdf": blank_pdf(),
        "g 断.gz": gzip.compress(b"x" * 100_000)[:60],
        "h 表.xlsx": packed(("xl/workbook.xml", b"")),
        "i 图.txt": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        "j 码.txt": b"\xff\xff\xfe\x80" * 100,
        "l 半.docx": whole[: len(whole) // 2],
        ".隐.txt": papers.LOAN.encode(),
        "~$锁.docx": b"x",
        "民事案件.rejected.csv": b"x",
        "m.txt": papers.LOAN.encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
    said = problems(tmp_path)
    good = [d.path for d in read_path(tmp_path) if not d.problem]
    assert good == ["m.txt"]
    assert said["a 空.txt"] == "空文件"
    assert said["b 旧.doc"] == "旧版 Word(.doc)或 WPS 文件:请另存为 DOCX"
    assert said["f 扫描.pdf"].startswith("PDF 没有文字层")
    assert said["h 表.xlsx"].startswith("表格(XLSX)")
    assert said["i 图.txt"] == "图片:请先做文字识别"
    assert said["j 码.txt"].startswith("文字编码读不出来")
    assert said["d 坏.docx"].startswith("DOCX 读不出来")
    assert said["e 锁.pdf"].startswith("PDF 读不出来")
    for name in ("c 断.zip", "g 断.gz", "l 半.docx"):
        assert said[name].startswith("读到一半读不下去"), said[name]
    assert set(said) == {p.name for p in tmp_path.iterdir()} - {"m.txt", ".隐.txt", "~$锁.docx", "民事案件.rejected.csv"}


def test_a_broken_line_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(PLAIN) + b'\n{"a": \n[1]\n' + lines({"标题": "x", "链接": "y"}, PLAIN))
    found = list(read_path(path))
    assert [(d.index, d.problem) for d in found] == [
        (1, ""),
        (2, "第 2 行不是完整的 JSON"),
        (3, "第 3 行不是一条记录"),
        (4, "不认识的记录样式(没有全文列)"),
        (5, ""),
    ]
    assert found[3].sample == "列:标题、链接"


def test_an_array_that_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps([PLAIN, PLAIN], ensure_ascii=False).encode()[:-200])
    assert [d.problem for d in read_path(path)] == ["", "数组在中途断了:文件可能不完整"]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="没有文件或文件夹"):
        list(read_path(tmp_path / "没有"))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (papers.LOAN, True),
        (",".join(HEADER) + "\n1,2,3,4,5,6,7\n", True),
        ("案件编号,罪名,办案单位\nA1,盗窃,某局\n", False),
        ("案号,法院,案由,立案日期\n（2019）川0107民初1号,某院,借款,2019-01-01\n", False),
        ("决定书文号,行政机关,当事人\nx,y,z\n", False),
    ],
)
def test_papers_are_told_from_sheets(tmp_path: Path, text: str, holds: bool) -> None:
    path = tmp_path / "导出.csv"
    path.write_text(text, encoding="utf-8")
    assert holds_papers(path) is holds


def test_lists_that_are_rows_already(tmp_path: Path) -> None:
    closing = {
        "案号": "（2019）川0107执88号", "终本日期": "2019-12-01", "立案日期": "2019-03-01", "执行法院": "成都市武侯区人民法院",
        "被执行人": "成都市川味多餐饮管理有限公司", "执行标的（元）": "345,000.50", "未履行金额（元）": "300000.50",
    }  # fmt: skip
    (tmp_path / "终本.jsonl").write_bytes(lines(closing))
    penalty = ("决定书文号", "处罚单位", "处罚日期", "行政处罚公司名称", "违法行为", "处罚金额（元）"), (
        "成环罚〔2019〕3号", "成都市某某局", "2019年5月6日", "成都市川味多餐饮管理有限公司", "成都市川味多餐饮管理有限公司超标排放案", "20000"
    )  # fmt: skip
    (tmp_path / "处罚.csv").write_bytes(csv_bytes(*penalty))
    penalised, closed = (extract(d) for d in read_path(tmp_path))
    assert (closed.numbers, closed.get("closing"), closed.get("amount"), closed.get("recovered")) == (
        ["（2019）川0107执88号"], "终结本次执行", "345000.5", "45000",
    )  # fmt: skip
    assert ([d.value for d in penalised.decisions], penalised.get("violation"), penalised.get("fine")) == (["成环罚〔2019〕3号"], "超标排放", "20000")


def test_a_record_without_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines({"法院": "成都市武侯区人民法院", "标题": "x", "全文": ""}, {"s7": "", "s2": "成都市武侯区人民法院"}, PLAIN | {"全文": ""}))
    nothing, empty, numbered = (extract(d) for d in read_path(path))
    assert nothing.document.problem == "不认识的记录样式(没有全文列)"
    assert empty.document.problem == "没有正文"
    assert (numbered.numbers, numbered.get("court"), numbered.get("cause")) == ([NUMBER], "成都市武侯区人民法院", "民间借贷纠纷")
