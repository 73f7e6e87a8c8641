"""The worker: runs the jobs that pages leave behind, beside the web server or alone.

The queue is a table of the database (django-tasks-db). What the package leaves to us is here: a job whose worker was killed
is found by its missing signs of life and run again, and what is over is swept.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from logging import getLogger
from secrets import token_hex
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as Runner
from django_tasks_db.models import DBTaskResult

from ecriture.store import import_jobs, letters, uploads
from ecriture.store.models import Beat

LOG = getLogger("ecriture.worker")

POLL_SECONDS = 1.0
AFTER_FAILURE_SECONDS = 10.0
STOPPING_SECONDS = 25.0
BEAT_SECONDS = 10.0
QUIET = timedelta(seconds=90)
"""A worker that gives no sign of life this long is dead."""

MOST_TRIES = 3
"""How often a job is begun. One that kills its worker each time must not do so for ever."""

HOUR = 3600.0
FINISHED_KEPT = timedelta(days=1)


class Worker:
    """Runs the jobs that are ready, one after the other, until it is asked to stop."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:24]}-{os.getpid()}-{token_hex(8)}"
        self._stopping = Event()
        self._runner: Runner | None = None
        self._sweep_at = 0.0

    def stop(self, *_signal: object) -> None:
        """Ends it after the job that it runs; a signal handler."""
        self._stopping.set()
        if self._runner is not None:
            self._runner.running = False

    def run(self) -> None:
        """Until `stop`. A database that fails is tried again."""
        pause = POLL_SECONDS
        while not self._stopping.wait(pause):
            try:
                close_old_connections()
                self.round()
                pause = POLL_SECONDS
            except DatabaseError as error:
                LOG.warning("The worker cannot use the database: %s", error)
                connections.close_all()
                pause = AFTER_FAILURE_SECONDS
        connections.close_all()

    def round(self) -> None:
        """All that there is to do now."""
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + HOUR
            sweep()
        reap()
        if DBTaskResult.objects.ready().exists():  # reading is cheap; the runner takes a writer's lock to look
            self._run_ready()

    def _run_ready(self) -> None:
        self._runner = Runner(
            queue_names=["*"],
            interval=POLL_SECONDS,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.name,
            excluded_queue_names=[],
        )
        self._runner.running = not self._stopping.is_set()
        with _beating(self.name):
            self._runner.run()


@contextmanager
def working() -> Iterator[None]:
    """A worker in a thread of its own. At the end it finishes its job, if that does not take long: else another one will."""
    worker = Worker()
    thread = Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(STOPPING_SECONDS)


@contextmanager
def _beating(worker: str) -> Iterator[None]:
    """Gives signs of life for as long as jobs run, by a thread of its own."""
    over = Event()
    beat(worker)
    thread = Thread(target=_beat_until, args=(worker, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat_until(worker: str, over: Event) -> None:
    while not over.wait(BEAT_SECONDS):
        try:
            beat(worker)
        except DatabaseError as error:  # the next one may be noted; without any the job runs again elsewhere
            LOG.warning("The worker’s sign of life could not be noted: %s", error)
    connections.close_all()


def beat(worker: str) -> None:
    Beat.objects.update_or_create(worker=worker, defaults={"at": timezone.now()})


def reap() -> int:
    """Makes jobs ready again whose worker is dead, a few times. Returns how many were found."""
    silent_since = timezone.now() - QUIET
    running = DBTaskResult.objects.running().filter(started_at__lt=silent_since)
    return sum(_reap(job, silent_since) for job in running)


def _reap(job: "DBTaskResult[..., object]", silent_since: datetime) -> bool:
    worker = job.worker_ids[-1] if job.worker_ids else ""
    if Beat.objects.filter(worker=worker, at__gte=silent_since).exists():
        return False
    same = DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at)
    if len(job.worker_ids) < MOST_TRIES:
        return bool(same.update(status=TaskResultStatus.READY, started_at=None))
    LOG.error("The job %s (%s) was begun %d times and never ended.", job.pk, job.task_path, len(job.worker_ids))
    return bool(same.update(status=TaskResultStatus.FAILED, finished_at=timezone.now()))


def sweep() -> None:
    """What is over goes: files nobody put in place, what was found of them, letters, finished jobs, workers."""
    uploads.sweep()
    import_jobs.sweep()
    letters.sweep()
    before = timezone.now() - FINISHED_KEPT
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    Beat.objects.filter(at__lt=before).delete()
