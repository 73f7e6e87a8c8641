"""Tax returns: what a sale without tax is, methods that write off, what money before its invoice is, and what was filed.

The database keeps what was filed as it was filed, whoever asks: only a person who is deleted leaves it.
"""

from importlib import import_module
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import ecriture.store.ids

STAYS = import_module("ecriture.store.migrations.0011_batches_stay")
FILED = "what was filed stays as it was"
FIXED = {
    "store_taxreturn": (
        *("id", "company_id", "form", "first", "last", "version", "method", "lines", "amounts", "entry_count", "at"),
        "who_name",
    ),
    "store_taxreturndecision": (
        *("id", "company_id", "tax_return_id", "source", "number", "amounts", "choice", "goes_into", "at", "who_name"),
    ),
}


def triggers() -> Any:
    for table, columns in FIXED.items():
        yield STAYS.Trigger(f"{table}_is_not_changed", "UPDATE", table, STAYS.differs(columns), FILED)
        yield STAYS.Trigger(f"{table}_is_not_deleted", "DELETE", table, STAYS.STAYS, FILED)
    entry = "store_taxreturnentry"
    yield STAYS.Trigger(f"{entry}_is_not_changed", "UPDATE", entry, "1 = 1", FILED)
    yield STAYS.Trigger(f"{entry}_is_not_deleted", "DELETE", entry, STAYS.STAYS, FILED)
    made = "EXISTS (SELECT 1 FROM store_taxreturn WHERE id = NEW.tax_return_id)"
    yield STAYS.Trigger(f"{entry}_is_not_added", "INSERT", entry, made, FILED)


def forwards(_apps: Any, editor: Any) -> None:
    STAYS.put(editor, triggers())


def backwards(_apps: Any, editor: Any) -> None:
    STAYS.drop(editor, triggers())


def guard_again(apps: Any, editor: Any) -> None:
    import_module("ecriture.store.migrations.0012_lists_of_books").guard_again(apps, editor)


def key() -> Any:
    return models.UUIDField(default=ecriture.store.ids.new_id, editable=False, primary_key=True, serialize=False)


def company() -> Any:
    return models.ForeignKey(
        "store.company", db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+"
    )


def person() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
    )


def tax_return() -> Any:
    return models.ForeignKey(
        "store.taxreturn",
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
    )


def unique(table: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["company", *fields], name=f"{table}_unique_{'_'.join(fields)}")


class Migration(migrations.Migration):
    dependencies = [("store", "0017_control")]

    operations = [
        migrations.AddField("company", "quick_method", models.BooleanField(default=False)),
        migrations.AddField("item", "untaxed", models.CharField(blank=True, default="", max_length=12)),
        migrations.AddField("method", "write_off", models.BooleanField(default=False)),
        migrations.AddField("payment", "nature", models.CharField(blank=True, default="", max_length=8)),
        migrations.AddField("payment", "kept_on", models.DateField(null=True)),
        migrations.AddIndex(
            "payment",
            models.Index(
                condition=models.Q(("nature", ""), _negated=True),
                fields=["company", "nature", "date"],
                name="payment_nature",
            ),
        ),
        migrations.AddIndex(
            "paymentrow",
            models.Index(
                condition=models.Q(applied__isnull=False), fields=["company", "applied"], name="paymentrow_applied"
            ),
        ),
        migrations.CreateModel(
            "TaxReturn",
            [
                ("id", key()),
                ("form", models.CharField(max_length=60)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("version", models.IntegerField()),
                ("method", models.CharField(max_length=8)),
                ("lines", models.JSONField()),
                ("amounts", models.JSONField()),
                ("entry_count", models.IntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("who_name", models.CharField(max_length=254)),
                ("company", company()),
                ("who", person()),
            ],
            options={"constraints": [unique("taxreturn", "form", "first", "version")]},
        ),
        migrations.CreateModel(
            "TaxReturnEntry",
            [
                ("id", key()),
                ("source", models.CharField(max_length=12)),
                ("number", models.CharField(max_length=200)),
                ("day", models.DateField()),
                ("customer", models.CharField(blank=True, max_length=200)),
                ("amounts", models.JSONField()),
                ("company", company()),
                ("tax_return", tax_return()),
            ],
            options={"constraints": [unique("taxreturnentry", "tax_return", "source", "number")]},
        ),
        migrations.CreateModel(
            "TaxReturnDecision",
            [
                ("id", key()),
                ("source", models.CharField(max_length=12)),
                ("number", models.CharField(max_length=200)),
                ("amounts", models.JSONField()),
                ("choice", models.CharField(max_length=8)),
                ("goes_into", models.DateField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("who_name", models.CharField(max_length=254)),
                ("company", company()),
                ("tax_return", tax_return()),
                ("who", person()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company", "tax_return", "source", "number"], name="taxdecision_return"),
                    models.Index(fields=["company", "goes_into"], name="taxdecision_goes_into"),
                ]
            },
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
        migrations.RunPython(forwards, backwards),
    ]
