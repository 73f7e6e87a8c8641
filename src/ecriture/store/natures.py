"""What people say for the return that no file says: what money before its invoice is, and whether the method is quick."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.http import Http404

from ecriture.core.advances import Nature, receipts_of
from ecriture.store import audit, models
from ecriture.store.locking import locked_company
from ecriture.store.models import Membership
from ecriture.store.units import documents_in, payments_in


class NothingToLose(ValueError):
    """On the day on which a deposit was lost nothing of it was there."""

    def __init__(self, paid_on: date, *, is_early: bool) -> None:
        super().__init__(str(paid_on))
        self.paid_on, self.is_early = paid_on, is_early


def say_nature(member: Membership, payment: UUID, nature: Nature, kept_on: date | None = None) -> models.Payment:
    """Keeps what a payment is that came before its invoice.

    Raises Http404 for another company's, and NothingToLose; then nothing is kept.
    """
    with transaction.atomic():
        company = locked_company(member.company_id)
        row = models.Payment.objects.filter(company=company, pk=payment).first()
        if row is None:
            raise Http404
        if nature is Nature.KEPT and kept_on is not None:
            _need_something(company, row, kept_on)
        before = _said(row)
        row.nature, row.kept_on = nature.value, kept_on if nature is Nature.KEPT else None
        after = _said(row)
        if before != after:
            row.save(update_fields=["nature", "kept_on"])
            changes = [(f"payment.nature {row.number}", before, after)]
            audit.note(company, who=member.user, action="books-recorded", area="books", changes=changes)
    return row


def _need_something(company: models.Company, row: models.Payment, kept_on: date) -> None:
    if kept_on < row.date:
        raise NothingToLose(row.date, is_early=True)
    found = [it for _, it in payments_in(company, pk=row.pk)]
    named = {part.document for it in found for part in it.rows}
    documents = {it.number: it for _, it in documents_in(company, number__in=named)}
    receipts = (it for payment in found for it in receipts_of(payment, documents, Nature.KEPT, kept_on))
    if not any(it.cents > 0 and it.is_held_on(kept_on) for it in receipts):
        raise NothingToLose(row.date, is_early=False)


def _said(row: models.Payment) -> str:
    """`kept 2026-03-05`."""
    return f"{row.nature} {row.kept_on or ''}".strip()


def put_quick_method(member: Membership, *, quick: bool) -> None:
    with transaction.atomic():
        company = locked_company(member.company_id)
        if company.quick_method != quick:
            company.quick_method = quick
            company.save(update_fields=["quick_method"])
            words = ("false", "true")
            changes = [("company.quick_method", words[not quick], words[quick])]
            audit.note(company, who=member.user, action="settings-changed", area="taxes", changes=changes)
