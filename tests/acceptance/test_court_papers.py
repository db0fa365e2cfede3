"""Court papers as users hand them over: into the store, and what the rules on their text make of them.

The invented papers are tried always; the real ones, which are not in the repository, where CLUES_DOCUMENTS names their folder.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from cases.documents import courts
from cases.documents.casenumbers import first_number

SHORT = {"成都市武侯区人民法院": "川0107", "德阳市旌阳区人民法院": "川0603"}


def clues(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def scanned(target: object, *more: str) -> list[dict[str, Any]]:
    done = clues("scan", target, "--as-of", "2026-11-22", "--only", "text.*", "--format", "json", *more)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["clues"]
    return found


def told(found: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(clue["rule"], clue["severity"], clue["subject"]["key"][0]) for clue in found}


def judgment(
    number: int, plaintiff: str, *, agent: str = "", court: str = "成都市武侯区人民法院", cause: str = "网络购物合同纠纷",
    claim: str = "退还货款1000元", more: str = "", defendant: str = "", day: int = 1, answer: str = "被告未作答辩。",
) -> str:  # fmt: skip
    """An invented judgment. The plaintiff as the list of parties has it; `more`: what the facts say beside the claim."""
    name = re.split("，", plaintiff)[0]
    other = defendant or f"成都第{'甲乙丙丁戊己庚辛'[number % 8]}商贸有限公司"
    return f"""{court}
