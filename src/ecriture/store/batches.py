"""Batches between the tables and the core: what live ones hold of some units, and a new one with all its rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, Sum, Value, When

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
from ecriture.core.control import roles_of
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.settings import Opening
from ecriture.store import models
from ecriture.store.ids import new_id
from ecriture.store.inserting import insert
from ecriture.store.models import Company
from ecriture.store.units import MODELS, chunks

LIVE = (BatchState.EXPORTED, BatchState.CONFIRMED)


def debited() -> Sum:
    """Of postings."""
    return Sum("amount_cents", filter=Q(amount_cents__gt=0), default=0)


def credited() -> Sum:
    """Of postings, above zero."""
    return Sum(-F("amount_cents"), filter=Q(amount_cents__lt=0), default=0)


def is_debit() -> Case:
    """By which postings of one account are summed apart."""
    return Case(When(amount_cents__gt=0, then=Value(1)), default=Value(0))


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
    is there, and no setting changes that a live batch forbids. Without the accounts of units that wait to be remapped.
    """
    asked = {(kind.value, number) for kind, number in units}
    found: dict[UnitKind, dict[str, Recorded]] = {kind: {} for kind in UnitKind}
    for chunk in chunks(number for _, number in units):
        held = _held(company, chunk)
        waiting: list[tuple[UnitKind, str]] = []
        for kind, number, recorded, remapped, waits in _records(company, chunk):
            if (kind, number) in asked:
                of_kind, its = found[UnitKind(kind)], held.get((kind, number), [])
                earlier = of_kind.get(number)
                of_kind[number] = (
                    recorded._replace(held=its) if earlier is None else earlier.then(recorded, forgets=remapped)
                )
                if waits:
                    waiting.append((UnitKind(kind), number))
        for of, number in waiting:
            found[of][number] = found[of][number].without_accounts()
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


def _records(company: Company, numbers: Sequence[str]) -> Iterator[tuple[str, str, Recorded, bool, bool]]:
    """Kind, number and what a batch recorded, earlier batches first; whether it remapped the unit, and whether that waits."""
    rows = models.BatchRecord.objects.filter(company=company, unit_number__in=numbers, batch__state__in=LIVE)
    columns = "unit_kind", "unit_number", "batch__opening", "unit_date", "sale_date", "applied", "remapped", "waits"
    rows = rows.annotate(waits=_waits_for_remap(company))
    shared: dict[Any, RecordedAccounts] = {}
    found = rows.order_by("batch__number").values_list(*columns, "accounts_id", "accounts__accounts")
    for kind, number, opening, unit_date, sale_date, applied, remapped, waits, accounts_id, accounts in found:
        its = shared.get(accounts_id)
        if its is None:
            its = shared[accounts_id] = RecordedAccounts(accounts)
        sale = (unit_date, sale_date) if sale_date is not None else None
        dates = {(document, day and _day(day)): (unit_date, _day(on)) for document, day, on in applied}
        recorded = Recorded(Opening(opening), unit_date, accounts=its, sale=sale, applied=dates)
        yield kind, number, recorded, remapped, waits


