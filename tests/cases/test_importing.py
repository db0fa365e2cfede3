"""What the import does to the store: update by key, order, rejects, strict runs, runs that break off."""

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy import event

from cases import importing
from cases.errors import SheetError
from cases.importing import import_paths
from cases.rejects import RejectsFile
from cases.store import StoreError, open_store
from cases.upsert import Writer
from tests.cases.sheets import CASES, PENALTIES, asked, counts, load, read_csv, rows_of, write_book, write_csv
from tests.conftest import NewStore

WHERE = ("import_id", "file_id", "line_no")


def _cases(folder: Path, *rows: Any, name: str = "刑事案件.csv", header: tuple[str, ...] = CASES) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return write_csv(folder / name, header, *rows)


@pytest.fixture
def store(target: str) -> str:
    return target


def test_every_row_knows_where_it_was_read(tmp_path: Path, store: str) -> None:
    at = dt.datetime(2026, 11, 22, 2, 3, 4)
    path = _cases(tmp_path, ("A1", "盗窃", "某局", ""), ("A2", "诈\n骗", "某局", ""), ("A3", "盗窃", "某局", ""))
    load(store, path, at=at)
    assert rows_of(store, "criminal_case", "case_no", *WHERE) == [("A1", 1, 1, 2), ("A2", 1, 1, 3), ("A3", 1, 1, 5)]
    assert asked(store, "SELECT path, sheet, length(digest) FROM files") == [(str(path), "刑事案件", 64)]
    assert asked(store, "SELECT begun_at FROM imports WHERE ended_at IS NOT NULL") == [("2026-11-22 02:03:04",)]


def test_columns_that_a_later_file_has_replace_and_those_it_lacks_stay(tmp_path: Path, store: str) -> None:
    load(store, _cases(tmp_path / "1", ("A1", "盗窃", "某局", "2023-01-05", "甲", "乙"), header=(*CASES, "备注", "页码")))
    report = load(store, _cases(tmp_path / "2", ("Ａ１", "", "2023-03-01", "丙"), header=("案件编号", "立案日期", "移送管辖日期", "备注")))
    assert counts(report) == [(0, 1, 0, 0)]
    wanted = ("case_no", "offence", "agency", "filed_on", "transferred_out_on", "extras")
    moved = dt.date(2023, 3, 1).toordinal()
    assert rows_of(store, "criminal_case", *wanted) == [("A1", "盗窃", "某局", None, moved, '{"备注":"丙","页码":"乙"}')]


def test_a_file_without_a_required_column_can_only_update(tmp_path: Path, store: str) -> None:
    load(store, _cases(tmp_path / "1", ("A1", "盗窃", "某局", "")))
    report = load(store, _cases(tmp_path / "2", ("A1", "2023-01-05"), ("A2", "2023-01-06"), header=("案件编号", "立案日期")))
    assert counts(report) == [(0, 1, 0, 1)]
    reject = report.sheets[0].rejects[0]
    assert (reject.line, reject.column) == (3, "罪名")
    assert read_csv(tmp_path / "2" / "刑事案件.rejected.csv")[0]["案件编号"] == "A2"


def test_of_rows_that_cannot_go_in_none_is_lost_though_they_have_one_key(tmp_path: Path, store: str) -> None:
    report = load(store, _cases(tmp_path, ("A1", "2023-01-05"), ("A1", "2023-01-06"), header=("案件编号", "立案日期")))
    assert (report.sheets[0].read, report.sheets[0].rejected) == (2, 2)
    assert [row["立案日期"] for row in read_csv(tmp_path / "刑事案件.rejected.csv")] == ["2023-01-05", "2023-01-06"]


def test_spellings_of_one_number_are_one_row(tmp_path: Path, store: str) -> None:
    rows = [(n, "某局", "甲", "无证经营", "2025-01-02", "1") for n in ("某罚〔2025〕1号", "某罚（2025）1号", "某罚[2025] 1号", "某罚【２０２５】1号")]
    report = load(store, write_csv(tmp_path / "行政处罚.csv", PENALTIES, *rows))
    assert sum(counts(report)[0]) == 4
    assert rows_of(store, "penalty", "decision_no", "decision_no_w") == [("某罚(2025)1号", "某罚【２０２５】1号")]


