"""Who owes what, as transferred (S12): what moves each document on the clearing account, and each deposit, day by day.

A movement is about a document, or about a payment as long as it waits for one. The movements of an account sum to its
balance on every date, whatever was changed since: the amounts are those that batches hold, only whom they are about
follows from the documents and payments as they now stand. Its day is that of the journal entry, as in Sage.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from ecriture.core.batches import RecordedAccounts
from ecriture.core.documents import CREDIT_NOTE, DISCOUNT, FINAL, DocumentKind, Payment, UnitId, UnitKind
from ecriture.core.rules import CLEARING_KEY, UNAPPLIED_KEY
from ecriture.core.sales import ELSEWHERE, Application

AGES = (30, 60, 90)
"""The last days of an age but for the oldest; the last age has no end."""


class Posted(NamedTuple):
    """What live batches hold of a unit on one account and own date, in entries of one date."""

    account: str
    own_date: date
    dated: date
    cents: int


class Movement(NamedTuple):
    """Cents that a unit moved on an account, debit positive, and which document or payment they are about."""

    account: str
    about: UnitId
    dated: date
    cents: int
    by: UnitId
    is_changed: bool = False
    """Whether the payment was changed since, so that its rows do not say any more whom all of it is about."""


class Head(NamedTuple):
    """What is known of a document without its rows."""

    number: str
    kind: DocumentKind
    status: str
    date: date
    customer: str
    applies_to: str
    total_cents: int

    @property
    def id(self) -> UnitId:
        return UnitId(UnitKind.DOCUMENT, self.number)

    @property
    def signed_cents(self) -> int:
        return -self.total_cents if self.kind == CREDIT_NOTE else self.total_cents


AboutOf = Callable[[str], UnitId | None]
"""The document that an amount is about which names some document: of a credit note, the invoice that it names. None
where there is no such document."""


def about_in(heads: Mapping[str, Head]) -> AboutOf:
    """As the documents say that are given: what a credit note or a payment names is among them, if it is anywhere."""

    def about(number: str) -> UnitId | None:
        head = heads.get(number)
        if head is None:
            return None
        return heads[head.applies_to].id if head.kind == CREDIT_NOTE and head.applies_to in heads else head.id

    return about


def receivable_accounts(accounts: Mapping[str, str]) -> frozenset[str]:
    """The accounts that a document opened or settled what is owed on, by what was recorded of it (`rules.RowRules`)."""
    return frozenset(account for key, account in accounts.items() if _is_receivable(key))


def _is_receivable(key: str) -> bool:
    kind, _, rest = key.partition(":")
    return rest.endswith(":credit" if kind == DISCOUNT else ":debit")


BANK, TAX, CLEARING, DEPOSIT = "bank", "tax", CLEARING_KEY, "deposit"


def roles_of(recorded: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What accounts were used for, by what was recorded of units; that of the first kind here where there are several."""
    found: dict[str, dict[str, None]] = {role: {} for role in (CLEARING, DEPOSIT, BANK, TAX)}
    for accounts in recorded:
        for key, account in accounts.items():
            if key == UNAPPLIED_KEY:
                found[DEPOSIT][account] = None
            elif key == CLEARING_KEY or _is_receivable(key):
                found[CLEARING][account] = None
            elif key.startswith("method:"):
                found[BANK][account] = None
            elif key.startswith("tax:"):
                found[TAX][account] = None
    return {account: role for role in reversed(found) for account in found[role]}


# Of documents


def of_document(
    document: Head,
    posted: Iterable[Posted],
    accounts: RecordedAccounts,
    about: AboutOf,
    controlled: frozenset[str] = frozenset(),
) -> Iterator[Movement]:
    """What a document moved on the accounts that it is owed on.

    `controlled` are the company's: where a document was reversed and the batch with its accounts cancelled, they count.
    """
    owed_on = receivable_accounts(accounts)
    owed_on |= controlled - frozenset(accounts.values())
    for it in posted:
        if it.account in owed_on:
            yield Movement(it.account, about(document.number) or document.id, it.dated, it.cents, document.id)


def opening_of_document(document: Head, account: str, first_day: date, about: AboutOf) -> Iterator[Movement]:
    """A document of before the start date is in the opening balance."""
    if document.status == FINAL and document.total_cents:
        whom = about(document.number) or document.id
        yield Movement(account, whom, _before(first_day), document.signed_cents, document.id)


def _before(first_day: date) -> date:
    return first_day - timedelta(days=1)


# Of payments


class PaidTo(NamedTuple):
    """The accounts of a payment: where it settles what is owed, and where it waits."""

    clearing: str
    unapplied: str


Share = tuple[UnitId, int]
"""The cents of a payment that are about a document, or about the payment itself."""


def of_payment(
    payment: Payment,
    posted: Sequence[Posted],
    applications: Sequence[Application],
    accounts: PaidTo,
    about: AboutOf,
    *,
    first_day: date = date.min,
    controlled: frozenset[str] = frozenset(),
) -> list[Movement]:
    """What a payment moved. `applications`: of each row (`Sales.applications`), none of one that is not final."""
    split = _Split(payment, accounts, about)
    for row, application in enumerate(applications):
        split.add(row, application)
    held = [it for it in posted if it.account in accounts or it.account in controlled]
    return [*split.opening(first_day), *split.attributed(held), *split.moved_within(held, first_day)]


