"""Settings → Invoices: each tax with its two accounts and its dated rates, and a tax that is added."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core import setting_values
from ecriture.core.likely import Purpose, likely
from ecriture.core.provinces import PROVINCES, tax_name, taxes_of
from ecriture.core.settings import Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax
from ecriture.core.text import fold
from ecriture.store.books import used_taxes
from ecriture.web import words
from ecriture.web.forms.base import CompanyForm, key_of
from ecriture.web.forms.defaults import InvoiceAccounts
from ecriture.web.forms.fields import AccountField, DayField, NameField, PercentField
from ecriture.web.words import language

AS_INVOICES: Any = _("as invoices")
AS_REVENUE: Any = _("as revenue")


def purpose_of(code: str) -> Purpose:
    """The purpose of a tax's account."""
    known = (Purpose.GST, Purpose.QST, Purpose.HST, Purpose.PST, Purpose.RST)
    return next((purpose for purpose in known if purpose.value == code.lower()), Purpose.TAX)


def named_tax(code: str) -> str:
    return tax_name(code, language())


class RateRow(NamedTuple):
    """A rate of a tax, whether it applies today, and the checkbox that removes it."""

    rate: Rate
    always: bool
    today: bool
    drop: BoundField


class TaxRow(NamedTuple):
    """A tax as the page shows it."""

    code: str
    name: str
    key: str
    used: bool
    rates: list[RateRow]
    today: Rate | None
    debit: BoundField
    credit: BoundField
    percent: BoundField
    since: BoundField
    remove: BoundField


