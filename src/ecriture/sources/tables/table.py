"""Tables of text, from CSV or a spreadsheet, handed on by columns: a whole column is converted at once, at C speed."""

import csv
import io
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice
from operator import ne
from typing import BinaryIO, NamedTuple

from ecriture.core.problems import Problem, Where
from ecriture.sources.tables.encoding import find_encoding
from ecriture.sources.tables.faults import SpreadsheetFault
from ecriture.sources.tables.header import (
    MOST_COLUMNS,
    ROWS_EXAMINED,
    Column,
    Header,
    find_delimiter,
    find_header,
    places_of,
    plain_name,
    shown,
)

__all__ = ("MOST_COLUMNS", "MOST_PROBLEMS", "Chunk", "Column", "Table", "open_table", "places_of", "plain_name")

CHUNK, CHUNK_OF_LONG_LINES = 512, 8
"""How many rows are held as texts at a time: what stays in the processor's cache; a hostile line has a million columns
of eight bytes each."""

MOST_PROBLEMS = 100_000
"""No one reads more of them, and each takes a hundred times the memory of the row that it is in."""


class Chunk(NamedTuple):
    """Some rows of a table: their numbers in the file (the header is 1), and the texts of each known column.

    The texts of the key column have no blanks around them. Rows of one key that follow each other are a run; `starts`
    are the places of their first rows, and no run goes on in the next chunk.
    """

    rows: Sequence[int]
    texts: Mapping[str, Sequence[str]]
    starts: Sequence[int]

    def runs(self) -> list[slice]:
        """The places of each run."""
        return list(map(slice, self.starts, (*self.starts[1:], len(self.rows))))

    def first(self, name: str) -> Sequence[str]:
        """The texts of a column in the first rows of the runs."""
        texts = self.texts[name]
        if len(self.starts) == len(texts):  # each row is a run of its own
            return texts
        return [texts[start] for start in self.starts]

    def contradicting(self, firsts: Mapping[str, Sequence[str]]) -> Sequence[int]:
        """The runs, by place, in which a later row says something else than the first one in one of some columns.

        `firsts`: of each of the columns what `first` gives.
        """
        later = len(self.rows) - len(self.starts)
        if not later:
            return ()
        told = [name for name, texts in firsts.items() if self.texts[name].count("") < later + texts.count("")]
        if not told:
            return ()
        longer = [(run, place) for run, place in enumerate(self.runs()) if place.stop - place.start > 1]
        found: set[int] = set()
        for texts in map(self.texts.__getitem__, told):
            found.update(run for run, place in longer for text in texts[place] if text and text != texts[place.start])
        return sorted(found)


class Rows(NamedTuple):
    """Rows and their numbers in the file."""

    numbers: list[int]
    rows: list[list[str]]


