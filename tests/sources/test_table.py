import csv
import io
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import date
from typing import BinaryIO, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ecriture.core.problems import Problem
from ecriture.sources import documents, payments
from ecriture.sources.documents import read_documents
from ecriture.sources.payments import read_payments
from ecriture.sources.tables import table
from ecriture.sources.tables.table import CHUNK, MOST_COLUMNS, Column, open_table, places_of, plain_name

COLUMNS = (Column("number", "numéro", needed=True), Column("name", "nom"), Column("amount", "montant", needed=True))

Cells = tuple[int, str, str, str]
"""A row's number in the file, and its number, name and amount."""


class Found(NamedTuple):
    rows: list[Cells]
    problems: list[Problem]

    @property
    def said(self) -> list[tuple[int, object]]:
        """The row of each problem, and its reason or code."""
        return [(problem.where.row, problem.params.get("reason", problem.code)) for problem in self.problems]


def found(content: bytes | BinaryIO) -> Found:
    opened = open_table(io.BytesIO(content) if isinstance(content, bytes) else content, file="t.csv", columns=COLUMNS)
    rows: list[Cells] = []
    for chunk in opened.chunks():
        texts = chunk.texts
        rows.extend(zip(chunk.rows, texts["number"], texts["name"], texts["amount"], strict=True))
    assert all(problem.where.file == "t.csv" for problem in opened.problems)
    return Found(rows, opened.problems)


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


GOOD = [(2, "F-1", "Gagné, Lise", "1.00"), (3, "F-2", "", "2.00")]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_line_ends_and_encodings_are_found(mark: str, end: str, codec: str) -> None:
    lines = (mark.join(line) for line in (("number", "name", "amount"), ("F-1", '"Gagné, Lise"', "1.00")))
    content = end.join((*lines, f"F-2{mark}{mark}2.00", "")).encode(codec)
    notices = [(0, "encoding-windows")] if codec == "cp1252" else []
    assert found(content) == Found(GOOD, found(content).problems)
    assert found(content).said == notices
    assert found(content.removesuffix(end.encode())).rows == GOOD


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header_whatever_is_in_quotes(mark: str) -> None:
    header = mark.join(('"number"', '"amount"', '"a,b;c\td"'))
    assert found(f"{header}\nF-1{mark}1,50{mark}\n".replace("1,50", '"1,50"').encode()).rows == [(2, "F-1", "", "1,50")]


def test_quotes_are_those_of_rfc_4180() -> None:
    content = b'number,name,amount\n"F-1","two\nlines, a ""quoted"" word;\tand more",1.00\nF-2,5" nail,2.00\n'
    assert found(content) == Found(
        [(2, "F-1", 'two\nlines, a "quoted" word;\tand more', "1.00"), (3, "F-2", '5" nail', "2.00")], []
    )


@given(st.permutations(["number", "name", "amount", "other"]))
def test_columns_stand_in_any_order(names: list[str]) -> None:
    values = {"number": "F-1", "name": "Lise", "amount": "1.00", "other": "?"}
    content = f"{','.join(names)}\n{','.join(values[name] for name in names)}\n"
    assert found(content.encode()).rows == [(2, "F-1", "Lise", "1.00")]


# Names of columns, as the description of the files has them.
FRENCH: dict[tuple[Column, ...], dict[str, str]] = {
    documents.COLUMNS: {
        **dict.fromkeys(("document", "type", "date", "code", "description", "total"), ""),
        "status": "statut",
        "customer": "client",
        "row": "rangée",
        "quantity": "quantité",
        "unit_price": "prix_unitaire",
        "amount": "montant",
        "applies_to": "s_applique_à",
        "currency": "devise",
    },
    payments.COLUMNS: {
        **dict.fromkeys(("type", "date", "document"), ""),
        "payment": "paiement",
        "status": "statut",
        "customer": "client",
        "method": "mode",
        "amount": "montant",
        "fee": "frais",
        "rounding": "arrondi",
        "tip": "pourboire",
        "applied": "imputé_le",
        "bank_reference": "référence_bancaire",
        "currency": "devise",
    },
}
HEADERS = [
    (columns, name, header)
    for columns, names in FRENCH.items()
    for name, french in names.items()
    for header in (name, french)
    if header
]
WRITTEN: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.title,
    lambda name: f"  {name.replace('_', ' ')} ",
    lambda name: name.replace("_", "-").capitalize(),
    lambda name: plain_name(name).upper(),
    lambda name: name.replace("é", "e\u0301").replace("à", "a\u0300"),
    lambda name: "\ufeff" + name,
)


