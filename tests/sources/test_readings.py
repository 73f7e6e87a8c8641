"""What a spreadsheet program writes as a number or a date is read as that one, or refused: never as another."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ecriture.sources.chart import read_chart
from ecriture.sources.documents import read_documents
from ecriture.sources.items import read_items
from ecriture.sources.payments import read_payments

Cell = tuple[Any, str]
"""A value and the number format in which it is shown."""

Rows = Sequence[Sequence[Cell | str | None]]

NUMBER_FORMATS = (
    *(
        "General",
        "0",
        "0.00",
        "#,##0",
        "#,##0.00",
        "0.00E+00",
        "##0.0E+0",
        "# ?/?",
        "@",
        '#,##0.00\\ "$"',
    ),
    *(
        '"$"#,##0.00_);[Red]\\("$"#,##0.00\\)',
        "_-* #,##0.00\\ [$$-C0C]_-",
        "[$CAD] #,##0.00",
        "#,##0.00\\ [$$-1009]",
        "0,",
    ),
    *('0.00" CAD"', "[<1]0.000;0", "0.000", "[Blue]General", "#,##0.00 _€", "0.00_%", "[$CA$-1009]0.00"),
)
UNIT_FORMATS = (
    "0%",
    "0.00%",
    '0 "jours"',
    '#,##0.00 "€"',
    "[$€-40C] #,##0.00",
    "[$US$-409]#,##0.00",
    "0.00\\ [$USD]",
    "0.00 £",
)
"""What they show is no amount in the currency of the books."""
DATE_FORMATS = (
    *("yyyy-mm-dd", "d/m/yyyy", "m/d/yyyy h:mm", "[$-C0C]d mmmm yyyy;@", "dd-mmm-yy", "mm-dd-yy", "m/d/yy h:mm"),
    *('dddd" le "d', "yyyy-mm-dd hh:mm:ss", "d-mmm", "[$-409]mmmm d, yyyy"),
)
TIME_FORMATS = ("h:mm", "[h]:mm", "mm:ss.0")
OTHER_FORMATS = (*UNIT_FORMATS, *DATE_FORMATS, *TIME_FORMATS)

CENTS = st.integers(-(10**10), 10**10)
AMOUNTS = st.one_of(
    CENTS.map(lambda cents: cents / 100),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.decimals(-999_999, 999_999, places=3),
    st.tuples(CENTS, CENTS).map(lambda pair: pair[0] / 100 + pair[1] / 100),
    st.sampled_from([124.995, 1.234, 0.1 + 0.2, 19.949999999999999, 1e-7, 1e20, 0, -0.0, 46023, 20260131]),
)
TEXTS = st.sampled_from(["85,50 $", "85.50", "1,234", "1.234", "1 234,50", "12", "0,5", "1,234,567", "CAD 12.50"])


def workbook(rows: Rows) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for place, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, tuple):
                sheet.cell(place, column, value[0]).number_format = value[1]
            elif value is not None:
                sheet.cell(place, column, value)
    file = io.BytesIO()
    book.save(file)
    return file


def as_spreadsheets_keep_it(value: object) -> Decimal:
    """The number as it is in the file, with the digits that a spreadsheet keeps; openpyxl writes 16 or 17 of a float."""
    with localcontext(prec=15):
        return +Decimal(str(value))


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from((*NUMBER_FORMATS, *OTHER_FORMATS)))), st.lists(TEXTS))
@example([(124.995, "General")], ["85,50 $"])
@example([(1.234, "0.00%")], ["0,5"])
@settings(max_examples=60, deadline=None)
def test_a_number_is_that_amount_or_refused(numbers: list[Cell], texts: list[str]) -> None:
    """Whatever the other cells of its column are, and they are what they would be without it."""
    text_rows = [(f"T-{n}", "2026-01-31", text) for n, text in enumerate(texts)]
    number_rows = [(f"N-{n}", "2026-01-31", cell) for n, cell in enumerate(numbers)]
    header = ("document", "date", "amount")
    found = read_documents(workbook([header, *text_rows, *number_rows]))
    for number, _, (value, shown) in number_rows:
        exact = as_spreadsheets_keep_it(value) * 100
        if number in found.units:
            assert list(found.units[number].amounts) == [exact]
            assert shown not in UNIT_FORMATS
        else:
            cannot_be = exact != exact.to_integral_value() or abs(exact) >= 10**15
            assert cannot_be or shown in OTHER_FORMATS
            assert number in found.faulty
    alone = read_documents(workbook([header, *text_rows]))
    for number, _, _ in text_rows:
        assert found.units.get(number) == alone.units.get(number)


@given(st.lists(AMOUNTS.map(lambda value: (value, "General")), min_size=4, max_size=4))
@settings(max_examples=30, deadline=None)
def test_every_amount_of_a_payment_is_its_number_or_refused(values: list[Cell]) -> None:
    header = ("payment", "date", "amount", "fee", "tip", "rounding")
    found = read_payments(workbook([header, ("P-0", "2026-01-31", "0,5"), ("P-1", "2026-01-31", *values)]))
    if "P-1" in found.units:
        (row,) = found.units["P-1"].rows
        told = [row.amount_cents, row.fee_cents, row.tip_cents, row.rounding_cents]
        assert told == [as_spreadsheets_keep_it(value) * 100 for value, _ in values]
    else:
        assert any(problem.where.number == "P-1" for problem in found.problems)


DAYS = st.tuples(
    st.one_of(st.dates(date(1900, 3, 1)), st.datetimes(datetime(1900, 3, 1))),  # noqa: DTZ001 - days of no zone
    st.sampled_from(DATE_FORMATS),
)
NO_DAYS = st.tuples(
    st.one_of(st.integers(0, 99_999_999), st.floats(0, 99_999), st.timedeltas(timedelta(0), timedelta(3))),
    st.sampled_from((*NUMBER_FORMATS, *TIME_FORMATS)),
)


@given(st.lists(st.one_of(DAYS, NO_DAYS), min_size=1), st.sampled_from(["13/01/2026", "01/13/2026", "2026-01-13"]))
@settings(max_examples=60, deadline=None)
def test_a_date_is_that_day_or_refused(cells: list[Cell], text: str) -> None:
    """A number without the format of a date is none, unless it has the eight digits of one."""
    rows: Rows = [
        ("document", "date", "amount"),
        ("T", text, "1"),
        *((f"D-{n}", cell, "1") for n, cell in enumerate(cells)),
    ]
    found = read_documents(workbook(rows))
    assert found.units["T"].date == date(2026, 1, 13)
    for number, (value, shown) in enumerate(cells):
        document = found.units.get(f"D-{number}")
        if isinstance(value, date):
            assert document is not None
            rounded = value + timedelta(milliseconds=1) if isinstance(value, datetime) else value
            assert document.date in {day.date() if isinstance(day, datetime) else day for day in (value, rounded)}
        elif document is not None:
            exact = isinstance(value, int) and document.date.strftime("%Y%m%d") == str(value).zfill(8)
            assert exact or shown in TIME_FORMATS


@pytest.mark.parametrize("shown", ["General", "0", "#,##0", "000000", '"F-"0'])
def test_a_number_as_a_document_number_is_that_number(shown: str) -> None:
    numbers = [1001, 1001.0, 20260131, 1234567890123456, 1234567890123457, 1.5]
    rows: Rows = [("document", "date", "amount"), *(((value, shown), "2026-01-31", "1") for value in numbers)]
    assert list(read_documents(workbook(rows)).units) == [
        *("1001", "20260131", "1234567890123456", "1234567890123457", "1.5"),
    ]


@pytest.mark.parametrize("shown", ["General", "0", "0.00", "#,##0"])
def test_a_number_as_an_account_or_a_code_is_that_number(shown: str) -> None:
    chart = read_chart(
        workbook([("number", "name"), ((1060, shown), "Bank"), ((61000.0, shown), "Fees")]), file="c.xlsx"
    )
    assert [account.number for account in chart.chart] == ["1060", "61000"]
    report = [("Plan comptable",), ((1060, shown), "Encaisse", (1234.5, shown)), ((1200, shown), "Clients", (0, shown))]
    assert [account.number for account in read_chart(workbook(report), file="c.xlsx").chart] == ["1060", "1200"]
    items = read_items(workbook([("code", "credit"), ((42, shown), (4100, shown))]), file="i.xlsx", taxes=())
    assert [(item.code, item.credit) for item in items.items.values()] == [("42", "4100")]


def test_a_formula_and_its_result_are_told_apart() -> None:
    """A text that a formula makes is a text: ambiguous where a number would not be."""
    found = read_documents(workbook([("document", "date", "amount"), ("F-1", "2026-01-31", "=1+1")]))
    assert [(problem.code, problem.params["text"]) for problem in found.problems] == [("amount-unreadable", "=1+1")]
