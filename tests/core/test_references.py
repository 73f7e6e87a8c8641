"""What the units of some books say of each other (P7)."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core import references
from ecriture.core.batches import NOTHING_TRANSFERRED, Transferred
from ecriture.core.documents import Books, Document, Payment, Status
from ecriture.core.problems import Problem, Where
from ecriture.core.references import missing, overpaid, settled_by, similar, where, without_unknown
from small_books import Ledger, books, codes, credit_note, invoice, line, on, payment, refund, row, share

F1 = invoice("F-1", "01-10", line("", 10000))
N1 = credit_note("N-1", "01-20", line("", 1000))


def without(found: Books, transferred: Transferred) -> tuple[Books, list[Problem]]:
    return without_unknown(found, transferred, settled_by(found.payments.values()))


def overpayments(found: Books) -> Iterator[Problem]:
    return overpaid(found.documents, settled_by(found.payments.values()))


def not_final(found: Books) -> Iterator[Problem]:
    return references.not_final(found, settled_by(found.payments.values()))


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
    sound, problems = without(books(F1, paid, payment("P-2", "01-20", share("", 5))), NOTHING_TRANSFERRED)
    assert codes(problems) == [("document-unknown", "P-1"), ("document-unknown", "P-1")]
    assert problems[0].params == {"document": "F-8", "amount_cents": 250}
    assert (list(sound.payments), list(sound.faulty_payments)) == (["P-2"], ["P-1"])


@pytest.mark.parametrize("named", ["F-9", "N-1"])
def test_a_credit_note_of_nothing_or_of_a_credit_note_is_an_error_and_left_out(named: str) -> None:
    note = credit_note("N-2", "01-20", line("", 500), applies_to=named)
    sound, problems = without(books(F1, N1, note), NOTHING_TRANSFERRED)
    why = {"reason": "credit-note"} if named == "N-1" else {}
    assert params(problems) == {"document": named, "amount_cents": 500, **why}
    assert (list(sound.documents), list(sound.faulty_documents)) == (["F-1", "N-1"], ["N-2"])


def test_what_names_a_document_with_an_error_names_something() -> None:
    found = books(payment("P-1", "01-20", share("F-8", 1)), credit_note("N-1", "01-20", line("", 1), applies_to="F-8"))
    assert without(found._replace(faulty_documents=frozenset({"F-8"})), NOTHING_TRANSFERRED)[1] == []


def test_what_is_void_or_draft_may_name_anything() -> None:
    gone = payment("P-1", "01-20", share("F-9", 0), status=Status.VOID)
    draft = credit_note("N-1", "01-20", applies_to="F-9", status=Status.DRAFT)
    assert without(books(gone, draft), NOTHING_TRANSFERRED)[1] == []


def test_sound_books_are_given_back_as_they_are() -> None:
    found = books(F1, payment("P-1", "01-20", share("F-1", 1), share("", 1)))
    assert without(found, NOTHING_TRANSFERRED) == (found, [])


# Documents that only batches know


def transferred(*units: Document | Payment, through: str = "01-31") -> Transferred:
    ledger = Ledger()
    ledger.export(books(*units), through)
    return ledger.transferred


def test_what_names_a_document_that_only_batches_know_names_something() -> None:
    later = payment("P-1", "02-20", share("F-1", 1)), credit_note("N-9", "02-20", line("", 1), applies_to="F-1")
    assert without(books(*later), transferred(F1)) == (books(*later), [])


def test_but_not_one_whose_batch_was_cancelled() -> None:
    ledger = Ledger()
    ledger.export(books(F1), "01-31")
    ledger.cancel(1)
    _, problems = without(books(payment("P-1", "02-20", share("F-1", 1))), ledger.transferred)
    assert codes(problems) == [("document-unknown", "P-1")]


def test_nor_a_payment_of_that_number() -> None:
    known = transferred(payment("X-1", "01-05", share("", 5)))
    _, problems = without(books(payment("P-1", "02-20", share("X-1", 1))), known)
    assert codes(problems) == [("document-unknown", "P-1")]


# transferred-missing


def absent(found: Books, known: Transferred) -> list[tuple[object, object]]:
    """Count and units of the notice."""
    return [
        (it.params["count"], it.params["units"]) for it in missing(found, known) if it.code == "transferred-missing"
    ]


F2, P1 = invoice("F-2", "01-20", line("", 500)), payment("P-1", "01-15", share("F-1", 10000))


def test_a_live_unit_that_the_files_lack_between_their_dates_is_pointed_out() -> None:
    known = transferred(F1, F2, P1)
    others = invoice("F-3", "01-10", line("", 1)), invoice("F-4", "01-20", line("", 1))
    assert absent(books(F1, F2, P1), known) == []
    assert absent(books(F1, F2), known) == [(1, (("payment", "P-1"),))]
    assert absent(books(*others), known) == [(3, (("document", "F-1"), ("document", "F-2"), ("payment", "P-1")))]
    (notice,) = missing(books(*others), known)
    assert (notice.where, notice.stops) == (Where(), False)


@pytest.mark.parametrize(
    ("days", "count"),
    [
        (("01-10", "01-20"), 3),
        (("01-11", "01-20"), 2),
        (("01-10", "01-19"), 2),
        (("01-11", "01-14"), 0),
        (("02-01", "02-28"), 0),
    ],
)
def test_only_of_the_days_that_the_files_cover(days: tuple[str, str], count: int) -> None:
    month = books(*(invoice(day, day, line("", 1)) for day in days))
    assert sum(it.params["count"] == count for it in missing(month, transferred(F1, F2, P1))) == bool(count)


def test_files_without_a_date_lack_nothing() -> None:
    assert list(missing(Books(), transferred(F1))) == []


def test_five_are_named_documents_first_by_number() -> None:
    units = [payment(f"P-{i}", "01-15", share("", 1)) for i in range(3)]
    sales = [invoice(number, "01-15", line("", 1)) for number in ("10", "9", "A")]
    found = books(invoice("F-1", "01-15", line("", 1)))
    assert absent(found, transferred(*units, *sales)) == [
        (6, (*(("document", number) for number in ("10", "9", "A")), ("payment", "P-0"), ("payment", "P-1")))
    ]


def test_a_unit_with_an_error_is_there() -> None:
    found = books(F2)._replace(
        faulty_documents=frozenset({"F-1"}), faulty_payments=frozenset({"P-1"}), span=(on("01-01"), on("01-31"))
    )
    assert absent(found, transferred(F1, F2, P1)) == []


def test_the_date_of_the_latest_live_batch_counts() -> None:
    ledger = Ledger()
    for day in ("01-10", "02-10"):
        ledger.export(books(invoice("F-1", day, line("", 1))), "03-31")
    january, february = (books(invoice("F-9", day, line("", 1))) for day in ("01-10", "02-10"))
    assert (absent(january, ledger.transferred), len(absent(february, ledger.transferred))) == ([], 1)
    ledger.cancel(2)
    assert (len(absent(january, ledger.transferred)), absent(february, ledger.transferred)) == (1, [])


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
        ((payment("P-1", "01-20", share("F-1", 10500, tip=400)),), 100),
        ((payment("P-1", "01-20", share("F-1", 10500)), refund("R-1", "01-25", share("F-1", 200))), 300),
    ],
)
def test_payments_less_refunds_that_exceed_the_total_are_pointed_out(
    units: tuple[Payment, ...], excess_cents: int
) -> None:
    found = params(overpayments(books(F1, *units)))
    assert found == {"paid_cents": 10000 + excess_cents, "total_cents": 10000, "excess_cents": excess_cents}


@pytest.mark.parametrize(
    "units",
    [
        (payment("P-1", "01-20", share("F-1", 10000)),),
        (payment("P-1", "01-20", share("F-1", 10002, rounding=-2)),),
        (payment("P-1", "01-20", share("F-1", 11502, rounding=-2, tip=1500, fee=300)),),
        (payment("P-1", "01-20", share("F-1", 10200)), refund("R-1", "01-25", share("F-1", 250, tip=50))),
        (payment("P-1", "01-20", share("F-1", 10200)), refund("R-1", "01-25", share("F-1", 200))),
        (refund("R-1", "01-25", share("F-1", 99999)),),
        (payment("P-1", "01-20", share("", 99999)),),
        (payment("P-1", "01-20", share("F-9", 99999)),),
    ],
)
def test_what_is_paid_to_the_cent_or_less_is_not(units: tuple[Payment, ...]) -> None:
    assert list(overpayments(books(F1, *units))) == []


def test_refunds_less_payments_that_exceed_a_credit_note_are_pointed_out() -> None:
    assert codes(overpayments(books(N1, refund("R-1", "01-25", share("N-1", 1001))))) == [("overpaid", "N-1")]
    assert list(overpayments(books(N1, refund("R-1", "01-25", share("N-1", 1000))))) == []
    assert list(overpayments(books(N1, payment("P-1", "01-25", share("N-1", 9999))))) == []


def test_a_tip_that_is_given_back_with_a_credit_note_is_no_part_of_it() -> None:
    assert list(overpayments(books(N1, refund("R-1", "01-25", share("N-1", 1200, tip=200))))) == []
    assert codes(overpayments(books(N1, refund("R-1", "01-25", share("N-1", 1200, tip=199))))) == [("overpaid", "N-1")]


def test_a_document_that_is_not_in_the_input_is_not_judged() -> None:
    assert list(overpayments(books(payment("P-1", "01-20", share("F-1", 99999))))) == []


def test_each_of_several_documents_with_the_same_rows_is_judged() -> None:
    sales = [invoice(f"F-{i}", "01-10", line("", cents)) for i, cents in enumerate((10000, 5000, 10000))]
    paid = payment("P-1", "01-20", *(share(f"F-{i}", 10000) for i in range(3)))
    assert codes(overpayments(books(*sales, paid))) == [("overpaid", "F-1")]


def test_anything_paid_for_a_total_of_nothing_is_too_much() -> None:
    free = invoice("F-1", "01-10", line("", 100), row("discount", 300))
    assert codes(overpayments(books(free, payment("P-1", "01-20", share("F-1", 1))))) == [("overpaid", "F-1")]


def test_nothing_paid_for_less_than_nothing_is_not() -> None:
    owed = invoice("F-1", "01-10", line("", -300))
    assert list(overpayments(books(owed, payment("P-1", "01-20", share("F-1", 0))))) == []


def test_a_document_without_weight_is_never_overpaid() -> None:
    gone = invoice("F-1", "01-10", status=Status.VOID)
    assert list(overpayments(books(gone, payment("P-1", "01-20", share("F-1", 1))))) == []


def test_overpaid_documents_are_named_in_the_order_of_their_payments() -> None:
    second, third = invoice("F-2", "01-11", line("", 100)), invoice("F-3", "01-12", line("", 100))
    paid = [payment(f"P-{place}", "01-20", share(it, 99999)) for place, it in enumerate(("F-3", "F-1", "F-2"))]
    assert [it.where.number for it in overpayments(books(F1, second, third, *paid))] == ["F-3", "F-1", "F-2"]


def test_a_void_payment_pays_nothing() -> None:
    assert list(overpayments(books(F1, payment("P-1", "01-20", share("F-1", 99999), status=Status.VOID)))) == []


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


def test_capitals_that_are_two_letters_and_look_like_one_are_pointed_out() -> None:
    assert looking_alike("K-1", "\N{KELVIN SIGN}-1") == [("\N{KELVIN SIGN}-1", "K-1")]


def test_a_number_with_a_line_break_hides_no_look_alikes() -> None:
    found = similar({number: invoice(number, "01-05") for number in ("F-1\nx", "F-2", "f-2")})
    assert [(problem.where.number, problem.params["other"]) for problem in found] == [("f-2", "F-2")]
