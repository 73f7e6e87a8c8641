"""Reports of entries as Sage 50 may export them: both kinds, both languages, as CSV and as XLSX. Made up: see docs."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from openpyxl import Workbook

from ecriture.core.amounts import show_number
from ecriture.core.entries import JournalEntry

Rows = list[list[object]]
KINDS = ("all", "account", "flat")
TITLES = {
    "en": (
        "All Transactions",
        "Transactions by Account",
        "Date",
        "Comment",
        "Source #",
        "JE#",
        "Debits",
        "Credits",
        "Balance",
    ),
    "fr": (
        *("Toutes les transactions", "Transactions par compte", "Date", "Commentaire", "N° de source", "N° EJ"),
        *("Débits", "Crédits", "Solde"),
    ),
}
ACCOUNT = {"en": ("Account Number", "Account Description"), "fr": ("N° de compte", "Description du compte")}
MONTHS = {"fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin"), "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun")}


class Entered(NamedTuple):
    """An entry in Sage."""

    journal: int
    dated: date
    source: str
    comment: str
    lines: tuple[tuple[str, int, str], ...]


def entered(entry: JournalEntry, journal: int) -> Entered:
    lines = tuple((line.account, line.amount_cents, line.comment) for line in entry.lines)
    return Entered(journal, entry.date, entry.source, entry.comment, lines)


def report(entries: Sequence[Entered], kind: str, language: str, file: str = "csv") -> io.BytesIO:
    rows = {"all": _all, "account": _by_account, "flat": _flat}[kind](entries, language)
    return _csv(rows, language) if file == "csv" else _xlsx(rows)


def _all(entries: Sequence[Entered], language: str) -> Rows:
    """Each entry, and below it its lines."""
    title, _, _, _, _, _, debits, credits_, _ = TITLES[language]
    rows: Rows = [["Brûlerie Rivière-Claire inc."], [title], [], ["", *ACCOUNT[language], debits, credits_]]
    for it in entries:
        rows.append(
            [
                _day(it.dated, language),
                f"J{it.journal}",
                f"{it.source}, {it.comment}" if not it.source else it.source,
                it.comment,
            ]
        )
        rows += [["", account, "Compte quelconque", *_sides(cents)] for account, cents, _ in it.lines]
    return [*rows, ["", "Total", "", sum(c for it in entries for _, c, _ in it.lines if c > 0), 0]]


def _by_account(entries: Sequence[Entered], language: str) -> Rows:
    _, title, day, comment, source, journal, *sides = TITLES[language]
    rows: Rows = [[title], ["2026-01-01 - 2026-12-31"], [], [day, comment, source, journal, *sides]]
    for account in sorted({account for it in entries for account, _, _ in it.lines}):
        balance = 0
        rows.append([f"{account} Compte Client - Écriture"])
        for it in entries:
            for number, cents, _ in it.lines:
                if number == account:
                    balance += cents
                    rows.append(
                        [_day(it.dated, language), it.comment, it.source, f"J{it.journal}", *_sides(cents), balance]
                    )
        rows.append(["Total", "", "", "", *_sides(balance)])
    return rows


def _flat(entries: Sequence[Entered], language: str) -> Rows:
    """A row for each line, with all of its entry."""
    _, _, day, comment, source, journal, debits, credits_, _ = TITLES[language]
    rows: Rows = [[day, journal, ACCOUNT[language][0], source, comment, debits, credits_]]
    for it in entries:
        for account, cents, _ in it.lines:
            rows.append([_day(it.dated, language), it.journal, account, it.source, it.comment, *_sides(cents)])
    return rows


def _day(day: date, language: str) -> object:
    month = MONTHS[language][day.month - 1]
    return f"{day.day} {month} {day.year}" if language == "fr" else f"{month} {day.day:02}, {day.year}"


def _sides(cents: int) -> list[object]:
    return [cents, ""] if cents > 0 else ["", -cents]


def _csv(rows: Rows, language: str) -> io.BytesIO:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if language == "fr" else ",")
    for row in rows:
        writer.writerow([_text(cell, language, at, row) for at, cell in enumerate(row)])
    return io.BytesIO(text.getvalue().encode("cp1252" if language == "fr" else "utf-8"))


def _text(cell: object, language: str, at: int, row: list[object]) -> object:
    is_cents = isinstance(cell, int) and at >= 3 and not (at == 1 and len(row) > 6)
    return show_number(cell, language) if is_cents and isinstance(cell, int) else cell


def _xlsx(rows: Rows) -> io.BytesIO:
    book, found = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([cell / 100 if isinstance(cell, int) and at >= 3 else cell for at, cell in enumerate(row)])
    book.save(found)
    return found
