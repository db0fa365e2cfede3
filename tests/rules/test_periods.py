"""The period calculator: worked examples, make-up days, derivations, and hypothesis against counting day by day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import LAST_DAY, Calendar, CalendarError, Mark, load_calendar
from rules.periods import Period, PeriodError, add, add_months, bounds, deadline, derive, derive_back, roll, subtract, subtract_months

KNOWN = range(2004, 2027)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def until(start: str, period: str, rolls: bool = True) -> str:
    return date.fromordinal(deadline(day(start), Period.parse(period), rolls)).isoformat()


def text(start: str, period: str, rolls: bool = True, label: str = "") -> str:
    return "\n".join(step.text for step in derive(day(start), Period.parse(period), rolls, label))


# --- worked examples -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "period", "rolls", "last"),
    [
        # A penalty served on 15 January 2026: six months to sue, then three to apply to the court; from a deferred term instead.
        ("2026-01-15", "6 months", True, "2026-07-15"),
        ("2026-07-15", "3 months", True, "2026-10-15"),
        ("2026-01-15", "15 days", True, "2026-01-30"),
        ("2026-01-30", "3 months", True, "2026-04-30"),
        ("2026-11-30", "3 months", True, "2027-03-01"),
        # A demand served on Monday 3 August; an application of 18 August; a ruling on paper.
        ("2026-08-03", "10 working days", True, "2026-08-17"),
        ("2026-08-18", "5 working days", True, "2026-08-25"),
        ("2026-08-25", "7 working days", True, "2026-09-03"),
        # Detained on 2 March 2026: three, seven, thirty days, never moved by a day off.
        ("2026-03-02", "3 days", False, "2026-03-05"),
        ("2026-03-02", "7 days", False, "2026-03-09"),
        ("2026-03-02", "30 days", False, "2026-04-01"),
        ("2025-06-10", "12 months", True, "2026-06-10"),
        ("2025-08-31", "6 months", False, "2026-02-28"),
        ("2027-08-31", "6 months", False, "2028-02-29"),
        # Bail that ran out on 20 November 2025, one year later nothing has happened.
        ("2024-11-20", "12 months", True, "2025-11-20"),
        ("2025-11-20", "12 months", True, "2026-11-20"),
        ("2026-03-01", "3 days", False, "2026-03-04"),
        # Spring Festival 2026: 15 to 23 February off, the Saturdays 14 and 28 February worked.
        ("2026-02-05", "10 working days", True, "2026-02-26"),
        ("2026-02-13", "1 working day", True, "2026-02-14"),
        ("2026-01-15", "1 month", True, "2026-02-24"),
        ("2026-01-15", "1 month", False, "2026-02-15"),
        ("2026-01-28", "1 month", True, "2026-02-28"),
        # A Sunday that is worked is no day off; the Friday before is counted too.
        ("2026-09-05", "15 days", True, "2026-09-20"),
        ("2026-09-15", "10 days", True, "2026-09-28"),
        # Months first, then days, then working days.
        ("2026-01-31", "1 month + 15 days", True, "2026-03-16"),
        ("2026-01-30", "1 month + 1 working day", True, "2026-03-02"),
        ("2024-02-29", "1 year", False, "2025-02-28"),
        ("2024-02-29", "4 years", False, "2028-02-29"),
        # No calendar is known for 1974 and 2031: only Saturdays and Sundays are off.
        ("1974-09-16", "15 days", True, "1974-10-01"),
        ("2031-09-26", "3 working days", True, "2031-10-01"),
    ],
)
def test_last_lawful_day(start: str, period: str, rolls: bool, last: str) -> None:
    assert until(start, period, rolls) == last


def test_months_back_go_to_the_same_numbered_day() -> None:
    assert subtract_months(day("2026-08-31"), 6) == day("2026-02-28")
    assert subtract_months(day("2026-03-15"), 24) == day("2024-03-15")
    assert subtract_months(day("2024-02-29"), 12) == day("2023-02-28")


def test_the_end_of_time_is_no_error() -> None:
    end = date.max.toordinal()
    assert deadline(end, Period(months=3, days=15, working=0), True) == end
    assert deadline(end - 1, Period(working=10), True) == end
    assert subtract_months(40, 24) == 1


# --- writing and reading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "period", "shown", "written"),
    [
        ("3 months", Period(months=3), "3个月", "3 months"),
        ("1 month", Period(months=1), "1个月", "1 month"),
        ("15 days", Period(days=15), "15日", "15 days"),
        ("10 working days", Period(working=10), "10个工作日", "10 working days"),
        ("2 years", Period(months=24), "2年", "2 years"),
        ("一年零三个月", Period(months=15), "15个月", "15 months"),
        ("三个月", Period(months=3), "3个月", "3 months"),
        ("一百二十天", Period(days=120), "120日", "120 days"),
        ("十个工作日", Period(working=10), "10个工作日", "10 working days"),
        ("1个月加15日", Period(months=1, days=15), "1个月加15日", "1 month + 15 days"),
        ("1 Month and 2 working days", Period(months=1, working=2), "1个月加2个工作日", "1 month + 2 working days"),
    ],
)
def test_parse(text: str, period: Period, shown: str, written: str) -> None:
    assert Period.parse(text) == period
    assert (str(period), period.written) == (shown, written)


@pytest.mark.parametrize("text", ["", "3", "months", "3 weeks", "x 3 days", "3 days later", "十", "-3 days", "1.5 months"])
def test_what_is_no_period_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(PeriodError, match=r"不是期限:请写成如 3 months"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["100000 days", "1 month + 99999999999999999999 working days"])
def test_a_period_of_more_days_than_a_database_can_reckon_with_is_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="太长:里面的数最大可以写 99999"):
        Period.parse(text)
    assert add(day("2026-01-01"), Period.parse("99999 months")) == LAST_DAY


def test_negative_months_are_refused() -> None:
    with pytest.raises(PeriodError, match="不能为负"):
        Period(months=-1)


periods = st.builds(Period, months=st.integers(0, 40), days=st.integers(0, 120), working=st.integers(0, 40))


@given(periods)
def test_a_period_is_read_back_from_either_writing(period: Period) -> None:
    assert Period.parse(period.written) == period
    assert Period.parse(str(period)) == period


# --- against counting day by day ---------------------------------------------------------------------------------------


def naive_off(d: date) -> bool:
    return not chinese_calendar.is_workday(d) if d.year in KNOWN else d.weekday() >= 5


def walked(d: date, period: Period, step: timedelta) -> date:
    d += period.days * step
    counted = 0
    while counted < period.working:
        d += step
        if not naive_off(d):
            counted += 1
    return d


def naive(start: date, period: Period, rolls: bool) -> date:
    one, d = timedelta(days=1), start
    for _ in range(period.months):  # month by month, then on to the same-numbered day
        d = d.replace(day=1)
        while d.month == (d + one).month:
            d += one
        d += one
        d = d.replace(day=min(start.day, monthrange(d.year, d.month)[1]))
    d = walked(d, period, one)
    while rolls and naive_off(d):
        d += one
    return d


days = st.dates(date(1970, 1, 1), date(2035, 12, 31))


@given(days, periods, st.booleans())
def test_counts_as_one_counts_by_hand(start: date, period: Period, rolls: bool) -> None:
    assert date.fromordinal(deadline(start.toordinal(), period, rolls)) == naive(start, period, rolls)


@given(days)
def test_days_off_are_those_of_the_package_and_weekends_elsewhere(d: date) -> None:
    calendar = load_calendar()
    assert calendar.is_off(d.toordinal()) == naive_off(d)
    ordinary = not naive_off(d) and d.weekday() < 5
    assert bool(calendar.note(d.toordinal())) != ordinary


@given(days, periods, st.booleans())
def test_bounds_hold(start: date, period: Period, rolls: bool) -> None:
    low, high = bounds(period)
    assert low <= deadline(start.toordinal(), period, rolls) - start.toordinal() <= high
    assert low <= start.toordinal() - subtract(start.toordinal(), period) <= high


@given(days, periods)
def test_back_counts_as_one_counts_by_hand(end: date, period: Period) -> None:
    earlier = date.fromordinal(subtract_months(end.toordinal(), period.months))
    assert date.fromordinal(subtract(end.toordinal(), period)) == walked(earlier, period, timedelta(days=-1))


def test_derivation_of_days_counted_back_names_what_is_left_out_and_what_is_worked() -> None:
    steps = derive_back(day("2026-02-26"), Period.parse("3 working days"), "(开庭日期)")
    assert [step.text for step in steps] == [
        "倒推自:2026-02-26(周四)(开庭日期),当日不计入",
        "往前:3个工作日",
        "计入:2026-02-14(周六),调休上班,按工作日计算",
        "不计:2026-02-15(周日)至2026-02-23(周一),春节,共9日",
        "往前数到:2026-02-14(周六)",
    ]


@pytest.mark.parametrize("period", ["1 month", "3 months", "6 months", "2 years", "5 working days", "10 working days", "7 days"])
def test_bounds_are_met_by_some_day(period: str) -> None:
    p = Period.parse(period)
    low, high = bounds(p)
    spans = [deadline(d, p, False) - d for d in range(day("1970-01-01"), day("2035-12-31"))]
    assert min(spans) == low
    # Rolling is allowed for on top of the longest period, by the longest run of days off there ever was.
    assert max(spans) == high - (0 if p.working else max(roll(d) - d for d in range(day("2004-01-01"), day("2027-01-01"))))


@given(days, st.integers(0, 60))
def test_one_day_later_never_ends_earlier(start: date, months: int) -> None:
    assert add_months(start.toordinal(), months) <= add_months(start.toordinal() + 1, months)


@given(days, st.integers(0, 60))
def test_back_and_forth_loses_days_only_at_a_months_end(start: date, months: int) -> None:
    there = add_months(start.toordinal(), months)
    back = date.fromordinal(subtract_months(there, months))
    assert back == start or (start.day > 28 and (back.year, back.month) == (start.year, start.month))


# --- derivation --------------------------------------------------------------------------------------------------------


@given(days, periods, st.booleans())
def test_derivation_begins_and_ends_where_the_count_does(start: date, period: Period, rolls: bool) -> None:
    steps = derive(start.toordinal(), period, rolls)
    assert steps[0].day == start.toordinal()
    assert steps[-1].day == deadline(start.toordinal(), period, rolls)
    left_out = "".join(s.text for s in steps if s.text.startswith("不计:"))
    assert bool(left_out) <= bool(period.working)


def test_derivation_of_working_days_names_what_is_left_out_and_what_is_worked() -> None:
    shown = text("2026-02-05", "10 working days", label="送达")
    assert "起算日:2026-02-05(周四)送达,当日不计入" in shown
    assert "期限:10个工作日" in shown
    assert "不计:2026-02-07(周六)至2026-02-08(周日),周末,共2日" in shown
    assert "计入:2026-02-14(周六),调休上班,按工作日计算" in shown
    assert "不计:2026-02-15(周日)至2026-02-23(周一),春节,共9日" in shown
    assert shown.endswith("最后合法日:2026-02-26(周四)")
    assert "无节假日安排数据" not in shown


def test_derivation_of_a_rolled_day_says_why() -> None:
    shown = text("2026-09-15", "10 days")
    assert "期限届满原日:2026-09-25(周五)" in shown
    assert "届满原日为休息日:2026-09-25(周五)至2026-09-27(周日),中秋节;顺延至其后第一个工作日" in shown
    assert shown.endswith("最后合法日:2026-09-28(周一)")


def test_derivation_of_a_day_kept_says_why() -> None:
    assert "届满原日为春节,依规定不因节假日顺延" in text("2026-01-15", "1 month", rolls=False)
    assert "届满原日为周日,但为调休上班日,按工作日计算,不顺延" in text("2026-09-05", "15 days")


def test_derivation_of_two_units_shows_the_day_between() -> None:
    assert "先计1个月,至2026-02-28(周六)" in text("2026-01-31", "1 month + 15 days")


def test_derivation_says_where_no_calendar_is_known() -> None:
    assert "1974年:该年度无节假日安排数据,仅按周末计算" in text("1974-05-01", "45 days")
    assert "无节假日安排数据" not in text("1974-05-01", "45 days", rolls=False)
    assert "2027年:该年度无节假日安排数据" in text("2026-12-25", "10 working days")


# --- the table of corrections ------------------------------------------------------------------------------------------


def corrected(folder: Path, body: str) -> Calendar:
    path = folder / "calendar.yaml"
    path.write_text(body, encoding="utf-8")
    return load_calendar((path,))


def test_a_correction_overrides_the_package(tmp_path: Path) -> None:
    calendar = corrected(
        tmp_path,
        "complete: [2027]\ndays:\n- {day: 2026-08-21, mark: 休, why: 台风停工, source: 某市通知〔2026〕1号}\n"
        "- {day: 2026-08-22, mark: 班, source: 某市通知〔2026〕1号}\n",
    )
    five = Period(working=5)
    assert deadline(day("2026-08-18"), five, True, calendar) == day("2026-08-25")
    assert deadline(day("2026-08-19"), five, True, calendar) == add(day("2026-08-19"), five) == day("2026-08-26")
    assert calendar.known_year(2027)
    assert not load_calendar().known_year(2027)
    shown = "\n".join(s.text for s in derive(day("2026-08-18"), five, True, "", calendar))
    assert "不计:2026-08-21(周五),台风停工,据某市通知〔2026〕1号" in shown
    assert "计入:2026-08-22(周六),调休上班,据某市通知〔2026〕1号,按工作日计算" in shown


def test_every_wrong_correction_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CalendarError) as e:
        corrected(
            tmp_path,
            "days:\n- {day: 2026-08-21, mark: 假, source: x}\n- {day: 明天, mark: 休, source: x}\n"
            "- {day: 2026-08-22, mark: 休}\n- {day: 2026-08-23, mark: 休, source: x, whi: y}\n",
        )
    lines = str(e.value).splitlines()
    assert [line.split("calendar.yaml:")[1].split()[0] for line in lines] == ["2", "3", "4", "5"]
    assert "mark 应为 休 或 班" in lines[0]
    assert "缺少 source" in lines[2]
    assert "whi" in lines[3]


@pytest.mark.parametrize("body", ["days: 3\n", "- 1\n", "days: [\n", "complete: [二〇二七]\n", "day: []\n", "days:\n- {day: 2026-02-30}\n"])
def test_a_broken_table_ends_in_one_sentence(tmp_path: Path, body: str) -> None:
    with pytest.raises(CalendarError) as e:
        corrected(tmp_path, body)
    assert "calendar.yaml" in str(e.value)
    assert "\n" not in str(e.value)


def test_bounds_follow_the_calendar() -> None:
    week = {d: Mark(True, "停工") for d in range(day("2040-01-02"), day("2040-01-30"))}
    long = Calendar(week, [])
    low, high = bounds(Period(days=10), long)
    assert (low, high) == (10, 10 + 30)
    assert bounds(Period(working=1), long)[1] == 31
