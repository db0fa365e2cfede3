"""Invented sheets for benchmarks: all nineteen of the catalogue, seeded, any size, about 2 % of what can be in breach is.

`write(folder, records)` streams them as CSV, `write_changes(folder, changed)` the same rows with one in a hundred changed. Persons and
bodies are numbered, certificate numbers have no valid form. Days depend on the row's number, so that sheets fit one another.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

AS_OF = "2026-11-22"
BREACH = 0.02
ONE_IN = 54  # of the sheets that have an end, which hold 54 % of all records
SPAN = 1800
_NO_LATER = date.fromisoformat(AS_OF)
# What lies ahead is not recorded yet.
_DAYS = [day.isoformat() if day <= _NO_LATER else "" for day in (date(2021, 1, 4) + timedelta(days=n) for n in range(SPAN + 800))]

Maker = Callable[[random.Random, int], list[str]]


def _began(i: int) -> int:
    """The day (from the first) on which case number i began; as good as random, and known to every sheet."""
    return i * 7919 % SPAN


def _late(r: random.Random, day: int, lawful: int, late: int) -> str:
    """The day on which something was done; now and then too late."""
    return _DAYS[day + (lawful if r.random() > BREACH else late)]


def _done(r: random.Random, day: int, lawful: int) -> str:
    """The day on which something was done; now and then not at all."""
    return _DAYS[day + lawful] if r.random() > BREACH else ""


def _decision(i: int) -> str:
    return f"虚罚({_DAYS[_began(i)][:4]}){i}号"


def _penalty(r: random.Random, i: int) -> list[str]:
    day, offence = _began(i), i % 50 == 1
    performed = _DAYS[day + 290] if i % 12 == 0 else _done(r, day, 20)
    fine = 1000 + i % 9000
    return [
        _decision(i), f"虚拟{i % 300}市场监督管理局", f"虚拟{i // 6}商行", f"XN{i // 6:08d}X", "销售伪劣产品" if offence else "占道经营",
        "200000" if offence else "", str(fine), str(fine * 2) if r.random() < BREACH / 8 else "", _DAYS[day], _DAYS[day + 3], performed,
        _DAYS[day + 4] if offence else "",
    ]  # fmt: skip


def _application(r: random.Random, j: int) -> list[str]:
    i = j * 12
    day = _began(i) + 217
    return [
        _decision(i), f"(2024)虚行审{j}号", f"虚拟{i % 300}市场监督管理局", f"虚拟{i % 50}法院", _DAYS[day - 30], _DAYS[day], _late(r, day, 3, 20),
        "准予执行", _late(r, day, 8, 45), _DAYS[day + 46], _DAYS[day + 76], "执行完毕",
    ]  # fmt: skip


def _referral(r: random.Random, j: int) -> list[str]:
    i = j * 50 + 1
    day = _began(i)
    return [
        _decision(i), f"虚拟{i % 300}市场监督管理局", _DAYS[day], _late(r, day, 2, 9), _late(r, day, 3, 10), f"虚拟{i % 60}公安局", _DAYS[day + 10],
        "立案", _late(r, day, 12, 90),
    ]  # fmt: skip


def _filed(i: int) -> int:
    """When suit i was filed. Four suits in a thousand are those of one lender, within days of one another."""
    return _began(i // 1000) + i % 1000 // 5 if i % 1000 < 20 else _began(i)


def _suit(r: random.Random, i: int) -> list[str]:
    lending, day = i % 5 == 0, _filed(i)
    return [
        f"(2024)虚民初{i}号", f"虚拟{i % 50}法院", "民间借贷纠纷" if lending else "买卖合同纠纷", "简易程序" if i % 3 else "普通程序",
        _DAYS[day], _late(r, day, 60, 260), "判决", str(10000 + i % 90000),
    ]  # fmt: skip


def _party(r: random.Random, i: int) -> list[str]:
    suit, number = i // 2, r.randrange(10**8)
    if i % 2 == 0 and suit % 5 == 0 and suit % 1000 < 20:
        number = 10**8 + suit // 1000
    return [f"(2024)虚民初{suit}号", "被告" if i % 2 else "原告", f"虚{number}", f"XP{number:010d}X", "自然人"]


def _execution(r: random.Random, i: int) -> list[str]:
    day, creditor = _began(i), r.randrange(10**8)
    return [
        f"(2024)虚执{i}号", f"虚拟{i % 50}法院", f"(2024)虚民初{i}号", "判决", f"虚{creditor}", f"XP{creditor:010d}X", f"虚执{i}", f"XE{i:010d}X",
        _DAYS[day], _late(r, day, 2, 15), _late(r, day, 100, 300), "执行完毕", str(10000 + i % 90000), str(10000 + i % 90000), "是",
    ]  # fmt: skip


def _case(r: random.Random, i: int) -> list[str]:
    day = _began(i)
    offence = "合同诈骗罪" if i % 4 == 0 else "盗窃罪"
    return [f"虚刑{i}号", offence, f"虚拟{i % 60}公安局", _DAYS[day], _late(r, day, 5, 70), _done(r, day, 120)]


def _suspect(r: random.Random, i: int) -> list[str]:
    day = _began(i) + 120
    return [f"虚刑{i}号", "S1", f"虚犯{i}", f"XS{i:010d}X", _DAYS[day], "起诉", _late(r, day, 20, 80)]


def _measure(r: random.Random, i: int) -> list[str]:
    detained, day = i % 3 == 0, _began(i) + 6
    ended = _late(r, day, 6, 50) if detained else _late(r, day, 200, 500)
    return [f"虚刑{i}号", "S1", "拘留" if detained else "取保候审", _DAYS[day], ended, "否"]


def _change(r: random.Random, i: int) -> list[str]:
    back, day = i % 2 == 0, _began(i // 2) + 125
    return [f"虚刑{i // 2}号", "S1", "退回补充侦查" if back else "补充侦查重新移送", _DAYS[day] if back else _late(r, day, 20, 50), ""]


def _property(r: random.Random, i: int) -> list[str]:
    day = _began(i) + 10
    return [f"虚刑{i}号", "P1", "手机", "3000", "扣押", _DAYS[day], _DAYS[day + 150], _late(r, day, 110, 200)]


def _document(r: random.Random, i: int) -> list[str]:
    day = _began(i)
    kind = ("社会治理检察建议", "纠正违法通知书", "检察意见")[i % 3]
    return [f"虚检建{i}号", kind, "虚拟检察院", f"虚拟{i % 300}市场监督管理局", _DAYS[day], "否", _DAYS[day + 15], _done(r, day, 12)]


def _petition(r: random.Random, i: int) -> list[str]:
    day = _began(i)
    return [f"虚信{i}号", "虚拟检察院", _DAYS[day], _done(r, day, 4), _late(r, day, 60, 150)]


def _sentence(r: random.Random, i: int) -> list[str]:
    day, probation = _began(i), i % 2 == 0
    return [
        f"虚刑初{i}号", "F1", f"XF{i:010d}X", f"虚拟{i % 50}法院", _DAYS[day], "缓刑" if probation else "实刑", "否" if probation else "是",
        _late(r, day, 8, 30), "" if probation else _late(r, day, 15, 90), _late(r, day, 8, 30) if probation else "",
    ]  # fmt: skip


def _dispute(r: random.Random, i: int) -> list[str]:
    day = _began(i)
    return [f"虚争{i}号", f"虚拟{i % 300}市场监督管理局", f"虚{i}", _DAYS[day], _done(r, day, 300)]


def _accident(r: random.Random, i: int) -> list[str]:
    day = _began(i)
    return [f"虚事{i}号", _DAYS[day], "一般事故", str(i % 3), f"虚拟{i}公司", "", _DAYS[day + 20], _late(r, day, 30, 100)]


def _public_security(r: random.Random, i: int) -> list[str]:
    day, harmed = _began(i), i % 10 == 0
    return [
        f"虚治{i}号",
        f"虚拟{i % 60}公安局",
        _DAYS[day],
        "旅馆",
        f"虚拟{i}旅馆",
        "是" if harmed else "否",
        "是" if harmed else "否",
        _late(r, day, 0, 5),
    ]


def _vetting(r: random.Random, i: int) -> list[str]:
    day = _began(i) + 10
    return [f"虚拟{i % 500}学校", f"Y{i}", _DAYS[day], _late(r, day, -5, 40), "无记录"]


def _enterprise(r: random.Random, i: int) -> list[str]:
    gone = i % 20 == 0
    return [f"XN{i:08d}X", f"虚拟{i}商行", "2015-03-02", _DAYS[SPAN + 20] if gone else "", "简易注销" if gone else "", f"虚{i}", f"XR{i:08d}X"]


_DECISION, _CASE = "决定书文号", "案件编号"
SHEETS: dict[str, tuple[int, str, Maker]] = {
    "行政处罚": (
        250, f"{_DECISION} 行政机关 当事人 当事人证件号 违法行为 涉案金额 罚款金额 加处罚款金额 处罚决定日期 送达日期 "
        "履行完毕日期 录入平台日期", _penalty,
    ),
    "非诉执行": (
        20, f"{_DECISION} 案号 行政机关 法院 催告送达日期 申请日期 受理日期 裁定结果 裁定日期 执行立案日期 执行结案日期 结案方式", _application,
    ),
    "案件移送": (
        5, f"{_DECISION} 移送机关 报告移送日期 批准移送日期 移送日期 接收公安机关 公安接受日期 公安决定 公安决定日期", _referral,
    ),
    "民事案件": (150, "案号 法院 案由 程序 立案日期 结案日期 结案方式 标的额", _suit),
    "民事当事人": (300, "案号 诉讼地位 姓名名称 证件号 类型", _party),
    "执行案件": (
        60, "案号 法院 依据案号 依据类型 申请执行人 申请执行人证件号 被执行人 被执行人证件号 申请日期 立案日期 结案日期 结案方式 "
        "标的额 到位金额 有可供执行财产", _execution,
    ),
    "刑事案件": (55, f"{_CASE} 罪名 办案单位 受案日期 立案日期 移送审查起诉日期", _case),
    "嫌疑人": (55, f"{_CASE} 嫌疑人编号 姓名名称 证件号 受理审查起诉日期 审查起诉结论 审查起诉结论日期", _suspect),
    "强制措施": (30, f"{_CASE} 嫌疑人编号 措施 开始日期 解除日期 拘留延长至三十日", _measure),
    "期限变更": (10, f"{_CASE} 嫌疑人编号 类型 决定日期 批准机关", _change),
    "涉案财物": (10, f"{_CASE} 财物编号 财物名称 价值 措施 措施日期 期限届满日期 解除返还日期", _property),
    "检察文书": (10, "文书号 类型 制发单位 被监督单位 送达日期 是否紧急 指定回复日期 回复日期", _document),
    "信访": (15, "信访编号 受理单位 收到日期 程序性回复日期 过程或结果答复日期", _petition),
    "刑罚执行": (10, "判决案号 罪犯编号 罪犯证件号 法院 生效日期 主刑 羁押状态 执行文书送达日期 收监日期 社区矫正报到日期", _sentence),
    "行政争议": (3, "案号 行政机关 当事人 争议发生日期 化解日期", _dispute),
    "事故调查": (2, "事故编号 发生日期 事故等级 死亡人数 事故单位 检察提前介入日期 企业走访日期 移送公安日期", _accident),
    "治安案件": (5, f"{_CASE} 办案单位 发生日期 场所类型 场所名称 涉未成年人 侵害未成年人 强制报告日期", _public_security),
    "入职查询": (3, "单位 人员编号 入职日期 查询日期 查询结果", _vetting),
    "市场主体": (7, "统一社会信用代码 企业名称 成立日期 注销日期 注销方式 法定代表人 法定代表人证件号", _enterprise),
}  # fmt: skip
"""Sheet: its rows in a thousand records, its columns, and how its row number i is made."""

_CHANGING = {"行政处罚": "履行完毕日期", "民事案件": "结案日期", "执行案件": "结案日期", "刑事案件": "移送审查起诉日期", "强制措施": "解除日期"}


def write(folder: Path, records: int, seed: int = 1) -> int:
    """Write `records` rows (a multiple of 1000) over the sheets into `folder`; returns how many."""
    r, total = random.Random(seed), 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, (share, columns, make) in SHEETS.items():
        rows = records * share // 1000
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(columns.split())
            out.writerows(make(r, i) for i in range(rows))
        total += rows
    return total


def write_changes(folder: Path, changed: Path) -> int:
    """Write one in a hundred of the records in `folder` into `changed`, closed where it was open, and a day later where it was closed.

    Sheets without an end are left out, the others give more; returns how many rows there are.
    """
    changed.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, column in _CHANGING.items():
        with (
            (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file,
            (changed / f"{name}.csv").open("w", encoding="utf-8", newline="") as out,
        ):
            reader, writer = csv.reader(file), csv.writer(out)
            header = next(reader)
            writer.writerow(header)
            rows = list(_moved(islice(reader, None, None, ONE_IN), header.index(column)))
            writer.writerows(rows)
            total += len(rows)
    return total


def _moved(rows: Iterator[list[str]], at: int) -> Iterator[list[str]]:
    for row in rows:
        row[at] = (date.fromisoformat(row[at]) + timedelta(1)).isoformat() if row[at] else AS_OF
        yield row
