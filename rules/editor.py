"""The JSON Schema of rule files, with which an editor completes their keys and underlines what is wrong."""

from __future__ import annotations

from typing import Any

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


def rule_schema() -> dict[str, Any]:
    """The JSON Schema of a rule file, with the short forms that are read too (a plain text for an act or an exclusion)."""
    schema = Rule.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"], schema["description"] = "规则", "一个文件一条规则;写法见 docs/rules.md"
    for name, text in KEYS.items():
        schema["properties"][name]["description"] = text
    for holder, name in ((schema["$defs"]["Limit"], "done_by"), (schema, "unless")):
        part = holder["properties"][name]
        part["items"] = {"anyOf": [{"type": "string"}, part["items"]]}
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
    schema = Overlay.model_json_schema(by_alias=True)
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
