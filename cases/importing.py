"""The import: sheets of files into the store, streamed in batches.

Order within one run: sources that can make new rows before those that lack a required column and can only update, then by file
name (digits by their number), then by worksheet. Whatever order the paths were given in, the same files give the same store.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import getpass
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, CursorResult, insert, update
from sqlalchemy.exc import SQLAlchemyError

from cases.errors import CluesError, SheetError
from cases.memory import no_collecting
from cases.parsing import OtherTable, Reject, RowParser
from cases.reading.header import Layout
from cases.reading.source import NOTE, Row, Source
from cases.reading.sources import Found, find_sources
from cases.rejects import RejectsFile, is_own, rejects_path
from cases.store import Store, failure
from cases.upsert import Writer, forget_priors, refresh_statistics

_log = logging.getLogger(__name__)

BATCH = 4000
BATCHES_A_TRANSACTION = 5
LINES_SHOWN = 5
REJECTS_LISTED = 1000
"""So many rejects of a sheet are listed in the report; all of them are in the rejects file."""

Progress = Callable[[str, int], None]
"""Told the file's name and how many of its rows have been read."""
Log = Callable[[Connection, "ImportReport", bool], None]
"""Told that a run begins and that it has ended (True), within the transactions in which it does; `import_id` is known."""


@dataclass
class SheetReport:
    """What became of one source."""

    sheet: str
    path: Path
    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    rejects_file: Path | None = None

    def counts(self) -> dict[str, int]:
        return {"read": self.read, "inserted": self.inserted, "updated": self.updated, "unchanged": self.unchanged, "rejected": self.rejected}

    def as_json(self) -> dict[str, Any]:
        rejects = [{"line": r.line, "column": r.column, "value": r.value, "reason": r.reason} for r in self.rejects]
        return {"sheet": self.sheet, "path": str(self.path), **self.counts(), "rejects": rejects}


