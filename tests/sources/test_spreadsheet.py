import contextlib
import io
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, localcontext
from itertools import islice
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.worksheet.worksheet import Worksheet

from ecriture.core.amounts import NumberText, NumberWithUnit, number_of_cell
from ecriture.sources.tables import xml_parts
from ecriture.sources.tables.cell_text import day_text, kind_of_format, text_in
from ecriture.sources.tables.faults import SpreadsheetFault
from ecriture.sources.tables.sheets import choose_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CELLS = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1201</v></c></row>'


def links(**targets: str) -> str:
    return "<Relationships>{}</Relationships>".format(
        "".join(
            f'<Relationship Id="{key}" Type="{KINDS}/{key.rstrip("0123456789")}" Target="{target}"/>'
            for key, target in targets.items()
        )
    )


def sheet(cells: str = CELLS, *, before: str = "") -> str:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{before}<sheetData>{cells}</sheetData></worksheet>'


def prefixed(xml: str) -> str:
    return xml.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns", "xmlns:x")


def strings(*texts: str) -> str:
    return f'<?xml version="1.0"?><sst uniqueCount="{len(texts)}">{"".join(f"<si>{text}</si>" for text in texts)}</sst>'


WORKBOOK = f'<workbook xmlns:r="{KINDS}">'
BOOK = f'{WORKBOOK}<sheets><sheet name="S" sheetId="1" r:id="worksheet1"/></sheets></workbook>'
LINKS = links(worksheet1="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml", styles="styles.xml")


Text = str | bytes


def xlsx(
    sheet_xml: Text | None = None,
    *,
    sst: Text | None = None,
    method: int = zipfile.ZIP_DEFLATED,
    others: Mapping[str, Text] = MappingProxyType({}),
) -> bytes:
    """A small file of one sheet; `others` are parts to add or to put in the place of those that are here."""
    parts: dict[str, Text] = {
        "_rels/.rels": links(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/sheet1.xml": sheet() if sheet_xml is None else sheet_xml,
        "xl/sharedStrings.xml": strings("<t>nom</t>") if sst is None else sst,
        "xl/styles.xml": "<styleSheet/>",
        **others,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def read(data: bytes) -> list[list[str]]:
    return list(choose_sheet(io.BytesIO(data), bool, rows=1).rows())


def fault(data: bytes) -> str:
    with pytest.raises(SpreadsheetFault) as caught:
        read(data)
    return str(caught.value)


def first(book: Workbook) -> Worksheet:
    assert isinstance(book.active, Worksheet)
    return book.active


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# What a cell is as text


def test_cells_of_a_real_file() -> None:
    book = Workbook()
    rows: list[list[Any]] = [
        ["numéro", "texte"],
        ["0042", "Écriture « œ »"],
        [1001, 12.5],
        [146.6, 0.1 + 0.2],
        [1e15, 1e-7],
        [-0.01, 1234567.891],
        [True, False],
        [date(2026, 1, 31), datetime(2026, 1, 31)],  # noqa: DTZ001
        [datetime(2026, 1, 31, 14, 5), time(14, 5)],  # noqa: DTZ001
        [timedelta(hours=25), None],
    ]
    for row in rows:
        first(book).append(row)
    assert read(saved(book)) == [
        ["numéro", "texte"],
        ["0042", "Écriture « œ »"],
        ["1001", "12.5"],
        ["146.6", "0.3"],
        ["1000000000000000", "0.0000001"],
        ["-0.01", "1234567.891"],
        ["yes", "no"],
        ["2026-01-31", "2026-01-31"],
        ["2026-01-31", "14:05:00"],
        ["1.04166666666667"],
    ]


# What a number is


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"), ("-0.0", "0"), ("1001.0", "1001"), ("146.60", "146.6"), ("0.30000000000000004", "0.3"),
        ("19.949999999999999", "19.95"), ("124.995", "124.995"), ("0.999999999999", "0.999999999999"),
        ("-1e-12", "-0.000000000001"), ("9.975", "9.975"), ("1E-7", "0.0000001"), ("1e21", "1" + 21 * "0"),
        ("123456789012.35", "123456789012.35"), ("1234567890123456789", "1234567890123456789"), ("+7", "7"), (" 7 ", "7"),
        ("114.97999999999999", "114.98"), (".5", "0.5"), ("5e-324", f"0.{'0' * 323}5"), ("1e-999", "0"), ("1e999", "1e999"),
        ("nan", "nan"), ("1,5", "1,5"), ("0x10", "0x10"), (".", "."), ("1e", "1e"),
    ],
)  # fmt: skip
def test_number_of_cell(number: str, text: str) -> None:
    assert number_of_cell(number) == text


