"""The audit log: who did what when, append-only, each entry chained to the one before by its digest.

The digest of an entry is SHA-256 over the digest before it and the entry as canonical JSON; a changed, inserted or removed entry
breaks the chain from there on. Whoever could rewrite the whole chain could still do so: `verify` gives the last digest, to be kept
outside of the store (docs/review.md). The log is never purged, so it holds no personal data: ids, counts, filters, codes.
"""

from __future__ import annotations

import datetime as dt
import getpass
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from cases.errors import CluesError
from cases.store import Store, failure

Act = Literal["导入", "扫描", "查看原文", "导出", "处理", "清除"]
"""What is logged; 查看原文 is a view of unmasked data."""

ACTS: tuple[Act, ...] = ("导入", "扫描", "查看原文", "导出", "处理", "清除")
NAME = 60
"""So long the name of an account may be (tables `audit`, `events`, `clues`)."""
STREAMED = {"yield_per": 1000}
FIRST = "0" * 64
"""Stands for the digest before the first entry."""


class AuditRefused(CluesError):
    """The act could not be logged, and so was not done."""


@dataclass(frozen=True)
class Entry:
    """An entry. `happened_at` is local time, ISO; `about` names what was acted on (a clue's id, a file); `detail` is plain data."""

    seq: int
    happened_at: str
    account: str
    act: str
    about: str
    detail: dict[str, Any]
    digest: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Chain:
    """What `verify` saw: how many entries are sound, the last sound digest, and what is wrong with the next (blank: nothing)."""

    entries: int
    digest: str
    broken: str = ""


def account() -> str:
    """The account of the operating system that runs this program; its number where it has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"


def hold(store: Store, connection: Connection) -> None:
    """Keep every other writer of the log out until this transaction ends. What is read after it is what will be written upon.

    It writes a row back as it is: on SQLite that takes the write lock, elsewhere the lock of that row.
    """
    table = store.register["store"]
    connection.execute(update(table).where(table.c.name == "shape").values(content=table.c.content))


def record(
    store: Store, connection: Connection, act: Act, about: str, detail: dict[str, Any], account: str, *, at: dt.datetime | None = None
) -> None:  # fmt: skip
    """Append one entry within the transaction of `connection`: it is there if and only if what it tells of is. `at`: default now."""
    record_all(store, connection, act, [(about, detail)], account, at=at)


def record_all(
    store: Store, connection: Connection, act: Act, acts: Sequence[tuple[str, dict[str, Any]]], account: str, *, at: dt.datetime | None = None
) -> None:  # fmt: skip
    """Append an entry for each (about, detail), as `record` does."""
    if not acts:
        return
    hold(store, connection)
    table, when = store.register["audit"], (at or dt.datetime.now()).isoformat(timespec="seconds")
    last = connection.execute(select(table.c.seq, table.c.digest).order_by(table.c.seq.desc()).limit(1)).first()
    seq, digest = (last.seq, last.digest) if last else (0, FIRST)
    rows = []
    for about, detail in acts:
        seq += 1
        row = {"seq": seq, "happened_at": when, "account": account, "act": act, "about": about, "detail": _canonical(detail)}
        digest = _digest(digest, row)
        rows.append({**row, "digest": digest})
    connection.execute(insert(table), rows)


def logged(store: Store, act: Act, about: str, detail: dict[str, Any], account: str) -> None:
    """Append one entry in a transaction of its own, before data is shown or written. Raises AuditRefused where that fails."""
    try:
        with store.engine.begin() as connection:
            record(store, connection, act, about, detail, account)
    except SQLAlchemyError as e:
        raise AuditRefused(f"审计记录写不进去,{act}没有完成:{failure(e, store.name)}") from e


def _canonical(content: Any) -> str:
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def _digest(before: str, row: dict[str, Any]) -> str:
    """The digest of an entry, of which `row` holds the columns but the digest as they stand in the store."""
    return hashlib.sha256((before + _canonical(row)).encode()).hexdigest()


def entries(store: Store, *, act: str = "", account: str = "", about: str = "", since: str = "") -> Iterator[Entry]:
    """The entries in order, filtered: `about` by its beginning, `since` a day or time (ISO) in or after which they happened."""
    c = store.register["audit"].c
    equal = [column == value for column, value in ((c.act, act), (c.account, account)) if value]
    if about:
        equal.append(c.about.startswith(about, autoescape=True))
    if since:
        equal.append(c.happened_at >= since)
    with store.engine.connect() as connection, connection.execute(select(*c).where(*equal).order_by(c.seq), execution_options=STREAMED) as found:
        for row in found.mappings():
            yield Entry(row["seq"], row["happened_at"], row["account"] or "", row["act"], row["about"] or "", _loads(row["detail"]), row["digest"])


def _loads(text: str | None) -> dict[str, Any]:
    try:
        found = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:  # tampered with: `verify` names it, a list still shows it
        return {"": text}
    return found if isinstance(found, dict) else {"": text}


def verify(store: Store, known: str = "") -> Chain:
    """Recompute the chain; stops at the first broken entry. `known` is a digest noted earlier, which must still be in the chain."""
    c = store.register["audit"].c
    digest, seq, seen = FIRST, 0, not known
    with store.engine.connect() as connection, connection.execute(select(*c).order_by(c.seq), execution_options=STREAMED) as found:
        for row in found.mappings():
            if wrong := _wrong(row, seq, digest):
                return Chain(seq, digest, wrong)
            seq, digest = row["seq"], row["digest"]
            seen = seen or digest == known
    if not seen:
        return Chain(seq, digest, f"记下的摘要 {known} 不在审计记录中:末尾的记录被删去过,或整个记录被重写过")
    return Chain(seq, digest)


def _wrong(row: RowMapping, seq: int, digest: str) -> str:
    """What is wrong with the entry behind entry `seq`; blank where nothing is."""
    if row["seq"] != seq + 1:
        return f"第 {seq + 1} 条审计记录不见了(其后是第 {row['seq']} 条)"
    content = {name: row[name] for name in ("seq", "happened_at", "account", "act", "about", "detail")}
    if _digest(digest, content) != row["digest"]:
        return f"第 {row['seq']} 条审计记录({row['happened_at']},{row['act']})与它的摘要不符:这一条或它前面的被改动过"
    return ""
