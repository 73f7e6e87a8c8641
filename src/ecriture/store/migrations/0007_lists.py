"""What lists are searched and sorted by: folded columns, and an index for each order, the company first."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import migrations, models

from ecriture.core.text import fold


def folded_items(row: Any) -> None:
    row.code_key, row.name_key = fold(row.code)[:200], fold(row.name)[:200]
    row.words = fold(f"{row.code} {row.name} {row.debit} {row.credit}")
    row.state = "archived" if row.archived else "used" if row.credit else "without"


def folded_accounts(row: Any) -> None:
    row.words = fold(f"{row.name} {row.name_fr}")


def fill(apps: Any, _editor: Any) -> None:
    put(apps.get_model("store", "Item"), folded_items, ["code_key", "name_key", "words", "state"])
    put(apps.get_model("store", "Account"), folded_accounts, ["words"])


def put(model: Any, folded: Callable[[Any], None], columns: Iterable[str]) -> None:
    last = None
    while rows := list((model.objects.filter(pk__gt=last) if last else model.objects.all()).order_by("pk")[:500]):
        for row in rows:
            folded(row)
        model.objects.bulk_update(rows, columns)
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("store", "0006_books_and_batches")]

    operations = [
        migrations.AddField("account", "words", models.TextField(blank=True, default="")),
        migrations.AddField("item", "code_key", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("item", "name_key", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("item", "words", models.TextField(blank=True, default="")),
        migrations.AddField("item", "state", models.CharField(blank=True, default="", max_length=12)),
        migrations.AddIndex("account", models.Index(fields=["company", "position", "number"], name="account_position")),
        migrations.AddIndex("item", models.Index(fields=["company", "code_key", "code"], name="item_code_key")),
        migrations.AddIndex("item", models.Index(fields=["company", "name_key", "code"], name="item_name_key")),
        migrations.AddIndex("item", models.Index(fields=["company", "debit", "code"], name="item_debit")),
        migrations.AddIndex("item", models.Index(fields=["company", "credit", "code"], name="item_credit")),
        migrations.AddIndex("item", models.Index(fields=["company", "state", "code_key", "code"], name="item_state")),
        migrations.AddIndex("auditrecord", models.Index(fields=["company", "at", "id"], name="audit_at_id")),
        migrations.AddIndex("auditrecord", models.Index(fields=["company", "who_name"], name="audit_who_name")),
        migrations.RemoveIndex("auditrecord", "audit_at"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
