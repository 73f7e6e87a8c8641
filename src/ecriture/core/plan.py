"""Posting is a difference: what every unit wants, less what live batches hold of it, as journal entries (P4, P5)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.batches import BatchPart, BatchPosting, BatchUnit, Why, parts_of
from ecriture.core.dates import Calendar
from ecriture.core.document_warnings import DocumentWarnings
from ecriture.core.documents import FINAL, Document, Payment, Unit, UnitId, new
from ecriture.core.entries import JournalEntry
from ecriture.core.grouping import Group, Grouper, comment
from ecriture.core.lines import (
    Customers,
    LineKeys,
    Lines,
    Piece,
    Sums,
    length,
    pieces,
)
from ecriture.core.postings import Part
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.review import Review, TargetLimits
from ecriture.core.rules import AccountChoice, Rule
from ecriture.core.sales import KeptBack
from ecriture.core.wants import AccountsOf, Want, Wants, record


class PlannedPart(NamedTuple):
    """A part, and the place of its entry among those of the plan."""

    part: Part
    entry: int


class PlannedUnit(NamedTuple):
    """A unit of which a plan has something."""

    want: Want
    parts: Sequence[PlannedPart]


class PlannedEntry(NamedTuple):
    """An entry, and what its lines are made of: sums, or parts where a line is not just an account and a side."""

    entry: JournalEntry
    group: Group
    keys: LineKeys
    sums: Lines
    parts: Sequence[Part] = ()

    @property
    def piece(self) -> Piece:
        """Its parts and lines: made again, rather than kept."""
        return next(pieces(self.parts, self.keys)) if self.parts else Piece((), {(): self.sums})


@dataclass(frozen=True, slots=True)
class Plan:
    """The entries that the next batch would contain, and everything there is to say about them."""

    through: date
    batch: int
    planned: tuple[PlannedEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    kept_back: tuple[KeptBack, ...] = ()
    left_out: int = 0
    """How many parts lie before the first date asked for."""
    units: Callable[[], Iterable[PlannedUnit]] = field(default=tuple, repr=False, compare=False)
    """Goes through the units of the plan. Their postings are worked out again each time rather than kept."""
    finished: Callable[[], Iterable[UnitId]] = field(default=tuple, repr=False, compare=False)
    """Goes through the units of which nothing is left once the plan is transferred (`Wants.is_finished`)."""
    periods: tuple[str, ...] = ()
    """The months with something pending, this plan's first, where the target takes one in a batch; else empty."""

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        return tuple(planned.entry for planned in self.planned)


def plan(
    wants: Wants,
    *,
    since: date | None = None,
    batch: int = 1,
    chart: Chart | None = None,
    limits: TargetLimits | None = None,
    month: str = "",
) -> Plan:
    """The entries of what is pending, own dates from `since` up to the through of the wants.

    A unit with an error is left out of the entries, and named in `kept_back`. With a `month`, such as `2026-01`, the plan has
    the entries that are dated in it, and the rest stays pending.
    """
    return _Planner(wants, since, batch, chart or Chart(), limits or TargetLimits(), month).plan()


