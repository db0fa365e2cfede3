"""YAML files that people write: their data, the lines of what is in them, and what is wrong with it in Chinese."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from cases.errors import why

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MALFORMED = "不是正确的 YAML:请检查缩进(用空格)、冒号(后面要空一格)和引号;条件里有方括号、逗号或者冒号的,要用单引号括起来"
NOT_UTF8 = "不是 UTF-8 文本:请在编辑器里另存为 UTF-8 编码"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.text}"


class YamlProblem(ValueError):
    """这个文件读不出来;见 problem。"""

    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class YamlFile:
    """A file as read: its data and its text, which knows the lines."""

    path: Path
    data: dict[str, Any]
    text: str

    @cached_property
    def node(self) -> yaml.Node:
        """The nodes with their places; only who has a problem to tell needs them, and they are many."""
        node = yaml.compose(self.text, Loader=LOADER)
        assert node is not None  # its data is a mapping
        return node

    def line(self, where: Iterable[str | int]) -> int:
        """The line of a place in the file, or of the nearest place above it."""
        node: yaml.Node | None = self.node
        line = self.node.start_mark.line
        for step in where:
            node = _below(node, step)
            if node is None:
                break
            line = node.start_mark.line
        return line + 1


def repeated(file: YamlFile) -> Iterator[Problem]:
    """Keys that are written twice in one place: YAML reads the last and says nothing."""
    waiting: list[yaml.Node] = [file.node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            first: dict[Any, int] = {}
            for key, value in node.value:
                line = key.start_mark.line + 1
                if key.value in first:
                    yield Problem(file.path, line, f"{key.value} 写了两次(前一处在第 {first[key.value]} 行),只有后一个算:请删去一个")
                first.setdefault(key.value, line)
                waiting.append(value)


def _below(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return node if isinstance(node, yaml.ScalarNode) else None


def read_text(path: Path) -> str:
    """The text of a file. Raises YamlProblem."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise YamlProblem(Problem(path, 1, NOT_UTF8)) from None
    except OSError as e:
        raise YamlProblem(Problem(path, 1, f"读不出来({why(e)}):请核对路径和权限")) from None


def parsed(path: Path, text: str, is_what: str) -> YamlFile:
    """The file of a text, which must be a mapping (`is_what`: what it should be, in Chinese). Raises YamlProblem."""
    try:
        data = yaml.load(text, Loader=LOADER)
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        raise YamlProblem(Problem(path, mark.line + 1 if mark else 1, MALFORMED)) from None
    except ValueError as e:
        raise YamlProblem(Problem(path, 1, f"没有这一天或这个数:{e}")) from None
    if not isinstance(data, dict):
        raise YamlProblem(Problem(path, 1, is_what))
    return YamlFile(path, data, text)


def message(error: Any, known: Sequence[str]) -> str:
    """What pydantic found wrong, in Chinese, with the nearest of the known keys."""
    place = ".".join(str(x) for x in error["loc"] if x != "[key]")
    words = {
        "missing": "缺少这一项",
        "extra_forbidden": "没有这一项" + _near(error, known),
        "string_type": "不能空着" if error["input"] is None else "应是文字(写数字、日期的要加引号)",
        "bool_type": "应是 true 或 false",
        "bool_parsing": "应是 true 或 false",
        "string_pattern_mismatch": _pattern(str(error.get("ctx", {}).get("pattern", ""))),
        "too_short": "至少要写一项",
        "string_too_short": "不能空着",
        "list_type": "应是一列,每行以 - 开头",
        "dict_type": "应是“名称: 内容”的各项",
        "model_type": "应是“名称: 内容”的各项",
        "date_type": "应是日期,如 2026-11-22",
        "date_from_datetime_parsing": "应是日期,如 2026-11-22",
        "date_parsing": "应是日期,如 2026-11-22",
        "literal_error": "可选:" + str(error.get("ctx", {}).get("expected", "")).replace(" or ", "、").replace(", ", "、"),
    }
    return f"{place}:{words.get(error['type'], error['msg'].removeprefix('Value error, '))}"


def _pattern(pattern: str) -> str:
    if "\\." in pattern:
        return "写法不对:规则编号如 local.my-rule(小写字母、数字和 -,中间一个点)"
    return "写法不对:应是小写英文字母、数字、下划线,以字母开头"


def _near(error: Any, known: Sequence[str]) -> str:
    key = str(error["loc"][-1])
    if error["input"] is None and not key.isascii():
        return ":它前面的文字里有逗号或者后括号,请给那段文字加上引号"
    close = difflib.get_close_matches(key, known, n=1)
    return f",是不是 {close[0]}?" if close else ""
