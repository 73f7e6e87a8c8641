"""Amounts, dates and accounts as the person reads them."""

from datetime import date

from django import template
from django.utils import translation
from django.utils.formats import date_format

from ecriture.core.accounts import Account
from ecriture.core.amounts import show_amount
from ecriture.web.words import setting_label

register = template.Library()


def language() -> str:
    return "fr" if (translation.get_language() or "fr").startswith("fr") else "en"


@register.filter
def money(cents: int) -> str:
    """Cents as an amount: `1 234,50 $` or `$1,234.50`."""
    return show_amount(cents, language())


@register.filter
def day(value: date | None) -> str:
    """A date in words; nothing for none."""
    return date_format(value, "DATE_FORMAT") if value else ""


@register.filter
def account_name(account: Account) -> str:
    """The name of an account in the language of the screen."""
    return account.named(language())


@register.filter
def setting(path: str) -> str:
    """What a setting is called on the screen."""
    return setting_label(path)
