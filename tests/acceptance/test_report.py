"""`clues report` and `clues review --from` as users run them: the three files, masked, and the list on its way back."""

import csv
import datetime as dt
import html
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from cases.catalogue import load_catalogue
from review.excel import NOTE, REASON, STATUS
from review.masking import mask_name
from review.reports.words import composed, full_width
from tests.acceptance.test_import import one_sentence, run
from tests.conftest import NewStore

ENDINGS = ("xlsx", "docx", "html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "demo"
    assert run("demo", folder, "--as-of", "2026-11-22", "--quiet").returncode == 0
    return folder


@pytest.fixture(scope="module")
def store(folder: Path, new_store: NewStore) -> str:
    made = new_store()
    done = run("copy", folder / "cases.db", made, "--quiet")
    assert (done.returncode, done.stdout) == (0, "")
    assert " copied tables=" in done.stderr and len(done.stderr.splitlines()) == 1
    return made


@pytest.fixture(scope="module")
def secrets(folder: Path) -> set[str]:
    """Every certificate number, and every name of a natural person, of the sheets."""
    found: set[str] = set()
    for path in (folder / "数据表").glob("*.csv"):
        columns = {c.name: c for c in load_catalogue().sheets[path.stem].columns}
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for name, text in row.items():
                    column = columns[name]
                    if text and (column.certificate or (column.person and column.field != "title" and mask_name(text) != text)):
                        found.update(re.split("[、,,]", text))
    assert len(found) > 20
    return found


def words(path: Path) -> str:
    """All that stands in a file, its properties and hidden parts included."""
    if path.suffix == ".html":
        return html.unescape(path.read_text(encoding="utf-8"))
    with zipfile.ZipFile(path) as archive:
        return "".join(re.sub("<[^>]+>", "", archive.read(name).decode()) for name in archive.namelist() if name.endswith(".xml"))


@pytest.fixture(scope="module")
def reports(store: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report of each kind on all clues, and a letter."""
    made = {ending: tmp_path_factory.mktemp("out") / f"报告.{ending}" for ending in ENDINGS}
    for path in made.values():
        done = run("report", store, "--output", path)
        assert done.returncode == 0, done.stderr
        assert (done.stdout, "20 条线索已写入" in done.stderr, "已遮盖" in done.stderr) == ("", True, True)
    letter = made["docx"].with_name("建议书.docx")
    assert run("report", store, clues(store)[0]["id"], "--letter", "-o", letter).returncode == 0
    return {**made, "letter": letter}


def clues(store: str) -> list[dict[str, str]]:
    return list(json.loads(run("list", store, "--format", "json").stdout)["clues"])


def test_no_number_and_no_name_stands_in_any_report(reports: dict[str, Path], secrets: set[str]) -> None:
    for path in reports.values():
        text = words(path)
        assert [secret for secret in secrets if secret in text] == [], path.name
        assert "违法认定" not in text


def test_unmasked_only_where_asked_and_that_is_logged(store: str, secrets: set[str], tmp_path: Path) -> None:
    for ending in ENDINGS:
        done = run("report", store, "--unmask", "-o", tmp_path / f"a.{ending}")
        assert "未遮盖" in done.stderr
        assert any(secret in words(tmp_path / f"a.{ending}") for secret in secrets)
    entries = json.loads(run("audit", "list", store, "--format", "json").stdout)["entries"]
    exports = [e for e in entries if e["act"] == "导出" and e["about"].startswith("a.")]
    assert [(e["about"], e["detail"]["masked"]) for e in exports] == [(f"a.{ending}", False) for ending in ENDINGS]


def test_every_clue_is_in_every_report(store: str, reports: dict[str, Path]) -> None:
    for ending in ENDINGS:
        text = words(reports[ending])
        for clue in clues(store):
            assert clue["id"] in text
            assert (composed if ending == "docx" else full_width)(clue["title"]) in text


def test_people_are_shown_the_severe_first_and_of_those_the_longest(store: str, reports: dict[str, Path], tmp_path: Path) -> None:
    found = clues(store)
    weights = {c["id"]: (("high", "medium", "low").index(c["severity"]), -int(c["days"] or 0)) for c in found}
    assert list(weights.values()) != sorted(weights.values())
    listed = [line.split()[0] for line in run("list", store).stdout.splitlines()[1:]]
    for shown in ([one for one in listed if one in weights], [str(row[0]) for row in rows(reports["xlsx"])]):
        assert [weights[one] for one in shown] == sorted(weights.values())
    asked = [found[2]["id"], found[0]["id"]]
    assert run("report", store, *asked, "--output", tmp_path / "名单.xlsx").returncode == 0
    assert [row[0] for row in rows(tmp_path / "名单.xlsx")] == asked


def rows(path: Path) -> list[tuple[object, ...]]:
    """The rows of a list, without its header."""
    book = openpyxl.load_workbook(path, read_only=True)
    _, *found = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    return found


def test_the_filters_of_list_choose_the_clues(store: str, tmp_path: Path) -> None:
    done = run("report", store, "--mechanism", "行政非诉执行", "--severity", "high", "-o", tmp_path / "a.xlsx")
    assert "1 条线索" in done.stderr
    one = clues(store)[0]["id"]
    run("report", store, one, "-o", tmp_path / "b.xlsx")
    assert f"线索 {one}" in run("audit", "list", store).stdout
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book["线索名单"].max_row == 2
    book.close()


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (["--mechanism", "安全生产"], "监督机制“安全生产”现在没有线索:有线索的是"),
        (["--rule", "safety.*"], "规则“safety.*”现在没有线索:有线索的是 "),
        (["--agency", "某税务局"], "名称含“某税务局”的单位现在没有线索:有线索的是某市"),
        (["--rule", "civil.*", "--mechanism", "行政非诉执行"], "没有符合条件的线索"),
        (["--severity", "high", "--gone", "--since", "2026-11-22"], "没有符合条件的线索"),
    ],
)
def test_a_filter_that_leaves_nothing_says_why(store: str, tmp_path: Path, filters: list[str], said: str) -> None:
    listed, reported = run("list", store, *filters, "--format", "json"), run("report", store, *filters, "-o", tmp_path / "a.html")
    for done in (listed, reported):
        assert (done.returncode, said in done.stderr, "错误" in done.stderr) == (0, True, False)
    assert json.loads(listed.stdout)["clues"] == []
    assert "0 条线索已写入" in reported.stderr
    assert run("list", store, *filters, "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (["--mechanism", "行政非诉"], "没有叫“行政非诉”的监督机制:有行政非诉执行、"),
        (["--rule", "enforcement.not-apply"], "没有编号为“enforcement.not-apply”的规则,是不是 enforcement.not-applied?"),
    ],
)
def test_a_name_that_nothing_has_is_an_error(store: str, tmp_path: Path, filters: list[str], said: str) -> None:
    (tmp_path / "a.csv").write_text("旧的")
    calls = [("list", "--format", "csv", "--output", tmp_path / "a.csv"), ("report", "-o", tmp_path / "b.docx")]
    for name, *more in [*calls, *([("stats",)] if "--rule" in filters else [])]:
        done = run(name, store, *filters, *more)
        assert (done.returncode, said in one_sentence(done)) == (2, True)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["旧的"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "a.pdf"], "要以 .xlsx、.docx、.html 之一结尾"),
        (["-o", "a.docx", "--letter"], "请写一个线索编号"),
        (["x", "-o", "a.html", "--letter"], "--output 用 .docx 文件"),
        (["x", "-o", "a.html", "--severity", "high"], "不能一起用"),
        (["-o", "a.html", "--status", "通过"], "没有“通过”这个状态"),
        ([], "--output"),
    ],
)
def test_a_wrong_call_is_one_sentence(store: str, arguments: list[str], said: str) -> None:
    done = run("report", store, *arguments)
    assert done.returncode == 2
    assert said in one_sentence(done)


def test_what_cannot_be_written_leaves_the_old_file(store: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("旧的")
    assert run("report", store, "ffff", "-o", tmp_path / "a.html").returncode == 1
    assert (tmp_path / "a.html").read_text() == "旧的"
    calls = [*(("report", store, "-o", f"a.{ending}") for ending in ENDINGS), ("list", store, "--format", "csv", "-o", "a.csv")]
    for *call, name in calls:
        done = run(*call, tmp_path / "没有" / name)
        assert (done.returncode, "写不了:没有这个文件或文件夹" in one_sentence(done), len(done.stderr.splitlines())) == (1, True, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["a.html"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Path]:
    """A store of its own, with a list made from it."""
    assert run("demo", tmp_path / "demo", "--quiet").returncode == 0
    nightly = run("report", tmp_path / "demo/cases.db", "-o", tmp_path / "名单.xlsx", "--quiet")
    line = rf"\d{{4}}-\d\d-\d\d \d\d:\d\d reported clues=\d+ aside=0 masked=yes seconds=\d+ file={re.escape(str(tmp_path / '名单.xlsx'))}\n"
    assert (nightly.stdout, bool(re.fullmatch(line, nightly.stderr))) == ("", True)
    yield tmp_path / "demo/cases.db"


def fill(path: Path, copy: Path, **answers: dict[str, str]) -> Path:
    """A copy of the list with answers for some rows (r2=…)."""
    book = openpyxl.load_workbook(path)
    sheet = book["线索名单"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row, cells in answers.items():
        for name, value in cells.items():
            sheet.cell(int(row[1:]), at[name]).value = value
    book.save(copy)
    book.close()
    return copy


def test_the_overview_of_a_second_night_opens_with_what_changed_and_how(office: Path, tmp_path: Path) -> None:
    sheet = office.parent / "数据表" / "案件移送.csv"
    delivered = sheet.read_text(encoding="utf-8-sig")
    (late,) = [clue for clue in clues(office) if clue["rule"] == "referral.transfer-late"]
    sent = {cell["field"]: cell["value"] for cell in late["evidence"]}["sent_on"]
    later = (dt.date.fromisoformat(sent) + dt.timedelta(1)).isoformat()
    sheet.write_text(delivered.replace(sent, later), encoding="utf-8-sig")
    assert run("import", office, sheet, "--quiet").returncode == 0
    assert run("scan", office, "--quiet").returncode == 0
    assert run("report", office, "-o", tmp_path / "总览.html").returncode == 0
    opening = (tmp_path / "总览.html").read_text(encoding="utf-8").partition('id="changes"')[2].partition("</section>")[0]
    assert f"案件移送的移送日期由{sent}改为{later}" in opening


def test_a_filled_list_comes_back_and_a_second_one_is_told_of_it(office: Path, tmp_path: Path) -> None:
    first = fill(tmp_path / "名单.xlsx", tmp_path / "甲.xlsx", r2={STATUS: "误报", REASON: "规则过宽"}, r3={STATUS: "成案"}, r4={STATUS: "误报"})
    second = fill(tmp_path / "名单.xlsx", tmp_path / "乙.xlsx", r2={STATUS: "成案", NOTE: "另有证据"}, r3={STATUS: "成案"})
    previewed = run("review", office, "--from", first, "--dry-run")
    assert "误报(规则过宽)" in previewed.stdout
    assert not [c for c in clues(office) if c["status"] != "待审"]

    done = run("review", office, "--from", first, "--as", "甲某")
    assert done.returncode == 3
    assert "第 4 行" in one_sentence(done)
    assert "误报要写理由" in done.stderr
    assert "已处理 2 条,已是这样 0 条,没有填写 17 条,没有采用 1 行" in done.stderr

    done = run("review", office, "--from", second, "--as", "乙某")
    assert done.returncode == 3
    said = one_sentence(done)
    for both in ("第 2 行", "现为“误报(规则过宽),甲某", "这次要改为“成案:另有证据”", "没有改动"):
        assert both in said
    assert "已是这样 1 条" in done.stderr
    assert run("audit", "verify", office).returncode == 0


def test_from_stands_alone_and_needs_a_list(office: Path, tmp_path: Path) -> None:
    done = run("review", office, "--from", tmp_path / "名单.xlsx", "--status", "成案")
    assert (done.returncode, "请分两次运行" in one_sentence(done)) == (2, True)
    done = run("review", office, "--from", tmp_path / "没有.xlsx")
    assert (done.returncode, "没有文件" in one_sentence(done)) == (1, True)
