"""How long reading and checking many rules takes: `python -m benchmarks.many_rules [RULES] [--runs 3]`.

Writes a folder of local rules (default 500), copies of the shipped ones under ids of their own, and runs the installed command on it in
processes of their own. Prints the least processor time and elapsed time of `rules check` (every rule, its cases and the shipped rules besides),
`rules list`, a scan of an empty store with all of them, and, to compare, `rules check` of the shipped rules alone and `--help`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from cases.store import open_store
from rules.load import PACKS, rule_paths

CLUES = [sys.executable, "-m", "cli"]


def write(folder: Path, number: int) -> None:
    """A folder of `number` rules, as varied as the shipped ones."""
    shipped = [path.read_text(encoding="utf-8") for path in rule_paths([PACKS])]
    for i in range(number):
        text = re.sub(r"^id: .*$", f"id: copy.r{i}", shipped[i % len(shipped)], count=1, flags=re.MULTILINE)
        (folder / f"copy.r{i}.yaml").write_text(text, encoding="utf-8")


def seconds(arguments: list[str]) -> tuple[float, float]:
    """Processor time and elapsed time of one process, in seconds. Raises CalledProcessError where it fails."""
    began = time.monotonic()
    process = subprocess.Popen([*CLUES, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began


@click.command()
@click.argument("rules", type=int, default=500)
@click.option("--runs", type=int, default=3)
def main(rules: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, store = Path(place, "rules"), str(Path(place, "cases.db"))
        folder.mkdir()
        write(folder, rules)
        open_store(store, create=True).close()
        more = ["--rules", str(folder)]
        measured = {
            f"rules check, {rules} rules and the shipped ones": ["rules", "check", *more],
            f"rules list, {rules} rules and the shipped ones": ["rules", "list", *more],
            f"scan of an empty store with {rules} rules and the shipped ones": ["scan", store, "--quiet", *more],
            "rules check, the shipped ones alone": ["rules", "check"],
            "--help": ["--help"],
        }
        for name, arguments in measured.items():
            processor, elapsed = (min(times) for times in zip(*(seconds(arguments) for _ in range(runs)), strict=True))
            print(f"{processor:6.2f} s processor  {elapsed:6.2f} s elapsed  {name}", flush=True)


if __name__ == "__main__":
    main()
