"""The rules GJ-01 to GJ-11 of general-journal files. A new one is a function and its line in `RULES`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from ecriture.core.accounts import Chart
from ecriture.core.settings import FiscalYear
from ecriture.targets.sage50_ca.grammar import SHOWN, File, Kind, Row
from ecriture.targets.sage50_ca.write import LAST_DATE, SOURCE_LIMIT, TEXT_LIMIT

_LAX_SOURCE_LIMIT = 20
_LAX_TEXT_LIMIT = 75


class Finding(NamedTuple):
    """A rule that a line breaks (the first line is 1), with the parameters of its sentence."""

    rule: str
    line: int
    params: Mapping[str, object]


# --- where a row stands ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Entry:
    """The entry of a header; line 0 for the lines before the first header. When in doubt, its sum says nothing."""

    line: int = 0
    source: str = ""
    details: int = 0
    total_cents: int = 0
    in_doubt: bool = False

    def add(self, row: Row) -> None:
        self.details += 1
        self.total_cents += row.cents or 0
        self.in_doubt = self.in_doubt or row.cents is None


@dataclass(slots=True)
class Announced:
    """Tax or allocation lines that a line says will follow (None: a number that cannot be read), and those that did."""

    kind: Kind | None = None
    line: int = 0
    expected: int | None = None
    found: int = 0


@dataclass(slots=True)
class Place:
    """Where a row stands in the file, and what the caller knows of the company.

    `closed` is the entry with a header that ends before the row, `ended` the announcement that does, and `is_first` whether
    the row is the first of lines that have no header. `sources` has the line of each source's first header.
    """

    file: File
    lax: bool
    chart: Chart | None
    digits: int | None
    fiscal_years: tuple[FiscalYear, ...]
    linked: frozenset[str]
    line: int = 1
    entry: Entry | None = None
    closed: Entry | None = None
    announced: Announced = field(default_factory=Announced)
    ended: Announced | None = None
    is_announced: bool = False
    is_first: bool = False
    sources: dict[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """The rows of the file; while one is looked at, the place is that row's."""
        for line, row in self.file.rows:
            self.line, self.closed, self.ended, self.is_first = line, None, None, False
            self.is_announced = row.kind is self.announced.kind
            if self.is_announced:
                self.announced.found += 1
            elif row.kind not in (Kind.START, Kind.BLANK):
                self.ended, self.announced = self.announced, Announced()
                self._enter(row)
            yield row

    def _enter(self, row: Row) -> None:
        if row.kind in (Kind.HEADER, Kind.END):
            self.closed = self.entry if self.entry and self.entry.line else None
            self.entry = Entry(self.line, row.source)
            self.sources.setdefault(row.source, self.line)
            return
        if self.entry is None:
            self.is_first, self.entry = True, Entry()
        if row.kind in (Kind.DETAIL, Kind.ALLOCATION):
            self.entry.add(row)
        if row.kind is Kind.TAX_HEADER:
            self.announced = Announced(Kind.TAX, self.line, row.follows)
        elif row.follows is not None:
            self.announced = Announced(Kind.ALLOCATION, self.line, row.follows)

    def finding(self, rule: str, **params: object) -> Finding:
        return Finding(rule, self.line, params)


# --- the rules ------------------------------------------------------------------------------------------------------

Rule = Callable[[Row, Place], Iterator[Finding]]


def _whole_file(row: Row, at: Place) -> Iterator[Finding]:
    """GJ-01 for its mark and line ends, GJ-02 when it is empty."""
    if row.kind is not Kind.START:
        return
    if at.file.encoding:
        yield at.finding("GJ-01", kind="byte-order-mark", encoding=at.file.encoding)
    if at.file.is_empty:
        yield at.finding("GJ-02", reason="no-entry")
    for found, (line, count) in at.file.wrong_ends.items():
        yield Finding("GJ-01", line, {"kind": "line-end", "found": found, "count": count})


def _characters(row: Row, at: Place) -> Iterator[Finding]:
    """One for a line, at its first such character."""
    if row.foreign:
        first = row.foreign[0]
        code, column = f"U+{ord(first):04X}", row.text.index(first) + 1
        yield at.finding("GJ-01", kind="character", character=first, code=code, column=column, count=len(row.foreign))


def _first_line(row: Row, at: Place) -> Iterator[Finding]:
    """One for all lines before the first header; none where the first of them has a fault that may explain it."""
    is_explained = row.foreign or row.misshapen or _is_beyond(row, at)
    if at.is_first and not is_explained and all(finding.rule != "GJ-02" for finding in _texts(row, at)):
        yield at.finding("GJ-02", reason="first-line")


