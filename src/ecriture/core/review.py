"""Whether the accounts and dates of what is pending are such that the target takes them (P1, P3, P7)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from ecriture.core.accounts import AccountClass, Chart
from ecriture.core.dates import Calendar, Day
from ecriture.core.posting import Part
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.rules import Leg, Pattern, Role
from ecriture.core.settings import Settings


class TargetRules(NamedTuple):
    """What a target asks of accounts, dates and sources."""

    sage_numbers: bool = False
    first_date: date = date.min
    last_date: date = date.max
    source_limit: int | None = None


CLASSES: dict[Role, frozenset[AccountClass]] = {
    Role.RECEIVABLE: frozenset({AccountClass.ASSET}),
    Role.CLEARING: frozenset({AccountClass.ASSET}),
    Role.BANK: frozenset({AccountClass.ASSET, AccountClass.LIABILITY}),
    Role.REVENUE: frozenset({AccountClass.REVENUE}),
    Role.SHIPPING: frozenset({AccountClass.REVENUE, AccountClass.EXPENSE}),
    Role.DISCOUNT: frozenset({AccountClass.REVENUE, AccountClass.EXPENSE}),
    Role.TAX: frozenset({AccountClass.LIABILITY, AccountClass.ASSET}),
    Role.TIP: frozenset({AccountClass.LIABILITY, AccountClass.REVENUE}),
    Role.ROUNDING: frozenset({AccountClass.REVENUE, AccountClass.EXPENSE}),
    Role.FEE: frozenset({AccountClass.EXPENSE}),
    Role.UNAPPLIED: frozenset({AccountClass.LIABILITY, AccountClass.ASSET}),
    Role.TRANSFERRED: frozenset(AccountClass),
}
"""The classes in which a bookkeeper looks for an account of each role; another one is a warning."""

Finding = tuple[str, dict[str, object]]
"""The code and the parameters of a problem."""


class AccountReview:
    """The review of accounts, for one company, chart and target."""

    def __init__(self, company: Settings, *, chart: Chart, rules: TargetRules) -> None:
        self._company = company
        self._chart = chart
        self._rules = rules
        self._linked = company.accounting.linked_accounts | {account.number for account in chart if account.linked}
        self._digits = chart.digits

    def of_leg(self, leg: Leg) -> Finding | None:
        """What is wrong with an account, whatever is posted to it; None when nothing is."""
        params: dict[str, object] = {"account": leg.account, "setting": leg.rule, "role": leg.role.value}
        if leg.fault:
            return leg.fault, params
        if leg.account in self._linked:
            return "account-linked", {**params, **self._instead_of_linked(leg)}
        if len(self._chart) and (finding := self._of_chart(leg.account)):
            return finding, {**params, "name": self._name(leg.account)}
        if self._rules.sage_numbers:
            return self._of_sage(leg, params)
        return None

    def _instead_of_linked(self, leg: Leg) -> dict[str, object]:
        """Which account to use: the clearing account where it is meant, if there is one that is not linked itself."""
        clearing = self._company.accounts.payment_credit
        if leg.role not in (Role.RECEIVABLE, Role.CLEARING):
            return {"reason": "other", "clearing": clearing}
        return {"reason": "none" if not clearing or clearing in self._linked else "clearing", "clearing": clearing}

    def _of_chart(self, number: str) -> str:
        account = self._chart.get(number)
        if account is None:
            return "account-unknown"
        return "" if account.postable else "account-not-postable"

    def _name(self, number: str) -> str:
        account = self._chart.get(number)
        return account.named(self._company.language) if account else ""

    def _of_sage(self, leg: Leg, params: dict[str, object]) -> Finding | None:
        number = leg.account
        digits = self._digits or len(number)
        well_formed = number.isascii() and number.isdigit() and 4 <= len(number) <= 8 and number[0] in "12345"
        if not well_formed or len(number) != digits:
            return "account-wrong-length", {**params, "digits": self._digits}
        found, expected = self._chart.class_of(number), CLASSES[leg.role]
        if found is not None and found not in expected:
            return "account-class", {**params, "found": found.value, "expected": tuple(sorted(expected))}
        return None


def account_fault(
    number: str, role: Role, *, company: Settings, chart: Chart, rules: TargetRules, setting: str
) -> Problem | None:
    """What is wrong with an account that somebody chooses for a setting; None when nothing is, or when none is chosen.

    The same as is said of what is posted to it, but of no amount: the problem has no `amount_cents`, and no place.
    """
    review = AccountReview(company, chart=chart, rules=rules)
    finding = review.of_leg(Leg(number, (), setting, role)) if number else None
    return Problem(*finding) if finding else None


class Review(AccountReview):
    """The review of pending parts, of their dates too. An account is looked at once for each leg."""

    def __init__(self, company: Settings, *, chart: Chart, rules: TargetRules, calendar: Calendar) -> None:
        super().__init__(company, chart=chart, rules=rules)
        self._calendar = calendar
        self._suspects: dict[Pattern, dict[int, Finding]] = {}

    def is_clear(self, part: Part) -> bool:
        """Whether there is nothing to say of any part with this pattern and own date, whatever its amounts are."""
        return not (self._suspects_in(part.pattern) or self._calendar[part.own_date].fault)

    def of_parts(self, parts: Iterable[Part]) -> list[Problem]:
        """The problems of the pending parts of a unit."""
        problems: list[Problem] = []
        for part in parts:
            suspects, fault = self._suspects_in(part.pattern), self._calendar[part.own_date].fault
            if suspects or fault:
                problems += [*self._of_date(part, fault), *_of_accounts(part, suspects)]
        return problems

    def _suspects_in(self, pattern: Pattern) -> dict[int, Finding]:
        """What is wrong with the legs of a pattern, by their places."""
        suspects = self._suspects.get(pattern)
        if suspects is None:
            suspects = self._suspects[pattern] = dict(self._of_pattern(pattern))
        return suspects

    def _of_date(self, part: Part, fault: str) -> Iterator[Problem]:
        if fault:
            day = self._calendar[part.own_date]
            params = {"date": day.own, "open_date": day.open, "lock_date": self._company.lock_date}
            cents = sum(cents for cents in part.amounts if cents > 0)
            yield Problem(fault, {**params, **self._why_outside(fault, day), "amount_cents": cents}, where(part.unit))

    def _why_outside(self, fault: str, day: Day) -> dict[str, object]:
        """What makes a date fall outside: the target's own bounds, or that it is carried there."""
        if fault != "date-outside-fiscal-year":
            return {}
        in_bounds = self._rules.first_date <= day.open <= self._rules.last_date
        return {"reason": ("carried" if day.carried else "year") if in_bounds else "target"}

    def _of_pattern(self, pattern: Pattern) -> Iterator[tuple[int, Finding]]:
        for i, leg in enumerate(pattern.legs):
            finding = self.of_leg(leg)
            if finding is not None:
                yield i, finding


def _of_accounts(part: Part, suspects: dict[int, Finding]) -> Iterator[Problem]:
    """One problem for an account and unit, with the amount that it is about."""
    amounts: dict[tuple[str, object, object], int] = {}
    findings: dict[tuple[str, object, object], Finding] = {}
    part_amounts = part.amounts if suspects else ()
    for i, (code, params) in suspects.items():
        if part_amounts[i]:
            key = (code, params["account"], params["setting"])
            amounts[key] = amounts.get(key, 0) + abs(part_amounts[i])
            findings[key] = (code, params)
    for key, (code, params) in findings.items():
        yield Problem(code, {**params, "amount_cents": amounts[key]}, where(part.unit))