@pytest.mark.parametrize(("columns", "name", "header"), HEADERS, ids=[f"{n}={h}" for _, n, h in HEADERS])
def test_every_name_is_known_in_both_languages_with_any_case_and_accents(
    columns: tuple[Column, ...], name: str, header: str
) -> None:
    for write in WRITTEN:
        assert places_of(["?", write(header)], columns) == {name: 1}, write(header)


def test_every_column_is_in_the_description_of_the_files() -> None:
    for columns, names in FRENCH.items():
        assert {column.name: column.french for column in columns} == names


def test_s_applique_a_may_have_its_apostrophe() -> None:
    assert places_of(["S’applique à", "s'applique à"], documents.COLUMNS) == {"applies_to": 0}


def test_an_unknown_column_is_a_notice_and_a_name_that_comes_twice_says_so() -> None:
    read = found(b"number,remarque,amount,Montant ,\nF-1,x,1.00,2.00,\n")
    assert read.rows == [(2, "F-1", "", "1.00")]
    assert [(p.code, p.params, p.where.row) for p in read.problems] == [
        ("column-unknown", {"column": "remarque"}, 1),
        ("column-unknown", {"column": "Montant", "reason": "twice", "same": "amount"}, 1),
    ]


@pytest.mark.parametrize(
    ("content", "missing", "row", "headers"),
    [
        (b"", ["number", "amount"], 1, ""),
        (b"\n", ["number", "amount"], 1, ""),
        (b"number,name\nF-1,x\n", ["amount"], 1, "number, name"),
        (b"name,amount,other\nx,1.00,\n", ["number"], 1, "name, amount, other"),
        (b"F-1,x,1.00\n", ["number", "amount"], 1, "F-1, x, 1.00"),
        (b"Sales 2026\n\nNum,Name,,Amount\n1,x,,1.00\n", ["number"], 3, "Num, Name, Amount"),
        (b"Num;Client;Date\n1;x;2026-01-05\n", ["number", "amount"], 1, "Num, Client, Date"),
        (b"Sales 2026;x\n\nNum;Name;Amount\n1;x;1.00\n", ["number"], 3, "Num, Name, Amount"),
        (b"Sales\n" * 10 + b"number,amount\n", ["number", "amount"], 1, "Sales"),
        (
            b"amount," + b",".join(b"c%d" % n for n in range(40)),
            ["number"],
            1,
            ", ".join(["amount", *(f"c{n}" for n in range(29)), "…"]),
        ),
    ],
)
def test_a_missing_column_is_named_with_the_columns_that_there_are_and_nothing_is_read(
    content: bytes, missing: list[str], row: int, headers: str
) -> None:
    french = {"number": "numéro", "amount": "montant"}
    read = found(content)
    assert read.rows == []
    assert [(p.code, p.params, p.where.row) for p in read.problems] == [
        ("column-missing", {"column": name, "french": french[name], "headers": headers}, row) for name in missing
    ]


TITLED = b"number;name;amount\nF-1;Gagn\xc3\xa9, Lise;1.00\nF-2;;2.00\n"


