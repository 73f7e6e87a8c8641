"""Entries as a ledger of Beancount."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from ecriture.core.accounts import AccountClass
from ecriture.core.entries import JournalEntry, Line
from ecriture.targets.entry_rows import account_name, day_of, fit_texts
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
        AccountClass.ASSET: "Assets",
        AccountClass.LIABILITY: "Liabilities",
        AccountClass.EQUITY: "Equity",
        AccountClass.REVENUE: "Income",
        AccountClass.EXPENSE: "Expenses",
    }
)

_ESCAPES: Mapping[str, str] = MappingProxyType({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_UNESCAPES: Mapping[str, str] = MappingProxyType({escaped: letter for letter, escaped in _ESCAPES.items()})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_HEAD = re.compile(r'option "operating_currency" "([^"\n]+)"\n(?:\n|[0-9-]{10} open [^ \n]+ [^ \n]+(?: ; .*)?\n)*')
_ENTRY = re.compile(rf"([0-9-]{{10}}) \* ({_STRING})\n  source: ({_STRING})\n((?:  .+\n)+)\n?")
_LINE = re.compile(rf"  {POSTING}\n(?:    comment: (?P<comment>{_STRING})\n)?")


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """A string of Beancount takes any text but control characters, which become `?`."""
    return fit_texts(entries, lambda text: _CONTROL.sub("?", text))


def write(entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """The accounts used with their names, and a transaction for each entry; source and line comments are metadata."""
    days = first_dates(entries)
    paths = {number: account_path(number, options.chart, ROOTS) for number in days}
    opened = "".join(_opened(number, days[number], path, options) for number, path in paths.items())
    blocks = (f'option "operating_currency" "{options.currency}"\n', opened, *_transactions(entries, paths, options))
    return "\n".join(filter(None, blocks)).encode()


def _opened(number: str, day: date, path: str, options: WriteOptions) -> str:
    name = one_line(account_name(number, options))
    return f"{day.isoformat()} open {path} {options.currency}{f' ; {name}' if name else ''}\n"


def _transactions(entries: Sequence[JournalEntry], paths: Mapping[str, str], options: WriteOptions) -> list[str]:
    posting_of = aligned_postings(entries, paths, options.currency)

    def posting(line: Line) -> str:
        comment = f"    comment: {_string(line.comment)}\n" if line.comment else ""
        return f"  {posting_of(line)}\n{comment}"

    return [f"{_first_lines(entry)}{''.join(map(posting, entry.lines))}" for entry in entries]


def _first_lines(entry: JournalEntry) -> str:
    return f"{entry.date.isoformat()} * {_string(entry.comment)}\n  source: {_string(entry.source)}\n"


def _string(text: str) -> str:
    return f'"{"".join(_ESCAPES.get(letter, letter) for letter in text)}"'


def _unescaped(text: str) -> str:
    """The text of a string, the quotes around it taken off; that of no string is empty."""
    try:
        return re.sub(r"\\.", lambda found: _UNESCAPES[found[0]], text[1:-1])
    except KeyError as error:
        raise ValueError(f"not an escape of Beancount: {error}") from error


def read(data: bytes) -> tuple[JournalEntry, ...]:
    """The entries of such a ledger. Raises ValueError for anything else."""
    text = data.decode()
    head = _HEAD.match(text)
    if head is None:
        raise ValueError("not a ledger of Beancount written here")
    return tuple(_entry(found, head[1]) for found in all_of(_ENTRY, text[head.end() :]))


def _entry(found: re.Match[str], currency: str) -> JournalEntry:
    day, comment, source, postings = found.groups()
    lines = tuple(_line(one, currency) for one in all_of(_LINE, postings))
    return JournalEntry(day_of(day), _unescaped(source), _unescaped(comment), lines)


def _line(found: re.Match[str], currency: str) -> Line:
    return Line(*read_posting(found["posting"], currency, ROOTS), _unescaped(found["comment"] or ""))


TARGET = Target(name="beancount", suffix=".beancount", write=write, read=read, fit=fit)
