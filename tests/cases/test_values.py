import datetime as dt
import unicodedata
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.catalogue import Column, ColumnType
from cases.values import Parser, formed, normal, pairs, parse_bool, parse_code, parse_money, parse_number, parse_text, parser, show


@pytest.mark.parametrize(
    "spelling", ["（2023）浙0324执123号", "(2023)浙0324执123号", "〔2023〕浙0324执123号", "[2023]浙0324执123号", "【２０２３】浙０３２４执１２３号",
                 "﹝2023﹞浙0324执 123 号", "［2023］浙0324执123号", "\ufeff(2023)浙0324执123号\u200b"],
)  # fmt: skip
def test_one_normal_form(spelling: str) -> None:
    assert normal(spelling) == "(2023)浙0324执123号"


def test_the_check_letter_of_a_certificate() -> None:
    assert normal("33032419900101123x") == normal("３３０３２４１９９００１０１１２３Ｘ") == "33032419900101123X"


@given(st.text())
def test_normal_is_settled_after_once(text: str) -> None:
    once = normal(text)
    assert normal(once) == once
    assert not any(c.isspace() for c in once)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("1234.5", 123450), ("1,234.50", 123450), ("１，２３４．５０", 123450), ("0", 0), ("-0.00", 0), (".5", 50), ("3.5万元", 3_500_000),
        ("’12", 1200), ('="12.5"', 1250), ("12万", 12_000_000),
        ("12 万 元", 12_000_000), ("1.5亿元", 15_000_000_000), ("5千元", 500_000), ("2百万", 200_000_000), ("￥1,000", 100_000), ("¥1000元", 100_000),
        ("人民币1000元整", 100_000), ("0.01", 1), (1234, 123400), (1234.5, 123450), (0.1 + 0.2, 30), (1.15, 115), (49999.99, 4_999_999),
        ("1234.4999999999998", 123450), ("49999.999", 4_999_999), ("", None), ("  ", None), (None, None),
    ],
)  # fmt: skip
def test_money_is_fen(cell: object, fen: int | None) -> None:
    assert parse_money(cell) == fen


@pytest.mark.parametrize("cell", ["-5", "−5", "负5", "(500)", "-¥5", "¥-5", -3.0, -1, "-3.5万元"])
def test_negative_money_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match="不能为负"):
        parse_money(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "1,23",
        "12,34,567",
        "约3万",
        "3万5千",
        "abc",
        "元",
        "1.2.3",
        "1.2E+10",
        "1.5E6",
        "1e5",
        "10²",
        "①",
        True,
        float("nan"),
        float("inf"),
        "10000000000000000",
    ],
)
def test_what_is_no_amount(cell: object) -> None:
    with pytest.raises(ValueError, match="金额"):
        parse_money(cell)


@given(st.integers(0, 10**14))
def test_money_comes_back_as_shown(fen: int) -> None:
    assert parse_money(show(fen, "money")) == fen
    assert parse_money(f"{fen // 100:,}.{fen % 100:02d}元") == fen


@given(st.decimals(0, 10**9, places=5, allow_nan=False))
def test_wan_is_ten_thousand(amount: Decimal) -> None:
    assert parse_money(f"{amount}万元") == int(Fraction(amount) * 1_000_000 // 1)


@given(st.decimals(0, 10**9, places=9, allow_nan=False))
def test_numbers_are_rounded_down_to_six_decimals(number: Decimal) -> None:
    assert parse_number(f"{number:f}") == int(Fraction(number) * 1_000_000 // 1)


@given(st.integers(0, 10**15))
def test_numbers_come_back_as_shown(value: int) -> None:
    assert parse_number(show(value, "number")) == value


@pytest.mark.parametrize(
    ("cell", "value"), [("12", 12_000_000), ("12.5%", 12_500_000), (12.5, 12_500_000), ("1,200", 1_200_000_000), ("１２", 12_000_000), ("", None)]
)
def test_numbers(cell: object, value: int | None) -> None:
    assert parse_number(cell) == value


@pytest.mark.parametrize("cell", ["-1", -0.5, "12吨", "若干", "12元", "1E+5", "%", "10²"])
def test_what_is_no_number(cell: object) -> None:
    with pytest.raises(ValueError, match="数字"):
        parse_number(cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", 1), ("否", 0), ("1", 1), ("0", 0), (1, 1), (0.0, 0), ("true", 1), ("FALSE", 0), ("Ｙ", 1), ("n", 0), (True, 1), ("", None)],
)
def test_bool(cell: object, value: int | None) -> None:
    assert parse_bool(cell) == value


def test_what_is_neither_yes_nor_no() -> None:
    with pytest.raises(ValueError, match="是"):
        parse_bool("大概")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("330324199001011234", "330324199001011234"), (" 12 3\t", "123"), ("'330324199001011234", "330324199001011234"), (20230001, "20230001"),
     (12.0, "12"),
     (330324199001011234, "330324199001011234"), ("某罚〔2025〕 12 号", "某罚〔2025〕12号"), ("1E10", "1E10"), ('="00123"', "00123"),
     ("’330324", "330324"), ("'330324'", "330324"), ("2025001.0", "2025001"), ("1.2.0", "1.2.0"), ("\u202d330324\u202c", "330324"),
     ("\u200b", None), ("A\0\x1a", "A"), ("", None),
     (None, None)],
)  # fmt: skip
def test_codes_are_kept_as_written(cell: object, code: str | None) -> None:
    assert parse_code(cell) == code


