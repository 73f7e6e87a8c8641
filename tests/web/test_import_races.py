"""A worker that is killed leaves a large file stored or not stored, and the next one ends it; two workers store it once.

`ECRITURE_ROUNDS=200 pytest tests/web/test_import_races.py` tries more often.
"""

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

import server_world
from ecriture.project.working import QUIET, Worker
from ecriture.store import import_jobs, uploads
from ecriture.store.import_jobs import Act, Phase
from ecriture.store.models import (
    AuditRecord,
    Beat,
    Company,
    Document,
    Import,
    ImportJob,
    ImportPage,
    Membership,
    Upload,
)
from ecriture.store.uploads import Kind
from ecriture.web import import_work
from forks import at_once, killed

ROUNDS = int(os.environ.get("ECRITURE_ROUNDS", "3"))
SEED = 20261129
COUNT = 1_000


@pytest.fixture
def company(transactional_db: None) -> Iterator[Company]:
    """Boréal in a database that other processes see too."""
    yield server_world.world().company
    connections.close_all()


def kept(company: Company, count: int) -> Upload:
    """A file of new documents."""
    rows = "".join(f"R{count}-{it},2026-03-02,1.00\n" for it in range(COUNT))
    return uploads.keep_of(company, None, Kind.BOOKS, "a.csv", f"document,date,amount\n{rows}".encode(), shows="")


def looked_at(company: Company, count: int) -> ImportJob:
    """A job that looks at a file of new documents."""
    return begun(company, ImportJob(upload=kept(company, count).pk, act=Act.LOOK))


def begun(company: Company, like: ImportJob, shows: str = "") -> ImportJob:
    """A job without a queue: what runs it is here."""
    owner = Membership.objects.select_related("user").get(company=company, role="owner")
    return import_jobs.new_job(company, like.upload, Act(like.act), asked={}, shows=shows, by=owner.user)


def fresh(job: ImportJob) -> ImportJob:
    return ImportJob.objects.get(pk=job.pk)


def begin_until_over(job: ImportJob, rng: random.Random, seconds: float) -> int:
    """Begins a job, kills it after a while, and begins it again, as the reaper has it done. Returns how often it was killed."""
    times = 0
    for _ in range(3):
        connections.close_all()
        times += killed(lambda: import_work.work.call(f"{job.pk}"), rng.uniform(0, seconds))
        is_whole(job)
    connections.close_all()
    import_work.work.call(f"{job.pk}")
    return times


def is_whole(job: ImportJob) -> None:
    """All of it is there, or nothing."""
    now = fresh(job)
    if now.act == Act.LOOK:
        pages = ImportPage.objects.filter(company=now.company_id, job=now.pk).count()
        assert pages == (COUNT // import_jobs.ROWS_OF_PAGE if now.phase == Phase.DONE else 0)
        return
    made = Import.objects.filter(upload=now.upload).count()
    records = AuditRecord.objects.filter(action="books-recorded", subject__startswith="a.csv").count()
    documents = Document.objects.filter(number__startswith="R").count()
    is_done = now.phase == Phase.DONE
    assert made == is_done
    others = Import.objects.exclude(upload=now.upload).count()
    assert (documents, records) == ((others + is_done) * COUNT, others + is_done)


def test_a_worker_that_is_killed_leaves_all_or_nothing_and_another_ends_it(company: Company) -> None:
    rng, seconds, interrupted = random.Random(SEED), 0.3, 0  # noqa: S311 - a moment, not a secret
    for count in range(ROUNDS):
        look = looked_at(company, count)
        interrupted += begin_until_over(look, rng, seconds)
        assert (fresh(look).phase, fresh(look).outcome["counts"]) == (Phase.DONE, [COUNT, 0, 0, 0, 0])
        is_whole(look)
        store = begun(company, ImportJob(upload=look.upload, act=Act.STORE), fresh(look).outcome["shows"])
        interrupted += begin_until_over(store, rng, seconds * 2)
        assert fresh(store).phase == Phase.DONE, fresh(store).outcome
        is_whole(store)
    assert interrupted > ROUNDS


def test_two_workers_that_take_one_job_store_it_once(company: Company) -> None:
    for count in range(ROUNDS):
        look = looked_at(company, count)
        connections.close_all()
        at_once(*[lambda: import_work.work.call(f"{look.pk}")] * 2)  # noqa: B023 - they end within the round
        is_whole(look)
        store = begun(company, ImportJob(upload=look.upload, act=Act.STORE), fresh(look).outcome["shows"])
        connections.close_all()
        at_once(*[lambda: import_work.work.call(f"{store.pk}")] * 2)  # noqa: B023 - as above
        assert fresh(store).phase == Phase.DONE, fresh(store).outcome
        is_whole(store)


def test_a_worker_that_is_killed_is_followed_by_another_through_the_queue(company: Company, settings: Any) -> None:
    """As a server that is killed and started again: the reaper finds the job without signs of life."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    rng = random.Random(SEED)  # noqa: S311 - a moment, not a secret
    member = Membership.objects.select_related("company", "user").get(company=company, role="owner")
    interrupted = 0
    for count in range(ROUNDS):
        upload = kept(company, count)
        job = import_work.begin(member, upload.pk, Act.LOOK)
        for _ in range(2):
            for _ in range(2):
                connections.close_all()
                interrupted += killed(Worker().round, rng.uniform(0.05, 0.6))
                is_whole(job)
                silent_for_long()
            Worker().round()
            assert fresh(job).phase == Phase.DONE, fresh(job).outcome
            is_whole(job)
            if job.act == Act.LOOK:
                job = import_work.begin(member, upload.pk, Act.STORE, shows=fresh(job).outcome["shows"])
    assert interrupted
    assert Import.objects.count() == ROUNDS


def silent_for_long() -> None:
    """Time passes in which a dead worker gives no sign of life."""
    long_ago = timezone.now() - 2 * QUIET
    Beat.objects.update(at=long_ago)
    DBTaskResult.objects.filter(status="RUNNING").update(started_at=long_ago)
