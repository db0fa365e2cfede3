"""Stubs of rule files: a commented file with cases, in which everything that only its author knows is marked to be filled in.

`stub(id, shape, catalogue, record)` gives the text. With a record its columns are listed and the likely ones are put in; what must
still be written is marked 【填写:…】, which `clues rules check` tells line by line until nothing is left.
"""

from __future__ import annotations

from cases.catalogue import Catalogue, Column, Sheet
from cases.errors import UsageProblem
from rules.language import nearest

SHAPES = ("limit", "condition", "window")


def stub(id: str, shape: str, catalogue: Catalogue, record: str = "") -> str:
    """The text of a rule file. Raises UsageProblem on an unknown record, or one that no window can gather."""
    sheet = None
    if record:
        sheet = catalogue.records.get(record) or catalogue.sheets.get(record)
        if sheet is None:
            known = "、".join(f"{s.record}({s.name})" for s in catalogue.sheets.values())
            raise UsageProblem(f"交换目录里没有名为 {record} 的记录{nearest(record, [*catalogue.records, *catalogue.sheets])}(可用:{known})")
    body = {"limit": _limit, "condition": _condition, "window": _window}[shape]
    return _HEAD.format(id=id, columns=_columns(sheet, catalogue)) + body(sheet, catalogue)


def _fill(what: str) -> str:
    return f"'【填写:{what}】'"


def _columns(sheet: Sheet | None, catalogue: Catalogue) -> str:
    """The columns of the record, as comments."""
    if sheet is None:
        return "# 看哪种记录:交换目录里的英文名(文件 cases/catalogue.yaml 的 record),如 penalty 行政处罚。\n"
    lines = [f"# 下面用到的字段是猜的,请逐项核对。“{sheet.name}”表的字段(左边是规则里的写法):\n"]
    lines += [f"#   {c.field}  {c.name}({_type(c)})\n" for c in sheet.columns]
    lines += [f"#   {name}.…  关联的“{catalogue.records[relation.rows].name}”\n" for name, relation in sheet.relations.items()]
    return "".join(lines)


def _type(column: Column) -> str:
    words = {"text": "文字", "date": "日期", "money": "金额,元", "number": "数", "bool": "是否", "code": "编号"}
    return "只能是 " + "、".join(column.choices) if column.choices else words[column.type]


def _agency(sheet: Sheet | None) -> str:
    known = [f for f in ("agency", "court", "recipient", "procuratorate", "from_agency") if sheet and f in sheet.by_field]
    case = "case.agency" if sheet and "case" in sheet.relations and sheet.relations["case"].rows == "criminal_case" else ""
    return known[0] if known else case or _fill("被监督单位的字段,如 agency、court、case.agency")


_HEAD = """\
# 规则 {id}。写法见 docs/rules.md;照着现成的规则改最省事:clues rules show 编号
# 凡是写着【填写:…】的都要填(连同引号、括号一起换掉);填完运行 clues rules check,没有问题再运行 clues rules test。
# 以 # 开头的是说明,可以删去。
{columns}
id: {id}
title: '【填写:规则名称,如 财产保全裁定超过五日】'
mechanism: '【填写:监督机制,如 审判程序监督】'
line: '【填写:业务条线,如 民事检察】'
severity: low                     # 紧急程度:high 高、medium 中、low 低
grade: policy                     # statutory 法律规定的期限或条件;policy 工程口径或者本地要求,提示中会注明非法定
"""

_TAIL = """\
law: [policy]                     # 法律依据的编号,用 clues law list 词 查找;policy 是工程口径
parameters:                       # 会变的数写在这里,一个版本一行,从早到晚:自何日起、值、出处、何时核对
{parameters}
agency: {agency}
# 线索的一句话;{{字段}} 换成案情{words}。
says: '【填写:一句话,如 {example}】'
rebuttals: ['【填写:可能的合理解释,如 已办而未录入】']
do: '【填写:怎么核查,如 调取卷宗核对】'
"""


def _tail(sheet: Sheet | None, parameters: list[str], words: str, example: str, agency: str = "") -> str:
    return _TAIL.format(parameters="\n".join(parameters), agency=agency or _agency(sheet), words=words, example=example)


