"""Taxes: the period of a return, what is typed in, and what people decide."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.advances import Nature
from ecriture.core.settings import Untaxed
from ecriture.core.tax_return import Period
from ecriture.store.filing import Choice
from ecriture.web.forms.amounts import AmountField
from ecriture.web.forms.days import entry_fault
from ecriture.web.forms.fields import DayField
from ecriture.web.tax_words import NATURES

LONGEST = timedelta(days=2 * 366)
TYPED = ("106", "206")


class PeriodForm(forms.Form):
    """A period, and the input credits of it."""

    first = DayField(required=True, label=_("From"))
    last = DayField(required=True, label=_("Through"))
    line106 = AmountField(label=_("Line 106: input tax credits"))
    line206 = AmountField(label=_("Line 206: input tax refunds"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and (fault := period_fault(first, last)):
            self.add_error("last", fault)
        return cleaned

    @property
    def has_period(self) -> bool:
        """Also where an amount that was typed in cannot be read: the figures of the period stay in sight."""
        return not {"first", "last"} & self.errors.keys()

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])

    @property
    def typed(self) -> dict[str, int]:
        """The cents that were typed in, by the number of their line."""
        found = {number: self.cleaned_data.get(f"line{number}") for number in TYPED}
        return {number: cents for number, cents in found.items() if cents is not None}


def period_fault(first: date, last: date) -> str:
    """What is wrong with a period; empty for nothing."""
    if last < first:
        return say("The period ends before it begins.")
    if last - first > LONGEST:
        return say("A period is at most two years long.")
    return entry_fault(first) or entry_fault(last)


class FilingForm(PeriodForm):
    """Which form is filed, and the mark of what was looked at."""

    form = forms.CharField(max_length=60)
    shows = forms.CharField(max_length=64)


class NatureForm(forms.Form):
    nature = forms.ChoiceField(required=False, choices=tuple((it.value, NATURES[it]) for it in Nature))
    kept_on = DayField()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kept_on = cleaned.get("kept_on")
        if cleaned.get("nature") == Nature.KEPT and not isinstance(kept_on, date):
            self.add_error("kept_on", say("Since which day does the customer have no right to it? Enter it."))
        elif isinstance(kept_on, date) and (fault := entry_fault(kept_on)):
            self.add_error("kept_on", fault)
        return cleaned


class DecisionForm(forms.Form):
    source = forms.CharField(max_length=12)
    number = forms.CharField(max_length=200)
    mark = forms.CharField(max_length=24)
    choice = forms.ChoiceField(choices=[(it.value, it.value) for it in Choice])


class WithdrawalForm(forms.Form):
    reason = forms.CharField(max_length=500, error_messages={"required": _("Why is it withdrawn? Enter a reason.")})


def untaxed_said(data: Any) -> dict[str, Untaxed]:
    """By the code of an item, what a sale of it without tax is; of fields `untaxed CODE`, and only where it is said."""
    known = {word.value: word for word in Untaxed if word}
    said = {name.removeprefix("untaxed "): data[name] for name in data if name.startswith("untaxed ")}
    return {code: known[word] for code, word in said.items() if word in known}
