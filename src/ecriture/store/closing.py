"""Closing a period, and opening it again: the lock date moves by one act that says from where to where."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from ecriture.core.settings import Settings
from ecriture.core.text import storable
from ecriture.store import audit
from ecriture.store.access import Right, may
from ecriture.store.models import Membership
from ecriture.store.settings import OnlyOwnerReopens, change, moves_back


class LockMoved(ValueError):
    """The lock date is not the one that the person saw."""


class NotLater(ValueError):
    """Closing moves the lock date to a later day."""


class NotEarlier(ValueError):
    """Reopening moves the lock date to an earlier day, or takes it away."""


def close(member: Membership, through: date, *, seen: date | None) -> None:
    """Closes everything through a day. `seen`: the lock date that the person saw. Raises LockMoved and NotLater."""

    def moved(settings: Settings) -> Settings:
        _need_seen(settings, seen)
        if settings.lock_date is not None and through <= settings.lock_date:
            raise NotLater
        return replace(settings, lock_date=through)

    change(member.company, member, moved, area="closing", items=False)


def reopen(member: Membership, through: date | None, *, seen: date | None, reason: str) -> None:
    """Leaves closed what is dated through an earlier day, or nothing. Raises LockMoved, NotEarlier and OnlyOwnerReopens."""

    def moved(settings: Settings) -> Settings:
        _need_seen(settings, seen)
        if not moves_back(settings.lock_date, through):
            raise NotEarlier
        return replace(settings, lock_date=through)

    if not may(member, Right.REOPEN):
        raise OnlyOwnerReopens
    with transaction.atomic():
        change(member.company, member, moved, area="closing", items=False)
        audit.note(member.company, who=member.user, action="period-reopened", area="closing", subject=storable(reason))


def _need_seen(settings: Settings, seen: date | None) -> None:
    if settings.lock_date != seen:
        raise LockMoved
