"""Who did what: one record for each action, with what was before and after."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import Q, QuerySet

from ecriture.core.text import fold
from ecriture.store.models import AuditRecord, Company, User

Change = tuple[str, str, str]
"""A setting's path, its value before and after; an empty one was not there."""


def note(
    company: Company, *, who: User | None, action: str, area: str, subject: str = "", changes: Iterable[Change] = ()
) -> AuditRecord:
    """Writes a record. `who` is None for the command line."""
    kept, name = [list(change) for change in changes], who.shown if who else ""
    return AuditRecord.objects.create(
        company=company,
        who=who,
        who_name=name,
        action=action,
        area=area,
        subject=subject[:200],
        changes=kept,
        words=fold("\n".join([name, subject, *chain.from_iterable(kept)])),
    )


class Asked(NamedTuple):
    """Which records are wanted; what is empty does not choose. From `since` on, and before `until`.

    `text` is looked for in a record's words; records of `actions`, and those that name one of `settings`, fit too.
    """

    who_name: str | None = None
    area: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    actions: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()


def records(company: Company, asked: Asked) -> QuerySet[AuditRecord]:
    """A company's records that fit, the latest first."""
    chosen = {
        "who_name": asked.who_name,
        "area": asked.area or None,
        "at__gte": asked.since,
        "at__lt": asked.until,
    }
    found = AuditRecord.objects.filter(company=company, **{name: it for name, it in chosen.items() if it is not None})
    if asked.text:
        fits = Q(words__contains=fold(asked.text)) | Q(action__in=asked.actions)
        for path in asked.settings:
            fits |= Q(words__contains=path)
        found = found.filter(fits)
    return found.order_by("-at", "-id")


def names_of(company: Company) -> list[str]:
    """Everybody who did something, by name; the empty name is the command line's."""
    return sorted(set(AuditRecord.objects.filter(company=company).values_list("who_name", flat=True)))


def areas_of(company: Company) -> list[str]:
    return sorted(set(AuditRecord.objects.filter(company=company).values_list("area", flat=True)))
