"""From parts to the lines of an entry: summed by account, by unit, or not at all; the bank's lines apart (P5)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from ecriture.core.dates import Calendar
from ecriture.core.documents import Document, Payment
from ecriture.core.entries import Line
from ecriture.core.posting import Part, Parts
from ecriture.core.rules import Leg, Pattern, Role
from ecriture.core.settings import BankLines, Detail

DEBIT, CREDIT, NET = 0, 1, 2


class LineKey(NamedTuple):
    """What postings of one line share. Keys sort in the order of the lines; of one entry all are of one kind."""

    order: tuple[object, ...]
    account: str
    comment: str


class Customers(NamedTuple):
    """Whose a unit is: its own customer, or that of the document which a payment's row names."""

    of_row: Callable[[Payment, int], str]
    heading: Callable[[Payment], str]

    def name(self, part: Part, row: int) -> str:
        unit = part.unit
        return unit.customer if isinstance(unit, Document) else self.of_row(unit, row)

    def of_unit(self, unit: Document | Payment) -> str:
        return unit.customer if isinstance(unit, Document) else self.heading(unit)

    def label(self, unit: Document | Payment) -> str:
        """Number and customer, as in headings."""
        return labelled(unit.number, self.of_unit(unit))


def labelled(number: str, customer: str) -> str:
    return f"{number} {customer}" if customer else number


class LineKeys:
    """The keys of postings for one detail; what is fixed by its leg alone is summed without a look at its unit."""

    def __init__(self, *, detail: Detail, bank_lines: BankLines, calendar: Calendar, customers: Customers) -> None:
        self._detail = detail
        self._bank_lines = bank_lines if detail is Detail.SUMMARY else BankLines.TOTAL
        self.calendar = calendar
        self.customers = customers

    def place(self, part: Part) -> tuple[date, str, str, date]:
        """Where a part stands among those of its entry."""
        return self.calendar[part.own_date].open, *part.unit.id, part.own_date

    def is_fixed(self, leg: Leg) -> bool:
        """Whether a leg's key does not depend on the unit and date."""
        return self._detail is Detail.SUMMARY and (leg.role is not Role.BANK or self._bank_lines is BankLines.TOTAL)

    def fixed(self, leg: Leg, side: int) -> LineKey:
        return LineKey((side, leg.account, 0, date.min, ""), leg.account, "")

    def of(self, part: Part, leg: Leg, row: int, cents: int) -> LineKey:
        """The key of one posting."""
        side = DEBIT if cents > 0 else CREDIT
        if self.is_fixed(leg):
            return self.fixed(leg, side)
        if self._detail is Detail.SUMMARY and isinstance(part.unit, Payment):
            return self._of_bank(part.unit, part.own_date, leg.account, side)
        return self._of_unit(part, leg, row, side)

    def _of_bank(self, payment: Payment, own_date: date, account: str, side: int) -> LineKey:
        if self._bank_lines is BankLines.DAY:
            return LineKey((side, account, 1, own_date, ""), account, own_date.isoformat())
        if self._bank_lines is BankLines.REFERENCE and payment.bank_reference:
            return LineKey((NET, account, 1, date.min, payment.bank_reference), account, payment.bank_reference)
        return LineKey((side, account, 1, own_date, payment.number), account, self.customers.label(payment))

    def _of_unit(self, part: Part, leg: Leg, row: int, side: int) -> LineKey:
        unit = part.unit
        order = (self.calendar[part.own_date].open, *unit.id, side, leg.account)
        customer = self.customers.of_unit(unit) if row < 0 else self.customers.name(part, row)
        alone = (row, part.own_date, leg.keys) if self._detail is Detail.LINE else ()
        return LineKey((*order, *alone), leg.account, labelled(unit.number, customer))


Sums = dict[LineKey, int]


def sums_of(parts: Parts, keys: LineKeys) -> Sums:
    """The cents of each line. Parts of one pattern are summed column by column where the key is fixed by the leg."""
    by_pattern: defaultdict[Pattern, list[tuple[int, ...]]] = defaultdict(list)
    for _, _, pattern, amounts in parts.single:
        by_pattern[pattern].append(amounts)
    sums: Sums = {}
    for pattern, amounts_alike in by_pattern.items():
        _add_columns(sums, pattern, [*zip(*amounts_alike, strict=True)], keys)
    for alike in parts.alike:
        _add_columns(sums, alike.pattern, alike.columns, keys)
    patterns = [*by_pattern, *{alike.pattern: None for alike in parts.alike}]
    loose = [pattern for pattern in patterns if not all(map(keys.is_fixed, pattern.legs))]
    for row, part, leg, cents in _loose(parts, loose, keys):
        _add(sums, keys.of(part, leg, row, cents), cents)
    return sums


