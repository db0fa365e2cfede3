"""What a rule file may say: pydantic models of a rule, its limit, condition, link or window, parameters and cases.

The four shapes: `limit` (from a day, within a period, an act must be done), `condition` (one record, or a record and its own
related rows, has a property), `link` (two kinds of record share an actor or number; written as a condition), `window` (one
actor gathers n records within a span). Expressions are texts in the language of rules/language.py.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
RULE_ID = r"^[a-z0-9-]+\.[a-z0-9-]+$"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Version(Strict):
    """A parameter's value from a day on, where it is written, and when that was last checked."""

    since: date = Field(alias="from")
    value: int | str | date
    cite: str
    checked: date | None = None


class Act(Strict):
    """An act that ends a limit: a date; counted only `if` a condition holds, and only `since` a day (undated ones always)."""

    act: str
    condition: str = Field("", alias="if")
    since: str = ""


class Limit(Strict):
    """From a day, within a period, one of the acts must be done. `ends: fix` = the last day is not moved off a day off;
    `fix_if` says when. `fixed_day` is a last day given as such. `open_only` = no clue once an act is done, however late."""

    start: str = Field("", alias="from")
    within: str = ""
    ends: Literal["roll", "fix"] = "roll"
    fix_if: str = ""
    fixed_day: str = ""
    done_by: list[Act] = []
    open_only: bool = False

    @model_validator(mode="before")
    @classmethod
    def _plain_acts(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("done_by"), list):
            data = {**data, "done_by": [{"act": a} if isinstance(a, str) else a for a in data["done_by"]]}
        return data

    @model_validator(mode="after")
    def _whole(self) -> Limit:
        if bool(self.start) != bool(self.within) or not (self.start or self.fixed_day):
            raise ValueError("limit 要写 from 和 within,或者 fixed_day")
        return self


class Condition(Strict):
    """A property, without a limit; `day` is when it arises."""

    day: str


class Different(Strict):
    """How many different actors the records of a window must involve."""

    of: str
    at_least: str | int


class Companion(Strict):
    """Rows of another sheet in which the same actor must stand, `in_role`, beside the window: filed `before: last` record of it,
    or (an anchor) with the window's records lying `before` and `after` their day."""

    rows: str
    role: str
    where: list[str] = []
    day: str
    before: str = ""
    after: str = ""


class Window(Strict):
    """One actor gathers `at_least` records (different `item`s) whose days `at` lie `within` a span of days. `known_on` is the day
    from which a record counts, where that is later than `at`. `with_same` splits the records, `total: thresholds` sums them up."""

    rows: str
    actor: str
    by_certificate: bool = False
    where: list[str] = []
    item: str
    at: str
    known_on: str = ""
    within: str | int = 0
    at_least: str | int
    different: Different | None = None
    with_same: str = ""
    total: Literal["", "thresholds"] = ""
    beside: Companion | None = None
    around: Companion | None = None


class Missing(Strict):
    """When a decisive value is missing, and which field that is."""

    condition: str = Field(alias="if")
    missing: str


class Grading(Strict):
    condition: str = Field(alias="if")
    severity: Severity


class Exclusion(Strict):
    """What takes a subject out of the rule (但书), and on what ground."""

    condition: str = Field(alias="if")
    because: str = ""


class Case(Strict):
    """A test case of the rule: rows given, a day, and what must come out."""

    name: str
    as_of: date
    given: dict[str, Any] | list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]] = {}
    expect: str | dict[str, Any]


class Rule(Strict):
    """One rule file."""

    id: str = Field(pattern=RULE_ID)
    title: str
    mechanism: str
    line: str
    severity: Severity
    grade: Literal["statutory", "policy"]
    subject: str
    let: dict[str, str] = {}
    when: list[str] = []
    unless: list[Exclusion] = []
    breach: list[str] = []
    limit: Limit | None = None
    condition: Condition | None = None
    link: Condition | None = None
    window: Window | None = None
    in_force: str = ""
    insufficient: list[Missing] = []
    severities: list[Grading] = []
    law: list[str] = Field(min_length=1)
    law_by: str = ""
    parameters: dict[str, list[Version]] = {}
    agency: str
    says: str
    rebuttals: list[str] = Field(min_length=1)
    do: str
    false_positives: list[str] = []
    cases: list[Case] = []

    @model_validator(mode="before")
    @classmethod
    def _plain_exclusions(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("unless"), list):
            data = {**data, "unless": [{"if": u} if isinstance(u, str) else u for u in data["unless"]]}
        return data

    @field_validator("in_force", mode="before")
    @classmethod
    def _plain_day(cls, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    @model_validator(mode="after")
    def _one_shape(self) -> Rule:
        shapes = [s for s in ("limit", "condition", "link", "window") if getattr(self, s) is not None]
        if len(shapes) != 1:
            raise ValueError(f"要恰好写一种形态(limit、condition、link、window),现有:{'、'.join(shapes) or '无'}")
        return self

    @property
    def pattern(self) -> Condition | None:
        """The condition or link of the rule."""
        return self.condition or self.link
