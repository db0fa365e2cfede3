"""Courts: their names in one spelling, the place they stand in, and the code by which case numbers name them.

`courts.csv` lists the courts as official sites list them (法院, 辖区: prefecture or municipality, 代字: the code of case numbers
from 2016 where it was seen). Papers print a court with or without its province; `canonical` gives the listed spelling.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

_SHORT = {
    "北京": "京", "天津": "津", "河北": "冀", "山西": "晋", "内蒙古": "内", "辽宁": "辽", "吉林": "吉", "黑龙江": "黑", "上海": "沪", "江苏": "苏",
    "浙江": "浙", "安徽": "皖", "福建": "闽", "江西": "赣", "山东": "鲁", "河南": "豫", "湖北": "鄂", "湖南": "湘", "广东": "粤", "广西": "桂",
    "海南": "琼", "重庆": "渝", "四川": "川", "贵州": "黔", "云南": "云", "西藏": "藏", "陕西": "陕", "甘肃": "甘", "青海": "青", "宁夏": "宁",
    "新疆生产建设兵团": "兵", "新疆": "新",
}  # fmt: skip
_PROVINCE = re.compile(
    "(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海)省(?!高级|第|.{0,2}林区|农垦)"
    "|(?:内蒙古|西藏)自治区(?!高级)|广西壮族自治区(?!高级)|宁夏回族自治区(?!高级)|新疆维吾尔自治区(?!高级)"
)
COURT = re.compile(
    r"[\u4e00-\u9fa5（）]{2,28}?(?:人民|海事|运输|运输中级|知识产权|互联网|金融|林区|林区基层|林区中级|"
    r"农垦|农垦中级|矿区|油田|铁路|军事|破产)法院(?:[\u4e00-\u9fa5]{2,12}分院)?"
)


class Court(NamedTuple):
    """A listed court: name, prefecture or municipality, codes of its case numbers."""

    name: str
    place: str
    codes: tuple[str, ...]


@lru_cache(maxsize=1)
def _listed() -> tuple[dict[str, Court], dict[str, Court]]:
    by_key, by_code = dict[str, Court](), dict[str, Court]()
    with resources.files(__package__).joinpath("courts.csv").open(encoding="utf-8") as file:
        for name, place, codes in list(csv.reader(file))[1:]:
            court = Court(name, place, tuple(codes.split()))
            by_key[key(name)] = court
            by_code.update(dict.fromkeys(court.codes, court))
    return by_key, by_code


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """The form in which courts are compared: without 中华人民共和国 and without the province."""
    name = name.strip().removeprefix("中华人民共和国").replace("(", "（").replace(")", "）")
    return _PROVINCE.sub("", name, count=1) if _PROVINCE.match(name) else name


def listed(name: str) -> Court | None:
    """The listed court that a name means, or None."""
    return _listed()[0].get(key(name))


def canonical(name: str) -> str:
    """The listed spelling of a court; the name itself where it is not listed."""
    court = listed(name)
    return court.name if court else name.strip().removeprefix("中华人民共和国")


def by_code(code: str) -> Court | None:
    """The court that a case number's code names (粤0303), where it is known."""
    return _listed()[1].get(code)


def place(name: str) -> str:
    """The prefecture or municipality of a court, "" where it is not known: names of persons are compared within it."""
    court = listed(name)
    if court and court.place:
        return court.place
    found = re.match(r"[\u4e00-\u9fa5]{2,10}?(?:自治州|地区|盟|市)", key(name))
    return found[0] if found else ""


def province(name: str) -> str:
    """The one-character name that case numbers use for the court's province, "" where it cannot be told."""
    bare = name.strip().removeprefix("中华人民共和国")
    for long, short in _SHORT.items():
        if bare.startswith(long):
            return short
    court = listed(name)
    if court:
        for long, short in _SHORT.items():
            if court.name.startswith(long):
                return short
        return next((code[0] for code in court.codes), "") or _of_place(court.place)
    return ""


@lru_cache(maxsize=512)
def _of_place(where: str) -> str:
    """The province of a prefecture, by the codes of the courts listed there."""
    if not where:
        return ""
    seen = [c.codes[0][0] for c in _listed()[0].values() if c.place == where and c.codes]
    return max(set(seen), key=seen.count) if seen else ""
