"""What the import of a year's documents and their payments costs, on the database of DATABASE_URL, else SQLite in a file.

.venv/bin/python benchmarks/imports.py [DOCUMENTS]     (100000)
.venv/bin/python tests/with_postgresql.py .venv/bin/python benchmarks/imports.py

Each file is uploaded, looked at and stored by the worker's own code, in this process, whose CPU time and peak memory count;
the books are made and read as the command reads them in other processes. Goal: at most 30 times the command's reading, and
400 MB. On PostgreSQL the server's own work is in the seconds that passed, not in the CPU time.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecriture.store.import_jobs import Act
    from ecriture.store.models import ImportJob, Membership

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server_settings")

KIND = "varied"
MOST_TIMES_READING, MOST_MEGABYTES = 30, 400
READING = """
import sys, time, ecriture
folder = sys.argv[1]
begin = time.process_time()
ecriture.read(company=folder + "/company.toml", documents=folder + "/documents.csv", payments=folder + "/payments.csv")
print(time.process_time() - begin)
"""


def main(count: int) -> None:
    import django  # noqa: PLC0415 - its settings must be known first

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: PLC0415

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        with TemporaryDirectory() as folder:
            measure(Path(folder), count)
    finally:
        teardown_databases(databases, verbosity=0)


def measure(folder: Path, count: int) -> None:
    from django.db import connection  # noqa: PLC0415 - see above

    subprocess.run([sys.executable, str(ROOT / "benchmarks" / "books.py"), KIND, str(count), str(folder)], check=True)
    told = subprocess.run([sys.executable, "-c", READING, str(folder)], check=True, capture_output=True)
    reading, member = float(told.stdout), member_of(folder / "company.toml")
    begin, passed = process_time(), perf_counter()
    for name in ("documents", "payments"):
        imported(member, folder / f"{name}.csv")
    cpu, passed = process_time() - begin, perf_counter() - passed
    times, megabytes = cpu / reading, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    mark = "goal" if times <= MOST_TIMES_READING and megabytes <= MOST_MEGABYTES else "MISSED"
    print(
        f"{connection.vendor}: {count:,} documents and their payments imported in {passed:.1f} s, {cpu:.1f} s of CPU:"
        f" {times:.1f} times the reading of {reading:.2f} s (at most {MOST_TIMES_READING});"
        f" {megabytes} MB (at most {MOST_MEGABYTES})  {mark}"
    )


def member_of(file: Path) -> "Membership":
    from ecriture.sources.settings_file import read_company  # noqa: PLC0415 - see above
    from ecriture.store.models import Membership  # noqa: PLC0415
    from ecriture.store.settings import make_company  # noqa: PLC0415
    from server_world import person  # noqa: PLC0415

    with file.open("rb") as stream:
        company = make_company(read_company(stream).company, owner=person("owner"))
    return Membership.objects.select_related("company", "user").get(company=company)


def imported(member: "Membership", file: Path) -> None:
    from ecriture.store.import_jobs import Act  # noqa: PLC0415 - see above
    from ecriture.store.uploads import Kind, keep  # noqa: PLC0415

    with file.open("rb") as stream:
        upload = keep(member, Kind.BOOKS, file.name, stream, shows="")
    look = done(member, Act.LOOK, upload.pk)
    done(member, Act.STORE, upload.pk, shows=look.outcome["shows"])


def done(member: "Membership", act: "Act", upload: object, **told: str) -> "ImportJob":
    from ecriture.store.import_jobs import Phase, new_job  # noqa: PLC0415 - see above
    from ecriture.web.import_work import work  # noqa: PLC0415

    begin, job = perf_counter(), new_job(member.company, upload, act, asked={}, by=member.user, **told)  # type: ignore[arg-type] # an id
    work.call(f"{job.pk}")
    job.refresh_from_db()
    if job.phase != Phase.DONE:
        raise SystemExit(f"{act}: {job.outcome}")
    print(f"  {act}: {perf_counter() - begin:.1f} s", flush=True)
    return job


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
