"""Layouts: round trips of random entries through shipped and random layouts, beside readers of their own; golden files."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.core.accounts import Account, Chart
from ecriture.core.entries import JournalEntry, Line
from ecriture.speech.language import LANGUAGES
from ecriture.targets.layout import read_file, shipped, shipped_bytes, target_of
from ecriture.targets.layout.layout_file import LAYOUT, read_layout, write_layout
from ecriture.targets.layout.model import (
    AMOUNTS,
    COUNTS,
    DECIMALS,
    DELIMITERS,
    OF_ENTRY,
    OF_FILE,
    OF_LINE,
    TEXTS,
    Align,
    Column,
    Encoding,
    Kind,
    Layout,
    LineEnd,
    Messages,
    Quote,
    SplitBy,
)
from ecriture.targets.registry import SHIPPED, TARGETS, Target, WriteOptions, layout_names, target
from golden_cases import cases
from strategies import journal_entry, texts
from target_promises import assert_golden, damaged, damages

NAMES = {"1060": "Banque", "1201": "Clients – Écriture", "2310": "TPS", "2330": "TVQ", "4000": "Ventes, Été"}
OPTIONS = WriteOptions(chart=Chart(Account(number, name) for number, name in NAMES.items()))
ENTRY = JournalEntry(
    date(2026, 1, 31), "EC000001-01", "Ventes 2026-01", (Line("1201", 11498, "F-1 Lise"), Line("4000", -11498))
)
of_each = pytest.mark.parametrize("name", layout_names())
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

Amounts = list[tuple[str, int]]


def entries_of_a_company(*, most_cents: int = 99_999_999) -> st.SearchStrategy[list[JournalEntry]]:
    """Entries with sources and accounts as companies have them, and any texts."""
    line = st.tuples(st.sampled_from([*NAMES]), st.integers(1, most_cents // 8), st.just("") | texts())

    @st.composite
    def entries(draw: st.DrawFn) -> list[JournalEntry]:
        found = []
        for number in range(1, draw(st.integers(1, 4)) + 1):
            lines = [
                Line(account, cents, text) for account, cents, text in draw(st.lists(line, min_size=1, max_size=6))
            ]
            lines.append(Line("2310", -sum(it.amount_cents for it in lines)))
            day = draw(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
            found.append(JournalEntry(day, f"EC000001-{number:02}", draw(st.just("") | texts()), tuple(lines)))
        return found

    return entries()


def round_trip(chosen: Target, entries: list[JournalEntry], options: WriteOptions = OPTIONS) -> bytes:
    """Fitting twice changes nothing, amounts and accounts stay, and the file reads back as what was fitted."""
    fitted = chosen.fit(entries)
    again = chosen.fit(fitted.entries)
    assert (again.entries, again.shortened, again.replaced) == (fitted.entries, 0, 0)
    assert [amounts(it) for it in fitted.entries] == [amounts(it) for it in entries]
    content = chosen.write(fitted.entries, options)
    assert chosen.read(content) == chosen.as_read(fitted.entries, options)
    return content


def amounts(entry: JournalEntry) -> Amounts:
    return [(line.account, line.amount_cents) for line in entry.lines]


# Each shipped layout beside a reader that knows its program's file and nothing of layouts


def cents(text: str) -> int:
    units, _, hundredths = text.partition(".")
    assert len(hundredths) == 2
    return int(units + hundredths)


def of_acomba(content: bytes) -> Iterator[tuple[str, str, int]]:
    title, mark, *rest = content.decode("cp1252").split("\r\n")
    assert (title, mark, rest.pop()) == ("Ecriture", "LGL7", "")
    source = ""
    for line in rest:
        if line[0] == "E":
            assert len(line) == 42
            source = line[7:37].split(" ")[0]
        else:
            assert (line[0], len(line)) == ("T", 26)
            debit, credit = line[8:17].strip(), line[17:26].strip()
            yield source, line[1:8].strip(), cents(debit) if debit else -cents(credit)


def of_quickbooks(content: bytes) -> Iterator[tuple[str, str, int]]:
    numbers = {name: number for number, name in NAMES.items()}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        signed = cents(row["Debits"]) if row["Debits"] else -cents(row["Credits"])
        yield row["Journal No."], numbers[row["Account Name"]], signed


def of_xero(content: bytes) -> Iterator[tuple[str, str, int]]:
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        yield row["*Narration"].split(" ")[0], row["*AccountCode"], cents(row["*Amount"])


def of_sage50_us(content: bytes) -> Iterator[tuple[str, str, int]]:
    rows = [*csv.DictReader(io.StringIO(content.decode("cp1252"), newline=""))]
    for row in rows:
        together = [it for it in rows if it["Transaction Number"] == row["Transaction Number"]]
        assert len(together) == int(row["Number of Distributions"])
        yield row["Reference"], row["G/L Account"], cents(row["Amount"])


READERS = {"acomba": of_acomba, "quickbooks-online": of_quickbooks, "xero": of_xero, "sage50-us": of_sage50_us}


@of_each
def test_golden(name: str) -> None:
    assert_golden(name)


@of_each
@SLOW
@given(entries=entries_of_a_company())
def test_random_entries_through_every_layout(name: str, entries: list[JournalEntry]) -> None:
    chosen = target(name)
    assert chosen.faults(entries, OPTIONS) == ()
    found = [*READERS[name](round_trip(chosen, entries))]
    assert found == [(it.source, *amount) for it in entries for amount in amounts(it)]


def test_adding_a_program_is_a_toml_and_a_golden_folder() -> None:
    """No code and no page knows the name of any: what a person reads of it stands in its TOML too."""
    names = {*layout_names(), *(shipped(name).layout.name for name in layout_names())} - {"acomba", "Acomba"}
    source = SHIPPED.parents[2]
    folders = ("targets/**/*.py", "cli/*.py", "store/**/*.py", "web/**/*.py", "web/**/*.html", "transfer.py")
    for file in [file for folder in folders for file in source.glob(folder)]:
        text = file.read_text("utf-8")
        assert [name for name in names if f'"{name}"' in text] == [], file
    assert {*layout_names()} <= {*TARGETS}


@of_each
def test_a_shipped_layout_is_sound_and_says_everything(name: str) -> None:
    found = shipped(name)
    assert found.problems == ()
    assert {*found.layout.steps} == {*LANGUAGES}
    assert found.layout.checked_against.endswith(".")
    assert len(cases(name)) >= 1
    french = " ".join(found.layout.steps["fr"])
    assert " :" not in french
    assert "« " not in french
    assert " ;" not in french


@of_each
@SLOW
@given(damage=damages())
def test_damaged_files_are_refused_or_are_entries(name: str, damage: list[tuple[int, int, bytes]]) -> None:
    chosen = target(name)
    content = chosen.write(chosen.fit([ENTRY]).entries, OPTIONS)
    try:
        found = chosen.read(damaged(content, damage))
    except ValueError:
        return
    assert all(isinstance(entry, JournalEntry) for entry in found)


# Random layouts


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    kind, encoding = draw(st.sampled_from(Kind)), draw(st.sampled_from(Encoding))
    delimiter = draw(st.sampled_from((",", ";", "\t", "|")))
    quote = draw(st.sampled_from(Quote))
    decimal = draw(st.sampled_from((".", ",")))
    if quote is Quote.NEVER and decimal == delimiter:
        decimal = "."
    form = draw(st.sampled_from(("%Y-%m-%d", "%y%m%d", "%d/%m/%Y", "%m/%d/%y")))
    fixed = kind is Kind.FIXED

    def column(field: str, least: int, most: int, **more: object) -> Column:
        width = draw(st.integers(least, most)) if fixed or draw(st.booleans()) else None
        return Column(field, width, draw(st.sampled_from(Align)), **more)  # type: ignore[arg-type]

    amount = draw(st.sampled_from((("amount",), ("debit", "credit"), ("side", "amount_abs"))))
    pad = draw(st.sampled_from(("", "0")))
    of_amount = [Column(it, 14, Align.RIGHT, pad) if it != "side" else column("side", 1, 3) for it in amount]
    of_entry = [column("date", Layout(date=form).date_width, 12), column("source", 11, 15)]
    if draw(st.booleans()):
        of_entry.append(column("comment", 1, 30))
    if draw(st.booleans()):
        of_entry.append(Column("entry_number", 6, Align.RIGHT, pad))
    of_line = [column("account", 4, 15), *of_amount, *([column("line_comment", 1, 20)] if draw(st.booleans()) else [])]
    of_line += draw(
        st.sampled_from(([], [column("empty", 1, 4)], [column("customer", 1, 9)], [column("line_number", 4, 5)]))
    )
    of_line = draw(st.permutations(of_line))
    head, columns = ((), (*of_entry, *of_line))
    if draw(st.booleans()):
        wide, fill = draw(st.sampled_from((None, 1, 3))), " " if draw(st.booleans()) else ""
        align = draw(st.sampled_from(Align))
        mark = (
            Column("constant", wide, align, fill, value="E"),
            Column("constant", wide, align, fill, value="L", first="K"),
        )
        head, columns = ((mark[0], *of_entry),), (mark[1], *of_line)  # type: ignore[assignment]
    encoding = draw(st.sampled_from(Encoding))
    if not fixed and draw(st.booleans()):
        title = "T" if encoding is Encoding.ASCII else "T, é"
        columns = tuple(replace(it, title=f"{title} {place}") for place, it in enumerate(columns))
    return Layout(
        name="Any",
        kind=kind,
        delimiter=delimiter,
        quote=quote,
        encoding=encoding,
        line_end=draw(st.sampled_from(LineEnd)),
        header=bool(columns[0].title) and quote is not Quote.NEVER,
        decimal=decimal,
        date=form,
        split_by=draw(st.sampled_from((None, SplitBy.MONTH))),
        spreadsheet=not fixed and draw(st.booleans()),
        file_head=draw(st.sampled_from(((), ((Column("constant", value="Head"),),)))),
        entry_head=head,
        columns=columns,
        steps={"fr": ("x", "y")},
        messages=draw(st.sampled_from((None, Messages.GLIMPORT))),
    )


@SLOW
@given(layouts())
def test_a_layout_reads_back_from_its_toml(layout: Layout) -> None:
    found = read_layout(io.BytesIO(write_layout(layout)))
    assert found.problems == ()
    assert found.layout == layout


@settings(SLOW, max_examples=200)
@given(layouts(), entries_of_a_company())
def test_random_layouts_cut_no_amount_and_lose_no_line(layout: Layout, entries: list[JournalEntry]) -> None:
    chosen = target_of(layout, "any")
    assert chosen.faults(entries, OPTIONS) == ()
    content = round_trip(chosen, entries)
    assert [*read_by_hand(layout, content)] == [amount for entry in entries for amount in amounts(entry)]


def read_by_hand(layout: Layout, content: bytes) -> Iterator[tuple[str, int]]:
    """Accounts and amounts, by the places of their columns alone."""
    mark = "\r\n" if layout.line_end is LineEnd.CRLF else "\n"
    lines = content.decode(layout.encoding).split(mark)[:-1][len(layout.file_head) + layout.header :]
    for line in lines:
        cells = slices(layout, line) if layout.kind is Kind.FIXED else split(layout, line)
        if cells[0].strip() == "E" and layout.entry_head:
            continue
        row = {column.field: cell.strip() for column, cell in zip(layout.columns, cells, strict=True)}
        amount = next(row[it] for it in ("amount", "debit", "credit", "amount_abs") if row.get(it))
        signed = int(amount.replace(".", "").replace(",", ""))
        yield row["account"], -signed if row.get("credit") or row.get("side") == "C" else signed


def split(layout: Layout, line: str) -> list[str]:
    if layout.quote is Quote.NEVER:
        return line.split(layout.delimiter)
    return next(csv.reader([line], delimiter=layout.delimiter))


def slices(layout: Layout, line: str) -> list[str]:
    if layout.entry_head and line[: layout.columns[0].width or 1].strip() == "E":
        return ["E"]
    cells = []
    for column in layout.columns:
        width = column.width or 1
        cells.append(line[:width])
        line = line[width:]
    assert line == ""
    return cells


@SLOW
@given(layouts(), st.lists(journal_entry(date(2000, 1, 1)), min_size=1, max_size=3))
def test_whatever_has_no_room_is_a_fault_and_never_cut(layout: Layout, entries: list[JournalEntry]) -> None:
    """Of any amounts and accounts: said, or written whole."""
    layout = replace(layout, header=False)
    entries = [replace(it, source=f"EC000001-{n:02}", date=date(2026, 1, n + 1)) for n, it in enumerate(entries)]
    chosen = target_of(layout, "any")
    if not chosen.faults(entries, OPTIONS):
        round_trip(chosen, entries)


# Layouts as somebody may write them, sound or not

LETTERS = "aZ9é€Ω😀 =+-@'\";,|.%\t\u00a0"


def seldom(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Most columns must be sound, or hardly any layout is."""
    return st.integers(0, 24).flatmap(lambda number: usual if number else odd)


