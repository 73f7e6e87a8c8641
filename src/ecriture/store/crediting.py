"""Refunds of a file that leave an invoice open: without a credit note its revenue and taxes would stay."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from ecriture.core.documents import CREDIT_NOTE, FINAL, INVOICE, REFUND, Document, Payment, RowKey, UnitId, UnitKind
from ecriture.core.documents import signed as as_it_counts
from ecriture.core.references import settled_by
from ecriture.sources.books_file import BooksRead
from ecriture.sources.mapping.credit_notes import credit_note_rows
from ecriture.sources.mapping.model import Row
from ecriture.store import models
from ecriture.store.models import Company
from ecriture.store.units import chunks, units_named


class Credit(NamedTuple):
    """A refund, and the credit note that would take back as much of its invoice."""

    refund: Payment
    note: Document


def credits_for(company: Company, read: BooksRead, replaced: Collection[str] = ()) -> list[Credit]:
    """What could be credited: of each refund of a file as much as its invoice would be open after it and is not credited.

    `replaced` are stored payments of which those of the file take the place, besides those of the same number.
    """
    refunds = [*_refunds(read)]
    named = {UnitId(UnitKind.DOCUMENT, row.document) for it in refunds for row in it.rows if row.document}
    if not named:
        return []
    invoices = {**_documents(units_named(company, named).values()), **_documents(read.documents.units.values())}
    known = {it.number: invoices[it.number] for it in named if it.number in invoices}
    credited, settled = _credited(company, read, known), _settled(company, read, known, replaced)
    uncredited = {number: it.total_cents - credited.get(number, 0) for number, it in known.items()}
    open_cents = {number: cents - settled.get(number, 0) for number, cents in uncredited.items()}
    found: list[Credit] = []
    for refund in refunds:
        for number, row in zip(note_numbers(refund), refund.rows, strict=True):
            its = row.document
            cents = min(row.settled_cents, open_cents.get(its, 0), uncredited.get(its, 0))
            if cents > 0 and (note := _note(refund, invoices[its], number, cents)):
                open_cents[its] -= cents
                uncredited[its] -= cents
                found.append(Credit(refund, note))
    taken = units_named(company, [it.note.id for it in found]).keys() | {it.id for it in read.documents.units.values()}
    return [it for it in found if it.note.id not in taken]


def note_numbers(refund: Payment) -> list[str]:
    """The number of the credit note for each row of a refund: `F-1-N` goes with the refund `F-1-R` of F-1."""
    if len(refund.rows) > 1:
        return [f"{refund.number}-N{place}" for place in range(1, len(refund.rows) + 1)]
    return [f"{row.document if refund.number == f'{row.document}-R' else refund.number}-N" for row in refund.rows]


def notes_of(read: BooksRead) -> frozenset[str]:
    """The numbers of the credit notes that may have been made for the refunds of a file."""
    return frozenset(number for refund in _refunds(read) for number in note_numbers(refund))


def _refunds(read: BooksRead) -> Iterator[Payment]:
    return (it for it in read.payments.units.values() if it.kind is REFUND and it.status is FINAL)


def _documents(units: Iterable[object]) -> dict[str, Document]:
    """The final invoices among some units."""
    return {it.number: it for it in units if isinstance(it, Document) and it.kind is INVOICE and it.status is FINAL}


def _settled(
    company: Company, read: BooksRead, invoices: Iterable[str], replaced: Collection[str]
) -> Mapping[str, int]:
    """What payments less refunds settle of invoices once the file is stored."""
    settled, paid = defaultdict[str, int](int), read.payments.units
    for number, payment, kind, *cents in _stored_rows(company, invoices):
        if payment not in paid and payment not in replaced:
            settled[number] += (-1 if kind == REFUND else 1) * (cents[0] + cents[1] - cents[2])
    for number, its_cents in settled_by(paid.values()).items():
        settled[number] += its_cents
    return settled


def _credited(company: Company, read: BooksRead, invoices: Iterable[str]) -> Mapping[str, int]:
    """What is credited of invoices once the file is stored."""
    credited, sold = defaultdict[str, int](int), read.documents.units
    for number, note, cents in _stored_notes(company, invoices):
        if note not in sold:
            credited[number] += cents
    for unit in sold.values():
        if unit.kind is CREDIT_NOTE and unit.status is FINAL:
            credited[unit.applies_to] += unit.total_cents
    return credited


def _stored_rows(company: Company, numbers: Iterable[str]) -> Iterator[tuple[str, str, str, int, int, int]]:
    columns = ("document", "payment__number", "payment__kind", "amount_cents", "rounding_cents", "tip_cents")
    rows = models.PaymentRow.objects.filter(company=company, payment__status=FINAL)
    for chunk in chunks(numbers):
        yield from rows.filter(document__in=chunk).values_list(*columns)


def _stored_notes(company: Company, numbers: Iterable[str]) -> Iterator[tuple[str, str, int]]:
    notes = models.Document.objects.filter(company=company, kind=CREDIT_NOTE, status=FINAL)
    for chunk in chunks(numbers):
        yield from notes.filter(applies_to__in=chunk).values_list("applies_to", "number", "total_cents")


def _note(refund: Payment, invoice: Document, number: str, cents: int) -> Document | None:
    """The credit note of an amount of an invoice: its rows in proportion. None where they come to nothing."""
    written = [
        (Row(key.kind.value), key.code, as_it_counts(key, part))
        for key, part in zip(invoice.keys, invoice.amounts, strict=True)
    ]
    kinds = {key.kind.value: key.kind for key in invoice.keys}
    rows = [(RowKey(kinds[row.value], code), part) for row, code, part in credit_note_rows(written, cents)]
    if not rows:
        return None
    keys = tuple(key for key, _ in rows)
    amounts = tuple(as_it_counts(key, part) for key, part in rows)
    return Document(number, CREDIT_NOTE, FINAL, refund.date, invoice.customer, invoice.number, keys, amounts)
