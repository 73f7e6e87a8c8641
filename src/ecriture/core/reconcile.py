"""Compares our journal entries with those that the accounting program shows on an account, and classes what differs."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ecriture.core.entries import JournalEntry, Line

MOST_GUESSES = 10


class Shown(NamedTuple):
    """One line of an account in the program's report. Texts are empty and the date None where it does not say."""

    account: str
    dated: date | None
    source: str
    journal: str
    """The number that the program gave the entry."""
    comment: str
    cents: int
    row: int = 0


class Difference(StrEnum):
    MISSING = "missing"
    """Ours is not in the program."""
    TWICE = "twice"
    """It is there more than once."""
    ALTERED = "altered"
    """It is there with another amount."""
    DATED = "dated"
    """It is there with another date."""
    REVERSED = "reversed"
    """It is there, and so is its reversal."""
    CANCELLED = "cancelled"
    """An entry of a cancelled batch is there, and not reversed."""
    FOREIGN = "foreign"
    """An entry on the account that is not ours."""


class Found(NamedTuple):
    """A difference: the entry by its source, ours and the program's cents on the account.

    `named` are the comments of our lines that the program has not, which name the document where the entry is that detailed.
    """

    difference: Difference
    source: str
    dated: date | None
    ours_cents: int
    theirs_cents: int
    named: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    """The first entries of ours that it may be; never more than that."""
    comment: str = ""
    row: int = 0

    @property
    def cents(self) -> int:
        """What the program has more."""
        return self.theirs_cents - self.ours_cents


class _Group:
    """The entries that the program shows under one source of ours, with their corrections and reversals."""

    def __init__(self) -> None:
        self.entered: list[Shown] = []
        self.reversing: list[Shown] = []

    @property
    def cents(self) -> int:
        return sum(it.cents for it in (*self.entered, *self.reversing))

    @property
    def is_reversed(self) -> bool:
        return bool(self.reversing) and len({it.journal for it in self.entered}) <= len(
            {it.journal for it in self.reversing}
        )


def compare(
    ours: Iterable[JournalEntry],
    theirs: Iterable[Shown],
    account: str,
    *,
    first: date,
    last: date,
    cancelled: Collection[str] = frozenset(),
) -> list[Found]:
    """The differences on an account in the entries dated from `first` to `last`: those of ours first, by date and source.

    `cancelled` are the sources of entries of cancelled batches: the program should have none of them, or each reversed.

    The program shows an adjusted entry as it was, its reversal and the new one, or the new one alone: what counts is the sum.
    """
    entries = {it.source: it for it in ours}
    groups, foreign = _grouped(theirs, account, entries.keys() | cancelled)
    found = [
        it
        for source, entry in sorted(entries.items(), key=lambda it: (it[1].date, it[0]))
        if source in groups or first <= entry.date <= last
        for it in _differences(entry, groups.get(source), account)
    ]
    missing = [it for it in found if it.difference in (Difference.MISSING, Difference.REVERSED)]
    left = (it for source, group in groups.items() if source not in entries for it in _cancelled(source, group))
    return [*found, *left, *_foreign(foreign, missing, first, last)]


def _grouped(theirs: Iterable[Shown], account: str, sources: Collection[str]) -> tuple[dict[str, _Group], list[Shown]]:
    lines = [it for it in theirs if it.account == account]
    groups: dict[str, _Group] = defaultdict(_Group)
    of_journal = {it.journal: it.source for it in lines if it.journal and it.source in sources}
    foreign: list[Shown] = []
    for it in lines:
        said = reversal_of(it, sources, of_journal)
        if said is not None:
            groups[said].reversing.append(it)
        elif it.source in sources:
            groups[it.source].entered.append(it)
        else:
            foreign.append(it)
    return groups, foreign


