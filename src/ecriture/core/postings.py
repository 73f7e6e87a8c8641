"""What one document or one payment wants in the ledger, by own date (P1, P2): pure, for one unit at a time."""

from collections.abc import Sequence
from datetime import date
from operator import neg
from typing import NamedTuple

from ecriture.core.batches import NO_ACCOUNTS, Held, RecordedAccounts
from ecriture.core.documents import CREDIT_NOTE, REFUND, Document, Payment, Unit, new
from ecriture.core.rules import AccountChoice, Rule, Rules
from ecriture.core.sales import ELSEWHERE, Application


class Part(NamedTuple):
    """What a unit wants on one own date: amounts in cents, each with the rule that says to which accounts it goes.

    Its postings sum to zero. An amount may be zero: it posts nothing.
    """

    unit: Unit
    own_date: date
    rules: Sequence[Rule]
    cents: Sequence[int]
    rows: Sequence[int]
    """The unit's row of each amount; a negative one is the unit as a whole."""
    is_correction: bool = False
    """Whether it is the difference of a part that was transferred before."""

    def postings(self) -> list[tuple[AccountChoice, int, int]]:
        """(account, cents, row): debit positive, none zero, in the order of the rows."""
        return [
            (choice, sign * cents, row)
            for rule, cents, row in zip(self.rules, self.cents, self.rows)  # noqa: B905 - rows may be longer
            if cents
            for choice, sign in rule.legs
        ]

    @property
    def held(self) -> Held:
        """The same as a batch holds it."""
        return self.own_date, tuple([rule.account_numbers for rule in self.rules]), [*self.cents]

    def by_account(self) -> dict[str, int]:
        """The sum of each account in cents."""
        sums: dict[str, int] = {}
        for choice, cents, _ in self.postings():
            sums[choice.account] = sums.get(choice.account, 0) + cents
        return sums


EVERY_ROW = range(1_000_000_000)
"""The rows of a document: the first, the second, and so on. Longer than any has, so only to be gone through beside them."""


def of_document(
    document: Document, sale_date: date, rules: Rules, accounts: RecordedAccounts = NO_ACCOUNTS
) -> list[Part]:
    """What a final document wants on its sale date. `accounts`: what batches recorded for it (`Recorded.accounts`)."""
    keys, amounts = document.keys, document.amounts
    if not any(amounts):
        return []
    used: Sequence[Rule]
    if accounts:
        used = rules.rows(keys, accounts)
    else:
        used, new_rows = [], rules.new_rows
        for key in keys:  # a loop is faster than `map` for so few
            used.append(new_rows[key])
    cents = [*map(neg, amounts)] if document.kind is CREDIT_NOTE else amounts
    return [new(Part, (document, sale_date, used, cents, EVERY_ROW, False))]


def of_payment(
    payment: Payment, applications: Sequence[Application], rules: Rules, accounts: RecordedAccounts = NO_ACCOUNTS
) -> list[Part]:
    """What a final payment wants: the bank on its date, and each row applied on its application date.

    A row whose document waits is unapplied, one that stands elsewhere posts nothing. `accounts` as for documents.
    """
    _, kind, _, day, _, method, _, said, _ = payment
    sign = -1 if kind is REFUND else 1
    rule = rules.payment(kind, method, accounts)
    used: list[Rule] = []
    cents: list[int] = []
    rows: list[int] = []
    later: dict[date, list[tuple[int, int]]] = {}
    for row, (_, amount_cents, fee_cents, rounding_cents, tip_cents, _) in enumerate(said):
        application = applications[row]
        if application is ELSEWHERE:
            continue
        settled_cents = sign * (amount_cents + rounding_cents - tip_cents)  # `PaymentRow.settled_cents`, unpacked
        at_once = application == day
        if fee_cents or rounding_cents or tip_cents:
            received_cents = sign * amount_cents - fee_cents  # of a refund the bank pays the fee besides
            used += rule.applied_apart if at_once else rule.deposit_apart  # the amounts stand in their order
            cents += received_cents, fee_cents, -settled_cents, sign * rounding_cents, -sign * tip_cents
            rows += (row,) * 5
        else:
            used.append(rule.applied if at_once else rule.deposit)
            cents.append(settled_cents)
            rows.append(row)
        if not at_once and isinstance(application, date):
            later.setdefault(application, []).append((settled_cents, row))
    parts: list[Part] = [new(Part, (payment, day, used, cents, rows, False))] if any(cents) else []
    if later and rule.accounts.unapplied.account != rule.accounts.clearing.account:
        for when, moved in sorted(later.items()):
            if any(settled_cents for settled_cents, _ in moved):
                moved_cents, moved_rows = zip(*moved, strict=True)
                parts.append(Part(payment, when, (rule.moved,) * len(moved), moved_cents, moved_rows))
    return parts
