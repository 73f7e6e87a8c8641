"""The tax return of a period: what its documents and payments contribute, and what was posted to the tax accounts.

What is read is of the period alone, some documents at a time: what other periods have does not count.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Sum

from ecriture.core import write_offs
from ecriture.core.advances import Nature, Receipt, due_in, entry_of, receipts_of, taxes_in
from ecriture.core.batches import Why as BatchWhy
from ecriture.core.documents import DOCUMENT, FINAL, LINE, Books, Document, Payment, UnitId, UnitKind
from ecriture.core.invoicing import taxation
from ecriture.core.methods import Methods
from ecriture.core.settings import Item, Settings
from ecriture.core.tax_accounts import AccountCheck, Posted, TaxAccounts
from ecriture.core.tax_return import Amounts, Entry, Form, Period, Source, forms_of, sold, total, untaxed_codes
from ecriture.core.wants import Wants
from ecriture.core.write_offs import WriteOff
from ecriture.store import models
from ecriture.store.batches import LIVE, credited, debited, transferred
from ecriture.store.catalogue import items_named
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from ecriture.store.touched import books_around
from ecriture.store.units import chunks, documents_in, payments_in


class Received(NamedTuple):
    """Money that came before its invoice, with the sales and taxes in it."""

    receipt: Receipt
    amounts: Amounts


@dataclass(frozen=True)
class Prepared:
    """The return of a period as it now stands."""

    company: Company
    period: Period
    settings: Settings
    """Without items."""
    entries: tuple[Entry, ...]
    checks: tuple[AccountCheck, ...]
    received: tuple[Received, ...]
    """Money that came in the period before its invoice."""
    write_offs: tuple[WriteOff, ...]
    unknown: Mapping[str, int]
    """The cents of sales without tax of which nobody said what they are, by the code of their item; empty without one."""

    @cached_property
    def amounts(self) -> Amounts:
        return total(entry.amounts for entry in self.entries)

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        codes = (*self.settings.taxes, *self.amounts.taxes, *self.amounts.added, *self.amounts.deducted)
        return forms_of(self.company.province, codes)

    @property
    def others(self) -> dict[str, int]:
        """What was charged of taxes that no form here has."""
        known = {code for form in self.forms for code in form.codes}
        return {code: cents for code, cents in self.amounts.taxes.items() if code not in known}

    @property
    def undecided(self) -> int:
        return sum(it.receipt.nature is Nature.UNDECIDED for it in self.received)


def prepared(company: Company, period: Period) -> Prepared:
    """The return of a period, from the books as they are now."""
    return _Preparing(company, period).done()


def entries_of(company: Company, period: Period) -> tuple[Entry, ...]:
    """What the documents and payments contribute, without asking what was posted."""
    return _Preparing(company, period).entries()


class _Preparing:
    """Gathers a return. Items, documents and payments are read for those that the period names."""

    def __init__(self, company: Company, period: Period) -> None:
        self._company, self._period = company, period
        self._settings = settings_of(company, items=False)
        self._items: dict[str, Item] = {}
        self._unknown: dict[str, int] = {}
        self._methods = Methods(self._settings.methods)
        self._in_period = {"date__gte": period.first, "date__lte": period.last}

    def done(self) -> Prepared:
        return Prepared(
            self._company,
            self._period,
            self._settings,
            self.entries(),
            self._checks(),
            tuple(it for it in self._received if it.receipt.day in self._period),
            tuple(it for it in self._write_offs if it.day in self._period),
            self._unknown,
        )

    def entries(self) -> tuple[Entry, ...]:
        self._received = [*self._receipts()]
        self._write_offs = [*self._given_up()]
        advances: dict[str, list[Received]] = {}
        for it in self._received:
            advances.setdefault(it.receipt.payment, []).append(it)
        of_advances = [
            entry_of(
                number,
                its[0].receipt.day,
                its[0].receipt.customer,
                (due_in(it.receipt, it.amounts, self._period) for it in its),
            )
            for number, its in advances.items()
        ]
        of_debts = write_offs.entry_of(self._write_offs, self._period)
        besides = [entry for entry in (*of_advances, *of_debts) if entry.amounts]
        return (*self._of_documents(), *besides)

    # Documents

    def _of_documents(self) -> Iterator[Entry]:
        places = self._places()
        for numbers in chunks(self._numbers(models.Document, status=FINAL)):
            found = [document for _, document in documents_in(self._company, number__in=numbers)]
            self._know_items(found)
            for document in found:
                yield self._entry(document, places.get(document.number, ""))

    def _entry(self, document: Document, place: str) -> Entry:
        for key, cents in untaxed_codes(document, self._items, province=self._company.province):
            self._unknown[key.code] = self._unknown.get(key.code, 0) + cents
        amounts = self._sold(document, place)
        return Entry(Source.DOCUMENT, document.number, document.date, document.customer, amounts)

    def _sold(self, document: Document, place: str = "") -> Amounts:
        return sold(document, self._items, province=self._company.province, place=place).amounts

    def _numbers(self, model: Any, **conditions: object) -> list[str]:
        found = model.objects.filter(company=self._company, **self._in_period, **conditions)
        return [*found.order_by().values_list("number", flat=True)]

    def _places(self) -> dict[str, str]:
        """Where documents are supplied that say it."""
        found = models.Document.objects.filter(company=self._company, **self._in_period).exclude(place="")
        return dict(found.order_by().values_list("number", "place"))

    def _know_items(self, documents: Iterable[Document]) -> None:
        codes = {key.code for it in documents for key in it.keys if key.kind is LINE} - {""} - self._items.keys()
        self._items.update(items_named(self._company, codes))

    # Payments

    def _receipts(self) -> Iterator[Received]:
        said = self._natures()
        numbers = {*self._numbers(models.Payment, status=FINAL), *said}
        for asked in chunks(numbers):
            payments = [it for _, it in payments_in(self._company, number__in=asked, status=FINAL)]
            documents = self._named(payments)
            for payment in payments:
                if self._gives_up(payment.method):  # no money came
                    continue
                nature, kept_on = said.get(payment.number, (Nature.UNDECIDED, None))
                for receipt in receipts_of(payment, documents, nature, kept_on):
                    yield Received(receipt, self._in_receipt(receipt, documents))

    def _natures(self) -> dict[str, tuple[Nature, date | None]]:
        """What somebody said of payments of the period, and of earlier ones that are applied or kept in it."""
        of_company = models.Payment.objects.filter(company=self._company).exclude(nature="")
        rows = models.PaymentRow.objects.filter(company=self._company, payment=OuterRef("pk"))
        dated = models.Document.objects.filter(company=self._company, number=OuterRef("document"), **self._in_period)
        first, last = self._period
        applied = Exists(rows.filter(applied__gte=first, applied__lte=last)) | Exists(rows.filter(Exists(dated)))
        earlier = Q(nature=Nature.ADVANCE, date__lt=first) & applied
        kept = Q(nature=Nature.KEPT, kept_on__gte=first, kept_on__lte=last)
        found = of_company.filter(Q(**self._in_period) | earlier | kept).order_by()
        return {number: (Nature(word), day) for number, word, day in found.values_list("number", "nature", "kept_on")}

    def _named(self, payments: Iterable[Payment]) -> Mapping[str, Document]:
        """The documents that some payments name."""
        found: dict[str, Document] = {}
        for asked in chunks({row.document for it in payments for row in it.rows} - {""}):
            found |= {it.number: it for _, it in documents_in(self._company, number__in=asked)}
        self._know_items(found.values())
        return found

    def _in_receipt(self, receipt: Receipt, documents: Mapping[str, Document]) -> Amounts:
        document = documents.get(receipt.document)
        if document is not None and document.status is FINAL and document.total_cents:
            return taxes_in(receipt.cents, self._sold(document), document.total_cents, ())
        home = self._company.province
        charged = taxation(home, self._settings.taxes, receipt.day, home=home).charged
        return taxes_in(receipt.cents, None, 0, charged)

    def _given_up(self) -> Iterator[WriteOff]:
        """The bad debts of all documents that payments of the period name, where a method writes off at all."""
        if not any(method.write_off for method in self._settings.methods.values()):
            return
        named = models.PaymentRow.objects.filter(company=self._company).exclude(document="")
        first, last = self._period
        dated = {f"payment__{name}": day for name, day in self._in_period.items()}
        found = named.filter(Q(**dated) | Q(applied__gte=first, applied__lte=last))
        for asked in chunks(found.order_by().values_list("document", flat=True).distinct()):
            ids = named.filter(document__in=asked).values("payment_id")
            payments = [it for _, it in payments_in(self._company, ids)]
            by_document: dict[str, list[Payment]] = {}
            for payment in payments:
                for number in {row.document for row in payment.rows}:
                    by_document.setdefault(number, []).append(payment)
            for _, document in documents_in(self._company, number__in=asked):
                its = by_document.get(document.number, ())
                yield from write_offs.write_offs_of(document, its, self._gives_up)

    def _gives_up(self, method: str) -> bool:
        found = self._methods.find(method)
        return found is not None and found.write_off

    # What was posted

    def _checks(self) -> tuple[AccountCheck, ...]:
        """An account that only a batch knows may turn up late: then what was read before is read again with it."""
        settings = {code: tax.credit for code, tax in self._settings.taxes.items()}
        known: tuple[str, ...] = ()
        while True:
            found = TaxAccounts(self._period, settings, known)
            for numbers in chunks(self._numbers(models.Document)):
                self._take(found, numbers)
            if set(found.accounts) <= {*known, *settings.values()}:
                break
            known = found.accounts
        self._take_others(found)
        return found.checks()

    def _take(self, found: TaxAccounts, numbers: list[str]) -> None:
        books = books_around(self._company, [UnitId(DOCUMENT, number) for number in numbers])
        wants = self._wants(books)
        posted: dict[str, list[Posted]] = {}
        for it in self._posted(unit_kind=DOCUMENT, unit_number__in=numbers, account__in=found.accounts):
            posted.setdefault(it.unit.number, []).append(it)
        for number in numbers:
            document = books.documents.get(number)
            if document is not None:
                found.take_document(wants.of_document(document), wants, posted.get(number, ()))

    def _wants(self, books: Books) -> Wants:
        self._know_items(books.documents.values())
        held = transferred(self._company, [unit.id for unit in books.units])
        settings = replace(self._settings, items=self._items)
        return Wants(books, settings, through=self._period.last, transferred=held)

    def _take_others(self, found: TaxAccounts) -> None:
        first, last = self._period
        of_period = {"account__in": found.accounts, "open_date__gte": first, "open_date__lte": last}
        rows = models.BatchPosting.objects.filter(company=self._company, batch__state__in=LIVE, **of_period).order_by()
        for account, debit, credit in rows.values_list("account").annotate(debit=debited(), credit=credited()):
            found.take_sides(account, int(debit), int(credit))
        dated = {*self._numbers(models.Document)}
        others = self._posted(**of_period)
        found.take_other(it for it in others if it.unit.kind is not DOCUMENT or it.unit.number not in dated)

    def _posted(self, **conditions: object) -> Iterator[Posted]:
        rows = models.BatchPosting.objects.filter(company=self._company, batch__state__in=LIVE, **conditions)
        columns = ("unit_kind", "unit_number", "account", "own_date", "open_date", "why")
        for kind, number, account, own, opened, why, cents in (
            rows.order_by().values_list(*columns).annotate(cents=Sum("amount_cents"))
        ):
            unit = UnitId(UnitKind(kind), number)
            yield Posted(unit, account, own, opened, -int(cents), why in (BatchWhy.CORRECTION, BatchWhy.REMAP))
