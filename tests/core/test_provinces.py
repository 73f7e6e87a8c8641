"""The provinces and territories, and their dated sales taxes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ecriture.core.provinces import PROVINCES, tax_name, taxes_of


def test_there_are_thirteen_with_quebec_and_ontario_first() -> None:
    assert list(PROVINCES) == ["QC", "ON", "AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "PE", "SK", "YT"]
    assert all(province.code == code for code, province in PROVINCES.items())


def test_each_has_a_name_in_both_languages() -> None:
    assert (PROVINCES["QC"].named("en"), PROVINCES["QC"].named("fr")) == ("Quebec", "Québec")
    assert PROVINCES["PE"].named("fr") == "Île-du-Prince-Édouard"
    for position in (1, 2):
        names = {province[position] for province in PROVINCES.values()}
        assert len(names) == 13
        assert "" not in names


@pytest.mark.parametrize(
    ("codes", "taxes"),
    [
        ("QC", "GST QST"),
        ("ON NB NL NS PE", "HST"),
        ("BC SK", "GST PST"),
        ("MB", "GST RST"),
        ("AB NT NU YT", "GST"),
    ],
)
def test_which_taxes_are_charged_where(codes: str, taxes: str) -> None:
    for code in codes.split():
        assert [tax.code for tax in taxes_of(code)] == taxes.split()


@pytest.mark.parametrize(
    ("province", "tax", "first", "percent"),
    [
        *((code, "GST", "2008-01-01", "5") for code in ("QC", "AB", "BC", "MB", "NT", "NU", "SK", "YT")),
        ("QC", "QST", "2013-01-01", "9.975"),
        ("ON", "HST", "2010-07-01", "13"),
        ("NB", "HST", "2016-07-01", "15"),
        ("NL", "HST", "2016-07-01", "15"),
        ("PE", "HST", "2016-10-01", "15"),
        ("NS", "HST", "2025-04-01", "14"),
        ("BC", "PST", "2013-04-01", "7"),
        ("SK", "PST", "2017-03-23", "6"),
        ("MB", "RST", "2019-07-01", "7"),
    ],
)
def test_todays_rates_and_since_when_they_hold(province: str, tax: str, first: str, percent: str) -> None:
    (found,) = [it for it in taxes_of(province) if it.code == tax]
    since = date.fromisoformat(first)
    assert found.percent_on(since) == found.percent_on(date(2030, 1, 1)) == Decimal(percent)
    assert found.percent_on(since - timedelta(1)) != Decimal(percent)


@pytest.mark.parametrize(
    ("province", "day", "percent"),
    [
        ("NB", "2016-06-30", "13"),
        ("NL", "2016-06-30", "13"),
        ("PE", "2016-09-30", "14"),
        ("NS", "2025-03-31", "15"),
        ("SK", "2017-03-22", "5"),
        ("MB", "2019-06-30", "8"),
        ("MB", "2013-06-30", None),
        ("QC", "2012-12-31", None),
    ],
)
def test_the_rates_before_them(province: str, day: str, percent: str | None) -> None:
    found = taxes_of(province)[-1].percent_on(date.fromisoformat(day))
    assert found == (None if percent is None else Decimal(percent))


def test_the_rates_are_in_order_of_date_and_the_taxes_have_no_accounts() -> None:
    for province in PROVINCES.values():
        for tax in province.taxes:
            assert list(tax.rates) == sorted(tax.rates)
            assert tax.rates
            assert (tax.debit, tax.credit) == ("", "")


@pytest.mark.parametrize(
    ("code", "french"), [("GST", "TPS"), ("QST", "TVQ"), ("HST", "TVH"), ("PST", "TVP"), ("RST", "TVD")]
)
def test_a_tax_has_a_name_in_each_language(code: str, french: str) -> None:
    assert (tax_name(code, "en"), tax_name(code, "fr")) == (code, french)


def test_an_unknown_tax_is_its_own_name() -> None:
    assert tax_name("ECO", "fr") == tax_name("ECO", "en") == "ECO"


def test_every_tax_has_a_french_name() -> None:
    assert all(tax_name(tax.code, "fr") != tax.code for code in PROVINCES for tax in taxes_of(code))


def test_there_is_no_other_province() -> None:
    with pytest.raises(KeyError):
        taxes_of("qc")
