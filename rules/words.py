"""The words of rule files in Chinese, for whoever prints them; imports nothing, so that the commands start fast."""

SHAPES = {"limit": "期限", "condition": "情形", "link": "关联", "window": "聚集"}
SEVERITIES = {"high": "高", "medium": "中", "low": "低"}
GRADES = {"statutory": "法定", "policy": "工程口径"}
