import io
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ecriture.core.documents import Payment, PaymentKind, PaymentRow, Status
from ecriture.core.problems import Severity
from ecriture.sources.documents import read_documents
from ecriture.sources.payments import COLUMNS, HEAD, OWN, read_payments
from ecriture.sources.units import UnitsRead
from patience import patience

HEADER = (
    *("payment", "type", "status", "date", "document", "customer", "method", "amount", "fee", "rounding", "tip"),
    *("applied", "bank_reference"),
)
DAY = date(2026, 1, 20)

Said = tuple[str, int, str, Mapping[str, object]]


def read(content: str | bytes) -> UnitsRead[Payment]:
    return read_payments(io.BytesIO(content.encode() if isinstance(content, str) else content), file="p.csv")


def of(**cells: str) -> str:
    """A row of payment P-1, of which everything but what is given is good."""
    good = {"payment": "P-1", "date": "2026-01-20", "amount": "100.00"}
    return ";".join({**good, **cells}.get(name, "") for name in HEADER)


def one(*lines: str) -> UnitsRead[Payment]:
    return read("\n".join((";".join(HEADER), *lines, "")))


def said(found: UnitsRead[Payment]) -> list[Said]:
    """Code, row, number and parameters of each problem."""
    assert all(problem.where.file == "p.csv" for problem in found.problems)
    assert all(problem.where.kind == ("payment" if problem.where.number else "") for problem in found.problems)
    return [(p.code, p.where.row, p.where.number, p.params) for p in found.problems]


def codes(found: UnitsRead[Payment]) -> list[tuple[str, int]]:
    return [(code, row) for code, row, _, _ in said(found)]


# What is read


def test_a_payment_has_a_row_for_each_document() -> None:
    found = one(
        of(document="F-1", customer="Lise", method="card", amount="172.46", fee="4.99", bank_reference="PAYOUT-7"),
        of(date="", document="F-2", amount="46.00", rounding="-0.01", applied="2026-02-03"),
        of(payment="R-1", type="refund", document="N-1", amount="5.00", fee="0.10"),
    )
    assert found.problems == ()
    rows = (PaymentRow("F-1", 17246, 499), PaymentRow("F-2", 4600, 0, -1, applied=date(2026, 2, 3)))
    assert found.units["P-1"] == Payment(
        "P-1", PaymentKind.PAYMENT, Status.FINAL, DAY, "Lise", "card", "PAYOUT-7", rows, 2
    )
    assert found.units["R-1"].kind is PaymentKind.REFUND
    assert found.units["R-1"].row == 4


def test_all_that_may_be_missing_has_a_default() -> None:
    found = read("payment,date,amount\nP-1,2026-01-20,1.00\n")
    assert found.units["P-1"] == Payment(
        "P-1", PaymentKind.PAYMENT, Status.FINAL, DAY, "", "", "", (PaymentRow("", 100),), 2
    )


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        *(("type", text, PaymentKind.PAYMENT) for text in ("", " ", "payment", "Paiement")),
        *(("type", text, PaymentKind.REFUND) for text in ("refund", "REMBOURSEMENT")),
        *(("status", text, Status.FINAL) for text in ("", "final", "Final")),
        *(("status", text, Status.VOID) for text in ("void", "annulé", "ANNULE")),
    ],
)
def test_types_and_statuses_in_both_languages(column: str, text: str, expected: object) -> None:
    found = one(of(**{column: text}))
    assert found.problems == ()
    assert expected in (found.units["P-1"].kind, found.units["P-1"].status)


