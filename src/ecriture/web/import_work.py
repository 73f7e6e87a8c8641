"""A file that takes longer than a page may: a worker looks at it and stores it (`ecriture.store.import_jobs`)."""

from typing import BinaryIO, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict
from django_tasks import task

from ecriture.sources.books_file import BooksRead
from ecriture.sources.tables.table import is_spreadsheet
from ecriture.store import import_jobs, uploads
from ecriture.store.access import Right, membership_of
from ecriture.store.books import TooLarge
from ecriture.store.import_jobs import Act, Noted, Phase, Reason
from ecriture.store.importing import EffectChanged, effect_of, store
from ecriture.store.locking import locked_company
from ecriture.store.models import ImportJob, Membership
from ecriture.store.uploads import Kind, Waiting
from ecriture.web.corrections import corrections_by, plain
from ecriture.web.import_choices import Choices, choices_of, plain_choices
from ecriture.web.import_files import is_mappable, read_by
from ecriture.web.import_preview import outcome_of, plain_rows

LARGE_TEXT, LARGE_WORKBOOK = 2 << 20, 400 << 10
"""Bytes that are read in a second; a workbook is compressed, and its cells are dearer."""
MOST_AT_ONCE = 5_000
"""So many documents and payments are compared and stored in a second."""
MOST_NAMED = 20
ANSWERS = ("mapping", "first", "last", "asked", "void", "same-", "credit")


def is_large(stream: BinaryIO, size: int) -> bool:
    """Whether reading a file takes longer than a page may."""
    return size > LARGE_TEXT or (size > LARGE_WORKBOOK and is_spreadsheet(stream))


def is_much(read: BooksRead) -> bool:
    """Whether storing what a file has takes longer than a page may."""
    return len(read.documents.units) + len(read.payments.units) > MOST_AT_ONCE


def begin(
    member: Membership, upload_id: UUID, act: Act, given: QueryDict | None = None, *, shows: str = ""
) -> ImportJob:
    """Hands a file to the worker. A second press finds the job of the first one."""
    company = member.company
    asked = {name: values for name, values in (given or QueryDict()).lists() if name.startswith(ANSWERS)}
    with transaction.atomic():
        locked_company(company.pk)
        present = import_jobs.latest(company, upload_id)
        if present is not None and not import_jobs.is_over(import_jobs.give_up_lost(present)):
            is_same = (present.act, present.asked) == (act, asked)
            if is_same or present.act == Act.STORE:
                return present
        job = import_jobs.new_job(company, upload_id, act, asked=asked, shows=shows, by=member.user)
        queued = work.enqueue(f"{job.pk}")
        ImportJob.objects.filter(pk=job.pk).update(job=queued.id)
    return job


def given_of(job: ImportJob) -> QueryDict:
    """The fields that were sent with what was asked."""
    given = QueryDict(mutable=True)
    for name, values in job.asked.items():
        given.setlist(name, values)
    return given


def chosen_in(given: QueryDict) -> UUID | None:
    """The company's own mapping that was chosen. Raises Http404 for what is none."""
    try:
        return UUID(str(given["mapping"])) if given.get("mapping") else None
    except ValueError:
        raise Http404 from None


@task()
def work(job_id: str) -> None:
    """Looks at a file, or stores it; once, however often it is begun."""
    job = ImportJob.objects.select_related("company", "by").filter(pk=job_id).first()
    if job is None or import_jobs.is_over(job):
        return
    try:
        member, waiting = _member(job), uploads.waiting(job.company, job.upload, Kind.BOOKS)
        (_look if job.act == Act.LOOK else _store)(job, member, waiting)
    except PermissionDenied:
        import_jobs.fail(job, Reason.NO_RIGHT)
    except Http404:  # the person, the file or the mapping is gone
        import_jobs.fail(job, Reason.GONE)
    except EffectChanged:
        import_jobs.fail(job, Reason.CHANGED)
    except TooLarge as large:
        import_jobs.fail(job, Reason.TOO_LARGE, numbers=[it.number for it in large.units[:MOST_NAMED]])
    except Exception:
        import_jobs.fail(job, Reason.BROKEN)
        raise


def _member(job: ImportJob) -> Membership:
    """Who began it, if they still may. Raises PermissionDenied and Http404."""
    if job.by is None:
        raise Http404
    return membership_of(job.by, job.company_id, Right.RECORD)


def _read(job: ImportJob, waiting: Waiting, given: QueryDict) -> BooksRead:
    stream = cast(BinaryIO, Noted(waiting.stream(), job, waiting.size))
    read = read_by(job.company, waiting.upload.name, stream, chosen_in(given))
    import_jobs.note(job, Phase.COMPARES)
    return read


def _look(job: ImportJob, _member: Membership, waiting: Waiting) -> None:
    given = given_of(job)
    if not given.get("mapping") and is_mappable(job.company, waiting.stream()):
        import_jobs.found(job, {"mappable": True}, ())
        return
    read = _read(job, waiting, given)
    effect = effect_of(job.company, read.units, read.origin)
    outcome = outcome_of(job.company, read, effect)
    choices = choices_of(given, job.company, read)
    outcome["choices"] = plain_choices(choices)
    outcome["corrections"] = plain(corrections_by(job.company, effect))
    import_jobs.found(job, outcome, plain_rows(effect, choices.asked))


def _store(job: ImportJob, member: Membership, waiting: Waiting) -> None:
    """Stores what somebody looked at, if it is still that."""
    given = given_of(job)
    read = _read(job, waiting, given)
    choices = choices_of(given, job.company, read)
    effect = effect_of(job.company, read.units, read.origin)
    if effect.fingerprint != job.shows or choices.shows != given.get("asked", Choices().shows):
        raise EffectChanged
    if any(problem.stops for problem in read.problems) or not choices.is_answered:
        import_jobs.fail(job, Reason.UNANSWERED)
        return
    units = choices.units(read)
    effect = effect_of(job.company, units, read.origin)
    if not effect and not choices.known_as:
        import_jobs.fail(job, Reason.NOTHING)
        return
    import_jobs.note(job, Phase.STORES, total=len(units))
    with transaction.atomic():
        made = store(
            job.company,
            units,
            origin=read.origin,
            by=member,
            upload=waiting.upload,
            fingerprint=effect.fingerprint,
            known_as=choices.known_as,
        )
        import_jobs.stored(job, made.pk)
