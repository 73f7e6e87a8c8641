"""Signing in and up: where allauth asks us."""

from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from django import forms as django_forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ecriture.store.models import User


class LoginForm(forms.LoginForm):  # type: ignore[misc]
    """Says the address under the name that the lock-out counts by: without it a locked door opens for the right password."""

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        credentials["username"] = (credentials.get("email") or credentials.get("username") or "").strip().lower()
        return credentials


class SignupForm(forms.SignupForm):  # type: ignore[misc]
    """Asks for the name too: members and the audit show it."""

    name = django_forms.CharField(
        label=_("Your name"), max_length=100, required=False, widget=django_forms.TextInput({"autocomplete": "name"})
    )
    field_order = ("name", "email", "password1", "password2")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open to all, or with ECRITURE_CLOSED only to who holds an invitation."""
        return settings.SIGNUP_OPEN or "invitation" in request.session

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - allauth's signature
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or ""
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()  # type: ignore[no-any-return]