@pytest.mark.parametrize(
    ("column", "text", "accepted"),
    [
        ("type", "chèque", "payment, refund"),
        ("type", "?", "payment, refund"),
        ("status", "draft", "final, void"),
        ("status", "brouillon", "final, void"),
        ("status", "-", "final, void"),
    ],
)
def test_an_unknown_type_or_status_stops_the_file(column: str, text: str, accepted: str) -> None:
    """A draft is one of them: payments have none, and one that was posted as final would be in the books."""
    found = one(of(**{column: text}), of(payment="P-2"))
    params = {"reason": "value", "column": column, "value": text, "accepted": accepted}
    assert said(found) == [("row-unreadable", 2, "", params)]
    assert found.problems[0].severity is Severity.FATAL
    assert list(found.units) == ["P-2"]
    assert found.faulty == {"P-1"}


def test_a_workbook_gives_the_same_payments() -> None:
    table: list[list[object]] = [
        ["Paiement", "Date", "Document", "Montant", "Frais", "Imputé le", "Référence bancaire"],
        [1001, date(2026, 1, 20), 1001, 100, 2.9, None, "00012"],
        [1001, None, "F-2", 0.1 + 0.2, None, date(2026, 2, 3), None],
        [None] * 7,
        ["P-2", "2026-01-21", None, "-5", None, "jamais", None],
    ]
    book = Workbook()
    assert book.active is not None
    for row in table:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    in_text = [";".join("" if cell is None else str(cell) for cell in row) for row in table]
    workbook, text = read(file.getvalue()), read("\n".join(in_text).replace(str(0.1 + 0.2), "0.30"))
    assert (workbook.units, workbook.faulty, said(workbook)) == (text.units, text.faulty, said(text))
    assert [row.amount_cents for row in workbook.units["1001"].rows] == [10000, 30]
    assert codes(workbook) == [("date-unreadable", 5), ("amount-negative", 5)]


# The first row, and those after it


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"type": "refund"}, {"type": "Remboursement"}),
        ({"customer": "Lise", "method": "card"}, {"customer": " Lise", "method": "card "}),
        ({"date": "2026-01-20"}, {"date": "2026/01/20"}),
        ({"bank_reference": "PAYOUT-7"}, {"bank_reference": " "}),
        ({"status": "final"}, {"status": "FINAL"}),
        ({}, {"date": ""}),
    ],
)
def test_a_value_may_be_empty_after_the_first_row_or_the_same(first: dict[str, str], later: dict[str, str]) -> None:
    found = one(of(**first), of(**later))
    assert found.problems == ()
    assert len(found.units["P-1"].rows) == 2


@pytest.mark.parametrize(("column", "default"), [("type", "Paiement"), ("status", "final")])
def test_a_default_may_be_left_out_in_the_first_row_and_written_in_a_later_one(column: str, default: str) -> None:
    assert one(of(), of(**{column: default})).problems == ()
    assert one(of(**{column: default}), of()).problems == ()


@pytest.mark.parametrize(
    ("column", "first", "later"),
    [
        ("type", "payment", "refund"),
        ("type", "", "refund"),
        ("type", "", "chèque"),
        ("status", "final", "void"),
        ("status", "void", "final"),
        ("date", "2026-01-20", "2026-01-21"),
        ("customer", "Lise", "Luc"),
        ("method", "card", "cash"),
        ("method", "", "cash"),
        ("bank_reference", "A", "B"),
    ],
)
def test_a_later_row_that_says_something_else_is_a_contradiction(column: str, first: str, later: str) -> None:
    found = one(of(payment="P-0"), of(**{column: first}), of(), of(**{column: later}))
    assert said(found) == [("payment-duplicate", 5, "P-1", {"reason": "contradicts", "column": column})]
    assert found.units.keys() == {"P-0"}
    assert found.faulty == {"P-1"}


@pytest.mark.parametrize("column", OWN)
def test_each_row_has_its_own_document_amounts_and_date(column: str) -> None:
    values = {"document": ("F-1", "F-2"), "applied": ("2026-02-01", "2026-03-01")}.get(column, ("1.00", "2.00"))
    found = one(*(of(**{column: value}) for value in (*values, "3.00" if column == "amount" else "")))
    assert found.problems == ()
    assert len({getattr(row, column, None) or row for row in found.units["P-1"].rows}) == 3


