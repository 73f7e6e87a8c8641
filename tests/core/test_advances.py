"""Money before its invoice: an advance is due when it comes, a deposit when it is applied or kept."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.advances import Nature, Receipt, due_in, entry_of, receipts_of, taxes_in
from ecriture.core.documents import Document, Payment, Status
from ecriture.core.invoicing import Charge
from ecriture.core.tax_return import Amounts, Group, Period, Source, Supply, sold, total
from small_books import invoice, line, on, payment, refund, share, tax

QUEBEC = (Charge("GST", Decimal(5)), Charge("QST", Decimal("9.975")))
LATER = invoice("F-1", "02-10", line("", 80_000), tax("GST", 4_000), tax("QST", 7_980))
MONTHS = [Period(date(2026, month, 1), date(2026, month, 28)) for month in (1, 2, 3)]


def receipts(it: Payment, *documents: Document, nature: Nature = Nature.UNDECIDED, kept: str = "") -> list[Receipt]:
    known = {document.number: document for document in (LATER, *documents)}
    return [*receipts_of(it, known, nature, on(kept) if kept else None)]


def test_the_taxes_in_an_amount_of_quebec() -> None:
    """300.00 × 5 ÷ 114.975 = 13.05, 300.00 × 9.975 ÷ 114.975 = 26.03, and 260.92 before taxes."""
    assert taxes_in(30_000, None, 0, QUEBEC) == Amounts(
        {Group(Supply.TAXABLE, ("GST", "QST")): 26_092}, {"GST": 1_305, "QST": 2_603}
    )


def test_those_of_a_document_are_its_own_in_proportion() -> None:
    whole = sold(LATER, {}, province="QC").amounts
    assert taxes_in(LATER.total_cents, whole, LATER.total_cents, QUEBEC) == whole
    assert taxes_in(50_000, whole, LATER.total_cents, QUEBEC).taxes == {"GST": 2_174, "QST": 4_338}


def test_without_a_tax_there_is_none_in_it() -> None:
    assert taxes_in(30_000, None, 0, ()) == Amounts({Group(Supply.UNTAXED): 30_000})
    assert taxes_in(30_000, None, 0, (Charge("GST", None),)).taxes == {}


@given(st.integers(-(10**9), 10**9))
def test_base_and_taxes_are_the_amount(cents: int) -> None:
    found = taxes_in(cents, None, 0, QUEBEC)
    assert found.sales_cents + sum(found.taxes.values()) == cents


def test_what_came_before_its_invoice() -> None:
    sold_before = invoice("F-0", "01-02", line("", 100))
    draft = invoice("F-2", "01-02", line("", 100), status=Status.DRAFT)
    its = payment(
        "P-1",
        "01-22",
        share("F-1", 50_000),
        share("F-0", 100),
        share("", 300, tip=50),
        share("F-2", 40),
        share("F-0", 60, applied="03-01"),
    )
    found = receipts(its, sold_before, draft)
    assert [(it.document, it.cents, it.applied_on) for it in found] == [
        ("F-1", 50_000, on("02-10")),
        ("", 250, None),
        ("F-2", 40, None),
        ("F-0", 60, on("03-01")),
    ]
    assert [it.left_cents(on("02-28")) for it in found] == [0, 250, 40, 60]
    assert [it.left_cents(on("01-21")) for it in found] == [0, 0, 0, 0]
    assert receipts(its._replace(status=Status.VOID)) == []
    assert [it.cents for it in receipts(refund("R-1", "01-22", share("", 80)))] == [-80]


WORTH = Amounts({Group(Supply.TAXABLE, ("GST",)): 100}, {"GST": 5})


@pytest.mark.parametrize(
    ("nature", "kept", "due"),
    [
        (Nature.UNDECIDED, "", [0, 0, 0]),
        (Nature.DEPOSIT, "", [0, 0, 0]),
        (Nature.ADVANCE, "", [5, -5, 0]),
        (Nature.KEPT, "01-25", [5, 0, 0]),
        (Nature.KEPT, "03-05", [0, 0, 0]),
        (Nature.KEPT, "", [0, 0, 0]),
    ],
)
def test_when_it_is_due(nature: Nature, kept: str, due: list[int]) -> None:
    """Of an invoice in February: an advance is due in January, and the invoice takes it over. Kept after that: too late."""
    (receipt,) = receipts(payment("P-1", "01-22", share("F-1", 105)), nature=nature, kept=kept)
    assert [due_in(receipt, WORTH, month).taxes.get("GST", 0) for month in MONTHS] == due


def test_an_advance_in_the_period_of_its_invoice_changes_nothing() -> None:
    (receipt,) = receipts(payment("P-1", "01-22", share("F-1", 105)), nature=Nature.ADVANCE)
    assert not due_in(receipt, WORTH, Period(date(2026, 1, 1), date(2026, 3, 31)))


def test_a_deposit_that_is_kept_without_an_invoice_is_due_then_and_is_not_left() -> None:
    (receipt,) = receipts(payment("P-1", "01-22", share("", 105)), nature=Nature.KEPT, kept="03-05")
    assert [bool(due_in(receipt, WORTH, month)) for month in MONTHS] == [False, False, True]
    assert [receipt.left_cents(month.last) for month in MONTHS] == [105, 105, 0]


def test_the_rows_of_a_payment_are_one_entry() -> None:
    entry = entry_of("P-1", on("01-22"), "Lise", [WORTH, WORTH])
    assert entry.key == (Source.ADVANCE, "P-1")
    assert entry.amounts == total([WORTH, WORTH])
