"""CSV that Excel opens rightly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[object]], out: BinaryIO) -> None:
    """Write CSV, row by row: with a BOM, or Excel shows no Chinese; a cell that looks like a formula becomes text."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows([f"'{c}" if isinstance(c, str) and c.startswith(("=", "+", "-", "@")) else c for c in row] for row in rows)
    text.detach()
