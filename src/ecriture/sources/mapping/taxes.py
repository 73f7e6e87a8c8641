"""One amount for several taxes, and taxes within amounts: divided by the rates of the settings on the document's date."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from ecriture.core.methods import plain_method
from ecriture.core.money import round_half_up
from ecriture.core.provinces import authority, tax_name
from ecriture.core.settings import Settings
from ecriture.sources.mapping.model import Row

MILLIONTHS = 10**6
PER_CENT = 100 * MILLIONTHS
"""Rates are whole millionths of a percent: so many decimals they have at most."""

MOST_TRIED = 6
"""So many of what was tried are shown."""

Shares = tuple[tuple[str, int], ...]
"""The codes of taxes with their cents."""


class NotSplit(NamedTuple):
    """Why an amount was not divided, and what was tried: taxes, with what they would be."""

    reason: str
    tried: tuple[tuple[str, int], ...] = ()


class Taxed(NamedTuple):
    """A row of a document: what it is, its item, its amount as it counts."""

    row: Row
    code: str
    cents: int


Rated = tuple[tuple[str, ...], int]
"""Taxes and the sum of their rates, in millionths of a percent."""


class Base(NamedTuple):
    """What taxes are on, in cents: one amount, or for each tax its own."""

    cents: int
    own: Mapping[str, int] | None

    def given(self, sets: Iterable[Rated], rates: Mapping[str, int]) -> list[tuple[tuple[str, ...], int]]:
        """The sets of which each tax is on something, with what they come to, in cents times `PER_CENT`; none of nothing."""
        if self.own is None:
            cents = self.cents
            return [(taxes, cents * rate) for taxes, rate in sets] if cents else []
        parts = [(taxes, self.parts(taxes, rates)) for taxes, _ in sets]
        return [(taxes, sum(it)) for taxes, it in parts if all(it) and sum(it) != 0]

    def parts(self, taxes: Iterable[str], rates: Mapping[str, int]) -> list[int]:
        """What each tax would be, in cents times `PER_CENT`."""
        return [(self.cents if self.own is None else self.own[tax]) * rates[tax] for tax in taxes]


class Codes(dict[str, str]):
    """The names of taxes in files to the codes of the settings: `TPS`, `GST 5%` and `Canada GST` are GST.

    A name that means no code, or two, is itself.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__({code: code for code in settings.taxes})
        self._words = {
            plain_method(word): code for code in settings.taxes for word in (tax_name(code.upper(), "fr"), code)
        }

    def __missing__(self, name: str) -> str:
        words = {plain_method(name), *map(plain_method, re.split(r"[^\w-]+", name))}
        meant = {self._words[word] for word in words if word in self._words}
        self[name] = code = next(iter(meant)) if len(meant) == 1 else name
        return code


