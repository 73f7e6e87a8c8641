"""Encrypts the second factors that were kept in clear."""

from typing import Any

from django.db import migrations

from ecriture.store.sealing import MARK, sealed


def seal(apps: Any, _schema_editor: Any) -> None:
    for factor in apps.get_model("mfa", "Authenticator").objects.all():
        clear = {
            name: text for name in ("secret", "seed") if (text := factor.data.get(name)) and not text.startswith(MARK)
        }
        if clear:
            factor.data |= {name: sealed(text) for name, text in clear.items()}
            factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("store", "0004_role_labels"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
