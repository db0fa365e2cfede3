"""`clues backtest` and `clues explain` as users run them."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.acceptance.test_import import one_sentence, run, stored
from tests.cases.sheets import write_csv

PENALTIES = ("决定书文号", "行政机关", "当事人", "当事人证件号", "违法行为", "处罚决定日期", "送达日期", "罚款金额", "履行完毕日期")
NAME, NUMBER = "张晓棠", "110101199002301234"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why")
    rows = [
        ("某罚〔2025〕1号", "某市监局", NAME, NUMBER, "无证经营", "2025-01-10", "2025-01-15", "5000", "2026-02-10"),
        ("某罚〔2025〕2号", "某市监局", NAME, NUMBER, "无证经营", "2025-01-10", "2025-01-15", "5000", "2025-03-01"),
    ]
    write_csv(folder / "行政处罚.csv", PENALTIES, *rows)
    assert run("import", folder / "cases.db", folder).returncode == 0
    return folder / "cases.db"


BACK = ("--from", "2025-09-22", "--to", "2026-03-01", "--only", "enforcement.not-applied")


def test_backtest_lists_when_each_clue_stood(store: Path) -> None:
    done = run("backtest", store, *BACK, "--format", "json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    (clue,) = told["clues"]
    assert clue["subject"] == {"record": "penalty", "key": ["某罚〔2025〕1号"]}
    assert (clue["arose_on"], clue["stood"], clue["standing"]) == ("2025-10-16", [{"from": "2025-10-22", "to": "2026-01-22"}], False)
    (rule,) = told["rules"]
    assert dict(zip(told["backtest"]["as_of"], rule["standing"], strict=True)) == {
        "2025-09-22": 0, "2025-10-22": 1, "2025-11-22": 1, "2025-12-22": 1, "2026-01-22": 1, "2026-02-22": 0, "2026-03-01": 0,
    }  # fmt: skip
    assert "案件库现在的数据" in done.stderr
    assert stored(store, "SELECT count(*) FROM runs") == [(0,)]


def test_backtest_as_a_table_and_as_lines(store: Path, tmp_path: Path) -> None:
    table = run("backtest", store, *BACK, "--quiet")
    line = next(line for line in table.stdout.splitlines() if line.startswith("enforcement.not-applied"))
    assert line.split()[1:] == ["0", "1", "1", "1", "1", "0", "0", "1"]
    assert not table.stderr
    assert run("backtest", store, *BACK, "--format", "csv", "--output", tmp_path / "out.csv").returncode == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))))
    assert [(r["对象"], r["发生日"], r["首次出现"], r["末次出现"]) for r in rows] == [("某罚〔2025〕1号", "2025-10-16", "2025-10-22", "2026-01-22")]


def test_backtest_without_clues_says_so(store: Path) -> None:
    done = run("backtest", store, "--from", "2025-02-01", "--to", "2025-02-02", "--every", "day")
    assert done.stdout.strip() == "这些截止日都没有线索"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-03-01", "--to", "2026-01-01"), "晚于"),
        (("--from", "2026-02-30", "--to", "2026-03-01"), "--from 的日期 2026-02-30 不对"),
        (("--to", "2026-03-01"), "缺少 --from"),
        (("--from", "2026-01-01", "--to", "2026-03-01", "--every", "year"), "month"),
    ],
)
def test_a_wrong_call_of_backtest_is_one_sentence(store: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run("backtest", store, *arguments)
    assert done.returncode == 2
    assert said in one_sentence(done)
