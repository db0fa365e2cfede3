"""What a paper says against itself: noted, never mended."""

from __future__ import annotations

from cases.documents import courts
from cases.documents.course import as_day
from cases.documents.paper import LOW, Extraction, Value

_ORDER = (
    ("filed_on", "judged_on", "立案日期 {0} 晚于裁判日期 {1}"),
    ("applied_on", "judged_on", "申请日期 {0} 晚于裁判日期 {1}"),
    ("applied_on", "accepted_on", "申请日期 {0} 晚于受理日期 {1}"),
    ("accepted_on", "judged_on", "受理日期 {0} 晚于裁判日期 {1}"),
    ("decided_on", "served_on", "决定日期 {0} 晚于送达日期 {1}"),
    ("served_on", "demanded_on", "送达日期 {0} 晚于催告日期 {1}"),
    ("demanded_on", "applied_on", "催告日期 {0} 晚于申请日期 {1}"),
    ("decided_on", "applied_on", "决定日期 {0} 晚于申请日期 {1}"),
)


def check(extraction: Extraction) -> None:
    """Add a note for every contradiction, and take the sureness of the values concerned down to 低."""
    for earlier, later, sentence in _ORDER:
        first, second = as_day(extraction.get(earlier)), as_day(extraction.get(later))
        if first and second and first > second:
            extraction.notes.append(sentence.format(first, second))
            _doubt(extraction, earlier, later)
    judged, filed = as_day(extraction.get("judged_on")), as_day(extraction.get("filed_on"))
    for hearing in extraction.hearings:
        heard = as_day(hearing.value)
        if heard and judged and heard > judged:
            extraction.notes.append(f"开庭日期 {heard} 晚于裁判日期 {judged}")
        if heard and filed and heard < filed:
            extraction.notes.append(f"开庭日期 {heard} 早于立案日期 {filed}")
    year = int(extraction.get("year") or 0)
    if judged and year and judged.year < year:
        extraction.notes.append(f"裁判日期 {judged} 早于案号年份 {year}")
    if filed and year and abs(filed.year - year) > 1:
        extraction.notes.append(f"立案日期 {filed} 与案号年份 {year} 相差一年以上")
        _doubt(extraction, "filed_on")
    _compare_code(extraction)


def _doubt(extraction: Extraction, *names: str) -> None:
    for name in names:
        value = extraction.values.get(name)
        if value is not None:
            extraction.values[name] = Value(value.value, value.words, LOW)


def _compare_code(extraction: Extraction) -> None:
    """The court that the number's code names, where it is known, should be the one that is printed."""
    by_code, name = courts.by_code(extraction.get("code")), extraction.get("court")
    if by_code is not None and name and courts.key(by_code.name) != courts.key(name) and courts.listed(name) and courts.place(name) != by_code.place:
        extraction.notes.append(f"案号代字 {extraction.get('code')} 通常属于{by_code.name},文书法院为{name}")
