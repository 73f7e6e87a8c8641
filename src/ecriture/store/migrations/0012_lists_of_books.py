"""What the lists of documents and payments are searched and sorted by, and what a payment comes to.

Rows that are written together with what they name no longer have the database look for each other (models/owned.py).
"""

from importlib import import_module
from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from ecriture.core.text import fold

AT_ONCE = 500


def fill(apps: Any, _editor: Any) -> None:
    payment, rows = apps.get_model("store", "Payment"), apps.get_model("store", "PaymentRow")
    amounts = rows.objects.filter(company=OuterRef("company"), payment=OuterRef("pk")).order_by().values("payment")
    payment.objects.update(
        total_cents=Coalesce(Subquery(amounts.annotate(cents=Sum("amount_cents")).values("cents")), 0)
    )
    for name in ("Document", "Payment"):
        put_words(apps.get_model("store", name))


def put_words(model: Any) -> None:
    last = None
    while rows := list((model.objects.filter(pk__gt=last) if last else model.objects.all()).order_by("pk")[:AT_ONCE]):
        for row in rows:
            row.words = fold(f"{row.number} {row.customer} {getattr(row, 'bank_reference', '')}".strip())
        model.objects.bulk_update(rows, ["words"])
        last = rows[-1].pk


def guard_again(_apps: Any, editor: Any) -> None:
    """SQLite remakes a table that is altered, without its triggers."""
    if editor.connection.vendor == "sqlite":
        for trigger in import_module("ecriture.store.migrations.0011_batches_stay").triggers():
            editor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}", params=None)
            editor.execute(trigger.sqlite(), params=None)


def unchecked(model: str, *, related_name: str = "+") -> Any:
    return models.ForeignKey(
        f"store.{model}", on_delete=models.DO_NOTHING, related_name=related_name, db_index=False, db_constraint=False
    )


class Migration(migrations.Migration):
    dependencies = [("store", "0011_batches_stay")]

    operations = [
        migrations.AddField("document", "words", models.TextField(default=""), preserve_default=False),
        migrations.AddField("payment", "words", models.TextField(default=""), preserve_default=False),
        migrations.AddField("payment", "total_cents", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddIndex(
            "document", models.Index(fields=["company", "date", "number"], name="document_date_number")
        ),
        migrations.AddIndex("payment", models.Index(fields=["company", "date", "number"], name="payment_date_number")),
        migrations.RemoveIndex("document", "document_date"),
        migrations.RemoveIndex("payment", "payment_date"),
        migrations.AlterField("documentrow", "document", unchecked("document", related_name="rows")),
        migrations.AlterField("paymentrow", "payment", unchecked("payment", related_name="rows")),
        *(
            migrations.AlterField(name, "batch", unchecked("batch"))
            for name in ("batchposting", "batchaccounts", "batchrecord")
        ),
        migrations.AlterField("batchrecord", "accounts", unchecked("batchaccounts")),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
