"""What live batches hold and keep of every unit (P4, P6)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from ecriture.core.batches import (
    NO_ACCOUNTS,
    NOTHING_TRANSFERRED,
    Batch,
    BatchPosting,
    BatchState,
    BatchUnit,
    Recorded,
    RecordedAccounts,
    Transferred,
    UnitRecord,
    Why,
    parts_of,
    postings_of,
    transferred_by,
)
from ecriture.core.documents import UnitId, UnitKind
from ecriture.core.settings import Opening
from small_books import Ledger, books, invoice, line, live_units, on, parts_held, payment, share
from worlds import SOME, World, worlds

F1 = UnitId(UnitKind.DOCUMENT, "F-1")
P1 = UnitId(UnitKind.PAYMENT, "F-1")
JANUARY_5, JANUARY_20 = on("01-05"), on("01-20")


def batch(number: int, *postings: BatchPosting, record: UnitRecord | None = None, unit: UnitId = F1) -> Batch:
    """A batch of postings; `record` is that of `unit`, which has at least a posting of nothing."""
    found: dict[UnitId, list[BatchPosting]] = {}
    for it in postings if record is None else (*postings, posting("1201", 0, unit=unit)):
        found.setdefault(it.unit, []).append(it)
    return Batch(
        number=number,
        target="csv",
        through=on("01-31"),
        content=b"",
        entries=(),
        opening=Opening.SAGE,
        start_date=None,
        exported_at="",
        units=tuple(
            BatchUnit(it, record or UnitRecord(JANUARY_5, NO_ACCOUNTS), parts_of(its)) for it, its in found.items()
        ),
    )


def parts(*batches: Batch) -> dict[UnitId, dict[date, dict[str, int]]]:
    return parts_held(transferred_by(batches))


def recorded(*batches: Batch, unit: UnitId = F1) -> Recorded:
    return live_units(transferred_by(batches))[unit]


def posting(account: str, cents: int, *, unit: UnitId = F1, own: date = JANUARY_5) -> BatchPosting:
    return BatchPosting(1, 1, unit, "", own, own, account, cents, Why.NEW)


def cancelled(found: Batch) -> Batch:
    return replace(found, state=BatchState.CANCELLED, reason="wrong company")


def test_postings_are_summed_by_unit_own_date_and_account() -> None:
    first = batch(1, posting("1201", 100), posting("4000", -60), posting("4000", -40))
    second = batch(2, posting("1201", -30), posting("4000", 30), posting("1201", 7, own=JANUARY_20))
    assert parts(first, second) == {
        F1: {JANUARY_5: {"1201": 70, "4000": -70}, JANUARY_20: {"1201": 7}},
    }


def test_a_document_and_a_payment_of_one_number_are_two_units() -> None:
    found = parts(batch(1, posting("1201", 1), posting("1060", 2, unit=P1)))
    assert found == {F1: {JANUARY_5: {"1201": 1}}, P1: {JANUARY_5: {"1060": 2}}}


@pytest.mark.parametrize(("state", "live"), [("exported", True), ("confirmed", True), ("cancelled", False)])
def test_only_a_cancelled_batch_holds_nothing(state: str, live: bool) -> None:
    found = replace(batch(1, posting("1201", 1)), state=BatchState(state))
    assert found.live is live
    assert (transferred_by([found]).any_live, bool(parts(found))) == (live, live)


def test_what_was_reversed_is_still_held_with_zeros() -> None:
    """The unit is live, so that a later part on that date is a correction."""
    found = parts(batch(1, posting("1201", 5)), batch(2, posting("1201", -5)))
    assert found == {F1: {JANUARY_5: {"1201": 0}}}


def test_any_batch_can_be_cancelled_and_what_is_left_counts() -> None:
    first, second = batch(1, posting("1201", 5)), batch(2, posting("1201", 7))
    assert parts(cancelled(first), second) == {F1: {JANUARY_5: {"1201": 7}}}
    assert parts(first, cancelled(second)) == {F1: {JANUARY_5: {"1201": 5}}}


def test_cancelled_batches_hold_nothing() -> None:
    assert transferred_by([]) == transferred_by([cancelled(batch(1, posting("1201", 5)))]) == NOTHING_TRANSFERRED


def test_a_live_batch_is_known_though_none_of_its_units_is() -> None:
    assert transferred_by([batch(1)]).any_live
    assert not transferred_by([cancelled(batch(1))]).any_live


# What is recorded


def test_a_later_record_of_an_account_goes_before_an_earlier_one() -> None:
    first = batch(1, record=UnitRecord(JANUARY_5, RecordedAccounts({"clearing": "1201", "fee": "5610"})))
    second = batch(2, record=UnitRecord(JANUARY_5, RecordedAccounts({"clearing": "1299"})))
    assert recorded(first, second).accounts == {"clearing": "1299", "fee": "5610"}
    assert recorded(first, cancelled(second)).accounts["clearing"] == "1201"


def test_a_later_batch_without_a_sale_date_keeps_the_earlier_one() -> None:
    first = batch(1, record=UnitRecord(JANUARY_5, NO_ACCOUNTS, JANUARY_20))
    second = batch(2, record=UnitRecord(JANUARY_5, NO_ACCOUNTS))
    assert recorded(first, second).sale_date(JANUARY_5) == JANUARY_20


def test_a_recorded_sale_date_holds_as_long_as_the_document_s_date_is_unchanged() -> None:
    found = recorded(batch(1, record=UnitRecord(JANUARY_5, NO_ACCOUNTS, JANUARY_20)))
    assert found.sale_date(JANUARY_20) is None


def test_a_recorded_application_holds_for_its_row_and_the_payment_s_date() -> None:
    record = UnitRecord(JANUARY_5, NO_ACCOUNTS, None, {("F-9", None): JANUARY_20})
    found = recorded(batch(1, record=record, unit=P1), unit=P1)
    assert found.applied_on(JANUARY_5, ("F-9", None)) == JANUARY_20
    assert found.applied_on(JANUARY_20, ("F-9", None)) is None
    assert found.applied_on(JANUARY_5, ("F-9", JANUARY_20)) is None
    assert found.applied_on(JANUARY_5, ("F-8", None)) is None


def test_each_row_keeps_its_own_latest_application() -> None:
    first = batch(1, record=UnitRecord(JANUARY_5, NO_ACCOUNTS, None, {("A", None): JANUARY_5, ("B", None): JANUARY_5}))
    second = batch(2, record=UnitRecord(JANUARY_5, NO_ACCOUNTS, None, {("B", None): JANUARY_20}))
    found = recorded(first, second)
    assert [found.applied_on(JANUARY_5, (number, None)) for number in "AB"] == [JANUARY_5, JANUARY_20]


def test_a_unit_keeps_the_opening_policy_of_its_first_live_batch() -> None:
    first = batch(1, record=UnitRecord(JANUARY_5, NO_ACCOUNTS))
    second = replace(batch(2, record=UnitRecord(JANUARY_5, NO_ACCOUNTS)), opening=Opening.CLEARING)
    assert recorded(first, second).opening is Opening.SAGE
    assert recorded(cancelled(first), second).opening is Opening.CLEARING


def test_the_start_date_is_that_of_the_live_batches() -> None:
    started = replace(batch(1), start_date=JANUARY_5)
    assert transferred_by([started]).start_date == JANUARY_5
    assert transferred_by([cancelled(started)]).start_date is None


# What a batch records


def record_of(ledger: Ledger, unit: UnitId) -> UnitRecord:
    """What the first batch records of a unit."""
    return next(it.record for it in ledger.batches[0].units if it.unit == unit)


def test_a_batch_records_the_accounts_of_what_was_due_and_only_of_that() -> None:
    late = invoice("F-1", "03-02", line("CLEAN", 500))
    paid = payment("P-1", "01-20", share("F-1", 500, fee=0), method="card")
    ledger = Ledger()
    ledger.export(books(late, paid), "01-31")
    record = record_of(ledger, paid.id)
    assert [it.unit for it in ledger.batches[0].units] == [paid.id]
    assert record == UnitRecord(JANUARY_20, RecordedAccounts({"method:card": "1065", "unapplied": "2450"}), None, {})


def test_a_batch_records_the_accounts_of_a_zero_posting_not() -> None:
    ledger = Ledger()
    document = invoice("F-1", "01-05", line("CLEAN", 500), line("", 0))
    ledger.export(books(document), "01-31")
    assert record_of(ledger, document.id) == UnitRecord(
        JANUARY_5, RecordedAccounts({"line:CLEAN:debit": "1201", "line:CLEAN:credit": "4100"}), JANUARY_5
    )


def test_a_sale_that_moved_after_through_is_not_recorded() -> None:
    """What was transferred is reversed; the day of the sale may still change."""
    ledger = Ledger()
    for day in ("01-05", "03-05"):
        ledger.export(books(invoice("F-1", day, line("", 500))), "02-28")
    assert [it.record.sale_date for batch in ledger.batches for it in batch.units] == [JANUARY_5, None]
    assert ledger.balances() == {}


@SOME
@given(worlds())
def test_a_batch_holds_what_its_plan_showed(world: World) -> None:
    ledger = Ledger(world.company)
    plan = ledger.export(world.books, world.through.isoformat())
    sums: dict[str, int] = {}
    for entry in plan.entries:
        for account, cents, _ in entry.lines:
            sums[account] = sums.get(account, 0) + cents
    assert ledger.balances() == {account: cents for account, cents in sorted(sums.items()) if cents}


@SOME
@given(worlds())
def test_nothing_recorded_lies_after_through(world: World) -> None:
    ledger = Ledger(world.company)
    ledger.export(world.books, world.through.isoformat())
    for _, record, postings in (unit for batch in ledger.batches for unit in batch.units):
        assert max((record.sale_date or world.through, *record.applied.values())) <= world.through
        assert all(posting.own_date <= world.through for posting in postings)


# What the latest of them say of a unit


def test_a_unit_has_the_date_and_customer_of_its_latest_live_batch() -> None:
    first = batch(1, posting("1201", 5)._replace(customer="Lise"), posting("4000", -5)._replace(customer="Hélène"))
    second = batch(2, record=UnitRecord(JANUARY_20, NO_ACCOUNTS))
    assert (recorded(first).unit_date, recorded(first).customer) == (JANUARY_5, "Hélène")
    assert (recorded(first, second).unit_date, recorded(first, second).customer) == (JANUARY_20, "")
    assert recorded(first, cancelled(second)).unit_date == JANUARY_5


def test_a_unit_is_in_a_batch_once_with_its_postings_in_the_order_of_the_listing() -> None:
    document = invoice("F-1", "01-05", line("CLEAN", 500), line("", 700), customer="Lise")
    moved = payment("P-1", "01-02", share("F-1", 1200))
    ledger = Ledger()
    ledger.export(books(document, moved), "01-31")
    (batch,) = ledger.batches
    assert [
        (unit, [it.amount_cents for part in parts for it in postings_of(unit, part)]) for unit, _, parts in batch.units
    ] == [
        (document.id, [500, -500, 700, -700]),
        (moved.id, [1200, -1200, 1200, -1200]),
    ]


def test_a_tip_is_recorded_under_a_key_of_its_own() -> None:
    ledger = Ledger()
    paid = payment("P-1", "01-20", share("", 1100, tip=100, fee=30, rounding=1), method="card")
    ledger.export(books(paid), "01-31")
    assert record_of(ledger, paid.id).accounts == {
        "method:card": "1065",
        "fee": "5610",
        "unapplied": "2450",
        "rounding": "5990",
        "tip": "2400",
    }


def test_what_a_batch_remapped_is_recorded_by_it_alone() -> None:
    first, second = (
        Recorded(Opening.SAGE, accounts=RecordedAccounts(accounts))
        for accounts in ({"clearing": "1201", "fee": "5610"}, {"clearing": "1299"})
    )
    assert first.then(second, forgets=True).accounts == {"clearing": "1299"}
    assert not first.without_accounts().then(second).remapped


def test_what_is_to_be_remapped_has_no_accounts_and_the_others_keep_theirs() -> None:
    one = Recorded(Opening.SAGE, accounts=RecordedAccounts({"clearing": "1201"}), customer="Ann")
    found = Transferred({"A": one, "B": one}, {"A": one}).without_accounts({UnitId(UnitKind.DOCUMENT, "A")})
    assert found.documents["A"] == one._replace(accounts=NO_ACCOUNTS, remapped=True)
    assert (found.documents["B"], found.payments["A"]) == (one, one)
