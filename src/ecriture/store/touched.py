"""The flag *touched*: a plan looks at what may have something pending, so that an export costs the change.

The promise, which tests/store/test_store_model.py tries with random histories: a unit that is not touched has nothing
pending, through any date and under any settings. So everything that could change that touches it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType

from django.db.models import Case, F, Q, Value, When

from ecriture.core.documents import REFUND, Books, Unit, UnitId, UnitKind
from ecriture.store import models
from ecriture.store.batches import is_live
from ecriture.store.inserting import count_again
from ecriture.store.models import Company
from ecriture.store.units import (
    AT_ONCE,
    MODELS,
    Ids,
    Placed,
    alike_of,
    by_kind,
    chunks,
    documents_in,
    named_by,
    payments_in,
    units_in,
)


def touch(company: Company, units: Collection[UnitId], named: Collection[str]) -> None:
    """Marks units that change, the documents that they name, and what names them, directly or by a credit note."""
    changed = {number for kind, number in units if kind is UnitKind.DOCUMENT}
    _mark(company, UnitKind.PAYMENT, (number for kind, number in units if kind is UnitKind.PAYMENT))
    _mark(company, UnitKind.DOCUMENT, {*changed, *named})
    touch_naming(company, changed)


def touch_naming(company: Company, documents: Collection[str]) -> None:
    """Marks what names some documents: credit notes, and payments of the documents and of these credit notes."""
    rows = models.PaymentRow.objects.filter(company=company)
    for chunk in chunks(documents):
        notes = models.Document.objects.filter(company=company, applies_to__in=chunk)
        naming = rows.filter(Q(document__in=chunk) | Q(document__in=notes.values("number")))
        payments = models.Payment.objects.filter(
            pk__in=naming.values("payment_id")
        )  # not by company: it would be scanned
        payments.filter(touched=False).update(touched=True)
        notes.filter(touched=False).update(touched=True)


def touch_opening(company: Company) -> None:
    """Marks what names documents of before the start date: another `opening` may give it something to transfer."""
    if company.start_date is not None:
        opening = models.Document.objects.filter(company=company, date__lt=company.start_date)
        touch_naming(company, set(opening.values_list("number", flat=True)))
        opening.filter(closed_on__isnull=False).update(opened_on=None, closed_on=None)


def touch_all(company: Company) -> None:
    for model in MODELS.values():
        count_again(model, model.objects.filter(company=company, touched=False).update(touched=True))


def finish(company: Company, finished: Collection[UnitId], held: Collection[UnitId]) -> None:
    """Takes the mark off units of which nothing is left, and marks those that a new batch holds. Neither waits for a remap."""
    of_done, of_taken = by_kind(finished), by_kind(held)
    for kind, model in MODELS.items():
        done, taken = frozenset(of_done[kind]), frozenset(of_taken[kind])
        for chunk in chunks(done):  # both flags in one statement
            is_held = Case(When(number__in=[it for it in chunk if it in taken], then=Value(True)), default=F("held"))  # noqa: FBT003 - Django's own
            unsettled = {"opened_on": None, "closed_on": None, "remap": False}
            model.objects.filter(company=company, number__in=chunk).update(touched=False, held=is_held, **unsettled)
        for chunk in chunks(taken - done):
            model.objects.filter(company=company, number__in=chunk).update(held=True, remap=False)
        count_again(model, len(done | taken))


def let_go(company: Company, units: Collection[UnitId]) -> None:
    """Takes the mark off those of some units that no live batch holds any more: there are no accounts to forget."""
    for kind, numbers in by_kind(frozenset(units) - is_live(company, units)).items():
        for chunk in chunks(numbers):
            MODELS[kind].objects.filter(company=company, number__in=chunk).update(held=False, remap=False)
        count_again(MODELS[kind], len(numbers))


def wait_for_remap(company: Company, units: Collection[UnitId]) -> None:
    """Those of some units that a live batch holds wait for a transfer that forgets their recorded accounts."""
    for kind, numbers in by_kind(units).items():
        for chunk in chunks(numbers):
            rows = MODELS[kind].objects.filter(company=company, number__in=chunk, held=True)
            rows.update(remap=True, touched=True)
        count_again(MODELS[kind], len(numbers))


def _mark(company: Company, kind: UnitKind, numbers: Iterable[str]) -> None:
    for chunk in chunks(numbers):
        MODELS[kind].objects.filter(company=company, number__in=chunk, touched=False).update(touched=True)


# What a plan looks at


def touched_books(company: Company) -> Books:
    """The touched units, and silently those that decide their dates or that a person takes for one of them."""
    around = _Around(company)
    around.add_touched()
    around.add_context()
    return around.books()


def books_around(company: Company, units: Collection[UnitId]) -> Books:
    """Some units, and silently what a plan of them needs: they stand as they do among all the others."""
    around = _Around(company, all_touched=False)
    around.add_numbered(units)
    around.add_deciding()
    around.add_alike()
    return around.books()


def books_as_if(company: Company, units: Iterable[UnitId], changed: Mapping[UnitId, Unit]) -> Books:
    """Some units as they would be once others are new or changed, and silently what a plan of them needs."""
    around = _Around(company, all_touched=False, changed=changed)
    around.add_numbered(units)
    around.add_deciding()
    return around.books()


AFTER_ALL = 1 << 40
"""The position of the first unit that is not stored yet."""


class _Around:
    """Some units and what they need around them, each with its position.

    `all_touched`: all touched units are among them, so that the others need not be asked for those.
    `changed`: units that are taken as these, whether they are stored or not.
    """

    def __init__(
        self,
        company: Company,
        *,
        all_touched: bool = True,
        changed: Mapping[UnitId, Unit] = MappingProxyType({}),
    ) -> None:
        self._company = company
        self._changed = {it: (AFTER_ALL + at, unit) for at, (it, unit) in enumerate(changed.items())}
        self._naming: dict[str, list[Placed]] = {}
        for placed in self._changed.values():
            for number in named_by(placed[1]):
                self._naming.setdefault(number, []).append(placed)
        self._others = {"touched": False} if all_touched else {}
        self._payment_rows = models.PaymentRow.objects.filter(company=company)
        self._found: dict[UnitKind, dict[str, Placed]] = {kind: {} for kind in UnitKind}
        self._wanted: frozenset[UnitId] = frozenset()
        self._decides: frozenset[UnitId] = frozenset()
        self._by_hand: set[str] = set()

    def add_touched(self) -> None:
        self._add(documents_in(self._company, entered=self._by_hand, touched=True))
        self._add(payments_in(self._company, touched=True))
        self._want_all()

    def add_numbered(self, units: Iterable[UnitId]) -> None:
        for kind, numbers in by_kind(units).items():
            for chunk in chunks(numbers):
                if kind is UnitKind.DOCUMENT:
                    self._add(documents_in(self._company, entered=self._by_hand, number__in=chunk))
                else:
                    self._add(payments_in(self._company, number__in=chunk))
            self._add_changed(kind, numbers)
        self._want_all()

    def _want_all(self) -> None:
        self._wanted = frozenset(self._units())

    def _units(self) -> Iterator[UnitId]:
        return (UnitId(kind, number) for kind, found in self._found.items() for number in found)

    def add_deciding(self) -> None:
        """What decides when the units count as sold or applied: the documents that they name, and what settles those.

        A refund of what is not released waits for payments, and these for all the documents that they name.
        """
        payments = self._found[UnitKind.PAYMENT]
        is_refund = any(payment.kind is REFUND for _, payment in payments.values())
        for _ in range(2 if is_refund else 1):
            self._add_named()
            self._add_named()  # the invoices of credit notes
            documents = [*self._found[UnitKind.DOCUMENT]]
            for ids in self._ids(UnitKind.DOCUMENT, {"applies_to": documents}):
                self._add(documents_in(self._company, ids))
            for ids in self._ids(UnitKind.PAYMENT, {"naming": documents}):
                self._add(payments_in(self._company, ids))
            self._add_new(placed for number in documents for placed in self._naming.get(number, ()))
        self._decides = frozenset(self._units())
        self._add_named()  # a payment that names what is not there settles nothing

    def add_alike(self) -> None:
        """Units that a person takes for one of those that are looked at."""
        for kind in UnitKind:
            alike = [alike_of(unit.number) for unit in self._wanted if unit.kind is kind]
            for ids in self._ids(kind, {"alike": alike}):
                self._add(units_in(self._company, kind, ids))

    def _add_named(self) -> None:
        """The documents that payments and credit notes found so far name."""
        payments = self._found[UnitKind.PAYMENT]
        paid = {row.document for _, payment in payments.values() for row in payment.rows}  # type: ignore[union-attr] # payments
        missing = (paid | self._named()) - self._found[UnitKind.DOCUMENT].keys() - {""}
        for chunk in chunks(missing):
            self._add(documents_in(self._company, number__in=chunk))
        self._add_changed(UnitKind.DOCUMENT, missing)

    def add_context(self) -> None:
        """What they name and the invoices of credit notes among that, and what names their documents."""
        documents, payments = self._found[UnitKind.DOCUMENT], self._found[UnitKind.PAYMENT]
        wanted = [*documents]
        paid = {row.document for _, payment in payments.values() for row in payment.rows}  # type: ignore[union-attr] # payments
        asked = {"number": paid | self._named(), "applies_to": wanted, "alike": map(alike_of, wanted)}
        naming = {"naming": wanted, "alike": map(alike_of, [*payments])}
        for ids in self._ids(UnitKind.DOCUMENT, asked):
            self._add(documents_in(self._company, ids))
        for ids in self._ids(UnitKind.PAYMENT, naming):
            self._add(payments_in(self._company, ids))
        for ids in self._ids(UnitKind.DOCUMENT, {"number": self._named()}):
            self._add(documents_in(self._company, ids))

    def books(self) -> Books:
        documents, payments = (dict(sorted(it.items(), key=itemgetter(1))) for it in self._found.values())
        silent = frozenset(self._units()) - self._wanted
        return Books(
            {number: unit for number, (_, unit) in documents.items()},  # type: ignore[misc] # documents
            {number: unit for number, (_, unit) in payments.items()},  # type: ignore[misc] # payments
            silent=silent,
            partial=silent - self._decides,
            by_hand=frozenset(self._by_hand),
        )

    def _add(self, found: Iterable[Placed]) -> None:
        for at, unit in found:
            kind, number = unit.id
            self._found[kind][number] = at, self._changed.get(unit.id, (at, unit))[1]

    def _add_changed(self, kind: UnitKind, numbers: Iterable[str]) -> None:
        """Those of some units that are not stored yet."""
        if self._changed:
            self._add_new(it for number in numbers if (it := self._changed.get(UnitId(kind, number))))

    def _add_new(self, found: Iterable[Placed]) -> None:
        for placed in found:
            kind, number = placed[1].id
            self._found[kind].setdefault(number, placed)

    def _named(self) -> set[str]:
        """Documents that credit notes found so far name, and that are not found yet."""
        documents = self._found[UnitKind.DOCUMENT]
        return {it.applies_to for _, it in documents.values()} - documents.keys()  # type: ignore[union-attr] # documents

    def _ids(self, kind: UnitKind, asked: Mapping[str, Iterable[str]]) -> Iterator[Ids]:
        """Queries for other units of which a column has one of some values, so many values at once."""
        pairs = sorted({(column, value) for column, values in asked.items() for value in values if value})
        for first in range(0, len(pairs), AT_ONCE):
            columns = groupby(pairs[first : first + AT_ONCE], itemgetter(0))
            one, *others = [self._with(kind, column, [value for _, value in it]) for column, it in columns]
            yield one.union(*others, all=True) if others else one

    def _with(self, kind: UnitKind, column: str, values: list[str]) -> Ids:
        if column == "naming":
            of_payment = {f"payment__{name}": value for name, value in self._others.items()}
            return self._payment_rows.filter(document__in=values, **of_payment).values("payment_id")
        others = MODELS[kind].objects.filter(company=self._company, **self._others)
        return others.filter(**{f"{column}__in": values}).values("pk")
