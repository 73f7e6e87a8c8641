"""The common parts of all rows of a company."""

from django.db import models

from ecriture.store.ids import new_id


class Owned(models.Model):
    """A row of a company. It needs no index of the company alone: each table has one that starts with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("store.Company", on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


def unique(table: str, *fields: str) -> models.UniqueConstraint:
    """A unique constraint per company."""
    return models.UniqueConstraint(fields=["company", *fields], name=f"{table}_unique_{'_'.join(fields)}")


def account_number() -> "models.CharField[str, str]":
    """An account number; empty if none is set."""
    return models.CharField(max_length=15, blank=True, default="")
