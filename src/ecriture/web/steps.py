"""The set-up steps: their list, which are done, which is next, and what is proposed. No page, database or clock.

A step is done if the settings show it, or if somebody said so. A company that came from company.toml has most steps
done already.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ecriture.core.accounts import Account, Chart
from ecriture.core.likely import Purpose, likely
from ecriture.core.problems import Problem
from ecriture.core.provinces import PROVINCES
from ecriture.core.review import TargetLimits
from ecriture.core.settings import FiscalYear, Settings
from ecriture.core.soundness import is_error, soundness
from ecriture.core.taxes import Tax

DAY = timedelta(days=1)


class Step(StrEnum):
    """The steps in order."""

    COMPANY = "company"
    PROGRAM = "program"
    CHART = "chart"
    CLEARING = "clearing"
    START = "start"
    ACCOUNTS = "accounts"
    TAXES = "taxes"
    METHODS = "methods"
    ITEMS = "items"
    DOCUMENTS = "documents"

    @property
    def following(self) -> "Step | None":
        return _neighbour(self, 1)

    @property
    def before(self) -> "Step | None":
        return _neighbour(self, -1)


def _neighbour(step: Step, by: int) -> Step | None:
    steps = list(Step)
    place = steps.index(step) + by
    return steps[place] if 0 <= place < len(steps) else None


class Known(NamedTuple):
    """The data that decides a company's steps."""

    settings: Settings
    chart: Chart
    limits: TargetLimits
    said: frozenset[str] = frozenset()
    """The steps that somebody marked as done."""
    has_documents: bool = False


class Progress(NamedTuple):
    """Which steps are done, and the first one that is not."""

    done: frozenset[Step]

    @property
    def next(self) -> Step | None:
        return next((step for step in Step if step not in self.done), None)

    @property
    def finished(self) -> bool:
        return self.next is None


def progress(known: Known) -> Progress:
    """A step with an account that would hold documents back is not done, whoever said so before."""
    broken = {step for problem in unsound(known) if is_error(problem) for step in _steps_of(problem)}
    done = (step for step in Step if step in known.said or _shows(known, step))
    return Progress(frozenset(done) - broken)


def unsound(known: Known) -> tuple[Problem, ...]:
    return soundness(known.settings, chart=known.chart, limits=known.limits)


def _steps_of(problem: Problem) -> Iterator[Step]:
    """The steps that ask for the account of a problem's setting."""
    setting = str(problem.params["setting"])
    if setting == "accounts.invoice_debit":
        yield Step.CLEARING
    table = setting.partition(".")[0]
    if table in set(Step):
        yield Step(table)


def _shows(known: Known, step: Step) -> bool:
    """Whether the settings alone show that a step is done."""
    settings, chart = known.settings, known.chart
    accounts = settings.accounts
    shown: Mapping[Step, bool] = {
        Step.COMPANY: bool(settings.name and settings.fiscal_years),
        Step.PROGRAM: settings.accounting.target != Settings().accounting.target or bool(accounts.invoice_credit),
        Step.CHART: bool(len(chart) and linked_numbers(settings, chart)),
        Step.CLEARING: bool(accounts.invoice_debit),
        Step.START: settings.accounting.start_date is not None or known.has_documents,
        Step.ACCOUNTS: all(
            (accounts.invoice_debit, accounts.invoice_credit, accounts.payment_debit, accounts.payment_credit)
        ),
        Step.TAXES: bool(settings.taxes) and all(tax.credit for tax in settings.taxes.values()),
        Step.METHODS: bool(settings.methods),
        Step.ITEMS: bool(settings.items),
        Step.DOCUMENTS: known.has_documents,
    }
    return shown[step]


def linked_numbers(settings: Settings, chart: Chart) -> frozenset[str]:
    """The known linked accounts, from the settings or the chart."""
    return settings.accounting.linked_accounts | {account.number for account in chart if account.linked}


def is_sound(known: Known, setting: str) -> bool:
    """Whether nothing is wrong with a setting: its account exists, takes entries, is not linked, and goes with the others."""
    return not any(problem.params["setting"] == setting for problem in unsound(known))


# Proposals


class Proposal(NamedTuple):
    """The account for a field: the current setting, or the likely one by name."""

    number: str
    account: Account | None = None
    """The account, if it is only proposed."""


def proposed(known: Known, number: str, purpose: Purpose) -> Proposal:
    """The initial value of a field: the current setting, or the likeliest account, or none."""
    if number:
        return Proposal(number)
    found = likely(known.chart, purpose, linked=linked_numbers(known.settings, known.chart))
    return Proposal(found[0].number, found[0]) if found else Proposal("")


def own_proposed(known: Known, number: str, purpose: Purpose) -> Proposal:
    """Like `proposed`, but none if it is the bank account, which is the default anyway."""
    found = proposed(known, number, purpose)
    bank = known.settings.accounts.payment_debit
    return Proposal("") if found.account and found.number == bank else found


def linked_proposed(known: Known, hints: Iterable[str]) -> tuple[Account, ...]:
    """The accounts to ask about: hinted at by the imported file, and the likeliest by name; no known linked ones."""
    likeliest = [account.number for account in likely(known.chart, Purpose.LINKED, linked=frozenset())][:1]
    numbers = dict.fromkeys([*sorted(linked_numbers(known.settings, known.chart)), *hints, *likeliest])
    return tuple(known.chart[number] for number in numbers if number in known.chart)


def taxes_asked(settings: Settings, province: str) -> tuple[Tax, ...]:
    """The taxes to ask about: the company's taxes, then the missing ones of its province."""
    provincial = PROVINCES[province].taxes if province in PROVINCES else ()
    return (*settings.taxes.values(), *(tax for tax in provincial if tax.code not in settings.taxes))


def year_proposed(settings: Settings, today: date) -> FiscalYear:
    """The fiscal year to ask about: the one after the last, or the calendar year."""
    if settings.fiscal_years:
        return year_after(settings.fiscal_years[-1])
    return FiscalYear(date(today.year, 1, 1), date(today.year, 12, 31))


def year_after(year: FiscalYear) -> FiscalYear:
    """The twelve months after a year; the same year at the end of the calendar."""
    if year.last.year >= date.max.year - 1:
        return year
    first = year.last + DAY
    return FiscalYear(first, _same_day(first, first.year + 1) - DAY)


def _same_day(day: date, year: int) -> date:
    """The same day of another year; 1 March for 29 February in other years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