def any_column(field: str, kind: Kind) -> st.SearchStrategy[Column]:
    usual = 40 if field in TEXTS else 30
    right = field in AMOUNTS | COUNTS
    width = st.just(usual) if kind is Kind.FIXED else st.none() | st.just(usual)
    words = st.sampled_from((("D", "C"), ("Débit", "Crédit"), ("D", "C "), ("D", "D "), ("JD", "J,")))
    return st.builds(
        lambda words, **given: Column(field, debit=words[0], credit=words[1], **given),
        seldom(st.just(("D", "C")), words),
        width=seldom(width, st.none() | st.integers(1, 30) | st.just(1000)),
        align=st.just(Align.RIGHT) if right else st.sampled_from(Align),
        pad=seldom(st.sampled_from(("", " ", "0") if right else ("", " ")), st.just("0")),
        value=seldom(st.sampled_from(("", "x", "=1", "'")), st.text(LETTERS, max_size=4)),
        first=seldom(st.just(""), st.text(LETTERS, max_size=4)),
        title=seldom(st.sampled_from(("T", "=T", "'T")), st.text(LETTERS, min_size=1, max_size=6)),
    )


@st.composite
def any_row(
    draw: st.DrawFn, kind: Kind, among: frozenset[str], *, fields: tuple[str, ...] = (), mark: str = ""
) -> tuple[Column, ...]:
    more = draw(st.lists(st.sampled_from(sorted(among)), max_size=4, min_size=0 if fields or mark else 1))
    found = [draw(any_column(it, kind)) for it in draw(st.permutations([*fields, *more]))]
    first = replace(draw(any_column("constant", kind)), value=mark, first="")
    return (first, *found) if draw(seldom(st.just(bool(mark)), st.booleans())) else tuple(found)


