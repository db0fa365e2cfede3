"""Invented sheets at a realistic rate of breaches (about 2 %), for benchmarks: seeded, any size, written as CSV row by row."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

FIRST = date(2021, 1, 4)
BREACH = 0.02


def _day(first: date, days: int) -> str:
    return (first + timedelta(days=days)).isoformat()


def _penalties(r: random.Random, n: int) -> Iterator[dict[str, str]]:
    for i in range(n):
        decided = FIRST + timedelta(days=r.randrange(1800))
        row = {
            "决定书文号": f"虚罚({decided.year}){i}号",
            "行政机关": f"虚拟{i % 300}局",
            "当事人": f"虚拟{i % 40000}商行",
            "当事人证件号": f"XN{i % 40000:07d}X",
            "违法行为": "占道经营",
            "罚款金额": str(1000 + i % 9000),
            "处罚决定日期": decided.isoformat(),
            "送达日期": _day(decided, 3),
        }
        if r.random() > BREACH:
            row["履行完毕日期"] = _day(decided, 20)
        yield row


def _suits(r: random.Random, n: int) -> Iterator[dict[str, str]]:
    for i in range(n):
        filed = FIRST + timedelta(days=r.randrange(1800))
        took = 60 if r.random() > BREACH else 260
        yield {
            "案号": f"(2024)虚民初{i}号",
            "法院": f"虚拟{i % 50}法院",
            "案由": "民间借贷纠纷" if i % 5 == 0 else "买卖合同纠纷",
            "程序": "普通程序",
            "立案日期": filed.isoformat(),
            "结案日期": _day(filed, took),
            "结案方式": "判决",
            "标的额": str(10000 + i % 90000),
        }


def _parties(r: random.Random, n: int) -> Iterator[dict[str, str]]:
    for i in range(n):
        for role, number in (("原告", r.randrange(n * 4)), ("被告", n * 4 + r.randrange(n * 4))):
            yield {"案号": f"(2024)虚民初{i}号", "诉讼地位": role, "姓名名称": f"虚{number}", "证件号": f"XP{number:08d}X", "类型": "自然人"}


def _cases(r: random.Random, n: int) -> Iterator[dict[str, str]]:
    for i in range(n):
        filed = FIRST + timedelta(days=r.randrange(1800))
        row = {
            "案件编号": f"虚刑{i}号",
            "罪名": "合同诈骗罪" if i % 4 == 0 else "盗窃罪",
            "办案单位": f"虚拟{i % 60}公安局",
            "受案日期": filed.isoformat(),
            "立案日期": filed.isoformat(),
        }
        if r.random() > BREACH:
            row["移送审查起诉日期"] = _day(filed, 120)
        yield row


def _measures(r: random.Random, n: int) -> Iterator[dict[str, str]]:
    for i in range(n):
        began = FIRST + timedelta(days=r.randrange(1800))
        yield {
            "案件编号": f"虚刑{i}号",
            "嫌疑人编号": "S1",
            "措施": "取保候审",
            "开始日期": began.isoformat(),
            "解除日期": _day(began, 200 if r.random() > BREACH else 500),
        }


def _executions(r: random.Random, n: int) -> Iterator[dict[str, str]]:
    for i in range(n):
        filed = FIRST + timedelta(days=r.randrange(1800))
        yield {
            "案号": f"(2024)虚执{i}号",
            "法院": f"虚拟{i % 50}法院",
            "被执行人": f"虚{i}",
            "被执行人证件号": f"XP{i:08d}X",
            "申请日期": filed.isoformat(),
            "立案日期": _day(filed, 2),
            "结案日期": _day(filed, 100 if r.random() > BREACH else 300),
            "结案方式": "执行完毕",
        }


def write(folder: Path, records: int, seed: int = 1) -> int:
    """Write about `records` rows over six sheets into `folder`; returns how many."""
    r, unit, total = random.Random(seed), records // 10, 0
    made = {
        "行政处罚": _penalties(r, unit * 3),
        "民事案件": _suits(r, unit * 2),
        "民事当事人": _parties(r, unit * 2),
        "刑事案件": _cases(r, unit // 2),
        "强制措施": _measures(r, unit // 4),
        "执行案件": _executions(r, unit // 4),
    }
    for name, rows in made.items():
        first = next(rows)
        columns = list(first) + [c for c in ("履行完毕日期", "移送审查起诉日期") if c not in first and name in ("行政处罚", "刑事案件")]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
            out.writeheader()
            out.writerow(first)
            total += 1
            for row in rows:
                out.writerow(row)
                total += 1
    return total
