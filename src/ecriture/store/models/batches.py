"""Batches: what one export transferred, with the exact bytes of its file (`ecriture.core.batches`)."""

from django.conf import settings
from django.db import models

from ecriture.store.models.owned import Owned, unique


class Batch(Owned):
    """One export, immutable except for its state.

    `entries` are the journal entries: `[date, source, comment, [[account, cents, comment]]]`.
    """

    number = models.IntegerField()
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=500, blank=True)
    target = models.CharField(max_length=30)
    through = models.DateField()
    opening = models.CharField(max_length=12)
    start_date = models.DateField(null=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    entries = models.JSONField()
    exported_at = models.DateTimeField()
    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (unique("batch", "number"),)

    def __str__(self) -> str:
        return str(self.number)


class OfBatch(Owned):
    """A row of a batch for one unit, identified by kind and number."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit_kind = models.CharField(max_length=12)
    unit_number = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.unit_kind} {self.unit_number}"


class BatchPosting(OfBatch):
    """A posting of a batch. `entry` and `line` count from 1."""

    position = models.IntegerField()
    entry = models.IntegerField()
    line = models.IntegerField()
    customer = models.CharField(max_length=200, blank=True)
    own_date = models.DateField()
    open_date = models.DateField()
    account = models.CharField(max_length=15)
    amount_cents = models.BigIntegerField()
    why = models.CharField(max_length=12)

    class Meta:
        constraints = (unique("batchposting", "batch", "position"),)
        indexes = (
            models.Index(fields=["company", "unit_kind", "unit_number"], name="batchposting_unit"),
            models.Index(fields=["company", "account", "open_date"], name="batchposting_account"),
        )


class BatchRecord(OfBatch):
    """What a batch records of a unit, so that no setting can move it later: its date, its accounts by key, its own dates."""

    unit_date = models.DateField()
    accounts = models.JSONField()
    sale_date = models.DateField(null=True)
    applied = models.JSONField()

    class Meta:
        constraints = (unique("batchrecord", "unit_kind", "unit_number", "batch"),)