@pytest.mark.parametrize("kind", ["payment", "refund"])
def test_a_head_may_stand_on_every_row(kind: str) -> None:
    """Files of other programs often repeat it: the same payments are read as if it stood once."""
    head = {"type": kind, "date": "2026-01-20", "customer": "Lise", "method": "card", "bank_reference": "B"}
    blank = dict.fromkeys(head, "")
    own = [{"document": f"F-{n}", "amount": "10.00", "tip": "1.00", "fee": "0.10"} for n in range(3)]

    def read_all(later: dict[str, str]) -> UnitsRead[Payment]:
        return one(
            *(
                of(payment=f"P-{n}", **(later if place else head), **own[place])
                for n in range(500)
                for place in range(3)
            )
        )

    repeated, once = read_all(head), read_all(blank)
    assert repeated.problems == ()
    assert repeated == once
    assert len(repeated.units) == 500


@pytest.mark.parametrize("contradicting", [2, 300, 512])
def test_one_payment_that_contradicts_its_head_among_many_that_repeat_it(contradicting: int) -> None:
    lines = []
    for n in range(513):
        lines += [
            of(payment=f"P-{n}", method="card"),
            of(payment=f"P-{n}", method="cash" if n == contradicting else "card"),
        ]
    found = one(*lines)
    params = {"reason": "contradicts", "column": "method"}
    assert said(found) == [("payment-duplicate", 2 * contradicting + 3, f"P-{contradicting}", params)]
    assert len(found.units) == 512


# From the first date to the last


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        ([], None),
        ([of(date="x")], None),
        ([of()], (DAY, DAY)),
        ([of(), of(payment="P-2", date="2026-02-03"), of(payment="P-3", date="2026-01-22")], (DAY, date(2026, 2, 3))),
        ([of(), of(payment="P-2", date="2025-12-31", status="void")], (date(2025, 12, 31), DAY)),
        ([of(), of(payment="P-2", date="2025-12-31", amount="x")], (date(2025, 12, 31), DAY)),
        ([of(), of(payment="P-2", date="", status="void"), of(payment="P-3", date="31/02/2026")], (DAY, DAY)),
        ([of(applied="2027-01-01")], (DAY, DAY)),
        ([of(amount="1,234"), of(payment="P-2", date="2026-02-03", amount="5.00")], (DAY, date(2026, 2, 3))),
    ],
)
def test_the_span_goes_over_all_dates_that_could_be_read(lines: list[str], span: tuple[date, date] | None) -> None:
    """Those of void and faulty payments too; the day on which a row is applied is none of them."""
    assert one(*lines).span == span


def test_a_number_that_comes_back_is_an_error_and_neither_counts() -> None:
    found = one(of(), of(payment="P-2"), of(), of(payment="P-3"), of(status="void"))
    assert said(found) == [("payment-duplicate", row, "P-1", {"reason": "again"}) for row in (4, 6)]
    assert found.units.keys() == {"P-2", "P-3"}
    assert found.faulty == {"P-1"}


@pytest.mark.parametrize("length", [2047, 2048, 2049, 5000])
def test_a_payment_may_have_any_number_of_rows(length: int) -> None:
    found = one(of(payment="P-0"), of(), *[of(date="", amount="1.00")] * (length - 1))
    assert found.problems == ()
    assert len(found.units["P-1"].rows) == length


# What is wrong with a payment


@pytest.mark.parametrize("text", ["x", "12.345", "1e3", "5 USD", "--5"])
@pytest.mark.parametrize("column", ["amount", "fee", "rounding", "tip"])
def test_an_amount_that_cannot_be_read_is_shown_with_its_row(column: str, text: str) -> None:
    found = one(of(payment="P-0"), of(), of(**{column: text}))
    reason = {"reason": "decimals"} if text == "12.345" else {}
    assert said(found) == [("amount-unreadable", 4, "P-1", {"column": column, "text": text, **reason})]
    assert found.units.keys() == {"P-0"}