def _shape(row: Row, at: Place) -> Iterator[Finding]:
    if row.misshapen and not at.is_announced:
        yield at.finding("GJ-02", reason=row.misshapen, text=row.text[:SHOWN])


def _dates(row: Row, at: Place) -> Iterator[Finding]:
    """The years are 2000 to 2049: what Sage makes of `50` to `99` is not published."""
    if not row.date:
        return
    month, day, year = map(int, row.date.split("-"))
    try:
        found = date(2000 + year, month, day)
    except ValueError:
        yield at.finding("GJ-03", reason="impossible", text=row.date)
        return
    if found > LAST_DATE:
        yield at.finding("GJ-03", reason="year", text=row.date)
    elif at.fiscal_years and not any(it.first <= found <= it.last for it in at.fiscal_years):
        yield at.finding("GJ-03", reason="fiscal-year", text=row.date, date=found)


def _two_details(_row: Row, at: Place) -> Iterator[Finding]:
    if (entry := at.closed) and entry.details < 2:
        yield Finding("GJ-04", entry.line, {"source": entry.source, "details": entry.details})


def _balance(_row: Row, at: Place) -> Iterator[Finding]:
    """A single detail never balances: that is one fault."""
    if (entry := at.closed) and entry.details >= 2 and entry.total_cents and not entry.in_doubt:
        yield Finding("GJ-05", entry.line, {"source": entry.source, "difference_cents": entry.total_cents})


def _amounts(row: Row, at: Place) -> Iterator[Finding]:
    if (digits := row.amount.lstrip("-")).startswith("0"):
        if not digits.strip("0."):
            yield at.finding("GJ-06", reason="zero", amount=row.amount[:SHOWN])
        elif digits[1] != ".":
            yield at.finding("GJ-06", reason="leading-zero", amount=row.amount[:SHOWN])


def _accounts(row: Row, at: Place) -> Iterator[Finding]:
    """GJ-07, and GJ-08: a linked account is one fault, whatever else the chart says of it."""
    account = row.account
    if not account or (at.is_announced and not at.lax):
        return
    found = at.chart.get(account) if at.chart else None
    if account in at.linked or (found and found.linked):
        yield at.finding("GJ-08", account=account)
    elif at.digits and len(account) != at.digits:
        yield at.finding("GJ-07", reason="digits", account=account, digits=at.digits)
    elif at.chart is not None and not found:
        yield at.finding("GJ-07", reason="unknown", account=account)
    elif found and not found.postable:
        yield at.finding("GJ-07", reason="not-postable", account=account, type=found.type.value)


def _sources(row: Row, at: Place) -> Iterator[Finding]:
    if row.source and at.sources[row.source] != at.line:
        yield at.finding("GJ-09", source=row.source, first_line=at.sources[row.source])


def _is_beyond(row: Row, at: Place) -> bool:
    return bool(row.beyond) and not (at.lax and row.documented)


def _beyond_the_profile(row: Row, at: Place) -> Iterator[Finding]:
    """A tax line that nothing announces is wrong in lax too. Strict: the line that announces it has the finding already."""
    is_tax = row.kind is Kind.TAX
    if (is_tax and not at.is_announced) or (_is_beyond(row, at) and (at.lax or not is_tax)):
        yield Finding("GJ-10", at.line, row.beyond)


def _announced(_row: Row, at: Place) -> Iterator[Finding]:
    """Strict: see `_beyond_the_profile`."""
    if at.lax and (ended := at.ended) and ended.expected not in (None, ended.found):
        kind = "TAXH" if ended.kind is Kind.TAX else "allocation"
        yield Finding("GJ-10", ended.line, {"kind": kind, "expected": ended.expected, "found": ended.found})


def _texts(row: Row, at: Place) -> Iterator[Finding]:
    """GJ-11, and the length of GJ-02. Blanks around a text are one fault, not a length besides."""
    for name, text in row.texts:
        bare = text.strip(" ")
        strict, lax = (SOURCE_LIMIT, _LAX_SOURCE_LIMIT) if name == "source" else (TEXT_LIMIT, _LAX_TEXT_LIMIT)
        if len(bare) > (limit := lax if at.lax else strict):
            shown = bare[:SHOWN]
            yield at.finding("GJ-02", reason="text-long", field=name, length=len(bare), limit=limit, text=shown)
        if not bare:
            yield at.finding("GJ-11", reason="empty", field=name, text="")
        elif text != bare:
            yield at.finding("GJ-11", reason="padded", field=name, text=text[:SHOWN])


RULES: tuple[Rule, ...] = (
    _announced,
    _first_line,
    _whole_file,
    _characters,
    _shape,
    _amounts,
    _texts,
    _beyond_the_profile,
    _two_details,
    _balance,
    _dates,
    _sources,
    _accounts,
)
"""In the order in which their findings about one line are shown."""