def _version(name: str, value: str, what: str) -> str:
    return f"  {name}: [{{from: 2000-01-01, value: {value}, cite: {_fill('出处,如 某规定第几条')}}}]   # {what}"


def _needed(sheet: Sheet | None) -> str:
    """The columns without which there is no row, and which the cases of a rule do not fill in by themselves."""
    columns = [sheet.by_field[f] for f in sheet.key_fields] if sheet else []
    return "".join(f"{c.field}: {next(iter(c.choices))}, " for c in columns if c.choices)


def _limit(sheet: Sheet | None, catalogue: Catalogue) -> str:
    dates = [c for c in sheet.columns if c.type == "date"] if sheet else []
    start = dates[0].field if dates else _fill("起算日期的字段")
    done = dates[1].field if len(dates) > 1 else _fill("办理日期的字段")
    subject, more = sheet.record if sheet else _fill("记录的英文名"), _needed(sheet)
    return (
        f"subject: {subject}\n"
        "# 适用条件,全部成立才看,如 [fine > 0, fine_filed_on is blank];没有就留 []。\n"
        "when: []\n"
        "limit:\n"
        f"  from: {start}                # 从哪一天起算,当日不计\n"
        "  within: $limit                  # 多长,见下面的参数\n"
        "  ends: roll                      # 届满日遇休息日顺延;不顺延的(如羁押期限)写 fix\n"
        f"  done_by: [{done}]            # 办了哪一件都算\n"
        "in_force: 2000-01-01              # 规则从哪一天起适用\n"
        + _tail(
            sheet,
            [_version("limit", "30 days", "改成实际的期限,如 5 days、3 months、10 working days")],
            ",{until}是“至某日仍未”或“迟至某日才”,{due_on}是届满日",
            "{until}裁定,已超过{due_on}届满的期限",
        )
        + "# 用例:给什么、以哪一天为准、应得什么。期限规则要有届满当日(不是线索)和次日(是线索)两例。\n"
        "# 下面按三十日写:2026-03-02 起,2026-04-01 届满;改了期限,日期也要跟着改。\n"
        "cases:\n"
        f"  - {{name: 届满当日, as_of: 2026-04-01, given: {{{more}{start}: 2026-03-02}}, expect: none}}\n"
        f"  - {{name: 届满次日, as_of: 2026-04-02, given: {{{more}{start}: 2026-03-02}}, expect: {{overdue: 2026-04-01}}}}\n"
        f"  - {{name: 届满当日办理, as_of: 2026-05-06, given: {{{more}{start}: 2026-03-02, {done}: 2026-04-01}}, expect: none}}\n"
        f"  - {{name: 迟一日办理, as_of: 2026-05-06, given: {{{more}{start}: 2026-03-02, {done}: 2026-04-02}}, expect: {{late: 2026-04-01}}}}\n"
    )


def _condition(sheet: Sheet | None, catalogue: Catalogue) -> str:
    dates = [c for c in sheet.columns if c.type == "date"] if sheet else []
    numbers = [c for c in sheet.columns if c.type == "money"] if sheet else []
    day = dates[0].field if dates else _fill("日期的字段")
    number = numbers[0].field if numbers else _fill("金额或者数的字段")
    subject, more = sheet.record if sheet else _fill("记录的英文名"), _needed(sheet)
    breach = f"{number} >= $least" if numbers else _fill("违法情形,如 surcharge > $least")
    return (
        f"subject: {subject}\n"
        "# 适用条件,全部成立才看;没有就留 []。除外情形可以写 unless: [条件]。\n"
        "when: []\n"
        f"breach: [{breach}]        # 违法情形,全部成立才算;这里只是一个样子,$least 是下面的参数\n"
        f"condition: {{day: {day}}}       # 这种情形是哪一天出现的\n"
        "in_force: 2000-01-01              # 规则从哪一天起适用\n"
        + _tail(sheet, [_version("least", "100000", "门槛;不用就连同这一行删去,parameters 写 {}")], "", "{agency}的……,待核查")
        + "# 用例:给什么、以哪一天为准、应得什么。至少一例命中、一例不命中,最好正好在门槛的两边。\n"
        "cases:\n"
        f"  - {{name: 刚到门槛, as_of: 2026-05-06, given: {{{more}{day}: 2026-03-02, {number}: 100000}}, expect: {{pattern: 2026-03-02}}}}\n"
        f"  - {{name: 差一点, as_of: 2026-05-06, given: {{{more}{day}: 2026-03-02, {number}: 99999}}, expect: none}}\n"
    )