def test_the_dates_of_both_columns_decide_together() -> None:
    found = one(of(date="05/01/2026", applied="13/01/2026"))
    assert (found.problems, found.units["P-1"].date) == ((), date(2026, 1, 5))


def test_the_currency_of_the_company_may_stand_beside_an_amount() -> None:
    content = b"payment,date,amount\nP-1,2026-01-05,US$5.00\n"
    assert read_payments(io.BytesIO(content), currency="USD").units["P-1"].rows == (PaymentRow("", 500),)
    assert codes(read_payments(io.BytesIO(content), file="p.csv")) == [("amount-unreadable", 2)]


def test_an_amount_must_be_there_and_what_was_kept_or_rounded_need_not() -> None:
    assert codes(one(of(amount=""))) == [("amount-unreadable", 2)]
    assert codes(one(of(amount=" "))) == [("amount-unreadable", 2)]
    for blank in ("", " ", "\t", "\u00a0"):
        found = one(of(fee=blank, rounding=blank, tip=blank, applied=blank))
        assert found.problems == ()
        assert found.units["P-1"].rows == (PaymentRow("", 10000),)


@pytest.mark.parametrize(
    ("kind", "column"),
    [*(("payment", column) for column in ("amount", "fee", "tip")), ("refund", "amount"), ("refund", "tip")],
)
def test_only_a_rounding_and_the_fee_of_a_refund_may_be_below_zero(column: str, kind: str) -> None:
    found = one(of(type=kind, **{column: "(12,50)"}))
    assert said(found) == [("amount-negative", 2, "P-1", {"column": column, "amount_cents": -1250})]
    assert found.faulty == {"P-1"}
    assert one(of(type=kind, **{column: "0.00"}, rounding="-0.02")).problems == ()


@pytest.mark.parametrize(("text", "cents"), [("15.00", 1500), ("-0.30", -30), ("(0,30)", -30), ("", 0)])
def test_the_fee_of_a_refund_is_what_was_kept_and_below_zero_what_was_given_back(text: str, cents: int) -> None:
    found = one(of(type="refund", document="F-1", fee=text), of(payment="P-2", fee="0.30"))
    assert found.problems == ()
    assert found.units["P-1"].rows == (PaymentRow("F-1", 10000, cents),)
    assert found.units["P-2"].rows == (PaymentRow("", 10000, 30),)


@pytest.mark.parametrize("kind", ["payment", "refund"])
def test_a_tip_is_a_part_of_its_row(kind: str) -> None:
    found = one(
        of(type=kind, document="F-1", amount="50.00", tip="7,50", rounding="-0.01"),
        of(date="", document="F-2", amount="2.00", tip="2.00"),
        of(date="", document="F-3", amount="1.00"),
    )
    assert found.problems == ()
    rows = found.units["P-1"].rows
    assert rows == (PaymentRow("F-1", 5000, 0, -1, 750), PaymentRow("F-2", 200, tip_cents=200), PaymentRow("F-3", 100))
    assert [row.settled_cents for row in rows] == [4249, 0, 100]


@pytest.mark.parametrize("name", ["tip", "Tip", "pourboire", "Pourboire", " POURBOIRE "])
def test_the_column_of_tips_in_both_languages(name: str) -> None:
    assert read(f"payment,date,amount,{name}\nP-1,2026-01-20,10.00,1.50\n").units["P-1"].rows[0].tip_cents == 150


@pytest.mark.parametrize("kind", ["payment", "refund"])
def test_a_tip_above_its_amount_is_an_error_of_its_row(kind: str) -> None:
    found = one(of(type=kind), of(document="F-2", amount="5.00", tip="5.01"), of(payment="P-2", tip="100.00"))
    assert said(found) == [("tip-above-amount", 3, "P-1", {"amount_cents": 500, "tip_cents": 501})]
    assert found.faulty == {"P-1"}
    assert found.units.keys() == {"P-2"}