民 事 判 决 书
（2025）{SHORT[court]}民初{number}号
原告：{plaintiff}。
{agent}被告：{other}，住所地成都市武侯区。
原告{name}与被告{re.split("，", other)[0]}{cause}一案，本院于2025年3月{day}日立案后，依法适用简易程序，公开开庭进行了审理。本案现已审理终结。
原告{name}向本院提出诉讼请求：1.判令被告{claim}；2.本案诉讼费由被告承担。事实和理由：双方有往来。{more}
{answer}
本院认为，请求成立。依照《中华人民共和国民法典》之规定，判决如下：
被告于本判决生效之日起十日内履行。
如不服本判决，可在判决书送达之日起十五日内向本院递交上诉状。
审判员 鲁小{"寒暑雪雨霜露"[number % 6]}
二〇二五年四月{"一二三四五六七八九"[day % 9]}日
书记员 花谷雨"""


def hand_over(folder: Path, *papers: str) -> Path:
    folder.mkdir()
    for place, paper in enumerate(papers):
        (folder / f"{place}.txt").write_text(paper, encoding="utf-8")
    return folder


LAY = "委托诉讼代理人：闻人杰，男，住成都市武侯区。\n"
LAWYER = "委托诉讼代理人：闻人杰，四川蜀江春律师事务所律师。\n"


def test_many_suits_of_one_plaintiff_and_what_is_left_out(tmp_path: Path, target: str) -> None:
    suits = [judgment(n, "关长庚，男，住成都市武侯区", day=n) for n in range(1, 6)]
    suits += [judgment(n, "海棠商业银行股份有限公司成都分行，住所地成都市", cause="信用卡纠纷") for n in range(11, 21)]
    suits += [judgment(n, "安居乐物业管理有限公司，住所地成都市", cause="物业服务合同纠纷") for n in range(21, 31)]
    suits += [judgment(n, "乌有市自来水公司，住所地成都市", cause="供用水合同纠纷") for n in range(31, 41)]
    suits += [judgment(n, "关某，男，住成都市武侯区") for n in range(41, 46)]
    suits += [judgment(n, "巫立夏，女，住成都市武侯区") for n in range(51, 54)]
    suits += [judgment(n, "巫立夏，女，住德阳市旌阳区", court="德阳市旌阳区人民法院") for n in range(54, 56)]
    assert clues("import", target, hand_over(tmp_path / "文书", *suits), "--quiet").returncode == 0
    found = scanned(target)
    assert told(found) == {("text.serial-plaintiff", "low", "关长庚")}
    assert found[0]["summary"].endswith("待核查(工程口径,非法定)(证件号缺失,仅按姓名或名称在成都市辖区内匹配)")
    assert "涉及5件" in found[0]["summary"]
    assert len({tuple(cell["key"]) for cell in found[0]["evidence"] if cell["record"] == "civil_case"}) == 5


def test_signs_that_come_together_are_listed(tmp_path: Path, target: str) -> None:
    suits = [judgment(n, "关长庚，男，住成都市武侯区", agent=LAY, day=n) for n in range(1, 6)]
    suits += [judgment(n, "巫立夏，女，住成都市武侯区", agent=LAY, day=n) for n in range(6, 9)]
    suits += [judgment(n, "毛小满，女，住成都市武侯区", agent=LAWYER, day=n % 9 + 1) for n in range(11, 16)]
    lent = "被告于2024年1月5日向原告借款，原告以现金方式交付。"
    agreed = "被告辩称，对原告所述事实及诉讼请求均无异议。"
    loan = {"cause": "民间借贷纠纷", "claim": "归还借款本金300000元", "more": lent, "defendant": "贺芒种，男，住成都市武侯区"}
    suits += [judgment(61, "雷惊蛰，男，住成都市武侯区", answer=agreed, **loan), judgment(62, "倪大暑，男，住成都市武侯区", **loan)]
    assert clues("import", target, hand_over(tmp_path / "文书", *suits), "--quiet").returncode == 0
    found = scanned(target)
    assert told(found) == {
        ("text.serial-plaintiff", "low", "关长庚"),
        ("text.serial-plaintiff", "low", "毛小满"),
        ("text.group-combined", "medium", "关长庚"),
        ("text.serial-agent", "low", "闻人杰"),
        ("text.cash-large", "low", "（2025）川0107民初61号"),
        ("text.cash-large", "low", "（2025）川0107民初62号"),
        ("text.no-dispute", "low", "（2025）川0107民初61号"),
        ("text.suit-combined", "medium", "（2025）川0107民初61号"),
    }
    sentences = {clue["rule"]: clue["summary"] for clue in found}
    assert "有几个互相独立的迹象:大额现金交付、双方没有争议,待核查" in sentences["text.suit-combined"]
    assert "其中5件的文书除多次起诉外都另有迹象:由不是律师的人代理,待核查" in sentences["text.group-combined"]
    assert all(clue["grade"] == "policy" and "待核查" in clue["summary"] for clue in found)


def test_the_next_night_a_sign_that_is_gone_is_gone(tmp_path: Path, target: str) -> None:
    suits = [judgment(n, "关长庚，男，住成都市武侯区", day=n) for n in range(1, 6)]
    folder = hand_over(tmp_path / "文书", *suits)
    assert clues("import", target, folder, "--quiet").returncode == 0
    nightly = ("scan", target, "--as-of", "2026-11-22", "--quiet")
    assert " new=1 " in clues(*nightly).stderr
    (folder / "4.txt").write_text(judgment(5, "关长庚，男，住成都市武侯区").replace("网络购物合同纠纷", "民间借贷纠纷"), encoding="utf-8")
    assert clues("import", target, folder, "--quiet").returncode == 0
    assert " gone=1 " in clues(*nightly).stderr
    assert json.loads(clues("list", target, "--rule", "text.*", "--format", "json").stdout)["clues"] == []


def test_sheets_after_papers_are_not_held_back_for_what_only_papers_say(tmp_path: Path, target: str) -> None:
    joined = [judgment(n, f"关{'甲乙丙丁戊'[n]}，男，住成都市武侯区").replace(f"民初{n}号", f"民初{100 + 30 * n}-{129 + 30 * n}号") for n in range(5)]
    assert clues("import", target, hand_over(tmp_path / "文书", *joined), "--quiet").returncode == 0
    assert clues("scan", target, "--as-of", "2026-11-22", "--only", "text.*", "--quiet").returncode == 0
    sheet = tmp_path / "民事案件.csv"
    rows = (f"(2025)虚民初{n}号,某法院,买卖合同纠纷,2025-03-01,2025-05-06,判决" for n in range(600))
    sheet.write_text("\n".join(("案号,法院,案由,立案日期,结案日期,结案方式", *rows)), encoding="utf-8")
    assert clues("import", target, sheet, "--quiet").returncode == 0
    done = clues("scan", target, "--as-of", "2026-11-23", "--only", "text.*", "--quiet")
    assert (done.returncode, "填写率" in done.stderr) == (0, False), done.stderr


def test_sheets_without_papers_give_no_sign(tmp_path: Path, target: str) -> None:
    folder = tmp_path / "表"
    folder.mkdir()
    with (folder / "民事案件.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("案号", "法院", "案由", "立案日期", "结案日期", "结案方式", "标的额", "承办人"))
        out.writerows(
            (f"(2025)虚民初{n}号", "某法院", "买卖合同纠纷", f"2025-03-{n:02}", "2025-05-06", "判决", "500000", "审某") for n in range(1, 13)
        )
    with (folder / "民事当事人.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("案号", "诉讼地位", "姓名名称", "类型"))
        out.writerows(
            (f"(2025)虚民初{n}号", role, name, "自然人") for n in range(1, 13) for role, name in (("原告", "关长庚"), ("原告代理人", "闻人杰"))
        )
    assert clues("import", target, folder, "--quiet").returncode == 0
    assert scanned(target) == []


# -- the real ones -------------------------------------------------------------------------------------------------------
needs_documents = pytest.mark.skipif("CLUES_DOCUMENTS" not in os.environ, reason="CLUES_DOCUMENTS 未设:真实文书不在仓库里")
DATA = Path(os.environ.get("CLUES_DOCUMENTS", "."))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("real") / "cases.db"
    done = clues("import", store, DATA, "--format", "json")
    assert done.returncode in (0, 3), done.stderr  # 3: tables of reference lie among the papers
    assert "Traceback" not in done.stderr
    assert sum(sheet["rejected"] for sheet in json.loads(done.stdout)["sheets"]) == 0
    return store


def records(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / path).read_text(encoding="utf-8").splitlines() if line.strip()]


def figures(number: str) -> str:
    """The digits of a case number, letters that stand for zero included."""
    return re.sub(r"\D", "", re.sub("[OoＯｏ]", "0", number))


def known(store: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(store) as connection:
        return connection.execute(query).fetchall()


@needs_documents
def test_every_ruling_on_enforcement_gives_its_row(real: Path) -> None:
    rulings = [r for r in records("seaeagle_admin100/wenshu_api_admin_100.jsonl") if "非诉" in str(r.get("s9", "")) or "行审" in str(r["s7"])]
    assert len(rulings) >= 35
    digits = {figures(number) for (number,) in known(real, "SELECT case_no FROM enforcement_application")}
    assert [r["s7"] for r in rulings if figures(str(r["s7"])) not in digits] == []


def consumer_suits() -> dict[str, dict[str, Any]]:
    """The first-instance consumer suits by case number, as the source's own columns and lists name them."""
    return {r["案号"]: r for r in records("openlaw_tools/openlaw_zhiyedajia.jsonl") if "民初" in str(r["案号"]) and r.get("当事人")}


