"""When documents are released, where the books show a sale only when it is paid (P3)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ecriture.core.documents import Document, DocumentKind, Payment, Status

Event = tuple[date, int]
"""A day, and the cents by which a document came nearer to being paid."""

Events = Mapping[str, list[Event]]
"""The events of documents, by number."""


def final_invoice(documents: Mapping[str, Document], number: str) -> Document | None:
    """The final document that a credit note names; None when it names none, or one that counts as none."""
    found = documents.get(number)
    return found if found is not None and found.status is Status.FINAL else None


def events_of(documents: Mapping[str, Document], payments: Iterable[Payment]) -> Events:
    """Payments (amount and rounding) less refunds, and final credit notes, for each document that they name."""
    events: dict[str, list[Event]] = {}
    for payment in payments:
        for row in payment.rows if payment.status is Status.FINAL else ():
            day = payment.date if row.applied is None else max(payment.date, row.applied)
            events.setdefault(row.document, []).append((day, payment.sign * row.settled_cents))
    for document in documents.values():
        if document.kind is DocumentKind.CREDIT_NOTE and document.status is Status.FINAL and document.applies_to:
            events.setdefault(document.applies_to, []).append((document.date, document.total_cents))
    return events


def release_date(document: Document, events: Events) -> date | None:
    """The first day, not before the document's, at whose end its events reach its total; None when they never do.

    A credit note is reached by refunds, which are events with the other sign.
    """
    total_cents = document.total_cents
    sign = -1 if document.kind is DocumentKind.CREDIT_NOTE else 1
    for day, reached_cents in _day_ends(document.date, events.get(document.number, ())):
        if sign * reached_cents >= total_cents:
            return day
    return None


def _day_ends(first: date, events: Iterable[Event]) -> Iterator[Event]:
    """What events come to at the end of a first day, and of each later day that has any."""
    later: dict[date, int] = {first: 0}
    for day, cents in events:
        day_or_first = max(day, first)
        later[day_or_first] = later.get(day_or_first, 0) + cents
    reached_cents = 0
    for day in sorted(later):
        reached_cents += later[day]
        yield day, reached_cents
