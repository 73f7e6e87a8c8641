"""When each document counts as sold, or why it does not (P3): the only place that looks across units."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple

from ecriture.core.batches import Recorded, Transferred
from ecriture.core.documents import (
    CREDIT_NOTE,
    FINAL,
    INVOICE,
    REFUND,
    Books,
    Document,
    Payment,
    UnitKind,
)
from ecriture.core.settings import Opening, PaidSaleDate, Settings


class Standing(Enum):
    """Why a document has no sale date, or a row of a payment no application date."""

    UNAPPLIED = "unapplied"
    """It is void or a draft, or the row names no document: the money waits in the unapplied account."""
    WAITS = "waits"
    """The document is not released, or has an error."""
    OPENING = "opening"
    """The document is from before the start date: its sale is in the books already."""
    ELSEWHERE = "elsewhere"
    """It belongs to the program's own module, where its opening document is: nothing is posted."""


UNAPPLIED, WAITS, OPENING, ELSEWHERE = Standing

Sale = date | Standing
Application = date | Standing

Event = tuple[date, int]
"""A day, and the cents by which a document came nearer to being paid."""


@dataclass(frozen=True, slots=True)
class Sales:
    """The sale date or standing of each document that the input has or that only batches know."""

    standings: Mapping[str, Sale]
    part_paid: frozenset[str] = frozenset()
    """Documents that wait, and that a payment names which posts all the same: the bank saw it."""
    any_waits: bool = False
    """Whether any document waits."""

    def applications(self, payment: Payment, opening: Opening, recorded: Recorded | None = None) -> list[Application]:
        """When each row of a payment is applied to its document, or why it is not."""
        day, standings = payment.date, self.standings
        if recorded is not None:
            opening = recorded.opening
        applications: list[Application] = []
        for row in payment.rows:
            named, applied = row.document, row.applied
            sale = standings.get(named, UNAPPLIED)  # "" names none; unknown ones were refused in `transfer.checked`
            if sale is OPENING:
                sale = ELSEWHERE if opening is Opening.SAGE else day
            kept = recorded.applied_on(day, (named, applied)) if recorded is not None else None
            # Nothing to apply it to; what a batch recorded, since what is live never waits again; it waits; or the latest of
            # the payment, the sale and `applied`.
            if sale is UNAPPLIED or sale is ELSEWHERE:
                applications.append(sale)
            elif kept is not None or sale is WAITS:
                applications.append(kept or sale)
            elif isinstance(sale, date):
                later = sale if sale > day else day  # noqa: FURB136 - `max` takes six times as long
                applications.append(later if applied is None or applied < later else applied)
        return applications


def sales(books: Books, settings: Settings, transferred: Transferred, *, through: date) -> Sales:
    """The sales of some books, as far as an export up to `through` knows them."""
    standings: dict[str, Sale] = {}
    for number, recorded in transferred.documents.items():
        standings[number] = recorded.sale[1] if recorded.sale is not None else recorded.unit_date
    for number in books.faulty_documents:
        standings.setdefault(number, WAITS)
    dating = _Dating(books, settings, transferred, through, standings)
    notes: list[Document] = []
    for number, document in books.documents.items():
        if document.kind is INVOICE:
            standings[number] = dating.of(document)
        else:
            notes.append(document)
    for note in notes:  # they ask when their invoices were released
        standings[note.number] = dating.of(note)
    waiting = {number for number, sale in standings.items() if sale is WAITS}
    if not waiting:
        return Sales(standings)
    part_paid = _part_paid(books, settings, transferred, through, Sales(standings), waiting)
    return Sales(standings, frozenset(part_paid), any_waits=True)


