"""The catalogue as a table, CSV or XLSX, one row per item: read with all problems, and written so that it reads back."""

import csv
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from ecriture.core import setting_values
from ecriture.core.accounts import is_account_number
from ecriture.core.dates import NO_DATE, DateReader, DayOrder, UnreadDate
from ecriture.core.problems import Problem, Where
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Item, Untaxed, frozen_mapping
from ecriture.sources.tables.csv_file import csv_file, guarded, unguarded
from ecriture.sources.tables.table import MOST_PROBLEMS, Column, Table, open_table, plain_name
from ecriture.sources.tables.workbook import workbook

COLUMNS = (
    Column("code", needed=True),
    Column("name", "nom"),
    Column("debit", "débit"),
    Column("credit", "crédit"),
    Column("taxes"),
    Column("untaxed", "sans_taxe"),
    Column("archived", "archivé"),
    Column("note"),
)
LONGEST: Mapping[str, int] = MappingProxyType({"code": 100, "name": 200, "note": 500})
"""The maximum length of a text."""

_UNTAXED: Mapping[str, Untaxed] = MappingProxyType(
    {
        plain_name(word): untaxed
        for untaxed, words in {
            Untaxed.UNKNOWN: ("",),
            Untaxed.ZERO_RATED: ("zero-rated", "détaxé", "détaxée"),
            Untaxed.EXEMPT: ("exempt", "exonéré", "exonérée"),
        }.items()
        for word in words
    }
)
"""What a cell says of a sale without tax, by its plain words."""

ALL, NONE = "all", "none"
_WORDS: Mapping[str, str] = MappingProxyType(
    {**dict.fromkeys((ALL, "toutes", "tous"), ALL), **dict.fromkeys((NONE, "aucune", "aucun"), NONE)}
)


class ItemsRead(NamedTuple):
    """The items of a file by code in its order, its columns, and all problems.

    If a problem stops, nothing of the file can be used.
    """

    items: Mapping[str, Item]
    columns: frozenset[str]
    problems: tuple[Problem, ...]

    @property
    def stops(self) -> bool:
        return any(problem.stops for problem in self.problems)


def read_items(stream: BinaryIO, *, file: str = "items.csv", taxes: Collection[str]) -> ItemsRead:
    """Reads the catalogue in a CSV or XLSX file, for a company with these taxes."""
    order = DayOrder()
    found = _Reading(open_table(stream, file=file, columns=COLUMNS), file, taxes, order).read()
    if order.met_ambiguous and (decided := order.decided()):
        return _Reading(open_table(stream, file=file, columns=COLUMNS), file, taxes, DayOrder(decided)).read()
    return found


def merged(before: Mapping[str, Item], read: ItemsRead) -> Mapping[str, Item]:
    """Merges a file into a catalogue: missing items and missing columns leave values unchanged."""
    names = read.columns & set(Item.__dataclass_fields__)
    return frozen_mapping(
        {**before, **{code: _laid_over(before.get(code), it, names) for code, it in read.items.items()}}
    )


def _laid_over(kept: Item | None, read: Item, names: Iterable[str]) -> Item:
    values = {name: getattr(kept, name) for name in Item.__dataclass_fields__} if kept else {}
    return Item(**{**values, "code": read.code, **{name: getattr(read, name) for name in names}})


