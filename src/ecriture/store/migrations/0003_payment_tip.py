"""The part of a payment's row that is a tip."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0002_audit_is_written_once")]

    operations = [
        migrations.AddField(model_name="paymentrow", name="tip_cents", field=models.BigIntegerField(default=0)),
    ]
