"""`clues show` and `clues doctor` as users run them."""

import json
import re
from pathlib import Path

import pytest

from tests.acceptance.test_import import one_sentence, run
from tests.cases.sheets import write_csv
from tests.conftest import NewStore

PENALTIES = ("决定书文号", "行政机关", "当事人", "当事人证件号", "违法行为", "处罚决定日期", "送达日期", "罚款金额")
NAME, NUMBER = "张晓棠", "110101199002301234"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> str:
    folder, made = tmp_path_factory.mktemp("show"), new_store()
    row = ("某罚〔2025〕1号", "某市监局", NAME, NUMBER, "无证经营", "2025-01-10", "2025-01-15", "5000")
    write_csv(folder / "行政处罚.csv", PENALTIES, row)
    assert run("import", made, folder).returncode == 0
    assert run("scan", made, "--as-of", "2026-11-22", "--only", "enforcement.not-applied", "--quiet").returncode == 0
    return made


@pytest.fixture(scope="module")
def clue_id(store: str) -> str:
    (clue,) = json.loads(run("list", store, "--format", "json").stdout)["clues"]
    return str(clue["id"])


def test_a_clue_is_told_in_full_without_names(store: str, clue_id: str) -> None:
    done = run("show", store, clue_id[:6])
    assert done.returncode == 0, done.stderr
    for said in ("张某", "最后合法日", "逾期 403 日", "行政处罚.csv 第 2 行", "行政强制法 第五十三条(2011年版)", "首次发现 第 1 次扫描", "分期"):
        assert said in done.stdout
    assert NAME not in done.stdout
    assert NUMBER not in done.stdout
    assert "处罚决定(某罚〔2025〕1号)" in re.sub(r"\s", "", done.stdout)
    # Each row once, with where it was read.
    assert done.stdout.count("行政处罚.csv 第 2 行") == 1


def test_the_days_stand_in_order_and_the_breach_after_the_last_lawful_day(store: str, clue_id: str) -> None:
    told = json.loads(run("show", store, clue_id, "--format", "json").stdout)
    assert [(e["day"], e["kind"]) for e in told["timeline"]] == [
        ("2025-01-15", "event"),
        ("2025-10-15", "last"),
        ("2025-10-16", "breach"),
        ("2026-11-22", "today"),
    ]
    assert {(e["file"].rpartition("/")[2], e["line"], e["import"]) for e in told["evidence"]} == {("行政处罚.csv", 2, 1)}
    assert NAME not in json.dumps(told, ensure_ascii=False)


def test_unmasked_only_where_asked(store: str, clue_id: str) -> None:
    assert NAME in run("show", store, clue_id, "--unmask").stdout


def test_an_unknown_clue_is_one_sentence(store: str) -> None:
    done = run("show", store, "ffffffffffffffff")
    assert done.returncode == 1
    assert "没有编号为 ffffffffffffffff 的线索" in one_sentence(done)
    assert not done.stdout


def test_a_sound_installation_and_store_are_told_so(store: str) -> None:
    done = run("doctor", store)
    assert done.returncode == 0, done.stdout
    for said in ("规则引擎 durable_rules", "结果正确", "都能装入", "库版本", "行政处罚 1 行,最近的日期 2025-01-15", "有误 0 处"):
        assert said in done.stdout


def test_a_missing_store_is_told_with_the_mend(tmp_path: Path) -> None:
    done = run("doctor", tmp_path / "none.db", "--format", "json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    (wrong,) = [f for f in told["findings"] if f["level"] == "wrong"]
    assert wrong["part"] == "案件库"
    assert "clues import" in wrong["text"]


def test_a_sparse_starting_day_names_the_rules_that_need_it(tmp_path: Path) -> None:
    rows = [(f"某罚〔2025〕{i}号", "某市监局", "某公司", "", "无证经营", "2025-01-10", "2025-01-15" if i == 1 else "", "5000") for i in range(1, 5)]
    write_csv(tmp_path / "行政处罚.csv", PENALTIES, *rows)
    assert run("import", tmp_path / "cases.db", tmp_path).returncode == 0
    done = run("doctor", tmp_path / "cases.db")
    assert done.returncode == 0
    assert "行政处罚的“送达日期”只有 25% 的行填写" in done.stdout
    assert "还没有扫描过" in done.stdout


def test_papers_are_tried_and_a_wrong_path_is_wrong(tmp_path: Path) -> None:
    done = run("doctor", "--documents", tmp_path / "无", "--quiet")
    assert done.returncode == 1
    assert done.stdout == "有误 1 处,留意 2 处\n"
    assert "没有文件或文件夹" in done.stderr
