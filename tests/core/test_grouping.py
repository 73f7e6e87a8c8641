"""Which parts form one entry, under which date and comment, and in which order (P5)."""

import pytest

from ecriture.core.documents import Document, Payment
from ecriture.core.plan import Plan
from ecriture.core.settings import FiscalYear, Grouping, Settings
from small_books import COMPANY, Ledger, accounting, books, invoice, line, on, payment, share

BY_DAY, BY_DOCUMENT = accounting(grouping=Grouping.DAY), accounting(grouping=Grouping.DOCUMENT)
YEARS = (FiscalYear(on("2025-02-15"), on("02-14")), FiscalYear(on("02-15"), on("2027-02-14")))


def sale(number: str, day: str, *, cents: int = 1000, customer: str = "") -> Document:
    return invoice(number, day, line("", cents), customer=customer)


def receipt(number: str, day: str, *, document: str = "", customer: str = "") -> Payment:
    return payment(number, day, share(document, 500), customer=customer)


def set_up(company: Settings, *, lock: str = "", years: tuple[FiscalYear, ...] = (), language: str = "fr") -> Settings:
    lock_date = on(lock) if lock else None
    return Settings(
        language=language,
        fiscal_years=years,
        lock_date=lock_date,
        accounting=company.accounting,
        accounts=company.accounts,
        extras=company.extras,
    )


def headings(plan: Plan) -> list[tuple[str, str]]:
    return [(entry.date.isoformat()[5:], entry.comment) for entry in plan.entries]


def planned(company: Settings, *units: Document | Payment, through: str = "03-31") -> list[tuple[str, str]]:
    return headings(Ledger(company).plan(books(*units), through))


def test_a_period_is_a_month_dated_on_its_last_day() -> None:
    units = (sale("F-1", "01-05"), receipt("P-1", "01-31"), sale("F-2", "02-01"), sale("F-3", "03-01"))
    assert planned(COMPANY, *units) == [
        ("01-31", "Ventes et paiements 2026-01"),
        ("02-28", "Ventes et paiements 2026-02"),
        ("03-31", "Ventes et paiements 2026-03"),
    ]


def test_or_on_through_when_that_is_first() -> None:
    assert planned(COMPANY, sale("F-1", "02-05"), through="02-20") == [("02-20", "Ventes et paiements 2026-02")]


def test_or_on_the_end_of_the_fiscal_year_when_that_is_first() -> None:
    company = set_up(COMPANY, years=YEARS)
    assert planned(company, sale("F-1", "02-05"), sale("F-2", "02-20")) == [
        ("02-14", "Ventes et paiements 2026-02"),
        ("02-28", "Ventes et paiements 2026-02"),
    ]


def test_by_day_there_is_an_entry_for_each_open_date() -> None:
    assert planned(BY_DAY, sale("F-1", "01-05"), receipt("P-1", "01-05"), sale("F-2", "01-06")) == [
        ("01-05", "Ventes et paiements 2026-01-05"),
        ("01-06", "Ventes et paiements 2026-01-06"),
    ]


def test_by_document_there_is_an_entry_for_each_unit_and_date() -> None:
    units = (receipt("1", "01-05", customer="Lise"), sale("2", "01-05", customer="Hélène"), sale("10", "01-05"))
    deposit = receipt("0", "01-04", document="2")
    assert planned(BY_DOCUMENT, *units, deposit) == [
        ("01-04", "0 Hélène"),
        ("01-05", "10"),
        ("01-05", "2 Hélène"),
        ("01-05", "0 Hélène"),
        ("01-05", "1 Lise"),
    ]


@pytest.mark.parametrize("grouping", [Grouping.PERIOD, Grouping.DAY])
def test_carried_postings_have_an_entry_for_each_month_of_their_own_dates(grouping: Grouping) -> None:
    company = set_up(accounting(grouping=grouping), lock="02-10")
    units = (sale("F-1", "01-05"), sale("F-2", "01-06"), sale("F-3", "02-01"), sale("F-4", "02-11"))
    day, label = ("02-11", "2026-02-11") if grouping is Grouping.DAY else ("02-28", "2026-02")
    assert planned(company, *units) == [
        ("02-11", "Ventes et paiements 2026-01 (reporté)"),
        ("02-11", "Ventes et paiements 2026-02 (reporté)"),
        (day, f"Ventes et paiements {label}"),
    ]