def test_an_amount_below_zero_is_no_tip_above_it() -> None:
    assert codes(one(of(amount="-5.00", tip="1.00"))) == [("amount-negative", 2)]
    assert codes(one(of(amount="x", tip="1.00"))) == [("amount-unreadable", 2)]


def test_a_negative_amount_is_found_far_down_and_in_any_chunk() -> None:
    lines = [of(payment=f"P-{n}", amount="-1.00" if n in (2100, 4000) else "1.00") for n in range(5000)]
    assert codes(one(*lines)) == [("amount-negative", 2102), ("amount-negative", 4002)]


@pytest.mark.parametrize(
    ("text", "code"), [("", "date-missing"), (" ", "date-missing"), ("2026-13-01", "date-unreadable")]
)
def test_a_date_must_be_there_and_be_one(text: str, code: str) -> None:
    found = one(of(date=text))
    assert codes(found) == [(code, 2)]
    assert found.faulty == {"P-1"}


def test_a_wrong_date_of_application_is_an_error_of_its_row() -> None:
    found = one(of(), of(applied="31/02/2026"))
    assert said(found) == [("date-unreadable", 3, "P-1", {"column": "applied", "text": "31/02/2026"})]


def test_all_mistakes_of_a_payment_are_said_at_once() -> None:
    found = one(of(date="x", amount="y", fee="-1", rounding="z", applied="w"), of(date="", customer="Luc", amount="-2"))
    assert sorted(codes(found)) == [
        *[("amount-negative", 2), ("amount-negative", 3), ("amount-unreadable", 2), ("amount-unreadable", 2)],
        *[("date-unreadable", 2), ("date-unreadable", 2), ("payment-duplicate", 3)],
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"amount": "x"},
        {"amount": ""},
        {"amount": "-1"},
        {"amount": "1,234"},
        {"fee": "-1"},
        {"rounding": "x"},
        {"tip": "x"},
        {"tip": "-1"},
        {"tip": "999"},
        {"date": ""},
        {"date": "x"},
        {"applied": "x"},
    ],
)
def test_a_void_payment_is_never_in_error_for_its_amounts_or_dates(cells: dict[str, str]) -> None:
    found = one(of(status="void", document="F-1", customer="Lise", **cells), of(**{**cells, "date": "2026-03-01"}))
    assert found.problems == ()
    payment = found.units["P-1"]
    assert (payment.status, payment.customer) == (Status.VOID, "Lise")
    assert payment.rows == (PaymentRow("F-1", 0), PaymentRow("", 0))
    assert payment.date == (DAY if cells.get("date") is None else date.min)


# Amounts that could be two


@pytest.mark.parametrize(("other", "text"), [("5.00", "1,234"), ("5,00", "1.234"), ("1 234,50", "1.234")])
@pytest.mark.parametrize("column", ["amount", "fee", "rounding", "tip"])
def test_the_other_amounts_decide_what_an_ambiguous_one_is(column: str, other: str, text: str) -> None:
    found = one(of(**{"amount": "9999", column: text}), of(payment="P-2", amount=other))
    assert found.problems == ()
    assert 123400 in found.units["P-1"].rows[0]


def test_what_is_not_decided_is_an_error() -> None:
    assert codes(one(of(amount="5"), of(payment="P-2", amount="1,234"))) == [("amount-ambiguous", 3)]
    assert codes(one(of(amount="5,00"), of(payment="P-2", amount="5.00"), of(payment="P-3", amount="1,234"))) == [
        ("amount-ambiguous", 4)
    ]


def test_documents_and_payments_decide_separately() -> None:
    french = "document;date;amount\nF-1;2026-01-05;5,00\nF-2;2026-01-05;1.234\n"
    english = 'payment,date,amount\nP-1,2026-01-05,5.00\nP-2,2026-01-05,"1,234"\n'
    documents, payments = read_documents(io.BytesIO(french.encode())), read(english)
    assert documents.problems == payments.problems == ()
    assert documents.units["F-2"].amounts == (123400,)
    assert payments.units["P-2"].rows[0].amount_cents == 123400
    assert codes(read("payment;date;amount\nP-2;2026-01-05;1.234\n")) == [("amount-ambiguous", 2)]