class Tabular(ABC):
    """Rows by columns, wherever they come from: the problems of their file, and how it calls the columns that it has."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.called: dict[str, str] = {}
        """How the file calls the columns that it has."""
        self._file = file

    @abstractmethod
    def chunks(self) -> Iterator[Chunk]:
        """The rows, some at a time. The problems are complete when all were read."""

    def unreadable(self, row: int, reason: str, **params: object) -> None:
        """Notes a row that cannot be read: nothing of this file is used then."""
        named = self.with_name({"reason": reason, **params}, row)
        self.problems.append(Problem("row-unreadable", named, Where(self._file, row)))

    def with_name(self, params: Mapping[str, object], _row: int) -> Mapping[str, object]:
        """The parameters of a problem of a row, with the name of its column as the file has it."""
        column = str(params.get("column"))
        called = self.called.get(column, column)
        return params if called == column else {**params, "called": called}


class Table(Tabular):
    """A table with a header row. `problems` grows while the chunks are read: read them all, then look at it.

    The first of the columns is the key: a row without it is a mistake, unless the whole row is blank. In a workbook rows
    end with their last text, so `ragged` ones are as wide as the header. In a `foreign` table, which is another program's,
    no column is the key, and most columns and titles are not for us: nothing is said of them.
    """

    def __init__(
        self,
        records: Iterator[list[str]],
        *,
        file: str,
        columns: Sequence[Column],
        chunk: int = CHUNK,
        ragged: bool = False,
        foreign: bool = False,
        notes: Callable[[], Iterable[Problem]] = tuple,
    ) -> None:
        """`notes` are said when all rows have been read."""
        super().__init__(file)
        self._records = records
        self._foreign = foreign
        self._columns = columns
        self._rows_at_once = chunk
        self._ragged = ragged
        self._notes = notes
        self._first = 2
        self._width = 0
        self._places: dict[str, int] = {}
        self._odd = re.compile("(?!)")
        self._read_header()

    @property
    def found(self) -> frozenset[str]:
        """The columns that the file has, of those that it may have."""
        return frozenset(self._places)

    @property
    def _key(self) -> str:
        return self._columns[0].name

    def chunks(self) -> Iterator[Chunk]:
        """The rows below the header. Blank rows are passed over, those with a wrong number of columns noted.

        They end with MOST_PROBLEMS: nothing of the file is used then.
        """
        first, kept = self._first, Rows([], [])
        while self._has_more() and (rows := self._next_rows(first, self._rows_at_once)):
            numbers: Sequence[int] = range(first, first + len(rows))
            first += len(rows)
            if set(map(len, rows)) != {self._width}:
                numbers, rows = self._of_right_width(numbers, rows)
            whole, kept = self._whole_runs(kept, Rows([*numbers], rows))
            if whole.rows and (chunk := self._chunk(*whole)).rows:
                yield chunk
        if kept.rows and (chunk := self._chunk(*kept)).rows:
            yield chunk
        self.problems.extend(self._notes())

    def foreign_rows(self) -> Iterator[tuple[Sequence[int], Mapping[str, Sequence[str]], Sequence[int]]]:
        """The rows below the header by the columns of the table, some at a time: their numbers, the texts of each column
        that the file has, and the lengths of the rows. Short rows are filled up, so that a row of totals can be left out.
        """
        first, width = self._first, self._width
        while self._has_more() and (rows := self._next_rows(first, self._rows_at_once)):
            lengths = [*map(len, rows)]
            if set(lengths) != {width}:
                rows = [[*row[:width], *[""] * (width - len(row))] for row in rows]
            columns = list(zip(*rows, strict=True))
            yield range(first, first + len(rows)), {name: columns[it] for name, it in self._places.items()}, lengths
            first += len(lengths)
        self.problems.extend(self._notes())

    @property
    def width(self) -> int:
        """How many columns the header has."""
        return self._width

    @property
    def is_ragged(self) -> bool:
        return self._ragged

    def _whole_runs(self, kept: "Rows", read: "Rows") -> tuple["Rows", "Rows"]:
        """What was kept and was read now, up to the beginning of the last run, which may go on; and that run.

        Rows without a key may stand within a run; those at the end are looked at and left out at once.
        """
        place, (numbers, rows) = self._places[self._key], read
        last = len(rows)
        while last and not rows[last - 1][place].strip():
            last -= 1
        if last < len(rows):
            self._with_key(numbers[last:], rows[last:], [""] * (len(rows) - last))
            del numbers[last:], rows[last:]
        key = rows[-1][place].strip() if rows else ""
        while last and rows[last - 1][place].strip() in (key, ""):
            last -= 1
        if not rows or (not last and kept.rows and kept.rows[-1][place].strip() == key):
            kept.numbers.extend(numbers)
            kept.rows.extend(rows)
            return Rows([], []), kept
        whole = Rows([*kept.numbers, *numbers[:last]], [*kept.rows, *rows[:last]])
        return whole, Rows(numbers[last:], rows[last:])

    def _has_more(self) -> bool:
        return bool(self._places) and len(self.problems) < MOST_PROBLEMS

    def _next_rows(self, first: int, count: int) -> list[list[str]]:
        """The next rows, as far as they can be read: after a mistake in the quotes nobody knows where a row begins."""
        rows: list[list[str]] = []
        try:
            rows.extend(islice(self._records, count))
        except csv.Error as error:
            self.unreadable(first + len(rows), _csv_reason(str(error)))
            self._records = iter(())
        except SpreadsheetFault as fault:
            self.unreadable(0, str(fault))
            self._records = iter(())
        return rows

    def _read_header(self) -> None:
        header = find_header(self._first_rows(), self._columns)
        if len(header.names) > MOST_COLUMNS:
            self.unreadable(header.row, "columns-many", found=len(header.names), expected=MOST_COLUMNS)
            return
        missing = [column for column in self._columns if column.needed and column.name not in header.places]
        if missing:
            found = [_missing(column, header, self._file, foreign=self._foreign) for column in missing]
            self.problems += [] if self.problems else found
            return
        if not self._foreign:
            self._note_unused(header)
        self._width, self._places, self._first = len(header.names), dict(header.places), header.row + 1
        self.called = {column: shown(header.names[place]) for column, place in header.places.items()}
        if not self._foreign and self._columns and self._key in ("document", "payment"):
            self._odd = odd_keys(header.names[self._places[self._key]].strip(), is_workbook=self._ragged)

    def _first_rows(self) -> Iterator[list[str]]:
        for number in range(1, ROWS_EXAMINED + 1):
            yield from self._next_rows(number, 1)

    def _note_unused(self, header: Header) -> None:
        """Says which rows above the header and which columns are not read."""
        where = Where(self._file, header.row)
        if titles := header.titles:
            self.problems.append(Problem("rows-above-header", {"text": titles}, where))
        for name, same in header.unused(self._columns):
            twice = {"reason": "twice", "same": same} if same else {}
            self.problems.append(Problem("column-unknown", {"column": name, **twice}, where))

    def _chunk(self, numbers: Sequence[int], rows: list[list[str]]) -> Chunk:
        columns: list[Sequence[str]] = list(zip(*rows, strict=True)) if rows else [()] * self._width
        absent = ("",) * len(rows)
        texts = {
            column.name: columns[self._places[column.name]] if column.name in self._places else absent
            for column in self._columns
        }
        texts[self._key] = keys = tuple(map(str.strip, texts[self._key]))
        starts = list(compress(range(len(keys)), map(ne, keys, ("", *keys))))
        if not all(keys) or self._odd.search("\n".join(map(keys.__getitem__, starts))):
            return self._chunk(*self._with_key(numbers, rows, keys))
        return Chunk(numbers, texts, starts)

    def _with_key(
        self, numbers: Sequence[int], rows: list[list[str]], keys: Sequence[str]
    ) -> tuple[list[int], list[list[str]]]:
        kept = []
        for number, row, key in zip(numbers, rows, keys, strict=True):
            if not key and any(map(str.strip, row)):
                self.unreadable(number, "number-missing", column=self._key)
            elif odd := self._odd.fullmatch(key):
                self.unreadable(number, str(odd.lastgroup).replace("_", "-"), column=self._key, value=shown(key))
            elif key:
                kept.append((number, row))
        return [number for number, _ in kept], [row for _, row in kept]

    def _of_right_width(self, numbers: Sequence[int], rows: list[list[str]]) -> tuple[list[int], list[list[str]]]:
        kept = []
        for number, row in zip(numbers, rows, strict=True):
            if len(row) < self._width and self._ragged:
                row.extend([""] * (self._width - len(row)))
            if len(row) == self._width:
                kept.append((number, row))
            elif any(map(str.strip, row)):
                self.unreadable(number, "columns", found=len(row), expected=self._width)
        return [number for number, _ in kept], [row for _, row in kept]


_ERRORS = r"##+|#N/[AD]|#(?:REF|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC|VALEUR|NOM|NOMBRE|NUL|PROPAGATION|CALCUL)[!?]"
_SHORTENED = r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,}"
"""What a spreadsheet makes of a number of more than eleven digits: `1.23457E+11`, the same for many."""
_TOTALS = (
    r"(?i:(?:grand |sub[- ]?|sous[- ]|net )?tota(?:l|ls|ux)(?: (?:g[ée]n[ée]ral|g[ée]n[ée]raux|for|pour|of|de)\b.*)?:?)"
)


def odd_keys(name: str, *, is_workbook: bool) -> re.Pattern[str]:
    """What is no number of a unit, each kind a group: errors of spreadsheets, the header again, totals of reports.

    Rows with one of these texts would become one document or payment.
    """
    errors = f"{_ERRORS}|=.*" if is_workbook else _ERRORS
    kinds = {
        "cell_error": errors,
        "header_again": f"(?i:{re.escape(name)})",
        "total_row": _TOTALS,
        "shortened": _SHORTENED,
    }
    return re.compile(f"(?m)^(?:{'|'.join(f'(?P<{kind}>{pattern})' for kind, pattern in kinds.items())})$")


def _missing(column: Column, header: Header, file: str, *, foreign: bool) -> Problem:
    params: dict[str, object] = {"column": column.name, "french": column.french, "headers": header.shown}
    if foreign:
        params["mapped"] = True
    return Problem("column-missing", params, Where(file, header.row))


def _csv_reason(message: str) -> str:
    """Which mistake Python's csv module means; its messages are the only sign that it gives."""
    if "end of data" in message:
        return "quote-unclosed"
    return "quote" if "expected after" in message else "field-long"


