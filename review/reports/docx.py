"""Documents to put before a person: the report on clues (线索核查报告) and the draft of a 检察建议书. Both are drafts and say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.clues import BY_NAME_NOTE, POLICY_NOTE
from review.reports.contents import Detail, Report
from review.reports.paper import Paper
from review.reports.words import BODY_UNKNOWN, GRADES, NOTICE, chinese, cited, composed, file_name, full_width, in_words, subject, term
from review.story import Event, overrun, span_words
from rules.law import STATUSES
from rules.words import SEVERITIES

DETAILED = 50
"""So many clues are told in full."""
LISTED = 500
"""So many stand in the table."""
ROWS = 20
"""So many rows of evidence are listed."""
DAYS = 12
"""So many days of a clue are listed where it is one of many."""
BY_NAME = BY_NAME_NOTE.partition("{within}")[0]
_AUTHORITY = re.compile("(?:局|法院|法庭|厅|部|委|委员会|政府|队|派出所|税务所|监管所|看守所|监狱|署|处|办|办公室)$")
"""How the names of authorities end that letters go to."""
_REMARK = re.compile(f"{re.escape(POLICY_NOTE)}|{re.escape(BY_NAME)}.*?\\)")
"""What a clue's sentence remarks on how it was found."""


def write_report(report: Report, path: Path) -> int:
    """Write a 线索核查报告 on one clue or a list; gives how many clues it tells of."""
    ids = [clue_id for _, clue_id in sorted((report.weight(clue), clue["id"]) for clue in report.clues())]
    paper = Paper("线索核查报告(草稿)")
    paper.title("线索核查报告")
    if len(ids) == 1:
        _single(paper, report, report.detail(ids[0]))
    else:
        _several(paper, report, ids)
    paper.text("")
    hidden = "姓名和证件号未遮盖,请按保密规定保管。" if report.unmask else "自然人姓名和证件号已遮盖。"
    paper.text(f"本报告是程序生成的草稿,供承办人核查使用。{hidden}", lead="说明:", keep=True)
    _signed(paper, "承办人:〔待填:姓名〕")
    paper.save(path, report.made)
    return len(ids)


def write_letter(report: Report, path: Path) -> int:
    """Write the draft of a 检察建议书 on the one clue of the report. What only a prosecutor can say is left open and coloured."""
    detail = report.detail(report.ids[0])
    clue = detail.clue
    paper = Paper("检察建议书(草稿)")
    paper.title("〔待填:检察院名称〕\n检察建议书")
    paper.text(f"〔待填:院简称〕检建〔{report.made.year}〕〔待填:号〕", indent=False, align="center")
    paper.text("")
    paper.text(f"{_addressed(clue['agency'] or '')}:", indent=False)
    paper.text("本院在履行法律监督职责中,核对有关单位交换的数据时发现一条线索。〔待填:调查核实的经过;以下内容根据数据整理,须经调查核实后才能采用〕")
    paper.first("一、有待核实的情况")
    paper.text(f"上述数据显示:{_REMARK.sub('', clue['summary'])}。")
    # A working threshold of ours is no limit that a body has: neither its day nor how it was counted is told.
    limited = clue["due_on"] and clue["grade"] != "policy"
    _days(paper, [event for event in detail.events if event.kind == "event" or (limited and event.kind == "last")])
    # The body is told how the limit was counted, not for how long our clue has stood.
    if limited:
        last = max(i for i, step in enumerate(clue["derivation"]) if step["day"] == clue["due_on"])
        paper.text(_joined(clue["derivation"][: last + 1]), lead="期限的算法。")
    paper.first("二、可能存在的问题")
    paper.text(f"上述情况如经核实,疑似存在“{clue['title']}”的情形。有关规定如下:")
    laws = [_rule(law) for law in detail.articles if law["status"] != STATUSES["default"]]
    for said in [*laws, *(["〔待填:门槛的法律依据〕"] if clue["grade"] == "policy" else [])] or ["〔待填:法律依据〕"]:
        paper.text(said)
    paper.first("三、建议的内容")
    paper.text("经核实无误的,建议你单位:〔待填:建议的具体内容〕")
    paper.text("你单位如有异议,请自收到本建议书之日起〔待填:日数〕日内书面提出。", lead="异议。")
    paper.text(
        "请自收到本建议书之日起〔待填:期限,依《人民检察院检察建议工作规定》第十九条一般为两个月,另有规定的从其规定〕内作出处理,并书面回复本院。",
        lead="回复。",
        keep=True,
    )
    _signed(paper, "〔待填:检察院名称,盖章〕")
    _before_sending(paper, clue)
    paper.save(path, report.made)
    return 1


def _addressed(body: str) -> str:
    """To whom a letter goes: the body that is asked, where it is an authority that can act. An enterprise, a school or a procuratorate is
    what the clue is about; who acts on it, only the prosecutor can say.
    """
    if not body:
        return "〔待填:被建议单位〕"
    if _AUTHORITY.search(re.sub("[(\uff08][^()\uff08\uff09]*[)\uff09]$", "", body)):
        return body
    return f"〔待填:被建议单位,应当是能够作出处理的机关;线索所涉的是{body}〕"


