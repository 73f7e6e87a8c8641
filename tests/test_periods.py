"""One month in a batch, for a program that imports into one period: month by month it comes to what one batch would be."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture import transfer
from ecriture.core.batches import NOTHING_TRANSFERRED, followed_by
from ecriture.core.plan import Plan, exported_units, listing
from ecriture.targets.registry import target
from reference.random_books import random_books, random_company

WHOLE = target("json")
MONTHLY = replace(WHOLE, split_by="month")


def monthly(inputs: transfer.Inputs) -> Iterator[Plan]:
    """Plans, each after the batches of those before it, until nothing waits."""
    transferred = NOTHING_TRANSFERRED
    for number in range(1, 100):
        found = transfer.plan(inputs, target=MONTHLY, transferred=transferred, batch=number)
        if not found.entries:
            return
        yield found
        written = transfer.write(found.entries, settings=inputs.settings, target=MONTHLY)
        batch = transfer.export(inputs, found, written, target=MONTHLY, exported_at="")
        transferred = followed_by(transferred, [batch])
    pytest.fail("the months do not end")


def postings(found: Plan) -> Counter[tuple[object, ...]]:
    return Counter(
        (it.unit, it.customer, it.own_date, it.open_date, it.account, it.amount_cents, it.why)
        for it, _ in listing(found)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
def test_month_by_month_is_what_one_batch_would_be(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - random books, which a seed gives again
    company, (documents, payments) = random_company(rng), random_books(rng)
    inputs = transfer.read(company=company.encode(), documents=documents.encode(), payments=payments.encode())
    try:
        whole = transfer.plan(inputs, target=WHOLE)
    except (transfer.NothingToDate, transfer.ThroughLocked):
        return
    plans = [*monthly(inputs)]
    months = [{f"{entry.date:%Y-%m}" for entry in found.entries} for found in plans]
    assert all(len(month) == 1 for month in months)
    assert months == [{month} for month in sorted({f"{entry.date:%Y-%m}" for entry in whole.entries})]
    assert sum((postings(found) for found in plans), Counter()) == postings(whole)
    assert [len(found.periods) for found in plans] == [*range(len(plans), 1, -1), *([0] if plans else [])]
    for place, found in enumerate(plans):
        finished = {*found.finished()}
        assert not any(it.unit in finished for later in plans[place + 1 :] for it in exported_units(later))
