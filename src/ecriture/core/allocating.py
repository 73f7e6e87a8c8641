"""Deposits that are allocated to documents later: the rows of a payment afterwards, to the cent what they were."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from ecriture.core.documents import PaymentRow

Share = tuple[str, int]
"""A document and the cents that it takes."""


def unapplied_cents(rows: Iterable[PaymentRow], final: Collection[str]) -> int:
    """What of a payment is a deposit: it names no document, or one that is not among the final ones."""
    return sum(max(row.settled_cents, 0) for row in rows if row.document not in final)


def allocated(
    rows: Iterable[PaymentRow], shares: Iterable[Share], day: date, final: Collection[str]
) -> tuple[PaymentRow, ...]:
    """The rows once documents take these shares of the deposit on a day.

    Fee, rounding and tip stay with what is left of a row, and go with its last share where nothing is. Raises ValueError
    for shares of more than there is.
    """
    wanted = [(document, cents) for document, cents in shares if cents]
    found: list[PaymentRow] = []
    for row in rows:
        found += [row] if row.document in final else _split(row, wanted, day)
    if wanted:
        raise ValueError(wanted)
    return tuple(found)


def _split(row: PaymentRow, wanted: list[Share], day: date) -> Iterator[PaymentRow]:
    """Takes from `wanted` what the row has."""
    left, taken = row.settled_cents, list[Share]()
    while wanted and left > 0:
        document, cents = wanted.pop(0)
        part = min(cents, left)
        left -= part
        taken.append((document, part))
        if cents > part:
            wanted.insert(0, (document, cents - part))
    if left or not taken:
        yield from (PaymentRow(document, cents, applied=day) for document, cents in taken)
        yield row._replace(amount_cents=row.amount_cents - sum(cents for _, cents in taken))
        return
    *others, (last, cents) = taken
    yield from (PaymentRow(document, part, applied=day) for document, part in others)
    yield row._replace(document=last, amount_cents=cents + row.tip_cents - row.rounding_cents, applied=day)
