"""What is wrong between the accounts of some settings, whatever the chart says: pairs that would post nothing, and a bank
that is also the clearing account.

One fault for each setting: the first that applies. It names the setting to change, and the other one.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from ecriture.core.accounts import AccountClass, class_of_number
from ecriture.core.provinces import authority
from ecriture.core.roles import OWED, role_of_setting
from ecriture.core.settings import Settings


class Chosen(NamedTuple):
    """An account, and the setting that gives it. False without an account."""

    account: str
    setting: str

    def __bool__(self) -> bool:
        return bool(self.account)


class PairFault(NamedTuple):
    """A problem's code, the setting to change, its account, and the setting that it does not go with."""

    code: str
    setting: str
    account: str
    other: str
    clearing: str = ""
    """For `receivable-split`: the account that payments credit."""

    @property
    def params(self) -> dict[str, object]:
        if self.code == "receivable-split":
            return {"account": self.account, "clearing": self.clearing, "setting": self.setting}
        role = role_of_setting(self.setting)
        reason = {"reason": "clearing" if role in OWED else "other"} if self.code == "account-bank" else {}
        return {"account": self.account, "setting": self.setting, "other": self.other, **reason}


def pair_faults(settings: Settings) -> Mapping[str, PairFault]:
    """The faults by the setting to change, such as `methods.cheque.debit`."""
    accounts = _Accounts(settings)
    found: dict[str, PairFault] = {}
    for check in _CHECKS:
        for fault in check(accounts, found):
            found.setdefault(fault.setting, fault)
    return found


class _Accounts:
    """The chosen accounts of some settings, by what they are for."""

    def __init__(self, settings: Settings) -> None:
        defaults, extras = settings.accounts, settings.extras
        self.invoice = (
            Chosen(defaults.invoice_debit, "accounts.invoice_debit"),
            Chosen(defaults.invoice_credit, "accounts.invoice_credit"),
        )
        self.bank = Chosen(defaults.payment_debit, "accounts.payment_debit")
        self.clearing = Chosen(defaults.payment_credit, "accounts.payment_credit")
        self.refund_clearing = Chosen(defaults.refund_debit, "accounts.refund_debit")
        self.refund_bank = Chosen(defaults.refund_credit, "accounts.refund_credit")
        self.methods = tuple(Chosen(it.debit, f"methods.{it.name}.debit") for it in settings.methods.values())
        self.money = tuple(
            Chosen(it.debit, f"methods.{it.name}.debit") for it in settings.methods.values() if not it.write_off
        )
        self.items = tuple(
            (Chosen(it.debit, f"items.{it.code}.debit"), Chosen(it.credit, f"items.{it.code}.credit"))
            for it in settings.items.values()
            if it.debit or it.credit
        )
        self.taxes = tuple(
            (Chosen(it.debit, f"taxes.{it.code}.debit"), Chosen(it.credit, f"taxes.{it.code}.credit"))
            for it in settings.taxes.values()
        )
        self.authorities = tuple(map(authority, settings.taxes))
        self.extras = {name: Chosen(getattr(extras, name), f"extras.{name}") for name in extras.__dataclass_fields__}

    @property
    def banks(self) -> Iterator[Chosen]:
        yield from (self.bank, self.refund_bank, *self.money)

    @property
    def debits(self) -> Iterator[Chosen]:
        """What customers owe is debited there."""
        yield self.invoice[0]
        yield from (debit for debit, _ in chain(self.items, self.taxes))

    def _sale(self, debit: Chosen, credit: Chosen) -> tuple[Chosen, Chosen]:
        """The debit of a sale is to be changed when it is not what payments credit."""
        is_owed = not self.clearing or debit.account == self.clearing.account
        return (credit, debit) if is_owed else (debit, credit)

    def pairs(self) -> Iterator[tuple[Chosen, Chosen]]:
        """What is debited and credited with one amount: first the side to change when both are one account."""
        (debit, credit), bank, clearing = self.invoice, self.bank, self.clearing
        yield self._sale(debit, credit)
        for own_debit, own_credit in chain(self.items, self.taxes):
            yield self._sale(own_debit, own_credit) if own_debit else (own_credit, debit)
        for own_debit, own_credit in self.items:
            if not own_credit:
                yield own_debit, credit
        yield (bank, clearing) if bank.account == debit.account else (clearing, bank)
        for method in self.methods:
            yield method, clearing
            if self.refund_clearing and not self.refund_bank:
                yield self.refund_clearing, method
        if self.refund_bank:
            yield self.refund_bank, self.refund_clearing or clearing
        elif self.refund_clearing:
            yield self.refund_clearing, bank
        yield self.extras["deposit"], bank
        for name in ("discount", "shipping", "tip", "rounding"):
            yield self.extras[name], debit
        for name in ("fee", "tip", "rounding"):
            yield from ((self.extras[name], bank), (self.extras[name], clearing))


