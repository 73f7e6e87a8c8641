"""Whether the accounts and dates of what is pending are such that the target takes them (P1, P3, P7)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.dates import Calendar, Day, year_around
from ecriture.core.pairs import pair_faults
from ecriture.core.postings import Part
from ecriture.core.problems import SEVERITIES, Problem, Severity
from ecriture.core.references import where
from ecriture.core.roles import CLASSES, OWED, Role
from ecriture.core.rules import RECORDED, AccountChoice, Rule
from ecriture.core.settings import Settings


class TargetLimits(NamedTuple):
    """What a target asks of accounts, dates, sources, and of the size of a file."""

    sage_numbers: bool = False
    first_date: date = date.min
    last_date: date = date.max
    source_limit: int | None = None
    max_lines: int | None = None
    """The most lines of an entry, where the company's own setting is not lower."""
    max_entries: int | None = None


SPLIT = "receivable-split"
_OF_POSTINGS = frozenset({"account-same", "account-bank", SPLIT})
"""What is said of each posting; other faults of a pair are said of the settings alone."""

Finding = tuple[str, dict[str, object]]
"""The code and the parameters of a problem."""


def gravest(*found: Finding | None) -> tuple[Finding, ...]:
    """The first error alone, since what else there is may be gone with it; without an error all warnings."""
    findings = tuple(finding for finding in found if finding is not None)
    errors = tuple(finding for finding in findings if SEVERITIES[finding[0]] is Severity.ERROR)
    return errors[:1] or findings


class AccountReview:
    """The review of accounts, for one company, chart and target."""

    def __init__(self, settings: Settings, *, chart: Chart, limits: TargetLimits) -> None:
        self._settings = settings
        self._chart = chart
        self._limits = limits
        self._linked = settings.accounting.linked_accounts | {account.number for account in chart if account.linked}
        self._digits = chart.digits

    def of_choice(self, choice: AccountChoice) -> Finding | None:
        """What is wrong with an account, whatever is posted to it; None when nothing is."""
        params: dict[str, object] = {"account": choice.account, "setting": choice.setting, "role": choice.role.value}
        if choice.fault:
            return choice.fault, params
        if choice.account in self._linked:
            return "account-linked", {**params, **self._instead_of_linked(choice)}
        if len(self._chart) and (finding := self._of_chart(choice.account)):
            return finding, {**params, "name": self._name(choice.account)}
        if self._limits.sage_numbers:
            return self._of_sage(choice, params)
        return None

    def _instead_of_linked(self, choice: AccountChoice) -> dict[str, object]:
        """Which account to use: the clearing account where it is meant, if there is one that is not linked itself."""
        clearing = self._settings.accounts.payment_credit
        if choice.role not in OWED:
            return {"reason": "other", "clearing": clearing}
        return {"reason": "none" if not clearing or clearing in self._linked else "clearing", "clearing": clearing}

    def _of_chart(self, number: str) -> str:
        account = self._chart.get(number)
        if account is None:
            return "account-unknown"
        return "" if account.postable else "account-not-postable"

    def _name(self, number: str) -> str:
        account = self._chart.get(number)
        return account.named(self._settings.language) if account else ""

    def _of_sage(self, choice: AccountChoice, params: dict[str, object]) -> Finding | None:
        number = choice.account
        well_formed = number.isascii() and number.isdigit() and 4 <= len(number) <= 8
        usual_digit = number[:1] != "0" or number in self._chart
        if not well_formed or not usual_digit or len(number) != (self._digits or len(number)):
            return "account-wrong-length", {**params, "digits": self._digits}
        found, expected = self._chart.class_of(number), CLASSES[choice.role]
        if found is not None and found not in expected:
            return "account-class", {**params, "found": found.value, "expected": tuple(sorted(expected))}
        return None


def account_fault(
    number: str, role: Role, *, settings: Settings, chart: Chart, limits: TargetLimits, setting: str
) -> Problem | None:
    """What is wrong with an account that somebody chooses for a setting; None when nothing is, or when none is chosen.

    The same as is said of what is posted to it, but of no amount: the problem has no `amount_cents`, and no place.
    """
    review = AccountReview(settings, chart=chart, limits=limits)
    finding = review.of_choice(AccountChoice(number, (), setting, role)) if number else None
    return Problem(*finding) if finding else None


