"""The state of the guided set-up that is not part of the settings."""

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
