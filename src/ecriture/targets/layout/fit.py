"""Entries as a layout takes them: texts in its letters and widths, and what cannot be written at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ecriture.core.entries import JournalEntry, Line
from ecriture.core.money import plain
from ecriture.core.problems import Problem
from ecriture.sources.tables.csv_file import guarded
from ecriture.targets.entry_rows import account_name
from ecriture.targets.layout.model import AMOUNTS, COUNTS, Column, Encoding, Kind, Layout, Quote
from ecriture.targets.registry import Fitted, WriteOptions
from ecriture.targets.transliteration import in_encoding

MOST_FAULTS = 100


def clean(layout: Layout, text: str) -> str:
    """A text on one line, in the letters that the file has; what would end its field becomes another sign."""
    one_line = "".join(letter if letter.isprintable() or letter == "\u00a0" else " " for letter in text)
    found = in_encoding(one_line.strip(), "utf-8" if layout.encoding is Encoding.UTF_8_SIG else layout.encoding)
    if layout.kind is Kind.DELIMITED and layout.quote is Quote.NEVER:
        found = found.replace('"', "'").replace(layout.delimiter, " ")
    return found.strip()


def written(layout: Layout, text: str) -> str:
    """A clean text as it stands in the file: one that a spreadsheet would run as a formula behind an apostrophe."""
    return guarded(text) if layout.spreadsheet else text


def cut(layout: Layout, text: str, width: int | None) -> str:
    """A clean text that is written in at most `width` characters."""
    if width is None or len(written(layout, text)) <= width:
        return text
    while len(written(layout, text)) > width:  # each apostrophe takes room
        text = text[: max(width - len(written(layout, text)) + len(text), len(text) // 2)]
    return text.rstrip()


def fit(layout: Layout, entries: Sequence[JournalEntry]) -> Fitted:
    """Texts cleaned and cut. The source, which identifies the entry, is cleaned and never cut."""
    counts = {"shortened": 0, "replaced": 0}

    def fitted(text: str, width: int | None) -> str:
        cleaned = clean(layout, text)
        short = cut(layout, cleaned, width)
        counts["shortened"] += len(short) < len(cleaned)
        counts["replaced"] += cleaned.count("?") > text.count("?")
        return short

    found = tuple(_entry(layout, entry, fitted) for entry in entries)
    return Fitted(found, **counts)


def _entry(layout: Layout, entry: JournalEntry, fitted: Callable[[str, int | None], str]) -> JournalEntry:
    comments, labels = layout.width_of("comment"), layout.width_of("label")
    source = fitted(entry.source, None)
    if layout.has("label"):
        source = source.replace(" ", "_")
    if labels is not None:
        left = max(labels - len(written(layout, source)) - 1, 0)
        comments = left if comments is None else min(left, comments)
    width = layout.width_of("line_comment")
    lines = tuple(line._replace(comment=fitted(line.comment, width)) for line in entry.lines)
    return replace(entry, source=source, comment=fitted(entry.comment, comments), lines=lines)


# What the file holds of entries


def name_of(layout: Layout, number: str, options: WriteOptions) -> str:
    """What the chart calls an account, as the file has it."""
    return clean(layout, account_name(number, options))


def as_read(layout: Layout, entries: Sequence[JournalEntry], options: WriteOptions) -> tuple[JournalEntry, ...]:
    """The entries as they read back: without what the layout has no column for, accounts by name where it has them so."""
    account = partial(name_of, layout, options=options) if layout.by_name else str
    has_source, has_comment = layout.has("source", "label"), layout.has("comment", "label")
    has_line_comment = layout.has("line_comment")

    def held(line: Line) -> Line:
        return Line(account(line.account), line.amount_cents, line.comment if has_line_comment else "")

    return tuple(
        JournalEntry(
            entry.date,
            entry.source if has_source else "",
            entry.comment if has_comment else "",
            tuple(map(held, entry.lines)),
        )
        for entry in entries
    )


# What cannot be written


def amount_text(layout: Layout, column: Column, cents: int) -> str:
    """The amount of a line in a column, without its padding: empty on the side that it is not on."""
    if (column.field == "debit" and cents < 0) or (column.field == "credit" and cents > 0):
        return ""
    shown = cents if column.field == "amount" else abs(cents)
    return plain(shown).replace(".", layout.decimal)


def faults(layout: Layout, entries: Sequence[JournalEntry], options: WriteOptions) -> tuple[Problem, ...]:
    """Sources, amounts and accounts that the layout has no room for. Nothing of them is ever cut."""
    found = [*_rows(layout, entries), *_sources(layout, entries), *_accounts(layout, entries, options)]
    for entry in entries:
        found += _amount(layout, entry)
        if len(found) >= MOST_FAULTS:
            break
    return tuple(found[:MOST_FAULTS])


def _rows(layout: Layout, entries: Sequence[JournalEntry]) -> Iterator[Problem]:
    """The lines of all entries, where a file takes only so many."""
    rows, limit = sum(len(entry.lines) for entry in entries), layout.max_rows
    if limit is not None and rows > limit:
        yield Problem("too-many-entries", {"reason": "rows", "target": layout.name, "count": rows, "limit": limit})


def _sources(layout: Layout, entries: Sequence[JournalEntry]) -> Iterator[Problem]:
    """The longest source: it is what ties an entry to its batch for ever."""
    longest, limit = max((entry.source for entry in entries), key=len, default=""), layout.width_of("source", "label")
    if limit is not None and len(written(layout, longest)) > limit:
        yield Problem("does-not-fit", {"reason": "source", "target": layout.name, "source": longest, "limit": limit})


def _amount(layout: Layout, entry: JournalEntry) -> Iterator[Problem]:
    """The largest amount of an entry that does not fit, and the largest one that would."""
    columns = [it for it in layout.of_entries if it.field in AMOUNTS and it.width is not None]
    wide = [
        (abs(line.amount_cents), line.account, column.width)
        for line in entry.lines
        for column in columns
        if len(amount_text(layout, column, line.amount_cents)) > (column.width or 0)
    ]
    if wide:
        cents, account, width = max(wide)
        params = {"reason": "amount", "target": layout.name, "source": entry.source, "date": entry.date}
        yield Problem("does-not-fit", {**params, "account": account, "amount_cents": cents, "limit": width})


def _accounts(layout: Layout, entries: Sequence[JournalEntry], options: WriteOptions) -> Iterator[Problem]:
    numbers = sorted({line.account for entry in entries for line in entry.lines})
    if not layout.by_name:
        width = layout.width_of("account") or 15
        for number in numbers:
            if clean(layout, number) != number or len(written(layout, number)) > width:
                params = {"reason": "account", "target": layout.name, "account": number, "limit": width}
                yield Problem("does-not-fit", {**params, "encoding": layout.encoding.value})
        return
    seen: dict[str, str] = {}
    limit = layout.width_of("account_name") or 1000
    for number in numbers:
        name = name_of(layout, number, options)
        params = {"target": layout.name, "account": number, "name": name, "limit": limit}
        if not name:
            yield Problem("does-not-fit", {"reason": "nameless", **params})
        elif len(written(layout, name)) > limit:
            yield Problem("does-not-fit", {"reason": "name", **params})
        elif name in seen:
            yield Problem("does-not-fit", {"reason": "same-name", **params, "other": seen[name]})
        seen.setdefault(name, number)


def most_of(layout: Layout, most: int | None) -> int | None:
    """A limit of a layout, not above what its counting columns can show."""
    widths = [it.width for it in layout.of_entries if it.field in COUNTS and it.width is not None]
    shown = 10 ** min(widths) - 1 if widths else None
    return min(filter(None, (most, shown)), default=None)
