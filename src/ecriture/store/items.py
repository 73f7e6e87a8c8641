"""The item list: search, sorting and counts, without building a value for each of thousands of items."""

from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.http import Http404

from ecriture.core.documents import RowKind
from ecriture.core.text import fold, fold_all
from ecriture.store import models
from ecriture.store.models import Company

PAGE = 100
"""Items per page."""


class Show(StrEnum):
    """Which items to show: all, those without a credit account, those in use, or archived ones."""

    ALL = "all"
    WITHOUT = "without"
    USED = "used"
    ARCHIVED = "archived"


class Sort(StrEnum):
    CODE = "code"
    NAME = "name"
    DEBIT = "debit"
    CREDIT = "credit"


class Asked(NamedTuple):
    """The search. Every one of `words` must be in the item's code, name or accounts."""

    words: str = ""
    show: Show = Show.ALL
    sort: Sort = Sort.CODE
    down: bool = False


class Counts(NamedTuple):
    """The number of items, of items in use without a credit account, and of archived items."""

    all: int = 0
    without: int = 0
    archived: int = 0


class _Light(NamedTuple):
    """The columns of an item that are needed to search, sort and count."""

    code: str
    name: str
    debit: str
    credit: str
    archived: bool


class Found(NamedTuple):
    """The codes of all matching items, in order, and the counts of the catalogue."""

    codes: tuple[str, ...]
    counts: Counts


def find(company: Company, asked: Asked) -> Found:
    """Finds the items in one query."""
    rows = models.Item.objects.filter(company=company).order_by()
    lights = [
        _Light(code, name, debit, credit, archived is not None)
        for code, name, debit, credit, archived in rows.values_list("code", "name", "debit", "credit", "archived")
    ]
    without, archived = sum(map(_is_without, lights)), sum(it.archived for it in lights)
    codes = _sorted([*_matching(lights, asked)], asked.sort)
    return Found(tuple(reversed(codes) if asked.down else codes), Counts(len(lights), without, archived))


def _is_without(item: _Light) -> bool:
    return not item.credit and not item.archived


def _matching(lights: Sequence[_Light], asked: Asked) -> Iterator[_Light]:
    shown = [item for item in lights if _is_shown(item, asked.show)]
    words = fold(asked.words).split()
    if not words:
        return iter(shown)
    texts = fold_all([f"{it.code} {it.name} {it.debit} {it.credit}" for it in shown])
    return (item for item, text in zip(shown, texts, strict=True) if all(word in text for word in words))


def _is_shown(item: _Light, show: Show) -> bool:
    match show:
        case Show.ALL:
            return True
        case Show.WITHOUT:
            return _is_without(item)
        case Show.USED:
            return not item.archived
        case Show.ARCHIVED:
            return item.archived


def _sorted(items: Sequence[_Light], sort: Sort) -> list[str]:
    """The codes sorted regardless of capitals and accents."""
    codes = [item.code for item in items]
    columns = [codes] if sort is Sort.CODE else [[str(getattr(item, sort.value)) for item in items], codes]
    return [keys[-1] for keys in sorted(zip(*map(fold_all, columns), codes, strict=True))]


def item_rows(company: Company, codes: Collection[str]) -> list[models.Item]:
    """The rows of some items, in order of code."""
    rows = {row.code: row for row in models.Item.objects.filter(company=company, code__in=codes)}
    return [rows[code] for code in codes if code in rows]


def item_row(company: Company, item_id: UUID) -> models.Item:
    """An item's row. Raises Http404 for another company's item, as for one that does not exist."""
    found = models.Item.objects.filter(company=company, pk=item_id).first()
    if found is None:
        raise Http404
    found.company = company
    return found


def item_like(company: Company, code: str) -> str:
    """The item with this code, whatever its capitals and accents: nobody tells VITRES and vitres apart. Empty for none."""
    codes = models.Item.objects.filter(company=company).values_list("code", flat=True)
    return next((it for it in codes if fold(it) == fold(code)), "")


def uses_of(company: Company, code: str) -> int:
    """The number of documents that use an item, including drafts and void ones."""
    rows = models.DocumentRow.objects.filter(company=company, kind=RowKind.LINE, code=code)
    return rows.order_by().values("document_id").distinct().count()
