"""Forms for a person's name and language, and for invitations."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from ecriture.store.models import Role, User
from ecriture.web.forms.fields import NameField
from ecriture.web.words import ROLES

ROLE_CHOICES = tuple((role.value, ROLES[role]) for role in Role)


class PersonForm(forms.Form):
    name = NameField(
        max_length=100,
        required=False,
        label=_("Your name"),
        help_text=_(
            "Members see it, and the audit log shows it beside your changes. Without a name, your address is shown."
        ),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        choices=(("fr", "Français"), ("en", "English")),
        label=_("Language of the screen"),
        help_text=_("The language of the entries is set in each company."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=ROLE_CHOICES, label=_("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    @property
    def chosen(self) -> Role:
        return Role(self.cleaned_data["role"])


def new_id() -> str:
    return str(uuid4())


class InvitationForm(RoleForm):
    email = forms.EmailField(
        required=False,
        max_length=254,
        label=_("E-mail address, if you like"),
        error_messages={"invalid": _("This is not an e-mail address. Write it like name@example.com.")},
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    once = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput, initial=new_id)
    """Names the form that was shown: what is sent again makes no second invitation."""
    field_order = ("email", "role")

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])
