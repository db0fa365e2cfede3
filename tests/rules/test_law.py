"""The law as data: everything that rules cite resolves, in the edition of the day; files that are wrong say where."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli.law import law as law_command
from rules.law import FOLDER, LawBook, LawError, load_law

CITED = """
gua.econ.no_measure gua.econ.after_measure gua.all.person_1y gua.all.asset_1y2y gua.campaign policy seeds li.general li.econ
prop.freeze cm.bail12m cm.rs6m jl.detain_request jl.arrest_review jl.hold_2m jl.hold_158 jl.hold_159 qs.supp qs.1m jl.no_arrest
刑诉法95 sup.explain sup.file15 sup.cancel15 民营经济促进法63 310号令3 xx.noreplace t.338 t.343 t.144 t.141 t.134 xx.decide3
xx.move24 xx.police3 li.econ.from_admin xx.review3 xx.platform xx.rev.reply2m pen.add3pct nl.apply3m nl.urge10 nl.accept5
nl.refuse5 nl.rule7 nl.rule30 nl.jc_basis nl.exec3m exe.zb fx.many civ.trial6 civ.simple3 civ.small2 civ.appeal civ.special
exe.file7 exe.6m jy.reply2m jc.zsjy3m jc.exe3m jy.jiuwei pil.reply2m pil.urgent15 pil.review1m ex.deliver10 ex.prison1m
sj.report10 sj.revoke30 cc.fine xf.jc7 aq.jc aq.survey wm.report wm.check cpl.95 private-economy.63 r310.3
""".split()  # noqa: SIM905

TODAY = date(2026, 11, 22).toordinal()


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize("id", CITED)
def test_what_the_mechanisms_cite_resolves(id: str) -> None:
    basis = load_law().on(id, TODAY)
    article = load_law().get(id)
    assert basis.law
    assert basis.in_force == (article.status != "unverified")


def test_a_pattern_names_all_thresholds() -> None:
    book = load_law()
    found = book.match("t.*")
    assert {"t.140", "t.213", "t.338", "t.276-1"} <= {a.id for a in found}
    assert all(a.where.startswith("thresholds.yaml:") for a in found)
    with pytest.raises(LawError):
        book.match("nothing.*")


@pytest.mark.parametrize(
    ("id", "on", "law", "article", "edition", "in_force"),
    [
        ("nl.apply3m", "2026-10-16", "行政强制法", "第五十三条", "2011", True),
        ("nl.apply3m", "2011-12-31", "行政强制法", "第五十三条", "2011", False),
        ("cm.bail12m", "2018-10-25", "刑事诉讼法", "第七十七条", "2012", True),
        ("cm.bail12m", "2018-10-26", "刑事诉讼法", "第七十九条", "2018", True),
        ("psl.case30", "2025-12-31", "治安管理处罚法", "第九十九条", "2012", True),
        ("psl.case30", "2026-01-01", "治安管理处罚法", "第一百一十八条", "2025", True),
        ("ex.prison1m", "2026-10-31", "监狱法", "第十五条", "2012", True),
        ("ex.prison1m", "2026-11-01", "监狱法", "第三十一条", "2026", True),
        ("lit.6m", "2015-04-30", "行政诉讼法", "第三十九条", "1989", True),
        ("lit.6m", "2015-05-01", "行政诉讼法", "第四十六条", "2014", True),
        ("exe.obj15", "2021-12-31", "民事诉讼法", "第二百二十五条", "2017", True),
        ("exe.obj15", "2023-06-01", "民事诉讼法", "第二百三十二条", "2021", True),
        ("exe.obj15", "2024-01-01", "民事诉讼法", "第二百三十六条", "2023", True),
        ("pen.add3pct", "2020-01-01", "行政强制法", "第四十五条第二款", "2011", True),
        ("pen.add3pct", "2021-07-15", "行政处罚法", "第七十二条第一款第一项", "2021", True),
        (
            "gua.econ.no_measure",
            "2017-12-31",
            "最高人民检察院、公安部关于公安机关办理经济犯罪案件的若干规定",
            "第二十五条第一款第二项",
            "2017",
            False,
        ),
        ("t.201", "2024-03-20", "最高人民法院、最高人民检察院关于办理危害税收征管刑事案件适用法律若干问题的解释", "第二条、第三条", "2024", True),
        ("policy", "1990-01-01", "工程口径(非法定)", "", "", True),
        ("xx.platform", "2026-01-01", "各部门、各省文件", "", "", False),
        ("t.225.other", "2026-01-01", "最高人民检察院、公安部关于公安机关管辖的刑事案件立案追诉标准的规定(二)", "第七十一条", "2022", False),
    ],
)
def test_the_edition_of_the_day(id: str, on: str, law: str, article: str, edition: str, in_force: bool) -> None:
    basis = load_law().on(id, day(on))
    assert (basis.law, basis.article, basis.edition, basis.in_force) == (law, article, edition, in_force)
    assert basis.as_json() == {"id": id, "law": law, "article": article, "edition": edition}


@given(st.sampled_from(sorted(load_law().articles)), st.dates(date(1980, 1, 1), date(2040, 1, 1)))
def test_in_force_means_that_an_edition_binds_and_is_verified(id: str, d: date) -> None:
    book, today = load_law(), d.toordinal()
    article, basis = book.get(id), book.on(id, today)
    binding = [e for e in article.editions if e.binds(today)]
    assert len(binding) <= 1
    if article.editions:
        assert basis.in_force == (bool(binding) and article.status != "unverified")
    if binding:
        assert (basis.edition, basis.article) == (binding[0].edition, binding[0].article)


def test_what_is_verified_is_dated_and_in_force_today() -> None:
    book = load_law()
    for a in book.articles.values():
        assert (a.status == "verified") == (a.checked is not None), a.id
        if a.status == "verified" and a.kind == "statute":
            assert book.on(a.id, TODAY).in_force, a.id
    ended = {name for name, law in book.laws.items() if law.editions and all(e.until and e.until.toordinal() < TODAY for e in law.editions.values())}
    assert {"环境保护法", "水污染防治法", "固体废物污染环境防治法"} <= ended


def test_the_counting_codes_say_what_rolls() -> None:
    codes = load_law().codes
    assert (codes["A"].rolls, codes["A0"].rolls) == (True, False)
    assert {c for c, code in codes.items() if code.unit == "working"} == {"W1", "W2", "W3", "W"}
    used = {c for a in load_law().articles.values() for c in a.code}
    assert used <= set(codes)


def test_no_file_names_a_host() -> None:
    for path in FOLDER.glob("*.yaml"):
        assert not re.search(r"https?:|www\.|\.(com|cn|org|gov)\b", path.read_text(encoding="utf-8")), path


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(LawError, match=re.escape("没有编号为“nl.aply3m”的法律依据,是否为 nl.apply3m?")):
        load_law().on("nl.aply3m", TODAY)


# --- what is old -------------------------------------------------------------------------------------------------------

LOCAL = """
laws:
  某省规定: {kind: 规范性文件, editions: {"2020": {from: 2020-01-01, until: 2024-12-31}, "2025": {from: 2025-01-01}}}
