"""The start date (P3, P7): what is never wanted, and what is left to the program or to the opening balance."""

from dataclasses import replace

import pytest

from ecriture.core.documents import Document, Payment, Status
from ecriture.core.sales import Standing
from ecriture.core.settings import Opening, Settings
from small_books import (
    Ledger,
    Parts,
    accounting,
    books,
    codes,
    credit_note,
    invoice,
    line,
    on,
    parts_held,
    payment,
    refund,
    share,
    wants_of,
)

START = accounting(start_date=on("02-01"))
START_CLEARING = accounting(START, opening=Opening.CLEARING)

F1 = invoice("F-1", "01-10", line("", 10000), customer="Lise")
F3 = invoice("F-3", "02-02", line("", 500))
P1 = payment("P-1", "02-05", share("F-1", 10000))
RECEIPT = {"1060": 10000, "1201": -10000}


def plan_since_start(company: Settings, *units: Document | Payment) -> tuple[Parts, list[tuple[str, str]]]:
    """What the ledger holds of all units after one export, by own date, and what was said."""
    ledger = Ledger(company)
    plan = ledger.export(books(*units), "03-31")
    by_day: Parts = {}
    for parts in parts_held(ledger.transferred).values():
        for day, sums in parts.items():
            for account, cents in sums.items():
                by_day.setdefault(day, {})[account] = by_day.get(day, {}).get(account, 0) + cents
    return by_day, codes(plan.problems)


@pytest.mark.parametrize("company", [START, START_CLEARING])
def test_own_dates_before_the_start_are_never_wanted(company: Settings) -> None:
    early = payment("P-1", "01-20", share("", 1000))
    assert plan_since_start(company, F1, early) == ({}, [])


def test_an_opening_document_lives_in_sage_and_so_does_all_that_names_it() -> None:
    note = credit_note("N-1", "02-10", line("", 1000), applies_to="F-1")
    units = (F1, note, P1, refund("R-1", "02-12", share("F-1", 1)), refund("R-2", "02-13", share("N-1", 1000)))
    said = [("opening-document", number) for number in ("N-1", "P-1", "R-1", "R-2")]
    assert plan_since_start(START, *units) == ({}, said)


def test_a_payment_with_several_rows_is_judged_row_by_row() -> None:
    new = invoice("F-3", "02-02", line("", 500))
    both = payment("P-1", "02-05", share("F-1", 10000), share("F-3", 500))
    by_day, said = plan_since_start(START, F1, new, both)
    assert by_day[on("02-05")] == {"1060": 500, "1201": -500}
    assert said == [("opening-document", "P-1")]


def test_with_its_balance_in_the_clearing_account_payments_of_an_opening_document_post() -> None:
    later = payment("P-2", "02-06", share("F-1", 300, applied="02-20"))
    by_day, said = plan_since_start(START_CLEARING, F1, P1, later)
    assert by_day == {
        on("02-05"): RECEIPT,
        on("02-06"): {"1060": 300, "2450": -300},
        on("02-20"): {"2450": 300, "1201": -300},
    }
    assert said == []


def test_with_its_balance_in_the_clearing_account_a_credit_note_of_it_posts() -> None:
    note = credit_note("N-1", "02-10", line("", 1000), applies_to="F-1")
    assert plan_since_start(START_CLEARING, F1, note) == ({on("02-10"): {"1201": -1000, "4000": 1000}}, [])


@pytest.mark.parametrize(("deposit", "account"), [("2450", "2450"), ("", "1201")])
def test_a_payment_before_the_start_for_a_document_after_it_says_what_the_opening_balance_must_hold(
    deposit: str, account: str
) -> None:
    company = replace(START, extras=replace(START.extras, deposit=deposit))
    late = invoice("F-3", "02-02", line("", 500))
    plan = Ledger(company).plan(books(late, payment("P-1", "01-20", share("F-3", 502, rounding=-2))), "03-31")
    (said,) = plan.problems
    assert (said.code, said.params) == (
        "opening-payment",
        {"document": "F-3", "amount_cents": 500, "account": account, "reason": "payment"},
    )


def test_such_a_payment_is_applied_after_the_start_all_the_same() -> None:
    late = invoice("F-3", "02-02", line("", 500))
    by_day, _ = plan_since_start(START, late, payment("P-1", "01-20", share("F-3", 500)))
    assert by_day == {on("02-02"): {"1201": 0, "4000": -500, "2450": 500}}


