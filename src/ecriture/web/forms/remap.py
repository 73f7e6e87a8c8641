"""The form of a remap: which documents and payments go to the accounts of today's settings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.documents import UnitKind
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings
from ecriture.core.text import storable
from ecriture.store.remap import Choice
from ecriture.web import words
from ecriture.web.forms.fields import DayField
from ecriture.web.words import language


class RemapForm(forms.Form):
    """All that is given narrows the choice."""

    account = forms.CharField(
        max_length=15, required=False, label=_("Account"), help_text=_("where they are now, such as 4100")
    )
    item = forms.CharField(max_length=100, required=False, label=_("Item"), help_text=_("its code"))
    tax = forms.ChoiceField(required=False, label=_("Tax"))
    method = forms.ChoiceField(required=False, label=_("Payment method"))
    kind = forms.ChoiceField(
        required=False,
        label=_("Which"),
        choices=(("", _("documents and payments")), ("document", _("documents")), ("payment", _("payments"))),
    )
    number = forms.CharField(max_length=200, required=False, label=_("Number"))
    first = DayField(label=_("Dated from"))
    last = DayField(label=_("Dated through"))

    def __init__(self, *args: Any, settings: Settings, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        taxes = [(code, tax_name(code, language())) for code in settings.taxes]
        methods = [(name, words.method_name(name)) for name in settings.methods]
        self.fields["tax"].choices = [("", "—"), *taxes]  # type: ignore[attr-defined] # a field with choices
        self.fields["method"].choices = [("", "—"), *methods]  # type: ignore[attr-defined] # a field with choices

    def clean(self) -> None:
        if not self.errors and not self.choice.is_narrow:
            raise ValidationError(say("Give an account, an item, a tax, a payment method or a number."))

    @property
    def choice(self) -> Choice:
        found = self.cleaned_data
        texts = {name: storable(found[name]) for name in ("account", "item", "tax", "method", "number")}
        kind = UnitKind(found["kind"]) if found["kind"] else None
        return Choice(kind=kind, first=found["first"], last=found["last"], **texts)