def _waits_for_remap(company: Company) -> Case:
    """Whether the unit of a record waits to be remapped."""
    waiting = [(kind, model.objects.filter(company=company, remap=True)) for kind, model in MODELS.items()]
    return Case(
        *(
            When(Exists(rows.filter(number=OuterRef("unit_number"))), unit_kind=kind, then=True)
            for kind, rows in waiting
        ),
        default=Value(False),  # noqa: FBT003 - Django's own
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


# What a batch holds


def entries_of(batch: models.Batch) -> list[JournalEntry]:
    return [
        JournalEntry(_day(day), source, comment, tuple(Line(*line) for line in lines))
        for day, source, comment, lines in batch.entries
    ]


def sources_of(batch: models.Batch) -> list[str]:
    """The source of each entry, in their order."""
    return [str(source) for _, source, *_ in batch.entries]


def cancelled_sources(company: Company) -> dict[str, int]:
    """The source of each entry of a cancelled batch, and the batch's number."""
    rows = models.BatchEntry.objects.filter(company=company, batch__state=BatchState.CANCELLED)
    return dict(rows.values_list("source", "batch__number"))


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


def put_batch(
    row: models.Batch, batch: Batch, units: Iterable[BatchUnit], remapped: Collection[UnitId] = frozenset()
) -> None:
    """Adds a batch whose own row is given, with all that it holds; some of the units it remapped.

    The batch's own row comes last: from then on the database takes no more rows for it.
    """
    row.entries = [
        [entry.date.isoformat(), entry.source, entry.comment, [list(line) for line in entry.lines]]
        for entry in batch.entries
    ]
    row.entry_count = len(batch.entries)
    row.debit_cents = sum(entry.debit_cents for entry in batch.entries)
    accounts, sums = _Accounts(), Sums([entry.date for entry in batch.entries])
    records, postings = [], list[tuple[object, ...]]()
    of_batch = row.company_id, row.pk
    for (kind, number), record, parts in units:
        applied = [[it, day and day.isoformat(), on.isoformat()] for (it, day), on in record.applied.items()]
        said = record.unit_date, record.sale_date, applied, accounts.id_of(record.accounts)
        records.append((*of_batch, kind, number, *said, (kind, number) in remapped))
        for part in parts:
            for posting in postings_of(UnitId(kind, number), part):
                entry, line, _, *more = posting
                postings.append((*of_batch, len(postings), entry, line, kind, number, *more))
                sums.add(entry, posting.account, posting.amount_cents)
    insert(models.BatchAccounts, _ACCOUNTS, [(*of_batch, *it) for it in accounts.rows()])
    insert(models.BatchRecord, _RECORD, records)
    insert(models.BatchPosting, _POSTING, postings)
    heads = enumerate(batch.entries, start=1)
    insert(models.BatchEntry, _ENTRY, [(*of_batch, at, it.date, it.source, it.debit_cents) for at, it in heads])
    insert(models.BatchSum, _SUM, [(*of_batch, *it) for it in sums.rows(content for _, _, content in accounts.rows())])
    row.save(force_insert=True)


_OF_BATCH = ("company_id", "batch_id")
_ACCOUNTS = (*_OF_BATCH, "position", "id", "accounts")
_RECORD = (*_OF_BATCH, "unit_kind", "unit_number", "unit_date", "sale_date", "applied", "accounts_id", "remapped")
_POSTING = (
    *(*_OF_BATCH, "position", "entry", "line", "unit_kind", "unit_number"),
    *("customer", "own_date", "open_date", "account", "amount_cents", "why"),
)


_ENTRY = (*_OF_BATCH, "number", "dated", "source", "debit_cents")
_SUM = (*_OF_BATCH, "account", "dated", "role", "debit_cents", "credit_cents")


class SumRow(NamedTuple):
    account: str
    dated: date
    role: str
    debit_cents: int
    credit_cents: int


class Sums:
    """What a batch holds of each account by the date of its entries, debits and credits apart."""

    def __init__(self, dates: Sequence[date]) -> None:
        self._dates = dates
        self._debits: dict[tuple[int, str], int] = {}
        self._credits: dict[tuple[int, str], int] = {}

    def add(self, entry: int, account: str, cents: int) -> None:
        side = self._debits if cents > 0 else self._credits
        side[entry, account] = side.get((entry, account), 0) + abs(cents)

    def rows(self, recorded: Iterable[Mapping[str, str]]) -> list[SumRow]:
        """With what each account was used for, by all that was recorded of the units."""
        roles = roles_of(recorded)
        found: dict[tuple[str, date], list[int]] = {}
        for place, side in enumerate((self._debits, self._credits)):
            for (entry, account), cents in side.items():
                found.setdefault((account, self._dates[entry - 1]), [0, 0])[place] += cents
        return [SumRow(account, day, roles.get(account, ""), *cents) for (account, day), cents in found.items()]


class _Accounts:
    """The accounts that records share: one for each content, found at once for the same object."""

    def __init__(self) -> None:
        self._ids: dict[frozenset[tuple[str, str]], UUID] = {}
        self._same: dict[RecordedAccounts, UUID] = {}

    def id_of(self, accounts: RecordedAccounts) -> UUID:
        found = self._same.get(accounts)
        if found is None:
            found = self._same[accounts] = self._ids.setdefault(frozenset(accounts.items()), new_id())
        return found

    def rows(self) -> Iterator[tuple[int, UUID, dict[str, str]]]:
        for at, (content, pk) in enumerate(self._ids.items()):
            yield at, pk, dict(sorted(content))