class _Dating:
    """The sale dates of documents, one after the other: those that credit notes name come first."""

    def __init__(
        self, books: Books, settings: Settings, transferred: Transferred, through: date, standings: Mapping[str, Sale]
    ) -> None:
        self._accounting = settings.accounting
        self._start_date = settings.accounting.start_date
        self._only_when_paid = settings.accounting.only_when_paid
        self._live = transferred.documents
        self._through = through
        self._standings = standings
        self._events = events_of(books) if self._only_when_paid else {}

    def of(self, document: Document) -> Sale:
        if document.status is not FINAL:
            return UNAPPLIED
        recorded = self._live.get(document.number)
        if self._start_date is not None:
            if document.date < self._start_date:
                return OPENING
            opening = self._accounting.opening if recorded is None else recorded.opening
            if opening is Opening.SAGE and self._sale_of_named(document) is OPENING:
                return ELSEWHERE
        if not self._only_when_paid and recorded is None:
            return document.date
        return self._sale_date(document, recorded) or WAITS

    def _sale_of_named(self, document: Document) -> Sale | None:
        """Where the document stands that a credit note names."""
        named = document.applies_to if document.kind is CREDIT_NOTE else ""
        return self._standings.get(named) if named else None

    def _sale_date(self, document: Document, recorded: Recorded | None) -> date | None:
        """A live document keeps its recorded date, and never waits."""
        kept = recorded.sale_date(document.date) if recorded is not None else None
        if kept is not None or not self._only_when_paid:
            return kept or document.date
        released = self._released(document)
        if released is None or released > self._through:
            return document.date if recorded is not None else None
        return document.date if self._accounting.paid_sale_date is PaidSaleDate.DOCUMENT else released

    def _released(self, document: Document) -> date | None:
        """The day on which it is paid; a credit note that names a final document is released with it."""
        if sum(document.amounts) <= 0:
            return document.date
        sale = self._sale_of_named(document) if document.applies_to else None
        if sale is None or sale is UNAPPLIED:
            return release_date(document, self._events.get(document.number, ()))
        if sale is OPENING:
            return document.date
        return max(sale, document.date) if isinstance(sale, date) else None


def events_of(books: Books) -> Mapping[str, list[Event]]:
    """What brings each document nearer to its total: payments less refunds, and final credit notes."""
    events: defaultdict[str, list[Event]] = defaultdict(list)
    for _, kind, status, day, _, _, _, rows, _ in books.payments.values():
        sign = -1 if kind is REFUND else 1
        for named, amount_cents, _, rounding_cents, tip_cents, applied in rows if status is FINAL else ():
            on = day if applied is None or applied < day else applied
            events[named].append((on, sign * (amount_cents + rounding_cents - tip_cents)))
    for document in books.documents.values():
        if document.kind is CREDIT_NOTE and document.status is FINAL and document.applies_to:
            events[document.applies_to].append((document.date, document.total_cents))
    return events


def release_date(document: Document, events: Sequence[Event]) -> date | None:
    """The first day, not before the document's, at whose end its events reach its total, which is above zero.

    None when they never do. A credit note is reached by refunds, which are events with the other sign.
    """
    missing_cents, on = sum(document.amounts), document.date
    sign = -1 if document.kind is CREDIT_NOTE else 1
    for day, cents in sorted(events):
        if day > on:
            if missing_cents <= 0:
                return on
            on = day
        missing_cents -= sign * cents
    return on if missing_cents <= 0 else None


# Payments that wait for a document


def _part_paid(
    books: Books, settings: Settings, transferred: Transferred, through: date, known: Sales, waiting: set[str]
) -> Iterator[str]:
    for payment in books.payments.values():
        if payment.kind is not REFUND and payment.status is FINAL and payment.date <= through:
            named = [row.document for row in payment.rows if row.document in waiting]
            recorded = transferred.payments.get(payment.number) if named else None
            if recorded is not None or (named and _any_posts(known.applications(payment, settings.accounting.opening))):
                yield from named


def _any_posts(applications: Iterable[Application]) -> bool:
    for it in applications:  # noqa: SIM110 - each payment asks, and `any` makes a generator for its row or two
        if it is not WAITS and it is not ELSEWHERE:
            return True
    return False


def is_kept_back(payment: Payment, applications: Sequence[Application], known: Sales) -> bool:
    """Whether a payment without a live batch waits: a row waits and no row posts. One with a live batch never waits.

    A refund waits only if, moreover, no payment of those documents posts.
    """
    if _any_posts(applications):
        return False
    waiting = [row.document for row, it in zip(payment.rows, applications, strict=True) if it is WAITS]
    return bool(waiting) and (payment.kind is not REFUND or known.part_paid.isdisjoint(waiting))


class KeptBack(NamedTuple):
    """A unit that is kept back, and why: a document `unpaid`, a payment that `waits` for one, or either for an `error`,
    which `transfer.plan` replaces by the code of the first one.

    For a payment that waits: the bank's account, and the cents that it misses.
    """

    kind: UnitKind
    number: str
    why: str
    account: str = ""
    amount_cents: int = 0
