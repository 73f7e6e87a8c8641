"""Sage 50's reports of entries, as CSV or XLSX: *All Transactions*, *All Journal Entries*, *Transactions by Account*.

Their columns are not published, and no real file was at hand (docs, *Proof*). So they are found by their words in both
languages and by what cells look like: our source, an account, a date, a debit and a credit. An account or an entry may
stand in a row of its own above its lines.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from ecriture.core.amounts import AmountReader
from ecriture.core.dates import DateReader, DayOrder, UnreadDate
from ecriture.core.reconcile import Shown
from ecriture.sources.tables.encoding import find_encoding
from ecriture.sources.tables.faults import SpreadsheetFault
from ecriture.sources.tables.header import plain_name
from ecriture.sources.tables.table import is_spreadsheet

MOST_ROWS, MOST_CELLS, SAMPLE, TOP = 100_000, 64, 4_000, 20
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "debit": ("debit", "debits", "debit_amount", "montant_debit", "debit_s"),
        "credit": ("credit", "credits", "credit_amount", "montant_credit", "credit_s"),
        "amount": ("amount", "montant"),
        "balance": ("balance", "solde"),
        "date": ("date", "transaction_date", "date_de_transaction", "date_de_l_operation"),
        "source": ("source", "reference"),
        "journal": (*("j", "je", "journal", "journal_entry", "transaction", "entry"), *("ej", "e_j", "ecriture")),
        "account": ("account", "acct", "compte", "account_code"),
        "comment": ("comment", "comments", "description", "commentaire", "commentaires", "detail", "details"),
    }
)
TOTALS = ("total", "totaux", "grand_total", "total_general")
OPENING = ("opening_balance", "solde_d_ouverture", "solde_ouverture", "solde_reporte", "balance_forward")
DELIMITERS = ",;\t"

_ACCOUNT = re.compile(r"([0-9]{4,8})(?:\s*[-–—:.]\s*|\s+)?(.*)")
_NUMBERED = re.compile("^(n|no|num|numero)_(de_|d_|du_)?|_(no|number)$")
"""Around the name of a column of numbers: `N° de source`, `Account Number`."""
_JOURNAL = re.compile(r"(?:J|JE|EJ|É)\s?-?([0-9]{1,9})", re.IGNORECASE)
_AMOUNT = re.compile(r"\(?-?\$?[\s\u00a0\u202f]?[0-9][0-9.,'\s\u00a0\u202f]*(?:[.,][0-9]{2})\)?-?[\s\u00a0]?\$?\)?-?")
_OURS = re.compile(r"(?:ADJ|AJT)?[\s-]?[A-Z0-9]{1,3}[0-9]{6}-[0-9]{2,}")
_SHORT = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{2})")
"""A date whose year has two digits."""
_DATE = re.compile(r"\b[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}\b")
_BETWEEN = re.compile(r"\s(?:-|–|—|to|through|thru|au|à|until)\s", re.IGNORECASE)
"""Between the first and the last day of a period: `du 01/01/2026 au 28/02/2026`."""


class ReportRead(NamedTuple):
    """The lines of a report, and what is wrong with it as a whole: `nothing` when it has no entry, else a fault's name."""

    lines: Sequence[Shown]
    fault: str = ""
    period: tuple[date, date] | None = None
    """The first and the last day, where its title says them."""

    @property
    def accounts(self) -> frozenset[str]:
        return frozenset(it.account for it in self.lines)

    @property
    def dates(self) -> tuple[date, date] | None:
        found = [it.dated for it in self.lines if it.dated is not None]
        return (min(found), max(found)) if found else None


def read_ledger_report(stream: BinaryIO, *, order: str = "") -> ReportRead:
    """The entries of a report. `order`: whether the day or the month comes first in its dates, where they do not say."""
    try:
        rows = [row[:MOST_CELLS] for row in islice(_rows(stream), MOST_ROWS + 1)]
    except SpreadsheetFault as fault:
        return ReportRead((), str(fault))
    except (csv.Error, UnicodeDecodeError):
        return ReportRead((), "damaged")
    if len(rows) > MOST_ROWS:
        return ReportRead((), "large")
    found = _Report(rows, order)
    lines = [*found.lines()]
    return ReportRead(lines, "" if lines else "nothing", found.period())


def _rows(stream: BinaryIO) -> Iterator[list[str]]:
    stream.seek(0)
    if is_spreadsheet(stream):
        from ecriture.sources.tables.sheets import choose_sheet  # noqa: PLC0415 - only when there is one

        yield from choose_sheet(stream, lambda rows: any(map(_names_sides, rows)), rows=SAMPLE).rows()
        return
    encoding = find_encoding(stream)
    if encoding.fault:
        raise csv.Error(encoding.fault)
    text = io.StringIO(stream.read().decode(encoding.codec), newline="")
    sample = text.read(SAMPLE * 20)
    text.seek(0)
    delimiter = max(DELIMITERS, key=lambda mark: _likeness(sample, mark))
    yield from csv.reader(text, delimiter=delimiter)


