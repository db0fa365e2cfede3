"""Runs the command on an invented store and prints every difference from the reference.

    python tests/reference/compare.py --seed 7 -- clues
    python tests/reference/compare.py --seed 7 --size 3 --as-of 2026-11-22 --rule 'civil.*' --show 10 -- python -m cli.main

The command must know `import STORE FOLDER --format json` and `scan STORE --as-of DAY --format json`.
Exit: 0 no difference, 1 differences or a command that failed, 2 wrong usage. Last line: FIGURE …
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.reference.columns import SHEETS
from tests.reference.oracle import expected
from tests.reference.stores import DEFAULT_SIZE, Sheets, as_of_days, store, write
from tests.reference.view import normal

Result = Mapping[str, list[dict[str, Any]]]
Subject = tuple[str, str, tuple[str, ...]]  # rule, record, key in normal form
FIELDS = ("state", "due_on", "arose_on", "days", "severity")
WITH_RESULT = (0, 3, 5)  # exit codes that come with a result


@dataclass(frozen=True)
class Difference:
    """One difference: of which kind, for which rule and subject, and what stood on either side."""

    kind: str
    rule: str
    record: str
    key: tuple[str, ...]
    wanted: str
    got: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.record} {list(self.key)} reference {self.wanted}, command {self.got}"


def _by_subject(entries: Iterable[Mapping[str, Any]]) -> dict[Subject, list[Mapping[str, Any]]]:
    found: dict[Subject, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries:
        subject = entry["subject"]
        found[entry["rule"], subject["record"], tuple(normal(str(part)) for part in subject["key"])].append(entry)
    return found


def _said(entry: Mapping[str, Any]) -> str:
    return " ".join(f"{field}={entry[field]}" for field in (*FIELDS, "missing") if field in entry)


def _compare(subject: Subject, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> list[Difference]:
    """The differences in the fields that both sides know, and in how the key is written."""
    pairs: list[tuple[str, Any, Any]] = [(field, wanted[field], got.get(field)) for field in FIELDS if field in wanted]
    if "missing" in wanted:
        pairs = [("missing", sorted(wanted["missing"]), sorted(got.get("missing") or []))]
    if subject[1] != "actor":  # an actor's number may be written in several ways in one store
        pairs.append(("key as written", wanted["subject"]["key"], got["subject"]["key"]))
    return [Difference(name, *subject, f"{a} ({_said(wanted)})", f"{b} ({_said(got)})") for name, a, b in pairs if a != b]


def differences(reference: Result, found: Result) -> list[Difference]:
    """Everything in which `found`, the JSON of a scan, differs from `reference`, the oracle's answer for the same rows and day."""
    result: list[Difference] = []
    for part, word in (("clues", "clue"), ("insufficient", "insufficient")):
        wanted, got = _by_subject(reference[part]), _by_subject(found[part])
        other = _by_subject(found["insufficient" if part == "clues" else "clues"])
        for subject in sorted(wanted.keys() | got.keys()):
            if subject not in got:
                instead = other.get(subject)
                result.append(Difference(f"missing {word}", *subject, _said(wanted[subject][0]), _said(instead[0]) if instead else "nothing"))
            elif subject not in wanted:
                result.append(Difference(f"extra {word}", *subject, "nothing", _said(got[subject][0])))
            else:
                result += _compare(subject, wanted[subject][0], got[subject][0])
            if len(got.get(subject, [])) > 1:
                result.append(Difference(f"{word} listed twice", *subject, "once", f"{len(got[subject])} times"))
    return result


