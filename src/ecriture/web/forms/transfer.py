"""Forms of a transfer: through which day, the export of a plan that was looked at, and what became of a batch."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.settings import BankLines, Detail, Settings
from ecriture.store.models import Batch
from ecriture.web import words
from ecriture.web.audit_words import CHOICES
from ecriture.web.forms.days import FIRST, start_fault
from ecriture.web.forms.fields import DayField

LONGEST_SEEN = 40_000
LAST = date(2099, 12, 31)


class ThroughField(DayField):
    """The last day of a plan."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Through"), **kwargs})

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not FIRST <= day <= LAST:
            raise ValidationError(say("%s: check the year.") % words.day(day))
        return day


class ThroughForm(forms.Form):
    through = ThroughField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class ExportForm(ThroughForm):
    """What comes back with the button: which plan was looked at, and the answers to what it asks.

    `seen` are its figures, so that another plan meanwhile can say what differs.
    """

    through = ThroughField(required=True, widget=forms.HiddenInput)
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=LONGEST_SEEN, required=False, widget=forms.HiddenInput)
    leave_out = forms.BooleanField(required=False)
    across = forms.BooleanField(required=False)

    def __init__(self, *args: Any, unconfirmed: Sequence[Batch] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unconfirmed = unconfirmed
        for batch in unconfirmed:
            self.fields[_took(batch)] = forms.ChoiceField(
                choices=(("yes", _("Yes, it went in")), ("unknown", _("I do not know yet"))),
                error_messages={"required": _("Answer this first.")},
            )

    @property
    def questions(self) -> list[tuple[Batch, forms.BoundField]]:
        return [(batch, self[_took(batch)]) for batch in self.unconfirmed]

    @property
    def taken(self) -> list[Batch]:
        """The earlier batches of which the answer is that the program took them."""
        return [batch for batch in self.unconfirmed if self.cleaned_data.get(_took(batch)) == "yes"]


def _took(batch: Batch) -> str:
    return f"took_{batch.number}"


class CancelForm(forms.Form):
    is_in = forms.ChoiceField(
        choices=(("no", _("No")), ("yes", _("Yes"))),
        error_messages={"required": _("Say whether the file is in your program.")},
        label=_("Is this file in your accounting program?"),
    )
    reversed = forms.BooleanField(required=False)
    reason = forms.CharField(
        max_length=500,
        label=_("Reason"),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write why: it stays in the audit log.")},
    )

    def __init__(self, *args: Any, is_confirmed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if is_confirmed:  # somebody said already that it is
            self.initial["is_in"] = "yes"
            self.fields["is_in"].disabled = True

    def clean(self) -> None:
        if self.cleaned_data.get("is_in") == "yes" and not self.cleaned_data.get("reversed"):
            self.add_error("reversed", say("Reverse the entries there first, then tick this."))


class WhatIfForm(ThroughForm):
    """Settings that are tried on a plan. Nothing of them is kept."""

    only_when_paid = forms.BooleanField(
        required=False, label=_("Generate the transactions only when invoices are paid")
    )
    detail = forms.ChoiceField(label=_("One line for"), choices=tuple(CHOICES["accounting.detail"].items()))
    bank_lines = forms.ChoiceField(label=_("Bank lines"), choices=tuple(CHOICES["accounting.bank_lines"].items()))
    start_date = DayField(label=_("Start date"))

    def __init__(self, *args: Any, has_live_batch: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_live_batch:  # what is in the ledger began on another day
            self.fields["start_date"].disabled = True
            self.fields["start_date"].help_text = say("It cannot change once something was transferred.")

    def clean_start_date(self) -> date | None:
        day: date | None = self.cleaned_data["start_date"]
        if day is not None and (fault := start_fault(day)):
            raise ValidationError(fault)
        return day

    @staticmethod
    def of(settings: Settings) -> dict[str, Any]:
        """The answers that change nothing."""
        accounting = settings.accounting
        return {
            "only_when_paid": accounting.only_when_paid,
            "detail": accounting.detail.value,
            "bank_lines": accounting.bank_lines.value,
            "start_date": accounting.start_date,
        }

    @property
    def supposed(self) -> dict[str, Any]:
        """The values of `core.settings.Accounting` that are tried."""
        found = self.cleaned_data
        return {
            "only_when_paid": found["only_when_paid"],
            "detail": Detail(found["detail"]),
            "bank_lines": BankLines(found["bank_lines"]),
            "start_date": found["start_date"],
        }


class CompareForm(forms.Form):
    first = forms.IntegerField(min_value=1, max_value=2**31 - 1, label=_("Batch"))
    second = forms.IntegerField(min_value=1, max_value=2**31 - 1, label=_("with batch"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
