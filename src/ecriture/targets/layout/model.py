"""A layout: how a program wants its import file, as data. Delimited or fixed-width, with lines of several kinds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ecriture.core.settings import frozen_mapping

OF_FILE = frozenset({"constant", "empty", "currency"})
OF_ENTRY = OF_FILE | {"entry_number", "line_count", "date", "source", "comment", "label"}
OF_LINE = OF_ENTRY | {
    *("line_number", "account", "account_name", "line_comment", "document", "customer"),
    *("debit", "credit", "amount", "amount_abs", "side"),
}
"""The fields of each kind of line. `label` is source and comment with a blank between; `line_count` the lines of an entry."""

AMOUNTS = frozenset({"debit", "credit", "amount", "amount_abs"})
COUNTS = frozenset({"entry_number", "line_number", "line_count"})
TEXTS = frozenset({"source", "comment", "label", "account", "account_name", "line_comment", "document", "customer"})

YEAR_OF_TWO_DIGITS = "%y"


class Kind(StrEnum):
    DELIMITED = "delimited"
    FIXED = "fixed"


class Quote(StrEnum):
    NEVER = "never"
    MINIMAL = "minimal"
    ALL = "all"


class Align(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class LineEnd(StrEnum):
    CRLF = "crlf"
    LF = "lf"

    @property
    def mark(self) -> str:
        return "\r\n" if self is LineEnd.CRLF else "\n"


class Encoding(StrEnum):
    ASCII = "ascii"
    CP1252 = "cp1252"
    CP850 = "cp850"
    UTF_8 = "utf-8"
    UTF_8_SIG = "utf-8-sig"


class SplitBy(StrEnum):
    """One batch for each period, where the program imports into one period."""

    MONTH = "month"


class Messages(StrEnum):
    """The file in which a program writes why it refused one, where Écriture reads it."""

    GLIMPORT = "glimport"


DELIMITERS = (",", ";", "\t", "|")
DECIMALS = (".", ",")


@dataclass(frozen=True, slots=True)
class Column:
    """A field in a line. `value` is the text of a constant, `first` another one for the first line of an entry.

    In a fixed-width layout a column is filled up to its width; in a delimited one only if `pad` is given, else `width` is
    the most that it takes. `debit` and `credit` are the words of `side`.
    """

    field: str
    width: int | None = None
    align: Align = Align.LEFT
    pad: str = ""
    value: str = ""
    first: str = ""
    debit: str = "D"
    credit: str = "C"
    title: str = ""

    @property
    def constants(self) -> tuple[str, ...]:
        """What a constant can be, the longest one first."""
        return tuple(sorted({self.value, self.first or self.value}, key=len, reverse=True))

    def aligned(self, text: str, width: int) -> str:
        """A text with the blanks that fill it up."""
        return text.rjust(width) if self.align is Align.RIGHT else text.ljust(width)


Row = tuple[Column, ...]
"""The columns of one line of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a program wants its file. `columns` are those of the line that each line of an entry becomes.

    `steps` says by language what a person does with the file, one act after the other; `messages` in which file the program
    says why it refuses one. `checked_against` names where the facts come from, and `to_confirm` that nobody has seen the
    program take such a file yet.
    """

    name: str = ""
    columns: Row = ()
    kind: Kind = Kind.DELIMITED
    delimiter: str = ","
    quote: Quote = Quote.MINIMAL
    encoding: Encoding = Encoding.UTF_8
    line_end: LineEnd = LineEnd.CRLF
    header: bool = False
    decimal: str = "."
    date: str = "%Y-%m-%d"
    max_lines: int | None = None
    max_entries: int | None = None
    max_rows: int | None = None
    split_by: SplitBy | None = None
    spreadsheet: bool = False
    suffix: str = ".txt"
    file_head: tuple[Row, ...] = ()
    entry_head: tuple[Row, ...] = ()
    entry_foot: tuple[Row, ...] = ()
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: frozen_mapping({}))
    messages: Messages | None = None
    checked_against: str = ""
    to_confirm: bool = False

    @property
    def of_entries(self) -> Iterator[Column]:
        """The columns of all lines that entries have."""
        for row in (*self.entry_head, self.columns, *self.entry_foot):
            yield from row

    def has(self, *names: str) -> bool:
        """Whether entries have a column of one of these fields."""
        return any(column.field in names for column in self.of_entries)

    def width_of(self, *names: str) -> int | None:
        """The narrowest of the columns of these fields; None where none has a width."""
        widths = [it.width for it in self.of_entries if it.field in names and it.width is not None]
        return min(widths, default=None)

    @property
    def date_width(self) -> int:
        """How many characters a date has."""
        return len(self.date) + 2 * self.date.count("%Y")

    def fixed_width(self, column: Column) -> int:
        """How wide a column of a fixed-width layout is; a date and a constant may leave it to what they hold."""
        return column.width or (self.date_width if column.field == "date" else len(column.constants[0]))

    @property
    def by_name(self) -> bool:
        """Whether accounts stand in the file by their names alone."""
        return not self.has("account")

    def cuts(self, column: Column) -> bool:
        """Whether a column is cut to its own width: what only tells a reader more, and is not read again."""
        return column.field in ("document", "customer") or (column.field == "account_name" and not self.by_name)
