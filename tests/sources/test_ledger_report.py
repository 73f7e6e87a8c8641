"""A difference of each class is found in each kind of report, in both languages, as CSV and as XLSX."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.entries import JournalEntry, Line
from ecriture.core.reconcile import MOST_GUESSES, Difference, Found, Shown, compare
from ecriture.sources.ledger_report import ReportRead, read_ledger_report
from sage_reports import KINDS, Entered, entered, report

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 30)


def entry(source: str, month: int, cents: int, *more: Line) -> JournalEntry:
    lines = (Line("1060", cents), Line("1201", -cents), *more)
    return JournalEntry(date(2026, month, 28), source, f"Ventes et paiements 2026-0{month}", lines)


OURS = (
    entry("EC000001-01", 1, 123450, Line("1201", 450219), Line("4000", -450219)),
    entry("EC000002-01", 2, 200000),
    replace(
        entry("EC000003-01", 3, 0 + 30000),
        lines=(
            Line("1201", 22995, "R-119 Salon Ouest"),
            Line("1201", 45990, "R-120 Gîte Laurier"),
            Line("4100", -68985),
        ),
    ),
)
SAGE = tuple(entered(it, at) for at, it in enumerate(OURS, start=10))
EVERY = pytest.mark.parametrize(
    ("kind", "language", "file"), [(k, it, file) for k in KINDS for it in ("fr", "en") for file in ("csv", "xlsx")]
)


def differences(
    entries: tuple[Entered, ...], kind: str, language: str, file: str, account: str = "1201"
) -> list[Found]:
    read = read_ledger_report(report(entries, kind, language, file))
    assert read.fault == ""
    return compare(OURS, read.lines, account, first=FIRST, last=LAST)


def reversed_in(it: Entered, journal: int, by: int, language: str) -> Entered:
    said = f"Reversing J{it.journal}. Correction is J{by}." if language == "en" else f"J{it.journal} Contrepassation"
    lines = tuple((account, -cents, comment) for account, cents, comment in it.lines)
    word = "ADJ" if language == "en" else "AJT"
    return it._replace(journal=journal, source=f"{word}{it.source}", comment=said, lines=lines)


@EVERY
def test_equal_books_have_no_difference(kind: str, language: str, file: str) -> None:
    for account in ("1201", "1060", "4000"):
        assert differences(SAGE, kind, language, file, account) == []


@EVERY
def test_ours_is_missing(kind: str, language: str, file: str) -> None:
    (found,) = differences(SAGE[1:], kind, language, file)
    assert (found.difference, found.source, found.ours_cents) == (Difference.MISSING, "EC000001-01", 450219 - 123450)


@EVERY
def test_the_documents_of_a_missing_detailed_entry_are_named(kind: str, language: str, file: str) -> None:
    (found,) = differences(SAGE[:2], kind, language, file)
    assert found.named == ("R-119 Salon Ouest", "R-120 Gîte Laurier")


@EVERY
def test_ours_is_there_twice(kind: str, language: str, file: str) -> None:
    (found,) = differences((*SAGE, SAGE[1]._replace(journal=20)), kind, language, file)
    assert (found.difference, found.source, found.cents) == (Difference.TWICE, "EC000002-01", -200000)


@EVERY
@pytest.mark.parametrize("corrections", [True, False])
def test_ours_was_altered(kind: str, language: str, file: str, *, corrections: bool) -> None:
    """One document's line was taken out of the entry in Sage."""
    new = SAGE[2]._replace(journal=22, lines=(SAGE[2].lines[0], ("4100", -22995, "")))
    there = (SAGE[2], reversed_in(SAGE[2], 21, 22, language)) if corrections else ()
    (found,) = differences((*SAGE[:2], *there, new), kind, language, file)
    assert (found.difference, found.source, found.cents) == (Difference.ALTERED, "EC000003-01", -45990)
    assert found.named == (() if corrections else ("R-120 Gîte Laurier",))


@EVERY
@pytest.mark.parametrize("corrections", [True, False])
def test_an_adjustment_that_left_the_amounts_is_no_difference(
    kind: str, language: str, file: str, *, corrections: bool
) -> None:
    new = SAGE[2]._replace(journal=22, comment="Autre commentaire")
    there = (SAGE[2], reversed_in(SAGE[2], 21, 22, language)) if corrections else ()
    assert differences((*SAGE[:2], *there, new), kind, language, file) == []


@EVERY
def test_ours_was_reversed(kind: str, language: str, file: str) -> None:
    (found,) = differences((*SAGE, reversed_in(SAGE[1], 21, 0, language)), kind, language, file)
    assert (found.difference, found.source, found.cents) == (Difference.REVERSED, "EC000002-01", 200000)


@EVERY
def test_ours_has_another_date(kind: str, language: str, file: str) -> None:
    (found,) = differences((*SAGE[:2], SAGE[2]._replace(dated=date(2026, 4, 1))), kind, language, file)
    assert (found.difference, found.source, found.dated) == (Difference.DATED, "EC000003-01", date(2026, 4, 1))


@EVERY
def test_a_foreign_entry_and_what_it_may_be(kind: str, language: str, file: str) -> None:
    typed = Entered(30, date(2026, 2, 27), "1234", "Tapé à la main", (("1060", 200000, ""), ("1201", -200000, "")))
    found = differences((SAGE[0], SAGE[2], typed), kind, language, file)
    assert [(it.difference, it.cents) for it in found] == [
        (Difference.MISSING, 200000),
        (Difference.FOREIGN, -200000),
    ]
    assert found[1].guesses == ("EC000002-01",)
    assert found[1].source in ("1234", "30")


