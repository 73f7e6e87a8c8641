"""A deposit that is allocated later: nothing is gained or lost, and the day is kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.allocating import allocated, unapplied_cents
from ecriture.core.documents import PaymentRow
from worlds import SOME

DAY = date(2026, 3, 3)
FINAL = frozenset({"A", "B"})


def rows() -> st.SearchStrategy[list[PaymentRow]]:
    """Rows of which some are deposits, with what they may have besides."""
    row = st.builds(
        lambda document, cents, fee, rounding, tip: PaymentRow(document, cents + tip, fee, rounding, tip),
        st.sampled_from(("", "", "A", "GONE")),
        st.integers(5, 5000),
        st.sampled_from((0, 0, 30)),
        st.sampled_from((0, 0, 2, -1)),
        st.sampled_from((0, 0, 100)),
    )
    return st.lists(row, min_size=1, max_size=3)


@SOME
@given(rows(), st.integers(0, 12000), st.integers(0, 12000))
def test_nothing_is_gained_or_lost(before: list[PaymentRow], one: int, two: int) -> None:
    left = unapplied_cents(before, FINAL)
    shares = [("A", min(one, left)), ("B", min(two, left - min(one, left)))]
    after = allocated(before, shares, DAY, FINAL)
    for name in ("amount_cents", "fee_cents", "rounding_cents", "tip_cents", "settled_cents"):
        assert sum(getattr(it, name) for it in after) == sum(getattr(it, name) for it in before)
    for document, cents in shares:
        assert sum(it.settled_cents for it in after if it.document == document and it.applied == DAY) == cents
    assert unapplied_cents(after, FINAL) == left - sum(cents for _, cents in shares)
    assert [it for it in after if it.document in FINAL and it.applied is None] == [
        it for it in before if it.document in FINAL
    ]


def test_what_is_left_keeps_the_fee_and_the_last_share_takes_it() -> None:
    deposit = PaymentRow("", 5000, 150)
    assert allocated([deposit], [("A", 3000)], DAY, FINAL) == (
        PaymentRow("A", 3000, applied=DAY),
        PaymentRow("", 2000, 150),
    )
    assert allocated([deposit], [("A", 3000), ("B", 2000)], DAY, FINAL) == (
        PaymentRow("A", 3000, applied=DAY),
        PaymentRow("B", 2000, 150, applied=DAY),
    )


def test_more_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="B"):
        allocated([PaymentRow("", 5000)], [("A", 3000), ("B", 2001)], DAY, FINAL)
