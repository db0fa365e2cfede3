"""Which rules a command uses: by the patterns that the options --only, --skip and --rule take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.store import Store
    from rules.resolve import Resolved


def chosen(store: Store, packs: tuple[Path, ...], only: tuple[str, ...], skip: tuple[str, ...], day: int) -> list[Resolved]:
    """The rules to be used, as overlays have them on the as-of day. Raises UsageProblem where a pattern fits none."""
    from cli.packs import chosen as matching
    from rules.load import load_rules

    rules = load_rules(packs, store.catalogue, day=day)
    kept = matching(rules, only) if only else rules
    dropped = {r.rule.id for r in matching(rules, skip)}
    return [r for r in kept if r.rule.id not in dropped]