# Files that mean harm


def test_a_number_a_hundred_thousand_times() -> None:
    with patience():
        found = read(b"payment,date,amount,document\n" + b"P-1,2026-01-05,0.01,F-1\n" * 100_000)
    assert found.problems == ()
    assert sum(row.amount_cents for row in found.units["P-1"].rows) == 100_000


def test_a_hundred_thousand_mistakes() -> None:
    with patience():
        found = read(b"payment,date,amount,status\n" + b"".join(b"P-%d,x,y,s%d\n" % (n, n) for n in range(100_000)))
    assert {problem.code for problem in found.problems} == {"row-unreadable"}


# Whatever is in a file


CELLS: Mapping[str, tuple[str, ...]] = {
    "payment": ("P-1", "P-1", "P-2", "P-2 ", "P-3"),
    "type": ("", "payment", "refund", "chèque"),
    "status": ("", "", "final", "void", "draft"),
    "date": ("", "2026-01-05", "2026-01-05", "2026-01-06", "x"),
    "document": ("", "F-1"),
    "customer": ("", "Lise"),
    "method": ("", "card"),
    "amount": ("1.00", "2.00", "-1", "1,234", "5,50", "", "x"),
    "fee": ("", "1.00", "-1", "x"),
    "rounding": ("", "-0.01", "1,234"),
    "tip": ("", "", "0.50", "1.50", "-1", "x"),
    "applied": ("", "2026-02-01", "x"),
    "bank_reference": ("", "B"),
}


@given(st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in HEADER)), max_size=7))
def test_every_number_is_a_unit_or_faulty_and_says_why(rows: list[tuple[str, ...]]) -> None:
    found = read("\n".join([";".join(HEADER), *map(";".join, rows)]))
    numbers = {row[0].strip() for row in rows}
    assert found.units.keys() | found.faulty == numbers
    assert not found.units.keys() & found.faulty
    unreadable = any(problem.severity is Severity.FATAL for problem in found.problems)
    assert {p.where.number for p in found.problems if p.where.number} == found.faulty or unreadable
    for number, payment in found.units.items():
        own = [row for row in rows if row[0].strip() == number]
        assert [share.document for share in payment.rows] == [row[HEADER.index("document")] for row in own]
        assert all(0 <= share.tip_cents <= share.amount_cents for share in payment.rows)
        assert payment.kind is PaymentKind.REFUND or all(share.fee_cents >= 0 for share in payment.rows)
        if payment.status is Status.FINAL:
            texts = [row[HEADER.index("amount")].replace(",", ".") for row in own]
            assert [share.amount_cents for share in payment.rows] == [
                123400 if text == "1.234" else round(float(text) * 100) for text in texts
            ]


def test_the_columns_are_those_of_the_description() -> None:
    assert {*HEAD, *OWN, "payment"} == {column.name for column in COLUMNS}
    assert HEAD == ("type", "status", "date", "customer", "method", "bank_reference", "currency")
    assert [column.name for column in COLUMNS if column.needed] == ["payment", "date", "amount"]


def test_a_payment_in_another_currency_is_left_to_a_person() -> None:
    found = read(
        "payment,date,currency,amount\nP-1,2026-01-20,usd,5.00\nP-2,2026-01-20,CAD,5.00\nP-3,2026-01-20,,5.00\n"
    )
    assert codes(found) == [("currency-foreign", 2)]
    assert [*found.units] == ["P-2", "P-3"]


def test_a_void_payment_may_be_in_any_currency() -> None:
    found = read("payment,status,date,currency,amount\nP-1,void,2026-01-20,USD,5.00\n")
    assert (codes(found), [*found.units]) == ([], ["P-1"])