def open_table(stream: BinaryIO, *, file: str, columns: Sequence[Column], foreign: bool = False) -> Table:
    """The table in a CSV or XLSX file, found from its bytes."""
    if is_spreadsheet(stream):
        return _spreadsheet_table(stream, file=file, columns=columns, foreign=foreign)
    encoding = find_encoding(stream)
    if encoding.fault:
        table = Table(iter(()), file=file, columns=())
        table.unreadable(encoding.line, encoding.fault)
        return table
    chunk = CHUNK_OF_LONG_LINES if encoding.long_lines else CHUNK
    records = csv_records(stream, encoding.codec, columns)
    table = Table(records, file=file, columns=columns, chunk=chunk, foreign=foreign)
    if encoding.codec == "cp1252":
        table.problems.append(Problem("encoding-windows", {}, Where(file)))
    return table


def is_spreadsheet(stream: BinaryIO) -> bool:
    """Whether the file is a zip archive, as XLSX is."""
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    return start == b"PK\x03\x04"


class _Lent(io.BufferedIOBase):
    """The caller's stream, which is not closed with the text that is read from it."""

    name = ""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


def csv_records(stream: BinaryIO, codec: str, columns: Sequence[Column]) -> Iterator[list[str]]:
    """The records of a CSV, with the delimiter under which its header has most of the known columns."""
    text = io.TextIOWrapper(_Lent(stream), encoding=codec, newline="")
    delimiter = find_delimiter(text, columns)
    text.seek(0)
    return csv.reader(text, delimiter=delimiter, strict=True)


def _spreadsheet_table(stream: BinaryIO, *, file: str, columns: Sequence[Column], foreign: bool) -> Table:
    from ecriture.sources.tables.sheets import choose_sheet  # noqa: PLC0415 - only when there is one

    needed = {column.name for column in columns if column.needed}
    try:
        sheet = choose_sheet(
            stream, lambda rows: any(needed <= places_of(row, columns).keys() for row in rows), rows=ROWS_EXAMINED
        )
    except SpreadsheetFault as fault:
        table = Table(iter(()), file=file, columns=())
        table.unreadable(0, str(fault))
        return table
    return Table(
        sheet.rows(), file=file, columns=columns, ragged=True, foreign=foreign, notes=lambda: sheet.problems(file)
    )
