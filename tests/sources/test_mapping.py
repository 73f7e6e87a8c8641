"""Column mappings: what a rule says is what is read, and no file and no mapping yields half a unit."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import wide_books
from ecriture import transfer
from ecriture.core.documents import Document, DocumentKind, Payment, RowKey, RowKind, Status
from ecriture.core.plan import listing
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.core.taxes import Rate, Tax
from ecriture.sources.mapping import (
    ColumnMapping,
    MappedRead,
    credit_note_rows,
    first_rows,
    header_of,
    names,
    propose,
    read_mapped,
    read_mapping,
    recognise,
    shipped,
    write_mapping,
)
from ecriture.sources.mapping.mapping_file import KEYS
from ecriture.sources.mapping.model import (
    Amount,
    Condition,
    Decision,
    Decisions,
    DocumentRule,
    Form,
    LeaveOut,
    PaymentRule,
    Payouts,
    Row,
    RowRule,
    SetAside,
    Text,
    Treatment,
)

BOREAL = Path(__file__).parents[2] / "examples" / "boreal"


def tax(code: str, percent: str, credit: str = "2310") -> Tax:
    return Tax(code, credit=credit, rates=(Rate(date.min, Decimal(percent)),))


QUEBEC = Settings(taxes=frozen_mapping({"GST": tax("GST", "5"), "QST": tax("QST", "9.975")}))
CANADA = replace(QUEBEC, taxes=frozen_mapping({**QUEBEC.taxes, "HST": tax("HST", "13")}))


def mapped(toml: str) -> ColumnMapping:
    found = read_mapping(io.BytesIO(toml.encode()))
    assert found.problems == ()
    return found.mapping


def read(toml: str, content: str | bytes, settings: Settings = QUEBEC) -> MappedRead:
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return read_mapped(stream, mapped(toml), settings, file="e.csv")


def codes(found: MappedRead) -> list[tuple[str, int]]:
    return [(it.code, it.where.row) for it in (*found.documents.problems, *found.payments.problems)]


def only(found: MappedRead) -> Document:
    assert codes(found) == []
    [document] = found.documents.units.values()
    return document


def rows(document: Document) -> list[tuple[str, str, int]]:
    return [(key.kind.value, key.code, cents) for key, cents in zip(document.keys, document.amounts, strict=True)]


HEAD = '[[documents]]\ndocument = "No"\ndate = "Day"\n'
LINE = '[[documents.rows]]\nrow = "line"\namount = "Net"\n'
TAXES = '[[documents.rows]]\nrow = "taxes"\namount = "Tax"\n'


def document(more: str = "", rows_: str = "", after: str = "") -> str:
    return f"{HEAD}{more}\n{LINE}{rows_}{after}"


# What rules say


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('"A"', "a"),
        ('{ columns = ["B", "A"] }', "a"),
        ('{ columns = ["A", "C"], joined = ", " }', "a, c"),
        ('{ columns = ["A", "B", "C"], joined = " " }', "a c"),
        ('{ text = "x" }', "x"),
        ('{ column = "B", text = "x" }', "x"),
        ('{ column = "A", values = { A = "x" } }', "x"),
        ('{ column = "A", values = { z = "x" } }', "a"),
        ('{ column = "A", values = { z = "x" }, otherwise = "y" }', "y"),
        ('{ column = "B", values = { z = "x" }, otherwise = "y" }', ""),
        ('"Not there"', ""),
        ('{ columns = ["Not there", "C"] }', "c"),
    ],
)
def test_a_text_comes_from_columns_or_is_the_same_for_all(rule: str, expected: str) -> None:
    found = read(document(f"customer = {rule}"), "No,Day,Net,A,B,C\n1,2026-01-05,1.00, a ,,c\n")
    assert only(found).customer == expected


@pytest.mark.parametrize(
    ("rule", "cents"),
    [
        ('"A"', 1000),
        ('{ column = "A", negated = true }', -1000),
        ('{ columns = ["A", "B"] }', 1250),
        ('{ columns = ["A"], less = ["B"] }', 750),
        ('{ columns = ["A", "Not there"], less = ["B"] }', 750),
        ('{ column = "A", times = "Q" }', 2500),
        ('{ column = "B", times = "Q", negated = true }', -625),
        ('{ columns = ["A", "E"] }', 1000),
    ],
)
def test_an_amount_is_a_sum_of_columns_and_may_be_multiplied_and_turned(rule: str, cents: int) -> None:
    toml = f'{HEAD}[[documents.rows]]\nrow = "line"\namount = {rule}\n'
    assert only(read(toml, "No,Day,A,B,Q,E\n1,2026-01-05,10.00,2.50,2.5,\n")).total_cents == cents


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ('is = ["PAYÉE", "other"]', True),
        ('is = ["other"]', False),
        ('is_not = ["payee"]', False),
        ('is_not = ["other"]', True),
        ('begins = ["pay"]', True),
        ('begins = ["ay"]', False),
        ("empty = false", True),
        ("empty = true", False),
        ('begins = ["pay"], is_not = ["payée"]', False),
    ],
)
def test_a_condition_compares_without_capitals_and_accents(condition: str, met: bool) -> None:
    toml = document(after=f'[[leave_out]]\nwhen = [{{ column = "S", {condition} }}]\n')
    found = read(toml, "No,Day,Net,S\n1,2026-01-05,1.00,Payée\n")
    assert (codes(found), [*found.documents.units]) == ([], [] if met else ["1"])


def test_all_conditions_of_one_rule_must_be_met_and_any_rule_leaves_out() -> None:
    toml = document(
        after='[[leave_out]]\nwhen = [{ column = "A", is = ["x"] }, { column = "B", is = ["y"] }]\n'
        '[[leave_out]]\nwhen = [{ column = "A", is = ["z"] }]\n'
    )
    content = "No,Day,Net,A,B\n1,2026-01-05,1.00,x,y\n2,2026-01-05,1.00,x,-\n3,2026-01-05,1.00,z,-\n"
    assert [*read(toml, content).documents.units] == ["2"]


def test_other_names_of_a_column_are_that_column() -> None:
    toml = '[aliases]\nNet = ["Montant net", "Netto"]\n' + document()
    assert only(read(toml, "no,DAY,montant  NET\n1,2026-01-05,1.00\n")).total_cents == 100


def test_the_rows_of_a_wide_file_with_one_number_are_two_documents_and_neither_is_believed() -> None:
    found = read(document('customer = "Who"'), "No,Day,Who,Net\n1,2026-01-05,A,1.00\n1,2026-01-05,A,1.00\n")
    assert (codes(found), found.documents.units) == ([("document-duplicate", 3)], {})


def test_the_rows_of_a_long_file_are_one_document_and_say_once_what_is_of_it() -> None:
    toml = document(
        'form = "long"\ncustomer = "Who"\ntotal = "All"',
        '[[documents.rows]]\nrow = "shipping"\nonce = true\namount = "Ship"\n',
    )
    content = "No,Day,Who,Net,Ship,All\n1,2026-01-05,A,1.00,5.00,8.00\n,,,2.00,5.00,\n2,2026-01-06,B,1.00,,1.00\n"
    first, second = read(toml, content).documents.units.values()
    assert rows(first) == [("line", "", 100), ("shipping", "", 500), ("line", "", 200)]
    assert (second.number, second.row) == ("2", 4)


def test_a_later_row_that_contradicts_is_named_by_its_own_row() -> None:
    toml = document('form = "long"\ncustomer = "Who"')
    found = read(toml, "No,Day,Who,Net\n1,2026-01-05,A,1.00\n1,2026-01-05,B,1.00\n")
    [problem] = found.documents.problems
    assert (problem.code, problem.where.row, problem.params["called"]) == ("document-duplicate", 3, "Who")


def once(row: str, column: str) -> str:
    return f'[[documents.rows]]\nrow = "{row}"\nonce = true\namount = "{column}"\n'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1,2026-01-05,1.00,5.00\n1,,2.00,6.00\n", [("document-duplicate", 3)]),
        ("1,2026-01-05,1.00,\n1,,2.00,6.00\n1,,2.00,7.00\n", [("document-duplicate", 3), ("document-duplicate", 4)]),
        ("1,2026-01-05,1.00,5.00\n1,,2.00,x\n", [("amount-unreadable", 3)]),
        ("1,2026-01-05,1.00,5.00\n1,,2.00,0.00\n1,,3.00,5.00\n1,,4.00,\n", []),
        ("1,2026-01-05,1.00,5.00\n2,2026-01-05,2.00,6.00\n", []),
    ],
)
@pytest.mark.parametrize(
    "what", [once("shipping", "Some"), once("tax", "Some"), 'refunded = "Some"\nrefunded_on = "Day"']
)
def test_what_is_taken_from_the_first_row_alone_is_never_lost_in_a_later_one(
    content: str, expected: list[tuple[str, int]], what: str
) -> None:
    more, rows_ = ("", what) if what.startswith("[[") else (what, "")
    rows_ = rows_.replace('"tax"\n', '"tax"\ncode = { text = "GST" }\n')
    found = read(document(f'form = "long"\n{more}', rows_), f"No,Day,Net,Some\n{content}")
    assert codes(found) == expected
    assert ("1" in found.documents.units) == (not expected)


def test_a_draft_may_say_of_its_rows_what_it_wants() -> None:
    toml = document('form = "long"\nstatus = { text = "draft" }', once("shipping", "Some"))
    assert codes(read(toml, "No,Day,Net,Some\n1,2026-01-05,1.00,5.00\n1,,2.00,6.00\n")) == []


def test_totals_may_be_summed_over_the_rows() -> None:
    toml = document('form = "long"\ntotal = "All"\nsum_totals = true')
    assert codes(read(toml, "No,Day,Net,All\n1,2026-01-05,1.00,1.00\n1,,2.00,2.00\n")) == []
    assert codes(read(toml, "No,Day,Net,All\n1,2026-01-05,1.00,1.00\n1,,2.00,3.00\n")) == [("total-differs", 2)]


def test_a_document_of_zero_is_still_there() -> None:
    assert rows(only(read(document(), "No,Day,Net\n1,2026-01-05,0.00\n"))) == [("line", "", 0)]


def test_numbers_have_the_prefix_of_their_source() -> None:
    toml = 'prefix = "J-"\n' + document(
        'applies_to = "Of"\ntype = { text = "credit_note" }',
        after='[[payments]]\npayment = "No"\ndate = "Day"\ndocument = "No"\namount = "Paid"\n',
    )
    found = read(toml, "No,Day,Net,Of,Paid\n1,2026-01-05,1.00,7,3.00\n")
    [note], [paid] = found.documents.units.values(), found.payments.units.values()
    assert (note.number, note.applies_to, paid.number, paid.rows[0].document) == ("J-1", "J-7", "J-1", "J-1")


def test_a_document_below_zero_is_a_credit_note() -> None:
    toml = document('negative_is_credit_note = true\ntotal = "All"', TAXES)
    found = only(read(toml, "No,Day,Net,Tax,All\n1,2026-01-05,-100.00,-14.98,-114.98\n"))
    assert found.kind is DocumentKind.CREDIT_NOTE
    assert rows(found) == [("line", "", 10000), ("tax", "GST", 500), ("tax", "QST", 998)]


def test_a_row_that_no_rule_takes_is_never_passed_over() -> None:
    toml = document('when = [{ column = "T", is = ["Sale"] }]')
    found = read(toml, "No,T,Day,Net\n1,Sale,2026-01-05,1.00\n2,Other,2026-01-05,1.00\n3,Other,2026-01-05,1.00\n")
    [problem] = found.documents.problems
    assert (problem.where.row, problem.params["value"], problem.params["count"]) == (3, "Other", 2)
    assert problem.stops


@pytest.mark.parametrize("number", ["#REF!", "Total", "Grand total:", "1.23457E+11", "#N/A"])
def test_what_is_no_number_is_no_document_and_no_payment(number: str) -> None:
    toml = document(after='[[payments]]\npayment = "No"\ndate = "Day"\namount = "Net"\n')
    found = read(toml, f"No,Day,Net\n1,2026-01-05,1.00\n{number},2026-01-05,1.00\n")
    assert codes(found) == [("row-unreadable", 3), ("row-unreadable", 3)]
    assert ([*found.documents.units], [*found.payments.units]) == (["1"], ["1"])


def test_a_row_with_a_cell_too_many_or_too_few_is_not_read_unless_it_is_left_out() -> None:
    toml = document(after='[[leave_out]]\nwhen = [{ column = "No", begins = ["Total"] }]\n')
    assert codes(read(toml, "No,Day,Net\n1,2026-01-05,1.00\nTotal:\n")) == []
    assert codes(read(toml, "No,Day,Net\n1,2026-01-05,1.00,2.00\n")) == [("row-unreadable", 2)]
    assert codes(read(toml, "No,Day,Net\n1,2026-01-05\n")) != []


def test_a_header_below_titles_is_found_and_one_that_comes_again_is_passed_over() -> None:
    content = "Report\n\nSpring,2026,,\nNo,Day,Net\n1,2026-01-05,1.00\nNo,Day,Net\n2,2026-01-06,1.00\n\n"
    found = read(document(), content)
    assert (codes(found), [it.row for it in found.documents.units.values()]) == ([], [5, 7])


def test_a_problem_names_the_column_of_the_file() -> None:
    toml = document(rows_='[[documents.rows]]\nrow = "tip"\namount = "Gratuity"\n')
    found = read(toml, "No,Day,Net,Gratuity\n1,2026-01-05,x,y\n2,2026-13-05,1.00,\n")
    assert [(it.code, it.params["called"]) for it in found.documents.problems] == [
        ("amount-unreadable", "Net"),
        ("amount-unreadable", "Gratuity"),
        ("date-unreadable", "Day"),
    ]


def test_documents_and_payments_of_many_rows_are_whole_wherever_they_are_cut() -> None:
    toml = document(
        'form = "long"', after='[[payments]]\nform = "long"\npayment = "No"\ndate = "Day"\namount = "Net"\n'
    )
    lines = (f"{number // 3},2026-01-05,{number % 100}.01\n" for number in range(3000))
    found = read(toml, "No,Day,Net\n" + "".join(lines))
    assert codes(found) == []
    assert [it.row for it in found.documents.units.values()] == [*range(2, 3002, 3)]
    assert {len(it.amounts) for it in found.documents.units.values()} == {3}
    assert {len(it.rows) for it in found.payments.units.values()} == {3}


# How amounts and dates are written


def test_what_is_doubtful_is_decided_by_the_file_or_by_the_mapping_or_not_at_all() -> None:
    two = 'No,Day,Net\n1,05/01/2026,"1,234"\n2,{},"{}"\n'
    days = {it.date for it in read(document(), two.format("31/01/2026", "12.50")).documents.units.values()}
    assert days == {date(2026, 1, 5), date(2026, 1, 31)}
    assert codes(read(document(), two.format("06/01/2026", "2,345"))) == [
        *[(code, row) for row in (2, 3) for code in ("amount-ambiguous", "date-unreadable")]
    ]
    told = read('decimal = "."\ndate_order = "month"\n' + document(), two.format("06/01/2026", "2,345"))
    assert codes(told) == []
    assert [(it.date, it.total_cents) for it in told.documents.units.values()] == [
        (date(2026, 5, 1), 123400),
        (date(2026, 6, 1), 234500),
    ]


def test_numbers_and_days_of_a_workbook_are_those() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["No", "Day", "Net", "Tax"], [1001, date(2026, 1, 5), 100, 14.98]):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    found = only(read(document(rows_=TAXES), buffer.getvalue()))
    assert (found.number, found.date, rows(found)[1:]) == (
        "1001",
        date(2026, 1, 5),
        [("tax", "GST", 500), ("tax", "QST", 998)],
    )


def test_what_is_taken_off_or_multiplied_must_be_there() -> None:
    for rule in ('{ columns = ["Net", "A"], less = ["B"] }', '{ column = "Net", times = "Q" }'):
        toml = f'{HEAD}[[documents.rows]]\nrow = "line"\namount = {rule}\n'
        assert codes(read(toml, "No,Day,Net\n1,2026-01-05,1.00\n")) == [("column-missing", 1)]


def test_a_column_may_be_optional_although_something_is_taken_from_it() -> None:
    toml = f'{HEAD}[[documents.rows]]\nrow = "line"\namount = {{ column = "Net", less = ["B"] }}\n'
    assert only(read('optional = ["B"]\n' + toml, "No,Day,Net\n1,2026-01-05,1.00\n")).total_cents == 100


# Taxes


def divided(
    net: str,
    amount: str,
    settings: Settings = QUEBEC,
    more: str = "",
    rows_: str = "",
    day: str = "2026-01-05",
    rest: str = "",
) -> Any:
    found = read(
        document(more, rows_ + TAXES),
        f"No,Day,Net,Tax,Item,Off,Ship\n1,{day},{net},{amount},{rest or ',,'}\n",
        settings,
    )
    if codes(found):
        [problem] = found.documents.problems
        assert found.documents.units == {}
        assert problem.code == "tax-split"
        return problem.params["reason"]
    return [
        (key.code, cents)
        for key, cents in zip(only(found).keys, only(found).amounts, strict=True)
        if key.kind is RowKind.TAX
    ]


@pytest.mark.parametrize(
    ("net", "amount", "taxes"),
    [
        ("140.00", "20.97", [("GST", 700), ("QST", 1397)]),
        ("1140.00", "170.72", [("GST", 5700), ("QST", 11372)]),
        ("100.00", "14.98", [("GST", 500), ("QST", 998)]),
        ("100.00", "14.97", [("GST", 500), ("QST", 997)]),
        ("100.00", "14.99", "none"),
        ("100.00", "14.96", "none"),
        ("100.00", "13.00", [("HST", 1300)]),
        ("100.00", "18.00", "none"),
        ("100.00", "5.00", [("GST", 500)]),
        ("100.00", "9.98", [("QST", 998)]),
        ("100.00", "0.00", []),
        ("0.10", "0.01", [("HST", 1)]),
        ("100.00", "8.99", "none"),
        ("0.00", "5.00", "no-rates"),
        ("-100.00", "-14.98", [("GST", -500), ("QST", -998)]),
    ],
)
def test_the_rates_of_the_day_divide_one_amount(net: str, amount: str, taxes: Any) -> None:
    assert divided(net, amount, CANADA) == ("several" if net == "0.10" else taxes)


def test_the_rates_are_those_of_the_documents_day() -> None:
    changed = Tax(
        "HST", credit="2320", rates=(Rate(date(2010, 7, 1), Decimal(15)), Rate(date(2025, 4, 1), Decimal(14)))
    )
    settings = Settings(taxes=frozen_mapping({"HST": changed}))
    assert divided("100.00", "15.00", settings, day="2025-03-31") == [("HST", 1500)]
    assert divided("100.00", "15.00", settings, day="2025-04-01") == "none"
    assert divided("100.00", "15.00", settings, day="2009-01-01") == "no-rates"


def test_each_row_of_a_document_may_be_a_cent_off() -> None:
    toml = document('form = "long"', TAXES)
    content = "No,Day,Net,Tax\n1,2026-01-05,10.03,1.51\n1,,10.03,1.51\n1,,10.03,{}\n"
    assert rows(only(read(toml, content.format("1.51"))))[-2:] == [("line", "", 1003), ("line", "", 1003)]
    assert codes(read(toml, content.format("1.55"))) == [("tax-split", 2)]


def test_items_that_a_tax_does_not_apply_to_are_not_in_its_base() -> None:
    code = 'code = "Item"\n'
    toml = document(rows_=TAXES).replace(LINE, LINE + code)
    settings = replace(QUEBEC, items=frozen_mapping({"BOOK": Item("BOOK", taxes=frozenset({"GST"}))}))
    long = toml.replace('date = "Day"', 'date = "Day"\nform = "long"')
    content = "No,Day,Item,Net,Tax\n1,2026-01-05,BOOK,60.00,3.00\n1,,PEN,40.00,5.99\n"
    [found] = read(long, content, settings).documents.units.values()
    assert [it for it in rows(found) if it[0] == "tax"] == [("tax", "GST", 500), ("tax", "QST", 399)]


def test_taxes_on_bases_that_cancel_out_are_for_a_person() -> None:
    own = {"A": Item("A", taxes=frozenset({"GST"})), "B": Item("B", taxes=frozenset({"QST"}))}
    settings = replace(QUEBEC, items=frozen_mapping(own))
    toml = document('form = "long"', TAXES).replace(LINE, LINE + 'code = "Item"\n')
    found = read(toml, "No,Day,Item,Net,Tax\n1,2026-01-05,A,199.50,0.01\n1,,B,-100.00,\n", settings)
    assert codes(found) == [("tax-split", 2)]


def test_a_discount_lowers_what_taxes_are_on_unless_it_comes_after_them() -> None:
    off = '[[documents.rows]]\nrow = "discount"\namount = "Off"\n'
    assert divided("100.00", "13.48", rows_=off, rest=",10.00,") == [("GST", 450), ("QST", 898)]
    assert divided("100.00", "14.98", rows_=off, rest=",10.00,") == "none"
    after = divided("100.00", "14.98", more="discount_after_tax = true", rows_=off, rest=",10.00,")
    assert after == [("GST", 500), ("QST", 998)]


def test_an_untaxed_row_is_not_in_what_taxes_are_on() -> None:
    card = '[[documents.rows]]\nrow = "line"\namount = "Off"\nuntaxed = true\n'
    assert divided("100.00", "14.98", rows_=card, rest=",37.00,") == [("GST", 500), ("QST", 998)]
    assert divided("100.00", "14.98", rows_=card.replace("true", "false"), rest=",37.00,") == "none"


@pytest.mark.parametrize("amount", ["14.98", "16.47"])
def test_shipping_may_be_taxed_or_not(amount: str) -> None:
    ship = '[[documents.rows]]\nrow = "shipping"\namount = "Ship"\n'
    assert isinstance(divided("100.00", amount, rows_=ship, rest=",,10.00"), list)


def test_two_taxes_of_one_rate_are_for_a_person() -> None:
    two = Settings(taxes=frozen_mapping({"PST-BC": tax("PST-BC", "7"), "RST-MB": tax("RST-MB", "7")}))
    assert divided("100.00", "7.00", two) == "several"


@pytest.mark.parametrize(
    ("decision", "taxes"),
    [
        ('[decisions]\ntaxes = ["GST", "QST"]', [("GST", 300), ("QST", 599)]),
        ('[decisions.documents.1]\ntaxes = ["QST"]', [("QST", 899)]),
        ('[decisions.documents.1]\ntax_amounts = { GST = "3.00", QST = "5,99" }', [("GST", 300), ("QST", 599)]),
        ('[decisions.documents.2]\ntaxes = ["QST"]', None),
        ('[decisions.documents.1]\ntax_amounts = { GST = "3.00" }', None),
        ('[decisions.documents.1]\ntaxes = ["PST"]', None),
    ],
)
def test_a_person_decides_for_a_document_or_for_all(decision: str, taxes: Any) -> None:
    found = read(document(rows_=TAXES, after=decision), "No,Day,Net,Tax\n1,2026-01-05,100.00,8.99\n")
    assert codes(found) == ([("tax-split", 2)] if taxes is None else [])
    if taxes is not None:
        assert [(code, cents) for kind, code, cents in rows(only(found)) if kind == "tax"] == taxes


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("100.00,14.98", [("line", "", 10000), ("tax", "GST", 500), ("tax", "QST", 998)]),
        ("100.00,8.99", [("line", "", 10000)]),  # nobody can say which taxes, and nobody needs to yet
        ("100.00,?", [("line", "", 10000)]),
        ("?,14.98", []),
        ("-100.00,-5.00", [("line", "", 10000), ("tax", "GST", 500)]),
    ],
)
def test_a_draft_has_what_can_be_read_of_it(cells: str, expected: list[tuple[str, str, int]]) -> None:
    toml = document("negative_is_credit_note = true\nstatus = { text = 'draft' }", rows_=TAXES)
    found = only(read(toml, f"No,Day,Net,Tax\n1,2026-01-05,{cells}\n"))
    assert rows(found) == expected
    assert found.kind == ("credit_note" if cells.startswith("-") else "invoice")


def test_what_was_decided_for_all_does_not_touch_what_fits() -> None:
    toml = document(rows_=TAXES, after='[decisions]\ntaxes = ["QST"]')
    assert rows(only(read(toml, "No,Day,Net,Tax\n1,2026-01-05,100.00,5.00\n")))[1:] == [("tax", "GST", 500)]


@given(st.integers(1, 10**7), st.lists(st.integers(1, 10**6), min_size=1, max_size=4))
def test_taxes_that_are_included_are_worked_out_and_the_net_is_the_rest(first: int, more: list[int]) -> None:
    toml = document('form = "long"\ntaxes_included = ["GST", "QST"]')
    amounts = [first, *more]
    content = "No,Day,Net\n" + "".join(f"1,2026-01-05,{cents // 100}.{cents % 100:02}\n" for cents in amounts)
    found = only(read(toml, content))
    assert found.total_cents == sum(amounts)
    assert all(key.kind in (RowKind.LINE, RowKind.TAX) for key in found.keys)
    by_tax = {key.code: cents for key, cents in zip(found.keys, found.amounts, strict=True) if key.kind is RowKind.TAX}
    for code, rate in (("GST", 5), ("QST", Decimal("9.975"))):
        assert abs(by_tax.get(code, 0) - sum(amounts) * Decimal(rate) / Decimal("114.975")) <= Decimal("0.5")


@pytest.mark.parametrize("how", ["together", "apart"])
def test_taxes_that_are_included_and_told_are_taken_off_the_lines(how: str) -> None:
    apart = "".join(
        f'[[documents.rows]]\nrow = "tax"\ncode = {{ text = "{code}" }}\namount = "{code}"\n' for code in ("GST", "QST")
    )
    toml = document('taxes_included = ["GST", "QST"]\ntotal = "Net"', TAXES if how == "together" else apart)
    found = only(read(toml, "No,Day,Net,Tax,GST,QST\n1,2026-01-05,114.98,14.98,5.00,9.98\n"))
    assert rows(found) == [("line", "", 10000), ("tax", "GST", 500), ("tax", "QST", 998)]


def test_the_names_of_taxes_in_files_are_those_of_the_settings() -> None:
    toml = document(rows_='[[documents.rows]]\nrow = "tax"\ncode = "T"\namount = "Tax"\n')
    for name, code in (
        ("TPS", "GST"),
        ("GST 5%", "GST"),
        ("Québec QST/TVQ", "QST"),
        ("gst", "GST"),
        ("VAT", "VAT"),
        ("GST+QST", "GST+QST"),
    ):
        assert rows(only(read(toml, f"No,Day,Net,T,Tax\n1,2026-01-05,1.00,{name},0.05\n")))[1] == ("tax", code, 5)


# Refunds


def test_a_refund_waits_for_its_day_and_may_have_its_credit_note() -> None:
    toml = document('refunded = "Back"\ncustomer = "Who"', TAXES)
    content = "No,Who,Day,Net,Tax,Back\n1,A,2026-01-05,100.00,14.98,57.49\n"
    assert codes(read(toml, content)) == [("refund-undated", 2)]
    dated = read(toml + "[decisions.documents.1]\nrefunded = 2026-02-01\n", content)
    [refund] = dated.payments.units.values()
    assert (refund.sign, refund.date, refund.rows[0].amount_cents, refund.rows[0].document) == (
        -1,
        date(2026, 2, 1),
        5749,
        "1",
    )
    assert [*dated.documents.units] == ["1"]
    noted = read(toml + "[decisions.documents.1]\nrefunded = 2026-02-01\ncredit_note = true\n", content)
    note = noted.documents.units["1-N"]
    assert (note.kind, note.date, note.applies_to) == (DocumentKind.CREDIT_NOTE, date(2026, 2, 1), "1")
    assert rows(note) == [("line", "", 5000), ("tax", "GST", 250), ("tax", "QST", 499)]


@pytest.mark.parametrize("refunded_on", ["", '\nrefunded_on = "On"'])
def test_a_refund_below_zero_is_said_to_be_that_in_the_files_words(refunded_on: str) -> None:
    """Its day would not help."""
    found = read(document(f'refunded = "Back"{refunded_on}'), "No,Day,Net,Back,On\n1,2026-01-05,100.00,-40.00,\n")
    [problem] = found.payments.problems
    assert (problem.code, problem.params["column"], problem.where.row) == ("amount-negative", "Back", 2)


def test_a_document_that_is_left_to_a_person_has_no_credit_note_yet() -> None:
    toml = document('refunded = "Back"', TAXES, "[decisions.documents.1]\nrefunded = 2026-02-01\ncredit_note = true\n")
    found = read(toml, "No,Day,Net,Tax,Back\n1,2026-01-05,100.00,8.99,10.00\n")
    assert (codes(found), [*found.documents.units]) == ([("tax-split", 2)], [])
    assert [it.number for it in found.payments.units.values()] == ["1-R"]


def test_a_refund_with_a_day_in_the_file_needs_no_decision() -> None:
    toml = document('refunded = "Back"\nrefunded_on = "On"')
    found = read(toml, "No,Day,Net,Back,On\n1,2026-01-05,100.00,40.00,2026-03-01\n")
    assert (codes(found), [it.date for it in found.payments.units.values()]) == ([], [date(2026, 3, 1)])


AMOUNTS = st.lists(
    st.tuples(st.sampled_from([Row.LINE, Row.TAX, Row.SHIPPING]), st.integers(1, 10**6)), min_size=1, max_size=6
)


@given(AMOUNTS, st.integers(1, 10**6))
def test_the_rows_of_a_credit_note_sum_to_its_refund_and_each_is_in_proportion(
    parts: list[tuple[Row, int]], back: int
) -> None:
    total = sum(cents for _, cents in parts)
    back = min(back, total)
    written = [(row, "", cents) for row, cents in parts]
    found = credit_note_rows(written, back)
    assert sum(cents for _, _, cents in found) == back
    assert all(any(abs(cents * total - own * back) <= total for _, _, own in written) for _, _, cents in found)


def test_a_whole_refund_is_the_whole_invoice_discount_and_all() -> None:
    written = [(Row.LINE, "A", 10000), (Row.DISCOUNT, "", 1000), (Row.TAX, "GST", 450)]
    assert credit_note_rows(written, 9450) == written
    assert credit_note_rows([(Row.LINE, "", 100), (Row.DISCOUNT, "", 100)], 50) == []


# Payments


PAID = '[[payments]]\ndate = "Day"\namount = "Paid"\n'


def paid(found: MappedRead) -> list[Payment]:
    assert codes(found) == []
    return [*found.payments.units.values()]


def test_each_method_of_a_row_may_be_a_payment() -> None:
    toml = document(
        after="".join(
            f'[[payments]]\npayment = {{ columns = ["No", "{it}"], joined = "-" }}\ndate = "Day"\ndocument = "No"\n'
            f'method = {{ text = "{it}" }}\namount = "{it}"\n'
            for it in ("card", "cash")
        )
    )
    found = paid(read(toml, "No,Day,Net,card,cash\n1,2026-01-05,10.00,7.00,3.00\n2,2026-01-05,5.00,5.00,0.00\n"))
    assert [(it.method, it.rows[0].document, it.rows[0].amount_cents) for it in found] == [
        ("card", "1", 700),
        ("card", "2", 500),
        ("cash", "1", 300),
    ]


def test_payments_without_a_number_are_told_apart_by_their_columns_and_a_counter() -> None:
    toml = PAID + 'identity = ["Day", "Who"]\n'
    content = "Day,Who,Paid\n2026-01-05,A  B,1.00\n2026-01-05,A B,1.00\n2026-01-05,C,1.00\n"
    assert [it.number for it in paid(read(toml, content))] == ["2026-01-05 A B", "2026-01-05 A B (2)", "2026-01-05 C"]


def test_a_payment_without_number_and_without_identity_is_a_mistake_of_the_mapping_or_of_the_row() -> None:
    assert [it.params["kind"] for it in read_mapping(io.BytesIO(PAID.encode())).problems] == ["mapping-missing"]
    assert codes(read(PAID + 'payment = "No"\n', "No,Day,Paid\n,2026-01-05,1.00\n")) == [("row-unreadable", 2)]


def test_money_below_zero_is_a_refund_and_its_fee_is_what_was_kept() -> None:
    toml = PAID + 'payment = "No"\nfee = "Fee"\ntip = "Tip"\nnegative_is_refund = true\n'
    [refund] = paid(read(toml, "No,Day,Paid,Fee,Tip\n1,2026-01-05,-114.98,15.00,-5.00\n"))
    [row] = refund.rows
    assert (refund.sign, row.amount_cents, row.fee_cents, row.tip_cents) == (-1, 11498, 1500, 500)


def test_the_rows_of_one_number_split_a_payment() -> None:
    toml = PAID + 'payment = "No"\nform = "long"\ndocument = "For"\n'
    [one] = paid(read(toml, "No,Day,Paid,For\n1,2026-01-05,1.00,A\n1,2026-01-05,2.00,B\n"))
    assert [(it.document, it.amount_cents) for it in one.rows] == [("A", 100), ("B", 200)]
    wide = read(toml.replace('form = "long"\n', ""), "No,Day,Paid,For\n1,2026-01-05,1.00,A\n1,2026-01-05,2.00,B\n")
    assert codes(wide) == [("payment-duplicate", 3)]


def test_the_first_row_of_a_split_payment_says_what_it_is_also_where_it_pays_nothing() -> None:
    toml = """[[payments]]
