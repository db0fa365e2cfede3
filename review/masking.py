"""Masking of personal data: what a reader of a report, page or table sees instead of names and certificate numbers.

Which columns hold such data, the catalogue says (`person`, `certificate`). Bodies keep their names: they are who is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from cases.catalogue import Catalogue
from cases.values import normal

# A name with one of these is a body's, wherever it stands.
_BODY = re.compile(
    "公司|工厂|商店|中心|银行|委员会|合作社|学校|集团|政府|商行|超市|饭店|酒店|医院|法院|检察院|企业|协会|基金|大学|中学|小学|幼儿园|支行|分行|事务所|经营部|门市部|某某[厂店局院社]"
)
# Personal names end like this too (刘新村, 张会): then only length or a first character that is no surname tells a body.
_BODY_END = re.compile("[厂店局院社村部所站队会处科矿场馆行]$")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江"
    "尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单"
    "裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬"
    "师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
_DOUBLE = frozenset(
    ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "南宫", "端木", "长孙", "宇文", "呼延")
)
_SEPARATORS = re.compile(r"([、,\uff0c;\uff1b/\uff0f]+|(?<![A-Za-z·])\s+(?![A-Za-z·])|(?<=[^\d])等(?:[\d一二三四五六七八九十]*[人名]?)$)")
_BRACKET = re.compile(r"(?:[(\uff08\[\uff3b【〔].*|个体(?:工商)?户)$")
_ENDED = re.compile(r"(?:[)\uff09\]\uff3d】〕]|个体(?:工商)?户)$")
# 甲商行(经营者:张三): the person behind a body.
_HOLDER = re.compile(r"([(\uff08](?:(?:经营者|负责人|法定代表人|业主|投资人)[:\uff1a]?)?)([^()\uff08\uff09]+)([)\uff09]?)$")
_KIND = re.compile(r"个体(?:工商)?户[:\uff1a]?(?=.)")
_LATIN = re.compile(r"[A-Za-z][A-Za-z .,'-]*")
_LATIN_BODY = re.compile(r"\b(?:ltd|limited|co|company|corp|inc|llc|gmbh|bank|group)\b", re.IGNORECASE)
# Names of other peoples written in Chinese without a dot: longer than a Chinese name, and of nothing but these.
_SOUNDS = frozenset(
    "阿卜杜都不买提麦艾力江古丽尼亚孜热合曼吐尔逊木拉库依布赛哈斯格苏巴图朝鲁娜仁其德卓玛央金扎西才让多吉洛桑旦增次平措顿珠达瓦普姆卡加尕迪肉玉素甫帕夏汗汉"
)
_NUMBER = re.compile(r"(?=.*\d)[0-9A-Za-z*()\uff08\uff09-]{6,}")
_PLAIN = re.compile(r"[\d.-]{1,10}|是|否")
"""A day, a small number or a yes: what tells nothing of a person."""
UNKNOWN = "〔目录中没有的列,不显示〕"
_CRIME = re.compile(
    r"^(?P<who>.+?)(?P<what>(?:涉嫌|被控|控告|等人?涉嫌).*"
    r"|(?:等[\d一二三四五六七八九十]*人)?(?:合同|集资|信用卡|保险|职务|故意|过失|非法|虚开|生产|销售|危险|交通|寻衅|聚众|敲诈|开设|妨害|拒不|挪用|贪污|受贿|行贿|盗窃|诈骗|抢劫|抢夺|侵犯|假冒|串通|强迫|组织|传播|走私|贩卖|容留|污染|逃税|骗取|帮助|掩饰|损害|破坏|伪造|侵占|强奸|绑架|放火|重大|高利).*"
    r"|案.*)$"
)


def mask_name(name: str) -> str:
    """A natural person's name as 张某; several in one cell one by one. What looks like a body's name comes back as it is."""
    if re.fullmatch(r"\s*\S\s+\S(\s+\S)?\s*", name):  # 王 棠, spread over the width of a cell
        return f"{name.strip()[0]}某"
    parts = _SEPARATORS.split(name)
    return "".join(part if i % 2 else _one_name(part) for i, part in enumerate(parts))


def _one_name(name: str) -> str:
    bare = name.strip().strip("“”\"'")
    if len(bare) < 2:
        return name
    if kind := _KIND.match(bare):
        return kind[0] + _one_name(bare[kind.end() :])
    if _LATIN.fullmatch(bare):
        is_name = re.search(r"[ ,.]", bare) or not bare.isupper()
        return f"{bare[0]}某" if is_name and not _LATIN_BODY.search(bare) else name
    if "·" in bare or "・" in bare or "•" in bare:
        return name if _BODY.search(bare) else f"{bare[0]}某"
    alone = _BRACKET.sub("", bare).strip()
    # 张三(男), 李四(某公司职工), 王五个体户: what follows goes with the name. 李四(上海)有限公司 goes on after it.
    if _BODY.search(alone if _ENDED.search(bare) and _surnamed(alone) else bare):
        return _HOLDER.sub(lambda found: found[1] + (f"{found[2][0]}某" if _surnamed(found[2]) else found[2]) + found[3], name)
    if alone != bare and alone:
        masked = _one_name(alone)
        return name if masked == alone else masked
    if 4 < len(bare) <= 10 and set(bare) <= _SOUNDS:
        return f"{bare[0]}某"
    if len(bare) > 4 or (bare[0].isdigit()) or (_BODY_END.search(bare) and not _surnamed(bare)):
        return name
    return f"{bare[0]}某"


def _surnamed(name: str) -> bool:
    """Whether a name that ends like a body's is a person's all the same; in doubt it is, as a masked village harms nobody."""
    return name[:2] in _DOUBLE or (len(name) <= 3 and name[:1] in _SURNAMES)


def mask_title(title: str) -> str:
    """A case's title (张三合同诈骗案) with the names before the crime masked; a mere name is masked as one."""
    found = _CRIME.match(title)
    who, what = (found["who"], found["what"]) if found else (title, "")
    masked = mask_name(who)
    if masked == who and len(who) > 4 and _surnamed(who[:3]) and not _BODY.search(who):
        # A crime that is not known: where the name ends is not seen, so as much is hidden as a name may take.
        masked = f"{who[0]}某{who[4 if who[:2] in _DOUBLE else 3 :]}"
    return masked + what


