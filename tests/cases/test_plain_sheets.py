"""Whatever records are called like, a sheet that is plainly written is read to its end: each row, with the values that were written."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.catalogue import Column, Sheet, load_catalogue
from cases.parsing import RowParser
from cases.reading.sources import find_sources
from cases.values import normal
from tests.cases.sheets import write_book, write_csv

CATALOGUE = load_catalogue()
WORDS = [
    "合计", "小计", "合计(3件)", "共3件", "第3页", "总计:", "示例公司", "示例", "例", "例如", "填写示例", "填写单位", "请填写全称",
    "必填", "文本", "日期", "金额", "代码", "是/否", "序号", "单位", "姓名", "名称", "当事人", "案由", "案件编号", "决定书文号",
    "身份证号", "统一社会信用代码", "处罚日期", "送达日期", "单位:元", "单位:万元", "金额单位万元", "(万元)", "万科公司", "备注:如下",
    "说明:见附件", "注:略", "截至2023年", "统计日期2023", "打印时间2023-1-1", "审核人:王某", "1", "2", "3", "10", "第1栏",
    "甲", "乙", "A", "B", "吨", "件", "-3", "+5", "@某", "一,二", "a;b", '他说"是"', "某局", "张某",
]  # fmt: skip
CODES = [
    "A{}", "(2025){}", "(单){}", "万科罚〔2025〕{}号", "千元县{}号", "第{}号", "{}页号", "截至{}号", "元{}", "合{}",
    "共同{}", "总{}", "填{}", "注{}", "例检{}", "序号{}", "金额{}", "日期{}", "单位{}", "信访{}", "案件{}", "文号{}",
    "案号{}",
]  # fmt: skip
NUMBERS = ["{}", "150{}", "00{}"]
EMPLOYERS = [
    "单位幼儿园{}", "第一中学{}", "总校{}", "统计局{}", "全县{}", "姓名{}", "入职日期{}", "万科公司{}", "合肥小学{}",
]  # fmt: skip
TITLES = ["某县2026年台账", "犯罪嫌疑人", "填报人:", "涉案金额十万元、百万元以上案件", "注:“罚款金额(万元)”按实填写", "(2026年)"]


@dataclass
class Written:
    sheet: Sheet
    lines: list[list[str]]
    values: list[dict[str, Any]]


def _cell(column: Column, sheet: Sheet, number: int) -> st.SearchStrategy[tuple[str, Any]]:
    """What is written and what it means."""
    if column.choices and column.type == "text":
        return st.sampled_from([(c, c) for c in column.choices])
    if column.type == "date":
        return st.dates(dt.date(2015, 1, 1), dt.date(2026, 1, 1)).map(lambda day: (day.isoformat(), day.toordinal()))
    if column.type == "money":
        return st.sampled_from([0, 1, 50, 100, 500, 150_000, 12_345_601]).map(lambda fen: (f"{fen / 100:.2f}".removesuffix(".00"), fen))
    if column.type == "number":
        return st.sampled_from([0, 1, 2, 3, 50, 1000]).map(lambda n: (str(n), n * 10**6))
    if column.type == "bool":
        return st.sampled_from([("否", 0), ("是", 1), ("0", 0), ("1", 1)])
    if column.type == "code":
        # 合计 beside a bare number is a total, unless a day or the like says that it is a record.
        codes = [*NUMBERS, *CODES] if any(c.required and (c.type == "date" or c.choices) for c in sheet.columns) else CODES
        return st.sampled_from(codes).map(lambda form: (form.format(number),) * 2)
    if column.field in sheet.key_fields:
        return st.sampled_from(EMPLOYERS).map(lambda form: (form.format(number),) * 2)
    return st.sampled_from(WORDS).map(lambda word: (word, word))


@st.composite
def tables(draw: st.DrawFn) -> Written:
    sheet = draw(st.sampled_from(list(CATALOGUE.sheets.values())))
    must = {c.field for c in sheet.columns if c.required} | set(sheet.key_fields)
    columns = draw(st.permutations([c for c in sheet.columns if c.field in must or draw(st.integers(0, 2)) == 0]))
    header = [draw(st.sampled_from([c.name, *c.aliases])) for c in columns]
    remarked = draw(st.sampled_from(["", "", "前", "后", "序号"]))
    lines, values = [], []
    for number in range(1, draw(st.sampled_from([1, 2, 5])) + 1):
        cells = [draw(_cell(c, sheet, number) if c.field in must or draw(st.booleans()) else st.just(("", None))) for c in columns]
        texts, remark = [text for text, _ in cells], draw(st.sampled_from(["", *WORDS]))
        lines.append({"": texts, "前": [remark, *texts], "后": [*texts, remark], "序号": [str(number), *texts]}[remarked])
        values.append(
            {c.field: normal(value) if c.field in sheet.normalised and value else value for c, (_, value) in zip(columns, cells, strict=True)}
        )
    top = {"": header, "前": ["说明栏", *header], "后": [*header, "说明栏"], "序号": ["序号", *header]}[remarked]
    titles = [[title] for title in draw(st.lists(st.sampled_from(TITLES), max_size=1))]
    return Written(sheet, [*titles, top, *lines], values)


def _read(path: Path) -> tuple[list[dict[str, Any]], Sequence[Any]]:
    """The values of all rows of a file, and what was rejected."""
    found = find_sources([path], CATALOGUE)
    try:
        assert not found.problems
        ((source, layout),) = found.sources
        parser = RowParser(layout, source)
        batch = parser.parse(list(source.rows())[layout.start :])
        return [dict(zip(("line", *parser.columns), row, strict=True)) for row in batch.rows], batch.rejected
    finally:
        found.shelf.close()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=tables())
def test_every_row_of_a_plain_sheet_is_read_as_it_was_written(tmp_path: Path, form: str, written: Written) -> None:
    path = tmp_path / f"{written.sheet.name}.{form}"
    if form == "csv":
        write_csv(path, *written.lines)
    else:
        write_book(path, {written.sheet.name: [[text or None for text in line] for line in written.lines]})
    rows, rejected = _read(path)
    assert rejected == []
    assert [{field: row[field] for field in values} for row, values in zip(rows, written.values, strict=True)] == written.values
