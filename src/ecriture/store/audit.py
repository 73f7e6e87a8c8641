"""The audit log: one record per action, with the values before and after."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.dispatch import Signal

from ecriture.core.text import fold, storable
from ecriture.store.models import AuditRecord, Company, Upload, User

noted = Signal()
"""Sent with each `record` that is added."""

Change = tuple[str, str, str]
"""A setting's path, and its value before and after; empty if it did not exist."""


def note(
    company: Company,
    *,
    who: User | None,
    action: str,
    area: str,
    subject: str = "",
    changes: Iterable[Change] = (),
    source: Upload | None = None,
) -> AuditRecord:
    """Adds a record. `who` is None for the command line. A file that made the changes is the subject, and is kept for good."""
    subject = str(source) if source else storable(subject)
    kept, name = [list(change) for change in changes], who.identified if who else ""
    record = AuditRecord.objects.create(
        company=company,
        who=who,
        who_name=name,
        action=action,
        area=area,
        subject=subject[:200],
        changes=kept,
        words=fold("\n".join([name, subject, *chain.from_iterable(kept)])),
    )
    if source:
        Upload.objects.filter(pk=source.pk).update(record=record, expires_at=None)
    noted.send(AuditRecord, record=record)
    return record


class Asked(NamedTuple):
    """A filter of records; empty fields do not filter. From `since` (included) to `until` (excluded).

    `text` is searched in the words of a record; records of one of `actions` or `settings` match too.
    """

    who_name: str | None = None
    area: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    actions: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()


def records(company: Company, asked: Asked) -> QuerySet[AuditRecord]:
    """The matching records of a company, in no order."""
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
    return found.order_by()


LARGE = 500_000
"""So many letters of changes are not looked through for one unit's: that they came with that file is said alone."""


def of_unit(company: Company, kind: str, number: str, *, most: int) -> list[tuple[AuditRecord, list[Change]]]:
    """The latest records about a document or payment, each with its changes of that unit; none where it has too many."""
    found = AuditRecord.objects.filter(company=company, area="books", words__contains=fold(f" {number}"))
    found = found.annotate(size=Length("words")).order_by("-at", "-id").defer("words", "changes")
    return [pair for record in found[: 5 * most] if (pair := _of_unit(record, f"{kind}", number))][:most]


def _of_unit(record: AuditRecord, kind: str, number: str) -> tuple[AuditRecord, list[Change]] | None:
    if record.size > LARGE:  # type: ignore[attr-defined] # annotated
        return record, []
    changes = [(path, before, after) for path, before, after in record.changes if _is_about(path, kind, number)]
    return (record, changes) if changes else None


def _is_about(path: str, kind: str, number: str) -> bool:
    """`document F-1` or `document.date F-1`."""
    what, _space, about = path.partition(" ")
    return about == number and what.partition(".")[0] == kind


def count_of(who: User, action: str, *, since: datetime) -> int:
    """How often a person did something, in all companies. Unlike what was made, records of it cannot be removed."""
    return AuditRecord.objects.filter(who=who, action=action, at__gte=since).count()


def names_of(company: Company) -> list[str]:
    """Everybody in the log, by name; the empty name is the command line."""
    names = AuditRecord.objects.filter(company=company).order_by("who_name").values_list("who_name", flat=True)
    return sorted(names.distinct())
