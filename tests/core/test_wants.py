"""When (P3): sale dates, holding, application dates, the start date; what a live unit keeps, sentence by sentence."""

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.batches import Transferred
from ecriture.core.documents import Books, Document, Payment, Status, UnitId, UnitKind
from ecriture.core.plan import listing
from ecriture.core.sales import KeptBack
from ecriture.core.settings import Method, Opening, PaidSaleDate, Settings, frozen_mapping
from ecriture.core.wants import Wants
from small_books import (
    COMPANY,
    Ledger,
    Parts,
    accounting,
    accounts,
    books,
    codes,
    credit_note,
    invoice,
    line,
    live_units,
    on,
    parts_held,
    parts_of,
    payment,
    refund,
    row,
    share,
    wanted,
    wants_of,
)
from worlds import DAYS, SOME, World, some_books, surroundings, throughs, without, worlds

PAID = accounting(only_when_paid=True)
PAID_BY_DOCUMENT = accounting(PAID, paid_sale_date=PaidSaleDate.DOCUMENT)
START_CLEARING = accounting(start_date=on("02-01"), opening=Opening.CLEARING)

F1 = invoice("F-1", "01-10", line("", 10000), customer="Lise")
F2 = invoice("F-2", "01-12", line("", 5000))
P1 = payment("P-1", "02-05", share("F-1", 10000))
SALE = {"1201": 10000, "4000": -10000}
RECEIPT = {"1060": 10000, "1201": -10000}


def ledger_of(company: Settings, found: Books, through: str) -> Ledger:
    ledger = Ledger(company)
    ledger.export(found, through)
    return ledger


def now_wanted(ledger: Ledger, found: Books, number: str, *, through: str = "12-31") -> Parts:
    """What a unit wants beside what the ledger recorded of it."""
    wants = wants_of(found, ledger.company, through=through, transferred=ledger.transferred)
    return next(parts_of(want) for unit, want in wants.items() if unit.number == number)


# Sale dates


def test_a_sale_is_dated_on_its_document() -> None:
    assert wanted(F1, P1) == {on("01-10"): SALE}


def test_only_when_paid_a_sale_is_dated_on_its_release() -> None:
    assert wanted(F1, P1, company=PAID) == {on("02-05"): SALE}


def test_or_on_its_document_once_it_is_released() -> None:
    assert wanted(F1, P1, company=PAID_BY_DOCUMENT) == {on("01-10"): SALE}
    assert wanted(F1, company=PAID_BY_DOCUMENT) == {}


def test_a_credit_note_that_names_a_document_is_released_with_it_not_before_its_own_date() -> None:
    for day, released in (("01-20", "02-05"), ("02-20", "02-20")):
        note = credit_note("N-1", day, line("", 1000), applies_to="F-1")
        assert set(wanted(note, F1, P1, company=PAID)) == {on(released)}
        assert wanted(note, F1, company=PAID) == {}


def test_a_credit_note_that_names_none_is_released_when_refunds_reach_its_total() -> None:
    note = credit_note("N-1", "01-20", line("", 1000))
    assert wanted(note, company=PAID) == {}
    assert set(wanted(note, refund("R-1", "02-03", share("N-1", 1000)), company=PAID)) == {on("02-03")}
    paid_back = payment("P-2", "02-02", share("N-1", 1))
    assert wanted(note, refund("R-1", "02-03", share("N-1", 1000)), paid_back, company=PAID) == {}


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_a_credit_note_that_names_a_document_without_weight_names_none(status: Status) -> None:
    note = credit_note("N-1", "01-20", line("", 1000), applies_to="F-9")
    nothing = invoice("F-9", "01-10", status=status)
    assert wanted(note, nothing, company=PAID) == {}
    assert set(wanted(note, nothing, refund("R-1", "02-03", share("N-1", 1000)), company=PAID)) == {on("02-03")}


def test_a_credit_note_of_nothing_does_not_wait_for_the_document_that_it_names() -> None:
    note = credit_note("N-1", "01-20", line("", 100), row("discount", 100), applies_to="F-1")
    assert set(wanted(note, F1, company=PAID)) == {on("01-20")}


