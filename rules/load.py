"""Loading rule packs: folders of rule files, one rule a file, every problem with its file and line.

`load_rules(paths)` gives the shipped rules and those of further files or folders, resolved against a catalogue and the named lists
(rules/lists.py) that lie among them, and changed by the overlays (rules/overlay.py) that do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from cases.catalogue import Catalogue, load_catalogue
from cases.errors import CluesError
from cases.memory import no_collecting
from cases.yamlfile import Problem, YamlFile, YamlProblem, message, parsed, read_text
from rules.language import Vocabulary
from rules.lists import is_lists, with_lists
from rules.resolve import Resolved, Unresolved, resolve_rule
from rules.schema import Rule
from rules.shapes import shape_problems

PACKS = Path(__file__).with_name("packs")
# The block of cases, nine tenths of a rule file: from its key to the next key at the margin.
_CASES = re.compile(r"^cases:[ \t]*(?:#.*)?\n(?:(?:[ \t#].*|-(?!--).*)\n?|\n)*", re.MULTILINE)


class RuleProblems(CluesError):
    """规则文件有误;每行一处,写明文件和行号。"""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]):
        super().__init__("规则文件有误,请改正后重试:\n" + "\n".join(map(str, problems)))
        self.problems = list(problems)


def rule_paths(paths: Iterable[Path]) -> list[Path]:
    """The files of a list of files and folders (searched deep; what begins with . or _ is left out), each once."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*.y*ml") if not any(x.startswith((".", "_")) for x in p.relative_to(path).parts))
        else:
            found.append(path)
    # A file may be named and lie in a folder that is named too.
    once: dict[Path, Path] = {}
    for path in found:
        once.setdefault(path.resolve(), path)
    return list(once.values())


def read_file(path: Path, *, cases: bool = True) -> YamlFile:
    """Read one YAML file; without `cases` they are not even parsed, as scanning needs none. Raises RuleProblems."""
    try:
        text = read_text(path)
        if not cases:
            text = _CASES.sub(lambda found: "\n" * found[0].count("\n"), text)
        return parsed(path, text, "应是一条规则(以 id: 开头的各项)")
    except YamlProblem as e:
        raise RuleProblems([e.problem]) from None


def parse_rule(file: YamlFile) -> Rule:
    """The rule of a file. Raises RuleProblems with every schema error."""
    try:
        return Rule.model_validate(file.data)
    except ValidationError as e:
        raise RuleProblems([Problem(file.path, file.line(err["loc"]), message(err, _known_keys())) for err in e.errors()]) from None


def _known_keys() -> list[str]:
    from rules import schema

    models = [m for m in vars(schema).values() if isinstance(m, type) and issubclass(m, schema.Strict)]
    return sorted({field.alias or name for m in models for name, field in m.model_fields.items()})


def resolve_file(file: YamlFile, catalogue: Catalogue, vocabulary: Vocabulary) -> Resolved:
    """The resolved rule of a file. Raises RuleProblems with every problem found."""
    return resolve_parsed(file, parse_rule(file), catalogue, vocabulary)


def resolve_parsed(file: YamlFile, rule: Rule, catalogue: Catalogue, vocabulary: Vocabulary) -> Resolved:
    """The rule that was parsed from a file, resolved. Raises RuleProblems with every problem found."""
    try:
        found = resolve_rule(rule, catalogue, vocabulary, str(file.path))
        if problems := list(shape_problems(found, catalogue)):
            raise Unresolved(problems)
        return found
    except Unresolved as e:
        raise RuleProblems([Problem(file.path, file.line(where), text) for where, text in e.problems]) from None


@dataclass(frozen=True)
class Files:
    """The files of all packs by what they are, the words that the rules share, and what is wrong with files that cannot be read."""

    rules: list[YamlFile]
    overlays: list[YamlFile]
    lists: list[YamlFile]
    vocabulary: Vocabulary
    problems: list[Problem]


def read_files(extra: Sequence[Path], *, shipped: bool, cases: bool = True) -> Files:
    """The files of all packs; further ones are `extra`, files and folders."""
    from rules.overlay import is_overlay  # it stands on this module

    rules: list[YamlFile] = []
    overlays: list[YamlFile] = []
    lists: list[YamlFile] = []
    problems: list[Problem] = []
    for path in rule_paths([*([PACKS] if shipped else []), *extra]):
        try:
            file = read_file(path, cases=cases)
        except RuleProblems as e:
            problems += e.problems
        else:
            (overlays if is_overlay(file) else lists if is_lists(file) else rules).append(file)
    vocabulary, wrong = with_lists(lists)
    return Files(rules, overlays, lists, vocabulary, problems + wrong)


def load_rules(
    extra: Sequence[Path] = (), catalogue: Catalogue | None = None, *, shipped: bool = True, day: int = date.max.toordinal()
) -> list[Resolved]:
    """All rules by id, without their cases: the shipped ones and those of further files and folders, as changed by overlays.

    `day` is the as-of day (ordinal): what overlays say of severities and of rules switched off is that of this day; left out, what
    holds in the end. Raises RuleProblems with all problems at once.
    """
    from rules.overlay import lay_over  # it stands on this module

    catalogue = catalogue or load_catalogue()
    found: dict[str, tuple[Resolved, Path]] = {}
    with no_collecting():
        files = read_files(extra, shipped=shipped, cases=False)
        problems = files.problems
        for file in files.rules:
            try:
                rule = resolve_file(file, catalogue, files.vocabulary)
            except RuleProblems as e:
                problems += e.problems
                continue
            if (other := found.get(rule.rule.id)) is not None:
                problems.append(Problem(file.path, 1, f"规则 {rule.rule.id} 已在 {other[1]} 定义;换一个 id,或用覆盖文件改它的参数"))
                continue
            found[rule.rule.id] = (rule, file.path)
    rules = {name: found[name][0] for name in sorted(found)}
    # What is wrong with a rule is not told again of the overlay that changes it.
    problems += lay_over(files.overlays, rules, catalogue, day, {p.path.stem for p in problems})
    if problems:
        raise RuleProblems(problems)
    return list(rules.values())
