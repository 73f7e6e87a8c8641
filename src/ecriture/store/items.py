"""The catalogue as its list shows it: found, sorted and counted without making a value of each of five thousand items."""

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
"""How many items a page shows."""


class Show(StrEnum):
    """Which items: all, those without a credit account of their own, those in use, those in the archive."""

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
    """What somebody looks for. `words` are looked for in codes, names and accounts; each must be there."""

    words: str = ""
    show: Show = Show.ALL
    sort: Sort = Sort.CODE
    down: bool = False


class Counts(NamedTuple):
    """How many items there are, how many of those in use have no credit account, how many are in the archive."""

    all: int = 0
    without: int = 0
    archived: int = 0


class _Light(NamedTuple):
    """What is looked at of each item to find, sort and count."""

    code: str
    name: str
    debit: str
    credit: str
    archived: bool


class Found(NamedTuple):
    """The codes of all items that were asked for, in order, and how many there are of each kind in the catalogue."""

    codes: tuple[str, ...]
    counts: Counts


def find(company: Company, asked: Asked) -> Found:
    """One query, whatever is asked for."""
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
    """Their codes in order, whatever the capitals and accents."""
    codes = [item.code for item in items]
    columns = [codes] if sort is Sort.CODE else [[str(getattr(item, sort.value)) for item in items], codes]
    return [keys[-1] for keys in sorted(zip(*map(fold_all, columns), codes, strict=True))]


def item_rows(company: Company, codes: Collection[str]) -> list[models.Item]:
    """The rows of some items, in the order of their codes."""
    rows = {row.code: row for row in models.Item.objects.filter(company=company, code__in=codes)}
    return [rows[code] for code in codes if code in rows]


def item_row(company: Company, item_id: UUID) -> models.Item:
    """The row of an item of a company. Raises Http404 for another company's, as for one that does not exist."""
    found = models.Item.objects.filter(company=company, pk=item_id).first()
    if found is None:
        raise Http404
    found.company = company
    return found


def has_item(company: Company, code: str) -> bool:
    return models.Item.objects.filter(company=company, code=code).exists()


def uses_of(company: Company, code: str) -> int:
    """How many documents name an item, drafts and void ones too."""
    rows = models.DocumentRow.objects.filter(company=company, kind=RowKind.LINE, code=code)
    return rows.order_by().values("document_id").distinct().count()