def rows_of(sheets: Sheets, difference: Difference) -> list[str]:
    """The rows that share a number with the subject, and theirs in turn for an actor, as one line each."""
    numbers = {part for part in difference.key if part}
    found: dict[tuple[str, int], str] = {}
    for _ in range(2):
        more: set[str] = set()
        for name, rows in sheets.items():
            codes = [column.name for column in SHEETS[name].columns if column.type == "code" and column.field != "suspect_no"]
            for index, row in enumerate(rows):
                own = {normal(row[column] or "") for column in codes} - {""}
                names = (
                    {row.get(column) or "" for column in ("姓名名称", "当事人", "被执行人", "申请执行人")} if difference.record == "actor" else set()
                )
                if numbers & (own | names):
                    more |= own
                    found[name, index] = f"{name}: " + " ".join(f"{column}={text}" for column, text in row.items() if text)
        numbers |= {number for number in more if not number.startswith("S")}
    return [found[place] for place in sorted(found)]


def report(sheets: Sheets, by_day: Mapping[date, Sequence[Difference]], show: int) -> None:
    """Print the differences by rule and kind, with the rows concerned."""
    groups: dict[tuple[str, str], list[tuple[date, Difference]]] = defaultdict(list)
    for day, found in by_day.items():
        for difference in found:
            groups[difference.rule, difference.kind].append((day, difference))
    for (rule, kind), found_here in sorted(groups.items()):
        print(f"\n{rule}: {kind}, {len(found_here)} times")
        for day, difference in found_here[:show]:
            print(f"  as of {day} {difference}")
            for line in rows_of(sheets, difference)[:12]:
                print(f"      {line}")


def run(command: Sequence[str], timeout: int) -> tuple[Any, str]:
    """Run the command; return the JSON it printed, or None and why there is none."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return None, f"exit {done.returncode}: {done.stderr.strip()[-600:] or done.stdout[:200]}"
    return (answer, "") if done.returncode in WITH_RESULT else (None, f"exit {done.returncode}: {done.stderr.strip()[-600:]}")


def rejected(answer: Mapping[str, Any]) -> list[str]:
    """The rows that the import refused: all invented rows are good."""
    return [f"{sheet['sheet']} {reject}" for sheet in answer["sheets"] for reject in sheet.get("rejects") or []]


def main(arguments: Sequence[str]) -> int:
    """Compare; return the exit code."""
    own, command = list(arguments), []
    if "--" in own:
        own, command = own[: own.index("--")], own[own.index("--") + 1 :]
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0], usage="compare.py --seed N [options] -- COMMAND…")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=DEFAULT_SIZE)
    parser.add_argument("--as-of", type=date.fromisoformat, nargs="+", help="other days than those of the seed")
    parser.add_argument("--rule", default="*", help="only rules that match this pattern")
    parser.add_argument("--show", type=int, default=3, help="how many differences of each kind and rule to print in full")
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one command")
    parser.add_argument("--keep", type=Path, help="a folder for the sheets and the store, kept afterwards")
    options = parser.parse_args(own)
    if not command:
        parser.error("which command? put it after --")
    sheets = store(options.seed, options.size)
    with tempfile.TemporaryDirectory(prefix="compare-") as temporary:
        home = options.keep or Path(temporary)
        rows = write(sheets, home / "sheets")
        place = str(home / "store.db")
        answer, why = run([*command, "import", place, str(home / "sheets"), "--format", "json"], options.timeout)
        refused = [f"import: {why}"] if answer is None else rejected(answer)
        by_day: dict[date, list[Difference]] = {}
        wanted = 0
        for day in options.as_of or as_of_days(options.seed):
            reference = expected(sheets, day)
            wanted += len(reference["clues"]) + len(reference["insufficient"])
            found, why = run([*command, "scan", place, "--as-of", day.isoformat(), "--format", "json"], options.timeout)
            if found is None:
                refused.append(f"scan as of {day}: {why}")
            else:
                by_day[day] = [d for d in differences(reference, found) if fnmatch(d.rule, options.rule)]
    report(sheets, by_day, options.show)
    for line in refused[:20]:
        print(f"REFUSED {line}")
    total = sum(map(len, by_day.values()))
    rules = len({difference.rule for found_here in by_day.values() for difference in found_here})
    print(f"FIGURE rows={rows} days={len(by_day)} entries={wanted} differences={total} rules_differing={rules} refused={len(refused)}")
    return 1 if total or refused else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
