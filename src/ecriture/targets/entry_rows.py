"""What the writers and readers of entries share: texts made safe, columns, entries as rows and rows as entries again."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, groupby
from types import MappingProxyType
from typing import NamedTuple

from ecriture.core.accounts import is_account_number
from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.registry import Fitted, WriteOptions

HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "fr": ("Date", "Source", "Commentaire", "Compte", "Nom du compte", "Débit", "Crédit", "Commentaire de ligne"),
        "en": ("Date", "Source", "Comment", "Account", "Account name", "Debit", "Credit", "Line comment"),
    }
)

CELL_LIMIT = 16_000
"""UTF-16 units of a text in a table: half of what a spreadsheet's cell takes, so that an escaped text fits as well."""

# What XML 1.0 refuses: no spreadsheet can hold it, and other programs do odd things with it.
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}")

Change = Callable[[str], str]


class EntryRow(NamedTuple):
    """A line of an entry, with what is said of the whole entry. The amount is signed, debit positive."""

    date: date
    source: str
    comment: str
    account: str
    account_name: str
    amount_cents: int
    line_comment: str


def rows_of(entries: Iterable[JournalEntry], options: WriteOptions) -> Iterator[EntryRow | None]:
    """A row for each line; None, a blank row, between two entries that would otherwise be read as one."""
    above: tuple[date, str, str] | None = None
    for entry in entries:
        head = (entry.date, entry.source, entry.comment)
        if head == above:
            yield None
        for line in entry.lines:
            name = account_name(line.account, options)
            yield EntryRow(*head, line.account, name, line.amount_cents, line.comment)
        above = head


def entries_of(rows: Iterable[EntryRow | None]) -> tuple[JournalEntry, ...]:
    """Neighbours with one date, source and comment are one entry. Raises ValueError when one does not balance."""
    groups = groupby(rows, key=lambda row: row and row[:3])
    return tuple(_entry(list(filter(None, group))) for head, group in groups if head)


def _entry(rows: Sequence[EntryRow]) -> JournalEntry:
    day, source, comment, *_ = rows[0]
    return JournalEntry(day, source, comment, tuple(map(_line, rows)))


def _line(row: EntryRow) -> Line:
    return Line(row.account, row.amount_cents, row.line_comment)


def row_of(cells: Sequence[str]) -> EntryRow | None:
    """The row that eight texts are, None for a blank one. Raises ValueError."""
    if not any(cells):
        return None
    if len(cells) != 8:
        raise ValueError(f"a row has {len(cells)} columns, not 8")
    day, source, comment, account, name, debit, credit, line_comment = cells
    return EntryRow(day_of(day), source, comment, account_of(account), name, _signed(debit, credit), line_comment)


def _signed(debit: str, credit: str) -> int:
    if bool(debit) == bool(credit):
        raise ValueError("a row has either a debit or a credit")
    return cents_of(debit) if debit else -cents_of(credit)


def account_name(number: str, options: WriteOptions) -> str:
    """What the chart calls an account, in the company's language; empty when the chart does not have it."""
    account = options.chart.get(number)
    return printable(account.named(options.language)) if account else ""


def headings(options: WriteOptions) -> tuple[str, ...]:
    """The names of the columns, in the company's language."""
    return HEADINGS.get(options.language, HEADINGS["en"])


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is the header, in either language."""
    return tuple(cells) in HEADINGS.values()


def printable(text: str) -> str:
    """A text with `?` for each control character, lone surrogate and other code that is no character."""
    return _REFUSED.sub("?", text)


def cut_for_cell(text: str) -> str:
    """At most CELL_LIMIT units, no character cut in two."""
    return text.encode("utf-16-le")[: 2 * CELL_LIMIT].decode("utf-16-le", "ignore")


def fit_texts(entries: Sequence[JournalEntry], clean: Change, *, cut: Change = str) -> Fitted:
    """Every text cleaned, then cut, and how many texts either one changed."""
    cleaned = fit_each(entries, source=clean, comment=clean, line_comment=clean)
    cut_short = fit_each(cleaned.entries, source=cut, comment=cut, line_comment=cut)
    return Fitted(cut_short.entries, shortened=cut_short.replaced, replaced=cleaned.replaced)


def fit_each(entries: Sequence[JournalEntry], *, source: Change, comment: Change, line_comment: Change) -> Fitted:
    """Each kind of text cleaned in its own way, and how many texts that changed."""

    def changed(entry: JournalEntry) -> JournalEntry:
        lines = tuple(line._replace(comment=line_comment(line.comment)) for line in entry.lines)
        return replace(entry, source=source(entry.source), comment=comment(entry.comment), lines=lines)

    fitted = tuple(map(changed, entries))
    return Fitted(fitted, replaced=_differing(entries, fitted))


def _differing(before: Iterable[JournalEntry], after: Iterable[JournalEntry]) -> int:
    texts = (chain.from_iterable(map(_texts, entries)) for entries in (before, after))
    return sum(old != new for old, new in zip(*texts, strict=True))


def _texts(entry: JournalEntry) -> tuple[str, ...]:
    return entry.source, entry.comment, *(line.comment for line in entry.lines)


def day_of(text: str) -> date:
    """`2026-01-31` and no other form. Raises ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"not a date: {text[:40]!r}")
    return date.fromisoformat(text)


def cents_of(text: str) -> int:
    """`1234.50` and no other form, without a sign. Raises ValueError."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"not an amount: {text[:40]!r}")
    return int(text.replace(".", ""))


def account_of(text: str) -> str:
    """An account number. Raises ValueError."""
    if not is_account_number(text):
        raise ValueError(f"not an account number: {text[:40]!r}")
    return text
