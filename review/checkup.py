"""The check-up: what is wrong with the installation, the store or the data, and how each is mended.

Each function looks at one thing and gives findings; nothing is changed. `day` is the as-of day (ordinal).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from cases import shape
from cases.catalogue import Catalogue, Sheet, load_catalogue
from cases.errors import CluesError
from cases.settings import Settings
from cases.store import Store, failure, open_store
from rules import terms as t

if TYPE_CHECKING:
    from rules.resolve import Resolved

Level = Literal["ok", "note", "wrong"]
OLD_DAYS = 180  # a sheet whose newest date is older is worth a question
SPARSE = 0.5  # a decisive column that is given in fewer rows is worth one too


@dataclass(frozen=True)
class Finding:
    """What was looked at and found. `note` is worth knowing and no failure; `mend` says what to do, where there is something."""

    level: Level
    text: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        return {"level": self.level, "text": self.text, "mend": self.mend}


def installation(day: int) -> Iterator[Finding]:
    """Python, the rule engine by a real match, the rules, the law they cite, the calendar."""
    yield _python()
    yield _engine()
    yield from _rules(day)
    yield from _calendar(day)


def _python() -> Finding:
    said = f"Python {sys.version.split()[0]},clues {version('clues')}"
    if (3, 11) <= sys.version_info[:2] <= (3, 12):
        return Finding("ok", said)
    return Finding("wrong", said, "请改用 Python 3.11 或 3.12")


def _engine() -> Finding:
    mend = "请按锁定的版本重新安装 durable-rules:pip install --force-reinstall durable-rules"
    try:
        from engine.judge import self_test

        self_test()
    except ImportError as e:
        return Finding("wrong", f"规则引擎 durable_rules 装入不了({e})", mend)
    except CluesError as e:
        return Finding("wrong", str(e), mend)
    try:
        number = " " + version("durable-rules")
    except PackageNotFoundError:
        number = ""
    return Finding("ok", f"规则引擎 durable_rules{number}:实际匹配一次,结果正确")


def _rules(day: int) -> Iterator[Finding]:
    from rules.law import load_law
    from rules.load import load_rules

    try:
        rules, law = load_rules(), load_law()
    except CluesError as e:
        yield Finding("wrong", str(e), "请改正提示的文件;没有改过规则的,请重新安装 clues")
        return
    unknown = sorted(
        {f"{r.rule.id} 引用的 {name}" for r in rules for name in r.rule.law if name not in law.articles and not _is_alias(law.get, name)}
    )
    yield (
        Finding("wrong", f"法律依据表中没有:{'、'.join(unknown)}", "请在法律依据表中补上")
        if unknown
        else Finding("ok", f"规则 {len(rules)} 条,都能装入")
    )
    stale = law.stale(day)
    text = f"法律依据 {len(law.articles)} 条,其中 {len(stale)} 条该重新核对"
    yield Finding("note", text, "用 clues law list --stale 查看,核对现行条文") if stale else Finding("ok", text)


def _is_alias(get: object, name: str) -> bool:
    assert callable(get)
    try:
        get(name)
    except CluesError:
        return False
    return True


def _calendar(day: int) -> Iterator[Finding]:
    from rules.calendar import load_calendar

    calendar, year = load_calendar(), date.fromordinal(day).year
    known = sorted(calendar.years)
    text = f"节假日历:已知 {known[0]} 至 {known[-1]} 年" if known else "节假日历:没有任何年份"
    missing = [y for y in range(known[0], known[-1]) if y not in calendar.years] if known else []
    if not calendar.known_year(year) or missing:
        named = "、".join(map(str, [*missing, *([] if calendar.known_year(year) else [year])]))
        yield Finding("wrong", f"{text},缺 {named} 年,该年的顺延只按周末计算", "请升级:pip install -U chinesecalendar")
    elif not calendar.known_year(year + 1):
        yield Finding("note", f"{text},{year + 1} 年的放假安排还没有", "放假通知公布后升级:pip install -U chinesecalendar")
    else:
        yield Finding("ok", text)


def local(settings: Settings, day: int) -> Iterator[Finding]:
    """Whether the files of one's own that the settings name can be read: catalogue, law, calendar, rules and overlays."""
    from rules.calendar import load_calendar
    from rules.law import load_law

    catalogue = load_catalogue()
    try:
        catalogue = load_catalogue(settings.catalogue)
    except CluesError as e:
        yield from (Finding("wrong", line, "请改正这个目录文件;用到其中的表和列的规则也会有误") for line in str(e).splitlines()[1:])
    for load, paths in ((load_law, settings.law), (load_calendar, settings.calendar)):
        try:
            load(paths)
        except CluesError as e:
            yield from (Finding("wrong", line) for line in str(e).splitlines())
    yield from _local_rules(settings, catalogue, day)