def test_guesses_are_the_first_ones_of_that_amount() -> None:
    ours = [entry(f"EC{at:06}-01", 2, 5000) for at in range(1, 30)]
    typed = [Shown("1201", FIRST, f"F-{cents}", "", "", cents) for cents in (-5000, -4999)]
    *_, same, other = compare(ours, typed, "1201", first=FIRST, last=LAST)
    assert same.guesses == tuple(it.source for it in ours[:MOST_GUESSES])
    assert other.guesses == ()


def test_amounts_with_marks_of_thousands() -> None:
    for language, text in (("fr", "1\u00a0234,50"), ("en", "1,234.50")):
        made = report(SAGE, "account", language)
        assert text in made.getvalue().decode("cp1252" if language == "fr" else "utf-8")


@pytest.mark.parametrize("content", [b"", b"a,b,c\n1,2,3\n", b"\0", b"PK\x03\x04rubbish", b"Debit,Credit\n", b'"'])
def test_what_is_no_report_says_so(content: bytes) -> None:
    assert read_ledger_report(io.BytesIO(content)).fault


@given(st.binary(max_size=300), st.booleans())
def test_nothing_breaks_it(content: bytes, titled: bool) -> None:
    read_ledger_report(io.BytesIO((b"Date,Source,Account,Debits,Credits\n" if titled else b"") + content))


@given(st.lists(st.lists(st.sampled_from(("", "1201", "J7", "2026-01-31", "EC000001-01", "1,50", "Total", "x")))))
def test_nothing_breaks_it_row_by_row(rows: list[list[str]]) -> None:
    text = "\n".join(";".join(row) for row in [["Date", "Débits", "Crédits"], *rows])
    read = read_ledger_report(io.BytesIO(text.encode()))
    compare(OURS, read.lines, "1201", first=FIRST, last=LAST)


@EVERY
def test_an_entry_of_a_cancelled_batch_is_ours(kind: str, language: str, file: str) -> None:
    """Reversed it is in order; else it is to be reversed, never to be entered again."""
    gone = Entered(40, date(2026, 3, 2), "EC000004-01", "Ventes", (("1201", 5000, ""), ("4000", -5000, "")))

    def found(*more: Entered) -> list[Found]:
        read = read_ledger_report(report((*SAGE, *more), kind, language, file))
        return compare(OURS, read.lines, "1201", first=FIRST, last=LAST, cancelled={"EC000004-01"})

    assert found(gone, reversed_in(gone, 41, 0, language)) == []
    (left,) = found(gone)
    assert (left.difference, left.source, left.cents) == (Difference.CANCELLED, "EC000004-01", 5000)
    assert found(reversed_in(gone, 41, 0, language)) == []


def titled(title: str, *dates: str, order: str = "") -> ReportRead:
    rows = [f"{day};J{at};EC00000{at}-01;1201;10,00;" for at, day in enumerate(dates, start=1)]
    text = "\n".join((title, "Date;N° EJ;Source;Compte;Débits;Crédits", *rows))
    return read_ledger_report(io.BytesIO(text.encode()), order=order)


def days(*dates: str, order: str = "", title: str = "Rapport") -> list[str]:
    return [f"{it.dated}" for it in titled(title, *dates, order=order).lines]


@pytest.mark.parametrize(
    "title",
    [
        "Transactions par compte du 01/01/2026 au 28/02/2026",
        "Transactions par compte du 1er janvier 2026 au 28 février 2026 (toutes)",
        "Transactions by Account - Jan 01, 2026 to Feb 28, 2026",
        "2026-01-01 - 2026-02-28",
        "Du;2026-01-01;au;2026-02-28",
        "Brûlerie - Café\n01-01-26 au 28-02-26",
    ],
)
def test_the_period_of_a_title(title: str) -> None:
    assert titled(title, "15/02/2026").period == (date(2026, 1, 1), date(2026, 2, 28))


@pytest.mark.parametrize("title", ["Rapport", "Brûlerie - Café", "02/01/2026 au 01/02/2026", "2026-02-01 - 2026-01-31"])
def test_a_title_without_a_period_has_none(title: str) -> None:
    assert titled(title, "2026-01-15").period is None


def test_years_of_two_digits() -> None:
    assert days("02/28/26", "01/05/26") == ["2026-02-28", "2026-01-05"]
    assert days("31/01/26", "05/02/26") == ["2026-01-31", "2026-02-05"]
    assert days("31-01-26", "05-02-26") == ["2026-01-31", "2026-02-05"]
    assert days("05/02/26", title="du 01/01/2026 au 28/02/2026") == ["2026-02-05"]
    assert days("31-01-26", title="du 01/01/2026 au 28/02/2026") == ["2026-01-31"]


def test_whoever_chooses_is_obeyed() -> None:
    assert days("05/02/26") == days("31-01-26") == ["None"]
    assert days("05/02/26", order="day") == ["2026-02-05"]
    assert days("05/02/26", order="month") == ["2026-05-02"]
    assert days("31-01-26", order="day") == ["2026-01-31"]


def test_a_year_of_two_digits_may_lead() -> None:
    assert days("26-01-31", "26-02-28") == ["2026-01-31", "2026-02-28"]
    assert days("25-12-31", "26-01-05") == ["2025-12-31", "2026-01-05"]


def test_a_source_like_a_date_is_none() -> None:
    (line,) = read_ledger_report(
        io.BytesIO(b"Source,Date,Account,Debits,Credits\n12-31-25,2026-02-15,1201,5.00,\n")
    ).lines
    assert (line.source, line.dated) == ("12-31-25", date(2026, 2, 15))
