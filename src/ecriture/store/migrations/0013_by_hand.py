"""What documents and payments that are entered by hand have besides, and what a printed invoice says of its seller."""

from importlib import import_module
from typing import Any

from django.db import migrations, models


def text(most: int) -> Any:
    return models.CharField(blank=True, default="", max_length=most)


def guard_again(apps: Any, editor: Any) -> None:
    import_module("ecriture.store.migrations.0012_lists_of_books").guard_again(apps, editor)


def by_hand(table: str) -> models.Index:
    condition = models.Q(by_hand=True)
    return models.Index(fields=["company", "kind", "position"], name=f"{table}_by_hand", condition=condition)


class Migration(migrations.Migration):
    dependencies = [("store", "0012_lists_of_books")]

    operations = [
        migrations.AddField("company", "address", text(500)),
        migrations.AddField("company", "gst_number", text(30)),
        migrations.AddField("company", "qst_number", text(30)),
        migrations.AddField("document", "by_hand", models.BooleanField(default=False)),
        migrations.AddField("payment", "by_hand", models.BooleanField(default=False)),
        migrations.AddField("document", "place", text(10)),
        migrations.AddField("document", "terms", text(200)),
        migrations.AddField("document", "address", text(500)),
        migrations.AddField("document", "language", text(2)),
        migrations.AddIndex(
            "document", models.Index(fields=["company", "customer", "position"], name="document_customer")
        ),
        migrations.AddIndex("document", by_hand("document")),
        migrations.AddIndex("payment", by_hand("payment")),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