class Splitter:
    """Divides the taxes of a company's documents."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rates: dict[date, dict[str, int]] = {}
        self._sets_of: dict[date, Sequence[Rated]] = {}
        self._exempt = {code: it.taxes for code, it in settings.items.items() if it.taxes is not None}

    def split(self, tax_cents: int, rows: Sequence[Taxed], day: date, *, discount_after_tax: bool) -> Shares | NotSplit:
        """The one set of one or two taxes of which the rates give the amount, to a cent for each row of the document.

        Shipping may be taxed or not. Where several sets fit, the one that is exact.
        """
        leeway, wanted = max(len(rows), 1) * PER_CENT, tax_cents * PER_CENT
        kinds = UNDISCOUNTED if discount_after_tax else DISCOUNTED
        with_shipping = [kinds | {Row.SHIPPING}] if Row.SHIPPING in [it.row for it in rows] else []
        rates, sets = self.rates(day), self._sets(day)
        bases = [self._base(rows, it) for it in (*with_shipping, kinds)]
        low, high = wanted - leeway, wanted + leeway
        fitting = [
            (taxes, whole, base) for base in bases for taxes, whole in base.given(sets, rates) if low <= whole <= high
        ]
        if len(fitting) > 1:
            fitting = [it for it in fitting if -PER_CENT < wanted - it[1] < PER_CENT] or fitting
        if fitting and (len(fitting) == 1 or len({taxes for taxes, _, _ in fitting}) == 1):
            taxes, _, base = fitting[0]
            return shared(tax_cents, taxes, base.parts(taxes, rates))
        tried = [it for base in bases for it in base.given(sets, rates)]
        shown = {" + ".join(taxes): round_half_up(whole, PER_CENT) for taxes, whole in reversed(tried)}
        reason = "several" if fitting else "none" if shown else "no-rates"
        return NotSplit(reason, tuple(reversed(shown.items()))[:MOST_TRIED])

    def _sets(self, day: date) -> Sequence["Rated"]:
        """The sets of one or two taxes that a sale of a day may have, each with its rate."""
        found = self._sets_of.get(day)
        if found is None:
            rates = self.rates(day)
            found = self._sets_of[day] = [(taxes, sum(rates[tax] for tax in taxes)) for taxes in tax_sets(rates)]
        return found

    def by_rates(self, tax_cents: int, taxes: Iterable[str], day: date) -> Shares | NotSplit:
        """Divided by the rates alone, as a person decided."""
        rates, chosen = self.rates(day), tuple(dict.fromkeys(taxes))
        if not chosen or not rates.keys() >= set(chosen):
            return NotSplit("decided", tuple((tax, 0) for tax in chosen))
        return shared(tax_cents, chosen, [rates[tax] for tax in chosen])

    def rates(self, day: date) -> dict[str, int]:
        """The rates of a day above zero, in millionths of a percent, in the order of the settings."""
        found = self._rates.get(day)
        if found is None:
            percents = {code: tax.percent_on(day) for code, tax in self._settings.taxes.items()}
            found = {code: int(percent * MILLIONTHS) for code, percent in percents.items() if percent}
            self._rates[day] = found
        return found

    def _base(self, rows: Sequence[Taxed], kinds: frozenset[Row]) -> "Base":
        """What taxes are on: the rows of some kinds; of each tax by itself, where it does not apply to all items."""
        bearing = [it for it in rows if it.row in kinds]
        cents = sum([it.cents for it in bearing])
        if self._exempt.keys().isdisjoint([it.code for it in bearing]):
            return Base(cents, None)
        taxes = self._settings.taxes
        return Base(cents, {tax: sum(it.cents for it in bearing if self._is_taxed(it, tax)) for tax in taxes})

    def _is_taxed(self, row: Taxed, tax: str) -> bool:
        exempt = self._exempt.get(row.code) if row.row is Row.LINE else None
        return exempt is None or tax in exempt

    def taken_out(self, rows: Sequence[Taxed], taxes: Sequence[str], day: date) -> tuple[list[int], Shares] | NotSplit:
        """The rows without the taxes that are in them, and these: each tax is worked out, the net is the rest."""
        rates = self.rates(day)
        if not taxes or not rates.keys() >= set(taxes):
            return NotSplit("included", tuple((tax, 0) for tax in taxes))
        nets: list[Fraction] = []
        exact = dict.fromkeys(taxes, Fraction())
        for row in rows:
            own = [tax for tax in taxes if row.row in BEARING and self._is_taxed(row, tax)]
            net = row.cents / (1 + Fraction(sum(rates[tax] for tax in own), PER_CENT))
            nets.append(net)
            for tax in own:
                exact[tax] += net * rates[tax] / PER_CENT
        shares = tuple((tax, round_half_up(it.numerator, it.denominator)) for tax, it in exact.items())
        net_cents = sum(row.cents for row in rows) - sum(cents for _, cents in shares)
        return rounded_to(net_cents, nets), shares


UNDISCOUNTED, DISCOUNTED = frozenset({Row.LINE}), frozenset({Row.LINE, Row.DISCOUNT})
BEARING = frozenset({Row.LINE, Row.DISCOUNT, Row.SHIPPING})
"""The rows that bear taxes."""


def tax_sets(codes: Collection[str]) -> list[tuple[str, ...]]:
    """The sets of one or two taxes that a sale may have."""
    return [*combinations(codes, 1), *filter(_go_together, combinations(codes, 2))]


def _go_together(taxes: tuple[str, ...]) -> bool:
    """Two taxes of one authority are two rates of one: no sale has both."""
    authorities = [*filter(None, map(authority, taxes))]
    return len({*authorities}) == len(authorities)


def without(cents: int, rows: Sequence[Taxed]) -> list[int]:
    """The amounts of rows less an amount of taxes that is in them: it is taken from those that bear taxes, in proportion."""
    bearing = sum(it.cents for it in rows if it.row in BEARING)
    if not bearing:
        return [it.cents for it in rows]
    exact = [
        Fraction(it.cents * (bearing - cents), bearing) if it.row in BEARING else Fraction(it.cents) for it in rows
    ]
    return rounded_to(sum(it.cents for it in rows) - cents, exact)


def shared(cents: int, taxes: Sequence[str], parts: Sequence[int]) -> Shares:
    """An amount in proportion to parts, each share rounded, the last one the rest."""
    whole = sum(parts)
    if len(parts) == 1:
        return ((taxes[0], cents),)
    sign = 1 if whole > 0 else -1
    shares = [round_half_up(sign * cents * part, abs(whole)) for part in parts[:-1]]
    return tuple(zip(taxes, [*shares, cents - sum(shares)], strict=True))


def rounded_to(total_cents: int, exact: Sequence[Fraction]) -> list[int]:
    """Amounts that sum to a total, each as near to its exact value as that allows: left-over cents to the largest rests."""
    found = [it.numerator // it.denominator for it in exact]
    order = sorted(range(len(exact)), key=lambda place: found[place] - exact[place])
    left = total_cents - sum(found)
    for turn in range(abs(left) if exact else 0):
        found[order[turn % len(order)]] += 1 if left > 0 else -1
    return found


def in_proportion(total_cents: int, amounts: Sequence[int]) -> list[int]:
    """A total in proportion to signed amounts whose sum is not zero: the rows of a credit note for a part of an invoice."""
    whole = sum(amounts)
    return rounded_to(total_cents, [Fraction(total_cents * cents, whole) for cents in amounts])
