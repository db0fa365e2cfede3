"""The door: finds the command, runs it, and turns what goes wrong into one sentence and an exit code.

To add a command: write a module with a function decorated by `@command()` (cli/command.py) and add a line to COMMANDS.
A module is imported only when its command is used.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from importlib.metadata import version as installed_version
from typing import Annotated

import click
import typer

from cli.command import Command, Group, usage_sentence
from cli.output import tell_steps

COMMANDS: dict[str, tuple[str, str]] = {
    "import": ("cli.import_:import_", "把各单位交来的表格读进案件库"),
    "scan": ("cli.scan:scan", "按规则扫描案件库,列出待核查的线索"),
    "list": ("cli.list:list_", "列出台账中的线索"),
    "rules": ("cli.rules:rules", "查看、检查规则,运行规则的用例"),
    "report": ("cli.report:report", "把线索写成文件:审查名单(Excel)、核查报告(Word)、总览网页"),
    "show": ("cli.show:show", "把一条线索讲清楚:经过、期限、依据、证据出处"),
    "review": ("cli.review:review", "处理线索:核查、成案、误报、暂缓、并案……,单条或成批"),
    "serve": ("cli.serve:serve", "打开审查页:在浏览器里看名单、处理线索"),
    "audit": ("cli.audit:audit", "查看审计记录:谁在何时做过什么;核对记录有没有被改动"),
    "explain": ("cli.explain:explain", "说明各规则怎样看一条记录:为什么是线索,或者为什么不是"),
    "stats": ("cli.stats:stats", "线索的质量:各规则、各单位的成案率、不成立的理由、办结天数"),
    "purge": ("cli.purge:purge", "按保管期限删除早已办结的线索和不再需要的记录"),
    "backtest": ("cli.backtest:backtest", "回测:从前每隔一段时间扫描一次,会发现什么、何时发现"),
    "demo": ("cli.demo:demo", "用一套虚构的数据走一遍:导入、扫描、看线索"),
    "law": ("cli.law:law", "查看规则引用的法律条文、各版本的起止日和核对情况"),
    "copy": ("cli.copy:copy", "把案件库整个复制到另一个数据库,如从 SQLite 搬到 PostgreSQL"),
    "doctor": ("cli.doctor:doctor", "检查安装、案件库和数据,说明怎样改正"),
}
"""Command name → (module:function, the line in `clues --help`), in the order in which they are listed."""


class LazyGroup(Group):
    """Knows every command by name and imports only the one that is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name][0].partition(":")
        found = getattr(importlib.import_module(module), function)
        assert isinstance(found, click.Command)
        return found

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        return [(name, summary) for name, (_, summary) in COMMANDS.items()]


def _version(ctx: typer.Context, value: bool) -> None:
    if value:
        click.echo(f"clues {installed_version('clues')}")
        ctx.exit()


app = typer.Typer(cls=LazyGroup, add_completion=False, rich_markup_mode=None, options_metavar="[选项]", subcommand_metavar="命令 [参数]…")


@app.callback()
def _clues(
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的程序调用过程")] = False,
    verbose: Annotated[int, typer.Option("-v", "--verbose", count=True, show_default=False, help="说出每一步在做什么;-vv 连 SQL 语句也列出")] = 0,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_version, help="显示版本")] = False,
) -> None:
    """法律监督线索:把各单位的数据表读进案件库,按规则列出待核查的线索。

    \b
    例:clues import cases.db 数据文件夹
        clues scan cases.db
    """


COMPLETE = "_CLUES_COMPLETE"
"""The variable by which a shell asks for completions (README.md)."""

clues = typer.main.get_command(app)
"""The program as one command, for tests and for shell completion."""


def main(args: list[str] | None = None) -> None:
    """Run the program with the process's arguments and exit with its code (docs/nightly.md, 退出码)."""
    arguments = list(sys.argv[1:] if args is None else args)
    debug = "--debug" in arguments or bool(os.environ.get("CLUES_DEBUG"))
    if verbose := sum({"-v": 1, "--verbose": 1, "-vv": 2}.get(a, 0) for a in arguments):
        tell_steps(statements=verbose > 1)
    # These may stand behind the command too, where people try them after an error.
    arguments = [a for a in arguments if a not in ("--debug", "-v", "--verbose", "-vv")]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character is no reason to stop.
            stream.reconfigure(errors="replace")
    sys.exit(_run(arguments, debug))


def _run(arguments: list[str], debug: bool) -> int:
    from cases.errors import CluesError, why

    try:
        code = _invoke(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader of a pipe has gone: nothing more to say, and nothing to say at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except click.exceptions.Exit as e:
        return e.exit_code
    except click.UsageError as e:
        return _told(usage_sentence(e), 2)
    except click.Abort:
        return _told("没有同意,什么都没有改动", 130)
    except KeyboardInterrupt:
        return _told("已中断:写进案件库的都已保留,再运行一次即可;扫描加 --resume 接着做", 130)
    except (CluesError, click.ClickException) as e:
        if debug:
            raise
        return _told(str(e), e.exit_code)
    except OSError as e:
        if debug:
            raise
        return _told(f"读写出错({why(e)}{f':{e.filename}' if e.filename else ''}):请检查磁盘和权限后重试", 1)
    except Exception as e:
        if debug:
            raise
        return _told(f"程序出错({type(e).__name__}:{' '.join(str(e).split())[:200]}):请加 --debug 重试,并把输出交给维护人员", 1)


def _invoke(arguments: list[str]) -> int:
    """Run the command that the arguments name; click's own main would take broken pipes and interrupts into its hands."""
    if COMPLETE in os.environ:
        from cli.completing import answered

        return answered(clues, "clues", COMPLETE)
    with clues.make_context("clues", arguments) as context:
        code = clues.invoke(context)
    return code if isinstance(code, int) else 0


def _told(sentence: str, code: int) -> int:
    click.echo(f"错误:{sentence}", err=True)
    return code


__all__ = ["COMMANDS", "Command", "clues", "main"]
