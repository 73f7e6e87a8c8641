"""Journal entries: the only thing that leaves for a ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import NamedTuple


class Line(NamedTuple):
    """One line: an account and a signed amount in cents, debit positive."""

    account: str
    amount_cents: int
    comment: str = ""


class Unbalanced(ValueError):
    """The lines of an entry do not sum to zero: a fault of the program that built them, never of a person."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Balanced lines under one date, source and comment.

    Raises Unbalanced when the lines do not sum to zero (no tolerance), and ValueError for fewer than two or a zero line.
    """

    date: date
    source: str
    comment: str
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        cents = list(map(itemgetter(1), self.lines))
        if total_cents := sum(cents):
            raise Unbalanced(f"{self.source}: the lines sum to {total_cents} cents, not to zero")
        if len(cents) < 2 or not all(cents):
            raise ValueError(f"{self.source}: an entry has two lines or more, none of them zero")

    @property
    def debit_cents(self) -> int:
        """The sum of its debits, which is that of its credits."""
        return sum(line.amount_cents for line in self.lines if line.amount_cents > 0)


class EntryHead(NamedTuple):
    """A journal entry without its lines."""

    date: date
    source: str
    comment: str
    debit_cents: int


def balances(entries: Iterable[JournalEntry]) -> dict[str, int]:
    """The sum of each account over some entries, in cents, accounts in order; one that comes to zero is shown."""
    sums: dict[str, int] = {}
    for entry in entries:
        for line in entry.lines:
            sums[line.account] = sums.get(line.account, 0) + line.amount_cents
    return dict(sorted(sums.items()))
