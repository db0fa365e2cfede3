import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.dates import EXCEL_ZERO, parse_date, show_date

FIFTH = dt.date(2023, 1, 5).toordinal()
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
CHINESE = "〇一二三四五六七八九"


@pytest.mark.parametrize(
    "text",
    [
        "2023-01-05", "2023/1/5", "2023/01/05", "2023.1.5", "20230105", "2023年1月5日", "2023年01月05日", "2023年1月5号",
        "2023年1月5",
        "２０２３年１月５日", "２０２３－０１－０５", "２０２３．１．５", "2023—01—05", "二〇二三年一月五日", "二○二三年元月五日",
        "二O二三年一月五日",
        "二０二三年一月５日", "二零二三年1月五日", "贰零贰叁年壹月伍日", " 2023-01-05 ", "2023 年 1 月 5 日", "2023-01-05 00:00:00",
        "2023/1/5 0:00", "2023-01-05T08:30:00", "2023-01-05T08:30:00+08:00", "2023-01-05 14:30:05.123", "2023年1月5日14时30分",
        "2023/1/5 下午 2:30:00", "2023年1月5日上午", "2023年1月5日(星期四)", "2023-01-05 周四", "44931", "44931.604", "'2023-01-05", "2023-01-05\t",
        "2023 01 05", "2023 1 5",
        "‘2023-01-05",        '="2023-01-05"', "2023-01-05\0",
    ],
)  # fmt: skip
def test_every_spelling_of_a_day(text: str) -> None:
    assert parse_date(text) == FIFTH


@pytest.mark.parametrize("cell", [44931, 44931.0, 44931.604, 20230105, 20230105.0, dt.date(2023, 1, 5), dt.datetime(2023, 1, 5, 23, 59)])
def test_cells_of_a_workbook(cell: object) -> None:
    assert parse_date(cell) == FIFTH


@pytest.mark.parametrize("text", ["已办", "有", "日期不详", " 已办 "])
def test_done_but_day_unknown(text: str) -> None:
    assert parse_date(text) == 0
    assert show_date(0) == "日期不详"


@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000"])
def test_blank(cell: object) -> None:
    assert parse_date(cell) is None
    assert show_date(None) == ""


@pytest.mark.parametrize("text", ["2017年6月", "2017-06", "2017.6", "201706", "2017", "2017年", "二〇一七年六月", "二〇一七年"])
def test_a_month_is_never_taken_for_its_first_day(text: str) -> None:
    with pytest.raises(ValueError, match="日期不详"):
        parse_date(text)


@pytest.mark.parametrize("cell", [2017, 201706, 2017.0])
def test_nor_is_a_number_that_is_a_year_or_month(cell: float) -> None:
    with pytest.raises(ValueError, match="日期不详"):
        parse_date(cell)


@pytest.mark.parametrize("text", ["2023-02-30", "2023-13-01", "2023年2月29日", "20230431", "二〇二三年二月三十日", "2023-00-10", "2100-02-29"])
def test_days_that_do_not_exist(text: str) -> None:
    with pytest.raises(ValueError, match="不存在"):
        parse_date(text)


@pytest.mark.parametrize("cell", ["0203-01-01", "1899-12-31", "2101-01-01", "9999-12-31", dt.date(1700, 1, 1), dt.datetime(2999, 1, 1)])
def test_years_that_make_no_sense(cell: object) -> None:
    with pytest.raises(ValueError, match="不合理"):
        parse_date(cell)


@pytest.mark.parametrize("text", ["1/5/2023", "05-01-2023", "23-1-5", "23年1月5日"])
def test_order_of_day_month_year_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="年份写四位"):
        parse_date(text)


@pytest.mark.parametrize(
    "cell",
    [
        "无", "-", "未办", "2023-01-04T16:00:00Z", "初五", "2023年十十月五日", True, dt.time(3), 3.5, -1, 1e300, float("nan"), "123456789",
        "2023-1-1 2", "2023年1月1 2日", "2023-01-05 2023-02-05",
    ],
)  # fmt: skip
def test_what_is_no_day(cell: object) -> None:
    with pytest.raises(ValueError, match=r"日期|请写"):
        parse_date(cell)


def _chinese(number: int) -> str:
    if number < 10:
        return CHINESE[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else CHINESE[tens]) + "十" + (CHINESE[ones] if ones else "")


@given(DAYS)
def test_all_spellings_of_any_day_agree(day: dt.date) -> None:
    y, m, d = day.year, day.month, day.day
    spellings = [
        day.isoformat(), f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}", f"{y}-{m}-{d} 12:00",
        "".join(CHINESE[int(c)] for c in str(y)) + f"年{_chinese(m)}月{_chinese(d)}日",
    ]  # fmt: skip
    assert {parse_date(s) for s in spellings} == {day.toordinal()}
    assert show_date(parse_date(spellings[0])) == day.isoformat()


@given(st.dates(dt.date(1927, 5, 18), dt.date(2100, 12, 31)), st.floats(0, 0.999))
def test_serials_are_days_whatever_the_time(day: dt.date, time: float) -> None:
    serial = day.toordinal() - EXCEL_ZERO
    assert parse_date(serial) == parse_date(str(serial)) == parse_date(serial + time) == day.toordinal()


@given(st.one_of(st.text(max_size=30), st.text("0123456789年月日-/. :〇一二十", max_size=14)))
def test_any_text_gives_a_day_or_a_reason(text: str) -> None:
    try:
        value = parse_date(text)
    except ValueError as e:
        assert str(e)
    else:
        assert value is None or value == 0 or 1900 <= dt.date.fromordinal(value).year <= 2100
