"""When a document is released (P3): events of one day count together, and the first day that reaches the total counts."""

from datetime import date

import pytest
from ecriture.core.release import Event, events_of, final_invoice, release_date
from hypothesis import given
from hypothesis import strategies as st
from small_books import books, credit_note, invoice, line, on, payment, refund, row, share

from ecriture.core.documents import Document, Status

F1 = invoice("F-1", "01-10", line("", 10000))
EVENTS = st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 1, 20)), st.integers(-12000, 12000)), max_size=6)


def released(*events: tuple[str, int], document: Document = F1) -> date | None:
    return release_date(document, {document.number: [(on(day), cents) for day, cents in events]})


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


def test_a_total_of_zero_or_less_is_released_on_its_date() -> None:
    assert released(document=invoice("F-1", "01-10", line("", 100), row("discount", 100))) == on("01-10")
    assert released(document=invoice("F-1", "01-10", line("", -100))) == on("01-10")


def test_a_credit_note_is_reached_by_refunds() -> None:
    note = credit_note("N-1", "01-10", line("", 5000))
    assert released(("01-20", -5000), document=note) == on("01-20")
    assert released(("01-20", 5000), document=note) is None


@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(events: list[Event], random: object) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert release_date(F1, {"F-1": shuffled}) == release_date(F1, {"F-1": events})


@given(EVENTS)
def test_on_its_day_it_is_paid_and_on_no_day_before(events: list[Event]) -> None:
    day = release_date(F1, {"F-1": events})
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
    events = events_of(found.documents, found.payments.values())
    assert events == {"F-1": [(on("01-20"), 4000), (on("02-03"), 1000), (on("01-20"), 1000), (on("01-25"), -500)]}


def test_a_fee_is_no_part_of_what_a_payment_settles_less() -> None:
    found = books(payment("P-1", "01-20", share("F-1", 10000, fee=300)))
    assert events_of({}, found.payments.values()) == {"F-1": [(on("01-20"), 10000)]}


def test_final_credit_notes_count_on_their_date_and_others_do_not() -> None:
    notes = [credit_note(f"N-{status}", "01-15", line("", 3000), applies_to="F-1", status=status) for status in Status]
    found = books(F1, *notes)
    assert events_of(found.documents, ()) == {"F-1": [(on("01-15"), 3000)]}


def test_a_void_payment_is_no_event() -> None:
    found = books(F1, payment("P-1", "01-20", share("F-1", 10000), status=Status.VOID))
    assert events_of(found.documents, found.payments.values()).get("F-1", []) == []


@pytest.mark.parametrize(("status", "found"), [(Status.FINAL, True), (Status.VOID, False), (Status.DRAFT, False)])
def test_only_a_final_document_can_be_named(status: Status, found: bool) -> None:
    documents = books(invoice("F-1", "01-10", line("", 1), status=status)).documents
    assert (final_invoice(documents, "F-1") is not None) is found
    assert final_invoice(documents, "F-2") is None
