"""The rows of the state as bytes: compact JSON.

A head is a batch without its file, entries and units, of which it has the counts and checksums. The units stand in blocks of
up to a hundred, documents and payments apart. A block has three rows: `index` says which units it has, `held` what the
batch holds and recorded of them, `listed` what only a listing of the batch needs. They are columns, which is much faster
than an object for each unit; dates, rows of accounts and recorded accounts are numbers in tables of the block.
"""

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from ecriture.core.batches import Batch, BatchPart, BatchState, BatchUnit, Recorded, Why
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import JournalEntry
from ecriture.core.settings import Opening

MOST_UNITS, MOST_POSTINGS = 100, 2_000
"""In a block: large enough to read many units fast, small enough to read little for one."""

ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=date.isoformat)


def dumped(value: object) -> bytes:
    """Half a surrogate pair, as in a name that the system could not decode, is kept as it is."""
    return ENCODER.encode(value).encode("utf-8", "surrogatepass")


def loaded(content: bytes) -> Any:  # noqa: ANN401 - whatever the JSON holds
    return json.loads(content.decode("utf-8", "surrogatepass"))


# Heads of batches and of entries


class EntryHead(NamedTuple):
    """A journal entry without its lines."""

    date: date
    source: str
    comment: str
    debit_cents: int


class BatchHead(NamedTuple):
    """The units are in `blocks` blocks, numbered from `first_block` on."""

    number: int
    state: BatchState
    reason: str
    target: str
    through: date
    opening: Opening
    start_date: date | None
    exported_at: str
    exported_by: str
    size: int
    sha256: str
    entries: int
    debit_cents: int
    entries_sha256: str
    units: int
    first_block: int
    blocks: int
    units_sha256: str

    @property
    def live(self) -> bool:
        return self.state is not BatchState.CANCELLED


def head_of(batch: Batch, entries: bytes, units: int, first_block: int, blocks: int, units_sha256: str) -> BatchHead:
    """`entries` are the batch's as `entries_out` gives them."""
    return BatchHead(
        **{name: getattr(batch, name) for name in BatchHead._fields[:9]},  # up to `exported_by`
        size=len(batch.content),
        sha256=sha256(batch.content).hexdigest(),
        entries=len(batch.entries),
        debit_cents=sum(entry.debit_cents for entry in batch.entries),
        entries_sha256=sha256(entries).hexdigest(),
        units=units,
        first_block=first_block,
        blocks=blocks,
        units_sha256=units_sha256,
    )


def head_in(row: bytes) -> BatchHead:
    head = BatchHead(**loaded(row))
    return head._replace(
        state=BatchState(head.state),
        through=date.fromisoformat(str(head.through)),
        opening=Opening(head.opening),
        start_date=head.start_date and date.fromisoformat(str(head.start_date)),
    )


def entries_out(entries: Sequence[JournalEntry]) -> bytes:
    return dumped([(it.date, it.source, it.comment, it.debit_cents) for it in entries])


def entries_in(row: bytes) -> Sequence[EntryHead]:
    return tuple(EntryHead(date.fromisoformat(day), *more) for day, *more in loaded(row))


# Writing blocks


Block = tuple[int, bytes, bytes, bytes]
"""How many units are in it, its index, held and listed."""


class Table(dict[Any, int]):
    """Numbers values in the order in which they are first asked for, from 0."""

    def __missing__(self, value: object) -> int:
        self[value] = number = len(self)
        return number


def blocks(units: Iterable[BatchUnit]) -> Iterator[Block]:
    """Packs units as they come; no more than a block of them is held."""
    block: list[BatchUnit] = []
    postings = 0
    for unit in units:
        if block and (
            len(block) >= MOST_UNITS or postings >= MOST_POSTINGS or unit.unit.kind is not block[0].unit.kind
        ):
            yield packed(block)
            block, postings = [], 0
        block.append(unit)
        for part in unit.parts:
            postings += len(part.cents)
    if block:
        yield packed(block)


