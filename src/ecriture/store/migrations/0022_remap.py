"""Which documents and payments are to go to the accounts of today's settings, and which did in a batch."""

from importlib import import_module
from typing import Any

from django.db import migrations, models


def guard_again(apps: Any, editor: Any) -> None:
    import_module("ecriture.store.migrations.0012_lists_of_books").guard_again(apps, editor)


def flag() -> Any:
    return models.BooleanField(default=False)


def remap(table: str) -> models.Index:
    return models.Index(fields=["company", "number"], name=f"{table}_remap", condition=models.Q(remap=True))


class Migration(migrations.Migration):
    dependencies = [("store", "0021_import_jobs")]

    operations = [
        migrations.AddField("document", "remap", flag()),
        migrations.AddField("payment", "remap", flag()),
        migrations.AddField("batchrecord", "remapped", flag()),
        migrations.AddIndex("document", remap("document")),
        migrations.AddIndex("payment", remap("payment")),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
