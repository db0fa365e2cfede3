"""Masking of personal data: what a reader of a report, page or table sees instead of names and certificate numbers.

Which columns hold such data, the catalogue says (`person`, `certificate`); in free text what shows itself to be such (persons.py).
Bodies keep their names: they are who is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from cases.catalogue import Catalogue, Column
from cases.documents.names import is_plain_person
from cases.values import normal
from review.persons import CLOSE, OPEN, accused, bracketed, employed, head_of, is_person, mentioned, named, pieces

_BRACKETED = re.compile(rf"([{re.escape(OPEN)}])([^{re.escape(OPEN + CLOSE)}]*)")
_ALONE = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
# 18 characters with a day of birth within, also spaced; and the codes of bodies.
_CERTIFICATE = re.compile(
    _ALONE.format(
        r"(?:[1-9]\d{5}[ -]?(?:18|19|20)\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[ -]?[\dXx\uff38\uff58]"
        r"|[1-9ANY][1-9]\d{6}(?=[0-9]*[A-Z])[0-9A-HJ-NP-RTUW-Y]{10})"
    )
)
# In free text also shorter identity cards, passports and permits, accounts, telephones.
_NUMBERS = re.compile(
    rf"{_CERTIFICATE.pattern}|"
    + _ALONE.format(
        r"(?:\d{15,19}[Xx]?|\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-\d{7,8}|[A-Z]{1,2}\d{7,10}(?:\(\d\))?"
        r"|[A-Z]\d{6}[(\uff08][\dA][)\uff09]|(?<=\u8bc1)\d{8}|(?<=\u8bc1\u53f7)[:\uff1a]?\d{8})"
    )
)
_NUMBER = re.compile(r"(?=(?:.*\d){5})[^\u3400-\u9fff]{6,}|.*\d{5}.*")
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{5,}(?:[(\uff08][0-9A]{1,2}[)\uff09])?")
_PLAIN = re.compile(r"[\d.-]{1,10}|是|否")
"""A day, a small number or a yes: what tells nothing of a person."""
_NUMBERING = re.compile("(?:嫌疑人|人员|罪犯)编号$")
"""Columns of numbers that some offices fill with certificate numbers or names."""
_BODIES = re.compile("单位|企业|机关|主体|商户|场所名称")
"""Columns of bodies, where a body may be one person."""
UNKNOWN = "〔目录中没有的列,不显示〕"


def mask_name(name: str) -> str:
    """A natural person's name as 张某; several in one cell one by one. What looks like a body's name comes back as it is, but for the
    persons that the cell names elsewhere (张三水果店(经营者张三)).
    """
    masked = "".join(_one_name(text) if is_name else text for text, is_name in pieces(name))
    return _hidden(masked, named(name))


def _hidden(text: str, names: Iterator[str]) -> str:
    for name in sorted(set(names), key=len, reverse=True):
        text = text.replace(name, f"{name[0]}某")
    return text


def _one_name(piece: str) -> str:
    head, is_whole = head_of(piece)
    if _NUMBER.fullmatch(head) and not re.search(r"[\u3400-\u9fff]{2}", head):
        return mask_number(piece)
    if is_whole and is_person(head):
        return f"{head[0]}某"
    if worker := employed(head) if not is_whole else "":
        return piece.replace(worker, f"{worker[0]}某")
    return _BRACKETED.sub(lambda found: found[1] + _hidden(found[2], bracketed(found[2])), piece)


def mask_title(title: str) -> str:
    """A case's title (张三合同诈骗案) with the names before the crime masked; a mere name is masked as one."""
    return mask_text(_hidden(title, accused(title)))


def mask_text(text: str) -> str:
    """Free text without the persons that its words show to be some, and without long numbers."""
    return _NUMBERS.sub(lambda found: _mask_long(found[0]), _hidden(text, mentioned(text)))


@lru_cache(maxsize=1 << 12)
def mask_body(name: str) -> str:
    """The name of a body that is asked or looked for, without the persons and numbers that stand beside it; a mere person's masked."""
    return mask_text(mask_name(name) if _is_only_a_person(name) else name)


def _mask_long(number: str) -> str:
    """A number in free text: a telephone keeps its first three digits and its last four, of others as `mask_number`."""
    return f"{number[:3]}****{number[-4:]}" if 10 < len(number) < 14 else mask_number(number)


def mask_number(text: str) -> str:
    """A certificate number with all but the first six and last four characters masked; below 11 characters all but the first two."""
    if len(text) < 11:
        return text[:2] + "*" * (len(text) - 2)
    return text[:6] + "*" * (len(text) - 10) + text[-4:]


def mask_certificate(cell: str) -> str:
    """A cell of certificate numbers, which may hold words and names beside them."""
    if not re.search(r"[\u3400-\u9fff]", cell) or not _TOKEN.search(cell):
        return mask_number(cell)
    return _TOKEN.sub(lambda found: mask_number(found[0]), _hidden(cell, _holders(cell)))


def _holders(cell: str) -> Iterator[str]:
    words = re.findall(r"[^\x00-\x7f\uff00-\uffef\u3000-\u303f\d]{2,}", cell)
    yield from (word for word in words if is_plain_person(word))


def mask_actor(key: str) -> str:
    """The key of an actor, which is a certificate number or a name."""
    return mask_certificate(key) if _NUMBER.fullmatch(key) else mask_name(key)