@given(st.integers(-(10**13), 10**13))
def test_every_amount_in_cents_comes_back_exactly(cents: int) -> None:
    assert Decimal(number_of_cell(repr(cents / 100))) == Decimal(cents) / 100


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_rounded_to_15_digits_and_has_no_exponent(number: float) -> None:
    text = number_of_cell(repr(number))
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)
    with localcontext(prec=15):
        assert Decimal(text) == +Decimal(repr(number))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", ""), ("0.00", ""), ('#,##0.00\\ "$"', ""), ("0.00E+00", ""), ("[Red]0.00", ""), ("@", ""),
        ("_-* #,##0.00\\ [$$-C0C]_-", ""), ('_("$"* #,##0.00_)', ""), ("0_d\\d", ""), ("0;d", ""), ("[$-1009]0.00", ""),
        ('0 "days"', "days"), ("#,##0.00\\ [$USD]", "USD"), ("#,##0.00\\ [$€-40C]", "€"), ("0.00%", "%"), ("0.00 €", "€"),
        ('#,##0.00\\ "$ US"', "$ US"), ("[$CA$-1009]#,##0.00", "CA$"), ('0"a' + "a" * 999, ""),
        ("yyyy-mm-dd", "day"), ("[$-C0C]d mmm yyyy;@", "day"), ('"le" D/M', "day"), ("mm:ss.0", "day"),
        ("h:mm AM/PM", "day"), ("[h]:mm", "[h]"), ("[MM]:ss", "[h]"), ("[Red][ss]", "[h]"),
    ],
)  # fmt: skip
def test_what_a_number_format_shows(code: str, kind: str) -> None:
    assert kind_of_format(code) == kind


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("46023", "2026-01-01"), ("46022.9999999999", "2026-01-01"), ("46022.9999", "2025-12-31"), ("61", "1900-03-01"),
        ("2958465", "9999-12-31"), ("2958466", "2958466"), ("-5", "-5"), ("0", "00:00:00"), ("0.378472222222222", "09:05:00"),
        ("x", "x"), ("1e300", "1" + 300 * "0"), ("1e999", "1e999"), ("nan", "nan"),
    ],
)  # fmt: skip
def test_day_text(value: str, text: str) -> None:
    assert day_text(value, WINDOWS_EPOCH) == text


def shared(text: str) -> str:
    return text_in(fromstring(f"<si><t>{text}</t></si>"))  # noqa: S314 - written here


def test_letters_that_are_written_as_their_numbers() -> None:
    assert shared("a_x000D_b_x005F_x0041_ _x00e9_") == "a\rb_x0041_ é"
    assert [shared(text) for text in ("_x41_", "x0041_", "_X0041_")] == ["_x41_", "x0041_", "_X0041_"]
    assert shared("_x0000_a_xD83D_") == "?a?"  # neither is a character of a text, and databases refuse them


def test_an_error_is_its_text_and_a_formula_without_a_result_is_itself() -> None:
    cells = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" s="0" t="e"><v>#N/A</v></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f><v></v></c></row><row r="4"><c r="A4"><f>1+1</f><v>2</v></c></row>'
        '<row r="5"><c r="A5"><f>B1&amp;"x"</f></c></row><row r="6"><c r="A6" t="str"><f>B1</f><v></v></c></row>'
        '<row r="7"><c r="A7"><f>1+2</f><v/></c></row><row r="8"><c r="A8"><f t="shared" si="0"/></c></row>'
    )
    assert [row[:1] for row in read(xlsx(sheet(cells)))] == [
        *(["nom"], ["#N/A"], ["=1+1"], ["2"], ['=B1&"x"'], [], ["=1+2"], ["="]),
    ]


# Which rows