class _Planner:
    """Goes through what is pending once for the sums of each entry; again for the parts of those that are too long."""

    def __init__(
        self, wants: Wants, since: date | None, batch: int, chart: Chart, limits: TargetLimits, month: str
    ) -> None:
        settings = wants.settings
        self._wants = wants
        self._settings = settings
        self._since = since or date.min
        self._batch = batch
        self._limits = limits
        self._max_lines = min(settings.accounting.max_lines, limits.max_lines or settings.accounting.max_lines)
        self._month = month
        self._of_other_months: set[UnitId] = set()
        """Units of which something stays pending for another month."""
        self._calendar = Calendar.of(settings, first=limits.first_date, last=limits.last_date)
        self._review = Review(settings, chart=chart, limits=limits, calendar=self._calendar)
        self._warnings = DocumentWarnings(settings, wants.books.by_hand)
        self._grouper = Grouper(settings, calendar=self._calendar, through=wants.through)
        self._customers = Customers(self._customer_of_row, self._heading_customer)
        self._drafts: dict[Group, _Draft] = {}
        self._ordinary: dict[date, _Draft] = {}
        self._corrections: dict[date, _Draft] = {}
        self._problems: list[Problem] = []
        self._said: set[tuple[object, ...]] = set()
        self._kept_back: list[KeptBack] = []
        self._taken_units: list[Unit] = []
        self._left_out = 0
        self._across_years: dict[date, defaultdict[str, int]] = {}

    def plan(self) -> Plan:
        for want in self._wants:
            pending = want.pending
            if pending and self._is_taken(want):
                self._taken_units.append(want.unit)
                for part in pending:
                    self._take(part)
            elif want.kept_back is not None:
                self._kept_back.append(want.kept_back)
        self._say(self._warnings.of_all())
        self._collect_long()
        planned = self._planned()
        self._say(self._carried_across_years())
        self._say(self._sources_too_long(len(planned)))
        problems, kept_back = tuple(self._problems), tuple(self._kept_back)
        through, left_out = self._wants.through, self._left_out
        return Plan(through, self._batch, planned, problems, kept_back, left_out, self._units, self._finished)

    def _is_taken(self, want: Want) -> bool:
        """Says what is wrong with the pending parts of a unit; one with an error is kept back."""
        problems = self._review.of_parts(want.pending)
        if want.parts:
            unit = want.unit
            warnings = self._warnings.of(unit, want.recorded) if isinstance(unit, Document) else self._of_method(unit)
            problems = [*problems, *warnings] if warnings else problems
        if not problems:
            return True
        self._say(problems)
        if any(problem.stops for problem in problems):
            self._kept_back.append(KeptBack(*want.unit.id, "error"))
            return False
        return True

    def _of_method(self, payment: Payment) -> Sequence[Problem]:
        method = payment.method
        if not method or self._wants.rules.new_payments.methods.knows(method):
            return ()
        return (Problem("method-unknown", {"method": method}, where(payment)),)

    # Entries

    def _take(self, part: Part) -> None:
        _, own_date, rules, cents, _, is_correction = part
        if own_date < self._since:
            self._left_out += 1
            return
        draft = (self._corrections if is_correction else self._ordinary).get(own_date) or self._draft(part)
        if self._month and not self._is_of_month(draft):
            self._of_other_months.add(part.unit.id)
            return
        if draft.keeps_parts:
            draft.parts.append(part)
        else:
            draft.amounts.add(rules, cents)
        if draft.is_carried:
            self._note_across_year(part)

    def _units(self) -> Iterator[PlannedUnit]:
        since, draft_of = self._since, self._draft
        for want in self._wants.of_units(self._taken_units):
            planned = [
                new(PlannedPart, (part, draft_of(part).entry_of(part)))
                for part in want.pending
                if part.own_date >= since and (not self._month or self._is_of_month(draft_of(part)))
            ]
            if planned:
                yield new(PlannedUnit, (want, planned))

    def _finished(self) -> Iterator[UnitId]:
        unfinished = {(it.kind, it.number) for it in self._kept_back} | self._of_other_months
        unfinished |= {unit.want.unit.id for unit in self._units() if any(it.entry == NO_ENTRY for it in unit.parts)}
        for want in self._wants:
            if want.unit.id not in unfinished and self._wants.is_finished(want):
                yield want.unit.id

    def _is_of_month(self, draft: "_Draft") -> bool:
        return draft.group.date.isoformat().startswith(self._month)

    def _draft(self, part: Part) -> "_Draft":
        """The entry that a part goes to; found once for each own date where that decides it."""
        of_day = self._corrections if part.is_correction else self._ordinary
        draft = of_day.get(part.own_date)
        if draft is None:
            group = self._grouper.group(part.unit, part.own_date, correction=part.is_correction)
            draft = self._drafts.get(group)
            if draft is None:
                draft = self._drafts[group] = _Draft(group, self._keys(group), part.unit)
            if not self._grouper.by_unit:
                of_day[part.own_date] = draft
        return draft

    def _keys(self, group: Group) -> LineKeys:
        bank_lines = self._settings.accounting.bank_lines
        return LineKeys(detail=group.detail, bank_lines=bank_lines, calendar=self._calendar, customers=self._customers)

    def _collect_long(self) -> None:
        """Collects the parts of entries that have too many lines and were only summed."""
        most = self._max_lines
        long = {draft.group: draft for draft in self._drafts.values() if length(draft.sums) > most}
        for want in self._wants.of_units(self._taken_units) if long else ():
            for part in want.pending:
                if part.own_date >= self._since and (draft := self._draft(part)).group in long:
                    draft.parts.append(part)

    def _planned(self) -> tuple[PlannedEntry, ...]:
        planned: list[PlannedEntry] = []
        for group in sorted(self._drafts):
            draft = self._drafts[group]
            for piece in self._pieces(draft):
                parts, lines = piece.parts, piece.lines
                if lines:
                    draft.remember_entry(len(planned), parts)
                    heading = self._customers.label(draft.unit) if group.kind else ""
                    text = comment(group, heading, self._settings.language)
                    entry = JournalEntry(group.date, self._source(len(planned) + 1), text, lines)
                    planned.append(PlannedEntry(entry, group, draft.keys, {} if parts else draft.sums, parts))
                if parts and len(lines) > self._max_lines:
                    self._say([Problem("entry-long", {"lines": len(lines)}, where(parts[0].unit))])
        return tuple(planned)

    def _pieces(self, draft: "_Draft") -> Iterable[Piece]:
        """An entry, or the pieces of one that is too long."""
        if draft.keys.by_account and not draft.parts:
            return (Piece((), {(): draft.sums}),)
        return pieces(draft.keys.in_order(draft.parts), draft.keys, self._max_lines)

    def _source(self, entry: int) -> str:
        return f"{self._settings.accounting.source_prefix}{self._batch:06d}-{entry:02d}"

    # Customers

    def _customer_of_row(self, payment: Payment, row: int) -> str:
        if payment.customer or not payment.rows:
            return payment.customer
        named = payment.rows[row].document
        document = self._wants.books.documents.get(named)
        if document is not None:
            return document.customer
        recorded = self._wants.transferred.documents.get(named)
        return recorded.customer if recorded is not None else ""

    def _heading_customer(self, payment: Payment) -> str:
        """A payment without a customer is headed by that of its first row that posts in any part."""
        if payment.customer or len(payment.rows) < 2:
            return self._customer_of_row(payment, 0)
        parts = self._wants.of_payment(payment).parts
        return self._customer_of_row(payment, min((row for part in parts for _, _, row in part.postings()), default=0))

    # What is said

    def _say(self, problems: Iterable[Problem]) -> None:
        """What is about a setting is said once for each account and setting."""
        for problem in problems:
            if problem.code in ("account-class", "receivable-split"):
                said = (problem.code, problem.params.get("account"), problem.params.get("setting"))
                if said in self._said:
                    continue
                self._said.add(said)
            self._problems.append(problem)

    def _sources_too_long(self, entries: int) -> Iterator[Problem]:
        """A source is never cut: it is what ties an entry to its batch for ever."""
        last, limit = self._source(entries), self._limits.source_limit
        if limit is not None and len(last) > limit:
            yield Problem("too-many-entries", {"entries": entries, "source": last, "limit": limit})
        elif self._limits.max_entries is not None and entries > self._limits.max_entries:
            yield Problem("too-many-entries", {"reason": "file", "entries": entries, "limit": self._limits.max_entries})

    def _note_across_year(self, part: Part) -> None:
        day = self._calendar[part.own_date]
        if day.across_year and day.year is not None:
            amounts = self._across_years.setdefault(day.year.first, defaultdict(int))
            for account, cents in part.by_account().items():
                amounts[account] += cents

    def _carried_across_years(self) -> Iterator[Problem]:
        """What is carried into a later fiscal year, by account: last year's statements do not have it."""
        for year, accounts in sorted(self._across_years.items()):
            shown = tuple((account, cents) for account, cents in sorted(accounts.items()) if cents)
            yield Problem("carried-across-year", {"year": year, "accounts": shown})


