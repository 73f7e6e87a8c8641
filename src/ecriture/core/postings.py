"""What one document or one payment wants in the ledger, by own date (P1, P2): pure, for one unit at a time."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ecriture.core.documents import CREDIT_NOTE, REFUND, Document, Payment, Unit, new
from ecriture.core.rules import AccountChoice, PaymentRule, Rules
from ecriture.core.sales import ELSEWHERE, Application

Posting = tuple[AccountChoice, int, int]
"""An account with the reason for it, cents (debit positive, never zero), and the unit's row that it comes from."""

NO_ACCOUNTS: Mapping[str, str] = {}


class Part(NamedTuple):
    """What a unit wants on one own date; its postings sum to zero, and stand in the order of the unit's rows."""

    unit: Unit
    own_date: date
    postings: Sequence[Posting]
    is_correction: bool = False
    """Whether it is the difference of a part that was transferred before."""

    def by_account(self) -> dict[str, int]:
        """The sum of each account in cents."""
        sums: dict[str, int] = {}
        for choice, cents, _ in self.postings:
            sums[choice.account] = sums.get(choice.account, 0) + cents
        return sums


def of_document(
    document: Document, sale_date: date, rules: Rules, accounts: Mapping[str, str] = NO_ACCOUNTS
) -> list[Part]:
    """What a final document wants on its sale date. `accounts`: what batches recorded for it (`Recorded.accounts`)."""
    reverse = document.kind is CREDIT_NOTE
    rows = rules.rows
    postings: list[Posting] = []
    for row, (key, cents) in enumerate(zip(document.keys, document.amounts, strict=True)):
        if cents:
            receivable, other = rows[key]
            if accounts:
                receivable, other = rules.recorded(receivable, accounts), rules.recorded(other, accounts)
            owed_cents = -cents if reverse else cents
            postings.append((receivable, owed_cents, row))
            postings.append((other, -owed_cents, row))
    return [new(Part, (document, sale_date, postings, False))] if postings else []


def of_payment(
    payment: Payment, applications: Sequence[Application], rules: Rules, accounts: Mapping[str, str] = NO_ACCOUNTS
) -> list[Part]:
    """What a final payment wants: the bank on its date, and each row applied on its application date.

    A row whose document waits is unapplied, one that stands elsewhere posts nothing. `accounts` as for documents.
    """
    day, sign = payment.date, -1 if payment.kind is REFUND else 1
    rule = rules.payment(payment.kind, payment.method)
    if accounts:
        rule = PaymentRule(*[rules.recorded(choice, accounts) for choice in rule])
    bank, fee, clearing, unapplied, rounding, tip = rule
    postings: list[Posting] = []
    applied: dict[date, list[Posting]] = {}
    for row, (application, said) in enumerate(zip(applications, payment.rows, strict=True)):
        if application is ELSEWHERE:
            continue
        _, amount_cents, fee_cents, rounding_cents, tip_cents, _ = said
        received_cents = sign * amount_cents - fee_cents  # of a refund the fee is paid besides
        settled_cents = sign * (amount_cents + rounding_cents - tip_cents)
        if received_cents:
            postings.append((bank, received_cents, row))
        if fee_cents:
            postings.append((fee, fee_cents, row))
        if settled_cents:
            postings.append((clearing if application == day else unapplied, -settled_cents, row))
            if application != day and isinstance(application, date) and unapplied.account != clearing.account:
                later = applied.setdefault(application, [])
                later += (unapplied, settled_cents, row), (clearing, -settled_cents, row)
        if rounding_cents:
            postings.append((rounding, sign * rounding_cents, row))
        if tip_cents:
            postings.append((tip, -sign * tip_cents, row))
    parts = [new(Part, (payment, day, postings, False))] if postings else []
    return parts if not applied else parts + [Part(payment, when, applied[when]) for when in sorted(applied)]