def test_an_opening_document_counts_as_released_for_its_credit_notes() -> None:
    note = credit_note("N-1", "02-20", line("", 1000), applies_to="F-1")
    assert set(wanted(note, F1, company=accounting(START_CLEARING, only_when_paid=True))) == {on("02-20")}


def test_an_export_knows_only_releases_up_to_its_through() -> None:
    found = books(F1, P1)
    assert wants_of(found, PAID, through="02-04")[F1.id].parts == ()
    assert parts_of(wants_of(found, PAID, through="02-05")[F1.id]) == {on("02-05"): SALE}
    assert wants_of(found, PAID_BY_DOCUMENT, through="02-04")[F1.id].parts == ()


# Kept back


def kept_back(found: Books, company: Settings = PAID, through: str = "12-31") -> list[KeptBack]:
    return list(Ledger(company).plan(found, through).kept_back)


def test_what_is_not_released_is_kept_back_with_the_money_received_by_bank_account() -> None:
    partly = payment("P-1", "01-20", share("F-1", 4000, fee=100), method="card")
    assert kept_back(books(F1, partly)) == [
        KeptBack(UnitKind.DOCUMENT, "F-1", "unpaid"),
        KeptBack(UnitKind.PAYMENT, "P-1", "waits", "1065", 3900),
    ]


def test_what_a_refund_that_waits_takes_from_the_bank_is_negative() -> None:
    back = refund("R-1", "01-20", share("F-1", 4000, fee=100, tip=5))
    assert kept_back(books(F1, back))[1:] == [KeptBack(UnitKind.PAYMENT, "R-1", "waits", "1060", -4100)]


def test_the_money_of_a_row_that_is_in_the_program_already_is_not_counted() -> None:
    company = accounting(PAID, start_date=on("01-11"))
    both = payment("P-1", "01-20", share("F-1", 4000), share("F-2", 700, tip=200))
    assert kept_back(books(F1, F2, both), company) == [
        KeptBack(UnitKind.DOCUMENT, "F-2", "unpaid"),
        KeptBack(UnitKind.PAYMENT, "P-1", "waits", "1060", 700),
    ]


def test_a_payment_of_which_the_program_has_all_does_not_wait_with_others() -> None:
    company = accounting(PAID, start_date=on("01-11"))
    known = payment("P-1", "01-20", share("F-1", 4000))
    assert kept_back(books(F1, F2, known), company) == [KeptBack(UnitKind.DOCUMENT, "F-2", "unpaid")]


def test_a_payment_that_is_kept_back_keeps_its_tip_too() -> None:
    assert wanted(payment("P-1", "01-20", share("F-2", 1500, tip=500)), F2, company=PAID) == {}
    whole = payment("P-1", "01-20", share("F-2", 5500, tip=500))
    assert wanted(whole, F2, company=PAID) == {on("01-20"): {"1060": 5500, "1201": -5000, "2400": -500}}


def test_nothing_is_listed_as_kept_back_before_its_date() -> None:
    assert kept_back(books(F1, payment("P-1", "01-20", share("F-1", 1))), through="01-09") == []


def test_a_payment_all_of_whose_rows_wait_wants_nothing() -> None:
    paid = payment("P-1", "01-20", share("F-1", 1000), share("F-2", 1000))
    assert wanted(paid, F1, F2, company=PAID) == {}


def test_as_soon_as_one_row_posts_the_whole_payment_does() -> None:
    """The bank saw one amount: the row that waits is unapplied."""
    paid = payment("P-1", "01-20", share("F-1", 10000), share("F-2", 1000))
    assert wanted(paid, F1, F2, company=PAID) == {on("01-20"): {"1060": 11000, "1201": -10000, "2450": -1000}}


def test_the_row_that_waited_is_applied_when_its_document_is_released() -> None:
    paid = payment("P-1", "01-20", share("F-1", 10000), share("F-2", 1000))
    rest = payment("P-2", "02-10", share("F-2", 4000))
    assert wanted(paid, F1, F2, rest, company=PAID) == {
        on("01-20"): {"1060": 11000, "1201": -10000, "2450": -1000},
        on("02-10"): {"2450": 1000, "1201": -1000},
    }


@pytest.mark.parametrize("document", ["", "F-9"])
def test_a_row_that_names_nothing_does_not_wait(document: str) -> None:
    paid = payment("P-1", "01-20", share(document, 500), share("F-2", 1000))
    nothing = invoice("F-9", "01-10", status=Status.VOID)
    assert wanted(paid, F2, nothing, company=PAID) == {on("01-20"): {"1060": 1500, "2450": -1500}}


