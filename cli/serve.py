"""`clues serve`: the review page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.command import command, law_option, quiet_option, rules_option, store_argument
from cli.output import say

if TYPE_CHECKING:
    from flask import Flask

THREADS = 4


@command("serve")
@store_argument
@click.option("--host", default="127.0.0.1", metavar="地址", help="在哪个地址上等候(默认 127.0.0.1,只有本机能打开)")
@click.option("--port", type=click.IntRange(0, 65535), default=8700, metavar="端口", help="端口(默认 8700;0 由系统挑一个空闲的)")
@click.option("--as", "name", default="", metavar="姓名", help="以谁的名义处理(不写就用设置中的 reviewer,再没有就用系统账户)")
@click.option("--password-file", type=click.Path(path_type=Path), metavar="文件", help="口令文件,每行“姓名:口令”;登录的姓名就是处理人")
@rules_option
@law_option
@quiet_option
def serve(store: str, host: str, port: int, name: str, password_file: Path | None, quiet: bool) -> None:
    """打开审查页:在浏览器里看名单、看懂每一条线索、处理线索。

    只在本机打开,不从外面取任何东西。姓名和证件号遮盖;显示原文、导出和处理都记入审计记录。Ctrl+C 停止。

    要让别的机器打开,必须给出口令文件,并放在提供 HTTPS 的反向代理后面;见 docs/serve.md。

    \b
    例:clues serve cases.db
        clues serve cases.db --port 8701 --as 王某
        clues serve cases.db --host 10.1.2.3 --password-file 口令.txt
    """
    from cases.errors import UsageProblem
    from cli.settings import current, opened, reviewer
    from review.page.app import create_app
    from review.page.guard import LOOPBACK, Guard, read_passwords
    from rules.law import load_law
    from rules.load import load_rules

    if host not in LOOPBACK and password_file is None:
        raise UsageProblem(f"在 {host} 上等候,别的机器就能打开审查页:请用 --password-file 给出口令文件,或去掉 --host 只在本机打开")
    if name and password_file is not None:
        raise UsageProblem("--as 和 --password-file 不能一起用:登录的姓名就是处理人")
    guard = Guard(reviewer(name), read_passwords(password_file) if password_file else {})
    with opened(store) as case_store:
        app = create_app(case_store, load_law(current().law), load_rules(current().rules, case_store.catalogue), guard)
        _run(app, host, port, quiet)
    say("审查页已停止", quiet=quiet)


def _run(app: Flask, host: str, port: int, quiet: bool) -> None:
    """Serve until interrupted. Raises CluesError where the address cannot be had."""
    import logging

    import waitress

    from cases.errors import CluesError, why
    from review.page.app import LARGEST

    # It warns of every request that waits for a thread.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    try:
        server: Any = waitress.create_server(app, host=host, port=port, threads=THREADS, ident=None, max_request_body_size=LARGEST)
    except (OSError, ValueError) as e:
        raise CluesError(f"不能在 {host} 的端口 {port} 上等候({why(e)}):请用 --port 换一个端口,或核对 --host") from None
    # A name may stand for several addresses.
    ports = [server.effective_port] if hasattr(server, "effective_port") else [port for _, port in server.effective_listen]
    shown = f"[{host}]" if ":" in host else host
    say(f"审查页:http://{shown}:{ports[0]}/  (Ctrl+C 停止)", quiet=quiet)
    try:
        server.run()
    finally:
        server.close()