class _Draft:
    """An entry that grows. Where its lines are accounts and sides it keeps sums by rule, else its parts."""

    def __init__(self, group: Group, keys: LineKeys, unit: Unit) -> None:
        self.group = group
        self.is_carried = group.carried
        self.keys = keys
        self.unit = unit
        """The first of its units, and the only one of a group that has one."""
        self.keeps_parts = not keys.by_account
        self.amounts = Sums()
        self.parts: list[Part] = []
        self._entry = NO_ENTRY
        """The place of its only entry, where that has all its parts."""
        self._places: dict[int, Sequence[Part]] = {}
        """The places of its entries otherwise, with the parts of each."""

    @cached_property
    def sums(self) -> Lines:
        """Of an entry that keeps no parts, when all are taken."""
        return self.amounts.lines

    def remember_entry(self, place: int, parts: Sequence[Part]) -> None:
        """The place of the entry that has some of its parts; of none that it keeps, all of them."""
        if parts:
            self._places[place] = parts
        else:
            self._entry = place

    @cached_property
    def _entries(self) -> dict[tuple[UnitId, date], int]:
        return {(part.unit.id, part.own_date): place for place, parts in self._places.items() for part in parts}

    def entry_of(self, part: Part) -> int:
        """The place of the entry that has a part; NO_ENTRY when its lines came to nothing."""
        return self._entries.get((part.unit.id, part.own_date), NO_ENTRY) if self.parts else self._entry


NO_ENTRY = -1


# Listings


def exported_units(plan: Plan) -> Iterator[BatchUnit]:
    """All that a batch of the plan holds, unit by unit."""
    places, accounts_of, through = [_LineNumbers(planned) for planned in plan.planned], AccountsOf(), plan.through
    for want, parts in plan.units():
        held: list[BatchPart] = []
        for part, entry in parts:
            if entry != NO_ENTRY:
                held += places[entry].parts(part, entry, _remaps(want))
        yield new(BatchUnit, (want.unit.id, record(want, accounts_of, through=through), held))


