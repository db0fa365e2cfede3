"""`clues import` as users run it: the installed program in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.sheets import CASES, PENALTIES, asked, changed, write_book, write_csv

CLUES = Path(sys.executable).with_name("clues")
ROW = ("A1", "盗窃", "某局", "2023-01-05")


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "NO_COLOR": "1", **environment}
    return subprocess.run([CLUES, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", env=env, check=False)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The error that a command ended with; there is exactly one, and no traceback."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("错误:")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "数据"
    folder.mkdir()
    write_csv(folder / "刑事案件.csv", ("某县公安局",), CASES, ROW, ("A2", "诈骗", "某局", "2023-02-30"), ("合计", "2"), encoding="gb18030")
    write_book(folder / "其他.xlsx", {"行政处罚": [PENALTIES, ("罚〔2025〕1号", "某局", "甲", "无证经营", "2025年1月2日", "3.5万元")]})
    return folder


def test_a_folder_goes_in_and_the_bad_row_is_named(target: str, folder: Path) -> None:
    done = run("import", target, folder)
    assert done.returncode == 0, done.stderr
    assert "刑事案件" in done.stdout
    assert "第 4 行“立案日期”:“2023-02-30”这一天不存在" in done.stderr
    assert asked(target, "SELECT case_no FROM criminal_case") == [("A1",)]
    assert asked(target, "SELECT decision_no, decision_no_w, fine FROM penalty") == [("罚(2025)1号", "罚〔2025〕1号", 3_500_000)]
    assert (folder / "刑事案件.rejected.csv").exists()


def test_who_is_hidden_and_what_is_no_yuan_is_told_with_its_line(target: str, tmp_path: Path) -> None:
    header = (*PENALTIES, "当事人证件号")
    rows = [
        ("罚1", "某局", "王强", "无证经营", "2025-01-02", "1", "1101**********1234"),
        ("罚2", "某局", "甲公司", "无证经营", "2025-01-02", "5万美元", ""),
    ]
    done = run("import", target, write_csv(tmp_path / "行政处罚.csv", header, *rows))
    assert done.returncode == 0, done.stderr
    assert "1 行(第 2 行)的“当事人证件号”隐去了一部分,认不出是谁" in done.stderr
    assert "第 3 行“罚款金额”:“5万美元”是外币:请折算成人民币" in done.stderr
    assert asked(target, "SELECT decision_no, party_id FROM penalty") == [("罚1", None)]


def test_json_and_quiet(target: str, folder: Path) -> None:
    document = json.loads(run("import", target, folder, "--format", "json").stdout)
    assert list(document) == ["sheets"]
    keys = {"sheet", "path", "read", "inserted", "updated", "unchanged", "rejected", "rejects"}
    assert all(set(sheet) == keys for sheet in document["sheets"])
    assert [r["line"] for s in document["sheets"] for r in s["rejects"]] == [4]
    for form in ("table", "json"):
        again = run("import", target, folder, "--quiet", "--format", form)
        assert (again.stdout == "") == (form == "table")
        assert " read=3 inserted=0 updated=0 unchanged=2 rejected=1 " in again.stderr
        assert len(again.stderr.splitlines()) == 1


def test_strict_leaves_the_store_as_it_was(target: str, folder: Path) -> None:
    done = run("import", target, folder, "--strict")
    assert done.returncode == 1
    assert "--strict" in one_sentence(done)
    assert asked(target, "SELECT count(*) FROM penalty") == [(0,)]
    (folder / "刑事案件.csv").unlink()
    assert run("import", target, folder, "--strict").returncode == 0


def test_good_files_go_in_beside_one_that_cannot_be_read(target: str, folder: Path) -> None:
    (folder / "嫌疑人.xlsx").write_bytes(b"PK\x03\x04 cut short")
    done = run("import", target, folder)
    assert done.returncode == 3
    assert "嫌疑人.xlsx" in one_sentence(done)
    assert asked(target, "SELECT count(*) FROM criminal_case") == [(1,)]


def test_a_store_among_the_sheets_is_none_of_them(folder: Path) -> None:
    (folder / "函.pdf").write_bytes(b"%PDF, cut short")
    assert run("import", folder / "cases.db", folder).returncode == 3
    (folder / "cases.db-wal").touch()
    (folder / "cases.db.scan").touch()
    done = run("import", folder / "cases.db", folder)
    assert "函.pdf" in one_sentence(done)
    assert "cases.db" not in done.stderr
    assert "invalid pdf" not in done.stderr
    (folder / "函.pdf").unlink()
    done = run("import", folder / "cases.db", folder)
    assert (done.returncode, "cases.db" in done.stderr) == (0, False)


def test_whose_number_is_in_doubt_is_told_with_how_to_mend_it(target: str, tmp_path: Path) -> None:
    number = "33032419900101999X"
    header, row = (*PENALTIES, "经营者", "身份证号"), ("罚1", "某局", "某小吃店", "无证经营", "2025-01-02", "1", "乙", number)
    done = run("import", target, write_csv(tmp_path / "行政处罚.csv", header, row))
    assert "提示:行政处罚.csv 第 1 行的“身份证号”跟在“经营者”后面" in done.stderr.replace(f"{tmp_path}/", "")
    assert asked(target, "SELECT party_id FROM penalty") == [(None,)]
    assert "请把列名改成“当事人证件号”" in done.stderr
    run("import", target, write_csv(tmp_path / "行政处罚.csv", (*header[:-1], "当事人证件号"), row))
    assert asked(target, "SELECT party_id FROM penalty") == [(number,)]


def test_lines_that_end_as_on_old_systems(target: str, tmp_path: Path) -> None:
    (tmp_path / "导出.csv").write_bytes("案件编号,罪名,办案单位\rA1,盗窃,某局\r".encode("gb18030"))
    assert "不是目录中的表" in one_sentence(run("import", target, tmp_path / "导出.csv"))
    assert run("import", target, tmp_path / "导出.csv", "--sheet", "刑事案件").returncode == 0
    assert asked(target, "SELECT case_no FROM criminal_case") == [("A1",)]


@pytest.mark.parametrize(
    ("name", "content", "options", "code", "said"),
    [
        ("刑事安件.csv", ",".join(CASES), [], 1, "是不是“刑事案件”"),
        ("刑事案件.csv", ",".join(CASES), ["--sheet", "刑事安件"], 2, "是不是“刑事案件”"),
        ("刑事案件.csv", "", [], 1, "空文件"),
        ("刑事案件.xlsx", "不是工作簿", [], 1, "不是工作簿"),
        ("刑事案件.xlsx", "PK\x03\x04", [], 1, "损坏"),
        ("刑事案件.csv", "案件编号,案件编号\nA1,A1\n", [], 1, "两个“案件编号”列"),
        ("刑事案件.csv", ",".join(CASES), ["--format", "xml"], 2, "table、json"),
        ("刑事案件.csv", ",".join(CASES), ["--shet", "x"], 2, "没有选项 --shet"),
    ],
)
def test_what_cannot_be_done_ends_in_one_sentence_and_no_store(
    tmp_path: Path, name: str, content: str, options: list[str], code: int, said: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = run("import", tmp_path / "cases.db", tmp_path / name, *options)
    assert done.returncode == code
    assert said in one_sentence(done)
    assert done.stdout == ""
    assert not (tmp_path / "cases.db").exists()


def test_paths_and_stores_that_are_none(tmp_path: Path, folder: Path) -> None:
    assert run("import", tmp_path / "cases.db", tmp_path / "没有.csv").returncode == 1
    assert not (tmp_path / "cases.db").exists()
    (tmp_path / "cases.db").write_text("姓名,地址\n" * 50, encoding="utf-8")
    done = run("import", tmp_path / "cases.db", folder)
    assert done.returncode == 1
    assert "不是案件库" in one_sentence(done)
    assert (tmp_path / "cases.db").read_text(encoding="utf-8") == "姓名,地址\n" * 50
    done = run("import", tmp_path / "没有" / "cases.db", folder)
    assert (done.returncode, "不存在" in one_sentence(done)) == (1, True)
    assert run("import", "/proc/cases.db", folder).returncode == 1


def test_calls_that_say_too_little_or_too_much() -> None:
    assert "缺少参数 案件库" in one_sentence(run("import"))
    assert "没有命令 imprt,是不是 import;" in one_sentence(run("imprt"))
    assert run("--version").stdout.startswith("clues ")
    assert run("import").returncode == run("imprt").returncode == 2


def test_help_is_chinese_and_has_an_example() -> None:
    shown = run("import", "--help")
    assert shown.returncode == 0
    assert "例:clues import cases.db" in shown.stdout
    assert not {"Usage", "Options", "Show this"} & set(shown.stdout.replace(":", " ").split())
    assert "import" in run("--help").stdout
    assert run().stdout == run("--help").stdout


def test_a_reader_that_leaves_is_no_error(tmp_path: Path, folder: Path) -> None:
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [CLUES, "import", tmp_path / "cases.db", folder, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 0
    assert "BrokenPipe" not in said


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = run("import", tmp_path / "cases.db", tmp_path / "没有.csv", "--debug")
    assert "Traceback" in done.stderr
    assert done.returncode == 1


_KILLED = """
import os, signal, sys
from cases.importing import import_paths
from cases.store import open_store
from cli.import_ import audit_log
def stop(name, rows):
    if rows > 30000:
        os.kill(os.getpid(), signal.{signal})
