"""Run by test_store_migrations.py as a program: a database of an earlier version is made, and brought up to date.

Arguments: the last migration of that version, and its rows as JSON. It prints what the companies are afterwards.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor


def main(migration: str, rows: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecriture.project.settings")
    django.setup()
    call_command("migrate", "account", verbosity=0)
    executor = MigrationExecutor(connection)
    state = executor.migrate([("store", migration)])
    with transaction.atomic():
        for row in json.loads(rows.read_text("utf-8")):
            put(state.apps, row)
    call_command("migrate", verbosity=0)
    print(json.dumps([*companies()]))


def put(apps: Any, row: Any) -> None:
    """Adds a row to the model of that version."""
    model = apps.get_model(row["model"])
    values = {"pk": model._meta.pk.to_python(row["pk"])}
    for name, value in row["fields"].items():
        field = model._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            continue
        target = field.target_field if isinstance(field, models.ForeignKey) else field
        values[field.attname] = value if isinstance(field, models.JSONField) else target.to_python(value)
    model.objects.bulk_create([model(**values)])


def companies() -> Any:
    from ecriture.sources.settings_file import write_company
    from ecriture.store import models as now
    from ecriture.store.charts import chart_of
    from ecriture.store.settings import settings_of
    from ecriture.store.units import books_of

    for company in now.Company.objects.order_by("name"):
        books = books_of(company)
        units = [
            now.Document.objects.filter(company=company).values_list("number", "alike", "touched", "position"),
            now.Payment.objects.filter(company=company).values_list("number", "alike", "touched", "position"),
        ]
        yield {
            "settings": write_company(settings_of(company)).decode(),
            "accounts": [account.number for account in chart_of(company)],
            "units": [repr(unit) for unit in books.units],
            "columns": [[list(it) for it in of_kind.order_by("position")] for of_kind in units],
            "counters": [company.units_made, company.batches_made],
            "people": sorted(now.Membership.objects.filter(company=company).values_list("user__email", "role")),
            "audit": sorted(now.AuditRecord.objects.filter(company=company).values_list("action", flat=True)),
            "invitations": now.Invitation.objects.filter(company=company, made_by__name="Ann").count(),
        }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
