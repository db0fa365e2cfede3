"""The law as data: which article says what, in which edition, from when to when, and whether anybody has checked it.

`load_law()` reads every file of `rules/law/` and local files or folders of the same form. A file has any of three parts:
  laws      short name → full name, number, kind, and the day from (and until) which each edition binds
  codes     how an article's period is counted (the codes A, A0, B, C, W1 …)
  articles  the entries that rules cite: id, law, editions (year → article), what it says in our own words, how it was verified
A local file may add entries, and replaces a shipped law or article of the same name as a whole. Days are ints (ordinals).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cases.errors import UsageProblem

FOLDER = Path(__file__).with_name("law")

Status = Literal["verified", "reported", "unverified", "default"]
STATUSES: dict[Status, str] = {"verified": "已核对条文", "reported": "仅见转述", "unverified": "未核对", "default": "工程口径"}


class LawError(UsageProblem):
    """法律依据表有误,或引用的编号不存在;每个问题一行,见 problems。"""

    def __init__(self, *problems: str):
        super().__init__("\n".join(problems))
        self.problems = problems


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, coerce_numbers_to_str=True)


class Binding(Strict):
    """From when to when something binds; without `since` it binds nobody yet."""

    since: date | None = Field(None, alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Binding:
        if self.until and self.since and self.until < self.since:
            raise ValueError("until 不能早于 from")
        return self


class Law(Strict):
    """A law, regulation or interpretation. `name` is how it is cited (the short name where that is enough)."""

    name: str = ""
    number: str = ""
    kind: str
    editions: dict[str, Binding] = {}


class Code(Strict):
    """How a period is counted: the unit, whether its last day rolls over days off, and where that is written."""

    unit: Literal["natural", "working", "hours", "none"]
    rolls: bool
    counts: str
    law: str = ""
    article: str = ""


class EditionRow(Binding):
    """An edition of an entry as written: where only the article differs, dates and law are those of the entry's law."""

    article: str
    law: str = ""
    note: str = ""


class ArticleRow(Strict):
    """An entry as written in a file."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    alias: list[str] = []
    kind: Literal["statute", "policy"] = "statute"
    law: str
    editions: dict[str, EditionRow] = {}
    also: dict[str, str] = {}
    what: str = Field(min_length=4)
    code: list[str] = []
    status: Status
    source: str = Field(min_length=1)
    checked: date | None = None
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _plain_editions(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("editions"), dict):
            data = {**data, "editions": {k: {"article": v} if isinstance(v, str) else v for k, v in data["editions"].items()}}
        return data

    @model_validator(mode="after")
    def _verified_means_checked(self) -> ArticleRow:
        if (self.status == "verified") != (self.checked is not None):
            raise ValueError("checked(核对日期)写且只写在 status: verified 的条目里")
        if (self.status == "default") > (self.kind == "policy"):
            raise ValueError("status: default 只用于 kind: policy(工程口径)")
        if self.kind == "statute" and not self.editions:
            raise ValueError("缺少 editions(版本年: 条号)")
        return self


@dataclass(frozen=True, slots=True)
class Edition:
    """An article in one edition of its law; binds from `since` to `until` (ordinals, both included; None = open, or never)."""

    edition: str
    article: str
    law: str
    since: int | None
    until: int | None
    note: str = ""

    def binds(self, day: int) -> bool:
        return self.since is not None and self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Article:
    """An entry that rules may cite. `editions` from the earliest to the latest; `also` are further articles, as cited."""

    id: str
    alias: tuple[str, ...]
    kind: str
    law: str
    editions: tuple[Edition, ...]
    also: tuple[str, ...]
    what: str
    code: tuple[str, ...]
    status: Status
    source: str
    checked: int | None
    note: str
    where: str

    def ended(self, day: int) -> bool:
        """Whether every edition known had ended before the day."""
        return bool(self.editions) and all(e.until is not None and e.until < day for e in self.editions)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a clue cites: an entry in the edition of a day. `in_force` is False where none binds on it, or nobody verified it."""

    id: str
    law: str
    article: str
    edition: str
    in_force: bool
    status: Status
    kind: str

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "law": self.law, "article": self.article, "edition": self.edition}


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry that somebody should look at again, and why, in Chinese."""

    article: Article
    reason: str


class LawBook:
    """All entries by id, the laws by short name, the counting codes."""

    def __init__(self, articles: Iterable[Article], laws: dict[str, Law], codes: dict[str, Code]):
        self.articles = {a.id: a for a in articles}
        self.laws, self.codes = laws, codes

    @cached_property
    def _by_name(self) -> dict[str, Article]:
        return {alias: a for a in self.articles.values() for alias in a.alias} | self.articles

    def get(self, id: str) -> Article:
        """The entry with this id (or alias). Raises LawError that names the nearest known id."""
        article = self._by_name.get(id)
        if article is None:
            near = get_close_matches(id, self._by_name, 1, 0.5)
            raise LawError(f"没有编号为“{id}”的法律依据{f',是否为 {near[0]}?' if near else ''}(clues law list 列出全部编号)")
        return article

    def match(self, pattern: str) -> list[Article]:
        """The entries whose id matches a pattern (`t.*`), or the one of that id. Raises LawError where there is none."""
        found = [a for id, a in self.articles.items() if fnmatchcase(id, pattern)]
        return found or [self.get(pattern)]

    def on(self, id: str, day: int) -> Basis:
        """The entry in the edition in force on a day; else the earliest later one known, else the last (then not in_force)."""
        a = self.get(id)
        binding = next((e for e in a.editions if e.binds(day)), None)
        later = (e for e in a.editions if e.since is not None and e.since > day)
        edition = binding or next(later, a.editions[-1] if a.editions else None)
        # A working default of the project has no edition; it binds for what it is.
        in_force = a.status != "unverified" and (binding is not None or (edition is None and a.kind == "policy"))
        if edition is None:
            return Basis(a.id, a.law, "", "", in_force, a.status, a.kind)
        return Basis(a.id, edition.law, edition.article, edition.edition, in_force, a.status, a.kind)

    def ended(self, id: str, day: int) -> bool:
        """Whether every edition of the entry had ended before the day. Raises LawError on an unknown id."""
        return self.get(id).ended(day)

    def stale(self, day: int) -> list[Stale]:
        """The entries to look at again as of a day: ended, or not checked against the text for a year (or ever)."""
        today = date.fromordinal(day)
        found = []
        for a in self.articles.values():
            if a.ended(day):
                last = max(e.until or 0 for e in a.editions)
                found.append(Stale(a, f"已于{date.fromordinal(last).isoformat()}失效"))
            elif a.status in ("reported", "unverified"):
                found.append(Stale(a, "仅见转述,没有核对过条文" if a.status == "reported" else "从未核对"))
            elif a.checked is not None and _a_year_on(date.fromordinal(a.checked)) <= today:
                found.append(Stale(a, f"上次核对是{date.fromordinal(a.checked).isoformat()},已满一年"))
        return found


def _a_year_on(day: date) -> date:
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@lru_cache(maxsize=8)
def load_law(extra: tuple[Path, ...] = ()) -> LawBook:
    """The shipped law with local files or folders of the same form, later ones winning.

    Raises LawError with every problem found, each with file and line.
    """
    from rules.lawfile import read_book  # reading needs yaml; who only holds a LawBook does not

    return read_book((FOLDER, *extra))
