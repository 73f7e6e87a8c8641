"""Companies that were removed. A row of this table lets the database delete the records of that company, and of no other."""

from django.db import models
from django.utils import timezone


class RemovedCompany(models.Model):
    """What is left of a company: its name, who removed it, and when. `id` is that of the company."""

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=200)
    by_name = models.CharField(max_length=254, blank=True)
    """Empty for the command line."""
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
