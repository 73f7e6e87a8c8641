"""Entries as a journal of hledger."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ecriture.core.accounts import AccountClass
from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.entry_rows import account_name, day_of, fit_each
from ecriture.targets.plain_text import (
    POSTING,
    account_path,
    aligned_postings,
    all_of,
    first_dates,
    one_line,
    read_posting,
)
from ecriture.targets.registry import Fitted, Target, WriteOptions

ROOTS: Mapping[AccountClass, str] = MappingProxyType(
    {
        AccountClass.ASSET: "assets",
        AccountClass.LIABILITY: "liabilities",
        AccountClass.EQUITY: "equity",
        AccountClass.REVENUE: "revenues",
        AccountClass.EXPENSE: "expenses",
    }
)

# hledger obeys these words in a comment: a posting moves to the date, an account gets the type, and what is not a date
# or a type is an error for the whole file. A blank before the colon, as in French, makes it a text again.
_ORDER = re.compile("(date2?|type):", re.IGNORECASE)
_DATE_ORDER = re.compile(r"\[([0-9/.=-]+)\]")

_HEAD = re.compile(r"commodity 1000\.00 ([^ \n]+)\n(?:account [^ \n]+(?:  ; .*)?\n)*")
_ENTRY = re.compile(r"\n([0-9-]{10}) \(([^)\n]*)\)(?: (.+))?\n((?:    .+\n)+)")
_LINE = re.compile(rf"    {POSTING}(?:  ; (?P<comment>.+))?\n")


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """Texts on one line, without what ends them (a parenthesis the source, a semicolon the comment) or gives orders."""
    return fit_each(entries, source=_source, comment=_comment, line_comment=_after_semicolon)


def _source(text: str) -> str:
    return one_line(text).replace(")", "?")


def _comment(text: str) -> str:
    return one_line(text).replace(";", ",")


def _after_semicolon(text: str) -> str:
    return _DATE_ORDER.sub(r"(\1)", _ORDER.sub(r"\1 :", one_line(text)))


def write(entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """The commodity, the accounts used with their names, and a transaction for each entry, its source as the code."""
    paths = {number: account_path(number, options.chart, ROOTS) for number in first_dates(entries)}
    accounts = (_account(path, account_name(number, options)) for number, path in paths.items())
    blocks = (f"commodity 1000.00 {options.currency}\n", *accounts, *_transactions(entries, paths, options.currency))
    return "".join(blocks).encode()


def _account(path: str, name: str) -> str:
    return f"account {path}{_after(_after_semicolon(name))}\n"


def _transactions(entries: Sequence[JournalEntry], paths: Mapping[str, str], currency: str) -> list[str]:
    posting_of = aligned_postings(entries, paths, currency)

    def posting(line: Line) -> str:
        return f"    {posting_of(line)}{_after(line.comment)}\n"

    return [f"\n{_first_line(entry)}\n{''.join(map(posting, entry.lines))}" for entry in entries]


def _first_line(entry: JournalEntry) -> str:
    return f"{entry.date.isoformat()} ({entry.source}) {entry.comment}".rstrip(" ")


def _after(comment: str) -> str:
    return f"  ; {comment}" if comment else ""


def read(data: bytes) -> tuple[JournalEntry, ...]:
    """The entries of such a journal. Raises ValueError for anything else."""
    text = data.decode()
    head = _HEAD.match(text)
    if head is None:
        raise ValueError("not a journal of hledger written here")
    return tuple(_entry(found, head[1]) for found in all_of(_ENTRY, text[head.end() :]))


def _entry(found: re.Match[str], currency: str) -> JournalEntry:
    day, source, comment, postings = found.groups(default="")
    return JournalEntry(day_of(day), source, comment, tuple(_line(one, currency) for one in all_of(_LINE, postings)))


def _line(found: re.Match[str], currency: str) -> Line:
    return Line(*read_posting(found["posting"], currency, ROOTS), found["comment"] or "")


TARGET = Target(name="hledger", suffix=".journal", write=write, read=read, fit=fit)
