"""Drawings for the HTML page, each a piece of SVG that needs nothing around it: a clue's timeline, a bar, an interval, columns.

A drawing never stands alone: the page says the same in a table beside it, and the drawing has a title for those who hear it.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree as ET

from markupsafe import Markup

from review.reports.words import full_width
from review.story import Event, overrun, span_words

INK, SOFT, LAWFUL, EDGE, BREACH = "#1f2933", "#66727f", "#cfe3f7", "#5b8fc7", "#c62828"
SEVERITY = {"high": "#b3261e", "medium": "#b86e00", "low": "#5f7487"}
"""As the badges of the pages are coloured."""
WIDTH, SIDE, LEVEL, BAND = 760, 16, 19, 22
FONT = 12
HIGH = 8
"""So many days have a label; further ones are left to the table."""


def _svg(width: float, height: float, title: str) -> ET.Element:
    view = f"0 0 {width:g} {height:g}"
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": view, "width": f"{width:g}", "height": f"{height:g}"})
    if title:
        root.set("role", "img")
        root.set("aria-label", title)
        ET.SubElement(root, "title").text = title
    else:
        root.set("aria-hidden", "true")
    return root


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: object) -> ET.Element:
    made = ET.SubElement(
        parent, tag, {k.rstrip("_").replace("_", "-"): f"{v:.1f}" if isinstance(v, float) else str(v) for k, v in attributes.items()}
    )
    made.text = text or None
    return made


def _done(root: ET.Element) -> Markup:
    return Markup(ET.tostring(root, encoding="unicode"))


def _wide(text: str) -> float:
    """About how wide a text is drawn."""
    return sum(FONT if unicodedata.east_asian_width(c) in "WF" else FONT * 0.56 for c in text)


# -- the timeline of a clue -------------------------------------------------------------------------------------------------
@dataclass
class _Label:
    """What is written above a day: its lines are dates' names, joined."""

    day: dt.date
    kind: str
    names: list[str] = field(default_factory=list)
    x: float = 0.0
    left: float = 0.0
    level: int = 0

    @property
    def text(self) -> str:
        return full_width(f"{self.day.isoformat()} {'、'.join(dict.fromkeys(self.names))}")


def timeline_svg(clue: Mapping[str, Any], events: Sequence[Event], window: tuple[dt.date, dt.date] | None) -> Markup:
    """A clue's days to scale: events above, the lawful window as a band, what lies past it red and hatched. "" without a dated event.

    `events` and `window` are those of review.story.
    """
    if not events:
        return Markup("")
    first, last = min(e.day for e in events), max(e.day for e in events)
    first = min(first, window[0]) if window else first
    span = max((last - first).days, 1)

    def at(day: dt.date) -> float:
        return SIDE + (WIDTH - 2 * SIDE) * (day - first).days / span

    labels = _labels(events, at)
    written = _levelled(_telling(labels))
    top = 10 + LEVEL * (1 + max(label.level for label in written))
    root = _svg(WIDTH, top + BAND + 26, _told(clue, events, window))
    _hatch(root, clue["id"])
    _add(root, "line", x1=SIDE, y1=top + BAND, x2=WIDTH - SIDE, y2=top + BAND, stroke=SOFT)
    if window:
        past = overrun(clue) or (window[1], window[1])
        _bands(root, clue, (at(window[0]), at(window[1])), (at(past[0]), at(past[1])), top)
    for label in labels:
        colour, high = _colour(label), label.level
        _add(root, "line", x1=label.x, y1=top - LEVEL * high - 6, x2=label.x, y2=top + BAND, stroke=colour, stroke_width=1, opacity=0.55)
        _add(root, "circle", cx=label.x, cy=top + BAND, r=4, fill=colour if label.kind != "last" else EDGE)
    # After all lines, with a white rim: a line that passes behind a text leaves it readable.
    for label in written:
        rim = {"stroke": "#ffffff", "stroke_width": 3, "paint_order": "stroke"}
        _add(root, "text", label.text, x=label.left, y=top - LEVEL * label.level - 8, font_size=FONT, fill=_colour(label), **rim)
    _scale(root, first, last, at, top + BAND)
    return _done(root)


