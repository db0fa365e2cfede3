"""`clues serve` as users start it: it answers on its port, shows nobody's name, stops at Ctrl+C, and says what is wrong."""

import re
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.acceptance.test_import import CLUES, one_sentence, run
from tests.acceptance.test_masked_outputs import Seen
from tests.conftest import NewStore

PATIENCE = 60


@dataclass
class Served:
    """A running page: its address and its process."""

    address: str
    process: subprocess.Popen[str]

    def get(self, path: str, fields: dict[str, str] | None = None) -> str:
        """A page as a browser gets it; with `fields` a form is sent."""
        data = urlencode({**fields, "token": self.token()}).encode() if fields is not None else None
        with urllib.request.urlopen(urllib.request.Request(self.address + path, data), timeout=PATIENCE) as answer:
            return unescape(answer.read().decode())

    def token(self) -> str:
        found = re.search('name="token" value="([0-9a-f]{64})"', self.get("/"))
        assert found is not None
        return found[1]

    def stop(self) -> tuple[int, str]:
        """Ctrl+C; the exit code, and what was said until then."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


@contextmanager
def served(store: object, *more: object) -> Iterator[Served]:
    """The page on a free port; it is there when its address has been said."""
    process = subprocess.Popen([CLUES, "serve", str(store), "--port", "0", *map(str, more)], stderr=subprocess.PIPE, text=True)
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = re.search(r"http://[^/ ]+", line)
        assert address is not None, line
        yield Served(address[0], process)
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Seen:
    return Seen(tmp_path_factory.mktemp("served"), new_store())


def test_the_list_is_there_until_it_is_interrupted(seen: Seen) -> None:
    with served(seen.store, "--as", "王审") as page:
        assert re.match(r"http://127\.0\.0\.1:\d+$", page.address)
        text = page.get("/")
        assert "条待核查线索" in text
        assert "王审" in text
        assert "@media print" in page.get("/static/page.css")
        code, said = page.stop()
    assert code in (0, 130)
    assert "Traceback" not in said


def test_no_page_names_anybody_unless_asked(seen: Seen) -> None:
    with served(seen.store) as page:
        view = "rule=local.defendants&status=全部"
        texts = [page.get("/"), page.get("/?" + urlencode({"q": "号"})), page.get("/lacking")]
        texts += [page.get(f"/clue/{one}?at=0") for one in seen.ids.values()]
        one = seen.ids["local.defendants"]
        secret = next(name for name in sorted(seen.secrets) if name in page.get(f"/clue/{one}/unmasked", {}))
        # What somebody notes may name people too.
        texts.append(page.get("/decide", {"clue": f"{one}:", "note": f"已问过{secret}"}))
        texts += [page.get(f"/clue/{one}"), page.get("/preview", {"clue": f"{one}:", "status": "核查中"})]
        texts.append(page.get("/export", {"format": "csv", "view": view}).removeprefix("\ufeff"))
    assert "已问过" in texts[-3]
    assert one in texts[-1]
    for text in texts:
        assert len(text) > 500
        assert seen.leaked(text) == []
    log = run("audit", "list", seen.store, "--act", "查看原文").stdout
    assert one in log


def test_another_host_needs_passwords(seen: Seen, tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1"):
        done = run("serve", seen.store, "--host", host)
        assert done.returncode == 2
        assert "--password-file" in one_sentence(done)
    passwords = tmp_path / "口令.txt"
    passwords.write_text("王审:correct horse\n", encoding="utf-8")
    passwords.chmod(0o600)
    with served(seen.store, "--host", "0.0.0.0", "--password-file", passwords) as page:
        page.address = page.address.replace("0.0.0.0", "127.0.0.1")
        with pytest.raises(urllib.error.HTTPError, match="401"):
            page.get("/")


def test_what_is_wrong_is_said_in_a_sentence(seen: Seen, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", seen.store, "--port", taken.getsockname()[1])
    assert (done.returncode, "--port" in one_sentence(done)) == (1, True)
    assert run("serve", tmp_path / "none.db").returncode == 1
    assert run("serve", seen.store, "--password-file", tmp_path / "none").returncode == 2
    assert run("serve", seen.store, "--as", "甲", "--password-file", tmp_path / "none").returncode == 2
