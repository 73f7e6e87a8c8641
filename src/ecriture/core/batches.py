"""What was transferred: batches, and what the live ones among them hold and recorded of each unit (P4, P6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.documents import DOCUMENT, UnitId, UnitKind
from ecriture.core.entries import JournalEntry
from ecriture.core.settings import Opening


class BatchState(StrEnum):
    EXPORTED = "exported"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Why(StrEnum):
    """Why a posting is in a batch."""

    NEW = "new"
    APPLIED = "applied"
    CORRECTION = "correction"
    VOID = "void"
    CARRIED = "carried"


class BatchPosting(NamedTuple):
    """A posting of a batch, as its listing shows it. `entry` and `line` count from 1."""

    entry: int
    line: int
    unit: UnitId
    customer: str
    own_date: date
    open_date: date
    account: str
    amount_cents: int
    why: Why


AppliedKey = tuple[str, date | None]
"""Identifies a row of a payment: the document it names, and its `applied`."""


class UnitRecord(NamedTuple):
    """What a batch records of a unit, so that no setting can move it later (P1, P3).

    `unit_date` is the unit's date then; the sale date and the application dates are those not after the batch's through.
    """

    unit_date: date
    accounts: Mapping[str, str]
    """Keys of postings (`line:CLEAN:credit`, `method:card`, `clearing`, ...) to the accounts that they resolved to."""
    sale_date: date | None = None
    applied: Mapping[AppliedKey, date] = MappingProxyType({})


class BatchPart(NamedTuple):
    """Postings of one unit that have all but line, account and amount in common: the last three are parallel."""

    entry: int
    own_date: date
    open_date: date
    customer: str
    why: Why
    lines: Sequence[int]
    accounts: Sequence[str]
    cents: Sequence[int]


class BatchUnit(NamedTuple):
    """All that a batch holds of one unit: at least one part, each with at least one posting."""

    unit: UnitId
    record: UnitRecord
    parts: Sequence[BatchPart]


def parts_of(postings: Iterable[BatchPosting]) -> list[BatchPart]:
    """Postings of one unit as parts: those that follow each other, and have the same values there, are one."""
    alike = groupby(postings, lambda it: (it.entry, it.own_date, it.open_date, it.customer, it.why))
    return [
        BatchPart(*shared, *zip(*((it.line, it.account, it.amount_cents) for it in group), strict=True))
        for shared, group in alike
    ]


def postings_of(unit: UnitId, part: BatchPart) -> Iterator[BatchPosting]:
    """The postings of a part, in its order."""
    for line, account, cents in zip(part.lines, part.accounts, part.cents, strict=True):
        yield BatchPosting(
            part.entry, line, unit, part.customer, part.own_date, part.open_date, account, cents, part.why
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One export, immutable but for its state and reason. `content` is the exact bytes of its file.

    `units` may be left out (`()`) where they are kept elsewhere, as the command's state does.
    """

    number: int
    target: str
    through: date
    content: bytes
    entries: tuple[JournalEntry, ...]
    opening: Opening
    start_date: date | None
    exported_at: str
    exported_by: str = ""
    state: BatchState = BatchState.EXPORTED
    reason: str = ""
    units: Sequence[BatchUnit] = ()

    @property
    def live(self) -> bool:
        return self.state is not BatchState.CANCELLED


@dataclass(slots=True)
class Recorded:
    """What the live batches that hold a unit transferred and recorded of it, later batches before earlier ones."""

    opening: Opening
    """What `opening` was when the first of them was made."""
    unit_date: date = date.min
    """The unit's date in the latest of them."""
    customer: str = ""
    """The customer that the latest of them lists."""
    parts: dict[date, dict[str, int]] = field(default_factory=dict)
    """Own date to account to cents. What was reversed stays, as zeros."""
    accounts: dict[str, str] = field(default_factory=dict)
    sale: tuple[date, date] | None = None
    """The document's date then, and its sale date."""
    applied: dict[AppliedKey, tuple[date, date]] = field(default_factory=dict)
    """For each row the payment's date then, and the row's application date."""

    def add(self, record: UnitRecord, parts: Sequence[BatchPart]) -> None:
        """Adds what the next live batch holds and recorded of the unit."""
        self.unit_date, self.customer = record.unit_date, parts[-1].customer
        self.accounts.update(record.accounts)
        if record.sale_date is not None:
            self.sale = (record.unit_date, record.sale_date)
        for row, applied in record.applied.items():
            self.applied[row] = (record.unit_date, applied)
        for part in parts:
            held = self.parts.setdefault(part.own_date, {})
            for account, cents in zip(part.accounts, part.cents, strict=True):
                held[account] = held.get(account, 0) + cents

    def sale_date(self, document_date: date) -> date | None:
        """The recorded sale date, as long as the document's date is unchanged."""
        return self.sale[1] if self.sale is not None and self.sale[0] == document_date else None

    def applied_on(self, payment_date: date, row: AppliedKey) -> date | None:
        """The recorded application date of a row, as long as the payment's date is unchanged."""
        then, applied = self.applied.get(row, (None, None))
        return applied if then == payment_date else None


@dataclass(frozen=True, slots=True)
class Transferred:
    """What live batches hold: of the units asked about, by number, and whether there are any. A unit in them is live."""

    documents: Mapping[str, Recorded] = field(default_factory=dict)
    payments: Mapping[str, Recorded] = field(default_factory=dict)
    start_date: date | None = None
    """The start date of the latest live batch."""
    any_live: bool = False
    """Whether any batch is live, also one of which no unit is here."""

    def of(self, kind: UnitKind) -> Mapping[str, Recorded]:
        return self.documents if kind is DOCUMENT else self.payments


NOTHING_TRANSFERRED = Transferred()


def transferred_by(batches: Iterable[Batch]) -> Transferred:
    """What the live ones of some batches, in the order of their numbers, hold and recorded."""
    units: dict[UnitKind, dict[str, Recorded]] = {kind: {} for kind in UnitKind}
    start_date, any_live = None, False
    for batch in batches:
        if batch.live:
            start_date, any_live = batch.start_date, True
            for (kind, number), record, parts in batch.units:
                units[kind].setdefault(number, Recorded(batch.opening)).add(record, parts)
    return Transferred(units[DOCUMENT], units[UnitKind.PAYMENT], start_date, any_live)
