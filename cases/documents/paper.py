"""What is passed on while court papers are read: the document, the values read from it, and what was noticed.

A `Document` is one paper as found (which file, which record of it, what the source declares, the text). An `Extraction` holds
the values read from it. Each value knows the words it was read from and how sure it is; what could not be read is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Sureness = Literal["高", "中", "低"]
"""高: printed where such a paper prints it. 中: follows from what is printed. 低: read, but something speaks against it."""

HIGH: Sureness = "高"
MIDDLE: Sureness = "中"
LOW: Sureness = "低"

UNDATED = "日期不详"
"""The cell for a day that is printed but masked, or that must have been but is not printed."""


@dataclass(slots=True)
class Document:
    """One paper.

    `path`: the file as it was named. `index`: its record in the file, from 1 (0: the file is the paper). `layout`: how the file
    writes papers. `declared`: what the source says of it, by Chinese name (案号, 法院, 案由, 裁判日期…). `names`: the parties'
    names as the source lists them. `text`: the paper's text, one line per printed line. `problem`: why it could not be read.
    """

    path: str
    index: int
    layout: str
    text: str = ""
    title: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    problem: str = ""
    sample: str = ""

    @property
    def where(self) -> str:
        """The document as named in messages."""
        return f"{self.path} 第 {self.index} 条" if self.index else self.path


class Value(NamedTuple):
    """A value, the words it was read from, and how sure it is. Days are ISO text, amounts `Decimal` yuan as text."""

    value: str
    words: str = ""
    sure: Sureness = HIGH


@dataclass(slots=True)
class Party:
    """A party. `role` as printed; `former` its role in the first instance; `kind`: 自然人, 法人, 金融机构; `number`: certificate;
    `address`: where it lives or sits, if printed to the house."""

    role: str
    name: str
    kind: str = ""
    number: str = ""
    former: str = ""
    words: str = ""
    sure: Sureness = HIGH
    address: str = ""


@dataclass(slots=True)
class Agent:
    """Who acts for a party: `side` is the party's role as printed; `firm` a law firm or legal service, if one is printed;
    `standing`: 律师, 法律工作者 or 公民 (neither, by the list of parties), "" where only the hearing names the agent."""

    side: str
    name: str
    firm: str = ""
    words: str = ""
    standing: str = ""


@dataclass(slots=True)
class Extraction:
    """All that was read from one document.

    `matter`: 民事, 行政, 非诉, 执行, 刑事, 赔偿, 其他 or "" where it could not be told; `numbers`: the case numbers the paper
    bears (several where suits were joined); `values`: by field name; `decisions`: numbers of the administrative decisions that
    a ruling is about; `record`: cells of a paper that is a ready row (a penalty list, a closing list); `notes`: what is odd.
    """

    document: Document
    matter: str = ""
    numbers: list[str] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)
    hearings: list[Value] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    judges: list[str] = field(default_factory=list)
    decisions: list[Value] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def put(self, name: str, value: str | None, words: str = "", sure: Sureness = HIGH) -> None:
        """Keep a value; nothing where there is none."""
        if value:
            self.values[name] = Value(value, words, sure)

    def get(self, name: str) -> str:
        """The value of a field, or ""."""
        found = self.values.get(name)
        return found.value if found else ""
