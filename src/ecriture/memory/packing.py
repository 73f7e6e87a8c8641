"""How the state packs units: in blocks of three parts.

`index`: which units, of what dates. `held`: what a batch holds and recorded of them. `listed`: what only a listing needs.
They are JSON, in columns, which is much faster than an object for each unit or posting. What units of a block share stands
once: pairs of a posting's key and its account, choices of such pairs, rows of accounts. A group is postings of one unit
that follow each other and have own date, open date, customer, entry and why in common. Days count from the unit's date.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from ecriture.core.batches import BatchPart, BatchPosting, BatchUnit, Recorded, UnitRecord, Why
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.settings import Opening

MOST_UNITS, MOST_POSTINGS = 100, 2_000
"""In a block: so many that a scan is fast, so few that little is read for one unit."""

DOCUMENT, PAYMENT = UnitKind.DOCUMENT, UnitKind.PAYMENT
"""By name: each member is slow to find, and to hash."""


ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def dumped(value: object) -> bytes:
    """Compact JSON. Half a surrogate pair, as in a name that the system could not decode, goes there and back as it is."""
    return ENCODER.encode(value).encode("utf-8", "surrogatepass")


def loaded(content: bytes) -> Any:  # noqa: ANN401 - whatever the JSON holds
    return json.loads(content.decode("utf-8", "surrogatepass"))


def key_of(unit: UnitId) -> str:
    """A unit as one text; these are in the order of a listing: documents before payments, then by number."""
    return ("d" if unit.kind is DOCUMENT else "p") + unit.number


def unit_of(key: str) -> UnitId:
    return UnitId(DOCUMENT if key[0] == "d" else PAYMENT, key[1:])


class Block:
    """Units of a batch on their way to the state."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._dates: list[int] = []
        self._chosen: list[int] = []
        self._sales: list[int | None] = []
        self._applied: list[tuple[int, str, int | None, int]] = []
        self._groups: list[tuple[int, Sequence[str], int, str]] = []
        self._cents: list[int] = []
        self._pairs: dict[tuple[str, str], int] = {}
        self._choices: dict[tuple[int, ...], int] = {}
        self._listed: list[tuple[int, str, int]] = []
        self._lines: list[int] = []
        self._seen: dict[int, tuple[Mapping[str, str], int]] = {}

    @property
    def is_full(self) -> bool:
        return len(self.keys) >= MOST_UNITS or len(self._cents) >= MOST_POSTINGS

    def add(self, unit: UnitId, record: UnitRecord, parts: Sequence[BatchPart]) -> None:
        """Raises ValueError for a unit without postings."""
        if not parts:
            raise ValueError(f"{unit}: without postings")
        then, sale, place = record.unit_date.toordinal(), record.sale_date, len(self.keys)
        self.keys.append(key_of(unit))
        self._dates.append(then)
        self._chosen.append(self._choice(record.accounts))
        self._sales.append(None if sale is None else sale.toordinal() - then)
        for (document, day), on in record.applied.items():
            days = None if day is None else day.toordinal() - then, on.toordinal() - then
            self._applied.append((place, document, *days))
        for entry, own, opened, customer, why, lines, row, cents in parts:
            self._groups.append((place, row, own.toordinal() - then, customer))
            self._listed.append((entry, why, opened.toordinal() - then))
            self._lines += lines
            self._cents += cents

    def _choice(self, accounts: Mapping[str, str]) -> int:
        """The place of a mapping among the choices; one that many records share is looked through once."""
        seen = self._seen.get(id(accounts))
        if seen is None:
            pairs = tuple([self._pairs.setdefault(pair, len(self._pairs)) for pair in accounts.items()])
            seen = self._seen[id(accounts)] = accounts, self._choices.setdefault(pairs, len(self._choices))
        return seen[1]

    def packed(self) -> tuple[bytes, bytes, bytes]:
        """Index, held and listed. The index names the SHA-256 of the other two."""
        rows: dict[tuple[str, ...], int] = {}
        groups = [(place, rows.setdefault(tuple(row), len(rows)), *more) for place, row, *more in self._groups]
        units = list(self._pairs), list(self._choices), self._chosen, self._sales, columns(self._applied, 4)
        held = dumped([*units, list(rows), columns(groups, 4), self._cents])
        listed = dumped([*columns(self._listed, 3), self._lines])
        return dumped([sha256(held).hexdigest(), sha256(listed).hexdigest(), self.keys, self._dates]), held, listed


