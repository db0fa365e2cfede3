"""The reference pages: whole, linked among themselves only, escaped, and never written over something else."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cases.catalogue import load_catalogue
from cases.errors import UsageProblem
from rules.checks import read_rules
from rules.law import load_law
from rules.reference import laws_of, write_reference
from rules.resolve import Resolved

DAY = date(2026, 11, 22).toordinal()
RULES = [resolved for _, resolved in read_rules(())[0]]
LAW = load_law()


def write(folder: Path, rules: list[Resolved]) -> int:
    return write_reference(folder, rules, LAW, load_catalogue(), DAY)


class Page(HTMLParser):
    """The links, ids and tags of a page, and its text."""

    def __init__(self, path: Path):
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [i for i in [given.get("id")] if i]
        self.links += [x for name in ("href", "src", "srcset", "action") if (x := given.get(name))]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reference") / "手册"
    write(folder, RULES)
    return folder


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in folder.rglob("*.html")}


def test_every_rule_and_article_has_its_page(folder: Path, pages: dict[Path, Page]) -> None:
    assert {p.stem for p in pages if p.parent.name == "rules"} == {r.rule.id for r in RULES}
    assert {p.stem for p in pages if p.parent.name == "law"} == set(LAW.articles)
    for index in ("index.html", "severity.html"):
        assert {x for x in pages[folder / index].links if x.startswith("rules/")} == {f"rules/{r.rule.id}.html" for r in RULES}
    assert {x for x in pages[folder / "laws.html"].links if x.startswith("law/")} == {f"law/{id}.html" for id in LAW.articles}


def test_links_lead_to_pages_of_the_folder_and_nothing_is_fetched(folder: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for link in page.links:
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_relative_to(folder.resolve()) or target == path, f"{path}: {link}"
            assert target.is_file(), f"{path}: {link}"
            assert not anchor or anchor in pages[path].ids
        assert not page.tags & {"script", "link", "img", "iframe"}
        assert not re.search(r"https?:|url\(|@import", path.read_text(encoding="utf-8"))


def test_the_page_of_a_rule_says_what_show_says(folder: Path, pages: dict[Path, Page]) -> None:
    page = pages[folder / "rules" / "enforcement.not-applied.html"]
    for text in (
        "行政机关逾期未申请法院强制执行",
        "not enforces_itself",
        "从 case(served_on is given, apply_from) 起 $limit 内,遇休息日顺延",
        "3 months",
        "行政强制法第五十三条",
    ):
        assert text in page.text
    for text in (
        "2011年版 行政强制法 第五十三条(2012-01-01起施行;现行)",
        "经批准分期或者延期缴纳",
        "非诉执行:申请日期 2026-10-16",
        "至今未办,届满日 2026-10-15",
    ):
        assert text in page.text
    assert "../law/nl.apply3m.html" in page.links
    assert "../rules/enforcement.not-applied.html" in pages[folder / "law" / "nl.apply3m.html"].links


def test_articles_that_only_the_case_points_to_are_told_too(pages: dict[Path, Page], folder: Path) -> None:
    rule = next(r for r in RULES if r.rule.id == "referral.threshold-not-transferred")
    laws = laws_of(rule, LAW)
    by_case = {id for id, only in laws.items() if only}
    assert by_case and not by_case & set(rule.rule.law)
    for id in by_case:
        assert f"{rule.rule.title} {rule.rule.id}(由案情决定)" in re.sub(r"\s+", " ", pages[folder / "law" / f"{id}.html"].text)


def test_what_rules_say_is_escaped(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>&\"'"
    rule = RULES[0].rule
    case = rule.cases[0].model_copy(update={"name": evil, "given": {evil: evil}, "rows": {evil: [{evil: evil}]}})
    texts = {"title": evil, "mechanism": evil, "line": evil, "says": evil, "do": evil, "rebuttals": [evil], "false_positives": [evil]}
    write(tmp_path / "手册", [Resolved(**{**vars(RULES[0]), "rule": rule.model_copy(update={**texts, "cases": [case]})})])
    for path in (tmp_path / "手册").rglob("*.html"):
        assert "script" not in Page(path).tags
    assert Page(tmp_path / "手册" / "rules" / f"{rule.id}.html").text.count(evil) >= 9


def test_pages_of_rules_that_are_no_more_are_removed(tmp_path: Path) -> None:
    first = write(tmp_path, RULES[:2])
    assert write(tmp_path, RULES[:1]) == first - 1
    assert [p.stem for p in (tmp_path / "rules").iterdir()] == [RULES[0].rule.id]


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>mine</p>", encoding="utf-8")
    with pytest.raises(UsageProblem, match="有别的文件"):
        write(tmp_path, RULES[:1])
    with pytest.raises(UsageProblem, match="不是文件夹"):
        write(tmp_path / "index.html", RULES[:1])
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]
