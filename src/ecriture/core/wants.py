"""What each unit of some books wants in the ledger as it now stands, and what of it is pending (P1 to P4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, compress
from typing import NamedTuple

from ecriture.core.batches import (
    NO_ACCOUNTS,
    NOT_APPLIED,
    NOTHING_TRANSFERRED,
    AppliedKey,
    Recorded,
    RecordedAccounts,
    Transferred,
    UnitRecord,
)
from ecriture.core.documents import FINAL, Books, Document, Payment, Unit, UnitKind, new
from ecriture.core.postings import Part, of_document, of_payment
from ecriture.core.rules import Role, Rule, Rules
from ecriture.core.sales import ELSEWHERE, UNAPPLIED, WAITS, Application, KeptBack, Sale, is_kept_back, sales
from ecriture.core.settings import Settings

OF_UNIT = -1
"""The row of a correction's postings: they belong to the unit as a whole."""


class Want(NamedTuple):
    """What a unit wants: its parts on all own dates, and the dates that they follow from. No parts: nothing (any more)."""

    unit: Unit
    parts: Sequence[Part] = ()
    sale: Sale | None = None
    """Of a document, when it counts as sold, or why it does not."""
    applications: Sequence[Application] = ()
    """Of a payment, when each row is applied, or why it is not."""
    kept_back: KeptBack | None = None
    recorded: Recorded | None = None
    """What live batches hold of it; None when it is not live."""
    pending: Sequence[Part] = ()
    """What is to be transferred of it up to the through (P4): parts that no live batch holds, and corrections."""


class Wants:
    """What the units of some books want, under some settings, after some batches, as far as `through` is known.

    Every unit can be asked for separately, in any order and again: the answer is always the same.
    """

    def __init__(
        self, books: Books, settings: Settings, *, through: date, transferred: Transferred = NOTHING_TRANSFERRED
    ) -> None:
        self.books = books
        self.settings = settings
        self.through = through
        self.transferred = transferred
        self.rules = Rules(settings)
        self.sales = sales(books, settings, transferred, through=through)
        self._standings = self.sales.standings
        self._live_documents, self._live_payments = transferred.documents, transferred.payments
        self._opening = settings.accounting.opening
        self._first_day = settings.accounting.start_date or date.min

    def __iter__(self) -> Iterator[Want]:
        """The wants of all units but silent ones, documents first, in the order of the input."""
        documents, payments = self.books.documents.values(), self.books.payments.values()
        wants = chain(map(self.of_document, documents), map(self.of_payment, payments))
        silent = self.books.silent
        return (want for want in wants if want.unit.id not in silent) if silent else wants

    def of_units(self, units: Iterable[Unit]) -> Iterator[Want]:
        """The wants of some of the units."""
        for unit in units:
            yield self.of_document(unit) if isinstance(unit, Document) else self.of_payment(unit)

    def of_document(self, document: Document) -> Want:
        number = document.number
        sale, recorded = self._standings[number], self._live_documents.get(number)
        if isinstance(sale, date):
            accounts = recorded.accounts if recorded is not None else NO_ACCOUNTS
            parts = of_document(document, sale, self.rules, accounts)
            pending = parts if recorded is None and sale <= self.through else self._pending(document, parts, recorded)
            return new(Want, (document, parts, sale, (), None, recorded, pending))
        kept_back = None
        if sale is WAITS and document.date <= self.through:
            kept_back = KeptBack(UnitKind.DOCUMENT, document.number, "unpaid")
        return Want(document, (), sale, (), kept_back, recorded, self._pending(document, (), recorded))

    def of_payment(self, payment: Payment) -> Want:
        recorded = self._live_payments.get(payment.number)
        if payment.status is not FINAL:
            return Want(payment, recorded=recorded, pending=self._pending(payment, (), recorded))
        applications = self.sales.applications(payment, self._opening, recorded)
        if self.sales.any_waits and recorded is None and is_kept_back(payment, applications, self.sales):
            return Want(payment, (), None, applications, self._kept_back(payment, applications))
        accounts = recorded.accounts if recorded is not None else NO_ACCOUNTS
        parts = of_payment(payment, applications, self.rules, accounts)
        if payment.date < self._first_day:
            parts = [part for part in parts if part.own_date >= self._first_day]
        at_once = recorded is None and (not parts or parts[-1].own_date <= self.through)
        pending = parts if at_once else self._pending(payment, parts, recorded)
        return new(Want, (payment, parts, None, applications, None, recorded, pending))

    def is_finished(self, want: Want) -> bool:
        """Whether nothing is left of a unit once what is pending of it is transferred, on any date and under any settings.

        It stays so until the unit itself changes, or what it names, or `opening` of a unit that was never transferred.
        """
        unit, parts, sale, applications, _, recorded, pending = want
        dates = [it for it in (sale, *applications) if isinstance(it, date)]
        held = [own_date for own_date, *_ in recorded.held] if recorded is not None else []
        if sale is WAITS or WAITS in applications:
            return False
        if max([*dates, *held, *(part.own_date for part in parts)], default=date.min) > self.through:
            return False
        if pending:  # after which all of it is recorded
            return True
        if recorded is None:
            return isinstance(unit, Document) or all(self._never_posts(unit, it) for it in applications)
        return _has_accounts(recorded, parts) and _has_dates(recorded, want, dates)

    def _never_posts(self, payment: Payment, application: Application) -> bool:
        """Whether nothing of a row is ever wanted: its document's module has it, or it is from before the start date."""
        on = payment.date if application is UNAPPLIED else application
        return on is ELSEWHERE or (isinstance(on, date) and on < self._first_day)

    def _kept_back(self, payment: Payment, applications: Sequence[Application]) -> KeptBack | None:
        """With the money that the bank has and the books do not; what is from before the start date is in the books.

        Of a debt that was given up there is none.
        """
        if not self._first_day <= payment.date <= self.through:
            return None
        bank = self.rules.payment(payment.kind, payment.method).accounts.bank
        rows = [row for row, it in zip(payment.rows, applications, strict=True) if it is not ELSEWHERE]
        if bank.role is Role.WRITE_OFF:
            return KeptBack(UnitKind.PAYMENT, payment.number, "waits")
        cents = sum(payment.sign * row.amount_cents - row.fee_cents for row in rows)
        return KeptBack(UnitKind.PAYMENT, payment.number, "waits", bank.account, cents)

    def _pending(self, unit: Unit, parts: Sequence[Part], recorded: Recorded | None) -> Sequence[Part]:
        if recorded is not None and [part.held for part in parts] == recorded.held:
            return ()  # of equal amounts to equal accounts nothing is left on any date
        parts = [part for part in parts if part.own_date <= self.through]
        if recorded is None:
            return parts
        wanted = {part.own_date: part for part in parts}
        corrections = [
            self._correction(unit, own_date, wanted.pop(own_date, None), accounts)
            for own_date, accounts in recorded.parts.items()
            if own_date <= self.through
        ]
        return [*wanted.values(), *(correction for correction in corrections if correction is not None)]

    def _correction(self, unit: Unit, own_date: date, wanted: Part | None, held: Mapping[str, int]) -> Part | None:
        """Wanted less transferred, by account; None when they are equal."""
        differences = wanted.by_account() if wanted is not None else {}
        if differences == held:
            return None
        for account, cents in held.items():
            differences[account] = differences.get(account, 0) - cents
        left = {account: cents for account, cents in sorted(differences.items()) if cents}
        if not left:
            return None
        choices = {choice.account: choice for choice, _, _ in wanted.postings()} if wanted is not None else {}
        used = [self.rules.alone(choices.get(account) or self.rules.transferred(account)) for account in left]
        return Part(unit, own_date, used, [*left.values()], (OF_UNIT,) * len(left), is_correction=True)