class _Split:
    """A payment by whom its amounts are about."""

    def __init__(self, payment: Payment, accounts: PaidTo, about: AboutOf) -> None:
        self._payment, self._accounts, self._about = payment, accounts, about
        self._shares: dict[tuple[str, date], list[Share]] = defaultdict(list)
        """By account and own date."""
        self._moves: list[tuple[date, Share]] = []
        """What is applied later where a deposit stands on the clearing account itself: nothing is posted."""
        named = {about(row.document) or payment.id for row in payment.rows}
        self._only = named.pop() if len(named) == 1 else payment.id

    def add(self, row: int, application: Application) -> None:
        if application is ELSEWHERE:
            return
        said, day, (clearing, unapplied) = self._payment.rows[row], self._payment.date, self._accounts
        cents = -self._payment.sign * said.settled_cents
        whom = self._about(said.document) or self._payment.id
        if application == day:
            self._shares[clearing, day].append((whom, cents))
            return
        self._shares[unapplied, day].append((self._payment.id, cents))
        if not isinstance(application, date):
            return
        if unapplied == clearing:
            self._moves.append((application, (whom, cents)))
        else:
            self._shares[unapplied, application].append((self._payment.id, -cents))
            self._shares[clearing, application].append((whom, cents))

    def opening(self, first_day: date) -> Iterator[Movement]:
        """What the opening balance holds of it."""
        for (account, own_date), shares in self._shares.items():
            if own_date < first_day:
                for whom, cents in shares:
                    yield Movement(account, whom, _before(first_day), cents, self._payment.id)

    def attributed(self, held: Sequence[Posted]) -> Iterator[Movement]:
        """What batches hold, by its rows where they still say the same."""
        found: dict[tuple[str, date], list[Posted]] = defaultdict(list)
        for it in sorted(held, key=attrgetter("dated")):
            found[it.account, it.own_date].append(it)
        for key, its in found.items():
            shares = self._shares.get(key, ())
            if sum(cents for _, cents in shares) != sum(it.cents for it in its):
                yield from self._as_one(its, is_changed=True)
            elif len({it.dated for it in its}) == 1:
                yield from self._by_rows(key[0], its[0].dated, shares)
            else:  # corrected meanwhile: from the last entry on its rows say it
                yield from self._as_one(its, is_changed=False)
                yield from self._by_rows(key[0], its[-1].dated, shares)
                yield from (it._replace(dated=its[-1].dated, cents=-it.cents) for it in self._as_one(its))

    def _by_rows(self, account: str, dated: date, shares: Iterable[Share]) -> Iterator[Movement]:
        for whom, cents in shares:
            yield Movement(account, whom, dated, cents, self._payment.id)

    def _as_one(self, its: Iterable[Posted], *, is_changed: bool = False) -> Iterator[Movement]:
        """About the document that alone it names, else about the payment."""
        for it in its:
            whom = self._only if it.account == self._accounts.clearing else self._payment.id
            yield Movement(it.account, whom, it.dated, it.cents, self._payment.id, is_changed)

    def moved_within(self, held: Sequence[Posted], first_day: date) -> Iterator[Movement]:
        """From the payment to its document, within the clearing account, once the payment is there."""
        account, day = self._accounts.clearing, self._payment.date
        days = [it.dated for it in held if it.own_date == day]
        is_held = sum(it.cents for it in held if it.own_date == day) == sum(
            cents for _, cents in self._shares.get((account, day), ())
        )
        if day < first_day:
            days, is_held = [_before(first_day)], True
        if days and is_held:
            for on, (whom, cents) in self._moves:
                dated = max(on, *days)
                yield Movement(account, self._payment.id, dated, -cents, self._payment.id)
                yield Movement(account, whom, dated, cents, self._payment.id)


# What is open


class Open(NamedTuple):
    """What is open of a document, or of a payment that waits, on one account."""

    about: UnitId
    cents: int
    is_changed: bool = False


def open_on(movements: Iterable[Movement], account: str, day: date) -> list[Open]:
    """What is open on an account at the end of a day, by document and payment, documents first, by number."""
    sums: dict[UnitId, int] = defaultdict(int)
    changed: set[UnitId] = set()
    for it in movements:
        if it.account == account and it.dated <= day:
            sums[it.about] += it.cents
            if it.is_changed:
                changed.add(it.about)
    return [Open(about, cents, about in changed) for about, cents in sorted(sums.items()) if cents]


class Span(NamedTuple):
    """From the first movement on until the day from which nothing is open; without an end as long as something is."""

    first: date
    end: date | None


def spans_of(movements: Iterable[Movement]) -> dict[UnitId, Span]:
    """How long something is open of each document and payment, on any account."""
    by_whom: dict[UnitId, list[Movement]] = defaultdict(list)
    for it in movements:
        by_whom[it.about].append(it)
    return {about: _span(sorted(its, key=attrgetter("dated"))) for about, its in by_whom.items()}


def _span(its: Sequence[Movement]) -> Span:
    sums: dict[str, int] = defaultdict(int)
    for it in its:
        sums[it.account] += it.cents
    return Span(its[0].dated, None if any(sums.values()) else its[-1].dated)


def age_of(days: int) -> int:
    """The place of an age in AGES; one more for the oldest."""
    return sum(days > last for last in AGES)
