"""A company's documents and payments as core values, and which of them are pending."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from ecriture.core.batches import BatchState, Recorded, Transferred
from ecriture.core.documents import (
    Books,
    Document,
    DocumentKind,
    Payment,
    PaymentKind,
    PaymentRow,
    RowKey,
    RowKind,
    Status,
    UnitKind,
    signed,
)
from ecriture.core.settings import Opening
from ecriture.store import models
from ecriture.store.models import Company

U = TypeVar("U", models.Document, models.Payment)
LIVE = (BatchState.EXPORTED, BatchState.CONFIRMED)


def has_live_batch(company: Company) -> bool:
    return models.Batch.objects.filter(company=company, state__in=LIVE).exists()


def used_items(company: Company, codes: Collection[str]) -> frozenset[str]:
    """Which of these items are used by a document, including drafts and void ones."""
    return _used(company, RowKind.LINE, codes)


def used_taxes(company: Company, codes: Collection[str]) -> frozenset[str]:
    """Which of these taxes are used by a document, including drafts and void ones."""
    return _used(company, RowKind.TAX, codes)


def _used(company: Company, kind: RowKind, codes: Collection[str]) -> frozenset[str]:
    rows = models.DocumentRow.objects.filter(company=company, kind=kind, code__in=codes)
    return frozenset(rows.values_list("code", flat=True).distinct()) if codes else frozenset()


# What waits


class Waiting(NamedTuple):
    """The number of documents and payments that are in no live batch."""

    documents: int = 0
    payments: int = 0
    oldest: date | None = None
    """The date of the oldest pending document or payment."""


def waiting_in(companies: Iterable[Company]) -> Mapping[UUID, Waiting]:
    """What is pending in each of these companies. Drafts and void documents are not pending."""
    ids = [company.pk for company in companies]
    documents = _counted(_waiting(models.Document, UnitKind.DOCUMENT).filter(company_id__in=ids))
    payments = _counted(_waiting(models.Payment, UnitKind.PAYMENT).filter(company_id__in=ids))
    return {pk: _together(documents.get(pk), payments.get(pk)) for pk in ids}


class _Counted(NamedTuple):
    how_many: int
    oldest: date


def _counted(units: QuerySet[U]) -> Mapping[UUID, _Counted]:
    """The count in each company, and the date of the oldest."""
    rows = units.order_by().values_list("company_id").annotate(how_many=Count("pk"), oldest=Min("date"))
    return {company_id: _Counted(how_many, oldest) for company_id, how_many, oldest in rows}


def _together(documents: _Counted | None, payments: _Counted | None) -> Waiting:
    oldest = min((counted.oldest for counted in (documents, payments) if counted), default=None)
    return Waiting(documents.how_many if documents else 0, payments.how_many if payments else 0, oldest)


def _waiting(model: type[U], kind: UnitKind) -> QuerySet[U]:
    live = models.BatchRecord.objects.filter(
        company_id=OuterRef("company_id"), unit_kind=kind, unit_number=OuterRef("number"), batch__state__in=LIVE
    )
    return model.objects.filter(~Exists(live), Q(status=Status.FINAL))


def waiting_books(company: Company, *, most: int) -> Books | None:
    """The pending documents and payments; None if there are more than `most` of a kind, too many for one page."""
    documents = _waiting(models.Document, UnitKind.DOCUMENT).filter(company=company)
    payments = _waiting(models.Payment, UnitKind.PAYMENT).filter(company=company)
    if documents[most : most + 1] or payments[most : most + 1]:
        return None
    return _books(documents, payments)


def sold_elsewhere(company: Company, books: Books) -> Transferred:
    """The documents that payments and credit notes of some books name and that are not in them: they count as sold."""
    named = {row.document for payment in books.payments.values() for row in payment.rows}
    named |= {document.applies_to for document in books.documents.values()}
    others = models.Document.objects.filter(company=company, number__in=named - books.documents.keys() - {""})
    opening = Opening(company.opening)
    sold = others.filter(status=Status.FINAL).values_list("number", "date")
    return Transferred({number: Recorded(opening, sale=(day, day)) for number, day in sold})


def with_what_settles(company: Company, books: Books) -> Books:
    """The same documents with all payments and credit notes that refer to them, pending or not."""
    numbers = list(books.documents)
    notes = models.Document.objects.filter(company=company, applies_to__in=numbers)
    rows = models.PaymentRow.objects.filter(company=company, document__in=numbers)
    settling = _books(notes, models.Payment.objects.filter(pk__in=rows.values("payment")))
    return Books({**settling.documents, **books.documents}, settling.payments)


# From the tables, and to them


def books_of(company: Company) -> Books:
    """All documents and payments, in order of arrival."""
    return _books(models.Document.objects.filter(company=company), models.Payment.objects.filter(company=company))


def _books(documents: QuerySet[models.Document], payments: QuerySet[models.Payment]) -> Books:
    found = documents.order_by("position").prefetch_related("rows")
    received = payments.order_by("position").prefetch_related("rows")
    return Books({row.number: _document(row) for row in found}, {row.number: _payment(row) for row in received})


def _document(row: models.Document) -> Document:
    rows = sorted(row.rows.all(), key=lambda it: it.position)
    keys = tuple(RowKey(RowKind(it.kind), it.code) for it in rows)
    amounts = tuple(signed(key, it.amount_cents) for key, it in zip(keys, rows, strict=True))
    kind, status = DocumentKind(row.kind), Status(row.status)
    return Document(row.number, kind, status, row.date, row.customer, row.applies_to, keys, amounts)


def _payment(row: models.Payment) -> Payment:
    rows = sorted(row.rows.all(), key=lambda it: it.position)
    paid = tuple(PaymentRow(*(getattr(it, name) for name in PaymentRow._fields)) for it in rows)
    kind, status = PaymentKind(row.kind), Status(row.status)
    return Payment(row.number, kind, status, row.date, row.customer, row.method, row.bank_reference, paid)


def put_books(company: Company, books: Books) -> None:
    """Adds documents and payments that are not there yet. Raises IntegrityError for a number that is, and adds nothing then."""
    with transaction.atomic():
        _put(company, models.Document, models.DocumentRow, books.documents.values(), _document_columns, _document_rows)
        _put(company, models.Payment, models.PaymentRow, books.payments.values(), _payment_columns, _payment_rows)


def _put(
    company: Company,
    model: Any,
    row_model: Any,
    units: Collection[Any],
    columns: Callable[[Any], dict[str, object]],
    rows_of: Callable[[Any, Any], Iterator[dict[str, object]]],
) -> None:
    first, now = model.objects.filter(company=company).count(), timezone.now()
    made = [
        model(company=company, position=first + place, changed_at=now, **columns(unit))
        for place, unit in enumerate(units)
    ]
    model.objects.bulk_create(made, batch_size=500)
    rows = (
        row_model(company=company, position=place, **row)
        for parent, unit in zip(made, units, strict=True)
        for place, row in enumerate(rows_of(parent, unit))
    )
    row_model.objects.bulk_create(rows, batch_size=500)


def _unit_columns(unit: Document | Payment) -> dict[str, object]:
    return {name: getattr(unit, name) for name in ("number", "kind", "status", "date", "customer")}


def _document_columns(document: Document) -> dict[str, object]:
    return {**_unit_columns(document), "applies_to": document.applies_to, "total_cents": document.total_cents}


def _document_rows(parent: models.Document, document: Document) -> Iterator[dict[str, object]]:
    for key, cents in zip(document.keys, document.amounts, strict=True):
        yield {"document": parent, "kind": key.kind, "code": key.code, "amount_cents": signed(key, cents)}


def _payment_columns(payment: Payment) -> dict[str, object]:
    return {**_unit_columns(payment), "method": payment.method, "bank_reference": payment.bank_reference}


def _payment_rows(parent: models.Payment, payment: Payment) -> Iterator[dict[str, object]]:
    for row in payment.rows:
        yield {"payment": parent, **row._asdict()}
