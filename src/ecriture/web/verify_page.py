"""What the checker says of a file, as a page shows it: each finding beside its line, or the entries of a file that is right."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import NamedTuple
from unicodedata import category

from ecriture.core.accounts import Chart
from ecriture.core.entries import JournalEntry
from ecriture.speech.findings import remedy, rule_name, what_is_wrong
from ecriture.targets.sage50_ca import TARGET
from ecriture.targets.sage50_ca.check import MAX_FINDINGS, check
from ecriture.targets.sage50_ca.grammar import decode_line, physical_lines
from ecriture.targets.sage50_ca.rules import Finding
from ecriture.web.entries import AccountTotal, EntryShown, debits_of, entries_page, totals_of
from ecriture.web.words import language

MOST_SHOWN = 100
MOST_ACCOUNTS = 300
"""An answer above a megabyte would be kept on the disk until it is sent."""

SHOWN_OF_A_LINE = 120


class FindingShown(NamedTuple):
    """A rule that a line breaks, in words, beside what the line says."""

    line: int
    text: str
    rule: str
    asks: str
    wrong: str
    remedy: str


class Checked(NamedTuple):
    """`in_all` findings in all (`is_more`: or more), of which the first are shown; else the entries, if they can be read."""

    findings: Sequence[FindingShown] = ()
    in_all: int = 0
    is_more: bool = False
    entries: Sequence[EntryShown] = ()
    more_entries: int = 0
    lines: int = 0
    totals: Sequence[AccountTotal] = ()
    more_accounts: int = 0
    debits: int = 0


def checked(content: bytes, *, lax: bool) -> Checked:
    """The findings of `ecriture verify` for a file, or its entries and totals."""
    found = check(content, lax=lax)
    if not found:
        return _as_ledger(_entries_of(content))
    lines = _lines_of(content, {finding.line for finding in found[:MOST_SHOWN]})
    shown = [_shown(finding, lines) for finding in found[:MOST_SHOWN]]
    return Checked(shown, len(found), len(found) == MAX_FINDINGS)


def _entries_of(content: bytes) -> Sequence[JournalEntry]:
    """None where it has what Sage describes and we do not write."""
    try:
        return TARGET.read(content)
    except ValueError:
        return ()


def _as_ledger(entries: Sequence[JournalEntry]) -> Checked:
    chart = Chart(())
    page, totals = entries_page(entries, chart, 1).entries, totals_of(entries, chart)
    return Checked(
        entries=page,
        more_entries=len(entries) - len(page),
        lines=sum(len(entry.lines) for entry in entries),
        totals=totals[:MOST_ACCOUNTS],
        more_accounts=len(totals[MOST_ACCOUNTS:]),
        debits=debits_of(entries),
    )


def _shown(finding: Finding, lines: Mapping[int, str]) -> FindingShown:
    spoken = language()
    text = _around(lines.get(finding.line, ""), int(str(finding.params.get("column", 1))))
    wrong = what_is_wrong(finding, spoken, visible=visible)
    return FindingShown(
        finding.line, visible(text), finding.rule, rule_name(finding, spoken), wrong, remedy(finding, spoken)
    )


def _around(text: str, column: int) -> str:
    """A piece of a long line in which a column is."""
    first = max(0, min(column - SHOWN_OF_A_LINE // 2, len(text) - SHOWN_OF_A_LINE))
    piece = text[first : first + SHOWN_OF_A_LINE]
    return f"{'…' if first else ''}{piece}{'…' if first + len(piece) < len(text) else ''}"


def _lines_of(content: bytes, numbers: Collection[int]) -> dict[int, str]:
    """The text of some lines, with their ends where these are not CR LF."""
    return {
        number: decode_line(line) + ("" if end == b"\r\n" else end.decode())
        for number, line, end in islice(physical_lines(content), max(numbers))
        if number in numbers
    }


_NO_LETTER = ("C", "M", "Z")
"""Controls, marks of direction, halves of pairs; accents that pile up; blanks and line ends."""


def visible(text: str) -> str:
    """A text in which nothing is hidden or steers what stands beside it: `⟨U+202E⟩` for a mark of direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"⟨U+{ord(letter):04X}⟩" if letter != " " and category(letter)[0] in _NO_LETTER else letter for letter in text
    )
