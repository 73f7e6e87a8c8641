"""What is very long lies in parts beside its row: the changes of a large import in the audit log, and long files.

The database protects the parts as it protects what they belong to: they are there before it, and stay.
"""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from ecriture.store.ids import new_id

guards = import_module("ecriture.store.migrations.0011_batches_stay")
KEPT = "a file that was put in place is kept"
WRITTEN_ONCE = "a record of the audit is written once"
AUDIT = (
    *("store_audit_is_not_changed", "store_auditrecord"),
    *("id, company_id, at, who_name, action, area, subject, changes, words", "1 = 1", WRITTEN_ONCE),
)
UPLOAD = (
    *("store_upload_is_not_changed", "store_upload"),
    *(
        "id, company_id, kind, name, sha256, content, shows, at, expires_at, record_id",
        "OLD.record_id IS NOT NULL",
        KEPT,
    ),
)
"""The triggers of SQLite that name the columns which may not change."""


def triggers() -> Any:
    of_record = "EXISTS (SELECT 1 FROM store_auditrecord WHERE id = NEW.record_id)"
    of_file = "EXISTS (SELECT 1 FROM store_upload WHERE id = NEW.upload_id)"
    in_place = (
        f"{guards.STAYS} AND EXISTS (SELECT 1 FROM store_upload WHERE id = OLD.upload_id AND record_id IS NOT NULL)"
    )
    for table, text, is_made, stays in (
        ("store_auditpart", WRITTEN_ONCE, of_record, guards.STAYS),
        ("store_uploadpart", KEPT, of_file, in_place),
    ):
        yield guards.Trigger(f"{table}_is_not_added", "INSERT", table, is_made, text)
        yield guards.Trigger(f"{table}_is_not_changed", "UPDATE", table, "1 = 1", text)
        yield guards.Trigger(f"{table}_is_not_deleted", "DELETE", table, stays, text)


def forwards(_apps: Any, editor: Any) -> None:
    guards.put(editor, triggers())
    if editor.connection.vendor == "sqlite":
        guard_columns(editor, ", more")


def backwards(_apps: Any, editor: Any) -> None:
    guards.drop(editor, triggers())
    if editor.connection.vendor == "sqlite":
        guard_columns(editor, "")


def guard_columns(editor: Any, more: str) -> None:
    for name, table, columns, condition, text in (AUDIT, UPLOAD):
        editor.execute(f"DROP TRIGGER {name}", params=None)
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns}{more} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{text}'); END",
            params=None,
        )


def beside(model: str, name: str) -> list[Any]:
    """The columns of what lies beside a row of a model."""
    parent = models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="parts",
        to=f"store.{model}",
    )
    company = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="store.company"
    )
    return [
        ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
        ("position", models.IntegerField()),
        ("company", company),
        (name, parent),
    ]


class Migration(migrations.Migration):
    dependencies = [("store", "0019_payments_known_again")]

    operations = [
        migrations.AddField("auditrecord", "more", models.IntegerField(null=True)),
        migrations.AddField("upload", "more", models.IntegerField(null=True)),
        migrations.CreateModel(
            name="AuditPart",
            fields=[*beside("auditrecord", "record"), ("changes", models.JSONField()), ("words", models.TextField())],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "record", "position"), name="auditpart_unique_record_position"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="UploadPart",
            fields=[*beside("upload", "upload"), ("content", models.BinaryField())],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "upload", "position"), name="uploadpart_unique_upload_position"
                    )
                ]
            },
        ),
        migrations.RunPython(forwards, backwards, elidable=False),
    ]
