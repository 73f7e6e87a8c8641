"""The common parts of all rows of a company."""

from django.db import models

from ecriture.store.ids import new_id


class Owned(models.Model):
    """A row of a company. It needs no index of the company alone: each table has one that starts with it.

    A row's reference to another within the company, which are written and deleted together, is not checked by the
    database (`db_constraint=False`): it would look for such rows by an index of that column alone, and there is none,
    so it would go through the whole table for each row of the other that is added or deleted.
    """

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
