"""Reads charts of accounts: our own table, Sage 50's export, and its printed report, recognized by their content."""

import csv
import io
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from ecriture.core.accounts import Account, AccountType, Chart, is_account_number
from ecriture.core.problems import Problem, Where
from ecriture.sources import chart_words as words
from ecriture.sources.chart_report import JOINED, MOST_PLACES, NAMES, Report, counts_of, layout_of
from ecriture.sources.tables.csv_file import csv_file, guarded, unguarded
from ecriture.sources.tables.encoding import find_encoding
from ecriture.sources.tables.faults import SpreadsheetFault
from ecriture.sources.tables.header import DELIMITERS, ROWS_EXAMINED, Column, is_sep, places_of, plain_name
from ecriture.sources.tables.table import MOST_PROBLEMS, Table, is_spreadsheet

COLUMNS = (
    Column("number", "numéro", needed=True),
    Column("name", "nom"),
    Column("type", "type"),
    Column("linked", "associé"),
    Column("name_fr", "nom_fr"),
    Column("class", "classe"),
)
SAMPLE, SAMPLE_TEXT = 200, 1 << 16
"""How many rows and characters are examined to recognize the kind of file."""


class ChartRead(NamedTuple):
    """A chart and its problems. `receivable` has the numbers whose class is Accounts Receivable."""

    chart: Chart
    problems: tuple[Problem, ...]
    receivable: tuple[str, ...] = ()


def suggested_linked(read: ChartRead) -> tuple[str, ...]:
    """Accounts to ask the user about: the class Accounts Receivable suggests a linked account, but does not prove it."""
    return tuple(number for number in read.receivable if not read.chart[number].linked)


def read_chart(stream: BinaryIO, *, file: str) -> ChartRead:
    """The chart in a CSV or XLSX file of any of the three kinds. The first row of a duplicate number is kept."""
    if is_spreadsheet(stream):
        return _read_spreadsheet(stream, file)
    encoding = find_encoding(stream)
    if encoding.fault:
        return _unreadable(file, encoding.line, encoding.fault)
    text = io.TextIOWrapper(stream, encoding=encoding.codec, newline="")
    try:
        read = _read(csv.reader(text, delimiter=_delimiter(text), strict=True), file)
    except UnicodeDecodeError:
        # A byte that Windows-1252 does not have, in a place that looked like UTF-8.
        return _unreadable(file, 0, "encoding")
    finally:
        text.detach()  # otherwise the caller's stream would be closed too
    notes = [Problem("encoding-windows", {}, Where(file))] if encoding.codec == "cp1252" else []
    return read._replace(problems=(*notes, *read.problems))


def _read_spreadsheet(stream: BinaryIO, file: str) -> ChartRead:
    from ecriture.sources.tables.sheets import choose_sheet  # noqa: PLC0415 - only when there is one

    try:
        sheet = choose_sheet(stream, _is_chart, rows=SAMPLE)
        read = _read(sheet.rows(), file, ragged=True)
    except SpreadsheetFault as fault:
        return _unreadable(file, 0, str(fault))
    return read._replace(problems=(*sheet.problems(file), *read.problems))


def _is_chart(sample: Sequence[list[str]]) -> bool:
    """Whether the first rows of a sheet are those of one of the three kinds."""
    first = _first_row(sample)
    return _ledger_of(sample[first]) is not None or _has_header(sample, first) or layout_of(sample) is not None


def _unreadable(file: str, row: int, reason: str, **params: object) -> ChartRead:
    return ChartRead(Chart(), (Problem("row-unreadable", {"reason": reason, **params}, Where(file, row)),))


# The three kinds: each becomes a table with a header of COLUMNS

_SAGE_NAMES = ("number", "name", "type", "class", "", "")
_LEDGERS = frozenset({"accounts", "account", "comptes", "compte"})
_OTHER_LEDGERS = frozenset(
    {
        *("vendors", "suppliers", "customers", "employees", "inventory", "project", "projects"),
        *("fournisseurs", "clients", "employés", "employes", "stocks", "stock", "projet", "projets"),
    }
)