@pytest.mark.parametrize(
    "cell",
    [
        "3.30E+17",
        "3.30324E+17",
        " 9.1E+17 ",
        "3.30324199001011E17",
        '="3.3E+17"',
        3.30324199001011e17,
        330324199001011000,
        dt.date(2025, 1, 2),
        dt.time(1, 2),
    ],
)
def test_codes_that_excel_has_cut_are_refused(cell: object) -> None:
    with pytest.raises(ValueError, match="Excel"):
        parse_code(cell)


def test_codes_and_names_come_with_their_normal_form() -> None:
    code = Column(name="案号", field="case_no", type="code")
    parse = formed(parser(code), code)
    assert parse("（2025）浙01民初 1 号") == ("(2025)浙01民初1号", "（2025）浙01民初1号")
    assert parse("(2025)浙01民初1号") == ("(2025)浙01民初1号", None)
    assert parse("") == (None, None)


@given(
    st.sampled_from(["code", "text"]),
    st.lists(
        st.text(alphabet=[*"Aa09()-./:·、〇案号\uff08\uff09〔〕", *"【\uff21 \n'‘#\u3000\u200b—无"], max_size=9)
        | st.sampled_from(["", "甲" * 201, "-", "/", "无", "null", "n/a", "3.3e17", "不详"]),
        min_size=1,
    ),
)
def test_whole_columns_are_read_as_their_cells_are(kind: ColumnType, cells: list[str]) -> None:
    column = Column(name="编号", field="no", type=kind)
    read = pairs(tuple(cells), column)
    parse = formed(parser(column), column)
    assert read is None or list(zip(*read, strict=True)) == [parse(c) for c in cells]
    is_simple = all(c in "Aa09()-./:·、〇案号\uff08\uff09〔〕" for cell in cells for c in cell)
    assert read is not None or not is_simple or not {"-", "--", "---", "----", "/", "//"}.isdisjoint(cells)


@pytest.mark.parametrize(("kind", "text"), [("code", "A" * 121), ("text", "甲" * 201), ("code", "㍿" * 40)])
def test_a_code_or_name_must_fit_its_column(kind: ColumnType, text: str) -> None:
    column = Column(name="编号", field="no", type=kind)
    with pytest.raises(ValueError, match="太长"):
        formed(parser(column), column)(text)


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", " #VALUE! "])
def test_the_error_values_of_excel_are_no_text(cell: str) -> None:
    for parse in (parse_text, parse_code, parse_money, parse_bool):
        with pytest.raises(ValueError, match="Excel 的错误值"):
            parse(cell)


@pytest.mark.parametrize(("cell", "said"), [("同上", "照写全"), ("〃", "照写全"), ("锟斤拷公司", "乱码"), ("甲\ufffd公司", "乱码")])
def test_what_points_elsewhere_or_has_lost_its_characters_is_told(cell: str, said: str) -> None:
    name = Column(name="当事人", field="party", type="text")
    assert pairs((cell, "甲公司"), name) is None
    for parse in (parse_text, parse_code, formed(parser(name), name)):
        with pytest.raises(ValueError, match=said):
            parse(cell)


@pytest.mark.parametrize("cell", ["3.5美元", "US$3.5", "€3.5", "2万港币"])
def test_another_currency_is_told_as_one(cell: str) -> None:
    with pytest.raises(ValueError, match="是外币"):
        parse_money(cell)


NUMBER = Column(name="证件号", field="person_id", type="code", certificate=True)


@pytest.mark.parametrize("cell", ["无证件", "未提供", "保密", "无（未成年）", "（空）", "111111111111111111", "待查"])
def test_words_in_the_place_of_a_certificate_number_are_nobodys(cell: str) -> None:
    assert pairs((cell, "33X"), NUMBER) is None
    assert formed(parser(NUMBER), NUMBER)(cell) == (None, None)


@pytest.mark.parametrize(
    "cell", ["1101**********1234", "110101199001****12", "3301XXXXXXXXXX0011", "11010119900101xxxx", "1101……1234", "110101########0011"]
)
def test_a_certificate_number_of_which_a_part_is_hidden_keeps_its_spelling_alone(cell: str) -> None:
    assert pairs((cell, "33X"), NUMBER) is None
    assert formed(parser(NUMBER), NUMBER)(cell) == (None, cell)


def test_enormous_cells_are_refused_at_once() -> None:
    for cell in ("长" * 90_000 + "1", "X" * 90_000, "千" * 90_000 + "1"):
        for parse in (formed(parser(NUMBER), NUMBER), parse_money):
            with pytest.raises(ValueError, match=r"太长|读不成"):
                parse(cell)


