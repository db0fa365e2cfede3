"""From what was read of a paper to rows of the exchange catalogue.

`rows(extraction)` gives a row per suit, party and decision: {Chinese column: cell}, in spellings that the importer takes (ISO
days, 日期不详, yuan). A column that the paper says nothing of is not in the row, so that it does not blank what another paper
said. Columns that the catalogue does not know stay with the row as its extras.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cases.documents import courts
from cases.documents.names import is_hidden, trade_of
from cases.documents.paper import LOW, UNDATED, Agent, Extraction, Party, Value
from cases.documents.parties import CLAIMANTS, RESPONDENTS

NO_NUMBER = "文号未载明"
"""Begins the key of an enforcement row whose ruling does not print the number of the decision; the case number follows."""

_CIVIL_EXTRAS = {
    "文书种类": "kind", "裁判日期": "judged_on", "起诉日期": "sued_on", "合并审理": "joined", "双方无争议": "no_dispute", "现金交付": "cash",
    "借款本金": "principal",
}  # fmt: skip
_ENFORCEMENT = {
    "行政机关": "agency", "法院": "court", "催告送达日期": "demanded_on", "申请日期": "applied_on", "受理日期": "accepted_on",
    "裁定日期": "ruled_on", "听取意见": "heard_parties",
}  # fmt: skip
_EXECUTION = {
    "法院": "court", "依据案号": "basis_no", "依据类型": "basis_kind", "申请日期": "applied_on", "立案日期": "filed_on", "结案日期": "closed_on",
    "结案方式": "closing", "标的额": "amount", "到位金额": "recovered", "有可供执行财产": "has_assets",
}  # fmt: skip
_RULINGS = ("准予执行", "不准予执行", "不予受理", "准许撤回")
_PROCEDURES = ("普通程序", "简易程序", "小额诉讼", "特别程序", "二审")
_NOT_TRIED = ("辖", "申", "监", "抗", "保", "他", "调")
_NOT_EXECUTED = ("异", "复", "监", "保", "协", "督", "请", "他")


@dataclass(slots=True)
class Row:
    """A row of a sheet; `quotes`: for each column the words it was read from and how sure it is; `notes` of its paper."""

    sheet: str
    cells: dict[str, str]
    where: str
    line: int
    quotes: dict[str, tuple[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def rows(extraction: Extraction) -> list[Row]:
    """The rows that a paper gives; none for papers of matters the catalogue has no sheet for (see `why_none`)."""
    makers = {"民事": _civil, "非诉": _enforcement, "执行": _execution, "处罚": _penalties}
    maker = makers.get(extraction.matter)
    return list(maker(extraction)) if maker and not why_none(extraction) else []


def why_none(extraction: Extraction) -> str:
    """Why a paper gives no row, in Chinese; "" where it gives one."""
    document, kind = extraction.document, extraction.get("type")
    if document.problem:
        return document.problem
    if extraction.matter == "处罚":
        absent = [
            n
            for n, ok in (
                ("决定书文号", extraction.decisions),
                ("行政机关", extraction.get("agency")),
                ("当事人", extraction.parties),
                ("违法行为", extraction.get("violation")),
            )
            if not ok
        ]
        return f"处罚记录缺{'、'.join(absent)}" if absent else ""
    if not extraction.numbers:
        return "没有案号,不能入表"
    if extraction.matter not in ("民事", "非诉", "执行"):
        return f"{extraction.matter or '类型不明的'}文书,目录中没有对应的表"
    if not extraction.get("court") and extraction.matter != "非诉":
        return "没有读出法院,不能入表"
    if extraction.matter == "民事" and any(c in kind for c in _NOT_TRIED) and "特" not in kind:
        return f"“{kind}”案件不是一件诉讼的审理,不入民事案件表"
    if extraction.matter == "执行" and any(c in kind for c in _NOT_EXECUTED):
        return f"“{kind}”案件不入执行案件表"
    return ""


class _Cells:
    """Cells of one row, gathered with their quotes."""

    def __init__(self, extraction: Extraction, sheet: str):
        self.extraction, self.sheet = extraction, sheet
        self.cells: dict[str, str] = {}
        self.quotes: dict[str, tuple[str, str]] = {}

    def add(self, column: str, value: str, words: str = "", sure: str = "") -> None:
        if value:
            self.cells[column] = value
            if words:
                self.quotes[column] = (words[:200], sure)

    def take(self, column: str, name: str) -> None:
        """The value of a field, if it was read."""
        found: Value | None = self.extraction.values.get(name)
        if found:
            self.add(column, found.value, found.words, found.sure)

    def row(self) -> Row:
        document = self.extraction.document
        return Row(self.sheet, self.cells, document.path, document.index, self.quotes, tuple(self.extraction.notes))


def _district(extraction: Extraction) -> str:
    """The district within which a name says who somebody is: that of the court's prefecture, else the court itself."""
    return courts.place(extraction.get("court")) or extraction.get("court")