def _read(records: Iterator[list[str]], file: str, *, ragged: bool = False) -> ChartRead:
    sample, records = _sampled(records)
    first = _first_row(sample)
    ledger = _ledger_of(sample[first]) if sample else None
    if ledger is not None and ledger not in _LEDGERS:
        return _unreadable(file, first + 1, "value", column="LEDGER", value=ledger, accepted="Accounts")
    if ledger is not None:
        # Some exports have the values on a second line, below the names.
        lines = 1 + (len(sample) > first + 1 and _ledger_of(sample[first + 1]) is not None)
        rows = islice(records, first + lines, None)
        table = Table(chain([[*_SAGE_NAMES]], map(_sage_row, rows)), file=file, columns=COLUMNS)
        return _Accounts(table, file, offset=first + lines - 1).read()
    if not _has_header(sample, first) and (layout := layout_of(sample)) is not None:
        report = Report(layout, records)
        table = Table(chain([[*NAMES]], report.rows()), file=file, columns=COLUMNS)
        return _Accounts(table, file, offset=-1, report=report).read()
    return _Accounts(Table(records, file=file, columns=COLUMNS, ragged=ragged), file).read()


def _sampled(records: Iterator[list[str]]) -> tuple[list[list[str]], Iterator[list[str]]]:
    """The first rows, and an iterator over all rows. A read error is raised when its row is reached."""
    sample: list[list[str]] = []
    try:
        sample.extend(islice(records, SAMPLE))
    except csv.Error as error:
        return sample, chain(sample, _failing(error))
    return sample, chain(sample, records)


def _failing(error: csv.Error) -> Iterator[list[str]]:
    raise error
    yield  # never reached: it makes this a generator


def _first_row(sample: Sequence[list[str]]) -> int:
    return next((place for place, row in enumerate(sample) if "".join(row).strip() and not is_sep(row)), 0)


def _has_header(sample: Sequence[list[str]], first: int) -> bool:
    """Whether it is a table of our columns. Below titles, a report may have one of the names, and then not that of the name."""
    places = [places_of(row[:MOST_PLACES], COLUMNS).keys() for row in sample[first:ROWS_EXAMINED]]
    return bool(places) and ("number" in places[0] or any({"number", "name"} <= found for found in places))


def _ledger_of(record: Sequence[str]) -> str | None:
    """What the first line of Sage's export announces; None for another line, `accounts` if it does not say.

    The punctuation of this line is not published, so only its words are compared, whether names, values or both.
    """
    found = re.findall(r"\w+", " ".join(record[:MOST_PLACES]).casefold())
    *numbers, last = found or [""]
    if "vernum" not in found and not (2 <= len(numbers) <= 4 and all(map(str.isdigit, numbers))):
        return None
    ledgers = [word for word in found if word in _LEDGERS | _OTHER_LEDGERS]
    return (ledgers or ["accounts"])[0] if "vernum" in found or last in ledgers else None


def _sage_row(record: list[str]) -> list[str]:
    """A row of six fields; missing fields at the end are filled in."""
    width = max((place for place, text in enumerate(record, 1) if text.strip()), default=0)
    return (record + [""] * 6)[: max(6, width)]


def _delimiter(text: io.TextIOWrapper) -> str:
    """The delimiter with which the start of the text looks most like a chart; rewinds the text."""
    start = text.read(SAMPLE_TEXT)
    text.seek(0)
    return max(DELIMITERS, key=lambda mark: _likeness(start, mark))


