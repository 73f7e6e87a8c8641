"""E-mails on their way, and the workers that send them. These tables are the server's, not a company's."""

from django.db import models
from django.utils import timezone

from ecriture.store.ids import new_id
from ecriture.store.models.companies import Company
from ecriture.store.models.people import Invitation


class Letter(models.Model):
    """An e-mail. `sealed` is its text, encrypted with the server's key, and empty once it was sent or given up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    to = models.CharField(max_length=254)
    sealed = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    held_until = models.DateTimeField(null=True)
    """While a worker sends it no other does; a worker that was killed does not hold it for ever."""
    tries = models.IntegerField(default=0)
    fault = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    """What the mail server said at the last try."""
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["company", "invitation"], name="letter_unique_invitation"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.to}"


class Beat(models.Model):
    """The last sign of life of a worker that runs a job."""

    worker = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} {self.at:%Y-%m-%d %H:%M:%S}"