@pytest.mark.parametrize(
    ("above", "rows", "titles"),
    [
        (b"sep=;\n", 1, ""),
        (b'"sep=;"\r\n', 1, ""),
        (b"SEP=;\n", 1, ""),
        (b"Factures 2026;;\n\n", 2, "Factures 2026"),
        (b"sep=;\n\nFactures; 2026\n", 3, "Factures 2026"),
        (b"\n\n;;\n", 3, ""),
        (b"a,b,c,d,e\n" * 9, 9, "a,b,c,d,e a,b,c,d,e a,b,c,d,e a,b,c,d,e a,b,c,d,e a,b,c,d,e…"),
        (b"number\n" + b"amount;name\n" * 8, 9, "number amount name amount name amount name amount name amoun…"),
    ],
)
def test_a_header_may_stand_below_titles_and_what_was_passed_over_is_said(above: bytes, rows: int, titles: str) -> None:
    read = found(above + TITLED)
    assert read.rows == [(row + rows, *cells) for row, *cells in GOOD]
    assert [(p.code, p.params, p.where.row) for p in read.problems] == (
        [("rows-above-header", {"text": titles}, rows + 1)] if titles else []
    )


def test_the_delimiter_that_the_file_names_is_taken() -> None:
    assert found(b"sep=,\nnumber,amount\nF-1;2,1.00\n").rows == [(2 + 1, "F-1;2", "", "1.00")]
    assert found(b"sep=|\nnumber|amount\nF-1|1,50\n").rows == [(3, "F-1", "", "1,50")]


def test_a_workbook_with_titles_has_rows_as_wide_as_its_header() -> None:
    """Excel writes no cell where nothing stands."""
    rows: list[list[object]] = [
        ["Factures 2026"],
        [],
        ["number", "amount", "name"],
        ["F-1", 1.25],
        ["F-2", 2, "x"],
        [3],
    ]
    read = found(xlsx(rows))
    assert read.rows == [(4, "F-1", "", "1.25"), (5, "F-2", "x", "2"), (6, "3", "", "")]
    assert read.said == [(3, "rows-above-header")]


def test_a_mistake_in_the_quotes_above_the_header_is_in_its_row() -> None:
    assert found(b'Sales\n"num"ber,x\nnumber,amount\n').said == [(2, "quote")]


def test_titles_as_wide_as_a_page_are_not_all_in_memory() -> None:
    content = (b"," * 999_999 + b"x\n") * 20
    assert peak_bytes(lambda: found(content)) < 120 << 20
    assert found(content).said == [(1, "columns-many")]


def test_a_row_of_another_width_is_said_with_both_numbers() -> None:
    read = found(b"number,name,amount\nF-1,x,1.00\nF-2,1.00\nF-3,Gagne, Lise,1.00\nF-4,y,1.00\n")
    assert [row for row, *_ in read.rows] == [2, 5]
    assert [(p.where.row, p.params) for p in read.problems] == [
        (3, {"reason": "columns", "found": 2, "expected": 3}),
        (4, {"reason": "columns", "found": 4, "expected": 3}),
    ]


def test_blank_rows_are_passed_over_and_counted() -> None:
    read = found(b"number,name,amount\n\nF-1,,1.00\n,,\n , \n,,,,\n\t\n\xc2\xa0,,\nF-2,,2.00\n\n")
    assert read == Found([(3, "F-1", "", "1.00"), (9, "F-2", "", "2.00")], [])


def test_a_row_without_a_number_is_said() -> None:
    read = found(b"amount,name,number\n1.00,,F-1\n2.00,x, \n3.00,,F-3\n")
    assert [row for row, *_ in read.rows] == [2, 4]
    assert [(p.where.row, p.params) for p in read.problems] == [(3, {"reason": "number-missing", "column": "number"})]


NO_NUMBERS = {
    **dict.fromkeys(("#REF!", "#N/A", "#NOM?", "########"), "cell-error"),
    **dict.fromkeys(("{key}", "{Key}"), "header-again"),
    **dict.fromkeys(("Total", "TOTAUX:", "Grand total", "Sous-total", "Total pour Lise", "total général"), "total-row"),
    **dict.fromkeys(("1.23457E+11", "1,23457e+11", "1E+15"), "shortened"),
}
NUMBERS = ("#1001", "#", "F-1", "Totalco-1", "1E5", "12E+", "REF", "Total Énergie 3", "-", "=1")