def test_a_refund_is_kept_back_like_a_payment() -> None:
    assert wanted(refund("R-1", "01-25", share("F-2", 1000)), F2, company=PAID) == {}


def test_a_refund_is_not_kept_back_when_a_payment_of_its_document_posts() -> None:
    paid = payment("P-1", "01-20", share("F-1", 10000), share("F-2", 1000))
    back = refund("R-1", "01-25", share("F-2", 1000))
    assert wanted(back, F1, F2, paid, company=PAID) == {on("01-25"): {"1060": -1000, "2450": 1000}}


def test_but_only_when_that_payment_is_dated_up_to_through() -> None:
    paid = payment("P-1", "02-20", share("F-2", 1000), share("", 1))
    found = books(F2, paid, refund("R-1", "01-25", share("F-2", 1000)))
    refund_id = next(id_ for id_ in wants_of(found, PAID) if id_.number == "R-1")
    assert wants_of(found, PAID, through="02-19")[refund_id].parts == ()
    assert wants_of(found, PAID, through="02-20")[refund_id].parts != ()


def test_a_payment_of_a_document_with_an_error_waits() -> None:
    found = books(F2, payment("P-1", "01-20", share("F-1", 10000)))._replace(faulty_documents=frozenset({"F-1"}))
    assert wants_of(found)[payment("P-1", "01-20").id].parts == ()
    assert kept_back(found, COMPANY) == [KeptBack(UnitKind.PAYMENT, "P-1", "waits", "1060", 10000)]


# Holding prevents a first transfer and never undoes one


@pytest.mark.parametrize("company", [COMPANY, PAID, PAID_BY_DOCUMENT])
def test_a_live_document_keeps_its_sale_date_whatever_the_switches_say_later(company: Settings) -> None:
    ledger = ledger_of(PAID, books(F1, P1), "02-28")
    ledger.company = company
    assert now_wanted(ledger, books(F1, P1), "F-1") == {on("02-05"): SALE}
    assert now_wanted(ledger, books(F1), "F-1") == {on("02-05"): SALE}


def test_a_refund_never_unreleases_a_document() -> None:
    ledger = ledger_of(PAID, books(F1, P1), "02-28")
    returned = refund("R-1", "02-03", share("F-1", 10000))
    assert now_wanted(ledger, books(F1, P1, returned), "F-1") == {on("02-05"): SALE}


def test_switching_to_only_when_paid_does_not_take_back_what_is_unpaid() -> None:
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    ledger.company = PAID
    assert ledger.plan(books(F1), "02-28").entries == ()


def test_a_moved_document_that_is_not_released_is_dated_on_its_document() -> None:
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    ledger.company = PAID
    assert now_wanted(ledger, books(F1._replace(date=on("01-15"))), "F-1") == {on("01-15"): SALE}


def test_a_moved_document_that_is_released_is_dated_by_its_release() -> None:
    ledger = ledger_of(PAID, books(F1, P1), "02-28")
    moved = F1._replace(date=on("02-20"))
    assert now_wanted(ledger, books(moved, P1), "F-1") == {on("02-20"): SALE}


def test_a_later_batch_without_a_sale_date_keeps_the_earlier_one() -> None:
    """Changed in January's export, which does not know the release of February."""
    ledger = ledger_of(PAID, books(F1, P1), "02-28")
    changed = F1._replace(amounts=(12000,))
    ledger.export(books(changed, P1), "02-28")
    assert now_wanted(ledger, books(changed, P1), "F-1", through="01-31") == {
        on("02-05"): {"1201": 12000, "4000": -12000}
    }


def test_a_live_payment_is_never_kept_back() -> None:
    ledger = ledger_of(COMPANY, books(F1, payment("P-1", "01-20", share("F-1", 1000))), "01-31")
    ledger.company = PAID
    moved = payment("P-1", "01-20", share("F-2", 1000))
    assert now_wanted(ledger, books(F1, F2, moved), "P-1") == {on("01-20"): {"1060": 1000, "2450": -1000}}


