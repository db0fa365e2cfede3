"""`clues doctor`: what is wrong with the installation, the store or the data, and the mend."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.command import catalogue_option, command, completing, format_option, law_option, quiet_option, rules_option
from cli.output import print_json, say

if TYPE_CHECKING:
    from cases.settings import Settings
    from review.checkup import Finding

MARKS = {"ok": ("正常", "green"), "note": ("留意", "yellow"), "wrong": ("有误", "red")}


@command("doctor")
@click.argument("store", metavar="[案件库]", required=False, shell_complete=completing("files"))
@click.option("--documents", multiple=True, type=click.Path(path_type=Path), metavar="路径", help="试读这些文书文件或文件夹,说明读出多少(可写多次)")
@rules_option
@catalogue_option
@law_option
@quiet_option
@format_option("text", "json")
def doctor(store: str | None, documents: tuple[Path, ...], quiet: bool, form: str) -> int:
    """检查安装、设置、规则、法律依据、节假日历和本地文件;给出案件库的,也检查库和其中的数据。有误的说明怎样改正。

    全部正常(或只有需要留意的)退出码为 0,有误为 1。

    \b
    例:clues doctor
        clues doctor cases.db
        clues doctor --documents 裁判文书文件夹
    """
    from cli.settings import named
    from review import checkup

    day = date.today().toordinal()
    settings, told = _settings()
    parts = [("安装", list(checkup.installation(day))), ("设置", told), ("本地文件", list(checkup.local(settings, day)))]
    if store is not None:
        parts.append(("案件库", list(checkup.store(named(store), day, settings))))
    if documents:
        parts.append(("文书", list(checkup.documents(documents))))
    wrong = sum(f.level == "wrong" for _, found in parts for f in found)
    notes = sum(f.level == "note" for _, found in parts for f in found)
    if form == "json":
        print_json({"wrong": wrong, "notes": notes, "findings": [{"part": name, **f.as_json()} for name, found in parts for f in found]})
        return min(wrong, 1)
    if quiet:
        for _, found in parts:
            for finding in found:
                if finding.level == "wrong":
                    say(f"有误:{finding.text}" + (f";{finding.mend}" if finding.mend else ""))
    lines = [] if quiet else [line for name, found in parts if found for line in ["", click.style(name, bold=True), *map(_line, found)]][1:]
    ending = f"有误 {wrong} 处,留意 {notes} 处" if wrong or notes else "一切正常"
    click.echo("\n".join([*lines, *([] if quiet else [""]), ending]), color=False if os.environ.get("NO_COLOR") else None)
    return min(wrong, 1)


def _settings() -> tuple[Settings, list[Finding]]:
    """The settings, and each with its value and where it comes from; the defaults where they cannot be read."""
    from cases.errors import CluesError
    from cases.settings import Settings
    from cli.settings import built, origins, strange_variables
    from review.checkup import Finding
    from rules.calendar import use

    try:
        said = origins()
    except CluesError as e:
        return Settings(), [Finding("wrong", str(e))]
    settings = built(said)
    with contextlib.suppress(CluesError):  # told with the other local files
        use(settings.calendar)
    found = [Finding("ok", f"{o.title}({o.name}):{_worded(o.value)},来自 {o.origin}") for o in said]
    strange = [Finding("note", f"环境变量 {name} 不是设置,没有用上", "请核对拼写") for name in strange_variables()]
    return settings, found + strange


def _worded(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) and value else str(value) if value not in ((), "") else "(没有)"


def _line(finding: Finding) -> str:
    word, colour = MARKS[finding.level]
    mend = f"\n        → {finding.mend}" if finding.mend else ""
    return f"  {click.style(word, fg=colour)}  {finding.text}{mend}"