Check = Callable[[_Accounts, Mapping[str, PairFault]], Iterator[PairFault]]


def _same(accounts: _Accounts, _found: Mapping[str, PairFault]) -> Iterator[PairFault]:
    """Both sides are one account: nothing would be posted."""
    for chosen, other in accounts.pairs():
        if chosen and chosen.account == other.account:
            yield PairFault("account-same", chosen.setting, chosen.account, other.setting)


def _bank(accounts: _Accounts, found: Mapping[str, PairFault]) -> Iterator[PairFault]:
    """What customers owe, or what is sold, on the account where money arrives.

    A method may share its account with what is sold: gift cards are sold to a liability, and paid with from it.
    """
    everywhere = {it.account: it.setting for it in reversed([*accounts.banks]) if it and it.setting not in found}
    default = {it.account: it.setting for it in (accounts.refund_bank, accounts.bank) if it and it.setting not in found}
    for chosen in (*accounts.debits, accounts.clearing, accounts.refund_clearing):
        if chosen and chosen.account in everywhere:
            yield PairFault("account-bank", chosen.setting, chosen.account, everywhere[chosen.account])
    sold = (accounts.invoice[1], *(credit for _, credit in chain(accounts.items, accounts.taxes)))
    for chosen in (*sold, *accounts.extras.values()):
        if chosen and chosen.account in default and class_of_number(chosen.account) not in _OF_RESULTS:
            yield PairFault("account-bank", chosen.setting, chosen.account, default[chosen.account])


_OF_RESULTS = frozenset({AccountClass.REVENUE, AccountClass.EXPENSE})
"""A number of these classes is a mistake of the bank's setting, and its class says so."""


def _split(accounts: _Accounts, found: Mapping[str, PairFault]) -> Iterator[PairFault]:
    """What is debited there is never credited by a payment. Without a sound clearing account nothing is compared."""
    clearing = accounts.clearing
    if not clearing or clearing.setting in found:
        return
    for chosen in (*accounts.debits, accounts.refund_clearing):
        if chosen and chosen.account != clearing.account:
            yield PairFault("receivable-split", chosen.setting, chosen.account, clearing.setting, clearing.account)


def _shared(accounts: _Accounts, _found: Mapping[str, PairFault]) -> Iterator[PairFault]:
    """One account for what is owed to two: two authorities, or an authority and the staff or customers."""
    first: dict[str, tuple[str, str]] = {}
    owed = [(credit, whose) for (_, credit), whose in zip(accounts.taxes, accounts.authorities, strict=True)]
    owed += [(accounts.extras[name], name) for name in ("tip", "deposit")]
    for chosen, whose in owed:
        if chosen and whose:
            owner, setting = first.setdefault(chosen.account, (whose, chosen.setting))
            if owner != whose and setting.startswith("taxes."):
                yield PairFault("tax-account-shared", chosen.setting, chosen.account, setting)


_CHECKS: tuple[Check, ...] = (_same, _bank, _split, _shared)
