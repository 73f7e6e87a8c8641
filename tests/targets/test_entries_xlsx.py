import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ecriture.core.accounts import Account, Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.sources.tables.workbook import packed, unpacked
from ecriture.targets.entries_xlsx import TARGET, read, write
from ecriture.targets.registry import WriteOptions
from strategies import LARGEST_CENTS, journal_entries, texts, write_options
from target_promises import assert_golden, assert_reads_back, assert_refuses_or_reads, damaged, damages, is_refused

ENTRY = JournalEntry(date(2026, 1, 31), "EC000001-01", "Ventes", (Line("1201", 11498), Line("4000", -11498, "Été")))
OPTIONS = WriteOptions(chart=Chart([Account("4000", "Revenue", "Revenus")]))
DATA = write([ENTRY], OPTIONS)
SHEET = "xl/worksheets/sheet1.xml"


def patched(change: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    parts = unpacked(DATA)
    return packed(parts | {part: change(parts[part])})


def replaced(old: bytes, new: bytes, part: str = SHEET) -> bytes:
    assert old in unpacked(DATA)[part]
    return patched(lambda content: content.replace(old, new), part)


def test_golden() -> None:
    assert_golden("xlsx")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(journal_entries(TARGET.first_date), write_options())
def test_reads_back(entries: tuple[JournalEntry, ...], options: WriteOptions) -> None:
    assert_reads_back("xlsx", entries, options)


@given(st.lists(st.integers(1, LARGEST_CENTS) | st.integers(1, 10**6), min_size=60, max_size=60))
@settings(max_examples=10)
def test_every_amount_is_exact(amounts: list[int]) -> None:
    lines = tuple(Line("1201", cents) for cents in [*amounts, -sum(amounts)])
    entry = JournalEntry(date(2026, 1, 31), "", "", lines)
    assert read(write([entry], OPTIONS)) == (entry,)


def test_what_a_person_sees() -> None:
    sheet = load_workbook(io.BytesIO(DATA)).active
    assert sheet is not None
    header, first, second = sheet.iter_rows()
    assert sheet.title == "Écritures"
    assert sheet.freeze_panes == "A2"
    assert header[5].value == "Débit"
    assert header[5].font.b
    assert [cell.value for cell in first] == [
        *(datetime(2026, 1, 31), "EC000001-01", "Ventes", "1201", None, 114.98, None, None)  # noqa: DTZ001
    ]
    assert [cell.value for cell in second][4:] == ["Revenus", None, 114.98, "Été"]
    assert (first[0].number_format, first[5].number_format) == ("yyyy-mm-dd", "#,##0.00")
    assert b"<v>114.98</v>" in unpacked(DATA)[SHEET]
    assert sheet.column_dimensions["C"].width == 44


@given(st.sampled_from(("=", "+", "-", "@", "#N/A", "#REF!", "=1", "{=1}")), texts())
@settings(max_examples=30)
def test_no_text_is_a_formula(start: str, rest: str) -> None:
    text = start + rest
    options = WriteOptions(chart=Chart([Account("=1+1", text, text)]))
    entry = JournalEntry(date(2026, 1, 31), text, text, (Line("=1+1", 5, text), Line("#N/A", -5, start)))
    fitted = TARGET.fit([entry]).entries
    data = write(fitted, options)
    content = unpacked(data)[SHEET]
    assert not re.search(rb"<f[ >/]", content)
    assert set(re.findall(rb' t="([a-zA-Z]+)"', content)) == {b"inlineStr", b"n"}
    assert read(data) == fitted


def test_same_bytes_tomorrow() -> None:
    """Another process, another day: nothing in the file may come from the clock or from a hash."""
    program = (
        "import datetime, sys, time\n"
        "from ecriture.core.entries import JournalEntry, Line\n"
        "from ecriture.targets.entries_xlsx import write\n"
        "from ecriture.targets.registry import WriteOptions\n"
        "class Later(datetime.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None): return cls(2031, 5, 6, tzinfo=tz)\n"
        "lines = (Line('1201', 5), Line('4000', -5))\n"
        "entry = JournalEntry(datetime.date(2026, 1, 31), 'S', 'C', lines)\n"
        "datetime.datetime = Later\n"
        "time.localtime = time.gmtime = lambda *_: time.struct_time((2031, 5, 6, 7, 8, 9, 1, 1, 0))\n"
        "time.time = lambda: 1935817689.0\n"
        "sys.stdout.buffer.write(write([entry], WriteOptions()))\n"
    )
    later = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    entry = JournalEntry(date(2026, 1, 31), "S", "C", (Line("1201", 5), Line("4000", -5)))
    assert write([entry], WriteOptions()) == later
    with zipfile.ZipFile(io.BytesIO(later)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    program = "import sys, ecriture.targets.entries_xlsx; print({'openpyxl'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"set()\n"


def test_control_characters() -> None:
    fitted = TARGET.fit([JournalEntry(date(2026, 1, 31), "a\x00b\x1f", "\ufffe\ud800", ENTRY.lines)])
    assert (fitted.entries[0].source, fitted.entries[0].comment, fitted.replaced) == ("a?b?", "??", 2)


def test_numbers_from_a_spreadsheet_are_rounded_once() -> None:
    """A spreadsheet may save 114.98 as its binary neighbour."""
    assert read(replaced(b"<v>114.98</v>", b"<v>114.97999999999999</v>")) == (ENTRY,)
    assert is_refused("xlsx", replaced(b"<v>114.98</v>", b"<v>114.975</v>"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        packed({}),
        packed({"xl/workbook.xml": b"<workbook/>"}),
        packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        replaced(b"Compte", b"Konto"),
        replaced(b'r="B3"', b'r="XFD1048576"'),
        replaced(b'r="B3"', b'r="A1048576"'),
        replaced(b'r="B3"', b'r=""'),
        replaced(b"<v>114.98</v>", b"<v>-114.98</v>"),
        replaced(b"<v>114.98</v>", b"<v>1e999</v>"),
        replaced(b"<v>114.98</v>", b"<v>nan</v>"),
        replaced(b"<v>114.98</v>", b"<v></v>"),
        replaced(b't="n"><v>114.98</v>', b't="b"><v>1</v>'),
        replaced(b"<t>1201</t>", b"<t>12 01</t>"),
        replaced(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'),
        replaced(b"sheet1.xml", b"sheet2.xml", "xl/_rels/workbook.xml.rels"),
    ],
)
def test_refuses(data: bytes) -> None:
    assert read(patched(bytes)) == (ENTRY,)
    assert is_refused("xlsx", data)


@given(st.binary())
@example(b"PK\x05\x06" + bytes(18))
def test_any_bytes(data: bytes) -> None:
    assert_refuses_or_reads("xlsx", data)


@given(damages())
@settings(max_examples=50)
def test_damaged_archives(damage: list[tuple[int, int, bytes]]) -> None:
    assert_refuses_or_reads("xlsx", damaged(DATA, damage))


@given(st.sampled_from(sorted(unpacked(DATA))), damages())
@example("xl/_rels/workbook.xml.rels", [(84, 1, b"")])  # no sheet is left
@settings(max_examples=100)
def test_damaged_parts(part: str, damage: list[tuple[int, int, bytes]]) -> None:
    assert_refuses_or_reads("xlsx", patched(lambda content: damaged(content, damage), part))