def test_row_numbers_stay_those_of_the_sheet() -> None:
    book = Workbook()
    for row, text in ((3, "a"), (5, "b"), (9, "c")):
        first(book).cell(row, 2, text)
    assert read(saved(book)) == [[], [], ["", "a"], [], ["", "b"], [], [], [], ["", "c"]]


def test_rows_end_with_their_last_text() -> None:
    book = Workbook()
    for row in (["a", "b", " "], [1], [1, 2, "  "], [1, 2, 3], [None, None, None, 4]):
        first(book).append(row)
    assert read(saved(book)) == [["a", "b"], ["1"], ["1", "2"], ["1", "2", "3"], ["", "", "", "4"]]


def test_the_first_visible_sheet_with_anything_in_it() -> None:
    book = Workbook()
    first(book)["A1"] = "hidden"
    first(book).sheet_state = "hidden"
    book.create_chartsheet()
    book.create_sheet("empty")
    book.create_sheet("here").append(["x"])
    book.create_sheet("not here").append(["y"])
    book.active = 3
    assert read(saved(book)) == [["x"]]


def test_a_file_without_a_row_is_empty() -> None:
    assert read(saved(Workbook())) == []
    assert read(xlsx(sheet('<row r="1"><c r="A1" s="1"/></row>'))) == []
    assert read(xlsx(sheet('<row r="1"><c r="A1"><v></v></c></row>'))) == []


def test_dates_of_1904() -> None:
    book = f'{WORKBOOK}<workbookPr date1904="1"/><sheets><sheet r:id="worksheet1"/></sheets></workbook>'
    styles = '<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'
    others = {"xl/workbook.xml": book, "xl/styles.xml": styles}
    assert read(xlsx(sheet('<row r="1"><c r="A1" s="1"><v>1</v></c></row>'), others=others)) == [["1904-01-02"]]


ODD_SHEETS = {
    "prefixed": prefixed(sheet()),
    "no references": sheet('<row><c t="s"><v>0</v></c><c><v>1201</v></c></row>'),
    "single quotes": sheet(CELLS.replace('"', "'")),
    "blanks": sheet(CELLS.replace('r="', 'r = "').replace("/c>", "/c >")),
    "other order": sheet('<row r="1"><c t="s" r="A1"><v>0</v></c><c s="0" r="B1"><v>1201</v></c></row>'),
    "mark of UTF-8": "\ufeff" + sheet(),
    "comments": sheet(f'<!-- <row> > </c/> "-->{CELLS}<!--<c r="XFD9">-->').replace("<worksheet", "<!----><worksheet"),
    "far cell without a value": sheet(CELLS + '<row r="2"><c r="XFD2" s="1"/></row><row r="1048576" ht="3"/>'),
    "lower case": sheet(CELLS.lower()),
    "merged": sheet().replace("</worksheet>", '<mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>'),
    "text with signs": sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>nom</t></is></c><c r="B1" t="str"><v>1201</v></c>'
        '</row><row r="2"><c r="A2" t="inlineStr"><is><t>a > b "/> \' </t></is></c></row>'
    ),
}


@pytest.mark.parametrize("name", ODD_SHEETS)
def test_odd_but_honest_sheets(name: str) -> None:
    assert read(xlsx(ODD_SHEETS[name]))[0] == ["nom", "1201"]


@pytest.mark.parametrize(
    "sst",
    [
        strings("<r><rPr><b/></rPr><t>n</t></r><r><t>om</t></r>"),
        strings("<t><![CDATA[nom]]></t>"),
        strings('<t>nom</t><rPh sb="0" eb="1"><t>x</t></rPh>'),
        strings("<t>nom</t>").replace("si>", "x:si>").replace("<sst", '<sst xmlns:x="x"'),
        strings("<t>nom</t>", "<t>a > b</t>", "<t>  </t>").replace("<sst", "<!-- x --><sst"),
        "<sst><si><t>nom</t></si><si/><si ><t/></si></sst>",
    ],
)
def test_odd_but_honest_strings(sst: str) -> None:
    assert read(xlsx(sst=sst)) == [["nom", "1201"]]


