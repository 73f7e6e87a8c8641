"""The rows of the state as bytes: compact JSON.

A head is a batch without its file, entries and units, of which it has the counts and checksums. The units stand in blocks of
up to 250, documents and payments apart. A block has three rows: `index` says which units it has, `held` what the
batch holds and recorded of them, `listed` what only a listing of the batch needs. They are columns, which is much faster
than an object for each unit; dates, rows of accounts and recorded accounts are numbers in tables of the block.
"""

import json
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from itertools import chain, compress, repeat
from operator import sub
from typing import Any, NamedTuple, TypeVar

from ecriture.core.batches import (
    NOT_APPLIED,
    Batch,
    BatchPart,
    BatchState,
    BatchUnit,
    Legs,
    Recorded,
    RecordedAccounts,
    Why,
)
from ecriture.core.documents import UnitId, UnitKind, new
from ecriture.core.entries import EntryHead, JournalEntry
from ecriture.core.settings import Opening

MOST_UNITS, MOST_POSTINGS = 250, 5_000
"""In a block: large enough to read many units fast, small enough to read little for one."""

T = TypeVar("T")

ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=date.isoformat)


def dumped(value: object) -> bytes:
    """Half a surrogate pair, as in a name that the system could not decode, is kept as it is."""
    return ENCODER.encode(value).encode("utf-8", "surrogatepass")


def loaded(content: bytes) -> Any:  # noqa: ANN401 - whatever the JSON holds
    return json.loads(content.decode("utf-8", "surrogatepass"))


# Heads of batches


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
    days, legs_in_it, legs, entries, lines_in_it, pairs, accounts_in_it = (Table() for _ in range(7))
    dates, sales, accounts_at, ends, applied_ends = [], [], [], [], []
    applied: list[tuple[object, ...]] = []
    held: list[tuple[object, ...]] = []
    listed: list[tuple[int, int]] = []
    for unit, (unit_date, accounts, sale_date, its_applied), parts in units:
        if not parts:
            raise ValueError(f"{unit}: without postings")
        dates.append(days[unit_date])
        sales.append(days[sale_date])
        accounts_at.append(accounts_in_it[accounts])
        for (document, day), on in its_applied.items():
            applied.append((document, days[day], days[on]))
        applied_ends.append(len(applied))
        for entry, own_date, open_date, customer, why, lines, its_legs, cents in parts:
            held.append((days[own_date], customer, legs_in_it[its_legs], cents))
            listed.append((entries[entry, days[open_date], why], lines_in_it[lines]))
        ends.append(len(held))
    accounts_row = [[pairs[pair] for pair in accounts.items()] for accounts in accounts_in_it]
    legs_row = [[legs[leg] for leg in its_legs] for its_legs in legs_in_it]
    of_units = sales, accounts_at, ends, applied_ends
    held_row = dumped(
        [list(pairs), accounts_row, list(legs), legs_row, *of_units, applied, list(zip(*held, strict=True))]
    )
    listed_row = dumped([list(entries), list(lines_in_it), *zip(*listed, strict=True)])
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

    def dated(self, first: date, last: date) -> Iterator[str]:
        """The units whose dates are in a span."""
        start, end = first.toordinal(), last.toordinal()
        within = [ordinal is not None and start <= ordinal <= end for ordinal in self.ordinals]
        return compress(self.numbers, map(within.__getitem__, self.dates))


class HeldParts(NamedTuple):
    """The parts of a block's units, one after the other, as columns."""

    own_dates: Sequence[date]
    customers: Sequence[str]
    legs: Sequence[Legs]
    cents: Sequence[list[int]]


def _held_parts(
    columns: Sequence[Any], legs: Iterable[Any], legs_row: Iterable[Any], days: Sequence[date]
) -> HeldParts:
    own_dates, customers, legs_at, cents = columns
    every = list(map(tuple, legs))
    legs_in_it = [tuple(_of(every, places)) for places in legs_row]
    return HeldParts(_of(days, own_dates), customers, _of(legs_in_it, legs_at), cents)


def _of(values: Sequence[T], places: Iterable[int]) -> list[T]:
    return list(map(values.__getitem__, places))


def add_recorded(
    known: dict[str, Recorded], wanted: Container[str], index: Index, held: bytes, opening: Opening
) -> None:
    """Adds what a block holds and recorded of the units that are wanted: what `recorded_by` says of them."""
    pairs, accounts_row, legs, legs_row, sales, accounts_at, ends, applied_ends, applied, columns = loaded(held)
    days = index.days()
    parts = _held_parts(columns, legs, legs_row, days)
    its = list(zip(parts.own_dates, parts.legs, parts.cents, strict=True))
    accounts = [RecordedAccounts(_of(pairs, places)) for places in accounts_row]
    of_units = _of(days, index.dates), _of(accounts, accounts_at), _of(days, sales), ends, applied_ends
    begin = first_row = 0
    for number, unit_date, recorded, sale_date, end, last_row in zip(index.numbers, *of_units, strict=True):
        if number in wanted:
            sale = (unit_date, sale_date) if sale_date is not None else None
            rows = NOT_APPLIED
            if first_row < last_row:
                rows = {(it, days[day]): (unit_date, days[on]) for it, day, on in applied[first_row:last_row]}
            fields = opening, unit_date, parts.customers[end - 1], its[begin:end], recorded, sale, rows, False
            later, earlier = new(Recorded, fields), known.get(number)
            known[number] = later if earlier is None else earlier.then(later)
        begin, first_row = end, last_row


def parts_in(index: Index, held: bytes, listed: bytes) -> Iterator[tuple[UnitId, BatchPart]]:
    """The parts of a block's units, in the order in which they were given."""
    _, _, legs, legs_row, _, _, ends, *_, columns = loaded(held)
    entries, lines_in_it, entries_at, lines_at = loaded(listed)
    days, parts = index.days(), _held_parts(columns, legs, legs_row, index.days())
    units = [UnitId(UnitKind(index.kind), number) for number in index.numbers]
    of_parts = chain.from_iterable(map(repeat, units, map(sub, ends, [0, *ends])))
    listed_parts = _of(entries, entries_at), _of(lines_in_it, lines_at)
    for unit, own_date, customer, its, cents, (entry, opened, why), lines in zip(
        of_parts, *parts, *listed_parts, strict=True
    ):
        yield unit, BatchPart(entry, own_date, days[opened], customer, Why(why), lines, its, cents)
