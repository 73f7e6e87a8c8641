"""What an account is used for: the role of each setting's account, and the classes where a bookkeeper looks for it.

The one table of roles and classes: the pages, the settings file, the command and the proposals all ask it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from ecriture.core.accounts import AccountClass


class Role(StrEnum):
    """What an account is used for."""

    RECEIVABLE = "receivable"
    REVENUE = "revenue"
    DISCOUNT = "discount"
    TAX = "tax"
    TIP = "tip"
    SHIPPING = "shipping"
    ROUNDING = "rounding"
    BANK = "bank"
    WRITE_OFF = "write_off"
    """The account of a method that is no money: a debt that is given up."""
    FEE = "fee"
    UNAPPLIED = "unapplied"
    CLEARING = "clearing"
    TRANSFERRED = "transferred"
    """An account that a batch holds and that the unit does not want any more."""


OWED = frozenset({Role.RECEIVABLE, Role.CLEARING})
"""The roles of the clearing account: what invoices debit, and what payments credit."""

_ROWS = """
receivable  1    accounts.invoice_debit items.debit taxes.debit
clearing    1    accounts.payment_credit accounts.refund_debit
bank        1 2  accounts.payment_debit accounts.refund_credit methods.debit
revenue     4    accounts.invoice_credit items.credit
discount    4 5  extras.discount
shipping    4 5  extras.shipping
rounding    4 5  extras.rounding
tax         1 2  taxes.credit
tip         2 4  extras.tip
fee         5    extras.fee
unapplied   1 2  extras.deposit
"""
_TABLE = tuple((Role(row.split()[0]), row.split()[1:]) for row in _ROWS.strip().splitlines())

CLASSES: Mapping[Role, frozenset[AccountClass]] = MappingProxyType(
    {
        **{role: frozenset(AccountClass(word) for word in words if word.isdigit()) for role, words in _TABLE},
        Role.WRITE_OFF: frozenset({AccountClass.ASSET, AccountClass.EXPENSE}),
        Role.TRANSFERRED: frozenset(AccountClass),
    }
)
"""The classes in which a bookkeeper looks for an account of each role; another one is a warning."""

_OF_SETTING: Mapping[str, Role] = MappingProxyType(
    {setting: role for role, words in _TABLE for setting in words if not setting.isdigit()}
)


def role_of_setting(path: str) -> Role | None:
    """The role of the account that a setting of company.toml gives (`items.CLEAN.credit`); None for any other setting."""
    table, _dot, rest = path.partition(".")
    return _OF_SETTING.get(path) or _OF_SETTING.get(f"{table}.{rest.rpartition('.')[2]}")