def test_a_live_payment_keeps_the_application_date_of_a_row() -> None:
    """The document moves to March: the row stays applied on the day on which it was."""
    paid = payment("P-1", "01-20", share("F-1", 10000))
    ledger = ledger_of(COMPANY, books(F1, paid), "01-31")
    moved = F1._replace(date=on("03-05"))
    assert now_wanted(ledger, books(moved, paid), "P-1") == {on("01-20"): RECEIPT}


@pytest.mark.parametrize(
    "edited",
    [
        payment("P-1", "01-20", share("F-1", 10000, applied="01-25")),
        payment("P-1", "01-21", share("F-1", 10000)),
        payment("P-1", "01-20", share("F-3", 10000)),
    ],
)
def test_another_document_applied_or_payment_date_makes_another_row(edited: Payment) -> None:
    ledger = ledger_of(COMPANY, books(F1, payment("P-1", "01-20", share("F-1", 10000))), "01-31")
    moved, other = F1._replace(date=on("03-05")), invoice("F-3", "03-05", line("", 10000))
    assert max(now_wanted(ledger, books(moved, other, edited), "P-1")) == on("03-05")


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_a_live_row_whose_document_is_void_or_draft_is_unapplied(status: Status) -> None:
    paid = payment("P-1", "01-20", share("F-1", 10000))
    ledger = ledger_of(COMPANY, books(F1, paid), "01-31")
    gone = invoice("F-1", "01-10", status=status)
    assert now_wanted(ledger, books(gone, paid), "P-1") == {on("01-20"): {"1060": 10000, "2450": -10000}}


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_a_live_document_set_to_draft_is_reversed_like_a_void(status: Status) -> None:
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    ledger.export(books(invoice("F-1", "01-10", status=status)), "01-31")
    assert ledger.balances() == {}


def test_a_live_document_with_an_error_is_left_and_its_live_payment_too() -> None:
    paid = payment("P-1", "01-20", share("F-1", 10000))
    ledger = ledger_of(COMPANY, books(F1, paid), "01-31")
    broken = books(paid)._replace(faulty_documents=frozenset({"F-1"}))
    assert ledger.plan(broken, "01-31").entries == ()


def test_a_new_payment_of_a_live_document_with_an_error_is_applied() -> None:
    """The document is in the ledger as it was, so that the payment has something to clear."""
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    broken = books(P1)._replace(faulty_documents=frozenset({"F-1"}))
    assert now_wanted(ledger, broken, "P-1") == {on("02-05"): RECEIPT}


def test_an_application_after_through_is_not_recorded() -> None:
    """What is applied in March may still change in February's books."""
    late = invoice("F-1", "03-05", line("", 10000))
    paid = payment("P-1", "01-20", share("F-1", 10000))
    ledger = ledger_of(COMPANY, books(late, paid), "01-31")
    assert ledger.batches[0].units[0].record.applied == {}
    earlier = late._replace(date=on("02-10"))
    assert set(now_wanted(ledger, books(earlier, paid), "P-1")) == {on("01-20"), on("02-10")}


# What was transferred keeps its accounts


def test_a_live_unit_keeps_its_accounts_and_a_new_key_uses_those_of_today() -> None:
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    ledger.company = accounts(COMPANY, invoice_debit="1299", invoice_credit="4999")
    more = invoice("F-1", "01-10", line("", 12000), line("CLEAN", 1000))
    assert now_wanted(ledger, books(more), "F-1") == {
        on("01-10"): {"1201": 12000, "4000": -12000, "1299": 1000, "4100": -1000}
    }


def test_after_a_cancelled_batch_the_settings_of_today_count() -> None:
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    ledger.cancel(1)
    ledger.company = accounts(COMPANY, invoice_credit="4999")
    assert now_wanted(ledger, books(F1), "F-1") == {on("01-10"): {"1201": 10000, "4999": -10000}}


# Documents that only batches know


def test_a_payment_of_a_document_that_only_batches_know_is_applied_on_its_recorded_sale_date() -> None:
    late = invoice("F-1", "03-05", line("", 10000))
    ledger = ledger_of(COMPANY, books(late), "03-31")
    assert now_wanted(ledger, books(P1), "P-1") == {
        on("02-05"): {"1060": 10000, "2450": -10000},
        on("03-05"): {"2450": 10000, "1201": -10000},
    }


