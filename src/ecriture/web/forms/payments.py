"""Settings → Payments: the payment methods with their accounts, and the other accounts of a payment."""

from dataclasses import replace
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.likely import Purpose, likely
from ecriture.core.settings import BankLines, Method, Settings, frozen_mapping
from ecriture.web import examples, words
from ecriture.web.forms.base import CompanyForm, key_of
from ecriture.web.forms.defaults import AS_PAYMENTS, PaymentAccounts
from ecriture.web.forms.fields import AccountField, Card, CardField, NameField
from ecriture.web.words import method_name

PURPOSES = {
    "cash": Purpose.CASH,
    "cheque": Purpose.CHEQUE,
    "card": Purpose.CARD,
    "etransfer": Purpose.ETRANSFER,
    "debit": Purpose.DIRECT_DEBIT,
}
"""The common methods, each with the purpose of its account."""

BANK_LINES = {
    BankLines.TOTAL: Card(_("One total: I tick the month’s amount"), _("The entry has one line for the bank.")),
    BankLines.DAY: Card(_("One line per day: I tick each day’s deposit"), _("Each line shows its day.")),
    BankLines.PAYMENT: Card(
        _("One line per payment: I tick each e-transfer and cheque"), _("Each line shows the payment and the customer.")
    ),
    BankLines.REFERENCE: Card(
        _("One line per bank reference: I tick each payout or deposit slip"),
        _("Payments with the same reference form one line; a payment without a reference has its own line."),
    ),
}
CLEARING_ACCOUNT: Any = _("the clearing account")


def purpose_of(name: str) -> Purpose:
    return PURPOSES.get(name.casefold(), Purpose.BANK)


class MethodRow(NamedTuple):
    """A payment method as the page shows it."""

    name: str
    key: str
    own: bool
    debit: BoundField
    write_off: BoundField
    remove: BoundField


class PaymentsForm(PaymentAccounts):
    """The prefix of a method's fields: `methods.card.debit` and so on."""

    fee = AccountField(
        purpose=Purpose.FEE,
        setting="extras.fee",
        label=words.SETTINGS["extras.fee"],
        help_text=_("Fees of the card processor. Needed as soon as a payment has a fee."),
    )
    deposit = AccountField(
        purpose=Purpose.DEPOSIT,
        setting="extras.deposit",
        label=words.SETTINGS["extras.deposit"],
        help_text=_("Money received before its invoice is kept here until it is applied."),
    )
    bank_lines = CardField(cards=BANK_LINES, label=_("How do you tick your bank statement?"))

    def build(self) -> None:
        super().build()
        self.propose("fee")
        self.propose("deposit")
        self.put_instead("deposit", self.settings.accounts.payment_credit, CLEARING_ACCOUNT)
        field: Any = self.fields["bank_lines"]
        field.put({value: card._replace(example=examples.bank_lines(value)) for value, card in BANK_LINES.items()})
        for method in self.settings.methods.values():
            self._add_fields(method)

    def _add_fields(self, method: Method) -> None:
        path = _path(method.name)
        field = AccountField(
            purpose=Purpose.BAD_DEBT if method.write_off else purpose_of(method.name),
            setting=f"methods.{method.name}.debit",
            label=_("Debit account"),
            initial=method.debit,
        )
        self.fields[f"{path}.debit"] = field
        self.fields[f"{path}.write_off"] = forms.BooleanField(
            required=False, initial=method.write_off, label=_("Writes off")
        )
        self.fields[f"{path}.remove"] = forms.BooleanField(required=False, label=_("Remove"))
        self.put_instead(f"{path}.debit", self.settings.accounts.payment_debit, AS_PAYMENTS)
        self.say_about(f"{path}.", method_name(method.name))

    @property
    def methods(self) -> list[MethodRow]:
        return [self._row(name) for name in self.settings.methods]

    def _row(self, name: str) -> MethodRow:
        path = _path(name)
        own = name.casefold() not in PURPOSES
        fields = (self[f"{path}.{part}"] for part in ("debit", "write_off", "remove"))
        return MethodRow(method_name(name), key_of(name), own, *fields)

    def change(self, settings: Settings) -> Settings:
        changed = super().change(settings)
        kept = {name: self._changed(it) for name, it in changed.methods.items() if not self._is_removed(name)}
        return replace(changed, methods=frozen_mapping(kept))

    def _is_removed(self, name: str) -> bool:
        return bool(self.chosen(f"{_path(name)}.remove"))

    def _changed(self, method: Method) -> Method:
        path = _path(method.name)
        chosen = {name: self.chosen(f"{path}.{name}") for name in ("debit", "write_off")}
        return replace(method, **{name: value for name, value in chosen.items() if value is not None})


