"""The answers to *same payment?* are kept with the import that they were given for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0016_batch_links")]

    operations = [migrations.AddField("import", "known_as", models.JSONField(default=dict))]
