"""A batch keeps the layout by which its file is written."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

STAYS = import_module("ecriture.store.migrations.0011_batches_stay")


def triggers() -> Any:
    condition = STAYS.differs(("layout",))
    yield STAYS.Trigger("store_batch_keeps_its_layout", "UPDATE", "store_batch", condition, STAYS.BATCH)


def forwards(_apps: Any, editor: Any) -> None:
    STAYS.put(editor, triggers())


def backwards(_apps: Any, editor: Any) -> None:
    STAYS.drop(editor, triggers())


# By hand, since Django would copy SQLite's whole table, with all files, and lose its triggers.
ADD = "ALTER TABLE store_batch ADD COLUMN layout text DEFAULT '' NOT NULL"
DROP = "ALTER TABLE store_batch DROP COLUMN layout"


class Migration(migrations.Migration):
    dependencies = [("store", "0024_own_layouts")]

    operations = [
        migrations.RunSQL(
            ADD, DROP, [migrations.AddField("batch", "layout", models.TextField(blank=True, default=""))]
        ),
        migrations.RunPython(forwards, backwards, elidable=False),
    ]