@st.composite
def any_layouts(draw: st.DrawFn) -> Layout:
    kind = draw(st.sampled_from((*Kind, Kind.DELIMITED)))
    amount = draw(st.sampled_from((("amount",), ("debit", "credit"), ("side", "amount_abs"))))
    account = draw(st.sampled_from(("account", "account", "account_name")))
    marks = draw(st.sampled_from((("", ""), ("E", ""), ("", "F"), ("E", "F"), ("x", "=1"))))
    head, foot = (((draw(any_row(kind, OF_ENTRY, mark=it)),) if it else ()) for it in marks)
    is_delimited = kind is Kind.DELIMITED
    return Layout(
        name="Any",
        kind=kind,
        delimiter=draw(st.sampled_from(DELIMITERS)),
        quote=draw(st.sampled_from(Quote)),
        encoding=draw(st.sampled_from(Encoding)),
        line_end=draw(st.sampled_from(LineEnd)),
        header=draw(seldom(st.booleans() if is_delimited else st.just(False), st.booleans())),
        decimal=draw(st.sampled_from(DECIMALS)),
        date=draw(st.sampled_from(("%Y-%m-%d", "%y%m%d", "%d/%m/%Y", "%m.%d.%y", "-%d %m %Y"))),
        spreadsheet=draw(seldom(st.booleans() if is_delimited else st.just(False), st.booleans())),
        file_head=draw(st.just(()) | any_row(kind, OF_FILE).map(lambda row: (row,))),
        entry_head=head,
        columns=draw(
            any_row(kind, OF_LINE, fields=("date", account, "source", *amount), mark="L" if any(marks) else "")
        ),
        entry_foot=foot,
    )


