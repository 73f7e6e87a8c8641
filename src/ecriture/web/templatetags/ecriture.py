"""Template filters for amounts, dates and accounts."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as say

from ecriture.core.accounts import Account, AccountClass, AccountType
from ecriture.core.amounts import show_amount, show_number
from ecriture.core.documents import RowKind, UnitId, UnitKind
from ecriture.core.money import plain
from ecriture.core.provinces import tax_name
from ecriture.core.tax_return import Group
from ecriture.store import models
from ecriture.store.figures import AGES, Owed
from ecriture.web import book_words, open_lines, tax_words, words
from ecriture.web.words import ACCOUNT_TYPES, CLASSES, LETTER_FAULTS, ROLES_MAY, language, setting_label

register = template.Library()


register.simple_tag(words.colon)


@register.filter
def money(cents: int) -> str:
    """Cents as an amount: `1 234,50 $` or `$1,234.50`."""
    return show_amount(cents, language())


@register.filter
def fours(text: str) -> list[str]:
    """A long key in pieces of four, as one reads and types it."""
    return [text[at : at + 4] for at in range(0, len(text), 4)]


@register.filter
def percent(rate: Decimal) -> str:
    """A rate: `9,975 %` or `9.975%`."""
    return words.percent(rate)


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """A date, or the day of a moment, in words: `1er novembre 2026`; empty for None."""
    return words.day(value) if value else ""


@register.filter(expects_localtime=True)
def hour(value: datetime) -> str:
    """The time of day of a moment: `22 h 30`, `22:30`."""
    return words.hour(value)


@register.filter
def account_name(account: Account) -> str:
    """The name of an account in the current language."""
    return account.named(language())


@register.filter
def setting(path: str) -> str:
    """The screen name of a setting."""
    return setting_label(path)


@register.filter
def role_may(role: str) -> str:
    """What a role can do."""
    return str(ROLES_MAY[role])


@register.filter
def account_type(kind: str) -> str:
    """The type of an account in words, with Sage's letter."""
    return str(ACCOUNT_TYPES[AccountType(kind)])


@register.filter
def account_class(number: str) -> str:
    """The class of an account in words; empty if unknown."""
    return str(CLASSES[AccountClass(number)]) if number else ""


@register.filter
def letter_fault(fault: str) -> str:
    """Why an e-mail did not leave."""
    return str(LETTER_FAULTS.get(fault, ""))


@register.filter
def untaxed(word: str) -> str:
    """What a sale without tax is; empty if nobody said it."""
    return str(words.UNTAXED[word]) if word else ""


# Documents and payments


@register.filter
def number(cents: int) -> str:
    """Cents as an amount in a column of amounts: `1 234,50` or `1,234.50`."""
    return show_number(cents, language())


@register.filter
def plain_amount(cents: int) -> str:
    """Cents as a field takes them in any language: `1234.50`."""
    return plain(cents)


@register.filter
def group_name(group: Group) -> str:
    """Sales of one kind: `Taxable: GST, QST`."""
    return tax_words.group_name(group)


@register.filter
def minus(cents: int) -> int:
    return -cents


@register.filter
def figure(text: str) -> str:
    """A quantity or price, kept with a period, as people write it in the language."""
    return text.replace(".", ",") if language() == "fr" else text


@register.filter
def unit_name(unit: models.Document | models.Payment) -> str:
    """`Invoice F-1001`, `Refund R-7`."""
    return f"{capfirst(book_words.VALUES[unit.kind])} {unit.number}"


@register.filter
def unit_named(unit: UnitId) -> str:
    """`Document F-1001`, `Payment P-7`."""
    return (say("Document %s") if unit.kind is UnitKind.DOCUMENT else say("Payment %s")) % unit.number


@register.filter
def unit_kind(word: str) -> str:
    """A type or status of a document or payment."""
    return str(book_words.VALUES[word])


@register.filter
def row_kind(word: str) -> str:
    return str(capfirst(book_words.OF_ROWS[word]))


@register.filter
def row_code(row: models.DocumentRow) -> str:
    """The code of an item as it is, that of a tax by its name."""
    return tax_name(row.code, language()) if row.kind == RowKind.TAX else row.code


@register.filter
def age_name(age: Owed) -> str:
    """`31 to 60 days`, `more than 90 days`, as on the page of the control."""
    return open_lines.age_name(len(AGES) if age.through is None else AGES.index(age.through))


@register.filter
def method(name: str) -> str:
    return words.method_name(name)
