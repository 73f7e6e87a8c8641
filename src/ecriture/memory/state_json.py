"""The command's memory: a company's batches with their exact bytes, as JSON (`--state`)."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ecriture.core.batches import AppliedKey, Batch, BatchPosting, BatchState, Record, Why
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.settings import Opening

FORMAT = "ecriture-state"
VERSION = 1


@dataclass(frozen=True, slots=True)
class State:
    """The batches of one company, in the order of their numbers, which follow each other from 1."""

    company: str
    currency: str
    batches: tuple[Batch, ...] = ()

    @property
    def next_number(self) -> int:
        """A number is never used again, nor that of a cancelled batch."""
        return max((batch.number for batch in self.batches), default=0) + 1

    def numbered(self, number: int) -> Batch | None:
        return next((batch for batch in self.batches if batch.number == number), None)


def write_state(state: State) -> bytes:
    """The same state gives the same bytes. A checksum over everything makes damage show."""
    batches = [_batch_out(batch) for batch in state.batches]
    content = {"company": state.company, "currency": state.currency, "batches": batches}
    return _dumped({"format": FORMAT, "version": VERSION, "sha256": _checksum(content), **content})


def read_state(content: bytes) -> State:
    """Raises ValueError for anything that `write_state` did not write, one changed byte included."""
    try:
        found = json.loads(content)
        state = State(found["company"], found["currency"], tuple(_batch_in(batch) for batch in found["batches"]))
        written = write_state(state)
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if written != content:
        raise ValueError("its format, version or checksum does not agree")
    return state


def _dumped(value: object) -> bytes:
    """Compact JSON. Half a surrogate pair, as in a name that the system could not decode, goes there and back as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _checksum(content: Mapping[str, object]) -> str:
    return hashlib.sha256(_dumped(content)).hexdigest()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _batch_out(batch: Batch) -> dict[str, object]:
    return {
        "number": batch.number,
        "state": batch.state,
        "reason": batch.reason,
        "target": batch.target,
        "through": batch.through.isoformat(),
        "exported_at": batch.exported_at,
        "exported_by": batch.exported_by,
        "opening": batch.opening,
        "start_date": _text(batch.start_date),
        "sha256": hashlib.sha256(batch.content).hexdigest(),
        "content": base64.b64encode(batch.content).decode("ascii"),
        "entries": [[e.date.isoformat(), e.source, e.comment, [list(line) for line in e.lines]] for e in batch.entries],
        "postings": [_posting_out(posting) for posting in batch.postings],
        "records": [_record_out(unit, record) for unit, record in batch.records.items()],
    }


def _batch_in(found: Mapping[str, Any]) -> Batch:
    content = base64.b64decode(found["content"], validate=True)
    if hashlib.sha256(content).hexdigest() != found["sha256"]:
        raise ValueError(f"the bytes of batch {found['number']} do not agree with their SHA-256")
    return Batch(
        number=found["number"],
        state=BatchState(found["state"]),
        reason=found["reason"],
        target=found["target"],
        through=date.fromisoformat(found["through"]),
        exported_at=found["exported_at"],
        exported_by=found["exported_by"],
        opening=Opening(found["opening"]),
        start_date=_day(found["start_date"]),
        content=content,
        entries=tuple(_entry_in(entry) for entry in found["entries"]),
        postings=tuple(_posting_in(posting) for posting in found["postings"]),
        records=dict(_record_in(record) for record in found["records"]),
    )


def _entry_in(found: Sequence[Any]) -> JournalEntry:
    day, source, comment, lines = found
    return JournalEntry(date.fromisoformat(day), source, comment, tuple(Line(*line) for line in lines))


def _posting_out(posting: BatchPosting) -> list[object]:
    return [
        posting.entry,
        posting.line,
        posting.unit.kind,
        posting.unit.number,
        posting.customer,
        posting.own_date.isoformat(),
        posting.open_date.isoformat(),
        posting.account,
        posting.amount_cents,
        posting.why,
    ]


def _posting_in(found: Sequence[Any]) -> BatchPosting:
    entry, line, kind, number, customer, own, opened, account, cents, why = found
    days = date.fromisoformat(own), date.fromisoformat(opened)
    return BatchPosting(entry, line, UnitId(UnitKind(kind), number), customer, *days, account, cents, Why(why))


def _record_out(unit: UnitId, record: Record) -> list[object]:
    applied = [[document, _text(day), on.isoformat()] for (document, day), on in record.applied.items()]
    return [
        unit.kind,
        unit.number,
        record.unit_date.isoformat(),
        dict(record.accounts),
        _text(record.sale_date),
        applied,
    ]


def _record_in(found: Sequence[Any]) -> tuple[UnitId, Record]:
    kind, number, unit_date, accounts, sale_date, applied = found
    rows: dict[AppliedKey, date] = {(document, _day(day)): date.fromisoformat(on) for document, day, on in applied}
    record = Record(date.fromisoformat(unit_date), dict(accounts), _day(sale_date), rows)
    return UnitId(UnitKind(kind), number), record
