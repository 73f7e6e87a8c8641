"""The chart to begin with: Sage's order and numbers, both languages, the taxes of the province."""

from io import BytesIO
from itertools import pairwise

import pytest

from ecriture.core.accounts import Account, AccountType, Chart, class_of_number
from ecriture.core.likely import Purpose, likely, role_of
from ecriture.core.provinces import PROVINCES, taxes_of
from ecriture.core.review import TargetLimits, account_fault
from ecriture.core.settings import Settings
from ecriture.core.starter import LONGEST_NAME, starter_chart
from ecriture.sources.chart import read_chart, write_chart

H, A, S, G, T, X = (AccountType(letter) for letter in "HASGTX")
CHARTS = {code: starter_chart(code) for code in PROVINCES}
every_province = pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)


@every_province
def test_the_numbers_have_four_digits_and_are_in_order(chart: Chart) -> None:
    numbers = [account.number for account in chart]
    assert numbers == sorted(set(numbers))
    assert all(number.isdigit() and len(number) == 4 and class_of_number(number) for number in numbers)


def test_no_number_is_there_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart keeps the last account of a number, so it is looked at what it is given."""
    given: list[str] = []
    monkeypatch.setattr("ecriture.core.starter.Chart", lambda accounts: given.extend(it.number for it in accounts))
    for code in PROVINCES:
        given.clear()
        starter_chart(code)
        assert given == [account.number for account in CHARTS[code]]


@every_province
def test_each_heading_is_closed_by_its_total(chart: Chart) -> None:
    ends = [account.type for account in chart if account.type in (H, T)]
    assert ends == [H, T] * (len(ends) // 2)
    types = [account.type for account in chart]
    assert (types[0], types[-1]) == (H, T)


@every_province
def test_a_group_is_of_one_class(chart: Chart) -> None:
    for one, next_ in pairwise(chart):
        assert one.type is T or one.number[0] == next_.number[0]


@every_province
def test_accounts_of_a_sum_are_closed_by_their_subtotal(chart: Chart) -> None:
    for one, next_ in pairwise(account.type for account in chart):
        assert one is not A or next_ in (A, S)
        assert next_ is not S or one is A


@every_province
def test_one_account_is_of_current_earnings(chart: Chart) -> None:
    assert [account.number for account in chart if account.type is X] == ["3600"]


@every_province
def test_the_accounts_of_sages_modules_are_linked_and_no_other(chart: Chart) -> None:
    assert [account.number for account in chart if account.linked] == ["1200", "2100"]


@every_province
def test_each_has_a_name_in_both_languages_that_sage_keeps_whole(chart: Chart) -> None:
    for account in chart:
        assert 0 < len(account.name) <= LONGEST_NAME
        assert 0 < len(account.name_fr) <= LONGEST_NAME


@every_province
def test_no_name_is_there_twice(chart: Chart) -> None:
    for language in ("en", "fr"):
        names = [account.named(language) for account in chart]
        assert len(set(names)) == len(names)


@every_province
def test_headings_and_totals_of_groups_are_in_capitals(chart: Chart) -> None:
    """So that they are found in Sage's printed report too, which has no types."""
    for account in chart:
        assert account.name.isupper() == account.name_fr.isupper() == (account.type in (H, T))
        assert account.name.startswith("TOTAL ") == account.name_fr.startswith("TOTAL ") == (account.type is T)


@every_province
def test_written_and_read_again_it_is_the_same(chart: Chart) -> None:
    read = read_chart(BytesIO(write_chart(chart)), file="chart.csv")
    assert list(read.chart) == list(chart)
    assert read.problems == ()


@pytest.mark.parametrize(
    ("number", "name", "name_fr"),
    [
        ("1050", "Petty Cash", "Petite caisse"),
        ("1060", "Chequing Bank Account", "Compte de banque"),
        ("1065", "Card Clearing", "Cartes à recevoir"),
        ("1200", "Accounts Receivable", "Comptes clients"),
        ("1201", "Customers – Écriture", "Comptes clients – Écriture"),
        ("2310", "GST Charged on Sales", "TPS à payer"),
        ("2315", "GST Paid on Purchases", "TPS payée sur achats"),
        ("2330", "QST Charged on Sales", "TVQ à payer"),
        ("2335", "QST Paid on Purchases", "TVQ payée sur achats"),
        ("2400", "Tips Payable", "Pourboires à payer"),
        ("2450", "Customer Deposits", "Dépôts de clients"),
        ("4900", "Sales Discounts", "Rabais sur ventes"),
        ("5610", "Card Processing Fees", "Frais de cartes"),
        ("5990", "Cash Rounding", "Arrondissement"),
    ],
)
def test_in_quebec_it_has_the_numbers_and_names_of_the_example(number: str, name: str, name_fr: str) -> None:
    account = CHARTS["QC"][number]
    assert (account.name, account.name_fr, account.postable) == (name, name_fr, True)


def taxes(code: str) -> list[str]:
    return [f"{it.number} {it.name}" for it in CHARTS[code] if it.number.startswith("23") and it.postable]


def test_a_provinces_taxes_have_their_accounts() -> None:
    gst = ["2310 GST Charged on Sales", "2315 GST Paid on Purchases"]
    assert taxes("QC") == [*gst, "2330 QST Charged on Sales", "2335 QST Paid on Purchases"]
    assert taxes("ON") == ["2310 GST/HST Charged on Sales", "2315 GST/HST Paid on Purchases"]
    assert taxes("BC") == taxes("SK") == [*gst, "2350 PST Charged on Sales"]
    assert taxes("MB") == [*gst, "2350 RST Charged on Sales"]
    assert taxes("AB") == taxes("YT") == gst


def test_the_hst_shares_its_accounts_with_the_gst_in_french_too() -> None:
    assert CHARTS["NS"]["2310"].name_fr == "TPS/TVH à payer"


@pytest.mark.parametrize("province", PROVINCES)
@pytest.mark.parametrize(
    "purpose", [it for it in Purpose if it.value not in ("gst", "qst", "hst", "pst", "rst", "tax")]
)
def test_it_has_an_account_for_each_purpose_that_nothing_is_wrong_with(province: str, purpose: Purpose) -> None:
    best = likely(CHARTS[province], purpose, linked=frozenset())[0]
    assert fault(best, province, purpose) == ("account-linked" if purpose is Purpose.LINKED else "")


@pytest.mark.parametrize("province", PROVINCES)
def test_it_has_an_account_for_each_tax_of_the_province(province: str) -> None:
    for tax in taxes_of(province):
        purpose = Purpose(tax.code.lower())
        best = likely(CHARTS[province], purpose, linked=frozenset())[0]
        assert "Charged on Sales" in best.name
        assert fault(best, province, purpose) == ""


def fault(account: Account, province: str, purpose: Purpose) -> str:
    limits = TargetLimits(sage_numbers=True)
    chart, role = CHARTS[province], role_of(purpose)
    problem = account_fault(account.number, role, settings=Settings(), chart=chart, limits=limits, setting="x")
    return problem.code if problem else ""


def test_there_is_none_for_another_country() -> None:
    with pytest.raises(KeyError):
        starter_chart("FR")