def reversal_of(line: Shown, sources: Collection[str], of_journal: Mapping[str, str]) -> str | None:
    """The source of ours that a line reverses, by what its source or comment says of it; None if it reverses none."""
    said = f"{line.source} {line.comment}".upper()
    if not any(word in said for word in ("ADJ", "AJT", "REVERS", "CONTREPASS", "EXTOURN", "VOID")):
        return None
    journals = _journals_in(said)
    for journal in journals[:1]:
        if (named := of_journal.get(journal)) is not None and journal != line.journal:
            return named
    bare = line.source.upper().removeprefix("ADJ").removeprefix("AJT").strip(" -:")
    return bare if bare in sources and bare != line.source.upper() else None


def _journals_in(said: str) -> list[str]:
    """The numbers of entries that a text names: `REVERSING J10. CORRECTION IS J12`, `J10 CONTREPASSATION`, `ADJ10`."""
    found: list[str] = []
    for word in said.replace(".", " ").replace(",", " ").replace("<", " ").replace(">", " ").split():
        bare = word.removeprefix("ADJ").removeprefix("AJT")
        digits = bare.removeprefix("J").removesuffix("J")
        if digits.isdecimal() and (bare != digits or bare != word):
            found.append(digits)
    return found


def _differences(entry: JournalEntry, group: _Group | None, account: str) -> Iterator[Found]:
    ours = [line for line in entry.lines if line.account == account]
    if not ours and group is None:
        return
    cents = sum(line.amount_cents for line in ours)
    head = entry.source, entry.date, cents
    if group is None:
        yield Found(Difference.MISSING, *head, 0, _named(ours, ()))
        return
    row = (*group.entered, *group.reversing)[0].row
    theirs = group.cents
    if group.is_reversed and theirs == 0:
        yield Found(Difference.REVERSED, *head, 0, row=row)
    elif theirs == cents:
        dates = {it.dated for it in group.entered if it.dated is not None}
        if group.entered and dates and entry.date not in dates:
            yield Found(Difference.DATED, entry.source, max(dates), cents, theirs, row=row)
    elif cents and theirs % cents == 0 and theirs // cents > 1 and _is_repeated(group, ours):
        yield Found(Difference.TWICE, *head, theirs, row=row)
    else:
        yield Found(Difference.ALTERED, *head, theirs, _named(ours, group.entered), row=row)


def _cancelled(source: str, group: _Group) -> Iterator[Found]:
    """What the program still has of an entry of a cancelled batch. A reversal alone is of an entry before the report."""
    if group.entered and group.cents:
        entered = group.entered[0]
        yield Found(Difference.CANCELLED, source, entered.dated, 0, group.cents, row=entered.row)


def _is_repeated(group: _Group, ours: Sequence[Line]) -> bool:
    journals = {it.journal for it in group.entered} - {""}
    return len(journals) > 1 or (not journals and len(group.entered) > len(ours)) or len(group.entered) == 2 * len(ours)


def _named(ours: Iterable[Line], theirs: Iterable[Shown]) -> tuple[str, ...]:
    """The comments of our lines whose amounts the program has not: of a summary they have none."""
    left = Counter(it.cents for it in theirs)
    found: list[str] = []
    for line in ours:
        cents, comment = line.amount_cents, line.comment
        if left[cents]:
            left[cents] -= 1
        elif comment:
            found.append(comment)
    return tuple(found)


def _foreign(foreign: Iterable[Shown], missing: Sequence[Found], first: date, last: date) -> Iterator[Found]:
    """Entries that are not ours, each with ours that are missing and have its amount: perhaps typed by hand."""
    of_cents: dict[int, tuple[str, ...]] = {}
    for ours in missing:
        of_cents[ours.ours_cents] = (*of_cents.get(ours.ours_cents, ()), ours.source)[:MOST_GUESSES]
    for it in foreign:
        if it.dated is None or first <= it.dated <= last:
            guesses = of_cents.get(it.cents, ())
            yield Found(
                Difference.FOREIGN, it.source or it.journal, it.dated, 0, it.cents, (), guesses, it.comment, it.row
            )