def as_people_name() -> st.SearchStrategy[str]:
    """Names with what ends a field, begins a formula, or is no letter of the file."""
    return st.text(LETTERS + "\n\r\u2028\u202e\u200f\ufeff\x85שœ，＂＝；\ud800", max_size=8)


def rows_of(layout: Layout, content: bytes) -> list[list[str]]:
    """The cells of a file as any reader of CSV finds them, which knows nothing of its lines."""
    text = io.StringIO(content.decode(layout.encoding), newline="")
    if layout.quote is Quote.NEVER:
        return [row or [""] for row in csv.reader(text, delimiter=layout.delimiter, quoting=csv.QUOTE_NONE)]
    return [row or [""] for row in csv.reader(text, delimiter=layout.delimiter)]


def assert_any_reader_finds(layout: Layout, entries: Sequence[JournalEntry], content: bytes) -> None:
    """As many lines and columns as there are, and the amounts of each entry in their columns."""
    of_entries = [
        row for it in entries for row in (*layout.entry_head, *(layout.columns for _ in it.lines), *layout.entry_foot)
    ]
    expected = [*layout.file_head, *([layout.columns] if layout.header else []), *of_entries]
    found = rows_of(layout, content)
    assert [len(row) for row in found] == [len(row) for row in expected]
    lines = [row for row, columns in zip(found, expected, strict=True) if columns is layout.columns][layout.header :]
    every = [line.amount_cents for it in entries for line in it.lines]
    for row, amount in zip(lines, every, strict=True):
        for column, cell in zip(layout.columns, row, strict=True):
            if column.field in AMOUNTS and cell.strip():
                assert abs(int(re.sub("[.,]", "", cell))) == abs(amount)


