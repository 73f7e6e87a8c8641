"""When a document is released (P3): events of one day count together, and the first day that reaches the total counts."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.batches import NOTHING_TRANSFERRED, Transferred
from ecriture.core.documents import Document, Payment, PaymentRow, Status
from ecriture.core.sales import Event, Standing, events_of, release_date, sales
from ecriture.core.settings import Opening, PaidSaleDate, Settings
from small_books import (
    COMPANY,
    Ledger,
    accounting,
    books,
    credit_note,
    invoice,
    line,
    live_units,
    on,
    payment,
    refund,
    row,
    share,
)

F1 = invoice("F-1", "01-10", line("", 10000))
EVENTS = st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 1, 20)), st.integers(-12000, 12000)), max_size=6)


def released(*events: tuple[str, int], document: Document = F1) -> date | None:
    return release_date(document, [(on(day), cents) for day, cents in events])


@pytest.mark.parametrize(
    ("events", "day"),
    [
        ([("01-20", 10000)], "01-20"),
        ([("01-20", 12000)], "01-20"),
        ([("01-20", 4000), ("01-25", 6000)], "01-25"),
        ([("01-25", 6000), ("01-20", 4000)], "01-25"),
        ([("01-02", 10000)], "01-10"),
        ([("01-02", 4000), ("01-05", 6000)], "01-10"),
        ([("01-20", 10000), ("01-25", -10000)], "01-20"),
        ([("01-02", 10000), ("01-05", -10000), ("01-30", 10000)], "01-30"),
        ([("01-20", 6000), ("01-21", -5000), ("01-22", 9000)], "01-22"),
        ([("01-02", 10000), ("01-10", -10000), ("01-30", 10000)], "01-30"),
    ],
)
def test_it_is_released_on_the_first_day_at_whose_end_it_is_paid(events: list[tuple[str, int]], day: str) -> None:
    assert released(*events) == on(day)


def test_events_of_one_day_count_together() -> None:
    assert released(("01-20", 10000), ("01-20", -1)) is None
    assert released(("01-20", -1), ("01-20", 10001)) == on("01-20")


@pytest.mark.parametrize("events", [[], [("01-20", 9999)], [("01-20", 5000), ("01-21", -5000)]])
def test_what_is_never_paid_is_never_released(events: list[tuple[str, int]]) -> None:
    assert released(*events) is None


def test_a_credit_note_is_reached_by_refunds() -> None:
    note = credit_note("N-1", "01-10", line("", 5000))
    assert released(("01-20", -5000), document=note) == on("01-20")
    assert released(("01-20", 5000), document=note) is None


@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(events: list[Event], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert release_date(F1, shuffled) == release_date(F1, events)


@given(EVENTS)
def test_on_its_day_it_is_paid_and_on_no_day_before(events: list[Event]) -> None:
    day = release_date(F1, events)
    paid = {last: sum(cents for then, cents in events if then <= last) for last, _ in (*events, (F1.date, 0))}
    reached = [last for last, cents in paid.items() if last >= F1.date and cents >= 10000]
    assert day == min(reached, default=None)


# Which events there are


def test_payments_count_with_their_rounding_on_the_later_of_date_and_applied() -> None:
    found = books(
        payment("P-1", "01-20", share("F-1", 4002, rounding=-2)),
        payment("P-2", "01-20", share("F-1", 1000, applied="02-03")),
        payment("P-3", "01-20", share("F-1", 1000, applied="01-03")),
        refund("P-4", "01-25", share("F-1", 500)),
    )
    assert events_of(found) == {
        "F-1": [(on("01-20"), 4000), (on("02-03"), 1000), (on("01-20"), 1000), (on("01-25"), -500)]
    }


def test_a_tip_does_not_count() -> None:
    found = books(
        payment("P-1", "01-20", share("F-1", 11502, rounding=-2, tip=1500)),
        refund("R-1", "01-25", share("F-1", 60, tip=10)),
    )
    assert events_of(found) == {"F-1": [(on("01-20"), 10000), (on("01-25"), -50)]}


def test_a_fee_is_no_part_of_what_a_payment_settles_less() -> None:
    found = books(payment("P-1", "01-20", share("F-1", 10000, fee=300)))
    assert events_of(found) == {"F-1": [(on("01-20"), 10000)]}


def test_final_credit_notes_count_on_their_date_and_others_do_not() -> None:
    notes = [credit_note(f"N-{status}", "01-15", line("", 3000), applies_to="F-1", status=status) for status in Status]
    found = books(F1, *notes)
    assert events_of(found) == {"F-1": [(on("01-15"), 3000)]}


def test_a_void_payment_is_no_event() -> None:
    found = books(F1, payment("P-1", "01-20", share("F-1", 10000), status=Status.VOID))
    assert events_of(found).get("F-1", []) == []


# Where documents and rows of payments stand

PAID = accounting(only_when_paid=True)
PAID_BY_DOCUMENT = accounting(PAID, paid_sale_date=PaidSaleDate.DOCUMENT)
UNPAID, VOID = Standing.WAITS, Standing.UNAPPLIED
OPENING, ELSEWHERE = Standing.OPENING, Standing.ELSEWHERE


def standing(
    *units: Document | Payment,
    settings: Settings = PAID,
    through: str = "12-31",
    known: Transferred = NOTHING_TRANSFERRED,
) -> Mapping[str, date | Standing]:
    return sales(books(*units), settings, known, through=on(through)).standings


def paid(cents: int, day: str = "01-20", *, tip: int = 0) -> Payment:
    return payment(f"P-{day}", day, share("F-1", cents, tip=tip))


def test_only_the_switch_makes_a_document_wait() -> None:
    assert standing(F1, settings=COMPANY) == {"F-1": on("01-10")}
    assert standing(F1) == {"F-1": UNPAID}
    assert standing(F1, paid(10000)) == {"F-1": on("01-20")}
    assert standing(F1, paid(10000), settings=PAID_BY_DOCUMENT) == {"F-1": on("01-10")}


def test_a_tip_does_not_release() -> None:
    assert standing(F1, paid(10500, tip=600))["F-1"] is UNPAID
    assert standing(F1, paid(10600, tip=600))["F-1"] == on("01-20")
    returned = refund("R-1", "01-20", share("F-1", 60, tip=60))
    assert standing(F1, paid(10000), returned)["F-1"] == on("01-20")


def test_only_releases_up_to_through_are_known() -> None:
    for settings in (PAID, PAID_BY_DOCUMENT):
        assert standing(F1, paid(10000), settings=settings, through="01-19")["F-1"] is UNPAID


@pytest.mark.parametrize("cents", [100, 300])
def test_a_total_of_zero_or_less_is_released_on_its_date(cents: int) -> None:
    assert standing(invoice("F-1", "01-10", line("", 100), row("discount", cents))) == {"F-1": on("01-10")}


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_a_document_that_is_void_or_a_draft_is_not_sold(status: Status) -> None:
    assert standing(invoice("F-1", "01-10", status=status), settings=COMPANY) == {"F-1": VOID}


def test_a_credit_note_stands_before_its_invoice_in_the_file_or_after_it() -> None:
    note = credit_note("N-1", "01-15", line("", 1000), applies_to="F-1")
    for units in ((note, F1, paid(9000)), (F1, note, paid(9000))):
        assert standing(*units) == {"F-1": on("01-20"), "N-1": on("01-20")}


def test_a_document_with_an_error_waits_unless_it_is_live() -> None:
    broken = books()._replace(faulty_documents=frozenset({"F-1"}))
    assert sales(broken, COMPANY, NOTHING_TRANSFERRED, through=on("12-31")).standings == {"F-1": UNPAID}
    assert sales(broken, COMPANY, live(F1), through=on("12-31")).standings == {"F-1": on("01-10")}


def live(*units: Document | Payment, settings: Settings = COMPANY, through: str = "01-31") -> Transferred:
    ledger = Ledger(settings)
    ledger.export(books(*units), through)
    return ledger.transferred


def test_a_document_that_only_batches_know_counts_as_sold_on_its_recorded_sale_date() -> None:
    known = live(F1, paid(10000), settings=PAID)
    assert standing(known=known) == {"F-1": on("01-20")}
    note = credit_note("N-1", "01-15", line("", 1000), applies_to="F-1")
    assert standing(note, known=known)["N-1"] == on("01-20")
    assert standing(note._replace(date=on("02-15")), known=known)["N-1"] == on("02-15")


def test_what_is_before_the_start_is_opening_and_its_credit_notes_elsewhere_or_like_others() -> None:
    note = credit_note("N-1", "02-15", line("", 1000), applies_to="F-1")
    start = accounting(PAID, start_date=on("02-01"))
    assert standing(F1, note, settings=start) == {"F-1": OPENING, "N-1": ELSEWHERE}
    clearing = accounting(start, opening=Opening.CLEARING)
    assert standing(F1, note, settings=clearing) == {"F-1": OPENING, "N-1": on("02-15")}


def applied(*rows: PaymentRow, settings: Settings = COMPANY, known: Transferred = NOTHING_TRANSFERRED) -> object:
    """When the rows of a payment of 20 January are applied."""
    gone = invoice("F-9", "01-10", status=Status.VOID)
    unit = payment("P-1", "01-20", *rows)
    found = books(F1, invoice("F-2", "02-10", line("", 1)), gone, unit)
    return tuple(
        sales(found, settings, known, through=on("12-31")).applications(
            unit, settings.accounting.opening, live_units(known).get(unit.id)
        )
    )


def test_a_row_is_applied_when_its_document_is_sold() -> None:
    rows = share("F-1", 1), share("F-1", 1, applied="01-25"), share("F-2", 1), share("", 1), share("F-9", 1)
    assert applied(*rows) == (on("01-20"), on("01-25"), on("02-10"), VOID, VOID)
    assert applied(share("F-1", 1), share("F-1", 9999), settings=PAID) == (on("01-20"), on("01-20"))
    assert applied(share("F-1", 1), settings=PAID) == (UNPAID,)


def test_a_row_of_an_opening_document_is_elsewhere_or_applied_at_once() -> None:
    start = accounting(start_date=on("01-15"))
    rows = share("F-1", 1), share("F-1", 1, applied="01-25")
    assert applied(*rows, settings=start) == (ELSEWHERE, ELSEWHERE)
    assert applied(*rows, settings=accounting(start, opening=Opening.CLEARING)) == (on("01-20"), on("01-25"))


def test_a_row_of_a_document_that_only_batches_know_is_applied_on_its_recorded_date() -> None:
    known = live(invoice("F-8", "01-28", line("", 1)))
    assert applied(share("F-8", 1), known=known) == (on("01-28"),)
