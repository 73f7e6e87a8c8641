"""What people say for the return that no file says: what money before its invoice is, and whether the method is quick."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.http import Http404

from ecriture.core.advances import Nature
from ecriture.store import audit, models
from ecriture.store.locking import locked_company
from ecriture.store.models import Membership


def say_nature(member: Membership, payment: UUID, nature: Nature, kept_on: date | None = None) -> models.Payment:
    """Keeps what a payment is that came before its invoice. Raises Http404 for another company's."""
    with transaction.atomic():
        company = locked_company(member.company_id)
        row = models.Payment.objects.filter(company=company, pk=payment).first()
        if row is None:
            raise Http404
        before = _said(row)
        row.nature, row.kept_on = nature.value, kept_on if nature is Nature.KEPT else None
        after = _said(row)
        if before != after:
            row.save(update_fields=["nature", "kept_on"])
            changes = [(f"payment.nature {row.number}", before, after)]
            audit.note(company, who=member.user, action="books-recorded", area="books", changes=changes)
    return row


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
