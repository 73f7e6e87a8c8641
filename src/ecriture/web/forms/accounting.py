"""Settings → Accounting."""

from dataclasses import fields, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.company import BankLines, Detail, Grouping, Opening, PaidSaleDate
from ecriture.core.company import Company as Settings
from ecriture.core.likely import Purpose
from ecriture.formats import company_toml
from ecriture.formats.company_toml import Invalid
from ecriture.formats.registry import TARGETS
from ecriture.web import words
from ecriture.web.forms.base import CompanyForm
from ecriture.web.forms.fields import AccountField, DayField

GROUPINGS = (
    (Grouping.PERIOD, _("the month (recommended)")),
    (Grouping.DAY, _("each day")),
    (Grouping.DOCUMENT, _("each document and payment")),
)
DETAILS = (
    (Detail.SUMMARY, _("each account (recommended)")),
    (Detail.DOCUMENT, _("each document and account")),
    (Detail.LINE, _("each line of each document")),
)
BANK_LINES = (
    (BankLines.TOTAL, _("one total: I tick the month’s amount")),
    (BankLines.DAY, _("one line a day: I tick each day’s deposit")),
    (BankLines.PAYMENT, _("one line a payment: I tick each e-transfer and cheque")),
    (BankLines.REFERENCE, _("one line a bank reference: I tick each payout or deposit slip")),
)
OPENINGS = (
    (Opening.SAGE, _("stay in the receivables module of the program")),
    (Opening.CLEARING, _("were moved to the clearing account by an opening entry")),
)
PAID_SALE_DATES = (
    (PaidSaleDate.PAYMENT, _("the day on which it was paid")),
    (PaidSaleDate.DOCUMENT, _("the date of the invoice")),
)


class AccountingForm(CompanyForm):
    """Every field has the name of the setting that it changes."""

    target = forms.ChoiceField(label=words.SETTINGS["accounting.target"])
    invoice_debit = AccountField(
        purpose=Purpose.CLEARING,
        label=_("Debit account"),
        help_text=_("The clearing account: what customers owe."),
    )
    invoice_credit = AccountField(
        purpose=Purpose.REVENUE,
        label=_("Credit account"),
        help_text=_("The revenue of an item that has no account of its own."),
    )
    payment_debit = AccountField(
        purpose=Purpose.BANK, label=_("Debit account"), help_text=_("The bank, where a payment method has none.")
    )
    payment_credit = AccountField(
        purpose=Purpose.CLEARING, label=_("Credit account"), help_text=_("The clearing account again.")
    )
    refund_debit = AccountField(
        purpose=Purpose.CLEARING, label=_("Debit account"), help_text=_("Empty: as the credit account of a payment.")
    )
    refund_credit = AccountField(
        purpose=Purpose.BANK, label=_("Credit account"), help_text=_("Empty: as the debit account of a payment.")
    )
    only_when_paid = forms.BooleanField(required=False, label=words.SETTINGS["accounting.only_when_paid"])
    paid_sale_date = forms.ChoiceField(choices=PAID_SALE_DATES, label=_("A paid sale is then dated"))
    bank_lines = forms.ChoiceField(
        choices=BANK_LINES, widget=forms.RadioSelect, label=_("How do you tick your bank statement?")
    )
    grouping = forms.ChoiceField(choices=GROUPINGS, label=_("One journal entry for"))
    detail = forms.ChoiceField(choices=DETAILS, label=_("One line for"))
    max_lines = forms.IntegerField(min_value=2, max_value=1_000_000, label=words.SETTINGS["accounting.max_lines"])
    source_prefix = forms.CharField(
        max_length=3,
        label=words.SETTINGS["accounting.source_prefix"],
        help_text=_("1 to 3 capitals or digits, as in EC000123-01."),
    )
    carry = forms.BooleanField(required=False, label=words.SETTINGS["accounting.carry"])
    start_date = DayField(
        label=words.SETTINGS["accounting.start_date"],
        help_text=_("What is dated before it is in the books already and is never sent."),
    )
    opening = forms.ChoiceField(choices=OPENINGS, label=_("Invoices from before the start date"))
    lock_date = DayField(
        label=words.SETTINGS["company.lock_date"], help_text=_("Nothing is dated on or before it. Empty: nothing is closed.")
    )
    linked_accounts = forms.CharField(
        required=False,
        label=words.SETTINGS["accounting.linked_accounts"],
        help_text=_("Accounts that your program refuses in a journal entry, with commas: 1200, 2100."),
    )
    discount = AccountField(purpose=Purpose.DISCOUNT, label=words.SETTINGS["extras.discount"])
    tip = AccountField(purpose=Purpose.TIP, label=words.SETTINGS["extras.tip"])
    shipping = AccountField(purpose=Purpose.SHIPPING, label=words.SETTINGS["extras.shipping"])
    rounding = AccountField(purpose=Purpose.ROUNDING, label=words.SETTINGS["extras.rounding"])
    fee = AccountField(purpose=Purpose.FEE, label=words.SETTINGS["extras.fee"])
    deposit = AccountField(purpose=Purpose.DEPOSIT, label=words.SETTINGS["extras.deposit"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [(name, words.TARGETS.get(name, name)) for name in TARGETS]  # type: ignore[attr-defined]

    def clean_source_prefix(self) -> str:
        found = company_toml.prefix(typed := self.cleaned_data["source_prefix"])
        if isinstance(found, Invalid):
            raise forms.ValidationError(say("“%s” is no prefix: 1 to 3 capitals or digits, as in EC.") % typed)
        return found

    def clean_linked_accounts(self) -> frozenset[str]:
        numbers = self.cleaned_data["linked_accounts"].replace(",", " ").split()
        if refused := [number for number in numbers if isinstance(company_toml.account(number), Invalid)]:
            raise forms.ValidationError(say("%s: no account number.") % ", ".join(refused))
        return frozenset(numbers)

    def change(self, settings: Settings) -> Settings:
        """The settings with what the form says in their place."""
        return replace(
            settings,
            accounting=self._replaced(settings.accounting),
            accounts=self._replaced(settings.accounts),
            extras=self._replaced(settings.extras),
            lock_date=self.cleaned_data["lock_date"],
        )

    def _replaced(self, part: Any) -> Any:
        names = {field.name for field in fields(part)} & self.cleaned_data.keys()
        return replace(part, **{name: self.cleaned_data[name] for name in names})


def initial(settings: Settings) -> dict[str, Any]:
    """The values of the form for some settings."""
    parts = (settings.accounting, settings.accounts, settings.extras)
    values = {field.name: getattr(part, field.name) for part in parts for field in fields(part)}
    linked = ", ".join(sorted(settings.accounting.linked_accounts))
    return {**values, "linked_accounts": linked, "lock_date": settings.lock_date}
