"""What is left to do by hand where a start date leaves something to the program or to the opening balance (P3, P7)."""

from collections.abc import Iterator
from datetime import date

from ecriture.core.batches import NO_ACCOUNTS
from ecriture.core.documents import FINAL, Payment, PaymentRow, Unit
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.sales import ELSEWHERE
from ecriture.core.wants import Wants


def opening_notices(wants: Wants) -> Iterator[Problem]:
    """A notice for each payment and credit note that settles what is from before the start date, or comes from then."""
    start = wants.settings.accounting.start_date
    if start is None:
        return
    for document in wants.books.documents.values():
        if wants.sales.standings[document.number] is ELSEWHERE and document.date <= wants.through:
            yield _in_program(document, document.applies_to, document.total_cents, 0)
    for payment in wants.books.payments.values():
        if payment.status is FINAL:
            yield from _of_payment(payment, wants, start)


def _of_payment(payment: Payment, wants: Wants, start: date) -> Iterator[Problem]:
    applications = wants.of_payment(payment).applications
    for row, application in zip(payment.rows, applications, strict=True):
        document_date = _date_of(row.document, wants)
        if document_date is None:
            continue
        if application is ELSEWHERE:
            if payment.date <= wants.through and max(payment.date, row.applied or payment.date) >= start:
                yield _in_program(payment, row.document, row.amount_cents, row.tip_cents)
        elif payment.date < start <= document_date:
            yield _in_opening_balance(payment, row, wants)


def _date_of(number: str, wants: Wants) -> date | None:
    """The date of a final document, also of one that only batches know."""
    document = wants.books.documents.get(number)
    if document is not None:
        return document.date if document.status is FINAL else None
    recorded = wants.transferred.documents.get(number)
    return recorded.unit_date if recorded is not None and number not in wants.books.faulty_documents else None


def _in_program(unit: Unit, document: str, amount_cents: int, tip_cents: int) -> Problem:
    """Its document's receivable lives in the program's own module, where this is to be recorded."""
    tip = {"tip_cents": tip_cents} if tip_cents else {}
    return Problem("opening-document", {"document": document, "amount_cents": amount_cents, **tip}, where(unit))


def _in_opening_balance(payment: Payment, row: PaymentRow, wants: Wants) -> Problem:
    """The opening balance must hold what was paid before for a document of after the start date."""
    recorded = wants.transferred.payments.get(payment.number)
    accounts = recorded.accounts if recorded is not None else NO_ACCOUNTS
    unapplied = wants.rules.payment(payment.kind, payment.method, accounts).accounts.unapplied
    params = {
        "document": row.document,
        "amount_cents": row.settled_cents,
        "account": unapplied.account,
        "reason": payment.kind.value,
    }
    return Problem("opening-payment", params, where(payment))