def listing(plan: Plan) -> list[tuple[BatchPosting, AccountChoice]]:
    """Every posting of a plan, with its entry and line (from 1), why it is there, and which rule chose its account.

    Those of one entry stand by open date, documents before payments, number and own date.
    """
    return sorted(posted(plan), key=lambda it: (it[0].entry, it[0].open_date, *it[0].unit, it[0].own_date))


def posted(plan: Plan, entry: int | None = None) -> Iterator[tuple[BatchPosting, AccountChoice]]:
    """The same unit by unit, of all entries or of one (from 1): nothing is kept of what is not asked for."""
    places = [_LineNumbers(planned) for planned in plan.planned]
    for unit in plan.units():
        for part, place in unit.parts:
            if place != NO_ENTRY and entry in (None, place + 1):
                yield from places[place].of(part, place, _remaps(unit.want))


class _LineNumbers:
    """The numbers of the lines that the postings of an entry are in."""

    def __init__(self, planned: PlannedEntry) -> None:
        self._group = planned.group
        self._keys = planned.keys
        self._numbers = planned.piece.numbers
        self._of_debits: dict[Rule, tuple[int, ...]] = {}
        self._of_credits: dict[Rule, tuple[int, ...]] = {}
        """Of amounts above zero, and below: the lines of each rule's legs, where rule and side decide them."""

    def of(self, part: Part, entry: int, remaps: bool) -> Iterator[tuple[BatchPosting, AccountChoice]]:  # noqa: FBT001 - private
        """The postings of a part as a listing shows them, in the order of its rows."""
        unit, own_date, customers = part.unit, part.own_date, self._keys.customers
        open_date, why = self._keys.calendar[own_date].open, _why(part, self._group, remaps)
        numbers = self._numbers[self._keys.block(part)]
        for (choice, cents, row), (key, *_) in zip(part.postings(), self._keys.of(part), strict=True):
            whose, line = unit.customer or customers.name(part, row), numbers.get(key, 0)
            yield BatchPosting(entry + 1, line, unit.id, whose, own_date, open_date, choice.account, cents, why), choice

    def parts(self, part: Part, entry: int, remaps: bool) -> Sequence[BatchPart]:  # noqa: FBT001 - private
        """The same postings as a batch holds them: in one part, unless rows are of different customers."""
        customer, rows = part.unit.customer, part.rows
        if not customer and isinstance(part.unit, Payment):
            name = self._keys.customers.name
            customer = name(part, rows[0])
            if len(rows) > 1 and any(name(part, row) != customer for row in {*rows}):
                return parts_of(posting for posting, _ in self.of(part, entry, remaps))
        lines = self._lines_of(part)
        if not any(lines):
            return ()
        own_date, legs, cents = part.held
        open_date, why = self._keys.calendar[own_date].open, _why(part, self._group, remaps)
        return (new(BatchPart, (entry + 1, own_date, open_date, customer, why, lines, legs, cents)),)

    def _lines_of(self, part: Part) -> tuple[tuple[int, ...], ...]:
        """The lines of each amount, looked up once for each rule and side where these decide them."""
        if self._keys.by_account:
            debits, credits_ = self._of_debits, self._of_credits
            return tuple(
                [
                    ((debits if cents > 0 else credits_).get(rule) or self._of_rule(rule, cents > 0)) if cents else ()
                    for rule, cents in zip(part.rules, part.cents)  # noqa: B905 - `strict` doubles the time for so few
                ]
            )
        numbers, posted = self._numbers[self._keys.block(part)], iter(self._keys.of(part))
        return tuple(
            tuple(numbers.get(next(posted)[0], 0) for _ in rule.legs) if cents else ()
            for rule, cents in zip(part.rules, part.cents, strict=True)
        )

    def _of_rule(self, rule: Rule, positive: bool) -> tuple[int, ...]:  # noqa: FBT001 - private
        numbers = self._numbers[()]
        found = tuple(numbers[positive != (sign > 0), choice.account, ""] for choice, sign in rule.legs)
        (self._of_debits if positive else self._of_credits)[rule] = found
        return found


def _remaps(want: Want) -> bool:
    return want.recorded is not None and want.recorded.remapped


def _why(part: Part, group: Group, remaps: bool) -> Why:  # noqa: FBT001 - private
    if part.is_correction:
        if part.unit.status is not FINAL:
            return VOID
        return REMAP if remaps else CORRECTION
    if group.carried:
        return CARRIED
    return APPLIED if isinstance(part.unit, Payment) and part.own_date != part.unit.date else NEW


NEW, APPLIED, CORRECTION, VOID, CARRIED, REMAP = Why
