"""A company and its settings. The columns have the names of `ecriture.core.settings`, which explains them."""

from django.db import models
from django.utils import timezone

from ecriture.store.ids import new_id
from ecriture.store.models.owned import Owned, account_number, unique


class Company(models.Model):
    """A company, its options, its default accounts and the accounts of extras."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    province = models.CharField(max_length=2, default="QC")
    steps_done = models.JSONField(default=list)
    """The set-up steps that somebody marked as done; the others follow from the settings."""
    units_made = models.BigIntegerField(default=0)
    """How many documents and payments it ever had: the position of the next one."""
    batches_made = models.IntegerField(default=0)
    """The number of its last batch. Numbers are never used again."""

    address = models.CharField(max_length=500, blank=True, default="")
    gst_number = models.CharField(max_length=30, blank=True, default="")
    qst_number = models.CharField(max_length=30, blank=True, default="")
    """What its printed invoices say of it. Only the server prints, so they are in no company.toml."""
    quick_method = models.BooleanField(default=False)
    """Whether it files its sales taxes by the quick method. Only the server prepares returns, and posting never asks."""

    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    lock_date = models.DateField(null=True)
    fiscal_years = models.JSONField(default=list)
    """`[first day, last day]` of each, in order."""

    target = models.CharField(max_length=30)
    only_when_paid = models.BooleanField()
    paid_sale_date = models.CharField(max_length=12)
    grouping = models.CharField(max_length=12)
    detail = models.CharField(max_length=12)
    bank_lines = models.CharField(max_length=12)
    max_lines = models.IntegerField()
    source_prefix = models.CharField(max_length=3)
    linked_accounts = models.JSONField(default=list)
    start_date = models.DateField(null=True)
    opening = models.CharField(max_length=12)
    carry = models.BooleanField()

    invoice_debit = account_number()
    invoice_credit = account_number()
    payment_debit = account_number()
    payment_credit = account_number()
    refund_debit = account_number()
    refund_credit = account_number()

    discount = account_number()
    tip = account_number()
    shipping = account_number()
    rounding = account_number()
    fee = account_number()
    deposit = account_number()

    def __str__(self) -> str:
        return self.name


class Account(Owned):
    """One account of the chart; `position` is its place in the imported file, `words` its folded names."""

    position = models.IntegerField()
    number = models.CharField(max_length=15)
    name = models.CharField(max_length=200, blank=True)
    name_fr = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=1)
    linked = models.BooleanField(default=False)
    account_class = models.CharField(max_length=1, blank=True)
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints = (unique("account", "number"),)
        indexes = (models.Index(fields=["company", "position", "number"], name="account_position"),)
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.number} {self.name_fr or self.name}"


class Tax(Owned):
    """A tax. `rates`: `[first day, millionths of a percent]` in order of the days; 9.975 % is 9,975,000."""

    position = models.IntegerField()
    code = models.CharField(max_length=50)
    debit = account_number()
    credit = account_number()
    rates = models.JSONField(default=list)

    class Meta:
        constraints = (unique("tax", "code"),)
        ordering = ("position",)

    def __str__(self) -> str:
        return self.code


class Item(Owned):
    """A product or service. `taxes` is null if all taxes apply, otherwise the list of those that apply.

    The last columns are for the list (`ecriture.store.catalogue`): `code_key` and `name_key` are folded for sorting, `words`
    for searching; `state` is what the item is counted as.
    """

    position = models.IntegerField()
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True)
    debit = account_number()
    credit = account_number()
    archived = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    taxes = models.JSONField(null=True)
    untaxed = models.CharField(max_length=12, blank=True, default="")
    code_key = models.CharField(max_length=200, blank=True, default="")
    name_key = models.CharField(max_length=200, blank=True, default="")
    words = models.TextField(blank=True, default="")
    state = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = (unique("item", "code"),)
        indexes = (
            models.Index(fields=["company", "code_key", "code"], name="item_code_key"),
            models.Index(fields=["company", "name_key", "code"], name="item_name_key"),
            models.Index(fields=["company", "debit", "code"], name="item_debit"),
            models.Index(fields=["company", "credit", "code"], name="item_credit"),
            models.Index(fields=["company", "state", "code_key", "code"], name="item_state"),
        )
        ordering = ("position",)

    def __str__(self) -> str:
        return self.code


class Method(Owned):
    """A payment method with its bank account; with `write_off` it is no money, and the account that of bad debts."""

    position = models.IntegerField()
    name = models.CharField(max_length=50)
    debit = account_number()
    write_off = models.BooleanField(default=False)

    class Meta:
        constraints = (unique("method", "name"),)
        ordering = ("position",)

    def __str__(self) -> str:
        return self.name


class OwnLayout(Owned):
    """The company's own layout of a target's import file, as TOML (`ecriture.targets.layout`)."""

    target = models.CharField(max_length=30)
    toml = models.TextField()

    class Meta:
        constraints = (unique("ownlayout", "target"),)

    def __str__(self) -> str:
        return self.target
