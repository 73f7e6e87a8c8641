"""The company of the examples, as a demonstration in the application."""

from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction

from ecriture.store.books import Changes, record
from ecriture.store.charts import put_chart
from ecriture.store.models import Company, Membership, Role, User
from ecriture.store.removal import remove
from ecriture.store.settings import make_company
from ecriture.store.transfer import confirm, export, plan
from ecriture.transfer import Inputs, read

BOREAL = Path(__file__).parent / "boreal"
FIRST_TRANSFER = date(2026, 1, 31)


@transaction.atomic
def make_demonstration(owner: User) -> Company:
    """Creates the demonstration company, once per owner, whole or not: its January is transferred, the rest waits."""
    name = _read(BOREAL).settings.name
    memberships = Membership.objects.filter(user=owner, role=Role.OWNER, company__name=name)
    if (there := memberships.select_related("company").first()) is not None:
        return there.company
    company = company_of(BOREAL, owner)
    member = Membership.objects.select_related("user", "company").get(company=company, user=owner)
    batch = export(company, FIRST_TRANSFER, plan(company, FIRST_TRANSFER).fingerprint, member)
    confirm(company, batch.number, member)
    company.refresh_from_db()
    return company


def company_of(folder: Path, owner: User) -> Company:
    """A new company from a folder with its settings, chart, documents and payments."""
    found = _read(folder)
    company = make_company(found.settings, owner=owner)
    put_chart(company, found.chart, by=None)
    record(company, Changes(found.books.units), by=None, source=folder.name)
    company.refresh_from_db()
    return company


@cache
def _read(folder: Path) -> Inputs:
    return read(
        company=folder / "company.toml",
        documents=folder / "documents.csv",
        payments=folder / "payments.csv",
        chart=folder / "chart.csv",
    )


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