def _civil(extraction: Extraction) -> Iterator[Row]:
    for number in extraction.numbers:
        made = _Cells(extraction, "民事案件")
        made.add("案号", number, extraction.values["number"].words, extraction.values["number"].sure)
        made.take("法院", "court")
        made.take("案由", "cause")
        made.cells.setdefault("案由", "未载明")
        if extraction.get("procedure") in _PROCEDURES:
            made.take("程序", "procedure")
        made.take("立案日期", "filed_on")
        made.cells.setdefault("立案日期", UNDATED)
        if extraction.get("closing"):
            made.take("结案方式", "closing")
            made.take("结案日期", "judged_on")
        if extraction.get("stayed"):
            made.take("中止日期", "judged_on")
        made.take("标的额", "amount")
        made.take("缺席审理", "default")
        if extraction.judges:
            made.add("承办人", extraction.judges[0], "、".join(extraction.judges), "高")
        _extras(extraction, made)
        yield made.row()
        yield from _people(extraction, number)


def _extras(extraction: Extraction, made: _Cells) -> None:
    """What is beyond the sheets of agencies: for the rules on what a text shows, or kept with the row."""
    for column, name in _CIVIL_EXTRAS.items():
        made.take(column, name)
    made.add("开庭日期", "、".join(h.value for h in extraction.hearings), "；".join(h.words for h in extraction.hearings), "高")
    made.add("审判人员", "、".join(extraction.judges))
    made.add("法院辖区", _district(extraction))


def sheet_role(party: Party) -> str:
    """原告, 被告 or 第三人: the role in the first instance where it is printed, else the side the role is on."""
    if party.former in ("原告", "被告", "第三人"):
        return party.former
    bare = party.role.removeprefix("反诉").removeprefix("本诉")
    for word in ("原告", "被告", "第三人"):
        if word in bare:
            return word
    return "原告" if bare in CLAIMANTS else "被告" if bare in RESPONDENTS else ""


def _people(extraction: Extraction, number: str) -> Iterator[Row]:
    district = _district(extraction)
    sides: dict[str, str] = {}
    for party in extraction.parties:
        role = sheet_role(party)
        sides.setdefault(party.role, role)
        if not role:
            continue
        made = _Cells(extraction, "民事当事人")
        made.add("案号", number)
        made.add("诉讼地位", role, party.words, party.sure)
        made.add("姓名名称", party.name, party.words, party.sure)
        made.add("证件号", party.number)
        made.add("类型", party.kind)
        made.add("住址", party.address)
        made.add("文书中地位", party.role)
        made.add("法院辖区", district)
        made.add("行业", trade_of(party.name) if party.kind != "自然人" else "")
        made.add("姓名隐去", "是" if is_hidden(party.name) else "")
        yield made.row()
    for agent in extraction.agents:
        yield from _agent(extraction, number, district, agent, sides)


