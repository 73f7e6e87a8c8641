"""The headers of unknown programs, in both languages, and the columns that are proposed for what they mean."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from ecriture.core.documents import Unit
from ecriture.core.settings import Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax
from ecriture.sources.mapping.header_words import meaning_of
from ecriture.sources.mapping.model import Amount, ColumnMapping, DocumentRule, PaymentRule, Row, RowRule, Text
from ecriture.sources.mapping.reading import read_mapped
from ecriture.sources.mapping.sample import sample_of

RATES = {"GST": "5", "QST": "9.975"}
QUEBEC = Settings(
    taxes=frozen_mapping(
        {code: Tax(code, "", "2310", (Rate(date(2010, 7, 1), Decimal(it)),)) for code, it in RATES.items()}
    )
)
HEADERS = Path(__file__).with_name("headers.txt").read_text("utf-8").strip().split("\n\n")
"""Each a file, and below it what is proposed: a meaning with its columns."""
NEWCOMERS = Path(__file__).with_name("newcomers.txt").read_text("utf-8").split("\n\n---\n\n")
"""Each a file, and below it the numbers and totals that come of it."""
REFUSED = Path(__file__).with_name("refused.txt").read_text("utf-8").split("\n\n---\n\n")
"""Each a file, and below it what is told of which rows."""


def proposed(content: str) -> str:
    mapping = sample_of(BytesIO(content.encode())).proposal(QUEBEC)
    found: dict[str, tuple[str, ...]] = {}
    for sale in mapping.documents:
        found |= {name: getattr(sale, name).columns for name in ("document", "date", "customer", "total")}
        for row in sale.rows:
            less = tuple(f"-{name}" for name in row.amount.less)
            found[row.code.text or row.row.value] = (*row.amount.columns, *less)
    for money in mapping.payments:
        of_money = ("payment", "date", "customer", "document", "amount", "method", "fee", "bank_reference")
        found |= {name: getattr(money, name).columns for name in of_money}
        found["fee"] += tuple(f"-{name}" for name in money.fee.less)
    return "; ".join(f"{name} {' '.join(columns)}" for name, columns in found.items() if columns)


@pytest.mark.parametrize("case", HEADERS)
def test_what_is_proposed_for_a_header(case: str) -> None:
    content, _, expected = case.partition("\n= ")
    assert proposed(content) == expected


@pytest.mark.parametrize("case", NEWCOMERS)
def test_a_file_of_any_shape_gets_in_as_it_is_proposed(case: str) -> None:
    """With titles, totals, semicolons, a row a line, refunds below zero, taxes included: nothing is to be written as text."""
    content, _, expected = case.rpartition("\n= ")
    sample = sample_of(BytesIO(content.encode()))
    found = read_mapped(sample.stream(), sample.proposal(QUEBEC), QUEBEC)
    assert (*found.documents.problems, *found.payments.problems) == ()
    units: list[Unit] = [*found.documents.units.values(), *found.payments.units.values()]
    assert ", ".join(f"{it.number} {it.total_cents}" for it in units) == expected.strip()


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_told_is_refused_and_never_guessed(case: str) -> None:
    content, _, expected = case.rpartition("\n= ")
    sample = sample_of(BytesIO(content.encode()))
    found = read_mapped(sample.stream(), sample.proposal(QUEBEC), QUEBEC)
    problems = [it for it in (*found.documents.problems, *found.payments.problems) if it.where]
    assert ", ".join(f"{it.code} {it.where.row}" for it in problems if it.where) == expected.strip()
    units: list[Unit] = [*found.documents.units.values(), *found.payments.units.values()]
    assert {it.row for it in units}.isdisjoint(it.where.row for it in problems if it.where)


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        ("No,Nature,Date,HT,TPS\n1,Facture,2026-03-02,9,0\n2,Note de crédit,2026-03-03,2,0\n", "invoice credit_note"),
        ("No,Type,Date,HT,TPS\n1,Credit card,2026-03-02,9,0\n2,Cash,2026-03-02,2,0\n", "invoice invoice"),
        ("Date,Receipt No,Type,Amount\n2026-03-02,1,Sale,100.00\n2026-03-03,2,Refund,40.00\n", "payment refund"),
    ],
)
def test_credit_notes_and_refunds_are_known_by_the_words_of_any_column(content: str, kinds: str) -> None:
    sample = sample_of(BytesIO(content.encode()))
    found = read_mapped(sample.stream(), sample.proposal(QUEBEC), QUEBEC)
    units: list[Unit] = [*found.documents.units.values(), *found.payments.units.values()]
    assert " ".join(it.kind.value for it in units) == kinds


@pytest.mark.parametrize(
    "content",
    [
        "Invoice,Date,Client,Amount,Tax,Amount,Tax\n1,2026-03-02,Luc,100.00,5.00,100.00,9.98\n",
        "Credit note,Date,Client,Subtotal,GST,QST,Total\nCN1,2026-03-02,Luc,100.00,5.00,9.98,114.98\n",
        "Invoice,Date,Item,Qty,Price,Discount %,GST\n1,2026-03-02,A,2,50.00,10,4.50\n1,2026-03-02,B,1,9.00,0,0.45\n",
        "Invoice,Date,Client,Amount,GST\n1,2026-03-02,Luc,105.00,5.00\n2,2026-03-02,Luc,210.00,10.00\n",
        "Invoice,Date,Client,Discount,Subtotal,GST\n1,2026-03-02,Luc,10.00,90.00,4.50\n2,2026-03-02,Luc,0,9.00,0.45\n",
        "Ticket,Date,Client,GST,Tip,Total\n1,2026-03-02,Luc,5.00,10.00,105.00\n2,2026-03-02,Luc,5.00,0.00,105.00\n",
        "Invoice,Date,Item,Subtotal,GST\n1,2026-03-02,A,150.00,7.50\n1,2026-03-02,B,150.00,7.50\n",
        "Invoice,Date,Client,Gross,Net\n1,2026-03-02,Luc,105.00,100.00\n2,2026-03-03,Eve,52.50,50.00\n",
        "Invoice,Date,Client,Gross,Net\n1,2026-03-02,Luc,114.98,100.00\n2,2026-03-03,Eve,57.49,50.00\n",
        "Invoice,Date,Item,Qty,Price,Amount\n1,2026-03-02,A,2,50.00,90.00\n1,2026-03-02,B,1,9.00,9.00\n",
        "Invoice,Date,Item,Order total\n1,2026-03-02,A,150.00\n1,2026-03-02,B,150.00\n",
    ],
)
def test_where_it_is_not_sure_what_was_sold_nothing_is_proposed(content: str) -> None:
    sample = sample_of(BytesIO(content.encode()))
    mapping = sample.proposal(QUEBEC)
    assert (mapping.documents, mapping.payments) == ((), ())
    begun, _payments = sample.beginnings(QUEBEC)
    assert not begun.document or Row.LINE not in [it.row for it in begun.rows]


def test_a_void_a_credit_note_and_a_quote_may_come_late_in_a_file() -> None:
    rows = [f"{number},2026-03-02,9.00,0.45,Sent,Invoice" for number in range(60)]
    rows[50:53] = ["61,2026-03-02,9,0.45,Void,Invoice", "62,2026-03-02,9,0.45,,Credit note", "63,2026-03-02,9,,,Quote"]
    content = "\n".join(["Invoice,Date,Net,GST,Status,Type", *rows])
    sample = sample_of(BytesIO(content.encode()))
    found = read_mapped(sample.stream(), sample.proposal(QUEBEC), QUEBEC)
    units = found.documents.units
    assert (units["61"].status.value, units["62"].kind.value, "63" in units) == ("void", "credit_note", False)


def test_a_line_that_is_called_a_total_is_no_row_of_totals() -> None:
    content = "Invoice,Date,Client,Item,Qty,Price\n1,2026-03-01,Luc,Wash,1,5.00\n1,,,Total wash,1,7.00\n"
    sample = sample_of(BytesIO(content.encode()))
    assert sample.proposal(QUEBEC).leave_out == ()


@pytest.mark.parametrize(
    "name", ["Date due", "Échéance", "Due date", "No de client", "Tax %", "Balance", "Solde", "Amount due", ""]
)
def test_what_is_something_else_means_nothing(name: str) -> None:
    assert meaning_of(name) is None


def test_the_surer_name_counts() -> None:
    content = "Job #,Invoice #,Created,Invoice date,Total\n7,1,2026-03-01,2026-03-02,100.00\n"
    assert proposed(content) == "document Invoice #; date Invoice date; line Total"


SALES = "Invoice,Date,Client,Subtotal,GST,QST"
ONE, TWO = "1,2026-03-02,Luc,100.00,5.00,9.98", "2,2026-03-03,Eve,50.00,2.50,4.99"
MONEY = "Date,Payment ID,Client,Amount"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"{SALES},Fuel surcharge\n{ONE},10.00\n{TWO},\n", "Fuel surcharge"),
        (f"{SALES},Balance due,Paid on\n{ONE},114.98,\n{TWO},0.00,2026-03-04\n", "Balance due"),
        (f"{SALES},Frais divers\n{ONE},10 $\n{TWO},5 $\n", "Frais divers"),
        (f"{SALES},Before tax,Sum,Taxes,With taxes\n{ONE},100.00,$100,14.98,114.98\n{TWO},50.00,50.00,7.49,57.49\n", ""),
        (f"{SALES},Hours,Rate,GST %,Phone\n{ONE},1.50,66.67,5.00,5145551212\n{TWO},1.00,50.00,5.00,5145551213\n", ""),
        (f"{SALES},Total,Amount\n{ONE},114.98,100.00\n{TWO},57.49,50.00\n", ""),
        ("Invoice,Date,Client,Amount,Discount,GST,Total\n1,2026-03-02,Luc,100.00,10.00,4.50,94.50\n", ""),
        (f"{MONEY},Refunded\n2026-03-02,p1,Luc,114.98,0.00\n2026-03-03,p2,Eve,57.49,57.49\n", "Refunded"),
        (f"{MONEY},Refunded\n2026-03-02,p1,Luc,114.98,\n2026-03-03,p2,Eve,57.49,\n2026-03-04,p3,Bo,7.50,7.50\n", "Refunded"),
        (f"{MONEY},Fee,Net\n2026-03-02,p1,Luc,114.98,3.63,111.35\n", ""),
        (f"{MONEY},Fee,Net\n2026-03-02,p1,Luc,114.98,-3.63,111.35\n", ""),
        (f"{MONEY},Net\n2026-03-02,p1,Luc,114.98,111.35\n", ""),
        ("Date,Ref,Client,Debit,Credit\n2026-03-02,101,Luc,114.98,\n2026-03-03,p2,Luc,,57.49\n", "Debit"),
        ("Invoice,Date,Item,Qty,Price,Net of all\n1,2026-03-02,A,2,50.00,110.00\n1,2026-03-02,B,1,10.00,110.00\n", ""),
    ],
)  # fmt: skip
def test_what_nothing_reads_is_told_and_what_says_the_same_is_not(content: str, told: str) -> None:
    sample = sample_of(BytesIO(content.encode()))
    assert ", ".join(sample.unread(sample.proposal(QUEBEC))) == told


def test_a_mapping_of_columns_that_are_not_there_leaves_all_out() -> None:
    sample = sample_of(BytesIO(f"{SALES}\n{ONE}\n".encode()))
    line = RowRule(Row.LINE, Amount(("Nothing",), times="More"))
    nobody = ColumnMapping(
        documents=(DocumentRule(Text(("None",)), Text(), (line,)), DocumentRule(Text(), Text(), ())),
        payments=(PaymentRule(Text(), Amount()),),
    )
    assert sample.unread(nobody) == ("Subtotal", "GST", "QST")
    assert sample_of(BytesIO(b"")).unread(nobody) == ()