def _local_rules(settings: Settings, catalogue: Catalogue, day: int) -> Iterator[Finding]:
    from rules.checks import read_rules
    from rules.overlay import Localised

    if not settings.rules:
        return
    read, problems = read_rules(settings.rules, catalogue, shipped=True, day=day)
    yield from (Finding("wrong", str(problem), "请改正这个文件;这之前扫描不能进行") for problem in problems)
    own = sum(Path(rule.source).is_relative_to(path) for _, rule in read for path in settings.rules)
    changed = [rule for _, rule in read if isinstance(rule, Localised)]
    stopped = sum(bool(rule.stopped) for rule in changed)
    lists = len(read[0][1].vocabulary.places) if read else 0
    yield Finding("ok", f"本地规则 {own} 条,清单 {lists} 张;覆盖文件改动 {len(changed)} 条规则,其中停用 {stopped} 条")


def store(target: str, day: int, settings: Settings | None = None) -> Iterator[Finding]:
    """Whether the store opens and is whole, what is in it, whether the decisive dates are there, whether it was scanned since."""
    settings = settings or Settings()
    try:
        opened = open_store(target, catalogue=load_catalogue(settings.catalogue))
    except CluesError as e:
        yield Finding("wrong", str(e))
        return
    with opened:
        try:
            yield _form(opened)
            yield from _sheets(opened, day, settings)
            yield from _runs(opened)
        except SQLAlchemyError as e:
            yield Finding("wrong", str(failure(e, opened.name)))


def _form(opened: Store) -> Finding:
    with opened.engine.connect() as connection:
        number = shape.version_of(connection)
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() if opened.is_sqlite else "ok"
    if said != "ok":
        return Finding("wrong", f"案件库 {opened.name} 已损坏:{said}", "请从备份恢复,或重新导入到新的案件库")
    return Finding("ok", f"案件库 {opened.name} 打得开,库版本 {number}")


def _sheets(opened: Store, day: int, settings: Settings) -> Iterator[Finding]:
    needed = decisive(_loaded(opened, settings, day))
    empty = []
    for record, sheet in opened.catalogue.records.items():
        rows, filled, newest = _counts(opened, sheet)
        if not rows:
            empty.append(sheet.name)
            continue
        yield _newest(sheet, rows, newest, day)
        for name, (least, rules) in needed.get(record, {}).items():
            share = filled[name] / rows
            if not share or share < least:
                yield _sparse(sheet, name, share, sorted(rules))
    if len(empty) == len(opened.catalogue.records):
        yield Finding("wrong", "案件库里没有任何记录", "请用 clues import 导入表格")
    elif empty:
        yield Finding("note", f"没有数据的表:{'、'.join(empty)}", "涉及这些表的规则不会有线索;有数据的请导入")


def _sparse(sheet: Sheet, name: str, share: float, rules: list[str]) -> Finding:
    listed = "、".join(rules[:3]) + (f" 等 {len(rules)} 条规则" if len(rules) > 3 else "")
    text = f"{sheet.name}的“{sheet.by_field[name].name}”" + (f"只有 {share:.0%} 的行填写" if share else "全部空白")
    return Finding("note", f"{text},规则 {listed} 要用它,没有填写的行判断不了", "请向报送单位补要这一列")


def _loaded(opened: Store, settings: Settings, day: int) -> list[Resolved]:
    from rules.load import load_rules

    try:
        return load_rules(settings.rules, opened.catalogue, day=day)
    except CluesError:  # told with the installation
        return []