form = "long"
payment = "No"
date = "Day"
customer = "Who"
document = "For"
amount = "Paid"
"""
    content = (
        "No,Day,Who,For,Paid\n1,2026-01-05,Ida,F-1,0.00\n1,,,F-2,5.00\n"
        "2,2026-01-06,Eva,F-3,0.00\n3,2026-01-07,,F-3,1.00\n"
    )
    first, last = paid(read(toml, content))
    assert (first.date, first.customer, [it.document for it in first.rows]) == (date(2026, 1, 5), "Ida", ["F-2"])
    assert (last.number, last.customer) == ("3", "")


def test_a_row_of_zero_is_money_where_something_was_kept_of_it() -> None:
    toml = '[[payments]]\npayment = "No"\ndate = "Day"\namount = "Paid"\nfee = "Fee"\n'
    found = paid(read(toml, "No,Day,Paid,Fee\n1,2026-01-05,0.00,15.00\n2,2026-01-05,0.00,0.00\n3,2026-01-05,,\n"))
    assert [(it.number, it.rows[0].fee_cents) for it in found] == [("1", 1500)]


def test_a_payment_in_another_currency_is_a_problem() -> None:
    toml = PAID + 'payment = "No"\ncurrency = "Cur"\n'
    found = read(toml, "No,Day,Paid,Cur\n1,2026-01-05,1.00,usd\n2,2026-01-05,1.00,cad\n")
    assert (codes(found), [*found.payments.units]) == ([("currency-foreign", 2)], ["2"])


# Payouts


PAYOUT = PAID + 'payment = "No"\nwhen = [{ column = "T", is = ["c"] }]\nfee = "Fee"\n'


def test_a_payout_that_its_rows_do_not_sum_to_is_not_taken_and_the_others_are() -> None:
    toml = PAYOUT + '[payouts]\npayout = "P"\nnet = "Net"\ntotal = [{ column = "T", is = ["p"] }]\n'
    content = (
        "No,T,Day,Paid,Fee,Net,P\n1,c,2026-01-31,10.00,1.00,9.00,A\n2,c,2026-02-01,5.00,0.50,4.50,A\n"
        "3,c,2026-02-01,5.00,0.50,4.50,B\n,p,2026-02-02,,,-13.50,A\n,p,2026-02-03,,,-4.00,B\n4,c,2026-02-04,1.00,0.00,1.00,C\n"
    )
    found = read(toml, content)
    [problem] = found.documents.problems
    assert (problem.code, problem.params["payout"], problem.params["excess_cents"]) == ("payout-differs", "B", 50)
    assert [*found.payments.units] == ["1", "2", "4"]
    assert found.payments.faulty == {"3"}


def test_without_rows_of_payouts_gross_less_fee_is_net() -> None:
    toml = PAYOUT + '[payouts]\npayout = "P"\nnet = "Net"\ngross = "Paid"\nfee = "Fee"\n'
    content = "No,T,Day,Paid,Fee,Net,P\n1,c,2026-01-31,10.00,1.00,9.00,A\n2,c,2026-02-01,5.00,0.50,4.60,B\n"
    assert [*read(toml, content).payments.units] == ["1"]


def test_rows_that_are_set_aside_are_listed_with_their_sum_and_count_in_a_payout() -> None:
    toml = (
        PAYOUT + '[[set_aside]]\ntreatment = "fee"\nwhen = [{ column = "T", is = ["m"] }]\namount = "Net"\n'
        '[payouts]\npayout = "P"\nnet = "Net"\ntotal = [{ column = "T", is = ["p"] }]\n'
    )
    content = (
        "No,T,Day,Paid,Fee,Net,P\n1,c,2026-01-31,10.00,1.00,9.00,A\n,m,2026-02-01,,,-2.00,A\n,p,2026-02-02,,,-7.00,A\n"
    )
    found = read(toml, content)
    [problem] = found.documents.problems
    assert (problem.code, problem.params["reason"], problem.params["amount_cents"]) == ("row-set-aside", "fee", -200)
    assert [*found.payments.units] == ["1"]


# Recognised and proposed


def test_a_header_is_recognised_with_columns_more_or_less_and_not_without_a_needed_one() -> None:
    wide = mapped('source = "a"\n' + document('customer = "Who"'))
    other = mapped('source = "b"\n' + document('customer = "Client"').replace('"No"', '"Number"'))
    assert recognise(["No", "Day", "Net", "Colour"], [wide, other]) is wide
    assert recognise(["Number", "day", "NET", "Who"], [wide, other]) is other
    assert recognise(["No", "Net", "Who"], [wide, other]) is None
    assert recognise([], [wide, other]) is None


def test_two_mappings_that_fit_alike_are_for_a_person() -> None:
    one, two = mapped('source = "a"\n' + document()), mapped('source = "b"\n' + document())
    assert recognise(["No", "Day", "Net"], [one, two]) is None


def proposed(content: str, settings: Settings = QUEBEC) -> tuple[ColumnMapping, MappedRead]:
    all_rows = first_rows(io.BytesIO(content.encode()))
    place = header_of(all_rows)
    mapping = propose(all_rows[place], all_rows[place + 1 :], settings)
    again = read_mapping(io.BytesIO(write_mapping(mapping)))
    assert again.problems == ()
    assert again.mapping == mapping
    return mapping, read_mapped(io.BytesIO(content.encode()), mapping, settings)


def test_a_mapping_is_proposed_for_a_wide_file() -> None:
    content = (
        "Invoice #,Client name,Issued date,Status,Subtotal,Discount,Tax amount,Total\n"
        "1,Ida,31/01/2026,Sent,100.00,0.00,14.98,114.98\n2,Eva,05/02/2026,Draft,10.00,0.00,0.00,10.00\n"
    )
    mapping, found = proposed(content)
    assert mapping.date_order == "day"
    assert codes(found) == []
    first, second = found.documents.units.values()
    assert rows(first) == [("line", "", 10000), ("tax", "GST", 500), ("tax", "QST", 998)]
    assert second.status is Status.DRAFT


def test_a_mapping_is_proposed_for_a_french_file_with_a_column_for_each_tax_below_titles() -> None:
    content = (
        "Ventes 2026;;;;;\n\nNo de facture;Client;Date de facture;Sous-total;TPS;TVQ\n"
        "F-1;Ida;2026-01-05;100,00;5,00;9,98\nF-2;Eva;2026-01-06;10,00;0,50;1,00\n"
    )
    _, found = proposed(content)
    assert codes(found) == []
    assert rows(found.documents.units["F-1"]) == [("line", "", 10000), ("tax", "GST", 500), ("tax", "QST", 998)]


def test_a_mapping_is_proposed_for_a_long_file() -> None:
    content = (
        "Order #,Date,Customer,Item,Qty,Unit price,GST,QST\n1,2026-01-05,Ida,A,2,50.00,5.00,9.98\n1,,,B,1,0.00,,\n"
        "2,2026-01-06,Eva,A,1,10.00,0.50,1.00\n"
    )
    mapping, found = proposed(content)
    assert mapping.documents[0].form is Form.LONG
    assert codes(found) == []
    assert found.documents.units["1"].total_cents == 11498


def test_a_mapping_is_proposed_for_payments() -> None:
    content = "Date de paiement,Client,Facture,Montant,Mode,Frais\n2026-01-05,Ida,F-1,114.98,Visa,-3.30\n"
    _, found = proposed(content)
    [one] = paid(found)
    assert (one.rows[0].document, one.rows[0].fee_cents, one.method) == ("F-1", 330, "Visa")


@pytest.mark.parametrize("name", ["jobber-invoices", "freshbooks-invoices", "stripe-payouts"])
def test_what_is_proposed_for_the_files_of_programs_can_be_read(name: str) -> None:
    content = (Path(__file__).parents[1] / "mappings" / name / "export.csv").read_text("utf-8-sig")
    mapping, found = proposed(content, CANADA)
    assert mapping.documents or mapping.payments
    assert found.documents.units or found.payments.units


def test_where_nothing_is_known_nothing_is_proposed() -> None:
    mapping = propose(["a", "b"], [["1", "2"]], QUEBEC)
    assert (mapping.documents, mapping.payments) == ((), ())


# The same books


def postings(inputs: transfer.Inputs) -> list[tuple[object, ...]]:
    found = transfer.plan(inputs)
    assert not any(it.stops for it in found.problems)
    return sorted(
        (it.unit.kind.value, it.unit.number, it.own_date, it.account, it.amount_cents) for it, _ in listing(found)
    )


def test_boreal_as_a_wide_file_gives_the_same_postings_as_its_own_files() -> None:
    own = transfer.read(
        company=BOREAL / "company.toml",
        documents=BOREAL / "documents.csv",
        payments=BOREAL / "payments.csv",
        chart=BOREAL / "chart.csv",
    )
    wide = transfer.read(
        company=BOREAL / "company.toml",
        documents=wide_books.in_columns(),
        chart=BOREAL / "chart.csv",
        mappings=[mapped(wide_books.IN_COLUMNS)],
    )
    assert postings(wide) == postings(own)
    assert len(postings(own)) > 60


# Two files


def test_a_number_that_two_files_have_is_at_fault_in_both(tmp_path: Path) -> None:
    both = mapped(document(after='[[payments]]\npayment = "No"\ndate = "Day"\namount = "Net"\n'))
    one, two = (
        b"No,Day,Net\n1,2026-01-05,1.00\n2,2026-01-05,1.00\n",
        b"No,Day,Net\n2,2026-01-05,1.00\n3,2026-01-05,1.00\n",
    )
    inputs = transfer.read(company=BOREAL / "company.toml", documents=one, payments=two, mappings=[both])
    assert ([*inputs.books.documents], {*inputs.books.faulty_documents}) == (["1", "3"], {"2"})
    assert [it.code for it in inputs.problems] == ["document-duplicate", "payment-duplicate"]


def test_our_own_files_need_no_mapping_beside_one_that_has() -> None:
    money = mapped('[[payments]]\npayment = "Id"\ndate = "Day"\namount = "Paid"\n')
    inputs = transfer.read(
        company=BOREAL / "company.toml",
        documents=BOREAL / "documents.csv",
        payments=b"Id,Day,Paid\nX-1,2026-01-05,1.00\n",
        mappings=[money],
    )
    assert "F-1001" in inputs.books.documents
    assert [*inputs.books.payments] == ["X-1"]


@pytest.mark.parametrize(
    ("amount", "tip", "rows_"),
    [
        ("30.00", "", [("1", 1000, 0), ("2", 2000, 0)]),
        ("35.00", "5.00", [("1", 1500, 500), ("2", 2000, 0)]),
        ("29.00", "", [("1, 2", 2900, 0)]),
    ],
)
def test_a_payment_of_several_documents_is_divided_where_it_is_exactly_what_they_come_to(
    amount: str, tip: str, rows_: list[tuple[str, int, int]]
) -> None:
    sold = mapped(document())
    money = mapped(PAID + 'payment = "Id"\ndocument = "For"\ndocument_separator = ","\ntip = "Tip"\n')
    inputs = transfer.read(
        company=BOREAL / "company.toml",
        documents=b"No,Day,Net\n1,2026-01-05,10.00\n2,2026-01-05,20.00\n",
        payments=f'Id,Day,Paid,For,Tip\nP,2026-01-06,{amount},"1,2",{tip}\n'.encode(),
        mappings=[sold, money],
    )
    [one] = inputs.books.payments.values()
    assert [(it.document, it.amount_cents, it.tip_cents) for it in one.rows] == rows_


# Written and read back

TEXT = st.text(st.sampled_from("aB é\"\\#.=[]{}'’\u00a0"), max_size=6)
NAME = TEXT.filter(str.strip)
NAMES = st.lists(NAME, min_size=1, max_size=3).map(tuple)
WORDS = st.dictionaries(TEXT, TEXT, max_size=2).map(frozen_mapping)
TEXTS = st.builds(Text, columns=NAMES, joined=st.none() | TEXT, text=TEXT, values=WORDS, otherwise=st.none() | TEXT)
AMOUNT = st.builds(Amount, columns=NAMES, less=st.just(()) | NAMES, times=st.just("") | NAME, negated=st.booleans())
MAYBE_TEXT, MAYBE_AMOUNT = st.just(Text()) | TEXTS, st.just(Amount()) | AMOUNT
FEW = st.lists(TEXT, max_size=2).map(tuple)
CONDITION = st.builds(Condition, column=NAME, one_of=FEW, none_of=FEW, begins=FEW, empty=st.none() | st.booleans())
WHEN = st.lists(CONDITION, max_size=2).map(tuple)
ROW = st.builds(
    RowRule,
    row=st.sampled_from(Row),
    amount=AMOUNT,
    code=MAYBE_TEXT,
    description=MAYBE_TEXT,
    once=st.booleans(),
    untaxed=st.booleans(),
    when=WHEN,
)
DOCUMENT = st.builds(
    DocumentRule,
    document=TEXTS,
    date=TEXTS,
    rows=st.lists(ROW, min_size=1, max_size=3).map(tuple),
    form=st.sampled_from(Form),
    when=WHEN,
    type=MAYBE_TEXT,
    status=MAYBE_TEXT,
    customer=MAYBE_TEXT,
    total=MAYBE_AMOUNT,
    sum_totals=st.booleans(),
    applies_to=MAYBE_TEXT,
    currency=MAYBE_TEXT,
    negative_is_credit_note=st.booleans(),
    taxes_included=FEW,
    discount_after_tax=st.booleans(),
    refunded=MAYBE_AMOUNT,
    refunded_on=MAYBE_TEXT,
)
PAYMENT = st.builds(
    PaymentRule,
    date=TEXTS,
    amount=AMOUNT,
    payment=TEXTS,
    identity=NAMES,
    form=st.sampled_from(Form),
    when=WHEN,
    type=MAYBE_TEXT,
    status=MAYBE_TEXT,
    document=MAYBE_TEXT,
    customer=MAYBE_TEXT,
    method=MAYBE_TEXT,
    fee=MAYBE_AMOUNT,
    rounding=MAYBE_AMOUNT,
    tip=MAYBE_AMOUNT,
    applied=MAYBE_TEXT,
    bank_reference=MAYBE_TEXT,
    currency=MAYBE_TEXT,
    negative_is_refund=st.booleans(),
    document_separator=TEXT,
)
DECISION = st.builds(
    Decision,
    taxes=FEW,
    tax_amounts=st.dictionaries(TEXT, st.just("1.00"), max_size=2).map(frozen_mapping),
    refunded=st.none() | st.dates(),
    credit_note=st.booleans(),
)
MAPPING = st.builds(
    ColumnMapping,
    name=TEXT.map(str.strip),
    source=TEXT.map(str.strip),
    prefix=st.sampled_from(["", "J-"]),
    checked_against=TEXT,
    date_order=st.sampled_from(["", "day", "month"]),
    decimal=st.sampled_from(["", ".", ","]),
    needed=st.just(()) | NAMES,
    optional=st.just(()) | NAMES,
    aliases=st.dictionaries(TEXT, NAMES, max_size=2).map(frozen_mapping),
    leave_out=st.lists(st.builds(LeaveOut, when=WHEN), max_size=2).map(tuple),
    set_aside=st.lists(
        st.builds(SetAside, treatment=st.sampled_from(Treatment), when=WHEN, amount=MAYBE_AMOUNT), max_size=2
    ).map(tuple),
    documents=st.lists(DOCUMENT, min_size=1, max_size=2).map(tuple),
    payments=st.lists(PAYMENT, max_size=2).map(tuple),
    payouts=st.none() | st.builds(Payouts, payout=TEXTS, net=AMOUNT, gross=MAYBE_AMOUNT, fee=MAYBE_AMOUNT, total=WHEN),
    decisions=st.builds(
        Decisions, taxes=FEW, documents=st.dictionaries(TEXT, DECISION, max_size=2).map(frozen_mapping)
    ),
)


@given(MAPPING)
def test_what_is_written_reads_back(mapping: ColumnMapping) -> None:
    assert read_mapping(io.BytesIO(write_mapping(mapping))) == (mapping, ())


def test_every_key_is_one_of_a_field() -> None:
    for kind, keys in KEYS.items():
        assert {name for name, _ in keys.values()} == {*kind.__dataclass_fields__}


def test_all_mistakes_of_a_mapping_are_said_at_once() -> None:
    toml = (
        'nam = "x"\ndecimal = ";"\n[[documents]]\ndocument = { colum = "No" }\n'
        '[[documents.rows]]\nrow = "lin"\namount = []\n[[leave_out]]\n'
    )
    said = [(it.code, it.params["setting"]) for it in read_mapping(io.BytesIO(toml.encode())).problems]
    assert said == [
        ("setting-unknown", "nam"),
        ("setting-invalid", "decimal"),
        ("setting-unknown", "documents[1].document.colum"),
        ("setting-invalid", "documents[1].rows[1].row"),
        ("setting-invalid", "documents[1].rows[1].amount"),
        ("setting-invalid", "documents[1].date"),
        ("setting-invalid", "leave_out[1].when"),
    ]


def test_the_nearest_key_is_named() -> None:
    [problem] = read_mapping(io.BytesIO((HEAD + 'custmer = "A"\n' + LINE).encode())).problems
    assert problem.params["nearest"] == "customer"


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_are_an_exception_for_a_mapping(content: bytes) -> None:
    found = read_mapping(io.BytesIO(content))
    assert found.problems


# Any file, any mapping

SHIPPED: Mapping[str, ColumnMapping] = {name: shipped(name).mapping for name in names()}
CELL = st.sampled_from(
    [
        "",
        " ",
        "1",
        "F-1",
        "2026-01-05",
        "05/01/2026",
        "31/01/2026",
        "100.00",
        "-14.98",
        "1,234",
        "12,50",
        "x",
        "=1",
        "#REF!",
        "Total",
        "paid",
        "Payment",
        "Refund",
        "charge",
        "payout",
        "CAD",
        "USD",
        "é\u00a0",
        '"',
        "0",
        "1e5",
        "9" * 20,
        "\u202e",
        "GST 5%",
    ]
)


@st.composite
def files(draw: st.DrawFn) -> tuple[ColumnMapping, bytes]:
    mapping = SHIPPED[draw(st.sampled_from(names()))]
    header = [*dict.fromkeys(name for name, _ in mapping.columns())]
    width = len(header)
    table = draw(
        st.lists(st.lists(CELL, min_size=width, max_size=width) | st.lists(CELL, max_size=width + 2), max_size=6)
    )
    text = io.StringIO()
    csv.writer(text).writerows([*draw(st.lists(st.just(["Title"]), max_size=2)), header, *table])
    return mapping, text.getvalue().encode("utf-8", "replace")


def whole(found: MappedRead) -> None:
    """Each unit is there as a whole, or faulty, never both; faults have their problems."""
    for read_ in (found.documents, found.payments):
        assert not read_.units.keys() & read_.faulty
    problems = (*found.documents.problems, *found.payments.problems)
    assert problems or not (found.documents.faulty or found.payments.faulty)
    for it in found.documents.units.values():
        assert len(it.keys) == len(it.amounts) > 0 or it.status is not Status.FINAL
        assert all(
            isinstance(key, RowKey) and isinstance(cents, int) for key, cents in zip(it.keys, it.amounts, strict=True)
        )
    for payment in found.payments.units.values():
        assert payment.rows
        assert all(row.amount_cents >= 0 for row in payment.rows)


@given(files())
def test_no_file_is_an_exception_for_a_shipped_mapping(case: tuple[ColumnMapping, bytes]) -> None:
    mapping, content = case
    whole(read_mapped(io.BytesIO(content), mapping, CANADA))


@given(MAPPING, st.binary(max_size=60) | st.lists(CELL, max_size=12).map(lambda cells: ",".join(cells).encode()))
def test_no_mapping_is_an_exception_for_a_file(mapping: ColumnMapping, rest: bytes) -> None:
    header = ",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name, _ in mapping.columns())
    whole(read_mapped(io.BytesIO(header.encode() + b"\n" + rest), mapping, CANADA))


@given(st.lists(st.lists(CELL, max_size=6), max_size=6))
def test_no_rows_are_an_exception_for_a_proposal(table: list[list[str]]) -> None:
    place = header_of(table)
    mapping = propose(table[place] if table else [], table[place + 1 :], CANADA)
    assert read_mapping(io.BytesIO(write_mapping(mapping))).mapping == mapping or not (
        mapping.documents or mapping.payments
    )
