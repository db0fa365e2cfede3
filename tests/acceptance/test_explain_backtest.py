"""`clues backtest` and `clues explain` as users run them."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.acceptance.test_import import one_sentence, run
from tests.acceptance.test_scan import on_a_screen
from tests.cases.sheets import asked, write_csv
from tests.conftest import NewStore

PENALTIES = ("决定书文号", "行政机关", "当事人", "当事人证件号", "违法行为", "处罚决定日期", "送达日期", "罚款金额", "履行完毕日期")
NAME, NUMBER = "张晓棠", "110101199002301234"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> str:
    folder, made = tmp_path_factory.mktemp("why"), new_store()
    rows = [
        ("某罚〔2025〕1号", "某市监局", NAME, NUMBER, "无证经营", "2025-01-10", "2025-01-15", "5000", "2026-02-10"),
        ("某罚〔2025〕2号", "某市监局", NAME, NUMBER, "无证经营", "2025-01-10", "2025-01-15", "5000", "2025-03-01"),
    ]
    write_csv(folder / "行政处罚.csv", PENALTIES, *rows)
    assert run("import", made, folder).returncode == 0
    return made


BACK = ("--from", "2025-09-22", "--to", "2026-03-01", "--only", "enforcement.not-applied")


def test_backtest_lists_when_each_clue_stood(store: str) -> None:
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
    assert asked(store, "SELECT count(*) FROM runs") == [(0,)]


def test_backtest_as_a_table_and_as_lines(store: str, tmp_path: Path) -> None:
    table = run("backtest", store, *BACK, "--quiet")
    line = next(line for line in table.stdout.splitlines() if line.startswith("enforcement.not-applied"))
    assert line.split()[1:] == ["0", "1", "1", "1", "1", "0", "0", "1"]
    assert not table.stderr
    assert run("backtest", store, *BACK, "--format", "csv", "--output", tmp_path / "out.csv").returncode == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))))
    assert [(r["对象"], r["发生日"], r["首次出现"], r["末次出现"]) for r in rows] == [("某罚〔2025〕1号", "2025-10-16", "2025-10-22", "2026-01-22")]


def test_backtest_sets_as_many_days_side_by_side_as_the_terminal_has_room_for(store: str) -> None:
    call = ("backtest", store, "--only", "enforcement.*", "--from", "2026-01-01", "--to", "2026-11-22", "--quiet")
    narrow, wide = (on_a_screen(columns, *call)[0] for columns in (80, 160))
    assert max(map(len, narrow)) <= 80
    assert [sum(line.startswith("规则 ") for line in lines) for lines in (narrow, wide)] == [2, 1]


def test_backtest_without_clues_says_so(store: str) -> None:
    done = run("backtest", store, "--from", "2025-02-01", "--to", "2025-02-02", "--every", "day")
    assert done.stdout.strip() == "这些截止日都没有线索"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2026-03-01", "--to", "2026-01-01"), "晚于"),
        (("--from", "2026-02-30", "--to", "2026-03-01"), "参数 --from 的值不对"),
        (("--to", "2026-03-01"), "缺少选项 --from"),
        (("--from", "2026-01-01", "--to", "2026-03-01", "--every", "year"), "month"),
    ],
)
def test_a_wrong_call_of_backtest_is_one_sentence(store: str, arguments: tuple[str, ...], said: str) -> None:
    done = run("backtest", store, *arguments)
    assert done.returncode == 2
    assert said in one_sentence(done)


def test_explain_tells_every_rule_that_looks(store: str) -> None:
    done = run("explain", store, "行政处罚", "某罚(2025)1号", "--as-of", "2026-01-05")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("行政处罚 某罚〔2025〕1号\n以 2026-01-05 为准,")
    for said in (
        "是线索 1 条",
        "行政机关逾期未申请法院强制执行(enforcement.not-applied)",
        "「加处罚款金额」空白,要求超过「罚款金额」5000元",
        "规则里写作:surcharge > fine",
    ):
        assert said in done.stdout
    assert NAME not in done.stdout
    assert "张某" in done.stdout


def test_explain_one_rule_as_json(store: str) -> None:
    told = json.loads(
        run("explain", store, "penalty", "某罚〔2025〕1号", "--rule", "enforcement.not-applied", "--as-of", "2025-10-01", "--format", "json").stdout
    )
    assert (told["sheet"], told["key"], told["as_of"]) == ("行政处罚", ["某罚〔2025〕1号"], "2025-10-01")
    (rule,) = told["rules"]
    assert (rule["outcome"], rule["reason"]) == ("miss", "期限2025-10-15届满,还差14天")
    assert rule["gap"] == {"amount": 14, "unit": "天"}


def test_explain_unmasked_is_logged(store: str) -> None:
    call = ("explain", store, "行政处罚", "某罚〔2025〕1号", "--as-of", "2026-01-05", "--rule", "enforcement.not-applied")
    assert NAME not in run(*call, "--format", "json").stdout
    assert asked(store, "SELECT count(*) FROM audit WHERE act = '查看原文'") == [(0,)]
    assert NAME in run(*call, "--unmask").stdout
    ((about, detail),) = asked(store, "SELECT about, detail FROM audit WHERE act = '查看原文'")
    assert about == "penalty"
    assert NAME not in detail


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("行政处", "某罚〔2025〕1号"), 2, "是不是 行政处罚?"),
        (("penalty", "某罚〔2025〕1号", "多余"), 2, "由1列确定一条记录(决定书文号),写了2个值"),
        (("penalty", "某罚〔2025〕9号"), 1, "请核对决定书文号"),
        (("penalty", "某罚〔2025〕"), 1, "是不是 某罚〔2025〕1号;某罚〔2025〕2号?"),
        (("penalty", "某罚〔2025〕1号", "--rule", "civil.filing-burst"), 2, "不看“行政处罚”,看的是“民事当事人”"),
        (("penalty", "某罚〔2025〕1号", "--rule", "no.such"), 2, "没有编号为“no.such”的规则"),
        (("强制措施", "A1", "1", "逮捕", "2025-02-30"), 2, "“开始日期”的值不对"),
        (("penalty",), 2, "缺少参数"),
    ],
)
def test_a_wrong_call_of_explain_is_one_sentence(store: str, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = run("explain", store, *arguments)
    assert said in one_sentence(done)
    assert done.returncode == code


def test_explain_finds_a_record_by_the_first_columns_of_its_key(tmp_path: Path, target: str) -> None:
    columns = ("案件编号", "嫌疑人编号", "措施", "开始日期", "解除日期")
    write_csv(tmp_path / "强制措施.csv", columns, ("A1", "1", "拘留", "2026-01-05", "2026-01-10"), ("A1", "1", "取保候审", "2026-01-10", ""))
    assert run("import", target, tmp_path).returncode == 0
    many = run("explain", target, "强制措施", "A1")
    assert many.returncode == 1
    assert "A1 1 取保候审 2026-01-10;A1 1 拘留 2026-01-05;请再写几列(案件编号、嫌疑人编号、措施、开始日期)" in one_sentence(many)
    one = run("explain", target, "强制措施", "A1", "1", "取保", "--as-of", "2026-11-22", "--rule", "criminal.bail-overdue")
    assert "期限2027-01-11届满,还差50天" in one.stdout
