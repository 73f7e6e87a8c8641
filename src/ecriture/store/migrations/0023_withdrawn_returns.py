"""A filed return that was withdrawn: a row of its own, since the return stays as it was filed."""

from importlib import import_module
from typing import Any

import django.utils.timezone
from django.db import migrations, models

RETURNS = import_module("ecriture.store.migrations.0018_tax_returns")
TABLE = "store_taxreturnwithdrawal"
WITHDRAWN = "what was withdrawn stays as it was"
FIXED = ("id", "company_id", "tax_return_id", "reason", "at", "who_name")


def triggers() -> Any:
    stays = import_module("ecriture.store.migrations.0011_batches_stay")
    yield stays.Trigger(f"{TABLE}_is_not_changed", "UPDATE", TABLE, stays.differs(FIXED), WITHDRAWN)
    yield stays.Trigger(f"{TABLE}_is_not_deleted", "DELETE", TABLE, stays.STAYS, WITHDRAWN)


def forwards(_apps: Any, editor: Any) -> None:
    for trigger in triggers():
        is_sqlite = editor.connection.vendor == "sqlite"
        editor.execute(trigger.sqlite() if is_sqlite else trigger.postgresql(), params=None)


def backwards(_apps: Any, editor: Any) -> None:
    for name, _, table, *_ in triggers():
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER {name}", params=None)
        else:
            editor.execute(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();", params=None)


class Migration(migrations.Migration):
    dependencies = [("store", "0022_remap")]

    operations = [
        migrations.CreateModel(
            "TaxReturnWithdrawal",
            [
                ("id", RETURNS.key()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("who_name", models.CharField(max_length=254)),
                ("company", RETURNS.company()),
                ("tax_return", RETURNS.tax_return()),
                ("who", RETURNS.person()),
            ],
            options={"constraints": [RETURNS.unique("taxreturnwithdrawal", "tax_return")]},
        ),
        migrations.RunPython(forwards, backwards),
    ]
