"""Plain-text accounting: what the journals of hledger and Beancount share."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from ecriture.core.accounts import AccountClass, Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.core.money import plain
from ecriture.targets.entry_rows import account_of, cents_of

POSTING = r"(?P<posting>[!-~]+ +[0-9.-]+ [!-~]+)"
"""The pattern of a posting, and in its group `posting` what `read_posting` takes."""

_ODD = re.compile("^[^A-Z0-9]|[^A-Za-z0-9]")
_ESCAPED = re.compile("(?:-[0-9A-F]{2})+")
_BREAK = re.compile("\r\n|[\t\n-\r\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def component(number: str) -> str:
    """An account number as a part of an account's name: itself when it has only letters and digits.

    Beancount wants a capital or a digit first, then letters, digits and hyphens. Any other character becomes the bytes
    of its UTF-8 as `-2E`; `X-` stands before a name that would begin with one. So no two numbers get one name.
    """
    name = _ODD.sub(_escape, number)
    return f"X-{name}" if name.startswith("-") else name


def _escape(found: re.Match[str]) -> str:
    return "".join(f"-{byte:02X}" for byte in found[0].encode())


def number_of(name: str) -> str:
    """The account number of a component. Raises ValueError for what `component` does not give."""
    number = account_of(_ESCAPED.sub(_unescape, name[2:] if name.startswith("X--") else name))
    if component(number) != name:
        raise ValueError(f"not the name of an account: {name[:40]!r}")
    return number


def _unescape(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("-", "")).decode()


def account_path(number: str, chart: Chart, roots: Mapping[AccountClass, str]) -> str:
    """`Assets:1201`. An account of no known class stands under equity, where it is seen and does no harm."""
    return f"{roots[chart.class_of(number) or AccountClass.EQUITY]}:{component(number)}"


def number_in(path: str, roots: Mapping[AccountClass, str]) -> str:
    """The account number of a path. Raises ValueError for what `account_path` does not give."""
    root, _, name = path.partition(":")
    if root not in roots.values():
        raise ValueError(f"not under a known root: {path[:40]!r}")
    return number_of(name)


def first_dates(entries: Iterable[JournalEntry]) -> dict[str, date]:
    """The accounts that entries use, in order, each with the first date on which they do."""
    days: dict[str, date] = {}
    for entry in entries:
        for line in entry.lines:
            days[line.account] = min(entry.date, days.get(line.account, entry.date))
    return dict(sorted(days.items()))


def aligned_postings(entries: Sequence[JournalEntry], paths: Mapping[str, str], currency: str) -> Callable[[Line], str]:
    """What gives `assets:1201    115.00 CAD` for a line, the amounts of all lines under each other."""
    path_width = max(map(len, paths.values()), default=0)
    amount_width = max((len(plain(line.amount_cents)) for entry in entries for line in entry.lines), default=0)

    def posting(line: Line) -> str:
        return f"{paths[line.account]:{path_width}}  {plain(line.amount_cents):>{amount_width}} {currency}"

    return posting


def read_posting(text: str, currency: str, roots: Mapping[AccountClass, str]) -> tuple[str, int]:
    """The account number and the cents of such a text. Raises ValueError."""
    path, amount, unit = text.split()
    if unit != currency:
        raise ValueError(f"an amount in {unit[:20]}, not in {currency[:20]}")
    magnitude = cents_of(amount.removeprefix("-"))
    return number_in(path, roots), -magnitude if amount.startswith("-") else magnitude


def one_line(text: str) -> str:
    """A text on one line: breaks and tabs become blanks, other control characters `?`; no blanks around it."""
    return _CONTROL.sub("?", _BREAK.sub(" ", text)).strip()


def all_of(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern, one after the other to the end of a text. Raises ValueError where something else stands."""
    place = 0
    while place < len(text):
        found = pattern.match(text, place)
        if found is None or found.end() == place:
            raise ValueError(f"not understood: {text[place : place + 60]!r}")
        yield found
        place = found.end()