class InvoicesForm(InvoiceAccounts):
    """The prefix of a tax's fields: `taxes.GST.debit` and so on."""

    discount = AccountField(
        purpose=Purpose.DISCOUNT,
        setting="extras.discount",
        label=words.SETTINGS["extras.discount"],
        help_text=_("Discounts on a line of their own. Empty: they reduce the revenue."),
    )
    shipping = AccountField(
        purpose=Purpose.SHIPPING,
        setting="extras.shipping",
        label=words.SETTINGS["extras.shipping"],
        help_text=_("Empty: it counts as revenue."),
    )
    tip = AccountField(
        purpose=Purpose.TIP,
        setting="extras.tip",
        label=words.SETTINGS["extras.tip"],
        help_text=_("What you owe to your staff. Needed as soon as an invoice has a tip."),
    )
    rounding = AccountField(
        purpose=Purpose.ROUNDING,
        setting="extras.rounding",
        label=words.SETTINGS["extras.rounding"],
        help_text=_("Rounding to five cents when cash is paid. Needed as soon as a payment is rounded."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        super().build()
        for name in ("tip", "rounding"):
            self.propose(name)
        for name in ("discount", "shipping"):
            self.put_instead(name, self.settings.accounts.invoice_credit, AS_REVENUE)
            self.propose(name)
        self.used = used_taxes(self.company, self.settings.taxes.keys())
        for tax in self.settings.taxes.values():
            self._add_fields(tax)

    def _add_fields(self, tax: Tax) -> None:
        """The fields of one tax."""
        path = _path(tax.code)
        clearing, own = Purpose.CLEARING, purpose_of(tax.code)
        self.fields[f"{path}.debit"] = AccountField(
            purpose=clearing, setting=f"taxes.{tax.code}.debit", label=_("Debit account"), initial=tax.debit
        )
        self.fields[f"{path}.credit"] = AccountField(
            purpose=own, setting=f"taxes.{tax.code}.credit", label=_("Credit account"), initial=tax.credit
        )
        self.put_instead(f"{path}.debit", self.settings.accounts.invoice_debit, AS_INVOICES)
        self.propose(f"{path}.credit")
        for rate in tax.rates:
            self.fields[f"{path}.drop.{rate.since}"] = forms.BooleanField(required=False, label=_("Remove"))
        self.fields[f"{path}.percent"] = PercentField(label=_("New rate, in percent"))
        self.fields[f"{path}.since"] = DayField(label=_("First day"), help_text=_("Empty: it has always applied."))
        used = tax.code in self.used
        self.fields[f"{path}.remove"] = forms.BooleanField(required=False, disabled=used, label=_("Remove this tax"))
        self.say_about(f"{path}.", named_tax(tax.code))

    # What the page shows

    @property
    def taxes(self) -> list[TaxRow]:
        return [self._tax_row(tax) for tax in self.settings.taxes.values()]

    def _tax_row(self, tax: Tax) -> TaxRow:
        path = _path(tax.code)
        today = next((rate for rate in reversed(tax.rates) if rate.since <= self.today), None)
        rates = [
            RateRow(rate, rate.since == date.min, rate == today, self[f"{path}.drop.{rate.since}"])
            for rate in tax.rates
        ]
        bound = [self[f"{path}.{name}"] for name in ("debit", "credit", "percent", "since", "remove")]
        return TaxRow(tax.code, named_tax(tax.code), key_of(tax.code), tax.code in self.used, rates, today, *bound)

    # What is changed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for tax in self.settings.taxes.values():
            self._check_rates(tax)
            name = f"{_path(tax.code)}.credit"
            if name in self.touched and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, say("Choose the account of this tax: it has no default."))
        return cleaned

    def _check_rates(self, tax: Tax) -> None:
        path = _path(tax.code)
        if self.chosen(f"{path}.since") and self.chosen(f"{path}.percent") is None:
            if not self[f"{path}.percent"].errors:
                self.add_error(
                    f"{path}.percent", say("Which rate applies from this day? Write it in percent, like 9.975.")
                )
        elif isinstance(self._rates(tax), setting_values.Invalid):
            self.add_error(
                f"{path}.since", say("There is already a rate from this day. Remove that one, or choose another day.")
            )

    def _rates(self, tax: Tax) -> tuple[Rate, ...] | setting_values.Invalid:
        """The rates without the removed ones, and with the new one."""
        path = _path(tax.code)
        kept = [rate for rate in tax.rates if not self.chosen(f"{path}.drop.{rate.since}")]
        percent = self.chosen(f"{path}.percent")
        if percent is not None:
            kept.append(Rate(self.chosen(f"{path}.since") or date.min, percent))
        return setting_values.rates([[rate.since, format(rate.percent, "f")] for rate in kept])

    def change(self, settings: Settings) -> Settings:
        changed = super().change(settings)
        kept = {code: self._changed(tax) for code, tax in changed.taxes.items() if not self._is_removed(code)}
        return replace(changed, taxes=frozen_mapping(kept))

    def _is_removed(self, code: str) -> bool:
        return bool(self.chosen(f"{_path(code)}.remove"))

    def _changed(self, tax: Tax) -> Tax:
        rates = self._rates(tax)
        accounts = {name: self.chosen(f"{_path(tax.code)}.{name}") for name in ("debit", "credit")}
        given = {name: number for name, number in accounts.items() if number is not None}
        return replace(tax, rates=tax.rates if isinstance(rates, setting_values.Invalid) else rates, **given)


def _path(code: str) -> str:
    return f"taxes.{key_of(code)}"


# A tax that is added


class ProposedTax(NamedTuple):
    """A tax of a province: whether the company already has it, or the fields to add it."""

    tax: Tax
    name: str
    today: Rate | None
    add: BoundField | None = None
    credit: BoundField | None = None


class ProvinceTaxesForm(CompanyForm):
    """The taxes of a province, each with a proposed account; nothing is used until it is added."""

    def __init__(self, *args: Any, province: str, today: date, **kwargs: Any) -> None:
        self.province, self.today = province, today
        super().__init__(*args, **{"prefix": "province", **kwargs})

    def build(self) -> None:
        for tax in self._missing():
            purpose = purpose_of(tax.code)
            found = likely(self.chart, purpose, linked=self.settings.accounting.linked_accounts)
            self.fields[f"{tax.code}.add"] = forms.BooleanField(required=False, initial=True, label=named_tax(tax.code))
            self.fields[f"{tax.code}.credit"] = AccountField(
                purpose=purpose,
                setting=f"taxes.{tax.code}.credit",
                label=_("Credit account"),
                initial=found[0].number if found else "",
            )
            self.say_about(f"{tax.code}.", named_tax(tax.code))

    def _missing(self) -> list[Tax]:
        return [tax for tax in taxes_of(self.province) if tax.code not in self.settings.taxes]

    @property
    def proposed(self) -> list[ProposedTax]:
        return [self._proposed(tax) for tax in taxes_of(self.province)]

    def _proposed(self, tax: Tax) -> ProposedTax:
        today = next((rate for rate in reversed(tax.rates) if rate.since <= self.today), None)
        name = f"{tax.code}.add"
        if name not in self.fields:
            return ProposedTax(tax, named_tax(tax.code), today)
        return ProposedTax(tax, named_tax(tax.code), today, self[name], self[f"{tax.code}.credit"])

    @property
    def has_any(self) -> bool:
        return bool(self._missing())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        added = [tax.code for tax in self._missing() if cleaned.get(f"{tax.code}.add")]
        if not added:
            self.add_error(None, say("Tick the taxes that you charge."))
        for code in added:
            name = f"{code}.credit"
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, say("Choose the account of this tax: it has no default."))
        return cleaned

    def change(self, settings: Settings) -> Settings:
        """The settings with the chosen taxes added at the end."""
        chosen = {tax.code: tax for tax in self._missing() if self.cleaned_data.get(f"{tax.code}.add")}
        added = {
            code: replace(tax, credit=self.cleaned_data.get(f"{code}.credit", ""))
            for code, tax in chosen.items()
            if code not in settings.taxes
        }
        return replace(settings, taxes=frozen_mapping({**settings.taxes, **added}))


