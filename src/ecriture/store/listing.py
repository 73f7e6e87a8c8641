"""Pages of a list, however long it is: what is found, sorted, a page at a time by its place and not by counting rows.

A page begins after a row, or ends before one. The row is named by what the list is sorted by, so the database goes
straight to it in an index, and a row that is added or deleted meanwhile moves nothing to another page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, Expression, F, Q, QuerySet, Value

from ecriture.core.text import fold, is_storable

M = TypeVar("M", bound=models.Model)
LONGEST_WORDS = 100
"""How much of a search is read."""


def folded_words(words: str) -> list[str]:
    """The words of a search, regardless of capitals and accents."""
    return fold(words[:LONGEST_WORDS].replace("\0", "")).split()


def with_words(words: str) -> Q:
    """The rows that have every one of some words in their column of folded text."""
    wanted = Q()
    for word in folded_words(words):
        wanted &= Q(words__contains=word)
    return wanted


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by: columns that together are unique in a company, and are an index after it."""

    columns: tuple[str, ...]
    down: bool = False

    def turned(self) -> "Order":
        return Order(self.columns, down=not self.down)


class Mark(NamedTuple):
    """Where a page is: after a row, or before it, named by its values. Without values, `back` is the last page."""

    values: tuple[object, ...] = ()
    back: bool = False


FIRST, LAST = Mark(), Mark(back=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """The rows of a page, and the marks of the pages beside it; None where there is none."""

    rows: Sequence[M] = field(default=())
    before: Mark | None = None
    after: Mark | None = None


def page_of(found: QuerySet[M], order: Order, mark: Mark, *, size: int) -> Page[M]:
    """A page of at most `size` rows, in one query; in two where nothing is left there, or less than a page before it.

    So one never meets an empty page in a list with rows, nor a first page that is shorter than need be.
    """
    page = _page_at(found, order, mark, size)
    if not mark.values or (len(page.rows) == size if mark.back else page.rows):
        return page
    return _page_at(found, order, FIRST if mark.back else LAST, size)


def _page_at(found: QuerySet[M], order: Order, mark: Mark, size: int) -> Page[M]:
    towards = order.turned() if mark.back else order
    rows = list(in_order(_beyond(found, towards, mark.values), towards)[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if mark.back:
        rows.reverse()
    before, after = (has_more, bool(mark.values)) if mark.back else (bool(mark.values), has_more)
    return Page(
        tuple(rows),
        Mark(values_of(rows[0], order), back=True) if rows and before else None,
        Mark(values_of(rows[-1], order)) if rows and after else None,
    )


def in_order(found: QuerySet[M], order: Order) -> QuerySet[M]:
    return found.order_by(*(F(name).desc() if order.down else F(name).asc() for name in order.columns))


def values_of(row: models.Model, order: Order) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in order.columns)


def read_values(model: type[models.Model], order: Order, texts: Sequence[object]) -> tuple[object, ...]:
    """The values of a mark, from what an address says. Empty for what no row can have."""
    if len(texts) != len(order.columns):
        return ()
    try:
        found = tuple(it.to_python(text) for it, text in zip(_columns(model, order), texts, strict=True))
    except (ValidationError, ValueError, OverflowError):
        return ()
    return found if None not in found and all(is_storable(str(value)) for value in found) else ()


def _columns(model: type[models.Model], order: Order) -> list[Any]:
    return [model._meta.get_field(name) for name in order.columns]  # noqa: SLF001 - Django documents it


def _beyond(found: QuerySet[M], order: Order, values: tuple[object, ...]) -> QuerySet[M]:
    return found.filter(Beyond(found.model, order, values)) if values else found


class Beyond(Expression):
    """`(a, b) > (x, y)`: the rows after one, as SQLite and PostgreSQL compare whole rows, by an index."""

    conditional = True

    def __init__(self, model: type[models.Model], order: Order, values: Sequence[object]) -> None:
        super().__init__(output_field=BooleanField())
        self.sign = "<" if order.down else ">"
        self.sides: list[Any] = [
            *(F(name) for name in order.columns),
            *(Value(value, output_field=it) for value, it in zip(values, _columns(model, order), strict=True)),
        ]

    def get_source_expressions(self) -> list[Any]:
        return self.sides

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.sides = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002 - Django's signature
        parts = [compiler.compile(side) for side in self.sides]
        half, texts = len(parts) // 2, [sql for sql, _ in parts]
        params = tuple(param for _, given in parts for param in given)
        return f"({', '.join(texts[:half])}) {self.sign} ({', '.join(texts[half:])})", params
