"""Who may use the page, and from where.

Another page in the same browser must neither read this one (a name that is bound to 127.0.0.1 anew: the host is checked) nor act through
it (every form carries a token that only this page's readers know, and says where it came from). Where passwords are asked for, any host
name will do: a browser gives a password only to the name it was entered for.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Request

from cases.errors import UsageProblem, why

LOOPBACK = ("127.0.0.1", "localhost", "::1")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # no-referrer would take the origin off our own forms too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Sent with every answer: nothing from outside, nothing inline, nothing kept."""


class PasswordProblem(UsageProblem):
    """The password file cannot be used; one sentence."""


@dataclass(frozen=True)
class Guard:
    """`account` is who acts where no passwords are asked for; with `passwords` (by name) it is whoever has logged in."""

    account: str
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def who(self, request: Request) -> str:
        """Who sends a request; blank where that is not proved."""
        if not self.passwords:
            return self.account
        login = request.authorization
        if login is None or login.type != "basic":
            return ""
        name, given = login.username or "", login.password or ""
        known = self.passwords.get(name, "")
        # Compared also where there is no such name, so that the time says nothing.
        return name if hmac.compare_digest(given.encode(), known.encode()) and known else ""

    def token(self, who: str) -> str:
        """What a form of this person must carry."""
        return hmac.new(self._secret, who.encode(), hashlib.sha256).hexdigest()

    def wrong(self, request: Request) -> str:
        """Why a request is refused, whoever sends it; blank where it is not."""
        host = _name(request.headers.get("Host", ""))
        if not self.passwords and host not in LOOPBACK:
            return f"不接受以“{host[:80]}”为名的访问:请用 http://127.0.0.1 打开;要从别的机器或代理访问,启动时加 --password-file"
        if request.method == "POST":
            return self._wrong_form(request)
        return "" if request.method in ("GET", "HEAD") else "不接受这样的请求"

    def _wrong_form(self, request: Request) -> str:
        origin = request.headers.get("Origin") or request.headers.get("Referer")
        if origin and urlsplit(origin).netloc != request.headers.get("Host"):
            return "这份表单不是从审查页提交的,没有采用"
        given = request.form.get("token", "")
        if not hmac.compare_digest(given.encode(), self.token(self.who(request)).encode()):
            return "页面已经过期(审查页重新启动过),没有采用:请退回上一页,刷新后重新提交"
        return ""


def _name(host: str) -> str:
    """The name in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return host


def read_passwords(path: Path) -> dict[str, str]:
    """The passwords of a file, by name: one `姓名:口令` a line, # begins a remark. Raises PasswordProblem."""
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise PasswordProblem(f"口令文件 {path} 读不出来({why(e)}):请核对路径和权限,并存为 UTF-8 文本") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise PasswordProblem(f"口令文件 {path} 别人也能读写:请先运行 chmod 600 {path}")
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, password = line.partition(":")
        if not colon or not name.strip() or len(password) < 8:
            raise PasswordProblem(f"口令文件 {path} 第 {number} 行写法不对:每行写“姓名:口令”,口令至少 8 个字符")
        found[name.strip()] = password
    if not found:
        raise PasswordProblem(f"口令文件 {path} 里没有口令:每行写“姓名:口令”")
    return found
