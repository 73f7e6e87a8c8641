"""What is settled of documents, summed by the database: payments less refunds, and final credit notes."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, F, Sum, Value, When

from ecriture.core.documents import CREDIT_NOTE, FINAL, REFUND
from ecriture.store import models


def settled_in(company: UUID, numbers: Collection[str] | None = None) -> dict[str, int]:
    """The cents that are taken off each document that is named, or off each of some; those of no document under an empty
    number.
    """
    rows = models.PaymentRow.objects.filter(company=company, payment__status=FINAL)
    notes = models.Document.objects.filter(company=company, status=FINAL, kind=CREDIT_NOTE).exclude(applies_to="")
    if numbers is not None:
        rows, notes = rows.filter(document__in=numbers), notes.filter(applies_to__in=numbers)
    sign = Case(When(payment__kind=REFUND, then=Value(-1)), default=Value(1))
    cents = Sum(sign * (F("amount_cents") + F("rounding_cents") - F("tip_cents")))
    settled: dict[str, int] = dict(rows.order_by().values_list("document").annotate(cents=cents))
    for number, note_cents in notes.order_by().values_list("applies_to").annotate(cents=Sum("total_cents")):
        settled[number] = settled.get(number, 0) + note_cents
    return settled
