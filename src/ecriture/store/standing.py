"""Where documents and payments stand: transferred, waiting to be, kept back and why, or none of the ledger's business."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from ecriture.core.documents import CREDIT_NOTE, Books, Unit, UnitId, UnitKind
from ecriture.core.postings import Part
from ecriture.core.problems import Problem
from ecriture.core.sales import KeptBack, events_of
from ecriture.core.wants import Want, Wants
from ecriture.store import models
from ecriture.store.batches import LIVE
from ecriture.store.models import Company
from ecriture.store.touched import books_around, books_as_if
from ecriture.store.transfer import Planned, plan
from ecriture.store.units import chunks
from ecriture.transfer import checked


class Stands(StrEnum):
    DRAFT = "draft"
    VOID = "void"
    OPENING = "opening"
    """Dated before the start date: the accounting program has it already."""
    TRANSFERRED = "transferred"
    CHANGED = "changed"
    """Transferred, and changed since: a correction is to be transferred."""
    WAITS = "waits"
    """To be transferred, or kept back: only a plan tells."""
    PENDING = "pending"
    KEPT_BACK = "kept_back"
    NOTHING = "nothing"
    """Final, and nothing of it is ever posted."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a unit stands, the live batches that hold it, and what a plan says of it."""

    stands: Stands
    batches: Sequence[int] = ()
    kept_back: KeptBack | None = None
    problems: Sequence[Problem] = ()


Row = models.Document | models.Payment


def standings_of(company: Company, kind: UnitKind, rows: Iterable[Row]) -> Mapping[str, Standing]:
    """Where some units stand, by number, as far as a few queries know.

    What is touched stands there unless a plan, which is not made here, finds otherwise.
    """
    found = list(rows)
    batches = batches_holding(company, kind, [row.number for row in found])
    idle = _of_before_start(company, [row for row in found if row.number not in batches])
    return {row.number: _at_once(row, batches.get(row.number, ()), row.pk in idle) for row in found}


def _at_once(row: Row, batches: Sequence[int], is_opening: bool) -> Standing:  # noqa: FBT001 - private
    if row.touched and batches:
        return Standing(Stands.CHANGED, batches)
    if row.status != "final":
        return Standing(Stands(row.status), batches)
    if batches:
        return Standing(Stands.TRANSFERRED, batches)
    if is_opening:
        return Standing(Stands.OPENING)
    return Standing(Stands.WAITS if row.touched else Stands.NOTHING)


def _of_before_start(company: Company, rows: Sequence[Row]) -> set[UUID]:
    """The ids of those that the accounting program has already."""
    start = company.start_date
    early = [row for row in rows if start is not None and row.date < start]
    payments = [row.pk for row in early if row.touched and isinstance(row, models.Payment)]
    if not payments:
        return {row.pk for row in early}
    later = models.Payment.objects.filter(posts_later(company), pk__in=payments)
    return {row.pk for row in early} - {*later.values_list("pk", flat=True)}


def posts_later(company: Company) -> Exists:
    """Payments of before the start date with a row that is allocated after it, or names no document of before it."""
    before = models.Document.objects.filter(company=company, date__lt=company.start_date, number=OuterRef("document"))
    rows = models.PaymentRow.objects.filter(company=company, payment=OuterRef("pk")).exclude(document="")
    return Exists(rows.filter(Q(applied__gte=company.start_date) | ~Exists(before)))


def batches_holding(company: Company, kind: UnitKind, numbers: Collection[str]) -> Mapping[str, list[int]]:
    """The numbers of the live batches that hold each of some units, the earliest first."""
    found: dict[str, list[int]] = {}
    for chunk in chunks(numbers):
        rows = models.BatchRecord.objects.filter(
            company=company, unit_number__in=chunk, unit_kind=kind, batch__state__in=LIVE
        )
        for number, batch in rows.order_by("batch__number").values_list("unit_number", "batch__number"):
            found.setdefault(number, []).append(batch)
    return found


# With a plan


@dataclass(frozen=True)
class Looked:
    """Some units of one kind, planned through the last day on which any of them has something."""

    kind: UnitKind
    planned: Planned
    wants: Mapping[str, Want]
    batches: Mapping[str, Sequence[int]]

    def standing(self, number: str) -> Standing:
        """Exactly where one of them stands."""
        batches, kept = self.batches.get(number, ()), self._kept_back(number)
        problems = [it for it in self.planned.plan.problems if (it.where.kind, it.where.number) == (self.kind, number)]
        want = self.wants.get(number)
        if kept is not None:
            return Standing(Stands.KEPT_BACK, batches, kept, problems)
        if want is not None and want.pending:
            is_change = bool(batches) and any(part.is_correction for part in want.pending)
            return Standing(Stands.CHANGED if is_change else Stands.PENDING, batches, None, problems)
        if want is not None and want.unit.status != "final":
            return Standing(Stands(want.unit.status), batches, None, problems)
        return Standing(Stands.TRANSFERRED if batches else self._idle(want), batches, None, problems)

    def left_to_pay(self, number: str) -> int | None:
        """The cents that a final invoice still waits for, below zero where it is overpaid; None for what is none."""
        books = self.planned.inputs.books
        document = books.documents.get(number) if self.kind is UnitKind.DOCUMENT else None
        if document is None or document.status != "final" or document.kind is CREDIT_NOTE:
            return None
        return document.total_cents - sum(cents for _, cents in events_of(books).get(number, ()))

    def _kept_back(self, number: str) -> KeptBack | None:
        return next((it for it in self.planned.plan.kept_back if (it.kind, it.number) == (self.kind, number)), None)

    def _idle(self, want: Want | None) -> Stands:
        start = self.planned.inputs.settings.accounting.start_date
        is_before = want is not None and start is not None and want.unit.date < start
        return Stands.OPENING if is_before else Stands.NOTHING


def looked_at(company: Company, kind: UnitKind, numbers: Collection[str]) -> Looked:
    """A plan of some units alone."""
    books = books_around(company, [UnitId(kind, number) for number in numbers])
    return looked_into(company, kind, numbers, books, last_day_of(company, books))


def looked_into(company: Company, kind: UnitKind, numbers: Collection[str], books: Books, through: date) -> Looked:
    """Some units in a plan of books that have them, through a day. Raises ThroughLocked."""
    planned = plan(company, through, books)
    settings, held = planned.inputs.settings, planned.transferred
    wanted = Wants(checked(planned.inputs, held).books, settings, through=through, transferred=held)
    wants = {want.unit.number: want for want in wanted if want.unit.id.kind is kind}
    return Looked(kind, planned, wants, batches_holding(company, kind, numbers))


def last_day_of(company: Company, books: Books) -> date:
    """The last day of some units, or today; after the lock date, since nothing is transferred through that."""
    days = [timezone.localdate(), *(unit.date for unit in books.units)]
    days += [row.applied for payment in books.payments.values() for row in payment.rows if row.applied]
    if company.lock_date is not None:
        days.append(company.lock_date + timedelta(days=1))
    return max(days)


def pending_if(
    company: Company, units: Sequence[UnitId], changed: Mapping[UnitId, Unit]
) -> tuple[Planned, Mapping[UnitId, Sequence[Part]]]:
    """What a transfer would have of some units, if others were new or changed; nothing of those that it would leave out."""
    books = books_as_if(company, units, changed)
    through = last_day_of(company, books)
    planned = plan(company, through, books)
    inputs, held = planned.inputs, planned.transferred
    wants = Wants(checked(inputs, held).books, inputs.settings, through=through, transferred=held)
    return planned, {want.unit.id: want.pending for want in wants}
