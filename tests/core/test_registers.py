"""Registers: units kept by column are the units that were put in, in their order, each number once."""

import pytest
from ecriture.core.registers import Documents, Payments
from hypothesis import given
from hypothesis import strategies as st
from small_books import books, invoice, line, payment, share
from worlds import World, worlds

from ecriture.core.documents import Document, Payment

SHARES = [(), (share("F-1", 5, fee=1),), (share("F-1", 7), share("", 3, applied="02-01"))]


def received(*counts: int) -> list[Payment]:
    return [payment(f"P-{place}", "01-05", *SHARES[many]) for place, many in enumerate(counts)]


@given(worlds())
def test_a_register_is_the_mapping_that_it_was_made_of(world: World) -> None:
    documents, payments = world.books.documents, world.books.payments
    assert dict(Documents.of(documents)) == dict(documents)
    assert dict(Payments.of(payments)) == dict(payments)
    assert list(Documents.of(documents).values()) == list(documents.values())
    assert list(Payments.of(payments).values()) == list(payments.values())


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_payments_keep_their_shares_however_many_and_whenever_added(first: list[int], then: list[int]) -> None:
    units = received(*first, *then)
    register = Payments(units[: len(first)])
    register.add(units[len(first) :])
    assert list(register.units()) == units
    assert [register.at(place) for place in range(len(units))] == units
    assert list(register.some(range(1, len(units)))) == units[1:]
    assert list(register.some([*range(2, len(units), 2)])) == units[2::2]


@given(st.lists(st.integers(0, 2)))
def test_the_payments_with_one_share_and_what_it_is(counts: list[int]) -> None:
    register = Payments(received(*counts))
    places = register.with_one_share(range(len(counts)))
    assert list(places) == [place for place, many in enumerate(counts) if many == 1]
    assert register.first_shares(places) == (
        ["F-1"] * len(places),
        *([cents] * len(places) for cents in (5, 1, 0)),
        [None] * len(places),
    )


def test_what_a_register_has() -> None:
    register = Documents([invoice("F-1", "01-05", line("", 5)), invoice("F-2", "01-06", line("", 6))])
    assert ("F-1" in register, "F-3" in register, register.get("F-3"), len(register)) == (True, False, None, 2)
    assert (list(register), register.places) == (["F-1", "F-2"], {"F-1": 0, "F-2": 1})
    assert Documents.of(register) is register


def test_a_number_is_in_a_register_once() -> None:
    document: Document = invoice("F-1", "01-05", line("", 5))
    register = Documents([document])
    with pytest.raises(ValueError, match="twice"):
        register.add([document])
    with pytest.raises(ValueError, match="twice"):
        Documents([document, document])


def test_a_register_without_some_numbers() -> None:
    register = Payments(received(1, 2, 0))
    assert register.without({"P-9"}) is register
    assert list(register.without({"P-0"}).units()) == received(1, 2, 0)[1:]


def test_books_of_mappings_serve_as_well() -> None:
    found = books(*received(1))
    assert Payments.of(found.payments)["P-0"] == found.payments["P-0"]
