"""A file beside what its source brought before: numbers that it does not have any more, and payments under another number."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ecriture.core.documents import Payment, Status, Unit, UnitId, UnitKind
from ecriture.sources.books_file import BooksRead
from ecriture.store.models import Company, Import
from ecriture.store.units import AT_ONCE, payments_in, units_in, units_named


class Pair(NamedTuple):
    """A new payment of a file, and the stored one that it may be under another number."""

    new: Payment
    stored: Payment


def missing_from(company: Company, read: BooksRead, first: date, last: date) -> list[Unit]:
    """What the file's source brought of the kinds that it has, dated within, that it does not have now; void ones aside."""
    found: list[Unit] = []
    for kind, numbers in read.numbers.items():
        stored = units_in(company, kind, origin=read.origin, date__gte=first, date__lte=last)
        found += (unit for _, unit in stored if unit.number not in numbers and unit.status is not Status.VOID)
    return found


def known_again(company: Company, read: BooksRead) -> BooksRead:
    """A file with our numbers for the payments of which a person said, at an import that stands, that they are the same."""
    if not read.has_identity:
        return read
    told = Import.objects.filter(company=company, origin=read.origin, undone_at=None).exclude(known_as={})
    ours = {theirs: number for it in told.order_by("at", "id") for theirs, number in it.known_as.items()}
    theirs = ours.keys() & read.payments.units.keys()
    stored = units_named(company, {UnitId(UnitKind.PAYMENT, ours[it]) for it in theirs})
    free = {it.number for it in stored} - read.payments.units.keys() - read.payments.faulty
    return read.renumbered({it: ours[it] for it in theirs if ours[it] in free})


def same_payments(company: Company, read: BooksRead) -> list[Pair]:
    """New payments that equal a stored one of their source but for the number, each with the one that it may be."""
    if not read.has_identity:
        return []
    ids = [UnitId(UnitKind.PAYMENT, number) for number in read.payments.units]
    known = units_named(company, ids)
    new = [unit for unit in read.payments.units.values() if unit.id not in known]
    stored = defaultdict[object, list[Payment]](list)
    for unit in _dated(company, read.origin, {unit.date for unit in new}):
        if unit.number not in read.payments.units and unit.status is not Status.VOID:
            stored[_key(unit)].append(unit)
    return [*_pairs(new, stored)]


def _dated(company: Company, origin: str, days: set[date]) -> Iterator[Payment]:
    ordered = sorted(days)
    for start in range(0, len(ordered), AT_ONCE):
        for _, unit in payments_in(company, origin=origin, date__in=ordered[start : start + AT_ONCE]):
            yield unit


def _key(unit: Payment) -> tuple[object, ...]:
    return unit.kind, unit.date, unit.total_cents


def _pairs(new: list[Payment], stored: dict[object, list[Payment]]) -> Iterator[Pair]:
    """Each stored payment is one new one at most."""
    for unit in new:
        offered = stored.get(_key(unit), [])
        found = next((it for it in offered if _is_alike(unit, it)), None)
        if found is not None:
            offered.remove(found)
            yield Pair(unit, found)


def _is_alike(one: Payment, other: Payment) -> bool:
    """Whether both are of the same documents, or of the same customer."""
    documents = {row.document for row in one.rows} - {""}
    return bool(documents & {row.document for row in other.rows}) or bool(
        one.customer and one.customer == other.customer
    )