@settings(SLOW, max_examples=200)
@given(any_layouts(), entries_of_a_company(), st.lists(as_people_name(), min_size=8, max_size=8))
def test_a_layout_is_refused_in_words_or_its_files_read_back(
    layout: Layout, entries: list[JournalEntry], names: list[str]
) -> None:
    """Never a file that cannot be written, or says something else: whatever the layout and whatever is in the books."""
    read = read_layout(io.BytesIO(write_layout(layout)))
    if read.problems:
        return
    assert read.layout == layout
    chart = Chart(Account(number, f"{number} {name}") for number, name in zip(NAMES, names, strict=False))
    places = [(at, line) for at, it in enumerate(entries, 1) for line in range(1, len(it.lines) + 1)]
    units = {place: (names[5], names[at % 8]) for at, place in enumerate(places)}
    options = WriteOptions(chart=chart, units=units)
    chosen = target_of(layout, "any")
    if chosen.faults(entries, options):
        return
    content = round_trip(chosen, entries, options)
    if layout.kind is Kind.DELIMITED:
        assert_any_reader_finds(layout, entries, content)


SOUND = """[layout]
name = "Ours"
columns = [
  { field = "date", title = "Date" },
  { field = "source", title = "No" },
  { field = "account", title = "Account" },
  { field = "amount", title = "Amount" },
]
"""


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ('name = "Ours"', 'name = "Ours"\nheader = true\nencoding = "ascii"', "columns[4].title"),
        ('name = "Ours"', 'name = "Ours"\nheader = true\nencoding = "cp850"\nquote = "never"', "columns[4].title"),
        ("columns = [", 'encoding = "cp1252"\ncolumns = [ { field = "constant", value = "Ω" },', "columns[1].value"),
        ("columns = [", 'encoding = "ascii"\ncolumns = [ { field = "side", debit = "Dé" },', "columns[1].debit"),
        ("columns = [", 'columns = [ { field = "side", debit = "C " },', "columns[1].credit"),
        ("columns = [", 'columns = [ { field = "side", debit = " " },', "columns[1].credit"),
        ("columns = [", 'quote = "never"\ncolumns = [ { field = "constant", first = "a,b" },', "columns[1].first"),
        ("columns = [", 'date = "%Y%m%d "\ncolumns = [', "date"),
        ("columns = [", 'suffix = ".BAT"\ncolumns = [', "suffix"),
        ("columns = [", 'suffix = ".html"\ncolumns = [', "suffix"),
        ("columns = [", "columns = [" + '{ field = "empty" },' * 200, "columns"),
        ("columns = [", "columns = [" + '{ field = "empty", width = 1000 },' * 4, "columns.width"),
        ("columns = [", f'columns = [ {{ field = "constant", value = "{"x" * 1001}" }},', "columns[1].value"),
        ("columns = [", "file_head = [" + '[{ field = "empty" }],' * 21 + "]\ncolumns = [", "file_head"),
        ('"Ours"', f'"{"x" * 1001}"', "name"),
        ("columns = [", f'steps = {{ fr = "{"x" * 1001}" }}\ncolumns = [', "steps.fr"),
        ("columns = [", f"steps = {{ fr = {['x'] * 101} }}\ncolumns = [", "steps"),
    ],
)
def test_what_could_not_be_written_or_read_is_said_of_the_layout(old: str, new: str, setting: str) -> None:
    toml = SOUND.replace('title = "Amount"', 'title = "Amount, é"').replace(old, new, 1)
    found = read_layout(io.BytesIO(toml.encode())).problems
    assert [it.params["setting"] for it in found] == [f"layout.{setting}"]


