"""The screen names of settings, choices and actions, by their names in company.toml."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.accounts import AccountClass, AccountType
from ecriture.core.provinces import tax_name
from ecriture.targets.layout import shipped
from ecriture.targets.registry import OTHER, layout_names

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = Mapping[str, "_StrPromise"]
Named = Mapping[str, "str | _StrPromise"]
"""Words, some of which are names that are not translated."""

LETTER_FAULTS: Words = MappingProxyType(
    {
        "unreachable": _("The mail server does not answer."),
        "address": _("The mail server does not take this address."),
        "refused": _("The mail server refused it."),
        "unreadable": _("It could not be read any longer."),
    }
)

SETTINGS: Words = MappingProxyType(
    {
        "company.name": _("Name"),
        "company.language": _("Language of the entries"),
        "company.province": _("Province or territory"),
        "company.currency": _("Currency"),
        "company.lock_date": _("Lock date"),
        "company.address": _("Address of the company"),
        "company.gst_number": _("GST/HST number"),
        "company.qst_number": _("QST number"),
        "company.quick_method": _("Quick method"),
        "company.fiscal_years": _("Fiscal years"),
        "accounting.target": _("Accounting program"),
        "accounting.only_when_paid": _("Generate the transactions only when invoices are paid"),
        "accounting.paid_sale_date": _("Date of a sale that waits for its payment"),
        "accounting.grouping": _("One entry for"),
        "accounting.detail": _("One line for"),
        "accounting.bank_lines": _("Bank lines"),
        "accounting.max_lines": _("Most lines in an entry"),
        "accounting.source_prefix": _("Prefix of the source number"),
        "accounting.linked_accounts": _("Linked accounts"),
        "accounting.start_date": _("Start date"),
        "accounting.opening": _("Receivables from before the start date"),
        "accounting.carry": _("Carry transactions of a closed period to the first open day"),
        "accounts.invoice_debit": _("Invoices: debit account"),
        "accounts.invoice_credit": _("Invoices: credit account"),
        "accounts.payment_debit": _("Payments: debit account"),
        "accounts.payment_credit": _("Payments: credit account"),
        "accounts.refund_debit": _("Refunds: debit account"),
        "accounts.refund_credit": _("Refunds: credit account"),
        "extras.discount": _("Discounts"),
        "extras.tip": _("Tips"),
        "extras.shipping": _("Travel and shipping charges"),
        "extras.rounding": _("Cash rounding"),
        "extras.fee": _("Processing fees"),
        "extras.deposit": _("Customers’ deposits"),
    }
)

PARTS: Words = MappingProxyType(
    {
        "debit": _("debit account"),
        "credit": _("credit account"),
        "name": _("name"),
        "rates": _("rates"),
        "archived": _("archived since"),
        "note": _("note"),
        "taxes": _("taxes"),
        "untaxed": _("a sale without tax is"),
        "write_off": _("writes off"),
    }
)

UNTAXED: Words = MappingProxyType({"zero-rated": _("zero-rated"), "exempt": _("exempt")})
"""What a sale without tax is."""

CLASSES: Words = MappingProxyType(
    {
        AccountClass.ASSET: _("Asset"),
        AccountClass.LIABILITY: _("Liability"),
        AccountClass.EQUITY: _("Equity"),
        AccountClass.REVENUE: _("Revenue"),
        AccountClass.EXPENSE: _("Expense"),
    }
)

ACCOUNT_TYPES: Words = MappingProxyType(
    {
        AccountType.HEADING: _("Heading (H)"),
        AccountType.SUBGROUP: _("Subgroup account (A)"),
        AccountType.GROUP: _("Group account (G)"),
        AccountType.SUBTOTAL: _("Subtotal (S)"),
        AccountType.TOTAL: _("Total (T)"),
        AccountType.CURRENT_EARNINGS: _("Current earnings (X)"),
    }
)
"""With Sage's letters, so that they are easy to find there."""

METHODS: Words = MappingProxyType(
    {
        "cash": _("Cash"),
        "cheque": _("Cheque"),
        "card": _("Card"),
        "etransfer": _("E-transfer"),
        "debit": _("Pre-authorized debit"),
    }
)

ROLES: Words = MappingProxyType(
    {
        "owner": _("Owner"),
        "bookkeeper": _("Bookkeeper"),
        "office": _("Assistant"),
        "reader": _("Reader"),
    }
)

ROLES_MAY: Words = MappingProxyType(
    {
        "owner": _("everything, members too"),
        "bookkeeper": _("settings, documents, payments and transfers"),
        "office": _("documents and payments"),
        "reader": _("view only"),
    }
)

TARGETS: Named = MappingProxyType(
    {
        "sage50-ca": _("Sage 50 (Canadian edition)"),
        **{name: shipped(name).layout.name for name in layout_names()},
        OTHER: _("Another program"),
        "xlsx": _("Excel table"),
        "csv": _("CSV table"),
        "hledger": _("hledger"),
        "beancount": _("Beancount"),
        "json": _("JSON"),
    }
)
"""How programs are called, in the order in which they are offered: those that have a layout as it says."""


def method_name(name: str) -> str:
    """The name of a payment method; the company's own methods keep their names."""
    return str(METHODS.get(name, name))


def number(count: int) -> str:
    """A whole number with its thousands apart: `10 000` or `10,000`."""
    return str(number_format(count, force_grouping=True))


def percent(rate: Decimal) -> str:
    """A rate: `9,975 %` or `9.975%`."""
    shown = f"{rate.normalize():f}"
    is_french = language() == "fr"
    return f"{shown.replace('.', ',')}\N{NO-BREAK SPACE}%" if is_french else f"{shown}%"


def day(value: date) -> str:
    """A date in words: `1er novembre 2026`, `November 1, 2026`."""
    shown = date_format(value, "DATE_FORMAT")
    is_first = shown.startswith("1 ") and language() == "fr"
    return f"1er {shown[2:]}" if is_first else shown


def language() -> str:
    """That of the person, of the two that there are."""
    return "fr" if str(get_language()).startswith("fr") else "en"


def colon() -> str:
    """As it is set in the language: French has a no-break space before it."""
    return "\N{NO-BREAK SPACE}:" if language() == "fr" else ":"


def month(value: date) -> str:
    """A month in words: `janvier 2026`, `January 2026`."""
    return date_format(value, "F Y")


def hour(value: datetime) -> str:
    """A time of day: `22 h 30`, `22:30`."""
    return f"{value.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{value:%M}" if language() == "fr" else f"{value:%H:%M}"


def setting_label(path: str) -> str:
    """The screen name of a setting by its path in company.toml: `accounts.invoice_debit`, `items.CLEAN.credit`."""
    if path in SETTINGS:
        return str(SETTINGS[path])
    table, _dot, rest = path.partition(".")
    owner, _dot, part = rest.rpartition(".") if rest.rpartition(".")[2] in PARTS else (rest, "", "")
    named = _OWNERS.get(table, lambda name: name)(json.loads(owner) if owner.startswith('"') else owner)
    return say("%(owner)s: %(part)s") % {"owner": named, "part": PARTS[part]} if part else named


_OWNERS = MappingProxyType(
    {
        "taxes": lambda code: tax_name(code, language()),
        "items": lambda code: say("Item %s") % code,
        "methods": method_name,
    }
)