def _likeness(text: str, delimiter: str) -> tuple[int, int, int]:
    """A score: the known columns in a header, the rows that have an account, and the cells of the first row."""
    sample, _ = _sampled(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    headers = (len(places_of(row[:MOST_PLACES], COLUMNS)) for row in sample[:ROWS_EXAMINED])
    return max(headers, default=0), max(counts_of(sample, joined=False), default=0), len(sample[0]) if sample else 0


# Accounts


class _Accounts:
    """Builds accounts from the rows of a table, and collects their problems."""

    def __init__(self, table: Table, file: str, offset: int = 0, report: Report | None = None) -> None:
        """`offset` is how many rows of the file stand before what the table takes for its first row."""
        self._table, self._file, self._offset, self._report = table, file, offset, report
        self._accounts: dict[str, Account] = {}
        self._receivable: list[str] = []
        self._untyped: set[str] = set()

    def read(self) -> ChartRead:
        names = [column.name for column in COLUMNS]
        for chunk in self._table.chunks():
            for row, *texts in zip(chunk.rows, *map(chunk.texts.__getitem__, names), strict=True):
                if len(self._table.problems) < MOST_PROBLEMS:
                    self._add(row, dict(zip(names, map(str.strip, texts), strict=True)))
        problems = [
            *map(self._placed, self._table.problems),
            *(self._report.problems(self._file) if self._report else ()),
        ]
        if not self._accounts and not any(problem.stops for problem in problems):
            # Every account would pass the checks against an empty chart.
            problems.append(Problem("row-unreadable", {"reason": "no-accounts"}, Where(self._file)))
        problems.sort(key=lambda problem: problem.where.row)
        return ChartRead(Chart(self._typed()), tuple(problems), tuple(self._receivable))

    def _typed(self) -> Iterator[Account]:
        """The accounts; in a report without types, headings and totals are recognized by name.

        Sage's own charts have CURRENT ASSETS and TOTAL CURRENT ASSETS, always in capitals.
        """
        guessed = self._untyped if self._report else ()
        totals = {account.name.removeprefix("TOTAL ") for account in self._accounts.values() if _is_total(account.name)}
        for account in self._accounts.values():
            if account.number in guessed and _is_total(account.name):
                yield account._replace(type=AccountType.TOTAL)
            elif account.number in guessed and account.name in totals:
                yield account._replace(type=AccountType.HEADING)
            else:
                yield account

    def _placed(self, problem: Problem) -> Problem:
        row = problem.where.row
        return replace(problem, where=problem.where._replace(row=row + self._offset if row else 0))

    def _add(self, row: int, texts: dict[str, str]) -> None:
        if not texts["name"] and (joined := JOINED.fullmatch(texts["number"])):
            texts |= {"number": joined[1], "name": joined[2].strip()}
        number = unguarded(texts["number"])
        if not is_account_number(number):
            self._table.unreadable(row, "account-number", value=number[:60])
        elif number in self._accounts:
            self._table.unreadable(row, "account-twice", account=number)
        elif not any([self._is_unknown(row, texts, *choice) for choice in _CHOICES]):  # noqa: C419 - each of them is said
            self._accounts[number] = _account(number, texts)
            if plain_name(texts["class"]) in words.RECEIVABLE:
                self._receivable.append(number)
            if not texts["type"]:
                self._untyped.add(number)

    def _is_unknown(
        self, row: int, texts: Mapping[str, str], column: str, known: Container[str], accepted: str
    ) -> bool:
        text = texts[column]
        if plain_name(text) in known and (not text or plain_name(text)):  # signs alone have no plain name
            return False
        self._table.unreadable(row, "value", column=column, value=text[:60], accepted=accepted)
        return True


_CHOICES = (("type", words.TYPES, words.ACCEPTED_TYPES), ("linked", words.LINKED, words.ACCEPTED_LINKED))


def _account(number: str, texts: Mapping[str, str]) -> Account:
    return Account(
        number=number,
        name=unguarded(texts["name"]),
        name_fr=unguarded(texts["name_fr"]),
        type=words.type_of(words.TYPES[plain_name(texts["type"])], texts),
        linked=words.LINKED[plain_name(texts["linked"])],
        account_class=words.class_of(texts["class"], number),
    )


def _is_total(name: str) -> bool:
    return name.startswith("TOTAL ") and name.isupper()


# Writing


def write_chart(chart: Chart) -> bytes:
    """Writes the chart as our own table, so that `read_chart` gives the same accounts, except for spaces around a name."""
    return csv_file((column.name for column in COLUMNS), map(_written, chart))


def _written(account: Account) -> tuple[str, ...]:
    texts = account.number, account.name.strip(), account.name_fr.strip()
    number, name, name_fr = map(guarded, texts)
    kind = words.CLASS_TEXTS[account.account_class] if account.account_class else ""
    return number, name, account.type.value, "yes" if account.linked else "no", name_fr, kind