@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("key", ["document", "payment"])
def test_what_is_no_number_of_a_unit_is_said_wherever_it_is(key: str, text: str) -> None:
    """Rows with it would be one unit; alone in a chunk, or among others, it is never one."""
    reader = read_documents if key == "document" else read_payments
    odd, good = f'"{text.format(key=key, Key=key.title())}"', "\nF-1,2026-01-05,1.00"
    for rows in (f"\n{odd},2026-01-05,1.00", f"{good}\n{odd},2026-01-05,1.00\nF-2,2026-01-05,1.00", f"{good}\n{odd},,"):
        found = reader(io.BytesIO(f"{key},date,amount{rows}".encode()))
        assert not found.units.keys() - {"F-1", "F-2"}
        assert [it.params["reason"] for it in found.problems] == [NO_NUMBERS[text]]


@pytest.mark.parametrize("text", NUMBERS)
def test_what_only_looks_like_it_is_a_number(text: str) -> None:
    found = read_documents(io.BytesIO(f"document,date,amount\n{text},2026-01-05,1.00\n".encode()))
    assert list(found.units) == [text]


def test_a_formula_without_a_result_is_no_number_in_a_workbook() -> None:
    found = read_documents(io.BytesIO(xlsx([["document", "date", "amount"], ["=A1", "2026-01-05", 1]])))
    assert [it.params["reason"] for it in found.problems] == ["cell-error"]


def test_the_sheet_with_the_columns_is_read_and_the_others_are_named() -> None:
    book = Workbook()
    book.active.append(["How to read this"])  # type: ignore[union-attr]  # a new book has a sheet
    for name, state in (("Lists", "hidden"), ("2026", "visible"), ("2025", "visible"), ("Empty", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in (["document", "date", "amount"], [name, "2026-01-05", 1]) if name != "Empty" else ():
            sheet.append(row)
    book["2026"].row_dimensions[2].hidden = True
    file = io.BytesIO()
    book.save(file)
    found = read_documents(file)
    assert list(found.units) == ["2026"]
    assert [(it.code, it.params) for it in found.problems] == [
        ("sheets-unread", {"sheet": "2026", "others": ("Sheet", "Lists", "2025"), "count": 3}),
        ("rows-hidden", {"count": 1}),
    ]


def test_blanks_around_a_number_are_no_part_of_it() -> None:
    assert found(b"number,amount\n  F-1\t,1.00\n").rows == [(2, "F-1", "", "1.00")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b'F-2,"never closed,2.00', "quote-unclosed"),
        (b'F-2,"Le "bon" mot",2.00', "quote"),
        (b"F-2," + b"x" * (1 << 20) + b",2.00", "field-long"),
        (b'F-2,"' + b"x\n" * (1 << 19) + b'",2.00', "field-long"),
    ],
)
@pytest.mark.parametrize("before", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1])
def test_after_a_mistake_in_the_quotes_nothing_more_is_read(row: bytes, reason: str, before: int) -> None:
    """The rows before it are, so that their mistakes are said; what follows it would have wrong numbers."""
    read = found(b"number,name,amount\n" + b"F-1,,1.00\n" * before + row + b"\nF-3,too short\nF-4,,1.00\n")
    assert [number for number, *_ in read.rows] == list(range(2, before + 2))
    assert read.said == [(before + 2, reason)]


