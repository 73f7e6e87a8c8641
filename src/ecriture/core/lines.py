"""From parts to the lines of an entry: summed by account, by unit, or not at all; the bank's lines apart (P5)."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from operator import call, itemgetter
from typing import NamedTuple

from ecriture.core.dates import Calendar
from ecriture.core.documents import Document, Payment, new
from ecriture.core.entries import Line
from ecriture.core.postings import Part
from ecriture.core.rules import AccountChoice, Role, Rule
from ecriture.core.settings import BankLines, Detail

NET = 2
"""The side of a line on which debits and credits meet; those of the other lines are True for debits, False for credits."""


class Apart(NamedTuple):
    """What keeps a posting on another line than its account's others, and what the line says."""

    before: tuple[object, ...]
    """Sorts before side and account."""
    after: tuple[object, ...]
    """Sorts after them."""
    comment: str


TOGETHER = Apart((), (0, date.min, ""), "")
"""For the postings that are summed by account and side alone."""

SumKey = tuple[AccountChoice, int, Apart]
"""What postings share that are summed: account, side, and what keeps them apart from others."""

Sums = defaultdict[SumKey, int]
"""Cents by key. Keys of one account may make one line."""


class LineKey(NamedTuple):
    """A line's place in its entry, its account and comment. All keys of an entry sort together."""

    order: tuple[object, ...]
    account: str
    comment: str


class Customers(NamedTuple):
    """Whose a unit is: its own customer, or that of the document which a payment's row names."""

    of_row: Callable[[Payment, int], str]
    heading: Callable[[Payment], str]

    def name(self, part: Part, row: int) -> str:
        """Of a posting; a negative row is the unit as a whole."""
        unit = part.unit
        if isinstance(unit, Document):
            return unit.customer
        return self.heading(unit) if row < 0 else self.of_row(unit, row)

    def label(self, unit: Document | Payment) -> str:
        """Number and customer, as in headings."""
        return labelled(unit.number, unit.customer if isinstance(unit, Document) else self.heading(unit))


def labelled(number: str, customer: str) -> str:
    return f"{number} {customer}" if customer else number


class LineKeys:
    """Which postings of an entry are summed, and into which lines, for one detail."""

    def __init__(self, *, detail: Detail, bank_lines: BankLines, calendar: Calendar, customers: Customers) -> None:
        self._detail = detail
        self._bank_lines = bank_lines
        self.calendar = calendar
        self.customers = customers
        self._part: Part | None = None
        self._aparts: dict[str, Apart] = {}
        """Those of the part that was asked about last, by customer."""
        self.by_account = detail is Detail.SUMMARY and bank_lines is BankLines.TOTAL

    def place(self, part: Part) -> tuple[date, str, str, date]:
        """Where a part stands among those of its entry."""
        return self.calendar[part.own_date].open, *part.unit.id, part.own_date

    def of(self, part: Part, choice: AccountChoice, cents: int, row: int) -> SumKey:
        """The key of one posting."""
        side = cents > 0
        if self._detail is not Detail.SUMMARY:
            return choice, side, self._of_unit(part, choice, row)
        unit = part.unit
        if choice.role is not Role.BANK or self._bank_lines is BankLines.TOTAL or not isinstance(unit, Payment):
            return choice, side, TOGETHER
        if self._bank_lines is BankLines.DAY:
            return choice, side, Apart((), (1, part.own_date, ""), part.own_date.isoformat())
        if self._bank_lines is BankLines.REFERENCE and unit.bank_reference:
            return choice, NET, Apart((), (1, unit.bank_reference), unit.bank_reference)
        return choice, side, Apart((), (1, part.own_date, unit.number), self.customers.label(unit))

    def _of_unit(self, part: Part, choice: AccountChoice, row: int) -> Apart:
        """The same for all postings of a part and customer, unless each has a line of its own."""
        customer = part.unit.customer or self.customers.name(part, row)
        if part is not self._part:
            self._part, self._aparts = part, {}
        apart = self._aparts.get(customer)
        if apart is None:
            before = (self.calendar[part.own_date].open, *part.unit.id)
            apart = self._aparts[customer] = Apart(before, (), labelled(part.unit.number, customer))
        if self._detail is Detail.LINE:
            return apart._replace(after=(row, part.own_date, choice.keys))
        return apart


def by_account(rules: Sequence[Rule], cents: Sequence[int]) -> Sums:
    """The sums of accounts and sides, of amounts with their rules; only here the accounts of rules are looked at."""
    amounts: dict[Rule, list[int]] = {rule: [] for rule in dict.fromkeys(rules)}
    appends = {rule: its.append for rule, its in amounts.items()}
    deque(map(call, map(appends.__getitem__, rules), cents), maxlen=0)  # without a Python call or loop for each amount
    found: Sums = defaultdict(int)
    for rule, its in amounts.items():
        total_cents, size_cents = sum(its), sum(map(abs, its))
        for cents_of_side in (size_cents + total_cents) // 2, (total_cents - size_cents) // 2:
            for choice, sign in rule.legs if cents_of_side else ():
                found[choice, sign * cents_of_side > 0, TOGETHER] += sign * cents_of_side
    return found


