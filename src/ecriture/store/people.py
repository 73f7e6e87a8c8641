"""What makes an account somebody's own: a verified address; and what ends when it is taken back or closed."""

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from ecriture.store.models import Invitation, User


class Unverified(ValueError):
    """The person's address was never verified, so that it may be anybody who signed up with it."""


def is_verified(user: User) -> bool:
    return bool(EmailAddress.objects.filter(user_id=user.pk, email=user.email, verified=True).exists())


def need_verified(user: User) -> None:
    """For whoever owns a company or invites to one. Raises Unverified."""
    if not is_verified(user):
        raise Unverified(user.email)


def take_back(user: User) -> None:
    """After somebody showed by a link sent to the account's address that it is theirs: ends what others may have prepared.

    Pending changes of address and sessions go. So do second factors if the address had never been verified: whoever set
    them up was not shown to be this person. The address is verified now.
    """
    with transaction.atomic():
        if not is_verified(user):
            Authenticator.objects.filter(user=user).delete()
        drop_pending_addresses(user)
        fields = {"verified": True, "primary": True}
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults=fields)
        end_sessions(user)


def drop_pending_addresses(user: User) -> None:
    """Links that would change the address work no longer."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()


def end_sessions(user: User) -> None:
    """Ends the person's sessions, and sign-ins that wait for a code. Who a session belongs to stands only inside of it."""
    marks = {("_auth_user_id", str(user.pk)), (LOGIN_SESSION_KEY, user_pk_to_url_str(user))}
    theirs = [it.pk for it in Session.objects.filter(expire_date__gt=timezone.now()).iterator() if marks & _marks(it)]
    Session.objects.filter(pk__in=theirs).delete()


def _marks(session: Session) -> set[tuple[str, str]]:
    kept = session.get_decoded()
    waiting = kept.get(LOGIN_SESSION_KEY) or {}
    return {("_auth_user_id", str(kept.get("_auth_user_id"))), (LOGIN_SESSION_KEY, str(waiting.get("user_pk")))}


def close(user: User) -> None:
    """Closes an account: nobody signs in with it, and what it prepared ends. Its work and its memberships stay."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        drop_pending_addresses(user)
        Invitation.objects.filter(made_by=user, used_at=None).delete()
        end_sessions(user)


def reset_two_factor(user: User) -> bool:
    """Removes the second factors of somebody who lost them, and their sessions. Returns whether there were any."""
    with transaction.atomic():
        removed, _each = Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
    return bool(removed)
