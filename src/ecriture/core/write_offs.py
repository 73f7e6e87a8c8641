"""Debts that were given up, and the tax that may be claimed for them (Excise Tax Act, s. 231; Act respecting the QST, 444).

The tax of a document × what of it is written off ÷ its total. What comes in later is added back, in the same proportion.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from ecriture.core.documents import FINAL, INVOICE, Document, Payment
from ecriture.core.tax_return import Amounts, Entry, Period, Source, share, total


class WriteOff(NamedTuple):
    """A part of a document that was given up, or below zero came in after all; the taxes have the same sign."""

    payment: str
    day: date
    customer: str
    document: str
    cents: int
    taxes: Mapping[str, int]
    total_cents: int

    @property
    def amounts(self) -> Amounts:
        """Deducted, or added."""
        if self.cents >= 0:
            return Amounts(deducted=self.taxes).without_zeros()
        return Amounts(added=self.taxes).negated().without_zeros()


def write_offs_of(
    document: Document, payments: Iterable[Payment], gives_up: Callable[[str], bool]
) -> Iterator[WriteOff]:
    """All of a document, in order of day and number. `payments` are those that name it, `gives_up` judges a method.

    What is open of the debt that was given up is never more than the document's total, nor below zero: a payment takes
    off it what it can, and giving back such a payment puts it on again. What came in after all is not given up twice.
    """
    if document.kind is not INVOICE or document.status is not FINAL or document.total_cents <= 0:
        return
    given_up = recovered = 0
    for day, number, payment, cents in sorted(_settling(document, payments)):
        if gives_up(payment.method):
            after = min(max(0, given_up + cents), document.total_cents - recovered)
        elif cents >= 0:
            after = given_up - min(cents, given_up)
            recovered += given_up - after
        else:
            after = given_up + min(-cents, recovered)
            recovered -= after - given_up
        if after != given_up:
            yield _change(document, (day, number, payment.customer), given_up, after)
        given_up = after


def _settling(document: Document, payments: Iterable[Payment]) -> Iterator[tuple[date, str, Payment, int]]:
    """What final payments take off a document, and refunds put on it."""
    for payment in payments:
        for row in payment.rows if payment.status is FINAL else ():
            if row.document == document.number and row.settled_cents:
                cents = payment.sign * row.settled_cents
                yield max(payment.date, row.applied or payment.date), payment.number, payment, cents


def _change(document: Document, of: tuple[date, str, str], before: int, after: int) -> WriteOff:
    """The taxes of all that is given up after it, less those before it: so they never come to more than the document's."""
    whole, taxes = document.total_cents, dict[str, int]()
    for key, cents in zip(document.keys, document.amounts, strict=True):
        if key.kind == "tax":
            taxes[key.code] = taxes.get(key.code, 0) + share(cents, after, whole) - share(cents, before, whole)
    day, number, customer = of
    return WriteOff(number, day, customer or document.customer, document.number, after - before, taxes, whole)


def entry_of(found: Iterable[WriteOff], period: Period) -> Iterator[Entry]:
    """One entry for each payment with something in the period."""
    by_payment: dict[str, list[WriteOff]] = {}
    for it in found:
        if it.day in period:
            by_payment.setdefault(it.payment, []).append(it)
    for number, its in by_payment.items():
        yield Entry(Source.BAD_DEBT, number, its[0].day, its[0].customer, total(it.amounts for it in its))
