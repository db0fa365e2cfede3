"""What stands in a cell for nothing, or for somebody who is not named: marks and words of offices, and numbers and names that are hidden.

Taken as they are written they would make one person of all about whom nothing is known.
"""

from __future__ import annotations

import re

MARKS = frozenset(c * n for c in "-–—―─" for n in range(1, 5)) | {"/", "//", "\\", "N/A", "NULL", "NONE", "NAN", "NAT"}
_WORDS = MARKS | {"无", "暂无"}
_NOT_GIVEN = """
    不详 未知 不明 不清 不清楚 空 空白 缺 缺失 暂缺 没有 未提供 未填 未填写 未登记 未编号 无编号 无号 无号码 无文号 无案号
    待定 待查 待核 待核实 待补 待补充 待编号 略 保密 涉密 见附件
"""
UNKNOWN = frozenset(_NOT_GIVEN.split())
"""What is written for a number or a name that nobody has given: it is the same for many, and says who none of them is."""
# 无 in a yes-no column may mean 否, and 不详 beside a date that something was done on a day unknown: neither is taken for blank there.
BLANKS: dict[str, frozenset[str]] = {
    "bool": MARKS, "date": _WORDS, "money": _WORDS, "number": _WORDS, "text": _WORDS, "code": _WORDS | UNKNOWN,
}  # fmt: skip
"""By type of column, what offices write into a cell that they leave blank, in normal form."""
# What is put where nobody's certificate number is known: noughts, nines, a dash for which 一 is typed, words (未办证, 无(未成年)).
NOBODY = re.compile("^(?:0+|([0-9])\\1{7,}|[^0-9A-Z\u4e00-\u9fff\n]+|[^0-9\n]*[\u4e00-\u9fff][^0-9\n]*)$", re.MULTILINE)
# A number of which a part was hidden: many have what is left of it.
MASKED = re.compile(r"[*×✱●○◯□■◆?]|#{2}|_{2}|-{3}|\.{3}|X{6}|[0-9]X{4}$", re.MULTILINE)
HIDING = frozenset("*×●○□")
"""What stands in a name for a part that is hidden (in normal form). 某 is not among them: bodies and invented persons are called so."""