# What never holds personal data and must stay as it is for machines.
_KEPT = frozenset(
    (
        "id",
        "rule",
        "mechanism",
        "severity",
        "state",
        "due_on",
        "arose_on",
        "basis",
        "grade",
        "record",
        "field",
        "day",
        "status",
        "first_seen",
        "last_seen",
    )
)


def mask_clue(clue: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A clue's JSON without certificate numbers and full names of natural persons; the argument is not changed.

    Masked are evidence values of columns that the catalogue calls `person` or `certificate`, keys that hold such columns, an actor's
    key, and every further occurrence of those texts, whatever rule made the clue: what its sentence quotes is evidence (engine/clues.py).
    An entry of `insufficient` (rule, subject, missing) is masked likewise.
    """
    swaps: dict[str, str] = {}
    for found, hidden in _personal(clue, catalogue):
        # The sentence quotes names and codes in their normal form, evidence and keys as they were written.
        for form in (found, normal(found)):
            if len(form) > 1 and hidden not in (form, found):
                swaps.setdefault(form, hidden)
    # The longest first, and in one pass: a masked text is not masked again.
    words = "|".join(re.escape(s) for s in sorted(swaps, key=lambda s: (-len(s), s)))
    pattern = re.compile(f"{words}|{_CERTIFICATE.pattern}" if words else _CERTIFICATE.pattern)
    result = _replaced(clue, lambda text: pattern.sub(lambda m: swaps.get(m[0]) or mask_number(m[0]), text))
    assert isinstance(result, dict)
    return result


def _replaced(node: Any, change: Callable[[str], str]) -> Any:
    if isinstance(node, str):
        return change(node)
    if isinstance(node, list):
        return [_replaced(child, change) for child in node]
    if isinstance(node, dict):
        return {key: child if key in _KEPT else _replaced(child, change) for key, child in node.items()}
    return node


def _personal(clue: dict[str, Any], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The personal texts of a clue, each with what is shown instead."""
    subject = clue["subject"]
    if subject["record"] == "actor":
        for key in subject["key"]:
            yield key, mask_actor(key)
            yield from _names(named(key))
    places = [(subject["record"], subject["key"]), *((cell["record"], cell["key"]) for cell in clue.get("evidence", ()))]
    for record, key in places:
        sheet = catalogue.records.get(record)
        names = sheet.key_fields if sheet is not None else ("",) * len(key)
        for name, value in zip(names, key, strict=False) if record != "actor" else ():
            yield from _of_cell(catalogue, record, name, value)
    for cell in clue.get("evidence", ()):
        yield from _of_cell(catalogue, cell["record"], cell["field"], cell["value"])
    # What people wrote, and the body that is asked, of which no evidence need tell.
    notes = (act.get("note") for act in (*clue.get("history", ()), *clue.get("acts", ())))
    for text in (clue.get("agency"), clue.get("note"), *notes):
        yield from _of_text(text or "")
    yield from _of_body(clue.get("agency") or "")


def _of_cell(catalogue: Catalogue, record: str, name: str, value: Any) -> Iterator[tuple[str, str]]:
    sheet = catalogue.records.get(record)
    column = sheet.by_field.get(name) if sheet is not None else None
    if not isinstance(value, str):
        return
    if column is None:
        # Of a sheet that another catalogue taught the store: it may hold anything.
        if not _PLAIN.fullmatch(value):
            yield value, UNKNOWN
    elif column.certificate or column.person or not column.choices:
        yield from _of_column(column.name, column.type, _kind(column), value)


def _kind(column: Column) -> str:
    return "certificate" if column.certificate else "title" if column.person and column.field == "title" else "person" if column.person else ""


@lru_cache(maxsize=1 << 14)
def _of_column(name: str, form: str, kind: str, value: str) -> tuple[tuple[str, str], ...]:
    """The personal texts of a cell, each with what is shown instead, by its column's name, type and kind."""
    found: list[tuple[str, str]] = []
    if kind == "certificate":
        found = [(value, mask_certificate(value)), *((n, mask_number(n)) for n in _TOKEN.findall(value)), *_names(_holders(value))]
    elif kind == "title":
        found = [*_names(accused(value)), *_of_text(value)]
    elif kind == "person":
        found = [(value, mask_name(value)), *_names(named(value)), *_of_text(value)]
    elif form == "text":
        found = [*_of_text(value), *(_of_body(value) if _BODIES.search(name) else ())]
    elif _NUMBERING.search(name):
        found = [*_of_text(value), *_of_body(value)]
    return tuple(found)


def _is_only_a_person(value: str) -> bool:
    """Whether what a cell of bodies seems to name as persons can be nothing else."""
    names = [*named(value)]
    return bool(names) and all(map(is_plain_person, names))


def _of_body(value: str) -> Iterator[tuple[str, str]]:
    return _names(named(value)) if _is_only_a_person(value) else iter(())


def _of_text(text: str) -> Iterator[tuple[str, str]]:
    """The persons and numbers that stand in free text."""
    yield from _names(mentioned(text))
    yield from ((found[0], _mask_long(found[0])) for found in _NUMBERS.finditer(text))


def _names(names: Iterator[str]) -> Iterator[tuple[str, str]]:
    yield from ((name, f"{name[0]}某") for name in names)
