"""The guided set-up: small forms with the fields of the settings pages, prefilled with proposals."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core import setting_values
from ecriture.core.likely import Purpose
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Item, Method, Settings, frozen_mapping
from ecriture.core.taxes import Tax
from ecriture.core.text import fold
from ecriture.store.catalogue import items_like
from ecriture.store.models import Company
from ecriture.targets.layout import shipped_layout
from ecriture.targets.registry import OTHER
from ecriture.web import examples, words
from ecriture.web.forms.accounting import AccountingForm
from ecriture.web.forms.base import ItemsForm, SettingsForm, key_of
from ecriture.web.forms.days import start_fault
from ecriture.web.forms.defaults import AS_PAYMENTS, InvoiceAccounts, PaymentAccounts
from ecriture.web.forms.fields import AccountField, Card, CardField, NameField, Said
from ecriture.web.forms.invoices import purpose_of as purpose_of_tax
from ecriture.web.forms.payments import BANK_LINES, PaymentsForm
from ecriture.web.forms.payments import purpose_of as purpose_of_method
from ecriture.web.forms.seen import plain
from ecriture.web.steps import Known, Proposal, Step, own_proposed, proposed, taxes_asked
from ecriture.web.words import language

ITEM_ROWS = 5
ITEM_PARTS = ("code", "name", "credit")


def of_settings(form: type[forms.Form], name: str, **changed: Any) -> Any:
    """A field of a settings page, with some changes."""
    field = deepcopy(form.base_fields[name])
    for attribute, value in changed.items():
        setattr(field, attribute, value)
    return field


class StepForm(SettingsForm):
    """A step. Its fields are named after the settings that they change; a proposal gives its reason.

    What was seen of a field is its setting, never its proposal: saving a proposal as it stands is an answer.
    """

    def __init__(self, *args: Any, company: Company, known: Known, **kwargs: Any) -> None:
        self.known = known
        self._settled: dict[str, str] = {}
        """The settings of the fields that show something else."""
        super().__init__(*args, company=company, **{"settings": known.settings, "chart": known.chart, **kwargs})

    def _now(self, name: str) -> str:
        return self._settled[name] if name in self._settled else super()._now(name)

    def checked_by(self) -> Settings:
        return self.settings

    def build(self) -> None:
        for name, field in self._account_fields():
            if not self.initial.get(name):
                self._put_proposal(name, field, proposed(self.known, "", field.purpose))

    def _put_proposal(self, name: str, field: AccountField, proposal: Proposal) -> None:
        """Prefills a field with a proposal and its reason; nothing is used until it is saved."""
        if proposal.account is not None:
            self._settled[name] = ""
            self.initial[name] = proposal.number
            named = proposal.account.named(language())
            field.help_text = format_html(say("Proposed because of its name: “{name}”. Check it."), name=named)

    def add_account(self, name: str, field: AccountField, proposal: Proposal) -> None:
        self.fields[name] = field
        self.initial[name] = proposal.number
        self._put_proposal(name, field, proposal)

    def settle(self, name: str, value: object) -> None:
        """Remembers the setting of a field that may show something else."""
        self._settled[name] = plain(value)


# The program

_ABOUT = {
    "sage50-ca": _("A text file for File → Import/Export → Import General Journal Entries."),
    OTHER: _("You describe its file, beside a sample of it."),
    "xlsx": _("To look at, or to type the entries from it."),
    "csv": _("The same table as plain text."),
    "hledger": _("A journal in plain text."),
    "beancount": _("A ledger in plain text."),
    "json": _("For your own program."),
}


def _about(name: str) -> Said:
    if name in _ABOUT:
        return _ABOUT[name]
    if not shipped_layout(name).to_confirm:
        return _("Its import file.")
    doubt = _("Its import file. To be confirmed in your {program}: nobody has imported one there yet.")
    return format_lazy(doubt, program=words.TARGETS[name])


PROGRAMS = {name: Card(named, _about(name)) for name, named in words.TARGETS.items()}


class ProgramStep(StepForm):
    target = CardField(cards=PROGRAMS, label=words.SETTINGS["accounting.target"])


# The clearing account


class ClearingStep(StepForm):
    invoice_debit = of_settings(
        InvoiceAccounts,
        "invoice_debit",
        required=True,
        label=_("Clearing account"),
        help_text=_("An asset account that is not linked: what customers owe."),
        about="",  # among the faults it is called as here, not as under Settings
    )

    def change(self, settings: Settings) -> Settings:
        """The account that invoices debit and payments credit: the same one, unless somebody chose another."""
        accounts, number = settings.accounts, self.chosen("invoice_debit") or settings.accounts.invoice_debit
        is_same = accounts.payment_credit in ("", accounts.invoice_debit)
        changed = replace(accounts, invoice_debit=number, payment_credit=number if is_same else accounts.payment_credit)
        return replace(settings, accounts=changed)


# The start date


class StartStep(StepForm):
    earlier = CardField(
        label=_("Are there already invoices or payments in your books?"),
        cards={
            "no": Card(_("No"), _("Everything entered here is new to the books.")),
            "yes": Card(_("Yes"), _("Transactions dated before the start date are already there, and are never sent.")),
        },
    )
    start_date = of_settings(
        AccountingForm,
        "start_date",
        help_text=_("The first day that Écriture transfers. Usually the first of a month."),
    )
    opening = of_settings(
        AccountingForm, "opening", required=True, label=_("Invoices from before the start date that are not paid yet")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = self.known.settings.accounting.start_date
        is_answered = Step.START in self.known.said
        self.initial["earlier"] = (
            "yes" if start else "no" if is_answered else ""
        )  # no answer is the safe one to slip into
        self.initial["start_date"] = start or today.replace(day=1)
        self.settle("start_date", start)

    def _is_sent(self, name: str, seen: Mapping[str, Any]) -> bool:
        is_hidden = name == "start_date" and self.data.get("earlier") == "no"
        return not is_hidden and super()._is_sent(name, seen)

    def clean_start_date(self) -> date | None:
        day: date | None = self.cleaned_data["start_date"]
        is_new = day != self.known.settings.accounting.start_date
        if day and is_new and self.data.get("earlier") != "no" and (fault := start_fault(day)):
            raise forms.ValidationError(fault)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("earlier") == "no":
            cleaned["start_date"] = None
            self.errors.pop("start_date", None)  # the field is not shown then
        elif "earlier" in cleaned and cleaned.get("start_date") is None and "start_date" not in self.errors:
            self.add_error(
                "start_date", say("Enter the first day to transfer; without it, older sales would be sent again.")
            )
        return cleaned

    def change(self, settings: Settings) -> Settings:
        """With *no*, there is no start date, whatever stands in its hidden field."""
        changed = super().change(settings)
        if "earlier" in self.touched and self.cleaned_data["earlier"] == "no":
            changed = replace(changed, accounting=replace(changed.accounting, start_date=None))
        return changed


# The default accounts


class AccountsStep(StepForm):
    invoice_debit = of_settings(InvoiceAccounts, "invoice_debit", required=True)
    invoice_credit = of_settings(InvoiceAccounts, "invoice_credit", required=True)
    payment_debit = of_settings(PaymentAccounts, "payment_debit", required=True)
    payment_credit = of_settings(PaymentAccounts, "payment_credit", required=True)
    only_when_paid = of_settings(AccountingForm, "only_when_paid")


# Taxes


class TaxRow(NamedTuple):
    """The question about a tax: its name, rate and fields."""

    name: str
    rate: Decimal | None
    charged: BoundField
    debit: BoundField
    credit: BoundField


class TaxesStep(StepForm):
    """The taxes of the province, each with its two accounts. Their fields carry the code of the tax."""

    no_tax = forms.BooleanField(required=False, label=_("We charge no sales tax"))

    def build(self) -> None:
        settings = self.known.settings
        is_answered = Step.TAXES in self.known.said
        self.fields["no_tax"].initial = is_answered and not settings.taxes
        self._taxes = {_tax_path(tax.code): tax for tax in taxes_asked(settings, self.company.province)}
        is_new = not settings.taxes and not is_answered
        for path, tax in self._taxes.items():
            self._add_tax(path, tax, is_charged=is_new or tax.code in settings.taxes)

    def _add_tax(self, path: str, tax: Tax, *, is_charged: bool) -> None:
        settings = self.known.settings
        name, there = tax_name(tax.code, language()), settings.taxes.get(tax.code, Tax(tax.code))
        self.fields[f"{path}.charged"] = forms.BooleanField(
            required=False, label=say("We charge %s") % name, initial=is_charged
        )
        debit = AccountField(
            purpose=Purpose.CLEARING,
            setting=f"taxes.{tax.code}.debit",
            label=_("Debit account"),
            help_text=_("The clearing account: the customer owes the tax too."),
        )
        credit = AccountField(
            purpose=purpose_of_tax(tax.code),
            setting=f"taxes.{tax.code}.credit",
            label=_("Credit account"),
            help_text=_("The tax that you owe."),
        )
        self.add_account(f"{path}.debit", debit, Proposal(tax.debit or settings.accounts.invoice_debit))
        self.add_account(f"{path}.credit", credit, proposed(self.known, tax.credit, credit.purpose))
        for part, value in (("charged", tax.code in settings.taxes), ("debit", there.debit), ("credit", there.credit)):
            self.settle(f"{path}.{part}", value)
        self.say_about(f"{path}.", name)

    @property
    def charged(self) -> list[tuple[Tax, str]]:
        """The taxes that are ticked, with the fields of their credit accounts, for an example."""
        return [(tax, f"{path}.credit") for path, tax in self._taxes.items() if self[f"{path}.charged"].value()]

    @property
    def rows(self) -> Iterator[TaxRow]:
        spoken = language()
        for path, tax in self._taxes.items():
            rate = tax.rates[-1].percent if tax.rates else None
            drawn = (self[f"{path}.{part}"] for part in ("charged", "debit", "credit"))
            yield TaxRow(tax_name(tax.code, spoken), rate, *drawn)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for path in self._taxes:
            self._check_tax(path, cleaned)
        is_charged = any(cleaned.get(f"{path}.charged") for path in self._taxes)
        if is_charged and cleaned.get("no_tax"):
            self.add_error("no_tax", say("A tax is ticked above. Untick it, or untick this box."))
        elif not is_charged and not cleaned.get("no_tax") and not self.conflicts:
            self.add_error(
                "no_tax",
                say("Do you charge no sales tax, as a small supplier? Then tick this box. If you do, tick it above."),
            )
        return cleaned

    def _check_tax(self, path: str, cleaned: dict[str, Any]) -> None:
        charged, credit = f"{path}.charged", f"{path}.credit"
        is_removed = bool(cleaned.get(charged)) and not self._now(charged) and charged not in self.touched
        if is_removed and self.touched & {f"{path}.debit", credit}:
            self._note_conflict(charged, "")  # somebody unticked the tax whose account was changed here
        elif cleaned.get(charged) and not cleaned.get(credit) and credit not in self.errors:
            self.add_error(credit, say("Choose the account of this tax: it has no default."))

    def change(self, settings: Settings) -> Settings:
        taxes = dict(settings.taxes)
        for path, tax in self._taxes.items():
            self._put(path, tax, taxes)
        return replace(settings, taxes=frozen_mapping(taxes))

    def _put(self, path: str, tax: Tax, taxes: dict[str, Tax]) -> None:
        is_charged = self.cleaned_data[f"{path}.charged"]
        if f"{path}.charged" in self.touched and not is_charged:
            taxes.pop(tax.code, None)
        elif tax.code in taxes:
            names = [name for name in ("debit", "credit") if f"{path}.{name}" in self.touched]
            given = {name: self.cleaned_data[f"{path}.{name}"] for name in names}
            taxes[tax.code] = replace(taxes[tax.code], **given)
        elif f"{path}.charged" in self.touched:
            accounts = {name: self.cleaned_data[f"{path}.{name}"] for name in ("debit", "credit")}
            taxes[tax.code] = replace(tax, **accounts)


def _tax_path(code: str) -> str:
    return f"taxes.{key_of(code)}"


# Payment methods, and the bank statement


class MethodsStep(StepForm):
    bank_lines = of_settings(PaymentsForm, "bank_lines")

    def build(self) -> None:
        known, methods = self.known, self.known.settings.methods
        field: Any = self.fields["bank_lines"]
        field.put({value: card._replace(example=examples.bank_lines(value)) for value, card in BANK_LINES.items()})
        names = dict.fromkeys([*words.METHODS, *methods])
        self._names = {f"methods.{key_of(name)}.debit": name for name in names}
        for path, name in self._names.items():
            purpose = purpose_of_method(name)
            field = AccountField(purpose=purpose, setting=f"methods.{name}.debit", label=words.method_name(name))
            there = methods[name].debit if name in methods else ""
            self.add_account(path, field, own_proposed(known, there, purpose))
            self.put_instead(path, known.settings.accounts.payment_debit, AS_PAYMENTS)

    @property
    def rows(self) -> Iterator[BoundField]:
        for path in self._names:
            yield self[path]

    def change(self, settings: Settings) -> Settings:
        methods = dict(settings.methods)
        for path, name in self._names.items():
            if path in self.touched:
                methods[name] = Method(name, self.cleaned_data[path])
        return replace(super().change(settings), methods=frozen_mapping(methods))


# Items


class ItemsStep(ItemsForm, StepForm):
    """A few items; the catalogue page is for long lists."""

    def build(self) -> None:
        for row in range(ITEM_ROWS):
            self.fields[f"code_{row}"] = NameField(required=False, max_length=100, label=_("Code"))
            self.fields[f"name_{row}"] = NameField(required=False, max_length=200, label=_("Name"))
            self.add_account(
                f"credit_{row}",
                AccountField(purpose=Purpose.REVENUE, setting="items.*.credit", label=_("Credit account")),
                Proposal(""),
            )
            for part in ITEM_PARTS:
                about = say("Item %(n)s") % {"n": row + 1}
                self.fields[f"{part}_{row}"].about = about  # type: ignore[attr-defined] # for form/faults.html

    @property
    def rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        for row in range(ITEM_ROWS):
            yield self[f"code_{row}"], self[f"name_{row}"], self[f"credit_{row}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        taken = set(items_like(self.company, self.codes))
        for row in range(ITEM_ROWS):
            self._check_item(row, cleaned, taken)
        return cleaned

    def _check_item(self, row: int, cleaned: dict[str, Any], taken: set[str]) -> None:
        code, rest = cleaned.get(f"code_{row}", ""), (cleaned.get(f"name_{row}"), cleaned.get(f"credit_{row}"))
        if not code and any(rest) and f"code_{row}" not in self.errors:
            self.add_error(f"code_{row}", say("Enter the item’s code, as written on your invoices."))
        elif any(isinstance(setting_values.text(text), setting_values.Invalid) for text in (code, rest[0] or "")):
            self.add_error(f"code_{row}", say("There is a character that cannot be printed. Type the text again."))
        elif fold(code) in taken:
            self.add_error(f"code_{row}", say("“%s” is already there.") % code)
        elif code:
            taken.add(fold(code))

    @property
    def codes(self) -> tuple[str, ...]:
        typed = (self.cleaned_data.get(f"code_{row}", "") for row in range(ITEM_ROWS))
        return tuple(filter(None, typed))

    def items(self, before: Mapping[str, Item]) -> Mapping[str, Item]:
        typed = (tuple(self.cleaned_data[f"{part}_{row}"] for part in ITEM_PARTS) for row in range(ITEM_ROWS))
        return {**before, **{code: Item(code, name, credit=credit) for code, name, credit in typed if code}}


class DocumentsStep(StepForm):
    """A step without a question: it says what comes next."""
