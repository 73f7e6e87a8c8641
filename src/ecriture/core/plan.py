"""Posting is a difference: what every unit wants, less what live batches hold of it, as journal entries (P4, P5)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.batches import NOTHING_TRANSFERRED, BatchPosting, Record, Transferred, Why
from ecriture.core.dates import Calendar
from ecriture.core.documents import Document, Payment, Status, Unit, UnitId
from ecriture.core.entries import JournalEntry
from ecriture.core.grouping import Group, Grouper, comment
from ecriture.core.lines import Customers, LineKeys, Sums, length, lines_of, ordered, pieces, sums_of
from ecriture.core.posting import Alike, Part, Parts
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.review import Review, TargetRules
from ecriture.core.rules import Leg, Pattern, Role
from ecriture.core.settings import Settings
from ecriture.core.wants import HeldUnit, Run, Wanted, wants_alike

OF_UNIT = -1
"""The row of a correction's amounts: they belong to the unit as a whole."""


class Pending(NamedTuple):
    """What is to be transferred of a unit: parts that no live batch holds, and corrections of those that one holds."""

    new: Sequence[Part] = ()
    corrections: Sequence[Part] = ()


class PlannedEntry(NamedTuple):
    """An entry, and the parts that it is made of."""

    entry: JournalEntry
    group: Group
    parts: Parts
    sums: Sums
    keys: LineKeys


