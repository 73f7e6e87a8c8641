"""The reader of all layouts: the bytes of a file to entries, strictly, by the layout alone."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from ecriture.core.entries import JournalEntry, Line
from ecriture.sources.tables.csv_file import unguarded
from ecriture.targets.layout.layout_file import WIDEST
from ecriture.targets.layout.model import AMOUNTS, COUNTS, TEXTS, Column, Kind, Layout, Quote, Row

Cells = Mapping[str, str]
"""What a line of the file says, by field."""

_AMOUNT = re.compile(r"(-?)([0-9]{1,100})[.,]([0-9]{2})")
_OWN = ("constant", "empty")
_ONCE = ("date", "source", "comment", "label", "entry_number", "line_count")
"""What is of a whole entry, and so the same wherever it stands."""


def read(layout: Layout, content: bytes) -> tuple[JournalEntry, ...]:
    """The entries of such a file. Raises ValueError for any other."""
    lines = _Lines(layout, _texts(layout, content))
    for row in layout.file_head:
        lines.take(row)
    if layout.header:
        lines.take_header()
    entries: list[JournalEntry] = []
    while lines.more:
        entries.append(_entry(layout, lines, len(entries) + 1))
    return tuple(entries)


def _texts(layout: Layout, content: bytes) -> list[str]:
    text = content.decode(layout.encoding)
    *lines, rest = text.split(layout.line_end.mark)
    if rest or any("\n" in line or "\r" in line for line in lines):
        raise ValueError("a line ends in another way than the layout says")
    return lines


class _Lines:
    """The lines of a file, taken one after the other."""

    def __init__(self, layout: Layout, texts: Sequence[str]) -> None:
        self._layout = layout
        self._texts = texts
        self._next = 0

    @property
    def more(self) -> bool:
        return self._next < len(self._texts)

    def take(self, row: Row) -> Cells:
        """The next line, as one of these columns. Raises ValueError."""
        if not self.more:
            raise ValueError("the file ends too early")
        found = self.peek(row)
        self._next += 1
        return found

    def peek(self, row: Row) -> Cells:
        cells = _cells(self._layout, row, self._texts[self._next])
        return _checked(self._layout, row, cells, self._next + 1)

    def take_header(self) -> None:
        titles = [column.title for column in self._layout.columns]
        if not self.more or _split(self._layout, self._texts[self._next]) != titles:
            raise ValueError("the header is not that of the layout")
        self._next += 1

    def is_of(self, rows: Sequence[Row]) -> bool:
        """Whether the next line begins as the first of these does."""
        if not rows:
            return False
        mark, text = rows[0][0], self._texts[self._next]
        is_fixed = self._layout.kind is Kind.FIXED
        cell = text[: self._layout.fixed_width(mark)] if is_fixed else _split(self._layout, text)[0]
        return _bare(self._layout, mark, cell) in mark.constants


def _split(layout: Layout, text: str) -> list[str]:
    if layout.quote is Quote.NEVER:
        return text.split(layout.delimiter)
    try:
        return next(csv.reader([text], delimiter=layout.delimiter, strict=True), [""]) or [""]
    except csv.Error as error:
        raise ValueError(f"not delimited as the layout says: {error}") from error


def _cells(layout: Layout, row: Row, text: str) -> list[str]:
    if layout.kind is Kind.DELIMITED:
        return _split(layout, text)
    cells, place = [], 0
    for column in row:
        width = layout.fixed_width(column)
        cells.append(text[place : place + width])
        place += width
    if len(text) != place:
        raise ValueError(f"a line of {len(text)} characters, not of {place}")
    return cells


def _checked(layout: Layout, row: Row, cells: Sequence[str], number: int) -> Cells:
    if len(cells) != len(row):
        raise ValueError(f"line {number} has {len(cells)} columns, not {len(row)}")
    found: dict[str, str] = {}
    for column, cell in zip(row, cells, strict=True):
        text = _bare(layout, column, cell)
        if column.field in _OWN:
            if text not in column.constants if column.field == "constant" else text:
                raise ValueError(f"line {number} is not of the kind that the layout says: {text[:40]!r}")
            continue
        its = _said(column, text, number)
        if found.setdefault(column.field, its) != its and not layout.cuts(column):
            raise ValueError(f"line {number} says {column.field} twice")
    return found


def _said(column: Column, text: str, number: int) -> str:
    """What a cell says, however it is written: a count and an amount with zeros in front or without."""
    if column.field == "side":
        word = text.strip(" ")
        if word not in (column.debit.strip(" "), column.credit.strip(" ")):
            raise ValueError(f"line {number} is neither debit nor credit: {text[:40]!r}")
        return "debit" if word == column.debit.strip(" ") else "credit"
    if column.field in COUNTS:
        if re.fullmatch(f"[0-9]{{1,{WIDEST}}}", text) is None:
            raise ValueError(f"line {number} has no number: {text[:40]!r}")
        return str(int(text))
    return re.sub("^(-?)0+(?=[0-9])", r"\1", text) if column.field in AMOUNTS else text


def _bare(layout: Layout, column: Column, cell: str) -> str:
    """The text of a cell without what fills it up."""
    if layout.kind is Kind.FIXED or column.pad:
        if column.field == "constant":
            cell = next((one for one in column.constants if column.aligned(one, len(cell)) == cell), cell)
        else:
            cell = cell.strip(" ")
    return unguarded(cell) if layout.spreadsheet and column.field in TEXTS else cell


def _entry(layout: Layout, lines: _Lines, number: int) -> JournalEntry:
    head = [lines.take(row) for row in layout.entry_head]
    rows = [lines.take(layout.columns)]
    while lines.more and not _ends(layout, lines, rows[0]):
        rows.append(lines.take(layout.columns))
    foot = [lines.take(row) for row in layout.entry_foot]
    said = _once([*head, *rows, *foot])
    counts = {"entry_number": number, "line_count": len(rows)}
    for name, count in counts.items():
        if name in said and int(said[name]) != count:
            raise ValueError(f"entry {number}: {name} is {said[name][:20]}, not {count}")
    for place, row in enumerate(rows, 1):
        if "line_number" in row and int(row["line_number"]) != place:
            raise ValueError(f"entry {number}: line {place} is numbered {row['line_number'][:20]}")
    source, comment = _texts_of(said)
    return JournalEntry(_day(said["date"], layout.date), source, comment, tuple(_line(layout, row) for row in rows))


def _ends(layout: Layout, lines: _Lines, first: Cells) -> bool:
    """Whether the next line belongs to the entry no more."""
    if layout.entry_head or layout.entry_foot:
        return lines.is_of(layout.entry_head) or lines.is_of(layout.entry_foot)
    following = lines.peek(layout.columns)
    key = next(it for it in ("entry_number", "source", "label") if it in first)
    return following[key] != first[key]


def _once(rows: Iterable[Cells]) -> dict[str, str]:
    said: dict[str, str] = {}
    for name, text in _of_entry(rows):
        if said.setdefault(name, text) != text:
            raise ValueError(f"one entry has two: {said[name][:40]!r} and {text[:40]!r}")
    return said


def _of_entry(rows: Iterable[Cells]) -> Iterator[tuple[str, str]]:
    for row in rows:
        yield from ((name, row[name]) for name in _ONCE if name in row)


def _texts_of(said: Mapping[str, str]) -> tuple[str, str]:
    first, _, rest = said.get("label", "").partition(" ")
    return said.get("source", first), said.get("comment", rest)


def _day(text: str, form: str) -> date:
    """Years of two digits are those from 2000 on."""
    pattern = re.escape(form)
    for sign, digits in (("%Y", "([0-9]{4})"), ("%y", "([0-9]{2})"), ("%m", "([0-9]{2})"), ("%d", "([0-9]{2})")):
        pattern = pattern.replace(sign, digits)
    found = re.fullmatch(pattern, text)
    if found is None:
        raise ValueError(f"not a date: {text[:40]!r}")
    parts = dict(zip(re.findall("%[Yymd]", form), map(int, found.groups()), strict=True))
    return date(parts.get("%Y", 2000 + parts.get("%y", 0)), parts["%m"], parts["%d"])


def _line(layout: Layout, row: Cells) -> Line:
    """The line that a row says. Every amount in it must be the same one."""
    amounts = {_signed(layout, row, name) for name in ("amount", "debit", "credit") if row.get(name)}
    if "amount_abs" in row:
        magnitude = _signed(layout, row, "amount_abs")
        side = row.get("side") or ("debit" if magnitude in amounts else "credit")
        amounts.add(magnitude if side == "debit" else -magnitude)
    account = row.get("account_name" if layout.by_name else "account", "")
    if len(amounts) != 1 or not account:
        raise ValueError("a line has no account, or not one amount")
    return Line(account, amounts.pop(), row.get("line_comment", ""))


def _signed(layout: Layout, row: Cells, name: str) -> int:
    found = _AMOUNT.fullmatch(row[name])
    if found is None or layout.decimal not in row[name] or (found[1] and name != "amount"):
        raise ValueError(f"not an amount: {row[name][:40]!r}")
    cents = int(found[2] + found[3])
    return -cents if found[1] or name == "credit" else cents
