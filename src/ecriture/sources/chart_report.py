"""Sage 50's printed report of a chart, found by its content: a column of numbers, and the rows that are no account."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ecriture.core.problems import Problem, Where
from ecriture.sources import chart_words as words
from ecriture.sources.tables.header import plain_name, shown
from ecriture.sources.tables.table import MOST_PROBLEMS

NAMES = ("number", "name", "type", "class")
MOST_PLACES = 64
"""How many columns are examined."""

ROWS_IN_A_PROBLEM = 100
"""So many of the rows that are passed over for one reason are named in one problem; the next ones are in another."""

_NUMBER = re.compile("[0-9]{4,8}")
JOINED = re.compile(r"([0-9]{4,8})(?:\s*[-–—:.]\s*|\s+)(.*[^\W\d_].*)")


class _Layout(NamedTuple):
    """The columns of a report's numbers, types and classes; -1 if missing.

    The name is the first text beside the number, or it is `joined` to the number in one cell.
    """

    number: int
    type: int
    kind: int
    joined: bool

    def account(self, record: Sequence[str]) -> list[str]:
        """The row of an account; empty for titles, totals and the like."""
        found = _account_in(record, self.number, (self.type, self.kind), joined=self.joined)
        return [*found, _cell(record, self.type), _cell(record, self.kind)] if found else []

    def why_not(self, record: Sequence[str]) -> str:
        """Why a row is not an account."""
        number = (_cell(record, self.number).split() or [""])[0]
        if _NUMBER.fullmatch(number):
            return "no-name"
        return "odd-number" if len(re.findall("[0-9]", number)) > 1 and _has_letter("".join(record)) else "no-number"


def _cell(record: Sequence[str], place: int) -> str:
    return record[place].strip() if 0 <= place < len(record) else ""


def _account_in(
    record: Sequence[str], place: int, others: Sequence[int] = (), *, joined: bool
) -> tuple[str, str] | None:
    """The number in a column and its name, if there are both."""
    text = _cell(record, place)
    if joined:
        found = JOINED.fullmatch(text)
        return (found[1], found[2].strip()) if found else None
    if not _NUMBER.fullmatch(text):
        return None
    places = (*range(place + 1, min(MOST_PLACES, len(record))), *range(place))
    name = next((record[at].strip() for at in places if at not in others and _has_letter(record[at])), "")
    return (text, name) if name else None


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


def counts_of(sample: Sequence[list[str]], *, joined: bool) -> list[int]:
    """Of each column, in how many rows it has the number of an account."""
    width = min(MOST_PLACES, max(map(len, sample), default=0))
    return [sum(_account_in(row, place, joined=joined) is not None for row in sample) for place in range(width)]


def layout_of(sample: Sequence[list[str]]) -> _Layout | None:
    """Finds the columns of a report; None if there is no account in the first rows."""
    counts = [
        (max(of_kind, default=0), of_kind, joined)
        for joined in (True, False)
        if (of_kind := counts_of(sample, joined=joined))
    ]
    most, of_kind, joined = max(counts, key=lambda found: found[0] + (not found[2]) / 2, default=(0, [], False))
    if not most:
        return None
    number = of_kind.index(most)
    rows = [row for row in sample if _account_in(row, number, joined=joined)]
    columns = {
        place: [plain_name(text) for row in rows if (text := _cell(row, place))] for place in range(len(of_kind))
    }
    kind = next((place for place, texts in columns.items() if _are_mostly(texts, words.TYPES.keys() - {"x"})), -1)
    lettered = (at for at in columns if at not in {number, kind} and any(_has_letter(_cell(row, at)) for row in rows))
    name = number if joined else next(lettered, -1)
    classes = [
        place
        for place, texts in columns.items()
        if place not in (number, name) and _are_mostly(texts, words.KNOWN_CLASSES)
    ]
    return _Layout(number, kind, classes[-1] if classes else -1, joined)


def _are_mostly(texts: Sequence[str], known: AbstractSet[str]) -> bool:
    """Whether more than half of a column are known words: one odd letter is a mistake in its row."""
    return 2 * sum(text in known for text in texts) > len(texts)


class Report:
    """The accounts of a report, and the rows that are none, by the reason why not."""

    def __init__(self, layout: _Layout, records: Iterator[list[str]]) -> None:
        self._layout, self._records = layout, records
        self._skipped: dict[str, list[tuple[int, str]]] = {}
        self._counts = Counter[str]()

    def rows(self) -> Iterator[list[str]]:
        """A row of four for each row of the report, blank where there is no account."""
        for number, record in enumerate(self._records, 1):
            account = self._layout.account(record)
            if not account and (text := " ".join(" ".join(record[:MOST_PLACES]).split())):
                self._skip(number, text, self._layout.why_not(record))
            yield account or [""] * len(NAMES)

    def _skip(self, number: int, text: str, reason: str) -> None:
        self._counts[reason] += 1
        if self._counts.total() <= MOST_PROBLEMS:
            self._skipped.setdefault(reason, []).append((number, shown(text)))

    def problems(self, file: str) -> Iterator[Problem]:
        """Every row that is passed over, in the order of the file for each reason; beyond MOST_PROBLEMS they are counted."""
        for reason, rows in self._skipped.items():
            more = self._counts[reason] - len(rows)
            for first in range(0, len(rows), ROWS_IN_A_PROBLEM):
                some = tuple(rows[first : first + ROWS_IN_A_PROBLEM])
                count = len(some) + (more if some[-1] == rows[-1] else 0)
                yield Problem(
                    "chart-rows-skipped", {"reason": reason, "count": count, "skipped": some}, Where(file, some[0][0])
                )
