"""Refunds of a file that leave an invoice open: the credit notes that are offered for them."""

from datetime import date

import pytest

from ecriture.core.documents import Document, DocumentKind, Payment, PaymentKind, PaymentRow, RowKey, RowKind, Status
from ecriture.sources.books_file import BooksRead
from ecriture.sources.units import NO_DOCUMENTS, NO_PAYMENTS
from ecriture.store.crediting import credits_for, note_numbers
from ecriture.store.models import Company
from server_world import World, put

DAY = date(2026, 3, 2)
LINE, DISCOUNT = RowKey(RowKind.LINE, "MENAGE"), RowKey(RowKind.DISCOUNT)
GST, QST = RowKey(RowKind.TAX, "GST"), RowKey(RowKind.TAX, "QST")
INVOICE = Document(
    "F-1", DocumentKind.INVOICE, Status.FINAL, DAY, "Luc", "", (LINE, DISCOUNT, GST, QST), (12000, -2000, 500, 998)
)


@pytest.fixture
def company(world: World) -> Company:
    return world.company


def money(number: str, kind: PaymentKind, cents: int, document: str = "F-1", **more: object) -> Payment:
    rows = (PaymentRow(document, cents),)
    made = Payment(number, kind, Status.FINAL, date(2026, 3, 9), "Luc", "card", "", rows)
    return made._replace(**more)  # type: ignore[arg-type] # fields of a payment


def paid(cents: int, number: str = "P-1") -> Payment:
    return money(number, PaymentKind.PAYMENT, cents)


def refund(cents: int, number: str = "R-1", **more: object) -> Payment:
    return money(number, PaymentKind.REFUND, cents, **more)  # type: ignore[arg-type] # a document, or fields


def file_of(*units: Document | Payment) -> BooksRead:
    documents = {it.number: it for it in units if isinstance(it, Document)}
    payments = {it.number: it for it in units if isinstance(it, Payment)}
    return BooksRead(NO_DOCUMENTS._replace(units=documents), NO_PAYMENTS._replace(units=payments))


def offered(company: Company, *units: Document | Payment, replaced: tuple[str, ...] = ()) -> dict[str, list[int]]:
    return {it.note.number: [*it.note.amounts] for it in credits_for(company, file_of(*units), replaced)}


WHOLE = [12000, -2000, 500, 998]


def test_a_whole_refund_takes_back_the_invoice_as_it_is_written(company: Company) -> None:
    [made] = credits_for(company, file_of(INVOICE, paid(11498), refund(11498)))
    assert made.note == INVOICE._replace(
        number="R-1-N", kind=DocumentKind.CREDIT_NOTE, date=made.refund.date, applies_to="F-1"
    )


def test_a_part_of_it_takes_back_each_row_in_proportion(company: Company) -> None:
    assert offered(company, INVOICE, paid(11498), refund(5749)) == {"R-1-N": [6000, -1000, 250, 499]}


def test_no_more_is_offered_than_the_invoice_would_be_open(company: Company) -> None:
    assert offered(company, INVOICE, paid(12000), refund(502)) == {}  # they paid too much
    assert [*map(sum, offered(company, INVOICE, paid(12000), refund(602)).values())] == [100]
    twice = offered(company, INVOICE, paid(11498), refund(11498), refund(11498, "R-2"))
    assert twice == {"R-1-N": WHOLE}  # an invoice is taken back once


def test_what_is_stored_counts_and_what_the_file_has_again_counts_once(company: Company) -> None:
    put(company, INVOICE, paid(11498))
    assert offered(company, refund(11498)) == {"R-1-N": WHOLE}
    put(company, refund(11498))
    assert offered(company, refund(11498)) == {"R-1-N": WHOLE}  # not credited yet
    assert offered(company, refund(11498, "R-9"), replaced=("R-1",)) == {"R-9-N": WHOLE}
    [made] = credits_for(company, file_of(refund(11498)))
    put(company, made.note)
    assert offered(company, refund(11498)) == {}
    put(company, made.note._replace(status=Status.VOID))
    assert offered(company, refund(11498)) == {}  # somebody took it away


def test_nothing_is_offered_for_what_is_no_sale(company: Company) -> None:
    note = INVOICE._replace(number="N-1", kind=DocumentKind.CREDIT_NOTE)
    draft = INVOICE._replace(number="D-1", status=Status.DRAFT)
    void = refund(100, status=Status.VOID)
    for unit in (refund(100, document="N-1"), refund(100, document="D-1"), refund(100, document=""), void):
        assert offered(company, INVOICE, note, draft, unit) == {}
    credited = note._replace(applies_to="F-1")
    assert offered(company, INVOICE, paid(11498), refund(11498), credited) == {}


def test_the_numbers_of_the_credit_notes(company: Company) -> None:
    assert note_numbers(refund(1, "F-1-R")) == ["F-1-N"]
    assert note_numbers(refund(1, "R-1")) == ["R-1-N"]
    two = refund(1)._replace(rows=(PaymentRow("F-1", 1), PaymentRow("F-2", 1)))
    assert note_numbers(two) == ["R-1-N1", "R-1-N2"]
