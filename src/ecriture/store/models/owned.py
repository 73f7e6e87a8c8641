"""What all rows of a company have in common."""

from django.db import models

from ecriture.store.ids import new_id


class Owned(models.Model):
    """A row of one company. The index of the company alone is left out: each table has one that begins with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("store.Company", on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


def unique(table: str, *fields: str) -> models.UniqueConstraint:
    """No two rows of a company with the same values."""
    return models.UniqueConstraint(fields=["company", *fields], name=f"{table}_unique_{'_'.join(fields)}")


def account_number() -> "models.CharField[str, str]":
    """An account's number; empty where none was given."""
    return models.CharField(max_length=15, blank=True, default="")
