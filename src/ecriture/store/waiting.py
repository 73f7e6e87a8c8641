"""What waits for a transfer, from the flag and the plan that an export is made from."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from ecriture.core.batches import Transferred
from ecriture.core.documents import FINAL, Books, UnitId, UnitKind
from ecriture.core.wants import Want, Wants
from ecriture.store.batches import transferred
from ecriture.store.models import AuditRecord, Company
from ecriture.store.touched import touched_books
from ecriture.store.transfer import Planned, plan
from ecriture.store.units import MODELS
from ecriture.transfer import ThroughLocked, checked

MOST = 500
"""With more units to look at in a company, they are counted without a plan."""
PLANS_KEPT = 2_000
Changed = tuple[datetime, int]


class Span(NamedTuple):
    """The first and the last date of what may have something pending; drafts have not."""

    first: date | None = None
    last: date | None = None


class Waiting(NamedTuple):
    """How many documents and payments have something pending through today, kept back or not."""

    documents: int = 0
    payments: int = 0
    oldest: date | None = None
    """The date of the oldest of them."""
    kept_back: int = 0
    """How many of them the next transfer would leave out."""
    is_exact: bool = True
    """Whether a plan said so; else there were too many to look at, and some may turn out to have nothing pending."""


def waiting_in(companies: Iterable[Company], *, most: int = MOST) -> Mapping[UUID, Waiting]:
    """What waits in each of some companies. The plan of a company is made once for each change of it, and each day."""
    touched = _touched(company.pk for company in companies)
    changed = changes_of(pk for pk, it in touched.items() if 0 < it.documents + it.payments <= most)
    today = timezone.localdate()
    return {pk: _waiting(pk, changed[pk], today, it) if pk in changed else it for pk, it in touched.items()}


def changes_of(companies: Iterable[UUID]) -> Mapping[UUID, Changed]:
    """The last record of each company, and how many it has: every change of books, settings and batches is one.

    The time alone would not do: clocks differ and are set back, and who holds no lock may be earlier and end later.
    """
    rows = AuditRecord.objects.filter(company_id__in=[*companies]).order_by().values_list("company_id")
    return {pk: (at, count) for pk, at, count in rows.annotate(at=Max("at"), count=Count("pk"))}


def _touched(companies: Iterable[UUID]) -> dict[UUID, Waiting]:
    """How many units are touched in each company, with the date of the oldest."""
    found = {pk: Waiting() for pk in companies}
    for kind, model in MODELS.items():
        rows = model.objects.filter(company_id__in=list(found), touched=True).order_by()
        for pk, count, oldest in rows.values_list("company_id").annotate(count=Count("pk"), oldest=Min("date")):
            before = found[pk]
            counts = {"documents": count} if kind is UnitKind.DOCUMENT else {"payments": count}
            found[pk] = before._replace(oldest=min(before.oldest or oldest, oldest), is_exact=False, **counts)
    return found


@lru_cache(PLANS_KEPT)
def _waiting(company_id: UUID, _changed: Changed, today: date, touched: Waiting) -> Waiting:
    company = Company.objects.filter(pk=company_id).first()
    if company is None:  # removed meanwhile
        return touched
    books = touched_books(company)
    try:
        planned = plan(company, today, books).plan
    except ThroughLocked:  # everything is locked through today: what waits cannot be dated
        return touched
    kept_back = {UnitId(it.kind, it.number) for it in planned.kept_back}
    pending = kept_back | {unit.want.unit.id for unit in planned.units()}
    dates = [unit.date for unit in books.units if unit.id in pending]
    documents = sum(kind is UnitKind.DOCUMENT for kind, _ in pending)
    return Waiting(documents, len(pending) - documents, min(dates, default=None), len(kept_back))


def few_touched(company: Company, *, most: int) -> tuple[Books, Transferred] | None:
    """The touched units, and what live batches hold of them and around them; None if there are more of a kind."""
    for model in MODELS.values():
        if model.objects.filter(company=company, touched=True)[most : most + 1]:
            return None
    books = touched_books(company)
    return books, transferred(company, [unit.id for unit in books.units])


def pending_span(planned: Planned) -> Span | None:
    """From the first to the last day on which the units of a plan have something pending, whatever day it is made through.

    None with too many units to look at: the flag then tells.
    """
    inputs, held = planned.inputs, planned.transferred
    if len(inputs.books.documents) + len(inputs.books.payments) > MOST:
        return None
    wants = Wants(checked(inputs, held).books, inputs.settings, through=date.max, transferred=held)
    days = [day for want in wants for day in _days_of(want)]
    return Span(min(days, default=None), max(days, default=None))


def _days_of(want: Want) -> Iterable[date]:
    """The own dates of what is pending; the unit's where it is kept back."""
    return [part.own_date for part in want.pending] or ([want.unit.date] if want.kept_back else ())


def span_of(company: Company) -> Span:
    """As far as the flag tells."""
    first, last = None, None
    for model in MODELS.values():
        rows = model.objects.filter(Q(status=FINAL) | Q(held=True), company=company, touched=True).order_by()
        found = rows.aggregate(first=Min("date"), last=Max("date"))
        first = min(filter(None, (first, found["first"])), default=None)
        last = max(filter(None, (last, found["last"])), default=None)
    return Span(first, last)
