"""Court papers into the store: papers told from sheets, one suit of many papers, what was read and what was not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cases.catalogue import load_catalogue
from cases.documents.gathering import Gathering
from cases.documents.importing import gathered, sort_paths
from cases.documents.rows import Row, rows
from cases.documents.survey import survey_paths
from cases.errors import SheetError
from cases.store import open_store
from cases.values import normal
from tests.cases.documents import papers
from tests.cases.documents.papers import imported, read
from tests.cases.sheets import CASES, load, rows_of, write_csv

NUMBER = "（2019）川0107民初20481号"
RULING = papers.LOAN.replace("民 事 判 决 书", "民 事 裁 定 书").replace("依法适用简易程序，", "依法适用普通程序，")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "裁判文书" / "一审"
    inside.mkdir(parents=True)
    for name in ("LOAN", "MEDIATION", "APPEAL", "WITHDRAWN", "ORDER", "REVIEW", "CLOSED"):
        (inside / f"{name}.txt").write_text(getattr(papers, name), encoding="utf-8")
    return inside.parent


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cli", *map(str, arguments)], check=False, capture_output=True, text=True)


def test_papers_go_into_the_sheets(folder: Path, target: str) -> None:
    with open_store(target, create=True) as store:
        report, survey = imported(store, folder)
        assert {s.sheet: s.counts() for s in report.sheets} == {
            sheet: {"read": n, "inserted": n, "updated": 0, "unchanged": 0, "rejected": 0}
            for sheet, n in (("行政处罚", 1), ("非诉执行", 1), ("民事案件", 5), ("民事当事人", 16), ("执行案件", 1))
        }
        assert (report.problems, survey.unread) == ([], {})
        again, _ = imported(store, folder)
        assert {(s.inserted, s.updated, s.rejected) for s in again.sheets} == {(0, 0, 0)}


def test_the_words_behind_values_stay_with_the_row(folder: Path, target: str) -> None:
    with open_store(target, create=True) as store:
        imported(store, folder)
        extras = json.loads(rows_of(store, "civil_case", "extras")[0])
    assert "立案日期:“本院于2014年5月22日受理”" in extras["文书摘录"]
    assert extras["来源说明"] == "一审/MEDIATION.txt"


def test_papers_and_sheets_in_one_folder(folder: Path, target: str) -> None:
    sheet = write_csv(folder / "刑事案件.csv", CASES, ("A1", "盗窃", "某局", ""))
    other = write_csv(folder / "民事案件.csv", ("案号", "法院", "案由", "立案日期"), ("（2019）川0107民初1号", "某院", "借款", "2019-01-01"))
    catalogue = load_catalogue()
    assert sort_paths([folder], catalogue).papers == [folder]
    assert set(sort_paths([folder], catalogue).sheets) == {sheet, other}
    done = run("import", target, folder, "--format", "json")
    document = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert sorted((Path(s["path"]).name, s["sheet"], s["inserted"]) for s in document["sheets"]) == [
        ("刑事案件.csv", "刑事案件", 1),
        ("民事案件.csv", "民事案件", 1),
        ("裁判文书", "执行案件", 1),
        ("裁判文书", "民事当事人", 16),
        ("裁判文书", "民事案件", 5),
        ("裁判文书", "行政处罚", 1),
        ("裁判文书", "非诉执行", 1),
    ]
    assert document["documents"]["papers"] == {"TXT": 7}
    assert document["documents"]["matters"]["民事"]["read"]["立案日期"] == 1.0


def test_a_folder_of_sheets_is_read_as_before(tmp_path: Path) -> None:
    inside = tmp_path / "表"
    inside.mkdir()
    write_csv(inside / "刑事案件.csv", CASES, ("A1", "盗窃", "某局", ""))
    (inside / "说明.pdf.bak").write_text("x")
    found = sort_paths([inside, tmp_path / "没有"], load_catalogue())
    assert (found.sheets, found.papers) == ([inside, tmp_path / "没有"], [])


def test_what_was_read_is_said(folder: Path, target: str) -> None:
    (folder / "坏.doc").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    done = run("import", target, folder)
    assert done.returncode == 3
    assert "读了 8 份文书:TXT 7 份、不认识 1 份" in done.stderr
    assert "民事 5 份,读出:案号 100%、法院 100%、文书种类 100%、裁判日期 100%、案由 80%、程序 60%" in done.stderr
    assert "错误:没有读懂 旧版 Word(.doc)或 WPS 文件:请另存为 DOCX,1 份,例如 坏.doc" in done.stderr
    quiet = run("import", target, folder, "--quiet")
    unread, line = quiet.stderr.splitlines()
    assert unread == "错误:没有读懂 旧版 Word(.doc)或 WPS 文件:请另存为 DOCX,1 份,例如 坏.doc"
    assert "inserted=0 updated=0 unchanged=24 rejected=0" in line


def test_strict_takes_all_or_nothing(tmp_path: Path, folder: Path) -> None:
    (folder / "坏.doc").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    done = run("import", tmp_path / "cases.db", folder, "--strict")
    assert (done.returncode, (tmp_path / "cases.db").exists()) == (1, False)
    assert done.stderr.startswith("错误:--strict 之下有读不了的文书,什么都没有导入:旧版 Word")
    write_csv(folder / "刑事案件.csv", CASES, ("A1", "", "", ""))
    (folder / "坏.doc").unlink()
    assert run("import", tmp_path / "cases.db", folder, "--strict").returncode == 1
    with open_store(tmp_path / "cases.db") as store:
        assert rows_of(store, "civil_case", "case_no") == []


def test_nothing_readable_at_all(tmp_path: Path) -> None:
    (tmp_path / "天气.docx").write_text("今天天气不错", encoding="utf-8")
    done = run("import", tmp_path / "cases.db", tmp_path / "天气.docx")
    assert (done.returncode, (tmp_path / "cases.db").exists()) == (1, False)
    assert "内容不像裁判文书" in done.stderr


def test_a_note_beside_the_papers_is_no_failure(tmp_path: Path, folder: Path) -> None:
    (folder / "说明.txt").write_text("这批文书由某处提供。", encoding="utf-8")
    done = run("import", tmp_path / "cases.db", folder, "--strict")
    assert done.returncode == 0
    assert "没有读取:内容不像裁判文书(没有原告、被告、本院等字样),1 份,例如 说明.txt 这批文书由某处提供。" in done.stderr


def gather(*found: list[Row]) -> dict[str, list[dict[str, object]]]:
    """The gathered rows of several papers, by sheet."""
    sheets: dict[str, list[dict[str, object]]] = {}
    with Gathering(load_catalogue()) as heap:
        for one in found:
            heap.add(one)
        for source in heap.sources(Path("x")):
            (_, names), *body = source.rows()
            sheets.setdefault(source.sheet, []).extend(dict(zip(map(str, names), cells, strict=True)) for _, cells in body)
    return sheets


def test_a_stray_note_does_not_keep_sheets_out(tmp_path: Path) -> None:
    (tmp_path / "数据").mkdir()
    write_csv(tmp_path / "数据" / "刑事案件.csv", CASES, ("A1", "诈骗", "某局", "2023-01-05"))
    (tmp_path / "数据" / "填表说明.html").write_text("<p>请各单位于每月五日前报送。</p>", encoding="utf-8")
    done = run("import", tmp_path / "案件库.db", tmp_path / "数据")
    assert done.returncode == 0, done.stderr
    assert "填表说明.html" in done.stderr
    assert rows_of(tmp_path / "案件库.db", "criminal_case")


def test_papers_of_one_suit_become_one_case() -> None:
    first, second = rows(read(papers.LOAN)), rows(read(RULING.replace("本院于2019年10月8日立案后，", "本院立案后，")))
    gathered_rows = gather(second, first)
    (case,) = gathered_rows["民事案件"]
    assert case["立案日期"] == "2019-10-08"  # only one of them says it
    assert case["程序"] == "普通程序"  # the first one read stays, and the other reading is noted
    assert "程序:另一份文书(文书.txt)读作 简易程序" in str(case["读取说明"])
    assert len(gathered_rows["民事当事人"]) == 4


def test_the_surer_reading_stays() -> None:
    sure, unsure = rows(read(papers.LOAN)), rows(read(papers.LOAN.replace("2019年10月8日立案", "2019年12月8日立案")))
    assert unsure[0].quotes["立案日期"][1] == "低"
    for order in ((sure, unsure), (unsure, sure)):
        (case,) = gather(*order)["民事案件"]
        assert case["立案日期"] == "2019-10-08"
        assert "2019-12-08" in str(case["读取说明"])


def test_spellings_of_one_number_are_one_suit() -> None:
    other = papers.LOAN.replace("（2019）川0107民初20481号", "[2019]川０１０７民初20481号之一")
    assert [c["案号"] for c in gather(rows(read(papers.LOAN)), rows(read(other)))["民事案件"]] == [NUMBER]


def test_a_column_that_no_paper_fills_does_not_blank_the_store(tmp_path: Path, folder: Path, target: str) -> None:
    names = ("案号", "法院", "案由", "立案日期", "扣除天数", "标的额")
    ready = write_csv(tmp_path / "民事案件.csv", names, (NUMBER, "成都市武侯区人民法院", "民间借贷纠纷", "2019-10-08", "7", "1"))
    load(target, ready)
    with open_store(target) as store:
        imported(store, folder)
        kept = {row[0]: row[1:] for row in rows_of(store, "civil_case", "case_no", "excluded_days", "amount")}
    assert kept[normal(NUMBER)] == (7_000_000, 34_500_050)  # millionths and cents


def test_many_papers_are_gathered_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.documents.gathering.BATCH", 3)
    first, second = rows(read(papers.LOAN)), rows(read(RULING))
    assert gather(first, second, first) == gather([*first, *second, *first])
    assert len(gather(first, second, rows(read(papers.MEDIATION)))["民事案件"]) == 2


def test_the_survey_lists_what_was_not_understood(tmp_path: Path) -> None:
    path = tmp_path / "导出.jsonl"
    records = [{"链接": str(n), "标题": "x"} for n in range(5)] + [{"案号": NUMBER, "全文": papers.LOAN}]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in records), encoding="utf-8")
    survey = survey_paths([tmp_path])
    (unread,) = survey.unreadable()
    assert (unread.reason, unread.count) == ("不认识的记录样式(没有全文列)", 5)
    assert unread.samples == [f"导出.jsonl 第 {n} 条 列:链接、标题" for n in (1, 2, 3)]
    assert survey.as_json()["unread"] == [{"reason": unread.reason, "papers": 5, "samples": unread.samples}]
    assert survey.shares("民事")["标的额"] == 1.0
    assert survey.shares("执行") == {}


def test_reasons_and_notes_are_counted_without_their_details(tmp_path: Path) -> None:
    for n in (1, 2):
        late = papers.LOAN.replace("2019年10月8日立案", f"2019年12月{n}日立案").replace("20481号", f"{n}号")
        (tmp_path / f"{n}.txt").write_text(late, encoding="utf-8")
    assert survey_paths([tmp_path]).notes["立案日期 … 晚于裁判日期 …"] == 2


def test_a_broken_source_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="没有文件或文件夹"), gathered([tmp_path / "没有"], load_catalogue()):
        pass


def test_the_same_papers_in_another_folder_are_unchanged(tmp_path: Path, folder: Path) -> None:
    (folder / "一审" / "RULING.txt").write_text(RULING, encoding="utf-8")  # says something else of the suit of LOAN
    with open_store(tmp_path / "cases.db", create=True) as store:
        imported(store, folder)
        before = rows_of(store, "civil_case", "import_id", "extras")
        moved = folder.rename(tmp_path / "移交") / "一审"
        moved.rename(moved.parent / "一审卷")
        again, _ = imported(store, moved.parent)
        assert {(s.inserted, s.updated) for s in again.sheets} == {(0, 0)}
        assert rows_of(store, "civil_case", "import_id", "extras") == before
        paper = moved.parent / "一审卷" / "LOAN.txt"
        paper.write_text(papers.LOAN.replace("2019年10月8日立案", "2019年10月9日立案"), encoding="utf-8")
        changed, _ = imported(store, moved.parent)
        assert {s.sheet: s.updated for s in changed.sheets if s.updated} == {"民事案件": 1}
