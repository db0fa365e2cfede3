"""Import, scan, memory and start-up beside plain ways of doing the same, in one run on the same data.

    python -m benchmarks.run [RECORDS…] [--runs 3] [--everything 100000] [--keep FOLDER] [--json FILE]

Every measurement is a process of its own; what is compared is its processor time (user and system), which others on the machine disturb
least, and its peak memory. Ratios are taken pair by pair within a run. Nothing is asserted about speed; that plain SQL finds exactly the
engine's subjects for ten of the rules is.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from benchmarks.plain_sql import RULES
from benchmarks.sheets import AS_OF, write, write_changes
from benchmarks.tasks import MODES

CLUES = [sys.executable, "-m", "cli"]
RATIOS = {
    "scan / plain SQL of ten rules": ("scan", "plain SQL"),
    "scan of the ten rules / plain SQL of them": ("scan of ten rules", "plain SQL"),
    "everything through durable_rules / candidates": ("everything", "candidates"),
    "everything in plain Python / candidates": ("everything-plainly", "candidates"),
    "candidates in plain Python / through durable_rules": ("candidates-plainly", "candidates"),
    "scan after 1 % changed / full scan": ("scan after changes", "scan"),
    "import / csv and executemany": ("import", "plain import"),
}
GROWING = ("import", "scan", "plain SQL")


@dataclass
class Measured:
    """One process: seconds on the clock, seconds of processor time, peak memory in MB, what it printed."""

    seconds: float
    cpu: float
    memory: float
    output: str = ""


def measured(command: Sequence[str]) -> Measured:
    """Run a process. Raises CalledProcessError where it fails."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        out.seek(0)
        return Measured(time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read())


def _task(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.tasks", *arguments]


def check(store: Path, printed: str) -> int:
    """Hold the printed answers of plain SQL against the recorded clues; returns how many there are. Raises AssertionError."""
    connection, total = sqlite3.connect(store), 0
    for rule, rows in json.loads(printed).items():
        plain = {(subject, due) for subject, due in rows}
        ours = set()
        for (payload,) in connection.execute("SELECT payload FROM clues WHERE rule = ? AND present = 1", (rule,)):
            clue = json.loads(payload)
            ours.add((" ".join(clue["subject"]["key"]), date.fromisoformat(clue["due_on"]).toordinal() if clue["due_on"] else None))
        assert plain == ours, f"{rule}: {len(plain)} / {len(ours)}, {sorted(plain ^ ours, key=str)[:5]}"
        total += len(ours)
    connection.close()
    return total


def _fresh(store: Path, scratch: Path) -> Path:
    for path in scratch.parent.glob(scratch.name + "*"):
        path.unlink()
    shutil.copyfile(store, scratch)
    return scratch


def run(folder: Path, records: int, everything: int) -> dict[str, Measured]:
    """Measure everything once on one size; `folder` is emptied of what is no longer needed."""
    sheets, changed, store, scratch = folder / "sheets", folder / "changed", folder / "cases.db", folder / "scratch.db"
    write(sheets, records)
    write_changes(sheets, changed)
    scan = [*CLUES, "scan", str(scratch), "--as-of", AS_OF, "--quiet"]
    only = [part for rule in RULES for part in ("--only", rule)]
    found = {"plain import": measured(_task("plain-import", str(scratch), str(sheets)))}
    for path in (scratch, *folder.glob("cases.db*")):
        path.unlink(missing_ok=True)
    found["import"] = measured([*CLUES, "import", str(store), str(sheets), "--quiet"])
    shutil.rmtree(sheets)
    for mode in MODES if records <= everything else MODES[:2]:
        found[mode] = measured(_task("judged", str(store), mode))
    _fresh(store, scratch)
    found["scan of ten rules"] = measured([*scan, *only])
    _fresh(store, scratch)
    found["scan"] = measured(scan)
    found["plain SQL"] = measured([sys.executable, "-m", "benchmarks.plain_sql", str(scratch)])
    print(f"  {check(scratch, found['plain SQL'].output)} subjects of ten rules: the same by plain SQL and by the engine")
    found["import of changes"] = measured([*CLUES, "import", str(scratch), str(changed), "--quiet"])
    found["scan after changes"] = measured(scan)
    return found


def spread(values: Sequence[float]) -> dict[str, float]:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def report(size: int, runs: Sequence[dict[str, Measured]]) -> dict[str, Any]:
    """The numbers of one size: each measurement's spread, and the ratios pair by pair."""
    tasks = {
        name: {
            "cpu": spread([r[name].cpu for r in runs]),
            "seconds": spread([r[name].seconds for r in runs]),
            "memory": max(r[name].memory for r in runs),
        }
        for name in runs[0]
    }
    ratios = {title: spread([r[a].cpu / r[b].cpu for r in runs]) for title, (a, b) in RATIOS.items() if a in runs[0] and b in runs[0]}
    return {"records": size, "runs": len(runs), "tasks": tasks, "ratios": ratios}


def show(one: dict[str, Any]) -> None:
    print(f"{one['records']} records, {one['runs']} runs")
    print(f"  {'':52}{'min':>9}{'median':>9}{'max':>9}{'peak MB':>9}")
    for name, task in one["tasks"].items():
        c = task["cpu"]
        print(f"  {name + ', processor seconds':52}{c['min']:9.2f}{c['median']:9.2f}{c['max']:9.2f}{task['memory']:9.0f}")
    for title, r in one["ratios"].items():
        print(f"  {title:52}{r['min']:9.2f}{r['median']:9.2f}{r['max']:9.2f}")


def growth(sizes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per step from size to size: how much more of a record it costs, start-up left out, and how memory grows."""
    found = []
    for small, large in pairwise(sizes):
        for name in GROWING:
            (a, b), times = (s["tasks"][name] for s in (small, large)), large["records"] / small["records"]
            found.append({
                "task": name, "from": small["records"], "to": large["records"], "memory": b["memory"] / a["memory"],
                "cost": b["cpu"]["median"] / a["cpu"]["median"] / times,
            })  # fmt: skip
    return found


@click.command()
@click.argument("sizes", nargs=-1, type=int)
@click.option("--runs", default=3, help="how often each size is measured")
@click.option("--everything", default=100_000, help="the largest size at which every record is fed to durable_rules")
@click.option("--keep", type=click.Path(path_type=Path), help="folder to work in, with room for two stores (default: a temporary one)")
@click.option("--json", "target", type=click.Path(path_type=Path), help="file for all numbers")
def main(sizes: tuple[int, ...], runs: int, everything: int, keep: Path | None, target: Path | None) -> None:
    """Measure and print; SIZES in records (multiples of 1000), default 10000 100000."""
    results = []
    startup = [measured([*CLUES, "--version"]) for _ in range(runs)]
    print(f"start-up: {spread([m.cpu for m in startup])['median']:.2f} processor seconds, {max(m.memory for m in startup):.0f} MB")
    for size in sizes or (10_000, 100_000):
        with tempfile.TemporaryDirectory(dir=keep) as folder:
            results.append(report(size, [run(Path(folder), size, everything) for _ in range(runs)]))
        show(results[-1])
    steps = growth(results)
    for g in steps:
        print(f"{g['task']}: {g['from']} → {g['to']} records: {g['cost']:.2f} times the cost of a record, {g['memory']:.2f} times the memory")
    if target:
        target.write_text(json.dumps({"startup": startup[0].cpu, "sizes": results, "growth": steps}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