@pytest.mark.parametrize("company", [COMPANY, PAID, PAID_BY_DOCUMENT])
def test_such_a_document_never_makes_its_payments_wait(company: Settings) -> None:
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    ledger.company = company
    assert now_wanted(ledger, books(P1), "P-1") == {on("02-05"): RECEIPT}


def test_a_credit_note_of_such_a_document_is_released_with_it() -> None:
    ledger = ledger_of(PAID, books(F1, P1), "02-28")
    note = credit_note("N-1", "01-20", line("", 1000), applies_to="F-1")
    assert now_wanted(ledger, books(note), "N-1") == {on("02-05"): {"1201": -1000, "4000": 1000}}


def test_a_payment_shows_the_customer_that_the_last_live_batch_listed() -> None:
    ledger = ledger_of(COMPANY, books(F1), "01-31")
    ledger.export(books(F1._replace(amounts=(9000,), customer="Lise Roy")), "01-31")
    later = books(payment("P-1", "02-05", share("F-1", 9000)))
    assert shown_customers(ledger, later) == {"Lise Roy"}
    ledger.cancel(2)
    assert shown_customers(ledger, later) == {"Lise"}


def shown_customers(ledger: Ledger, found: Books) -> set[str]:
    return {posting.customer for posting, _ in listing(ledger.plan(found, "02-28"))}


def test_a_month_s_files_are_enough() -> None:
    """They have what is not transferred yet, and everything that settles it."""
    sales = F1, invoice("F-3", "02-03", line("", 700), customer="Hélène")
    deposit, rest = payment("P-0", "01-25", share("F-3", 200)), payment("P-2", "02-10", share("F-3", 500))
    by_month, at_once = (ledger_of(PAID, books(*sales, deposit, P1), "02-05") for _ in range(2))
    by_month.export(books(sales[1], deposit, rest), "02-28")
    at_once.export(books(*sales, deposit, P1, rest), "02-28")
    assert by_month.balances() == at_once.balances() == {"1060": 10700, "4000": -10700}


# Warnings of payments


def test_a_method_without_settings_is_pointed_out_but_for_the_usual_ones() -> None:
    units = [
        payment(f"P-{method}", "01-20", share("", 100), method=method) for method in ("", "cheque", "Card", "bitcoin")
    ]
    assert codes(Ledger().plan(books(*units), "01-31").problems) == [("method-unknown", "P-bitcoin")]


def test_a_document_of_nothing_still_has_a_sale_date_for_its_payments() -> None:
    free = invoice("F-1", "01-10", line("", 100), row("discount", 100))
    assert wanted(payment("P-1", "01-20", share("F-1", 5)), free, company=PAID) == {
        on("01-20"): {"1060": 5, "1201": -5}
    }


# Each unit for itself


def shown(wants: Wants, unit: Document | Payment) -> tuple[object, ...]:
    """All that is to be known of what a unit wants, without the objects that stand for accounts."""
    want = wants.of_document(unit) if isinstance(unit, Document) else wants.of_payment(unit)
    pending = [(it.own_date, it.is_correction, it.by_account()) for it in want.pending]
    parts = [(it.own_date, [(c.account, c.keys, c.setting, *rest) for c, *rest in it.postings()]) for it in want.parts]
    return want.unit, parts, want.sale, want.applications, want.kept_back, pending


def wants_now(world: World, ledger: Ledger | None = None) -> Wants:
    known = ledger.transferred if ledger else Transferred()
    return Wants(world.books, world.company, through=world.through, transferred=known)


def units_of(world: World) -> list[Document | Payment]:
    return [*world.books.documents.values(), *world.books.payments.values()]


@SOME
@given(worlds(), some_books(), st.randoms(use_true_random=False))
def test_a_unit_asked_alone_in_any_order_and_again_wants_the_same(
    world: World, before: Books, random: random.Random
) -> None:
    """Whatever was transferred before of units of the same numbers."""
    ledger = ledger_of(world.company, before, world.through.isoformat())
    units, all_in_order = units_of(world), wants_now(world, ledger)
    in_order = {want.unit.id: shown(all_in_order, want.unit) for want in all_in_order}
    assert list(in_order) == [unit.id for unit in units]
    in_any_order = wants_now(world, ledger)
    for unit in random.sample(units * 2, 2 * len(units)):
        assert shown(in_any_order, unit) == in_order[unit.id]
        assert shown(wants_now(world, ledger), unit) == in_order[unit.id]


