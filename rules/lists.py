"""Named lists of a place's own: words that several of its rules share, in files of their own among the rules.

A file of lists has one key, `lists:`, and below it names with their words. A rule writes `@name` for them, as for the shipped lists
(vocabulary/lists.yaml), which a place cannot change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from pydantic import Field, ValidationError

from cases.yamlfile import Problem, YamlFile, message
from rules.language import Vocabulary
from rules.resolve import Resolved, load_vocabulary
from rules.schema import Strict

Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
Word = Annotated[str, Field(min_length=1)]  # a blank one would be found in every text
_READ = re.compile(r"@([a-z][a-z0-9_]*)")


class Lists(Strict):
    """A file of lists."""

    lists: dict[Name, Annotated[list[Word], Field(min_length=1)]] = Field(min_length=1)


def is_lists(file: YamlFile) -> bool:
    """Whether a file among the rules holds lists."""
    return "lists" in file.data and "id" not in file.data


def with_lists(files: Iterable[YamlFile]) -> tuple[Vocabulary, list[Problem]]:
    """The shipped vocabulary with the lists of files, and every problem of the files."""
    shipped = load_vocabulary()
    tables, places, problems = dict(shipped.tables), dict[str, str](), list[Problem]()
    for file in files:
        for name, words in _given(file).items():
            line = file.line(("lists", name))
            if name in shipped.tables:
                problems.append(Problem(file.path, line, f"清单 {name} 与随程序的清单同名:请换一个名字"))
            elif name in places:
                problems.append(Problem(file.path, line, f"清单 {name} 已在 {places[name]} 定义:请换一个名字,或者并成一张"))
            places.setdefault(str(name), f"{file.path}:{line}")
            if isinstance(words, list) and words and all(isinstance(word, str) and word for word in words):
                tables.setdefault(name, tuple(words))
        try:
            Lists.model_validate(file.data)
        except ValidationError as e:
            problems += [Problem(file.path, file.line(err["loc"]), message(err, ["lists"])) for err in e.errors()]
    return Vocabulary(shipped.definitions, tables, places), problems


def unused(files: Iterable[YamlFile], readers: Sequence[YamlFile]) -> Iterator[Problem]:
    """Lists that no rule and no overlay names."""
    named = {name for reader in readers for name in _READ.findall(reader.text)}
    for file in files:
        for name in _given(file):
            if name not in named:
                yield Problem(file.path, file.line(("lists", name)), f"清单 {name} 没有规则用到:在规则里写作 @{name} 用它,或者删去")


def _given(file: YamlFile) -> dict[Any, Any]:
    return given if isinstance(given := file.data["lists"], dict) else {}


def lists_of(rule: Resolved) -> dict[str, tuple[str, ...]]:
    """The named lists that a rule's own expressions read, shipped and local, by name."""
    known = rule.vocabulary.tables
    named = dict.fromkeys(_READ.findall(rule.rule.model_dump_json(exclude={"cases"})))
    return {name: known[name] for name in named if name in known}
