"""kill -9 at random moments of import and scan: the ledger must end as that of an office where nothing was killed.

    python -m benchmarks.kill_runs [KILLS] [SEED]

Two stores get the same nightly sheets and scans. In one, each import and scan is started again and again and killed at a random moment
before it is let through. Prints what was killed and whether the ledgers are equal; exits with 1 where they differ.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cases.store import open_store
from review import ledger
from tests.properties.nights import Nights

CLUES = [sys.executable, "-m", "cli"]
NIGHTS = 5


def run(*arguments: str) -> float:
    """Run a command to its end; returns its seconds. Raises RuntimeError with what it said where it failed."""
    began = time.monotonic()
    done = subprocess.run([*CLUES, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"clues {' '.join(arguments)}: {done.stderr}")
    return time.monotonic() - began


def killed(seconds: float, *arguments: str) -> bool:
    """Start a command and kill it after some seconds; whether it was still going."""
    process = subprocess.Popen([*CLUES, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def standing(path: str) -> list[Any]:
    """What the ledger says, without the numbers of runs."""
    with open_store(path) as store:
        clues = [{k: v for k, v in c.items() if not k.endswith("_run")} for c in ledger.recorded(store, gone=True)]
        events, gaps = store.register["events"].c, store.register["gaps"].c
        with store.engine.connect() as connection:
            told = sorted(connection.execute(select(events.clue_id, events.kind, events.status)))
            lacking = sorted(connection.execute(select(gaps.rule, gaps.sort_key, gaps.payload)))
        return [clues, lacking, told]


def main(kills: int = 200, seed: int = 1) -> None:
    """Kill, let through, compare."""
    rng, office, count = random.Random(seed), Nights(seed, 2), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        calm, wild = (str(Path(folder, name)) for name in ("calm.db", "wild.db"))
        for night in range(NIGHTS):
            sheets = Path(folder, str(night))
            office.deliver(sheets, 0.6 if not night else 0.1)
            day = office.next_day() + timedelta(1)
            for kind, more in (("import", [str(sheets)]), ("scan", ["--as-of", day.isoformat(), "--force"])):
                seconds = run(kind, calm, *more, "--quiet")
                for number in range(kills // (2 * NIGHTS)):
                    resume = ["--resume"] if kind == "scan" and number and rng.random() < 0.3 else []
                    count[f"{kind} {'killed' if killed(rng.uniform(0.2, 0.9) * seconds, kind, wild, *more, *resume, '--quiet') else 'ended'}"] += 1
                run(kind, wild, *more, "--quiet")
            print(f"night {night}, {date.isoformat(day)}: {dict(count)}", flush=True)
        equal = standing(calm) == standing(wild)
    print("the ledgers are equal" if equal else "THE LEDGERS DIFFER")
    sys.exit(not equal)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