def columns(rows: Sequence[Sequence[object]], width: int) -> list[Sequence[object]]:
    return list(zip(*rows, strict=True)) or [()] * width


def blocks(units: Iterable[BatchUnit]) -> Iterator[Block]:
    """A single-use iterator; no more than a block is held."""
    block = Block()
    for unit in units:
        block.add(*unit)
        if block.is_full:
            yield block
            block = Block()
    if block.keys:
        yield block


class Index(NamedTuple):
    """Which units are in a block, and of what dates (as ordinals); and the SHA-256 of the block's other two parts."""

    held_sha256: str
    listed_sha256: str
    keys: list[str]
    dates: list[int]


class Days(dict[int, date]):
    """Dates by their ordinals, each made once."""

    def __missing__(self, ordinal: int) -> date:
        self[ordinal] = day = date.fromordinal(ordinal)
        return day


def add_recorded(
    known: dict[str, Recorded], wanted: Container[str], index: Index, held: bytes, opening: Opening, days: Days
) -> None:
    """Does what `Recorded.add` does for each unit of a block that is wanted, without an object for each posting.

    Units share the mappings of accounts that are alike: a mapping that is known is replaced, never changed.
    """
    pairs, choices, chosen, sales, applied, rows, groups, cents = loaded(held)
    mappings = [dict(map(pairs.__getitem__, choice)) for choice in choices]
    each: list[Recorded | None] = []
    for key, then, choice, sale in zip(index.keys, index.dates, chosen, sales, strict=True):
        if key not in wanted:
            each.append(None)
            continue
        day, accounts = days[then], mappings[choice]
        recorded = known.get(key)
        if recorded is None:
            known[key] = recorded = Recorded(opening, day, "", {}, accounts, None, {})
        else:
            recorded.unit_date, recorded.accounts = day, recorded.accounts | accounts
        if sale is not None:
            recorded.sale = day, days[then + sale]
        each.append(recorded)
    _add_applied(each, index.dates, applied, days)
    _add_parts(each, index.dates, rows, groups, cents, days)


Each = Sequence[Recorded | None]
"""What is recorded of each unit of a block; None for one that is not wanted."""

Columns = Sequence[Sequence[Any]]


def _add_applied(each: Each, dates: Sequence[int], applied: Columns, days: Days) -> None:
    for place, document, on, was in zip(*applied, strict=True):
        recorded, then = each[place], dates[place]
        if recorded is not None:
            row = document, None if on is None else days[then + on]
            recorded.applied[row] = days[then], days[then + was]


def _add_parts(
    each: Each, dates: Sequence[int], rows: Sequence[list[str]], groups: Columns, cents: list[int], days: Days
) -> None:
    once = [len({*row}) == len(row) for row in rows]
    start = 0
    for place, row, own, customer in zip(*groups, strict=True):
        accounts, recorded = rows[row], each[place]
        first, start = start, start + len(accounts)
        if recorded is None:
            continue
        recorded.customer, own_date = customer, days[dates[place] + own]
        amounts = zip(accounts, cents[first:start], strict=True)
        part = recorded.parts.get(own_date)
        if part is None and once[row]:
            recorded.parts[own_date] = dict(amounts)
            continue
        if part is None:
            part = recorded.parts[own_date] = {}
        for account, amount in amounts:
            part[account] = part.get(account, 0) + amount


Order = tuple[int, int, str, int]
"""What a listing sorts by: entry, open date, unit (documents before payments, number), own date."""


class Group(NamedTuple):
    customer: str
    why: str
    lines: list[int]
    accounts: list[str]
    cents: list[int]


def groups_of(index: Index, held: bytes, listed: bytes) -> Iterator[tuple[Order, Group]]:
    """The postings of a block, in groups as stored."""
    *_, rows, groups, cents = loaded(held)
    *columns_listed, lines = loaded(listed)
    start = 0
    for place, row, own, customer, entry, why, opened in zip(*groups, *columns_listed, strict=True):
        first, start = start, start + len(rows[row])
        then = index.dates[place]
        order = entry, then + opened, index.keys[place], then + own
        yield order, Group(customer, why, lines[first:start], rows[row], cents[first:start])


def postings_of(order: Order, group: Group) -> Iterator[BatchPosting]:
    entry, opened, key, own = order
    unit, days, why = unit_of(key), (date.fromordinal(own), date.fromordinal(opened)), Why(group.why)
    for line, account, cents in zip(group.lines, group.accounts, group.cents, strict=True):
        yield BatchPosting(entry, line, unit, group.customer, *days, account, cents, why)
