"""The writer of the general-journal text file of Sage 50, Canadian edition, in the safe profile.

Sources: Sage's help topic "Importing General Journal Entries" ("H") and its knowledge-base article on the same ("KB").
Where the two differ, or neither says anything, the profile stays inside both: sources of 13 and texts of 39 characters,
printable ASCII, CR LF after every line. Taxes are ordinary lines.

    header   mm-dd-yy,"source","comment"
    detail   account,amount[,"line comment"]        two or more
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter, itemgetter
from typing import NamedTuple

from ecriture.core.entries import JournalEntry, Line
from ecriture.core.money import plain
from ecriture.targets.registry import Fitted, WriteOptions
from ecriture.targets.transliteration import PLAIN_LETTERS

SOURCE_LIMIT = 13
TEXT_LIMIT = 39
FIRST_DATE = date(2000, 1, 1)
LAST_DATE = date(2049, 12, 31)


def _quoted(limit: int) -> str:
    """A pattern of a quoted text of 1 to `limit` characters that neither begins nor ends with a blank."""
    return rf'"((?! )[ !#-~]{{1,{limit}}}+(?<! ))"'


# No amount has a hundred digits; the bound keeps `int` away from hostile ones. `[0-9]`, for `\d` takes Arabic digits too.
_AMOUNT = r"-?(?:[1-9][0-9]{0,99}+|0(?!\.00))\.[0-9]{2}"
HEADER = re.compile(rf"([0-9]{{2}})-([0-9]{{2}})-([0-9]{{2}}),{_quoted(SOURCE_LIMIT)},{_quoted(TEXT_LIMIT)}")
DETAIL = re.compile(rf"([0-9]{{4,8}}),({_AMOUNT})(?:,{_quoted(TEXT_LIMIT)})?")
# One pattern for a whole entry: far faster than a match for each line. Possessive: it keeps no other way to read what it read.
ENTRY = re.compile(rf"{HEADER.pattern}\r\n(?P<details>(?:{DETAIL.pattern}\r\n)++)")

_TABLE = {**PLAIN_LETTERS, ord('"'): "'"}
_PLAIN = re.compile(r"(?:[!#-+\--~]+(?: [!#-+\--~]+)*)?")
_NOT_PRINTABLE = re.compile(r"[^ -~]")
_BLANKS = re.compile(r" {2,}")


class _Text(NamedTuple):
    """A text as it is written, and what that cost."""

    text: str
    cut: bool
    replaced: bool


def _drop_or_mark(letter: re.Match[str]) -> str:
    """Nothing for a combining mark, `?` for anything else."""
    return "" if unicodedata.category(letter[0]).startswith("M") else "?"


def _fit_text(text: str) -> _Text:
    """Printable ASCII without straight quotes, commas or double blanks. The steps and their order are those of the profile.

    Cutting trailing blanks is no loss, and is not called a cut.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_TABLE))
    printable = _NOT_PRINTABLE.sub(_drop_or_mark, decomposed)
    # NFKD, coming after the table, makes a straight quote of a full-width one; left there, it would end the quoted text.
    whole = _BLANKS.sub(" ", printable.replace(",", " ").replace('"', "'"))
    replaced = printable.count("?") > decomposed.count("?")
    return _Text(whole[:TEXT_LIMIT].strip(" "), bool(whole[TEXT_LIMIT:].strip(" ")), replaced)


def _fit_entry(entry: JournalEntry, fitted: Mapping[str, _Text]) -> JournalEntry:
    """Sage's published layout has a comment in every header (KB), so an empty one becomes the source, which is never empty."""
    comment = fitted[entry.comment].text if entry.comment in fitted else entry.comment
    lines = [
        Line(line.account, line.amount_cents, fitted[line.comment].text) if line.comment in fitted else line
        for line in entry.lines
    ]
    return JournalEntry(entry.date, entry.source, comment or entry.source, tuple(lines))


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """The entries with their comments transliterated and cut; the source, which identifies the entry, is left as it is.

    Each different comment is looked at once, and most are left as they are.
    """
    counts = Counter(map(itemgetter(2), chain.from_iterable(map(attrgetter("lines"), entries))))
    counts.update(map(attrgetter("comment"), entries))
    others = (text for text in counts if len(text) > TEXT_LIMIT or not _PLAIN.fullmatch(text))
    fitted = {text: _fit_text(text) for text in others}
    shortened = sum(counts[text] for text, its in fitted.items() if its.cut)
    replaced = sum(counts[text] for text, its in fitted.items() if its.replaced)
    return Fitted(tuple(_fit_entry(entry, fitted) for entry in entries), shortened, replaced)


def _entry(entry: JournalEntry) -> str:
    """The lines of one entry. The line ends are counted, so that no text can hold some and pass for lines of its own."""
    if not FIRST_DATE <= entry.date <= LAST_DATE:
        raise ValueError(f"{entry.source}: {entry.date} is not in 2000 to 2049, which two digits can say")
    details = [
        f'{account},{plain(cents)},"{comment}"\r\n' if comment else f"{account},{plain(cents)}\r\n"
        for account, cents, comment in entry.lines
    ]
    text = f'{entry.date:%m-%d-%y},"{entry.source}","{entry.comment}"\r\n{"".join(details)}'
    found = ENTRY.match(text)
    end = found.end() if found else 0
    if end != len(text) or text.count("\n") != 1 + len(details):
        raise ValueError(f"{entry.source}: not in the profile of sage50-ca: {text[end : end + 80]!r}")
    return text


def write(entries: Sequence[JournalEntry], _options: WriteOptions) -> bytes:
    """The file of fitted entries. Raises ValueError for a date, source, account or text that the profile does not hold."""
    return "".join(map(_entry, entries)).encode("ascii")