articles:
  - {id: local.a, law: 某省规定, editions: {2020: 第三条}, what: 七个工作日录入, code: [W], status: verified, source: 条文文本, checked: 2024-02-29}
  - {id: local.b, law: 某省规定, editions: {2025: 第四条}, what: 五个工作日录入, code: [W], status: verified, source: 条文文本, checked: 2024-02-29}
  - {id: local.c, law: 某省规定, editions: {2025: 第五条}, what: 职业放贷人的件数, status: reported, source: 新闻或律师转述}
"""


def local(folder: Path, text: str, name: str = "local.yaml") -> LawBook:
    (folder / name).write_text(text, encoding="utf-8")
    return load_law((folder,))


def test_stale_is_ended_or_unchecked_for_a_year(tmp_path: Path) -> None:
    book = local(tmp_path, LOCAL)

    def reasons(on: str) -> dict[str, str]:
        return {s.article.id: s.reason for s in book.stale(day(on)) if s.article.id.startswith("local.")}

    assert reasons("2024-12-31") == {"local.c": "仅见转述,没有核对过条文"}
    assert reasons("2025-02-27") == {"local.a": "已于2024-12-31失效", "local.c": "仅见转述,没有核对过条文"}
    assert reasons("2025-02-28")["local.b"] == "上次核对是2024-02-29,已满一年"
    assert book.ended("local.a", day("2025-01-01"))
    assert not book.ended("local.a", day("2024-12-31"))
    assert not book.ended("policy", TODAY)


def test_a_local_file_adds_and_replaces(tmp_path: Path) -> None:
    amended = """
