"""The script of docs/nightly.md, as it stands there but for its folders."""

import os
import re
import subprocess
from pathlib import Path

from cases.store import open_store
from tests.acceptance.test_import import CLUES

PAGE = (Path(__file__).parents[2] / "docs" / "nightly.md").read_text(encoding="utf-8")
SHEET = "案号,法院,案由,立案日期,程序\n(2025)某0101民初1号,某县人民法院,买卖合同纠纷,2025-01-06,简易程序\n"
STOPPED = "overlay: 某市\nrules:\n  trial.overdue:\n    stopped: {from: 2020-01-01, cite: 某市另有系统}\n"


def night(folder: Path, script: Path) -> "subprocess.CompletedProcess[str]":
    """One night, as the plan of the machine starts it: in another folder, with hardly any environment."""
    environment = {"PATH": os.defpath, "HOME": str(folder)}
    return subprocess.run(["sh", str(script)], cwd="/", env=environment, capture_output=True, text=True, check=False)


def test_the_script_imports_scans_reports_and_uses_the_settings_of_its_folder(tmp_path: Path) -> None:
    (text,) = re.findall(r"```sh\n(#!/bin/sh\n.*?)```", PAGE, re.DOTALL)
    office, script = tmp_path / "clues", tmp_path / "clues-nightly"
    script.write_text(text.replace("/srv/clues", str(office)).replace("/opt/clues/bin", str(Path(CLUES).parent)), encoding="utf-8")
    (office / "inbox").mkdir(parents=True)
    (office / "inbox" / "民事案件.csv").write_text(SHEET, encoding="utf-8")
    done = night(tmp_path, script)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"(?:import=|run=|reported clues=)1 ", done.stderr) == ["import=1 ", "run=1 ", "reported clues=1 "]
    assert done.stdout == "" and len(done.stderr.splitlines()) == 3
    assert (office / "overview.html").exists() and not list((office / "inbox").iterdir())
    with open_store(str(office / "cases.db")) as store, store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT rule FROM clues").scalars().all() == ["trial.overdue"]

    (office / "停用.yaml").write_text(STOPPED, encoding="utf-8")
    (office / "clues.toml").write_text('rules = ["停用.yaml"]\n', encoding="utf-8")
    done = night(tmp_path, script)
    assert done.returncode == 0 and " gone=1 " in done.stderr, done.stderr

    (office / "inbox" / "扫描件.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (office / "inbox" / "民事案件.csv").write_text(SHEET, encoding="utf-8")
    done = night(tmp_path, script)
    assert done.returncode == 3 and "图片" in done.stderr and "run=3" in done.stderr, done.stderr
