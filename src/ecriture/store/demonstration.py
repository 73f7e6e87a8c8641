"""The company of the examples, as a demonstration in the application."""

from pathlib import Path

from django.db import transaction

from ecriture.store.books import put_books
from ecriture.store.charts import put_chart
from ecriture.store.models import Company, Membership, Role, User
from ecriture.store.removal import remove
from ecriture.store.settings import make_company
from ecriture.transfer import checked, read

BOREAL = Path(__file__).parent / "boreal"


def make_demonstration(owner: User, folder: Path = BOREAL) -> Company:
    """Creates the demonstration company, with settings, chart, documents and payments, once per owner."""
    found = read(
        company=folder / "company.toml",
        documents=folder / "documents.csv",
        payments=folder / "payments.csv",
        chart=folder / "chart.csv",
    )
    memberships = Membership.objects.filter(user=owner, role=Role.OWNER, company__name=found.settings.name)
    if (there := memberships.select_related("company").first()) is not None:
        return there.company
    company = make_company(found.settings, owner=owner)
    put_chart(company, found.chart, by=None)
    put_books(company, checked(found).books)
    return company


def remove_demonstration(owner: User) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Removes the companies that only this person has, and the account if none is left. Returns the names of the removed
    ones, and of those that others work on too."""
    with transaction.atomic():
        theirs = [it.company for it in Membership.objects.filter(user=owner).select_related("company")]
        shared = [it for it in theirs if Membership.objects.filter(company=it).exclude(user=owner).exists()]
        alone = [it for it in theirs if it not in shared]
        for company in alone:
            remove(company, by=None)
        if not shared:
            owner.delete()
    return tuple(it.name for it in alone), tuple(it.name for it in shared)
