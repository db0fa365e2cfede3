"""The JSON Schemas of rule files, overlays and lists, with which an editor completes their keys and underlines what is wrong."""

from __future__ import annotations

from typing import Any

from rules.lists import Lists
from rules.overlay import Overlay
from rules.schema import Rule

KEYS = {
    "id": "规则编号,如 local.preservation-late:小写英文、数字和连字符,中间一个点",
    "title": "规则名称", "mechanism": "监督机制", "line": "业务条线,如 民事检察", "severity": "默认的紧急程度",
    "grade": "statutory 有法律规定的期限或要件;policy 工程口径,提示中注明非法定", "subject": "规则看哪种记录(交换目录中的英文名);window 写 actor",
    "let": "规则自用的名字: 表达式", "when": "适用条件,全部成立才看", "unless": "但书,任何一条成立就不看", "breach": "违法情形,全部成立才算",
    "limit": "期限规则:从哪一天起、多长时间内、要做什么", "condition": "情形规则:何日出现", "link": "关联规则:何日出现",
    "window": "聚集规则:同一主体在一段时间内的若干记录", "in_force": "规则从哪一天起适用", "insufficient": "缺哪一项就判断不了",
    "severities": "按情形改变紧急程度,第一条成立的算", "law": "法律依据编号(clues law list)", "law_by": "由案情决定的法律依据编号",
    "parameters": "参数的各版本:自何日起、值、出处、核对日", "agency": "被监督单位(字段)", "says": "线索的一句话,{字段} 换成案情",
    "rebuttals": "可能的合理解释", "do": "建议怎么核查", "false_positives": "已知的误报情形", "cases": "用例:给什么、哪一天、应得什么",
}  # fmt: skip


SHAPE_KEYS = {
    "Limit": {
        "from": "起算日(字段),当日不计", "within": "多长,如 $limit", "ends": "roll 届满日遇休息日顺延;fix 不顺延(如羁押期限)",
        "fix_if": "这个条件成立时不顺延",
        "fixed_day": "文书载明了届满日的,以这一列为准", "done_by": "办了哪一件都算,取最早的", "open_only": "只列至今未办的,不列办迟的",
    },
    "Act": {"act": "办了的日期(字段)", "if": "这个条件成立才算", "since": "不早于这一天才算"},
    "Condition": {"day": "情形哪一天出现(字段)"},
    "Window": {
        "rows": "数哪种记录", "actor": "按谁归拢(交换目录里这张表的 actors)", "by_certificate": "只按证件号归拢", "where": "这些条件都成立的才数",
        "item": "不同的这一项才算不同的一件", "at": "按哪一天", "known_on": "从哪一天起才算知道",
        "within": "多长一段,不写是不限", "at_least": "至少几件",
        "different": "还要涉及几个不同的人", "with_same": "只数同一对方的", "total": "thresholds:金额累加后与立案标准比",
        "beside": "同一主体在另一张表里也有记录", "around": "同一主体在另一张表里的一条记录前后",
    },
    "Different": {"of": "数哪一列的不同的人", "at_least": "至少几个"},
    "Companion": {
        "rows": "另一张表的记录", "role": "同一主体在那里是什么角色(actors)", "where": "这些条件都成立的才看", "day": "那条记录按哪一天",
        "before": "beside 写 last:不晚于聚集的最后一件;around 写期限:聚集的各件最多早于那一天多久", "after": "聚集的各件最多晚于那一天多久",
    },
    "Version": {"from": "自何日起", "value": "期限、整数、日期或文字", "cite": "出处", "checked": "何时核对过原文"},
    "Missing": {"if": "什么时候判断不了", "missing": "缺哪一项(字段)"},
    "Grading": {"if": "这个条件成立时", "severity": "紧急程度"},
    "Exclusion": {"if": "除外的条件", "because": "理由"},
    "Case": {
        "name": "用例名称", "as_of": "截止日", "given": "规则所看的那一行:{字段: 值, …}", "rows": "关联的记录:{记录: [{字段: 值, …}, …]}",
        "expect": "none,或 {overdue: 届满日} {late: 届满日} {pattern: 出现日} {insufficient: [字段]},另有 severity、arose、subject",
    },
}  # fmt: skip


def _without_english(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the names and docstrings of our classes: an editor would show them to people who write rules in Chinese."""
    for part in (schema, *schema["$defs"].values()):
        part.pop("title", None)
        part.pop("description", None)
        for value in part["properties"].values():
            value.pop("title", None)
    return schema


def rule_schema() -> dict[str, Any]:
    """The JSON Schema of a rule file, with the short forms that are read too (a plain text for an act or an exclusion)."""
    schema = _without_english(Rule.model_json_schema(by_alias=True))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"], schema["description"] = "规则", "一个文件一条规则;写法见 docs/rules.md"
    for name, text in KEYS.items():
        schema["properties"][name]["description"] = text
    for model, texts in SHAPE_KEYS.items():
        for name, text in texts.items():
            schema["$defs"][model]["properties"][name]["description"] = text
    for holder, name in ((schema["$defs"]["Limit"], "done_by"), (schema, "unless")):
        part = holder["properties"][name]
        part["items"] = {"anyOf": [{"type": "string"}, part["items"]]}
    return schema


def lists_schema() -> dict[str, Any]:
    """The JSON Schema of a file of named lists."""
    schema = Lists.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"], schema["description"] = "清单", "几条规则共用的词;写法见 docs/rules.md"
    schema["properties"]["lists"] |= {"title": "清单", "description": "名字: [词, …];规则里写作 @名字"}
    return schema


OVERLAY_KEYS = {
    "Overlay": {"overlay": "地方的名称,如 某省", "rules": "规则编号: 改什么", "thresholds": "立案追诉标准,凡用到的规则都改用它"},
    "Change": {
        "title": "规则名称里写死了原来的数的,换成这一句", "says": "提示里写死了原来的数的,换成这一句;{$参数名} 换成当时有效的值",
        "parameters": "参数的各版本:自何日起(至何日止)、值、依据、核对日", "severity": "默认的紧急程度,按扫描的截止日看",
        "stopped": "停用这条规则,按扫描的截止日看", "cases": "改过以后的用例:给什么、哪一天、应得什么",
    },
    "LocalThreshold": {
        "offence": "罪名,如 非法采矿", "class": "类别,如 耕地", "law": "授权省里定数额的条文的编号(clues law list)",
        "reached": "达到任何一个括号即可,同一个括号里的都要达到;amount、illegal_gain 以元计,ratio 百分比,quantity 如 10 人",
    },
}  # fmt: skip


def overlay_schema() -> dict[str, Any]:
    """The JSON Schema of an overlay file; where one dated entry is enough, it need not be a list."""
    schema = _without_english(Overlay.model_json_schema(by_alias=True))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"], schema["description"] = "覆盖文件", "一个地方对规则的改动;写法见 docs/local.md"
    for model, texts in OVERLAY_KEYS.items():
        part = schema if model == "Overlay" else schema["$defs"][model]
        for name, text in texts.items():
            part["properties"][name]["description"] = text
    for name in ("severity", "stopped"):
        part = schema["$defs"]["Change"]["properties"]
        part[name] = {"description": part[name]["description"], "anyOf": [part[name]["items"], part[name]]}
    return schema
