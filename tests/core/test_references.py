"""What the units of some books say of each other (P7)."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_books import books, codes, credit_note, invoice, line, payment, refund, row, share

from ecriture.core.documents import Document, Payment, Status
from ecriture.core.problems import Problem, Where
from ecriture.core.references import not_final, overpaid, similar, where, without_unknown

F1 = invoice("F-1", "01-10", line("", 10000))
N1 = credit_note("N-1", "01-20", line("", 1000))


def params(problems: Iterable[Problem]) -> dict[str, object]:
    """The parameters of the only problem."""
    (problem,) = problems
    return dict(problem.params)


def test_the_place_of_a_unit_is_its_kind_number_and_row() -> None:
    assert where(F1._replace(row=7)) == Where("", 7, "document", "F-1")
    assert where(payment("P-1", "01-05")._replace(row=7), 9) == Where("", 9, "payment", "P-1")


# document-unknown


def test_a_payment_of_a_document_that_is_not_there_is_an_error_and_left_out() -> None:
    paid = payment("P-1", "01-20", share("F-1", 1), share("F-8", 250), share("F-9", 1))
    sound, problems = without_unknown(books(F1, paid, payment("P-2", "01-20", share("", 5))))
    assert codes(problems) == [("document-unknown", "P-1"), ("document-unknown", "P-1")]
    assert problems[0].params == {"document": "F-8", "amount_cents": 250}
    assert (list(sound.payments), list(sound.faulty_payments)) == (["P-2"], ["P-1"])


@pytest.mark.parametrize("named", ["F-9", "N-1"])
def test_a_credit_note_of_nothing_or_of_a_credit_note_is_an_error_and_left_out(named: str) -> None:
    note = credit_note("N-2", "01-20", line("", 500), applies_to=named)
    sound, problems = without_unknown(books(F1, N1, note))
    why = {"reason": "credit-note"} if named == "N-1" else {}
    assert params(problems) == {"document": named, "amount_cents": 500, **why}
    assert (list(sound.documents), list(sound.faulty_documents)) == (["F-1", "N-1"], ["N-2"])


def test_what_names_a_document_with_an_error_names_something() -> None:
    found = books(payment("P-1", "01-20", share("F-8", 1)), credit_note("N-1", "01-20", line("", 1), applies_to="F-8"))
    assert without_unknown(found._replace(faulty_documents=frozenset({"F-8"})))[1] == []


def test_what_is_void_or_draft_may_name_anything() -> None:
    gone = payment("P-1", "01-20", share("F-9", 0), status=Status.VOID)
    draft = credit_note("N-1", "01-20", applies_to="F-9", status=Status.DRAFT)
    assert without_unknown(books(gone, draft))[1] == []


def test_sound_books_are_given_back_as_they_are() -> None:
    found = books(F1, payment("P-1", "01-20", share("F-1", 1), share("", 1)))
    assert without_unknown(found) == (found, [])


# document-not-final


@pytest.mark.parametrize("status", [Status.VOID, Status.DRAFT])
def test_a_void_or_draft_document_that_is_named_is_pointed_out(status: Status) -> None:
    gone = invoice("F-9", "01-10", status=status)
    paid, note = payment("P-1", "01-20", share("F-9", 250)), credit_note("N-1", "01-20", line("", 70), applies_to="F-9")
    assert codes(not_final(books(gone, F1, paid, note))) == [
        ("document-not-final", "N-1"),
        ("document-not-final", "P-1"),
    ]
    assert params(not_final(books(gone, paid))) == {"document": "F-9", "amount_cents": 250, "status": status.value}


def test_a_void_payment_of_a_void_document_is_not() -> None:
    gone = invoice("F-9", "01-10", status=Status.VOID)
    assert list(not_final(books(gone, payment("P-1", "01-20", share("F-9", 0), status=Status.VOID)))) == []


# overpaid


@pytest.mark.parametrize(
    ("units", "excess_cents"),
    [
        ((payment("P-1", "01-20", share("F-1", 10001)),), 1),
        ((payment("P-1", "01-20", share("F-1", 6000)), payment("P-2", "01-20", share("F-1", 6000))), 2000),
        ((payment("P-1", "01-20", share("F-1", 10000, rounding=2)),), 2),
        ((payment("P-1", "01-20", share("F-1", 10500)), refund("R-1", "01-25", share("F-1", 200))), 300),
    ],
)
def test_payments_less_refunds_that_exceed_the_total_are_pointed_out(
    units: tuple[Payment, ...], excess_cents: int
) -> None:
    found = params(overpaid(books(F1, *units)))
    assert found == {"paid_cents": 10000 + excess_cents, "total_cents": 10000, "excess_cents": excess_cents}


@pytest.mark.parametrize(
    "units",
    [
        (payment("P-1", "01-20", share("F-1", 10000)),),
        (payment("P-1", "01-20", share("F-1", 10002, rounding=-2)),),
        (payment("P-1", "01-20", share("F-1", 10200)), refund("R-1", "01-25", share("F-1", 200))),
        (refund("R-1", "01-25", share("F-1", 99999)),),
        (payment("P-1", "01-20", share("", 99999)),),
        (payment("P-1", "01-20", share("F-9", 99999)),),
    ],
)
def test_what_is_paid_to_the_cent_or_less_is_not(units: tuple[Payment, ...]) -> None:
    assert list(overpaid(books(F1, *units))) == []


def test_refunds_less_payments_that_exceed_a_credit_note_are_pointed_out() -> None:
    assert codes(overpaid(books(N1, refund("R-1", "01-25", share("N-1", 1001))))) == [("overpaid", "N-1")]
    assert list(overpaid(books(N1, refund("R-1", "01-25", share("N-1", 1000))))) == []
    assert list(overpaid(books(N1, payment("P-1", "01-25", share("N-1", 9999))))) == []


def test_anything_paid_for_a_total_of_nothing_is_too_much() -> None:
    free = invoice("F-1", "01-10", line("", 100), row("discount", 300))
    assert codes(overpaid(books(free, payment("P-1", "01-20", share("F-1", 1))))) == [("overpaid", "F-1")]


def test_nothing_paid_for_less_than_nothing_is_not() -> None:
    owed = invoice("F-1", "01-10", line("", -300))
    assert list(overpaid(books(owed, payment("P-1", "01-20", share("F-1", 0))))) == []


def test_a_document_without_weight_is_never_overpaid() -> None:
    gone = invoice("F-1", "01-10", status=Status.VOID)
    assert list(overpaid(books(gone, payment("P-1", "01-20", share("F-1", 1))))) == []


def test_a_void_payment_pays_nothing() -> None:
    assert list(overpaid(books(F1, payment("P-1", "01-20", share("F-1", 99999), status=Status.VOID)))) == []


# number-similar


def looking_alike(*numbers: str) -> list[tuple[str, object]]:
    units: dict[str, Document] = {number: invoice(number, "01-10", line("", 1)) for number in numbers}
    return [(problem.where.number, problem.params["other"]) for problem in similar(units)]


@pytest.mark.parametrize(
    ("first", "second"), [("F-1", "f-1"), ("0012", "12"), ("F-012", "F-12"), ("F-01-02", "F-1-2"), ("É1", "é1")]
)
def test_two_numbers_that_a_person_takes_for_one_are_pointed_out(first: str, second: str) -> None:
    assert looking_alike(first, "X", second) == [(second, first)]


@pytest.mark.parametrize("numbers", [("10", "100"), ("F-10", "F-1"), ("1201", "121"), ("0", "00x"), ("F1", "F-1"), ()])
def test_others_are_not(numbers: tuple[str, ...]) -> None:
    assert looking_alike(*numbers) == []


def test_each_is_compared_with_the_first_of_its_kind() -> None:
    assert looking_alike("f-1", "F-1", "F-01") == [("F-1", "f-1"), ("F-01", "f-1")]


@given(st.sets(st.from_regex(r"[fF]-[0-9]{1,3}", fullmatch=True), max_size=8))
def test_as_many_are_pointed_out_as_there_are_too_many(numbers: set[str]) -> None:
    distinct = {int(number[2:]) for number in numbers}
    assert len(looking_alike(*sorted(numbers))) == len(numbers) - len(distinct)