@dataclass(slots=True)
class Plan:
    """The entries that the next batch would contain, and everything there is to say about them."""

    through: date
    batch: int
    planned: tuple[PlannedEntry, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    held: list[HeldUnit] = field(default_factory=list)
    left_out: int = 0
    """How many parts lie before the first date asked for."""
    records: dict[UnitId, Record] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        return tuple(planned.entry for planned in self.planned)


def pending(want: Wanted, transferred: Transferred, *, through: date) -> Pending:
    """What is to be transferred of one unit (P4). Missing input means nothing: only a unit that is there has any."""
    due = [part for part in want.parts if part.own_date <= through]
    held = transferred.parts.get(want.unit.id) if transferred.parts else None
    if held is None:
        return Pending(due)
    wanted = {part.own_date: part for part in due}
    corrections = [
        _correction(want.unit, own_date, wanted.pop(own_date, None), accounts)
        for own_date, accounts in held.items()
        if own_date <= through
    ]
    return Pending(tuple(wanted.values()), [correction for correction in corrections if correction is not None])


def _correction(unit: Unit, own_date: date, wanted: Part | None, accounts: Mapping[str, int]) -> Part | None:
    """Wanted less transferred, by account; None when they are equal."""
    differences = wanted.by_account() if wanted is not None else {}
    for account, cents in accounts.items():
        differences[account] = differences.get(account, 0) - cents
    legs = {leg.account: leg for leg in wanted.pattern.legs} if wanted is not None else {}
    left = {account: cents for account, cents in sorted(differences.items()) if cents}
    pattern = Pattern((legs.get(a) or Leg(a, (), "recorded", Role.TRANSFERRED) for a in left), [OF_UNIT] * len(left))
    return Part(unit, own_date, pattern, tuple(left.values())) if left else None


def plan(
    wanted: Iterable[Run],
    transferred: Transferred = NOTHING_TRANSFERRED,
    *,
    company: Settings,
    documents: Mapping[str, Document],
    through: date,
    since: date | None = None,
    batch: int = 1,
    chart: Chart | None = None,
    rules: TargetRules | None = None,
    recording: bool = False,
) -> Plan:
    """The entries of the difference between what units want and what was transferred, own dates from `since` to `through`.

    A unit with an error is left out of the entries, and named in `held`. With `recording`, what a batch records of its
    units is kept. `documents` gives the customers of payments that have none of their own.
    """
    planner = _Planner(Plan(through, batch), company, documents, chart or Chart(), rules or TargetRules(), since)
    for run in wanted:
        alike, rest = planner.take_alike(run) if not transferred else ((), run)
        taken = planner.take(rest, transferred)
        if recording:
            all_taken = (*chain.from_iterable(map(wants_alike, alike)), *taken)
            planner.plan.records.update((want.unit.id, record(want, through)) for want in all_taken)
    return planner.finished()


def _worth_saying(warnings: Iterable[Problem], problems: Iterable[Problem]) -> Iterator[Problem]:
    """The warnings, but that an account never clears of one that is refused anyhow."""
    refused = {problem.params.get("account") for problem in problems}
    for warning in warnings:
        if warning.code != "receivable-split" or warning.params["account"] not in refused:
            yield warning


def record(want: Wanted, through: date) -> Record:
    """What a batch records of a unit: the accounts of what it wants up to `through`, and the dates not after it."""
    due = [part for part in want.parts if part.own_date <= through]
    legs = [leg for part in due for leg, _, _ in part.postings()]
    accounts = {key: leg.account for leg in legs for key in leg.keys}
    sale_date = want.sale_date if want.sale_date is not None and want.sale_date <= through else None
    applied = {}
    if isinstance(want.unit, Payment):
        for row, application in zip(want.unit.rows, want.applications, strict=False):
            if isinstance(application, date) and application <= through:
                applied[row.document, row.applied] = application
    return Record(want.unit.date, accounts, sale_date, applied)


class _Planner:
    """Takes in the pending parts of some units after the others, then makes the entries."""

    def __init__(
        self,
        plan: Plan,
        company: Settings,
        documents: Mapping[str, Document],
        chart: Chart,
        rules: TargetRules,
        since: date | None,
    ) -> None:
        self.plan = plan
        self._company = company
        self._accounting = company.accounting
        self._documents = documents
        self._rules = rules
        self._since = since
        self._calendar = Calendar.of(company, first=rules.first_date, last=rules.last_date)
        self._review = Review(company, chart=chart, rules=rules, calendar=self._calendar)
        self._grouper = Grouper(company, calendar=self._calendar, through=plan.through)
        self._groups: dict[Group, Parts] = {}
        self._of_day: dict[tuple[date, bool], Parts] = {}
        self._first_rows: dict[str, int] = {}
        self._said: set[tuple[object, ...]] = set()

    def take_alike(self, run: Run) -> tuple[Sequence[Alike], Run]:
        """Takes new parts in of which there is nothing to say; gives them, and what is left of the run."""
        alike: list[Alike] = []
        rest: list[Alike] = []
        for it in run.alike:
            example = it.example
            if self._is_usual(example):
                self._parts(example, correction=False).alike.append(it)
                alike.append(it)
            else:
                rest.append(it)
        return alike, run._replace(alike=rest)

    def take(self, run: Run, transferred: Transferred) -> list[Wanted]:
        """Takes what is pending of units in, or holds them for their errors; gives those of which anything is in the plan."""
        taken = []
        for want in run.each():
            self._remember_heading(want)
            if self._judge(want, pending(want, transferred, through=self.plan.through)):
                taken.append(want)
        return taken

    def _is_usual(self, part: Part) -> bool:
        """Whether there is nothing to say of parts like this one, and all of them go to one place."""
        due = (self._since or date.min) <= part.own_date <= self.plan.through
        return due and not self._grouper.by_unit and self._review.is_clear(part)

    def _judge(self, want: Wanted, pending: Pending) -> bool:
        """Takes the pending parts of a unit in after a look at each of them, or holds it for its errors."""
        new, corrections = pending
        problems = self._review.of_parts((*new, *corrections))
        if (problems or want.warnings) and (new or corrections):
            self._say([*problems, *_worth_saying(want.warnings, problems)])
            if any(problem.stops for problem in problems):
                self.plan.held.append(HeldUnit(*want.unit.id, "error"))
                return False
        if self._since is not None:
            new, corrections = self._since_first(new), self._since_first(corrections)
        for part in new:
            self._parts(part, correction=False).single.append(part)
        for part in corrections:
            self._parts(part, correction=True).single.append(part)
        return bool(new or corrections)

    def _since_first(self, parts: Sequence[Part]) -> Sequence[Part]:
        """The parts from the first date asked for on; the others are counted."""
        kept = [part for part in parts if part.own_date >= (self._since or date.min)]
        self.plan.left_out += len(parts) - len(kept)
        return kept

    def _parts(self, part: Part, *, correction: bool) -> Parts:
        """The parts that form one entry with a part; found once for each own date where that decides it."""
        parts = self._of_day.get((part.own_date, correction))
        if parts is None:
            group = self._grouper.group(part.unit, part.own_date, correction=correction)
            parts = self._groups.setdefault(group, Parts())
            if not self._grouper.by_unit:
                self._of_day[part.own_date, correction] = parts
        return parts

    def _say(self, problems: Iterable[Problem]) -> None:
        """Keeps the problems; what is wrong with a setting, and not with a unit, is said once."""
        for problem in problems:
            if problem.code in ("account-class", "receivable-split"):
                said = (problem.code, problem.params.get("account"), problem.params.get("setting"))
                if said in self._said:
                    continue
                self._said.add(said)
            self.plan.problems.append(problem)

    # Customers

    def _remember_heading(self, want: Wanted) -> None:
        """A payment without a customer is headed by that of its first row that posts in any part."""
        unit = want.unit
        if len(want.applications) > 1 and isinstance(unit, Payment) and not unit.customer:
            rows = [row for part in want.parts for _, _, row in part.postings()]
            self._first_rows[unit.number] = min(rows, default=0)

    def _customer_of_row(self, payment: Payment, row: int) -> str:
        if payment.customer or not payment.rows:
            return payment.customer
        document = self._documents.get(payment.rows[row].document)
        return document.customer if document is not None else ""

    def _heading_customer(self, payment: Payment) -> str:
        return self._customer_of_row(payment, self._first_rows.get(payment.number, 0))

    # Entries

    def finished(self) -> Plan:
        customers = Customers(self._customer_of_row, self._heading_customer)
        planned: list[PlannedEntry] = []
        for group in sorted(self._groups):
            keys = LineKeys(
                detail=group.detail,
                bank_lines=self._accounting.bank_lines,
                calendar=self._calendar,
                customers=customers,
            )
            for parts, sums in self._pieces(self._groups[group], keys):
                lines = lines_of(sums, parts)
                if lines:
                    source = self._source(len(planned) + 1)
                    text = comment(group, self._heading(group, parts, customers), self._company.language)
                    planned.append(
                        PlannedEntry(JournalEntry(group.date, source, text, lines), group, parts, sums, keys)
                    )
        self.plan.planned = tuple(planned)
        self._say(self._across_years())
        self._say(self._sources_too_long())
        return self.plan

    def _heading(self, group: Group, parts: Parts, customers: Customers) -> str:
        return customers.label(next(iter(parts)).unit) if group.kind else ""

    def _pieces(self, parts: Parts, keys: LineKeys) -> Iterator[tuple[Parts, Sums]]:
        sums = sums_of(parts, keys)
        if length(sums) <= self._accounting.max_lines:
            yield parts, sums
            return
        for piece, lines in pieces(sorted(parts, key=keys.place), keys, self._accounting.max_lines):
            if length(lines) > self._accounting.max_lines:
                self._say([Problem("entry-long", {"lines": length(lines)}, where(piece.single[0].unit))])
            yield piece, lines

    def _source(self, entry: int) -> str:
        return f"{self._accounting.source_prefix}{self.plan.batch:06d}-{entry:02d}"

    def _sources_too_long(self) -> Iterator[Problem]:
        """A source is never cut: it is what ties an entry to its batch for ever."""
        last = self._source(len(self.plan.planned))
        if self._rules.source_limit is not None and len(last) > self._rules.source_limit:
            yield Problem(
                "too-many-entries",
                {"entries": len(self.plan.planned), "source": last, "limit": self._rules.source_limit},
            )

    def _across_years(self) -> Iterator[Problem]:
        """What is carried into a later fiscal year, by account: last year's statements do not have it."""
        amounts: dict[date, dict[str, int]] = {}
        for group in self._groups:
            for part in self._groups[group] if group.carried else ():
                day = self._calendar[part.own_date]
                if day.across_year and day.year is not None:
                    accounts = amounts.setdefault(day.year.first, {})
                    for account, cents in part.by_account().items():
                        accounts[account] = accounts.get(account, 0) + cents
        for year, accounts in sorted(amounts.items()):
            shown = tuple((account, cents) for account, cents in sorted(accounts.items()) if cents)
            yield Problem("carried-across-year", {"year": year, "accounts": shown})


def listing(plan: Plan) -> Iterator[tuple[BatchPosting, Leg]]:
    """Every posting of a plan, with its entry and line (from 1), why it is there, and the leg that says which rule won.

    Those of one entry stand by open date, documents before payments, number and own date.
    """
    for number, planned in enumerate(plan.planned, 1):
        places = {key: i for i, (key, _) in enumerate(ordered(planned.sums, planned.parts), 1)}
        for part in sorted(planned.parts, key=planned.keys.place):
            customers = planned.keys.customers
            for leg, cents, row in part.postings():
                line = places.get(planned.keys.of(part, leg, row, cents), 0)
                customer = customers.of_unit(part.unit) if row == OF_UNIT else customers.name(part, row)
                yield _listed(number, line, part, planned, customer, leg.account, cents), leg


def _listed(
    number: int, line: int, part: Part, planned: PlannedEntry, customer: str, account: str, cents: int
) -> BatchPosting:
    open_date = planned.keys.calendar[part.own_date].open
    why = _why(part, planned.group)
    return BatchPosting(number, line, part.unit.id, customer, part.own_date, open_date, account, cents, why)


def _why(part: Part, group: Group) -> Why:
    if group.correction:
        return Why.CORRECTION if part.unit.status is Status.FINAL else Why.VOID
    if group.carried:
        return Why.CARRIED
    applied = isinstance(part.unit, Payment) and part.own_date != part.unit.date
    return Why.APPLIED if applied else Why.NEW
