"""What the page of a plan says of it: what is new, what is kept back, what went to a default account, what to look at."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as say

from ecriture.core.accounts import Chart
from ecriture.core.dates import last_month_end
from ecriture.core.documents import LINE, Document, Payment
from ecriture.core.entries import JournalEntry
from ecriture.core.methods import KNOWN, Methods, plain_method
from ecriture.core.plan import NO_ENTRY, posted
from ecriture.core.postings import Part
from ecriture.core.problems import Problem, Severity
from ecriture.core.rules import Rule
from ecriture.core.sales import KeptBack
from ecriture.core.settings import BankLines
from ecriture.store.models import Company
from ecriture.store.transfer import Planned, plan
from ecriture.store.waiting import Span
from ecriture.web import remedies, words
from ecriture.web.entries import AccountTotal, Side, debits_of, name_in, totals_of
from ecriture.web.ledger import WHY, reason
from ecriture.web.standing_words import KEPT_BACK
from ecriture.web.unit_pages import addresses

DEFAULT_REVENUE = "accounts.invoice_credit"
ONE_BY_ONE = frozenset({"card", "cheque"})
"""Methods whose payments come to the bank by deposit or payout, not in one sum for a month."""
MOST_KEPT = 10
MOST_MADE_OF = 100
MOST_SEEN = 300
"""A form remembers so many accounts of the plan that it was shown beside."""


def proposed(company: Company, waits: Span, today: date) -> date:
    """The end of last month, if that is open and something waits in it; else today, or the first open day."""
    last_month = last_month_end(today)
    lock = company.lock_date
    if (lock is None or last_month > lock) and (waits.first is None or waits.first <= last_month):
        return last_month
    return today if lock is None or today > lock else lock + timedelta(days=1)


def following_month(company: Company, through: date) -> str:
    """The next month that waits for a batch of its own; empty where nothing does."""
    entries = plan(company, through).plan.entries
    return words.month(min(it.date for it in entries)) if entries else ""


# The sums


class Counts(NamedTuple):
    """How many documents and payments a plan has, and why."""

    documents: int = 0
    payments: int = 0
    new: int = 0
    corrected: int = 0
    carried: int = 0


class DefaultUse(NamedTuple):
    """What goes to the default revenue account since its item has none: how many items, and the cents."""

    items: int
    cents: int


@dataclass(frozen=True)
class PlanShown:
    """A plan in the words and figures of its page."""

    planned: Planned
    today: date

    @property
    def company(self) -> Company:
        return self.planned.company

    @property
    def batch(self) -> int:
        return self.planned.plan.batch

    @property
    def through(self) -> date:
        return self.planned.plan.through

    @cached_property
    def is_fatal(self) -> bool:
        """Whether no file can be written, whatever is left out."""
        return self.planned.is_blocked(skip_invalid=True)

    @cached_property
    def errors(self) -> int:
        return sum(problem.stops for problem in self.planned.plan.problems)

    @property
    def period(self) -> str:
        """The month that the batch is of, where the program takes one at a time and several wait; else empty."""
        return words.month(self._periods[0]) if self._periods else ""

    @property
    def later_periods(self) -> list[str]:
        """The months that follow, each as a batch of its own."""
        return [words.month(it) for it in self._periods[1:]]

    @property
    def _periods(self) -> list[date]:
        return [date.fromisoformat(f"{it}-01") for it in self.planned.plan.periods]

    @property
    def has_any(self) -> bool:
        """Whether there is something to export, or an error that keeps it from it."""
        return bool(self.planned.plan.entries or self.errors)

    @cached_property
    def entries(self) -> Sequence[JournalEntry]:
        """As the program will have them; as they are meant where no file can be written."""
        plan = self.planned.plan
        return plan.entries if self.is_fatal or not plan.entries else self.planned.written.entries

    @property
    def debit_cents(self) -> int:
        return debits_of(self.entries)

    @property
    def lines(self) -> int:
        return sum(len(entry.lines) for entry in self.entries)

    @cached_property
    def totals(self) -> list[AccountTotal]:
        return totals_of(self.entries, self.planned.inputs.chart)

    @cached_property
    def _gone_through(self) -> tuple[Counts, DefaultUse, int]:
        """All that must be counted unit by unit, in one pass."""
        plan, settings = self.planned.plan, self.planned.inputs.settings
        methods, default = Methods(settings.methods), _Default()
        documents = payments = new = corrected = carried = by_card = 0
        for want, parts in plan.units():
            unit = want.unit
            if isinstance(unit, Document):
                documents += 1
                default.add(unit, want.parts)
            else:
                payments += 1
                by_card += _is_one_by_one(unit, methods)
            if any(it.part.is_correction for it in parts):
                corrected += 1
            elif any(it.entry != NO_ENTRY and plan.planned[it.entry].group.carried for it in parts):
                carried += 1
            else:
                new += 1
        return Counts(documents, payments, new, corrected, carried), default.found(), by_card

    @property
    def counts(self) -> Counts:
        return self._gone_through[0]

    @property
    def default_use(self) -> DefaultUse:
        return self._gone_through[1]

    @property
    def default_account(self) -> str:
        return self.planned.inputs.settings.accounts.invoice_credit

    @property
    def in_one_bank_line(self) -> int:
        """How many payments by card or cheque stand in one sum, which no line of the bank statement shows."""
        one_total = self.planned.inputs.settings.accounting.bank_lines is BankLines.TOTAL
        return self._gone_through[2] if one_total and self._gone_through[2] > 1 else 0

    # What is kept back

    @cached_property
    def kept_back(self) -> "list[KeptShown]":
        return list(_kept(self.company, self.planned.plan.kept_back, str(self.through)))

    @property
    def kept_count(self) -> int:
        return len(self.planned.plan.kept_back)

    @cached_property
    def received(self) -> list[tuple[str, str, int]]:
        """The money received that is not yet in the books: the number and name of each bank account, and the cents."""
        sums: dict[str, int] = defaultdict(int)
        for unit in self.planned.plan.kept_back:
            if unit.account:
                sums[unit.account] += unit.amount_cents
        chart = self.planned.inputs.chart
        return [(number, name_in(chart, number), sums[number]) for number in sorted(sums) if sums[number]]

    # What to look at

    @cached_property
    def problems(self) -> list[remedies.Kind]:
        """Without what is asked as a question."""
        written = () if self.is_fatal or not self.planned.plan.entries else self.planned.written.problems
        said = [*self.planned.plan.problems, *written]
        return remedies.shown(self.company, [it for it in said if not _is_a_question(it)], str(self.through))

    @property
    def across_years(self) -> "list[AcrossYear]":
        chart = self.planned.inputs.chart
        return [AcrossYear.of(problem, chart) for problem in self.planned.carried_across_years]

    # What was seen

    @property
    def seen(self) -> str:
        """The plan in a few figures, so that a later one can say what differs."""
        totals = {it.account: [it.debit_cents, it.credit_cents] for it in self.totals[:MOST_SEEN]}
        return json.dumps([self.counts.documents, self.counts.payments, totals], separators=(",", ":"))


def _is_a_question(problem: Problem) -> bool:
    return problem.code == "carried-across-year" and problem.severity is Severity.WARNING


def _is_one_by_one(payment: Payment, methods: Methods) -> bool:
    known = methods.find(payment.method)
    return KNOWN.get(plain_method(payment.method), known.name if known else "") in ONE_BY_ONE


class _Default:
    """Adds up what lines with an item bring to the default revenue account."""

    def __init__(self) -> None:
        self._signs: dict[Rule, int] = {}
        self._items: set[str] = set()
        self._cents = 0

    def add(self, document: Document, wanted: Iterable[Part]) -> None:
        """All that it wants: what was transferred keeps its accounts, by a rule of its own, so the others are new."""
        for part in wanted:
            for rule, cents, row in zip(part.rules, part.cents, part.rows):  # noqa: B905 - rows may be longer
                sign = self._signs.get(rule)
                if sign is None:
                    sign = self._signs[rule] = sum(sign for it, sign in rule.legs if it.setting == DEFAULT_REVENUE)
                key = document.keys[row] if sign and cents else None
                if key is not None and key.kind is LINE and key.code:
                    self._items.add(key.code)
                    self._cents -= sign * cents

    def found(self) -> DefaultUse:
        return DefaultUse(len(self._items), self._cents)


class AcrossYear(NamedTuple):
    """What would be written in the fiscal year that begins on a day, though it is of an earlier one: by account."""

    year: date
    amounts: Sequence[tuple[str, str, Side]]

    @classmethod
    def of(cls, problem: Problem, chart: Chart) -> "AcrossYear":
        accounts = problem.params["accounts"]
        pairs = accounts if isinstance(accounts, tuple) else ()
        amounts = [(number, name_in(chart, number), Side(cents)) for number, cents in pairs]
        return cls(date.fromisoformat(str(problem.params["year"])), amounts)

    @property
    def last_day(self) -> date:
        """The last day of the year that the sales are of."""
        return self.year - timedelta(days=1)


# Kept back


class KeptShown(NamedTuple):
    """What one reason keeps back: the first units with their links and the money of each, and how many others."""

    why: str
    is_error: bool
    units: Sequence[tuple[str, str, int]]
    more: int


def _kept(company: Company, kept_back: Sequence[KeptBack], back: str) -> Iterator[KeptShown]:
    reasons: dict[str, list[KeptBack]] = {}
    for unit in kept_back:
        reasons.setdefault(unit.why if unit.why in KEPT_BACK else "", []).append(unit)
    first = {why: units[:MOST_KEPT] for why, units in reasons.items()}
    pages = addresses(company, [(it.kind, it.number) for units in first.values() for it in units], back)
    for why, units in sorted(reasons.items()):
        shown = [(it.number, pages.get((it.kind, it.number), ""), it.amount_cents) for it in first[why]]
        text = str(KEPT_BACK[why]) if why else say("has an error")
        yield KeptShown(text, not why, shown, len(units) - len(shown))


# What differs from what was seen


class Difference(NamedTuple):
    """An account whose sums are others than those that somebody looked at: net cents before and now."""

    account: str
    name: str
    before: Side
    now: Side


def differences(seen: str, shown: PlanShown) -> list[Difference]:
    """What a plan has otherwise than the one that a form was shown beside; nothing where the form does not tell."""
    try:
        _documents, _payments, before = json.loads(seen)
        sums = {str(number): int(debit) - int(credit) for number, (debit, credit) in before.items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []
    now = {it.account: it.debit_cents - it.credit_cents for it in shown.totals}
    chart = shown.planned.inputs.chart
    return [
        Difference(number, name_in(chart, number), Side(sums.get(number, 0)), Side(now.get(number, 0)))
        for number in sorted({*sums, *now})
        if sums.get(number, 0) != now.get(number, 0)
    ][:MOST_SEEN]


# Under a figure


class MadeOf(NamedTuple):
    """A document or payment behind a figure: its dates, why it is there, and which rule chose the account."""

    kind: str
    number: str
    address: str
    customer: str
    own_date: date
    open_date: date
    why: str
    chosen_by: str
    amount: Side


class Made(NamedTuple):
    """What a figure is made of: some of it, the place of the first, how many there are, and what all come to."""

    rows: Sequence[MadeOf]
    at: int
    all: int
    sum: Side

    @property
    def following(self) -> int | None:
        after = self.at + len(self.rows)
        return after if after < self.all else None

    @property
    def previous(self) -> int | None:
        return max(0, self.at - MOST_MADE_OF) if self.at else None


def made_of(planned: Planned, *, entry: int, line: int, account: str, at: int) -> Made:
    """What a line of an entry is made of, or all that comes to an account; from a place on."""
    sums: dict[tuple[str, date, str, str, str, str, date, str], int] = {}
    for posting, choice in posted(planned.plan, entry or None):
        if (posting.line == line) if entry else (posting.account == account):
            kind, number = posting.unit
            key = kind.value, posting.own_date, number, posting.customer, choice.setting, posting.why.value
            whole = (*key, posting.open_date, "-" if posting.amount_cents < 0 else "")
            sums[whole] = sums.get(whole, 0) + posting.amount_cents
    found = sorted(sums.items(), key=lambda it: (it[0][6], it[0][0], it[0][2], it[0][1]))
    total = sum(sums.values())
    some = [*islice(found, at, at + MOST_MADE_OF)]
    pages = addresses(planned.company, [(key[0], key[2]) for key, _ in some], str(planned.plan.through))
    rows = [
        MadeOf(
            kind, number, pages.get((kind, number), ""), customer, own, opened, str(WHY[why]), reason(rule), Side(cents)
        )
        for (kind, own, number, customer, rule, why, opened, _side), cents in some
    ]
    return Made(rows, at, len(found), Side(total))