laws:
  行政强制法: {kind: 法律, editions: {"2011": {from: 2012-01-01, until: 2027-12-31}, "2027": {from: 2028-01-01}}}
articles:
  - id: nl.apply3m
    law: 行政强制法
    editions: {"2011": 第五十三条, "2027": 第六十条}
    what: 申请法院强制执行的期限
    code: [C]
    status: verified
    source: 条文文本
    checked: 2027-12-01
"""
    book = local(tmp_path, amended)
    assert book.on("nl.apply3m", day("2028-01-01")).article == "第六十条"
    assert book.on("nl.apply3m", day("2027-12-31")).article == "第五十三条"
    # An entry that nobody has moved to the new edition ends with the old one, and is listed.
    assert book.ended("nl.urge10", day("2028-01-01"))
    assert "nl.urge10" in {s.article.id for s in book.stale(day("2028-01-01"))}
    assert load_law().on("nl.apply3m", day("2028-01-01")).article == "第五十三条"


# --- files that are wrong ----------------------------------------------------------------------------------------------

WRONG = """articles:
  - id: a.one
    law: 行政强治法
    editions: {"2011": 第一条}
    what: 四个字的
    status: verified
    source: 条文文本
    checked: 2026-11-22
  - id: a.two
    law: 行政强制法
    editions: {"2019": 第一条}
    what: 四个字的
    code: [W9]
    status: unverified
    source: 记忆
  - id: a.three
    law: 行政强制法
    editions:
      "2011":
        articel: 第一条
    what: 四个字的
    status: sure
    source: 记忆
  - id: a.four
    law: 行政强制法
    editions: {"2011": 第一条}
    what: 四个字的
    status: verified
    source: 条文文本
  - id: a.four
    law: 行政强制法
    editions:
      "2011": {article: 第一条, until: 2021-01-01}
      "2021": {article: 第二条, from: 2020-01-01}
    what: 四个字的
    status: unverified
    source: 记忆
