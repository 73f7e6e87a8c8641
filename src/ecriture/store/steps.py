"""The state of the guided set-up that is not part of the settings."""

from collections.abc import Mapping

from ecriture.store import audit, models
from ecriture.store.models import Company, Membership


def has_documents(company: Company) -> bool:
    return models.Document.objects.filter(company=company).exists()


def note_step(company: Company, step: str) -> None:
    """Marks a step as done; later changes do not undo this."""
    if step not in company.steps_done:
        company.steps_done = [*company.steps_done, step]
        company.save(update_fields=["steps_done"])


def put_province(company: Company, province: str, by: Membership) -> None:
    """Sets the province, which only determines the proposed taxes."""
    before = company.province
    if province != before:
        company.province = province
        company.save(update_fields=["province"])
        changes = [("company.province", before, province)]
        audit.note(company, who=by.user, action="settings-changed", area="company", changes=changes)


SELLER = ("address", "gst_number", "qst_number")
"""What printed invoices say of the company besides its name."""


def put_seller(company: Company, seller: Mapping[str, str], by: Membership) -> None:
    """Sets some of what printed invoices say of the company."""
    changes = [
        (f"company.{name}", before, text) for name, text in seller.items() if (before := getattr(company, name)) != text
    ]
    if changes:
        for name, text in seller.items():
            setattr(company, name, text)
        company.save(update_fields=[*seller])
        audit.note(company, who=by.user, action="settings-changed", area="company", changes=changes)