def _window(sheet: Sheet | None, catalogue: Catalogue) -> str:
    if sheet and not sheet.actors:
        known = "、".join(f"{s.record}({s.name})" for s in catalogue.sheets.values() if s.actors)
        raise UsageProblem(f"“{sheet.name}”表里没有可以归拢的人或单位,不能写聚集规则;可用:{known}")
    role = next(iter(sheet.actors)) if sheet else ""
    number = sheet.actors[role].id if sheet else _fill("证件号的字段")
    dates = [c for c in sheet.columns if c.type == "date"] if sheet else []
    at, extra, rows = _days(sheet, dates, catalogue)
    # What one is known by cannot tell apart what one has several of.
    item = sheet.key_fields[0] if sheet and sheet.key_fields[0] != number else _fill("编号的字段")
    record = sheet.record if sheet else _fill("记录的英文名")
    agency = _agency(sheet) if not extra else f"{at.partition('.')[0]}.{_agency(catalogue.records[extra])}"
    days = ("2026-03-02", "2026-03-10", "2026-04-01", "2026-04-02")

    def case(name: str, third: str, expect: str) -> str:
        chosen = (days[0], days[1], third)
        own = "".join(f"{{{item}: 例{i}, {_needed(sheet)}{number}: 甲1{'' if extra else f', {at}: {day}'}}}, " for i, day in enumerate(chosen, 1))
        more = "".join(f"{{{item}: 例{i}, {rows}: {day}}}, " for i, day in enumerate(chosen, 1)) if extra else ""
        listed = f"{record}: [{own[:-2]}]" + (f", {extra}: [{more[:-2]}]" if extra else "")
        return f"  - {{name: {name}, as_of: 2026-05-06, given: {{}}, rows: {{{listed}}}, expect: {expect}}}\n"

    parameters = [_version("span", "30 days", "一段时间,用自然日"), _version("cases", "3", "至少几件")]
    return (
        "subject: actor                    # 聚集规则看的是一个人或者一个单位\n"
        "window:\n"
        f"  rows: {record}\n"
        f"  actor: {role or _fill('按谁归拢(目录里这张表的 actors)')}                    # 按谁归拢\n"
        "  where: []                       # 只数哪些记录,如 [role = 原告];全部都数就留 []\n"
        f"  item: {item}                   # 不同的才算不同的一件\n"
        f"  at: {at}                    # 按哪一天\n"
        "  within: $span\n"
        "  at_least: $cases\n"
        + _tail(sheet, parameters, ",{actor} 是这个人,{count} 是件数", "{actor}三十日之内……{count}件,待核查", agency)
        + "# 用例:每一例写出各条记录;第一例恰在一段时间之内(命中),第二例多一日(不命中)。\n"
        "cases:\n" + case("恰在三十日之内", days[2], f"{{pattern: {days[2]}, subject: [甲1]}}") + case("多一日", days[3], "none")
    )


def _days(sheet: Sheet | None, dates: list[Column], catalogue: Catalogue) -> tuple[str, str, str]:
    """Where a window finds its days: the expression, and the record and field of the related row where they are not its own."""
    if sheet is None:
        return _fill("日期的字段"), "", ""
    if dates:
        return dates[0].field, "", ""
    for name, relation in sheet.relations.items():
        other = catalogue.records[relation.rows]
        if catalogue.is_single(relation) and other.dates and sheet.key_fields[0] == other.key_fields[0]:
            return f"{name}.{other.dates[0]}", other.record, other.dates[0]
    return _fill("日期的字段"), "", ""