@pytest.mark.parametrize("company", [START, START_CLEARING])
def test_what_was_paid_of_an_opening_document_before_the_start_is_not_listed(company: Settings) -> None:
    assert plan_since_start(company, F1, payment("P-1", "01-20", share("F-1", 10000))) == ({}, [])


def test_notices_are_not_given_before_their_date() -> None:
    assert Ledger(START).plan(books(F1, P1), "02-04").problems == ()


def test_where_opening_receivables_live_does_not_change_for_what_is_live() -> None:
    new = invoice("F-3", "02-02", line("", 500))
    both = payment("P-1", "02-05", share("F-1", 10000), share("F-3", 500))
    ledger = Ledger(START)
    ledger.export(books(F1, new, both), "02-28")
    ledger.company = START_CLEARING
    assert ledger.plan(books(F1, new, both), "02-28").entries == ()


def test_a_row_says_where_it_stands() -> None:
    elsewhere, unknown, applied = share("F-1", 1), share("", 1), share("F-3", 1)
    paid = payment("P-1", "02-05", elsewhere, unknown, applied)
    want = wants_of(books(F1, F3, paid), START)[paid.id]
    assert want.applications == [Standing.ELSEWHERE, Standing.UNAPPLIED, on("02-05")]


def notices(
    company: Settings, *units: Document | Payment, through: str = "03-31"
) -> list[tuple[str, dict[str, object]]]:
    return [(it.code, dict(it.params)) for it in Ledger(company).plan(books(*units), through).problems]


def test_a_row_of_an_opening_document_has_no_tip_either_and_its_notice_names_both() -> None:
    paid = payment("P-1", "02-05", share("F-1", 10500, tip=500), share("F-3", 600, tip=100))
    by_day, said = plan_since_start(START, F1, F3, paid)
    assert by_day[on("02-05")] == {"1060": 600, "1201": -500, "2400": -100}
    assert said == [("opening-document", "P-1")]
    assert notices(START, F1, F3, paid) == [
        ("opening-document", {"document": "F-1", "amount_cents": 10500, "tip_cents": 500})
    ]


def test_each_such_row_has_a_notice_of_its_own() -> None:
    paid = payment("P-1", "02-05", share("F-1", 4000), share("F-1", 6000, applied="02-09"))
    assert [params["amount_cents"] for _, params in notices(START, F1, paid)] == [4000, 6000]


def test_what_the_opening_balance_must_hold_is_what_the_payment_takes_off_its_document() -> None:
    paid = payment("P-1", "01-20", share("F-3", 600, rounding=1, tip=101, fee=30))
    assert [params["amount_cents"] for _, params in notices(START, F3, paid)] == [500]


def test_a_refund_of_before_the_start_is_said_as_one() -> None:
    back = refund("R-1", "01-20", share("F-3", 500))
    assert [(code, params["reason"]) for code, params in notices(START, F3, back)] == [("opening-payment", "refund")]


def test_an_opening_payment_of_a_document_that_only_batches_know_is_said_too() -> None:
    ledger = Ledger(START)
    ledger.export(books(F3), "02-28")
    paid = payment("P-1", "01-20", share("F-3", 500))
    assert codes(ledger.plan(books(paid), "02-28").problems) == [("opening-payment", "P-1")]


def test_a_document_of_the_start_date_itself_is_no_opening_document() -> None:
    first = F1._replace(date=on("02-01"))
    assert plan_since_start(START, first, P1) == (
        {on("02-01"): {"1201": 10000, "4000": -10000}, on("02-05"): RECEIPT},
        [],
    )


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_a_void_or_draft_document_of_before_the_start_is_no_opening_document(status: Status) -> None:
    gone = invoice("F-1", "01-10", status=status)
    by_day, said = plan_since_start(START, gone, payment("P-1", "02-05", share("F-1", 10000)))
    assert (by_day, said) == ({on("02-05"): {"1060": 10000, "2450": -10000}}, [])


def test_without_a_start_date_nothing_is_said() -> None:
    assert notices(accounting(), F1, P1, payment("P-0", "01-01", share("F-1", 1))) == []
