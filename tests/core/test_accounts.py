"""The chart of accounts: which lines take postings, and what a number says."""

import pytest

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart, class_of_number, is_account_number


@pytest.mark.parametrize(
    ("letter", "postable"), [("H", False), ("A", True), ("G", True), ("S", False), ("T", False), ("X", False)]
)
def test_only_a_and_g_take_postings(letter: str, postable: bool) -> None:
    assert Account("1060", type=AccountType(letter)).postable is postable


def test_a_chart_that_gives_no_type_means_postable() -> None:
    assert Account("1060").postable


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("1060", AccountClass.ASSET),
        ("2310", AccountClass.LIABILITY),
        ("3560", AccountClass.EQUITY),
        ("4000", AccountClass.REVENUE),
        ("5610", AccountClass.EXPENSE),
        *((number, AccountClass.EXPENSE) for number in ("6100", "7000", "8999", "9")),
        *((number, None) for number in ("0100", "", "A1", "²0", "６000")),
    ],
)
def test_the_first_digit_says_the_class(number: str, expected: AccountClass | None) -> None:
    assert class_of_number(number) is expected
    assert Chart().class_of(number) is expected


def test_the_class_of_the_chart_decides_over_the_first_digit() -> None:
    chart = Chart([Account("4900", account_class=AccountClass.EXPENSE), Account("4000")])
    assert chart.class_of("4900") is AccountClass.EXPENSE
    assert chart.class_of("4000") is AccountClass.REVENUE


@pytest.mark.parametrize(
    ("name", "name_fr", "french", "english"),
    [
        ("Bank", "Banque", "Banque", "Bank"),
        ("Bank", "", "Bank", "Bank"),
        ("", "Banque", "Banque", "Banque"),
        ("", "", "", ""),
    ],
)
def test_an_account_is_named_in_a_language_or_as_it_can(name: str, name_fr: str, french: str, english: str) -> None:
    account = Account("1060", name, name_fr)
    assert (account.named("fr"), account.named("en")) == (french, english)


def test_a_chart_finds_accounts_by_number_and_keeps_their_order() -> None:
    chart = Chart([Account("4000"), Account("1060", "Bank")])
    assert chart["1060"].name == "Bank"
    assert chart.get("9999") is None
    assert ("1060" in chart, "9999" in chart) == (True, False)
    assert [account.number for account in chart] == ["4000", "1060"]


def test_the_last_line_of_a_number_counts() -> None:
    chart = Chart([Account("1060", "Old"), Account("1060", "New")])
    assert (len(chart), chart["1060"].name) == (1, "New")


@pytest.mark.parametrize(
    ("numbers", "digits"),
    [(["1060", "1201", "54321"], 4), (["10600", "12010", "1"], 5), (["1060", "54321"], 5), ([], None)],
)
def test_the_commonest_length_is_that_of_the_company(numbers: list[str], digits: int | None) -> None:
    assert Chart(map(Account, numbers)).digits == digits


@pytest.mark.parametrize(
    ("text", "is_number"),
    [("1201", True), ("4-000.É", True), ("1" * 15, True)]
    + [(text, False) for text in ("", "1" * 16, "12 01", "12\u00a001", "12\t01", "12\u200b01", "1201\n")],
)
def test_a_number_is_printable_and_without_blanks(text: str, is_number: bool) -> None:
    assert is_account_number(text) is is_number