"""


def test_every_problem_is_named_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(LawError) as e:
        local(tmp_path, WRONG)
    found = {int(m[1]): m[2] for p in e.value.problems if (m := re.match(r".*local\.yaml:(\d+) (.*)", p))}
    problems = "\n".join(e.value.problems)
    assert len(e.value.problems) == 8
    assert "没有名为“行政强治法”的规范,是否为 行政强制法?" in found[2]
    assert "行政强制法 没有“2019”版;已知 2011" in problems
    assert "没有名为“W9”的计算码" in problems
    assert "不认识的字段“editions.2011.articel”,是否为 article?" in found[20]
    assert "缺少 editions.2011.article" in found[19]
    assert "status 应为" in found[22]
    assert "checked(核对日期)写且只写在" in found[24]
    assert "版本 2011 与 2021 的施行期间重叠" in problems
    assert e.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("articles:\n  - {id: a.b, checked: 2023-02-30}\n", ":2 ", "没有“2023-02-30”这一天"),
        ("articles:\n  - {id: a.b\n", ":", "不是有效的 YAML"),
        ("articles: 3\n", ":1 ", "articles 应为列表"),
        ("- 3\n", ":1 ", "应有 laws、codes、articles"),
        ("article: []\n", ":1 ", "不认识的部分“article”"),
        ("laws: [1]\n", ":1 ", "laws 应为“名称: 内容”"),
        ("articles:\n- 三\n", ":2 ", "应为“名称: 内容”"),
        ("laws:\n  某法: {kind: 法律, editions: {'2020': {from: 2020-01-01, until: 2019-01-01}}}\n", ":2 ", "until 不能早于 from"),
        ("codes:\n  Z: {unit: natural, rolls: 也许, counts: 某种数法}\n", ":2 ", "rolls"),
    ],
)
def test_a_broken_file_ends_in_one_sentence(tmp_path: Path, text: str, line: str, sentence: str) -> None:
    with pytest.raises(LawError) as e:
        local(tmp_path, text)
    (problem,) = e.value.problems
    assert f"local.yaml{line}" in problem
    assert sentence in problem


def test_the_same_id_twice_in_a_folder_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(LOCAL, encoding="utf-8")
    with pytest.raises(LawError) as e:
        local(tmp_path, LOCAL.replace("某省规定", "另省规定"))
    assert [p.split(" ", 1)[1] for p in e.value.problems] == [f"“local.{x}”已在 local.yaml 中写过,不能再写一次" for x in "abc"]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="读不出这个文件"):
        load_law((tmp_path / "none.yaml",))


# --- the command -------------------------------------------------------------------------------------------------------


def run(*args: str) -> str:
    result = CliRunner().invoke(law_command, list(args), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_show_tells_editions_counting_and_verification() -> None:
    shown = run("show", "cm.bail12m", "policy")
    assert "2018年版 刑事诉讼法 第七十九条(2018-10-26起施行;现行)" in shown
    assert "2012年版 刑事诉讼法 第七十七条(2013-01-01起施行,至2018-10-25止;已失效)" in shown
    assert "A:刑诉一般期间" in shown
    assert "已核对条文(条文文本),2026-11-22" in shown
    assert "非法定,只作提示口径" in shown


def test_show_as_json() -> None:
    (entry,) = json.loads(run("show", "刑诉法95", "--format", "json"))
    assert (entry["id"], entry["alias"], entry["status"], entry["checked"]) == ("cpl.95", ["刑诉法95"], "verified", "2026-11-22")
    current = entry["editions"][-1]
    assert (current["edition"], current["article"], current["from"], current["until"]) == ("2018", "第九十五条", "2018-10-26", None)


def test_list_finds_by_word_status_and_age() -> None:
    assert "jl.hold_2m" in run("list", "侦查羁押")
    assert "jl.hold_2m" not in run("list", "烟草")
    unverified = {e["id"] for e in json.loads(run("list", "--status", "unverified", "--format", "json"))}
    assert {"gua.campaign", "xx.platform", "t.223"} <= unverified
    assert "nl.apply3m" not in unverified
    stale = {e["id"]: e["stale"] for e in json.loads(run("list", "--stale", "--as-of", "2026-11-22", "--format", "json"))}
    assert "nl.apply3m" not in stale
    assert stale["xf.jc7"] == "仅见转述,没有核对过条文"
    later = {e["id"]: e["stale"] for e in json.loads(run("list", "--stale", "--as-of", "2027-11-22", "--format", "json"))}
    assert later["nl.apply3m"] == "上次核对是2026-11-22,已满一年"


def test_list_reads_local_files(tmp_path: Path) -> None:
    (tmp_path / "local.yaml").write_text(LOCAL, encoding="utf-8")
    assert "五个工作日录入" in run("list", "local.*", "--law", str(tmp_path))


@pytest.mark.parametrize("args", [["list", "--as-of", "2026-02-30"], ["list", "--status", "sure"], ["show"]])
def test_wrong_use_is_refused(args: list[str]) -> None:
    assert CliRunner().invoke(law_command, args).exit_code == 2
