"""Importing court papers: which of the paths hold papers, and their rows into the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cases.catalogue import Catalogue
from cases.documents.extract import extract
from cases.documents.files import holds_papers, is_hidden, read_path
from cases.documents.gathering import Gathering
from cases.documents.rows import rows
from cases.documents.survey import Survey
from cases.importing import ImportReport, Progress, SheetReport, import_sources
from cases.reading.sources import BOOK_SUFFIXES, TEXT_SUFFIXES, sheet_of
from cases.store import Store

TOLD_EVERY = 500


@dataclass
class Sorted:
    """Paths told apart: those that hold sheets, and those that hold papers. A folder may be in both."""

    sheets: list[Path] = field(default_factory=list)
    papers: list[Path] = field(default_factory=list)


def is_sheet(path: Path, catalogue: Catalogue) -> bool:
    """Whether a file is for the import of sheets: a workbook, a text file named as a sheet, or a CSV file without papers."""
    suffix = path.suffix.lower()
    if suffix in BOOK_SUFFIXES:
        return True
    if suffix not in TEXT_SUFFIXES:
        return False
    return sheet_of(path.stem, catalogue) is not None or (suffix != ".txt" and not holds_papers(path))


def sort_paths(paths: Iterable[Path], catalogue: Catalogue) -> Sorted:
    """Tell paths of sheets from paths of papers. A path that does not exist is left to the import of sheets, which says so."""
    found = Sorted()
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and not is_hidden(p)]
            papers = any(_is_paper(p, catalogue) for p in inside)
            if papers:
                found.papers.append(path)
            if not papers or any(is_sheet(p, catalogue) for p in inside if p.parent == path):
                found.sheets.append(path)
        elif path.exists() and _is_paper(path, catalogue):
            found.papers.append(path)
        else:
            found.sheets.append(path)
    return found


def _is_paper(path: Path, catalogue: Catalogue) -> bool:
    return not is_sheet(path, catalogue) and (path.suffix.lower() not in TEXT_SUFFIXES or holds_papers(path))


def import_papers(
    store: Store, paths: Iterable[Path], *, strict: bool = False, progress: Progress | None = None, at: dt.datetime | None = None
) -> tuple[ImportReport, Survey]:
    """Read the papers under some paths into an open store. Returns the report of the import, and what was read of the papers.

    The report has one entry per sheet. Raises as `cases.importing.import_sources`, and SheetError for a path that is not there.
    """
    survey, told = Survey(), progress or (lambda name, done: None)
    everything = list(paths)
    with Gathering(store.catalogue) as heap:
        done = 0
        for path in everything:
            for document in read_path(path, leave_out=lambda file: is_sheet(file, store.catalogue)):
                extraction = extract(document)
                survey.count(extraction)
                heap.add(rows(extraction))
                done += 1
                if done % TOLD_EVERY == 0:
                    told(path.name, done)
        sources = heap.sources(everything[0] if everything else Path())
        report = import_sources(store, sources, strict=strict, progress=progress, at=at)
    report.sheets = _by_sheet(report.sheets)
    return report, survey


def _by_sheet(reports: Iterable[SheetReport]) -> list[SheetReport]:
    """The reports of the sources of one sheet, which differ only in their columns, as one."""
    whole: dict[str, SheetReport] = {}
    for part in reports:
        kept = whole.setdefault(part.sheet, SheetReport(part.sheet, part.path))
        for name, count in part.counts().items():
            setattr(kept, name, getattr(kept, name) + count)
        kept.rejects += part.rejects
        kept.rejects_file = kept.rejects_file or part.rejects_file
    return list(whole.values())