def test_one_thing_may_stand_in_two_columns_in_two_forms() -> None:
    twice = [
        '{ field = "amount", width = 14, align = "right", pad = "0" }',
        '{ field = "side" }',
        '{ field = "side", debit = "Dt", credit = "Ct" }',
        '{ field = "entry_number", width = 6, align = "right", pad = "0" }',
        '{ field = "entry_number" }',
        '{ field = "line_number", width = 500, align = "right", pad = "0" }',
        '{ field = "amount", width = 500, align = "right", pad = "0" }',
        '{ field = "customer", width = 4 }',
        '{ field = "customer" }',
    ]
    number = '{ field = "entry_number", width = 4, pad = "0", align = "right" }'
    head = f'entry_head = [[{{ field = "constant", value = "H" }}, {number}]]'
    toml = SOUND.replace("columns = [", f'{head}\ncolumns = [{{ field = "constant", value = "L" }},{",".join(twice)},')
    found = read_layout(io.BytesIO(toml.encode()))
    assert found.problems == ()
    options = OPTIONS._replace(units={(1, 1): ("F-1", "Gagné, notaires")})
    content = round_trip(target_of(found.layout, "any"), [ENTRY], options)
    assert b"L,00000000114.98,D,Dt,000001,1,000" in content


def test_a_source_that_has_no_room_is_a_fault() -> None:
    for width, fits in ((10, False), (11, True)):
        toml = SOUND.replace('field = "source"', f'field = "source", width = {width}')
        chosen = target_of(read_layout(io.BytesIO(toml.encode())).layout, "any")
        assert [it.code for it in chosen.faults([ENTRY], OPTIONS)] == ([] if fits else ["does-not-fit"])


# What has no room


def test_the_largest_amount_of_acomba() -> None:
    chosen = target("acomba")
    fits, too_wide = (replace(ENTRY, lines=(Line("1201", it), Line("4000", -it))) for it in (99_999_999, 100_000_000))
    assert chosen.faults([fits], OPTIONS) == ()
    assert b"T   1201999999.99         \r\n" in round_trip(chosen, [fits])
    (problem,) = chosen.faults([fits, too_wide], OPTIONS)
    assert problem.params == {
        "reason": "amount",
        "target": "Acomba",
        "source": "EC000001-01",
        "date": date(2026, 1, 31),
        "account": "4000",
        "amount_cents": 100_000_000,
        "limit": 9,
    }
    with pytest.raises(ValueError, match="wider than 9"):
        chosen.write([too_wide], OPTIONS)


@pytest.mark.parametrize("comment", ["Ventes", "=1+1"])
def test_a_comment_beside_a_source_that_fills_its_column_is_left_out(comment: str) -> None:
    columns = (Column("label", len(ENTRY.source)), Column("date"), Column("account"), Column("amount"))
    chosen = target_of(Layout(name="Narrow", spreadsheet=True, columns=columns), "narrow")
    round_trip(chosen, [replace(ENTRY, comment=comment)])


def test_texts_are_cut_and_letters_replaced_and_both_are_counted() -> None:
    chosen = target("acomba")
    fitted = chosen.fit([replace(ENTRY, comment="Ventes œuvre 😀 et encore davantage")])
    assert fitted.entries[0].comment == "Ventes œuvre ? et"
    assert (fitted.shortened, fitted.replaced) == (1, 1)
    plain = target_of(replace(shipped("acomba").layout, encoding=Encoding.ASCII), "plain")
    assert plain.fit([replace(ENTRY, comment="Œuvre d’été")]).entries[0].comment == "OEuvre d'ete"


