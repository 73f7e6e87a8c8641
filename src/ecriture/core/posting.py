"""What one document or payment wants in the ledger, by own date (P1, P2, P3)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from itertools import chain, groupby, repeat
from operator import itemgetter, neg
from typing import NamedTuple

from ecriture.core.columns import together, tuples_of
from ecriture.core.documents import REFUND, Payment, Unit
from ecriture.core.rules import Leg, Pattern, PaymentLegs


class Part(NamedTuple):
    """What a unit wants on one own date; its amounts sum to zero."""

    unit: Unit
    own_date: date
    pattern: Pattern
    cents: tuple[int, ...]
    """One for each leg; of a mirrored pattern, one for each leg of the first half."""

    @property
    def amounts(self) -> tuple[int, ...]:
        """The cents of each leg of the pattern, debit positive."""
        return self.cents + tuple(map(neg, self.cents)) if self.pattern.mirrored else self.cents

    def postings(self) -> Iterator[tuple[Leg, int, int]]:
        """(leg, cents, row of the unit), zeros dropped."""
        for leg, cents, row in zip(self.pattern.legs, self.amounts, self.pattern.rows, strict=True):
            if cents:
                yield leg, cents, row

    def by_account(self) -> dict[str, int]:
        """The sum of each account in cents."""
        sums: dict[str, int] = {}
        for leg, cents, _ in self.postings():
            sums[leg.account] = sums.get(leg.account, 0) + cents
        return sums


class Alike(NamedTuple):
    """A part of each of some units, all of one pattern and own date: what the pattern and date decide, they share.

    `columns`: the cents of each leg, for all of them. `places`: where the units stand among those of their kind.
    """

    places: Sequence[int]
    units_at: Callable[[Sequence[int]], Iterator[Unit]]
    own_date: date
    pattern: Pattern
    columns: Sequence[Sequence[int]]

    @property
    def example(self) -> Part:
        """The first of the parts."""
        (unit,) = self.units_at(self.places[:1])
        return Part(unit, self.own_date, self.pattern, tuple(column[0] for column in self.columns))

    def parts(self) -> Iterator[Part]:
        """Each by itself."""
        units = self.units_at(together(self.places))
        return tuples_of(Part, units, repeat(self.own_date), repeat(self.pattern), zip(*self.columns, strict=True))


class Parts(Iterable[Part]):
    """The parts of one entry: single ones, and those that are kept together because they are alike."""

    __slots__ = ("alike", "single")

    def __init__(self, single: Iterable[Part] = ()) -> None:
        self.single = list(single)
        self.alike: list[Alike] = []

    def __iter__(self) -> Iterator[Part]:
        return chain(self.single, chain.from_iterable(alike.parts() for alike in self.alike))


class Standing(Enum):
    """Where a row of a payment stands that has no application date."""

    UNAPPLIED = "unapplied"
    """It names no document that counts: the money waits in the unapplied account."""
    WAITS = "waits"
    """Its document is not released, or has an error."""
    ELSEWHERE = "elsewhere"
    """Its document is an opening document whose receivable lives in Sage: nothing is posted."""


Application = date | Standing


def payment_parts(payment: Payment, legs: PaymentLegs, applications: Sequence[Application]) -> list[Part]:
    """What a payment wants, by own date: the bank on its date, and each row applied on its application date.

    The bank receives the net of the fee; what was settled goes to the clearing account, or waits in the unapplied one.
    """
    _, kind, _, day, _, _, _, shares, _ = payment
    if len(applications) == 1 and applications[0] == day and kind is not REFUND:
        _, cents, fee_cents, rounding_cents, _ = shares[0]
        if cents and not fee_cents and not rounding_cents:  # what most payments are: said at once
            return [Part(payment, day, legs.plain, (cents,))]
    sign = payment.sign
    rows: list[int] = []
    received: list[int] = []
    sides: list[str] = []
    settled: list[int] = []
    more: list[tuple[str, int, int]] = []
    applied: list[tuple[date, int, int]] = []
    for i, (row, application) in enumerate(zip(shares, applications, strict=True)):
        if application is Standing.ELSEWHERE:
            continue
        _, cents, fee_cents, rounding_cents, _ = row
        if sign < 0:
            cents, fee_cents, rounding_cents = -cents, -fee_cents, -rounding_cents
        if fee_cents or rounding_cents:
            more += [("fee", i, fee_cents), ("rounding", i, rounding_cents)]
        rows.append(i)
        received.append(cents - fee_cents if fee_cents else cents)
        settled.append(cents + rounding_cents if rounding_cents else cents)
        sides.append("clearing" if application == day else "unapplied")
        if isinstance(application, date) and application != day:
            applied.append((application, i, settled[-1]))
    parts = [_received(payment, legs, rows, received, sides, settled, more)]
    if applied and legs.unapplied.account != legs.clearing.account:
        parts += _applied_parts(payment, legs, sorted(applied, key=itemgetter(0)))
    return [part for part in parts if any(part.cents)]


def _received(
    payment: Payment,
    legs: PaymentLegs,
    rows: list[int],
    received: list[int],
    sides: list[str],
    settled: list[int],
    more: list[tuple[str, int, int]],
) -> Part:
    """What a payment wants on its own date. Without fee and rounding what the bank receives is what was settled."""
    names, both = ("bank",) * len(rows) + tuple(sides), tuple(rows + rows)
    if not more:
        return Part(payment, payment.date, legs.pattern(names, both, mirrored=True), tuple(received))
    extras = [one for one in more if one[2]]
    pattern = legs.pattern(names + tuple(name for name, _, _ in extras), both + tuple(i for _, i, _ in extras))
    return Part(payment, payment.date, pattern, (*received, *map(neg, settled), *(cents for _, _, cents in extras)))


def _applied_parts(payment: Payment, legs: PaymentLegs, applied: list[tuple[date, int, int]]) -> Iterator[Part]:
    """What waited in the unapplied account goes to the clearing account, on the application date of each row."""
    for application, same_day in groupby(applied, itemgetter(0)):
        _, rows, settled = zip(*same_day, strict=True)
        names = ("unapplied",) * len(rows) + ("clearing",) * len(rows)
        yield Part(payment, application, legs.pattern(names, rows + rows, mirrored=True), settled)
