"""Imports; the program that each document and payment came from; and whether a live batch holds it."""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, OuterRef

from ecriture.store.ids import new_id

LIVE = ("exported", "confirmed")
guard_again = import_module("ecriture.store.migrations.0012_lists_of_books").guard_again


def hold(apps: Any, _editor: Any) -> None:
    records = apps.get_model("store", "BatchRecord").objects
    for name in ("document", "payment"):
        live = records.filter(
            company=OuterRef("company"), unit_number=OuterRef("number"), unit_kind=name, batch__state__in=LIVE
        )
        apps.get_model("store", name).objects.filter(Exists(live)).update(held=True)


class Migration(migrations.Migration):
    dependencies = [("store", "0013_by_hand")]

    operations = [
        migrations.AddField("document", "origin", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("payment", "origin", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("document", "held", models.BooleanField(default=False)),
        migrations.AddField("payment", "held", models.BooleanField(default=False)),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
        migrations.RunPython(hold, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("toml", models.TextField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.company",
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("company", "name"), name="mapping_unique_name")]},
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("upload", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(blank=True, max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("origin", models.CharField(blank=True, max_length=60)),
                ("new", models.IntegerField()),
                ("changed", models.IntegerField()),
                ("unchanged", models.IntegerField()),
                ("before", models.BinaryField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_name", models.CharField(blank=True, max_length=254)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.company",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["company", "at", "id"], name="import_at")]},
        ),
    ]
