"""What recording and transferring cost on the server, on the database of DATABASE_URL, else SQLite in a file.

.venv/bin/python benchmarks/store.py [LARGE] [SMALL]     (100000 and 1000 documents)
.venv/bin/python tests/with_postgresql.py .venv/bin/python benchmarks/store.py
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ecriture.core.documents import Unit
    from ecriture.store.models import Company
    from ecriture.transfer import Inputs

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_settings")

KIND = "varied"
END = date(2030, 12, 31)
CHANGED = 10
RUNS = 7
MOST_TIMES_READING, MOST_TIMES_SMALL, MOST_QUERIES, MOST_TIMES_PAGE = 20, 2, 35, 3


QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
"""As on a server: what an export leaves to the worker is no part of it, and timed by itself."""


class Export(NamedTuple):
    """What ten changes cost: seconds, and statements of planning and exporting; the seconds of the plan's page before,
    and of the worker's note of what is closed after."""

    seconds: float
    queries: int
    page: float
    noted: float


def main(large: int, small: int) -> None:
    import django  # noqa: PLC0415 - its settings must be known first

    django.setup()
    from django.test.utils import (  # noqa: PLC0415
        override_settings,
        setup_databases,
        setup_test_environment,
        teardown_databases,
    )

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with override_settings(TASKS=QUEUE):
            few, many = [measured(count) for count in (small, large)]
    finally:
        teardown_databases(databases, verbosity=0)
    print(f"ten changes among {small:,}: {few.seconds * 1000:.1f} ms, {few.queries} queries")
    print(f"ten changes among {large:,}: {many.seconds * 1000:.1f} ms, {many.queries} queries")
    print(
        f"{many.seconds / few.seconds:.2f} times (at most {MOST_TIMES_SMALL}); together in under {MOST_QUERIES} queries"
    )
    print(
        f"the plan's page with ten changes: {few.page * 1000:.1f} and {many.page * 1000:.1f} ms, "
        f"{many.page / few.page:.2f} times (at most {MOST_TIMES_PAGE})"
    )
    print(f"what is closed, noted by the worker: {few.noted * 1000:.1f} and {many.noted * 1000:.1f} ms")


def measured(count: int) -> Export:
    """A company of so many documents: recorded, transferred, and then ten changes at a time."""
    with TemporaryDirectory() as folder:
        found, reading = read_books(Path(folder), count)
    from ecriture.store.books import Changes, record  # noqa: PLC0415
    from ecriture.store.settings import make_company  # noqa: PLC0415
    from server_world import person  # noqa: PLC0415 - see above

    company = make_company(found.settings, owner=person(f"owner-{count}"))
    recording = seconds(lambda: record(company, Changes(found.books.units), by=None, source="bench"))
    company.refresh_from_db()
    print(
        f"{count:,} documents: read in {reading:.2f} s, recorded in {recording:.2f} s, "
        f"{recording / reading:.1f} times (at most {MOST_TIMES_READING})"
    )
    print(f"{count:,} documents: the page of the first plan {seconds(lambda: look_at_plan(company)):.2f} s")
    print(f"{count:,} documents: first plan and export {seconds(lambda: transfer(company)):.2f} s")
    print(f"{count:,} documents: what is closed, noted by the worker {seconds(lambda: note_closed(company)):.2f} s")
    exports = [ten_changes(company, run) for run in range(RUNS)]
    return Export(
        median(it.seconds for it in exports),
        max(it.queries for it in exports),
        median(it.page for it in exports),
        median(it.noted for it in exports),
    )


def read_books(folder: Path, count: int) -> tuple["Inputs", float]:
    from books import write_books  # noqa: PLC0415 - with its path
    from ecriture.transfer import checked, read  # noqa: PLC0415

    write_books(folder, KIND, count)
    files: dict[str, Any] = {name: folder / f"{name}.csv" for name in ("documents", "payments")}
    begin = process_time()
    found = read(company=folder / "company.toml", **files)
    reading = process_time() - begin
    return checked(found), reading


def ten_changes(company: "Company", run: int) -> Export:
    """Documents and payments are changed here and there in the books, and transferred."""
    from django.db import connection  # noqa: PLC0415 - see above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from ecriture.store import models  # noqa: PLC0415
    from ecriture.store.books import Changes, record  # noqa: PLC0415
    from ecriture.store.units import documents_in, payments_in  # noqa: PLC0415

    documents = models.Document.objects.filter(company=company, status="final", kind="invoice").order_by("number")
    payments = models.Payment.objects.filter(company=company, status="final", kind="payment").order_by("number")
    step = max(1, documents.count() // (CHANGED * RUNS))
    some = [*documents.values_list("pk", flat=True)[run * step :: step * RUNS][:7]]
    received = [*payments.values_list("pk", flat=True)[run * step :: step * RUNS][:3]]
    changed: list[Unit] = [
        *(it._replace(amounts=(it.amounts[0] + 100, *it.amounts[1:])) for _, it in documents_in(company, pk__in=some)),
        *(it._replace(date=it.date.replace(day=1)) for _, it in payments_in(company, pk__in=received)),
    ]
    record(company, Changes(changed), by=None, source="bench")
    company.refresh_from_db()
    page = seconds(lambda: look_at_plan(company))
    with CaptureQueriesContext(connection) as seen:
        spent = seconds(lambda: transfer(company))
    statements = [it for it in seen.captured_queries if it["sql"].split()[0] not in ("BEGIN", "COMMIT")]
    return Export(spent, len(statements), page, seconds(lambda: note_closed(company)))


def note_closed(company: "Company") -> None:
    from ecriture.store import closed  # noqa: PLC0415 - see above

    closed.note_closed.call(f"{company.pk}")


def look_at_plan(company: "Company") -> None:
    """The page as the owner sees it."""
    from django.test import Client  # noqa: PLC0415 - see above
    from django.urls import reverse  # noqa: PLC0415

    from ecriture.store.access import members_of  # noqa: PLC0415
    from large_company import MODEL_BACKEND  # noqa: PLC0415

    client = Client()
    client.force_login(members_of(company)[0].user, backend=MODEL_BACKEND)
    answer = client.get(reverse("transfer", args=[company.pk]), {"through": END.isoformat()})
    if answer.status_code != 200:
        sys.exit(f"the plan's page: {answer.status_code}")


def transfer(company: "Company") -> None:
    from ecriture.store.transfer import export, plan  # noqa: PLC0415

    export(company, END, plan(company, END).fingerprint, None, skip_invalid=True)


def seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(given[0] if given else 100_000, given[1] if len(given) > 1 else 1_000)
