"""The control of the clearing account and of deposits, from what batches hold, and what is settled of it for good.

A unit is settled once nothing is left to transfer of it and all that it is about is closed; from then on a page looks at
it only for days on which it was open. So the control costs what is open, and not the history.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Max, Q, Sum

from ecriture.core.batches import NO_ACCOUNTS, Transferred
from ecriture.core.control import (
    CLEARING,
    DEPOSIT,
    AboutOf,
    Head,
    Movement,
    Open,
    PaidTo,
    Posted,
    about_in,
    of_document,
    of_payment,
    open_on,
    opening_of_document,
    spans_of,
)
from ecriture.core.documents import CREDIT_NOTE, DOCUMENT, FINAL, DocumentKind, Payment, UnitId, UnitKind
from ecriture.core.rules import Rules
from ecriture.core.sales import ELSEWHERE, OPENING, UNAPPLIED, WAITS, Sale, Sales
from ecriture.core.settings import Opening, Settings
from ecriture.store import models
from ecriture.store.batches import LIVE, transferred
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from ecriture.store.units import MODELS, chunks, payments_in


class Controlled(NamedTuple):
    """An account that units open or settle something on, and whether it is where deposits wait."""

    account: str
    is_deposit: bool


def controlled_in(company: Company) -> list[Controlled]:
    """Today's clearing and deposit account first, then others that batches used."""
    found = {company.payment_credit: CLEARING, company.invoice_debit: CLEARING, company.deposit: DEPOSIT}
    rows = models.BatchSum.objects.filter(company=company, role__in=(CLEARING, DEPOSIT)).order_by("role", "account")
    for role, account in rows.values_list("role", "account").distinct():
        found.setdefault(account, role)
    if company.refund_debit:
        found.setdefault(company.refund_debit, CLEARING)
    return [Controlled(account, role == DEPOSIT) for account, role in found.items() if account]


def latest_through(company: Company) -> date | None:
    """The last day through which a live batch went."""
    found: date | None = models.Batch.objects.filter(company=company, state__in=LIVE).aggregate(day=Max("through"))[
        "day"
    ]
    return found


# Balances


class Balance(NamedTuple):
    """The balance of an account at the end of a day: what the opening balance holds of it, and what was transferred."""

    opening_cents: int
    debit_cents: int
    credit_cents: int

    @property
    def cents(self) -> int:
        return self.opening_cents + self.debit_cents - self.credit_cents


def transferred_sums(company: Company, account: str, through: date) -> tuple[int, int]:
    """Debits and credits of an account in the entries of live batches dated up to a day."""
    rows = models.BatchSum.objects.filter(company=company, account=account, dated__lte=through, batch__state__in=LIVE)
    sums = rows.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    return int(sums["debit"] or 0), int(sums["credit"] or 0)


def batch_nets(company: Company, account: str, through: date) -> list[tuple[int, int]]:
    """The number of each live batch, and what it moved on an account in entries dated up to a day."""
    rows = models.BatchSum.objects.filter(company=company, account=account, dated__lte=through, batch__state__in=LIVE)
    found = rows.order_by("batch__number").values_list("batch__number")
    return [(number, int(cents)) for number, cents in found.annotate(cents=Sum(F("debit_cents") - F("credit_cents")))]


MOST_CANDIDATES = 10


def documents_for(company: Company, source: str, account: str, cents: int) -> list[str]:
    """The documents and payments of an entry that move an amount on an account, or take it back. Not more than guesses."""
    entry = models.BatchEntry.objects.filter(company=company, source=source, batch__state__in=LIVE).first()
    if entry is None:
        return []
    rows = models.BatchPosting.objects.filter(company=company, batch=entry.batch_id, entry=entry.number)
    found = rows.filter(account=account, amount_cents__in=(cents, -cents)).order_by("position")
    return [*found.values_list("unit_number", flat=True)[:MOST_CANDIDATES]]


# What is open


