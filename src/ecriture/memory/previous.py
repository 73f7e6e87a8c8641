"""The form of the state before it was a database: one JSON file. It is only read, and taken over once."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from ecriture.core.batches import AppliedKey, Batch, BatchPosting, BatchState, BatchUnit, UnitRecord, Why
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.settings import Opening

FORMAT, VERSION = "ecriture-state", 1


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
        head = {"format": FORMAT, "version": VERSION, "sha256": hashlib.sha256(_dumped(inside)).hexdigest()}
        if _dumped({**head, **inside}) != content:
            raise ValueError("its format, version or checksum does not agree")
        batches = tuple(map(_batch, found["batches"]))
        if [batch.number for batch in batches] != list(range(1, len(batches) + 1)):
            raise ValueError("its batches do not follow each other")
        return PreviousState(found["company"], found["currency"], batches)
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _dumped(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _batch(found: Mapping[str, Any]) -> Batch:
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
        entries=tuple(
            JournalEntry(date.fromisoformat(day), source, comment, tuple(Line(*line) for line in lines))
            for day, source, comment, lines in found["entries"]
        ),
        units=tuple(_units(found)),
    )


def _units(found: Mapping[str, Any]) -> Iterator[BatchUnit]:
    """Raises ValueError for a record without postings, or the other way round: no batch was written so."""
    postings: dict[UnitId, list[BatchPosting]] = {}
    for entry, line, kind, number, customer, own, opened, account, cents, why in found["postings"]:
        unit, days = UnitId(UnitKind(kind), number), (date.fromisoformat(own), date.fromisoformat(opened))
        posting = BatchPosting(entry, line, unit, customer, *days, account, cents, Why(why))
        postings.setdefault(unit, []).append(posting)
    for kind, number, unit_date, accounts, sale_date, applied in found["records"]:
        rows: dict[AppliedKey, date] = {(document, _day(day)): date.fromisoformat(on) for document, day, on in applied}
        unit = UnitId(UnitKind(kind), number)
        record = UnitRecord(date.fromisoformat(unit_date), accounts, _day(sale_date), rows)
        yield BatchUnit(unit, record, postings.pop(unit))
    if postings:
        raise ValueError(f"batch {found['number']} has postings of {next(iter(postings))} without a record")
