"""Causes of action: the list, and finding the cause in the words before 一案.

`causes.csv` holds the names of civil and administrative causes (案由, 类别) of the official lists of 2011 to 2021 with later
additions. A cause that is not listed is read where it ends in 纠纷 or stands after the last party.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

_LONGEST = 30
_LEAD = re.compile("^(?:（[^（）]*）|等[一二三四五六七八九十百两\\d]{0,4}[人名户位]?|之间|[、，的因就为])+|^为")
_WHOLE = re.compile(
    "[^，。、；：:“”（）诉于与不服年月日]{4,30}(?:纠纷|争议)|[^，。、；：:“”（）诉于与不服]{2,14}(?:许可|登记|处罚|补偿|赔偿|征收|公开|强制|裁决|确认|复议|批准|决定|职责)"
)
_NO_CAUSE = re.compile("公司|委员会|人民政府|[局厅]|原告|被告|第三人|上诉人|申请人|某|件")
_LOOSE = re.compile(r"[^，。、；：:,“”（）()的诉与和因]{2,24}(?:纠纷|争议)$")
_JOINED = re.compile(r"(?:一|二|两|三|四|五|六|七|八|九|十|[十百零一二三四五六七八九\d]{1,4}|系列)(?:宗|件)?案|(?<=纠纷)案(?=[，。])")


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every listed cause."""
    with resources.files(__package__).joinpath("causes.csv").open(encoding="utf-8") as file:
        return frozenset(name for name, _ in list(csv.reader(file))[1:])


def cause_before(text: str, end: int, names: Iterable[str] = ()) -> tuple[str, bool]:
    """The cause that ends at an offset, and whether it is listed; ("", False) where none can be read.

    `names`: the parties, behind the last of which a cause begins, so that one which is not listed is not cut or run into a name.
    """
    listed = known()
    found = next((w for n in range(min(_LONGEST, end), 2, -1) if (w := text[end - n : end]) in listed), "")
    behind = max((at + len(name) for name in names if len(name) > 1 and (at := text.rfind(name, max(0, end - 80), end)) >= 0), default=-1)
    if behind >= 0:
        whole = _LEAD.sub("", text[behind:end])
        if found == whole or (len(found) < len(whole) <= _LONGEST and _WHOLE.fullmatch(whole) and not _NO_CAUSE.search(whole)):
            return whole, whole in listed
    if found:
        return found, True
    loose = _LOOSE.search(text, max(0, end - _LONGEST), end)
    return (loose[0], False) if loose and not _NO_CAUSE.search(loose[0]) else ("", False)


def case_word(text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
    """The first 一案 (or 三案, 27案, 系列案) between two offsets."""
    return _JOINED.search(text, start, len(text) if end is None else end)
