"""Valid documents and payments; raw rows are not stored. Amounts are whole cents (`ecriture.core.documents`).

Only `ecriture.store.books.record` writes them. Triggers of the database keep the number of what a live batch holds
(migration 0011).
"""

from django.db import models
from django.db.models import Q

from ecriture.store.models.owned import Owned, unique


def by_hand(table: str) -> models.Index:
    """An index of the units that were entered by hand, which have numbers one after the other."""
    return models.Index(fields=["company", "kind", "position"], name=f"{table}_by_hand", condition=Q(by_hand=True))


def touched(table: str) -> models.Index:
    """An index of the units that a plan looks at."""
    return models.Index(fields=["company", "position"], name=f"{table}_touched", condition=Q(touched=True))


def open_on(table: str) -> models.Index:
    """An index of what was open on a day, as transferred."""
    return models.Index(fields=["company", "closed_on", "opened_on"], name=f"{table}_open_on")


def remap(table: str) -> models.Index:
    """An index of the units that wait to be remapped, by number."""
    return models.Index(fields=["company", "number"], name=f"{table}_remap", condition=Q(remap=True))


def sums(table: str) -> models.Index:
    """An index that has all that a list counts and sums: a company's rows need not be read for it."""
    columns = ["company", "status", "kind", "held", "touched", "date", "total_cents"]
    return models.Index(fields=columns, name=f"{table}_sums")


class Unit(Owned):
    """The common columns of documents and payments.

    `touched`: something of it may be pending, so plans look at it. `held`: a live batch holds it. `alike` is the number as
    `core.references.bare` makes it: numbers that a person takes for one have the same. `words` is what a search looks
    through, folded. `origin` is the program that brought it, empty for our own files: it alone replaces it. `total_cents`
    is the sum of its rows: of a document with discounts negative, of a payment the amounts. `by_hand`: it was entered on a
    page of ours, and its number is one of that series. `opened_on` and `closed_on` are the days from and until which it is
    open as transferred; empty as long as that is not settled (`ecriture.store.control`). `remap`: its next
    transfer takes it to the accounts of today's settings; so it is touched.
    """

    position = models.BigIntegerField()
    number = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=12)
    date = models.DateField()
    customer = models.CharField(max_length=200, blank=True)
    touched = models.BooleanField(default=True)
    held = models.BooleanField(default=False)
    alike = models.CharField(max_length=600)
    words = models.TextField()
    origin = models.CharField(max_length=60, blank=True, default="")
    total_cents = models.BigIntegerField()
    by_hand = models.BooleanField(default=False)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    remap = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class Document(Unit):
    """An invoice or a credit note. The columns after `applies_to` are its particulars (`ecriture.store.particulars`)."""

    applies_to = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=10, blank=True, default="")
    terms = models.CharField(max_length=200, blank=True, default="")
    address = models.CharField(max_length=500, blank=True, default="")
    language = models.CharField(max_length=2, blank=True, default="")

    class Meta:
        constraints = (unique("document", "number"),)
        indexes = (
            models.Index(fields=["company", "date", "number"], name="document_date_number"),
            models.Index(fields=["company", "alike"], name="document_alike"),
            models.Index(fields=["company", "applies_to"], name="document_applies_to"),
            models.Index(fields=["company", "customer", "position"], name="document_customer"),
            touched("document"),
            by_hand("document"),
            remap("document"),
            sums("document"),
            open_on("document"),
        )


class DocumentRow(Owned):
    """One row of a document.

    `code` is the code of an item or tax at the time; items that documents use are never deleted.
    """

    document = models.ForeignKey(
        Document, on_delete=models.DO_NOTHING, related_name="rows", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=100, blank=True)
    description = models.CharField(max_length=500, blank=True)
    quantity = models.CharField(max_length=30, blank=True)
    unit_price = models.CharField(max_length=30, blank=True)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = (unique("documentrow", "document", "position"),)
        indexes = (models.Index(fields=["company", "kind", "code"], name="documentrow_code"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {self.amount_cents}"


class Payment(Unit):
    """Money received or given back. `nature` and `kept_on` are what somebody said of money that came before its invoice
    (`ecriture.core.advances`): no file says it, so none changes it."""

    method = models.CharField(max_length=100, blank=True)
    bank_reference = models.CharField(max_length=200, blank=True)
    nature = models.CharField(max_length=8, blank=True, default="")
    kept_on = models.DateField(null=True)

    class Meta:
        constraints = (unique("payment", "number"),)
        indexes = (
            models.Index(fields=["company", "date", "number"], name="payment_date_number"),
            models.Index(fields=["company", "alike"], name="payment_alike"),
            models.Index(fields=["company", "nature", "date"], name="payment_nature", condition=~Q(nature="")),
            touched("payment"),
            by_hand("payment"),
            remap("payment"),
            sums("payment"),
            open_on("payment"),
        )


class PaymentRow(Owned):
    """A share of a payment. `document` is a number, empty for a deposit: a document may come after its payment."""

    payment = models.ForeignKey(
        Payment, on_delete=models.DO_NOTHING, related_name="rows", db_index=False, db_constraint=False
    )
    position = models.IntegerField()
    document = models.CharField(max_length=200, blank=True)
    amount_cents = models.BigIntegerField()
    fee_cents = models.BigIntegerField(default=0)
    rounding_cents = models.BigIntegerField(default=0)
    tip_cents = models.BigIntegerField(default=0)
    applied = models.DateField(null=True)

    class Meta:
        constraints = (unique("paymentrow", "payment", "position"),)
        indexes = (
            models.Index(fields=["company", "document"], name="paymentrow_document"),
            models.Index(fields=["company", "applied"], name="paymentrow_applied", condition=Q(applied__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.amount_cents}"
