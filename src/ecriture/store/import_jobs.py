"""Large files, which a worker looks at and stores: how far it is, and what came of it.

A job may be begun again after its worker was killed. What it did is written in one transaction with the word that it is
over, so that it did everything or nothing.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from io import RawIOBase
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ecriture.store.ids import new_id
from ecriture.store.inserting import insert
from ecriture.store.models import Company, ImportJob, ImportPage

KEPT = timedelta(days=2)
"""A file waits for a day at most; what was found of it no longer."""
NOTED_EVERY = 1
"""Seconds between two notes of how far a job is."""
PASSES = 2
"""A file is gone through once for its letters, and once for its rows."""
ROWS_OF_PAGE = 100


class Act(StrEnum):
    LOOK = "look"
    STORE = "store"


class Phase(StrEnum):
    WAITS = "waits"
    READS = "reads"
    COMPARES = "compares"
    STORES = "stores"
    DONE = "done"
    FAILED = "failed"


OVER = (Phase.DONE, Phase.FAILED)


class Reason(StrEnum):
    """Why nothing came of a job."""

    CHANGED = "changed"
    """The file would do something else now than what the person saw."""
    NOTHING = "nothing"
    UNANSWERED = "unanswered"
    TOO_LARGE = "too-large"
    NO_RIGHT = "no-right"
    GONE = "gone"
    """Another tab stored the file, or the mapping was deleted."""
    BROKEN = "broken"
    """Its workers were killed too often, or the program has a fault, which is in the server's log."""


# What a page asks


def latest(company: Company, upload_id: UUID, act: Act | None = None) -> ImportJob | None:
    """The last job of a file, without its outcome."""
    found = ImportJob.objects.filter(company=company, upload=upload_id)
    return (found.filter(act=act) if act else found).order_by("-at", "-id").first()


def named(company: Company, upload_id: UUID, job_id: str) -> ImportJob | None:
    """A job of a file by the id on its page."""
    try:
        return ImportJob.objects.filter(company=company, upload=upload_id, pk=UUID(job_id)).first()
    except ValueError:
        return None


def under_way(company: Company, *, most: int) -> list[ImportJob]:
    """The last jobs of a company that are not over, or of which somebody is to see what came, the latest first."""
    since = timezone.now() - timedelta(days=1)
    jobs = ImportJob.objects.filter(company=company, at__gte=since, made=None).defer("outcome", "asked")
    found: dict[UUID, ImportJob] = {}
    for job in jobs.order_by("-at", "-id")[: 5 * most]:
        found.setdefault(job.upload, job)
    return list(found.values())[:most]


def is_over(job: ImportJob) -> bool:
    return job.phase in OVER


def give_up_lost(job: ImportJob) -> ImportJob:
    """The job as it stands, once its queue has given it up: its workers were killed each time."""
    is_lost = not is_over(job) and bool(job.job) and DBTaskResult.objects.filter(pk=job.job, status="FAILED").exists()
    if is_lost:
        job.phase, job.outcome = Phase.FAILED, {"reason": Reason.BROKEN}
    return job


def page_of(job: ImportJob, number: int) -> list[Any]:
    """The rows of a page, which are numbered from 1."""
    pages = ImportPage.objects.filter(company=job.company_id, job=job.pk, position=number - 1)
    return next(iter(pages.values_list("rows", flat=True)), [])


# What the worker writes


def note(job: ImportJob, phase: Phase, *, place: int = 0, total: int = 0) -> None:
    """How far a job is, for others to see."""
    if job.phase != phase:
        job.since = timezone.now()
    job.phase, job.place, job.total = phase, place, total
    told = {"phase": phase, "since": job.since, "place": place, "total": total}
    ImportJob.objects.filter(pk=job.pk).exclude(phase__in=OVER).update(**told)


def fail(job: ImportJob, reason: Reason, **params: object) -> None:
    outcome = {"reason": reason, **params}
    ImportJob.objects.filter(pk=job.pk).exclude(phase__in=OVER).update(phase=Phase.FAILED, outcome=outcome)


def found(job: ImportJob, outcome: Mapping[str, Any], rows: Iterable[object]) -> None:
    """Puts down what a file would do. A worker that began again puts it down once."""
    with transaction.atomic():
        if not _locked(job):
            return
        ImportPage.objects.filter(company=job.company_id, job=job.pk).delete()
        counted = [0]
        pages = ((job.company_id, job.pk, at, page) for at, page in enumerate(_pages(rows, counted)))
        insert(ImportPage, ("company_id", "job_id", "position", "rows"), pages)
        outcome = {**outcome, "rows": counted[0]}
        ImportJob.objects.filter(pk=job.pk).update(phase=Phase.DONE, outcome=outcome)


def _pages(rows: Iterable[object], counted: list[int]) -> Iterator[list[object]]:
    every = iter(rows)
    while page := list(islice(every, ROWS_OF_PAGE)):
        counted[0] += len(page)
        yield page


def stored(job: ImportJob, import_id: UUID) -> None:
    """Called in the transaction that stores the file, so that both are true or neither."""
    ImportJob.objects.filter(pk=job.pk).update(phase=Phase.DONE, made=import_id)


def _locked(job: ImportJob) -> bool:
    """Whether a job is still to be done; nobody else ends it meanwhile."""
    return ImportJob.objects.select_for_update().filter(pk=job.pk).exclude(phase__in=OVER).exists()


class Noted(RawIOBase):
    """A file of which it is noted, each second, how much of it was read."""

    def __init__(self, stream: BinaryIO, job: ImportJob, size: int) -> None:
        self._stream, self._job = stream, job
        self._read, self._most, self._at = 0, PASSES * size, time.monotonic()
        note(job, Phase.READS, total=self._most)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int = -1, /) -> bytes:
        found = self._stream.read(size)
        self._read += len(found)
        if time.monotonic() - self._at > NOTED_EVERY:
            self._at = time.monotonic()
            note(self._job, Phase.READS, place=min(self._read, self._most), total=self._most)
        return found


def sweep() -> None:
    """Forgets the jobs of files that are gone."""
    over = ImportJob.objects.filter(at__lt=timezone.now() - KEPT)
    for company_id, pk in list(over.values_list("company_id", "pk")):
        ImportPage.objects.filter(company=company_id, job=pk).delete()
        ImportJob.objects.filter(pk=pk).delete()


def new_job(company: Company, upload_id: UUID, act: Act, **told: Any) -> ImportJob:
    return ImportJob.objects.create(pk=new_id(), company=company, upload=upload_id, act=act, phase=Phase.WAITS, **told)