def _agent(extraction: Extraction, number: str, district: str, agent: Agent, sides: dict[str, str]) -> Iterator[Row]:
    side = sides.get(agent.side) or sheet_role(Party(agent.side, ""))
    if side not in ("原告", "被告"):
        return
    made = _Cells(extraction, "民事当事人")
    made.add("案号", number)
    made.add("诉讼地位", side + "代理人", agent.words, "高")
    made.add("姓名名称", agent.name, agent.words, "高")
    made.add("类型", "自然人")
    made.add("律所", agent.firm)
    made.add("代理人身份", agent.standing)
    made.add("法院辖区", district)
    made.add("姓名隐去", "是" if is_hidden(agent.name) else "")
    yield made.row()


def _decision_keys(extraction: Extraction) -> list[tuple[str, Value | None]]:
    """The key of each enforcement row. A masked number names no decision, so the case number stands with it."""
    case = extraction.numbers[0]
    if not extraction.decisions:
        return [(f"{NO_NUMBER}{case}", None)]
    return [(v.value if v.sure != LOW else f"{v.value}{case}", v) for v in extraction.decisions]


def _enforcement(extraction: Extraction) -> Iterator[Row]:
    for key, value in _decision_keys(extraction):
        made = _Cells(extraction, "非诉执行")
        made.add("决定书文号", key, value.words if value else "", value.sure if value else "")
        made.add("案号", extraction.numbers[0], extraction.values["number"].words, extraction.values["number"].sure)
        for column, name in _ENFORCEMENT.items():
            made.take(column, name)
        if extraction.get("ruling") in _RULINGS:
            made.take("裁定结果", "ruling")
        made.take("裁定主文", "ruling")
        made.add("被执行人", "、".join(p.name for p in extraction.parties if p.role in RESPONDENTS))
        made.add("法院辖区", _district(extraction))
        yield made.row()
        if value is not None and value.sure != LOW:
            yield from _penalty(extraction, key, value)


def _penalty(extraction: Extraction, key: str, value: Value) -> Iterator[Row]:
    """The penalty behind an enforcement ruling, where the ruling says it is one, on whom and for what."""
    people = [p for p in extraction.parties if p.role in RESPONDENTS]
    if ("罚" not in key + value.words and not extraction.get("fine")) or not (people and extraction.get("violation") and extraction.get("agency")):
        return
    made = _Cells(extraction, "行政处罚")
    made.add("决定书文号", key, value.words, value.sure)
    made.take("行政机关", "agency")
    made.add("当事人", people[0].name, people[0].words, people[0].sure)
    made.add("当事人证件号", people[0].number)
    made.take("违法行为", "violation")
    made.take("处罚决定日期", "decided_on")
    made.cells.setdefault("处罚决定日期", UNDATED)
    for column, name in (("送达日期", "served_on"), ("罚款金额", "fine"), ("加处罚款金额", "surcharge")):
        made.take(column, name)
    yield made.row()


def _penalties(extraction: Extraction) -> Iterator[Row]:
    party = extraction.parties[0]
    made = _Cells(extraction, "行政处罚")
    made.add("决定书文号", extraction.decisions[0].value)
    made.take("行政机关", "agency")
    made.add("当事人", party.name)
    made.take("违法行为", "violation")
    made.take("处罚决定日期", "decided_on")
    made.cells.setdefault("处罚决定日期", UNDATED)
    made.take("罚款金额", "fine")
    yield made.row()


def _execution(extraction: Extraction) -> Iterator[Row]:
    creditors = [p for p in extraction.parties if p.role in ("申请执行人", "申请人", "债权人")]
    debtors = [p for p in extraction.parties if p.role in ("被执行人", "被申请执行人", "被申请人", "债务人")]
    for number in extraction.numbers:
        made = _Cells(extraction, "执行案件")
        made.add("案号", number, extraction.values["number"].words, extraction.values["number"].sure)
        for column, name in _EXECUTION.items():
            made.take(column, name)
        made.cells.setdefault("立案日期", UNDATED)
        for people, column in ((creditors, "申请执行人"), (debtors, "被执行人")):
            if people:
                made.add(column, people[0].name, people[0].words, people[0].sure)
                made.add(column + "证件号", people[0].number)
            if len(people) > 1:
                made.add(f"全部{column}", "、".join(p.name for p in people))
        made.take("文书种类", "kind")
        made.add("法院辖区", _district(extraction))
        yield made.row()
