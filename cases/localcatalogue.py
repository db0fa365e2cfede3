"""Local catalogues: sheets and columns of one's own, added to the shipped ones; every problem at once, each with file and line.

A local file has the form of `catalogue.yaml`. It adds whole sheets, or columns, aliases and relations to a known sheet; it cannot
change what a shipped column is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import MetaData

from cases.catalogue import Actor, CatalogueError, Column, Relation, Sheet
from cases.tables import WRITTEN, register_tables
from cases.yamlfile import Problem, YamlFile, YamlProblem, message, parsed, read_text

Where = tuple[str | int, ...]
OWN = frozenset(("rid", "import_id", "file_id", "line_no", "extras"))
"""Columns that every table has beside those of its sheet."""
ADDABLE = ("name", "record", "columns", "relations")


def widened(shipped: dict[str, dict[str, Any]], paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """The shipped sheets (by name, as data) with those of local files. Raises CatalogueError with every problem of all files."""
    reader = _Reader(shipped)
    for path in paths:
        reader.read(path)
    if reader.problems:
        raise CatalogueError("本地目录有误,请改正后重试:\n" + "\n".join(map(str, reader.problems)))
    return reader.sheets


class _Reader:
    def __init__(self, sheets: dict[str, dict[str, Any]]):
        self.sheets = sheets
        self.shipped = dict.fromkeys(sheets)
        self.problems: list[Problem] = []

    def read(self, path: Path) -> None:
        try:
            file = parsed(path, read_text(path), "应以 sheets: 开头,下面是表的清单")
        except YamlProblem as e:
            self.problems.append(e.problem)
            return
        if set(file.data) != {"sheets"} or not isinstance(file.data["sheets"], list):
            self.problems.append(Problem(path, 1, "应只有 sheets: 一项,下面是表的清单,每张表以 - name: 开头"))
            return
        for number, local in enumerate(file.data["sheets"]):
            where: Where = ("sheets", number)
            if not isinstance(local, dict) or not isinstance(local.get("name"), str):
                self._wrong(file, where, "每张表要写 name: 表名(冒号后面要空一格)")
                continue
            before = len(self.problems)
            known = self.sheets.get(local["name"])
            merged = self._added(file, where, known, local) if known else self._whole(file, where, local)
            if merged and len(self.problems) == before:
                self.sheets[local["name"]] = merged
                self.problems += [Problem(path, file.line((*where, *at)), text) for at, text in self._clashes(merged, local)]

    def _wrong(self, file: YamlFile, where: Where, text: str) -> None:
        self.problems.append(Problem(file.path, file.line(where), text))

    def _valid(self, file: YamlFile, where: Where, model: type[BaseModel], data: Any) -> bool:
        try:
            model.model_validate(data)
        except ValidationError as e:
            for error in e.errors():
                self._wrong(file, (*where, *error["loc"]), message(error, _keys()))
            return False
        return True

    def _whole(self, file: YamlFile, where: Where, local: dict[str, Any]) -> dict[str, Any] | None:
        """A new sheet; one without a key is likelier a known sheet with its name misspelt."""
        near = get_close_matches(local["name"], self.sheets, 1, 0.6)
        if near and "key" not in local:
            self._wrong(file, where, f"没有表“{local['name']}”,是不是“{near[0]}”?新的表要写 record、key 和 columns")
            return None
        return local if self._valid(file, where, Sheet, local) else None

    def _added(self, file: YamlFile, where: Where, known: dict[str, Any], local: dict[str, Any]) -> dict[str, Any]:
        """A known sheet with the columns, aliases and relations that a file adds."""
        for key in sorted(set(local) - set(ADDABLE)):
            self._wrong(file, (*where, key), f"表“{local['name']}”已有定义,只能增加 columns 和 relations,不能写 {key}")
        if local.get("record", known["record"]) != known["record"]:
            self._wrong(file, (*where, "record"), f"表“{local['name']}”的 record 是 {known['record']},不能改")
        columns = {c["field"]: c for c in known["columns"]}
        for i, column in enumerate(local.get("columns") or []):
            at: Where = (*where, "columns", i)
            field = column.get("field") if isinstance(column, dict) else None
            if (old := columns.get(str(field))) is None:
                if self._valid(file, at, Column, column):
                    columns[column["field"]] = column
            elif changed := [k for k, v in column.items() if k != "aliases" and old.get(k) != v]:
                self._wrong(file, at, f"字段 {field} 已有定义(列“{old['name']}”),只能增加 aliases,不能改 {'、'.join(changed)}")
            else:
                columns[str(field)] = {**old, "aliases": sorted({*old.get("aliases", []), *column.get("aliases", [])})}
        relations = local.get("relations") or {}
        for name, relation in relations.items():
            if name in known.get("relations", {}):
                self._wrong(file, (*where, "relations", name), f"表“{local['name']}”已有关系 {name},请换一个名字")
            else:
                self._valid(file, (*where, "relations", name), Relation, relation)
        return {**known, "columns": list(columns.values()), "relations": {**known.get("relations", {}), **relations}}

    def _clashes(self, sheet: dict[str, Any], local: dict[str, Any]) -> Iterator[tuple[Where, str]]:
        """Names that stand for two things."""
        if sheet["name"] not in self.shipped:
            others = {s["record"] for name, s in self.sheets.items() if name != sheet["name"]} | set(register_tables(MetaData()))
            if sheet["record"] in others:
                yield ("record",), f"名字 {sheet['record']} 已经用了,请换一个"
        for i, column in enumerate(local.get("columns") or ()):
            at: Where = ("columns", i)
            if column["field"] in OWN or column["field"].endswith(WRITTEN):
                yield at, f"字段名 {column['field']} 留给程序自己用,请换一个"
            for other in sheet["columns"]:
                taken = {other["name"], *other.get("aliases", [])} & {column.get("name"), *column.get("aliases", [])}
                if other["field"] != column["field"] and taken:
                    yield at, f"表头“{sorted(map(str, taken))[0]}”已是字段 {other['field']} 的列,一个表头只能是一列"


def _keys() -> list[str]:
    return sorted({name for model in (Sheet, Column, Relation, Actor) for name in model.model_fields})
