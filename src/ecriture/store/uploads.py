"""Files that people gave to change something: looked at first, then put in place, and kept as the source of it.

A page holds an upload's id only, so that tabs do not mix and what is put in place is exactly what was looked at. A long
file goes in and out in parts: it is never in memory as a whole.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from io import BufferedReader, BytesIO, RawIOBase
from itertools import accumulate
from typing import BinaryIO, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone

from ecriture.store.ids import new_id
from ecriture.store.models import AuditRecord, Company, Membership, Upload, UploadPart, User

LASTS = timedelta(days=1)
MOST_WAITING = 20
"""How many files of a company may wait to be put in place. One more takes the place of the oldest."""

MOST_BYTES_WAITING = 200 << 20
"""And how many bytes they may have together; one more takes the place of the oldest."""
PART = 1 << 20
"""How many bytes of a file are in memory at a time."""

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
    """A file that waits to be put in place."""

    upload: Upload

    @property
    def size(self) -> int:
        return size_of(self.upload)

    @property
    def content(self) -> bytes:
        """The whole file, for those that are short."""
        return self.stream().read()

    def stream(self) -> BinaryIO:
        """The bytes from the beginning, which can be gone through again."""
        return stream_of(self.upload)


def size_of(upload: Upload) -> int:
    return len(upload.content) + (upload.more or 0)


def stream_of(upload: Upload) -> BinaryIO:
    return BufferedReader(_Parts(upload), PART) if upload.more else BytesIO(bytes(upload.content))


class _Parts(RawIOBase):
    """The bytes of a file in parts, of which one is here at a time."""

    def __init__(self, upload: Upload) -> None:
        self._upload, self._size, self._place = upload, size_of(upload), 0
        self._number, self._part = 0, bytes(upload.content)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0, /) -> int:
        begin = (0, self._place, self._size)[whence]
        self._place = max(0, begin + offset)
        return self._place

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # what readers hand over
        if self._place >= self._size:
            return 0
        number, at = divmod(self._place, PART)
        if number != self._number:
            self._number, self._part = number, self._read(number)
        found = self._part[at : at + len(buffer)]
        buffer[: len(found)] = found
        self._place += len(found)
        return len(found)

    def _read(self, number: int) -> bytes:
        if not number:
            return bytes(self._upload.content)
        parts = UploadPart.objects.filter(company=self._upload.company_id, upload=self._upload.pk)
        return bytes(parts.values_list("content", flat=True).get(position=number - 1))


def fingerprint(effect: Iterable[Iterable[str]]) -> str:
    """Stands for the effect that a preview showed. Equal effects have equal ones, in every server and language."""
    found = sha256()
    for part in effect:
        found.update(json.dumps(list(part)).encode())
    return found.hexdigest()


def keep(member: Membership, kind: Kind, name: str, content: bytes | BinaryIO, *, shows: str) -> Upload:
    """Keeps a file for a day. `shows` is the fingerprint of what its preview shows."""
    return keep_of(member.company, member.user, kind, name, content, shows=shows)


def keep_of(
    company: Company, by: User | None, kind: Kind, name: str, content: bytes | BinaryIO, *, shows: str
) -> Upload:
    """The same for whoever gives it; None is the command line."""
    sweep(company)
    stream = BytesIO(content) if isinstance(content, bytes) else content
    stream.seek(0)
    pk, found, first = new_id(), sha256(), stream.read(PART)
    found.update(first)
    with transaction.atomic():
        more = 0
        for position, part in enumerate(iter(lambda: stream.read(PART), b"")):
            found.update(part)
            more += len(part)
            UploadPart.objects.create(company=company, upload_id=pk, position=position, content=part)
        _make_room(company, len(first) + more)
        return Upload.objects.create(
            pk=pk,
            company=company,
            kind=kind,
            name=_short(name),
            sha256=found.hexdigest(),
            content=first,
            more=more or None,
            shows=shows,
            by=by,
            expires_at=timezone.now() + LASTS,
        )


def _make_room(company: Company, size: int) -> None:
    """Removes the oldest files that wait, where there would be too many, or too many bytes."""
    waiting = Upload.objects.filter(company=company, record=None).order_by("-at", "-id").values_list("pk", "more")
    every = [(pk, PART + (more or 0)) for pk, more in waiting]
    together = accumulate((its for _, its in every), initial=size)
    over = [
        pk
        for place, ((pk, its), before) in enumerate(zip(every, together, strict=False), start=2)
        if place > MOST_WAITING or before + its > MOST_BYTES_WAITING
    ]
    _remove(company.pk, over)


def _remove(company_id: UUID, uploads: list[UUID]) -> None:
    if uploads:
        UploadPart.objects.filter(company=company_id, upload__in=uploads).delete()
        Upload.objects.filter(company=company_id, pk__in=uploads, record=None).delete()


def _short(name: str) -> str:
    """A name that fits, with its end, which says the kind of file."""
    seen = "".join(letter if letter.isprintable() else "·" for letter in name)
    return seen if len(seen) <= LONGEST_NAME else f"{seen[:99]}…{seen[-20:]}"


def look_again(member: Membership, waiting: Waiting, *, shows: str) -> Upload:
    """The same file with another preview. The former one stays as it is: another tab may still show it."""
    upload = waiting.upload
    return keep(member, Kind(upload.kind), upload.name, waiting.stream(), shows=shows)


def waiting(company: Company, upload_id: UUID, kind: Kind) -> Waiting:
    """A file that was not put in place. Raises Gone, also for another company's."""
    found = _fresh(company, upload_id, kind).defer(None).first()
    if found is None:
        raise Gone
    return Waiting(found)


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
    return Waiting(found)


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
    if company:
        over = over.filter(company=company)
    found: dict[UUID, list[UUID]] = {}
    for company_id, pk in over.values_list("company_id", "pk"):
        found.setdefault(company_id, []).append(pk)
    for company_id, its in found.items():
        _remove(company_id, its)
    return sum(map(len, found.values()))