def _likeness(sample: str, delimiter: str) -> tuple[int, int]:
    rows = [line.split(delimiter) for line in sample.replace('"', "").splitlines()]
    return sum(map(_names_sides, rows)), sum(map(len, rows))


def _names_sides(row: Sequence[str]) -> bool:
    """Whether a row has the titles of debits and credits, or of one amount."""
    found = _places(row)
    return {"debit", "credit"} <= found.keys() or ("amount" in found and len(found) > 2)


def _places(row: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, text in enumerate(row):
        name = _NUMBERED.sub("", plain_name(text[:80]))
        for meaning, words in WORDS.items():
            if name in words:
                found.setdefault(meaning, place)
    return found


class _Dates(DateReader):
    """Dates whose year may have two digits, of this century: which number is the year is found by the whole file."""

    def __init__(self, order: str, *, is_year_first: bool | None = False) -> None:
        super().__init__(DayOrder(order))
        self._is_year_first = is_year_first

    def _read(self, text: str) -> date | UnreadDate:
        found = _SHORT.fullmatch(text)
        if found is None:
            return super()._read(text)
        if self._is_year_first is None:
            return UnreadDate("date-unreadable", "", "two-days")
        first, mark, second, third = found.groups()
        if self._is_year_first:
            return super()._read(f"20{first:0>2}-{second:0>2}-{third}")
        return super()._read(f"{first}{mark}{second}{mark}20{third}")


def _year_leads(texts: Iterable[str]) -> bool | None:
    """Whether dates like `26-01-31` begin with their year: by which reading lies in two years at most. None: either may."""
    short = {found.groups() for text in texts if (found := _SHORT.fullmatch(text.strip()))}
    if any(mark == "/" or int(second) > 12 for _, mark, second, _ in short):
        return False
    firsts, lasts = ({int(it[place]) for it in short} for place in (0, 3))
    if not short or min(firsts) <= 12:
        return False
    if max(lasts) > 31 or min(lasts) < 1 or max(firsts) > 31:
        return max(firsts) > 31
    may_lead, may_end = (max(years) - min(years) <= 1 for years in (firsts, lasts))
    return None if may_lead == may_end else may_lead


class _Sides(NamedTuple):
    """The columns of debits and credits, or of one signed amount; the other columns that the titles name."""

    debit: int
    credit: int
    others: dict[str, int]


class _Report:
    """The rows of a report, and what stands above each line: its account, or its entry."""

    def __init__(self, rows: Sequence[Sequence[str]], order: str) -> None:
        self._rows = rows
        self._start = next((at for at, row in enumerate(rows) if _names_sides(row)), -1)
        self._sides = self._columns()
        self._amounts = AmountReader()
        self._dates = self._learned(order)

    def _columns(self) -> _Sides:
        """By the titles; where the amounts stand elsewhere, or there are no titles, by what the cells look like."""
        titles = _places(self._rows[self._start]) if self._start >= 0 else {}
        counts = Counter(
            place
            for row in islice(self._rows, self._start + 1, self._start + 1 + SAMPLE)
            for place, text in enumerate(row)
            if _AMOUNT.fullmatch(text.strip()) or type(text) is not str
        )
        if "amount" in titles and "debit" not in titles:
            return _Sides(titles["amount"], -1, titles)
        if counts.get(titles.get("debit", -1)) or counts.get(titles.get("credit", -1)):
            return _Sides(titles["debit"], titles["credit"], titles)
        named = {at for name, at in titles.items() if name not in ("debit", "credit", "balance")}
        places = sorted(place for place, count in counts.items() if count and place not in named)
        if len(places) < 2:
            return _Sides(places[0] if places else -1, -1, titles)
        return _Sides(places[0], places[1], titles)

    def _learned(self, order: str) -> _Dates:
        """Which mark is the decimal one, and whether day, month or year comes first: by the whole file."""
        texts: set[str] = set()
        for row in self._rows:
            for text in row:
                if _AMOUNT.fullmatch(text.strip()):
                    self._amounts[text.strip()]
                elif 6 <= len(text) <= 30:
                    texts.add(text)
        texts.update(found[0] for row in self._titles() for found in _DATE.finditer(row))
        self._amounts = AmountReader(self._amounts.decided())
        place = self._sides.others.get("date", -1)
        column = {text for row in self._rows if _SHORT.fullmatch(text := _at(row, place))}
        is_year_first = _year_leads(column or texts)
        seen = _Dates(order, is_year_first=is_year_first)
        for text in texts:
            seen[text]
        order = order or seen.order.decided()
        # Whoever says that the day or the month comes first says that the year does not.
        return _Dates(order, is_year_first=False if order else is_year_first)

    def _titles(self) -> Iterator[str]:
        """What stands above the titles of the columns, a row at a time."""
        return (" ".join(map(str.strip, row)) for row in self._rows[: max(0, min(self._start, TOP))])

    def period(self) -> tuple[date, date] | None:
        """From the first day to the last, where a title says them."""
        for title in self._titles():
            for found in _BETWEEN.finditer(title):
                before, after = title[: found.start()].split()[-5:], title[found.end() :].split()[:5]
                first = self._first_date(before[at:] for at in range(len(before)))
                last = self._first_date(after[:at] for at in range(len(after), 0, -1))
                if first is not None and last is not None and first <= last:
                    return first, last
        return None

    def _first_date(self, texts: Iterable[Sequence[str]]) -> date | None:
        read = (self._dates[" ".join(words).strip(",;:()")] for words in texts)
        return next((found for found in read if isinstance(found, date)), None)

    def lines(self) -> Iterator[Shown]:
        account, head = "", _Head()
        for number, row in enumerate(self._rows, start=1):
            if number - 1 <= self._start or not any(map(str.strip, row)):
                continue
            said, cents = self._head(row), self._cents(row)
            is_under_account = bool(account) and cents is not None and said.dated is not None
            own = self._account(row, said, is_under_account=is_under_account)
            if cents is None or _is(row, OPENING):
                account = own or account
                head = said if said.is_entry else head
                continue
            if _is(row, TOTALS):
                continue
            whole = said.over(head) if own or said.is_entry else head
            if said.is_entry and own:
                head = whole
            if (own or account) and (whole.dated is not None or whole.source):
                yield Shown(own or account, whole.dated, whole.source, whole.journal, whole.comment, cents, number)

    def _cents(self, row: Sequence[str]) -> int | None:
        """Debit less credit; None for a row without either."""
        debit, credit = (self._amount(row, place) for place in (self._sides.debit, self._sides.credit))
        return None if debit is None and credit is None else (debit or 0) - (credit or 0)

    def _amount(self, row: Sequence[str], place: int) -> int | None:
        text = row[place] if 0 <= place < len(row) else ""
        found = self._amounts[text.strip() if type(text) is str else text] if text.strip(" -\u00a0") else None
        return found if isinstance(found, int) else None

    def _head(self, row: Sequence[str]) -> "_Head":
        """What a row says of its entry, by the titles, else by what its cells look like."""
        titles = self._sides.others
        texts = [text.strip() for text in row]
        # Its own column first: a source like 12-11-25 may look like a date.
        asked = (_at(texts, titles.get("date", -1)), *texts)
        dates = (found for text in asked if isinstance(found := self._dates[text], date))
        named = _at(texts, titles.get("source", -1))
        source = next((text for text in texts if _OURS.fullmatch(text.upper())), named)
        journal = _at(texts, titles.get("journal", -1)) or next(filter(_JOURNAL.fullmatch, texts), "")
        comment = _at(texts, titles.get("comment", -1)) or " ".join(
            text for text in texts if any(map(str.isalpha, text)) and text not in (source, journal)
        )
        numbered = _JOURNAL.fullmatch(journal)
        return _Head(next(dates, None), source, numbered[1] if numbered else journal.lstrip("Jj "), comment)

    def _account(self, row: Sequence[str], said: "_Head", *, is_under_account: bool) -> str:
        """The account that a row names: in the column of accounts, else in its first cells, but for a line under one."""
        place = self._sides.others.get("account", -1)
        cells: Iterable[str] = [named] if (named := _at(row, place)) else ()
        if not named and not is_under_account:
            cells = (text for text in row[:4] if text.strip() != said.journal)
        for text in map(str.strip, cells):
            if isinstance(self._dates[text], date) or _AMOUNT.fullmatch(text):
                continue
            if found := _ACCOUNT.fullmatch(text):
                is_alone = not found[2] or any(map(str.isalpha, found[2]))
                if is_alone and (found[2] or place >= 0 or _has_name(row)):
                    return found[1]
        return ""


class _Head(NamedTuple):
    """What is known of an entry."""

    dated: date | None = None
    source: str = ""
    journal: str = ""
    comment: str = ""

    @property
    def is_entry(self) -> bool:
        return self.dated is not None or bool(_OURS.fullmatch(self.source.upper()))

    def over(self, above: "_Head") -> "_Head":
        """With what the row above says where this one says nothing."""
        if self.is_entry:
            return self
        return _Head(above.dated, above.source, above.journal, f"{above.comment} {self.comment}".strip())


def _at(texts: Sequence[str], place: int) -> str:
    return texts[place].strip() if 0 <= place < len(texts) else ""


def _is(row: Sequence[str], words: tuple[str, ...]) -> bool:
    """Whether the first text of a row begins with one of some words."""
    first = next((plain_name(text[:80]) for text in row if any(map(str.isalpha, text))), "")
    return first.startswith(words)


def _has_name(row: Sequence[str]) -> bool:
    return any(any(map(str.isalpha, text)) for text in row)