@SOME
@given(worlds())
def test_what_a_unit_wants_depends_on_nothing_but_its_surroundings(world: World) -> None:
    wants = wants_now(world)
    for unit in units_of(world):
        alone = world._replace(books=surroundings(world.books, unit))
        assert shown(wants_now(alone), unit) == shown(wants, unit)


@SOME
@given(worlds(), some_books())
def test_a_live_unit_is_never_kept_back_whatever_settles_it_later(world: World, after: Books) -> None:
    """Its documents are as they were; payments and credit notes may be others."""
    world = world._replace(company=accounting(world.company, start_date=None))
    ledger = ledger_of(world.company, world.books, world.through.isoformat())
    others = {n: it for n, it in after.documents.items() if n not in world.books.documents}
    found = Books({**world.books.documents, **others}, after.payments)
    wants = Wants(
        found, accounting(world.company, only_when_paid=True), through=world.through, transferred=ledger.transferred
    )
    for unit in found.documents.values():
        if unit.id in live_units(ledger.transferred) and unit.number in world.books.documents:
            want = wants.of_document(unit)
            assert (want.kept_back, list(want.pending)) == (None, [])
    for paid in found.payments.values():
        assert paid.id not in live_units(ledger.transferred) or wants.of_payment(paid).kept_back is None


@SOME
@given(worlds())
def test_what_is_kept_back_wants_nothing_and_is_in_no_batch(world: World) -> None:
    world = world._replace(company=accounting(world.company, only_when_paid=True))
    ledger = ledger_of(world.company, world.books, world.through.isoformat())
    for want in wants_now(world):
        if want.kept_back is not None:
            assert (want.kept_back[:2], list(want.parts)) == (want.unit.id, [])
            assert want.unit.id not in live_units(ledger.transferred)


@SOME
@given(worlds(), throughs())
def test_a_month_s_files_are_enough_with_what_is_not_transferred_and_what_settles_it(world: World, then: date) -> None:
    """All documents that are live and settled by nothing that is left are known by their batches alone."""
    by_month, at_once = (ledger_of(world.company, world.books, then.isoformat()) for _ in range(2))
    live = live_units(by_month.transferred).keys()
    left_out = {unit.id for unit in world.books.documents.values() if unit.id in live}
    month = without(world.books, left_out)
    by_month.export(month, "04-30")
    at_once.export(world.books, "04-30")
    assert by_month.balances() == at_once.balances()


@SOME
@given(st.sampled_from(DAYS), st.sampled_from(DAYS), st.booleans())
def test_a_document_that_moves_before_its_payment_was_applied_takes_the_application_with_it(
    then: date, day: date, only_when_paid: bool
) -> None:
    company = accounting(only_when_paid=only_when_paid)
    sale = invoice("F-1", "03-30", line("", 700))
    paid = payment("P-1", "01-01", share("F-1", 700), share("", 100))
    moved = books(sale._replace(date=day), paid)
    ledger, at_once = ledger_of(company, books(sale, paid), then.isoformat()), ledger_of(company, moved, "04-30")
    ledger.export(moved, "04-30")
    assert parts_held(ledger.transferred) == parts_held(at_once.transferred)


def test_a_payment_of_a_document_that_nobody_knows_does_not_depend_on_what_else_waits() -> None:
    """An export refuses it (document-unknown); who asks for its want alone is told that it is a deposit."""
    unknown = payment("P-9", "02-05", share("F-UNKNOWN", 3000))
    assert wanted(unknown, company=PAID) == wanted(unknown, F1, company=PAID) != {}


def test_a_debt_that_is_given_up_is_no_money_that_the_bank_has_and_the_books_do_not() -> None:
    company = replace(
        accounting(only_when_paid=True), methods=frozen_mapping({"bad": Method("bad", "5440", write_off=True)})
    )
    units = (invoice("A", "01-05", line("", 1_000)), payment("P", "01-06", share("A", 400), method="bad"))
    kept = wants_of(books(*units), company)[UnitId(UnitKind.PAYMENT, "P")].kept_back
    assert kept == KeptBack(UnitKind.PAYMENT, "P", "waits")
