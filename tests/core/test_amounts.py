"""Amounts as people write them (design.md, traps): read exactly or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.amounts import (
    UNIT_DIGITS,
    UNREADABLE,
    AmountReader,
    NumberText,
    UnreadAmount,
    read_amount,
    show_amount,
)
from ecriture.core.money import plain

CENTS = st.integers(-(10 ** (UNIT_DIGITS + 2)) + 1, 10 ** (UNIT_DIGITS + 2) - 1)
SPACES = {"a space": " ", "a no-break space": "\u00a0", "a narrow no-break space": "\u202f"}


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12,50", 1250),
        ("12.50", 1250),
        ("1234.5", 123450),
        ("1234,5", 123450),
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1'234.50", 123450),
        ("1’234.50", 123450),
        ("1,234,567.89", 123456789),
        ("1.234.567,89", 123456789),
        ("1,234,567", 123456700),
        ("1.234.567", 123456700),
        ("1234", 123400),
        ("0", 0),
        ("0.00", 0),
        ("-0.00", 0),
        (".5", 50),
        (",05", 5),
        ("007.10", 710),
        ("  12,50  ", 1250),
    ],
)
def test_every_way_of_writing_an_amount_is_read(text: str, cents: int) -> None:
    assert read_amount(text) == cents


@pytest.mark.parametrize("space", SPACES.values(), ids=list(SPACES))
@pytest.mark.parametrize(("text", "cents"), [("1 234,50", 123450), ("-1 234 567,89 $", -123456789), ("1 234", 123400)])
def test_thousands_may_be_set_apart_by(space: str, text: str, cents: int) -> None:
    assert read_amount(text.replace(" ", space)) == cents


@pytest.mark.parametrize(
    "text",
    [
        "-12,50",
        "12,50-",
        "(12,50)",
        "-12,50 $",
        "12,50- $",
        "(12,50 $)",
        "($12.50)",
        "-$12.50",
        "$-12.50",
        "- 12,50",
        "−12,50",
    ],
)
def test_every_way_of_writing_a_negative_amount_is_read(text: str) -> None:
    assert read_amount(text) == -1250


@pytest.mark.parametrize("text", ["12,50 $", "$12.50", "$ 12.50", "12.50$", "+12.50"])
def test_a_dollar_sign_or_a_plus_changes_nothing(text: str) -> None:
    assert read_amount(text) == 1250


@pytest.mark.parametrize("text", ["1,234", "1.234", "12.505", "-1,234", "(999.999)", "12,345 $"])
def test_a_thousand_or_three_decimals_is_ambiguous(text: str) -> None:
    assert read_amount(text) == UnreadAmount("amount-ambiguous", text)


@pytest.mark.parametrize(("text", "decimal"), [("1,234", "."), ("1.234", ",")])
def test_a_known_decimal_mark_decides_it(text: str, decimal: str) -> None:
    assert read_amount(text, decimal=decimal) == 123400
    assert read_amount(f"-{text}", decimal=decimal) == -123400


@pytest.mark.parametrize(("text", "decimal"), [("1,234", ","), ("1.234", ".")])
def test_three_decimals_are_no_amount_of_money(text: str, decimal: str) -> None:
    assert read_amount(text, decimal=decimal) == UnreadAmount("amount-unreadable", text, "decimals")


@pytest.mark.parametrize("text", ["100.000", "1,000"])
def test_three_zeros_are_never_decimals_by_what_other_amounts_show(text: str) -> None:
    """Somebody who writes 1.000 for a thousand in one cell would else lose 999.00."""
    assert read_amount(text, decimal=text[-4]) == UnreadAmount("amount-unreadable", text, "decimals")


@pytest.mark.parametrize(
    "text", ["0.123", "1,234.567", "1.234,567", "1 234,567", "12.3456", "0.0049999", "-0,001", "1234.567"]
)
def test_more_than_two_decimals_are_said(text: str) -> None:
    assert read_amount(text) == UnreadAmount("amount-unreadable", text, "decimals")


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *(("100.00000000", 10000), ("-5,0000", -500), ("1234.500", 123450), ("0,120", 12), ("1 234,5000 $", 123450)),
        *(("19.949999999999999", 1995), ("0.30000000000000004", 30), ("114,97999999999999", 11498), ("12.5000", 1250)),
        *(("–12,50", -1250), ("'12.50", 1250), ("'-12.50", -1250), ("’12,50", 1250)),
    ],
)
def test_what_programs_write_beyond_the_cents_is_read(text: str, cents: int) -> None:
    assert read_amount(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        *("CAD 12.50", "12,50 CAD", "CA$12.50", "12,50 $ CA", "12,50\u00a0$CA", "$12.50 CAD", "CAD $12.50", "12.50CAD"),
        *("CA$ 12.50", "12.50 CA$", "+12.50 CAD", "$ 12.50 CAD"),
    ],
)
def test_the_companys_currency_may_be_written_out(text: str) -> None:
    assert read_amount(text, currency="CAD") == 1250
    assert read_amount(f"-{text}", currency="CAD") == (
        -1250 if text[0] != "+" else UnreadAmount(UNREADABLE, f"-{text}")
    )
    assert read_amount(text.replace("CA", "US"), currency="USD") == 1250
    assert read_amount(text, currency="USD") == UnreadAmount(UNREADABLE, text)


# Numbers of spreadsheets


@pytest.mark.parametrize("decimal", ["", ".", ","])
@pytest.mark.parametrize(
    ("text", "cents"),
    [("124.5", 12450), ("1234", 123400), ("-0.1", -10), ("0", 0), ("9999999999999.99", 999999999999999)],
)
def test_a_number_is_that_number_whatever_the_texts_show(text: str, cents: int, decimal: str) -> None:
    assert read_amount(NumberText(text), decimal=decimal) == cents


@pytest.mark.parametrize("decimal", ["", ".", ","])
@pytest.mark.parametrize("text", ["124.995", "-1.234", "0.001", "124.0001"])
def test_a_number_is_never_a_thousand_times_more(text: str, decimal: str) -> None:
    assert read_amount(NumberText(text), decimal=decimal) == UnreadAmount(UNREADABLE, text, "decimals")


@pytest.mark.parametrize("text", ["1,5", "1e999", "nan", "", "1 234", "12345678901234"])
def test_a_number_that_is_none_is_not_read_as_a_text(text: str) -> None:
    assert read_amount(NumberText(text), decimal=",") == UnreadAmount(UNREADABLE, text)


@pytest.mark.parametrize("optional", [False, True])
def test_a_number_is_not_what_the_same_text_was_read_as(optional: bool) -> None:
    """Nor does it show which mark is that of thousands, or make a text ambiguous."""
    reader = AmountReader(",")
    texts = ["124.995", NumberText("124.995"), "124.995", NumberText("7.25")]
    found = reader.optional_column([*texts, ""], 0)[:4] if optional else reader.column(texts)
    assert list(found) == [12499500, UnreadAmount(UNREADABLE, "124.995", "decimals"), 12499500, 725]
    assert reader[NumberText("124.995")] == UnreadAmount(UNREADABLE, "124.995", "decimals")
    numbers = AmountReader()
    assert numbers.column([NumberText("12.25"), NumberText("124.995")])[0] == 1225
    assert list(numbers.optional_column([NumberText("12.25")], None)) == [1225]
    assert (numbers.decimals_seen, numbers.met_ambiguous, numbers.met_unread) == (set(), False, True)


@given(
    st.lists(st.tuples(st.sampled_from(["1.234", "1,234", "12.25", "12,5", "-7", "0.5"]), st.booleans()), max_size=6)
)
def test_numbers_and_texts_of_one_column_do_not_touch_each_other(cells: list[tuple[str, bool]]) -> None:
    texts = [NumberText(text.replace(",", ".")) if is_number else text for text, is_number in cells]
    mixed, alone = AmountReader(), AmountReader()
    found = list(mixed.column(texts))
    assert found == [read_amount(text) if type(text) is NumberText else alone[text] for text in texts]
    assert (mixed.decimals_seen, mixed.met_ambiguous) == (alone.decimals_seen, alone.met_ambiguous)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "$", "()", ".", ",", "abc", "12,50 EUR", "CAD 12.50"),
        *("NaN", "nan", "Infinity", "inf", "-inf", "1e5", "1E5", "12.5e1", "0x10", "1_000", "TRUE", "#N/A"),
        *("١٢٫٥٠", "१२.५०", "１２.５０", "12.5٠", "²", "½", "1\u200b2.50"),
        *("1" * 30, "9" * 14, "1" * 30 + ".00", "1" * 400),
        *("12,5,0", "1,23,456.00", "1,234,56", "12 34,50", "1,234 567.00", "''12", "1,234.567,89"),
        *("--12.50", "-12.50-", "(-12.50)", "(12.50", "12.50)", "+-1", "1-2", "12.50 %", "$$1", "12\n50", "12..50"),
    ],
)
def test_what_is_no_amount_is_unreadable(text: str) -> None:
    assert read_amount(text) == UnreadAmount("amount-unreadable", text)


@given(st.text(max_size=12) | st.text("0123456789.,-+()$ '\u00a0", max_size=12))
def test_any_text_is_cents_or_a_problem_that_keeps_the_text(text: str) -> None:
    amount = read_amount(text)
    assert isinstance(amount, int) or (amount.text == text and amount.code.startswith("amount-"))


@given(CENTS)
def test_the_plain_form_reads_back(cents: int) -> None:
    assert read_amount(plain(cents)) == cents


@given(CENTS, st.sampled_from(("fr", "en")))
def test_what_is_shown_reads_back_in_both_languages(cents: int, language: str) -> None:
    assert read_amount(show_amount(cents, language)) == cents


@given(CENTS, st.sampled_from((" ", "\u00a0", "\u202f", ",", "'", "")), st.sampled_from(("{}", "{} $", "${}")))
def test_grouped_amounts_read_back(cents: int, group: str, form: str) -> None:
    units, _, decimals = plain(abs(cents)).partition(".")
    text = form.format(f"{int(units):,}".replace(",", group) + "." + decimals)
    assert read_amount(text) == abs(cents)
    assert read_amount(f"({text})") == -abs(cents)


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [
        (123450, "1\u00a0234,50\u00a0$", "$1,234.50"),
        (-5, "-0,05\u00a0$", "-$0.05"),
        (100_000_000, "1\u00a0000\u00a0000,00\u00a0$", "$1,000,000.00"),
    ],
)
def test_amounts_are_shown_as_each_language_writes_them(cents: int, french: str, english: str) -> None:
    assert show_amount(cents, "fr") == french
    assert show_amount(cents, "en") == english


@pytest.mark.parametrize(
    ("texts", "decided"),
    [
        (["12,50"], ","),
        (["12.50"], "."),
        (["1234.5"], "."),
        (["1,234,567"], "."),
        (["1.234.567"], ","),
        (["1 234,50", "7,10"], ","),
        (["12,50", "12.50"], ""),
        (["12", "1,234"], ""),
        ([], ""),
    ],
)
def test_the_other_amounts_of_a_file_say_which_mark_is_the_decimal_one(texts: list[str], decided: str) -> None:
    reader = AmountReader()
    for text in texts:
        reader[text]
    assert reader.decided() == decided


def test_a_reader_says_that_it_met_an_ambiguous_amount() -> None:
    reader = AmountReader()
    reader["12.50"]
    assert not reader.met_ambiguous
    reader["1,234"]
    assert reader.met_ambiguous


def test_a_reader_keeps_what_it_read_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AmountReader, "LEARNED", 2)
    reader = AmountReader()
    assert [reader[text] for text in ("1.00", "2.00", "3.00", "1.00")] == [100, 200, 300, 100]
    assert list(reader) == ["1.00", "2.00"]


# Columns

TEXTS = st.one_of(
    CENTS.map(plain),
    st.sampled_from(
        ("12,50", "1,234", "", " ", "abc", "1.00\n2.00", "1.00\n", "\n", "-0.00", "٣.٠٠", "9" * 14 + ".00")
    ),
)


def read_again(texts: list[str]) -> tuple[list[int | UnreadAmount], AmountReader]:
    """The same texts, one by one."""
    reader = AmountReader()
    return [reader[text] for text in texts], reader


@given(st.lists(CENTS.map(plain), max_size=5) | st.lists(TEXTS, max_size=5))
def test_a_column_is_read_as_its_texts_are_one_by_one(texts: list[str]) -> None:
    reader = AmountReader()
    amounts, one_by_one = read_again(texts)
    assert list(reader.column(texts)) == amounts
    assert (reader.decimals_seen, reader.met_ambiguous) == (one_by_one.decimals_seen, one_by_one.met_ambiguous)


@given(st.lists(TEXTS, max_size=5))
def test_in_an_optional_column_a_blank_stands_for_something(texts: list[str]) -> None:
    amounts, _ = read_again(texts)
    expected = [cents if text.strip() else None for text, cents in zip(texts, amounts, strict=True)]
    assert list(AmountReader().optional_column(texts, None)) == expected


def test_a_reader_says_that_it_met_what_it_could_not_read() -> None:
    reader = AmountReader()
    reader.column(["12.50", "1.00"])
    assert not reader.met_unread
    reader.column(["12.50", "abc"])
    assert reader.met_unread
