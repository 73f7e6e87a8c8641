"""People and companies to test the server with."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from allauth.account.models import EmailAddress
from django.utils import timezone

from ecriture.core.batches import BatchState
from ecriture.core.documents import Unit
from ecriture.core.settings import Settings
from ecriture.store.books import Changes, Done, record
from ecriture.store.demonstration import BOREAL, company_of
from ecriture.store.ids import new_id
from ecriture.store.models import Batch, Company, Membership, User
from ecriture.store.settings import make_company

ROLES = ("owner", "bookkeeper", "office", "reader")
PASSWORD = "aubergine-et-courge"  # noqa: S105 - of people who are made for a test


class World(NamedTuple):
    """Boréal with a member of each role, and somebody who is a stranger there."""

    company: Company
    people: dict[str, User]

    @property
    def owner(self) -> User:
        return self.people["owner"]

    def member(self, role: str) -> Membership:
        return Membership.objects.select_related("user", "company").get(company=self.company, role=role)


def person(name: str, *, language: str = "fr") -> User:
    user = User.objects.create_user(f"{name}@example.com", PASSWORD, name=name.capitalize(), language=language)
    verify(user)
    return user


def verify(user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def world() -> World:
    people = {name: person(name) for name in (*ROLES, "stranger")}
    company = company_of(BOREAL, people["owner"])
    for role in ROLES[1:]:
        Membership.objects.create(company=company, user=people[role], role=role)
    return World(company, people)


def put(company: Company, *units: Unit) -> Done:
    """Records some documents and payments."""
    done = record(company, Changes(units), by=None, source="test")
    company.refresh_from_db()
    return done


def a_batch(
    company: Company,
    state: str = BatchState.EXPORTED,
    *,
    pk: UUID | None = None,
    reason: str = "",
    target: str = "sage50-ca",
) -> Batch:
    """A batch that holds nothing, but for what was put there under its id."""
    number = Batch.objects.filter(company=company).count() + 1
    return Batch.objects.create(
        pk=pk or new_id(),
        company=company,
        number=number,
        state=state,
        reason=reason,
        fingerprint=f"{number}",
        target=target,
        through=date(2026, 1, 31),
        opening="sage",
        content=b"",
        entries=[],
        entry_count=0,
        debit_cents=0,
        exported_at=timezone.now(),
    )


def other_company(owner: User, name: str = "Toitures Lavoie") -> Company:
    return make_company(Settings(name=name), owner=owner)
