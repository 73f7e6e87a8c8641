"""Large files that a worker looks at and stores."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from ecriture.store.ids import new_id


def company() -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="store.company"
    )


class Migration(migrations.Migration):
    dependencies = [("store", "0020_parts"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="ImportJob",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("upload", models.UUIDField()),
                ("act", models.CharField(max_length=10)),
                ("asked", models.JSONField(default=dict)),
                ("shows", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("job", models.CharField(blank=True, max_length=64)),
                ("phase", models.CharField(max_length=10)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("place", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("outcome", models.JSONField(default=dict)),
                ("made", models.UUIDField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("company", company()),
            ],
            options={"indexes": [models.Index(fields=["company", "upload", "at"], name="importjob_upload")]},
        ),
        migrations.CreateModel(
            name="ImportPage",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("position", models.IntegerField()),
                ("rows", models.JSONField()),
                ("company", company()),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="store.importjob",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "job", "position"), name="importpage_unique_job_position"
                    )
                ]
            },
        ),
    ]
