"""How well papers are read: precision and recall per field against documents marked by hand.

    python -m cases.documents.figures MARKED DATA_FOLDER [--wrong]

MARKED is JSON lines: {"id": "folder/file#record", "sha": first 12 characters of the record's SHA-256, "values": {field: value}}.
A value of null, or an empty list, means that the paper does not say it. A document with "held": true was marked before the
readers had seen it: its figures are printed apart. Who looks at what went wrong there marks new documents for the next time.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from cases.documents import courts
from cases.documents.extract import extract
from cases.documents.layouts import paper_of_record, papers_of_text
from cases.documents.paper import UNDATED, Extraction
from cases.values import normal

Marked = dict[str, Any]

_SINGLE = ("court", "cause", "kind", "judged_on", "filed_on", "procedure", "closing", "closed_on", "agency", "ruling", "decided_on", "served_on",
           "demanded_on", "applied_on", "accepted_on", "fine", "surcharge", "amount", "default")  # fmt: skip
_RENAMED = {"ruling": "result"}
NAMES = {
    "case_nos": "案号", "court": "法院", "cause": "案由", "kind": "文书种类", "judged_on": "裁判日期", "filed_on": "立案日期",
    "heard_on": "开庭日期", "procedure": "程序", "parties": "当事人", "roles": "当事人地位", "kinds": "当事人类型", "party_ids": "证件号",
    "agents": "代理人", "firms": "律所", "judge": "审判长", "amount": "标的额", "default": "缺席", "closing": "结案方式",
    "closed_on": "结案日期", "agency": "行政机关", "decisions": "决定书文号", "result": "裁定结果", "decided_on": "决定日期",
    "served_on": "送达日期", "demanded_on": "催告日期", "applied_on": "申请日期", "accepted_on": "受理日期", "fine": "罚款",
    "surcharge": "加处罚款",
}  # fmt: skip


class Score:
    """Counts for one field: right, wrong (a value that is not the marked one), missing (a marked value not read)."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missing = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0


def read_marked(path: Path) -> list[Marked]:
    """The marked documents of a file."""
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def is_held(marked: Marked) -> bool:
    """Whether a marked document is held out from tuning."""
    return bool(marked.get("held"))


def find_documents(marked: list[Marked], data: Path) -> Iterator[tuple[Marked, Extraction]]:
    """Yield each marked document with what is read from it. Raises ValueError where a document is not the one that was marked."""
    lines: dict[str, list[bytes]] = {}
    for mark in marked:
        file, _, record = mark["id"].rpartition("#")
        if file not in lines:
            lines[file] = [line.strip() for line in (data / file).read_bytes().splitlines() if line.strip()]
        raw = lines[file][int(record) - 1]
        if hashlib.sha256(raw).hexdigest()[:12] != mark["sha"]:
            raise ValueError(f"{mark['id']} 与标注时的内容不同:请用标注时的数据")
        document = paper_of_record(file, int(record), orjson.loads(raw)) if raw.startswith(b"{") else next(papers_of_text(file, "TXT", raw.decode()))
        yield mark, extract(document)


def _read_values(extraction: Extraction) -> dict[str, Any]:
    """What was read, in the form of the marks."""
    values: dict[str, Any] = {_RENAMED.get(name, name): extraction.get(name) or None for name in _SINGLE}
    values["default"] = values["default"] == "是"
    values["case_nos"] = extraction.numbers
    values["heard_on"] = [h.value for h in extraction.hearings]
    values["parties"] = [p.name for p in extraction.parties]
    values["roles"] = [f"{p.name}|{p.role}" for p in extraction.parties]
    values["kinds"] = [f"{p.name}|{p.kind}" for p in extraction.parties if p.kind]
    values["party_ids"] = [p.number for p in extraction.parties if p.number]
    values["agents"] = [f"{a.name}|{a.side}" for a in extraction.agents]
    values["firms"] = [f"{a.name}|{a.firm}" for a in extraction.agents if a.firm]
    values["judge"] = extraction.judges[0] if extraction.judges else None
    values["decisions"] = [v.value for v in extraction.decisions]
    return values


