"""What a change of settings does to documents and payments that wait for their first transfer. What was transferred stays."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from ecriture.core.documents import Books, Document, Payment, PaymentRow
from ecriture.core.release import events_of, release_date
from ecriture.core.rules import Leg, PaymentLegs, Rules
from ecriture.core.settings import Opening, Settings

T = TypeVar("T")


class Moved(NamedTuple):
    """How many documents and payments go to an account."""

    documents: int = 0
    payments: int = 0


def moved(books: Books, before: Settings, after: Settings) -> Mapping[str, Moved]:
    """What will go to an account under the new settings and would not have under the old ones, by account."""
    accounts = _Accounts(books, before), _Accounts(books, after)
    documents = _counted(books.documents.values(), *(its.of_document for its in accounts))
    payments = _counted(books.payments.values(), *(its.of_payment for its in accounts))
    numbers = sorted(documents.keys() | payments.keys())
    return {number: Moved(documents.get(number, 0), payments.get(number, 0)) for number in numbers}


def unpaid(books: Books, company: Settings, waiting: Collection[str]) -> int:
    """How many of some documents would wait for their payment, if the books showed a sale only when it is paid.

    `books` has them, and whatever settles them.
    """
    events = events_of(books.documents, books.payments.values())
    documents = [books.documents[number] for number in waiting]
    return sum(release_date(it, events) is None for it in documents if not _is_before(company, it.date))


def _counted(units: Iterable[T], old: Callable[[T], set[str]], new: Callable[[T], set[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for unit in units:
        for number in new(unit) - old(unit):
            counts[number] = counts.get(number, 0) + 1
    return counts


class _Accounts:
    """The accounts on which units post an amount, under some settings."""

    def __init__(self, books: Books, company: Settings) -> None:
        self._books = books
        self._company = company
        self._rules = Rules(company)

    def of_document(self, document: Document) -> set[str]:
        """None for one from before the start date: it is in the books already."""
        if _is_before(self._company, document.date):
            return set()
        pattern = self._rules.of_document(document.form, document.kind)
        rows = zip(pattern.legs, pattern.rows, strict=True)
        return {leg.account for leg, row in rows if leg.account and document.amounts[row]}

    def of_payment(self, payment: Payment) -> set[str]:
        if _is_before(self._company, payment.date):
            return set()
        legs = self._rules.of_payment(payment.kind, payment.method)
        used = [leg for row in payment.rows if self._posts(row) for leg in self._legs(legs, row)]
        return {leg.account for leg in used if leg.account}

    def _legs(self, legs: PaymentLegs, row: PaymentRow) -> Iterator[Leg]:
        if row.amount_cents:
            yield legs.bank
        if row.settled_cents:
            yield legs.clearing if row.document else legs.unapplied
        if row.fee_cents:
            yield legs.fee
        if row.rounding_cents:
            yield legs.rounding

    def _posts(self, row: PaymentRow) -> bool:
        """Not what pays a document whose receivable lives in the program's own module."""
        document = self._books.documents.get(row.document)
        opened = document is not None and _is_before(self._company, document.date)
        return not (opened and self._company.accounting.opening is Opening.SAGE)


def _is_before(company: Settings, day: date) -> bool:
    """Whether a date is from before the start date."""
    start = company.accounting.start_date
    return start is not None and day < start