def _colour(label: _Label) -> str:
    return BREACH if label.kind in ("breach", "today", "done") else INK


def _told(clue: Mapping[str, Any], events: Sequence[Event], window: tuple[dt.date, dt.date] | None) -> str:
    """The picture in words."""
    parts = [f"{e.day.isoformat()} {e.text}" for e in events]
    return full_width("时间轴:" + (f"{span_words(clue).within} {window[0]} 至 {window[1]};" if window else "") + ";".join(parts))


def _labels(events: Sequence[Event], at: Any) -> list[_Label]:
    """One label a day, in the order of days."""
    found: dict[dt.date, _Label] = {}
    for event in events:
        label = found.setdefault(event.day, _Label(event.day, event.kind))
        label.names.append(event.text.rsplit(" ", 1)[-1] if event.kind == "event" else event.text)
        if event.kind != "event":
            label.kind = event.kind
    labels = sorted(found.values(), key=lambda label: label.day)
    for label in labels:
        label.x = at(label.day)
        wide = _wide(label.text)
        label.left = label.x - 3 if label.x + wide < WIDTH - 2 else max(2, min(label.x + 3, WIDTH - 2) - wide)
    return labels


def _telling(labels: list[_Label]) -> list[_Label]:
    """The labels that are written: all where they are few; else those that matter, the first and the last, and some from between."""
    if len(labels) <= HIGH:
        return labels
    chosen = {i for i, label in enumerate(labels) if label.kind != "event" or i in (0, len(labels) - 1)}
    others = [i for i in range(len(labels)) if i not in chosen]
    wanted = min(HIGH - len(chosen), len(others))
    chosen |= {others[(2 * n + 1) * len(others) // (2 * wanted)] for n in range(wanted)}
    return [label for i, label in enumerate(labels) if i in chosen]


def _levelled(labels: list[_Label]) -> list[_Label]:
    """Labels set on levels so that none covers another; a day's line never runs through the text of another."""
    # From the right: a label that reaches over a later day's line must stand above that day's label.
    for i, label in enumerate(reversed(labels)):
        placed = labels[len(labels) - i :]
        right = label.left + _wide(label.text)
        over = [other.level for other in placed if other.left - 6 < right and other.left + _wide(other.text) + 6 > label.left]
        over += [other.level for other in placed if other.x < right + 4]
        label.level = max(over, default=-1) + 1
    return labels


def _hatch(root: ET.Element, name: str) -> None:
    pattern = _add(_add(root, "defs"), "pattern", id=f"hatch-{name}", width=7, height=7, patternUnits="userSpaceOnUse", patternTransform="rotate(45)")
    _add(pattern, "rect", width=7, height=7, fill="#fbe0de")
    _add(pattern, "line", x1=0, y1=0, x2=0, y2=7, stroke=BREACH, stroke_width=3)


def _bands(root: ET.Element, clue: Mapping[str, Any], window: tuple[float, float], past: tuple[float, float], top: float) -> None:
    """The window up to the limit, and what lies past it; places on the axis."""
    words, (start, due), (first, last) = span_words(clue), window, past
    _add(root, "rect", x=start, y=top, width=max(due - start, 2.0), height=BAND, fill=LAWFUL, stroke=EDGE)
    if due - start > _wide(words.within) + 16:
        _add(root, "text", words.within, x=(start + due) / 2, y=top + BAND - 6, font_size=FONT, fill="#234a75", text_anchor="middle")
    if last > first:
        _add(root, "rect", x=first, y=top, width=max(last - first, 2.0), height=BAND, fill=f"url(#hatch-{clue['id']})", stroke=BREACH)
    if last - first > (wide := _wide(words.past)) + 28:
        middle = (first + last) / 2
        _add(root, "rect", x=middle - wide / 2 - 6, y=top + 3, width=wide + 12, height=BAND - 6, fill="#ffffff", rx=3)
        _add(root, "text", words.past, x=middle, y=top + BAND - 6, font_size=FONT, fill=BREACH, text_anchor="middle")


def _scale(root: ET.Element, first: dt.date, last: dt.date, at: Any, y: float) -> None:
    """Years or months below the axis."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if months / s <= 10), 240)
    mark, shown = dt.date(first.year, 1, 1), 0
    while mark <= last:
        if mark >= first:
            shown += 1
            _add(root, "line", x1=at(mark), y1=y, x2=at(mark), y2=y + 5, stroke=SOFT)
            anchor = "start" if at(mark) < 40 else "end" if at(mark) > WIDTH - 40 else "middle"
            text = str(mark.year) if step >= 12 else f"{mark.year}-{mark.month:02}"
            _add(root, "text", text, x=at(mark), y=y + 19, font_size=11, fill=SOFT, text_anchor=anchor)
        index = mark.year * 12 + mark.month - 1 + step
        mark = dt.date(index // 12, index % 12 + 1, 1)
    if not shown:
        _add(root, "text", f"{first.isoformat()} 起", x=SIDE, y=y + 19, font_size=11, fill=SOFT)


# -- charts ------------------------------------------------------------------------------------------------------------------
def stacked_bar(parts: Mapping[str, int], whole: int, *, width: int = 220) -> Markup:
    """A bar of counts by severity, as long as its share of the largest (`whole`). The table beside it has the numbers."""
    root, x = _svg(width, 14, ""), 0.0
    for severity, count in parts.items():
        size = width * count / max(whole, 1)
        if count:
            _add(root, "rect", x=x, y=1, width=max(size, 1.0), height=12, fill=SEVERITY[severity])
        x += size
    return _done(root)


def interval_bar(share: float, low: float, high: float, *, width: int = 220) -> Markup:
    """A share between 0 and 1 with its interval, on a line from 0 to 100 %."""
    root, inner = _svg(width, 16, ""), width - 10

    def at(value: float) -> float:
        return 5 + inner * value

    _add(root, "line", x1=5, y1=8, x2=width - 5, y2=8, stroke="#d5dbe1")
    for quarter in (0, 0.5, 1):
        _add(root, "line", x1=at(quarter), y1=4, x2=at(quarter), y2=12, stroke="#b9c2cb")
    _add(root, "line", x1=at(low), y1=8, x2=at(high), y2=8, stroke=EDGE, stroke_width=5, stroke_linecap="round", opacity=0.6)
    _add(root, "circle", cx=at(share), cy=8, r=4, fill="#234a75")
    return _done(root)


def columns_svg(bars: Sequence[tuple[str, Mapping[str, int]]], title: str) -> Markup:
    """Columns of counts by severity, one for each (label, counts)."""
    height, wide = 170, WIDTH / max(len(bars), 1)
    most = max((sum(parts.values()) for _, parts in bars), default=0) or 1
    root = _svg(WIDTH, height + 24, title)
    for i, (label, parts) in enumerate(bars):
        x, y, total = i * wide + wide * 0.2, float(height), sum(parts.values())
        for severity, count in parts.items():
            size = (height - 24) * count / most
            y -= size
            _add(root, "rect", x=x, y=y, width=wide * 0.6, height=size, fill=SEVERITY[severity])
        _add(root, "text", str(total), x=x + wide * 0.3, y=y - 5, font_size=FONT, fill=INK, text_anchor="middle")
        _add(root, "text", label, x=x + wide * 0.3, y=height + 17, font_size=FONT, fill=SOFT, text_anchor="middle")
    _add(root, "line", x1=0, y1=height, x2=WIDTH, y2=height, stroke=SOFT)
    return _done(root)
