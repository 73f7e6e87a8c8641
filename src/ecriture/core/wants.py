"""What all units of some books want in the ledger as it now stands: the one side of the difference (P1 to P3)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, TypeVar, cast

from ecriture.core.batches import NOTHING_TRANSFERRED, Kept, Transferred
from ecriture.core.columns import chosen, runs, together
from ecriture.core.documents import (
    CREDIT_NOTE,
    FINAL,
    REFUND,
    Books,
    Document,
    DocumentKind,
    Form,
    Payment,
    PaymentKind,
    PaymentRow,
    Status,
    Unit,
    UnitId,
    UnitKind,
)
from ecriture.core.posting import Alike, Application, Part, Standing, payment_parts
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.registers import Documents, Payments
from ecriture.core.release import Events, events_of, final_invoice, release_date
from ecriture.core.rules import Pattern, PaymentLegs, Rules
from ecriture.core.scrutiny import Scrutiny
from ecriture.core.settings import Opening, PaidSaleDate, Settings

T = TypeVar("T")


class Wanted(NamedTuple):
    """What a unit wants: its parts on all own dates, and the dates that they follow from. No parts: nothing (any more)."""

    unit: Unit
    parts: Sequence[Part] = ()
    sale_date: date | None = None
    applications: tuple[Application, ...] = ()
    warnings: tuple[Problem, ...] = ()
    """What there is to say if something of it is pending."""


class Run(NamedTuple):
    """What some units of one kind want: parts alike, and single wants by the places of their units."""

    alike: Sequence[Alike] = ()
    single: Sequence[tuple[int, Wanted]] = ()

    def each(self) -> Iterator[Wanted]:
        """The want of every unit, in the order of their places."""
        places = (zip(alike.places, wants_alike(alike), strict=True) for alike in self.alike)
        return map(itemgetter(1), sorted([*chain.from_iterable(places), *self.single], key=itemgetter(0)))


def wants_alike(alike: Alike) -> Iterator[Wanted]:
    """What each of some units wants of which nothing is to be said."""
    for part in alike.parts():
        if isinstance(part.unit, Document):
            yield Wanted(part.unit, (part,), part.own_date)
        else:
            yield Wanted(part.unit, (part,), None, (part.own_date,))


class HeldUnit(NamedTuple):
    """A unit that is kept back: a document `unpaid`, a payment that `waits` for one, or either for an `error`.

    For a payment that waits: the bank's account, and the cents that it misses.
    """

    kind: UnitKind
    number: str
    why: str
    account: str = ""
    amount_cents: int = 0


class Patterns(dict[Form, Pattern]):
    """The patterns of documents of one kind, each made once."""

    def __init__(self, rules: Rules, kind: DocumentKind) -> None:
        super().__init__()
        self._rules, self._kind = rules, kind

    def __missing__(self, form: Form) -> Pattern:
        self[form] = pattern = self._rules.of_document(form, self._kind)
        return pattern


class LegsByMethod(dict[str, PaymentLegs]):
    """The legs of payments of one kind, each made once."""

    def __init__(self, rules: Rules, kind: PaymentKind) -> None:
        super().__init__()
        self._rules, self._kind = rules, kind

    def __missing__(self, method: str) -> PaymentLegs:
        self[method] = legs = self._rules.of_payment(self._kind, method)
        return legs


class Wants:
    """The wants of some books, to be gone through once. `held` and `problems` are complete when that is done."""

    def __init__(
        self, books: Books, company: Settings, *, through: date, transferred: Transferred = NOTHING_TRANSFERRED
    ) -> None:
        self.books = books
        self.documents, self.payments = Documents.of(books.documents), Payments.of(books.payments)
        self.held: list[HeldUnit] = []
        self.problems: list[Problem] = []
        self._accounting = company.accounting
        self._through = through
        self._kept = transferred.kept
        self._rules = Rules(company)
        self._scrutiny = Scrutiny(company)
        self._patterns = tuple(Patterns(self._rules, kind) for kind in (DocumentKind.INVOICE, CREDIT_NOTE))
        """Those of invoices, and those of credit notes."""
        self._legs = tuple(LegsByMethod(self._rules, kind) for kind in (PaymentKind.PAYMENT, REFUND))
        """Those of payments, and those of refunds."""
        self._standing: dict[str, Application] = {}
        """For each document met so far that is not sold on its own date, its sale date, or why it has none."""
        self._releases: dict[str, date] = {}
        self._opening: set[str] = set()
        self._posting: set[str] = set()
        self._known_methods = {"", *METHODS}
        self._by_own_dates = not (self._accounting.only_when_paid or self._accounting.start_date or transferred.kept)
        """Whether every document is sold on its own date: nothing is waited for, nothing lies elsewhere or is recorded."""
        self._something_waits = bool(books.faulty_documents)
        self._events: Events = {}

    def __iter__(self) -> Iterator[Run]:
        """Runs of units, invoices first: a credit note asks when its invoice was released; refunds after payments."""
        if self._accounting.only_when_paid:
            self._events = events_of(self.books.documents, self.payments.units())
        for kind in (DocumentKind.INVOICE, CREDIT_NOTE):
            for places in runs(places_of(kind, self.documents.columns.kinds)):
                yield self._documents_at(places, kind)
        for places in runs(places_of(PaymentKind.PAYMENT, self.payments.columns.kinds)):
            yield self._payments_at(places)
        for places in runs(places_of(REFUND, self.payments.columns.kinds)):
            yield self._each_payment(places)

    def each(self) -> Iterator[Wanted]:
        """What every unit wants, one after the other."""
        return chain.from_iterable(run.each() for run in self)

    # Documents

    def _documents_at(self, places: Sequence[int], kind: DocumentKind) -> Run:
        """What documents of one kind want: those alike together, and each in which something is odd by itself."""
        alike = [*self._documents_alike(places, self._patterns[kind is CREDIT_NOTE])] if self._by_own_dates else []
        rest = without(places, alike)
        return Run(alike, [*zip(rest, map(self._document, self.documents.some(rest)), strict=True)])

    def _documents_alike(self, places: Sequence[int], patterns: Patterns) -> Iterator[Alike]:
        """Final documents of one form and date of which there is nothing to say."""
        _, _, statuses, days, _, _, forms, amounts, _ = self.documents.columns
        groups: defaultdict[tuple[Status, Form, date], list[int]] = defaultdict(list)
        keys = zip(chosen(statuses, places), chosen(forms, places), chosen(days, places), strict=True)
        for place, key in zip(places, keys, strict=True):
            groups[key].append(place)
        for (status, form, day), members in groups.items():
            group = chosen(amounts, together(members))
            if status is FINAL and all(map(any, group)):
                columns, pattern = [*zip(*group, strict=True)], patterns[form]
                if self._scrutiny.is_clear(form, day, columns, pattern):
                    yield Alike(members, self.documents.some, day, pattern, columns)

    def _document(self, document: Document) -> Wanted:
        if document.status is not FINAL:
            self._standing[document.number] = Standing.UNAPPLIED
            return Wanted(document)
        if self._by_own_dates:
            return self._posted(document, document.date, None)
        kept = self._kept.get(document.id)
        if self._accounting.start_date is not None and self._is_elsewhere(document, kept):
            return Wanted(document)
        sale_date = self._sale_date(document, kept)
        if sale_date is None:
            self._hold_document(document)
            return Wanted(document)
        if sale_date != document.date:
            self._standing[document.number] = sale_date
        return self._posted(document, sale_date, kept)

    def _posted(self, document: Document, sale_date: date, kept: Kept | None) -> Wanted:
        """What a document wants on its sale date."""
        if not any(document.amounts):
            return Wanted(document, (), sale_date)
        pattern = self._patterns[document.kind is CREDIT_NOTE][document.form]
        if kept is not None:
            pattern = pattern.recorded(kept.accounts)
        part = Part(document, sale_date, pattern, document.amounts)
        return Wanted(document, (part,), sale_date, (), self._scrutiny.of_document(document, pattern))

    def _hold_document(self, document: Document) -> None:
        self._something_waits = True
        self._standing[document.number] = Standing.WAITS
        if document.date <= self._through:
            self.held.append(HeldUnit(UnitKind.DOCUMENT, document.number, "unpaid"))

    def _policy(self, kept: Kept | None) -> Opening:
        """What a live unit was transferred under holds for it, whatever the setting says now."""
        return self._accounting.opening if kept is None else kept.opening

    def _is_elsewhere(self, document: Document, kept: Kept | None) -> bool:
        """Whether it is an opening document, or a credit note that settles one in Sage's own module."""
        if document.date < cast("date", self._accounting.start_date):
            self._opening.add(document.number)
            self._releases[document.number] = document.date
            return True
        settles = document.applies_to if document.kind is CREDIT_NOTE else ""
        if settles not in self._opening or self._policy(kept) is Opening.CLEARING:
            return False
        self._standing[document.number] = Standing.ELSEWHERE
        self._say_opening(document, settles, document.total_cents)
        return True

    def _sale_date(self, document: Document, kept: Kept | None) -> date | None:
        """The own date of all that a document wants; None when it waits."""
        if kept is None and not self._accounting.only_when_paid:
            return document.date
        released = self._release(document, kept)
        if released is None or not self._accounting.only_when_paid:
            return released
        self._releases[document.number] = released
        recorded = kept is not None and kept.sale_date(document.date) is not None
        by_document = self._accounting.paid_sale_date is PaidSaleDate.DOCUMENT
        return document.date if by_document and not recorded else released

    def _release(self, document: Document, kept: Kept | None) -> date | None:
        """When it counts as released, as far as this export knows; a live document always is."""
        recorded = kept.sale_date(document.date) if kept is not None else None
        if recorded is not None or not self._accounting.only_when_paid:
            return recorded or document.date
        released = self._paid_on(document)
        if released is not None and released <= self._through:
            return released
        return document.date if kept is not None else None

    def _paid_on(self, document: Document) -> date | None:
        settles = document.applies_to if document.kind is CREDIT_NOTE else ""
        if document.total_cents <= 0:
            return document.date
        if settles in self.books.faulty_documents:
            released = self._recorded_sale(settles)
        elif final_invoice(self.books.documents, settles) is None:
            return release_date(document, self._events)
        else:
            released = self._releases.get(settles)
        return None if released is None else max(released, document.date)

    def _recorded_sale(self, number: str) -> date | None:
        """The sale date of a live document that now has an error: it is in the ledger as it was."""
        kept = self._kept.get(UnitId(UnitKind.DOCUMENT, number))
        return kept.sale[1] if kept is not None and kept.sale is not None else None

    # Payments

    def _payments_at(self, places: Sequence[int]) -> Run:
        """What payments want: those alike together, and each in which something is odd by itself."""
        if not self._by_own_dates or self._something_waits:
            return self._each_payment(places)
        alike = [*self._payments_alike(self.payments.with_one_share(places))]
        return Run(alike, self._each_payment(without(places, alike)).single)

    def _each_payment(self, places: Sequence[int]) -> Run:
        return Run((), [*zip(places, map(self._payment, self.payments.some(places)), strict=True)])

    def _payments_alike(self, places: Sequence[int]) -> Iterator[Alike]:
        """Payments of one method and date that are applied at once, without fee and rounding."""
        groups: defaultdict[tuple[str, date], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        columns = self.payments.columns
        methods, days = chosen(columns.methods, places), chosen(columns.dates, places)
        for place, key, cents in zip(places, zip(methods, days, strict=True), self._plain_cents(places), strict=True):
            if cents:
                members, amounts = groups[key]
                members.append(place)
                amounts.append(cents)
        for (method, day), (members, amounts) in groups.items():
            if method in self._known_methods:
                yield Alike(members, self.payments.some, day, self._legs[False][method].plain, (amounts,))

    def _plain_cents(self, places: Sequence[int]) -> Iterator[int]:
        """The cents of payments that are but an amount for a document that was sold by then; 0 of the others."""
        columns = self.payments.columns
        statuses, days = chosen(columns.statuses, places), chosen(columns.dates, places)
        sold_on, place_of, standing = self.documents.columns.dates, self.documents.places.get, self._standing
        for status, day, named, cents, fee_cents, rounding_cents, applied in zip(
            statuses, days, *self.payments.first_shares(places), strict=True
        ):
            document = None if named in standing else place_of(named)
            plain = status is FINAL and not fee_cents and not rounding_cents and (applied is None or applied <= day)
            yield cents if plain and document is not None and sold_on[document] <= day else 0

    def _payment(self, payment: Payment) -> Wanted:
        _, _, status, day, _, method, _, rows, _ = payment
        if status is not FINAL:
            return Wanted(payment)
        kept = self._kept.get(payment.id) if self._kept else None
        applications = tuple([self._application(day, row, kept) for row in rows])
        legs = self._payment_legs(payment, kept)
        if self._accounting.start_date is not None:
            self._say_since_start(payment, legs, applications)
        if self._something_waits:
            if Standing.WAITS in applications:
                if kept is None and self._is_held(payment, applications):
                    self._hold_payment(payment, legs)
                    return Wanted(payment)
                applications = tuple(Standing.UNAPPLIED if it is Standing.WAITS else it for it in applications)
            self._remember_posting(payment)
        parts = payment_parts(payment, legs, applications)
        if self._accounting.start_date is not None:
            parts = [part for part in parts if part.own_date >= self._accounting.start_date]
        warnings = () if method in self._known_methods else self._method_warnings(payment)
        return Wanted(payment, parts, None, applications, warnings)

    def _payment_legs(self, payment: Payment, kept: Kept | None) -> PaymentLegs:
        legs = self._legs[payment.kind is REFUND][payment.method]
        return legs if kept is None else legs.recorded(kept.accounts)

    def _application(self, day: date, row: PaymentRow, kept: Kept | None) -> Application:
        """The application date of a row of a payment of some day, or why it has none."""
        named, _, _, _, applied = row
        if not named:
            return Standing.UNAPPLIED
        standing = self._standing_of(named)
        if named in self._opening and self._policy(kept) is Opening.SAGE:
            return Standing.ELSEWHERE
        if standing is Standing.UNAPPLIED or standing is Standing.ELSEWHERE:
            return standing
        recorded = kept.applied_on(day, (named, applied)) if kept is not None else None
        if recorded is not None or isinstance(standing, Standing):
            return recorded or standing
        return max(day, standing, applied or standing)

    def _standing_of(self, number: str) -> Application:
        """When a document was sold, or why it was not."""
        if number in self._standing:
            return self._standing[number]
        place = self.documents.places.get(number)
        return (
            self.documents.columns.dates[place] if place is not None else self._recorded_sale(number) or Standing.WAITS
        )

    def _is_held(self, payment: Payment, applications: tuple[Application, ...]) -> bool:
        """Whether no row posts, and for a refund no payment of its documents either."""
        if any(application not in (Standing.WAITS, Standing.ELSEWHERE) for application in applications):
            return False
        waiting = [row for row, it in zip(payment.rows, applications, strict=True) if it is Standing.WAITS]
        return payment.kind is PaymentKind.PAYMENT or not any(row.document in self._posting for row in waiting)

    def _hold_payment(self, payment: Payment, legs: PaymentLegs) -> None:
        if (self._accounting.start_date or date.min) <= payment.date <= self._through:
            cents = payment.sign * sum(row.amount_cents - row.fee_cents for row in payment.rows)
            self.held.append(HeldUnit(UnitKind.PAYMENT, payment.number, "waits", legs.bank.account, cents))

    def _remember_posting(self, payment: Payment) -> None:
        """Keeps what the payments that post are for: the bank saw them, so that refunds of the same documents post too."""
        if payment.kind is PaymentKind.PAYMENT and payment.date <= self._through:
            self._posting.update(row.document for row in payment.rows)

    def _say_since_start(self, payment: Payment, legs: PaymentLegs, applications: tuple[Application, ...]) -> None:
        """What is left to do by hand for rows of before the start date, or for documents of before it."""
        start = cast("date", self._accounting.start_date)
        for row, application in zip(payment.rows, applications, strict=True):
            document = self.books.documents.get(row.document)
            if document is None or document.status is not FINAL:
                continue
            if application is Standing.ELSEWHERE:
                if max(payment.date, row.applied or payment.date) >= start:
                    self._say_opening(payment, row.document, row.amount_cents)
            elif payment.date < start <= document.date:
                self._say_opening_payment(payment, row, legs)

    def _method_warnings(self, payment: Payment) -> tuple[Problem, ...]:
        if self._rules.method(payment.method):
            self._known_methods.add(payment.method)
            return ()
        return (Problem("method-unknown", {"method": payment.method}, where(payment)),)

    # What is said

    def _say_opening(self, unit: Unit, document: str, cents: int) -> None:
        if unit.date <= self._through:
            self.problems.append(
                Problem("opening-document", {"document": document, "amount_cents": cents}, where(unit))
            )

    def _say_opening_payment(self, payment: Payment, row: PaymentRow, legs: PaymentLegs) -> None:
        params = {
            "document": row.document,
            "amount_cents": row.settled_cents,
            "account": legs.unapplied.account,
            "reason": payment.kind.value,
        }
        self.problems.append(Problem("opening-payment", params, where(payment)))


def places_of(kind: T, kinds: Sequence[T]) -> Sequence[int]:
    """Where units of a kind stand."""
    if kinds.count(kind) == len(kinds):
        return range(len(kinds))
    return [place for place, it in enumerate(kinds) if it is kind]


def without(places: Sequence[int], alike: Iterable[Alike]) -> Sequence[int]:
    """The places at which there is none of some units alike."""
    taken = set(chain.from_iterable(it.places for it in alike))
    if not taken:
        return places
    return [place for place in places if place not in taken] if len(taken) < len(places) else ()


METHODS = frozenset({"cash", "cheque", "card", "etransfer", "debit"})
"""The methods that need no settings."""
