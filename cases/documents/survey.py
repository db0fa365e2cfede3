"""What was read and what was not: shares per field, papers without rows, contradictions, layouts that are not understood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cases.documents.extract import UNLIKE, extract
from cases.documents.files import read_path
from cases.documents.paper import Extraction
from cases.documents.parties import CLAIMANTS, RESPONDENTS
from cases.documents.rows import why_none

SAMPLES = 3
Has = Callable[[Extraction], object]


def _value(name: str) -> Has:
    return lambda e: e.get(name)


_COMMON: dict[str, Has] = {"案号": lambda e: e.numbers, "法院": _value("court"), "文书种类": _value("kind"), "裁判日期": _value("judged_on")}
_SIDES: dict[str, Has] = {
    "原告方": lambda e: any(p.role in CLAIMANTS for p in e.parties),
    "被告方": lambda e: any(p.role in RESPONDENTS for p in e.parties),
}
FIELDS: dict[str, dict[str, Has]] = {
    "民事": _COMMON
    | {"案由": _value("cause"), "程序": _value("procedure"), "立案日期": _value("filed_on")}
    | _SIDES
    | {"代理人": lambda e: e.agents, "审判人员": lambda e: e.judges, "标的额": _value("amount"), "结案方式": _value("closing")},
    "非诉": _COMMON
    | {"行政机关": _value("agency"), "决定书文号": lambda e: e.decisions, "决定日期": _value("decided_on"), "送达日期": _value("served_on")}
    | {"催告日期": _value("demanded_on"), "申请日期": _value("applied_on"), "受理日期": _value("accepted_on")}
    | {"裁定结果": _value("ruling"), "罚款": _value("fine")},
    "执行": _COMMON
    | {"申请执行人": _SIDES["原告方"], "被执行人": _SIDES["被告方"], "依据案号": _value("basis_no"), "立案日期": _value("filed_on")}
    | {"结案方式": _value("closing"), "结案日期": _value("closed_on"), "标的额": _value("amount")},
    "处罚": {"决定书文号": lambda e: e.decisions, "行政机关": _value("agency"), "违法行为": _value("violation"), "罚款": _value("fine")},
}
_OTHERS = _COMMON | _SIDES
_DETAIL = re.compile(r"“[^”]*”|[（(]\d{4}[）)][^ ，。]*?号|\d[\d.-]*")


@dataclass
class Unread:
    """A reason why papers could not be read, how many there are, and where the first ones stand, with a piece of each."""

    reason: str
    count: int = 0
    samples: list[str] = field(default_factory=list)

    def told(self) -> str:
        """The reason as a sentence with its first sample."""
        return f"{self.reason},{self.count} 份,例如 {self.samples[0]}"


@dataclass
class Survey:
    """Counts over many papers.

    `papers`: by layout; `matters`: by matter; `read`: (matter, field) → papers in which it was read; `without_rows`, `notes`: by
    kind of reason; `unread`: papers whose layout was not understood or whose file could not be read.
    """

    papers: Counter[str] = field(default_factory=Counter)
    matters: Counter[str] = field(default_factory=Counter)
    read: Counter[tuple[str, str]] = field(default_factory=Counter)
    without_rows: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    unread: dict[str, Unread] = field(default_factory=dict)

    def count(self, extraction: Extraction) -> None:
        """Take one paper into the counts."""
        document = extraction.document
        self.papers[document.layout or "不认识"] += 1
        if document.problem:
            reason = re.sub(r"第 \d+ 行", "有的行", document.problem)
            unread = self.unread.setdefault(reason, Unread(reason))
            unread.count += 1
            if len(unread.samples) < SAMPLES:
                unread.samples.append(" ".join(f"{document.where} {document.sample}".split()))
            return
        matter = extraction.matter or "其他"
        self.matters[matter] += 1
        self.read.update((matter, name) for name, has in FIELDS.get(matter, _OTHERS).items() if has(extraction))
        if reason := why_none(extraction):
            self.without_rows[reason] += 1
        self.notes.update({_DETAIL.sub("…", note) for note in extraction.notes})

    def shares(self, matter: str) -> dict[str, float]:
        """The share of papers of a matter in which each field was read."""
        total = self.matters[matter]
        return {name: self.read[matter, name] / total for name in FIELDS.get(matter, _OTHERS)} if total else {}

    def lines(self) -> list[str]:
        """The report, one sentence a line."""
        told = [f"读了 {sum(self.papers.values())} 份文书:" + "、".join(f"{layout} {n} 份" for layout, n in self.papers.most_common())]
        for matter, total in self.matters.most_common():
            told.append(f"{matter} {total} 份,读出:" + "、".join(f"{name} {share:.0%}" for name, share in self.shares(matter).items()))
        told += [f"没有入表:{reason},{n} 份" for reason, n in self.without_rows.most_common()]
        told += [f"原文自相矛盾或需核对:{note},{n} 份" for note, n in self.notes.most_common(12)]
        told += [f"没有读取:{u.told()}" for u in self.set_aside()]
        return told

    def unreadable(self) -> list[Unread]:
        """Why papers could not be read, the most frequent reason first."""
        return sorted(self.unread.values(), key=lambda u: (-u.count, u.reason))

    def failed(self) -> list[Unread]:
        """What of that was left out for a failing: all but texts that are no court papers, as a note beside them is none."""
        return [u for u in self.unreadable() if u.reason != UNLIKE]

    def set_aside(self) -> list[Unread]:
        """The texts that are no court papers."""
        return [u for u in self.unreadable() if u.reason == UNLIKE]

    def as_json(self) -> dict[str, Any]:
        """The counts for machines."""
        return {
            "papers": dict(self.papers),
            "matters": {m: {"papers": n, "read": {k: round(v, 4) for k, v in self.shares(m).items()}} for m, n in self.matters.items()},
            "without_rows": dict(self.without_rows),
            "notes": dict(self.notes),
            "unread": [{"reason": u.reason, "papers": u.count, "samples": u.samples} for u in self.unreadable()],
        }


def survey_paths(paths: Iterable[Path]) -> Survey:
    """Read all papers under some paths and count what was read; for `clues doctor --documents`.

    Raises SheetError where a path does not exist.
    """
    survey = Survey()
    for path in paths:
        for document in read_path(path):
            survey.count(extract(document))
    return survey
