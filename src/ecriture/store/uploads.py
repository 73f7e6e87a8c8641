"""Files that people gave to change something: looked at first, then put in place, and kept as the source of it.

A page holds an upload's id only, so that tabs do not mix and what is put in place is exactly what was looked at.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone

from ecriture.store.models import AuditRecord, Company, Membership, Upload, User

LASTS = timedelta(days=1)
MOST_WAITING = 20
"""How many files of a company may wait to be put in place. One more takes the place of the oldest."""

LONGEST_NAME = 120
MOST_TOLD = 10
"""How many changes of others are told."""


class Kind(StrEnum):
    """What a file is for."""

    CHART = "chart"
    ITEMS = "items"
    SETTINGS = "settings"
    BOOKS = "books"


class Gone(Http404):
    """The file was put in place already, was not within a day, or was never there."""


class Waiting(NamedTuple):
    """A file that waits to be put in place, with its bytes."""

    upload: Upload
    content: bytes


def fingerprint(effect: Iterable[Iterable[str]]) -> str:
    """Stands for the effect that a preview showed. Equal effects have equal ones, in every server and language."""
    found = sha256()
    for part in effect:
        found.update(json.dumps(list(part)).encode())
    return found.hexdigest()


def keep(member: Membership, kind: Kind, name: str, content: bytes, *, shows: str) -> Upload:
    """Keeps a file for a day. `shows` is the fingerprint of what its preview shows."""
    return keep_of(member.company, member.user, kind, name, content, shows=shows)


def keep_of(company: Company, by: User | None, kind: Kind, name: str, content: bytes, *, shows: str) -> Upload:
    """The same for whoever gives it; None is the command line."""
    sweep(company)
    with transaction.atomic():
        waiting = Upload.objects.filter(company=company, record=None).order_by("-at", "-id")
        waiting.filter(pk__in=list(waiting.values_list("pk", flat=True)[MOST_WAITING - 1 :])).delete()
        return Upload.objects.create(
            company=company,
            kind=kind,
            name=_short(name),
            sha256=sha256(content).hexdigest(),
            content=content,
            shows=shows,
            by=by,
            expires_at=timezone.now() + LASTS,
        )


def _short(name: str) -> str:
    """A name that fits, with its end, which says the kind of file."""
    seen = "".join(letter if letter.isprintable() else "·" for letter in name)
    return seen if len(seen) <= LONGEST_NAME else f"{seen[:99]}…{seen[-20:]}"


def look_again(member: Membership, waiting: Waiting, *, shows: str) -> Upload:
    """The same file with another preview. The former one stays as it is: another tab may still show it."""
    upload = waiting.upload
    return keep(member, Kind(upload.kind), upload.name, waiting.content, shows=shows)


def waiting(company: Company, upload_id: UUID, kind: Kind) -> Waiting:
    """A file that was not put in place. Raises Gone, also for another company's."""
    found = _fresh(company, upload_id, kind).defer(None).first()
    if found is None:
        raise Gone
    return Waiting(found, bytes(found.content))


def need_waiting(upload: Upload) -> None:
    """Judged under the company's lock: nobody put the file in place meanwhile. Raises Gone."""
    if not _fresh(upload.company, upload.pk, Kind(upload.kind)).exists():
        raise Gone


def _fresh(company: Company, upload_id: UUID, kind: Kind) -> QuerySet[Upload]:
    return Upload.objects.filter(company=company, pk=upload_id, kind=kind, record=None, expires_at__gt=timezone.now())


def source_of(company: Company, record_id: UUID) -> Waiting:
    """The file that made a change of the audit log. Raises Http404."""
    found = Upload.objects.filter(company=company, record_id=record_id).defer(None).first()
    if found is None:
        raise Http404
    return Waiting(found, bytes(found.content))


def with_files(company: Company, records: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
    """Records of the audit log that say, as `has_file`, whether a file made the change."""
    return records.annotate(has_file=Exists(Upload.objects.filter(company=company, record=OuterRef("pk"))))


def meanwhile(company: Company, upload: Upload) -> list[AuditRecord]:
    """What was changed since a file came, first things first."""
    since = AuditRecord.objects.filter(company=company, at__gte=upload.at)
    return list(since.exclude(area="members").order_by("at", "id")[:MOST_TOLD])


def sweep(company: Company | None = None) -> int:
    """Removes what nobody put in place within its day, of one company or of all. Returns how many."""
    over = Upload.objects.filter(expires_at__lt=timezone.now(), record=None)
    return (over.filter(company=company) if company else over).delete()[0]
