"""What a plan looks at is flagged; counters of the company; batches with all that an export needs.

Nothing wrote batches before: their tables are made anew. Fiscal years and rates of taxes move to the row that has them.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import ecriture.store.ids
from ecriture.core.references import bare

BATCH = ("BatchRecord", "BatchPosting", "Batch")


def need_no_batches(apps: Any, _editor: Any) -> None:
    for name in BATCH:
        if apps.get_model("store", name).objects.exists():
            raise RuntimeError("the tables of batches hold rows that no version of Écriture wrote")


def move(apps: Any, _editor: Any) -> None:
    """Fiscal years and rates, which were rows of their own."""
    for company in apps.get_model("store", "Company").objects.all():
        years = apps.get_model("store", "FiscalYear").objects.filter(company=company).order_by("first")
        company.fiscal_years = [[year.first.isoformat(), year.last.isoformat()] for year in years]
        company.save(update_fields=["fiscal_years"])
    for tax in apps.get_model("store", "Tax").objects.all():
        rates = apps.get_model("store", "TaxRate").objects.filter(company=tax.company_id, tax=tax).order_by("since")
        tax.as_rows = [[rate.since.isoformat(), rate.percent_millionths] for rate in rates]
        tax.save(update_fields=["as_rows"])


def fill(apps: Any, _editor: Any) -> None:
    """The bare numbers, and the counters from what is there: positions may repeat between documents and payments."""
    of_company: dict[Any, int] = {}
    for name in ("Document", "Payment"):
        model = apps.get_model("store", name)
        rows = list(model.objects.only("number", "position", "company_id"))
        for row in rows:
            row.alike = bare(row.number)[:600]
            of_company[row.company_id] = max(of_company.get(row.company_id, 0), row.position + 1)
        model.objects.bulk_update(rows, ["alike"], batch_size=200)
    for company_id, units in of_company.items():
        apps.get_model("store", "Company").objects.filter(pk=company_id).update(units_made=units)


def drop_index_of_people(apps: Any, editor: Any) -> None:
    """Of the audit log. Altering the field would remake the table on SQLite, without its triggers."""
    table = apps.get_model("store", "AuditRecord")._meta.db_table
    with editor.connection.cursor() as cursor:
        found = editor.connection.introspection.get_constraints(cursor, table)
    for name, it in found.items():
        if it["index"] and it["columns"] == ["who_id"]:
            editor.execute(f"DROP INDEX {editor.quote_name(name)}")


def owned(*fields: tuple[str, Any]) -> list[tuple[str, Any]]:
    key = models.UUIDField(default=ecriture.store.ids.new_id, editable=False, primary_key=True, serialize=False)
    return [("id", key), *fields, ("company", to("store.company", django.db.models.deletion.CASCADE))]


def to(model: str, on_delete: Any, **more: Any) -> Any:
    return models.ForeignKey(db_index=False, on_delete=on_delete, related_name="+", to=model, **more)


def person() -> Any:
    return to(settings.AUTH_USER_MODEL, django.db.models.deletion.SET_NULL, null=True)


def unique(table: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=("company", *fields), name=f"{table}_unique_{'_'.join(fields)}")


class Migration(migrations.Migration):
    dependencies = [("store", "0005_sealed_second_factors")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(drop_index_of_people, migrations.RunPython.noop)],
            [migrations.AlterField("auditrecord", "who", person())],
        ),
        migrations.AlterField("invitation", "made_by", person()),
        migrations.AlterField("invitation", "used_by", person()),
        migrations.RunPython(need_no_batches, migrations.RunPython.noop),
        *[migrations.DeleteModel(name) for name in BATCH],
        migrations.CreateModel(
            "Batch",
            owned(
                ("number", models.IntegerField()),
                ("state", models.CharField(default="exported", max_length=12)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("fingerprint", models.CharField(max_length=64)),
                ("target", models.CharField(max_length=30)),
                ("through", models.DateField()),
                ("opening", models.CharField(max_length=12)),
                ("start_date", models.DateField(null=True)),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("entries", models.JSONField()),
                ("entry_count", models.IntegerField()),
                ("debit_cents", models.BigIntegerField()),
                ("exported_at", models.DateTimeField()),
                ("exported_by", person()),
                ("exported_by_name", models.CharField(blank=True, max_length=254)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", person()),
                ("confirmed_by_name", models.CharField(blank=True, max_length=254)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancelled_by", person()),
                ("cancelled_by_name", models.CharField(blank=True, max_length=254)),
            ),
            options={"constraints": (unique("batch", "number"), unique("batch", "fingerprint"))},
        ),
        migrations.CreateModel(
            "BatchAccounts",
            owned(
                ("batch", to("store.batch", django.db.models.deletion.CASCADE)),
                ("position", models.IntegerField()),
                ("accounts", models.JSONField()),
            ),
            options={"constraints": (unique("batchaccounts", "batch", "position"),)},
        ),
        migrations.CreateModel(
            "BatchRecord",
            owned(
                ("batch", to("store.batch", django.db.models.deletion.CASCADE)),
                ("unit_kind", models.CharField(max_length=12)),
                ("unit_number", models.CharField(max_length=200)),
                ("unit_date", models.DateField()),
                ("accounts", to("store.batchaccounts", django.db.models.deletion.CASCADE)),
                ("sale_date", models.DateField(null=True)),
                ("applied", models.JSONField()),
            ),
            options={"constraints": (unique("batchrecord", "unit_number", "unit_kind", "batch"),)},
        ),
        migrations.CreateModel(
            "BatchPosting",
            owned(
                ("batch", to("store.batch", django.db.models.deletion.CASCADE)),
                ("unit_kind", models.CharField(max_length=12)),
                ("unit_number", models.CharField(max_length=200)),
                ("position", models.IntegerField()),
                ("entry", models.IntegerField()),
                ("line", models.IntegerField()),
                ("customer", models.CharField(blank=True, max_length=200)),
                ("own_date", models.DateField()),
                ("open_date", models.DateField()),
                ("account", models.CharField(max_length=15)),
                ("amount_cents", models.BigIntegerField()),
                ("why", models.CharField(max_length=12)),
            ),
            options={
                "constraints": (unique("batchposting", "batch", "position"),),
                "indexes": (
                    models.Index(fields=["company", "unit_number", "unit_kind"], name="batchposting_unit"),
                    models.Index(fields=["company", "account", "open_date"], name="batchposting_account"),
                ),
            },
        ),
        migrations.AddField("company", "fiscal_years", models.JSONField(default=list)),
        migrations.AddField("tax", "as_rows", models.JSONField(default=list)),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("FiscalYear"),
        migrations.DeleteModel("TaxRate"),
        migrations.RenameField("tax", "as_rows", "rates"),  # a name that the rows had from the tax until now
        migrations.AddField("company", "batches_made", models.IntegerField(default=0)),
        migrations.AddField("company", "units_made", models.BigIntegerField(default=0)),
        *[
            operation
            for name in ("document", "payment")
            for operation in (
                migrations.RemoveIndex(name, f"{name}_changed"),
                migrations.RemoveField(name, "changed_at"),
                migrations.AddField(name, "touched", models.BooleanField(default=True)),
                migrations.AddField(
                    name, "alike", models.CharField(default="", max_length=600), preserve_default=False
                ),
            )
        ],
        migrations.RunPython(fill, migrations.RunPython.noop),
        *[
            operation
            for name in ("document", "payment")
            for operation in (
                migrations.AddIndex(name, models.Index(fields=["company", "alike"], name=f"{name}_alike")),
                migrations.AddIndex(
                    name,
                    models.Index(
                        condition=Q(("touched", True)), fields=["company", "position"], name=f"{name}_touched"
                    ),
                ),
            )
        ],
    ]
