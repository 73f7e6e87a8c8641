"""The form of the state before it was a database, one JSON file: it is read, and replaced by the first change."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ecriture.core.batches import (
    Batch,
    BatchPosting,
    BatchState,
    BatchUnit,
    RecordedAccounts,
    UnitRecord,
    Why,
    parts_of,
)
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.settings import Opening
from ecriture.memory.packing import dumped


class PreviousState(NamedTuple):
    """The batches of one company, in the order of their numbers, each with its units."""

    company: str
    currency: str
    batches: tuple[Batch, ...]


def read_previous(content: bytes) -> PreviousState:
    """Raises ValueError for anything that was not written by the program, one changed byte included."""
    try:
        found = json.loads(content)
        inside = {name: found[name] for name in ("company", "currency", "batches")}
        checksum = hashlib.sha256(dumped(inside)).hexdigest()
        if dumped({"format": "ecriture-state", "version": 1, "sha256": checksum, **inside}) != content:
            raise ValueError("its format, version or checksum does not agree")
        batches = tuple(map(_batch, found["batches"]))
        if [batch.number for batch in batches] != list(range(1, len(batches) + 1)):
            raise ValueError("its batches do not follow each other")
        return PreviousState(found["company"], found["currency"], batches)
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _batch(found: Mapping[str, Any]) -> Batch:
    content = base64.b64decode(found["content"], validate=True)
    if hashlib.sha256(content).hexdigest() != found["sha256"]:
        raise ValueError(f"the bytes of batch {found['number']} do not agree with their SHA-256")
    return Batch(
        content=content,
        state=BatchState(found["state"]),
        opening=Opening(found["opening"]),
        through=date.fromisoformat(found["through"]),
        start_date=_day(found["start_date"]),
        entries=tuple(
            JournalEntry(date.fromisoformat(day), source, comment, tuple(Line(*line) for line in lines))
            for day, source, comment, lines in found["entries"]
        ),
        units=tuple(_units(found)),
        **{name: found[name] for name in ("number", "reason", "target", "exported_at", "exported_by")},
    )


def _units(found: Mapping[str, Any]) -> Iterator[BatchUnit]:
    """Each record with its postings. Raises an error for one that has none, and for postings without a record."""
    postings: dict[UnitId, list[BatchPosting]] = {}
    for entry, line, kind, number, customer, own, opened, account, cents, why in found["postings"]:
        unit, days = UnitId(UnitKind(kind), number), (date.fromisoformat(own), date.fromisoformat(opened))
        posting = BatchPosting(entry, line, unit, customer, *days, account, cents, Why(why))
        postings.setdefault(unit, []).append(posting)
    for kind, number, unit_date, accounts, sale_date, applied in found["records"]:
        unit, rows = (
            UnitId(UnitKind(kind), number),
            {(it, _day(day)): date.fromisoformat(on) for it, day, on in applied},
        )
        record = UnitRecord(date.fromisoformat(unit_date), RecordedAccounts(accounts), _day(sale_date), rows)
        yield BatchUnit(unit, record, parts_of(postings.pop(unit)))
    if postings:
        raise ValueError(f"batch {found['number']} has postings of {next(iter(postings))} without a record")
