"""Journal entries as a ledger page shows them: debits and credits, sums by account, so many lines at a time."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.entries import JournalEntry
from ecriture.web.words import language

MOST_LINES = 400
"""A page ends after the entry that fills it; an entry with more lines is cut, and says so."""


class Side(NamedTuple):
    """An amount in the column where it belongs."""

    cents: int

    @property
    def debit(self) -> int | None:
        return self.cents if self.cents > 0 else None

    @property
    def credit(self) -> int | None:
        return -self.cents if self.cents < 0 else None


class LineShown(NamedTuple):
    """A line of an entry. `number` counts from 1."""

    number: int
    account: str
    name: str
    amount: Side
    comment: str


class EntryShown(NamedTuple):
    """An entry with the lines that are shown, and how many are not. `number` counts from 1 in its batch."""

    number: int
    entry: JournalEntry
    lines: Sequence[LineShown]
    more: int


class EntriesPage(NamedTuple):
    """Some entries, the number of this page, and how many there are."""

    entries: Sequence[EntryShown]
    page: int
    pages: int

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def following(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


class AccountTotal(NamedTuple):
    """What comes to an account, its debits and credits apart."""

    account: str
    name: str
    debit_cents: int
    credit_cents: int


def name_in(chart: Chart, number: str) -> str:
    """The name of an account in the language of the screen; empty for one that the chart does not have."""
    account = chart.get(number)
    return account.named(language()) if account is not None else ""


def entries_page(entries: Sequence[JournalEntry], chart: Chart, page: int) -> EntriesPage:
    """A page of entries; the last one for a number past the end."""
    firsts = [*_firsts(entries), len(entries)]
    pages = len(firsts) - 1
    at = min(max(page, 1), max(pages, 1))
    shown = range(firsts[at - 1], firsts[at]) if pages else ()
    return EntriesPage([_shown(place, entries[place], chart) for place in shown], at, pages)


def _firsts(entries: Sequence[JournalEntry]) -> Iterator[int]:
    """The places of the entries that begin a page."""
    filled = MOST_LINES
    for place, entry in enumerate(entries):
        if filled >= MOST_LINES:
            filled = 0
            yield place
        filled += len(entry.lines)


def _shown(place: int, entry: JournalEntry, chart: Chart) -> EntryShown:
    lines = [
        LineShown(number, line.account, name_in(chart, line.account), Side(line.amount_cents), line.comment)
        for number, line in enumerate(entry.lines[:MOST_LINES], 1)
    ]
    return EntryShown(place + 1, entry, lines, len(entry.lines) - len(lines))


def totals_of(entries: Iterable[JournalEntry], chart: Chart) -> list[AccountTotal]:
    """The sums of each account over some entries, accounts in order."""
    sums: dict[str, list[int]] = {}
    for entry in entries:
        for line in entry.lines:
            of_account = sums.setdefault(line.account, [0, 0])
            of_account[line.amount_cents < 0] += abs(line.amount_cents)
    return [AccountTotal(number, name_in(chart, number), *sums[number]) for number in sorted(sums)]


def debits_of(entries: Iterable[JournalEntry]) -> int:
    """The debits of some entries, which are also their credits."""
    return sum(entry.debit_cents for entry in entries)
