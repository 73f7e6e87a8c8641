"""E-mail leaves by a job: what a page does never waits for a mail server, nor fails with it.

A letter is encrypted with the server's key until it was sent, since most have a link in them that opens something: whoever
reads the database alone finds addresses, and no link. Jobs may run twice, and a letter that was sent is not sent again.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from logging import getLogger
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import task

from ecriture.store.models import Company, Invitation, Letter
from ecriture.store.sealing import LETTERS, opened, sealed

LOG = getLogger("ecriture.mail")
LEAVES_NOT = ("console", "dummy", "filebased")

WAITS = tuple(timedelta(minutes=it) for it in (1, 5, 30, 120, 360, 720))
"""How long after each failure it is tried again. After the last one it is given up."""

HOLD = timedelta(minutes=3)
"""Longer than a mail server may take: each of its answers has 20 seconds."""

LATE = timedelta(minutes=2)
"""A letter that did not leave in this time means trouble: no worker runs, or the mail server does not take it."""

KEPT = timedelta(days=14)
"""How long it is known that an invitation's letter was sent: as long as its link works."""

LONGEST_REASON = 200


class Fault(StrEnum):
    """Why a letter did not leave."""

    UNREACHABLE = "unreachable"
    ADDRESS = "address"
    """The mail server does not take the address."""
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    """It was encrypted with another key, or is no e-mail."""


def leaves() -> bool:
    """Whether e-mail leaves this server. Without SMTP it is written to the server's own output."""
    return not any(f".{kind}." in settings.EMAIL_BACKEND for kind in LEAVES_NOT)


def tell_administrator() -> None:
    """One line of the log for each e-mail that stays here, with what to do."""
    LOG.warning("An e-mail did not leave this server: no mail server is set. Its text is above; see ECRITURE_SMTP.")


# Handing over


def post(message: EmailMessage, *, kind: str, invitation: Invitation | None = None) -> Letter:
    """Hands a message to the worker: its subject, text, sender and one receiver."""
    parts = {"subject": message.subject, "body": message.body, "from": message.from_email}
    text = json.dumps({name: str(part) for name, part in parts.items()})
    with transaction.atomic():
        letter = Letter.objects.create(
            kind=kind[:60],
            to=message.to[0],
            sealed=sealed(text, LETTERS),
            invitation=invitation,
            company=invitation.company if invitation else None,
        )
        send.enqueue(str(letter.pk))
    return letter


# Sending


@task()
def send(letter_id: str) -> None:
    """Tries to send a letter. What fails is tried again later, then given up."""
    letter = _unsent().filter(pk=letter_id).first()
    if letter is None:
        return
    if not _take(letter):  # somebody else is at it, or was killed while they were
        send.using(run_after=timezone.now() + HOLD).enqueue(letter_id)
        return
    try:
        _message_of(letter).send()
    except (OSError, ValueError) as error:
        _failed(letter, error)
    else:
        _sent(letter)


def _unsent() -> QuerySet[Letter]:
    return Letter.objects.filter(sent_at=None, given_up_at=None)


def _take(letter: Letter) -> bool:
    now = timezone.now()
    free = _unsent().filter(Q(held_until=None) | Q(held_until__lt=now), pk=letter.pk)
    return bool(free.update(held_until=now + HOLD))


def _message_of(letter: Letter) -> EmailMessage:
    """The message, with an identifier of its own: a mail program shows what was sent twice only once. Raises Unreadable."""
    parts = json.loads(opened(letter.sealed, LETTERS))
    sender = parts["from"]
    domain = sender.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {"Message-ID": f"<{letter.pk}@{domain}>"}
    return EmailMessage(parts["subject"], parts["body"], sender, [letter.to], headers=headers)


def _sent(letter: Letter) -> None:
    """Forgets the text; and all of it, unless somebody is shown that their invitation was sent."""
    if not leaves():
        tell_administrator()
    done = Letter.objects.filter(pk=letter.pk)
    if letter.invitation_id is None:
        done.delete()
    else:
        done.update(sent_at=timezone.now(), sealed="", fault="", reason="", held_until=None)


def _failed(letter: Letter, error: OSError | ValueError) -> None:
    fault, tries = fault_of(error), letter.tries + 1
    reason = (str(error).strip() or type(error).__name__)[:LONGEST_REASON]
    is_over = fault in (Fault.ADDRESS, Fault.UNREADABLE) or tries > len(WAITS)
    LOG.warning(
        "An e-mail to %r could not be sent (%s): %s", letter.to, "given up" if is_over else "tried again", reason
    )
    with transaction.atomic():
        given = {"tries": tries, "fault": fault, "reason": reason, "held_until": None}
        over = {"sealed": "", "given_up_at": timezone.now()} if is_over else {}
        there = _unsent().filter(pk=letter.pk).update(**given, **over)
        if there and not is_over:
            send.using(run_after=timezone.now() + WAITS[tries - 1]).enqueue(str(letter.pk))


def fault_of(error: OSError | ValueError) -> Fault:
    if isinstance(error, ValueError):
        return Fault.UNREADABLE
    if isinstance(error, SMTPRecipientsRefused):
        is_for_good = all(code >= 500 for code, _ in error.recipients.values())
        return Fault.ADDRESS if is_for_good else Fault.REFUSED
    is_reached = isinstance(error, SMTPException) and not isinstance(error, SMTPServerDisconnected)
    return Fault.REFUSED if is_reached else Fault.UNREACHABLE


# What became of them


def trouble_since() -> datetime | None:
    """Since when letters wait that should have left; None if all is well."""
    late = _unsent().filter(Q(tries__gt=0) | Q(made_at__lt=timezone.now() - LATE))
    return late.order_by("made_at").values_list("made_at", flat=True).first()


def of_invitations(company: Company) -> Mapping[UUID, Letter]:
    """The letters of a company's invitations, by invitation, without their texts."""
    found = Letter.objects.filter(company=company, invitation__isnull=False).defer("sealed")
    return {letter.invitation_id: letter for letter in found if letter.invitation_id}


def not_sent() -> QuerySet[Letter]:
    """All that did not leave, latest first, without their texts."""
    return Letter.objects.filter(sent_at=None).defer("sealed").order_by("-made_at")


def try_again() -> int:
    """Tries all that wait at once, those without a job too. Returns how many."""
    waiting = list(_unsent().values_list("pk", flat=True))
    for pk in waiting:
        send.enqueue(str(pk))
    return len(waiting)


def sweep() -> None:
    """Gives up what a worker lost, and forgets what nobody asks about any longer."""
    now = timezone.now()
    lost = _unsent().filter(made_at__lt=now - 2 * sum(WAITS, timedelta()))
    lost.update(given_up_at=now, sealed="")
    Letter.objects.filter(Q(sent_at__lt=now - KEPT) | Q(given_up_at__lt=now - KEPT)).delete()
