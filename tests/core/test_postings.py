"""What a document and a payment want (P1, P2), signs and own dates, by example and as a whole."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.documents import Document, Payment, PaymentKind, PaymentRow, Status
from ecriture.core.money import allocate
from ecriture.core.postings import of_payment
from ecriture.core.rules import Rules
from ecriture.core.sales import Standing
from ecriture.core.settings import Settings
from small_books import (
    COMPANY,
    Balances,
    Parts,
    add,
    books,
    credit_note,
    extras,
    invoice,
    line,
    on,
    parts_of,
    payment,
    refund,
    row,
    share,
    tax,
    wanted,
    wants_of,
)
from worlds import DAYS

NO_DEPOSIT = extras(deposit="")
F1 = invoice("F-1", "01-05", line("CLEAN", 10000), line("", 5000), tax("GST", 750), tax("QST", 1496))


def test_the_worked_example_of_section_8() -> None:
    paid = payment("P-1", "01-20", share("F-1", 17246), method="card")
    assert wanted(F1) == {on("01-05"): {"1201": 17246, "4100": -10000, "4000": -5000, "2310": -750, "2330": -1496}}
    assert wanted(paid, F1) == {on("01-20"): {"1065": 17246, "1201": -17246}}


def test_a_credit_note_is_the_reverse_of_an_invoice() -> None:
    rows = (line("CLEAN", 8750), tax("GST", 438), row("discount", 100))
    note, sale = credit_note("N-1", "01-05", *rows), invoice("F-1", "01-05", *rows)
    assert wanted(note) == {day: {a: -cents for a, cents in sums.items()} for day, sums in wanted(sale).items()}
    assert wanted(note)[on("01-05")]["4100"] == 8750


def test_a_discount_reduces_and_a_negative_line_posts_with_its_sign() -> None:
    document = invoice("F-1", "01-05", line("CLEAN", 10000), row("discount", 1000), line("", -500))
    assert wanted(document) == {on("01-05"): {"1201": 8500, "4100": -10000, "4900": 1000, "4000": 500}}


def test_tip_shipping_and_rounding_have_their_accounts() -> None:
    document = invoice("F-1", "01-05", row("tip", 500), row("shipping", 1000), row("rounding", -1))
    assert wanted(document) == {on("01-05"): {"1201": 1499, "2400": -500, "4200": -1000, "5990": 1}}


def test_a_zero_posting_is_dropped() -> None:
    document = invoice("F-1", "01-05", line("CLEAN", 10000), tax("GST", 0))
    assert wanted(document) == {on("01-05"): {"1201": 10000, "4100": -10000}}


def test_a_document_whose_rows_are_all_zero_wants_nothing() -> None:
    assert wanted(invoice("F-1", "01-05", line("CLEAN", 0), tax("GST", 0))) == {}


def test_several_documents_of_which_some_are_nothing_and_some_negative() -> None:
    """All with the same rows and date, as one column of a file has them."""
    amounts = ((0, 0), (100, 0), (-100, 0), (0, 5), (50, -5))
    documents = [
        invoice(f"F-{i}", "01-05", line("CLEAN", net), tax("GST", its)) for i, (net, its) in enumerate(amounts)
    ]
    wants = wants_of(books(*documents))
    assert [parts_of(wants[it.id]).get(on("01-05")) for it in documents] == [
        None,
        {"1201": 100, "4100": -100},
        {"1201": -100, "4100": 100},
        {"1201": 5, "2310": -5},
        {"1201": 45, "4100": -50, "2310": 5},
    ]


def test_rows_that_cancel_out_are_shown() -> None:
    document = invoice("F-1", "01-05", line("", 10000), row("discount", 10000))
    assert wanted(document) == {on("01-05"): {"1201": 0, "4000": -10000, "4900": 10000}}


# Payments


def test_the_bank_receives_the_net_of_the_processor_s_fee() -> None:
    paid = payment("P-1", "01-20", share("F-1", 17246, fee=530), method="card")
    assert wanted(paid, F1) == {on("01-20"): {"1065": 16716, "5610": 530, "1201": -17246}}


@pytest.mark.parametrize(("cents", "rounding"), [(17245, 1), (17250, -4)])
def test_a_cash_rounding_settles_the_document_to_the_cent(cents: int, rounding: int) -> None:
    paid = payment("P-1", "01-20", share("F-1", cents, rounding=rounding), method="cash")
    assert wanted(paid, F1) == {on("01-20"): {"1050": cents, "5990": rounding, "1201": -17246}}


def test_a_refund_is_the_reverse_of_a_payment() -> None:
    rows = (share("F-1", 5000, rounding=-2, tip=200), share("", 100, tip=10))
    received = wanted(payment("P-1", "01-20", *rows, method="card"), F1)
    given_back = wanted(refund("P-1", "01-20", *rows, method="card"), F1)
    assert given_back == {day: {a: -cents for a, cents in sums.items()} for day, sums in received.items()}


def test_of_a_refund_too_the_fee_is_what_the_processor_keeps() -> None:
    """A dispute of 114.98 with a fee of 15.00 takes 129.98 from the bank."""
    back = refund("R-1", "01-20", share("F-1", 11498, fee=1500), method="card")
    assert wanted(back, F1) == {on("01-20"): {"1065": -12998, "5610": 1500, "1201": 11498}}


def test_below_zero_it_is_what_the_processor_gives_back() -> None:
    back = refund("R-1", "01-20", share("F-1", 11498, fee=-330), method="card")
    assert wanted(back, F1) == {on("01-20"): {"1065": -11168, "5610": -330, "1201": 11498}}


def test_a_fee_may_be_all_that_a_refund_is() -> None:
    assert wanted(refund("R-1", "01-20", share("F-1", 0, fee=1500)), F1) == {on("01-20"): {"1060": -1500, "5610": 1500}}


def test_a_tip_is_no_part_of_what_the_payment_takes_off_its_document() -> None:
    paid = payment("P-1", "01-20", share("F-1", 18746, fee=530, rounding=2, tip=1502), method="card")
    assert wanted(paid, F1) == {on("01-20"): {"1065": 18216, "5610": 530, "1201": -17246, "5990": 2, "2400": -1502}}


def test_a_tip_of_a_refund_is_the_reverse() -> None:
    back = refund("R-1", "01-20", share("F-1", 1200, tip=200))
    assert wanted(back, F1) == {on("01-20"): {"1060": -1200, "1201": 1000, "2400": 200}}


def test_a_tip_is_one_on_the_payment_s_date_however_late_the_rest_is_applied() -> None:
    sale = invoice("F-1", "03-02", line("", 5000))
    assert wanted(payment("P-1", "01-20", share("F-1", 5600, tip=600)), sale) == {
        on("01-20"): {"1060": 5600, "2450": -5000, "2400": -600},
        on("03-02"): {"2450": 5000, "1201": -5000},
    }


@pytest.mark.parametrize(("document", "status"), [("", Status.FINAL), ("F-9", Status.VOID), ("F-9", Status.DRAFT)])
def test_a_tip_is_one_also_in_a_row_that_is_unapplied(document: str, status: Status) -> None:
    nothing = invoice("F-9", "01-05", status=status)
    assert wanted(payment("P-1", "01-20", share(document, 5600, tip=600)), nothing) == {
        on("01-20"): {"1060": 5600, "2450": -5000, "2400": -600}
    }


def test_a_payment_may_be_a_tip_and_nothing_else() -> None:
    assert wanted(payment("P-1", "01-20", share("F-1", 600, tip=600)), F1) == {on("01-20"): {"1060": 600, "2400": -600}}


def test_what_is_a_tip_and_nothing_else_leaves_nothing_to_apply_later() -> None:
    sale = invoice("F-1", "03-02", line("", 5000))
    assert wanted(payment("P-1", "01-20", share("F-1", 600, tip=600)), sale) == {
        on("01-20"): {"1060": 600, "2400": -600}
    }


def test_postings_stand_row_by_row_the_tip_after_the_rounding() -> None:
    paid = payment("P-1", "01-20", share("", 100), share("F-1", 1000, fee=30, rounding=1, tip=101))
    want = wants_of(books(F1, paid))[paid.id]
    assert [(choice.account, cents, row) for part in want.parts for choice, cents, row in part.postings()] == [
        ("1060", 100, 0),
        ("2450", -100, 0),
        ("1060", 970, 1),
        ("5610", 30, 1),
        ("1201", -900, 1),
        ("5990", 1, 1),
        ("2400", -101, 1),
    ]


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_a_row_that_names_nothing_that_counts_is_unapplied(status: Status) -> None:
    nothing = invoice("F-9", "01-05", status=status)
    for rows in (share("", 5000), share("F-9", 5000)):
        assert wanted(payment("P-1", "01-20", rows), nothing) == {on("01-20"): {"1060": 5000, "2450": -5000}}


def test_a_payment_before_its_document_waits_in_the_unapplied_account() -> None:
    """A deposit of January for an invoice of March is a liability at the end of January."""
    sale = invoice("F-1", "03-02", line("", 5000))
    paid = payment("P-1", "01-20", share("F-1", 5000))
    assert wanted(paid, sale) == {
        on("01-20"): {"1060": 5000, "2450": -5000},
        on("03-02"): {"2450": 5000, "1201": -5000},
    }


def test_where_the_clearing_account_is_the_unapplied_one_there_is_nothing_to_move() -> None:
    sale = invoice("F-1", "03-02", line("", 5000))
    paid = payment("P-1", "01-20", share("F-1", 5000))
    assert wanted(paid, sale, company=NO_DEPOSIT) == {on("01-20"): {"1060": 5000, "1201": -5000}}


@pytest.mark.parametrize(
    ("document", "applied", "expected"),
    [
        ("01-05", "", "01-20"),
        ("01-25", "", "01-25"),
        ("01-05", "02-03", "02-03"),
        ("02-05", "02-03", "02-05"),
        ("01-05", "01-02", "01-20"),
    ],
)
def test_a_row_is_applied_on_the_latest_of_its_three_dates(document: str, applied: str, expected: str) -> None:
    sale = invoice("F-1", document, line("", 5000))
    found = wanted(payment("P-1", "01-20", share("F-1", 5000, applied=applied)), sale)
    assert found[on(expected)]["1201"] == -5000
    assert max(found) == on(expected)


def test_each_row_of_a_payment_has_its_own_application_date() -> None:
    early, late = invoice("F-1", "01-05", line("", 2995)), invoice("F-2", "02-28", line("", 4599))
    paid = payment("P-9", "02-27", share("F-1", 2995), share("F-2", 4600, rounding=-1), method="cash")
    assert wanted(paid, early, late) == {
        on("02-27"): {"1050": 7595, "1201": -2995, "2450": -4599, "5990": -1},
        on("02-28"): {"2450": 4599, "1201": -4599},
    }


def test_a_void_unit_wants_nothing() -> None:
    assert wanted(invoice("F-1", "01-05", line("", 100), status=Status.VOID)) == {}
    assert wanted(payment("P-1", "01-05", share("", 100), status=Status.VOID)) == {}


def test_a_payment_of_nothing_wants_nothing() -> None:
    assert wanted(payment("P-1", "01-20", share("F-1", 0)), F1) == {}


# As a whole

APPLICATIONS = st.one_of(st.sampled_from(DAYS), st.sampled_from(Standing))
ROWS = st.builds(
    PaymentRow,
    st.just("F-1"),
    st.integers(0, 10**9),
    st.integers(-(10**9), 10**9),
    st.integers(-9, 9),
    st.integers(0, 10**9),
    st.none(),
)


@given(
    st.lists(st.tuples(ROWS, APPLICATIONS), min_size=1, max_size=4),
    st.sampled_from(PaymentKind),
    st.sampled_from((COMPANY, NO_DEPOSIT)),
)
def test_every_part_of_a_payment_sums_to_zero(
    found: list[tuple[PaymentRow, Standing | date]], kind: PaymentKind, company: Settings
) -> None:
    rows, applications = zip(*found, strict=True)
    unit = Payment("P-1", kind, Status.FINAL, DAYS[0], "", "", "", rows)
    parts = of_payment(unit, applications, Rules(company))
    assert all(sum(part.by_account().values()) == 0 for part in parts)
    assert [part.own_date for part in parts] == sorted({part.own_date for part in parts})


@st.composite
def paid_in_full(draw: st.DrawFn) -> tuple[Document, list[Payment]]:
    """An invoice and payments that come to its total, in any pieces, on any days, with fees and roundings."""
    cents = draw(st.integers(100, 10**6))
    document = invoice("F-1", "01-28", line("CLEAN", cents), tax("GST", cents // 20), row("tip", 100))
    pieces = allocate(document.total_cents, draw(st.lists(st.integers(1, 9), min_size=1, max_size=4)))
    return document, [draw(piece(f"P-{i}", cents)) for i, cents in enumerate(pieces)]


@st.composite
def piece(draw: st.DrawFn, number: str, cents: int) -> Payment:
    rounding, tip = draw(st.sampled_from(((0, 0), (0, 0), (2, 0), (-2, 0), (0, 150), (-1, 20))))
    applied = draw(st.none() | st.sampled_from(DAYS))
    shares = (PaymentRow("F-1", cents - rounding + tip, draw(st.sampled_from((0, 1))), rounding, tip, applied),)
    return payment(number, draw(st.sampled_from(DAYS)).isoformat(), *shares, method=draw(st.sampled_from(("", "card"))))


@given(paid_in_full(), st.sampled_from((COMPANY, NO_DEPOSIT)))
def test_once_paid_in_full_only_revenue_tax_bank_and_the_like_are_left(
    found: tuple[Document, list[Payment]], company: Settings
) -> None:
    document, payments = found
    sums: Balances = {}
    for want in wants_of(books(document, *payments), company).values():
        for accounts in parts_of(want).values():
            add(sums, accounts)
    assert sums.pop("1201") == 0
    assert sums.pop("2450", 0) == 0
    assert {account[0] for account in sums if account not in ("1060", "1065")} <= {"2", "4", "5"}


@given(paid_in_full(), st.sampled_from((COMPANY, NO_DEPOSIT)))
def test_a_deposit_that_waits_never_has_a_debit_balance(
    found: tuple[Document, list[Payment]], company: Settings
) -> None:
    """On no day is more taken from customers' deposits than was put there."""
    document, payments = found
    by_day: Parts = {}
    for want in wants_of(books(document, *payments), company).values():
        for day, accounts in parts_of(want).items():
            add(by_day.setdefault(day, {}), accounts)
    balance = 0
    for day in sorted(by_day):
        balance += by_day[day].get("2450", 0)
        assert balance <= 0
