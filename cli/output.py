"""What commands say and print: tables by display width, JSON, progress, files replaced whole."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from cases.errors import CluesError, UsageProblem, why
from cli.command import fold, width_of

STEPS = ("cases", "review", "cli")
"""The rooms whose modules tell of their steps."""


def say(text: str, *, quiet: bool = False) -> None:
    """Talk to the user: stderr, nothing with --quiet."""
    if not quiet:
        click.echo(text, err=True)


def hint(text: str) -> None:
    """Say what is good to know, of a command whose --quiet is that of every command."""
    say(text, quiet=click.get_current_context().meta["clues.quiet"])


def ask(question: str, refusal: str) -> None:
    """Ask before much is changed. Raises click.Abort unless the answer is yes, UsageProblem (`refusal`) where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UsageProblem(refusal)
    answer = click.prompt(f"{question}(是/否)", default="否", show_default=False, prompt_suffix=" ", err=True)
    if answer.strip().lower() not in YES:
        raise click.Abort


def tell_steps(*, statements: bool) -> None:
    """Tell on stderr what is being done, a line for each step; with `statements` each SQL statement too, without its parameters."""
    told = logging.StreamHandler()
    told.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    for name in (*STEPS, *(("sqlalchemy.engine",) if statements else ())):
        logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger(name).addHandler(told)


def print_json(document: Any) -> None:
    """Print one JSON document, UTF-8, on stdout."""
    import orjson

    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


YES = ("是", "y", "yes")
COPIED = ("编号", "规则")
"""Columns whose cells are there to be copied."""
LEAST = 12
"""A column of words is read with ease down to this width; shorter cells are not broken."""


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = (), spare: Sequence[str] = ()) -> None:
    """Print a table on stdout, columns aligned by display width; `right` are the columns with numbers. Where the terminal is too narrow
    for all, the columns of `spare` are left out, the first of them first, and that is said. Without rows nothing is printed.
    """
    from rich.console import Console

    if not rows:
        return
    # Into a file or pipe a table is as wide as it needs to be, so that nothing is cut.
    console = Console(width=None if sys.stdout.isatty() else 400, highlight=False)
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    console.print(fitted(headers, cells, right, spare, console.width))


def fitted(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int], spare: Sequence[str], width: int) -> Any:
    """A table for rich to print on so many columns, without those of `spare` for which there is no room; that is said."""
    needed = {name: _least(name, [row[i] for row in rows], i in right) + 2 for i, name in enumerate(headers)}
    widths = [sum(needed[h] for h in headers if h not in spare[:n]) - 2 for n in range(len(spare) + 1)]
    fits = [n for n, wide in enumerate(widths) if wide <= width]
    without = spare[: fits[0]] if fits else spare
    kept = [i for i, name in enumerate(headers) if name not in without]
    chosen = [n for n, i in enumerate(kept) if i in right]
    if without:
        hint(f"窗口不够宽,没有列出:{'、'.join(without)};加宽窗口,或者用 --format json")
    return as_table([headers[i] for i in kept], [[row[i] for i in kept] for row in rows], chosen, rigid=bool(fits))


def _least(name: str, cells: Sequence[str], number: bool) -> int:
    """How wide a column must be to be read."""
    widest = max(map(width_of, cells), default=0)
    return max(width_of(name), widest if name in COPIED or number else min(widest, LEAST))


def as_table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), *, rigid: bool = True) -> Any:
    """A table for rich to print, whose cells break into lines as Chinese does; where it is `rigid`, short ones and those to be copied do not."""
    from rich.console import Console, ConsoleOptions
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    class Words:
        def __init__(self, text: str):
            self.text = text

        def __rich_measure__(self, _: Console, options: ConsoleOptions) -> Measurement:
            width = max(map(width_of, self.text.splitlines()), default=0)
            return Measurement(min(width, LEAST), width).with_maximum(options.max_width)

        def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Text]:
            room = options.max_width
            for line in self.text.splitlines():
                # A closing mark may stand past the end of a line that is broken.
                yield Text("\n".join(fold(line, room if width_of(line) <= room else room - 2)), overflow="fold")

    table = Table(box=None, pad_edge=False, header_style="bold")
    widest = [max((width_of(row[i]) for row in rows), default=0) for i in range(len(headers))]
    whole = [rigid and (name in COPIED or width <= LEAST) for name, width in zip(headers, widest, strict=True)]
    for i, name in enumerate(headers):
        table.add_column(name, justify="right" if i in right else "left", overflow="fold", no_wrap=whole[i])
    for row in rows:
        table.add_row(*(Text(text) if as_it_is else Words(text) for as_it_is, text in zip(whole, row, strict=True)))
    return table


def print_csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print CSV for Excel on stdout."""
    from review.csvs import write_csv

    sys.stdout.flush()
    write_csv(headers, rows, sys.stdout.buffer)


@contextlib.contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[str, int], None]]:
    """A progress display on stderr where that is a terminal and nothing else tells of each step; gives a function of (what, how many so far)."""
    if quiet or not sys.stderr.isatty() or logging.getLogger(__name__).isEnabledFor(logging.INFO):
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
    """Write a file whole or not at all: gives the path of a draft that takes the place of `path` at the end, or of what it is a link to.
    A device or pipe (/dev/stdout) has no place that could be taken, and is written as it is.

    Raises CluesError where it cannot be written.
    """
    target = Path(os.path.realpath(path)) if path.is_file() else path
    draft = path if path.exists() and not path.is_file() else target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield draft
        if draft != path:
            os.replace(draft, target)
    except OSError as e:
        raise CluesError(f"{path} 写不了:{why(e)},请检查路径和权限") from e
    finally:
        if draft != path:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
