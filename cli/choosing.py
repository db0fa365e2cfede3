"""Which rules a command uses: by the patterns that the options --only, --skip and --rule take."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.store import Store
    from rules.resolve import Resolved


def chosen(store: Store, packs: tuple[Path, ...], only: tuple[str, ...], skip: tuple[str, ...], day: int) -> list[Resolved]:
    """The rules to be used, as overlays have them on the as-of day. Raises UsageProblem where a pattern fits none."""
    from cases.errors import UsageProblem
    from rules.load import load_rules

    rules = load_rules(packs, store.catalogue, day=day)
    for pattern in (*only, *skip):
        if not any(fnmatchcase(r.rule.id, pattern) for r in rules):
            raise UsageProblem(f"没有规则符合 {pattern}:用 clues rules list 查看规则编号")
    kept = [r for r in rules if not only or any(fnmatchcase(r.rule.id, p) for p in only)]
    return [r for r in kept if not any(fnmatchcase(r.rule.id, p) for p in skip)]
