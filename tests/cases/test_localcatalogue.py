"""Local catalogues: what they add, and everything that is wrong with them at once."""

from pathlib import Path

import pytest
from sqlalchemy import select

from cases.catalogue import CatalogueError, load_catalogue
from cases.importing import import_paths
from cases.store import open_store
from tests.cases.sheets import write_csv


def loaded(tmp_path: Path, *texts: str) -> list[str]:
    """The problems of catalogue files, file by file; none where they load."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"目录{number}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
    try:
        load_catalogue(tuple(paths))
    except CatalogueError as e:
        return [line.removeprefix(f"{tmp_path}/") for line in str(e).splitlines()[1:]]
    return []


def test_columns_aliases_and_relations_are_added_and_the_shipped_catalogue_stays(tmp_path: Path) -> None:
    first = "sheets: [{name: 民事案件, columns: [{name: 甲日期, field: a_on, type: date}, {field: court, aliases: [受诉法院]}]}]\n"
    second = (
        "sheets:\n"
        "  - {name: 甲登记, record: entry, key: [案号], columns: [{name: 案号, field: case_no, type: code, required: true}]}\n"
        "  - {name: 民事案件, columns: [{field: a_on, aliases: [甲]}], relations: {entry: {rows: entry, by: {case_no: case_no}}}}\n"
    )
    paths = (tmp_path / "一.yaml", tmp_path / "二.yaml")
    for path, text in zip(paths, (first, second), strict=True):
        path.write_text(text, encoding="utf-8")
    sheet = load_catalogue(paths).records["civil_case"]
    assert (sheet.by_field["a_on"].type, sheet.by_field["a_on"].aliases) == ("date", ["甲"])
    assert "受诉法院" in sheet.by_field["court"].aliases
    assert {"entry", "parties"} <= set(sheet.relations)
    plain = load_catalogue().records["civil_case"]
    assert "a_on" not in plain.by_field
    assert "受诉法院" not in plain.by_field["court"].aliases


def test_all_that_does_not_fit_is_told_at_once(tmp_path: Path) -> None:
    text = """\
sheets:
  - name: 民事按件
    columns:
      - {name: 甲, field: a, type: date}
  - name: 民事案件
    start: [filed_on]
    columns:
      - {name: 甲, field: 甲, type: data}
      - {name: 受理日, field: filed_on, type: date}
      - {name: 乙, field: b, type: text, requird: true}
    relations:
      parties: {rows: civil_party, by: {case_no: case_no}}
  - 3
"""
    assert loaded(tmp_path, text, "tables: []\n", "sheets: [\n") == [
        "目录0.yaml:2 没有表“民事按件”,是不是“民事案件”?新的表要写 record、key 和 columns",
        "目录0.yaml:6 表“民事案件”已有定义,只能增加 columns 和 relations,不能写 start",
        "目录0.yaml:8 field:写法不对:应是小写英文字母、数字、下划线,以字母开头",
        "目录0.yaml:8 type:可选:'text'、'date'、'money'、'number'、'bool'、'code'",
        "目录0.yaml:9 字段 filed_on 已有定义(列“立案日期”),只能增加 aliases,不能改 name",
        "目录0.yaml:10 requird:没有这一项,是不是 required?",
        "目录0.yaml:12 表“民事案件”已有关系 parties,请换一个名字",
        "目录0.yaml:13 每张表要写 name: 表名(冒号后面要空一格)",
        "目录1.yaml:1 应只有 sheets: 一项,下面是表的清单,每张表以 - name: 开头",
        "目录2.yaml:2 不是正确的 YAML:请检查缩进(用空格)、冒号(后面要空一格)和引号;条件里有方括号、逗号或者冒号的,要用单引号括起来",
    ]


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("{name: 民事案件, columns: [{name: 法院, field: court2, type: text}]}", "表头“法院”已是字段 court 的列,一个表头只能是一列"),
        ("{name: 民事案件, columns: [{name: 甲, field: file_id, type: text}]}", "字段名 file_id 留给程序自己用,请换一个"),
        ("{name: 民事案件, columns: [{name: 甲, field: court_w, type: text}]}", "字段名 court_w 留给程序自己用,请换一个"),
        ("{name: 甲表, record: runs, key: [甲], columns: [{name: 甲, field: a, type: code, required: true}]}", "名字 runs 已经用了,请换一个"),
        ("{name: 甲表, record: penalty, key: [甲], columns: [{name: 甲, field: a, type: code, required: true}]}", "名字 penalty 已经用了,请换一个"),
    ],
)
def test_a_name_does_not_stand_for_two_things(tmp_path: Path, sheet: str, said: str) -> None:
    assert loaded(tmp_path, f"sheets:\n  - {sheet}\n") == [f"目录0.yaml:2 {said}"]


def test_a_certificate_number_may_be_kept_as_a_text(tmp_path: Path) -> None:
    path, sheet = tmp_path / "目录.yaml", tmp_path / "民事案件.csv"
    rows = [("一", "某院", "借贷", "2026-01-05", ""), ("二", "某院", "借贷", "2026-01-05", "33*")]
    path.write_text("sheets: [{name: 民事案件, columns: [{name: 甲证件号, field: a_id, type: text, certificate: true}]}]\n", encoding="utf-8")
    write_csv(sheet, ("案号", "法院", "案由", "立案日期", "甲证件号"), *rows)
    with open_store(str(tmp_path / "库.db"), create=True, catalogue=load_catalogue((path,))) as store:
        (told,) = import_paths(store, [sheet]).sheets
        with store.engine.connect() as connection:
            assert connection.execute(select(store.tables["civil_case"].c.a_id)).scalars().all() == [None, "33*"]
    assert not told.rejected
