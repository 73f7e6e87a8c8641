"""What was transferred: batches, and what the live ones among them hold of every unit (P4, P6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.documents import UnitId
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
"""A row of a payment: the document it names, and its `applied`."""


class Record(NamedTuple):
    """What a batch records of a unit, so that no setting can move it later (P1, P3).

    `unit_date` is the unit's date then; the sale date and the application dates are those not after the batch's through.
    """

    unit_date: date
    accounts: Mapping[str, str]
    sale_date: date | None = None
    applied: Mapping[AppliedKey, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One export, immutable but for its state. `content` is the exact bytes of its file."""

    number: int
    target: str
    through: date
    content: bytes
    entries: tuple[JournalEntry, ...]
    postings: tuple[BatchPosting, ...]
    records: Mapping[UnitId, Record]
    opening: Opening
    start_date: date | None
    exported_at: str
    exported_by: str = ""
    state: BatchState = BatchState.EXPORTED
    reason: str = ""

    @property
    def live(self) -> bool:
        return self.state is not BatchState.CANCELLED


@dataclass(slots=True)
class Kept:
    """What a live unit keeps, from all live batches that hold it, later ones before earlier ones."""

    opening: Opening
    accounts: dict[str, str] = field(default_factory=dict)
    sale: tuple[date, date] | None = None
    """The document's date then, and its sale date."""
    applied: dict[AppliedKey, tuple[date, date]] = field(default_factory=dict)
    """For each row the payment's date then, and the row's application date."""

    def sale_date(self, document_date: date) -> date | None:
        """The recorded sale date, as long as the document's date is unchanged."""
        return self.sale[1] if self.sale is not None and self.sale[0] == document_date else None

    def applied_on(self, payment_date: date, row: AppliedKey) -> date | None:
        """The recorded application date of a row, as long as the payment's date is unchanged."""
        then, applied = self.applied.get(row, (None, None))
        return applied if then == payment_date else None


Held = dict[date, dict[str, int]]
"""What is transferred of a unit: own date to account to cents. A date that was reversed stays, with zeros."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """What live batches hold. A unit is live when it is in `parts`."""

    parts: Mapping[UnitId, Held] = field(default_factory=dict)
    kept: Mapping[UnitId, Kept] = field(default_factory=dict)
    start_date: date | None = None

    def __bool__(self) -> bool:
        return bool(self.parts)


NOTHING_TRANSFERRED = Transferred()


def transferred_by(batches: Iterable[Batch]) -> Transferred:
    """What the live ones of some batches, in the order of their numbers, hold and keep."""
    parts: dict[UnitId, Held] = {}
    kept: dict[UnitId, Kept] = {}
    start_date = None
    for batch in (batch for batch in batches if batch.live):
        start_date = batch.start_date
        _add_postings(parts, batch)
        for unit, record in batch.records.items():
            _keep(kept.setdefault(unit, Kept(batch.opening)), record)
    return Transferred(parts, kept, start_date)


def _add_postings(parts: dict[UnitId, Held], batch: Batch) -> None:
    for posting in batch.postings:
        accounts = parts.setdefault(posting.unit, {}).setdefault(posting.own_date, {})
        accounts[posting.account] = accounts.get(posting.account, 0) + posting.amount_cents


def _keep(kept: Kept, record: Record) -> None:
    kept.accounts.update(record.accounts)
    if record.sale_date is not None:
        kept.sale = (record.unit_date, record.sale_date)
    for row, applied in record.applied.items():
        kept.applied[row] = (record.unit_date, applied)
