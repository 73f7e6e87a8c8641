"""What all units of some books want in the ledger as it now stands: the one side of the difference (P1 to P3)."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import repeat
from typing import NamedTuple, cast

from ecriture.core.batches import NOTHING_TRANSFERRED, Kept, Transferred
from ecriture.core.columns import in_turn, odd_places, runs, tuples_of
from ecriture.core.company import Company, Opening, PaidSaleDate
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
    Unit,
    UnitId,
    UnitKind,
)
from ecriture.core.posting import Application, Part, Standing, payment_parts
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.release import Events, events_of, final_invoice, release_date
from ecriture.core.rules import Pattern, PaymentLegs, Rules
from ecriture.core.scrutiny import Scrutiny


class Wanted(NamedTuple):
    """What a unit wants: its parts on all own dates, and the dates that they follow from. No parts: nothing (any more)."""

    unit: Unit
    parts: Sequence[Part] = ()
    sale_date: date | None = None
    applications: tuple[Application, ...] = ()
    warnings: tuple[Problem, ...] = ()
    """What there is to say if something of it is pending."""


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
        self, books: Books, company: Company, *, through: date, transferred: Transferred = NOTHING_TRANSFERRED
    ) -> None:
        self.books = books
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

    def __iter__(self) -> Iterator[Wanted]:
        documents, payments = self.books.documents.values(), self.books.payments.values()
        if self._accounting.only_when_paid:
            self._events = events_of(self.books.documents, payments)
        # A credit note asks when its invoice was released, and a refund whether a payment posts.
        for kind in (DocumentKind.INVOICE, CREDIT_NOTE):
            for invoices in runs(it for it in documents if it.kind is kind):
                yield from self._documents(invoices)
        for run in runs(it for it in payments if it.kind is not REFUND):
            yield from self._payments(run)
        yield from (self._payment(it) for it in payments if it.kind is REFUND)

    # Documents

    def _documents(self, documents: Sequence[Document]) -> Iterator[Wanted]:
        """What documents of one kind want: all at once, but those in which something is odd."""
        if not self._by_own_dates:
            return map(self._document, documents)
        _, kinds, statuses, days, _, _, forms, amounts, _ = zip(*documents, strict=True)
        patterns = list(map(self._patterns[kinds[0] is CREDIT_NOTE].__getitem__, forms))
        odd = odd_places(statuses, ONLY_FINAL) | self._remarkable(list(zip(patterns, days, strict=True)), documents)
        odd |= {i for i, cents in enumerate(amounts) if not any(cents)}
        parts = zip(tuples_of(Part, documents, days, patterns, amounts), strict=False)
        wants = tuples_of(Wanted, documents, parts, days, repeat(()), repeat(()))
        return in_turn(wants, odd, documents, self._document)

    def _remarkable(self, alike: Sequence[tuple[Pattern, date]], documents: Sequence[Document]) -> set[int]:
        """The places of the documents of which there may be something to say; those alike are looked at together."""
        groups: dict[tuple[Pattern, date], list[Document]] = {key: [] for key in alike}
        for key, document in zip(alike, documents, strict=True):
            groups[key].append(document)
        return odd_places(alike, {key for key, group in groups.items() if self._scrutiny.is_clear(group, key[0])})

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

    def _payments(self, payments: Sequence[Payment]) -> Iterator[Wanted]:
        """What payments want: all at once, but those in which something is odd."""
        if not self._by_own_dates or self._something_waits:
            return map(self._payment, payments)
        _, _, statuses, days, _, methods, _, rows, _ = zip(*payments, strict=True)
        odd = odd_places(statuses, ONLY_FINAL) | odd_places(methods, self._known_methods)
        shares = [shares[0] if len(shares) == 1 else NO_SHARE for shares in rows]
        odd |= {i for i, is_plain in enumerate(self._are_plain(days, shares)) if not is_plain}
        patterns = [legs.plain for legs in map(self._legs[False].__getitem__, methods)]
        cents = zip([share.amount_cents for share in shares], strict=True)
        parts = zip(tuples_of(Part, payments, days, patterns, cents), strict=True)
        wants = tuples_of(Wanted, payments, parts, repeat(None), zip(days, strict=True), repeat(()))
        return in_turn(wants, odd, payments, self._payment)

    def _are_plain(self, days: Sequence[date], shares: Sequence[PaymentRow]) -> Iterator[bool]:
        """Whether shares of payments are but an amount for a document that was sold by then: it is applied at once."""
        documents, standing = self.books.documents, self._standing
        for day, (named, cents, fee_cents, rounding_cents, applied) in zip(days, shares, strict=True):
            document = None if named in standing else documents.get(named)
            plain = cents and not fee_cents and not rounding_cents and (not applied or applied <= day)
            yield bool(plain and document and document.date <= day)

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
        document = self.books.documents.get(number)
        return document.date if document is not None else self._recorded_sale(number) or Standing.WAITS

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


ONLY_FINAL = frozenset({FINAL})
NO_SHARE = PaymentRow("", 0)
METHODS = frozenset({"cash", "cheque", "card", "etransfer", "debit"})
"""The methods that need no settings."""
