"""Many values at once: runs, named tuples from columns, and those that are looked at by themselves."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest
from ecriture.core.columns import chosen, odd_places, runs, together, tuples_of
from hypothesis import given
from small_books import COMPANY, books, invoice, line, on, payment, refund, share, tax
from worlds import World, worlds

from ecriture.core import columns
from ecriture.core.documents import Books, Document, Payment, Status
from ecriture.core.plan import Plan, plan
from ecriture.core.wants import Wanted, Wants


class Pair(NamedTuple):
    left: int
    right: str


@pytest.mark.parametrize("count", [0, 1, 9_999, 10_000, 10_001, 25_000])
def test_runs_have_every_value_once_and_in_order(count: int) -> None:
    found = list(runs(range(count)))
    assert [value for run in found for value in run] == list(range(count))
    assert all(len(run) == columns.RUN for run in found[:-1])


def test_tuples_of_columns_are_like_those_made_one_by_one() -> None:
    made = list(tuples_of(Pair, [1, 2], ["a", "b", "c"]))
    assert made == [Pair(1, "a"), Pair(2, "b")]
    assert all(type(pair) is Pair for pair in made)


@pytest.mark.parametrize(("values", "places"), [([], set()), ([1, 2], set()), ([3, 1, 3], {0, 2})])
def test_odd_places_are_those_of_unusual_values(values: list[int], places: set[int]) -> None:
    assert odd_places(values, {1, 2}) == places


@pytest.mark.parametrize(
    ("places", "values"), [(range(1, 3), ["b", "c"]), (range(0), []), ([3, 0], ["d", "a"]), ([], [])]
)
def test_values_at_places(places: Sequence[int], values: list[str]) -> None:
    assert list(chosen(["a", "b", "c", "d"], places)) == values


@pytest.mark.parametrize(
    ("places", "found"), [([4, 5, 6], range(4, 7)), ([4, 6], [4, 6]), ([], []), ([3], range(3, 4))]
)
def test_places_that_follow_each_other_are_a_range(places: list[int], found: Sequence[int]) -> None:
    assert together(places) == found


def one_by_one(wants: Wants) -> list[Wanted]:
    """What the same units want when none of them is worked on with others."""
    wants._by_own_dates = False
    return list(wants.each())


def shown(wants: list[Wanted]) -> list[object]:
    """Wants without the objects that are compared by identity, and the kinds of their sequences."""
    return [
        (
            want.unit,
            [(part.unit, part.own_date, list(part.postings())) for part in want.parts],
            want.sale_date,
            want.applications,
            want.warnings,
        )
        for want in wants
    ]


@given(worlds())
def test_units_want_the_same_together_and_one_by_one(world: World) -> None:
    all_at_once, apart = (Wants(world.books, world.company, through=world.through) for _ in range(2))
    assert shown(list(all_at_once.each())) == shown(one_by_one(apart))
    assert (all_at_once.held, all_at_once.problems) == (apart.held, apart.problems)


def mixed_books() -> Books:
    """A year's units, in which every few something is odd: a draft, a tax that differs, a fee, a method unknown, two rows."""
    units: list[Document | Payment] = []
    for i in range(60):
        day = f"{1 + i // 28:02d}-{1 + i % 28:02d}"
        rows = line("CLEAN" if i % 3 else "X", 10_000), tax("GST", 500 if i % 7 else 900)
        units.append(invoice(f"F-{i}", day, *rows, status=Status.FINAL if i % 11 else Status.DRAFT))
        shares = [share(f"F-{i}", 10_500, fee=i % 5 // 4), *([share("", 100)] if i % 13 == 0 else [])]
        units.append(payment(f"P-{i}", day, *shares, method="card" if i % 4 else "pebbles"))
        if i % 17 == 0:
            units.append(refund(f"R-{i}", day, share(f"F-{i}", 50)))
    return books(*units)


def planned(found: Books) -> Plan:
    wants = Wants(found, COMPANY, through=on("02-20"))
    return plan(wants, company=COMPANY, documents=found.documents, through=on("02-20"), recording=True)


@pytest.mark.parametrize("length", [1, 2, 7])
def test_the_length_of_a_run_changes_nothing(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    found = mixed_books()
    whole = planned(found)
    monkeypatch.setattr(columns, "RUN", length)
    cut = planned(found)
    assert (cut.entries, cut.problems, cut.held, cut.records) == (
        whole.entries,
        whole.problems,
        whole.held,
        whole.records,
    )
    units = [[part.unit for part in it.parts] for it in cut.planned]
    assert units == [[part.unit for part in it.parts] for it in whole.planned]
