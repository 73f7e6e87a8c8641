"""A company's items: a catalogue of thousands, of which each page and each plan reads and writes just those that it names."""

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.http import Http404

from ecriture.core.documents import RowKind
from ecriture.core.settings import Item, Settings, Untaxed, frozen_mapping
from ecriture.core.text import fold, is_storable
from ecriture.store import audit, models
from ecriture.store.books import used_items
from ecriture.store.differences import differences
from ecriture.store.listing import with_words
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership
from ecriture.store.named import AT_ONCE, delete_named, put_named

COLUMNS = ("code", "name", "debit", "credit", "archived", "note", "taxes", "untaxed")
"""The columns of an item, in the order of the dataclass fields."""

LONGEST_KEY = 200
"""Texts are compared by so many letters: an index bounds what it holds."""


class Show(StrEnum):
    """Which items to show: all, those without a credit account, those in use, or archived ones."""

    ALL = "all"
    WITHOUT = "without"
    USED = "used"
    ARCHIVED = "archived"


# From the table


def all_items(company: Company) -> Mapping[str, Item]:
    """The whole catalogue by code, in its order."""
    return _by_code(models.Item.objects.filter(company=company).order_by("position"))


def items_named(company: Company, codes: Iterable[str]) -> Mapping[str, Item]:
    """The items among some codes, by code, in the order of the codes. A code that is no item is left out."""
    names = [code for code in dict.fromkeys(codes) if is_storable(code)]
    found: dict[str, Item] = {}
    for first in range(0, len(names), AT_ONCE):
        rows = models.Item.objects.filter(company=company, code__in=names[first : first + AT_ONCE])
        found |= _by_code(rows.order_by())
    return frozen_mapping({code: found[code] for code in names if code in found})


def items_with_accounts(company: Company) -> Mapping[str, Item]:
    """The items that have an account of their own, by code: the only ones in which an account can be wrong."""
    rows = models.Item.objects.filter(company=company).exclude(debit="", credit="")
    return _by_code(rows.order_by("position"))


def _by_code(rows: QuerySet[models.Item]) -> Mapping[str, Item]:
    """Without building model objects, which would take half the time for thousands of items."""
    return frozen_mapping({row[0]: _item(*row) for row in rows.values_list(*COLUMNS)})


def _item(*columns: Any) -> Item:
    """The values of `COLUMNS`."""
    code, name, debit, credit, archived, note, taxes, untaxed = columns
    apply = None if taxes is None else frozenset(taxes)
    return Item(code, name, debit, credit, archived, note, apply, Untaxed(untaxed))


def item_of(row: models.Item) -> Item:
    """The item of a row."""
    return _item(*(getattr(row, name) for name in COLUMNS))


def item_row(company: Company, item_id: UUID) -> models.Item:
    """An item's row. Raises Http404 for another company's item, as for one that does not exist."""
    found = models.Item.objects.filter(company=company, pk=item_id).first()
    if found is None:
        raise Http404
    found.company = company
    return found


def items_like(company: Company, codes: Iterable[str]) -> Mapping[str, str]:
    """By folded code, the item that each code is like, whatever its capitals and accents.

    Nobody tells VITRES and vitres apart. A code that is like no item is left out.
    """
    keys = {_key(code) for code in codes}
    rows = models.Item.objects.filter(company=company, code_key__in=keys)
    return {fold(code): code for code in rows.order_by("-position").values_list("code", flat=True)}


def uses_of(company: Company, code: str) -> int:
    """The number of documents that use an item, including drafts and void ones."""
    rows = models.DocumentRow.objects.filter(company=company, kind=RowKind.LINE, code=code)
    return rows.order_by().values("document_id").distinct().count()


# To the table


