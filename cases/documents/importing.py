"""Importing court papers: which of the paths hold papers, and their rows into the store."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cases.catalogue import Catalogue
from cases.documents.extract import extract
from cases.documents.files import holds_papers, is_hidden, read_path
from cases.documents.gathering import Gathering
from cases.documents.rows import rows
from cases.documents.survey import Survey
from cases.errors import SheetError
from cases.importing import Progress, SheetReport
from cases.reading.source import Source
from cases.reading.sources import BOOK_SUFFIXES, OTHER_SUFFIXES, TEXT_SUFFIXES, sheet_of

TOLD_EVERY = 500


@dataclass
class Sorted:
    """Paths told apart: those that hold sheets, and those that hold papers. A folder may be in both."""

    sheets: list[Path] = field(default_factory=list)
    papers: list[Path] = field(default_factory=list)


def is_sheet(path: Path, catalogue: Catalogue) -> bool:
    """Whether a file is for the import of sheets: a workbook, a text file named as a sheet, or a CSV file without papers."""
    suffix = path.suffix.lower()
    if suffix in (*BOOK_SUFFIXES, *OTHER_SUFFIXES):
        return True
    if suffix not in TEXT_SUFFIXES:
        return False
    return sheet_of(path.stem, catalogue) is not None or (suffix != ".txt" and not holds_papers(path))


def sort_paths(paths: Iterable[Path], catalogue: Catalogue) -> Sorted:
    """Tell paths of sheets from paths of papers; of a folder that holds papers, its sheets are named one by one.

    A path that is not there, or cannot be looked at, is left to the import of sheets, which says so.
    """
    found = Sorted()
    for path in paths:
        try:
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and not is_hidden(p)] if path.is_dir() else []
            papers = any(_is_paper(p, catalogue) for p in inside or [path] if p.is_file())
        except (OSError, ValueError):
            inside, papers = [], False
        if not papers:
            found.sheets.append(path)
            continue
        found.papers.append(path)
        found.sheets += [p for p in inside if p.parent == path and is_sheet(p, catalogue)]
    return found


def _is_paper(path: Path, catalogue: Catalogue) -> bool:
    return not is_sheet(path, catalogue) and (path.suffix.lower() not in TEXT_SUFFIXES or holds_papers(path))


@dataclass
class Gathered:
    """What was read of papers: rows as sources for the import, which live until the reading is closed, and the counts."""

    sources: list[Source] = field(default_factory=list)
    survey: Survey = field(default_factory=Survey)


@contextlib.contextmanager
def gathered(
    paths: Iterable[Path], catalogue: Catalogue, *, strict: bool = False, progress: Progress | None = None, sheets_too: bool = False
) -> Iterator[Gathered]:
    """Read the papers under some paths, for `cases.importing.import_paths(…, more=…)`.

    Raises SheetError for a path that is not there; in a strict run, where a paper could not be read; where none could be read at all,
    unless there are `sheets_too`, which a stray note beside them must not keep out.
    """
    found, told, done = Gathered(), progress or (lambda name, done: None), 0
    everything = list(paths)
    with Gathering(catalogue) as heap:
        for path in everything:
            for document in read_path(path, leave_out=lambda file: is_sheet(file, catalogue)):
                extraction = extract(document)
                found.survey.count(extraction)
                heap.add(rows(extraction))
                done += 1
                if done % TOLD_EVERY == 0:
                    told(path.name, done)
        if strict and (failed := found.survey.failed()):
            raise SheetError(f"--strict 之下有读不了的文书,什么都没有导入:{failed[0].told()}")
        if found.survey.unread and not found.survey.matters and not sheets_too:
            raise SheetError(f"没有读出任何文书,什么都没有导入:{found.survey.unreadable()[0].told()}")
        found.sources = heap.sources(everything[0]) if everything else []
        yield found


def by_sheet(reports: Iterable[SheetReport], sources: Iterable[Source]) -> list[SheetReport]:
    """The reports of a run, in which those of gathered sources, which differ only in their columns, are one per sheet.

    A source with a rejects file of its own stays apart.
    """
    gathered_from = {source.path for source in sources}
    whole: dict[object, SheetReport] = {}
    for number, part in enumerate(reports):
        key = (part.sheet, part.path) if part.path in gathered_from and not part.rejects else number
        if key not in whole:
            whole[key] = part
            continue
        kept = whole[key]
        for name, count in part.counts().items():
            setattr(kept, name, getattr(kept, name) + count)
    return list(whole.values())