@needs_documents
def test_serial_plaintiffs_are_found_and_those_with_more_signs_rank_above(real: Path) -> None:
    suits: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for number, record in consumer_suits().items():
        named = re.findall(r"原告[:：]([\u4e00-\u9fa5]{2,4})[，,]", record["当事人"])
        for name in {n for n in named if "某" not in n}:
            suits[name, courts.place(record["法院"]), number[1:5]].add(number)
    serial = {name for (name, _, _), numbers in suits.items() if len(numbers) >= 8}
    assert len(serial) >= 5
    found = scanned(real)
    listed = {clue["subject"]["key"][0] for clue in found if clue["rule"] == "text.serial-plaintiff"}
    assert serial - listed == set()
    above = {clue["subject"]["key"][0] for clue in found if clue["rule"] == "text.group-combined"}
    assert above
    assert above <= listed
    assert {clue["severity"] for clue in found if clue["rule"] == "text.group-combined"} == {"medium"}
    assert {clue["severity"] for clue in found if clue["rule"] == "text.serial-plaintiff"} == {"low"}


@needs_documents
def test_serial_agents_are_found(real: Path) -> None:
    acted: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    plaintiffs: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for number, record in consumer_suits().items():
        ours = re.split("被告[:：]", record["当事人"].replace("\n", ""))[0]
        for name in re.findall(r"代理人[:：]([\u4e00-\u9fa5]{2,4})，(?![^。]*(?:律师|法律))", ours):
            joined = first_number(number)
            acted[name, courts.place(record["法院"])] |= set(joined.suits if joined else [number])
            plaintiffs[name, courts.place(record["法院"])] |= set(re.findall(r"原告[:：]([\u4e00-\u9fa5]{2,4})[，,]", ours))
    serial = {name for (name, place), numbers in acted.items() if len(numbers) >= 8 and len(plaintiffs[name, place]) >= 2}
    assert serial
    found = scanned(real)
    assert serial - {clue["subject"]["key"][0] for clue in found if clue["rule"] == "text.serial-agent"} == set()


@needs_documents
def test_suits_of_banks_and_property_companies_give_no_sign(real: Path) -> None:
    routine = {name for (name,) in known(real, "SELECT name_ FROM civil_party WHERE trade IS NOT NULL OR kind_ = '金融机构'")}
    assert routine
    found = scanned(real)
    assert not routine & {clue["subject"]["key"][0] for clue in found}
    numbers = {
        number for (number,) in known(real, "SELECT case_no FROM civil_party WHERE role = '原告' AND (trade IS NOT NULL OR kind_ = '金融机构')")
    }
    assert not numbers & {cell["key"][0] for clue in found for cell in clue["evidence"]}


@needs_documents
def test_no_sign_rests_on_a_hidden_name(real: Path) -> None:
    hidden = {name for (name,) in known(real, "SELECT name_ FROM civil_party WHERE hidden = 1")}
    subjects = Counter(clue["subject"]["key"][0] for clue in scanned(real) if clue["subject"]["record"] == "actor")
    assert hidden
    assert not hidden & set(subjects)