def packed(units: Sequence[BatchUnit]) -> Block:
    """Units of one kind as a block. Raises ValueError for one without postings."""
    days, rows, accounts = Table(), Table(), Table()
    dates, recorded, sales, applied = [], [], [], []
    held: list[tuple[object, ...]] = []
    listed: list[tuple[object, ...]] = []
    for place, (unit, record, parts) in enumerate(units):
        if not parts:
            raise ValueError(f"{unit}: without postings")
        dates.append(days[record.unit_date])
        sales.append(days[record.sale_date])
        recorded.append(accounts[tuple(record.accounts.items())])
        for (document, day), on in record.applied.items():
            applied.append((place, document, days[day], days[on]))
        for entry, own, opened, customer, why, lines, row, cents in parts:
            held.append((place, days[own], customer, rows[tuple(row)], cents))
            listed.append((entry, days[opened], why, lines))
    held_row = dumped([recorded, sales, applied, list(map(dict, accounts)), list(rows), list(zip(*held, strict=True))])
    listed_row = dumped(list(zip(*listed, strict=True)))
    checksums = sha256(held_row).hexdigest(), sha256(listed_row).hexdigest()
    numbers = [it.unit.number for it in units]
    ordinals = [day and day.toordinal() for day in days]
    index = dumped([*checksums, units[0].unit.kind, numbers, dates, ordinals])
    return len(units), index, held_row, listed_row


# Reading blocks


class Index(NamedTuple):
    """Which units are in a block, and the checksums of the block's other two parts."""

    held_sha256: str
    listed_sha256: str
    kind: UnitKind
    """As a plain text, which is the same key of a mapping."""
    numbers: list[str]
    dates: list[int]
    """The place of each unit's date among the ordinals."""
    ordinals: list[int | None]
    """All dates of the block; one of them may be none."""

    def days(self) -> list[Any]:
        return [ordinal and date.fromordinal(ordinal) for ordinal in self.ordinals]

    def dated(self, first: date, last: date) -> Iterator[tuple[str, bool]]:
        """The units, and whether their dates are in a span."""
        start, end = first.toordinal(), last.toordinal()
        within = [ordinal is not None and start <= ordinal <= end for ordinal in self.ordinals]
        return zip(self.numbers, map(within.__getitem__, self.dates), strict=True)


def add_recorded(
    known: dict[str, Recorded], wanted: Container[str], index: Index, held: bytes, opening: Opening
) -> None:
    """Does what `Recorded.add` does for the units of a block that are wanted, much faster.

    Units share equal mappings of recorded accounts: where more is recorded, a unit gets a new one.
    """
    recorded, sales, applied, accounts, rows, parts = loaded(held)
    days = index.days()
    units: list[Recorded | None] = []
    for number, date_at, accounts_at, sale_at in zip(index.numbers, index.dates, recorded, sales, strict=True):
        if number not in wanted:
            units.append(None)
            continue
        day, sale, its = days[date_at], days[sale_at], accounts[accounts_at]
        unit = known.get(number)
        if unit is None:
            unit = known[number] = Recorded(opening, day, "", {}, its, None, {})
        else:
            unit.unit_date, unit.accounts = day, unit.accounts | its
        if sale is not None:
            unit.sale = day, sale
        units.append(unit)
    for place, document, applied_at, on in applied:
        if (unit := units[place]) is not None:
            unit.applied[document, days[applied_at]] = unit.unit_date, days[on]
    _add_parts(units, days, rows, zip(*parts, strict=True))


def _add_parts(
    units: Sequence[Recorded | None],
    days: Sequence[date],
    rows: Sequence[list[str]],
    parts: Iterable[tuple[int, int, str, int, list[int]]],
) -> None:
    once = [len({*row}) == len(row) for row in rows]
    for place, own_at, customer, row, cents in parts:
        unit = units[place]
        if unit is None:
            continue
        unit.customer, own_date = customer, days[own_at]
        amounts = zip(rows[row], cents, strict=True)
        if once[row] and own_date not in unit.parts:
            unit.parts[own_date] = dict(amounts)
            continue
        sums = unit.parts.setdefault(own_date, {})
        for account, amount in amounts:
            sums[account] = sums.get(account, 0) + amount


def parts_in(index: Index, held: bytes, listed: bytes) -> Iterator[tuple[UnitId, BatchPart]]:
    """The parts of a block's units, in the order in which they were given."""
    *_, rows, parts = loaded(held)
    days, units = index.days(), [UnitId(UnitKind(index.kind), number) for number in index.numbers]
    for place, own, customer, row, cents, entry, opened, why, lines in zip(*parts, *loaded(listed), strict=True):
        yield units[place], BatchPart(entry, days[own], days[opened], customer, Why(why), lines, rows[row], cents)
