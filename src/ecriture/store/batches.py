"""Batches between the tables and the core: what live ones hold of some units, and a new one with all its rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Sum

from ecriture.core.batches import (
    Batch,
    BatchPosting,
    BatchState,
    BatchUnit,
    Held,
    Recorded,
    RecordedAccounts,
    Transferred,
    Why,
    postings_of,
)
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.settings import Opening
from ecriture.store import models
from ecriture.store.models import Company
from ecriture.store.units import chunks

LIVE = (BatchState.EXPORTED, BatchState.CONFIRMED)
INSERTED = 1_000
"""How many rows are inserted at once."""


def has_live_batch(company: Company) -> bool:
    return models.Batch.objects.filter(company=company, state__in=LIVE).exists()


def is_live(company: Company, units: Collection[UnitId]) -> frozenset[UnitId]:
    """Those of some units that a live batch holds."""
    found: set[UnitId] = set()
    for chunk in chunks(number for _, number in units):
        rows = models.BatchRecord.objects.filter(company=company, unit_number__in=chunk, batch__state__in=LIVE)
        found |= {UnitId(UnitKind(kind), number) for kind, number in rows.values_list("unit_kind", "unit_number")}
    return frozenset(found & {*units})


# What was transferred


def transferred(company: Company, units: Collection[UnitId]) -> Transferred:
    """What live batches hold and recorded of some units, those of one own date and account summed.

    Without the customers that they list, nor what is said of batches as a whole: on the server a document that is named
    is there, and no setting changes that a live batch forbids.
    """
    asked = {(kind.value, number) for kind, number in units}
    found: dict[UnitKind, dict[str, Recorded]] = {kind: {} for kind in UnitKind}
    for chunk in chunks(number for _, number in units):
        held = _held(company, chunk)
        for kind, number, recorded in _records(company, chunk):
            if (kind, number) in asked:
                of_kind, its = found[UnitKind(kind)], held.get((kind, number), [])
                earlier = of_kind.get(number)
                of_kind[number] = recorded._replace(held=its) if earlier is None else earlier.then(recorded)
    return Transferred(found[UnitKind.DOCUMENT], found[UnitKind.PAYMENT])


def _held(company: Company, numbers: Sequence[str]) -> Mapping[tuple[str, str], list[Held]]:
    """What all live batches together hold of each unit: what was reversed stays, as zero."""
    rows = models.BatchPosting.objects.filter(company=company, unit_number__in=numbers, batch__state__in=LIVE)
    columns = "unit_kind", "unit_number", "own_date", "account"
    summed = rows.order_by(*columns).values_list(*columns).annotate(cents=Sum("amount_cents"))
    found: dict[tuple[str, str], list[Held]] = {}
    for kind, number, own_date, account, cents in summed:
        found.setdefault((kind, number), []).append((own_date, ((account,),), [int(cents)]))
    return found


def _records(company: Company, numbers: Sequence[str]) -> Iterator[tuple[str, str, Recorded]]:
    """Kind, number and what a batch recorded, earlier batches first."""
    rows = models.BatchRecord.objects.filter(company=company, unit_number__in=numbers, batch__state__in=LIVE)
    columns = "unit_kind", "unit_number", "batch__opening", "unit_date", "sale_date", "applied"
    shared: dict[Any, RecordedAccounts] = {}
    found = rows.order_by("batch__number").values_list(*columns, "accounts_id", "accounts__accounts")
    for kind, number, opening, unit_date, sale_date, applied, accounts_id, accounts in found:
        its = shared.get(accounts_id)
        if its is None:
            its = shared[accounts_id] = RecordedAccounts(accounts)
        sale = (unit_date, sale_date) if sale_date is not None else None
        dates = {(document, day and _day(day)): (unit_date, _day(on)) for document, day, on in applied}
        yield kind, number, Recorded(Opening(opening), unit_date, accounts=its, sale=sale, applied=dates)


def _day(text: str) -> date:
    return date.fromisoformat(text)


# What a batch holds


def entries_of(batch: models.Batch) -> list[JournalEntry]:
    return [
        JournalEntry(_day(day), source, comment, tuple(Line(*line) for line in lines))
        for day, source, comment, lines in batch.entries
    ]


def listing_of(batch: models.Batch) -> Iterator[BatchPosting]:
    """By entry, open date, documents before payments, number, own date; equal ones as they were given."""
    rows = models.BatchPosting.objects.filter(company_id=batch.company_id, batch=batch)
    found = rows.order_by("entry", "open_date", "unit_kind", "unit_number", "own_date", "position").values_list(
        "entry",
        "line",
        "unit_kind",
        "unit_number",
        "customer",
        "own_date",
        "open_date",
        "account",
        "amount_cents",
        "why",
    )
    for entry, line, kind, number, customer, own_date, open_date, account, cents, why in found:
        unit = UnitId(UnitKind(kind), number)
        yield BatchPosting(entry, line, unit, customer, own_date, open_date, account, cents, Why(why))


# A new batch


def put_batch(row: models.Batch, batch: Batch, units: Iterable[BatchUnit]) -> None:
    """Adds a batch whose own row is given, with all that it holds.

    The batch's own row comes last: from then on the database takes no more rows for it.
    """
    row.entries = [
        [entry.date.isoformat(), entry.source, entry.comment, [list(line) for line in entry.lines]]
        for entry in batch.entries
    ]
    row.entry_count = len(batch.entries)
    row.debit_cents = sum(entry.debit_cents for entry in batch.entries)
    accounts = _Accounts(row)
    records: list[models.BatchRecord] = []
    postings: list[models.BatchPosting] = []
    for unit in units:
        records.append(_record(row, unit, accounts.of(unit.record.accounts)))
        postings += _postings(row, unit, len(postings))
    models.BatchAccounts.objects.bulk_create(accounts.rows.values(), batch_size=INSERTED)
    models.BatchRecord.objects.bulk_create(records, batch_size=INSERTED)
    models.BatchPosting.objects.bulk_create(postings, batch_size=INSERTED)
    row.save(force_insert=True)


class _Accounts:
    """The rows of accounts that records share: one for each content, found at once for the same object."""

    def __init__(self, batch: models.Batch) -> None:
        self.rows: dict[frozenset[tuple[str, str]], models.BatchAccounts] = {}
        self._batch = batch
        self._same: dict[RecordedAccounts, models.BatchAccounts] = {}

    def of(self, accounts: RecordedAccounts) -> models.BatchAccounts:
        found = self._same.get(accounts)
        if found is None:
            content, batch = frozenset(accounts.items()), self._batch
            new = models.BatchAccounts(company=batch.company, batch=batch, position=len(self.rows), accounts=accounts)
            found = self._same[accounts] = self.rows.setdefault(content, new)
        return found


def _record(row: models.Batch, unit: BatchUnit, accounts: models.BatchAccounts) -> models.BatchRecord:
    (kind, number), record = unit.unit, unit.record
    applied = [[document, day and day.isoformat(), on.isoformat()] for (document, day), on in record.applied.items()]
    return models.BatchRecord(
        company=row.company,
        batch=row,
        unit_kind=kind,
        unit_number=number,
        unit_date=record.unit_date,
        accounts=accounts,
        sale_date=record.sale_date,
        applied=applied,
    )


def _postings(row: models.Batch, unit: BatchUnit, position: int) -> list[models.BatchPosting]:
    found = [posting for part in unit.parts for posting in postings_of(unit.unit, part)]
    return [
        models.BatchPosting(
            company=row.company,
            batch=row,
            position=position + at,
            entry=entry,
            line=line,
            unit_kind=kind,
            unit_number=number,
            customer=customer,
            own_date=own_date,
            open_date=open_date,
            account=account,
            amount_cents=cents,
            why=why,
        )
        for at, (entry, line, (kind, number), customer, own_date, open_date, account, cents, why) in enumerate(found)
    ]