@pytest.mark.parametrize("cell", ["11010119900101001X", "91330100MA2XXXXX1X", "G12345678", "33X", "110101-19900101-0012", "H08012345(01)"])
def test_and_whole_ones_are_read_as_before(cell: str) -> None:
    assert formed(parser(NUMBER), NUMBER)(cell) == (cell, None)


def test_a_number_that_a_program_read_as_a_float() -> None:
    assert pairs(("2025001.0", "A1"), NUMBER) is None
    assert formed(parser(NUMBER), NUMBER)("2025001.0") == ("2025001", None)


def test_text_is_trimmed_and_blank_is_none() -> None:
    assert parse_text("  两  字\n") == "两  字"
    assert parse_text(" \u3000") is None
    assert parse_text("某\u200b局\u00ad") == "某局"
    assert parse_text(5.0) == "5"
    assert parse_text("'某局") == parse_text('="某局"') == "某局"
    assert parse_text("'某局'") == "'某局'"
    assert (parse_bool("'是"), parse_text("'")) == (1, None)


def test_a_choice_takes_its_synonyms_and_names_what_is_allowed() -> None:
    parse = parser(Column(name="措施", field="measure", type="text", choices={"拘留": ["刑拘"], "取保候审": ["取保"]}))
    assert [parse(c) for c in ("刑拘", " 拘留 ", "取保", "")] == ["拘留", "拘留", "取保候审", None]
    with pytest.raises(ValueError, match="拘留、取保候审"):
        parse("逮捕")


@pytest.mark.parametrize("kind", ["text", "code", "date", "money", "number", "bool"])
@pytest.mark.parametrize("cell", ["—", "--", "－", " / ", "N/A", "null"])
def test_what_offices_write_into_blank_cells_is_blank(kind: ColumnType, cell: str) -> None:
    column = Column(name="列", field="no", type=kind)
    assert parser(column)(cell) is None
    assert parser(column.model_copy(update={"choices": {"甲": []}}))(cell) is None
    assert formed(parser(column), column)(cell) == (None, None)


@pytest.mark.parametrize(("kind", "cell", "is_blank"), [
    ("code", "无", True), ("code", "不详", True), ("text", "无", True), ("text", "不详", False), ("text", "无锡某公司", False),
    ("date", "暂无", True),
    ("money", "无", True), ("number", "无", True), ("code", "-1", False),
])  # fmt: skip
def test_words_for_blank(kind: ColumnType, cell: str, is_blank: bool) -> None:
    assert (parser(Column(name="列", field="no", type=kind))(cell) is None) == is_blank


@pytest.mark.parametrize(("kind", "cell"), [("bool", "无"), ("date", "不详"), ("date", "不适用")])
def test_words_that_may_mean_more_than_blank_are_asked_about(kind: ColumnType, cell: str) -> None:
    with pytest.raises(ValueError, match="空着"):
        parser(Column(name="列", field="no", type=kind))(cell)


def test_a_yes_no_column_may_have_words_of_its_own() -> None:
    parse = parser(Column(name="羁押状态", field="in_custody", type="bool", choices={"是": ["在押"], "否": ["未在押"]}))
    assert [parse(c) for c in ("在押", "未在押", "Y", "0", None)] == [1, 0, 1, 0, None]
    with pytest.raises(ValueError, match="是、否"):
        parse("不知")


def test_a_header_in_wan_multiplies_bare_amounts_only() -> None:
    parse = parser(Column(name="涉案金额", field="amount", type="money"), times=10_000)
    assert [parse(c) for c in ("3.5", 3.5, "3.5万元", "35000元", "", None)] == [3_500_000] * 4 + [None] * 2
    with pytest.raises(ValueError, match="负"):
        parse("-3.5")


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "money", ""),
        (5, "money", "0.05"),
        (-150, "money", "-1.50"),
        (1, "bool", "是"),
        (0, "bool", "否"),
        (738525, "date", "2023-01-05"),
        (0, "date", "日期不详"),
        ("甲", "text", "甲"),
        (2_500_000, "number", "2.5"),
        (0, "number", "0"),
    ],
)
def test_show(value: int | str | None, kind: str, text: str) -> None:
    assert show(value, kind) == text


@given(st.text(max_size=40))
def test_any_text_gives_a_value_or_a_reason(text: str) -> None:
    for parse in (parse_money, parse_number, parse_bool, parse_code, parse_text):
        try:
            parse(text)
        except ValueError as e:
            assert any(unicodedata.name(c, "").startswith("CJK") for c in str(e))


@pytest.mark.parametrize(("parse", "most"), [(parse_money, 10**15), (parse_number, 10**12)])
def test_what_would_not_fit_the_store_is_told(parse: Parser, most: int) -> None:
    assert 0 < parse(str(most)) < 2**63
    with pytest.raises(ValueError, match="太大"):
        parse(str(most + 1))
