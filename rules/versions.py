"""Packs as versions to be held against each other: the shipped rules, a folder or a file of rules, or an overlay on shipped ones."""

from __future__ import annotations

from pathlib import Path

from cases.catalogue import Catalogue
from cases.errors import UsageProblem
from cases.yamlfile import read_text
from rules.load import PACKS, load_rules, read_file, rule_paths
from rules.overlay import is_overlay
from rules.resolve import Resolved

SHIPPED = "shipped"


def load_version(name: str, catalogue: Catalogue, day: int) -> dict[str, Resolved]:
    """The rules of a pack by id, as overlays have them on the as-of day (ordinal).

    `name` is `shipped`, or the path of a folder or file. An overlay brings the shipped rules that it changes, where the pack has no
    version of its own. Raises UsageProblem where there is no rule, RuleProblems with all problems of the files.
    """
    if name == SHIPPED:
        return {r.rule.id: r for r in load_rules((), catalogue, day=day)}
    path = Path(name)
    if not path.exists():
        raise UsageProblem(f"没有 {name}:请写规则文件或者文件夹的路径,或者 {SHIPPED}(随程序提供的规则)")
    files = [read_file(p, cases=False) for p in rule_paths([path])]
    own = {str(file.data.get("id")) for file in files if not is_overlay(file)}
    changed = {str(id) for file in files if is_overlay(file) and isinstance(file.data.get("rules"), dict) for id in file.data["rules"]}
    thresholds = any(file.data.get("thresholds") for file in files if is_overlay(file))
    base = [p for p in rule_paths([PACKS]) if p.stem not in own and (p.stem in changed or (thresholds and "threshold" in read_text(p)))]
    rules = {r.rule.id: r for r in load_rules([*base, path], catalogue, shipped=False, day=day)}
    if not rules:
        raise UsageProblem(f"{name} 里没有规则文件(.yaml):请核对路径")
    return rules
