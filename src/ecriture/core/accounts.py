"""Accounts and the chart of accounts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class AccountType(StrEnum):
    """The letters of Sage 50. Only A and G take postings; a chart that gives no type means postable."""

    HEADING = "H"
    SUBGROUP = "A"
    GROUP = "G"
    SUBTOTAL = "S"
    TOTAL = "T"
    CURRENT_EARNINGS = "X"


POSTABLE = frozenset({AccountType.SUBGROUP, AccountType.GROUP})


class AccountClass(StrEnum):
    """The five classes, each with the first digit that Sage 50 gives to its numbers."""

    ASSET = "1"
    LIABILITY = "2"
    EQUITY = "3"
    REVENUE = "4"
    EXPENSE = "5"


# Companies widen the ranges of Sage: 5 for the cost of sales, 6 to 9 for expenses.
_OF_DIGIT: Mapping[str, AccountClass] = MappingProxyType(
    {**{kind.value: kind for kind in AccountClass}, **dict.fromkeys("6789", AccountClass.EXPENSE)}
)


def class_of_number(number: str) -> AccountClass | None:
    """The class that the first digit says; None where it is no digit from 1 to 9."""
    return _OF_DIGIT.get(number[:1])


def is_account_number(text: str) -> bool:
    """Whether it is 1 to 15 printable characters without spaces."""
    return 1 <= len(text) <= 15 and text.isprintable() and " " not in text


class Account(NamedTuple):
    """One line of a chart. `account_class` is None where the chart does not say it."""

    number: str
    name: str = ""
    name_fr: str = ""
    type: AccountType = AccountType.GROUP
    linked: bool = False
    account_class: AccountClass | None = None

    @property
    def postable(self) -> bool:
        return self.type in POSTABLE

    def named(self, language: str) -> str:
        """Its name in a language, or the one it has."""
        return (self.name_fr or self.name) if language == "fr" else (self.name or self.name_fr)


class Chart:
    """A company's accounts by number. The last line of a number counts."""

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        self._accounts: Mapping[str, Account] = MappingProxyType({account.number: account for account in accounts})

    def __contains__(self, number: object) -> bool:
        return number in self._accounts

    def __getitem__(self, number: str) -> Account:
        return self._accounts[number]

    def __iter__(self) -> Iterator[Account]:
        return iter(self._accounts.values())

    def __len__(self) -> int:
        return len(self._accounts)

    def get(self, number: str) -> Account | None:
        return self._accounts.get(number)

    @property
    def digits(self) -> int | None:
        """How long this company's numbers are: the commonest length; None for an empty chart."""
        lengths = Counter(len(number) for number in self._accounts)
        return max(lengths, key=lambda length: (lengths[length], length)) if lengths else None

    def class_of(self, number: str) -> AccountClass | None:
        """The class that the chart gives, else the one of the first digit."""
        account = self._accounts.get(number)
        return (account and account.account_class) or class_of_number(number)
