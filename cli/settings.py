"""The settings that count for a command, and where each comes from: flag, environment, `clues.toml`, user folder, or the default.

`current()` gives the settings, `opened(store)` the case store with the local catalogue. Lists of paths given by flag are added to
those of the settings; otherwise the nearer place wins, setting by setting.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cases.settings import FILE, Settings, checked, read_settings

if TYPE_CHECKING:
    from cases.catalogue import Catalogue
    from cases.store import Store

DEFAULT = "默认"
PREFIX = "CLUES_"
FLAGS = ("rules", "catalogue", "law")


@dataclass(frozen=True)
class Origin:
    """One setting: its name, what it is for, its value, and where that was said."""

    name: str
    title: str
    value: Any
    origin: str


def current() -> Settings:
    """The settings for this call: those of the files and the environment, with the paths that flags add.

    Local corrections of the calendar are put in force for the process. Raises SettingsError, one sentence.
    """
    from rules.calendar import use

    context = click.get_current_context(silent=True)
    kept: dict[str, Settings] = context.meta if context else {}
    if "clues.settings" not in kept:
        kept["clues.settings"] = built(origins())
        use(kept["clues.settings"].calendar)
    return kept["clues.settings"]


def opened(store: str, *, create: bool = False) -> Store:
    """The case store with the local catalogue; `create` makes it where there is none.

    Raises UsageProblem where no name is given, StoreError, CatalogueError, SettingsError.
    """
    from cases.store import open_store

    return open_store(named(store), create=create, catalogue=catalogue())


def named(store: str) -> str:
    """The name of a store, as it was given. Raises UsageProblem where it is blank."""
    from cases.errors import UsageProblem

    if not store.strip():  # a variable of a script that is not set; SQLite would take it for a store in memory, gone at the end
        raise UsageProblem("案件库的路径是空的:请写案件库文件的路径,如 cases.db;脚本里写成变量的,核对变量有没有值")
    return store


def catalogue() -> Catalogue:
    """The shipped catalogue with the local ones. Raises CatalogueError, SettingsError."""
    from cases.catalogue import load_catalogue

    return load_catalogue(current().catalogue)


def reviewer(given: str = "") -> str:
    """Who acts: the name that was given, else that of the settings, else the account. Raises UsageProblem where it is too long."""
    from cases.errors import UsageProblem
    from review.audit import NAME, account

    name = given.strip() or current().reviewer.strip() or account()
    if len(name) > NAME:
        raise UsageProblem(f"姓名“{name}”太长:--as、设置中的 reviewer 不超过 {NAME} 字")
    return name


def origins() -> list[Origin]:
    """Every setting with its value and where it comes from. Raises SettingsError."""
    found: dict[str, tuple[Any, str]] = {name: (value, DEFAULT) for name, value in Settings().values().items()}
    for origin, settings in _layers():
        found |= {name: (value, origin) for name, value in settings.values(given=True).items()}
    for name, paths in _flags().items():
        value, origin = found[name]
        added = tuple(p for p in paths if p.resolve() not in {v.resolve() for v in value})
        said = f"--{name}" if origin == DEFAULT else f"{origin} 和 --{name}"
        found[name] = ((*value, *added), said)
    for name, (value, origin) in found.items():
        if origin != DEFAULT:
            logging.getLogger(__name__).info("设置 %s = %s(%s)", name, value, origin)
    return [Origin(name, title(name), value, origin) for name, (value, origin) in found.items()]


def title(name: str) -> str:
    """What a setting is for, in Chinese."""
    part, _, inner = name.partition(".")
    field = Settings.model_fields[part]
    return str((type(getattr(Settings(), part)).model_fields[inner] if inner else field).title)


def strange_variables() -> list[str]:
    """Variables of the environment that begin like a setting and are none."""
    known = {_variable(name) for name in Settings().values()} | {"CLUES_DEBUG"}
    return sorted(v for v in os.environ if v.startswith(PREFIX) and v not in known)


def _layers() -> list[tuple[str, Settings]]:
    """The places where something is said, the one that wins last."""
    from platformdirs import user_config_path

    files = [user_config_path("clues") / FILE, *([near] if (near := _upward()) else [])]
    found = [(str(path), read_settings(path)) for path in dict.fromkeys(files) if os.path.isfile(path)]
    for name, known in Settings().values().items():
        if text := os.environ.get(_variable(name)):
            value: Any = text.split(os.pathsep) if isinstance(known, tuple) else text
            part, _, inner = name.partition(".")
            where = f"环境变量 {_variable(name)}"
            found.append((where, checked({part: {inner: value} if inner else value}, where, Path.cwd(), strict=False)))
    return found


def _upward() -> Path | None:
    """The nearest `clues.toml`, from the working folder upward."""
    here = Path.cwd()
    # Not Path.is_file: a folder above that may not be looked into is no error.
    return next((path for folder in (here, *here.parents) if os.path.isfile(path := folder / FILE)), None)


def _variable(name: str) -> str:
    return PREFIX + name.replace(".", "_").upper()


def _flags() -> dict[str, tuple[Path, ...]]:
    """The paths that the flags of this call name, by setting."""
    context = click.get_current_context(silent=True)
    given = {name: context.meta.get(f"clues.{name}", ()) for name in FLAGS} if context else {}
    for name, paths in given.items():
        if paths:
            checked({name: [str(p) for p in paths]}, f"--{name}", Path.cwd())
    return {name: paths for name, paths in given.items() if paths}


def built(found: list[Origin]) -> Settings:
    """The settings of which each value has been checked where it was written."""
    whole: dict[str, Any] = {}
    for one in found:
        part, _, inner = one.name.partition(".")
        if inner:
            whole.setdefault(part, {})[inner] = one.value
        else:
            whole[part] = one.value
    sections = {name: type(getattr(Settings(), name))(**value) for name, value in whole.items() if isinstance(value, dict)}
    return Settings.model_construct(**{**whole, **sections})
