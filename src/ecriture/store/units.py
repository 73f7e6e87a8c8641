"""Documents and payments between the tables and the core, many at once: a query brings units with their rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

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
    Unit,
    UnitId,
    UnitKind,
    signed,
)
from ecriture.core.references import bare
from ecriture.store import models
from ecriture.store.models import Company

MODELS: Mapping[UnitKind, type[models.Document] | type[models.Payment]] = {
    UnitKind.DOCUMENT: models.Document,
    UnitKind.PAYMENT: models.Payment,
}
ROWS: Mapping[UnitKind, type[models.DocumentRow] | type[models.PaymentRow]] = {
    UnitKind.DOCUMENT: models.DocumentRow,
    UnitKind.PAYMENT: models.PaymentRow,
}
AT_ONCE = 500
"""How many numbers a query asks for."""


def chunks(values: Iterable[str], size: int = AT_ONCE) -> Iterator[list[str]]:
    """Values in the order of their texts, without repetition, so many at once."""
    ordered = sorted(set(values))
    for first in range(0, len(ordered), size):
        yield ordered[first : first + size]


def books_of(company: Company) -> Books:
    """All documents and payments, in order of arrival."""
    documents = documents_in(models.Document.objects.filter(company=company))
    payments = payments_in(models.Payment.objects.filter(company=company))
    return Books({it.number: it for _, it in documents}, {it.number: it for _, it in payments})


def units_named(company: Company, units: Collection[UnitId]) -> dict[UnitId, Unit]:
    """Those of some units that there are."""
    found: dict[UnitId, Unit] = {}
    for chunk in chunks(number for kind, number in units if kind is UnitKind.DOCUMENT):
        found |= {
            it.id: it for _, it in documents_in(models.Document.objects.filter(company=company, number__in=chunk))
        }
    for chunk in chunks(number for kind, number in units if kind is UnitKind.PAYMENT):
        found |= {it.id: it for _, it in payments_in(models.Payment.objects.filter(company=company, number__in=chunk))}
    return found


# From the tables

Placed = tuple[int, Unit]
"""A unit after its position, which is that of its arrival."""

_UNIT = ("position", "number", "kind", "status", "date", "customer")
_DOCUMENT = (*_UNIT, "applies_to")
_DOCUMENT_ROW = ("rows__kind", "rows__code", "rows__amount_cents")
_PAYMENT = (*_UNIT, "method", "bank_reference")
_PAYMENT_ROW = tuple(f"rows__{name}" for name in PaymentRow._fields)


def documents_in(rows: QuerySet[models.Document]) -> Iterator[tuple[int, Document]]:
    """In order of arrival."""
    keys: dict[tuple[str, str], RowKey] = {}
    for head, of_document in _grouped(rows, _DOCUMENT, _DOCUMENT_ROW):
        at, number, kind, status, day, customer, applies_to = head
        of_rows: list[RowKey] = []
        amounts: list[int] = []
        for row_kind, code, cents in of_document:
            key = keys.get((row_kind, code))
            if key is None:
                key = keys[row_kind, code] = RowKey(RowKind(row_kind), code)
            of_rows.append(key)
            amounts.append(signed(key, cents))
        said = DocumentKind(kind), Status(status), day, customer, applies_to
        yield at, Document(number, *said, tuple(of_rows), tuple(amounts))


def payments_in(rows: QuerySet[models.Payment]) -> Iterator[tuple[int, Payment]]:
    """In order of arrival."""
    for head, of_payment in _grouped(rows, _PAYMENT, _PAYMENT_ROW):
        at, number, kind, status, day, customer, method, bank_reference = head
        said = PaymentKind(kind), Status(status), day, customer, method, bank_reference
        yield at, Payment(number, *said, tuple(PaymentRow(*row) for row in of_payment))


def _grouped(
    rows: Any,
    of_unit: tuple[str, ...],
    of_row: tuple[str, ...],
) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """The columns of each unit, and those of its rows, in one query."""
    found = rows.order_by("position", "number", "rows__position").values_list(*of_unit, *of_row)
    width = len(of_unit)
    for head, lines in groupby(found, itemgetter(slice(width))):
        yield head, [line[width:] for line in lines if line[width] is not None]  # a unit without rows has one of none


# To the tables


def columns(unit: Unit) -> dict[str, Any]:
    """The columns of a unit that its content decides."""
    found: dict[str, Any] = {name: getattr(unit, name) for name in _UNIT[1:]}
    found["alike"] = bare(unit.number)
    if isinstance(unit, Document):
        return {**found, "applies_to": unit.applies_to, "total_cents": unit.total_cents}
    return {**found, "method": unit.method, "bank_reference": unit.bank_reference}


def rows_of(company: Company, made: Any, unit: Unit) -> list[Any]:
    """The rows of a unit whose own row was made."""
    if isinstance(unit, Document):
        return [
            models.DocumentRow(
                company=company,
                document=made,
                position=at,
                kind=key.kind,
                code=key.code,
                amount_cents=signed(key, cents),
            )
            for at, (key, cents) in enumerate(zip(unit.keys, unit.amounts, strict=True))
        ]
    return [
        models.PaymentRow(company=company, payment=made, position=at, **row._asdict())
        for at, row in enumerate(unit.rows)
    ]
