"""Invitations: a link that works once, within two weeks, and makes one person a member. Only its digest is stored."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ecriture.store import audit
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Invitation, Membership, Role, User
from ecriture.store.people import need_verified

LASTS = timedelta(days=14)
TOKEN_BYTES = 32
MOST_OPEN = 50
"""The maximum number of open invitations per company, so that it cannot be used to send bulk e-mail."""


MOST_A_DAY = 50
"""The maximum number of invitations that a person makes in a day, in all companies, withdrawn ones included."""


class TooManyToday(ValueError):
    """The person made the maximum number of invitations in the last 24 hours."""


class TooMany(ValueError):
    """The company already has the maximum number of open invitations."""


class Over(ValueError):
    """The link was used or withdrawn, is too old, or never existed."""


class Made(NamedTuple):
    """A new invitation and its token, which is not stored."""

    invitation: Invitation
    token: str


def open_invitations(company: Company) -> QuerySet[Invitation]:
    """The open invitations, newest first."""
    return _open().filter(company=company).select_related("made_by").order_by("-made_at")


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used_at=None, expires_at__gt=timezone.now())


def make(company: Company, role: Role, *, by: User, email: str = "") -> Made:
    """Creates an invitation. Raises TooMany, TooManyToday and Unverified."""
    need_verified(by)
    token, now = secrets.token_urlsafe(TOKEN_BYTES), timezone.now()
    with transaction.atomic():
        locked_company(company.pk)
        if open_invitations(company).count() >= MOST_OPEN:
            raise TooMany
        if audit.count_of(by, "invitation-made", since=now - timedelta(days=1)) >= MOST_A_DAY:
            raise TooManyToday
        invitation = Invitation.objects.create(
            company=company,
            digest=_digest(token),
            role=role,
            email=email,
            made_by=by,
            made_at=now,
            expires_at=now + LASTS,
        )
        _note(invitation, "invitation-made", by)
    return Made(invitation, token)


def withdraw(invitation: Invitation, *, by: User) -> None:
    """Withdraws an invitation; a used one is left unchanged."""
    with transaction.atomic():
        deleted, _each = Invitation.objects.filter(pk=invitation.pk, used_at=None).delete()
        if deleted:
            _note(invitation, "invitation-withdrawn", by)


def invitation_of(token: str) -> Invitation:
    """The open invitation of a link, with its company and its author. Raises Over."""
    found = _open().select_related("company", "made_by").filter(digest=_digest(token)).first()
    if found is None:
        raise Over
    return found


def is_open(invitation_id: object) -> bool:
    """Whether an invitation, known by its identifier as text, can still be accepted."""
    try:
        return _open().filter(pk=UUID(str(invitation_id))).exists()
    except ValueError:
        return False


def adds_nothing(invitation: Invitation, membership: Membership) -> bool:
    """Whether a member already has the role of the invitation, or a higher one."""
    return _rank(membership.role) <= _rank(invitation.role)


def _rank(role: str) -> int:
    """The rank of a role; 0 has the most rights."""
    return list(Role).index(Role(role))


def accept(token: str, user: User) -> Membership:
    """Makes a person a member; an existing member keeps the higher role. The link is then used. Raises Over,
    and Unverified for an owner whose address is not.

    Every change of members holds the company's lock, so that only one of two simultaneous uses succeeds.
    """
    with transaction.atomic():
        locked_company(invitation_of(token).company_id)
        invitation = invitation_of(token)
        if invitation.role == Role.OWNER:
            need_verified(user)
        member, before = _joined(invitation, user)
        invitation.used_by, invitation.used_at = user, timezone.now()
        invitation.save(update_fields=["used_by", "used_at"])
        changes = [("role", before, member.role)] if before != member.role else []
        audit.note(
            invitation.company,
            who=user,
            action="invitation-accepted",
            area="members",
            subject=_made_by(invitation),
            changes=changes,
        )
    return member


def _joined(invitation: Invitation, user: User) -> tuple[Membership, str]:
    """The membership with the higher of both roles, and the previous role (empty for a new member)."""
    company, role = invitation.company, invitation.role
    member, is_new = Membership.objects.get_or_create(company=company, user=user, defaults={"role": role})
    before = "" if is_new else member.role
    if not adds_nothing(invitation, member):
        member.role = role
        member.save(update_fields=["role"])
    return member, before


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _made_by(invitation: Invitation) -> str:
    return invitation.made_by.shown if invitation.made_by else ""


def _note(invitation: Invitation, action: str, by: User) -> None:
    changes = [("role", "", invitation.role)]
    audit.note(invitation.company, who=by, action=action, area="members", subject=invitation.email, changes=changes)
