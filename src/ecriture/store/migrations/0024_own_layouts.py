"""A company's own layouts of its program's import file."""

import django.db.models.deletion
from django.db import migrations, models

from ecriture.store.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("store", "0023_withdrawn_returns")]

    operations = [
        migrations.CreateModel(
            name="OwnLayout",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("target", models.CharField(max_length=30)),
                ("toml", models.TextField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.company",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "target"), name="ownlayout_unique_target")]
            },
        ),
    ]
