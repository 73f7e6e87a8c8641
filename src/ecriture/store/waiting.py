"""What waits for a transfer, from the flag and the plan that an export is made from."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Min
from django.utils import timezone

from ecriture.core.batches import Transferred
from ecriture.core.documents import Books, UnitId, UnitKind
from ecriture.store.batches import transferred
from ecriture.store.models import Company
from ecriture.store.touched import touched_books
from ecriture.store.transfer import plan
from ecriture.store.units import MODELS
from ecriture.transfer import ThroughLocked

MOST = 500
"""With more units to look at in a company, they are counted without a plan."""


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
    """What waits in each of some companies."""
    by_id = {company.pk: company for company in companies}
    touched = _touched(by_id)
    return {pk: _waiting(by_id[pk], it) if it.documents + it.payments <= most else it for pk, it in touched.items()}


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


def _waiting(company: Company, touched: Waiting) -> Waiting:
    if touched.is_exact:  # there is nothing to look at
        return touched
    books = touched_books(company)
    try:
        planned = plan(company, timezone.localdate(), books).plan
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