def test_the_same_files_again_change_nothing(tmp_path: Path, store: str) -> None:
    folder = tmp_path / "数据"
    _cases(folder, ("A1", "盗窃", "某局", "有"), ("A2", "诈骗", "某局", "2023年1月5日"), ("A1", "抢劫", "某局", "已办"), ("A3", "", "", ""))
    _cases(folder, ("A2", "抢夺", "某局", ""), ("A1", "盗窃", "某局", ""), name="刑事案件2.csv")
    load(store, folder)
    first = rows_of(store, "criminal_case"), rows_of(store, "criminal_case", *WHERE)
    report = load(store, folder)
    assert counts(report) == [(0, 0, 3, 1), (0, 0, 2, 0)]
    assert (rows_of(store, "criminal_case"), rows_of(store, "criminal_case", *WHERE)) == first


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_a_row_that_ends_as_it_began_is_not_marked_however_the_batches_fall(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(importing, "BATCH", batch)
    rows = [("A1", o, "某局", "") for o in ("盗窃", "诈骗", "抢夺")]
    path = _cases(tmp_path, *rows, ("A2", "盗窃", "某局", ""))
    assert counts(load(store, path)) == [(2, 2, 0, 0)]
    marks = rows_of(store, "criminal_case", *WHERE)
    assert counts(load(store, path)) == [(0, 0, 4, 0)]
    assert rows_of(store, "criminal_case", *WHERE) == marks
    assert rows_of(store, "criminal_case", "offence") == ["抢夺", "盗窃"]
    assert asked(store, "SELECT count(*) FROM earlier") == [(0,)]


def test_nor_is_one_that_several_files_change_back_and_forth(tmp_path: Path, store: str) -> None:
    folder = tmp_path / "数据"
    for number, offence in enumerate(("盗窃", "诈骗", "诈骗", "抢夺")):
        _cases(folder, ("A1", offence, "某局", ""), ("A1", offence + "罪", "某局", ""), name=f"刑事案件{number}.csv")
    assert counts(load(store, folder)) == [(1, 1, 0, 0), (0, 2, 0, 0), (0, 0, 2, 0), (0, 2, 0, 0)]
    marks = rows_of(store, "criminal_case", *WHERE)
    assert counts(load(store, folder)) == [(0, 0, 2, 0)] * 4
    assert rows_of(store, "criminal_case", *WHERE) == marks


def test_only_rows_with_new_content_are_marked(tmp_path: Path, store: str) -> None:
    load(store, _cases(tmp_path, ("A1", "盗窃", "某局", ""), ("A2", "盗窃", "某局", "")))
    assert counts(load(store, _cases(tmp_path, ("A3", "盗窃", "某局", ""), ("A2", "诈骗", "某局", ""), ("A1", "盗窃", "某局", "")))) == [(1, 1, 1, 0)]
    assert rows_of(store, "criminal_case", "case_no", *WHERE) == [("A1", 1, 1, 2), ("A2", 2, 2, 3), ("A3", 2, 2, 2)]


def test_paths_in_any_order_give_the_same_store(tmp_path: Path, new_store: NewStore) -> None:
    files = [
        _cases(tmp_path, ("A1", "盗窃", "某局", ""), ("A2", "盗窃", "某局", ""), name="刑事案件2.csv"),
        _cases(tmp_path, ("A1", "诈骗", "某局", ""), name="刑事案件10.csv"),
        _cases(tmp_path, ("A1", "2023-01-05"), ("A3", "2023-01-05"), name="刑事案件1.csv", header=("案件编号", "立案日期")),
        write_book(tmp_path / "刑事案件3.xlsx", {"刑事案件": [CASES, ("A3", "抢夺", "某局", "")]}),
    ]
    found = set()
    for order in itertools.islice(itertools.permutations(files), 0, None, 4):
        load(store := new_store(), *order)
        found.add(str(rows_of(store, "criminal_case", "case_no", "offence", "filed_on")))
    day = dt.date(2023, 1, 5).toordinal()
    assert found == {str([("A1", "诈骗", day), ("A2", "盗窃", None), ("A3", "抢夺", day)])}


def test_rejects_are_mended_and_imported_again(tmp_path: Path, store: str) -> None:
    header = (*CASES, "备注")
    bad = [("A2", "盗窃", "某局", "2023-02-30", "x"), ("A3", "", "某局", "2017年6月", ""), ("330324199001011234", "", "某局", "", "")]
    path = _cases(tmp_path, ("A1", "盗窃", "某局", "2023-01-05", ""), *bad, header=header)
    report = load(store, path)
    assert counts(report) == [(1, 0, 0, 3)]
    assert [(r.line, r.column, r.value) for r in report.sheets[0].rejects] == [
        (3, "立案日期", "2023-02-30"), (4, "罪名", ""), (4, "立案日期", "2017年6月"), (5, "罪名", ""),
    ]  # fmt: skip
    beside = tmp_path / "刑事案件.rejected.csv"
    assert report.sheets[0].rejects_file == beside
    assert beside.read_bytes().startswith(b"\xef\xbb\xbf")
    mended = (
        beside.read_text(encoding="utf-8-sig")
        .replace("A2,盗窃,某局,2023-02-30", "A2,盗窃,某局,2023-02-28")
        .replace("A3,,某局,2017年6月", "A3,盗窃,某局,日期不详")
    )
    beside.write_text(mended.replace("1234\t,,", "1234\t,盗窃,"), encoding="utf-8-sig")
    again = load(store, beside)
    assert counts(again) == [(3, 0, 0, 0)]
    days = [dt.date(2023, 1, 5).toordinal(), dt.date(2023, 2, 28).toordinal(), 0]
    assert rows_of(store, "criminal_case", "case_no", "filed_on") == [("330324199001011234", None), *zip(("A1", "A2", "A3"), days, strict=True)]
    assert rows_of(store, "criminal_case", "extras") == [None, None, '{"备注":"x"}', None]
    assert counts(load(store, path)) == [(0, 0, 1, 3)]


def test_rejects_of_a_workbook_say_their_sheet_and_keep_lost_digits_lost(tmp_path: Path, store: str) -> None:
    header = ("案件编号", "嫌疑人编号", "证件号")
    sheets: dict[str, Any] = {"刑事案件": [CASES, ("A1", "", "某局", dt.datetime(2023, 1, 5))], "嫌疑人": [header, ("A1", 1, 3.30324199001011e17)]}
    assert counts(load(store, write_book(tmp_path / "数据.xlsx", sheets))) == [(0, 0, 0, 1), (0, 0, 0, 1)]
    assert read_csv(tmp_path / "数据.刑事案件.rejected.csv")[0]["立案日期"] == "2023-01-05"
    assert read_csv(tmp_path / "数据.嫌疑人.rejected.csv")[0]["证件号"] == "3.30324199001011E+17"
    assert counts(load(store, tmp_path / "数据.嫌疑人.rejected.csv")) == [(0, 0, 0, 1)]


def test_rejects_keep_the_unit_above_the_table_and_the_days_from_1904(tmp_path: Path, store: str) -> None:
    def old(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904

    penalty, serial = ("罚1", "某局", "", "无证经营"), dt.date(2025, 1, 2).toordinal() - dt.date(1904, 1, 1).toordinal()
    load(store, write_book(tmp_path / "行政处罚.xlsx", {"行政处罚": [("单位：万元",), PENALTIES, (*penalty, serial, 3.5)]}, old))
    beside = tmp_path / "行政处罚.rejected.csv"
    beside.write_text(beside.read_text(encoding="utf-8-sig").replace("某局,,", "某局,甲,"), encoding="utf-8-sig")
    assert counts(load(store, beside)) == [(1, 0, 0, 0)]
    assert rows_of(store, "penalty", "decided_on", "fine") == [(dt.date(2025, 1, 2).toordinal(), 3_500_000)]


def test_rejects_hold_no_formula_and_come_back_as_they_were(tmp_path: Path, store: str) -> None:
    names = ["=1+1", "+86", "@公司", "-甲", "=O'某", "-5", '="007"', "—"]
    rows = [(f"A{i}", "", "某局", "", name) for i, name in enumerate(names)]
    load(store, write_csv(tmp_path / "刑事案件.csv", (*CASES, "企业名称"), *rows))
    beside = tmp_path / "刑事案件.rejected.csv"
    assert [row["企业名称"] for row in read_csv(beside)] == ["'=1+1", "'+86", "'@公司", "'-甲", "'=O'某", *names[5:]]
    beside.write_text(beside.read_text(encoding="utf-8-sig").replace(",,某局", ",盗窃,某局"), encoding="utf-8-sig")
    load(store, beside)
    assert rows_of(store, "criminal_case", "enterprise_name") == ["=1+1", "+86", "@公司", "-甲", "=O'某", "-5", "007", None]


def test_rejects_of_two_files_of_one_name_do_not_meet(tmp_path: Path, store: str) -> None:
    bad = ("A1", "", "某局", "")
    report = load(store, _cases(tmp_path, bad), write_book(tmp_path / "刑事案件.xlsx", {"刑事案件": [CASES, bad]}))
    assert sorted(s.rejects_file.name for s in report.sheets if s.rejects_file) == ["刑事案件(2).rejected.csv", "刑事案件.rejected.csv"]


def test_rejects_go_when_the_mended_sheet_has_none(tmp_path: Path, store: str) -> None:
    folder = tmp_path / "报送"
    folder.mkdir()
    beside = folder / "刑事案件.rejected.csv"
    load(store, _cases(folder, ("A1", "盗窃", "某局", ""), ("A2", "", "某局", "")))
    report = load(store, _cases(folder, ("A1", "盗窃", "某局", ""), ("A2", "", "某派出所", "")))
    assert (report.remarks, "某派出所" in beside.read_text(encoding="utf-8-sig")) == ([], True)
    assert load(store, _cases(folder)).remarks == [] and beside.exists()  # a sheet without rows says nothing of those that are missing
    moved = folder.rename(tmp_path / "昨天") / beside.name
    report = load(store, _cases(moved.parent, ("A1", "盗窃", "某局", ""), ("A2", "诈骗", "某局", "")), strict=True)
    assert report.remarks == ["刑事案件.csv 这次没有拒收的行,以前写出的 刑事案件.rejected.csv 已删去"]
    assert [p.name for p in moved.parent.iterdir()] == ["刑事案件.csv"]


def test_rejects_that_somebody_works_on_are_kept(tmp_path: Path, store: str) -> None:
    beside = tmp_path / "刑事案件.rejected.csv"
    bad = _cases(tmp_path, ("A1", "", "某局", ""))
    load(store, bad)
    for number, work in enumerate((beside.read_text(encoding="utf-8-sig").replace("A1,", "A1,盗窃"), "另一人的"), 1):
        beside.write_text(work, encoding="utf-8")
        report = load(store, bad)
        kept = tmp_path / f"刑事案件.rejected.csv.{number}.bak"
        assert f"已改名为 {kept.name} 保留" in report.remarks[0]
        assert (kept.read_text(encoding="utf-8"), report.sheets[0].rejects_file) == (work, beside)
    assert load(store, bad).remarks == []
    beside.write_text("改到一半", encoding="utf-8")
    report = load(store, _cases(tmp_path, ("A1", "盗窃", "某局", "")))
    assert "没有动,核对后可自行删去" in report.remarks[0]
    assert beside.read_text(encoding="utf-8") == "改到一半"


def test_rejects_of_another_file_of_the_same_name_are_not_taken_for_its_own(tmp_path: Path, store: str) -> None:
    load(store, _cases(tmp_path, ("A1", "", "某局", "")))
    book = write_book(tmp_path / "刑事案件.xlsx", {"刑事案件": [CASES, ("A2", "盗窃", "某局", "")]})
    assert "没有动" in load(store, book).remarks[0]
    assert (tmp_path / "刑事案件.rejected.csv").exists()


def test_a_refused_run_takes_no_rejects_away(tmp_path: Path, store: str) -> None:
    load(store, _cases(tmp_path, ("A1", "", "某局", "")))
    _cases(tmp_path, ("A1", "盗窃", "某局", ""))
    write_csv(tmp_path / "嫌疑人.csv", ("案件编号", "嫌疑人编号"), ("A1", ""))
    assert load(store, tmp_path, strict=True).refused
    assert (tmp_path / "刑事案件.rejected.csv").exists()


def test_where_rejects_cannot_be_written_the_good_rows_go_in(tmp_path: Path, store: str) -> None:
    (tmp_path / "刑事案件.rejected.csv").mkdir()
    report = load(store, _cases(tmp_path, ("A1", "盗窃", "某局", ""), ("A2", "", "某局", "")))
    assert counts(report) == [(1, 0, 0, 1)]
    assert report.sheets[0].rejects_file is None
    assert "写不进" in report.remarks[0]
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".tmp") == []


def test_a_rejects_folder_that_is_read_only(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = _cases(tmp_path, ("A1", "盗窃", "某局", ""), ("A2", "", "某局", ""))
    monkeypatch.setattr(RejectsFile, "_begin", refuse)
    report = load(store, path)
    assert counts(report) == [(1, 0, 0, 1)]
    assert "写权限" in report.remarks[0]


def test_strict_takes_all_or_nothing(tmp_path: Path, store: str) -> None:
    good = _cases(tmp_path / "1", ("A1", "盗窃", "某局", ""))
    bad = write_csv(tmp_path / "嫌疑人.csv", ("案件编号", "嫌疑人编号"), ("A1", "1"), ("A1", ""))
    report = load(store, good, bad, strict=True)
    assert report.refused
    assert counts(report) == [(0, 0, 0, 0), (0, 0, 0, 1)]
    assert (tmp_path / "嫌疑人.rejected.csv").exists()
    assert rows_of(store, "criminal_case") == rows_of(store, "suspect") == []
    report = load(store, good, strict=True)
    assert (counts(report), report.refused) == ([(1, 0, 0, 0)], False)


def test_strict_stops_at_a_file_that_cannot_be_read(tmp_path: Path, store: str) -> None:
    good = _cases(tmp_path, ("A1", "盗窃", "某局", ""))
    (tmp_path / "嫌疑人.csv").write_bytes(b"")
    with pytest.raises(SheetError, match="空文件"):
        load(store, good, tmp_path / "嫌疑人.csv", strict=True)
    assert rows_of(store, "criminal_case") == []


def test_the_report_is_the_document_of_the_interface(tmp_path: Path, store: str) -> None:
    path = _cases(tmp_path, ("A1", "盗窃", "某局", ""), ("A2", "盗窃", "某局", "2023-02-30"))
    reject = {"line": 3, "column": "立案日期", "value": "2023-02-30", "reason": "“2023-02-30”这一天不存在:请核对年月日"}
    entry = {"sheet": "刑事案件", "path": str(path), "read": 2, "inserted": 1, "updated": 0, "unchanged": 0, "rejected": 1, "rejects": [reject]}
    assert load(store, path).as_json() == {"sheets": [entry]}


def test_a_negative_fine_names_line_column_and_value(tmp_path: Path, store: str) -> None:
    path = write_csv(tmp_path / "行政处罚.csv", PENALTIES, ("罚1", "某局", "甲", "无证经营", "2025-01-02", "-500"))
    reject = load(store, path).sheets[0].rejects[0]
    assert (reject.line, reject.column, reject.value) == (2, "罚款金额", "-500")
    assert "不能为负" in reject.reason


def test_batches_that_were_committed_stay_and_the_import_can_be_repeated(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(importing, "BATCHES_A_TRANSACTION", 1)
    path = _cases(tmp_path, *((f"A{i}", "盗窃", "某局", "") for i in range(9)))

    def stop(name: str, rows: int) -> None:
        if rows == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(store, path, progress=stop)
    assert len(rows_of(store, "criminal_case")) == 4
    assert asked(store, "SELECT ended_at FROM imports") == [(None,)]
    assert counts(load(store, path)) == [(5, 0, 4, 0)]


FULL = {
    "sqlite": ["CREATE TRIGGER full_ BEFORE INSERT ON criminal_case BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"],
    "postgresql": [
        "CREATE FUNCTION full_() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER full_ BEFORE INSERT ON criminal_case FOR EACH ROW EXECUTE FUNCTION full_()",
    ],
}


@pytest.mark.parametrize("rows", [1, 100])
def test_a_store_that_fails_on_the_way_is_told_in_one_sentence(tmp_path: Path, store: str, rows: int) -> None:
    path = _cases(tmp_path, *((f"A{i}", "盗窃", "某局", "") for i in range(rows)))
    with open_store(store, create=True) as opened:
        with opened.engine.begin() as db:
            for statement in FULL[opened.engine.dialect.name]:
                db.exec_driver_sql(statement)
        with pytest.raises(StoreError, match="磁盘已满"):
            import_paths(opened, [path])


def test_two_imports_at_the_same_time_do_not_trip_each_other(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load(store, _cases(tmp_path, ("A0", "盗窃", "某局", "")))
    mine = _cases(tmp_path / "1", ("A1", "盗窃", "某局", ""), ("A2", "盗窃", "某局", ""))
    theirs = _cases(tmp_path / "2", ("A2", "诈骗", "某局", ""))
    look = Writer._stored

    def look_too_early(self: Writer, keys: Any) -> Any:
        # Between the look and the writing, the other import puts in a row with the same key.
        found = look(self, keys)
        monkeypatch.setattr(Writer, "_stored", look)
        self.connection.commit()
        load(store, theirs)
        return found

    monkeypatch.setattr(Writer, "_stored", look_too_early)
    assert counts(load(store, mine)) == [(1, 1, 0, 0)]
    assert rows_of(store, "criminal_case", "case_no", "offence") == [("A0", "盗窃"), ("A1", "盗窃"), ("A2", "盗窃")]


CELLS = st.sampled_from(["", "盗窃", "诈骗", "2023-01-05", "A1", "Ａ1", "a 1", "-1", "合计", "2023年2月30日"])
FILES = st.lists(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=6), min_size=1, max_size=3)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES, batch=st.integers(1, 4))
def test_counts_add_up_and_twice_is_once(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore, files: list[Any], batch: int) -> None:
    folder, store = tmp_path_factory.mktemp("fuzz"), new_store()
    for number, rows in enumerate(files):
        _cases(folder / "数据", *rows, name=f"刑事案件{number}.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "BATCH", batch)
        first = load(store, folder / "数据")
        for sheet in first.sheets:
            assert sheet.read == sheet.inserted + sheet.updated + sheet.unchanged + sheet.rejected
        content = rows_of(store, "criminal_case"), rows_of(store, "criminal_case", *WHERE)
        second = load(store, folder / "数据")
    assert all(s.inserted == s.updated == 0 for s in second.sheets)
    assert content == (rows_of(store, "criminal_case"), rows_of(store, "criminal_case", *WHERE))
    assert len(content[0]) == sum(s.inserted for s in first.sheets)


def test_large_batches_go_in_at_once_and_a_key_that_is_there_updates(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 60)
    rows = [(f"A{i}", "盗\t窃\\N\\", "某局", "") for i in range(60)]
    more = [("A59", "诈骗", "某局", ""), ("A58", "盗\t窃\\N\\", "某局", ""), *((f"B{i}", "盗窃", "某局", "") for i in range(58))]
    assert counts(load(store, _cases(tmp_path, *rows, *more))) == [(118, 1, 1, 0)]
    assert rows_of(store, "criminal_case", "offence").count("盗\t窃\\N\\") == 59


def test_a_store_without_on_conflict_is_written_all_the_same(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.upsert._MARKS", {})
    path = _cases(tmp_path, ("A1", "盗窃", "某局", ""), ("A2", "盗窃", "某局", ""), ("A1", "诈骗", "某局", ""))
    seen: list[str] = []
    with open_store(store, create=True) as opened:
        event.listen(opened.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        assert counts(import_paths(opened, [path])) == [(2, 1, 0, 0)]
        _cases(tmp_path, ("A1", "诈骗", "某局", "2023-01-05"))
        assert counts(import_paths(opened, [path])) == [(0, 1, 0, 0)]
    assert not any("ON CONFLICT" in s for s in seen)
    assert rows_of(store, "criminal_case", "offence") == ["诈骗", "盗窃"]


def test_who_is_not_known_is_told(tmp_path: Path, store: str) -> None:
    header = ("决定书文号", "行政机关", "当事人", "身份证号", "统一社会信用代码", "违法行为", "处罚决定日期")
    who = [
        ("张某", "1101**********1234", ""),
        ("王强", "1101**********1234", ""),
        ("乙公司", "1101**********1234", "91330100MA20000000"),
        ("丙某", "33X", ""),
    ]
    rows = [(f"罚{i}", "某局", *one, "无证经营", "2025-01-02") for i, one in enumerate(who)]
    report = load(store, write_csv(tmp_path / "行政处罚.csv", header, *rows))
    found = [(None, "1101**********1234"), (None, "1101**********1234"), ("91330100MA20000000", None), ("33X", None)]
    assert rows_of(store, "penalty", "party_id", "party_id_w") == found
    number, name = report.remarks
    assert "有 2 行(第 2、3 行)的“当事人证件号”隐去了一部分" in number
    assert "有 1 行(第 2 行)" in name and "“当事人”又隐去了名字" in name
    # What a party is told of by a paper says so itself.
    hidden = ("案号", "诉讼地位", "姓名名称", "姓名隐去")
    assert load(store, write_csv(tmp_path / "民事当事人.csv", hidden, ("(2025)浙01民初1号", "原告", "张某", "是"))).remarks == []


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_rows_of_one_key_that_differ_within_a_file_are_told(tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(importing, "BATCH", batch)
    rows = [("罚1", "某局", party, "无证经营", "2025-01-02", "1") for party in ("甲", "乙", "乙")]
    path = write_csv(tmp_path / "行政处罚.csv", PENALTIES, *rows, *(("罚" + two, *rows[0][1:]) for two in "2２"))
    (said,) = load(store, path).remarks
    assert said.startswith("行政处罚.csv 的《行政处罚》有 1 行(第 2 行)与后面的行是同一条(“决定书文号”相同)而内容不同")