def _has_accounts(recorded: Recorded, parts: Sequence[Part]) -> bool:
    """Whether batches recorded the accounts of all that a unit wants: what equals them by chance, settings can move."""
    keys = recorded.accounts.keys()
    return all(rule.accounts.keys() <= keys for part in parts for rule in compress(part.rules, part.cents))


def _has_dates(recorded: Recorded, want: Want, dates: Sequence[date]) -> bool:
    """Whether the dates that a unit follows are those that batches recorded."""
    unit = want.unit
    if isinstance(unit, Document):
        return recorded.sale_date(unit.date) == want.sale or not dates
    applied = zip(unit.rows, want.applications)  # noqa: B905 - what is not final is not applied
    return all(recorded.applied_on(unit.date, (row.document, row.applied)) == on for row, on in applied if on in dates)


class AccountsOf(dict[tuple[Rule, ...], RecordedAccounts]):
    """What a batch records of rules, made when it is first asked for: units with the same rules share it."""

    def __missing__(self, rules: tuple[Rule, ...]) -> RecordedAccounts:
        self[rules] = found = RecordedAccounts(chain.from_iterable([rule.accounts.items() for rule in rules]))
        return found


def record(want: Want, accounts_of: AccountsOf, *, through: date) -> UnitRecord:
    """What a batch records of a unit: the accounts of all that it wants up to `through`, and the dates not after it."""
    unit, sale = want.unit, want.sale
    rules: list[Rule] = []
    for part in want.parts:
        if part.own_date <= through:
            rules += compress(part.rules, part.cents)
    sale_date = sale if isinstance(sale, date) and sale <= through else None
    applied: Mapping[AppliedKey, date] = NOT_APPLIED
    if want.applications and isinstance(unit, Payment):
        applied = {
            (row.document, row.applied): on
            for row, on in zip(unit.rows, want.applications)  # noqa: B905 - `strict` doubles the time for so few
            if isinstance(on, date) and on <= through
        }
    return new(UnitRecord, (unit.date, accounts_of[tuple(rules)], sale_date, applied))
