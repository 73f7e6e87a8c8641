"""The writer of all layouts: fitted entries to bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.layout.fit import amount_text, clean, cut, name_of, written
from ecriture.targets.layout.model import AMOUNTS, TEXTS, Column, Kind, Layout, Quote, Row
from ecriture.targets.registry import WriteOptions


class _At(NamedTuple):
    """Where in the file a text stands. Entry and line are numbered from 1; 0 where there is none."""

    layout: Layout
    options: WriteOptions
    entry: JournalEntry | None = None
    entry_number: int = 0
    line: Line | None = None
    line_number: int = 0

    @property
    def its_entry(self) -> JournalEntry:
        assert self.entry is not None  # noqa: S101 - the layout's file was read: no such field stands at the head of a file
        return self.entry

    @property
    def its_line(self) -> Line:
        assert self.line is not None  # noqa: S101 - as above
        return self.line


def written_date(day: date, form: str) -> str:
    """A date in digits, alike on every system: `strftime` gives the year 33 two or four of them."""
    year = f"{day.year:04}"
    return form.replace("%Y", year).replace("%y", year[2:]).replace("%m", f"{day:%m}").replace("%d", f"{day:%d}")


_VALUES: Mapping[str, Callable[[Column, _At], str]] = MappingProxyType(
    {
        "constant": lambda column, at: column.first if column.first and at.line_number == 1 else column.value,
        "empty": lambda _column, _at: "",
        "currency": lambda _column, at: at.options.currency,
        "entry_number": lambda _column, at: str(at.entry_number),
        "line_number": lambda _column, at: str(at.line_number),
        "line_count": lambda _column, at: str(len(at.its_entry.lines)),
        "date": lambda _column, at: written_date(at.its_entry.date, at.layout.date),
        "source": lambda _column, at: at.its_entry.source,
        "comment": lambda _column, at: at.its_entry.comment,
        "label": lambda _column, at: f"{at.its_entry.source} {at.its_entry.comment}".rstrip(),
        "account": lambda _column, at: at.its_line.account,
        "account_name": lambda _column, at: name_of(at.layout, at.its_line.account, at.options),
        "line_comment": lambda _column, at: at.its_line.comment,
        "document": lambda _column, at: clean(at.layout, _unit(at)[0]),
        "customer": lambda _column, at: clean(at.layout, _unit(at)[1]),
        "side": lambda column, at: column.debit if at.its_line.amount_cents > 0 else column.credit,
        **dict.fromkeys(AMOUNTS, lambda column, at: amount_text(at.layout, column, at.its_line.amount_cents)),
    }
)


def _unit(at: _At) -> tuple[str, str]:
    """The number and the customer of the one document that a line is of."""
    return at.options.units.get((at.entry_number, at.line_number), ("", ""))


def _cell(column: Column, at: _At) -> str:
    text = _VALUES[column.field](column, at)
    if at.layout.cuts(column):  # everything else was fitted, or stays whole
        text = cut(at.layout, text, column.width)
    shown = written(at.layout, text) if column.field in TEXTS else text
    is_fixed = at.layout.kind is Kind.FIXED
    width = at.layout.fixed_width(column) if is_fixed else column.width
    if width is not None and len(shown) > width:
        raise ValueError(f"{column.field}: {shown!r} is wider than {width}")
    fill = column.pad or (" " if is_fixed else "")
    return _filled(shown, column, fill, width) if fill and width is not None else shown


def _filled(text: str, column: Column, fill: str, width: int) -> str:
    return text.zfill(width) if fill == "0" and text else column.aligned(text, width)


def _row(row: Row, at: _At) -> str:
    cells = [_cell(column, at) for column in row]
    if at.layout.kind is Kind.FIXED:
        return "".join(cells)
    return at.layout.delimiter.join(_quoted(cell, at.layout) for cell in cells)


def _quoted(text: str, layout: Layout) -> str:
    needed = layout.quote is Quote.ALL or (
        layout.quote is Quote.MINIMAL and (layout.delimiter in text or '"' in text or "\n" in text or "\r" in text)
    )
    return '"' + text.replace('"', '""') + '"' if needed else text


def _rows(layout: Layout, entries: Sequence[JournalEntry], options: WriteOptions) -> Iterator[str]:
    at = _At(layout, options)
    yield from (_row(row, at) for row in layout.file_head)
    if layout.header:
        yield layout.delimiter.join(_quoted(column.title, layout) for column in layout.columns)
    for number, entry in enumerate(entries, 1):
        here = at._replace(entry=entry, entry_number=number)
        yield from (_row(row, here) for row in layout.entry_head)
        for place, line in enumerate(entry.lines, 1):
            yield _row(layout.columns, here._replace(line=line, line_number=place))
        yield from (_row(row, here) for row in layout.entry_foot)


def write(layout: Layout, entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """The file of fitted entries. Raises ValueError for what is wider than its column: nothing is cut here."""
    end = layout.line_end.mark
    return "".join(f"{row}{end}" for row in _rows(layout, entries, options)).encode(layout.encoding)
