"""Forms of closing a period and of opening it again."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.web import words
from ecriture.web.forms.days import lock_fault
from ecriture.web.forms.fields import DayField


class _MovingForm(forms.Form):
    """`seen` is the lock date that the form was shown beside."""

    seen = DayField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lock: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.lock = lock
        self.initial.setdefault("seen", lock)


class CloseForm(_MovingForm):
    through = DayField(label=_("Close everything through"), required=True)
    although = forms.BooleanField(required=False)

    def clean_through(self) -> date:
        day: date = self.cleaned_data["through"]
        if fault := lock_fault(day):
            raise ValidationError(fault)
        if self.lock is not None and day <= self.lock:
            raise ValidationError(say("%s is closed already. Choose a later day.") % words.day(day))
        return day


class ReopenForm(_MovingForm):
    through = DayField(label=_("Leave closed through"), help_text=_("Empty: nothing stays closed."))
    reason = forms.CharField(
        max_length=200,
        label=_("Reason"),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write why: it stays in the audit log.")},
    )

    def clean_through(self) -> date | None:
        day: date | None = self.cleaned_data["through"]
        if day is not None and (fault := lock_fault(day)):
            raise ValidationError(fault)
        if day is not None and self.lock is not None and day >= self.lock:
            raise ValidationError(say("%s is not earlier: everything is closed through that day.") % words.day(day))
        return day
