"""Sign-in and sign-up: our adapters and forms for allauth."""

import logging
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context, ratelimit
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from axes.utils import reset
from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.contrib.sites.shortcuts import get_current_site
from django.core.cache import cache
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ecriture.store import letters
from ecriture.store.invitations import is_open
from ecriture.store.models import User
from ecriture.store.people import take_back
from ecriture.store.sealing import Unreadable, opened, sealed
from ecriture.web.forms.fields import NameField
from ecriture.web.remembered import invitation_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

logger = logging.getLogger(__name__)

LABELS: Mapping[str, "_StrPromise"] = MappingProxyType(
    {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
        "code": _("Code of six digits"),
    }
)
PASSWORD_RULES = _("At least 10 characters. A few unrelated words are easiest to remember.")


LONGEST: Mapping[str, int] = MappingProxyType({"login": 254, "email": 254, "name": 100, "code": 40})
"""The longest answers: what the tables of people and of the lock-out take, on every database."""

LONGEST_SECRET = 1000


def _bound(field: django_forms.Field, most: int) -> None:
    if isinstance(field, django_forms.CharField) and (field.max_length is None or field.max_length > most):
        field.max_length = most
        field.validators.append(MaxLengthValidator(most))
        field.widget.attrs["maxlength"] = str(most)


class Worded(django_forms.Form):
    """Puts our labels on a form of allauth, without placeholders."""

    labels: Mapping[str, "_StrPromise"] = LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            _bound(field, LONGEST.get(name, LONGEST_SECRET))
            field.widget.attrs.pop("placeholder", None)
            field.help_text = PASSWORD_RULES if name == "password1" else ""


CODE_SECONDS = 120
"""How long a used code is remembered: longer than it would be accepted, which is 90 seconds."""


class CodeForm(Worded):
    """A form that asks for a code, with the field focused. Guesses are limited, and a code works once."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autofocus": True, "spellcheck": "false"}

    def clean_code(self) -> str:
        guesses = {"action": "code", "key": f"code-{self.user.pk}"}
        if not ratelimit.consume(context.request, **guesses):
            raise CodeAdapter().validation_error("too_many_codes")
        try:
            code: str = super().clean_code()  # type: ignore[misc] # of the form beside this one
        except Unreadable:
            logger.warning("The second factor of %s was encrypted with another key.", self.user.email)
            raise CodeAdapter().validation_error("incorrect_code") from None
        if not cache.add(f"used-code-{self.user.pk}-{code.strip()}", 1, timeout=CODE_SECONDS):
            raise CodeAdapter().validation_error("used_code")
        ratelimit.clear(context.request, **guesses)
        return code


class LoginForm(Worded, forms.LoginForm):  # type: ignore[misc]
    pass


class SignupForm(Worded, forms.SignupForm):  # type: ignore[misc]
    """Sign-up also asks for the name, which members and the audit log show."""

    labels = MappingProxyType({**LABELS, "password1": _("Password"), "password2": _("Password, once more")})
    name = NameField(
        label=_("Your name"), max_length=100, required=False, widget=django_forms.TextInput({"autocomplete": "name"})
    )
    field_order = ("name", "email", "password1", "password2")

    def try_save(self, request: HttpRequest) -> Any:
        """Takes as long, and answers the same, for an address that has an account: it tells nobody who has one."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ChangeEmailForm(Worded, forms.AddEmailForm):  # type: ignore[misc]
    labels = MappingProxyType({**LABELS, "email": _("New e-mail address")})

    def save(self, request: HttpRequest) -> Any:
        """Keeps the current address until the new one is confirmed, even if it was never confirmed itself.

        allauth would remove an unconfirmed address immediately, and the person could no longer sign in.
        """
        EmailAddress.objects.filter(user=self.user, verified=False).delete()
        return super().save(request)


class ChangePasswordForm(Worded, forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Worded, forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Worded, forms.ResetPasswordForm):  # type: ignore[misc]
    users: list[User]

    def clean_email(self) -> str:
        """Sends no link to an address that somebody only asked to change to."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.email == email]
        return email


class ResetPasswordKeyForm(Worded, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    def save(self) -> None:
        """Whoever opened the link has the mailbox: the account is theirs, and what others prepared ends."""
        with transaction.atomic():
            super().save()
            take_back(self.user)


class ReauthenticateForm(Worded, forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateForm(CodeForm, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    pass


class AuthenticateForm(CodeForm, code_forms.AuthenticateForm):  # type: ignore[misc]
    labels = MappingProxyType({"code": _("Code of the app, or a recovery code")})


class ReauthenticateCodeForm(CodeForm, code_forms.ReauthenticateForm):  # type: ignore[misc]
    labels = AuthenticateForm.labels


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our texts, our lock-out, and who can sign up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _(
            "The address or the password is wrong. After 5 wrong ones the account is locked for 15 minutes."
        ),
        "email_taken": _("There is already an account with this address. Sign in, or reset the password."),
        "duplicate_email": _("This is already your address."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is wrong, or too old. Type the one that the app shows now."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a little, then try again."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
    }

    def set_password(self, user: User, password: str) -> None:
        """A new password ends a lock-out: a person who reset it by e-mail need not wait."""
        super().set_password(user, password)
        reset(username=user.email)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open to all, or with ECRITURE_CLOSED only to people with an invitation."""
        return settings.SIGNUP_OPEN or is_open(invitation_in(request))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - allauth's signature
        user.name = form.cleaned_data.get("name", "")
        user.language = get_language() or ""
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Refuses an address that is another account's meanwhile."""
        if User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists():
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False
        return bool(super().confirm_email(request, email_address))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hands it to the worker: no page waits for a mail server, or fails with it."""
        with_site = {"request": self.request, "email": email, "current_site": get_current_site(self.request), **context}
        letters.post(self.render_mail(template_prefix, email, with_site), kind=template_prefix)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """With what the message about an e-mail must know."""
        context = {**(message_context or {}), "has_mail": letters.leaves()}
        super().add_message(request, level, message_template, context, **more)

    def clean_email(self, email: str) -> str:
        return User.objects.normalize_email(super().clean_email(email))


class CodeAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors, encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": Adapter.error_messages["incorrect_code"],
        "used_code": _("This code was used already. Wait for the next one."),
        "too_many_codes": _("Too many wrong codes. Wait a minute, then type a new code."),
    }

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)


def client_address(request: HttpRequest) -> str:
    """The client address for the lock-out, as in allauth's own limits."""
    return network_of(get_client_ip(request) or "")


def network_of(address: str) -> str:
    """An address as it is counted: an IPv6 one by its /64, which one customer has for themselves to choose from."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False).network_address)