def _before_sending(paper: Paper, clue: dict[str, Any]) -> None:
    """What is said to the prosecutor alone, on a page of its own."""
    paper.first("发出以前请核对(本部分不随文发出)", new_page=True)
    paper.text("下列情况之一属实的,可能说明并无问题:")
    _numbered(paper, clue["rebuttals"])
    paper.text(f"{_standing(clue)}。", lead="现状。")
    if clue["grade"] == "policy":
        paper.text("所用的门槛是工程口径,非法定,发出以前须另行找到法律依据。", lead="门槛。")
    if BY_NAME in clue["summary"]:
        paper.text("证件号缺失,仅按姓名或者名称匹配,先核实是不是同一主体。", lead="对象。")
    paper.text("正文所列的是条文大意,引用时请换成条文原文。", lead="条文。")
    paper.text("按办案规定应当用纠正违法通知书、检察意见书等其他文书的,请改用那种文书;收文的应当是能够作出处理的单位,名称写全称。", lead="文书。")
    paper.text(f"本类线索通常这样办:{clue['action']}。", lead="处理。")
    paper.text(f"线索编号{clue['id']},规则“{clue['title']}”。{NOTICE}")


# -- one clue, a list ----------------------------------------------------------------------------------------------------------
def _opening(report: Report, what: str) -> str:
    only = f"本报告只列:{report.scope}。" if report.scope and not report.ids else ""
    if not report.night:
        return f"案件库还没有完成过扫描,没有核对过数据。{only}"
    return f"截至{in_words(report.night.as_of)},对各单位交换的数据按规则逐条核对,{what}{only}{NOTICE}"


def _single(paper: Paper, report: Report, detail: Detail) -> None:
    """What happened, how the limit was counted, on what law, what to check, each under its heading."""
    clue = detail.clue
    paper.text(_opening(report, "发现一条待核查线索。"))
    headings = (f"{chinese(i)}、" for i in range(1, 20))
    paper.first(f"{next(headings)}线索内容")
    paper.text(clue["summary"] + "。")
    paper.table(("项目", "内容"), _facts(detail), (32, 124))
    paper.first(f"{next(headings)}事情经过")
    _band(paper, detail)
    _days(paper, detail.events)
    if clue["due_on"]:
        paper.first(f"{next(headings)}期限的算法")
        _numbered(paper, [step["text"] for step in clue["derivation"]])
    paper.first(f"{next(headings)}法律依据")
    for law in detail.articles:
        paper.text(_law(law))
    paper.first(f"{next(headings)}需要先行核对的情况")
    paper.text("下列情况之一属实的,可能说明并无问题,请先核对:")
    _numbered(paper, clue["rebuttals"])
    paper.first(f"{next(headings)}下一步工作建议")
    paper.text(f"{clue['action']}。")
    paper.first(f"{next(headings)}证据出处")
    _evidence(paper, detail)
    paper.first(f"{next(headings)}发现和处理的记录")
    paper.table(("时间", "记录"), [(composed(act["when"][:16].replace("T", " ")), full_width(_act(act))) for act in detail.acts], (52, 104))


def _several(paper: Paper, report: Report, ids: Sequence[str]) -> None:
    """All clues in a table, then the first ones, each under its heading."""
    paper.text(_opening(report, f"共有{report.called}{len(ids)}条。" if ids else "没有符合条件的线索。"))
    if not ids:
        return
    paper.first("一、线索清单")
    if len(ids) > LISTED:
        paper.text(f"清单列出前{LISTED}条,其余{len(ids) - LISTED}条请导出名单(.xlsx)查看。")
    wanted = {clue_id: i for i, clue_id in enumerate(ids[:LISTED], 1)}
    rows = sorted(
        (wanted[c["id"]], c["id"][:8], full_width(c["title"]), subject(c), c["agency"] or BODY_UNKNOWN, SEVERITIES[c["severity"]], composed(term(c)))
        for c in report.clues() if c["id"] in wanted
    )  # fmt: skip
    headers = ("序号", "编号", "疑似情形", "对象", "被监督单位", "程度", "时间")
    paper.table(headers, [(str(i), *rest) for i, *rest in rows], (12, 24, 31, 29, 24, 12, 24))
    paper.first("二、逐条说明")
    if len(ids) > DETAILED:
        paper.text(f"以下说明前{DETAILED}条:先是新增、再现和变化的,再按程度和逾期天数。其余的可以另出一份报告。")
    for i, clue_id in enumerate(ids[:DETAILED], 1):
        _short(paper, i, report.detail(clue_id))


