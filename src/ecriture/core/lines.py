"""From parts to the lines of an entry: summed by account, by unit, or not at all; the bank's lines apart (P5)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, count
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, cast

from ecriture.core.dates import Calendar
from ecriture.core.documents import Document, Payment, new
from ecriture.core.entries import Line
from ecriture.core.postings import Part
from ecriture.core.rules import Role, Rule
from ecriture.core.settings import BankLines, Detail

NET = 2
"""The side of a line on which debits and credits meet; that of the others is False for debits, True for credits."""

RUN = 32
"""So many parts of a summary are tried at once before an entry is cut."""

NO_LIMIT = 1_000_000_000
"""More lines than an entry has."""

LineKey = tuple[Any, ...]
"""What the postings of a line have in common: side, account, what else keeps it apart from others, and last its comment.

Without the comment it sorts the lines of a block. A plain tuple: a hundred thousand are made and looked up.

| lines of | places |
|---|---|
| a summary | side, account, `""` |
| its bank, by day | side, account, AFTER, day, `""`, comment |
| its bank, by payment | side, account, AFTER, day, number, comment |
| its bank, by reference | NET, account, AFTER, reference, comment |
| a unit | side, account, comment |
| each posting | side, account, row, own date, keys, comment |
"""

AFTER = 1
"""Lines of the bank that are kept apart stand after the one of what else touches that account."""

Lines = dict[LineKey, int]
"""The cents of some lines. A net one may come to zero and is none then. Those that sort equal stand as they shall."""

Block = tuple[date, bool, str] | tuple[()]
"""Lines that stand together: those of a unit on an open date, or all of a summary. Blocks follow each other in this order."""

Posted = tuple[LineKey, int, int]
"""A posting: the line it is in, its cents, and the row of its unit."""


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
        self._by_posting = detail is Detail.LINE
        self._bank_lines = bank_lines
        self.calendar = calendar
        self.customers = customers
        self.is_summary = detail is Detail.SUMMARY
        self.by_account = self.is_summary and bank_lines is BankLines.TOTAL
        self.has_net = self.is_summary and bank_lines is BankLines.REFERENCE

    def runs(self, parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
        """The parts, some at a time where they share a block and none can take a line away, else one by one."""
        for start in range(0, len(parts), RUN):
            run = parts[start : start + RUN]
            if not self.is_summary or (self.has_net and any(map(self._stands_apart, run))):
                yield from ([part] for part in run)
            else:
                yield run

    def _stands_apart(self, part: Part) -> bool:
        """Whether lines of it are more than accounts and sides."""
        return not self.is_summary or (self._bank_lines is not BankLines.TOTAL and isinstance(part.unit, Payment))

    def of_run(self, parts: Sequence[Part]) -> Lines:
        """The lines of a run."""
        lines: Lines = {}
        sums = Sums()
        for part in parts:
            if self._stands_apart(part):
                for key, cents, _ in self.of(part):
                    lines[key] = lines.get(key, 0) + cents
            else:
                sums.add(part.rules, part.cents)
        return added(lines, sums.lines)

    def in_order(self, parts: Iterable[Part]) -> Sequence[Part]:
        """Parts as they stand in an entry: by open date, documents before payments, number, own date."""
        alike: defaultdict[tuple[date, bool], list[Part]] = defaultdict(list)
        for part in parts:
            alike[self.calendar[part.own_date].open, isinstance(part.unit, Payment)].append(part)
        for its in alike.values():
            its.sort(key=attrgetter("own_date"))
            its.sort(key=attrgetter("unit.number"))
        return [*chain.from_iterable(alike[key] for key in sorted(alike))]

    def block(self, part: Part) -> Block:
        unit = part.unit
        return () if self.is_summary else (self.calendar[part.own_date].open, isinstance(unit, Payment), unit.number)

    def of(self, part: Part) -> Sequence[Posted]:
        """The postings of a part with their lines, in their order."""
        if self.is_summary:
            return self._in_summary(part)
        number, customer, name = part.unit.number, part.unit.customer, self.customers.name
        label = labelled(number, customer) if customer else ""
        if self._by_posting:
            return [
                (
                    (cents < 0, it.account, row, part.own_date, it.keys, label or labelled(number, name(part, row))),
                    cents,
                    row,
                )
                for it, cents, row in part.postings()
            ]
        return [
            ((cents * sign < 0, account, label or labelled(number, name(part, row))), cents * sign, row)
            for rule, cents, row in zip(part.rules, part.cents, part.rows)  # noqa: B905 - rows may be longer
            if cents
            for account, sign in rule.signs
        ]

    def _in_summary(self, part: Part) -> Sequence[Posted]:
        if not self._stands_apart(part):
            return [((cents < 0, it.account, ""), cents, row) for it, cents, row in part.postings()]
        net, apart = self._bank_line(part)
        return [
            (
                (net or cents < 0, it.account, *apart) if it.role is Role.BANK else (cents < 0, it.account, ""),
                cents,
                row,
            )
            for it, cents, row in part.postings()
        ]

    def _bank_line(self, part: Part) -> tuple[int, tuple[object, ...]]:
        """What keeps a payment's line of the bank apart, its comment last; and NET if it is a net one."""
        unit, day = cast("Payment", part.unit), part.own_date
        if self._bank_lines is BankLines.DAY:
            return 0, (AFTER, day, "", day.isoformat())
        if self._bank_lines is BankLines.REFERENCE and unit.bank_reference:
            return NET, (AFTER, unit.bank_reference, unit.bank_reference)
        return 0, (AFTER, day, unit.number, self.customers.label(unit))


