"""How long the control of the clearing account takes with 1,000 and with 100,000 transferred documents, of which 20 are open.

.venv/bin/python benchmarks/proof.py [RUNS [MANY]]                              on SQLite
.venv/bin/python tests/with_postgresql.py .venv/bin/python benchmarks/proof.py  on PostgreSQL

Goal: at most three times the time of 1,000.
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from pages import get, milliseconds, queries_of, with_database

if TYPE_CHECKING:
    from ecriture.core.documents import Unit
    from ecriture.store.models import Company, User

FEW, MANY, OPEN, MOST_TIMES = 1_000, 100_000, 20, 3
THROUGH = date(2027, 12, 31)
PAGES = ("control", "control-csv", "explain", "proof")


def measure(runs: int, many: int) -> None:
    from django.db import connection  # noqa: PLC0415 - Django is set up only now
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    import server_world  # noqa: PLC0415
    from large_company import MODEL_BACKEND  # noqa: PLC0415

    owner = server_world.person("owner")
    client = Client()
    client.force_login(owner, backend=MODEL_BACKEND)
    small, large = (company_of(owner, count) for count in (FEW, many))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"{connection.vendor}: {'page':16} {'queries':>8} {FEW:>8,} {many:>9,} {'times':>6}  mark")
    for name in PAGES:
        there, here = (reverse(name, args=[it.pk]) for it in (small, large))
        few, much = (min(milliseconds(partial(get, client, page)) for _ in range(runs)) for page in (there, here))
        mark = "goal" if much <= MOST_TIMES * few else "MISSED"
        print(
            f"{name:28} {queries_of(client, here):>8} {few:>8.0f} {much:>9.0f} {much / few:>6.1f}  {mark}", flush=True
        )


def company_of(owner: "User", count: int) -> "Company":
    """Its documents are transferred, and all but a few are paid; ten are changed since."""
    from ecriture.store.books import Changes, record  # noqa: PLC0415
    from ecriture.store.settings import make_company  # noqa: PLC0415
    from ecriture.store.transfer import export, plan  # noqa: PLC0415
    from small_books import COMPANY, invoice, line  # noqa: PLC0415

    company = make_company(COMPANY, owner=owner)
    record(company, Changes([*units(count)]), by=None, source="benchmark")
    company.refresh_from_db()
    export(company, THROUGH, plan(company, THROUGH).fingerprint, None)
    changed = [invoice(f"F{at}", "2026-01-01", line("CLEAN", 5_000)) for at in range(1, 11)]
    record(company, Changes(changed), by=None, source="benchmark")
    return company


def units(count: int) -> "Iterator[Unit]":
    from small_books import invoice, line, payment, share  # noqa: PLC0415

    for at in range(count):
        day = date(2026, 1, 1) + timedelta(days=at * 300 // count)
        cents = 10_000 + at % 100
        yield invoice(f"F{at}", f"{day}", line("CLEAN", cents))
        if at % (count // OPEN):
            yield payment(f"P{at}", f"{day + timedelta(days=at % 30)}", share(f"F{at}", cents))


if __name__ == "__main__":
    asked = [int(it) for it in sys.argv[1:]]
    with_database(lambda: measure(asked[0] if asked else 5, asked[1] if len(asked) > 1 else MANY))
