"""The security log: who signed in or failed to, from where, and what changed about accounts and roles.

One line each, by the logger `ecriture.security`. What people typed is quoted, so that nobody writes lines of their own.
"""

import logging
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from ecriture.store.audit import noted

logger = logging.getLogger("ecriture.security")
LONGEST = 254


def note(event: str, *, who: object = "", request: HttpRequest | None = None, about: str = "") -> None:
    """`who` is a person, or the address that somebody typed."""
    from ecriture.web.accounts import client_address  # noqa: PLC0415 - needs the apps

    place = client_address(request) if request is not None else ""
    address = str(getattr(who, "email", who) or "")[:LONGEST]
    logger.info("%s who=%r from=%r about=%r", event, address, place, about[:LONGEST])


def connect() -> None:
    for event, signal in (
        ("signed-in", user_logged_in),
        ("signed-out", user_logged_out),
        ("signed-up", account.user_signed_up),
        ("password-changed", account.password_changed),
        ("password-reset", account.password_reset),
        ("address-asked", account.email_added),
        ("second-factor-added", factors.authenticator_added),
        ("second-factor-removed", factors.authenticator_removed),
        ("second-factor-wrong", factors.authentication_failed),
    ):
        signal.connect(_of_person(event), weak=False, dispatch_uid=f"security-{event}")
    user_login_failed.connect(_failed, dispatch_uid="security-failed")
    user_locked_out.connect(_locked, dispatch_uid="security-locked")
    account.email_changed.connect(_address_changed, dispatch_uid="security-address")
    noted.connect(_member_changed, dispatch_uid="security-members")
    user_logged_in.connect(_sweep, dispatch_uid="sweep-sessions")


def _of_person(event: str) -> Any:
    def receive(request: HttpRequest | None = None, user: object = None, **_more: object) -> None:
        note(event, who=user, request=request)

    return receive


def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: object) -> None:
    note("sign-in-failed", who=credentials.get("email") or credentials.get("username"), request=request)


def _locked(request: HttpRequest, username: str = "", **_more: object) -> None:
    note("locked-out", who=username, request=request)


def _address_changed(request: HttpRequest, user: object, from_email_address: Any, **_more: object) -> None:
    before = from_email_address.email if from_email_address else ""
    note("address-changed", who=user, request=request, about=before)


def _member_changed(record: Any, **_more: object) -> None:
    """Changes of roles and invitations, which the audit of their company has too."""
    if record.area == "members":
        note(record.action, who=record.who, about=f"{record.company_id} {record.subject} {record.changes}")


def _sweep(**_more: object) -> None:
    """Sessions that are over go when somebody signs in, which writes anyway."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