def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe() -> None:
    entry = replace(ENTRY, lines=(Line("1201", -11498, "=1+1"), Line("4000", 11498, "-2")))
    content = round_trip(target("xero"), [entry]).decode()
    assert ",'=1+1," in content
    assert ",'-2," in content
    assert ",-114.98," in content


def test_the_customer_of_a_line() -> None:
    options = OPTIONS._replace(units={(1, 1): ("F-1", "Gagné, notaires")})
    assert '"Gagné, notaires"\r\n' in target("quickbooks-online").write([ENTRY], options).decode("utf-8-sig")


def test_a_header_names_every_column_of_a_line() -> None:
    assert {*OF_LINE} >= {column.field for name in layout_names() for column in shipped(name).layout.columns}


# The tables of other programs that a layout can say

IIF = """[layout]
name = "QuickBooks Desktop"
delimiter = "\\t"
quote = "never"
date = "%m/%d/%Y"
suffix = ".iif"
file_head = [
  [{ field = "constant", value = "!TRNS" }, { field = "constant", value = "TRNSTYPE" }, { field = "constant", value = "DATE" }],
  [{ field = "constant", value = "!ENDTRNS" }],
]
columns = [
  { field = "constant", value = "SPL", first = "TRNS" },
  { field = "constant", value = "GENERAL JOURNAL" },
  { field = "date" },
  { field = "account_name" },
  { field = "amount" },
  { field = "source" },
]
entry_foot = [[{ field = "constant", value = "ENDTRNS" }]]
"""
SAGE_UK = """[layout]
name = "Sage 50, UK edition"
date = "%d/%m/%Y"
columns = [
  { field = "side", debit = "JD", credit = "JC" },
  { field = "empty" },
  { field = "account" },
  { field = "constant", value = "0" },
  { field = "date" },
  { field = "entry_number", width = 8 },
  { field = "label", width = 60 },
  { field = "amount_abs" },
  { field = "constant", value = "T9" },
  { field = "constant", value = "0.00" },
]
"""
CIEL = """[layout]
name = "Ciel XIMPORT"
kind = "fixed"
encoding = "ascii"
date = "%Y%m%d"
columns = [
  { field = "entry_number", width = 5, align = "right" },
  { field = "constant", value = "VE" },
  { field = "date" },
  { field = "empty", width = 8 },
  { field = "source", width = 12 },
  { field = "account", width = 11 },
  { field = "comment", width = 25 },
  { field = "amount_abs", width = 13, align = "right" },
  { field = "side", width = 1 },
  { field = "empty", width = 18 },
  { field = "line_comment", width = 34 },
  { field = "constant", value = "O2003" },
]
"""


@pytest.mark.parametrize("toml", [IIF, SAGE_UK, CIEL])
@SLOW
@given(entries=entries_of_a_company())
def test_other_programs_are_a_layout(toml: str, entries: list[JournalEntry]) -> None:
    found = read_layout(io.BytesIO(toml.encode()))
    assert found.problems == ()
    round_trip(target_of(found.layout, "other"), entries)


@pytest.mark.parametrize(
    ("toml", "old", "new"),
    [
        (SAGE_UK, b"JD,", b"JX,"),
        (SAGE_UK, b",T9,", b",T1,"),
        (SAGE_UK, b"JC,,4000,0,31/01/2026,1,", b"JC,,4000,0,31/01/2026,2,"),
        (SAGE_UK, b"114.98", b"114,98"),
        (SAGE_UK, b"114.98", b"-114.98"),
        (SAGE_UK, b"31/01/2026,1", b"31/02/2026,1"),
        (SAGE_UK, b"0.00\r\n", b"0.00\n"),
        (SAGE_UK, b"JC,,4000", b"JC,x,4000"),
        (SAGE_UK, b"JC,,4000", b"JC,,"),
        (CIEL, b"4000", b"40000"),
        (CIEL, b"O2003", b"O2004"),
        (IIF, b"ENDTRNS\r\n", b""),
        (IIF, b"SPL", b"TRNS\tx"),
        (IIF, b"!ENDTRNS", b"!ENDTRN"),
    ],
)
def test_what_is_not_of_the_layout_is_refused(toml: str, old: bytes, new: bytes) -> None:
    chosen = target_of(read_layout(io.BytesIO(toml.encode())).layout, "other")
    content = round_trip(chosen, [ENTRY])
    first, found, rest = content.rpartition(old)
    assert found
    with pytest.raises(ValueError, match=r"\w"):
        chosen.read(first + new + rest)


