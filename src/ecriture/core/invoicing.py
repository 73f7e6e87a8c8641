"""An invoice that is made here: what its lines come to, the taxes of the place where it is supplied, and its rows (P2)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecriture.core.documents import DISCOUNT, LINE, SHIPPING, TAX, RowKey, RowKind
from ecriture.core.money import round_half_up
from ecriture.core.provinces import PROVINCES
from ecriture.core.settings import Item
from ecriture.core.taxes import Tax, tax_on

EXEMPT = "exempt"
"""The place of supply of a document without taxes; the others are provinces and territories."""
DIFFER = ("HST", "PST")
"""Taxes of one name and several rates: which one is meant, the rate tells."""


class Charge(NamedTuple):
    """A tax that applies at a place on a day. `percent` is None where nobody knows its rate."""

    code: str
    percent: Decimal | None


class Taxation(NamedTuple):
    """The taxes of a place: those that the company charges, by its own codes, and those that its settings lack."""

    charged: tuple[Charge, ...] = ()
    missing: tuple[Charge, ...] = ()


class Sold(NamedTuple):
    """A line: the code of its item, empty without one, and its amount before taxes."""

    code: str
    cents: int


class Besides(NamedTuple):
    """What a document has beside its lines, as written: a discount is positive."""

    discount_cents: int = 0
    shipping_cents: int = 0
    tip_cents: int = 0
    rounding_cents: int = 0


def line_cents(quantity: Decimal, unit_price: Decimal) -> int:
    """A quantity at a price in dollars, rounded half up to the cent."""
    (count, of), (price, parts) = quantity.as_integer_ratio(), unit_price.as_integer_ratio()
    return round_half_up(100 * count * price, of * parts)


def taxation(place: str, taxes: Mapping[str, Tax], day: date, *, home: str) -> Taxation:
    """The taxes of a place on a day, out of those of the settings, at the rates of the settings.

    A tax is found by its name and its rate (HST, or HST13). What the settings say otherwise of a rate counts at home,
    and where the name alone tells which tax it is.
    """
    charged: list[Charge] = []
    missing: list[Charge] = []
    for tax in PROVINCES[place].taxes if place != EXEMPT else ():
        percent = tax.percent_on(day)
        found = _charged(tax.code, percent, taxes, day, is_home=place == home)
        charged += [found] if found else []
        missing += [] if found else [Charge(tax.code, percent)]
    return Taxation(tuple(charged), tuple(missing))


def _charged(
    code: str, percent: Decimal | None, taxes: Mapping[str, Tax], day: date, *, is_home: bool
) -> Charge | None:
    rates = {own: rate for own, tax in taxes.items() if (rate := tax.percent_on(day)) is not None}
    alike = [own for own in rates if own.upper().startswith(code)]
    for own in alike:
        if rates[own] == percent:
            return Charge(own, percent)
    is_meant = code in rates and (is_home or code not in DIFFER)
    return Charge(code, rates[code]) if is_meant else None


def rows_of(
    lines: tuple[Sold, ...], besides: Besides, charged: tuple[Charge, ...], items: Mapping[str, Item]
) -> tuple[tuple[RowKey, int], ...]:
    """The rows of a document with their amounts as they count in the total: lines, discount, shipping, taxes, tip, rounding.

    Each tax is on the lines that it applies to, less the discount, with shipping, and rounded once. It has no row where it
    applies to no line.
    """
    found = [
        *((RowKey(LINE, line.code), line.cents) for line in lines),
        (RowKey(DISCOUNT), -besides.discount_cents),
        (RowKey(SHIPPING), besides.shipping_cents),
        *_tax_rows(lines, besides, charged, items),
        (RowKey(RowKind.TIP), besides.tip_cents),
        (RowKey(RowKind.ROUNDING), besides.rounding_cents),
    ]
    return tuple((key, cents) for key, cents in found if cents or key.kind is LINE)


def _tax_rows(
    lines: tuple[Sold, ...], besides: Besides, charged: tuple[Charge, ...], items: Mapping[str, Item]
) -> Iterator[tuple[RowKey, int]]:
    for code, percent in charged:
        taxed = [line.cents for line in lines if _is_taxed(items.get(line.code), code)]
        if taxed and percent is not None:
            yield RowKey(TAX, code), tax_on([*taxed, -besides.discount_cents, besides.shipping_cents], percent)


def _is_taxed(item: Item | None, tax: str) -> bool:
    return item is None or item.taxes is None or tax in item.taxes
