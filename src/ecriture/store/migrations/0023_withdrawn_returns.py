"""A filed return that was withdrawn: a row of its own, since the return stays as it was filed."""

from importlib import import_module
from typing import Any

import django.utils.timezone
from django.db import migrations, models

STAYS = import_module("ecriture.store.migrations.0011_batches_stay")
RETURNS = import_module("ecriture.store.migrations.0018_tax_returns")
TABLE = "store_taxreturnwithdrawal"
WITHDRAWN = "what was withdrawn stays as it was"
FIXED = ("id", "company_id", "tax_return_id", "reason", "at", "who_name")


def triggers() -> Any:
    yield STAYS.Trigger(f"{TABLE}_is_not_changed", "UPDATE", TABLE, STAYS.differs(FIXED), WITHDRAWN)
    yield STAYS.Trigger(f"{TABLE}_is_not_deleted", "DELETE", TABLE, STAYS.STAYS, WITHDRAWN)


def forwards(_apps: Any, editor: Any) -> None:
    STAYS.put(editor, triggers())


def backwards(_apps: Any, editor: Any) -> None:
    STAYS.drop(editor, triggers())


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