def test_a_line_of_ciel_has_142_characters() -> None:
    chosen = target_of(read_layout(io.BytesIO(CIEL.encode())).layout, "ciel")
    first = round_trip(chosen, [ENTRY]).decode().split("\r\n")[0]
    assert (len(first), first[84], first[71:84].strip()) == (142, "D", "114.98")


BEFORE_A_WORD = 'date = "%d/%m/%Y"\ncolumns = [\n  { field = "side", debit = '
MISTAKES = (
    ('field = "side", debit = "JD"', 'field = "side", debit = "JC"', "columns[1].credit"),
    ('field = "side"', 'width = 1, field = "side"', "columns[1].width"),
    ("width = 8", "width = 3", "columns[6].width"),
    ('field = "date"', 'width = 9, field = "date"', "columns[5].width"),
    ('field = "empty"', 'field = "currency", width = 2', "columns[2].width"),
    ('value = "T9"', 'width = 1, value = "T9"', "columns[9].value"),
    ('date = "%d/%m/%Y"', 'header = true\ndate = "%d/%m/%Y"', "columns[1].title"),
    ('date = "%d/%m/%Y"', 'quote = "never"\ndecimal = ","\ndate = "%d/%m/%Y"', "decimal"),
    (f'{BEFORE_A_WORD}"JD"', f'encoding = "ascii"\n{BEFORE_A_WORD}"Débit"', "columns[1].debit"),
    (f'{BEFORE_A_WORD}"JD"', f'quote = "never"\n{BEFORE_A_WORD}"J,D"', "columns[1].debit"),
    ('field = "label", width = 60', 'field = "label", width = 9', "columns[7].width"),
    ('{ field = "amount_abs" },', "", "columns"),
    ('{ field = "account" },', "", "columns"),
    ('field = "account"', 'field = "acount"', "columns[3].field"),
    ("columns = [", 'entry_head = [[{ field = "account" }]]\ncolumns = [', "entry_head[1][1].field"),
    ("columns = [", 'file_head = [[{ field = "date" }]]\ncolumns = [', "file_head[1][1].field"),
)


@pytest.mark.parametrize(("old", "new", "setting"), MISTAKES)
def test_a_mistake_is_said_where_it_is(old: str, new: str, setting: str) -> None:
    assert old in SAGE_UK
    problems = read_layout(io.BytesIO(SAGE_UK.replace(old, new, 1).encode())).problems
    assert f"layout.{setting}" in [problem.params["setting"] for problem in problems]


# From a file


def test_a_layout_of_ones_own(tmp_path: Path) -> None:
    place = tmp_path / "own.toml"
    place.write_bytes(shipped_bytes("acomba"))
    assert read_file(place).layout == shipped("acomba").layout
    with pytest.raises(KeyError):
        shipped_bytes("nothing")


@pytest.mark.parametrize(
    ("steps", "read"),
    [
        ('{ fr = "Un geste." }', ("Un geste.",)),
        ('{ fr = ["Un.", "Deux."] }', ("Un.", "Deux.")),
        ("{ fr = [] }", None),
        ('{ fr = "" }', None),
        ('{ fr = ["Un.", 2] }', None),
        ('{ fr = ["Un.", ""] }', None),
        ("{ fr = 1 }", None),
    ],
)
def test_steps_are_texts_one_after_the_other(steps: str, read: tuple[str, ...] | None) -> None:
    toml = SAGE_UK.replace("columns = [", f"steps = {steps}\ncolumns = [", 1)
    found = read_layout(io.BytesIO(toml.encode()))
    assert [it.params["kind"] for it in found.problems] == ([] if read else ["layout-steps"])
    assert found.layout.steps.get("fr") == read


def test_every_key_of_a_layout_is_one_of_its_values() -> None:
    assert [*LAYOUT]
    assert all(hasattr(Layout(), key) for key in LAYOUT)