def test_a_mistake_in_the_header_is_in_row_1() -> None:
    assert (1, "quote") in found(b'"num"ber,name,amount\nF-1,,1.00\n').said
    assert found(b'"num"ber,name,amount\nF-1,,1.00\n').rows == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"number,amount\nF-1,1.00\nF\0-2,1.00\n", (3, "nul")),
        (b"number,amount\nF-1,1.00\nF\x81-2,1.00\n", (3, "encoding")),
        ("number,amount\nÉté,1.00\n".encode() + "Été,1.00\n".encode("cp1252"), (3, "encoding")),
        (b"PK\x03\x04 and no zip file", (0, "spreadsheet-damaged")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, (1, "nul")),  # a workbook of before 2007
    ],
)
def test_a_file_that_is_no_text_has_one_problem(content: bytes, said: tuple[int, str]) -> None:
    assert found(content) == Found([], found(content).problems)
    assert found(content).said == [said]


@pytest.mark.parametrize("faults", [(), (5, 5 * CHUNK // 2)])
def test_the_numbers_of_rows_are_those_of_the_file_in_every_chunk(faults: tuple[int, ...]) -> None:
    lines = [b"number,amount"] + [b"F-%d,1.00" % number for number in range(2, 3 * CHUNK)]
    for row in faults:
        lines[row - 1] = b"wrong"
    read = found(b"\n".join(lines))
    assert all(number == f"F-{row}" for row, number, _, _ in read.rows)
    assert len(read.rows) == 3 * CHUNK - 2 - len(faults)
    assert read.said == [(row, "columns") for row in faults]


def test_a_workbook_is_read_like_a_csv() -> None:
    rows: list[list[object]] = [
        ["Montant", "Numéro", "autre"],
        [1.5, "F-1", None],
        [None, None, None],
        [2, 1002, "x"],
        [3.0, None, "y"],
    ]
    read = found(xlsx(rows))
    assert read.rows == [(2, "F-1", "", "1.5"), (4, "1002", "", "2")]
    assert read.said == [(1, "column-unknown"), (5, "number-missing")]


def test_the_file_stays_open_and_can_be_read_again() -> None:
    """It is the caller's. A text in Python closes the file below it when it goes."""
    for content in (b"number,amount\nF-1,1.00\n", "number,amount\nÉté,1.00\n".encode("cp1252"), b"a\0"):
        stream = io.BytesIO(content)
        assert found(stream).rows == found(stream).rows
        assert not stream.closed


# Files that mean harm


def peak_bytes(act: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_million_columns_in_the_header() -> None:
    content = b"number,amount" + b",x" * 999_998 + b"\nF-1,1.00\n"
    assert found(content).rows == []
    assert [p.params for p in found(b"number" + b"," * 999_999).problems] == [
        {"reason": "columns-many", "found": 1_000_000, "expected": MOST_COLUMNS}
    ]


def test_a_million_columns_in_many_rows_are_not_all_in_memory() -> None:
    content = b"number,amount\n" + (b"," * 999_999 + b"x\n") * 20
    read = Found([], [])

    def read_it() -> None:
        nonlocal read
        read = found(content)

    assert peak_bytes(read_it) < 120 << 20
    assert read.said == [(row, "columns") for row in range(2, 22)]


def test_rows_that_are_all_wrong_are_not_all_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_PROBLEMS", 100)
    read = found(b"number,amount\n" + b"x\n" * 3 * CHUNK)
    assert 100 <= len(read.problems) <= 100 + CHUNK
    assert read.rows == []


@pytest.mark.parametrize("read", [read_documents, read_payments])
def test_two_hundred_megabytes_without_a_line_end_are_one_problem(read: Callable[[BinaryIO], object]) -> None:
    class Megabytes(io.BytesIO):
        left = 200

        def read(self, size: int | None = -1, /) -> bytes:
            self.left -= 1
            return b"a" * (size or 0) if self.left > 0 else b""

    assert peak_bytes(lambda: read(Megabytes())) < 8 << 20
    assert "line-long" in repr(read(Megabytes()))


HOSTILE_TEXTS = (
    *(
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "+1",
        "\u202e1001-F",
        "\u200f",
        "\ufeff",
        "\x07\x1b[31m",
        "\x0b",
        "\x1c",
        "\x85",
    ),
    *("\u2028", "😀" * 50, "é" * 1000, "Z" + "\u0301" * 500, "\ufdfa" * 500, "9" * 5000, "-" * 5000, "'", "NaN", "inf"),
)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_odd_texts_are_names_like_others(text: str) -> None:
    documents = read_documents(
        io.BytesIO(f"document,date,customer,code,amount\n{text},2026-01-01,{text},{text},1\n".encode())
    )
    if number := text.strip():
        assert documents.problems == ()
        document = documents.units[number]
        assert (document.customer, document.keys[0].code) == (number, number)
    else:
        assert [problem.params["reason"] for problem in documents.problems] == ["number-missing"]


def csv_of(columns: Sequence[Column], *rows: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([[column.name for column in columns], *rows])
    return text.getvalue().encode()


Cell = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [*HOSTILE_TEXTS, "", " ", "2026-02-30", "1,234", "(12,50)", "12.345", "void", "final", "draft", "discount", "CAD"]
)


@settings(max_examples=50)  # each of them is long
@given(st.lists(Cell, min_size=14, max_size=14), st.lists(Cell, min_size=14, max_size=14))
def test_no_text_in_any_cell_is_an_exception(first: list[str], second: list[str]) -> None:
    """One row and two; each unit is there, or faulty, or a row cannot be read."""
    number = first[0].strip()
    documents_file = csv_of(documents.COLUMNS, first, [number, *second[1:]])
    payments_file = csv_of(payments.COLUMNS, first, [number, *second[1:]])
    for read in (read_documents(io.BytesIO(documents_file)), read_payments(io.BytesIO(payments_file))):
        assert (number in read.units) + (number in read.faulty) == bool(number)
        assert not read.faulty or read.problems
        assert all(problem.where.row in (1, 2, 3) for problem in read.problems)


@given(st.binary() | st.binary().map(lambda rest: b"document,payment,date,amount,total\n" + rest))
def test_no_bytes_are_an_exception(content: bytes) -> None:
    for read in (read_documents, read_payments):
        units, faulty, problems, span, _ = read(io.BytesIO(content))
        assert not (units.keys() & faulty)
        assert span is None or span[0] <= span[1]
        assert all(isinstance(unit.date, date) for unit in units.values())
        assert problems or units or content.strip() != b""


@given(st.text(st.sampled_from('document,date,amount\n\r;\t"1.0é'), max_size=60))
def test_no_text_that_is_nearly_a_table_is_an_exception(text: str) -> None:
    for codec in ("utf-8", "cp1252"):
        content = b"document,date,amount\n" + text.encode(codec)
        units, faulty, problems, *_ = read_documents(io.BytesIO(content))
        assert not faulty or problems
        assert not (units.keys() & faulty)


@pytest.mark.parametrize(
    ("names", "says_more"),
    [
        (("Lise", "", "Jean", "", ""), False),
        (("Lise", "Lise", "Jean", "", "Jean"), False),
        (("", "", "", "", ""), False),
        (("Lise", "Jean", "Jean", "", ""), True),
        (("Lise", "lise", "Jean", "", ""), True),
        (("", "Lise", "Jean", "", ""), True),
        (("Lise", " ", "Jean", "", ""), True),
        (("Lise", "", "Jean", "", "Lise"), True),
    ],
)
def test_a_later_row_says_more_only_when_it_says_something_else(names: Sequence[str], says_more: bool) -> None:
    rows = zip(("F-1", "F-1", "F-2", "F-2", "F-2"), names, strict=True)
    content = "numéro,nom,montant\n" + "".join(f"{number},{name},1\n" for number, name in rows)
    content += "F-3,Jean,1\n"  # what it ends with may go on, and stands in a chunk of its own
    chunk = next(open_table(io.BytesIO(content.encode()), file="t.csv", columns=COLUMNS).chunks())
    assert bool(chunk.contradicting({"name": chunk.first("name")})) is says_more
