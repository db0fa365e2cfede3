"""The words of rule files and clues in Chinese, for whoever prints them; imports nothing, so that the commands start fast."""

SHAPES = {"limit": "期限", "condition": "情形", "link": "关联", "window": "聚集"}
SEVERITIES = {"high": "高", "medium": "中", "low": "低"}
STATES = {"overdue": "逾期未办", "late": "逾期已办", "pattern": "情形"}
GRADES = {"statutory": "法定", "policy": "工程口径"}
