"""What one document or payment wants in the ledger, by own date (P1, P2, P3)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from operator import neg
from typing import NamedTuple

from ecriture.core.documents import Document, DocumentKind, Payment, PaymentRow, Unit
from ecriture.core.rules import Leg, Pattern, PaymentLegs


class Part(NamedTuple):
    """What a unit wants on one own date: one amount in cents for each leg of the pattern, debit positive, summing to zero."""

    unit: Unit
    own_date: date
    pattern: Pattern
    amounts: tuple[int, ...]

    def postings(self) -> Iterator[tuple[Leg, int, int]]:
        """(leg, cents, row of the unit), zeros dropped."""
        for leg, cents, row in zip(self.pattern.legs, self.amounts, self.pattern.rows, strict=True):
            if cents:
                yield leg, cents, row

    def by_account(self) -> dict[str, int]:
        """The sum of each account in cents."""
        sums: dict[str, int] = {}
        for leg, cents, _ in self.postings():
            sums[leg.account] = sums.get(leg.account, 0) + cents
        return sums


class Standing(Enum):
    """Where a row of a payment stands that has no application date."""

    UNAPPLIED = "unapplied"
    """It names no document that counts: the money waits in the unapplied account."""
    WAITS = "waits"
    """Its document is not released, or has an error."""
    ELSEWHERE = "elsewhere"
    """Its document is an opening document whose receivable lives in Sage: nothing is posted."""


Application = date | Standing


def document_part(document: Document, sale_date: date, pattern: Pattern) -> Part:
    """All of a document, on its sale date. A credit note is the reverse of an invoice."""
    amounts = document.amounts
    reversed_amounts = tuple(map(neg, amounts))
    if document.kind is DocumentKind.CREDIT_NOTE:
        amounts, reversed_amounts = reversed_amounts, amounts
    return Part(document, sale_date, pattern, amounts + reversed_amounts)


Posting = tuple[str, int, int]
"""The name of a leg in PaymentLegs, the row, and the cents."""


def payment_parts(payment: Payment, legs: PaymentLegs, applications: Sequence[Application]) -> list[Part]:
    """What a payment wants, by own date: the bank on its date, and each row applied on its application date."""
    by_date: dict[date, list[Posting]] = {}
    for i, (row, application) in enumerate(zip(payment.rows, applications, strict=True)):
        if application is not Standing.ELSEWHERE:
            for own_date, postings in _row_postings(payment, i, row, application, legs):
                by_date.setdefault(own_date, []).extend(postings)
    return [
        _part(payment, own_date, legs, postings)
        for own_date, postings in sorted(by_date.items())
        if any(cents for _, _, cents in postings)
    ]


def _row_postings(
    payment: Payment, i: int, row: PaymentRow, application: Application, legs: PaymentLegs
) -> Iterator[tuple[date, list[Posting]]]:
    sign, at_once = payment.sign, application == payment.date
    settled = sign * row.settled_cents
    postings = [
        ("bank", i, sign * (row.amount_cents - row.fee_cents)),
        ("clearing" if at_once else "unapplied", i, -settled),
    ]
    if row.fee_cents:
        postings.append(("fee", i, sign * row.fee_cents))
    if row.rounding_cents:
        postings.append(("rounding", i, sign * row.rounding_cents))
    yield payment.date, postings
    if isinstance(application, date) and not at_once and legs.unapplied.account != legs.clearing.account:
        yield application, [("unapplied", i, settled), ("clearing", i, -settled)]


def _part(payment: Payment, own_date: date, legs: PaymentLegs, postings: Iterable[Posting]) -> Part:
    names, rows, amounts = zip(*postings, strict=True)
    return Part(payment, own_date, legs.pattern(names, rows), amounts)