@dataclass
class ImportReport:
    """What became of a run: one entry per source in import order; files that failed as a whole; remarks for the user.

    `refused`: a strict run had something to reject, and nothing went in.
    """

    sheets: list[SheetReport] = field(default_factory=list)
    problems: list[tuple[Path, CluesError]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    refused: bool = False
    import_id: int = 0

    @property
    def rejected(self) -> int:
        return sum(s.rejected for s in self.sheets)

    def as_json(self) -> dict[str, Any]:
        """The document that `clues import --format json` prints."""
        return {"sheets": [s.as_json() for s in self.sheets]}


@dataclass
class _Job:
    source: Source
    layout: Layout
    report: SheetReport


def import_paths(
    store: Store, paths: Iterable[str | Path], *, sheet: str | None = None, strict: bool = False, progress: Progress | None = None,
    at: dt.datetime | None = None, more: Iterable[Source] = (), log: Log | None = None,
) -> ImportReport:  # fmt: skip
    """Import files, workbooks and folders into an open store, and in the same run `more` sources that another reader made.

    `sheet` overrides what the names say. `strict`: one rejected row or unreadable file, and nothing goes in (`refused`). `at` is the
    time noted in the register (default: now). `log` is told of the begin before any row is committed, and of the end when all are; of
    a strict run, which is one transaction, of the end alone. Raises UsageProblem for an unknown sheet, SheetError where nothing could
    be read at all, StoreError where the store fails; what was committed by then stays and may be imported again.
    """
    found = find_sources([Path(p) for p in paths], store.catalogue, sheet)
    found.add(more, store.catalogue)
    return _import(store, found, strict, progress, at, log)


def _import(
    store: Store, found: Found, strict: bool, progress: Progress | None, at: dt.datetime | None, log: Log | None
) -> ImportReport:  # fmt: skip
    report = ImportReport(problems=found.problems, remarks=found.remarks)
    jobs = [_Job(source, layout, SheetReport(source.sheet, source.path)) for source, layout in found.sources]
    jobs.sort(key=lambda job: bool(job.layout.missing))
    try:
        if report.problems and (strict or not jobs):
            raise _nothing(report)
        report.sheets = [job.report for job in jobs]
        with store.engine.connect() as connection, no_collecting():
            _Run(store, connection, report, strict, progress, at or dt.datetime.now(), log).run(jobs)
        if report.problems and not any(sheet.read for sheet in report.sheets):
            raise _nothing(report)
    except SQLAlchemyError as e:
        raise failure(e, store.name) from e
    finally:
        found.shelf.close()
    return report


def _nothing(report: ImportReport) -> CluesError:
    """The error of a run that imports nothing because of whole files."""
    if len(report.problems) == 1:
        return report.problems[0][1]
    return SheetError("没有导入任何内容:" + ";".join(str(e) for _, e in report.problems))


class _Run:
    """One import run over an open connection."""

    def __init__(
        self, store: Store, connection: Connection, report: ImportReport, strict: bool, progress: Progress | None, at: dt.datetime, log: Log | None
    ):  # fmt: skip
        self.store, self.connection, self.report, self.strict = store, connection, report, strict
        self.progress = progress or (lambda name, rows: None)
        self.log = log or (lambda connection, report, is_end: None)
        self.at = at
        self.by_file: dict[int, SheetReport] = {}
        self.taken: set[Path] = set()
        self.clean: list[tuple[Source, Path]] = []

    def run(self, jobs: list[_Job]) -> None:
        imports = self.store.register["imports"]
        begun = self.connection.execute(insert(imports).values(begun_at=self.at.isoformat(" ", "seconds"), account=_account()))
        self.report.import_id = _new_id(begun)
        if not self.strict:
            self.log(self.connection, self.report, False)
        self._commit()
        for job in jobs:
            try:
                self._import(job)
            except SheetError as e:
                self.report.problems.append((job.source.path, e))
        if self.strict and (self.report.rejected or self.report.problems):
            self.connection.rollback()
            self.report.refused = True
            for sheet in self.report.sheets:
                sheet.inserted = sheet.updated = sheet.unchanged = 0
            return
        forget_priors(self.connection, self.store.register["earlier"], self.report.import_id)
        changed = {job.layout.sheet.record for job in jobs if job.report.inserted or job.report.updated}
        refresh_statistics(self.connection, [self.store.tables[record] for record in sorted(changed)])
        totals = {name: sum(s.counts()[name] for s in self.report.sheets) for name in SheetReport("", Path()).counts()}
        ended = {"ended_at": dt.datetime.now().isoformat(" ", "seconds"), "counts": orjson.dumps(totals).decode()}
        self.connection.execute(update(imports).where(imports.c.import_id == self.report.import_id).values(ended))
        self.log(self.connection, self.report, True)
        self.connection.commit()
        for source, path in self.clean:
            self._clear(source, path)

    def _clear(self, source: Source, path: Path) -> None:
        """Take away the rejects that an earlier import of a source left, now that none of its rows is rejected; what is not as it was left
        may be somebody's work, and stays.
        """
        own = is_own(self.connection, self.store.register["files"], source, path)
        if own is None:
            return
        with contextlib.suppress(OSError):
            if own:
                path.unlink()
                self.report.remarks.append(f"{source.path.name} 这次没有拒收的行,以前写出的 {path.name} 已删去")
                return
        self.report.remarks.append(f"{source.path.name} 这次没有拒收的行;旁边的 {path.name} 不是这个案件库为它写出的原样,没有动,核对后可自行删去")

    def _commit(self) -> None:
        """End the transaction of some batches; a strict run has only one."""
        if not self.strict:
            self.connection.commit()
        gc.collect(1)

    def _import(self, job: _Job) -> None:
        files = self.store.register["files"]
        values = {
            "import_id": self.report.import_id,
            "path": str(job.source.path.resolve()),
            "sheet": job.source.sheet,
            "digest": job.source.digest,
        }
        file_id = _new_id(self.connection.execute(insert(files).values(values)))
        self.by_file[file_id] = job.report
        _log.info("读 %s:作为“%s”,表头在第 %d 行,列 %s", job.source.where, job.source.sheet, job.layout.line, _columns(job.layout))
        rejects = RejectsFile(rejects_path(job.source, self.taken), job.layout, job.source.first_day)
        parser = RowParser(job.layout, job.source)
        writer = self._writer(job, parser, file_id)
        try:
            self._stream(job, parser, writer, rejects)
        except SheetError:
            self._settle(job, writer, rejects, file_id)
            raise
        except BaseException:
            rejects.discard()
            raise
        self._settle(job, writer, rejects, file_id)
        for (name, first, other), rows in parser.unlike.items():
            if rows:
                said = f"{job.source.path.name} 有 {rows} 行的“{first}”和“{other}”不同,两列都是“{name}”:以“{first}”为准,请核对"
                self.report.remarks.append(said)
        if writer.replaced:
            key = "、".join(job.layout.sheet.key)
            said = f"{_lines(job, sorted(writer.replaced))}与后面的行是同一条(“{key}”相同)而内容不同,只保留了后面的"
            self.report.remarks.append(f"{said}:本是两条记录的,请把编号写得不同再导入一次")
        if NOTE not in job.layout.extras.values():  # papers hide names by rule, and say so themselves
            self._tell_nobodies(job, parser)
        if job.report.read and not job.report.rejected:
            self.clean.append((job.source, rejects.path))

    def _tell_nobodies(self, job: _Job, parser: RowParser) -> None:
        """Say which rows do not tell who somebody is, and what that means for the clues."""
        for column, lines in parser.masked.items():
            if lines:
                said = f"{_lines(job, lines)}的“{column}”隐去了一部分,认不出是谁,当作没有证件号(有姓名的按姓名比对)"
                self.report.remarks.append(f"{said}:请向报送单位要完整的号码,补上后再导入一次")
        for column, lines in parser.nameless.items():
            if lines:
                said = f"{_lines(job, lines)}没有完整的证件号,“{column}”又隐去了名字或不详:写作张某、不详的,同样写法会当作同一人,线索先核对身份"
                self.report.remarks.append(f"{said};写作张**的不与别的记录比对。请补上证件号或全名再导入一次")

    def _writer(self, job: _Job, parser: RowParser, file_id: int) -> Writer:
        table, prior = self.store.tables[job.layout.sheet.record], self.store.register["earlier"]
        joins = self.store.catalogue.join_fields(job.layout.sheet.record)
        return Writer(
            self.connection, table, prior, job.layout.sheet, parser.columns, self.report.import_id, file_id,
            moves=self.store.register["moves"], revisions=self.store.register["revisions"], joins=joins,
            extra_names=job.layout.extras.values(), missing=job.layout.missing, taken_back=self._take_back,
        )  # fmt: skip

    def _take_back(self, file_id: int, rows: int) -> None:
        """Rows that an earlier file of this run changed are as before the run after all."""
        earlier = self.by_file[file_id]
        earlier.updated -= rows
        earlier.unchanged += rows

    def _stream(self, job: _Job, parser: RowParser, writer: Writer, rejects: RejectsFile) -> None:
        report, rows = job.report, islice(job.source.rows(), job.layout.start, None)
        for number, batch in enumerate(_batches(rows), 1):
            ended = None
            try:
                parsed = parser.parse(batch)
            except OtherTable as e:
                parsed, ended = parser.parse([row for row in batch if row[0] < e.line]), e
            rejected = parsed.rejected
            if left_out := writer.write(parsed.rows):
                rejected = sorted([*rejected, *self._incomplete(job, batch, left_out)], key=lambda r: r[0][0])
            rejects.write(rejected)
            report.read += parsed.read
            report.rejected += len(rejected)
            for _, reasons in rejected:
                report.rejects += reasons[: max(0, REJECTS_LISTED - len(report.rejects))]
            self.progress(job.source.path.name, report.read)
            if ended:
                raise ended
            if number % BATCHES_A_TRANSACTION == 0:
                self._commit()

    def _incomplete(self, job: _Job, batch: list[Any], left_out: list[Any]) -> list[Any]:
        """The rejects for new rows out of a source that lacks required columns."""
        rows = {line: (line, cells) for line, cells in batch}
        column = job.layout.sheet.by_field[job.layout.missing[0]].name
        reason = f"库中没有这一条,新增须有“{column}”列:请补上这一列"
        return [(rows[row[0]], [Reject(row[0], column, "", reason)]) for row in left_out]

    def _settle(self, job: _Job, writer: Writer, rejects: RejectsFile, file_id: int) -> None:
        """Close the books on a source."""
        report, files = job.report, self.store.register["files"]
        report.inserted += writer.inserted
        report.updated += writer.updated
        report.unchanged += writer.unchanged
        if rejects.close(replaces=is_own(self.connection, files, job.source, rejects.path) is True):
            report.rejects_file = rejects.path
        if rejects.moved:
            said = f"{rejects.path.name} 里原来的内容写出后有人改过,或不是这个案件库写出的,已改名为 {rejects.moved.name} 保留"
            self.report.remarks.append(said)
        if rejects.problem:
            self.report.remarks.append(rejects.problem)
        unknown = [name for at, name in job.layout.extras.items() if job.layout.names[at]]
        if unknown and NOTE not in unknown:  # what a reader of papers adds of its own is no news
            named = "、".join(unknown[:8]) + (f" 等 {len(unknown)} 列" if len(unknown) > 8 else "")
            said = "照原样保存,规则看不到;要用就写进本地目录,再导入一次(docs/local.md)"
            self.report.remarks.append(f"{job.source.path.name} 有交换目录里没有的列:{named};{said}")
        _log.info("%s:读到 %d 行,新增 %d,更新 %d,未变 %d,拒收 %d", job.source.where, *report.counts().values())
        values = {"counts": orjson.dumps(report.counts()).decode(), "rejects": rejects.digest or None}
        self.connection.execute(update(files).where(files.c.file_id == file_id).values(values))
        self._commit()


def _columns(layout: Layout) -> str:
    """Which column of a source was taken for which of its sheet, in a sentence."""
    fed = {at: layout.sheet.by_field[field].name for field, places in layout.fields.items() for at in places}
    names = ((layout.names[at], name) for at, name in sorted(fed.items()))
    return "、".join(name if written == name else f"{written}={name}" for written, name in names)


def _lines(job: _Job, lines: Sequence[int]) -> str:
    """Some lines of a source, as named in messages."""
    shown, more = "、".join(map(str, lines[:LINES_SHOWN])), "等" * (len(lines) > LINES_SHOWN)
    return f"{job.source.path.name} 的《{job.source.sheet}》有 {len(lines)} 行(第 {shown} 行{more})"


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in batches; those before an error are handed on before it is raised."""
    while True:
        batch: list[Row] = []
        try:
            batch.extend(islice(rows, BATCH))
        except SheetError:
            yield batch
            raise
        if not batch:
            return
        yield batch


def _new_id(result: CursorResult[Any]) -> int:
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
