"""Where documents and payments stand: transferred, waiting to be, kept back and why, or none of the ledger's business."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils import timezone

from ecriture.core.documents import Books, UnitKind
from ecriture.core.problems import Problem
from ecriture.core.sales import KeptBack
from ecriture.core.wants import Want, Wants
from ecriture.store import models
from ecriture.store.batches import LIVE
from ecriture.store.models import Company
from ecriture.store.touched import books_around
from ecriture.store.transfer import Planned, plan
from ecriture.store.units import chunks


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
    problems: Sequence[Problem] = field(default=())
    pending: Sequence[date] = ()
    """The own dates of what is to be transferred."""


Row = models.Document | models.Payment


def standings_of(company: Company, kind: UnitKind, rows: Iterable[Row]) -> Mapping[str, Standing]:
    """Where some units stand, by number, as far as two queries know: what waits is not looked into."""
    found = list(rows)
    batches = batches_holding(company, kind, [row.number for row in found])
    return {row.number: _at_once(company, row, batches.get(row.number, ())) for row in found}


def _at_once(company: Company, row: Row, batches: Sequence[int]) -> Standing:
    if row.touched and (batches or row.status == "final") and not _is_before_start(company, row):
        return Standing(Stands.CHANGED if batches else Stands.WAITS, batches)
    if batches and row.status == "final":
        return Standing(Stands.TRANSFERRED, batches)
    if row.status != "final":
        return Standing(Stands(row.status), batches)
    return Standing(Stands.OPENING if _is_before_start(company, row) else Stands.NOTHING, batches)


def _is_before_start(company: Company, row: Row) -> bool:
    return company.start_date is not None and row.date < company.start_date


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
            dates = [part.own_date for part in want.pending]
            return Standing(Stands.CHANGED if is_change else Stands.PENDING, batches, None, problems, dates)
        if want is not None and want.unit.status != "final":
            return Standing(Stands(want.unit.status), batches, None, problems)
        return Standing(Stands.TRANSFERRED if batches else self._idle(want), batches, None, problems)

    def _kept_back(self, number: str) -> KeptBack | None:
        return next((it for it in self.planned.plan.kept_back if (it.kind, it.number) == (self.kind, number)), None)

    def _idle(self, want: Want | None) -> Stands:
        start = self.planned.inputs.settings.accounting.start_date
        is_before = want is not None and start is not None and want.unit.date < start
        return Stands.OPENING if is_before else Stands.NOTHING


def looked_at(company: Company, kind: UnitKind, numbers: Collection[str]) -> Looked:
    """A plan of some units alone."""
    books = books_around(company, kind, numbers)
    planned = plan(company, _through(company, books), books)
    settings, held = planned.inputs.settings, planned.transferred
    wanted = Wants(books, settings, through=planned.plan.through, transferred=held)
    wants = {want.unit.number: want for want in wanted if want.unit.id.kind is kind}
    return Looked(kind, planned, wants, batches_holding(company, kind, numbers))


def _through(company: Company, books: Books) -> date:
    """The last day of these units, or today; after the lock date, since nothing is transferred through that."""
    days = [timezone.localdate(), *(unit.date for unit in books.units)]
    days += [row.applied for payment in books.payments.values() for row in payment.rows if row.applied]
    if company.lock_date is not None:
        days.append(company.lock_date + timedelta(days=1))
    return max(days)
