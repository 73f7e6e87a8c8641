"""The writer of the general-journal text file of Sage 50, Canadian edition, in the safe profile.

Sources: Sage's help topic "Importing General Journal Entries" ("H") and its knowledge-base article on the same ("KB").
Where the two differ, or neither says anything, the profile stays inside both: sources of 13 and texts of 39 characters,
printable ASCII, CR LF after every line. Taxes are ordinary lines.

    header   mm-dd-yy,"source","comment"
    detail   account,amount[,"line comment"]        two or more
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from ecriture.core.entries import JournalEntry, Line
from ecriture.core.money import plain
from ecriture.targets.registry import Fitted, WriteOptions

SOURCE_LIMIT = 13
TEXT_LIMIT = 39
FIRST_DATE = date(2000, 1, 1)
LAST_DATE = date(2049, 12, 31)


def _quoted(limit: int) -> str:
    """A pattern of a quoted text of 1 to `limit` characters that neither begins nor ends with a blank."""
    return rf'"([!#-~](?:[ !#-~]{{0,{limit - 2}}}[!#-~])?)"'


# No amount has a hundred digits; the bound keeps `int` away from hostile ones. `[0-9]`, for `\d` takes Arabic digits too.
_AMOUNT = r"-?(?!0\.00)(?:0|[1-9][0-9]{0,99})\.[0-9]{2}"
HEADER = re.compile(rf"([0-9]{{2}})-([0-9]{{2}})-([0-9]{{2}}),{_quoted(SOURCE_LIMIT)},{_quoted(TEXT_LIMIT)}")
DETAIL = re.compile(rf"([0-9]{{4,8}}),({_AMOUNT})(?:,{_quoted(TEXT_LIMIT)})?")

_TABLE = str.maketrans(
    {
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ø": "o",
        "Ø": "O",
        "ß": "ss",
        "€": "EUR",
        "–": "-",
        "—": "-",
        "…": "...",
    }
    | dict.fromkeys('«»“”’‘"', "'")
)
_PLAIN = re.compile(r"[!#-+\--~]+(?: [!#-+\--~]+)*")
_NOT_PRINTABLE = re.compile(r"[^ -~]")
_BLANKS = re.compile(r" {2,}")


class _Text(NamedTuple):
    """A text as it is written, and what that cost."""

    text: str
    cut: bool = False
    replaced: bool = False


def _drop_or_mark(letter: re.Match[str]) -> str:
    """Nothing for a combining mark, `?` for anything else."""
    return "" if unicodedata.category(letter[0]).startswith("M") else "?"


def _fit_text(text: str, limit: int) -> _Text:
    """The steps and their order are those of the profile. Cutting trailing blanks is no loss, and is not called a cut."""
    if len(text) <= limit and (not text or _PLAIN.fullmatch(text)):
        return _Text(text)
    decomposed = unicodedata.normalize("NFKD", text.translate(_TABLE))
    printable = _NOT_PRINTABLE.sub(_drop_or_mark, decomposed)
    # NFKD, coming after the table, makes a straight quote of a full-width one; left there, it would end the quoted text.
    whole = _BLANKS.sub(" ", printable.replace(",", " ").replace('"', "'"))
    replaced = printable.count("?") > decomposed.count("?")
    return _Text(whole[:limit].strip(" "), bool(whole[limit:].strip(" ")), replaced)


def ascii_text(text: str, limit: int) -> str:
    """A text in printable ASCII without straight quotes, commas or double blanks, of at most `limit` characters."""
    return _fit_text(text, limit).text


class _Comments:
    """Fits the comments of one call, each different one once, and counts those that were cut or had a `?` put in."""

    def __init__(self) -> None:
        self.shortened = 0
        self.replaced = 0
        self._known: dict[str, _Text] = {}

    def fit(self, text: str) -> str:
        fitted = self._known.get(text) or self._known.setdefault(text, _fit_text(text, TEXT_LIMIT))
        self.shortened += fitted.cut
        self.replaced += fitted.replaced
        return fitted.text


def _fit_line(line: Line, comments: _Comments) -> Line:
    return line._replace(comment=comments.fit(line.comment)) if line.comment else line


def _fit_entry(entry: JournalEntry, comments: _Comments) -> JournalEntry:
    """Sage's published layout has a comment in every header (KB), so an empty one becomes the source, which is never empty."""
    comment = comments.fit(entry.comment) or entry.source
    return replace(entry, comment=comment, lines=tuple(_fit_line(line, comments) for line in entry.lines))


def fit(entries: Sequence[JournalEntry]) -> Fitted:
    """The entries with their comments transliterated and cut; the source, which identifies the entry, is left as it is."""
    comments = _Comments()
    fitted = tuple(_fit_entry(entry, comments) for entry in entries)
    return Fitted(fitted, comments.shortened, comments.replaced)


def _held(text: str, pattern: re.Pattern[str]) -> str:
    """A line ready for the file. Raises ValueError for one that the profile does not hold: it would ruin the whole import."""
    if not pattern.fullmatch(text):
        raise ValueError(f"not in the profile of sage50-ca: {text!r}")
    return f"{text}\r\n"


def _header(entry: JournalEntry) -> str:
    if not FIRST_DATE <= entry.date <= LAST_DATE:
        raise ValueError(f"{entry.source}: {entry.date} is not in 2000 to 2049, which two digits can say")
    return _held(f'{entry.date:%m-%d-%y},"{entry.source}","{entry.comment}"', HEADER)


def _detail(line: Line) -> str:
    comment = f',"{line.comment}"' if line.comment else ""
    return _held(f"{line.account},{plain(line.amount_cents)}{comment}", DETAIL)


def write(entries: Sequence[JournalEntry], _options: WriteOptions) -> bytes:
    """The file of fitted entries. Raises ValueError for a date, source, account or text that the profile does not hold."""
    return "".join(text for entry in entries for text in (_header(entry), *map(_detail, entry.lines))).encode("ascii")
