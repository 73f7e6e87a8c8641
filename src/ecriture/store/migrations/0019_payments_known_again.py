"""The answers to *same payment?* are kept with the import that they were given for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0018_tax_returns")]

    operations = [migrations.AddField("import", "known_as", models.JSONField(default=dict))]
