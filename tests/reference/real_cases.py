"""Holds the oracle itself against published cases: `python tests/reference/real_cases.py CASES.yaml`.

The file's form: cases with `sheets` and `expect` (as_of, must, must_not, insufficient). Prints what disagrees; exit 1 then.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import yaml

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.reference.oracle import expected


def text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else {True: "是", False: "否"}.get(value) or str(value)


def disagreements(case: dict[str, Any], expectation: dict[str, Any]) -> list[str]:
    """What the oracle says otherwise than the case, as of one day."""
    sheets = {name: [{k: None if v is None else text(v) for k, v in row.items()} for row in rows] for name, rows in case["sheets"].items()}
    found, wrong = expected(sheets, date.fromisoformat(text(expectation["as_of"]))), []
    clues = {(clue["rule"], tuple(clue["subject"]["key"])): clue for clue in found["clues"]}
    lacking = {(entry["rule"], tuple(entry["subject"]["key"])): entry for entry in found["insufficient"]}
    for want in expectation.get("must") or []:
        clue = clues.get((want["rule"], tuple(map(text, want["subject_key"]))))
        if clue is None:
            wrong.append(f"not found: {want}")
            continue
        named = [field for field in ("state", "due_on", "arose_on", "severity") if field in want]
        differs = [field for field in named if clue[field] != (None if want[field] is None else text(want[field]))]
        wrong += [f"{field} {clue[field]}: {want}" for field in differs]
    for never in expectation.get("must_not") or []:
        rule, key = (never["rule"], tuple(map(text, never["subject_key"]))) if isinstance(never, dict) else (never, None)
        wrong += [f"found: {hit}" for hit in clues if hit[0] == rule and key in (None, hit[1])]
    for want in expectation.get("insufficient") or []:
        entry = lacking.get((want["rule"], tuple(map(text, want["subject_key"]))))
        if entry is None or (want.get("missing") and set(want["missing"]) != set(entry["missing"])):
            wrong.append(f"insufficient {entry}: {want}")
    return wrong


def main(path: str) -> int:
    """Check every case of the file; return the exit code."""
    cases, failed = yaml.safe_load(Path(path).read_text(encoding="utf-8")), 0
    for case in cases:
        for expectation in case["expect"]:
            wrong = disagreements(case, expectation)
            failed += bool(wrong)
            for line in wrong:
                print(case["id"], expectation["as_of"], line)
    print(f"FIGURE cases={len(cases)} expectations={sum(len(case['expect']) for case in cases)} failed={failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