def test_under_document_carried_and_ordinary_postings_do_not_mix() -> None:
    deposit = payment("P-1", "01-20", share("F-1", 500))
    company = set_up(BY_DOCUMENT, lock="01-31")
    assert planned(company, sale("F-1", "02-01", customer="Lise"), deposit) == [
        ("02-01", "F-1 Lise"),
        ("02-01", "Reporté P-1 Lise"),
        ("02-01", "P-1 Lise"),
    ]


def corrected(company: Settings, *, lock: str = "") -> list[tuple[str, str]]:
    """The second export, after one sale was changed and another one made."""
    ledger = Ledger(company)
    ledger.export(books(sale("F-1", "01-05", customer="Lise")), "01-31")
    ledger.company = set_up(company, lock=lock, language=company.language)
    changed = sale("F-1", "01-05", cents=900, customer="Lise")
    return headings(ledger.plan(books(changed, sale("F-2", "01-05"), sale("F-3", "02-05")), "02-28"))


def test_corrections_have_entries_of_their_own_after_the_ordinary_ones() -> None:
    assert corrected(COMPANY) == [
        ("01-31", "Ventes et paiements 2026-01"),
        ("01-31", "Corrections 2026-01"),
        ("02-28", "Ventes et paiements 2026-02"),
    ]


def test_by_day_corrections_say_the_day_and_carried_ones_the_month() -> None:
    assert corrected(BY_DAY)[:2] == [
        ("01-05", "Ventes et paiements 2026-01-05"),
        ("01-05", "Corrections 2026-01-05"),
    ]
    assert corrected(BY_DAY, lock="01-31") == [
        ("02-01", "Ventes et paiements 2026-01 (reporté)"),
        ("02-01", "Corrections 2026-01 (reporté)"),
        ("02-05", "Ventes et paiements 2026-02-05"),
    ]


@pytest.mark.parametrize("lock", ["", "01-31"])
def test_by_document_a_correction_says_so_carried_or_not(lock: str) -> None:
    day, front = ("02-01", "Reporté ") if lock else ("01-05", "")
    assert corrected(BY_DOCUMENT, lock=lock) == [
        (day, "Correction F-1 Lise"),
        (day, f"{front}F-2"),
        ("02-05", "F-3"),
    ]


def test_the_comment_is_in_the_language_of_the_company() -> None:
    assert corrected(set_up(COMPANY, language="en"), lock="01-31") == [
        ("02-01", "Sales and payments 2026-01 (carried)"),
        ("02-01", "Corrections 2026-01 (carried)"),
        ("02-28", "Sales and payments 2026-02"),
    ]
    carried = planned(set_up(BY_DOCUMENT, lock="01-31", language="en"), sale("F-1", "01-05"))
    assert carried == [("02-01", "Carried F-1")]


def test_sources_count_the_entries_of_a_batch() -> None:
    ledger = Ledger(accounting(source_prefix="Z9"))
    ledger.export(books(sale("F-1", "01-05")), "01-31")
    plan = ledger.plan(books(sale("F-1", "01-05"), sale("F-2", "01-06"), sale("F-3", "02-06")), "02-28")
    assert [entry.source for entry in plan.entries] == ["Z9000002-01", "Z9000002-02"]


def test_sources_go_on_with_three_digits() -> None:
    plan = Ledger(BY_DOCUMENT).plan(books(*(sale(f"F-{i:03}", "01-05") for i in range(101))), "01-31")
    assert [entry.source for entry in plan.entries[98:]] == ["EC000001-99", "EC000001-100", "EC000001-101"]
    assert len({entry.source for entry in plan.entries}) == 101


# Whose a payment is


def heading(*units: Document | Payment) -> str:
    return planned(BY_DOCUMENT, *units)[-1][1]


def test_a_payment_without_a_customer_shows_that_of_its_document() -> None:
    assert heading(sale("F-1", "01-05", customer="Lise"), receipt("P-1", "01-06", document="F-1")) == "P-1 Lise"
    own = receipt("P-1", "01-06", document="F-1", customer="Hélène")
    assert heading(sale("F-1", "01-05", customer="Lise"), own) == "P-1 Hélène"


def test_a_heading_shows_the_customer_of_the_first_row_that_posts() -> None:
    free, sold = sale("F-1", "01-05", customer="Lise"), sale("F-2", "01-05", customer="Hélène")
    paid = payment("P-1", "01-06", share("F-1", 0), share("F-2", 500))
    assert heading(free, sold, paid) == "P-1 Hélène"
