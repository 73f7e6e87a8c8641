"""Methods of payment by their names, without case, accents and blanks, and by the words of the trade in both languages."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

from ecriture.core.settings import Method
from ecriture.core.text import fold

V = TypeVar("V")

_WORDS = {
    "cash": "cash, comptant, argent, argent comptant, espèces, en espèces",
    "cheque": "cheque, chèque, check, par chèque",
    "card": "card, carte, carte de crédit, credit card, carte de débit, debit card, Visa, Mastercard, Amex, American Express",
    "etransfer": "e-transfer, virement, virement Interac, Interac, Interac e-Transfer, EMT, virement électronique",
    "debit": "debit, débit préautorisé, DPA, prélèvement, prélèvement automatique, pre-authorized debit, PAD, direct debit",
}


def plain_method(name: str) -> str:
    """A name without case, accents, blanks and signs; one that has nothing else is itself."""
    return "".join(filter(str.isalnum, fold(name))) or name


KNOWN: Mapping[str, str] = MappingProxyType(
    {plain_method(word): method for method, words in _WORDS.items() for word in words.split(",")}
)
"""The five methods that need no settings, by all their words."""


class Methods:
    """The methods in a company's settings, by any way to write them."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._exact = methods
        self._plain = by_plain_name((method.name, method) for method in methods.values())
        self._known: dict[str, bool] = {}
        """Whether each name that was asked for is a method: every payment asks, with one of a few names."""

    def find(self, name: str) -> Method | None:
        """The settings of a method: its own name counts before a word of the trade, and its exact name before both."""
        plain = plain_method(name)
        return self._exact.get(name) or self._plain.get(plain) or self._plain.get(KNOWN.get(plain, ""))

    def knows(self, name: str) -> bool:
        """Whether it is a method, with or without settings."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = plain_method(name) in KNOWN or self.find(name) is not None
        return known


def by_plain_name(named: Iterable[tuple[str, V]]) -> Mapping[str, V]:
    """Names and what they stand for, by plain name; of several with one plain name the first counts."""
    found: dict[str, V] = {}
    for name, value in named:
        found.setdefault(plain_method(name), value)
    return found