class Sums:
    """What amounts come to for each rule, those above zero and those below apart: they stand on other sides."""

    def __init__(self) -> None:
        self._above: defaultdict[Rule, int] = defaultdict(int)
        self._below: defaultdict[Rule, int] = defaultdict(int)

    def add(self, rules: Sequence[Rule], amounts: Sequence[int]) -> None:
        """Adds amounts in cents, each with its rule."""
        above, below = self._above, self._below
        for rule, cents in zip(rules, amounts):  # noqa: B905 - `strict` doubles the time for so few
            if cents > 0:
                above[rule] += cents
            else:
                below[rule] += cents

    @property
    def lines(self) -> Lines:
        """The lines of a summary without bank lines."""
        lines: Lines = {}
        for rule, cents in chain(self._above.items(), self._below.items()):
            for choice, sign in rule.legs if cents else ():
                key = (sign * cents < 0, choice.account, "")
                lines[key] = lines.get(key, 0) + sign * cents
        return lines


def added(lines: Lines, more: Lines) -> Lines:
    """Lines to which others were added."""
    for key, cents in more.items():
        lines[key] = lines.get(key, 0) + cents
    return lines


def summed(parts: Sequence[Part], keys: LineKeys) -> Lines:
    """The lines of some parts; those that sort equal stand in the order of the unit's rows."""
    lines: Lines = {}
    for key, cents, _ in sorted(chain.from_iterable(map(keys.of, parts)), key=itemgetter(2)):
        lines[key] = lines.get(key, 0) + cents
    return lines


def length(lines: Lines) -> int:
    """How many lines are not zero."""
    return len(lines) - [*lines.values()].count(0)


class Piece(NamedTuple):
    """An entry, or a piece of one that is too long: its parts, and their lines by block."""

    parts: Sequence[Part]
    blocks: Mapping[Block, Lines]
    has_net: bool = False
    """Whether it may have net lines."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """In their order."""
        lines = chain.from_iterable(map(self._in_order, self.blocks.values()))
        return tuple([new(Line, (key[1], cents, key[-1])) for key, cents in lines if cents])

    @property
    def numbers(self) -> Mapping[Block, Mapping[LineKey, int]]:
        """The number (from 1) of each line; a net line that comes to zero has none."""
        number = count(1)
        return {
            block: {key: next(number) for key, cents in self._in_order(lines) if cents}
            for block, lines in self.blocks.items()
        }

    def _in_order(self, lines: Lines) -> Sequence[tuple[LineKey, int]]:
        """A net line stands on the side of its sign, as of its earliest own date."""
        if not self.has_net:
            return [(key, lines[key]) for key in sorted(lines, key=_WITHOUT_COMMENT)]
        earliest = _earliest(self.parts)

        def order(line: tuple[LineKey, int]) -> tuple[object, ...]:
            key, cents = line
            if key[0] != NET:
                return key[:-1]
            _, account, _, reference, _ = key
            return (cents < 0, account, AFTER, earliest[account, reference], reference)

        return sorted(lines.items(), key=order)


_WITHOUT_COMMENT = itemgetter(slice(-1))


def _earliest(parts: Iterable[Part]) -> dict[tuple[str, str], date]:
    """The first own date of each account and bank reference."""
    found: dict[tuple[str, str], date] = {}
    for part in parts:
        if isinstance(part.unit, Payment) and part.unit.bank_reference:
            for choice, _, _ in part.postings():
                key = (choice.account, part.unit.bank_reference)
                found[key] = min(found.get(key, part.own_date), part.own_date)
    return found


def pieces(parts: Sequence[Part], keys: LineKeys, max_lines: int = NO_LIMIT) -> Iterator[Piece]:
    """Parts in their order, cut so that no piece has more lines, unless a single part has them."""
    if keys.has_net and parts and length(summed(parts, keys)) <= max_lines:
        max_lines = NO_LIMIT  # its beginning may be longer than all of it, where net lines come to zero again
    piece = _Growing(keys, max_lines)
    for run in keys.runs(parts):
        for part in () if piece.takes(run) else run:
            if not piece.takes([part]):
                yield piece.whole
                piece = _Growing(keys, max_lines)
                piece.takes([part])
    if piece.parts:
        yield piece.whole


class _Growing:
    """A piece while parts are added."""

    def __init__(self, keys: LineKeys, max_lines: int) -> None:
        self.parts: list[Part] = []
        self.blocks: dict[Block, Lines] = {}
        self._keys = keys
        self._max_lines = max_lines
        self._length = 0
        self._of_block: list[Part] = []

    @property
    def whole(self) -> Piece:
        return Piece(self.parts, self.blocks, self._keys.has_net)

    def takes(self, parts: Sequence[Part]) -> bool:
        """Adds parts of one run, unless they would make it too long. Its first part may."""
        keys, block = self._keys, self._keys.block(parts[0])
        lines, more = self.blocks.get(block), keys.of_run(parts)
        grown = self._length + (length(more) if lines is None else _growth(lines, more))
        if grown > self._max_lines and (self.parts or len(parts) > 1):
            return False
        self.parts += parts
        self._length = grown
        if lines is None:
            self.blocks[block], self._of_block = more, [*parts]
        elif keys.is_summary:
            added(lines, more)
        else:
            self._of_block += parts
            self.blocks[block] = summed(self._of_block, keys)
        return True


def _growth(lines: Lines, more: Lines) -> int:
    """By how many lines an entry grows; a net line that comes to zero is none."""
    return sum([bool(lines.get(key, 0) + cents) - bool(lines.get(key, 0)) for key, cents in more.items()])
