"""What one document or payment wants in the ledger, by own date (P1, P2, P3)."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum
from itertools import groupby
from operator import itemgetter, neg
from typing import NamedTuple

from ecriture.core.documents import Payment, Unit
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
    day, sign = payment.date, payment.sign
    names: list[str] = []
    rows: list[int] = []
    amounts: list[int] = []
    applied: list[tuple[date, int, int]] = []
    for i, (row, application) in enumerate(zip(payment.rows, applications, strict=True)):
        if application is Standing.ELSEWHERE:
            continue
        _, amount_cents, fee_cents, rounding_cents, _ = row
        settled_cents = sign * (amount_cents + rounding_cents)
        names += _AT_ONCE if application == day else _IN_ADVANCE
        rows += (i, i)
        amounts += (sign * (amount_cents - fee_cents), -settled_cents)
        for name, cents in (("fee", fee_cents), ("rounding", rounding_cents)) if fee_cents or rounding_cents else ():
            names.append(name)
            rows.append(i)
            amounts.append(sign * cents)
        if isinstance(application, date) and application != day:
            applied.append((application, i, settled_cents))
    parts = [Part(payment, day, legs.pattern(tuple(names), tuple(rows)), tuple(amounts))]
    if applied and legs.unapplied.account != legs.clearing.account:
        parts += _applied_parts(payment, legs, sorted(applied, key=itemgetter(0)))
    return [part for part in parts if any(part.cents)]


_AT_ONCE = ("bank", "clearing")
_IN_ADVANCE = ("bank", "unapplied")


def _applied_parts(payment: Payment, legs: PaymentLegs, applied: list[tuple[date, int, int]]) -> Iterator[Part]:
    """What waited in the unapplied account goes to the clearing account, on the application date of each row."""
    for application, same_day in groupby(applied, itemgetter(0)):
        rows, amounts = [], []
        for _, i, settled_cents in same_day:
            rows += [i, i]
            amounts += [settled_cents, -settled_cents]
        pattern = legs.pattern(("unapplied", "clearing") * (len(rows) // 2), tuple(rows))
        yield Part(payment, application, pattern, tuple(amounts))