def _marked_values(values: dict[str, Any]) -> dict[str, Any]:
    """The marks with the lists of parties and agents taken apart."""
    found = {k: v for k, v in values.items() if k not in ("parties", "agents")}
    if "parties" in values:
        found["parties"] = list(dict.fromkeys(p[1] for p in values["parties"]))
        found["roles"] = [f"{p[1]}|{_role(p[0])}" for p in values["parties"]]
        found["kinds"] = [f"{p[1]}|{p[2]}" for p in values["parties"]]
    if "agents" in values:
        found["agents"] = [f"{a[1]}|{a[0]}" for a in values["agents"]]
        found["firms"] = [f"{a[1]}|{a[2]}" for a in values["agents"] if a[2]]
    return found


def _role(role: str) -> str:
    """Roles that mean the same: a paper's 被申请执行人 and 被执行人, 申请人 and 申请执行人 in enforcement."""
    return {"被申请执行人": "被执行人", "原审第三人": "第三人", "申请再审人": "再审申请人"}.get(role, role)


def _form(field: str, value: Any) -> str:
    """The form in which a value is compared."""
    if field == "court":
        return courts.key(str(value))
    if field in ("amount", "fine", "surcharge"):
        return str(Decimal(str(value)).normalize())
    if field == "decisions":
        return re.sub(r"^(?:NO|编号)[:.为]*|[号第()]", "", normal(str(value)))
    name, bar, role = str(value).partition("|")
    return normal(name) + bar + (_role(role) if field == "roles" else normal(role))


def compare(field: str, marked: Any, read: Any, score: Score) -> list[str]:
    """Count one field of one document; return what differs, for a person to look at."""
    wanted = Counter(_form(field, v) for v in (marked if isinstance(marked, list) else [marked]) if v not in (None, False, ""))
    have = Counter(_form(field, v) for v in (read if isinstance(read, list) else [read]) if v not in (None, False, "", UNDATED))
    wanted, have = Counter(dict.fromkeys(wanted, 1)), Counter(dict.fromkeys(have, 1))
    right = sum((wanted & have).values())
    extra, lost = list((have - wanted).elements()), list((wanted - have).elements())
    score.right += right
    score.wrong += len(extra)
    score.missing += len(lost)
    return [f"读成 {x}" for x in extra] + [f"漏读 {x}" for x in lost]


def measure(marked: list[Marked], data: Path) -> tuple[dict[str, Score], list[str]]:
    """The scores per field, and one line per difference."""
    scores: dict[str, Score] = {}
    lines = []
    for mark, extraction in find_documents(marked, data):
        read = _read_values(extraction)
        if extraction.matter == "非诉":  # 申请人 and 申请执行人 mean the same there
            read["roles"] = [r.replace("|被申请人", "|被执行人").replace("|申请人", "|申请执行人") for r in read["roles"]]
        for field, value in _marked_values(mark["values"]).items():
            different = compare(field, value, read.get(field), scores.setdefault(field, Score()))
            lines += [f"{mark['id']} {NAMES.get(field, field)}:{d}" for d in different]
    return scores, lines


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="逐字段计算文书读取的准确率(读出的对了多少)和召回率(该读的读出多少)")
    parser.add_argument("marked", type=Path, help="手工标注的 JSON 行文件")
    parser.add_argument("data", type=Path, help="文书所在的文件夹")
    parser.add_argument("--wrong", action="store_true", help="逐条列出与标注不同之处(不含留出部分)")
    options = parser.parse_args()
    marked = read_marked(options.marked)
    for title, part in (("可调整部分", [m for m in marked if not is_held(m)]), ("留出部分", [m for m in marked if is_held(m)])):
        scores, lines = measure(part, options.data)
        print(f"{title}:{len(part)} 份文书\n{'字段':　<8} 准确率  召回率   对   错   漏")
        for field, score in scores.items():
            print(f"{NAMES.get(field, field):　<8} {score.precision:6.1%} {score.recall:6.1%} {score.right:4} {score.wrong:4} {score.missing:4}")
        if options.wrong and title == "可调整部分":
            print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
