"""How far a large file is, and why nothing came of it, in words."""

from collections.abc import Iterable, Mapping
from math import exp
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.store.import_jobs import Act, Phase, Reason
from ecriture.store.models import Company, ImportJob, Upload
from ecriture.web.words import Words

PHASES: Words = MappingProxyType(
    {
        Phase.WAITS: _("Waiting for its turn"),
        Phase.READS: _("Reading the file"),
        Phase.COMPARES: _("Comparing it with what is here"),
        Phase.STORES: _("Storing it, all of it or nothing"),
    }
)
REASONS: Words = MappingProxyType(
    {
        Reason.CHANGED: _(
            "What this file would do has changed since you looked at it. Look at it again, then confirm."
        ),
        Reason.NOTHING: _("The file changes nothing: everything is already here."),
        Reason.UNANSWERED: _("Something in the file must be answered or corrected first. Look at it again."),
        Reason.TOO_LARGE: _("A text or an amount is larger than what can be kept:"),
        Reason.NO_RIGHT: _("The person who began this may no longer record documents here."),
        Reason.GONE: _("The file or its mapping is no longer there. Look at it again, or choose the file again."),
        Reason.BROKEN: _("The server could not finish it. Try again; if it fails again, tell the person who runs it."),
    }
)


PARTS: Mapping[Act, Mapping[Phase, tuple[int, int]]] = MappingProxyType(
    {
        Act.LOOK: {Phase.WAITS: (0, 0), Phase.READS: (0, 70), Phase.COMPARES: (70, 70)},
        Act.STORE: {Phase.WAITS: (0, 0), Phase.READS: (0, 20), Phase.COMPARES: (20, 20), Phase.STORES: (30, 99)},
    }
)
"""From which percent of a job to which each phase is, by what such a file took on our machine."""

STORED_A_SECOND = 5_000


class LargeFile(NamedTuple):
    """A file that a worker has or had."""

    upload: UUID
    name: str
    state: str


def percent_of(job: ImportJob) -> int:
    """How much of a job that is not over is done. Storing is one transaction, of which only the time is known."""
    begins, ends = PARTS[Act(job.act)][Phase(job.phase)]
    done = job.place / job.total if job.total else 0
    if job.phase == Phase.STORES:
        seconds = (timezone.now() - job.since).total_seconds()
        done = 1 - exp(-2 * seconds * STORED_A_SECOND / max(job.total, 1))
    return begins + int((ends - begins) * min(1, done))


def large_files(company: Company, jobs: Iterable[ImportJob]) -> list[LargeFile]:
    """The files of some jobs that still wait, each with where it is."""
    found = list(jobs)
    waiting = Upload.objects.filter(company=company, pk__in=[it.upload for it in found], record=None) if found else []
    names = {it.pk: it.name for it in waiting}
    return [LargeFile(it.upload, names[it.upload], _state(it)) for it in found if it.upload in names]


def _state(job: ImportJob) -> str:
    if job.phase == Phase.DONE:
        return say("ready to be looked at")
    if job.phase == Phase.FAILED:
        return say("not stored") if job.act == Act.STORE else say("could not be read")
    return f"{PHASES[job.phase]} · {percent_of(job)}\N{NO-BREAK SPACE}%"
