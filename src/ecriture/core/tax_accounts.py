"""Taxes by the documents of a period beside what was posted to their accounts in it, and each reason of a difference.

Posted, and the lines of the difference, come to what the documents say: each line is worked out by its own reason, so a
reason that is not known here is left over, and is said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.batches import NO_ACCOUNTS
from ecriture.core.documents import CREDIT_NOTE, FINAL, TAX, Document, UnitId, UnitKind
from ecriture.core.sales import ELSEWHERE, OPENING, WAITS
from ecriture.core.tax_return import Period
from ecriture.core.wants import Want, Wants


class Why(StrEnum):
    """Why a document's tax is not what was posted in the period."""

    HELD = "held"
    """It waits for its payment."""
    PENDING = "pending"
    """It is not transferred yet."""
    CHANGED = "changed"
    """It was changed after its transfer, and the correction is not transferred yet."""
    VOID = "void"
    """It is void or a draft, and what was transferred is not taken out yet."""
    CORRECTED = "corrected"
    """Its correction stands in another period, since its own was closed."""
    CARRIED = "carried"
    """It stands in another period, since its own was closed."""
    DATED = "dated"
    """It is posted on another day than the document's: that of its payment, or the one that it had before."""
    BEFORE_START = "before-start"
    """It is from before the start date: the accounting program has it."""
    ELSEWHERE = "elsewhere"
    """It settles a document of before the start date, in the accounting program itself."""
    OTHER = "other"
    """Something that is no tax goes to this account."""


class Posted(NamedTuple):
    """What live batches posted of a unit to an account, in cents, credits positive."""

    unit: UnitId
    account: str
    own_date: date
    open_date: date
    cents: int
    is_correction: bool = False


class Difference(NamedTuple):
    """A part of the difference: what the documents say less what was posted."""

    why: Why
    unit: UnitId
    cents: int
    day: date | None = None
    """Where it stands, if it was posted on a day outside the period, or came into it from one."""


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """One account: what was posted there in the period, what the documents of the period say, and the reasons between.

    `account` is empty for taxes that have none.
    """

    account: str
    codes: tuple[str, ...]
    debit_cents: int
    credit_cents: int
    documents_cents: int
    differences: tuple[Difference, ...]

    @property
    def posted_cents(self) -> int:
        return self.credit_cents - self.debit_cents

    @property
    def difference_cents(self) -> int:
        return self.documents_cents - self.posted_cents

    @property
    def unexplained_cents(self) -> int:
        return self.difference_cents - sum(it.cents for it in self.differences)


class TaxAccounts:
    """Gathers the checks of all tax accounts, some documents at a time."""

    def __init__(self, period: Period, accounts: Mapping[str, str], known: Iterable[str] = ()) -> None:
        """`accounts` are those of the settings by the code of their tax: they are shown also where nothing happened.

        `known` are others that are asked about, and shown once a document's tax goes to them.
        """
        self._period = period
        self._codes: dict[str, dict[str, None]] = {}
        self._documents: dict[str, int] = {}
        self._sides: dict[str, tuple[int, int]] = {}
        self._differences: dict[str, list[Difference]] = {}
        for code, account in accounts.items():
            if account:
                self._note(account, code)
        for account in known:
            self._codes.setdefault(account, {})

    def _note(self, account: str, code: str) -> None:
        self._codes.setdefault(account, {})[code] = None

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(self._codes)

    def take_sides(self, account: str, debit_cents: int, credit_cents: int) -> None:
        """What was posted in the period on an account, of whatever unit."""
        self._sides[account] = (debit_cents, credit_cents)

    def take_document(self, want: Want, wants: Wants, posted: Sequence[Posted]) -> None:
        """A document dated in the period, with all that was posted of it."""
        document = want.unit
        if not isinstance(document, Document):
            raise TypeError(document.id)
        taxes: dict[str, int] = {}
        for code, account, cents in taxes_of(document, want, wants):
            self._note(account, code)
            taxes[account] = taxes.get(account, 0) + cents
        for account, cents in taxes.items():
            self._documents[account] = self._documents.get(account, 0) + cents
        for account in dict.fromkeys((*taxes, *(it.account for it in posted))):
            its = [it for it in posted if it.account == account]
            found = differences_of(want, taxes.get(account, 0), account, its, self._period)
            self._differences.setdefault(account, []).extend(found)

    def take_other(self, posted: Iterable[Posted]) -> None:
        """What was posted in the period of units that are no documents dated in it."""
        for it in posted:
            if it.open_date in self._period:
                self._differences.setdefault(it.account, []).append(
                    Difference(_of_other(it, self._period), it.unit, -it.cents, it.own_date)
                )

    def checks(self) -> tuple[AccountCheck, ...]:
        """One for each account to which a tax goes, in the order in which they were met."""
        return tuple(self._check(account, codes) for account, codes in self._codes.items())

    def _check(self, account: str, codes: Iterable[str]) -> AccountCheck:
        debit_cents, credit_cents = self._sides.get(account, (0, 0))
        found = _together(self._differences.get(account, ()))
        return AccountCheck(
            account, tuple(codes), debit_cents, credit_cents, self._documents.get(account, 0), tuple(found)
        )


