"""Taxes: their accounts and their dated rates (P2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecriture.core.money import percent_of


class Rate(NamedTuple):
    """A percentage and the first day on which it applies."""

    since: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax of a company. `rates` is in order of date; a tax without rates is not checked."""

    code: str
    debit: str = ""
    credit: str = ""
    rates: tuple[Rate, ...] = ()

    def percent_on(self, day: date) -> Decimal | None:
        """The percentage that applies on a day; None before the first rate."""
        return next((rate.percent for rate in reversed(self.rates) if rate.since <= day), None)


def tax_on(bases_cents: Sequence[int], percent: Decimal) -> int:
    """The tax of a document on the lines it applies to: on their sum, rounded half up, once. 140.00 at 9.975 % is 13.97."""
    return percent_of(sum(bases_cents), percent)
