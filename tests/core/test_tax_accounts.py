"""Posted, and the lines of the difference, are what the documents say: on every period, after any history."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecriture.core.batches import postings_of
from ecriture.core.documents import CREDIT_NOTE, FINAL, TAX, Books, Document, Status, UnitKind
from ecriture.core.settings import Settings, frozen_mapping
from ecriture.core.tax_accounts import AccountCheck, Posted, TaxAccounts
from ecriture.core.tax_return import Period
from ecriture.core.taxes import Tax
from ecriture.core.wants import Wants
from small_books import COMPANY, Ledger, accounting, books, credit_note, invoice, line, on, payment, share, tax
from worlds import companies, some_books, throughs

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def posted_in(ledger: Ledger) -> Iterator[Posted]:
    for batch in ledger.batches:
        for unit in batch.units if batch.live else ():
            for part in unit.parts:
                for it in postings_of(unit.unit, part):
                    correction = it.why == "correction"
                    yield Posted(it.unit, it.account, it.own_date, it.open_date, -it.amount_cents, correction)


def checks(found: Books, company: Settings, ledger: Ledger, period: Period) -> dict[str, AccountCheck]:
    """As the store does it, with all that was posted."""
    posted = [*posted_in(ledger)]
    taxes = {code: it.credit for code, it in company.taxes.items()}
    gathered = TaxAccounts(period, taxes, {it.account for it in posted})
    wants = Wants(found, company, through=period.last, transferred=ledger.transferred)
    dated = {it.number: it for it in found.documents.values() if it.date in period}
    for document in dated.values():
        its = [it for it in posted if it.unit == document.id]
        gathered.take_document(wants.of_document(document), wants, its)
    others = [it for it in posted if it.unit.kind is not UnitKind.DOCUMENT or it.unit.number not in dated]
    gathered.take_other(others)
    for account in gathered.accounts:
        cents = [it.cents for it in posted if it.account == account and it.open_date in period]
        gathered.take_sides(account, -sum(it for it in cents if it < 0), sum(it for it in cents if it > 0))
    return {it.account: it for it in gathered.checks()}


def reasons(check: AccountCheck) -> list[tuple[str, str, int]]:
    return [(it.why.value, it.unit.number, it.cents) for it in check.differences]


TAXED = line("", 10_000), tax("GST", 500), tax("QST", 998)


def exported(found: Books, through: str, company: Settings = COMPANY) -> Ledger:
    ledger = Ledger(company)
    ledger.export(found, through)
    return ledger


def test_nothing_is_different_when_all_is_posted() -> None:
    found = books(invoice("A", "01-05", *TAXED), credit_note("C", "01-20", line("", 1_000), tax("GST", 50)))
    gst = checks(found, COMPANY, exported(found, "01-31"), JANUARY)["2310"]
    assert (gst.codes, gst.debit_cents, gst.credit_cents, gst.documents_cents) == (("GST",), 50, 500, 450)
    assert (gst.posted_cents, gst.difference_cents, gst.differences) == (450, 0, ())


def test_what_is_pending_held_or_from_before() -> None:
    found = books(invoice("A", "01-05", *TAXED))
    assert reasons(checks(found, COMPANY, Ledger(), JANUARY)["2310"]) == [("pending", "A", 500)]
    when_paid = accounting(only_when_paid=True)
    assert reasons(checks(found, when_paid, Ledger(when_paid), JANUARY)["2330"]) == [("held", "A", 998)]
    started = accounting(start_date=on("01-06"))
    note = credit_note("C", "01-20", line("", 1_000), tax("GST", 50), applies_to="A")
    opening = books(invoice("A", "01-05", *TAXED), note)
    assert reasons(checks(opening, started, exported(opening, "01-31", started), JANUARY)["2310"]) == [
        ("before-start", "A", 500),
        ("elsewhere", "C", -50),
    ]


def test_what_is_posted_on_the_day_of_its_payment_is_different_in_both_periods() -> None:
    company = accounting(only_when_paid=True)
    found = books(invoice("A", "01-05", *TAXED), payment("P", "02-03", share("A", 11_498)))
    ledger = exported(found, "02-28", company)
    assert reasons(checks(found, company, ledger, JANUARY)["2310"]) == [("dated", "A", 500)]
    assert reasons(checks(found, company, ledger, FEBRUARY)["2310"]) == [("dated", "A", -500)]
    assert reasons(checks(found, company, ledger, QUARTER)["2310"]) == []


def test_what_was_changed_since_and_what_became_void() -> None:
    ledger = exported(books(invoice("A", "01-05", *TAXED)), "01-31")
    less = invoice("A", "01-05", line("", 9_000), tax("GST", 450), tax("QST", 898))
    assert reasons(checks(books(less), COMPANY, ledger, JANUARY)["2310"]) == [("changed", "A", -50)]
    void = less._replace(status=Status.VOID)
    assert reasons(checks(books(void), COMPANY, ledger, JANUARY)["2310"]) == [("void", "A", -500)]


def test_a_document_that_was_moved_to_another_day_after_its_transfer() -> None:
    ledger = exported(books(invoice("A", "01-05", *TAXED)), "01-31")
    found = books(invoice("A", "02-05", *TAXED))
    assert reasons(checks(found, COMPANY, ledger, JANUARY)["2310"]) == [("dated", "A", -500)]
    assert reasons(checks(found, COMPANY, ledger, FEBRUARY)["2310"]) == [("dated", "A", 500)]
    assert {it.unexplained_cents for it in checks(found, COMPANY, ledger, FEBRUARY).values()} == {0}


def test_what_a_lock_date_moved_stands_in_the_next_period() -> None:
    first = books(invoice("A", "01-05", *TAXED))
    ledger = exported(first, "01-31")
    locked = replace(COMPANY, lock_date=on("01-31"))
    less = invoice("A", "01-05", line("", 9_000), tax("GST", 450), tax("QST", 898))
    found = books(less, invoice("B", "01-09", line("", 200), tax("GST", 10)))
    ledger.export(found, "02-28", company=locked)
    assert reasons(checks(found, locked, ledger, JANUARY)["2310"]) == [
        ("corrected", "A", -50),
        ("carried", "B", 10),
    ]
    assert sorted(reasons(checks(found, locked, ledger, FEBRUARY)["2310"])) == [
        ("carried", "B", -10),
        ("corrected", "A", 50),
    ]


def test_an_old_account_and_something_that_is_no_tax_are_said() -> None:
    found = books(invoice("A", "01-05", *TAXED))
    ledger = exported(found, "01-31")
    other = replace(COMPANY, taxes=frozen_mapping({**COMPANY.taxes, "GST": Tax("GST", "", "2319")}))
    both = books(*found.units, invoice("B", "01-06", *TAXED))
    found_checks = checks(both, other, ledger, JANUARY)
    assert reasons(found_checks["2319"]) == [("pending", "B", 500)]
    assert (found_checks["2310"].codes, found_checks["2310"].documents_cents) == (("GST",), 500)
    tips = replace(COMPANY, extras=replace(COMPANY.extras, tip="2310"))
    paid = books(invoice("A", "01-05", *TAXED), payment("P", "01-06", share("A", 11_598, tip=100)))
    assert reasons(checks(paid, tips, exported(paid, "01-31", tips), JANUARY)["2310"]) == [("other", "P", -100)]


def test_a_tax_without_an_account_is_shown_without_one() -> None:
    company = replace(COMPANY, taxes=frozen_mapping({"GST": Tax("GST")}))
    found = books(invoice("A", "01-05", line("", 100), tax("GST", 5)))
    check = checks(found, company, Ledger(company), JANUARY)[""]
    assert (check.codes, reasons(check)) == (("GST",), [("pending", "A", 5)])


def test_only_documents_are_taken() -> None:
    its = books(payment("P", "01-06", share("", 100)))
    wants = Wants(its, COMPANY, through=on("01-31"))
    with pytest.raises(TypeError):
        TaxAccounts(JANUARY, {}).take_document(wants.of_payment(its.payments["P"]), wants, ())


PERIODS = [
    *map(Period, (date(2026, m, 1) for m in (1, 2, 3)), (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)))
]


def said_by(documents: Iterator[Document], period: Period) -> Counter[str]:
    found: Counter[str] = Counter()
    for document in documents:
        sign = -1 if document.kind is CREDIT_NOTE else 1
        for key, cents in zip(document.keys, document.amounts, strict=True):
            if document.status is FINAL and document.date in period and key.kind is TAX:
                found[key.code] += sign * cents
    return found


@settings(max_examples=300)
@given(companies(), some_books(), some_books(), throughs(), throughs(), st.data())
def test_posted_and_explained_is_what_documents_say(
    company: Settings, before: Books, after: Books, first: date, second: date, data: st.DataObject
) -> None:
    """Two exports, of which one may be cancelled; between them everything changes, the accounts of taxes too."""
    ledger = Ledger(company)
    through = max(first, company.lock_date or date.min)
    if through > (company.lock_date or date.min):
        ledger.export(before, through.isoformat())
    both = Books({**before.documents, **after.documents}, {**before.payments, **after.payments})
    lock = data.draw(st.sampled_from((company.lock_date, date(2026, 2, 15))))
    other = replace(
        company,
        lock_date=lock,
        taxes=frozen_mapping({**company.taxes, "GST": Tax("GST", "", data.draw(st.sampled_from(("2310", "2319"))))}),
        extras=replace(company.extras, tip=data.draw(st.sampled_from(("2400", "2310")))),
    )
    if second > (lock or date.min):
        ledger.export(both, second.isoformat(), company=other)
    is_cancelled: bool = data.draw(st.booleans())
    if ledger.batches and is_cancelled:
        ledger.cancel(1)
    lines = [line_ for it in ledger.batches if it.live for entry in it.entries for line_ in entry.lines]
    for period in (*PERIODS, QUARTER):
        found = checks(both, other, ledger, period)
        assert [it.unexplained_cents for it in found.values()] == [0] * len(found)
        assert sum(it.documents_cents for it in found.values()) == sum(
            said_by(iter(both.documents.values()), period).values()
        )
    whole = Period(date(2000, 1, 1), date(2100, 1, 1))
    posted: Counter[str] = Counter()
    for it in lines:
        posted[it.account] -= it.amount_cents
    for check in checks(both, other, ledger, whole).values():
        assert check.posted_cents == posted[check.account]
