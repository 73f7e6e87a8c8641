"""An index of what lists of documents and payments count and sum."""

from django.db import migrations, models

COLUMNS = ("company", "status", "kind", "held", "touched", "date", "total_cents")


class Migration(migrations.Migration):
    dependencies = [("store", "0014_imports")]

    operations = [
        migrations.AddIndex("document", models.Index(fields=list(COLUMNS), name="document_sums")),
        migrations.AddIndex("payment", models.Index(fields=list(COLUMNS), name="payment_sums")),
    ]
