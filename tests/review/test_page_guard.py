"""The review page against others: foreign names for this machine, forms from elsewhere, markup in sheets, passwords; and its own failures."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from cases.store import Store
from review import audit
from review.decisions import Decision, decide, standings
from review.page.app import LARGEST
from review.page.guard import Guard, PasswordProblem, read_passwords
from review.page.listing import Listing
from tests.review.ledgers import rows
from tests.review.test_page import NOW, ONE, filled, send, stands, token, visitor, words


@pytest.fixture
def store() -> Iterator[Store]:
    yield from filled("sqlite://")


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return visitor(store)


class Markup(HTMLParser):
    """What a page is made of: its tags, the names of all attributes, the scripts it loads (None: one that stands in the page)."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8700", "127.0.0.1.evil.example", "10.0.0.8", "[::2]", "", "127.0.0.1@evil.example]"])
def test_a_foreign_name_for_this_machine_is_refused(client: FlaskClient, host: str) -> None:
    for path in ("/", "/static/page.js", f"/clue/{ONE}"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code in (400, 403)
        assert "某市监局" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8700", "localhost", "[::1]:8700"])
def test_this_machine_has_three_names(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/decide", "/preview", "/undo", "/export", f"/clue/{ONE}/unmasked"])
@pytest.mark.parametrize(
    ("given", "headers"),
    [
        ("", {}), ("0" * 64, {}), ("right", {"Origin": "http://evil.example"}), ("right", {"Origin": "null"}),
        ("right", {"Origin": "http://localhost:9"}), ("right", {"Referer": "http://evil.example/localhost"}),
    ],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused(client: FlaskClient, store: Store, path: str, given: str, headers: dict[str, str]) -> None:
    form = {"clue": f"{ONE}:", "status": "成案", "note": "不要丢", "format": "csv", "token": token(client) if given == "right" else given}
    answer = client.post(path, data=form, headers=headers)
    assert answer.status_code == 403
    assert "没有采用" in words(answer)
    assert "不要丢" in words(answer)
    assert (stands(store), list(audit.entries(store))) == ("待审", [])


def test_a_form_of_this_page_is_taken(client: FlaskClient, store: Store) -> None:
    for headers in ({"Origin": "http://localhost"}, {"Referer": "http://localhost/clue/1"}):
        form = {"clue": f"{ONE}:", "note": "看过", "assignee": "王审", "token": token(client)}
        assert client.post("/decide", data=form, headers=headers).status_code == 200


def test_what_a_sheet_says_is_never_markup(store: Store) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
    (payload,) = (json.loads(row["payload"]) for row in rows(store, "clues") if row["clue_id"] == ONE)
    cell = {"record": "penalty", "key": [evil], "field": "agency", "value": evil}
    dated = {"record": "penalty", "key": [evil], "field": "decided_on", "value": "2026-01-05"}
    payload |= dict.fromkeys(("title", "summary", "agency", "action"), evil) | {
        "subject": {"record": "penalty", "key": [evil]}, "evidence": [cell, dated], "rebuttals": [evil], "due_on": "2026-03-01",
        "derivation": [{"day": "2026-01-05", "text": evil}], "basis": [{"id": "x", "law": evil, "article": evil, "edition": evil}],
    }  # fmt: skip
    with store.engine.begin() as connection:
        clues = store.register["clues"]
        values = {"payload": json.dumps(payload, ensure_ascii=False), "agency": evil, "mechanism": evil, "assignee": evil, "status": "核查中"}
        connection.execute(update(clues).where(clues.c.clue_id == ONE).values(values))
    decide(store, [Decision(ONE, "待补证", note=evil)], evil, now=NOW)
    client = visitor(store, Guard(evil))
    search = {"q": "<script>alert(1)</script>", "rule": evil, "page": evil, "order": evil}
    pages = [
        client.get("/"), client.get("/", query_string=search), client.get(f"/clue/{ONE}", query_string={**search, "at": "0"}),
        client.get(f"/clue/{evil}"), send(client, f"/clue/{ONE}/unmasked", view=evil, at=evil),
        send(client, "/preview", ONE, status="核查中", note=evil, view=evil), send(client, "/decide", ONE, status=evil, note=evil, at=evil),
        send(client, "/decide", f"{ONE}:0.x", note=evil, assignee=evil), send(client, "/decide", f"{evil}:", note=evil),
        send(client, "/export", format=evil),
    ]  # fmt: skip
    for answer in pages:
        found = Markup(answer.text)
        assert found.scripts == ["/static/page.js"]
        assert found.tags.isdisjoint({"img", "iframe", "object", "embed", "style", "base"})
        assert not {name for name in found.attributes if name.startswith("on") or name == "style"}
    assert [evil in unescape(answer.text) for answer in pages[:6]] == [True] * 6


def test_every_answer_keeps_others_out(client: FlaskClient) -> None:
    for answer in (client.get("/"), client.get("/static/page.css", buffered=True), client.get("/nowhere"), client.post("/decide")):
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert (answer.headers["X-Frame-Options"], answer.headers["Cache-Control"]) == ("DENY", "no-store")
        assert "Set-Cookie" not in answer.headers


def test_nothing_is_taken_from_outside(client: FlaskClient) -> None:
    texts = [client.get(path, buffered=True).text for path in ("/", f"/clue/{ONE}", "/static/page.css", "/static/page.js", "/static/icon.svg")]
    for text in texts:
        assert re.findall(r"(?:https?:)?//[\w.]+\.\w+/?", text.replace("http://www.w3.org/2000/svg", "")) == []


def login(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode(), "Host": "clues.example"}


def test_with_passwords_who_logs_in_is_who_decides(store: Store) -> None:
    client = visitor(store, Guard("", {"王审": "correct horse", "李审": "battery staple"}))
    for headers in ({}, login("王审", "battery staple"), login("赵审", ""), login("", ""), {"Authorization": "Bearer x"}):
        answer = client.get("/", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")
        assert "某市监局" not in answer.text
        assert 'class="who"' not in answer.text
    mine = login("王审", "correct horse")
    form = {"clue": f"{ONE}:", "status": "核查中", "token": token(client, **mine)}
    # Another's token is not one's own.
    assert client.post("/decide", data=form, headers=login("李审", "battery staple")).status_code == 403
    assert client.post("/decide", data=form, headers={**mine, "Origin": "https://clues.example"}).status_code == 200
    assert standings(store, [ONE])[ONE].account == "王审"


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        ("王审:correct horse\n", 0o640, "chmod 600"), ("", 0o600, "没有口令"), ("王审\n", 0o600, "第 1 行"), ("# x\n:12345678\n", 0o600, "第 2 行"),
        ("王审:short\n", 0o600, "至少 8 个字符"),
    ],
)  # fmt: skip
def test_a_password_file_that_will_not_do(tmp_path: Path, text: str, mode: int, why: str) -> None:
    path = tmp_path / "口令.txt"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(PasswordProblem, match=why):
        read_passwords(path)


def test_a_password_file(tmp_path: Path) -> None:
    path = tmp_path / "口令.txt"
    path.write_text("# 审查人\n\n王审:a:b c d e f\n 李审 :12345678\n", encoding="utf-8")
    path.chmod(0o600)
    assert read_passwords(path) == {"王审": "a:b c d e f", "李审": "12345678"}
    with pytest.raises(PasswordProblem, match="读不出来"):
        read_passwords(tmp_path / "none")


def test_a_form_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/decide", data={"token": token(client), "note": "字" * LARGEST})
    assert (answer.status_code, "内容太多" in words(answer)) == (413, True)


def test_a_database_that_fails_is_told_in_a_sentence(client: FlaskClient, store: Store) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE clues RENAME TO lost")
    answer = client.get("/")
    assert answer.status_code == 503
    assert words(answer).startswith("没有做成 案件库")


@pytest.mark.parametrize("debug", ["", "1"])
def test_what_nobody_foresaw_is_a_sentence_and_a_trace_only_for_who_asks(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, debug: str
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("某人的名字")

    monkeypatch.setattr(Listing, "page", broken)
    monkeypatch.setenv("CLUES_DEBUG", debug)
    answer = client.get("/")
    assert (answer.status_code, "程序出错(ZeroDivisionError)" in words(answer)) == (500, True)
    assert "某人的名字" not in answer.text
    assert ("某人的名字" in caplog.text) == bool(debug)
