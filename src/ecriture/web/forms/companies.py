"""A new company."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ecriture.core.provinces import PROVINCES
from ecriture.web.forms.fields import NameField
from ecriture.web.words import language


class NewCompanyForm(forms.Form):
    name = NameField(max_length=200, label=_("Name of the company"))
    province = forms.ChoiceField(
        label=_("Province or territory"), help_text=_("It decides the taxes that are proposed.")
    )
    language = forms.ChoiceField(
        choices=(("fr", _("French")), ("en", _("English"))),
        label=_("Language of the entries"),
        help_text=_("The language of the comments in the books, whatever the language of the screen."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        french = language() == "fr"
        named = [(code, it.name_fr if french else it.name) for code, it in PROVINCES.items()]
        self.fields["province"].choices = named  # type: ignore[attr-defined]