def _names_of(code: str) -> frozenset[str]:
    """What people call a tax, in either language: GST and TPS are one."""
    return frozenset(fold(name) for name in (code, tax_name(code, "fr"), tax_name(code, "en")))


class OwnTaxForm(CompanyForm):
    """A tax with the company's own code, or a second one with another rate."""

    code = NameField(max_length=50, label=_("Code"), help_text=_("As written on your documents."))
    credit = AccountField(
        required=True,
        purpose=Purpose.TAX,
        setting="taxes.*.credit",
        label=_("Credit account"),
        help_text=_("The account of the tax that you owe."),
    )
    percent = PercentField(label=_("Rate, in percent"), help_text=_("Empty: the tax on documents is not checked."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "own", **kwargs})

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        named = {name: tax for tax in self.settings.taxes for name in _names_of(tax)}
        if there := named.get(fold(code)):
            raise forms.ValidationError(say("There is already a tax %s. Change it above.") % named_tax(there))
        known = {name: it.code for place in PROVINCES.values() for it in place.taxes for name in _names_of(it.code)}
        if meant := known.get(fold(code)):
            raise forms.ValidationError(
                say("%s is a tax of a province: add it with that province, above, with its rates.") % named_tax(meant)
            )
        return code

    def change(self, settings: Settings) -> Settings:
        """The settings with one more tax, unless it was added meanwhile."""
        code, percent = self.cleaned_data["code"], self.cleaned_data["percent"]
        rates = () if percent is None else (Rate(date.min, percent),)
        added = {} if code in settings.taxes else {code: Tax(code, credit=self.cleaned_data["credit"], rates=rates)}
        return replace(settings, taxes=frozen_mapping({**settings.taxes, **added}))


def provinces() -> Iterator[tuple[str, str]]:
    """All provinces and territories by name, as choices."""
    for code, province in PROVINCES.items():
        yield code, province.named(language())
