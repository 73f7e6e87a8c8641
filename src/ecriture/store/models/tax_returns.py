"""Tax returns as they were filed, and what people decided of what changed since.

Triggers of the database (migrations 0018 and 0022) let nothing of them change; only `ecriture.store.filing` and `filed`
write them.
"""

from django.db import models
from django.utils import timezone

from ecriture.store.models.batches import person
from ecriture.store.models.owned import Owned, unique


class TaxReturn(Owned):
    """A return that somebody filed. A period that is filed again, amended, has another version.

    `lines` are `[number, cents]`, with None for an open one; `amounts` is what its entries came to
    (`ecriture.store.filing` says how they are written). `method` is `regular` or `quick`.
    """

    form = models.CharField(max_length=60)
    first = models.DateField()
    last = models.DateField()
    version = models.IntegerField()
    method = models.CharField(max_length=8)
    lines = models.JSONField()
    amounts = models.JSONField()
    entry_count = models.IntegerField()
    at = models.DateTimeField(default=timezone.now)
    who = person()
    who_name = models.CharField(max_length=254)

    class Meta:
        constraints = (unique("taxreturn", "form", "first", "version"),)

    def __str__(self) -> str:
        return f"{self.form} {self.first} – {self.last}"


class TaxReturnWithdrawal(Owned):
    """A return that somebody took back after it was marked as filed; the return itself stays as it was."""

    tax_return = models.ForeignKey(
        TaxReturn, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)
    who = person()
    who_name = models.CharField(max_length=254)

    class Meta:
        constraints = (unique("taxreturnwithdrawal", "tax_return"),)

    def __str__(self) -> str:
        return self.reason


class OfTaxReturn(Owned):
    """A row of a return."""

    tax_return = models.ForeignKey(
        TaxReturn, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    source = models.CharField(max_length=12)
    number = models.CharField(max_length=200)
    amounts = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class TaxReturnEntry(OfTaxReturn):
    """What a document or payment contributed to a return when it was filed."""

    day = models.DateField()
    customer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (unique("taxreturnentry", "tax_return", "source", "number"),)


class TaxReturnDecision(OfTaxReturn):
    """What somebody decided of a change since: `amend` the return, or put the change in the `next` one.

    `amounts` is the change; `goes_into` the first day of the period that takes it.
    """

    choice = models.CharField(max_length=8)
    goes_into = models.DateField(null=True)
    at = models.DateTimeField(default=timezone.now)
    who = person()
    who_name = models.CharField(max_length=254)

    class Meta:
        indexes = (
            models.Index(fields=["company", "tax_return", "source", "number"], name="taxdecision_return"),
            models.Index(fields=["company", "goes_into"], name="taxdecision_goes_into"),
        )
