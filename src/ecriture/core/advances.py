"""Money that was received before its invoice, and what of it is due as tax.

Tax is due on the earlier of invoice and payment (Excise Tax Act, s. 168). A part payment of an agreed price is an advance:
due when it is received. A deposit is due when it is applied, or kept (s. 168(9), 182). Only a person knows which it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ecriture.core.documents import FINAL, REFUND, Document, Payment
from ecriture.core.invoicing import Charge
from ecriture.core.money import round_half_up
from ecriture.core.tax_return import Amounts, Entry, Group, Period, Source, Supply, share, total


class Nature(StrEnum):
    """What money received before its invoice is."""

    UNDECIDED = ""
    ADVANCE = "advance"
    DEPOSIT = "deposit"
    KEPT = "kept"
    """A deposit that the customer lost: it is due on the day on which it was kept."""


class Receipt(NamedTuple):
    """A row of a payment that came before its invoice; of a refund the cents are below zero."""

    payment: str
    day: date
    customer: str
    document: str
    cents: int
    applied_on: date | None
    """When its invoice takes it; None as long as there is none."""
    nature: Nature = Nature.UNDECIDED
    kept_on: date | None = None

    def is_held_on(self, day: date) -> bool:
        """Whether it can be lost that day: it came in by then, and no invoice has it."""
        return self.day <= day and (self.applied_on is None or day < self.applied_on)

    def left_cents(self, day: date) -> int:
        """What is not applied at the end of a day."""
        if self.day > day or (self.applied_on is not None and self.applied_on <= day):
            return 0
        return 0 if self.nature is Nature.KEPT and self.kept_on is not None and self.kept_on <= day else self.cents


def receipts_of(
    payment: Payment, documents: Mapping[str, Document], nature: Nature, kept_on: date | None
) -> Iterator[Receipt]:
    """The rows of a final payment that its invoice does not take on the day of the payment. Tips are no part of them."""
    if payment.status is not FINAL:
        return
    for row in payment.rows:
        document = documents.get(row.document)
        is_final = document is not None and document.status is FINAL
        applied_on = max(document.date, row.applied or document.date) if document is not None and is_final else None
        if row.settled_cents and (applied_on is None or applied_on > payment.date):
            cents = -row.settled_cents if payment.kind is REFUND else row.settled_cents
            yield Receipt(
                payment.number, payment.date, payment.customer, row.document, cents, applied_on, nature, kept_on
            )


def taxes_in(cents: int, of_document: Amounts | None, total_cents: int, home: Iterable[Charge]) -> Amounts:
    """The sales and taxes in an amount: the share of its document, or what the taxes of the company's place make of it.

    300.00 in Québec is 260.92 and its taxes: 300.00 × 5 ÷ 114.975 = 13.05, and 300.00 × 9.975 ÷ 114.975 = 26.03.
    """
    if of_document is not None and total_cents:
        taxes = {code: share(tax, cents, total_cents) for code, tax in of_document.taxes.items()}
        sales = {group: share(its, cents, total_cents) for group, its in of_document.sales.items()}
        return Amounts(sales, taxes).without_zeros()
    charged = {it.code: it.percent for it in home if it.percent}
    whole, parts = (100 + sum(charged.values())).as_integer_ratio() if charged else (100, 1)
    taxes = {}
    for code, percent in charged.items():
        above, below = percent.as_integer_ratio()
        taxes[code] = round_half_up(cents * above * parts, below * whole)
    group = Group(Supply.TAXABLE, tuple(taxes)) if taxes else Group(Supply.UNTAXED)
    return Amounts({group: cents - sum(taxes.values())}, taxes).without_zeros()


def due_in(receipt: Receipt, amounts: Amounts, period: Period) -> Amounts:
    """What a receipt adds to the return of a period: an advance when it comes, less the same when its invoice takes it."""
    found: list[Amounts] = []
    if receipt.nature is Nature.ADVANCE:
        found += [amounts] if receipt.day in period else []
        found += [amounts.negated()] if receipt.applied_on in period else []
    if receipt.nature is Nature.KEPT and receipt.kept_on in period and receipt.is_held_on(receipt.kept_on):
        found.append(amounts)
    return total(found)


def entry_of(payment: str, day: date, customer: str, amounts: Iterable[Amounts]) -> Entry:
    """What the rows of one payment add together."""
    return Entry(Source.ADVANCE, payment, day, customer, total(amounts))