def _counts(opened: Store, sheet: Sheet) -> tuple[int, dict[str, int], int]:
    """How many rows, in how many each column is given, and the newest date that is an event (0 where there is none)."""
    table = opened.tables[sheet.record]
    events = [f for f in sheet.dates if not sheet.by_field[f].term]
    columns = [func.count(), *(func.count(table.c[f]) for f in sheet.by_field), *(func.max(table.c[f]) for f in events)]
    with opened.engine.connect() as connection:
        rows, *found = connection.execute(select(*columns).select_from(table)).one()
    filled = dict(zip(sheet.by_field, found, strict=False))
    return rows, filled, max((m for m in found[len(sheet.by_field) :] if m), default=0)


def _newest(sheet: Sheet, rows: int, newest: int, day: int) -> Finding:
    text = f"{sheet.name} {rows} 行" + (f",最近的日期 {date.fromordinal(newest)}" if newest else ",没有任何日期")
    if newest > day:
        return Finding("note", f"{text},晚于今天", "请核对这张表的日期有没有写错")
    if newest and day - newest > OLD_DAYS:
        return Finding("note", f"{text},已有 {day - newest} 天没有新的日期", "请核对是否漏导了新报送的表格")
    return Finding("ok", text)


def decisive(rules: Iterable[Resolved]) -> dict[str, dict[str, tuple[float, set[str]]]]:
    """The columns on which rules hang: record → field → (the least share of rows that should have it, ids of the rules).

    A column without which a rule calls a record insufficient should be given as a rule; one from which a limit is counted
    only in some rows, as not every matter comes so far.
    """
    found: dict[str, dict[str, tuple[float, set[str]]]] = defaultdict(dict)

    def note(record: str, name: str, least: float, rule: str) -> None:
        old, ids = found[record].get(name, (0.0, set()))
        found[record][name] = (max(old, least), ids | {rule})

    for rule in rules:
        for gap in rule.rule.insufficient:
            if gap.condition == f"{gap.missing} is blank":
                note(rule.rule.subject, gap.missing, SPARSE, rule.rule.id)
        starts = {(f.place.record, f.name) for f in _dates(rule.start)} if rule.start is not None else set()
        # Of several columns, any may be the one that is given.
        if len(starts) == 1:
            note(*starts.pop(), 0.0, rule.rule.id)
    return found


def _dates(term: t.Term) -> Iterator[t.Field]:
    if isinstance(term, t.Field):
        if term.type == "date":
            yield term
        return
    for child in term.children():
        yield from _dates(child)


def _runs(opened: Store) -> Iterator[Finding]:
    runs, imports, clues = (opened.register[name] for name in ("runs", "imports", "clues"))
    with opened.engine.connect() as connection:
        last = connection.execute(select(runs.c.begun_at, runs.c.as_of).order_by(runs.c.run_id.desc()).limit(1)).first()
        read = connection.execute(select(imports.c.begun_at, imports.c.ended_at).order_by(imports.c.import_id.desc()).limit(1)).first()
        standing = connection.execute(select(func.count()).select_from(clues).where(clues.c.present == 1)).scalar() or 0
    if read is not None and read.ended_at is None:
        yield Finding("note", f"{read.begun_at} 开始的导入没有做完", "请再运行一次同样的导入;已读入的行不会重复")
    if last is None:
        yield Finding("note", "还没有扫描过", f"请运行 clues scan {opened.name}")
        return
    text = f"最近一次扫描:{last.begun_at},以 {date.fromordinal(last.as_of)} 为准,现有线索 {standing} 条"
    stale = read is not None and str(read.ended_at or read.begun_at)[:19] > str(last.begun_at)[:19]
    yield Finding("note", f"{text};其后又导入过数据", f"请运行 clues scan {opened.name}") if stale else Finding("ok", text)


def documents(paths: Sequence[Path]) -> Iterator[Finding]:
    """How many of the court papers under some paths can be read, and what cannot. A path that is not there is a finding."""
    from cases.documents.survey import survey_paths

    try:
        survey = survey_paths(paths)
    except CluesError as e:
        yield Finding("wrong", str(e))
        return
    failed = {f"没有读取:{unread.told()}" for unread in survey.failed()}
    doubts = ("没有入表", "原文自相矛盾", "没有读取")
    yield from (Finding("note" if line.startswith(doubts) else "ok", line) for line in survey.lines() if line not in failed)
    yield from (Finding("wrong", line, "请核对这些文书的文件和版式") for line in sorted(failed))
    if not survey.papers:
        yield Finding("wrong", f"{'、'.join(map(str, paths))} 里没有文书", "请核对路径")