def _add_columns(sums: Sums, pattern: Pattern, columns: Sequence[Sequence[int]], keys: LineKeys) -> None:
    for leg, column in zip(pattern.legs, columns, strict=False):
        if keys.is_fixed(leg):
            _add_column(sums, leg, column, keys)
    for leg, column in zip(pattern.legs[len(columns) :], columns, strict=False):
        if keys.is_fixed(leg):
            _add_column(sums, leg, column, keys, sign=-1)


def _loose(parts: Parts, patterns: list[Pattern], keys: LineKeys) -> list[tuple[int, Part, Leg, int]]:
    """The postings whose key depends on their unit, in the order of the rows: so equal lines stand as in the input."""
    chosen = frozenset(patterns)
    postings = [
        (row, part, leg, cents)
        for part in (parts if chosen else ())
        if part.pattern in chosen
        for leg, cents, row in part.postings()
        if not keys.is_fixed(leg)
    ]
    return sorted(postings, key=itemgetter(0))


def _add_column(sums: Sums, leg: Leg, column: Sequence[int], keys: LineKeys, *, sign: int = 1) -> None:
    """Debits and credits apart: a posting counts on the side of its own sign."""
    total_cents = sum(column)
    above_cents = sum([cents for cents in column if cents > 0]) if min(column) < 0 else total_cents
    for cents in (sign * above_cents, sign * (total_cents - above_cents)):
        if cents:
            _add(sums, keys.fixed(leg, DEBIT if cents > 0 else CREDIT), cents)


def _add(sums: Sums, key: LineKey, cents: int) -> None:
    sums[key] = sums.get(key, 0) + cents


def ordered(sums: Sums, parts: Iterable[Part]) -> list[tuple[LineKey, int]]:
    """The lines that are not zero, in their order. A net line stands on the side of its sign, as of its earliest date."""
    earliest = _earliest(parts) if any(key.order[0] == NET for key in sums) else {}

    def place(line: tuple[LineKey, int]) -> tuple[object, ...]:
        key, cents = line
        if key.order[0] != NET:
            return key.order
        return (DEBIT if cents > 0 else CREDIT, key.account, 1, earliest[key.account, key.comment], key.comment)

    return sorted(((key, cents) for key, cents in sums.items() if cents), key=place)


def _earliest(parts: Iterable[Part]) -> dict[tuple[str, str], date]:
    """The first own date of each account and bank reference."""
    found: dict[tuple[str, str], date] = {}
    for part in parts:
        if isinstance(part.unit, Payment) and part.unit.bank_reference:
            for leg, _, _ in part.postings():
                key = (leg.account, part.unit.bank_reference)
                found[key] = min(found.get(key, part.own_date), part.own_date)
    return found


def length(sums: Sums) -> int:
    """How many lines they give; a net line that comes to zero is none."""
    return sum(map(bool, sums.values()))


def lines_of(sums: Sums, parts: Iterable[Part]) -> tuple[Line, ...]:
    return tuple(Line(key.account, cents, key.comment) for key, cents in ordered(sums, parts))


def pieces(parts: Sequence[Part], keys: LineKeys, max_lines: int) -> Iterator[tuple[Parts, Sums]]:
    """Parts in their order, cut so that no piece has more lines, unless a single part has them."""
    piece, sums = Parts(), Sums()
    length = 0
    for part in parts:
        more = sums_of(Parts([part]), keys)
        grown = length + _growth(sums, more)
        if piece.single and grown > max_lines:
            yield piece, sums_of(piece, keys)
            piece, sums, grown = Parts(), Sums(), _growth({}, more)
        piece.single.append(part)
        length = grown
        for key, cents in more.items():
            _add(sums, key, cents)
    if piece.single:
        yield piece, sums_of(piece, keys)


def _growth(sums: Sums, more: Sums) -> int:
    """By how many lines sums grow; a net line that comes to zero is none."""
    return sum(bool(sums.get(key, 0) + cents) - bool(sums.get(key, 0)) for key, cents in more.items())