class Review(AccountReview):
    """The review of pending parts, of their dates too. Each account is looked at once."""

    def __init__(self, settings: Settings, *, chart: Chart, limits: TargetLimits, calendar: Calendar) -> None:
        super().__init__(settings, chart=chart, limits=limits)
        self._calendar = calendar
        self._faults = pair_faults(settings)
        self._findings: dict[AccountChoice, tuple[Finding, ...]] = {}
        self._sound: set[Rule] = set()
        """Those in whose accounts nothing is wrong."""
        self._open_days: set[date] = set()
        """Own dates of which nothing is wrong."""

    def of_parts(self, parts: Sequence[Part]) -> Sequence[Problem]:
        """The problems of the pending parts of a unit; nearly always none."""
        for part in parts:
            if part.own_date not in self._open_days or not self._sound.issuperset(part.rules):
                return self._of_parts(parts)
        return ()

    def _of_parts(self, parts: Iterable[Part]) -> Sequence[Problem]:
        problems: list[Problem] = []
        for part in parts:
            if self._calendar[part.own_date].fault:
                problems.append(self._of_date(part))
            else:
                self._open_days.add(part.own_date)
            problems += self._of_accounts(part)
        refused = {problem.params["account"] for problem in problems if problem.stops and "account" in problem.params}
        return [it for it in problems if it.code != SPLIT or it.params["account"] not in refused]

    def _findings_of(self, choice: AccountChoice) -> tuple[Finding, ...]:
        findings = self._findings.get(choice)
        if findings is None:
            findings = self._findings[choice] = gravest(self.of_choice(choice), self._of_pair(choice))
        return findings

    def _of_pair(self, choice: AccountChoice) -> Finding | None:
        """What does not go together with another setting; of a recorded account, that no payment credits it."""
        if choice.setting == RECORDED:
            return self._split(choice)
        fault = self._faults.get(choice.setting)
        if (
            fault is None
            or fault.code not in _OF_POSTINGS
            or (fault.code == SPLIT and choice.role is not Role.RECEIVABLE)
        ):
            return None
        return fault.code, {**fault.params, "role": choice.role.value}

    def _split(self, choice: AccountChoice) -> Finding | None:
        """A receivable that no payment credits would never clear."""
        clearing = self._settings.accounts.payment_credit
        split = choice.role is Role.RECEIVABLE and choice.account and clearing and choice.account != clearing
        return (SPLIT, {"account": choice.account, "clearing": clearing}) if split else None

    def _of_date(self, part: Part) -> Problem:
        day = self._calendar[part.own_date]
        cents = sum(cents for _, cents, _ in part.postings() if cents > 0)
        params = {"date": day.own, "open_date": day.open, "lock_date": self._settings.lock_date}
        return Problem(day.fault, {**params, **self._why_outside(day), "amount_cents": cents}, where(part.unit))

    def _why_outside(self, day: Day) -> dict[str, object]:
        """What makes a date fall outside: the target's own bounds, or that it is carried there."""
        if day.fault != "date-outside-fiscal-year":
            return {}
        if not self._limits.first_date <= day.open <= self._limits.last_date:
            return {"reason": "target"}
        first, last = year_around(day.open, self._settings.fiscal_years)
        return {"reason": "carried" if day.carried else "year", "first": first, "last": last}

    def _of_accounts(self, part: Part) -> Iterator[Problem]:
        """One problem for each finding and account of a unit, with the amount that it is about."""
        amounts: dict[tuple[str, object, object], int] = {}
        findings: dict[tuple[str, object, object], Finding] = {}
        for choice, cents, _ in part.postings():
            for finding in self._findings_of(choice):
                code, params = finding
                key = (code, params["account"], params.get("setting"))
                amounts[key] = amounts.get(key, 0) + abs(cents)
                findings[key] = finding
        self._sound.update(rule for rule in part.rules if not any(self._findings_of(it) for it, _ in rule.legs))
        for key, (code, params) in findings.items():
            amount = {} if code == SPLIT else {"amount_cents": amounts[key]}
            yield Problem(code, {**params, **amount}, where(part.unit))