def sums_of(parts: Sequence[Part], keys: LineKeys) -> Sums:
    """The postings of parts, summed. Keys of a unit stand in the order of its rows: so do lines that sort equal."""
    if keys.by_account:
        rules = chain.from_iterable([part.rules for part in parts])
        return by_account([*rules], [*chain.from_iterable([part.cents for part in parts])])
    sums: Sums = defaultdict(int)
    postings: Iterable[tuple[Part, AccountChoice, int, int]]
    postings = ((part, *posting) for part in parts for posting in part.postings())
    if len({id(part.unit) for part in parts}) < len(parts):  # a unit has parts of several dates
        postings = sorted(postings, key=itemgetter(3))
    for part, choice, cents, row in postings:
        sums[keys.of(part, choice, cents, row)] += cents
    return sums


def _line_key(key: SumKey) -> LineKey:
    """The line of a key; that of a net one has no place before its sum is known."""
    choice, side, (before, after, comment) = key
    order = (*before, side if side == NET else 1 - side, choice.account, *after)
    return new(LineKey, (order, choice.account, comment))


def by_line(sums: Mapping[SumKey, int]) -> dict[LineKey, int]:
    """The cents of each line. One that comes to zero is none, but may grow when more is added."""
    lines: dict[LineKey, int] = {}
    for key, cents in sums.items():
        line = _line_key(key)
        lines[line] = lines.get(line, 0) + cents
    return lines


def length(lines: Mapping[LineKey, int]) -> int:
    """How many lines are not zero."""
    return sum(map(bool, lines.values()))


def lines_of(sums: Mapping[SumKey, int], parts: Iterable[Part] = ()) -> tuple[Line, ...]:
    """The lines of an entry in their order. Net lines need its parts."""
    return tuple([new(Line, (key.account, cents, key.comment)) for key, cents in _ordered(sums, parts)])


def line_numbers(sums: Mapping[SumKey, int], parts: Iterable[Part] = ()) -> Mapping[SumKey, int]:
    """The number (from 1) of the line that each key's postings are in; 0 for a net line that comes to zero."""
    numbers = {key: number for number, (key, _) in enumerate(_ordered(sums, parts), 1)}
    return {key: numbers.get(_line_key(key), 0) for key in sums}


def _ordered(sums: Mapping[SumKey, int], parts: Iterable[Part]) -> list[tuple[LineKey, int]]:
    """A net line stands on the side of its sign, as of its earliest own date."""
    earliest = _earliest(parts) if any(side == NET for _, side, _ in sums) else {}

    def place(line: tuple[LineKey, int]) -> tuple[object, ...]:
        (order, account, comment), cents = line
        if order[0] != NET:
            return order
        return (int(cents < 0), account, 1, earliest[account, comment], comment)

    return sorted(((key, cents) for key, cents in by_line(sums).items() if cents), key=place)


def _earliest(parts: Iterable[Part]) -> dict[tuple[str, str], date]:
    """The first own date of each account and bank reference."""
    found: dict[tuple[str, str], date] = {}
    for part in parts:
        if isinstance(part.unit, Payment) and part.unit.bank_reference:
            for choice, _, _ in part.postings():
                key = (choice.account, part.unit.bank_reference)
                found[key] = min(found.get(key, part.own_date), part.own_date)
    return found


def fits(parts: Iterable[Part], keys: LineKeys, max_lines: int) -> bool:
    """Whether parts make at most `max_lines` lines; looks no further than it must."""
    lines: dict[LineKey, int] = {}
    certain = 0
    for part in parts:
        for key, cents in by_line(sums_of([part], keys)).items():
            certain += key not in lines and key.order[0] != NET  # only a net line can come to zero again
            lines[key] = lines.get(key, 0) + cents
        if certain > max_lines:
            return False
    return length(lines) <= max_lines


def pieces(parts: Iterable[Part], keys: LineKeys, max_lines: int) -> Iterator[list[Part]]:
    """Parts in their order, cut so that no piece has more lines, unless a single part has them."""
    piece: list[Part] = []
    lines: dict[LineKey, int] = {}
    count = 0
    for part in parts:
        more = by_line(sums_of([part], keys))
        grown = count + _growth(lines, more)
        if piece and grown > max_lines:
            yield piece
            piece, lines, grown = [], {}, length(more)
        piece.append(part)
        count = grown
        for key, cents in more.items():
            lines[key] = lines.get(key, 0) + cents
    if piece:
        yield piece


def _growth(lines: Mapping[LineKey, int], more: Mapping[LineKey, int]) -> int:
    """By how many lines an entry grows; a net line that comes to zero is none."""
    return sum(bool(lines.get(key, 0) + cents) - bool(lines.get(key, 0)) for key, cents in more.items())