@dataclass(frozen=True)
class Control:
    """What was open on a day, on any account, with the heads of the documents and payments that it is about."""

    company: Company
    day: date
    movements: Sequence[Movement]
    heads: Mapping[UnitId, Head]
    opening: Sequence[Movement] = ()
    """The movements of the opening balance."""

    def open_on(self, account: str) -> list[Open]:
        return open_on(self.movements, account, self.day)

    def balance(self, account: str) -> Balance:
        """By postings, whomever they are about."""
        opening = sum(it.cents for it in self.opening if it.account == account and it.dated <= self.day)
        return Balance(opening, *transferred_sums(self.company, account, self.day))


def control_on(company: Company, day: date) -> Control:
    settings = settings_of(company, items=False)
    found = _Found(company, settings)
    found.add(_open(company, day))
    movements = [*found.movements()]
    opening: Sequence[Movement] = ()
    start = settings.accounting.start_date
    if start is not None:
        opening = _opening_movements(company, settings, start)
    return Control(company, day, movements, found.heads(), opening)


def opening_on(company: Company) -> Control | None:
    """The opening balance by document and payment; None without a start date."""
    settings = settings_of(company, items=False)
    start = settings.accounting.start_date
    if start is None:
        return None
    before = start - timedelta(days=1)
    found = _Found(company, settings)
    found.add(_open(company, before))
    movements = [it for it in found.movements() if it.dated <= before]
    return Control(company, before, movements, found.heads(), movements)


def _opening_movements(company: Company, settings: Settings, start: date) -> list[Movement]:
    before = start - timedelta(days=1)
    found = _Found(company, settings)
    found.add(_open(company, before))
    return [it for it in found.movements() if it.dated <= before]


def _open(company: Company, day: date) -> dict[UnitKind, set[str]]:
    """The numbers of units that may be open on a day: what is settled says so, the rest is looked at.

    What is touched may have changed since it was settled. Three questions, each by its own index.
    """
    found: dict[UnitKind, set[str]] = {}
    for kind, model in MODELS.items():
        rows, in_books = model.objects.filter(company=company), _in_books(company)
        settled = rows.filter(closed_on__gt=day, opened_on__lte=day, touched=False)
        asked = settled, rows.filter(in_books, touched=True), rows.filter(in_books, closed_on=None)
        found[kind] = {number for them in asked for number in them.values_list("number", flat=True)}
    return found


def _in_books(company: Company) -> Q:
    """What batches or the opening balance hold."""
    in_books = Q(held=True)
    return in_books if company.start_date is None else in_books | Q(date__lt=company.start_date)


# What is settled


def settle(company: Company, settings: Settings) -> None:
    """Notes of units of which nothing is left to transfer since when and until when they were open, if they are closed."""
    unsettled: dict[UnitKind, set[str]] = {}
    for kind, model in MODELS.items():
        rows = model.objects.filter(_in_books(company), company=company, closed_on=None, touched=False)
        unsettled[kind] = {*rows.values_list("number", flat=True)}
    found = _Found(company, settings)
    found.add(unsettled)
    about: dict[UnitId, set[UnitId]] = defaultdict(set)
    movements = [*found.movements()]
    for it in movements:
        about[it.by].add(it.about)
    spans = spans_of(movements)
    days: dict[tuple[UnitKind, date, date], list[str]] = defaultdict(list)
    for kind, numbers in unsettled.items():
        for number in numbers:
            its = [spans[it] for it in about.get(UnitId(kind, number), ())]
            ends = [it.end for it in its if it.end is not None]
            if len(ends) == len(its):
                days[kind, min((it.first for it in its), default=date.min), max(ends, default=date.min)].append(number)
    for (kind, first, end), settled in days.items():
        for chunk in chunks(settled):
            MODELS[kind].objects.filter(company=company, number__in=chunk).update(opened_on=first, closed_on=end)


