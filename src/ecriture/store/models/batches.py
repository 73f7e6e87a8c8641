"""Batches: what one export transferred, with the exact bytes of its file (`ecriture.core.batches`).

Triggers of the database (migration 0011) let nothing of them change but what became of a batch; only
`ecriture.store.transfer` writes them.
"""

from django.conf import settings
from django.db import models

from ecriture.core.batches import BatchState
from ecriture.store.models.owned import Owned, unique


def person() -> "models.ForeignKey[object, object]":
    """Who did something; empty for the command, and when the account is gone: the name beside it stays."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )


class Batch(Owned):
    """One export. `entries` are the journal entries: `[date, source, comment, [[account, cents, comment]]]`.

    `fingerprint` is that of the plan it was made from: the same plan never becomes two batches. `layout`: that of the day,
    by which `content` is written, as TOML; empty where the target has none, and in batches from before it was kept.
    """

    number = models.IntegerField()
    state = models.CharField(max_length=12, default=BatchState.EXPORTED)
    reason = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64)
    target = models.CharField(max_length=30)
    layout = models.TextField(blank=True, default="")
    through = models.DateField()
    opening = models.CharField(max_length=12)
    start_date = models.DateField(null=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    entries = models.JSONField()
    entry_count = models.IntegerField()
    debit_cents = models.BigIntegerField()
    exported_at = models.DateTimeField()
    exported_by = person()
    exported_by_name = models.CharField(max_length=254, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = person()
    confirmed_by_name = models.CharField(max_length=254, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = person()
    cancelled_by_name = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = (unique("batch", "number"), unique("batch", "fingerprint"))

    def __str__(self) -> str:
        return str(self.number)

    @property
    def live(self) -> bool:
        return self.state != BatchState.CANCELLED


class OfBatch(Owned):
    """A row of a batch."""

    batch = models.ForeignKey(Batch, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        abstract = True


class BatchPosting(OfBatch):
    """A posting of a batch, of a unit. `entry` and `line` count from 1."""

    unit_kind = models.CharField(max_length=12)
    unit_number = models.CharField(max_length=200)
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
            models.Index(fields=["company", "unit_number", "unit_kind"], name="batchposting_unit"),
            models.Index(fields=["company", "account", "open_date"], name="batchposting_account"),
        )

    def __str__(self) -> str:
        return f"{self.unit_kind} {self.unit_number}"


class BatchAccounts(OfBatch):
    """Accounts by key, as a batch recorded them for one or many units (`core.batches.RecordedAccounts`)."""

    position = models.IntegerField()
    accounts = models.JSONField()

    class Meta:
        constraints = (unique("batchaccounts", "batch", "position"),)

    def __str__(self) -> str:
        return f"{len(self.accounts)} accounts"


class BatchRecord(OfBatch):
    """What a batch records of a unit, so that no setting can move it later: its date, its accounts, its own dates.

    `applied`: `[document, applied, date of application]` for each row of a payment that has one. `remapped`: it went to the
    accounts of the settings of then, and what earlier batches recorded of its accounts no longer counts.
    """

    unit_kind = models.CharField(max_length=12)
    unit_number = models.CharField(max_length=200)
    unit_date = models.DateField()
    accounts = models.ForeignKey(
        BatchAccounts, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    sale_date = models.DateField(null=True)
    applied = models.JSONField()
    remapped = models.BooleanField(default=False)

    class Meta:
        constraints = (unique("batchrecord", "unit_number", "unit_kind", "batch"),)

    def __str__(self) -> str:
        return f"{self.unit_kind} {self.unit_number}"


class BatchLink(OfBatch):
    """A link that shows one batch, read-only, to whoever has it. Only its digest is kept."""

    digest = models.CharField(max_length=64)
    made_by_name = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (unique("batchlink", "digest"),)
        indexes = (
            models.Index(fields=["digest"], name="batchlink_digest"),  # who has a link does not know the company
            models.Index(fields=["company", "batch"], name="batchlink_batch"),
        )

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class BatchEntry(OfBatch):
    """The head of a journal entry of a batch, to be found by its source and its date. `number` counts from 1."""

    number = models.IntegerField()
    dated = models.DateField()
    source = models.CharField(max_length=40)
    debit_cents = models.BigIntegerField()

    class Meta:
        constraints = (unique("batchentry", "batch", "number"),)
        indexes = (
            models.Index(fields=["company", "dated"], name="batchentry_dated"),
            models.Index(fields=["company", "source"], name="batchentry_source"),
        )

    def __str__(self) -> str:
        return self.source


class BatchSum(OfBatch):
    """What a batch holds of an account in its entries of one date: as many as there are days, whatever is sold on them.

    `role` is what most of its units used the account for: `clearing`, `deposit`, `bank`, `tax`; else empty.
    """

    account = models.CharField(max_length=15)
    dated = models.DateField()
    role = models.CharField(max_length=12, blank=True)
    debit_cents = models.BigIntegerField()
    credit_cents = models.BigIntegerField()

    class Meta:
        constraints = (unique("batchsum", "account", "dated", "batch"),)
        indexes = (models.Index(fields=["company", "role", "account"], name="batchsum_role"),)

    def __str__(self) -> str:
        return f"{self.account} {self.dated}"


class MonthLook(Owned):
    """Somebody looked at a month's proof: what the controlled accounts came to then, in cents by account."""

    month = models.DateField()
    at = models.DateTimeField()
    by = person()
    by_name = models.CharField(max_length=254)
    figures = models.JSONField()

    class Meta:
        indexes = (models.Index(fields=["company", "month"], name="monthlook_month"),)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.by_name}"
