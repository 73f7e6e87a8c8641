"""The heads of batches: all but their files, entries and units, of which they have the counts and checksums."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from ecriture.core.batches import Batch, BatchState
from ecriture.core.entries import JournalEntry
from ecriture.core.settings import Opening
from ecriture.memory.packing import dumped, loaded


class EntryHead(NamedTuple):
    """A journal entry of a batch, without its lines."""

    date: date
    source: str
    comment: str
    debit_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchHead:
    """A batch without its file, entries and units, of which it has the counts and checksums."""

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


class Kept(NamedTuple):
    """The blocks in which a batch's units are kept: their first number, their count, and the SHA-256 over theirs."""

    first_block: int
    blocks: int
    units: int
    units_sha256: str


def head_of(batch: Batch, entries: bytes, kept: Kept) -> BatchHead:
    return BatchHead(
        number=batch.number,
        state=batch.state,
        reason=batch.reason,
        target=batch.target,
        through=batch.through,
        opening=batch.opening,
        start_date=batch.start_date,
        exported_at=batch.exported_at,
        exported_by=batch.exported_by,
        size=len(batch.content),
        sha256=sha256(batch.content).hexdigest(),
        entries=len(batch.entries),
        debit_cents=sum(entry.debit_cents for entry in batch.entries),
        entries_sha256=sha256(entries).hexdigest(),
        **kept._asdict(),
    )


def head_out(head: BatchHead) -> bytes:
    days = {"through": head.through.isoformat(), "start_date": head.start_date and head.start_date.isoformat()}
    return dumped({**asdict(head), **days})


def head_in(row: bytes) -> BatchHead:
    found = loaded(row)
    start = found["start_date"]
    days = {"through": date.fromisoformat(found["through"]), "start_date": start and date.fromisoformat(start)}
    words = {"state": BatchState(found["state"]), "opening": Opening(found["opening"])}
    return BatchHead(**{**found, **days, **words})


def entries_out(entries: Sequence[JournalEntry]) -> bytes:
    return dumped([(it.date.isoformat(), it.source, it.comment, it.debit_cents) for it in entries])


def entries_in(row: bytes) -> Sequence[EntryHead]:
    return tuple(EntryHead(date.fromisoformat(day), *more) for day, *more in loaded(row))