class Used(ValueError):
    """Something that documents use cannot be deleted: late transactions still need its accounts."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(sorted(codes))
        super().__init__(", ".join(self.codes))


class ItemsUsed(Used):
    """An item that documents use must be archived instead."""


def forbid_used(company: Company, gone: Collection[str]) -> None:
    """Raises ItemsUsed if a document uses one of these items."""
    if used := used_items(company, gone):
        raise ItemsUsed(used)


class ItemsChanged(NamedTuple):
    """The items of a change before and after it, and their differences. Nothing is said of other items."""

    before: Mapping[str, Item]
    after: Mapping[str, Item]
    changes: tuple[audit.Change, ...]


def change_items(
    company: Company,
    by: Membership | None,
    codes: Iterable[str],
    to: Callable[[Mapping[str, Item]], Mapping[str, Item]],
    *,
    source: models.Upload | None = None,
) -> ItemsChanged:
    """Changes some items, all or nothing. `to` receives those of them that exist, read under the company's lock. `source`
    is the file that they come from, if any.

    What `to` leaves out is deleted; a code without an item becomes a new one, at the end of the catalogue.
    Raises ItemsUsed, and then nothing is written; LookupError for an item whose code was not asked for.
    """
    asked = list(dict.fromkeys(codes))
    with transaction.atomic():
        kept = locked_company(company.pk)
        before = items_named(kept, asked)
        after = to(before)
        if unasked := after.keys() - set(asked):
            raise LookupError(min(unasked))
        changes = tuple(differences(Settings(items=before), Settings(items=after)))
        if changes:
            forbid_used(kept, before.keys() - after.keys())
            _put(kept, before, after)
            who = by.user if by else None
            audit.note(kept, who=who, action="settings-changed", area="items", changes=changes, source=source)
    return ItemsChanged(before, after, changes)


def _put(company: Company, before: Mapping[str, Item], after: Mapping[str, Item]) -> None:
    delete_named(models.Item, "code", company, before.keys() - after.keys())
    changed = [item for code, item in after.items() if before.get(code) != item]
    places = _places(company, [item.code for item in changed])
    if any(item.code not in places for item in changed):
        new = count(_last(company) + 1)
        places = {item.code: places[item.code] if item.code in places else next(new) for item in changed}
    rows = {item.code: {**item_columns(item), "position": places[item.code]} for item in changed}
    put_named(models.Item, "code", company, rows)


def _places(company: Company, codes: list[str]) -> dict[str, int]:
    """The positions of the items that are there."""
    found: dict[str, int] = {}
    for first in range(0, len(codes), AT_ONCE):
        rows = models.Item.objects.filter(company=company, code__in=codes[first : first + AT_ONCE])
        found |= dict(rows.order_by().values_list("code", "position"))
    return found


def _last(company: Company) -> int:
    """The last position of the catalogue; -1 where there is none."""
    found = models.Item.objects.filter(company=company).aggregate(last=Max("position"))["last"]
    return -1 if found is None else int(found)


def item_columns(item: Item) -> dict[str, object]:
    """What the table keeps of an item, beside its code and its position."""
    names = ("name", "debit", "credit", "archived", "note", "untaxed")
    taxes = None if item.taxes is None else sorted(item.taxes)
    return {**{name: getattr(item, name) for name in names}, "taxes": taxes, **listed_columns(item)}


def listed_columns(item: Item) -> dict[str, str]:
    """By what an item is sorted, found and counted: the texts regardless of capitals and accents."""
    words = fold(f"{item.code} {item.name} {item.debit} {item.credit}")
    state = Show.ARCHIVED if item.archived else Show.USED if item.credit else Show.WITHOUT
    return {"code_key": _key(item.code), "name_key": _key(item.name), "words": words, "state": state.value}


def _key(text: str) -> str:
    return fold(text)[:LONGEST_KEY]


# The list


class Counts(NamedTuple):
    """The number of items, of items in use without a credit account, and of archived items."""

    all: int = 0
    without: int = 0
    archived: int = 0

    def of(self, show: Show) -> int:
        return self.all - self.archived if show is Show.USED else int(getattr(self, show.value))


def counts_of(company: Company) -> Counts:
    """The counts of the whole catalogue, in one query of an index."""
    rows = models.Item.objects.filter(company=company).order_by().values_list("state").annotate(count=Count("pk"))
    found = dict(rows)
    return Counts(sum(found.values()), found.get(Show.WITHOUT, 0), found.get(Show.ARCHIVED, 0))


def found_items(company: Company, *, words: str = "", show: Show = Show.ALL) -> QuerySet[models.Item]:
    """The matching items, in no order. Every one of `words` must be in the code, name or accounts."""
    found = models.Item.objects.filter(with_words(words), company=company).order_by()
    match show:
        case Show.ALL:
            return found
        case Show.USED:
            return found.exclude(state=Show.ARCHIVED)
        case _:
            return found.filter(state=show)