def unsettle_named(company: Company, units: Collection[UnitId]) -> None:
    """What some units settle is looked at again: they are not in the books any more, and what they name is."""
    payments, notes = ([number for its, number in units if its is kind] for kind in (UnitKind.PAYMENT, DOCUMENT))
    rows = models.PaymentRow.objects.filter(company=company)
    documents = models.Document.objects.filter(company=company)
    for chunk in chunks(payments):
        of_chunk = models.Payment.objects.filter(company=company, number__in=chunk)
        _unsettle(company, rows.filter(payment__in=of_chunk.values("pk")).values_list("document", flat=True))
    for chunk in chunks(notes):
        _unsettle(
            company, documents.filter(number__in=chunk).exclude(applies_to="").values_list("applies_to", flat=True)
        )


def _unsettle(company: Company, numbers: Iterable[str]) -> None:
    """Documents, and the invoices of those that are credit notes."""
    for chunk in chunks(numbers):
        rows = models.Document.objects.filter(company=company, number__in=chunk)
        rows.update(opened_on=None, closed_on=None)
        for named in chunks(rows.exclude(applies_to="").values_list("applies_to", flat=True)):
            of_notes = models.Document.objects.filter(company=company, number__in=named)
            of_notes.update(opened_on=None, closed_on=None)


# Movements


