"""What commands say and print: tables by display width, JSON, progress, files replaced whole."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from cases.errors import CluesError, why


def say(text: str, *, quiet: bool = False) -> None:
    """Talk to the user: stderr, nothing with --quiet."""
    if not quiet:
        click.echo(text, err=True)


def hint(text: str) -> None:
    """Say what is good to know, of a command whose --quiet is that of every command."""
    say(text, quiet=click.get_current_context().meta["clues.quiet"])


def print_json(document: Any) -> None:
    """Print one JSON document, UTF-8, on stdout."""
    import orjson

    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Print a table on stdout, columns aligned by display width; `right` are the columns with numbers."""
    from rich.console import Console
    from rich.table import Table

    # Into a file or pipe a table is as wide as it needs to be, so that nothing is cut.
    console = Console(width=None if sys.stdout.isatty() else 400, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, name in enumerate(headers):
        table.add_column(name, justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(c) for c in row))
    console.print(table)


def print_csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print CSV for Excel on stdout."""
    from review.csvs import write_csv

    sys.stdout.flush()
    write_csv(headers, rows, sys.stdout.buffer)


def _cell(value: object) -> str:
    from rich.markup import escape

    return "" if value is None else escape(str(value))


@contextlib.contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[str, int], None]]:
    """A progress display on stderr where that is a terminal; gives a function of (what, how many so far)."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} 行"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda what, done: bar.update(task, description=f"{label} {what}", completed=done)


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Write a file whole or not at all: gives the path of a draft that takes the place of `path` at the end.

    Raises CluesError where it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield draft
        os.replace(draft, path)
    except OSError as e:
        raise CluesError(f"{path} 写不了:{why(e)},请检查路径和权限") from e
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
