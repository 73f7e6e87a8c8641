"""Settings → Accounting."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core import setting_values
from ecriture.core.accounts import Account
from ecriture.core.settings import Detail, Grouping, Opening, PaidSaleDate, Settings
from ecriture.store.batches import has_live_batch
from ecriture.targets.layout import shipped
from ecriture.targets.registry import layout_names
from ecriture.web import words
from ecriture.web.forms.days import start_fault
from ecriture.web.forms.defaults import InvoiceAccounts, PaymentAccounts
from ecriture.web.forms.fields import Card, CardField, DayField
from ecriture.web.forms.linked import ONLY_RECEIVABLES, linked_numbers
from ecriture.web.words import language

GROUPINGS = {
    Grouping.PERIOD: Card(_("The month (recommended)"), _("The fewest entries: one for each month of the transfer.")),
    Grouping.DAY: Card(_("Each day"), _("One entry for each day that has transactions.")),
    Grouping.DOCUMENT: Card(
        _("Each document and payment"), _("The most entries; each names its invoice and customer.")
    ),
}
DETAILS = {
    Detail.SUMMARY: Card(_("Each account (recommended)"), _("The total of each account; the detail stays here.")),
    Detail.DOCUMENT: Card(
        _("Each document and account"), _("The number and the customer are shown beside each amount.")
    ),
    Detail.LINE: Card(_("Each line of each document"), _("Everything; entries become long.")),
}
OPENINGS = {
    Opening.SAGE: Card(
        _("Stay in the receivables module of the program"),
        _("Record their payments there: Écriture lists them but does not post them."),
    ),
    Opening.CLEARING: Card(
        _("Were moved to the clearing account"),
        _("With your own opening entry. Their payments are posted like all others."),
    ),
}
PAID_SALE_DATES = {
    PaidSaleDate.PAYMENT: Card(_("The day on which it was paid"), _("The sale and its payment are in the same month.")),
    PaidSaleDate.DOCUMENT: Card(
        _("The date of the invoice"), _("A late payment can change a month that is already finished.")
    ),
}


def _choice(name: str) -> str:
    """The name of a program, and whether its file is to be confirmed."""
    doubtful = name in layout_names() and shipped(name).layout.to_confirm
    return say("%s (to be confirmed)") % words.TARGETS[name] if doubtful else str(words.TARGETS[name])


class LinkedAccount(NamedTuple):
    """A linked account, and whether the chart says so."""

    number: str
    name: str
    of_chart: bool


class AccountingForm(InvoiceAccounts, PaymentAccounts):
    target = forms.ChoiceField(label=words.SETTINGS["accounting.target"])
    linked_accounts = forms.CharField(
        required=False,
        max_length=1000,
        label=words.SETTINGS["accounting.linked_accounts"],
        help_text=ONLY_RECEIVABLES,
    )
    only_when_paid = forms.BooleanField(
        required=False,
        label=words.SETTINGS["accounting.only_when_paid"],
        widget=forms.CheckboxInput({"aria-describedby": "what-it-changes"}),
    )
    paid_sale_date = CardField(required=False, cards=PAID_SALE_DATES, label=_("A paid sale is then dated"))
    grouping = CardField(cards=GROUPINGS, label=_("One journal entry for"))
    detail = CardField(cards=DETAILS, label=_("One line for"))
    max_lines = forms.IntegerField(
        min_value=2,
        max_value=1_000_000,
        label=words.SETTINGS["accounting.max_lines"],
        help_text=_("A longer entry is split; each part balances."),
    )
    source_prefix = forms.CharField(
        max_length=3,
        label=words.SETTINGS["accounting.source_prefix"],
        help_text=_("1 to 3 capital letters or digits, as in EC000123-01."),
    )
    carry = forms.BooleanField(
        required=False,
        label=words.SETTINGS["accounting.carry"],
        help_text=_("Off: anything dated on or before the lock date is an error, and is held back."),
    )
    start_date = DayField(
        label=words.SETTINGS["accounting.start_date"],
        help_text=_("Transactions dated before it are already in the books and are never sent."),
    )
    opening = CardField(required=False, cards=OPENINGS, label=_("Invoices from before the start date"))

    def build(self) -> None:
        super().build()
        self.fields["target"].choices = [(name, _choice(name)) for name in words.TARGETS]  # type: ignore[attr-defined]
        if has_live_batch(self.company):
            field = self.fields["start_date"]
            field.disabled = True
            field.help_text = _(
                "Fixed since the first transfer: with another date, the transactions in between would be sent twice or never."
            )

    # A choice that does not apply now is disabled on the page, and so not sent: its setting stays.

    def clean_paid_sale_date(self) -> str:
        return self.cleaned_data["paid_sale_date"] or self.settings.accounting.paid_sale_date

    def clean_opening(self) -> str:
        return self.cleaned_data["opening"] or self.settings.accounting.opening

    def clean_source_prefix(self) -> str:
        found = setting_values.prefix(typed := self.cleaned_data["source_prefix"])
        if isinstance(found, setting_values.Invalid):
            raise forms.ValidationError(
                say("“%s” is not a prefix: use 1 to 3 capital letters or digits, such as EC.") % typed
            )
        return found

    def clean_start_date(self) -> date | None:
        return self._sane("start_date", self.settings.accounting.start_date, start_fault)

    def _sane(self, name: str, kept: date | None, fault_of: Callable[[date], str]) -> date | None:
        """A date that is new here must be sane; one that came from a file is left."""
        day: date | None = self.cleaned_data[name]
        if day and day != kept and (fault := fault_of(day)):
            raise forms.ValidationError(fault)
        return day

    def clean_linked_accounts(self) -> frozenset[str]:
        return linked_numbers(self.cleaned_data["linked_accounts"], settings=self.settings, chart=self.chart)

    def checked_by(self) -> Settings:
        """The settings with all submitted values, changed or not, so that a linked account is refused immediately."""
        changed = super().checked_by()
        linked = self.cleaned_data.get("linked_accounts", changed.accounting.linked_accounts)
        return replace(changed, accounting=replace(changed.accounting, linked_accounts=linked))

    @property
    def folded(self) -> dict[str, bool]:
        """The folded parts of the page, and whether one must be open: something in it is to be corrected."""
        parts = {
            "dates": ("start_date", "opening", "carry"),
            "entries": ("grouping", "detail", "max_lines", "source_prefix"),
        }
        return {part: any(self[name].errors for name in names) for part, names in parts.items()}

    @property
    def linked(self) -> list[LinkedAccount]:
        """The linked accounts by number, including those that are linked according to the chart."""
        return [*self._linked()]

    def _linked(self) -> Iterator[LinkedAccount]:
        of_chart = {account.number for account in self.chart if account.linked}
        for number in sorted(of_chart | self.settings.accounting.linked_accounts):
            account = self.chart.get(number) or Account(number)
            yield LinkedAccount(number, account.named(language()), number in of_chart)
