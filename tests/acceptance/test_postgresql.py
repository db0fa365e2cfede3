"""The commands on a PostgreSQL store as users run them: the same answers as on SQLite, moved there and back, errors in one sentence."""

import json
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.acceptance.test_import import one_sentence, run
from tests.cases.sheets import asked
from tests.conftest import GUARDED, Server
from tests.reference.stores import as_of_days, store, write

SEED = 11
SECRET = "kept secret"


def scanned(target: object, day: object) -> bytes:
    """What a scan prints, without its head."""
    done = run("scan", target, "--as-of", day, "--full", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document.pop("scan")["records"] > 500
    return json.dumps(document).encode()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> tuple[str, str]:
    """The same sheets in an SQLite file and in a database that was empty."""
    folder = tmp_path_factory.mktemp("both")
    write(store(SEED, 1), folder / "数据")
    stores = str(folder / "cases.db"), postgresql.empty()
    told = []
    for target in stores:
        done = run("import", target, folder / "数据", "--format", "json")
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert told[0] == told[1]
    return stores


@pytest.mark.parametrize("day", [as_of_days(SEED)[3], *(pytest.param(day, marks=pytest.mark.slow) for day in as_of_days(SEED)[1:3])])
def test_the_clues_are_the_same_byte_for_byte(both: tuple[str, str], day: Any) -> None:
    assert scanned(both[0], day) == scanned(both[1], day)


def test_list_show_and_doctor_say_the_same(both: tuple[str, str]) -> None:
    for target in both:
        assert run("scan", target, "--as-of", as_of_days(SEED)[-1], "--quiet").returncode == 0
    listed = [run("list", target, "--format", "json", "--severity", "high", "--agency", "局").stdout for target in both]
    assert listed[0] == listed[1]
    one = json.loads(listed[0])["clues"][0]["id"]
    shown = [run("show", target, one, "--format", "json") for target in both]
    assert shown[0].returncode == shown[1].returncode == 0
    assert json.loads(shown[0].stdout)["evidence"] == json.loads(shown[1].stdout)["evidence"]
    sound = run("doctor", both[1])
    assert sound.returncode == 0, sound.stdout
    assert "打得开" in sound.stdout


def test_moved_there_and_back_the_clues_and_the_ledger_are_the_same(both: tuple[str, str], tmp_path: Path, postgresql: Server) -> None:
    there, back = postgresql.empty(), str(tmp_path / "back.db")
    moved = run("copy", both[0], there)
    assert moved.returncode == 0, moved.stderr
    assert "逐行核对一致" in moved.stderr
    assert "行政处罚" in moved.stdout
    ((detail,),) = asked(there, "SELECT detail FROM audit WHERE act = '导出' AND about = 'copy'")
    assert json.loads(detail)["to"].startswith("postgresql+psycopg://")
    again = run("copy", there, back, "--format", "json")
    assert sum(t["rows"] for t in json.loads(again.stdout)["tables"]) == json.loads(again.stdout)["rows"] > 500
    listed = [run("list", target, "--format", "json", "--all").stdout for target in (both[0], there, back)]
    assert listed[0] == listed[1] == listed[2]
    day = as_of_days(SEED)[-1]
    assert scanned(there, day) == scanned(both[0], day)

    write(store(SEED + 1, 1), tmp_path / "更多")
    imported = [json.loads(run("import", target, tmp_path / "更多", "--format", "json").stdout) for target in (there, back)]
    assert imported[0] == imported[1]
    assert sum(sheet["inserted"] for sheet in imported[0]["sheets"]) > 0
    assert scanned(there, day) == scanned(back, day)


def test_a_store_that_is_in_use_is_no_target(both: tuple[str, str], tmp_path: Path) -> None:
    done = run("copy", both[0], both[1])
    assert done.returncode == 1
    assert "已有内容" in one_sentence(done)
    assert run("copy", tmp_path / "none.db", tmp_path / "new.db").returncode == 1
    assert not (tmp_path / "new.db").exists()


def test_one_scan_at_a_time(both: tuple[str, str]) -> None:
    with psycopg.connect(make_url(both[1]).set(drivername="postgresql").render_as_string()) as other:
        other.execute("SELECT pg_advisory_lock(7302001)")
        busy = run("scan", both[1], "--quiet")
    assert busy.returncode == 75
    assert "另一次扫描" in one_sentence(busy)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://u:kept%20secret@127.0.0.1:1/clues", "连不上数据库 postgresql+psycopg://u:***@127.0.0.1:1/clues"),
        ("postgresql://u@/clues?host=/tmp/no-such-folder&password=kept%20secret", "连不上数据库"),
        ("postgresql://u:kept secret@h@st:5432/clues", "写成 %40"),
        ("postgresql://u:kept secret@host:port/clues", "写法不对"),
        ("mysql://u:kept%20secret@host/clues", "驱动程序"),
    ],
)
def test_a_server_that_is_not_there(url: str, said: str) -> None:
    done = run("list", url)
    assert done.returncode == 1
    assert said in one_sentence(done)
    assert "kept" not in done.stdout + done.stderr


def guarded(server: Server, password: str = "") -> str:
    url = make_url(server.new()).set(username=GUARDED, password=password or None)
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize(("password", "environment"), [("", {}), ("wrong guess", {}), ("", {"PGPASSWORD": "wrong guess"})])
def test_a_wrong_password(postgresql: Server, password: str, environment: dict[str, str]) -> None:
    done = run("list", guarded(postgresql, password), PGPASSFILE="/dev/null", **environment)
    assert done.returncode == 1
    assert "不接受这个用户名或密码" in one_sentence(done)
    assert "wrong guess" not in done.stderr


def test_the_password_may_stand_in_the_environment_and_rights_may_lack(postgresql: Server) -> None:
    done = run("list", guarded(postgresql), PGPASSWORD=SECRET)
    assert done.returncode == 1
    assert "没有权限" in one_sentence(done)
    assert "kept" not in done.stderr


def test_no_such_database_and_none_that_holds_a_store(postgresql: Server) -> None:
    assert "没有数据库" in one_sentence(run("list", postgresql.url("nosuch")))
    assert "是空数据库" in one_sentence(run("list", postgresql.empty()))


@pytest.mark.parametrize("encoding", ["EUC_CN", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_name(postgresql: Server, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "刑事案件.csv").write_text("案件编号,罪名,办案单位\nA1,盗窃,某局\n", encoding="utf-8")
    done = run("import", postgresql.empty(more=f"ENCODING '{encoding}' LOCALE 'C'"), tmp_path)
    assert done.returncode == 1
    assert f"编码是 {encoding}" in one_sentence(done)


def test_without_a_driver_the_command_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from cli.main import main

    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SystemExit) as ended:
        main(["list", "postgresql://u:kept@host/clues"])
    assert ended.value.code == 1
    assert "pip install 'psycopg[binary]'" in capsys.readouterr().err
