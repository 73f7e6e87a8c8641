"""Which account, and which rule won (P1): from the most precise to the least; a batch's own record before them all."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from ecriture.core.documents import DocumentKind, Form, PaymentKind, RowKey, RowKind
from ecriture.core.settings import Item, Method, Settings
from ecriture.core.taxes import Tax


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
    FEE = "fee"
    UNAPPLIED = "unapplied"
    CLEARING = "clearing"
    TRANSFERRED = "transferred"
    """An account that a batch holds and that the unit does not want any more."""


class Leg(NamedTuple):
    """One side of a posting: an account, and why it is that one.

    `keys` is what a batch records the account under: two where the clearing account serves as the unapplied one, since a
    change of the clearing account would else move what was paid in advance from the one to the other. `rule` is the
    setting that gave the account (`items.CLEAN.credit`), or `recorded`. Without an account, `fault` is the code of the
    problem and `rule` the setting to fill.
    """

    account: str
    keys: tuple[str, ...]
    rule: str
    role: Role
    fault: str = ""


CLEARING_KEY = "clearing"
UNAPPLIED_KEY = "unapplied"


class Pattern:
    """The legs of a posting, and the row of the unit that each comes from. Shared by all units alike, compared by identity.

    A part of a `mirrored` pattern holds the cents of the first half of the legs; the second half has the same with the
    other sign. So a document's own amounts serve, and are not written down a second time.
    """

    __slots__ = ("legs", "mirrored", "rows")

    def __init__(self, legs: Iterable[Leg], rows: Iterable[int], *, mirrored: bool = False) -> None:
        self.legs = tuple(legs)
        self.rows = tuple(rows)
        self.mirrored = mirrored

    def recorded(self, accounts: Mapping[str, str]) -> "Pattern":
        """The same legs with the accounts that a batch recorded for their keys."""
        return Pattern((_recorded(leg, accounts) for leg in self.legs), self.rows, mirrored=self.mirrored)


def _recorded(leg: Leg, accounts: Mapping[str, str]) -> Leg:
    account = next((accounts[key] for key in leg.keys if key in accounts), None)
    if account is None:
        return leg
    keys = leg.keys[:1]
    if keys == (UNAPPLIED_KEY,) and accounts.get(CLEARING_KEY) == account:
        keys = (UNAPPLIED_KEY, CLEARING_KEY)
    return Leg(account, keys, "recorded", leg.role)


class PaymentLegs:
    """The legs that payments of one kind and method can use, and the patterns that they form."""

    __slots__ = ("_patterns", "bank", "clearing", "fee", "plain", "rounding", "unapplied")

    def __init__(self, *, bank: Leg, clearing: Leg, unapplied: Leg, fee: Leg, rounding: Leg) -> None:
        self.bank = bank
        self.clearing = clearing
        self.unapplied = unapplied
        self.fee = fee
        self.rounding = rounding
        self._patterns: dict[tuple[tuple[str, ...], tuple[int, ...]], Pattern] = {}
        self.plain = self.pattern(("bank", "clearing"), (0, 0), mirrored=True)
        """That of most payments: one row, applied at once, without fee and rounding."""

    def recorded(self, accounts: Mapping[str, str]) -> "PaymentLegs":
        """The same legs with the accounts that a batch recorded for their keys."""
        return PaymentLegs(
            bank=_recorded(self.bank, accounts),
            clearing=_recorded(self.clearing, accounts),
            unapplied=_recorded(self.unapplied, accounts),
            fee=_recorded(self.fee, accounts),
            rounding=_recorded(self.rounding, accounts),
        )

    def pattern(self, names: tuple[str, ...], rows: tuple[int, ...], *, mirrored: bool = False) -> Pattern:
        """The pattern of some of the legs, by name, and the rows that they belong to: one object for all payments alike."""
        found = self._patterns.get((names, rows))
        if found is None:
            legs = (getattr(self, name) for name in names)
            found = self._patterns[names, rows] = Pattern(legs, rows, mirrored=mirrored)
        return found


class _Choice(NamedTuple):
    """An account and the setting that gave it; both empty settings give the last one, to be filled."""

    account: str
    rule: str


def _first(*choices: tuple[str, str]) -> _Choice:
    """The first rule that has an account."""
    return next((_Choice(account, rule) for account, rule in choices if account), _Choice("", choices[-1][1]))


class Rules:
    """The rules of one company."""

    def __init__(self, company: Settings) -> None:
        self._company = company
        self._methods = {name.casefold(): method for name, method in company.methods.items()}
        defaults = company.accounts
        self._invoice_debit = (defaults.invoice_debit, "accounts.invoice_debit")
        self._invoice_credit = (defaults.invoice_credit, "accounts.invoice_credit")

    def of_document(self, form: Form, kind: DocumentKind) -> Pattern:
        """The debit legs of all rows, mirrored by their credit legs; a credit note is the reverse of an invoice."""
        pairs = [self._row(key) for key in form.keys]
        debits, credits_ = [debit for debit, _ in pairs], [credit for _, credit in pairs]
        legs = credits_ + debits if kind is DocumentKind.CREDIT_NOTE else debits + credits_
        return Pattern(legs, [*range(len(pairs)), *range(len(pairs))], mirrored=True)

    def of_payment(self, kind: PaymentKind, method: str) -> PaymentLegs:
        """The legs of a payment; those of a refund are the same ones, posted the other way round."""
        clearing = self._clearing(kind)
        deposit = self._company.extras.deposit
        unapplied = _first((deposit, "extras.deposit"), clearing)
        unapplied_keys = (UNAPPLIED_KEY,) if deposit else (UNAPPLIED_KEY, CLEARING_KEY)
        return PaymentLegs(
            bank=_leg(self._bank(kind, method), f"method:{method}", Role.BANK),
            clearing=_leg(clearing, CLEARING_KEY, Role.CLEARING),
            unapplied=_leg(unapplied, unapplied_keys, Role.UNAPPLIED),
            fee=_leg(_Choice(self._company.extras.fee, "extras.fee"), "fee", Role.FEE),
            rounding=_leg(_Choice(self._company.extras.rounding, "extras.rounding"), "rounding", Role.ROUNDING),
        )

    def method(self, name: str) -> Method | None:
        """The settings of a method, however its capitals are written."""
        return self._methods.get(name.casefold())

    def _bank(self, kind: PaymentKind, method: str) -> _Choice:
        found, defaults = self.method(method), self._company.accounts
        received = (
            (found.debit if found else "", f"methods.{found.name if found else method}.debit"),
            (defaults.payment_debit, "accounts.payment_debit"),
        )
        given_back = ((defaults.refund_credit, "accounts.refund_credit"),) if kind is PaymentKind.REFUND else ()
        return _first(*given_back, *received)

    def _clearing(self, kind: PaymentKind) -> _Choice:
        defaults = self._company.accounts
        given_back = ((defaults.refund_debit, "accounts.refund_debit"),) if kind is PaymentKind.REFUND else ()
        return _first(*given_back, (defaults.payment_credit, "accounts.payment_credit"))

    def _row(self, key: RowKey) -> tuple[Leg, Leg]:
        debit, credit = self._debit(key), self._credit(key)
        name = f"{key.kind}:{key.code}"
        debit_role = Role.DISCOUNT if key.kind is RowKind.DISCOUNT else Role.RECEIVABLE
        return (
            _leg(debit, f"{name}:debit", debit_role),
            _leg(credit, f"{name}:credit", _CREDIT_ROLES[key.kind], self._tax_fault(key)),
        )

    def _tax_fault(self, key: RowKey) -> str:
        if key.kind is not RowKind.TAX:
            return "account-missing"
        return "tax-account-missing" if key.code in self._company.taxes else "tax-unknown"

    def _debit(self, key: RowKey) -> _Choice:
        if key.kind is RowKind.DISCOUNT:
            return _first((self._company.extras.discount, "extras.discount"), self._invoice_credit)
        own: Item | Tax | None = None
        if key.kind is RowKind.LINE:
            own = self._company.items.get(key.code)
        elif key.kind is RowKind.TAX:
            own = self._company.taxes.get(key.code)
        return _first((own.debit if own else "", f"{_TABLES.get(key.kind)}.{key.code}.debit"), self._invoice_debit)

    def _credit(self, key: RowKey) -> _Choice:
        company, code = self._company, key.code
        match key.kind:
            case RowKind.LINE:
                item = company.items.get(code)
                return _first((item.credit if item else "", f"items.{code}.credit"), self._invoice_credit)
            case RowKind.TAX:
                tax = company.taxes.get(code)
                return _Choice(tax.credit if tax else "", f"taxes.{code}.credit")
            case RowKind.DISCOUNT:
                return _Choice(*self._invoice_debit)
            case RowKind.SHIPPING:
                return _first((company.extras.shipping, "extras.shipping"), self._invoice_credit)
            case RowKind.TIP:
                return _Choice(company.extras.tip, "extras.tip")
            case RowKind.ROUNDING:
                return _Choice(company.extras.rounding, "extras.rounding")


_TABLES = {RowKind.LINE: "items", RowKind.TAX: "taxes"}

_CREDIT_ROLES = {
    RowKind.LINE: Role.REVENUE,
    RowKind.TAX: Role.TAX,
    RowKind.DISCOUNT: Role.RECEIVABLE,
    RowKind.SHIPPING: Role.SHIPPING,
    RowKind.TIP: Role.TIP,
    RowKind.ROUNDING: Role.ROUNDING,
}


def _leg(choice: _Choice, keys: str | tuple[str, ...], role: Role, fault: str = "account-missing") -> Leg:
    named = (keys,) if isinstance(keys, str) else keys
    return Leg(choice.account, named, choice.rule, role, "" if choice.account else fault)
