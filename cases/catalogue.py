"""The exchange catalogue: which sheets exist, what their columns hold, and how their rows hang together.

`load_catalogue()` reads the shipped `catalogue.yaml` and any number of local files of the same form (cases/localcatalogue.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from cases.errors import CluesError

SHIPPED = Path(__file__).with_name("catalogue.yaml")

ColumnType = Literal["text", "date", "money", "number", "bool", "code"]


class CatalogueError(CluesError, ValueError):
    """目录文件有误:请按提示的文件和位置改正后重试。"""

    exit_code = 2


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """One column of a sheet. `name` is the Chinese header, `field` the English name used in rules and JSON. `papers`: only the readers
    of court papers fill it, so that nobody misses it in a sheet."""

    name: str
    field: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    type: ColumnType
    required: bool = False
    aliases: list[str] = []
    choices: dict[str, list[str]] = {}
    note: str = ""
    term: bool = False
    dated_by: str = ""
    person: bool = False
    certificate: bool = False
    papers: bool = False


class Actor(Strict):
    """The columns that say who plays a role in a row: the certificate column, and the name column where there is one.

    A name alone says who it is only `within` a district (a column; everywhere where that is blank), and never where the column
    `hidden` says that it is a masked one (张某).
    """

    id: str
    name: str = ""
    within: str = ""
    hidden: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are given."""
        return tuple(c for c in (self.id, self.name, self.within, self.hidden) if c)


class Relation(Strict):
    """Rows of another sheet that belong to a row: by equal columns, or (`actor:ROLE`) by being the same actor."""

    rows: str
    by: dict[str, str] | str
    wide: bool = False


class Sheet(Strict):
    """One sheet of the catalogue; `record` is its English name, `key` the Chinese names of its key columns."""

    name: str
    record: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    key: list[str] = Field(min_length=1)
    start: list[str] = []
    actors: dict[str, Actor] = {}
    relations: dict[str, Relation] = {}
    columns: list[Column] = Field(min_length=1)

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {c.field: c for c in self.columns}

    @cached_property
    def key_fields(self) -> tuple[str, ...]:
        names = {c.name: c.field for c in self.columns}
        return tuple(names[n] for n in self.key)

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Every date column, in sheet order."""
        return tuple(c.field for c in self.columns if c.type == "date")

    @cached_property
    def normalised(self) -> frozenset[str]:
        """Columns that are compared by a normal form (codes, and the names that actors are known by)."""
        names = {a.name for a in self.actors.values() if a.name}
        return frozenset(c.field for c in self.columns if c.type == "code" or c.field in names)


class Catalogue:
    """All sheets, by Chinese name (`sheets`) and by record (`records`)."""

    def __init__(self, sheets: Iterable[Sheet]):
        self.sheets = {s.name: s for s in sheets}
        self.records = {s.record: s for s in self.sheets.values()}

    def join_fields(self, record: str) -> set[str]:
        """The columns of a record by which its rows hang together with others, and can change: its key stays."""
        sheet, found = self.records[record], set[str]()
        for other in self.records.values():
            for relation in other.relations.values():
                if isinstance(relation.by, dict):
                    found |= set(relation.by) if other is sheet else set()
                    found |= set(relation.by.values()) if relation.rows == record else set()
        for actor in sheet.actors.values():
            found |= {c for c in (actor.id, actor.name) if c}
        return found - set(sheet.key_fields)

    def is_single(self, relation: Relation) -> bool:
        """Whether a relation leads to at most one row: it covers the whole key of the other sheet."""
        return isinstance(relation.by, dict) and set(relation.by.values()) == set(self.records[relation.rows].key_fields)


def _check(catalogue: Catalogue, where: str) -> None:
    for sheet in catalogue.sheets.values():
        fields, names = sheet.by_field, {c.name for c in sheet.columns}
        problems = [f"key 中的列“{k}”不存在" for k in sheet.key if k not in names]
        problems += [f"字段 {f} 出现两次" for f in fields if sum(c.field == f for c in sheet.columns) > 1]
        problems += [f"start 中的字段 {f} 不存在" for f in sheet.start if f != "earliest" and f not in fields]
        problems += [f"{c.field} 的 dated_by {c.dated_by} 不存在" for c in sheet.columns if c.dated_by and c.dated_by not in fields]
        problems += [f"角色或关系 {n} 与字段同名" for n in (*sheet.actors, *sheet.relations) if n in fields]
        problems += [f"角色 {n} 的字段 {c} 不存在" for n, a in sheet.actors.items() for c in a.columns if c not in fields]
        for name, rel in sheet.relations.items():
            other = catalogue.records.get(rel.rows)
            if other is None:
                problems.append(f"关系 {name} 指向未知的记录 {rel.rows}")
            elif isinstance(rel.by, dict):
                problems += [f"关系 {name} 的字段 {a} 不存在" for a in rel.by if a not in fields]
                problems += [f"关系 {name} 的字段 {rel.rows}.{b} 不存在" for b in rel.by.values() if b not in other.by_field]
            elif rel.by.removeprefix("actor:") not in sheet.actors or rel.by.removeprefix("actor:") not in other.actors:
                problems.append(f"关系 {name} 的角色 {rel.by} 不存在")
        if problems:
            raise CatalogueError(f"{where} 表“{sheet.name}”:" + ";".join(problems))


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as e:
        raise CatalogueError(f"{path} 读不出来:{' '.join(str(e).split())}") from e
    if not isinstance(data, dict) or not isinstance(data.get("sheets"), list):
        raise CatalogueError(f"{path} 应以 sheets: 开头,下面是表的清单")
    return list(data["sheets"])


@lru_cache(maxsize=8)
def load_catalogue(extra: tuple[Path, ...] = ()) -> Catalogue:
    """Return the shipped catalogue, widened by local files.

    Raises CatalogueError with everything that does not fit, by file and line.
    """
    sheets: dict[str, dict[str, Any]] = {s["name"]: s for s in _read(SHIPPED)}
    if extra:
        from cases.localcatalogue import widened  # it stands on this module

        sheets = widened(sheets, extra)
    catalogue = Catalogue(Sheet.model_validate(s) for s in sheets.values())
    _check(catalogue, "、".join(map(str, extra)) or str(SHIPPED))
    return catalogue
