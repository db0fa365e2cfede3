"""Commands with help in Chinese: typer's, with its own words translated and its columns set by display width."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from typer.core import TyperCommand, TyperGroup

CLOSING = ",。;:、)》”\uff0c\uff1b\uff1a\uff09"
"""What no line begins with."""
OPENING = "(〔“《「【\uff08"
"""What no line ends with."""
RANGE = re.compile(r"  \[[^\]]*x[^\]]*\]$")
"""How click says in its help which numbers it takes: [x>=1]."""


def width_of(text: str) -> int:
    """How many terminal columns a text takes: a Chinese character takes two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fold(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` terminal columns; Latin words are kept whole, no line begins with 。 or ends with 《."""
    lines, line, used = [], "", 0
    for word in _words(text):
        size = width_of(word)
        if used + size > width and line and word not in CLOSING:
            lines.append(line.rstrip())
            line, used, word = "", 0, word.lstrip()
            size = width_of(word)
        line, used = line + word, used + size
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def line_width() -> int:
    """How wide lines may be: the terminal's width, within what a person reads with ease."""
    return max(40, min(shutil.get_terminal_size().columns, 110)) if sys.stdout.isatty() else 110


def _words(text: str) -> list[str]:
    words: list[str] = []
    for char in text:
        narrow = unicodedata.east_asian_width(char) not in "WF" and char not in " ),;"
        last = words[-1] if words else " "
        if last[-1] in OPENING or (narrow and last not in " ),;" and unicodedata.east_asian_width(last[-1]) not in "WF"):
            words[-1] += char
        else:
            words.append(char)
    return words


class Formatter(click.HelpFormatter):
    """Help texts in Chinese, by display width."""

    _HEADINGS = {"Options": "选项", "Commands": "命令"}  # noqa: RUF012

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        self.write(f"用法:{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        self.write(f"{self._HEADINGS.get(heading, heading)}:\n")

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            kept, _, body = paragraph.rpartition("\b\n")
            lines = body.splitlines() if "\b" in paragraph else fold("".join(paragraph.split("\n")), self.width - self.current_indent)
            self.write("\n" * (number > 0) + "".join(f"{indent}{line}\n" for line in [*kept.splitlines(), *lines]))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        left = min(max(width_of(first) for first, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for first, second in rows:
            text = RANGE.sub("", second.replace("  [required]", "(必写)"))
            lines = fold(text, max(self.width - left - self.current_indent, 20)) or [""]
            self.write(indent + first)
            if width_of(first) > left - col_spacing:
                self.write("\n" + indent + " " * left)
            else:
                self.write(" " * (left - width_of(first)))
            self.write(f"\n{indent}{' ' * left}".join(lines) + "\n")


class _Context(click.Context):
    formatter_class = Formatter


class Command(TyperCommand):
    """A command whose help is Chinese."""

    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("options_metavar", "[选项]")
        kwargs["rich_markup_mode"] = None  # typer's panels know no Chinese; ours align by display width
        super().__init__(*args, **kwargs)
        if all(param.name != "quiet" for param in self.params):
            # Every command takes it; where there is no line for the log, it leaves out hints alone (cli/output.py).
            self.params.append(click.Option(["--quiet"], is_flag=True, expose_value=False, callback=_keep_quiet, help="不显示提示"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # typer would list the arguments once more, which the line of usage has said.
        click.Command.format_options(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))


def _keep_quiet(context: click.Context, _: click.Parameter, quiet: bool) -> bool:
    context.meta["clues.quiet"] = quiet
    return quiet


class Group(TyperGroup):
    """A group of commands whose help is Chinese; `summaries` lists them."""

    context_class = _Context
    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("options_metavar", "[选项]")
        kwargs["rich_markup_mode"] = None  # typer's panels know no Chinese; ours align by display width
        kwargs.setdefault("subcommand_metavar", "命令 [参数]…")
        super().__init__(*args, **kwargs)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:  # asked for completions
            click.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        found = [(n, c.get_short_help_str(200)) for n in self.list_commands(ctx) if (c := self.get_command(ctx, n))]
        return [(name, re.split("[。:;]", text)[0]) for name, text in found]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if rows := self.summaries(ctx):
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _help_option(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这份帮助"
    return option


def command(name: str | None = None) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorate a function as a command: its docstring is the help, its return value (int or None) the exit code."""
    return click.command(name, cls=Command)


def completing(what: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """What completes a word in the shell: a function of cli/completing.py, imported only where somebody presses the key."""

    def complete(context: click.Context, _: click.Parameter, begun: str) -> list[Any]:
        found: list[Any] = getattr(importlib.import_module("cli.completing"), what)(context, begun)
        return found

    return complete


def store_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """The argument STORE: a path or an SQLAlchemy URL, with the option --catalogue (read by cli/settings.py)."""
    return catalogue_option(click.argument("store", metavar="案件库", shell_complete=completing("files"))(function))


def catalogue_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --catalogue, for what needs the catalogue and no store."""
    return _added_paths("catalogue", "另加的交换目录文件(本地的表和列),可多次")(function)


def rules_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --rules: `cli.settings.current().rules` has them, after those of the settings."""
    return _added_paths("rules", "另加的规则、覆盖文件、清单,或装着它们的文件夹,可多次")(function)


def law_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --law: `cli.settings.current().law` has the files, after those of the settings."""
    return _added_paths("law", "另加的法律依据文件或文件夹(本地补充、更正),可多次")(function)


def _added_paths(name: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option whose paths are kept for cli/settings.py, which adds them to the setting of the same name."""

    def keep(context: click.Context, _: click.Parameter, paths: tuple[Path, ...]) -> None:
        context.meta[f"clues.{name}"] = paths

    path = click.Path(path_type=Path)
    return click.option(f"--{name}", multiple=True, type=path, metavar="路径", help=text, expose_value=False, callback=keep)


def paths_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """The argument PATH…: files and folders."""
    return click.argument("paths", metavar="文件或文件夹…", nargs=-1, required=True, type=click.Path(path_type=Path))(function)


def format_option(*formats: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option --format; the first is the default."""
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], help=f"输出格式:{'、'.join(formats)}(默认 {formats[0]})")


def output_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --output: the command gets `output`, the file that takes its result, or None for stdout."""
    path = click.Path(path_type=Path, dir_okay=False)
    return click.option("--output", "-o", type=path, metavar="文件", help="结果写入文件")(function)


def choosing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options --only and --skip: the command gets the patterns by which `cli.choosing.chosen` picks rules."""
    text = "这些规则:编号(可用 * 通配)、监督机制或条线,可多次"
    for name, does in (("--skip", "不用"), ("--only", "只用")):
        function = click.option(name, multiple=True, metavar="规则", help=does + text, shell_complete=completing("rule_patterns"))(function)
    return function


class _Day(click.ParamType):
    """A day as people write it; the command gets a `datetime.date`."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        import datetime as dt

        from cases.values import parse_date

        if isinstance(value, dt.date):
            return value
        try:
            day = parse_date(value)
        except ValueError as e:
            what, _, _ = str(e).rpartition(":")  # how to mend it is said of cells, which may be left empty
            return self.fail(f"{what}:应写成 2026-11-22 这样", param, ctx)
        return dt.date.fromordinal(day) if day else self.fail(f"“{value}”读不成日期:应写成 2026-11-22 这样", param, ctx)


DAY = _Day()
"""The type of an option that takes a day."""


def as_of_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --as-of: the command gets `day`, the ordinal of the as-of day, today by default."""

    def ordinal(_: click.Context, __: click.Parameter, day: Any) -> int:
        import datetime as dt

        found: dt.date = day or dt.date.today()
        return found.toordinal()

    text = "以哪一天为准(默认今天),如 2026-11-22"
    return click.option("--as-of", "day", type=DAY, metavar="日期", callback=ordinal, help=text)(function)


def clue_filters(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that pick recorded clues, as `cli.list.picked` takes them: rule, mechanism, severity, agency, since."""
    for option in reversed((
        click.option("--rule", default="", metavar="规则", help="规则编号,可用 * 通配", shell_complete=completing("rule_ids")),
        click.option(
            "--mechanism", default="", metavar="监督机制", help="监督机制,如 行政非诉执行", shell_complete=completing("mechanisms")
        ),
        click.option("--severity", type=click.Choice(("high", "medium", "low")), help="紧急程度:high 高,medium 中,low 低"),
        click.option("--agency", default="", metavar="单位", help="被监督单位名称的一部分"),
        click.option("--since", type=DAY, metavar="日期", help="在这一天或之后发生的"),
    )):  # fmt: skip
        function = option(function)
    return function


def quiet_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --quiet, for cron. The line that it leaves is talk, on stderr like all talk, so that stdout holds data alone."""
    text = "不显示过程和提示(供定时任务);导入、扫描、复制、清除、写报告在 stderr 留一行日志"
    return click.option("--quiet", is_flag=True, callback=_keep_quiet, help=text)(function)


def usage_sentence(error: click.UsageError) -> str:
    """What is wrong with a call, in Chinese."""
    where = f";用法见 {error.ctx.command_path} --help" if error.ctx else ""
    if isinstance(error, click.NoSuchOption):
        near = f",是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}{where}"
    if isinstance(error, click.MissingParameter):
        name = error.param.make_metavar(error.ctx) if error.param and error.ctx else error.param_hint
        option = error.param.opts[0] + " " if isinstance(error.param, click.Option) else ""
        return f"缺少{'选项' if option else '参数'} {option}{name}{where}"
    if isinstance(error, click.BadParameter):
        name = (error.param.opts or [error.param.name or ""])[0] if error.param else error.param_hint
        if error.param and isinstance(error.param.type, click.Choice):
            return f"选项 {name} 只能是 {'、'.join(map(str, error.param.type.choices))} 之一{where}"
        return f"参数 {name} 的值不对:{_wanted(error)}{where}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 后面缺少值,或多写了值{where}"
    if error.message.startswith("No such command"):
        return f"没有命令 {_unknown_command(error)}{where}"
    if "unexpected extra argument" in error.message:
        return f"多写了参数 {error.message.partition('(')[2].rstrip(').')}{where}"
    return f"{error.message}{where}"


def _unknown_command(error: click.UsageError) -> str:
    """What was written for a command, and the command nearest to it."""
    import difflib

    name, group = error.message.split("'")[1], error.ctx.command if error.ctx else None
    known = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx else []
    return name + "".join(f",是不是 {near}" for near in difflib.get_close_matches(name, known, n=1))


def _wanted(error: click.BadParameter) -> str:
    """What is wrong with a value; click's own types say so in English."""
    kind = error.param.type if error.param else None
    if isinstance(kind, click.IntRange):
        return f"应是不小于 {kind.min} 的整数" if kind.max is None else f"应是 {kind.min} 到 {kind.max} 的整数"
    if isinstance(kind, click.Path):
        return "这是文件夹,应写文件的路径"
    return error.message
