"""Documents and payments as values: signs of rows, and what is wrong with a document's amounts (P2)."""

import pytest

from ecriture.core.documents import (
    DocumentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitId,
    UnitKind,
    faults_of,
    invoice,
    signed,
)
from small_books import credit_note, line, on, payment, refund, row, share, tax

LINE, DISCOUNT = RowKey(RowKind.LINE, "CLEAN"), RowKey(RowKind.DISCOUNT)


def test_a_document_and_a_payment_of_one_number_are_two_units() -> None:
    assert credit_note("1", "01-05").id == UnitId(UnitKind.DOCUMENT, "1")
    assert payment("1", "01-05").id == UnitId(UnitKind.PAYMENT, "1")
    assert credit_note("1", "01-05").id < payment("1", "01-05").id


@pytest.mark.parametrize("kind", RowKind)
def test_only_a_discount_counts_with_the_other_sign(kind: RowKind) -> None:
    assert signed(RowKey(kind), 700) == (-700 if kind is RowKind.DISCOUNT else 700)


def test_an_invoice_from_rows_as_written() -> None:
    made = invoice("F-1", on("01-05"), [(LINE, 10000), (DISCOUNT, 1000)], customer="Lise")
    assert (made.kind, made.status, made.customer, made.applies_to) == (DocumentKind.INVOICE, Status.FINAL, "Lise", "")
    assert (made.keys, made.amounts, made.total_cents) == ((LINE, DISCOUNT), (10000, -1000), 9000)


def test_the_total_of_a_credit_note_is_positive() -> None:
    assert credit_note("N-1", "01-05", line("", 1000), row("discount", 100), tax("GST", 45)).total_cents == 945


@pytest.mark.parametrize(
    ("paid", "cents"),
    [
        (share("F-1", 1000), 1000),
        (share("F-1", 1000, fee=30), 1000),
        (share("F-1", 998, rounding=2), 1000),
        (share("F-1", 1150, tip=150), 1000),
        (share("F-1", 1152, rounding=-2, tip=150, fee=30), 1000),
    ],
)
def test_what_a_row_takes_off_its_document_is_amount_and_rounding_less_tip(paid: PaymentRow, cents: int) -> None:
    assert paid.settled_cents == cents


def test_a_refund_has_the_other_sign() -> None:
    assert (payment("P-1", "01-05").sign, refund("R-1", "01-05").sign) == (1, -1)


def faults(
    kind: DocumentKind, *amounts: int, total: int | None = None, keys: tuple[RowKey, ...] = (LINE, DISCOUNT)
) -> list[tuple[str, dict[str, object]]]:
    return list(faults_of(kind, keys[: len(amounts)], amounts, total))


def test_a_total_that_is_not_the_sum_of_the_rows_shows_both_and_the_rows_as_written() -> None:
    assert faults(DocumentKind.INVOICE, 1000, -100, total=900) == []
    assert faults(DocumentKind.INVOICE, 1000, -100) == []
    assert faults(DocumentKind.INVOICE, 1000, -100, total=1100) == [
        (
            "total-differs",
            {"rows": (("line", "CLEAN", 1000), ("discount", "", 100)), "rows_cents": 900, "total_cents": 1100},
        )
    ]


def test_only_a_credit_note_may_not_come_to_less_than_zero() -> None:
    assert faults(DocumentKind.INVOICE, 100, -300) == []
    assert faults(DocumentKind.CREDIT_NOTE, 300, -300) == []
    assert faults(DocumentKind.CREDIT_NOTE, 100, -300) == [("credit-note-negative", {"total_cents": -200})]
    assert [code for code, _ in faults(DocumentKind.CREDIT_NOTE, -100, total=100)] == [
        "total-differs",
        "credit-note-negative",
    ]
