"""What was transferred: batches, and what the live ones among them hold and recorded of each unit (P4, P6)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

from ecriture.core.documents import DOCUMENT, UnitId, UnitKind
from ecriture.core.entries import JournalEntry
from ecriture.core.settings import Opening


class BatchState(StrEnum):
    EXPORTED = "exported"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class NoSuchBatch(ValueError):
    """There is no batch of that number."""


class WrongState(ValueError):
    """A cancelled batch is neither confirmed nor cancelled again."""


class NoReason(ValueError):
    """A batch is cancelled for a reason that is written down."""


class Why(StrEnum):
    """Why a posting is in a batch."""

    NEW = "new"
    APPLIED = "applied"
    CORRECTION = "correction"
    VOID = "void"
    CARRIED = "carried"
    REMAP = "remap"
    """Moved to the accounts of today's settings, since somebody asked for it."""


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


class RecordedAccounts(dict[str, str]):
    """Keys of postings (`line:CLEAN:credit`, `method:card`, `clearing`, ...) to the accounts that they resolved to.

    Many units share one, so none is ever changed; hashed by identity, to be looked up by at once.
    """

    __hash__ = object.__hash__  # type: ignore[assignment]


NO_ACCOUNTS = RecordedAccounts()
NOT_APPLIED: Mapping[AppliedKey, Any] = MappingProxyType({})


class UnitRecord(NamedTuple):
    """What a batch records of a unit, so that no setting can move it later (P1, P3).

    `unit_date` is the unit's date then; the sale date and the application dates are those not after the batch's through.
    """

    unit_date: date
    accounts: RecordedAccounts
    sale_date: date | None = None
    applied: Mapping[AppliedKey, date] = NOT_APPLIED


Legs = tuple[tuple[str, ...], ...]
"""For each of some amounts the accounts: it goes to the first as it is, to the second, if any, with the other sign."""


class BatchPart(NamedTuple):
    """Postings of one unit that have all but line, account and amount in common. The last three are parallel.

    `lines` are those of each leg; an amount of nothing may have none, and is not listed then.
    """

    entry: int
    own_date: date
    open_date: date
    customer: str
    why: Why
    lines: tuple[tuple[int, ...], ...]
    legs: Legs
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
        BatchPart(*shared, *zip(*(((it.line,), (it.account,), it.amount_cents) for it in group), strict=True))
        for shared, group in alike
    ]


def postings_of(unit: UnitId, part: BatchPart) -> Iterator[BatchPosting]:
    """The postings of a part, in its order."""
    entry, own_date, open_date, customer, why, *parallel = part
    for lines, accounts, cents in zip(*parallel, strict=True):
        for line, account, signed_cents in zip(lines, accounts, (cents, -cents), strict=False):
            yield BatchPosting(entry, line, unit, customer, own_date, open_date, account, signed_cents, why)


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


Held = tuple[date, Legs, list[int]]
"""An own date, and amounts in cents with the accounts that they go to."""


class Recorded(NamedTuple):
    """What the live batches that hold a unit transferred and recorded of it, later batches before earlier ones."""

    opening: Opening
    """What `opening` was when the first of them was made."""
    unit_date: date = date.min
    """The unit's date in the latest of them."""
    customer: str = ""
    """The customer that the latest of them lists."""
    held: Sequence[Held] = ()
    """All that they transferred, in their order."""
    accounts: RecordedAccounts = NO_ACCOUNTS
    sale: tuple[date, date] | None = None
    """The document's date then, and its sale date."""
    applied: Mapping[AppliedKey, tuple[date, date]] = NOT_APPLIED
    """For each row the payment's date then, and the row's application date."""
    remapped: bool = False
    """Somebody asked for the accounts of today's settings: those that batches recorded are forgotten."""

    @property
    def parts(self) -> dict[date, dict[str, int]]:
        """Own date to account to cents. What was reversed stays, as zeros."""
        sums: dict[date, dict[str, int]] = {}
        for own_date, legs, amounts in self.held:
            of_day = sums.setdefault(own_date, {})
            for accounts, cents in zip(legs, amounts, strict=True):
                for account, signed_cents in zip(accounts, (cents, -cents), strict=False) if cents else ():
                    of_day[account] = of_day.get(account, 0) + signed_cents
        return sums

    def then(self, later: "Recorded", *, forgets: bool = False) -> "Recorded":
        """With what a later batch transferred and recorded. `forgets`: that batch remapped it, so its accounts alone hold."""
        accounts = later.accounts if forgets else self.accounts
        if later.accounts != accounts:
            accounts = RecordedAccounts(accounts | later.accounts)
        return Recorded(
            self.opening,
            later.unit_date,
            later.customer,
            [*self.held, *later.held],
            accounts,
            later.sale or self.sale,
            {**self.applied, **later.applied},
        )

    def without_accounts(self) -> "Recorded":
        """To be remapped: what it wants goes to the accounts of today's settings."""
        return self._replace(accounts=NO_ACCOUNTS, remapped=True)

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

    def without_accounts(self, units: Collection[UnitId]) -> "Transferred":
        """With some units to be remapped."""
        if not units:
            return self
        documents, payments = (
            {number: it.without_accounts() if UnitId(kind, number) in units else it for number, it in found.items()}
            for kind, found in ((DOCUMENT, self.documents), (UnitKind.PAYMENT, self.payments))
        )
        return replace(self, documents=documents, payments=payments)


NOTHING_TRANSFERRED = Transferred()


def recorded_by(opening: Opening, record: UnitRecord, parts: Sequence[BatchPart]) -> Recorded:
    """What one batch transferred and recorded of a unit."""
    unit_date, accounts, sale_date, applied = record
    held = [(part.own_date, part.legs, [*part.cents]) for part in parts]
    sale = (unit_date, sale_date) if sale_date is not None else None
    rows = {row: (unit_date, on) for row, on in applied.items()}
    return Recorded(opening, unit_date, parts[-1].customer, held, accounts, sale, rows)


def transferred_by(batches: Iterable[Batch]) -> Transferred:
    """What the live ones of some batches, in the order of their numbers, hold and recorded."""
    return followed_by(NOTHING_TRANSFERRED, batches)


def followed_by(before: Transferred, batches: Iterable[Batch]) -> Transferred:
    """The same with what was held and recorded before them."""
    units = {kind: dict(before.of(kind)) for kind in UnitKind}
    start_date, any_live = before.start_date, before.any_live
    for batch in batches:
        if batch.live:
            start_date, any_live = batch.start_date, True
            for (kind, number), record, parts in batch.units:
                recorded, earlier = recorded_by(batch.opening, record, parts), units[kind].get(number)
                units[kind][number] = recorded if earlier is None else earlier.then(recorded)
    return Transferred(units[DOCUMENT], units[UnitKind.PAYMENT], start_date, any_live)
