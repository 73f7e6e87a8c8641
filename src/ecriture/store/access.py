"""Who may do what in which company. Every page and every call passes through `membership_of`; nothing filters by hand."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from ecriture.store.models import Company, Membership, Role, User


class Right(StrEnum):
    """What a role may allow."""

    READ = "read"
    RECORD = "record"
    """Documents and payments."""
    SETTINGS = "settings"
    EXPORT = "export"
    MEMBERS = "members"
    CANCEL_CONFIRMED = "cancel-confirmed"


RIGHTS: Mapping[str, frozenset[Right]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Right),
        Role.BOOKKEEPER: frozenset({Right.READ, Right.RECORD, Right.SETTINGS, Right.EXPORT}),
        Role.OFFICE: frozenset({Right.READ, Right.RECORD}),
        Role.READER: frozenset({Right.READ}),
    }
)


def may(membership: Membership, right: Right) -> bool:
    return right in RIGHTS[membership.role]


def membership_of(user: User, company_id: UUID, right: Right) -> Membership:
    """What somebody is in a company, which comes with it.

    Raises Http404 for who is not a member, so that a stranger does not even learn that the company exists, and
    PermissionDenied for a member without the right.
    """
    members = Membership.objects.select_related("company", "user")
    found = members.filter(company_id=company_id, user_id=user.pk).first()
    if found is None:
        raise Http404
    if not may(found, right):
        raise PermissionDenied(right)
    return found


def companies_of(user: User) -> QuerySet[Membership]:
    """What somebody is in all of their companies, by name."""
    return Membership.objects.filter(user_id=user.pk).select_related("company").order_by("company__name", "company_id")


class LastOwner(ValueError):
    """A company must keep an owner."""


def change_role(membership: Membership, role: str) -> None:
    """Gives a member another role, or none (`""`): then the membership ends. Raises LastOwner."""
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=membership.company_id)
        owners = Membership.objects.filter(company_id=membership.company_id, role=Role.OWNER)
        if role != Role.OWNER and not owners.exclude(pk=membership.pk).exists():
            raise LastOwner
        if role:
            membership.role = role
            membership.save(update_fields=["role"])
        else:
            membership.delete()