def _path(name: str) -> str:
    return f"methods.{key_of(name)}"


# A method that is added


class ProposedMethod(NamedTuple):
    name: str
    add: BoundField
    debit: BoundField


class CommonMethodsForm(CompanyForm):
    """The common methods that this company does not have yet, each with a proposed account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "common", **kwargs})

    def build(self) -> None:
        for name in self._missing(self.settings):
            purpose = purpose_of(name)
            found = likely(self.chart, purpose, linked=self.settings.accounting.linked_accounts)
            number = found[0].number if found else ""
            bank = self.settings.accounts.payment_debit
            self.fields[f"{name}.add"] = forms.BooleanField(required=False, label=method_name(name))
            self.fields[f"{name}.debit"] = AccountField(
                purpose=purpose,
                setting=f"methods.{name}.debit",
                label=_("Debit account"),
                initial="" if number == bank else number,
            )
            self.put_instead(f"{name}.debit", bank, AS_PAYMENTS)

    def _missing(self, settings: Settings) -> list[str]:
        there = {name.casefold() for name in settings.methods}
        return [name for name in PURPOSES if name not in there]

    @property
    def proposed(self) -> list[ProposedMethod]:
        names = self._missing(self.settings)
        return [ProposedMethod(name, self[f"{name}.add"], self[f"{name}.debit"]) for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not any(cleaned.get(f"{name}.add") for name in self._missing(self.settings)):
            self.add_error(None, say("Tick the methods that your customers use."))
        return cleaned

    def change(self, settings: Settings) -> Settings:
        """The settings with the ticked methods added at the end."""
        ticked = [name for name in self._missing(settings) if self.cleaned_data.get(f"{name}.add")]
        added = {name: Method(name, self.cleaned_data.get(f"{name}.debit", "")) for name in ticked}
        return replace(settings, methods=frozen_mapping({**settings.methods, **added}))


class OwnMethodForm(CompanyForm):
    """A payment method of the company's own."""

    name = NameField(max_length=50, label=_("Name"), help_text=_("As written on your payments."))
    debit = AccountField(purpose=Purpose.BANK, setting="methods.*.debit", label=_("Debit account"))
    write_off = forms.BooleanField(
        required=False,
        label=_("It writes off: no money comes in, and its account is that of bad debts"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "own", **kwargs})

    def build(self) -> None:
        self.put_instead("debit", self.settings.accounts.payment_debit, AS_PAYMENTS)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        there = {one.casefold() for one in self.settings.methods}
        if name.casefold() in there:
            raise forms.ValidationError(say("There is already a method “%s”. Change it above.") % name)
        return name

    def change(self, settings: Settings) -> Settings:
        """The settings with one more method, unless it was added meanwhile."""
        name = self.cleaned_data["name"]
        there = {one.casefold() for one in settings.methods}
        made = Method(name, self.cleaned_data["debit"], self.cleaned_data["write_off"])
        added = {} if name.casefold() in there else {name: made}
        return replace(settings, methods=frozen_mapping({**settings.methods, **added}))
