"""`clues demo`: it shows clues of all four families, is the same twice, and touches no store of others."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from cli.demo import FAMILIES
from cli.demo_data import sheets
from cli.main import main

DAYS = ("2026-11-22", "2028-02-29")


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(args))
    code = ended.value.code
    assert isinstance(code, int)
    return code


@pytest.mark.parametrize("day", [DAYS[0], pytest.param(DAYS[1], marks=pytest.mark.slow)])
def test_all_families_have_clues(day: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(tmp_path / "演 示")
    assert run("demo", folder, "--as-of", day) == 0
    first = capfd.readouterr()
    counts = dict(re.findall(r"【(.+?)】(\d+) 条", first.out))
    assert set(counts) == set(FAMILIES)
    assert all(int(count) >= 3 for count in counts.values()), counts
    assert f"clues show '{folder}/cases.db' " in first.err and "赵甲" not in first.out
    assert run("demo", folder, "--as-of", day) == 0
    assert capfd.readouterr().out == first.out


def test_a_store_that_is_no_demos_is_left_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases.db").write_bytes(b"kept")
    assert run("demo", str(tmp_path)) == 1
    assert "不是演示建立的" in capfd.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["cases.db"] and (tmp_path / "cases.db").read_bytes() == b"kept"


def test_sheets_open_in_excel(tmp_path: Path) -> None:
    assert run("demo", str(tmp_path), "--quiet") == 0
    path = tmp_path / "数据表" / "刑事案件.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 5


def test_certificate_numbers_fail_their_checksum() -> None:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    cells = {cell for rows in sheets(739577).values() for row in rows for cell in row}
    numbers = [c for c in cells if re.fullmatch(r"\d{17}[\dX]", c)]
    assert len(numbers) >= 8
    for number in numbers:
        right = "10X98765432"[sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11]
        assert number[-1] != right, number
