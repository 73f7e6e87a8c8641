"""What is very long lies in parts beside its row: the changes of a large import in the audit log.

The database protects the parts as it protects the records themselves: they are there before the record, and stay.
"""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from ecriture.store.ids import new_id

guards = import_module("ecriture.store.migrations.0011_batches_stay")
WRITTEN_ONCE = "a record of the audit is written once"
NOT_CHANGED = "store_audit_is_not_changed"
COLUMNS = "id, company_id, at, who_name, action, area, subject, changes, words"


def triggers() -> Any:
    is_made = "EXISTS (SELECT 1 FROM store_auditrecord WHERE id = NEW.record_id)"
    for event, ending, condition in (
        ("INSERT", "added", is_made),
        ("UPDATE", "changed", "1 = 1"),
        ("DELETE", "deleted", guards.STAYS),
    ):
        name = f"store_auditpart_is_not_{ending}"
        yield guards.Trigger(name, event, "store_auditpart", condition, WRITTEN_ONCE)


def forwards(_apps: Any, editor: Any) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    for trigger in triggers():
        editor.execute(trigger.sqlite() if is_sqlite else trigger.postgresql(), params=None)
    if is_sqlite:
        guard_columns(editor, f"{COLUMNS}, more")


def backwards(_apps: Any, editor: Any) -> None:
    for name, *_ in triggers():
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER IF EXISTS {name}", params=None)
        else:
            editor.execute(f"DROP TRIGGER {name} ON store_auditpart; DROP FUNCTION {name}();", params=None)
    if editor.connection.vendor == "sqlite":
        guard_columns(editor, COLUMNS)


def guard_columns(editor: Any, columns: str) -> None:
    """On SQLite the columns are named that may not change."""
    editor.execute(f"DROP TRIGGER {NOT_CHANGED}", params=None)
    editor.execute(
        f"CREATE TRIGGER {NOT_CHANGED} BEFORE UPDATE OF {columns} ON store_auditrecord"
        f" BEGIN SELECT RAISE(ABORT, '{WRITTEN_ONCE}'); END",
        params=None,
    )


class Migration(migrations.Migration):
    dependencies = [("store", "0014_imports")]

    operations = [
        migrations.AddField("auditrecord", "more", models.IntegerField(null=True)),
        migrations.CreateModel(
            name="AuditPart",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("position", models.IntegerField()),
                ("changes", models.JSONField()),
                ("words", models.TextField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.company",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="parts",
                        to="store.auditrecord",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "record", "position"), name="auditpart_unique_record_position"
                    )
                ]
            },
        ),
        migrations.RunPython(forwards, backwards, elidable=False),
    ]
