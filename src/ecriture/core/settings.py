"""A company's settings, valid and frozen: what company.toml holds, whoever filled it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from ecriture.core.taxes import Tax

K = TypeVar("K")
V = TypeVar("V")


def frozen_mapping(pairs: Mapping[K, V]) -> Mapping[K, V]:
    """A read-only copy."""
    return MappingProxyType(dict(pairs))


class Grouping(StrEnum):
    PERIOD = "period"
    DAY = "day"
    DOCUMENT = "document"


class Detail(StrEnum):
    SUMMARY = "summary"
    DOCUMENT = "document"
    LINE = "line"


class BankLines(StrEnum):
    TOTAL = "total"
    DAY = "day"
    PAYMENT = "payment"
    REFERENCE = "reference"


class Opening(StrEnum):
    """Where the receivables of before the start date live: in Sage's own module, or in the clearing account."""

    SAGE = "sage"
    CLEARING = "clearing"


class PaidSaleDate(StrEnum):
    PAYMENT = "payment"
    DOCUMENT = "document"


class Untaxed(StrEnum):
    """What a sale without tax is; a tax return asks, and posting never does."""

    UNKNOWN = ""
    ZERO_RATED = "zero-rated"
    EXEMPT = "exempt"


class FiscalYear(NamedTuple):
    """First and last day, both in it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Accounting:
    target: str = "sage50-ca"
    only_when_paid: bool = False
    paid_sale_date: PaidSaleDate = PaidSaleDate.PAYMENT
    grouping: Grouping = Grouping.PERIOD
    detail: Detail = Detail.SUMMARY
    bank_lines: BankLines = BankLines.TOTAL
    max_lines: int = 500
    source_prefix: str = "EC"
    linked_accounts: frozenset[str] = frozenset()
    start_date: date | None = None
    opening: Opening = Opening.SAGE
    carry: bool = True

    def __post_init__(self) -> None:
        """Takes the words of company.toml for choices too. Raises ValueError for another word."""
        for name, choices in _CHOICES.items():
            object.__setattr__(self, name, choices(getattr(self, name)))


_CHOICES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "paid_sale_date": PaidSaleDate,
        "grouping": Grouping,
        "detail": Detail,
        "bank_lines": BankLines,
        "opening": Opening,
    }
)


@dataclass(frozen=True, slots=True)
class DefaultAccounts:
    """Empty where the company gave none."""

    invoice_debit: str = ""
    invoice_credit: str = ""
    payment_debit: str = ""
    payment_credit: str = ""
    refund_debit: str = ""
    refund_credit: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A product or service. `taxes` is None when all taxes apply; `archived` is the date from which it is not to be used.

    `untaxed` is what a sale of it is on which no tax is charged.
    """

    code: str
    name: str = ""
    debit: str = ""
    credit: str = ""
    archived: date | None = None
    note: str = ""
    taxes: frozenset[str] | None = None
    untaxed: Untaxed = Untaxed.UNKNOWN


@dataclass(frozen=True, slots=True)
class Method:
    """A payment method. With `write_off` it is no money: a debt that is given up, at the debit of its account."""

    name: str
    debit: str = ""
    write_off: bool = False


@dataclass(frozen=True, slots=True)
class Extras:
    discount: str = ""
    tip: str = ""
    shipping: str = ""
    rounding: str = ""
    fee: str = ""
    deposit: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides how documents and payments are posted."""

    name: str = ""
    language: str = "fr"
    currency: str = "CAD"
    fiscal_years: tuple[FiscalYear, ...] = ()
    lock_date: date | None = None
    accounting: Accounting = field(default_factory=Accounting)
    accounts: DefaultAccounts = field(default_factory=DefaultAccounts)
    taxes: Mapping[str, Tax] = field(default_factory=lambda: frozen_mapping({}))
    items: Mapping[str, Item] = field(default_factory=lambda: frozen_mapping({}))
    methods: Mapping[str, Method] = field(default_factory=lambda: frozen_mapping({}))
    extras: Extras = field(default_factory=Extras)
