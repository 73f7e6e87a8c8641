"""What was transferred: batches, and what the live ones among them hold and recorded of each unit (P4, P6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
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


class BatchUnit(NamedTuple):
    """All that a batch holds of one unit: at least one posting, in the order of the listing."""

    unit: UnitId
    record: UnitRecord
    postings: Sequence[BatchPosting]


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

    def add(self, record: UnitRecord, postings: Iterable[tuple[date, str, int]], customer: str) -> None:
        """Adds what the next live batch holds: its record, its postings as (own date, account, cents), its customer."""
        self.unit_date, self.customer = record.unit_date, customer
        self.accounts.update(record.accounts)
        if record.sale_date is not None:
            self.sale = (record.unit_date, record.sale_date)
        for row, applied in record.applied.items():
            self.applied[row] = (record.unit_date, applied)
        for own_date, account, cents in postings:
            accounts = self.parts.setdefault(own_date, {})
            accounts[account] = accounts.get(account, 0) + cents

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
            for (kind, number), record, postings in batch.units:
                recorded = units[kind].setdefault(number, Recorded(batch.opening))
                recorded.add(
                    record, ((it.own_date, it.account, it.amount_cents) for it in postings), postings[-1].customer
                )
    return Transferred(units[DOCUMENT], units[UnitKind.PAYMENT], start_date, any_live)