def taxes_of(document: Document, want: Want, wants: Wants) -> Iterator[tuple[str, str, int]]:
    """(code, account, cents) of each tax row of a final document; the account is the one that was recorded, if any."""
    if document.status is not FINAL:
        return
    sign = -1 if document.kind is CREDIT_NOTE else 1
    accounts = want.recorded.accounts if want.recorded is not None else NO_ACCOUNTS
    for key, cents in zip(document.keys, document.amounts, strict=True):
        if key.kind is TAX and cents:
            rule = wants.rules.row(key, accounts) if accounts else wants.rules.new_rows[key]
            yield key.code, rule.account_numbers[-1], sign * cents


def differences_of(
    want: Want, document_cents: int, account: str, posted: Sequence[Posted], period: Period
) -> Iterator[Difference]:
    """The reasons for which a document of the period says another amount than was posted of it in the period."""
    unit = want.unit.id
    wanted_cents = -sum(part.by_account().get(account, 0) for part in want.parts)
    yield Difference(_NOT_WANTED.get(want.sale, Why.OTHER), unit, document_cents - wanted_cents)
    left_cents = wanted_cents - sum(it.cents for it in posted)
    if left_cents:
        yield Difference(_of_left(want), unit, left_cents)
    for it in posted:
        if it.open_date not in period:
            yield Difference(_of_posting(it, period), unit, it.cents, it.open_date)


_NOT_WANTED: Mapping[object, Why] = MappingProxyType(
    {WAITS: Why.HELD, OPENING: Why.BEFORE_START, ELSEWHERE: Why.ELSEWHERE}
)


def _of_left(want: Want) -> Why:
    if want.unit.status is not FINAL:
        return Why.VOID
    return Why.PENDING if want.recorded is None else Why.CHANGED


def _of_posting(posted: Posted, period: Period) -> Why:
    """Why something of a document of the period stands outside it."""
    if posted.own_date not in period:
        return Why.DATED
    return Why.CORRECTED if posted.is_correction else Why.CARRIED


def _of_other(posted: Posted, period: Period) -> Why:
    """Why something stands in the period that is of no document dated in it."""
    if posted.unit.kind is not UnitKind.DOCUMENT:
        return Why.OTHER
    if posted.own_date in period:
        return Why.DATED
    return Why.CORRECTED if posted.is_correction else Why.CARRIED


def _together(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Those of one unit, reason and day as one; none of nothing."""
    sums: dict[tuple[Why, UnitId, date | None], int] = {}
    for why, unit, cents, day in differences:
        sums[why, unit, day] = sums.get((why, unit, day), 0) + cents
    for (why, unit, day), cents in sums.items():
        if cents:
            yield Difference(why, unit, cents, day)
