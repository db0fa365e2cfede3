"""The import and scan of a store beside reading the same rows through the ORM, one object at a time by its key.

    python -m benchmarks.scan_against_orm [RECORDS] [RUNS]

Makes an invented store (default 200,000 records, about 2 % in breach), imports and scans it with the installed command in processes of
their own, and prints seconds and peak memory of each, and the ratio scan / ORM pair by pair. A ratio below 1 is the aim.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.sheets import write

ORM = """
import sys
from sqlalchemy import select
from sqlalchemy.orm import Session, registry
from cases.store import open_store
with open_store(sys.argv[1]) as store:
    mapper, read = registry(), 0
    with Session(store.engine) as session:
        for name, table in store.tables.items():
            kind = type(name, (), {})
            mapper.map_imperatively(kind, table)
            for rid in session.scalars(select(table.c.rid)).all():
                session.expunge(session.get(kind, rid))
                read += 1
    print(read)
"""


def measured(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory (MB) of one process. Raises CalledProcessError where it fails."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.monotonic() - began, usage.ru_maxrss / 1024


def main(records: int = 200_000, runs: int = 3) -> None:
    """Measure and print."""
    clues = [sys.executable, "-m", "cli"]
    with tempfile.TemporaryDirectory() as folder:
        sheets = Path(folder, "sheets")
        sheets.mkdir()
        total, store = write(sheets, records), str(Path(folder, "cases.db"))
        seconds, memory = measured([*clues, "import", store, str(sheets), "--quiet"])
        print(f"import  {total} rows  {seconds:6.1f} s  {memory:5.0f} MB")
        ratios = []
        for _ in range(runs):
            scan, scan_memory = measured([*clues, "scan", store, "--as-of", "2026-11-22", "--quiet"])
            orm, orm_memory = measured([sys.executable, "-c", ORM, store])
            ratios.append(scan / orm)
            print(f"scan    {scan:6.1f} s  {scan_memory:5.0f} MB   ORM, one by one  {orm:6.1f} s  {orm_memory:5.0f} MB   ratio {scan / orm:.2f}")
        print(f"scan / ORM: min {min(ratios):.2f}, median {statistics.median(ratios):.2f}, max {max(ratios):.2f} over {runs} runs")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