def test_odd_but_honest_archives() -> None:
    here = {"_rels/.rels": links(officeDocument="/Book/Main.xml"), "book\\main.xml": BOOK}
    here["book/_rels/main.xml.rels"] = links(worksheet1="../Pages/One.xml", sharedStrings="/book/strings.xml")
    here |= {"pages/one.xml": sheet(), "book/strings.xml": strings("<t>nom</t>")}
    assert read(xlsx(others=here)) == [["nom", "1201"]]
    assert read(xlsx(method=zipfile.ZIP_STORED)) == [["nom", "1201"]]
    assert read(b"before" + xlsx()) == [["nom", "1201"]]


def test_a_string_of_a_long_sheet_is_found_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_parts, "BLOCK", 1000)
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 1}</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 999)
    )
    data = xlsx(sheet(rows), sst=strings(*(f"<t>n{n}</t>" for n in range(1, 999))))
    assert read(data) == [[f"n{n}", str(n)] for n in range(1, 999)]


# Hostile files, in a process with little memory

Outcomes = dict[str, tuple[str, int]]

CHILD = """
import io, json, pathlib, resource, sys
from ecriture.sources.tables.faults import SpreadsheetFault
from ecriture.sources.tables.sheets import choose_sheet
def peak():
    return int(pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
resource.setrlimit(resource.RLIMIT_AS, (1536 << 20, 1536 << 20))
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before, reason = peak(), ""
    try:
        with path.open("rb") as file:
            for _ in choose_sheet(file, bool, rows=1).rows(): pass
    except SpreadsheetFault as error:
        reason = str(error)
    print(json.dumps([path.name, reason, (peak() - before) // 1024]), flush=True)
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Name of a case: reason, and mebibytes over what the process had. A case that ended the process has none."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, make in HOSTILE.items():
        (folder / name).write_bytes(make())
    child = subprocess.run([sys.executable, "-c", CHILD, folder], capture_output=True, timeout=300, check=False)
    print(child.stderr.decode()[-2000:])
    return {name: (reason, size) for name, reason, size in map(json.loads, child.stdout.splitlines())}


def lying(text: bytes, part: bytes) -> bytes:
    """An archive whose heads and directory say that the sheet is only the first part of what is there."""
    right = struct.pack("<I", zlib.crc32(text))
    data = bytearray(xlsx(text))
    for_sheet = places(data, right)
    for place in for_sheet:
        data[place : place + 4] = struct.pack("<I", zlib.crc32(part))
        data[place + 8 : place + 12] = struct.pack("<I", len(part))
    assert len(for_sheet) == 2
    return bytes(data)


def places(data: bytes | bytearray, sign: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(sign), data)]


def with_flag(data: bytes) -> bytes:
    """The same with the flag of encryption everywhere."""
    patched = bytearray(data)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for place in places(data, sign):
            patched[place + offset] |= 1
    return bytes(patched)


def many_entries(count: int) -> bytes:
    entry = b"PK\x01\x02" + bytes(42)
    return (
        b"PK\x03\x04"
        + bytes(26)
        + entry * count
        + b"PK\x05\x06"
        + struct.pack("<HHHHIIH", 0, 0, 1, 1, 46 * count, 30, 0)
    )


def row(cells: str, number: int = 1) -> str:
    return f'<row r="{number}">{cells}</row>'


def cell(reference: str) -> str:
    """A cell alone in its row."""
    return row(f'<c r="{reference}"><v>1</v></c>', int(reference.lstrip("AFXZDaxfd")))


def many_sheets(count: int) -> dict[str, Text]:
    sheets = "".join(f'<sheet r:id="worksheet{number}"/>' for number in range(count))
    targets = {f"worksheet{number}": f"{number}.xml" for number in range(count)}
    return {
        **{f"xl/{target}": sheet("<row/>" * 150_000) for target in targets.values()},
        "xl/workbook.xml": f"{WORKBOOK}{sheets}</workbook>",
        "xl/_rels/workbook.xml.rels": links(**targets),
    }


LONG_STYLE = (
    f'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="{"0" * 999_999}"/></numFmts><cellXfs>'
    + '<xf numFmtId="164"/>' * 300_000
)
ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else chr(32)};" * 10}">'.replace("a ;", "a;") for n in range(9))
    + "]>"
)
MEBI = 1 << 20
HOSTILE: dict[str, Callable[[], bytes]] = {
    "two corners": lambda: xlsx(sheet(cell("A1") + cell("XFD1048576"))),
    "two corners, lower case": lambda: xlsx(sheet(cell("a1") + cell("xfd1048576"))),
    "two corners, single quotes": lambda: xlsx(sheet((cell("A1") + cell("XFD1048576")).replace('"', "'"))),
    "two corners, blanks": lambda: xlsx(sheet(cell("A1") + row("<c\tr\n=\r'XFD1048576' ><v>1</v></c>", 1048576))),
    "two corners, prefix": lambda: xlsx(prefixed(sheet(cell("A1") + cell("XFD1048576")))),
    "a reference twice": lambda: xlsx(sheet(cell("A1") + row("<c r=\"A2\" r='XFD1048576'><v>1</v></c>", 2))),
    "two corners, seems empty": lambda: xlsx(sheet(cell("A1") + row('<c r="XFD1048576" a="/>"><v>1</v></c>', 1048576))),
    "two corners, in a quote": lambda: xlsx(sheet(cell("A1") + row("<c a='/>' r=\"XFD1048576\" b='/>'><v>1</v></c>", 1048576))),
    "two corners, no references": lambda: xlsx(
        sheet("<row>" + "<c><v>1</v></c>" * 16384 + '</row><row r="1048576"><c><v>1</v></c></row>')
    ),
    "two corners, rows only seem to end": lambda: xlsx(
        sheet("<row>" + "<c><v>1</v></c><!--</row>-->" * 16384 + '</row><row r="1048576"><c><v>1</v></c></row>')
    ),
    "two corners, empty rows": lambda: xlsx(
        sheet("<row/>" * 1_000_000 + "<row><c><v>1</v></c></row>")
    ),
    "two corners, stored": lambda: xlsx(sheet(cell("A1") + cell("XFD1048576")), method=zipfile.ZIP_STORED),
    "beyond the sheet": lambda: xlsx(sheet(cell("A1") + cell("ZZZZZZ4294967295"))),
    "bomb": lambda: xlsx(b" " * (40 * MEBI)),
    "bomb of tags": lambda: xlsx(b"<a>" + b"<a/>" * (8 * MEBI)),
    "bomb of comments": lambda: xlsx(b"<!-->-->" * (2 * MEBI)),
    "lying directory, much behind": lambda: lying(sheet(cell("A1")).encode() + b" " * (32 * MEBI), sheet(cell("A1")).encode()),
    "lying directory, corners behind": lambda: lying(
        (sheet(cell("A1"))[:-22] + cell("XFD1048576") + sheet()[-22:]).encode(), sheet(cell("A1"))[:-22].encode()
    ),
    "many entries": lambda: many_entries(1_000_000),
    "deep strings": lambda: xlsx(sst=b"<sst><si>" + b"<a>" * (5 * MEBI)),
    "strings, tags closed in quotes": lambda: xlsx(sst=b"<sst><si>" + b'<a b="></a>">' * MEBI),
    "strings, tags closed in odd quotes": lambda: xlsx(sst=b"<sst><si>" + b'<a "></b></b><c ">' * (MEBI // 2)),
    "strings with tags closed twice": lambda: xlsx(sst=b"<sst><si>" + b"<a><a></a/>" * MEBI),
    "deep strings, tags closed in comments": lambda: xlsx(sst=b"<sst><si>" + b"<a><!--</a>-->" * MEBI),
    "deep sheet": lambda: xlsx(b"<worksheet><sheetData>" + b"<a>" * (5 * MEBI)),
    "many strings": lambda: xlsx(sst=b"<sst>" + b"<si/>" * (3 * MEBI) + b"</sst>", others={"x": bytes(range(256)) * 9999}),
    "string count": lambda: xlsx(sst='<sst uniqueCount="9999999999999"><si><t>a</t></si></sst>'),
    "string count, odd": lambda: xlsx(sst="<sst uniqueCount\n= '+99999999999'><si><t>a</t></si></sst>"),
    "one long string": lambda: xlsx(sst=strings("<t>" + "a" * (9 * MEBI) + "</t>")),
    "one long string in pieces": lambda: xlsx(sst=strings("<t>" + "a&amp;" * MEBI + "<!---->a" * MEBI + "</t>")),
    "a string used often": lambda: xlsx(
        sheet('<row><c t="s"><v>1</v></c></row>' * 99999), sst=strings("<t>a</t>", "<t>" + "a" * 30000 + "</t>")
    ),
    "a number of a string that is none": lambda: xlsx(
        sheet('<row><c t="s"><v>x</v></c></row>' * 99999), sst=strings("<t>" + "a" * 30000 + "</t>", "<t>a</t>")
    ),
    "a string used often, at another place": lambda: xlsx(
        sheet('<row><c t="s"><v>0</v></c></row>' * 99999), sst=strings("<si><t>" + "a" * 30000 + "</t></si>", "<t>a</t>")
    ),
    "strings, others before the table": lambda: xlsx(
        sheet('<row><c t="s"><v>0</v></c></row>' * 99999), sst="<x><si></si>" + strings("<t>" + "a" * 30000 + "</t>")[21:]
    ),
    "a long style used often": lambda: xlsx(others={"xl/styles.xml": LONG_STYLE}),
    "many sheets": lambda: xlsx(others=many_sheets(40)),
    "sheet not there": lambda: xlsx(others={"xl/_rels/workbook.xml.rels": links(worksheet1="sheet7.xml")}),
    "entities in a sheet": lambda: xlsx(sheet().replace("<worksheet", ENTITIES + "<worksheet").replace("1201", "&a8;")),
    "entities in strings": lambda: xlsx(sst=ENTITIES + strings("<t>&a8;</t>")),
    "entities in the workbook": lambda: xlsx(others={"xl/workbook.xml": ENTITIES + BOOK.replace('"S"', '"&a8;"')}),
    "UTF-16 sheet": lambda: xlsx(sheet().encode("utf-16")),
    "UTF-16 sheet, corners": lambda: xlsx(sheet(cell("A1") + cell("XFD1048576")).encode("utf-16-le")),
    "UTF-16 workbook": lambda: xlsx(others={"xl/workbook.xml": BOOK.encode("utf-16")}),
    "large workbook": lambda: xlsx(others={"xl/workbook.xml": BOOK + " " * (3 * MEBI)}),
    "encrypted zip": lambda: with_flag(xlsx()),
    "encrypted by Excel": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9999),
    "truncated": lambda: xlsx()[:-200],
    "truncated inside": lambda: xlsx()[:300] + xlsx()[400:],
    "no XLSX": lambda: many_entries(1)[:-60] + b"",
    "empty": lambda: b"",
    "a document": lambda: xlsx(others={"_rels/.rels": links(officeDocument="word/document.xml")}),
    "no workbook": lambda: xlsx(others={"xl/workbook.xml": ""}),
    "string not there": lambda: xlsx(sheet(row('<c r="A1" t="s"><v>7</v></c>'))),
    "no sheet data": lambda: xlsx("<worksheet><c r='A1'><v>1</v></c></worksheet>"),
    "open sheet": lambda: xlsx(sheet()[:-30]),
    "no XML": lambda: xlsx("A1;B1"),
    "a long tag": lambda: xlsx(sheet('<row a="' + "a" * (9 * MEBI) + '"/>')),
    "a long tag, of attributes": lambda: xlsx(sheet("<row" + "".join(f' a{n}=""' for n in range(MEBI)) + "/>")),
    "a long tag, a comment": lambda: xlsx(sheet("<!--" + "a" * (9 * MEBI) + "-->")),
    "deep and back": lambda: xlsx(sheet("<c>" * 20_000 + "</c>" * 20_000)),
    "rows backwards": lambda: xlsx(sheet(cell("A2") + cell("A1"))),
    "far-apart empty cells": lambda: xlsx(
        sheet(cell("A1") + row('<c r="XFD1048576"/><c r="A1048576" t="str"><v> </v></c>', 1048576))
    ),
    "many cells": lambda: xlsx(sheet("<row>" + "<c/>" * (4 * MEBI) + "</row>")),
    "long texts": lambda: xlsx(
        sheet('<row><c t="s"><v>0</v></c></row>' * 9999),
        sst=strings("<t>" + "é" * 100_000 + "</t>"),
        others={"x": bytes(range(256)) * 9999},
    ),
    "wide rows": lambda: xlsx(sheet("".join(cell(f"XFD{n}") for n in range(1, 9999)))),
    "many pieces": lambda: xlsx(sheet(row('<c t="inlineStr"><is>' + "<t>a</t>" * 250_000 + "</is></c>"))),
    "many styles": lambda: xlsx(others={"xl/styles.xml": "<s><cellXfs>" + "<xf/>" * MEBI + "</cellXfs></s>"}),
    "long formats": lambda: xlsx(others={"xl/styles.xml": "<s>" + f'<numFmt formatCode="{"[h" * 99_999}"/>' * 30 + "</s>"}),
    "a part linked often": lambda: xlsx(
        sst=strings("<t>" + "a" * 100_000 + "</t>", "<t>b</t>"),
        others={
            "xl/_rels/workbook.xml.rels": links(
                **{f"sharedStrings{n}": "sharedStrings.xml" for n in range(9999)}, worksheet1="worksheets/sheet1.xml"
            )
        },
    ),
    "a bad checksum": lambda: xlsx().replace(struct.pack("<I", zlib.crc32(sheet().encode())), b"abcd"),
    "another compression": lambda: xlsx(method=zipfile.ZIP_LZMA),
    "row below zero": lambda: xlsx(sheet('<row r="-5"><c><v>1</v></c></row>')),
    "style below zero": lambda: xlsx(sheet(row('<c r="A1" s="-1"><v>1</v></c>'))),
    "string below zero": lambda: xlsx(sheet(row('<c r="A1" t="s"><v>-1</v></c>'))),
    "cells outside rows": lambda: xlsx(sheet('<c r="A1"><v>1</v></c>')),
    "a cell of another row": lambda: xlsx(sheet(row('<c r="A1"><v>1</v></c><c r="A2"><v>2</v></c>'))),
    "a formula in a long text": lambda: xlsx(sheet(row('<c t="str"><f>' + "a" * (5 * MEBI) + "</f></c>"))),
    "a hidden encoding": lambda: xlsx(b'<?xml version="1.0" encoding="cp037"?>' + (ENTITIES + sheet()).encode("cp037")),
    "no reference": lambda: xlsx(sheet(row('<c r="1A"><v>1</v></c>'))),
    "unknown kind": lambda: xlsx(sheet(row('<c r="A1" t="zz"><v>1</v></c>'))),
}  # fmt: skip
READ = {
    "string count",
    "string count, odd",
    "a part linked often",
    "many pieces",
    "far-apart empty cells",
}
HARMLESS = READ | {"many strings", "no sheet data", "no XML"}
LARGE = (
    "two corners", "bomb", "many entries", "deep", "many sheets", "string count", "one long string", "a string used",
    "a long style", "large workbook", "lying directory, much", "a long tag", "many styles", "many cells",
    "long texts", "wide rows", "a formula in a long text", "long formats",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_within_little_memory(name: str, outcomes: Outcomes) -> None:
    reason, mebibytes = outcomes[name]
    print(name, reason, mebibytes)
    assert mebibytes < 200
    if name in READ:
        assert not reason
    if name not in HARMLESS:
        assert reason == ("spreadsheet-large" if name.startswith(LARGE) else "spreadsheet-damaged"), name


# Any bytes, any XML


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_fault(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        assert fault(start + data) == "spreadsheet-damaged"


@given(st.data())
@settings(max_examples=150)
def test_no_change_of_a_good_file_raises_anything_but_a_fault(data: st.DataObject) -> None:
    file = bytearray(xlsx(method=data.draw(st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]))))
    for place in data.draw(st.lists(st.integers(0, len(file) - 1), max_size=4)):
        file[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(SpreadsheetFault):
        read(bytes(file))


REFERENCES = st.sampled_from(["A1", "B2", "c3", "ZZ9", "A700", "XFD1048576", "A", "1", "A0", "", "A4294967298", "7"])
TOKENS = st.one_of(
    REFERENCES.map(lambda reference: f'<c r="{reference}"><v>1</v></c>'),
    REFERENCES.map(lambda reference: f"<c s='1'  r = '{reference}'><v>1</v></c>"),
    REFERENCES.map(lambda reference: f'<c r="{reference}" t="s"><v>0</v></c>'),
    REFERENCES.map(lambda reference: f'<c r="{reference}" s="1"/>'),
    REFERENCES.map(lambda reference: f'<row r="{reference}">'),
    st.sampled_from(["<row>", "</row>", "<row/>", "<x:row>", "</x:row>", "<c><v>1</v></c>", "<x:c><v>2</v></x:c>"]),
    st.sampled_from(["<c>", "</c>", "<v>", "</v>", "<v/>", "1", ">", "<", "/>", '"', "'", "<!--", "-->", "<![CDATA["]),
    st.sampled_from(["]]>", "<?", "?>", "<f>1</f>", '<c t="e"><v>#N/A</v></c>', "<is><t>x</t></is>", " r='C4' ", "&a;"]),
    st.sampled_from(['<c t="d"><v>2026-01-31T10:00:00</v></c>', '<c s="1"><v>1e300</v></c>', "</sheetData>", "<mergeCells>"]),
    st.sampled_from(['<c s="1"><v>-5e9</v></c>', '<c s="2"><v>nan</v></c>', '<c s="2"><v>3e18</v></c>', "<c s='1'><v>0.5</v>"]),
)  # fmt: skip


STRING_TOKENS = (
    *("<si>", "</si>", "<si/>", "<t>", "</t>", "a" * 500, "<t>b</t>", "<si><t>c</t></si>", "<!--", "-->", "<sst>"),
    *("</sst>", "<![CDATA[", "]]>", "<x:si>", "</x:si>", "<r>", "</r>", '<t a="', '">', "<si >", "<sit>", "'", "/>"),
)
STRINGS = st.lists(st.sampled_from(STRING_TOKENS), max_size=12).map("".join)
SHARED = st.lists(st.sampled_from("0123x-"), max_size=4).map(
    lambda numbers: "".join(f'<c r="A1" t="s"><v>{number}</v></c>' for number in numbers)
)


@given(st.lists(TOKENS, max_size=12).map("".join), SHARED, STRINGS, st.sampled_from([7, 40, 1 << 18]))
@settings(max_examples=400)
def test_no_sheet_raises_anything_but_a_fault(cells: str, shared: str, sst: str, block: int) -> None:
    styles = '<styleSheet><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>'
    data = xlsx(sheet(cells + shared), sst=f"<sst>{sst}<si><t>x</t></si></sst>", others={"xl/styles.xml": styles})
    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(SpreadsheetFault):
        patch.setattr(xml_parts, "BLOCK", block)
        for record in islice(choose_sheet(io.BytesIO(data), bool, rows=1).rows(), 99):
            assert all(type(text) in (str, NumberText, NumberWithUnit) for text in record)


# Any workbook that another program writes

FORMATS = {
    "General": "",
    "0.00": "",
    '#,##0.00\\ "$"': "",
    "0.00E+00": "",
    "yyyy-mm-dd": "date",
    "d/m/yyyy h:mm": "date",
}
NUMBERS = st.tuples(
    st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e9, 1e9), st.decimals(-999_999, 999_999, places=2)),
    st.sampled_from([code for code, kind in FORMATS.items() if not kind]),
)
DAYS = st.tuples(
    st.one_of(st.dates(date(1900, 3, 1)), st.datetimes(datetime(1900, 3, 1))),  # noqa: DTZ001
    st.sampled_from([code for code, kind in FORMATS.items() if kind]),
)
LETTERS = st.text(st.characters(exclude_categories=["C"], include_characters="\n\t"), min_size=1, max_size=20)
TEXTS = st.tuples(LETTERS.filter(lambda text: text.strip() and text[0] != "=" and "_x" not in text), st.just("@"))


def as_text(value: object) -> str:
    match value:
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case str():
            return value
    with localcontext(prec=15):
        return f"{(+Decimal(f'{value:.16g}')).normalize() + 0:f}"  # openpyxl writes 16 digits


@given(st.lists(st.lists(st.one_of(NUMBERS, DAYS, TEXTS), min_size=3, max_size=3), min_size=1, max_size=4))
@settings(max_examples=40)
def test_every_value_of_a_workbook_comes_back(rows: list[list[tuple[Any, str]]]) -> None:
    book = Workbook()
    for place, row in enumerate(rows, 1):
        for column, (value, code) in enumerate(row, 1):
            cell = first(book).cell(place, column, value)
            cell.number_format = code
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    assert read(saved(book)) == [[as_text(value) for value, _ in row] for row in rows]