def _short(paper: Paper, number: int, detail: Detail) -> None:
    """One clue of a list."""
    clue = detail.clue
    paper.second(f"({chinese(number)}){clue['title']}")
    paper.text(clue["summary"] + "。")
    _band(paper, detail)
    further = [event for event in detail.events if event.kind == "event"][DAYS:]
    _days(paper, [event for event in detail.events if event not in further])
    if further:
        paper.text(f"另有{len(further)}个日期没有列出,见这条线索自己的报告。")
    if clue["due_on"]:
        paper.text(_joined(clue["derivation"]), lead="期限的算法。")
    paper.text("".join(_law(law) for law in detail.articles), lead="法律依据。")
    paper.text(";".join(clue["rebuttals"]) + "。", lead="先行核对。")
    paper.text(f"{clue['action']}。", lead="下一步。")
    paper.text(f"{clue['id']},程度{SEVERITIES[clue['severity']]},{GRADES[clue['grade']]},审查状态:{clue['status']}。", lead="线索编号。")


# -- parts ---------------------------------------------------------------------------------------------------------------------
def _facts(detail: Detail) -> list[tuple[str, str]]:
    clue = detail.clue
    found = [
        ("线索编号", clue["id"]), ("疑似情形", clue["title"]), ("监督机制", clue["mechanism"]), ("被监督单位", clue["agency"] or BODY_UNKNOWN),
        ("对象", subject(clue)), ("程度", SEVERITIES[clue["severity"]]), ("时间", composed(term(clue))), ("门槛", GRADES[clue["grade"]]),
        ("审查状态", _standing(clue)),
    ]  # fmt: skip
    return [(name, full_width(text)) for name, text in found]


def _standing(clue: dict[str, Any]) -> str:
    """How people left the clue, and whether the last scan still found it."""
    gone = "" if clue["present"] else "最近一次扫描已不再出现(已办理、数据已更正,或者规则已改)"
    return ",".join(filter(None, (clue["status"], clue["reason"], clue["assignee"] and f"承办 {clue['assignee']}", clue["note"], gone)))


def _band(paper: Paper, detail: Detail) -> None:
    """The window up to the limit and what lies past it, to scale; nothing where the one does not follow on the other."""
    past = overrun(detail.clue)
    if detail.window and past and past[0] == detail.window[1]:
        (start, due), last, words = detail.window, past[1], span_words(detail.clue)
        within, over = (due - start).days, (last - due).days
        paper.band(f"{words.within} {within} 日(至 {due})", f"{words.past} {over} 日(至 {last})", within / (within + over))


def _days(paper: Paper, events: Sequence[Event]) -> None:
    if events:
        paper.table(("日期", "事项"), [(in_words(event.day), full_width(event.text)) for event in events], (40, 116))


def _joined(steps: Sequence[dict[str, str]]) -> str:
    return ";".join(step["text"] for step in steps) + "。"


def _law(law: dict[str, str]) -> str:
    checked = f"({law['status']})" if law["status"] not in law["law"] else ""
    return _cited(law) + (f":{law['what']}" if law["what"] else "") + checked + (f"。〔{law['doubt']}〕" if law["doubt"] else "。")


def _rule(law: dict[str, str]) -> str:
    """A law as a letter cites it: whether somebody has checked it is no business of the body's, but must be seen where nobody has."""
    left = [f"核对条文,现为{law['status']}"] if law["status"] != STATUSES["verified"] else []
    left += [law["doubt"]] if law["doubt"] else []
    return _cited(law) + (f":{law['what']}" if law["what"] else "") + "。" + "".join(f"〔待填:{one}〕" for one in left)


def _cited(law: dict[str, str]) -> str:
    """A law as documents cite it, its name in 《》; a working threshold is none."""
    return cited({**law, "law": f"《{law['law']}》"} if law["article"] else law)


def _numbered(paper: Paper, texts: Sequence[str]) -> None:
    for i, text in enumerate(texts, 1):
        paper.text(f"{i}.{text}" + ("" if text.endswith("。") else "。"))


def _evidence(paper: Paper, detail: Detail) -> None:
    rows = [
        # The cells say what the sheet says, to the letter.
        (row.sheet, row.key, "\n".join(f"{column} {value}" for column, value in row.cells),
         f"{file_name(row.path)}第{row.line}行" if row.path else "该行已不在案件库中")
        for row in detail.evidence[:ROWS]
    ]  # fmt: skip
    paper.table(("表", "记录", "写着什么", "出处"), rows, (24, 38, 58, 36))
    if more := max(len(detail.evidence) - ROWS, 0) + detail.clue.get("evidence_more", 0):
        paper.text(f"另有{more}条记录没有列出。")


def _act(act: dict[str, Any]) -> str:
    where = f"(第{act['run']}次扫描)" if act["run"] else ""
    who = f",{act['account']}" if act["account"] else ""
    return f"{act['kind']}{where}{who}" + (f":{act['text']}" if act["text"] else "")


def _signed(paper: Paper, who: str) -> None:
    # A signature never stands alone on a page.
    paper.text("", keep=True)
    paper.text(who, indent=False, align="right", keep=True)
    paper.text("〔待填:日期〕", indent=False, align="right")
