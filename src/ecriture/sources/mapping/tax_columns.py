"""Which columns of a file that no mapping fits are taxes: by their names, or by the rates that their amounts show."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import sub
from typing import NamedTuple

from ecriture.core.dates import DateReader, DayOrder
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings
from ecriture.sources.mapping.file_column import FileColumn, cents_of
from ecriture.sources.mapping.header_words import meaning_of, words_of
from ecriture.sources.mapping.model import Amount
from ecriture.sources.mapping.taxes import PER_CENT, Codes, Splitter

_AROUND = frozenset({"tax", "amount", "total", "federal", "provincial"})
"""With a digit, the words of a column of one tax that is not named."""

_BESIDE = frozenset(
    ["price", "number", "registration", "inscription", "taxable", "imposable", "base", "exempt", "code", "type"]
)
"""The words of a column that is about a tax, and not its amount: its rate, its registration, what it is on."""

_NAMES = frozenset(
    name.casefold() for code in ("GST", "QST", "HST", "PST", "RST") for name in (code, tax_name(code, "fr"))
)


class TaxColumns(NamedTuple):
    """Columns of one tax each, with its code; else those of several taxes together."""

    each: tuple[tuple[str, FileColumn], ...] = ()
    together: tuple[FileColumn, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.each or self.together)

    @property
    def columns(self) -> list[FileColumn]:
        return [it for _, it in self.each] or [*self.together]


def tax_columns(columns: Sequence[FileColumn], found: Mapping[str, FileColumn], settings: Settings) -> TaxColumns:
    """The columns of taxes among those of a file, of which `found` are known by their meaning.

    A column is one tax if its name means one of the settings. "Tax 1" and "Tax 2" are those whose rates they are of what was
    sold; where that cannot be told, they are taxes together, as one column of all taxes is. So are all that are named where
    one of them names a tax that the settings have not, or several of theirs: none of it is lost.
    """
    named, unknown = _named(columns, settings), _unknown(columns, settings)
    if unknown:
        return TaxColumns(together=tuple(it for it in columns if it in unknown or it in [its for _, its in named]))
    if named:
        return TaxColumns(named)
    numbered = [it for it in columns if _is_numbered(it.name) and it.has_amounts]
    if each := _by_rates(numbered, found, settings):
        return TaxColumns(each)
    return TaxColumns(together=(found["taxes"],) if "taxes" in found else tuple(numbered))


def _named(columns: Iterable[FileColumn], settings: Settings) -> tuple[tuple[str, FileColumn], ...]:
    codes, taxes = Codes(settings), settings.taxes
    amounts = [it for it in columns if codes[it.name] in taxes and _is_of_amounts(it)]
    by_code = [(it.name, it) for it in amounts if it.name in taxes]
    return (*((codes[it.name], it) for it in amounts if it.name not in taxes and it.told), *by_code)


def _unknown(columns: Iterable[FileColumn], settings: Settings) -> list[FileColumn]:
    """The columns of which the name says a tax, but not which one of the settings, and that are not empty."""
    codes = Codes(settings)
    return [
        it
        for it in columns
        if words_of(it.name.replace(".", "")) & _NAMES
        and codes[it.name] not in settings.taxes
        and _is_of_amounts(it)
        and any(it.cents)
    ]


def _is_of_amounts(column: FileColumn) -> bool:
    """Whether a column named after a tax holds its amounts; one of percents says which percent, as in "GST 5%"."""
    is_rate = "%" in column.name and not re.search(r"[0-9]", column.name)
    return column.has_amounts and not is_rate and not words_of(column.name) & _BESIDE


def _is_numbered(name: str) -> bool:
    """Whether a column is of a tax by its place or authority: "Tax 1", "Montant taxe 2", "Taxe provinciale"."""
    words = words_of(re.sub(r"(?<=[a-z])(?=\d)", " ", name, flags=re.IGNORECASE))
    is_other = "tax" not in words or "%" in name or meaning_of(name) is not None
    return not is_other and all(it in _AROUND or it.isdecimal() for it in words)


def _by_rates(
    numbered: Sequence[FileColumn], found: Mapping[str, FileColumn], settings: Settings
) -> tuple[tuple[str, FileColumn], ...]:
    """Each of some columns that are not empty with the tax whose rate it is; nothing where that fails for one of them."""
    told = [it for it in numbered if any(it.cents)]
    if not told or "date" not in found:
        return ()
    rates = [*rates_of_days(found["date"], settings)]
    for bases in _bases(told, found):
        codes = [_rate_of(it.cents, bases, rates) for it in told]
        if all(codes) and len({*codes}) == len(codes):
            return tuple(zip(codes, told, strict=True))
    return ()


def rates_of_days(days: FileColumn, settings: Settings) -> Iterator[Mapping[str, int]]:
    """The rates of the day of each row; of the row before where it has none."""
    reader, splitter, rates = DateReader(DayOrder(days.day_order)), Splitter(settings), dict[str, int]()
    for text in days.texts:
        day = reader[text]
        rates = splitter.rates(day) if isinstance(day, date) else rates
        yield rates


def _bases(numbered: Iterable[FileColumn], found: Mapping[str, FileColumn]) -> Iterator[Sequence[int]]:
    """What the taxes of a row may be on, in cents: its line, its price times the quantity, its total without taxes and tip."""
    yield from (found[it].cents for it in ("line", "amount") if it in found)
    if "unit_price" in found and "quantity" in found:
        yield cents_of(Amount(("unit_price",), times="quantity"), found)
    if "total" in found:
        net = found["total"].cents
        for column in [*numbered, *([found["tip"]] if "tip" in found else [])]:
            net = [*map(sub, net, column.cents)]
        yield net


def _rate_of(amounts: Sequence[int], bases: Sequence[int], rates: Sequence[Mapping[str, int]]) -> str:
    """The code of the tax whose rate most amounts are of what they are on, to the cent; blank where no one tax is."""
    taxed = [it for it in zip(amounts, bases, rates, strict=True) if it[0] and it[1]]
    fitting = Counter(
        code
        for cents, base, its in taxed
        for code, rate in its.items()
        if abs(cents * PER_CENT - base * rate) <= PER_CENT
    )
    (first, most), (_, next_most) = [*fitting.most_common(2), ("", 0), ("", 0)][:2]
    return first if most * 2 > len(taxed) and most > next_most else ""
