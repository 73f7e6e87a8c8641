"""How long the pages of lists take with 1,000 and with 100,000 rows, and how many queries they make.

.venv/bin/python benchmarks/lists.py [RUNS]                                     on SQLite
.venv/bin/python tests/with_postgresql.py .venv/bin/python benchmarks/lists.py  on PostgreSQL

Goal: at most 8 queries, and with 100,000 rows at most three times the time of 1,000. A search looks at every row of the
company once, and once more to count what a page cannot hold: at most a microsecond a row and look (docs/decisions.md, 12.26).
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from pages import get, milliseconds, queries_of, with_database

if TYPE_CHECKING:
    from django.test import Client

    from ecriture.store.models import Company, User

FEW, MANY = 1_000, 100_000
MOST_QUERIES, MOST_TIMES = 8, 3
SEARCHING = ("q=", "text=")
LOOKS = 2
MOST_SEARCHING = LOOKS * (MANY - FEW) / 1000
"""Milliseconds more than with few rows."""
ASKED = {
    "items": ("", "sort=-name", "sort=credit", "show=without", "show=archived", "q=forfait", "q=numero+999", "q=zzz"),
    "chart": ("", "sort=-number", "show=4", "show=used", "show=linked", "q=compte", "q=999", "q=zzz"),
    "documents": (
        *("", "sort=number", "show=waiting", "show=transferred", "show=changed", "show=draft", "kind=credit_note"),
        *("since=2026-03-01", "q=tremblay", "q=numero+999", "q=zzz"),
    ),
    "payments": ("", "sort=-number", "show=waiting", "show=transferred", "kind=refund", "q=po_99", "q=zzz"),
    "audit": ("", "area=items", "who=Rare", "text=4130", "text=n999", "text=zzz", "since=2026-01-01"),
}


def measure(runs: int) -> None:
    from django.db import connection  # noqa: PLC0415 - Django is set up only now
    from django.test import Client  # noqa: PLC0415

    import server_world  # noqa: PLC0415
    from large_company import MODEL_BACKEND  # noqa: PLC0415

    owner = server_world.person("owner")
    client = Client()
    client.force_login(owner, backend=MODEL_BACKEND)
    small, large = (company_of(owner, count) for count in (FEW, MANY))
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE"
        )  # as PostgreSQL does by itself
    print(f"{connection.vendor}: {'page':36} {'queries':>8} {FEW:>8,} {MANY:>9,} {'times':>6}  mark")
    for name, more in pages():
        few, many = (list(addresses(client, company, name, more)) for company in (small, large))
        for (place, there), (_, here) in zip(few, many, strict=True):
            show(f"{name} {more} {place}", client, there, here, runs)


def pages() -> Iterator[tuple[str, str]]:
    for name, asked in ASKED.items():
        yield from ((name, more) for more in asked)


def addresses(client: "Client", company: "Company", name: str, more: str) -> Iterator[tuple[str, str]]:
    """The first page of a list, and without a filter a page in its middle and the last one."""
    from django.urls import reverse  # noqa: PLC0415

    from ecriture.store.listing import Mark, values_of  # noqa: PLC0415

    page = f"{reverse(name, args=[company.pk])}?{more}"
    yield "", page
    if not more or more.startswith("sort="):
        listing = client.get(page).context["listing"]
        rows = listing.in_order()
        middle = rows[rows.count() // 2]
        yield "middle", f"{page.partition('?')[0]}?{listing.place(Mark(values_of(middle, listing.order)))}"
        yield "last", f"{page}&last=1"


def show(name: str, client: "Client", there: str, here: str, runs: int) -> None:
    few, many = (min(milliseconds(partial(get, client, page)) for _ in range(runs)) for page in (there, here))
    queries = queries_of(client, here)
    allowed = few + MOST_SEARCHING if any(it in name for it in SEARCHING) else MOST_TIMES * few
    is_good = int(queries) <= MOST_QUERIES and many <= allowed
    mark = "goal" if is_good else "MISSED"
    print(f"{name:44} {queries:>8} {few:>8.0f} {many:>9.0f} {many / few:>6.1f}  {mark}", flush=True)


# A company with so many rows in each list


def company_of(owner: "User", count: int) -> "Company":
    from ecriture.core.settings import DefaultAccounts, Settings  # noqa: PLC0415
    from ecriture.store import models  # noqa: PLC0415
    from ecriture.store.settings import make_company  # noqa: PLC0415

    accounts = DefaultAccounts("1201", "4000", "1060", "1201")
    company = make_company(Settings(name=f"{count} rows", accounts=accounts), owner=owner)
    for model, rows in (
        (models.Account, accounts_of(company, count)),
        (models.Item, items_of(company, count)),
        (models.AuditRecord, records_of(company, owner, count)),
    ):
        made: Iterator[Any] = rows
        while some := list(islice(made, 5000)):
            model.objects.bulk_create(some)
    put_books(company, count)
    return company


def put_books(company: "Company", count: int) -> None:
    """Documents and payments of which a batch holds nine in ten, and a few of those were changed since."""
    from ecriture.core.documents import (  # noqa: PLC0415
        Document,
        DocumentKind,
        Payment,
        PaymentKind,
        PaymentRow,
        RowKey,
        RowKind,
        Status,
        UnitKind,
    )
    from ecriture.store import models  # noqa: PLC0415
    from ecriture.store.ids import new_id  # noqa: PLC0415
    from ecriture.store.inserting import insert  # noqa: PLC0415
    from ecriture.store.units import COLUMNS, MODELS, ROW_COLUMNS, ROWS, rows_of, values_of  # noqa: PLC0415
    from server_world import a_batch  # noqa: PLC0415

    line, statuses = RowKey(RowKind.LINE, "Svc-000001"), (*[Status.FINAL] * 7, Status.DRAFT)
    names = ("Lise Tremblay", "Gagné & fils", "Œuvre du Cœur", "")
    accounts, batch = new_id(), new_id()
    units: dict[UnitKind, list[tuple[object, ...]]] = {kind: [] for kind in UnitKind}
    rows: dict[UnitKind, list[tuple[object, ...]]] = {kind: [] for kind in UnitKind}
    records: list[tuple[object, ...]] = []
    for place in range(count):
        number, day = f"Numéro {place:06}", date(2026, 1, 1) + timedelta(days=place * 300 // count)
        is_other, status, name = place % 8 == 5, statuses[place % 8], names[place % 4]
        sold_kind = DocumentKind.CREDIT_NOTE if is_other else DocumentKind.INVOICE
        paid_kind = PaymentKind.REFUND if is_other else PaymentKind.PAYMENT
        paid = (PaymentRow(number, place),)
        is_held = place % 10 != 0 and status is Status.FINAL
        for unit in (
            Document(number, sold_kind, status, day, name, "", (line,), (place,)),
            Payment(number, paid_kind, Status.FINAL, day, name, "card", f"po_{place // 10}", paid),
        ):
            kind, pk = unit.id.kind, new_id()
            units[kind].append((company.pk, pk, place, not is_held or place % 8 == 1, is_held, *values_of(unit)))
            rows[kind].append((company.pk, pk, 0, *rows_of(unit)[0]))
            if is_held:
                records.append((company.pk, batch, kind, number, day, day, [], accounts))
    for kind, model in MODELS.items():
        insert(model, ("company_id", "id", "position", "touched", "held", *COLUMNS[kind]), units[kind])
        insert(ROWS[kind], ("company_id", f"{kind}_id", "position", *ROW_COLUMNS[kind]), rows[kind])
    of_batch = "company_id", "batch_id"
    insert(models.BatchAccounts, (*of_batch, "id", "position", "accounts"), [(company.pk, batch, accounts, 0, {})])
    of_unit = "unit_kind", "unit_number", "unit_date", "sale_date", "applied", "accounts_id"
    insert(models.BatchRecord, (*of_batch, *of_unit), records)
    a_batch(company, pk=batch)


def accounts_of(company: "Company", count: int) -> Iterator[Any]:
    from ecriture.store.charts import folded_names  # noqa: PLC0415
    from ecriture.store.models import Account  # noqa: PLC0415

    for place in range(count):
        number = ("1060", "1201", "4000")[place] if place < 3 else f"{1 + place % 5}{place:07}"
        name, name_fr = f"Account of service {place}", f"Compte du sérvice {place}"
        words = folded_names(name, name_fr)
        yield Account(company=company, position=place, number=number, name=name, name_fr=name_fr, type="G", words=words)


def items_of(company: "Company", count: int) -> Iterator[Any]:
    from ecriture.core.settings import Item as Value  # noqa: PLC0415
    from ecriture.store.catalogue import item_columns  # noqa: PLC0415
    from ecriture.store.models import Item  # noqa: PLC0415

    for place in range(count):
        # Each part fills a page of either company, so that pages of as many rows are compared.
        credit = "" if place % 8 == 0 else ("4000", "4100", "4110")[place % 3]
        archived = date(2026, 1, 31) if place % 8 == 3 else None
        value = Value(f"Svc-{place:06}", f"Entretien ménager, forfait numéro {place}", credit=credit, archived=archived)
        row: dict[str, Any] = item_columns(value)
        yield Item(company=company, code=value.code, position=place, **row)


def records_of(company: "Company", owner: "User", count: int) -> Iterator[Any]:
    from django.utils import timezone  # noqa: PLC0415

    from ecriture.store.models import AuditRecord  # noqa: PLC0415

    now = timezone.now()
    for place in range(count):
        changes = [[f"items.N{place}.credit", "4000", "4130"]]
        yield AuditRecord(
            company=company,
            at=now - timedelta(minutes=count - place),
            who=owner,
            who_name="Rare" if place % 500 == 0 else f"Person {place % 10}",
            action="settings-changed",
            area=("items", "accounting", "invoices")[place % 3],
            changes=changes,
            words=f"person\nitems.n{place}.credit\n4000\n4130",
        )


if __name__ == "__main__":
    with_database(lambda: measure(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
