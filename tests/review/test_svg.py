"""Drawings: that nothing covers anything, that they are to scale, and what they say to those who hear them."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.store import Store, open_store
from review.reports import docx as documents
from review.reports import svg
from review.story import Event, overrun
from tests.review.reporting import dressed, full, told, words

DUE = dt.date(2026, 10, 15)
CLUE = {"id": "a1", "grade": "statutory", "state": "overdue", "due_on": "2026-10-15", "arose_on": "2026-10-16", "days": 38}


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    with open_store(target, create=True) as opened:
        yield opened


def boxes(drawing: str) -> list[tuple[float, float, float, str]]:
    """Where the texts above the axis stand: left, right, baseline, the text."""
    found = [e for e in ET.fromstring(drawing).iter() if e.tag.endswith("text") and re.match(r"\d{4}-\d\d-\d\d ", e.text or "")]
    return [(float(e.get("x", "")), float(e.get("x", "")) + svg._wide(e.text or ""), float(e.get("y", "")), e.text or "") for e in found]


@settings(deadline=None)
@given(st.lists(st.dates(dt.date(2019, 1, 1), dt.date(2026, 9, 1)), min_size=1, max_size=14), st.integers(1, 900))
def test_no_label_of_a_timeline_covers_another_or_leaves_the_picture(days: list[dt.date], over: int) -> None:
    events = [Event(day, "event", f"行政处罚 某罚〔2025〕1号 送达日期{i}") for i, day in enumerate(sorted(days))]
    events += [Event(DUE, "last", "最后合法日"), Event(DUE + dt.timedelta(1), "breach", "逾期开始")]
    events += [Event(DUE + dt.timedelta(over), "today", f"截至此日尚未办理,逾期 {over} 日")]
    drawing = svg.timeline_svg({**CLUE, "days": over}, events, (min(days), DUE))
    placed = boxes(drawing)
    # Of many close days some are left to the table; never those that matter.
    assert len(placed) >= min(len({e.day for e in events}), svg.HIGH)
    assert all(any(text.startswith(e.day.isoformat()) for _, _, _, text in placed) for e in events[-3:])
    for i, (left, right, y, text) in enumerate(placed):
        assert left >= 0, text
        assert right <= svg.WIDTH, text
        assert y > 0, text
        for other_left, other_right, other_y, other in placed[:i]:
            assert y != other_y or right <= other_left or other_right <= left, (text, other)


def test_a_timeline_shows_the_lawful_window_and_hatches_what_lies_past_it() -> None:
    events = [
        Event(dt.date(2026, 7, 15), "event", "行政处罚 甲 送达日期"),
        Event(DUE, "last", "最后合法日"),
        Event(dt.date(2026, 11, 22), "today", "截至此日"),
    ]
    root = ET.fromstring(svg.timeline_svg(CLUE, events, (dt.date(2026, 7, 15), DUE)))
    lawful, past = [e for e in root if e.tag.endswith("rect") and e.get("height") == str(svg.BAND)]
    assert (lawful.get("fill"), past.get("fill")) == (svg.LAWFUL, "url(#hatch-a1)")
    assert float(past.get("x", "")) == pytest.approx(float(lawful.get("x", "")) + float(lawful.get("width", "")), abs=0.2)
    title = root.get("aria-label") or ""
    assert "合法期间 2026-07-15 至 2026-10-15" in title
    assert "行政处罚 甲 送达日期" in title


def test_of_very_many_days_those_that_matter_have_their_labels_and_every_day_its_dot() -> None:
    days = [dt.date(2025, 12, 1) + dt.timedelta(8 * n) for n in range(45)]
    events = [Event(day, "event", f"民事案件 {n} 立案日期") for n, day in enumerate(days)] + [Event(days[4], "breach", "情形出现")]
    drawing = svg.timeline_svg({**CLUE, "state": "pattern", "due_on": None}, sorted(events, key=lambda e: e.day), None)
    texts = [text for _, _, _, text in boxes(drawing)]
    assert len(texts) == svg.HIGH
    assert f"{days[4]} 立案日期、情形出现" in texts
    assert {days[0].isoformat(), days[-1].isoformat()} <= {text[:10] for text in texts}
    assert drawing.count("<circle") == 45


def test_the_days_past_a_limit_that_ended_before_its_rule_applied_are_those_that_count(store: Store, tmp_path: Path) -> None:
    one = full(store)
    dressed(store, one, due_on="2026-10-15", arose_on="2026-10-25")
    detail = told(store).detail(one)
    assert detail.clue["days"] == 8
    assert overrun(detail.clue) == (dt.date(2026, 10, 24), dt.date(2026, 11, 1))
    assert "逾期开始(规则自这一天起适用)" in [event.text for event in detail.events]
    root = ET.fromstring(svg.timeline_svg(detail.clue, detail.events, detail.window))
    lawful, past = [e for e in root if e.tag.endswith("rect") and e.get("height") == str(svg.BAND)]
    assert float(past.get("x", "")) > float(lawful.get("x", "")) + float(lawful.get("width", "")) + 5
    # A strip of two parts would tell days that are none of the clue's.
    documents.write_report(told(store, ids=[one]), tmp_path / "a.docx")
    assert "超期" not in words(tmp_path / "a.docx")


def test_a_pattern_of_one_day_is_drawn_and_nothing_is_drawn_of_nothing() -> None:
    assert ET.fromstring(svg.timeline_svg(CLUE, [Event(DUE, "breach", "情形出现")], None)) is not None
    assert svg.timeline_svg(CLUE, [], None) == ""
