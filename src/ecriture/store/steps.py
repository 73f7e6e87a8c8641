"""What the first steps know and keep of a company beside its settings."""

from ecriture.store import audit, models
from ecriture.store.models import Company, Membership


def has_documents(company: Company) -> bool:
    return models.Document.objects.filter(company=company).exists()


def note_step(company: Company, step: str) -> None:
    """Somebody said that a step is done. It stays so, whatever is changed later."""
    if step not in company.steps_done:
        company.steps_done = [*company.steps_done, step]
        company.save(update_fields=["steps_done"])


def put_province(company: Company, province: str, by: Membership) -> None:
    """Where the company is: it decides the taxes that are proposed, and nothing else."""
    before = company.province
    if province != before:
        company.province = province
        company.save(update_fields=["province"])
        changes = [("company.province", before, province)]
        audit.note(company, who=by.user, action="settings-changed", area="company", changes=changes)
