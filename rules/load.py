"""Loading rule packs: folders of rule files, one rule a file, every problem with its file and line.

`load_rules(paths)` gives the shipped rules and those of further files or folders, resolved against a catalogue and changed by the
overlays (rules/overlay.py) that lie among them.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from cases.catalogue import Catalogue, load_catalogue
from cases.errors import CluesError
from rules.resolve import Resolved, Unresolved, load_vocabulary, resolve_rule
from rules.schema import Rule

PACKS = Path(__file__).with_name("packs")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The block of cases, nine tenths of a rule file: from its key to the next key at the margin.
_CASES = re.compile(r"^cases:[ \t]*(?:#.*)?\n(?:(?:[ \t#].*|-(?!--).*)\n?|\n)*", re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a rule file."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.text}"


class RuleProblems(CluesError):
    """规则文件有误;每行一处,写明文件和行号。"""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]):
        super().__init__("规则文件有误,请改正后重试:\n" + "\n".join(map(str, problems)))
        self.problems = list(problems)


@dataclass(frozen=True)
class RuleFile:
    """A rule file as read: its data and its text, which knows the lines."""

    path: Path
    data: dict[str, Any]
    text: str

    @cached_property
    def node(self) -> yaml.Node:
        """The nodes with their places; only who has a problem to tell needs them, and they are many."""
        node = yaml.compose(self.text, Loader=_Loader)
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


def _below(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return node if isinstance(node, yaml.ScalarNode) else None


def rule_paths(paths: Iterable[Path]) -> list[Path]:
    """The rule and overlay files of a list of files and folders (searched deep; what begins with . or _ is left out)."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*.yaml") if not any(x.startswith((".", "_")) for x in p.relative_to(path).parts))
        else:
            found.append(path)
    return found


def read_file(path: Path, *, cases: bool = True) -> RuleFile:
    """Read one YAML file; without `cases` they are not even parsed, as scanning needs none. Raises RuleProblems."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise RuleProblems([Problem(path, 1, f"读不出来:{e}")]) from None
    if not cases:
        text = _CASES.sub(lambda found: "\n" * found[0].count("\n"), text)
    try:
        data = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as e:
        mark = getattr(e, "problem_mark", None)
        said = "不是正确的 YAML:请检查缩进、冒号和引号;条件里有方括号、逗号或者冒号的,要用单引号括起来"
        raise RuleProblems([Problem(path, mark.line + 1 if mark else 1, said)]) from None
    except ValueError as e:
        raise RuleProblems([Problem(path, 1, f"没有这一天或这个数:{e}")]) from None
    if not isinstance(data, dict):
        raise RuleProblems([Problem(path, 1, "应是一条规则(以 id: 开头的各项)")])
    return RuleFile(path, data, text)


def parse_rule(file: RuleFile) -> Rule:
    """The rule of a file. Raises RuleProblems with every schema error."""
    try:
        return Rule.model_validate(file.data)
    except ValidationError as e:
        raise RuleProblems([Problem(file.path, file.line(err["loc"]), message(err, _known_keys())) for err in e.errors()]) from None


def message(error: Any, known: Sequence[str]) -> str:
    """What pydantic found wrong, in Chinese, with the nearest of the known keys."""
    place = ".".join(str(x) for x in error["loc"])
    words = {
        "missing": "缺少这一项",
        "extra_forbidden": "没有这一项" + _near(error, known),
        "string_type": "应是文字",
        "string_pattern_mismatch": "写法不对:规则编号如 local.my-rule(小写字母、数字和 -,中间一个点)",
        "too_short": "至少要写一项",
        "string_too_short": "不能空着",
        "list_type": "应是一列,每行以 - 开头",
        "dict_type": "应是“名称: 内容”的各项",
        "model_type": "应是“名称: 内容”的各项",
        "date_type": "应是日期,如 2026-11-22",
        "date_from_datetime_parsing": "应是日期,如 2026-11-22",
        "date_parsing": "应是日期,如 2026-11-22",
        "literal_error": "可选:" + str(error.get("ctx", {}).get("expected", "")),
    }
    return f"{place}:{words.get(error['type'], error['msg'].removeprefix('Value error, '))}"


def _near(error: Any, known: Sequence[str]) -> str:
    import difflib

    key = str(error["loc"][-1])
    if error["input"] is None and not key.isascii():
        return ":它前面的文字里有逗号或者后括号,请给那段文字加上引号"
    close = difflib.get_close_matches(key, known, n=1)
    return f",是不是 {close[0]}?" if close else ""


def _known_keys() -> list[str]:
    from rules import schema

    models = [m for m in vars(schema).values() if isinstance(m, type) and issubclass(m, schema.Strict)]
    return sorted({field.alias or name for m in models for name, field in m.model_fields.items()})


def resolve_file(file: RuleFile, catalogue: Catalogue) -> Resolved:
    """The resolved rule of a file. Raises RuleProblems with every problem found."""
    return resolve_parsed(file, parse_rule(file), catalogue)


def resolve_parsed(file: RuleFile, rule: Rule, catalogue: Catalogue) -> Resolved:
    """The rule that was parsed from a file, resolved. Raises RuleProblems with every problem found."""
    try:
        return resolve_rule(rule, catalogue, load_vocabulary(), str(file.path))
    except Unresolved as e:
        raise RuleProblems([Problem(file.path, file.line(where), text) for where, text in e.problems]) from None


@contextmanager
def in_bulk() -> Iterator[None]:
    """Reading many files: what they become is kept, so looking for garbage among it would take as long as reading it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load_rules(
    extra: Sequence[Path] = (), catalogue: Catalogue | None = None, *, shipped: bool = True, day: int = date.max.toordinal()
) -> list[Resolved]:
    """All rules by id, without their cases: the shipped ones and those of further files and folders, as changed by overlays.

    `day` is the as-of day (ordinal): what overlays say of severities and of rules switched off is that of this day; left out, what
    holds in the end. Raises RuleProblems with all problems at once.
    """
    from rules.overlay import is_overlay, lay_over  # it stands on this module

    catalogue = catalogue or load_catalogue()
    problems: list[Problem] = []
    overlays: list[RuleFile] = []
    found: dict[str, tuple[Resolved, Path]] = {}
    with in_bulk():
        for path in rule_paths([*([PACKS] if shipped else []), *extra]):
            try:
                file = read_file(path, cases=False)
                if is_overlay(file):
                    overlays.append(file)
                    continue
                rule = resolve_file(file, catalogue)
            except RuleProblems as e:
                problems += e.problems
                continue
            if (other := found.get(rule.rule.id)) is not None:
                problems.append(Problem(path, 1, f"规则 {rule.rule.id} 已在 {other[1]} 定义;换一个 id,或用覆盖文件改它的参数"))
                continue
            found[rule.rule.id] = (rule, path)
    rules = {name: found[name][0] for name in sorted(found)}
    # What is wrong with a rule is not told again of the overlay that changes it.
    problems += lay_over(overlays, rules, catalogue, day, {p.path.stem for p in problems})
    if problems:
        raise RuleProblems(problems)
    return list(rules.values())
