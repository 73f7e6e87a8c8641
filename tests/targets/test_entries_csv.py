import csv
import io
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecriture.core.accounts import Account, Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.sources.tables.csv_file import guarded, unguarded
from ecriture.targets.entries_csv import TARGET, read, write
from ecriture.targets.entry_rows import CELL_LIMIT, HEADINGS
from ecriture.targets.registry import WriteOptions
from strategies import journal_entries, texts, write_options
from target_promises import assert_golden, assert_reads_back, assert_refuses_or_reads, damaged, damages, is_refused

ENTRY = JournalEntry(date(2026, 1, 31), "EC000001-01", "Ventes", (Line("1201", 11498), Line("4000", -11498, "Été")))
OPTIONS = WriteOptions(chart=Chart([Account("4000", "Revenue", "Revenus")]))
DATA = write([ENTRY], OPTIONS)
ROW = "2026-01-31,S,C,1201,,1.00,,\r\n2026-01-31,S,C,4000,,,1.00,\r\n"


def table(rows: str) -> bytes:
    return (",".join(HEADINGS["en"]) + "\r\n" + rows).encode()


def test_golden() -> None:
    assert_golden("csv")


@given(journal_entries(), write_options())
def test_reads_back(entries: tuple[JournalEntry, ...], options: WriteOptions) -> None:
    assert_reads_back("csv", entries, options)


def test_excel_and_scripts() -> None:
    """What a script in Python, and any reader that knows RFC 4180 and the mark of UTF-8, gets."""
    assert DATA.startswith(b"\xef\xbb\xbfDate,")
    assert DATA.count(b"\r\n") == DATA.count(b"\n") == 3
    first, second = csv.DictReader(io.StringIO(DATA.decode("utf-8-sig"), newline=""))
    assert (first["Débit"], first["Crédit"], first["Nom du compte"]) == ("114.98", "", "")
    assert (second["Débit"], second["Crédit"], second["Nom du compte"]) == ("", "114.98", "Revenus")


def test_language_of_the_company() -> None:
    english = write([ENTRY], OPTIONS._replace(language="en"))
    assert english.decode("utf-8-sig").startswith("Date,Source,Comment,Account,Account name,Debit,Credit,Line comment")
    assert b",Revenue,," in english
    assert read(english) == read(DATA) == (ENTRY,)


@given(st.sampled_from("=+-@\t\r\n'＝＋－＠"), texts())
@example("=", "cmd|' /C calc'!A0")
@example("'", "=1")
def test_no_text_is_a_formula(sign: str, rest: str) -> None:
    text = sign + rest
    account = (sign if sign.isprintable() else "=") + "1"
    options = WriteOptions(chart=Chart([Account(account, text, text)]))
    entry = JournalEntry(date(2026, 1, 1), text, text, (Line(account, 5, text), Line("1", -5, text)))
    fitted = TARGET.fit([entry]).entries
    data = write(fitted, options)
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row)
    assert read(data) == fitted


def test_amounts_are_plain() -> None:
    large = JournalEntry(date(2026, 1, 1), "", "", (Line("1", -123456789012345678), Line("2", 123456789012345678)))
    assert b",1234567890123456.78,\r\n" in write([large], OPTIONS)
    assert b"'" not in write([large], OPTIONS)


def test_neighbours_stay_two_entries() -> None:
    entries = (ENTRY, ENTRY, replace(ENTRY, source="EC000001-02"))
    data = write(entries, OPTIONS)
    assert data.count(b"\r\n,,,,,,,\r\n") == 1
    assert read(data) == entries


def test_long_text_is_cut() -> None:
    fitted = TARGET.fit([JournalEntry(date(2026, 1, 1), "S", "😀" * CELL_LIMIT, ENTRY.lines)])
    assert (fitted.shortened, fitted.replaced) == (1, 0)
    assert fitted.entries[0].comment == "😀" * (CELL_LIMIT // 2)


@pytest.mark.parametrize(
    "rows",
    [
        "2026-01-31,S,C,1201,,1.00,,\r\n",  # not balanced
        ROW.replace("1.00,,", "1.00,1.00,"),
        ROW.replace("1.00,,", ",,"),
        ROW.replace("1.00", "1.0"),
        ROW.replace("1.00", "1,00"),
        ROW.replace("1.00", "-1.00"),
        ROW.replace("1.00", "0.00"),
        ROW.replace("1.00", "١.٠٠"),
        ROW.replace("1201", ""),
        ROW.replace("1201", "12 01"),
        ROW.replace("1201", "1234567890123456"),
        ROW.replace("2026-01-31", "20260131"),
        ROW.replace("2026-01-31", "2026-02-30"),
        ROW.replace("1201", "1201,"),
        ROW.replace("1201", '"1201"x'),
        ROW + '"',
    ],
)
def test_refuses(rows: str) -> None:
    assert len(read(table(ROW))) == 1
    assert is_refused("csv", table(rows))


@given(st.binary())
@example(b"\xef\xbb\xbf")
@example(b'"' + b"x" * 140_000)
def test_any_bytes(data: bytes) -> None:
    assert_refuses_or_reads("csv", data)


@given(damages())
def test_damaged_files(damage: list[tuple[int, int, bytes]]) -> None:
    assert_refuses_or_reads("csv", damaged(DATA, damage))


@given(texts())
def test_no_cell_of_any_splitting_begins_a_formula(text: str) -> None:
    """An Excel set to French splits at semicolons and at every line end: it knows quotation marks at a cell's start only."""
    safe = guarded(text)
    assert unguarded(safe) == text
    row = ",".join(["2026-01-31", f'"{safe}"' if re.search('[,"\r\n]', safe) else safe])
    cells = re.split("[;\r\n]", row.removeprefix("2026-01-31,").removeprefix('"'))
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠"))]


def test_what_begins_a_cell_elsewhere_stands_behind_an_apostrophe() -> None:
    assert guarded("Luc;=cmd|' /C calc'!A0;x") == "Luc;'=cmd|' /C calc'!A0;x"
    assert guarded("a\n-1;'b") == "a\n'-1;''b"
    assert guarded("Vente; -5, a=b") == "Vente; -5, a=b"