class _Reading:
    """Builds items from the rows of a table, and collects their problems."""

    def __init__(self, table: Table, file: str, taxes: Collection[str], order: DayOrder) -> None:
        self._table, self._file = table, file
        self._dates = DateReader(order)
        self._taxes = {tax_name(code, "fr"): code for code in taxes} | {code: code for code in taxes}
        self._accepted = ", ".join([*taxes, ALL, NONE])
        self._items: dict[str, Item] = {}
        self._problems: list[Problem] = []

    def read(self) -> ItemsRead:
        for chunk in self._table.chunks():
            columns = (chunk.texts[column.name] for column in COLUMNS)
            for row, *texts in zip(chunk.rows, *columns, strict=True):
                self._take(row, [unguarded(text.strip()) for text in texts])
        problems = sorted([*self._table.problems, *self._problems], key=lambda problem: problem.where.row)
        return ItemsRead(frozen_mapping(self._items), self._table.found, tuple(problems))

    def _take(self, row: int, texts: Sequence[str]) -> None:
        code, name, debit, credit, taxes, untaxed, archived, note = texts
        if code in self._items:
            self._fault(row, "", "row-unreadable", reason="item-twice", item=code)
            return
        place = row, code
        self._items[code] = Item(
            code=self._text(place, "code", code),
            name=self._text(place, "name", name),
            debit=self._account(place, "debit", debit),
            credit=self._account(place, "credit", credit),
            taxes=self._codes(place, taxes),
            untaxed=self._untaxed(place, untaxed),
            archived=self._day(place, archived),
            note=self._text(place, "note", note),
        )

    def _fault(self, row: int, number: str, code: str, **params: object) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            where = Where(self._file, row, "item" if number else "", number)
            self._problems.append(Problem(code, self._table.with_name(params, where.row), where))

    def _unread(self, place: tuple[int, str], reason: str, column: str, value: str, **params: object) -> None:
        row, code = place
        number = "" if column == "code" else code
        self._fault(row, number, "row-unreadable", reason=reason, column=column, value=_shown(value), **params)

    def _text(self, place: tuple[int, str], column: str, text: str) -> str:
        if isinstance(setting_values.text(text), setting_values.Invalid) or len(text) > LONGEST[column]:
            self._unread(place, "item-text", column, text, most=LONGEST[column])
        return text

    def _account(self, place: tuple[int, str], column: str, text: str) -> str:
        if text and not is_account_number(text):
            self._unread(place, "item-account", column, text)
        return text

    def _day(self, place: tuple[int, str], text: str) -> date | None:
        found = self._dates[text]
        if not isinstance(found, UnreadDate):
            return found
        if found != NO_DATE:
            reason: dict[str, Any] = {"reason": found.reason} if found.reason else {}
            self._fault(*place, found.code, column="archived", text=_shown(text), **reason)
        return None

    def _untaxed(self, place: tuple[int, str], text: str) -> Untaxed:
        found = _UNTAXED.get(plain_name(text))
        if found is None:
            self._unread(place, "value", "untaxed", text, accepted=", ".join(word.value for word in Untaxed if word))
        return found or Untaxed.UNKNOWN

    def _codes(self, place: tuple[int, str], text: str) -> frozenset[str] | None:
        """The taxes that apply; None for all of them. A blank cell means all, like a missing column."""
        word = "" if '"' in text or text in self._taxes else _WORDS.get(plain_name(text), "")
        if word or not text:
            return frozenset() if word == NONE else None
        codes = [code for code in _split(text) if code]
        if unknown := [code for code in codes if code not in self._taxes] or ([] if codes else [text]):
            self._unread(place, "value", "taxes", unknown[0], accepted=self._accepted)
        return frozenset(self._taxes.get(code, code) for code in codes)


def _split(text: str) -> list[str]:
    """The codes in a cell, separated by commas or semicolons, quoted if a code contains one."""
    if '"' not in text:
        return [code.strip() for code in re.split("[,;]", text)]
    of_one_line = not isinstance(setting_values.text(text), setting_values.Invalid)
    return next(csv.reader([text], skipinitialspace=True), []) if of_one_line else [text]


def _shown(text: str) -> str:
    """The start of a text, short enough for a sentence."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:60])


# Writing


def write_items(items: Iterable[Item]) -> bytes:
    """Writes the catalogue as CSV, so that `read_items` gives the same items, except for spaces around a text."""
    return csv_file((column.name for column in COLUMNS), map(_row, items))


def _row(item: Item) -> tuple[str, ...]:
    accounts, archived = (item.debit, item.credit), _written_day(item.archived)
    texts = item.code, item.name, *accounts, _written_taxes(item), item.untaxed.value, archived, item.note
    return tuple(guarded(text.strip()) for text in texts)


def _written_day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _written_taxes(item: Item) -> str:
    """The cell of the taxes: empty for all taxes, the most common case."""
    if item.taxes is None:
        return ""
    return ", ".join(map(_quoted, sorted(item.taxes))) or NONE


def _quoted(code: str) -> str:
    plain = not set(',;"') & set(code) and plain_name(code) not in _WORDS and code == code.strip()
    return code if plain else '"{}"'.format(code.replace('"', '""'))


_WIDTHS = (16, 36, 12, 12, 16, 12, 14, 48)


def write_items_workbook(items: Iterable[Item]) -> bytes:
    """The same table as XLSX; every cell is text, so that leading zeros are kept."""
    columns = {column.name: width for column, width in zip(COLUMNS, _WIDTHS, strict=True)}
    return workbook("Articles", columns, map(_row, items))
