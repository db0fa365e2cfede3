"""Commands as people see them in a terminal: narrow ones, questions, and results that go elsewhere than into a file."""

import contextlib
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.test_import import CLUES, one_sentence, run


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    assert run("demo", folder, "--as-of", "2026-11-22", "--quiet").returncode == 0
    return folder / "cases.db"


def at_terminal(*arguments: object, typed: str = "", columns: int = 100) -> tuple[int, str]:
    """The exit code, and all that a terminal of so many columns shows; `typed` is what the person there writes."""
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    env = {**os.environ, "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": str(columns)}
    shown = b""
    with subprocess.Popen([CLUES, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, env=env) as running:
        os.close(theirs)
        with contextlib.suppress(OSError):  # the other side is closed
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    return running.returncode, shown.decode()


@pytest.mark.parametrize(("typed", "code", "said"), [("否\n", 130, "没有同意,什么都没有改动"), ("是\n", 0, "已处理 1 条")])
def test_many_clues_are_decided_once_somebody_has_agreed(store: Path, typed: str, code: int, said: str) -> None:
    ended, shown = at_terminal("review", store, "--rule", "execution.overdue", "--status", "核查中", typed=typed)
    assert (ended, "处理以上 1 条线索?(是/否)" in shown, said in shown) == (code, True, True)


def test_a_narrow_terminal_shows_what_a_clue_is_about_and_says_what_it_leaves_out(store: Path) -> None:
    ended, shown = at_terminal("list", store, "--rule", "referral.police-decision-late", columns=50)
    assert ended == 0
    assert "窗口不够宽,没有列出:状态;" in shown
    assert "线索(待核查)" in shown
    assert "某市公安局" in shown


def test_a_result_may_go_into_a_pipe_or_where_a_link_leads(store: Path, tmp_path: Path) -> None:
    piped = run("list", store, "--format", "csv", "--output", "/dev/stdout")
    assert piped.stdout.startswith("\ufeff编号,")
    (tmp_path / "真.csv").write_text("旧的")
    (tmp_path / "链.csv").symlink_to("真.csv")
    assert run("list", store, "--format", "csv", "--output", tmp_path / "链.csv").returncode == 0
    assert (tmp_path / "链.csv").is_symlink()
    assert (tmp_path / "真.csv").read_text() == piped.stdout
    assert f"已写入 {tmp_path / '链.csv'}\n" in run("list", store, "--format", "csv", "--output", tmp_path / "链.csv").stderr


def test_a_full_disk_is_one_sentence(store: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([CLUES, "list", store], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "读写出错(磁盘满了)" in one_sentence(done)) == (1, True)
    assert "写不了:磁盘满了" in one_sentence(run("list", store, "--format", "csv", "--output", "/dev/full"))


def test_a_store_without_a_name_is_no_store(store: Path) -> None:
    for call in (("import", "", store.parent / "数据表"), ("scan", " "), ("list", ""), ("doctor", "")):
        done = run(*call)
        assert (done.returncode, "案件库的路径是空的" in one_sentence(done)) == (2, True)


@pytest.mark.parametrize("group", [(), ("rules",), ("law",), ("audit",)])
def test_a_group_alone_shows_its_help(group: tuple[str, ...]) -> None:
    done = run(*group)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"用法:{' '.join(('clues', *group))} [选项] 命令")
    assert done.stdout == run(*group, "--help").stdout