with open_store(sys.argv[1], create=True) as store:
    import_paths(store, [sys.argv[2]], progress=stop, log=audit_log(store, "王审"))
"""


def logged(store: str) -> list[tuple[str, dict[str, object]]]:
    """What the audit log says of imports; its chain holds."""
    assert run("audit", "verify", store).returncode == 0
    return [(e["about"], e["detail"]) for e in json.loads(run("audit", "list", store, "--act", "导入", "--format", "json").stdout)["entries"]]


def test_a_strict_import_is_in_the_log_if_and_only_if_its_rows_are_in_the_store(target: str, folder: Path) -> None:
    assert run("import", target, folder, "--strict").returncode == 1
    assert logged(target) == []
    (folder / "刑事案件.csv").unlink()
    assert run("import", target, folder, "--strict").returncode == 0
    assert [detail for _, detail in logged(target)] == [{"阶段": "结束", "行政处罚": 1, "未能读入的文件": 0}]


def test_where_the_log_cannot_be_written_nothing_is_imported(target: str, folder: Path) -> None:
    assert run("import", target, folder / "其他.xlsx").returncode == 0
    changed(target, "DROP TABLE audit", "CREATE TABLE audit (seq INTEGER)")
    assert run("import", target, folder).returncode == 1
    assert asked(target, "SELECT count(*) FROM criminal_case") == [(0,)]


def test_a_killed_import_is_simply_repeated(tmp_path: Path, target: str) -> None:
    path = write_csv(tmp_path / "刑事案件.csv", CASES, *((f"A{i}", "盗窃", "某局", "") for i in range(50_000)))
    killed = subprocess.run([sys.executable, "-c", _KILLED.format(signal="SIGKILL"), target, path], check=False)
    assert killed.returncode == -signal.SIGKILL
    kept = asked(target, "SELECT count(*) FROM criminal_case")[0][0]
    assert 0 < kept < 50_000
    assert logged(target) == [("第 1 次导入", {"阶段": "开始", "表格": 1, "未能读入的文件": 0})]
    document = json.loads(run("import", target, path, "--format", "json").stdout)
    sheet = document["sheets"][0]
    assert (sheet["inserted"], sheet["unchanged"]) == (50_000 - kept, kept)
    assert asked(target, "SELECT import_id FROM imports WHERE ended_at IS NULL") == [(1,)]
    assert logged(target)[1:] == [
        ("第 2 次导入", {"阶段": "开始", "表格": 1, "未能读入的文件": 0}),
        ("第 2 次导入", {"阶段": "结束", "刑事案件": 50_000 - kept, "未能读入的文件": 0}),
    ]


def test_an_interrupt_ends_with_130(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from cli.main import main

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cases.importing.import_paths", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(["import", str(tmp_path / "cases.db"), str(folder)])
    assert ended.value.code == 130
    assert "已中断" in capsys.readouterr().err
