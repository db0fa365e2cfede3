"""The application: pages by address, the guard before them, and what goes wrong as one sentence."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import jinja2
from flask import Flask, Response, g, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from cases.errors import CluesError
from cases.store import Store, failure
from review.decisions import REASONS, STATUSES
from review.ledger import NoSuchClue
from review.page.guard import HEADERS, Guard
from review.page.views import Pages
from review.reports import svg
from review.reports.typeset import typeset
from review.reports.words import BODY_UNKNOWN, GRADES, NOTICE, file_name, subject
from rules.law import LawBook
from rules.resolve import Resolved
from rules.words import SEVERITIES, STATES

HERE = Path(__file__).parent
LARGEST = 1 << 20
"""So many bytes a form may have."""


def create_app(store: Store, law: LawBook, rules: Sequence[Resolved], guard: Guard, *, now: Callable[[], dt.datetime] = dt.datetime.now) -> Flask:
    """The review page of an open store. `rules` name what they find and miss; `now` gives the time of decisions."""
    app = Flask("review.page", template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST
    environment = app.jinja_env
    environment.autoescape = True  # by default only for names that end in .html
    typeset(environment)
    environment.undefined = jinja2.StrictUndefined
    environment.filters["subject"] = subject
    environment.filters["minute"] = lambda text: text[:16].replace("T", " ")
    environment.globals |= {
        "SEVERITIES": SEVERITIES, "STATES": STATES, "GRADES": GRADES, "UNKNOWN": BODY_UNKNOWN, "NOTICE": NOTICE, "STATUSES": STATUSES,
        "REASONS": REASONS, "svg": svg, "store_name": file_name(str(store.engine.url.database)),
    }  # fmt: skip
    _guarded(app, guard)
    _mended(app, store)
    Pages(store, law, {r.rule.id: r for r in rules}, now).join(app)
    return app


def _guarded(app: Flask, guard: Guard) -> None:
    """Nobody gets past the guard; every answer carries the headers that keep others out."""

    @app.before_request
    def check() -> Response | None:
        g.who, g.token = guard.who(request), ""
        if why := "" if g.who else "请先登录":
            return Response(_page(why), 401, {"WWW-Authenticate": 'Basic realm="clues", charset="UTF-8"'})
        g.token = guard.token(g.who)
        if why := guard.wrong(request):
            return Response(_page(why, note=request.form.get("note", "")), 403)
        return None

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response


def _mended(app: Flask, store: Store) -> None:
    """What goes wrong is told in one sentence, as everywhere."""

    @app.errorhandler(CluesError)
    def told(error: CluesError) -> tuple[str, int]:
        return _page(str(error)), 404 if isinstance(error, NoSuchClue) else 400

    @app.errorhandler(SQLAlchemyError)
    @app.errorhandler(sqlite3.Error)
    def database(error: Exception) -> tuple[str, int]:
        return _page(str(failure(error, store.name))), 503

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        said = {404: "没有这个页面:请从名单进入", 405: "不能这样打开这个页面:请从名单进入", 413: "一次提交的内容太多:请分几次处理"}
        code = error.code or 500
        return _page(said.get(code, f"请求有误({code})")), code

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        # As on the command line, what only the maintainers can read is shown to those who ask for it.
        app.logger.error("%s %s:%s", request.method, request.path, type(error).__name__, exc_info=bool(os.environ.get("CLUES_DEBUG")))
        said = f"程序出错({type(error).__name__}):请设 CLUES_DEBUG=1 重新启动审查页后再试一次,并把窗口里的记录交给维护人员"
        return _page(said), 500


def _page(sentence: str, note: str = "") -> str:
    """A page with a sentence; `note` is what somebody wrote in vain, to be copied."""
    return render_template("message.html.j2", sentence=sentence, note=note)
