"""What the control of the clearing account needs: the heads of entries, sums by account and day, and since when and until
when a document or payment is open.

The two tables are filled from the batches that there are, and guarded as the other rows of a batch are.
"""

from datetime import date
from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import ecriture.store.ids
from ecriture.store.batches import Sums

TABLES = ("store_batchentry", "store_batchsum")
GUARDS = import_module("ecriture.store.migrations.0011_batches_stay")
UNITS = ("document", "payment")


def fill(apps: Any, _editor: Any) -> None:
    entries, sums = apps.get_model("store", "BatchEntry"), apps.get_model("store", "BatchSum")
    for batch in apps.get_model("store", "Batch").objects.order_by("company_id", "number").iterator():
        its = {"company_id": batch.company_id, "batch_id": batch.pk}
        dates = [date.fromisoformat(day) for day, *_ in batch.entries]
        entries.objects.bulk_create(
            entries(
                **its,
                number=at,
                dated=dates[at - 1],
                source=source,
                debit_cents=sum(cents for _, cents, *_ in lines if cents > 0),
            )
            for at, (_, source, _, lines) in enumerate(batch.entries, start=1)
        )
        found = Sums(dates)
        postings = apps.get_model("store", "BatchPosting").objects.filter(**its)
        for posting in postings.values_list("entry", "account", "amount_cents").iterator():
            found.add(*posting)
        recorded = apps.get_model("store", "BatchAccounts").objects.filter(**its).values_list("accounts", flat=True)
        sums.objects.bulk_create(sums(**its, **it._asdict()) for it in found.rows(recorded))


def triggers() -> Any:
    return (it for it in GUARDS.triggers_of(TABLES))


def guard(_apps: Any, editor: Any) -> None:
    import_module("ecriture.store.migrations.0012_lists_of_books").guard_again(_apps, editor)
    GUARDS.put(editor, GUARDS.triggers_of(TABLES))


def unguard(_apps: Any, editor: Any) -> None:
    GUARDS.drop(editor, GUARDS.triggers_of(TABLES))


def owned(*fields: tuple[str, Any]) -> list[tuple[str, Any]]:
    key = models.UUIDField(default=ecriture.store.ids.new_id, editable=False, primary_key=True, serialize=False)
    return [("id", key), *fields, ("batch", to("batch", unchecked=True)), ("company", to("company"))]


def to(model: str, *, unchecked: bool = False) -> Any:
    on_delete = django.db.models.deletion.DO_NOTHING if unchecked else django.db.models.deletion.CASCADE
    return models.ForeignKey(
        f"store.{model}", on_delete=on_delete, related_name="+", db_index=False, db_constraint=not unchecked
    )


def person() -> Any:
    by: dict[str, Any] = {"on_delete": django.db.models.deletion.SET_NULL, "null": True}
    return models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", db_index=False, **by)


def unique(table: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=("company", *fields), name=f"{table}_unique_{'_'.join(fields)}")


def index(name: str, *fields: str) -> models.Index:
    return models.Index(fields=["company", *fields], name=name)


class Migration(migrations.Migration):
    dependencies = [("store", "0016_batch_links")]

    operations = [
        migrations.CreateModel(
            "BatchEntry",
            owned(
                ("number", models.IntegerField()),
                ("dated", models.DateField()),
                ("source", models.CharField(max_length=40)),
                ("debit_cents", models.BigIntegerField()),
            ),
            options={
                "constraints": (unique("batchentry", "batch", "number"),),
                "indexes": [index("batchentry_dated", "dated"), index("batchentry_source", "source")],
            },
        ),
        migrations.CreateModel(
            "BatchSum",
            owned(
                ("account", models.CharField(max_length=15)),
                ("dated", models.DateField()),
                ("role", models.CharField(blank=True, max_length=12)),
                ("debit_cents", models.BigIntegerField()),
                ("credit_cents", models.BigIntegerField()),
            ),
            options={
                "constraints": (unique("batchsum", "account", "dated", "batch"),),
                "indexes": [index("batchsum_role", "role", "account")],
            },
        ),
        migrations.CreateModel(
            "MonthLook",
            [
                it
                for it in owned(
                    ("month", models.DateField()),
                    ("at", models.DateTimeField()),
                    ("by_name", models.CharField(max_length=254)),
                    ("figures", models.JSONField()),
                    ("by", person()),
                )
                if it[0] != "batch"
            ],
            options={"indexes": [index("monthlook_month", "month")]},
        ),
        *(
            migrations.AddField(name, day, models.DateField(null=True))
            for name in UNITS
            for day in ("opened_on", "closed_on")
        ),
        *(migrations.AddIndex(name, index(f"{name}_open_on", "closed_on", "opened_on")) for name in UNITS),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(guard, unguard),
    ]
