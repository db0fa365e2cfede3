"""Settings: what a `clues.toml` and the environment may say, and the values that count where nothing is said.

`read_settings(path)` reads one file. Where the files lie, and which of them wins, is the door's affair (cli/settings.py).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from cases.errors import UsageProblem, why
from cases.yamlfile import NOT_UTF8

FILE = "clues.toml"


class SettingsError(UsageProblem):
    """A setting is wrong; one sentence that names the file (or variable), the setting, and what it should be."""


def _placed(value: Any, info: ValidationInfo) -> Any:
    """Paths as written, from the folder of the file that they are written in."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise ValueError("paths")
    base: Path = (info.context or {}).get("base", Path())
    return tuple(base / Path(v).expanduser() for v in value)


Paths = Annotated[tuple[Path, ...], BeforeValidator(_placed)]
_PATHS = "路径的清单,如 ['本地规则']"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gate(Strict):
    """When newly imported data look so unlike the earlier ones that a scan's result is withheld."""

    rows_drop: float = Field(default=0.5, ge=0, le=1, description="0 到 1 之间的数,如 0.5", title="某张表、某次报送的行数比以往少了这么大一份就扣留")
    fill_drop: float = Field(default=0.3, ge=0, le=1, description="0 到 1 之间的数,如 0.3", title="某一列日期的填写率比上次低了这么多就扣留")
    stale_days: int = Field(default=30, ge=1, description="天数,正整数,如 30", title="某张表最近的日期比上次倒退这么多天就扣留")


class Flood(Strict):
    """When a rule suddenly finds so many new clues that the result is withheld."""

    times: float = Field(default=5, ge=1, description="不小于 1 的数,如 5", title="一条规则的线索多到平时的这么多倍就扣留")
    least: int = Field(default=50, ge=0, description="条数,不小于 0 的整数,如 50", title="多出不到这么多条的不看倍数")


class Settings(Strict):
    """Every setting. Paths are absolute or from the working folder."""

    rules: Paths = Field(default=(), description=_PATHS, title="另加的规则和覆盖文件")
    catalogue: Paths = Field(default=(), description=_PATHS, title="本地的交换目录")
    law: Paths = Field(default=(), description=_PATHS, title="本地的法律依据")
    calendar: Paths = Field(default=(), description=_PATHS, title="本地的工作日、节假日更正")
    reviewer: str = Field(default="", description="姓名,如 '王某'", title="审查人")
    gate: Gate = Field(default=Gate(), description="一节设置,写作 [gate]")
    flood: Flood = Field(default=Flood(), description="一节设置,写作 [flood]")

    def values(self, *, given: bool = False) -> dict[str, Any]:
        """Each setting by its name (`rules`, `gate.rows_drop`); with `given` only those that were written."""
        found: dict[str, Any] = {}
        for name in type(self).model_fields:
            if given and name not in self.model_fields_set:
                continue
            value = getattr(self, name)
            if isinstance(value, Strict):
                wanted = value.model_fields_set if given else type(value).model_fields
                found |= {f"{name}.{inner}": getattr(value, inner) for inner in type(value).model_fields if inner in wanted}
            else:
                found[name] = value
        return found


def checked(data: Mapping[str, Any], where: str, base: Path, *, strict: bool = True) -> Settings:
    """Settings from plain data, paths taken from `base`. Not `strict`: numbers may be given as texts (the environment's).

    Raises SettingsError that begins with `where`.
    """
    try:
        settings = Settings.model_validate(dict(data), strict=strict, context={"base": base})
    except ValidationError as e:
        raise SettingsError(f"{where} 有误:" + ";".join(dict.fromkeys(_said(error) for error in e.errors()))) from None
    for name, value in settings.values(given=True).items():
        if isinstance(value, tuple) and (lost := [p for p in value if not p.exists()]):
            said = where if where.startswith("-") else f"{where} 的 {name}"
            raise SettingsError(f"{said} 写的“{lost[0]}”不存在:请核对路径,相对路径从 {base} 算起")
    return settings


def read_settings(path: Path) -> Settings:
    """The settings of one file; paths in it are taken from its folder. Raises SettingsError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(f"设置文件 {path} {NOT_UTF8}") from None
    except OSError as e:
        raise SettingsError(f"设置文件 {path} 读不出来({why(e)}):请检查权限") from None
    except tomllib.TOMLDecodeError as e:
        line = re.search(r"line (\d+)", str(e))
        place = f"第 {line[1]} 行" if line else "末尾"
        raise SettingsError(f"设置文件 {path} {place}不是正确的 TOML:请检查引号、方括号和等号,文字都要加英文引号") from None
    return checked(data, f"设置文件 {path}", path.parent)


def _said(error: Any) -> str:
    place = [str(x) for x in error["loc"]]
    owner: type[Strict] = Settings
    for step in place[:-1]:
        inner = owner.model_fields[step].annotation if step in owner.model_fields else None
        if not isinstance(inner, type) or not issubclass(inner, Strict):
            break
        owner = inner
    name = ".".join(place)
    if error["type"] == "extra_forbidden":
        near = get_close_matches(place[-1], owner.model_fields, 1, 0.5)
        known = f"是不是 {near[0]}?" if near else f"可写 {'、'.join(owner.model_fields)}"
        return f"没有 {name} 这一项,{known}"
    field = owner.model_fields[next(step for step in reversed(place) if step in owner.model_fields)]
    return f"{name} 应为{field.description},现为 {error['input']!r}"