@dataclass
class _Found:
    """Units and what they are about, with all that moves that."""

    company: Company
    settings: Settings
    documents: dict[str, Head] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    _about: set[UnitId] = field(default_factory=set)

    def add(self, units: Mapping[UnitKind, Collection[str]]) -> None:
        self._add_documents(units[DOCUMENT])
        for chunk in chunks(units[UnitKind.PAYMENT]):
            self._add_payments(payments_in(self.company, number__in=chunk))
        self._add_documents(self._named_by_payments())
        self._add_documents(it.applies_to for it in [*self.documents.values()])
        self._add_documents_naming()
        about = about_in(self.documents)
        self._about = {about(number) or it.id for number, it in self.documents.items()}
        self._add_naming()
        self._about |= {payment.id for payment in self.payments.values()}

    def _named_by_payments(self) -> set[str]:
        return {row.document for it in self.payments.values() for row in it.rows}

    def _add_documents(self, numbers: Iterable[str], column: str = "number") -> None:
        asked = {*numbers} - {""}
        if column == "number":
            asked -= self.documents.keys()
        columns = "number", "kind", "status", "date", "customer", "applies_to", "total_cents"
        for chunk in chunks(asked):
            rows = models.Document.objects.filter(company=self.company, **{f"{column}__in": chunk})
            for number, kind, *others in rows.values_list(*columns):
                self.documents[number] = Head(number, DocumentKind(kind), *others)

    def _add_documents_naming(self) -> None:
        """The credit notes of the documents."""
        self._add_documents([*self.documents], "applies_to")

    def _add_payments(self, found: Iterable[tuple[int, Payment]]) -> None:
        self.payments |= {it.number: it for _, it in found}

    def _add_naming(self) -> None:
        """The payments that name the documents, and the documents that these name besides."""
        rows = models.PaymentRow.objects.filter(company=self.company)
        for chunk in chunks(self.documents):
            self._add_payments(payments_in(self.company, rows.filter(document__in=chunk).values("payment_id")))
        self._add_documents(self._named_by_payments())
        self._add_documents(it.applies_to for it in [*self.documents.values()])

    def heads(self) -> Mapping[UnitId, Head]:
        """Of documents and payments alike: number, kind, date and customer."""
        found = {it.id: it for it in self.documents.values()}
        for payment in self.payments.values():
            said = payment.status, payment.date, payment.customer, "", payment.total_cents
            found[UnitId(UnitKind.PAYMENT, payment.number)] = Head(payment.number, DocumentKind.INVOICE, *said)
        return found

    def movements(self) -> Iterator[Movement]:
        about = about_in(self.documents)
        ids = [*(it.id for it in self.documents.values()), *(it.id for it in self.payments.values())]
        held, posted = transferred(self.company, ids), self._posted()
        controlled = frozenset(it.account for it in controlled_in(self.company))
        found = [
            *self._of_documents(held, posted, about, controlled),
            *self._of_payments(held, posted, about, controlled),
        ]
        return (it for it in found if it.about in self._about)

    def _of_documents(
        self, held: Transferred, posted: Mapping[UnitId, list[Posted]], about: AboutOf, controlled: frozenset[str]
    ) -> Iterator[Movement]:
        start, is_in_clearing = self.settings.accounting.start_date, self._is_in_clearing
        for head in self.documents.values():
            recorded = held.documents.get(head.number)
            accounts = recorded.accounts if recorded is not None else NO_ACCOUNTS
            yield from of_document(head, posted.get(head.id, ()), accounts, about, controlled)
            if start is not None and head.date < start and is_in_clearing and recorded is None:
                yield from opening_of_document(head, self.settings.accounts.payment_credit, start, about)

    @property
    def _is_in_clearing(self) -> bool:
        return self.settings.accounting.opening is Opening.CLEARING

    def _of_payments(
        self, held: Transferred, posted: Mapping[UnitId, list[Posted]], about: AboutOf, controlled: frozenset[str]
    ) -> Iterator[Movement]:
        rules, opening = Rules(self.settings), self.settings.accounting.opening
        start = self.settings.accounting.start_date or date.min
        standings = {number: self._standing(it, held) for number, it in self.documents.items()}
        known = Sales(standings)
        for payment in self.payments.values():
            recorded, its = held.payments.get(payment.number), posted.get(payment.id, ())
            if recorded is None and payment.date >= start:
                continue
            applications = known.applications(payment, opening, recorded) if payment.status == FINAL else []
            accounts = rules.payment(
                payment.kind, payment.method, recorded.accounts if recorded is not None else NO_ACCOUNTS
            ).accounts
            paid_to = PaidTo(accounts.clearing.account, accounts.unapplied.account)
            yield from of_payment(payment, its, applications, paid_to, about, first_day=start, controlled=controlled)

    def _standing(self, document: Head, held: Transferred) -> Sale:
        """When a document counts as sold for the payments that name it, as transferred."""
        start, recorded = self.settings.accounting.start_date, held.documents.get(document.number)
        if document.status != FINAL:
            return UNAPPLIED
        if start is not None and document.date < start:
            return OPENING
        if recorded is None:
            return ELSEWHERE if self._is_elsewhere(document, start) else WAITS
        return recorded.sale_date(document.date) or document.date

    def _is_elsewhere(self, document: Head, start: date | None) -> bool:
        """Whether it is a credit note of what is in the program's own module."""
        named = self.documents.get(document.applies_to) if document.kind == CREDIT_NOTE else None
        is_before = named is not None and named.status == FINAL and start is not None and named.date < start
        return is_before and not self._is_in_clearing

    def _posted(self) -> dict[UnitId, list[Posted]]:
        """What live batches hold of the units, by account, own date and date of the entry."""
        found: dict[UnitId, list[Posted]] = defaultdict(list)
        asked = {*self.documents} | {*self.payments}
        dates: dict[tuple[Any, int], date] = {}
        columns = "unit_kind", "unit_number", "account", "own_date", "batch_id", "entry"
        for chunk in chunks(asked):
            rows = models.BatchPosting.objects.filter(
                company=self.company, unit_number__in=chunk, batch__state__in=LIVE
            )
            summed: dict[tuple[str, str, str, date, date], int] = defaultdict(int)
            for kind, number, account, own, batch, entry, cents in (
                rows.order_by().values_list(*columns).annotate(cents=Sum("amount_cents"))
            ):
                if (batch, entry) not in dates:
                    dates |= self._dates(batch)
                summed[kind, number, account, own, dates[batch, entry]] += int(cents)
            for (kind, number, account, own, dated), cents in summed.items():
                found[UnitId(UnitKind(kind), number)].append(Posted(account, own, dated, cents))
        return found

    def _dates(self, batch: Any) -> dict[tuple[Any, int], date]:
        rows = models.BatchEntry.objects.filter(company=self.company, batch=batch).values_list("number", "dated")
        return {(batch, number): dated for number, dated in rows}