def mask_number(text: str) -> str:
    """A certificate number with all but the first six and last four characters masked; below 11 characters all but the first two."""
    if len(text) < 11:
        return text[:2] + "*" * (len(text) - 2)
    return text[:6] + "*" * (len(text) - 10) + text[-4:]


def mask_actor(key: str) -> str:
    """The key of an actor, which is a certificate number or a name."""
    return mask_number(key) if _NUMBER.fullmatch(key) else mask_name(key)


# What never holds personal data and must stay as it is for machines.
_KEPT = frozenset(
    (
        "id",
        "rule",
        "mechanism",
        "severity",
        "state",
        "due_on",
        "arose_on",
        "basis",
        "grade",
        "record",
        "field",
        "day",
        "status",
        "first_seen",
        "last_seen",
    )
)


def mask_clue(clue: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A clue's JSON without certificate numbers and full names of natural persons; the argument is not changed.

    Masked are evidence values of columns that the catalogue calls `person` or `certificate`, keys that hold such columns, an actor's
    key, and every further occurrence of those texts, whatever rule made the clue: what its sentence quotes is evidence (engine/clues.py).
    An entry of `insufficient` (rule, subject, missing) is masked likewise.
    """
    swaps: dict[str, str] = {}
    for found, mask in _personal(clue, catalogue):
        # The sentence quotes names and codes in their normal form, evidence and keys as they were written.
        for form in (found, normal(found)):
            hidden = mask(form) if mask(form) != form else mask(found)
            if len(form) > 1 and hidden not in (form, found):
                swaps[form] = hidden
    if not swaps:
        return dict(clue)
    # The longest first, and in one pass: a masked text is not masked again.
    pattern = re.compile("|".join(re.escape(s) for s in sorted(swaps, key=lambda s: (-len(s), s))))
    result = _replaced(clue, lambda text: pattern.sub(lambda m: swaps[m[0]], text))
    assert isinstance(result, dict)
    return result


def _replaced(node: Any, change: Callable[[str], str]) -> Any:
    if isinstance(node, str):
        return change(node)
    if isinstance(node, list):
        return [_replaced(child, change) for child in node]
    if isinstance(node, dict):
        return {key: child if key in _KEPT else _replaced(child, change) for key, child in node.items()}
    return node


def _personal(clue: dict[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, Callable[[str], str]]]:
    """The personal texts of a clue, each with how it is masked."""
    subject = clue["subject"]
    if subject["record"] == "actor":
        yield from ((key, mask_actor) for key in subject["key"])
    places = [(subject["record"], subject["key"]), *((cell["record"], cell["key"]) for cell in clue.get("evidence", ()))]
    for record, key in places:
        sheet = catalogue.records.get(record)
        names = sheet.key_fields if sheet is not None else ("",) * len(key)
        for name, value in zip(names, key, strict=False) if record != "actor" else ():
            yield from _of_column(catalogue, record, name, value)
    for cell in clue.get("evidence", ()):
        yield from _of_column(catalogue, cell["record"], cell["field"], cell["value"])


def _of_column(catalogue: Catalogue, record: str, name: str, value: Any) -> Iterator[tuple[str, Callable[[str], str]]]:
    sheet = catalogue.records.get(record)
    column = sheet.by_field.get(name) if sheet is not None else None
    if not isinstance(value, str):
        return
    if column is None:
        # Of a sheet that another catalogue taught the store: it may hold anything.
        if not _PLAIN.fullmatch(value):
            yield value, lambda _: UNKNOWN
    elif column.certificate:
        yield value, mask_number
    elif column.person and name == "title":
        yield value, mask_title
        if found := _CRIME.match(value):
            yield from _names(found["who"])
    elif column.person:
        yield value, mask_name
        yield from _names(value)


def _names(text: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """The single names of a cell that holds several, as they may stand elsewhere alone."""
    parts = _SEPARATORS.split(text)
    yield from ((_BRACKET.sub("", part).strip(), mask_name) for part in parts[::2])
