"""Access rights per company. Every page and API call goes through `membership_of`; no view filters by hand."""

from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from ecriture.core.text import fold
from ecriture.store import audit
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Invitation, Membership, Role, User
from ecriture.store.people import need_verified


class Right(StrEnum):
    """The rights that a role can have."""

    READ = "read"
    RECORD = "record"
    """Documents and payments."""
    SETTINGS = "settings"
    EXPORT = "export"
    MEMBERS = "members"
    CANCEL_CONFIRMED = "cancel-confirmed"
    REOPEN = "reopen"
    """What was closed: the lock date moves back, or a filed return is withdrawn."""
    REMOVE = "remove"
    """The company itself, with all of its data."""


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
    """A person's membership of a company, with the company.

    Raises Http404 for non-members, so that they do not learn that the company exists, and PermissionDenied for members
    without the right.
    """
    members = Membership.objects.select_related("company", "user")
    found = members.filter(company_id=company_id, user_id=user.pk).first()
    if found is None:
        raise Http404
    if not may(found, right):
        raise PermissionDenied(right)
    return found


def companies_of(user: User) -> QuerySet[Membership]:
    """A person's memberships in all their companies, by company name."""
    return Membership.objects.filter(user_id=user.pk).select_related("company").order_by("company__name", "company_id")


def companies_called(name: str) -> list[Company]:
    """The companies of a name, whatever its capitals and accents, or the one of an id. For who runs the server."""
    with suppress(ValueError):
        return list(Company.objects.filter(pk=UUID(name)))
    return [it for it in Company.objects.order_by("pk") if fold(it.name) == fold(name)]


def members_of(company: Company) -> QuerySet[Membership]:
    """The members of a company, by name."""
    found = Membership.objects.filter(company=company).select_related("user", "company")
    return found.order_by("user__name", "user__email")


class LastOwner(ValueError):
    """A company must have an owner."""


def change_role(membership: Membership, role: Role, *, by: User) -> None:
    """Changes a member's role. Raises LastOwner and Unverified, and then nothing is changed."""
    if role == Role.OWNER:
        need_verified(membership.user)
    with transaction.atomic():
        present = _alone(membership)
        if present.role == role:
            return
        _keep_an_owner(present, after=role)
        changes = [("role", present.role, role.value)]
        Membership.objects.filter(pk=present.pk).update(role=role)
        _end_their_invitations(present, after=role)
        audit.note(
            present.company, who=by, action="role-changed", area="members", subject=shown(present), changes=changes
        )


def end_membership(membership: Membership, *, by: User) -> None:
    """Removes a member; their work stays in the audit log. Raises LastOwner, and then nothing is changed."""
    with transaction.atomic():
        present = _alone(membership)
        _keep_an_owner(present, after=None)
        _end_their_invitations(present, after=None)
        present.delete()
        action = "member-left" if by.pk == present.user_id else "member-removed"
        changes = [("role", present.role, "")]
        audit.note(present.company, who=by, action=action, area="members", subject=shown(present), changes=changes)


def shown(membership: Membership) -> str:
    """A member's name and address, since two people can have the same name; the address alone if there is no name."""
    return membership.user.identified


def _alone(membership: Membership) -> Membership:
    """The current membership, locked against other changes of members. Raises Http404 if it no longer exists."""
    locked_company(membership.company_id)
    found = Membership.objects.select_related("user", "company").filter(pk=membership.pk).first()
    if found is None:
        raise Http404
    return found


def _keep_an_owner(membership: Membership, *, after: Role | None) -> None:
    owners = Membership.objects.filter(company_id=membership.company_id, role=Role.OWNER)
    if after != Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def _end_their_invitations(membership: Membership, *, after: Role | None) -> None:
    """Withdraws the open invitations of somebody who can no longer invite."""
    if after is None or Right.MEMBERS not in RIGHTS[after]:
        open_ones = Invitation.objects.filter(company_id=membership.company_id, used_at=None)
        open_ones.filter(made_by_id=membership.user_id).delete()
