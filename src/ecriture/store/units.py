"""Documents and payments between the tables and the core, many at once: a query brings units with their rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

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
from ecriture.core.text import fold, is_storable
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
LONGEST_ALIKE = 600
AT_ONCE = 500
"""How many numbers a query asks for."""


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Values to ask for, in the order of their texts, without repetition, so many at once.

    Without those that no database takes, in a question either: there is nothing under them.
    """
    ordered = sorted(filter(is_storable, set(values)))
    for first in range(0, len(ordered), AT_ONCE):
        yield ordered[first : first + AT_ONCE]


def by_kind(units: Iterable[UnitId]) -> dict[UnitKind, list[str]]:
    """The numbers of the units of each kind, in their order."""
    found: dict[UnitKind, list[str]] = {kind: [] for kind in UnitKind}
    for kind, number in units:
        found[kind].append(number)
    return found


def named_by(unit: Unit) -> set[str]:
    """The documents that a unit names."""
    named = {unit.applies_to} if isinstance(unit, Document) else {row.document for row in unit.rows}
    return named - {""}


def books_of(company: Company) -> Books:
    """All documents and payments, in order of arrival."""
    documents, payments = documents_in(company), payments_in(company)
    return Books({it.number: it for _, it in documents}, {it.number: it for _, it in payments})


def units_named(company: Company, units: Collection[UnitId]) -> dict[UnitId, Unit]:
    """Those of some units that there are."""
    found: dict[UnitId, Unit] = {}
    for kind, numbers in by_kind(units).items():
        for chunk in chunks(numbers):
            found |= {it.id: it for _, it in units_in(company, kind, number__in=chunk)}
    return found


# From the tables

Ids = QuerySet[Any, Any]
"""A query for ids of units of one company."""
Placed = tuple[int, Unit]
"""A unit after its position, which is that of its arrival."""

_UNIT = ("position", "number", "kind", "status", "date", "customer")
_DOCUMENT = (*_UNIT, "applies_to", "by_hand")
_DOCUMENT_ROW = tuple(f"its_rows__{name}" for name in ("kind", "code", "amount_cents"))
_PAYMENT = (*_UNIT, "method", "bank_reference")
_PAYMENT_ROW = tuple(f"its_rows__{name}" for name in PaymentRow._fields)


def documents_in(
    company: Company, ids: Ids | None = None, *, entered: set[str] | None = None, **conditions: object
) -> Iterator[tuple[int, Document]]:
    """Those of a company with some ids, or under conditions on their columns, in order of arrival.

    `entered` takes in the numbers of those that a person entered.
    """
    keys: dict[tuple[str, str], RowKey] = {}
    for head, of_document in _grouped(
        company, models.Document, _condition(company, ids, conditions), _DOCUMENT, _DOCUMENT_ROW
    ):
        at, number, kind, status, day, customer, applies_to, by_hand = head
        if by_hand and entered is not None:
            entered.add(number)
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


def payments_in(company: Company, ids: Ids | None = None, **conditions: object) -> Iterator[tuple[int, Payment]]:
    """Those of a company with some ids, or under conditions on their columns, in order of arrival."""
    for head, of_payment in _grouped(
        company, models.Payment, _condition(company, ids, conditions), _PAYMENT, _PAYMENT_ROW
    ):
        at, number, kind, status, day, customer, method, bank_reference = head
        said = PaymentKind(kind), Status(status), day, customer, method, bank_reference
        yield at, Payment(number, *said, tuple(PaymentRow(*row) for row in of_payment))


def units_in(company: Company, kind: UnitKind, ids: Ids | None = None, **conditions: object) -> Iterator[Placed]:
    """`documents_in` or `payments_in`."""
    if kind is UnitKind.PAYMENT:
        return payments_in(company, ids, **conditions)
    return documents_in(company, ids, entered=None, **conditions)


def with_rows(units: Any, company: Company) -> Any:  # a query of either model
    """With their rows as `its_rows`, by an index: without the company, each unit would be looked for in all rows."""
    return units.annotate(its_rows=FilteredRelation("rows", condition=Q(rows__company=company)))


def _condition(company: Company, ids: Ids | None, conditions: Mapping[str, object]) -> Q:
    """With ids that a query finds, the company is in that query: asked again here, SQLite would go through all of it."""
    return Q(company=company, **conditions) if ids is None else Q(pk__in=ids)


def _grouped(
    company: Company,
    model: type[models.Document] | type[models.Payment],
    condition: Q,
    of_unit: tuple[str, ...],
    of_row: tuple[str, ...],
) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """The columns of each unit, and those of its rows, in one query."""
    rows = with_rows(model.objects.filter(condition), company)
    found = rows.order_by("position", "number", "its_rows__position").values_list(*of_unit, *of_row)
    width = len(of_unit)
    for head, lines in groupby(found, itemgetter(slice(width))):
        yield head, [line[width:] for line in lines if line[width] is not None]  # a unit without rows has one of none


# To the tables

OF_UNIT = ("number", "kind", "status", "date", "customer", "alike", "words", "total_cents")
COLUMNS: Mapping[UnitKind, tuple[str, ...]] = {
    UnitKind.DOCUMENT: (*OF_UNIT, "applies_to"),
    UnitKind.PAYMENT: (*OF_UNIT, "method", "bank_reference"),
}
"""The columns of a unit that its content decides."""
ROW_COLUMNS: Mapping[UnitKind, tuple[str, ...]] = {
    UnitKind.DOCUMENT: ("kind", "code", "amount_cents"),
    UnitKind.PAYMENT: PaymentRow._fields,
}


def alike_of(number: str) -> str:
    """What numbers have in common that a person takes for one, as far as the column goes."""
    return bare(number)[:LONGEST_ALIKE]


def words_of(unit: Unit) -> str:
    """What a search looks through: the number, the customer, and what stands on a bank statement."""
    return fold(f"{unit.number} {unit.customer} {'' if isinstance(unit, Document) else unit.bank_reference}".strip())


def values_of(unit: Unit) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    number, kind, status, day, customer, *_ = unit
    head = number, kind, status, day, customer, alike_of(number), words_of(unit), unit.total_cents
    if isinstance(unit, Document):
        return *head, unit.applies_to
    return *head, unit.method, unit.bank_reference


def rows_of(unit: Unit) -> Sequence[Sequence[Any]]:
    """The values of `ROW_COLUMNS`, row by row."""
    if isinstance(unit, Document):
        rows = zip(unit.keys, unit.amounts, strict=True)
        return [(key.kind, key.code, signed(key, cents)) for key, cents in rows]
    return unit.rows
